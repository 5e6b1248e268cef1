"""Which of many articles in other languages may be the source of one, or its translation.

The keys of all articles stand in sorted postings. Articles are ranked by the cosine of their keys,
each weighed by its rarity; the cosine is divided by powers of two expectations: how much an
article resembles texts of the question's language picked evenly (a list of words resembles everything), and how
much the best others resemble the question (one language keeps more keys than another). It is the
correction of cross-domain similarity local scaling (Conneau et al., Word translation without
parallel data, 2018), as a ratio, so that it holds where cosines are small.

What ranks first is a candidate, no finding: `compare` has the proof.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from filiation.match.keys import UNIT, Keys

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Values = NDArray[np.float64]

__all__ = ["Across", "Found"]

RARITY = 0.6
"""Power of log(articles / frequency): R@1 of Arabic 0.61, 0.72, 0.75 at 1, 0.8, 0.6, other languages
of NTREX and WMT14 the same or better (15,574 English articles). With the keys of today the mean of 14
languages of NTREX-128 is 0.884, 0.902, 0.921, 0.925 at 1, 0.8, 0.6, 0.4 (even half); at 0.4 Korean loses."""
LOUDNESS = 0.5
"""Power of a key's own weight: R@1 of Arabic 0.53, 0.59, 0.61 at 1, 0.7, 0.5."""
COMMONEST = 0.3
"""Share of the articles from which on a key says nothing."""
FEW = 100
"""In a library of fewer articles than this frequent keys are not left out."""
OTHERS = 50
"""Articles thought of besides those given, without any of the keys: keeps rarity meaningful where
a handful of articles is searched."""
SAMPLE = 100
"""Texts of a language, picked evenly, by which it is told what resembles everything in it."""
LEAST_SAMPLE = 20
"""Texts of a language from which on it is told by them, and not by all that the library has."""
RELATED = 0.05
"""Cosine up to which a resemblance counts: a text on its own event says nothing of others."""
FLOOR = 0.25
"""Share of the mean resemblance that is added to each."""
DAMPING = 0.5
"""Power of the resemblance to texts of the question's language. R@1 of Arabic and Hindi among 21,728
texts is 0.66 and 0.70 where nothing is learnt of the language, 0.81 and 0.87 at 0.25, 0.82 and 0.97 at
0.5, 0.73 and 0.97 at 1 (the half of the texts that constants were chosen by)."""
OWN_DAMPING = 0.25
"""The same, where it is told by the library's texts in all languages: there 0.5 put the wrong one of
three reports of an earthquake first."""
NEAREST = 10
"""Articles whose resemblance to the question says how much its best others resemble it."""
LEAST_NEAREST = 0.02
"""The least resemblance they are thought to have: keeps a text with no names from ranking high."""
LEAST_KEYS = 8
"""Keys that a text shares with the library below which nothing is said (a convention)."""
LEAST_COSINE = 0.02


@dataclass(frozen=True, slots=True)
class Found:
    """An article that may be a translation of the one asked about, or its source."""

    number: int
    score: float
    """Ranks, and can be compared from one question to another; it is not a probability."""
    cosine: float


