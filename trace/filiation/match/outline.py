"""Which parts of two texts that share passages were left out, added and moved."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from filiation.match.sentences import Sentence, sentences
from filiation.match.words import Words, own_words
from filiation.values import Article, Match, Passage, Span

__all__ = ["outline"]

SHARED = 1 / 3
"""Share of a sentence's words in passages from which it is not left out: a convention."""
FEWEST_WORDS = 3
"""A shorter sentence is no part of a text that anybody misses: a heading, a name, a slip of a cut."""


def outline(match: Match, a: Article, b: Article) -> Match:
    """Return the match with what was left out, added and moved; `a` and `b` as it was made of.

    Sentences are the unit, and those that follow each other in one paragraph are told as one run.
    Of passages that stand in another order in b than in a, the fewest letters are said to be moved.
    """
    if not match.passages:
        return replace(match, left_out=(), added=(), moved=())
    return replace(
        match,
        left_out=_outside(a, [(p.a_start, p.a_end) for p in match.passages]),
        added=_outside(b, [(p.b_start, p.b_end) for p in match.passages]),
        moved=_moved(match.passages),
    )


def _outside(article: Article, shared: Iterable[Span]) -> tuple[Span, ...]:
    words = own_words(article.text, article.aside)
    spans = sorted(shared)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    runs: list[tuple[int, int, int]] = []
    joined = False
    for sentence in sentences(article.text, article.aside, most=None):
        first, last = _within(words, sentence)
        inside = sum(_lies_in(words.starts[n], starts, ends) for n in range(first, last))
        if last - first < FEWEST_WORDS or inside >= SHARED * (last - first):
            joined = False
            continue
        if joined and runs[-1][2] == sentence.paragraph:
            runs[-1] = (runs[-1][0], sentence.end, sentence.paragraph)
        else:
            runs.append((sentence.start, sentence.end, sentence.paragraph))
        joined = True
    return tuple((start, end) for start, end, _ in runs)


def _within(words: Words, sentence: Sentence) -> tuple[int, int]:
    return bisect_left(words.starts, sentence.start), bisect_left(words.starts, sentence.end)


def _lies_in(place: int, starts: Sequence[int], ends: Sequence[int]) -> bool:
    n = bisect_right(starts, place) - 1
    return n >= 0 and place < ends[n]


def _moved(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return the runs of passages that are out of order, those that are moved together as one."""
    stays = _in_order(passages)
    in_b = {n: rank for rank, n in enumerate(sorted(range(len(passages)), key=_begins(passages)))}
    found: list[tuple[Passage, int]] = []
    for n, passage in enumerate(passages):
        if n in stays:
            continue
        if found and found[-1][1] == n - 1 and in_b[n] == in_b[n - 1] + 1:
            found[-1] = (_joined(found[-1][0], passage), n)
        else:
            found.append((passage, n))
    return tuple(passage for passage, _ in found)


def _begins(passages: Sequence[Passage]) -> Callable[[int], int]:
    return lambda n: passages[n].b_start


def _joined(one: Passage, other: Passage) -> Passage:
    long, more = one.a_end - one.a_start, other.a_end - other.a_start
    alike = (one.similarity * long + other.similarity * more) / max(1, long + more)
    return replace(one, a_end=other.a_end, b_end=other.b_end, similarity=alike)


def _in_order(passages: Sequence[Passage]) -> set[int]:
    """Return the numbers of the longest passages, by letters, that are in one order in both texts."""
    order = sorted(range(len(passages)), key=_begins(passages))
    rank = {n: place + 1 for place, n in enumerate(order)}
    best: list[tuple[int, int]] = [(0, -1)] * (len(passages) + 1)  # a Fenwick tree of maxima
    before: list[int] = []
    for n, passage in enumerate(passages):
        letters, last = (0, -1)
        place = rank[n] - 1
        while place > 0:
            letters, last = max((letters, last), best[place], key=lambda row: row[0])
            place &= place - 1
        before.append(last)
        letters += passage.a_end - passage.a_start + passage.b_end - passage.b_start
        place = rank[n]
        while place < len(best):
            if letters > best[place][0]:
                best[place] = letters, n
            place += place & -place
    length, last = 0, -1
    place = len(passages)
    while place > 0:
        length, last = max((length, last), best[place], key=lambda row: row[0])
        place &= place - 1
    found = set()
    while last >= 0:
        found.add(last)
        last = before[last]
    return found
