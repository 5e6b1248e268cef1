"""What is kept of a text: hashes of words, of runs of words, of sentences."""

import subprocess
import sys
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filiation.fold import fold
from filiation.match import fingerprints as module
from filiation.match.fingerprints import (
    GRAM,
    MOST_GRAMS,
    ONE_IN,
    PLACES,
    Fingerprints,
    fingerprints,
    grams_of,
    grams_of_sentences,
    hashed_words,
    sentences_of,
    sentences_of_each,
)
from filiation.match.words import WORD, own_words
from filiation.values import Span

Text = tuple[str, tuple[Span, ...]]

# What folds to nothing, to several letters, to several words, or is a word of its own.
ODD = "ß½ŉ㏂㎏ﬃÆİıΐ\u00ad\u200b\u0301ـةक्षि。！？「」日本語ไทยမြန်ខ្មែរ०९．＂“”’'…!?:.,;_-\n\r\t\u2028\u00a0\u3000\ud800\x00😀🇩🇪①Ⅷ²"
TEXTS = st.text(
    st.one_of(st.sampled_from("abcdeé XYZ019 .\n\"'" + ODD), st.characters(codec=None)),
    max_size=80,
)
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=3).map(tuple)
GIVEN = st.lists(st.tuples(TEXTS, SPANS), max_size=6)


@settings(max_examples=400)
@given(GIVEN)
@example([("0¼", ((0, 1),))])
def test_hashed_words_are_the_words_that_are_compared(texts: list[Text]) -> None:
    """Equal words have equal hashes, different ones differ, and they stand at the same places."""
    found = hashed_words(texts)
    words = [own_words(text, aside) for text, aside in texts]
    folded = [word for w in words for word in w.folded]
    assert found.starts.tolist() == [start for w in words for start in w.starts]
    assert found.ends.tolist() == [end for w in words for end in w.ends]
    assert np.diff(found.offsets).tolist() == [len(w) for w in words]
    hashes = found.hashes.tolist()
    assert len(set(zip(folded, hashes, strict=True))) == len(set(folded)) == len(set(hashes))


def test_every_character_is_hashed_as_it_is_compared() -> None:
    """Nearly all of Unicode between letters: the same words as `own_words` sees."""
    everything = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs")
        # Of the thousands of Han, Hangul, Tangut and old letters every 97th.
        and (unicodedata.category(chr(code)) != "Lo" or code < 0x3400 or not code % 97)
    ]
    texts = [
        (" ".join(f"a{c}b {c}" for c in everything[k : k + 4096]), ())
        for k in range(0, len(everything), 4096)
    ]
    found = hashed_words(texts)
    names: dict[int, str] = {}
    for n, (text, _) in enumerate(texts):
        folded = own_words(text).folded
        hashes = found.hashes[found.offsets[n] : found.offsets[n + 1]].tolist()
        for word, value in zip(folded, hashes, strict=True):
            assert names.setdefault(value, word) == word
    assert len(set(names.values())) == len(names)
    # Of what folds to several words ("½") the first stands for all.
    plain = " ".join(f"a{c}b {c}" for c in everything if len(fold(c).text) == 1)
    assert own_words(plain).folded == WORD.findall(fold(plain).text)


@pytest.mark.parametrize("code", [0xDF, 0xBD, 0xAD, 0x149, 0x33C2, 0xFB03])
def test_what_a_character_folds_to_is_not_folded_again(code: int) -> None:
    folded = fold(chr(code)).text
    assert len(folded) != 1 and fold(folded).text == folded


@settings(max_examples=200)
@given(GIVEN)
def test_texts_hashed_together_are_hashed_as_if_alone(texts: list[Text]) -> None:
    together = fingerprints(texts)
    for n, text in enumerate(texts):
        alone = fingerprints([text])
        assert part(together, n) == part(alone, 0)


def part(found: Fingerprints, n: int) -> tuple[list[int], list[int], int]:
    return (
        found.grams[found.gram_offsets[n] : found.gram_offsets[n + 1]].tolist(),
        found.sentences[found.sentence_offsets[n] : found.sentence_offsets[n + 1]].tolist(),
        int(found.words[n]),
    )


def words(first: int, after: int) -> str:
    return " ".join(f"w{n}" for n in range(first, after))


def test_many_texts_are_cut_into_passes_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[Text] = [(words(n, n + 5 + n % 90) + "." * (n % 3), ((3, 9),)) for n in range(700)]
    whole = fingerprints(texts)
    monkeypatch.setattr(module, "CHARACTERS", 100)
    monkeypatch.setattr(module, "TEXTS", 7)
    cut = fingerprints(texts)
    for name in Fingerprints.__slots__:
        assert getattr(whole, name).tolist() == getattr(cut, name).tolist()


def test_nothing_leaves_nothing() -> None:
    for texts in ([], [("", ())], [("", ()), ("…", ()), ("two words", ())]):
        found = fingerprints(texts)
        assert len(found.grams) == len(found.sentences) == 0
        assert found.gram_offsets.tolist() == [0] * (len(texts) + 1)
        assert found.sentence_offsets.tolist() == [0] * (len(texts) + 1)
        assert len(found.words) == len(texts)


