"""What passes between the parts that ask the web: exchanges, answers, hits, captures.

All frozen; none of them asks anything. An `Exchange` is evidence: one request and its answer as
they went over the wire. A `Fetched` is what came of asking for an address: the exchanges of all its
redirects, and the body of the last one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar, get_args

from filiation.values import Mark

__all__ = [
    "FAILURES",
    "OUTCOMES",
    "Capture",
    "Exchange",
    "Fetch",
    "Fetched",
    "Hit",
    "Outcome",
    "Pace",
    "Probe",
]

T = TypeVar("T")

Outcome = Literal[
    "ok",
    "empty",
    "not_found",
    "unchanged",
    "blocked",
    "rate_limited",
    "transient",
    "malformed",
    "unsupported",
    "refused",
    "too_large",
    "out_of_budget",
    "offline",
    "needs_credentials",
]
"""What came of asking the web for something. There is no other.

`ok`: a whole answer. `empty`: a sound answer that holds nothing. `not_found`: 404, 410, never
archived. `unchanged`: 304. `blocked`: forbidden to us, by robots.txt, 401, 403, 451 or an archive's
exclusion. `rate_limited`: 429, or the host is left alone after one. `transient`: no connection, a
reset, a deadline, 5xx: might do later. `malformed`: an answer that breaks its protocol or shape, and
redirects without end. `unsupported`: the host has no such service, or answers with something else
than was asked for. `refused`: not asked, since the address is unsafe: private, of another scheme or
port, with a password in it. `too_large`: cut off at the limit. `out_of_budget`: not asked, since the
run's requests or time are spent. `offline`: not asked, and not kept from an earlier time.
`needs_credentials`: the service wants a key that was not given.
"""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

FAILURES: frozenset[Outcome] = frozenset(
    {
        "blocked",
        "rate_limited",
        "transient",
        "malformed",
        "refused",
        "too_large",
        "out_of_budget",
        "offline",
        "needs_credentials",
    }
)
"""Outcomes after which it is not known what is there: a search with one of them is incomplete."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as they went over the wire."""

    url: str
    method: str
    sent: datetime
    """When the request was sent, aware, UTC."""
    seconds: float
    """Until the answer had come, or was given up."""
    request_headers: tuple[tuple[str, str], ...]
    """As sent; secrets are replaced by `[not kept]`."""
    request_body: bytes = b""
    status: int = 0
    """HTTP status; 0 where no answer came."""
    reason: str = ""
    http_version: str = "HTTP/1.1"
    headers: tuple[tuple[str, str], ...] = ()
    """Of the answer, in its order, with repetitions."""
    body: bytes = b""
    """Of the answer as sent: a Content-Encoding is still on."""
    whole: bool = True
    """Whether the body came to its end."""
    address: str = ""
    """The address of the network that was dialled, empty where none was."""
    outcome: Outcome = "ok"
    says: str = ""
    """What happened, in a few words, where it is not `ok`."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking for an address."""

    url: str
    """As asked."""
    outcome: Outcome
    says: str = ""
    """What happened, in a few words, where it is not `ok`."""
    exchanges: tuple[Exchange, ...] = ()
    """What was asked, in order, redirects and failed tries too, the last answer last; empty where
    nothing was asked. Where it is `kept`, those of the time when it was had; where it is `unchanged`,
    first the one that brought the body then, and after it those of now."""
    status: int = 0
    final_url: str = ""
    """The address that gave the last answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the last answer; names in lower case, repeated ones joined by `, `."""
    content: bytes = b""
    """The last answer's body, its Content-Encoding taken off."""
    charset: str | None = None
    """What the Content-Type said of the encoding."""
    media_type: str = ""
    """What the Content-Type said of the type, lower case, without parameters."""
    taken: datetime | None = None
    """When the last answer came, aware, UTC."""
    kept: bool = False
    """Whether the answer was not asked for now, but kept from before."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one host may be asked."""

    every: float = 3.0
    """Seconds between the starts of two requests, at the least."""
    rest: float = 60.0
    """Seconds that the host is left alone after a 429 without a Retry-After."""


class Fetch(Protocol):
    """What asks the web. It never raises for what the web does: the outcome tells."""

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
        """Ask for `url`.

        `headers` are sent besides our own (an Authorization is never kept). `robots` tells whether
        robots.txt is heeded: services made for programs are asked without. `pace` is a service's
        own, else the run's. `redirects` is how many are followed; 0: the first answer is the answer.
        `most_bytes` of decoded body are taken, the run's limit where it is None.
        """
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """An address at which an article may be found, and what the finder says of it."""

    url: str
    title: str | None = None
    published: str | None = None
    """As the finder gives it, ISO 8601 where the service says what it means."""
    modified: str | None = None
    outlet: str | None = None
    """Name or host as the finder gives it."""
    language: str | None = None
    content: str | None = None
    """The article's own HTML, where the finder gives it whole (WordPress, feeds)."""
    by: str = ""
    """Which finder: `wordpress`, `feed`, `sitemap`, `site search`, `wayback`, `searxng`, ..."""
    author: str | None = None
    seen: str | None = None
    """When the finder first saw it, ISO 8601: it was published no later."""
    marks: tuple[Mark, ...] = ()
    """What the finder says of another publication: a feed's `source`, `via`, `dc:source`."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture of a page in an archive."""

    url: str
    """The page's own address, as the archive has it."""
    taken: datetime
    """When the archive captured it, aware, UTC."""
    replay: str
    """The address of the capture as it was, unrewritten."""
    archive: str
    """The archive's name: `Wayback Machine`, ..."""
    status: int | None = None
    media_type: str | None = None
    digest: str | None = None
    """Base32 SHA-1 of the body, where the index gives it."""
    file: tuple[str, int, int] | None = None
    """Where it lies in a WARC: (path, offset, length), for archives read by range."""


@dataclass(frozen=True, slots=True)
class Probe(Generic[T]):
    """What came of asking a service: what it gave, and how it went."""

    where: str
    """Service and question, for the report: `Wayback Machine: captures of https://…`."""
    outcome: Outcome
    found: tuple[T, ...] = ()
    says: str = ""
    whole: bool = True
    """Whether all that the service has on it was had; else it was cut off by a limit."""

    @classmethod
    def of(
        cls, where: str, found: Iterable[T], says: str = "", *, whole: bool = True
    ) -> "Probe[T]":
        """Return a sound answer: `ok`, or `empty` where it holds nothing."""
        held = tuple(found)
        return cls(where, "ok" if held else "empty", held, says, whole)
