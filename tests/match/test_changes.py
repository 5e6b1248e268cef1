"""Word by word, what was changed."""

from hypothesis import given
from hypothesis import strategies as st

from filiation.match import word_changes
from filiation.values import Passage


def changes(a: str, b: str) -> list[tuple[str, str, str]]:
    found = word_changes(a, b, Passage(0, len(a), 0, len(b), 1.0))
    return [(c.operation, a[c.a_start : c.a_end], b[c.b_start : c.b_end]) for c in found]


def test_operations() -> None:
    assert changes("The dam was closed for repairs.", "“The dam” was shut for urgent repairs") == [
        ("equal", "The dam was", "The dam” was"),
        ("replaced", "closed", "shut"),
        ("equal", "for", "for"),
        ("inserted", "", "urgent"),
        ("equal", "repairs", "repairs"),
    ]


def test_offsets_are_those_of_the_whole_texts() -> None:
    a, b = "xx The dam", "The dam"
    (change,) = word_changes(a, b, Passage(3, 10, 0, 7, 1.0))
    assert (change.a_start, change.a_end, change.b_start, change.b_end) == (3, 10, 0, 7)


def test_long_passages_are_aligned_too() -> None:
    """20,000 words with one word out: three operations."""
    words = [f"w{n % 977}x{n % 31}" for n in range(20_000)]
    a, b = " ".join(words), " ".join(words[:9_000] + words[9_001:])
    assert [operation for operation, _, _ in changes(a, b)] == ["equal", "deleted", "equal"]


@given(st.text(alphabet="ab é.½\n", max_size=80), st.text(alphabet="ab é.½\n", max_size=80))
def test_operations_cover_both_sides_in_order(a: str, b: str) -> None:
    last_a = last_b = 0
    for change in word_changes(a, b, Passage(0, len(a), 0, len(b), 1.0)):
        assert last_a <= change.a_start <= change.a_end <= len(a)
        assert last_b <= change.b_start <= change.b_end <= len(b)
        last_a, last_b = change.a_end, change.b_end
