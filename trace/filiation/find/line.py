"""The line to the web: httpx over httpcore, with our guard at the socket and nothing remembered.

httpx's own transport dials what it is told and heeds the environment; this one has the guard dial,
follows nothing, keeps no cookie, and sends an address exactly as it was checked.
"""

import ssl
from collections.abc import Iterator
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Any
from urllib.request import Request as UrllibRequest

import httpcore
import httpx

from filiation.find.addresses import DEFAULT_PORTS, Address, address
from filiation.find.guard import Allowed, Guard, Resolve, looked_up, place
from filiation.find.settings import Settings

__all__ = ["Line", "request_of"]

CONNECT, READ, WRITE = 10.0, 20.0, 10.0
"""Seconds for one step; the deadline of the whole answer stands above them."""
IDLE = 30.0
"""Seconds that a connection is kept open between two requests: some ten at the usual pace."""
KEPT = 32
"""Idle connections kept open: a collection asks 16 hosts side by side."""


class Line:
    """Sends one request and gives back its answer. Safe to use from several threads."""

    def __init__(self, settings: Settings, resolve: Resolve = looked_up) -> None:
        elsewhere = {place(name): place(target) for name, target in settings.connect_to}
        proxy = _proxy(settings.proxy) if settings.proxy else None
        chosen = frozenset({(proxy.host, proxy.port)} if proxy else ())
        self.proxied = proxy is not None
        self.guard = Guard(Allowed.of(settings.allow), elsewhere, chosen, resolve)
        trusted = httpx.create_ssl_context(verify=_trusted(settings.authorities), trust_env=False)
        self._client = httpx.Client(
            transport=_Transport(_pool(trusted, self.guard, proxy)),
            cookies=_NoCookies(),
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its answer, the body unread; the caller closes it.

        Call it within the guard's watch. Raises what the guard and httpcore raise.
        """
        return self._client.send(request, stream=True)


def request_of(
    asked: Address, method: str, headers: list[tuple[str, str]], body: bytes
) -> httpx.Request:
    """Return the request as it goes over the wire."""
    return httpx.Request(
        method,
        asked.origin,
        headers=[("Host", asked.authority), *headers],
        content=body or None,
        extensions={
            "asked": asked,
            "timeout": {"connect": CONNECT, "read": READ, "write": WRITE, "pool": None},
        },
    )


def _trusted(authorities: str | None) -> Any:
    return ssl.create_default_context(cafile=authorities) if authorities else True


def _proxy(text: str) -> Address:
    try:
        return address(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no proxy's address: {error}") from error


def _pool(trusted: ssl.SSLContext, guard: Guard, proxy: Address | None) -> httpcore.ConnectionPool:
    common: dict[str, Any] = {
        "ssl_context": trusted,
        "max_connections": None,
        "max_keepalive_connections": KEPT,
        "keepalive_expiry": IDLE,
        "network_backend": guard,
    }
    if proxy is None:
        return httpcore.ConnectionPool(**common)
    return httpcore.HTTPProxy(_url(proxy), **common)


def _url(asked: Address) -> httpcore.URL:
    port = None if asked.port == DEFAULT_PORTS[asked.scheme] else asked.port
    return httpcore.URL(
        scheme=asked.scheme.encode(),
        host=asked.host.encode(),
        port=port,
        target=asked.target.encode(),
    )


class _Transport(httpx.BaseTransport):
    """httpcore's pool, given the address as it was checked."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=_url(request.extensions["asked"]),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": request.extensions["timeout"]},
            )
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Stream(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _NoCookies(CookieJar):
    """Takes none: who asks is a stranger at every request."""

    def extract_cookies(self, response: HTTPResponse, request: UrllibRequest) -> None:
        """Take none."""
