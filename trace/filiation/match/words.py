"""A text as the words that are compared, each with its place in the text as given."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from filiation.fold import folded
from filiation.match.blocks import Places
from filiation.match.characters import UNSPACED, WORD
from filiation.match.fingerprints import hashed_words
from filiation.match.spans import merged
from filiation.values import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Edges = tuple[Numbers, Numbers]

__all__ = ["UNSPACED", "WORD", "Words", "merged", "own_words", "words_of"]

# Folding makes every double quotation mark one; what an apostrophe opens cannot be told. It opens at
# the start of a text or line, or after a space, bracket, colon or comma.
_QUOTE = re.compile(r'"(?<![^\s(:,]")(?=\S)[^"\n]{1,900}"')


class Words:
    """The words of a text that are its own: folded, with their offsets in the text as given.

    What few are asked for is made when it is first asked for.
    """

    def __init__(
        self,
        text: str,
        folded_edges: "Edges",
        edges: "Edges",
        sections: list[int],
        unspaced: bool,
        places: Places,
    ) -> None:
        """Take where the words start and end, in the text folded and as given."""
        self._text = text
        self._first, self._after = folded_edges
        self._starts, self._ends = edges
        self.sections = sections
        """Which stretch between two set-aside runs each word stands in; passages end at its border."""
        self.unspaced = unspaced
        """Whether most words are single characters of a script without spaces."""
        self.places = places
        """Where its words stand, for the search for those that two texts share."""

    def __len__(self) -> int:
        return len(self._starts)

    def spelt(self, start: int, end: int) -> list[str]:
        """Return the words of a range, folded."""
        text = self._folded
        edges = zip(self._first[start:end].tolist(), self._after[start:end].tolist(), strict=True)
        return [text[first:after] for first, after in edges]

    def span(self, start: int, end: int) -> Span:
        """Return from where to where in the text as given a range of words goes; it has one at least."""
        return int(self._starts[start]), int(self._ends[end - 1])

    def inside(self, start: int, end: int) -> int:
        """Return how many words begin between two places of the text as given."""
        first, after = self._starts.searchsorted((start, end)).tolist()
        return int(after - first)

    @cached_property
    def _folded(self) -> str:
        return folded(self._text)

    @cached_property
    def folded(self) -> list[str]:
        """All words, folded."""
        return self.spelt(0, len(self))

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
        quotes = [edge for quote in _QUOTE.finditer(self._folded) for edge in quote.span()]
        places = self._first.searchsorted(quotes).tolist()
        for opened, closed in zip(places[::2], places[1::2], strict=True):
            quoted[opened:closed] = b"\x01" * (closed - opened)
        return quoted


def own_words(text: str, aside: Iterable[Span] = ()) -> Words:
    """Return the words of `text` that lie outside the runs set aside.

    Digits are words: they tell one company's results from another's.
    """
    [words] = words_of([(text, tuple(aside))])
    return words


def words_of(texts: Sequence[tuple[str, tuple[Span, ...]]]) -> list[Words]:
    """Return `own_words` of each text; of many in less time than of one after the other."""
    found = hashed_words(texts, max((len(text) for text, _ in texts), default=0))
    made: list[Words] = []
    borders = found.offsets.tolist()
    for (text, aside), start, end in zip(texts, borders[:-1], borders[1:], strict=True):
        # Copies: a text that is kept for long would keep all those that it was hashed with.
        first, after = found.first[start:end].copy(), found.after[start:end].copy()
        starts, ends = found.starts[start:end].copy(), found.ends[start:end].copy()
        sections = [0] * len(starts)
        if spans := merged(aside, len(text)):
            sections = np.searchsorted([end for _, end in spans], starts, side="right").tolist()
        unspaced = int(np.count_nonzero(found.whole[start:end])) * 2 > len(starts)
        places = Places(found.hashes[start:end].copy(), after - first)
        made.append(Words(text, (first, after), (starts, ends), sections, unspaced, places))
    return made
