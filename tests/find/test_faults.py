"""Whatever a server does: one of the stated outcomes, a plain sentence, and no more time than given."""

import gzip
import re
import time
import zlib
from contextlib import closing
from email.utils import format_datetime
from random import Random
from typing import Any

import pytest

from filiation.find.fetcher import Fetcher, MemoryStore
from filiation.find.values import OUTCOMES, Outcome
from tests.find.servers import (
    Answer,
    Server,
    Still,
    answer,
    closed,
    endless,
    free_port,
    in_turn,
    leads,
    reset,
    settings,
    silent,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
HALF = HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 500
PAGE = b"<p>A page of the news.</p>" * 40
ZEROS = gzip.compress(b"\0" * 50_000_000)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


FAULTS: list[tuple[str, Answer, Outcome, str]] = [
    # what the server does, as told; the outcome; what the report says of it
    ("reset at once", reset(b""), "transient", "the connection was reset"),
    ("reset in its head", reset(HEAD), "transient", "the connection was reset"),
    ("reset in mid-body", reset(HALF), "transient", "the connection was reset"),
    ("closed at once", closed(b""), "transient", "closed before"),
    ("closed in its head", closed(HEAD), "transient", "closed before"),
    ("closed in mid-body", closed(HALF), "transient", "closed before"),
    ("closed in a chunk", closed(CHUNKED + b"ff\r\nabc"), "transient", "closed before"),
    ("says nothing", silent, "transient", "did not come to its end in 0.4 s"),
    ("an endless body", endless(CHUNKED, b"ffff\r\n" + b"x" * 65_535 + b"\r\n"), "too_large", "100,000"),
    ("an endless body without frames", endless(HEAD + b"\r\n", b"x" * 65_536), "too_large", "100,000"),
    ("endless empty frames", endless(CHUNKED, b"1;" + b"y" * 9_000 + b"\r\nx\r\n"), "too_large", "endless"),
    ("a slow body", endless(CHUNKED, b"1\r\nx\r\n", 0.02), "transient", "in 0.4 s"),
    ("a slow head", endless(HEAD, b"X", 0.02), "transient", "in 0.4 s"),
    ("slow headers", endless(HEAD, b"X-A: b\r\n", 0.02), "transient", "in 0.4 s"),
    ("a slow first line", endless(b"HT", b"T", 0.02), "transient", "in 0.4 s"),
    ("100 MB of headers", endless(HEAD, b"X-Long: " + b"y" * 60_000 + b"\r\n"), "malformed", ""),
    ("one header of 100 MB", endless(HEAD + b"X-Long: ", b"y" * 65_536), "malformed", ""),
    ("a million headers", endless(HEAD, b"X: y\r\n" * 10_000), "malformed", ""),
    ("endless interim answers", endless(b"", b"HTTP/1.1 100 C\r\nX: " + b"y" * 9_000 + b"\r\n\r\n"), "malformed", "headers"),
    ("no HTTP", b"220 mail.example ESMTP ready\r\n\r\n", "malformed", "no answer of HTTP"),
    ("HTTP/0.9", b"<html>hello</html>\r\n\r\n", "malformed", "no answer of HTTP"),
    ("a header without a name", HEAD + b": x\r\n\r\n", "malformed", "no answer of HTTP"),
    ("control characters in a header", HEAD + b"A: \x00\x1b[31m\r\n\r\n", "malformed", "HTTP"),
    ("two lengths", HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "malformed", "HTTP"),
    ("a length of 5,000 figures", HEAD + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", "malformed", ""),
    ("a negative length", HEAD + b"Content-Length: -1\r\n\r\n", "malformed", "HTTP"),
    ("a length of 10 GB", endless(HEAD + b"Content-Length: 10000000000\r\n\r\n", b"x" * 65_536), "too_large", "100,000"),
    ("frames without numbers", CHUNKED + b"zz\r\nabc\r\n", "malformed", "HTTP"),
    ("status 000", answer(PAGE, "000 Odd"), "malformed", "no answer of HTTP"),
    ("status 999", answer(PAGE, "999 Denied"), "malformed", "999"),
    ("switches protocols", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "malformed", "no answer of HTTP"),
    ("unchanged, though not asked", b"HTTP/1.1 304 Not Modified\r\n\r\n", "malformed", "304"),
    ("a gzip bomb", answer(ZEROS, Content_Encoding="gzip"), "too_large", "unpacks to more than 100,000"),
    ("plain, said to be gzip", answer(PAGE, Content_Encoding="gzip"), "malformed", "is not gzip"),
    ("plain, said to be deflate", answer(PAGE, Content_Encoding="deflate"), "malformed", "is not deflate"),
    ("gzip that breaks off", answer(gzip.compress(PAGE)[:-9], Content_Encoding="gzip"), "malformed", "breaks off"),
    ("brotli", answer(b"\x0b\x02", Content_Encoding="br"), "unsupported", "came as br"),
    ("zstd", answer(b"\x28\xb5", Content_Encoding="zstd"), "unsupported", "came as zstd"),
    ("packed twice", answer(b"x", Content_Encoding="gzip, gzip"), "unsupported", "gzip, gzip"),
    ("nothing", answer(b""), "empty", "empty"),
    ("no content", b"HTTP/1.1 204 No Content\r\n\r\n", "empty", "empty"),
    ("a redirect without a place", b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "malformed", "without saying where"),
    ("a redirect to nowhere", leads("http://["), "refused", "redirects to http://[:"),
    ("a redirect in bytes", b"HTTP/1.1 302 F\r\nLocation: ftp://\xff\xfe\r\nContent-Length: 0\r\n\r\n", "refused", ""),
    ("a redirect to itself", leads("/fault"), "malformed", "in a circle"),
    ("a cookie wall", leads("/fault", Set_Cookie="seen=1"), "malformed", "it may want cookies"),
    ("bad request", answer(PAGE, "400 Bad Request"), "unsupported", "400"),
    ("login", answer(PAGE, "401 Unauthorized"), "blocked", "401"),
    ("paywall", answer(PAGE, "402 Payment Required"), "blocked", "402"),
    ("forbidden", answer(PAGE, "403 Forbidden"), "blocked", "403"),
    ("missing", answer(PAGE, "404 Not Found"), "not_found", "404"),
    ("gone", answer(PAGE, "410 Gone"), "not_found", "410"),
    ("by law", answer(PAGE, "451 Unavailable"), "blocked", "451"),
    ("a teapot", answer(PAGE, "418 Teapot"), "unsupported", "418"),
    ("not implemented", answer(PAGE, "501 Not Implemented"), "unsupported", "501"),
    ("failing", answer(PAGE, "500 Error"), "transient", "500"),
    ("overloaded", answer(PAGE, "503 Unavailable"), "transient", "503"),
    ("Cloudflare's", answer(PAGE, "522 Timed Out"), "transient", "522"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "outcome", "says"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_every_fault_has_its_outcome(fault: Answer, outcome: Outcome, says: str) -> None:
    began = time.monotonic()
    with Server({"/fault": fault, "/sound": answer(PAGE)}) as server:
        ours = settings({"news.example": server}, deadline=0.4, most_bytes=100_000, retries=0)
        with Fetcher(ours, clock=Still()) as fetch:
            fetched = fetch("http://news.example/fault")
            assert (fetched.outcome, says in fetched.says) == (outcome, True), fetched
            assert fetched.outcome in OUTCOMES
            assert fetched.says.isprintable() and len(fetched.says) < 300
            assert len(fetched.content) <= 100_000
            assert len(fetched.exchanges) == 1  # evidence of what was asked, whatever came
            assert fetched == fetch("http://news.example/fault")
            # The host serves its other pages as before.
            sound = fetch("http://news.example/sound")
            assert (sound.outcome, sound.content) == ("ok", PAGE)
    assert time.monotonic() - began < 3.5


def test_no_rubbish_is_an_error() -> None:
    """Sound answers with some bytes changed, cut out or put in: always an outcome, and a page after."""
    random = Random(4)
    seeds = [
        answer(gzip.compress(PAGE), Content_Encoding="gzip", ETag='"a"', Retry_After="1"),
        CHUNKED + b"5\r\nhello\r\n0\r\nX: y\r\n\r\n",
        leads("http://news.example:80/sound?a=b#c", Set_Cookie="a=b"),
        answer(PAGE, "429 Too Many Requests", Retry_After="Wed, 21 Oct 2026 07:28:30 GMT"),
        b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.0 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
    ]
    pages: dict[str, Answer] = {"/sound": answer(PAGE)}
    for n in range(250):
        sent = bytearray(random.choice(seeds))
        for _ in range(random.randint(1, 6)):
            at = random.randrange(len(sent))
            piece = random.choice(
                [b"", bytes([random.randrange(256)]), b"\r\n", b"\x00", b"9" * 30]
            )
            sent[at : at + random.randint(0, 4)] = piece
        pages[f"/{n}"] = closed(bytes(sent))
    met: set[str] = set()
    with Server(pages) as server:
        ours = settings({"news.example": server}, retries=0, patience=0.0)
        with Fetcher(ours, clock=(clock := Still())) as fetch:
            for n in range(250):
                fetched = fetch(f"http://news.example/{n}", robots=False)
                met.add(fetched.outcome)
                assert fetched.outcome in OUTCOMES and fetched.says.isprintable()
                assert list(fetch.fetches())[-1] is not None
                clock.moment += 100_000
            assert fetch("http://news.example/sound", robots=False).content == PAGE
    assert {"ok", "malformed", "transient", "rate_limited", "not_found"} <= met


SOUND: list[tuple[str, bytes, bytes]] = [
    ("gzip", answer(gzip.compress(PAGE), Content_Encoding="gzip"), PAGE),
    ("gzip, named as of old", answer(gzip.compress(PAGE), Content_Encoding="X-GZIP"), PAGE),
    ("two members", answer(gzip.compress(PAGE) * 2, Content_Encoding="gzip"), PAGE * 2),
    ("rubbish after gzip", answer(gzip.compress(PAGE) + b"\0" * 99, Content_Encoding="gzip"), PAGE),
    ("deflate", answer(zlib.compress(PAGE), Content_Encoding="deflate"), PAGE),
    ("bare deflate", answer(raw_deflate(PAGE), Content_Encoding="deflate"), PAGE),
    ("a charset for a coding", answer(PAGE, Content_Encoding="UTF-8"), PAGE),
    ("an empty coding", answer(PAGE, Content_Encoding=""), PAGE),
    ("two codings, one empty", answer(gzip.compress(PAGE), Content_Encoding=", gzip"), PAGE),
    ("no frames", HEAD + b"Connection: close\r\n\r\n" + PAGE, PAGE),
    ("old", b"HTTP/1.0 200 OK\r\n\r\n" + PAGE, PAGE),
    ("chunks", CHUNKED + b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
    ("an interim answer", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(PAGE), PAGE),
    ("no reason", HEAD.replace(b" OK", b"") + b"Content-Length: 2\r\n\r\nab", b"ab"),
]


@pytest.mark.parametrize(
    ("sent", "content"), [row[1:] for row in SOUND], ids=[row[0] for row in SOUND]
)
def test_what_is_odd_and_sound(sent: bytes, content: bytes) -> None:
    once: Answer = closed(sent) if b"chunked" not in sent and b"Length" not in sent else sent
    with Server({"/": once}) as server, Fetcher(settings({"news.example": server})) as fetch:
        fetched = fetch("http://news.example/")
    assert (fetched.outcome, fetched.content) == ("ok", content)
    assert fetched.exchanges[0].whole
    assert fetched.exchanges[0].body in sent or b"chunked" in sent  # as sent


def test_what_could_not_be_unpacked_is_given_as_it_came() -> None:
    with (
        Server({"/": answer(PAGE, Content_Encoding="gzip")}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        assert fetch("http://news.example/").content == PAGE


def test_what_was_cut_off_is_given_to_the_limit() -> None:
    with (
        Server({"/": answer(PAGE * 100)}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        fetched = fetch("http://news.example/", most_bytes=3_000)
        assert (fetched.outcome, fetched.content) == ("too_large", (PAGE * 100)[:3_000])
        assert not fetched.exchanges[0].whole
        assert fetch("http://news.example/").outcome == "ok"  # with a higher limit: asked anew


@pytest.mark.parametrize(
    ("header", "media_type", "charset"),
    [
        ("text/html; charset=windows-1251", "text/html", "windows-1251"),
        ('Text/HTML; a=b; Charset="UTF-8"', "text/html", "UTF-8"),
        ("text/html; charset=no-such-charset", "text/html", "no-such-charset"),
        ("text/html; charset=", "text/html", None),
        ("text/html; charset=utf-8, text/html; charset=latin-1", "text/html", "utf-8"),
        ("", "", None),
        ("; charset=x", "", "x"),
    ],
)
def test_what_is_said_of_a_body_is_passed_on(
    header: str, media_type: str, charset: str | None
) -> None:
    """Also where it is wrong: who reads the bytes judges it against them."""
    body = "Новости".encode("cp1251")
    with (
        Server({"/": answer(body, Content_Type=header)}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        fetched = fetch("http://news.example/")
    assert (fetched.media_type, fetched.charset, fetched.content) == (media_type, charset, body)


# --- no connection ----------------------------------------------------------------------------------


def test_a_refused_connection() -> None:
    with Fetcher(settings({"news.example": free_port()})) as fetch:
        for robots in (True, False):
            fetched = fetch("http://news.example/", robots=robots)
            assert fetched.outcome == "transient"
            assert "the connection was refused" in fetched.says
    assert [one.status for one in fetched.exchanges] == [0]


def test_a_name_that_nobody_has() -> None:
    def nobody(*_: object) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with Fetcher(settings({}), resolve=nobody) as fetch:
        fetched = fetch("http://news.example/")
    assert (fetched.outcome, "its host has no address" in fetched.says) == ("transient", True)


def test_a_look_up_that_hangs_is_left_behind() -> None:
    def hangs(*_: object) -> list[str]:
        time.sleep(30)
        return []

    began = time.monotonic()
    with Fetcher(settings({}, deadline=0.3), resolve=hangs) as fetch:
        assert fetch("http://news.example/", robots=False).outcome == "transient"
    assert time.monotonic() - began < 3


def test_a_connection_that_was_closed_meanwhile_is_made_anew() -> None:
    """A server that ends a connection kept open is no fault of the page."""
    with (
        Server({"*": closed(answer(PAGE))}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        for n in range(5):
            assert fetch(f"http://news.example/{n}").outcome == "ok"


# --- redirects --------------------------------------------------------------------------------------


def test_the_hops_of_a_chain_are_evidence() -> None:
    pages: dict[str, Answer] = {
        "/a": leads("/b", "301 Moved Permanently"),
        "/b": leads("http://other.example/c#part", "308 Permanent Redirect"),
    }
    with (
        Server(pages) as one,
        Server({"/c": answer(PAGE)}) as two,
        Fetcher(settings({"news.example": one, "other.example": two})) as fetch,
    ):
        fetched = fetch("http://news.example/a")
    assert fetched.outcome == "ok"
    assert fetched.url == "http://news.example/a"
    assert fetched.final_url == "http://other.example/c"
    assert [(one.status, one.url) for one in fetched.exchanges] == [
        (301, "http://news.example/a"),
        (308, "http://news.example/b"),
        (200, "http://other.example/c"),
    ]


def chain(length: int) -> dict[str, Answer]:
    pages: dict[str, Answer] = {f"/{n}": leads(f"/{n + 1}") for n in range(length)}
    return pages | {f"/{length}": answer(PAGE)}


@pytest.mark.parametrize(
    ("length", "redirects", "outcome", "asked"),
    [(10, 10, "ok", 11), (11, 10, "malformed", 11), (50, 10, "malformed", 11), (2, 2, "ok", 3),
     (50, 50, "ok", 51), (3, 2, "malformed", 3), (1, 0, "ok", 1)],
)  # fmt: skip
def test_a_long_chain_ends(length: int, redirects: int, outcome: Outcome, asked: int) -> None:
    with Server(chain(length)) as server, Fetcher(settings({"news.example": server})) as fetch:
        fetched = fetch("http://news.example/0", redirects=redirects)
    assert (fetched.outcome, len(fetched.exchanges)) == (outcome, asked)
    assert len(server.targets) == asked
    if outcome == "malformed":
        assert fetched.says == f"it redirects more than {redirects} times"


def test_a_redirect_that_is_not_followed_is_the_answer() -> None:
    with (
        Server({"/": leads("/b"), "/b": answer(PAGE)}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        fetched = fetch("http://news.example/", redirects=0)
        assert (fetched.outcome, fetched.status) == ("ok", 302)
        assert fetched.headers["location"] == "/b"
        assert fetch("http://news.example/").content == PAGE


def test_a_loop_between_hosts_ends() -> None:
    with (
        Server({"/a": leads("http://two.example/b")}) as one,
        Server({"/b": leads("http://one.example/a")}) as two,
        Fetcher(settings({"one.example": one, "two.example": two})) as fetch,
    ):
        fetched = fetch("http://one.example/a")
    assert (fetched.outcome, fetched.says) == ("malformed", "it redirects in a circle")
    assert len(one.targets) == len(two.targets) == 1


@pytest.mark.parametrize("body", [b"x" * 65_536, b"x"])
def test_the_body_of_a_redirect_holds_nothing_up(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filiation.find.fetcher.REDIRECT_SECONDS", 0.3)
    head = b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n"
    began = time.monotonic()
    with (
        Server({"/": endless(head, body, 0.01), "/b": answer(PAGE)}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        assert fetch("http://news.example/").content == PAGE
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [("302 F", "GET", b""), ("301 M", "GET", b""), ("303 S", "GET", b""), ("307 T", "POST", b"q"),
     ("308 P", "POST", b"q")],
)  # fmt: skip
def test_what_is_sent_to_where_a_post_is_led(status: str, method: str, body: bytes) -> None:
    with (
        Server({"/a": leads("/b", status), "/b": answer(PAGE)}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        assert fetch("http://news.example/a", method="POST", body=b"q").content == PAGE
    assert (server.log[-1].method, server.log[-1].body) == (method, body)


def test_secrets_stay_with_whom_they_were_given_for() -> None:
    given = {"Authorization": "LOW key:word", "X-Api-Key": "word", "Accept": "text/plain"}
    with (
        Server({"/a": leads("/b"), "/b": leads("http://two.example/c")}) as one,
        Server({"/c": answer(PAGE)}) as two,
        Fetcher(settings({"one.example": one, "two.example": two})) as fetch,
    ):
        fetched = fetch("http://one.example/a", headers=given)
    assert [request.headers.get("authorization") for request in one.log[1:]] == ["LOW key:word"] * 2
    assert "authorization" not in two.log[-1].headers
    assert "x-api-key" not in two.log[-1].headers
    assert two.log[-1].headers["accept"] == "text/plain"
    assert "word" not in repr(fetched)
    assert ("Authorization", "[not kept]") in fetched.exchanges[0].request_headers


# --- rests and retries ------------------------------------------------------------------------------


def limited(**headers: str) -> bytes:
    return answer("slow down", "429 Too Many Requests", **headers)


def later(seconds: float) -> str:
    """Return a date so long after the moment that `Still` begins at."""
    from datetime import timedelta

    return format_datetime(Still().utc() + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "rest"),
    [
        ({}, 60),
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "0"}, 0),
        ({"Retry_After": later(90)}, 90),
        ({"Retry_After": later(-90)}, 0),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30),
        ({"Retry_After": "soon"}, 60),
        ({"Retry_After": "-5"}, 60),
        ({"Retry_After": "9" * 400}, 60),
    ],
)  # fmt: skip
def test_a_host_that_asks_for_rest_has_it(headers: dict[str, Any], rest: float) -> None:
    """It is asked again when the rest is over, and no sooner."""
    clock = Still()
    with (
        Server({"/": in_turn(limited(**headers), answer(PAGE))}) as server,
        Fetcher(settings({"news.example": server}), clock=clock) as fetch,
    ):
        fetched = fetch("http://news.example/")
    assert [one.status for one in fetched.exchanges] == [429, 200]
    assert fetched.content == PAGE
    waited = (fetched.exchanges[1].sent - fetched.exchanges[0].sent).total_seconds()
    assert rest <= waited < rest + 1.01  # and the jitter of a retry
    assert len(server.targets) == 2


@pytest.mark.parametrize("headers", [{"Retry_After": "3600"}, {"Retry_After": later(3600)}])
def test_a_long_rest_is_not_waited_for(headers: dict[str, str]) -> None:
    clock = Still()
    with Server({"*": limited(**headers)}) as server, closing(MemoryStore()) as store:
        with Fetcher(settings({"news.example": server}), store, clock=clock) as fetch:
            for n in range(5):
                fetched = fetch(f"http://news.example/{n}")
                assert fetched.outcome == "rate_limited"
                assert "429" in fetched.says
        # and no other run asks before it is over
        with Fetcher(settings({"news.example": server}), fetch.store, clock=clock) as again:
            assert again("http://news.example/5").outcome == "rate_limited"
            clock.moment += 3601
            assert again("http://news.example/6").exchanges != ()
    assert server.targets[:2] == ["/0", "/6"]


def test_a_second_429_stops_the_host_for_the_run() -> None:
    clock = Still()
    with (
        Server({"*": limited(Retry_After="2")}) as server,
        Fetcher(settings({"news.example": server}), clock=clock) as fetch,
    ):
        for n in range(5):
            assert fetch(f"http://news.example/{n}").outcome == "rate_limited"
            clock.moment += 200
    assert server.targets == ["/0", "/0"]


def test_a_rest_longer_than_the_time_left_is_not_begun() -> None:
    clock = Still()
    with (
        Server({"*": limited(Retry_After="30")}) as server,
        Fetcher(settings({"news.example": server}, most_seconds=20), clock=clock) as fetch,
    ):
        assert fetch("http://news.example/0").outcome == "rate_limited"
        assert fetch("http://news.example/1").outcome == "rate_limited"
    assert clock.moment < 2
    assert server.targets == ["/0"]


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Unavailable", "403 Forbidden"])
def test_the_status_of_a_capture_is_not_its_archives(status: str) -> None:
    memento = answer(
        PAGE, status, Memento_Datetime="Fri, 24 Nov 2017 15:13:15 GMT", Retry_After="900"
    )
    with (
        Server({"*": memento}) as server,
        Fetcher(settings({"archive.example": server}), clock=(clock := Still())) as fetch,
    ):
        for n in range(5):
            fetched = fetch(f"http://archive.example/{n}", robots=False)
            assert len(fetched.exchanges) == 1
            assert fetched.content == PAGE
    assert clock.slept == []
    assert len(server.targets) == 5


MAY_PASS: dict[str, Answer] = {
    **{status: answer("", f"{status} E") for status in ("500", "502", "503", "504", "520")},
    "reset": reset(b""),
    "reset in mid-body": reset(HALF),
    "closed": closed(b""),
    "closed in mid-body": closed(HALF),
}


@pytest.mark.parametrize("fault", MAY_PASS.values(), ids=MAY_PASS)
def test_what_may_pass_is_asked_again(fault: Answer) -> None:
    clock = Still()
    with (
        Server({"/": in_turn(fault, fault, answer(PAGE))}) as server,
        Fetcher(settings({"news.example": server}), clock=clock) as fetch,
    ):
        fetched = fetch("http://news.example/")
    assert (fetched.outcome, len(fetched.exchanges)) == ("ok", 3)
    assert len(server.targets) == 3
    assert sum(clock.slept) <= 1 + 2


@pytest.mark.parametrize("fault", MAY_PASS.values(), ids=MAY_PASS)
def test_what_does_not_pass_is_given_up(fault: Answer) -> None:
    with (
        Server({"/": fault}) as server,
        Fetcher(settings({"news.example": server}), clock=Still()) as fetch,
    ):
        assert fetch("http://news.example/").outcome == "transient"
        assert fetch("http://news.example/").outcome == "transient"
        assert fetch("http://news.example/", method="POST", body=b"x").outcome == "transient"
    assert [request.method for request in server.log[1:]] == ["GET", "GET", "GET", "POST"]


def test_a_storm_of_failures_leaves_the_host_alone() -> None:
    """Three questions in a row that fail: the host is asked nothing more for a while."""
    clock = Still()
    pages: dict[str, Answer] = {"*": answer("", "503 Down"), "/well": answer(PAGE)}
    with (
        Server(pages) as server,
        Fetcher(settings({"news.example": server}, retries=0), clock=clock) as fetch,
    ):
        for n in range(8):
            fetched = fetch(f"http://news.example/{n}")
            assert fetched.outcome == "transient"
        assert "3 times in a row" in fetched.says
        assert server.targets == ["/0", "/1", "/2"]
        clock.moment += 61
        assert fetch("http://news.example/well").outcome == "ok"
        assert fetch("http://news.example/9").exchanges != ()


def test_a_503_with_retry_after_is_heeded() -> None:
    clock = Still()
    sent = answer("", "503 Down", Retry_After="40")
    with (
        Server({"/": in_turn(sent, answer(PAGE))}) as server,
        Fetcher(settings({"news.example": server}), clock=clock) as fetch,
    ):
        assert fetch("http://news.example/").outcome == "ok"
    assert 40 <= clock.moment < 42


# --- budgets ----------------------------------------------------------------------------------------


def test_the_requests_of_a_run_are_counted() -> None:
    """robots.txt, redirects and retries too."""
    with (
        Server({"/": leads("/b"), "/b": answer(PAGE)}) as server,
        Fetcher(settings({"news.example": server}, most_requests=2)) as fetch,
    ):
        fetched = fetch("http://news.example/")
        assert (fetched.outcome, len(fetched.exchanges)) == ("out_of_budget", 1)
        assert "2 requests are spent" in fetched.says
        assert fetch("http://other.example/").outcome == "out_of_budget"
        assert fetch.requests == 2
    assert len(server.log) == 2


def test_the_time_of_a_run_is_kept() -> None:
    began = time.monotonic()
    with Server({"*": endless(CHUNKED, b"1\r\nx\r\n", 0.02)}) as server:
        ours = settings({"news.example": server}, most_seconds=0.6, deadline=60.0)
        with Fetcher(ours) as fetch:
            assert fetch("http://news.example/a").outcome == "transient"
            assert fetch("http://news.example/b").outcome == "out_of_budget"
    assert time.monotonic() - began < 2


def test_a_run_that_is_stopped_asks_nothing_more() -> None:
    with (
        Server({"*": answer(PAGE)}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        assert fetch("http://news.example/a").outcome == "ok"
        fetch.stop()
        assert fetch("http://news.example/b").outcome == "out_of_budget"
        assert fetch("http://news.example/a").outcome == "ok"  # known already
    assert server.targets == ["/a"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"method": "PUT"}, "'PUT' is not asked"),
        ({"headers": {"A b": "c"}}, "cannot be sent"),
        ({"headers": {"A": "b\r\nHost: c"}}, "cannot be sent"),
    ],
)
def test_a_request_that_cannot_be_made_is_an_error(given: dict[str, Any], says: str) -> None:
    with Fetcher(settings({})) as fetch, pytest.raises(ValueError, match=re.escape(says)):
        fetch("http://news.example/", **given)
