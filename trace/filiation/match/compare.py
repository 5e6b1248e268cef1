"""What two articles share."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from typing import Generic, TypeVar

from filiation.match.kinds import copy_kinds, mirrored_kinds
from filiation.match.lexicon import Lexicon, meant
from filiation.match.outline import outline
from filiation.match.passages import Run, shared_runs
from filiation.match.score import reuse_score, translation_score
from filiation.match.translation import Alignment, align, aligned_passages, side
from filiation.match.words import Words, own_words, words_of
from filiation.values import Article, Match, Passage, Span

__all__ = ["Comparer", "compare", "mirrored", "outlined"]

ROOM = 4_000_000
"""Characters of the articles that are kept ready: about 150 MB, or 4,000 short items of an agency."""
ROOM_ACROSS = 1_000_000
"""The same for articles compared across languages."""


def compare(a: Article, b: Article) -> Match:
    """Return the passages two articles share and what they add up to.

    `compare(b, a)` is the exact mirror: the pair is brought into one order first. What was made of
    an article is kept a while for the next pair it is in, see `Comparer`.
    """
    return _COMPARER.compare(a, b)


class Comparer:
    """Compares articles, and keeps what it made of each for the next pair with the same text.

    `compare` has one that serves everybody. Whoever compares more articles than that has room for,
    again and again, makes one with more. The least recently compared are given up first. Nothing
    but the time it takes depends on what is kept.
    """

    def __init__(self, room: int = ROOM, lexicon: Lexicon | None = None) -> None:
        """Keep articles of so many characters together ready, at about 38 bytes a character.

        `lexicon` tells what words mean in other languages, where the user has one.
        """
        self._words = _Kept(own_words, room)
        self._sides = _Kept(side, min(room, ROOM_ACROSS))
        self._lexicon = lexicon

    def compare(self, a: Article, b: Article) -> Match:
        """Return the passages two articles share and what they add up to, as `compare` does."""
        if _rank(b) < _rank(a):
            return mirrored(self._compared(b, a))
        return self._compared(a, b)

    def prepare(self, articles: Sequence[Article]) -> None:
        """Make articles ready that are soon to be compared: of many in less time than one by one."""
        fresh = list(dict.fromkeys(_key(one) for one in articles if one not in self._words))
        for key, words in zip(fresh, words_of(fresh), strict=True):
            self._words.put(key, words)

    def words(self, article: Article) -> Words:
        """Return the words of an article, those set aside left out."""
        return self._words.of(article)

    def _compared(self, a: Article, b: Article) -> Match:
        words_a, words_b = self._words.of(a), self._words.of(b)
        match = _same_language(a, b, words_a, words_b)
        one, other = _base(a.language), _base(b.language)
        same_words = max(match.coverage_a, match.coverage_b) * match.similarity
        if (one and one == other) or same_words >= MISLABELLED:
            return match
        if one and other:
            return self._translated(a, b, words_a, words_b)
        if common_words(words_a, words_b) >= SAME_VOCABULARY:
            return match
        translated = self._translated(a, b, words_a, words_b)
        return translated if translated.score > max(0.5, match.score) else match

    def _translated(self, a: Article, b: Article, words_a: Words, words_b: Words) -> Match:
        side_a, side_b = self._sides.of(a), self._sides.of(b)
        if self._lexicon is not None:
            side_a, side_b = meant((a, side_a), (b, side_b), self._lexicon)
        alignment = align(side_a, side_b)
        return _match_across(a, b, words_a, words_b, alignment)


Made = TypeVar("Made")


Key = tuple[str, tuple[Span, ...]]


def _key(article: Article) -> Key:
    """Return what words and sentences are made of: a text and its runs set aside."""
    return article.text, article.aside


class _Kept(Generic[Made]):
    """What is made of a text and its runs set aside, kept for texts of so many characters."""

    def __init__(self, make: Callable[[str, tuple[Span, ...]], Made], room: int) -> None:
        self._make = make
        self._room = room
        self._kept: dict[Key, Made] = {}
        self._size = 0
        self._lock = Lock()

    def __contains__(self, article: Article) -> bool:
        return _key(article) in self._kept

    def of(self, article: Article) -> Made:
        """Return what is made of this article: what was kept, where it was."""
        key = _key(article)
        with self._lock:
            if key in self._kept:
                # The last in the dictionary is the last that was asked for.
                made = self._kept[key] = self._kept.pop(key)
                return made
        made = self._make(*key)
        self.put(key, made)
        return made

    def put(self, key: Key, made: Made) -> None:
        """Keep what was made, and give up what was not asked for the longest time."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._size += len(key[0])
            while self._size > self._room and len(self._kept) > 2:
                oldest = next(iter(self._kept))
                del self._kept[oldest]
                self._size -= len(oldest[0])


_COMPARER = Comparer()


