"""Tables of articles, one a row: CSV, TSV, JSON lines, JSON arrays, Parquet; compressed ones too."""

import bz2
import csv
import gzip
import io
import json
import lzma
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path
from typing import IO, Any, Literal

from filiation.errors import InputError, NoSuchColumn, NotFound, Unreadable
from filiation.outlets import Catalogue
from filiation.read.article import Given, article_of
from filiation.read.decode import MOST_BYTES, decode, format_of
from filiation.read.text import draft_of_text
from filiation.values import Article

__all__ = ["COLUMNS", "holds_many", "is_table", "rows_of"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    # what is looked for: the usual names of its column, the likeliest first
    "id": ("id", "article_id", "articleid", "doc_id", "docid", "uid", "guid", "stories_id"),
    "url": ("url", "link", "href", "address", "article_url", "source_url", "permalink", "uri"),
    "outlet": (
        "outlet", "outlet_name", "publication", "publisher", "newspaper", "media_name", "site_name",
        "media", "source_name", "site", "domain", "website", "source", "feed",
    ),
    "title": ("title", "headline", "titre", "titel", "header", "article_title"),
    "author": ("author", "authors", "byline", "creator", "writer", "auteur"),
    "published": (
        "published", "date", "publish_date", "published_at", "publication_date", "pub_date",
        "pubdate", "date_published", "datepublished", "datetime", "published_date", "date_publish",
        "publication_datetime", "timestamp", "time",
    ),
    "language": ("language", "lang", "language_code", "langue", "locale"),
    "html": ("html", "raw_html", "page", "source_html", "content_html"),
    "text": (
        "text", "body", "content", "article", "full_text", "fulltext", "maintext", "article_text",
        "article_body", "plain_text", "context", "story", "texte", "markdown",
    ),
}  # fmt: skip
"""Columns by their usual names, compared without case, spaces and punctuation."""

SITES = ("site", "domain", "source_domain", "host", "hostname")
"""A second column that may name the outlet, mostly by its domain."""

LONGEST_ROW = MOST_BYTES
"""Bytes of one row; a longer one is skipped, and said."""
ROWS_FOR_COLUMNS = 100
"""Rows of JSON looked at to learn the columns: not every row has every key."""
MOST_COLUMNS = 2_000

