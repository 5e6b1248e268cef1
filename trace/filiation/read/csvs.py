"""Tables of separated values: CSV, TSV and their dialects."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from filiation.errors import InputError, Unreadable
from filiation.read.columns import MOST_COLUMNS, Columns
from filiation.read.raw import Raw, Row
from filiation.read.streams import LONGEST_ROW, beginning, encoding_of, lines, too_long

__all__ = ["csv_rows"]

_DELIMITERS = ",;\t|"


def csv_rows(
    stream: IO[bytes], path: Path, source: str, wanted: Mapping[str, str], done: int
) -> Iterator[Raw | InputError]:
    """Yield the rows below the column names, those after the first `done`."""
    encoding, notes = encoding_of(beginning(stream), source)
    text = _CsvLines(stream, encoding)
    tabbed = any(s.lower() in (".tsv", ".tab") for s in path.suffixes)
    before = csv.field_size_limit(LONGEST_ROW)
    try:
        delimiter = "\t" if tabbed else _delimiter(text.first())
        reader = csv.reader(text, delimiter=delimiter)
        try:
            names = [name.strip().lstrip("\ufeff") for name in next(reader)][:MOST_COLUMNS]
        except StopIteration:
            raise Unreadable(
                source, "it is empty", "give a table with a row of column names"
            ) from None
        columns = Columns.choose(source, names, wanted)
        number = 0
        for number, found in _cells(reader, source, text):
            if number <= done:
                continue
            if isinstance(found, InputError):
                yield found.of(source, number)
                continue
            cells = columns.needed(dict(zip(names, found, strict=False)))
            where = f"{source}, row {number}"
            yield Raw(source, number, where, f"{path.name}#{number}", Row(cells, columns, notes))
        if not number:
            raise Unreadable(source, "it has no row below its column names", "fill it")
    except csv.Error as error:  # in the first row
        raise Unreadable(source, f"its first row is broken ({error})", "mend it") from error
    finally:
        csv.field_size_limit(before)


def _cells(
    reader: Iterator[list[str]], source: str, text: "_CsvLines"
) -> Iterator[tuple[int, list[str] | InputError]]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            where = f"{source}, row {number}"
            yield number, Unreadable(where, f"it is broken ({error})", "close its quotes")
            continue
        if text.skipped:
            text.skipped = False
            yield number, too_long(f"{source}, row {number}")
            continue
        if any(cell.strip() for cell in cells):
            yield number, cells


class _CsvLines:
    """The lines of a CSV file as text; one that is too long is given empty, and remembered."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._lines = lines(stream)
        self._encoding = encoding
        self._ahead: list[str] = []
        self.skipped = False

    def first(self) -> str:
        """Return the first line without taking it."""
        if not self._ahead:
            self._ahead = [next(self, "")]
        return self._ahead[0]

    def __iter__(self) -> "_CsvLines":
        return self

    def __next__(self) -> str:
        if self._ahead:
            return self._ahead.pop()
        line = next(self._lines)
        if line is None:
            self.skipped = True
            return "-\n"
        return line.decode(self._encoding, "replace").replace("\x00", "")


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)
