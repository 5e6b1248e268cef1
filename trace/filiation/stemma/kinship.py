"""What speaks for each version being made from each other: the evidence, weighed."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise
from math import ceil, exp, inf, log, log1p
from typing import Literal

from filiation.english import plural
from filiation.fold import folded
from filiation.outlets import home_of
from filiation.stemma.account import Stop
from filiation.stemma.arborescence import ROOT
from filiation.stemma.copied import Shared, shared
from filiation.stemma.fragment import Reach, completed, reach
from filiation.stemma.habits import at_least
from filiation.stemma.naming import Names, same_title
from filiation.stemma.page import Page
from filiation.stemma.quoted import quoted_share
from filiation.stemma.readings import Readings, readings
from filiation.stemma.reason import Reason, Term, weighed
from filiation.stemma.search import Family, Witness, leads_to
from filiation.stemma.sooner import before
from filiation.stemma.translated import translated_reasons
from filiation.stemma.verdicts import TextVerdict
from filiation.stemma.versions import Node, Versions, ordered
from filiation.stemma.weights import CREDIT, FOUND_LIMITS, PARENT_ROLES, odds_of
from filiation.stemma.wording import in_role, passages
from filiation.values import Article, Credit, Evidence, Match

__all__ = ["Kinship", "Naming", "Pair", "kinship", "stated"]

Naming = Literal["parent", "aside", "nobody"]
"""How a page names a version: as that from which it has the text, in passing, or not at all."""

_LIMIT = {name: value for name, (value, _) in FOUND_LIMITS.items()}

TITLE = 200
"""Characters of a title that stands for the name of its outlet."""

LEAST_LEANING = 0.05
"""Probability, off the middle or at all, from which dates that overlap are worth a reason."""

Pair = tuple[int, int]
"""A supposed parent and its child."""


@dataclass
class Kinship:
    """Every possible hop between versions and the reasons for it."""

    names: Names
    family: Family
    versions: Versions
    reasons: dict[Pair, list[Reason]] = field(default_factory=dict)
    """Only of hops that are possible at all."""
    too_late: set[Pair] = field(default_factory=set)
    """Hops that pages or texts suggest and dates rule out."""
    unseen: dict[int, tuple[Term, ...]] = field(default_factory=dict)
    """For each version that shares its text what speaks for its having been made from one that
    nobody has seen nor named: that would have all that the version shares with others."""
    verdicts: dict[Pair, TextVerdict] = field(default_factory=dict)
    """Of two witnesses, in both directions; those that nobody compared are left out."""

    def __post_init__(self) -> None:
        self.pages = [Page(witness.article) for witness in self.family.witnesses]
        self.neighbours = self.family.neighbours()
        self._names: dict[int, str] = {}
        self._shared: dict[Pair, Shared] = {}
        self._reached: dict[Pair, Reach] = {}
        self._stops: dict[Pair, Stop] = {}
        self._compared: dict[str, tuple[Readings, dict[int, int]]] | None = None
        # Of what a page says of one version, its chain goes before its rivals, these before hints.
        for pile in (self.versions.tips, self.versions.rivals, self.versions.stops):
            for page, named in pile.items():
                for number, stop in reversed(named):
                    self._stops[page, number] = stop

    @property
    def nodes(self) -> list[Node]:
        """The versions, by number."""
        return self.versions.nodes

    def name(self, number: int) -> str:
        """Return what to call a version in a sentence."""
        if number not in self._names:
            self._names[number] = self._name(self.nodes[number])
        return self._names[number]

    def _name(self, node: Node) -> str:
        if node.implied:
            return "a version that nobody has"
        if name := self.names.name(node.who):
            return f"{name} ({node.edition.label})" if node.edition else name
        if node.witness:
            article = node.witness.article
            return f"“{article.title[:TITLE]}”" if article.title else article.id
        return f"an unnamed original ({node.language})" if node.language else "an unnamed original"

    def called(self, page: int, number: int) -> str:
        """Return what to call a version that a page names, which may be of an unknown outlet."""
        stop = self.stop(page, number)
        told = self.names.name(stop.who) if stop else None
        if told and self.nodes[number].witness and not self.nodes[number].who:
            return f"{told} (which may be the outlet of {self.name(number)})"
        return self.name(number)

    def habit(self, giver: int, taker: int) -> int:
        """Return how often, in doublings, other pages of one's outlet name the other's as source."""
        if not self.family.habits:
            return 0
        above, below = self._homes[giver], self._homes[taker]
        return self.family.habits.get((above, below), 0) if above and below else 0

    @cached_property
    def _homes(self) -> list[str | None]:
        """The key of each version's outlet, of those that were seen."""
        homes = [home_of(w.article, self.names.catalogue) for w in self.family.witnesses]
        return [home and home[0] for home in homes]

    def match(self, parent: int, child: int) -> Match | None:
        """Return what two witnesses share, the parent as a; None where nobody compared them."""
        from filiation.match import mirrored

        match = self.family.match(parent, child)
        return mirrored(match) if match is not None and parent > child else match

    def shared(self, one: int, other: int) -> Shared:
        """Return what two witnesses that were compared share, in figures."""
        pair = (one, other) if one < other else (other, one)
        if pair not in self._shared:
            match = completed(self.family.matches[pair], self._reach(*pair))
            self._shared[pair] = shared(match, reused=self.family.reused)
        return self._shared[pair]

    def breaks_off(self, one: int, other: int) -> bool:
        """Whether a version breaks off where another one goes on: it may have been as long once."""
        pair = (one, other) if one < other else (other, one)
        if pair not in self.family.matches:
            return False
        reached = self._reach(*pair)
        return (reached.a if one < other else reached.b) is not None

    def _reach(self, first: int, second: int) -> Reach:
        """Return where either of two witnesses that were compared breaks off, the smaller as a."""
        pair = first, second
        if pair not in self._reached:
            a, b = (_article(self, number).text for number in pair)
            self._reached[pair] = reach(self.family.matches[pair], a, b)
        return self._reached[pair]

    def is_quotation(self, one: int, other: int) -> bool:
        """Whether what two witnesses share is a quotation, which both may have from a third.

        That is little, too little for versions of one text; or it stands in quotation marks.
        """
        match = self.family.match(one, other)
        if match is None or not match.same_language or self.verdict(one, other) != "match":
            return False
        first, second = sorted((one, other))
        return not self.family.are_versions(one, other) or (
            quoted_share(match, _article(self, first).text, _article(self, second).text)
            >= _LIMIT["quoted"]
        )

    def agreement(self, one: int, other: int) -> tuple[Term, ...]:
        """Return what a match adds for one text being made from the other."""
        share = self.shared(one, other)
        alike = _alike(share.score, share)
        return (*alike, ("title.kept", 1.0)) if self.same_title(one, other) else alike

    def same_title(self, one: int, other: int) -> bool:
        """Whether two versions in one language, both seen, bear one title."""
        first, second = _article(self, one), _article(self, other)
        return first.language == second.language and same_title(first.title, second.title)

    def terms(self, parent: int, child: int) -> dict[str, float]:
        """Return how many times each row of the table of weights counts for a hop.

        The sum of rows times these is the hop's log-odds, see `branches`.
        """
        found: defaultdict[str, float] = defaultdict(float)
        for reason in self.reasons.get((parent, child), ()):
            for name, units in reason.terms:
                found[name] += units
        return dict(found)

    def verdict(self, parent: int, child: int) -> TextVerdict:
        """Return what the texts say; `silent` where one is unseen or they were not compared."""
        return self.verdicts.get((parent, child), "silent")

    def evidence(self, parent: int, child: int) -> list[Evidence]:
        """Return the reasons for a hop in words."""
        return [reason.evidence() for reason in self.reasons[parent, child]]

    def pairs_named(self) -> list[Pair]:
        """Return every page with every version that it names."""
        return list(self._stops)

    def naming(self, child: int, parent: int) -> Naming:
        """Return how the child's page names the parent."""
        stop = self.stop(child, parent)
        if stop is None:
            return "nobody"
        witness = self.nodes[parent].witness
        if witness and not stop.says_something and not _spelt_out(stop, witness):
            return "nobody"  # "translated from English" leads to no outlet
        if stop.roles & PARENT_ROLES or not stop.credits:
            return "parent"
        return "aside"

    def stop(self, child: int, parent: int) -> Stop | None:
        """Return what the child's page says of the parent."""
        return self._stops.get((child, parent))

    def direction(self, parent: int, child: int) -> float:
        """Return the log-odds by which texts and dates speak for this direction."""
        return self._directed(parent, child) - self._directed(child, parent)

    def _directed(self, parent: int, child: int) -> float:
        return sum(
            odds_of(name) * units
            for reason in self.reasons.get((parent, child), ())
            if reason.type in ("direction", "dates")
            for name, units in reason.terms
            if name != "dates.likely"  # dates that overlap do not decide
        )

    def branches(self, asked: int | None = None) -> dict[int, dict[int, float]]:
        """Return the log-odds of every possible hop, in an order that settles ties.

        Of equal parents the earlier is taken; and where no date tells them apart, the article asked
        about last, since it is asked where it comes from.
        """
        numbers = sorted(range(len(self.nodes)), key=lambda number: (number == asked, number))
        order = ordered(numbers, self.nodes)
        rank = {number: place for place, number in enumerate(order)}
        into: dict[int, dict[int, float]] = {child: {} for child in order}
        for (parent, child), reasons in sorted(
            self.reasons.items(), key=lambda row: rank[row[0][0]]
        ):
            into[child][parent] = sum(reason.weight or 0.0 for reason in reasons)
        return {child: parents | {ROOT: self._root(child)} for child, parents in into.items()}

    def rows(self) -> set[str]:
        """Return which rows of the table of weights count for any hop."""
        hops = {name for pair in self.reasons for name in self.terms(*pair)}
        roots = [terms for child in range(len(self.nodes)) for terms in self.root_terms(child)]
        return hops.union(*roots)

    def root_terms(self, child: int) -> list[dict[str, float]]:
        """Return what counts for having no known parent: none at all, or one that nobody has."""
        says_copy = bool(self.versions.stops.get(child))
        alone = {"root.says_copy" if says_copy else "root.silent": 1.0}
        if child not in self.unseen:
            return [alone]
        return [alone, dict((*self.unseen[child], ("root.unseen", 1.0)))]

    def _root(self, child: int) -> float:
        alone, unseen = self._roots(child)
        return max(alone, unseen) + log1p(exp(-abs(alone - unseen)))

    def _roots(self, child: int) -> tuple[float, float]:
        alone, *unseen = (_odds(tuple(terms.items())) for terms in self.root_terms(child))
        return alone, unseen[0] if unseen else -inf

    def unseen_share(self, child: int) -> float:
        """Return, if a version has no known parent, how likely it has one that nobody has."""
        alone, unseen = self._roots(child)
        return 1 / (1 + exp(alone - unseen)) if unseen > -inf else 0.0

    def likeness(self, one: int, other: int) -> float:
        """Return the log-odds that two texts are one's copy of the other by what they share alone."""
        return _odds(self.agreement(one, other))

    def only_from(self, child: int, line: Sequence[int]) -> dict[int, int]:
        """Return how many readings a version shares with each other one that none of a line has."""
        known = self.compared().get(_base(_article(self, child).language))
        if known is None:
            return {}
        found, rows = known
        shared = found.only_from(rows[child], [rows[one] for one in line if one in rows])
        return {other: int(shared[row]) for other, row in rows.items() if other != child}

    def compared(self) -> "dict[str, tuple[Readings, dict[int, int]]]":
        """Return the readings of the versions in each language, and the row that each version has."""
        if self._compared is None:
            self._compared = _compared(self)
        return self._compared

    def agreed(self, ones: Sequence[int], others: Sequence[int]) -> int:
        """Return how many readings two and more versions have that none of the others has."""
        known = self.compared().get(_base(_article(self, ones[0]).language)) if ones else None
        if known is None:
            return 0
        found, rows = known
        return found.agreed(
            [rows[one] for one in ones if one in rows], [rows[one] for one in others if one in rows]
        )

    def disagrees(self, parent: int, child: int) -> bool:
        """Whether a version agrees with others against a supposed parent in the midst of the text."""
        return "text.against" in self.terms(parent, child)


