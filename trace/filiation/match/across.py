"""Which of many articles in other languages may be the source of one, or its translation.

The keys of all articles stand in sorted postings. Articles are ranked by the cosine of their keys,
each weighed by its rarity; the cosine is divided by powers of two expectations: how much an
article resembles texts of the question's language picked evenly (a list of words resembles everything), and how
much the best others resemble the question (one language keeps more keys than another). It is the
correction of cross-domain similarity local scaling (Conneau et al., Word translation without
parallel data, 2018), as a ratio, so that it holds where cosines are small.

What ranks first is a candidate, no finding: `compare` has the proof.

`Ranking` does all this wherever the postings are: in memory, as in `Across`, or stored in a library.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any, Protocol

from filiation.match.keys import UNIT, Keys

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Numbers = NDArray[np.int64]
    Rows = NDArray[np.int32]
    Values = NDArray[np.float64]
    Weights = NDArray[np.uint8]

__all__ = [
    "SCORING",
    "UNDATED",
    "Across",
    "Articles",
    "Found",
    "Listed",
    "Posted",
    "Postings",
    "Ranking",
    "add_squares",
    "base",
    "cosines_of",
    "damping",
    "factors_of",
    "languages_learnt",
    "loud",
    "nearest",
    "norms_of",
    "picked",
    "rarity",
    "resembled",
]

SCORING = 1
"""Number of this way of scoring. Whoever stores what was worked out by it keeps it with that."""
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


@dataclass(frozen=True, slots=True)
class Posted:
    """Which articles have each of some keys."""

    known: "NDArray[np.bool_]"
    """Whether any article has it."""
    frequency: "Numbers"
    """How many articles have it."""
    times: "Numbers"
    """How many of them are listed: none of a key that says nothing."""
    rows: "Rows"
    """Those that are listed: of the first key, of the second, and so on."""
    weights: "Weights"


class Postings(Protocol):
    """The keys of articles, by key, wherever they are kept."""

    @property
    def counted(self) -> int:
        """How many articles frequencies are counted over."""
        ...

    def posted(self, hashes: "Hashes") -> Posted:
        """Return which articles have these keys, sorted and each once."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """Postings in memory."""

    counted: int
    known: "Hashes"
    """The keys, sorted."""
    frequency: "Numbers"
    borders: "Numbers"
    """Where the articles of each key begin in `rows`, and the end."""
    rows: "Rows"
    weights: "Weights"

    @classmethod
    def of(cls, keys: Keys) -> "Listed":
        """Return the postings of the keys of articles."""
        import numpy as np

        rows = np.repeat(np.arange(len(keys), dtype=np.int32), np.diff(keys.offsets))
        return cls.made(keys.hashes, rows, keys.weights, len(keys))

    @classmethod
    def made(
        cls,
        hashes: "Hashes",
        rows: "Rows",
        weights: "Weights",
        counted: int,
        frequency: "Callable[[Hashes], Numbers] | None" = None,
    ) -> "Listed":
        """Return the postings of keys, each with the row of the article that has it.

        `frequency` tells how many of the `counted` articles have each of some keys, sorted and each
        once; else it is counted here. Of one key the rows keep their order.
        """
        import numpy as np

        order = np.argsort(hashes, kind="stable")
        hashes = hashes[order]
        fresh = np.ones(len(hashes), bool)
        fresh[1:] = hashes[1:] != hashes[:-1]
        begins = np.flatnonzero(fresh)
        known = hashes[begins]
        times = np.diff(np.append(begins, len(hashes)))
        often = times if frequency is None else frequency(known)
        kept = rarity(often, counted) > 0
        order = order[np.repeat(kept, times)]
        borders = np.concatenate(([0], np.cumsum(np.where(kept, times, 0))))
        return cls(counted, known, often, borders, rows[order], weights[order])

    def posted(self, hashes: "Hashes") -> Posted:
        """Return which articles have these keys."""
        import numpy as np

        if not len(self.known):
            nothing = np.zeros(len(hashes), np.int64)
            return Posted(nothing > 0, nothing, nothing, self.rows[:0], self.weights[:0])
        places = np.searchsorted(self.known, hashes)
        places[places == len(self.known)] = 0
        known = self.known[places] == hashes
        begins = self.borders[places]
        times = np.where(known, self.borders[places + 1] - begins, 0)
        inner = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        at = np.repeat(begins, times) + inner
        frequency = np.where(known, self.frequency[places], 0)
        return Posted(known, frequency, times, self.rows[at], self.weights[at])


@dataclass(frozen=True, slots=True)
class Articles:
    """What a ranking knows of each article besides its keys: arrays of one length, by row."""

    norms: "Values"
    codes: dict[str, int]
    """Number of each language, from 1; 0 stands for none that is known."""
    language: "NDArray[np.int16]"
    day: "Rows"
    """Number of the day of publication; `UNDATED` where it is not known."""
    usual: "Values"
    """What cosines are divided by, told by texts of all languages."""
    foreign: dict[str, "Values"]
    """The same for questions in a language, told by its texts."""

    def __len__(self) -> int:
        return len(self.norms)

    def damped(self, language: str) -> "Values":
        """Return what cosines are divided by where a question is in this language."""
        return self.foreign.get(language, self.usual)


class Ranking:
    """Articles that can be asked which of them resemble a text in another language."""

    def __init__(self, postings: Postings, articles: Articles) -> None:
        self.postings = postings
        self.articles = articles

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

        articles = self.articles
        cosines, shared = _cosines(self.postings, articles.norms, keys, number)
        if shared < LEAST_KEYS:
            return []
        asked = articles.codes.get(base(language), 0)
        able = np.ones(len(articles), bool) if not asked else articles.language != asked
        if day is not None and window is not None:
            able &= (articles.day == UNDATED) | (np.abs(articles.day - day) <= window)
        able &= cosines >= LEAST_COSINE
        near = np.flatnonzero(able)
        if not len(near):
            return []
        scores = cosines[near] / articles.damped(base(language))[near]
        scores /= np.sqrt(max(LEAST_NEAREST, nearest(cosines[near])))
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


class Across(Ranking):
    """The keys of many articles in memory, which can be asked which of them resemble another's."""

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
        bases = [base(language) for language in languages] or [""] * size
        codes = {code: number for number, code in enumerate(sorted({*bases} - {""}), 1)}
        dated = [UNDATED if day is None else day for day in days] or [UNDATED] * size
        listed = Listed.of(keys)
        self._listed = listed
        norms = norms_of(listed, size)
        chosen = picked(np.arange(size))
        total = resembled(listed, norms, keys, chosen.tolist(), chosen.tolist())
        articles = Articles(
            norms,
            codes,
            np.array([codes.get(code, 0) for code in bases], np.int16),
            np.array(dated, np.int32),
            damping(total, float(total.mean()) if size else 0.0, OWN_DAMPING),
            {},
        )
        super().__init__(listed, articles)
        for code in languages_learnt(bases):
            mine = picked(np.flatnonzero(articles.language == codes[code])).tolist()
            self._learn(keys, code, mine, mine)

    def learn(self, keys: Keys, languages: Sequence[str | None]) -> None:
        """Learn from texts which articles resemble everything in their languages.

        The library's own articles are learnt from at once. It pays where questions come in
        languages of which the library has few; `LEAST_SAMPLE` texts of one are the least.
        """
        import numpy as np

        bases = np.array([base(language) for language in languages])
        for code in sorted(set(bases.tolist()) - {""}):
            mine = np.flatnonzero(bases == code)
            if len(mine) >= LEAST_SAMPLE:
                self._learn(keys, code, picked(mine).tolist(), ())

    def _learn(self, keys: Keys, code: str, chosen: Sequence[int], own: Sequence[int]) -> None:
        total = resembled(self.postings, self.articles.norms, keys, chosen, own)
        mean = float(total.mean()) if len(total) else 0.0
        self.articles.foreign[code] = damping(total, mean, DAMPING)

    @property
    def bytes(self) -> int:
        """Return the memory of the index, in bytes."""
        one, each = self._listed, self.articles
        arrays: list[NDArray[Any]] = [one.known, one.frequency, one.borders, one.rows, one.weights]
        arrays += [each.norms, each.usual, each.language, each.day, *each.foreign.values()]
        return sum(array.nbytes for array in arrays)


