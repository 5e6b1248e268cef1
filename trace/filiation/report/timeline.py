"""The tree of a text's versions beside a time axis: who made which from which, and how soon."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from filiation.report.axis import SIGNS, UNSEEN, Axis
from filiation.report.delays import later
from filiation.report.sheet import Part, Sheet, shortened
from filiation.report.tables import fitted
from filiation.report.tree import Branch, Tree
from filiation.report.words import STANDING_STYLES, brief_date, english_date, kinds
from filiation.values import Dates, Version

__all__ = ["lay_timeline"]

AXIS_FROM = 56
"""Columns from which there is room for an axis; below, each version is a sentence."""
STANDING_FROM = 76
"""Columns from which a hop's standing stands in the version's line; below, it stands under it."""
KIND_FROM = 108
"""Columns from which its kind stands there too."""
LABEL = (18, 44)
"""Columns that a version's place in the tree and its name have at least and at most."""
LEAST_AXIS, MOST_AXIS = 12, 72
"""Columns of the axis: fewer tell nothing apart, more are no longer overlooked."""
READABLE_AXIS, AXIS_SHARE = 16, 0.4
"""Columns, and share of the room, that the axis has where names are long."""
ROOM_IN_TREE = 30
"""Columns that a version keeps at the end of a branch where there is no axis."""
DEEPEST = 100
"""Steps from the root that are drawn; what lies deeper is counted."""
SHORTEST_NAME = 8
"""Columns that a name keeps at the end of a branch where there is one; what is before is cut."""
CLOCKED = ("second", "minute")
"""Precisions of dates that tell the hour."""
CLOCKED_WITHIN = timedelta(days=4)
"""Time from the first version to the last in which the hour stands beside the day, without the year."""
NAME = 60
NOT_NAMED = "(not named)"
GAP = "  "
ASKED, DISAGREE = "▸", "?"


