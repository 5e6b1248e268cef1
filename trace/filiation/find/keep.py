"""What was fetched, kept as it came: in a library, or for the run alone.

Each fetch is one transaction: what is there after a broken-off run is there wholly. Bodies are kept
once each, by their SHA-256. Both stores are the same tables; without a library they are those of a
database without a name, which SQLite holds in memory while it is small and on the disk when it grows.
"""

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from filiation.find.answers import fetched, packed, unpacked, without_secrets
from filiation.find.values import Exchange, Fetched, Outcome
from filiation.library import Library
from filiation.library.faults import told
from filiation.library.schema import WEB

__all__ = ["Kept", "LibraryStore", "MemoryStore", "Store", "question"]

SOUND: tuple[Outcome, ...] = ("ok", "empty", "not_found", "unchanged")
"""Outcomes that tell what is there: an answer of another is not given again in a later run."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A fetch as it is kept, or what followed one of its exchanges."""

    number: int
    """Of the fetch."""
    fetched: Fetched
    base: int
    """Number of the fetch that brought the body: its own, or the one it found unchanged."""

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Its own, without the one that brought the body of what is unchanged."""
        return self.fetched.exchanges[self.base != self.number :]


class Store(Protocol):
    """Keeps fetches. Safe to use from several threads."""

    def last(self, asked: str) -> Kept | None:
        """Return the latest sound answer to a question of `question`."""
        ...

    def get(self, number: int, place: int = 0) -> Kept:
        """Return a fetch by its number, from one of its exchanges on."""
        ...

    def keep(self, fetch: Fetched, questions: tuple[str, ...], of: int | None = None) -> int:
        """Keep a fetch, wholly or not at all, and return its number.

        `questions` are those of its exchanges; with `of`, the number of the fetch that it found
        unchanged, its first exchange is that one's and is not kept again.
        """
        ...

    def parked(self) -> Mapping[str, tuple[datetime, str]]:
        """Return the hosts that asked to be left alone: until when, and why."""
        ...

    def park(self, host: str, until: datetime, says: str) -> None:
        """Note that a host asked to be left alone."""
        ...


def question(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
) -> str:
    """Return what makes two requests the same: the address alone, for a plain GET."""
    if method == "GET" and not headers and not body:
        return url
    said = sorted(without_secrets((name.lower(), value) for name, value in (headers or {}).items()))
    digest = hashlib.sha256(json.dumps(said).encode() + b"\n" + body).hexdigest()[:32]
    return f"{method} {url} {digest}"


class _Tables:
    """A store in tables of `schema.WEB`."""

    def __init__(self, connection: sqlite3.Connection, name: str, run: int | None = None) -> None:
        self._connection, self._name, self._run = connection, name, run
        self._lock = threading.RLock()

    def close(self) -> None:
        """Close its connection."""
        self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, told(self._name):
            return self._connection.execute(sql, values).fetchall()

    def last(self, asked: str) -> Kept | None:
        """Return the latest sound answer to a question of `question`."""
        marks = ", ".join("?" * len(SOUND))
        rows = self._rows(
            "SELECT fetch.number, min(place) FROM exchange "
            "JOIN fetch ON fetch.number = exchange.fetch "
            f"WHERE question = ? AND fetch.outcome IN ({marks}) "
            "GROUP BY fetch.number ORDER BY fetch.number DESC LIMIT 1",
            asked,
            *SOUND,
        )
        if not rows:
            return None
        return self._read(*rows[0], kept=True)

    def get(self, number: int, place: int = 0) -> Kept:
        """Return a fetch by its number, from one of its exchanges on."""
        return self._read(number, place, kept=False)

    def _read(self, number: int, place: int, *, kept: bool) -> Kept:
        [(url, outcome, says, length, of)] = self._rows(
            "SELECT url, outcome, says, length, of FROM fetch WHERE number = ?", number
        )
        exchanges = self._exchanges(number)[place:]
        base = self._exchanges(of)[-1] if of is not None else None
        found = fetched(
            url if place == 0 else exchanges[0].url,
            outcome,
            says,
            exchanges,
            unpacked(base or exchanges[-1], length),
            base=base,
            kept=kept,
        )
        return Kept(number, found, number if of is None else of)

    def _exchanges(self, number: int) -> list[Exchange]:
        rows = self._rows(
            "SELECT url, method, sent, seconds, request_headers, request_body, status, reason, "
            "http_version, headers, data, whole, address, outcome, says "
            "FROM exchange LEFT JOIN body ON body.sha256 = exchange.body "
            "WHERE fetch = ? ORDER BY place",
            number,
        )
        return [_exchange(row) for row in rows]

    def keep(self, fetch: Fetched, questions: tuple[str, ...], of: int | None = None) -> int:
        """Keep a fetch, wholly or not at all, and return its number."""
        exchanges = fetch.exchanges if of is None else fetch.exchanges[1:]
        bodies = [_body(exchange) for exchange in exchanges]
        with self._writing() as connection:
            number = connection.execute(
                "INSERT INTO fetch (run, url, outcome, says, length, of) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    self._run,
                    fetch.url,
                    fetch.outcome,
                    fetch.says,
                    len(fetch.content),
                    of,
                ),
            ).lastrowid
            connection.executemany(
                "INSERT OR IGNORE INTO body VALUES (?, ?)", [body for body in bodies if body]
            )
            connection.executemany(
                "INSERT INTO exchange (fetch, place, question, body, url, method, sent, seconds, "
                "request_headers, request_body, status, reason, http_version, headers, whole, "
                "address, outcome, says) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (number, place, asked, body[0] if body else None, *_row(exchange))
                    for place, (asked, body, exchange) in enumerate(
                        zip(questions, bodies, exchanges, strict=True)
                    )
                ],
            )
        assert number is not None
        return number

    def parked(self) -> Mapping[str, tuple[datetime, str]]:
        """Return the hosts that asked to be left alone: until when, and why."""
        rows = self._rows("SELECT host, until, says FROM host")
        return {host: (datetime.fromisoformat(until), says) for host, until, says in rows}

    def park(self, host: str, until: datetime, says: str) -> None:
        """Note that a host asked to be left alone."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO host VALUES (?, ?, ?)", (host, until.isoformat(), says)
            )


