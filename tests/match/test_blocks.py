"""Equal runs of words, and the chains made of them, held against the plainest way to find them."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.match.blocks import Block, equal_blocks
from filiation.match.passages import (
    LONGEST_GAP,
    LOOK_BACK,
    _alike,
    chains,
    differences,
    gap_cost,
    likeness,
)
from filiation.match.words import own_words

FEW_WORDS = st.lists(st.sampled_from(["ferry", "pier", "a", "of", "rain"]), max_size=60)
MANY_WORDS = st.lists(st.integers(0, 200).map("word{}".format), max_size=200)
RUNS = st.one_of(FEW_WORDS, MANY_WORDS)


@given(RUNS, RUNS, st.integers(0, 40))
def test_blocks_are_equal_runs_and_hold_every_rare_seed(
    a: list[str], b: list[str], shared: int
) -> None:
    """And none begins or ends where an equal word adjoins it on a seed found once in each."""
    b = [*b, *a[:shared]]
    blocks = equal_blocks(own_words(" ".join(a)).places, own_words(" ".join(b)).places, 3)
    assert blocks == sorted(set(blocks))
    assert all(a[i : i + n] == b[j : j + n] for i, j, n in blocks)
    assert all(n >= 3 or (n == 1 and a.count(a[i]) == b.count(a[i]) == 1) for i, _, n in blocks)
    for i in range(len(a) - 2):
        places = [j for j in range(len(b) - 2) if a[i : i + 3] == b[j : j + 3]]
        if len(places) == 1 and sum(a[i : i + 3] == a[k : k + 3] for k in range(len(a) - 2)) == 1:
            (j,) = places
            assert any(x <= i and i + 3 <= x + n and i - x == j - y for x, y, n in blocks)


def plain_chains(blocks: list[Block], worth: list[float]) -> list[list[Block]]:
    """Return what `chains` yields, by trying every block within reach."""
    best: list[float] = []
    before: list[int] = []
    for n, (a, b, length) in enumerate(blocks):
        found = (worth[a + length] - worth[a], -1)
        for m in range(n - 1, max(0, n - LOOK_BACK) - 1, -1):
            other_a, other_b, other_length = blocks[m]
            gap_a, gap_b = a - other_a - other_length, b - other_b - other_length
            overlap = max(0, -gap_a, -gap_b)
            if other_a >= a or other_b >= b or max(gap_a, gap_b) > LONGEST_GAP:
                continue
            if overlap < length:
                gain = worth[a + length] - worth[a + overlap]
                score = best[m] + gain - gap_cost(gap_a + overlap, gap_b + overlap)
                if score > found[0]:
                    found = (score, m)
        best.append(found[0])
        before.append(found[1])
    used: set[int] = set()
    whole: list[list[Block]] = []
    for last in sorted(range(len(blocks)), key=lambda n: (-best[n], n)):
        chain: list[Block] = []
        n = last
        while n >= 0 and n not in used:
            used.add(n)
            chain.insert(0, blocks[n])
            n = before[n]
        if chain:
            whole.append(chain)
    return whole


@pytest.mark.parametrize("seed", range(60))
def test_chains_are_those_of_a_search_that_leaves_nothing_out(seed: int) -> None:
    """Blocks strewn about and along diagonals, of words that say the same or different things."""
    chance = random.Random(seed)
    blocks: set[Block] = set()
    for _ in range(chance.choice([20, 100, 300])):
        a = chance.randrange(300)
        aslant = a + chance.choice([0, 0, 1, 5, -40]) if seed % 3 else chance.randrange(300)
        blocks.add((a, max(0, aslant), chance.choice([1, 1, 1, 3, 8, 40])))
    bits = [4.0] if seed % 2 else [1.5, 4.0, 7.25, 9.1]
    worth = [0.0]
    for _ in range(340):
        worth.append(worth[-1] + chance.choice(bits))
    placed = sorted(blocks)
    told = plain_chains(placed, worth)
    assert list(chains(placed, worth)) == told
    most = max(worth[a + length] - worth[a] for a, _, length in placed)
    some = list(chains(placed, worth, alone=most))
    assert some == [chain for chain in told if chain in some]
    assert all(
        len(chain) == 1 and worth[sum(chain[0][::2])] - worth[chain[0][0]] < most
        for chain in told
        if chain not in some
    )


@given(RUNS, RUNS)
def test_differences_make_the_one_of_the_other(a: list[str], b: list[str]) -> None:
    """Operations follow each other, no two of a kind in a row, and equal ones are equal."""
    found = differences(a, b)
    ends = [(0, 0), *((i, j) for _, _, i, _, j in found)]
    assert [(i, j) for _, i, _, j, _ in found] == ends[:-1]
    made = [
        word for tag, i1, i2, j1, j2 in found for word in (a[i1:i2] if tag == "equal" else b[j1:j2])
    ]
    assert made == b
    assert sum(i2 - i1 for _, i1, i2, _, _ in found) == len(a)
    assert all((x[0] == "equal") != (y[0] == "equal") for x, y in pairwise(found))


@given(
    st.lists(st.text("abcdefgAÀß京", min_size=1, max_size=9), max_size=24),
    st.lists(st.text("abcdefgAÀß京", min_size=1, max_size=9), max_size=24),
)
def test_like_words_are_all_found(a: list[str], b: list[str]) -> None:
    """What letters two words lack rules out only what is not alike."""
    assert _alike(a, b) == [
        (i, j, share)
        for i in range(len(a))
        for j in range(max(0, i - 6), min(len(b), i + 7))
        if (share := likeness(a[i : i + 1], b[j : j + 1]))
    ]
