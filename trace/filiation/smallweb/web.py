"""The small web as a whole: all its servers, started and stopped together."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from filiation.smallweb.archive import Aggregator, Archive
from filiation.smallweb.captures import Holdings
from filiation.smallweb.commoncrawl import CrawlFiles, CrawlIndex, crawls
from filiation.smallweb.crowd import crowd
from filiation.smallweb.faults import Fault
from filiation.smallweb.listener import LOOPBACK, Listener
from filiation.smallweb.log import Seen
from filiation.smallweb.oldsite import OldSite
from filiation.smallweb.searches import Gdelt, MediaCloud, SearXNG, entries
from filiation.smallweb.static import StaticSite
from filiation.smallweb.stories import TODAY, house
from filiation.smallweb.wire import Answer, Asked, Site
from filiation.smallweb.wordpress import WordPress

__all__ = ["SmallWeb"]


_Outlet = StaticSite | WordPress | OldSite


class SmallWeb:
    """Real servers on loopback that speak as outlets, archives and search services do.

    A context manager: the servers run inside the block. Each host name below has a port of its own;
    `connect_to` says which. The hosts end in `.example`, which no name server knows (RFC 2606).
    """

    ARCHIVE = "archive.example"
    AGGREGATOR = "timetravel.example"
    CRAWL_INDEX = "index.commoncrawl.example"
    CRAWL_FILES = "data.commoncrawl.example"
    SEARXNG = "searxng.example"
    MEDIACLOUD = "mediacloud.example"
    GDELT = "gdelt.example"

    LEDGER = "www.harbourledger.example"
    LEDGER_BEFORE = "harbourledger.example"
    LESTRAN = "lestran.example"
    VESTNIK = "www.vestnik-beregov.example"
    COURRIER = "www.courrierdesrives.example"
    WENDSIDE = "www.wendsidenews.example"
    HUSHED = "www.hushed.example"
    """Excluded from the archive; nothing is served there."""

    last_page = f"http://{VESTNIK}/article.php?id=481"
    """The Russian article from which the whole chain is found: it names the middle page."""
    middle_page = f"http://{LESTRAN}/traductions/le-sel-qui-reste/"
    """The French translation, taken down: 404, and in the archive."""
    original_stated = f"http://{LEDGER_BEFORE}/2024/03/04/the-salt-that-stays"
    """The English original's address as the translation has it: it redirects twice."""
    original = f"http://{LEDGER}/valley/the-salt-that-stays.html"
    """Where the original stands today."""
    credit_removed = f"http://{COURRIER}/monde/eau-potable-ellisport-sel/"
    """The abridged French copy whose line `Source : The Harbour Ledger` was removed after three
    weeks; the archive has it with and without."""
    uncredited_copy = f"http://{WENDSIDE}/environment/salt-at-the-bottom-of-tarn-reservoir.html"
    """The English copy that names nobody, and that no page links to."""

    keys = "open:sesame"
    """What the archive wants for saving: access and secret."""
    token = "a-key-of-your-own"
    """What Media Cloud wants."""
    outlets = Path(__file__).with_name("outlets")
    """The folder with the outlet files of the invented outlets, for `--outlets`."""

    def __init__(
        self,
        *,
        searxng_json: bool = True,
        polls: int = 1,
        hosts: int = 0,
        stories: int = 20,
    ) -> None:
        """`searxng_json` tells whether the SearXNG gives JSON (as shipped it does not); `polls` is
        how often a page's saving is still pending when asked after. `hosts` more outlets of
        `stories` articles each stand at `daily-001.example` and so on: static sites with sitemaps
        and feeds.
        """
        ledger, wendside = StaticSite(house("harbour-ledger")), StaticSite(house("wendside-news"))
        lestran, courrier = WordPress(house("lestran")), WordPress(house("courrier-des-rives"))
        vestnik = OldSite(house("vestnik-beregov"))
        outlets: dict[str, _Outlet] = {
            self.LEDGER: ledger,
            self.LEDGER_BEFORE: ledger,
            self.LESTRAN: lestran,
            self.VESTNIK: vestnik,
            self.COURRIER: courrier,
            self.WENDSIDE: wendside,
        }
        self.holdings = Holdings(outlets)
        self.archive = Archive(self.ARCHIVE, self.holdings, keys=self.keys, polls=polls)
        held = crawls(outlets)
        known = entries(
            [(site.house, site) for site in (ledger, wendside, lestran, courrier, vestnik)]
        )
        bare = {host.removeprefix("www."): _moved_to(host) for host in outlets}
        self.sites: dict[str, Site] = {
            **bare,
            **outlets,
            **{one.host: StaticSite(one) for one in crowd(hosts, stories)},
            self.ARCHIVE: self.archive,
            self.AGGREGATOR: Aggregator(self.AGGREGATOR, self.archive),
            self.CRAWL_INDEX: CrawlIndex(self.CRAWL_INDEX, held),
            self.CRAWL_FILES: CrawlFiles(held),
            self.SEARXNG: SearXNG(known, json=searxng_json),
            self.MEDIACLOUD: MediaCloud(known, token=self.token),
            self.GDELT: Gdelt(known),
        }
        self._outlets = outlets
        self._listener: Listener | None = None

    def __enter__(self) -> Self:
        self._listener = Listener(self.sites)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._running.close()

    @property
    def connect_to(self) -> dict[str, str]:
        """Where each host is: `lestran.example:80` to `127.0.0.1:40123`."""
        return {f"{host}:80": f"{LOOPBACK}:{port}" for host, port in self._running.ports.items()}

    @property
    def services(self) -> dict[str, str]:
        """The base address of each service, without a last slash, by the name of its option.

        `memento` is a TimeGate; below the same host stands an aggregator's `/api/json/`.
        """
        return {
            "wayback": f"http://{self.ARCHIVE}",
            "availability": f"http://{self.ARCHIVE}",
            "memento": f"http://{self.AGGREGATOR}/timegate",
            "commoncrawl": f"http://{self.CRAWL_INDEX}",
            "commoncrawl_data": f"http://{self.CRAWL_FILES}",
            "searxng": f"http://{self.SEARXNG}",
            "mediacloud": f"http://{self.MEDIACLOUD}/api",
            "gdelt": f"http://{self.GDELT}/api/v2",
        }

    @property
    def log(self) -> tuple[Seen, ...]:
        """Every request so far, of all servers, in the order in which they came."""
        return self._running.log.seen()

    def pages(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield every article's page: a name for its file, its address, its bytes.

        Of a page that was taken down, what stood there on its last day. The servers need not run.
        """
        for host, site in self._outlets.items():
            if host != site.house.host:
                continue
            for story in site.house.stories:
                moment = TODAY if story.gone is None else story.gone - timedelta(days=1)
                url = site.address(story, moment)
                target = url.removeprefix(f"http://{host}")
                page = site.at(Asked("GET", host, target), moment)
                yield f"{site.house.key}-{story.number}.html", url, page.body

    def at(self, host: str) -> str:
        """Return where a host is: `127.0.0.1:40123`."""
        return f"{LOOPBACK}:{self._running.ports[host]}"

    def seen(self, host: str) -> tuple[Seen, ...]:
        """Return the requests that a host has had so far."""
        return self._running.log.seen(host)

    def fault(self, host: str, path: str, fault: Fault, *, times: int | None = None) -> None:
        """Let something go wrong.

        `path` is a path, with its query or without, in which `*` stands for anything; the newest
        fault that fits a request answers it. With `times`, only so many requests; then all is well.
        `faults.refused()` closes the whole host's port. Raises `KeyError` for an unknown host.
        """
        self._running.fault(host, path, fault, times)

    def mend(self, host: str) -> None:
        """Let everything go well again at a host."""
        self._running.mend(host)

    @property
    def _running(self) -> Listener:
        if self._listener is None:
            raise RuntimeError("the small web runs inside its with block only")
        return self._listener


def _moved_to(host: str) -> Site:
    """Return what leads everything to the same path of another host, as the names without `www.`
    do."""
    return lambda asked: Answer.redirect(f"http://{host}{asked.target}")
