"""Where a version may be found besides the addresses that pages state, each place asked in its way.

A finder is asked for one version and yields what it is told, question by question; whoever asks
stops taking when the version is found, and the questions after it are not asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from filiation.find.values import Capture, Hit, Probe
from filiation.stemma.addresses import page_of

if TYPE_CHECKING:
    from filiation.find.candidates import Question, Sought
    from filiation.find.commoncrawl import CommonCrawl
    from filiation.find.feeds import Feeds
    from filiation.find.gdelt import Gdelt
    from filiation.find.mediacloud import MediaCloud
    from filiation.find.searxng import SearXNG
    from filiation.find.sitemaps import Sitemaps
    from filiation.find.sitesearch import SiteSearch
    from filiation.find.wayback import Wayback
    from filiation.find.wordpress import WordPress

__all__ = [
    "BEFORE",
    "Finder",
    "InCommonCrawl",
    "InFeeds",
    "InGdelt",
    "InMediaCloud",
    "InSearXNG",
    "InSiteSearch",
    "InSitemaps",
    "InWayback",
    "InWordPress",
    "Place",
    "likely",
]

BEFORE = timedelta(days=60)
"""How long before a copy its source is sought. Chosen, not measured: a longer time brings more
addresses to rank, and nothing is asked more often for it."""
AFTER = timedelta(days=3)
"""How long after it: a date may be that of an update, and clocks lie in other zones."""
QUESTIONS = 3
"""Questions put to one place about one version: its title, its names, a rare phrase."""
LEAST_LIKENESS = 0.1
"""Likeness of a hit from which on it is asked for: what only its date speaks for has 0.05."""
SITEMAP_FILES = 12
"""Files of a site's sitemap that are read for one version, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when to look for a version."""

    site: str | None
    """An address of the site; None: anywhere."""
    first: datetime | None
    last: datetime | None
    """The days between which it was published, as far as they are known."""

    @classmethod
    def before(cls, site: str | None, moment: datetime | None, stated: datetime | None) -> "Place":
        """Return the place of what was published before a copy of `moment`, or on the day stated."""
        if stated is not None:
            return cls(site, stated - AFTER, stated + AFTER)
        if moment is not None:
            return cls(site, moment - BEFORE, moment + AFTER)
        return cls(site, None, None)


class Finder(Protocol):
    """A way of finding addresses at which a version may be."""

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield what is found, a Probe for each question."""
        ...


def _asked(sought: "Sought") -> Sequence["Question"]:
    from filiation.find.candidates import queries

    # In another language than the title's there are names only, and each says little by itself.
    return queries(sought, 1 if sought.titles else QUESTIONS)[:QUESTIONS]


def likely(hits: Sequence[Hit], sought: "Sought", most: int) -> list[str]:
    """Return the addresses that are likeliest what is sought, `most` of them.

    One of which nothing but the date speaks for is asked for only where there are no more than that:
    an address of another language says nothing, and its page may.
    """
    from filiation.find.candidates import ranked

    pages = [hit for hit in hits if page_of(hit.url) is not None]
    least = 0.0 if len({hit.url for hit in pages}) <= most else LEAST_LIKENESS
    found = ranked(pages, sought, most)
    return [candidate.hit.url for candidate in found if candidate.likeness >= least]


def _slugs(sought: "Sought") -> list[str]:
    """Return words of the titles as an address may have them."""
    from anyascii import anyascii

    from filiation.find.candidates import queries
    from filiation.fold import folded

    told = [question.text for question in queries(sought, 2) if question.kind == "words"]
    return list(dict.fromkeys(folded(anyascii(word)) for text in told for word in text.split()))


class InWordPress:
    """The site's own list of posts, by the words of title and text."""

    def __init__(self, wordpress: "WordPress") -> None:
        self._wordpress = wordpress

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield the posts that have the words; no further question where there is no such list."""
        if place.site is None:
            return
        for question in _asked(sought):
            found = self._wordpress.posts(
                place.site, search=question.text, after=place.first, before=place.last, most=100
            )
            yield found
            if found.outcome not in ("ok", "empty"):
                return


class InFeeds:
    """The site's feeds: its newest articles only, but with their whole text as a rule."""

    def __init__(self, feeds: "Feeds") -> None:
        self._feeds = feeds

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield the entries of the site's first feed."""
        if place.site is None:
            return
        known = self._feeds.of_site(place.site)
        if not known.found:
            yield Probe(known.where, known.outcome, (), known.says)
            return
        yield self._feeds.entries(known.found[0], since=place.first)


