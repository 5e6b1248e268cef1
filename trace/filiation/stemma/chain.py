"""The republication chain of an article: from credits, texts and dates to a trace."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from filiation.outlets import Catalogue
from filiation.stemma.arborescence import ROOT, branch_probabilities
from filiation.stemma.kinship import Kinship, kinship, stated
from filiation.stemma.naming import Names
from filiation.stemma.search import Compare, Family, Read, Shortlist, gather
from filiation.stemma.standing import Facts, standing
from filiation.stemma.timely import timely_arborescence
from filiation.stemma.unknown import unknown
from filiation.stemma.versions import Node, ordered, versions
from filiation.stemma.weights import FOUND_LIMITS, PARENT_ROLES, PROBABILITY_LIMITS
from filiation.values import (
    Article,
    Dates,
    Evidence,
    Hop,
    HopKind,
    Match,
    Role,
    Searched,
    Trace,
    Version,
)

if TYPE_CHECKING:
    from filiation.match import Index

__all__ = ["trace"]


def trace(
    article: Article,
    others: Sequence[Article] = (),
    *,
    credits: Read | None = None,
    compare: Compare | None = None,
    candidates: Shortlist | None = None,
    catalogue: Catalogue | None = None,
    depth: int = 8,
    breadth: int = 50,
    progress: Callable[[str], None] | None = None,
) -> Trace:
    """Return the chain of `article`: its versions, seen and missing, and who was made from whom.

    Versions are looked for among `others`; each one found is itself read for credits, `depth` steps
    away from the article at most and `breadth` versions in all. `credits`, `compare` and
    `candidates` are what reads a page's credits, compares two articles, and picks those worth
    comparing; by default the program's own. `progress` is told, now and then, how far it is.

    The order of `others` changes nothing. Where no version is found and the page names none, the
    trace has no hops.
    """
    names = Names(catalogue or _catalogue())
    compare = compare or _compare()
    family = gather(
        article,
        others,
        names=names,
        read=credits or _credits(names.catalogue),
        compare=compare,
        shortlist=candidates or _Candidates(),
        depth=depth,
        breadth=breadth,
        progress=progress,
    )
    kin = kinship(family, versions(family, names), names)
    return _Stemma(kin, compare).trace()


# The defaults are looked up when they are needed: what reads credits loads its lexicons then.


def _catalogue() -> Catalogue:
    from filiation.outlets import catalogue

    return catalogue()


def _credits(known: Catalogue) -> Read:
    from filiation.credits import credits as read_credits

    return partial(read_credits, known=known)


def _compare() -> Compare:
    from filiation.match import compare

    return compare


class _Candidates:
    """The program's own shortlist, which hashes the articles at hand once for all questions."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._of: Sequence[Article] = ()

    def __call__(self, article: Article, others: Sequence[Article]) -> list[tuple[int, float]]:
        """Return (number in `others`, weight) of those worth comparing with `article`."""
        if not others:
            return []
        from filiation.match import Index

        if self._index is None or self._of is not others:
            self._index, self._of = Index(others), others
        return self._index.candidates(article)


