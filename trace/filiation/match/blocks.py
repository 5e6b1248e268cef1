"""Runs of words equal in two texts, found by what each text knows of its own words.

What can be known of one text alone (how often a word stands in it, where its seeds are) is made once
and kept with the text, so that a pair costs little more than what the two have in common.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

__all__ = ["Block", "Places", "equal_blocks"]

REPEATS = 64
"""Pairs of places tried for one seed; a seed with more is paired by rank only."""
MOST_BLOCKS = 60_000
"""Blocks chained for one pair; where there are more, the longest are kept."""

Block = tuple[int, int, int]
"""A run of words equal in both texts: number of its first word in a, in b, and how many they are."""

_Seeds = tuple[dict[str, int], dict[str, list[int]]]


class Places:
    """Where the words and seeds of one text stand; all of it is made when first asked for."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._seeds: dict[int, _Seeds] = {}

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands in the text, in the order in which they first come."""
        return Counter(self.words)

    @cached_property
    def lengths(self) -> list[int]:
        """How long each word of `counts` is, eight letters or more being eight."""
        return [min(8, len(word)) for word in self.counts]

    @cached_property
    def once(self) -> dict[str, int]:
        """Place of every word of more than two letters that stands in the text exactly once."""
        counts = self.counts
        return {word: i for i, word in enumerate(self.words) if counts[word] == 1 and len(word) > 2}

    def seeds(self, size: int) -> _Seeds:
        """Return where runs of `size` words begin: those that come once, those that come again.

        A run is named by its words with spaces between, which no word holds.
        """
        known = self._seeds.get(size)
        if known is None:
            known = self._seeds[size] = self._sown(size)
        return known

    def _sown(self, size: int) -> _Seeds:
        runs = zip(*(self.words[k:] for k in range(size)), strict=False)
        names = list(map(" ".join, runs))
        single = dict(zip(names, range(len(names)), strict=True))
        repeated: dict[str, list[int]] = {}
        if len(single) < len(names):
            for i, name in enumerate(names):
                if single[name] != i:
                    repeated.setdefault(name, []).append(i)
            for name, places in repeated.items():
                places.append(single.pop(name))
        return single, repeated


def equal_blocks(a: Places, b: Places, size: int) -> list[Block]:
    """Return the maximal runs of equal words that hold a shared seed of `size` words, sorted.

    And one of a single word for every longer word that each text has exactly once.
    """
    blocks = _merged(_hits(a.seeds(size), b.seeds(size)), size)
    once_a, once_b = a.once, b.once
    blocks += [(once_a[word], once_b[word], 1) for word in once_a.keys() & once_b.keys()]
    if len(blocks) > MOST_BLOCKS:
        blocks = sorted(blocks, key=lambda block: (-block[2], block))[:MOST_BLOCKS]
    blocks.sort()
    return blocks


_WIDTH = 32
"""A hit is one integer: its diagonal (place in a less place in b) above so many bits, place in a."""


def _hits(a: _Seeds, b: _Seeds) -> list[int]:
    """Return the places of shared seeds, by diagonal."""
    (single_a, repeated_a), (single_b, repeated_b) = a, b
    hits = [
        ((i - single_b[name]) << _WIDTH) + i
        for name, i in ((name, single_a[name]) for name in single_a.keys() & single_b.keys())
    ]
    for name in repeated_a.keys() & single_b.keys():
        hits += _paired(repeated_a[name], [single_b[name]])
    for name in single_a.keys() & repeated_b.keys():
        hits += _paired([single_a[name]], repeated_b[name])
    for name in repeated_a.keys() & repeated_b.keys():
        hits += _paired(repeated_a[name], repeated_b[name])
    hits.sort()
    return hits


def _paired(rows: list[int], columns: list[int]) -> list[int]:
    if len(rows) * len(columns) <= REPEATS:
        return [((i - j) << _WIDTH) + i for i in rows for j in columns]
    by_rank = set(zip(rows, columns, strict=False))
    by_rank.update(zip(reversed(rows), reversed(columns), strict=False))
    return [((i - j) << _WIDTH) + i for i, j in by_rank]


def _merged(hits: list[int], size: int) -> list[Block]:
    """Join hits that continue each other on one diagonal."""
    blocks: list[Block] = []
    if not hits:
        return blocks
    first = hits[0]
    end = first + size
    for hit in hits:
        if hit > end:
            blocks.append(_block(first, end))
            first = hit
        end = hit + size
    blocks.append(_block(first, end))
    return blocks


def _block(first: int, end: int) -> Block:
    row = first & ((1 << _WIDTH) - 1)
    return row, row - (first >> _WIDTH), end - first
