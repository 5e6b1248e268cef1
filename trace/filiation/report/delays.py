"""How long republication took: one delay in a few signs, many as a distribution."""

from collections.abc import Sequence

from filiation.audit.flows import delay_hours
from filiation.values import Dates

__all__ = ["BINS", "NONE", "brief_delay", "later", "spark", "spread"]

BINS: tuple[tuple[float, str], ...] = (
    (24.0, "within a day"),
    (48.0, "1 to 2 days"),
    (4 * 24.0, "2 to 4 days"),
    (7 * 24.0, "4 to 7 days"),
    (14 * 24.0, "1 to 2 weeks"),
    (28 * 24.0, "2 to 4 weeks"),
    (91 * 24.0, "1 to 3 months"),
    (float("inf"), "later"),
)
"""Upper bounds in hours, and what they are called: each about twice the one before, as delays are
spread. None is below a day: most dates are known to the day, and no better."""
SCALE = "▁▂▃▄▅▆▇█"
NONE = "·"
"""In a sparkline: a bin with nothing in it."""


def spread(delays: Sequence[float]) -> list[int]:
    """Return how many delays, in hours, lie in each of `BINS`."""
    counts = [0] * len(BINS)
    for delay in delays:
        counts[sum(delay > bound for bound, _ in BINS)] += 1
    return counts


def spark(counts: Sequence[int]) -> str:
    """Return counts as a line of bars, one sign each, the highest as high as a line is.

    >>> spark([0, 1, 4, 8])
    '·▁▄█'
    """
    most = max(counts, default=0)
    return "".join(
        SCALE[max(1, round(count / most * len(SCALE))) - 1] if count else NONE for count in counts
    )


def brief_delay(hours: float | None) -> str:
    """Return a delay in the unit that suits it.

    >>> [brief_delay(hours) for hours in (None, 0.25, 5.2, 60.0, 2400.0)]
    ['–', '15 min', '5 h', '2 d', '100 d']
    """
    if hours is None:
        return "–"
    if 0 < hours < 1:
        return f"{max(1, round(hours * 60))} min"
    if hours < 48:
        return f"{hours:.0f} h"
    return f"{hours / 24:,.0f} d"  # a tenth of a day is more than most dates tell


def later(parent: Dates, child: Dates) -> str:
    """Return how much later a copy is than what it was made from, no finer than the dates are.

    `~` stands before it where the two intervals overlap, so that dates do not tell the order;
    nothing is returned where one of the dates is not known to the day.
    """
    hours = delay_hours(parent, child)
    if hours is None:
        return ""
    sign = "+" if parent.surely_precedes(child) else "~"
    if "day" in (parent.precision, child.precision):
        return f"{sign}{round(hours / 24):,} d"
    return f"{sign}{brief_delay(hours)}"
