"""Passages that two texts share, and what they add up to."""

import itertools
import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.match import Comparer, compare, mirrored, passages
from filiation.match.kinds import copy_kinds, mirrored_kinds
from filiation.values import Article, Match

WORDS = [
    "harbour",
    "council",
    "voted",
    "yesterday",
    "repair",
    "western",
    "pier",
    "although",
    "engineers",
    "warned",
    "budget",
    "cover",
    "lighthouse",
    "foundations",
    "fishermen",
    "waiting",
    "since",
    "storm",
    "winter",
    "insurance",
    "refused",
    "pay",
    "twice",
    "mayor",
    "promised",
    "answer",
    "before",
    "easter",
    "ferry",
    "operator",
    "threatened",
    "leave",
    "island",
    "altogether",
    "unless",
    "mooring",
    "fees",
    "lowered",
    "residents",
    "gathered",
    "square",
    "listen",
    "speech",
    "lasted",
    "nearly",
    "hour",
    "rain",
    "began",
    "falling",
    "umbrellas",
    "opened",
    "children",
    "laughed",
    "dog",
    "barked",
    "loudly",
    "bells",
    "rang",
    "noon",
    "market",
    "closed",
    "early",
    "because",
    "thunder",
    "rolled",
    "across",
    "valley",
    "farmers",
    "hurried",
    "home",
    "carts",
    "loaded",
    "apples",
    "pears",
]


def prose(seed: int, words: int = 120, *, sentence: int = 12) -> str:
    """Return invented prose: sentences of words in random order."""
    chance = random.Random(seed)
    parts = []
    for _ in range(-(-words // sentence)):
        run = [chance.choice(WORDS) + chance.choice(["", "", "s", "ed"]) for _ in range(sentence)]
        parts.append(" ".join(run).capitalize() + ".")
    return " ".join(parts)


def article(text: str, **more: object) -> Article:
    return replace(Article("x", "x", text, language="en"), **more)  # type: ignore[arg-type]  # any field


def pair(a: str, b: str) -> Match:
    return compare(article(a), article(b))


def said(match: Match, a: str) -> list[str]:
    return [a[p.a_start : p.a_end] for p in match.passages]


LONG = prose(1)
OTHER = prose(2)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("", ""),
        ("", LONG),
        ("word", LONG),
        (" \n\t", "…"),
        (LONG, OTHER),
        (
            "Net 12 mln vs 9 mln. Revs 140 mln vs 122 mln. Avg shrs 31 mln vs 30 mln.",
            "Net 44 mln vs 61 mln. Revs 977 mln vs 801 mln. Avg shrs 52 mln vs 55 mln.",
        ),
        (
            "The minister said on Monday in a statement that talks would go on. " + LONG,
            "The minister said on Monday in a statement that nothing had changed. " + OTHER,
        ),
    ],
    ids=["empty", "empty-one", "one-word", "no-words", "unrelated", "earnings", "lead-in"],
)
def test_what_is_no_reuse(a: str, b: str) -> None:
    assert pair(a, b).score < 0.3


def test_formula_pairs_have_no_kind_of_certainty() -> None:
    """Two companies' results have all words but the numbers in common."""
    a = "Shr 21 cts vs 17 cts Net 3,101,000 vs 2,512,000 Revs 41.2 mln vs 39.9 mln Nine mths"
    b = "Shr 88 cts vs 74 cts Net 9,480,000 vs 7,001,000 Revs 88.3 mln vs 80.6 mln Nine mths"
    assert pair(a, b).score < 0.3


@pytest.mark.parametrize("lead", ["", "Lead. ", "x " * 30])
@pytest.mark.parametrize("tail", ["", " Tail.", " y" * 30])
def test_a_verbatim_copy_is_found_wherever_it_stands(lead: str, tail: str) -> None:
    """At offset 0, at the very end, with anything around."""
    b = lead + LONG + tail
    match = pair(LONG, b)
    (passage,) = match.passages
    assert LONG[passage.a_start : passage.a_end] == LONG.rstrip(".")
    assert b[passage.b_start : passage.b_end] == LONG.rstrip(".")
    assert match.coverage_a == 1.0
    assert match.similarity == 1.0
    assert match.score > 0.9


