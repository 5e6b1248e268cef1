"""The best tree in which nothing descends from what came after it, however many steps lie between."""

from collections.abc import Iterator, Mapping, Sequence

from filiation.stemma.arborescence import ROOT, Branches, best_arborescence
from filiation.values import Dates

__all__ = ["timely_arborescence"]

Edge = tuple[int, int]
"""A parent and its child."""

MOST_TRIED = 30
"""Versions up to which every cut of a path is tried with a tree of its own. In larger groups it is
judged by what its child loses, and paths that share no branch are cut together."""


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
        paths = list(_anachronisms(tree, dates))
        if not paths:
            return tree, left
        if len(branches) <= MOST_TRIED:
            left = max((_without(left, {edge}) for edge in paths[0]), key=_worth)
        else:
            left = _without(left, _cuts(left, paths))


TIE = 1e-7
"""Log-odds by which of equal parents the first in order is preferred: far less than any evidence."""


def _ties_settled(branches: Branches) -> Branches:
    """Return the log-odds, each parent's a trifle less than the one's before it."""
    rank = {number: TIE * place for place, number in enumerate(branches)}
    rank[ROOT] = TIE * len(rank)
    return {
        child: {parent: odds - rank[parent] for parent, odds in parents.items()}
        for child, parents in branches.items()
    }


def _worth(branches: Branches) -> float:
    tree = best_arborescence(_ties_settled(branches))
    return sum(branches[child][parent] for child, parent in tree.items())


def _anachronisms(tree: Mapping[int, int], dates: Sequence[Dates]) -> Iterator[list[Edge]]:
    """Yield a path from each version to its ancestor nearest to it that came after it."""
    children: dict[int, list[int]] = {}
    for child, parent in tree.items():
        children.setdefault(parent, []).append(child)
    # From the roots down, with the ancestor that came last: that of another's is not looked at.
    waiting: list[tuple[int, int | None]] = [(child, None) for child in children.get(ROOT, ())]
    while waiting:
        at, last = waiting.pop()
        if last is not None and not dates[last].can_precede(dates[at]):
            yield _path(tree, at, dates)
        begun = dates[at].earliest
        if begun is not None:
            before = dates[last].earliest if last is not None else None
            if before is None or begun > before:
                last = at
        waiting += [(child, last) for child in children.get(at, ())]


def _path(tree: Mapping[int, int], child: int, dates: Sequence[Dates]) -> list[Edge]:
    path: list[Edge] = []
    at = child
    while not path or dates[at].can_precede(dates[child]):
        path.append((tree[at], at))
        at = tree[at]
    return path


def _cuts(branches: Branches, paths: Sequence[Sequence[Edge]]) -> set[Edge]:
    """Return a branch of each path, that whose child loses least; none of a path cut already."""
    cuts: set[Edge] = set()
    cut_off: set[Edge] = set()
    for path in paths:
        if cut_off.isdisjoint(path):
            cuts.add(min(path, key=lambda edge: (_loss(branches, edge), edge)))
            cut_off.update(path)
    return cuts


def _loss(branches: Branches, edge: Edge) -> float:
    parent, child = edge
    others = (odds for other, odds in branches[child].items() if other != parent)
    return branches[child][parent] - max(others)


def _without(branches: Branches, cuts: set[Edge]) -> Branches:
    return {
        child: {p: odds for p, odds in parents.items() if (p, child) not in cuts}
        for child, parents in branches.items()
    }
