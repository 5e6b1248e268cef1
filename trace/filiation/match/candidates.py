"""Which of many articles are worth aligning with one: found by hashed word runs, and across
languages by names and numbers.

Two channels, since words do not survive translation. *Same words*: word 4-grams, each counting the
bits of its rarity; on Reuters-21578 with 540 planted copies of nine kinds they found every one
(character 25-grams 96 %). *Same keys*: what survives translation, see `match.keys`, ranked as in
`match.across`. Frequent runs are never cut off: a story reprinted
300 times stays findable. Each text is hashed once, in one pass of NumPy over many texts together.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from filiation.match.across import Across, base
from filiation.match.fingerprints import distinct, grams_of
from filiation.match.keys import Keys, keys_of_articles
from filiation.values import Article, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Numbers = NDArray[np.int32]

__all__ = ["Index", "Rank", "candidates"]

Rank = Callable[[Article, Sequence[Article]], Sequence[int]]
"""Returns the places of candidates for an article, the best first."""

BATCH = 2_000_000
"""Characters hashed at a time: bounds the memory of one pass."""
LEAST_BITS = 16.0
"""Bits from which shared runs of words make a candidate: two 4-grams that few others have."""
HALF_BITS = 60.0
"""Bits at which a candidate by words has weight 0.5."""
HALF_SCORE = 0.5
"""Score across languages at which a candidate has weight 0.5: among 15,000 articles true sources have
about 1.5, others 0.3."""
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

    def __init__(
        self,
        others: Sequence[Article],
        *,
        keys: Callable[[Sequence[Article]], Keys] = keys_of_articles,
        rank: Rank | None = None,
    ) -> None:
        """Take the articles. `keys` makes those by which other languages are searched for one.

        `rank` puts what was found in other languages in another order.
        """
        self._others = others
        self._keys = keys
        self._rank = rank
        self._languages = [base(article.language) for article in others]
        self._grams: list[tuple[Hashes, Numbers]] = []
        for first, batch in _batches(others):
            self._grams.append(_owned_grams(batch, first))
        self._across: Across | None = None

    def candidates(self, article: Article, limit: int = 50) -> list[tuple[int, float]]:
        """Return (number, weight 0 to 1) of the articles worth aligning with this one, best first.

        Ties fall to the lower number. Where both channels find candidates, each gets its share.
        """
        by_words = [
            (number, bits / (bits + HALF_BITS))
            for number, bits in self._by_words(article).items()
            if bits >= LEAST_BITS
        ]
        by_keys = self._by_keys(article, limit)
        return _shared_out(by_words, by_keys, limit)

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

    def _by_keys(self, article: Article, limit: int) -> list[tuple[int, float]]:
        language = base(article.language)
        if not any(not language or other != language for other in self._languages):
            return []
        if self._across is None:
            self._across = Across(keys_of_articles(self._others), self._languages)
        asked = self._keys([article])
        found = self._across.query(asked, language=article.language, limit=limit)
        weights = [one.score / (one.score + HALF_SCORE) for one in found]
        numbers = [one.number for one in found]
        if self._rank is not None:
            order = self._rank(article, [self._others[number] for number in numbers])
            numbers = [numbers[place] for place in order]
        return list(zip(numbers, weights, strict=True))


def _shared_out(
    by_words: list[tuple[int, float]], by_keys: list[tuple[int, float]], limit: int
) -> list[tuple[int, float]]:
    def best(found: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    by_words, by_keys = best(by_words), best(by_keys)
    # A third of the places is kept for either channel, so that reprints do not crowd out the
    # translation they were made from, nor the reverse.
    reserved = -(-limit // 3)
    weights = dict(by_words[: max(reserved, limit - min(reserved, len(by_keys)))])
    for number, weight in by_keys[: limit - min(len(weights), limit - reserved)]:
        weights[number] = max(weight, weights.get(number, 0.0))
    return best(weights.items())[:limit]


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
