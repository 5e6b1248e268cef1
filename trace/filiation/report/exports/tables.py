"""Rows as CSV, TSV, JSON lines and Parquet."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from filiation.report.exports.findings import Findings
from filiation.report.exports.rows import TABLES, Table, columns, rows
from filiation.report.files import bare, cell
from filiation.report.harmless import harmless_json

__all__ = ["as_csv", "as_json", "as_json_lines", "as_tsv", "write_parquet"]


def as_csv(findings: Findings, table: Table) -> Iterator[str]:
    """Yield the lines of a CSV table, safe to open in a spreadsheet (see `cell`)."""
    yield ",".join(columns(table)) + "\n"
    for row in rows(findings, table):
        yield ",".join(cell(_plain(row[name])) for name in columns(table)) + "\n"


def as_tsv(findings: Findings, table: Table) -> Iterator[str]:
    """Yield the lines of a table with tabs between the cells, which have none within, nor quotes
    around."""
    yield "\t".join(columns(table)) + "\n"
    for row in rows(findings, table):
        yield "\t".join(bare(_plain(row[name])) for name in columns(table)) + "\n"


def as_json_lines(findings: Findings, table: Table) -> Iterator[str]:
    """Yield a line of JSON for each row."""
    for row in rows(findings, table):
        yield harmless_json(json.dumps(row, ensure_ascii=False)) + "\n"


def as_json(findings: Findings) -> Iterator[str]:
    """Yield `filiation/export@1`: all tables in one document."""
    yield '{"schema": "filiation/export@1"'
    for table in TABLES:
        yield f', "{table}": ['
        for number, row in enumerate(rows(findings, table)):
            yield (",\n" if number else "\n") + harmless_json(json.dumps(row, ensure_ascii=False))
        yield "]"
    yield "}\n"


def write_parquet(findings: Findings, table: Table, file: Path) -> None:
    """Write a table as Parquet, each column of one type."""
    import duckdb
    import numpy as np

    made = list(rows(findings, table))
    names = list(columns(table))
    arrays = {
        f"c{place}": np.array([_storable(row[name]) for row in made], object)
        for place, name in enumerate(names)
    }
    connection = duckdb.connect(config={"threads": 1})
    try:
        declared = ", ".join(
            f'CAST(c{place} AS {_TYPES[columns(table)[name]]}) AS "{name}"'
            for place, name in enumerate(names)
        )
        if made:
            connection.register("made", arrays)
            connection.execute(f"CREATE TABLE written AS SELECT {declared} FROM made")
        else:
            nothing = ", ".join(f'"{name}" {_TYPES[columns(table)[name]]}' for name in names)
            connection.execute(f"CREATE TABLE written ({nothing})")
        connection.table("written").write_parquet(str(file), compression="zstd")
    finally:
        connection.close()


_TYPES: Mapping[type, str] = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}


def _storable(value: object) -> object:
    """Return a value that Parquet can hold: text without halves of surrogate pairs."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _plain(value: str | float | bool | None) -> str | int | float | None:
    return _TRUTHS[value] if isinstance(value, bool) else value


_TRUTHS: Mapping[bool, str] = {True: "true", False: "false"}
