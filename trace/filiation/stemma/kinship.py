"""What speaks for each version being made from each other: the evidence, weighed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log, log1p
from typing import Literal

from filiation.english import plural
from filiation.fold import fold
from filiation.outlets import host
from filiation.stemma.account import Stop
from filiation.stemma.arborescence import ROOT
from filiation.stemma.naming import Names, same_title
from filiation.stemma.search import Family, Witness, leads_to
from filiation.stemma.verdicts import TextVerdict, text_verdict
from filiation.stemma.versions import Node, Versions, ordered
from filiation.stemma.weights import CREDIT, FOUND_LIMITS, PARENT_ROLES, WEIGHTS
from filiation.stemma.wording import in_role, passages
from filiation.values import Article, Credit, Evidence, Match

__all__ = ["Kinship", "Naming", "kinship"]

Naming = Literal["parent", "aside", "nobody"]
"""How a page names a version: as that from which it has the text, in passing, or not at all."""

_LIMIT = {name: value for name, (value, _) in FOUND_LIMITS.items()}

TITLE = 200
"""Characters of a title that stands for the name of its outlet."""

Pair = tuple[int, int]
"""A supposed parent and its child."""


@dataclass(slots=True)
class Kinship:
    """Every possible hop between versions and the evidence for it."""

    names: Names
    family: Family
    versions: Versions
    evidence: dict[Pair, list[Evidence]] = field(default_factory=dict)
    """Only of hops that are possible at all."""
    too_late: set[Pair] = field(default_factory=set)
    """Hops that pages or texts suggest and dates rule out."""
    verdicts: dict[Pair, TextVerdict] = field(default_factory=dict)
    _matches: dict[Pair, Match] = field(default_factory=dict)

    @property
    def nodes(self) -> list[Node]:
        """The versions, by number."""
        return self.versions.nodes

    def name(self, number: int) -> str:
        """Return what to call a version in a sentence."""
        node = self.nodes[number]
        if name := self.names.name(node.who):
            return name
        if node.witness:
            article = node.witness.article
            return f"“{article.title[:TITLE]}”" if article.title else article.id
        return f"an unnamed original ({node.language})" if node.language else "an unnamed original"

    def match(self, parent: int, child: int) -> Match | None:
        """Return what two witnesses share, the parent as a; None where one is unseen."""
        if not (self.nodes[parent].witness and self.nodes[child].witness):
            return None
        if (parent, child) not in self._matches:
            from filiation.match import mirrored

            first, second = sorted((parent, child))
            match = self.family.matches[first, second]
            self._matches[first, second] = match
            self._matches[second, first] = mirrored(match)
        return self._matches[parent, child]

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
        named = (
            *self.versions.stops.get(child, ()),
            *self.versions.rivals.get(child, ()),
            *self.versions.tips.get(child, ()),
        )
        return next((stop for number, stop in named if number == parent), None)

    def direction(self, parent: int, child: int) -> float:
        """Return the log-odds by which texts and dates speak for this direction."""
        forth = self.evidence.get((parent, child), ())
        back = self.evidence.get((child, parent), ())
        return sum(e.weight or 0.0 for e in forth if e.type in ("direction", "dates")) - sum(
            e.weight or 0.0 for e in back if e.type in ("direction", "dates")
        )

    def branches(self) -> dict[int, dict[int, float]]:
        """Return the log-odds of every possible hop, in an order that settles ties.

        Of equal parents the earlier is taken; and where no date tells them apart, the article asked
        about last, since it is asked where it comes from.
        """
        order = ordered([*range(1, len(self.nodes)), 0], self.nodes)
        return {
            child: {
                parent: sum(e.weight or 0.0 for e in self.evidence[parent, child])
                for parent in order
                if (parent, child) in self.evidence
            }
            | {ROOT: self._root(child)}
            for child in order
        }

    def _root(self, child: int) -> float:
        says_copy = bool(self.versions.stops.get(child))
        return WEIGHTS["root.says_copy" if says_copy else "root.silent"].odds


def _spelt_out(stop: Stop, witness: Witness) -> bool:
    """Whether a credit from which no name could be read holds the outlet's name or the title."""
    lines = [fold(credit.quote).text for credit in stop.credits]
    sought = [fold(text or "").text.strip() for text in (witness.home.name, witness.article.title)]
    return any(
        re.search(rf"(?<!\w){re.escape(text)}(?!\w)", line)
        for text in sought
        if len(text) >= _LIMIT["name"]
        for line in lines
    )