def mirrored(match: Match) -> Match:
    """Return the match as seen from the other article."""
    return replace(
        match,
        a=match.b,
        b=match.a,
        passages=_turned(match.passages),
        left_out=match.added,
        added=match.left_out,
        moved=None if match.moved is None else _turned(match.moved),
        coverage_a=match.coverage_b,
        coverage_b=match.coverage_a,
        kind=mirrored_kinds(match.kind),
    )


def _turned(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return passages as seen from the other text, in its order."""
    turned = (
        Passage(p.b_start, p.b_end, p.a_start, p.a_end, p.similarity, p.b_paragraph, p.a_paragraph)
        for p in passages
    )
    return tuple(sorted(turned, key=lambda p: p.a_start))


def outlined(match: Match, a: Article, b: Article) -> Match:
    """Return a match of two articles with what was left out, added and moved.

    It takes a pass over both texts, so it is done for pairs that are shown, not for all. As of
    `compare`, the mirror of the match gives the mirror of this.
    """
    if _rank(b) < _rank(a):
        return mirrored(outline(mirrored(match), b, a))
    return outline(match, a, b)


def _rank(article: Article) -> tuple[str, tuple[tuple[int, int], ...], str]:
    return article.text, article.aside, article.language or ""


MISLABELLED = 0.3
"""Share of words standing unchanged in passages from which two articles are of one language, whatever
their labels say. A translation keeps quotes and names in the original, but not a third of its words."""

SAME_VOCABULARY = 0.4
"""Share of frequent words in common from which texts, one of unknown language, are of one language:
98 % of 1,585 translated pairs stay below, 88 % of 217 pairs of English reports (SemEval) are above. The
other 26 are tried as translations too: none was called one."""

FREQUENT = 12
"""Words looked at: a text's most frequent ones, which any text of its language has too."""


def common_words(a: Words, b: Words) -> float:
    """Return the share of either text's most frequent words that the other has too, the mean."""
    if not len(a) or not len(b):
        return 0.0
    return (_frequent_in(a, b) + _frequent_in(b, a)) / 2


def _frequent_in(a: Words, b: Words) -> float:
    frequent = [
        word for word, _ in Counter(w for w in a.folded if not w.isdecimal()).most_common(FREQUENT)
    ]
    there = set(b.folded)
    return sum(word in there for word in frequent) / max(1, len(frequent))


def _base(language: str | None) -> str:
    """Return the language without its region: `pt` for `pt-BR`."""
    return (language or "").replace("_", "-").split("-")[0].lower()


def _same_language(a: Article, b: Article, words_a: Words, words_b: Words) -> Match:
    runs = shared_runs(words_a, words_b)
    coverage_a = sum(run.a_end - run.a_start for run in runs) / max(1, len(words_a))
    coverage_b = sum(run.b_end - run.b_start for run in runs) / max(1, len(words_b))
    length = sum(run.a_end - run.a_start + run.b_end - run.b_start for run in runs)
    similarity = min(1.0, sum(2 * run.equal for run in runs) / length) if runs else 0.0
    return Match(
        a=a.id,
        b=b.id,
        passages=tuple(_passage(run, words_a, words_b) for run in runs),
        coverage_a=coverage_a,
        coverage_b=coverage_b,
        similarity=similarity,
        score=reuse_score(runs, coverage_a, coverage_b),
        same_language=True,
        kind=copy_kinds(coverage_a, coverage_b, similarity, translated=False) if runs else (),
        shared_words=round(sum(run.equal for run in runs)),
    )


def _passage(run: Run, a: Words, b: Words) -> Passage:
    return Passage(*a.span(run.a_start, run.a_end), *b.span(run.b_start, run.b_end), run.similarity)


def _match_across(
    a: Article, b: Article, words_a: Words, words_b: Words, alignment: Alignment
) -> Match:
    score = translation_score(alignment)
    passages = tuple(aligned_passages(alignment)) if score >= LEAST_TRANSLATION else ()
    inside_a = _inside(words_a, sorted((p.a_start, p.a_end) for p in passages))
    inside_b = _inside(words_b, sorted((p.b_start, p.b_end) for p in passages))
    coverage_a = inside_a / max(1, len(words_a))
    coverage_b = inside_b / max(1, len(words_b))
    length = sum(p.a_end - p.a_start for p in passages)
    similarity = (
        sum(p.similarity * (p.a_end - p.a_start) for p in passages) / length if length else 0.0
    )
    return Match(
        a=a.id,
        b=b.id,
        passages=passages,
        coverage_a=coverage_a,
        coverage_b=coverage_b,
        similarity=similarity,
        score=score,
        same_language=False,
        kind=copy_kinds(coverage_a, coverage_b, similarity, translated=True) if passages else (),
        shared_words=inside_a,
    )


LEAST_TRANSLATION = 0.2
"""Score below which aligned sentences are chance, and are not shown as passages."""


def _inside(words: Words, spans: list[Span]) -> int:
    """Return how many words begin in one of the sorted, disjoint spans."""
    return sum(words.inside(start, end) for start, end in spans)
