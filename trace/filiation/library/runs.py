"""One run of the program over a library: what the table `run` says of it, and when it may be stopped."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Self

from filiation import __version__
from filiation.errors import LibraryError
from filiation.library.insert import now
from filiation.library.library import Library, command_line

__all__ = ["Interruption", "recorded"]


@contextmanager
def recorded(library: Library, counts: Callable[[], dict[str, int]]) -> Iterator[None]:
    """Enter a run into the library, how it ended and the counts it ended with."""
    with library.transaction() as connection:
        run = connection.execute(
            "INSERT INTO run (command, version, started, outcome, counts) "
            "VALUES (?, ?, ?, 'running', '{}')",
            (command_line(), __version__, now()),
        ).lastrowid

    def end(outcome: str) -> None:
        with library.transaction() as connection:
            connection.execute(
                "UPDATE run SET ended = ?, outcome = ?, counts = ? WHERE number = ?",
                (now(), outcome, json.dumps(counts()), run),
            )

    try:
        yield
    except KeyboardInterrupt:
        end("interrupted")
        raise
    except BaseException:
        with suppress(LibraryError):  # what went wrong may be the disk
            end("failed")
        raise
    end("done")


class Interruption:
    """Ctrl-C, which is heard only where nothing is half done; asked for twice, at once."""

    def __init__(self) -> None:
        self._listens = False
        self._asked = False
        self._before: Any = None
        self._ours = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Self:
        if self._ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _interrupted(self, _signal: int, _frame: FrameType | None) -> None:
        if self._listens or self._asked:
            raise KeyboardInterrupt
        self._asked = True

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Raise `KeyboardInterrupt` where Ctrl-C was or is pressed, until the block ends."""
        self._listens = True
        try:
            if self._asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._listens = False
