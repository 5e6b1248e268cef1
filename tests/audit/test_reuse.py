"""Which matches are reuse, and not formulas."""

from dataclasses import replace

import pytest

from filiation.audit.reuse import is_reuse, is_told, run_words
from filiation.match.blocks import Places
from filiation.match.words import own_words
from filiation.values import Match, Passage


def match(score: float, similarity: float, *, same_language: bool = True) -> Match:
    return Match(
        a="a",
        b="b",
        passages=(Passage(0, 180, 0, 180, similarity), Passage(500, 520, 400, 420, similarity)),
        coverage_a=0.5,
        coverage_b=0.5,
        similarity=similarity,
        score=score,
        same_language=same_language,
        kind=(),
        shared_words=30,
    )


@pytest.mark.parametrize(
    ("score", "similarity", "run_words", "surprise", "reuse"),
    [
        (0.1, 0.7, 20, 80.0, True),  # a quotation of one sentence
        (0.1, 0.7, 12, 80.0, False),  # too short a one
        (0.7, 0.6, 40, 12.0, False),  # a bond issue told in formulas
        (0.98, 0.85, 0, 11.0, True),  # a copy misread
        (1.0, 1.0, 300, 0.0, True),  # a story that everybody reprinted
        (0.4, 0.9, 25, 12.0, False),  # a formula, word for word
        (0.1, 0.7, 20, float("nan"), True),  # linked, and no candidate by words
        (0.1, 0.7, 5, float("nan"), False),
    ],
)
def test_the_rule(
    score: float, similarity: float, run_words: int, surprise: float, reuse: bool
) -> None:
    assert is_reuse(match(score, similarity), run_words, surprise) is reuse


@pytest.mark.parametrize(
    ("spans", "similarity", "told"),
    [
        (((0, 200),), 1.0, True),  # a sentence
        (((0, 50), (90, 140), (300, 350), (700, 750)), 1.0, False),  # names and offices
        (((0, 130), (300, 420)), 0.65, False),  # two reports of one fact
        (((0, 200), (300, 330)), 0.65, True),
    ],
)
def test_what_was_told_once_is_no_handful_of_names(
    spans: tuple[tuple[int, int], ...], similarity: float, told: bool
) -> None:
    passages = tuple(Passage(a, b, a, b, similarity) for a, b in spans)
    found = replace(match(0.1, similarity), passages=passages)
    assert is_told(found) is told
    assert is_reuse(found, 40, 80.0) is told
    assert is_reuse(found, 40, float("nan"))  # one page says that it is from the other


def test_translations_go_by_their_score() -> None:
    assert is_reuse(match(0.6, 0.3, same_language=False), 0, 0.0)
    assert not is_reuse(match(0.4, 0.3, same_language=False), 300, 900.0)


def test_words_in_runs() -> None:
    one = ["a", "b", "c", "d", "e", "f", "x", "g", "h", "i", "j", "k"]
    other = ["y", "a", "b", "c", "d", "e", "f", "z", "g", "h", "i", "j", "z", "k"]

    def places(words: list[str]) -> Places:
        return own_words(" ".join(words)).places

    assert run_words(places(one), places(other)) == 6
    assert run_words(places(one), places(one)) == len(one)
    assert run_words(places(one), places([*other, *one])) == len(one)
    assert run_words(places([]), places(one)) == run_words(places(one), places([])) == 0