def kinship(family: Family, versions: Versions, names: Names) -> Kinship:
    """Weigh everything that pages, texts and dates say about who was made from whom."""
    kin = Kinship(names, family, versions)
    seen = range(len(family.witnesses))
    for parent in seen:
        for child in seen:
            if parent != child:
                _weigh_pair(kin, parent, child)
    _weigh_innovations(kin)
    for page in seen:
        _weigh_account(kin, page)
    _weigh_implied(kin)
    return kin


# Two articles that were seen ----------------------------------------------------------------


def _weigh_pair(kin: Kinship, parent: int, child: int) -> None:
    stop = kin.stop(child, parent)
    older, younger = _article(kin, parent), _article(kin, child)
    match = kin.match(parent, child)
    assert match is not None
    credited = kin.naming(child, parent) != "nobody" or kin.naming(parent, child) != "nobody"
    verdict = text_verdict(match, older, younger, credited=credited)
    kin.verdicts[parent, child] = verdict
    if verdict != "match" and stop is None:
        return
    if not kin.nodes[parent].dates.can_precede(kin.nodes[child].dates):
        kin.too_late.add((parent, child))
        return
    kin.evidence[parent, child] = [
        *_credit_evidence(kin, parent, child),
        *_text_evidence(kin, parent, child, match, verdict),
        *_direction_evidence(kin, parent, child, match, verdict),
        *(_date_evidence(kin, parent, child) if verdict != "contradicts" else ()),
        *_house_evidence(kin, parent, child),
    ]


def _article(kin: Kinship, number: int) -> Article:
    witness = kin.nodes[number].witness
    assert witness is not None
    return witness.article


def _weighed(kind: str, row: str, says: str, times: float = 1.0) -> Evidence:
    return Evidence(kind, says, weight=WEIGHTS[row].odds * times)


def _text_evidence(
    kin: Kinship, parent: int, child: int, match: Match, verdict: TextVerdict
) -> Iterator[Evidence]:
    older, younger = kin.name(parent), kin.name(child)
    if verdict == "contradicts":
        yield _weighed(
            "passages", "text.contradicts", f"the texts of {older} and {younger} share nothing"
        )
    if verdict != "match":
        if not match.same_language:
            yield Evidence(
                "translation",
                f"the comparison across languages of {older} and {younger} settles nothing",
            )
        return
    yield Evidence(
        "passages" if match.same_language else "translation",
        passages(match, older, younger),
        weight=agreement(match),
    )
    if match.same_language and (foreign := _foreign_origin(kin, parent, child)):
        yield _weighed(
            "translation",
            "text.one_translation",
            f"both have the same wording of a text first published in another language"
            f" ({foreign}): one of them has the other's translation",
        )


def agreement(match: Match) -> float:
    """Return the log-odds that a match adds for one text being made from the other."""
    limit = _LIMIT["log_odds"]
    score = min(max(match.score, 1e-9), 1 - 1e-9)
    odds = min(max(log(score / (1 - score)), -limit), limit)
    close = (match.coverage_a + match.coverage_b) / 2 * match.similarity
    return WEIGHTS["text.score"].odds * odds + WEIGHTS["text.closeness"].odds * close


