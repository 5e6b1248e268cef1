"""Lists: titles of other articles, names, places with their figures, a table of contents.

A page that links to others in the midst of its text, or names all who were asked, prints the same list in
a few articles of one week; so it is rare, and told by no other article. What tells it are the words: a list
has few of the language's commonest words, and where titles follow one another, these begin with a capital
though no mark stands before them.
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from math import sqrt

from filiation.languages import words_of

__all__ = ["Usual", "is_list", "is_names", "usual"]

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
HEADS = 0.8
"""Share of words in capitals from which all are headings. One match within American outlets rests on them,
titles of linked articles, and none within German ones."""
FIGURES = 0.25
"""Share of words that are figures from which a text with fewer common words than usual is a table: closing
prices in one match of American outlets, villages with their cases in one of German ones."""
SHORTEST, LONGEST = 3, 40
"""Letters of a name that a title is glued to: `McConnell` is one word. Seven matches within American outlets
rest on such titles, all of them of one that links what it has on every name."""
NAMES = 0.5
"""Share of words with a capital from which a passage is names, who stands for an office, who voted how, if
it is …"""
TIMES = 2.0
"""… so many times what is usual in the text, which in German has 0.33. Of 2,685 matches between American
outlets seven rest on such passages, all of them members, officials and their offices; of 6,159 between
German ones one."""
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
    return sum(map(common.__contains__, words)) / len(words) if words else 0.0


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
    if spread < FEW or _heads(words):
        return True
    if spread < FEWER and sum(word.isdigit() for word, _ in words) >= FIGURES * size:
        return True
    known = {word for word, _ in words}
    glued = sum(_is_glued(word, known) for word in known)
    starts = sum(_starts(text, *one) for one in told) + glued
    return spread < (0 if glued else FEWER) and starts >= max(1, STARTS * size)


def _heads(words: Sequence[tuple[str, int]]) -> bool:
    """Whether hardly a word has a small letter: headings, which no sentence parts."""
    long = [word for word, _ in words if len(word) > 1 and not word.isdigit()]
    return sum(word.isupper() for word in long) >= HEADS * len(long) > 0


def _starts(text: str, word: str, start: int) -> bool:
    """Whether a word has a capital, though a word and no mark stands before it."""
    if len(word) < 2 or not word[0].isupper():
        return False
    before = text[:start].rstrip()
    return bool(before) and before[-1].isalnum()


def _is_glued(word: str, known: Collection[str]) -> bool:
    """Whether a name that stands in the same text ends within a word: a title begins there.

    So it does where a page has links one after another, and its text has lost what was between them.
    """
    if word[SHORTEST:LONGEST].islower():  # as nearly all are: no title begins there
        return False
    return any(
        word[at].isupper() and word[at - 1].islower() and word[:at] in known
        for at in range(SHORTEST, min(len(word), LONGEST))
    )


def is_names(text: str, whole: str) -> bool:
    """Whether a passage of a text is hardly more than names and offices, by its capitals."""
    share = _capitals(text)
    return share >= NAMES and share >= TIMES * _capitals(whole)


def _capitals(text: str) -> float:
    """Return the share of words that begin with a capital, of those with small letters in them."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    return sum(w[0].isupper() and not w.isupper() for w in words) / len(words) if words else 0.0


@lru_cache(128)
def _common(language: str | None) -> frozenset[str]:
    return words_of(language).stop_words
