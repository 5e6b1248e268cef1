"""Addresses that a site lists for search engines: robots.txt's `Sitemap:` lines, indexes, files.

Source: sitemaps.org/protocol.html, and Google's extension for news. Files are read piece by piece, so
that one of 50 MB costs no more than a small one; gzip is told by its first bytes. No entity is
resolved, nothing is reached for, and depth, number and size are bounded.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from filiation.find.feeds import Feeds, holds_feed
from filiation.find.replies import (
    PARKED,
    as_moment,
    failure,
    first_of,
    front_page,
    has_answer,
    is_html,
    language_code,
    same_site,
    short,
    span_of,
    web_address,
)
from filiation.find.values import Fetch, Fetched, Hit, Probe
from filiation.outlets import host

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Child", "SitemapFile", "Sitemaps", "Wanted"]

USUAL = (
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/wp-sitemap.xml",
    "/news-sitemap.xml",
    "/sitemap_news.xml",
)
"""Where sitemaps are that robots.txt does not name."""
MOST_SENT = 20_000_000
"""Bytes taken of one file as it is sent, any Content-Encoding taken off: the fetched answer is held
in memory. Of a larger file the first part is read."""
MOST_BYTES = 50_000_000
"""Bytes read of one file once it is unpacked: the protocol's own limit, 50 MB."""
MOST_PAGES = 50_000
"""Pages, or files, read of one file: the protocol's own limit."""
MOST_ELEMENTS = 500_000
"""Elements read of one file: 10 for each of its pages, where most have two to four."""
PIECE = 65_536
"""Bytes unpacked and read at a time."""
DEEPEST = 3
"""Indexes within indexes; the protocol knows one level, and some sites have two."""
MOST_STATED = 50
"""`Sitemap:` lines of a robots.txt that are followed."""

Wanted = Callable[[Hit], bool]


@dataclass(frozen=True, slots=True)
class Child:
    """A file that an index names."""

    url: str
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class SitemapFile:
    """What one file lists: pages, or further files."""

    pages: Probe[Hit]
    children: tuple[Child, ...] = ()


class Sitemaps:
    """The sitemaps of sites."""

    def __init__(self, fetch: Fetch, stated: Callable[[str], Sequence[str]] | None = None) -> None:
        """`stated` gives the `Sitemap:` lines of a site's robots.txt; without it that is read anew."""
        self._fetch = fetch
        self._stated = stated or self._of_robots

    def roots(self, site: str) -> Probe[str]:
        """Find a site's sitemaps: those that its robots.txt names, else the first that is there."""
        where = f"sitemaps of {site}"
        at = urlsplit(site.strip())
        if at.scheme not in ("http", "https"):
            front = front_page(self._fetch, site, "HEAD")
            if front.outcome in PARKED:
                return failure(where, front)
            at = urlsplit(front.final_url or front.url)
        origin = f"{at.scheme}://{at.netloc}"
        named = [url for url in map(web_address, self._stated(f"{origin}/")) if url]
        if named:
            return Probe.of(where, list(dict.fromkeys(named))[:MOST_STATED])
        return first_of(where, [origin + path for path in USUAL], self._got, _is_sitemap)

    def file(self, url: str, site: str | None = None) -> SitemapFile:
        """Return what one file lists of `site`, which is the file's own where it is not given."""
        where = f"sitemap {url}"
        got = self._got(url)
        if not has_answer(got) and not (got.outcome == "too_large" and got.content):
            return SitemapFile(failure(where, got))
        if holds_feed(got.content):
            return SitemapFile(replace(Feeds(self._fetch).entries(url), where=where))
        read = _read(got.content)
        if read.root not in ("urlset", "sitemapindex", "text"):
            if is_html(got):
                return SitemapFile(Probe(where, "unsupported", (), "a page, no sitemap"))
            return SitemapFile(failure(where, got, read.says or "it is no sitemap"))
        home = site or got.final_url or url
        pages = [hit for hit in read.pages if same_site(hit.url, home)]
        children = [child for child in read.children if same_site(child.url, home)]
        left_out = len(read.pages) - len(pages) + len(read.children) - len(children)
        told = [read.says, f"{left_out} addresses of other sites left out" if left_out else ""]
        whole = read.whole and got.outcome != "too_large"
        if got.outcome == "too_large":
            told.append("only its first part was read")
        probe = Probe.of(where, pages, "; ".join(filter(None, told)), whole=whole)
        return SitemapFile(probe, tuple(children))

    def walk(
        self,
        site: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        wanted: Wanted | None = None,
        most_files: int = 200,
        is_file: bool | None = None,
    ) -> Iterator[Probe[Hit]]:
        """Yield the pages of each file in turn, those likeliest to hold the dates first.

        `site` is a host, an address of the site, or of a sitemap: told by how its path ends, unless
        `is_file` says it. Pages that are dated outside of
        `since` and `until` are left out, as are files last changed before `since`. Of an index a
        probe without pages is yielded.
        """
        if is_file is None:
            is_file = urlsplit(site).path.lower().endswith((".xml", ".xml.gz", ".txt", ".gz"))
        if is_file:
            roots: Probe[str] = Probe.of("", [site])
        else:
            roots = self.roots(site)
        if not roots.found:
            yield Probe(roots.where, roots.outcome, (), roots.says, whole=False)
            return
        waiting = [(Child(url), 0) for url in reversed(roots.found)]
        met = set(roots.found)
        for _ in range(most_files):
            if not waiting:
                return
            child, depth = waiting.pop()
            read = self.file(child.url, None if is_file else site)
            further = [c for c in read.children if c.url not in met]
            says = read.pages.says
            whole = read.pages.whole
            if further and depth >= DEEPEST:
                says, whole, further = "indexes nested too deep", False, []
            kept = [c for c in further if not _is_stale(c, since)]
            met.update(c.url for c in further)
            waiting += [(c, depth + 1) for c in reversed(_likeliest(kept, since, until))]
            hits = [
                hit
                for hit in read.pages.found
                if _may_be_of(hit, since, until) and (wanted is None or wanted(hit))
            ]
            if read.pages.outcome in ("ok", "empty"):
                yield Probe.of(read.pages.where, hits, says, whole=whole)
            else:
                yield replace(read.pages, found=tuple(hits))
            if read.pages.outcome in PARKED - {"transient"}:
                return
        if waiting:
            left = f"{len(waiting)} further files were not looked at"
            yield Probe.of(f"sitemaps of {site}", (), left, whole=False)

    def pages(
        self,
        site: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        wanted: Wanted | None = None,
        most: int = 100_000,
        most_files: int = 200,
    ) -> Probe[Hit]:
        """Return the pages that a site's sitemaps list, at most `most`; see `walk`."""
        where = f"sitemaps of {site}"
        found: dict[str, Hit] = {}
        says: dict[str, None] = {}
        whole, outcome = True, None
        for probe in self.walk(
            site, since=since, until=until, wanted=wanted, most_files=most_files
        ):
            found |= {hit.url: hit for hit in probe.found if hit.url not in found}
            whole = whole and probe.whole
            if probe.says:
                says[probe.says] = None
            if probe.outcome not in ("ok", "empty"):
                outcome, whole = outcome or probe.outcome, False
            if len(found) >= most:
                whole = False
                break
        hits = tuple(found.values())[:most]
        told = "; ".join(list(says)[:5])
        if outcome and not hits:
            return Probe(where, outcome, hits, told, whole=False)
        return Probe.of(where, hits, told, whole=whole)

    def _got(self, url: str) -> Fetched:
        return self._fetch(url, most_bytes=MOST_SENT)

    def _of_robots(self, url: str) -> Sequence[str]:
        at = urlsplit(url)
        got = self._fetch(f"{at.scheme}://{at.netloc}/robots.txt", robots=False)
        if not has_answer(got) or is_html(got):
            return ()
        text = got.content[:512_000].decode("utf-8-sig", "replace")
        return [found[1] for found in _SITEMAP_LINE.finditer(text)]