def _spelt_out(stop: Stop, witness: Witness) -> bool:
    """Whether a credit from which no name could be read holds the outlet's name or the title."""
    lines = [folded(credit.quote) for credit in stop.credits]
    sought = [folded(text or "").strip() for text in (witness.home.name, witness.article.title)]
    return any(
        re.search(rf"(?<!\w){re.escape(text)}(?!\w)", line)
        for text in sought
        if len(text) >= _LIMIT["name"]
        for line in lines
    )


def kinship(family: Family, versions: Versions, names: Names) -> Kinship:
    """Weigh everything that pages, texts and dates say about who was made from whom."""
    kin = Kinship(names, family, versions)
    seen = len(family.witnesses)
    pairs = {(min(pair), max(pair)) for pair in kin.pairs_named() if max(pair) < seen}
    for one, other in sorted(pairs | family.matches.keys()):
        _weigh_pair(kin, one, other)
    _weigh_parents(kin)
    _weigh_unseen(kin)
    _weigh_ways(kin)
    for page in range(seen):
        _weigh_account(kin, page)
    _weigh_implied(kin)
    return kin


# Two articles that were seen ----------------------------------------------------------------


def _weigh_pair(kin: Kinship, one: int, other: int) -> None:
    match = kin.family.match(one, other)
    credited = kin.naming(one, other) != "nobody" or kin.naming(other, one) != "nobody"
    verdict = kin.family.verdict(one, other, credited=credited)
    if match is not None:
        kin.verdicts[one, other] = kin.verdicts[other, one] = verdict
    for parent, child in ((one, other), (other, one)):
        if verdict != "match" and kin.stop(child, parent) is None:
            continue
        if not kin.versions.can_precede(parent, child):
            kin.too_late.add((parent, child))
            continue
        kin.reasons[parent, child] = [
            *_credit_reasons(kin, parent, child),
            *_text_reasons(kin, parent, child, match, verdict),
            *_direction_reasons(kin, parent, child, match, verdict),
            *(_date_reasons(kin, parent, child) if verdict != "contradicts" else ()),
            *_house_reasons(kin, parent, child),
        ]


