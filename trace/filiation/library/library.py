"""One library: opened, read and written. One SQLite file, which others may read meanwhile."""

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from filiation.dates import moment_of
from filiation.errors import LibraryError, NotFound
from filiation.library.columns import Columns, columns_of
from filiation.library.faults import HEADER, told
from filiation.library.rows import (
    CREDIT_COLUMNS,
    WITNESS_COLUMNS,
    spans_of,
    stated_of_rows,
)
from filiation.library.schema import APPLICATION, MIGRATIONS, READABLE, VERSION
from filiation.library.writer import PATIENCE, enter, leave
from filiation.values import Article, Credits, Had, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Numbers = NDArray[np.int64]

__all__ = ["Library", "command_line"]

OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables came with it, in November 2021."""
CACHE_KB = 65_536
"""Memory for pages of the file: the index of 300,000 addresses, 40 MB, is met at random places."""
PAGE_BYTES = 16_384
"""An article with all that belongs to it fills 15,000 bytes at the median; with pages of 4,096 bytes
SQLite takes 0.098 ms to insert one, with these 0.066."""
CHECKPOINT = 2_000
"""Pages of the log (32 MB) from which they are carried over into the file."""
BATCH = 5_000
"""Articles fetched at a time: some 30 MB of fingerprints or of texts."""


def _silent(_: str) -> None:
    return


class Library:
    """A library that is open. Use it in a `with` block; made by `Library.open`."""

    def __init__(self, path: str, connection: sqlite3.Connection, *, writing: bool) -> None:
        self.path = path
        """As the user named it."""
        self.writing = writing
        self.connection = connection
        """For SQL of one's own; write within `transaction()` alone."""

    # --- opening -----------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        create: bool = False,
        writing: bool = False,
        patience: float = PATIENCE,
        says: Callable[[str], None] = _silent,
    ) -> "Library":
        """Open a library; with `create`, one that is not there yet is made.

        For `writing` this process waits for another that writes, `patience` seconds at the most;
        `says` is told of it. Raises `LibraryError` for what is no library, for one of a newer
        program, for one that another process keeps writing, and where the file or the disk refuses.
        """
        name = str(path)
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            what = f"SQLite {sqlite3.sqlite_version} is too old for it"
            raise LibraryError(name, what, "use a Python with SQLite 3.37 or newer")
        _refuse(Path(path), name, create)
        with told(name):
            connection = _connected(Path(path), name, writing or create, patience)
            library = cls(name, connection, writing=writing)
            try:
                library._prepare(create)
                if writing:
                    enter(connection, name, command_line(), patience, says)
            except BaseException:
                connection.close()
                raise
        return library

    def _prepare(self, create: bool) -> None:
        """Make the tables, or see that they are those of a library this program knows."""
        run = self.connection.execute
        [application], [version] = (
            run(f"PRAGMA {what}").fetchone() for what in ("application_id", "user_version")
        )
        [tables] = run("SELECT count(*) FROM sqlite_schema").fetchone()
        if not application and not tables:
            if not create:
                what = "there is no library in it yet"
                raise LibraryError(self.path, what, "filiation add INPUT --library FILE makes one")
            run(f"PRAGMA page_size = {PAGE_BYTES}")
            run("PRAGMA journal_mode = WAL")
            self._migrate(0)
        elif application != APPLICATION:
            what = "it is no library, but an SQLite file of another program"
            raise LibraryError(self.path, what, "name another file")
        elif version > VERSION:
            what = f"it is of version {version}, and this program knows {VERSION} at the most"
            raise LibraryError(self.path, what, "bring filiation up to date")
        elif version < VERSION and (self.writing or version < READABLE):
            if not self.writing:
                what = f"it is of version {version}, and this program reads {VERSION}"
                remedy = "give `filiation add` something to add: it brings the library up to date"
                raise LibraryError(self.path, what, remedy)
            self._migrate(version)
        run("PRAGMA foreign_keys = ON")
        run(f"PRAGMA cache_size = -{CACHE_KB}")
        run("PRAGMA synchronous = NORMAL")
        run(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")

    def _migrate(self, version: int) -> None:
        """Bring the tables from `version` to the newest, wholly or not at all."""
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        try:
            [found] = run("PRAGMA user_version").fetchone()
            if found == version:  # no other process was faster
                for migration in MIGRATIONS[version:]:
                    for statement in _statements(migration):
                        run(statement)
                run(f"PRAGMA application_id = {APPLICATION}")
                run(f"PRAGMA user_version = {VERSION}")
            run("COMMIT")
        finally:
            if self.connection.in_transaction:
                run("ROLLBACK")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it. What is not committed is lost."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            if self.writing:
                leave(self.connection)
        except sqlite3.Error:
            # The disk is full, or gone: who waits will see that this process has ended.
            pass
        finally:
            self.connection.close()

    def beside(self, patience: float = PATIENCE) -> sqlite3.Connection:
        """Return another connection to the file, which any thread of this process may use.

        It is the caller's to close, and to write within transactions of its own: never while this
        thread is within `transaction()`, since one would wait for the other. Raises `LibraryError`
        where the library was opened for reading only.
        """
        if not self.writing:
            raise LibraryError(self.path, "it was opened for reading only", "open it for writing")
        place = quote(os.fspath(Path(self.path).absolute()))
        with told(self.path):
            connection = _connect(f"file:{place}?mode=rw", patience, one_thread=False)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write what the block writes, wholly or not at all. Raises `LibraryError`."""
        if not self.writing:
            raise LibraryError(self.path, "it was opened for reading only", "open it for writing")
        with told(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("UPDATE writer SET beat = ?", (time.time(),))
                self.connection.execute("COMMIT")
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    # --- articles ----------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """How many articles it holds."""
        with told(self.path):
            [size] = self.connection.execute("SELECT count(*) FROM article").fetchone()
        return int(size)

    def number(self, key: int | str) -> int:
        """Return the number of an article by its number or id. Raises `NotFound`."""
        column = "number" if isinstance(key, int) else "id"
        with told(self.path):
            row = self.connection.execute(
                f"SELECT number FROM article WHERE {column} = ?", (key,)
            ).fetchone()
        if row is None:
            remedy = "filiation search finds ids by words"
            raise NotFound(str(key), f"{self.path} holds no article of this id", remedy)
        return int(row[0])

    def article(self, key: int | str) -> Article:
        """Return an article by its number or id, credits set aside. Raises `NotFound`."""
        return self.stated(key).article

    def stated(self, key: int | str) -> Credits:
        """Return an article and its own account of itself, by number or id. Raises `NotFound`."""
        number = self.number(key)
        return next(self.stated_of([number]))[1]

    def articles(self, numbers: Iterable[int]) -> Iterator[tuple[int, Article]]:
        """Yield (number, article) for these numbers, in their order, without lines."""
        for number, stated in self.stated_of(numbers, lines=False):
            yield number, stated.article

    def texts_of(self, numbers: Iterable[int]) -> dict[int, Had]:
        """Return for those whose page has several texts which of them each is, by number.

        Their order is that in which they were added; where archives captured them, it is told when.
        """
        found: dict[int, Had] = {}
        for asked in _slices(numbers):
            with told(self.path):
                rows = self.connection.execute(
                    "SELECT number, input, version, (SELECT min(captured) FROM capture"
                    " WHERE article = number) FROM article AS one"
                    " WHERE number IN (SELECT value FROM json_each(?)) AND EXISTS (SELECT 1 FROM"
                    " article AS other WHERE other.first = one.first AND other.number <> one.number)",
                    (json.dumps(asked),),
                ).fetchall()
            for number, where, version, captured in rows:
                moment = moment_of(captured) if captured else None
                found[number] = Had("library", where, captured=moment, edition=version)
        return found

    def stated_of(
        self, numbers: Iterable[int], *, lines: bool = True
    ) -> Iterator[tuple[int, Credits]]:
        """Yield (number, account) for these numbers, in their order; unknown ones are left out.

        An article's lines, where a text gives them, take as long to make as the text to read:
        without `lines` they are left out.
        """
        for asked in _slices(numbers):
            named = f"SELECT value FROM json_each('{json.dumps(asked)}')"
            with told(self.path):
                cursor = self.connection.execute(f"SELECT * FROM article WHERE number IN ({named})")
                names = [column[0] for column in cursor.description]
                rows = {row[0]: dict(zip(names, row, strict=True)) for row in cursor}
                witnesses = self._lists("date_witness", WITNESS_COLUMNS, named)
                credits = self._lists("credit", CREDIT_COLUMNS, named)
            for number in asked:
                if number in rows:
                    yield (
                        number,
                        stated_of_rows(
                            rows[number],
                            witnesses.get(number, ()),
                            credits.get(number, ()),
                            lines=lines,
                        ),
                    )

    def _lists(
        self, table: str, columns: Sequence[str], named: str
    ) -> dict[int, list[tuple[Any, ...]]]:
        listed = ", ".join(f'"{column}"' for column in columns)
        found: dict[int, list[tuple[Any, ...]]] = {}
        for number, *row in self.connection.execute(
            f"SELECT article, {listed} FROM {table} WHERE article IN ({named}) "
            "ORDER BY article, place"
        ):
            found.setdefault(number, []).append(tuple(row))
        return found

    def texts(self, numbers: Iterable[int]) -> dict[int, tuple[str, tuple[Span, ...], str | None]]:
        """Return {number: (text, runs set aside, language)} of these articles."""
        found: dict[int, tuple[str, tuple[Span, ...], str | None]] = {}
        for asked in _slices(numbers):
            with told(self.path):
                for number, text, aside, language in self.connection.execute(
                    "SELECT number, text, aside, language FROM article "
                    "WHERE number IN (SELECT value FROM json_each(?))",
                    (json.dumps(asked),),
                ):
                    found[number] = (text, spans_of(aside), language)
        return found

    # --- all at once -------------------------------------------------------------------------------

    def columns(self) -> Columns:
        """Return the columns of all articles, ordered by number."""
        with told(self.path):
            return columns_of(self.connection)

    def outlets(self) -> dict[str, str]:
        """Return the names of the outlets seen, by what tells them apart."""
        with told(self.path):
            return dict(self.connection.execute("SELECT key, name FROM outlet ORDER BY key"))

    def entries(self) -> Iterator[tuple[str, str | None, str | None]]:
        """Yield of every article the id, and key and name of its outlet where they are known."""
        with told(self.path):
            yield from self.connection.execute(
                "SELECT id, outlet, outlet_name FROM article INDEXED BY article_columns "
                "ORDER BY number"
            )

    def led_to(self, url: str) -> tuple[str, ...]:
        """Return the addresses from which redirects led to one, as far as the web was asked."""
        with told(self.path):
            rows = self.connection.execute(
                "SELECT DISTINCT earlier.url FROM exchange AS last JOIN exchange AS earlier "
                "ON earlier.fetch = last.fetch AND earlier.place < last.place "
                "WHERE last.question = ? ORDER BY earlier.fetch, earlier.place",
                (url,),
            )
            return tuple(address for (address,) in rows)

    def fingerprints(self) -> "Iterator[tuple[Numbers, Hashes, Numbers]]":
        """Yield (numbers, hashes of word runs, offsets) of all articles in batches, by number.

        The hashes of the i-th article of a batch are `hashes[offsets[i]:offsets[i + 1]]`, sorted.
        """
        return self._hashes("grams")

    def sentences(self) -> "Iterator[tuple[Numbers, Hashes, Numbers]]":
        """Yield (numbers, hashes of sentences, offsets) likewise."""
        return self._hashes("sentences")

    def _hashes(self, column: str) -> "Iterator[tuple[Numbers, Hashes, Numbers]]":
        import numpy as np

        with told(self.path):
            cursor = self.connection.execute(
                f"SELECT article, {column} FROM fingerprint ORDER BY article"
            )
            while rows := cursor.fetchmany(BATCH):
                numbers, blobs = zip(*rows, strict=True)
                offsets = np.zeros(len(rows) + 1, np.int64)
                np.cumsum([len(blob) // 8 for blob in blobs], out=offsets[1:])
                hashes = np.frombuffer(b"".join(blobs), "<u8").astype(np.uint64, copy=False)
                yield np.array(numbers, np.int64), hashes, offsets


def _slices(numbers: Iterable[int]) -> Iterator[list[int]]:
    asked: list[int] = []
    for number in numbers:
        asked.append(int(number))
        if len(asked) == BATCH:
            yield asked
            asked = []
    if asked:
        yield asked


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script: `executescript` would commit before the first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def command_line() -> str:
    """Return the command line of this process."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv else ""


def _refuse(path: Path, name: str, create: bool) -> None:
    """Refuse what cannot be a library, before SQLite makes an empty file of it or worse."""
    try:
        if path.is_dir():
            raise LibraryError(name, "it is a folder", "name a file")
        if not path.exists():
            if not create:
                what = "there is no such library"
                remedy = "filiation add INPUT --library FILE makes one"
                raise LibraryError(name, what, remedy)
            if not path.absolute().parent.is_dir():
                raise LibraryError(name, "its folder does not exist", "make the folder first")
            return
        if not path.is_file():
            raise LibraryError(name, "it is no file", "name a file")
        with path.open("rb") as file:
            start = file.read(len(HEADER))
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        says = getattr(error, "strerror", None) or str(error)
        raise LibraryError(name, f"it cannot be opened ({says})", "name another file") from error
    if start and start != HEADER:
        raise LibraryError(name, "it is no library, but a file of another kind", "name another")


def _connected(path: Path, name: str, writing: bool, patience: float) -> sqlite3.Connection:
    place = quote(os.fspath(path.absolute()))
    if writing:
        if path.exists() and not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK)):
            what = "it may not be written"  # by nobody: then not by root either
            raise LibraryError(name, what, "give yourself the right to write it")
        return _connect(f"file:{place}?mode=rwc", patience)
    connection = _connect(f"file:{place}?mode=ro", patience)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if path.with_name(path.name + "-wal").exists():
            raise
        # On a disc that cannot be written SQLite has no place for what readers share, nor need.
        return _connect(f"file:{place}?mode=ro&immutable=1", patience)
    return connection


def _connect(uri: str, patience: float, *, one_thread: bool = True) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=one_thread
    )
