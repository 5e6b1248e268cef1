"""Dates as the press writes them, read into intervals; witnesses of a date weighed into one."""

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from filiation.fold import Folded, fold
from filiation.languages import DateOrder, codes, words_of
from filiation.values import Dates, DateWitness, Precision

__all__ = [
    "ARCHIVE",
    "EARLIEST_ZONE",
    "LATEST_ZONE",
    "FoundDate",
    "bounded",
    "cell_date",
    "find",
    "may_hold_date",
    "moment_of",
    "parse",
    "resolve",
    "url_date",
    "witness",
]

EARLIEST_ZONE = timedelta(hours=14)
"""A day begins first at UTC+14 (Kiritimati) ..."""
LATEST_ZONE = timedelta(hours=-12)
"""... and ends last at UTC-12. A day of an unknown zone spans both: so two outlets' dates of the
same or of neighbouring days do not decide which came first."""
YEARS = range(1800, 2101)
"""Years a date may have: the press is older, its web pages are not."""
CENTURY_PIVOT = 70
"""Two-digit years below it are of the 2000s."""
MOST_TEXT = 200_000
"""Characters of a text that are searched for dates; a line or a credit is far shorter."""
MOST_DATES = 500
"""Dates found in one text; a page of nothing but dates is an archive, not an article."""

