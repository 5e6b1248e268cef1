"""A bundle of evidence as an input: what its manifest lists, and the pages it holds.

A bundle comes from somebody else, who may mean harm: no name in it is ever used as a path, links
are refused, and nothing is unpacked beyond a limit.
"""

import json
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, Final

from filiation.errors import InputError, NotFound, Unreadable
from filiation.plain import fits, from_plain
from filiation.read.decode import MOST_BYTES
from filiation.read.raw import Document, Kept, Raw, Response
from filiation.values import Article, Line

__all__ = [
    "ARTICLES",
    "CAPTURES",
    "CREDITS",
    "FILES",
    "MANIFEST",
    "MATCHES",
    "MOST_RECORD",
    "REPORT",
    "SCHEMA",
    "SUMS",
    "TRACE",
    "WARC",
    "Damaged",
    "Listed",
    "Manifest",
    "Placed",
    "Record",
    "article_of_kept",
    "asked_of",
    "canonical",
    "is_bundle",
    "is_sound",
    "lines_of",
    "manifest_of",
    "of_page",
    "opened",
    "pages",
    "record_at",
    "unpacked",
]

SCHEMA: Final = "filiation/bundle@1"
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
ARTICLES: Final = "articles.jsonl"
CAPTURES: Final = "captures.jsonl"
CREDITS: Final = "credits.jsonl"
MATCHES: Final = "matches.jsonl"
TRACE: Final = "trace.json"
REPORT: Final = "report.txt"
WARC: Final = "evidence.warc.gz"
FILES: Final = (ARTICLES, CAPTURES, CREDITS, WARC, MATCHES, REPORT, TRACE)
"""The files that a manifest lists. A bundle holds these, the manifest and the sums, nothing else."""

MOST_RECORD: Final = MOST_BYTES + 4_000_000
"""Bytes of an unpacked record: the largest document that is read, and the headers before it."""
MOST_LINE: Final = 6 * MOST_BYTES
"""Bytes of a line of JSON: the largest document, its text once whole and once in lines, escaped."""
MOST_MANIFEST: Final = 64_000_000
"""Bytes of a manifest: 400,000 lines and records, with some 150 bytes each."""

_OPENS = re.compile(rb'\s*\{\s*"schema"\s*:\s*"filiation/bundle@')
_NAME = re.compile(r"filiation/bundle@\d+")
_SUFFIX = re.compile(r"\.\w{1,20}")
_HEX = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):
    """Something in a bundle is not as it was written; says what."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record of the archive, and where it lies."""

    id: str
    """Its WARC-Record-ID, without the angle brackets."""
    type: str
    url: str
    """Its WARC-Target-URI; empty where it has none."""
    offset: int
    length: int
    """Bytes of the packed record."""
    sha256: str
    """Of the packed record, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the bundle, as the manifest has it."""

    sha256: str
    bytes: int
    lines: tuple[str, ...] = ()
    """The SHA-256 of each line with its end, so that an altered one can be named."""
    records: tuple[Placed, ...] = ()
    """The archive's."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself."""

    schema: str
    made_with: Mapping[str, Any]
    """The program, its code, its catalogue and its libraries, by version or digest."""
    command: tuple[str, ...]
    started: str
    ended: str
    settings: Mapping[str, Any]
    asked: str
    """Id of the article that was asked about."""
    files: Mapping[str, Listed]
    digest: str
    """Of all the rest of the manifest."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the archive, unpacked."""

    headers: Mapping[str, str]
    """Names in lower case."""
    block: bytes = field(repr=False)


# --- the manifest --------------------------------------------------------------------------------


def is_bundle(folder: Path) -> bool:
    """Return whether a folder is a bundle, sound or not: by its manifest, or what lies beside it."""
    try:
        with opened(folder, MANIFEST) as file:
            head = file.read(200)
    except InputError:
        return False
    return bool(_OPENS.match(head)) or all((folder / name).exists() for name in (WARC, CAPTURES))


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return a manifest as its file's bytes; there is one way to write it."""
    return (json.dumps(content, indent=1, allow_nan=False) + "\n").encode()


def manifest_of(folder: Path) -> tuple[Manifest, str]:
    """Return a bundle's manifest, and the digest of its file.

    Raises `Damaged` where it is not as it was written, `NotFound` where there is none, and
    `Unreadable` where it is whole but cannot be trusted: names that are no files of a bundle, a
    form that this program does not know.
    """
    with opened(folder, MANIFEST) as file:
        data = file.read(MOST_MANIFEST + 1)
    if len(data) > MOST_MANIFEST:
        raise _refused(folder, MANIFEST, f"is larger than {MOST_MANIFEST:,} bytes")
    try:
        content = json.loads(data)
        rest = {key: value for key, value in content.items() if key != "digest"}
        sound = canonical(content) == data
        sound = sound and content["digest"] == f"sha256:{sha256(canonical(rest)).hexdigest()}"
    except (ValueError, AttributeError, KeyError, RecursionError) as error:
        raise Damaged("it is no manifest any more") from error
    if not sound:
        raise Damaged("it does not bear out its own digest")
    return _manifest(content, folder), f"sha256:{sha256(data).hexdigest()}"


