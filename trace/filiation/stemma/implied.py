"""Versions that nobody has and nobody names, but that the texts imply.

Two copies have in common what no version at hand has, and neither has what the other one alone has:
then both were made from a version that is lost, the archetype or hyparchetype of textual criticism
(Maas, Textkritik, 1927). It is drawn above the two, where the best tree leaves the younger one without
a parent because a lost one explains it better than any that is known.
"""

from functools import partial
from itertools import pairwise
from typing import NamedTuple

from filiation.stemma.account import Stop
from filiation.stemma.arborescence import ROOT
from filiation.stemma.kinship import Kinship
from filiation.stemma.naming import Who
from filiation.stemma.reason import weighed
from filiation.stemma.versions import Node

__all__ = ["Parents", "Probabilities", "with_implied"]

Parents = dict[int, int]
Probabilities = dict[int, dict[int, float]]


class _Sibling(NamedTuple):
    """A version that a lost one explains best, and the version it shares that one with."""

    child: int
    other: int
    likely: float
    """Probability that it was made from a version that nobody has."""


def with_implied(kin: Kinship, parent: Parents, probability: Probabilities) -> None:
    """Draw the versions that the texts imply: into the tree, its probabilities and the kinship.

    What was the probability of having no known parent becomes that of the lost version, as far as it
    is one; all probabilities of a version's parents still add up to 1.
    """
    lost: dict[int, int] = {}
    for child in sorted(kin.unseen):
        sibling = _sibling(kin, parent, probability, child)
        if sibling is None:
            continue
        below = _highest(kin, parent, sibling)
        if below not in lost:
            lost[below] = _drawn(kin, parent, probability, below, sibling)
        _hung(kin, parent, probability, lost[below], sibling.child, sibling.other, sibling.likely)


def _sibling(
    kin: Kinship, parent: Parents, probability: Probabilities, child: int
) -> _Sibling | None:
    share = kin.unseen_share(child)
    if parent[child] != ROOT or share <= 1 / 2:
        return None
    others = [
        (kin.likeness(other, child), -other)
        for other in kin.neighbours[child]
        if (other, child) in kin.reasons
        and kin.verdict(other, child) == "match"
        and kin.shared(other, child).same_language
        and child not in _line(parent, other)
    ]
    if not others:
        return None
    _, other = max(others)
    return _Sibling(child, -other, share * probability[child][ROOT])


def _line(parent: Parents, number: int) -> list[int]:
    """Return a version and its ancestors."""
    line = [number]
    while parent[line[-1]] != ROOT:
        line.append(parent[line[-1]])
    return line


def _highest(kin: Kinship, parent: Parents, sibling: _Sibling) -> int:
    """Return the version above which the lost one stands.

    That is the other sibling, or the first of its ancestors: up to where the child begins to agree
    with what is below against what is above. Whatever came after the child, or after a version made
    from it, is below.
    """
    line = _line(parent, sibling.other)
    dates = [kin.nodes[one].dates for one in parent if sibling.child in _line(parent, one)]
    later = [
        place
        for place, one in enumerate(line)
        if not all(map(kin.nodes[one].dates.can_precede, dates))
    ]
    lowest = line[later[-1] if later else 0]
    line = [one for one in line[line.index(lowest) :] if one == lowest or kin.nodes[one].witness]
    for at, above in pairwise(line):
        if kin.disagrees(above, sibling.child):
            return at
    return line[-1]


def _drawn(
    kin: Kinship, parent: Parents, probability: Probabilities, below: int, sibling: _Sibling
) -> int:
    """Draw a lost version above another one; return its number."""
    number = len(kin.nodes)
    language = kin.nodes[sibling.child].language
    kin.nodes.append(Node(Who(), stop=Stop(Who(), language=language), implied=True))
    above = parent[below]
    parent[number] = above
    probability[number] = {above: 1.0}
    if above != ROOT:
        says = partial(_stands, kin, above, below)
        kin.reasons[above, number] = [weighed("passages", (), says)]
    _hung(kin, parent, probability, number, below, sibling.child, sibling.likely)
    return number


def _hung(
    kin: Kinship,
    parent: Parents,
    probability: Probabilities,
    lost: int,
    child: int,
    other: int,
    likely: float,
) -> None:
    """Make a version the child of a lost one, which takes its share from the former parent."""
    known = probability[child]
    former = parent[child]
    if former == lost:
        return
    taken = min(likely, known[former])
    known[former] -= taken
    known[lost] = taken
    parent[child] = lost
    kin.reasons[lost, child] = [
        weighed("passages", kin.unseen.get(child, ()), partial(_shares, kin, child, other))
    ]


def _shares(kin: Kinship, child: int, other: int) -> str:
    return (
        f"what {kin.name(child)} shares with {kin.name(other)} is better explained by a version that"
        " nobody has than by either having it from the other"
    )


def _stands(kin: Kinship, above: int, below: int) -> str:
    return f"it has what {kin.name(above)} and {kin.name(below)} share"
