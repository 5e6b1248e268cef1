"""Rows inserted: which of them are new, what they are called, and what was met before."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import chain, count
from typing import Protocol

from filiation.errors import InputError
from filiation.library.intake import Counts, Tally
from filiation.library.rows import ARTICLE_COLUMNS, CREDIT_COLUMNS, WITNESS_COLUMNS, Made, Met

__all__ = ["Inserter", "Ledger", "now"]


def _insertion(table: str, columns: Sequence[str]) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({listed}) VALUES ({', '.join('?' * len(columns))})"


_ARTICLE = _insertion("article", ("id", "page", "version", "first", "number", *ARTICLE_COLUMNS))
_WITNESS = _insertion("date_witness", ("article", "place", *WITNESS_COLUMNS))
_CREDIT = _insertion("credit", ("article", "place", *CREDIT_COLUMNS))
_FINGERPRINT = _insertion("fingerprint", ("article", "method", "sentences", "grams"))
_CAPTURE = "INSERT OR IGNORE INTO capture VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_OUTLET = (
    # The least of its spellings, so that the name does not depend on the order of adding.
    "INSERT INTO outlet VALUES (?, ?) ON CONFLICT (key) DO UPDATE "
    "SET name = excluded.name WHERE excluded.name < name"
)

SHORT_HASH = 6
"""Characters of a page's hash that make an id its own where another page has it already."""


def now() -> str:
    """Return this moment in UTC as SQLite's functions read it."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


class Ledger(Protocol):
    """What notes where articles were met: files read, or sources collected from."""

    def met(self, connection: sqlite3.Connection, source: str) -> int:
        """Return the number of a source's row in the table `intake`, made if there is none."""
        ...

    def took(self, source: str, row: int, counted: Callable[[Counts], None]) -> None:
        """Note that a row of a source is stored, and what it counts for."""
        ...

    def skipped(self, error: InputError) -> None:
        """Note a row that gave no article."""
        ...


class Inserter:
    """Inserts within one transaction."""

    def __init__(self, connection: sqlite3.Connection, intakes: Ledger, tally: Tally) -> None:
        self._run = connection.execute
        self._connection = connection
        self._intakes = intakes
        self._tally = tally
        self._now = now()
        self._outlets: set[tuple[str, str]] = set()
        [self._last] = self._run("SELECT coalesce(max(number), 0) FROM article").fetchone()

    def insert(self, results: Sequence[Made | Met | InputError]) -> None:
        """Insert what one batch gave, in order."""
        for result in results:
            self._tally.rows += 1
            match result:
                case Made():
                    self._insert(result)
                case Met():
                    self._met(result)
                case InputError():
                    self._skip(result)

    def _skip(self, error: InputError) -> None:
        self._intakes.skipped(error)
        self._tally.skip(error)

    def _count(self, one: Made | Met, **counted: int) -> None:
        self._intakes.took(one.source, one.number, partial(_counted, counted))
        _counted(counted, self._tally)

    def _insert(self, made: Made) -> None:
        versions = self._run(
            "SELECT number, sha256, first FROM article WHERE page = ?", (made.page,)
        ).fetchall()
        digest = made.article[0]
        if same := [number for number, other, _ in versions if other == digest]:
            self._capture(same[0], made)
            self._count(made, known=1)
            return
        number = self._store(made, len(versions) + 1, versions[0][2] if versions else None)
        self._capture(number, made)
        self._count(made, articles=1, versions=int(bool(versions)))

    def _store(self, made: Made, version: int, first: int | None) -> int:
        if made.home is not None and made.home not in self._outlets:
            self._run(_OUTLET, made.home)
            self._outlets.add(made.home)
        self._last += 1
        number: int = self._last
        key = self._free_id(made.id, made.page, version)
        self._run(_ARTICLE, (key, made.page, version, first or number, number, *made.article))
        write = self._connection.executemany
        write(_WITNESS, [(number, place, *row) for place, row in enumerate(made.witnesses)])
        write(_CREDIT, [(number, place, *row) for place, row in enumerate(made.credits)])
        self._run(_FINGERPRINT, (number, made.method, made.sentences, made.grams))
        return number

    def _free_id(self, wanted: str, page: str, version: int) -> str:
        """Return an id that no article has: the one wanted, with the version's number where the
        page has it, with a hash of the page where another page has it."""
        for key in chain((wanted,), _others(wanted, page)):
            owner = self._page_of(key)
            if owner is None:
                return key
            if owner == page and self._page_of(f"{key}@{version}") is None:
                return f"{key}@{version}"
        raise AssertionError("there is no end to numbers")

    def _page_of(self, key: str) -> str | None:
        row = self._run("SELECT page FROM article WHERE id = ?", (key,)).fetchone()
        return row[0] if row else None

    def _capture(self, number: int, one: Made | Met) -> None:
        raw = one.raw if isinstance(one, Made) else None
        intake = self._intakes.met(self._connection, one.source)
        row = (number, intake, one.number, one.id, one.url, one.captured, self._now, raw)
        self._run(_CAPTURE, row)

    def _met(self, met: Met) -> None:
        """Note that a page was met again; which of its versions, only the latest can be meant."""
        row = self._run(
            "SELECT number FROM article WHERE page = ? ORDER BY version DESC LIMIT 1", (met.page,)
        ).fetchone()
        if row is None:
            self._skip(met.error)
            return
        self._capture(row[0], met)
        self._count(met, known=1)


def _others(wanted: str, page: str) -> Iterator[str]:
    """Yield ids of a page's own, the short ones first; without end, should all be taken on purpose."""
    digest = sha256(page.encode()).hexdigest()
    for length in range(SHORT_HASH, len(digest) + 1):
        yield f"{wanted}~{digest[:length]}"
    for number in count(2):
        yield f"{wanted}~{digest}~{number}"


def _counted(counted: dict[str, int], counts: Counts) -> None:
    for name, number in counted.items():
        setattr(counts, name, getattr(counts, name) + number)
