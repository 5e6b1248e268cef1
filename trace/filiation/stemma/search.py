"""Which of the articles at hand are versions of the text, found by credits and by text."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from filiation.match import mirrored
from filiation.match.words import own_words
from filiation.stemma.account import Account, Stop, account, home
from filiation.stemma.addresses import page_of, same_address
from filiation.stemma.habits import Habits
from filiation.stemma.naming import Names, Who, same_title
from filiation.stemma.verdicts import TextVerdict, are_versions, text_verdict
from filiation.values import Article, Credits, Match, Searched

__all__ = [
    "OUTLET_LIMIT",
    "Compare",
    "Family",
    "Leads",
    "Read",
    "Shelf",
    "Shortlist",
    "Witness",
    "addresses",
    "bears_title",
    "gather",
    "leads_to",
    "means",
    "order_key",
    "same_words",
]

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
        return order_key(self.article)


@dataclass(frozen=True, slots=True)
class Leads:
    """Where one version leads to among the articles of one place."""

    linked: tuple[Article, ...] = ()
    """What its links lead to, or what bears a title that it gives."""
    citing: tuple[Article, ...] = ()
    """Articles whose own credits seem to lead to it."""
    named: tuple[Article, ...] = ()
    """Articles of the outlets that it names, worth a comparison."""
    likely: tuple[Article, ...] = ()
    """Articles whose text is like its own."""


class Shelf(Protocol):
    """A place that holds articles, among which versions of a text are looked for."""

    @property
    def where(self) -> str:
        """What the report calls it."""
        ...

    @property
    def size(self) -> int:
        """How many articles it holds."""
        ...

    @property
    def says(self) -> Sequence[str]:
        """What to know of the search there, in sentences."""
        ...

    @property
    def places(self) -> Sequence[Searched]:
        """What was searched there one by one, where it is told so, and what was not."""
        ...

    def leads(self, layer: Sequence[Witness]) -> Iterable[Leads]:
        """Return for each of these versions, asked together, where it leads to."""
        ...


@dataclass(slots=True)
class Family:
    """The versions seen of one text, and how they agree."""

    witnesses: list[Witness]
    """Where one was asked about, it is the first."""
    matches: dict[tuple[int, int], Match]
    """Of the pairs of witnesses that were compared: the smaller number first, and as a."""
    reused: bool = False
    """Whether a match with passages was held to be reuse by whoever gave it, however short."""
    searched: tuple[Searched, ...] = ()
    """Where its versions were looked for."""
    limits: tuple[str, ...] = ()
    """What was left undone, in sentences."""
    habits: Habits | None = None
    """Of the outlets of its versions, as pages of other texts tell."""

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
    shelves: Sequence[Shelf] = (),
    names: Names,
    read: Read,
    compare: Compare,
    shortlist: Shortlist,
    depth: int,
    breadth: int,
    progress: Callable[[str], None] | None = None,
) -> Family:
    """Find the versions of `article` among `others` and on `shelves`, and theirs, until nothing
    new is found.

    Stops `depth` steps away from the article, or at `breadth` versions besides it.
    """
    reading = _Reading(names, read, compare)
    asked = reading.witness(article)
    given = _Given(article, others, names, shortlist)
    search = _Search(article, [given, *shelves] if others or not shelves else shelves, reading)
    found: dict[_Key, Witness] = {asked.key: asked}
    limits: list[str] = []
    layer = [asked]
    for step in range(depth + 1):
        news: dict[_Key, tuple[float, Witness]] = {}
        for certainty, other in search.versions_of(layer):
            if other.key not in found:
                known = news.get(other.key, (0.0, other))[0]
                news[other.key] = (max(known, certainty), other)
            if progress:
                progress(f"{len(found) + len(news)} versions, {len(reading.matches)} comparisons")
        if not news:
            break
        if step == depth:
            limits.append(
                f"the search stopped {depth} steps away from the article; versions of the last"
                " ones found were not followed"
            )
            break
        ranked = sorted(news.values(), key=lambda row: (-row[0], row[1].key))
        room = breadth - (len(found) - 1)
        if len(ranked) > room:
            limits.append(
                f"the search stopped at {breadth} versions; at least {len(ranked) - room} more"
                " were found and left out"
            )
            ranked = ranked[:room]
        layer = [witness for _, witness in ranked]
        found |= {witness.key: witness for witness in layer}
        if not layer:
            break
    witnesses = [asked, *sorted((w for w in found.values() if w is not asked), key=_of)]
    family = Family(
        witnesses, {}, searched=search.searched(witnesses, limits), limits=tuple(limits)
    )
    for j, other in enumerate(witnesses):
        for i in range(j):
            family.matches[i, j] = reading.match(witnesses[i], other)
        if progress:
            progress(f"{len(found)} versions, {len(reading.matches)} comparisons")
    return family


_Key = tuple[str, str, str, str]


def _of(witness: Witness) -> tuple[str, str, str, str]:
    return witness.key


def order_key(article: Article) -> tuple[str, str, str, str]:
    """Return what tells an article from others, and puts them in an order of their own."""
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
        key = order_key(article)
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


def _are_one(one: Article, other: Article) -> bool:
    """Whether two articles are one and the same, or one page at two times."""
    return _are_doubles(one, other) or same_address(one.url, other.url)


def _are_doubles(one: Article, other: Article) -> bool:
    """Whether two articles are one and the same: of one address only where the words are, too."""
    return (
        one.id == other.id
        or _identity(one) == _identity(other)
        or (same_address(one.url, other.url) and same_words(one, other))
    )


def same_words(one: Article, other: Article) -> bool:
    """Whether two texts have the same words, what is set aside left out."""
    return _words(one) == _words(other)


def _words(article: Article) -> Sequence[str]:
    return own_words(article.text, article.aside).folded


def _identity(article: Article) -> object:
    """Return what two copies of the very same page on this machine have in common."""
    return article.outlet or article.outlet_name, article.url, article.title, article.text


class _Given:
    """Articles given and held in memory, found by address, title, outlet and text."""

    where = "articles given"
    places: tuple[Searched, ...] = ()

    def __init__(
        self, asked: Article, others: Sequence[Article], names: Names, shortlist: Shortlist
    ) -> None:
        self.size = len(others)
        self._doubles = 0
        kept: dict[object, Article] = {}
        for other in sorted(others, key=order_key):
            if _are_doubles(other, asked):
                continue
            if _identity(other) in kept:
                self._doubles += 1
            else:
                kept[_identity(other)] = other
        self.articles = list(kept.values())
        """In an order of their own, without doubles: the same page twice among the input."""
        self._names = names
        self._shortlist = shortlist
        self._homes = [home(article, names) for article in self.articles]
        self._by_host: dict[str, list[int]] = defaultdict(list)
        for number, article in enumerate(self.articles):
            for at in {self._host(address) for address in addresses(article)} - {""}:
                self._by_host[at].append(number)

    @property
    def says(self) -> Sequence[str]:
        """Return how many doubles were left out."""
        if not self._doubles:
            return ()
        return (f"{self._doubles} doubles of other articles were set aside",)

    def leads(self, layer: Sequence[Witness]) -> Iterator[Leads]:
        """Yield for each of these versions where it leads to."""
        for witness in layer:
            account = witness.account
            linked = [a for stop in (*account.stops, *account.rivals) for a in self._at(stop)]
            named = [
                article
                for stop in (*account.stops, *account.rivals, *account.tips)
                for article in self._of(stop.who, witness.article)
            ]
            likely = [
                self.articles[number]
                for number, _ in self._shortlist(witness.article, self.articles)
            ]
            yield Leads(tuple(linked), (), tuple(named), tuple(likely))

    def _host(self, address: str | None) -> str:
        return self._names.who(None, None, address).host

    def _at(self, stop: Stop) -> list[Article]:
        """Return the articles that a stop's links lead to, or that bear its title."""
        linked = [
            self.articles[number]
            for address in sorted(stop.addresses)
            for number in self._by_host.get(self._host(address), ())
            if leads_to(address, self.articles[number])
        ]
        titled = [
            article
            for article, where in zip(self.articles, self._homes, strict=True)
            if bears_title(stop, article, where, self._names)
        ]
        return linked + [article for article in titled if article not in linked]

    def _of(self, who: Who, near: Article) -> list[Article]:
        """Return the outlet's articles, the nearest in time to `near` first, `OUTLET_LIMIT`."""
        if not who:
            return []
        theirs = [
            article
            for article, where in zip(self.articles, self._homes, strict=True)
            if self._names.same(who, where)
        ]
        return sorted(theirs, key=lambda other: (_days_apart(near, other), order_key(other)))[
            :OUTLET_LIMIT
        ]


