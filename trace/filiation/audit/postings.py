"""Which articles have which grams, and which of that can matter to the search for pairs.

A *posting* says that an article has a gram, and where. Postings come in parts of the grams, so that
memory holds some parts, not all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]
    Rows = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["FREQUENT", "MOST_ARTICLES", "NEAREST", "Postings", "Shelf", "Sieve"]

FREQUENT = 50
"""Articles with a gram from which its pairs are limited."""
NEAREST = 10
"""Articles before it in time that an article is paired with for a frequent gram."""
MOST_ARTICLES = 1 << 22
"""Articles of which two numbers make the code of a pair."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of grams that several articles have, gram by gram, each in the order of time."""

    gram: "Rows"
    """The hash of each gram."""
    many: "Numbers"
    """How many articles have each gram."""
    article: "Numbers"
    """Of each posting."""
    place: "Numbers"
    """Of the gram in the article, for each posting."""

    @property
    def each(self) -> "Numbers":
        """Return for each posting how many articles have its gram."""
        import numpy as np

        return np.repeat(self.many, self.many)

    @property
    def seat(self) -> "Numbers":
        """Return for each posting its number within its gram, from 1 on."""
        import numpy as np

        before = (np.cumsum(self.many) - self.many).astype(np.int32)
        return np.arange(1, len(self.article) + 1, dtype=np.int32) - np.repeat(before, self.many)

    def pairs(self) -> "Iterator[tuple[Rows, Rows]]":
        """Yield the rows of pairs of postings, the earlier and the later: those that are joined."""
        import numpy as np

        each, seat = self.each, self.seat
        left = each - seat
        rows = np.flatnonzero(left > 0)
        for lag in range(1, FREQUENT):
            if lag == NEAREST + 1:
                rows = rows[each[rows] <= FREQUENT]
            rows = rows[left[rows] >= lag]
            if not len(rows):
                break
            yield rows, rows + lag
        # Of a frequent gram those that are not as near are paired with the first.
        rows = np.flatnonzero((each > FREQUENT) & (seat > NEAREST + 1))
        if len(rows):
            yield rows - seat[rows] + 1, rows


class Shelf:
    """The postings of each part; in files, where they are too many for the memory given."""

    def __init__(self, memory: int, folder: Path) -> None:
        self._memory = memory
        self._folder = folder
        self._held: dict[int, Postings] = {}
        self._size = 0
        self._lock = Lock()

    def put(self, part: int, postings: Postings) -> None:
        """Keep the postings of a part; several threads may."""
        import numpy as np

        columns = (postings.gram, postings.many, postings.article, postings.place)
        size = sum(column.nbytes for column in columns)
        with self._lock:
            room = self._size + size <= self._memory
            if room:
                self._size += size
                self._held[part] = postings
        if not room:
            for number, column in enumerate(columns):
                np.asarray(column).tofile(self._folder / f"postings-{part}-{number}")

    def get(self, part: int) -> Postings:
        """Return the postings of a part."""
        import numpy as np

        held = self._held.get(part)
        if held is not None:
            return held
        gram, many, article, place = (
            np.fromfile(self._folder / f"postings-{part}-{number}", kind)
            for number, kind in enumerate((np.int64, np.int32, np.int32, np.int32))
        )
        return Postings(gram, many, article, place)


class Sieve:
    """Tells which pairs of articles may share so many grams.

    It counts pairs in a table of a fixed size, in which several may have one place: a pair that does
    share so many is never missed, one that does not is taken for one that does now and then.
    """

    def __init__(self, least: int, memory: int) -> None:
        """Look for pairs that share `least` grams, with a table of so many bytes at the most."""
        import numpy as np

        self._least = least
        self._bits = min(MOST_BITS, max(LEAST_BITS, (memory // 2).bit_length() - 1))
        self._counts = np.zeros(1 << self._bits, np.uint16)
        self._lock = Lock()

    def count(self, postings: Postings) -> None:
        """Count the pairs of a part; several threads may, each with its own."""
        import numpy as np

        one = np.uint16(1)
        for slots in self._slots(postings):
            with self._lock:
                for start in range(0, len(slots), BLOCK):
                    block = slots[start : start + BLOCK]
                    # What has enough is counted no further, so that no count runs over.
                    np.add.at(self._counts, block[self._counts[block] < self._least], one)

    def kept(self, postings: Postings) -> "tuple[Rows, Rows]":
        """Return of the joined postings the rows of those pairs that may share enough.

        To be asked when all parts are counted.
        """
        import numpy as np

        nothing = np.zeros(0, np.int64)
        earlier, later = [nothing], [nothing]
        for (a, b), slots in zip(postings.pairs(), self._slots(postings), strict=True):
            enough = np.flatnonzero(self._counts[slots] >= self._least)
            earlier.append(a[enough])
            later.append(b[enough])
        return np.concatenate(earlier), np.concatenate(later)

    def _slots(self, postings: Postings) -> "Iterator[Rows]":
        """Yield the places of the pairs in the table."""
        import numpy as np

        article = postings.article.astype(np.uint64)
        for earlier, later in postings.pairs():
            code = article[earlier] * np.uint64(MOST_ARTICLES)
            code |= article[later]
            code *= np.uint64(0x9E3779B97F4A7C15)
            code >>= np.uint64(64 - self._bits)
            yield code.astype(np.int64)


BLOCK = 60_000
"""Pairs counted at a time: with fewer than 2 ** 16 no count of 16 bits runs over."""
LEAST_BITS, MOST_BITS = 24, 27
"""Bits of the places of the table: 32 MB at the least, 256 at the most. Of the 32 million pairs of
postings of 100,000 articles 2 ** 26 places let 4.7 million through, 2 ** 25 6.6 and 2 ** 24 12."""
