"""Pages of the web on their way into a library: as they are to be read, and where they were met."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from filiation.errors import InputError
from filiation.find.values import Fetched
from filiation.library import Library
from filiation.library.intake import Counts
from filiation.library.rows import page_at
from filiation.read.raw import Raw, Response
from filiation.values import DateWitness

__all__ = ["Sources", "raw_page"]


def raw_page(
    fetched: Fetched,
    address: str,
    *,
    source: str,
    number: int = 1,
    where: str,
    taken: datetime | None,
    listed: tuple[DateWitness, ...] = (),
) -> Raw:
    """Return a page as it is to be read. It is called by its address, which no other page has.

    `taken` is when it was had or captured, `listed` what its outlet's list says of its date; the
    rest is as in `Raw`.
    """
    media = fetched.media_type or "text/html"
    if fetched.charset:
        media += f"; charset={fetched.charset}"
    return Raw(
        source=source,
        number=number,
        where=where,
        name=page_at(address) or address,
        content=Response(fetched.content, address, media, listed=listed),
        captured=taken.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if taken else None,
    )


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
