"""The Wayback Machine asked: which captures it has of a page, and what the page was then."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

from filiation.english import plural
from filiation.find.cdx import NoRows, Rows, rows_of
from filiation.find.replay import (
    WINDOW,
    captured_at,
    exclusion,
    page_address,
    raw_address,
    replay,
)
from filiation.find.stamps import stamp_of, timestamp
from filiation.find.values import Capture, Fetch, Fetched, Outcome, Pace, Probe

__all__ = ["HTML", "INDEX_PACE", "REPLAY_PACE", "WHOLE", "Keys", "Matching", "Wayback"]

Matching = Literal["exact", "prefix", "host", "domain"]
"""Which captures are asked for: of the address, of all that begin with it, of its host, of its
domain with all hosts below it."""

INDEX_PACE = Pace(every=2.5, rest=60.0)
"""24 questions a minute to the index and the TimeMaps, 80 % of the hard limit of 30, as the Internet
Archive's staff asked for (edgi-govdata-archiving/wayback, 2026-06). A 429 came without Retry-After:
a minute's rest; who goes on through them for longer is shut out for an hour, then two, then four."""
REPLAY_PACE = Pace(every=1.0, rest=60.0)
"""The limit is 600 captures a minute; a trace wants a dozen, so it need not come near."""
SAVE_PACE = Pace(every=6.0, rest=60.0)
"""Limits of Save Page Now are not published; a capture takes half a minute or longer."""

PAGE = 1000
"""Rows asked for at once: the reference client's default. The server scans so much and no more for
one question, so a larger page does not always bring more."""
LEAST_PAGE = 50
"""Rows below which a question that took the server too long is not made smaller."""
MOST_BYTES = 2_000_000
"""Bytes of one answer of the index: 2,000 a row. Lists of nothing but brackets take up twenty times
their size when they are read, so larger answers are not."""
MOST_SMALL = 1_000_000
"""Bytes of an answer that is one JSON object."""
MOST_PAGES = 40
"""Pages read for one question: 100 seconds at our pace."""
MOST_POLLS = 20
"""How often it is asked whether a capture is made: two minutes at our pace."""

WHOLE = "statuscode:200"
"""The filter for captures of a page that was there."""
HTML = "mimetype:text/html"
"""The filter for pages, among pictures and scripts."""

Keys = tuple[str, str]
"""The two keys of an account at archive.org: access and secret."""


@dataclass(slots=True)
class _Reading:
    """Rows made captures, as they come."""

    made: dict[tuple[str, str, str | None, int | None], Capture] = field(default_factory=dict)
    repaired: int = 0
    lost: int = 0

    def says(self) -> str:
        """Return what to know of the rows."""
        parts = []
        if self.repaired:
            parts.append(f"{plural(self.repaired, 'timestamp')} with stray zeros repaired")
        if self.lost:
            parts.append(f"{plural(self.lost, 'row')} that could not be read passed over")
        return "; ".join(parts)


