"""Over TLS the name is what is proven, though an address is dialled. The key is a test's own."""

import select
import socket
import ssl
from pathlib import Path

import pytest

from filiation.find.fetcher import Fetcher
from tests.find.servers import Request, Server, answer, endless, settings

CERTIFICATE = Path(__file__).with_name("news.example.pem")
"""Of news.example, signed by itself, good for a hundred years."""


def context() -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(CERTIFICATE)
    return found


def test_a_page_over_tls() -> None:
    names: list[str] = []
    ours = context()
    ours.sni_callback = lambda _, name, __: names.append(str(name))
    with Server({"*": answer("safe")}, tls=ours) as server:
        given = settings({"news.example:443": server}, authorities=str(CERTIFICATE))
        with Fetcher(given) as fetch:
            fetched = fetch("https://news.example/a")
            assert (fetched.outcome, fetched.content) == ("ok", b"safe")
            assert fetched.exchanges[0].address == f"127.0.0.1:{server.port}"
            assert fetch("https://news.example/b").outcome == "ok"
    assert names == ["news.example"]  # one connection, by name


def test_a_page_over_tls_by_a_proxy() -> None:
    """The proxy sees a name and passes bytes; the certificate is the page's own."""

    def tunnel(_: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        with socket.create_connection(("127.0.0.1", server.port)) as there:
            while ready := select.select([connection, there], [], [], 5)[0]:
                for end in ready:
                    if not (data := end.recv(65_536)):
                        return
                    (there if end is connection else connection).sendall(data)

    with (
        Server({"/a": answer("safe")}, tls=context()) as server,
        Server({"news.example:443": tunnel, "refused.example:443": answer("", "403 No")}) as proxy,
    ):
        where = f"http://127.0.0.1:{proxy.port}"
        given = settings({}, proxy=where, authorities=str(CERTIFICATE))
        with Fetcher(given) as fetch:
            assert fetch("https://news.example/a", robots=False).content == b"safe"
            assert fetch("https://127.0.0.1/a", robots=False).outcome == "refused"
            refused = fetch("https://refused.example/a", robots=False)
            assert (refused.outcome, "proxy" in refused.says) == ("transient", True)
    assert [request.method for request in proxy.log] == ["CONNECT", "CONNECT"]


def test_a_certificate_that_nobody_vouches_for() -> None:
    with (
        Server({"*": answer("safe")}, tls=context()) as server,
        Fetcher(settings({"news.example:443": server})) as fetch,
    ):
        fetched = fetch("https://news.example/a", robots=False)
    assert fetched.outcome == "transient"
    assert fetched.says.startswith("its certificate is not valid: ")


def test_the_certificate_of_another() -> None:
    with Server({"*": answer("safe")}, tls=context()) as server:
        given = settings({"other.example:443": server}, authorities=str(CERTIFICATE))
        with Fetcher(given) as fetch:
            fetched = fetch("https://other.example/a", robots=False)
    assert (fetched.outcome, "certificate" in fetched.says) == ("transient", True)


def test_a_server_that_speaks_no_tls() -> None:
    with (
        Server({"*": answer("plain")}) as server,
        Fetcher(settings({"news.example:443": server}, deadline=0.5)) as fetch,
    ):
        fetched = fetch("https://news.example/a", robots=False)
    assert fetched.outcome == "transient"


def test_a_slow_body_over_tls_ends() -> None:
    drip = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.02)
    with Server({"*": drip}, tls=context()) as server:
        given = settings({"news.example:443": server}, authorities=str(CERTIFICATE), deadline=0.5)
        with Fetcher(given) as fetch:
            fetched = fetch("https://news.example/a", robots=False)
    assert (fetched.outcome, "0.5 s" in fetched.says) == ("transient", True)


def test_authorities_that_are_not_there() -> None:
    with pytest.raises(ValueError, match="holds no certificate authorities"):
        Fetcher(settings({}, authorities="/no/such/file.pem"))