def test_one_word_repeated_against_itself() -> None:
    """100,000 times the same word: one passage, at once."""
    text = "echo " * 100_000
    start = time.monotonic()
    match = pair(text, text)
    assert len(match.passages) == 1
    assert match.coverage_a == match.coverage_b == 1.0
    other = pair(text, "echo " * 60_000 + LONG)
    assert other.passages
    assert time.monotonic() - start < 30


def test_long_texts_in_bounded_time() -> None:
    """50,000 words with one paragraph in common."""
    middle = prose(9, 80)
    a = prose(3, 25_000) + " " + middle + " " + prose(4, 25_000)
    b = prose(5, 40_000) + " " + middle + " " + prose(6, 10_000)
    start = time.monotonic()
    match = pair(a, b)
    assert time.monotonic() - start < 60
    assert any(middle[20:-20] in text for text in said(match, a))


def test_two_passages_and_the_last_is_kept() -> None:
    first, last = prose(11, 40), prose(12, 40)
    a = prose(13) + " " + first + " " + prose(14) + " " + last
    b = first + " " + prose(15) + " " + prose(16) + " " + last
    assert [first[:30] in t or last[:30] in t for t in said(pair(a, b), a)] == [True, True]


def test_shuffled_paragraphs_are_found_where_they_went() -> None:
    """Moved blocks: every paragraph has its passage, in whatever order."""
    paragraphs = [prose(20 + n, 36) for n in range(6)]
    a, b = "\n".join(paragraphs), "\n".join(paragraphs[n] for n in (3, 0, 5, 2, 4, 1))
    match = pair(a, b)
    assert match.coverage_a > 0.97
    assert match.coverage_b > 0.97
    assert len(match.passages) == 6


def test_two_fifths_of_the_words_changed() -> None:
    chance = random.Random(5)
    a = prose(31, 300)
    b = " ".join(
        f"w{chance.randrange(10**6)}" if chance.random() < 0.4 else word for word in a.split()
    )
    match = pair(a, b)
    assert match.coverage_a > 0.8
    assert match.score > 0.6
    assert "edited" in match.kind


def test_scanning_errors() -> None:
    """15 % of the letters misread."""
    chance = random.Random(6)
    a = prose(41, 300)
    b = "".join(
        chance.choice("abcdefghij") if c.isalpha() and chance.random() < 0.15 else c for c in a
    )
    match = pair(a, b)
    assert match.coverage_a > 0.85
    assert match.score > 0.8
    assert match.similarity > 0.7


def test_typography_is_no_difference() -> None:
    a = "The mayor's \"final\" answer - it's said - came late; the 'Zoë' affair, 2016–17. " + LONG
    b = a.replace("'", "’").replace('"', "”").replace(" - ", " – ").replace(" ", "\u00a0").upper()
    match = pair(a, b)
    assert match.similarity == 1.0
    assert match.kind == ("verbatim",)


def test_what_is_set_aside_is_never_shared() -> None:
    """A credit line both pages carry is no shared text, and no passage runs across it."""
    credit = (
        "Republished from The Harbour Post with the kind permission of its editors and friends."
    )
    half = len(LONG) // 2
    text = LONG[:half] + " " + credit + " " + LONG[half:]
    a = article(text, aside=((half + 1, half + 1 + len(credit)),))
    match = compare(a, article(text))
    assert all(p.a_end <= half + 1 or p.a_start >= half + 1 + len(credit) for p in match.passages)
    assert match.coverage_a == pytest.approx(1.0)
    assert match.coverage_b < 1.0
    alone = compare(article(credit, aside=((0, len(credit)),)), article(credit))
    assert not alone.passages


