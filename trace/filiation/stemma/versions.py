"""The versions of a text: those seen, and those that pages name and nobody has seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from filiation.stemma.account import Stop
from filiation.stemma.addresses import same_address
from filiation.stemma.naming import Names, Who, same_title
from filiation.stemma.search import Family, Witness, leads_to
from filiation.stemma.verdicts import are_versions
from filiation.values import Dates, Match

__all__ = ["Node", "Versions", "possible", "versions"]


@dataclass(frozen=True, slots=True)
class Node:
    """One version, seen or not."""

    who: Who
    witness: Witness | None = None
    stop: Stop | None = None
    """What the pages that name it say of it, put together, where it was not seen."""

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
    stops: dict[int, list[tuple[int, Stop]]] = field(default_factory=dict)
    """For each page the versions that its account names, in its order."""
    rivals: dict[int, list[tuple[int, Stop]]] = field(default_factory=dict)
    tips: dict[int, list[tuple[int, Stop]]] = field(default_factory=dict)
    """Versions it thanks for a hint, where they were seen and share its text."""


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
    found = Versions([Node(witness.home, witness) for witness in family.witnesses])
    assigned: dict[tuple[int, str, int], int] = {}
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
    # What is said most exactly comes first, so that a vaguer mention can fall in with it.
    for page, pile, place, stop in sorted(rows, key=lambda row: _vagueness(row[3])):
        number = _seen(page, stop, family, found, names)
        if number is None and pile == "tips":
            continue
        taken = {n for (p, _, _), n in assigned.items() if p == page}
        if number is None:
            number = _unseen(stop, found, names, len(family.witnesses), taken)
        if number == page or number in taken:
            continue
        assigned[page, pile, place] = number
    for (page, pile, place), number in sorted(assigned.items()):
        stop = getattr(family.witnesses[page].account, pile)[place]
        getattr(found, pile).setdefault(page, []).append((number, stop))
    return found


def _vagueness(stop: Stop) -> tuple[bool, bool, bool]:
    return not stop.url, not stop.title, not stop.who


def _seen(page: int, stop: Stop, family: Family, found: Versions, names: Names) -> int | None:
    """Return the witness that a stop means: by link, by title, by outlet and text, by text."""
    others = [number for number in range(len(family.witnesses)) if number != page]
    urls = [stop.url, *(credit.url for credit in stop.credits)]
    titles = [stop.title, *(credit.title for credit in stop.credits)]
    for number in others:
        if any(leads_to(url, family.witnesses[number].article) for url in urls):
            return number
    here = [
        number
        for number in others
        if not stop.who
        or not found.nodes[number].who
        or names.same(stop.who, found.nodes[number].who)
    ]
    titled = [
        number
        for number in here
        if any(same_title(title, family.witnesses[number].article.title) for title in titles)
    ]
    if titled:  # copies often keep the title: the original is the one that names no source
        return min(titled, key=lambda n: (bool(family.witnesses[n].account.stops), n))
    theirs = [n for n in here if stop.who and names.same(stop.who, found.nodes[n].who)]
    if not stop.says_something:
        theirs = [n for n in here if _fits_nameless(page, n, stop, family)]
    matched = [n for n in theirs if _are_versions(family, page, n, credited=stop.says_something)]
    return max(matched, key=lambda n: _strength(_match(family, page, n)), default=None)


def _fits_nameless(page: int, number: int, stop: Stop, family: Family) -> bool:
    """Whether a witness may be the original of which a page says no more than that it exists."""
    language = family.witnesses[number].article.language
    if stop.language:
        return language == stop.language
    return bool(language) and language != family.witnesses[page].article.language


def _match(family: Family, one: int, other: int) -> Match:
    return family.matches[min(one, other), max(one, other)]


def _are_versions(family: Family, one: int, other: int, *, credited: bool) -> bool:
    first, second = sorted((one, other))
    a, b = family.witnesses[first].article, family.witnesses[second].article
    return are_versions(family.matches[first, second], a, b, credited=credited)


def _strength(match: Match) -> tuple[float, float]:
    return match.score, match.coverage_a + match.coverage_b


def _unseen(stop: Stop, found: Versions, names: Names, seen: int, taken: set[int]) -> int:
    """Return the unseen version that a stop means, a new one where none fits."""
    for number in range(seen, len(found.nodes)):
        known = found.nodes[number].stop
        if number not in taken and known and _same_stop(stop, known, names):
            found.nodes[number] = _merged(found.nodes[number], known, stop)
            return number
    found.nodes.append(Node(stop.who, stop=stop))
    return len(found.nodes) - 1


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
