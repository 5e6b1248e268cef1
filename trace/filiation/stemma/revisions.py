"""The texts that one address had, one after the other: what was changed, and since when it stands.

An article that was changed after it had been published is several versions. A copy was made from one
of them; and a credit that one has and another has not was taken away, or added, in between.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from filiation.dates import ARCHIVE
from filiation.fold import folded
from filiation.match.words import own_words
from filiation.outlets import host
from filiation.stemma.addresses import page_of, same_address
from filiation.stemma.naming import Names
from filiation.stemma.search import Witness, same_words
from filiation.values import Article, Credit, Credits, Edition, EditionOrder, Revision

__all__ = ["MARK", "Editions", "credits_changed", "editions", "wording"]

LONGEST = 2000
"""Characters of a credit's line or name that are compared."""
MARK = "mark."
"""What the rules of credits begin with that are no line of the page, but a mark in its head."""
LEAST_WITHIN = 20
"""Letters of a credit's line that is looked for within longer ones: shorter ones (`Source`, `AFP`) are
words like any other."""


class Editions:
    """Which witnesses are texts of one address, and in which order they stood there."""

    def __init__(self, witnesses: Sequence[Witness], names: Names) -> None:
        """Find them; the numbers of witnesses are their places."""
        self._witnesses = witnesses
        self._of: dict[int, tuple[int, ...]] = {}
        self._order: dict[int, EditionOrder] = {}
        for numbers in _pages(witnesses, names):
            told, order = _in_order(numbers, witnesses)
            for number in told:
                self._of[number], self._order[number] = tuple(told), order

    def of(self, number: int) -> tuple[int, ...]:
        """Return all texts of a witness's address, the oldest first; one alone is not told."""
        return self._of.get(number, ())

    def edition(self, number: int) -> Edition | None:
        """Return which of its address's texts a witness is; None where it is the only one."""
        texts = self.of(number)
        if not texts:
            return None
        return Edition(texts.index(number) + 1, len(texts), self._order[number])

    def allows(self, parent: int, child: int, latest: datetime | None) -> bool:
        """Whether a witness could be read when a child, published by `latest`, was made.

        While an archive still captured the text before, this one did not stand there. Of two texts
        of one address the later was not made into the earlier.
        """
        texts = self.of(parent)
        if not texts or self._order[parent] == "unknown":
            return True
        place = texts.index(parent)
        if child in texts:
            return place < texts.index(child)
        if not place or latest is None or self._order[parent] != "captured":
            return True
        before = _captured(self._witnesses[texts[place - 1]].article)
        return before is None or latest >= before

    def revisions(self, ids: Mapping[int, str]) -> tuple[Revision, ...]:
        """Return what was changed at each address, by the ids of versions; those without are left out."""
        told: list[Revision] = []
        for numbers in dict.fromkeys(self._of.values()):
            shown = [number for number in numbers if number in ids]
            for one, other in pairwise(shown):
                told.append(self._revision(one, other, ids))
        return tuple(sorted(told, key=lambda r: (int(r.before[1:]), int(r.after[1:]))))

    def _revision(self, one: int, other: int, ids: Mapping[int, str]) -> Revision:
        before, after = self._witnesses[one], self._witnesses[other]
        removed, added = credits_changed(before.stated, after.stated)
        return Revision(
            ids[one],
            ids[other],
            self._order[one],
            _captured(before.article),
            _captured(after.article),
            not same_words(before.article, after.article),
            tuple(removed),
            tuple(added),
        )


def editions(witnesses: Sequence[Witness], names: Names) -> Editions:
    """Return which of these witnesses are texts of one address."""
    return Editions(witnesses, names)


