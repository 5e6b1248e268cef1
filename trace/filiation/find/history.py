"""What archives saw of a page over time: since when it is there, and what was changed on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal, Protocol

from filiation.credits import credits
from filiation.dates import ARCHIVE, bounded
from filiation.english import plural
from filiation.errors import InputError
from filiation.find.values import FAILURES, Capture, Fetched, Outcome, Probe
from filiation.match import compare, word_changes
from filiation.match.words import own_words
from filiation.outlets import Catalogue
from filiation.outlets import catalogue as known_outlets
from filiation.read.files import read_bytes
from filiation.stemma.revisions import credits_changed, wording
from filiation.stemma.verdicts import are_versions
from filiation.values import Article, Credit, Credits, DateWitness, Passage

__all__ = [
    "MOST_READ",
    "Archive",
    "Change",
    "ChangeKind",
    "History",
    "Page",
    "changes_between",
    "dated",
    "history",
    "witness_of",
]

ChangeKind = Literal[
    "credit removed",
    "credit added",
    "credit changed",
    "text edited",
    "title changed",
    "page gone",
]

MOST_READ = 8
"""Captures read for one page: the first, the last, and six to find one change among sixty."""
MOST_LISTED = 1000
"""Captures listed of one page: what the index gives at once. Where there are more, those with the body
of the one before are left out."""
WEB_BEGAN = datetime(1991, 8, 6, tzinfo=UTC)
"""Before it nothing was published on the web: the first moment that a capture allows."""
QUOTE = 300
"""Characters of a changed text that are quoted."""
REPLACED = 0.2
"""Share of a text's words that stay in their order, below which the page holds another text now, so
that its credits cannot be compared: a convention, far below any edit, which leave most words."""
MOSTLY = 0.5
"""Share of an article that a capture must hold to be a capture of it: a convention."""
COUNTER = 5
"""Words of a paragraph up to which a change of its figures alone is a counter's (`12 comments`): a
convention."""


class Archive(Protocol):
    """An archive with an index: `filiation.find.wayback.Wayback`."""

    def captures(
        self, url: str, *, limit: int, filters: Sequence[str], collapse: Sequence[str]
    ) -> Probe[Capture]:
        """Return the captures of a page, oldest first."""
        ...

    def replay(self, capture: Capture, *, follow: bool = False) -> tuple[Fetched, Capture]:
        """Return what the page answered then, and the capture that was had."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was once: read from a capture, or as it is now."""

    capture: Capture | None
    """None: as it is now."""
    stated: Credits
    """Its article with its credits."""

    @property
    def article(self) -> Article:
        """The page read; its `aside` holds its credits."""
        return self.stated.article


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed on a page between two times that it was seen."""

    before: Capture
    after: Capture | None
    """None: the page as it is now."""
    kind: ChangeKind
    says: str
    quote: str = ""
    """What stood there before, verbatim; empty where something was added."""
    now: str = ""
    """What stands there after, verbatim; empty where something was taken away."""


@dataclass(frozen=True, slots=True)
class History:
    """What archives saw of one page."""

    url: str
    searched: Probe[Capture]
    """What came of asking which captures there are."""
    captures: tuple[Capture, ...] = ()
    """Of the page while it was there, oldest first."""
    pages: tuple[Page, ...] = ()
    """Those of them that were read, oldest first; the page as it is now last, where it was given."""
    changes: tuple[Change, ...] = ()
    """In order of time."""
    outcome: Outcome = "ok"
    """`ok`, `empty` where there are no captures, else the first failure in asking for one."""
    says: tuple[str, ...] = ()
    """What to know of the search, in sentences."""

    @property
    def first(self) -> Capture | None:
        """The first capture of the page."""
        return self.captures[0] if self.captures else None

    @property
    def last(self) -> Capture | None:
        """The last capture of the page while it was there."""
        return self.captures[-1] if self.captures else None


def witness_of(capture: Capture) -> DateWitness:
    """Return what a capture witnesses: that its page was there then."""
    quote = f"captured {capture.taken:%Y-%m-%d %H:%M:%S} UTC ({capture.archive})"
    return DateWitness(ARCHIVE, WEB_BEGAN, capture.taken, "second", quote, capture.replay)


def dated(article: Article, seen: History) -> Article:
    """Return the article with the first capture of its page as an upper bound of its date.

    Where a page dated later than its first capture is known to have held this text then, its own
    date is not believed, see `filiation.dates.bounded`.
    """
    first = seen.first
    if first is None:
        return article
    page = next(
        (page for page in seen.pages if page.capture and page.capture.taken == first.taken), None
    )
    sure = page is not None and _holds(page.article, article)
    return replace(article, dates=bounded(article.dates, witness_of(first), sure=sure))


def _holds(captured: Article, article: Article) -> bool:
    """Whether a capture holds an article, or most of it."""
    match = compare(captured, article)
    return are_versions(match, captured, article) and match.coverage_b >= MOSTLY


# --- the errand ----------------------------------------------------------------------------------


def history(
    url: str,
    archive: Archive,
    *,
    now: Article | None = None,
    catalogue: Catalogue | None = None,
    most: int = MOST_READ,
) -> History:
    """Return what an archive saw of a page: its captures, and what was changed between them.

    The first capture is read and the last, or `now`, the page as it is had today; where they
    differ, captures between them, until each change lies between two neighbours or `most` are read.
    A change that was taken back before the last is not found. Captures of answers 404 and 410 tell
    that the page is gone.
    """
    searched = _listed(archive, url)
    pages = tuple(one for one in searched.found if one.status in (None, 200))
    gone = [one for one in searched.found if one.status in (404, 410)]
    if not pages:
        outcome = searched.outcome if searched.outcome in FAILURES else "empty"
        return History(url, searched, outcome=outcome, says=_says(searched))
    walk = _Walk(archive, tuple(_runs(pages)), now, catalogue or known_outlets(), most)
    walk.run()
    changes = list(walk.changes())
    last = pages[-1]
    if vanished := next((one for one in gone if one.taken > last.taken), None):
        gone_by = f"the page answered {vanished.status} on {_day(vanished)}"
        gone_by += f"; it was last seen on {_day(last)}"
        changes.append(Change(last, vanished, "page gone", gone_by))
    outcome = searched.outcome if searched.outcome in FAILURES else walk.outcome
    says = (*_says(searched), *walk.says)
    return History(url, searched, pages, tuple(walk.pages()), tuple(changes), outcome, says)


def _listed(archive: Archive, url: str) -> Probe[Capture]:
    """Return the captures of a page but those of redirects and of the server's own failures."""
    filters = ("!statuscode:[35]..",)
    found = archive.captures(url, limit=MOST_LISTED, filters=filters, collapse=())
    if found.outcome == "ok" and not found.whole:
        return archive.captures(url, limit=MOST_LISTED, filters=filters, collapse=("digest",))
    return found