def _article(kin: Kinship, number: int) -> Article:
    witness = kin.nodes[number].witness
    assert witness is not None
    return witness.article


def _text_reasons(
    kin: Kinship, parent: int, child: int, match: Match | None, verdict: TextVerdict
) -> Iterator[Reason]:
    if match is None:
        return
    if verdict == "contradicts":
        yield weighed(
            "passages",
            "text.contradicts",
            lambda: f"the texts of {kin.name(parent)} and {kin.name(child)} share nothing",
        )
    if verdict != "match":
        if not match.same_language:
            yield Reason(
                "translation",
                None,
                lambda: (
                    f"the comparison across languages of {kin.name(parent)} and {kin.name(child)}"
                    " settles nothing"
                ),
            )
        return
    yield Reason(  # its weight depends on the child's other parents
        "passages" if match.same_language else "translation",
        None,
        partial(_shared_passages, kin, parent, child),
    )
    if kin.same_title(parent, child):
        yield weighed("title", "title.kept", lambda: "both bear the same title")
    if match.same_language and (foreign := _foreign_origin(kin, parent, child)) is not None:
        yield weighed(
            "translation",
            "text.one_translation",
            lambda: (
                "both have the same wording of a text first published in another language"
                f" ({kin.name(foreign)}): one of them has the other's translation"
            ),
        )


