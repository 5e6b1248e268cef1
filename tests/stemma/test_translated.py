"""Signs of translated text point from the original to the translation, and never back."""

import pytest

from filiation.stemma.translated import betrayals, translated_reasons
from filiation.values import Article


def article(text: str, language: str) -> Article:
    return Article(language, "x", text, language=language)


ENGLISH = article(
    "The Lantern Street Archive keeps nine ledgers. Clerk Ada Brook wrote the night watch report "
    "in 1931, and nobody has read it since.",
    "en",
)


@pytest.mark.parametrize(
    ("language", "text", "rows"),
    [
        ("zh", "灯街档案馆保存着九本账簿。书记员艾达（Ada Brook）在1931年写下报告。", ["translated.kept"]),
        ("ru", "В архиве девять книг. Писарь Ада Брук (Ada Brook) написала отчёт.", ["translated.kept"]),
        (
            "fr",
            "Elle a écrit le rapport (« night watch report ») en 1931. [NdT : une rue du port.]",
            ["translated.note", "translated.kept"],
        ),
        ("de", "Das Archiv (Anm. d. Ü.: im Hafen) hat neun Bücher.", ["translated.note"]),
        ("pl", "Archiwum (przyp. tłum. w porcie) ma dziewięć ksiąg.", ["translated.note"]),
        ("fr", "Les archives (neuf registres) sont closes depuis 1931.", []),
        ("nl", "De archieven bewaren o.a. negen boeken (1931).", []),
        ("fr", "Ada Brook a écrit ; Ada (Ada Brook) n'en dit rien.", []),
    ],
)  # fmt: skip
def test_signs(language: str, text: str, rows: list[str]) -> None:
    translation = article(text, language)
    assert [sign.row for sign in betrayals(translation, ENGLISH)] == rows
    assert list(betrayals(ENGLISH, translation)) == []


def test_what_is_set_aside_is_no_sign_and_hostile_text_is_read_in_time() -> None:
    text = "Писарь написала отчёт (Ada Brook)."
    aside = Article("ru", "x", text, language="ru", aside=((0, len(text)),))
    assert list(betrayals(aside, ENGLISH)) == []
    brackets = article("(Ada Brook) " * 100_000, "ru")
    assert list(betrayals(brackets, article("[" * 1_000_000, "en"))) == []


def test_reasons_are_sentences_with_a_weight() -> None:
    translation = article("Das Archiv (Anm. d. Ü.: im Hafen) hat neun Bücher.", "de")
    (reason,) = translated_reasons(ENGLISH, translation, "The Quay", "Der Kai")
    assert reason.weight and reason.weight > 0
    assert reason.says() == "a translator's note stands in the text of Der Kai: “Anm. d. Ü.”"
