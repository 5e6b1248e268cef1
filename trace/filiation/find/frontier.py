"""What is still to be fetched: the sources that were named, and the pages that they list.

It stands in the library, so that a run which was broken off, by whatever, goes on where it was. A
source is gone through in rounds: its list is read, then every page of it that is new or has changed
is fetched. A round that was not finished is gone on with, and what was answered since it began is
not asked again.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from filiation.dates import FoundDate, parse, url_date
from filiation.find.inputs import Listing
from filiation.find.values import Hit, Outcome
from filiation.library import Library
from filiation.library.faults import told
from filiation.library.rows import page_at

__all__ = ["AGAIN", "Failure", "Frontier", "Place", "Source", "Visit", "is_since"]

ROUND_LASTS = timedelta(hours=24)
"""How long an unfinished round is gone on with. Later its list is read afresh, since a feed of a
daily paper has moved on by then; what RFC 9309 (2.4) allows a copy of robots.txt is as long."""

WEST = timedelta(hours=12)
"""How far a day that names no zone may end after the same day in UTC."""
EARTH = timedelta(hours=26)
"""How much longer a date is for naming no zone: from UTC+14 to UTC-12."""

AGAIN: frozenset[Outcome] = frozenset(
    {"blocked", "rate_limited", "transient", "out_of_budget", "offline"}
)
"""Outcomes after which the next run asks again. What was answered for good, a 404 or an image, is
asked for again only when the list says that it has changed."""

Place = tuple[int, int]
"""(place in its source's list, number of the source): the order in which articles are stored."""


@dataclass(frozen=True, slots=True)
class Source:
    """An address that articles are collected from, and the round that it is in."""

    number: int
    address: str
    """As the user named it."""
    begun: datetime
    """When the round began, aware, UTC: an answer from later is not asked for again."""
    resumed: bool
    """Whether an earlier run began the round."""
    listed: bool
    """Whether the round has read the list."""
    listing: Listing
    """What was said of the list when it was read, without what it lists."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that is to be fetched."""

    source: Source
    place: int
    """In the source's list, in the order of listing, from 1."""
    url: str
    published: str | None
    """As the list has it."""
    finder: str
    """Which finder listed it: `feed`, `sitemap`, ..."""

    @property
    def order(self) -> Place:
        """When its article is stored, compared with others."""
        return self.place, self.source.number


@dataclass(frozen=True, slots=True)
class Failure:
    """An address of which no article was had."""

    url: str
    outcome: Outcome
    says: str


class Frontier:
    """The tables `source` and `frontier` of a library that is open for writing.

    All methods but `begin` write within a transaction that the caller has open.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._run = library.connection.execute

    # --- rounds ------------------------------------------------------------------------------------

    def begin(self, addresses: Iterable[str], since: datetime | None) -> tuple[Source, ...]:
        """Begin a round of each source, or go on with the one at hand; in the order of their numbers.

        A round is gone on with where it was not finished, asks for the same `since` and is not
        older than `ROUND_LASTS`. Pages that an earlier round could not have are wanted again.
        """
        now = datetime.now(UTC)
        with self._library.transaction():
            named = dict.fromkeys(map(_storable, addresses))
            found = [self._begin(address, since, now) for address in named]
        return tuple(sorted(found, key=lambda source: source.number))

    def _begin(self, address: str, since: datetime | None, now: datetime) -> Source:
        row = self._run(
            "SELECT number, begun, listed, kind, outcome, says FROM source "
            "WHERE address = ? AND ended IS NULL AND since IS ?",
            (address, _written(since)),
        ).fetchone()
        if row is not None and now - ROUND_LASTS < datetime.fromisoformat(row[1]) <= now:
            number, begun, listed, kind, outcome, says = row
            listing = Listing(kind, outcome or "ok", says=says or "")
            moment = datetime.fromisoformat(begun)
            source = Source(number, address, moment, True, bool(listed), listing)
        else:
            [number] = self._run(
                "INSERT INTO source (address, since, begun, listed) VALUES (?, ?, ?, 0) "
                "ON CONFLICT (address) DO UPDATE SET since = excluded.since, "
                "begun = excluded.begun, ended = NULL, listed = 0 RETURNING number",
                (address, _written(since), _written(now)),
            ).fetchone()
            source = Source(number, address, now, False, False, Listing(None, "ok"))
        self._want_again(source, since)
        return source

    def _want_again(self, source: Source, since: datetime | None) -> None:
        """Want what earlier rounds could not have, as far as it is not too old for this one."""
        rows = self._run(
            "SELECT place, url, published, modified FROM frontier WHERE source = ? "
            "AND (outcome IS NULL OR outcome IN (SELECT value FROM json_each(?)))",
            (source.number, json.dumps(sorted(AGAIN))),
        ).fetchall()
        self._library.connection.executemany(
            "UPDATE frontier SET wanted = ? WHERE source = ? AND place = ?",
            [
                (int(is_since(url, published, modified, since)), source.number, place)
                for place, url, published, modified in rows
            ],
        )

    def end(self, source: Source) -> None:
        """Note that everything the round wanted was asked for."""
        self._run(
            "UPDATE source SET ended = ? WHERE number = ?",
            (_written(datetime.now(UTC)), source.number),
        )

    # --- lists -------------------------------------------------------------------------------------

    def enter(self, source: Source, listing: Listing, since: datetime | None) -> int:
        """Enter what a source lists; return how many pages are wanted that were not before.

        New pages are wanted, and those of which the list says something else than it did. A list
        that was cut off by a failure which may pass is entered, but read again by the next run.
        """
        place = self._run(
            "SELECT coalesce(max(place), 0) FROM frontier WHERE source = ?", (source.number,)
        ).fetchone()[0]
        known = {
            page: (at, stamp)
            for page, at, stamp in self._run(
                "SELECT page, place, stamp FROM frontier WHERE source = ?", (source.number,)
            )
        }
        new: list[tuple[object, ...]] = []
        changed: list[tuple[object, ...]] = []
        always = listing.kind == "page"  # the user asks for this very page
        for hit in map(_cleaned, listing.hits):
            page = page_at(hit.url)
            if page is None or not is_since(hit.url, hit.published, hit.modified, since):
                continue
            stamp = _stamp(hit)
            if page not in known:
                place += 1
                new.append(
                    (
                        source.number,
                        place,
                        page,
                        hit.url,
                        hit.published,
                        hit.modified,
                        hit.by,
                        stamp,
                    )
                )
                known[page] = place, stamp
            elif always or known[page][1] != stamp:
                at = known[page][0]
                changed.append(
                    (hit.url, hit.published, hit.modified, hit.by, stamp, source.number, at)
                )
                known[page] = at, stamp
        self._library.connection.executemany(
            "INSERT INTO frontier (source, place, page, url, published, modified, finder, stamp, wanted)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
            new,
        )
        self._library.connection.executemany(
            "UPDATE frontier SET url = ?, published = ?, modified = ?, finder = ?, stamp = ?, "
            "wanted = 1 WHERE source = ? AND place = ?",
            changed,
        )
        self._run(
            "UPDATE source SET kind = ?, listed = ?, outcome = ?, says = ? WHERE number = ?",
            (
                listing.kind,
                int(listing.outcome not in AGAIN),
                listing.outcome,
                _storable(listing.says),
                source.number,
            ),
        )
        return len(new) + len(changed)

    # --- pages -------------------------------------------------------------------------------------

    def wanted(self, source: Source) -> Iterator[Visit]:
        """Yield the pages of a source that are wanted, in the order of its list."""
        with told(self._library.path):
            rows = self._run(
                "SELECT place, url, published, finder FROM frontier WHERE source = ? AND wanted "
                "ORDER BY place",
                (source.number,),
            ).fetchall()
        for place, url, published, finder in rows:
            yield Visit(source, place, url, published, finder)

    def done(self, visit: Visit, outcome: Outcome, says: str) -> None:
        """Note what came of a page."""
        self._run(
            "UPDATE frontier SET wanted = 0, outcome = ?, says = ? WHERE source = ? AND place = ?",
            (outcome, _storable(says), visit.source.number, visit.place),
        )

    def failures(self, sources: Iterable[Source], fine: Iterable[Outcome]) -> list[Failure]:
        """Return the pages that gave no article the last time they were asked for."""
        rows = self._of(sources, fine, "url, outcome, says", "NOT IN", "ORDER BY source, place")
        return [Failure(*row) for row in rows]

    def had(self, sources: Iterable[Source], fine: Iterable[Outcome]) -> int:
        """Return how many pages gave one."""
        [(number,)] = self._of(sources, fine, "count(*)", "IN")
        return int(number)

    def _of(
        self,
        sources: Iterable[Source],
        outcomes: Iterable[Outcome],
        what: str,
        among: str,
        order: str = "",
    ) -> list[tuple[Any, ...]]:
        numbers, kinds = [source.number for source in sources], list(outcomes)
        with told(self._library.path):
            return self._run(
                f"SELECT {what} FROM frontier WHERE NOT wanted AND outcome {among} "
                "(SELECT value FROM json_each(?)) "
                f"AND source IN (SELECT value FROM json_each(?)) {order}",
                (json.dumps(kinds), json.dumps(numbers)),
            ).fetchall()


def is_since(url: str, published: str | None, modified: str | None, since: datetime | None) -> bool:
    """Whether a page may have been published since a moment, by what its list says.

    Where the list has no such date, the one in the page's address speaks, then when the page was
    last changed; none at all is no reason to leave it out.
    """
    if since is None:
        return True
    said = parse(published) if published else None
    said = said or url_date(url) or (parse(modified) if modified else None)
    return said is None or _end(said) >= since


def _end(found: FoundDate) -> datetime:
    """Return the last moment of a date; one that names no zone is taken to be in UTC."""
    unzoned = found.latest - found.earliest >= EARTH
    return found.latest - WEST if unzoned else found.latest


def _stamp(hit: Hit) -> str:
    """Return what changes when the list says something else of a page: when it was modified, else
    all that the list has of it."""
    if hit.modified:
        found = parse(hit.modified)
        return found.latest.isoformat() if found else hit.modified[:200]
    said = "\0".join((hit.published or "", hit.title or "", hit.content or ""))
    return sha256(said.encode("utf-8", "replace")).hexdigest()


def _storable(text: str) -> str:
    """Return a text that can be stored: half a surrogate pair, which only broken JSON brings, cannot."""
    return text.encode("utf-8", "replace").decode()


def _cleaned(hit: Hit) -> Hit:
    return replace(
        hit,
        url=_storable(hit.url),
        published=hit.published and _storable(hit.published),
        modified=hit.modified and _storable(hit.modified),
    )


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
