"""Which runs of words two texts of one language share.

Theory of operation
-------------------
1. *Blocks*: runs of words equal in both texts, grown from shared word trigrams and from words that
   each text has exactly once. Trigrams that both repeat many times are paired by rank, so that the
   number of hits stays linear.
2. *Chains*: blocks that follow each other in both texts, joined by dynamic programming. A chain
   earns the information (in bits) of its words and pays for the words it skips. Chains are local:
   a moved paragraph is simply another chain.
3. *Passages*: chains, best first, each keeping only words no better chain has taken, so that no
   word of either text lies in two passages. Gaps are aligned word by word (rapidfuzz) and the ends
   are extended as long as that pays. Nothing needs to stand in front of a passage or behind it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from rapidfuzz.distance import Indel

from filiation.match.blocks import Block, equal_blocks, information
from filiation.match.words import Words

__all__ = ["Run", "chains", "differences", "shared_runs"]

SEED_WORDS = 3
"""Words in a seed. With 40 % of words changed 22 % of trigrams survive, of 4-grams 13 %."""
SEED_CHARACTERS = 5
"""Characters in a seed where words are not separated by spaces."""
LOOK_BACK = 60
"""Earlier blocks tried as predecessor of a block (minimap2 uses 50)."""
LONGEST_GAP = 30
"""Words that one text may have between two blocks of a passage."""
GAP_COST = 1.2
"""Bits paid for a word skipped in both texts."""
SHIFT_COST = 0.4
"""Bits paid, on top, for a word skipped in one text only."""
LEAST_BITS = 36.0
"""Information of the shortest passage that is kept. From 24 to 50 no planted copy is lost; the
reports of one event that share a passage fall from 177 to 113 of 400, and the coverage of copies with
40 % of the words changed from 0.92 to 0.88. 42 did slightly better on PAN 2013 (PlagDet of random
obfuscation 0.887 for 0.878); the weights of `score.py` were fitted at 36."""
LEAST_WORDS = 6
"""Equal words in the shortest passage that is kept."""
LEAST_CHARACTERS = 14
"""The same where every character counts as a word."""
LEAST_ALIKE = 0.55
"""Share of words that agree below which a passage is names and phrases in like order: what two
reports of one event have in common. Of copies with 40 % of the words changed, 60 % agree."""
SURELY = 150.0
"""Bits from which a passage may have been changed more than that."""
LONG_ALIKE = 0.4
"""Share of words that agree in such a passage. A translation full of names reached 0.28."""
EXTENSION = 24
"""Words looked at beyond an end, at a time."""
BAND = 6
"""Words by which one side may run ahead of the other among misread words."""
LEAST_MISREAD = 24.0
"""Bits that misread words must add for a passage to go on through them: about four words."""
DROP = 14.0
"""Bits an extension may lose before it is given up (the x-drop of sequence alignment)."""
ALIKE = 0.7
"""Letters two words must have in common (Indel similarity) to be one word misspelt."""
ROUNDING = 1e-6
"""Bits by which a sum of the same numbers in another order may differ, and many more."""


@dataclass(frozen=True, slots=True)
class Run:
    """A passage in words: half-open ranges of word numbers on both sides."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    equal: float
    """Words that agree; misspelt ones count in part."""
    bits: float
    """Information of the words that agree."""
    quoted: float = 0.0
    """Share of its words that stand within quotation marks, on the side that has more."""

    @property
    def similarity(self) -> float:
        """Share of the words of both sides that agree."""
        return min(1.0, 2 * self.equal / (self.a_end - self.a_start + self.b_end - self.b_start))


def shared_runs(a: Words, b: Words) -> list[Run]:
    """Return the passages two texts share, in the order of `a`; no word lies in two of them."""
    if not len(a) or not len(b):
        return []
    return _Pair(a, b).runs()


