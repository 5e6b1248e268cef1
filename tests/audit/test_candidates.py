"""Which pairs of a library are worth aligning."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.audit import candidates as module
from filiation.audit.candidates import (
    ENOUGH,
    LEAST_ARTICLES,
    LEAST_BITS,
    LISTED,
    SHARED,
    Candidates,
    candidates,
    in_order_of_time,
)
from filiation.audit.postings import FREQUENT, NEAREST, Postings, Shelf, Sieve
from filiation.match.fingerprints import (
    PLACES,
    Fingerprints,
    fingerprints,
    grams_of,
    grams_of_sentences,
)

VOCABULARY = [
    a + b + c for a in "bdfgklmnprst" for b in ("a", "en", "ip", "o") for c in ("l", "rum", "", "s")
]


def text(seed: int, words: int = 150) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(VOCABULARY) + chance.choice(VOCABULARY) for _ in range(words))


CROWD = [text(1000 + n) for n in range(60)]


def search(
    texts: Sequence[str],
    outlets: Sequence[int] | None = None,
    *,
    order: Sequence[int] | None = None,
    batch: int = 50,
    **options: Any,
) -> Candidates:
    """Search the texts, which stand in the order of their time; `order` is that of the input."""
    order = range(len(texts)) if order is None else order
    found = fingerprints([(texts[n], ()) for n in order])
    words = np.zeros(len(texts), np.int64)
    words[np.array(order, np.int64)] = found.words
    return candidates(
        batches(found, np.array(order, np.int32), batch),
        np.full(len(texts), -1, np.int32) if outlets is None else np.array(outlets, np.int32),
        words,
        **options,
    )


def batches(found: Fingerprints, numbers: Any, size: int) -> list[Any]:
    offsets = found.gram_offsets
    return [
        (
            numbers[first : first + size],
            found.grams[offsets[first] : offsets[min(len(numbers), first + size)]],
            offsets[first : first + size + 1] - offsets[first],
        )
        for first in range(0, len(numbers), size)
    ]


def pairs(found: Candidates) -> list[tuple[int, int]]:
    return list(zip(found.a.tolist(), found.b.tolist(), strict=True))


def columns(found: Candidates) -> list[list[float]]:
    return [found.a.tolist(), found.b.tolist(), found.bits.tolist(), found.surprise.tolist()]


def test_nothing_and_little() -> None:
    for texts in ([], [""], ["", ""], ["word", "word"], [CROWD[0]], CROWD):
        assert pairs(search(texts)) == []


def test_copies_are_found_in_the_smallest_library() -> None:
    assert pairs(search([CROWD[0], CROWD[0]])) == [(0, 1)]
    assert pairs(search(["five words and no more", "five words and no more", *CROWD])) == [(0, 1)]


def words_of(n: int, first: int, after: int) -> str:
    return " ".join(CROWD[n].split()[first:after])


@pytest.mark.parametrize(
    "other",
    [
        words_of(7, 40, 61),
        words_of(7, 40, 61) + " " + text(1),
        text(1) + " " + words_of(7, 40, 61),
        words_of(7, 0, 21) + " " + text(1),
        text(1, 800) + " " + words_of(7, 129, 150) + " " + text(2, 800),
        text(1, 2000) + " " + words_of(7, 20, 80) + " " + text(2, 4000),
        " ".join(words_of(7, first, first + 12) for first in range(138, 0, -12)),
        text(1) + words_of(7, 100, 150) + text(2) + " " + words_of(7, 10, 50),
    ],
    ids=["quotation", "start", "end", "first-words", "last-words", "excerpt", "shuffled", "two"],
)
def test_what_is_taken_is_found(other: str) -> None:
    assert pairs(search([*CROWD, other])) == [(7, 60)]


@pytest.mark.parametrize("seed", range(8))
def test_a_copy_misread_is_found(seed: int) -> None:
    """Every fourth word is misread, and now and then a word falls in two."""
    chance = random.Random(seed)
    misread = [
        word if chance.random() > 0.25 else word[:2] + chance.choice(" xq") + word[2:]
        for word in CROWD[9].split()
    ]
    assert pairs(search([*CROWD, " ".join(misread)])) == [(9, 60)]


def test_formulas_make_no_candidates() -> None:
    """A phrase of 24 words on each of 60 pages: many bits, and no surprise."""
    formula = text(77, 24)
    assert pairs(search([f"{one} {formula}" for one in CROWD])) == []
    few = [f"{one} {formula}" if n in (3, 50) else one for n, one in enumerate(CROWD)]
    assert pairs(search(few)) == [(3, 50)]


def test_scattered_phrases_make_no_candidates() -> None:
    one, other = CROWD[0].split(), CROWD[1].split()
    for n in range(10):
        other[3 + 14 * n : 7 + 14 * n] = one[130 - 14 * n : 134 - 14 * n]
    found = search([*CROWD, " ".join(other)])
    assert pairs(found) == [(1, 60)]


def reprints() -> list[str]:
    """One story three hundred times, each with words of its own, among others."""
    chance = random.Random(5)
    story = text(500, 300)
    texts = [*CROWD, *(f"{text(600 + n, 12)} {story} {text(900 + n, 9)}" for n in range(300))]
    chance.shuffle(texts)
    return texts


def test_a_story_reprinted_three_hundred_times_is_connected() -> None:
    texts = reprints()
    story = text(500, 300)
    copies = [n for n, one in enumerate(texts) if story in one]
    found = pairs(search(texts))
    assert len(copies) == 300
    assert len(found) < 5000
    reached = {copies[0]}
    for a, b in found:
        assert a in copies and b in copies
        if a in reached:
            reached.add(b)
    assert reached == set(copies)


def test_identical_texts_are_found_though_all_they_say_is_frequent() -> None:
    """Between the two stand others that share all their grams, in two halves."""
    halves = text(1, 40), text(2, 40)
    between = [f"{text(100 + n, 300)} {halves[n % 2]}" for n in range(2 * FREQUENT)]
    whole = " ".join(halves)
    found = pairs(search([text(3), whole, *between, whole]))
    assert (1, len(between) + 2) in found


def test_frequent_grams_pair_with_the_nearest_and_the_first() -> None:
    copies = FREQUENT + 30
    found = set(pairs(search([CROWD[0]] * copies)))
    assert found == {
        (a, b) for a, b in combinations(range(copies), 2) if b - a <= NEAREST or a == 0
    }
    fewer = pairs(search([CROWD[0]] * FREQUENT))
    assert fewer == list(combinations(range(FREQUENT), 2))


def test_the_answer_depends_on_nothing_but_the_articles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = reprints()
    outlets = [n % 7 - 1 for n in range(len(texts))]
    answer = columns(search(texts, outlets))
    assert len(answer[0]) > 3000
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)
    assert columns(search(texts, outlets, order=order, batch=7)) == answer
    assert columns(search(texts, outlets, jobs=3)) == answer
    monkeypatch.setattr(module, "SLICE", 1000)
    monkeypatch.setattr(module, "LEAST_MEMORY", 32 << 20)
    assert columns(search(texts, outlets, memory=1, folder=tmp_path)) == answer
    assert list(tmp_path.iterdir()) == []


def test_within_and_across_outlets() -> None:
    texts = [CROWD[0]] * 4 + [CROWD[1]] * 2
    outlets = [1, 1, 2, -1, -1, -1]
    every = pairs(search(texts, outlets))
    within = pairs(search(texts, outlets, across=False))
    assert len(every) == 7
    assert within == [(0, 1)]
    assert pairs(search(texts, outlets, within=False)) == [p for p in every if p not in within]
    assert pairs(search(texts, outlets, within=False, across=False)) == []


def test_house_phrases_are_left_out_in_articles_of_their_outlet() -> None:
    phrase = text(33, 40)
    texts = [f"{CROWD[0]} {phrase}.", f"{CROWD[1]} {phrase}.", f"{CROWD[2]} {phrase}.", *CROWD[3:]]
    outlets = [4, 4, 5, *([6] * 57)]
    house = {4: grams_of_sentences([phrase]), 6: np.zeros(0, np.uint64)}
    assert pairs(search(texts, outlets)) == [(0, 1), (0, 2), (1, 2)]
    assert pairs(search(texts, outlets, house=house)) == []
    # The copy of one outlet's phrase by an article of another outlet's is still no copy of it.
    other = {5: grams_of_sentences([phrase])}
    assert pairs(search(texts, outlets, house=other)) == [(0, 1)]


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=40), max_size=8))
def test_the_bits_are_those_of_the_shared_grams(texts: list[list[str]]) -> None:
    joined = [" ".join(words) for words in texts]
    grams = [set(grams_of([(one, ())])[0].tolist()) for one in joined]
    many = Counter(gram for one in grams for gram in one)
    found = search(joined)
    for a, b, bits in zip(found.a, found.b, found.bits, strict=True):
        said = [round(1000 * log2(LEAST_ARTICLES / many[g])) / 1000 for g in grams[a] & grams[b]]
        assert bits == pytest.approx(sum(said), abs=1e-6)
        assert bits >= LEAST_BITS or grams[a] == grams[b]
    for a, b in combinations(range(len(joined)), 2):
        if len(grams[a]) and grams[a] == grams[b]:
            assert set(pairs(found)) & {(n, b) for n in range(b)}


def test_what_is_done_in_numpy_is_what_the_sql_says() -> None:
    """Another engine may do without it: `LISTED` and `SHARED` make what it makes, and more."""
    import duckdb

    phrase = "in no uncertain terms whatever"  # two grams: too few for a pair
    texts = [*reprints()[:120], *CROWD[:20], f"{CROWD[20]} {phrase}", f"{phrase} {CROWD[21]}"]
    found = fingerprints([(one, ()) for one in texts])
    count = len(texts)
    numbers = np.arange(count, dtype=np.int32)
    join = module._Join(np.zeros(count, np.int32), found.words, {}, 1 << 28, 1, Path())
    with join:
        join.read(batches(found, numbers, 50))
        join._engine.register("articles", {"article": numbers, "bits": join._bits})
        shared = join._engine.execute("SELECT * FROM shared ORDER BY ALL").fetchall()
        ours = join._engine.execute(ENOUGH).fetchall()
    engine = duckdb.connect()
    engine.register("articles", {"article": numbers, "bits": join._bits})
    engine.register(
        "postings",
        {
            "gram": (found.grams >> np.uint64(PLACES)).astype(np.int64),
            "article": np.repeat(numbers, np.diff(found.gram_offsets)),
            "place": (found.grams & np.uint64((1 << PLACES) - 1)).astype(np.int32),
        },
    )
    engine.execute(f"CREATE VIEW listed AS {LISTED}")
    engine.execute(f"CREATE VIEW shared AS {SHARED}")
    everything = engine.execute("SELECT * FROM shared ORDER BY ALL").fetchall()
    theirs = engine.execute(ENOUGH).fetchall()
    engine.close()
    assert len(ours) > 1000
    assert ours == theirs
    assert len(shared) < len(everything)
    assert set(shared) < set(everything)


def test_postings_that_are_too_many_for_memory_are_put_in_files(tmp_path: Path) -> None:
    gram, numbers = np.array([5, 9]), np.array([2, 3], np.int32)
    held = Postings(gram, numbers, np.arange(5, dtype=np.int32), np.arange(5, 10, dtype=np.int32))
    for memory, files in ((1000, 0), (0, 4)):
        shelf = Shelf(memory, tmp_path)
        shelf.put(3, held)
        assert len(list(tmp_path.iterdir())) == files
        got = shelf.get(3)
        for column in ("gram", "many", "article", "place"):
            assert getattr(got, column).tolist() == getattr(held, column).tolist()


def test_no_pair_that_shares_enough_is_lost_in_the_sieve() -> None:
    """However few places its table has, and however many pairs of a gram it counts."""
    many = np.array([2, 300, 40], np.int32)
    articles = np.concatenate([np.arange(count, dtype=np.int32) for count in many])
    part = Postings(np.arange(3), many, articles, np.zeros(len(articles), np.int32))
    sieve = Sieve(4, 1)
    for _ in range(4):
        sieve.count(part)
    earlier, later = sieve.kept(part)
    few = {(0, 1)} | set(combinations(range(40), 2))
    frequent = {(a, b) for a, b in combinations(range(300), 2) if b - a <= NEAREST or a == 0}
    found = Counter(zip(articles[earlier].tolist(), articles[later].tolist(), strict=True))
    assert set(found) == few | frequent
    assert found[0, 1] == 3
    fresh = Sieve(4, 1)
    for _ in range(3):
        fresh.count(Postings(part.gram[:1], many[:1], articles[:2], part.place[:2]))
    assert not len(fresh.kept(Postings(part.gram[:1], many[:1], articles[:2], part.place[:2]))[0])


def test_the_order_of_time() -> None:
    nan = float("nan")
    assert in_order_of_time(np.array([5.0, nan, 3.0, 5.0, nan]), ["b", "y", "c", "a", "x"]).tolist() == [
        2, 4, 0, 1, 3,
    ]  # fmt: skip


def test_too_many_articles_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ARTICLES", 3)
    with pytest.raises(ValueError, match="more than 3 articles"):
        search(CROWD)


PLANTED = Path(__file__).parents[3] / "shared" / "data" / "reuters_planted"
needs_corpus = pytest.mark.skipif(
    not PLANTED.exists(), reason="the folder `shared` is not beside the checkout"
)


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(PLANTED / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@needs_corpus
def test_planted_copies_are_found() -> None:
    """All 540 of nine kinds in 10,000 items, and fewer than 6,500 pairs in all."""
    items = sorted(rows("r10000.jsonl.gz"), key=lambda row: (row["date"], row["id"]))
    number = {row["id"]: n for n, row in enumerate(items)}
    found = search([row["text"] for row in items], batch=1000, jobs=2)
    edges = {
        tuple(sorted((number[edge["parent"]], number[edge["child"]])))
        for edge in rows("r10000.truth.jsonl.gz")
    }
    assert len(edges) == 540
    assert edges <= set(pairs(found))
    assert len(found.a) < 6500