_SUFFIXES: Mapping[str, Literal["csv", "json", "parquet"]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_PACKED = (".gz", ".xz", ".bz2")

_Row = Mapping[str, Any]


def is_table(path: Path) -> bool:
    """Return whether a file's name says that it is a table."""
    suffixes = [s.lower() for s in path.suffixes[-2:]]
    if suffixes and suffixes[-1] in _PACKED:
        return len(suffixes) == 2 and suffixes[0] in _SUFFIXES and suffixes[0] != ".parquet"
    return bool(suffixes) and suffixes[-1] in _SUFFIXES


_TEXT_KEYS = frozenset(COLUMNS["text"] + COLUMNS["html"])


def holds_many(data: bytes) -> bool:
    """Return whether a file that is no table by name is one by content: Parquet or JSON lines."""
    if data.startswith(b"PAR1"):
        return True
    start = data[:3].lstrip(b"\xef\xbb\xbf") + data[3:200_000]
    if not start.lstrip().startswith(b"{"):
        return False
    try:
        first = json.loads(start.lstrip().split(b"\n", 1)[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and any(_plain(key) in _TEXT_KEYS for key in first)


def rows_of(
    path: Path, given: str, columns: Mapping[str, str] | None, catalogue: Catalogue
) -> Iterator[Article | InputError]:
    """Yield the article of every row, or the error that tells why a row gives none.

    `columns` names columns (`{"text": "context"}`); others are found by their usual names. Yields
    one `NoSuchColumn` where there is none for the text, or a named one does not exist.
    """
    try:
        yield from _rows(path, given, columns or {}, catalogue)
    except InputError as error:
        yield error
    except FileNotFoundError:
        yield NotFound(given, "there is no such file", "check its name")
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        says = getattr(error, "strerror", None) or str(error) or type(error).__name__
        yield Unreadable(given, f"it cannot be read ({says})", "give a whole file")


def _rows(
    path: Path, given: str, columns: Mapping[str, str], catalogue: Catalogue
) -> Iterator[Article | InputError]:
    if not path.exists():
        raise NotFound(given, "there is no such file", "check its name")
    if not path.is_file():
        raise Unreadable(given, "it is no file", "give a file")
    if path.stat().st_size == 0:
        raise Unreadable(given, "it is empty", "give a table with a row for each article")
    kind = _kind(path)
    if kind == "parquet":
        names, rows = _parquet(path, given, columns)
        chosen = _Columns.choose(given, names, columns)
        for number, row in enumerate(rows, 1):
            yield _article(row, number, given, path.name, chosen, catalogue)
        return
    with _opened(path) as stream:
        if kind == "csv":
            yield from _of_csv(stream, path, given, columns, catalogue)
        else:
            yield from _of_json(stream, path, given, columns, catalogue)


def _kind(path: Path) -> Literal["csv", "json", "parquet"]:
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            return "parquet"
    suffixes = [s.lower() for s in path.suffixes[-2:] if s.lower() not in _PACKED]
    kind = _SUFFIXES.get(suffixes[-1] if suffixes else "", "json")
    return "json" if kind == "parquet" else kind


def _opened(path: Path) -> IO[bytes]:
    """Open a file, unpacking it as its first bytes say. Packed streams are read piece by piece, so
    that a small file of enormous content costs no more memory than a row."""
    with path.open("rb") as file:
        head = file.read(6)
    if head.startswith(b"\x1f\x8b"):
        return io.BufferedReader(gzip.open(path, "rb"))
    if head.startswith(b"\xfd7zXZ\x00"):
        return io.BufferedReader(lzma.open(path, "rb"))
    if head.startswith(b"BZh"):
        return io.BufferedReader(bz2.open(path, "rb"))
    return path.open("rb")


# --- columns -------------------------------------------------------------------------------------


def _plain(name: str) -> str:
    return re.sub(r"[\W]+", "_", str(name).strip().lower().lstrip("\ufeff")).strip("_")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column of a table holds what."""

    of: Mapping[str, str]
    site: str | None
    text_first: bool
    """Whether the text goes before the page, because it was named and the page was not."""

    @classmethod
    def choose(cls, given: str, names: Sequence[str], wanted: Mapping[str, str]) -> "_Columns":
        listed = ", ".join(map(str, names[:30])) + (", …" if len(names) > 30 else "")
        by_name = {_plain(name): name for name in reversed(names)}
        chosen: dict[str, str] = {}
        for what, name in wanted.items():
            if what not in COLUMNS:
                hint = _did_you_mean(what, list(COLUMNS)) or f"know {', '.join(COLUMNS)}"
                raise NoSuchColumn(given, f"nothing is called {what!r} here", hint)
            found = name if name in names else by_name.get(_plain(name))
            if found is None:
                meant = _did_you_mean(name, [str(n) for n in names])
                remedy = (
                    f"{meant} its columns are {listed}" if meant else f"its columns are {listed}"
                )
                raise NoSuchColumn(given, f"it has no column {name!r}", remedy)
            chosen[what] = found
        for what, usual in COLUMNS.items():
            if what not in chosen:
                for name in usual:
                    if name in by_name and by_name[name] not in chosen.values():
                        chosen[what] = by_name[name]
                        break
        if "text" not in chosen and "html" not in chosen:
            remedy = f"name it with --column text=NAME; its columns are {listed}"
            raise NoSuchColumn(given, "it has no column that holds the text", remedy)
        site = next((by_name[s] for s in SITES if s in by_name), None)
        return cls(chosen, site, "text" in wanted and "html" not in wanted)

    def cell(self, row: _Row, what: str) -> str | None:
        """Return a cell as text, or None where it is empty."""
        return _cell(row.get(self.of[what])) if what in self.of else None


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    from rapidfuzz import process

    best = process.extractOne(word[:100], known[:MOST_COLUMNS], score_cutoff=60)
    return f"did you mean {best[0]!r}?" if best else ""


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float) and isnan(value):  # what tables of numbers have for nothing
        return None
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value[:50] if item is not None)
    elif isinstance(value, dict):
        value = value.get("name") or value.get("url") or value.get("title")
    elif isinstance(value, bytes):
        value = decode(value[:MOST_BYTES]).text
    if value is None:
        return None
    text = str(value)
    return text if text.strip() else None


# --- rows ----------------------------------------------------------------------------------------


def _article(
    row: _Row, number: int, given: str, name: str, columns: _Columns, catalogue: Catalogue
) -> Article | InputError:
    where = f"{given}, row {number}"
    page, text = columns.cell(row, "html"), columns.cell(row, "text")
    if columns.text_first and text:
        page = None
    content = page or text
    if content is None:
        return Unreadable(where, "it has no text", "fill the cell, or leave the row out")
    if len(content) > MOST_BYTES:
        what = f"its text is too large ({len(content) / 1e6:,.0f} million characters)"
        return Unreadable(where, what, f"give at most {MOST_BYTES // 1_000_000} million")
    stated = Given(
        id=(columns.cell(row, "id") or f"{name}#{number}").strip()[:500],
        input=where,
        url=_address(columns.cell(row, "url")),
        outlet=_short(columns.cell(row, "outlet")),
        title=_short(columns.cell(row, "title"), 1000),
        author=_short(columns.cell(row, "author")),
        published=_short(columns.cell(row, "published")),
        language=_short(columns.cell(row, "language"), 40),
        site=_short(_cell(row.get(columns.site)) if columns.site else None),
    )
    form = format_of(content)
    if page is not None or form == "html":
        from filiation.read.html import draft_of_html

        draft = draft_of_html(content, stated.url)
        if not draft.text.strip() and not draft.lines:
            return Unreadable(where, "its page shows no text", "fill the cell, or leave it out")
    else:
        draft = draft_of_text(content, form == "markdown")
    return article_of(draft, stated, catalogue)


def _short(cell: str | None, longest: int = 300) -> str | None:
    return cell.strip()[:longest] if cell else None


def _address(cell: str | None) -> str | None:
    return cell.strip()[:4000] if cell else None


# --- JSON ----------------------------------------------------------------------------------------


def _of_json(
    stream: IO[bytes], path: Path, given: str, wanted: Mapping[str, str], catalogue: Catalogue
) -> Iterator[Article | InputError]:
    rows = _json_rows(stream, given)
    ahead: list[tuple[int, _Row | InputError]] = []
    names: dict[str, None] = {}
    for row in rows:
        ahead.append(row)
        if isinstance(row[1], Mapping):
            names.update(dict.fromkeys(list(row[1])[:MOST_COLUMNS]))
        if len(ahead) >= ROWS_FOR_COLUMNS:
            break
    if not names:
        yield from (row for _, row in ahead if isinstance(row, InputError))
        if not ahead:
            yield Unreadable(given, "it holds no row", "write one JSON object a line")
        return
    columns = _Columns.choose(given, list(names), wanted)
    for number, found in _chained(ahead, rows):
        if isinstance(found, InputError):
            yield found
        else:
            yield _article(found, number, given, path.name, columns, catalogue)


def _chained(
    ahead: list[tuple[int, _Row | InputError]], rows: Iterator[tuple[int, _Row | InputError]]
) -> Iterator[tuple[int, _Row | InputError]]:
    yield from ahead
    ahead.clear()
    yield from rows


def _json_rows(stream: IO[bytes], given: str) -> Iterator[tuple[int, _Row | InputError]]:
    """Yield (row number, row) of JSON lines, of a JSON array of objects, or of a single object."""
    bare = _beginning(stream).removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"[") or (bare.startswith(b"{") and not _whole_first_line(bare)):
        yield from _json_document(stream, given)
        return
    for number, line in _lines(stream):
        where = f"{given}, row {number}"
        if line is None:
            yield number, _too_long(where)
            continue
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8", "replace"))
        except (ValueError, RecursionError) as error:
            yield number, Unreadable(where, f"it is no JSON ({_says(error)})", "mend the line")
            continue
        if number == 1 and isinstance(row, dict) and (held := _held(row)):
            yield from _listed(held, given)
        else:
            yield number, row if isinstance(row, dict) else _no_object(where)


BEGINNING = 65_536
"""Bytes looked at to tell of what kind a table is; a buffer's `peek` gives 8,192 at the most, less
than many a row."""


def _beginning(stream: IO[bytes]) -> bytes:
    """Return the first bytes of a stream, which then stands at its start again."""
    start = stream.read(BEGINNING)
    stream.seek(0)
    return start


def _whole_first_line(start: bytes) -> bool:
    """Return whether the first line alone is an object, or too long to tell."""
    line, newline, _ = start.partition(b"\n")
    if not newline and len(line) > BEGINNING // 2:
        return True
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return line.rstrip().endswith(b"}")


def _held(document: Mapping[str, Any]) -> list[Any]:
    """Return the list of articles that an object without a text of its own holds."""
    if any(_plain(key) in _TEXT_KEYS and isinstance(v, str) for key, v in document.items()):
        return []
    lists = (v for v in document.values() if isinstance(v, list) and v and isinstance(v[0], dict))
    return next(lists, [])


def _json_document(stream: IO[bytes], given: str) -> Iterator[tuple[int, _Row | InputError]]:
    """Yield the rows of a JSON array, or of the array that an object holds, or the object itself."""
    data = stream.read(MOST_DOCUMENT + 1)
    if len(data) > MOST_DOCUMENT:
        what = f"it is a JSON document of more than {MOST_DOCUMENT // 1_000_000} MB"
        raise Unreadable(given, what, "write one JSON object a line (.jsonl)")
    try:
        document = json.loads(data.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(given, f"it is no JSON ({_says(error)})", "mend it") from error
    if isinstance(document, dict):
        document = _held(document) or [document]
    if not isinstance(document, list):
        raise Unreadable(given, "it is JSON, but no list of articles", "write [{…}, {…}]")
    yield from _listed(document, given)


def _listed(rows: Sequence[Any], given: str) -> Iterator[tuple[int, _Row | InputError]]:
    for number, row in enumerate(rows, 1):
        yield number, row if isinstance(row, dict) else _no_object(f"{given}, row {number}")


def _no_object(where: str) -> Unreadable:
    return Unreadable(where, "it is no JSON object", "write {…} with the columns")


MOST_DOCUMENT = 200_000_000
"""Bytes of a JSON document that is one array, which must be read whole."""


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number, line) of a binary stream; None for a line longer than a row may be."""
    number = 0
    while line := stream.readline(LONGEST_ROW + 1):
        number += 1
        if len(line) <= LONGEST_ROW:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):  # skip the rest of it
            line = stream.readline(1 << 20)
        yield number, None


def _too_long(where: str) -> Unreadable:
    what = f"the row is longer than {LONGEST_ROW // 1_000_000} MB"
    return Unreadable(where, what, "leave it out, or cut it")


def _says(error: BaseException) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]


# --- CSV -----------------------------------------------------------------------------------------

_DELIMITERS = ",;\t|"


def _of_csv(
    stream: IO[bytes], path: Path, given: str, wanted: Mapping[str, str], catalogue: Catalogue
) -> Iterator[Article | InputError]:
    encoding, note = _encoding(_beginning(stream), given)
    lines = _CsvLines(stream, encoding)
    tabbed = any(s.lower() in (".tsv", ".tab") for s in path.suffixes)
    before = csv.field_size_limit(LONGEST_ROW)
    try:
        delimiter = "\t" if tabbed else _delimiter(lines.first())
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            names = [name.strip().lstrip("\ufeff") for name in next(reader)][:MOST_COLUMNS]
        except StopIteration:
            raise Unreadable(
                given, "it is empty", "give a table with a row of column names"
            ) from None
        columns = _Columns.choose(given, names, wanted)
        number = 0
        for number, found in _csv_rows(reader, names, given, lines):
            if isinstance(found, InputError):
                yield found
                continue
            article = _article(found, number, given, path.name, columns, catalogue)
            if note and isinstance(article, Article):
                article = replace(article, notes=(note, *article.notes))
            yield article
        if not number:
            yield Unreadable(given, "it has no row below its column names", "fill it")
    except csv.Error as error:  # in the first row
        raise Unreadable(given, f"its first row is broken ({error})", "mend it") from error
    finally:
        csv.field_size_limit(before)


def _csv_rows(
    reader: Iterator[list[str]], names: Sequence[str], given: str, lines: "_CsvLines"
) -> Iterator[tuple[int, _Row | InputError]]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            where = f"{given}, row {number}"
            yield number, Unreadable(where, f"it is broken ({error})", "close its quotes")
            continue
        if lines.skipped:
            lines.skipped = False
            yield number, _too_long(f"{given}, row {number}")
            continue
        if any(cell.strip() for cell in cells):
            yield number, dict(zip(names, cells, strict=False))


class _CsvLines:
    """The lines of a CSV file as text; one that is too long is given empty, and remembered."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._lines = _lines(stream)
        self._encoding = encoding
        self._ahead: list[str] = []
        self.skipped = False

    def first(self) -> str:
        """Return the first line without taking it."""
        if not self._ahead:
            self._ahead = [next(self, "")]
        return self._ahead[0]

    def __iter__(self) -> "_CsvLines":
        return self

    def __next__(self) -> str:
        if self._ahead:
            return self._ahead.pop()
        _, line = next(self._lines)
        if line is None:
            self.skipped = True
            return "-\n"
        return line.decode(self._encoding, "replace").replace("\x00", "")


def _encoding(sample: bytes, given: str) -> tuple[str, str]:
    """Return how to decode a table whose beginning is `sample`, and what to say of it."""
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", ""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Lines cannot be told apart byte by byte in UTF-16.
        raise Unreadable(given, "it is in UTF-16", "save it in UTF-8")
    try:
        sample[: max(0, len(sample) - 4)].decode("utf-8")
    except UnicodeDecodeError:
        name = decode(sample).encoding
        return name, f"its encoding is not declared; read as {name}"
    return "utf-8", ""


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


# --- Parquet -------------------------------------------------------------------------------------


def _parquet(path: Path, given: str, wanted: Mapping[str, str]) -> tuple[list[str], Iterator[_Row]]:
    """Return the columns of a Parquet file, and its rows read a few at a time.

    DuckDB is shut in: this one file, no network, no extension, little memory.
    """
    import duckdb

    place = str(path.resolve())
    try:
        connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "memory_limit": "1GB",
                "threads": "1",
            },
        )
        pattern = re.sub(r"([*?\[])", r"[\1]", place)
        connection.execute("SET allowed_paths = [$place, $name]", {"place": place, "name": pattern})
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        relation = "read_parquet($pattern)"
        cursor = connection.execute(f"SELECT * FROM {relation} LIMIT 0", {"pattern": pattern})
        names = [column[0] for column in cursor.description or ()]
    except duckdb.Error as error:
        raise _broken(given, error) from error
    chosen = _Columns.choose(given, names, wanted)
    needed = dict.fromkeys([*chosen.of.values(), *([chosen.site] if chosen.site else [])])
    listed = ", ".join('"' + name.replace('"', '""') + '"' for name in needed)

    def rows() -> Iterator[_Row]:
        try:
            found = connection.execute(f"SELECT {listed} FROM {relation}", {"pattern": pattern})
            while batch := found.fetchmany(64):
                for cells in batch:
                    yield dict(zip(needed, cells, strict=True))
        except duckdb.Error as error:
            raise _broken(given, error) from error
        finally:
            connection.close()

    return names, rows()


def _broken(given: str, error: Exception) -> Unreadable:
    says = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
    return Unreadable(given, f"it is a broken Parquet table ({says})", "give a whole file")