_OneSecond = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, with its place."""

    start: int
    """Where it begins in the text: with the weekday or the clock, where they belong to it."""
    end: int
    earliest: datetime
    """First moment (UTC) it allows, in whatever zone it was written."""
    latest: datetime
    """Last moment (UTC) it allows."""
    precision: Precision
    iso: str | None
    """As precise as written (`2016-11-21`, `1997-05`, `2020-10-07T17:40`); None where a date in
    figures can be read in two ways and nothing decides."""


# --- one reading ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """A calendar date, with what is known of the clock and the zone."""

    year: int
    month: int
    day: int | None = None
    clock: tuple[int, int] | None = None
    zone: timedelta | None = None

    def exists(self) -> bool:
        if self.year not in YEARS or not 1 <= self.month <= 12:
            return False
        return self.day is None or 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]

    def weekday(self) -> int | None:
        return None if self.day is None else date(self.year, self.month, self.day).weekday()

    def precision(self) -> Precision:
        if self.day is None:
            return "month"
        return "day" if self.clock is None else "minute"

    def iso(self) -> str:
        text = f"{self.year:04}-{self.month:02}"
        if self.day is None:
            return text
        text += f"-{self.day:02}"
        if self.clock is None:
            return text
        return f"{text}T{self.clock[0]:02}:{self.clock[1]:02}{_offset(self.zone)}"

    def interval(self) -> tuple[datetime, datetime]:
        hour, minute = self.clock or (0, 0)
        first = datetime(self.year, self.month, self.day or 1, hour, minute, tzinfo=UTC)
        if self.clock is not None:
            last = first + timedelta(minutes=1) - _OneSecond
        else:
            days = 1 if self.day else calendar.monthrange(self.year, self.month)[1]
            last = first + timedelta(days=days) - _OneSecond
        if self.zone is not None:
            return first - self.zone, last - self.zone
        return first - EARLIEST_ZONE, last - LATEST_ZONE


def _offset(zone: timedelta | None) -> str:
    if zone is None:
        return ""
    minutes = int(zone.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _found(start: int, end: int, readings: list[_Reading]) -> FoundDate:
    intervals = [r.interval() for r in readings]
    return FoundDate(
        start,
        end,
        min(first for first, _ in intervals),
        max(last for _, last in intervals),
        readings[0].precision(),
        readings[0].iso() if len(readings) == 1 else None,
    )


# --- finding -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hit:
    """A date at its place in the folded text, before the clock and the weekday are looked at."""

    start: int
    end: int
    readings: tuple[_Reading, ...]


def find(
    text: str,
    language: str | None = None,
    order: Literal["dmy", "mdy"] | None = None,
    year: int | None = None,
) -> list[FoundDate]:
    """Return the dates in `text`, in the order they stand, not overlapping.

    `language` (code or tag) decides month names that languages share, and, where `order` does not,
    the order of dates in figures (`en` is read month first, `en-GB` day first). With neither,
    `03/04/2016` is an interval over both readings and has no `iso`; a weekday beside it decides.
    A date without a year counts only where `year` is given. Clock times alone are no dates; beside
    a date they make it precise to the minute. Reads at most `MOST_TEXT` characters; never raises
    for any text.

    >>> [d.iso for d in find("le 18 nov. 2016 et le 1er avril 2014", "fr")]
    ['2016-11-18', '2014-04-01']
    """
    if not may_hold_date(text):
        return []
    folded = fold(text[:MOST_TEXT].translate(_DIGITS))
    if not any(character in folded.text for character in "0123456789〇一二"):
        return []
    asked = _Asked(language, order or _order_of(language), year)
    hits = sorted(_hits(folded.text, asked), key=lambda hit: (hit.start, -hit.end))
    found: list[FoundDate] = []
    after = 0
    for hit in hits:
        if hit.start < after or not _written_as_month(text, folded, hit, language):
            continue
        start, end, readings = _with_company(folded.text, hit, after, language)
        found.append(_found(_origin(folded, start), _origin(folded, end), list(readings)))
        after = end
        if len(found) >= MOST_DATES:
            break
    return found


def may_hold_date(text: str) -> bool:
    """Return whether `find` needs to look at `text`: not, where all is ASCII and nothing a figure.

    Most lines are such; this takes a hundredth of the time.
    """
    return not text.isascii() or _FIGURE.search(text) is not None


_FIGURE = re.compile("[0-9]")


def parse(text: str, language: str | None = None) -> FoundDate | None:
    """Return the date that the whole of `text` (a cell, an attribute) states, or None."""
    text = text.strip()[:200]
    best = _bare(text, language)
    if best is None:
        found = find(text, language)
        if not found:
            return None
        best = max(found, key=lambda d: (d.precision in ("minute", "second"), d.end - d.start))
    return best


def cell_date(text: str, language: str | None = None) -> FoundDate | None:
    """Return the date that a cell of a table states, or None.

    The cells of a column are written by one hand and one clock. So one without a zone is read as
    UTC, where `find` would allow any zone of the earth, and 26 hours would keep the rows of a table
    from being put in order. A time is as precise as it is written. Midnight without a zone is a
    day: programs write days so.

    >>> found = cell_date("1987-03-06T10:58:56")
    >>> found.earliest.isoformat(), found.precision
    ('1987-03-06T10:58:56+00:00', 'second')
    >>> cell_date("1987-03-06 00:00:00").iso
    '1987-03-06'
    """
    text = text.strip()[:200]
    found = parse(text, language)
    if found is None:
        return None
    timed = found.precision == "minute" and found.iso is not None
    seconds = _SECONDS.findall(text, found.start, found.end) if timed else []
    if found.iso is None or not _ZONED.search(found.iso):
        earliest, latest = found.earliest + EARLIEST_ZONE, found.latest + LATEST_ZONE
        found = replace(found, earliest=earliest, latest=latest)
        if timed and earliest.time() == MIDNIGHT and set(seconds) <= {"00"}:
            latest = earliest + timedelta(days=1) - _OneSecond
            return replace(found, latest=latest, precision="day", iso=(found.iso or "")[:10])
    if len(seconds) != 1 or found.iso is None:
        return found
    moment = found.earliest + timedelta(seconds=int(seconds[0]))
    iso = f"{found.iso[:16]}:{seconds[0]}{found.iso[16:]}"
    return replace(found, earliest=moment, latest=moment, precision="second", iso=iso)


MIDNIGHT = time(0, 0)
"""Of 752 times without a zone in two tables of news, 224 are of midnight; were they times like any
other, it would be one at most."""
_SECONDS = re.compile(r"(?<=\d:[0-5]\d:)[0-5]\d(?![\d:])")
_ZONED = re.compile(r"[+-]\d\d:\d\d$")


def _bare(text: str, language: str | None) -> FoundDate | None:
    """Return the date of a text that is nothing but one in figures, year first; as `find` does.

    Nearly every cell is one, and the other ways of writing dates need not be tried on it.
    """
    if not text.isascii():
        return None
    pattern, _ = _FIGURES[0]
    match = pattern.match(fold(text).text)
    if match is None or match.end() < len(text):
        return None
    readings = [r for r in _ymd(match, _Asked(language, None, None)) if r.exists()]
    return _found(0, len(text), readings) if readings else None


@dataclass(frozen=True, slots=True)
class _Asked:
    language: str | None
    order: DateOrder | None
    year: int | None


# English is written day first where it is not American.
_REGIONS: dict[str, DateOrder] = {
    "en-us": "mdy", "en-gb": "dmy", "en-au": "dmy", "en-nz": "dmy", "en-ie": "dmy", "en-in": "dmy",
    "en-za": "dmy", "en-ng": "dmy", "en-ke": "dmy", "en-pk": "dmy", "en-sg": "dmy", "en-ca": "dmy",
    "en-ae": "dmy", "en-mt": "dmy", "es-us": "mdy", "fr-ca": "ymd",
}  # fmt: skip


def _order_of(language: str | None) -> DateOrder | None:
    if language is None:
        return None
    return _REGIONS.get(language.lower().replace("_", "-")[:5]) or words_of(language).date_order


def _written_as_month(text: str, folded: Folded, hit: _Hit, language: str | None) -> bool:
    """Return whether a month without a day is spelt as months are: `May 2016`, not `may 2016`."""
    if hit.readings[0].day is not None or not (language and words_of(language).capital_months):
        return True
    return not text[_origin(folded, hit.start)].islower()


def _origin(folded: Folded, index: int) -> int:
    return folded.origin(index)


# Digits of other scripts, one for one, so that offsets hold.
_DIGITS = {
    first + value: str(value)
    for first in (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0xFF10)
    for value in range(10)
}

_SPACE = r"[ \n\r]"
_YEAR = r"(?P<year>\d{4})(?!\d)"


def _hits(text: str, asked: _Asked) -> Iterator[_Hit]:
    for pattern, reader in _FIGURES:
        for match in pattern.finditer(text):
            readings = tuple(r for r in reader(match, asked) if r.exists())
            if readings:
                yield _Hit(match.start(), match.end(), readings)
    yield from _named(text, asked)


_Reader = Callable[[re.Match[str], _Asked], Iterable[_Reading]]


def _ymd(match: re.Match[str], asked: _Asked) -> Iterable[_Reading]:
    year, month = int(match["year"]), int(match["month"])
    day = int(match["day"]) if match["day"] else None
    if asked.language and asked.language[:2] == "fa" and 1300 <= year <= 1450 and day:
        return [_from_jalali(year, month, day)]
    if match["clock"] is None:
        return [_Reading(year, month, day)]
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:
        return [_Reading(year, month, day)]
    return [_Reading(year, month, day, (hour, minute), _zone(match["zone"]))]


def _stamp(match: re.Match[str], asked: _Asked) -> Iterable[_Reading]:
    # Fourteen digits are what archives write, and archives write UTC.
    clock = (int(match["hour"]), int(match["minute"]))
    if clock[0] > 23 or clock[1] > 59:
        return []
    date_ = int(match["year"]), int(match["month"]), int(match["day"])
    return [_Reading(*date_, clock, timedelta(0))]


def _numeric(match: re.Match[str], asked: _Asked) -> Iterable[_Reading]:
    a, b, year = int(match["a"]), int(match["b"]), _full_year(match["year"])
    if asked.language and asked.language[:2] == "fa" and 1300 <= year <= 1450:
        return [_from_jalali(year, b, a)]
    dmy, mdy = _Reading(year, b, a), _Reading(year, a, b)
    if a > 12 or (match["sep"] == "." and dmy.exists()):  # points are written day first
        return [dmy]
    if b > 12:
        return [mdy]
    if a == b:
        return [dmy]
    if asked.order == "mdy":
        return [mdy]
    return [dmy] if asked.order is not None else [dmy, mdy]


def _month_of_year(match: re.Match[str], asked: _Asked) -> Iterable[_Reading]:
    return [_Reading(int(match["year"]), int(match["month"]))]


def _east_asian(match: re.Match[str], asked: _Asked) -> Iterable[_Reading]:
    year, month = _number(match["year"]), _number(match["month"])
    day = _number(match["day"]) if match["day"] else None
    if match["era"]:
        year += _eras().get(match["era"], 0)
    return [_Reading(year, month, day)]


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) != 2:
        return year
    return year + (2000 if year < CENTURY_PIVOT else 1900)


_NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}


def _number(text: str) -> int:
    """Return the number in figures or Chinese numerals: `2016`, `二〇一六`, `十一`, `二十一`, `元`."""
    text = text.strip()
    if text.isdecimal():
        return int(text)
    if text == "元":  # the first year of an era
        return 1
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)
    return int("".join(str(_NUMERALS.get(c, 0)) for c in text) or "0")


@lru_cache(maxsize=1)
def _eras() -> dict[str, int]:
    return {
        fold(era).text: before
        for code in ("ja", "zh")
        for era, before in words_of(code).eras.items()
    }


def _from_jalali(year: int, month: int, day: int) -> _Reading:
    """Convert an Iranian date: days since 1 Farvardin 1, leap years by the 33-year cycle."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return _Reading(0, 0)
    before = (month - 1) * 31 if month <= 7 else 186 + (month - 7) * 30
    y = year - 979
    days = 365 * y + y // 33 * 8 + (y % 33 + 3) // 4 + before + day - 1
    gregorian = date(1600, 3, 20) + timedelta(days=days)
    return _Reading(gregorian.year, gregorian.month, gregorian.day)


