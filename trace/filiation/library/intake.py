"""What was read of which file: where a run goes on, and what it need not read again."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from filiation.errors import InputError
from filiation.library.faults import told
from filiation.library.library import Library
from filiation.plain import from_json, to_json
from filiation.read.raw import WHOLE

__all__ = ["MOST_NAMED", "Counts", "Intakes", "Tally"]

MOST_NAMED = 10
"""Inputs that could not be read which are named; the rest is counted."""


@dataclass(slots=True)
class Counts:
    """What came of rows."""

    articles: int = 0
    versions: int = 0
    known: int = 0
    skipped: int = 0
    lost: list[InputError] = field(default_factory=list)
    """The first of those skipped, `MOST_NAMED` at the most."""

    def skip(self, error: InputError) -> None:
        """Count a row that gave no article."""
        self.skipped += 1
        if len(self.lost) < MOST_NAMED:
            self.lost.append(error)

    def add(self, other: "Counts") -> None:
        """Count what another counted too."""
        self.articles += other.articles
        self.versions += other.versions
        self.known += other.known
        self.skipped += other.skipped
        self.lost += other.lost[: MOST_NAMED - len(self.lost)]


class Tally(Counts):
    """What came of the rows of one run, told as they are skipped."""

    def __init__(self, skipped: Callable[[InputError], None]) -> None:
        super().__init__()
        self._tell = skipped
        self.rows = 0
        """Rows and files looked at."""

    def skip(self, error: InputError) -> None:
        """Count a row that gave no article, and tell it."""
        super().skip(error)
        self._tell(error)

    def counts(self) -> dict[str, int]:
        """Return the counts by name."""
        return {
            "articles": self.articles,
            "versions": self.versions,
            "known": self.known,
            "skipped": self.skipped,
        }


@dataclass(slots=True)
class _Intake:
    """One file, as far as it was read."""

    path: str
    size: int
    mtime_ns: int
    rows_done: int = 0
    done: bool = False
    counts: Counts = field(default_factory=Counts)
    number: int | None = None
    """Its row in the table, None before an article of it is stored."""
    pending: list[InputError] = field(default_factory=list)
    """Rows skipped since the last article. They count once another one follows: a file that ends
    in an error is looked at again, since it may be whole by then."""
    changed: bool = False


class Intakes:
    """The files of a run."""

    def __init__(self, library: Library, columns: Mapping[str, str]) -> None:
        self._library = library
        self._columns = to_json(dict(sorted(columns.items())))
        self._open: dict[str, _Intake] = {}
        """Files asked about and not yet read to their end, by their name as given."""
        self._asked: set[str] = set()
        self._changed: list[_Intake] = []
        self._source: str | None = None
        self.reading = ""
        """The file that is being read, ahead of what is stored."""
        self.earlier = Counts()
        """What earlier runs made of the rows that are passed over."""

    def done(self, source: str, state: tuple[int, int] | None = None) -> int:
        """Return how many rows of a file need not be read: `WHOLE` for all.

        `state` holds size and time of change of a file that is not of this machine.
        """
        self.reading = source
        path = source if source == "-" or state else str(Path(source).absolute())
        if path != "-" and path in self._asked:  # named twice
            return WHOLE
        self._asked.add(path)
        size, mtime_ns = state or _state(path)
        found = self._kept(path, size, mtime_ns)
        if found is None:
            found = _Intake(path, size, mtime_ns)
        self.earlier.add(found.counts)
        if found.done:
            return WHOLE
        self._open[source] = found
        return found.rows_done

    def _kept(self, path: str, size: int, mtime_ns: int) -> _Intake | None:
        """Return what is known of a file, if it is still the same."""
        if path == "-":
            return None
        with told(self._library.path):
            row = self._library.connection.execute(
                "SELECT number, rows_done, done, articles, versions, known, skipped, lost "
                "FROM intake WHERE path = ? AND size = ? AND mtime_ns = ? AND columns = ?",
                (path, size, mtime_ns, self._columns),
            ).fetchone()
        if row is None:
            return None
        number, rows_done, done, articles, versions, known, skipped, lost = row
        errors = [InputError(*said) for said in from_json(tuple[tuple[str, str, str], ...], lost)]
        counts = Counts(articles, versions, known, skipped, errors)
        return _Intake(path, size, mtime_ns, rows_done, bool(done), counts, number)

    def of(self, source: str) -> _Intake:
        """Return a file's intake; the one before it, if any, is read to its end."""
        if source != self._source:
            if self._source is not None:
                self._end(self._source)
            self._source = source
        return self._open[source]

    def met(self, connection: sqlite3.Connection, source: str) -> int:
        """Return the number of a file's row in the table, which is made if there is none."""
        intake = self.of(source)
        if intake.number is None:
            [intake.number] = connection.execute(
                "INSERT INTO intake VALUES (NULL, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, '[]') "
                "ON CONFLICT (path) DO UPDATE SET size = excluded.size, "
                "mtime_ns = excluded.mtime_ns, columns = excluded.columns RETURNING number",
                (intake.path, intake.size, intake.mtime_ns, self._columns),
            ).fetchone()
        return intake.number

    def took(self, source: str, row: int, counted: Callable[[Counts], None]) -> None:
        """Note that everything up to `row` of a file is stored."""
        intake = self.of(source)
        for error in intake.pending:
            intake.counts.skip(error)
        intake.pending.clear()
        counted(intake.counts)
        intake.rows_done = row
        self._change(intake)

    def skipped(self, error: InputError) -> None:
        """Note a row that gave no article."""
        if error.source in self._open:
            self.of(error.source).pending.append(error)

    def _change(self, intake: _Intake) -> None:
        if not intake.changed:
            intake.changed = True
            self._changed.append(intake)

    def _end(self, source: str) -> None:
        """Note that a file was read to its end."""
        intake = self._open.pop(source)
        if intake.number is not None and not intake.pending:
            intake.done = True
            self._change(intake)

    def finish(self) -> None:
        """Note that all files were read to their end."""
        for source in list(self._open):
            self._end(source)
        self._source = None

    def save(self, connection: sqlite3.Connection) -> None:
        """Write what has changed."""
        connection.executemany(
            "UPDATE intake SET rows_done = ?, done = ?, articles = ?, versions = ?, known = ?, "
            "skipped = ?, lost = ? WHERE number = ?",
            [
                (
                    intake.rows_done,
                    int(intake.done),
                    intake.counts.articles,
                    intake.counts.versions,
                    intake.counts.known,
                    intake.counts.skipped,
                    to_json([(lost.where, lost.what, lost.remedy) for lost in intake.counts.lost]),
                    intake.number,
                )
                for intake in self._changed
            ],
        )
        for intake in self._changed:
            intake.changed = False
        self._changed.clear()


def _state(path: str) -> tuple[int, int]:
    """Return size and time of change of a file; of what is no file, nothing."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return 0, 0
    return status.st_size, status.st_mtime_ns
