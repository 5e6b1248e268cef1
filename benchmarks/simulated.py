"""Simulated families of versions: a text, its copies and copies of copies, with credits and dates.

The rates of edits, delays and habits are those that `rates` reads off the labelled republications
of fang_covid; what cannot be read there is stated in `Habits`. Seed texts are English news articles
of allsides, and documents of NTREX-128 with their translations. Everything is drawn with a fixed
seed; no text is kept.
"""

import random
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import quantiles

from match import articles, rows
from rapidfuzz.distance import Indel

from filiation.audit.flows import delay_hours
from filiation.credits import credits
from filiation.dates import parse
from filiation.match import compare
from filiation.read.text import draft_of_text
from filiation.stemma.naming import same_title
from filiation.values import Article, Credits, Dates, utc

__all__ = ["Family", "Habits", "Regime", "families", "rates"]

HOUR = timedelta(hours=1)
SEEDS = 5
"""Of so many articles that would do one is read for its credits."""

DAILIES = {"sueddeutsche.de", "tagesspiegel.de", "zeit.de"}
"""Outlets of fang_covid that share text because agencies deliver to them."""
AGENCIES = re.compile(r"\b(dpa|AFP|Reuters|epd|KNA|AP|sid)\b")


@dataclass(frozen=True)
class Habits:
    """How often things happen. Those with a measured rate are filled in by `rates`."""

    verbatim: float = 0.4
    edited: float = 0.3
    abridged: float = 0.2
    extended: float = 0.1
    """Kinds of copies, as measured; an excerpt is an abridgement to under a third."""
    changes: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """For each kind quantiles of places, per word of the source, in which few words differ."""
    blocks: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """For each kind quantiles of runs of words that one of the two texts has and the other lacks."""
    block_words: tuple[float, ...] = ()
    """Quantiles of the lengths of such runs in copies that are whole."""
    delays: tuple[float, ...] = (1.0, 3.0, 8.0, 20.0, 48.0, 120.0)
    """Quantiles of hours from publication to publication."""
    credited: float = 0.55
    """Share of copies that name the version they were made from."""
    headline: float = 0.5
    """Share of copies with a headline of their own."""
    signed: float = 0.46
    """Share of copies of an agency's text that name the agency."""
    # What follows is not measured but chosen.
    names_ancestor: float = 0.12
    """Of the rest, those that name an earlier version instead."""
    names_wrong: float = 0.03
    from_root: float = 0.5
    """Share of copies made from the first version rather than from any of them."""
    unseen: float = 0.15
    """Share of versions, the last ones of their line excepted, that nobody has seen."""
    agency: float = 0.2
    """Share of families whose first version is an agency's, unseen, that several printed."""
    corrected: float = 0.2
    """Share of errors taken over that a copy corrects."""
    two_sources: float = 0.04
    """Share of copies that take a paragraph from another version."""


@dataclass(frozen=True)
class Regime:
    """What is known of the versions besides their texts."""

    name: str
    precision: str
    """`minute`, `day`, or `none`."""
    credits: bool


REGIMES = (
    Regime("dates to the minute", "minute", True),
    Regime("days only", "day", True),
    Regime("no dates, no credits", "none", False),
)


@dataclass
class _Version:
    number: int
    parent: int | None
    text: str
    title: str
    outlet: str
    language: str
    when: datetime
    named: int | None = None
    """The version that its credit names."""
    unseen: bool = False
    translated: bool = False


@dataclass(frozen=True)
class Family:
    """One simulated family, as the program is given it, and the truth."""

    name: str
    pages: list[Credits]
    parents: dict[str, str | None]
    """For each article the article it was made from, through versions unseen; None for a root."""
    named_unseen: list[tuple[str, str]]
    """(article, outlet) of unseen versions that the article's credit names."""