def _runs(captures: Sequence[Capture]) -> Iterator[tuple[Capture, Capture]]:
    """Yield the first and last of each run of captures with one body."""
    first = last = captures[0]
    for capture in captures[1:]:
        if capture.digest is None or capture.digest != last.digest:
            yield first, last
            first = capture
        last = capture
    yield first, last


def _says(searched: Probe[Capture]) -> tuple[str, ...]:
    return (searched.says,) if searched.says else ()


@dataclass(slots=True)
class _Walk:
    """A page's captures, read where it tells something."""

    archive: Archive
    runs: tuple[tuple[Capture, Capture], ...]
    """The first and last of each run of captures with one body; the first is read for all."""
    now: Article | None
    catalogue: Catalogue
    left: int
    outcome: Outcome = "ok"
    says: list[str] = field(default_factory=list)
    _read: dict[int, Page] = field(default_factory=dict)
    """By place among the runs; the page as it is now stands behind the last."""
    _spoilt: set[int] = field(default_factory=set)
    _found: dict[tuple[int, int], tuple[Change, ...]] = field(default_factory=dict)

    def run(self) -> None:
        """Read the ends, then halve whatever stretch has the weightiest change, while it can be."""
        number = len(self.runs)
        self._first_of(range(number))
        if self.now is not None:
            self._read[number] = Page(None, credits(self.now, self.catalogue))
        else:
            self._first_of(range(number - 1, min(self._read, default=number - 1), -1))
        while self.left > 0 and (stretch := self._to_halve()) is not None:
            low, high = stretch
            middle = (low + high) // 2
            between = (n for n in range(low + 1, high) if n not in self._spoilt)
            self._page(min(between, key=lambda n: (abs(n - middle), n)))
        if self._to_halve() is not None and self.left <= 0:
            self.says.append("not all captures between which something was changed were read")

    def pages(self) -> Iterator[Page]:
        """Yield what was read, in order of time."""
        return (self._read[place] for place in sorted(self._read))

    def changes(self) -> Iterator[Change]:
        """Yield what was changed, in order of time."""
        for low, high in self._stretches():
            unread = sum(n not in self._spoilt for n in range(low + 1, high))
            for change in self._changed(low, high):
                if unread:
                    says = f"{change.says}; {plural(unread, 'capture')} between were not read"
                    change = replace(change, says=says)
                yield change

    def _stretches(self) -> list[tuple[int, int]]:
        places = sorted(self._read)
        return list(pairwise(places))

    def _to_halve(self) -> tuple[int, int] | None:
        """Return the stretch with the weightiest change that has captures left to read."""
        open_ones = [
            (max(_WEIGHTS[change.kind] for change in changes), high - low, (low, high))
            for low, high in self._stretches()
            if any(n not in self._spoilt for n in range(low + 1, high))
            and (changes := self._changed(low, high))
        ]
        return max(open_ones)[2] if open_ones else None

    def _changed(self, low: int, high: int) -> tuple[Change, ...]:
        if (low, high) not in self._found:
            first, last = self.runs[low]
            before = self._read[low]
            if first != last:
                before = replace(before, capture=last)
            self._found[low, high] = tuple(changes_between(before, self._read[high]))
        return self._found[low, high]

    def _first_of(self, places: Sequence[int]) -> None:
        """Read the first of these captures that can be read."""
        for place in places:
            if self.left <= 0 or self._page(place):
                return

    def _page(self, place: int) -> bool:
        """Read a capture; whether it is a page."""
        capture = self.runs[place][0]
        for page in self._read.values():
            if page.capture and capture.digest and page.capture.digest == capture.digest:
                self._read[place] = replace(page, capture=capture)
                return True
        self.left -= 1
        fetched, had = self.archive.replay(capture)
        if fetched.outcome == "not_found" and self.left > 0 and self.runs[place][1] != capture:
            # The index lists what the archive cannot always play; the last of the run has its body.
            self.left -= 1
            fetched, had = self.archive.replay(self.runs[place][1])
        if fetched.outcome != "ok":
            self._failed(place, fetched.outcome, fetched.says)
        elif had.status != 200:
            self._spoilt.add(place)
        else:
            try:
                article = read_bytes(
                    fetched.content,
                    url=capture.url,
                    name=had.replay,
                    charset=fetched.charset,
                    catalogue=self.catalogue,
                )
            except InputError as error:
                self._failed(place, "malformed", error.what)
            else:
                had = replace(had, digest=had.digest or capture.digest)
                self._read[place] = Page(had, credits(article, self.catalogue))
        return place in self._read

    def _failed(self, place: int, outcome: Outcome, says: str) -> None:
        self._spoilt.add(place)
        capture = self.runs[place][0]
        self.says.append(f"the capture of {_day(capture)} could not be read: {says or outcome}")
        if outcome in FAILURES and self.outcome == "ok":
            self.outcome = outcome
        if outcome in ("blocked", "rate_limited", "out_of_budget", "offline", "refused"):
            self.left = 0  # the next one would fare the same


