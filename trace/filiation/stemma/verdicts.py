"""Whether two texts are versions of one, as their match has it."""

from typing import Literal

from filiation.stemma.weights import FOUND_AT_ALL, FOUND_LIMITS
from filiation.values import Article, Match

__all__ = ["TextVerdict", "are_versions", "text_verdict"]

TextVerdict = Literal["match", "contradicts", "silent"]
"""`silent`: a text is unseen or too short, or the languages differ and nothing was recognised."""

_LEAST = {name: value for name, (value, _) in FOUND_AT_ALL.items()}
_LIMIT = {name: value for name, (value, _) in FOUND_LIMITS.items()}

LETTERS_A_WORD = 6
"""Characters of a word with its space, on average; only orders of magnitude depend on it."""


def are_versions(match: Match, a: Article, b: Article, *, credited: bool = False) -> bool:
    """Whether the two are versions of one text rather than reports of one event, or a quotation."""
    if not match.passages and match.score < _LEAST["score"]:
        return False
    run = _longest_run(match, a, b)
    if credited and match.score >= _LEAST["credited_score"] and run >= _LEAST["credited_words"]:
        return True
    if match.score < _LEAST["score"]:
        return False
    if not match.same_language:
        return min(match.coverage_a, match.coverage_b) >= _LEAST["coverage_translated"]
    coverage = max(match.coverage_a, match.coverage_b)
    if coverage >= _LEAST["coverage"]:
        return match.shared_words >= _LEAST["words"]
    return run >= _LEAST["excerpt_words"] and coverage >= _LEAST["excerpt_share"]


def text_verdict(match: Match | None, a: Article, b: Article, *, credited: bool) -> TextVerdict:
    """Return what the texts say to the claim that one was made from the other."""
    if match is None:
        return "silent"
    if are_versions(match, a, b, credited=credited):
        return "match"
    long_enough = min(len(a.text), len(b.text)) >= (_LIMIT["contradiction_words"] * LETTERS_A_WORD)
    if match.same_language and long_enough and match.score <= _LIMIT["contradiction_score"]:
        return "contradicts"
    return "silent"


def _longest_run(match: Match, a: Article, b: Article) -> float:
    """Return the length in words of the longest passage, in the shorter of its two places."""
    return max(
        (min(_words(a, p.a_start, p.a_end), _words(b, p.b_start, p.b_end)) for p in match.passages),
        default=0,
    )


def _words(article: Article, start: int, end: int) -> float:
    # Counting spaces would make one word of a Chinese paragraph.
    return (end - start) / LETTERS_A_WORD