@lru_cache(maxsize=1)
def rates() -> Habits:
    """Return the habits read off the labelled republications of fang_covid."""
    found = articles("fang_covid/articles.jsonl.xz", "de")
    table = {row["id"]: row for row in rows("fang_covid/articles.jsonl.xz")}
    counts = {"verbatim": 0, "edited": 0, "abridged": 0, "extended": 0}
    delays: list[float] = []
    pairs = rows("fang_covid/pairs_gold_attributed.jsonl")
    silver = rows("fang_covid/pairs_overlap_silver.jsonl")
    close = [p for p in silver if p["containment"] >= 0.8]
    changes: dict[str, list[float]] = {kind: [] for kind in counts}
    blocks: dict[str, list[float]] = {kind: [] for kind in counts}
    lengths: list[float] = []
    for place, pair in enumerate((*pairs, *close)):
        kind, short, runs = _differences(found[pair["a"]], found[pair["b"]])
        changes[kind].append(short)
        blocks[kind].append(len(runs))
        if kind in ("verbatim", "edited"):
            lengths += runs
        if place >= len(pairs):
            continue  # overlap tells neither who copied nor when
        counts[kind] += 1
        stated = [_read(table[pair[side]].get("published")) for side in ("a", "b")]
        delay = delay_hours(*stated)
        if delay is not None:
            delays.append(max(delay, 0.2))
    total = sum(counts.values())
    named = sum(bool(p.get("a_names_b") or p.get("b_names_a")) for p in close)
    headlines = [[table[pair[side]].get("title") for side in ("a", "b")] for pair in pairs]
    printed = {
        pair[side]
        for pair in silver
        if pair["containment"] >= 0.5
        and {table[pair[side]]["site"] for side in ("a", "b")} <= DAILIES
        for side in ("a", "b")
    }
    return replace(
        Habits(),
        **{kind: count / total for kind, count in counts.items()},
        delays=tuple(quantiles(delays, n=8)),
        changes={kind: tuple(quantiles(rates, n=10)) for kind, rates in changes.items()},
        blocks={kind: tuple(quantiles(runs, n=10)) for kind, runs in blocks.items()},
        block_words=tuple(quantiles(lengths, n=10)),
        credited=named / len(close),
        headline=1 - sum(same_title(*titles) for titles in headlines) / len(headlines),
        signed=sum(bool(AGENCIES.search(found[one].text)) for one in printed) / len(printed),
    )


LONG = 8
"""Words, in a row, that one text has and the other lacks: from here on a block, and not a change."""


def _differences(one: Article, other: Article) -> tuple[str, float, list[float]]:
    """Return a copy's kind, its small changes per word, and the lengths of blocks put in or left out."""
    match = compare(one, other)
    cut, added = match.coverage_a < 0.8, match.coverage_b < 0.8
    kind = "abridged" if cut else "extended" if added else (
        "verbatim" if match.similarity > 0.985 else "edited"
    )  # fmt: skip
    source, copy = (re.findall(r"\w+", text.lower()) for text in (one.text, other.text))
    sizes = [
        max(step.src_end - step.src_start, step.dest_end - step.dest_start)
        for step in Indel.opcodes(source, copy)
        if step.tag != "equal"
    ]
    return (
        kind,
        sum(size < LONG for size in sizes) / len(source),
        [float(size) for size in sizes if size >= LONG],
    )


def _read(stated: str | None) -> Dates:
    found = parse(stated or "")
    return Dates(found.earliest, found.latest, "minute") if found else Dates()


WORDS = [
    "Alder",
    "Beacon",
    "Cedar",
    "Dunes",
    "Ember",
    "Fjord",
    "Granite",
    "Heron",
    "Iris",
    "Juniper",
    "Kestrel",
    "Lantern",
    "Meadow",
    "Nettle",
    "Orchard",
    "Pebble",
    "Quarry",
    "Raven",
    "Saffron",
    "Thistle",
    "Umber",
    "Violet",
    "Willow",
    "Yarrow",
    "Zephyr",
    "Bramble",
    "Cobalt",
]
KINDS = [
    "Gazette",
    "Courier",
    "Herald",
    "Tribune",
    "Observer",
    "Chronicle",
    "Dispatch",
    "Mirror",
    "Sentinel",
    "Review",
]
CREDITS = {
    "en": (
        "This article was originally published at {name}.",
        "Source: {name}",
        "Via {name}",
        "Republished from {name} with permission.",
        "This article first appeared on {name} and is republished here with permission.",
    ),
    "fr": (
        "Source : {name}",
        "Article original publié par {name}",
        "Traduit de l'anglais. Source : {name}",
    ),
    "de": (
        "Quelle: {name}",
        "Dieser Artikel erschien zuerst bei {name}.",
        "Übersetzung. Quelle: {name}",
    ),
    "es": ("Fuente: {name}", "Publicado originalmente en {name}."),
    "pl": ("Źródło: {name}",),
    "ru": ("Источник: {name}",),
}


