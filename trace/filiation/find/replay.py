"""Captures played back as they were: what is a capture's own answer, and what is its archive's.

By RFC 7089 a memento, the capture itself, has the header `Memento-Datetime`, and its status is that
of the page then: a page that was gone when it was captured answers 404 to this day. An answer
without that header is the archive's own. Where it has no capture of the very second it leads to the
nearest, be it years away: that one is taken within a window only.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote, unquote, urlsplit

from filiation.find.links import links, resolved
from filiation.find.stamps import moment_of_header, span_of, timestamp
from filiation.find.values import Capture, Exchange, Fetch, Fetched, Outcome, Pace

__all__ = [
    "EXCLUDED",
    "WINDOW",
    "answered",
    "captured_at",
    "exclusion",
    "page_address",
    "raw_address",
    "replay",
]

WINDOW = timedelta(hours=24)
"""How far from the moment asked for a capture may lie and still stand for it: the default of the
reference client (edgi-govdata-archiving/wayback, `target_window`)."""
MOST_STEPS = 10
"""Redirects followed, the archive's and those captured, before it is called a loop."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

_ADDRESS = re.compile(
    r"(?P<before>https?://[^\s?#]*?/)(?P<stamp>[0-9]{4,16})(?P<mode>[a-z]{2}_)?/(?P<page>\S+)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^(https?):/+", re.IGNORECASE)
_ENCODED = re.compile(r"^https?%3a", re.IGNORECASE)
_HOST = re.compile(r"https?://([^\s/?#@:<>\"\\^`{|}\x00-\x20\x7f]+)(?::[0-9]{1,5})?(?=[/?#]|$)")
_DEFAULT_PORT = re.compile(r"^(http://[^/:@]+):80(?=[/?#]|$)|^(https://[^/:@]+):443(?=[/?#]|$)")


def page_address(text: str) -> str | None:
    """Return the address of a captured page as an index or an archive's address gives it.

    A missing scheme is added, the usual port left out, and what no address may hold is escaped;
    None where it is the address of no page (`mailto:`, `data:`, a password in it).
    """
    address = unquote(text) if _ENCODED.match(text) else text.strip()
    if not _SCHEME.match(address):
        address = f"http://{address}"
    address = _SCHEME.sub(lambda found: f"{found[1].lower()}://", address)
    address = _DEFAULT_PORT.sub(lambda found: found[1] or found[2], address)
    found = _HOST.match(address)
    if found is None or "." not in found[1].strip("."):
        return None
    return found[0] + _escaped(address[found.end() :])


def _escaped(text: str) -> str:
    """Escape what may not stand in a path or query; what is escaped already is left so."""
    return quote(text, safe="%/:?#[]@!$&'()*+,;=~")


def captured_at(address: str) -> tuple[datetime, datetime, str] | None:
    """Return the first and last moment that an archive's address allows, and the page's address.

    `https://web.archive.org/web/2016/http://daily.example/a`: the year 2016. None where it is no
    address of that form, which the Wayback Machine, pywb and OpenWayback have.
    """
    found = _ADDRESS.fullmatch(address.strip()[:8000])
    span = span_of(found["stamp"]) if found else None
    page = page_address(found["page"]) if found else None
    return None if span is None or page is None else (*span, page)


