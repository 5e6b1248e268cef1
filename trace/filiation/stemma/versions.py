"""The versions of a text: those seen, and those that pages name and nobody has seen."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from filiation.stemma.account import Stop
from filiation.stemma.addresses import page_of, same_address
from filiation.stemma.copied import shared
from filiation.stemma.naming import Names, Who, same_title
from filiation.stemma.revisions import Editions, editions
from filiation.stemma.search import Family, Witness, addresses
from filiation.stemma.weights import FOUND_LIMITS
from filiation.values import Dates, Edition, Match, Role

__all__ = ["Node", "Versions", "possible", "versions"]


ELSEWHERE: frozenset[Role] = frozenset({"original", "first_published", "republished_from"})
"""Roles of a credit which says that the page's own text stood elsewhere before."""


@dataclass(frozen=True, slots=True)
class Node:
    """One version, seen or not."""

    who: Who
    witness: Witness | None = None
    stop: Stop | None = None
    """What the pages that name it say of it, put together, where it was not seen."""
    implied: bool = False
    """Whether no page names it either: the texts imply it."""
    edition: Edition | None = None
    """Which of its address's texts it is, where several are among the versions."""

    @property
    def language(self) -> str | None:
        """Its language, as measured or as stated."""
        if self.witness:
            return self.witness.article.language
        return self.stop.language if self.stop else None

    @property
    def dates(self) -> Dates:
        """When it was published, as far as is known."""
        if self.witness:
            return possible(self.witness.article.dates)
        return self.stop.dates if self.stop else Dates()


@dataclass(slots=True)
class Versions:
    """All versions of one text, by number: the family's witnesses first, in their order."""

    nodes: list[Node]
    editions: Editions
    """Which of the witnesses are texts of one address."""
    stops: dict[int, list[tuple[int, Stop]]] = field(default_factory=dict)
    """For each page the versions that its account names, in its order."""
    rivals: dict[int, list[tuple[int, Stop]]] = field(default_factory=dict)
    tips: dict[int, list[tuple[int, Stop]]] = field(default_factory=dict)
    """Versions it thanks for a hint, where they were seen and share its text."""

    def can_precede(self, parent: int, child: int) -> bool:
        """Whether dates, and what is known of an address's texts, allow one to be made from the other."""
        dates = self.nodes[child].dates
        return self.nodes[parent].dates.can_precede(dates) and self.editions.allows(
            parent, child, dates.latest
        )


def possible(dates: Dates) -> Dates:
    """Return the interval that allows whatever any of the witnesses allows.

    Where they exclude each other one of them is wrong, nobody knows which; a version must not be
    ruled out by a date that may be the wrong one.
    """
    if not dates.disagree or not dates.witnesses:
        return dates
    earliest = min(witness.earliest for witness in dates.witnesses)
    latest = max(witness.latest for witness in dates.witnesses)
    return replace(dates, earliest=earliest, latest=latest)


def versions(family: Family, names: Names) -> Versions:
    """Return the family's versions, every stop of every account assigned to one of them."""
    known = editions(family.witnesses, names)
    found = Versions(
        [
            Node(witness.home, witness, edition=known.edition(number))
            for number, witness in enumerate(family.witnesses)
        ],
        known,
    )
    assigned: dict[tuple[int, str, int], int] = {}
    taken: dict[int, set[int]] = defaultdict(set)
    rows = [
        (page, pile, place, stop)
        for page, witness in enumerate(family.witnesses)
        for pile, stops in (
            ("stops", witness.account.stops),
            ("rivals", witness.account.rivals),
            ("tips", witness.account.tips),
        )
        for place, stop in enumerate(stops)
    ]
    shelf = _Shelf(family, names, found)
    unseen = _Unseen(family, names, found)
    # What is said most exactly comes first, so that a vaguer mention can fall in with it.
    for page, pile, place, stop in sorted(rows, key=lambda row: _vagueness(row[3])):
        number = shelf.seen(page, stop)
        if number is None and pile == "stops":
            number = shelf.nameless(page, stop)
        if number is None and pile == "stops":
            number = shelf.first_whole(page, stop)
        if number is None and pile == "tips":
            continue
        if number is None:
            number = unseen.meant(page, stop, taken[page])
        if number == page or number in taken[page]:
            continue
        assigned[page, pile, place] = number
        taken[page].add(number)
    for (page, pile, place), number in sorted(assigned.items()):
        stop = getattr(family.witnesses[page].account, pile)[place]
        getattr(found, pile).setdefault(page, []).append((number, stop))
    return found


