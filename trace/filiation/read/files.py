"""Articles from where the user has them: a file, a folder, a table, standard input."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from filiation.errors import InputError, NotFound, Unreadable
from filiation.outlets import Catalogue
from filiation.outlets import catalogue as known_outlets
from filiation.read.article import Given, article_of
from filiation.read.bundles import article_of_kept, asked_of, is_bundle, pages
from filiation.read.decode import MOST_BYTES, Format, decode, format_of, refuse_binary, too_large
from filiation.read.raw import (
    WHOLE,
    Document,
    Entry,
    File,
    JsonLine,
    Kept,
    Raw,
    Response,
    Revisit,
    Row,
)
from filiation.read.text import draft_of_text
from filiation.values import Article

if TYPE_CHECKING:
    from filiation.read.warc import Met

__all__ = [
    "article_of_raw",
    "articles",
    "documents",
    "read",
    "read_bytes",
    "read_html",
    "read_text",
]

FIRST_LINE = 200_000
"""Bytes of a first line looked at to tell whether a file without a table's name is one."""


def read(
    source: str | Path | bytes,
    *,
    url: str | None = None,
    name: str | None = None,
    catalogue: Catalogue | None = None,
) -> Article:
    """Read one article: from a path, from standard input (`-`), or from bytes.

    `url` is the address the document was had from, `name` what to call it. Raises `NotFound` where
    there is no such file, `Unreadable` where it is no article: empty, binary, too large, or a table
    of several articles.
    """
    if isinstance(source, bytes):
        return read_bytes(source, url=url, name=name or "bytes", catalogue=catalogue)
    if str(source) == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise too_large(name or "standard input")
        where = name or "standard input"
        return read_bytes(data, url=url, name=where, given="-", catalogue=catalogue)
    path = Path(source)
    if is_bundle(path):
        found = asked_of(path)
        known = known_outlets() if catalogue is None else catalogue
        return _article(found, known)
    if _kind(path) != "article":
        return _only(path, catalogue)
    return read_bytes(
        _bytes_of(path),
        url=url,
        name=name or path.name,
        given=str(source),
        suffix=path.suffix.lower(),
        catalogue=catalogue,
    )


def _only(path: Path, catalogue: Catalogue | None) -> Article:
    """Return the one article of a table."""
    known = known_outlets() if catalogue is None else catalogue
    rows = list(_first_two(_articles(documents([path]), known)))
    found = [row for row in rows if isinstance(row, Article)]
    if len(found) > 1:
        what = "it holds several articles"
        raise Unreadable(str(path), what, "give one of them")
    if found:
        return found[0]
    raise next((row for row in rows if isinstance(row, InputError)), _nothing(str(path)))


def _first_two(rows: Iterable[Article | InputError]) -> Iterator[Article | InputError]:
    seen = 0
    for row in rows:
        yield row
        seen += isinstance(row, Article)
        if seen == 2:
            return


def _nothing(where: str) -> Unreadable:
    return Unreadable(where, "it holds no article", "give a page, a text or a table of articles")


def read_bytes(
    data: bytes,
    *,
    url: str | None = None,
    name: str = "bytes",
    given: str | None = None,
    suffix: str = "",
    charset: str | None = None,
    catalogue: Catalogue | None = None,
) -> Article:
    """Read one article from bytes; `charset` is what HTTP said. Raises `Unreadable`."""
    refuse_binary(data, given or name)
    decoded = decode(data, charset)
    what = Given(id=name, input=given or name, url=url)
    article = read_text(decoded.text, what, format_of(decoded.text, suffix), catalogue=catalogue)
    return replace(article, notes=(*decoded.notes, *article.notes))


def read_text(
    text: str,
    given: Given | None = None,
    form: Format | None = None,
    *,
    catalogue: Catalogue | None = None,
) -> Article:
    """Read one article from a text: HTML, Markdown or plain, told by its content if not by `form`.

    Raises `Unreadable` where it holds nothing but white space.
    """
    given = given or Given("text", "text")
    if not text.strip():
        raise Unreadable(given.input, "it is empty", "give a page, a text or a table")
    form = form or format_of(text)
    known = known_outlets() if catalogue is None else catalogue
    if form == "html":
        from filiation.read.html import draft_of_html

        draft = draft_of_html(text, given.url)
        if not draft.text.strip() and not draft.lines:
            raise Unreadable(given.input, "the page shows no text", "give a page with an article")
        return article_of(draft, given, known)
    return article_of(draft_of_text(text, form == "markdown"), given, known)