def raw_address(address: str) -> str:
    """Return the archive's address at which a capture stands unrewritten (`id_`).

    An address of another form is returned as it is.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return address
    page = _escaped(found["page"].partition("#")[0])
    return f"{found['before']}{found['stamp']}id_/{page}"


EXCLUDED = re.compile(rb"URL has been excluded|AdministrativeAccessControlException", re.IGNORECASE)
_ROBOTS = "RobotAccessControlException"
_RUNTIME_ERROR = "x-archive-wayback-runtime-error"


def exclusion(fetched: Fetched) -> str | None:
    """Return what an archive says of a page it holds but does not show; None where it says nothing.

    It says so in a header, in a page of status 403 or 200, or in a row of its index.
    """
    error = fetched.headers.get(_RUNTIME_ERROR, "")
    head = fetched.content[:20_000]
    if "AdministrativeAccessControlException" in error or EXCLUDED.search(head):
        return "the archive has excluded this site"
    if _ROBOTS in error or _ROBOTS.encode() in head:
        return "the archive does not show it, by the site's robots.txt"
    return None


def replay(
    fetch: Fetch,
    capture: Capture,
    *,
    pace: Pace,
    window: timedelta = WINDOW,
    follow: bool = False,
    raw: bool = True,
) -> tuple[Fetched, Capture]:
    """Return a capture's answer as it was captured, and the capture that was had.

    The outcome is `ok` for whatever the page answered then, its status is `Capture.status`. The
    capture had may be of another moment, within `window`: `Fetched.says` tells. `follow` goes after
    redirects that were captured. `raw` asks for the page unrewritten. `not_found`: there is none within the window; `blocked`: the
    archive does not show it; `malformed`: what came is no capture.
    """
    return _Replay(fetch, capture, pace, window, raw_address if raw else str).run(follow=follow)


class _Replay:
    """One capture asked for, through all redirects."""

    def __init__(
        self,
        fetch: Fetch,
        capture: Capture,
        pace: Pace,
        window: timedelta,
        address: Callable[[str], str],
    ) -> None:
        self._fetch = fetch
        self._pace = pace
        self._window = window
        self._address = address
        self._asked = capture
        self._exchanges: tuple[Exchange, ...] = ()
        self._span = _span(capture)

    def run(self, *, follow: bool) -> tuple[Fetched, Capture]:
        url = self._address(self._asked.replay)
        seen: set[str] = set()
        had: tuple[Fetched, Capture] | None = None
        while url not in seen and len(seen) <= MOST_STEPS:
            seen.add(url)
            fetched = self._fetch(url, robots=False, pace=self._pace, redirects=0)
            self._exchanges += fetched.exchanges
            if "memento-datetime" in fetched.headers:
                had = self._memento(fetched)
                onward = self._captured_redirect(fetched) if follow else None
                if had[0].outcome != "ok" or onward is None:
                    return had
                self._asked, self._span = replace(had[1], url=onward[1]), (had[1].taken,) * 2
                url = onward[0]
            elif fetched.status in _REDIRECTS:
                nearest = self._nearest(fetched)
                if not isinstance(nearest, str):
                    return self._ended(nearest, had)
                url = nearest
            else:
                own = self._archives_own(fetched)
                again = self._address(_repaired(self._asked))
                if own.outcome != "not_found" or had or again in seen:
                    return self._ended(own, had)
                url = again  # the index has its timestamp with stray zeros, the replay may not
        says = "the archive's redirects lead in a circle" if url in seen else "too many redirects"
        return self._ended(self._told(fetched, "malformed", says), had)

    def _ended(
        self, fetched: Fetched, had: tuple[Fetched, Capture] | None
    ) -> tuple[Fetched, Capture]:
        """Return what came of it where no further capture was had: the last redirect had, if any."""
        if had is None or fetched.outcome != "not_found":
            return fetched, self._asked
        says = f"it led to {self._asked.url}, of which the archive has no capture"
        return replace(had[0], says=says, exchanges=self._exchanges), had[1]

    def _told(self, fetched: Fetched, outcome: Outcome, says: str) -> Fetched:
        return replace(
            fetched,
            url=self._asked.replay,
            outcome=outcome,
            says=says,
            exchanges=self._exchanges,
            status=answered(fetched),
        )

    def _memento(self, fetched: Fetched) -> tuple[Fetched, Capture]:
        """Return the capture's own answer."""
        address = fetched.final_url or fetched.url
        at = captured_at(address)
        taken = moment_of_header(fetched.headers["memento-datetime"]) or (at[0] if at else None)
        if taken is None:
            says = "the archive does not say when it captured this"
            return self._told(fetched, "malformed", says), self._asked
        header = fetched.headers.get("link", "")
        stated = next((one.url for one in links(header, address) if "original" in one.rels), "")
        page = page_address(stated) if stated else None
        had = replace(
            self._asked,
            url=page or (at[2] if at else self._asked.url),
            taken=taken,
            replay=address,
            status=answered(fetched),
            media_type=fetched.media_type or None,
            digest=self._asked.digest if taken == self._asked.taken else None,
        )
        shift = self._shift(taken)
        if abs(shift) > self._window:
            says = f"the nearest capture is of {timestamp(taken)}, {_length(shift)}"
            return self._told(fetched, "not_found", says), had
        if fetched.outcome == "too_large" or (
            fetched.outcome in ("transient", "malformed") and fetched.status < 400
        ):  # what came was cut off or spoilt; else the outcome is only that of the page's status
            return self._told(fetched, fetched.outcome, fetched.says), had
        says = f"of the nearest capture, {_length(shift)} than asked for" if shift else ""
        return self._told(fetched, "ok", says), had

    def _shift(self, taken: datetime) -> timedelta:
        """Return how long after (or, negative, before) what was asked for a capture was made."""
        first, last = self._span
        return min(taken - first, timedelta(0)) or max(taken - last, timedelta(0))

    def _nearest(self, fetched: Fetched) -> str | Fetched:
        """Return the address of the nearest capture, or why it is not gone to."""
        location = _location(fetched)
        at = captured_at(location)
        if at is None or not _same_site(location, self._asked.replay):
            says = "the archive leads elsewhere than to a capture"
            return self._told(fetched, "malformed", says)
        shift = self._shift(at[0])
        if abs(shift) > self._window:
            says = f"the nearest capture is of {timestamp(at[0])}, {_length(shift)}"
            return self._told(fetched, "not_found", says)
        return self._address(location)

    def _captured_redirect(self, fetched: Fetched) -> tuple[str, str] | None:
        """Return where a captured redirect led: the archive's address of it, and the page's own."""
        if fetched.status not in _REDIRECTS:
            return None
        location = _location(fetched)
        at = captured_at(location)
        if at is None or not _same_site(location, self._asked.replay):
            return None
        return self._address(location), at[2]

    def _archives_own(self, fetched: Fetched) -> Fetched:
        """Return what an answer means that is no capture."""
        if says := exclusion(fetched):
            return self._told(fetched, "blocked", says)
        if fetched.status in (404, 410):
            return self._told(fetched, "not_found", "the archive has no capture of it")
        if fetched.outcome in ("ok", "empty", "unchanged", "not_found"):
            return self._told(fetched, "malformed", "what the archive answered is no capture")
        return self._told(fetched, fetched.outcome, fetched.says)


