"""Which of two dates is likelier the earlier."""

from datetime import timedelta

import pytest

from filiation.stemma.sooner import before
from filiation.values import Dates, Precision, utc

NOON = utc(2022, 3, 10, 12)


def within(start: float, end: float, precision: Precision = "minute") -> Dates:
    """Return an interval, in hours from noon of 10 March."""
    return Dates(NOON + timedelta(hours=start), NOON + timedelta(hours=end), precision)


def a_day(offset: int) -> Dates:
    """Return a day of which the time zone is not known: 50 hours."""
    return within(24 * offset - 26, 24 * offset + 24, "day")


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (within(0, 1), within(2, 3), 1, 1),
        (within(2, 3), within(0, 1), 0, 0),
        (Dates(), within(0, 1), 0.5, 0.5),
        (Dates(), Dates(), 0.5, 0.5),
        (within(0, 0), within(0, 0), 0.5, 0.5),
        (a_day(0), a_day(0), 0.5, 0.5),
        (a_day(0), a_day(1), 0.95, 0.999),
        (a_day(1), a_day(0), 0.001, 0.05),
        (a_day(0), a_day(3), 1, 1),
        (a_day(0), within(5, 5.1), 0.5, 0.5),
        (a_day(0), within(20, 20.1), 0.95, 0.9999),
        (within(0, 10), within(4, 14), 0.7, 0.95),
        (within(-2000, 2000, "day"), a_day(60), 0.7, 0.95),
        (Dates(None, NOON, "day"), a_day(90), 0.5, 1),
        (Dates(None, NOON + timedelta(days=200), "day"), a_day(0), 0.5, 0.5),
        (within(-20000, 1, "second"), within(0.5, 0.5, "second"), 0.9, 0.999),
    ],
)
def test_before(one: Dates, other: Dates, least: float, most: float) -> None:
    assert least <= before(one, other) <= most
    assert before(one, other) + before(other, one) == pytest.approx(1)
