"""Which archives and services a run asks, and where they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filiation.find.finders import (
    Finder,
    InCommonCrawl,
    InFeeds,
    InGdelt,
    InMediaCloud,
    InSearXNG,
    InSitemaps,
    InSiteSearch,
    InWayback,
    InWordPress,
)
from filiation.find.values import FAILURES, Capture, Fetch, Fetched, Probe
from filiation.find.web import Archive
from filiation.outlets import Catalogue
from filiation.values import Article, Credits

if TYPE_CHECKING:
    from filiation.find.commoncrawl import CommonCrawl
    from filiation.find.history import History
    from filiation.find.memento import Memento
    from filiation.find.wayback import Wayback

__all__ = ["Past", "Services", "Stated"]

Stated = Callable[[str], Sequence[str]]
"""What a site's robots.txt says of its sitemaps."""

WAYBACK = "https://web.archive.org"
AVAILABILITY = "https://archive.org"
COMMONCRAWL = "https://index.commoncrawl.org"
COMMONCRAWL_DATA = "https://data.commoncrawl.org"
MEDIACLOUD = "https://search.mediacloud.org/api"
GDELT = "https://api.gdeltproject.org/api/v2"


@dataclass(frozen=True, slots=True)
class Services:
    """The archives and services of a run. Base addresses are without a slash at the end."""

    search: tuple[str, ...] = ()
    """Those asked besides what is always asked: `commoncrawl`, `gdelt`, `mediacloud`, `searxng`."""
    wayback: str = WAYBACK
    availability: str = AVAILABILITY
    memento: str | None = None
    """Where another archive answers a TimeGate's questions; None: no other is asked."""
    commoncrawl: str = COMMONCRAWL
    commoncrawl_data: str = COMMONCRAWL_DATA
    searxng: str | None = None
    mediacloud: str = MEDIACLOUD
    mediacloud_token: str | None = None
    gdelt: str = GDELT

    def refuse(self) -> None:
        """Raise `CredentialsNeeded` or `InputError` where a service that is opted in lacks something."""
        from filiation.errors import CredentialsNeeded, InputError

        if "mediacloud" in self.search and self.mediacloud_token is None:
            where = (
                "FILIATION_MEDIACLOUD_TOKEN, or mediacloud_token in [secrets] of a settings file"
            )
            raise CredentialsNeeded("mediacloud", "it wants a token", f"set {where}")
        if "searxng" in self.search and self.searxng is None:
            what = "there is no public one to be asked"
            raise InputError("searxng", what, "name your own with --searxng ADDRESS")

    def archive(self, fetch: Fetch) -> "Wayback":
        """Return the archive whose captures tell a page's history."""
        from filiation.find.wayback import Wayback

        return Wayback(fetch, self.wayback, api=self.availability)

    def archives(self, fetch: Fetch) -> tuple[Archive, ...]:
        """Return the archives that are asked for a page that is gone, in their order."""
        found: list[Archive] = [self.archive(fetch)]
        if self.memento is not None:
            from filiation.find.memento import Memento

            found.append(_Gate(Memento(fetch, self.memento)))
        if "commoncrawl" in self.search:
            found.append(_Crawl(self._crawl(fetch)))
        return tuple(found)

    def makeshift(self, fetch: Fetch) -> Archive:
        """Return another way into the archive, for when its index does not answer."""
        return _Available(self.archive(fetch))

    def sites(self, fetch: Fetch, stated: Stated | None = None) -> tuple[Finder, ...]:
        """Return the ways of finding an article on its outlet's own site, in their order."""
        from filiation.find.feeds import Feeds
        from filiation.find.sitemaps import Sitemaps
        from filiation.find.sitesearch import SiteSearch
        from filiation.find.wordpress import WordPress

        return (
            InWordPress(WordPress(fetch)),
            InFeeds(Feeds(fetch)),
            InSitemaps(Sitemaps(fetch, stated)),
            InSiteSearch(SiteSearch(fetch)),
        )

    def listings(self, fetch: Fetch) -> tuple[Finder, ...]:
        """Return the archives' lists of a site's pages."""
        return (InWayback(self.archive(fetch)),)

    def besides(self, fetch: Fetch) -> tuple[Finder, ...]:
        """Return the services that the user opted in, in the order of the documents."""
        made: dict[str, Callable[[], Finder]] = {
            "commoncrawl": lambda: InCommonCrawl(self._crawl(fetch)),
            "mediacloud": lambda: self._mediacloud(fetch),
            "searxng": lambda: self._searxng(fetch),
            "gdelt": lambda: self._gdelt(fetch),
        }
        return tuple(make() for name, make in made.items() if name in self.search)

    def _crawl(self, fetch: Fetch) -> "CommonCrawl":
        from filiation.find.commoncrawl import CommonCrawl

        return CommonCrawl(fetch, self.commoncrawl, self.commoncrawl_data)

    def _mediacloud(self, fetch: Fetch) -> Finder:
        from filiation.find.mediacloud import MediaCloud

        return InMediaCloud(MediaCloud(fetch, self.mediacloud_token, f"{self.mediacloud}/"))

    def _searxng(self, fetch: Fetch) -> Finder:
        from filiation.find.searxng import SearXNG

        assert self.searxng is not None  # the command line sees to it
        return InSearXNG(SearXNG(fetch, self.searxng))

    def _gdelt(self, fetch: Fetch) -> Finder:
        from filiation.find.gdelt import Gdelt

        return InGdelt(Gdelt(fetch, f"{self.gdelt}/"))


