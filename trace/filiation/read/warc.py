"""Pages kept in web archives: what a WARC file holds of them (ISO 28500), broken ones included."""

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from filiation.dates import moment_of
from filiation.errors import InputError, NotFound, Unreadable
from filiation.outlets import Catalogue
from filiation.read.article import Given, article_of
from filiation.read.decode import MOST_BYTES, decode, format_of, refuse_binary, too_large
from filiation.read.raw import Raw, Response, Revisit
from filiation.read.text import draft_of_text
from filiation.values import Article, Had

__all__ = ["Met", "article_of_response", "is_archive", "records"]

MOST_HEADER = 64_000
"""Bytes of a record's header lines, or of a response's."""
_PIECE = 1 << 18
"""Bytes read, and unpacked, at once."""
_HTML = ("text/html", "application/xhtml")
_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BEGIN = b"WARC/"


def is_archive(path: Path, head: bytes = b"") -> bool:
    """Return whether a file is a WARC file, by its name or its first bytes."""
    if path.name.lower().endswith((".warc", ".warc.gz", ".warc.zst")) or head.startswith(_BEGIN):
        return True
    if not head.startswith(_GZIP):
        return False
    try:
        return zlib.decompressobj(31).decompress(head, len(_BEGIN)) == _BEGIN
    except zlib.error:
        return False


@dataclass(slots=True)
class Met:
    """The pages met so far in the archives of one walk, so that revisits find what they refer to.

    Hashes, not names: a page costs some 130 bytes.
    """

    addresses: set[int] = field(default_factory=set)
    digests: set[int] = field(default_factory=set)

    def note(self, record: "_Record") -> None:
        """Remember a page."""
        self.addresses.add(hash(record.uri))
        if digest := record.headers.get("warc-payload-digest"):
            self.digests.add(hash(digest))

    def knows(self, revisit: Revisit) -> bool:
        """Whether the page that a record revisits was met."""
        if revisit.digest and hash(revisit.digest) in self.digests:
            return True
        return hash(revisit.of_uri) in self.addresses


@dataclass(frozen=True, slots=True)
class _Record:
    headers: Mapping[str, str]
    body: bytes | None
    """None where it is larger than a page may be."""
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.headers.get("warc-type", "").lower()

    @property
    def uri(self) -> str:
        return self.headers.get("warc-target-uri", "").strip("<>")


def records(
    path: Path, source: str, done: int = 0, met: Met | None = None
) -> Iterator[Raw | InputError]:
    """Yield the pages of a WARC file, those after its first `done` records.

    These are answers (status 200) and stored resources of HTML, conversions to text, and revisits
    of pages; other records are passed over. All are counted, whatever they hold. What is broken is
    yielded as the error that tells why, and reading goes on at the next record that can be found.
    """
    met = Met() if met is None else met
    number = 0
    try:
        with path.open("rb") as file:
            for number, record in enumerate(_records(file, source), 1):
                where = f"{source}, record {number}"
                found = (
                    Unreadable(where, record, "give a whole WARC file")
                    if isinstance(record, str)
                    else _of_record(record, where, met)
                )
                if found is None or number <= done:
                    continue
                if isinstance(found, InputError):
                    yield found.of(source, number)
                    continue
                assert not isinstance(record, str)
                captured = record.headers.get("warc-date")
                yield Raw(source, number, where, f"{path.name}#{number}", found, captured)
    except InputError as error:
        yield error.of(source)
    except FileNotFoundError:
        yield NotFound(source, "there is no such file", "check its name").of(source)
    except (OSError, ValueError) as error:
        says = getattr(error, "strerror", None) or str(error)
        where = f"{source}, record {number + 1}"
        yield Unreadable(where, f"it cannot be read ({says})", "give a whole file").of(source)
    else:
        if not number:
            yield Unreadable(source, "it holds no record", "give a whole WARC file").of(source)


def _of_record(record: _Record, where: str, met: Met) -> Response | Revisit | InputError | None:
    """Return what a record holds, or None where it is of no use here."""
    headers, body = record.headers, record.body
    if record.kind not in ("response", "resource", "conversion", "revisit"):
        return None
    if body is None:
        return too_large(where)
    if record.kind == "revisit":
        return _revisit(record, where, met)
    media = None
    if record.kind == "response":
        if not _is_page(body):
            return None
    else:
        media = headers.get("content-type", "").lower()
        kinds = (*_HTML, "text/plain") if record.kind == "conversion" else _HTML
        if not media.startswith(kinds):
            return None
    met.note(record)
    notes = list(record.notes)
    if "warc-truncated" in headers or "warc-segment-number" in headers:
        notes.append("the archive kept only the beginning of the page")
    return Response(body, record.uri, media, tuple(notes))


