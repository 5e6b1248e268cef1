"""Common Crawl asked: which of its monthly crawls have a page, and the page out of their files."""

import io
import json
import re
import zlib
from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha1
from threading import Lock
from urllib.parse import quote, urlencode

from filiation.english import listed
from filiation.find.cdx import NoRows, rows_of
from filiation.find.replay import answered, page_address
from filiation.find.stamps import stamp_of, timestamp
from filiation.find.values import Capture, Fetch, Fetched, Outcome, Pace, Probe
from filiation.find.wayback import Matching

__all__ = ["DATA_PACE", "INDEX_PACE", "CommonCrawl", "Crawl"]

INDEX_PACE = Pace(every=1.0, rest=120.0)
"""One question a second, one at a time: the practice of the client cdx_toolkit. The index serves some
100,000 look-ups an hour of a million asked, and shuts out who asks on through a 503."""
DATA_PACE = Pace(every=0.55, rest=60.0)
"""Client practice for the files of the crawls (cdx_toolkit)."""
MOST_LOOKUPS = 24
"""Questions to the index in one run: a few dozen at the most, for it serves everybody."""
MOST_CRAWLS = 6
"""Crawls asked for one page: half a year of monthly ones."""
MOST_PAGES = 5
"""Pages of the index read for one question to one crawl; each has up to 15,000 rows."""
MOST_LIST = 1_000_000
"""Bytes of the list of crawls: some 40,000 for twelve years of them."""
MOST_ROWS = 4_000_000
"""Bytes of one answer of the index; a row has about 500."""
MOST_RECORD = 10_000_000
"""Bytes of a packed record that are asked for: Common Crawl cuts pages at 1 MB, since 2025 at 5."""
MOST_BODY = 20_000_000
"""Bytes of a page that are unpacked, as many as a document may have (`read.decode.MOST_BYTES`)."""
NAME = "Common Crawl"


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl of the web, some two weeks long, once a month or less."""

    id: str
    """`CC-MAIN-2025-33`: year and week; the oldest have years only."""
    api: str
    """The address of its index."""
    first: datetime
    """When it began, as far as is known."""
    last: datetime
    """When it ended, as far as is known."""


class CommonCrawl:
    """A client of Common Crawl's index and files.

    Sources: the client cdx_toolkit and its recorded answers; pywb's documentation of its CDX server
    API. It asks one question after another, `most` in its life, and none after it was told to stop.
    """

    def __init__(
        self,
        fetch: Fetch,
        index: str = "https://index.commoncrawl.org",
        data: str = "https://data.commoncrawl.org",
        *,
        most: int = MOST_LOOKUPS,
    ) -> None:
        """Ask the index at `index` by `fetch`, and for files at `data`."""
        self._fetch = fetch
        self._index = index.rstrip("/")
        self._data = data.rstrip("/")
        self._left = most
        self._stopped: tuple[Outcome, str] | None = None
        self._crawls: Probe[Crawl] | None = None
        self._lock = Lock()

    # --- the index -------------------------------------------------------------------------------

    def crawls(self) -> Probe[Crawl]:
        """Return the crawls there are, newest first; asked for once."""
        with self._lock:
            if self._crawls is None:
                self._crawls = self._listed()
            return self._crawls

    def _listed(self) -> Probe[Crawl]:
        where = f"{NAME}: list of crawls"
        fetched = self._fetch(
            f"{self._index}/collinfo.json", robots=False, pace=INDEX_PACE, most_bytes=MOST_LIST
        )
        if fetched.outcome not in ("ok", "unchanged", "empty"):
            return Probe(where, fetched.outcome, says=fetched.says, whole=False)
        try:
            rows = json.loads(fetched.content)
        except (ValueError, RecursionError):
            return Probe(where, "malformed", says="what came is no JSON", whole=False)
        if not isinstance(rows, list):
            return Probe(where, "malformed", says="what came is no list of crawls", whole=False)
        if not rows:
            says = "it lists no crawl at all, as it does when it is out of order"
            return Probe(where, "transient", says=says, whole=False)
        made = [crawl for row in rows if (crawl := _crawl(row))]
        if not made:
            return Probe(where, "malformed", says="its list names no crawl", whole=False)
        return Probe.of(where, sorted(made, key=lambda crawl: crawl.first, reverse=True))

    def captures(
        self,
        url: str,
        *,
        first: datetime | None = None,
        last: datetime | None = None,
        limit: int = 100,
        match: Matching = "exact",
        crawls: int = MOST_CRAWLS,
    ) -> Probe[Capture]:
        """Return the captures of a page with status 200, oldest first.

        Asked are so many `crawls`, one by one: from `first` on, or where it is None the newest. An
        index that refuses is not asked again.
        """
        where = f"{NAME}: captures of {url}" + ("" if match == "exact" else f" ({match})")
        listed_crawls = self.crawls()
        if not listed_crawls.found:
            return Probe(where, listed_crawls.outcome, says=listed_crawls.says, whole=False)
        chosen, left_out = _chosen(listed_crawls.found, first, last, crawls)
        asked = [("url", url.partition("#")[0]), ("output", "json"), ("filter", "=status:200")]
        if match != "exact":
            asked.append(("matchType", match))
        if first is not None:
            asked.append(("from", timestamp(first)))
        if last is not None:
            asked.append(("to", timestamp(last)))
        asked.append(("limit", str(limit)))
        found: dict[tuple[str, str, datetime], Capture] = {}
        failures: list[tuple[Outcome, str]] = []
        whole = not left_out
        for crawl in chosen:
            rows, failure, complete = self._of_crawl(crawl, asked, match)
            whole = whole and complete
            for capture in rows:
                found.setdefault((capture.url, capture.digest or "", capture.taken), capture)
            if failure is not None:
                failures.append((failure[0], f"{crawl.id}: {failure[1]}"))
            if self._stopped is not None or len(found) >= limit:
                whole = whole and crawl is chosen[-1] and len(found) <= limit
                break
        ordered = sorted(found.values(), key=lambda capture: capture.taken)[:limit]
        says = "; ".join(dict.fromkeys(text for _, text in failures))
        if not says and chosen:
            says = f"asked: {listed([crawl.id for crawl in chosen])}"
        if failures:
            return Probe(where, failures[0][0], tuple(ordered), says, whole=False)
        return Probe.of(where, ordered, says, whole=whole)

    def _of_crawl(
        self, crawl: Crawl, asked: Sequence[tuple[str, str]], match: Matching
    ) -> tuple[list[Capture], tuple[Outcome, str] | None, bool]:
        """Return what one crawl has, what went wrong, and whether it is all."""
        pages = 1
        if match != "exact":
            fetched = self._asked(crawl, [*asked, ("showNumPages", "true")])
            if isinstance(fetched, tuple):
                return [], None if fetched[0] == "empty" else fetched, fetched[0] == "empty"
            number = _page_count(fetched.content)
            if number is None:
                return [], ("malformed", "it does not say how many pages it has"), False
            pages = number
        found: list[Capture] = []
        for page in range(min(pages, MOST_PAGES)):
            paged = [*asked, ("page", str(page))] if match != "exact" else asked
            fetched = self._asked(crawl, paged)
            if isinstance(fetched, tuple):
                if fetched[0] == "empty":
                    continue
                return found, fetched, False
            if fetched.status == 400 and page:  # past the last page
                return found, None, True
            if fetched.status == 400:
                return found, ("unsupported", "it does not take the question"), False
            try:
                rows = rows_of(fetched.content).rows
            except NoRows as error:
                return found, ("malformed", str(error)), False
            found += [capture for row in rows if (capture := _capture(row, self._data))]
        return found, None, pages <= MOST_PAGES

    def _asked(
        self, crawl: Crawl, asked: Sequence[tuple[str, str]]
    ) -> Fetched | tuple[Outcome, str]:
        """Return an answer of the index, or outcome and reason where there is none; once a time."""
        with self._lock:
            if self._stopped is not None:
                return self._stopped
            if self._left <= 0:
                return self._stop("out_of_budget", "as many look-ups as one run may make were made")
            self._left -= 1
            fetched = self._fetch(
                f"{crawl.api}?{urlencode(asked)}",
                robots=False,
                pace=INDEX_PACE,
                most_bytes=MOST_ROWS,
            )
            read = _read(fetched)
            if fetched.status == 503:  # "slow down": who goes on is shut out
                return self._stop("rate_limited", "it asks to slow down, so it is left alone")
            if not isinstance(read, Fetched) and read[0] in ("blocked", "rate_limited"):
                return self._stop(*read)
            return read

    def _stop(self, outcome: Outcome, says: str) -> tuple[Outcome, str]:
        """Ask the index nothing more."""
        self._stopped = outcome, says
        return outcome, says

    # --- the files -------------------------------------------------------------------------------

    def replay(self, capture: Capture) -> tuple[Fetched, Capture]:
        """Return what a page answered when it was crawled, read out of the crawl's file.

        The body is had by its range in a WARC file; `Fetched` has the page's own status and
        headers, and the exchange by which it was had. Raises `ValueError` for a capture that names
        no file.
        """
        if capture.file is None:
            raise ValueError("a capture that names no file of a crawl")
        path, offset, length = capture.file
        if length > MOST_RECORD:
            says = f"its record has {length:,} bytes"
            return Fetched(capture.replay, "too_large", says), capture
        fetched = self._fetch(
            f"{self._data}/{quote(path)}",
            headers={"Range": f"bytes={offset}-{offset + length - 1}"},
            robots=False,
            pace=DATA_PACE,
            redirects=0,
            most_bytes=length,
        )
        status = answered(fetched)
        if status == 200 and fetched.outcome in ("ok", "unchanged", "too_large"):
            says = "it sends whole files and no parts of them"
            return replace(fetched, outcome="unsupported", says=says, content=b""), capture
        if status == 416:
            says = "its file has no such part"
            return replace(fetched, outcome="not_found", says=says, content=b""), capture
        if fetched.outcome not in ("ok", "unchanged") or status != 206:
            says = fetched.says or f"it answers {status}"
            outcome = "malformed" if fetched.outcome == "ok" else fetched.outcome
            return replace(fetched, outcome=outcome, says=says, content=b""), capture
        if len(fetched.content) != length and not fetched.content.startswith(b"WARC/"):
            says = f"{len(fetched.content):,} bytes came of {length:,}"
            return replace(fetched, outcome="malformed", says=says, content=b""), capture
        return _unpacked(fetched, capture)


def _read(fetched: Fetched) -> Fetched | tuple[Outcome, str]:
    """Return a sound answer of the index, or outcome and reason; `empty` where it has nothing."""
    if fetched.status == 404:
        try:
            answer = json.loads(fetched.content)
        except (ValueError, RecursionError):
            if fetched.content.lstrip().startswith(b"{"):
                return "malformed", "its JSON is broken"
            answer = None
        if isinstance(answer, dict) and ("error" in answer or "message" in answer):
            return "empty", ""
        return "unsupported", "there is no index at its address"
    if fetched.status == 400:
        return fetched
    if fetched.outcome not in ("ok", "unchanged"):
        says = fetched.says or f"it answers {fetched.status}"
        # An empty answer is what comes before a block: whoever has no captures is told so by a 404.
        return ("transient" if fetched.outcome == "empty" else fetched.outcome), says
    if not fetched.content.strip():
        return "transient", "an empty answer, as it gives when it is asked too much"
    return fetched


_YEARS = re.compile(r"CC-MAIN-(\d{4})(?:-(\d{2}|\d{4}))?")


def _crawl(row: object) -> Crawl | None:
    match row:
        case {"id": str(name), "cdx-api": str(api), **more} if page_address(api) is not None:
            span = _times(more.get("from"), more.get("to")) or _years(name)
            return None if span is None else Crawl(name, api, *span)
    return None


def _times(one: object, other: object) -> tuple[datetime, datetime] | None:
    try:
        first, last = datetime.fromisoformat(str(one)), datetime.fromisoformat(str(other))
    except ValueError:
        return None
    return (
        first.replace(tzinfo=UTC) if first.tzinfo is None else first.astimezone(UTC),
        last.replace(tzinfo=UTC) if last.tzinfo is None else last.astimezone(UTC),
    )


def _years(name: str) -> tuple[datetime, datetime] | None:
    """Return the time of a crawl by its name: a week (`2016-47`), a year, years (`2009-2010`)."""
    found = _YEARS.fullmatch(name)
    if found is None:
        return None
    year, more = int(found[1]), found[2] or ""
    try:
        if len(more) == 2:
            # A crawl is named after the week in which it ended or nearly so: it began before.
            monday = datetime.combine(
                date.fromisocalendar(year, int(more), 1), datetime.min.time(), tzinfo=UTC
            )
            return monday - timedelta(days=14), monday + timedelta(days=14)
        last = int(more) if more else year
        return datetime(year, 1, 1, tzinfo=UTC), datetime(last, 12, 31, 23, 59, 59, tzinfo=UTC)
    except ValueError:
        return None


def _chosen(
    crawls: Sequence[Crawl], first: datetime | None, last: datetime | None, most: int
) -> tuple[list[Crawl], bool]:
    """Return the crawls to ask, and whether some that could have it are left out."""
    able = [
        crawl
        for crawl in crawls
        if (first is None or crawl.last >= first) and (last is None or crawl.first <= last)
    ]
    if first is not None:
        able.sort(key=lambda crawl: crawl.first)
    return able[:most], len(able) > most


def _page_count(content: bytes) -> int | None:
    """Return how many pages there are: an object with `pages`, or one bare number."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if isinstance(answer, dict):
        answer = answer.get("pages")
    return answer if isinstance(answer, int) and not isinstance(answer, bool) else None


