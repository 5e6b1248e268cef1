"""Tables in Parquet, read a few rows at a time by DuckDB."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from filiation.errors import InputError, Unreadable
from filiation.read.columns import Columns
from filiation.read.raw import Raw, Row

__all__ = ["parquet_rows"]

BATCH = 64
"""Rows fetched at once."""


def parquet_rows(
    path: Path, source: str, wanted: Mapping[str, str], done: int
) -> Iterator[Raw | InputError]:
    """Yield the rows after the first `done`.

    DuckDB is shut in: this one file, no network, no extension, little memory.
    """
    import duckdb

    place = str(path.resolve())
    number = done
    try:
        connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "memory_limit": "1GB",
                "threads": "1",
            },
        )
        pattern = re.sub(r"([*?\[])", r"[\1]", place)
        connection.execute("SET allowed_paths = [$place, $name]", {"place": place, "name": pattern})
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        relation = "read_parquet($pattern)"
        cursor = connection.execute(f"SELECT * FROM {relation} LIMIT 0", {"pattern": pattern})
        names = [column[0] for column in cursor.description or ()]
        columns = Columns.choose(source, names, wanted)
        needed = columns.names()
        listed = ", ".join('"' + name.replace('"', '""') + '"' for name in needed)
        found = connection.execute(
            f"SELECT {listed} FROM {relation} OFFSET {done:d}", {"pattern": pattern}
        )
        while batch := found.fetchmany(BATCH):
            for cells in batch:
                number += 1
                row = Row(dict(zip(needed, cells, strict=True)), columns)
                where = f"{source}, row {number}"
                yield Raw(source, number, where, f"{path.name}#{number}", row)
    except duckdb.Error as error:
        raise _broken(source, error) from error
    finally:
        connection.close()


def _broken(source: str, error: Exception) -> Unreadable:
    says = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
    return Unreadable(source, f"it is a broken Parquet table ({says})", "give a whole file")
