"""Word pairs learnt from sentences that are each other's translation."""

import random

import pytest

from filiation.match.dictionaries import Book
from filiation.match.learning import learnt
from tests.match.tongues import LATIN, MEANING, sentence

WORDS = LATIN[:60]


def pairs(number: int, seed: int = 5) -> list[tuple[str, str]]:
    chance = random.Random(seed)
    return [sentence(chance) for _ in range(number)]


def right(book: Book) -> tuple[int, int]:
    """Return how many first meanings are right, and how many words have one."""
    known = {word: entry for entry in book.entries if (word := entry.word) in MEANING}
    good = sum(entry.meanings[0][0] == MEANING[word] for word, entry in known.items())
    return good, len(known)


def test_words_that_stand_in_the_same_sentences_are_learnt() -> None:
    good, known = right(learnt(pairs(150), "ru", "en"))
    assert known >= 55
    assert good >= known - 1


def test_few_sentences_teach_little_but_no_nonsense() -> None:
    good, known = right(learnt(pairs(40), "ru", "en"))
    assert good >= 0.8 * known
    assert learnt(pairs(1), "ru", "en").entries == ()
    assert learnt([], "ru", "en").entries == ()


def test_sentences_that_do_not_belong_together_teach_next_to_nothing() -> None:
    told = pairs(150)
    shifted = [
        (one, other) for (one, _), (_, other) in zip(told, told[40:] + told[:40], strict=True)
    ]
    assert len(learnt(shifted, "ru", "en").entries) <= 10


def test_the_same_sentences_teach_the_same() -> None:
    assert learnt(pairs(80), "ru", "en") == learnt(pairs(80), "ru", "en")


def test_in_a_script_without_spaces_runs_of_characters_are_learnt() -> None:
    signs = {latin: chr(0x4E00 + 2 * n) + chr(0x5E00 + 3 * n) for n, latin in enumerate(WORDS)}
    chance = random.Random(2)
    told = []
    for _ in range(200):
        words = chance.sample(WORDS, 8)
        told.append(("".join(signs[word] for word in words) + "。", " ".join(words) + "."))
    book = learnt(told, "zh", "en")
    first = {entry.word: entry.meanings[0][0] for entry in book.entries}
    good = sum(first.get(run) == latin for latin, run in signs.items())
    assert good >= 50


def test_function_words_and_figures_are_left_out() -> None:
    told = [(f"{one} и 1961", f"{other} and 1961") for one, other in pairs(60)]
    words = {entry.word for entry in learnt(told, "ru", "en").entries}
    assert words
    assert not words & {"и", "1961"}


@pytest.mark.parametrize("language", ["ar", "he"])
def test_one_word_with_and_without_its_article_is_one(language: str) -> None:
    front = {"ar": "ال", "he": "ה"}[language]
    letters = {"ar": "بتثجحخدذرزسشصضطعغفقكلمن", "he": "בגדזחטילמנסעפצקרשת"}[language]
    chance = random.Random(4)
    words = ["".join(chance.sample(letters, 5)) for _ in range(60)]
    meaning = dict(zip(words, LATIN, strict=False))
    told = []
    for _ in range(120):
        chosen = chance.sample(words, 6)
        written = [chance.choice(("", front)) + word for word in chosen]
        told.append((" ".join(written), " ".join(meaning[word] for word in chosen)))
    found = {
        entry.word.removeprefix(front): entry.meanings[0][0]
        for entry in learnt(told, language, "en").entries
    }
    assert sum(found.get(word) == latin for word, latin in meaning.items()) >= 50