def chains(
    blocks: Sequence[Block], worth: Sequence[float], least: float = 0.0, alone: float = 0.0
) -> Iterator[list[Block]]:
    """Yield disjoint chains of blocks, best first, down to the bits given.

    A block that nothing goes well with is a chain too where it has the bits asked of one `alone`.
    `blocks` are sorted; `worth[i]` is the information of all words of `a` before word i. No part of
    a chain is worth more than the whole, counted from where it is best to begin.
    """
    best, before = _best_chains(blocks, worth)
    used = bytearray(len(blocks))
    order = [n for n, score in enumerate(best) if score >= least]
    order.sort(key=best.__getitem__, reverse=True)
    for last in order:
        if before[last] < 0 and best[last] < alone:  # nearly all: a word that both texts have
            used[last] = 1
            continue
        chain: list[Block] = []
        n = last
        while n >= 0 and not used[n]:
            used[n] = 1
            chain.append(blocks[n])
            n = before[n]
        if chain:
            chain.reverse()
            yield chain


_SHELF = 4
"""Blocks are kept by the word of b at which they end, 2 ** 4 words to a shelf, so that those within
reach of another are found without a look at the rest."""


def _best_chains(blocks: Sequence[Block], worth: Sequence[float]) -> tuple[list[float], list[int]]:
    """Return for each block the bits of the best chain that ends with it, and the block before it.

    Where several are as good, the latest comes before it.
    """
    best: list[float] = []
    before: list[int] = []
    # Per block: its number, its score, the best score on its shelf so far, its place.
    shelves: dict[int, list[tuple[int, float, float, int, int, int, int]]] = {}
    for n, (a, b, length) in enumerate(blocks):
        a_end, b_end = a + length, b + length
        earned = worth[a_end]
        full = earned - worth[a]
        best_score, best_from = full, -1
        for shelf in range((b_end - 1) >> _SHELF, ((b - LONGEST_GAP) >> _SHELF) - 1, -1):
            if shelf not in shelves:
                continue
            for m, score, top, other_a, other_b, a_from, b_from in reversed(shelves[shelf]):
                if m < n - LOOK_BACK or top + full < best_score:
                    break
                if score + full < best_score or other_b >= b or other_a >= a:
                    continue
                gap_a, gap_b = a - a_from, b - b_from
                if gap_a > LONGEST_GAP or gap_b > LONGEST_GAP:
                    continue
                if gap_a >= 0 and gap_b >= 0:
                    score = score + full - gap_cost(gap_a, gap_b)
                else:
                    overlap = max(-gap_a, -gap_b)
                    if overlap >= length:
                        continue
                    gain = earned - worth[a + overlap]
                    score = score + gain - gap_cost(gap_a + overlap, gap_b + overlap)
                if score > best_score or (score == best_score and -1 < best_from < m):
                    best_score, best_from = score, m
        best.append(best_score)
        before.append(best_from)
        row = shelves.setdefault(b_end >> _SHELF, [])
        top = max(best_score, row[-1][2]) if row else best_score
        row.append((n, best_score, top, a, b, a_end, b_end))
    return best, before


def gap_cost(gap_a: int, gap_b: int) -> float:
    """Return the bits a chain pays for skipping so many words in either text."""
    if gap_a < gap_b:
        return GAP_COST * gap_b + SHIFT_COST * (gap_b - gap_a)
    return GAP_COST * gap_a + SHIFT_COST * (gap_a - gap_b)