_NEN, _GATSU, _NICHI = (re.escape(fold(c).text) for c in ("年", "月", "日"))
_NYEON, _WOL, _IL = (re.escape(fold(c).text) for c in ("년", "월", "일"))
_HAN = "〇零○一二三四五六七八九十"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?:[.,]\d{1,9})?"
_OFFSET = r"(?P<zone>z|[+-]\d{2}:?\d{2}|[+-]\d{2}(?![\d:])|utc|gmt)?"

_FIGURES: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    # 2016-11-21, 2016/11/21, 2016.11.21, 2016-11-21T10:00:00+01:00; one stray space is forgiven
    (
        re.compile(
            rf"(?<![\d./-])(?P<year>\d{{4}}) ?(?P<sep>[./-]) ?(?P<month>\d{{1,2}}) ?(?P=sep) ?"
            rf"(?P<day>\d{{1,2}})(?!\d)(?P<clock>(?:t| ){_CLOCK} ?{_OFFSET})?(?![./-]\d)"
        ),
        _ymd,
    ),
    # 20161121091502
    (
        re.compile(
            r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
            r"(?P<hour>\d{2})(?P<minute>\d{2})(?:\d{2})(?!\d)"
        ),
        _stamp,
    ),
    # 18/08/21, 21-05-2017, 02.06.2017, 13 -01-2020, 1 / 12 / 2020
    (
        re.compile(
            r"(?<!\d)(?<!\d[./:-])(?P<a>\d{1,2}) ?(?P<sep>[./-]) ?(?P<b>\d{1,2}) ?(?P=sep) ?"
            r"(?P<year>\d{4}|\d{2})(?!\d)(?![./-]\d)"
        ),
        _numeric,
    ),
    # 11/2016
    (
        re.compile(
            r"(?<![\d./-])(?<!\d )(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)\d{2})(?![\d/-])"
        ),
        _month_of_year,
    ),
    # 2020年3月5日, 2020年3月, 二〇二〇年三月五日, 令和2年3月5日
    (
        re.compile(
            rf"(?P<era>令和|平成|昭和|民国|民國)?(?P<year>\d{{4}}|[{_HAN}]{{4}}|(?<=[和成国國])(?:\d{{1,3}}|元)) ?{_NEN} ?"
            rf"(?P<month>\d{{1,2}}|[{_HAN}]{{1,3}}) ?{_GATSU}"
            rf"(?: ?(?P<day>\d{{1,2}}|[{_HAN}]{{1,3}}) ?[{_NICHI}号號])?"
        ),
        _east_asian,
    ),
    # 2020년 3월 5일
    (
        re.compile(
            rf"(?P<era>)(?<!\d)(?P<year>\d{{4}}) ?{_NYEON} ?(?P<month>\d{{1,2}}) ?{_WOL}"
            rf"(?: ?(?P<day>\d{{1,2}}) ?{_IL})?"
        ),
        _east_asian,
    ),
)


