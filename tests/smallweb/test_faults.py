"""Each fault is what it says, as a client on the other end of a real connection sees it."""

import gzip
import json
import socket
import time
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest
from lxml import etree

from filiation.smallweb import SmallWeb, faults
from tests.smallweb.asking import ask, connected, received, request

HOST = SmallWeb.LEDGER
FRONT = f"http://{HOST}/"


def test_a_refused_connection_and_the_same_port_afterwards(web: SmallWeb) -> None:
    before = web.at(HOST)
    with connected(web, HOST) as line:
        line.sendall(request(HOST))
        assert line.recv(9) == b"HTTP/1.1 "
        web.fault(HOST, "*", faults.refused())
        with pytest.raises(httpx.ConnectError, match="refused"):
            ask(web, FRONT)
        received(line)
        assert line.recv(1) == b"", "a connection that was open is closed as well"
    web.mend(HOST)
    assert web.at(HOST) == before
    assert ask(web, FRONT).status_code == 200
    assert ask(web, web.middle_page).status_code == 404, "the others never noticed"


def test_a_reset_in_mid_body(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.reset(after=100))
    with connected(web, HOST) as line:
        line.sendall(request(HOST))
        held = b""
        with pytest.raises(ConnectionResetError):
            while True:
                piece = line.recv(65536)
                assert piece, "closed in good order"
                held += piece
    head, _, body = held.partition(b"\r\n\r\n")
    assert b"Content-Length: " in head
    assert len(body) == 100
    assert not web.log[-1].whole


def test_an_endless_body(web: SmallWeb) -> None:
    for chunked in (True, False):
        web.fault(HOST, "/", faults.endless(chunked=chunked))
        with connected(web, HOST) as line:
            line.sendall(request(HOST))
            assert len(received(line, most=3_000_000)) >= 3_000_000


def test_silence(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.silence())
    with connected(web, HOST) as line:
        line.settimeout(0.1)
        line.sendall(request(HOST))
        with pytest.raises(TimeoutError):
            line.recv(1)


def test_a_body_that_drips(web: SmallWeb) -> None:
    web.fault(HOST, "/robots.txt", faults.drip(0.02, size=30))
    begun = time.monotonic()
    assert "Sitemap:" in ask(web, f"{FRONT}robots.txt").text
    assert time.monotonic() - begun > 0.05


def test_a_head_that_drips(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.slow_head(0.01))
    with connected(web, HOST) as line:
        line.sendall(request(HOST))
        line.settimeout(0.5)
        assert [line.recv(100) for _ in range(4)] == [b"H", b"T", b"T", b"P"]


@pytest.mark.parametrize("as_date", [False, True])
def test_too_many_requests(web: SmallWeb, as_date: bool) -> None:
    web.fault(HOST, "/", faults.too_many(120, as_date=as_date))
    answer = ask(web, FRONT)
    assert answer.status_code == 429
    told = answer.headers["retry-after"]
    if as_date:
        away = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        assert 110 < away < 121
    else:
        assert told == "120"


def test_too_many_requests_without_a_word_when(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.too_many())
    assert "retry-after" not in ask(web, FRONT).headers


def test_a_limit_that_is_reached(web: SmallWeb) -> None:
    web.fault(HOST, "*", faults.limited(2, 60, retry_after=5))
    assert [ask(web, FRONT).status_code for _ in range(4)] == [200, 200, 429, 429]


def test_a_storm_passes(web: SmallWeb) -> None:
    web.fault(HOST, "*", faults.status(503), times=2)
    assert [ask(web, FRONT).status_code for _ in range(3)] == [503, 503, 200]


def test_the_newest_fault_that_fits_answers(web: SmallWeb) -> None:
    web.fault(HOST, "*", faults.status(500))
    web.fault(HOST, "/robots.txt", faults.status(403))
    web.fault(HOST, "/?s=*", faults.status(418), times=1)
    assert ask(web, f"{FRONT}robots.txt").status_code == 403
    assert ask(web, FRONT).status_code == 500
    assert ask(web, f"{FRONT}?s=salt").status_code == 418
    web.mend(HOST)
    assert ask(web, f"{FRONT}robots.txt").status_code == 200


def test_redirects_without_end_and_to_anywhere(web: SmallWeb) -> None:
    web.fault(HOST, "/loop", faults.loop())
    assert ask(web, f"{FRONT}loop").headers["location"] == f"{FRONT}loop"
    for to in ("http://127.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://2130706433/", "file:///"):
        web.fault(HOST, "/away", faults.redirect(to))
        assert ask(web, f"{FRONT}away").headers["location"] == to


def test_a_chain_of_fifty_hops_has_an_end(web: SmallWeb) -> None:
    web.fault(HOST, "/robots.txt*", faults.chain(50))
    url, hops = f"{FRONT}robots.txt", 0
    while (answer := ask(web, url)).status_code == 302:
        url, hops = answer.headers["location"], hops + 1
    assert hops == 50
    assert "Sitemap:" in answer.text


def test_a_cookie_wall(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.cookie_wall())
    wall = ask(web, FRONT)
    assert (wall.status_code, wall.headers["location"]) == (302, FRONT)
    brought = {"Cookie": wall.headers["set-cookie"].partition(";")[0]}
    assert ask(web, FRONT, headers=brought).status_code == 200


