"""Which sentences of two texts in different languages are each other's translation.

Theory of operation
-------------------
Two reports of one event share names and numbers; a translation shares them *in order*. Sentences are
aligned by local dynamic programming over beads of 1-1, 1-2 and 2-1 sentences (Gale & Church 1993). A bead earns the bits of the signs on both its sides (a sign standing in c of m sentences says
log2(1 + m/c) about where it belongs) and what its lengths say, and pays for the sentences it skips.
Several chains are taken, so moved paragraphs are found. The same is done with one text turned end
to end: what it then still earns is what chance and topic alone give.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log, log2, sqrt

from filiation.match.sentences import Sentence, sentences
from filiation.match.signs import Form, Sign, heard_alike, pairs_alike, signs
from filiation.values import Passage, Span

__all__ = ["Alignment", "Bead", "Side", "align", "aligned_passages", "side"]

LENGTH_VARIANCE = 6.8
"""Gale & Church 1993, table 4: variance of the length difference per letter."""
LENGTH_WEIGHT = 0.8
"""Share of the bits of lengths that counts. With 0.5, and `BASE` 0.6 and `LEAST_CHAIN` 7, AUC over 1,140
translations into 19 languages was 0.987 against reports of one story, with these 0.996."""
LENGTH_WORST = 4.0
"""Bits a bead loses at most for its lengths."""
TWO_COST = 1.5
"""Bits that two sentences for one cost: log2(0.89 / 0.0445) of Gale & Church, about a third, since
our sentences are cut by rule and over-cut at abbreviations."""
BASE = 0.5
"""Bits a bead costs on top, so that sentences without a sign in common do not carry a chain on."""
SKIP = 1.3
"""Bits paid for a sentence that has no counterpart."""
LEAST_CHAIN = 4.0
"""Bits of a chain that is kept; what is chance among them is for the score to tell."""
MOST_CHAINS = 6
LENGTH_APART = 0.4
"""Natural logarithm by which lengths of two aligned sentences differ where they say nothing: of true
translations the standard deviation is half of it."""
COMMON_NOUN = 0.55
"""Weight of a sign not written as a name."""
DIGITS = (0.3, 0.6, 0.9, 1.0)
"""Weight of a number of one, two, three, four and more digits."""


@dataclass(frozen=True, slots=True)
class Side:
    """One text, ready to be aligned with texts of other languages."""

    sentences: list[Sentence]
    signs: list[Sign]
    places: dict[Form, list[int]]
    """Sentences in which each form stands."""
    names: dict[Form, float]
    """How much each form says by what it is: a name, a number, a common word."""
    letters: int


@dataclass(frozen=True, slots=True)
class Bead:
    """Sentences aligned with each other, as half-open ranges of their numbers."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    bits: float
    signs: float
    """Bits of the shared signs alone."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How well two texts align as translations."""

    a: Side
    b: Side
    beads: tuple[Bead, ...]
    bits: float
    """Of all chains kept."""
    by_chance: float
    """Bits of the best chains with one text turned end to end."""
    shared_a: float
    """Share of the weight of a's signs that have a counterpart anywhere in b."""
    shared_b: float
    increasing: float
    """Longest increasing run of counterparts, above chance: (length - 2 sqrt n) / sqrt n."""
    counterparts: int
    """Signs with one clear counterpart."""
    possible_a: Sequence[float]
    """For each sentence of a, the bits its signs would earn, were each counterpart in place."""
    possible_b: Sequence[float]
    in_place: float
    """Of the bits that counterparts of the aligned sentences' signs could earn, the share they do."""
    adjacent: float
    """Share of beads that the next one follows without a sentence between them, in both texts."""
    lengths: float
    """How evenly the beads' lengths correspond, above what other pairings of them would give."""
    numbers: int
    """Numbers of two digits and more in aligned sentences that stand on both sides."""
    numbers_amiss: int
    """Those that stand on one side only."""
    names: float
    """Of the words written as names in aligned sentences, the share that stands on both sides; half
    where neither script has capitals, or there are none."""

    @property
    def coverage(self) -> tuple[float, float]:
        """Share of the letters of either text that lie in aligned sentences."""
        a, b = self.a.sentences, self.b.sentences
        inside_a = sum(s.letters for bead in self.beads for s in a[bead.a_start : bead.a_end])
        inside_b = sum(s.letters for bead in self.beads for s in b[bead.b_start : bead.b_end])
        return inside_a / max(1, self.a.letters), inside_b / max(1, self.b.letters)


