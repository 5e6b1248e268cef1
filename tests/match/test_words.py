"""A text as the words that are compared."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.fold import fold
from filiation.match import words as module
from filiation.match.words import UNSPACED, WORD, merged, own_words, words_of
from filiation.values import Span


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


Plain = tuple[list[str], list[int], list[int], list[int], list[bool]]


def plain_words(text: str, aside: Sequence[Span]) -> Plain:
    """The plainest way: words, where they start and end, their sections, and which are quoted."""
    folding = fold(text)
    spans = merged(aside, len(text))
    quotes = [
        (folding.origin(quote.start()), folding.origin(quote.end()))
        for quote in module._QUOTE.finditer(folding.text)
    ]
    found: Plain = ([], [], [], [], [])
    last = 0
    for word in WORD.finditer(folding.text):
        start = folding.origin(word.start())
        end = max(folding.origin(word.end()), folding.origin(word.end() - 1) + 1)
        if any(start < b and a < end for a, b in spans) or start < last:
            continue
        last = end
        section = sum(b <= start for _, b in spans)
        quoted = any(a <= start < b for a, b in quotes)
        for column, value in zip(found, (word.group(), start, end, section, quoted), strict=True):
            column.append(value)  # type: ignore[attr-defined]
    return found


LETTERS = st.text(st.sampled_from('aB9_ \t\n“”"é京ไहि…ß½⒜ﬃŉ!Ж\u0301\u00ad'), max_size=60)
SPANS = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=3)


@settings(max_examples=300)
@given(st.lists(st.tuples(LETTERS, SPANS.map(tuple)), max_size=4))
def test_words_are_those_found_in_the_plainest_way(
    texts: list[tuple[str, tuple[Span, ...]]],
) -> None:
    """Those of many texts together, and of each alone."""
    for (text, aside), words in zip(texts, words_of(texts), strict=True):
        for found in (words, own_words(text, aside)):
            assert plain_words(text, aside) == (
                found.folded, found.starts, found.ends, found.sections, [q == 1 for q in found.quoted]
            )  # fmt: skip
            assert found.unspaced == (
                2 * sum(bool(UNSPACED.fullmatch(word)) for word in found.folded) > len(found)
            )
            lengths = [len(word) for word in found.folded]
            assert found.places._letters.tolist() == lengths
            for start, end in combinations(range(len(found) + 1), 2):
                assert found.spelt(start, end) == found.folded[start:end]
                assert found.span(start, end) == (found.starts[start], found.ends[end - 1])
            assert found.inside(3, 9) == sum(3 <= start < 9 for start in found.starts)


def test_no_character_folds_to_letters_and_a_quotation_mark() -> None:
    """Words and quotations are told apart in the folded text, as if in the text as given."""
    for code in range(0x110000):
        if not 0xD800 <= code < 0xE000 and len(folded := fold(chr(code)).text) > 1:
            assert '"' not in folded or not WORD.search(folded)


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