def _repaired(capture: Capture) -> str:
    """Return a capture's address with the timestamp that its moment has.

    It is another than the address's where the index has stray zeros in it.
    """
    found = _ADDRESS.fullmatch(capture.replay)
    if found is None or len(found["stamp"]) < 14:
        return capture.replay
    start, end = found.span("stamp")
    return capture.replay[:start] + timestamp(capture.taken) + capture.replay[end:]


def answered(fetched: Fetched) -> int:
    """Return the status of an answer; of one that is unchanged, that which it had when it was kept."""
    if fetched.outcome != "unchanged":
        return fetched.status
    known = (one.status for one in reversed(fetched.exchanges) if one.status not in (0, 304))
    return next(known, 200)


def _location(fetched: Fetched) -> str:
    """Return where an answer leads, empty where it does not say."""
    to = fetched.headers.get("location")
    return (resolved(to, fetched.final_url or fetched.url) if to else None) or ""


def _span(capture: Capture) -> tuple[datetime, datetime]:
    """Return the time asked for: that of the address where it is less than a second's."""
    at = captured_at(capture.replay)
    if at and at[0] != at[1] and at[0] <= capture.taken <= at[1]:
        return at[0], at[1]
    return capture.taken, capture.taken


def _same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one archive: of the same host, or of hosts below it."""
    try:
        first, second = urlsplit(one).hostname or "", urlsplit(other).hostname or ""
    except ValueError:
        return False
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _length(shift: timedelta) -> str:
    """Return a shift in words: `3 hours later`."""
    seconds = abs(shift.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= size or unit == "second":
            number = round(seconds / size)
            name = unit if number == 1 else f"{unit}s"
            return f"{number} {name} {'earlier' if shift < timedelta(0) else 'later'}"
    raise AssertionError("unreachable")