def rarity(frequency: "Numbers", articles: int) -> "Values":
    """Return what keys say that so many of the articles have; 0 where they say nothing."""
    import numpy as np

    said: Values = np.log((articles + OTHERS) / (frequency + 1.0)).clip(0) ** RARITY
    if articles >= FEW:
        said[frequency > COMMONEST * articles] = 0
    return said


def norms_of(listed: Listed, size: int) -> "Values":
    """Return the squared lengths' roots of the articles whose keys are listed, by row."""
    import numpy as np

    norms: Values = np.zeros(size)
    add_squares(norms, listed)
    return np.sqrt(norms)


def add_squares(squares: "Values", listed: Listed) -> None:
    """Add to each article's number the squares of what its listed keys say."""
    import numpy as np

    said_of = rarity(listed.frequency, listed.counted)
    for first in range(0, len(listed.known), _AT_ONCE):  # bounds the memory of the sum
        after = min(first + _AT_ONCE, len(listed.known))
        low, high = listed.borders[first], listed.borders[after]
        said = loud(listed.weights[low:high])
        said *= np.repeat(said_of[first:after], np.diff(listed.borders[first : after + 1]))
        squares += np.bincount(listed.rows[low:high], said**2, len(squares))


def picked(numbers: "Numbers") -> "Numbers":
    """Return `SAMPLE` of the numbers, evenly."""
    import numpy as np

    if not len(numbers):
        return numbers
    at = np.linspace(0, len(numbers) - 1, min(SAMPLE, len(numbers))).astype(np.int64)
    return numbers[at]


