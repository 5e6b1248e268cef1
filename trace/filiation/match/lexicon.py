"""What words of one language mean in another, as far as the user's word pairs know it.

A lexicon is used on the side of the question only: `expanded` adds, to the keys of a text, those of
what its words mean, at a lower weight, so that what a library stores need not be made anew; `meant`
gives a text that is aligned the meanings of its words that the other text has.

A word is looked up as it is written; else without the articles and prepositions that some languages
write in one with it (`glued` in `sources/languages`); else under headwords that begin as it does. In
scripts without spaces the longest headwords are looked for from left to right.
"""

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import blake2b
from math import log2, sqrt
from typing import TYPE_CHECKING

from filiation.fold import folded
from filiation.languages import words_of
from filiation.match.across import base
from filiation.match.dictionaries import Book, read_book
from filiation.match.keys import UNIT, Keys, keys_of_articles, keys_of_word
from filiation.match.signs import Form, Sign, form_of, pairs_alike
from filiation.match.translation import COMMON_NOUN, Side
from filiation.match.words import UNSPACED, WORD, own_words
from filiation.values import Article, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Lexicon", "Meanings", "expanded", "keys_asked", "meant", "unglued"]

MEANT = 0.5
"""Weight of the keys of a word's meanings, beside those of the word (a convention, nothing else was
tried)."""
LEAST_STEM = 4
"""Letters that a word and a headword of another ending share at least."""
ENDING = 3
"""Letters at the end of either that inflection may change."""
MOST_HEADS = 4
"""Headwords with one beginning that are taken for a word."""
MOST_MEANINGS = 8
"""Meanings of one word that are looked for; the first of a dictionary are the usual ones."""
LEAST_LEFT = 2
"""Letters that are left of a word when what is glued to it is taken off."""
MOST_GLUED = 3
"""Times that something is taken off: and, with, the."""
LONGEST_RUN = 8
"""Characters of the longest headword in a script without spaces."""

