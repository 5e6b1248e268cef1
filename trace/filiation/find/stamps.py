"""Moments as archives write them: `20161121091502` in addresses and indexes, HTTP dates in headers."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

__all__ = ["Stamp", "http_date", "moment_of_header", "span_of", "stamp_of", "timestamp"]

FIRST_YEAR = 1991
"""There was no web before it, so nothing of it was captured."""
_LENGTH = 14
_DIGITS = re.compile(r"[0-9]{4,16}")
_PARTS = ((4, 6), (6, 8), (8, 10), (10, 12), (12, 14))


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment read from an archive's timestamp."""

    moment: datetime
    repaired: bool = False
    """Whether a stray `00` was taken out of it: then its seconds may be lost."""


def timestamp(moment: datetime) -> str:
    """Return an aware moment as archives write it, in UTC.

    >>> timestamp(datetime(2016, 11, 21, 9, 15, 2, tzinfo=UTC))
    '20161121091502'
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no place in an archive")
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}".rjust(_LENGTH, "0")


def stamp_of(text: str) -> Stamp | None:
    """Return the moment of a timestamp of an index, whole to the second; None where it is none.

    Some captures of the year 2000 have a stray `00` before the month or the day, which pushed the
    rest out by two digits and mostly off the end (`2000000824173151`, in the index
    `20000008241731`). It is taken out; the seconds that were lost count as 0. Source: the client of
    edgi-govdata-archiving/wayback, after what the Internet Archive found.
    """
    if not _DIGITS.fullmatch(text) or len(text) not in (_LENGTH, _LENGTH + 2):
        return None
    whole = text
    for place in (4, 6):
        if text[place : place + 2] == "00":
            whole = (text[:place] + text[place + 2 :]).ljust(_LENGTH, "0")
            break
    if len(whole) != _LENGTH:
        return None
    year, *rest = int(whole[:4]), *(int(whole[a:b]) for a, b in _PARTS)
    if year < FIRST_YEAR:
        return None
    try:
        return Stamp(datetime(year, *rest, tzinfo=UTC), whole != text)  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def span_of(text: str) -> tuple[datetime, datetime] | None:
    """Return the first and last second that a timestamp of 4 to 14 digits allows, None for others.

    >>> [str(moment) for moment in span_of("201602")]
    ['2016-02-01 00:00:00+00:00', '2016-02-29 23:59:59+00:00']
    """
    if len(text) >= _LENGTH:
        stamp = stamp_of(text)
        return None if stamp is None else (stamp.moment, stamp.moment)
    if not _DIGITS.fullmatch(text) or len(text) % 2:
        return None
    given = [int(text[:4]), *(int(text[a:b]) for a, b in _PARTS if b <= len(text))]
    first = [*given, *(1, 1, 0, 0, 0)[len(given) - 1 :]]
    try:
        start = datetime(*first, tzinfo=UTC)  # type: ignore[misc,arg-type]  # six numbers and a zone
        units = {
            1: timedelta(days=366 if monthrange(start.year, 2)[1] == 29 else 365),
            2: timedelta(days=monthrange(start.year, start.month)[1]),
            3: timedelta(days=1),
            4: timedelta(hours=1),
            5: timedelta(minutes=1),
        }
        return start, start + units[len(given)] - timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None


def http_date(moment: datetime) -> str:
    """Return a moment as HTTP headers write it (RFC 9110, 5.6.7), whatever the user's locale.

    >>> http_date(datetime(2016, 12, 1, tzinfo=UTC))
    'Thu, 01 Dec 2016 00:00:00 GMT'
    """
    at = moment.astimezone(UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    month = _MONTHS[at.month - 1]
    return f"{day}, {at.day:02} {month} {at.year:04} {at:%H:%M:%S} GMT"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment_of_header(text: str | None) -> datetime | None:
    """Return the moment of an HTTP date (`Fri, 24 Nov 2017 15:13:15 GMT`); None where it is none."""
    if not text or len(text) > 60:
        return None
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.year >= FIRST_YEAR else None
