"""Tables of separated values: CSV, TSV and their dialects, with all that is wrong in real ones.

Python's `csv` reads the rows, strictly, so that a quote which is never closed is noticed where it
stands. Then only the row that it opens is lost: reading goes on at the next line that is a whole row.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from filiation.errors import InputError, NoSuchColumn, Unreadable
from filiation.read.columns import COLUMNS, MOST_COLUMNS, TEXT_KEYS, Columns, plain
from filiation.read.raw import Raw, Row
from filiation.read.streams import (
    LONGEST_ROW,
    TooLong,
    beginning,
    encoding_of,
    in_lines,
    lines,
    text_of,
    too_long,
)

__all__ = ["csv_rows"]

_DELIMITERS = ",;\t|"
LONGEST_NAME = 100
"""Characters of a column's name; a first row with longer cells holds articles, no names."""
_USUAL = frozenset(name for names in COLUMNS.values() for name in names)


def csv_rows(
    stream: IO[bytes], path: Path, source: str, wanted: Mapping[str, str], done: int
) -> Iterator[Raw | InputError]:
    """Yield the rows below the column names, those after the first `done`.

    Where all `wanted` columns are named by number (`{"text": "3"}`), the first row is a row too.
    """
    stream = in_lines(stream)
    encoding, said = encoding_of(beginning(stream))
    tabbed = any(s.lower() in (".tsv", ".tab") for s in path.suffixes)
    number = 0
    before = csv.field_size_limit(LONGEST_ROW)
    try:
        reader = _Reader(stream, encoding, tabbed)
        first = reader.first()
        if not first:
            what = "its first row is empty or broken"
            raise Unreadable(source, what, "give a table with a row of column names")
        columns, places, notes = _columns(source, reader, first, wanted)
        for number, found in enumerate(reader.rows(), 1):
            where = f"{source}, row {number}"
            if number <= done:
                continue
            if isinstance(found, str):
                yield Unreadable(where, found, "close its quotes").of(source, number)
            elif isinstance(found, TooLong):
                yield too_long(where).of(source, number)
            elif any(cell.strip() for cell in found.cells):
                cells = {name: found.cells[n] for name, n in places.items() if n < len(found.cells)}
                row = Row(cells, columns, (*said, *notes, *found.notes))
                yield Raw(source, number, where, f"{path.name}#{number}", row)
    finally:
        csv.field_size_limit(before)
    if not number:
        raise Unreadable(source, "it has no row below its column names", "fill it")


def _columns(
    source: str, reader: "_Reader", first: Sequence[str], wanted: Mapping[str, str]
) -> tuple[Columns, dict[str, int], tuple[str, ...]]:
    """Return the columns, the place of each that is needed, and what to say of them."""
    names = [name.strip() for name in first[:MOST_COLUMNS]]
    if wanted and all(name.isdecimal() and name not in names for name in wanted.values()):
        names = [str(n) for n in range(1, len(names) + 1)]
        reader.put_back()
    try:
        columns = Columns.choose(source, names, wanted)
    except NoSuchColumn as error:
        if max(map(len, names)) <= LONGEST_NAME:
            raise
        what = "its first row holds no names of columns"
        raise NoSuchColumn(source, what, "name them by number: --column text=3") from error
    reader.width = len(first)
    needed = columns.names()
    twice = [name for name in needed if names.count(name) > 1]
    notes = [f"its table has several columns called {name!r}: the first was read" for name in twice]
    return columns, {name: names.index(name) for name in needed}, tuple(notes)


@dataclass(frozen=True, slots=True)
class _Cells:
    cells: list[str]
    notes: tuple[str, ...] = ()


class _Line(NamedTuple):  # a tuple: tables have more lines than anything else
    text: str
    notes: tuple[str, ...] = ()


class _Unclosed(Exception):
    """A quote is still open where the table ends."""


class _Long(Exception):
    """A row has grown longer than a row may be."""


