"""Trees through versions whose date nobody knows."""

from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from filiation.stemma import timely
from filiation.stemma.arborescence import ROOT
from filiation.stemma.timely import timely_arborescence
from filiation.values import Dates
from tests.stemma.world import on

MONDAY, TUESDAY = on(1), on(2)


def test_nothing_comes_from_tomorrow_by_way_of_the_undated() -> None:
    branches = {
        0: {ROOT: 0.0},
        1: {ROOT: 0.0, 0: 5.0},
        2: {ROOT: 0.0, 1: 3.0},
    }
    tree, left = timely_arborescence(branches, [TUESDAY, Dates(), MONDAY])
    assert tree == {0: ROOT, 1: 0, 2: ROOT}
    assert 1 not in left[2]
    tree, _ = timely_arborescence(branches, [MONDAY, Dates(), TUESDAY])
    assert tree == {0: ROOT, 1: 0, 2: 1}


def test_the_path_is_cut_where_it_costs_least() -> None:
    branches = {
        0: {ROOT: 0.0},
        1: {ROOT: 0.0, 0: 2.0},
        2: {ROOT: 0.0, 1: 6.0},
    }
    tree, _ = timely_arborescence(branches, [TUESDAY, Dates(), MONDAY])
    assert tree == {0: ROOT, 1: ROOT, 2: 1}


def test_in_a_large_group_the_path_is_cut_where_its_child_loses_least() -> None:
    branches = {
        0: {ROOT: 0.0},
        1: {ROOT: 0.0, 0: 2.0},
        2: {ROOT: 0.0, 1: 6.0},
        **{n: {ROOT: 0.0} for n in range(3, 3 + timely.MOST_TRIED)},
    }
    dates = [TUESDAY, Dates(), MONDAY, *[Dates()] * timely.MOST_TRIED]
    tree, _ = timely_arborescence(branches, dates)
    assert (tree[0], tree[1], tree[2]) == (ROOT, ROOT, 1)


def test_of_equal_parents_the_first_is_taken() -> None:
    branches = {1: {ROOT: 0.0}, 0: {ROOT: 0.0}, 2: {ROOT: 0.0, 0: 3.0, 1: 3.0}}
    tree, _ = timely_arborescence(branches, [Dates()] * 3)
    assert tree[2] == 1


@given(
    st.lists(st.sampled_from([None, None, 1, 2, 3]), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
    st.sampled_from([0, timely.MOST_TRIED]),
)
def test_no_version_descends_from_a_later_one(days: list[int | None], dice, tried: int) -> None:  # type: ignore[no-untyped-def]  # hypothesis has no public type for it
    """However the cuts are judged: by a tree of their own, or by what their child loses."""
    dates = [on(day) for day in days]
    branches = {
        child: {
            ROOT: 0.0,
            **{
                parent: dice.uniform(-1, 6)
                for parent in range(len(days))
                if parent != child and dates[parent].can_precede(dates[child])
            },
        }
        for child in range(len(days))
    }
    with mock.patch.object(timely, "MOST_TRIED", tried):
        tree, left = timely_arborescence(branches, dates)
    assert all(parent in left[child] for child, parent in tree.items())
    for child in tree:
        at = child
        while tree[at] != ROOT:
            at = tree[at]
            assert dates[at].can_precede(dates[child])