class Across:
    """The keys of many articles, which can be asked which of them resemble those of another."""

    def __init__(
        self,
        keys: Keys,
        languages: Sequence[str | None] = (),
        days: Sequence[int | None] = (),
    ) -> None:
        """Take the keys of articles, the language of each and the number of its day, where known.

        Raises `ValueError` where there are not as many languages or days as articles.
        """
        import numpy as np

        size = len(keys)
        for given in (languages, days):
            if given and len(given) != size:
                raise ValueError(f"{len(given)} languages or days for {size} articles")
        self.size = size
        codes = sorted({_base(language) for language in languages} - {""})
        self._codes = {code: number for number, code in enumerate(codes, 1)}
        self._language = np.array(
            [self._codes.get(_base(language), 0) for language in languages] or [0] * size, np.int16
        )
        self._day = np.array(
            [_UNDATED if day is None else day for day in days] or [_UNDATED] * size, np.int32
        )
        order = np.argsort(keys.hashes, kind="stable")
        hashes = keys.hashes[order]
        fresh = np.ones(len(hashes), bool)
        fresh[1:] = hashes[1:] != hashes[:-1]
        begins = np.flatnonzero(fresh)
        self._known = hashes[begins]
        self._borders = np.append(begins, len(hashes))
        rows = np.repeat(np.arange(size, dtype=np.int32), np.diff(keys.offsets))[order]
        weights = keys.weights[order]
        frequency = np.diff(self._borders)
        self._rarity = np.log((size + OTHERS) / (frequency + 1.0)).clip(0) ** RARITY
        if size >= FEW:
            self._rarity[frequency > COMMONEST * size] = 0
        kept = np.repeat(self._rarity > 0, frequency)
        self._rows, self._weights = rows[kept], weights[kept]
        frequency = np.where(self._rarity > 0, frequency, 0)
        self._borders = np.concatenate(([0], np.cumsum(frequency)))
        norms = np.zeros(size)
        for first in range(0, len(self._known), _AT_ONCE):  # bounds the memory of the sum
            after = min(first + _AT_ONCE, len(self._known))
            low, high = self._borders[first], self._borders[after]
            said = _loud(self._weights[low:high])
            said *= np.repeat(self._rarity[first:after], frequency[first:after])
            norms += np.bincount(self._rows[low:high], said**2, size)
        self._norms = np.sqrt(norms)
        chosen = np.unique(np.linspace(0, size - 1, min(SAMPLE, size)).astype(np.int64))
        self._usual = self._damping(keys, chosen, OWN_DAMPING, own=True)
        self._foreign: dict[str, Values] = {}
        for code, count in zip(codes, np.bincount(self._language)[1:].tolist(), strict=False):
            if count >= LEAST_SAMPLE and len(codes) > 1:
                self._learn(keys, code, np.flatnonzero(self._language == self._codes[code]), True)

    def learn(self, keys: Keys, languages: Sequence[str | None]) -> None:
        """Learn from texts which articles resemble everything in their languages.

        The library's own articles are learnt from at once. It pays where questions come in
        languages of which the library has few; `LEAST_SAMPLE` texts of one are the least.
        """
        import numpy as np

        bases = np.array([_base(language) for language in languages])
        for code in sorted(set(bases.tolist()) - {""}):
            mine = np.flatnonzero(bases == code)
            if len(mine) >= LEAST_SAMPLE:
                self._learn(keys, code, mine, False)

    def _learn(self, keys: Keys, code: str, mine: "Numbers", own: bool) -> None:
        import numpy as np

        chosen = mine[np.linspace(0, len(mine) - 1, min(SAMPLE, len(mine))).astype(np.int64)]
        self._foreign[code] = self._damping(keys, chosen, DAMPING, own=own)

    @property
    def bytes(self) -> int:
        """Return the memory of the index, in bytes."""
        arrays = (self._known, self._borders, self._rarity, self._rows, self._weights)
        more = (self._norms, self._usual, self._language, self._day, *self._foreign.values())
        return sum(array.nbytes for array in (*arrays, *more))

    def query(
        self,
        keys: Keys,
        number: int = 0,
        *,
        language: str | None = None,
        day: int | None = None,
        window: int | None = None,
        limit: int = 50,
    ) -> list[Found]:
        """Return the articles that resemble text `number` of `keys`, best first.

        Those known to be in its language are left out, and, with a window, those known to be dated
        more than so many days from it. Ties fall to the lower number. A text that shares too few
        keys with the library has no answer.
        """
        import numpy as np

        cosines, shared = self._cosines(keys, number)
        if shared < LEAST_KEYS:
            return []
        asked = self._codes.get(_base(language), 0)
        able = np.ones(self.size, bool) if not asked else self._language != asked
        if day is not None and window is not None:
            able &= (self._day == _UNDATED) | (np.abs(self._day - day) <= window)
        able &= cosines >= LEAST_COSINE
        near = np.flatnonzero(able)
        if not len(near):
            return []
        scores = cosines[near] / self._foreign.get(_base(language), self._usual)[near]
        scores /= np.sqrt(max(LEAST_NEAREST, _nearest(cosines[near])))
        if len(near) > limit:
            kept = scores >= np.partition(scores, -limit)[-limit]
            near, scores = near[kept], scores[kept]
        order = np.lexsort((near, -scores))[:limit]
        return [Found(int(near[n]), float(scores[n]), float(cosines[near[n]])) for n in order]

    def queries(
        self,
        keys: Keys,
        languages: Sequence[str | None] = (),
        days: Sequence[int | None] = (),
        *,
        window: int | None = None,
        limit: int = 50,
    ) -> Iterator[list[Found]]:
        """Yield the answer for each text of `keys`, as `query` gives it."""
        for number in range(len(keys)):
            yield self.query(
                keys,
                number,
                language=languages[number] if languages else None,
                day=days[number] if days else None,
                window=window,
                limit=limit,
            )

    def _damping(self, keys: Keys, chosen: "Numbers", power: float, *, own: bool) -> "Values":
        """Return what the cosine of each article is divided by, about 1, told by some texts.

        `own` says that the texts are those of the library, each with the article's number.
        """
        import numpy as np

        total = np.zeros(self.size)
        for number in chosen.tolist():
            cosines, _ = self._cosines(keys, number)
            if own:
                cosines[number] = 0
            total += np.minimum(cosines, RELATED)
        mean = float(total.mean()) if self.size else 0.0
        if not mean:
            return np.ones(self.size)
        damping: Values = ((total / mean + FLOOR) / (1 + FLOOR)) ** power
        return damping

    def _cosines(self, keys: Keys, number: int) -> "tuple[Values, int]":
        """Return the cosine with each article, and how many keys are shared with any."""
        import numpy as np

        start, stop = keys.offsets[number], keys.offsets[number + 1]
        hashes, said = keys.hashes[start:stop], _loud(keys.weights[start:stop])
        if not len(self._known) or not len(hashes):
            return np.zeros(self.size), 0
        places = np.searchsorted(self._known, hashes)
        places[places == len(self._known)] = 0
        same = self._known[places] == hashes
        # Keys that no article has lengthen the vector too, at half the weight of the rarest.
        alone = float((said[~same] ** 2).sum()) * log(self.size + OTHERS) ** (2 * RARITY) / 2
        places, said = places[same], said[same]
        telling = self._rarity[places] > 0
        places, said = places[telling], said[telling]
        rarity = self._rarity[places]
        length = float(np.sqrt(((said * rarity) ** 2).sum() + alone))
        if not len(places) or not length:
            return np.zeros(self.size), 0
        begins = self._borders[places]
        times = self._borders[places + 1] - begins
        inner = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        at = np.repeat(begins, times) + inner
        each = _loud(self._weights[at]) * np.repeat(said * rarity**2, times)
        total = np.bincount(self._rows[at], each, self.size)
        cosines: Values = total / (np.maximum(self._norms, _LEAST_NORM) * length)
        return cosines, len(places)


_UNDATED = -(2**31)
_AT_ONCE = 100_000
_LEAST_NORM = 1e-9


def _loud(weights: "NDArray[np.uint8]") -> "Values":
    import numpy as np

    table = (np.arange(256) / UNIT) ** LOUDNESS
    loud: Values = table[weights]
    return loud


def _nearest(cosines: "Values") -> float:
    """Return the mean of the highest cosines but the highest, which may be the one looked for."""
    import numpy as np

    if len(cosines) < 2:
        return 0.0
    most = min(NEAREST, len(cosines))
    return float(np.sort(np.partition(cosines, -most)[-most:])[:-1].mean())


def _base(language: str | None) -> str:
    return (language or "").replace("_", "-").split("-")[0].lower()
