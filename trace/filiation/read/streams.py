"""Lines of a table as bytes: never one longer than a row may be, whatever the file holds."""

from collections.abc import Iterator
from typing import IO

from filiation.errors import Unreadable
from filiation.read.decode import MOST_BYTES, decode

__all__ = ["LONGEST_ROW", "beginning", "encoding_of", "lines", "too_long"]

LONGEST_ROW = MOST_BYTES
"""Bytes of one row; a longer one is skipped, and said."""
BEGINNING = 65_536
"""Bytes looked at to tell of what kind a table is; a buffer's `peek` gives 8,192 at the most, less
than many a row."""


def beginning(stream: IO[bytes]) -> bytes:
    """Return the first bytes of a stream, which then stands at its start again."""
    start = stream.read(BEGINNING)
    stream.seek(0)
    return start


def lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Yield the lines of a binary stream; None for one longer than a row may be."""
    while line := stream.readline(LONGEST_ROW + 1):
        if len(line) <= LONGEST_ROW:
            yield line
            continue
        while line and not line.endswith(b"\n"):  # skip the rest of it
            line = stream.readline(1 << 20)
        yield None


def too_long(where: str) -> Unreadable:
    """Return the error for a row longer than `LONGEST_ROW`."""
    what = f"the row is longer than {LONGEST_ROW // 1_000_000} MB"
    return Unreadable(where, what, "leave it out, or cut it")


def encoding_of(sample: bytes, source: str) -> tuple[str, tuple[str, ...]]:
    """Return how to decode a table whose beginning is `sample`, and what to say of it."""
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", ()
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Lines cannot be told apart byte by byte in UTF-16.
        raise Unreadable(source, "it is in UTF-16", "save it in UTF-8")
    try:
        sample[: max(0, len(sample) - 4)].decode("utf-8")
    except UnicodeDecodeError:
        name = decode(sample).encoding
        return name, (f"its encoding is not declared; read as {name}",)
    return "utf-8", ()