class _Maker:
    """Makes one family."""

    def __init__(self, name: str, draw: random.Random, habits: Habits) -> None:
        self.name = name
        self.draw = draw
        self.habits = habits
        self.outlets = [f"The {a} {b}" for a in WORDS for b in KINDS]
        draw.shuffle(self.outlets)
        self.versions: list[_Version] = []

    def family(self, seed: str, size: int, translation: tuple[str, str] | None) -> None:
        """Draw the versions of a text, the first one first."""
        draw, habits = self.draw, self.habits
        if size > len(self.outlets):
            more = [f"The {a} {b} {c}" for a in WORDS for b in WORDS if a != b for c in KINDS]
            random.Random(self.name).shuffle(more)
            self.outlets = more + self.outlets
        agency = draw.random() < habits.agency
        first = _Version(0, None, seed, _headline(seed), self.outlets.pop(), "en", utc(2021, 3, 1)
                         + timedelta(minutes=draw.randrange(400_000)), unseen=agency)  # fmt: skip
        self.versions.append(first)
        if translation is not None:
            language, text = translation
            when = first.when + self._delay()
            made = _Version(1, 0, text, _headline(text), self.outlets.pop(), language, when,
                            translated=True)  # fmt: skip
            self._credit(made, always=0.8)
            self.versions.append(made)
        while len(self.versions) < size:
            self._copy()
        leaves = {v.number for v in self.versions} - {v.parent for v in self.versions}
        for version in self.versions[1:]:
            if version.number not in leaves and draw.random() < habits.unseen:
                version.unseen = True

    def _copy(self) -> None:
        draw, habits = self.draw, self.habits
        root = draw.random() < habits.from_root
        parent = self.versions[0] if root else draw.choice(self.versions)
        kind = draw.choices(
            ("verbatim", "edited", "abridged", "extended"),
            (habits.verbatim, habits.edited, habits.abridged, habits.extended),
        )[0]
        text = _made(parent.text, kind, habits, draw)
        if draw.random() < habits.corrected and parent.parent is not None:
            text = _corrected(text, self.versions[0].text, draw)
        made = _Version(
            len(self.versions), parent.number, text,
            _headline(text, draw) if draw.random() < habits.headline else parent.title,
            self.outlets.pop(), parent.language, parent.when + self._delay(),
        )  # fmt: skip
        others = [v for v in self.versions if v.language == parent.language and v is not parent]
        if others and draw.random() < habits.two_sources:
            second = draw.choice(others)
            missing = [p for p in _paragraphs(second.text) if p not in made.text]
            if missing:
                made.text += "\n\n" + draw.choice(missing)
        self._credit(made, always=habits.signed if parent.unseen else 0.0)
        self.versions.append(made)

    def _delay(self) -> timedelta:
        """Draw a delay between its measured quantiles, on a scale of logarithms."""
        borders = (0.1, *self.habits.delays, 3 * self.habits.delays[-1])
        place = self.draw.randrange(len(borders) - 1)
        low, high = borders[place], borders[place + 1]
        return timedelta(hours=low * (high / low) ** self.draw.random())

    def _credit(self, made: _Version, always: float = 0.0) -> None:
        draw, habits = self.draw, self.habits
        if draw.random() < max(habits.credited, always):
            made.named = made.parent
        elif draw.random() < habits.names_ancestor:
            line = self._line(made.parent)
            made.named = draw.choice(line[1:]) if len(line) > 1 else None
        elif draw.random() < habits.names_wrong:
            made.named = draw.choice([v.number for v in self.versions])

    def _line(self, number: int | None) -> list[int]:
        line = []
        while number is not None:
            line.append(number)
            number = self.versions[number].parent
        return line

    def told(self, regime: Regime) -> Family:
        """Return the family as the program is given it in a regime."""
        # In an order that tells nothing either: a method may take the first of equals.
        seen = sorted((v for v in self.versions if not v.unseen), key=self._id)
        pages = [self._page(v, regime) for v in seen]
        parents = {self._id(v): self._above(v) for v in seen}
        unseen = [
            (self._id(v), self.versions[v.named].outlet)
            for v in seen
            if regime.credits and v.named is not None and self.versions[v.named].unseen
        ]
        return Family(self.name, pages, parents, unseen)

    def _id(self, version: _Version) -> str:
        """Return an id that tells nothing of the order in which versions were made."""
        told = random.Random(f"{self.name} id {version.number}").randrange(10**6)
        return f"{self.name}-{told:06}"

    def _above(self, version: _Version) -> str | None:
        for number in self._line(version.parent):
            if not self.versions[number].unseen:
                return self._id(self.versions[number])
        return None

    def _page(self, version: _Version, regime: Regime) -> Credits:
        draw = random.Random(f"{self.name} {version.number}")
        text = version.text
        if regime.credits and version.named is not None:
            line = draw.choice(CREDITS.get(version.language, CREDITS["en"]))
            text += "\n\n" + line.format(name=self.versions[version.named].outlet)
        host = re.sub(r"\W", "", version.outlet.removeprefix("The ")).lower()
        article = Article(
            self._id(version), self._id(version), text, title=version.title,
            language=version.language, outlet_name=version.outlet,
            url=f"https://{host}.example/{self._id(version)}", dates=_dated(version.when, regime),
            lines=draft_of_text(text, False).lines,
        )  # fmt: skip
        return credits(article)