def _manifest(content: Mapping[str, Any], folder: Path) -> Manifest:
    schema = content.get("schema")
    if schema != SCHEMA:
        if isinstance(schema, str) and _NAME.fullmatch(schema):
            raise _refused(folder, MANIFEST, f"is of the form {schema}, which is not known here")
        raise _refused(folder, MANIFEST, "is no manifest of a bundle")
    try:
        manifest: Manifest = from_plain(Manifest, content)
    except ValueError as error:
        raise _refused(folder, MANIFEST, "lacks what a manifest holds") from error
    if not fits(Manifest, manifest):
        raise _refused(folder, MANIFEST, "lacks what a manifest holds")
    if strange := sorted(manifest.files.keys() - {*FILES}):
        raise _refused(folder, MANIFEST, f"names {strange[0][:80]!r}, which is no bundle's file")
    if missing := sorted({*FILES} - manifest.files.keys()):
        raise _refused(folder, MANIFEST, f"does not name {missing[0]}")
    if not _is_tiled(manifest.files[WARC]):
        raise _refused(folder, MANIFEST, "gives places of records that cannot be")
    return manifest


def _is_tiled(archive: Listed) -> bool:
    """Whether the records lie one behind the other, from the file's first byte to its last."""
    at = 0
    for record in archive.records:
        if record.offset != at or record.length <= 0 or not _HEX.fullmatch(record.sha256):
            return False
        at += record.length
    return at == archive.bytes


# --- files, lines and records --------------------------------------------------------------------


@contextmanager
def opened(folder: Path, name: str) -> Iterator[BufferedReader]:
    """Open a file of a bundle, which must be a regular one. Raises `InputError`."""
    path = folder / name
    where = str(path)
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise _refused(folder, name, "is a link, and a bundle holds none")
        if not stat.S_ISREG(status.st_mode):
            raise _refused(folder, name, "is no file")
        file = open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb")  # noqa: SIM115, PTH123
    except FileNotFoundError as error:
        raise NotFound(where, "there is no such file", "give a whole bundle") from error
    except (OSError, ValueError) as error:
        says = getattr(error, "strerror", None) or str(error)
        raise Unreadable(where, f"it cannot be read ({says})", "check your rights to it") from error
    with file:
        yield file


def lines_of(file: IO[bytes], where: str) -> Iterator[bytes]:
    """Yield the lines of a file with their ends. Raises `Unreadable` at one that is too long."""
    while line := file.readline(MOST_LINE + 1):
        if len(line) > MOST_LINE:
            what = f"a line is longer than {MOST_LINE:,} bytes"
            raise Unreadable(where, what, "give a bundle as filiation writes it")
        yield line


def record_at(file: IO[bytes], placed: Placed, where: str) -> Record:
    """Return a record of the archive. Raises `Damaged`, and `Unreadable` for one that is too large."""
    if placed.length > MOST_RECORD:
        raise _too_large(where)
    file.seek(placed.offset)
    packed = file.read(placed.length)
    if sha256(packed).hexdigest() != placed.sha256:
        raise Damaged("it is not the record that was written")
    return unpacked(packed, where)


def unpacked(packed: bytes, where: str) -> Record:
    """Return what a packed record holds. Raises `Damaged`, and `Unreadable` where it is too large."""
    unpacker = zlib.decompressobj(31)
    try:
        data = unpacker.decompress(packed, MOST_RECORD + 1)
    except zlib.error as error:
        raise Damaged("it cannot be unpacked") from error
    if len(data) > MOST_RECORD:
        raise _too_large(where)
    if not unpacker.eof or unpacker.unused_data:
        raise Damaged("it is not one whole record")
    head, ends, block = data.partition(b"\r\n\r\n")
    version, *rows = head.decode("utf-8", "replace").split("\r\n")
    headers: dict[str, str] = {}
    for row in rows:
        name, _, value = row.partition(":")
        if name.strip().lower() in headers:
            raise Damaged(f"it says {name.strip()!r} twice")
        headers[name.strip().lower()] = value.strip()
    if (
        version != "WARC/1.1"
        or not ends
        or headers.get("content-length") != str(len(block) - 4)
        or not block.endswith(b"\r\n\r\n")
    ):
        raise Damaged("it is no record of a web archive")
    return Record(headers, block[:-4])


def _refused(folder: Path, name: str, what: str) -> Unreadable:
    return Unreadable(str(folder), f"{name} {what}", "give a bundle as filiation writes it")


def _too_large(where: str) -> Unreadable:
    what = f"it unpacks to more than {MOST_RECORD:,} bytes"
    return Unreadable(where, what, "give a bundle as filiation writes it")


# --- its pages -----------------------------------------------------------------------------------


