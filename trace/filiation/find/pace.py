"""Manners: one request at a time per host, no sooner than its pace, and none where it asks for rest.

A host that answers 429 is left alone at once: until the moment it names, else for the pace's rest;
when it does so again, for the rest of the run. A host that fails three questions in a row is left
alone for a while too, since a server in trouble is not helped by more of them. The clock is given, so
that tests need not wait.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from filiation.find.values import Outcome

__all__ = ["Budget", "Clock", "Hosts", "NotAsked", "SystemClock", "retry_after"]

LONGEST = 86_400.0
"""Seconds that a host is left alone at the most, whatever it asks for: the next day it is asked
again."""
STORM = 3
"""Questions in a row that a host fails before it is left alone."""


class Clock(Protocol):
    """Tells the time, and waits."""

    def now(self) -> float:
        """Return seconds that never go back."""
        ...

    def utc(self) -> datetime:
        """Return the moment, aware, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, or less where `wake` was called."""
        ...

    def wake(self) -> None:
        """End every wait, now and later."""
        ...


class SystemClock:
    """The machine's own."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def now(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def utc(self) -> datetime:
        """Return the moment, aware, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait, or less where `wake` was called."""
        self._woken.wait(seconds)

    def wake(self) -> None:
        """End every wait, now and later."""
        self._woken.set()


class NotAsked(Exception):
    """The host is not to be asked now: it is left alone, or the run's budget is spent."""

    def __init__(self, outcome: Outcome, says: str) -> None:
        self.outcome, self.says = outcome, says
        super().__init__(outcome, says)


@dataclass
class Budget:
    """What the run may still spend; shared by its threads."""

    clock: Clock
    most_requests: int | None = None
    most_seconds: float | None = None
    requests: int = 0
    """Sent so far."""
    over: bool = False
    """Whether it was ended from without."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._began = self.clock.now()

    @property
    def left(self) -> float:
        """Seconds left, infinite where there is no limit."""
        if self.most_seconds is None:
            return float("inf")
        return self.most_seconds - (self.clock.now() - self._began)

    def check(self, wait: float = 0.0) -> None:
        """Raise `NotAsked` where nothing more may be asked, or not after waiting so long."""
        if self.over:
            raise NotAsked("out_of_budget", "the run was ended")
        if self.most_requests is not None and self.requests >= self.most_requests:
            raise NotAsked("out_of_budget", f"the run's {self.most_requests} requests are spent")
        if self.left <= wait:
            raise NotAsked("out_of_budget", f"the run's {self.most_seconds:g} seconds are spent")

    def spend(self) -> None:
        """Count one request. Raises `NotAsked` where there is none left."""
        with self._lock:
            self.check()
            self.requests += 1


@dataclass
class Host:
    """What is known of one host in this run."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    last: float = float("-inf")
    """When it was asked last, by the clock."""
    until: float = 0.0
    """Till when it is left alone, by the clock."""
    asked: float = 0.0
    """Till when it asked to be left alone itself; a later run heeds it too."""
    outcome: Outcome = "ok"
    says: str = ""
    """Why it is left alone."""
    requests: int = 0
    limits: int = 0
    """How often it answered 429."""
    failures: int = 0
    """Questions in a row that it failed."""


@dataclass
class Hosts:
    """The hosts of a run, and whose turn it is at each."""

    clock: Clock
    budget: Budget
    patience: float
    """Seconds that are waited for a host that is left alone; where it is longer, it is not asked."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, Host] = {}

    def of(self, party: str) -> Host:
        """Return what is known of a host."""
        with self._lock:
            return self._hosts.setdefault(party, Host())

    def known(self) -> dict[str, Host]:
        """Return all that were asked, by name."""
        with self._lock:
            return dict(self._hosts)

    @contextmanager
    def turn(self, party: str, every: float) -> Iterator[Host]:
        """Wait for the turn to ask a host, and hold it during the block, which sends one request.

        Raises `NotAsked` where the host is left alone for longer than we wait, and where the budget
        is or would be spent.
        """
        host = self.of(party)
        left = self.budget.left
        if not host.lock.acquire(timeout=-1 if left == float("inf") else max(left, 0)):
            self.budget.check()
            raise NotAsked("out_of_budget", "the run's time ended while the host was being asked")
        try:
            self._wait(host, every)
            self.budget.spend()
            host.requests += 1
            host.last = self.clock.now()
            yield host
        finally:
            host.lock.release()

    def _wait(self, host: Host, every: float) -> None:
        self.budget.check()
        alone = host.until - self.clock.now()
        if alone > 0 and (host.outcome != "rate_limited" or alone > self.patience):
            raise NotAsked(host.outcome, host.says)
        wait = max(alone, host.last + every - self.clock.now())
        if alone > 0 and self.budget.left <= wait:
            raise NotAsked(host.outcome, host.says)
        self.budget.check(wait)
        if wait > 0:
            self.clock.sleep(wait)
            self.budget.check()

    def limited(self, host: Host, asked: float | None, rest: float) -> bool:
        """Note a 429, and what its Retry-After asks for. Returns whether it may be asked again.

        Call it within the host's turn.
        """
        host.limits += 1
        wait = min(rest if asked is None else asked, LONGEST)
        again = host.limits == 1 and wait <= self.patience and wait < self.budget.left
        host.asked = self.clock.now() + wait
        says = f"it asked for rest (429) and is left alone for {wait:.0f} s"
        if host.limits > 1:
            wait, says = LONGEST, "it asked for rest (429) again and is left alone in this run"
        self._leave(host, wait, "rate_limited", says)
        return again

    def rests(self, host: Host, asked: float) -> bool:
        """Note what a Retry-After asks for that comes with another failure, likewise."""
        wait = min(asked, LONGEST)
        says = f"it asked to be left alone for {wait:.0f} s (503)"
        self._leave(host, wait, "rate_limited", says)
        return wait <= self.patience and wait < self.budget.left

    def failed(self, host: Host, rest: float, says: str) -> None:
        """Note a question that failed, its retries too."""
        host.failures += 1
        if host.failures >= STORM:
            why = f"it failed {host.failures} times in a row and is left alone: {says}"
            self._leave(host, rest, "transient", why)

    def answered(self, host: Host) -> None:
        """Note that it answered as it should."""
        host.failures = 0

    def _leave(self, host: Host, seconds: float, outcome: Outcome, says: str) -> None:
        host.until = max(host.until, self.clock.now() + seconds)
        host.outcome, host.says = outcome, says

    def park(self, party: str, until: datetime, says: str) -> None:
        """Leave a host alone that asked for it in an earlier run."""
        seconds = (until - self.clock.utc()) / timedelta(seconds=1)
        if seconds > 0:
            self._leave(self.of(party), min(seconds, LONGEST), "rate_limited", says)

    def parked_until(self, host: Host) -> datetime:
        """Return till when a host asked to be left alone, aware, UTC."""
        return self.clock.utc() + timedelta(seconds=max(host.asked - self.clock.now(), 0.0))


def retry_after(value: str, date: str, now: datetime) -> float | None:
    """Return the seconds a Retry-After asks for, None where it says nothing (RFC 9110, 10.2.3).

    `date` is the answer's own Date: a moment is counted from it, since the server's clock may be
    wrong; from `now` where there is none.
    """
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]*)?", value):
        return float(value)
    then = _moment(value)
    if then is None:
        return None
    return max((then - (_moment(date) or now)) / timedelta(seconds=1), 0.0)


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
