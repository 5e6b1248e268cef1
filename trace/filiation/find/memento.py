"""Any archive asked by the Memento protocol (RFC 7089), and aggregators that ask many at once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

from filiation.find.cdx import NoRows, rows_of
from filiation.find.links import Target, links, resolved
from filiation.find.replay import WINDOW, captured_at, exclusion, page_address, raw_address, replay
from filiation.find.stamps import FIRST_YEAR, http_date, moment_of_header, stamp_of, timestamp
from filiation.find.values import Capture, Fetch, Fetched, Outcome, Pace, Probe
from filiation.find.wayback import MOST_SMALL

__all__ = ["AGGREGATOR", "PACE", "Memento"]

AGGREGATOR = "http://timetravel.mementoweb.org/api/json"
"""The public aggregator of Los Alamos: archive.today, the archives of Portugal, Britain, ..."""
PACE = Pace(every=2.5, rest=60.0)
"""What the Wayback Machine allows for its TimeMaps; limits of others are not published."""
MOST_PAGES = 10
"""Pages of a TimeMap that are read: it may be split (RFC 7089, 5.1)."""


class Memento:
    """A client of an archive with TimeMaps and a TimeGate, and of an aggregator."""

    def __init__(
        self,
        fetch: Fetch,
        base: str = "https://web.archive.org/web",
        *,
        timemap: str | None = None,
        timegate: str | None = None,
        aggregator: str = AGGREGATOR,
        name: str | None = None,
        window: timedelta = WINDOW,
    ) -> None:
        """Ask the archive at `base` by `fetch`.

        Before the address of a page, `timemap` stands for its TimeMap and `timegate` for its
        TimeGate; as a rule `base` tells both. `name` is the archive's, its host where it is None.
        """
        self._fetch = fetch
        base = base.rstrip("/")
        self._timemap = (timemap or f"{base}/timemap/link").rstrip("/") + "/"
        self._timegate = (timegate or base).rstrip("/") + "/"
        self._aggregator = aggregator.rstrip("/")
        self.name = name or urlsplit(base).hostname or base
        self._window = window

    def timemap(self, url: str, *, limit: int = 1000) -> Probe[Capture]:
        """Return the captures of a page that the archive lists, oldest first.

        It says nothing of their status. Lines of JSON are read as well as links (pywb).
        """
        where = f"{self.name}: TimeMap of {url}"
        asked = [self._timemap + _encoded(url)]
        found: dict[str, Capture] = {}
        outcome: Outcome = "ok"
        says = ""
        for place in range(MOST_PAGES):
            if place >= len(asked) or len(found) > limit:
                break
            fetched = self._fetch(asked[place], robots=False, pace=PACE)
            if (failure := _failure(fetched)) is not None:
                outcome, says = failure
                break
            made, further = self._read_timemap(fetched, url)
            if made is None:
                outcome, says = "malformed", "what came is no TimeMap"
                break
            found |= {capture.replay: capture for capture in made}
            asked += [one for one in further if one not in asked and _is_beside(one, asked[0])]
        else:
            place = MOST_PAGES
        ordered = sorted(found.values(), key=lambda capture: capture.taken)
        kept = tuple(ordered[:limit])
        if outcome == "not_found":
            outcome, says = "ok", ""
        whole = outcome == "ok" and len(ordered) <= limit and place >= len(asked)
        return Probe(where, outcome if outcome != "ok" or kept else "empty", kept, says, whole)

    def _read_timemap(self, fetched: Fetched, url: str) -> tuple[list[Capture] | None, list[str]]:
        """Return the captures of a TimeMap's page, and where it goes on; None where it is none."""
        text = fetched.content.decode("utf-8", "replace").strip()
        if text.startswith("{"):
            return self._of_objects(fetched), []
        address = fetched.final_url or fetched.url
        made: list[Capture] = []
        further: list[str] = []
        page, is_map = url, not text
        for one in links(text, address):
            is_map = is_map or bool(one.rels)
            if "original" in one.rels:
                page = one.url
            elif "memento" in one.rels and (capture := self._of_link(one, page)):
                made.append(capture)
            elif "timemap" in one.rels and "self" not in one.rels and len(further) < MOST_PAGES:
                further.append(one.url)
        if fetched.media_type == "text/html" or not is_map:
            return None, []
        return made, further

    def _of_objects(self, fetched: Fetched) -> list[Capture] | None:
        try:
            rows = rows_of(fetched.content).rows
        except NoRows:
            return None
        made: list[Capture] = []
        for row in rows:
            stamp = stamp_of(row.get("timestamp", ""))
            page = page_address(row.get("original", ""))
            if stamp is None or page is None:
                continue
            address = row.get("load_url") or f"{self._timegate}{row['timestamp']}/{page}"
            status = row.get("statuscode", "")
            made.append(
                Capture(
                    page,
                    stamp.moment,
                    raw_address(address),
                    self.name,
                    int(status) if len(status) == 3 and status.isdecimal() else None,
                    row.get("mimetype") or None,
                    row.get("digest") or None,
                )
            )
        return made

    def _of_link(self, target: Target, page: str) -> Capture | None:
        at = captured_at(target.url)
        taken = moment_of_header(target.attributes.get("datetime")) or (at[0] if at else None)
        known = page_address(page)
        if taken is None or known is None or not target.url.startswith(("http://", "https://")):
            return None
        return Capture(known, taken, raw_address(target.url), self.name)

    def timegate(self, url: str, moment: datetime) -> Probe[Capture]:
        """Return the capture that the archive holds to be the nearest to a moment."""
        where = f"{self.name}: TimeGate of {url} at {timestamp(moment)}"
        fetched = self._fetch(
            self._timegate + _encoded(url),
            headers={"Accept-Datetime": http_date(moment)},
            robots=False,
            pace=PACE,
            redirects=0,
        )
        address = fetched.final_url or fetched.url
        headers = fetched.headers
        if "memento-datetime" in headers:  # it negotiates without a redirect (RFC 7089, 4.1.2)
            located = resolved(headers.get("content-location", address), address)
        elif fetched.status in (301, 302, 303, 307, 308) and headers.get("location"):
            located = resolved(headers["location"], address)
        else:
            outcome, says = _failure(fetched) or ("malformed", "it leads to no capture")
            if outcome == "not_found":
                return Probe.of(where, [])
            return Probe(where, outcome, says=says, whole=False)
        if located is None:
            return Probe(where, "malformed", says="it leads to no capture", whole=False)
        targets = list(links(headers.get("link", ""), address))
        taken = moment_of_header(headers.get("memento-datetime")) or next(
            (
                when
                for one in targets
                if "memento" in one.rels
                and one.url == located
                and (when := moment_of_header(one.attributes.get("datetime")))
            ),
            None,
        )
        at = captured_at(located)
        taken = taken or (at[0] if at and at[0] == at[1] else None)
        page = page_address(next((one.url for one in targets if "original" in one.rels), url))
        if taken is None or page is None:
            return Probe(where, "malformed", says="it names a capture without its moment")
        return Probe.of(where, [Capture(page, taken, raw_address(located), self.name)])

    def closest(self, url: str, moment: datetime) -> Probe[Capture]:
        """Return the captures that an aggregator holds to be the nearest, in whatever archives."""
        where = f"{urlsplit(self._aggregator).hostname}: captures of {url}"
        fetched = self._fetch(
            f"{self._aggregator}/{timestamp(moment)}/{_encoded(url)}",
            robots=False,
            pace=PACE,
            most_bytes=MOST_SMALL,
        )
        if (failure := _failure(fetched)) is not None:
            outcome, says = failure
            if outcome == "not_found":
                return Probe.of(where, [])
            return Probe(where, outcome, says=says, whole=False)
        try:
            answer = json.loads(fetched.content)
        except (ValueError, RecursionError):
            return Probe(where, "malformed", says="what came is no JSON", whole=False)
        match answer:
            case {"mementos": {"closest": {"datetime": str(text), "uri": list(addresses)}}}:
                return Probe.of(where, _aggregated(url, text, addresses))
            case {"mementos": {"closest": {"datetime": str(text), "uri": str(address)}}}:
                return Probe.of(where, _aggregated(url, text, [address]))
            case {"mementos": dict()}:
                return Probe.of(where, [])
        return Probe(where, "malformed", says="its JSON names no captures", whole=False)

    def replay(self, capture: Capture, *, follow: bool = False) -> tuple[Fetched, Capture]:
        """Return what a page answered when it was captured, see `filiation.find.replay`.

        The page as it was is asked for in the way of the Wayback Machine and pywb; where an archive
        does not know that, its own page is taken, with what it has rewritten in it.
        """
        fetched, had = replay(self._fetch, capture, pace=PACE, window=self._window, follow=follow)
        if fetched.outcome in ("not_found", "malformed") and "id_/" in capture.replay:
            plain = replace(capture, replay=capture.replay.replace("id_/", "/", 1))
            again, rewritten = replay(
                self._fetch, plain, pace=PACE, window=self._window, follow=follow, raw=False
            )
            if again.outcome == "ok":
                exchanges = fetched.exchanges + again.exchanges
                says = "; ".join(
                    p for p in (again.says, "with what the archive rewrote in it") if p
                )
                return replace(again, exchanges=exchanges, says=says), rewritten
        return fetched, had


def _is_beside(one: str, other: str) -> bool:
    """Whether a further page of a TimeMap is of the same host."""
    try:
        return urlsplit(one).hostname == urlsplit(other).hostname
    except ValueError:
        return False


def _aggregated(url: str, text: str, addresses: list[object]) -> Iterator[Capture]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    page = page_address(url)
    if page is None or moment.year < FIRST_YEAR:
        return
    for address in addresses:
        known = page_address(address) if isinstance(address, str) else None
        if known is not None:
            yield Capture(page, moment, raw_address(known), urlsplit(known).hostname or known)


def _failure(fetched: Fetched) -> tuple[Outcome, str] | None:
    """Return outcome and reason where an answer holds nothing; `not_found`: it has no captures."""
    if says := exclusion(fetched) if fetched.status >= 400 else None:
        return "blocked", says
    if fetched.outcome in ("ok", "empty", "unchanged"):
        return None
    return fetched.outcome, fetched.says or f"it answers {fetched.status}"


def _encoded(url: str) -> str:
    """Return a page's address as it stands behind an archive's."""
    return quote(url.partition("#")[0], safe="%/:?[]@!$&'()*+,;=~")