def _vagueness(stop: Stop) -> tuple[bool, bool, bool]:
    return not stop.url, not stop.title, not stop.who


class _Shelf:
    """The witnesses of a family, found by address, title, outlet and text."""

    def __init__(self, family: Family, names: Names, found: Versions) -> None:
        self._family = family
        self._found = found
        self._nodes = found.nodes
        self._names = names
        self._neighbours = family.neighbours()
        self._placed: dict[object, list[int]] = defaultdict(list)
        self._titles: dict[str, list[int]] = defaultdict(list)
        self._titled: dict[str, list[int]] = {}
        self._called: dict[int, Who] = {}
        """Witnesses of unknown outlets, and which outlet each was taken for."""
        for number, witness in enumerate(family.witnesses):
            for place in {page_of(address) for address in addresses(witness.article)} - {None}:
                self._placed[place].append(number)
            if witness.article.title:
                self._titles[witness.article.title].append(number)

    def seen(self, page: int, stop: Stop) -> int | None:
        """Return the witness that a page's stop means: by link, by title, by outlet and text.

        Where the address that is meant had several texts, it is the one that the page has most of.
        """
        number = self._seen(page, stop)
        texts = (
            [n for n in self._found.editions.of(number) if n != page] if number is not None else []
        )
        return max(texts, key=lambda n: self._made_from(page, n), default=number)

    def _made_from(self, page: int, number: int) -> tuple[bool, float, int]:
        """Return how much speaks for a page being made from a witness, to compare with others."""
        match = self._family.match(page, number)
        same = shared(match, reused=self._family.reused).unbroken if match else 0.0
        precedes = self._found.can_precede(number, page)
        return precedes, same, -number

    def _seen(self, page: int, stop: Stop) -> int | None:
        linked = [
            number
            for url in {stop.url, *(credit.url for credit in stop.credits)} - {None}
            for number in self._placed.get(page_of(url or ""), ())
            if number != page
        ]
        if linked:
            return min(linked)
        titles = {stop.title, *(credit.title for credit in stop.credits)} - {None}
        titled = [
            number
            for title in titles
            for number in self._bearing(title or "")
            if number != page and self._may_be(stop, number)
        ]
        witnesses = self._family.witnesses
        if titled:  # copies often keep the title: the original is the one that names no source
            return min(titled, key=lambda n: (bool(witnesses[n].account.stops), n))
        matched = [
            (_strength(match), -number)
            for number in self._neighbours[page]
            if self._fits(page, number, stop)
            and self._family.verdict(page, number, credited=stop.says_something) == "match"
            and (match := self._family.match(page, number))
        ]
        return -max(matched)[1] if matched else None

    def nameless(self, page: int, stop: Stop) -> int | None:
        """Return the witness that a stop means if any of an unknown outlet does.

        A table may not say where its texts stood. One that names no source, has the text and is not
        younger is likelier what the page's only source published than one more that nobody saw. It
        can be one outlet's only.
        """
        account = self._family.witnesses[page].account
        if not stop.who or stop.title or stop.url or len(account.stops) > 1:
            return None
        fitting = {
            number: _strength(match)
            for number in self._neighbours[page]
            if self._may_be_nameless(page, number, stop)
            and (match := self._family.match(page, number))
        }
        if not fitting:
            return None
        best = [number for number in fitting if fitting[number] == max(fitting.values())]
        number = ordered(best, self._nodes)[0]
        self._called[number] = stop.who
        return number

    def _may_be_nameless(self, page: int, number: int, stop: Stop) -> bool:
        younger, older = self._family.witnesses[page], self._family.witnesses[number]
        return (
            not older.home
            and older.account.kind == "none"
            and stop.language in (None, older.article.language)
            and self._names.same(self._called.get(number, stop.who), stop.who)
            and possible(older.article.dates).can_precede(possible(younger.article.dates))
            and self._family.are_versions(page, number)
        )

    def first_whole(self, page: int, stop: Stop) -> int | None:
        """Return the witness that a stop means which says no more than that the text was elsewhere.

        "This article first appeared here", with a link that was lost: the earliest of another
        outlet that has the whole text of the page.
        """
        if stop.says_something or stop.language or not stop.roles & ELSEWHERE:
            return None
        younger = self._family.witnesses[page]
        whole = [
            number
            for number in self._neighbours[page]
            if not self._names.same(self._family.witnesses[number].home, younger.home)
            and self._family.are_versions(page, number)
            and self._covered(page, number) >= FOUND_LIMITS["cut_whole"][0]
            and self._nodes[number].dates.surely_precedes(self._nodes[page].dates)
        ]
        return ordered(whole, self._nodes)[0] if whole else None

    def _covered(self, page: int, number: int) -> float:
        """Return how much of a page's text a version has."""
        match = self._family.match(page, number)
        assert match is not None
        return match.coverage_a if page < number else match.coverage_b

    def _bearing(self, title: str) -> list[int]:
        """Return the witnesses that bear a title."""
        if title not in self._titled:
            self._titled[title] = [
                number
                for other, numbers in self._titles.items()
                if same_title(title, other)
                for number in numbers
            ]
        return self._titled[title]

    def _may_be(self, stop: Stop, number: int) -> bool:
        there = self._family.witnesses[number].home
        return not stop.who or not there or self._names.same(stop.who, there)

    def _fits(self, page: int, number: int, stop: Stop) -> bool:
        if not stop.says_something:
            return _fits_nameless(page, number, stop, self._family)
        return bool(stop.who) and self._names.same(stop.who, self._family.witnesses[number].home)