def read_html(
    text: str, *, url: str | None = None, name: str = "page", catalogue: Catalogue | None = None
) -> Article:
    """Read one article from a page. Raises `Unreadable` where it is empty."""
    return read_text(text, Given(name, name, url), "html", catalogue=catalogue)


def articles(
    inputs: Iterable[str | Path],
    *,
    columns: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> Iterator[Article | InputError]:
    """Read every article of `inputs`: files, folders, tables, `-`.

    `columns` names columns of tables (`{"text": "context"}`). What cannot be read is yielded as the
    error that tells why, with its row, and the rest goes on. Ids are made unique by a suffix.
    """
    ids: dict[str, int] = {}
    known = known_outlets() if catalogue is None else catalogue
    for found in _articles(documents(inputs, columns=columns), known):
        yield _unique(found, ids) if isinstance(found, Article) else found


def _articles(
    found: Iterable[Raw | InputError], catalogue: Catalogue
) -> Iterator[Article | InputError]:
    for one in found:
        if isinstance(one, InputError):
            yield one
        elif not (isinstance(one.content, Revisit) and one.content.met):
            yield article_of_raw(one, catalogue)


def _nothing_done(_source: str) -> int:
    return 0


def documents(
    inputs: Iterable[str | Path],
    *,
    columns: Mapping[str, str] | None = None,
    done: Callable[[str], int] = _nothing_done,
) -> Iterator[Raw | InputError]:
    """Yield what `inputs` hold, unread: every file, row and record, or why one of them is lost.

    Inputs may be larger than memory: they are streamed, and nothing is parsed that
    `article_of_raw` can parse. `columns` names columns of tables. `done` is asked for every file,
    by its path as given (or found below the folder given), how many of its rows to pass over;
    `WHOLE` for all of it. Each `Raw`, and each error, says which file (`source`) and row (`number`)
    it is of, in order; the number of an error is 0 where it concerns the file as a whole.
    """
    from filiation.read.warc import Met

    met = Met()
    for given in inputs:
        if str(given) == "-":
            if done("-") < 1:
                yield _standard_input()
            continue
        path = Path(given)
        try:
            is_folder = path.is_dir()
        except (OSError, ValueError):
            is_folder = False
        if is_folder:
            yield from _of_folder(path, columns, done, met)
        else:
            yield from _of_path(path, path.name, str(given), columns, done, met)


def article_of_raw(raw: Raw, catalogue: Catalogue) -> Article | InputError:
    """Read what `documents` found: the article, or the error that tells why there is none."""
    try:
        return _article(raw, catalogue)
    except InputError as error:
        return error.of(raw.source, raw.number)


def _article(raw: Raw, catalogue: Catalogue) -> Article:
    match raw.content:
        case JsonLine(line, columns, encoding, notes):
            from filiation.read.jsons import row_of_line
            from filiation.read.tables import article_of_row

            cells, more = row_of_line(line, encoding, raw.where)
            return article_of_row(raw, Row(cells, columns, (*notes, *more)), catalogue)
        case Row() as row:
            from filiation.read.tables import article_of_row

            return article_of_row(raw, row, catalogue)
        case Response() as response:
            from filiation.read.warc import article_of_response

            return article_of_response(raw, response, catalogue)
        case Entry() as entry:
            from filiation.read.feeds import article_of_entry

            return article_of_entry(raw, entry, catalogue)
        case File(path):
            data, suffix, url = _bytes_of(Path(path)), Path(path).suffix.lower(), None
        case Document(data, suffix, url):
            pass
        case Kept() as kept:
            return article_of_kept(raw, kept)
        case Revisit() as revisit:
            when = f" of {revisit.of_date}" if revisit.of_date else ""
            what = f"it is an earlier capture met again: {revisit.of_uri}{when}"
            raise Unreadable(raw.where, what, "give the archive that holds that capture")
    return read_bytes(
        data, url=url, name=raw.name, given=raw.where, suffix=suffix, catalogue=catalogue
    )


def _unique(article: Article, ids: dict[str, int]) -> Article:
    seen = ids.get(article.id, 0)
    ids[article.id] = seen + 1
    if not seen:
        return article
    other = f"{article.id}~{seen + 1}"
    while other in ids:
        seen += 1
        other = f"{article.id}~{seen + 1}"
    ids[other] = 1
    return replace(article, id=other)


def _standard_input() -> Raw | InputError:
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return too_large("standard input").of("-", 1)
    return Raw("-", 1, "-", "standard input", Document(data))


def _of_folder(
    folder: Path, columns: Mapping[str, str] | None, done: Callable[[str], int], met: "Met"
) -> Iterator[Raw | InputError]:
    found = False
    for file in _files_below(folder):
        found = True
        if isinstance(file, InputError):
            yield file
        elif is_bundle(file):
            yield from pages(file, done)
        else:
            name = str(file.relative_to(folder))
            yield from _of_path(file, name, str(file), columns, done, met)
    if not found:
        yield Unreadable(
            str(folder), "the folder holds no file to read", "give HTML, text or tables"
        )


def _of_path(
    path: Path,
    name: str,
    source: str,
    columns: Mapping[str, str] | None,
    done: Callable[[str], int],
    met: "Met",
) -> Iterator[Raw | InputError]:
    """Yield what a file holds. `name` is what an article that fills it is called."""
    passed = done(source)
    if passed >= WHOLE:
        return
    try:
        match _kind(path):
            case "archive":
                from filiation.read.warc import records

                yield from records(path, source, passed, met)
            case "feed":
                from filiation.read.feeds import entries

                yield from entries(path, _bytes_of(path), source, passed)
            case "table":
                from filiation.read.tables import rows

                yield from rows(path, source, columns, passed)
            case "article" if passed < 1:
                yield Raw(source, 1, source, name, _content(path))
    except InputError as error:
        yield error.of(source)


def _kind(path: Path) -> Literal["archive", "feed", "table", "article"]:
    """Tell what a file holds, by its name and its first bytes. Raises `InputError`."""
    from filiation.read.feeds import is_feed
    from filiation.read.tables import holds_many, is_table
    from filiation.read.warc import is_archive

    head = _head(path)
    if is_archive(path, head):
        return "archive"
    if is_feed(head):
        return "feed"
    return "table" if is_table(path) or holds_many(head) else "article"


def _head(path: Path) -> bytes:
    """Return the first bytes of a file: enough to tell whether it holds many articles."""
    _status(path)
    if not path.is_file():
        return b""
    with _opened(path) as file:
        head = file.read(4096)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            head += file.read(FIRST_LINE)
    return head


def _content(path: Path) -> File | Document:
    """Return a file's path, or its bytes where they can be had only once."""
    if path.is_file():
        return File(str(path))
    return Document(_bytes_of(path), path.suffix.lower())


def _bytes_of(path: Path) -> bytes:
    """Return a file's bytes; only a regular file's or a pipe's, and no more than `MOST_BYTES`."""
    size = _status(path).st_size
    if size > MOST_BYTES:
        raise too_large(str(path), size)
    with _opened(path) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise too_large(str(path))
    return data


def _status(path: Path) -> os.stat_result:
    """Return what the system knows of a file, or raise the error that tells why a path is no file to be read as one article."""
    where = str(path)
    with _reasons(where):
        status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise Unreadable(where, "it is a folder", "give one article")
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISFIFO(status.st_mode):
        raise Unreadable(where, "it is a device, no file", "give a file")
    return status


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with _reasons(str(path)), path.open("rb") as file:
        yield file


@contextmanager
def _reasons(where: str) -> Iterator[None]:
    """Tell what the system says of a file in the words of `InputError`."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(where, "there is no such file", "check its name") from error
    except PermissionError as error:
        raise Unreadable(
            where, "it may not be read", "give yourself the right to read it"
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        says = getattr(error, "strerror", None) or str(error)
        raise Unreadable(where, f"it cannot be read ({says})", "give a file") from error


MOST_FILES = 1_000_000
"""Files read of one folder."""


def _files_below(folder: Path) -> Iterator[Path | Unreadable]:
    """Yield the files below `folder`, sorted; hidden ones and what leads out of it skipped.

    A bundle of evidence is yielded as the one thing it is. A folder that cannot be looked into is yielded as the error that tells why.
    """
    try:
        root = folder.resolve()
    except (OSError, RuntimeError):
        return
    seen: set[Path] = set()
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            place = here.resolve()
            if place in seen or not place.is_relative_to(root):
                continue
            seen.add(place)
            if is_bundle(here):
                yield here
                continue
            entries = sorted(here.iterdir(), key=lambda entry: entry.name)
        except (OSError, RuntimeError) as error:
            says = getattr(error, "strerror", None) or str(error)
            yield Unreadable(str(here), f"the folder cannot be opened ({says})", "check its rights")
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_symlink() and not entry.resolve().is_relative_to(root):
                    continue
                if entry.is_dir():
                    folders.append(entry)
                elif entry.is_file():
                    yield entry
            except (OSError, RuntimeError):
                continue
        pending.extend(reversed(folders))