def pages(folder: Path, done: Callable[[str], int]) -> Iterator[Raw | InputError]:
    """Yield the articles of a bundle, those after the first `done` of its list.

    Pages are given as they were captured, with address, time and charset; an article that was read
    from a table or a library, or from among others in one answer, as it was read then. Anything
    else that the archive holds, robots.txt or the answers of services, is passed over.
    """
    source = str(folder / ARTICLES)
    passed = done(source)
    try:
        manifest, _ = manifest_of(folder)
        records = {record.id: record for record in manifest.files[WARC].records}
        listed = manifest.files[ARTICLES]
        with opened(folder, ARTICLES) as file, opened(folder, WARC) as archive:
            number = 0
            for number, line in enumerate(lines_of(file, source), 1):
                if number <= passed:
                    continue
                where = f"{source}, line {number}"
                try:
                    _refuse_altered(line, number, listed.lines, where)
                    yield _page(line, source, number, where, archive, records)
                except Damaged as damage:
                    yield _altered(where, damage).of(source, number)
                except InputError as error:
                    yield error.of(source, number)
            if number < len(listed.lines):
                raise Damaged(f"{ARTICLES} lacks its last lines")
    except Damaged as damage:
        yield _altered(str(folder), damage).of(source)
    except InputError as error:
        yield error.of(source)


def asked_of(folder: Path) -> Raw:
    """Return the article that a bundle is about. Raises `InputError`."""
    try:
        asked = manifest_of(folder)[0].asked
    except Damaged as damage:
        raise _altered(str(folder), damage) from damage
    error: InputError | None = None
    for found in pages(folder, lambda _source: 0):
        if isinstance(found, InputError):
            error = error or found
        elif found.name == asked:
            return found
    if error is not None:
        raise error
    raise Unreadable(str(folder), f"it does not hold {asked!r}", "give a whole bundle")


def _altered(where: str, damage: Damaged) -> Unreadable:
    what = f"it was altered since it was written ({damage})"
    return Unreadable(where, what, "`filiation verify` tells what else was")


def _refuse_altered(line: bytes, number: int, listed: Sequence[str], where: str) -> None:
    if number > len(listed) or sha256(line).hexdigest() != listed[number - 1]:
        raise Damaged("it is not the line that was written")


def _page(
    line: bytes,
    source: str,
    number: int,
    where: str,
    archive: IO[bytes],
    records: Mapping[str, Placed],
) -> Raw:
    try:
        told = json.loads(line)
        name, address, captured = told["id"], told["address"], told["captured"]
        capture, within = told["capture"], told["within"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _no_article(where) from error
    if not isinstance(name, str) or not all(
        value is None or isinstance(value, str) for value in (address, captured, capture)
    ):
        raise _no_article(where)
    name = name.encode("utf-8", "replace").decode()
    if capture is None or within:
        return Raw(source, number, where, name, Kept(line), captured)
    if capture not in records:
        raise Damaged(f"it names a record that {WARC} does not hold")
    record = record_at(archive, records[capture], where)
    if record.headers.get("warc-type") == "response":
        cut = ("the archive kept only the beginning of the page",)
        notes = cut if "warc-truncated" in record.headers else ()
        content = Response(record.block, address or "", None, notes)
        return Raw(source, number, where, name, content, captured)
    suffix = told.get("suffix")
    suffix = suffix if isinstance(suffix, str) and _SUFFIX.fullmatch(suffix) else ""
    return Raw(source, number, where, name, Document(record.block, suffix, address), captured)


def _no_article(where: str) -> Unreadable:
    return Unreadable(where, "it is no article of a bundle", "give a bundle as filiation writes it")


def article_of_kept(raw: Raw, kept: Kept) -> Article:
    """Return an article as it was read when its bundle was written. Raises `Unreadable`."""
    try:
        told = json.loads(kept.data)
        if rb"\ud" in kept.data.lower():  # half a surrogate pair: one sign for what is lost
            told = json.loads(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
        article: Article = from_plain(Article, told["article"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _no_article(raw.where) from error
    if not is_sound(article):
        raise _no_article(raw.where)
    return replace(article, id=raw.name, input=raw.where)


def is_sound(article: Article) -> bool:
    """Whether an article that was read back holds what its type says, and every place in it holds."""
    if not fits(Article, article):
        return False
    length = len(article.text)
    spans = [*article.aside, *((start, end) for start, end, _ in article.languages)]
    moments = [m for w in article.dates.witnesses for m in (w.earliest, w.latest)]
    moments += [m for m in (article.dates.earliest, article.dates.latest) if m is not None]
    return (
        all(0 <= start <= end <= length for start, end in spans)
        and all(moment.tzinfo is not None for moment in moments)
        and all(_stands(line, number, article.text) for number, line in enumerate(article.lines))
    )


def of_page(article: Article) -> object:
    """Return what of an article follows from its page alone, whoever read it and with what else."""
    return (
        article.text,
        article.lines,
        article.title,
        article.byline,
        article.marks,
        article.url,
        article.canonical_url,
    )


def _stands(line: Line, number: int, text: str) -> bool:
    """Whether a line is in its place among the lines, stands in the text, and holds its links."""
    return (
        line.index == number
        and (line.start is None or text.startswith(line.raw or line.text, line.start))
        and (line.start is None or line.start >= 0)
        and all(0 <= link.start <= link.end <= len(line.text) for link in line.links)
    )
