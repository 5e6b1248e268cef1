"""Tables of articles, one a row: CSV, TSV, JSON lines, JSON arrays, Parquet; compressed ones too."""

import bz2
import gzip
import io
import json
import lzma
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Literal

from filiation.errors import InputError, NotFound, Unreadable
from filiation.outlets import Catalogue
from filiation.read.article import Given, article_of
from filiation.read.columns import TEXT_KEYS, Columns, plain
from filiation.read.decode import MOST_BYTES, format_of
from filiation.read.raw import Raw, Row
from filiation.read.text import draft_of_text
from filiation.values import Article

__all__ = ["article_of_row", "holds_many", "is_table", "rows"]

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


def is_table(path: Path) -> bool:
    """Return whether a file's name says that it is a table."""
    suffixes = [s.lower() for s in path.suffixes[-2:]]
    if suffixes and suffixes[-1] in _PACKED:
        return len(suffixes) == 2 and suffixes[0] in _SUFFIXES and suffixes[0] != ".parquet"
    return bool(suffixes) and suffixes[-1] in _SUFFIXES


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
    return isinstance(first, dict) and any(plain(key) in TEXT_KEYS for key in first)


# --- rows ----------------------------------------------------------------------------------------


def rows(
    path: Path, source: str, columns: Mapping[str, str] | None = None, done: int = 0
) -> Iterator[Raw | InputError]:
    """Yield the rows of a table after the first `done`, or the error that tells why one is lost.

    `columns` names columns (`{"text": "context"}`); others are found by their usual names. Yields
    one `NoSuchColumn` where there is none for the text, or a named one does not exist. Rows are
    numbered from 1 below the column names, lines of JSON from 1, the empty ones counted.
    """
    try:
        yield from _rows(path, source, columns or {}, done)
    except InputError as error:
        yield error.of(source)
    except FileNotFoundError:
        yield NotFound(source, "there is no such file", "check its name").of(source)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        says = getattr(error, "strerror", None) or str(error) or type(error).__name__
        yield Unreadable(source, f"it cannot be read ({says})", "give a whole file").of(source)


def _rows(
    path: Path, source: str, columns: Mapping[str, str], done: int
) -> Iterator[Raw | InputError]:
    if not path.exists():
        raise NotFound(source, "there is no such file", "check its name")
    if not path.is_file():
        raise Unreadable(source, "it is no file", "give a file")
    if path.stat().st_size == 0:
        raise Unreadable(source, "it is empty", "give a table with a row for each article")
    kind = _kind(path, source)
    if kind == "parquet":
        from filiation.read.parquet import parquet_rows

        yield from parquet_rows(path, source, columns, done)
        return
    with _opened(path) as stream:
        if kind == "csv":
            from filiation.read.csvs import csv_rows

            yield from csv_rows(stream, path, source, columns, done)
        else:
            from filiation.read.jsons import json_rows

            yield from json_rows(stream, path, source, columns, done)


def _kind(path: Path, source: str) -> Literal["csv", "json", "parquet"]:
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"PARE":
        raise Unreadable(source, "it is an encrypted Parquet table", "give it decrypted")
    if head == b"PAR1":
        return "parquet"
    suffixes = [s.lower() for s in path.suffixes[-2:] if s.lower() not in _PACKED]
    kind = _SUFFIXES.get(suffixes[-1] if suffixes else "", "json")
    if kind == "parquet":
        raise Unreadable(source, "it is called a Parquet table, and is none", "give a whole file")
    return kind


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


# --- one row -------------------------------------------------------------------------------------


def article_of_row(raw: Raw, row: Row, catalogue: Catalogue) -> Article:
    """Return the article of a row. Raises `Unreadable` where it gives none."""
    cells, columns = row.cells, row.columns
    page, text = columns.cell(cells, "html"), columns.cell(cells, "text")
    if columns.text_first and text:
        page = None
    content = page or text
    if content is None:
        raise Unreadable(raw.where, "it has no text", "fill the cell, or leave the row out")
    if len(content) > MOST_BYTES:
        what = f"its text is too large ({len(content) / 1e6:,.0f} million characters)"
        raise Unreadable(raw.where, what, f"give at most {MOST_BYTES // 1_000_000} million")
    stated = _given(raw, cells, columns)
    form = format_of(content)
    if page is not None or form == "html":
        from filiation.read.html import draft_of_html

        draft = draft_of_html(content, stated.url)
        if not draft.text.strip() and not draft.lines:
            raise Unreadable(raw.where, "its page shows no text", "fill the cell, or leave it out")
    else:
        draft = draft_of_text(content, form == "markdown")
    article = article_of(draft, stated, catalogue)
    return replace(article, notes=(*row.notes, *article.notes)) if row.notes else article


def _given(raw: Raw, cells: Mapping[str, Any], columns: Columns) -> Given:
    return Given(
        id=(columns.cell(cells, "id") or raw.name).strip()[:500],
        input=raw.where,
        url=_short(columns.cell(cells, "url"), 4000),
        outlet=_short(columns.cell(cells, "outlet")),
        title=_short(columns.cell(cells, "title"), 1000),
        author=_short(columns.cell(cells, "author")),
        published=_short(columns.cell(cells, "published")),
        language=_short(columns.cell(cells, "language"), 40),
        site=_short(columns.site_cell(cells)),
    )


def _short(cell: str | None, longest: int = 300) -> str | None:
    return cell.strip()[:longest] if cell else None