def _foreign_origin(kin: Kinship, parent: int, child: int) -> int | None:
    """Return a version in another language that either page names, if one does."""
    language = _article(kin, child).language
    for page in (child, parent):
        stops = kin.versions.stops.get(page)
        if not stops:
            continue
        for number, _ in stops:
            theirs = kin.nodes[number].language
            if theirs and language and theirs != language:
                return number
        witness = kin.nodes[page].witness
        if witness and witness.account.turn == 0:
            return stops[0][0]
    return None


def _direction_reasons(
    kin: Kinship, parent: int, child: int, match: Match | None, verdict: TextVerdict
) -> Iterator[Reason]:
    """Yield signs of which came first; they count only between versions of one text."""
    if verdict != "match" or match is None:
        return
    kept, taken = match.coverage_a, match.coverage_b
    if parent > child:
        kept, taken = taken, kept
    if match.same_language:
        yield from _cut_reasons(kin, parent, child, kept, taken)
    else:
        yield from translated_reasons(
            _article(kin, parent), _article(kin, child), kin.name(parent), kin.name(child)
        )
    older, younger = kin.pages[parent], kin.pages[child]
    if younger.quotes_title(older) and not older.quotes_title(younger):
        yield weighed(
            "direction",
            "title.quoted",
            lambda: f"{kin.name(child)} quotes the title of {kin.name(parent)}",
        )
    if younger.links_into(older) and not older.links_into(younger):
        yield weighed(
            "direction",
            "link.kept",
            lambda: f"links to {older.site} stand in the text of {kin.name(child)}",
        )


def _cut_reasons(
    kin: Kinship, parent: int, child: int, kept: float, taken: float
) -> Iterator[Reason]:
    """Yield that one text was cut from the other; it is the growing of a text that is unlikely.

    A weight for every longer parent would be one against the parent that has the text as short.
    """
    whole, part = _LIMIT["cut_whole"], _LIMIT["cut_part"]
    if taken >= whole and kept < part:
        yield Reason(
            "direction",
            None,
            lambda: (
                f"the text of {kin.name(child)} lies within the longer one of {kin.name(parent)}"
            ),
        )
    elif kept >= whole and taken < part:
        yield weighed(
            "direction",
            "text.cut",
            lambda: f"the longer text of {kin.name(child)} has that of {kin.name(parent)} in it",
        )


def _date_reasons(kin: Kinship, parent: int, child: int) -> Iterator[Reason]:
    if kin.nodes[parent].dates.surely_precedes(kin.nodes[child].dates):
        yield weighed(
            "dates",
            "dates.order",
            lambda: f"{kin.name(parent)} was published before {kin.name(child)}",
        )
        return
    sooner = before(kin.nodes[parent].dates, kin.nodes[child].dates)
    if sooner > 0 and abs(sooner - 1 / 2) >= LEAST_LEANING:
        yield weighed(
            "dates",
            "dates.likely",
            lambda: (
                f"{kin.name(parent)} was likelier published {'before' if sooner > 1 / 2 else 'after'}"
                f" {kin.name(child)}, by dates that overlap"
            ),
            log(2 * sooner),
        )


def _house_reasons(kin: Kinship, parent: int, child: int) -> Iterator[Reason]:
    one, other = kin.nodes[parent].witness, kin.nodes[child].witness
    assert one is not None and other is not None
    if child in kin.versions.editions.of(parent):
        yield Reason("outlet", None, lambda: "both are texts of one address, which was changed")
    elif kin.names.same(one.home, other.home):
        yield weighed("outlet", "outlet.same", lambda: f"both stand in {kin.name(child)}")
    elif habit := kin.habit(parent, child) - kin.habit(child, parent):
        giver, taker = (parent, child) if habit > 0 else (child, parent)
        yield weighed("outlet", "outlet.habit", partial(_wont, kin, giver, taker), habit)
    if kin.naming(parent, child) == "parent":
        yield weighed(
            "credit",
            "credit.reverse",
            lambda: (
                f"{kin.name(parent)} itself names {kin.name(child)} as where it has the text from"
            ),
        )
    shared = _shared_stop(kin, parent, child)
    if shared is not None and not _wired(kin, child, shared):
        yield weighed(
            "credit",
            "credit.shared" if kin.nodes[shared].witness else "credit.shared_unseen",
            lambda: f"both name {kin.name(shared)} as where the text is from",
        )
    if other.account.own_translation and _article(kin, parent).language == (
        _article(kin, child).language
    ):
        yield weighed(
            "credit",
            "credit.own_translation",
            lambda: f"{kin.name(child)} says that the translation was made for it",
        )


