"""From what on two texts are versions of one."""

import pytest

from filiation.stemma.verdicts import are_versions, text_verdict
from filiation.values import Article, Match, Passage

LONG = Article("long", "long", "word " * 1200)
OTHER = Article("other", "other", "word " * 1200)
BRIEF = Article("brief", "brief", "word " * 12)


def match(
    coverage: tuple[float, float],
    score: float,
    *,
    run: int = 60,
    words: int = 200,
    same: bool = True,
) -> Match:
    """Return a match whose longest passage has `run` words."""
    passage = Passage(0, run * 6, 0, run * 6, 1.0)
    return Match("a", "b", (passage,), *coverage, 1.0, score, same, ("edited",), words)


NOT = [
    ("a quotation in a long page", match((0.12, 0.1), 0.9, run=45, words=45)),
    ("a statement carried by two reports", match((0.2, 0.25), 0.8, run=80, words=110)),
    ("a formula of two lines", match((1.0, 0.05), 0.9, run=20, words=20)),
    ("chance", match((0.5, 0.5), 0.2)),
    ("a long run in two very long texts", match((0.1, 0.1), 0.9, run=150)),
    (
        "a short report within a longer one of another language",
        match((0.38, 0.94), 0.99, same=False),
    ),
    ("scattered hits between languages", match((0.45, 0.3), 0.6, same=False)),
]
ARE = [
    ("a whole text", match((1.0, 0.98), 0.99)),
    ("an abridgement", match((0.4, 1.0), 0.95)),
    ("a text within a longer one", match((0.9, 0.2), 0.95)),
    ("a long excerpt", match((0.2, 0.25), 0.9, run=130)),
    ("a translation", match((0.9, 0.8), 0.7, same=False)),
]


@pytest.mark.parametrize(("why", "found"), NOT, ids=[why for why, _ in NOT])
def test_not_versions(why: str, found: Match) -> None:
    assert not are_versions(found, LONG, OTHER), why
    assert text_verdict(found, LONG, OTHER, credited=False) == "silent", why


@pytest.mark.parametrize(("why", "found"), ARE, ids=[why for why, _ in ARE])
def test_versions(why: str, found: Match) -> None:
    assert are_versions(found, LONG, OTHER), why
    assert text_verdict(found, LONG, OTHER, credited=False) == "match", why


def test_a_credit_needs_less_text_to_agree() -> None:
    quotation = match((0.12, 0.1), 0.4, run=45, words=45)
    assert are_versions(quotation, LONG, OTHER, credited=True)
    assert not are_versions(match((0.12, 0.1), 0.1), LONG, OTHER, credited=True)


def nothing(*, same: bool = True) -> Match:
    return Match("a", "b", (), 0.0, 0.0, 0.0, 0.0, same, ())


def test_nothing_in_common_contradicts_only_within_a_language_and_at_length() -> None:
    assert text_verdict(nothing(), LONG, OTHER, credited=True) == "contradicts"
    assert text_verdict(nothing(), LONG, BRIEF, credited=True) == "silent"
    assert text_verdict(nothing(same=False), LONG, OTHER, credited=True) == "silent"
    assert text_verdict(None, LONG, OTHER, credited=True) == "silent"
