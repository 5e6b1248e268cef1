"""House phrases, against the definition of them spelt out sentence by sentence."""

from collections import defaultdict

import numpy as np
import pytest

from filiation.audit.house import LEAST_ARTICLES, LEAST_SHARE, MOST_REPEATED, house_phrases

Article = tuple[int, set[int]]


def by_definition(articles: list[Article]) -> dict[int, list[int]]:
    """Return the house phrases of each outlet, counted one by one."""
    having: defaultdict[tuple[int, int], list[set[int]]] = defaultdict(list)
    for outlet, sentences in articles:
        for sentence in sentences if outlet >= 0 else ():
            having[outlet, sentence].append(sentences)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for (outlet, sentence), those in having.items():
        size = sum(one == outlet for one, _ in articles)
        shares = sorted(
            sum(len(having[outlet, other]) >= LEAST_ARTICLES for other in each) / len(each)
            for each in those
        )
        enough = len(those) >= max(LEAST_ARTICLES, LEAST_SHARE * size)
        if enough and shares[(len(shares) - 1) // 2] <= MOST_REPEATED:
            found[outlet].append(sentence)
    return {outlet: sorted(sentences) for outlet, sentences in found.items()}


def press(seed: int, size: int) -> list[Article]:
    """Return articles of some outlets, one of them unknown, with sentences that come again or not."""
    draw = np.random.default_rng(seed)
    often = draw.integers(1 << 64, size=40, dtype=np.uint64)
    articles: list[Article] = []
    for _ in range(size):
        own = draw.integers(1 << 64, size=draw.integers(0, 12), dtype=np.uint64)
        again = draw.choice(often, draw.integers(0, 5), replace=False)
        outlet = int(draw.choice([-1, 0, 1, 2, 7], p=[0.1, 0.5, 0.2, 0.15, 0.05]))
        articles.append((outlet, {*own.tolist(), *again.tolist()}))
    return articles


@pytest.mark.parametrize(("seed", "size"), [(0, 0), (1, 3), (2, 60), (3, 200), (4, 900)])
def test_house_phrases_are_those_of_the_definition(seed: int, size: int) -> None:
    articles = press(seed, size)
    offsets = np.cumsum([0, *(len(sentences) for _, sentences in articles)])
    sentences = [sentence for _, said in articles for sentence in sorted(said)]
    found = house_phrases(
        np.array([outlet for outlet, _ in articles], np.int32),
        np.array(sentences, np.uint64),
        offsets.astype(np.int64),
    )
    expected = by_definition(articles)
    assert {outlet: hashes.tolist() for outlet, hashes in found.items()} == expected
    assert bool(expected) == (size >= 200)
