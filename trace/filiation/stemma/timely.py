"""The best tree in which nothing descends from what came after it, however many steps lie between."""

from collections.abc import Mapping, Sequence

from filiation.stemma.arborescence import ROOT, Branches, best_arborescence
from filiation.values import Dates

__all__ = ["timely_arborescence"]

Edge = tuple[int, int]
"""A parent and its child."""


def timely_arborescence(
    branches: Branches, dates: Sequence[Dates]
) -> tuple[dict[int, int], Branches]:
    """Return the parent of each version, and the branches left to choose from.

    Every branch must already be possible by the dates of its two ends. But a version without a date
    can stand between two that have one: A, of Tuesday, to B, undated, to C, of Monday. Such a path
    is cut where it costs least, and the tree sought again, until there is none. The tree is the
    best for each cut in turn, not proven best over all of them together. Of equal parents the first
    in the order of `branches` is taken.
    """
    left: Branches = branches
    while True:
        tree = best_arborescence(_ties_settled(left))
        path = _anachronism(tree, dates)
        if not path:
            return tree, left
        cuts = [_without(left, edge) for edge in path]
        left = max(cuts, key=_worth)


TIE = 1e-7
"""Log-odds by which of equal parents the first in order is preferred: far less than any evidence."""


def _ties_settled(branches: Branches) -> Branches:
    """Return the log-odds, each parent's a trifle less than the one's before it."""
    rank = {number: place for place, number in enumerate(branches)}
    return {
        child: {
            parent: odds - TIE * rank.get(parent, len(rank)) for parent, odds in parents.items()
        }
        for child, parents in branches.items()
    }


def _worth(branches: Branches) -> float:
    tree = best_arborescence(_ties_settled(branches))
    return sum(branches[child][parent] for child, parent in tree.items())


def _anachronism(tree: Mapping[int, int], dates: Sequence[Dates]) -> list[Edge]:
    """Return a shortest path from a version to a descendant that came before it, or nothing."""
    for child in tree:
        path: list[Edge] = []
        at = child
        while tree[at] != ROOT:
            path.append((tree[at], at))
            at = tree[at]
            if not dates[at].can_precede(dates[child]):
                return path
    return []


def _without(branches: Branches, cut: Edge) -> Branches:
    parent, child = cut
    return {
        c: {p: odds for p, odds in parents.items() if (p, c) != (parent, child)}
        for c, parents in branches.items()
    }
