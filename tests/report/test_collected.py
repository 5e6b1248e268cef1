"""What came of collecting, as it is told: every source, the hosts, what failed, what it took."""

import io
import json
from dataclasses import replace

from filiation.find.collected import Collected, HostState, Listed, Spent
from filiation.find.frontier import Failure
from filiation.find.values import OUTCOMES
from filiation.report.collected import collected_report, collected_shape
from filiation.report.sheet import Sheet

FEED = Listed("https://gull.example/feed", "feed", "ok", "", 12, False)
WHOLE = Collected(
    sources=(FEED,),
    hosts=(HostState("gull.example", 12, 12, 0),),
    articles=12,
    versions=0,
    known=0,
    failures=(),
    passed=0,
    left=False,
    seconds=72.4,
)
SPENT = Spent(15, None, None)


def told(collected: Collected, spent: Spent = SPENT) -> list[str]:
    sheet, paper = Sheet(400), io.StringIO()
    collected_report(sheet, collected, spent)
    sheet.print_to(paper)
    return [line for line in paper.getvalue().splitlines() if line]


def test_a_whole_collection_is_four_lines() -> None:
    assert told(WHOLE) == [
        "FROM THE WEB",
        "- feed https://gull.example/feed · 12 pages to be fetched",
        "- host gull.example · 12 of 12 pages had",
        "15 requests in 1 min 12 s",
    ]


def test_each_source_says_how_it_went() -> None:
    cases = (
        (replace(FEED, pages=0), "nothing new"),
        (replace(FEED, pages=1, resumed=True), "1 page left from an earlier run"),
        (
            replace(FEED, says="2 files were left out"),
            "2 files were left out · 12 pages to be fetched",
        ),
        (replace(FEED, outcome="empty", pages=0), "nothing in it"),
        (
            replace(FEED, outcome="transient", says="it was reset", pages=3),
            "no answer this time (it was reset) · 3 pages to be fetched",
        ),
    )
    for source, says in cases:
        lines = told(replace(WHOLE, sources=(source,)))
        assert lines[1] == f"- feed https://gull.example/feed · {says}"
    lost = Listed("https://gull.example/feed", None, "not_found", "it is not there (404)", 0, False)
    assert told(replace(WHOLE, sources=(lost,)))[1] == (
        "- address https://gull.example/feed · not there (it is not there (404))"
    )


def test_what_failed_is_named_and_the_rest_counted() -> None:
    failures = tuple(
        Failure(f"https://gull.example/{n}", "not_found" if n < 10 else "blocked", "")
        for n in range(13)
    )
    lines = told(replace(WHOLE, failures=failures))
    at = lines.index("13 pages of which no article was had:")
    assert lines[at + 1] == "  - https://gull.example/0: not there"
    assert lines[at + 11] == "  - and 3 more: 3 closed to us"


def test_every_outcome_has_its_words() -> None:
    failed = [outcome for outcome in OUTCOMES if outcome not in ("ok", "unchanged")]
    failures = tuple(Failure("https://gull.example/a", outcome, "") for outcome in failed)
    for failure in failures:
        [line] = [
            one for one in told(replace(WHOLE, failures=(failure,))) if "gull.example/a" in one
        ]
        assert line.removeprefix("  - https://gull.example/a: ") not in ("", failure.outcome)


def test_the_budget_is_told() -> None:
    lines = told(replace(WHOLE, left=True), Spent(100, 100, 5400.0, ignored_robots=True))
    assert lines[-2] == (
        "100 requests in 1 min 12 s, of 100 requests and 1 h 30 min allowed; what is left is fetched "
        "when the same command is given again"
    )
    assert lines[-1] == "robots.txt was not heeded: --ignore-robots was given"


def test_what_servers_say_cannot_act_on_the_terminal() -> None:
    hostile = Failure("https://gull.example/\x1b[2J", "malformed", "\x1b]0;owned\x07\u202e")
    lines = told(replace(WHOLE, failures=(hostile,)))
    assert not any(sign in "".join(lines) for sign in "\x1b\x07\u202e")


def test_the_document_holds_every_failure() -> None:
    failures = tuple(Failure(f"https://gull.example/{n}", "transient", "reset") for n in range(30))
    shape = json.loads(json.dumps(collected_shape(replace(WHOLE, failures=failures), SPENT)))
    assert len(shape["failures"]) == 30
    assert shape["outcomes"] == {"transient": 30}
    assert not shape["whole"]
    assert collected_shape(WHOLE, SPENT)["whole"]
