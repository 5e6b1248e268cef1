"""What an outlet prints again and again, and which of its matches with itself rest on that.

House phrases are learnt sentence by sentence; calls to subscribe in ever new words, teasers, series
introduced anew, boxes on authors, tables of figures and galleries are not among them, and most of
what two articles of *one* outlet share is of that sort. It is told by who else has it: a passage of
an outlet's own copy stands in the versions of one story and nowhere else; standing text comes back
in articles that have nothing else in common, and month after month.

Theory of operation
-------------------
1. *Stories*: articles of one outlet are of one story where they share half of one of them within a
   week. A page that is nothing but a form shares as much with its like, but month after month.
2. *Witnesses*: of the grams that the passages of a match have on both sides, those of which the
   stored fingerprints of every text keep all: how many other stories of the outlet, and how many
   fortnights, have each is known exactly.
3. *Own stretches*: a stretch of a passage is the pair's own where most of the witnesses in it stand in
   hardly any other story (`stretches`).
4. *Rule*: what is left must be `LEAST_WORDS`, or `MONTHS_APART` where the two are long apart; or
   the two are one long text nearly whole, however often that was printed.

Of two outlets that share little, notes at the end of both pages and lists of names count for nothing
(`asides`), nor does what anybody prints for months, or what several pages end with in other fortnights.

Where a match of two outlets is no more than what the later one's has printed all along, it is no step
from the one to the other (`Sifted.printed_before`).

What the two articles of a match alone tell of its passages comes with it (`traits`). The rest is worked
out in NumPy, for all matches together and in every audit anew: it depends on the other articles, so that
nothing of it is kept.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.audit.corpus import Corpus
from filiation.audit.reuse import LEAST_SCORE
from filiation.audit.stretches import are_witnesses, keyed, own_words
from filiation.audit.threads import meanwhile
from filiation.audit.traits import Traits
from filiation.joined import Joined
from filiation.library import Library
from filiation.match.fingerprints import PLACES, distinct
from filiation.match.words import merged
from filiation.values import Match

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]
    _Holders = tuple[Places, Places]
    """Rows of keys, and the places of articles that have each."""

__all__ = ["Reuse", "Sifted", "sifted"]

SEASON = 5
"""Fortnights in which that was printed, at the most. 429 of 6,789 matches between German outlets have
more; of 22 that were read with more than four 15 are such, and seven are statements quoted for months."""
CLOSES = 2
"""The same of what two pages end with: any two are in two. Of 2,685 matches between American outlets four
more are left out so, all of them notes on how a poll was made; of 6,159 between German ones eight: a law's
words twice, an advert for a book, notes on an artist and on a house, and two that may be reuse."""
VERSIONS = 0.5
"""Share of one article from which two of an outlet are of one story, if they are …"""
STORY_DAYS = 7.0
"""… no more days apart, or one has no date."""
OTHERS = 1
"""Other stories of the outlet, at the most, that have what is a pair's own: a passage of running copy
may come back once. With none a fifth of the matches of 15,000 English articles is left out besides, and
of ten of these that were read seven were reuse."""
FORTNIGHTS = 2
"""Fortnights in which the outlet printed it, at the most: any two articles are in two."""
FORTNIGHT_DAYS = 14.0
DAY = 86_400.0
"""Seconds."""
TABLE = 24
"""Bits of a key that a first look is at: 16 MB, of which a million keys fill a sixteenth."""
LEAST_WORDS = 30
"""Words of its own that a pair must share, those counted that agree. Of 24 pairs that were read with
stretches of 20 to 40 words in all, three quarters of them alike, 10 were reuse; of 26 with 40 to 80, 19."""
APART_DAYS = 30.0
"""Days from which two articles of an outlet are long apart."""
MONTHS_APART = 80
"""Words of its own that such a pair must share: so long after it is introductions, notes on method
and boxes that are printed again. Of 8 pairs read with stretches of 40 to 100 words 2 were reuse."""
BEFORE = 0.8
"""Share of what two outlets share that the later one's has printed before, from which no step is drawn
between them. Where an outlet's matches with itself are left out, its articles hang under another's: of
26,706 articles 18 by new hops that are called uncredited, most of them over an authority's daily
figures that both print; with this rule by nine."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """A match that is reuse by what the two articles share."""

    a: int
    """Place of the earlier one."""
    b: int
    match: Match
    strong: bool
    """Whether the two are versions of one text."""
    traits: Traits


@dataclass(frozen=True, slots=True)
class Sifted:
    """The matches of a library without those that rest on standing text."""

    reuse: list[Reuse]
    """In the order that they were given."""
    printed_before: frozenset[tuple[int, int]]
    """Places of those between two outlets that are no step from the one to the other: what they
    share the later one's outlet had printed before the earlier one was published."""


