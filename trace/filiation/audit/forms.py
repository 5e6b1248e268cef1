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
NONE_ALIKE = 2
"""… the same where the two have no number in common, if such passages are half of what agrees, …"""
WORDS_EACH = 25
"""… and one for so many of its words. Of 8,835 German matches 185 are forms by this rule; of 43 that were
read all are: an authority's figures, polls, closing prices. Without this line, and with numbers of one
digit, 289 were, and of 30 three were copies, with notes numbered anew or a figure in a hundred words. Of 64
that `NONE_ALIKE` adds among 7,994 German ones 22 were read: 20 are an authority's daily figures, two tell of
one day; among 2,988 American ones it adds none."""
ALIKE = 0.95
"""Share of equal words from which a passage is taken for no form unlooked at: 3 numbers of 60 words."""
LEAST = 30
"""Words that agree outside of such passages, and …"""
HALF = 0.5
"""… share of all that agree, from which a match is more than a form."""


def is_refilled(passage: Passage, a: str, b: str, none_alike: int = OTHER) -> bool:
    """Whether a passage of two texts says the same of other figures.

    `none_alike` are the numbers that it must have where the two have none in common.
    """
    if passage.similarity >= ALIKE:
        return False
    mine = _numbers(a[passage.a_start : passage.a_end])
    if mine.total() < none_alike:
        return False
    theirs = _numbers(b[passage.b_start : passage.b_end])
    common = (mine & theirs).total()
    differ = min(mine.total(), theirs.total()) - common
    words = len(a[passage.a_start : passage.a_end].split())
    return differ >= max(OTHER if common else none_alike, common, words / WORDS_EACH)


def is_form(match: Match, a: str, b: str) -> bool:
    """Whether hardly more than refilled passages is what two texts share."""
    loosely = [p for p in match.passages if is_refilled(p, a, b, NONE_ALIKE)]
    if not loosely:
        return False
    words = _words(match.passages, a)
    refilled = [passage for passage in loosely if is_refilled(passage, a, b)]
    return any(
        some and words - _words(some, a) < max(least, HALF * words)
        for some, least in ((refilled, LEAST), (loosely, 0))
    )


def _words(passages: Sequence[Passage], a: str) -> float:
    """Return how many words of some passages agree."""
    return sum(len(a[p.a_start : p.a_end].split()) * p.similarity for p in passages)


def _numbers(text: str) -> Counter[str]:
    found = ("".join(filter(str.isdigit, number)) for number in _NUMBER.findall(text))
    return Counter(number for number in found if len(number) >= DIGITS)
