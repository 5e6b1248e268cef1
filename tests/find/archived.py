"""A web that answers from a table, for the clients of archives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from filiation.find.values import Exchange, Fetched, Outcome, Pace

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def outcome_of(status: int) -> Outcome:
    """What a fetcher calls an answer, by its status alone."""
    named: dict[int, Outcome] = {404: "not_found", 410: "not_found", 429: "rate_limited"}
    if status in (401, 403, 451):
        return "blocked"
    if status >= 500 or status == 0:
        return "transient"
    return named.get(status, "ok" if status < 400 else "malformed")


def answer(
    content: bytes | str = b"",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    outcome: Outcome | None = None,
    says: str = "",
) -> Fetched:
    """An answer as the fetcher gives it, its address still to be filled in."""
    body = content.encode() if isinstance(content, str) else content
    named = {name.lower(): value for name, value in (headers or {}).items()}
    media = named.get("content-type", "").partition(";")[0]
    return Fetched("", outcome or outcome_of(status), says, (), status, "", named, body,
                   media_type=media, taken=NOW)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    url: str
    headers: Mapping[str, str]
    method: str
    body: bytes
    robots: bool
    pace: Pace | None
    redirects: int
    most_bytes: int | None

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    def first(self, name: str) -> str | None:
        return next((value for key, value in self.query if key == name), None)


@dataclass
class Web:
    """Answers by address; what is not in the table is not found."""

    table: Mapping[str, Fetched | Callable[[Asked], Fetched]] | Callable[[Asked], Fetched]
    asked: list[Asked] = field(default_factory=list)

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
        asked = Asked(url, headers or {}, method, body, robots, pace, redirects, most_bytes)
        self.asked.append(asked)
        if callable(self.table):
            found: Fetched | Callable[[Asked], Fetched] = self.table
        else:
            found = self.table.get(url) or answer("nothing here", 404)
        made = found(asked) if callable(found) else found
        exchange = Exchange(url, method, NOW, 0.1, (), body, made.status, body=made.content)
        return Fetched(
            url,
            made.outcome,
            made.says,
            (exchange,),
            made.status,
            url,
            made.headers,
            made.content,
            made.charset,
            made.media_type,
            made.taken,
        )