def sifted(library: Library, corpus: Corpus, found: Sequence[Reuse]) -> Sifted:
    """Return the matches without forms filled in anew, and those that rest on standing text.

    `found` are all matches of the library. Translations are left as they are; and of two outlets'
    all that are no forms. Raises `LibraryError` where the library cannot be read.
    """
    import numpy as np

    outlet = corpus.outlet
    gone = {(pair.a, pair.b) for pair in found if pair.traits.form}
    little = [pair for pair in found if pair.traits.witnesses is not None]
    within = [
        pair
        for pair in found
        if outlet[pair.a] == outlet[pair.b] >= 0
        and pair.match.same_language
        and (pair.a, pair.b) not in gone
    ]
    common = _Common.of(little)
    witnesses = _Witnesses.of(corpus, within)
    by_anybody, by_outlet = _holders(
        library,
        corpus,
        (
            _Asked(common.keys, np.zeros(len(corpus), np.int64)),
            _Asked(witnesses.keys, corpus.outlet.astype(np.int64)),
        ),
    )
    again = common.comes_back(corpus, by_anybody)
    gone.update((pair.a, pair.b) for pair, back in zip(little, again, strict=True) if back)
    own = _rest_on_own(corpus, within, witnesses, by_outlet)
    left_out = [pair for pair, rests in zip(within, own, strict=True) if not rests]
    gone.update((pair.a, pair.b) for pair in left_out)
    kept = [pair for pair in found if (pair.a, pair.b) not in gone]
    return Sifted(kept, _printed_before(corpus, kept, left_out))


@dataclass(frozen=True, slots=True)
class _Common:
    """The witnesses in some texts, of which it is asked whether anybody prints them for months."""

    seasons: "Places"
    """For each text the fortnights in which it may be printed, at the most."""
    keys: "Hashes"
    """Of the witnesses, sorted, each once."""
    which: "Places"
    """For each witness of each text the row of its key."""
    owner: "Places"
    """And the number of its text."""

    @classmethod
    def of(cls, little: Sequence[Reuse]) -> "_Common":
        """Put the witnesses of such pairs in order."""
        import numpy as np

        witnesses = [pair.traits.witnesses or () for pair in little]
        owner = np.repeat(np.arange(len(little)), [len(some) for some in witnesses])
        grams = np.array([gram for some in witnesses for gram in some], np.uint64)
        keys, which = np.unique(keyed(grams, np.zeros(len(grams), np.int64)), return_inverse=True)
        seasons = np.array([CLOSES if pair.traits.closes else SEASON for pair in little], np.int64)
        return cls(seasons, keys, which, owner)

    def comes_back(self, corpus: Corpus, holders: "_Holders") -> list[bool]:
        """Return for each text whether most of it is printed in fortnight after fortnight."""
        import numpy as np

        key, holder = holders
        fortnights = _distinct(key, _fortnights(corpus)[holder], len(self.keys))
        often = fortnights[self.which] > self.seasons[self.owner]
        texts = len(self.seasons)
        again: list[bool] = (
            2 * np.bincount(self.owner, often, minlength=texts)
            > np.bincount(self.owner, minlength=texts)
        ).tolist()
        return again


