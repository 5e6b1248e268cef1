"""Languages: told by their text, named in a sentence, kept on a shelf."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.languages import (
    code_of,
    codes,
    identify,
    language_named,
    languages_by_paragraph,
    words_of,
)

SENTENCES = {
    "fr": "Le conseil de la ville a décidé que le pont serait fermé pendant deux ans aux voitures.",
    "en": "The council of the town has decided that the bridge will be closed to cars for two years.",
    "de": "Der Rat der Stadt hat beschlossen, dass die Brücke zwei Jahre lang gesperrt wird.",
    "es": "El consejo de la ciudad ha decidido que el puente se cerrará a los coches por dos años.",
    "it": "Il consiglio della città ha deciso che il ponte sarà chiuso alle auto per due anni.",
    "pt": "O conselho da cidade decidiu que a ponte não vai abrir aos carros durante dois anos.",
    "ru": "Городской совет решил, что мост будет закрыт для автомобилей на два года.",
    "uk": "Міська рада вирішила, що міст буде закрито для автомобілів на два роки.",
    "ar": "قرر مجلس المدينة أن الجسر سيغلق أمام السيارات لمدة عامين كاملين",
    "tr": "Belediye meclisi köprünün iki yıl boyunca araçlara kapatılmasına karar verdi.",
    "pl": "Rada miasta postanowiła, że most zostanie zamknięty dla samochodów na dwa lata.",
    "zh": "市议会决定这座桥将对汽车关闭两年时间。",
    "ja": "市議会はこの橋を二年間自動車通行止めにすることを決めた。",
    "ko": "시의회는 이 다리를 이 년 동안 자동차에 폐쇄하기로 결정했다.",
    "el": "Το δημοτικό συμβούλιο αποφάσισε ότι η γέφυρα θα κλείσει για δύο χρόνια.",
    "sq": "Këshilli i qytetit vendosi që ura të mbyllet për makinat për dy vjet.",
    "nl": "De gemeenteraad heeft besloten dat de brug twee jaar lang dicht gaat voor auto's.",
    "he": "מועצת העיר החליטה כי הגשר ייסגר לתנועת מכוניות למשך שנתיים",
}


@pytest.mark.parametrize("text", ["", "42", "Zero", "Par Jeanne Doe", "• · –", "OK, bien"])
def test_too_little_is_no_language(text: str) -> None:
    assert identify(text) is None


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_tells_its_language(code: str) -> None:
    assert identify(SENTENCES[code]) == code


def test_the_answer_is_one_of_those_allowed() -> None:
    assert identify(SENTENCES["fr"], ("en", "de")) in ("en", "de")
    assert identify(SENTENCES["fr"], ("fr",)) == "fr"


def test_a_partly_translated_text_has_a_language_a_paragraph() -> None:
    french, english = SENTENCES["fr"] * 3, SENTENCES["en"] * 3
    text = f"{french}\n\n{english}\n"
    found = languages_by_paragraph(text, "fr")
    assert [(text[a:b], code) for a, b, code in found] == [(french, "fr"), (english, "en")]


def test_a_long_quotation_within_a_paragraph_is_seen() -> None:
    french, english = SENTENCES["fr"], SENTENCES["en"]
    paragraph = f"Elle a dit : {' '.join([english] * 6)}"
    found = languages_by_paragraph(f"{' '.join([french] * 3)}\n{paragraph}", "fr")
    assert [code for _, _, code in found] == ["fr", "en"]


def test_a_list_of_names_is_in_the_language_of_its_text() -> None:
    names = (
        "The counties are Alamar, Alpina, Amaro, Buta, Calaveras, Contra Rosa, El Dorado, "
        "Humberto, Kerna, Laguna, Marina, Mendoza, Mono, Napora, Nevada and Placera."
    )
    assert [code for _, _, code in languages_by_paragraph(names, "en")] == ["en"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("une marche sur la lune", "fr"),
        ("The Arab spring", "en"),
        ("le polonium", "fr"),
        ("", "fr"),
        ("на улице", "ru"),
    ],
)
def test_no_language_is_named_where_none_is(text: str, language: str) -> None:
    assert language_named(text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("traduit de l'anglais par", "fr", "en"),
        ("version italienne", "fr", "it"),
        ("aus dem Englischen", "de", "en"),
        ("ins Französische", "de", "fr"),
        ("с английского", "ru", "en"),
        ("з англійської", "uk", "en"),
        ("z języka angielskiego", "pl", "en"),
        ("İngilizceden çeviren", "tr", "en"),
        ("ترجمة عن الإنجليزية", "ar", "en"),
        ("译自英文", "zh", "en"),
        ("del inglés para", "es", "en"),
        ("s engleskog", "hr", "en"),
        ("από τα αγγλικά", "el", "en"),
        ("z angličtiny", "cs", "en"),
        ("englannista", "fi", "en"),
        ("angolból", "hu", "en"),
        ("translated from Français", None, "fr"),
    ],
)
def test_named_languages_are_found_inflected(text: str, language: str | None, code: str) -> None:
    assert language_named(text, language) == code


@pytest.mark.parametrize(
    ("label", "code"),
    [("", None), ("x-default", None), ("french", "fr"), ("FR-fr", "fr"), ("pt_BR", "pt"),
     ("nb-NO", "no"), ("iw", "he"), ("Deutsch", "de"), ("../../etc/passwd", None)],
)  # fmt: skip
def test_tags_and_names_become_codes(label: str, code: str | None) -> None:
    assert code_of(label) == code


@pytest.mark.parametrize("code", codes())
def test_every_language_on_the_shelf_is_complete(code: str) -> None:
    words = words_of(code)
    assert words.name and words.english and words.date_order
    assert words.bylines and words.stop_words
    assert {"en", "fr", "de"} <= set(words.languages)
    if code not in ("zh", "ja", "ko", "vi"):  # their months are figures
        assert all(words.months)
    if code not in ("zh", "ja"):
        assert all(words.weekdays)


def test_an_unknown_language_has_no_words() -> None:
    assert words_of("xx").months == ()
    assert words_of(None).bylines == ()


@given(st.text(max_size=300))
def test_no_text_makes_it_stumble(text: str) -> None:
    assert identify(text) is None or len(identify(text) or "") in (2, 3)
    language_named(text, "fr")
    language_named(text, "ar")
    for start, end, _ in languages_by_paragraph(text, "fr"):
        assert 0 <= start < end <= len(text)
