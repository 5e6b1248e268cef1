"""The best tree of copies, and how likely each of its branches is.

A stemma is an arborescence: every version has one parent, or none, and nothing descends from
itself. Versions are numbered from 0; the root, which stands for "no known parent", is `ROOT`.
Log-odds of a branch are measured against any other branch into the same child, so that only
differences between the parents of one child count.

The best arborescence is found by the algorithm of Chu and Liu (1965) and Edmonds (1967), with
mergeable heaps (Tarjan 1977; Gabow, Galil, Spencer and Tarjan 1986), in time in proportion to the
number of branches times its logarithm. The probability of a tree is exp(sum of log-odds) over the
sum of the same for *all* arborescences (the directed matrix-tree theorem: Tutte 1948; for text
cascades Xu and Smith 2018, arXiv 1812.04677). The share of the sum in which `parent` is the parent
of `child` follows from Wilson's algorithm (1996):

    P(parent of child is p)  is proportional to  weight(p, child) * escape(p, child)

where `escape` is the probability that a walk from p, going from child to parent at random by the
weights, comes to the root before it comes to `child`: a parent counts only as far as it does not
itself descend from its child. Only within a *knot*, a set of versions that could each descend from
each other, can a walk come back; a walk that leaves its knot has escaped. So every knot is solved
by itself, and versions with dates that leave no knots need no more than a division. Within a knot
the walk is solved by elimination without a single subtraction (Grassmann, Taksar and Heyman 1985),
so the figures are right to many digits even where two versions point at each other far more
strongly than at anything else; half of a knot at a time, so that it is products of matrices.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

__all__ = ["ROOT", "Branches", "best_arborescence", "branch_probabilities", "calibrated"]

ROOT = -1

Branches = Mapping[int, Mapping[int, float]]
"""For each child its possible parents (`ROOT` among them) and their log-odds."""

_FAINTEST = -200.0
"""Log-odds, against the child's best parent, below which a branch counts no less: e^-200 times
itself is still a number for the machine."""

MOST_EXACT = 2000
"""Versions of one knot whose branches are weighed over all trees: 3 s and 0.3 GB (measured)."""

_MARGINS = (12.0, 8.0, 5.0)
"""Log-odds, against the child's best parent, below which branches of a larger knot are left out,
one after the other, until it falls apart. What is left out has e^-5, 0.7 %, of the best at most."""


# The best tree --------------------------------------------------------------------------------


def best_arborescence(branches: Branches) -> dict[int, int]:
    """Return the parent of each child such that the sum of log-odds is largest and no cycle is.

    Every child must have `ROOT` among its parents. Which of several equally good arborescences is
    returned depends on the order of the mapping.
    """
    return _Contraction(branches).tree()


class _Contraction:
    """Versions grown together into cycles until each has a parent, and opened again.

    Places: the root is 0, the children follow, and every cycle that was made one gets a new place.
    """

    def __init__(self, branches: Branches) -> None:
        self.children = list(branches)
        place = {ROOT: 0} | {child: i for i, child in enumerate(self.children, 1)}
        self.parent_of: list[int] = []
        self.child_of: list[int] = []
        self.heaps = _Heaps()
        self.heap: list[int] = [-1]
        for child in self.children:
            heap = -1
            for parent, odds in branches[child].items():
                self.parent_of.append(place[parent])
                self.child_of.append(place[child])
                heap = self.heaps.merged(heap, self.heaps.new(odds))
            self.heap.append(heap)
        self.group = list(range(len(self.heap)))
        self.within: list[int] = [-1] * len(self.heap)
        self.members: dict[int, list[int]] = {}
        self.chosen: list[int] = [-1] * len(self.heap)

    def tree(self) -> dict[int, int]:
        """Return the parent of each child."""
        root, waiting, growing = 0, 1, 2
        state = [waiting] * len(self.heap)
        state[0] = root
        for start in range(1, len(self.children) + 1):
            at, path = self._find(start), list[int]()
            while state[at] != root:
                if state[at] == growing:
                    at = self._contract(path, at)
                    state.append(growing)
                else:
                    state[at] = growing
                path.append(at)
                at = self._climb(at)
            for place in path:
                state[place] = root
        return self._opened()

    def _climb(self, at: int) -> int:
        """Choose the best branch that enters `at` from outside; return where it comes from."""
        while True:
            branch = self.heap[at]
            self.heap[at] = self.heaps.without_top(branch)
            parent = self._find(self.parent_of[branch])
            if parent != at:
                self.chosen[at] = branch
                return parent

    def _contract(self, path: list[int], at: int) -> int:
        """Make the cycle that ends the path one version; return its place."""
        cycle = [path.pop()]
        while cycle[-1] != at:
            cycle.append(path.pop())
        fresh = len(self.heap)
        heap = -1
        for place in cycle:
            # What enters the cycle here saves the branch chosen before.
            self.heaps.add(self.heap[place], -self.heaps.odds[self.chosen[place]])
            heap = self.heaps.merged(heap, self.heap[place])
            self.group[place] = self.within[place] = fresh
        self.members[fresh] = cycle
        self.heap.append(heap)
        self.group.append(fresh)
        self.within.append(-1)
        self.chosen.append(-1)
        return fresh

    def _find(self, place: int) -> int:
        group = self.group
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    def _opened(self) -> dict[int, int]:
        """Open the cycles, the last made first: the branch that enters one replaces one in it."""
        for cycle in sorted(self.members, reverse=True):
            entering = self.chosen[cycle]
            entered = self.child_of[entering]
            while self.within[entered] != cycle:
                entered = self.within[entered]
            self.chosen[entered] = entering
        parents = [ROOT, *self.children]
        return {
            child: parents[self.parent_of[self.chosen[place]]]
            for place, child in enumerate(self.children, 1)
        }


class _Heaps:
    """Leftist heaps of branches, the highest log-odds on top; of equal ones the first entered."""

    def __init__(self) -> None:
        self.odds: list[float] = []
        self._left: list[int] = []
        self._right: list[int] = []
        self._rank: list[int] = []
        self._lazy: list[float] = []

    def new(self, odds: float) -> int:
        """Return a heap of one branch; branches are numbered in the order in which they come."""
        self.odds.append(odds)
        self._left.append(-1)
        self._right.append(-1)
        self._rank.append(1)
        self._lazy.append(0.0)
        return len(self.odds) - 1

    def add(self, heap: int, odds: float) -> None:
        """Add to the log-odds of every branch in a heap."""
        if heap >= 0:
            self.odds[heap] += odds
            self._lazy[heap] += odds

    def without_top(self, heap: int) -> int:
        """Return the heap without its top."""
        self._push(heap)
        return self.merged(self._left[heap], self._right[heap])

    def merged(self, one: int, other: int) -> int:
        """Return two heaps made one."""
        spine: list[int] = []
        while one >= 0 and other >= 0:
            if (self.odds[other], -other) > (self.odds[one], -one):
                one, other = other, one
            self._push(one)
            spine.append(one)
            one = self._right[one]
        top = max(one, other)
        for above in reversed(spine):
            left = self._left[above]
            if left < 0 or self._rank[left] < self._rank[top]:
                self._left[above], self._right[above] = top, left
            else:
                self._right[above] = top
            right = self._right[above]
            self._rank[above] = 1 + (self._rank[right] if right >= 0 else 0)
            top = above
        return top

    def _push(self, heap: int) -> None:
        lazy = self._lazy[heap]
        if lazy:
            self.add(self._left[heap], lazy)
            self.add(self._right[heap], lazy)
            self._lazy[heap] = 0.0


# How likely its branches are ------------------------------------------------------------------


def branch_probabilities(
    branches: Branches, *, most_exact: int = MOST_EXACT
) -> dict[int, dict[int, float]]:
    """Return for each child how likely each of its parents is, over all arborescences.

    The probabilities of one child's parents (`ROOT` among them) add up to 1. Takes time in
    proportion to n³ of the largest knot of `most_exact` versions or fewer. In a larger one only the
    best parents of each version are weighed; and where it hangs together by these too, each version
    is weighed with all others standing in the best tree: over its parents that do not descend from
    it there.
    """
    found: dict[int, dict[int, float]] = {}
    for knot in _knots(branches):
        if len(knot) <= most_exact:
            found |= _knot_probabilities(branches, knot)
        else:
            found |= _large_knot_probabilities(branches, knot, most_exact)
    return {child: found[child] for child in branches}


def calibrated(
    probabilities: Mapping[int, Mapping[int, float]], power: float, evenly: float
) -> dict[int, dict[int, float]]:
    """Return the probabilities of each child's parents as they are worth; they still add up to 1.

    They are raised to a power (temperature scaling: Guo et al. 2017, arXiv 1706.04599), and a share of
    the whole is dealt out evenly, for what nobody knows. Their order stays.
    """
    found: dict[int, dict[int, float]] = {}
    for child, parents in probabilities.items():
        raised = {parent: likely**power for parent, likely in parents.items()}
        scale = (1 - evenly) / sum(raised.values())
        found[child] = {
            parent: likely * scale + evenly / len(raised) for parent, likely in raised.items()
        }
    return found


def _large_knot_probabilities(
    branches: Branches, knot: Sequence[int], most_exact: int
) -> dict[int, dict[int, float]]:
    members = set(knot)
    kept: dict[int, dict[int, float]] = {}
    knots: list[list[int]] = []
    for margin in _MARGINS:
        for child in knot:
            least = max(branches[child].values()) - margin
            kept[child] = {
                parent: odds
                for parent, odds in branches[child].items()
                if odds >= least or parent not in members
            }
        inner = {c: {p: o for p, o in ps.items() if p in members} for c, ps in kept.items()}
        knots = _knots(inner)
        if max(map(len, knots)) <= most_exact:
            break
    found: dict[int, dict[int, float]] = {}
    for smaller in knots:
        if len(smaller) <= most_exact:
            found |= _knot_probabilities(kept, smaller)
        else:
            found |= _beside_the_best_tree(kept, smaller)
    return {child: dict.fromkeys(branches[child], 0.0) | found[child] for child in knot}


def _beside_the_best_tree(branches: Branches, knot: Sequence[int]) -> dict[int, dict[int, float]]:
    """Return how likely each branch is if all other versions hang where the best tree has them."""
    members = set(knot)
    inner: dict[int, dict[int, float]] = {child: {} for child in knot}
    for child, parents in inner.items():
        for parent, odds in branches[child].items():
            place = parent if parent in members else ROOT
            parents[place] = max(odds, parents.get(place, odds))
    entered, left = _visits(best_arborescence(inner))
    return {
        child: _shares(
            {
                parent: weight
                for parent, weight in _weights(branches[child]).items()
                if parent not in members or not entered[child] <= entered[parent] < left[child]
            },
            branches[child],
        )
        for child in knot
    }


def _visits(tree: Mapping[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return when a walk through the tree enters and leaves each version and its descendants."""
    children: dict[int, list[int]] = {}
    for child, parent in tree.items():
        children.setdefault(parent, []).append(child)
    entered: dict[int, int] = {}
    left: dict[int, int] = {}
    waiting = [(child, False) for child in children[ROOT]]
    while waiting:
        at, done = waiting.pop()
        if done:
            left[at] = len(entered)
        else:
            entered[at] = len(entered)
            waiting.append((at, True))
            waiting += [(child, False) for child in children.get(at, ())]
    return entered, left