_BARE_RETURN = re.compile("\r(?!\n)")
LINES_OF_ROW = 100_000
"""Lines of one row; the longest of 52,810 articles has 2,822."""
MOST_LINES = 300
"""Lines of one row that are looked at to tell whether a row begins at a line, and lines given up
behind a broken row before reading goes on in any case."""
MOST_AHEAD = 4_000_000
"""Bytes of lines read ahead for that."""

MOST_LOOKS = 20
"""How often the lines of a broken row are looked at, on average, for where the next row begins."""

_Lines = MutableSequence[_Line | TooLong]


class _Reader:
    """The rows of a table, each from its lines."""

    def __init__(self, stream: IO[bytes], encoding: str, tabbed: bool) -> None:
        self._lines = lines(stream)
        self._encoding = encoding
        self._ahead: deque[_Line | TooLong] = deque()
        self._taken: list[_Line] = []
        """The lines of the row that is being read, or was read last."""
        self._looked_at = 0
        """How many lines were looked at for where the row behind it begins."""
        self.width = 0
        """Cells of a row, as the first row has them."""
        self._delimiter = "\t" if tabbed else self._told_delimiter()

    # Lines.

    def _next(self) -> _Line | TooLong | None:
        return self._ahead.popleft() if self._ahead else self._pulled()

    def _pulled(self) -> _Line | TooLong | None:
        line = next(self._lines, None)
        if line is None or isinstance(line, TooLong):
            return line
        text, notes = text_of(line, self._encoding)
        if "\x00" in text:
            text = text.replace("\x00", "")
        if "\r" in text:
            text = _BARE_RETURN.sub(" ", text)
        return _Line(text, notes)

    def _told_delimiter(self) -> str:
        """Return what separates the cells of the first row: what gives known names, or many."""
        line = self._next()
        if line is None or isinstance(line, TooLong):
            return ","
        text = line.text
        if text.lower().startswith("sep=") and len(text.strip()) == 5:  # Excel's note to itself
            return text[4]
        self._ahead.appendleft(line)

        def names(delimiter: str) -> tuple[bool, int, int]:
            cells = [plain(cell) for cell in next(csv.reader([text], delimiter=delimiter), [])]
            known = sum(cell in _USUAL for cell in cells)
            return any(cell in TEXT_KEYS for cell in cells), known, len(cells)

        return max(_DELIMITERS, key=names)

    def _fed(self) -> Iterator[str]:
        """Yield the lines of one row, for as long as more are asked for."""
        self._taken, self._looked_at, size = [], 0, 0
        while (line := self._next()) is not None:
            if isinstance(line, TooLong):
                self._ahead.appendleft(line)
                raise _Long
            self._taken.append(line)
            size += len(line.text)
            if size > LONGEST_ROW or len(self._taken) > LINES_OF_ROW:
                raise _Long
            yield line.text
        if self._taken:
            raise _Unclosed

    # Rows.

    def first(self) -> list[str]:
        """Return the cells of the first row that has any; none where there is no such row."""
        for found in self.rows():
            if not isinstance(found, _Cells):
                break
            if any(cell.strip() for cell in found.cells):
                return found.cells
        return []

    def put_back(self) -> None:
        """Make the row that was read last the next one."""
        self._ahead.extendleft(reversed(self._taken))

    def rows(self) -> Iterator[_Cells | TooLong | str]:
        """Yield the rows; for one that is lost, that it is too long or what is wrong with it."""
        while True:
            try:
                cells = next(csv.reader(self._fed(), delimiter=self._delimiter, strict=True), None)
            except _Unclosed:
                yield self._given_up("its quotes are never closed")
            except _Long:
                yield self._passed_over()
            except csv.Error:
                yield self._lenient() or self._given_up("its quotes are not closed")
            else:
                if cells is None:
                    return
                yield self._row(cells)

    def _row(self, cells: list[str]) -> _Cells:
        notes = [note for line in self._taken for note in line.notes]
        if self.width and any(cell.strip() for cell in cells[self.width :]):
            notes.append(f"its row has {len(cells)} cells where the table has {self.width} columns")
        return _Cells(cells, tuple(dict.fromkeys(notes)))

    def _lenient(self) -> _Cells | None:
        """Read quotes within a cell as they stand, where the row makes sense so."""
        try:
            cells = next(csv.reader([line.text for line in self._taken], delimiter=self._delimiter))
        except csv.Error:
            return None
        if len(self._taken) == 1:
            behind = self._next()
            if behind is not None:
                self._ahead.appendleft(behind)
            # A line without any cells goes on with a text: the quote was opened in earnest.
            goes_on = isinstance(behind, _Line) and behind.text.strip()
            return None if goes_on and self._delimiter not in goes_on else self._row(cells)
        if len(cells) != self.width or any(self._is_whole(line) for line in self._taken[1:]):
            return None
        return self._row(cells)

    def _is_whole(self, line: _Line) -> bool:
        """Whether a line alone has all the cells of a row, its quotes closed or not."""
        return len(next(csv.reader([line.text], delimiter=self._delimiter), [])) == self.width

    def _given_up(self, why: str) -> str:
        """Give up the row that was begun, and go on at the next line that begins one."""
        found: list[_Line | TooLong] = [*self._taken[1:], *self._ahead]
        self._ahead.clear()
        lost = self._to_next(found, len(self._taken) - 1 + MOST_LINES)
        return f"{why}, and {lost + 1:,} lines are lost" if lost else why

    def _passed_over(self) -> TooLong | str:
        """Pass over a row that is too long, unless it is long for an open quote."""
        if len(self._taken) > 1:
            found: list[_Line | TooLong] = [*self._taken[1:], *self._ahead]
            lost = next((n for n in range(len(found)) if self._begins(found, n)), None)
            if lost is not None:
                self._ahead = deque(found[lost:])
                return f"its quotes are never closed, and {lost + 1:,} lines are lost"
        quotes = sum(line.text.count('"') for line in self._taken)
        if not self._taken and (line := self._next()) is not None:
            quotes = line.quotes if isinstance(line, TooLong) else 0
        while quotes % 2 and (line := self._next()) is not None:
            quotes += line.quotes if isinstance(line, TooLong) else line.text.count('"')
            if self._ahead_begins():
                break
        return TooLong(quotes)

    def _ahead_begins(self) -> bool:
        """Whether the next line begins a row."""
        if not self._ahead and (line := self._pulled()) is not None:
            self._ahead.append(line)
        if not self._may_begin(self._ahead, 0):
            return False
        self._fill(self._ahead, 0)
        return self._begins(self._ahead, 0)

    def _to_next(self, found: list[_Line | TooLong], most: int) -> int:
        """Go on at the first line of `found`, or behind it, that begins a row; return its place."""
        lost = 0
        while lost < most:
            self._fill(found, lost)
            if lost >= len(found) or self._begins(found, lost):
                break
            lost += 1
        self._ahead.extend(found[lost:])
        return min(lost, len(found))

    def _fill(self, found: _Lines, at: int) -> None:
        """Read on until enough lines stand behind a place to tell whether a row begins there."""
        size = 0
        while len(found) < at + MOST_LINES and size < MOST_AHEAD:
            line = self._pulled()
            if line is None:
                return
            found.append(line)
            size += 0 if isinstance(line, TooLong) else len(line.text)

    def _may_begin(self, found: _Lines, at: int) -> bool:
        """Whether a row can begin at a line: a cheap look at the line alone."""
        line = found[at] if at < len(found) else None
        return self.width > 1 and isinstance(line, _Line) and self._delimiter in line.text

    def _begins(self, found: _Lines, at: int) -> bool:
        """Whether lines begin, at a place, with a whole row, and another behind it, or the end."""
        if not self._may_begin(found, at) or self._looked_at > MOST_LOOKS * (
            len(self._taken) + 500
        ):
            return False
        reader = csv.reader(self._texts(found, at), delimiter=self._delimiter, strict=True)
        try:
            return len(next(reader)) == self.width and len(next(reader, [])) in (0, self.width)
        except csv.Error:
            return False

    def _texts(self, found: _Lines, at: int) -> Iterator[str]:
        for n in range(at, min(len(found), at + 2 * MOST_LINES)):
            line = found[n]
            if isinstance(line, _Line):
                self._looked_at += 1
                yield line.text
