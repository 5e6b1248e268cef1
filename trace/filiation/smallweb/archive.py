"""An archive as the Wayback Machine is one: capture index, replay, TimeMap and TimeGate,
availability, and saving.

After the README of `wayback-cdx-server`, RFC 7089, and the answers that clients of the real one have
recorded.
"""

import math
import re
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import groupby
from urllib.parse import quote_plus, unquote

from filiation.smallweb.captures import Holdings, Kept, nearest, sort_key, stamp
from filiation.smallweb.stories import TODAY
from filiation.smallweb.wire import Answer, Asked, http_date

__all__ = ["Aggregator", "Archive"]

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
MOST_ROWS = 150_000
"""Rows of one answer, the real server's limit."""
BLOCK = 60
"""Captures in a block of the paged index; the real one has 3,000, here there are not as many."""
BLOCKS_A_PAGE = 5
LINKS = 'type="application/link-format"'
BLOCKED = "AdministrativeAccessControlException: Blocked Site Error"
EXCLUDED_PAGE = (
    "<html><head><title>Internet Archive Wayback Machine</title></head><body><h1>Sorry.</h1>"
    "<p>This URL has been excluded from the Wayback Machine.</p></body></html>"
)


class Archive:
    """Answers under the archive's host."""

    def __init__(
        self, host: str, holdings: Holdings, *, keys: str = "open:sesame", polls: int = 1
    ) -> None:
        """`keys` are what saving wants, access and secret; `polls` is how often a job is still
        pending when it is asked after."""
        self.root = f"http://{host}"
        self.holdings = holdings
        self.keys = keys
        self.polls = polls
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        path = asked.path
        if path in ("/cdx/search/cdx", "/cdx/search", "/cdx"):
            return self._index(asked)
        if path == "/wayback/available":
            return self._available(asked)
        if path in ("/save", "/save/"):
            return self._save(asked)
        if path.startswith("/save/status/"):
            return self._job(path.removeprefix("/save/status/"))
        if asked.target.startswith("/web/timemap/link/"):
            return self.timemap(asked.target.removeprefix("/web/timemap/link/"))
        if asked.target.startswith("/web/"):
            return self._replay(asked)
        return Answer.html("<html><body><h1>404</h1></body></html>", 404)

    # --- the capture index ------------------------------------------------------------------

    def _index(self, asked: Asked) -> Answer:
        url = asked.first("url")
        if not url:
            return Answer.text("java.lang.IllegalArgumentException: 'url' param is required\n", 400)
        if self.holdings.left_out(url.removeprefix("*.").removesuffix("/*")):
            said = Answer.text(f"org.archive.wayback.exception.{BLOCKED}\n", 403)
            return said.having(X_Archive_Wayback_Runtime_Error=BLOCKED)
        try:
            rows = self._rows(asked, url)
        except (ValueError, re.error) as error:
            return Answer.text(f"java.lang.IllegalArgumentException: {error}\n", 400)
        if asked.first("showNumPages") == "true":
            return Answer.text(f"{_pages(asked, rows)}\n")
        if asked.first("page"):
            page = asked.number("page", 0)
            if not 0 <= page < max(_pages(asked, rows), 1):
                return Answer.text("java.lang.IllegalArgumentException: page out of range\n", 400)
            a_page = _a_page(asked)
            rows = rows[page * a_page : (page + 1) * a_page]
        kept, more = _limited(rows, asked.number("limit", MOST_ROWS))
        key = _resume_key(kept[-1]) if more and asked.first("showResumeKey") == "true" else ""
        answer = _written(asked, kept, key)
        return answer.having(X_RL="0", X_NA="0", X_location="cdx", x_ts="200")

    def _rows(self, asked: Asked, url: str) -> list[dict[str, str]]:
        """Return the rows that are asked for, before limit and page."""
        resolved = asked.first("resolveRevisits") == "true"
        matching = (kept for kept in self.holdings.all() if _matches(kept.key, url, asked))
        rows = [kept.row(resolved=resolved) for kept in matching]
        since, until = asked.first("from"), asked.first("to")
        if not re.fullmatch(r"\d{0,14}", since) or not re.fullmatch(r"\d{0,14}", until):
            raise ValueError("from and to take 1 to 14 digits")
        rows = [
            row
            for row in rows
            if row["timestamp"] >= since and (row["timestamp"][: len(until)] <= until)
        ]
        resumed = unquote(asked.first("resumeKey")).replace("+", " ")
        if resumed:
            rows = [row for row in rows if f"{row['urlkey']} {row['timestamp']} " > resumed]
        for given in asked.all("filter"):
            rows = [row for row in rows if _passes(row, given)]
        for given in asked.all("collapse"):
            field, _, length = given.partition(":")
            _known(field)
            cut = int(length) if length else None
            rows = [next(same) for _, same in groupby(rows, key=lambda row: row[field][:cut])]
        return rows[max(asked.number("offset", 0), 0) :]

    # --- replay -----------------------------------------------------------------------------

    def _replay(self, asked: Asked) -> Answer:
        found = re.fullmatch(r"/web/(?:(\d{1,14})([a-z]{2}_)?/)?(.+)", asked.target)
        if found is None:
            return self._never()
        timestamp, flag, url = found[1] or "", found[2] or "", _address(found[3])
        if self.holdings.left_out(url):
            return Answer.html(EXCLUDED_PAGE, 403)
        captures = self.holdings.of(url)
        if not timestamp:
            return self.gate(asked, captures)
        exact = next((kept for kept in captures if kept.timestamp == timestamp), None)
        if exact is not None and exact.playable:
            return self._memento(exact, captures, flag)
        near = nearest(captures, timestamp)
        if near is None:
            return self._never()
        to = f"{self.root}/web/{near.timestamp}{flag}/{near.url}"
        answer = Answer(302, (("Content-Type", "text/plain"),))
        return answer.having(
            location=to, x_archive_redirect_reason=f"found capture at {near.timestamp}"
        )

    def _never(self) -> Answer:
        page = (
            "<html><head><title>Internet Archive Wayback Machine</title></head><body><p>The Wayback"
            " Machine has not archived that URL.</p></body></html>"
        )
        return Answer.html(page, 404)

    def _memento(self, kept: Kept, captures: list[Kept], flag: str) -> Answer:
        """Return a capture: the site's own status, headers and body."""
        given = kept.answer
        headers = [
            ("Content-Type", given.header("Content-Type") or "text/html"),
            ("memento-datetime", http_date(kept.moment)),
            ("x-archive-orig-date", http_date(kept.moment - timedelta(seconds=1))),
            ("x-archive-src", f"smallcrawl_{kept.timestamp[:8]}/CRAWL-{kept.timestamp}.warc.gz"),
            ("link", self._links(kept, captures)),
        ]
        headers += [(f"x-archive-orig-{name.lower()}", value) for name, value in given.headers]
        if to := given.header("Location"):
            headers.append(("location", f"{self.root}/web/{kept.timestamp}{flag}/{to}"))
        body = given.body
        if not flag and given.header("Content-Type").startswith("text/html"):
            body = _framed(body, kept)
        return Answer(given.status, tuple(headers), body)

    def _links(self, kept: Kept, captures: list[Kept]) -> str:
        at = captures.index(kept)
        named = [("first", 0), ("prev", at - 1), ("", at), ("next", at + 1)]
        named.append(("last", len(captures) - 1))
        rels: dict[int, list[str]] = {}
        for name, place in named:
            if 0 <= place < len(captures):
                rels.setdefault(place, []).append(name)
        mementos = [
            self._link(captures[place], " ".join(filter(None, [*names, "memento"])))
            for place, names in sorted(rels.items())
        ]
        return ", ".join([*self._relations(kept.url), *mementos])

    def _relations(self, url: str) -> list[str]:
        return [
            f'<{url}>; rel="original"',
            f'<{self.root}/web/timemap/link/{url}>; rel="timemap"; {LINKS}',
            f'<{self.root}/web/{url}>; rel="timegate"',
        ]

    def _link(self, kept: Kept, rel: str) -> str:
        to = f"{self.root}/web/{kept.timestamp}/{kept.url}"
        return f'<{to}>; rel="{rel}"; datetime="{http_date(kept.moment)}"'

    # --- Memento ----------------------------------------------------------------------------

    def gate(self, asked: Asked, captures: list[Kept]) -> Answer:
        """Return the way to the capture nearest to Accept-Datetime; to the last where it is not
        given (RFC 7089, 4.1)."""
        given = asked.headers.get("accept-datetime", "")
        try:
            wanted = stamp(parsedate_to_datetime(given)) if given else "99991231235959"
        except (TypeError, ValueError):
            return Answer.text("Accept-Datetime is no date\n", 400)
        near = nearest(captures, wanted)
        if near is None:
            return self._never()
        answer = Answer(302, (("Content-Type", "text/plain"), ("Vary", "accept-datetime")))
        return answer.having(
            location=f"{self.root}/web/{near.timestamp}/{near.url}",
            link=", ".join(self._relations(near.url)),
        )

    def timemap(self, given: str) -> Answer:
        """Return the list of a page's captures in link format."""
        url = _address(given)
        captures = self.holdings.of(url)
        if self.holdings.left_out(url):
            return Answer.html(EXCLUDED_PAGE, 403)
        if not captures:
            return self._never()
        first, last = (http_date(captures[at].moment) for at in (0, -1))
        own = f"{self.root}/web/timemap/link/{url}"
        lines = [
            f'<{url}>; rel="original"',
            f'<{own}>; rel="self"; {LINKS}; from="{first}"; until="{last}"',
            f'<{self.root}/web/{url}>; rel="timegate"',
        ]
        for at, kept in enumerate(captures):
            rel = "first memento" if at == 0 else "last memento" if kept is captures[-1] else ""
            lines.append(self._link(kept, rel or "memento"))
        return Answer.text(",\n".join(lines) + "\n", kind="application/link-format")

    def _available(self, asked: Asked) -> Answer:
        """Return the closest capture of a page that was there; nothing to an address with its
        scheme."""
        url = asked.first("url")
        if re.match(r"https?://", url):
            return Answer.json({"url": url, "archived_snapshots": {}})
        sound = [kept for kept in self.holdings.of(url) if kept.answer.status == 200]
        near = nearest(sound, asked.first("timestamp") or "99991231235959")
        if near is None:
            return Answer.json({"url": url, "archived_snapshots": {}})
        closest = {
            "available": True,
            "url": f"{self.root}/web/{near.timestamp}/{near.url}",
            "timestamp": near.timestamp,
            "status": str(near.answer.status),
        }
        return Answer.json({"url": url, "archived_snapshots": {"closest": closest}})

    # --- saving -----------------------------------------------------------------------------

    def _save(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"LOW {self.keys}":
            said = {"message": "You need to be logged in to use Save Page Now."}
            return Answer.json(said, 401)
        url = asked.form.get("url", "")
        if asked.method != "POST" or not url:
            return Answer.json({"message": "Please provide a url.", "status": "error"}, 400)
        with self._lock:
            job = f"spn2-{len(self._jobs) + 1:040x}"
            self._jobs[job] = _Job(url, self.polls)
        return Answer.json({"url": url, "job_id": job})

    def _job(self, number: str) -> Answer:
        with self._lock:
            job = self._jobs.get(number)
            if job is None:
                said = {"status": "error", "status_ext": "error:not-found", "job_id": number}
                return Answer.json({**said, "message": "Job not found."}, 404)
            job.polled += 1
            if job.polled <= job.polls:
                return Answer.json({"status": "pending", "job_id": number, "resources": []})
            if not job.outcome:
                job.outcome = self._capture(job.url)
            return Answer.json({**job.outcome, "job_id": number})

    def _capture(self, url: str) -> dict[str, str]:
        """Capture a page; return what a finished job says of it."""
        if self.holdings.left_out(url):
            said = "This URL is in the Save Page Now service block list."
            return {"status": "error", "status_ext": "error:blocked-url", "message": said}
        taken = stamp(TODAY + timedelta(seconds=len(self._jobs)))
        try:
            self.holdings.add(url, taken)
        except KeyError:
            said = f"Couldn't resolve host for {url}."
            ended = "error:invalid-host-resolution"
            return {"status": "error", "status_ext": ended, "message": said}
        return {"status": "success", "timestamp": taken, "original_url": url}


@dataclass
class _Job:
    """One page to be saved."""

    url: str
    polls: int
    polled: int = 0
    outcome: dict[str, str] = field(default_factory=dict)


class Aggregator:
    """Answers as a Memento aggregator: which capture, of all archives it knows, is closest."""

    def __init__(self, host: str, archive: Archive) -> None:
        self.root = f"http://{host}"
        self.archive = archive

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        if asked.target.startswith("/timemap/link/"):
            return self.archive.timemap(asked.target.removeprefix("/timemap/link/"))
        if asked.target.startswith("/timegate/"):
            url = _address(asked.target.removeprefix("/timegate/"))
            return self.archive.gate(asked, self.archive.holdings.of(url))
        found = re.fullmatch(r"/api/json/(\d{4,14})/(.+)", asked.target)
        if found is None:
            return Answer.html("<html><body><h1>404</h1></body></html>", 404)
        url = _address(found[2])
        captures = [kept for kept in self.archive.holdings.of(url) if kept.playable]
        near = nearest(captures, found[1])
        if near is None:
            return Answer.html("<html><body><h1>404</h1><p>No mementos</p></body></html>", 404)
        named = {"first": captures[0], "closest": near, "last": captures[-1]}
        return Answer.json(
            {
                "original_uri": url,
                "mementos": {name: self._memento(kept) for name, kept in named.items()},
                "timegate_uri": f"{self.root}/timegate/{url}",
                "timemap_uri": {"link_format": f"{self.root}/timemap/link/{url}"},
            }
        )

    def _memento(self, kept: Kept) -> dict[str, object]:
        uri = f"{self.archive.root}/web/{kept.timestamp}/{kept.url}"
        return {"datetime": f"{kept.moment:%Y-%m-%dT%H:%M:%SZ}", "uri": [uri]}


def _address(given: str) -> str:
    """Return the address in an archive's path: escaped or not, with one slash lost or not."""
    url = unquote(given) if re.match(r"https?%3a", given, re.IGNORECASE) else given
    url = re.sub(r"^(https?):/(?!/)", r"\1://", url)
    return url if re.match(r"https?://", url) else f"http://{url}"


def _framed(body: bytes, kept: Kept) -> bytes:
    """Return a page as people are shown it: with the archive's banner, its links led to captures."""
    banner = f"<div id='wm-ipp-base'>Captured {kept.moment:%d %b %Y}</div>".encode()
    root = f"/web/{kept.timestamp}/http".encode()
    body = re.sub(rb'(href=")http', rb"\1" + root, body)
    return re.sub(
        rb"(<body[^>]*>)", lambda tag: tag[1] + banner, body, count=1, flags=re.IGNORECASE
    )


def _matches(key: str, url: str, asked: Asked) -> bool:
    """Whether a capture's key is asked for, by the address and its matchType."""
    how = asked.first("matchType") or "exact"
    if url.endswith("*"):
        how, url = "prefix", url[:-1]
    elif url.startswith("*."):
        how, url = "domain", url[2:]
    wanted = sort_key(url)
    host = wanted.partition(")")[0]
    match how:
        case "exact":
            return key == wanted
        case "prefix":
            slash = url.endswith("/") and not wanted.endswith("/")
            return key.startswith(wanted + "/" * slash)
        case "host":
            return key.startswith(f"{host})")
        case "domain":
            return key.startswith((f"{host})", f"{host},"))
        case _:
            raise ValueError(f"no matchType {how}")


def _passes(row: dict[str, str], given: str) -> bool:
    """Whether a row passes `[!]field:regex`, matched against the whole value, or
    `~[!]field:substring`."""
    anywhere = given.startswith("~")
    given = given.removeprefix("~")
    without = given.startswith("!")
    field, _, wanted = given.removeprefix("!").partition(":")
    _known(field)
    value = row[field]
    held = wanted in value if anywhere else re.fullmatch(wanted, value) is not None
    return held is not without


def _known(field: str) -> None:
    if field not in FIELDS:
        raise ValueError(f"no field {field}")


def _a_page(asked: Asked) -> int:
    return max(asked.number("pageSize", BLOCKS_A_PAGE), 1) * BLOCK


def _pages(asked: Asked, rows: list[dict[str, str]]) -> int:
    return math.ceil(len(rows) / _a_page(asked))


def _limited(rows: list[dict[str, str]], limit: int) -> tuple[list[dict[str, str]], bool]:
    """Return the first `limit` rows, or the last where it is negative, and whether more follow."""
    if limit < 0:
        return rows[limit:], False
    limit = min(limit, MOST_ROWS)
    return rows[:limit], len(rows) > limit > 0


def _resume_key(row: dict[str, str]) -> str:
    """Return where the next answer goes on: after the last row."""
    return quote_plus(f"{row['urlkey']} {row['timestamp']}!")


def _written(asked: Asked, rows: list[dict[str, str]], key: str) -> Answer:
    """Return the rows as text or JSON, the resume key after an empty row."""
    names = [name for name in asked.first("fl").split(",") if name in FIELDS] or list(FIELDS)
    cells = [[row[name] for name in names] for row in rows]
    if asked.first("output") == "json":
        table = [names, *cells] if cells else []
        return Answer.json([*table, [], [key]] if key else table)
    lines = "".join(" ".join(row) + "\n" for row in cells)
    return Answer.text(lines + (f"\n{key}\n" if key else ""))
