"""A text as the words that are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.fold import fold
from filiation.match.words import WORD, merged, own_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("— … !", []),
        ("L’Été 2016", ["l", "ete", "2016"]),
        ("snake_case", ["snake", "case"]),
        ("हिन्दी में", ["हिनदी", "म"]),
        ("北約恐慌", ["北", "約", "恐", "慌"]),
        ("NATO北約", ["nato", "北", "約"]),
        ("Straße", ["strasse"]),
        ("soft\u00adhyphen", ["softhyphen"]),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert own_words(text).folded == words


def test_words_set_aside_are_no_words_and_part_the_text() -> None:
    """A credit line in the middle leaves two sections, and takes its words with it."""
    text = "one two CREDIT LINE three"
    words = own_words(text, [(8, 19)])
    assert words.folded == ["one", "two", "three"]
    assert words.sections == [0, 0, 1]


def test_quoted_words_are_known() -> None:
    words = own_words("He said: “we will not go” and left.")
    quoted = [w for w, q in zip(words.folded, words.quoted, strict=True) if q]
    assert quoted == ["we", "will", "not", "go"]


@given(st.text(st.sampled_from("aB9_ \t\n“”é京ไहि…ß!Ж\u0301\u00ad"), max_size=60))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    """What stands at a word's place folds to the word; and no word of the text is left out."""
    words = own_words(text)
    for word, start, end in zip(words.folded, words.starts, words.ends, strict=True):
        assert fold(text[start:end]).text == word
    assert words.folded == [found.group() for found in WORD.finditer(fold(text).text)]


def test_words_are_told_apart_by_hashes_however_long_the_text() -> None:
    """It is hashed in pieces, which leave no trace; one word may be longer than a piece."""
    text = " ".join(["x" * 300_000, *(f"word{n % 40_000}" for n in range(60_000)), "x" * 300_000])
    found = own_words(text)
    names = dict(zip(found.places.hashes.tolist(), found.folded, strict=True))
    assert [names[one] for one in found.places.hashes.tolist()] == found.folded == text.split()


def test_spans_are_merged_and_clipped() -> None:
    assert merged([(5, 9), (-3, 2), (8, 50), (4, 4)], 20) == [(0, 2), (5, 20)]


@given(st.text(max_size=300), st.lists(st.tuples(st.integers(-5, 320), st.integers(-5, 320))))
def test_offsets_are_ordered_and_inside(text: str, aside: list[tuple[int, int]]) -> None:
    """Whatever the text: words do not overlap, are not empty, and avoid what is set aside."""
    words = own_words(text, aside)
    last = 0
    for start, end in zip(words.starts, words.ends, strict=True):
        assert last <= start < end <= len(text)
        last = end
        assert not any(a < end and start < b for a, b in merged(aside, len(text)))
