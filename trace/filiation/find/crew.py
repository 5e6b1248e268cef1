"""Threads that ask many hosts side by side: each host by one of them at a time, in a given order."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from heapq import heappop, heappush
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Generic, Self, TypeVar

__all__ = ["MOST_HOSTS", "Crew"]

MOST_HOSTS = 16
"""Hosts asked side by side: with three seconds between two requests to a host, five a second."""
GOODBYE = 2.0
"""Seconds that threads are given to end what they are at, when the run is broken off."""

Task = TypeVar("Task")
Result = TypeVar("Result")


class Crew(Generic[Task, Result]):
    """Does `work` on tasks: of each host one at a time, of all hosts `hosts` at the most.

    Hosts take turns, so that many share few threads fairly. Use it in a `with` block.
    """

    def __init__(self, work: Callable[[Task], Result], hosts: int = MOST_HOSTS) -> None:
        self._work = work
        self._most = hosts
        self._changed = threading.Condition()
        self._tasks: dict[str, list[tuple[tuple[int, ...], int, Task]]] = {}
        self._ready: deque[str] = deque()
        """Hosts that have tasks and are in nobody's hands, the one that has waited longest first."""
        self._busy: set[str] = set()
        self._put = 0
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._results: SimpleQueue[tuple[Task, Result | None, BaseException | None]] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let no further task begin. What a thread is at may outlast this: it dies with us."""
        self._close()
        for thread in self._threads:
            thread.join(GOODBYE / len(self._threads))

    def put(self, host: str, order: tuple[int, ...], task: Task) -> None:
        """Add a task. Those of a host are done by `order`, and as they came where it is the same."""
        with self._changed:
            self._put += 1
            heappush(self._tasks.setdefault(host, []), (order, self._put, task))
            if host not in self._busy and host not in self._ready:
                self._ready.append(host)
            if len(self._threads) < min(self._most, len(self._tasks)):
                self._threads.append(threading.Thread(target=self._serve, daemon=True))
                self._threads[-1].start()
            self._changed.notify()

    def results(self, patience: float) -> list[tuple[Task, Result]]:
        """Return what has been done since the last call; wait for it, `patience` seconds at most.

        What `work` raised is raised here; no further task is begun from that moment on.
        """
        found: list[tuple[Task, Result]] = []
        with suppress(Empty):
            done = self._results.get(timeout=patience)
            while True:
                task, result, error = done
                if error is not None:
                    raise error
                assert result is not None
                found.append((task, result))
                done = self._results.get_nowait()
        return found

    def _close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _serve(self) -> None:
        while (taken := self._take()) is not None:
            host, task = taken
            try:
                self._results.put((task, self._work(task), None))
            except BaseException as error:  # noqa: BLE001 - raised again by who asks for results
                self._results.put((task, None, error))
                self._close()
            with self._changed:
                self._busy.discard(host)
                if self._tasks[host]:
                    self._ready.append(host)
                    self._changed.notify()

    def _take(self) -> tuple[str, Task] | None:
        """Return a host and its next task, once there is one; None at the end."""
        with self._changed:
            while not self._closed and not self._ready:
                self._changed.wait()
            if self._closed:
                return None
            host = self._ready.popleft()
            self._busy.add(host)
            return host, heappop(self._tasks[host])[2]
