"""Which pairs of all articles of a library are worth aligning.

Theory of operation
-------------------
1. *Postings*: which article has which gram, where. Four of five grams stand in one article only;
   they are left out in NumPy, in parts of the hashes small enough for memory, kept in files where
   they are too many. What is left is numbered within each gram in the order of time.
2. *Join*: the articles that have a gram are paired. No gram is left out for being frequent, but the
   pairs of a frequent one are limited: each article that has it is paired with the `NEAREST` before
   it that have it, and with the first. A story that was reprinted 300 times is connected by 3,000
   pairs. A copy was nearly always made from one of the last or from the first.
3. *Sieve*: of 100,000 articles 26 million pairs share a gram, and 0.2 million share enough of them.
   They are counted beforehand in a table that is too small to tell all of them apart; a pair that
   has not enough there is left out: it could change nothing of what follows.
4. *Threshold*: one SQL text over what is left. Pairs are kept that share enough *surprise*, or most of what one of them says.
   A gram that n of N articles have says log2(N / n) bits, and surprises by what it says beyond a
   formula's share (`FORMULA`) of the articles: formulas do not surprise, however long they are.
   Sums are of whole thousandths of a bit, so that they are the same in any order.
5. *Screen*: `match.screen` looks where the shared grams stand.

Articles are numbered by the caller in the order of their time, so that the answer does not depend
on the order of input.
"""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import log2
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from filiation.audit.postings import (
    FREQUENT,
    MOST_ARTICLES,
    NEAREST,
    Postings,
    Shelf,
    Sieve,
)
from filiation.audit.reuse import LEAST_SURPRISE as REUSE
from filiation.audit.threads import meanwhile
from filiation.match.fingerprints import BITS, MOST_GRAMS, PLACES, distinct
from filiation.match.screen import BLOCK, BLOCKS, RUN_WORDS, Diagonals, in_step, run_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiation.match.fingerprints import Hashes, Places

    Numbers = NDArray[np.int32]
    Batch = tuple[Numbers, Hashes, Places]

__all__ = [
    "ENOUGH",
    "LISTED",
    "PARTS",
    "SAID",
    "SHARED",
    "Candidates",
    "Join",
    "Parts",
    "candidates",
    "crowd",
    "in_order_of_time",
    "said",
]

LEAST_ARTICLES = 11_000
"""Articles that a library is thought to have at the least: what is rare in a handful of articles, all
of them copies perhaps, is no formula for that. The figures below were measured with so many."""
FORMULA = 0.005
"""Share of the articles from which a gram is a formula. Of 10,000 items of Reuters-21578 24,532 pairs
share at least 30 bits and 10.5 of surprise, all 540 planted copies among them. At 0.002 and 0.01, with
thresholds that lose none either, 21,600 and 24,100 do; but at 0.002 quotations of 20 words from a
story with ten versions surprise by 10 bits only, at 0.005 by 34."""
FORMULA_BITS = round(1000 * log2(1 / FORMULA))
"""Thousandths of a bit that a gram says where so many have it; what it says more is surprise."""
LEAST_BITS = 30.0
"""Bits that a pair must share. At 42 two planted copies are lost."""
LEAST_SURPRISE = 10.5
"""Bits of surprise that a pair must share, unless it shares …"""
LEAST_SHARE = 0.5
"""… this share of the bits of one of its articles: a text may be reprinted so often that it is no
more surprising than a formula."""
LEAST_GRAMS = 4
"""Grams that a pair must share. Of the planted copies with 15 % of the letters misread two share four."""
SURPRISING = 0.2
"""Share of a pair's bits that must be surprise where few words stand in runs: formulas stand in step
too, in tables. The planted copies with 15 % of the letters misread have 0.25 and more; of the other
pairs of Reuters that share grams in step 0.2 parts off three in five."""
PARTS = 64
"""Parts of the hashes, by their first bits, that are put in order one after the other."""
TABLE = 4
"""Places of a table for each gram of a part."""
SLICE = 1 << 16
"""Grams distributed to their parts at a time: with 4 million, which a processor's cache does not hold,
it takes three times as long."""

