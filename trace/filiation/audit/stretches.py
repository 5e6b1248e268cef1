"""What two articles of one outlet share word for word, and how much of it is their own.

The runs of four words that a passage has on both sides are its *grams*; those of which the fingerprints of
every text keep all are *witnesses*: how many other articles have each is known exactly. A gram is the
pair's own or not by the majority of the witnesses about it: four words of common speech do not part what
is rare, and four rare words do not save a form. Own grams one after another are a *stretch*; short
stretches are titles, names and figures, and count for nothing.

So do passages in which the same words come again and again, which are galleries, captions that a page
prints twice, and lists. That, and which words the two share, depends on them alone (`countable`); what is
their own does not (`own_words`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.audit.asides import END, ends_both, is_small_part
from filiation.audit.captions import captions
from filiation.audit.lists import Usual, is_list, usual
from filiation.match.fingerprints import BITS, GRAM, distinct, grams_of
from filiation.values import Article, Match, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]

__all__ = ["WITNESSES", "Countable", "are_witnesses", "countable", "keyed", "own_words"]

WITNESSES = 0.22
"""Share of all hashes below which the fingerprints of every text keep what it has: of the longest
they keep the smallest quarter, which of 770 hashes ends lower once in 10,000 texts."""
NEIGHBOURS = 3
"""Witnesses on either side of a place that decide whether it is the pair's own."""
LEAST_STRETCH = 20
"""Words of the shortest stretch that counts: titles printed as teasers within articles have up to 18
in the samples that were read, all but one of them."""
LEAST_AT_END = 100
"""The same of a passage at the same end of both texts: there stand introductions of series and notes on
authors, of fewer words than this."""
AGAIN = 3
"""Times that a run of four words stands in what a pair shares, from which it is of a frame: what a
gallery prints about every caption, and a list about every film."""
FRAME = 0.05
"""Share of the runs of four words of a passage, and of all that the pair shares, from which it is
framed. Of 387 matches of American outlets one in seven has 5 %, nearly all of them galleries; of 1,888
of German ones four have."""
TWICE = 0.25
"""The same of runs that stand there twice: a page says the title of each film, and of each gallery, before
it and behind."""
WHOLE = 0.7
"""Share of both articles from which they are one text, however often it was printed, if it has …"""
WHOLE_WORDS = 200
"""… so many words. Forms that fill a page are shorter: a newsletter's page without its news has 130."""
NEARLY_ALL = 0.9
"""The same share of two that are framed: a gallery of 40 pictures fills articles of other years."""


@dataclass(frozen=True, slots=True)
class Countable:
    """A passage that counts as far as other articles do not have it."""

    alike: float
    """Share of its words that agree."""
    least: int
    """Words of a stretch from which it counts."""
    witnesses: tuple[int, ...]
    """The hashes of its witnesses, in their order."""
    places: tuple[int, ...]
    """Of the first gram before the first witness, and of the last one before it, of that witness, of the
    first and the last gram between it and the second, of the second, and so on: how many words stand
    before it in the passage, as the earlier article has it; negative where no gram is between."""


def countable(
    cases: Sequence[tuple[Match, Article, Article]],
) -> list[tuple[Countable, ...] | None]:
    """Return of each match what may count, and None where the two are one text nearly whole.

    With each match come the earlier article and the later one.
    """
    import numpy as np

    passages = [
        (row, passage, a.text, b.text)
        for row, (match, a, b) in enumerate(cases)
        for passage in match.passages
    ]
    grams, number_of, place = _shared(passages)
    row_of = np.array([row for row, *_ in passages], np.int64)
    framed = _framed(grams, number_of, row_of)
    in_frames = np.bincount(row_of[number_of[framed[number_of]]], minlength=len(cases))
    of_frame = (2 * in_frames > np.bincount(row_of[number_of], minlength=len(cases))).tolist()
    witness = are_witnesses(grams)
    borders = np.searchsorted(number_of, np.arange(len(passages) + 1)).tolist()
    shares: dict[str, Usual] = {}
    found: list[tuple[Countable, ...] | None] = []
    start = 0
    for row, (match, a, b) in enumerate(cases):
        numbers = range(start, start := start + len(match.passages))
        if _is_whole(match, framed=of_frame[row]):
            found.append(None)
            continue
        telling: list[Countable] = []
        captioned = captions(match.passages, a.text, b.text)
        for number, one in zip(numbers, match.passages, strict=True):
            mine = slice(borders[number], borders[number + 1])
            at = place[mine]
            least = LEAST_AT_END if _at_same_end(one, a.text, b.text) else LEAST_STRETCH
            if framed[number] or number - numbers[0] in captioned or _words(at) < least:
                continue
            if a.id not in shares:
                shares[a.id] = usual(a.text, a.language)
            if not is_list(a.text[one.a_start : one.a_end], a.language, shares[a.id]):
                hashes = grams[mine][witness[mine]]
                telling.append(
                    Countable(
                        one.similarity,
                        least,
                        tuple(hashes.tolist()),
                        tuple(_places(at, witness[mine])),
                    )
                )
        found.append(tuple(telling))
    return found


