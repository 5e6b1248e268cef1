"""What word pairs of the user's own add to the search across languages and to the proof."""

import random

import numpy as np
import pytest

from filiation.match import Comparer, mirrored
from filiation.match.across import Across
from filiation.match.dictionaries import Book, Entry
from filiation.match.keys import Keys, keys, keys_of_word
from filiation.match.lexicon import Lexicon, expanded
from filiation.values import Article
from tests.match.tongues import MEANING, text


def book(source: str, target: str, **pairs: str) -> Book:
    return Book(
        f"{source}-{target}.tsv",
        source,
        target,
        tuple(
            Entry(word, tuple((meaning, 1.0) for meaning in meanings.split(",")))
            for word, meanings in pairs.items()
        ),
    )


def meant(lexicon: Lexicon, word: str, source: str, target: str) -> list[str]:
    return [meaning for meaning, _ in lexicon.meanings(word, source, target)]


KNOWN = Lexicon([Book("ru-en.tsv", "ru", "en", tuple(
    Entry(other, ((latin, 1.0),)) for other, latin in MEANING.items()
))])  # fmt: skip


def article(name: str, written: str, language: str | None) -> Article:
    return Article(name, "", written, language=language)


# --- words -----------------------------------------------------------------------------------------


def test_a_word_is_looked_up_in_both_directions() -> None:
    lexicon = Lexicon([book("cs", "en", most="bridge,viaduct", lávka="bridge")])
    assert meant(lexicon, "Most", "cs", "en") == ["bridge", "viaduct"]
    assert meant(lexicon, "bridge", "en", "cs") == ["most", "lávka"]
    assert meant(lexicon, "bridge", "en", "de") == []


@pytest.mark.parametrize(
    "word", ["правительство", "правительства", "правительством", "правительствами"]
)
def test_an_inflected_word_is_found_by_its_beginning(word: str) -> None:
    lexicon = Lexicon([book("ru", "en", правительство="government", прав="right")])
    assert meant(lexicon, word, "ru", "en") == ["government"]


def test_a_word_that_only_begins_alike_is_not_found() -> None:
    lexicon = Lexicon([book("ru", "en", правительство="government")])
    assert meant(lexicon, "право", "ru", "en") == []


@pytest.mark.parametrize("word", ["حكومة", "الحكومة", "والحكومة", "للحكومة", "حُكُومَة"])
def test_what_is_glued_to_an_arabic_word_is_taken_off(word: str) -> None:
    assert meant(Lexicon([book("ar", "en", حكومة="government")]), word, "ar", "en") == [
        "government"
    ]
    assert meant(Lexicon([book("ar", "en", الحكومة="government")]), word, "ar", "en") == [
        "government"
    ]


def test_nothing_is_taken_off_in_languages_that_glue_nothing() -> None:
    assert meant(Lexicon([book("fa", "en", زیر="under")]), "وزیر", "fa", "en") == []


def test_in_scripts_without_spaces_the_longest_word_counts() -> None:
    lexicon = Lexicon(
        [book("zh", "en", 中国="China", 中国人民="Chinese people", 银行="bank", 人="man")]
    )
    text = "中国人民银行的人"
    spoken = [
        (text[word.start : word.end], word.meanings[0][0])
        for word in lexicon.spoken(text, (), "zh-CN", "en")
    ]
    assert spoken == [("中国人民", "Chinese people"), ("银行", "bank"), ("人", "man")]


def test_what_is_set_aside_is_not_looked_up() -> None:
    lexicon = Lexicon([book("cs", "en", most="bridge")])
    assert [word.start for word in lexicon.spoken("most a most", ((0, 4),), "cs", "en")] == [7]


def test_the_languages_it_has_words_between() -> None:
    lexicon = Lexicon([book("cs", "en", most="bridge"), book("cs", "de", most="Brücke")])
    assert lexicon.targets("cs-CZ") == ("de", "en")
    assert lexicon.targets("de") == ("cs",)
    assert lexicon.targets(None) == lexicon.targets("fr") == ()
    assert lexicon.covers("en-GB", "cs")
    assert not lexicon.covers("en", "de")
    assert not lexicon.covers(None, "en")
    assert lexicon.between("en", "cs") == ("cs-en.tsv",)


