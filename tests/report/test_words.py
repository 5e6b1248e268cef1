"""The report's vocabulary."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.report.words import (
    CONFIDENCE,
    ROLES_IN_WORDS,
    STANDINGS_IN_WORDS,
    confidence,
    day,
    english_date,
    iso,
    kinds,
    language,
)
from filiation.values import ROLES, STANDINGS, Dates, HopKind, Precision


def span(first: datetime, last: datetime, precision: Precision = "day") -> Dates:
    return Dates(first, last, precision)


NOON = datetime(2016, 11, 21, 12, tzinfo=UTC)
# 21 November 2016, in a zone that is not known: from its first moment in UTC+14 to its last in UTC-12.
UNZONED = span(datetime(2016, 11, 20, 10, tzinfo=UTC), datetime(2016, 11, 22, 11, 59, tzinfo=UTC))
# The same day in Paris.
PARIS = span(datetime(2016, 11, 20, 23, tzinfo=UTC), datetime(2016, 11, 21, 22, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("dates", "says"),
    [
        (Dates(), None),
        (UNZONED, "on 21 November 2016"),
        (PARIS, "on 21 November 2016"),
        (Dates(None, UNZONED.latest, "day"), "by 21 November 2016"),
        (Dates(UNZONED.earliest, None, "day"), "not before 21 November 2016"),
        (span(NOON, NOON, "second"), "on 21 November 2016"),
        (
            span(
                datetime(1997, 4, 30, 10, tzinfo=UTC), datetime(1997, 6, 1, 11, 59, tzinfo=UTC), "month"
            ),
            "in May 1997",
        ),
        (
            span(datetime(2015, 12, 31, 10, tzinfo=UTC), datetime(2017, 1, 1, 11, tzinfo=UTC), "year"),
            "in 2016",
        ),
        (
            span(datetime(2016, 11, 3, 10, tzinfo=UTC), datetime(2016, 11, 22, 11, tzinfo=UTC)),
            "between 4 November 2016 and 21 November 2016",
        ),
    ],
)  # fmt: skip
def test_dates_in_prose(dates: Dates, says: str | None) -> None:
    assert english_date(dates) == says


@pytest.mark.parametrize(
    ("dates", "latest"),
    [
        (Dates(None, UNZONED.latest, "day"), "2016-11-21"),
        (PARIS, "2016-11-21"),
        (span(NOON, NOON, "second"), "2016-11-21T12:00:00Z"),
        (span(NOON, NOON + timedelta(seconds=59), "minute"), "2016-11-21T12:00Z"),
        (Dates(NOON, NOON, "month"), "2016-11"),
        (Dates(NOON, NOON, "year"), "2016"),
        (Dates(), None),
    ],
)
def test_dates_in_json_are_no_more_precise_than_known(dates: Dates, latest: str | None) -> None:
    assert iso(dates.latest, day(dates)[1], dates.precision) == latest


@given(st.dates(min_value=datetime(1800, 1, 2).date(), max_value=datetime(2200, 1, 1).date()))
def test_a_day_without_a_zone_is_told_as_it_was_written(written: object) -> None:
    start = datetime.fromisoformat(f"{written}T00:00:00+14:00")
    end = datetime.fromisoformat(f"{written}T23:59:59-12:00")
    assert day(Dates(start.astimezone(UTC), end.astimezone(UTC), "day")) == (written, written)


@pytest.mark.parametrize(
    ("probability", "says"),
    [
        (0.93, "very likely, 0.93"),
        (0.9, "likely, 0.90"),
        (0.5, "about as likely as not, 0.50"),
        (0.999999, "virtually certain, above 0.99"),
        (0.0001, "exceptionally unlikely, below 0.01"),
    ],
)
def test_confidence(probability: float, says: str) -> None:
    assert confidence(probability) == says


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_confidence_never_claims_certainty(probability: float) -> None:
    assert not confidence(probability).endswith((" 1.00", " 0.00"))


def test_the_scale_of_confidence_falls() -> None:
    bounds = [bound for bound, _ in CONFIDENCE]
    assert bounds == sorted(bounds, reverse=True)


@pytest.mark.parametrize(
    ("found", "measured", "says"),
    [
        ((), True, "republication"),
        (("verbatim",), True, "verbatim republication"),
        (("verbatim",), False, "republication"),
        (("translation",), False, "translation"),
        (("abridged", "translation"), True, "abridged translation"),
        (("translation", "excerpt"), True, "excerpted translation"),
        (("excerpt",), True, "excerpt"),
        (("abridged", "edited"), True, "abridged, edited republication"),
    ],
)
def test_kinds(found: tuple[HopKind, ...], measured: bool, says: str) -> None:
    assert kinds(found, measured=measured) == says


def test_languages_by_name_and_unknown_ones_by_code() -> None:
    assert [language("fr"), language("pt-BR"), language("qq"), language(None)] == [
        "French", "Portuguese", "qq", None,
    ]  # fmt: skip


def test_every_role_and_standing_has_words() -> None:
    assert set(ROLES_IN_WORDS) == set(ROLES)
    assert set(STANDINGS_IN_WORDS) == set(STANDINGS)