class _Stemma:
    """The best tree over the versions, and what is said of it."""

    def __init__(self, kin: Kinship, compare: Compare) -> None:
        self.kin = kin
        self.compare = compare
        self.parent, branches = timely_arborescence(
            kin.branches(), [node.dates for node in kin.nodes]
        )
        self.probability = branch_probabilities(branches)
        self.children: dict[int, list[int]] = defaultdict(list)
        for child, parent in self.parent.items():
            self.children[parent].append(child)
        self.chain = [*reversed(self.ancestors(0)), 0]
        self.order = self._order()
        self.ids = {number: f"v{place}" for place, number in enumerate(self.order, 1)}

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

    def trace(self) -> Trace:
        """Return all that was found."""
        family = self.kin.family
        hops = tuple(self._hop(child) for child in self.order if self.parent[child] != ROOT)
        return Trace(
            asked=self.ids[0],
            versions=tuple(self._version(number) for number in self.order),
            chain=tuple(self.ids[number] for number in self.chain),
            hops=hops,
            credits=tuple(
                (self.ids[number], witness.stated.credits)
                for number in self.order
                if (witness := self.kin.nodes[number].witness)
            ),
            searched=(_searched(family),),
            unknown=tuple(unknown(self.kin, self.parent, self.probability, hops, self.ids)),
        )

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
                dates=self._stated_dates(number, node),
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
        )

    def _stated_dates(self, number: int, node: Node) -> Dates:
        """Return an unseen version's date: as credited, else not after the versions made from it."""
        followers = [self._dates(child) for child in self.children[number]]
        bounds = [(dates.latest, dates) for dates in followers if dates.latest is not None]
        stated_on = node.dates
        if stated_on.latest and all(stated_on.can_precede(dates) for _, dates in bounds):
            return stated_on
        if not bounds:
            return Dates()
        latest, first = min(bounds, key=lambda bound: bound[0])
        return Dates(None, latest, first.precision)

    def _dates(self, number: int) -> Dates:
        node = self.kin.nodes[number]
        return node.dates if node.witness else self._stated_dates(number, node)

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
        )

    def _facts(self, parent: int, child: int) -> Facts:
        kin = self.kin
        dates_parent, dates_child = kin.nodes[parent].dates, kin.nodes[child].dates
        stop = kin.stop(child, parent)
        against = stop is not None and not stop.dates.can_precede(dates_child)
        return Facts(
            naming=kin.naming(child, parent),
            text=kin.verdicts.get((parent, child), "silent"),
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
        )

    def _farther(self, parent: int, child: int) -> list[int]:
        """Return the ancestors of the parent that the child's page credits."""
        above = set(self.ancestors(parent))
        return [
            number
            for number, stop in self.kin.versions.stops.get(child, ())
            if number in above and (stop.roles & PARENT_ROLES or not stop.credits)
        ]

    def _astray(self, parent: int, child: int) -> list[int]:
        """Return the versions that the child's page credits and that cannot be its ancestors."""
        above = {parent, *self.ancestors(parent)}
        stops = (*self.kin.versions.stops.get(child, ()), *self.kin.versions.rivals.get(child, ()))
        return [
            number
            for number, _ in stops
            if number not in above
            and (
                (number, child) in self.kin.too_late
                or self.kin.verdicts.get((number, child)) == "contradicts"
            )
        ]

    def _directed(self, parent: int, child: int) -> bool:
        """Whether dates, signs in the texts or a translation say which of the two came first."""
        kin = self.kin
        if kin.direction(parent, child) >= FOUND_LIMITS["direction"][0]:
            return True
        if (child, parent) not in kin.evidence:
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
        older, younger = kin.nodes[parent], kin.nodes[child]
        if older.witness and younger.witness and facts.text == "match":
            match = self.compare(older.witness.article, younger.witness.article)
            return match.kind, "match", match
        kind: list[HopKind] = []
        if self._translated(parent, child):
            kind.append("translation")
        if younger.witness and younger.witness.account.kind == "excerpt":
            kind.append("excerpt")
        return tuple(kind), "credit", kin.match(parent, child)

    def _translated(self, parent: int, child: int) -> bool:
        nodes = self.kin.nodes
        if nodes[parent].language and nodes[child].language:
            return nodes[parent].language != nodes[child].language
        for page, stops in self.kin.versions.stops.items():
            witness = nodes[page].witness
            line = [*(number for number, _ in stops), page]
            turn = witness.account.turn if witness else None
            if (
                turn is not None
                and turn + 1 < len(line)
                and line[turn : turn + 2] == [parent, child]
            ):
                return True
        return False

    def _evidence(self, parent: int, child: int, facts: Facts) -> list[Evidence]:
        """Return what a hop rests on, and the credits that lead past it."""
        found = [*self.kin.evidence[parent, child]]
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
            stated(self.kin, page, number, credit)
            for number in named
            if (stop := self.kin.stop(page, number))
            for credit in stop.credits
            if credit.role in roles
        ]


def _searched(family: Family) -> Searched:
    found = len(family.witnesses) - 1
    says = list(family.limits)
    if family.set_aside:
        says.append(f"{family.set_aside} doubles of other articles were set aside")
    return Searched(
        "articles given",
        "ok" if found else "empty" if family.looked_at == 0 else "not_found",
        found,
        family.looked_at,
        "; ".join(says),
    )
