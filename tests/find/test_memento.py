"""TimeMaps, TimeGates and aggregators (RFC 7089)."""

import json
from datetime import UTC, datetime

import pytest

from filiation.find.memento import PACE, Memento
from filiation.find.values import Capture, Fetched, Outcome
from tests.find.archived import Asked, Web, answer

BASE = "https://archive.example/web"
PAGE = "http://daily.example/a"
MAP = f"{BASE}/timemap/link/{PAGE}"
GATE = f"{BASE}/{PAGE}"
LINKS = {"Content-Type": "application/link-format"}
MOMENT = datetime(2016, 12, 1, tzinfo=UTC)


def line(stamp: str, date: str, rel: str = "memento") -> str:
    return f'<{BASE}/{stamp}/{PAGE}>; rel="{rel}"; datetime="{date}"'


HEAD = (
    f'<{PAGE}>; rel="original",\n'
    f'<{MAP}>; rel="self"; type="application/link-format"; from="Fri, 18 Nov 2016 12:00:00 GMT",\n'
    f'<{GATE}>; rel="timegate",\n'
)
FIRST = line("20161118120000", "Fri, 18 Nov 2016 12:00:00 GMT", "first memento")
SECOND = line("20161121091502", "Mon, 21 Nov 2016 09:15:02 GMT")
LAST = line("20170301120000", "Wed, 01 Mar 2017 12:00:00 GMT", "last memento")


def ask(web: Web) -> Memento:
    return Memento(web, BASE, aggregator="http://many.example/api/json", name="An archive")


def days(found: tuple[Capture, ...]) -> list[str]:
    return [f"{capture.taken:%Y%m%d}" for capture in found]


def test_a_timemap_lists_the_captures() -> None:
    web = Web({MAP: answer(f"{HEAD}{FIRST},\n{SECOND},\n{LAST}\n", headers=LINKS)})
    found = ask(web).timemap(PAGE)
    assert (found.outcome, found.whole) == ("ok", True)
    assert days(found.found) == ["20161118", "20161121", "20170301"]
    assert found.found[1] == Capture(
        PAGE,
        datetime(2016, 11, 21, 9, 15, 2, tzinfo=UTC),
        f"{BASE}/20161121091502id_/{PAGE}",
        "An archive",
    )
    assert (web.asked[0].robots, web.asked[0].pace) == (False, PACE)


def test_a_timemap_in_parts_is_read_whole() -> None:
    further = f"{BASE}/timemap/link/2/{PAGE}"
    parts = {
        MAP: answer(f'{HEAD}{FIRST},\n<{further}>; rel="timemap"; from="x"', headers=LINKS),
        further: answer(f'{SECOND},\n<{MAP}>; rel="timemap",\n{LAST}', headers=LINKS),
    }
    web = Web(parts)
    found = ask(web).timemap(PAGE)
    assert days(found.found) == ["20161118", "20161121", "20170301"]
    assert (found.whole, len(web.asked)) == (True, 2)


def test_parts_at_another_host_are_not_asked_for() -> None:
    away = '<https://evil.example/timemap/link/x>; rel="timemap"'
    web = Web({MAP: answer(f"{HEAD}{FIRST},\n{away}", headers=LINKS)})
    assert days(ask(web).timemap(PAGE).found) == ["20161118"]
    assert len(web.asked) == 1


def test_parts_without_end_end() -> None:
    def more(asked: Asked) -> Fetched:
        return answer(f'{FIRST}, <{asked.url}x>; rel="timemap"', headers=LINKS)

    web = Web(more)
    found = ask(web).timemap(PAGE)
    assert (found.whole, len(web.asked)) == (False, 10)


def test_a_limit_is_kept_and_told() -> None:
    web = Web({MAP: answer(f"{HEAD}{LAST},\n{FIRST},\n{SECOND}", headers=LINKS)})
    found = ask(web).timemap(PAGE, limit=2)
    assert (days(found.found), found.whole) == (["20161118", "20161121"], False)


def test_lines_of_json_are_read_too() -> None:
    text = (
        '{"urlkey":"x","timestamp":"20161121091502","url":"http://daily.example/a","status":"301"}'
    )
    [capture] = ask(Web({MAP: answer(text)})).timemap(PAGE).found
    assert (capture.replay, capture.status) == (f"{BASE}/20161121091502id_/{PAGE}", 301)