class _Search:
    """The search on all shelves, where one article may stand on several."""

    def __init__(self, asked: Article, shelves: Sequence[Shelf], reading: _Reading) -> None:
        self._asked = asked
        self._shelves = shelves
        self._reading = reading
        self._known: dict[object, tuple[Article, Shelf]] = {}
        """The articles met, by what two copies of one have in common."""
        self._pages: dict[object, tuple[Article, Shelf]] = {}
        """The same, by their addresses."""

    def versions_of(self, layer: Sequence[Witness]) -> Iterator[tuple[float, Witness]]:
        """Yield the versions that these lead to, with a measure of how surely."""
        for shelf in self._shelves:
            for witness, leads in zip(layer, shelf.leads(layer), strict=True):
                yield from self._versions(witness, leads, shelf)

    def _versions(
        self, witness: Witness, leads: Leads, shelf: Shelf
    ) -> Iterator[tuple[float, Witness]]:
        reading = self._reading
        certain = [reading.witness(article) for article in self._new(leads.linked, shelf)]
        credited = [reading.witness(article) for article in self._new(leads.named, shelf)]
        for article in self._new(leads.citing, shelf):
            other = reading.witness(article)
            stops = other.account.stops
            says_so = any(
                means(stop, witness.article, witness.home, reading.names) for stop in stops
            )
            (certain if says_so else credited).append(other)
        yield from ((2.0, other) for other in certain)
        tried = {other.key for other in (*certain, *credited)}
        likely = [reading.witness(article) for article in self._new(leads.likely, shelf)]
        for other in {other.key: other for other in (*certain, *credited, *likely)}.values():
            if other.key == witness.key:
                continue
            named = other.key in tried or _names(other, witness, reading.names)
            match = reading.match(witness, other)
            if are_versions(match, witness.article, other.article, credited=named):
                yield match.score, other

    def _new(self, articles: Iterable[Article], shelf: Shelf) -> Iterator[Article]:
        """Yield the articles but the one asked about; of doubles, the one met first.

        A page that two shelves have is one version, whatever its text was when each had it.
        """
        for article in articles:
            if self._is_asked(article, shelf):
                continue
            page = page_of(article.url) if article.url else None
            known, met_on = self._pages.get(page, (article, shelf))
            if met_on is shelf:
                known = self._known.setdefault(_identity(article), (article, shelf))[0]
            if page is not None:
                self._pages.setdefault(page, (known, shelf))
            yield known

    def _is_asked(self, article: Article, shelf: Shelf) -> bool:
        """Whether an article is the one asked about.

        What the web gives of its address is that article, as it is today; another text that was
        kept of it is another version.
        """
        on_web = article.had is not None and article.had.how in ("live", "archive")
        if on_web and not isinstance(shelf, _Given):
            return _are_one(article, self._asked)
        return _are_doubles(article, self._asked)

    def searched(self, found: Sequence[Witness], limits: Sequence[str]) -> tuple[Searched, ...]:
        """Return what came of the search on each shelf; `limits` say what was left undone."""
        at = {order_key(article): shelf for article, shelf in self._known.values()}
        told: list[Searched] = []
        for shelf in self._shelves:
            number = sum(at.get(witness.key) is shelf for witness in found)
            outcome: Literal["ok", "empty", "not_found"] = (
                "ok" if number else "not_found" if shelf.size else "empty"
            )
            says = "; ".join((*limits, *shelf.says))
            told += [Searched(shelf.where, outcome, number, shelf.size, says), *shelf.places]
            limits = ()
        return tuple(told)