def _wont(kin: Kinship, giver: int, taker: int) -> str:
    pages, back = at_least(kin.habit(giver, taker)), at_least(kin.habit(taker, giver))
    one, other = kin.name(giver), kin.name(taker)
    return f"{pages} other pages of {other}, or more, say that their text is from {one}" + (
        f", and {back} or more the reverse" if back else ""
    )


def _wired(kin: Kinship, page: int, named: int) -> bool:
    """Whether a page names a version as an agency's, which delivers to many."""
    stop = kin.stop(page, named)
    return stop is not None and "wire" in stop.roles


def _shared_stop(kin: Kinship, parent: int, child: int) -> int | None:
    above, below = kin.versions.stops.get(parent), kin.versions.stops.get(child)
    if not above or not below:
        return None
    theirs = {number for number, _ in above}
    return next((number for number, _ in below if number in theirs and number != parent), None)


def _weigh_parents(kin: Kinship) -> None:
    """Weigh, for each version, what its text has from each supposed parent against the others."""
    shared: dict[int, dict[int, Shared]] = defaultdict(dict)
    for parent, child in kin.reasons:
        if kin.verdict(parent, child) == "match":
            shared[child][parent] = kin.shared(parent, child)
    centres = _centres(kin)
    compared = kin.compared()
    for child, parents in shared.items():
        for parent, share in parents.items():
            if not share.same_language:
                _told(kin, parent, child, _alike(share.score, share))
        copied = {parent: share for parent, share in parents.items() if share.same_language}
        if not copied:
            continue
        known = compared.get(_base(_article(kin, child).language))
        if known is not None:
            _weigh_readings(kin, child, copied, *known)
        # Whether the text is a copy at all, the likeliest of its sources tells.
        score = max(share.score for share in copied.values())
        most, nearest = max((share.unbroken, -parent) for parent, share in copied.items())
        for parent, share in copied.items():
            reasons = kin.reasons[parent, child]
            _told(kin, parent, child, _alike(score, share))
            if known is None and share.unbroken < most:
                fewer = most - share.unbroken
                more = partial(_shares_more, kin, child, fewer, -nearest)
                reasons.append(weighed("passages", "text.innovation", more, _surprise(fewer)))
            elif share.unbroken < most:
                more = partial(_shares_more, kin, child, most - share.unbroken, -nearest)
                part = log(most / max(share.unbroken, 1.0))
                reasons.append(weighed("passages", "text.less", more, part))
            if kin.breaks_off(parent, child):
                broken = partial(_breaks_off, kin, parent, child)
                reasons.append(weighed("passages", "text.broken", broken))
            if _open(kin, parent, child):
                reasons.extend(_shape_reasons(kin, parent, child, centres))
            if len(copied) > 1 and (first := _first_of(kin, parent, copied)) >= LEAST_LEANING:
                came = partial(_came_first, kin, parent, child)
                reasons.append(weighed("dates", "dates.first", came, first))


def _weigh_unseen(kin: Kinship) -> None:
    """Weigh that a version was made from one that nobody has: that one has all that it shares."""
    for child in range(len(kin.family.witnesses)):
        older = [other for other in kin.neighbours[child] if (other, child) in kin.reasons]
        if agreed := _most_alike(kin, child, older):
            kin.unseen[child] = agreed


def _most_alike(kin: Kinship, child: int, others: Iterable[int]) -> tuple[Term, ...]:
    """Return the terms of the text that is most like the child's, of those that are versions of it."""
    alike = [
        kin.agreement(other, child) for other in others if kin.verdict(other, child) == "match"
    ]
    return max(alike, key=_odds, default=())


def _weigh_ways(kin: Kinship) -> None:
    """Weigh that what a page credits reached it by way of another version made from that.

    Pages take over the credit of the page that they copy, or name the origin only.
    """
    for page in range(len(kin.family.witnesses)):
        stops = kin.versions.stops.get(page)
        if not stops:
            continue
        named, stop = stops[-1]
        if (
            kin.nodes[named].witness is None
            or kin.naming(page, named) != "parent"
            or not stop.credits
        ):
            continue
        best = max(stop.credits, key=_worth)
        said = [number for number, _ in stops]
        for other in kin.neighbours[page]:
            if (
                other not in said
                and (other, page) in kin.reasons
                and kin.stop(page, other) is None
                and _shared_stop(kin, other, page) is None
                and kin.verdict(named, other) == "match"
                and not kin.is_quotation(named, other)
                and before(kin.nodes[named].dates, kin.nodes[other].dates) >= 1 / 2
            ):
                kin.reasons[other, page].append(
                    weighed(
                        "credit",
                        ((f"role.{best.role}", best.strength), ("credit.by_way", 1.0)),
                        partial(_by_way, kin, named, other, page),
                    )
                )


