"""What two outlets share that both may have from a third: an agency's report, a statement, an appeal.

Who edits an agency's report changes words here and there, and so does the other who prints it; the two
then share much, and not one sentence for long. Two translators of one text agree even less. Who takes a
text from another outlet leaves it as it stands. So words tell a copy from a sibling, and where they do
not, the company does: two outlets that print the same agency share many texts, of which hardly any is
unbroken, whereas of those that one takes from the other nearly all are.

And where two share an unbroken text, the habit of the later one tells: an outlet that takes in silence
does so often. A text that an outlet has in common with another once in a year is an author's, who gave
it to both, or an agency's that neither signs.

A hop whose parent no credit names, and that may be of the one sort as of the other, is `undetermined`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from filiation.audit.corpus import Corpus
from filiation.audit.standing import Reuse
from filiation.audit.values import Group
from filiation.outlets import Catalogue
from filiation.outlets import catalogue as the_catalogue
from filiation.values import Evidence, Hop, Match

__all__ = ["HABIT", "Thirds", "from_thirds", "weighed"]

UNBROKEN = 0.93
"""Share of equal words from which a text was left as it stands. Of 40 uncredited hops between outlets of
26,706 German articles that were read, 17 of 18 copies have more, and 17 of 22 reports, statements and
translations that both had from a third have less."""
EDITED = 0.88
"""The same of two texts of which each lies …"""
ALL = 0.95
"""… so much within the other: of two editors of one agency's report each leaves out something else. Two
translations of one text have 0.85 and less in the German articles."""
MOST = 0.85
"""Share of either text that such a copy has of it: an open letter, a press release or an agency's lines
stand as unbroken within two articles. Of nine hops that were read with 0.4 to 0.65 seven are such, and
of six with 0.65 to 0.85, two of them American, four."""
WHOLE = 0.9
"""Share of the parent from which a copy is of the whole of it. Of 60 that were read 51 have as much, two
of them an agency's. Of the other nine three share one block, which a third wrote; …"""
BLOCK = 0.9
"""… of what is shared, the share that one passage holds where it is one block. Who abridges another's
article cuts it in several places, or prints its beginning: …"""
START = 200
"""… from so many characters on, at the most, which is a lead."""
TEXTS = 0.4
"""Share of either text from which two articles of two outlets are of those that tell the company, …"""
COPIES = 0.5
"""… and of these, the share that is unbroken from which one outlet takes from the other, with one more on
either side, so that two articles alone are copies. Of 45 pairs of German outlets with hops the agency's
customers have 0.03 to 0.24, and those of which one reprints the other 0.54 to 1; of those between, both
print what press offices send."""
UNBROKEN_TEXT = 60
"""Words of an unbroken text that is counted so."""

HABIT = 0.03
"""Share of an outlet's articles that are copies and do not say so, from which it takes in silence. Of
German outlets three have 9 to 37 %, the other seven that have any 0.03 to 1.1 %; of American ones those
that have any 0.1 to 1.6 %. Of 17 such hops to these seven none is surely a copy: 14 are texts of authors
who print in both, three an agency's."""


@dataclass(frozen=True, slots=True)
class Thirds:
    """What two articles of two outlets that share text may have from elsewhere."""

    open: Mapping[tuple[str, str], bool]
    """Whether the second article may have it from elsewhere than from the first, by the words and by what
    the two outlets share: by their ids, each two both ways, of all that share anything."""
    unwont: frozenset[str]
    """Ids of the articles of outlets that hardly ever take a text without saying so."""
    agencies: frozenset[str]
    """Keys of the agencies that the catalogue knows."""

    def may(self, parent: str, child: str, *, silent: bool) -> bool | None:
        """Return whether the child may have what the two share from elsewhere than from the parent.

        `silent` is whether it names nobody. None where the two share nothing, or are one outlet's.
        """
        told = self.open.get((parent, child))
        return told if told is not False else silent and child in self.unwont


def from_thirds(
    corpus: Corpus,
    found: Sequence[Reuse],
    stated: Iterable[int],
    catalogue: Catalogue | None = None,
) -> Thirds:
    """Return what may be a third's of that which two outlets share.

    `found` are all matches of the library, `stated` the places of the articles whose pages say that they
    have their text from elsewhere. By a catalogue, or else the one that comes with the program, an agency
    has its text from no paper.
    """
    known = catalogue if catalogue is not None else the_catalogue()
    keys = frozenset(outlet.key for outlet in known if outlet.is_agency)
    agencies = {code for code, key in enumerate(corpus.outlets) if key in keys}
    between = [
        pair
        for pair in found
        if pair.match.same_language
        and pair.match.passages
        and not corpus.outlet[pair.a] == corpus.outlet[pair.b] >= 0
    ]
    siblings = _siblings(corpus, between)
    thirds: dict[tuple[str, str], bool] = {}
    for pair in between:
        match = pair.match
        sibling = _company(corpus, pair) in siblings
        for child, ids, parent in (
            (pair.b, (match.a, match.b), _side_a(match)),
            (pair.a, (match.b, match.a), _side_b(match)),
        ):
            agency = int(corpus.outlet[child]) in agencies
            thirds[ids] = sibling or agency or not _taken(match, parent)
    silent = {
        pair.b for pair in between if not thirds[corpus.id[pair.a], corpus.id[pair.b]]
    }.difference(stated)
    return Thirds(thirds, _unwont(corpus, between, silent), keys)


