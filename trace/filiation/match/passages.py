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

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2
from typing import NamedTuple

from rapidfuzz.distance import Indel

from filiation.match.words import Words

__all__ = ["Block", "Run", "chains", "equal_blocks", "shared_runs"]

SEED_WORDS = 3
"""Words in a seed. With 40 % of words changed 22 % of trigrams survive, of 4-grams 13 %."""
SEED_CHARACTERS = 5
"""Characters in a seed where words are not separated by spaces."""
REPEATS = 64
"""Pairs of places tried for one seed; a seed with more is paired by rank only."""
MOST_BLOCKS = 60_000
"""Blocks chained for one pair; where there are more, the longest are kept."""
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


class Block(NamedTuple):
    """A run of words equal in both texts."""

    a: int
    b: int
    length: int


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
    if not a.folded or not b.folded:
        return []
    return _Pair(a, b).runs()


def information(a: Sequence[str], b: Sequence[str]) -> dict[str, float]:
    """Return how many bits each word says: few where short or frequent in these texts.

    A word's probability is its share of both texts together, smoothed by `_PRIOR` words of a
    language in which a word of n letters has probability 2 ** -(1 + 1.4 n), at least 2 ** -12.
    """
    counts = Counter(a)
    counts.update(b)
    total = len(a) + len(b) + _PRIOR
    return {
        word: -log2((count + _PRIOR * 2 ** -min(12.0, 1 + 1.4 * len(word))) / total)
        for word, count in counts.items()
    }


_PRIOR = 300


