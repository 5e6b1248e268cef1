"""What may be dialled: the public internet, and what the user names."""

import socket
import time
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest

from filiation.find.fetcher import Fetcher
from filiation.find.guard import Allowed, Guard, NoSuchHost, Unsafe, is_public, place
from tests.find.servers import Server, answer, leads, settings


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("127.0.0.1", False),
        ("127.255.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),  # 6to4
        ("64:ff9b::a9fe:a9fe", False),  # NAT64
        ("fe80::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("93.184.215.14", True),
        ("1.1.1.1", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:1.1.1.1", True),
        ("64:ff9b::101:101", True),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


class Dialler(httpcore.NetworkBackend):
    """Dials nobody, and notes whom it was told to."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.dialled.append((host, port))
        raise httpcore.ConnectError


def test_a_name_is_looked_up_once_and_what_was_checked_is_dialled() -> None:
    answers = iter([["93.184.215.14", "1.1.1.1"], ["127.0.0.1"]])
    asked: list[str] = []

    def resolve(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    dialler = Dialler()
    guard = Guard(resolve=resolve, dialler=dialler)
    with guard.watching(time.monotonic() + 5, 1000):
        with pytest.raises(httpcore.ConnectError):
            guard.connect_tcp("news.example", 80)
        assert asked == ["news.example"]
        assert dialler.dialled == [("93.184.215.14", 80), ("1.1.1.1", 80)]
        with pytest.raises(Unsafe):  # the name has changed its answer
            guard.connect_tcp("news.example", 80)
        assert len(dialler.dialled) == 2


def test_one_private_address_among_public_ones_is_enough() -> None:
    dialler = Dialler()
    guard = Guard(resolve=lambda *_: ["93.184.215.14", "10.0.0.1"], dialler=dialler)
    with (
        guard.watching(time.monotonic() + 5, 1000),
        pytest.raises(Unsafe, match="leads to 10"),
    ):
        guard.connect_tcp("news.example", 80)
    assert dialler.dialled == []


def test_a_name_without_addresses_and_a_socket_of_the_machine() -> None:
    def resolve(*_: object) -> Sequence[str]:
        raise socket.gaierror(-2, "Name or service not known")

    guard = Guard(resolve=resolve)
    with guard.watching(time.monotonic() + 5, 1000):
        with pytest.raises(NoSuchHost):
            guard.connect_tcp("news.example", 80)
        with pytest.raises(Unsafe):
            guard.connect_unix_socket("/run/docker.sock")


@pytest.mark.parametrize(
    "name",
    ["127.0.0.1:x", "news.example:", ":80", "10.0.0.0/99", "news.example:0", "news.example:70000"],
)
def test_a_place_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        Allowed.of([name])


@pytest.mark.parametrize(
    ("allowed", "host", "ip", "port", "may"),
    [
        ("10.0.0.0/8", "news.example", "10.2.3.4", 80, True),
        ("10.0.0.0/8", "news.example", "11.2.3.4", 80, False),
        ("127.0.0.1:8080", "localhost", "127.0.0.1", 8080, True),
        ("127.0.0.1:8080", "localhost", "127.0.0.1", 80, False),
        ("127.0.0.1", "localhost", "127.0.0.1", 4, True),
        ("[::1]:8080", "localhost", "::1", 8080, True),
        ("::1", "localhost", "::1", 8, True),
        ("staging.example", "staging.example", "192.168.0.1", 443, True),
        ("staging.example:443", "staging.example", "192.168.0.1", 80, False),
    ],
)
def test_places_of_ones_own_are_allowed(
    allowed: str, host: str, ip: str, port: int, may: bool
) -> None:
    assert Allowed.of([allowed]).dial(host, ip_address(ip), port) is may


def test_places_are_read() -> None:
    assert place("[::1]:80") == ("::1", 80)
    assert place("News.Example:443") == ("news.example", 443)


# --- the same through a fetcher -------------------------------------------------------------------

PRIVATE = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_private_addresses_are_refused_in_every_spelling(url: str) -> None:
    with Fetcher(settings({})) as fetch:
        assert (fetched := fetch(url, robots=False)).outcome == "refused", fetched
        assert fetch(url).outcome == "refused"
        assert fetched.exchanges == ()


def test_redirects_to_private_addresses_are_refused() -> None:
    answers = {f"/{place}": leads(url) for place, url in enumerate(PRIVATE)}
    with Server(answers) as server, Server({"*": answer("secret")}) as inner:
        answers["/port"] = leads(f"http://127.0.0.1:{inner.port}/")
        answers["/file"] = leads("file:///etc/passwd")
        answers["/login"] = leads("http://user:word@news.example/")
        with Fetcher(settings({"news.example": server})) as fetch:
            for path in answers:
                fetched = fetch(f"http://news.example{path}")
                assert (fetched.outcome, len(fetched.exchanges)) == ("refused", 1), fetched
                assert fetched.says.startswith("it redirects to ")
                assert fetched.content == b""
        assert inner.log == []


class Led(httpcore.SyncBackend):
    """Dials a server of the test in place of any public address, and notes which."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.dialled: list[str] = []

    def connect_tcp(self, host: str, port: int, *rest: Any, **more: Any) -> httpcore.NetworkStream:
        self.dialled.append(host)
        return super().connect_tcp("127.0.0.1", self.port, *rest, **more)


def test_a_name_that_changes_its_answer_gains_nothing() -> None:
    """Each connection looks the name up once, checks what it finds, and dials that."""
    turns = iter([["93.184.215.14"], ["93.184.215.15"], ["127.0.0.1"]])
    pages = {"/a": answer("a", Connection="close"), "/b": answer("b", Connection="close")}
    with Server(pages) as server, Fetcher(settings({}), resolve=lambda *_: next(turns)) as fetch:
        fetch._line.guard.dialler = led = Led(server.port)
        fetched = fetch("http://news.example/a", robots=False)
        assert (fetched.outcome, fetched.exchanges[0].address) == ("ok", "93.184.215.14:80")
        assert fetch("http://news.example/b", robots=False).content == b"b"
        refused = fetch("http://news.example/c", robots=False)
        assert refused.outcome == "refused"
        assert "leads to 127.0.0.1" in refused.says
    assert led.dialled == ["93.184.215.14", "93.184.215.15"]
    assert server.targets == ["/a", "/b"]


def test_a_proxy_is_asked_for_all_but_private_addresses() -> None:
    with Server({"http://news.example/a": answer("by proxy")}) as proxy:
        where = f"http://127.0.0.1:{proxy.port}"
        with Fetcher(settings({}, proxy=where)) as fetch:
            assert fetch("http://news.example/a", robots=False).content == b"by proxy"
            for url in PRIVATE:
                if "localhost" not in url:  # a name: the proxy looks it up
                    assert fetch(url, robots=False).outcome == "refused", url
    assert proxy.targets == ["http://news.example/a"]


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server({"/": answer("straight")}) as server, Server() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with Fetcher(settings({"news.example": server})) as fetch:
            assert fetch("http://news.example/").content == b"straight"
    assert proxy.log == []
