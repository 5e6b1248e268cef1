"""Which of many addresses is the article sought, and what to ask for to be given it.

What is sought is known by its title, its addresses, its dates, and by the text of a version at hand,
perhaps in another language. Nothing here says that a hit is a version: a rank only decides what is
fetched first, and the texts decide the rest.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from math import log2
from typing import Literal
from urllib.parse import unquote, urlsplit

from filiation.dates import FoundDate, url_date
from filiation.find.replies import short, span_of
from filiation.find.values import Hit
from filiation.fold import folded
from filiation.languages import words_of
from filiation.match.signs import Form, pairs_alike, signs
from filiation.match.words import UNSPACED
from filiation.stemma.account import Stop
from filiation.stemma.addresses import same_address
from filiation.values import Article, Dates, Span

__all__ = ["Candidate", "Question", "Sought", "queries", "ranked", "slug_words", "sought"]

MOST_TEXT = 20_000
"""Characters of a text that are read for names: articles are shorter, on average by half."""
LEAST_TITLE = 0.55
"""Likeness of two titles below which it says nothing: of 200,000 random pairs of German titles of one
year (Fang-COVID) 140 are above, and 32 above 0.6."""
HALF_BITS = 12.0
"""Bits of shared names at which half of what names can say is said."""
NAMES_WORTH = 0.5
"""The most that names alone say: another report of the same event has them as well. Of 47 copies of
Fang-COVID that name their source's outlet, among some 400 of its articles of the same month, the
source comes first in 41 cases and among the first five in 45; by titles alone in 43 and 43, by names
alone in 33 and 44. Between 0.5 and 0.9 nothing changes."""
DATE_WORTH = 0.05
"""What a fitting date says alone: enough to order hits about which nothing else is known."""
NEAR_DAYS = 7.0
"""Days by which the versions of a text are apart, as a rule; a hit so far off counts half as near."""
WRONG_DATE = 0.3
"""What is left of a likeness where the dates exclude it: dates are rewritten and misread."""
PHRASE_WORDS, PHRASE_CHARACTERS = 7, 14
"""Words of a phrase that is searched for, or characters in a script without spaces: fewer are said
by others as well, and more are broken by an editor's first change."""
LEAST_LINE, LEAST_UNSPACED_LINE = 130, 40
"""Characters of a line from which phrases are taken, so that none is of a heading, a caption or the
title of another article: of 2,984 titles (NTREX in eight languages, Fang-COVID) 161 are as long, and
70 and 95 % of the texts stand in such lines. In scripts without spaces a third, which is a guess."""
TITLE_WORDS = 4
"""Words of a title that are asked for together where all must be found: the most telling."""
MOST_NAMES = 2
"""Names asked for together where all must be found: each further one may be spelt otherwise."""

_UNDATED = Dates()

LEAST_SLUG = 3
"""Words of an address that can tell a text; one of fewer names a section or a number."""
LONGEST_WORD = 40
"""Letters; longer words are data. The longest in German news have about so many."""