def equal_blocks(a: Sequence[str], b: Sequence[str], size: int) -> list[Block]:
    """Return the maximal runs of equal words that hold a shared seed of `size` words."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j, gram in enumerate(_grams(b, size)):
        places[gram].append(j)
    shared: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, gram in enumerate(_grams(a, size)):
        if gram in places:
            shared[gram].append(i)
    hits: list[tuple[int, int]] = []
    for gram, rows in shared.items():
        hits.extend(_pairs(rows, places[gram]))
    blocks = _merge(hits, size)
    blocks.extend(_singular(a, b))
    if len(blocks) > MOST_BLOCKS:
        blocks = sorted(blocks, key=lambda block: (-block.length, block))[:MOST_BLOCKS]
    return sorted(set(blocks))


def _grams(words: Sequence[str], size: int) -> "zip[tuple[str, ...]]":
    return zip(*(words[k:] for k in range(size)), strict=False)


def _pairs(rows: list[int], columns: list[int]) -> list[tuple[int, int]]:
    if len(rows) * len(columns) <= REPEATS:
        return [(i, j) for i in rows for j in columns]
    by_rank = set(zip(rows, columns, strict=False))
    by_rank.update(zip(reversed(rows), reversed(columns), strict=False))
    return list(by_rank)


def _merge(hits: list[tuple[int, int]], size: int) -> list[Block]:
    """Join hits that continue each other on one diagonal."""
    hits.sort(key=lambda hit: (hit[0] - hit[1], hit[0]))
    blocks: list[Block] = []
    i = 0
    while i < len(hits):
        row, column = hits[i]
        end = row + size
        i += 1
        while i < len(hits) and hits[i][0] - hits[i][1] == row - column and hits[i][0] <= end:
            end = hits[i][0] + size
            i += 1
        blocks.append(Block(row, column, end - row))
    return blocks


def _singular(a: Sequence[str], b: Sequence[str]) -> list[Block]:
    """Return a block for every word that each text has exactly once."""
    once_a = _once(a)
    once_b = _once(b)
    return [Block(i, once_b[w], 1) for w, i in once_a.items() if len(w) > 2 and w in once_b]


def _once(words: Sequence[str]) -> dict[str, int]:
    counts = Counter(words)
    return {word: i for i, word in enumerate(words) if counts[word] == 1}


def chains(blocks: Sequence[Block], worth: Sequence[float]) -> list[list[Block]]:
    """Return disjoint chains of blocks, best first.

    `blocks` are sorted; `worth[i]` is the information of all words of `a` before word i.
    """
    best: list[float] = []
    before: list[int] = []
    floor = 0
    for n, block in enumerate(blocks):
        full = worth[block.a + block.length] - worth[block.a]
        best_score, best_from = full, -1
        floor = max(floor, n - LOOK_BACK)
        for m in range(n - 1, floor - 1, -1):
            earlier = blocks[m]
            if earlier.b >= block.b or earlier.a >= block.a:
                continue
            gap_a = block.a - earlier.a - earlier.length
            gap_b = block.b - earlier.b - earlier.length
            if gap_a > LONGEST_GAP or gap_b > LONGEST_GAP:
                continue
            overlap = max(0, -gap_a, -gap_b)
            if overlap >= block.length:
                continue
            gain = worth[block.a + block.length] - worth[block.a + overlap]
            score = best[m] + gain - gap_cost(gap_a + overlap, gap_b + overlap)
            if score > best_score:
                best_score, best_from = score, m
        best.append(best_score)
        before.append(best_from)
    return _traced(blocks, best, before)


def gap_cost(gap_a: int, gap_b: int) -> float:
    """Return the bits a chain pays for skipping so many words in either text."""
    return GAP_COST * max(gap_a, gap_b) + SHIFT_COST * abs(gap_a - gap_b)


def _traced(
    blocks: Sequence[Block], best: Sequence[float], before: Sequence[int]
) -> list[list[Block]]:
    used = bytearray(len(blocks))
    found: list[list[Block]] = []
    for last in sorted(range(len(blocks)), key=lambda n: (-best[n], n)):
        chain: list[Block] = []
        n = last
        while n >= 0 and not used[n]:
            used[n] = 1
            chain.append(blocks[n])
            n = before[n]
        if chain:
            chain.reverse()
            found.append(chain)
    return found


class _Pair:
    """Two texts on their way to passages; remembers which words are taken."""

    def __init__(self, a: Words, b: Words) -> None:
        self.a = a.folded
        self.b = b.folded
        self.sections_a = a.sections
        self.sections_b = b.sections
        self.quoted_a = a.quoted
        self.quoted_b = b.quoted
        characters = a.unspaced and b.unspaced
        self.size = SEED_CHARACTERS if characters else SEED_WORDS
        self.least_words = LEAST_CHARACTERS if characters else LEAST_WORDS
        self.bits = information(self.a, self.b)
        self.worth = [0.0]
        for word in self.a:
            self.worth.append(self.worth[-1] + self.bits[word])
        self.taken_a = bytearray(len(self.a))
        self.taken_b = bytearray(len(self.b))

    def runs(self) -> list[Run]:
        if self.a == self.b and self.sections_a == self.sections_b:
            pieces = self._pieces([Block(0, 0, len(self.a))])
            return sorted(
                (self._run(piece, extend=False) for piece in pieces),
                key=lambda run: run.a_start,
            )
        found: list[Run] = []
        for chain in chains(equal_blocks(self.a, self.b, self.size), self.worth):
            pieces = self._pieces(chain)
            whole = self._whole(pieces)
            for piece in pieces:
                if whole or self._enough(piece):
                    found.append(self._run(piece, extend=not whole))
        runs = _joined(sorted(found, key=lambda run: run.a_start), self)
        return [
            replace(run, quoted=self._quoted(run))
            for run in runs
            if run.similarity >= (LEAST_ALIKE if run.bits < SURELY else LONG_ALIKE)
        ]

    def _quoted(self, run: Run) -> float:
        return max(
            sum(self.quoted_a[run.a_start : run.a_end]) / (run.a_end - run.a_start),
            sum(self.quoted_b[run.b_start : run.b_end]) / (run.b_end - run.b_start),
        )

    def _whole(self, pieces: list[list[Block]]) -> bool:
        """Whether a chain is enough as a whole, though runs set aside cut it into small pieces."""
        if len(pieces) < 2 or not (self.sections_a[-1] or self.sections_b[-1]):
            return False
        words = sum(block.length for piece in pieces for block in piece)
        return words >= self.least_words and sum(map(self._score, pieces)) >= 1.5 * LEAST_BITS

    def _enough(self, piece: list[Block]) -> bool:
        words = sum(block.length for block in piece)
        if words < 2:
            return False
        return self._score(piece) >= LEAST_BITS and words >= self.least_words

    def _score(self, piece: list[Block]) -> float:
        gain = sum(self.worth[x.a + x.length] - self.worth[x.a] for x in piece)
        return gain - sum(
            gap_cost(y.a - x.a - x.length, y.b - x.b - x.length) for x, y in pairwise(piece)
        )

    def _pieces(self, chain: list[Block]) -> list[list[Block]]:
        """Cut a chain where words are taken or a text's section ends; drop what overlaps."""
        pieces: list[list[Block]] = []
        piece: list[Block] = []
        for block in chain:
            for part in self._free(block):
                if piece:
                    last = piece[-1]
                    overlap = max(0, last.a + last.length - part.a, last.b + last.length - part.b)
                    if overlap >= part.length:
                        continue
                    part = Block(part.a + overlap, part.b + overlap, part.length - overlap)
                    if not self._adjoins(last, part):
                        pieces.append(piece)
                        piece = []
                piece.append(part)
        if piece:
            pieces.append(piece)
        return pieces

    def _adjoins(self, last: Block, part: Block) -> bool:
        a_end, b_end = last.a + last.length, last.b + last.length
        return (
            1 not in self.taken_a[a_end : part.a]
            and 1 not in self.taken_b[b_end : part.b]
            and self.sections_a[a_end - 1] == self.sections_a[part.a]
            and self.sections_b[b_end - 1] == self.sections_b[part.b]
        )

    def _free(self, block: Block) -> list[Block]:
        parts: list[Block] = []
        start = 0
        for k in range(block.length + 1):
            i, j = block.a + k, block.b + k
            ends = k == block.length
            if ends or self.taken_a[i] or self.taken_b[j]:
                if k > start:
                    parts.append(Block(block.a + start, block.b + start, k - start))
                start = k + 1
            elif k > start and (
                self.sections_a[i] != self.sections_a[i - 1]
                or self.sections_b[j] != self.sections_b[j - 1]
            ):
                parts.append(Block(block.a + start, block.b + start, k - start))
                start = k
        return parts

    def _run(self, piece: list[Block], *, extend: bool = True) -> Run:
        first, last = piece[0], piece[-1]
        a_start, b_start = first.a, first.b
        a_end, b_end = last.a + last.length, last.b + last.length
        equal = float(sum(block.length for block in piece))
        bits = sum(self.worth[x.a + x.length] - self.worth[x.a] for x in piece)
        for x, y in pairwise(piece):
            gap_equal, gap_bits = self._gap(x.a + x.length, y.a, x.b + x.length, y.b)
            equal += gap_equal
            bits += gap_bits
        if extend:
            more_a, more_b, more_equal, more_bits = self._beyond(a_end, b_end, 1)
            a_end, b_end, equal, bits = (
                a_end + more_a,
                b_end + more_b,
                equal + more_equal,
                bits + more_bits,
            )
            more_a, more_b, more_equal, more_bits = self._beyond(a_start - 1, b_start - 1, -1)
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
        for tag, i1, i2, j1, j2 in differences(self.a[a_start:a_end], self.b[b_start:b_end]):
            if tag == "equal":
                equal += i2 - i1
                bits += self.worth[a_start + i2] - self.worth[a_start + i1]
            elif tag == "replace":
                share = likeness(
                    self.a[a_start + i1 : a_start + i2], self.b[b_start + j1 : b_start + j2]
                )
                equal += share * (i2 - i1 + j2 - j1) / 2
                bits += share * (self.worth[a_start + i2] - self.worth[a_start + i1]) / 2
        return equal, bits

    def _beyond(self, i: int, j: int, step: int) -> tuple[int, int, float, float]:
        """Return how far a passage goes on from words i and j: words of a, of b, equal, bits."""
        best = (0, 0, 0.0, 0.0)
        done_a = done_b = 0
        equal = bits = score = best_score = 0.0
        while True:
            window_a = self._window(
                self.a, self.taken_a, self.sections_a, i + done_a * step, i - step, step
            )
            window_b = self._window(
                self.b, self.taken_b, self.sections_b, j + done_b * step, j - step, step
            )
            if not window_a or not window_b:
                return best
            before = best
            for tag, i1, i2, j1, j2 in differences(window_a, window_b):
                share = 1.0 if tag == "equal" else 0.0
                if tag == "replace":
                    share = likeness(window_a[i1:i2], window_b[j1:j2])
                said = sum(self.bits[word] for word in window_a[i1:i2]) * share
                if tag == "replace":
                    said /= 2
                score += said if share else -gap_cost(i2 - i1, j2 - j1)
                bits += said
                equal += share * (i2 - i1 + j2 - j1) / 2
                if score > best_score and share:
                    best_score = score
                    best = (done_a + i2, done_b + j2, equal, bits)
                if score < best_score - DROP:
                    break
            if best == before:
                further = self._misread(window_a, window_b)
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

    def _misread(self, a: Sequence[str], b: Sequence[str]) -> tuple[int, int, float, float]:
        """Return how far two runs of words go on together, taking like words for equal.

        For scanned text, whose few intact words are often common ones and lead a search for equal
        words astray. Costs more, so it is tried only where that search ends.
        """
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
                    alike = likeness(a[i - 1 : i], b[j - 1 : j])
                    said = self.bits[a[i - 1]] * alike
                    value = rows[i - 1][j - 1] + (said if alike else -GAP_COST)
                    if value > score:
                        before = agreed[i - 1][j - 1]
                        score, equal = value, (before[0] + alike, before[1] + said)
                    if alike and score > best:
                        best, best_at = score, (i, j)
                rows[i][j], agreed[i][j] = score, equal
        i, j = best_at
        return i, j, *agreed[i][j]

    @staticmethod
    def _window(
        words: Sequence[str],
        taken: bytearray,
        sections: Sequence[int],
        start: int,
        origin: int,
        step: int,
    ) -> list[str]:
        window: list[str] = []
        k = start
        while (
            0 <= k < len(words)
            and len(window) < EXTENSION
            and not taken[k]
            and sections[k] == sections[origin]
        ):
            window.append(words[k])
            k += step
        return window


def differences(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return the word operations that turn a into b: equal, replace, delete, insert."""
    found: list[tuple[str, int, int, int, int]] = []
    for op in Indel.opcodes(a, b):
        row = (op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end)
        if found and found[-1][0] != "equal" and row[0] != "equal":
            _, i1, _, j1, _ = found[-1]
            row = ("", i1, row[2], j1, row[4])
            found.pop()
        if row[0] != "equal":
            tag = "insert" if row[1] == row[2] else "delete" if row[3] == row[4] else "replace"
            row = (tag, *row[1:])
        found.append(row)
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
                and 1 not in pair.taken_b[last.b_end : run.b_start]
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
