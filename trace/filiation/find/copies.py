"""Republications of an article, looked for at the outlets of a watch list.

Each outlet is asked by itself and in order; several are asked side by side, each politely, since no
two of them share a host.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from filiation.find.finders import AFTER, Finder, Place, likely
from filiation.find.log import Entry, Log
from filiation.find.pages import live_page
from filiation.find.roots import front_page, root_of
from filiation.find.values import FAILURES, Fetch, Hit, Outcome
from filiation.find.web import Seen, Web
from filiation.outlets import Catalogue, Outlet, host
from filiation.stemma.addresses import page_of
from filiation.stemma.search import Leads, Witness, leads_to
from filiation.values import Article, Searched

if TYPE_CHECKING:
    from filiation.find.candidates import Sought

__all__ = ["Copies", "watch_list"]

LATER = timedelta(days=365)
"""How long after an article its republications are looked for."""
SIDE_BY_SIDE = 8
"""Outlets asked at a time. Each waits three seconds between two requests: more would not be faster
than one machine reads their pages."""
TRIED = 2
"""Addresses of one outlet that are asked for, the likeliest first: a title is rarely printed twice."""


def watch_list(
    catalogue: Catalogue, own: Catalogue | None = None, *, language: str | None = None
) -> tuple[Outlet, ...]:
    """Return the outlets at which republications are looked for.

    Those that the user added to the catalogue (`own` is the one without them), else all of it; those
    that publish in the article's language first. Agencies and hosts of blogs have no articles of
    their own to be asked for.
    """
    outlets = [outlet for outlet in catalogue if outlet.domains and outlet.kind == "outlet"]
    if own is not None:
        added = [outlet for outlet in outlets if own.get(outlet.key) != outlet]
        outlets = added or outlets
    return tuple(sorted(outlets, key=lambda outlet: (language not in outlet.languages, outlet.key)))


class Copies:
    """The outlets of a watch list as a shelf."""

    where = "the watch list"

    def __init__(
        self,
        fetch: Fetch,
        outlets: Sequence[Outlet],
        finders: Sequence[Finder],
        web: Web,
        *,
        catalogue: Catalogue | None = None,
        log: Log | None = None,
        side_by_side: int = SIDE_BY_SIDE,
    ) -> None:
        """`finders` are the ways in which an outlet's own site is asked, in their order.

        `web` tells which of what is found are versions, and what archives saw of them.
        """
        self._web = web
        self._fetch = fetch
        self._outlets = outlets
        self._finders = finders
        self._catalogue = catalogue
        self._side_by_side = side_by_side
        self.log = log or Log()
        self.seen: list[Seen] = []
        self._places: list[Searched] = []
        self._is_asked = False

    @property
    def size(self) -> int:
        """How many pages it gave that could be read as articles."""
        return len(self.seen)

    @property
    def says(self) -> Sequence[str]:
        """Return how long the list is."""
        return (f"{len(self._outlets):,} outlets",)

    @property
    def places(self) -> Sequence[Searched]:
        """Return each outlet, and what came of asking it."""
        return tuple(self._places)

    def leads(self, layer: Sequence[Witness]) -> Iterator[Leads]:
        """Yield for the article asked about what may be its copies; nothing for its versions."""
        for witness in layer:
            if self._is_asked:
                yield Leads()
                continue
            self._is_asked = True
            yield Leads(likely=tuple(self._copies(witness)))

    def _copies(self, witness: Witness) -> list[Article]:
        from filiation.find.candidates import sought as sought_by

        sought = sought_by(witness.article)
        own = {host(address) for address in (witness.article.url,) if address}
        outlets = [
            outlet
            for outlet in self._outlets
            if outlet.key != witness.home.key and outlet.domains[0].host not in own
        ]
        found: list[Article] = []
        with ThreadPoolExecutor(min(self._side_by_side, max(1, len(outlets)))) as pool:
            asked = pool.map(lambda outlet: self._ask(outlet, sought, witness.article), outlets)
            for outlet, (entries, seen) in zip(outlets, asked, strict=True):
                self.seen += seen
                copies = [one for one in seen if self._web.are_versions(witness, one.article)]
                found += [self._web.settle(one.article) for one in copies]
                self._places.append(_summed(outlet, entries, len(seen), len(copies)))
        return found

    def _ask(
        self, outlet: Outlet, sought: "Sought", article: Article
    ) -> tuple[list[Entry], list[Seen]]:
        """Ask one outlet in all its ways, until one gives an address that bears the likeness."""
        if outlet.languages and sought.text_language not in (None, *outlet.languages):
            sought = replace(sought, language=outlet.language, titles=())
        site = outlet.domains[0].host
        log = Log()
        self.log.asking(outlet.name)
        place = self._place(site, article, log)
        if place is None:
            return log.entries, []
        for finder in self._finders:
            for probe in finder(place, sought):
                log.probe(probe)
                if seen := self._read(probe.found, sought, article, log):
                    return log.entries, seen
                if probe.outcome in ("rate_limited", "out_of_budget", "transient"):
                    return log.entries, []
        return log.entries, []

    def _place(self, site: str, article: Article, log: Log) -> Place | None:
        """Return where and when to look; None where the site does not answer."""
        fetched = front_page(self._fetch, site)
        root = root_of(fetched)
        if root is None or fetched.outcome not in ("ok", "unchanged"):
            log.page(fetched)
            return None
        when = article.dates.midpoint
        return Place(root, when - AFTER if when else None, when + LATER if when else None)

    def _read(
        self, hits: Sequence[Hit], sought: "Sought", article: Article, log: Log
    ) -> list[Seen]:
        found: list[Seen] = []
        for address in likely(hits, sought, TRIED):
            if page_of(address) is None or leads_to(address, article):
                continue
            fetched = self._fetch(address)
            read = live_page(fetched, self._catalogue)
            if isinstance(read, Article):
                found.append(Seen.of(read, fetched))
            else:
                log.page(fetched, read.outcome, read.says)
        return found


def _summed(outlet: Outlet, entries: Sequence[Entry], looked_at: int, found: int) -> Searched:
    """Return what came of asking one outlet, in one line; what failed goes before what was found."""
    where = f"{outlet.name} ({outlet.domains[0].host})"
    failed = [entry for entry in entries if entry.outcome in FAILURES]
    outcome: Outcome = failed[0].outcome if failed else "ok" if found else "empty"
    says = "; ".join(dict.fromkeys(f"{one.where}: {one.says or one.outcome}" for one in failed[:3]))
    return Searched(where, outcome, found, looked_at, says)
