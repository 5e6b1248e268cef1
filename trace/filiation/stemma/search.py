"""Which of the articles at hand are versions of the text, found by credits and by text."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from filiation.match import mirrored
from filiation.stemma.account import Account, Stop, account, home
from filiation.stemma.addresses import same_address
from filiation.stemma.naming import Names, Who, same_title
from filiation.stemma.verdicts import TextVerdict, are_versions, text_verdict
from filiation.values import Article, Credits, Match

__all__ = ["Compare", "Family", "Read", "Shortlist", "Witness", "addresses", "gather", "leads_to"]

Read = Callable[[Article], Credits]
"""What reads a page for its credits."""
Compare = Callable[[Article, Article], Match]
Shortlist = Callable[[Article, Sequence[Article]], Sequence[tuple[int, float]]]
"""What picks, of many articles, those worth comparing with one: their number and a weight."""

OUTLET_LIMIT = 30
"""How many articles of an outlet that a credit names are compared, the nearest in time first: a
credit without a title or link leaves all of an outlet's articles open."""


@dataclass(frozen=True, slots=True)
class Witness:
    """An article that is a version of the text, with its own account of its origin."""

    article: Article
    """Its `aside` holds its credits."""
    stated: Credits
    account: Account
    home: Who

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is sorted by, wherever an order must not depend on the order of the input."""
        return _key(self.article)


@dataclass(slots=True)
class Family:
    """The versions seen of one text, and how they agree."""

    witnesses: list[Witness]
    """Where one was asked about, it is the first."""
    matches: dict[tuple[int, int], Match]
    """Of the pairs of witnesses that were compared: the smaller number first, and as a."""
    reused: bool = False
    """Whether a match with passages was held to be reuse by whoever gave it, however short."""
    looked_at: int = 0
    set_aside: int = 0
    """Articles that are another one's very double: the same page twice among the input."""
    limits: list[str] = field(default_factory=list)
    """What was left undone, in sentences."""

    def match(self, one: int, other: int) -> Match | None:
        """Return the match of two witnesses, the smaller number as a; None: not compared."""
        return self.matches.get((one, other) if one < other else (other, one))

    def neighbours(self) -> dict[int, list[int]]:
        """Return for each witness those it was compared with, by number."""
        found: dict[int, list[int]] = {number: [] for number in range(len(self.witnesses))}
        for one, other in self.matches:
            found[one].append(other)
            found[other].append(one)
        return {number: sorted(others) for number, others in found.items()}

    def are_versions(self, one: int, other: int) -> bool:
        """Whether two witnesses are versions of one text, by a trace's measure."""
        match = self.match(one, other)
        first, second = sorted((one, other))
        return match is not None and are_versions(
            match, self.witnesses[first].article, self.witnesses[second].article
        )

    def verdict(self, one: int, other: int, *, credited: bool) -> TextVerdict:
        """Return what the texts say to the claim that one of the two was made from the other."""
        match = self.match(one, other)
        if match is not None and match.passages and self.reused:
            return "match"
        first, second = sorted((one, other))
        return text_verdict(
            match,
            self.witnesses[first].article,
            self.witnesses[second].article,
            credited=credited,
        )


def gather(
    article: Article,
    others: Sequence[Article],
    *,
    names: Names,
    read: Read,
    compare: Compare,
    shortlist: Shortlist,
    depth: int,
    breadth: int,
    progress: Callable[[str], None] | None = None,
) -> Family:
    """Find the versions of `article` among `others`, and theirs, until nothing new is found.

    Stops `depth` steps away from the article, or at `breadth` versions besides it.
    """
    reading = _Reading(names, read, compare)
    asked = reading.witness(article)
    pool, doubles = _pool(article, others)
    shelf = _Shelf(pool, names)
    found: dict[tuple[str, str, str, str], Witness] = {asked.key: asked}
    family = Family([asked], {}, looked_at=len(others), set_aside=doubles)
    layer = [asked]
    for step in range(depth + 1):
        news: dict[tuple[str, str, str, str], tuple[float, Witness]] = {}
        for witness in layer:
            for certainty, other in _versions_of(witness, pool, shelf, reading, shortlist):
                if other.key not in found:
                    known = news.get(other.key, (0.0, other))[0]
                    news[other.key] = (max(known, certainty), other)
            if progress:
                progress(f"{len(found) + len(news)} versions, {len(reading.matches)} comparisons")
        if not news:
            break
        if step == depth:
            family.limits.append(
                f"the search stopped {depth} steps away from the article; versions of the last"
                " ones found were not followed"
            )
            break
        ranked = sorted(news.values(), key=lambda row: (-row[0], row[1].key))
        room = breadth - (len(found) - 1)
        if len(ranked) > room:
            family.limits.append(
                f"the search stopped at {breadth} versions; at least {len(ranked) - room} more"
                " were found and left out"
            )
            ranked = ranked[:room]
        layer = [witness for _, witness in ranked]
        found |= {witness.key: witness for witness in layer}
        if not layer:
            break
    family.witnesses = [asked, *sorted((w for w in found.values() if w is not asked), key=_of)]
    for j, other in enumerate(family.witnesses):
        for i in range(j):
            family.matches[i, j] = reading.match(family.witnesses[i], other)
        if progress:
            progress(f"{len(found)} versions, {len(reading.matches)} comparisons")
    return family


def _of(witness: Witness) -> tuple[str, str, str, str]:
    return witness.key


def _key(article: Article) -> tuple[str, str, str, str]:
    return article.id, article.url or "", article.input, article.text