def side(text: str, aside: Iterable[Span] = ()) -> Side:
    """Return a text ready to be aligned across languages."""
    aside = tuple(aside)
    cut = sentences(text, aside)
    starts = [sentence.start for sentence in cut]
    places: dict[Form, list[int]] = defaultdict(list)
    names: dict[Form, float] = {}
    found = signs(text, aside)
    for sign in found:
        n = max(0, bisect_right(starts, sign.start) - 1)
        if not cut:
            break
        if not places[sign.form] or places[sign.form][-1] != n:
            places[sign.form].append(n)
        names[sign.form] = max(names.get(sign.form, 0.0), _saying(sign))
    return Side(cut, found, dict(places), names, sum(s.letters for s in cut))


def _saying(sign: Sign) -> float:
    latin = sign.form.latin
    if latin[0] == "#":
        digits = sum(c.isdigit() for c in latin)
        return DIGITS[min(digits, len(DIGITS)) - 1]
    return (1.0 if sign.name else COMMON_NOUN) * min(1.0, 0.4 + len(latin) / 10)


def align(a: Side, b: Side) -> Alignment:
    """Align two texts of different languages."""
    alike = _alike(a, b)
    cells, possible_a, possible_b = _cells(a, b, alike)
    shape = (len(a.sentences), len(b.sentences))
    lengths_a = _sums([s.letters for s in a.sentences])
    lengths_b = _sums([s.letters for s in b.sentences])
    beads, bits = _beads(_table(cells, shape), shape, lengths_a, lengths_b)
    turned = {(i, shape[1] - 1 - j): w for (i, j), w in cells.items()}
    lengths_turned = _sums([s.letters for s in reversed(b.sentences)])
    _, by_chance = _beads(_table(turned, shape), shape, lengths_a, lengths_turned)
    positions = _counterparts(a, b, alike)
    adjacent = sum(
        one.a_end == other.a_start and one.b_end == other.b_start for one, other in pairwise(beads)
    )
    kept = _kept(a, b, alike, beads)
    return Alignment(
        a,
        b,
        tuple(beads),
        bits,
        by_chance,
        _shared(a, {form: max(v.values()) for form, v in alike.items()}),
        _shared(b, _best_of_b(alike)),
        _increasing(positions),
        len(positions),
        possible_a,
        possible_b,
        _in_place(beads, possible_a, possible_b),
        adjacent / max(1, len(beads) - 1),
        _even(a, b, beads),
        *kept,
    )