class InSitemaps:
    """The site's list of addresses: a copy's title is often in its address."""

    def __init__(self, sitemaps: "Sitemaps") -> None:
        self._sitemaps = sitemaps

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield the addresses of the files likeliest to hold the dates."""
        if place.site is None:
            return
        yield from self._sitemaps.walk(
            place.site,
            since=place.first,
            until=place.last,
            most_files=SITEMAP_FILES,
        )


class InSiteSearch:
    """What the site's own search finds."""

    def __init__(self, search: "SiteSearch") -> None:
        self._search = search

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield what is found by each question; no further one where there is no search."""
        if place.site is None:
            return
        for question in _asked(sought):
            found = self._search.hits(place.site, question.text)
            yield found
            if found.outcome not in ("ok", "empty"):
                return


class InWayback:
    """The pages of a site that an archive has, told by their addresses."""

    def __init__(self, wayback: "Wayback") -> None:
        self._wayback = wayback

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield the pages captured about that time; those with words of the title are asked first."""
        from filiation.outlets import host

        if place.site is None:
            return
        last = place.last + BEFORE if place.last else None  # archives come by later
        found = self._wayback.pages(
            host(place.site), words=_slugs(sought), first=place.first, last=last
        )
        yield _hits(found, "wayback")


class InCommonCrawl:
    """The pages of a site that Common Crawl has."""

    def __init__(self, crawl: "CommonCrawl") -> None:
        self._crawl = crawl

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield the pages of the crawls of that time."""
        from filiation.outlets import host

        if place.site is None:
            return
        last = place.last + BEFORE if place.last else None
        found = self._crawl.captures(
            host(place.site), first=place.first, last=last, match="domain", crawls=2
        )
        yield _hits(found, "commoncrawl")


class InMediaCloud:
    """Stories of Media Cloud's collections."""

    def __init__(self, cloud: "MediaCloud") -> None:
        self._cloud = cloud

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield the stories that the questions find."""
        if place.first is None or place.last is None:
            return
        for question in _asked(sought):
            yield self._cloud.stories(
                question.text, place.first.date(), place.last.date(), most=100
            )


class InGdelt:
    """Articles of GDELT: of the last three months."""

    def __init__(self, gdelt: "Gdelt") -> None:
        self._gdelt = gdelt

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield the articles that the questions find."""
        from filiation.outlets import host

        domain = host(place.site) if place.site else None
        for question in _asked(sought):
            is_run = question.kind in ("title", "phrase")
            yield self._gdelt.articles(
                (question.text,) if is_run else (),
                () if is_run else tuple(question.text.split()),
                domain=domain,
                first=place.first,
                last=place.last,
            )


class InSearXNG:
    """What a SearXNG of the user's own finds."""

    def __init__(self, searxng: "SearXNG") -> None:
        self._searxng = searxng

    def __call__(self, place: Place, sought: "Sought") -> Iterator[Probe[Hit]]:
        """Yield what the questions find, within the site where one is known."""
        from filiation.outlets import host

        within = f" site:{host(place.site)}" if place.site else ""
        for question in _asked(sought):
            yield self._searxng.search(question.text + within, language=sought.language)


def _hits(found: Probe[Capture], by: str) -> Probe[Hit]:
    """Return captures as the addresses that they were taken of."""
    hits = {capture.url: Hit(capture.url, by=by) for capture in found.found}
    return Probe(found.where, found.outcome, tuple(hits.values()), found.says, found.whole)
