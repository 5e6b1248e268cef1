"""Which matches are reuse, and not formulas."""

import pytest

from filiation.audit.reuse import is_reuse, run_words
from filiation.match.blocks import Places
from filiation.match.words import own_words
from filiation.values import Match


def match(score: float, similarity: float, *, same_language: bool = True) -> Match:
    return Match(
        a="a",
        b="b",
        passages=(),
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