def bears_title(stop: Stop, article: Article, where: Who, names: Names) -> bool:
    """Whether an article of the outlet `where` bears the title that a stop gives."""
    return any(same_title(title, article.title) for title in stop.titles) and (
        not stop.who or not where or names.same(stop.who, where)
    )


def means(stop: Stop, article: Article, where: Who, names: Names) -> bool:
    """Whether a stop's links lead to an article of the outlet `where`, or its title is the stop's."""
    return any(leads_to(address, article) for address in stop.addresses) or bears_title(
        stop, article, where, names
    )


def leads_to(address: str | None, article: Article) -> bool:
    """Whether an address is an article's.

    Its page's own claim of an address counts within its own site only: a copy may claim the
    original's.
    """
    return any(same_address(address, own) for own in addresses(article))


def addresses(article: Article) -> tuple[str, ...]:
    """Return the addresses at which an article may be sought."""
    claimed = (article.canonical_url, article.og_url) if article.url is None else ()
    led_there = article.had.via if article.had else ()
    return tuple(address for address in (article.url, *claimed, *led_there) if address)


def _days_apart(one: Article, other: Article) -> float:
    a, b = one.dates.midpoint, other.dates.midpoint
    return abs((a - b).total_seconds()) / 86400 if a and b else float("inf")


def _names(one: Witness, other: Witness, names: Names) -> bool:
    """Whether a page's account names the other's outlet."""
    return any(
        names.same(stop.who, other.home) for stop in (*one.account.stops, *one.account.rivals)
    )