LISTED = f"""
SELECT gram, article, place, seat, many, round(1000 * log2(total / many)) AS bits
FROM (
    SELECT gram, article, place,
        row_number() OVER (PARTITION BY gram ORDER BY article) AS seat,
        count(*) OVER (PARTITION BY gram) AS many
    FROM postings
) CROSS JOIN (SELECT greatest(count(*), {LEAST_ARTICLES}) AS total FROM articles)
WHERE many > 1
"""
"""What `SHARED` reads as `listed`, made from `postings(gram, article, place)` and `articles`: for
engines that do without the step in NumPy."""
SAID = f"""
SELECT article, count(*) AS grams, sum(bits) AS bits,
    sum(greatest(bits - {FORMULA_BITS}, 0.0)) AS surprise
FROM listed
GROUP BY article
"""
"""What the grams of each article say that it shares with any other, for the same engines."""
SHARED = f"""
WITH few AS (
    SELECT gram, article, place, seat, bits FROM listed WHERE many <= {FREQUENT}
), frequent AS (
    SELECT gram, article, place, seat, bits FROM listed WHERE many > {FREQUENT}
), later AS (
    SELECT gram, article, place, seat + step AS seat, bits
    FROM frequent CROSS JOIN (VALUES {", ".join(f"({k})" for k in range(1, NEAREST + 1))})
        AS steps(step)
)
SELECT CAST(x.article AS BIGINT) * {MOST_ARTICLES} + y.article AS pair,
    x.place AS place, x.place - y.place AS diagonal, x.bits AS bits
FROM few AS x JOIN few AS y ON x.gram = y.gram AND x.seat < y.seat
UNION ALL
SELECT CAST(x.article AS BIGINT) * {MOST_ARTICLES} + y.article,
    x.place, x.place - y.place, x.bits
FROM later AS x JOIN frequent AS y ON x.gram = y.gram AND x.seat = y.seat
UNION ALL
SELECT CAST(x.article AS BIGINT) * {MOST_ARTICLES} + y.article,
    x.place, x.place - y.place, x.bits
FROM (SELECT gram, article, place, bits FROM frequent WHERE seat = 1) AS x
JOIN (SELECT gram, article, place FROM frequent WHERE seat > {NEAREST + 1}) AS y
    ON x.gram = y.gram
"""
"""What `ENOUGH` reads as `shared`, made from `listed`, for engines that do without the sieve."""
ENOUGH = f"""
WITH summed AS (
    SELECT pair, sum(bits) AS bits, sum(greatest(bits - {FORMULA_BITS}, 0.0)) AS surprise
    FROM shared
    GROUP BY pair
    HAVING count(*) >= {LEAST_GRAMS} AND sum(bits) >= {round(1000 * LEAST_BITS)}
), pairs AS (
    SELECT pair, summed.bits AS bits, summed.surprise AS surprise
    FROM summed
    JOIN articles AS x ON x.article = CAST(floor(pair / {MOST_ARTICLES}) AS INTEGER)
    JOIN articles AS y ON y.article = CAST(pair % {MOST_ARTICLES} AS INTEGER)
    WHERE summed.surprise >= {round(1000 * LEAST_SURPRISE)}
        OR summed.bits >= {LEAST_SHARE} * least(x.bits, y.bits)
)
SELECT shared.pair AS pair, diagonal, count(*) AS grams, min(place) AS head, max(place) AS tail,
    bit_or(CAST(power(2, CAST(floor(place / {BLOCK}) AS INTEGER) % {BLOCKS}) AS BIGINT)) AS blocks,
    max(pairs.bits) AS bits, max(pairs.surprise) AS surprise
FROM shared JOIN pairs ON shared.pair = pairs.pair
GROUP BY shared.pair, diagonal
ORDER BY pair, diagonal
"""
"""Reads `shared(pair, place, diagonal, bits)` and `articles(article, bits)`, the bits of all grams of
an article; bits are whole thousandths, kept as DOUBLE, whose sums are exact. Returns the diagonals
of the pairs that share enough, in their order. Plain SQL, for DuckDB and Spark alike."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of articles worth aligning, sorted, each once."""

    a: "Numbers"
    """Numbers of the earlier article of each pair."""
    b: "Numbers"
    """Numbers of the later one."""
    bits: "NDArray[np.float64]"
    """Bits that the pair shares: what its grams say, the rarer the more. Where only some of them are
    kept, what all are likely to say."""
    surprise: "NDArray[np.float64]"
    """Of these, what is more than formulas say."""
    joined: int
    """How many pairs there were before the screen."""


