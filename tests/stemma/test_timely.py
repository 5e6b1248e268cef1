"""Trees through versions whose date nobody knows."""

from hypothesis import given
from hypothesis import strategies as st

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


def test_of_equal_parents_the_first_is_taken() -> None:
    branches = {1: {ROOT: 0.0}, 0: {ROOT: 0.0}, 2: {ROOT: 0.0, 0: 3.0, 1: 3.0}}
    tree, _ = timely_arborescence(branches, [Dates()] * 3)
    assert tree[2] == 1


@given(
    st.lists(st.sampled_from([None, None, 1, 2, 3]), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
)
def test_no_version_descends_from_a_later_one(days: list[int | None], dice) -> None:  # type: ignore[no-untyped-def]  # hypothesis has no public type for it
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
    tree, _ = timely_arborescence(branches, dates)
    for child in tree:
        at = child
        while tree[at] != ROOT:
            at = tree[at]
            assert dates[at].can_precede(dates[child])
