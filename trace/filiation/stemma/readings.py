"""Which readings the versions of a text share, and which one alone has.

A *reading* is a run of four words at its place in a text. What a copy has in common with another
version against a supposed parent, it has not from that parent; and what one version alone has,
none of its supposed copies has taken over. Both are the common errors of textual criticism (Maas,
Textkritik, 1927), counted over all readings instead of chosen ones.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from filiation.values import Article

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.bool_]

__all__ = ["Readings", "readings"]

FEWEST = 3
"""Versions from which on there is a third to tell by."""
MOST_CELLS = 300_000_000
"""Versions times different readings that are held, a byte each: 500 versions of a long text."""


class Readings:
    """The readings of some versions, by their places in the sequence given."""

    def __init__(self, table: "Table", before: "Table") -> None:
        """Take which version (row) has which reading, and which can precede which (row, column)."""
        self._table = table
        self._before = before
        alone = table.sum(axis=0) == 1
        self._own = table[:, alone].sum(axis=1)

    def lacking(self, child: int) -> "NDArray[np.int64]":
        """Return for each supposed parent how many readings the child shares with others against it.

        The others are those that can precede the child.
        """
        theirs = self._table[:, self._table[child]]
        others = self._before[:, child].copy()
        others[child] = False
        known = theirs[others].any(axis=0)
        lacking: NDArray[np.int64] = (known & ~theirs).sum(axis=1)
        return lacking

    def own(self, version: int) -> int:
        """Return how many readings no other version has."""
        return int(self._own[version])


def readings(articles: Sequence[Article]) -> Readings | None:
    """Return the readings of versions in one language; None of too few, or of too many to hold."""
    import numpy as np

    from filiation.match.fingerprints import distinct, grams_of

    if len(articles) < FEWEST:
        return None
    hashes, offsets = grams_of([(article.text, article.aside) for article in articles])
    grams = [distinct(hashes[a:b]) for a, b in pairwise(offsets.tolist())]
    known = np.unique(np.concatenate(grams))
    if len(known) * len(articles) > MOST_CELLS:
        return None
    table = np.zeros((len(articles), len(known)), bool)
    for row, one in enumerate(grams):
        table[row, np.searchsorted(known, one)] = True
    before = np.array(
        [[one.dates.can_precede(other.dates) for other in articles] for one in articles]
    )
    return Readings(table, before)
