"""Rows of figures under their headings, fitted to the width of a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from filiation.report.harmless import one_line
from filiation.report.sheet import Part, Sheet

__all__ = ["Cell", "Column", "fitted", "lay_table"]

GAP = 2
"""Blank columns between two columns of a table."""
NARROWEST_NAME = 10
"""Columns below which a name is not cut: less does not tell two outlets of one house apart."""
READABLE_NAME = 16
"""Columns that a name keeps before the table does without bars and long headings."""
WIDEST_NAME = 40
"""Columns that a name has at most: figures should not be far from what they are of."""
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
    goes: bool = False
    """Whether the column may be left out where there is no room for it."""
    bar: bool = False
    """Whether it draws shares from 0 to 1, in the room that the others leave."""


def lay_table(
    sheet: Sheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    notes: Sequence[str] = (),
) -> list[Column]:
    """Lay down a table; a row has one cell for each column. Return the columns that had room.

    `notes` has a remark to stand under each row, or nothing. Where there is little room, names are
    cut, headings shortened, columns left out, and bars last. One table has one column of bars.
    """
    table = _Table(sheet, columns, rows)
    table.headings()
    for number in range(len(rows)):
        table.row(number)
        if notes:
            sheet.line((notes[number], "dim"), first="  ")
    return [column for n, column in enumerate(columns) if table.widths[n]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """One way to lay out a table."""

    short: bool
    """Whether headings are the short ones."""
    all: bool
    """Whether columns that may go are there."""
    bar: bool
    least_name: int


_PLANS = (
    _Plan(False, True, True, READABLE_NAME),
    _Plan(True, True, True, READABLE_NAME),
    _Plan(True, False, True, READABLE_NAME),
    _Plan(True, True, False, NARROWEST_NAME),
    _Plan(True, False, False, NARROWEST_NAME),
)
"""The first that fits is taken, else the last."""


class _Table:
    """A table whose columns have found their widths."""

    def __init__(
        self, sheet: Sheet, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
    ) -> None:
        self.sheet = sheet
        self.columns = columns
        self.cells = [[_safe(sheet, cell) for cell in row] for row in rows]
        for plan in _PLANS:
            self._try(plan)
            if self._room() >= 0:
                break
        for n in self._bars():
            if self.widths[n]:
                self.widths[n] = min(BAR[1], self.widths[n] + self._room())

    def _try(self, plan: _Plan) -> None:
        self.heads = [
            [self.sheet.told(line) for line in _heading(column, plan.short).split("\n")]
            for column in self.columns
        ]
        self.widths = [self._width(n, plan) for n in range(len(self.columns))]
        names = [n for n, column in enumerate(self.columns) if column.name]
        while names and self._room() < 0:
            widest = max(names, key=lambda n: self.widths[n])
            if self.widths[widest] <= plan.least_name:
                break
            self.widths[widest] -= 1

    def _width(self, n: int, plan: _Plan) -> int:
        column = self.columns[n]
        if column.bar:
            return BAR[0] if plan.bar else 0
        if column.goes and not plan.all:
            return 0
        widest = max(map(_wide, [*self.heads[n], *(str(row[n][0]) for row in self.cells)]))
        return min(widest, WIDEST_NAME) if column.name else widest

    def _bars(self) -> list[int]:
        return [n for n, column in enumerate(self.columns) if column.bar]

    def _room(self) -> int:
        """Return how many columns are left over; under 0, how many are lacking."""
        gaps = sum(1 for width in self.widths if width) - 1
        return self.sheet.width - sum(self.widths) - GAP * gaps

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
        return blank + words if self.columns[n].right else self.sheet.closed(words) + blank

    def _bar(self, share: float, width: int) -> str:
        """Return a share drawn to the half column; what is not nothing is seen."""
        halves = max(1, round(share * width * 2)) if share > 0 else 0
        return self.sheet.told(_FULL * (halves // 2) + _HALF * (halves % 2))


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


def _heading(column: Column, short: bool) -> str:
    return column.short if short and column.short else column.heading


def _safe(sheet: Sheet, cell: Cell) -> tuple[str | float, str]:
    words, style = (cell, "") if isinstance(cell, str) else cell
    return words if isinstance(words, float) else sheet.told(one_line(words)), style


def _wide(words: str) -> int:
    from rich.cells import cell_len

    return cell_len(words)
