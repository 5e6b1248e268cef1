"""A function applied to many batches by several processes, the results in order.

The processes are started afresh (`spawn`): DuckDB and NumPy hold threads, which a fork would break.
Each gets its work through a pipe of its own and ends when the pipe does, so that none outlives a
parent that was killed. They are deaf to Ctrl-C: the parent alone answers it.
"""

import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any, TypeVar

from filiation.errors import FiliationError

__all__ = ["WorkerLost", "Workers", "mapped"]

AHEAD = 2
"""Batches a worker is given at a time: one to work on, one in reserve."""
FUNCTION = -1
"""Number of a message that brings a function; batches have their own, from 0 on."""
GOODBYE = 5.0
"""Seconds a worker is given to end by itself."""

Batch = TypeVar("Batch")
Result = TypeVar("Result")


class WorkerLost(FiliationError):
    """A worker process ended unasked: killed by the system, mostly for want of memory."""


def mapped(
    function: Callable[[Batch], Result], batches: Iterable[Batch], jobs: int
) -> Generator[Result, None, None]:
    """Yield `function(batch)` of every batch, in order, worked out by `jobs` processes.

    `function` and what it returns must be picklable. What `function` raises is raised here, in its
    turn. Raises `WorkerLost` where a process ends unasked. With one job all is done in this process.
    """
    with Workers(jobs) as workers:
        yield from workers.mapped(function, batches)


class Workers(AbstractContextManager["Workers"]):
    """Processes for one piece of work after another: they start with the first, and end with the block."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._team: _Team | None = None

    def mapped(
        self, function: Callable[[Batch], Result], batches: Iterable[Batch]
    ) -> Generator[Result, None, None]:
        """Yield what the function `mapped` does."""
        if self._jobs <= 1:
            yield from map(function, batches)
            return
        # Nobody else gives work to a team that has some.
        team, self._team = self._team or _Team(self._jobs), None
        try:
            yield from team.results(function, batches)
        except BaseException:  # it has batches in hand that nobody asks for any more
            team.dismiss()
            raise
        self._team = team

    def __exit__(self, *_: object) -> None:
        self.dismiss()

    def dismiss(self) -> None:
        """Let all of them end."""
        team, self._team = self._team, None
        if team is not None:
            team.dismiss()


class _Team:
    """The workers, and what each has in hand."""

    def __init__(self, jobs: int) -> None:
        context = get_context("spawn")
        self._at_work: dict[Connection, int] = {}
        """How many batches each worker has been given and not answered."""
        self._processes: list[BaseProcess] = []
        with _deaf_to_interruption():
            for _ in range(jobs):
                ours, theirs = context.Pipe()
                process = context.Process(target=_work, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                self._processes.append(process)
                self._at_work[ours] = 0

    def results(
        self, function: Callable[[Batch], Result], batches: Iterable[Batch]
    ) -> Iterator[Result]:
        """Yield the results in the order of the batches."""
        for connection in self._at_work:
            self._send(connection, pickle.dumps((FUNCTION, function), pickle.HIGHEST_PROTOCOL))
        numbered = enumerate(batches)
        done: dict[int, tuple[bool, Result]] = {}
        order: deque[int] = deque()
        exhausted = False
        while True:
            while not exhausted and (idle := self._idle(len(order))) is not None:
                following = next(numbered, None)
                if following is None:
                    exhausted = True
                    break
                order.append(following[0])
                self._at_work[idle] += 1
                self._send(idle, pickle.dumps(following, pickle.HIGHEST_PROTOCOL))
                self._collect(done, timeout=0)
            while order and order[0] in done:
                failed, result = done.pop(order.popleft())
                if failed:
                    assert isinstance(result, BaseException)
                    raise result
                yield result
            if exhausted and not order:
                return
            if order and order[0] not in done:
                self._collect(done, timeout=None)

    def _idle(self, pending: int) -> Connection | None:
        """Return the worker with the least in hand, if there is one that could have more.

        What is done and waits for its turn is bounded too: one slow batch must not fill the memory.
        """
        if pending >= 4 * AHEAD * len(self._at_work):
            return None
        least = min(self._at_work, key=lambda connection: self._at_work[connection])
        return least if self._at_work[least] < AHEAD else None

    def _collect(self, done: dict[int, tuple[bool, Result]], timeout: float | None) -> None:
        busy = [connection for connection, held in self._at_work.items() if held]
        for connection in wait(busy, timeout):
            assert isinstance(connection, Connection)
            try:
                number, failed, result = pickle.loads(connection.recv_bytes())
            except (EOFError, OSError) as error:
                raise self._lost() from error
            self._at_work[connection] -= 1
            done[number] = failed, result

    def _send(self, connection: Connection, message: bytes) -> None:
        try:
            connection.send_bytes(message)
        except OSError as error:
            raise self._lost() from error

    def _lost(self) -> WorkerLost:
        return WorkerLost(
            "a worker process ended unasked, perhaps for want of memory; "
            "fewer --jobs need less of it"
        )

    def dismiss(self) -> None:
        """Let all workers end."""
        for connection in self._at_work:
            connection.close()
        for process in self._processes:
            process.join(GOODBYE)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()


@contextmanager
def _deaf_to_interruption() -> Iterator[None]:
    """Let processes started in the block never hear of Ctrl-C, from their very beginning."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # It would let the signal through again when it starts by itself in the midst of the block.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection) -> None:
    """Do what comes through the pipe until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inbox: SimpleQueue[bytes] = SimpleQueue()
    # A thread reads on while this one works: the parent never waits to hand over a batch, and its
    # end is noticed at once, in the midst of a batch too.
    threading.Thread(target=_receive, args=(connection, inbox), daemon=True).start()
    function: Callable[[Any], Any] | None = None
    while True:
        number, batch = pickle.loads(inbox.get())
        if number == FUNCTION:
            function = batch
            continue
        assert function is not None
        failed = False
        try:
            result = function(batch)
        except Exception as error:  # noqa: BLE001 - raised again in the parent
            failed, result = True, _picklable(error)
        try:
            connection.send_bytes(pickle.dumps((number, failed, result), pickle.HIGHEST_PROTOCOL))
        except OSError:
            os._exit(0)


def _receive(connection: Connection, inbox: "SimpleQueue[bytes]") -> None:
    while True:
        try:
            inbox.put(connection.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)


def _picklable(error: Exception) -> Exception:
    """Return an error that survives the way to the parent, with where it happened."""
    import traceback

    error.add_note("in a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - whatever a foreign exception does when it is unpickled
        return RuntimeError("".join(traceback.format_exception(error)))
    return error
