"""Lists: titles of other articles, names, places with their figures, a table of contents.

A page that links to others in the midst of its text, or names all who were asked, prints the same list in
a few articles of one week; so it is rare, and told by no other article. What tells it are the words: a list
has few of the language's commonest words, and where titles follow one another, these begin with a capital
though no mark stands before them.
"""

import re
from functools import lru_cache
from math import sqrt

from filiation.languages import words_of

__all__ = ["Usual", "is_list", "usual"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
FEW = -2.6
"""Standard deviations below what is usual in the article from which the commonest words of a text are those
of a list, whatever else. Of 359 matches within American outlets and 1,851 within German ones 14 have fewer:
members of a panel, towns with their figures, telephone numbers, quoted English. One is none."""
FEWER = -0.6
"""The same where such words begin with a capital, …"""
STARTS = 0.02
"""… so many of all words at the least, with no mark before them. 34 more have both, all of them lists: titles
of linked articles and of films. Of those that have such capitals, and more common words, four of five are
none: a title in the midst of text."""
LEAST_USUAL = 0.15
"""Share of the commonest words from which a text tells what is usual: running text has 0.25 to 0.45 of them
in the languages that write words apart."""
LEAST_WORDS = 15
"""Words of the shortest list."""

Usual = float
"""Share of the language's commonest words in an article."""


def usual(text: str, language: str | None) -> Usual:
    """Return the share of the language's commonest words in a text; 0 where it has none, or is not known."""
    common = _common(language)
    words = _WORD.findall(text.lower())
    return sum(word in common for word in words) / len(words) if words else 0.0


def is_list(text: str, language: str | None, share: Usual) -> bool:
    """Whether a passage is a list; `share` is what is usual in the article that it stands in.

    Where nothing is known of the language, or its words are not told apart, it never is.
    """
    common = _common(language)
    words = [(found.group(), found.start()) for found in _WORD.finditer(text)]
    size = len(words)
    if share < LEAST_USUAL or size < LEAST_WORDS:
        return False
    told = [(word, start) for word, start in words if word.lower() in common]
    spread = (len(told) - size * share) / sqrt(size * share * (1 - share))
    if spread < FEW:
        return True
    return spread < FEWER and sum(_starts(text, *one) for one in told) >= max(1, STARTS * size)


def _starts(text: str, word: str, start: int) -> bool:
    """Whether a word has a capital, though a word and no mark stands before it."""
    if len(word) < 2 or not word[0].isupper():
        return False
    before = text[:start].rstrip()
    return bool(before) and before[-1].isalnum()


@lru_cache(128)
def _common(language: str | None) -> frozenset[str]:
    return words_of(language).stop_words