Meanings = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word of a text, and what it means."""

    start: int
    end: int
    meanings: Meanings
    """Words of the other language, each with a weight from 0 to 1; the weightiest first."""


class Lexicon:
    """The word pairs of some files, for use in both directions."""

    def __init__(self, books: Sequence[Book]) -> None:
        """Take the files read; what is looked up in one direction is made when it is first asked."""
        self._books = tuple(books)
        self._tables: dict[tuple[str, str], _Table] = {}

    @classmethod
    def read(cls, named: Iterable[str]) -> "Lexicon":
        """Read files, each a path or `ar-en=PATH`. Raises `InputError` where one is none."""
        return cls([read_book(one) for one in named])

    def with_book(self, book: Book) -> "Lexicon":
        """Return a lexicon that has the word pairs of a further book, too."""
        return Lexicon([*self._books, book])

    @property
    def files(self) -> tuple[tuple[str, str, str], ...]:
        """Return the name of each file, and its two languages."""
        return tuple((book.name, book.source, book.target) for book in self._books)

    def between(self, one: str | None, other: str | None) -> tuple[str, ...]:
        """Return the names of the files that have words between two languages."""
        wanted = _ordered(base(one), base(other))
        return tuple(name for name, *pair in self.files if _ordered(pair[0], pair[1]) == wanted)

    @cached_property
    def digest(self) -> int:
        """Return a number of 64 bits that stands for all that the files hold, in their order."""
        told = blake2b(digest_size=8)
        for book in self._books:
            told.update(f"{book.source} {book.target} {book.entries!r}".encode("utf-8", "replace"))
        return int.from_bytes(told.digest(), "little")

    @property
    def languages(self) -> frozenset[tuple[str, str]]:
        """Return the pairs of languages between which it has words, each in its order by code."""
        return frozenset(_ordered(book.source, book.target) for book in self._books)

    def covers(self, one: str | None, other: str | None) -> bool:
        """Return whether it has words between two languages."""
        return _ordered(base(one), base(other)) in self.languages

    def targets(self, language: str | None) -> tuple[str, ...]:
        """Return the languages in which it says what words of this one mean."""
        own = base(language)
        return tuple(
            sorted({a if b == own else b for a, b in self.languages if own in (a, b)} - {own})
        )

    def spoken(
        self, text: str, aside: Iterable[Span], language: str | None, target: str
    ) -> Iterator[Spoken]:
        """Yield the words of a text that it knows, with what they mean in the language `target`."""
        table = self._table(base(language), target)
        words = own_words(text, aside)
        number = 0
        while number < len(words):
            word = words.folded[number]
            if UNSPACED.match(word):
                size, meanings = table.longest(words.folded, number)
            else:
                size, meanings = 1, table.meanings(word)
            if meanings:
                yield Spoken(words.starts[number], words.ends[number + size - 1], meanings)
            number += size

    def meanings(self, word: str, language: str | None, target: str) -> Meanings:
        """Return what a word means in the language `target`, the weightiest first."""
        return self._table(base(language), target).meanings(folded(word))

    def _table(self, source: str, target: str) -> "_Table":
        if (source, target) not in self._tables:
            pairs: dict[str, dict[str, float]] = defaultdict(dict)
            for book in self._books:
                if (book.source, book.target) == (source, target):
                    for entry in book.entries:
                        mine = pairs[folded(entry.word)]
                        for meaning, weight in entry.meanings:
                            mine[meaning] = max(weight, mine.get(meaning, 0.0))
                elif (book.source, book.target) == (target, source):
                    for entry in book.entries:
                        for meaning, weight in entry.meanings:
                            theirs = pairs[folded(meaning)]
                            theirs[entry.word] = max(weight, theirs.get(entry.word, 0.0))
            self._tables[source, target] = _Table(pairs, source)
        return self._tables[source, target]


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


class _Table:
    """What words of one language mean in another one."""

    def __init__(self, pairs: Mapping[str, Mapping[str, float]], language: str) -> None:
        self._pairs: dict[str, Meanings] = {
            word: tuple(sorted(told.items(), key=lambda row: -row[1])[:MOST_MEANINGS])
            for word, told in pairs.items()
        }
        self._language = language
        self._found: dict[str, Meanings] = {}
        self._runs = frozenset(word for word in self._pairs if UNSPACED.match(word))
        if _glued(language):
            # Headwords may stand with their article, of which a text may have none.
            for word in list(self._pairs):
                for bare in unglued(word, self._language):
                    self._pairs.setdefault(bare, self._pairs[word])

    def meanings(self, word: str) -> Meanings:
        """Return what a folded word means: as written, without what is glued to it, by its stem."""
        found = self._found.get(word)
        if found is None:
            forms = [word, *unglued(word, self._language)]
            exact = next((self._pairs[form] for form in forms if form in self._pairs), None)
            found = exact if exact is not None else self._by_stem(forms)
            self._found[word] = found
        return found

    def longest(self, words: Sequence[str], number: int) -> tuple[int, Meanings]:
        """Return the length of the longest headword that begins at a character, and its meanings."""
        run = words[number : number + LONGEST_RUN]
        for size in range(len(run), 0, -1):
            written = "".join(run[:size])
            if written in self._runs:
                return size, self._pairs[written]
        return 1, ()

    def _by_stem(self, forms: Sequence[str]) -> Meanings:
        for form in forms:
            for length in range(len(form), max(LEAST_STEM, len(form) - ENDING) - 1, -1):
                heads = self._stems.get(form[:length])
                if heads:
                    return self._joined(heads, form)
        return ()

    def _joined(self, heads: Sequence[str], form: str) -> Meanings:
        """Return the meanings of the headwords that a word may be a form of, the likest first."""
        near = sorted(heads, key=lambda head: (abs(len(head) - len(form)), head))[:MOST_HEADS]
        joined: dict[str, float] = {}
        for head in near:
            for meaning, weight in self._pairs[head]:
                joined.setdefault(meaning, weight)
        return tuple(list(joined.items())[:MOST_MEANINGS])

    @cached_property
    def _stems(self) -> dict[str, tuple[str, ...]]:
        """Headwords by their beginnings: all of it, and without up to so many letters at the end."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._pairs:
            if " " in word or word in self._runs:
                continue
            for length in range(max(LEAST_STEM, len(word) - ENDING), len(word) + 1):
                found[word[:length]].append(word)
        return {stem: tuple(heads) for stem, heads in found.items()}


def unglued(word: str, language: str) -> list[str]:
    """Return a folded word without one, two and more of the particles glued to its front."""
    found: list[str] = []
    glued = _glued(language)
    for _ in range(MOST_GLUED if glued else 0):
        front = next(
            (one for one in glued if word.startswith(one) and len(word) - len(one) >= LEAST_LEFT),
            None,
        )
        if front is None:
            break
        word = word[len(front) :]
        found.append(word)
    return found


@lru_cache(maxsize=64)
def _glued(language: str) -> tuple[str, ...]:
    """Return what a language writes in one with the word behind it, the longest first."""
    glued = {folded(one) for one in words_of(language).glued}
    return tuple(sorted(glued, key=lambda one: (-len(one), one)))


# --- the search ----------------------------------------------------------------------------------


def keys_asked(articles: Sequence[Article], lexicon: Lexicon) -> Keys:
    """Return the keys by which these articles are looked up among others, with those of meanings."""
    return expanded(keys_of_articles(articles), articles, lexicon)