def _fits_nameless(page: int, number: int, stop: Stop, family: Family) -> bool:
    """Whether a witness may be the original of which a page says no more than that it exists."""
    language = family.witnesses[number].article.language
    if stop.language:
        return language == stop.language
    return bool(language) and language != family.witnesses[page].article.language


def _strength(match: Match) -> tuple[float, float]:
    return match.score, match.coverage_a + match.coverage_b


class _Unseen:
    """The versions that pages name and nobody has seen, found by what is said of them."""

    def __init__(self, family: Family, names: Names, found: Versions) -> None:
        self._names = names
        self._found = found
        self._first = len(family.witnesses)
        self._near = _near(family) if family.reused else None
        """For each witness itself and its versions; what a trace has gathered is of one text."""
        self._page: dict[int, int] = {}
        """For each unseen version the page that was the first to name it."""

    def meant(self, page: int, stop: Stop, taken: AbstractSet[int]) -> int:
        """Return the unseen version that a page's stop means, a new one where none fits.

        Two pages that name an outlet, and neither title nor address, mean one version if they have
        one text: an agency delivers many.
        """
        nodes = self._found.nodes
        for number in range(self._first, len(nodes)):
            known = nodes[number].stop
            if (
                number not in taken
                and known
                and _same_stop(stop, known, self._names)
                and (self._of_one_text(page, self._page[number]) or _same_work(stop, known))
            ):
                nodes[number] = _merged(nodes[number], known, stop)
                break
        else:
            number = len(nodes)
            nodes.append(Node(stop.who, stop=stop))
            self._page[number] = page
        return number

    def _of_one_text(self, page: int, first: int) -> bool:
        """Whether two pages are versions of each other, or both of a third.

        Not by way of more: an agency's daily figures are each a version of the day's before.
        """
        return self._near is None or not self._near[page].isdisjoint(self._near[first])


def _near(family: Family) -> list[set[int]]:
    """Return for each witness itself and those that it is a version of, by number."""
    near = [{number} for number in range(len(family.witnesses))]
    for one, other in family.matches:
        if family.are_versions(one, other):
            near[one].add(other)
            near[other].add(one)
    return near


def _same_work(one: Stop, other: Stop) -> bool:
    """Whether two stops have a title or an address in common."""
    return any(same_title(a, b) for a in one.titles for b in other.titles) or any(
        same_address(a, b) for a in one.addresses for b in other.addresses
    )


def _same_stop(one: Stop, other: Stop, names: Names) -> bool:
    if one.language and other.language and one.language != other.language:
        return False
    if one.title and other.title and not same_title(one.title, other.title):
        return False
    if not one.says_something or not other.says_something:
        return True
    if one.who and other.who:
        return names.same(one.who, other.who)
    return same_title(one.title, other.title) or same_address(one.url, other.url)


def _merged(node: Node, known: Stop, more: Stop) -> Node:
    """Return an unseen version with what another page adds; what was said first stands."""
    stop = replace(
        known,
        who=known.who or more.who,
        title=known.title or more.title,
        url=known.url or more.url,
        language=known.language or more.language,
        author=known.author or more.author,
        translator=known.translator or more.translator,
        dates=known.dates if known.dates.latest else more.dates,
        credits=(*known.credits, *more.credits),
    )
    return replace(node, who=stop.who, stop=stop)


def ordered(numbers: Sequence[int], nodes: Sequence[Node]) -> list[int]:
    """Return versions by date, those without one last, and else in the order given."""
    return sorted(numbers, key=lambda n: _when(nodes[n]))


def _when(node: Node) -> tuple[bool, float]:
    middle = node.dates.midpoint
    return middle is None, middle.timestamp() if middle else 0.0
