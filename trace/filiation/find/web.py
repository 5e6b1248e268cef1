"""The web as a shelf, on which the versions that pages name are looked for.

For each version that a page names, in this order, and no further than until it is found: the
addresses that the page states; where one is gone, closed or failing, an archive's capture near the
date; the credited outlet's own site; the archives' lists of that site; the services opted in. Every
question is entered in a log with what came of it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from filiation.english import plural
from filiation.find.finders import Finder, Place, likely
from filiation.find.log import Entry, Log
from filiation.find.pages import NoPage, archived_page, is_article, live_page
from filiation.find.roots import front_page, root_of
from filiation.find.values import FAILURES, Capture, Exchange, Fetch, Fetched, Hit, Probe
from filiation.outlets import Catalogue, host
from filiation.stemma.account import Stop, account, home
from filiation.stemma.addresses import page_of, same_address
from filiation.stemma.naming import Names, Who, names_of
from filiation.stemma.search import Compare, Leads, Read, Witness, bears_title, leads_to
from filiation.stemma.verdicts import are_versions
from filiation.values import Article, Credits, Had, Searched

if TYPE_CHECKING:
    from filiation.find.candidates import Sought

__all__ = ["Archive", "Seen", "Web"]

TRIED = 3
"""Addresses of one answer that are asked for, the likeliest first."""
CAPTURES = 2
"""Captures of one page that are asked for, where the nearest is no article."""
STATED = 30
"""Addresses that one page states of its sources which are asked for: a page made to lead astray may
state thousands. Chosen, not measured."""
SOUGHT = 8
"""Versions that one page names which are searched for, where no address leads to them."""
SITES = 2
"""Sites of one outlet that are searched: the one of its time, and the one it has now."""

_GIVES_UP = frozenset({"rate_limited", "out_of_budget", "transient"})
"""Outcomes after which a site is not asked another question for the same version."""


_FAILED = frozenset({"transient", "malformed"})
"""Outcomes after which another way into an archive may do. One that is closed to us, or asks us to
wait, is not asked by its back door."""


class Archive(Protocol):
    """An archive of pages, as this shelf needs it."""

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    def nearest(self, url: str, moment: datetime | None = None) -> Probe[Capture]:
        """Return the capture nearest to a moment; without one, the first."""
        ...

    def replay(self, capture: Capture, *, follow: bool = False) -> tuple[Fetched, Capture]:
        """Return what was captured, and the capture that was had."""
        ...


class Past(Protocol):
    """What archives saw of pages over time."""

    def __call__(self, article: Article) -> tuple[Article, Probe[Capture]]:
        """Return the article with its date bounded by its first capture, and the question asked."""
        ...

    def accounts(self, article: Article) -> Sequence[Credits]:
        """Return what the article's page said of its origin at other times, the first one first."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that was read, with the exchange that gave it."""

    article: Article
    fetched: Fetched
    exchange: Exchange | None
    """None where its answer was not kept."""

    @classmethod
    def of(cls, article: Article, fetched: Fetched) -> "Seen":
        """Return a page with the exchange that brought its text: not one that says "unchanged"."""
        brought = (one for one in reversed(fetched.exchanges) if one.body)
        return cls(article, fetched, next(brought, None))

    @property
    def is_within(self) -> bool:
        """Whether the answer holds the page among others: a piece of a larger file."""
        return self.exchange is not None and self.exchange.status == 206


@dataclass(slots=True)
class _Live:
    """What stands at an address."""

    fetched: Fetched
    entry: Entry
    article: Article | None = None

    @property
    def is_senseless(self) -> bool:
        """Whether no archive is to be asked either: it is no address of the web, or nothing is left."""
        outcome = self.entry.outcome
        return outcome == "out_of_budget" or (outcome == "refused" and not self.fetched.exchanges)


