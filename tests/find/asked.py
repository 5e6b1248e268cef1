"""A web that is a table: which address gives what, and what was asked of it, in order."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from filiation.find.values import Fetched, Outcome, Pace

NOW = datetime(2024, 4, 1, 12, 0, tzinfo=UTC)

Answer = Fetched | Callable[[str], Fetched]


def page(
    body: str | bytes = "",
    status: int = 200,
    kind: str = "text/html",
    final: str = "",
    outcome: Outcome | None = None,
    says: str = "",
    **headers: str,
) -> Fetched:
    """An answer; its outcome by its status as the fetcher has it, unless it is given."""
    content = body.encode() if isinstance(body, str) else body
    if outcome is None:
        outcome = OUTCOMES.get(status, "ok" if status < 400 else "unsupported")
        if outcome == "ok" and not content:
            outcome = "empty"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(
        "",
        outcome,
        says,
        (),
        status,
        final,
        named,
        content,
        None,
        kind,
        NOW,
        outcome == "unchanged",
    )


OUTCOMES: Mapping[int, Outcome] = {
    304: "unchanged", 401: "blocked", 403: "blocked", 404: "not_found", 410: "not_found",
    429: "rate_limited", 500: "transient", 503: "transient",
}  # fmt: skip


def as_json(value: Any, status: int = 200, **headers: str) -> Fetched:
    return page(json.dumps(value), status, "application/json", "", None, "", **headers)


NOWHERE = page(outcome="transient", status=0, says="no connection")
GONE = page("<html><title>404</title></html>", 404)


class Web:
    """Answers as its table says; the longest address that an asked one begins with counts.

    What is in no row of it is a page that is not there.
    """

    def __init__(self, rows: Mapping[str, Answer]) -> None:
        self.rows = dict(rows)
        self.asked: list[str] = []
        self.calls: list[dict[str, Any]] = []

    def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes = b"",
        robots: bool = True,
        pace: Pace | None = None,
        redirects: int = 10,
        most_bytes: int | None = None,
    ) -> Fetched:
        self.asked.append(url if method == "GET" else f"{method} {url}")
        self.calls.append(
            {"url": url, "headers": headers, "robots": robots, "pace": pace, "redirects": redirects}
        )
        rows = [key for key in self.rows if f"{method} {url}".startswith(key)] or [
            key for key in self.rows if url.startswith(key)
        ]
        if not rows:
            return _of(GONE, url)
        row = self.rows[max(rows, key=len)]
        got = row(url) if callable(row) else row
        if method == "HEAD":
            got = Fetched("", got.outcome, got.says, (), got.status, got.final_url, got.headers)
        return _of(got, url)


def _of(got: Fetched, url: str) -> Fetched:
    from dataclasses import replace

    return replace(got, url=url, final_url=got.final_url or url)
