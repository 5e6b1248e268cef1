"""A text as the words that are compared, each with its place in the text as given."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from filiation.fold import fold
from filiation.match.blocks import Places
from filiation.values import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["UNSPACED", "WORD", "Words", "merged", "own_words"]

# Scripts written without spaces between words: each of their characters counts as a word.
# Han with its extensions, kana, bopomofo; Thai and Lao; Tibetan; Myanmar; Khmer. Hangul has spaces.
_SCRIPTS = (
    "\u3041-\u3096\u30a1-\u30fa\u30fc\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e01-\u0e4e\u0e81-\u0ece\u0f40-\u0fbc\u1000-\u104f\u1780-\u17d3"
)
# The vowel signs of Indic scripts are marks, not letters, to `\w`; without them "हिन्दी" would be
# three words. The dandas (U+0964, U+0965) and abbreviation sign (U+0970) do end words.
_INDIC = "\u0900-\u0963\u0966-\u096f\u0971-\u0df3"

WORD = re.compile(f"[{_SCRIPTS}]|(?:(?![{_SCRIPTS}_])[\\w{_INDIC}])+")
# The same words in less time, where a folded text has no letters beyond ASCII, or none of a script
# from U+0900 on.
_ASCII = re.compile("([0-9a-z]+)")
_SPACED = re.compile(r"([^\W_]+)")
_ANY = re.compile(f"({WORD.pattern})")
_BEYOND = re.compile("[\u0900-\U0010ffff]")
# Folding makes every double quotation mark one; what an apostrophe opens cannot be told. It opens at
# the start of a text or line, or after a space, bracket, colon or comma.
_QUOTE = re.compile(r'"(?<![^\s(:,]")(?=\S)[^"\n]{1,900}"')
UNSPACED = re.compile(f"[{_SCRIPTS}]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text that are its own: folded, with their offsets in the text as given."""

    folded: list[str]
    starts: list[int]
    ends: list[int]
    sections: list[int]
    """Which stretch between two set-aside runs each word stands in; passages end at its border."""
    unspaced: bool
    """Whether most words are single characters of a script without spaces."""
    quoted: bytearray
    """1 for each word within quotation marks: what someone said, and any report may repeat."""
    places: Places = field(compare=False, repr=False)
    """Where its words stand, for the search for those that two texts share."""

    def __len__(self) -> int:
        return len(self.folded)


def own_words(text: str, aside: Iterable[Span] = ()) -> Words:
    """Return the words of `text` that lie outside the runs set aside.

    Digits are words: they tell one company's results from another's.
    """
    folding = fold(text)
    pattern = (
        _ASCII if folding.text.isascii() else _ANY if _BEYOND.search(folding.text) else _SPACED
    )
    # What is no word, and the words, by turns.
    parts = pattern.split(folding.text)
    edges = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
    folded = parts[1::2]
    first, after = folding.origins(edges[:-1:2], edges[1::2])
    sections = [0] * len(folded)
    if borders := merged(aside, len(text)):
        ranges = _outside(borders, len(text), first, after)
        folded = [word for start, end in ranges for word in folded[start:end]]
        sections = [n for n, (start, end) in enumerate(ranges) for _ in range(start, end)]
        first = np.concatenate([first[start:end] for start, end in ranges])
        after = np.concatenate([after[start:end] for start, end in ranges])
    if (after[:-1] > first[1:]).any():
        # One character may fold to several words ("½" to "1" and "2"): the first stands for it.
        kept = _first(first.tolist(), after.tolist())
        folded = [folded[n] for n in kept]
        sections = [sections[n] for n in kept]
        first, after = first[kept], after[kept]
    starts, ends = first.tolist(), after.tolist()
    quoted = bytearray(len(folded))
    for quote in _QUOTE.finditer(folding.text):
        opened = bisect_left(starts, folding.origin(quote.start()))
        closed = bisect_left(starts, folding.origin(quote.end()))
        quoted[opened:closed] = b"\x01" * (closed - opened)
    single = 0
    if pattern is _ANY:
        single = sum(1 for word in folded if len(word) == 1 and UNSPACED.match(word))
    unspaced = single * 2 > len(folded)
    return Words(folded, starts, ends, sections, unspaced, quoted, Places(folded))


def _first(starts: Sequence[int], ends: Sequence[int]) -> list[int]:
    """Return which words start where the one before has ended."""
    kept: list[int] = []
    last = 0
    for n, start in enumerate(starts):
        if start >= last:
            kept.append(n)
            last = ends[n]
    return kept


def _outside(
    borders: Sequence[Span],
    length: int,
    starts: "NDArray[np.int64]",
    ends: "NDArray[np.int64]",
) -> list[Span]:
    """Return the words before, between and after the runs set aside, as ranges of their numbers."""
    beyond = np.array([0, *(end for _, end in borders)])
    before = np.array([*(start for start, _ in borders), length])
    first = np.searchsorted(starts, beyond)
    last = np.searchsorted(ends, before, side="right")
    return list(zip(first.tolist(), np.maximum(first, last).tolist(), strict=True))


def merged(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the spans clipped to the text, sorted, empty ones dropped, overlapping ones joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        start, end = max(0, start), min(length, end)
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