class Past:
    """What an archive saw of pages: since when they were there, and what was changed on them."""

    def __init__(
        self, archive: "Wayback", *, compared: bool = True, catalogue: Catalogue | None = None
    ) -> None:
        """With `compared`, captures are read and compared; else only the first is looked up."""
        self._archive = archive
        self._compared = compared
        self._catalogue = catalogue
        self.histories: dict[str, History] = {}
        """What was seen, by the id of the article."""

    def __call__(self, article: Article) -> tuple[Article, Probe[Capture]]:
        """Return the article with its date bounded by its first capture, and the question asked."""
        from filiation.find.history import History, dated, history

        assert article.url is not None  # what the web gave has an address
        if self._compared:
            is_live = article.had is not None and article.had.how == "live"
            seen = history(
                article.url,
                self._archive,
                now=article if is_live else None,
                catalogue=self._catalogue,
            )
        else:
            asked = self._archive.captures(article.url, limit=1)
            seen = History(article.url, asked, asked.found)
        self.histories[article.id] = seen
        return dated(article, seen), _told(seen)

    def accounts(self, article: Article) -> tuple[Credits, ...]:
        """Return what the article's page said of its origin at other times, the first one first."""
        seen = self.histories.get(article.id)
        pages = seen.pages if seen else ()
        return tuple(page.stated for page in pages if page.capture is not None)


def _told(seen: "History") -> Probe[Capture]:
    """Return the question with what came of it: a capture that could not be had is a failure, too."""
    asked = seen.searched
    if asked.outcome not in FAILURES and seen.outcome in FAILURES:
        says = "; ".join(seen.says)
        return replace(asked, outcome=seen.outcome, says=says)
    return asked


class _Available:
    """The Wayback Machine by its availability service, which knows less than its index."""

    def __init__(self, wayback: "Wayback") -> None:
        self._wayback = wayback
        self.name = f"{wayback.name} (availability)"

    def nearest(self, url: str, moment: datetime | None = None) -> Probe[Capture]:
        """Return the capture that the service holds to be the nearest."""
        return self._wayback.available(url, moment)

    def replay(self, capture: Capture, *, follow: bool = False) -> tuple[Fetched, Capture]:
        """Return what was captured."""
        return self._wayback.replay(capture, follow=follow)


class _Gate:
    """An archive that speaks Memento, as an archive of pages that are gone."""

    def __init__(self, memento: "Memento") -> None:
        self._memento = memento
        self.name = memento.name
        self.replay = memento.replay

    def nearest(self, url: str, moment: datetime | None = None) -> Probe[Capture]:
        """Return the capture nearest to a moment; without one, the newest."""
        return self._memento.timegate(url, moment or datetime.now(UTC))


class _Crawl:
    """Common Crawl, as an archive of pages that are gone."""

    name = "Common Crawl"

    def __init__(self, crawl: "CommonCrawl") -> None:
        self._crawl = crawl

    def nearest(self, url: str, moment: datetime | None = None) -> Probe[Capture]:
        """Return the captures of a page, the nearest to a moment first."""
        found = self._crawl.captures(url)
        when = moment or datetime.now(UTC)
        near = sorted(found.found, key=lambda capture: abs(capture.taken - when))
        return replace(found, found=tuple(near))

    def replay(self, capture: Capture, *, follow: bool = False) -> tuple[Fetched, Capture]:
        """Return what was captured; a crawl's redirects lie in other places and are not followed."""
        return self._crawl.replay(capture)