def _unwont(corpus: Corpus, between: Sequence[Reuse], silent: Iterable[int]) -> frozenset[str]:
    """Return the ids of those that share anything whose outlets have too few silent copies."""
    sizes = Counter(corpus.outlet.tolist())
    copies = Counter(corpus.outlet[sorted(silent)].tolist())
    return frozenset(
        corpus.id[place]
        for place in {place for pair in between for place in (pair.a, pair.b)}
        if (outlet := int(corpus.outlet[place])) >= 0 and copies[outlet] < HABIT * sizes[outlet]
    )


class _Side(NamedTuple):
    """What a match amounts to if it is one side of it that was taken from."""

    parent: float
    """Share of it that is in the other; …"""
    child: float
    """… and of the other that is in it."""
    start: int
    """Where the first passage begins."""
    lengths: list[int]
    """Of the passages."""


def _side_a(match: Match) -> _Side:
    lengths = [p.a_end - p.a_start for p in match.passages]
    start = min(p.a_start for p in match.passages)
    return _Side(match.coverage_a, match.coverage_b, start, lengths)


def _side_b(match: Match) -> _Side:
    lengths = [p.b_end - p.b_start for p in match.passages]
    start = min(p.b_start for p in match.passages)
    return _Side(match.coverage_b, match.coverage_a, start, lengths)


def _siblings(corpus: Corpus, between: Sequence[Reuse]) -> set[tuple[int, int] | None]:
    """Return the pairs of outlets that share many texts, of which few are unbroken."""
    texts: Counter[tuple[int, int] | None] = Counter()
    copies: Counter[tuple[int, int] | None] = Counter()
    for pair in between:
        if _most(pair.match) >= TEXTS:
            company = _company(corpus, pair)
            texts[company] += 1
            copies[company] += _unbroken(pair.match) and pair.match.shared_words >= UNBROKEN_TEXT
    return {
        company
        for company, size in texts.items()
        if company is not None and 1 + copies[company] < COPIES * (1 + size)
    }


def _unbroken(match: Match) -> bool:
    """Whether what two texts share was left as it stands, or is all of both."""
    if match.similarity >= UNBROKEN:
        return True
    return match.similarity >= EDITED and min(match.coverage_a, match.coverage_b) >= ALL


def _taken(match: Match, side: _Side) -> bool:
    """Whether what two articles share looks taken from one of them, by the words alone."""
    if not _unbroken(match) or _most(match) < MOST:
        return False
    if side.parent >= WHOLE:
        return True
    cut = max(side.lengths) < BLOCK * sum(side.lengths)
    return cut or (side.child >= WHOLE and side.start <= START)


def weighed(group: Group, thirds: Thirds) -> Group:
    """Return a group with those hops undetermined that may as well lead from a third.

    Asked are hops that no credit names, or that a credit skips for an agency, say, which both name: of
    13 of the latter that were read none is from the one customer to the other. What the two share
    tells, and how often the outlet of the second takes in silence; or what the first shares with an
    earlier one from which it may not have it, or with one that nobody has. Who credits an agency has the
    text from there, whether the other names it or not: of five such hops of American outlets all are an
    agency's reports, which the first signs in a byline or not at all. And what nothing but another copy's
    credit leads to, the copy that is silent may have from elsewhere: of 14 such hops that were read three
    name one agency in place of another.
    """
    seen = {version.id: version.article or "" for version in group.stemma.versions}
    outlet = {version.id: version.outlet for version in group.stemma.versions}
    hop_to = {hop.child: hop for hop in group.stemma.hops}

    def from_agency(hop: Hop) -> bool:
        above = hop_to.get(hop.parent)
        while above is not None:
            if not seen[above.parent] and outlet[above.parent] in thirds.agencies:
                return True
            above = hop_to.get(above.parent)
        return False

    def implied(hop: Hop) -> bool:
        return not seen[hop.parent] and {reason.type for reason in hop.evidence} <= {"implied"}

    def may(hop: Hop, *, silent: bool) -> bool | None:
        return thirds.may(seen[hop.parent], seen[hop.child], silent=silent)

    def open_to_third(hop: Hop) -> bool:
        if hop.standing == "skipped" and from_agency(hop):
            return True
        own = may(hop, silent=hop.standing == "uncredited")
        before = hop_to.get(hop.parent)
        if own is not False or before is None:
            return own is True
        shared = before.match
        if shared is None:
            return not seen[before.parent] and before.standing == "undetermined"
        told_otherwise = not _unbroken(shared) and _most(shared) >= MOST
        return told_otherwise and may(before, silent=False) is True

    stemma = group.stemma
    hops = tuple(
        hop
        if hop.standing not in ("uncredited", "skipped")
        else replace(hop, standing="undetermined", evidence=(*hop.evidence, _OPEN))
        if open_to_third(hop)
        else replace(hop, standing="undetermined")
        if implied(hop)
        else hop
        for hop in stemma.hops
    )
    return replace(group, stemma=replace(stemma, hops=hops))


_OPEN = Evidence(
    "third",
    "both may have it from a third: what they share, or most of what the two outlets share, is not"
    " as unbroken as a copy, or the later outlet hardly ever takes a text without saying so",
)


def _most(match: Match) -> float:
    return max(match.coverage_a, match.coverage_b)


def _company(corpus: Corpus, pair: Reuse) -> tuple[int, int] | None:
    """Return the two outlets, the lesser first; None where one of them is not known."""
    a, b = int(corpus.outlet[pair.a]), int(corpus.outlet[pair.b])
    return (min(a, b), max(a, b)) if min(a, b) >= 0 else None
