"""A body as it comes: read to a limit, its Content-Encoding taken off piece by piece.

A body of 0.4 MB can unpack to hundreds of megabytes: nothing is unpacked beyond what is kept, and a
piece at a time. (Of a bomb of 400 MB, httpx's own reading took 848 MB of memory, this 35.)
"""

import platform
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from filiation.find.values import Outcome

__all__ = ["Body", "Room", "give_back"]

PIECE = 65_536
"""Bytes unpacked at a time."""
RATIO = 200
"""Unpacked to packed, of what is longer than `FREE`: text packs 3 to 20 times, sitemaps up to 100,
a bomb 1,000."""
FREE = 1_000_000
"""Bytes that may be unpacked at any ratio."""

_PLAIN = {"", "identity", "none", "utf-8", "utf8", "iso-8859-1", "windows-1251", "8bit", "binary"}
"""No coding. Some servers put the charset there; browsers pass over it, and so do we."""
_PACKED = {"gzip", "x-gzip", "deflate"}


LARGE, PLACES = 1_000_000, 4
"""Bytes from which a body is large, and how many of those may be under way at once in a run: 16
hosts that all do their worst cost 364 MB of memory without this, and 120 with it."""


def give_back() -> None:
    """Have the C library give large blocks back to the system as soon as they are free.

    glibc keeps what each thread has freed, up to twice the largest block that it has seen: sixteen
    threads that each read a body of 10 MB leave 150 MB behind. A fixed threshold ends that.
    """
    if sys.platform == "linux" and platform.libc_ver()[0] == "glibc":
        import ctypes

        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)


_M_MMAP_THRESHOLD = -3
"""mallopt(3)."""


class Room:
    """Room for large bodies: a few at a time, others wait with what they have read thus far."""

    def __init__(self) -> None:
        self._free = threading.Semaphore(PLACES)
        self._mine = threading.local()

    def enter(self, seconds: float) -> bool:
        """Take a place for this thread's body; wait for one no longer than this."""
        if not self._has:
            self._mine.has = self._free.acquire(timeout=seconds)
        return self._has

    def leave(self) -> None:
        """Give this thread's place free, where it has one."""
        if self._has:
            self._mine.has = False
            self._free.release()

    @property
    def _has(self) -> bool:
        return bool(getattr(self._mine, "has", False))


@dataclass
class Body:
    """What comes of an answer, bounded. `feed` it until it says that it is enough, then `end` it."""

    coding: str
    """The Content-Encoding as sent."""
    most: int
    """Bytes of the unpacked body that are taken."""
    most_wire: int
    """Bytes of a packed body that are taken as sent."""
    grown: Callable[[], None] = lambda: None
    """Called as long as it is large, before more of it is taken."""
    raw: bytearray = field(default_factory=bytearray)
    """As sent."""
    outcome: Outcome = "ok"
    says: str = ""

    def __post_init__(self) -> None:
        # The header is sent twice at times, once of them empty.
        names = [name.strip().lower() for name in self.coding.split(",")]
        codings = [name for name in names if name not in _PLAIN]
        self._unpacked = bytearray()
        self._unpacker: _Unpacker | None = None
        if len(codings) == 1 and codings[0] in _PACKED:
            self._unpacker = _Unpacker()
        elif codings:
            came = ", ".join(codings)[:40]
            self._fail("unsupported", f"it came as {came}, which was not asked for")

    def taken(self) -> tuple[bytes, bytes]:
        """Hand over the body as sent, and unpacked; as sent where nothing could be unpacked."""
        raw = bytes(self.raw)
        self.raw.clear()
        content = bytes(self._unpacked) if self._unpacked or self._sound else raw
        self._unpacked.clear()
        return raw, content

    @property
    def _sound(self) -> bool:
        """Whether it is packed, and could be unpacked thus far."""
        return self._unpacker is not None and self.outcome != "malformed"

    def feed(self, chunk: bytes) -> bool:
        """Take a piece. Returns False where no more is wanted: a limit is reached."""
        most = self.most if self._unpacker is None else self.most_wire
        room = most - len(self.raw)
        self._tell()
        self.raw += chunk[:room]
        if len(chunk) > room:
            return self._fail("too_large", f"it is longer than {most:,} bytes")
        return self._unpack(chunk)

    def _tell(self) -> None:
        if len(self.raw) + len(self._unpacked) > LARGE:
            self.grown()

    def end(self) -> None:
        """Say that the body has come to its end."""
        if self.outcome != "ok" or not self.raw:
            return
        self._unpack(b"")
        if not self.says and self._unpacker is not None and not self._unpacker.ended:
            self._fail("malformed", f"its {self._name} breaks off")

    def _unpack(self, chunk: bytes) -> bool:
        if self._unpacker is None or self.outcome != "ok":
            return True  # what comes after a fault is evidence still
        try:
            for piece in self._unpacker.pieces(chunk):
                room = self.most - len(self._unpacked)
                self._tell()
                self._unpacked += piece[:room]
                if len(piece) > room:
                    return self._fail("too_large", f"it unpacks to more than {self.most:,} bytes")
                if len(self._unpacked) > max(FREE, RATIO * len(self.raw)):
                    return self._fail("too_large", f"it unpacks to {RATIO} times its size")
        except zlib.error:
            self._fail("malformed", f"it is not {self._name}, as its header says")
        return True

    @property
    def _name(self) -> str:
        return self.coding.strip(" ,").lower()[:40]

    def _fail(self, outcome: Outcome, says: str) -> bool:
        self.outcome, self.says = outcome, says
        return False


class _Unpacker:
    """Unpacks gzip, several members of it too, and deflate, with zlib's header or without."""

    def __init__(self) -> None:
        self._unzip = zlib.decompressobj(_EITHER)
        self._tried = b""
        """What was fed before anything was unpacked: it may have to be read without a header."""
        self._begun = False
        self._held = b""
        """What came after the end and is too short to tell whether another member begins."""
        self.ended = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a piece unpacks to; with an empty one, what is still held back.

        Raises `zlib.error` where it is not packed so.
        """
        more = True
        while chunk or more:
            if self.ended:
                chunk, self._held = self._held + chunk, b""
                if not chunk.startswith(_GZIP):
                    # What follows the end belongs to nothing, unless more of it says otherwise.
                    self._held = chunk if chunk == _GZIP[:1] else b""
                    return
                self._unzip, self.ended = zlib.decompressobj(_EITHER), False
            piece = self._decompressed(chunk)
            chunk, self.ended = self._unzip.unconsumed_tail, self._unzip.eof
            if self.ended:
                chunk = self._unzip.unused_data
            more = len(piece) == PIECE
            if piece:
                yield piece

    def _decompressed(self, chunk: bytes) -> bytes:
        try:
            piece = self._unzip.decompress(chunk, PIECE)
        except zlib.error:
            if self._begun:
                raise
            # "deflate" is sent without zlib's header by some servers (RFC 9110, 8.4.1.2).
            self._unzip = zlib.decompressobj(_BARE)
            piece = self._unzip.decompress(self._tried + chunk, PIECE)
        self._tried += chunk if not self._begun else b""
        self._begun = self._begun or bool(piece) or len(self._tried) > _HEADER
        self._tried = b"" if self._begun else self._tried
        return piece


_EITHER, _BARE = 47, -15
"""zlib's `wbits`: gzip's or zlib's header; none."""
_GZIP = b"\x1f\x8b"
_HEADER = 2
"""Bytes after which zlib has read its header and gzip its mark."""
