"""The time axis: order and delay at their places, and nothing that is not known."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.report.axis import Axis
from filiation.report.delays import BINS, later, spark, spread
from filiation.report.words import brief_date
from filiation.values import Dates, Precision, utc


def moment(*parts: int) -> Dates:
    """Return a date known to the second."""
    return Dates(utc(*parts), utc(*parts), "second")


def between(first: datetime | None, last: datetime | None, precision: Precision = "day") -> Dates:
    return Dates(first, last, precision)


def drawn(axis: Axis, dates: Dates, parent: Dates | None = None, *, seen: bool = True) -> str:
    parts = axis.row(dates, parent=parent, seen=seen)
    return "".join(part if isinstance(part, str) else part[0] for part in parts)


AXIS = Axis(utc(2024, 3, 1), utc(2024, 3, 21), 21)
"""A column a day."""


@pytest.mark.parametrize(
    ("dates", "row"),
    [
        (moment(2024, 3, 1), "●                    "),
        (moment(2024, 3, 21), "                    ●"),
        (between(utc(2024, 3, 3), utc(2024, 3, 9)), "  ├──●──┤            "),
        (between(None, utc(2024, 3, 5)), "◂───┤                "),
        (between(utc(2024, 3, 19), None), "                  ├─▸"),
        (Dates(), "                     "),
    ],
    ids=["first", "last", "interval", "not after", "not before", "not dated"],
)
def test_a_date_is_drawn_as_it_is_known(dates: Dates, row: str) -> None:
    assert drawn(AXIS, dates) == row


def test_what_was_not_seen_has_a_sign_of_its_own() -> None:
    assert drawn(AXIS, moment(2024, 3, 2), seen=False)[1] == "○"


def test_a_delay_reaches_from_the_source_to_the_copy() -> None:
    early, late = moment(2024, 3, 4), moment(2024, 3, 9)
    assert drawn(AXIS, late, early) == "   └╌╌╌╌●            "
    assert drawn(AXIS, early, late) == "   ●╌╌╌╌┘            "
    assert drawn(AXIS, late, late) == "        ●            "


def test_a_delay_is_not_drawn_where_one_end_is_only_a_bound() -> None:
    bound = between(None, utc(2024, 3, 5))
    assert "╌" not in drawn(AXIS, moment(2024, 3, 9), bound)
    assert "╌" not in drawn(AXIS, bound, moment(2024, 3, 1))


@pytest.mark.parametrize(
    ("first", "last", "width", "labels"),
    [
        (utc(2024, 3, 4), utc(2024, 3, 14), 40, "4 Mar 6 Mar 8 Mar 10 Mar 12 Mar"),
        (utc(2024, 3, 4, 6), utc(2024, 3, 4, 9), 30, "06:00 07:00 08:00"),
        (utc(2023, 11, 2), utc(2024, 4, 2), 40, "Dec 2024 Feb Mar Apr"),
        (utc(1997, 5, 2), utc(2016, 11, 21), 40, "2000 2005 2010 2015"),
        (utc(2024, 3, 4), utc(2024, 3, 14), 14, "4 Mar 14 Mar"),
        (utc(1, 1, 1), utc(9999, 12, 31), 30, "1 Jan 1 31 Dec 9999"),
    ],
    ids=["days", "hours", "months", "years", "narrow", "all time"],
)
def test_labels_are_as_fine_as_there_is_room(
    first: datetime, last: datetime, width: int, labels: str
) -> None:
    told, ticks = Axis(first, last, width).labels()
    assert " ".join(told.split()) == labels
    assert (len(told), len(ticks)) == (width, width)


def test_a_crowded_beginning_is_stretched() -> None:
    dates = [moment(2024, 3, 1, hour) for hour in (0, 3, 9, 20)] + [moment(2025, 3, 1)]
    axis = Axis.over(dates, 40)
    assert axis is not None
    assert axis.stretched
    places = [drawn(axis, one).index("●") for one in dates]
    assert places == sorted(set(places))
    assert axis.labels()[0].split()[:3] == ["1", "Mar", "2024"]
    assert "+1 wk" in axis.labels()[0]


def test_one_moment_makes_no_axis() -> None:
    assert Axis.over([moment(2024, 3, 1), Dates()], 40) is None
    assert Axis.over([moment(2024, 3, 1)] * 2, 40) is None
    assert Axis.over([], 40) is None


MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(
    lambda one: one.replace(tzinfo=utc(2000).tzinfo)
)


@given(
    st.lists(st.tuples(MOMENTS | st.none(), MOMENTS | st.none()), max_size=6), st.integers(12, 90)
)
def test_every_row_is_as_wide_as_the_axis(
    ends: list[tuple[datetime | None, datetime | None]], width: int
) -> None:
    dates = [
        between(*(sorted((one, other)) if one and other else (one, other))) for one, other in ends
    ]
    axis = Axis.over(dates, width)
    if axis is None:
        return
    assert [len(line) for line in axis.labels()] == [width, width]
    for one in dates:
        assert {len(drawn(axis, one, other)) for other in (None, *dates)} == {width}


# Delays


def day(number: int) -> Dates:
    """Return a day of March 2024 in a zone that is not known."""
    first = utc(2024, 3) + timedelta(days=number - 1, hours=-14)
    return Dates(first, first + timedelta(hours=50, seconds=-1), "day")


@pytest.mark.parametrize(
    ("parent", "child", "told"),
    [
        (moment(2024, 3, 4, 9), moment(2024, 3, 4, 12), "+3 h"),
        (day(4), day(9), "+5 d"),
        (day(4), day(5), "~1 d"),
        (day(4), day(4), "~0 d"),
        (moment(2024, 3, 4), Dates(), ""),
        (between(None, utc(2024, 3, 5)), moment(2024, 3, 9), ""),
        (moment(2024, 3, 9), moment(2024, 3, 4), ""),
    ],
    ids=["hours", "days", "days that overlap", "the same day", "not dated", "a bound", "before"],
)
def test_a_delay_is_no_finer_than_its_dates(parent: Dates, child: Dates, told: str) -> None:
    assert later(parent, child) == told


def test_delays_are_spread_over_bins() -> None:
    assert spread([0, 24, 25, 47, 96, 10_000]) == [2, 2, 1, 0, 0, 0, 0, 1]
    assert spark(spread([0, 24, 25, 47, 96, 10_000])) == "██▄····▄"
    assert spark(spread([])) == "·" * len(BINS)


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (day(4), "4 Mar 2024"),
        (between(utc(2024, 3, 4), utc(2024, 3, 9), "second"), "4–9 Mar 2024"),
        (between(utc(2024, 2, 28), utc(2024, 3, 9), "second"), "28 Feb–9 Mar 2024"),
        (between(utc(2023, 12, 31), utc(2024, 1, 1), "second"), "31 Dec 2023–1 Jan 2024"),
        (between(utc(2020, 6), utc(2022, 6), "year"), "2020–2022"),
        (between(None, utc(2024, 3, 4), "second"), "by 4 Mar 2024"),
        (between(utc(2024, 3, 4), None, "second"), "from 4 Mar 2024"),
        (Dates(), "not dated"),
    ],
)
def test_a_date_in_brief(dates: Dates, told: str) -> None:
    assert brief_date(dates) == told