def lay_timeline(
    sheet: Sheet,
    tree: Tree,
    limit: int,
    *,
    numbers: Mapping[str, int] | None = None,
    asked: str | None = None,
    deepest: int = DEEPEST,
) -> int:
    """Lay down a tree of versions over time; return how many are drawn.

    At most `limit` versions are drawn, none deeper than `deepest`. `numbers` are what the report calls
    them; `asked` is the version that is marked as the one asked about.
    """
    wide = sheet.room >= AXIS_FROM
    if not wide:
        deepest = min(deepest, max(2, (sheet.room - ROOM_IN_TREE) // 3))
    branches = tree.branches(limit, deepest)
    drawing = _Timeline(sheet, tree, branches, numbers or {}, asked)
    if wide and branches:
        drawing.lay()
    else:
        drawing.tell()
    return len(branches)


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    told: Callable[[Branch], list[Part]]
    right: bool = False


class _Timeline:
    """One tree on its way to the sheet."""

    def __init__(
        self,
        sheet: Sheet,
        tree: Tree,
        branches: Sequence[Branch],
        numbers: Mapping[str, int],
        asked: str | None,
    ) -> None:
        self.sheet = sheet
        self.tree = tree
        self.branches = branches
        self.numbers = numbers
        self.asked = asked
        self.clocked = _clocked([branch.version.dates for branch in branches])

    # --- without an axis ----------------------------------------------------------------------------

    def tell(self) -> None:
        """Lay down a sentence for each version."""
        for branch in self.branches:
            version = branch.version
            number = self.numbers.get(version.id)
            name = f"{number} {self._name(version)}" if number else self._name(version)
            parts: list[Part] = [(name, "bold")]
            if not version.seen:
                parts += ["  [", ("UNSEEN", "bold yellow"), "]"]
            date = english_date(version.dates, alone=True)
            parts += [f" · {date}"] if date else []
            parts += [" (its dates exclude one another)"] if version.dates.disagree else []
            if branch.hop is not None:
                since = self._later(branch)
                parts += [f", {since}"] if since else []
                parts += [" · ", *self._step(branch, with_kind=True)]
            first, rest = (
                lines[-(self.sheet.room // 2) :] for lines in (branch.first, branch.rest)
            )
            self.sheet.line(*parts, first=(first, "dim"), rest=(rest, "dim"))
            self._also(branch, rest)

    # --- with an axis -------------------------------------------------------------------------------

    def lay(self) -> None:
        """Lay down a row for each version: its place in the tree, on the axis, and what is known."""
        columns = self._columns()
        widths = [
            max(
                _wide(self.sheet.told(column.heading)),
                *(_wide(self.sheet.told(_plain(column.told(branch)))) for branch in self.branches),
            )
            for column in columns
        ]
        room = self.sheet.room - sum(width + len(GAP) for width in widths)
        longest = max(_wide(self._label(branch)) for branch in self.branches)
        axis_room = max(READABLE_AXIS, int(room * AXIS_SHARE))
        label = min(longest, max(LABEL[0], min(LABEL[1], room - len(GAP) - axis_room)))
        width = min(MOST_AXIS, room - label - len(GAP))
        axis = None
        if width >= LEAST_AXIS:
            axis = Axis.over((branch.version.dates for branch in self.branches), width)
        if axis is None:
            label = min(longest, room)
        self._head(label, axis, columns, widths)
        for branch in self.branches:
            self._row(branch, label, axis, columns, widths)
        if axis is not None:
            self._legend(axis)

    def _columns(self) -> list[_Column]:
        heading = "published, UTC" if self.clocked else "published"
        columns = [_Column(heading, lambda branch: [self._when(branch.version.dates)])]
        if any(self._later(branch) for branch in self.branches):
            columns.append(_Column("later", lambda branch: [self._later(branch)], right=True))
        if self.sheet.room >= STANDING_FROM and any(branch.hop for branch in self.branches):
            kind = self.sheet.room >= KIND_FROM
            columns.append(_Column("", lambda branch: self._step(branch, with_kind=kind)))
        return columns

    def _head(
        self, label: int, axis: Axis | None, columns: Sequence[_Column], widths: Sequence[int]
    ) -> None:
        heads: list[Part] = []
        for column, width in zip(columns, widths, strict=True):
            heads.append((GAP + self._set(column.heading, width, column.right), "dim"))
        if axis is None:
            self.sheet.line(" " * label, *heads)
            return
        labels, ticks = axis.labels()
        self.sheet.line(" " * label + GAP, (labels, "dim"), *heads)
        self.sheet.line(" " * label + GAP, (ticks, "dim"))

    def _row(
        self,
        branch: Branch,
        label: int,
        axis: Axis | None,
        columns: Sequence[_Column],
        widths: Sequence[int],
    ) -> None:
        sheet, version = self.sheet, branch.version
        before = self._before(branch.first, label)
        name = fitted(sheet, sheet.told(self._called(version)), label - _wide(before))
        bold = "bold" if self.asked in (None, version.id) else ""
        parts: list[Part] = [(before, "dim"), (sheet.closed(name), bold)]
        parts.append(" " * (label - _wide(before) - _wide(name)))
        if axis is not None:
            parent = self.tree.versions[branch.hop.parent].dates if branch.hop else None
            parts += [GAP, *axis.row(version.dates, parent=parent, seen=version.seen)]
        for column, width in zip(columns, widths, strict=True):
            told = column.told(branch)
            blank = " " * (width - _wide(sheet.told(_plain(told))))
            parts += [GAP, *([blank, *told] if column.right else [*told, blank])]
        sheet.line(*parts)
        under = branch.rest + ("│  " if branch.goes_on else "   ")
        under = under[-(label - SHORTEST_NAME) :]
        if sheet.room < STANDING_FROM and branch.hop is not None:
            step = self._step(branch, with_kind=True)
            sheet.line(*step, first=(under, "dim"), rest=(under, "dim"))
        self._also(branch, under)

    def _legend(self, axis: Axis) -> None:
        """Say what the signs that were drawn stand for."""
        drawn = "".join(
            _plain(
                axis.row(
                    branch.version.dates,
                    parent=self.tree.versions[branch.hop.parent].dates if branch.hop else None,
                    seen=branch.version.seen,
                )
            )
            for branch in self.branches
        )
        if not all(branch.version.seen for branch in self.branches):
            drawn += UNSEEN
        told = [f"{_SHOWN.get(sign, sign)} {says}" for sign, says in SIGNS.items() if sign in drawn]
        if any(self._later(branch).startswith("~") for branch in self.branches):
            told.append("~ the dates do not tell which came first")
        if any(branch.version.dates.disagree for branch in self.branches):
            told.append(f"{DISAGREE} its dates exclude one another")
        if self.asked is not None:
            told.append(f"{ASKED} the article asked about")
        if axis.stretched:
            told.append("time is stretched at its beginning")
        self.sheet.line((" · ".join(told), "dim"))

    # --- what is told of a version ------------------------------------------------------------------

    def _before(self, lines: str, label: int) -> str:
        """Return the lines of the tree before a name; of a deep tree, those nearest to the name."""
        room = label - SHORTEST_NAME
        return lines if len(lines) <= room else f"…{lines[len(lines) - room + 1 :]}"

    def _label(self, branch: Branch) -> str:
        return branch.first + self.sheet.told(self._called(branch.version))

    def _called(self, version: Version) -> str:
        mark = ASKED if version.id == self.asked else " " if version.seen else UNSEEN
        number = self.numbers.get(version.id)
        if number is not None:
            return f"{number}{mark}{self._name(version)}"
        return self._name(version) if version.seen else f"{UNSEEN} {self._name(version)}"

    def _name(self, version: Version) -> str:
        return shortened(version.name or version.outlet or NOT_NAMED, NAME)

    def _when(self, dates: Dates) -> str:
        start = dates.earliest
        told = brief_date(dates)
        if start is not None and dates.precision in CLOCKED and self.clocked:
            told = f"{told.removesuffix(f' {start.year}')} {start:%H:%M}"
        return f"{told} {DISAGREE}" if dates.disagree else told

    def _later(self, branch: Branch) -> str:
        if branch.hop is None:
            return ""
        return later(self.tree.versions[branch.hop.parent].dates, branch.version.dates)

    def _step(self, branch: Branch, *, with_kind: bool) -> list[Part]:
        """Return how a version was made, and whether it says so."""
        hop = branch.hop
        if hop is None:
            return []
        parts: list[Part] = []
        kind = kinds(hop.kind, measured=hop.kind_from == "match").removesuffix("republication")
        if with_kind and kind:
            parts += [f"{kind.strip()} · "]
        parent = self.tree.versions[hop.parent]
        if self._name(parent) == self._name(branch.version) != NOT_NAMED:
            return [*parts, "same outlet"]
        return [*parts, (hop.standing.upper(), f"bold {STANDING_STYLES[hop.standing]}")]

    def _also(self, branch: Branch, before: str) -> None:
        """Say what else a version was made from."""
        for told in self._others(branch):
            self.sheet.line((told, "dim"), first=(before, "dim"), rest=(before, "dim"))

    def _others(self, branch: Branch) -> Iterator[str]:
        for hop in branch.also:
            yield f"also from {self._called(self.tree.versions[hop.parent])}"
        for version in branch.perhaps:
            yield f"perhaps also from {self._called(version)}"

    def _set(self, words: str, width: int, right: bool) -> str:
        words = self.sheet.told(words)
        blank = " " * (width - _wide(words))
        return blank + words if right else words + blank


_SHOWN = {"├": "├●┤"}
"""Signs that a legend shows within others."""


def _clocked(dates: Sequence[Dates]) -> bool:
    """Whether publications lie so near to each other that the hour matters, and it is known."""
    moments = [one.midpoint for one in dates if one.midpoint is not None]
    known = any(one.precision in CLOCKED and one.earliest is not None for one in dates)
    return known and max(moments) - min(moments) < CLOCKED_WITHIN


def _plain(parts: Sequence[Part]) -> str:
    return "".join(part if isinstance(part, str) else part[0] for part in parts)


def _wide(words: str) -> int:
    from rich.cells import cell_len

    return cell_len(words)
