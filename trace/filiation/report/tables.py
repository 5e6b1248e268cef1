"""Rows of figures under their headings, fitted to the width of a sheet."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from filiation.report.harmless import one_line
from filiation.report.sheet import Part, Sheet

__all__ = ["Cell", "Column", "fitted", "lay_table"]

GAP = 2
"""Blank columns between two columns of a table."""
NARROWEST_NAME = 10
"""Columns below which a name is not cut: less does not tell two outlets of one house apart."""
READABLE_NAME = 18
"""Columns that a name should keep before the table does without bars and long headings."""
BAR = (8, 40)
"""Columns that a bar has at least and at most: a shorter one shows no differences, a longer one no
more of them."""
_FULL, _HALF = "━", "╸"

Cell = Part | tuple[float, str]
"""What a column shows: words, with their style or without; in a column of bars a share with it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    heading: str
    short: str = ""
    """The heading where there is little room; a hyphen and a line break may split it in two."""
    right: bool = False
    """Whether its words end at one edge, as figures do."""
    name: bool = False
    """Whether its words may be cut where there is no room for them."""
    drops: int = 0
    """The column with the highest number goes first where there is no room; 0 never goes."""
    bar: bool = False
    """Whether it draws shares from 0 to 1, in the room that the others leave."""


def lay_table(
    sheet: Sheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    notes: Sequence[str] = (),
) -> None:
    """Lay down a table; a row has one cell for each column.

    `notes` has a remark to stand under each row, or nothing. Where there is little room, names are
    cut, headings shortened, bars left out and columns dropped, in this order.
    """
    table = _Table(sheet, columns, rows)
    table.headings()
    for number in range(len(rows)):
        table.row(number)
        if notes:
            sheet.line((notes[number], "dim"), first="  ")


class _Table:
    """A table whose columns have found their widths."""

    def __init__(
        self, sheet: Sheet, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
    ) -> None:
        self.sheet = sheet
        self.columns = columns
        self.cells = [[_safe(sheet, cell) for cell in row] for row in rows]
        self.heads = [_lines(sheet, column.heading) for column in columns]
        self.widths = self._natural()
        self._fit()

    def _natural(self) -> list[int]:
        return [
            0 if column.bar else max(map(_wide, [*head, *(str(row[n][0]) for row in self.cells)]))
            for n, (column, head) in enumerate(zip(self.columns, self.heads, strict=True))
        ]

    def _room(self) -> int:
        """Return how many columns are left over; under 0, how many are lacking."""
        gaps = sum(1 for width in self.widths if width) - 1
        return self.sheet.width - sum(self.widths) - GAP * gaps

    def _fit(self) -> None:
        bar = next((n for n, column in enumerate(self.columns) if column.bar), None)
        least = BAR[0] + GAP if bar is not None else 0
        self._cut_names(least, READABLE_NAME)
        if self._room() < least:
            self._shorten_headings()
            self._cut_names(least, READABLE_NAME)
        if bar is not None and self._room() >= least:
            self.widths[bar] = BAR[0]
            self.widths[bar] = min(BAR[1], BAR[0] + self._room())
            return
        self._cut_names(0, NARROWEST_NAME)
        for n in sorted(range(len(self.columns)), key=lambda n: -self.columns[n].drops):
            if self._room() < 0 and self.columns[n].drops:
                self.widths[n] = 0

    def _cut_names(self, wanted: int, least: int) -> None:
        """Take from the widest names, column by column, until as much is left over as wanted."""
        names = [n for n, column in enumerate(self.columns) if column.name]
        while names and self._room() < wanted:
            widest = max(names, key=lambda n: self.widths[n])
            if self.widths[widest] <= least:
                return
            self.widths[widest] -= 1

    def _shorten_headings(self) -> None:
        before = self.widths
        self.heads = [_lines(self.sheet, c.short or c.heading) for c in self.columns]
        self.widths = self._natural()
        for n, column in enumerate(self.columns):
            if column.name:
                self.widths[n] = min(before[n], self.widths[n])

    def headings(self) -> None:
        kept = [n for n, width in enumerate(self.widths) if width]
        height = max(len(self.heads[n]) for n in kept)
        for line in range(-height, 0):
            words = [self.heads[n][line] if len(self.heads[n]) >= -line else "" for n in kept]
            self._lay([(w, "dim") for w in words], kept)

    def row(self, number: int) -> None:
        kept = [n for n, width in enumerate(self.widths) if width]
        self._lay([self.cells[number][n] for n in kept], kept)

    def _lay(self, cells: Sequence[tuple[str | float, str]], columns: Sequence[int]) -> None:
        line: list[Part] = []
        for (told, style), n in zip(cells, columns, strict=True):
            line += [" " * GAP] if line else []
            line.append((self._set(told, n), style))
        self.sheet.line(*line)

    def _set(self, told: str | float, n: int) -> str:
        """Return a cell as wide as its column."""
        width = self.widths[n]
        words = (
            self._bar(told, width) if isinstance(told, float) else fitted(self.sheet, told, width)
        )
        blank = " " * (width - _wide(words))
        return blank + words if self.columns[n].right else words + self._mark(words) + blank

    def _bar(self, share: float, width: int) -> str:
        """Return a share drawn to the half column; what is not nothing is seen."""
        halves = max(1, round(share * width * 2)) if share > 0 else 0
        return self.sheet.told(_FULL * (halves // 2) + _HALF * (halves % 2))

    def _mark(self, words: str) -> str:
        """Return the mark that keeps figures after a right-to-left name in their places.

        Without it, a terminal that reorders draws the digits that follow on the name's other side.
        The left-to-right mark has no width.
        """
        turned = any(unicodedata.bidirectional(character) in ("R", "AL") for character in words)
        return "\u200e" if turned and not self.sheet.plain_ascii else ""


def fitted(sheet: Sheet, words: str, width: int) -> str:
    """Return words that `sheet.told` has made safe, cut to a number of columns."""
    if _wide(words) <= width:
        return words
    end = sheet.told("…")
    cut = ""
    for character in words:
        if _wide(cut + character) > width - _wide(end):
            break
        cut += character
    return cut.rstrip(" ,;:.-–—\u200d") + end


def _lines(sheet: Sheet, heading: str) -> list[str]:
    return [sheet.told(line) for line in heading.split("\n")]


def _safe(sheet: Sheet, cell: Cell) -> tuple[str | float, str]:
    words, style = (cell, "") if isinstance(cell, str) else cell
    return words if isinstance(words, float) else sheet.told(one_line(words)), style


def _wide(words: str) -> int:
    from rich.cells import cell_len

    return cell_len(words)