def _dated(when: datetime, regime: Regime) -> Dates:
    if regime.precision == "minute":
        return Dates(when, when + timedelta(seconds=59), "minute")
    if regime.precision == "day":
        found = parse(when.date().isoformat())
        assert found is not None
        return Dates(found.earliest, found.latest, "day")
    return Dates()


def _paragraphs(text: str) -> list[str]:
    return [p for p in re.split(r"\n+", text) if p.strip()]


def _headline(text: str, draw: random.Random | None = None) -> str:
    first = _paragraphs(text)[0].split()
    if draw is None:
        return " ".join(first[:9])
    start = draw.randrange(max(1, len(first) - 9))
    return " ".join(first[start : start + draw.randrange(5, 10)]).capitalize()


def _made(text: str, kind: str, habits: Habits, draw: random.Random) -> str:
    """Return a copy of a text, as editors make them."""
    kept = _paragraphs(text)
    if kind == "abridged":
        whole = len(kept)
        left = max(1, round(whole * draw.choice((0.3, 0.5, 0.6, 0.75))))
        if draw.random() < 0.6:
            kept = kept[:left]  # newswire is cut from the end
        else:
            kept = [kept[i] for i in sorted(draw.sample(range(whole), left))]
    elif kind == "extended":
        pool = _strangers()
        kept = [draw.choice(pool), *kept, *(draw.choice(pool) for _ in range(draw.randrange(0, 3)))]
    changed = _changed("\n\n".join(kept), _drawn(habits.changes[kind], draw), draw)
    if kind in ("verbatim", "edited"):  # of the others the blocks are what makes the kind
        for _ in range(round(_drawn(habits.blocks[kind], draw))):
            changed = _with_block(changed, round(_drawn(habits.block_words, draw)), draw)
    return changed


def _drawn(borders: Sequence[float], draw: random.Random) -> float:
    """Draw a number between quantiles, none beyond the outer ones."""
    place = draw.randrange(len(borders) - 1)
    low, high = borders[place], borders[place + 1]
    return low + (high - low) * draw.random()


