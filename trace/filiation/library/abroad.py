"""Articles of a library in other languages that may be translations of a text, or its source.

Theory of operation
-------------------
1. *Keys* of all articles are made when they are first needed (`keyed`).
2. *Parts*: their postings are stored in the order of the keys, cut into pieces of some thousand, so
   that a question reads what it asks for and no more. The first part is of nearly all articles; how
   rare each key is, and what resembles everything in a language, is told by it. What is added later
   makes small parts of its own, by the same measures; when these come to `SHARE` of the first, all
   is made anew.
3. *Ranking*: `match.across` asks stored postings as it asks those in memory, with the same answers.

A part is made in several transactions and counts from the last one on: one that was broken off is
struck out by the next writer. What is stored bears a sum; what does not agree with its sum is made
anew, and nothing is ever answered by it.
"""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from filiation.errors import LibraryError
from filiation.library.faults import told
from filiation.library.keyed import Progress, keyed, keys_of_numbers, keys_stored, make_keys
from filiation.library.library import Library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiation.match.across import Articles, Found, Listed, Posted, Ranking
    from filiation.match.keys import Keys

    Array = NDArray[Any]
    Days = NDArray[np.int32]
    Hashes = NDArray[np.uint64]
    Numbers = NDArray[np.int64]
    Values = NDArray[np.float64]

__all__ = ["Abroad", "index_languages", "languages_in"]

SHARE = 0.1
"""Share of the first part that later ones may come to."""
SMALL = 2_000
"""Articles below which all is made anew each time: it takes a second."""
PARTS = 8
"""Parts from which on the later ones are made one."""
PIECE = 4_096
"""Postings of a piece, about: 20 KB, where a question of 800 keys reads 800 pieces."""
AT_ONCE = 16_000_000
"""Keys put in order at a time: 500 MB."""
ASKED = 8
"""Questions whose postings are read together."""
DAY = 86_400

_NAMES = ("article", "day", "language", "norm", "piece", "usual")


class _Damaged(Exception):
    """What is stored does not agree with its sum."""


def languages_in(library: Library) -> frozenset[str]:
    """Return the languages of a library's articles, as far as they are known."""
    from filiation.match.across import base

    with told(library.path):
        rows = library.connection.execute(
            "SELECT DISTINCT language FROM article INDEXED BY article_columns"
        ).fetchall()
    return frozenset(base(row[0]) for row in rows) - {""}


# --- making it -----------------------------------------------------------------------------------


def index_languages(
    library: Library, *, jobs: int | None = None, progress: Progress | None = None
) -> None:
    """Bring the index of a library that is open for writing up to date: keys first, then parts.

    Killed, what was made of the keys is kept, and the index is as it was before.
    """
    say = progress or _unheard
    with told(library.path):
        current = _state(library.connection)
    if current is not None and not current.behind:
        return
    make_keys(library, jobs=jobs, progress=progress)
    with told(library.path):
        _strike_out(library)
        state = _state(library.connection)
        if state is None or state.outgrown(library):
            _Part(library, None, (), say).make()
        else:
            late = list(state.parts[1:]) if len(state.parts) >= PARTS else []
            _Part(library, state.parts[0], late, say, after=state.last).make()


def forget(library: Library) -> None:
    """Strike out the index; the keys stay."""
    with library.transaction() as connection:
        for table in ("across_postings", "across_array", "across_part"):
            connection.execute(f"DELETE FROM {table}")


@dataclass(frozen=True, slots=True)
class _Made:
    """A part that is stored."""

    number: int
    articles: int
    last: int
    languages: tuple[str, ...]
    means: dict[str, float]


