"""What an answer amounts to: its outcome by its status, and what its headers say of its body."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from filiation.find.body import Body
from filiation.find.values import Exchange, Fetched, Outcome

__all__ = [
    "REDIRECTS",
    "fetched",
    "header",
    "headers_of",
    "is_secret",
    "outcome_of",
    "packed",
    "said",
    "unpacked",
    "without_secrets",
]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that send elsewhere (RFC 9110, 15.4)."""

_OUTCOMES: Mapping[int, tuple[Outcome, str]] = {
    # status: what it means for us; the rest follows from its first figure
    304: ("unchanged", "unchanged"),
    401: ("blocked", "it wants a login (401)"),
    402: ("blocked", "it wants to be paid (402)"),
    403: ("blocked", "it is forbidden to us (403)"),
    404: ("not_found", "it is not there (404)"),
    407: ("needs_credentials", "the proxy wants a login (407)"),
    408: ("transient", "the server gave up waiting (408)"),
    410: ("not_found", "it was taken away (410)"),
    425: ("transient", "the server asks for another time (425)"),
    429: ("rate_limited", "too many requests (429)"),
    451: ("blocked", "it is forbidden by law (451)"),
    501: ("unsupported", "the server cannot do this (501)"),
    505: ("unsupported", "the server cannot do this (505)"),
}


_SECRET = re.compile(r"(?i)authorization|cookie|token|secret|api-?key|password")


def is_secret(name: str) -> bool:
    """Tell whether a header's value is never kept, nor sent to another origin than it was meant for."""
    return _SECRET.search(name) is not None


def without_secrets(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return headers of a request as they may be kept."""
    return tuple((name, "[not kept]" if is_secret(name) else value) for name, value in headers)


def outcome_of(status: int, *, conditional: bool) -> tuple[Outcome, str]:
    """Return the outcome of a status, and what to say of it.

    `conditional` tells whether a 304 was asked for.
    """
    if status in _OUTCOMES and (status != 304 or conditional):
        return _OUTCOMES[status]
    if 200 <= status < 300 or status == 300 or status in REDIRECTS:
        return "ok", ""
    if 400 <= status < 500:
        return "unsupported", f"the server does not take the question ({status})"
    if 500 <= status < 600:
        return "transient", f"the server failed ({status})"
    return "malformed", f"the server answered with the status {status:03}"


def said(headers: Iterable[tuple[str, str]], name: str) -> str:
    """Return what headers say of a name, repeated ones joined by `, `; empty where none is there."""
    return ", ".join(value for key, value in headers if key.lower() == name)


def header(exchange: Exchange, name: str) -> str:
    """Return a header of an answer, likewise."""
    return said(exchange.headers, name)


def headers_of(exchange: Exchange) -> dict[str, str]:
    """Return the headers of an answer, names in lower case, repeated ones joined by `, `."""
    found: dict[str, list[str]] = {}
    for name, value in exchange.headers:
        found.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}


def packed(exchange: Exchange) -> bool:
    """Tell whether a body came with a Content-Encoding."""
    return bool(header(exchange, "content-encoding"))


def unpacked(exchange: Exchange, length: int) -> bytes:
    """Return the body of an answer unpacked, as much of it as was taken at the time."""
    body = Body(header(exchange, "content-encoding"), length, len(exchange.body))
    body.feed(exchange.body)
    body.end()
    return body.taken()[1][:length]


def fetched(
    url: str,
    outcome: Outcome,
    says: str,
    exchanges: Sequence[Exchange],
    content: bytes,
    *,
    base: Exchange | None = None,
    kept: bool = False,
) -> Fetched:
    """Return what came of asking for an address.

    `base` is the earlier answer that the last exchange says is unchanged: the body is its body, and
    the headers are its headers where the newer ones do not replace them (RFC 9111, 3.2).
    """
    last = exchanges[-1] if exchanges else None
    headers = {**headers_of(base), **headers_of(last)} if base and last else {}
    if last is not None and base is None:
        headers = headers_of(last)
    media_type, charset = _type(headers.get("content-type", ""))
    return Fetched(
        url=url,
        outcome=outcome,
        says=says,
        exchanges=tuple(exchanges) if base is None else (base, *exchanges),
        status=last.status if last else 0,
        final_url=last.url if last else "",
        headers=headers,
        content=content,
        charset=charset,
        media_type=media_type,
        taken=last.sent + timedelta(seconds=last.seconds) if last else None,
        kept=kept or base is not None,
    )


def _type(value: str) -> tuple[str, str | None]:
    """Return media type and charset of a Content-Type; of several the first, as browsers do."""
    media_type, *parameters = value.partition(",")[0].split(";")
    for parameter in parameters:
        name, _, said = parameter.partition("=")
        if name.strip().lower() == "charset" and (said := said.strip(" \t\"'")):
            return media_type.strip().lower(), said[:40]
    return media_type.strip().lower(), None