def _with_block(text: str, words: int, draw: random.Random) -> str:
    """Return a text with a run of words left out, or with one of another text put in."""
    kept = _paragraphs(text)
    if draw.random() < 0.5:
        at = draw.randrange(len(kept))
        line = kept[at].split(" ")
        start = draw.randrange(max(1, len(line) - words))
        kept[at] = " ".join(line[:start] + line[start + words :])
    else:
        stranger = draw.choice(_strangers()).split(" ")
        start = draw.randrange(max(1, len(stranger) - words))
        kept.insert(draw.randrange(len(kept) + 1), " ".join(stranger[start : start + words]))
    changed = "\n\n".join(paragraph for paragraph in kept if paragraph.strip())
    return changed or text  # a copy of copies may be shorter than what is to be left out


@lru_cache(maxsize=1)
def _strangers() -> list[str]:
    """Return paragraphs of other articles."""
    texts = [a.text for a in articles("giveme5w1h/articles.jsonl.gz", "en").values()]
    found = [p for text in texts for p in _paragraphs(text) if 150 < len(p) < 500]
    return sorted(found)[::7]


def _changed(text: str, rate: float, draw: random.Random) -> str:
    """Return a text with words misspelt, left out, put in, or replaced by others of its own."""
    words = text.split(" ")
    plain = [w for w in words if w.isalpha()] or words
    out: list[str] = []
    for word in words:
        change = draw.random() / rate if rate else 1.0
        if change >= 1:
            out.append(word)
        elif change < 0.3 and len(word) > 4:
            out.append(_slip(word, draw))
        elif change < 0.5:
            continue
        else:
            out.append(draw.choice(plain))
            if change > 0.8:
                out.append(word)
    return " ".join(out)


def _slip(word: str, draw: random.Random) -> str:
    """Return a word with a letter lost, doubled or turned."""
    at = draw.randrange(1, len(word) - 1)
    return draw.choice(
        (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:],
         word[:at] + draw.choice(string.ascii_lowercase) + word[at + 1 :])
    )  # fmt: skip


def _corrected(text: str, original: str, draw: random.Random) -> str:
    """Return a text in which words that the original has not are those that it has, some of them."""
    known = set(original.split())
    return " ".join(
        w for w in text.split(" ") if w in known or w.strip() == "" or draw.random() > 0.1
    )


def families(
    number: int, *, held_out: bool, regime: Regime, sizes: Sequence[int] = ()
) -> Iterator[Family]:
    """Yield families, drawn anew by number; those held out are of other texts."""
    habits = rates()
    seeds = _seeds()
    seeds = seeds[int(held_out) :: 2]
    parallel = [row for place, row in _parallel() if place % 2 == int(held_out)]
    for n in range(number):
        draw = random.Random(f"{held_out} {n}")
        name = f"{'h' if held_out else 't'}{n:04}"
        maker = _Maker(name, draw, habits)
        size = sizes[n % len(sizes)] if sizes else draw.choice((2, 3, 3, 4, 5, 6, 8, 12, 20))
        if n % 7 == 3:
            english, language, text = draw.choice(parallel)
            maker.family(english, max(size, 3), (language, text))
        else:
            maker.family(draw.choice(seeds), size, None)
        yield maker.told(regime)


@lru_cache(maxsize=1)
def _seeds() -> list[str]:
    """Return texts of some length that name no source: of others nobody knows who was first."""
    found = [
        article
        for article in articles("allsides/articles.jsonl.gz", "en").values()
        if 1500 < len(article.text) < 7000 and len(_paragraphs(article.text)) >= 5
    ]
    return sorted(
        article.text
        for article in found[::SEEDS]
        if not credits(replace(article, lines=draft_of_text(article.text, False).lines)).credits
    )


@lru_cache(maxsize=1)
def _parallel() -> list[tuple[int, tuple[str, str, str]]]:
    """Return the place of each English document, the document, and a language and text of it."""
    found = articles("ntrex/articles.jsonl.gz")
    pairs = rows("ntrex/pairs.jsonl.gz")
    place = {key: n for n, key in enumerate(sorted({pair["a"] for pair in pairs}))}
    return [
        (place[p["a"]], (found[p["a"]].text, found[p["b"]].language or "", found[p["b"]].text))
        for p in pairs
        if found[p["a"]].language == "en" and (found[p["b"]].language or "") in CREDITS
    ]