class Wayback:
    """A client of the Wayback Machine, or of another archive that speaks as it does.

    Sources: the README of internetarchive/wayback's wayback-cdx-server; the client and recorded
    answers of edgi-govdata-archiving/wayback; RFC 7089 for the replay.
    """

    def __init__(
        self,
        fetch: Fetch,
        base: str = "https://web.archive.org",
        *,
        api: str = "https://archive.org",
        name: str = "Wayback Machine",
        window: timedelta = WINDOW,
    ) -> None:
        """Ask the archive at `base` by `fetch`; its availability API stands at another host."""
        self._fetch = fetch
        self._base = base.rstrip("/")
        self._api = api.rstrip("/")
        self.name = name
        self._window = window

    # --- the index -------------------------------------------------------------------------------

    def captures(
        self,
        url: str,
        *,
        first: datetime | None = None,
        last: datetime | None = None,
        limit: int = PAGE,
        match: Matching = "exact",
        filters: Sequence[str] = (WHOLE,),
        collapse: Sequence[str] = (),
    ) -> Probe[Capture]:
        """Return the captures of a page, oldest first; a negative `limit`: that many of the newest.

        `first` and `last` are moments, inclusive. `filters` are `[!]field:regex` on whole values,
        `collapse` is `field` or `field:N`, of neighbouring rows: `digest` leaves the captures that
        differ from the one before. Rows that are repeated, and captures of what is no page, are
        passed over. What was had before a failure is returned with it.
        """
        if not limit:
            raise ValueError("no captures are asked for")
        where = f"{self.name}: captures of {url}" + ("" if match == "exact" else f" ({match})")
        asked = [("url", url.partition("#")[0])]
        if match != "exact":
            asked.append(("matchType", match))
        if first is not None:
            asked.append(("from", timestamp(first)))
        if last is not None:
            asked.append(("to", timestamp(last)))
        asked += [("output", "json"), ("resolveRevisits", "true")]
        asked += [("filter", one) for one in filters]
        asked += [("collapse", one) for one in collapse]
        return self._paged(where, asked, limit, match)

    def _paged(
        self, where: str, asked: Sequence[tuple[str, str]], limit: int, match: Matching
    ) -> Probe[Capture]:
        reading = _Reading()
        size = limit if limit < 0 else min(limit, PAGE)
        key: str | None = None
        keys: set[str] = set()
        outcome: Outcome = "ok"
        says = ""
        for _ in range(MOST_PAGES):
            fetched = self._page(asked, size, key)
            if fetched.status == 504 and key is None and size // 10 >= LEAST_PAGE:
                size //= 10  # the question is too large for the server; a smaller one may do
                continue
            try:
                rows = _rows(fetched)
            except _Failure as failure:
                outcome, says = failure.outcome, failure.says
                break
            self._take(rows, reading)
            key = rows.resume
            if key is None or limit < 0 or len(reading.made) >= limit:
                break
            if key in keys:
                outcome, says = "malformed", "its resume key leads in a circle"
                break
            keys.add(key)
        found = list(reading.made.values())
        if match == "exact":
            found.sort(key=lambda capture: capture.taken)
        whole = outcome == "ok" and key is None and limit > 0 and len(found) <= limit
        told = "; ".join(part for part in (says, reading.says()) if part)
        kept = tuple(found[:limit] if limit > 0 else found[limit:])
        return Probe(where, outcome if outcome != "ok" or kept else "empty", kept, told, whole)

    def _page(self, asked: Sequence[tuple[str, str]], size: int, key: str | None) -> Fetched:
        query = urlencode([*asked, ("limit", str(size))])
        if size > 0:
            query += "&showResumeKey=true"
        if key is not None:
            # The key comes escaped, and is sent as it came (README, Resumption Key).
            query += f"&resumeKey={quote(key, safe='%+')}"
        return self._fetch(
            f"{self._base}/cdx/search/cdx?{query}",
            robots=False,
            pace=INDEX_PACE,
            most_bytes=MOST_BYTES,
        )

    def _take(self, rows: Rows, reading: _Reading) -> None:
        reading.lost += rows.lost
        for row in rows.rows:
            stamp = stamp_of(row.get("timestamp", ""))
            page = page_address(row.get("original", ""))
            if stamp is None or page is None:
                reading.lost += 1
                continue
            capture = Capture(
                url=page,
                taken=stamp.moment,
                replay=self._replay_address(row["timestamp"], page),
                archive=self.name,
                status=_number(row.get("statuscode")),
                media_type=_known(row.get("mimetype")),
                digest=_known(row.get("digest")),
            )
            identity = (row["timestamp"], page, capture.digest, capture.status)
            if identity not in reading.made:
                reading.made[identity] = capture
                reading.repaired += stamp.repaired

    def _replay_address(self, stamp: str, page: str) -> str:
        return raw_address(f"{self._base}/web/{stamp}/{page}")

    def pages(
        self,
        prefix: str,
        *,
        words: Iterable[str] = (),
        first: datetime | None = None,
        last: datetime | None = None,
        limit: int = 100,
    ) -> Probe[Capture]:
        """Return the pages captured below an address, each by its first capture there is.

        `words`: of which the address must have one, as a slug has them; what is no ASCII letter or
        digit in them may be anything. `first` and `last` bound the captures.
        """
        filters = [WHOLE, HTML]
        if patterns := [pattern for word in words if (pattern := _pattern(word))]:
            filters.append(f"urlkey:.*(?:{'|'.join(patterns)}).*")
        return self.captures(
            prefix,
            first=first,
            last=last,
            limit=limit,
            match="prefix",
            filters=filters,
            collapse=("urlkey",),
        )

    def nearest(self, url: str, moment: datetime | None = None) -> Probe[Capture]:
        """Return the capture nearest to a moment, of the page as it was there (status 200).

        Without a moment the first: the page as its readers first saw it.
        """
        sound = ("ok", "empty")
        after = self.captures(url, first=moment, limit=1)
        if after.outcome not in sound:
            return after
        if moment is None or (after.found and after.found[0].taken == moment):
            return replace(after, whole=True)
        before = self.captures(url, last=moment, limit=-1)
        both = sorted((*before.found, *after.found), key=lambda one: abs(one.taken - moment))
        where = f"{self.name}: the capture of {url} nearest to {timestamp(moment)}"
        says = before.says or after.says
        if before.outcome not in sound:
            return Probe(where, before.outcome, tuple(both[:1]), says, whole=False)
        return Probe.of(where, both[:1], says)

    # --- replay ----------------------------------------------------------------------------------

    def replay(self, capture: Capture, *, follow: bool = False) -> tuple[Fetched, Capture]:
        """Return what a page answered when it was captured, see `filiation.find.replay`."""
        return replay(self._fetch, capture, pace=REPLAY_PACE, window=self._window, follow=follow)

    def capture_of(self, address: str) -> Capture | None:
        """Return the capture that an address of this archive leads to, None for other addresses.

        Its moment is the first that the address allows: `/web/2016/…` leads to any of that year.
        """
        at = captured_at(address)
        if at is None or not _is_at(address, self._base):
            return None
        rest = raw_address(address).partition("/web/")[2]
        return Capture(at[2], at[0], f"{self._base}/web/{rest}", self.name)

    # --- the availability API --------------------------------------------------------------------

    def available(self, url: str, moment: datetime | None = None) -> Probe[Capture]:
        """Return the capture that the availability API calls the closest.

        It knows less than the index, and is for when that does not answer. It takes addresses
        without their scheme.
        """
        where = f"{self.name}: availability of {url}"
        asked = [("url", url.partition("#")[0].partition("://")[2] or url)]
        if moment is not None:
            asked.append(("timestamp", timestamp(moment)))
        fetched = self._fetch(
            f"{self._api}/wayback/available?{urlencode(asked)}",
            robots=False,
            pace=INDEX_PACE,
            most_bytes=MOST_SMALL,
        )
        try:
            answer = _object(fetched)
        except _Failure as failure:
            return failure.probe(where)
        match answer:
            case {
                "archived_snapshots": {"closest": {"available": True, "url": str(address), **of}}
            }:
                at = captured_at(address)
                stamp = stamp_of(str(of.get("timestamp", "")))
                if at is None or stamp is None:
                    return Probe(where, "malformed", says="it names a capture without its moment")
                found = Capture(
                    at[2],
                    stamp.moment,
                    self._replay_address(str(of["timestamp"]), at[2]),
                    self.name,
                    _number(str(of.get("status", ""))),
                )
                return Probe.of(where, [found])
            case {"archived_snapshots": {"closest": {"available": True}}}:
                return Probe(where, "malformed", says="it names a capture without its address")
        return Probe.of(where, [])

    # --- Save Page Now ---------------------------------------------------------------------------

    def save(self, url: str, keys: Keys | None) -> Probe[Capture]:
        """Ask for a capture of a page to be made now, and return it (Save Page Now 2).

        An action that others see: only where the user asked for it. Takes up to two minutes; where
        that is not enough, the probe says which job to ask for with `saved`.
        """
        where = f"{self.name}: save {url}"
        if keys is None:
            says = "it takes the keys of an account at archive.org"
            return Probe(where, "needs_credentials", says=says, whole=False)
        fetched = self._fetch(
            f"{self._base}/save",
            method="POST",
            body=urlencode([("url", url)]).encode(),
            headers={
                **_headers(keys),
                "Content-Type": "application/x-www-form-urlencoded",
            },
            robots=False,
            pace=SAVE_PACE,
            redirects=0,
            most_bytes=MOST_SMALL,
        )
        try:
            answer = _object(fetched)
        except _Failure as failure:
            return failure.probe(where)
        match answer:
            case {"job_id": str(job)} if job:
                return self.saved(job, keys)
        return self._save_failed(where, answer)

    def saved(self, job: str, keys: Keys) -> Probe[Capture]:
        """Return the capture that a job of `save` made, once it is made."""
        where = f"{self.name}: save job {job}"
        for number in range(1, MOST_POLLS + 1):
            fetched = self._fetch(
                # The number makes each question another one: it is to be asked again.
                f"{self._base}/save/status/{quote(job, safe='')}?_t={number}",
                headers=_headers(keys),
                robots=False,
                pace=SAVE_PACE,
                redirects=0,
                most_bytes=MOST_SMALL,
            )
            try:
                answer = _object(fetched)
            except _Failure as failure:
                return failure.probe(where, f"job {job}")
            match answer:
                case {"status": "pending"}:
                    continue
                case {"status": "success", "timestamp": str(text), "original_url": str(url)}:
                    stamp, page = stamp_of(text), page_address(url)
                    if stamp is None or page is None:
                        break
                    address = self._replay_address(text, page)
                    return Probe.of(where, [Capture(page, stamp.moment, address, self.name)])
            return self._save_failed(where, answer)
        return Probe(where, "transient", says=f"not finished yet: job {job}", whole=False)

    def _save_failed(self, where: str, answer: Mapping[str, object]) -> Probe[Capture]:
        code = str(answer.get("status_ext") or "")
        says = str(answer.get("message") or code or "its answer is no answer to that")[:300]
        outcome = _SAVE_ERRORS.get(code, "transient" if code else "malformed")
        return Probe(where, outcome, says=says, whole=False)