Kind = Literal["title", "words", "phrase", "names"]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of a version that is looked for."""

    titles: tuple[str, ...] = ()
    """What it is called, or may be."""
    addresses: tuple[str, ...] = ()
    language: str | None = None
    """Its language, None where that is not known."""
    dates: Dates = _UNDATED
    """When it may have been published; open at an end that is not known."""
    text: str = ""
    """The text of a version at hand, its title first."""
    text_language: str | None = None
    aside: tuple[Span, ...] = ()
    """Runs of that text that are not its own."""

    @property
    def is_abroad(self) -> bool:
        """Whether it is known to be in another language than the text at hand."""
        return None not in (self.language, self.text_language) and (
            self.language != self.text_language
        )


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask a search for."""

    kind: Kind
    """`title`: the whole title. `words`: the most telling words of the title, all of which must be
    found. `phrase`: words of the text that follow each other. `names`: names, all of which must."""
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit, and how likely it is to be the article sought."""

    hit: Hit
    likeness: float
    """0 to 1; for sorting, no probability."""
    says: str
    """What it rests on."""


def sought(page: Article, stop: Stop | None = None) -> Sought:
    """Return what is known of a version that `page` names, or of a copy of `page`.

    The page's own title counts where the version may be in the page's language.
    """
    offset = len(page.title or "") + 1
    text = f"{page.title or ''}\n{page.text}"[:MOST_TEXT]
    aside = tuple((start + offset, end + offset) for start, end in page.aside)
    own = (page.title,) if page.title else ()
    if stop is None:
        dates = Dates(page.dates.earliest, None, page.dates.precision)
        return Sought(own, (), None, dates, text, page.language, aside)
    titles = sorted(stop.titles)
    if page.title and stop.language in (None, page.language):
        titles.append(page.title)
    dates = stop.dates
    if dates.earliest is None and dates.latest is None:
        dates = Dates(None, page.dates.latest, page.dates.precision)
    return Sought(
        tuple(dict.fromkeys(titles)),
        tuple(sorted(stop.addresses)),
        stop.language,
        dates,
        text,
        page.language,
        aside,
    )


# --- questions -----------------------------------------------------------------------------------

_RUN = re.compile(r"[^\W_]+(?: [^\W_]+)*")
_SPACED_WORD = re.compile(r"[^\W_]+")


def queries(wanted: Sought, most: int = 3) -> tuple[Question, ...]:
    """Return what to ask for, the most telling first: at most `most` of each kind.

    Of a version in another language its title is asked for, if a page says it, and names; phrases of
    the text at hand cannot be in it.
    """
    asked: list[Question] = []
    for title in wanted.titles[:most]:
        if words := _telling(title, wanted.language or wanted.text_language):
            asked.append(Question("title", short(title, 200) or ""))
            asked.append(Question("words", " ".join(words)))
    if not wanted.is_abroad:
        asked += [Question("phrase", phrase) for phrase in _phrases(wanted, most)]
    names = _names(wanted)
    groups = [names[at : at + MOST_NAMES] for at in range(0, len(names), MOST_NAMES)]
    asked += [Question("names", " ".join(group)) for group in groups[:most]]
    return tuple(dict.fromkeys(asked))


def _telling(title: str, language: str | None) -> list[str]:
    """Return the most telling words of a title, in its order."""
    if UNSPACED.search(title):
        runs = [run.group() for run in _RUN.finditer(title)]
        return [max(runs, key=len)[:PHRASE_CHARACTERS]] if runs else []
    words = [found.group() for found in _SPACED_WORD.finditer(title)]
    # In a headline that capitalizes every word a capital says nothing.
    capitals = sum(word[0].isupper() for word in words) <= len(words) / 2
    weights = {word: _weight(word, n, capitals, language) for n, word in enumerate(words)}
    kept = sorted(weights, key=lambda word: -weights[word])[:TITLE_WORDS]
    return [word for word in dict.fromkeys(words) if word in kept and weights[word] > 0]


def _weight(word: str, place: int, capitals: bool, language: str | None) -> float:
    """Return how much a word says of which article it stands in."""
    lower = folded(word)
    if not 3 <= len(lower) <= LONGEST_WORD or lower in _common(language):
        return 0.0
    if word.isdecimal():
        return float(len(word))
    return len(lower) + (4.0 if capitals and place and word[0].isupper() else 0.0)


@lru_cache(64)
def _common(language: str | None) -> frozenset[str]:
    return frozenset(folded(word) for word in words_of(language).stop_words)


def _phrases(wanted: Sought, most: int) -> list[str]:
    """Return runs of words of the text, one of each part of it, of words that say the most.

    They hold no mark but spaces: apostrophes and dashes differ from house to house. What is quoted
    is left out: whoever reports the same words has it.
    """
    found: list[tuple[float, int, str]] = []
    text = wanted.text
    barred = [*wanted.aside, *(quote.span() for quote in _QUOTED.finditer(text))]
    start = text.find("\n") + 1
    for line in text[start:].split("\n"):
        least = LEAST_UNSPACED_LINE if UNSPACED.search(line) else LEAST_LINE
        for run in _RUN.finditer(text, start, start + len(line)) if len(line) >= least else ():
            if not any(a < run.end() and run.start() < b for a, b in barred):
                found += _windows(run.group(), run.start(), wanted.text_language)
        start += len(line) + 1
    parts: dict[int, tuple[float, int, str]] = {}
    for weight, at, phrase in found:
        part = min(most - 1, at * most // max(1, len(text)))
        if part not in parts or weight > parts[part][0]:
            parts[part] = (weight, at, phrase)
    return [phrase for _, _, phrase in sorted(parts.values(), key=lambda row: -row[0])]


_QUOTED = re.compile(r"[\"“„«「『][^\"“”„«»「」『』]{1,900}[\"”“»」』]")


def _windows(run: str, start: int, language: str | None) -> Iterator[tuple[float, int, str]]:
    if UNSPACED.search(run):
        if len(run) >= PHRASE_CHARACTERS:
            yield float(len(set(run[:PHRASE_CHARACTERS]))), start, run[:PHRASE_CHARACTERS]
        return
    words = run.split(" ")
    weights = [_weight(word, n, True, language) for n, word in enumerate(words)]
    for n in range(len(words) - PHRASE_WORDS + 1):
        yield (
            sum(weights[n : n + PHRASE_WORDS]),
            start + sum(len(word) + 1 for word in words[:n]),
            " ".join(words[n : n + PHRASE_WORDS]),
        )


def _names(wanted: Sought) -> list[str]:
    """Return names of the text as a version in the language sought may write them.

    Those that stand most often come first. What the other language writes in Latin letters is
    transliterated; into other scripts nothing can be put, but figures stay.
    """
    latin = wanted.language is None or _is_latin(wanted.language)
    counts: Counter[str] = Counter()
    figures: Counter[str] = Counter()
    for sign in signs(wanted.text, wanted.aside):
        if not sign.name:
            continue
        written = wanted.text[sign.start : sign.end]
        if sign.form.latin[0] == "#":
            if len(sign.form.latin) > 4 and written.isdecimal():
                figures[written] += 1
        elif (
            sign.form.cased and 4 < len(written) <= LONGEST_WORD and not _is_common(written, wanted)
        ):
            counts[written] += 1
    names = [name for name, _ in counts.most_common(3 * MOST_NAMES)]
    if latin:
        from anyascii import anyascii

        names = [name if _in_latin(name) else anyascii(name) for name in names]
    elif wanted.is_abroad:
        names = [name for name in names if not _in_latin(name)]
    return names or [figure for figure, _ in figures.most_common(MOST_NAMES)]


def _is_common(word: str, wanted: Sought) -> bool:
    return folded(word) in _common(wanted.text_language)


def _in_latin(word: str) -> bool:
    return all(character < "\u0250" for character in word)


@lru_cache(64)
def _is_latin(language: str) -> bool:
    """Return whether a language is written in Latin letters, by what it calls itself."""
    name = words_of(language).name
    return not name or _in_latin(name)


# --- ranking -------------------------------------------------------------------------------------


def ranked(hits: Iterable[Hit], wanted: Sought, most: int | None = None) -> tuple[Candidate, ...]:
    """Return the hits by how likely they are what is sought, the likeliest first.

    By address, by title or the words of the address, by names across languages, by nearness in time.
    """
    known = {hit.url: hit for hit in hits}
    rows = list(known.values())
    names = _Names(rows, wanted)
    found = [_judged(hit, wanted, names.of(number)) for number, hit in enumerate(rows)]
    found.sort(key=lambda candidate: -candidate.likeness)
    return tuple(found if most is None else found[:most])


def _judged(hit: Hit, wanted: Sought, names: float) -> Candidate:
    if any(same_address(hit.url, address) for address in wanted.addresses):
        return Candidate(hit, 1.0, "its address is stated")
    title = _title_likeness(hit, wanted)
    likeness = 1 - (1 - title) * (1 - NAMES_WORTH * names)
    if title >= NAMES_WORTH * names:
        says = f"title {title:.0%} alike" if title else "nothing but the date"
    else:
        says = "names and numbers in common"
    near, possible = _nearness(hit, wanted.dates)
    likeness = (1 - DATE_WORTH) * likeness + DATE_WORTH * near
    if not possible:
        likeness, says = likeness * WRONG_DATE, f"{says}; its date does not fit"
    return Candidate(hit, likeness, says)


_PART = re.compile(r"\s+[|–—·•»:-]+\s+|\s*\|\s*")


def _title_likeness(hit: Hit, wanted: Sought) -> float:
    """Return how alike a hit's title, or the words of its address, are to a title, 0 to 1."""
    from rapidfuzz import fuzz

    best = 0.0
    own = [hit.title, *_PART.split(hit.title)] if hit.title else []
    written = [wording for part in own if len(wording := _wording(part)) >= 8]
    slug = slug_words(hit.url)
    for title in wanted.titles:
        wording = _wording(title)
        for other in written:
            best = max(best, fuzz.ratio(wording, other) / 100)
        best = max(best, _alike(slug, _SPACED_WORD.findall(_latin(title[:500])), wanted.language))
    return best if best >= LEAST_TITLE else 0.0


