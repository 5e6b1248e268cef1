"""How the tests ask the small web: over a real connection, following nothing."""

import socket
from collections.abc import Mapping
from typing import Any

import httpx

from filiation.smallweb import SmallWeb


def ask(
    web: SmallWeb,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Ask one address of the small web at the port where its host is."""
    named = httpx.URL(url)
    address, _, port = web.at(named.host).partition(":")
    at = named.copy_with(host=address, port=int(port))
    if parameters is not None:
        at = at.copy_merge_params(parameters)
    # Loading the certificates of the world takes longer than all that is asked here.
    with httpx.Client(trust_env=False, timeout=5, verify=False) as client:
        return client.request(
            method, at, headers={"Host": named.host, **(headers or {})}, data=form
        )


def connected(web: SmallWeb, host: str) -> socket.socket:
    """Return a bare connection to a host."""
    address, _, port = web.at(host).partition(":")
    return socket.create_connection((address, int(port)), timeout=5)


def request(host: str, target: str = "/") -> bytes:
    """Return the bytes of a plain request."""
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def received(line: socket.socket, most: int = 1_000_000) -> bytes:
    """Return what comes until the other side closes, or until there is enough."""
    held = bytearray()
    while len(held) < most and (piece := line.recv(65536)):
        held += piece
    return bytes(held)
