"""The Wayback Machine's index, availability and saving, asked of a table of answers."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from filiation.find.cdx import COLUMNS
from filiation.find.values import Capture, Fetched, Outcome
from filiation.find.wayback import INDEX_PACE, REPLAY_PACE, SAVE_PACE, Wayback
from tests.find.archived import Asked, Web, answer

BASE = "https://archive.example"
PAGE = "http://daily.example/a"
JSON = {"Content-Type": "application/json"}


def row(
    stamp: str,
    original: str = "http://daily.example:80/a",
    status: str = "200",
    digest: str = "AAAA",
    kind: str = "text/html",
) -> list[str]:
    return ["example,daily)/a", stamp, original, kind, status, digest, "1415"]


def rows(*of: list[str], key: str | None = None) -> Fetched:
    array = [list(COLUMNS), *of] if of else []
    return answer(json.dumps([*array, [], [key]] if key else array), headers=JSON)


def wayback(web: Web) -> Wayback:
    return Wayback(web, BASE, api=BASE, name="An archive")


def always(*answers: Fetched) -> Web:
    """Answers in their order, the last for ever."""
    left = list(answers)
    return Web(lambda asked: left.pop(0) if len(left) > 1 else left[0])


# --- the index -----------------------------------------------------------------------------------


def test_what_is_asked() -> None:
    web = always(rows(row("20161121091502")))
    wayback(web).captures(
        "http://daily.example/a?x=1&y=é#top",
        first=datetime(2016, 11, 1, tzinfo=UTC),
        last=datetime(2016, 12, 1, 12, tzinfo=UTC),
        limit=5,
        match="prefix",
        filters=("statuscode:200", "!mimetype:image/.*"),
        collapse=("digest", "timestamp:8"),
    )
    [asked] = web.asked
    assert asked.url.startswith(f"{BASE}/cdx/search/cdx?url=http%3A%2F%2Fdaily.example%2Fa%3Fx")
    assert asked.query == [
        ("url", "http://daily.example/a?x=1&y=é"),
        ("matchType", "prefix"),
        ("from", "20161101000000"),
        ("to", "20161201120000"),
        ("output", "json"),
        ("resolveRevisits", "true"),
        ("filter", "statuscode:200"),
        ("filter", "!mimetype:image/.*"),
        ("collapse", "digest"),
        ("collapse", "timestamp:8"),
        ("limit", "5"),
        ("showResumeKey", "true"),
    ]
    assert (asked.robots, asked.pace) == (False, INDEX_PACE)
    assert INDEX_PACE.every >= 60 / 24


def test_rows_become_captures() -> None:
    found = wayback(always(rows(row("20161121091502")))).captures(PAGE)
    assert (found.outcome, found.whole, found.says) == ("ok", True, "")
    assert found.where == f"An archive: captures of {PAGE}"
    assert found.found == (
        Capture(
            PAGE,
            datetime(2016, 11, 21, 9, 15, 2, tzinfo=UTC),
            f"{BASE}/web/20161121091502id_/{PAGE}",
            "An archive",
            200,
            "text/html",
            "AAAA",
        ),
    )


def test_rows_of_text_do_as_well() -> None:
    text = " ".join(row("20161121091502")) + "\n" + " ".join(row("20161122091502")) + "\n"
    found = wayback(always(answer(text, headers={"Content-Type": "text/plain"}))).captures(PAGE)
    assert [capture.taken.day for capture in found.found] == [21, 22]


def test_pages_are_followed_by_the_key_with_all_else_unchanged() -> None:
    key = "example%2Cdaily%29%2Fa+20161122091502%21"
    web = always(
        rows(row("20161121091502"), row("20161122091502"), key=key),
        rows(row("20161123091502")),
    )
    found = wayback(web).captures(PAGE, limit=2000, collapse=("digest",))
    assert [capture.taken.day for capture in found.found] == [21, 22, 23]
    assert found.whole
    first, second = web.asked
    assert second.url == f"{first.url}&resumeKey={key}"


def test_a_hostile_key_cannot_change_the_question() -> None:
    web = always(
        rows(row("20161121091502"), key="x&url=evil.example\r\nHost: evil.example#"),
        rows(row("20161122091502")),
    )
    wayback(web).captures(PAGE, limit=2000)
    assert [value for name, value in web.asked[1].query if name == "url"] == [PAGE]
    assert "\r" not in web.asked[1].url


def test_a_key_that_leads_in_a_circle_ends_the_question() -> None:
    web = always(rows(row("20161121091502"), key="again"))
    found = wayback(web).captures(PAGE, limit=2000)
    assert (found.outcome, len(web.asked), found.whole) == ("malformed", 2, False)
    assert len(found.found) == 1


def test_keys_without_end_end() -> None:
    numbers = iter(range(10_000))
    web = Web(lambda asked: rows(row("20161121091502"), key=f"k{next(numbers)}"))
    found = wayback(web).captures(PAGE, limit=2000)
    assert (len(found.found), found.whole) == (1, False)
    assert len(web.asked) <= 40


def test_a_limit_is_kept_and_told() -> None:
    web = always(rows(row("20161121091502"), row("20161122091502"), key="more"))
    found = wayback(web).captures(PAGE, limit=2)
    assert (len(found.found), found.whole, len(web.asked)) == (2, False, 1)
    assert web.asked[0].first("limit") == "2"


def test_the_newest_are_asked_for_by_a_negative_limit() -> None:
    web = always(rows(row("20161121091502"), row("20161122091502")))
    found = wayback(web).captures(PAGE, limit=-1)
    assert [capture.taken.day for capture in found.found] == [22]
    assert (web.asked[0].first("limit"), web.asked[0].first("showResumeKey")) == ("-1", None)


@pytest.mark.parametrize(
    ("of", "stamps", "says", "why"),
    [
        ([row("20000008241731")], ["20000824173100"], "1 timestamp with stray zeros", "repaired"),
        ([row("20160230000000"), row("20161121091502")], ["20161121091502"], "1 row that", "broken"),
        ([row("20161121091502")] * 3, ["20161121091502"], "", "repeated rows"),
        ([row("20161121091502"), row("20161122091502", digest="BBBB"), row("20161121091502")],
         ["20161121091502", "20161122091502"], "", "a row repeated later"),
        ([row("20161121091502"), row("20161121091502", digest="BBBB")],
         ["20161121091502"] * 2, "", "two captures of one second"),
        ([row("20161121091502", "http://mailto:jo@daily.example/")], [], "1 row that", "no page"),
        ([row("20161121091502", status="-", kind="warc/revisit")], ["20161121091502"], "",
         "a revisit: its status is not known"),
        ([row("20000901000000"), row("20000008241731")], ["20000824173100", "20000901000000"],
         "repaired", "in the order of time, not of the index"),
    ],
)  # fmt: skip
def test_rows_as_they_come(of: list[list[str]], stamps: list[str], says: str, why: str) -> None:
    found = wayback(always(rows(*of))).captures(PAGE)
    assert [f"{capture.taken:%Y%m%d%H%M%S}" for capture in found.found] == stamps, why
    assert says in found.says, why
    assert found.outcome == ("ok" if stamps else "empty")


def test_a_repaired_capture_is_asked_for_by_the_archives_own_timestamp() -> None:
    [capture] = wayback(always(rows(row("20000008241731")))).captures(PAGE).found
    assert capture.replay == f"{BASE}/web/20000008241731id_/{PAGE}"


def test_a_revisit_has_no_status() -> None:
    [capture] = wayback(always(rows(row("20161121091502", status="-")))).captures(PAGE).found
    assert capture.status is None


BLOCKED = {
    "X-Archive-Wayback-Runtime-Error": "org.archive.wayback.exception."
    "AdministrativeAccessControlException: Blocked Site Error"
}


@pytest.mark.parametrize(
    ("came", "outcome", "says"),
    [
        (rows(), "empty", ""),
        (answer(b""), "empty", ""),
        (answer("Blocked", 403, BLOCKED), "blocked", "excluded"),
        (answer("org.archive.util.io.RuntimeIOException: RobotAccessControlException: Blocked By"
                " Robots"), "blocked", "robots.txt"),
        (answer("no", 403), "blocked", "403"),
        (answer("", 429), "rate_limited", "429"),
        (answer("", 503), "transient", "fewer rows"),
        (answer("", 500), "transient", "500"),
        (answer("", 404), "unsupported", ""),
        (answer("no such page", 400), "unsupported", ""),
        (answer("", 0, says="the connection was refused"), "transient", "refused"),
        (answer("", 0, outcome="offline", says="not asked"), "offline", "not asked"),
        (answer("<html><h1>503</h1></html>"), "malformed", "HTML"),
        (answer("[[\"urlkey\", \"times"), "malformed", "JSON"),
        (answer("[" * 50_000), "malformed", "JSON"),
        (answer("{}"), "malformed", "no rows"),
        (answer('{"message": "too many requests"}'), "malformed", "no rows"),
        (answer("sorry, we are closed"), "malformed", "sorry, we are closed"),
    ],
)  # fmt: skip
def test_what_the_index_answers(came: Fetched, outcome: Outcome, says: str) -> None:
    found = wayback(always(came)).captures(PAGE, limit=10)
    assert (found.outcome, found.found) == (outcome, ())
    assert says in found.says
    assert found.whole is (outcome == "empty")


def test_what_was_had_before_a_failure_is_kept() -> None:
    web = always(rows(row("20161121091502"), key="more"), answer("", 429))
    found = wayback(web).captures(PAGE, limit=2000)
    assert (found.outcome, len(found.found), found.whole) == ("rate_limited", 1, False)
    assert len(web.asked) == 2, "after a 429 it is not asked again"


def test_a_question_too_large_is_asked_smaller() -> None:
    web = Web(
        lambda asked: (
            answer("", 504) if asked.first("limit") == "1000" else rows(row("20161121091502"))
        )
    )
    found = wayback(web).captures("daily.example", match="domain")
    assert (found.outcome, [asked.first("limit") for asked in web.asked]) == ("ok", ["1000", "100"])
    web = always(answer("", 504))
    assert wayback(web).captures("daily.example", match="domain").outcome == "transient"
    assert len(web.asked) == 2


def test_pages_below_an_address_by_words_of_their_slug() -> None:
    web = always(rows(row("20161121091502")))
    wayback(web).pages("https://daily.example/news/", words=["l'été", "panics.*", "?"], limit=20)
    [asked] = web.asked
    assert asked.first("matchType") == "prefix"
    assert ("collapse", "urlkey") in asked.query
    filters = [value for name, value in asked.query if name == "filter"]
    assert filters == ["statuscode:200", "mimetype:text/html", "urlkey:.*(?:l..t|panics).*"]


# --- the nearest ---------------------------------------------------------------------------------


def index_of(*stamps: str) -> Callable[[Asked], Fetched]:
    """An index that heeds `from`, `to` and `limit`."""

    def found(asked: Asked) -> Fetched:
        first, last = asked.first("from") or "0", asked.first("to") or "9"
        held = [stamp for stamp in sorted(stamps) if first <= stamp <= last]
        limit = int(asked.first("limit") or 0)
        kept = held[:limit] if limit > 0 else held[limit:]
        key = "more" if 0 < limit < len(held) else None
        return rows(*(row(stamp) for stamp in kept), key=key)

    return found


@pytest.mark.parametrize(
    ("moment", "nearest"),
    [
        (None, 20161118),
        (datetime(2016, 11, 1, tzinfo=UTC), 20161118),
        (datetime(2016, 11, 19, tzinfo=UTC), 20161118),
        (datetime(2016, 11, 24, tzinfo=UTC), 20161125),
        (datetime(2016, 11, 25, 12, tzinfo=UTC), 20161125),
        (datetime(2020, 1, 1, tzinfo=UTC), 20170301),
    ],
)
def test_the_nearest_capture(moment: datetime | None, nearest: int) -> None:
    web = Web(index_of("20161118120000", "20161125120000", "20170301120000"))
    found = wayback(web).nearest(PAGE, moment)
    assert [int(f"{capture.taken:%Y%m%d}") for capture in found.found] == [nearest]
    assert found.whole
    assert len(web.asked) <= 2
    assert all(asked.first("filter") == "statuscode:200" for asked in web.asked)


def test_no_nearest_capture() -> None:
    moment = datetime(2016, 11, 1, tzinfo=UTC)
    assert wayback(Web(index_of())).nearest(PAGE, moment).outcome == "empty"
    assert wayback(always(answer("", 429))).nearest(PAGE, moment).outcome == "rate_limited"
    half = always(rows(row("20161121091502")), answer("", 500))
    found = wayback(half).nearest(PAGE, moment)
    assert (found.outcome, len(found.found)) == ("transient", 1)


def test_a_replay_keeps_its_own_pace() -> None:
    web = always(answer("text", 200, {"memento-datetime": "Mon, 21 Nov 2016 09:15:02 GMT"}))
    capture = wayback(web).capture_of(f"{BASE}/web/20161121091502/{PAGE}")
    assert capture is not None
    fetched, _ = wayback(web).replay(capture)
    assert (fetched.outcome, web.asked[0].pace) == ("ok", REPLAY_PACE)


@pytest.mark.parametrize(
    ("address", "replay"),
    [
        (f"{BASE}/web/20161121091502/{PAGE}", f"{BASE}/web/20161121091502id_/{PAGE}"),
        (f"http://archive.example/web/2016/{PAGE}", f"{BASE}/web/2016id_/{PAGE}"),
        (f"{BASE}/web/2016im_/{PAGE}", f"{BASE}/web/2016id_/{PAGE}"),
        (f"https://other.example/web/2016/{PAGE}", None),
        (f"{BASE}/web/{PAGE}", None),
        (PAGE, None),
        ("", None),
    ],
)
def test_addresses_of_this_archive(address: str, replay: str | None) -> None:
    found = wayback(always(rows())).capture_of(address)
    assert (found.replay if found else None) == replay


def test_addresses_of_the_wayback_machine_without_its_web() -> None:
    found = Wayback(always(rows())).capture_of(f"http://archive.org/web/20161121091502/{PAGE}")
    assert found is not None
    assert found.replay == f"https://web.archive.org/web/20161121091502id_/{PAGE}"


# --- availability --------------------------------------------------------------------------------


def snapshot(**of: object) -> Fetched:
    closest = {
        "available": True,
        "url": f"http://web.archive.org/web/20060101064348/{PAGE}",
        "timestamp": "20060101064348",
        "status": "200",
    } | of
    return answer(
        json.dumps({"url": "x", "archived_snapshots": {"closest": closest}}), headers=JSON
    )


@pytest.mark.parametrize(
    ("came", "outcome", "number"),
    [
        (snapshot(), "ok", 1),
        (snapshot(available=False), "empty", 0),
        (answer('{"url": "x", "archived_snapshots": {}}'), "empty", 0),
        (answer("{}"), "empty", 0),
        (snapshot(timestamp="2006"), "malformed", 0),
        (snapshot(url=None), "malformed", 0),
        (snapshot(url=PAGE), "malformed", 0),
        (answer("<html>"), "malformed", 0),
        (answer("[]"), "malformed", 0),
        (answer("[" * 50_000), "malformed", 0),
        (answer("", 429), "rate_limited", 0),
        (answer("", 503), "transient", 0),
        (answer('{"message": "rest"}', 429), "rate_limited", 0),
    ],
)
def test_availability(came: Fetched, outcome: Outcome, number: int) -> None:
    web = always(came)
    found = wayback(web).available(f"{PAGE}#top", datetime(2016, 11, 21, tzinfo=UTC))
    assert (found.outcome, len(found.found)) == (outcome, number)
    assert web.asked[0].query == [("url", "daily.example/a"), ("timestamp", "20161121000000")]
    for capture in found.found:
        assert capture.replay == f"{BASE}/web/20060101064348id_/{PAGE}"
        assert capture.status == 200


# --- saving --------------------------------------------------------------------------------------

KEYS = ("key", "secret")
QUEUED = answer(json.dumps({"url": PAGE, "job_id": "spn2-1"}), headers=JSON)
PENDING = answer('{"status": "pending", "resources": []}', headers=JSON)
DONE = answer(
    json.dumps({"status": "success", "timestamp": "20260501120000", "original_url": PAGE})
)


def test_a_page_is_saved() -> None:
    web = always(QUEUED, PENDING, PENDING, DONE)
    found = wayback(web).save(PAGE, KEYS)
    assert found.outcome == "ok"
    assert found.found[0].replay == f"{BASE}/web/20260501120000id_/{PAGE}"
    asked, *polls = web.asked
    assert (asked.method, asked.url) == ("POST", f"{BASE}/save")
    assert asked.body == b"url=http%3A%2F%2Fdaily.example%2Fa"
    assert all(one.headers["Authorization"] == "LOW key:secret" for one in web.asked)
    assert len({one.url for one in polls}) == 3, "each poll is a question of its own"
    assert all(one.pace == SAVE_PACE for one in web.asked)


@pytest.mark.parametrize(
    ("answers", "outcome", "says"),
    [
        ([answer('{"message": "You need to be logged in"}', 401)], "needs_credentials", "keys"),
        ([answer('{"status": "error", "status_ext": "error:unauthorized", "message": "no"}', 403)],
         "needs_credentials", "no"),
        ([QUEUED, answer('{"status": "error", "status_ext": "error:blocked-url", "message":'
                         ' "This URL is on a list"}')], "blocked", "on a list"),
        ([QUEUED, answer('{"status": "error", "status_ext": "error:gateway-timeout"}')],
         "transient", "gateway-timeout"),
        ([QUEUED, PENDING], "transient", "spn2-1"),
        ([QUEUED, answer("", 502)], "transient", "spn2-1"),
        ([QUEUED, answer('{"status": "success", "timestamp": "no"}')], "malformed", ""),
        ([answer("", 429)], "rate_limited", ""),
        ([answer("<html>")], "malformed", ""),
        ([answer('{"message": "Please provide a url."}', 400)], "malformed", "provide a url"),
    ],
)  # fmt: skip
def test_saving_that_comes_to_nothing(answers: list[Fetched], outcome: Outcome, says: str) -> None:
    web = always(*answers)
    found = wayback(web).save(PAGE, KEYS)
    assert (found.outcome, found.found) == (outcome, ())
    assert says in found.says
    assert len(web.asked) <= 21


def test_without_keys_nothing_is_asked() -> None:
    web = always(QUEUED)
    assert wayback(web).save(PAGE, None).outcome == "needs_credentials"
    assert not web.asked
