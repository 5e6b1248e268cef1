"""Pages kept in web archives: the HTML responses of a WARC file."""

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from filiation.errors import InputError, NotFound, Unreadable
from filiation.outlets import Catalogue
from filiation.read.article import Given, article_of
from filiation.read.decode import MOST_BYTES, decode, refuse_binary, too_large
from filiation.read.raw import Raw, Response
from filiation.values import Article

__all__ = ["article_of_response", "is_archive", "records"]

MOST_HEADER = 64_000
"""Bytes of a record's header lines, or of a response's."""
_HTML = ("text/html", "application/xhtml")


def is_archive(path: Path) -> bool:
    """Return whether a file's name says that it is a WARC file."""
    return path.name.lower().endswith((".warc", ".warc.gz"))


@dataclass(frozen=True, slots=True)
class _Record:
    headers: Mapping[str, str]
    body: bytes | None
    """None where it is larger than a page may be."""

    @property
    def kind(self) -> str:
        return self.headers.get("warc-type", "").lower()

    @property
    def uri(self) -> str:
        return self.headers.get("warc-target-uri", "").strip("<>")


def records(path: Path, source: str, done: int = 0) -> Iterator[Raw | InputError]:
    """Yield the pages of a WARC file (ISO 28500), those after its first `done` records.

    What cannot be read is yielded as the error that tells why; other records are passed over. All
    records are counted, whatever they hold.
    """
    number = 0
    try:
        for number, record in enumerate(_records(path, source), 1):
            if record.kind != "response" or number <= done:
                continue
            where = f"{source}, record {number}"
            if record.body is None:
                yield too_large(where).of(source, number)
            elif _is_page(record.body):
                yield Raw(
                    source,
                    number,
                    where,
                    f"{path.name}#{number}",
                    Response(record.body, record.uri),
                    record.headers.get("warc-date"),
                )
    except InputError as error:
        yield error.of(source)
    except FileNotFoundError:
        yield NotFound(source, "there is no such file", "check its name").of(source)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        says = getattr(error, "strerror", None) or str(error) or type(error).__name__
        where = f"{source}, record {number + 1}"
        wrong = Unreadable(where, f"the archive is broken ({says})", "give a whole WARC file")
        yield wrong.of(source)


def _records(path: Path, given: str) -> Iterator[_Record]:
    with _opened(path) as stream:
        while (version := _line(stream)) is not None:
            if not version.strip():
                continue
            if not version.startswith("WARC/"):
                raise Unreadable(given, "it is no WARC file", "give a file of WARC records")
            headers = _headers(stream)
            length = int(headers.get("content-length", "0") or 0)
            if length < 0:
                raise ValueError("a record of negative length")
            body = None
            if length <= MOST_BYTES:
                body = stream.read(length)
                if len(body) < length:
                    raise EOFError("it ends within a record")
            else:
                _skip(stream, length)
            yield _Record(headers, body)


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return io.BufferedReader(gzip.open(path)) if packed else path.open("rb")


def _line(stream: IO[bytes]) -> str | None:
    line = stream.readline(MOST_HEADER)
    return line.decode("utf-8", "replace") if line else None


def _headers(stream: IO[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    read = 0
    while (line := _line(stream)) is not None and line.strip():
        read += len(line)
        if read > MOST_HEADER:
            raise ValueError("a header without end")
        name, _, value = line.partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    return found


def _skip(stream: IO[bytes], length: int) -> None:
    while length > 0 and (piece := stream.read(min(length, 1 << 20))):
        length -= len(piece)


def _is_page(answer: bytes) -> bool:
    """Return whether a server's answer is a page, by its first lines."""
    stream = io.BytesIO(answer[: 2 * MOST_HEADER])
    status = (_line(stream) or "").split()
    if len(status) < 2 or not status[0].startswith("HTTP/") or status[1] != "200":
        return False
    return _headers(stream).get("content-type", "").lower().startswith(_HTML)


def article_of_response(raw: Raw, response: Response, catalogue: Catalogue) -> Article:
    """Return the article of a page in an archive. Raises `Unreadable`.

    Its address is the one its capture was asked for.
    """
    from filiation.read.html import draft_of_html

    stream = io.BytesIO(response.data)
    _line(stream)
    headers = _headers(stream)
    body = stream.read()
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    body = _unpacked(body, headers.get("content-encoding", "").lower(), raw.where)
    refuse_binary(body, raw.where)
    kind = headers.get("content-type", "").lower()
    decoded = decode(body, kind.partition("charset=")[2].split(";")[0] or None)
    draft = draft_of_html(decoded.text, response.uri or None)
    if not draft.text.strip() and not draft.lines:
        raise Unreadable(raw.where, "the page shows no text", "leave the record out")
    article = article_of(draft, Given(raw.name, raw.where, response.uri or None), catalogue)
    return replace(article, notes=(*decoded.notes, *article.notes))


def _unchunked(body: bytes) -> bytes:
    """Join the chunks of a body; one that is not chunked in truth is returned as it is."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 40)
        try:
            size = int(body[at:end].split(b";")[0], 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0:
            return b"".join(pieces) if pieces else body
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def _unpacked(body: bytes, encoding: str, where: str) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        what = f"its page is packed as {encoding[:40]!r}"
        raise Unreadable(where, what, "store pages unpacked, or packed with gzip")
    unpacker = zlib.decompressobj(47)  # gzip or zlib
    try:
        unpacked = unpacker.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        if encoding == "deflate":  # without the header that the standard asks for
            unpacked = zlib.decompressobj(-15).decompress(body, MOST_BYTES + 1)
        else:
            return body  # archives that unpacked the page and kept the header
    if len(unpacked) > MOST_BYTES:
        raise too_large(where)
    return unpacked