def test_scripts_without_spaces() -> None:
    shared = "港口委員會昨天投票決定修理西碼頭儘管工程師警告說預算不足以支付燈塔地基的費用"
    match = pair(
        "漁民們自從冬天的暴風雨以來一直在等待。" + shared, shared + "。市長答應在復活節前答覆。"
    )
    assert any(
        shared[2:-2] in t for t in said(match, "漁民們自從冬天的暴風雨以來一直在等待。" + shared)
    )


@pytest.mark.parametrize(
    ("b", "kind"),
    [
        (LONG, ("verbatim",)),
        (LONG[: len(LONG) // 2], ("abridged",)),
        (LONG + " " + OTHER, ("extended",)),
        (OTHER + " " + prose(3) + " " + LONG[100:420] + " " + prose(4), ("excerpt",)),
    ],
)
def test_kinds(b: str, kind: tuple[str, ...]) -> None:
    """What was made of the parent, as measured."""
    assert pair(LONG if kind != ("excerpt",) else LONG + prose(7) + prose(8), b).kind == kind


LETTERS = st.text(alphabet="ab c\n.é—ß½Ж京\u0301", max_size=200)
TEXTS = st.one_of(
    LETTERS,
    st.text(max_size=120),
    st.lists(st.sampled_from([prose(n, 24) for n in range(6)]), max_size=6).map(" ".join),
)
ASIDES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=3).map(tuple)
LANGUAGES = st.sampled_from(["en", "fr", None])


@settings(max_examples=150)
@given(TEXTS, TEXTS, ASIDES, ASIDES, LANGUAGES, LANGUAGES)
def test_laws(
    a: str,
    b: str,
    aside_a: tuple[tuple[int, int], ...],
    aside_b: tuple[tuple[int, int], ...],
    language_a: str | None,
    language_b: str | None,
) -> None:
    """Offsets lie inside the texts, passages do not overlap, and B with A mirrors A with B."""
    one = article(a, id="one", aside=aside_a, language=language_a)
    other = article(b, id="other", aside=aside_b, language=language_b)
    match = compare(one, other)
    assert mirrored(match) == compare(other, one)
    assert mirrored(mirrored(match)) == match
    for value in (match.coverage_a, match.coverage_b, match.similarity, match.score):
        assert 0.0 <= value <= 1.0
    last = 0
    for p in match.passages:
        assert last <= p.a_start < p.a_end <= len(a)
        assert 0 <= p.b_start < p.b_end <= len(b)
        assert 0.0 <= p.similarity <= 1.0
        last = p.a_end
    ends = sorted((p.b_start, p.b_end) for p in match.passages)
    assert all(x[1] <= y[0] for x, y in itertools.pairwise(ends))
    assert bool(match.passages) == bool(match.kind)


@settings(max_examples=60)
@given(TEXTS.filter(lambda text: any(c.isalnum() for c in text)))
def test_a_text_is_its_own_verbatim_copy(text: str) -> None:
    match = pair(text, text)
    if match.shared_words:
        assert len(match.passages) == 1
        assert match.coverage_a == match.coverage_b == match.similarity == 1.0
        assert match.kind == ("verbatim",)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(60, 90), st.integers(0, 60), st.integers(0, 150))
def test_a_pasted_excerpt_is_found(seed: int, size: int, start: int, place: int) -> None:
    """Sixty words or more of one text, anywhere in an unrelated one."""
    a = prose(seed, 156)
    excerpt = " ".join(a.split()[start : start + size])
    around = prose(seed + 1, 156).split()
    b = " ".join([*around[:place], excerpt, *around[place:]])
    match = pair(a, b)
    assert any(
        len(
            set(range(p.b_start, p.b_end))
            & set(range(b.index(excerpt), b.index(excerpt) + len(excerpt)))
        )
        > 0.9 * len(excerpt)
        for p in match.passages
    )