def _even(a: Side, b: Side, beads: Sequence[Bead]) -> float:
    """Return how evenly lengths correspond, whatever factor lies between the two languages.

    Sentences that are all of one length correspond in any order, which says nothing: what the same
    lengths give when they are paired otherwise is taken off.
    """
    if not beads:
        return 0.0
    sizes = [
        (
            sum(s.letters for s in a.sentences[bead.a_start : bead.a_end]),
            sum(s.letters for s in b.sentences[bead.b_start : bead.b_end]),
        )
        for bead in beads
    ]
    factor = log(sum(y for _, y in sizes) / sum(x for x, _ in sizes))
    turns = {len(sizes) * k // 4 for k in (1, 2, 3)} - {0}
    by_chance = [
        _evenness(
            [(x, sizes[(n + turn) % len(sizes)][1]) for n, (x, _) in enumerate(sizes)], factor
        )
        for turn in turns
    ]
    return _evenness(sizes, factor) - (sum(by_chance) / len(turns) if turns else 1.0)


def _evenness(sizes: Sequence[tuple[int, int]], factor: float) -> float:
    each = (max(-1.0, 1 - ((log(y / x) - factor) / LENGTH_APART) ** 2) for x, y in sizes)
    return sum(each) / len(sizes)


def _kept(
    a: Side, b: Side, alike: dict[Form, dict[Form, float]], beads: Sequence[Bead]
) -> tuple[int, int, float]:
    """Return the numbers in beads that both sides have, those that one has, the share of names."""
    in_a = {i: n for n, bead in enumerate(beads) for i in range(bead.a_start, bead.a_end)}
    in_b = {j: n for n, bead in enumerate(beads) for j in range(bead.b_start, bead.b_end)}
    back: dict[Form, list[Form]] = defaultdict(list)
    for form, others in alike.items():
        for other in others:
            back[other].append(form)
    both = one_only = 0
    names = names_kept = 0.0
    for this, where, that, there, known in (
        (a, in_a, b, in_b, alike),
        (b, in_b, a, in_a, back),
    ):
        for form, places in this.places.items():
            number = form.latin[0] == "#"
            said = this.names[form]
            if (number and len(form.latin) < 3) or not (
                number or (form.cased and said > COMMON_NOUN)
            ):
                continue
            mine = {where[i] for i in places if i in where}
            if not mine:
                continue
            theirs = {there[j] for o in known.get(form, ()) for j in that.places[o] if j in there}
            hits = len(mine & theirs)
            if number:
                both += hits
                one_only += len(mine) - hits
            else:
                names += said * len(mine)
                names_kept += said * hits
    return both, one_only, names_kept / names if names else 0.5


def _alike(a: Side, b: Side) -> dict[Form, dict[Form, float]]:
    """Return the forms of `b` thought the same as each of `a`."""
    alike = pairs_alike(a.places, b.places)
    if any(form.sound for form in a.places) or any(form.sound for form in b.places):
        for form, others in heard_alike(_named(a), _named(b)).items():
            mine = alike.setdefault(form, {})
            for other, value in others.items():
                mine[other] = max(value, mine.get(other, 0.0))
    return alike


def _named(one: Side) -> list[Form]:
    return [form for form, said in one.names.items() if said > COMMON_NOUN]


def aligned_passages(alignment: Alignment) -> Iterator[Passage]:
    """Yield a passage for every bead, and for what lies between two, in the order of a.

    Its similarity is the share of its signs that stand where they should; half where it has none.
    """
    a, b = alignment.a.sentences, alignment.b.sentences
    for bead in _completed(alignment):
        could = sum(alignment.possible_a[bead.a_start : bead.a_end])
        could += sum(alignment.possible_b[bead.b_start : bead.b_end])
        yield Passage(
            a[bead.a_start].start,
            a[bead.a_end - 1].end,
            b[bead.b_start].start,
            b[bead.b_end - 1].end,
            min(1.0, 2 * bead.signs / could) if could else 0.5,
            a[bead.a_start].paragraph,
            b[bead.b_start].paragraph,
        )


LEAST_MOVED = 2.5
"""Bits of a chain of sentences that nothing else was found for, once two texts are known to be each
other's translation."""
ANCHOR = 1.0
"""Bits of signs of a bead that stays where it is; the others are aligned anew around it."""
LEFT_OUT = 1.9
"""Bits paid for a sentence without counterpart between two neighbouring beads: less than half of what
two sentences of unlike lengths lose, so that they are paired as long as both texts have some."""

_Block = tuple[int, int, int, int]
"""Sentences of a from and to, of b from and to."""


def _completed(alignment: Alignment) -> list[Bead]:
    """Return the beads with what else must belong together, if the two texts are translations.

    First chains of sentences that are left over in both, weaker than those of the alignment: what was
    moved. Then, between neighbouring beads, sentences by their lengths, sign or no sign.
    """
    a, b = alignment.a, alignment.b
    shape = (len(a.sentences), len(b.sentences))
    table = _table(_cells(a, b, _alike(a, b))[0], shape)
    lengths_a = _sums([s.letters for s in a.sentences])
    lengths_b = _sums([s.letters for s in b.sentences])
    free_a, free_b = [True] * shape[0], [True] * shape[1]
    anchors = [bead for bead in alignment.beads if bead.signs >= ANCHOR]
    _take(anchors, free_a, free_b)
    more, _ = _chains(table, shape, (lengths_a, lengths_b), (free_a, free_b), LEAST_MOVED)
    beads = sorted([*anchors, *more], key=lambda bead: bead.a_start)
    if not beads:
        return []
    factor = sum(lengths_b[d.b_end] - lengths_b[d.b_start] for d in beads) / sum(
        lengths_a[d.a_end] - lengths_a[d.a_start] for d in beads
    )
    found: list[Bead] = []
    for run in _runs(beads, shape, free_b):
        found += _between(run, table, lengths_a, lengths_b, factor)
    return found


def _runs(beads: Sequence[Bead], shape: tuple[int, int], free_b: Sequence[bool]) -> list[_Block]:
    """Return the runs of beads that stand in one order, with what lies free before and after each."""
    runs: list[_Block] = []
    for bead in beads:
        if runs and runs[-1][3] <= bead.b_start and all(free_b[runs[-1][3] : bead.b_start]):
            runs[-1] = (runs[-1][0], bead.a_end, runs[-1][2], bead.b_end)
        else:
            runs.append((bead.a_start, bead.a_end, bead.b_start, bead.b_end))
    wider: list[_Block] = []
    for n, (a_start, a_end, b_start, b_end) in enumerate(runs):
        before_a = wider[-1][1] if wider else 0
        before_b = max((run[3] for run in [*runs, *wider] if run[3] <= b_start), default=0)
        if a_start > before_a and b_start > before_b:
            a_start, b_start = before_a, before_b
        after_a = runs[n + 1][0] if n + 1 < len(runs) else shape[0]
        after_b = min((run[2] for run in runs if run[2] >= b_end), default=shape[1])
        if n + 1 == len(runs) and after_a > a_end and after_b > b_end:
            a_end, b_end = after_a, after_b
        wider.append((a_start, a_end, b_start, b_end))
    return wider


def _between(
    gap: _Block,
    cells: list[list[float]],
    lengths_a: Sequence[int],
    lengths_b: Sequence[int],
    factor: float,
) -> list[Bead]:
    """Return the best beads of a run from end to end, with lengths of a times `factor` expected.

    Only what lies near its diagonal is looked at, which is all of it in a run of `BAND` sentences.
    """
    a_start, a_end, b_start, b_end = gap
    rows, columns = a_end - a_start, b_end - b_start
    steps = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    cost = [[inf] * (columns + 1) for _ in range(rows + 1)]
    cost[0][0] = 0.0
    for i in range(rows + 1):
        middle = i * columns // max(1, rows)
        for j in range(max(0, middle - BAND), min(columns, middle + BAND) + 1):
            if not i and not j:
                continue
            least, step = inf, (0, 0)
            for da, db in _STEPS:
                if da > i or db > j:
                    continue
                value = cost[i - da][j - db]
                x, y = a_start + i, b_start + j
                if da and db:
                    one = (lengths_a[x] - lengths_a[x - da]) * factor
                    value += length_cost(one, lengths_b[y] - lengths_b[y - db])
                    value += BASE + TWO_COST * (da + db - 2)
                    value -= _said(cells, (x - da, x, y - db, y))
                else:
                    value += LEFT_OUT
                if value < least:
                    least, step = value, (da, db)
            cost[i][j], steps[i][j] = least, step
    found: list[Bead] = []
    i, j = rows, columns
    while i or j:
        da, db = steps[i][j]
        if da and db:
            block = (a_start + i - da, a_start + i, b_start + j - db, b_start + j)
            found.append(Bead(*block, cost[i - da][j - db] - cost[i][j], _said(cells, block)))
        i, j = i - da, j - db
    return found[::-1]


_STEPS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (1, 0), (0, 1))
BAND = 80
"""Sentences off the diagonal that are looked at."""


