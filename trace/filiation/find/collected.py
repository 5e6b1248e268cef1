"""What comes of collecting: sources, hosts, articles, what failed, and how far it is meanwhile."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from filiation.find.frontier import Failure
from filiation.find.inputs import Kind
from filiation.find.values import Outcome

__all__ = ["Collected", "HostState", "Listed", "Progress", "Spent"]


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of one address that was named."""

    address: str
    kind: Kind | None
    outcome: Outcome
    says: str
    pages: int
    """Pages that were to be fetched: new, changed, or not had by an earlier run."""
    resumed: bool
    """Whether an earlier run began with them."""


@dataclass(frozen=True, slots=True)
class HostState:
    """How far one host is."""

    host: str
    wanted: int
    """Pages to be fetched from it by this run."""
    had: int
    """Of these, pages that gave an answer with a text."""
    failed: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far collecting is."""

    hosts: tuple[HostState, ...]
    """In the order in which they were met."""
    listing: int
    """Sources whose lists are being read."""
    articles: int
    """Stored so far by this run."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of collecting."""

    sources: tuple[Listed, ...]
    hosts: tuple[HostState, ...]
    """By name."""
    articles: int
    """Articles stored, new versions of known pages among them."""
    versions: int
    """Of these, texts that differ from what the library had of the page."""
    known: int
    """Pages fetched whose text the library had."""
    failures: tuple[Failure, ...]
    """All pages listed of which no article was had, by this run or for good by an earlier one."""
    passed: int
    """Pages listed that were had before and not asked for again."""
    left: bool
    """Whether something was not asked for, since the budget was spent: the same command goes on."""
    seconds: float
    """Time it took."""

    @property
    def had(self) -> int:
        """Pages of which the library has an article, by this run or an earlier one."""
        return self.articles + self.known + self.passed

    @property
    def whole(self) -> bool:
        """Whether nothing failed."""
        fine = ("ok", "empty")  # a list may hold nothing; of what is no list that is a failure
        listed = all(one.outcome in fine and one.kind is not None for one in self.sources)
        return listed and not self.failures

    @property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How many pages failed in which way."""
        return Counter(failure.outcome for failure in self.failures)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run asked of the web, and what it was allowed."""

    requests: int
    """Redirects, retries and robots.txt among them."""
    most_requests: int | None
    """None: as many as it takes."""
    most_seconds: float | None
    ignored_robots: bool = False
    """Whether robots.txt was left unread, as the user wished."""