def _fortnights(corpus: Corpus) -> "Places":
    import numpy as np

    numbers: Places = np.nan_to_num(corpus.time // (FORTNIGHT_DAYS * DAY)).astype(np.int64)
    return numbers


def _printed_before(
    corpus: Corpus, kept: Sequence[Reuse], left_out: Sequence[Reuse]
) -> frozenset[tuple[int, int]]:
    """Return the pairs of two outlets of which the later one repeats its own outlet."""
    earlier: defaultdict[int, list[Reuse]] = defaultdict(list)
    for pair in left_out:
        earlier[pair.b].append(pair)
    time = corpus.time
    found: set[tuple[int, int]] = set()
    for pair in kept:
        if pair.b not in earlier or corpus.outlet[pair.a] == corpus.outlet[pair.b] >= 0:
            continue
        spans = merged(
            (
                (passage.b_start, passage.b_end)
                for before in earlier[pair.b]
                if time[before.a] < time[pair.a]
                for passage in before.match.passages
            ),
            max(passage.b_end for passage in pair.match.passages),
        )
        shared = [(passage.b_start, passage.b_end) for passage in pair.match.passages]
        known = sum(
            max(0, min(end, after) - max(start, first))
            for start, end in shared
            for first, after in spans
        )
        if known >= BEFORE * sum(end - start for start, end in shared):
            found.add((pair.a, pair.b))
    return frozenset(found)


def _rest_on_own(
    corpus: Corpus, pairs: Sequence[Reuse], witnesses: "_Witnesses", holders: "_Holders"
) -> list[bool]:
    """Return for each match within an outlet whether it shares enough of its own."""
    import numpy as np

    passages = [passage for pair in pairs for passage in pair.traits.countable]
    pair_of = np.repeat(np.arange(len(pairs)), [len(pair.traits.countable) for pair in pairs])
    words = own_words(passages, witnesses.own(corpus, pairs, holders))
    a, b = _places(pairs)
    far = np.abs(corpus.time[a] - corpus.time[b]) > APART_DAYS * DAY
    enough = np.bincount(pair_of, words, len(pairs)) >= np.where(far, MONTHS_APART, LEAST_WORDS)
    return [one.traits.whole or own for one, own in zip(pairs, enough.tolist(), strict=True)]


def _places(pairs: Sequence[Reuse]) -> "tuple[Places, Places]":
    import numpy as np

    a, b = [pair.a for pair in pairs], [pair.b for pair in pairs]
    return np.array(a, np.int64), np.array(b, np.int64)


@dataclass(frozen=True, slots=True)
class _Witnesses:
    """The witnesses of passages that pairs of one outlet share, each with that outlet."""

    first: "Places"
    """For each witness the place of its pair's earlier article, …"""
    second: "Places"
    """… and of its later one."""
    keys: "Hashes"
    """Sorted, each once."""
    which: "Places"
    """For each witness the row of its key."""

    @classmethod
    def of(cls, corpus: Corpus, pairs: Sequence[Reuse]) -> "_Witnesses":
        """Put them in order."""
        import numpy as np

        each = [[one.witnesses for one in pair.traits.countable] for pair in pairs]
        grams = np.array([gram for some in each for one in some for gram in one], np.uint64)
        many = [sum(map(len, some)) for some in each]
        a, b = (np.repeat(places, many) for places in _places(pairs))
        outlet = corpus.outlet[a].astype(np.int64)
        keys, which = np.unique(keyed(grams, outlet), return_inverse=True)
        return cls(a, b, keys, which)

    def own(self, corpus: Corpus, pairs: Sequence[Reuse], holders: "_Holders") -> "Flags":
        """Return for each witness whether it is its pair's own."""
        import numpy as np

        key, holder = holders
        story = _stories(corpus, pairs)
        size = len(self.keys)
        stories = _distinct(key, story[holder], size)[self.which]
        fortnights = _distinct(key, _fortnights(corpus)[holder], size)[self.which]
        others = stories - np.where(story[self.first] == story[self.second], 1, 2)
        own: Flags = (others <= OTHERS) & (fortnights <= FORTNIGHTS)
        return own


@dataclass(frozen=True, slots=True)
class _Asked:
    """Keys that are looked for in the fingerprints: grams, each with a number of the article's."""

    keys: "Hashes"
    """Sorted, each once."""
    numbers: "Places"
    """For each article, by place."""


def _holders(library: Library, corpus: Corpus, asked: Sequence[_Asked]) -> "list[_Holders]":
    """Return for all that is asked which keys are found in whose fingerprints.

    These are passed through once.
    """
    import numpy as np

    # Most grams of an outlet are in none of its matches: a look at a table spares them the search.
    tables = [np.zeros(1 << TABLE, bool) for _ in asked]
    for table, one in zip(tables, asked, strict=True):
        table[one.keys >> np.uint64(64 - TABLE)] = True
    nothing = np.zeros(0, np.int64)

    def found(batch: "tuple[Places, Hashes, Places]") -> "list[_Holders]":
        numbers, grams, offsets = batch
        hashes = grams >> np.uint64(PLACES)
        small = np.flatnonzero(are_witnesses(hashes))
        several = np.diff(np.searchsorted(small, offsets))
        owners = np.repeat(corpus.places(numbers), several)
        hashes = hashes[small]
        holders: list[_Holders] = []
        for table, one in zip(tables, asked, strict=True):
            if not len(one.keys):
                holders.append((nothing, nothing))
                continue
            mixed = keyed(hashes, one.numbers[owners])
            likely = np.flatnonzero(table[mixed >> np.uint64(64 - TABLE)])
            mixed = mixed[likely]
            row = np.searchsorted(one.keys, mixed)
            row[row == len(one.keys)] = 0
            same = one.keys[row] == mixed
            holders.append((row[same], owners[likely[same]]))
        return holders

    batches = [[(nothing, nothing)] * len(asked), *meanwhile(found, library.fingerprints())]
    return [
        (np.concatenate([rows for rows, _ in one]), np.concatenate([places for _, places in one]))
        for one in zip(*batches, strict=True)
    ]


def _stories(corpus: Corpus, pairs: Sequence[Reuse]) -> "Places":
    """Return for each article, by place, the first of its story."""
    import numpy as np

    joined = Joined()
    for pair in pairs:
        match = pair.match
        apart = abs(corpus.time[pair.a] - corpus.time[pair.b])
        if (
            max(match.coverage_a, match.coverage_b) >= VERSIONS
            and match.score >= LEAST_SCORE
            and not apart > STORY_DAYS * DAY
        ):
            joined.join(pair.a, pair.b)
    story = np.arange(len(corpus))
    for place in joined.members():
        story[place] = joined.head(place)
    return story


def _distinct(keys: "Places", values: "Places", count: int) -> "Places":
    """Return how many different values each key has, for keys from 0 to `count`."""
    import numpy as np

    _, values = np.unique(values, return_inverse=True)
    several = int(values.max(initial=0)) + 1
    seen: Places = np.bincount(distinct(keys * several + values) // several, minlength=count)
    return seen
