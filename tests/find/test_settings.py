"""What every request says of who asks, and what it never says."""

from typing import Any

import pytest

from filiation import __version__
from filiation.find.fetcher import Fetcher, Settings
from tests.find.servers import Server, answer, in_turn, leads, settings


def test_who_asks_says_so() -> None:
    assert Settings().agent == f"filiation/{__version__}"
    with Server({"/": answer("x")}) as server:
        ours = settings({"news.example": server}, contact="https://desk.example/filiation")
        with Fetcher(ours) as fetch:
            fetch("http://news.example/")
    for request in server.log:  # robots.txt too
        assert request.headers["user-agent"] == (
            f"filiation/{__version__} (+https://desk.example/filiation)"
        )
        assert request.headers["host"] == "news.example"
        assert request.headers["accept-encoding"] == "gzip, deflate"


def test_what_a_caller_says_goes_before_our_own() -> None:
    given = {"Accept": "application/json", "Accept-Encoding": "identity", "Range": "bytes=0-9"}
    with (
        Server({"/": answer("0123456789", "206 Partial")}) as server,
        Fetcher(settings({"data.example": server})) as fetch,
    ):
        assert fetch("http://data.example/", headers=given, robots=False).outcome == "ok"
    asked = server.log[0].headers
    assert {name.lower(): value for name, value in given.items()}.items() <= asked.items()
    assert [name for name, _ in fetch_headers(given)].count("Accept") == 1


def fetch_headers(given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the headers that the evidence holds of a request with these."""
    with Server({"/": answer("x")}) as server, Fetcher(settings({"data.example": server})) as fetch:
        found = fetch("http://data.example/", headers=given, robots=False)
    return found.exchanges[0].request_headers


def test_the_evidence_is_what_was_sent() -> None:
    with Server({"/": answer("x")}) as server, Fetcher(settings({"data.example": server})) as fetch:
        found = fetch("http://data.example/", method="POST", body=b"a=b", robots=False)
    asked = server.log[0]
    assert {n.lower(): v for n, v in found.exchanges[0].request_headers} == asked.headers
    assert (asked.method, asked.body) == ("POST", b"a=b")
    assert found.exchanges[0].request_body == b"a=b"


def test_a_cookie_is_never_given_back() -> None:
    pages = {"/a": leads("/b", Set_Cookie="id=1"), "/b": answer("x", Set_Cookie="id=2")}
    with (
        Server({**pages, "/c": in_turn(answer("x"))}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        fetch("http://news.example/a")
        fetch("http://news.example/c")
    assert not any("cookie" in request.headers for request in server.log)


@pytest.mark.parametrize(
    "given",
    [
        {"contact": "a\r\nHost: b"},
        {"contact": "(a)"},
        {"contact": "caf\xe9"},
        {"allow": ("127.0.0.1:x",)},
        {"connect_to": (("news.example", "127.0.0.1:80"),)},
        {"connect_to": (("news.example:80", "127.0.0.1:"),)},
        {"proxy": "socks5://127.0.0.1:9050"},
        {"proxy": "127.0.0.1:8080"},
    ],
)
def test_settings_that_cannot_be(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Fetcher(Settings(**given))
