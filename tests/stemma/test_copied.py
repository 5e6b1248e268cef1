"""What tells one parent from another: words copied in one run, not words that agree here and there."""

import pytest

from filiation.stemma.copied import shared
from filiation.values import Match, Passage


def match(words: int, *passages: tuple[int, float], coverage: float, score: float = 0.9) -> Match:
    """Return a match with passages of (characters, similarity)."""
    at = 0
    found = []
    for length, similarity in passages:
        found.append(Passage(at, at + length, at, at + length, similarity))
        at += length + 100
    return Match("a", "b", tuple(found), coverage, coverage, 0.9, score, True, ("edited",), words)


def test_a_verbatim_sentence_tells_more_than_agreement_here_and_there() -> None:
    sentence = shared(match(46, (280, 1.0), coverage=0.15), reused=True)
    report = shared(match(190, (2000, 0.57), coverage=0.95), reused=True)
    assert sentence.unbroken == pytest.approx(46)
    assert report.unbroken < 15


def test_each_passage_counts_by_its_own_similarity() -> None:
    even = shared(match(100, (600, 0.8), (600, 0.8), coverage=0.9), reused=False)
    uneven = shared(match(100, (600, 1.0), (600, 0.6), coverage=0.9), reused=False)
    assert uneven.unbroken > even.unbroken


def test_a_quotation_that_an_audit_holds_to_be_reuse_is_not_denied_by_its_score() -> None:
    quotation = match(21, (130, 1.0), coverage=0.1, score=0.02)
    assert shared(quotation, reused=False).score < 0 < shared(quotation, reused=True).score
    assert not shared(quotation, reused=True).whole
    assert shared(quotation, reused=True).part == 0


def test_a_match_without_passages_shares_nothing() -> None:
    nothing = shared(match(0, coverage=0.0, score=0.0), reused=False)
    assert nothing.unbroken == nothing.part == 0
