"""What an address named as input is: a feed, a sitemap, a site or a page; and the pages it lists."""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from filiation.find.values import FAILURES, Fetch, Fetched, Hit, Outcome, Probe
from filiation.library.rows import page_at
from filiation.read.feeds import is_feed

__all__ = ["Kind", "Listing", "kind_of", "listing"]

Kind = Literal["feed", "sitemap", "site", "page"]

FEED_PAGES = 100
"""Pages of a feed that are gone back through to a day that was named: WordPress gives ten entries a
page, so that these are 1,000 articles, as many as its REST interface is asked for."""
SITEMAP_FILES = 5_000
"""Files of an index that are read: a daily paper with a file a day has 365 a year."""
HEAD = 65_536
"""Bytes by which a feed or a sitemap is told: comments and style sheets may stand before the root."""

_SITEMAP = re.compile(rb"<(?:[\w-]{1,20}:)?(?:urlset|sitemapindex)[\s>]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)
_API = re.compile(r"<link[^>]{0,200}rel=[\"']https://api\.w\.org/[\"'][^>]{0,400}>", re.IGNORECASE)
_HREF = re.compile(r"href=[\"']([^\"'\s]{1,2000})[\"']", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """What an address that was named lists."""

    kind: Kind | None
    """What it was found to be; None where that is not known."""
    outcome: Outcome
    hits: tuple[Hit, ...] = ()
    """In the order of the list."""
    says: str = ""
    """What could not be had of it, where something could not."""


def listing(fetch: Fetch, address: str, since: datetime | None) -> Listing:
    """Return what an address is, and the pages it lists; those surely older than `since` left out.

    A feed is gone back through only where `since` is given: what it shows at present is what it is.
    Of a site the posts are listed by WordPress, where it is one; else by its sitemaps, else by its
    feed.
    """
    fetched = fetch(address)
    kind = kind_of(fetched)
    match kind:
        case "feed":
            from filiation.find.feeds import Feeds

            most = 1 if since is None else FEED_PAGES
            return _joined(kind, Feeds(fetch).pages(address, since=since, most_pages=most))
        case "sitemap":
            from filiation.find.sitemaps import Sitemaps

            files = Sitemaps(fetch).walk(
                address, since=since, most_files=SITEMAP_FILES, is_file=True
            )
            return _joined(kind, files)
        case "site":
            return _of_site(fetch, address, since)
        case "page":
            return Listing(kind, "ok", (Hit(address, by="named"),))
        case None:
            return Listing(None, fetched.outcome, says=fetched.says)


def kind_of(fetched: Fetched) -> Kind | None:
    """Return what an address is by its answer: by its bytes, not by what it calls itself.

    A site is named by its front page. None where it cannot be told, for want of an answer.
    """
    head = _head(fetched.content)
    if is_feed(head):
        return "feed"
    if _is_sitemap(head):
        return "sitemap"
    if page_at(fetched.url) is None:
        return None if fetched.outcome in FAILURES else "site"
    if fetched.outcome not in ("ok", "unchanged"):
        return None
    return "site" if _is_home(fetched, head) else "page"


def _head(content: bytes) -> bytes:
    """Return the first bytes, unpacked where they are packed: sitemaps are, whatever they are called."""
    if not content.startswith(b"\x1f\x8b"):
        return content[:HEAD]
    try:
        return zlib.decompressobj(31).decompress(content[:HEAD], HEAD)
    except zlib.error:
        return b""


def _is_sitemap(head: bytes) -> bool:
    """Whether these are the first bytes of a sitemap, and not of a page that shows one."""
    root, page = _SITEMAP.search(head), _HTML.search(head)
    return root is not None and (page is None or root.start() < page.start())


def _is_home(page: Fetched, head: bytes) -> bool:
    """Whether a page is the front page of a WordPress that lives in a folder of a larger site."""
    address = (page.final_url or page.url).partition("?")[0].rstrip("/")
    for link in _API.finditer(head.decode("utf-8", "replace")):
        if (target := _HREF.search(link[0])) and target[1].rstrip("/") == f"{address}/wp-json":
            return True
    return False


# --- a site --------------------------------------------------------------------------------------


def _of_site(fetch: Fetch, site: str, since: datetime | None) -> Listing:
    """Return the pages of a site by the first of its own lists that has any.

    Where none has, the first failure speaks: what is there is not known then.
    """
    failed: Listing | None = None
    for probes in _lists_of_site(fetch, site, since):
        found = _joined("site", probes)
        if found.hits:
            return found
        if found.outcome in FAILURES and failed is None:
            failed = found
    return failed or Listing("site", "empty", says="it has no list of its pages")


def _lists_of_site(
    fetch: Fetch, site: str, since: datetime | None
) -> Iterator[Iterable[Probe[Hit]]]:
    from filiation.find.feeds import Feeds
    from filiation.find.sitemaps import Sitemaps
    from filiation.find.wordpress import WordPress

    yield WordPress(fetch).pages(site, after=since, order="asc")
    yield Sitemaps(fetch).walk(site, since=since, most_files=SITEMAP_FILES)
    feeds = Feeds(fetch)
    of_site = feeds.of_site(site)
    for feed in of_site.found[:1]:  # the others are of sections and comments
        yield feeds.pages(feed, since=since, most_pages=FEED_PAGES)
    if not of_site.found:
        yield [Probe(of_site.where, of_site.outcome, says=of_site.says)]


def _joined(kind: Kind, probes: Iterable[Probe[Hit]]) -> Listing:
    """Return one listing of a list that came in several parts, each page once."""
    hits: dict[str, Hit] = {}
    failed: list[Probe[Hit]] = []
    cut: list[str] = []
    for probe in probes:
        for hit in probe.found:
            hits.setdefault(hit.url, _light(hit))
        if probe.outcome in FAILURES:
            failed.append(probe)
        elif probe.outcome not in ("ok", "empty"):
            cut.append(f"{probe.where}: {probe.says or probe.outcome}")
        elif probe.says and not probe.whole:
            cut.append(probe.says)
    if not failed:
        said = "; ".join(dict.fromkeys(cut))
        return Listing(kind, "ok" if hits else "empty", tuple(hits.values()), said)
    first = failed[0]
    more = f", and {len(failed) - 1:,} more of its parts failed" if len(failed) > 1 else ""
    says = f"{first.where}: {first.says or first.outcome}{more}"
    return Listing(kind, first.outcome, tuple(hits.values()), says)


def _light(hit: Hit) -> Hit:
    """Return a hit without its article, of which only matters whether it is still the same: a
    site lists 100,000 of them."""
    if hit.content is None:
        return hit
    return replace(hit, content=sha256(hit.content.encode("utf-8", "replace")).hexdigest())