# --- months by name ------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]{2,20}")
_SECOND_WORD = re.compile(r" ([^\W\d_]{2,12})")
_ORDINAL = r"(?:er|ere|eme|e|st|nd|rd|th|o|a|os|η|ης|го|-?го|-?е|-?ro|\.|te|ten|ter|de)?"
_OF = r"(?:de |del |d'|of |di |ta |den |th |the |ng |من |في )?"
_BEFORE = re.compile(rf"(?<![\d.,/:-])(?P<day>\d{{1,2}}){_ORDINAL}[ ,./-]{{0,3}}{_OF}{_OF}$")
_YEAR_BEFORE = re.compile(r"(?<![\d.,/:-])(?P<year>\d{4})[ ./-]{0,3}(?:de |m\. ?|\. gada )?$")
_AFTER_YEAR = re.compile(
    r"^[ .,/'-]{0,4}(?:de |del |di |of |d'|den |عام |سنة |лета |roku )?(?:'(?=\d\d(?!\d)))?"
    r"(?P<year>\d{4}(?![\d])|\d{2}(?![\d:.,/%-]| ?(?:h|uhr|am|pm)\b))"
)
_AFTER_DAY = re.compile(
    rf"^\.?[ -]{{1,3}}(?:the )?(?P<day>\d{{1,2}})(?!\d){_ORDINAL}"
    r"(?:[ ,./-]{1,4}(?:of )?(?P<year>\d{4})(?!\d))?"
)
_SUFFIX = re.compile(r"^ ?(?:г\.?|гг\.|года|году|року|р\.|год|م|г)(?![^\W\d_])")
_ALIAS = re.compile(r"^ ?[/(] ?(?P<rest>[^\W\d_]+(?: [^\W\d_]+)?) ?\)?")