def in_order_of_time(times: "NDArray[np.float64]", ids: Sequence[str]) -> "Numbers":
    """Return the number of each article in the order of time, then of ids; undated ones come last.

    Times are in seconds, and not-a-number where there is none.
    """
    import numpy as np

    by_id = np.empty(len(ids), np.int64)
    by_id[sorted(range(len(ids)), key=lambda n: ids[n])] = np.arange(len(ids))
    numbers = np.empty(len(ids), np.int32)
    numbers[np.lexsort((by_id, times))] = np.arange(len(ids), dtype=np.int32)
    return numbers


def candidates(
    batches: "Iterable[Batch]",
    outlets: "Numbers",
    words: "Places",
    *,
    house: "Mapping[int, Hashes] | None" = None,
    within: bool = True,
    across: bool = True,
    memory: int = 1 << 30,
    jobs: int = 1,
    folder: Path | None = None,
) -> Candidates:
    """Return the pairs of articles that are worth aligning.

    `batches` gives the fingerprints of all articles in any order: numbers of some articles, their
    grams one after the other, and the offsets of each. `outlets` and `words` hold, by article, the
    number of its outlet (negative where it is not known) and of its words. `house` holds, by outlet,
    the sorted hashes of the grams of its house phrases, which are left out in its articles. Pairs
    of one outlet are left out where `within` is false, of two where `across` is. About `memory`
    bytes are used; what does not fit is put in a temporary folder, within `folder` where it is
    given. The answer is the same for any order of batches, any `memory` and any `jobs`.
    """
    if len(outlets) > MOST_ARTICLES:
        raise ValueError(f"more than {MOST_ARTICLES:,} articles at once")
    with tempfile.TemporaryDirectory(prefix="filiation-", dir=folder) as temporary:
        join = _Join(outlets, words, house or {}, memory, jobs, Path(temporary))
        with join:
            join.read(batches)
            return join.candidates(within=within, across=across)