_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,4000})", re.IGNORECASE | re.MULTILINE)


# --- which files and pages -----------------------------------------------------------------------

_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2]))?(?!\d)")


def _is_stale(child: Child, since: datetime | None) -> bool:
    """Return whether a file was last changed too early to list anything that is asked for."""
    changed = span_of(child.modified)
    return since is not None and changed is not None and changed.latest < as_moment(since)


def _likeliest(
    children: Iterable[Child], since: datetime | None, until: datetime | None
) -> list[Child]:
    """Return the files whose address names a time that is asked for, then the undated, then others.

    Among equals those last changed come first: the newest articles are in them.
    """

    def rank(child: Child) -> int:
        named = _MONTH.search(urlsplit(child.url).path + urlsplit(child.url).query)
        if named is None or (since is None and until is None):
            return 1
        first = f"{named[1]}-{named[2] or '01'}"
        last = f"{named[1]}-{named[2] or '12'}"
        after = until is not None and first > f"{as_moment(until):%Y-%m}"
        before = since is not None and last < f"{as_moment(since):%Y-%m}"
        return 2 if after or before else 0

    newest_first = sorted(children, key=lambda child: child.modified or "", reverse=True)
    return sorted(newest_first, key=rank)


def _may_be_of(hit: Hit, since: datetime | None, until: datetime | None) -> bool:
    """Return whether a page may have been published in a time.

    Its address may give the day. When it was last changed says only that it was there by then.
    """
    from filiation.dates import url_date

    said = span_of(hit.published) or url_date(hit.url)
    if said is None:
        changed = span_of(hit.modified)
        return since is None or changed is None or changed.latest >= as_moment(since)
    if since is not None and said.latest < as_moment(since):
        return False
    return until is None or said.earliest <= as_moment(until)


# --- reading a file ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Read:
    """What was read of a file."""

    root: str = ""
    """Name of its first element; `text` for a list of addresses."""
    pages: list[Hit] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    says: str = ""
    whole: bool = True


class _TooMuch(Exception):
    """More bytes, pages or files than are read of one file."""


def _is_sitemap(content: bytes) -> bool:
    return _read(content, most=1).root in ("urlset", "sitemapindex", "text")


