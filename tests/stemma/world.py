"""A small invented press: its pages, what they say of their origin, and a reader that can compare them.

A text here is a row of numbered paragraphs; paragraph 7 in French is the translation of paragraph 7
in English. That is all that the comparison needs to know, so that the tests decide what texts share.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from string import ascii_lowercase

from filiation.outlets import Catalogue, Domain, Outlet
from filiation.stemma import trace
from filiation.stemma.search import Compare, Read
from filiation.values import (
    Article,
    Credit,
    Credits,
    Dates,
    DateWitness,
    HopKind,
    Match,
    Origin,
    PageKind,
    Passage,
    Role,
    Trace,
    utc,
)

WORDS = 20  # of a paragraph


def paragraph(number: int, language: str) -> str:
    """Return twenty words that stand for one paragraph, the same length in every language."""
    return f"{language}{number:03d}. " + "lorem " * (WORDS - 2) + "end."


def page(
    outlet: str,
    paragraphs: Iterable[int],
    *,
    language: str = "en",
    title: str | None = None,
    day: int | None = None,
    url: str | None = "made up",
    name: str | None = None,
) -> Article:
    """Return an article of an invented outlet; `day` counts from 1 May 2021."""
    text = "\n".join(paragraph(number, language) for number in paragraphs)
    return Article(
        id=outlet if name is None else name,
        input=f"{outlet}.html",
        text=text,
        title=title or _headline(outlet, text),
        language=language,
        outlet_name=outlet,
        url=f"https://{_label(outlet)}.example/{_label(outlet)}-1" if url == "made up" else url,
        dates=on(day),
    )


def _headline(outlet: str, text: str) -> str:
    """Return a headline that no other page has, nor one like it."""
    draw = random.Random(f"{outlet} {text[:5]}")
    return f"{outlet}: " + " ".join("".join(draw.sample(ascii_lowercase, 6)) for _ in range(5))


def on(day: int | None) -> Dates:
    """Return a date known to the hour, or none."""
    if day is None:
        return Dates()
    first = utc(2021, 5, 1) + timedelta(days=day - 1)
    last = first + timedelta(hours=1)
    witness = DateWitness("meta", first, last, "minute", first.isoformat())
    return Dates(first, last, "minute", (witness,))


def _label(outlet: str) -> str:
    return "".join(filter(str.isalnum, outlet.lower()))


def says(
    role: Role,
    name: str | None = None,
    *,
    url: str | None = None,
    title: str | None = None,
    language: str | None = None,
    published: str | None = None,
    strength: float = 0.9,
) -> Credit:
    """Return a credit line."""
    quote = f"{role}: {name or title or url}"
    return Credit(
        role, name, None, url, title, language, published, quote, 10, 10 + len(quote), None,
        f"xx.{role}", strength,
    )  # fmt: skip


class Press:
    """What the invented pages say of themselves."""

    def __init__(self) -> None:
        self._accounts: dict[str, tuple[PageKind, Origin, tuple[Credit, ...], tuple[str, ...]]] = {}
        self.compared = 0

    def tells(
        self,
        article: Article,
        *lines: Credit,
        kind: PageKind = "republication",
        origin: Origin | None = None,
        chain: Sequence[str] = (),
    ) -> Article:
        """Give a page its credits; without a chain, its first credit's outlet, then itself."""
        first = next((line.name for line in lines if line.name), None)
        own = article.outlet_name or ""
        told = tuple(chain) or tuple(name for name in (first, own) if name)
        self._accounts[article.id] = (kind, origin or Origin(outlet=first), lines, told)
        return article

    def read(self, article: Article) -> Credits:
        """Return the page's own account."""
        kind, origin, lines, chain = self._accounts.get(
            article.id, ("none", Origin(), (), (article.outlet_name or "",))
        )
        return Credits(article, kind, origin, lines, chain)

    def compare(self, a: Article, b: Article) -> Match:
        """Return the paragraphs that two texts have in common."""
        self.compared += 1
        return compare(a, b)

    def trace(self, article: Article, *others: Article, **options: object) -> Trace:
        """Trace an article among others, every other one being worth a comparison."""
        read: Read = self.read
        comparing: Compare = self.compare
        return trace(
            article,
            others,
            credits=read,
            compare=comparing,
            candidates=everything,
            catalogue=CATALOGUE,
            **options,  # type: ignore[arg-type]  # passed on as they are
        )


def everything(article: Article, others: Sequence[Article]) -> list[tuple[int, float]]:
    """Return every article but this one, as a shortlist that misses nothing."""
    return [(i, 1.0) for i, other in enumerate(others) if other.id != article.id]


CATALOGUE = Catalogue(
    [
        Outlet("leveilleur", "Le Veilleur", (Domain("leveilleur.example"),), languages=("fr",)),
        Outlet("tidewire", "Tidewire", (Domain("tidewire.example"),), languages=("en",),
               kind="agency"),
    ]
)  # fmt: skip


def compare(a: Article, b: Article) -> Match:
    """Return the match of two texts of this press."""
    places_a, places_b = _places(a), _places(b)
    shared = [number for number in places_a if number in places_b]
    same = a.language == b.language
    coverage_a, coverage_b = (len(shared) / max(1, len(places)) for places in (places_a, places_b))
    most = max(coverage_a, coverage_b)
    return Match(
        a.id,
        b.id,
        tuple(_runs([(places_a[n], places_b[n]) for n in shared])),
        coverage_a,
        coverage_b,
        1.0 if shared else 0.0,
        (0.95 if same else 0.9) * min(1.0, most * 1.2) if shared else 0.0,
        same,
        _kinds(coverage_a, coverage_b, same) if shared else (),
        len(shared) * WORDS,
    )


def _places(article: Article) -> dict[int, tuple[int, int]]:
    places: dict[int, tuple[int, int]] = {}
    start = 0
    for line in article.text.split("\n"):
        if line:
            places[int(line[2:5])] = (start, start + len(line))
        start += len(line) + 1
    return places


def _runs(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> Iterable[Passage]:
    """Return passages: neighbours in both texts are one."""
    runs: list[Passage] = []
    for (a, b), (c, d) in pairs:
        if runs and runs[-1].a_end + 1 == a and runs[-1].b_end + 1 == c:
            runs[-1] = replace(runs[-1], a_end=b, b_end=d)
        else:
            runs.append(Passage(a, b, c, d, 1.0))
    return runs


def _kinds(coverage_a: float, coverage_b: float, same: bool) -> tuple[HopKind, ...]:
    kinds: list[HopKind] = [] if same else ["translation"]
    if coverage_a < 1:
        kinds.append("abridged")
    if coverage_b < 1:
        kinds.append("extended")
    return tuple(kinds) or ("verbatim",)


def drawn(found: Trace) -> dict[tuple[str, str], str]:
    """Return the hops of a trace as (parent, child) -> standing, by the outlets' names."""
    names = {version.id: version.name or "?" for version in found.versions}
    return {(names[hop.parent], names[hop.child]): hop.standing for hop in found.hops}


def chain_of(found: Trace) -> list[str]:
    """Return the outlets of the chain."""
    names = {version.id: version.name or "?" for version in found.versions}
    return [names[version] for version in found.chain]
