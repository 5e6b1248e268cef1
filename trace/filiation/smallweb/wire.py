"""What a server of the small web is asked, and what it answers."""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["Answer", "Asked", "Site", "conditional", "http_date", "squeezed"]

SMALLEST_SQUEEZED = 200
"""Bytes below which an answer is sent as it is; common servers have 20 to 1,400."""


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    method: str
    host: str
    """The server's own name, whatever the Host header said."""
    target: str
    """Path and query as they stand in the request line."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; the last of repeated ones."""
    body: bytes = b""

    @cached_property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The query's names and values, decoded, in their order."""
        return tuple(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """The body's names and values, where it is a form."""
        return dict(parse_qsl(self.body.decode("latin-1"), keep_blank_values=True))

    def first(self, name: str, otherwise: str = "") -> str:
        """Return the first value that the query has for `name`."""
        return next((value for key, value in self.query if key == name), otherwise)

    def all(self, name: str) -> list[str]:
        """Return every value that the query has for `name`."""
        return [value for key, value in self.query if key == name]

    def number(self, name: str, otherwise: int) -> int:
        """Return the query's whole number for `name`; `otherwise` where there is none."""
        try:
            return int(self.first(name))
        except ValueError:
            return otherwise

    @property
    def address(self) -> str:
        """The address asked for, with scheme and host."""
        return f"http://{self.host}{self.target}"


@dataclass(frozen=True)
class Answer:
    """One answer, before it is written to the wire. Content-Length is added then."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    reason: str = ""

    @classmethod
    def html(cls, page: str, status: int = 200, charset: str = "UTF-8") -> "Answer":
        """Return a page."""
        kind = ("Content-Type", f"text/html; charset={charset}")
        return cls(status, (kind,), page.encode(charset, "xmlcharrefreplace"))

    @classmethod
    def text(cls, said: str, status: int = 200, kind: str = "text/plain") -> "Answer":
        """Return plain text, or what is like it."""
        return cls(status, (("Content-Type", f"{kind}; charset=UTF-8"),), said.encode())

    @classmethod
    def json(cls, document: Any, status: int = 200) -> "Answer":
        """Return a JSON document."""
        kind = ("Content-Type", "application/json; charset=UTF-8")
        return cls(status, (kind,), json.dumps(document, ensure_ascii=False).encode())

    @classmethod
    def redirect(cls, to: str, status: int = 301) -> "Answer":
        """Return a redirect, with the page that servers send beside it."""
        page = (
            f'<html><head><title>{status}</title></head><body><a href="{to}">here</a></body></html>'
        )
        return cls.html(page, status).having(Location=to)

    def having(self, **headers: str) -> "Answer":
        """Return the answer with more headers; `_` in a name stands for `-`."""
        more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return replace(self, headers=self.headers + more)

    def header(self, name: str) -> str:
        """Return the first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def head(self) -> bytes:
        """Return status line and headers as they go over the wire, without the empty line."""
        reason = self.reason or _reason(self.status)
        lines = [f"HTTP/1.1 {self.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "".join(f"{line}\r\n" for line in lines).encode("latin-1", "replace")


Site = Callable[[Asked], Answer]
"""What answers under one host name."""


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def http_date(moment: datetime) -> str:
    """Return a moment as RFC 9110 writes it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def conditional(asked: Asked, answer: Answer, modified: datetime) -> Answer:
    """Return the answer with its validators, or 304 where the asker has it (RFC 9110, 13)."""
    tag = f'"{hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()[:16]}"'
    answer = answer.having(ETag=tag, Last_Modified=http_date(modified))
    given = asked.headers.get("if-none-match")
    if given is not None:
        same = any(one.strip().removeprefix("W/") in (tag, "*") for one in given.split(","))
    else:
        same = _since(asked.headers.get("if-modified-since", ""), modified)
    if answer.status != 200 or not same:
        return answer
    kept = tuple(pair for pair in answer.headers if pair[0].lower() != "content-type")
    return Answer(304, kept)


def _since(given: str, modified: datetime) -> bool:
    try:
        return parsedate_to_datetime(given) >= modified.replace(microsecond=0)
    except (TypeError, ValueError):  # no date, or none with a zone: as if it were not there
        return False


def squeezed(asked: Asked, answer: Answer) -> Answer:
    """Return the answer compressed, where the asker takes that and it is worth it."""
    coding = asked.headers.get("accept-encoding", "")
    wanted = "gzip" in coding and "gzip;q=0" not in coding.replace(" ", "")
    kind = answer.header("Content-Type")
    wanted = wanted and any(name in kind for name in ("text", "json", "xml"))
    wanted = wanted and asked.first("gzip") != "false"  # as capture indexes are told not to
    if not wanted or len(answer.body) < SMALLEST_SQUEEZED or answer.header("Content-Encoding"):
        return answer
    answer = replace(answer, body=gzip.compress(answer.body, 6, mtime=0))
    return answer.having(Content_Encoding="gzip", Vary="Accept-Encoding")
