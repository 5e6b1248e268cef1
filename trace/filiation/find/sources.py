"""Where pages of the web were met, noted in the library beside the files read."""

import sqlite3
from collections.abc import Callable

from filiation.errors import InputError
from filiation.library import Library
from filiation.library.intake import Counts

__all__ = ["Sources"]


class Sources:
    """Notes in the library where articles were met: at which source, and at which place of its list."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._numbers: dict[str, int] = {}

    def met(self, connection: sqlite3.Connection, source: str) -> int:
        """Return the number of a source in the table `intake`."""
        if source not in self._numbers:
            [self._numbers[source]] = connection.execute(
                "INSERT INTO intake VALUES (NULL, ?, 0, 0, '{}', 0, 0, 0, 0, 0, 0, '[]') "
                "ON CONFLICT (path) DO UPDATE SET path = path RETURNING number",
                (source,),
            ).fetchone()
        return self._numbers[source]

    def took(self, source: str, row: int, counted: Callable[[Counts], None]) -> None:
        """Note that a page is stored, and what it counts for."""
        counts = Counts()
        counted(counts)
        connection = self._library.connection
        connection.execute(
            "UPDATE intake SET rows_done = max(rows_done, ?), articles = articles + ?, "
            "versions = versions + ?, known = known + ? WHERE number = ?",
            (row, counts.articles, counts.versions, counts.known, self.met(connection, source)),
        )

    def skipped(self, error: InputError) -> None:
        """Note nothing: pages that failed stand in the table `frontier`, with their outcome."""
