"""Feeds of an outlet: where they are, what they list, and their further pages.

RSS, RDF, Atom and JSON Feed, read as stored feeds are. A feed is asked for on condition that it
changed, by whatever fetches it; one that did not is read as it was kept.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import escape
from urllib.parse import urlsplit

from filiation.errors import Unreadable
from filiation.find.markup import Markup
from filiation.find.replies import (
    as_moment,
    failure,
    first_of,
    front_page,
    has_answer,
    is_html,
    same_site,
    short,
    span_of,
    web_address,
    with_parameters,
)
from filiation.find.values import Fetch, Fetched, Hit, Probe
from filiation.outlets import host
from filiation.read.feeds import Listed, is_feed, listed
from filiation.read.raw import Entry

__all__ = ["USUAL", "Feeds", "feeds_of", "hits_of", "holds_feed"]

USUAL = ("/feed/", "/rss.xml", "/rss", "/atom.xml", "/feed.xml", "/index.xml")
"""Where feeds are that a site's front page does not link: WordPress, Ghost, Blogger, Hugo."""
TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
)
HEAD = 8192
"""First bytes by which a feed is told."""
MOST_FEEDS = 20
"""Feeds taken of one page; pages link one for each of their sections."""


class Feeds:
    """The feeds of outlets."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def of_site(self, site: str) -> Probe[str]:
        """Find a site's feeds: those that its front page links, else the first where one usually is."""
        where = f"feeds of {site}"
        front = front_page(self._fetch, site)
        if not has_answer(front):
            return failure(where, front)
        if stated := feeds_of(front):
            return Probe.of(where, stated)
        at = urlsplit(front.final_url or front.url)
        usual = [f"{at.scheme}://{at.netloc}{path}" for path in USUAL]
        return first_of(where, usual, self._fetch, holds_feed)

    def entries(
        self, url: str, *, since: datetime | None = None, most_pages: int = 1
    ) -> Probe[Hit]:
        """Return what a feed lists; see `pages`."""
        found: list[Hit] = []
        last: Probe[Hit] | None = None
        for last in self.pages(url, since=since, most_pages=most_pages):
            found += last.found
        assert last is not None  # a feed has at least one page, or a failure instead
        if last.outcome not in ("ok", "empty"):
            return replace(last, found=tuple(found))
        return Probe.of(last.where, found, last.says, whole=last.whole)

    def pages(
        self, url: str, *, since: datetime | None = None, most_pages: int = 100
    ) -> Iterator[Probe[Hit]]:
        """Yield what a feed lists, page by page: entries published `since`, or without a date.

        Further pages are those the feed names (RFC 5005, JSON Feed), else WordPress's `?paged=N`.
        They end where a page holds nothing new, or only what is older.
        """
        where = f"feed {url}"
        met: set[str] = set()
        asked, seen = url, set[str]()
        for number in range(1, most_pages + 1):
            seen.add(asked)
            got = self._fetch(asked)
            if number > 1 and got.status in (404, 410):
                yield Probe.of(where, ())
                return
            feed = self._listed(where, got)
            if isinstance(feed, Probe):
                yield feed
                return
            hits = [hit for hit in _hits(feed) if hit.url not in met]
            met.update(hit.url for hit in hits)
            kept = [hit for hit in hits if _is_since(hit, since)]
            further = _further(feed, url, number)
            # Where its pages end it is known to be whole; a feed alone shows the newest only.
            reached = since is None or len(kept) < len(hits) or (number > 1 and not hits)
            last = not hits or (since is not None and not kept) or further in (None, *seen)
            says = "the feed breaks off" if feed.cut else ""
            if got.outcome == "unchanged":
                says = "it has not changed since it was last asked for"
            yield Probe.of(where, kept, says, whole=reached and not feed.cut)
            if last or further is None:
                return
            asked = further

    def _listed(self, where: str, got: Fetched) -> Listed | Probe[Hit]:
        """Return what an answer lists, or why it does not."""
        if not has_answer(got):
            return failure(where, got)
        try:
            return _read(got.content, got.url)
        except Unreadable as error:
            if is_html(got):
                return Probe(where, "unsupported", (), "a page, no feed")
            return failure(where, got, error.what)


def holds_feed(content: bytes) -> bool:
    """Return whether an answer is a feed, by its first bytes."""
    return is_feed(content[:HEAD])


def hits_of(content: bytes, source: str, by: str = "feed") -> Iterator[Hit]:
    """Yield what a feed lists, whole texts and mere titles. Raises `Unreadable` where it is none."""
    return (replace(hit, by=by) for hit in _hits(_read(content, source)))


def _read(content: bytes, source: str) -> Listed:
    if not holds_feed(content):
        raise Unreadable(source, "it is no feed", "give a feed")
    found = listed(content, source)
    if found.cut and not found.entries:  # nothing says that it would have been empty
        raise Unreadable(source, "the feed breaks off before its first entry", "give a whole feed")
    return found


def feeds_of(page: Fetched) -> tuple[str, ...]:
    """Return the feeds that a page links, those of comments left out, most general first."""
    markup = Markup(page)
    path = urlsplit(markup.url).path.rstrip("/")
    found = [
        link.url
        for link in markup.related
        if "alternate" in link.rels and link.media_type in TYPES and same_site(link.url, markup.url)
    ]
    return tuple(
        url for url in dict.fromkeys(found) if not _is_of_comments(urlsplit(url).path, path)
    )[:MOST_FEEDS]


def _is_of_comments(feed: str, page: str) -> bool:
    """Return whether a feed is of comments: of all, or, below an article, of those on it."""
    return "/comments/" in feed or bool(page and feed.startswith(f"{page}/"))


def _further(feed: Listed, url: str, number: int) -> str | None:
    """Return the address of the page after page `number`, or None where there is none."""
    if feed.following:
        return feed.following if same_site(feed.following, url) else None
    path = urlsplit(url).path.rstrip("/")
    is_wordpress = "wordpress" in feed.generator.lower() or "feed=" in urlsplit(url).query
    if is_wordpress or (not feed.generator and path.endswith("/feed")):
        return with_parameters(url, paged=number + 1)
    return None


def _is_since(hit: Hit, since: datetime | None) -> bool:
    said = span_of(hit.published or hit.modified)
    return since is None or said is None or said.latest >= as_moment(since)


def _hits(feed: Listed) -> Iterator[Hit]:
    for number, entry in enumerate(feed.entries, 1):
        broken = feed.within and number == len(feed.entries)
        if hit := _hit(entry, broken):
            yield hit


def _hit(entry: Entry, broken: bool) -> Hit | None:
    """Return what an entry says; without its text where the feed breaks off within it."""
    url = web_address(entry.url)
    if url is None:
        return None
    return Hit(
        url=url,
        title=short(entry.title),
        published=_iso(entry.published),
        modified=_iso(entry.updated),
        outlet=entry.outlet or host(url) or None,
        language=entry.language,
        content=None if broken else _html(entry),
        by="feed",
        author=entry.author,
        marks=entry.marks,
    )


def _html(entry: Entry) -> str | None:
    """Return an entry's text as HTML, whatever it came as."""
    if not entry.is_plain:
        return entry.content or None
    paragraphs = filter(None, map(str.strip, entry.content.splitlines()))
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs) or None


def _iso(stated: str | None) -> str | None:
    """Return a feed's date as ISO 8601, as it stands where it cannot be read."""
    found = span_of(stated)
    return (found.iso if found else None) or stated