def _revisit(record: _Record, where: str, met: Met) -> Revisit | InputError | None:
    """Return a page met again; None where it is no page, by what is known of it."""
    status, kind = _answer(record.body or b"")
    revisit = Revisit(
        uri=record.uri,
        of_uri=record.headers.get("warc-refers-to-target-uri", "").strip("<>") or record.uri,
        of_date=record.headers.get("warc-refers-to-date"),
        digest=record.headers.get("warc-payload-digest", ""),
    )
    if status not in ("", "200", "304") or (kind and not kind.startswith(_HTML)):
        return None
    return replace(revisit, met=met.knows(revisit))


def _is_page(answer: bytes) -> bool:
    """Return whether a server's answer is a page."""
    status, kind = _answer(answer)
    return status == "200" and kind.startswith(_HTML)


def _answer(answer: bytes) -> tuple[str, str]:
    """Return status and media type of a server's answer, by its first lines."""
    stream = io.BytesIO(answer[: 2 * MOST_HEADER])
    status = stream.readline(MOST_HEADER).decode("latin-1").split()
    if len(status) < 2 or not status[0].startswith("HTTP/"):
        return "", ""
    return status[1], _http_headers(stream).get("content-type", "").lower()


def _http_headers(stream: IO[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    read = 0
    while (line := stream.readline(MOST_HEADER)) and line.strip() and read <= MOST_HEADER:
        read += len(line)
        name, _, value = line.decode("utf-8", "replace").partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    return found


# --- records -------------------------------------------------------------------------------------


class _Lost(Exception):
    """A record cannot be read further; says why."""


def _records(file: IO[bytes], source: str) -> Iterator[_Record | str]:
    """Yield the records of a file, or for one that is lost, what happened to it."""
    head = file.read(len(_ZSTD))
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if head == _ZSTD:
        what = "it is packed with Zstandard, which is not read"
        raise Unreadable(source, what, "unpack it first (zstd -d), or pack it with gzip")
    if head.startswith(_GZIP):
        stream = _Stream(_unpacked_pieces(file))
    else:
        stream = _Stream(_plain_pieces(file), size)
    first = True
    while True:
        try:
            if not stream.at_record():
                return
            if not stream.begins():
                if first:
                    raise Unreadable(source, "it is no WARC file", "give a file of WARC records")
                raise _Lost("no record begins where one should")
            yield _record(stream)
        except _Lost as lost:
            yield f"the archive is broken ({lost})"
            stream.until_next(0)
        first = False


def _record(stream: "_Stream") -> _Record:
    """Read one record. Raises `_Lost`."""
    headers = _headers(stream)
    try:
        length = int(headers.get("content-length", "0") or 0)
    except ValueError:
        length = -1
    if length < 0:
        raise _Lost("a record of no length")
    body = stream.read(min(length, MOST_BYTES))
    beyond = length - len(body)
    if beyond and len(body) == MOST_BYTES and stream.may_hold(beyond) and stream.skip(beyond):
        return _Record(headers, None)
    if not beyond and stream.is_between():
        return _Record(headers, body)
    # The stated length is wrong, or the record breaks off.
    at = body.find(b"\n" + _BEGIN)
    if at >= 0:
        stream.unread(body[at + 1 :])
        body = body[:at]
    elif stream.is_over():
        gap = stream.gap()
        if gap or not stream.is_packed:  # what was unpacked to its end is whole: it has a checksum
            raise _Lost(gap or "it ends within a record")
    else:
        body += stream.until_next(MOST_BYTES - len(body) + 1)
        if gap := stream.gap():
            raise _Lost(gap)
        if len(body) > MOST_BYTES:
            return _Record(headers, None)
    body = body.rstrip(b"\r\n")
    note = f"its record says that it has {length:,} bytes, and has {len(body):,}"
    return _Record(headers, body, (note,))


def _headers(stream: "_Stream") -> dict[str, str]:
    found: dict[str, str] = {}
    read = 0
    stream.line()  # the version
    while (line := stream.line()).strip():
        read += len(line)
        if read > MOST_HEADER or len(line) >= MOST_HEADER:
            raise _Lost("a header without end")
        name, _, value = line.decode("utf-8", "replace").partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    if not line:
        raise _Lost(stream.gap() or "it ends within a record")
    return found


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some bytes of an archive, unpacked."""

    data: bytes
    wall: bool = False
    """Whether a record surely begins here: a packed member that begins as records do."""
    gap: str = ""
    """What is wrong where bytes are missing before this piece."""


_BLANK = re.compile(rb"[\r\n \x00]*")


class _Stream:
    """The unpacked bytes of an archive, read forward, with walls and gaps that no record passes."""

    def __init__(self, pieces: Iterator[_Piece], size: int | None = None) -> None:
        self._pieces = pieces
        self._size = size
        """Bytes of the whole; None where it is packed."""
        self._taken = 0
        self._have = b""
        self._at = 0
        self._held: _Piece | None = None

    @property
    def is_packed(self) -> bool:
        """Whether the bytes come out of members with a checksum each."""
        return self._size is None

    def _more(self) -> bool:
        """Add bytes to those at hand; False before a wall or a gap, and at the end."""
        if self._held is None:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._taken += len(piece.data)
            if not piece.wall and not piece.gap:
                self._have = self._have[self._at :] + piece.data
                self._at = 0
                return True
            self._held = piece
        return False

    def gap(self) -> str:
        """Return what is wrong with the bytes that come next, and pass over it."""
        if self._held is None:
            return ""
        gap, self._held = self._held.gap, replace(self._held, gap="")
        return gap

    def at_record(self) -> bool:
        """Go to where the next record should begin; False at the end. Raises `_Lost` at a gap."""
        while True:
            if self._pass_blank():
                return True
            if not self._more():
                if gap := self.gap():
                    raise _Lost(gap)
                if self._held is None:
                    return False
                self._have, self._at, self._held = self._held.data, 0, None

    def _pass_blank(self) -> bool:
        """Pass over line ends and padding; whether anything is at hand behind them."""
        match = _BLANK.match(self._have, self._at)
        self._at = match.end() if match else self._at
        return self._at < len(self._have)

    def begins(self) -> bool:
        """Whether a record begins here."""
        while len(self._have) - self._at < len(_BEGIN) and self._more():
            pass
        return self._have.startswith(_BEGIN, self._at)

    def is_between(self) -> bool:
        """Whether nothing but the end of a record stands before the next, or the end."""
        while not self._pass_blank():
            if not self._more():
                return True
        return self.begins()

    def is_over(self) -> bool:
        """Whether nothing follows before a wall, a gap or the end."""
        return not self._pass_blank() and not self._more()

    def may_hold(self, size: int) -> bool:
        """Whether so many bytes can follow."""
        rest = len(self._have) - self._at
        return self._size is None or self._size - self._taken + rest >= size

    def read(self, size: int) -> bytes:
        """Return `size` bytes, fewer before a wall, a gap or the end."""
        pieces = []
        while size > 0:
            if self._at >= len(self._have) and not self._more():
                break
            pieces.append(self._have[self._at : self._at + size])
            self._at += len(pieces[-1])
            size -= len(pieces[-1])
        return b"".join(pieces)

    def skip(self, size: int) -> bool:
        """Pass over `size` bytes; whether there were so many."""
        while size > 0:
            passed = len(self.read(min(size, _PIECE)))
            if not passed:
                return False
            size -= passed
        return True

    def line(self) -> bytes:
        """Return a line with its end, at most `MOST_HEADER` bytes; nothing where nothing follows."""
        while True:
            end = self._have.find(b"\n", self._at, self._at + MOST_HEADER) + 1
            if end or len(self._have) - self._at >= MOST_HEADER or not self._more():
                break
        start = self._at
        self._at = min(end or len(self._have), start + MOST_HEADER)
        return self._have[start : self._at]

    def unread(self, data: bytes) -> None:
        """Put bytes back."""
        self._have = data + self._have[self._at :]
        self._at = 0

    def until_next(self, keep: int) -> bytes:
        """Go on to where a record begins; return the first `keep` of the bytes before."""
        kept = bytearray()
        mark = b"\n" + _BEGIN
        while True:
            at = self._have.find(mark, self._at)
            end = at + 1 if at >= 0 else max(self._at, len(self._have) - len(mark))
            kept += self._have[self._at : min(end, self._at + keep - len(kept))]
            self._at = end
            if at >= 0:
                return bytes(kept)
            if not self._more():
                kept += self._have[self._at :][: keep - len(kept)]
                self._at = len(self._have)
                return bytes(kept)


def _plain_pieces(file: IO[bytes]) -> Iterator[_Piece]:
    while data := file.read(_PIECE):
        yield _Piece(data)


def _unpacked_pieces(file: IO[bytes]) -> Iterator[_Piece]:
    """Yield what the members of a gzip file hold.

    After a broken member comes the next that begins as records do, with what was lost between.
    """
    packed, gap = b"", ""
    while True:
        packed = packed.lstrip(b"\x00")  # members may be padded
        if not packed and not (packed := file.read(_PIECE)):
            return
        if packed[0] == 0:
            continue
        member = file.tell() - len(packed)
        unpacker = zlib.decompressobj(31)
        first = True
        try:
            while not unpacker.eof:
                if not packed and not (packed := file.read(_PIECE)):
                    raise EOFError
                data = unpacker.decompress(packed, _PIECE)
                packed = unpacker.unused_data or unpacker.unconsumed_tail
                if data:
                    yield _Piece(data, first and data.startswith(_BEGIN), gap)
                    first, gap = False, ""
        except (zlib.error, EOFError) as error:
            says = str(error).partition("decompressing data: ")[2] or str(error)
            found = _next_member(file, member + 1)
            if found is None:
                lost = f"{says}, from byte {member:,} on" if says else "it ends within a record"
                yield _Piece(b"", gap=lost)
                return
            packed, gap = b"", f"{says or 'it breaks off'}, from byte {member:,} to {found:,}"
            file.seek(found)


_OVERLAP = 1024
"""Bytes of a packed member that suffice to see how it begins: its header, with a file's name."""


def _next_member(file: IO[bytes], start: int) -> int | None:
    """Return where, from `start` on, a packed member begins that holds the beginning of a record."""
    while True:
        file.seek(start)
        window = file.read(_PIECE + _OVERLAP)
        at = window.find(_GZIP)
        while 0 <= at < _PIECE:
            try:
                begins = zlib.decompressobj(31).decompress(window[at : at + _OVERLAP], len(_BEGIN))
            except zlib.error:
                begins = b""
            if begins == _BEGIN:
                return start + at
            at = window.find(_GZIP, at + 1)
        if len(window) <= _PIECE:
            return None
        start += _PIECE


# --- one page ------------------------------------------------------------------------------------


def article_of_response(raw: Raw, response: Response, catalogue: Catalogue) -> Article:
    """Return the article of a page in an archive. Raises `Unreadable`.

    Its address is the one its capture was asked for.
    """
    body, media, notes = response.data, response.media_type, list(response.notes)
    if media is None:
        stream = io.BytesIO(response.data)
        stream.readline(MOST_HEADER)
        headers = _http_headers(stream)
        media = headers.get("content-type", "").lower()
        body = stream.read()
        if "chunked" in headers.get("transfer-encoding", "").lower():
            body = _unchunked(body)
        body, is_cut = _unpacked(body, headers.get("content-encoding", "").lower(), raw.where)
        if is_cut:
            notes.append("its packed page breaks off")
    refuse_binary(body, raw.where)
    decoded = decode(body, media.partition("charset=")[2].split(";")[0] or None)
    if media.startswith("text/plain"):
        draft = draft_of_text(decoded.text, format_of(decoded.text) == "markdown")
    else:
        from filiation.read.html import draft_of_html

        draft = draft_of_html(decoded.text, response.uri or None)
    if not draft.text.strip() and not draft.lines:
        raise Unreadable(raw.where, "the page shows no text", "leave the record out")
    draft = replace(draft, witnesses=(*draft.witnesses, *response.listed))
    article = article_of(draft, Given(raw.name, raw.where, response.uri or None), catalogue)
    captured = moment_of(raw.captured) if raw.captured else None
    return replace(
        article,
        notes=(*notes, *decoded.notes, *article.notes),
        had=Had("file", raw.where, captured=captured) if captured else None,
    )


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


_PACKINGS = {"br": "Brotli", "zstd": "Zstandard", "compress": "compress", "dcb": "Brotli"}


def _unpacked(body: bytes, encoding: str, where: str) -> tuple[bytes, bool]:
    """Return the body unpacked, and whether it breaks off."""
    encoding = encoding.strip()
    if encoding in ("", "identity", "none", "utf-8"):  # the last two: found in the wild
        return body, False
    if encoding not in ("gzip", "x-gzip", "deflate"):
        name = _PACKINGS.get(encoding)
        what = (
            f"its page is packed with {name}"
            if name
            else f"its page is packed as {encoding[:40]!r}"
        )
        raise Unreadable(where, f"{what}, which is not read", "store pages unpacked, or with gzip")
    unpacker = zlib.decompressobj(47)  # gzip or zlib
    try:
        unpacked = unpacker.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        unpacker = zlib.decompressobj(-15)  # without the header that the standard asks for
        try:
            unpacked = unpacker.decompress(body, MOST_BYTES + 1) if encoding == "deflate" else body
        except zlib.error:
            unpacked = body
        if unpacked is body:  # archives that unpacked the page and kept the header
            return body, False
    if len(unpacked) > MOST_BYTES:
        raise too_large(where)
    return unpacked, not unpacker.eof