def _weights(parents: Mapping[int, float]) -> dict[int, float]:
    """Return weights in proportion to the odds, that of the best parent 1."""
    best = max(parents.values())
    return {parent: exp(max(odds - best, _FAINTEST)) for parent, odds in parents.items()}


def _shares(weights: Mapping[int, float], parents: Iterable[int]) -> dict[int, float]:
    """Return what each parent has of all weights together; without a weight, nothing."""
    total = sum(weights.values())
    return {parent: weights.get(parent, 0.0) / total for parent in parents}


def _knots(branches: Branches) -> list[list[int]]:
    """Return the strongly connected components, by Tarjan's algorithm (1972), without recursion."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    height: dict[int, int] = {}
    """Place in the stack of what is on it."""
    found: list[list[int]] = []
    for start in branches:
        if start in number:
            continue
        walk: list[tuple[int, Iterator[int]]] = []
        ahead: int | None = start
        while ahead is not None or walk:
            if ahead is not None:
                number[ahead] = low[ahead] = len(number)
                height[ahead] = len(stack)
                stack.append(ahead)
                walk.append((ahead, iter(branches[ahead])))
            child, parents = walk[-1]
            ahead = None
            for parent in parents:
                if parent == ROOT:
                    continue
                if parent not in number:
                    ahead = parent
                    break
                if parent in height:
                    low[child] = min(low[child], number[parent])
            if ahead is not None:
                continue
            walk.pop()
            if walk:
                above = walk[-1][0]
                low[above] = min(low[above], low[child])
            if low[child] == number[child]:
                found.append(stack[height[child] :])
                del stack[height[child] :]
                for member in found[-1]:
                    del height[member]
    return found


def _knot_probabilities(branches: Branches, knot: Sequence[int]) -> dict[int, dict[int, float]]:
    """Return the probabilities of the branches into the versions of one knot."""
    weights = {child: _weights(branches[child]) for child in knot}
    if len(knot) > 1:
        import numpy as np

        number = {child: i for i, child in enumerate(knot)}
        walk = np.zeros((len(knot), len(knot) + 1))
        for child, parents in weights.items():
            for parent, weight in parents.items():
                walk[number[child], number.get(parent, len(knot))] += weight
        escape = _escapes(walk)
        for child, parents in weights.items():
            for parent in parents:
                if parent in number:
                    parents[parent] *= float(escape[number[parent], number[child]])
    return {child: _shares(parents, parents) for child, parents in weights.items()}


def _escapes(walk: "Matrix") -> "Matrix":
    """Return, for every p and c, the probability that a walk from p leaves before it meets c.

    `walk[i, j]` is the weight of the step from i to j, and the last column that of leaving.
    """
    import numpy as np

    size = len(walk)
    found = np.zeros((size, size))
    if size == 1:
        return found
    if size == 2:
        for p, c in ((0, 1), (1, 0)):
            found[p, c] = walk[p, 2] / (walk[p, 2] + walk[p, c])
        return found
    middle = size // 2
    one, other, out = np.arange(middle), np.arange(middle, size), np.array([size])
    for keep, drop in ((one, other), (other, one)):
        # The halves share their work: half is taken out of the walk once for all of the other.
        onward = _onward(walk[np.ix_(drop, np.concatenate((drop, keep, out)))])
        left = walk[np.ix_(keep, np.concatenate((keep, out)))] + walk[np.ix_(keep, drop)] @ onward
        inner = _escapes(left)
        found[np.ix_(keep, keep)] = inner
        found[np.ix_(drop, keep)] = onward[:, :-1] @ inner + onward[:, -1:]
    return found


def _onward(walk: "Matrix") -> "Matrix":
    """Return where a walk from each row's version comes out of the rows' versions, and how likely.

    The first columns are the rows' own versions, in their order; the result has the others. What
    stays where it is does not count: a walk must come out in the end.
    """
    import numpy as np

    size = len(walk)
    if size == 1:
        out = walk[:, 1:]
        return np.asarray(out / out.sum())
    middle = size // 2
    first = _onward(walk[:middle])
    through, past = first[:, : size - middle], first[:, size - middle :]
    rest = walk[middle:, :middle] @ first
    rest += walk[middle:, middle:]
    second = _onward(rest)
    return np.concatenate((past + through @ second, second))