def _pages(witnesses: Sequence[Witness], names: Names) -> Iterable[list[int]]:
    """Yield the witnesses of each address that has more than one text.

    Of a saved page only its own claim of an address is known. A copy may claim the original's; so
    the two must be of one outlet as well.
    """
    found: defaultdict[object, list[int]] = defaultdict(list)
    for number, witness in enumerate(witnesses):
        article = witness.article
        address = article.url or article.canonical_url or article.og_url
        page = page_of(address) if address else None
        if page is not None:
            found[page].append(number)
    for numbers in found.values():
        while len(numbers) > 1:
            first, *others = numbers
            home = witnesses[first].home
            same = [n for n in others if _one_outlet(names, witnesses[n], witnesses[first])]
            if same and (home or witnesses[first].article.url):
                yield [first, *same]
            numbers = [n for n in others if n not in same]


def _one_outlet(names: Names, one: Witness, other: Witness) -> bool:
    if one.article.url and other.article.url:
        return True
    return names.same(one.home, other.home)


def _in_order(
    numbers: Sequence[int], witnesses: Sequence[Witness]
) -> tuple[list[int], EditionOrder]:
    """Return the texts of an address, the oldest first, and what tells the order."""
    captured = [_captured(witnesses[number].article) for number in numbers]
    if None not in captured and len(set(captured)) == len(numbers):
        return _sorted(numbers, captured), "captured"
    added = [_added(witnesses[number].article) for number in numbers]
    if None not in added and len(set(added)) == len(numbers):
        return _sorted(numbers, added), "added"
    return list(numbers), "unknown"


def _sorted(numbers: Sequence[int], moments: Sequence[object]) -> list[int]:
    return [number for _, number in sorted(zip(moments, numbers, strict=True))]


def _captured(article: Article) -> datetime | None:
    """Return when a text is first known to have stood at its address."""
    had = article.had
    if had is not None and (had.captured or had.taken):
        return had.captured or had.taken
    return min((w.latest for w in article.dates.witnesses if w.kind == ARCHIVE), default=None)


def _added(article: Article) -> int | None:
    """Return which of its address's texts it is, in the order in which a library had them."""
    return article.had.edition if article.had else None


# --- credits ---------------------------------------------------------------------------------------


def credits_changed(before: Credits, after: Credits) -> tuple[list[Credit], list[Credit]]:
    """Return the credits that a page had before and has no more, and those that it has only since.

    Credits are told apart by their role and whom they name, wherever on the page they stand; a
    credit whose line is still there is not gone, whatever was made of it. One that leads elsewhere
    than before is both gone and new.
    """
    old, new = _by_name(before.credits), _by_name(after.credits)
    lost = [one for key, one in old.items() if key not in new and not _still(one, after.article)]
    come = [one for key, one in new.items() if key not in old and not _still(one, before.article)]
    for key in old.keys() & new.keys():
        one, other = old[key], new[key]
        if one.url and other.url and not _same_place(one.url, other.url):
            lost.append(one)
            come.append(other)
    return sorted(lost, key=_by_role), sorted(come, key=_by_role)


def _by_role(credit: Credit) -> tuple[str, str]:
    return credit.role, credit.quote


def _same_place(one: str, other: str) -> bool:
    return same_address(one, other) or wording(one) == wording(other)


def _by_name(found: Sequence[Credit]) -> dict[tuple[str, str], Credit]:
    """Return credits by role and whom they name; of several, the first with a link."""
    kept: dict[tuple[str, str], Credit] = {}
    for credit in found:
        whom = credit.outlet or wording(credit.name or "") or host(credit.url or "")
        key = (credit.role, whom or wording(credit.title or ""))
        if key not in kept or (credit.url and not kept[key].url):
            kept[key] = credit
    return kept


def _still(credit: Credit, page: Article) -> bool:
    """Whether a credit's line, or its statement in the page's head, is still on a page."""
    said = wording(credit.quote)
    if credit.rule.startswith(MARK):
        name = credit.rule.removeprefix(MARK)
        return any(
            mark.name == name and said in (wording(mark.value), wording(mark.label))
            for mark in page.marks
        )
    whole = len(said) < LEAST_WITHIN
    lines = (wording(line.text) for line in page.lines)
    return any(said == line if whole else f" {said} " in f" {line} " for line in lines)


def wording(text: str) -> str:
    """Return the words of a line, in one way of writing."""
    return " ".join(own_words(folded(text[:LONGEST])).folded)
