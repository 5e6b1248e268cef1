"""Articles collected from outlets into a library: what feeds, sitemaps and sites list, fetched.

Many hosts are asked side by side, each by one request at a time. Articles are stored in an order
that no thread decides: the first page of every source, in the order in which the sources were first
named, then the second of every source, and so on. So their numbers, the ids of two pages that want
the same one and the names of versions are those of an undisturbed run, however often it was broken
off and whichever host was the faster. The price is that a fast host's articles wait for a slow one's;
they wait in the library's own store of answers, so that nothing is lost with the run.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from typing import Protocol

from filiation.errors import InputError
from filiation.find.collected import Collected, HostState, Listed, Progress
from filiation.find.crew import MOST_HOSTS, Crew
from filiation.find.frontier import AGAIN, Frontier, Place, Source, Visit
from filiation.find.inputs import Listing, listing
from filiation.find.since import Kept, Since
from filiation.find.sources import Sources
from filiation.find.values import Fetch, Fetched, Outcome
from filiation.find.visits import FINE, host_of, judged, raw_of
from filiation.library import Library
from filiation.library.insert import Inserter
from filiation.library.intake import Tally
from filiation.library.rows import Made, Met, made_of
from filiation.library.runs import Interruption, recorded
from filiation.outlets import Catalogue
from filiation.outlets import catalogue as known_outlets
from filiation.read.raw import Raw

__all__ = ["collect"]

PATIENCE = 0.2
"""Seconds after which progress is told again though nothing has come."""
MOST_HELD = 32_000_000
"""Bytes of pages that wait for their turn in memory: some 350 pages of the median size."""
BATCH = 8
"""Pages stored in one transaction: a third of a second's work, which Ctrl-C waits for."""
UNSPENT: frozenset[Outcome] = frozenset({"out_of_budget", "offline"})
"""Outcomes of pages that were not asked for: the round is not at its end with them."""


class Lister(Protocol):
    """Reads what an address lists."""

    def __call__(self, fetch: Fetch, address: str, since: datetime | None) -> Listing:
        """Return what `address` is and lists; pages surely older than `since` may be left out."""
        ...


def collect(
    library: Library,
    addresses: Sequence[str],
    fetch: Fetch,
    kept: Kept,
    *,
    lister: Lister = listing,
    since: datetime | None = None,
    catalogue: Catalogue | None = None,
    hosts: int = MOST_HOSTS,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], None] | None = None,
) -> Collected:
    """Fetch what `addresses` list and store its articles in a library that is open for writing.

    `fetch` asks the web and is called from several threads; `kept` looks up what it has kept. Where
    a run was broken off, this one goes on: what was answered since the first of them began is not
    asked for again. Pages that were had before are fetched again only where the list says that they
    have changed; a changed text is a new version. At the end, or on Ctrl-C, `stop` is called, so
    that nobody waits for a host's turn any more; what is done is kept then, and `KeyboardInterrupt`
    raised. Raises `LibraryError` where the file cannot be written.
    """
    started = time.monotonic()
    frontier = Frontier(library)
    sources = frontier.begin(addresses, since)
    known = known_outlets() if catalogue is None else catalogue
    run = _Run(library, sources, since, known, kept)
    crew: _Crew = Crew(_Errands(fetch, kept, lister, since), hosts)
    with recorded(library, run.tally.counts), Interruption() as interruption, crew:
        run.start(crew)
        try:
            while run.goes_on:
                with interruption.heard():
                    if progress is not None:
                        progress(run.progress())
                    results = crew.results(0.0 if run.may_store else PATIENCE)
                run.take(results, crew)
                if run.may_store:
                    run.store()
        finally:
            if stop is not None:
                stop()
    tally = run.tally
    return Collected(
        sources=tuple(run.listed[source.number] for source in sources),
        hosts=tuple(sorted(run.progress().hosts, key=lambda one: one.host)),
        articles=tally.articles,
        versions=tally.versions,
        known=tally.known,
        failures=tuple(frontier.failures(sources, FINE)),
        passed=max(0, frontier.had(sources, FINE) - tally.articles - tally.known),
        left=run.left,
        seconds=time.monotonic() - started,
    )