def _by_way(kin: Kinship, named: int, other: int, page: int) -> str:
    return (
        f"{kin.name(page)} names {kin.name(named)}, whose text {kin.name(other)} has too: it may have"
        " come by way of that"
    )


def _first_of(kin: Kinship, version: int, others: Iterable[int]) -> float:
    """Return how likely a version came before all others."""
    dates = kin.nodes[version].dates
    likely = 1.0
    for other in others:
        if other != version:
            likely *= before(dates, kin.nodes[other].dates)
            if likely < LEAST_LEANING:
                break
    return likely


def _came_first(kin: Kinship, parent: int, child: int) -> str:
    return f"{kin.name(parent)} is the earliest that {kin.name(child)} can be from"


def _compared(kin: Kinship) -> dict[str, tuple[Readings, dict[int, int]]]:
    """Return the readings of the versions in each language, and the row that each version has."""
    speaking: defaultdict[str, list[int]] = defaultdict(list)
    for number, witness in enumerate(kin.family.witnesses):
        speaking[_base(witness.article.language)].append(number)
    found: dict[str, tuple[Readings, dict[int, int]]] = {}
    for language, numbers in speaking.items():
        known = readings([_article(kin, number) for number in numbers])
        if known is not None:
            found[language] = known, {number: row for row, number in enumerate(numbers)}
    return found


def _base(language: str | None) -> str:
    return (language or "").partition("-")[0]


def _weigh_readings(
    kin: Kinship,
    child: int,
    parents: Mapping[int, Shared],
    known: Readings,
    rows: Mapping[int, int],
) -> None:
    """Weigh what a child has in common with others against each parent, and what a parent has alone."""
    told = [parent for parent in parents if parent in rows]
    against = known.against(rows[child], [rows[parent] for parent in told])
    for parent, places in zip(told, against.tolist(), strict=True):
        reasons = kin.reasons[parent, child]
        if places:
            more = partial(_lacks, kin, parent, child, places)
            times = log1p(places / _LIMIT["places"])
            reasons.append(weighed("passages", "text.against", more, times))
        if parents[parent].whole:  # of an article that is quoted most is its own
            own = known.own(rows[parent])
            reasons.extend(
                _own_reasons(
                    kin, parent, int(own.added[rows[child]]), int(own.changed[rows[child]])
                )
            )


def _own_reasons(kin: Kinship, parent: int, added: int, changed: int) -> Iterator[Reason]:
    if added > 0:
        says = partial(_alone, kin, parent, "passages", added)
        yield weighed("passages", "text.own", says, log1p(min(added, _LIMIT["own_places"])))
    if changed > 0:
        says = partial(_alone, kin, parent, "words", changed)
        yield weighed("passages", "text.changed", says, min(changed, _LIMIT["changed_places"]))


def _lacks(kin: Kinship, parent: int, child: int, places: int) -> str:
    return (
        f"{kin.name(child)} agrees with others in {plural(places, 'place')} where"
        f" {kin.name(parent)} does not"
    )


def _alone(kin: Kinship, parent: int, what: str, places: int) -> str:
    return f"{kin.name(parent)} has {what} of its own in {plural(places, 'place')}"


def _told(kin: Kinship, parent: int, child: int, terms: tuple[Term, ...]) -> None:
    """Give what is told of the passages its weight."""
    reasons = kin.reasons[parent, child]
    place = next(i for i, r in enumerate(reasons) if r.type in ("passages", "translation"))
    reasons[place] = weighed(reasons[place].type, terms, reasons[place].says)


def _shared_passages(kin: Kinship, parent: int, child: int) -> str:
    match = kin.match(parent, child)
    assert match is not None
    return passages(match, kin.name(parent), kin.name(child))


def _shares_more(kin: Kinship, child: int, words: float, other: int) -> str:
    return (
        f"{kin.name(child)} shares {plural(ceil(words), 'word')} more with {kin.name(other)} in"
        " unbroken runs"
    )


def _alike(score: float, share: Shared) -> tuple[Term, ...]:
    """Return what speaks for one of two texts being made from the other that share so much."""
    return ("text.score", score), ("text.closeness", share.part)


def _breaks_off(kin: Kinship, parent: int, child: int) -> str:
    return (
        f"{kin.name(parent)} breaks off in the midst of a sentence in which {kin.name(child)} goes on;"
        " whether it had the rest is not known"
    )


def _surprise(words: float) -> float:
    """Return how much speaks against a parent that lacks so many words which another one shares.

    The first words say most: they come one by one from edits, the later ones in whole paragraphs.
    """
    return log1p(words / _LIMIT["innovation_words"])


