"""The keys of a library's articles: what of each is found again in its translation.

They take longer to make than anything else that is kept of an article, and serve only who crosses
languages. So `add` makes none: the first question across languages makes those of all articles, the
next ones those of what came since. They are kept for good.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from filiation.library.faults import told
from filiation.library.library import BATCH as FETCHED
from filiation.library.library import Library
from filiation.library.rows import lines_of, spans_of
from filiation.library.workers import mapped
from filiation.values import Article

if TYPE_CHECKING:
    import sqlite3

    import numpy as np
    from numpy.typing import NDArray

    from filiation.match.keys import Keys

    Numbers = NDArray[np.int64]

__all__ = ["Progress", "keyed", "keys_of_numbers", "keys_stored", "make_keys"]

BATCH = 200
"""Articles handed to a worker at a time: about a quarter of a second's work."""
SMALL = 600
"""Articles up to which one process makes all keys: two workers are ready after a second."""
COMMIT = 1.0
"""Seconds after which what is made is written: what a kill costs at the most."""

Progress = Callable[[str, int, int], None]
"""Is told the stage, and how much of how much is done."""

_Row = tuple[int, int, int, bytes, bytes]
"""Number, method, how many keys, their hashes, their weights."""


def make_keys(
    library: Library, *, jobs: int | None = None, progress: Progress | None = None
) -> int:
    """Make the keys of all articles that have none, or those of another method; return how many.

    The library must be open for writing. Killed, what was made up to the last second is kept.
    """
    missing = _missing(library)
    if not missing:
        return 0
    jobs = jobs or os.cpu_count() or 1
    batches = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]
    waiting: list[_Row] = []
    until = time.monotonic() + COMMIT
    done = 0
    try:
        for rows in mapped(_Maker(library.path), batches, jobs if len(missing) > SMALL else 1):
            waiting += rows
            done += len(rows)
            if progress:
                progress("making keys that survive translation", done, len(missing))
            if time.monotonic() > until:
                _keep(library, waiting)
                until = time.monotonic() + COMMIT
    finally:
        _keep(library, waiting)
    return done


def _missing(library: Library) -> list[int]:
    from filiation.match.keys import METHOD

    with library.transaction() as connection:
        # What is of a wrong length something else has written.
        connection.execute(
            "DELETE FROM keys WHERE length(hashes) != 8 * many OR length(weights) != many"
        )
    with told(library.path):
        return [
            row[0]
            for row in library.connection.execute(
                "SELECT number FROM article WHERE number NOT IN "
                "(SELECT article FROM keys WHERE method = ?) ORDER BY number",
                (METHOD,),
            )
        ]


def _keep(library: Library, waiting: list[_Row]) -> None:
    if not waiting:
        return
    with library.transaction() as connection:
        connection.executemany("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?)", waiting)
    waiting.clear()


def keys_stored(connection: "sqlite3.Connection") -> int:
    """Return how many keys of the present method are stored, of all articles together."""
    from filiation.match.keys import METHOD

    [many] = connection.execute(
        "SELECT coalesce(sum(many), 0) FROM keys WHERE method = ?", (METHOD,)
    ).fetchone()
    return int(many)


def keyed(
    connection: "sqlite3.Connection", after: int = 0, last: int | None = None
) -> "Iterator[tuple[Numbers, Keys]]":
    """Yield (numbers, keys) of all articles in batches, by number, from beyond `after` to `last`."""
    import numpy as np

    cursor = connection.execute(
        "SELECT article, hashes, weights FROM keys WHERE article > ? AND article <= ? "
        "ORDER BY article",
        (after, 2**62 if last is None else last),
    )
    while rows := cursor.fetchmany(FETCHED):
        yield np.array([row[0] for row in rows], np.int64), _keys(rows)


def keys_of_numbers(connection: "sqlite3.Connection", numbers: Sequence[int]) -> "Keys":
    """Return the keys of these articles, in their order; none of one that has none stored."""
    rows = {
        row[0]: row
        for row in connection.execute(
            "SELECT article, hashes, weights FROM keys "
            "WHERE article IN (SELECT value FROM json_each(?))",
            (json.dumps(list(numbers)),),
        )
    }
    return _keys([rows.get(number, (number, b"", b"")) for number in numbers])


def _keys(rows: Sequence[tuple[int, bytes, bytes]]) -> "Keys":
    import numpy as np

    from filiation.match.keys import Keys

    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row[2]) for row in rows], out=offsets[1:])
    hashes = np.frombuffer(b"".join(row[1] for row in rows), "<u8").astype(np.uint64, copy=False)
    return Keys(hashes, np.frombuffer(b"".join(row[2] for row in rows), np.uint8), offsets)


class _Maker:
    """Makes the keys of batches of articles, in whatever process it finds itself in."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._library: Library | None = None

    def __getstate__(self) -> str:
        return self._path

    def __setstate__(self, path: str) -> None:
        self.__init__(path)  # type: ignore[misc]

    def __call__(self, numbers: list[int]) -> list[_Row]:
        """Return the rows of the table `keys` of these articles."""
        from filiation.match.keys import METHOD, keys_of_articles

        if self._library is None:
            self._library = Library.open(self._path)
        found = self._articles(self._library, numbers)
        made = keys_of_articles([article for _, article in found])
        hashes = made.hashes.astype("<u8", copy=False)
        at = made.offsets.tolist()
        return [
            (
                number,
                METHOD,
                at[n + 1] - at[n],
                hashes[at[n] : at[n + 1]].tobytes(),
                made.weights[at[n] : at[n + 1]].tobytes(),
            )
            for n, (number, _) in enumerate(found)
        ]

    def _articles(self, library: Library, numbers: list[int]) -> list[tuple[int, Article]]:
        with told(library.path):
            rows = library.connection.execute(
                "SELECT number, text, aside, markdown, lines FROM article "
                "WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number",
                (json.dumps(numbers),),
            ).fetchall()
        found: list[tuple[int, Article]] = []
        for number, text, aside, markdown, lines in rows:
            row = {"text": text, "markdown": markdown, "lines": lines}
            # Lines are wanted for their links; those of plain text have none.
            kept = lines_of(row) if markdown or lines is not None else ()
            article = Article(id="", input="", text=text, aside=spans_of(aside), lines=kept)
            found.append((number, article))
        return found