def _foreign_origin(kin: Kinship, parent: int, child: int) -> str | None:
    """Return the name of a version in another language that either page names, if one does."""
    language = _article(kin, child).language
    for page in (child, parent):
        for number, _ in kin.versions.stops.get(page, ()):
            theirs = kin.nodes[number].language
            if theirs and language and theirs != language:
                return kin.name(number)
        witness = kin.nodes[page].witness
        if witness and witness.account.turn == 0 and kin.versions.stops.get(page):
            return kin.name(kin.versions.stops[page][0][0])
    return None


def _direction_evidence(
    kin: Kinship, parent: int, child: int, match: Match, verdict: TextVerdict
) -> Iterator[Evidence]:
    """Yield signs of which came first; they count only between versions of one text."""
    if verdict != "match":
        return
    older, younger = _article(kin, parent), _article(kin, child)
    if (
        match.same_language
        and match.coverage_b >= _LIMIT["cut_whole"]
        and match.coverage_a < _LIMIT["cut_part"]
    ):
        yield _weighed(
            "direction",
            "text.cut",
            f"the text of {kin.name(child)} lies within the longer one of {kin.name(parent)}",
        )
    if _quotes_title(younger, older) and not _quotes_title(older, younger):
        yield _weighed(
            "direction",
            "title.quoted",
            f"{kin.name(child)} quotes the title of {kin.name(parent)}",
        )
    if _links_into(younger, older) and not _links_into(older, younger):
        yield _weighed(
            "direction",
            "link.kept",
            f"links to {host(older.url or '')} stand in the text of {kin.name(child)}",
        )


def _quotes_title(page: Article, other: Article) -> bool:
    title = fold(other.title or "").text.strip()
    if len(title) < _LIMIT["title"] or same_title(page.title, other.title):
        return False
    return any(
        title in fold(line.text).text
        for line in page.lines
        if line.region not in ("chrome", "title") and len(line.text) < 10_000
    )


def _links_into(page: Article, other: Article) -> bool:
    site = host(other.url or "")
    own = host(page.url or "")
    return (
        bool(site)
        and site != own
        and any(
            host(link.href) == site
            for line in page.lines
            if line.region == "body"
            for link in line.links
        )
    )


def _date_evidence(kin: Kinship, parent: int, child: int) -> Iterator[Evidence]:
    if kin.nodes[parent].dates.surely_precedes(kin.nodes[child].dates):
        yield _weighed(
            "dates",
            "dates.order",
            f"{kin.name(parent)} was published before {kin.name(child)}",
        )


def _house_evidence(kin: Kinship, parent: int, child: int) -> Iterator[Evidence]:
    one, other = kin.nodes[parent].witness, kin.nodes[child].witness
    assert one is not None and other is not None
    if kin.names.same(one.home, other.home):
        yield _weighed("outlet", "outlet.same", f"both stand in {kin.name(child)}")
    if kin.naming(parent, child) == "parent":
        yield _weighed(
            "credit",
            "credit.reverse",
            f"{kin.name(parent)} itself names {kin.name(child)} as where it has the text from",
        )
    shared = _shared_stop(kin, parent, child)
    if shared is not None:
        yield _weighed(
            "credit", "credit.shared", f"both name {kin.name(shared)} as where the text is from"
        )
    if other.account.own_translation and _article(kin, parent).language == (
        _article(kin, child).language
    ):
        yield _weighed(
            "credit",
            "credit.own_translation",
            f"{kin.name(child)} says that the translation was made for it",
        )


def _shared_stop(kin: Kinship, parent: int, child: int) -> int | None:
    theirs = {number for number, _ in kin.versions.stops.get(parent, ())}
    return next(
        (n for n, _ in kin.versions.stops.get(child, ()) if n in theirs and n != parent), None
    )


def _weigh_innovations(kin: Kinship) -> None:
    """Weigh what a child shares with another version and not with the supposed parent.

    A word that two versions share and a third lacks was new in one of the two, and came from
    there into the other: the textual critic's shared innovation.
    """
    shared: dict[int, dict[int, int]] = {}
    for parent, child in kin.evidence:
        match = kin.match(parent, child)
        if match and match.same_language and kin.verdicts[parent, child] == "match":
            shared.setdefault(child, {})[parent] = match.shared_words
    for child, words in shared.items():
        most, closest = max((number, -parent) for parent, number in words.items())
        for parent, number in words.items():
            if number < most:
                kin.evidence[parent, child].append(
                    Evidence(
                        "passages",
                        f"{kin.name(child)} shares {plural(most - number, 'word')} more with"
                        f" {kin.name(-closest)}",
                        weight=innovation(most - number),
                    )
                )


