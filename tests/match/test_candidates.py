"""Which of many articles are worth aligning."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.match import Index, candidates
from filiation.values import Article

VOCABULARY = [
    f"{a}{b}{c}" for a in "bdfgkl" for b in ("ar", "en", "ip", "ost") for c in ("", "el", "um")
]


def text(seed: int, words: int = 150) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(VOCABULARY) for _ in range(words))


def article(number: int, body: str, language: str | None = "en") -> Article:
    return Article(f"a{number}", "", body, language=language)


CROWD = [article(n, text(n)) for n in range(200)]


@pytest.mark.parametrize(
    "body", ["", "word", "…", text(10**6), "\ud800 lone surrogate"],
    ids=["empty", "one-word", "no-word", "unrelated", "surrogate"],
)  # fmt: skip
def test_nothing_is_worth_it(body: str) -> None:
    assert candidates(article(0, body), CROWD) == []


def test_no_others() -> None:
    assert candidates(CROWD[0], []) == []
    assert candidates(CROWD[0], [article(1, "")]) == []


def test_a_copy_and_an_excerpt_are_found_and_the_copy_comes_first() -> None:
    words = CROWD[42].text.split()
    excerpt = article(999, text(5001) + " " + " ".join(words[50:75]) + " " + text(5002))
    found = candidates(CROWD[42], [*CROWD, excerpt])
    assert [number for number, _ in found[:2]] == [42, 200]
    assert all(0.0 < weight < 1.0 for _, weight in found)


def test_a_story_reprinted_three_hundred_times_stays_findable() -> None:
    """Frequent runs are not cut off: that is how the most republished stories get lost."""
    others = [article(n, CROWD[7].text) for n in range(300)]
    assert len(candidates(CROWD[7], others, 400)) == 300


def test_the_limit_and_the_order() -> None:
    found = candidates(CROWD[3], [CROWD[3]] * 30, 10)
    assert [number for number, _ in found] == list(range(10))


def test_what_is_set_aside_makes_no_candidate() -> None:
    footer = " Reprinted by kind permission of the harbour authority and its board of trustees."
    body = text(7001)
    one = Article(
        "x", "", body + footer, language="en", aside=((len(body), len(body) + len(footer)),)
    )
    assert candidates(one, [article(1, text(7002) + footer)]) == []


def test_translations_are_found_by_their_names() -> None:
    english = "Dmitry Peskov told Jens Stoltenberg in Brussels that 300,000 soldiers left Estonia in 2014."
    russian = "Дмитрий Песков сказал Йенсу Столтенбергу в Брюсселе, что 300 000 солдат покинули Эстонию в 2014 году."
    found = candidates(article(1, russian, "ru"), [*CROWD, article(2, english)])
    assert found[0][0] == 200


def test_a_translation_is_not_crowded_out_by_reprints() -> None:
    english = "Dmitry Peskov told Jens Stoltenberg in Brussels that soldiers left Estonia in 2014."
    russian = "Дмитрий Песков сказал Йенсу Столтенбергу в Брюсселе, что солдаты покинули Эстонию в 2014 году."
    others = [article(n, russian, "ru") for n in range(60)] + [article(60, english)]
    assert 60 in dict(candidates(article(1, russian, "ru"), others, 20))


def test_an_index_answers_like_candidates() -> None:
    index = Index(CROWD)
    for n in (0, 17, 199):
        assert index.candidates(CROWD[n], 5) == candidates(CROWD[n], CROWD, 5)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.text(max_size=80), st.sampled_from(["en", "ru", None])), max_size=6),
    st.text(max_size=80),
)
def test_any_text_is_survived(others: list[tuple[str, str | None]], body: str) -> None:
    articles = [article(n, t, language) for n, (t, language) in enumerate(others)]
    for number, weight in candidates(article(0, body), articles):
        assert 0 <= number < len(articles)
        assert 0.0 < weight <= 1.0
