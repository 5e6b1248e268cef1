"""What the archive of the small web holds: captures of pages as they were at their moments."""

import base64
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from filiation.smallweb.wire import Answer, Asked

__all__ = ["Holdings", "Kept", "Past", "moment_of", "nearest", "sort_key", "stamp"]


class Past(Protocol):
    """A site that knows what it answered at any moment."""

    def at(self, asked: Asked, moment: datetime) -> Answer:
        """Return what it would have answered then."""
        ...


@dataclass(frozen=True)
class Kept:
    """One capture."""

    url: str
    timestamp: str
    """14 digits, UTC."""
    site: Past = field(repr=False, compare=False)
    playable: bool = True
    """Whether its replay has it; else it leads to the nearest that has."""
    revisit: bool = False
    """Whether the archive noted only that nothing had changed."""
    limited: bool = False
    """Whether the site told the archive that it asked too often: 429 was captured."""

    @property
    def moment(self) -> datetime:
        """When it was taken."""
        return moment_of(self.timestamp)

    @cached_property
    def key(self) -> str:
        """The index's sort key of the address."""
        return sort_key(self.url)

    @cached_property
    def answer(self) -> Answer:
        """What the site answered."""
        if self.limited:
            return Answer.html("<h1>429 Too Many Requests</h1>", 429).having(Retry_After="3600")
        parts = urlsplit(self.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return self.site.at(Asked("GET", parts.hostname or "", target), self.moment)

    @cached_property
    def digest(self) -> str:
        """Base32 SHA-1 of the body, as archives write it."""
        return base64.b32encode(
            hashlib.sha1(self.answer.body, usedforsecurity=False).digest()
        ).decode()

    def row(self, *, resolved: bool = False) -> dict[str, str]:
        """Return the row of the capture index.

        A revisit has no type and no status of its own; `resolved`, it has those of what it
        repeats.
        """
        bare = self.revisit and not resolved
        kind = self.answer.header("Content-Type").partition(";")[0] or "unk"
        return {
            "urlkey": self.key,
            "timestamp": self.timestamp,
            "original": self.url,
            "mimetype": "warc/revisit" if bare else kind,
            "statuscode": "-" if bare else str(self.answer.status),
            "digest": self.digest,
            "length": str(len(self.answer.body) // 2 + 300),  # compressed, with its headers
        }


class Holdings:
    """All captures, in the order of the index."""

    def __init__(self, sites: Mapping[str, Past]) -> None:
        self.sites = sites
        text = files("filiation.smallweb").joinpath("pages", "archive.toml").read_text("utf-8")
        known: dict[str, Any] = tomllib.loads(text)
        self.excluded: frozenset[str] = frozenset(known["excluded"])
        self._kept: list[Kept] = []
        for told in known["capture"]:
            for taken in told["taken"]:
                self._kept.append(
                    Kept(
                        told["url"],
                        taken,
                        self._site(told["url"]),
                        playable=taken not in told.get("unplayable", ()),
                        revisit=taken in told.get("revisits", ()),
                        limited=taken in told.get("limited", ()),
                    )
                )
        for told in known["daily"]:
            days = (told["last"] - told["first"]).days + 1
            self._kept.extend(
                Kept(
                    told["url"],
                    f"{told['first'] + timedelta(days=day):%Y%m%d}{told['at']}",
                    self._site(told["url"]),
                )
                for day in range(days)
            )
        self._sort()

    def add(self, url: str, timestamp: str) -> Kept:
        """Capture a page of the small web. Raises `KeyError` where no site has its host."""
        kept = Kept(url, timestamp, self._site(url))
        self._kept.append(kept)
        self._sort()
        return kept

    def of(self, url: str) -> list[Kept]:
        """Return the captures of an address, the oldest first."""
        key = sort_key(url)
        return [kept for kept in self._kept if kept.key == key]

    def all(self) -> list[Kept]:
        """Return every capture, by address and time."""
        return list(self._kept)

    def left_out(self, url: str) -> bool:
        """Whether the host asked to be left out."""
        return urlsplit(_with_scheme(url)).hostname in self.excluded

    def _site(self, url: str) -> Past:
        return self.sites[urlsplit(url).hostname or ""]

    def _sort(self) -> None:
        self._kept.sort(key=lambda kept: (kept.key, kept.timestamp))


def nearest(kept: Iterable[Kept], timestamp: str) -> Kept | None:
    """Return the capture that can be replayed and is closest to the time, of 1 to 14 digits."""
    moment = moment_of(timestamp)
    playable = [one for one in kept if one.playable]
    return min(playable, key=lambda one: abs(one.moment - moment), default=None)


def stamp(moment: datetime) -> str:
    """Return a moment as archives write it."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"


def moment_of(timestamp: str) -> datetime:
    """Return the moment of 1 to 14 digits: the first moment that begins so.

    What is no date (month 00, day 31 of a short month) is moved into its bounds, as archives do.
    """
    whole = timestamp + "00000101000000"[len(timestamp) :]
    year, month, day = min(max(int(whole[:4]), 1), 9998), int(whole[4:6]), int(whole[6:8])
    month = min(max(month, 1), 12)
    first = datetime(year, month, 1, tzinfo=UTC)
    last = ((first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    hour, minute, second = int(whole[8:10]), int(whole[10:12]), int(whole[12:14])
    return first.replace(
        day=min(max(day, 1), last),
        hour=min(hour, 23),
        minute=min(minute, 59),
        second=min(second, 59),
    )


def _with_scheme(url: str) -> str:
    return url if re.match(r"[a-z]+://", url, re.IGNORECASE) else f"http://{url}"


def sort_key(url: str) -> str:
    """Return the key under which a capture index has an address: its host turned round and without
    `www.`, its path without case and last slash, its query sorted."""
    parts = urlsplit(_with_scheme(url))
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    turned = ",".join(reversed(host.split(".")))
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    path = parts.path.lower().rstrip("/") or "/"
    query = urlencode(sorted(parse_qsl(parts.query.lower(), keep_blank_values=True)))
    return f"{turned}{port}){path}" + (f"?{query}" if query else "")