def _wording(title: str) -> str:
    return " ".join(_SPACED_WORD.findall(folded(title[:500])))


_NO_WORDS = re.compile(r"\.(?:html?|php|aspx?|shtml)$", re.IGNORECASE)


def slug_words(url: str) -> list[str]:
    """Return the words of an address: of the part of its path that has the most.

    >>> slug_words("https://daily.example/2016/11/21/nato-panics-as-putin-urges-trump-4711.html")
    ['nato', 'panics', 'as', 'putin', 'urges', 'trump']
    """
    path = unquote(urlsplit(url).path[:2000])
    parts = [_SPACED_WORD.findall(_latin(_NO_WORDS.sub("", part))) for part in path.split("/")]
    words = max(parts, key=lambda part: sum(map(len, part)), default=[])
    return [word for word in words if not any(c.isdecimal() for c in word) or len(word) < 4]


@lru_cache(4096)
def _latin(text: str) -> str:
    from anyascii import anyascii

    return folded(anyascii(text))


def _alike(address: Sequence[str], title: Sequence[str], language: str | None) -> float:
    """Return how much of the words of an address and of a title are the same (Dice).

    Addresses leave words out and break off: what they lack counts half. Function words do not count.
    """
    if len(address) < LEAST_SLUG:
        return 0.0
    common = _common(language)
    slug = [word for word in address if word not in common]
    words = [word for word in title if word not in common]
    shared = sum((Counter(slug) & Counter(words)).values())
    if not shared:
        return 0.0
    return shared / (shared + (len(slug) - shared) + (len(words) - shared) / 2)