# --- the search ------------------------------------------------------------------------------------


def made(articles: list[Article]) -> Keys:
    return keys([(one.text, one.aside) for one in articles])


def test_the_keys_of_meanings_are_added_and_none_is_lost() -> None:
    asked = [article("a", "Стоит большой мост через реку Зелёную", "ru")]
    lexicon = Lexicon([book("ru", "en", мост="bridge", реку="river")])
    before, after = made(asked), expanded(made(asked), asked, lexicon)
    wanted = {key for word in ("bridge", "river") for key, _ in keys_of_word(word, False)}
    assert set(after.hashes.tolist()) == set(before.hashes.tolist()) | wanted
    assert (np.diff(after.hashes.astype(object)) > 0).all()
    loud = dict(zip(after.hashes.tolist(), after.weights.tolist(), strict=True))
    assert {key: loud[key] for key in before.hashes.tolist()} == dict(
        zip(before.hashes.tolist(), before.weights.tolist(), strict=True)
    )


@pytest.mark.parametrize("language", [None, "fr", "en"])
def test_other_languages_keep_their_keys(language: str | None) -> None:
    asked = [article("a", "Стоит большой мост", language), article("b", "", "ru")]
    before = made(asked)
    after = expanded(before, asked, Lexicon([book("ru", "fr", мосты="ponts")]))
    if language == "fr":  # looked up the other way round, and not found
        assert KNOWN.targets("fr") == ()
    assert after.hashes.tolist() == before.hashes.tolist()
    assert after.offsets.tolist() == before.offsets.tolist()


def test_a_source_without_names_is_found_by_meanings_alone() -> None:
    pairs = [text(seed, names=0) for seed in range(120)]
    index = Across(made([article("", latin, "en") for _, latin in pairs]), ["en"] * len(pairs))
    asked = [article("", other, "ru") for other, _ in pairs[:20]]
    plain = index.queries(made(asked), ["ru"] * 20, limit=1)
    helped = index.queries(expanded(made(asked), asked, KNOWN), ["ru"] * 20, limit=1)
    right = [
        sum(bool(best) and best[0].number == number for number, best in enumerate(found))
        for found in (plain, helped)
    ]
    assert right[0] <= 3
    assert right[1] == 20


# --- the proof -------------------------------------------------------------------------------------


def test_a_translation_without_names_is_proved_with_word_pairs_only() -> None:
    other, latin = text(7, names=0)
    a, b = article("a", other, "ru"), article("b", latin, "en")
    assert Comparer().compare(a, b).score < 0.2
    match = Comparer(lexicon=KNOWN).compare(a, b)
    assert match.score > 0.9
    assert match.coverage_a > 0.9
    lines = {
        (a.text.count("\n", 0, p.a_start), b.text.count("\n", 0, p.b_start)) for p in match.passages
    }
    assert len(lines) >= 8
    assert all(one == other for one, other in lines)


def test_the_mirror_is_exact() -> None:
    other, latin = text(8)
    a, b = article("a", other, "ru"), article("b", latin, "en")
    comparer = Comparer(lexicon=KNOWN)
    assert comparer.compare(b, a) == mirrored(comparer.compare(a, b))


def test_texts_of_the_same_words_in_another_order_are_no_translation() -> None:
    other, latin = text(9, sentences=20, names=0)
    words = latin.replace(".", "").lower().split()
    random.Random(3).shuffle(words)
    shuffled = "\n".join(" ".join(words[n : n + 9]).capitalize() + "." for n in range(0, 180, 9))
    match = Comparer(lexicon=KNOWN).compare(article("a", other, "ru"), article("b", shuffled, "en"))
    assert match.score < 0.5


def test_word_pairs_of_other_languages_change_nothing() -> None:
    other, latin = text(10)
    a, b = article("a", other, "ru"), article("b", latin, "en")
    lexicon = Lexicon([book("ar", "en", حكومة="government")])
    assert Comparer(lexicon=lexicon).compare(a, b) == Comparer().compare(a, b)