class _Pair:
    """Two texts on their way to passages; remembers which words are taken."""

    def __init__(self, a: Words, b: Words) -> None:
        self._a, self._b = a, b
        self.places_a = a.places
        self.places_b = b.places
        self.sections_a = a.sections
        self.sections_b = b.sections
        characters = a.unspaced and b.unspaced
        self.size = SEED_CHARACTERS if characters else SEED_WORDS
        self.least_words = LEAST_CHARACTERS if characters else LEAST_WORDS

    def runs(self) -> list[Run]:
        same = self.sections_a == self.sections_b and np.array_equal(
            self.places_a.hashes, self.places_b.hashes
        )
        blocks = [] if same else equal_blocks(self.places_a, self.places_b, self.size)
        if not same and sum(length for _, _, length in blocks) < self.least_words:
            return []
        said = information(self.places_a, self.places_b)
        self.bits = said
        self.worth: list[float] = [0.0, *said.cumsum().tolist()]
        self.taken_a = bytearray(len(self._a))
        self.taken_b = bytearray(len(self._b))
        if same:
            return sorted(
                (self._run(piece, extend=False) for piece in self._pieces([(0, 0, len(self._a))])),
                key=lambda run: run.a_start,
            )
        found = self._found(blocks)
        found.sort(key=lambda run: run.a_start)
        return [
            Run(
                run.a_start,
                run.a_end,
                run.b_start,
                run.b_end,
                run.equal,
                run.bits,
                self._quoted(run),
            )
            for run in _joined(found, self)
            if run.similarity >= (LEAST_ALIKE if run.bits < SURELY else LONG_ALIKE)
        ]

    def _found(self, blocks: Sequence[Block]) -> list[Run]:
        """Return the passages that the blocks' chains make, as they are found."""
        parted = bool(self.sections_a[-1] or self.sections_b[-1])
        # The pieces of a parted chain are summed up without the gaps between them.
        least = 0.0 if parted else LEAST_BITS - ROUNDING
        found: list[Run] = []
        for chain in chains(blocks, self.worth, least, LEAST_BITS - ROUNDING):
            if not self._may_do(chain):
                continue
            pieces = self._pieces(chain)
            whole = parted and self._whole(pieces)
            for piece in pieces:
                if whole or self._enough(piece):
                    found.append(self._run(piece, extend=not whole))
        return found

    def _may_do(self, chain: Sequence[Block]) -> bool:
        """Whether the blocks of a chain are enough, were all of their words free."""
        if sum(length for _, _, length in chain) < self.least_words:
            return False
        worth = self.worth
        return sum(worth[a + length] - worth[a] for a, _, length in chain) >= LEAST_BITS - ROUNDING

    def _quoted(self, run: Run) -> float:
        return max(
            self._a.quoted.count(1, run.a_start, run.a_end) / (run.a_end - run.a_start),
            self._b.quoted.count(1, run.b_start, run.b_end) / (run.b_end - run.b_start),
        )

    def _whole(self, pieces: list[list[Block]]) -> bool:
        """Whether a chain is enough as a whole, though runs set aside cut it into small pieces."""
        if len(pieces) < 2:
            return False
        words = sum(length for piece in pieces for _, _, length in piece)
        return words >= self.least_words and sum(map(self._score, pieces)) >= 1.5 * LEAST_BITS

    def _enough(self, piece: list[Block]) -> bool:
        words = sum(length for _, _, length in piece)
        return words >= self.least_words and self._score(piece) >= LEAST_BITS

    def _score(self, piece: list[Block]) -> float:
        gain = sum(self.worth[a + length] - self.worth[a] for a, _, length in piece)
        return gain - sum(
            gap_cost(a - last_a - length, b - last_b - length)
            for (last_a, last_b, length), (a, b, _) in pairwise(piece)
        )

    def _pieces(self, chain: list[Block]) -> list[list[Block]]:
        """Cut a chain where words are taken or a text's section ends; drop what overlaps."""
        pieces: list[list[Block]] = []
        piece: list[Block] = []
        a_end = b_end = 0
        for block in chain:
            for a, b, length in self._free(block):
                if piece:
                    overlap = max(0, a_end - a, b_end - b)
                    if overlap >= length:
                        continue
                    a, b, length = a + overlap, b + overlap, length - overlap
                    if not self._adjoins(a_end, a, b_end, b):
                        pieces.append(piece)
                        piece = []
                piece.append((a, b, length))
                a_end, b_end = a + length, b + length
        if piece:
            pieces.append(piece)
        return pieces

    def _adjoins(self, a_end: int, a: int, b_end: int, b: int) -> bool:
        """Whether nothing taken and no border lies before words a and b, after those two ends."""
        return (
            self.taken_a.find(1, a_end, a) < 0
            and self.taken_b.find(1, b_end, b) < 0
            and self.sections_a[a_end - 1] == self.sections_a[a]
            and self.sections_b[b_end - 1] == self.sections_b[b]
        )

    def _free(self, block: Block) -> list[Block]:
        """Return the parts of a block that no passage has taken, cut at the borders of sections."""
        a, b, length = block
        if length == 1:
            return [] if self.taken_a[a] or self.taken_b[b] else [block]
        a_last, b_last = a + length - 1, b + length - 1
        if (
            self.taken_a.find(1, a, a_last + 1) < 0
            and self.taken_b.find(1, b, b_last + 1) < 0
            and self.sections_a[a] == self.sections_a[a_last]
            and self.sections_b[b] == self.sections_b[b_last]
        ):
            return [block]
        parts: list[Block] = []
        start = 0
        for k in range(length + 1):
            i, j = a + k, b + k
            if k == length or self.taken_a[i] or self.taken_b[j]:
                if k > start:
                    parts.append((a + start, b + start, k - start))
                start = k + 1
            elif k > start and (
                self.sections_a[i] != self.sections_a[i - 1]
                or self.sections_b[j] != self.sections_b[j - 1]
            ):
                parts.append((a + start, b + start, k - start))
                start = k
        return parts

    def _run(self, piece: list[Block], *, extend: bool = True) -> Run:
        a_start, b_start, _ = piece[0]
        a_end, b_end, length = piece[-1]
        a_end, b_end = a_end + length, b_end + length
        equal = float(sum(length for _, _, length in piece))
        bits = sum(self.worth[a + length] - self.worth[a] for a, _, length in piece)
        for (a, b, length), (next_a, next_b, _) in pairwise(piece):
            gap_equal, gap_bits = self._gap(a + length, next_a, b + length, next_b)
            equal += gap_equal
            bits += gap_bits
        if extend:
            # Words that were misread count in part.
            misread = equal != int(equal)
            more_a, more_b, more_equal, more_bits = self._beyond(a_end, b_end, 1, misread)
            a_end, b_end, equal, bits = (
                a_end + more_a,
                b_end + more_b,
                equal + more_equal,
                bits + more_bits,
            )
            more_a, more_b, more_equal, more_bits = self._beyond(
                a_start - 1, b_start - 1, -1, misread
            )
            a_start, b_start = a_start - more_a, b_start - more_b
            equal, bits = equal + more_equal, bits + more_bits
        self.taken_a[a_start:a_end] = b"\x01" * (a_end - a_start)
        self.taken_b[b_start:b_end] = b"\x01" * (b_end - b_start)
        return Run(a_start, a_end, b_start, b_end, equal, bits)

    def _gap(self, a_start: int, a_end: int, b_start: int, b_end: int) -> tuple[float, float]:
        """Return how many words agree between two blocks, and their bits."""
        if a_start >= a_end or b_start >= b_end:
            return 0.0, 0.0
        equal = bits = 0.0
        a, b = self._a.spelt(a_start, a_end), self._b.spelt(b_start, b_end)
        for tag, i1, i2, j1, j2 in differences(a, b):
            if tag == "equal":
                equal += i2 - i1
                bits += self.worth[a_start + i2] - self.worth[a_start + i1]
            elif tag == "replace":
                share = likeness(a[i1:i2], b[j1:j2])
                equal += share * (i2 - i1 + j2 - j1) / 2
                bits += share * (self.worth[a_start + i2] - self.worth[a_start + i1]) / 2
        return equal, bits

    def _beyond(self, i: int, j: int, step: int, misread: bool) -> tuple[int, int, float, float]:
        """Return how far a passage goes on from words i and j: words of a, of b, equal, bits.

        Where no word of it was `misread`, none is looked for where it ends.
        """
        best = (0, 0, 0.0, 0.0)
        done_a = done_b = 0
        equal = bits = score = best_score = 0.0
        section_a = _stretch(self.sections_a, i - step)
        section_b = _stretch(self.sections_b, j - step)
        while True:
            window_a = _window(self._a, self.taken_a, section_a, i + done_a * step, step)
            window_b = _window(self._b, self.taken_b, section_b, j + done_b * step, step)
            if not window_a or not window_b:
                return best
            before = best
            for tag, i1, i2, j1, j2 in differences(window_a, window_b):
                share = 1.0 if tag == "equal" else 0.0
                if tag == "replace":
                    share = likeness(window_a[i1:i2], window_b[j1:j2])
                if share:
                    said = self._said(i, done_a + i1, done_a + i2, step) * share
                    if tag == "replace":
                        said /= 2
                    score += said
                    bits += said
                    equal += share * (i2 - i1 + j2 - j1) / 2
                    if score > best_score:
                        best_score = score
                        best = (done_a + i2, done_b + j2, equal, bits)
                else:
                    score -= gap_cost(i2 - i1, j2 - j1)
                if score < best_score - DROP:
                    break
            if best == before:
                if not misread and best[2] == int(best[2]):
                    return best
                bits_a = self.bits[i + done_a * step :: step][: len(window_a)].tolist()
                further = self._misread(window_a, window_b, bits_a)
                if not further[0]:
                    return best
                best = (
                    before[0] + further[0],
                    before[1] + further[1],
                    before[2] + further[2],
                    before[3] + further[3],
                )
                best_score += further[3]
            # Go on from the last word that agreed, with its score.
            done_a, done_b, equal, bits = best
            score = best_score

    def _said(self, i: int, start: int, end: int, step: int) -> float:
        """Return the bits of the words of a that lie so many steps from word i."""
        if step > 0:
            return self.worth[i + end] - self.worth[i + start]
        return self.worth[i - start + 1] - self.worth[i - end + 1]

    def _misread(
        self, a: Sequence[str], b: Sequence[str], bits: Sequence[float]
    ) -> tuple[int, int, float, float]:
        """Return how far two runs of words go on together, taking like words for equal.

        `bits` is what each word of `a` says.

        For scanned text, whose few intact words are often common ones and lead a search for equal
        words astray. Costs more, so it is tried only where that search ends.
        """
        cells = _alike(a, b)
        if _misread_at_most(bits, cells) < LEAST_MISREAD - ROUNDING:
            return 0, 0, 0.0, 0.0
        alike = {(i, j): share for i, j, share in cells}
        rows = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
        agreed = [[(0.0, 0.0)] * (len(b) + 1) for _ in range(len(a) + 1)]
        best, best_at = LEAST_MISREAD, (0, 0)
        for i in range(len(a) + 1):
            for j in range(max(0, i - BAND), min(len(b), i + BAND) + 1):
                if not i and not j:
                    continue
                score, equal = -1e9, (0.0, 0.0)
                if i and j <= i - 1 + BAND:
                    score, equal = rows[i - 1][j] - GAP_COST - SHIFT_COST, agreed[i - 1][j]
                if j and i <= j - 1 + BAND:
                    value = rows[i][j - 1] - GAP_COST - SHIFT_COST
                    if value > score:
                        score, equal = value, agreed[i][j - 1]
                if i and j:
                    share = alike.get((i - 1, j - 1), 0.0)
                    said = bits[i - 1] * share
                    value = rows[i - 1][j - 1] + (said if share else -GAP_COST)
                    if value > score:
                        before = agreed[i - 1][j - 1]
                        score, equal = value, (before[0] + share, before[1] + said)
                    if share and score > best:
                        best, best_at = score, (i, j)
                rows[i][j], agreed[i][j] = score, equal
        i, j = best_at
        return i, j, *agreed[i][j]