def own_words(passages: Sequence[Countable], own: "Flags") -> "Places":
    """Return for each passage how many words agree in the stretches that count.

    `own` tells for each witness of each passage, one after the other, whether it is the pair's own.
    """
    import numpy as np

    many = np.array([len(one.witnesses) for one in passages], np.int64)
    sizes = 3 * many + 2
    places = np.array([place for one in passages for place in one.places], np.int64)
    passage = np.repeat(np.arange(len(passages)), sizes)
    seat = np.arange(len(places)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    # A row for every witness, and for the grams between two, from the first of them to the last.
    rows = np.flatnonzero((seat % 3 != 1) & (places >= 0))
    if not len(rows):
        return np.zeros(len(passages), np.int64)
    passage, seat = passage[rows], seat[rows]
    between = seat % 3 == 0
    first, last = places[rows], places[rows + between]
    after = np.cumsum(many)[passage]
    before = after - many[passage]
    at = before + seat // 3
    low = np.maximum(before, at - NEIGHBOURS)
    high = np.minimum(after, at + ~between + NEIGHBOURS)
    speak = np.concatenate(([0], np.cumsum(own)))
    mine = 2 * (speak[high] - speak[low]) > high - low
    turn = np.ones(len(rows), bool)
    turn[1:] = (passage[1:] != passage[:-1]) | (mine[1:] != mine[:-1])
    heads = np.flatnonzero(turn)
    tails = np.append(heads[1:], len(rows)) - 1
    words = last[tails] - first[heads] + GRAM
    least = np.array([one.least for one in passages])[passage[heads]]
    counted = mine[heads] & (words >= least)
    heads, words = passage[heads[counted]], words[counted]
    agree = np.floor(words * np.array([one.alike for one in passages])[heads])
    return np.bincount(heads, agree, len(passages)).astype(np.int64)


def are_witnesses(hashes: "Hashes") -> "Flags":
    """Return which hashes of runs of words the fingerprints of every text keep that has them."""
    kept: Flags = hashes < int(WITNESSES * (1 << BITS))
    return kept


def keyed(grams: "Hashes", numbers: "Places") -> "Hashes":
    """Return hashes of the grams, each with a number."""
    import numpy as np

    keys: Hashes = grams * np.uint64(0x9E3779B97F4A7C15)
    keys ^= numbers.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    return keys


def _shared(
    passages: Sequence[tuple[int, Passage, str, str]],
) -> "tuple[Hashes, Places, Places]":
    """Return the grams of the passages, the passage of each, and how many words stand before it."""
    import numpy as np

    grams, offsets = grams_of([(a[p.a_start : p.a_end], ()) for _, p, a, _ in passages])
    others, other_offsets = grams_of([(b[p.b_start : p.b_end], ()) for _, p, _, b in passages])
    passage = np.repeat(np.arange(len(passages)), np.diff(offsets))
    other = np.repeat(np.arange(len(passages)), np.diff(other_offsets))
    both = _among(keyed(grams, passage), keyed(others, other))
    place = np.arange(len(grams)) - offsets[passage]
    return grams[both], passage[both], place[both]


def _among(keys: "Hashes", others: "Hashes") -> "Flags":
    """Return which keys are among the others; in a third of the time of NumPy's `isin`."""
    import numpy as np

    known = distinct(others)
    if not len(known):
        return np.zeros(len(keys), bool)
    at = np.searchsorted(known, keys)
    at[at == len(known)] = 0
    found: Flags = known[at] == keys
    return found


def _framed(grams: "Hashes", passage: "Places", row_of: "Places") -> "Flags":
    """Return for each passage whether it is of a frame that comes again and again."""
    import numpy as np

    pair = row_of[passage]
    _, which, times = np.unique(keyed(grams, pair), return_inverse=True, return_counts=True)
    framed = np.zeros(len(row_of), bool)
    for least, share in ((AGAIN, FRAME), (2, TWICE)):
        again = times[which] >= least
        of_passage = _holds(passage, again, share, len(row_of))
        framed |= of_passage & _holds(pair, again, share, len(row_of))[row_of]
    return framed


def _holds(numbers: "Places", flags: "Flags", share: float, size: int) -> "Flags":
    """Return for each number whether such a share of what has it is flagged."""
    import numpy as np

    held: Flags = np.bincount(numbers, flags, size) >= share * np.bincount(numbers, minlength=size)
    return held


def _is_whole(match: Match, *, framed: bool) -> bool:
    """Whether two articles are one text, however often it was printed."""
    least = min(match.coverage_a, match.coverage_b)
    return (
        least >= WHOLE and match.shared_words >= WHOLE_WORDS and (not framed or least >= NEARLY_ALL)
    )


def _at_same_end(passage: Passage, a: str, b: str) -> bool:
    """Whether a passage begins both texts, or ends both, and is a small part of them."""
    begins = passage.a_start <= END * len(a) and passage.b_start <= END * len(b)
    return is_small_part(passage, a, b) and (begins or ends_both(passage, a, b, END))


def _words(at: "Places") -> int:
    """Return how many words the longest stretch could have."""
    return int(at[-1] - at[0]) + GRAM if len(at) else 0


def _places(at: "Places", witness: "Flags") -> Iterator[int]:
    """Yield the places of the witnesses and of what is between, as `Countable` has them."""
    import numpy as np

    seats = np.flatnonzero(witness).tolist()
    start = 0
    for seat in (*seats, len(at)):
        yield from (int(at[start]), int(at[seat - 1])) if start < seat else (-1, -1)
        if seat < len(at):
            yield int(at[seat])
        start = seat + 1