class Join(ABC):
    """One run of the join, with what it knows of each article; who joins, a subclass says."""

    def __init__(self, outlets: "Numbers", words: "Places", house: "Mapping[int, Hashes]") -> None:
        import numpy as np

        self._outlets = outlets
        self._words = words
        self._house = house
        self._likely = _table(house.values())
        """Whether a gram with these last bits may be of a house phrase."""
        count = len(outlets)
        self._visible = np.ones(count)
        """Share of the grams of each article that is kept."""
        self._said = np.zeros(count, np.uint64)
        """A hash of all the grams of each article."""
        self._bits = np.zeros(count)
        self._surprise = np.zeros(count)
        """What all grams of each article say, in thousandths of a bit."""

    @abstractmethod
    def _listed(self, grams: "Hashes", owners: "Numbers") -> None:
        """Take in grams, each with the article that has it."""

    @abstractmethod
    def _enough(self) -> "Mapping[str, NDArray[Any]]":
        """Return the rows of `ENOUGH` by column, when all grams are taken in."""

    def take(self, numbers: "Numbers", grams: "Hashes", offsets: "Places") -> None:
        """Take in the fingerprints of some articles."""
        import numpy as np

        counts = np.diff(offsets)
        sampled = counts >= MOST_GRAMS
        last = grams[offsets[1:][sampled] - 1] >> np.uint64(PLACES)
        self._visible[numbers[sampled]] = (last + np.uint64(1)) / float(1 << BITS)
        owners = np.repeat(numbers, counts)
        if self._house:
            own = ~self._of_house(owners, grams >> np.uint64(PLACES))
            grams, owners = grams[own], owners[own]
        if not len(grams):
            return
        fresh = np.ones(len(owners), bool)
        np.not_equal(owners[1:], owners[:-1], out=fresh[1:])
        starts = np.flatnonzero(fresh)
        mixed = grams >> np.uint64(29)
        mixed ^= grams
        self._said[owners[starts]] = np.add.reduceat(mixed, starts)
        self._listed(grams, owners)

    def _of_house(self, owners: "Numbers", hashes: "Hashes") -> "NDArray[np.bool_]":
        """Return which grams are of house phrases of their article's outlet."""
        import numpy as np

        found = np.zeros(len(hashes), bool)
        # Few grams are: a look at a table spares the others the search.
        likely = np.flatnonzero(self._likely[(hashes & np.uint64(HOUSE - 1)).astype(np.int64)])
        hashes, outlets = hashes[likely], self._outlets[owners[likely]]
        for outlet in np.unique(outlets).tolist():
            phrases = self._house.get(outlet)
            if phrases is None or not len(phrases):
                continue
            mine = np.flatnonzero(outlets == outlet)
            places = np.searchsorted(phrases, hashes[mine])
            places[places == len(phrases)] = 0
            found[likely[mine]] = phrases[places] == hashes[mine]
        return found

    def candidates(self, *, within: bool, across: bool) -> Candidates:
        """Return the pairs that share enough, and where they share it."""
        import numpy as np

        rows = self._enough()
        fresh = np.ones(len(rows["pair"]), bool)
        fresh[1:] = rows["pair"][1:] != rows["pair"][:-1]
        pairs = rows["pair"][fresh]
        a, b = pairs // MOST_ARTICLES, pairs % MOST_ARTICLES
        found = Diagonals(
            np.cumsum(fresh) - 1,
            rows["diagonal"].astype(np.int64),
            rows["grams"].astype(np.int64),
            rows["head"].astype(np.int64),
            rows["tail"].astype(np.int64),
            rows["blocks"].astype(np.int64),
        )
        # Of a long text some grams are kept; so many more are shared.
        visible = np.minimum(self._visible[a], self._visible[b])
        shared = rows["bits"][fresh] / visible
        surprise = rows["surprise"][fresh] / visible
        own = np.minimum(self._bits[a] / self._visible[a], self._bits[b] / self._visible[b])
        # What the last rule will ask for, as far as it can be told from here.
        kept = (run_words(found, visible) >= RUN_WORDS) & (surprise >= 1000 * REUSE)
        kept |= (surprise >= SURPRISING * shared) & in_step(
            found, np.minimum(self._words[a], self._words[b])
        )
        kept |= shared >= LEAST_SHARE * own
        twins = self._twins()
        later = twins % MOST_ARTICLES
        key = np.concatenate((pairs[kept], twins))
        bits = np.concatenate((shared[kept], self._bits[later] / self._visible[later]))
        surprise = np.concatenate((surprise[kept], self._surprise[later] / self._visible[later]))
        # Of a pair that is met twice the greater sums stand: not all its grams may be paired.
        order = np.lexsort((-bits, key))
        key = key[order]
        single = np.ones(len(key), bool)
        single[1:] = key[1:] != key[:-1]
        a, b = key // MOST_ARTICLES, key % MOST_ARTICLES
        same = (self._outlets[a] == self._outlets[b]) & (self._outlets[a] >= 0)
        single &= np.where(same, within, across)
        order = order[single]
        return Candidates(
            a[single].astype(np.int32),
            b[single].astype(np.int32),
            bits[order] / 1000,
            surprise[order] / 1000,
            len(pairs),
        )

    def _twins(self) -> "Places":
        """Return the pairs of articles with the same grams: each with the one before, and the first.

        Where all their grams are frequent, others may come between them in time.
        """
        import numpy as np

        articles = np.flatnonzero(self._said)
        said = self._said[articles]
        order = np.argsort(said, kind="stable")
        articles, said = articles[order], said[order]
        fresh = np.ones(len(said), bool)
        fresh[1:] = said[1:] != said[:-1]
        first = np.repeat(articles[fresh], np.diff(np.append(np.flatnonzero(fresh), len(said))))
        later = np.flatnonzero(~fresh)
        return distinct(
            np.concatenate((first[later], articles[later - 1])) * MOST_ARTICLES
            + np.tile(articles[later], 2)
        )