@dataclass(frozen=True, slots=True)
class _Month:
    number: int
    jalali: bool = False


@lru_cache(maxsize=64)
def _months(language: str) -> dict[str, _Month]:
    """Return the folded month names of one language, and Latin ones for all of them."""
    words = words_of(language)
    table: dict[str, _Month] = {}
    for number, names in enumerate(words.months, 1):
        for name in names:
            table.setdefault(fold(name).text.strip(". "), _Month(number))
    for number, name in enumerate(words.jalali_months, 1):
        table.setdefault(fold(name).text, _Month(number, jalali=True))
    return table


@lru_cache(maxsize=1)
def _everyones_months() -> dict[str, tuple[_Month, ...]]:
    """Return the month names of all languages; some mean different months in different ones."""
    table: dict[str, tuple[_Month, ...]] = {}
    for code in codes():
        for name, month in _months(code).items():
            if len(name) >= 3 and month not in table.get(name, ()):
                table[name] = (*table.get(name, ()), month)
    return table


def _named(text: str, asked: _Asked) -> Iterator[_Hit]:
    own = _months(asked.language) if asked.language else {}
    for word in _WORD.finditer(text):
        # A month stands beside a figure; this is cheap and rules out most words.
        around = text[max(0, word.start() - 8) : word.start()] + text[word.end() : word.end() + 26]
        if not any("0" <= character <= "9" for character in around):
            continue
        months, end = _month_at(text, word, own, asked)
        if months:
            yield from _around(text, word.start(), end, months, asked, word[0])


def _month_at(
    text: str, word: re.Match[str], own: dict[str, _Month], asked: _Asked
) -> tuple[tuple[_Month, ...], int]:
    """Return the month that begins at `word` (two words, as in Arabic, first) and where it ends."""
    second = _SECOND_WORD.match(text, word.end())
    names = [(word[0], word.end())]
    if second:
        names.insert(0, (f"{word[0]} {second[1]}", second.end()))
    for name, end in names:
        if name in own:
            return (own[name],), _past_alias(text, end, own[name], own)
    english = _months("en")
    for name, end in names:
        if name in english and len(name) >= 3:
            return (english[name],), end
    for name, end in names:
        if len(name) >= 3 and (months := _everyones_months().get(name)):
            end = _past_alias(text, end, months[0], _everyones_months())
            return months, end
    return (), word.end()


def _past_alias(
    text: str, end: int, month: _Month, table: Mapping[str, _Month | tuple[_Month, ...]]
) -> int:
    """Skip the same month's other name: `نوفمبر/تشرين الثاني 2016`, `November (Nov.)`."""
    alias = _ALIAS.match(text[end : end + 30])
    if alias is None:
        return end
    other = table.get(alias["rest"])
    others = other if isinstance(other, tuple) else (other,)
    return end + alias.end() if month in others else end


def _around(
    text: str, start: int, end: int, months: tuple[_Month, ...], asked: _Asked, word: str
) -> Iterator[_Hit]:
    head_at, tail = max(0, start - 24), text[end : end + 32]
    head = text[head_at:start]
    before, year_after = _BEFORE.search(head), _AFTER_YEAR.match(tail)
    day_after = _AFTER_DAY.match(tail)
    year_before = _YEAR_BEFORE.search(head)
    if before and year_after:  # 21 novembre 2016
        span = head_at + before.start(), end + year_after.end()
        year, day = _full_year(year_after["year"]), int(before["day"])
    elif year_before and day_after:  # 2016. november 21.
        span = head_at + year_before.start(), end + day_after.end("day")
        year, day = int(year_before["year"]), int(day_after["day"])
    elif day_after and day_after["year"]:  # November 21st, 2016
        span, year, day = (
            (start, end + day_after.end()),
            int(day_after["year"]),
            int(day_after["day"]),
        )
    elif before and asked.year:  # 21 novembre
        span, year, day = (head_at + before.start(), end), asked.year, int(before["day"])
    elif day_after and asked.year and not year_after_only(year_after):  # Nov. 21
        span = start, end + day_after.end("day")
        year, day = asked.year, int(day_after["day"])
    elif year_after and len(year_after["year"]) == 4 and _surely_month(text, word, months, asked):
        span, year, day = (start, end + year_after.end()), int(year_after["year"]), 0
    else:
        return
    suffix = _SUFFIX.match(text[span[1] : span[1] + 8])
    stop = span[1] + (suffix.end() if suffix else 0)
    readings = tuple(r for m in months if (r := _reading(year, m, day)).exists())
    if readings:
        yield _Hit(span[0], stop, readings)


