"""The report's vocabulary: kinds, standings, confidence, languages and dates in words."""

from datetime import date, datetime, timedelta

from filiation.languages import words_of
from filiation.values import Dates, DateWitness, HopKind, PageKind, Precision, Role, Standing

__all__ = [
    "PAGE_KINDS_IN_WORDS",
    "ROLES_IN_WORDS",
    "STANDINGS_IN_WORDS",
    "STANDING_STYLES",
    "UNNAMED",
    "brief_date",
    "confidence",
    "day",
    "english_date",
    "english_day",
    "iso",
    "kinds",
    "language",
]

# The likelihood scale of the Intergovernmental Panel on Climate Change (Mastrandrea et al. 2010,
# "Guidance Note on Consistent Treatment of Uncertainties", table 1): readers know it from reports,
# and each word has a stated bound. A probability is given the first word whose bound it exceeds.
CONFIDENCE: tuple[tuple[float, str], ...] = (
    (0.99, "virtually certain"),
    (0.95, "extremely likely"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.50, "more likely than not"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.01, "very unlikely"),
    (0.0, "exceptionally unlikely"),
)

UNNAMED = "an outlet that is not named"
"""A version's name where nothing says whose it is."""

STANDINGS_IN_WORDS: dict[Standing, str] = {
    "confirmed": "the copy credits this version, and the texts match",
    "credited": "on the copy's word alone: this version's text was not to be had",
    "uncredited": "the texts match, and no credit leads here",
    "skipped": "the copy credits an earlier version, not the one it was made from",
    "disputed": "the credit says this version, the texts or the dates say otherwise",
    "undetermined": "the texts match, and nothing says who has it from whom",
}

STANDING_STYLES: dict[Standing, str] = {
    "confirmed": "green",
    "credited": "cyan",
    "uncredited": "yellow",
    "skipped": "yellow",
    "disputed": "red",
    "undetermined": "magenta",
}
"""Colour repeats what the words say; it never says anything alone."""

ROLES_IN_WORDS: dict[Role, str] = {
    "original": "original",
    "first_published": "first published by",
    "republished_from": "republished from",
    "via": "via",
    "hat_tip": "hat tip",
    "source": "source",
    "translated_by": "translated by",
    "translated_for": "translated for",
    "revised_by": "revised by",
    "authored_by": "written by",
    "copyright": "copyright",
    "licence": "licence",
    "wire": "news agency",
}

PAGE_KINDS_IN_WORDS: dict[PageKind, str] = {
    "republication": "a republication",
    "translation": "a translation",
    "wire": "a news agency's report",
    "excerpt": "an excerpt",
    "hat-tip": "its own text, with a hat tip",
    "none": "its own text, as far as the page says",
}

# How a kind reads where several combine: "abridged translation".
_ADJECTIVES: dict[HopKind, str] = {
    "verbatim": "verbatim",
    "edited": "edited",
    "abridged": "abridged",
    "extended": "extended",
    "excerpt": "excerpted",
}
_NOUNS: tuple[tuple[HopKind, str], ...] = (("translation", "translation"), ("excerpt", "excerpt"))

# A day stated without a zone spans the day in every zone, from UTC+14 to UTC-12: its bounds, moved
# back by the extreme zone, fall into the day that was written.
_EAST = timedelta(hours=14)
_WEST = timedelta(hours=12)
_NOW = timedelta(0)
_ONE_DAY = timedelta(hours=51)
"""Shorter than this is the interval of one day in an unknown zone (50 hours)."""


def confidence(probability: float) -> str:
    """Return the word and the number: "very likely, 0.93". Never 0 or 1: those are not known.

    >>> confidence(0.93)
    'very likely, 0.93'
    >>> confidence(0.9993)
    'virtually certain, above 0.99'
    """
    word = next((word for bound, word in CONFIDENCE if probability > bound), CONFIDENCE[-1][1])
    if probability > 0.99:
        return f"{word}, above 0.99"
    if probability < 0.01:
        return f"{word}, below 0.01"
    return f"{word}, {probability:.2f}"


