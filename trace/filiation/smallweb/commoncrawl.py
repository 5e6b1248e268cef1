"""A Common Crawl: the list of its crawls, an index for each, and the WARC files, read by range.

After the index server's documentation (pywb) and the recorded answers of `cdx_toolkit`.
"""

import gzip
import json
import math
import re
import tomllib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any

from filiation.smallweb.captures import Kept, Past, sort_key
from filiation.smallweb.wire import Answer, Asked

__all__ = ["Crawl", "CrawlFiles", "CrawlIndex", "crawls"]

A_PAGE = 5
"""Blocks on a page of the index; here one block holds one capture."""


@dataclass(frozen=True)
class Crawl:
    """One crawl, in one WARC file."""

    id: str
    name: str
    since: str
    until: str
    captures: tuple[Kept, ...] = field(repr=False)

    @property
    def filename(self) -> str:
        """The path of its WARC file."""
        day = self.since.replace("-", "").replace(":", "").replace("T", "")
        return f"crawl-data/{self.id}/segments/1/warc/CC-MAIN-{day}-00000.warc.gz"

    @cached_property
    def records(self) -> tuple[bytes, ...]:
        """Its WARC file's gzip members: the file's own record first, then one for each capture."""
        info = "".join(f"{name}: {value}\r\n" for name, value in (("software", "a small crawler"),))
        first = _record("warcinfo", "application/warc-fields", info.encode(), {})
        return (first, *(_response(kept) for kept in self.captures))

    @property
    def warc(self) -> bytes:
        """The whole WARC file."""
        return b"".join(self.records)

    def row(self, place: int) -> dict[str, str]:
        """Return the index's row of the capture at that place."""
        kept = self.captures[place]
        kind, _, charset = kept.answer.header("Content-Type").partition("; charset=")
        row = {
            "urlkey": kept.key,
            "timestamp": kept.timestamp,
            "url": kept.url,
            "mime": kind,
            "mime-detected": kind,
            "status": str(kept.answer.status),
            "digest": kept.digest,
            "length": str(len(self.records[place + 1])),
            "offset": str(sum(map(len, self.records[: place + 1]))),
            "filename": self.filename,
        }
        return {**row, "encoding": charset} if charset else row


def crawls(sites: Mapping[str, Past]) -> tuple[Crawl, ...]:
    """Return the crawls of the small web, the newest first."""
    text = files("filiation.smallweb").joinpath("pages", "commoncrawl.toml").read_text("utf-8")
    return tuple(_crawl(told, sites) for told in tomllib.loads(text)["crawl"])


def _crawl(told: dict[str, Any], sites: Mapping[str, Past]) -> Crawl:
    captures = [
        Kept(one["url"], one["taken"], sites[one["url"].split("/")[2]]) for one in told["capture"]
    ]
    captures.sort(key=lambda kept: (kept.key, kept.timestamp))
    return Crawl(told["id"], told["name"], told["from"], told["to"], tuple(captures))


class CrawlIndex:
    """Answers under the index's host."""

    def __init__(self, host: str, held: tuple[Crawl, ...]) -> None:
        self.root = f"http://{host}"
        self.crawls = held

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        if asked.path == "/collinfo.json":
            return Answer.json([self._told(crawl) for crawl in self.crawls])
        for crawl in self.crawls:
            if asked.path == f"/{crawl.id}-index":
                return self._search(asked, crawl)
        return Answer.html("<html><body><h1>404 Not Found</h1></body></html>", 404)

    def _told(self, crawl: Crawl) -> dict[str, str]:
        return {
            "id": crawl.id,
            "name": crawl.name,
            "timegate": f"{self.root}/{crawl.id}/",
            "cdx-api": f"{self.root}/{crawl.id}-index",
            "from": crawl.since,
            "to": crawl.until,
        }

    def _search(self, asked: Asked, crawl: Crawl) -> Answer:
        url = asked.first("url")
        if not url:
            return Answer.json({"message": 'The "url" param is required'}, 400)
        rows = [crawl.row(at) for at, kept in enumerate(crawl.captures) if _matches(kept, asked)]
        rows = [row for row in rows if _within(row, asked.first("from"), asked.first("to"))]
        rows = [row for row in rows if all(_passes(row, one) for one in asked.all("filter"))]
        size = asked.number("pageSize", A_PAGE)
        pages = math.ceil(len(rows) / size)
        if asked.first("showNumPages") == "true":
            return Answer.json({"pages": pages, "pageSize": size, "blocks": len(rows)})
        if not rows:
            return Answer.json({"error": f"No Captures found for: {url}"}, 404)
        page = asked.number("page", 0)
        if page >= pages:
            said = f"Page {page} invalid: First Page is 0, Last Page is {pages - 1}"
            return Answer.json({"message": said}, 400)
        if asked.first("page"):
            rows = rows[page * size : (page + 1) * size]
        rows = rows[: asked.number("limit", len(rows))]
        return _written(asked, rows)