def year_after_only(match: re.Match[str] | None) -> bool:
    """Return whether what follows a month is a four-digit year, and no day."""
    return match is not None and len(match["year"]) == 4


def _reading(year: int, month: _Month, day: int) -> _Reading:
    if month.jalali:
        return _from_jalali(year, month.number, day or 1)
    return _Reading(year, month.number, day or None)


def _surely_month(text: str, word: str, months: tuple[_Month, ...], asked: _Asked) -> bool:
    """Return whether a month and a year without a day can be trusted to be a date.

    `Mai 1997` can; `mars 2016` in an English text, or a name of three letters in no known
    language, cannot.
    """
    if len(months) > 1 or months[0].jalali:
        return False
    if asked.language:
        return word in _months(asked.language) or word in _months("en")
    return len(word) >= 4 or word in _months("en")


# --- the clock and the weekday beside a date ------------------------------------------------------

_ZONES = {
    # Abbreviations that mean one offset everywhere. BST, IST, CST and their like mean several.
    "z": 0, "utc": 0, "gmt": 0, "tu": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60,
    "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "мск": 180, "edt": -240, "est": -300,
    "et": None, "cdt": -300, "mst": -420, "mdt": -360, "pdt": -420, "pst": -480, "jst": 540,
    "kst": 540, "hkt": 480, "trt": 180,
}  # fmt: skip

_AT = (
    r"(?:at|a|um|alle|alle ore|ore|a las|as|kl\.?|klo|om|в|о|у|saat|o godz\.|godz\.|godzina|"
    r"στις|الساعة|ora|u|ob|la ora|la|t)"
)
_CLOCK_AFTER = re.compile(
    rf"^[ ,]{{0,2}}(?:[-–|@•·] ?|\( ?)?(?:{_AT} ?)?"
    r"(?P<hour>[01]?\d|2[0-3]) ?(?P<sep>h ?:|:|h|\.|u)(?P<minute>[0-5]\d)?(?::[0-5]\d)?(?![\d])"
    r"(?: ?(?P<half>[ap]\.? ?m)\b\.?)?(?: ?(?:uhr|h|hs|hrs|น\.))?\b"
    r"(?: ?\(?(?P<zone>[+-]\d{2}:?\d{2}|[a-z]{2,4}\b|мск)(?:(?P<shift>[+-]\d{1,2})(?!\d))?\)?)?"
)
_CLOCK_HOUR_ONLY = re.compile(r"^[ ,]{1,2}(?:at )?(?P<hour>1[0-2]|[1-9]) ?(?P<half>[ap]\.?m)\b\.?")
_CLOCK_BEFORE = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3]) ?(?:h ?:|:|h)(?P<minute>[0-5]\d)(?::[0-5]\d)?"
    r"(?: ?(?P<half>[ap]\.? ?m)\b\.?)?(?: ?(?P<zone>[a-z]{2,4}))?(?: ?[,|-])?(?: on)? ?$"
)
_WEEKDAY_BEFORE = re.compile(
    r"(?<![^\W\d_])(?P<day>[^\W\d_]{2,16}(?:-[^\W\d_]{4,5})?)\.?(?:,| the| den| dia| el| le)? ?,? ?$"
)


def _with_company(
    text: str, hit: _Hit, after: int, language: str | None
) -> tuple[int, int, tuple[_Reading, ...]]:
    """Extend a date by the weekday and the clock beside it, and let them decide what they can."""
    start, end, readings = hit.start, hit.end, hit.readings
    head = text[max(after, start - 24) : start]
    weekday = _WEEKDAY_BEFORE.search(head)
    if weekday and (days := _weekday(weekday["day"], language)):
        start -= len(head) - weekday.start()
        readings = tuple(r for r in readings if r.weekday() in days) or readings
    if readings[0].clock is None and readings[0].day is not None:
        start, end, readings = _with_clock(text, start, end, readings, after)
    return start, end, readings


def _with_clock(
    text: str, start: int, end: int, readings: tuple[_Reading, ...], after: int
) -> tuple[int, int, tuple[_Reading, ...]]:
    tail = text[end : end + 40]
    match = _CLOCK_AFTER.match(tail) or _CLOCK_HOUR_ONLY.match(tail)
    if match and (clock := _clock(match)):
        found = match.groupdict()
        zone = _zone(found.get("zone"), found.get("shift"))
        stop = match.end()
        if found.get("zone") and zone is None:  # a word that is no zone does not belong to the date
            stop = match.start("zone")
            stop = len(tail[:stop].rstrip(" ("))
        timed = tuple(replace(r, clock=clock, zone=zone) for r in readings)
        return start, end + stop, timed
    head = text[max(after, start - 24) : start]
    match = _CLOCK_BEFORE.search(head)
    if match and (clock := _clock(match)):
        zone = _zone(match["zone"])
        if match["zone"] is None or zone is not None:
            timed = tuple(replace(r, clock=clock, zone=zone) for r in readings)
            return start - (len(head) - match.start()), end, timed
    return start, end, readings