def test_a_line_between_two_credits_is_still_shared() -> None:
    """Short stretches between runs set aside count, where together they are enough."""
    lines = [prose(50 + n, 12) for n in range(5)]
    credit = " [Photo: The Harbour Post] "
    text = credit.join(lines)
    spans = []
    at = 0
    for line in lines[:-1]:
        at += len(line)
        spans.append((at, at + len(credit)))
        at += len(credit)
    match = compare(article(text, aside=tuple(spans)), article(" ".join(lines)))
    assert match.coverage_a > 0.95


@pytest.mark.parametrize(
    ("parent", "child", "similarity", "translated", "kinds"),
    [
        (1.0, 1.0, 1.0, False, ("verbatim",)),
        (0.9, 0.9, 0.93, False, ("edited",)),
        (0.6, 0.97, 0.93, False, ("abridged",)),
        (0.6, 0.97, 0.8, False, ("edited", "abridged")),
        (0.97, 0.6, 1.0, False, ("extended",)),
        (0.1, 1.0, 1.0, False, ("excerpt", "abridged")),
        (1.0, 0.1, 1.0, False, ("excerpt", "extended")),
        (0.2, 0.1, 1.0, False, ("excerpt",)),
        (0.6, 0.6, 1.0, False, ("abridged", "extended")),
        (1.0, 1.0, 0.7, True, ("translation",)),
        (0.5, 1.0, 0.7, True, ("translation", "abridged")),
    ],
)
def test_kinds_follow_from_coverage(
    parent: float, child: float, similarity: float, translated: bool, kinds: tuple[str, ...]
) -> None:
    """And what one lacks, the other has added."""
    found = copy_kinds(parent, child, similarity, translated=translated)
    assert found == kinds
    assert mirrored_kinds(found) == tuple(
        sorted(
            copy_kinds(child, parent, similarity, translated=translated),
            key=mirrored_kinds(found).index,
        )
    )


def test_what_is_kept_changes_nothing_and_is_bounded() -> None:
    """A comparer with room for two articles finds what one with room for all of them finds."""
    texts = [prose(70 + n, 60) + " " + prose(70 + n // 2, 60) for n in range(8)]
    articles = [article(text, id=str(n)) for n, text in enumerate(texts)]
    narrow, wide, ready = Comparer(room=2 * len(texts[0])), Comparer(), Comparer()
    for prepared in (articles[:3], articles, articles[2:]):
        narrow.prepare(prepared)
        ready.prepare(prepared)
        assert len(narrow._words._kept) <= 3
    made = dict(ready._words._kept)
    assert len(made) == len(articles)
    for one, other in itertools.product(articles, articles):
        assert narrow.compare(one, other) == wide.compare(one, other) == compare(one, other)
        assert ready.compare(one, other) == compare(one, other)
    assert len(narrow._words._kept) <= 3
    assert len(wide._words._kept) == len(articles)
    assert all(ready._words._kept[key] is words for key, words in made.items())


def test_the_same_text_with_other_runs_set_aside_is_another() -> None:
    comparer = Comparer()
    whole, part = article(LONG), article(LONG, aside=((0, 200),))
    assert comparer.compare(whole, whole).coverage_a == 1.0
    assert comparer.compare(whole, part).coverage_a < 1.0
    assert comparer.compare(whole, whole).coverage_a == 1.0


@pytest.mark.parametrize("seed", range(60))
def test_what_is_not_looked_at_would_not_have_been_found(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chains and misread words given up early are those that would have come to nothing."""
    chance = random.Random(seed)
    parts = [prose(chance.randrange(60), chance.choice([4, 8, 14, 40])) for _ in range(8)]
    others = [
        chance.choice(
            [
                part,
                prose(chance.randrange(60, 99), 40, sentence=40),
                "".join(chance.choice("aeiou") if chance.random() < 0.12 else c for c in part),
            ]
        )
        for part in parts
    ]
    chance.shuffle(parts)
    a = article(" ".join(parts), aside=((90, 110),) if seed % 2 else ())
    b = article(" ".join(others))
    early = compare(a, b)
    monkeypatch.setattr(passages, "ROUNDING", 1e9)
    assert compare(a, b) == early
