"""What two articles of one outlet share, and how much of it is their own."""

import random
from itertools import groupby

import numpy as np
import pytest

from filiation.audit.stretches import (
    LEAST_AT_END,
    LEAST_STRETCH,
    NEIGHBOURS,
    WHOLE_WORDS,
    Countable,
    are_witnesses,
    countable,
    own_words,
)
from filiation.match import compare
from filiation.match.fingerprints import GRAM, grams_of
from filiation.values import Article, Match
from tests.audit.press import Press
from tests.audit.test_standing import around


def page(text: str, language: str | None = "en") -> Article:
    return Article(id=text, input="", text=text, language=language)


def case(a: str, b: str) -> tuple[Match, Article, Article]:
    one, other = page(a), page(b)
    return compare(one, other), one, other


def pair(press: Press, *shared: str) -> tuple[Match, Article, Article]:
    return case(around(press, *shared), around(press, *shared))


def test_a_passage_tells_its_witnesses_and_where_its_grams_stand() -> None:
    press = Press(1)
    match, one, other = pair(press, press.text(60))
    [told] = countable([(match, one, other)])
    assert told is not None
    [passage] = told
    hashes, _ = grams_of([(one.text[match.passages[0].a_start : match.passages[0].a_end], ())])
    witness = are_witnesses(hashes)
    assert passage.witnesses == tuple(hashes[witness].tolist())
    assert passage.least == LEAST_STRETCH
    assert passage.alike == match.passages[0].similarity
    # Each witness stands where it stands, and what is between two of them reaches from one to the other.
    places = [*passage.places, -1]
    assert len(places) == 3 * len(passage.witnesses) + 3
    assert places[2::3][:-1] == np.flatnonzero(witness).tolist()
    stands = [
        place
        for first, last, at in zip(places[::3], places[1::3], places[2::3], strict=True)
        for place in (*(range(first, last + 1) if first >= 0 else ()), at)
    ]
    assert stands == [*range(len(hashes)), -1]


def gallery(press: Press) -> str:
    frame = "Pictures of the long bridge over the river"
    return " ".join(f"{frame} {' '.join(press.words(16))}." for _ in range(12))


@pytest.mark.parametrize(
    ("shared", "counted"),
    [
        (lambda press: press.text(60), 1),
        (lambda press: " ".join(press.words(LEAST_STRETCH - 8)), 0),
        (gallery, 0),
    ],
    ids=["copy", "title", "gallery"],
)
def test_what_cannot_count_is_not_told(shared, counted) -> None:  # type: ignore[no-untyped-def]
    press = Press(2)
    [told] = countable([pair(press, shared(press))])
    assert told is not None
    assert len(told) == counted


@pytest.mark.parametrize(
    ("words", "long", "told"), [(40, 300, 0), (140, 600, 1)], ids=["a note", "much"]
)
def test_what_begins_both_counts_if_it_is_long(words: int, long: int, told: int) -> None:
    press = Press(3)
    head = press.text(words)
    [found] = countable([case(*(f"{head}\n\n{press.text(long)}" for _ in range(2)))])
    assert found is not None
    assert [passage.least for passage in found] == [LEAST_AT_END] * told


@pytest.mark.parametrize(("words", "whole"), [(WHOLE_WORDS + 50, True), (90, False)])
def test_one_long_text_is_reuse_however_often_it_is_printed(words: int, whole: bool) -> None:
    text = Press(4).text(words)
    [told] = countable([case(text, text)])
    assert (told is None) is whole


def test_each_is_told_as_if_it_were_alone() -> None:
    press = Press(5)
    cases = [pair(press, press.text(size), gallery(press)) for size in (30, 60, 120)]
    cases.append(case("nothing", "else"))
    assert countable(cases) == [told for one in cases for told in countable([one])]
    assert countable([]) == []


@pytest.mark.parametrize("seed", range(40))
def test_stretches_are_those_of_the_majority_of_witnesses_about_each_gram(seed: int) -> None:
    draw = random.Random(seed)
    passages, owns, expected = [], [], []
    for _ in range(draw.randint(1, 6)):
        places = sorted(draw.sample(range(200), draw.randint(0, 120)))
        rare = draw.random()
        grams = [(place, draw.random() < 0.3) for place in places]
        own = [draw.random() < rare for _, witness in grams if witness]
        least, alike = draw.choice((4, 20)), draw.choice((0.5, 1.0))
        passages.append(_told(grams, least, alike))
        owns += own
        expected.append(sum(int(words * alike) for words in _stretches(grams, own, least)))
    assert own_words(passages, np.array(owns, bool)).tolist() == expected


def _told(grams: list[tuple[int, bool]], least: int, alike: float) -> Countable:
    places: list[int] = []
    for witness, some in groupby(grams, key=lambda gram: gram[1]):
        at = [place for place, _ in some]
        if not witness:
            places += [at[0], at[-1]]
            continue
        for place in at:
            places += [-1, -1] if len(places) % 3 == 0 else []
            places.append(place)
    places += [-1, -1] if len(places) % 3 == 0 else []
    hashes = tuple(n for n, (_, witness) in enumerate(grams) if witness)
    return Countable(alike, least, hashes, tuple(places))


def _stretches(grams: list[tuple[int, bool]], own: list[bool], least: int) -> list[int]:
    """Return the words of the stretches, gram by gram: slowly, and as it is told in words."""
    before = 0
    mine: list[tuple[bool, int]] = []
    for place, witness in grams:
        about = own[max(0, before - NEIGHBOURS) : before + witness + NEIGHBOURS]
        mine.append((2 * sum(about) > len(about), place))
        before += witness
    runs = [(said, [at for _, at in some]) for said, some in groupby(mine, key=lambda m: m[0])]
    words = [at[-1] - at[0] + GRAM for said, at in runs if said]
    return [size for size in words if size >= least]


def test_nothing_shared_has_no_words() -> None:
    assert own_words([], np.zeros(0, bool)).tolist() == []
    assert own_words([Countable(1.0, 20, (), (-1, -1))], np.zeros(0, bool)).tolist() == [0]
