"""The best tree and the probabilities of its branches, against counting all trees."""

from itertools import product
from math import exp, isclose
from random import Random
from time import perf_counter, process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.stemma.arborescence import (
    ROOT,
    _beside_the_best_tree,
    best_arborescence,
    branch_probabilities,
    calibrated,
)

Graph = dict[int, dict[int, float]]

# Few distinct values, so that ties and cycles are common, and some far apart.
ODDS = st.one_of(st.sampled_from([0.0, 1.0, 5.0]), st.floats(-12, 12, allow_subnormal=False))


@st.composite
def graphs(draw: st.DrawFn, most: int = 5) -> Graph:
    n = draw(st.integers(1, most))
    return {
        child: {
            ROOT: draw(ODDS),
            **{
                parent: draw(ODDS) for parent in range(n) if parent != child and draw(st.booleans())
            },
        }
        for child in range(n)
    }


def reaches_root(tree: dict[int, int]) -> bool:
    for start in tree:
        at, steps = start, 0
        while at != ROOT:
            at, steps = tree[at], steps + 1
            if steps > len(tree):
                return False
    return True


def all_trees(graph: Graph) -> list[dict[int, int]]:
    children = list(graph)
    choices = product(*(graph[child] for child in children))
    trees = (dict(zip(children, parents, strict=True)) for parents in choices)
    return [tree for tree in trees if reaches_root(tree)]


def odds(graph: Graph, tree: dict[int, int]) -> float:
    return sum(graph[child][parent] for child, parent in tree.items())


@given(graphs())
def test_best_tree_is_the_best_of_all_trees(graph: Graph) -> None:
    best = best_arborescence(graph)
    assert set(best) == set(graph)
    assert reaches_root(best)
    assert isclose(
        odds(graph, best), max(odds(graph, tree) for tree in all_trees(graph)), abs_tol=1e-9
    )


@given(graphs(most=30))
def test_no_tree_has_a_cycle_however_many_versions_there_are(graph: Graph) -> None:
    assert reaches_root(best_arborescence(graph))


@given(graphs(most=4))
def test_probabilities_are_shares_of_all_trees(graph: Graph) -> None:
    weights = [(tree, exp(odds(graph, tree))) for tree in all_trees(graph)]
    total = sum(weight for _, weight in weights)
    for child, parents in branch_probabilities(graph).items():
        assert isclose(sum(parents.values()), 1.0)
        for parent, probability in parents.items():
            share = sum(weight for tree, weight in weights if tree[child] == parent) / total
            assert isclose(probability, share, rel_tol=1e-6, abs_tol=1e-12)


def test_two_versions_that_point_at_each_other_share_the_branch_evenly() -> None:
    """Where a subtraction would lose every digit: the root is 10^40 times less likely."""
    graph = {0: {ROOT: -92.0, 1: 0.0}, 1: {ROOT: -92.0, 0: 0.0}}
    probabilities = branch_probabilities(graph)
    assert probabilities[0][1] == pytest.approx(0.5)
    assert probabilities[1][ROOT] == pytest.approx(0.5)


def test_nothing_to_arrange() -> None:
    assert best_arborescence({}) == {}
    assert branch_probabilities({}) == {}


def test_one_version_without_a_parent() -> None:
    assert best_arborescence({0: {ROOT: -3.0}}) == {0: ROOT}
    assert branch_probabilities({0: {ROOT: -3.0}}) == {0: {ROOT: 1.0}}


def test_cycles_within_cycles_are_opened_in_order() -> None:
    graph = {
        0: {ROOT: 0.0, 1: 9.0, 2: 8.0},
        1: {ROOT: 0.0, 0: 9.0, 3: 7.0},
        2: {ROOT: 0.0, 3: 9.0, 1: 8.5},
        3: {ROOT: 1.0, 2: 9.0, 0: 8.5},
    }
    best = best_arborescence(graph)
    assert odds(graph, best) == max(odds(graph, tree) for tree in all_trees(graph))


def test_sixty_versions_all_alike_take_a_fraction_of_a_second() -> None:
    graph = {c: {ROOT: 0.0, **{p: 5.0 for p in range(60) if p != c}} for c in range(60)}
    start = perf_counter()
    best_arborescence(graph)
    probabilities = branch_probabilities(graph)
    assert perf_counter() - start < 1.0
    # One tree in which all descend from one, or from one another: every branch is as likely.
    assert probabilities[3][4] == pytest.approx(probabilities[9][17])


@st.composite
def tangles(draw: st.DrawFn) -> Graph:
    """Seven versions with two parents each: cycles within cycles, and few enough trees to count."""
    n = 7
    steps = st.lists(st.integers(1, n - 1), min_size=2, max_size=2, unique=True)
    return {
        child: {ROOT: draw(ODDS), **{(child + step) % n: draw(ODDS) for step in draw(steps)}}
        for child in range(n)
    }