def _capture(row: Mapping[str, str], data: str) -> Capture | None:
    stamp = stamp_of(row.get("timestamp", ""))
    page = page_address(row.get("original", ""))
    path = row.get("filename", "")
    numbers = (row.get("offset", ""), row.get("length", ""))
    if stamp is None or page is None or not _is_path(path):
        return None
    if not all(text.isdecimal() and len(text) < 16 for text in numbers) or int(numbers[1]) < 1:
        return None
    status = row.get("statuscode", "")
    return Capture(
        url=page,
        taken=stamp.moment,
        replay=f"{data}/{quote(path)}",
        archive=NAME,
        status=int(status) if len(status) == 3 and status.isdecimal() else None,
        media_type=row.get("mime-detected") or row.get("mimetype") or None,
        digest=row.get("digest") or None,
        file=(path, int(numbers[0]), int(numbers[1])),
    )


def _is_path(path: str) -> bool:
    """Whether a file's path stays below the place where the files are."""
    return bool(path) and not path.startswith("/") and ".." not in path.split("/")


# --- one record ----------------------------------------------------------------------------------


def _unpacked(fetched: Fetched, capture: Capture) -> tuple[Fetched, Capture]:
    """Return the page that a packed record holds: one member of a gzip file, one WARC record."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.statusandheaders import StatusAndHeadersParserException

    def broken(says: str) -> tuple[Fetched, Capture]:
        return replace(fetched, outcome="malformed", says=says, content=b""), capture

    try:
        record = next(iter(ArchiveIterator(io.BytesIO(fetched.content))), None)
        if record is None:
            return broken("its part of the file holds no record")
        kind, headers, http = record.rec_type, record.rec_headers, record.http_headers
        if kind == "revisit":
            says = "the crawl kept no text, for it was that of an earlier capture"
            return replace(fetched, outcome="not_found", says=says, content=b""), capture
        if kind != "response" or http is None:
            return broken(f"its part of the file holds a record of another kind: {kind}")
        uri = (headers.get_header("WARC-Target-URI") or "").strip("<>")
        if page_address(uri) != capture.url:
            return broken("its part of the file holds another page")
        if not http.get_statuscode().isdecimal():
            return broken("its record holds no answer of a server")
        stream = record.content_stream()
        body = b"".join(_pieces(stream))
    except (
        ArchiveLoadFailed, StatusAndHeadersParserException, OSError, ValueError, EOFError, zlib.error
    ) as error:  # fmt: skip
        return broken(f"its record is broken ({type(error).__name__})")
    if len(body) > MOST_BODY:
        says = f"the page is larger than {MOST_BODY:,} bytes"
        return replace(fetched, outcome="too_large", says=says, content=b""), capture
    names = {name.lower() for name, _ in http.headers}
    status = int(http.get_statuscode())
    media, _, rest = (http.get_header("Content-Type") or "").partition(";")
    charset = re.search(r"charset\s*=\s*[\"']?([^\s\"';,]{1,40})", rest, re.IGNORECASE)
    says = _reservation(headers.get_header("WARC-Truncated"), names, body, capture.digest)
    page = replace(
        fetched,
        url=capture.replay,
        outcome="ok",
        says=says,
        status=status,
        final_url=capture.url,
        headers=_joined(http.headers),
        content=body,
        charset=charset[1] if charset else None,
        media_type=media.strip().lower(),
    )
    return page, replace(capture, status=status)


def _pieces(stream: io.BufferedIOBase) -> Iterator[bytes]:
    """Yield a body's pieces, a little more than `MOST_BODY` at the most."""
    size = 0
    while size <= MOST_BODY and (piece := stream.read(1 << 16)):
        size += len(piece)
        yield piece


def _joined(headers: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _reservation(truncated: str | None, names: set[str], body: bytes, digest: str | None) -> str:
    """Return what to know of a page that was read: cut off, or other than the index says."""
    if truncated:
        return f"the crawl kept only its beginning ({truncated})"
    if digest and not names & {"content-encoding", "transfer-encoding"}:
        made = b32encode(sha1(body, usedforsecurity=False).digest()).decode()
        if made != digest.removeprefix("sha1:"):
            return "its digest is not the one that the index gives"
    return ""
