"""Moments as archives write them, the broken ones included."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.find.stamps import (
    Stamp,
    http_date,
    moment_of_header,
    span_of,
    stamp_of,
    timestamp,
)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "moment", "repaired", "why"),
    [
        ("20161121091502", at(2016, 11, 21, 9, 15, 2), False, "sound"),
        ("20000008241731", at(2000, 8, 24, 17, 31, 0), True, "00 before the month, seconds lost"),
        ("20001200251312", at(2000, 12, 25, 13, 12, 0), True, "00 before the day, seconds lost"),
        ("2000000824173151", at(2000, 8, 24, 17, 31, 51), True, "not cut off: nothing is lost"),
        ("2000120025131205", at(2000, 12, 25, 13, 12, 5), True, "not cut off, before the day"),
        ("20001001000000", at(2000, 10, 1), False, "zeros that belong there"),
    ],
)
def test_a_timestamp_is_read_or_repaired(
    text: str, moment: datetime, repaired: bool, why: str
) -> None:
    assert stamp_of(text) == Stamp(moment, repaired), why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("2016112109150", "a digit is missing"),
        ("20161121091502x", "a letter"),
        ("20161321091502", "month 13"),
        ("20160230091502", "30 February"),
        ("20161121251502", "hour 25"),
        ("20000000241731", "00 twice: what was lost cannot be told"),
        ("2016112109150200", "16 digits and no stray zeros"),
        ("19890101000000", "before there was a web"),
        ("00000000000000", "no year"),
        ("٢٠١٦١١٢١٠٩١٥٠٢", "digits of another script"),
    ],
)
def test_what_is_no_timestamp_is_none(text: str, why: str) -> None:
    assert stamp_of(text) is None, why


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016", at(2016, 1, 1), at(2016, 12, 31, 23, 59, 59)),
        ("201602", at(2016, 2, 1), at(2016, 2, 29, 23, 59, 59)),
        ("20161121", at(2016, 11, 21), at(2016, 11, 21, 23, 59, 59)),
        ("2016112109", at(2016, 11, 21, 9), at(2016, 11, 21, 9, 59, 59)),
        ("201611210915", at(2016, 11, 21, 9, 15), at(2016, 11, 21, 9, 15, 59)),
        ("20161121091502", at(2016, 11, 21, 9, 15, 2), at(2016, 11, 21, 9, 15, 2)),
    ],
)
def test_part_of_a_timestamp_spans_all_it_may_mean(
    text: str, first: datetime, last: datetime
) -> None:
    assert span_of(text) == (first, last)


@pytest.mark.parametrize("text", ["", "20", "20161", "201613", "9999", "0000", "20161121x"])
def test_what_spans_nothing(text: str) -> None:
    span = span_of(text)
    assert span is None or span[0].year == 9999


@given(st.datetimes(datetime(1991, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)))
def test_a_written_moment_is_read_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert stamp_of(timestamp(whole)) == Stamp(whole)
    assert moment_of_header(http_date(whole)) == whole


@given(st.text(alphabet="0123456789 ", max_size=18))
def test_no_text_makes_it_stumble(text: str) -> None:
    stamp_of(text)
    span_of(text)


def test_moments_of_other_zones_are_written_in_utc() -> None:
    paris = datetime(2016, 11, 21, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert timestamp(paris) == "20161120233000"
    assert http_date(paris) == "Sun, 20 Nov 2016 23:30:00 GMT"
    with pytest.raises(ValueError, match="without a zone"):
        timestamp(datetime(2016, 11, 21))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Fri, 24 Nov 2017 15:13:15 GMT", at(2017, 11, 24, 15, 13, 15)),
        ("Fri, 24 Nov 2017 16:13:15 +0100", at(2017, 11, 24, 15, 13, 15)),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("Fri, 99 Nov 2017 15:13:15 GMT", None),
        ("Fri, 24 Nov 2017 15:13:15 GMT" + " " * 100, None),
    ],
)
def test_moments_of_headers(text: str | None, moment: datetime | None) -> None:
    assert moment_of_header(text) == moment