def _clock(match: re.Match[str]) -> tuple[int, int] | None:
    found = match.groupdict()
    hour, minute = int(found["hour"]), int(found.get("minute") or 0)
    separator = found.get("sep")
    if separator in (":", ".") and found.get("minute") is None:
        return None
    half = found.get("half")
    if separator == "." and not half and len(found["hour"]) < 2:
        return None  # `3.14` is a number
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return hour, minute


def _zone(name: str | None, shift: str | None = None) -> timedelta | None:
    if not name:
        return None
    if offset := re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", name):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes > 14 * 60:
            return None
        return timedelta(minutes=-minutes if offset[1] == "-" else minutes)
    minutes_east = _ZONES.get(name)
    if minutes_east is None:
        return None
    hours = int(shift) if shift and abs(int(shift)) <= 14 else 0  # GMT+2
    return timedelta(minutes=minutes_east + 60 * hours)


def _weekday(name: str, language: str | None) -> frozenset[int]:
    """Return the days a name may mean; two letters (`di`, `to`) mean one in their language only."""
    if len(name) < 3:
        return _weekdays_in(language).get(name, frozenset()) if language else frozenset()
    return _weekdays().get(name, frozenset())


@lru_cache(maxsize=64)
def _weekdays_in(language: str) -> dict[str, frozenset[int]]:
    table: dict[str, frozenset[int]] = {}
    for number, names in enumerate(words_of(language).weekdays):
        for name in names:
            key = fold(name).text.strip(". ")
            table[key] = table.get(key, frozenset()) | {number}
    return table


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, frozenset[int]]:
    """Return weekdays by their folded names in all languages; a name may mean several days."""
    table: dict[str, frozenset[int]] = {}
    for code in codes():
        for name, days in _weekdays_in(code).items():
            table[name] = table.get(name, frozenset()) | days
    return table


# --- addresses -----------------------------------------------------------------------------------

_URL_DATE = re.compile(
    r"(?<=[/=_-])(?P<year>19[89]\d|20\d{2})(?P<sep>[/_-]?)(?P<month>0[1-9]|1[0-2]|[1-9](?=[/_-]))"
    r"(?:(?P=sep)(?P<day>0[1-9]|[12]\d|3[01]|[1-9](?=[/_.-]|$)))?(?=[/_.?#-]|$)"
)


def url_date(url: str) -> FoundDate | None:
    """Return the date in the path of an address (`/2016/11/21/`, `/2016/11/`, `-20161121`), or None.

    The first one wins; offsets are those in `url`.
    """
    url = url[:2000]
    authority = re.match(r"^[a-z]+://[^/?#]*|^[^/?#]*", url)
    for match in _URL_DATE.finditer(url, authority.end() if authority else 0):
        if not match["sep"] and not match["day"]:
            continue  # /201611 is as likely a number
        day = int(match["day"]) if match["day"] else None
        reading = _Reading(int(match["year"]), int(match["month"]), day)
        if reading.exists():
            return _found(match.start(), match.end(), [reading])
    return None


# --- witnesses -----------------------------------------------------------------------------------


def witness(kind: str, found: FoundDate, quote: str, locator: str | None = None) -> DateWitness:
    """Return what `found` witnesses."""
    return DateWitness(kind, found.earliest, found.latest, found.precision, quote, locator)


PRECEDENCE: tuple[tuple[str, int, str], ...] = (
    # kind, rank (lower speaks first), why
    ("table", 0, "the user's own statement; without a zone in UTC, see `cell_date`"),
    ("feed", 0, "written by the publishing system at the moment of publication"),
    ("json-ld", 0, "the publisher's statement for search engines, with a clock and mostly a zone"),
    ("meta", 0, "article:published_time and its like: the same statement in another dress"),
    ("dateline", 1, "what the reader is shown; may be the original's date on a republished text"),
    ("time", 1, "a <time datetime> near the title; may belong to a teaser"),
    ("byline", 1, "what the reader is shown beside the author"),
    ("url", 2, "fixed at first publication, but in the zone of the server, and often a month only"),
    ("credit", 3, "a credit's date is as a rule the original's, not this page's"),
    ("extractor", 4, "a guess over the whole page"),
)
"""Who is heard first. Within a rank, witnesses that exclude each other are all believed possible
(the interval spans them); against a higher rank, a lower one only narrows, never overrules."""