def _read(content: bytes, most: int = MOST_PAGES) -> _Read:
    """Read a file of whatever kind, packed or not; never raises for what it holds."""
    found = _Read()
    try:
        pieces = _unpacked(content)
        first = next(pieces, b"")
        if _is_list(first):
            _read_list(found, content, most)
        else:
            _read_xml(found, first, pieces, most)
    except _TooMuch:
        found.says, found.whole = "only its first part was read", False
    except zlib.error:
        found.says, found.whole = "its gzip data is broken", False
    return found


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield a file's bytes in pieces, unpacked where they are gzip. Raises `_TooMuch`, zlib.error."""
    if not content.startswith(b"\x1f\x8b"):
        for at in range(0, min(len(content), MOST_BYTES), PIECE):
            yield content[at : at + PIECE]
        return
    size = 0
    packed = content
    while packed.startswith(b"\x1f\x8b"):  # gzip files may be several, one after the other
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not unpacker.eof:
            piece = unpacker.decompress(packed, PIECE)
            packed = unpacker.unconsumed_tail
            size += len(piece)
            if size > MOST_BYTES:
                raise _TooMuch
            if not piece and not packed:
                raise zlib.error("it breaks off")
            yield piece
        packed = unpacker.unused_data


def _is_list(first: bytes) -> bool:
    head = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:8].lower()
    return head.startswith((b"http://", b"https://"))


def _read_list(found: _Read, content: bytes, most: int) -> None:
    """Read a list of addresses, one a line."""
    found.root = "text"
    rest = b""
    for piece in _unpacked(content):
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()[-8000:]
        _add_lines(found, lines, most)
    _add_lines(found, [rest], most)


def _add_lines(found: _Read, lines: Iterable[bytes], most: int) -> None:
    for line in lines:
        if len(found.pages) >= most:
            raise _TooMuch
        if url := web_address(line.decode("utf-8-sig", "replace")):
            found.pages.append(Hit(url, outlet=host(url) or None, by="sitemap"))


def _read_xml(found: _Read, first: bytes, pieces: Iterator[bytes], most: int) -> None:
    from lxml import etree

    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=True,
    )
    reading = _Reading(found, most)
    broken = False
    try:
        parser.feed(first.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n"))
        reading.take(parser.read_events())
        for piece in pieces:
            parser.feed(piece)
            reading.take(parser.read_events())
        parser.close()
        reading.take(parser.read_events())
    except etree.XMLSyntaxError:
        broken = True
    if broken or not reading.closed or any(map(_is_fault, parser.feed_error_log)):
        found.says, found.whole = "it breaks off, or is broken XML", False


def _is_fault(entry: Any) -> bool:
    """Return whether an entry of a parser's log is more than a prefix that nobody declared."""
    return not (entry.level_name == "WARNING" or entry.domain_name == "NAMESPACE")


@dataclass(slots=True)
class _Reading:
    """Takes what a parser meets; every element is let go of as soon as it ends."""

    found: _Read
    most: int
    path: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    closed: bool = False
    elements: int = 0

    def take(self, events: Iterable[tuple[str, Any]]) -> None:
        for event, element in events:
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                self.elements += 1
                if self.elements > MOST_ELEMENTS:
                    raise _TooMuch
                self.path.append(element.tag.rpartition("}")[2][:40].lower())
                if len(self.path) == 1:
                    self.found.root = self.path[0]
            else:
                self._end(element)

    def _end(self, element: "_Element") -> None:
        place = "/".join(self.path[1:])
        if place in _FACTS and element.text:
            self.facts.setdefault(_FACTS[place], element.text.strip()[:4000])
        if len(self.path) == 2 and self.found.root in ("urlset", "sitemapindex"):
            self._add(self.path[1])
        if self.path:
            self.path.pop()
        self.closed = not self.path
        element.clear()
        parent = element.getparent()
        # The element itself may still be touched by the parser; those before it may not.
        while parent is not None and element.getprevious() is not None:
            del parent[0]

    def _add(self, kind: str) -> None:
        facts, self.facts = self.facts, {}
        url = web_address(facts.get("loc"))
        if url is None:
            return
        if len(self.found.pages) + len(self.found.children) >= self.most:
            raise _TooMuch
        if kind == "sitemap":
            self.found.children.append(Child(url, facts.get("lastmod")))
        elif kind == "url":
            self.found.pages.append(
                Hit(
                    url,
                    title=short(facts.get("title")),
                    published=facts.get("published"),
                    modified=facts.get("lastmod"),
                    outlet=short(facts.get("name")) or host(url) or None,
                    language=language_code(facts.get("language")),
                    by="sitemap",
                )
            )


_FACTS = {
    "url/loc": "loc",
    "url/lastmod": "lastmod",
    "url/news/title": "title",
    "url/news/publication_date": "published",
    "url/news/publication/name": "name",
    "url/news/publication/language": "language",
    "sitemap/loc": "loc",
    "sitemap/lastmod": "lastmod",
}
"""What is read of a file, by the place of the element, whatever its namespace is called."""
