"""Captions: what a gallery prints about each of its pictures, which two galleries of an outlet share."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from filiation.values import Passage

__all__ = ["captions"]

BESIDE = 2
"""Words before a passage, or behind it, that are its neighbours: those about a caption are the same, …"""
BESIDES = 3
"""… of so many of a pair's passages at the least, …"""
MOSTLY = 1 / 3
"""… and of such a share of all. A caption has …"""
CAPTION = 500
"""… no more characters. Of 318 matches within American outlets 15 are left out by these and by `stretches.TWICE`, eleven
of them galleries, one a note on where to give; of 1,835 within German ones none."""
CAPTION_ENDS = 40
"""Characters that a caption begins with, and ends with, as does its like where a page prints it twice."""
BETWEEN_CAPTIONS = 120
"""Characters between two captions of one gallery, at the most: its name and the number of the picture."""
NEAR = 60
"""Characters beside a passage in which its neighbours are looked for."""


def captions(passages: Sequence[Passage], a: str, b: str) -> AbstractSet[int]:
    """Return the numbers of the passages of two texts that are captions."""
    return _framed(passages, a) | _doubled(passages, a, b)


def _framed(passages: Sequence[Passage], text: str) -> set[int]:
    """Return the numbers of the passages that stand in a frame: what is beside them comes again."""
    beside: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    if len(passages) < BESIDES:
        return set()
    for number, passage in enumerate(passages):
        before = _letters(text[max(0, passage.a_start - NEAR) : passage.a_start])
        behind = _letters(text[passage.a_end : passage.a_end + NEAR])
        beside["before", *before[-BESIDE:]].add(number)
        beside["behind", *behind[:BESIDE]].add(number)
    small = {n for n, p in enumerate(passages) if p.a_end - p.a_start <= CAPTION}
    captions = {
        number
        for said, numbers in beside.items()
        if len(said) > BESIDE and len(numbers) >= max(BESIDES, MOSTLY * len(passages))
        for number in numbers & small
    }
    # A passage may begin a word before the others do, or end behind.
    for number in sorted(small - captions):
        if {number - 1, number + 1} <= captions and _joins(passages, number):
            captions.add(number)
    return captions


def _joins(passages: Sequence[Passage], number: int) -> bool:
    """Whether a passage stands close to the one before it and to the one behind."""
    before, passage, behind = passages[number - 1 : number + 2]
    return (
        0 <= passage.a_start - before.a_end <= BETWEEN_CAPTIONS
        and 0 <= behind.a_start - passage.a_end <= BETWEEN_CAPTIONS
    )


def _doubled(passages: Sequence[Passage], a: str, b: str) -> set[int]:
    """Return the numbers of the passages that either text says twice over.

    A page has the caption of each picture before it and behind; an alignment has one of the two.
    """
    return {
        number
        for number, p in enumerate(passages)
        if _again(a, p.a_start, p.a_end) or _again(b, p.b_start, p.b_end)
    }


def _again(text: str, start: int, end: int) -> bool:
    """Whether a passage that may be a caption stands twice, the one beside the other."""
    size = end - start
    if not CAPTION_ENDS <= size <= CAPTION:
        return False
    first, last = text[start : start + CAPTION_ENDS], text[end - CAPTION_ENDS : end]
    beside = (text[max(0, start - size - NEAR) : start], text[end : end + size + NEAR])
    return any(first in said and last in said for said in beside)


def _letters(text: str) -> list[str]:
    """Return the words of a text that have no figures."""
    return [word for word in text.lower().split() if not any(map(str.isdigit, word))]