_SAVE_ERRORS: dict[str, Outcome] = {
    "error:unauthorized": "needs_credentials",
    "error:not-found": "not_found",
    "error:no-access": "blocked",
    "error:blocked-url": "blocked",
    "error:blocked": "blocked",
    "error:invalid-url-syntax": "refused",
    "error:invalid-host-resolution": "not_found",
    "error:too-many-daily-captures": "rate_limited",
    "error:too-many-requests": "rate_limited",
    "error:user-session-limit": "rate_limited",
    "error:filesize-limit": "too_large",
}
"""What Save Page Now says of a capture that came to nothing (its draft documentation); all else is
about the page or the archive at that moment, and may do later."""


def _headers(keys: Keys) -> dict[str, str]:
    return {"Accept": "application/json", "Authorization": f"LOW {keys[0]}:{keys[1]}"}


class _Failure(Exception):
    """An answer that holds nothing of use."""

    def __init__(self, outcome: Outcome, says: str) -> None:
        super().__init__(says)
        self.outcome = outcome
        self.says = says

    def probe(self, where: str, about: str = "") -> Probe[Capture]:
        """Return it as the answer to a question."""
        says = "; ".join(part for part in (self.says, about) if part)
        return Probe(where, self.outcome, says=says, whole=False)


def _rows(fetched: Fetched) -> Rows:
    """Return the rows of an answer of the index. Raises `_Failure`."""
    if fetched.outcome not in ("ok", "empty", "unchanged"):
        if says := exclusion(fetched):
            raise _Failure("blocked", says)
        if fetched.status in (400, 404):
            raise _Failure("unsupported", fetched.says or f"it answers {fetched.status}")
        says = fetched.says or f"it answers {fetched.status}"
        if fetched.status in (503, 504):
            says += "; fewer rows or a shorter time may be had"
        raise _Failure(fetched.outcome, says)
    try:
        return rows_of(fetched.content)
    except NoRows as error:
        if says := exclusion(fetched):
            raise _Failure("blocked", says) from error
        raise _Failure("malformed", str(error)) from error


