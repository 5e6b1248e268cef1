"""The line to the web: httpx's transport, with our guard at the socket.

httpx's client is left out: it reads where every redirect leads, though it is to follow none, and
fails where that is no address to it; it keeps cookies; it spells addresses anew. Its transport sends
what it is given, once, and hands over what comes, header by header.
"""

import ssl
from typing import Any

import certifi
import httpcore
import httpx

from filiation.find.addresses import DEFAULT_PORTS, Address, NotAnAddress, address
from filiation.find.guard import Allowed, Guard, Resolve, Unsafe, place
from filiation.find.settings import Settings

__all__ = ["Headers", "Line"]

Headers = tuple[tuple[str, str], ...]
"""As they go over the wire; Latin-1 (RFC 9110, 5.5)."""

TIMES = {"connect": 10.0, "read": 20.0, "write": 10.0, "pool": None}
"""Seconds for one step; the deadline of the whole answer stands above them."""
IDLE = 30.0
"""Seconds that a connection is kept open between two requests: some ten at the usual pace."""
KEPT = 32
"""Idle connections kept open: a collection asks 16 hosts side by side."""


class Line:
    """Sends one request and gives back its answer. Safe to use from several threads."""

    def __init__(self, settings: Settings, resolve: Resolve) -> None:
        elsewhere = {place(name): place(target) for name, target in settings.connect_to}
        proxy = _proxy(settings.proxy) if settings.proxy else None
        chosen = frozenset({(proxy.host, proxy.port)} if proxy else ())
        self.proxied = proxy is not None
        self.guard = Guard(Allowed.of(settings.allow), elsewhere, chosen, resolve)
        self._transport = _Transport(_pool(_trusted(settings.authorities), self.guard, proxy))

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def send(self, asked: Address, method: str, headers: Headers, body: bytes) -> httpx.Response:
        """Send a request and return its answer, the body unread; the caller closes it.

        Call it within the guard's watch. Raises what the guard raises, and `httpx.TransportError`.
        """
        target = asked.target.encode()
        port = None if asked.port == DEFAULT_PORTS[asked.scheme] else asked.port
        try:
            url = httpx.URL(scheme=asked.scheme, host=asked.host, port=port, raw_path=target)
        except httpx.InvalidURL as error:
            raise Unsafe(f"{asked.host} is no host") from error
        request = httpx.Request(
            method,
            url,
            headers=[(name.encode("latin-1"), said.encode("latin-1")) for name, said in headers],
            content=body,
            # The target as it is: httpx spells it anew. A proxy is given the whole address.
            extensions={"timeout": TIMES, **({} if self.proxied else {"target": target})},
        )
        answer = self._transport.handle_request(request)
        answer.request = request
        return answer


class _Transport(httpx.HTTPTransport):
    """httpx's transport over a pool of ours, which has the guard where it dials."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool


def _trusted(authorities: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authorities or certifi.where())
    except OSError as error:
        raise ValueError(f"{authorities} holds no certificate authorities ({error})") from error


def _proxy(text: str) -> Address:
    try:
        return address(text)
    except NotAnAddress as error:
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
