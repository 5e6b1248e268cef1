"""Dates as the press writes them: what is none first, then what is one, then what is two."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.dates import (
    ZONE_SLIP,
    FoundDate,
    bounded,
    cell_date,
    find,
    may_hold_date,
    parse,
    resolve,
    url_date,
    witness,
)
from filiation.values import DateWitness

NO_DATES = [
    # text, language: none of these is a date
    ("Nov. 21", "en"),
    ("2:05 p.m.", "en"),
    ("version 1.2.3.4", "en"),
    ("24/7/365", "en"),
    ("192.168.10.12", None),
    ("06-12-34-56-78", "fr"),
    ("31/02/2016", "fr"),
    ("Mission to Mars 2016", "en"),
    ("il a couru 5 marathons 2016", "fr"),
    ("11 septembre.", "fr"),
    ("21 лістопада", "be"),
    ("12 novembre, 18 h 30", "fr"),
    ("Copyright © Daily Example, 2016", "en"),
    ("in 2016", "en"),
    ("may 2016 be better", "en"),
    ("room 12/2016-7", "en"),
]
DATES = [
    # text, language, as precise as written
    ("21 novembre 2016", "fr", "2016-11-21"),
    ("le 18 nov. 2016", "fr", "2016-11-18"),
    ("1er avril 2014", "fr", "2014-04-01"),
    ("13 -01-2020", "fr", "2020-01-13"),
    ("18/08/21", "fr", "2021-08-18"),
    ("21-05-2017", "nl", "2017-05-21"),
    ("02.06.2017", "de", "2017-06-02"),
    ("12.12.22", "de", "2022-12-12"),
    ("4/04/2021", "es", "2021-04-04"),
    ("za. 3/8/2002", "nl", "2002-08-03"),
    ("Mai 1997", "fr", "1997-05"),
    ("Wed, 10/07/2020 - 17:40", "en", "2020-10-07T17:40"),
    ("Wed, 10/07/2020 - 17:40", None, "2020-10-07T17:40"),
    ("10/07/2020 - 17:40", "en", "2020-10-07T17:40"),
    ("2016-11-21T10:00:00+01:00", None, "2016-11-21T10:00+01:00"),
    ("2016-11-21T10:00:00Z", None, "2016-11-21T10:00+00:00"),
    ("20161121091502", None, "2016-11-21T09:15+00:00"),
    ("2020年3月5日", "zh", "2020-03-05"),
    ("٠٢:٠٠ الثلاثاء ١ / ١٢ / ٢٠٢٠", "ar", "2020-12-01T02:00"),
    ("21 de noviembre de 2016", "es", "2016-11-21"),
    ("November 21st, 2016", "en", "2016-11-21"),
    ("jeudi 9 juillet 2009 - 07h:06", "fr", "2009-07-09T07:06"),
    ("Friday, 16 Apr 2018 04:19 AM PDT", "en", "2018-04-16T04:19-07:00"),
    ("giugno 2019", "it", "2019-06"),
    ("12 Luglio 2005", "it", "2005-07-12"),
    ("5 de agosto de 2013", "pt", "2013-08-05"),
    ("18 Kasım 2016", "tr", "2016-11-18"),
    ("نشرت في 21 تشرين الثاني 2016", "ar", "2016-11-21"),
    ("٢١ نونبر ٢٠١٦", "ar", "2016-11-21"),
    ("21 نوفمبر/تشرين الثاني 2016", "ar", "2016-11-21"),
    ("21 ноября 2016 г.", "ru", "2016-11-21"),
    ("21 listopada 2016", "pl", "2016-11-21"),
    ("21. listopada 2016.", "hr", "2016-10-21"),
    ("2016. november 21.", "hu", "2016-11-21"),
    ("21. November 2016 um 10:30 Uhr", "de", "2016-11-21T10:30"),
    ("2020년 3월 5일", "ko", "2020-03-05"),
    ("21 Νοεμβρίου 2016", "el", "2016-11-21"),
    ("21 nëntor 2016", "sq", "2016-11-21"),
    ("۱ آذر ۱۳۹۵", "fa", "2016-11-21"),
    ("۱۳۹۵/۰۹/۰۱", "fa", "2016-11-21"),
    ("令和2年3月5日", "ja", "2020-03-05"),
    ("二〇一六年十一月二十一日", "zh", "2016-11-21"),
    ("21 בנובמבר 2016", "he", "2016-11-21"),
    ("21 नवंबर 2016", "hi", "2016-11-21"),
    ("21 November 2016", "id", "2016-11-21"),
    ("May 4, 2018", "en", "2018-05-04"),
    ("18-Nov-2016", "en", "2016-11-18"),
    ("Publié le 21 novembre 2016 à 09h15", "fr", "2016-11-21T09:15"),
    ("Updated: Fri, 11/18/2016 - 20:05", "en", "2016-11-18T20:05"),
    ("am 8. März 2021 unter", "de", "2021-03-08"),
    ("Mon, 21 Nov 2016 10:00:00 GMT", "en", "2016-11-21T10:00+00:00"),
    ("1 Οκτωβρίου 2021 18:25", "el", "2021-10-01T18:25"),
    ("21 november 2016", "nl", "2016-11-21"),
    ("9 JULI 2021", "en", "2021-07-09"),
    ("2016-11-21 10:00:00.123456+0100", "en", "2016-11-21T10:00+01:00"),
    ("5 Mai 2020", "de", "2020-05-05"),
    ("in May 2016 the", "en", "2016-05"),
    ("November 21, 2016 at 3:30 pm EST", "en", "2016-11-21T15:30-05:00"),
    ("1. 12. 2020", "cs", "2020-12-01"),
    ("21st of November 2016", "en", "2016-11-21"),
    ("the 300 000 soldats en mai 2016 et", "fr", "2016-05"),
    ("Example Nachrichten (KNE 19.11.21)", "de", "2021-11-19"),
    ("Daily Example, 21 novembre 2016", "fr", "2016-11-21"),
    ("03/04/2016", "fr", "2016-04-03"),
    ("03/04/2016", "en-GB", "2016-04-03"),
    ("03/04/2016", "en-US", "2016-03-04"),
    ("21 janvier 2016", "en", "2016-01-21"),
    ("15 şubat 2016", "tr", "2016-02-15"),
    ("3 грудня 2016 року", "uk", "2016-12-03"),
    ("3 декември 2016 г.", "bg", "2016-12-03"),
    ("3. desember 2016", "no", "2016-12-03"),
    ("3. joulukuuta 2016", "fi", "2016-12-03"),
    ("3 décembre 2016", None, "2016-12-03"),
    ("3 grudnia 2016", None, "2016-12-03"),
    ("3 prosince 2016", "cs", "2016-12-03"),
    ("3 decembrie 2016", "ro", "2016-12-03"),
    ("3 Desember 2016", "id", "2016-12-03"),
    ("21 جانفي 2016", "ar", "2016-01-21"),
]


@pytest.mark.parametrize(("text", "language"), NO_DATES)
def test_what_is_no_date_gives_nothing(text: str, language: str | None) -> None:
    assert find(text, language) == []


@pytest.mark.parametrize(("text", "language", "iso"), DATES)
def test_dates_are_read_as_precisely_as_written(text: str, language: str | None, iso: str) -> None:
    found = find(text, language)
    assert [date.iso for date in found] == [iso]
    assert found[0].precision == {4: "year", 7: "month", 10: "day"}.get(len(iso), "minute")


@pytest.mark.parametrize(
    ("text", "language", "first", "last"),
    [
        ("03/04/2016", None, "2016-03-04", "2016-04-03"),
        ("10/07/2020 - 17:40", None, "2020-07-10", "2020-10-07"),
        # October in Croatian, November in Polish and Czech
        ("21 listopada 2016", None, "2016-10-21", "2016-11-21"),
    ],
)
def test_a_date_of_two_readings_spans_both(
    text: str, language: str | None, first: str, last: str
) -> None:
    (date,) = find(text, language)
    assert date.iso is None
    assert date.earliest.date().isoformat() <= first
    assert date.latest.date().isoformat() >= last
    assert date.latest - date.earliest < timedelta(days=100)


def test_a_weekday_decides_between_two_readings() -> None:
    assert find("Wed, 10/07/2020")[0].iso == "2020-10-07"
    assert find("Fri, 10/07/2020")[0].iso == "2020-07-10"


def test_a_date_without_a_year_counts_where_the_year_is_given() -> None:
    assert [d.iso for d in find("Nov. 21", "en", year=2016)] == ["2016-11-21"]
    assert [d.iso for d in find("le 21 novembre", "fr", year=2016)] == ["2016-11-21"]


def test_several_dates_keep_their_places() -> None:
    text = "Daily Example, 21 novembre 2016\n\nOther Example 18 novembre 2016"
    assert [text[d.start : d.end] for d in find(text, "fr")] == [
        "21 novembre 2016",
        "18 novembre 2016",
    ]


def test_a_day_of_no_zone_spans_every_zone_so_that_one_day_decides_nothing() -> None:
    one, same, next_, later = (find(f"{day} novembre 2016", "fr")[0] for day in (21, 21, 22, 24))
    assert not one.latest < same.earliest
    assert not one.latest < next_.earliest
    assert one.latest < later.earliest


def test_a_zone_makes_a_clock_exact() -> None:
    date = find("2016-11-21T10:00:00+01:00")[0]
    assert date.earliest == datetime(2016, 11, 21, 9, 0, tzinfo=UTC)
    assert date.latest - date.earliest < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("https://daily.example/201611/x", None),
        ("https://2016/11/21", None),
        ("https://daily.example/a?d=2016/13/01", None),
        ("https://daily.example/2016/02/30/x", None),
        ("https://daily.example/2016/11/21/alliance/", "2016-11-21"),
        ("https://daily.example/news/2016-11-21-alliance.html", "2016-11-21"),
        ("https://daily.example/2016/11/alliance", "2016-11"),
        ("https://daily.example/article-20161121.html", "2016-11-21"),
        ("https://daily.example/2016/5/3/x", "2016-05-03"),
    ],
)
def test_addresses_hold_dates_in_their_paths(url: str, iso: str | None) -> None:
    found = url_date(url)
    assert (found and found.iso) == iso


# --- cells of tables -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "iso", "precision", "earliest", "seconds"),
    [
        ("1987-03-06T10:58:56", "1987-03-06T10:58:56", "second", "1987-03-06T10:58:56", 0),
        ("1987-03-06 10:58:56.250", "1987-03-06T10:58:56", "second", "1987-03-06T10:58:56", 0),
        ("1987-03-06T10:58", "1987-03-06T10:58", "minute", "1987-03-06T10:58:00", 59),
        ("6 March 1987, 10:58 pm", "1987-03-06T22:58", "minute", "1987-03-06T22:58:00", 59),
        ("1987-03-06", "1987-03-06", "day", "1987-03-06T00:00:00", 86_399),
        ("March 1987", "1987-03", "month", "1987-03-01T00:00:00", 31 * 86_400 - 1),
        # A zone that is written counts.
        ("1987-03-06T10:58:56+02:00", "1987-03-06T10:58:56+02:00", "second", "1987-03-06T08:58:56", 0),
        ("1987-03-06T00:00:00Z", "1987-03-06T00:00:00+00:00", "second", "1987-03-06T00:00:00", 0),
        # Programs write days as midnight.
        ("1987-03-06 00:00:00", "1987-03-06", "day", "1987-03-06T00:00:00", 86_399),
        ("1987-03-06T00:00", "1987-03-06", "day", "1987-03-06T00:00:00", 86_399),
        ("1987-03-06T00:00:01", "1987-03-06T00:00:01", "second", "1987-03-06T00:00:01", 0),
        # Of two readings, both.
        ("03/04/1987", None, "day", "1987-03-04T00:00:00", 30 * 86_400 - 1 + 86_400),
    ],
)  # fmt: skip
def test_a_cell_without_a_zone_is_in_utc_and_as_precise_as_written(
    text: str, iso: str | None, precision: str, earliest: str, seconds: int
) -> None:
    found = cell_date(text)
    assert found is not None
    assert (found.iso, found.precision) == (iso, precision)
    assert found.earliest == datetime.fromisoformat(earliest).replace(tzinfo=UTC)
    assert found.latest - found.earliest == timedelta(seconds=seconds)


def test_what_is_no_date_is_none_in_a_cell_either() -> None:
    assert cell_date("soon") is None


def test_a_page_keeps_every_zone_where_it_names_none() -> None:
    page, row = parse("1987-03-06T10:58:56"), cell_date("1987-03-06T10:58:56")
    assert page is not None and row is not None
    assert page.latest - page.earliest > timedelta(hours=26)
    assert page.earliest < row.earliest <= row.latest < page.latest


@given(st.text(max_size=60), st.sampled_from([None, "en", "fr", "fa", "ja"]))
def test_a_bare_date_is_read_as_among_words(text: str, language: str | None) -> None:
    for written in (
        text,
        "2016-11-21",
        "2016-11-21T10:00:00+01:00",
        "2016-11-21 25:00",
        "1395-02-31",
    ):
        alone, among = parse(written, language), find(written.strip()[:200], language)
        assert alone is None if not among else alone in among


@given(st.text(max_size=60))
def test_where_no_date_may_stand_none_is_found(text: str) -> None:
    assert may_hold_date(text) or not find(text)


# --- witnesses -----------------------------------------------------------------------------------


def said(kind: str, text: str) -> DateWitness:
    found = parse(text)
    assert found is not None
    return witness(kind, found, text)


def test_no_witness_no_date() -> None:
    assert resolve([]).earliest is None


def test_a_finer_witness_narrows_a_coarser_one() -> None:
    dates = resolve([said("dateline", "2016-11-21"), said("json-ld", "2016-11-21T10:00:00Z")])
    assert dates.earliest == datetime(2016, 11, 21, 10, 0, tzinfo=UTC)
    assert dates.precision == "minute"
    assert not dates.disagree


def test_witnesses_of_one_rank_that_exclude_each_other_are_both_spanned() -> None:
    dates = resolve([said("json-ld", "2016-11-21T10:00Z"), said("meta", "2016-12-21T10:00Z")])
    assert dates.disagree
    assert dates.earliest is not None and dates.earliest.month == 11
    assert dates.latest is not None and dates.latest.month == 12


def test_a_lower_rank_never_overrules_but_its_dissent_is_told() -> None:
    dates = resolve([said("json-ld", "2016-11-21T10:00Z"), said("url", "2015-01-01")])
    assert dates.disagree
    assert dates.earliest == datetime(2016, 11, 21, 10, 0, tzinfo=UTC)


def test_a_guess_that_differs_is_no_finding() -> None:
    dates = resolve([said("dateline", "2016-11-21"), said("extractor", "2014-01-01")])
    assert not dates.disagree


def test_local_time_labelled_utc_is_no_contradiction() -> None:
    dates = resolve([said("json-ld", "2016-11-21T18:00Z"), said("meta", "2016-11-21T10:00Z")])
    assert not dates.disagree
    assert dates.earliest is not None and dates.latest is not None
    assert timedelta(hours=8) <= dates.latest - dates.earliest <= ZONE_SLIP


# --- what archives had ---------------------------------------------------------------------------


def captured(text: str) -> DateWitness:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return DateWitness("archive", datetime(1991, 8, 6, tzinfo=UTC), moment, "second", text)


@pytest.mark.parametrize(
    ("stated", "capture", "earliest", "latest", "disagree", "why"),
    [
        ("2016-11-21T10:00Z", "2016-11-22T00:00", "2016-11-21T10:00", "2016-11-21T10:00", False,
         "a capture later than the date says nothing new"),
        ("2016-11-21", "2016-11-21T02:00", "2016-11-20T10:00", "2016-11-21T02:00", False,
         "a capture within the day narrows it"),
        ("2016-11-21T10:00Z", "2016-11-21T04:00", "2016-11-20T20:00", "2016-11-21T10:00", False,
         "hours earlier: a mislabelled zone"),
        ("2016-11-21T10:00Z", "2016-11-18T00:00", "2016-11-21T10:00", "2016-11-21T10:00", True,
         "days earlier: a contradiction, in which the page's own word stands"),
    ],
)  # fmt: skip
def test_a_capture_is_an_upper_bound(
    stated: str, capture: str, earliest: str, latest: str, disagree: bool, why: str
) -> None:
    for witnesses in (
        [said("meta", stated), captured(capture)],
        [captured(capture), said("meta", stated)],
    ):
        dates = resolve(witnesses)
        assert dates.earliest is not None and dates.latest is not None
        assert dates.earliest.isoformat().startswith(earliest), why
        assert dates.latest.isoformat().startswith(latest), why
        assert dates.disagree is disagree, why
        assert [one.kind for one in dates.witnesses] == ["meta", "archive"]


def test_of_several_captures_the_first_bounds() -> None:
    dates = resolve([captured("2016-11-25T00:00"), captured("2016-11-22T00:00")])
    assert (dates.earliest, dates.precision) == (None, "second")
    assert dates.latest == datetime(2016, 11, 22, tzinfo=UTC)
    assert len(dates.witnesses) == 2


def test_a_capture_known_to_hold_the_text_is_believed_against_the_page() -> None:
    dates = resolve([said("meta", "2016-11-21T10:00Z")])
    sure = bounded(dates, captured("2016-11-18T00:00"), sure=True)
    assert (sure.earliest, sure.latest) == (None, datetime(2016, 11, 18, tzinfo=UTC))
    assert sure.disagree
    slip = bounded(dates, captured("2016-11-21T04:00"), sure=True)
    assert slip.latest == datetime(2016, 11, 21, 4, tzinfo=UTC)
    assert slip.earliest is not None and slip.earliest < slip.latest
    assert not slip.disagree


def test_a_capture_is_a_witness_once() -> None:
    capture = captured("2016-11-22T00:00")
    dates = bounded(bounded(resolve([]), capture), capture)
    assert dates.witnesses == (capture,)


# --- laws ----------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from("0123456789 /.-:,'TZ+年月日mainovebrs١٢ \n"), max_size=80))
def test_whatever_the_text_dates_lie_in_it_in_order(text: str) -> None:
    after = 0
    for date in find(text):
        assert after <= date.start < date.end <= len(text)
        assert date.earliest <= date.latest
        after = date.end


@given(st.text(max_size=200), st.sampled_from([None, "fr", "en-US", "fa", "zh", "xx", "ar"]))
def test_no_text_makes_it_stumble(text: str, language: str | None) -> None:
    for date in find(text, language):
        assert isinstance(date, FoundDate)
    url_date(text)
    parse(text)


@given(st.dates(min_value=datetime(1900, 1, 1).date(), max_value=datetime(2099, 12, 31).date()))
def test_every_day_is_read_back(day: object) -> None:
    assert [d.iso for d in find(f"on {day} it")] == [str(day)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["json-ld", "url", "dateline"]),
            st.dates(min_value=datetime(2000, 1, 1).date()),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_order_in_which_witnesses_are_named_does_not_matter(
    named: list[tuple[str, object]],
) -> None:
    witnesses = [said(kind, str(day)) for kind, day in named if str(day) < "2100"]
    one, other = resolve(witnesses), resolve(witnesses[::-1])
    assert (one.earliest, one.latest, one.disagree) == (
        other.earliest,
        other.latest,
        other.disagree,
    )


@pytest.mark.parametrize(
    "unit", ["1 ", "1/", "mai ", "1 mai ", "20", " ", "2016-", "12:", "十", "年", "12:00 "]
)
def test_hostile_text_takes_no_time(unit: str) -> None:
    started = time.process_time()
    find(unit * 100_000)
    assert time.process_time() - started < 5