def expanded(
    made: Keys,
    articles: Sequence[Article],
    lexicon: Lexicon,
    sizes: Mapping[str, int] | None = None,
) -> Keys:
    """Return the keys of texts with those of what their words mean in other languages.

    `made` are the keys of the articles. An article in a language that the lexicon does not know, or
    of which the language is not known, keeps its keys as they are. With `sizes`, the number of
    articles in each language, only meanings in languages that have more articles than its own are
    added: where all are compared with all, one side is enough.
    """
    import numpy as np

    hashes: list[NDArray[np.uint64]] = [np.zeros(0, np.uint64)]
    weights: list[NDArray[np.uint8]] = [np.zeros(0, np.uint8)]
    for number, article in enumerate(articles):
        start, stop = made.offsets[number], made.offsets[number + 1]
        own, said = made.hashes[start:stop], made.weights[start:stop]
        more = _keys_meant(article, lexicon, sizes)
        fresh = np.array(sorted(more), np.uint64)
        loud = np.array([more[key] for key in sorted(more)]) * UNIT
        new = ~np.isin(fresh, own)
        both = np.concatenate((own, fresh[new]))
        order = np.argsort(both, kind="stable")
        added = np.clip(np.rint(loud[new]), 1, 255).astype(np.uint8)
        hashes.append(both[order])
        weights.append(np.concatenate((said, added))[order])
    offsets = np.concatenate(([0], np.cumsum([len(one) for one in hashes[1:]], dtype=np.int64)))
    return Keys(np.concatenate(hashes), np.concatenate(weights), offsets)


def _keys_meant(
    article: Article, lexicon: Lexicon, sizes: Mapping[str, int] | None
) -> dict[int, float]:
    """Return the keys of what an article's words mean, with their weights."""
    found: dict[int, float] = {}
    own = base(article.language)
    for target in lexicon.targets(own):
        if sizes is not None and (sizes.get(target, 0), target) <= (sizes.get(own, 0), own):
            continue
        often: Counter[Meanings] = Counter(
            spoken.meanings
            for spoken in lexicon.spoken(article.text, article.aside, article.language, target)
        )
        for meanings, count in often.items():
            louder = (1 + log2(min(count, 16)) / 2) * MEANT / sqrt(len(meanings))
            for meaning, weight in meanings:
                for word in WORD.findall(folded(meaning)):
                    for key, said in _loudest(word):
                        found[key] = max(found.get(key, 0.0), said * weight * louder)
    return found


@lru_cache(maxsize=1 << 16)
def _loudest(word: str) -> tuple[tuple[int, float], ...]:
    return keys_of_word(word, False)


# --- the proof -----------------------------------------------------------------------------------


def meant(
    one: tuple[Article, Side], other: tuple[Article, Side], lexicon: Lexicon
) -> tuple[Side, Side]:
    """Return the sides of two articles, one of them with the meanings of its words.

    Of one side only, since a word and its meaning are one correspondence: of the one whose script
    tells less of words, having no capitals or no spaces. A meaning counts where the other text has
    it, and its word there has no counterpart yet. Where the lexicon does not know the two languages,
    both sides are returned as they are.
    """
    (a, side_a), (b, side_b) = one, other
    if not lexicon.covers(a.language, b.language):
        return side_a, side_b
    matched = pairs_alike(side_a.places, side_b.places)
    if (_cased(side_a), base(a.language)) <= (_cased(side_b), base(b.language)):
        taken = {form for others in matched.values() for form in others}
        return _with_meanings(a, side_a, base(b.language), side_b, taken, lexicon), side_b
    return side_a, _with_meanings(b, side_b, base(a.language), side_a, set(matched), lexicon)


def _cased(side: Side) -> float:
    """Return the share of words that are in a script with capitals."""
    return sum(form.cased for form in side.places) / max(1, len(side.places))


def _with_meanings(
    article: Article, side: Side, target: str, other: Side, taken: set[Form], lexicon: Lexicon
) -> Side:
    wanted = {key for form in other.places if form not in taken for key in _begins(form)}
    starts = [sentence.start for sentence in side.sentences]
    if not starts:
        return side
    found: list[Sign] = []
    places = {form: list(rows) for form, rows in side.places.items()}
    names = dict(side.names)
    for spoken in lexicon.spoken(article.text, article.aside, article.language, target):
        forms = [
            (form, weight)
            for meaning, weight in spoken.meanings
            if (form := _form_meant(meaning)) is not None and not wanted.isdisjoint(form.keys)
        ]
        row = max(0, bisect_right(starts, spoken.start) - 1)
        for form, weight in forms:
            found.append(Sign(form, spoken.start, spoken.end, False))
            rows = places.setdefault(form, [])
            if row not in rows:
                insort(rows, row)
            said = COMMON_NOUN * weight / len(forms)
            names[form] = max(said, names.get(form, 0.0))
    signs = sorted((*side.signs, *found), key=lambda sign: sign.start)
    return replace(side, signs=signs, places=places, names=names)


@lru_cache(maxsize=1 << 16)
def _form_meant(meaning: str) -> Form | None:
    """Return the form by which a meaning is found in the other text: by its beginning alone."""
    form = form_of(max(meaning.split(), key=len))
    if form is None or form.latin[0] == "#":
        return None
    return form._replace(keys=_begins(form), skeletons=())


def _begins(form: Form) -> tuple[str, ...]:
    """Return the key of a form that its first letters make."""
    return tuple(key for key in form.keys if key[0] in "pw")
