"""Who takes from whom as a matrix: a row for each outlet that gave, a column for each that took."""

from collections.abc import Mapping, Sequence

from filiation.report.sheet import Part, Sheet
from filiation.report.tables import fitted

__all__ = ["fits", "lay_matrix"]

FEWEST = 3
"""Outlets from which a matrix tells more than the rows of a table do."""
NAME = (16, 30)
"""Columns that a name has at least and at most."""
FIGURE = 6
"""Columns of a count, with the blanks before it: 9,999 fits."""
BAR = (3, 14)
"""Columns of a cell's bar, at least and at most."""
NAMED_FROM = 7
"""Columns of a bar from which the outlet's name stands above it: less than six letters tell nothing."""
MOST = 16
"""Outlets at most: more are no longer overlooked, on the widest sheet."""
_FULL, _HALF, _NONE = "━", "╸", "·"

Counts = Mapping[tuple[str, str], int]
"""How many times the second of two outlets took from the first."""


def fits(sheet: Sheet, outlets: Sequence[str]) -> int:
    """Return for how many outlets there is room; 0 where a matrix would not help."""
    if len(outlets) < FEWEST:
        return 0
    room = (sheet.room - NAME[0] - FIGURE) // (FIGURE + BAR[0])
    number = min(room, len(outlets), MOST)
    return number if number >= FEWEST else 0


def lay_matrix(
    sheet: Sheet, outlets: Sequence[str], names: Mapping[str, str], counts: Counts
) -> None:
    """Lay down who took how often from whom, for so many outlets as `fits` says there is room for.

    Outlets are numbered; a number at the head of a column stands for the outlet of that row. A cell
    has its count, and a bar that is as long as the count is great among all cells.
    """
    _Matrix(sheet, outlets, names, counts).lay()


class _Matrix:
    def __init__(
        self, sheet: Sheet, outlets: Sequence[str], names: Mapping[str, str], counts: Counts
    ) -> None:
        self.sheet = sheet
        self.outlets = outlets
        self.counts = counts
        self.most = max(counts.get((a, b), 0) for a in outlets for b in outlets) or 1
        self.names = {outlet: sheet.told(names[outlet]) for outlet in outlets}
        called = {
            outlet: f"{number:>2} {self.names[outlet]}" for number, outlet in enumerate(outlets, 1)
        }
        longest = max(map(_wide, called.values()))
        room = sheet.room - FIGURE
        self.bar = min(BAR[1], (room - min(longest, NAME[1])) // len(outlets) - FIGURE)
        self.bar = max(BAR[0], self.bar)
        self.label = min(longest, NAME[1], room - (FIGURE + self.bar) * len(outlets))
        self.called = {key: fitted(sheet, name, self.label) for key, name in called.items()}

    def lay(self) -> None:
        heads = "".join(self._head(number, one) for number, one in enumerate(self.outlets, 1))
        label = self.sheet.told("from ↓  to →")
        self.sheet.line((label + " " * (self.label - _wide(label)) + heads, "dim"), (f"{'all':>{FIGURE}}", "dim"))  # fmt: skip
        for giver in self.outlets:
            name = self.called[giver]
            blank = " " * (self.label - _wide(name))
            parts: list[Part] = [(self.sheet.closed(name), "bold"), blank]
            for taker in self.outlets:
                parts += self._cell(giver, taker)
            whole = sum(number for (one, _), number in self.counts.items() if one == giver)
            self.sheet.line(*parts, f"{whole:>{FIGURE},}")

    def _head(self, number: int, outlet: str) -> str:
        """Return a column's head: the outlet's number, and its name where there is room for it."""
        room = self.bar - 1 if self.bar > NAMED_FROM else 0
        name = fitted(self.sheet, self.names[outlet], room) if room else ""
        blank = " " * (self.bar - 1 - _wide(name))
        return f"{number:>{FIGURE}} {self.sheet.closed(name)}{blank}"

    def _cell(self, giver: str, taker: str) -> list[Part]:
        number = self.counts.get((giver, taker), 0)
        if not number:
            sign = " " if giver == taker else _NONE
            return [(f"{sign:>{FIGURE}}" + " " * self.bar, "dim")]
        room = self.bar - 1  # a blank before the bar
        halves = max(1, round(number / self.most * room * 2))
        bar = _FULL * (halves // 2) + _HALF * (halves % 2)
        blank = " " * (room - len(bar))
        return [f"{number:>{FIGURE},} ", (self.sheet.told(bar), "cyan"), blank]


def _wide(words: str) -> int:
    from rich.cells import cell_len

    return cell_len(words)
