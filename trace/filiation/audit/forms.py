"""Forms filled in anew: the same words about other figures.

An authority's daily count, a poll, a market's close are told in the same sentences day after day. Who
prints two of them has not taken the one from the other: what was copied has the figures of what it was
copied from.
"""

import re
from collections import Counter
from collections.abc import Sequence

from filiation.values import Match, Passage

__all__ = ["ALIKE", "is_form", "is_refilled"]

_NUMBER = re.compile(r"\d+(?:[.,:'’]\d+|[ \u00a0\u202f]\d{3}(?!\d))*")
"""A number as pages write it: 226,914 and 226.914 and 226 914 are one."""
DIGITS = 2
"""Of a number that counts: those of one digit are often the numbers of notes."""
OTHER = 3
"""Numbers on either side that the other has not, at the least, from which a passage is refilled, …"""
WORDS_EACH = 25
"""… and one for so many of its words. Of 8,835 German matches 185 are forms by this rule; of 43 that were
read all are: an authority's figures, polls, closing prices. Without this line, and with numbers of one
digit, 289 were, and of 30 three were copies, with notes numbered anew or a figure in a hundred words."""
ALIKE = 0.95
"""Share of equal words from which a passage is taken for no form unlooked at: 3 numbers of 60 words."""
LEAST = 30
"""Words that agree outside of such passages, and …"""
HALF = 0.5
"""… share of all that agree, from which a match is more than a form."""


def is_refilled(passage: Passage, a: str, b: str) -> bool:
    """Whether a passage of two texts says the same of other figures."""
    if passage.similarity >= ALIKE:
        return False
    mine = _numbers(a[passage.a_start : passage.a_end])
    if mine.total() < OTHER:
        return False
    theirs = _numbers(b[passage.b_start : passage.b_end])
    common = (mine & theirs).total()
    differ = min(mine.total(), theirs.total()) - common
    words = len(a[passage.a_start : passage.a_end].split())
    return differ >= max(OTHER, common, words / WORDS_EACH)


def is_form(match: Match, a: str, b: str) -> bool:
    """Whether hardly more than refilled passages is what two texts share."""
    refilled = [passage for passage in match.passages if is_refilled(passage, a, b)]
    if not refilled:
        return False
    forms = _words(refilled, a)
    words = _words(match.passages, a)
    return words - forms < max(LEAST, HALF * words)


def _words(passages: Sequence[Passage], a: str) -> float:
    """Return how many words of some passages agree."""
    return sum(len(a[p.a_start : p.a_end].split()) * p.similarity for p in passages)


def _numbers(text: str) -> Counter[str]:
    found = ("".join(filter(str.isdigit, number)) for number in _NUMBER.findall(text))
    return Counter(number for number in found if len(number) >= DIGITS)