def innovation(words: int) -> float:
    """Return the log-odds against a parent that lacks so many words which another one shares.

    The first words say most: they come one by one from edits, the later ones in whole paragraphs.
    """
    return WEIGHTS["text.innovation"].odds * log1p(words / _LIMIT["innovation_words"])


# What pages say -----------------------------------------------------------------------------


def _credit_evidence(kin: Kinship, parent: int, child: int) -> Iterator[Evidence]:
    """Yield the child's credits that name the parent, the strongest with their common weight."""
    stop = kin.stop(child, parent)
    if stop is None:
        return
    yield from _credits_named(kin, parent, child, stop, _credit_odds(kin, parent, child, stop))
    article = kin.nodes[parent].witness and _article(kin, parent)
    stops = kin.versions.stops.get(child, [])
    if not article or not stop.credits or parent in [number for number, _ in stops[:-1]]:
        return  # that the credit means this page is beyond doubt, but not that nothing lies between
    urls = {stop.url, *(credit.url for credit in stop.credits)}
    titles = {stop.title, *(credit.title for credit in stop.credits)}
    if any(leads_to(url, article) for url in urls):
        yield _weighed("credit", "credit.link", "the credit's link leads to this very page")
    elif any(same_title(title, article.title) for title in titles):
        yield _weighed("credit", "credit.title", "the credit names the title that this page has")


def _credit_odds(kin: Kinship, parent: int, child: int, stop: Stop) -> float:
    account = kin.versions.stops.get(child, [])
    on_the_way = [number for number, _ in account]
    if parent in on_the_way and parent != on_the_way[-1]:
        return WEIGHTS["credit.farther"].odds
    if not stop.credits:
        return WEIGHTS["account.order"].odds
    odds = max(CREDIT[credit.role].odds * credit.strength for credit in stop.credits)
    rivals = parent not in on_the_way or kin.versions.rivals.get(child)
    return odds + (WEIGHTS["credit.rival"].odds if rivals else 0.0)


def _credits_named(
    kin: Kinship, parent: int, child: int, stop: Stop, odds: float
) -> Iterator[Evidence]:
    if not stop.credits:
        yield Evidence(
            "credit", f"{kin.name(child)} tells that the text came from {kin.name(parent)}",
            weight=odds,
        )  # fmt: skip
        return
    best = max(stop.credits, key=_worth)
    for credit in sorted(stop.credits, key=_worth, reverse=True):
        yield stated(kin, child, parent, credit, odds if credit is best else None)


def _worth(credit: Credit) -> float:
    return CREDIT[credit.role].odds * credit.strength


def stated(
    kin: Kinship, page: int, named: int, credit: Credit, odds: float | None = None
) -> Evidence:
    """Return a credit as evidence, verbatim and with its place."""
    return Evidence(
        "credit",
        in_role(kin.name(page), credit.role, kin.name(named)),
        role=credit.role,
        quote=credit.quote,
        rule=credit.rule,
        start=credit.start,
        end=credit.end,
        locator=credit.locator,
        weight=odds,
    )


def _weigh_account(kin: Kinship, page: int) -> None:
    """Weigh the hops that a page's account tells of and that are not between two witnesses."""
    stops = kin.versions.stops.get(page, [])
    for (older, _), (younger, stop) in pairwise(stops):
        _weigh_order(kin, page, older, younger, stop)
    for parent, stop in (*stops, *kin.versions.rivals.get(page, ())):
        if kin.nodes[parent].witness is None:
            kin.evidence[parent, page] = [
                *_credit_evidence(kin, parent, page),
                *_common_text(kin, parent, page),
                *_stated_date(kin, parent, page, stop),
            ]


