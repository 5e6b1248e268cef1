"""The best tree of copies, and how likely each of its branches is.

A stemma is an arborescence: every version has one parent, or none, and nothing descends from
itself. Versions are numbered from 0; the root, which stands for "no known parent", is `ROOT`.
Log-odds of a branch are measured against any other branch into the same child, so that only
differences between the parents of one child count.

The best arborescence is found by the algorithm of Chu and Liu (1965) and Edmonds (1967). Its
probability is exp(sum of log-odds) over the sum of the same for *all* arborescences (the directed
matrix-tree theorem: Tutte 1948; for text cascades Xu and Smith 2018, arXiv 1812.04677). The share
of the sum in which `parent` is the parent of `child` follows from Wilson's algorithm (1996):

    P(parent of child is p)  is proportional to  weight(p, child) * escape(p, child)

where `escape` is the probability that a walk from p, going from child to parent at random by the
weights, comes to the root before it comes to `child`: a parent counts only as far as it does not
itself descend from its child. The walk is solved by elimination without a single subtraction
(Grassmann, Taksar and Heyman 1985), so the figures are right to many digits even where two
versions point at each other far more strongly than at anything else.
"""

from collections.abc import Mapping
from math import exp, inf

__all__ = ["ROOT", "Branches", "best_arborescence", "branch_probabilities"]

ROOT = -1

Branches = Mapping[int, Mapping[int, float]]
"""For each child its possible parents (`ROOT` among them) and their log-odds."""

_FAINTEST = -200.0
"""Log-odds, against the child's best parent, below which a branch counts no less: e^-200 times
itself is still a number for the machine."""


def best_arborescence(branches: Branches) -> dict[int, int]:
    """Return the parent of each child such that the sum of log-odds is largest and no cycle is.

    Every child must have `ROOT` among its parents. Which of several equally good arborescences is
    returned depends on the order of the mapping. Takes time in proportion to n³ at worst.
    """
    into = {child: dict(parents) for child, parents in branches.items()}
    undo: list[tuple[int, list[int], dict[int, int], dict[int, dict[int, int]]]] = []
    fresh = max(into, default=0) + 1
    while True:
        choice = {child: max(parents, key=parents.__getitem__) for child, parents in into.items()}
        cycle = _cycle(choice)
        if not cycle:
            break
        entry, exits = _contract(into, choice, cycle, fresh)
        undo.append((fresh, cycle, {v: choice[v] for v in cycle}, {fresh: entry, **exits}))
        fresh += 1
    for node, _, inside, ends in reversed(undo):
        entered = ends[node][choice[node]]
        opened = {**inside, entered: choice.pop(node)}
        for child, parent in choice.items():
            if parent == node:
                choice[child] = ends[child][node]
        choice |= opened
    return choice


def _cycle(choice: Mapping[int, int]) -> list[int]:
    """Return the versions of one cycle among chosen parents, or nothing."""
    done: set[int] = set()
    for start in choice:
        path: dict[int, None] = {}
        at = start
        while at != ROOT and at not in done and at not in path:
            path[at] = None
            at = choice[at]
        if at in path:
            order = list(path)
            return order[order.index(at) :]
        done |= path.keys()
    return []


def _contract(
    into: dict[int, dict[int, float]], choice: Mapping[int, int], cycle: list[int], node: int
) -> tuple[dict[int, int], dict[int, dict[int, int]]]:
    """Make one version `node` of a cycle; return what is needed to open it again.

    That is: by which version of the cycle each outer parent enters it, and for each outer child
    from which version of the cycle it descends.
    """
    members = set(cycle)
    entering: dict[int, float] = {}
    entry: dict[int, int] = {}
    for child in (child for child in into if child in members):
        lost = into[child][choice[child]]
        for parent, odds in into[child].items():
            if parent not in members and odds - lost > entering.get(parent, -inf):
                entering[parent], entry[parent] = odds - lost, child
    exits: dict[int, dict[int, int]] = {}
    for child in cycle:
        del into[child]
    for child, parents in into.items():
        inner = [parent for parent in parents if parent in members]
        if inner:
            best = max(inner, key=parents.__getitem__)
            exits[child] = {node: best}
            odds = parents[best]
            into[child] = {p: o for p, o in parents.items() if p not in members} | {node: odds}
    into[node] = entering
    return entry, exits


def branch_probabilities(branches: Branches) -> dict[int, dict[int, float]]:
    """Return for each child how likely each of its parents is, over all arborescences.

    The probabilities of one child's parents (`ROOT` among them) add up to 1. Takes time in
    proportion to n³ log n.
    """
    children = list(branches)
    number = {child: i for i, child in enumerate(children)}
    root = len(children)
    weights = [[0.0] * (root + 1) for _ in children]
    for child, parents in branches.items():
        best = max(parents.values())
        for parent, odds in parents.items():
            place = root if parent == ROOT else number[parent]
            weights[number[child]][place] = exp(max(odds - best, _FAINTEST))
    escapes: dict[int, list[float]] = {}
    _eliminate([row[:] for row in weights], list(range(root)), [], escapes)
    return {
        child: _shares(branches[child], weights[number[child]], escapes[number[child]], number)
        for child in children
    }


def _shares(
    parents: Mapping[int, float], weights: list[float], escape: list[float], number: dict[int, int]
) -> dict[int, float]:
    root = len(number)
    places = {parent: root if parent == ROOT else number[parent] for parent in parents}
    share = {parent: weights[place] * escape[place] for parent, place in places.items()}
    total = sum(share.values())
    return {parent: part / total for parent, part in share.items()}


_Eliminated = tuple[int, list[float]]
"""A version taken out of the walk, and the probabilities of where the walk goes from it."""


def _eliminate(
    weights: list[list[float]],
    left: list[int],
    out: list[_Eliminated],
    escapes: dict[int, list[float]],
) -> None:
    """Fill in `escapes[v]` for every v in `left`, the others having been eliminated.

    Halves share their work: half of the versions are taken out of the walk once for all of the
    other half, and so on, which saves a factor of n / log n.
    """
    if len(left) == 1:
        escapes[left[0]] = _escape(left[0], len(weights), out)
        return
    middle = len(left) // 2
    for keep, drop in ((left[:middle], left[middle:]), (left[middle:], left[:middle])):
        if keep:
            walk = [row[:] for row in weights]
            record = out[:]
            for gone in drop:
                record.append((gone, _take_out(walk, gone, record, left)))
            _eliminate(walk, keep, record, escapes)


def _take_out(
    walk: list[list[float]], gone: int, record: list[_Eliminated], left: list[int]
) -> list[float]:
    """Send every walk that comes to `gone` straight on to where it would go from there."""
    taken = {version for version, _ in record}
    root = len(walk)
    targets = [v for v in left if v != gone and v not in taken] + [root]
    row = walk[gone]
    total = sum(row[v] for v in targets)
    onward = [0.0] * (root + 1)
    for v in targets:
        onward[v] = row[v] / total
    for v in targets[:-1]:
        through = walk[v][gone]
        if through:
            row_v = walk[v]
            for target in targets:
                row_v[target] += through * onward[target]
    return onward


def _escape(child: int, root: int, out: list[_Eliminated]) -> list[float]:
    """Return, for every version, the probability that a walk from it misses `child`."""
    escape = [0.0] * (root + 1)
    escape[root] = 1.0
    for version, onward in reversed(out):
        escape[version] = sum(p * e for p, e in zip(onward, escape, strict=True) if p)
    escape[child] = 0.0
    return escape