def kinds(found: tuple[HopKind, ...], *, measured: bool = True) -> str:
    """Return the kinds of a hop as one phrase. What was not measured is not called verbatim.

    >>> kinds(("abridged", "translation"))
    'abridged translation'
    >>> kinds(("verbatim",))
    'verbatim republication'
    """
    if not measured:
        found = tuple(kind for kind in found if kind != "verbatim")
    noun = next((noun for kind, noun in _NOUNS if kind in found), "republication")
    taken = {kind for kind, name in _NOUNS if name == noun}
    adjectives = [_ADJECTIVES[kind] for kind in found if kind in _ADJECTIVES and kind not in taken]
    return " ".join([*([", ".join(adjectives)] if adjectives else []), noun])


def language(code: str | None) -> str | None:
    """Return the English name of a language, or the code where there is none."""
    return None if code is None else words_of(code).english or code


def day(dates: Dates | DateWitness) -> tuple[date | None, date | None]:
    """Return the first and last day of a date as they would be written on the page."""
    earliest, latest = dates.earliest, dates.latest
    east, west = (_NOW, _NOW) if dates.precision in ("second", "minute") else (_EAST, _WEST)
    first = None if earliest is None else (earliest + east).date()
    last = None if latest is None else (latest - west).date()
    if first and earliest and latest and dates.precision == "day" and latest - earliest < _ONE_DAY:
        last = first
    return first, last


def iso(moment: datetime | None, written: date | None, precision: Precision | None) -> str | None:
    """Return a moment in ISO 8601, no more precise than it is known."""
    if moment is None or written is None:
        return None
    match precision:
        case "second":
            return f"{moment.isoformat()[:19]}Z"
        case "minute":
            return f"{moment.isoformat()[:16]}Z"
        case "month":
            return f"{written:%Y-%m}"
        case "year":
            return f"{written:%Y}"
        case _:
            return written.isoformat()


def english_date(dates: Dates, *, alone: bool = False) -> str | None:
    """Return a date as it is written in English prose: "on 21 November 2016", "by May 1997".

    `alone`: as it stands in a list of facts, without "on" or "in".
    """
    first, last = day(dates)
    if first is None and last is None:
        return None
    if first is None or last is None:
        known = first or last
        assert known is not None
        return f"{'by' if first is None else 'not before'} {_written(known, dates.precision)}"
    start, end = _written(first, dates.precision), _written(last, dates.precision)
    if start != end:
        return f"between {start} and {end}"
    if alone:
        return start
    return f"{'in' if dates.precision in ('month', 'year') else 'on'} {start}"


def brief_date(dates: Dates) -> str:
    """Return a date as a table has room for it: "4 Mar 2024", "by May 1997", "from 3 Mar 2024".

    Two days are an interval; "not dated" is said too.
    """
    first, last = day(dates)
    if first is None and last is None:
        return "not dated"
    ends = [_brief(end, dates.precision) for end in (first, last) if end is not None]
    if len(ends) == 1:
        return f"{'by' if first is None else 'from'} {ends[0]}"
    start, end = ends
    if start == end:
        return start
    assert first is not None
    assert last is not None
    if first.year == last.year and " " in start:
        start = start.removesuffix(f" {first.year}")
        if first.month == last.month:
            start = start.split(" ")[0]
    return f"{start}–{end}"


def english_day(known: date) -> str:
    """Return a day as it is written in English prose: "21 November 2016"."""
    return _written(known, "day")


def _written(known: date, precision: Precision | None) -> str:
    if precision == "year":
        return f"{known.year}"
    month = f"{_MONTHS[known.month - 1]} {known.year}"
    return month if precision == "month" else f"{known.day} {month}"


def _brief(known: date, precision: Precision | None) -> str:
    return _written(known, precision).replace(
        _MONTHS[known.month - 1], _MONTHS[known.month - 1][:3]
    )


# Not strftime: its month names follow the user's locale, the report is in English.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