@settings(max_examples=40)
@given(tangles())
def test_best_tree_and_probabilities_of_tangled_versions(graph: Graph) -> None:
    trees = all_trees(graph)
    best = best_arborescence(graph)
    assert reaches_root(best)
    assert isclose(odds(graph, best), max(odds(graph, tree) for tree in trees), abs_tol=1e-9)
    total = sum(exp(odds(graph, tree)) for tree in trees)
    for child, parents in branch_probabilities(graph).items():
        for parent, probability in parents.items():
            share = sum(exp(odds(graph, t)) for t in trees if t[child] == parent) / total
            assert isclose(probability, share, rel_tol=1e-6, abs_tol=1e-12)


def clusters(number: int, size: int, apart: float) -> Graph:
    """Return versions that could each descend from any, those of one cluster far more readily."""
    dice = Random(7)
    graph: Graph = {}
    for child in range(number * size):
        near = range(child // size * size, child // size * size + size)
        far = [dice.randrange(number * size) for _ in range(3)]
        graph[child] = {
            **{parent: apart + dice.uniform(0, 2) for parent in far if parent != child},
            **{parent: dice.uniform(2, 6) for parent in near if parent != child},
            ROOT: 0.0,
        }
    return graph


def test_a_knot_too_large_falls_apart_into_those_that_can_be_weighed() -> None:
    """By its faintest branches, e^-9 of the best: what they would have had is lost, no more."""
    graph = clusters(number=12, size=8, apart=-7.0)
    exact, fewer = branch_probabilities(graph), branch_probabilities(graph, most_exact=20)
    assert exact != fewer
    for child, parents in exact.items():
        assert fewer[child].keys() == parents.keys()
        assert isclose(sum(fewer[child].values()), 1.0)
        for parent, probability in parents.items():
            assert abs(fewer[child][parent] - probability) < 0.005


def test_a_knot_that_does_not_fall_apart_is_weighed_beside_its_best_tree() -> None:
    """A hundred copies all alike: no parent is likely, by either way."""
    n = 100
    graph = {c: {ROOT: 0.0, **{p: 4.0 for p in range(n) if p != c}} for c in range(n)}
    exact, beside = branch_probabilities(graph), branch_probabilities(graph, most_exact=50)
    best = best_arborescence(graph)
    for child, parent in best.items():
        assert isclose(sum(beside[child].values()), 1.0)
        if parent != ROOT:
            assert exact[child][parent] == pytest.approx(1 / n, rel=0.1)
            assert beside[child][parent] < 0.05


@given(graphs(most=5))
def test_beside_the_best_tree_each_branch_is_weighed_with_the_others_standing(
    graph: Graph,
) -> None:
    best = best_arborescence(graph)
    for child, parents in _beside_the_best_tree(graph, list(graph)).items():
        moved = {parent: {**best, child: parent} for parent in parents}
        trees = {p: exp(odds(graph, t)) for p, t in moved.items() if reaches_root(t)}
        for parent, probability in parents.items():
            share = trees.get(parent, 0.0) / sum(trees.values())
            assert isclose(probability, share, rel_tol=1e-6, abs_tol=1e-12)


def test_versions_in_order_of_time_leave_no_knot_and_no_limit() -> None:
    """Ten thousand versions, each of which could descend from any of the ten before it."""
    graph = {c: {ROOT: 0.0, **dict.fromkeys(range(max(0, c - 10), c), 3.0)} for c in range(10_000)}
    probabilities = branch_probabilities(graph, most_exact=1)
    assert probabilities[9_999][9_995] == pytest.approx(exp(3) / (1 + 10 * exp(3)))
    assert reaches_root({c: p for c, p in best_arborescence(graph).items() if c < 300})


def test_a_thousand_versions_with_twenty_parents_each_take_seconds() -> None:
    dice = Random(1)
    graph = {
        c: {ROOT: 0.0, **{p: dice.uniform(2, 8) for p in dice.sample(range(1000), 20) if p != c}}
        for c in range(1000)
    }
    start = process_time()
    best = best_arborescence(graph)
    probabilities = branch_probabilities(graph)
    assert process_time() - start < 10.0
    assert reaches_root(best)
    assert all(isclose(sum(parents.values()), 1.0) for parents in probabilities.values())


def test_calibrating_keeps_the_order_and_the_sum_and_leaves_the_even_as_they_are() -> None:
    known = {0: {ROOT: 0.6, 1: 0.3, 2: 0.1}, 1: {ROOT: 0.5, 0: 0.5}, 2: {ROOT: 1.0, 0: 0.0}}
    found = calibrated(known, 1.25, 0.02)
    assert {child: sum(parents.values()) for child, parents in found.items()} == pytest.approx(
        dict.fromkeys(known, 1.0)
    )
    assert 1 > found[0][ROOT] > known[0][ROOT]
    assert known[0][1] > found[0][1] > found[0][2] > 0
    assert found[1] == pytest.approx(known[1])
    assert found[2] == pytest.approx({ROOT: 0.99, 0: 0.01})
    assert calibrated(known, 1.0, 0.0)[0] == pytest.approx(known[0])