def _said(cells: list[list[float]], block: _Block) -> float:
    """Return the bits of the signs that two runs of sentences share."""
    a_start, a_end, b_start, b_end = block
    return sum(sum(row[b_start + 1 : b_end + 1]) for row in cells[a_start + 1 : a_end + 1])


def _take(beads: Iterable[Bead], free_a: list[bool], free_b: list[bool]) -> None:
    for bead in beads:
        free_a[bead.a_start : bead.a_end] = [False] * (bead.a_end - bead.a_start)
        free_b[bead.b_start : bead.b_end] = [False] * (bead.b_end - bead.b_start)


def _in_place(
    beads: Sequence[Bead], possible_a: Sequence[float], possible_b: Sequence[float]
) -> float:
    earned = sum(bead.signs for bead in beads)
    could_a = sum(sum(possible_a[bead.a_start : bead.a_end]) for bead in beads)
    could_b = sum(sum(possible_b[bead.b_start : bead.b_end]) for bead in beads)
    return min(1.0, 2 * earned / (could_a + could_b)) if could_a + could_b else 0.0


def _best_of_b(alike: dict[Form, dict[Form, float]]) -> dict[Form, float]:
    best: dict[Form, float] = {}
    for others in alike.values():
        for other, value in others.items():
            best[other] = max(best.get(other, 0.0), value)
    return best


