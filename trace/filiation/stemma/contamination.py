"""Contamination: versions that were made from two others, or may have been.

A version has a second parent where it has something that none of its line has, but one other version
has. That other one must be able to precede it, and not descend from it, nor from one of its line that
breaks off: two copies of that one may have in common what stood behind. And where one of its line breaks
off, and other copies of that agree on what stood behind, a version with other words there has these from
elsewhere. (Maas, Textkritik, 1927, calls contamination what a tree cannot show.)
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from filiation.stemma.arborescence import ROOT
from filiation.stemma.kinship import Kinship
from filiation.stemma.weights import FOUND_LIMITS

__all__ = ["Contaminated", "above", "contaminated"]

_LEAST = FOUND_LIMITS["second_parent"][0]


@dataclass(frozen=True, slots=True)
class Contaminated:
    """A version that may have been made from two, by numbers."""

    child: int
    parents: tuple[int, int]
    """The one that it is drawn under, or that breaks off above it, and the other one."""
    readings: int
    """Runs of four words that tell of it."""
    copies: tuple[int, ...] = ()
    """Where the first breaks off, copies of it that agree on what stood behind; none elsewhere."""


def contaminated(
    kin: Kinship, parent: Mapping[int, int], order: Sequence[int]
) -> Iterator[Contaminated]:
    """Yield which versions may have been made from two, in this order."""
    for child in order:
        lineage = above(parent, child)
        line = [one for one in lineage if kin.nodes[one].witness]
        if not kin.nodes[child].witness or not line:
            continue
        broken = {one for one in line if kin.breaks_off(one, child)}
        others = [
            other
            for other in kin.neighbours[child]
            if (other, child) in kin.reasons
            and other not in lineage
            and child not in above(parent, other)
            and broken.isdisjoint(above(parent, other))
        ]
        readings, other = _most(kin.only_from(child, line), others)
        if readings >= _LEAST:
            yield Contaminated(child, (parent[child], other), readings)
            continue
        for one in sorted(broken):
            copies = [n for n in order if parent[n] == one and n != child and kin.nodes[n].witness]
            agreed = kin.agreed(copies, [*line, child])
            readings, other = _most(kin.only_from(child, [one]), {*others, *line} - broken)
            if readings and agreed >= _LEAST:
                yield Contaminated(child, (one, other), agreed, tuple(copies))


def above(parent: Mapping[int, int], number: int) -> set[int]:
    """Return a version's parent, the parent's parent, and so on."""
    line: set[int] = set()
    at = parent[number]
    while at != ROOT:
        line.add(at)
        at = parent[at]
    return line


def _most(readings: Mapping[int, int], versions: Collection[int]) -> tuple[int, int]:
    """Return the most readings that any of some versions has, and which; none of none."""
    most, number = max(((readings.get(one, 0), -one) for one in versions), default=(0, 0))
    return most, -number