class _Join(Join, AbstractContextManager["_Join"]):
    """The join on this machine, by NumPy and DuckDB."""

    def __init__(
        self,
        outlets: "Numbers",
        words: "Places",
        house: "Mapping[int, Hashes]",
        memory: int,
        jobs: int,
        folder: Path,
    ) -> None:
        import duckdb

        super().__init__(outlets, words, house)
        self._jobs = jobs
        self._lock = Lock()
        self._parts = Parts(memory // 4, folder)
        self._memory = memory
        self._folder = folder
        self._engine: duckdb.DuckDBPyConnection = duckdb.connect(
            config={
                "memory_limit": f"{max(LEAST_MEMORY, memory // 2)}B",
                "temp_directory": str(folder / "join"),
                "threads": jobs,
                "preserve_insertion_order": False,
            }
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.close()

    def read(self, batches: "Iterable[Batch]") -> None:
        """Take in the fingerprints, and list the grams that several articles have."""
        for _ in meanwhile(lambda batch: self.take(*batch), batches, self._jobs):
            pass
        self._engine.execute(
            "CREATE TABLE shared (pair BIGINT, place INTEGER, diagonal INTEGER, bits DOUBLE)"
        )
        shelf = Shelf(self._memory // 8, self._folder)
        sieve = Sieve(LEAST_GRAMS, self._memory // 8)
        with ThreadPoolExecutor(self._jobs) as pool:
            # A part at a time for each job: memory holds no more.
            for _ in pool.map(partial(self._shelve, shelf, sieve), range(PARTS)):
                pass
            for first in range(0, PARTS, self._jobs):
                parts = range(first, min(PARTS, first + self._jobs))
                for found in pool.map(partial(self._shared, shelf, sieve), parts):
                    if len(found["pair"]):
                        self._engine.register("part", found)
                        self._engine.execute("INSERT INTO shared SELECT * FROM part")
                        self._engine.unregister("part")

    def _shelve(self, shelf: Shelf, sieve: Sieve, part: int) -> None:
        """Keep the postings of the grams of a part that several articles have, and count them."""
        postings = self._several(*self._parts.taken(part))
        shelf.put(part, postings)
        sieve.count(postings)

    def _several(self, grams: "Hashes", owners: "Numbers") -> Postings:
        """Return the postings of the grams that several articles have, and add up what all say."""
        import numpy as np

        hashes = grams >> np.uint64(PLACES)
        # Most grams are alone, and need not be put in order.
        several = crowd(hashes)
        alone = np.bincount(owners, minlength=len(self._bits))
        alone -= np.bincount(owners[several], minlength=len(alone))
        hashes, owned, places = hashes[several], owners[several], grams[several]
        # The first bits of the hash are those of the part; the number of the article takes their
        # place, and one sort puts all in order.
        spare = MOST_ARTICLES.bit_length() - 1
        order = np.argsort((hashes << np.uint64(spare)) | owned.astype(np.uint64))
        hashes, owned = hashes[order], owned[order]
        fresh = np.ones(len(hashes), bool)
        fresh[1:] = hashes[1:] != hashes[:-1]
        starts = np.flatnonzero(fresh)
        many = np.diff(np.append(starts, len(hashes)))
        each = np.repeat(many, many)
        for total, telling, lonely in zip(
            (self._bits, self._surprise),
            said(len(self._outlets), many),
            said(len(self._outlets), np.ones(1, np.int64)),
            strict=True,
        ):
            sums = np.bincount(owned, weights=np.repeat(telling, many), minlength=len(total))
            with self._lock:
                total += sums + alone * lonely
        shared = each > 1
        places = places[order[shared]] & np.uint64((1 << PLACES) - 1)
        return Postings(
            hashes[starts[many > 1]].astype(np.int64),
            many[many > 1].astype(np.int32),
            owned[shared],
            places.astype(np.int32),
        )

    def _shared(self, shelf: Shelf, sieve: Sieve, part: int) -> "dict[str, NDArray[Any]]":
        """Return what `SHARED` would make of a part, less the pairs that share too little."""
        import numpy as np

        postings = shelf.get(part)
        earlier, later = sieve.kept(postings)
        article, place = postings.article, postings.place
        bits = np.repeat(_bits(len(self._outlets), postings.many), postings.many)
        return {
            "pair": article[earlier].astype(np.int64) * MOST_ARTICLES + article[later],
            "place": place[earlier],
            "diagonal": place[earlier] - place[later],
            "bits": bits[earlier],
        }

    def _listed(self, grams: "Hashes", owners: "Numbers") -> None:
        self._parts.add(grams, owners)

    def _enough(self) -> "Mapping[str, NDArray[Any]]":
        import numpy as np

        numbers = np.arange(len(self._outlets), dtype=np.int32)
        self._engine.register("articles", {"article": numbers, "bits": self._bits})
        rows: dict[str, NDArray[Any]] = self._engine.execute(ENOUGH).fetchnumpy()
        return rows


LEAST_MEMORY = 128 << 20
"""Bytes that the engine needs for its own, whatever is asked."""


def _bits(articles: int, many: "Places | Numbers") -> "NDArray[np.float64]":
    """Return the thousandths of a bit that a gram says that so many articles have."""
    import numpy as np

    return np.round(1000 * np.log2(max(articles, LEAST_ARTICLES) / many))


def said(
    articles: int, many: "Places | Numbers"
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return what grams say that so many articles have, and how much of it is more than a formula's.

    Both in thousandths of a bit.
    """
    import numpy as np

    bits = _bits(articles, many)
    return bits, np.maximum(0.0, bits - FORMULA_BITS)


def crowd(hashes: "Hashes") -> "Places":
    """Return the rows of hashes that may be there more than once; some that are not are among them.

    They are those that are not alone in their place of a table.
    """
    import numpy as np

    size = 1 << (TABLE * len(hashes)).bit_length()
    slots = (hashes & np.uint64(size - 1)).astype(np.int64)
    counts = np.zeros(size, np.uint32)
    np.add.at(counts, slots, np.uint32(1))
    return np.flatnonzero(counts[slots] > 1)


HOUSE = 1 << 20
"""Places of a table of the grams of house phrases, of which 100,000 articles have 13,000."""


def _table(house: "Iterable[Hashes]") -> "NDArray[np.bool_]":
    """Return for the last bits of a hash whether any of these has them."""
    import numpy as np

    table = np.zeros(HOUSE, bool)
    for hashes in house:
        table[(hashes & np.uint64(HOUSE - 1)).astype(np.int64)] = True
    return table


class Parts:
    """Grams with their articles, by the first bits of the hash; in files where they are many."""

    def __init__(self, memory: int, folder: Path) -> None:
        self._memory = memory
        self._folder = folder
        self._kept: list[list[tuple[Hashes, Numbers]]] = [[] for _ in range(PARTS)]
        self._held = 0
        self._lock = Lock()

    def add(self, grams: "Hashes", owners: "Numbers") -> None:
        """Take in grams, each with its article; several threads may."""
        for start in range(0, len(grams), SLICE):
            self._distribute(grams[start : start + SLICE], owners[start : start + SLICE])

    def _distribute(self, grams: "Hashes", owners: "Numbers") -> None:
        import numpy as np

        part = (grams >> np.uint64(64 - PARTS.bit_length() + 1)).astype(np.uint8)
        order = np.argsort(part, kind="stable")
        borders = np.concatenate(([0], np.cumsum(np.bincount(part, minlength=PARTS)))).tolist()
        grams, owners = grams[order], owners[order]
        with self._lock:
            for kept, (start, end) in zip(self._kept, pairwise(borders), strict=True):
                if start < end:
                    kept.append((grams[start:end], owners[start:end]))
            self._held += len(grams) * POSTING
            if self._held > self._memory:
                self._put_down()

    def _put_down(self) -> None:
        import numpy as np

        for number, kept in enumerate(self._kept):
            if not kept:
                continue
            for name, column in zip(("grams", "owners"), zip(*kept, strict=True), strict=True):
                with (self._folder / f"{name}-{number}").open("ab") as file:
                    np.concatenate(column).tofile(file)
            kept.clear()
        self._held = 0

    def taken(self, number: int) -> "tuple[Hashes, Numbers]":
        """Return the grams of a part with their articles, and forget them."""
        import numpy as np

        grams: list[Hashes] = [np.zeros(0, np.uint64)]
        owners: list[Numbers] = [np.zeros(0, np.int32)]
        for some, theirs in self._kept[number]:
            grams.append(some)
            owners.append(theirs)
        self._kept[number] = []
        file = self._folder / f"grams-{number}"
        if file.exists():
            grams.append(np.fromfile(file, np.uint64))
            owners.append(np.fromfile(self._folder / f"owners-{number}", np.int32))
        return np.concatenate(grams), np.concatenate(owners)


POSTING = 12
"""Bytes of a gram with its article."""
