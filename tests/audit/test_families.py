import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.audit import families as module
from filiation.audit.families import Edge, families


def strong(a: int, b: int) -> Edge:
    return Edge(a, b, True, 100)


def quote(a: int, b: int, worth: float = 20) -> Edge:
    return Edge(a, b, False, worth)


def test_strong_matches_join() -> None:
    assert families([strong(0, 3), strong(3, 5), strong(1, 2)]) == [[0, 3, 5], [1, 2]]


def test_all_that_share_text_are_judged_together() -> None:
    assert families([strong(0, 1), strong(2, 3), quote(1, 2), strong(5, 6)]) == [
        [0, 1, 2, 3],
        [5, 6],
    ]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three articles be too many to be judged together."""
    monkeypatch.setattr(module, "MOST", 3)


@pytest.mark.usefixtures("few")
def test_a_quotation_follows_the_story_it_takes_most_from() -> None:
    stories = [strong(0, 1), strong(2, 3)]
    assert families([*stories, quote(0, 9), quote(2, 9, 45)]) == [[0, 1], [2, 3, 9]]


@pytest.mark.usefixtures("few")
def test_a_quotation_never_joins_two_stories() -> None:
    assert families([strong(0, 1), strong(2, 3), quote(1, 2, 900)]) == [[0, 1], [2, 3]]


@pytest.mark.usefixtures("few")
def test_of_equal_quotations_the_earliest_is_followed() -> None:
    found = families([strong(0, 1), strong(2, 3), quote(2, 9), quote(0, 9)])
    assert found == [[0, 1, 9], [2, 3]]


def test_an_article_that_names_an_unseen_source_is_a_family() -> None:
    assert families([strong(0, 1)], alone=[1, 7]) == [[0, 1], [7]]


edges = st.builds(
    lambda a, step, strong, worth: Edge(a, a + step, strong, worth),
    st.integers(0, 20),
    st.integers(1, 9),
    st.booleans(),
    st.integers(1, 5).map(float),
)


@given(st.lists(edges), st.randoms(use_true_random=False))
def test_the_order_of_the_matches_changes_nothing(found: list[Edge], random: object) -> None:
    shuffled = sorted(found, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert families(found) == families(shuffled)


@given(st.lists(edges))
def test_every_article_is_in_one_family(found: list[Edge]) -> None:
    members = [one for family in families(found) for one in family]
    assert len(members) == len(set(members))
    assert set(members) == {one for edge in found for one in (edge.a, edge.b)}
