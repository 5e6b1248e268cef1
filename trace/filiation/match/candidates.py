"""Which of many articles are worth aligning with one: found by hashed word runs, and across
languages by names and numbers.

Two channels, since words do not survive translation. *Same words*: word 4-grams, each counting the
bits of its rarity; on Reuters-21578 with 540 planted copies of nine kinds they found every one
(character 25-grams 96 %). *Same signs*: prefixes and consonant skeletons of transliterated words, and
numbers, weighted by rarity, compared by cosine. Frequent runs are never cut off: a story reprinted
300 times stays findable. Each text is hashed once, in one pass of NumPy over many texts together.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import log2
from typing import TYPE_CHECKING

from filiation.match.fingerprints import distinct, grams_of, hashed_words
from filiation.match.signs import keys_of
from filiation.values import Article, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Numbers = NDArray[np.int32]

__all__ = ["Index", "candidates"]

BATCH = 2_000_000
"""Characters hashed at a time: bounds the memory of one pass."""
LEAST_BITS = 16.0
"""Bits from which shared runs of words make a candidate: two 4-grams that few others have."""
HALF_BITS = 60.0
"""Bits at which a candidate by words has weight 0.5."""
LEAST_COSINE = 0.02
"""Cosine from which shared signs make a candidate."""
HALF_COSINE = 0.20
"""Cosine at which a candidate by signs has weight 0.5."""
OTHERS = 1000
"""Articles that nobody gave us, and that lack any run asked about: keeps rarity meaningful where
only a handful of articles are compared, all of them copies."""


def candidates(
    article: Article, others: Sequence[Article], limit: int = 50
) -> list[tuple[int, float]]:
    """Return (number in `others`, weight 0 to 1) of those worth aligning with `article`, best first.

    For several questions about the same others, keep an `Index`.
    """
    return Index(others).candidates(article, limit)


class Index:
    """Many articles, hashed once, that can be asked which of them resemble one."""

    def __init__(self, others: Sequence[Article]) -> None:
        self._others = others
        self._languages = [_base(article.language) for article in others]
        self._grams: list[tuple[Hashes, Numbers]] = []
        for first, batch in _batches(others):
            self._grams.append(_owned_grams(batch, first))
        self._signs: _Signs | None = None

    def candidates(self, article: Article, limit: int = 50) -> list[tuple[int, float]]:
        """Return (number, weight 0 to 1) of the articles worth aligning with this one, best first.

        Ties fall to the lower number. Where both channels find candidates, each gets its share.
        """
        by_words = [
            (number, bits / (bits + HALF_BITS))
            for number, bits in self._by_words(article).items()
            if bits >= LEAST_BITS
        ]
        by_signs = [
            (number, cosine / (cosine + HALF_COSINE))
            for number, cosine in self._by_signs(article).items()
            if cosine >= LEAST_COSINE
        ]
        return _shared_out(by_words, by_signs, limit)

    def _by_words(self, article: Article) -> dict[int, float]:
        import numpy as np

        asked = distinct(grams_of(_given([article]))[0])
        if not len(asked):
            return {}
        sieve = np.zeros(1 << 16, dtype=bool)
        sieve[asked & np.uint64(0xFFFF)] = True
        rows: list[Numbers] = []
        columns: list[NDArray[np.intp]] = []
        for grams, numbers in self._grams:
            kept = np.flatnonzero(sieve[grams & np.uint64(0xFFFF)])
            places = np.searchsorted(asked, grams[kept])
            places[places == len(asked)] = 0
            same = asked[places] == grams[kept]
            rows.append(numbers[kept[same]])
            columns.append(places[same])
        if not sum(map(len, rows)):
            return {}
        row, column = np.concatenate(rows), np.concatenate(columns)
        pairs = distinct(row.astype(np.int64) * len(asked) + column)
        owner, gram = pairs // len(asked), pairs % len(asked)
        frequency = np.bincount(gram, minlength=len(asked))
        bits = np.log2((len(self._others) + OTHERS) / np.maximum(1, frequency))
        total = np.bincount(owner, weights=bits[gram], minlength=len(self._others))
        return {int(n): float(total[n]) for n in np.flatnonzero(total)}

    def _by_signs(self, article: Article) -> dict[int, float]:
        language = _base(article.language)
        foreign = {
            n for n, other in enumerate(self._languages) if not language or other != language
        }
        if not foreign:
            return {}
        if self._signs is None:
            self._signs = _Signs(self._others)
        return {n: c for n, c in self._signs.cosines(article).items() if n in foreign}


def _shared_out(
    by_words: list[tuple[int, float]], by_signs: list[tuple[int, float]], limit: int
) -> list[tuple[int, float]]:
    def best(found: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    by_words, by_signs = best(by_words), best(by_signs)
    # A third of the places is kept for either channel, so that reprints do not crowd out the
    # translation they were made from, nor the reverse.
    reserved = -(-limit // 3)
    weights = dict(by_words[: max(reserved, limit - min(reserved, len(by_signs)))])
    for number, weight in by_signs[: limit - min(len(weights), limit - reserved)]:
        weights[number] = max(weight, weights.get(number, 0.0))
    return best(weights.items())[:limit]


def _base(language: str | None) -> str:
    return (language or "").replace("_", "-").split("-")[0].lower()


def _owned_grams(articles: Sequence[Article], first: int) -> "tuple[Hashes, Numbers]":
    """Return the hashes of all word runs, and the number of the article each is from."""
    import numpy as np

    grams, offsets = grams_of(_given(articles))
    owner = np.arange(first, first + len(articles), dtype=np.int32)
    return grams, np.repeat(owner, np.diff(offsets))


def _batches(articles: Sequence[Article]) -> Iterator[tuple[int, list[Article]]]:
    """Yield runs of articles of about `BATCH` characters together, each with its first number."""
    batch: list[Article] = []
    size = first = 0
    for number, article in enumerate(articles):
        batch.append(article)
        size += len(article.text)
        if size >= BATCH:
            yield first, batch
            batch, size, first = [], 0, number + 1
    if batch:
        yield first, batch


def _given(articles: Sequence[Article]) -> list[tuple[str, tuple[Span, ...]]]:
    return [(article.text, article.aside) for article in articles]


class _Signs:
    """The signs of many articles, by sign."""

    def __init__(self, articles: Sequence[Article]) -> None:
        import numpy as np

        self._keys: dict[int, tuple[int, ...]] = {}
        found = [self._pairs(batch, first) for first, batch in _batches(articles)]
        keys = np.concatenate([np.zeros(0, np.uint32), *(k for k, _ in found)])
        rows = np.concatenate([np.zeros(0, np.int32), *(r for _, r in found)])
        order = np.argsort(keys, kind="stable")
        self._count = len(articles)
        self._rows = rows[order]
        self._known, starts = np.unique(keys[order], return_index=True)
        self._borders = np.append(starts, len(keys))
        frequency = np.diff(self._borders)
        self._weights = np.log2((self._count + OTHERS) / (frequency + FEW)) ** 2
        self._norms = np.sqrt(
            np.bincount(
                self._rows, weights=np.repeat(self._weights, frequency), minlength=self._count
            )
        )

    def _pairs(
        self, articles: Sequence[Article], first: int
    ) -> "tuple[NDArray[np.uint32], Numbers]":
        """Return (sign, article) for every sign of every article, once."""
        import numpy as np

        given = _given(articles)
        words = hashed_words(given)
        owner = np.repeat(np.arange(len(articles)), np.diff(words.offsets))
        vocabulary, example, which = np.unique(words.hashes, return_index=True, return_inverse=True)
        keys: list[int] = []
        counts = np.zeros(len(vocabulary), dtype=np.int64)
        for n, (word, at) in enumerate(zip(vocabulary.tolist(), example.tolist(), strict=True)):
            found = self._keys.get(word)
            if found is None:
                found = self._keys[word] = keys_of(
                    given[owner[at]][0][words.starts[at] : words.ends[at]]
                )
            keys.extend(found)
            counts[n] = len(found)
        # Each distinct word of each article, replaced by its keys.
        pairs = distinct(owner * len(vocabulary) + which)
        row, word_number = pairs // len(vocabulary), pairs % len(vocabulary)
        times = counts[word_number]
        offset = np.concatenate(([0], np.cumsum(counts)))[word_number]
        inner = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        column = np.array(keys, dtype=np.int64)[np.repeat(offset, times) + inner]
        both = distinct((np.repeat(row, times) << 32) | column)
        return (both & 0xFFFFFFFF).astype(np.uint32), (both >> 32).astype(np.int32) + np.int32(
            first
        )

    def cosines(self, article: Article) -> dict[int, float]:
        """Return how alike the signs of each article are to those of this one."""
        import numpy as np

        asked, _ = self._pairs([article], 0)
        if not len(asked) or not len(self._known):
            return {}
        places = np.searchsorted(self._known, asked)
        places[places == len(self._known)] = 0
        shared = places[self._known[places] == asked]
        total = np.zeros(self._count)
        for place in shared.tolist():
            total[self._rows[self._borders[place] : self._borders[place + 1]]] += self._weights[
                place
            ]
        # Signs that no other article has lengthen the vector too, at half the weight of the rarest.
        alone = (len(asked) - len(shared)) * log2(self._count + OTHERS) ** 2 / 2
        norm = float(np.sqrt(self._weights[shared].sum() + alone))
        return {
            int(n): float(total[n] / (norm * self._norms[n])) for n in np.flatnonzero(total) if norm
        }


FEW = 4
"""Articles every sign is thought to stand in besides those seen: the rarest are mostly noise."""