class Web:
    """The web as a shelf."""

    where = "the web"

    def __init__(
        self,
        fetch: Fetch,
        *,
        read: Read,
        compare: Compare,
        catalogue: Catalogue | None = None,
        archives: Sequence[Archive] = (),
        makeshift: Archive | None = None,
        sites: Sequence[Finder] = (),
        services: Sequence[Finder] = (),
        past: Past | None = None,
        depth: int = 8,
        breadth: int = 50,
        log: Log | None = None,
        at_hand: Sequence[Article] = (),
        spent: Callable[[], int] | None = None,
    ) -> None:
        """`fetch` asks the web, within the run's manners and budgets.

        `archives` are asked for what is gone, the first one first, and `makeshift` where one of them
        does not answer; `sites` find a version on its outlet's site, `services` anywhere. `past`
        tells an article's date more closely, and what its page said before, by what an archive has
        of it. `depth` and `breadth` are those of the trace: no page is asked for that it would not
        look at. `at_hand` are the articles that the trace has besides; what they are is not asked
        for. `spent` tells how many requests were sent.
        """
        self._fetch = fetch
        self._read = read
        self._compare = compare
        self._catalogue = catalogue
        self._names: Names = names_of(catalogue)
        self._archives = archives
        self._makeshift = makeshift
        self._sites = sites
        self._services = services
        self._past = past
        self._depth = depth
        self._breadth = breadth
        self._at_hand = [article for article in at_hand if article.url]
        self._spent = spent
        self.log = log or Log()
        self.seen: list[Seen] = []
        """The pages that were read as articles, whether versions or not."""
        self._step = 0
        self._live: dict[object, _Live] = {}
        self._old: dict[object, Article | None] = {}
        self._found: dict[object, tuple[Article, ...]] = {}
        """For each version that was searched for, what came of it."""
        self._witnesses: dict[tuple[str, str], Witness] = {}
        self._settled: dict[tuple[str, str], Article] = {}
        """Articles that are versions, their dates as told by archives."""
        self._roots: dict[str, str | None] = {}
        """The address at which a site answers, by its host; None where it does not."""
        self._is_followed: set[tuple[str, str]] = set()
        self._asked_for: dict[tuple[str, str], set[str]] = {}
        """The stated addresses that were asked for, by the page that states them."""

    # --- a shelf -----------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """How many pages it gave that could be read as articles."""
        return len(self.seen)

    @property
    def says(self) -> Sequence[str]:
        """Return how much was asked; the rest is in what each question came to."""
        return () if self._spent is None else (plural(self._spent(), "request"),)

    @property
    def places(self) -> Sequence[Searched]:
        """Return every question that was asked, and what came of it."""
        return self.log.searched

    @property
    def articles(self) -> Sequence[Article]:
        """Return the articles that it has handed out, as they were handed out."""
        return tuple(self._settled.values())

    def leads(self, layer: Sequence[Witness]) -> Iterator[Leads]:
        """Yield for each of these versions where it leads to on the web."""
        further = self._depth - self._step
        self._step += 1
        # What is stated comes first for all: a page that is found so may state the address of what
        # would else have to be searched for.
        for witness in layer:
            self._follow(witness, further)
        for witness in layer:
            yield self._leads(witness)

    def asked(self, address: str) -> Article | NoPage:
        """Return the article at an address that the user gave, from an archive where it is gone."""
        live = self._at(address)
        if live.article is not None:
            live.entry.versions.add(live.article.id)
            return self.settle(live.article)
        old = None if live.is_senseless else self._archived(address, None)
        if old is not None:
            return self.settle(old)
        says = [live.entry.says or live.entry.outcome]
        says += [
            f"{entry.where}: {entry.says or entry.outcome}"
            for entry in self.log.entries
            if entry is not live.entry and entry.outcome in FAILURES
        ]
        return NoPage(live.entry.outcome, "; ".join(says))

    # --- what one version leads to -----------------------------------------------------------------

    def _leads(self, witness: Witness) -> Leads:
        linked: list[Article] = []
        named: list[Article] = []
        sought = 0
        for stop in _by_exactness((*witness.account.stops, *witness.account.rivals)):
            stated = self._stated(stop, witness)
            linked += stated
            if stated or self._is_at_hand(stop, witness):
                continue
            sought += 1
            if sought > SOUGHT:
                says = f"only {SOUGHT} of the versions that it names were searched for"
                self.log.note(witness.article.id, "out_of_budget", says)
                break
            for article in self._searched(stop, witness):
                sure = bears_title(stop, article, home(article, self._names), self._names)
                (linked if sure else named).append(article)
        for tip in witness.account.tips:
            named += self._stated(tip, witness)
        for stop in self._once_named(witness):
            named += self._stated(stop, witness) or self._searched(stop, witness)
        likely = self._anywhere(witness) if self._step == 1 else []
        return Leads(
            tuple(map(self.settle, linked)), (), tuple(map(self.settle, named)), tuple(likely)
        )

    def _once_named(self, witness: Witness) -> list[Stop]:
        """Return the versions that a page named when an archive saw it, and names no longer."""
        if self._past is None:
            return []
        now = (*witness.account.stops, *witness.account.rivals)
        found: list[Stop] = []
        for stated in self._past.accounts(witness.article):
            then = account(stated, self._names)
            for stop in (*then.stops, *then.rivals):
                if stop.says_something and not any(
                    self._names.same(stop.who, other.who) or stop.addresses & other.addresses
                    for other in (*now, *found)
                ):
                    found.append(stop)
        return [stop for stop in found if not self._is_at_hand(stop, witness)]

    def _follow(self, witness: Witness, depth: int) -> None:
        """Ask for all addresses that a page states, those that these pages state, and so on."""
        waiting = deque([(witness, depth)])
        while waiting:
            page, further = waiting.popleft()
            key = _key(page.article)
            if key in self._is_followed or further < 0:
                continue
            self._is_followed.add(key)
            for stop in _by_exactness((*page.account.stops, *page.account.rivals)):
                for article in self._stated(stop, page):
                    if len(self._is_followed) < self._breadth:
                        waiting.append((self._witness(article), further - 1))

    def _stated(self, stop: Stop, witness: Witness) -> list[Article]:
        """Return what the addresses that a page states of a version give."""
        found: list[Article] = []
        for address in sorted(stop.addresses):
            if page_of(address) is None or leads_to(address, witness.article):
                continue
            if not self._may_ask_for(address, witness):
                break
            article = self._version_at(address, witness, stop)
            if article is not None and article not in found:
                found.append(article)
        return found

    def _may_ask_for(self, address: str, witness: Witness) -> bool:
        """Whether a page has not led to more addresses than one page may; if so, say it."""
        asked = self._asked_for.setdefault(_key(witness.article), set())
        if address not in asked and len(asked) >= STATED:
            says = f"only {STATED} of the addresses that it states were asked for"
            self.log.note(witness.article.id, "out_of_budget", says)
            return False
        asked.add(address)
        return True

    def _version_at(self, address: str, witness: Witness, stop: Stop) -> Article | None:
        """Return the version at an address: as it stands, else as an archive has it.

        Where another text stands there now, the archive may have the one that was meant. A page that
        is an article, and another one than the credit says, is a finding.
        """
        live = self._at(address)
        there = live.article
        if there is not None and (
            self.are_versions(witness, there) or _is_titled(stop, there, self._names)
        ):
            live.entry.versions.add(there.id)
            return there
        if live.is_senseless:
            return None
        old = self._archived(address, _moment(stop, witness))
        if old is not None and (there is None or self.are_versions(witness, old)):
            return old
        if there is None or not is_article(there):
            return None
        live.entry.says = live.entry.says or "what stands there shares nothing with the text"
        live.entry.versions.add(there.id)
        return there

    def _is_at_hand(self, stop: Stop, witness: Witness) -> bool:
        """Whether an article that the trace has is the version that is sought."""
        return any(
            _is_titled(stop, article, self._names)
            or (
                bool(stop.who)
                and self._names.same(stop.who, home(article, self._names))
                and self.are_versions(witness, article)
            )
            or any(leads_to(address, article) for address in stop.addresses)
            for article in (*self._at_hand, *(seen.article for seen in self.seen))
            if _key(article) != _key(witness.article)
        )

    # --- searching -----------------------------------------------------------------------------------

    def _anywhere(self, witness: Witness) -> list[Article]:
        """Return versions of the article asked about that services find, named by it or not."""
        from filiation.find.candidates import sought as sought_by

        found: list[Article] = []
        sought = sought_by(witness.article)
        place = Place.before(None, witness.article.dates.midpoint, None)
        for finder in self._services:
            for probe in finder(place, sought):
                entry = self.log.probe(probe)
                for address in likely(probe.found, sought, TRIED):
                    if leads_to(address, witness.article):
                        continue
                    article = self._version_at(address, witness, Stop(Who()))
                    if article is not None and self.are_versions(witness, article):
                        entry.versions.add(article.id)
                        found.append(self.settle(article))
                if probe.outcome in _GIVES_UP:
                    break
        return found

    def _searched(self, stop: Stop, witness: Witness) -> tuple[Article, ...]:
        """Return what a search for a version finds; each version is searched for once."""
        if not stop.says_something:
            return ()
        key = (
            stop.who.key or stop.who.host or stop.who.name,
            tuple(sorted(stop.titles)),
            None if stop.titles else _key(witness.article),
        )
        if key not in self._found:
            self._found[key] = tuple(self._search(stop, witness))
        return self._found[key]

    def _search(self, stop: Stop, witness: Witness) -> Iterator[Article]:
        from filiation.find.candidates import sought as sought_by

        sought = sought_by(witness.article, stop)
        stated, moment = stop.dates.midpoint, witness.article.dates.midpoint
        sites = self._sites_of(stop, stated or moment)
        name = self._names.name(stop.who)
        if name and self._is_agency(stop.who) and not stop.titles:
            # It delivers to its customers, hundreds of texts a day, and shows few on its own site.
            self.log.note(
                name, "unsupported", "an agency; searched for only where a title is known"
            )
            sites = []
        elif name and not sites:
            self.log.note(
                name, "unsupported", "no address of it is known; its site is not searched"
            )
        for site in sites:
            root = self._root(site)
            if root is None:
                continue
            place = Place.before(root, moment, stated)
            found = self._first_found(self._sites, place, sought, stop, witness)
            if found is not None:
                yield found
                return
        anywhere = Place.before(None, moment, stated)
        places = [replace(anywhere, site=f"https://{site}/") for site in sites] or [anywhere]
        for place in places:
            found = self._first_found(self._services, place, sought, stop, witness)
            if found is not None:
                yield found
                return

    def _first_found(
        self,
        finders: Iterable[Finder],
        place: Place,
        sought: "Sought",
        stop: Stop,
        witness: Witness,
    ) -> Article | None:
        """Return the first article found that is the version: by its text, or by its title."""
        for finder in finders:
            for probe in finder(place, sought):
                entry = self.log.probe(probe)
                if found := self._best(probe.found, sought, stop, witness):
                    entry.versions.add(found.id)
                    return found
                if probe.outcome in _GIVES_UP:
                    break
        return None

    def _best(
        self, hits: Sequence[Hit], sought: "Sought", stop: Stop, witness: Witness
    ) -> Article | None:
        for address in likely(hits, sought, TRIED):
            if page_of(address) is None or leads_to(address, witness.article):
                continue
            article = self._version_at(address, witness, stop)
            if article is None:
                continue
            if self.are_versions(witness, article) or _is_titled(stop, article, self._names):
                return article
        return None

    def _is_agency(self, who: Who) -> bool:
        known = self._names.catalogue.get(who.key) if who.key else None
        return known is not None and known.is_agency

    def _sites_of(self, stop: Stop, moment: datetime | None) -> list[str]:
        """Return the hosts at which an outlet is, or was at the time; the likeliest first."""
        stated = [host(address) for address in sorted(stop.addresses)]
        known = self._names.catalogue.get(stop.who.key) if stop.who.key else None
        theirs: list[str] = []
        if known is not None and known.kind != "blog-host":
            day = moment.date() if moment else date.max
            of_then = [domain.host for domain in known.domains if domain.holds(day)]
            theirs = [*of_then, *(domain.host for domain in known.domains)]
        found = dict.fromkeys(at for at in (stop.who.host, *theirs, *stated) if at)
        return list(found)[:SITES]

    def _root(self, site: str) -> str | None:
        """Return the address at which a site answers; None where it does not."""
        if site not in self._roots:
            self.log.asking(site)
            fetched = front_page(self._fetch, site)
            self.log.page(fetched)
            self._roots[site] = root_of(fetched)
        return self._roots[site]

    # --- asking --------------------------------------------------------------------------------------

    def _at(self, address: str) -> _Live:
        """Return what stands at an address, asked for once."""
        key = page_of(address) or address
        if key in self._live:
            return self._live[key]
        self.log.asking(address)
        fetched = self._fetch(address)
        if root := root_of(fetched):
            self._roots.setdefault(host(root), root)
        read = live_page(fetched, self._catalogue)
        if isinstance(read, NoPage):
            entry = self.log.page(fetched, read.outcome, read.says)
            live = _Live(fetched, entry)
        else:
            live = _Live(fetched, self.log.page(fetched, says=_way(fetched)), read)
        self._live[key] = live
        if isinstance(read, Article):
            self._saw(read, fetched)
        return live

    def _archived(self, address: str, moment: datetime | None) -> Article | None:
        """Return the page as an archive has it, the capture nearest to the moment."""
        key = page_of(address) or address
        if key not in self._old:
            self._old[key] = next(self._captures(address, moment), None)
        return self._old[key]

    def _captures(self, address: str, moment: datetime | None) -> Iterator[Article]:
        gone = self._live.get(page_of(address) or address)
        says = gone.entry.says or gone.entry.outcome if gone and gone.article is None else ""
        via = gone.fetched.url if gone else address
        waiting = deque(self._archives)
        while waiting:
            archive = waiting.popleft()
            self.log.asking(f"{archive.name}: {address}")
            near = archive.nearest(address, moment)
            entry = self.log.probe(near)
            other = self._makeshift
            if near.outcome in _FAILED and other is not None and other is not archive:
                waiting.appendleft(other)
            for capture in near.found[:CAPTURES]:
                fetched, had = archive.replay(capture, follow=True)
                whence = Had("archive", wanted=moment, says=says, via=(via,))
                read = archived_page(address, fetched, had, whence, self._catalogue)
                if isinstance(read, NoPage):
                    self.log.page(fetched, read.outcome, read.says)
                    continue
                self.log.page(fetched, "ok", fetched.says).versions.add(read.id)
                entry.versions.add(read.id)
                self._saw(read, fetched)
                yield read

    def _saw(self, article: Article, fetched: Fetched) -> None:
        self.seen.append(Seen.of(article, fetched))

    # --- judging -------------------------------------------------------------------------------------

    def _witness(self, article: Article) -> Witness:
        key = _key(article)
        if key not in self._witnesses:
            stated = self._read(article)
            self._witnesses[key] = Witness(
                stated.article, stated, account(stated, self._names), home(article, self._names)
            )
        return self._witnesses[key]

    def are_versions(self, witness: Witness, article: Article) -> bool:
        """Whether an article is a version of a witness's text, where something led to it."""
        other = self._witness(article).article
        match = self._compare(witness.article, other)
        return are_versions(match, witness.article, other, credited=True)

    def settle(self, article: Article) -> Article:
        """Return an article that is handed out, its date as archives bound it."""
        key = _key(article)
        if key not in self._settled:
            settled = article
            if self._past is not None:
                settled, asked = self._past(article)
                self.log.probe(asked)
            self._settled[key] = settled
            self._witnesses.pop(key, None)
        return self._settled[key]


def _key(article: Article) -> tuple[str, str]:
    return article.id, article.text


def _way(fetched: Fetched) -> str:
    at = fetched.final_url or fetched.url
    kept = "kept from an earlier run" if fetched.kept else ""
    led = f"leads to {at}" if not same_address(at, fetched.url) else ""
    return "; ".join(part for part in (led, kept) if part)


def _moment(stop: Stop, witness: Witness) -> datetime | None:
    """Return the moment near which a version that a page names was to be read."""
    return stop.dates.midpoint or witness.article.dates.midpoint


def _is_titled(stop: Stop, article: Article, names: Names) -> bool:
    return bears_title(stop, article, home(article, names), names)


def _by_exactness(stops: Iterable[Stop]) -> list[Stop]:
    """Return stops with an address first, then those with a title: what is sure is cheap."""
    return sorted(stops, key=lambda stop: (not stop.addresses, not stop.titles))
