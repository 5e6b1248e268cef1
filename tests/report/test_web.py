"""What the report says of the web: whence a version was had, and every place with its outcome."""

from typing import get_args

import pytest

from filiation.find.values import FAILURES, OUTCOMES
from filiation.report.web import MOST_ALIKE, OUTCOMES_IN_WORDS, searched_lines, whence
from filiation.values import Had, Searched, SearchOutcome, utc

PAGE = "https://daily.example/a"


def test_every_outcome_of_the_web_is_one_of_a_search_and_has_words() -> None:
    known = set(get_args(SearchOutcome))
    assert set(OUTCOMES) <= known
    assert set(OUTCOMES_IN_WORDS) == known
    silent = {outcome for outcome, words in OUTCOMES_IN_WORDS.items() if not words}
    assert not silent & FAILURES


# how it was had, and what the report says
WHENCE: list[tuple[str, Had, str]] = [
    (
        "live",
        Had("live", PAGE, utc(2024, 3, 1, 9, 30)),
        "had from its own address on 1 March 2024 at 09:30 UTC",
    ),
    (
        "kept",
        Had("live", PAGE, utc(2024, 3, 1), kept=True),
        "kept from an earlier run, had from its own address on 1 March 2024 at 00:00 UTC",
    ),
    (
        "by redirects",
        Had("live", PAGE, None, via=("https://d.example/1", "https://d.example/2")),
        "had from its own address; https://d.example/1 leads there, by 2 redirects",
    ),
    (
        "archive",
        Had("archive", "https://a.example/1", archive="Attic", captured=utc(2024, 3, 5),
            wanted=utc(2024, 3, 2), says="it is not there (404)"),
        ("had from the Attic, captured on 5 March 2024 at 00:00 UTC, 3 days after the date it was"
        " wanted for; https://a.example/1; its own address: it is not there (404)"),
    ),
    (
        "archive, before",
        Had("archive", "x", archive="Attic", captured=utc(2024, 3, 1), wanted=utc(2024, 3, 2)),
        ("had from the Attic, captured on 1 March 2024 at 00:00 UTC, 1 day before the date it was"
        " wanted for; x"),
    ),
    ("library", Had("library", "page.html"), "had from the library"),
    ("file", Had("file", "page.html"), ""),
]  # fmt: skip


@pytest.mark.parametrize(("had", "says"), [row[1:] for row in WHENCE], ids=[r[0] for r in WHENCE])
def test_where_a_version_was_had_from_is_told(had: Had, says: str) -> None:
    assert "; ".join(whence(had)) == says


# what was searched, and the line of it
LINES: list[tuple[Searched, str]] = [
    (Searched("library", "ok", 2, 12), "library: 12 articles looked at, 2 versions found"),
    (Searched(PAGE, "ok", 1), f"{PAGE}: 1 version found"),
    (Searched(PAGE, "not_found", 0, says="410"), f"{PAGE}: not found (410)"),
    (
        Searched("Attic: captures", "ok", 0, 3, of="capture"),
        "Attic: captures: 3 captures",
    ),
    (
        Searched("WordPress: posts", "ok", 1, 2, of="address"),
        "WordPress: posts: 2 addresses given, 1 version found",
    ),
    (
        Searched("feed", "transient", 0, 2, "page 3 did not come", "address"),
        "feed: 2 addresses given, no version found; did not answer (page 3 did not come)",
    ),
    (
        Searched("Attic", "rate_limited", 0),
        "Attic: asked us to wait, and was left alone",
    ),
]


@pytest.mark.parametrize(("place", "line"), LINES)
def test_a_place_is_told_in_a_line(place: Searched, line: str) -> None:
    assert list(searched_lines([place])) == [line]


def test_of_many_places_that_had_nothing_the_rest_is_counted() -> None:
    places = [Searched(f"Gazette {n}", "empty", 0) for n in range(100)]
    failed = Searched("The Gull", "transient", 0, says="a reset")
    lines = list(searched_lines([*places, failed]))
    assert len(lines) == MOST_ALIKE + 2
    assert lines[-2] == "The Gull: did not answer (a reset)"
    assert lines[-1] == f"{100 - MOST_ALIKE} more: none (--json names them)"