class _Errands:
    """What the threads do: read a source's list, fetch a page."""

    def __init__(
        self,
        fetch: Fetch,
        kept: Kept,
        lister: Lister,
        since: datetime | None,
    ) -> None:
        self._fetch = fetch
        self._kept = kept
        self._lister = lister
        self._since = since

    def __call__(self, task: "_Task") -> Listing | Fetched:
        if isinstance(task, Source):
            return self._lister(
                Since(self._fetch, self._kept, task.begun), task.address, self._since
            )
        return Since(self._fetch, self._kept, task.source.begun)(task.url)


@dataclass(slots=True)
class _Host:
    """The pages of one host, counted."""

    wanted: int = 0
    had: int = 0
    failed: int = 0


class _Run:
    """What is wanted, what has come, and what is stored; for one thread alone."""

    def __init__(
        self,
        library: Library,
        sources: Sequence[Source],
        since: datetime | None,
        catalogue: Catalogue,
        kept: Kept,
    ) -> None:
        self._library = library
        self._frontier = Frontier(library)
        self._sources = {source.number: source for source in sources}
        self._since = since
        self._catalogue = catalogue
        self._answers = _Answers(kept)
        self._ledger = Sources(library)
        self.tally = Tally(_unheard)
        self.listed: dict[int, Listed] = {}
        """What came of reading the sources' lists, by the sources' numbers."""
        self._unlisted: set[int] = set()
        self._ahead: list[tuple[Place, Visit]] = []
        """A heap of the pages not dealt with, the next in turn first."""
        self._failed: set[Place] = set()
        """Those among them that failed."""
        self._left: Counter[int] = Counter()
        """Pages of each source that are not dealt with."""
        self._unspent: set[int] = set()
        """Sources of which something was not asked for: their round goes on with the next run."""
        self._hosts: dict[str, _Host] = {}

    @property
    def goes_on(self) -> bool:
        """Whether anything is left to do."""
        return bool(self._unlisted or self._ahead)

    @property
    def left(self) -> bool:
        """Whether something was not asked for, or a list not read to its end."""
        return bool(self._unspent)

    @property
    def may_store(self) -> bool:
        """Whether the next page in turn has come.

        While a list is being read it is not known which page that is.
        """
        return bool(not self._unlisted and self._ahead) and self._has_come(self._ahead[0][0])

    def _has_come(self, place: Place) -> bool:
        return place in self._answers or place in self._failed

    def progress(self) -> Progress:
        """Return how far it is."""
        hosts = tuple(
            HostState(name, one.wanted, one.had, one.failed) for name, one in self._hosts.items()
        )
        return Progress(hosts, len(self._unlisted), self.tally.articles)

    # --- what is to be fetched ---------------------------------------------------------------------

    def start(self, crew: "_Crew") -> None:
        """Give the crew what is to be done first."""
        for source in self._sources.values():
            if source.listed:
                self._want(source, source.listing, crew)
            else:
                self._unlisted.add(source.number)
                crew.put(host_of(source.address), (0, source.number), source)
        with self._library.transaction():
            self._end_rounds()

    def _want(self, source: Source, listing: Listing, crew: "_Crew") -> None:
        visits = list(self._frontier.wanted(source))
        for visit in visits:
            heappush(self._ahead, (visit.order, visit))
            self._hosts.setdefault(host_of(visit.url), _Host()).wanted += 1
            crew.put(host_of(visit.url), visit.order, visit)
        self._left[source.number] += len(visits)
        self.listed[source.number] = Listed(
            source.address, listing.kind, listing.outcome, listing.says, len(visits), source.resumed
        )

    # --- what has come -----------------------------------------------------------------------------

    def take(self, results: "Sequence[tuple[_Task, Listing | Fetched]]", crew: "_Crew") -> None:
        """Note what the crew has brought."""
        if not results:
            return
        with self._library.transaction():
            for task, result in results:
                if isinstance(task, Source) and isinstance(result, Listing):
                    self._enter(task, result, crew)
                elif isinstance(task, Visit) and isinstance(result, Fetched):
                    self._note(task, result)
            self._end_rounds()

    def _enter(self, source: Source, listing: Listing, crew: "_Crew") -> None:
        self._unlisted.discard(source.number)
        self._frontier.enter(source, listing, self._since)
        if listing.outcome in AGAIN:
            self._unspent.add(source.number)
        self._want(source, listing, crew)

    def _note(self, visit: Visit, fetched: Fetched) -> None:
        outcome, says = judged(fetched)
        if outcome in FINE:
            self._hosts[host_of(visit.url)].had += 1
            self._answers.put(visit.order, fetched)
        else:
            self._fail(visit, outcome, says)
            self._failed.add(visit.order)

    def _fail(self, visit: Visit, outcome: Outcome, says: str) -> None:
        self._hosts[host_of(visit.url)].failed += 1
        self._frontier.done(visit, outcome, says)
        self.tally.skip(InputError(visit.url, says or outcome))
        if outcome in UNSPENT:
            self._unspent.add(visit.source.number)

    # --- what is stored ----------------------------------------------------------------------------

    def store(self) -> None:
        """Store the next pages in turn, as far as they have come, and `BATCH` at the most.

        The article and the note that its page is dealt with are one transaction.
        """
        dealt: list[Visit] = []
        raws: list[tuple[Visit, Raw]] = []
        while self.may_store and len(raws) < BATCH:
            place, visit = heappop(self._ahead)
            dealt.append(visit)
            if place in self._failed:
                self._failed.discard(place)
            else:
                raws.append((visit, raw_of(visit, self._answers.take(place, visit.url))))
        made = made_of([raw for _, raw in raws], self._catalogue)
        with self._library.transaction() as connection:
            inserter = Inserter(connection, self._ledger, self.tally)
            for (visit, _), one in zip(raws, made, strict=True):
                self._insert(inserter, visit, one)
            for visit in dealt:
                self._left[visit.source.number] -= 1
            self._end_rounds()

    def _insert(self, inserter: Inserter, visit: Visit, one: Made | Met | InputError) -> None:
        if isinstance(one, InputError):
            self._hosts[host_of(visit.url)].had -= 1
            self._fail(visit, "unsupported", one.what)
        else:
            inserter.insert([one])
            self._frontier.done(visit, "ok", "")

    def _end_rounds(self) -> None:
        """Note which sources are at their end."""
        for number in [*self._left]:
            if not self._left[number] and number not in self._unspent:
                self._frontier.end(self._sources[number])
                del self._left[number]


_Task = Source | Visit
_Crew = Crew[_Task, Listing | Fetched]


def _unheard(_: InputError) -> None:
    """Say nothing: what failed is told at the end, with its outcome."""


class _Answers:
    """Answers that wait for their turn: in memory as long as there is room, else where they are kept."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._held: dict[Place, Fetched | None] = {}
        self._bytes = 0

    def __contains__(self, place: Place) -> bool:
        return place in self._held

    def put(self, place: Place, fetched: Fetched) -> None:
        """Hold an answer."""
        room = self._bytes + len(fetched.content) <= MOST_HELD
        if room:
            self._bytes += len(fetched.content)
        # The exchanges hold the bytes a second time, and are kept already.
        self._held[place] = replace(fetched, exchanges=()) if room else None

    def take(self, place: Place, url: str) -> Fetched:
        """Return an answer and hold it no longer."""
        held = self._held.pop(place)
        if held is not None:
            self._bytes -= len(held.content)
            return held
        kept = self._kept(url)
        assert kept is not None, "what was fetched is kept"
        return kept
