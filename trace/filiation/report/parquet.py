"""An audit's files as Parquet: the same rows as the lines of JSON, nested as they are, each with its type.

DuckDB makes them of lines, a few thousand rows at a time, so that no file has to fit into memory.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

__all__ = ["COLUMNS", "REAL", "TEXT", "WHOLE", "Kind", "parquet_lines", "write_parquet"]

Kind: TypeAlias = "str | list[Kind] | Mapping[str, Kind]"
"""A type of SQL, a list of one type, or an object with the types of its keys."""

ROWS = 10_240
"""Rows of a row group: of hops with their evidence, 2 kB each, 20 MB."""
MEMORY = "500MB"
"""What DuckDB may take. 400,000 rows of 700 characters took 120 MB."""
LEAST_OBJECT = 1 << 20
"""Bytes of a line that it is prepared for at the least."""

TEXT, WHOLE, REAL, TRUTH = "VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN"

_INTERVAL: Mapping[str, Kind] = {"earliest": TEXT, "latest": TEXT, "precision": TEXT}
_RUN: Mapping[str, Kind] = {"start": WHOLE, "end": WHOLE}
_PASSAGE: Mapping[str, Kind] = {
    **dict.fromkeys(("a_start", "a_end", "b_start", "b_end"), WHOLE),
    "similarity": REAL,
    "a_paragraph": WHOLE,
    "b_paragraph": WHOLE,
}
_EVIDENCE: Mapping[str, Kind] = {
    **dict.fromkeys(("type", "says", "role", "quote", "rule"), TEXT),
    "start": WHOLE,
    "end": WHOLE,
    "locator": TEXT,
    "weight": REAL,
}
_CREDIT: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("role", "name", "outlet", "url", "title", "language", "published", "quote"), TEXT
    ),
    "start": WHOLE,
    "end": WHOLE,
    "locator": TEXT,
    "rule": TEXT,
    "strength": REAL,
}
_UNSEEN: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("version", "outlet", "name", "title", "url", "language", "author", "translator"), TEXT
    ),
    "published": _INTERVAL,
}
_REVISION: Mapping[str, Kind] = {
    **dict.fromkeys(("before", "after", "order", "seen_before", "seen_after"), TEXT),
    "text": TRUTH,
    "removed": [_CREDIT],
    "added": [_CREDIT],
    "says": TEXT,
}

COLUMNS: Mapping[str, Mapping[str, Kind]] = {
    "articles": {
        **dict.fromkeys(("schema", "id", "url", "outlet", "name", "title", "author"), TEXT),
        "published": _INTERVAL,
        "language": TEXT,
        "kind": TEXT,
        "words": WHOLE,
        "group": TEXT,
        "input": TEXT,
        "also": [TEXT],
    },
    "matches": {
        **dict.fromkeys(("schema", "a", "b"), TEXT),
        "kind": [TEXT],
        "same_language": TRUTH,
        **dict.fromkeys(("coverage_a", "coverage_b", "similarity", "score"), REAL),
        "passages": [_PASSAGE],
        "shared_words": WHOLE,
        "left_out": [_RUN],
        "added": [_RUN],
        "moved": [_PASSAGE],
    },
    "hops": {
        **dict.fromkeys(("schema", "group", "from", "to"), TEXT),
        "from_version": _UNSEEN,
        "to_version": _UNSEEN,
        "from_outlet": TEXT,
        "to_outlet": TEXT,
        "within": TRUTH,
        "kind": [TEXT],
        "kind_from": TEXT,
        "standing": TEXT,
        "probability": REAL,
        "delay_hours": REAL,
        "evidence": [_EVIDENCE],
    },
    "groups": {
        "schema": TEXT,
        "id": TEXT,
        "articles": [TEXT],
        "origin": TEXT,
        **dict.fromkeys(("independent_sources", "missing", "hops"), WHOLE),
        "unknown": [TEXT],
        "revisions": [_REVISION],
        "contaminations": [{"article": TEXT, "parents": [TEXT], "readings": WHOLE}],
    },
}
"""The columns of each file that has lines of JSON as well; a day or a moment is text, as precise as it
is known."""


def write_parquet(part: Path, lines: Iterable[str], columns: Mapping[str, Kind]) -> None:
    """Write lines of JSON, each an object with such keys, as rows of Parquet.

    Half a surrogate pair, which no text of Parquet can hold, becomes a question mark. The lines stand
    beside the file meanwhile. Raises `OSError` where something cannot be written.
    """
    import duckdb

    waiting = part.with_name(f"{part.name}.lines")
    try:
        longest = LEAST_OBJECT
        with waiting.open("wb") as paper:
            for line in lines:
                packed = _whole(line).encode()
                longest = max(longest, len(packed) + 1)
                paper.write(packed)
        declared = ", ".join(f"{_text(name)}: {_text(_sql(columns[name]))}" for name in columns)
        with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY}) as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(
                f"COPY (FROM read_json({_text(_named(waiting))}, format = 'newline_delimited', "
                f"maximum_object_size = {longest}, columns = {{{declared}}})) "
                f"TO {_text(str(part))} "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS})"
            )
        with part.open("rb") as paper:
            os.fsync(paper.fileno())  # the name must not reach the disk before the content
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from error
    finally:
        waiting.unlink(missing_ok=True)


def parquet_lines(path: Path) -> Iterator[str]:
    """Yield the rows of a file as lines of JSON. Raises `ValueError` where it is none, or broken."""
    import duckdb

    try:
        with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY}) as connection:
            connection.execute("SET enable_progress_bar = false")
            found = connection.execute(
                f"SELECT to_json(row) FROM read_parquet({_text(_named(path))}) AS row"
            )
            while rows := found.fetchmany(ROWS // 10):
                for (line,) in rows:
                    yield line
    except duckdb.Error as error:
        raise ValueError(str(error).splitlines()[0]) from error


_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _whole(line: str) -> str:
    """Return a line of JSON without halves of surrogate pairs."""
    if not _HALF.search(line):
        return line
    plain = json.dumps(json.loads(line), ensure_ascii=False)
    return plain.encode("utf-8", "replace").decode() + "\n"


def _sql(kind: Kind) -> str:
    """Return the type as DuckDB writes it."""
    if isinstance(kind, str):
        return kind
    if isinstance(kind, list):
        [inner] = kind
        return f"{_sql(inner)}[]"
    return f"STRUCT({', '.join(f'{_quoted(key)} {_sql(inner)}' for key, inner in kind.items())})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _named(path: Path) -> str:
    """Return the name of one file, where DuckDB would take signs in it for a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
