"""House phrases: what an outlet prints under article after article, learnt from the articles.

Calls to subscribe, disclaimers, boxes about the author, permissions to reprint: they stand word for
word on many pages of one outlet, and two pages that share them share no text. A sentence is taken
for a house phrase where many articles of one outlet have it *and these articles otherwise differ*:
several versions of one story under one roof share their sentences too, but then share nearly all.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.audit.align import House
from filiation.audit.corpus import Corpus
from filiation.library import Library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]

__all__ = ["Phrase", "Phrases", "house_phrases", "learnt"]

LEAST_ARTICLES = 5
"""Articles of an outlet that a house phrase stands in, at the least. Of fang_covid's 13 outlets the
sentences that 5 articles and more have were read: offers of books, newsletters, notes on authors
and licences, and short turns of speech that nobody misses."""
LEAST_SHARE = 0.001
"""Share of the outlet's articles, at the least: a newspaper's archive of 50,000 articles repeats a
famous sentence 50 times without its being its own."""
MOST_REPEATED = 0.5
"""Share of an article's sentences, at the median over the articles that have the phrase, that other
articles of the outlet repeat as often: above, the articles are versions of one another."""


@dataclass(frozen=True, slots=True, order=True)
class Phrase:
    """One house phrase."""

    outlet: str
    sentence: int
    """Its hash."""
    text: str
    """As its outlet's first article with it has it."""
    articles: int
    """How many of the outlet's articles have it."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The house phrases of all outlets."""

    phrases: tuple[Phrase, ...]
    """By outlet, then by hash."""
    keys: "Hashes"
    """For each article, by place, what stands for the house phrases in it; 0 for none."""

    def house(self, corpus: Corpus) -> House:
        """Return what is set aside where articles are aligned."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for phrase in self.phrases:
            found[phrase.outlet].add(phrase.sentence)
        return House(
            {outlet: frozenset(hashes) for outlet, hashes in found.items()},
            frozenset(corpus.number[self.keys != 0].tolist()),
        )

    def keys_of(self, pairs: "Places") -> "Hashes":
        """Return what stands for the house phrases in both articles of each pair of places."""
        return self.keys[pairs[:, 0]] + self.keys[pairs[:, 1]] * _ODD

    def grams(self, corpus: Corpus) -> "Mapping[int, Hashes]":
        """Return the hashes of all runs of words within the phrases, by the number of the outlet."""
        from filiation.match.fingerprints import grams_of_sentences

        texts: defaultdict[int, list[str]] = defaultdict(list)
        code = {outlet: number for number, outlet in enumerate(corpus.outlets)}
        for phrase in self.phrases:
            texts[code[phrase.outlet]].append(phrase.text)
        return {outlet: grams_of_sentences(said) for outlet, said in texts.items()}


def learnt(library: Library, corpus: Corpus) -> Phrases:
    """Learn the house phrases of all outlets from the sentences of their articles."""
    import numpy as np

    numbers, sentences, offsets = _sentences(library)
    places = corpus.places(numbers)
    found = house_phrases(corpus.outlet[places], sentences, offsets)
    keys = np.zeros(len(corpus), np.uint64)
    counts: dict[tuple[int, int], int] = {}
    firsts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    owner, likely = _likely(places, sentences, offsets, found)
    outlet_of = corpus.outlet[owner]
    for outlet in sorted(found):
        rows = np.flatnonzero(outlet_of == outlet)
        rows = rows[np.isin(likely[rows], found[outlet])]
        owners, hashes = owner[rows], likely[rows]
        np.add.at(keys, owners, hashes * _ODD)
        order = np.lexsort((owners, hashes))
        owners, hashes = owners[order], hashes[order]
        heads = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))
        for place, sentence, articles in zip(
            owners[heads].tolist(),
            hashes[heads].tolist(),
            np.diff(np.append(heads, len(hashes))).tolist(),
            strict=True,
        ):
            counts[outlet, sentence] = articles
            firsts[place].append((outlet, sentence))
    return Phrases(tuple(_spelt(library, corpus, firsts, counts)), keys)


_ODD = 0x9E3779B97F4A7C15
"""Makes sums of hashes as good as hashes: the golden ratio in 64 bits."""


LEAST_BITS = 16
"""Bits of the smallest table of sentences, of which a larger one has a place for each, or two. Of the
4.2 million sentences of 100,000 articles one in 100 is looked at more closely so."""


def _likely(
    places: "Places", sentences: "Hashes", offsets: "Places", found: "Mapping[int, Hashes]"
) -> "tuple[Places, Hashes]":
    """Return the sentences that may be house phrases of some outlet, and the places of their articles.

    All that are one's own outlet's are among them, and few others: the rest need not be searched.
    """
    import numpy as np

    spare = np.uint64(64 - max(LEAST_BITS, len(sentences).bit_length()))
    table = np.zeros(1 << 64 - int(spare), bool)
    for hashes in found.values():
        table[hashes >> spare] = True
    rows = np.flatnonzero(table[sentences >> spare])
    return places[np.searchsorted(offsets, rows, side="right") - 1], sentences[rows]


def _repeated(houses: "NDArray[np.int32]", hashes: "Hashes") -> "Places":
    """Return the rows of sentences that `LEAST_ARTICLES` articles of an outlet may have.

    All that they do have are among them, and few others: most sentences stand in one article, and
    need not be put in order.
    """
    import numpy as np

    slots = (hashes + houses.astype(np.uint64) * np.uint64(_ODD)) * np.uint64(_ODD)
    slots >>= np.uint64(64 - max(LEAST_BITS, len(hashes).bit_length()))
    places = slots.astype(np.int64)
    return np.flatnonzero(np.bincount(places)[places] >= LEAST_ARTICLES)


def _sentences(library: Library) -> "tuple[Places, Hashes, Places]":
    """Return the articles' numbers, the hashes of their sentences, and the offsets of each."""
    import numpy as np

    numbers: list[Places] = [np.zeros(0, np.int64)]
    hashes: list[Hashes] = [np.zeros(0, np.uint64)]
    counts: list[Places] = [np.zeros(0, np.int64)]
    for batch, sentences, offsets in library.sentences():
        numbers.append(batch)
        hashes.append(sentences)
        counts.append(np.diff(offsets))
    ends = np.cumsum(np.concatenate(counts))
    return np.concatenate(numbers), np.concatenate(hashes), np.concatenate(([0], ends))


