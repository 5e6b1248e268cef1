"""The servers' own log: what politeness is proven from."""

import threading
import time

import pytest

from filiation.smallweb import SmallWeb, closest, faults, overlaps
from tests.smallweb.asking import ask, connected, received, request

HOST = SmallWeb.LEDGER


def test_every_request_is_noted_as_it_came(web: SmallWeb) -> None:
    ask(web, f"http://{HOST}/robots.txt?a=b", headers={"User-Agent": "somebody/1 (+mailto:a@b.c)"})
    ask(web, web.middle_page, method="HEAD")
    first, second = web.log
    assert (first.host, first.method, first.path) == (HOST, "GET", "/robots.txt?a=b")
    assert first.asked.headers["user-agent"] == "somebody/1 (+mailto:a@b.c)"
    assert (first.status, first.whole, first.fault) == (200, True, "")
    assert first.sent > 200
    assert (second.method, second.status) == ("HEAD", 404)
    assert web.seen(HOST) == (first,)


def test_what_was_posted_is_noted(web: SmallWeb) -> None:
    ask(web, f"http://{web.ARCHIVE}/save", method="POST", form={"url": "http://a.example/"})
    assert web.log[0].asked.form == {"url": "http://a.example/"}


def test_a_faults_name_is_noted(web: SmallWeb) -> None:
    web.fault(HOST, "/", faults.status(503))
    ask(web, f"http://{HOST}/")
    assert (web.log[0].fault, web.log[0].status) == ("status 503", 503)


def test_one_after_another_is_polite(web: SmallWeb) -> None:
    for _ in range(20):
        ask(web, f"http://{HOST}/")
    assert overlaps(web.log) == []
    assert closest(web.log)[HOST] < 0.5


def test_two_at_once_are_seen(web: SmallWeb) -> None:
    web.fault(HOST, "/slow", faults.drip(0.05, size=400))
    slow = threading.Thread(target=ask, args=(web, f"http://{HOST}/slow"))
    slow.start()
    while not web.log:
        time.sleep(0.005)
    ask(web, f"http://{HOST}/")
    ask(web, f"http://{web.LESTRAN}/")  # another host: no fault
    slow.join()
    [(one, other)] = overlaps(web.log)
    assert (one.path, other.path) == ("/slow", "/")


def test_the_least_time_between_two(web: SmallWeb) -> None:
    for _ in range(3):
        ask(web, f"http://{HOST}/")
        time.sleep(0.05)
    ask(web, f"http://{web.LESTRAN}/")
    assert set(closest(web.log)) == {HOST}
    assert closest(web.log)[HOST] >= 0.05


def test_a_connection_is_kept_for_the_next_request(web: SmallWeb) -> None:
    with connected(web, HOST) as line:
        for _ in range(3):
            line.sendall(request(HOST, "/robots.txt"))
            held = b""
            while not held.endswith(b"/sitemap.xml\n"):
                held += line.recv(65536)
    assert [seen.status for seen in web.log] == [200, 200, 200]


def test_another_hosts_name_is_not_served(web: SmallWeb) -> None:
    with connected(web, HOST) as line:
        line.sendall(
            request("elsewhere.example").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        )
        assert received(line).startswith(b"HTTP/1.1 421 ")


def test_outside_its_block_it_says_so() -> None:
    web = SmallWeb()
    with pytest.raises(RuntimeError, match="with block"):
        _ = web.connect_to
    with web, pytest.raises(KeyError):
        web.fault("nobody.example", "*", faults.garbage())