def _open(kin: Kinship, parent: int, child: int) -> bool:
    """Whether neither dates nor credits say which of two came first."""
    older, younger = kin.nodes[parent].dates, kin.nodes[child].dates
    return (
        not older.surely_precedes(younger)
        and kin.naming(child, parent) == kin.naming(parent, child) == "nobody"
    )


def _centres(kin: Kinship) -> dict[int, set[int]]:
    """Return for each version those that share more with it than with any other."""
    closest: dict[int, set[int]] = defaultdict(set)
    for version, others in kin.neighbours.items():
        near = {
            other: kin.shared(other, version).unbroken
            for other in others
            if kin.verdict(other, version) == "match" and kin.shared(other, version).same_language
        }
        for other, words in near.items():
            if words == max(near.values()) and kin.shared(other, version).whole:
                closest[other].add(version)
    return closest


def _shape_reasons(
    kin: Kinship, parent: int, child: int, centres: Mapping[int, set[int]]
) -> Iterator[Reason]:
    """Yield what the shape of the tree says of a hop that could as well be the other way round.

    Of all orders in which the versions could have been made, those in which one at the rim came
    first are fewer than those in which the one in the middle did, by as much as more versions lie
    on its side of the hop (rumour centrality: Shah and Zaman 2011).
    """
    above = len(centres.get(parent, set()) - {child})
    below = len(centres.get(child, set()) - {parent})
    quoted = not kin.shared(parent, child).whole
    if quoted:
        yield weighed(
            "shape",
            "quote.open",
            lambda: "which of the two quotes the other, or whether both quote a third, is open",
        )
    if above < below or (quoted and above > below):
        yield weighed(
            "shape",
            "shape.centre",
            lambda: (
                f"{plural(above, 'other version')} {'is' if above == 1 else 'are'} closest to"
                f" {kin.name(parent)}, {below} to {kin.name(child)}"
            ),
            log((1 + above) / (1 + below)),
        )


# What pages say -----------------------------------------------------------------------------


def _credit_reasons(kin: Kinship, parent: int, child: int) -> Iterator[Reason]:
    """Yield the child's credits that name the parent, the strongest with their common weight."""
    stop = kin.stop(child, parent)
    if stop is None:
        return
    yield from _credits_named(kin, parent, child, stop, _credit_terms(kin, parent, child, stop))
    article = kin.nodes[parent].witness and _article(kin, parent)
    stops = kin.versions.stops.get(child, [])
    if not article or not stop.credits or parent in [number for number, _ in stops[:-1]]:
        return  # that the credit means this page is beyond doubt, but not that nothing lies between
    urls = {stop.url, *(credit.url for credit in stop.credits)}
    titles = {stop.title, *(credit.title for credit in stop.credits)}
    if any(leads_to(url, article) for url in urls):
        yield weighed("credit", "credit.link", lambda: "the credit's link leads to this very page")
    elif any(same_title(title, article.title) for title in titles):
        yield weighed(
            "credit", "credit.title", lambda: "the credit names the title that this page has"
        )


def _credit_terms(kin: Kinship, parent: int, child: int, stop: Stop) -> tuple[Term, ...]:
    account = kin.versions.stops.get(child, [])
    on_the_way = [number for number, _ in account]
    if parent in on_the_way and parent != on_the_way[-1]:
        return (("credit.farther", 1.0),)
    if not stop.credits:
        return (("account.order", 1.0),)
    best = max(stop.credits, key=_worth)
    rivals = parent not in on_the_way or kin.versions.rivals.get(child)
    said: Term = (f"role.{best.role}", best.strength)
    return (said, ("credit.rival", 1.0)) if rivals else (said,)


def _credits_named(
    kin: Kinship, parent: int, child: int, stop: Stop, terms: tuple[Term, ...]
) -> Iterator[Reason]:
    if not stop.credits:
        yield weighed(
            "credit",
            terms,
            lambda: f"{kin.name(child)} tells that the text came from {kin.name(parent)}",
        )
        return
    best = max(stop.credits, key=_worth)
    for credit in sorted(stop.credits, key=_worth, reverse=True):
        yield stated(kin, child, parent, credit, terms if credit is best else ())


def _worth(credit: Credit) -> float:
    return CREDIT[credit.role].odds * credit.strength


def stated(
    kin: Kinship, page: int, named: int, credit: Credit, terms: tuple[Term, ...] = ()
) -> Reason:
    """Return a credit as a reason, verbatim and with its place."""

    def says() -> str:
        return in_role(kin.name(page), credit.role, kin.called(page, named))

    if not terms:
        return Reason("credit", None, says, credit)
    return weighed("credit", terms, says, credit=credit)


