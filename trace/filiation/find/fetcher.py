"""Asks the web: politely, safely, within its means, and keeps what came as evidence.

A `Fetcher` is a `Fetch`: it never raises for what the web does. It walks redirects itself, and every
hop passes the same gates: the address, robots.txt, the host's turn, the guard at the socket, the
limits of the body. What was asked once in a run is not asked again.
"""

import random
import re
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self

import httpcore

from filiation.find.addresses import DEFAULT_PORTS, Address, NotAnAddress, address, joined, written
from filiation.find.answers import (
    REDIRECTS,
    fetched,
    header,
    is_secret,
    outcome_of,
    said,
    without_secrets,
)
from filiation.find.body import Body, Room, give_back
from filiation.find.guard import Late, NoSuchHost, Resolve, TooMuch, Unsafe, Watch, looked_up
from filiation.find.keep import SOUND, Kept, MemoryStore, Store, question
from filiation.find.line import Headers, Line
from filiation.find.pace import Budget, Clock, Host, Hosts, NotAsked, SystemClock, retry_after
from filiation.find.robots import AGAIN, MOST, Robots, robots_of
from filiation.find.robots import REDIRECTS as ROBOTS_REDIRECTS
from filiation.find.settings import Settings
from filiation.find.values import Exchange, Fetched, Outcome, Pace

__all__ = ["Fetcher", "MemoryStore", "Settings"]