def test_of_a_long_text_the_smallest_grams_are_kept_and_samples_are_nested() -> None:
    long, longer = words(0, 3000), words(1000, 9000)
    both = fingerprints([(long, ()), (longer, ())])
    kept = [set(part(both, n)[0]) for n in range(2)]
    for n, text in enumerate((long, longer)):
        every = sorted(set(grams_of([(text, ())])[0].tolist()))
        most = max(MOST_GRAMS, len(every) // ONE_IN)
        assert len(every) > most
        assert [gram >> PLACES for gram in part(both, n)[0]] == every[:most]
    kept = [{gram >> PLACES for gram in some} for some in kept]
    shared = set(grams_of([(words(1000, 3000), ())])[0].tolist())
    border = min(max(kept[0]), max(kept[1]))
    assert kept[0] & kept[1] == {gram for gram in shared if gram <= border}


def test_a_gram_keeps_its_first_place() -> None:
    text = f"{words(0, 10)} {words(0, 10)} {words(20, 30)}"
    every = grams_of([(text, ())])[0].tolist()
    kept = part(fingerprints([("x " * 9, ()), (text, ((0, 0),))]), 1)[0]
    assert len(kept) == len(set(every)) == 20
    for gram in kept:
        assert gram & ((1 << PLACES) - 1) == every.index(gram >> PLACES)
    endless = part(fingerprints([(words(0, 70_000), ())]), 0)[0]
    assert max(gram & ((1 << PLACES) - 1) for gram in endless) == (1 << PLACES) - 1


def test_a_gram_is_four_words_in_their_order_within_one_text() -> None:
    grams, offsets = grams_of([("one two three four five", ()), ("four five six", ())])
    assert offsets.tolist() == [0, 2, 2]
    again, _ = grams_of([("Oné, two — THREE; four", ()), ("four three two one", ())])
    assert again[0] == grams[0]
    assert again[1] not in grams.tolist()


def test_a_gram_reaches_across_what_is_set_aside() -> None:
    text = "one two ADVERTISEMENT three four"
    grams, _ = grams_of([(text, ((8, 21),)), ("one two three four", ())])
    assert len(grams) == 2
    assert grams[0] == grams[1]


SENTENCES = (
    "The harbour was closed at noon. “Nobody told us why!” said the pilot in the rain.\n"
    "Short one. No. 7.5 litres of oil ran out of the U.S. tanker\n"
    "港口在中午关闭。没有人告诉我们原因！"
)


def test_sentences_end_with_lines_and_marks() -> None:
    assert [SENTENCES[s.start : s.end] for s in sentences_of(SENTENCES)] == [
        "The harbour was closed at noon",
        "Nobody told us why",
        "said the pilot in the rain",
        "7.5 litres of oil ran out of the U.S",
        "港口在中午关闭",
        "没有人告诉我们原因",
    ]


@settings(max_examples=300)
@given(TEXTS, SPANS)
def test_sentences_are_those_of_the_fingerprint(text: str, aside: tuple[Span, ...]) -> None:
    found = sentences_of(text, aside)
    assert sorted({s.hash for s in found}) == part(fingerprints([(text, aside)]), 0)[1]
    assert all(s.start < s.end for s in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    own = own_words(text, aside)
    for sentence in found:
        inside = [
            w
            for w, at in zip(own.folded, own.starts, strict=True)
            if sentence.start <= at < sentence.end
        ]
        assert len(inside) >= 4


@given(GIVEN)
def test_sentences_of_many_texts_are_those_of_each(texts: list[Text]) -> None:
    assert sentences_of_each(texts) == [sentences_of(text, aside) for text, aside in texts]


def test_equal_sentences_have_equal_hashes_wherever_they_stand() -> None:
    one = "Subscribe to our newsletter today"
    texts = [
        f"{words(0, 10)}. {one}! {words(20, 40)}",
        f"{one}",
        f"{words(50, 57)}\n{one.upper()}…\n",
    ]
    hashes = [{text[s.start : s.end].lower(): s.hash for s in sentences_of(text)} for text in texts]
    assert len({found[one.lower()] for found in hashes}) == 1
    assert sentences_of("Today subscribe to our newsletter")[0].hash != hashes[1][one.lower()]


def test_the_grams_of_a_sentence_are_among_those_of_its_text() -> None:
    sentence = "Reprinted by kind permission of the harbour board"
    text = f"{words(0, 30)}. {sentence}. {words(40, 60)}"
    inside = grams_of_sentences([sentence, "too short", sentence])
    assert len(inside) == 8 - GRAM + 1
    assert set(inside.tolist()) < set(grams_of([(text, ())])[0].tolist())
    assert np.all(inside[1:] > inside[:-1])


def test_hashes_are_the_same_in_every_process_and_from_release_to_release() -> None:
    """Hashes are stored: a change of them must come with another `METHOD`."""
    text = "Pendant quatorze hivers, personne à la Régie n'a eu l'idée. 港口在中午关闭。"
    script = (
        "from filiation.match.fingerprints import fingerprints\n"
        f"found = fingerprints([({text!r}, ())])\n"
        "print(found.grams.tolist(), found.sentences.tolist())"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": str(module.__file__).split("/filiation/")[0],
            },
        ).stdout
        for seed in ("1", "2")
    }
    here = fingerprints([(text, ())])
    assert shown == {f"{here.grams.tolist()} {here.sentences.tolist()}\n"}
    assert module.METHOD == 1
    assert here.grams[:2].tolist() == [1568154610620235785, 4052084421239242757]


def test_a_text_of_many_megabytes_is_hashed_so_far() -> None:
    text = "abc " * 1_000_000 + words(0, 100)
    found = fingerprints([(text, ())])
    assert part(found, 0) == part(fingerprints([(text[: module.LONGEST], ())]), 0)
    assert found.words[0] == module.LONGEST // 4
