"""Which pairs of texts that share runs of words are worth aligning, told from where the runs stand.

Most pairs that share a few grams share phrases: here and there, in another order, each in the midst
of other words. A pair is worth aligning where its shared grams stand *in a row* (a quotation, an
excerpt, a copy), or where few of them are left but *in step*: at nearly the same distance from each
other all along the shorter text (a copy whose words were misread or changed), or where they are most
of what one of the texts says. All pairs are looked at together, in NumPy, and no text is read: what
is known of a pair are its *diagonals*, the shared grams whose places differ by the same number.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.match.fingerprints import GRAM

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiation.match.fingerprints import Places

__all__ = ["BLOCK", "BLOCKS", "RUN_WORDS", "Diagonals", "in_step", "run_words"]

LEAST_RUN = 2
"""Grams in a row that make a run: five words."""
RUN_WORDS = 19
"""Words in shared runs from which a pair is worth aligning. Of 540 planted copies of nine kinds 523
have so many, all those quoted in 20 words among them (folded, some quotations have 19)."""
BAND = 24
"""Diagonals side by side that count as in step: a word misread as two moves all after it by one."""
BLOCK = 16
"""Words in a block of a text."""
BLOCKS = 62
"""Blocks told apart; in a text with more, they are counted anew from the first."""
LEAST_BLOCKS = 3
"""Blocks with shared grams in step from which a pair is worth aligning, where they also span …"""
LEAST_SPAN = 0.45
"""… this share of the shorter text. Of the planted copies with 15 % of the letters misread 17 have
too few words in runs; they have at least 3 blocks and span at least half. Of the other pairs with as
few words in runs one in seven of Reuters shares grams in step over 0.3 of a text, of Fang-COVID and
Allsides one in a hundred or fewer."""


@dataclass(frozen=True, slots=True)
class Diagonals:
    """The shared grams of many pairs whose places differ by the same number, a row for each number.

    The rows are sorted by pair, then by diagonal.
    """

    pair: "Places"
    """Number of the pair, from 0, without gaps."""
    diagonal: "Places"
    """By how many words the shared grams stand later in the first text."""
    grams: "Places"
    """How many grams."""
    head: "Places"
    """Place of the first of them in the first text."""
    tail: "Places"
    """Place of the last."""
    blocks: "Places"
    """Which blocks of the first text they stand in: a bit for each, modulo `BLOCKS`."""


def run_words(found: Diagonals, visible: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return how many words of each pair stand in shared runs of five words and more.

    `visible` is the share of the grams of each pair that is kept. Where some are not, so many more
    are taken to be there as well may be: by two standard deviations, but no more than have room
    between the first and the last and a little beyond.
    """
    import numpy as np

    share = visible[found.pair]
    hidden = 1 / share - 1
    grams = (found.grams + 2 * np.sqrt(found.grams * (1 - share))) / share
    grams = np.minimum(grams, found.tail - found.head + 1 + 3 * hidden)
    words = np.where(found.grams >= LEAST_RUN, grams + GRAM - 1, 0.0)
    return np.bincount(found.pair, weights=words, minlength=len(visible)).astype(np.float64)


def in_step(found: Diagonals, shorter: "Places") -> "NDArray[np.bool_]":
    """Return which pairs share grams in step along much of the shorter text.

    `shorter` is the number of words of the shorter text of each pair.
    """
    import numpy as np

    kept = np.zeros(len(shorter), bool)
    if not len(found.pair):
        return kept
    # Bands laid twice, by half their width apart, so that no border parts what belongs together.
    for shift in (0, BAND // 2):
        band = (found.diagonal + shift) // BAND
        fresh = (band[1:] != band[:-1]) | (found.pair[1:] != found.pair[:-1])
        starts = np.concatenate(([0], np.flatnonzero(fresh) + 1))
        pair = found.pair[starts]
        head = np.minimum.reduceat(found.head, starts)
        tail = np.maximum.reduceat(found.tail, starts)
        blocks = _bits(np.bitwise_or.reduceat(found.blocks, starts))
        span = (tail - head + GRAM) / np.maximum(1, shorter[pair])
        kept[pair[(blocks >= LEAST_BLOCKS) & (span >= LEAST_SPAN)]] = True
    return kept


def _bits(numbers: "Places") -> "Places":
    """Return how many bits of each number are set."""
    import numpy as np

    single = np.unpackbits(np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, 8), axis=1)
    bits: Places = single.sum(axis=1, dtype=np.int64)
    return bits
