"""The best tree over the versions of a text, and what is said of it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from copy import copy
from functools import cached_property
from typing import Literal

from filiation.stemma.arborescence import ROOT, branch_probabilities, calibrated
from filiation.stemma.contamination import Contaminated, contaminated
from filiation.stemma.implied import with_implied
from filiation.stemma.kinship import Kinship, Pair, stated
from filiation.stemma.standing import Facts, standing
from filiation.stemma.timely import timely_arborescence
from filiation.stemma.unknown import unknown
from filiation.stemma.versions import ordered
from filiation.stemma.weights import (
    EVENLY,
    FOUND_LIMITS,
    PARENT_ROLES,
    PROBABILITY_LIMITS,
    SHARPENED,
)
from filiation.values import (
    Contamination,
    Credit,
    Dates,
    Evidence,
    Hop,
    HopKind,
    Match,
    Revision,
    Rival,
    Role,
    Version,
)

__all__ = ["Tree"]


class Tree:
    """The best tree over the versions, and what is said of it."""

    def __init__(self, kin: Kinship, asked: int | None = None) -> None:
        self.kin = kin
        self.parent, branches = timely_arborescence(
            kin.branches(asked), [node.dates for node in kin.nodes]
        )
        self.probability = calibrated(branch_probabilities(branches), SHARPENED, EVENLY)
        with_implied(kin, self.parent, self.probability)
        self.children: dict[int, list[int]] = defaultdict(list)
        for child, parent in self.parent.items():
            self.children[parent].append(child)
        self.chain: list[int] = []
        """From the first known version to the one asked about, where one was."""
        if asked is not None:
            self.chain = [*reversed(self.ancestors(asked)), asked]
        self.order = self._order()
        self.ids = {number: f"v{place}" for place, number in enumerate(self.order, 1)}
        self._dates = self._all_dates()

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """Return the versions: the chain, then the side branches, each after its parent."""
        return tuple(self._version(number) for number in self.order)

    @cached_property
    def hops(self) -> tuple[Hop, ...]:
        """Return the hops, in the order of their children."""
        return tuple(self._hop(child) for child in self.order if self.parent[child] != ROOT)

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """Return the ids of the versions without a known parent."""
        return tuple(self.ids[number] for number in self.order if self.parent[number] == ROOT)

    @cached_property
    def credits(self) -> tuple[tuple[str, tuple[Credit, ...]], ...]:
        """Return the credits of each seen version."""
        return tuple(
            (self.ids[number], witness.stated.credits)
            for number in self.order
            if (witness := self.kin.nodes[number].witness)
        )

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Return what could not be known, in sentences."""
        seconds = self._contaminated
        found = unknown(self.kin, self.parent, self.probability, self.hops, self.ids, seconds)
        return tuple(found)

    @cached_property
    def contaminations(self) -> tuple[Contamination, ...]:
        """Return which versions may have been made from two of them."""
        return tuple(
            Contamination(self.ids[one.child], (self.ids[a], self.ids[b]), one.readings)
            for one in self._contaminated
            for a, b in [one.parents]
            if {a, b} <= self.ids.keys()
        )

    @cached_property
    def _contaminated(self) -> tuple[Contaminated, ...]:
        return tuple(contaminated(self.kin, self.parent, self.order))

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """Return what was changed at addresses that had several texts."""
        return self.kin.versions.editions.revisions(self.ids)

    def part(self, numbers: Sequence[int]) -> "Tree":
        """Return these versions of the tree, numbered anew; no hop may lead out of them."""
        part = copy(self)
        for name, held in vars(Tree).items():
            if isinstance(held, cached_property):
                part.__dict__.pop(name, None)
        part.order = list(numbers)
        part.ids = {number: f"v{place}" for place, number in enumerate(numbers, 1)}
        return part

    def ancestors(self, number: int) -> list[int]:
        """Return a version's parent, the parent's parent, and so on."""
        line: list[int] = []
        at = self.parent[number]
        while at != ROOT:
            line.append(at)
            at = self.parent[at]
        return line

    def _order(self) -> list[int]:
        """Return the chain, then the side branches, each version after its parent."""
        placed = dict.fromkeys(self.chain)
        waiting = [ROOT, *self.chain]
        while waiting:
            layer = [child for parent in waiting for child in self._sorted(self.children[parent])]
            waiting = [child for child in layer if child not in self.chain]
            placed |= dict.fromkeys(child for child in waiting)
        return list(placed)

    def _sorted(self, numbers: Sequence[int]) -> list[int]:
        return ordered(sorted(numbers), self.kin.nodes)

    # Versions

    def _version(self, number: int) -> Version:
        node = self.kin.nodes[number]
        name = self.kin.names.name(node.who)
        if node.witness is None:
            assert node.stop is not None
            stop = node.stop
            return Version(
                self.ids[number],
                name,
                node.who.key,
                stop.title,
                stop.url,
                stop.language,
                stop.author,
                stop.translator,
                dates=self._dates[number],
            )
        article, stated_by = node.witness.article, node.witness.stated
        translated_here = node.witness.account.turn is not None and (
            node.witness.account.turn == len(node.witness.account.stops) - 1
        )
        return Version(
            self.ids[number],
            name,
            node.who.key,
            article.title,
            article.url,
            article.language,
            article.byline,
            stated_by.origin.translator if translated_here else None,
            seen=True,
            dates=article.dates,
            article=article.id,
            had=article.had,
            edition=node.edition,
        )

    def _all_dates(self) -> dict[int, Dates]:
        """Return when each version was published, as far as is known: seen or stated."""
        dates: dict[int, Dates] = {}
        for number in reversed(self.order):
            node = self.kin.nodes[number]
            followers = [dates[child] for child in self.children[number]]
            dates[number] = node.dates if node.witness else _stated_dates(node.dates, followers)
        return dates

    # Hops

    def _hop(self, child: int) -> Hop:
        parent = self.parent[child]
        facts = self._facts(parent, child)
        kind, kind_from, match = self._kind(parent, child, facts)
        low, high = PROBABILITY_LIMITS
        return Hop(
            self.ids[parent],
            self.ids[child],
            kind,
            kind_from,
            standing(facts),
            min(max(self.probability[child][parent], low), high),
            tuple(self._evidence(parent, child, facts)),
            match,
            tuple(self._rivals(parent, child)) if self.chain else (),
        )

    def _rivals(self, parent: int, child: int) -> Iterator[Rival]:
        """Yield what else the child may have been made from, the likeliest first."""
        odds = self.probability[child].items()
        for other, likely in sorted(odds, key=lambda row: (-row[1], row[0])):
            if other == parent or likely < PROBABILITY_LIMITS[0]:
                continue
            if other == ROOT:
                yield Rival(None, likely)
            else:
                yield Rival(self.ids[other], likely, tuple(self.kin.evidence(other, child)))

    def _facts(self, parent: int, child: int) -> Facts:
        kin = self.kin
        dates_parent, dates_child = kin.nodes[parent].dates, kin.nodes[child].dates
        stop = kin.stop(child, parent)
        against = stop is not None and not stop.dates.can_precede(dates_child)
        return Facts(
            naming=kin.naming(child, parent),
            text=kin.verdict(parent, child),
            farther=bool(self._farther(parent, child)),
            told=kin.nodes[child].witness is None,
            reversed=kin.naming(parent, child) == "parent",
            astray=bool(self._astray(parent, child)),
            dates=(
                "against"
                if against
                else "order"
                if dates_parent.surely_precedes(dates_child)
                else "open"
            ),
            directed=self._directed(parent, child),
            quoted=kin.is_quotation(parent, child),
            implied=kin.nodes[parent].implied or kin.nodes[child].implied,
        )

    def _farther(self, parent: int, child: int) -> list[int]:
        """Return the ancestors of the parent that the child's page credits."""
        stops = self.kin.versions.stops.get(child)
        if not stops:
            return []
        above = set(self.ancestors(parent))
        return [
            number
            for number, stop in stops
            if number in above and (stop.roles & PARENT_ROLES or not stop.credits)
        ]

    def _astray(self, parent: int, child: int) -> list[int]:
        """Return the versions that the child's page credits and that cannot be its ancestors."""
        stops = (*self.kin.versions.stops.get(child, ()), *self.kin.versions.rivals.get(child, ()))
        if not stops:
            return []
        above = {parent, *self.ancestors(parent)}
        return [
            number
            for number, _ in stops
            if number not in above
            and (
                (number, child) in self.kin.too_late
                or self.kin.verdict(number, child) == "contradicts"
            )
        ]

    def _directed(self, parent: int, child: int) -> bool:
        """Whether dates, signs in the texts or a translation say which of the two came first."""
        kin = self.kin
        if kin.direction(parent, child) >= FOUND_LIMITS["direction"][0]:
            return True
        if (child, parent) not in kin.reasons:
            return True
        witness = kin.nodes[child].witness
        one, other = kin.nodes[parent].language, kin.nodes[child].language
        return bool(witness and witness.account.turn is not None and one != other)

    def _kind(
        self, parent: int, child: int, facts: Facts
    ) -> tuple[tuple[HopKind, ...], Literal["match", "credit"], Match | None]:
        """Return the kind of a hop as measured, or as the credit's word allows.

        A credit tells that a text is a translation, or an excerpt. That it is whole or unchanged no
        credit can tell: such a republication has no kind.
        """
        kin = self.kin
        younger = kin.nodes[child]
        match = kin.match(parent, child)
        if match is not None and facts.text == "match":
            return match.kind, "match", match
        kind: list[HopKind] = []
        if self._translated(parent, child):
            kind.append("translation")
        if younger.witness and younger.witness.account.kind == "excerpt":
            kind.append("excerpt")
        return tuple(kind), "credit", match

    def _translated(self, parent: int, child: int) -> bool:
        nodes = self.kin.nodes
        if nodes[parent].language and nodes[child].language:
            return nodes[parent].language != nodes[child].language
        return (parent, child) in self._turns

    @cached_property
    def _turns(self) -> set[Pair]:
        """Return the hops at which, as some page tells, the text was translated."""
        turns: set[Pair] = set()
        for page, stops in self.kin.versions.stops.items():
            witness = self.kin.nodes[page].witness
            line = [*(number for number, _ in stops), page]
            turn = witness.account.turn if witness else None
            if turn is not None and turn + 1 < len(line):
                turns.add((line[turn], line[turn + 1]))
        return turns

    def _evidence(self, parent: int, child: int, facts: Facts) -> list[Evidence]:
        """Return what a hop rests on, and the credits that lead past it."""
        found = self.kin.evidence(parent, child)
        if standing(facts) == "skipped":
            found += self._credits_of(child, self._farther(parent, child), PARENT_ROLES)
        if facts.astray:
            found += self._credits_of(child, self._astray(parent, child), PARENT_ROLES)
        if facts.reversed:
            found += self._credits_of(parent, [child], PARENT_ROLES)
        return [e for i, e in enumerate(found) if e not in found[:i]]

    def _credits_of(
        self, page: int, named: Sequence[int], roles: Collection[Role]
    ) -> list[Evidence]:
        return [
            stated(self.kin, page, number, credit).evidence()
            for number in named
            if (stop := self.kin.stop(page, number))
            for credit in stop.credits
            if credit.role in roles
        ]


def _stated_dates(stated_on: Dates, followers: Sequence[Dates]) -> Dates:
    """Return an unseen version's date: as credited, else not after the versions made from it."""
    bounds = [(dates.latest, dates) for dates in followers if dates.latest is not None]
    if stated_on.latest and all(stated_on.can_precede(dates) for _, dates in bounds):
        return stated_on
    if not bounds:
        return Dates()
    latest, first = min(bounds, key=lambda bound: bound[0])
    return Dates(None, latest, first.precision)
