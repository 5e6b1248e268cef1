"""The best tree and the probabilities of its branches, against counting all trees."""

from itertools import product
from math import exp, isclose
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.stemma.arborescence import ROOT, best_arborescence, branch_probabilities

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