def _weigh_order(kin: Kinship, page: int, older: int, younger: int, stop: Stop) -> None:
    """Weigh a hop farther back, between two versions of which a later page tells."""
    if not kin.nodes[older].dates.can_precede(kin.nodes[younger].dates):
        kin.too_late.add((older, younger))
        return
    known = kin.evidence.setdefault((older, younger), [])
    if any(evidence.type == "account" for evidence in known):
        return  # pages copy one another's credits: two that say the same are one witness
    strength = max((credit.strength for credit in stop.credits), default=1.0)
    known.append(
        _weighed(
            "account",
            "account.order",
            f"{kin.name(page)} tells that the text went from {kin.name(older)} to"
            f" {kin.name(younger)}",
            strength,
        )
    )
    known.extend(_told_by(kin, page, (older, younger)))


def _told_by(kin: Kinship, page: int, told: Sequence[int]) -> Iterator[Evidence]:
    for number in told:
        stop = kin.stop(page, number)
        for credit in sorted(stop.credits, key=_worth, reverse=True) if stop else ():
            yield stated(kin, page, number, credit)


def _common_text(kin: Kinship, parent: int, child: int) -> Iterator[Evidence]:
    """Yield what is known of an unseen parent's text.

    It has what its other copies share with this one; and where the page tells that it stands
    between an older version and the page, whatever these two share came through it.
    """
    stops = [number for number, _ in kin.versions.stops.get(child, ())]
    if parent in stops and stops[-1] != parent:
        return
    older = [
        (agreement(match), number)
        for number in (stops[:-1] if parent in stops else ())
        if kin.verdicts.get((number, child)) == "match" and (match := kin.match(number, child))
    ]
    if older:
        odds, number = max(older)
        yield Evidence(
            "passages",
            f"what {kin.name(child)} shares with {kin.name(number)} came by way of"
            f" {kin.name(parent)}, as the page tells it",
            weight=odds,
        )
        return
    language = kin.nodes[parent].language or _article(kin, child).language
    best: tuple[float, int] = (0.0, -1)
    for other in range(len(kin.family.witnesses)):
        match = kin.match(other, child) if other != child else None
        if (
            match is None
            or kin.verdicts[other, child] != "match"
            or _article(kin, other).language != language
        ):
            continue
        odds = agreement(match) + WEIGHTS["text.common"].odds
        if kin.stop(other, parent) is None:
            odds += WEIGHTS["text.common_uncredited"].odds
        best = max(best, (odds, other))
    if best[0] > 0:
        yield Evidence(
            "passages",
            f"{kin.name(best[1])} has this text too, as copies of {kin.name(parent)} would",
            weight=best[0],
        )


def _stated_date(kin: Kinship, parent: int, child: int, stop: Stop) -> Iterator[Evidence]:
    if not stop.dates.can_precede(kin.nodes[child].dates):
        yield _weighed(
            "dates",
            "dates.denied",
            f"{kin.name(child)} gives {kin.name(parent)} a later date than its own",
        )


def _weigh_implied(kin: Kinship) -> None:
    """Weigh that a copy without a credit descends from the version that another copy credits."""
    seen = len(kin.family.witnesses)
    for page, stops in kin.versions.stops.items():
        parent = stops[-1][0]
        if parent < seen:
            continue
        language = kin.nodes[parent].language or _article(kin, page).language
        for other in range(seen):
            if (
                other != page
                and kin.verdicts[page, other] == "match"
                and not kin.versions.stops.get(other)
                and _article(kin, other).language == language
                and (parent, other) not in kin.evidence
                and kin.nodes[parent].dates.can_precede(kin.nodes[other].dates)
            ):
                kin.evidence[parent, other] = [
                    _weighed(
                        "implied",
                        "account.implied",
                        f"{kin.name(page)} has the same text and credits {kin.name(parent)}",
                    )
                ]
