"""Manners, told by the servers' own logs, and by a clock that waits for nobody."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from filiation.find.fetcher import Fetcher
from filiation.find.pace import Budget, Hosts, NotAsked, SystemClock, retry_after
from filiation.find.values import Pace
from tests.find.servers import Answer, Request, Server, Still, answer, leads, settings

LATE = 0.001
"""Seconds by which a log may miss the pace: clocks are read on both sides. Nothing else may: the pace
is counted from when a host had the last request."""


def slowly(request: Request, _: object) -> bytes:
    time.sleep(0.01)
    return answer(request.target)


def never_at_once(log: Sequence[Request]) -> bool:
    return all(
        one.ended <= other.began for one, other in pairwise(sorted(log, key=lambda r: r.began))
    )


def keeps(log: Sequence[Request], every: float) -> bool:
    began = sorted(request.began for request in log)
    return all(b - a >= every - LATE for a, b in pairwise(began))


def test_no_host_sees_two_requests_at_once_or_more_than_its_rate() -> None:
    """Forty threads at four hosts under six names: the logs of the hosts are the proof."""
    pages: dict[str, Answer] = {"*": slowly, "/lead": leads("http://d.example/led")}
    with Server(pages) as a, Server(pages) as b, Server(pages) as c, Server(pages) as d:
        names = {"a.example": a, "www.a.example": a, "b.example": b, "www.b.example": b,
                 "c.example": c, "d.example": d}  # fmt: skip
        urls = [f"http://{name}/{n}" for n in range(5) for name in names]
        urls += [f"http://{name}/lead?{n}" for n in range(3) for name in ("a.example", "c.example")]
        began = time.monotonic()
        with Fetcher(settings(names, every=0.1)) as fetch, ThreadPoolExecutor(40) as threads:
            fetched = list(threads.map(fetch, urls))
        took = time.monotonic() - began
    assert all(one.outcome == "ok" for one in fetched)
    for server in (a, b, c, d):
        assert never_at_once(server.log)
        assert keeps(server.log, 0.1)
    asked = sum(len(server.log) for server in (a, b, c, d))
    assert took < asked * 0.1 / 2  # the hosts side by side
    assert len(a.log) == 15  # two names: ten pages, three that lead on, two of robots.txt
    assert [request.target for request in d.log].count("/led") == 1


def test_a_busy_machine_does_not_make_two_requests_one() -> None:
    """A thread that computes keeps the others from sending in time; the pace holds all the same."""
    done = threading.Event()

    def compute() -> None:
        while not done.is_set():
            sum(range(200_000))

    busy = [threading.Thread(target=compute) for _ in range(2)]
    with (
        Server({"*": answer("x")}) as server,
        Fetcher(settings({"news.example": server}, every=0.05)) as fetch,
    ):
        for thread in busy:
            thread.start()
        urls = [f"http://news.example/{n}" for n in range(30)]
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda url: fetch(url, robots=False), urls))
        done.set()
    for thread in busy:
        thread.join()
    assert len(server.log) == 30
    assert never_at_once(server.log) and keeps(server.log, 0.05)


def test_the_pace_of_a_service_is_its_own() -> None:
    clock = Still()
    with Server({"*": answer("x")}) as server:
        allowed = settings({}, allow=(f"127.0.0.1:{server.port}",), every=3.0)
        with Fetcher(allowed, clock=clock) as fetch:
            url = f"http://127.0.0.1:{server.port}/"
            for n, pace in enumerate([None, None, Pace(10), Pace(10), Pace(1), None]):
                fetch(f"{url}{n}", robots=False, pace=pace)
    assert clock.slept == pytest.approx([3, 10, 10, 1, 3], abs=0.1)


def test_at_a_place_of_ones_own_the_run_sets_the_pace() -> None:
    clock = Still()
    with (
        Server({"*": answer("x")}) as server,
        Fetcher(settings({"archive.example": server}, every=0.5), clock=clock) as fetch,
    ):
        for n in range(3):
            fetch(f"http://archive.example/{n}", robots=False, pace=Pace(10))
    assert clock.slept == pytest.approx([0.5, 0.5], abs=0.1)


def test_a_429_stops_the_host_at_once() -> None:
    """Twenty threads are waiting for their turn: none of them asks when the first was refused."""
    refused = answer("", "429 Too Many Requests", Retry_After="600")
    with (
        Server({"*": refused}) as server,
        Fetcher(settings({"news.example": server}, every=0.01)) as fetch,
    ):
        urls = [f"http://news.example/{n}" for n in range(20)]
        with ThreadPoolExecutor(20) as threads:
            found = list(threads.map(lambda url: fetch(url, robots=False), urls))
    assert {one.outcome for one in found} == {"rate_limited"}
    assert len(server.log) == 1


def test_nobody_asks_during_a_rest() -> None:
    """The rest is waited for by all, then the host is asked again, one request at a time."""
    moments: list[float] = []

    def once(request: Request, _: object) -> bytes:
        moments.append(request.began)
        if len(moments) == 3:
            return answer("", "429 Too Many Requests", Retry_After="1")
        return answer(request.target)

    with (
        Server({"*": once}) as server,
        Fetcher(settings({"news.example": server}, every=0.02)) as fetch,
    ):
        urls = [f"http://news.example/{n}" for n in range(8)]
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda url: fetch(url, robots=False), urls))
    assert {one.outcome for one in found} == {"ok"}
    assert len(server.log) == 9
    gaps = [b - a for a, b in pairwise(moments)]
    assert gaps[2] >= 1.0 - LATE
    assert never_at_once(server.log) and keeps(server.log, 0.02)


def test_stopping_wakes_whoever_waits() -> None:
    found = []
    with Server({"*": answer("x")}) as server:
        fetch = Fetcher(settings({"news.example": server}, every=60.0))
        fetch("http://news.example/0", robots=False)
        threads = [
            threading.Thread(target=lambda n=n: found.append(fetch(f"http://news.example/{n}")))
            for n in range(1, 5)
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        began = time.monotonic()
        fetch.close()
        for thread in threads:
            thread.join(5)
    assert [one.outcome for one in found] == ["out_of_budget"] * 4
    assert time.monotonic() - began < 1
    assert len(server.log) == 1


NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", "", 120),
        (" 1.5 ", "", 1.5),
        ("Sun, 22 Nov 2026 20:01:00 GMT", "", 60),
        ("Sun, 22 Nov 2026 20:01:00 GMT", "Sun, 22 Nov 2026 20:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 21:01:00 +0100", "", 60),
        ("Sunday, 22-Nov-26 20:01:00 GMT", "", 60),
        ("Sun Nov 22 20:01:00 2026", "", 60),
        ("Sun, 22 Nov 2026 19:00:00 GMT", "", 0),
        ("", "", None),
        ("soon", "", None),
        ("-1", "", None),
        ("1e9", "", None),
        ("٣", "", None),
        ("Sun, 99 Nov 2026 20:01:00 GMT", "", None),
        ("Sun, 22 Nov 99999 20:01:00 GMT", "", None),
        ("Sun, 22 Nov 2026 20:01:00 +9999999999", "", None),
    ],
)
def test_what_a_retry_after_asks_for(value: str, date: str, seconds: float | None) -> None:
    assert retry_after(value, date, NOW) == seconds


def test_a_host_is_left_alone_for_a_day_at_the_most() -> None:
    clock = Still()
    hosts = Hosts(clock, Budget(clock), 120.0)
    host = hosts.of("news.example")
    assert not hosts.limited(host, 1e12, 60)
    assert hosts.parked_until(host) == clock.utc() + timedelta(days=1)
    with pytest.raises(NotAsked), hosts.turn("news.example", 0):
        raise AssertionError
    clock.moment += 86_401
    with hosts.turn("news.example", 0):
        pass


def test_a_budget_is_spent_by_all_threads_together() -> None:
    budget = Budget(SystemClock(), most_requests=50)
    with ThreadPoolExecutor(16) as threads:
        done = list(threads.map(lambda _: spent(budget), range(200)))
    assert (sum(done), budget.requests) == (50, 50)


def spent(budget: Budget) -> bool:
    try:
        budget.spend()
    except NotAsked:
        return False
    return True
