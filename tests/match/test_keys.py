"""Keys that a text and its translation have in common, whatever their scripts."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.errors import CatalogueError
from filiation.languages import codes
from filiation.match.keys import keys, keys_of_articles, keys_of_word
from filiation.shelf import books, shelf
from filiation.values import Article, Line, Link

module = sys.modules[keys.__module__]


def found(text: str, aside: tuple[tuple[int, int], ...] = ()) -> set[int]:
    return set(keys([(text, aside)]).hashes.tolist())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("300 000", "300,000"),
        ("300.000", "300\u202f000"),
        ("٣٠٠٬٠٠٠", "300,000"),
        ("30万", "300,000"),
        ("3,5 %", "3.5%"),
        ("le 21 novembre", "November 21"),
        ("21 ноября", "November 21"),
        ("11月21日", "November 21"),
        ("Peskov", "Песков"),
        ("Πεσκόφ", "Песков"),
        ("بيسكوف", "Peskov"),
        ("в Москве", "Moscow"),
        ("في موسكو", "Moscow"),
        ("莫斯科", "Moscow"),
        ("モスクワ", "Moscow"),
        ("ドナルド・トランプ", "Trump"),
        ("特朗普", "Trump"),
        ("卡瓦诺说", "Kavanaugh"),
        ("科尔宾", "Corbyn"),
        ("メルケル首相", "Merkel"),
        ("カバノー", "Kavanaugh"),
        ("ウィリアムズ", "Williams"),
        ("больница", "hospital"),
        ("في المستشفى", "hospital"),
        ("병원에서", "hospital"),
        ("他去医院", "a hospital"),
        ("ตำรวจใหญ่", "police"),
        ("2.3 million", "230万"),
        ("350 milliards", "3500亿"),
        ("20億円", "2 billion"),
        ("12 लाख", "1.2 million"),
        ("3ล้านบาท", "3,000,000"),
        ("23만명", "230,000"),
        ("1,5 млрд", "1.5 billion"),
        ("5 percent", "5 %"),
        ("3,5 Prozent", "3,5 процента"),
        ("Việt Nam", "Viet Nam"),
        ("voir https://www.quay.example/a", "at quay.example: http://quay.example"),
    ],
)
def test_what_survives_translation_has_a_key_in_common(one: str, other: str) -> None:
    assert found(one) & found(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("300 000", "3000"),
        ("3,5", "35"),
        ("Peskov", "Lavrov"),
        ("莫斯科", "Paris"),
        ("特朗普", "Clinton"),
        ("больница", "school"),
    ],
)
def test_what_differs_has_none(one: str, other: str) -> None:
    assert not found(one) & found(other)


def test_a_day_of_a_month_is_not_that_of_another() -> None:
    day = found("21 novembre") - found("21") - found("novembre")
    assert day
    assert day <= found("November 21")
    assert not day & found("December 21, November 12")


def test_names_say_more_than_common_words() -> None:
    named, common = dict(keys_of_word("Rivage", True)), dict(keys_of_word("rivage", False))
    assert set(common) < set(named)
    assert all(named[key] > weight for key, weight in common.items())


def test_what_is_set_aside_has_no_keys() -> None:
    text = "Alvarsen 4711 www.quay.example Moskva"
    assert found(text)
    assert not found(text, ((0, len(text)),))
    assert found(text, ((14, 30),)) < found(text)


def test_links_of_the_body_are_keys() -> None:
    link = Link("here", "https://www.quay.example/pictures/harbour-1911.jpg", 0, 4)
    body = Article("a", "", "here", lines=(Line("here", 0, links=(link,), start=0),))
    menu = Article("b", "", "here", lines=(Line("here", 0, region="chrome", links=(link,)),))
    made = keys_of_articles([body, menu])
    assert made.offsets.tolist()[1:] != [0, 0]
    assert set(made.hashes[: made.offsets[1]].tolist()) & found("https://quay.example")
    assert set(made.hashes[made.offsets[1] :].tolist()) == found("here")


def test_texts_hashed_together_have_the_keys_they_have_alone() -> None:
    texts = ["Peskov in Moscow on 21 May", "", "莫斯科 30万", "Ένας Πεσκόφ " * 50]
    together = keys([(text, ()) for text in texts])
    assert len(together) == len(texts)
    for number, text in enumerate(texts):
        part = slice(int(together.offsets[number]), int(together.offsets[number + 1]))
        alone = keys([(text, ())])
        assert np.array_equal(together.hashes[part], alone.hashes)
        assert np.array_equal(together.weights[part], alone.weights)


TEXTS = [
    "Peskov in Moscow on 21 May, 3 million US dollars",
    "us and US, the us, PESKOV",
    "",
    "莫斯科 30万 特朗普在医院",
    "Ένας Πεσκόφ " * 50,
    "ज़रूर जरर किताब 12 लाख",
    "ＡＢＣ abc Ελλάδα ΕΛΛΑΔΑ Горбачёв Горбачев",
    "في المستشفى بيسكوف 300٬000",
    "3ล้านบาท โรงพยาบาล https://quay.example/a",
]


@given(st.permutations(range(len(TEXTS))), st.integers(1, 200))
def test_neither_the_order_of_texts_nor_the_borders_of_batches_matter(
    order: list[int], batch: int
) -> None:
    alone = [keys([(text, ())]) for text in TEXTS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BATCH", batch)
        together = keys([(TEXTS[number], ()) for number in order])
    for place, number in enumerate(order):
        part = slice(int(together.offsets[place]), int(together.offsets[place + 1]))
        assert np.array_equal(together.hashes[part], alone[number].hashes)
        assert np.array_equal(together.weights[part], alone[number].weights)


def test_a_wrong_label_changes_nothing() -> None:
    right, wrong = (
        keys_of_articles([Article("a", "", text, language=language) for text in TEXTS])
        for language in ("en", "zh")
    )
    assert np.array_equal(right.hashes, wrong.hashes)
    assert np.array_equal(right.weights, wrong.weights)


def test_words_that_share_a_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = np.array([1 << 60, (1 << 60) + 1, 1 << 60, 5], np.uint64)
    which, first = module._grouped(hashes)
    assert [hashes[first[number]] for number in which] == hashes.tolist()
    assert len(first) == 3


def test_capitals_alone_make_a_short_name() -> None:
    assert found("UN") - found("un")
    assert not found("un")


@pytest.mark.parametrize(
    ("book", "message"),
    [
        ("[xx]\n6 = 'million'\n", "no list"),
        ("[xx]\nsix = ['million']\n", "no table"),
        ("xx = 1\n", "no table"),
    ],
)
def test_a_wrong_table_of_scales_is_named(
    book: str, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / "xx.toml").write_text(book, "utf-8")
    monkeypatch.setattr(module, "shelf", lambda: tmp_path)
    with pytest.raises(CatalogueError, match=message):
        module._scales.__wrapped__()


@pytest.mark.parametrize("code", codes())
def test_every_language_names_countries_and_cities(code: str) -> None:
    book = dict(books(shelf() / "places"))[code]
    assert set(book) == {"countries", "cities"}
    assert len(book["countries"]) > 150
    names = [*book["countries"].values(), *book["cities"].values()]
    assert all(isinstance(name, str) and name.strip() for name in names)


def test_hashes_are_those_of_every_process() -> None:
    [*hashes] = sorted(key for key, _ in keys_of_word("Peskov", True))
    assert hashes == KNOWN


KNOWN = [
    695801641111747800,
    1804681422968270417,
    10347330129391227750,
    16208154498445035118,
]


@given(st.lists(st.text(max_size=60), max_size=4))
def test_no_text_makes_it_stumble(texts: list[str]) -> None:
    made = keys([(text, ()) for text in texts])
    assert len(made) == len(texts)
    assert len(made.hashes) == len(made.weights) == made.offsets[-1]
    assert (made.weights > 0).all()


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800", "9" * 5_000, "1." * 5_000, "月" * 999, "a" * 9_999]
)
def test_hostile_text(text: str) -> None:
    assert len(keys([(text, ())])) == 1