def languages_learnt(bases: Sequence[str]) -> list[str]:
    """Return the languages of which there are texts enough to learn what resembles them."""
    counts = Counter(code for code in bases if code)
    return sorted(code for code, n in counts.items() if n >= LEAST_SAMPLE and len(counts) > 1)


def resembled(
    postings: Postings,
    norms: "Values",
    keys: Keys,
    chosen: Sequence[int],
    own: Sequence[int],
) -> "Values":
    """Return how much each article resembles the chosen texts of `keys`, taken together.

    `own` are the rows of those texts among the articles, where they are among them: no article
    resembles itself.
    """
    import numpy as np

    total: Values = np.zeros(len(norms))
    for place, number in enumerate(chosen):
        cosines, _ = _cosines(postings, norms, keys, number)
        if own:
            cosines[own[place]] = 0
        total += np.minimum(cosines, RELATED)
    return total


def damping(total: "Values", mean: float, power: float) -> "Values":
    """Return what the cosine of each article is divided by, about 1, by what `resembled` returned.

    `mean` is that of all articles.
    """
    import numpy as np

    if not mean:
        return np.ones(len(total))
    damped: Values = ((total / mean + FLOOR) / (1 + FLOOR)) ** power
    return damped


def _cosines(postings: Postings, norms: "Values", keys: Keys, number: int) -> "tuple[Values, int]":
    """Return the cosine with each article, and how many keys are shared with any."""
    start, stop = keys.offsets[number], keys.offsets[number + 1]
    posted = postings.posted(keys.hashes[start:stop])
    factors, shared = factors_of(posted, keys.weights[start:stop], postings.counted)
    return cosines_of(posted, factors, norms), shared


def factors_of(posted: Posted, weights: "Weights", counted: int) -> "tuple[Values, int]":
    """Return what each key of a text adds to the cosine with an article that has it; how many do.

    It is to be multiplied by the key's loudness in the article, and divided by the article's norm.
    """
    import numpy as np

    said = loud(weights)
    # Keys that no article has lengthen the vector too, at half the weight of the rarest.
    alone = float((said[~posted.known] ** 2).sum()) * log(counted + OTHERS) ** (2 * RARITY) / 2
    rare = np.where(posted.known, rarity(posted.frequency, counted), 0.0)
    length = float(np.sqrt(((said * rare) ** 2).sum() + alone))
    factors: Values = said * rare**2 / max(length, _LEAST_NORM)
    return factors, int(np.count_nonzero(rare))


def cosines_of(posted: Posted, factors: "Values", norms: "Values") -> "Values":
    """Return the cosine of a text with each article."""
    import numpy as np

    each = loud(posted.weights) * np.repeat(factors, posted.times)
    total = np.bincount(posted.rows, each, len(norms))
    cosines: Values = total / np.maximum(norms, _LEAST_NORM)
    return cosines


UNDATED = -(2**31)
"""The day of an article that has none."""
_AT_ONCE = 100_000
_LEAST_NORM = 1e-9


def loud(weights: "NDArray[np.uint8]") -> "Values":
    """Return what keys of these weights say, their rarity left aside."""
    import numpy as np

    table = (np.arange(256) / UNIT) ** LOUDNESS
    loud: Values = table[weights]
    return loud


def nearest(cosines: "Values") -> float:
    """Return the mean of the highest cosines but the highest, which may be the one looked for."""
    import numpy as np

    if len(cosines) < 2:
        return 0.0
    most = min(NEAREST, len(cosines))
    return float(np.sort(np.partition(cosines, -most)[-most:])[:-1].mean())


def base(language: str | None) -> str:
    """Return the language without its region: `pt` for `pt-BR`."""
    return (language or "").replace("_", "-").split("-")[0].lower()