class _Reading:
    """Credits and comparisons, each done once."""

    def __init__(self, names: Names, read: Read, compare: Compare) -> None:
        self.names = names
        self._read = read
        self._compare = compare
        self._witnesses: dict[tuple[str, str, str, str], Witness] = {}
        self.matches: dict[tuple[object, object], Match] = {}

    def witness(self, article: Article) -> Witness:
        key = _key(article)
        if key not in self._witnesses:
            stated = self._read(article)
            self._witnesses[key] = Witness(
                stated.article, stated, account(stated, self.names), home(article, self.names)
            )
        return self._witnesses[key]

    def match(self, one: Witness, other: Witness) -> Match:
        """Return the match of `one` (as a) with `other` (as b)."""
        # One order for every pair, so that the order of the input cannot show in any figure.
        if other.key < one.key:
            return mirrored(self.match(other, one))
        if (one.key, other.key) not in self.matches:
            self.matches[one.key, other.key] = self._compare(one.article, other.article)
        return self.matches[one.key, other.key]


def _pool(article: Article, others: Sequence[Article]) -> tuple[list[Article], int]:
    """Return the others in an order of their own, doubles left out, and how many doubles."""
    kept: dict[object, Article] = {}
    own = _identity(article)
    doubles = 0
    for other in sorted(others, key=_key):
        if (
            other.id == article.id
            or _identity(other) == own
            or same_address(other.url, article.url)
        ):
            continue
        if _identity(other) in kept:
            doubles += 1
        else:
            kept[_identity(other)] = other
    return list(kept.values()), doubles


def _identity(article: Article) -> object:
    """Return what two copies of the very same page on this machine have in common."""
    return article.outlet or article.outlet_name, article.url, article.title, article.text


class _Shelf:
    """The articles at hand, found by address, title and outlet."""

    def __init__(self, articles: Sequence[Article], names: Names) -> None:
        self.articles = articles
        self.names = names
        self.homes = [home(article, names) for article in articles]
        self._by_host: dict[str, list[int]] = defaultdict(list)
        for number, article in enumerate(articles):
            for at in {self._host(address) for address in addresses(article)} - {""}:
                self._by_host[at].append(number)

    def _host(self, address: str | None) -> str:
        return self.names.who(None, None, address).host

    def at(self, stop: Stop) -> list[Article]:
        """Return the articles that a stop's links lead to, or that bear its title."""
        addresses = {stop.url, *(credit.url for credit in stop.credits)} - {None}
        titles = {stop.title, *(credit.title for credit in stop.credits)} - {None}
        linked = [
            self.articles[number]
            for address in sorted(a for a in addresses if a)
            for number in self._by_host.get(self._host(address), ())
            if leads_to(address, self.articles[number])
        ]
        titled = [
            article
            for article, where in zip(self.articles, self.homes, strict=True)
            if titles
            and any(same_title(title, article.title) for title in titles)
            and (not stop.who or not where or self.names.same(stop.who, where))
        ]
        return linked + [article for article in titled if article not in linked]

    def of(self, who: Who, near: Article) -> list[Article]:
        """Return the outlet's articles, the nearest in time to `near` first, `OUTLET_LIMIT`."""
        if not who:
            return []
        theirs = [
            article
            for article, where in zip(self.articles, self.homes, strict=True)
            if self.names.same(who, where)
        ]
        return sorted(theirs, key=lambda other: (_days_apart(near, other), _key(other)))[
            :OUTLET_LIMIT
        ]


def leads_to(address: str | None, article: Article) -> bool:
    """Whether an address is an article's.

    Its page's own claim of an address counts within its own site only: a copy may claim the
    original's.
    """
    return any(same_address(address, own) for own in addresses(article))


def addresses(article: Article) -> tuple[str, ...]:
    """Return the addresses at which an article may be sought."""
    claimed = (article.canonical_url, article.og_url) if article.url is None else ()
    return tuple(address for address in (article.url, *claimed) if address)


def _days_apart(one: Article, other: Article) -> float:
    a, b = one.dates.midpoint, other.dates.midpoint
    return abs((a - b).total_seconds()) / 86400 if a and b else float("inf")


def _versions_of(
    witness: Witness,
    pool: Sequence[Article],
    shelf: _Shelf,
    reading: _Reading,
    shortlist: Shortlist,
) -> Iterable[tuple[float, Witness]]:
    """Yield the versions that one witness leads to, with a measure of how surely."""
    stops = (*witness.account.stops, *witness.account.rivals, *witness.account.tips)
    tried: dict[tuple[str, str, str, str], bool] = {}
    for stop in stops:
        for article in shelf.at(stop):
            other = reading.witness(article)
            if stop not in witness.account.tips:
                yield 2.0, other
                tried[other.key] = True
        for article in shelf.of(stop.who, witness.article):
            tried.setdefault(_key(article), True)
    named = {_key(article): article for article in pool if _key(article) in tried}
    likely = [pool[number] for number, _ in shortlist(witness.article, pool)]
    for article in (*named.values(), *likely):
        other = reading.witness(article)
        if other.key == witness.key:
            continue
        credited = _key(article) in tried or _names(other, witness, reading.names)
        match = reading.match(witness, other)
        if are_versions(match, witness.article, other.article, credited=credited):
            yield match.score, other


def _names(one: Witness, other: Witness, names: Names) -> bool:
    """Whether a page's account names the other's outlet."""
    return any(
        names.same(stop.who, other.home) for stop in (*one.account.stops, *one.account.rivals)
    )
