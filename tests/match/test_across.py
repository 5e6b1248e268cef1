"""Which articles in other languages may be the source of one."""

import random

import numpy as np
import pytest

from filiation.match.across import Across
from filiation.match.keys import Keys, keys

FIRST = [
    "Bar",
    "Dol",
    "Fen",
    "Gar",
    "Hal",
    "Jor",
    "Kal",
    "Lun",
    "Mor",
    "Nar",
    "Pel",
    "Ras",
    "Sol",
    "Tar",
    "Ven",
    "Zam",
]
LAST = ["bert", "dosk", "fild", "gorn", "kamp", "lund", "mast", "nev", "pold", "rist"]
NAMES = [one + other for one in FIRST for other in LAST]
CYRILLIC = str.maketrans("abdefghijklmnoprstuvz", "абдефгхийклмнопрстувз")


def told(seed: int, words: int = 40) -> str:
    """Return a text about people and numbers of its own."""
    chance = random.Random(seed)
    return " ".join(
        f"the {chance.choice(NAMES)} said {chance.randrange(200, 9000)}" for _ in range(words)
    )


def cyrillic(text: str) -> str:
    """Return the text with other common words, its names in another script."""
    kept = text.replace("the ", "этот ").replace(" said", " сказал")
    return " ".join(
        word.lower().translate(CYRILLIC).capitalize() if word in NAMES else word
        for word in kept.split()
    )


TEXTS = [told(seed) for seed in range(300)]
INDEX = Across(keys([(text, ()) for text in TEXTS]), ["en"] * 300, list(range(300)))


def asked(text: str) -> Keys:
    return keys([(text, ())])


@pytest.mark.parametrize("number", [0, 7, 299])
def test_the_source_comes_first(number: int) -> None:
    best, second, *_ = INDEX.query(asked(cyrillic(TEXTS[number])), language="ru")
    assert best.number == number
    assert best.score > 2 * second.score


def test_an_excerpt_is_found() -> None:
    words = cyrillic(TEXTS[11]).split()
    assert INDEX.query(asked(" ".join(words[40:120])), language="ru")[0].number == 11


def test_its_own_language_is_left_out() -> None:
    assert INDEX.query(asked(TEXTS[3]), language="en-GB") == []
    assert INDEX.query(asked(TEXTS[3]))[0].number == 3


def test_a_window_of_days_narrows_the_search_and_keeps_the_undated() -> None:
    question = asked(cyrillic(TEXTS[50]))
    far = INDEX.query(question, language="ru", day=200, window=30, limit=300)
    assert far
    assert all(170 <= found.number <= 230 for found in far)
    assert INDEX.query(question, language="ru", day=60, window=30)[0].number == 50
    undated = Across(keys([(text, ()) for text in TEXTS]), ["en"] * 300)
    assert undated.query(question, language="ru", day=200, window=30)[0].number == 50


@pytest.mark.parametrize(
    "text", ["", "and so it was said", "\ud800", "nobody knows " * 300, "ᚠᚢᚦᚨᚱᚲ " * 200]
)
def test_a_text_without_names_has_no_answer(text: str) -> None:
    assert INDEX.query(asked(text), language="fr") == []


def test_an_unknown_language_hinders_nothing() -> None:
    assert INDEX.query(asked(cyrillic(TEXTS[9])), language=None)[0].number == 9
    assert INDEX.query(asked(cyrillic(TEXTS[9])), language="xx")[0].number == 9


def test_what_resembles_everything_does_not_come_first() -> None:
    """A survey has names of all articles; the source of a part has all of that part."""
    survey = " ".join(" ".join(text.split()[:32]) for text in TEXTS)
    index = Across(keys([(text, ()) for text in [*TEXTS, survey]]), ["en"] * 301)
    for number in range(0, 300, 30):
        best = index.query(asked(cyrillic(TEXTS[number])), language="ru")
        assert best[0].number == number
        assert 300 not in [found.number for found in best[:2]]


def test_many_questions_are_answered_as_one_is() -> None:
    many = keys([(cyrillic(TEXTS[n]), ()) for n in (5, 6, 7)])
    answers = list(INDEX.queries(many, ["ru"] * 3, [5, 6, 7], window=3, limit=4))
    for n, answer in enumerate(answers):
        assert answer == INDEX.query(many, n, language="ru", day=5 + n, window=3, limit=4)
        assert [found.number for found in answer][:1] == [5 + n]
        assert len(answer) <= 4


def test_scores_fall_and_ties_go_to_the_lower_number() -> None:
    texts = [*TEXTS[:299], TEXTS[20], TEXTS[299]]  # neither copy is among those learnt from
    twice = Across(keys([(text, ()) for text in texts]), ["en"] * 301)
    found = twice.query(asked(cyrillic(TEXTS[20])), language="ru")
    assert [one.number for one in found[:2]] == [20, 299]
    assert found[0].score == found[1].score
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_a_library_of_few(size: int) -> None:
    index = Across(keys([(text, ()) for text in TEXTS[:size]]), ["en"] * size)
    found = index.query(asked(cyrillic(TEXTS[0])), language="ru")
    assert [one.number for one in found][:1] == [0][:size]
    assert index.bytes > 0


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="2 languages or days for 1 articles"):
        Across(asked("Peskov"), ["en", "fr"])


def test_no_keys_at_all() -> None:
    nothing = Keys(np.zeros(0, np.uint64), np.zeros(0, np.uint8), np.zeros(4, np.int64))
    assert Across(nothing).query(asked(TEXTS[0])) == []


def test_what_resembles_everything_in_a_language_is_learnt() -> None:
    """A list of all names has what every question asks for; the questions' language tells so."""
    menu = " ".join(NAMES)
    index = Across(keys([(text, ()) for text in [*TEXTS, menu]]), ["en"] * 301)
    few = keys([(cyrillic(told(1000 + n, 6)), ()) for n in range(60)])
    question = asked(cyrillic(" ".join(TEXTS[4].split()[:40])))

    def behind() -> float:
        scores = {one.number: one.score for one in index.query(question, language="ru", limit=301)}
        return scores[300] / scores[4]

    before = behind()
    index.learn(few, ["ru"] * 60)
    assert behind() < 0.9 * before


def test_too_few_texts_teach_nothing() -> None:
    index = Across(keys([(text, ()) for text in TEXTS]), ["en"] * 300)
    question = asked(cyrillic(TEXTS[4]))
    before = index.query(question, language="ru")
    index.learn(keys([(cyrillic(told(n)), ()) for n in range(5)]), ["ru"] * 5)
    assert index.query(question, language="ru") == before
