"""Changed words are marked, and nothing of either text is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.report.sheet import Part
from filiation.report.sidebyside import marked
from filiation.values import Passage


def words(parts: list[Part]) -> str:
    return "".join(part if isinstance(part, str) else part[0] for part in parts)


def whole(one: str, other: str) -> Passage:
    return Passage(0, len(one), 0, len(other), 0.9)


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ("The same words.", "The same words.", "The same words."),
        ("Él dijo “sí”", "El dijo «si»", "El dijo «si»"),  # typography and accents are no change
        ("a red house", "a blue house", "a [-red-] {+blue+} house"),
        ("a big red house", "a house", "a [-big red-] house"),
        ("a house", "a house by the sea", "a house {+by the sea+}"),
    ],
)
def test_changes_in_one_line(one: str, other: str, says: str) -> None:
    assert words(marked(one, other, whole(one, other))[2]) == says


def test_long_runs_alike_are_shortened_unless_asked_for_in_full() -> None:
    text = " ".join(f"word{i}" for i in range(100))
    assert "(70 words alike)" in words(marked(text, text, whole(text, text))[0])
    assert words(marked(text, text, whole(text, text), full=True)[0]) == text


text = st.lists(st.sampled_from(["ab", "cd", "ef", "gh", ","]), min_size=1, max_size=30).map(
    " ".join
)


@given(text, text)
def test_each_side_keeps_its_own_words(one: str, other: str) -> None:
    left, right, _ = marked(one, other, whole(one, other), colour=True, full=True)
    assert words(left).split() == one.split()
    assert words(right).split() == other.split()
