"""What SQLite says of a failure, in the words of the program."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from filiation.errors import LibraryError

__all__ = ["HEADER", "told"]

HEADER = b"SQLite format 3\x00"
"""How every SQLite file begins."""

_SAYS = {
    # SQLite's primary result code: what is wrong, what would have worked
    sqlite3.SQLITE_NOTADB: ("it is no library, but a file of another kind", "name another file"),
    sqlite3.SQLITE_FULL: (
        "there is no room to write",
        "what was added so far is kept; make room and give the same command again",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk cannot be written or read",
        "what was added so far is kept; see that there is room and give the same command again",
    ),
    sqlite3.SQLITE_READONLY: ("it may not be written", "give yourself the right to write it"),
    sqlite3.SQLITE_PERM: ("it may not be opened", "give yourself the right to read it"),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened",
        "see that its folder exists, and that you may write in it",
    ),
    sqlite3.SQLITE_BUSY: (
        "another program is writing it",
        "wait for it to end and give the same command again",
    ),
    sqlite3.SQLITE_LOCKED: (
        "another program is writing it",
        "wait for it to end and give the same command again",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "it is damaged",
        "restore it from a copy, or add the inputs to a new one",
    ),
    sqlite3.SQLITE_TOOBIG: ("an article is too large for it", "leave the article out"),
}


@contextmanager
def told(library: str) -> Iterator[None]:
    """Turn a failure of SQLite into the `LibraryError` that tells what to do about it."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None or code & 0xFF not in _SAYS:
            raise LibraryError(library, f"SQLite says: {error}") from error
        what, remedy = _SAYS[code & 0xFF]
        raise LibraryError(library, f"{what} ({error})", remedy) from error
