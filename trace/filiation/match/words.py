"""A text as the words that are compared, each with its place in the text as given."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from filiation.fold import Folded, fold
from filiation.match.blocks import Places
from filiation.match.characters import UNSPACED, WHOLE, WORD, borders, learnt, word_hashes
from filiation.values import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

__all__ = ["UNSPACED", "WORD", "Words", "merged", "own_words"]

# Folding makes every double quotation mark one; what an apostrophe opens cannot be told. It opens at
# the start of a text or line, or after a space, bracket, colon or comma.
_QUOTE = re.compile(r'"(?<![^\s(:,]")(?=\S)[^"\n]{1,900}"')


class Words:
    """The words of a text that are its own: folded, with their offsets in the text as given.

    What only some are asked for is made when it is first asked for.
    """

    def __init__(
        self,
        folding: Folded,
        edges: "tuple[Numbers, Numbers]",
        origins: "tuple[Numbers, Numbers]",
        sections: list[int],
        unspaced: bool,
        places: Places,
    ) -> None:
        """Take edges of the words in the folded text, and their origins in the text as given."""
        self._folding = folding
        self._first, self._after = edges
        self._starts, self._ends = origins
        self.sections = sections
        """Which stretch between two set-aside runs each word stands in; passages end at its border."""
        self.unspaced = unspaced
        """Whether most words are single characters of a script without spaces."""
        self.places = places
        """Where its words stand, for the search for those that two texts share."""

    def __len__(self) -> int:
        return len(self._starts)

    @cached_property
    def folded(self) -> list[str]:
        """The words."""
        text = self._folding.text
        edges = zip(self._first.tolist(), self._after.tolist(), strict=True)
        return [text[first:after] for first, after in edges]

    @cached_property
    def starts(self) -> list[int]:
        """Where each word starts in the text as given."""
        starts: list[int] = self._starts.tolist()
        return starts

    @cached_property
    def ends(self) -> list[int]:
        """Where it ends."""
        ends: list[int] = self._ends.tolist()
        return ends

    @cached_property
    def quoted(self) -> bytearray:
        """1 for each word within quotation marks: what someone said, and any report may repeat."""
        quoted = bytearray(len(self))
        quotes = [quote.span() for quote in _QUOTE.finditer(self._folding.text)]
        if not quotes:
            return quoted
        said = [self._folding.origin(edge) for quote in quotes for edge in quote]
        places = self._starts.searchsorted(said).tolist()
        for opened, closed in zip(places[::2], places[1::2], strict=True):
            quoted[opened:closed] = b"\x01" * (closed - opened)
        return quoted


def own_words(text: str, aside: Iterable[Span] = ()) -> Words:
    """Return the words of `text` that lie outside the runs set aside.

    Digits are words: they tell one company's results from another's.
    """
    folding = fold(text)
    # The last character stands in no word.
    packed = (folding.text + "\n").encode("utf-32-le", "surrogatepass")
    codes, kinds = learnt().looked_up(np.frombuffer(packed, np.uint32))
    first, after = borders(kinds)
    starts, ends = folding.origins(first, after)
    sections = [0] * len(starts)
    if spans := merged(aside, len(text)):
        ranges = _outside(spans, len(text), starts, ends)
        sections = [n for n, (start, end) in enumerate(ranges) for _ in range(start, end)]
        kept = np.concatenate([np.arange(start, end) for start, end in ranges])
        first, after, starts, ends = first[kept], after[kept], starts[kept], ends[kept]
    if (ends[:-1] > starts[1:]).any():
        # One character may fold to several words ("½" to "1" and "2"): the first stands for it.
        kept = np.array(_first(starts.tolist(), ends.tolist()))
        sections = [sections[n] for n in kept.tolist()]
        first, after, starts, ends = first[kept], after[kept], starts[kept], ends[kept]
    unspaced = int(np.count_nonzero(kinds[first] == WHOLE)) * 2 > len(first)
    places = Places(word_hashes(codes, first, after), after - first)
    return Words(folding, (first, after), (starts, ends), sections, unspaced, places)


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
