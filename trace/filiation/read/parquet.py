"""Tables in Parquet, read a few rows at a time by DuckDB."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filiation.errors import InputError, Unreadable
from filiation.read.columns import DEEPEST, MOST_COLUMNS, Columns, below
from filiation.read.raw import Raw, Row
from filiation.read.streams import LONGEST_ROW, too_long

if TYPE_CHECKING:
    import duckdb

__all__ = ["parquet_rows"]

BATCH = 64
"""Rows fetched at once."""
MEMORY = "1GB"
"""What DuckDB may take. A table of 3 GB in groups of 20,000 rows is read in 0.14 GB."""


def parquet_rows(
    path: Path, source: str, wanted: Mapping[str, str], done: int
) -> Iterator[Raw | InputError]:
    """Yield the rows after the first `done`.

    DuckDB is shut in: this one file, no network, no extension, little memory.
    """
    import duckdb

    number = done
    connection = _shut_in()
    try:
        relation = _relation(connection, path)
        cursor = connection.execute(f"SELECT * FROM {relation} LIMIT 0")
        types = {column[0]: column[1] for column in cursor.description or ()}
        paths = dict(_paths(types))
        columns = Columns.choose(source, list(paths), wanted)
        needed = {name: paths[name] for name in columns.names()}
        taken = list(dict.fromkeys(sql for sql, _ in needed.values()))
        found = connection.execute(
            f"SELECT {', '.join(taken)} FROM {_from_row(relation, types, done)}"
        )
        while batch := found.fetchmany(BATCH):
            for cells in batch:
                number += 1
                by_sql = dict(zip(taken, cells, strict=True))
                row = {name: _below(by_sql[sql], rest) for name, (sql, rest) in needed.items()}
                where = f"{source}, row {number}"
                if any(isinstance(c, str | bytes) and len(c) > LONGEST_ROW for c in row.values()):
                    yield too_long(where).of(source, number)
                    continue
                yield Raw(source, number, where, f"{path.name}#{number}", Row(row, columns))
    except duckdb.OutOfMemoryException as error:
        what = f"its rows after row {number} do not fit into {MEMORY}"
        raise Unreadable(source, what, "write it in smaller row groups") from error
    except duckdb.Error as error:
        raise _broken(source, number, error) from error
    finally:
        connection.close()
    if not number:
        raise Unreadable(source, "it has no row", "give a table with a row for each article")


def _shut_in() -> "duckdb.DuckDBPyConnection":
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "memory_limit": MEMORY,
            "threads": "1",
        },
    )


def _relation(connection: "duckdb.DuckDBPyConnection", path: Path) -> str:
    """Return the file as a relation of SQL, the only one that the connection may read."""
    place = str(path.resolve())
    pattern = re.sub(r"([*?\[])", r"[\1]", place)
    connection.execute("SET enable_progress_bar = false")  # it is drawn on standard output
    connection.execute("SET allowed_paths = [$place, $name]", {"place": place, "name": pattern})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    quoted = pattern.replace("'", "''")
    return f"read_parquet('{quoted}')"


def _from_row(relation: str, types: Mapping[str, Any], done: int) -> str:
    """Return the relation without its first rows.

    A condition on the number of the row spares reading what comes before; an offset does not.
    """
    if not done:
        return f"{relation} AS t"
    if "file_row_number" in types:
        return f"(FROM {relation} OFFSET {done:d}) AS t"
    numbered = f"{relation[:-1]}, file_row_number = true)"
    return f"(FROM {numbered} WHERE file_row_number >= {done:d}) AS t"


def _paths(types: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each column's name, nested ones as paths with dots, and how to get at it.

    That is an expression of SQL, and the path that is left below it, which begins in a list.
    """
    pending: list[tuple[str, str, str, Any, int]] = [
        (name, f"t.{_quoted(name)}", "", kind, 1) for name, kind in types.items()
    ]
    for name, sql, rest, kind, depth in pending:
        yield name, (sql, rest)
        in_list = kind.id == "list"
        if in_list:
            kind = kind.children[0][1]
        if kind.id != "struct" or depth >= DEEPEST or len(pending) > MOST_COLUMNS:
            continue
        for inner, type_ in kind.children:
            if rest or in_list:
                place, left = sql, f"{rest}.{inner}".lstrip(".")
            else:
                place, left = f"{sql}.{_quoted(inner)}", ""
            pending.append((f"{name}.{inner}", place, left, type_, depth + 1))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _below(cell: Any, path: str) -> Any:
    return below(cell, path) if path else cell


def _broken(source: str, number: int, error: Exception) -> Unreadable:
    says = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
    if "encrypt" in says.lower():
        return Unreadable(source, "it is an encrypted Parquet table", "give it decrypted")
    after = f" after row {number}" if number else ""
    what = f"it is a broken Parquet table{after} ({says})"
    return Unreadable(source, what, "give a whole file")
