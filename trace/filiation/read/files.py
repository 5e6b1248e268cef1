"""Articles from where the user has them: a file, a folder, a table, standard input."""

import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from filiation.errors import InputError, NotFound, Unreadable
from filiation.outlets import Catalogue
from filiation.outlets import catalogue as known_outlets
from filiation.read.article import Given, article_of
from filiation.read.decode import MOST_BYTES, Format, decode, format_of, refuse_binary, too_large
from filiation.read.text import draft_of_text
from filiation.values import Article

__all__ = ["articles", "read", "read_bytes", "read_html", "read_text"]


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
    from filiation.read.tables import holds_many, is_table
    from filiation.read.warc import is_archive

    if is_table(path) or is_archive(path):
        return _only(path, catalogue)
    data = _bytes_of(path)
    if holds_many(data):
        return _only(path, catalogue)
    return read_bytes(
        data,
        url=url,
        name=name or path.name,
        given=str(source),
        suffix=path.suffix.lower(),
        catalogue=catalogue,
    )


def _only(path: Path, catalogue: Catalogue | None) -> Article:
    """Return the one article of a table."""
    rows = list(_first_two(_of_path(path, str(path), None, catalogue)))
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
    for source in inputs:
        for found in _of_input(source, columns, catalogue):
            yield _unique(found, ids) if isinstance(found, Article) else found


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


def _of_input(
    source: str | Path, columns: Mapping[str, str] | None, catalogue: Catalogue | None
) -> Iterator[Article | InputError]:
    if str(source) == "-":
        try:
            yield read("-", catalogue=catalogue)
        except InputError as error:
            yield error
        return
    path = Path(source)
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        yield from _of_path(path, str(source), columns, catalogue)
        return
    found = False
    for file in _files_below(path):
        if isinstance(file, InputError):
            found = True
            yield file
            continue
        for article in _of_path(file, str(file), columns, catalogue, file.relative_to(path)):
            found = True
            yield article
    if not found:
        yield Unreadable(
            str(source), "the folder holds no file to read", "give HTML, text or tables"
        )


def _of_path(
    path: Path,
    given: str,
    columns: Mapping[str, str] | None,
    catalogue: Catalogue | None,
    inside: Path | None = None,
) -> Iterator[Article | InputError]:
    from filiation.read.tables import holds_many, is_table, rows_of
    from filiation.read.warc import is_archive, pages_of

    known = known_outlets() if catalogue is None else catalogue
    try:
        if is_archive(path):
            yield from pages_of(path, given, known)
            return
        if is_table(path):
            yield from rows_of(path, given, columns, known)
            return
        data = _bytes_of(path)
        if holds_many(data):
            yield from rows_of(path, given, columns, known)
            return
        yield read_bytes(
            data,
            name=str(inside or path.name),
            given=given,
            suffix=path.suffix.lower(),
            catalogue=catalogue,
        )
    except InputError as error:
        yield error


def _bytes_of(path: Path) -> bytes:
    """Return a file's bytes; only a regular file's, and no more than `MOST_BYTES`."""
    where = str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise Unreadable(where, "it is a folder", "give one article")
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISFIFO(status.st_mode):
            raise Unreadable(where, "it is a device, no file", "give a file")
        if status.st_size > MOST_BYTES:
            raise too_large(where, status.st_size)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound(where, "there is no such file", "check its name") from error
    except PermissionError as error:
        raise Unreadable(
            where, "it may not be read", "give yourself the right to read it"
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        says = getattr(error, "strerror", None) or str(error)
        raise Unreadable(where, f"it cannot be read ({says})", "give a file") from error
    if len(data) > MOST_BYTES:
        raise too_large(where)
    return data


MOST_FILES = 1_000_000
"""Files read of one folder."""


def _files_below(folder: Path) -> Iterator[Path | Unreadable]:
    """Yield the files below `folder`, sorted; hidden ones and what leads out of it skipped.

    A folder that cannot be looked into is yielded as the error that tells why.
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