def _object(fetched: Fetched) -> Mapping[str, object]:
    """Return the JSON object of an answer. Raises `_Failure`."""
    try:
        answer = json.loads(fetched.content)
    except (ValueError, RecursionError):
        answer = None
    if fetched.status == 401:
        raise _Failure("needs_credentials", "it does not take these keys")
    if isinstance(answer, dict) and fetched.status not in (429, 0) and fetched.status < 500:
        return answer
    if fetched.outcome not in ("ok", "empty", "unchanged"):
        raise _Failure(fetched.outcome, fetched.says or f"it answers {fetched.status}")
    raise _Failure("malformed", "what came is no JSON object")


def _known(cell: str | None) -> str | None:
    return None if cell in (None, "", "-") else cell


def _number(cell: str | None) -> int | None:
    return int(cell) if cell and len(cell) == 3 and cell.isdecimal() else None


def _pattern(word: str) -> str:
    """Return a word as a Java pattern for addresses, which are in lower case there."""
    return "".join(c if c.isascii() and c.isalnum() else "." for c in word.lower()).strip(".")


def _is_at(address: str, base: str) -> bool:
    try:
        one, other = urlsplit(address), urlsplit(base)
    except ValueError:
        return False
    hosts = {other.hostname or "", (other.hostname or "").removeprefix("web.")}
    return (one.hostname or "") in hosts and one.path.startswith(f"{other.path}/web/")