_WEIGHTS: dict[ChangeKind, int] = {
    "credit removed": 3,
    "credit changed": 3,
    "credit added": 2,
    "title changed": 2,
    "text edited": 1,
    "page gone": 0,
}


# --- the judgement -------------------------------------------------------------------------------


def changes_between(before: Page, after: Page) -> Iterator[Change]:
    """Yield what was changed on a page between two times.

    Credits are told apart as `stemma.revisions.credits_changed` does. Titles and texts are compared
    by their words. Where the page holds another text, only that is said.
    """
    assert before.capture is not None
    then, seen = before.capture, after.capture
    when = f"between {_day(then)} and {_day(seen) if seen else 'now'}"
    edit = _edit(before.article, after.article)
    if edit is not None and edit.kept < REPLACED:
        yield Change(then, seen, "text edited", f"{edit.says} {when}", edit.quote, edit.now)
        return
    yield from _credit_changes(before, after, when)
    one, other = before.article.title, after.article.title
    if one and other and wording(one) != wording(other):
        yield Change(then, seen, "title changed", f"the title was changed {when}", one, other)
    if edit is not None:
        yield Change(then, seen, "text edited", f"{edit.says} {when}", edit.quote, edit.now)


def _credit_changes(before: Page, after: Page, when: str) -> Iterator[Change]:
    assert before.capture is not None
    lost, come = credits_changed(before.stated, after.stated)
    for one in lost:
        successor = next((credit for credit in come if credit.role == one.role), None)
        if successor is None:
            says = f"a credit ({_role(one)}) was removed {when}"
            yield Change(before.capture, after.capture, "credit removed", says, _cut(one.quote))
        else:
            come.remove(successor)
            says = f"a credit ({_role(one)}) was changed {when}"
            quotes = _cut(one.quote), _cut(successor.quote)
            yield Change(before.capture, after.capture, "credit changed", says, *quotes)
    for one in come:
        says = f"a credit ({_role(one)}) was added {when}"
        yield Change(before.capture, after.capture, "credit added", says, now=_cut(one.quote))


