"""Captures played back: what is the capture's own answer, and what is the archive's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.find.replay import captured_at, page_address, raw_address, replay
from filiation.find.values import Capture, Fetched, Outcome, Pace
from tests.find.archived import Web, answer

PAGE = "http://daily.example/a"
BASE = "https://archive.example/web"
TAKEN = datetime(2016, 11, 21, 9, 15, 2, tzinfo=UTC)
AT = f"{BASE}/20161121091502id_/{PAGE}"
CAPTURE = Capture(PAGE, TAKEN, AT, "An archive", 200, "text/html", "DIGEST")
PACE = Pace(1.0)


def memento(
    content: bytes | str = "<p>text</p>",
    status: int = 200,
    when: str = "Mon, 21 Nov 2016 09:15:02 GMT",
    *,
    outcome: Outcome | None = None,
    **more: str,
) -> Fetched:
    headers = {"Memento-Datetime": when, "Content-Type": "text/html"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return answer(content, status, headers, outcome=outcome)


def nearest(stamp: str, page: str = PAGE, base: str = BASE) -> Fetched:
    headers = {
        "Location": f"{base}/{stamp}id_/{page}",
        "X-Archive-Redirect-Reason": f"found capture at {stamp}",
    }
    return answer(b"", 302, headers)


@pytest.mark.parametrize("status", [200, 301, 302, 403, 404, 410, 429, 451, 500, 503])
def test_the_status_of_a_capture_is_that_of_the_page_then(status: int) -> None:
    """Even one of 429 or 503 is no complaint of the archive."""
    web = Web({AT: memento("then", status, location=f"{BASE}/20161121091503id_/http://x.example/")})
    fetched, had = replay(web, CAPTURE, pace=PACE)
    assert (fetched.outcome, fetched.status, had.status) == ("ok", status, status)
    assert fetched.content == b"then"
    assert fetched.says == ""
    assert len(web.asked) == 1
    assert (web.asked[0].robots, web.asked[0].redirects) == (False, 0)


def test_an_answer_kept_from_before_has_the_status_that_it_had() -> None:
    came = memento("then", 304, outcome="unchanged")
    fetched, had = replay(Web({AT: came}), CAPTURE, pace=PACE)
    assert (fetched.outcome, fetched.status, had.status) == ("ok", 200, 200)


@pytest.mark.parametrize(
    ("came", "outcome", "says"),
    [
        (answer("<p>not here</p>", 404), "not_found", "has no capture"),
        (answer("Blocked", 403, {"X-Archive-Wayback-Runtime-Error":
                "AdministrativeAccessControlException: Blocked Site Error"}),
         "blocked", "excluded"),
        (answer("<p>This URL has been excluded from the Wayback Machine.</p>", 200),
         "blocked", "excluded"),
        (answer("no", 403, {"X-Archive-Wayback-Runtime-Error":
                "RobotAccessControlException: Blocked By Robots"}), "blocked", "robots.txt"),
        (answer("no", 403), "blocked", ""),
        (answer("<html>Sorry, an error</html>", 200), "malformed", "no capture"),
        (answer("slow down", 429), "rate_limited", ""),
        (answer("", 503), "transient", ""),
        (answer("", 0, says="no connection"), "transient", "no connection"),
        (answer("", 0, outcome="out_of_budget"), "out_of_budget", ""),
        (answer("", 302, {"Location": "https://elsewhere.example/"}), "malformed", "elsewhere"),
        (answer("", 302, {"Location": PAGE}), "malformed", "elsewhere"),
        (answer("", 302, {"Location": "http://[::1"}), "malformed", "elsewhere"),
        (answer("", 302), "malformed", "elsewhere"),
        (nearest("20161121091502", base="https://evil.example/web"), "malformed", "elsewhere"),
        (nearest("20190101000000"), "not_found", "20190101000000, 771 days later"),
        (nearest("20151121091502"), "not_found", "366 days earlier"),
        (memento(when="whenever"), "ok", ""),
        (memento("cut", outcome="transient"), "transient", ""),
        (memento("cut", outcome="too_large"), "too_large", ""),
        (memento("cut", outcome="malformed"), "malformed", ""),
        (memento(when="Tue, 01 Jan 2019 00:00:00 GMT"), "not_found", "20190101000000"),
    ],
)  # fmt: skip
def test_what_the_archive_answers(came: Fetched, outcome: Outcome, says: str) -> None:
    fetched, had = replay(Web({AT: came}), CAPTURE, pace=PACE)
    assert fetched.outcome == outcome
    assert says in fetched.says
    assert had.url == PAGE


def test_the_nearest_capture_is_taken_within_the_window_and_the_shift_is_told() -> None:
    near = f"{BASE}/20161121121700id_/{PAGE}"
    came = {AT: nearest("20161121121700"), near: memento(when="Mon, 21 Nov 2016 12:17:00 GMT")}
    web = Web(came)
    fetched, had = replay(web, CAPTURE, pace=PACE)
    assert fetched.outcome == "ok"
    assert fetched.says == "of the nearest capture, 3 hours later than asked for"
    assert (had.taken, had.replay) == (datetime(2016, 11, 21, 12, 17, tzinfo=UTC), near)
    assert had.digest is None, "the digest was that of the other capture"
    assert [one.url for one in fetched.exchanges] == [AT, near]
    fetched, _ = replay(Web(came), CAPTURE, pace=PACE, window=timedelta(hours=3))
    assert (fetched.outcome, len(fetched.exchanges)) == ("not_found", 1)


def test_the_window_counts_from_the_time_that_the_address_allows() -> None:
    """A page that links to `/web/2016/…` means any capture of that year."""
    vague = Capture(PAGE, datetime(2016, 1, 1, tzinfo=UTC), f"{BASE}/2016id_/{PAGE}", "An archive")
    when = "Mon, 21 Nov 2016 09:15:02 GMT"
    came = {vague.replay: nearest("20161121091502"), AT: memento(when=when)}
    fetched, had = replay(Web(came), vague, pace=PACE)
    assert (fetched.outcome, fetched.says, had.taken) == ("ok", "", TAKEN)
    came = {vague.replay: nearest("20180102000000")}
    fetched, _ = replay(Web(came), vague, pace=PACE)
    assert fetched.outcome == "not_found"
    assert "366 days later" in fetched.says


def test_a_timestamp_with_stray_zeros_is_asked_for_as_it_is_and_then_repaired() -> None:
    moment = datetime(2000, 8, 24, 17, 31, tzinfo=UTC)
    broken = f"{BASE}/20000008241731id_/{PAGE}"
    whole = f"{BASE}/20000824173100id_/{PAGE}"
    capture = Capture(PAGE, moment, broken, "An archive")
    came = memento(when="Thu, 24 Aug 2000 17:31:51 GMT")
    near = f"{BASE}/20000824173151id_/{PAGE}"
    web = Web({whole: nearest("20000824173151"), near: came})
    fetched, had = replay(web, capture, pace=PACE)
    assert (fetched.outcome, had.taken.second) == ("ok", 51)
    assert [one.url for one in web.asked] == [broken, whole, near]
    web = Web({broken: came})
    assert replay(web, capture, pace=PACE)[0].outcome == "ok"
    assert len(web.asked) == 1
    web = Web({})
    assert replay(web, capture, pace=PACE)[0].outcome == "not_found"
    assert len(web.asked) == 2


def test_redirects_that_lead_in_a_circle_end() -> None:
    other = f"{BASE}/20161121091503id_/{PAGE}"
    web = Web({AT: nearest("20161121091503"), other: nearest("20161121091502")})
    fetched, _ = replay(web, CAPTURE, pace=PACE)
    assert fetched.outcome == "malformed"
    assert "circle" in fetched.says
    assert len(web.asked) == len(fetched.exchanges) == 2


def test_redirects_without_end_end() -> None:
    numbers = iter(range(1000))
    web = Web(lambda asked: nearest(f"201611210916{next(numbers) % 60:02}"))
    fetched, _ = replay(web, CAPTURE, pace=PACE)
    assert fetched.outcome == "malformed"
    assert len(web.asked) <= 12


def test_captured_redirects_are_followed_where_that_is_asked_for() -> None:
    onward = f"{BASE}/20161121091502id_/https://daily.example/b"
    there = f"{BASE}/20161121100000id_/https://daily.example/b"
    web = Web(
        {
            AT: memento("", 301, location=onward),
            onward: nearest("20161121100000", "https://daily.example/b"),
            there: memento("moved here", when="Mon, 21 Nov 2016 10:00:00 GMT"),
        }
    )
    fetched, had = replay(web, CAPTURE, pace=PACE, follow=True)
    assert (fetched.outcome, fetched.content) == ("ok", b"moved here")
    assert (had.url, had.status) == ("https://daily.example/b", 200)
    assert len(fetched.exchanges) == 3
    fetched, had = replay(web, CAPTURE, pace=PACE)
    assert (had.url, had.status) == (PAGE, 301)


def test_a_captured_redirect_to_what_was_not_captured_is_what_is_had() -> None:
    onward = f"{BASE}/20161121091502id_/https://daily.example/b"
    web = Web({AT: memento("", 301, location=onward)})
    fetched, had = replay(web, CAPTURE, pace=PACE, follow=True)
    assert (fetched.outcome, had.status, had.url) == ("ok", 301, PAGE)
    assert "https://daily.example/b" in fetched.says
    web = Web({AT: memento("", 301, location=onward), onward: answer("", 429)})
    assert replay(web, CAPTURE, pace=PACE, follow=True)[0].outcome == "rate_limited"


def test_a_captured_redirect_out_of_the_archive_is_not_followed() -> None:
    web = Web({AT: memento("", 301, location="https://daily.example/b")})
    fetched, had = replay(web, CAPTURE, pace=PACE, follow=True)
    assert (fetched.outcome, had.status, len(web.asked)) == ("ok", 301, 1)


def test_the_captured_address_is_that_of_the_archives_link() -> None:
    link = (
        '<https://www.daily.example/a>; rel="original", '
        f'<{BASE}/20050323155300/{PAGE}>; rel="first memento"; '
        'datetime="Wed, 23 Mar 2005 15:53:00 GMT"'
    )
    _, had = replay(Web({AT: memento(link=link)}), CAPTURE, pace=PACE)
    assert had.url == "https://www.daily.example/a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://daily.example:80/a", "http://daily.example/a"),
        ("https://daily.example:443/a?b=c&d", "https://daily.example/a?b=c&d"),
        ("https://daily.example:80/a", "https://daily.example:80/a"),
        ("http://daily.example:8080/a", "http://daily.example:8080/a"),
        ("daily.example/a", "http://daily.example/a"),
        ("http:/daily.example/a", "http://daily.example/a"),
        ("HTTP://daily.example/a", "http://daily.example/a"),
        ("http%3A%2F%2Fdaily.example%2Fa%3Fb", "http://daily.example/a?b"),
        ("http://daily.example/ä b", "http://daily.example/%C3%A4%20b"),
        ("http://daily.example/%C3%A4", "http://daily.example/%C3%A4"),
        ("http://mailto:jo@daily.example", None),
        ("http://jo@daily.example/", None),
        ("http://data:image/png;base64,AAAA", None),
        ("http://localhost/a", None),
        ("http://[::1]/a", None),
        ("http:///a", None),
        ("http://dai\x1bly.example/a", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_addresses_of_pages(text: str, expected: str | None) -> None:
    assert page_address(text) == expected


@pytest.mark.parametrize(
    ("address", "stamp", "page"),
    [
        (f"{BASE}/20161121091502/{PAGE}", TAKEN, PAGE),
        (f"{BASE}/20161121091502id_/{PAGE}", TAKEN, PAGE),
        (f"{BASE}/20161121091502im_/{PAGE}", TAKEN, PAGE),
        (f"{BASE}/2016/daily.example/a", datetime(2016, 1, 1, tzinfo=UTC), PAGE),
        (f"https://other.example/wayback/20161121091502/{PAGE}", TAKEN, PAGE),
    ],
)
def test_addresses_of_captures(address: str, stamp: datetime, page: str) -> None:
    found = captured_at(address)
    assert found is not None
    assert (found[0], found[2]) == (stamp, page)
    assert "id_/" in raw_address(address)


@pytest.mark.parametrize(
    "address",
    ["", PAGE, f"{BASE}/*/{PAGE}", f"{BASE}/{PAGE}", "https://daily.example/2016/11/21/a"],
)
def test_what_is_no_address_of_a_capture(address: str) -> None:
    assert captured_at(address) is None


@given(st.text(max_size=60), st.sampled_from(["", "http://", f"{BASE}/2016/", "https://a.example"]))
def test_no_address_makes_it_stumble(text: str, before: str) -> None:
    page_address(before + text)
    captured_at(before + text)
    raw_address(before + text)
