"""Which pairs of articles of a library in different languages are worth comparing.

Theory of operation
-------------------
1. *Keys* of all articles come from the library. Each is weighed as `match.across` weighs it, by its
   rarity among all articles here, and a pair's measure is the cosine.
2. *First look*: for the articles of one language those of another that share rare keys with them,
   within a window of days where both dates are known. Rare keys are one in ten, and bring few pairs.
3. *Second look*: of each article the best of these by the cosine of all keys, divided as there by
   what either resembles: everything in the other's language, and its own best others (CSLS).
4. *Mutual*: a pair is kept where each of the two is among the best few of the other.

Articles are taken in the order of the corpus, which depends on the articles alone; blocks of them are
worked on by several processes. The keys lie in temporary files, so that memory holds a block.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from filiation.audit.corpus import Corpus
from filiation.library import Library
from filiation.library.keyed import keyed, make_keys
from filiation.library.workers import mapped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiation.match.keys import Keys
    from filiation.match.lexicon import Lexicon
    from filiation.match.neural import Model

    Array = NDArray[Any]
    Pairs = NDArray[np.int64]
    Numbers = NDArray[np.int64]
    Values = NDArray[np.float64]

__all__ = ["WINDOW", "abroad"]

WINDOW = 30
"""Days between two articles up to which they are compared (a convention): most translations of news
follow within days."""
RARE = 0.01
"""Share of the articles up to which a key is rare."""
FEWEST = 30
"""Articles up to which a key is rare in a small library."""
LOOKED_AT = 24
"""Articles that the first look leaves of each language to each article."""
BEST = 2
"""How many of the best of either of the two a pair must be among."""
RANKED = 8
"""How many of the best of either a model chooses from."""
LEAST = 0.35
"""Score of a pair from either side, as `match.across` has it, from which it is compared. Of 123 articles
of NTREX in four languages among 3,000 English ones 0.984 of English and French, 0.967 of English and
Russian, 0.707 of English and Arabic are compared (0.984, 0.927 and 0.276 at 0.6; at 0.25, where a
hundred false pairs more come, 0.789 of Arabic)."""
SAMPLE = 50
"""Texts of a language by which it is told what resembles everything in it."""
CELLS = 8_000_000
"""Pairs looked at at a time: 64 MB."""
BLOCK = 512
"""Articles looked at at a time, at the most."""
DAY = 86_400.0


def abroad(
    library: Library,
    corpus: Corpus,
    *,
    window: int = WINDOW,
    jobs: int = 1,
    lexicon: "Lexicon | None" = None,
    model: "Model | None" = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> "Pairs":
    """Return the pairs of articles in different languages worth comparing: two places a row, sorted.

    `lexicon` tells what words mean: of two languages those of the rarer one are looked up. `model`
    chooses the `BEST` of each article among `RANKED`, instead of the score.

    Articles of which the language is not known are in none. Where all are of one language nothing
    is done. Two articles dated more than `window` days apart are no pair. The library must be open
    for writing: keys that it lacks are made and kept. Raises `LibraryError`.
    """
    import numpy as np

    from filiation.match.across import base

    bases = np.array([base(language) for language in corpus.language.tolist()])
    languages = sorted(set(bases.tolist()) - {""})
    if len(languages) < 2:
        return np.zeros((0, 2), np.int64)
    make_keys(library, jobs=jobs, progress=progress)
    with tempfile.TemporaryDirectory(prefix="filiation-") as folder:
        sizes = {language: int((bases == language).sum()) for language in languages}
        helped = _helped(library, lexicon, sizes, Path(folder), progress)
        _spread(corpus, Path(folder), helped)
        np.save(Path(folder) / "day.npy", corpus.time / DAY)
        for language in languages:
            np.save(Path(folder) / f"of-{language}.npy", np.flatnonzero(bases == language))
        sides = [(one, other) for one in languages for other in languages if one != other]
        work = _Work(folder, window, BEST if model is None else RANKED)
        some = jobs if len(corpus) > SMALL else 1
        damping = [_Task("damp", *side, *block) for side in sides for block in _of(side[1], sizes)]
        found: dict[tuple[str, str], list[Array]] = {}
        for task, damped in zip(damping, mapped(work, damping, some), strict=True):
            found.setdefault((task.asking, task.asked), []).append(damped[0])
        for (asking, asked), parts in found.items():
            total = np.concatenate(parts)
            np.save(Path(folder) / f"damp-{asking}-{asked}.npy", _damped(total))
        tasks = [_Task("ask", *side, *block) for side in sides for block in _of(side[0], sizes)]
        best: dict[tuple[str, str], list[tuple[Array, ...]]] = {}
        for done, (task, answer) in enumerate(zip(tasks, mapped(work, tasks, some), strict=True)):
            best.setdefault((task.asking, task.asked), []).append(answer)
            if progress:
                progress("searching across languages", done + 1, len(tasks))
        pairs = _mutual(best, len(corpus))
    return pairs if model is None else _chosen(library, corpus, pairs, model, progress)


SMALL = 2_000
"""Articles up to which one process does it all."""


@dataclass(frozen=True, slots=True)
class _Task:
    """A block of work, by places within the articles of a language."""

    what: Literal["damp", "ask"]
    asking: str
    asked: str
    first: int
    after: int


def _of(language: str, sizes: dict[str, int]) -> Iterator[tuple[int, int]]:
    most = max(sizes.values())
    step = max(1, min(BLOCK, CELLS // most))
    for first in range(0, sizes[language], step):
        yield first, min(first + step, sizes[language])


def _damped(total: "Values") -> "Values":
    from filiation.match.across import DAMPING, damping

    return damping(total, float(total.mean()), DAMPING)


def _mutual(best: "dict[tuple[str, str], list[tuple[Array, ...]]]", size: int) -> "Pairs":
    """Return the pairs that are among the best of both of their articles, with scores enough."""
    import numpy as np

    pairs: list[Numbers] = [np.zeros(0, np.int64)]
    coded: dict[tuple[str, str], tuple[Array, Array]] = {}
    for side, answers in best.items():
        one, other, score = (np.concatenate(column) for column in zip(*answers, strict=True))
        enough = score >= LEAST
        coded[side] = (one * size + other)[enough], (other * size + one)[enough]
    for asking, asked in coded:
        if asking < asked:
            pairs.append(np.intersect1d(coded[asking, asked][0], coded[asked, asking][1]))
    a, b = np.divmod(np.concatenate(pairs), size)
    found = np.sort(np.stack((a, b), axis=1), axis=1)
    return found[np.lexsort((found[:, 1], found[:, 0]))]


def _chosen(
    library: Library,
    corpus: Corpus,
    pairs: "Pairs",
    model: "Model",
    progress: Callable[[str, int, int], None] | None,
) -> "Pairs":
    """Return the pairs that are, to a model, among the `BEST` likest of both of their articles."""
    import numpy as np

    likest: dict[int, list[tuple[float, int]]] = {}
    for row, (a, b) in enumerate(pairs.tolist()):
        numbers = corpus.number[[a, b]].tolist()
        one, other = (article for _, article in library.articles(numbers))
        likeness = model.likeness(one, other)
        for place in (a, b):
            likest.setdefault(place, []).append((-likeness, row))
        if progress:
            progress("ranking by the model", row + 1, len(pairs))
    kept = {place: {row for _, row in sorted(rows)[:BEST]} for place, rows in likest.items()}
    both = [row in kept[a] and row in kept[b] for row, (a, b) in enumerate(pairs.tolist())]
    chosen: Pairs = pairs[np.array(both, bool)]
    return chosen


# --- the keys, spread out in files ---------------------------------------------------------------


_Keyed = Callable[[], "Iterator[tuple[Numbers, Keys]]"]
"""Yields the keys of all articles in batches, with their numbers, as often as it is called."""


def _helped(
    library: Library,
    lexicon: "Lexicon | None",
    sizes: dict[str, int],
    folder: Path,
    progress: Callable[[str, int, int], None] | None,
) -> _Keyed:
    """Return what yields the keys of all articles, with those of what their words mean."""
    if lexicon is None:
        return lambda: keyed(library.connection)
    import numpy as np

    from filiation.match.keys import Keys
    from filiation.match.lexicon import expanded

    files: list[Path] = []
    done, whole = 0, sum(sizes.values())
    for numbers, keys in keyed(library.connection):
        articles = [article for _, article in library.articles(numbers.tolist())]
        made = expanded(keys, articles, lexicon, sizes)
        files.append(folder / f"helped-{len(files)}.npz")
        np.savez(
            files[-1],
            numbers=numbers,
            hashes=made.hashes,
            weights=made.weights,
            offsets=made.offsets,
        )
        done += len(numbers)
        if progress:
            progress("looking words up", done, whole)

    def read() -> "Iterator[tuple[Numbers, Keys]]":
        for file in files:
            with np.load(file) as kept:
                yield kept["numbers"], Keys(kept["hashes"], kept["weights"], kept["offsets"])

    return read


def _spread(corpus: Corpus, folder: Path, helped: _Keyed) -> None:
    """Write the keys of all articles, numbered, in the order of the corpus, and what each says."""
    import numpy as np

    from filiation.match.across import rarity

    size = len(corpus)
    counts = np.zeros(size, np.int64)
    known, often = np.zeros(0, np.uint64), np.zeros(0, np.int64)
    for numbers, keys in helped():
        counts[corpus.places(numbers)] = np.diff(keys.offsets)
        fresh, times = np.unique(keys.hashes, return_counts=True)
        both = np.concatenate((known, fresh))
        known, which = np.unique(both, return_inverse=True)
        often = np.bincount(which, np.concatenate((often, times)), len(known)).astype(np.int64)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    whole = max(1, int(offsets[-1]))
    ids = np.lib.format.open_memmap(folder / "id.npy", "w+", np.int32, (whole,))
    weights = np.lib.format.open_memmap(folder / "weight.npy", "w+", np.uint8, (whole,))
    said = rarity(often, size)
    norms = np.zeros(size)
    for numbers, keys in helped():
        places = corpus.places(numbers)
        number = np.searchsorted(known, keys.hashes).astype(np.int32)
        owner = np.repeat(np.arange(len(numbers)), np.diff(keys.offsets))
        value = _loudness()[keys.weights] * said[number]
        norms[places] = np.sqrt(np.bincount(owner, value**2, len(numbers)))
        for n, place in enumerate(places.tolist()):
            low, high = keys.offsets[n], keys.offsets[n + 1]
            ids[offsets[place] : offsets[place + 1]] = number[low:high]
            weights[offsets[place] : offsets[place + 1]] = keys.weights[low:high]
    ids.flush()
    weights.flush()
    rare = (often > 1) & (often <= max(FEWEST, RARE * size))
    for name, array in (
        ("offset", offsets),
        ("said", said),
        ("norm", np.maximum(norms, 1e-9)),
        ("rare", rare),
    ):
        np.save(folder / f"{name}.npy", array)


def _loudness() -> "Values":
    import numpy as np

    from filiation.match.across import loud

    return loud(np.arange(256, dtype=np.uint8))


# --- in a worker ---------------------------------------------------------------------------------


class _Work:
    """Looks for the best articles of a language for a block of another's, in any process."""

    def __init__(self, folder: str, window: int, most: int) -> None:
        """`most` are the best of each article."""
        self._folder = folder
        self._window = window
        self._most = most
        self._arrays: dict[str, Array] = {}
        self._postings: tuple[str, tuple[Array, Array, Array]] | None = None

    def __getstate__(self) -> tuple[str, int, int]:
        return self._folder, self._window, self._most

    def __setstate__(self, state: tuple[str, int, int]) -> None:
        self.__init__(*state)  # type: ignore[misc]

    def __call__(self, task: _Task) -> "tuple[Array, ...]":
        return self._resembled(task) if task.what == "damp" else self._best(task)

    def _array(self, name: str) -> "Array":
        import numpy as np

        if name not in self._arrays:
            self._arrays[name] = np.load(Path(self._folder) / f"{name}.npy", mmap_mode="r")
        return self._arrays[name]

    def _vectors(self, places: "Array") -> "tuple[Array, Array, Array]":
        """Return of these articles: key, value, and offsets; together each is of length 1."""
        import numpy as np

        offset, ids, weights = (self._array(name) for name in ("offset", "id", "weight"))
        counts = offset[places + 1] - offset[places]
        offsets = np.concatenate(([0], np.cumsum(counts)))
        at = np.repeat(offset[places] - offsets[:-1], counts) + np.arange(offsets[-1])
        key = ids[at]
        value = _loudness()[weights[at]] * self._array("said")[key]
        value /= np.repeat(self._array("norm")[places], counts)
        return key, value, offsets

    def _resembled(self, task: _Task) -> "tuple[Array]":
        """Return how much a block of articles resembles some texts of a language taken together."""
        import numpy as np

        from filiation.match.across import RELATED

        asking = self._array(f"of-{task.asking}")
        chosen = np.linspace(0, len(asking) - 1, min(SAMPLE, len(asking))).astype(np.int64)
        mine = np.asarray(self._array(f"of-{task.asked}")[task.first : task.after])
        key, value, offsets = self._vectors(mine)
        total = np.zeros(len(mine))
        dense = np.zeros(len(self._array("said")))
        sample, said, at = self._vectors(np.asarray(asking[chosen]))
        for n in range(len(chosen)):
            low, high = at[n], at[n + 1]
            dense[sample[low:high]] = said[low:high]
            total += np.minimum(_sums(dense[key] * value, offsets), RELATED)
            dense[sample[low:high]] = 0
        return (total,)

    def _best(self, task: _Task) -> "tuple[Array, Array, Array]":
        """Return the best pairs of a block: place of the one asked for, of the other, score."""
        import numpy as np

        mine = np.asarray(self._array(f"of-{task.asking}")[task.first : task.after])
        theirs = np.asarray(self._array(f"of-{task.asked}"))
        damp = self._array(f"damp-{task.asking}-{task.asked}")
        row, column = self._first_look(mine, theirs, task.asked)
        found: list[tuple[Array, Array, Array]] = []
        dense = np.zeros(len(self._array("said")))
        borders = np.searchsorted(row, np.arange(len(mine) + 1))
        key, value, at = self._vectors(mine)
        for n in range(len(mine)):
            others = column[borders[n] : borders[n + 1]]
            if not len(others):
                continue
            low, high = at[n], at[n + 1]
            dense[key[low:high]] = value[low:high]
            keys, values, offsets = self._vectors(theirs[others])
            cosines = _sums(dense[keys] * values, offsets)
            dense[key[low:high]] = 0
            scores = _scores(cosines, damp[others])
            kept = np.lexsort((others, -scores))[: self._most]
            found.append((np.full(len(kept), mine[n]), theirs[others[kept]], scores[kept]))
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
        one, other, score = (np.concatenate(column) for column in zip(*found, strict=True))
        return one, other, score

    def _first_look(self, mine: "Array", theirs: "Array", language: str) -> "tuple[Array, Array]":
        """Return the pairs that share the most by rare keys: index in `mine`, in `theirs`."""
        import numpy as np

        key, value, offsets = self._vectors(mine)
        keys, columns, values = self._rare(theirs, language)
        rare = self._array("rare")[key]
        row = np.repeat(np.arange(len(mine)), np.diff(offsets))[rare]
        key, value = key[rare], value[rare]
        low = np.searchsorted(keys, key, side="left")
        times = np.searchsorted(keys, key, side="right") - low
        inner = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        at = np.repeat(low, times) + inner
        cell = np.repeat(row, times) * len(theirs) + columns[at]
        table = np.bincount(
            cell, np.repeat(value, times) * values[at], len(mine) * len(theirs)
        ).reshape(len(mine), len(theirs))
        day = self._array("day")
        far = np.abs(day[mine][:, None] - day[theirs][None, :]) > self._window
        table[far] = 0
        most = min(LOOKED_AT, len(theirs))
        # The least that is good enough, with all its equals.
        least = np.partition(table, -most, axis=1)[:, -most][:, None]
        row, column = np.nonzero((table >= least) & (table > 0))
        return row, column

    def _rare(self, theirs: "Array", language: str) -> "tuple[Array, Array, Array]":
        """Return the rare keys of a language's articles in order, whose they are, their values."""
        import numpy as np

        if self._postings is None or self._postings[0] != language:
            found: list[tuple[Array, Array, Array]] = []
            for first in range(0, len(theirs), BLOCK):
                key, value, offsets = self._vectors(theirs[first : first + BLOCK])
                rare = self._array("rare")[key]
                owner = np.repeat(np.arange(first, first + len(offsets) - 1), np.diff(offsets))
                found.append((key[rare], owner[rare].astype(np.int32), value[rare]))
            key, owner, value = (np.concatenate(column) for column in zip(*found, strict=True))
            order = np.argsort(key, kind="stable")
            self._postings = language, (key[order], owner[order], value[order])
        return self._postings[1]


def _sums(values: "Array", offsets: "Array") -> "Array":
    """Return the sum of each run of values."""
    import numpy as np

    sums = np.concatenate(([0.0], np.cumsum(values)))
    return sums[offsets[1:]] - sums[offsets[:-1]]


def _scores(cosines: "Values", damp: "Values") -> "Values":
    import numpy as np

    from filiation.match.across import LEAST_COSINE, LEAST_NEAREST, nearest

    scores: Values = cosines / damp / np.sqrt(max(LEAST_NEAREST, nearest(cosines)))
    scores[cosines < LEAST_COSINE] = 0
    return scores
