"""Folding: one character at a time, however many at once."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation import fold as folding
from filiation import languages
from filiation.fold import Translation, fold

EVERY = "".join(map(chr, range(sys.maxunicode + 1)))
MIXED = st.text(
    st.one_of(st.characters(), st.sampled_from("abc Xyz.\n\t'ßéİΣ“”…ł½²٣")), max_size=200
)


def _shouted(character: str) -> str:
    return "" if character == "…" else character.upper()


EACH: list[Callable[[str], str]] = [
    folding._fold_character,
    languages._small_or_space,
    _shouted,
]


@pytest.mark.parametrize("each", EACH)
@given(MIXED)
def test_a_translation_is_that_of_its_characters(each: Callable[[str], str], text: str) -> None:
    translation = Translation(each)
    assert translation.of(text) == "".join(map(each, text))
    padded = text + "plain words " * 40  # mostly ASCII
    assert translation.of(padded) == "".join(map(each, padded))


@pytest.mark.parametrize("each", EACH[:2])
def test_what_is_translated_stays_as_it_is(each: Callable[[str], str]) -> None:
    once = [each(character) for character in EVERY]
    assert all(len(each(character)) == 1 and each(character).isascii() for character in EVERY[:128])
    changed = {found for found, character in zip(once, EVERY, strict=True) if found != character}
    assert [found for found in changed if "".join(map(each, found)) != found] == []


@given(MIXED)
def test_words_are_those_of_the_pattern(text: str) -> None:
    assert languages._spaced(text).split() == languages._WORD.findall(text.lower())


@given(MIXED)
def test_each_folded_character_knows_its_origin(text: str) -> None:
    found = fold(text)
    origins = [i for i, character in enumerate(text) for _ in folding._fold_character(character)]
    assert [found.origin(i) for i in range(len(found.text))] == origins
