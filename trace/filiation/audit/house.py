"""House phrases: what an outlet prints under article after article, learnt from the articles.

Calls to subscribe, disclaimers, boxes about the author, permissions to reprint: they stand word for
word on many pages of one outlet, and two pages that share them share no text. A sentence is taken
for a house phrase where many articles of one outlet have it *and these articles otherwise differ*:
several versions of one story under one roof share their sentences too, but then share nearly all.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["house_phrases"]

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


def house_phrases(
    outlets: "NDArray[np.int32]",
    sentences: "NDArray[np.uint64]",
    offsets: "NDArray[np.int64]",
) -> "Mapping[int, NDArray[np.uint64]]":
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