def _role(credit: Credit) -> str:
    role = credit.role.replace("_", " ")
    return f"{role}: {credit.name}" if credit.name else role


@dataclass(frozen=True, slots=True)
class _Edit:
    """What was changed in a text."""

    kept: float
    """Share of the words before that stayed."""
    says: str
    quote: str
    now: str


def _edit(before: Article, after: Article) -> _Edit | None:
    """Return what was changed between two texts, credits and furniture aside; None: nothing."""
    one, other = _own_text(before), _own_text(after)
    old, new = own_words(one), own_words(other)
    if old.folded == new.folded or not old.folded or not new.folded:
        return None
    whole = Passage(0, len(one), 0, len(other), 1.0)
    steps = word_changes(one, other, whole)
    changed = [
        step
        for step in steps
        if step.operation != "equal"
        and not _is_counter(one, step.a_start, step.a_end, other, step.b_start, step.b_end)
    ]
    if not changed:
        return None
    taken = sum(len(own_words(one[step.a_start : step.a_end])) for step in changed)
    put = sum(len(own_words(other[step.b_start : step.b_end])) for step in changed)
    most = max(changed, key=lambda step: step.a_end - step.a_start + step.b_end - step.b_start)
    kept = 1 - taken / len(old)
    if kept < REPLACED:
        return _Edit(kept, "the page came to hold another text", _cut(one), _cut(other))
    says = f"the text was edited ({plural(taken, 'word')} taken out, {put:,} put in)"
    quotes = one[most.a_start : most.a_end], other[most.b_start : most.b_end]
    return _Edit(kept, says, _cut(quotes[0]), _cut(quotes[1]))


def _own_text(article: Article) -> str:
    """Return an article's text without its title and what is set aside."""
    titles = [
        (line.start, line.end)
        for line in article.lines
        if line.region == "title" and line.start is not None and line.end is not None
    ]
    parts: list[str] = []
    at = 0
    for start, end in sorted([*article.aside, *titles]):
        parts.append(article.text[at : max(at, start)])
        at = max(at, end)
    return "\n".join([*parts, article.text[at:]])


def _is_counter(one: str, a: int, a_end: int, other: str, b: int, b_end: int) -> bool:
    """Whether a change concerns nothing but the figures of a short paragraph."""
    words = own_words(one[a:a_end]).folded + own_words(other[b:b_end]).folded
    if not all(word.isdecimal() for word in words):
        return False
    return all(
        len(own_words(_paragraph(text, at))) <= COUNTER for text, at in ((one, a), (other, b))
    )


def _paragraph(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[start : end if end >= 0 else len(text)]


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= QUOTE else f"{text[: QUOTE - 1].rstrip()}…"


def _day(capture: Capture) -> str:
    return f"{capture.taken:%Y-%m-%d}"
