"""What the servers of the small web saw: every request, with its start and its end."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise

from filiation.smallweb.wire import Asked

__all__ = ["Log", "Seen", "closest", "overlaps"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as its server saw it."""

    asked: Asked
    began: float
    """Seconds of the machine's monotonic clock: when the request had been read."""
    at: datetime
    """The same by the wall clock, UTC."""
    ended: float = 0.0
    """When the last piece of the answer was handed to the network; the client cannot have had it
    whole before that."""
    status: int = 0
    """Of the answer; 0 where none was sent."""
    sent: int = 0
    """Bytes handed to the network, head and body."""
    whole: bool = False
    """Whether the whole answer was handed over; not where the client left, or a fault cut it."""
    fault: str = ""
    """The fault that answered, where one did."""

    @property
    def host(self) -> str:
        """The server's name."""
        return self.asked.host

    @property
    def method(self) -> str:
        """As in the request line."""
        return self.asked.method

    @property
    def path(self) -> str:
        """Path and query, as in the request line."""
        return self.asked.target


@dataclass
class Log:
    """All requests in the order in which they came. Several servers write it at once."""

    _seen: list[Seen] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, asked: Asked) -> int:
        """Note that a request has come; return the number under which it is noted."""
        seen = Seen(asked, time.monotonic(), datetime.now(UTC))
        with self._lock:
            self._seen.append(replace(seen, ended=seen.began))
            return len(self._seen) - 1

    def sending(self, number: int, size: int, status: int) -> None:
        """Note that a piece of the answer is about to be handed to the network."""
        with self._lock:
            if number < len(self._seen):
                seen = self._seen[number]
                self._seen[number] = replace(
                    seen, ended=time.monotonic(), sent=seen.sent + size, status=status
                )

    def done(self, number: int, *, whole: bool) -> None:
        """Note that nothing more will be sent."""
        with self._lock:
            if number < len(self._seen):
                self._seen[number] = replace(self._seen[number], whole=whole)

    def faulty(self, number: int, fault: str) -> None:
        """Note which fault answers."""
        with self._lock:
            if number < len(self._seen):
                self._seen[number] = replace(self._seen[number], fault=fault)

    def seen(self, host: str | None = None) -> tuple[Seen, ...]:
        """Return the requests so far, of one server or of all."""
        with self._lock:
            return tuple(one for one in self._seen if host is None or one.host == host)


def overlaps(seen: Iterable[Seen]) -> list[tuple[Seen, Seen]]:
    """Return the pairs of requests that one server had at the same time.

    A request is there from when it was read until the last piece of its answer went out. A polite
    client leaves none.
    """
    found, last = [], dict[str, Seen]()
    for one in sorted(seen, key=lambda seen: seen.began):
        before = last.get(one.host)
        if before is not None and one.began < before.ended:
            found.append((before, one))
        if before is None or one.ended >= before.ended:
            last[one.host] = one
    return found


def closest(seen: Iterable[Seen]) -> dict[str, float]:
    """Return, for each server asked twice or more, the least seconds between two beginnings."""
    begun: dict[str, list[float]] = {}
    for one in seen:
        begun.setdefault(one.host, []).append(one.began)
    return {
        host: min(later - sooner for sooner, later in pairwise(moments))
        for host, moments in ((host, sorted(all_of)) for host, all_of in begun.items())
        if len(moments) > 1
    }
