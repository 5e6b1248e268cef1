"""Runs of words equal in two texts, found by what each text knows of its own words.

What can be known of one text alone (how often a word stands in it, where its seeds are) is made once
and kept with the text, so that a pair costs little more than what the two have in common. Words and
runs of words are numbers of 64 bits here, in NumPy's arrays: hashes, which two different words do not
share but once in 2 ** 64 pairs.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Hashes = NDArray[np.uint64]
    Bits = NDArray[np.float64]

__all__ = [
    "Block",
    "Places",
    "equal_blocks",
    "information",
    "words_in_runs",
]

REPEATS = 64
"""Pairs of places tried for one seed; a seed with more is paired by rank only."""
MOST_BLOCKS = 60_000
"""Blocks chained for one pair; where there are more, the longest are kept."""

Block = tuple[int, int, int]
"""A run of words equal in both texts: number of its first word in a, in b, and how many they are."""


@dataclass(frozen=True, slots=True)
class Sown:
    """The runs of so many words of one text, each once, in the order of their hashes."""

    hashes: "Hashes"
    first: "Numbers"
    """Where each begins in `places`."""
    counts: "Numbers"
    """How often it stands in the text."""
    places: "Numbers"
    """The numbers of the words at which the runs begin, run after run, ascending."""

    def find(self, hashes: "Hashes") -> "tuple[Numbers, NDArray[np.bool_]]":
        """Return the numbers of these runs among the text's own, and which of them it has."""
        if not len(self.hashes):
            return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), bool)
        at = np.searchsorted(self.hashes, hashes)
        at[at == len(self.hashes)] = 0
        return at, self.hashes[at] == hashes


class Places:
    """Where the words and runs of words of one text stand; all is made when first asked for."""

    def __init__(self, hashes: "Hashes", letters: "Numbers") -> None:
        """Take the hashes of the words in their order, and how many letters each has."""
        self.hashes = hashes
        self._letters = letters
        self._sown: dict[int, Sown] = {}

    def __len__(self) -> int:
        return len(self.hashes)

    @cached_property
    def lengths(self) -> "Numbers":
        """How long each word of `sown(1)` is, eight letters or more being eight."""
        one = self.sown(1)
        return np.minimum(self._letters[one.places[one.first]], 8)

    @cached_property
    def once(self) -> "tuple[Hashes, Numbers]":
        """Every word of more than two letters that stands in the text exactly once, and where."""
        one = self.sown(1)
        kept = (one.counts == 1) & (self.lengths > 2)
        return one.hashes[kept], one.places[one.first[kept]]

    def runs(self, size: int) -> "Hashes":
        """Return the runs of `size` words, in the order in which they begin."""
        runs = self.hashes[: max(0, len(self) - size + 1)]
        for k in range(1, size):
            runs = runs * _MULTIPLIER + self.hashes[k : k + len(runs)]
        return runs

    def sown(self, size: int) -> Sown:
        """Return the runs of `size` words, and where each begins."""
        known = self._sown.get(size)
        if known is None:
            runs = self.runs(size)
            places = np.argsort(runs, kind="stable")
            ordered = runs[places]
            fresh = np.ones(len(ordered), bool)
            np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
            first = np.flatnonzero(fresh)
            after = np.append(first[1:], len(ordered))[: len(first)]
            known = self._sown[size] = Sown(ordered[first], first, after - first, places)
        return known


_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, its bits strewn: 2 ** 64 by the golden ratio


def information(a: Places, b: Places) -> "Bits":
    """Return how many bits each word of `a` says: few where short or frequent in these texts.

    A word's probability is its share of both texts together, smoothed by `_PRIOR` words of a
    language in which a word of n letters has probability 2 ** -(1 + 1.4 n), at least 2 ** -12.
    """
    mine, theirs = a.sown(1), b.sown(1)
    at, there = theirs.find(mine.hashes)
    counts = mine.counts + np.where(there, theirs.counts[at], 0) if len(at) else mine.counts
    total = len(a) + len(b) + _PRIOR
    bits = -np.log2((counts + _SMOOTHED[a.lengths]) / total)
    said = np.empty(len(a))
    said[mine.places] = np.repeat(bits, mine.counts)
    return said


_PRIOR = 300
_SMOOTHED = _PRIOR * 2 ** -np.minimum(12.0, 1 + 1.4 * np.arange(9))


