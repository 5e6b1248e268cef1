"""What of two texts lies outside the passages they share: what was cut, and what was added."""

import re
from dataclasses import dataclass

from filiation.values import Article, Match, Span

__all__ = ["Run", "cut_and_added", "words_in"]

# A word, or one sign of a script that sets no spaces between words.
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]|[^\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]+"
)

FEWEST_WORDS = 3
"""A shorter run between two passages is an edit of words, not a cut or an addition."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of one text that has no counterpart in the other."""

    text: str
    start: int
    words: int


def words_in(text: str) -> int:
    """Return how many words a text has."""
    return sum(1 for _ in _WORD.finditer(text))


def cut_and_added(match: Match, a: Article, b: Article) -> tuple[list[Run], list[Run]]:
    """Return the runs of `a` that `b` lacks and those of `b` that `a` lacks, in order."""
    cut = _outside(a, [(p.a_start, p.a_end) for p in match.passages])
    added = _outside(b, [(p.b_start, p.b_end) for p in match.passages])
    return cut, added


def _outside(article: Article, shared: list[Span]) -> list[Run]:
    """Return the runs that lie neither in shared passages nor in what is set aside."""
    runs = []
    position = 0
    for start, end in [*sorted([*shared, *article.aside]), (len(article.text),) * 2]:
        if start > position:
            runs += _paragraphs(article.text, position, start)
        position = max(position, end)
    return runs


def _paragraphs(text: str, start: int, end: int) -> list[Run]:
    """Split a run at blank lines and line ends: a cut is told paragraph by paragraph."""
    runs = []
    for found in re.finditer(r"[^\n]+", text[start:end]):
        words = words_in(found[0])
        if words >= FEWEST_WORDS:
            runs.append(Run(found[0].strip(), start + found.start(), words))
    return runs