_RANK = {kind: rank for kind, rank, _ in PRECEDENCE}
_LAST_RANK = 5
_WEAK_RANK = 4
"""From this rank on, contradicting the others is no finding."""


ARCHIVE = "archive"
"""The kind of a witness that is no statement: an archive had the page at `latest`. So the article is
no younger, and how much older it is the witness does not say."""

ZONE_SLIP = timedelta(hours=14)
"""Two clocks that differ by no more may be one moment with its zone mislabelled: on 17 of 191 real
pages, stated times differ by half an hour to 14 hours. That widens the interval and is no
contradiction."""


def resolve(witnesses: Iterable[DateWitness]) -> Dates:
    """Weigh witnesses into one interval by `PRECEDENCE`.

    Each witness narrows the interval where it overlaps it. One of the same rank that excludes it
    widens it to span both; one of a lower rank is passed over. Either way `disagree` is set, unless
    a mislabelled zone explains it (`ZONE_SLIP`) or the witness is a guess (rank `_WEAK_RANK`). What
    archives had is heard last, see `bounded`. All witnesses are kept, in the order they are heard.
    """
    known = list(witnesses)
    dates = _stated([one for one in known if one.kind != ARCHIVE])
    for bound in sorted((one for one in known if one.kind == ARCHIVE), key=lambda w: w.latest):
        dates = bounded(dates, bound)
    return dates


def moment_of(stated: str) -> datetime | None:
    """Return the moment of a capture as archives state it (ISO 8601, UTC); None where it is none."""
    try:
        found = datetime.fromisoformat(stated)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _stated(witnesses: list[DateWitness]) -> Dates:
    """Weigh statements into one interval."""
    heard = sorted(witnesses, key=lambda w: (_RANK.get(w.kind, _LAST_RANK), w.latest - w.earliest))
    if not heard:
        return Dates()
    first, *others = heard
    rank = _RANK.get(first.kind, _LAST_RANK)
    earliest, latest, precision = first.earliest, first.latest, first.precision
    disagree = False
    for other in others:
        other_rank = _RANK.get(other.kind, _LAST_RANK)
        gap = max(other.earliest - latest, earliest - other.latest)
        if gap <= timedelta(0):
            if other.latest - other.earliest < latest - earliest:
                precision = _finer(precision, other.precision)
            earliest, latest = max(earliest, other.earliest), min(latest, other.latest)
            continue
        disagree = disagree or (gap > ZONE_SLIP and other_rank < _WEAK_RANK)
        if other_rank == rank:
            earliest, latest = min(earliest, other.earliest), max(latest, other.latest)
            precision = _coarser(precision, other.precision)
    return Dates(earliest, latest, precision, tuple(heard), disagree)


def bounded(dates: Dates, bound: DateWitness, *, sure: bool = False) -> Dates:
    """Return `dates` with what an archive had as their upper bound; `bound` is kept as a witness.

    A page dated after its capture is a contradiction, unless a mislabelled zone explains it: that
    widens the interval, as in `resolve`. Who is right then depends. Where the capture is known to
    hold the same text (`sure`), it was there before the page says, and the interval has no
    beginning any more. Where it is not, the address may have held something else, and the page's
    statements stand.
    """
    witnesses = dates.witnesses if bound in dates.witnesses else (*dates.witnesses, bound)
    earliest, latest, last = dates.earliest, dates.latest, bound.latest
    if earliest is None:
        if latest is not None and latest <= last:
            return replace(dates, witnesses=witnesses)
        return Dates(None, last, bound.precision, witnesses, dates.disagree)
    latest = last if latest is None else min(latest, last)
    if earliest <= last:
        return replace(dates, latest=latest, witnesses=witnesses)
    if earliest - last > ZONE_SLIP:
        if sure:
            return Dates(None, last, bound.precision, witnesses, disagree=True)
        return replace(dates, witnesses=witnesses, disagree=True)
    latest = last if sure else dates.latest
    return replace(dates, earliest=earliest - ZONE_SLIP, latest=latest, witnesses=witnesses)


_FINENESS: tuple[Precision, ...] = ("second", "minute", "day", "month", "year")


def _finer(a: Precision, b: Precision) -> Precision:
    return min(a, b, key=_FINENESS.index)


def _coarser(a: Precision, b: Precision) -> Precision:
    return max(a, b, key=_FINENESS.index)