def words_in_runs(a: Places, b: Places, size: int) -> int:
    """Return how many words of `a` stand in runs of `size` words that `b` has too."""
    mine = a.sown(size)
    _, there = b.sown(size).find(mine.hashes)
    places = np.sort(mine.places[np.repeat(there, mine.counts)])
    if not len(places):
        return 0
    return size + int(np.minimum(places[1:] - places[:-1], size).sum())


def equal_blocks(a: Places, b: Places, size: int) -> list[Block]:
    """Return the maximal runs of equal words that hold a shared seed of `size` words, sorted.

    And one of a single word for every longer word that each text has exactly once, where it stands
    in none of those runs.
    """
    starts, ends = _merged(_hits(a.sown(size), b.sown(size)), size)
    singles = _lonely(_single(a, b), starts, ends)
    first = np.concatenate((starts, singles))
    rows = first & _PLACE
    columns = rows - (first >> _WIDTH)
    lengths = np.concatenate((ends - starts, np.ones(len(singles), np.int64)))
    if len(rows) > MOST_BLOCKS:
        kept = np.lexsort((columns, rows, -lengths))[:MOST_BLOCKS]
        rows, columns, lengths = rows[kept], columns[kept], lengths[kept]
    order = np.lexsort((columns, rows))
    return list(
        zip(rows[order].tolist(), columns[order].tolist(), lengths[order].tolist(), strict=True)
    )


_WIDTH = 32
"""A hit is one integer: its diagonal (place in a less place in b) above so many bits, place in a."""
_PLACE = (1 << _WIDTH) - 1


def _hit(rows: "Numbers", columns: "Numbers") -> "Numbers":
    return ((rows - columns) << _WIDTH) + rows


def _hits(a: Sown, b: Sown) -> "Numbers":
    """Return the places of shared seeds, by diagonal."""
    if len(b.hashes) < len(a.hashes):
        at_a, there = a.find(b.hashes)
        at_b = np.flatnonzero(there)
        at_a = at_a[at_b]
    else:
        at_b, there = b.find(a.hashes)
        at_a = np.flatnonzero(there)
        at_b = at_b[at_a]
    simple = (a.counts[at_a] == 1) & (b.counts[at_b] == 1)
    hits = _hit(a.places[a.first[at_a[simple]]], b.places[b.first[at_b[simple]]])
    again = np.flatnonzero(~simple)
    if len(again):
        rows, columns = _repeated(a, at_a[again]), _repeated(b, at_b[again])
        pairs = (pair for r, c in zip(rows, columns, strict=True) for pair in _paired(r, c))
        hits = np.concatenate((hits, np.fromiter(pairs, np.int64)))
    hits.sort()
    return hits


def _repeated(sown: Sown, at: "Numbers") -> list[list[int]]:
    """Return the places of each of these runs."""
    first, counts = sown.first[at].tolist(), sown.counts[at].tolist()
    return [sown.places[n : n + count].tolist() for n, count in zip(first, counts, strict=True)]


def _paired(rows: list[int], columns: list[int]) -> list[int]:
    if len(rows) * len(columns) <= REPEATS:
        return [((i - j) << _WIDTH) + i for i in rows for j in columns]
    by_rank = set(zip(rows, columns, strict=False))
    by_rank.update(zip(reversed(rows), reversed(columns), strict=False))
    return [((i - j) << _WIDTH) + i for i, j in by_rank]


def _merged(hits: "Numbers", size: int) -> "tuple[Numbers, Numbers]":
    """Join hits that continue each other on one diagonal: the first of each run, and its end."""
    if not len(hits):
        return hits, hits
    parted = np.flatnonzero(hits[1:] - hits[:-1] > size)
    starts = hits[np.concatenate(([0], parted + 1))]
    return starts, hits[np.append(parted, len(hits) - 1)] + size


def _single(a: Places, b: Places) -> "Numbers":
    """Return the words that each text has exactly once, as hits."""
    (mine, rows), (theirs, columns) = a.once, b.once
    if not len(theirs):
        return np.zeros(0, np.int64)
    at = np.searchsorted(theirs, mine)
    at[at == len(theirs)] = 0
    there = theirs[at] == mine
    return _hit(rows[there], columns[at[there]])


def _lonely(singles: "Numbers", starts: "Numbers", ends: "Numbers") -> "Numbers":
    """Return those of these words that stand in none of the runs."""
    if not len(starts):
        return singles
    at = np.searchsorted(starts, singles, side="right") - 1
    return singles[(at < 0) | (singles >= ends[at])]
