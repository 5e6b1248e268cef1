"""Who writes a library: one process at a time, which says its name to those that wait.

SQLite lets one connection write at a time, but only for a transaction. A run writes many, and two
runs in turns would each see half of what the other does. So a run enters itself in the table
`writer`; one that was killed is known by its process being gone.
"""

import os
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filiation.errors import LibraryError

__all__ = ["PATIENCE", "Writer", "enter", "leave"]

PATIENCE = 30.0
"""Seconds waited for another writer."""
PAUSE = 0.1
"""Seconds between two looks at whether it has ended."""
SILENCE = 600.0
"""Seconds without a sign after which a writer on another machine, or on a system that does not tell
whether a process lives, is taken for dead: many times what a commit may take."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A process that writes."""

    host: str
    pid: int
    born: str
    command: str
    beat: float

    def __str__(self) -> str:
        where = "" if self.host == socket.gethostname() else f" on {self.host}"
        return f"process {self.pid}{where} ({self.command[:200]})"

    @property
    def lives(self) -> bool:
        """Whether it may still be at work."""
        if self.host == socket.gethostname() and os.name == "posix":
            return _runs(self.pid) and self.born in ("", _born(self.pid))
        return time.time() - self.beat < SILENCE


def enter(
    connection: sqlite3.Connection,
    library: str,
    command: str,
    patience: float,
    says: Callable[[str], None],
) -> None:
    """Enter this process as the library's writer, once there is no other.

    `says` is told once for whom it waits. Raises `LibraryError` where `patience` (seconds) is over.
    """
    until = time.monotonic() + patience
    waited = False
    while (other := _try(connection, command)) is not None:
        if time.monotonic() >= until:
            what = f"{other} is writing it"
            raise LibraryError(library, what, "wait for it to end and give the same command again")
        if not waited:
            says(f"{library}: waiting for {other}, which is writing it")
            waited = True
        time.sleep(PAUSE)


def leave(connection: sqlite3.Connection) -> None:
    """Strike this process out."""
    connection.execute("DELETE FROM writer WHERE pid = ?", (os.getpid(),))


def _try(connection: sqlite3.Connection, command: str) -> Writer | None:
    """Enter this process, or return who is in its way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        row = connection.execute("SELECT host, pid, born, command, beat FROM writer").fetchone()
        other = Writer(*row) if row else None
        if other is not None and other.lives:
            return other
        me = os.getpid()
        connection.execute(
            "INSERT OR REPLACE INTO writer VALUES (1, ?, ?, ?, ?, ?)",
            (socket.gethostname(), me, _born(me), command, time.time()),
        )
        # What a process that is gone left running was broken off.
        connection.execute("UPDATE run SET outcome = 'interrupted' WHERE outcome = 'running'")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _status(pid: int) -> list[str]:
    """Return what Linux tells of a process from its state on; nothing elsewhere."""
    if not sys.platform.startswith("linux"):
        return []
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return told.rpartition(")")[2].split()


def _is_zombie(pid: int) -> bool:
    return _status(pid)[:1] == ["Z"]


_STARTTIME = 19
"""Place of a process's start among what follows its name in /proc/PID/stat (proc(5), field 22)."""


def _born(pid: int) -> str:
    return (_status(pid)[_STARTTIME : _STARTTIME + 1] or [""])[0]