def _written(asked: Asked, rows: list[dict[str, str]]) -> Answer:
    wanted = [name for given in asked.all("fl") for name in given.split(",")]
    kept = [{name: row[name] for name in wanted or row if name in row} for row in rows]
    if asked.first("output") == "json":
        lines = "".join(json.dumps(row) + "\n" for row in kept)
        return Answer.text(lines, kind="text/x-ndjson")
    lines = "".join(
        f"{row.pop('urlkey', '')} {row.pop('timestamp', '')} {json.dumps(row)}\n" for row in kept
    )
    return Answer.text(lines, kind="text/x-cdxj")


def _matches(kept: Kept, asked: Asked) -> bool:
    """Whether a capture is asked for, by the address and its matchType."""
    url, how = asked.first("url"), asked.first("matchType") or "exact"
    if url.endswith("*"):
        url, how = url[:-1], "prefix"
    elif url.startswith("*."):
        url, how = url[2:], "domain"
    wanted = sort_key(url)
    host = wanted.partition(")")[0]
    if how == "prefix":
        return kept.key.startswith(wanted)
    if how == "host":
        return kept.key.startswith(f"{host})")
    if how == "domain":
        return kept.key.startswith((f"{host})", f"{host},"))
    return kept.key == wanted


def _within(row: dict[str, str], since: str, until: str) -> bool:
    return row["timestamp"] >= since and row["timestamp"][: len(until)] <= until


def _passes(row: dict[str, str], given: str) -> bool:
    """Whether a row passes `[!][=|~]field:value`: contains, is, or begins with a match of."""
    without = given.startswith("!")
    given = given.removeprefix("!")
    how = given[:1] if given[:1] in ("=", "~") else ""
    field, _, wanted = given.removeprefix(how).partition(":")
    value = row.get(field, "")
    if how == "=":
        held = value == wanted
    elif how == "~":
        held = re.match(wanted, value) is not None
    else:
        held = wanted in value
    return held is not without


class CrawlFiles:
    """Answers under the host of the WARC files."""

    def __init__(self, held: tuple[Crawl, ...]) -> None:
        self.crawls = held

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        for crawl in self.crawls:
            if asked.path == f"/{crawl.filename}":
                return _ranged(asked, crawl.warc)
        said = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'
        return Answer.text(said, 404, kind="application/xml")


def _ranged(asked: Asked, whole: bytes) -> Answer:
    """Return the part asked for (RFC 9110, 14), or the whole."""
    kind = (("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes"))
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.headers.get("range", ""))
    if found is None:
        return Answer(200, kind, whole)
    first = int(found[1])
    last = min(int(found[2]) if found[2] else len(whole) - 1, len(whole) - 1)
    if first > last:
        return Answer(416, (*kind, ("Content-Range", f"bytes */{len(whole)}")))
    place = ("Content-Range", f"bytes {first}-{last}/{len(whole)}")
    return Answer(206, (*kind, place), whole[first : last + 1])


def _response(kept: Kept) -> bytes:
    """Return a capture as a WARC record."""
    answer = kept.answer.having(Content_Length=str(len(kept.answer.body)))
    block = answer.head() + b"\r\n" + answer.body
    more = {
        "WARC-Target-URI": kept.url,
        "WARC-Payload-Digest": f"sha1:{kept.digest}",
        "WARC-Date": f"{kept.moment:%Y-%m-%dT%H:%M:%SZ}",
    }
    return _record("response", "application/http; msgtype=response", block, more)


def _record(kind: str, media_type: str, block: bytes, more: dict[str, str]) -> bytes:
    """Return one WARC record, compressed by itself."""
    number = uuid.uuid5(uuid.NAMESPACE_URL, kind + more.get("WARC-Target-URI", ""))
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{number}>",
        "WARC-Date": "2024-04-12T16:02:11Z",
        **more,
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return gzip.compress(f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n", mtime=0)