MANY_ALIKE = 30
"""Pairs of like words from which a look at every cell between two runs of words costs no more than
a look at these pairs alone."""


def _misread_at_most(bits: Sequence[float], cells: Sequence[tuple[int, int, float]]) -> float:
    """Return the most bits that words read as their like can add, less the words between."""
    said = [bits[i] * share for i, _, share in cells]
    if sum(said) < LEAST_MISREAD - ROUNDING or len(cells) > MANY_ALIKE:
        return sum(said)
    most = 0.0
    before: list[tuple[int, int, float]] = [(-1, -1, 0.0)]
    for (i, j, _), gain in zip(cells, said, strict=True):
        score = gain + max(
            value - gap_cost(i - other_i - 1, j - other_j - 1)
            for other_i, other_j, value in before
            if other_i < i and other_j < j
        )
        before.append((i, j, score))
        most = max(most, score)
    return most


def _stretch(sections: Sequence[int], k: int) -> tuple[int, int]:
    """Return the words, from and up to, that stand in one section with word k."""
    section = sections[k]
    if section == sections[0] and section == sections[-1]:
        return 0, len(sections)
    return bisect_left(sections, section), bisect_right(sections, section)


def _window(
    words: Words, taken: bytearray, section: tuple[int, int], k: int, step: int
) -> list[str]:
    """Return the free words of a section from word k on, or back from it in turned order."""
    if step > 0:
        end = min(k + EXTENSION, section[1])
        first_taken = taken.find(1, k, end)
        return words.spelt(k, end if first_taken < 0 else first_taken)
    start = max(k + 1 - EXTENSION, section[0])
    if k < start:
        return []
    last_taken = taken.rfind(1, start, k + 1)
    return words.spelt(max(start, last_taken + 1), k + 1)[::-1]