@dataclass(frozen=True, slots=True)
class _State:
    """The parts that are ready, and how many articles came since."""

    parts: tuple[_Made, ...]
    behind: int

    @property
    def last(self) -> int:
        return self.parts[-1].last

    def outgrown(self, library: Library) -> bool:
        """Whether all is to be made anew, not only a part for what came since."""
        from filiation.match.across import base, languages_learnt

        first = self.parts[0]
        size = library.size
        if size < SMALL or size - first.articles > SHARE * first.articles:
            return True
        rows = library.connection.execute(
            "SELECT language FROM article INDEXED BY article_columns ORDER BY number"
        )
        learnt = languages_learnt([base(row[0]) for row in rows])
        return bool(set(learnt) - first.means.keys())


def _method() -> str:
    from filiation.match.across import SCORING
    from filiation.match.keys import METHOD

    return f"{METHOD}.{SCORING}"


def _state(connection: sqlite3.Connection) -> _State | None:
    """Return the parts that hold; None where there are none that do."""
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version < _SINCE:
        return None
    parts = tuple(
        _Made(number, articles, last, tuple(json.loads(languages)), json.loads(means))
        for number, articles, last, languages, means in connection.execute(
            "SELECT number, articles, last, languages, means FROM across_part "
            "WHERE ready AND method = ? ORDER BY number",
            (_method(),),
        )
    )
    if not parts:
        return None
    [behind] = connection.execute(
        "SELECT count(*) FROM article WHERE number > ?", (parts[-1].last,)
    ).fetchone()
    [size] = connection.execute("SELECT count(*) FROM article").fetchone()
    if size - behind != sum(part.articles for part in parts):
        return None  # articles are gone that it tells of
    return _State(parts, behind)


_SINCE = 3
"""Version of the library that has tables for it."""


def _strike_out(library: Library) -> None:
    """Strike out parts that were broken off, those of other methods, and what belongs to none."""
    with library.transaction() as connection:
        held = {
            row[0]
            for row in connection.execute(
                "SELECT number FROM across_part WHERE ready AND method = ?", (_method(),)
            )
        }
        there = {row[0] for row in connection.execute("SELECT number FROM across_part")}
        there |= {row[0] for row in connection.execute("SELECT DISTINCT part FROM across_array")}
        below = 2**62
        while below is not None:
            [below] = connection.execute(
                "SELECT max(number) FROM across_postings WHERE number < ?", (below,)
            ).fetchone()
            if below is not None:
                there.add(below >> 32)
                below = below >> 32 << 32
        for number in sorted(there - held):
            _delete(connection, number)


def _delete(connection: sqlite3.Connection, part: int) -> None:
    connection.execute(
        "DELETE FROM across_postings WHERE number >= ? AND number < ?",
        (part << 32, (part + 1) << 32),
    )
    connection.execute("DELETE FROM across_array WHERE part = ?", (part,))
    connection.execute("DELETE FROM across_part WHERE number = ?", (part,))