def test_a_consent_page_is_a_200(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.consent_page())
    answer = ask(web, FRONT)
    assert answer.status_code == 200
    assert "841 partners" in answer.text


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_small_and_unpacks_to_what_was_said(web: SmallWeb, coding: str) -> None:
    web.fault(HOST, "/", faults.bomb(3_000_000, coding))
    with connected(web, HOST) as line:
        line.sendall(request(HOST))
        head, _, body = b"", b"", b""
        while b"\r\n\r\n" not in head:
            head += line.recv(65536)
        head, _, body = head.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += line.recv(65536)
    assert length < 20_000
    unpacked = gzip.decompress(body) if coding == "gzip" else zlib.decompress(body)
    assert len(unpacked) == 3_000_000


def test_there_are_two_kinds_of_bombs() -> None:
    with pytest.raises(ValueError, match="brotli"):
        faults.bomb(1, "brotli").answer(None)  # type: ignore[arg-type]


def test_a_content_encoding_that_is_not_true(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.wrong_encoding())
    with pytest.raises(httpx.DecodingError):
        ask(web, FRONT)


def test_two_content_encodings_of_which_one_is_empty(web: SmallWeb) -> None:
    right = ask(web, FRONT)
    web.fault(HOST, "/", faults.twofold_encoding())
    answer = ask(web, FRONT)
    assert answer.headers.get_list("content-encoding") == ["", "gzip"]
    assert answer.content == right.content


def test_an_empty_refusal(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.status(429, ""))
    assert (ask(web, FRONT).status_code, ask(web, FRONT).content) == (429, b"")


@pytest.mark.parametrize("host", [HOST, SmallWeb.VESTNIK])
def test_a_charset_that_is_not_true(web: SmallWeb, host: str) -> None:
    right = ask(web, f"http://{host}/")
    web.fault(host, "/", faults.wrong_charset("koi8-r"))
    wrong = ask(web, f"http://{host}/")
    assert wrong.headers["content-type"] == "text/html; charset=koi8-r"
    assert wrong.content == right.content


def test_a_length_that_is_not_true(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.wrong_length())
    with pytest.raises(httpx.RemoteProtocolError):
        ask(web, FRONT)


def test_huge_headers(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.huge_headers(500_000))
    with connected(web, HOST) as line:
        line.sendall(request(HOST))
        head = received(line)
    assert len(head) > 500_000
    assert head.index(b"\r\n\r\n") > 500_000


def test_garbage(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.garbage())
    with pytest.raises(httpx.RemoteProtocolError):
        ask(web, FRONT)


def test_json_and_xml_that_are_not_sound(web: SmallWeb) -> None:
    web.fault(web.ARCHIVE, "/cdx/*", faults.malformed_json())
    given = {"url": web.middle_page, "output": "json"}
    with pytest.raises(json.JSONDecodeError):
        ask(web, f"http://{web.ARCHIVE}/cdx/search/cdx", parameters=given).json()
    web.fault(HOST, "/feed.xml", faults.malformed_xml())
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(ask(web, f"{FRONT}feed.xml").content)


def test_an_entity_bomb_is_small_and_would_grow(web: SmallWeb) -> None:
    web.fault(HOST, "/sitemap.xml", faults.entity_bomb(depth=3))
    body = ask(web, f"{FRONT}sitemap.xml").content
    assert len(body) < 2000
    tree = etree.fromstring(body, etree.XMLParser(resolve_entities=True, load_dtd=False))
    [first] = [node.text for node in tree.iter("{*}loc") if node.text and "salt" in node.text]
    assert first.count("salt") == 1000


def test_an_error_that_says_200(web: SmallWeb) -> None:
    web.fault(web.ARCHIVE, "*", faults.error_page())
    answer = ask(web, f"http://{web.ARCHIVE}/cdx/search/cdx?url=a.example&output=json")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_stray_zeros_in_every_row_and_nowhere_else(web: SmallWeb) -> None:
    web.fault(web.ARCHIVE, "/cdx/*", faults.stray_zeros())
    given = {"url": web.middle_page}
    rows = ask(web, f"http://{web.ARCHIVE}/cdx/search/cdx", parameters=given).text.splitlines()
    stamps = [row.split()[1] for row in rows]
    assert stamps[:2] == ["2024000310091512", "2024030010174102"]
    assert [row.split()[2] for row in rows] == [web.middle_page] * 4


def test_what_the_client_leaves_the_server_bears(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.endless())
    for _ in range(5):
        with connected(web, HOST) as line:
            line.sendall(request(HOST))
            line.recv(10)
    web.mend(HOST)
    assert ask(web, FRONT).status_code == 200


def test_closing_ends_what_would_not_end() -> None:
    begun = time.monotonic()
    with SmallWeb() as web:
        web.fault(HOST, "/", faults.silence())
        web.fault(HOST, "/slow", faults.drip(3600))
        lines = [connected(web, HOST), connected(web, HOST), connected(web, HOST)]
        for line, target in zip(lines, ("/", "/slow", ""), strict=True):
            if target:
                line.sendall(request(HOST, target))
        while len(web.log) < 2:
            time.sleep(0.005)
    assert time.monotonic() - begun < 3
    for line in lines:
        with line:
            received_all(line)


def received_all(line: socket.socket) -> None:
    """Read to the end; a reset is an end as well."""
    try:
        while line.recv(65536):
            pass
    except ConnectionResetError:
        return
