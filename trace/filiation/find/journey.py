"""One trace on the web: what asks, what was seen on the way, and what is kept of it.

The trace itself (`stemma.trace`) knows shelves only. This is where the shelves of the web, the
archives and the services are put together, for one article, with one log, one budget and one store.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filiation.find.copies import Copies, watch_list
from filiation.find.log import Log
from filiation.find.services import Past, Services, Stated
from filiation.find.values import Fetch, Fetched, Pace
from filiation.find.web import Seen, Web
from filiation.match import mirrored
from filiation.outlets import Catalogue
from filiation.stemma.naming import names_of
from filiation.stemma.search import Compare, Read, Shelf, order_key
from filiation.values import Article, Credits, Evidence, Hop, Match, Trace, Version

if TYPE_CHECKING:
    from filiation.find.history import History

__all__ = ["Journey", "Judgement", "Planned", "Wish"]


PREFIX = 200
"""Characters by which two credit lines are compared: a history quotes no more than 300 of one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A question that would be asked."""

    method: str
    url: str
    robots: bool
    """Whether the site's robots.txt would be asked first."""


class Planned:
    """A fetch that asks nothing: it answers from what was kept, and notes what it would ask."""

    def __init__(self, kept: Fetch) -> None:
        self._kept = kept
        self.wishes: dict[tuple[str, str, bytes], Wish] = {}
        """By what makes two questions one."""

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
        """Return what was kept; else note the question, and say that it was not asked."""
        fetched = self._kept(
            url,
            headers=headers,
            method=method,
            body=body,
            robots=robots,
            pace=pace,
            redirects=redirects,
            most_bytes=most_bytes,
        )
        if fetched.outcome == "offline":
            self.wishes.setdefault((method, url, body), Wish(method, url, robots))
        return fetched


class Judgement:
    """Credits and comparisons, each done once for the search on the web and for the trace."""

    def __init__(self, read: Read, compare: Compare) -> None:
        self.speak = read
        """What reads credits. A library, which knows what outlets print on every page, takes its
        place once it is there."""
        self._compare = compare
        self._stated: dict[object, Credits] = {}
        self._matches: dict[object, Match] = {}

    def read(self, article: Article) -> Credits:
        """Return a page's own account of itself."""
        key = order_key(article), article.dates
        if key not in self._stated:
            stated = self.speak(article)
            # A library may have the same page, and answers with its own.
            own = replace(article, aside=stated.article.aside)
            self._stated[key] = replace(stated, article=own)
        return self._stated[key]

    def compare(self, one: Article, other: Article) -> Match:
        """Return the match of two articles, `one` as a."""
        if order_key(other) < order_key(one):
            return mirrored(self.compare(other, one))
        key = order_key(one), one.aside, order_key(other), other.aside
        if key not in self._matches:
            self._matches[key] = self._compare(one, other)
        return self._matches[key]


@dataclass(slots=True)
class Journey:
    """One trace on the web."""

    fetch: Fetch
    services: Services
    judgement: Judgement
    catalogue: Catalogue | None = None
    stated: Stated | None = None
    """What robots.txt says of sitemaps."""
    depth: int = 8
    breadth: int = 50
    progress: Callable[[str], None] | None = None
    at_hand: Sequence[Article] = ()
    history: bool = True
    """Whether captures of the versions are compared."""
    spent: Callable[[], int] | None = None
    """How many requests were sent so far."""
    log: Log = field(init=False)
    past: Past = field(init=False)
    web: Web = field(init=False)
    copies: Copies | None = field(init=False, default=None)
    started: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.started = datetime.now(UTC)
        self.log = Log(self.progress)
        self.past = Past(
            self.services.archive(self.fetch), compared=self.history, catalogue=self.catalogue
        )
        self.web = Web(
            self.fetch,
            read=self.judgement.read,
            compare=self.judgement.compare,
            catalogue=self.catalogue,
            archives=self.services.archives(self.fetch),
            makeshift=self.services.makeshift(self.fetch),
            sites=(
                *self.services.sites(self.fetch, self.stated),
                *self.services.listings(self.fetch),
            ),
            services=self.services.besides(self.fetch),
            past=self.past,
            depth=self.depth,
            breadth=self.breadth,
            log=self.log,
            at_hand=self.at_hand,
            spent=self.spent,
        )

    def watch(self, article: Article) -> None:
        """Look for republications of the article at the outlets of the watch list, too."""
        from filiation.outlets import catalogue as own

        known = self.catalogue or own()
        outlets = watch_list(known, own(), language=article.language)
        self.copies = Copies(
            self.fetch,
            outlets,
            self.services.sites(self.fetch, self.stated),
            self.web,
            catalogue=self.catalogue,
            log=self.log,
        )

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """Return the shelves that the trace is to search."""
        return (self.web,) if self.copies is None else (self.web, self.copies)

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Return the pages that were read as articles, whether versions or not."""
        return (*self.web.seen, *(self.copies.seen if self.copies else ()))

    def histories(self, found: Trace) -> dict[str, "History"]:
        """Return what the archive saw of the versions that the web gave, by the version's id."""
        return {
            version.id: self.past.histories[version.article]
            for version in found.versions
            if version.article in self.past.histories
        }

    def with_past(self, found: Trace) -> Trace:
        """Return the trace with what archives saw of its hops: credits that a page gave once."""
        versions = {version.id: version for version in found.versions}
        hops = tuple(
            replace(hop, evidence=(*hop.evidence, *self._once_credited(hop, versions)))
            for hop in found.hops
        )
        return replace(found, hops=hops)

    def _once_credited(self, hop: Hop, versions: Mapping[str, Version]) -> Iterator[Evidence]:
        """Yield the credits by which the copy named this parent, and which it names no longer."""
        history = self.past.histories.get(versions[hop.child].article or "")
        if history is None:
            return
        parent = versions[hop.parent]
        names = names_of(self.catalogue)
        who = names.who(parent.name, parent.outlet, parent.url)
        removed = {
            change.quote[:PREFIX] for change in history.changes if change.kind == "credit removed"
        }
        told: set[str] = set()
        for page in history.pages:
            for credit in page.stated.credits if page.capture else ():
                if (
                    credit.quote[:PREFIX] not in removed
                    or credit.quote in told
                    or page.capture is None
                ):
                    continue
                if names.same(names.who(credit.name, credit.outlet, credit.url), who):
                    told.add(credit.quote)
                    day = f"{page.capture.taken:%Y-%m-%d}"
                    says = (
                        f"{versions[hop.child].name} credited {parent.name} on {day}, as the "
                        f"{page.capture.archive} has it, and took the credit away later"
                    )
                    yield Evidence("archive", says, credit.role, credit.quote, credit.rule)