def _shared(one: Side, found: dict[Form, float]) -> float:
    total = sum(one.names.values())
    return sum(one.names[form] * value for form, value in found.items()) / total if total else 0.0


def _cells(
    a: Side, b: Side, alike: dict[Form, dict[Form, float]]
) -> tuple[dict[tuple[int, int], float], list[float], list[float]]:
    """Return the bits of the signs that sentence i of a shares with sentence j of b.

    And, for each sentence of either, the bits its signs would earn, were each counterpart in place.
    """
    m_a, m_b = len(a.sentences), len(b.sentences)
    cells: dict[tuple[int, int], float] = defaultdict(float)
    possible_a, possible_b = [0.0] * m_a, [0.0] * m_b
    for form, others in alike.items():
        rows = a.places[form]
        best: dict[int, float] = {}
        for other, value in others.items():
            said = value * value * min(a.names[form], b.names[other])
            for j in b.places[other]:
                best[j] = max(best.get(j, 0.0), said)
        if len(rows) * len(best) > MOST_CELLS:
            continue
        where = (log2(1 + m_a / len(rows)) + log2(1 + m_b / len(best))) / 2
        most = max(best.values()) * where
        for i in rows:
            possible_a[i] += most
        for j, said in best.items():
            possible_b[j] += said * where
        for i in rows:
            for j, said in best.items():
                cells[i, j] += said * where
    return cells, possible_a, possible_b


MOST_CELLS = 900
"""Places of one sign, rows times columns; a sign with more stands everywhere and says nothing."""


def _table(cells: dict[tuple[int, int], float], shape: tuple[int, int]) -> list[list[float]]:
    table = [[0.0] * (shape[1] + 1) for _ in range(shape[0] + 1)]
    for (i, j), said in cells.items():
        table[i + 1][j + 1] = said
    return table


def _sums(values: Sequence[int]) -> list[int]:
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums


def _beads(
    cells: list[list[float]],
    shape: tuple[int, int],
    lengths_a: Sequence[int],
    lengths_b: Sequence[int],
) -> tuple[list[Bead], float]:
    """Return the beads of the best chains, and the chains' bits."""
    free = [True] * shape[0], [True] * shape[1]
    return _chains(cells, shape, (lengths_a, lengths_b), free, LEAST_CHAIN)


def _chains(
    cells: list[list[float]],
    shape: tuple[int, int],
    lengths: tuple[Sequence[int], Sequence[int]],
    free: tuple[list[bool], list[bool]],
    least: float,
) -> tuple[list[Bead], float]:
    """Return the beads of the best chains of so many bits among free sentences, and their bits."""
    free_a, free_b = free
    found: list[Bead] = []
    total = 0.0
    for _ in range(MOST_CHAINS):
        chain, bits = _best_chain(cells, shape, *lengths, free_a, free_b)
        if bits < least:
            break
        total += bits
        found += chain
        _take(chain, free_a, free_b)
    return sorted(found, key=lambda bead: bead.a_start), total


