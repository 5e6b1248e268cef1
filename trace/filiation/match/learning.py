"""Word pairs learnt from sentences that are each other's translation.

How strongly a word and a foreign one go together is told by how often they stand in the same pair of
sentences, against chance: the log-likelihood ratio (Dunning, Accurate methods for the statistics of
surprise and coincidence, 1993). In each pair of sentences the strongest pairs of words are linked
first, each word once (competitive linking: Melamed, Models of translational equivalence among words,
2000), so that what stands beside a word in every sentence is not taken for its meaning. What is
linked often enough is kept.

Inflected forms count as one word as far as they begin alike. In scripts without spaces, where no
words can be told, all runs of two to four characters stand for words.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.fold import folded
from filiation.languages import words_of
from filiation.match.dictionaries import Book, Entry
from filiation.match.lexicon import unglued
from filiation.match.words import UNSPACED, own_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Values = NDArray[np.float64]

__all__ = ["Told", "learnt"]

STEM = 6
"""Letters by which words are told apart: forms of one word have their beginning in common."""
SHORTEST = 3
"""Letters of the shortest word of a script with vowels; of others, one less."""
RUNS = (2, 3, 4)
"""Lengths of the runs of characters that stand for words in scripts without spaces."""
LEAST_TOGETHER = 2
"""Pairs of sentences in which two words stand both, at least."""
LEAST_RATIO = 11.0
"""Log-likelihood ratio from which on two words may be linked: chance alone reaches it once in a
thousand. R@1 of Chinese, learnt from 62 articles: 0.878, 0.894, 0.861 at 8, 11, 15; of Hebrew 0.967,
0.967, 0.976 (62 held-out questions among 15,123 English articles)."""
LEAST_SHARE = 0.4
"""Share of the sentences with both words in which they must be linked."""
COMMONEST = 0.2
"""Share of the sentences from which on a word says nothing."""
MOST_MEANINGS = 3
"""Meanings of one word that are kept."""
MOST_CELLS = 20_000_000
"""Pairs of words counted; of more sentences, a part is taken, picked evenly."""

Told = Callable[[str, int, int], None]
"""Takes the stage, and how much of how much of it is done."""


@dataclass(frozen=True, slots=True)
class _Side:
    """The sentences of one language, as numbers of their words."""

    sentences: list["Numbers"]
    """Of each its words, each once, sorted."""
    names: list[str]
    """How each word is written most often."""


def learnt(
    sentences: Sequence[tuple[str, str]],
    source: str,
    target: str,
    *,
    name: str = "learnt",
    progress: Told | None = None,
) -> Book:
    """Return word pairs of two languages (ISO 639-1) from pairs of sentences in them.

    The result depends on the sentences and their order alone. It may have no entries.
    """
    say = progress or _unheard
    say("words", 0, 0)
    one = _side([a for a, _ in sentences], source)
    other = _side([b for _, b in sentences], target)
    chosen = _affordable(one, other)
    say("pairs of words", 0, 0)
    first, second, together, ratios = _strengths(one, other, chosen)
    strength = dict(zip(zip(first.tolist(), second.tolist(), strict=True), ratios, strict=True))
    links: Counter[tuple[int, int]] = Counter()
    by_first: dict[int, list[int]] = defaultdict(list)
    for a, b in strength:
        by_first[a].append(b)
    for done, number in enumerate(chosen):
        if done % 1000 == 0:
            say("links", done, len(chosen))
        links.update(_linked(one.sentences[number], other.sentences[number], by_first, strength))
    counts = dict(zip(zip(first.tolist(), second.tolist(), strict=True), together, strict=True))
    return Book(name, source, target, _entries(links, counts, one.names, other.names))


def _entries(
    links: Counter[tuple[int, int]],
    together: dict[tuple[int, int], int],
    words: Sequence[str],
    meanings: Sequence[str],
) -> tuple[Entry, ...]:
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (a, b), count in links.items():
        share = count / together[a, b]
        if count >= LEAST_TOGETHER and share >= LEAST_SHARE and words[a] != meanings[b]:
            found[words[a]].append((meanings[b], round(min(1.0, share), 2)))
    return tuple(
        Entry(word, tuple(sorted(told, key=lambda row: (-row[1], row[0]))[:MOST_MEANINGS]))
        for word, told in sorted(found.items())
    )


# --- words ---------------------------------------------------------------------------------------


def _side(sentences: Sequence[str], language: str) -> _Side:
    import numpy as np

    stop = {folded(word) for word in words_of(language).stop_words}
    spoken = [_units(sentence, stop) for sentence in sentences]
    often = Counter(word for words in spoken for word in set(words))
    most = max(COMMONEST * len(sentences), LEAST_TOGETHER)
    stems = {word: _stem(word, language, often) for word, count in often.items() if count <= most}
    by_stem: Counter[str] = Counter()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for words in spoken:
        by_stem.update({stems[word] for word in words if word in stems})
        for word in words:
            if word in stems:
                written[stems[word]][word] += 1
    kept = {s for s, count in by_stem.items() if LEAST_TOGETHER <= count <= most}
    kept -= _within_longer(kept, by_stem)
    numbers = {stem: n for n, stem in enumerate(sorted(kept))}
    rows = [
        np.array(sorted({numbers[stems[w]] for w in words if stems.get(w) in numbers}), np.int64)
        for words in spoken
    ]
    names = [min(written[s].items(), key=lambda row: (-row[1], row[0]))[0] for s in sorted(kept)]
    return _Side(rows, names)


def _units(sentence: str, stop: set[str]) -> list[str]:
    """Return the words of a sentence, and the runs of characters that may be some."""
    words = own_words(sentence).folded
    found: list[str] = []
    at = 0
    while at < len(words):
        if not UNSPACED.match(words[at]):
            word = words[at]
            shortest = SHORTEST if word.isascii() else SHORTEST - 1
            if len(word) >= shortest and not word[0].isdecimal() and word not in stop:
                found.append(word)
            at += 1
            continue
        end = at
        while end < len(words) and UNSPACED.match(words[end]):
            end += 1
        run = "".join(words[at:end])
        found += [run[n : n + size] for size in RUNS for n in range(len(run) - size + 1)]
        at = end
    return found


def _stem(word: str, language: str, often: Counter[str]) -> str:
    """Return what a word is told by: its beginning, without what is glued to it."""
    if UNSPACED.match(word):
        return word
    for bare in reversed(unglued(word, language)):
        if often[bare] >= LEAST_TOGETHER and len(bare) >= SHORTEST:
            word = bare
            break
    return word[:STEM]


def _within_longer(kept: set[str], often: Counter[str]) -> set[str]:
    """Return the runs of characters that never stand without the longer one that they are part of."""
    inner: set[str] = set()
    for run in kept:
        if len(run) > RUNS[0] and UNSPACED.match(run):
            for part in (run[:-1], run[1:]):
                if often[part] == often[run]:
                    inner.add(part)
    return inner


# --- how strongly words go together --------------------------------------------------------------


def _affordable(one: _Side, other: _Side) -> list[int]:
    """Return the numbers of the pairs of sentences that are counted."""
    import numpy as np

    cells = [len(a) * len(b) for a, b in zip(one.sentences, other.sentences, strict=True)]
    whole = sum(cells)
    if whole <= MOST_CELLS:
        return list(range(len(cells)))
    size = int(len(cells) * MOST_CELLS / whole)
    return sorted(set(np.linspace(0, len(cells) - 1, size).astype(int).tolist()))


def _strengths(
    one: _Side, other: _Side, chosen: Sequence[int]
) -> "tuple[Numbers, Numbers, list[int], list[float]]":
    """Return the pairs of words that go together, in how many sentences, and how strongly."""
    import numpy as np

    width = max(1, len(other.names))
    cells = [np.zeros(0, np.int64)]
    for number in chosen:
        a, b = one.sentences[number], other.sentences[number]
        cells.append((a[:, None] * width + b[None, :]).ravel())
    keys, together = np.unique(np.concatenate(cells), return_counts=True)
    often = together >= LEAST_TOGETHER
    keys, together = keys[often], together[often]
    first, second = keys // width, keys % width
    all_a = _frequencies([one.sentences[n] for n in chosen], len(one.names))[first]
    all_b = _frequencies([other.sentences[n] for n in chosen], len(other.names))[second]
    ratios = _ratios(together, all_a, all_b, len(chosen))
    kept = ratios >= LEAST_RATIO
    return first[kept], second[kept], together[kept].tolist(), ratios[kept].tolist()


def _frequencies(sentences: "Sequence[Numbers]", size: int) -> "Numbers":
    import numpy as np

    return np.bincount(np.concatenate([np.zeros(0, np.int64), *sentences]), minlength=size)


def _ratios(together: "Numbers", all_a: "Numbers", all_b: "Numbers", whole: int) -> "Values":
    """Return Dunning's log-likelihood ratio; 0 where words shun each other."""
    import numpy as np

    found = np.zeros(len(together))
    a, b, n = all_a.astype(float), all_b.astype(float), float(whole)
    for seen, row, column in (
        (together, a, b),
        (a - together, a, n - b),
        (b - together, n - a, b),
        (n - a - b + together, n - a, n - b),
    ):
        seen = np.maximum(seen, 0).astype(float)
        expected = row * column / max(1.0, n)
        with np.errstate(divide="ignore", invalid="ignore"):
            found += np.where(seen > 0, 2 * seen * np.log(seen / expected), 0.0)
    return np.where(together * n > a * b, found, 0.0)


def _linked(
    a: "Numbers",
    b: "Numbers",
    by_first: dict[int, list[int]],
    strength: dict[tuple[int, int], float],
) -> Iterable[tuple[int, int]]:
    """Yield the pairs of words that are linked in a pair of sentences, the strongest first."""
    there = set(b.tolist())
    cells = [
        (-strength[one, other], one, other)
        for one in a.tolist()
        for other in by_first.get(one, ())
        if other in there
    ]
    used_a: set[int] = set()
    used_b: set[int] = set()
    for _, one, other in sorted(cells):
        if one not in used_a and other not in used_b:
            used_a.add(one)
            used_b.add(other)
            yield one, other


def _unheard(_stage: str, _done: int, _all: int) -> None:
    return
