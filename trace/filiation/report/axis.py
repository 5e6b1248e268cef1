"""A time axis of a few columns: where publications lie on it, and how far they are from each other.

What is not known is drawn as not known: an interval with its ends, a date that is only a bound as an
arrow, no date as nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log1p

from filiation.report.delays import NONE, spark
from filiation.report.sheet import Part
from filiation.values import Dates

__all__ = ["SIGNS", "Axis"]

CROWDED = 0.1
"""Share of the time in which more than half of the versions must lie for the axis to be stretched
at its beginning: republication is quick at first and then goes on for years. As in the HTML report."""
AIR = 2
"""Blank columns between two labels, at least."""

SEEN, UNSEEN, FROM, TO, BEFORE, AFTER, LINE, DELAY, TURN, BACK = "●○├┤◂▸─╌└┘"
SIGNS = {
    SEEN: "published then",
    UNSEEN: "not seen",
    FROM: "some time between",
    BEFORE: "some time before",
    AFTER: "some time after",
    DELAY: "the delay",
}
"""What the signs say, for a legend."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MINUTES = (1, 5, 15, 30)
_HOURS = (1, 3, 6, 12)
_DAYS = (1, 2, 5, 7, 14)
_MONTHS = (1, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_SINCE: Sequence[tuple[timedelta, str]] = (
    (_HOUR, "+1 h"),
    (6 * _HOUR, "+6 h"),
    (_DAY, "+1 d"),
    (3 * _DAY, "+3 d"),
    (7 * _DAY, "+1 wk"),
    (30 * _DAY, "+1 mo"),
    (91 * _DAY, "+3 mo"),
    (365 * _DAY, "+1 yr"),
    (5 * 365 * _DAY, "+5 yr"),
    (20 * 365 * _DAY, "+20 yr"),
)
"""Labels of a stretched axis: how long after its beginning."""
# Not strftime: its month names follow the user's locale, the report is in English.
_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time laid out over a number of columns."""

    first: datetime
    last: datetime
    width: int
    stretched: bool = False
    """Whether time is drawn by its logarithm, since the beginning is crowded."""

    @classmethod
    def over(cls, dates: Iterable[Dates], width: int) -> "Axis | None":
        """Return the axis that these dates need; None where fewer than two are to be told apart."""
        known = [one for one in dates if one.midpoint is not None]
        ends = [end for one in known for end in (one.earliest, one.latest) if end is not None]
        if len(known) < 2 or min(ends) == max(ends):
            return None
        first, last = min(ends), max(ends)
        soon = sum(
            one.midpoint - first <= (last - first) * CROWDED for one in known if one.midpoint
        )
        return cls(first, last, width, len(known) > 3 and soon > len(known) / 2)

    def column(self, moment: datetime) -> int:
        """Return the column that a moment lies in, from 0."""
        whole, part = (self.last - self.first) / _HOUR, (moment - self.first) / _HOUR
        part = min(max(part, 0.0), whole)
        share = log1p(part) / log1p(whole) if self.stretched else part / whole
        return round(share * (self.width - 1))

    def row(self, dates: Dates, *, parent: Dates | None = None, seen: bool = True) -> list[Part]:
        """Return a publication at its place, `width` columns wide, and the delay since its parent's."""
        cells: list[tuple[str, str]] = [(" ", "")] * self.width
        if parent is not None and dates.midpoint and _bounded(parent) and _bounded(dates):
            self._delay(cells, parent, dates)
        style = "bold" if seen else "bold yellow"
        for place, sign in self._marks(dates, SEEN if seen else UNSEEN):
            cells[place] = (sign, style)
        return _joined(cells)

    def _marks(self, dates: Dates, point: str) -> Iterator[tuple[int, str]]:
        if dates.midpoint is None:
            return
        start = 0 if dates.earliest is None else self.column(dates.earliest)
        end = self.width - 1 if dates.latest is None else self.column(dates.latest)
        for place in range(start, end + 1):
            yield place, LINE
        yield end, AFTER if dates.latest is None else TO
        yield start, BEFORE if dates.earliest is None else FROM
        if _bounded(dates):
            yield self.column(dates.midpoint), point

    def _delay(self, cells: list[tuple[str, str]], parent: Dates, child: Dates) -> None:
        assert parent.midpoint is not None
        assert child.midpoint is not None
        start, end = self.column(parent.midpoint), self.column(child.midpoint)
        if start == end:
            return
        for place in range(min(start, end), max(start, end)):
            cells[place] = (DELAY, "dim")
        cells[start] = (TURN if start < end else BACK, "dim")

    def bars(self, moments: Iterable[datetime]) -> list[Part]:
        """Return how many moments lie in each column: a bar as high as they are many."""
        counts = Counter(self.column(moment) for moment in moments)
        heights = spark([counts[column] for column in range(self.width)])
        return [(heights.replace(NONE, " "), "cyan")]

    def labels(self) -> tuple[str, str]:
        """Return the line of labels, and that of ticks below it, each `width` columns wide."""
        labels, ticks = [" "] * self.width, [LINE] * self.width
        for place, start, told in self._placed(self._ticks()):
            labels[start : start + len(told)] = told
            ticks[place] = "┬"
        return "".join(labels), "".join(ticks)

    def _placed(self, ticks: Iterable[tuple[datetime, str]]) -> list[tuple[int, int, str]]:
        """Return the labels that have room: the column of their tick, that of their first sign."""
        found: list[tuple[int, int, str]] = []
        free = 0
        for moment, told in ticks:
            place = self.column(moment)
            start = min(place, self.width - len(told))
            if start >= free:
                found.append((place, start, told))
                free = start + len(told) + AIR
        return found

    def _ticks(self) -> list[tuple[datetime, str]]:
        if self.stretched:
            since = [(self.first + after, told) for after, told in _SINCE]
            first = (self.first, _day_label(self.first))
            return [first, *((moment, told) for moment, told in since if moment <= self.last)]
        return self._even()

    def _even(self) -> list[tuple[datetime, str]]:
        """Return the finest even steps whose labels have room, that of the last tick aside.

        Where none have, the two ends.
        """
        for steps in _STEPS:
            if (self.last - self.first) / steps.least * (1 + AIR) > 2 * self.width:
                continue
            found = list(steps.ticks(self.first, self.last))
            if len(found) > 1 and len(self._placed(found)) >= max(2, len(found) - 1):
                return found
        ends = (self.first, self.last)
        whole = [(end, _day_label(end)) for end in ends]
        if len(self._placed(whole)) == len(ends):
            return whole
        years = self.first.year != self.last.year
        return [(end, str(end.year) if years else _day_label(end)[:-5]) for end in ends]


@dataclass(frozen=True, slots=True)
class _Steps:
    """Even steps of a calendar or a clock."""

    minutes: int = 0
    days: int = 0
    months: int = 0

    @property
    def least(self) -> timedelta:
        return timedelta(minutes=self.minutes, days=self.days + 28 * self.months)

    def ticks(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, str]]:
        """Yield the steps that lie between two moments, each with its label."""
        moment = self._before(first)
        while moment <= last:
            if moment >= first:
                yield moment, self._label(moment)
            following = self._next(moment)
            if following is None:
                return
            moment = following

    def _before(self, first: datetime) -> datetime:
        start = first.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.months:
            months = (start.year * 12 + start.month - 1) // self.months * self.months
            return start.replace(year=max(1, months // 12), month=months % 12 + 1, day=1)
        return start

    def _next(self, moment: datetime) -> datetime | None:
        try:
            if self.months:
                months = moment.year * 12 + moment.month - 1 + self.months
                return moment.replace(year=months // 12, month=months % 12 + 1)
            return moment + timedelta(minutes=self.minutes, days=self.days)
        except (OverflowError, ValueError):  # behind the last year there is
            return None

    def _label(self, moment: datetime) -> str:
        if self.months % 12 == 0 and self.months:
            return f"{moment.year}"
        if self.months:
            return f"{moment.year}" if moment.month == 1 else _NAMES[moment.month - 1]
        if self.days or (moment.hour, moment.minute) == (0, 0):
            return f"{moment.day} {_NAMES[moment.month - 1]}"
        return f"{moment.hour:02}:{moment.minute:02}"


_STEPS = (
    *(_Steps(minutes=step) for step in _MINUTES),
    *(_Steps(minutes=60 * step) for step in _HOURS),
    *(_Steps(days=step) for step in _DAYS),
    *(_Steps(months=step) for step in _MONTHS),
    *(_Steps(months=12 * step) for step in _YEARS),
)


def _bounded(dates: Dates) -> bool:
    return dates.earliest is not None and dates.latest is not None


def _day_label(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_NAMES[moment.month - 1]} {moment.year}"


def _joined(cells: Sequence[tuple[str, str]]) -> list[Part]:
    """Return cells with those of one style that stand together as one."""
    parts: list[tuple[str, str]] = []
    for sign, style in cells:
        if parts and parts[-1][1] == style:
            parts[-1] = (parts[-1][0] + sign, style)
        else:
            parts.append((sign, style))
    return list(parts)
