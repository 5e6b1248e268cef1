"""Who takes from whom: the hops of all groups, gathered by outlet."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from filiation.audit.values import Audit, Flow, Group, Tally
from filiation.fold import fold
from filiation.outlets import spelled
from filiation.values import HOP_KINDS, STANDINGS, Dates, Hop, HopKind, Standing, Version

__all__ = ["LARGEST", "Ledger", "delay_hours"]

LARGEST = 5
"""Groups kept whole for the report: as many trees as fit on two pages."""
KNOWN_TO_THE_DAY = timedelta(hours=51)
"""A wider interval gives no delay. A day in a zone that is not known spans 50 hours."""
_HOUR = timedelta(hours=1)


def delay_hours(parent: Dates, child: Dates) -> float | None:
    """Return the hours from one publication to the next, between the middles of their intervals.

    None where one of the two is not known to the day, or where the parent surely came after the
    child. Where the intervals overlap, a delay is never less than 0.
    """
    if not (_to_the_day(parent) and _to_the_day(child) and parent.can_precede(child)):
        return None
    assert parent.midpoint is not None
    assert child.midpoint is not None
    return max(0.0, (child.midpoint - parent.midpoint) / _HOUR)


def _to_the_day(dates: Dates) -> bool:
    return (
        dates.earliest is not None
        and dates.latest is not None
        and dates.latest - dates.earliest < KNOWN_TO_THE_DAY
    )


@dataclass(slots=True)
class _Flow:
    """One pair of outlets on the way to its `Flow`."""

    hops: int = 0
    received: int = 0
    """Hops whose child is an article of the library."""
    standings: Counter[Standing] = field(default_factory=Counter)
    kinds: Counter[HopKind] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)


@dataclass(slots=True)
class _Tally:
    """One outlet on the way to its `Tally`."""

    articles: int = 0
    originals: int = 0
    republished: int = 0
    uncredited: int = 0
    taken: int = 0


class Ledger:
    """The books of an audit: groups are entered one by one, in any order; counts are kept.

    `articles` is every article of the library, as (id, outlet's key or None, outlet's name or
    None). An outlet without a key goes by its name, folded; a name that articles with one key bear
    is that key's, and so credits find home. Memory: one entry an article, the delays, and the
    `largest` groups.
    """

    def __init__(
        self, articles: Iterable[tuple[str, str | None, str | None]], *, largest: int = LARGEST
    ) -> None:
        self.articles = 0
        self.groups = 0
        self.hops = 0
        """From one outlet to another, or to one that is not known."""
        self.within = 0
        """Hops within one outlet."""
        self.independent_sources = 0
        self.missing = 0
        """Versions that nobody has seen."""
        self._standings: Counter[Standing] = Counter()
        self._kinds: Counter[HopKind] = Counter()
        self._keep = largest
        self._largest: list[tuple[int, int, str, Group]] = []
        self._flows: defaultdict[tuple[str, str], _Flow] = defaultdict(_Flow)
        self._tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
        self._seen_as: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._credited_as: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._key_of_name: dict[str, str] = {}
        self._home = self._homes(articles)

    def _homes(self, articles: Iterable[tuple[str, str | None, str | None]]) -> dict[str, str]:
        """Return the outlet of every article, by the article's id."""
        named: Counter[tuple[str, str]] = Counter()
        raw: dict[str, tuple[str, str]] = {}
        seen: dict[tuple[str, str], tuple[str, str]] = {}  # each pair is kept once
        for number, key, name in articles:
            who = (key or "", name or "")
            raw[number] = seen.setdefault(who, who)
            named[who] += 1
        keys: defaultdict[str, set[str]] = defaultdict(set)
        for key, name in named:
            if key and name:
                keys[spelled(name)].add(key)
        self._key_of_name = {name: min(known) for name, known in keys.items() if len(known) == 1}
        home_of = {who: self._outlet(*who) for who in named}
        for who, count in named.items():
            self._tallies[home_of[who]].articles += count
            self._spellings[home_of[who]][who[1]] += count
        self.articles = named.total()
        return {number: home_of[who] for number, who in raw.items()}

    def _outlet(self, key: str, name: str) -> str:
        return key or self._key_of_name.get(spelled(name)) or _folded(name)

    @property
    def outlets(self) -> int:
        """How many outlets the articles are of, as far as that is known."""
        return sum(1 for outlet, tally in self._tallies.items() if outlet and tally.articles)

    def home(self, article: str) -> str:
        """Return the outlet of an article by its id: its key, else its name folded, or empty.

        Raises `KeyError` where the ledger was not told of it.
        """
        return self._home[article]

    def outlet_of(self, version: Version) -> str:
        """Return a version's outlet: its key, else its name folded; empty where it is not known.

        Raises `KeyError` where the version is an article that the ledger was not told of.
        """
        if version.article is not None:
            return self._home[version.article]
        return self._outlet(version.outlet or "", version.name or "")

    def add(self, group: Group) -> None:
        """Enter one group."""
        tree = _Tree(group, {v.id: self.outlet_of(v) for v in group.stemma.versions})
        self.groups += 1
        self.independent_sources += group.independent_sources
        for version in group.stemma.versions:
            self.missing += version.article is None
            called = self._credited_as if version.article is None else self._seen_as
            called[tree.outlet[version.id]][version.name or ""] += 1
        for hop in group.stemma.hops:
            if tree.crosses(hop):
                self._enter(hop, tree)
            else:
                self.within += 1
        for came in tree.republished():
            tally = self._tallies[tree.outlet[came.child]]
            tally.republished += 1
            tally.uncredited += came.hop.standing == "uncredited"
        for original in tree.originals():
            self._tallies[tree.outlet[original]].originals += 1
        self._rank(group, tree)

    def _enter(self, hop: Hop, tree: "_Tree") -> None:
        giver, taker = tree.outlet[hop.parent], tree.outlet[hop.child]
        flow = self._flows[giver, taker]
        flow.hops += 1
        flow.received += tree.versions[hop.child].article is not None
        flow.standings[hop.standing] += 1
        flow.kinds.update(hop.kind)
        delay = delay_hours(tree.versions[hop.parent].dates, tree.versions[hop.child].dates)
        if delay is not None:
            flow.delays.append(delay)
        self.hops += 1
        self._standings[hop.standing] += 1
        self._kinds.update(hop.kind)
        self._tallies[giver].taken += 1

    def _rank(self, group: Group, tree: "_Tree") -> None:
        crossings = sum(tree.crosses(hop) for hop in group.stemma.hops)
        if crossings:
            self._largest.append((-crossings, -len(tree.versions), group.id, group))
            self._largest.sort(key=lambda ranked: ranked[:3])
            del self._largest[self._keep :]

    @property
    def largest(self) -> tuple[Group, ...]:
        """The groups with the most hops between outlets."""
        return tuple(group for *_, group in self._largest)

    @property
    def standings(self) -> Mapping[Standing, int]:
        """How many hops between outlets have each standing."""
        return {standing: self._standings[standing] for standing in STANDINGS}

    @property
    def kinds(self) -> Mapping[HopKind, int]:
        """How many hops between outlets have each kind; kinds combine."""
        return {kind: self._kinds[kind] for kind in HOP_KINDS}

    def flows(self) -> tuple[Flow, ...]:
        """Return what each outlet took from each other, the most hops first."""
        ranked = sorted(self._flows.items(), key=lambda item: (-item[1].hops, item[0]))
        return tuple(self._flow(giver, taker, flow) for (giver, taker), flow in ranked)

    def _flow(self, giver: str, taker: str, flow: _Flow) -> Flow:
        articles = self._tallies[taker].articles
        delays = tuple(sorted(flow.delays))
        return Flow(
            giver,
            taker,
            flow.hops,
            {standing: flow.standings[standing] for standing in STANDINGS},
            {kind: flow.kinds[kind] for kind in HOP_KINDS},
            median(delays) if delays else None,
            delays,
            flow.received / articles if articles else None,
        )

    def tallies(self) -> tuple[Tally, ...]:
        """Return each outlet's part, the most republished first, then those most taken from."""
        outlets = {*self._tallies, *(outlet for pair in self._flows for outlet in pair)}
        tallies = [self._tally(outlet, self._tallies[outlet]) for outlet in outlets]
        return tuple(
            sorted(tallies, key=lambda t: (-t.republished, -t.taken, -t.articles, t.outlet))
        )

    def _tally(self, outlet: str, tally: _Tally) -> Tally:
        return Tally(
            outlet,
            self._name(outlet),
            tally.articles,
            tally.originals,
            tally.republished,
            tally.uncredited,
            tally.taken,
        )

    def _name(self, outlet: str) -> str:
        """Return what most of its versions are called, else most articles, else most credits.

        Versions first: they have the catalogue's name where there is one, as trees show it. Of two
        names that are as common, the lesser one is taken.
        """
        for spellings in (self._seen_as, self._spellings, self._credited_as):
            written = [(-count, name) for name, count in spellings[outlet].items() if name]
            if written:
                return min(written)[1]
        return outlet

    def audit(
        self,
        *,
        pairs: int,
        matches: int,
        house_phrases: int = 0,
        standing_text: int = 0,
        skipped: tuple[str, ...] = (),
        seconds: Mapping[str, float] | None = None,
    ) -> Audit:
        """Return the audit that the entries add up to; the rest is what only its caller knows."""
        return Audit(
            articles=self.articles,
            outlets=self.outlets,
            pairs=pairs,
            matches=matches,
            groups=self.groups,
            hops=self.hops,
            standings=self.standings,
            kinds=self.kinds,
            independent_sources=self.independent_sources,
            missing=self.missing,
            flows=self.flows(),
            tallies=self.tallies(),
            largest=self.largest,
            house_phrases=house_phrases,
            standing_text=standing_text,
            skipped=skipped,
            seconds=seconds or {},
            within=self.within,
        )