@pytest.mark.parametrize(
    ("came", "outcome"),
    [
        (answer("", 404), "empty"),
        (answer("", headers=LINKS), "empty"),
        (answer(HEAD, headers=LINKS), "empty"),
        (
            answer("<html><p>an error</p></html>", headers={"Content-Type": "text/html"}),
            "malformed",
        ),
        (answer("an error"), "malformed"),
        (answer('{"message": "an error"}'), "malformed"),
        (answer("<p>This URL has been excluded</p>", 403), "blocked"),
        (answer("", 403), "blocked"),
        (answer("", 429), "rate_limited"),
        (answer("", 503), "transient"),
        (answer('<x>; rel="memento"; datetime="never"', headers=LINKS), "empty"),
        (answer(f'<javascript:1>; rel="memento"; datetime="{FIRST}"', headers=LINKS), "empty"),
    ],
)
def test_what_a_timemap_may_be(came: Fetched, outcome: Outcome) -> None:
    found = ask(Web({MAP: came})).timemap(PAGE)
    assert (found.outcome, found.found) == (outcome, ())


NEAR = f"{BASE}/20161121091502/{PAGE}"


@pytest.mark.parametrize(
    ("came", "outcome", "stamp"),
    [
        (answer("", 302, {"Location": NEAR}), "ok", "20161121091502"),
        (answer("", 302, {"Location": f"/web/20161121091502/{PAGE}"}), "ok", "20161121091502"),
        (answer("", 302, {"Location": "https://other.example/x", "Link":
                '<https://other.example/x>; rel="memento"; '
                'datetime="Mon, 21 Nov 2016 09:15:02 GMT"'}), "ok", "20161121091502"),
        (answer("text", 200, {"Memento-Datetime": "Mon, 21 Nov 2016 09:15:02 GMT",
                              "Content-Location": NEAR}), "ok", "20161121091502"),
        (answer("text", 200, {"Memento-Datetime": "Mon, 21 Nov 2016 09:15:02 GMT"}),
         "ok", "20161121091502"),
        (answer("", 302, {"Location": PAGE}), "malformed", None),
        (answer("", 302, {"Location": "http://[::1"}), "malformed", None),
        (answer("", 302), "malformed", None),
        (answer("text"), "malformed", None),
        (answer("", 404), "empty", None),
        (answer("", 429), "rate_limited", None),
        (answer("", 500), "transient", None),
    ],
)  # fmt: skip
def test_a_timegate_leads_to_the_nearest(
    came: Fetched, outcome: Outcome, stamp: str | None
) -> None:
    web = Web({GATE: came})
    found = ask(web).timegate(PAGE, MOMENT)
    assert found.outcome == outcome
    assert [f"{capture.taken:%Y%m%d%H%M%S}" for capture in found.found] == [stamp] * bool(stamp)
    [asked] = web.asked
    assert asked.headers["Accept-Datetime"] == "Thu, 01 Dec 2016 00:00:00 GMT"
    assert asked.redirects == 0


def aggregated(uri: object, when: str = "2016-11-21T09:15:02Z") -> Fetched:
    return answer(json.dumps({"mementos": {"closest": {"datetime": when, "uri": uri}}}))


@pytest.mark.parametrize(
    ("came", "outcome", "archives"),
    [
        (aggregated([NEAR, "https://arquivo.example/wayback/20161121091502/x.example/a"]), "ok",
         ["archive.example", "arquivo.example"]),
        (aggregated(NEAR), "ok", ["archive.example"]),
        (aggregated([]), "empty", []),
        (aggregated([None, 5, "javascript:alert(1)"]), "empty", []),
        (aggregated([NEAR], "never"), "empty", []),
        (aggregated({"deep": 1}), "empty", []),
        (answer('{"mementos": {}}'), "empty", []),
        (answer("", 404), "empty", []),
        (answer("[]"), "malformed", []),
        (answer("[" * 50_000), "malformed", []),
        (answer("<html>"), "malformed", []),
        (answer("", 503), "transient", []),
    ],
)  # fmt: skip
def test_an_aggregator_names_several_archives(
    came: Fetched, outcome: Outcome, archives: list[str]
) -> None:
    found = ask(Web({f"http://many.example/api/json/20161201000000/{PAGE}": came})).closest(
        PAGE, MOMENT
    )
    assert (found.outcome, [one.archive for one in found.found]) == (outcome, archives)


def test_an_archive_that_knows_no_unrewritten_pages_gives_its_own() -> None:
    raw, plain = f"{BASE}/20161121091502id_/{PAGE}", NEAR
    when = {"Memento-Datetime": "Mon, 21 Nov 2016 09:15:02 GMT"}
    capture = Capture(PAGE, datetime(2016, 11, 21, 9, 15, 2, tzinfo=UTC), raw, "An archive")
    fetched, had = ask(Web({plain: answer("framed", 200, when)})).replay(capture)
    assert (fetched.outcome, fetched.content, had.replay) == ("ok", b"framed", plain)
    assert "rewrote" in fetched.says
    assert len(fetched.exchanges) == 2
    web = Web({raw: answer("as it was", 200, when)})
    assert ask(web).replay(capture)[0].content == b"as it was"
    assert len(web.asked) == 1
    assert ask(Web({})).replay(capture)[0].outcome == "not_found"