def _weigh_account(kin: Kinship, page: int) -> None:
    """Weigh the hops that a page's account tells of and that are not between two witnesses."""
    stops = kin.versions.stops.get(page, [])
    for (older, _), (younger, stop) in pairwise(stops):
        _weigh_order(kin, page, older, younger, stop)
    for parent, stop in (*stops, *kin.versions.rivals.get(page, ())):
        if kin.nodes[parent].witness is None:
            kin.reasons[parent, page] = [
                *_credit_reasons(kin, parent, page),
                *_common_text(kin, parent, page),
                *_stated_date(kin, parent, page, stop),
            ]


def _weigh_order(kin: Kinship, page: int, older: int, younger: int, stop: Stop) -> None:
    """Weigh a hop farther back, between two versions of which a later page tells."""
    if not kin.nodes[older].dates.can_precede(kin.nodes[younger].dates):
        kin.too_late.add((older, younger))
        return
    known = kin.reasons.setdefault((older, younger), [])
    if any(reason.type == "account" for reason in known):
        return  # pages copy one another's credits: two that say the same are one witness
    strength = max((credit.strength for credit in stop.credits), default=1.0)
    known.append(
        weighed(
            "account",
            "account.order",
            lambda: (
                f"{kin.name(page)} tells that the text went from {kin.name(older)} to"
                f" {kin.name(younger)}"
            ),
            strength,
        )
    )
    known.extend(_told_by(kin, page, (older, younger)))


def _told_by(kin: Kinship, page: int, told: Sequence[int]) -> Iterator[Reason]:
    for number in told:
        stop = kin.stop(page, number)
        for credit in sorted(stop.credits, key=_worth, reverse=True) if stop else ():
            yield stated(kin, page, number, credit)


def _common_text(kin: Kinship, parent: int, child: int) -> Iterator[Reason]:
    """Yield what is known of an unseen parent's text.

    It has what its other copies share with this one; and where the page tells that it stands
    between an older version and the page, whatever these two share came through it.
    """
    stops = [number for number, _ in kin.versions.stops.get(child, ())]
    if parent in stops and stops[-1] != parent:
        return
    older = [
        (_odds(kin.agreement(number, child)), number)
        for number in (stops[:-1] if parent in stops else ())
        if kin.verdict(number, child) == "match"
    ]
    if older:
        _, number = max(older)
        yield weighed(
            "passages",
            kin.agreement(number, child),
            lambda: (
                f"what {kin.name(child)} shares with {kin.name(number)} came by way of"
                f" {kin.name(parent)}, as the page tells it"
            ),
        )
        return
    language = kin.nodes[parent].language or _article(kin, child).language
    best: tuple[float, int, tuple[Term, ...]] = (0.0, -1, ())
    for other in kin.neighbours[child]:
        if kin.verdict(other, child) != "match" or _article(kin, other).language != language:
            continue
        terms = kin.agreement(other, child)
        if not _wired(kin, child, parent):  # an agency delivers to many
            terms += (("text.common", 1.0),)
        if kin.stop(other, parent) is None:
            terms += (("text.common_uncredited", 1.0),)
        best = max(best, (_odds(terms), other, terms))
    if best[0] > 0:
        yield weighed(
            "passages",
            best[2],
            lambda: f"{kin.name(best[1])} has this text too, as copies of {kin.name(parent)} would",
        )


def _odds(terms: Sequence[Term]) -> float:
    return sum(odds_of(name) * units for name, units in terms)


def _stated_date(kin: Kinship, parent: int, child: int, stop: Stop) -> Iterator[Reason]:
    if not stop.dates.can_precede(kin.nodes[child].dates):
        yield weighed(
            "dates",
            "dates.denied",
            lambda: f"{kin.name(child)} gives {kin.name(parent)} a later date than its own",
        )


def _weigh_implied(kin: Kinship) -> None:
    """Weigh that a copy without a credit descends from the version that another copy credits."""
    seen = len(kin.family.witnesses)
    last = {page: stops[-1] for page, stops in sorted(kin.versions.stops.items())}
    crediting = Counter(parent for parent, stop in last.values() if stop.says_something)
    for page, (parent, stop) in last.items():
        if parent < seen or not stop.says_something:
            continue
        language = kin.nodes[parent].language or _article(kin, page).language
        for other in kin.neighbours[page]:
            if (
                kin.verdicts[page, other] == "match"
                and not kin.is_quotation(page, other)
                and not kin.versions.stops.get(other)
                and _article(kin, other).language == language
                and (parent, other) not in kin.reasons
                and kin.nodes[parent].dates.can_precede(kin.nodes[other].dates)
            ):
                kin.reasons[parent, other] = [
                    weighed(
                        "implied",
                        (
                            *(
                                kin.unseen.get(other)
                                or _most_alike(kin, other, kin.neighbours[other])
                            ),
                            ("account.implied", 1.0),
                            (
                                "account.implied_often",
                                log(crediting[parent] / max(1.0, seen / _LIMIT["crediting"])),
                            ),
                        ),
                        partial(_implied, kin, page, parent),
                    )
                ]


def _implied(kin: Kinship, page: int, parent: int) -> str:
    return f"{kin.name(page)} has the same text and credits {kin.name(parent)}"
