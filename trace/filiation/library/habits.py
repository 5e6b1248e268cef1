"""Which outlets the pages of a library name as where they have their texts from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from filiation.library.faults import told
from filiation.library.library import Library
from filiation.library.rows import page_at
from filiation.outlets import Catalogue, home_of, host, spelled
from filiation.stemma.habits import GIVING_ROLES, Habits, doublings
from filiation.stemma.naming import LEAST_LABEL
from filiation.values import Article

__all__ = ["Credited"]


class Credited:
    """For every two outlets of a library, how many pages of the one name the other."""

    def __init__(self, library: Library) -> None:
        """Count them. Raises `LibraryError` where the library cannot be read."""
        self._library = library
        self._pages: Counter[tuple[str, str]] = Counter()
        self._takers: defaultdict[str, set[str]] = defaultdict(set)
        self._said: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        """What each page says, by the number of its first version."""
        self._first: dict[int, int] = {}
        """That number, of the articles that say anything."""
        with told(library.path):
            known = _spellings(library.connection.execute("SELECT key, name FROM outlet"))
            roles = ", ".join("?" * len(GIVING_ROLES))
            rows = library.connection.execute(
                "SELECT article.number, first, home, credit.outlet, credit.name, credit.url "
                "FROM credit JOIN article ON number = article "
                f"WHERE home IS NOT NULL AND role IN ({roles})",
                sorted(GIVING_ROLES),
            )
            for number, first, taker, outlet, name, url in rows:
                giver = known.get(outlet) if outlet else _known_as(known, name, url)
                if giver is not None and giver != taker:
                    self._first[number] = first
                    self._said[first].add((giver, taker))
        for said in self._said.values():
            self._pages.update(said)
            for giver, taker in said:
                self._takers[giver].add(taker)

    def among(self, homes: Collection[str], numbers: Iterable[int]) -> Habits:
        """Return the habits of outlets among one another, by all pages but those of some articles."""
        own = {self._first[number] for number in numbers if number in self._first}
        without = Counter(pair for first in own for pair in self._said[first])
        kept = set(homes)
        found: dict[tuple[str, str], int] = {}
        for giver in sorted(kept):
            for taker in sorted(kept & self._takers.get(giver, set())):
                pair = giver, taker
                if times := doublings(self._pages[pair] - without[pair]):
                    found[pair] = times
        return found

    def of(self, articles: Sequence[Article], catalogue: Catalogue) -> Habits:
        """Return the habits of the outlets of some articles, which need not be in the library.

        What pages at their addresses say, or articles of their ids, is left out.
        """
        homes = {home[0] for article in articles if (home := home_of(article, catalogue))}
        with told(self._library.path):
            return self.among(homes, [number for a in articles for number in self._numbers(a)])

    def _numbers(self, article: Article) -> Iterator[int]:
        page = page_at(article.url) if article.url else None
        for (number,) in self._library.connection.execute(
            "SELECT number FROM article WHERE id = ? OR page = ?", (article.id, page)
        ):
            yield number


def _spellings(outlets: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the outlet that each spelling means, where it means one only."""
    meant: defaultdict[str, set[str]] = defaultdict(set)
    keys: set[str] = set()
    for key, name in outlets:
        keys.add(key)
        labels = (host(name) if "." in name else "").split(".")[:-1]
        long = (label for label in labels if len(label) >= LEAST_LABEL)
        for spelling in {spelled(name), *map(spelled, long)}:
            meant[spelling].add(key)
    found = {spelling: next(iter(of)) for spelling, of in meant.items() if len(of) == 1}
    return found | {key: key for key in keys}


def _known_as(known: dict[str, str], name: str | None, url: str | None) -> str | None:
    """Return the outlet that a credit without a key names, or leads to."""
    for spelling in (name, host(url) if url else None):
        if spelling and (key := known.get(spelled(spelling))) is not None:
            return key
    return None