@dataclass(frozen=True, slots=True)
class _Came:
    """A version of the library, and the hop by which its text came to its outlet."""

    child: str
    hop: Hop


class _Tree:
    """One group's hops, with the outlet of each version."""

    def __init__(self, group: Group, outlet: Mapping[str, str]) -> None:
        self.outlet = outlet
        self.versions = {version.id: version for version in group.stemma.versions}
        self.hop_to = {hop.child: hop for hop in group.stemma.hops}

    def crosses(self, hop: Hop) -> bool:
        """Whether a hop leads to another outlet. One that is not known is never called the same."""
        giver = self.outlet[hop.parent]
        return not giver or giver != self.outlet[hop.child]

    def republished(self) -> Iterable[_Came]:
        """Yield the articles whose text came from another outlet, with the hop by which it came.

        Of what is undetermined nobody knows who has it from whom: it came from nowhere known.
        """
        came: dict[str, Hop] = {}
        for version in self.versions.values():  # parents before their children
            hop = self.hop_to.get(version.id)
            if hop is None:
                continue
            if hop.standing == "undetermined":
                continue
            if self.crosses(hop):
                came[version.id] = hop
            elif hop.parent in came:
                came[version.id] = came[hop.parent]
            if version.article is not None and version.id in came:
                yield _Came(version.id, came[version.id])

    def originals(self) -> Iterable[str]:
        """Yield the articles without a known parent whose text went to another outlet."""
        went: set[str] = set()
        for version in reversed(self.versions.values()):
            hop = self.hop_to.get(version.id)
            if hop is None:
                if version.article is not None and version.id in went:
                    yield version.id
            elif hop.standing == "undetermined":
                continue
            elif self.crosses(hop) or version.id in went:
                went.add(hop.parent)


def _folded(name: str) -> str:
    return " ".join(fold(name).text.split())