def _alike(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, float]]:
    """Return the words of two runs that are like each other and in about the same place.

    As (number in a, number in b, how alike), in the order of a.
    """
    shapes = list(map(_shape, b))
    found: list[tuple[int, int, float]] = []
    for i, word in enumerate(a):
        letters, may_lack = _shape(word)
        first = max(0, i - BAND)
        for j, (others, others_may) in enumerate(shapes[first : i + BAND + 1], first):
            if (letters ^ others).bit_count() * 10 <= may_lack + others_may:
                share = Indel.normalized_similarity(word, b[j])
                if share >= ALIKE:
                    found.append((i, j, share))
    return found


@lru_cache(maxsize=1 << 14)
def _shape(word: str) -> tuple[int, int]:
    """Return which kinds of letters (of 64) are in a word, and ten times how many it may lack.

    Each kind that one of two words lacks is a difference; of their letters together 3 in 10 may
    differ where they are `ALIKE`.
    """
    letters = 0
    for letter in set(word):
        letters |= 1 << (ord(letter) & 63)
    return letters, 3 * len(word)


def differences(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return the word operations that turn a into b: equal, replace, delete, insert."""
    if not a and not b:
        return []
    if a and b and set(a).isdisjoint(b):
        return [("replace", 0, len(a), 0, len(b))]
    found: list[tuple[str, int, int, int, int]] = []
    i = j = 0
    for block in Indel.editops(a, b).as_matching_blocks():
        i1, j1, size = block.a, block.b, block.size
        if i < i1 or j < j1:
            tag = "insert" if i == i1 else "delete" if j == j1 else "replace"
            found.append((tag, i, i1, j, j1))
        i, j = i1 + size, j1 + size
        if size:
            found.append(("equal", i1, i, j1, j))
    return found


def likeness(a: Sequence[str], b: Sequence[str]) -> float:
    """Return how alike the letters of two short runs of words are, 0 where they are other words.

    Joined, since scanning splits and joins words as often as it misreads them.
    """
    alike = Indel.normalized_similarity("".join(a), "".join(b))
    return float(alike) if alike >= ALIKE else 0.0


def _joined(runs: list[Run], pair: _Pair) -> list[Run]:
    """Join passages that follow each other in both texts with next to nothing between."""
    joined: list[Run] = []
    for run in runs:
        if joined:
            last = joined[-1]
            gap_a, gap_b = run.a_start - last.a_end, run.b_start - last.b_end
            if (
                0 <= gap_b <= NEAR
                and gap_a <= NEAR
                and pair.sections_a[last.a_end - 1] == pair.sections_a[run.a_start]
                and pair.sections_b[last.b_end - 1] == pair.sections_b[run.b_start]
                and pair.taken_b.find(1, last.b_end, run.b_start) < 0
            ):
                equal, bits = pair._gap(last.a_end, run.a_start, last.b_end, run.b_start)
                joined[-1] = Run(
                    last.a_start,
                    run.a_end,
                    last.b_start,
                    run.b_end,
                    last.equal + run.equal + equal,
                    last.bits + run.bits + bits,
                )
                continue
        joined.append(run)
    return joined


NEAR = 4
"""Words on either side across which two passages in a row are one."""