class _Part:
    """A part in the making: of all articles, or of those that came after those of the first."""

    def __init__(
        self,
        library: Library,
        first: _Made | None,
        instead: Sequence[_Made],
        say: Progress,
        after: int = 0,
    ) -> None:
        """`instead` are the later parts that it takes the place of; `after` what they came after."""
        import numpy as np

        self._library = library
        self._connection = library.connection
        self._first = first
        self._instead = instead
        self._say = say
        self._after = 0 if first is None else first.last if instead else after
        rows = self._connection.execute(
            "SELECT number, language, earliest, latest FROM article "
            "INDEXED BY article_columns WHERE number > ? ORDER BY number",
            (self._after,),
        ).fetchall()
        self._article = np.array([row[0] for row in rows], np.int64)
        self._bases = _each_base([row[1] for row in rows])
        self._day = _days([row[2] for row in rows], [row[3] for row in rows])
        self._last = int(self._article[-1])
        self._stored = None if first is None else _Stored(self._connection, [first])
        self._counted = len(rows) if first is None else first.articles

    def make(self) -> None:
        """Make it."""
        import numpy as np

        with self._library.transaction() as connection:
            [highest] = connection.execute(
                "SELECT coalesce(max(number), 0) FROM across_part"
            ).fetchone()
            self._number = int(highest) + 1
            connection.execute(
                "INSERT INTO across_part VALUES (?, 0, ?, ?, ?, ?, '{}')",
                (
                    self._number,
                    _method(),
                    len(self._article),
                    self._last,
                    json.dumps(sorted({*self._bases} - {""})),
                ),
            )
        squares = np.zeros(len(self._article))
        first_keys: list[Hashes] = []
        ranges = self._ranges()
        listed = None
        for done, (low, high) in enumerate(ranges):
            self._say("making the index across languages", done, len(ranges))
            listed = self._listed(low, high)
            _add_squares(squares, listed)
            first_keys.append(self._write(listed, sum(map(len, first_keys))))
        norms = np.sqrt(squares)
        arrays: dict[str, Array] = {
            "article": self._article,
            "day": self._day,
            "language": self._codes(),
            "norm": norms,
            "piece": np.concatenate([np.zeros(0, np.uint64), *first_keys]),
        }
        if self._stored is None:
            means, damped = self._learnt(norms, arrays)
        else:
            assert len(ranges) <= 1 or listed is not None
            means, damped = self._damped(norms, listed, self._stored)
        arrays |= damped
        with self._library.transaction() as connection:
            connection.executemany(
                "INSERT INTO across_array VALUES (?, ?, ?, ?)",
                [(self._number, name, *_summed(data)) for name, data in arrays.items()],
            )
            old = self._instead
            if self._first is None:
                old = _all_but(connection, self._number)
            for part in old:
                _delete(connection, part.number)
            connection.execute(
                "UPDATE across_part SET ready = 1, means = ? WHERE number = ?",
                (json.dumps(means), self._number),
            )

    def _codes(self) -> "Array":
        import numpy as np

        codes = {code: n for n, code in enumerate(sorted({*self._bases} - {""}), 1)}
        return np.array([codes.get(code, 0) for code in self._bases], np.int16)

    def _ranges(self) -> list[tuple[int, int]]:
        """Return runs of hashes, first and last, of which each holds keys for one go."""
        if self._first is not None:  # a tenth of the articles
            return [(0, 2**64 - 1)]
        count = max(1, -(-keys_stored(self._connection) // AT_ONCE))
        borders = [n * 2**64 // count for n in range(count + 1)]
        return [(low, high - 1) for low, high in pairwise(borders)]

    def _listed(self, low: int, high: int) -> "Listed":
        """Return the postings of the keys within these."""
        import numpy as np

        from filiation.match.across import Listed

        hashes: list[Hashes] = [np.zeros(0, np.uint64)]
        weights: list[NDArray[np.uint8]] = [np.zeros(0, np.uint8)]
        rows: list[Days] = [np.zeros(0, np.int32)]
        for numbers, keys in keyed(self._connection, self._after, self._last):
            mine = (keys.hashes >= np.uint64(low)) & (keys.hashes <= np.uint64(high))
            row = np.searchsorted(self._article, numbers).astype(np.int32)
            hashes.append(keys.hashes[mine])
            weights.append(keys.weights[mine])
            rows.append(np.repeat(row, np.diff(keys.offsets))[mine])
        return Listed.made(
            np.concatenate(hashes),
            np.concatenate(rows),
            np.concatenate(weights),
            self._counted,
            None if self._stored is None else self._stored.frequency,
        )

    def _write(self, listed: "Listed", place: int) -> "Hashes":
        """Write postings piece by piece from this place on; return the first key of each."""
        import numpy as np

        if not len(listed.known):
            return np.zeros(0, np.uint64)
        borders = listed.borders
        begins = np.flatnonzero(np.diff(borders[:-1] // PIECE, prepend=-1))
        ends = np.append(begins[1:], len(listed.known))
        rows: list[tuple[int, bytes, bytes, int]] = []
        for n, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
            low, high = borders[begin], borders[end]
            keys = (
                listed.known[begin:end].astype("<u8").tobytes()
                + listed.frequency[begin:end].astype("<u4").tobytes()
                + np.diff(borders[begin : end + 1]).astype("<u4").tobytes()
            )
            postings = (
                listed.rows[low:high].astype("<i4").tobytes() + listed.weights[low:high].tobytes()
            )
            number = (self._number << 32) + place + n
            rows.append((number, keys, postings, zlib.crc32(postings, zlib.crc32(keys))))
            if len(rows) == WRITTEN or n == len(begins) - 1:
                with self._library.transaction() as connection:
                    connection.executemany("INSERT INTO across_postings VALUES (?, ?, ?, ?)", rows)
                rows = []
        return listed.known[begins]

    # --- what resembles everything -----------------------------------------------------------------

    def _learnt(
        self, norms: "Values", arrays: "dict[str, Array]"
    ) -> "tuple[dict[str, float], dict[str, Array]]":
        """Return by language the mean resemblance, and what cosines are divided by; samples too."""
        import numpy as np

        from filiation.match.across import (
            RELATED,
            cosines_of,
            damping,
            factors_of,
            languages_learnt,
            picked,
        )

        stored = _Stored(
            self._connection,
            [_Made(self._number, len(norms), self._last, (), {})],
            {self._number: arrays["piece"]},
        )
        bases = np.array(self._bases)
        means: dict[str, float] = {}
        found: dict[str, Array] = {}
        learnt = ["", *languages_learnt(self._bases)]
        for done, code in enumerate(learnt):
            self._say("learning what resembles everything", done, len(learnt))
            rows = picked(np.flatnonzero(bases == code) if code else np.arange(len(norms)))
            total = np.zeros(len(norms))
            hashes: list[Hashes] = [np.zeros(0, np.uint64)]
            factors: list[Values] = [np.zeros(0)]
            counts: list[int] = []
            numbers = self._article[rows].tolist()
            for row, keys, posted in stored.each(keys_of_numbers(self._connection, numbers)):
                said, _ = factors_of(posted, keys.weights, stored.counted)
                cosines = cosines_of(posted, said, norms)
                cosines[rows[row]] = 0
                total += np.minimum(cosines, RELATED)
                hashes.append(keys.hashes[said > 0])
                factors.append(said[said > 0])
                counts.append(int(np.count_nonzero(said)))
            means[code] = float(total.mean())
            found[f"usual {code}".strip()] = damping(total, means[code], _power(code))
            found[f"hashes {code}"] = np.concatenate(hashes)
            found[f"factors {code}"] = np.concatenate(factors)
            found[f"counts {code}"] = np.array(counts, np.int64)
        return means, found

    def _damped(
        self, norms: "Values", listed: "Listed | None", first: "_Stored"
    ) -> "tuple[dict[str, float], dict[str, Array]]":
        """Return the same for a later part, by the samples of the first."""
        import numpy as np

        from filiation.match.across import RELATED, cosines_of, damping

        assert self._first is not None and listed is not None
        found: dict[str, Array] = {}
        for code, mean in self._first.means.items():
            at = np.cumsum(first.array(f"counts {code}"))
            texts = zip(
                np.split(first.array(f"hashes {code}"), at)[:-1],
                np.split(first.array(f"factors {code}"), at)[:-1],
                strict=True,
            )
            total = np.zeros(len(norms))
            for hashes, factors in texts:
                cosines = cosines_of(listed.posted(hashes), factors, norms)
                total += np.minimum(cosines, RELATED)
            found[f"usual {code}".strip()] = damping(total, mean, _power(code))
        return self._first.means, found


WRITTEN = 2_000
"""Pieces written in one transaction: 40 MB."""


def _power(code: str) -> float:
    from filiation.match.across import DAMPING, OWN_DAMPING

    return DAMPING if code else OWN_DAMPING


def _add_squares(squares: "Values", listed: "Listed") -> None:
    from filiation.match.across import add_squares

    add_squares(squares, listed)


def _all_but(connection: sqlite3.Connection, number: int) -> list[_Made]:
    return [
        _Made(row[0], 0, 0, (), {})
        for row in connection.execute("SELECT number FROM across_part WHERE number != ?", (number,))
    ]


def _each_base(languages: Sequence[str | None]) -> list[str]:
    from filiation.match.across import base

    return [base(language) for language in languages]


def _days(earliest: Sequence[str | None], latest: Sequence[str | None]) -> "Days":
    """Return the number of the day in the middle of each interval, as `Columns` has its middle."""
    import numpy as np

    from filiation.library.columns import middles
    from filiation.match.across import UNDATED

    middle = middles(earliest, latest)
    dated = ~np.isnan(middle)
    days = np.full(len(middle), UNDATED, np.int32)
    days[dated] = np.floor(middle[dated] / DAY)
    return days


def _summed(data: "Array") -> tuple[bytes, int]:
    kind = data.dtype.newbyteorder("<")
    stored = data.astype(kind, copy=False).tobytes()
    return stored, zlib.crc32(stored)


# --- asking it -----------------------------------------------------------------------------------


class _Stored:
    """The postings of some parts: rows of the first part come first, and so on."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        parts: Sequence[_Made],
        pieces: "dict[int, Hashes] | None" = None,
    ) -> None:
        import numpy as np

        self._connection = connection
        self._parts = parts
        self._pieces = [
            (pieces or {}).get(part.number, None) if pieces else self.array("piece", part.number)
            for part in parts
        ]
        self._offsets = np.cumsum([0, *(part.articles for part in parts)]).tolist()
        self._held: list[Listed] | None = None

    @property
    def counted(self) -> int:
        """How many articles frequencies are counted over: those of the first part."""
        return self._parts[0].articles

    def posted(self, hashes: "Hashes") -> "Posted":
        """Return which articles have these keys."""
        found = [listed.posted(hashes) for listed in self._held or self._load(hashes)]
        return found[0] if len(found) == 1 else _together(found, self._offsets)

    def each(self, keys: "Keys") -> "Iterator[tuple[int, Keys, Posted]]":
        """Yield (number, keys, what has them) of each of these texts; several are read at a time."""
        from filiation.match.keys import Keys

        for start in range(0, len(keys), ASKED):
            stop = min(start + ASKED, len(keys))
            with self.holding(keys, start, stop):
                for n in range(start, stop):
                    low, high = keys.offsets[n], keys.offsets[n + 1]
                    one = Keys(
                        keys.hashes[low:high], keys.weights[low:high], keys.offsets[n : n + 2] - low
                    )
                    yield n, one, self.posted(one.hashes)

    @contextmanager
    def holding(self, keys: "Keys", start: int, stop: int) -> Iterator[None]:
        """Have what these texts ask for in memory meanwhile."""
        from filiation.match.fingerprints import distinct

        asked = distinct(keys.hashes[keys.offsets[start] : keys.offsets[stop]])
        self._held = self._load(asked)
        try:
            yield
        finally:
            self._held = None

    def frequency(self, hashes: "Hashes") -> "Numbers":
        """Return how many articles of the first part have each of many keys, sorted."""
        import numpy as np

        found = np.zeros(len(hashes), np.int64)
        first = self._parts[0].number
        cursor = self._connection.execute(
            "SELECT number, keys, postings, sum FROM across_postings "
            "WHERE number >= ? AND number < ? ORDER BY number",
            (first << 32, (first + 1) << 32),
        )
        pieces = 0
        while rows := cursor.fetchmany(WRITTEN):
            pieces += len(rows)
            known, frequency, _, _, _ = _read(rows)
            low, high = np.searchsorted(hashes, known[[0, -1]])
            mine = hashes[low : high + 1]
            places = np.searchsorted(known, mine)
            places[places == len(known)] = 0
            same = known[places] == mine
            found[low : high + 1] = np.where(same, frequency[places], found[low : high + 1])
        if pieces != len(self._piece(0)):
            raise _Damaged
        return found

    def array(self, name: str, part: int | None = None) -> "Array":
        """Return an array of a part, by default of the first. Raises `_Damaged`."""
        number = self._parts[0].number if part is None else part
        return _array(self._connection, number, name)

    def _piece(self, place: int) -> "Hashes":
        found = self._pieces[place]
        assert found is not None
        return found

    def _load(self, hashes: "Hashes") -> "list[Listed]":
        """Return the postings of the pieces in which these keys may be, of each part."""
        import numpy as np

        from filiation.match.across import Listed

        loaded: list[Listed] = []
        for place, part in enumerate(self._parts):
            at = np.searchsorted(self._piece(place), hashes, side="right") - 1
            wanted = (np.unique(at[at >= 0]) + (part.number << 32)).tolist()
            rows = self._connection.execute(
                "SELECT number, keys, postings, sum FROM across_postings "
                "WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number",
                (json.dumps(wanted),),
            ).fetchall()
            if len(rows) != len(wanted):
                raise _Damaged
            known, frequency, times, found, weights = _read(rows)
            borders = np.concatenate(([0], np.cumsum(times)))
            loaded.append(Listed(self.counted, known, frequency, borders, found, weights))
        return loaded


def _array(connection: sqlite3.Connection, part: int, name: str) -> "Array":
    import numpy as np

    row = connection.execute(
        "SELECT data, sum FROM across_array WHERE part = ? AND name = ?", (part, name)
    ).fetchone()
    if row is None or zlib.crc32(row[0]) != row[1]:
        raise _Damaged
    kinds = {"article": "<i8", "day": "<i4", "language": "<i2", "piece": "<u8"}
    kinds |= {"hashes": "<u8", "counts": "<i8"}
    return np.frombuffer(row[0], kinds.get(name.split(" ")[0], "<f8"))


def _read(
    rows: Sequence[tuple[int, bytes, bytes, int]],
) -> "tuple[Hashes, Numbers, Numbers, Days, NDArray[np.uint8]]":
    """Return of pieces, one after the other: keys, frequencies, counts, rows and weights."""
    import numpy as np

    known, often, times, found, weights = ([b""] for _ in range(5))
    for _, keys, postings, total in rows:
        if zlib.crc32(postings, zlib.crc32(keys)) != total:
            raise _Damaged
        size, count = len(keys) // 16, len(postings) // 5
        known.append(keys[: 8 * size])
        often.append(keys[8 * size : 12 * size])
        times.append(keys[12 * size :])
        found.append(postings[: 4 * count])
        weights.append(postings[4 * count :])
    return (
        np.frombuffer(b"".join(known), "<u8"),
        np.frombuffer(b"".join(often), "<u4").astype(np.int64),
        np.frombuffer(b"".join(times), "<u4").astype(np.int64),
        np.frombuffer(b"".join(found), "<i4"),
        np.frombuffer(b"".join(weights), np.uint8),
    )


def _together(found: "Sequence[Posted]", offsets: Sequence[int]) -> "Posted":
    """Return as one what several parts have of the same keys; the first one's frequencies hold."""
    import numpy as np

    from filiation.match.across import Posted

    size = len(found[0].known)
    key = np.concatenate([np.repeat(np.arange(size), one.times) for one in found])
    order = np.argsort(key, kind="stable")
    rows = np.concatenate(
        [one.rows + np.int32(offset) for one, offset in zip(found, offsets, strict=False)]
    )
    return Posted(
        np.logical_or.reduce([one.known for one in found]),
        found[0].frequency,
        np.sum([one.times for one in found], axis=0),
        rows[order],
        np.concatenate([one.weights for one in found])[order],
    )


class Abroad:
    """The articles of a library, asked which of them a text in another language may be."""

    def __init__(
        self,
        library: Library,
        *,
        jobs: int | None = None,
        progress: Progress | None = None,
        says: Callable[[str], None] | None = None,
    ) -> None:
        """Take a library; where its index is not up to date, it is made so when it is first asked.

        For that the library is opened for writing once more, unless it is so already. `says` is
        told of a writer that is waited for.
        """
        self._library = library
        self._jobs = jobs
        self._progress = progress
        self._says = says or _silent

    def ask(
        self,
        keys: "Keys",
        languages: Sequence[str | None],
        days: Sequence[int | None] = (),
        *,
        window: int | None = None,
        limit: int = 50,
    ) -> "list[list[tuple[int, Found]]]":
        """Return for each text (number in the library, found), best first, as `Ranking.query` does.

        Raises `LibraryError` where the index has to be made first and cannot be.
        """
        if not self._library.size:
            return [[] for _ in languages]
        try:
            return self._asked(keys, languages, days, window, limit)
        except _Damaged:
            self._written(forget)
        try:
            return self._asked(keys, languages, days, window, limit)
        except _Damaged as error:
            what = "its index across languages is damaged as soon as it is made"
            raise LibraryError(self._library.path, what, "look after the disk") from error

    def _asked(
        self,
        keys: "Keys",
        languages: Sequence[str | None],
        days: Sequence[int | None],
        window: int | None,
        limit: int,
    ) -> "list[list[tuple[int, Found]]]":
        answers: list[list[tuple[int, Found]]] = []
        with self._snapshot() as (ranking, stored, article):
            for start in range(0, len(keys), ASKED):
                stop = min(start + ASKED, len(keys))
                with stored.holding(keys, start, stop):
                    for n in range(start, stop):
                        found = ranking.query(
                            keys,
                            n,
                            language=languages[n],
                            day=days[n] if days else None,
                            window=window,
                            limit=limit,
                        )
                        answers.append([(int(article[one.number]), one) for one in found])
        return answers

    @contextmanager
    def _snapshot(self) -> "Iterator[tuple[Ranking, _Stored, Numbers]]":
        """Yield what is asked, as it is at one moment whoever writes meanwhile."""
        with told(self._library.path):
            state = _state(self._library.connection)
        if state is None or state.behind:
            self._written(partial(index_languages, jobs=self._jobs, progress=self._progress))
        with Library.open(self._library.path) as reader, told(self._library.path):
            reader.connection.execute("BEGIN")
            state = _state(reader.connection)
            if state is None:
                raise _Damaged
            yield _ranking(reader.connection, state)

    def _written(self, work: Callable[[Library], None]) -> None:
        """Do something to the library that writes."""
        if self._library.writing:
            work(self._library)
            return
        with Library.open(self._library.path, writing=True, says=self._says) as library:
            work(library)


def _ranking(connection: sqlite3.Connection, state: _State) -> "tuple[Ranking, _Stored, Numbers]":
    import numpy as np

    from filiation.match.across import Ranking

    stored = _Stored(connection, state.parts)

    def whole(name: str) -> "Array":
        return np.concatenate([stored.array(name, part.number) for part in state.parts])

    article = whole("article")
    return Ranking(stored, _articles(state, stored, whole)), stored, article


def _articles(state: _State, stored: _Stored, whole: "Callable[[str], Array]") -> "Articles":
    import numpy as np

    from filiation.match.across import Articles

    names = sorted({code for part in state.parts for code in part.languages})
    codes = {code: n for n, code in enumerate(names, 1)}
    language: list[Array] = []
    for part in state.parts:
        # A part counts its own languages.
        numbers = np.array([0, *(codes[code] for code in part.languages)], np.int16)
        language.append(numbers[stored.array("language", part.number)])
    foreign = {code: whole(f"usual {code}") for code in state.parts[0].means if code}
    return Articles(
        whole("norm"), codes, np.concatenate(language), whole("day"), whole("usual"), foreign
    )


def _unheard(_stage: str, _done: int, _all: int) -> None:
    return


def _silent(_: str) -> None:
    return