HEADERS = 262_144
"""Bytes that may come before the body begins. httpcore gives one header block 100 KiB; Apache sends
no more than 8 KiB a line."""
FRAMING = 1_048_576
"""Bytes that the frames of a chunked body may take besides the body."""
ROBOTS_FAILED = 600.0
"""Seconds after which a robots.txt that could not be had is asked for again."""
AGAIN_STATUSES = frozenset({408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Statuses that may pass: urllib3's and Cloudflare's."""
GRACE = 5.0
"""Seconds that closing waits for what is under way."""
MOST_SITEMAPS = 1_000
"""Of one robots.txt that are read."""
REDIRECT_BODY, REDIRECT_SECONDS = 65_536, 5.0
"""Bytes and seconds that the body of a redirect is given: it is evidence, and nothing rests on it."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before a GET is asked again: at random up to the first, doubled each time (full jitter:
https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)."""

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_METHODS = ("GET", "HEAD", "POST")
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True)
class _Asking:
    """What one call asks for, and how."""

    method: str
    headers: Mapping[str, str]
    body: bytes
    robots: bool
    pace: Pace
    redirects: int
    most: int

    def question(self, hop: Address) -> str:
        return question(str(hop), self.method, self.headers, self.body)


@dataclass(frozen=True)
class _Answer:
    """What came of asking one address, redirects not followed."""

    exchanges: tuple[Exchange, ...]
    """Tries in order."""
    content: bytes
    outcome: Outcome
    says: str
    kept: Kept | None = None
    """What it found unchanged."""


@dataclass
class _Walk:
    """A chain of redirects under way."""

    url: str
    exchanges: list[Exchange] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    @property
    def hops(self) -> int:
        """How many addresses were asked."""
        return len(dict.fromkeys(self.questions))

    def passed(self, asked: str, answer: _Answer, asking: _Asking) -> None:
        """Take an answer, and what was asked by each of its exchanges."""
        start = answer.exchanges[0].url
        for exchange in answer.exchanges:
            self.exchanges.append(exchange)
            other = question(exchange.url, exchange.method, asking.headers, exchange.request_body)
            self.questions.append(asked if exchange.url == start else other)


@dataclass(frozen=True)
class _Known:
    """What was fetched in this run: where it is kept, and for what limits it was asked."""

    number: int
    place: int
    redirects: int
    most: int


class Fetcher:
    """Asks the web. Use it in a `with` block; safe to use from several threads."""

    def __init__(
        self,
        settings: Settings | None = None,
        store: Store | None = None,
        *,
        clock: Clock | None = None,
        resolve: Resolve = looked_up,
    ) -> None:
        """Make one. Raises `ValueError` for settings that cannot be.

        Without a `store`, what is fetched is kept for the run alone.
        """
        self.settings = settings or Settings()
        self._own: MemoryStore | None = None
        if store is None:
            store = self._own = MemoryStore()
        self.store: Store = store
        self.clock: Clock = clock or SystemClock()
        self.budget = Budget(self.clock, self.settings.most_requests, self.settings.most_seconds)
        self.hosts = Hosts(self.clock, self.budget, self.settings.patience)
        self._line = Line(self.settings, resolve)
        give_back()
        self._room = Room()
        self._idle = threading.Condition()
        self._busy = 0
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}
        self._asked: dict[str, threading.Event] = {}
        self._robots: dict[str, tuple[Robots, float]] = {}
        self._robots_locks: dict[str, threading.Lock] = {}
        self._given: dict[int, None] = {}
        for host, (until, says) in self.store.parked().items():
            self.hosts.park(host, until, says)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End what waits and close every connection. A store that was given is its owner's to close.

        Threads that are being answered have a few seconds to end.
        """
        self.stop()
        with self._idle:
            idle = self._idle.wait_for(lambda: not self._busy, GRACE)
        self._line.close()
        if self._own is not None and idle:
            self._own.close()

    def stop(self) -> None:
        """Ask nothing more: who waits for a turn, and whoever asks later, is `out_of_budget`."""
        self.budget.over = True
        self.clock.wake()

    @property
    def requests(self) -> int:
        """Requests sent so far, of every kind."""
        return self.budget.requests

    def fetches(self) -> Iterator[Fetched]:
        """Yield what was fetched or given from the store in this run, in order, robots.txt too.

        An exchange may be in several: a page that was asked for and redirected to, one found
        unchanged.
        """
        for number in list(self._given):
            yield self.store.get(number).fetched

    # --- asking --------------------------------------------------------------------------------

    def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes = b"",
        robots: bool = True,
        pace: Pace | None = None,
        redirects: int = 10,
        most_bytes: int | None = None,
    ) -> Fetched:
        """Ask for `url`; see `Fetch`. Raises `ValueError` for a request that cannot be made."""
        if method not in _METHODS:
            raise ValueError(f"{method!r} is not asked; {', '.join(_METHODS)} are")
        asking = _Asking(
            method,
            _sound(headers or {}),
            body,
            robots and not self.settings.ignore_robots,
            pace or Pace(self.settings.every, self.settings.rest),
            redirects,
            self.settings.most_bytes if most_bytes is None else most_bytes,
        )
        try:
            first = address(url)
        except NotAnAddress as error:
            return Fetched(url, "refused", str(error))
        with self._idle:
            self._busy += 1
        try:
            return self._once(url, first, asking)
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def _once(self, url: str, first: Address, asking: _Asking) -> Fetched:
        """Answer from this run, or ask; the same question is asked by one thread at a time."""
        asked = asking.question(first)
        while True:
            if (known := self._recalled(asked, asking)) is not None:
                return replace(known.fetched, url=url)
            with self._lock:
                other = self._asked.get(asked)
                if other is None:
                    self._asked[asked] = threading.Event()
                    break
            other.wait()
        try:
            fresh = self.settings.fresh_for
            return self._from_store(url, asked, asking, fresh) or self._walked(url, first, asking)
        finally:
            self._room.leave()
            with self._lock:
                self._asked.pop(asked).set()

    def _recalled(self, asked: str, asking: _Asking) -> Kept | None:
        """Return what this run has fetched already, if it answers this question."""
        known = self._known.get(asked)
        if known is None:
            return None
        found = self.store.get(known.number, known.place)
        return found if _answers(found, asking, known.redirects, known.most) else None

    def _from_store(
        self, url: str, asked: str, asking: _Asking, fresh_for: float
    ) -> Fetched | None:
        """Return what an earlier run has kept, where that is enough."""
        settings = self.settings
        if not settings.offline and fresh_for <= 0:
            return None
        kept = self.store.last(asked)
        if kept is not None and _answers(kept, asking, 0, asking.most):
            taken = kept.fetched.taken
            assert taken is not None
            age = (self.clock.utc() - taken).total_seconds()
            if settings.offline or age < fresh_for:
                self._given.setdefault(kept.number)
                return replace(kept.fetched, url=url)
        return Fetched(url, "offline", "it was not kept from before") if settings.offline else None

    # --- redirects -----------------------------------------------------------------------------

    def _walked(self, url: str, first: Address, asking: _Asking) -> Fetched:
        """Ask, and follow where it leads."""
        walk, hop, now = _Walk(url), first, asking
        while True:
            asked = now.question(hop)
            known = self._recalled(asked, _less(now, walk)) if walk.exchanges else None
            try:
                answer = _again(known) if known is not None else self._asked_of(hop, now)
            except NotAsked as stop:
                return self._stopped(walk, hop, stop, asking)
            walk.passed(asked, answer, now)
            last = answer.exchanges[-1]
            leads = last.status in REDIRECTS and answer.outcome == "ok"
            if known is not None or not leads or not asking.redirects:
                return self._kept(walk, answer, asking)
            try:
                hop, now = _next(hop, last, now)
            except NotAnAddress as error:
                return self._kept(walk, _astray(answer, last, error), asking)
            if fault := self._endless(walk, now.question(hop), asking):
                return self._kept(walk, replace(answer, outcome="malformed", says=fault), asking)

    def _endless(self, walk: _Walk, asked: str, asking: _Asking) -> str:
        """Say what is wrong with a chain that would go on with this question; empty if nothing."""
        if asked in walk.questions:
            wants = any(header(exchange, "set-cookie") for exchange in walk.exchanges)
            return "it redirects in a circle" + ("; it may want cookies" if wants else "")
        many = walk.hops > asking.redirects
        return f"it redirects more than {asking.redirects} times" if many else ""

    def _stopped(self, walk: _Walk, hop: Address, stop: NotAsked, asking: _Asking) -> Fetched:
        """Return what came of a chain whose next hop may not be asked."""
        if not walk.exchanges:
            return Fetched(walk.url, stop.outcome, stop.says)
        says = f"it redirects to {hop}: {stop.says}"
        return self._kept(walk, _Answer((), b"", stop.outcome, says), asking)

    def _kept(self, walk: _Walk, answer: _Answer, asking: _Asking) -> Fetched:
        """Keep what came of a chain, and return it."""
        kept = answer.kept
        found = fetched(
            walk.url,
            answer.outcome,
            answer.says,
            walk.exchanges,
            answer.content,
            base=_brought(kept) if kept else None,
        )
        questions = tuple(walk.questions)
        self._note(self.store.keep(found, questions, kept.base if kept else None), walk, asking)
        return found

    def _note(self, number: int, walk: _Walk, asking: _Asking) -> None:
        """Note what this run has fetched: the question of every hop leads to the same answer."""
        with self._lock:
            self._given.setdefault(number)
            passed = 0
            for place, asked in enumerate(walk.questions):
                if place and asked != walk.questions[place - 1]:
                    passed += 1
                if walk.questions.index(asked) == place:
                    left = asking.redirects - passed
                    self._known[asked] = _Known(number, place, left, asking.most)

    # --- robots.txt ------------------------------------------------------------------------------

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of an address's site names, it being asked for.

        Empty where it names none, and where it cannot be had.
        """
        try:
            asked = address(url)
        except NotAnAddress:
            return ()
        settings = self.settings
        pace = Pace(settings.every, settings.rest)
        asking = _Asking("GET", {}, b"", True, pace, 0, settings.most_bytes)
        found = []
        for named in self._robots_of(asked, asking).sitemaps[:MOST_SITEMAPS]:
            try:
                found.append(str(joined(asked, named)))
            except NotAnAddress:
                continue
        return tuple(dict.fromkeys(found))

    def _robots_of(self, hop: Address, asking: _Asking) -> Robots:
        """Return what the site of an address asks of robots; it is asked for once."""
        with self._lock:
            lock = self._robots_locks.setdefault(hop.origin, threading.Lock())
        with lock:
            robots, until = self._robots.get(hop.origin, (None, 0.0))
            if robots is None or self.clock.now() >= until:
                robots = robots_of(self._robots_txt(hop, asking))
                until = self.clock.now() + _good_for(robots)
                self._robots[hop.origin] = robots, until
            return robots

    def _robots_txt(self, hop: Address, asking: _Asking) -> Fetched:
        place = address(f"{hop.origin}/robots.txt")
        ours = replace(
            asking,
            method="GET",
            headers={},
            body=b"",
            robots=False,
            redirects=ROBOTS_REDIRECTS,
            most=MOST,
        )
        asked = ours.question(place)
        known = self._recalled(asked, ours)
        if known is not None and known.fetched.outcome in SOUND:
            return known.fetched
        fresh = max(self.settings.fresh_for, self.settings.robots_fresh_for)
        kept = self._from_store(str(place), asked, ours, fresh)
        return kept or self._walked(str(place), place, ours)

    # --- one address -----------------------------------------------------------------------------

    def _asked_of(self, hop: Address, asking: _Asking) -> _Answer:
        """Ask one address, and again where that may help. Raises `NotAsked`."""
        self._check(hop)
        # The services' paces are those of the public ones: at a place of the user's own, the run's.
        own = (hop.host, hop.port) in self._line.guard.elsewhere
        every = self.settings.every if own else asking.pace.every
        if asking.robots:
            robots = self._robots_of(hop, asking)
            if robots.outcome != "ok":
                raise NotAsked(robots.outcome, robots.says)
            if not robots.allows(hop):
                raise NotAsked("blocked", f"the robots.txt of {hop.host} forbids it")
            every = max(every, robots.every)
        kept = self._had(hop, asking)
        tries: list[_Sent] = []
        most = 1 + (self.settings.retries if asking.method != "POST" else 0)
        while len(tries) < most:
            try:
                if tries:
                    self._room.leave()
                    self._pause(len(tries))
                with self.hosts.turn(hop.party, every) as host:
                    sent = self._sent(hop, asking, kept)
                    tries.append(sent)
                    # A request may lie here a while after its turn has come, on a busy machine: the
                    # pace is counted from when the host had it, or it would see two closer together.
                    host.last = max(host.last, self.clock.now() - sent.ago)
                    again = self._heed(host, hop, sent, asking.pace, len(tries) == most)
            except NotAsked:
                if not tries:
                    raise
                break
            if not again:
                break
        return _answer(tries, kept)

    def _check(self, hop: Address) -> None:
        """Raise `NotAsked` for what is unsafe by its address alone."""
        guard = self._line.guard
        named = (hop.host, hop.port)
        usual = hop.port in DEFAULT_PORTS.values() or named in guard.elsewhere
        if not usual and not guard.allowed.port(*named):
            raise NotAsked("refused", f"port {hop.port} is not the web's")
        if self._line.proxied and guard.refuses(*named):
            raise NotAsked("refused", f"{hop.host} is not of the public internet")

    def _had(self, hop: Address, asking: _Asking) -> Kept | None:
        """Return an earlier answer of this very address that the server can be asked to confirm."""
        if asking.method != "GET" or any(name in asking.headers for name in _CONDITIONS):
            return None
        kept = self.store.last(asking.question(hop))
        if kept is None or any(exchange.url != str(hop) for exchange in kept.exchanges):
            return None
        sound = kept.fetched.status in (200, 304) and len(kept.fetched.content) <= asking.most
        return kept if sound and _conditions(kept.fetched) else None

    def _pause(self, tries: int) -> None:
        """Wait before the next try. Raises `NotAsked` where there is no time for it."""
        wait = random.uniform(0, min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT))
        self.budget.check(wait)
        self.clock.sleep(wait)

    def _heed(self, host: Host, hop: Address, sent: "_Sent", pace: Pace, final: bool) -> bool:
        """Note what an answer means for its host. Returns whether to ask again."""
        exchange = sent.exchange
        if header(exchange, "memento-datetime"):
            self.hosts.answered(host)  # the status is the captured page's, not the archive's
            return False
        wait, date = header(exchange, "retry-after"), header(exchange, "date")
        asked = retry_after(wait, date, self.clock.utc())
        if exchange.outcome == "rate_limited":
            again = self.hosts.limited(host, asked, pace.rest)
            self.store.park(hop.party, self.hosts.parked_until(host), host.says)
            return again and not final
        if exchange.outcome != "transient":
            self.hosts.answered(host)
            return False
        again = sent.again and not final
        if asked is not None and exchange.status >= 500:
            again = self.hosts.rests(host, asked) and again
        if not again:
            self.hosts.failed(host, pace.rest, exchange.says)
        return again

    # --- one request -----------------------------------------------------------------------------

    def _sent(self, hop: Address, asking: _Asking, kept: Kept | None) -> "_Sent":
        """Send one request. Raises `NotAsked` where the guard would not dial."""
        headers = self._headers(hop, asking, kept)
        came = _Came()
        moment, began = self.clock.utc(), time.monotonic()
        limit = min(self.settings.deadline, self.budget.left)
        with self._line.guard.watching(began + limit, HEADERS) as watch:
            try:
                self._take(hop, asking, headers, came, watch)
            except Unsafe as error:
                raise NotAsked("refused", str(error)) from error
            except _FAULTS as error:
                came.fault(error, watch, limit)
        return came.sent(hop, asking, headers, moment, time.monotonic() - began, watch)

    def _headers(self, hop: Address, asking: _Asking, kept: Kept | None) -> Headers:
        """Return the headers of a request as they go over the wire."""
        named = {
            "host": hop.authority,
            "user-agent": self.settings.agent,
            "accept": _ACCEPT,
            "accept-encoding": "gzip, deflate",
            **({"content-length": str(len(asking.body))} if asking.method == "POST" else {}),
            **asking.headers,
            **(_conditions(kept.fetched) if kept else {}),
        }
        return tuple(
            ("-".join(map(str.capitalize, name.split("-"))), named[name]) for name in named
        )

    def _take(
        self, hop: Address, asking: _Asking, headers: Headers, came: "_Came", watch: Watch
    ) -> None:
        answer = self._line.send(hop, asking.method, headers, asking.body)
        try:
            came.head(answer, any(name.lower() in _CONDITIONS for name, _ in headers))
            most, most_wire = asking.most, min(asking.most, self.settings.most_wire)
            if came.status in REDIRECTS:
                most = most_wire = REDIRECT_BODY
                watch.until = min(watch.until, time.monotonic() + REDIRECT_SECONDS)
            coding = said(came.headers, "content-encoding")
            came.body = Body(coding, most, most_wire, lambda: self._enter(watch))
            watch.most = max(most, most_wire) + FRAMING
            for chunk in answer.iter_stream():
                if not came.body.feed(chunk):
                    return
            came.body.end()
            came.whole = True
        finally:
            answer.close()

    def _enter(self, watch: Watch) -> None:
        if not self._room.enter(watch.left(None)):
            raise Late


@dataclass(frozen=True)
class _Sent:
    """One request that was sent, and what came of it."""

    exchange: Exchange
    content: bytes
    again: bool
    ago: float
    """Seconds since the first bytes came."""


@dataclass
class _Came:
    """An answer as it comes."""

    status: int = 0
    reason: str = ""
    version: str = "HTTP/1.1"
    headers: tuple[tuple[str, str], ...] = ()
    body: Body | None = None
    whole: bool = False
    outcome: Outcome = "transient"
    says: str = ""
    again: bool = False

    def head(self, answer: httpcore.Response, conditional: bool) -> None:
        """Take status and headers."""
        self.status = answer.status
        self.reason = answer.extensions["reason_phrase"].decode("latin-1")
        self.version = answer.extensions["http_version"].decode("latin-1")
        self.headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
        )
        self.outcome, self.says = outcome_of(self.status, conditional=conditional)
        self.again = self.status in AGAIN_STATUSES or self.status == 429

    def fault(self, error: Exception, watch: Watch, limit: float) -> None:
        """Take what went wrong; a redirect says all it has to say in its head."""
        if self.status not in REDIRECTS:
            late = time.monotonic() >= watch.until
            self.outcome, self.says, self.again = _fault(error, watch, self.status, late, limit)

    def sent(
        self,
        hop: Address,
        asking: _Asking,
        headers: Headers,
        moment: datetime,
        seconds: float,
        watch: Watch,
    ) -> _Sent:
        """Return it as evidence."""
        raw, content = self.body.taken() if self.body else (b"", b"")
        if self.outcome == "ok" and self.status not in REDIRECTS and self.body:
            if self.body.outcome != "ok":
                self.outcome, self.says = self.body.outcome, self.body.says
            elif not raw and asking.method != "HEAD":
                self.outcome, self.says = "empty", "the answer is empty"
        exchange = Exchange(
            url=str(hop),
            method=asking.method,
            sent=moment,
            seconds=round(seconds, 6),
            request_headers=without_secrets(headers),
            request_body=asking.body,
            status=self.status,
            reason=self.reason,
            http_version=self.version,
            headers=self.headers,
            body=raw,
            whole=self.whole,
            address=watch.address,
            outcome=self.outcome,
            says=self.says,
        )
        now = time.monotonic()
        return _Sent(
            exchange, content, self.again, now - (now if watch.first is None else watch.first)
        )


_FAULTS = (
    Late,
    NoSuchHost,
    TooMuch,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.ProxyError,
)


def _fault(
    error: Exception, watch: Watch, status: int, late: bool, limit: float
) -> tuple[Outcome, str, bool]:
    """Return the outcome of a fault, what to say of it, and whether asking again may help."""
    match error:
        case TooMuch() if status:
            return "too_large", "it comes in endless pieces", False
        case TooMuch():
            return "malformed", f"its headers are longer than {HEADERS:,} bytes", False
        case NoSuchHost():
            return "transient", "its host has no address", False
        case _ if late or isinstance(error, Late):
            return "transient", f"it did not come to its end in {limit:.3g} s", False
        case httpcore.TimeoutException():
            return "transient", "it did not answer in time", True
        case httpcore.ConnectError():
            return "transient", _why(error), False
        case httpcore.NetworkError():
            return "transient", _why(error), True
        case httpcore.RemoteProtocolError() if watch.ended:
            return "transient", "the connection was closed before the answer's end", True
        case httpcore.ProxyError():
            return "transient", f"the proxy says: {_plain(str(error))}", False
    return "malformed", f"it is no answer of HTTP: {_plain(str(error))}", False


def _why(error: Exception) -> str:
    """Say why there is no connection."""
    match error.args[0] if error.args else None:
        case ssl.SSLCertVerificationError() as cause:
            return f"its certificate is not valid: {_plain(cause.verify_message)}"
        case ssl.SSLError() as cause:
            return f"no safe connection could be made: {_plain(cause.reason or str(cause))}"
        case ConnectionRefusedError():
            return "the connection was refused"
        case ConnectionResetError() | BrokenPipeError():
            return "the connection was reset"
        case OSError(strerror=str(says)):
            return f"no connection: {_plain(says).lower()}"
    return "no connection"


def _plain(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]+", " ", text)[:200]


def _answer(tries: list[_Sent], kept: Kept | None) -> _Answer:
    last = tries[-1]
    exchanges = tuple(sent.exchange for sent in tries)
    if last.exchange.outcome == "unchanged" and kept is not None:
        return _Answer(exchanges, kept.fetched.content, "unchanged", "", kept)
    return _Answer(exchanges, last.content, last.exchange.outcome, last.exchange.says)


def _again(known: Kept) -> _Answer:
    """Return what was fetched already in this run, as the end of another chain."""
    found = known.fetched
    base = known if known.base != known.number else None
    return _Answer(known.exchanges, found.content, found.outcome, found.says, base)


def _brought(kept: Kept) -> Exchange:
    """Return the exchange that brought the body."""
    return kept.fetched.exchanges[-1 if kept.base == kept.number else 0]


def _answers(found: Kept, asking: _Asking, redirects: int, most: int) -> bool:
    """Tell whether what was fetched answers a question that may have other limits."""
    passed = len(dict.fromkeys(exchange.url for exchange in found.exchanges)) - 1
    outcome = found.fetched.outcome
    if outcome in ("rate_limited", "out_of_budget") or passed > asking.redirects:
        return False
    if found.exchanges[-1].status in REDIRECTS and asking.redirects > redirects:
        return False
    return outcome != "too_large" or asking.most <= most


def _less(asking: _Asking, walk: _Walk) -> _Asking:
    return replace(asking, redirects=max(asking.redirects - walk.hops, 0))


def _next(hop: Address, last: Exchange, asking: _Asking) -> tuple[Address, _Asking]:
    """Return where a redirect leads, and what is asked there. Raises `NotAnAddress`."""
    location = next((value for name, value in last.headers if name.lower() == "location"), "")
    if not location:
        raise NotAnAddress("it redirects without saying where")
    there = joined(hop, written(location.encode("latin-1")))
    if last.status == 303 or (last.status in (301, 302) and asking.method == "POST"):
        method = "HEAD" if asking.method == "HEAD" else "GET"
        asking = replace(asking, method=method, body=b"")
    if there.origin != hop.origin:
        open_ones = {name: value for name, value in asking.headers.items() if not is_secret(name)}
        asking = replace(asking, headers=open_ones)
    return there, asking


def _astray(answer: _Answer, last: Exchange, error: NotAnAddress) -> _Answer:
    where = _plain(header(last, "location"))
    if not where:
        return replace(answer, outcome="malformed", says=str(error))
    return replace(answer, outcome="refused", says=f"it redirects to {where}: {error}")


_CONDITIONS = ("if-none-match", "if-modified-since", "range")
"""Headers of a caller's own that a kept answer is no match for."""


def _conditions(found: Fetched) -> dict[str, str]:
    """Return the headers that ask whether a kept answer is unchanged (RFC 9110, 13.1)."""
    validators = {"etag": "if-none-match", "last-modified": "if-modified-since"}
    return {asks: found.headers[name] for name, asks in validators.items() if name in found.headers}


def _sound(headers: Mapping[str, str]) -> dict[str, str]:
    """Return a caller's headers, names in lower case. Raises `ValueError` for what is none."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not value.isprintable() or not value.isascii():
            raise ValueError(f"{name!r} cannot be sent as a header")
    return {name.lower(): value for name, value in headers.items()}


def _good_for(robots: Robots) -> float:
    """Return the seconds that a robots.txt need not be asked for again."""
    if robots.outcome == "ok":
        return AGAIN
    return 0.0 if robots.outcome in ("rate_limited", "out_of_budget") else ROBOTS_FAILED