def _spelt(
    library: Library,
    corpus: Corpus,
    firsts: Mapping[int, list[tuple[int, int]]],
    counts: Mapping[tuple[int, int], int],
) -> list[Phrase]:
    """Return the phrases with their words, looked up in the first article that has each."""
    from filiation.match.fingerprints import sentences_of

    place_of = {int(corpus.number[place]): place for place in firsts}
    phrases: list[Phrase] = []
    for number, (text, aside, _) in library.texts(place_of).items():
        spans = {s.hash: (s.start, s.end) for s in sentences_of(text, aside)}
        for outlet, sentence in firsts[place_of[number]]:
            start, end = spans[sentence]
            phrases.append(
                Phrase(corpus.outlets[outlet], sentence, text[start:end], counts[outlet, sentence])
            )
    return sorted(phrases)


def house_phrases(
    outlets: "NDArray[np.int32]", sentences: "Hashes", offsets: "Places"
) -> "Mapping[int, Hashes]":
    """Return for each outlet the hashes of its house phrases, sorted; outlets without any left out.

    `outlets` holds the number of each article's outlet, negative where it is not known; the distinct
    sentences of article i are `sentences[offsets[i]:offsets[i + 1]]`.
    """
    import numpy as np

    counts = np.diff(offsets)
    owner = np.repeat(np.arange(len(counts)), counts)
    house = outlets[owner]
    known = house >= 0
    owner, house, hashes = owner[known], house[known], sentences[known]
    some = _repeated(house, hashes)
    owner, house, hashes = owner[some], house[some], hashes[some]
    if not len(owner):
        return {}
    order = np.lexsort((hashes, house))
    owner, house, hashes = owner[order], house[order], hashes[order]
    fresh = np.concatenate(([True], (hashes[1:] != hashes[:-1]) | (house[1:] != house[:-1])))
    which = np.cumsum(fresh) - 1
    articles = np.bincount(which)
    # How much of each article is repeated LEAST_ARTICLES times and more: its share of sentences.
    often = articles[which] >= LEAST_ARTICLES
    of_article = np.bincount(owner[often], minlength=len(counts)) / np.maximum(1, counts)
    sizes = np.bincount(outlets[outlets >= 0])
    least = np.maximum(LEAST_ARTICLES, sizes[house[fresh]] * LEAST_SHARE)
    candidates = articles >= least
    kept = candidates[which]
    medians = _medians(which[kept], of_article[owner[kept]])
    heads = np.flatnonzero(fresh)
    found = np.array(
        [heads[phrase] for phrase, median in medians if median <= MOST_REPEATED], dtype=np.int64
    )
    return {
        int(outlet): np.sort(hashes[found[house[found] == outlet]])
        for outlet in np.unique(house[found])
    }


def _medians(groups: "NDArray[np.int64]", values: "NDArray[np.float64]") -> list[tuple[int, float]]:
    """Return the (lower) median of the values of each group; the groups come sorted."""
    import numpy as np

    if not len(groups):
        return []
    order = np.lexsort((values, groups))
    groups, values = groups[order], values[order]
    starts = np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1])))
    ends = np.append(starts[1:], len(groups))
    middles = (starts + ends - 1) // 2
    return list(zip(groups[starts].tolist(), values[middles].tolist(), strict=True))