# --- names across languages ----------------------------------------------------------------------


class _Names:
    """How much of what each hit names stands in the text at hand as well.

    Names that many of the hits have say little: each counts log2(1 + hits / hits that have it) bits.
    A hit's figure is the share of its bits that the text has, times how many those are. Ranking the
    123 English articles of NTREX by a professional translation of one, by their titles alone, this
    puts the right one first in 50 % of 861 cases and among the first five in 73 % (Arabic, which
    writes no vowels: 42 %); by the words of addresses made of the titles as well. With their texts it
    put the right one first in all of 150 cases. The share alone, or the bits alone, put 2 to 3 % fewer
    first.
    """

    def __init__(self, hits: Sequence[Hit], wanted: Sought) -> None:
        self._forms = [_forms(hit) for hit in hits]
        every = {form for forms in self._forms for form in forms}
        own: dict[Form, float] = {}
        for sign in signs(wanted.text, wanted.aside):
            own[sign.form] = 1.0
        alike = pairs_alike(every, own)
        self._value = {form: max(found.values()) ** 2 for form, found in alike.items()}
        self._bits = _bits(self._forms)

    def of(self, number: int) -> float:
        """Return the figure of a hit, 0 to 1."""
        forms = self._forms[number]
        shared = sum(self._value.get(form, 0.0) * w * self._bits[form] for form, w in forms.items())
        whole = sum(weight * self._bits[form] for form, weight in forms.items())
        if not whole:
            return 0.0
        return shared / whole * shared / (shared + HALF_BITS)


MOST_CONTENT = 6000
"""Characters of a hit's own text that are read for names."""
COMMON_WORD = 0.55
"""What a word counts that is not written as a name, as where translations are aligned."""
_TAG = re.compile(r"<[^<>]{0,2000}>")


def _forms(hit: Hit) -> Mapping[Form, float]:
    """Return what a hit names, and how much each says by what it is."""
    text = hit.title or " ".join(slug_words(hit.url))
    if hit.content:
        body = _TAG.sub(" ", hit.content[: 3 * MOST_CONTENT])[:MOST_CONTENT]
        text = f"{text}\n{short(body, MOST_CONTENT) or ''}"
    found: dict[Form, float] = {}
    for sign in islice(signs(text), 2000):
        latin = sign.form.latin
        if latin[0] == "#":
            weight = min(1.0, 0.3 * (len(latin) - 1))
        else:
            weight = (1.0 if sign.name else COMMON_WORD) * min(1.0, 0.4 + len(latin) / 10)
        found[sign.form] = max(found.get(sign.form, 0.0), weight)
    return found


def _bits(rows: Sequence[Mapping[Form, float]]) -> dict[Form, float]:
    having: defaultdict[str, int] = defaultdict(int)
    for forms in rows:
        for key in {key for form in forms for key in form.keys}:
            having[key] += 1
    return {
        form: log2(1 + len(rows) / max(1, *(having[key] for key in form.keys)))
        for forms in rows
        for form in forms
    }


# --- time ----------------------------------------------------------------------------------------


def _nearness(hit: Hit, dates: Dates) -> tuple[float, bool]:
    """Return how near in time a hit is, 0 to 1, and whether its date is possible at all."""
    said: FoundDate | None = span_of(hit.published) or url_date(hit.url)
    if said is None:
        # When it was first seen, or last changed, says that it was there by then, no more.
        return 0.5, True
    edges = [edge for edge in (dates.earliest, dates.latest) if edge is not None]
    if not edges:
        return 0.5, True
    before = dates.earliest is not None and said.latest < dates.earliest
    after = dates.latest is not None and said.earliest > dates.latest
    days = min(_days(said.earliest, said.latest, edge) for edge in edges)
    if len(edges) == 2 and not before and not after:
        days = 0.0
    return 1 / (1 + days / NEAR_DAYS), not before and not after


def _days(earliest: datetime, latest: datetime, edge: datetime) -> float:
    if earliest <= edge <= latest:
        return 0.0
    return (
        min(abs((edge - earliest).total_seconds()), abs((edge - latest).total_seconds())) / 86_400
    )