def _body(exchange: Exchange) -> tuple[bytes, bytes] | None:
    if not exchange.body:
        return None
    level = 0 if packed(exchange) else 6  # what is packed packs no further
    return hashlib.sha256(exchange.body).digest(), zlib.compress(exchange.body, level)


def _row(exchange: Exchange) -> tuple[object, ...]:
    return (
        exchange.url,
        exchange.method,
        exchange.sent.isoformat(),
        exchange.seconds,
        json.dumps(exchange.request_headers),
        exchange.request_body,
        exchange.status,
        exchange.reason,
        exchange.http_version,
        json.dumps(exchange.headers),
        int(exchange.whole),
        exchange.address,
        exchange.outcome,
        exchange.says,
    )


def _exchange(row: tuple[Any, ...]) -> Exchange:
    url, method, sent, seconds, asked, body, status, reason, version, headers, data, *rest = row
    whole, address, outcome, says = rest
    return Exchange(
        url=url,
        method=method,
        sent=datetime.fromisoformat(sent),
        seconds=seconds,
        request_headers=tuple((name, value) for name, value in json.loads(asked)),
        request_body=body,
        status=status,
        reason=reason,
        http_version=version,
        headers=tuple((name, value) for name, value in json.loads(headers)),
        body=zlib.decompress(data) if data is not None else b"",
        whole=bool(whole),
        address=address,
        outcome=outcome,
        says=says,
    )


class MemoryStore(_Tables):
    """Keeps fetches for the run alone."""

    def __init__(self) -> None:
        connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        connection.executescript(WEB)
        super().__init__(connection, "the run's own store")


class LibraryStore(_Tables):
    """Keeps fetches in a library that is open for writing, over a connection of its own.

    Raises `LibraryError` where it is open for reading only. Ask for nothing within the library's
    own `transaction()`: one would wait for the other.
    """

    def __init__(self, library: Library, run: int | None = None) -> None:
        super().__init__(library.beside(), library.path, run)
