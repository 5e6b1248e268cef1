"""Lines of a table as bytes: never one longer than a row may be, whatever the file holds."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from filiation.errors import Unreadable
from filiation.read.decode import MOST_BYTES, decode

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = [
    "LONGEST_ROW",
    "TooLong",
    "beginning",
    "encoding_of",
    "in_lines",
    "lines",
    "text_of",
    "too_long",
]

LONGEST_ROW = MOST_BYTES
"""Bytes of one row; a longer one is skipped, and said."""
BEGINNING = 65_536
"""Bytes looked at to tell of what kind a table is; a buffer's `peek` gives 8,192 at the most, less
than many a row."""


# --- encodings -----------------------------------------------------------------------------------

_MARKS = (b"\xff\xfe", b"\xfe\xff")


def in_lines(stream: IO[bytes]) -> IO[bytes]:
    """Return a table's stream as one whose lines end in a line feed and can be told byte by byte.

    UTF-16 and UTF-32 become UTF-8 on the way, and bare carriage returns line feeds.
    """
    sample = beginning(stream)
    encoding = _wide(sample)
    if encoding is None and (b"\n" in sample or b"\r" not in sample):
        return stream
    return io.BufferedReader(_Recoded(stream, encoding or "latin-1", bool(encoding)))


def _wide(sample: bytes) -> str | None:
    """Return UTF-16 or UTF-32 where a beginning is in it: by its mark, or its zeroes."""
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if sample.startswith(_MARKS):
        return "utf-16"
    even, odd = sample[0:2000:2].count(0), sample[1:2000:2].count(0)
    least = len(sample[:2000]) // 5  # two in five of all pairs: Latin letters, and line ends
    if len(sample) > 20 and max(even, odd) > least and min(even, odd) * 10 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


class _Recoded(io.RawIOBase):
    """A stream of bytes read in one encoding and given in UTF-8, or with other line ends."""

    def __init__(self, stream: IO[bytes], encoding: str, is_text: bool) -> None:
        self._stream = stream
        self._encoding = encoding
        self._is_text = is_text
        self._restart()

    def _restart(self) -> None:
        self._stream.seek(0)
        self._decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        self._have = b""
        self._given = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if offset or whence == io.SEEK_END:
            raise io.UnsupportedOperation("only to its start")
        if whence == io.SEEK_SET:
            self._restart()
        return self._given

    def readinto(self, buffer: "WriteableBuffer") -> int:
        while not self._have:
            data = self._stream.read(65_536)
            text = self._decoder.decode(data, final=not data)
            if self._is_text:
                self._have = text.encode("utf-8", "replace")
            else:
                self._have = text.replace("\r", "\n").encode("latin-1")
            if not data:
                break
        view = memoryview(buffer).cast("B")
        taken, self._have = self._have[: len(view)], self._have[len(view) :]
        view[: len(taken)] = taken
        self._given += len(taken)
        return len(taken)


def encoding_of(sample: bytes) -> tuple[str, tuple[str, ...]]:
    """Return how to decode a table whose beginning is `sample`, and what to say of it."""
    try:
        sample[: max(0, len(sample) - 4)].decode("utf-8")
    except UnicodeDecodeError:
        name = decode(sample).encoding
        if name != "utf-8":
            return name, (f"its encoding is not declared; read as {name}",)
    return "utf-8", ()


def text_of(line: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    """Return a line as text, and what to say of it.

    In a table of UTF-8, bytes that are none are read as Windows has them: rows from several
    sources are often joined so.
    """
    line = line.removeprefix(codecs.BOM_UTF8)
    try:
        return line.decode(encoding), ()
    except UnicodeDecodeError:
        if encoding != "utf-8":
            text = line.decode(encoding, "replace")
            lost = text.count("\ufffd")
            return text, (f"{lost} broken characters: its bytes are not all {encoding}",)
    text = line.decode(encoding, "surrogateescape")
    strange = _STRANGE.findall(text)
    text = _STRANGE.sub(lambda run: _as_windows(run[0]), text)
    return text, (f"{len(strange)} places are no UTF-8, and were read as cp1252",)


_STRANGE = re.compile("[\udc80-\udcff]+")


def _as_windows(run: str) -> str:
    return run.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


# --- lines ---------------------------------------------------------------------------------------


def beginning(stream: IO[bytes]) -> bytes:
    """Return the first bytes of a stream, which then stands at its start again."""
    start = stream.read(BEGINNING)
    stream.seek(0)
    return start


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line longer than a row may be, of which nothing is kept."""

    quotes: int
    """How many quotation marks it holds: they decide where a row of CSV ends."""


def lines(stream: IO[bytes]) -> Iterator[bytes | TooLong]:
    """Yield the lines of a binary stream."""
    while line := stream.readline(LONGEST_ROW + 1):
        if len(line) <= LONGEST_ROW:
            yield line
            continue
        quotes = line.count(b'"')
        while line and not line.endswith(b"\n"):  # skip the rest of it
            line = stream.readline(1 << 20)
            quotes += line.count(b'"')
        yield TooLong(quotes)


def too_long(where: str) -> Unreadable:
    """Return the error for a row longer than `LONGEST_ROW`."""
    what = f"the row is longer than {LONGEST_ROW // 1_000_000} MB"
    return Unreadable(where, what, "leave it out, or cut it")
