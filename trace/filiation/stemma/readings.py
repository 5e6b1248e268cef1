"""Where the versions of a text agree with one another against a third, and where one stands alone.

A *reading* is a run of four words; readings that follow one another in a text are one *place*: a
word that was changed makes four new readings at one place, a paragraph put in makes many at one. What
a copy has in common with another version against a supposed parent, it has not from that parent; and
what one version alone has, none of its supposed copies has taken over. Both are the common errors of
textual criticism (Maas, Textkritik, 1927), counted over all readings instead of chosen ones.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from filiation.match.words import own_words
from filiation.values import Article

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.bool_]
    Row = NDArray[np.intp]

__all__ = ["Readings", "readings"]

FEWEST = 3
"""Versions from which on there is a third to tell by."""
WORDS = 4
"""Words of a reading."""
AROUND = 8
"""Readings before a place, and as many behind it, of which a version has one that has what is around it."""
ADDED = 8
"""Readings in a run: five words together that no other version has were put in, not changed."""
NEAR = 2
"""Letters, one in words of two, by which a misspelt word is off the one that others have there."""
ASKED = 8
"""Other versions that are asked how they spell a word."""
MOST_CELLS = 300_000_000
"""Versions times different readings that are held, a byte each: 500 versions of a long text."""


class Own(NamedTuple):
    """For each supposed copy, in how many places a version has what no other one has."""

    added: "NDArray[np.int64]"
    """Places of `ADDED` readings and more."""
    changed: "NDArray[np.int64]"
    """The others, without those where it only spells a word otherwise."""


class Readings:
    """The readings of some versions, by their places in the sequence given."""

    def __init__(
        self, articles: Sequence[Article], texts: "Sequence[Row]", table: "Table", before: "Table"
    ) -> None:
        """Take each version's readings in their order, and which can precede which (row, column).

        `table` says which version (row) has which reading.
        """
        self._articles = articles
        self._texts = texts
        self._table = table
        self._before = before
        self._alone = table.sum(axis=0) == 1
        self._own: dict[int, Own] = {}
        self._spelt: dict[int, Sequence[str]] = {}

    def against(self, child: int, parents: Sequence[int]) -> "NDArray[np.int64]":
        """Return for each supposed parent in how many places the child agrees with others against it.

        The others are those that can precede the child. Only places between readings that the child
        has in common with the parent count: before and after them it may have added from elsewhere.
        """
        import numpy as np

        others = self._before[:, child].copy()
        others[child] = False
        known = self._table[:, self._texts[child]]
        theirs = known[list(parents)]
        begun = np.logical_or.accumulate(theirs, axis=1)
        unended = np.logical_or.accumulate(theirs[:, ::-1], axis=1)[:, ::-1]
        return _places(known[others].any(axis=0) & ~theirs & begun & unended)

    def only_from(self, child: int, line: Sequence[int]) -> "NDArray[np.int64]":
        """Return how many readings the child shares with each version that none of a line has."""
        mine = self._table[child] & ~self._table[list(line)].any(axis=0)
        found: NDArray[np.int64] = self._table[:, mine].sum(axis=1)
        return found

    def agreed(self, versions: Sequence[int], others: Sequence[int]) -> int:
        """Return how many readings two and more of some versions have that none of the others has."""
        some = self._table[list(versions)].sum(axis=0) > 1
        return int((some & ~self._table[list(others)].any(axis=0)).sum())

    def own(self, version: int) -> Own:
        """Return for each supposed copy in how many places a version has what no other one has.

        A place counts where a third version has what stands shortly before it and behind, and so
        shows what others have there: of two versions by themselves, the copy may have changed all in
        which they differ. The copy must have that too: of what it has cut with all around it, it says
        nothing. Nor does a misspelt word: any copyist sets it right.
        """
        if version not in self._own:
            self._own[version] = self._counted(version)
        return self._own[version]

    def _counted(self, version: int) -> Own:
        import numpy as np

        text = self._texts[version]
        own = Own(*(np.zeros(len(self._table), np.int64) for _ in Own._fields))
        alone = self._alone[text]
        edges = np.diff(np.concatenate(([0], alone.astype(np.int8), [0])))
        places = zip(
            np.flatnonzero(edges > 0).tolist(), np.flatnonzero(edges < 0).tolist(), strict=True
        )
        for first, after in places:
            counted = self._shown(text, first, after)
            if not counted.any():
                continue
            if after - first >= ADDED:
                own.added[:] += counted
            elif not self._misspelt(version, first, after):
                own.changed[:] += counted
        return own

    def _shown(self, text: "Row", first: int, after: int) -> "Table":
        """Return for each supposed copy whether it and a third version have what is around a place."""
        import numpy as np

        around = np.ones(len(self._table), bool)
        for side in (text[max(0, first - AROUND) : first], text[after : after + AROUND]):
            if len(side):
                around &= self._table[:, side].any(axis=1)
        shown: Table = around & (around.sum() > 2)  # the version itself is one, the copy another
        return shown

    def _misspelt(self, version: int, first: int, after: int) -> bool:
        """Whether a run of readings only spells otherwise what another version has at its place."""
        import numpy as np
        from rapidfuzz.distance import OSA

        text = self._texts[version]
        if first == 0 or after == len(text):
            return False
        mine = "".join(self._words(version)[first + WORDS - 1 : after])
        if not mine:  # words were left out
            return False
        near = NEAR if len(mine) > NEAR else 1
        sides = text[first - 1], text[after]
        others = np.flatnonzero(self._table[:, sides].all(axis=1))
        for other in others[others != version][:ASKED].tolist():
            begun, ended = (int(np.argmax(self._texts[other] == side)) for side in sides)
            theirs = "".join(self._words(other)[begun + WORDS : ended])
            if theirs and OSA.distance(mine, theirs, score_cutoff=near) <= near:
                return True
        return False

    def _words(self, version: int) -> Sequence[str]:
        if version not in self._spelt:
            article = self._articles[version]
            self._spelt[version] = own_words(article.text, article.aside).folded
        return self._spelt[version]


def _places(marks: "Table") -> "NDArray[np.int64]":
    """Return for each row how many runs of marks it has."""
    found: NDArray[np.int64] = (marks[:, 1:] & ~marks[:, :-1]).sum(axis=1) + marks[:, :1].sum(
        axis=1
    )
    return found


def readings(articles: Sequence[Article]) -> Readings | None:
    """Return the readings of versions in one language; None of too few, or of too many to hold."""
    import numpy as np

    from filiation.match.fingerprints import distinct, grams_of

    if len(articles) < FEWEST:
        return None
    hashes, offsets = grams_of([(article.text, article.aside) for article in articles])
    known = distinct(hashes)
    if len(known) * len(articles) > MOST_CELLS:
        return None
    numbered = np.searchsorted(known, hashes)
    texts = [numbered[a:b] for a, b in pairwise(offsets.tolist())]
    table = np.zeros((len(articles), len(known)), bool)
    for row, text in enumerate(texts):
        table[row, text] = True
    before = np.array(
        [[one.dates.can_precede(other.dates) for other in articles] for one in articles]
    )
    return Readings(articles, texts, table, before)
