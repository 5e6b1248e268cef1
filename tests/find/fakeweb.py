"""A web of tables for the tests: what it answers, what it was asked, and who asked at once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from filiation.find.inputs import Listing
from filiation.find.values import Fetch, Fetched, Hit, Outcome, Pace

TOWNS = ("Ostrand", "Velmouth", "Carrick", "Tannhaven", "Lissow", "Brandec", "Ulmark", "Feyport")
GOODS = ("rope", "salt", "timber", "wool", "tar", "slate", "herring", "flax", "copper", "barley")


def page(title: str, seed: object, note: str = "", published: str = "2024-03-05T08:00:00Z") -> str:
    """Return a page with an article of its own."""
    chance = random.Random(str(seed))
    paragraphs = []
    for _ in range(6):
        town, other = chance.sample(TOWNS, 2)
        good, more = chance.sample(GOODS, 2)
        paragraphs.append(
            f"The council of {town} said on {chance.choice(['Monday', 'Friday'])} that {good} from "
            f"{other} would be weighed {chance.randint(2, 90)} times a year, since the {more} of "
            f"last winter had come {chance.randint(2, 60)} days late and nobody had been told why."
        )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>'
        f'<meta property="article:published_time" content="{published}"></head>'
        f"<body><article><h1>{title}</h1>{body}<p>{note}</p></article></body></html>"
    )


class FakeWeb:
    """Answers from a table; keeps what it answered, as a store does."""

    def __init__(self, delay: float = 0.0, seed: int = 0) -> None:
        self.pages: dict[str, str] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.moved: dict[str, str] = {}
        self.media: dict[str, str] = {}
        self.lists: dict[str, Listing] = {}
        self.asked: list[str] = []
        self.kept: dict[str, Fetched] = {}
        self.at_once: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.hosts_at_once = 0
        self._delay = delay
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def outlet(self, host: str, pages: int, dated: str | None = None) -> str:
        """Add an outlet with so many pages and a feed of them; return the feed's address."""
        feed = f"https://{host}/feed"
        hits = []
        for number in range(1, pages + 1):
            url = f"https://{host}/story-{number}"
            self.pages[url] = page(f"{host} tells story {number}", url)
            hits.append(Hit(url, title=f"Story {number}", published=dated, by="feed"))
        self.lists[feed] = Listing("feed", "ok", tuple(hits))
        return feed

    def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes = b"",
        robots: bool = True,
        pace: Pace | None = None,
        redirects: int = 10,
        most_bytes: int | None = None,
    ) -> Fetched:
        host = url.split("/")[2]
        with self._lock:
            self.asked.append(url)
            self.at_once[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self.at_once[host])
            self.hosts_at_once = max(self.hosts_at_once, sum(map(bool, self.at_once.values())))
            pause = self._delay * self._chance.random()
        time.sleep(pause)
        try:
            return self._answer(url)
        finally:
            with self._lock:
                self.at_once[host] -= 1

    def _answer(self, url: str) -> Fetched:
        final = self.moved.get(url, url)
        outcome = self.outcomes.get(url, "ok" if final in self.pages else "not_found")
        fetched = Fetched(
            url,
            outcome,
            says="" if outcome == "ok" else f"the server said {outcome}",
            final_url=final,
            content=self.pages.get(final, "").encode() if outcome == "ok" else b"",
            media_type=self.media.get(final, "text/html"),
            charset="utf-8",
            taken=datetime.now(UTC),
        )
        if outcome == "ok":
            with self._lock:
                known = self.kept.get(url)
                same = known is not None and known.content == fetched.content
                self.kept[url] = fetched
            if same:
                return replace(fetched, outcome="unchanged", kept=True)
        return fetched

    def last(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Fetched | None:
        """Return the last sound answer for an address."""
        return self.kept.get(url)

    def listing(self, fetch: Fetch, address: str, since: datetime | None) -> Listing:
        """Return what the table says that an address lists."""
        self.asked.append(address)
        time.sleep(self._delay * self._chance.random())
        return self.lists[address]