def _best_chain(
    cells: list[list[float]],
    shape: tuple[int, int],
    lengths_a: Sequence[int],
    lengths_b: Sequence[int],
    free_a: Sequence[bool],
    free_b: Sequence[bool],
) -> tuple[list[Bead], float]:
    """Return the best chain among sentences that are free, and its bits.

    `cells[i][j]` are the bits of sentences i and j, counted from 1: row and column 0 are a border.
    """
    rows, columns = shape
    width = columns + 1
    score = [[0.0] * width for _ in range(rows + 1)]
    steps: list[list[tuple[int, int]]] = [[(0, 0)] * width for _ in range(rows + 1)]
    best, best_at = 0.0, (0, 0)
    for i in range(1, rows + 1):
        row, above, bits = score[i], score[i - 1], cells[i]
        step_row = steps[i]
        length = lengths_a[i] - lengths_a[i - 1]
        wide = i > 1 and free_a[i - 1] and free_a[i - 2]
        for j in range(1, width):
            top, step = 0.0, (0, 0)
            if above[j] - SKIP > top:
                top, step = above[j] - SKIP, (1, 0)
            if row[j - 1] - SKIP > top:
                top, step = row[j - 1] - SKIP, (0, 1)
            if free_a[i - 1] and free_b[j - 1]:
                other = lengths_b[j] - lengths_b[j - 1]
                value = above[j - 1] + bits[j] - BASE - length_cost(length, other)
                if value > top:
                    top, step = value, (1, 1)
                deep = j > 1 and free_b[j - 2]
                if deep and (said := bits[j] + bits[j - 1]):
                    two = lengths_b[j] - lengths_b[j - 2]
                    value = above[j - 2] + said - TWO_COST - BASE - length_cost(length, two)
                    if value > top:
                        top, step = value, (1, 2)
                if wide and (said := bits[j] + cells[i - 1][j]):
                    two = lengths_a[i] - lengths_a[i - 2]
                    value = score[i - 2][j - 1] + said - TWO_COST - BASE - length_cost(two, other)
                    if value > top:
                        top, step = value, (2, 1)
            row[j] = top
            step_row[j] = step
            if top > best:
                best, best_at = top, (i, j)
    return _traced(cells, score, steps, best_at), best


def length_cost(a: float, b: float) -> float:
    """Return the bits that two lengths in letters speak against being translations.

    Compared with the expectation for sentences picked at random, two like lengths are in favour:
    the cost is then negative.
    """
    cost = (a - b) * (a - b) / (a + b) * _PER_LETTER - LENGTH_WEIGHT
    return min(LENGTH_WORST, cost)


_PER_LETTER = LENGTH_WEIGHT / (LENGTH_VARIANCE * log(2))
"""Bits for a squared difference of lengths over their sum: a distance of (a - b)^2 / (variance * (a + b) / 2),
in units of 2 log 2, of which one is what sentences picked at random are apart."""


def _traced(
    cells: list[list[float]],
    score: list[list[float]],
    steps: list[list[tuple[int, int]]],
    at: tuple[int, int],
) -> list[Bead]:
    i, j = at
    chain: list[Bead] = []
    while steps[i][j] != (0, 0):
        da, db = steps[i][j]
        if da and db:
            said = _said(cells, (i - da, i, j - db, j))
            chain.append(Bead(i - da, i, j - db, j, score[i][j] - score[i - da][j - db], said))
        i, j = i - da, j - db
    chain.reverse()
    return chain


def _counterparts(a: Side, b: Side, alike: dict[Form, dict[Form, float]]) -> list[int]:
    """Return, in the order of a, the places in b of signs that both texts have only once or twice."""
    first_a = _first(a)
    first_b = _first(b)
    taken: set[Form] = set()
    positions: list[tuple[int, int]] = []
    for form in sorted(alike, key=lambda f: first_a[f]):
        if len(a.places[form]) > 2:
            continue
        others = [
            (value * b.names[other], -first_b[other], other)
            for other, value in alike[form].items()
            if len(b.places[other]) <= 2 and other not in taken
        ]
        if not others:
            continue
        other = max(others)[2]
        taken.add(other)
        positions.append((first_a[form], first_b[other]))
    return [j for _, j in positions]


def _first(one: Side) -> dict[Form, int]:
    first: dict[Form, int] = {}
    for n, sign in enumerate(one.signs):
        first.setdefault(sign.form, n)
    return first


def _increasing(positions: Sequence[int]) -> float:
    if not positions:
        return 0.0
    tails: list[int] = []
    for position in positions:
        k = bisect_left(tails, position)
        tails[k : k + 1] = [position]
    n = len(positions)
    return (len(tails) - 2 * sqrt(n)) / sqrt(n)
