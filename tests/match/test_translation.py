"""Translations, and what looks like them."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.match import compare
from filiation.match.sentences import sentences
from filiation.match.signs import form_of, likeness, signs
from filiation.values import Article

ENGLISH = [
    "Kremlin spokesman Dmitry Peskov said on Tuesday that NATO should withdraw from the border.",
    "He told the Associated Press that 300,000 soldiers had been moved since 2014.",
    "In Brussels, Secretary General Jens Stoltenberg rejected the demand within two hours.",
    "Estonia and Latvia asked Washington for 4 more battalions, the Tallinn paper Postimees wrote.",
    "President-elect Donald Trump had called the alliance obsolete during his campaign in Ohio.",
    "Analysts at the Carnegie centre in Moscow doubt that the Pentagon would agree.",
    "Angela Merkel is expected to visit Ankara and Athens before 15 December.",
    "The budget committee of the Bundestag set aside 2.5 billion euros for Lithuania.",
]
FRENCH = [
    "Le porte-parole du Kremlin, Dmitri Peskov, a déclaré mardi que l’OTAN devait se retirer de la frontière.",
    "Il a dit à l’Associated Press que 300 000 soldats avaient été déplacés depuis 2014.",
    "À Bruxelles, le secrétaire général Jens Stoltenberg a rejeté la demande en deux heures.",
    "L’Estonie et la Lettonie ont demandé à Washington 4 bataillons de plus, a écrit le journal Postimees de Tallinn.",
    "Le président élu Donald Trump avait qualifié l’alliance d’obsolète lors de sa campagne dans l’Ohio.",
    "Les analystes du centre Carnegie à Moscou doutent que le Pentagone soit d’accord.",
    "Angela Merkel devrait se rendre à Ankara et à Athènes avant le 15 décembre.",
    "La commission du budget du Bundestag a réservé 2,5 milliards d’euros pour la Lituanie.",
]
RUSSIAN = [
    "Пресс-секретарь Кремля Дмитрий Песков заявил во вторник, что НАТО должна отойти от границы.",
    "Он сказал агентству Ассошиэйтед Пресс, что с 2014 года были переброшены 300 000 солдат.",
    "В Брюсселе генеральный секретарь Йенс Столтенберг отверг это требование через два часа.",
    "Эстония и Латвия попросили Вашингтон о 4 батальонах, писала таллинская газета Постимеэс.",
    "Избранный президент Дональд Трамп в ходе кампании в Огайо называл альянс устаревшим.",
    "Аналитики Московского центра Карнеги сомневаются, что Пентагон согласится.",
    "Ангела Меркель, как ожидается, посетит Анкару и Афины до 15 декабря.",
    "Бюджетный комитет Бундестага выделил 2,5 миллиарда евро для Литвы.",
]
# The same event, told by someone else: the same names in an order of its own.
REPORT = [
    "Angela Merkel a évité toute réaction lors de son passage à Ankara.",
    "À Tallinn, la presse s’inquiète, et le Pentagone se tait.",
    "Donald Trump n’a rien dit depuis l’Ohio sur les bataillons promis à la Lettonie.",
    "Depuis 2014 la tension monte, rappelle un chercheur de Bruxelles, proche de Stoltenberg.",
    "Le Bundestag votera bientôt, et Washington observe avec Moscou la frontière de l’Estonie.",
    "Quant à Dmitri Peskov, il a répété mardi ce que le Kremlin dit depuis des mois.",
]


def article(sentences_: list[str], language: str | None) -> Article:
    return Article(language or "x", "x", "\n".join(sentences_), language=language)


EN, FR = article(ENGLISH, "en"), article(FRENCH, "fr")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (EN, article(REPORT, "fr")),
        (EN, article(["Il pleut.", "Le chat dort."], "fr")),
        (article(["The cat sleeps."], "en"), article(["Le chat dort."], "fr")),
        (EN, article([], "fr")),
        (article(ENGLISH[:2], "en"), article(FRENCH[:2], "fr")),
        (
            article(["She walked home slowly and said nothing to anyone at all."] * 8, "en"),
            article(["Elle rentra lentement sans rien dire à personne du tout."] * 8, "fr"),
        ),
    ],
    ids=["same event", "unrelated", "too short", "empty", "two sentences", "no names at all"],
)
def test_what_cannot_be_called_a_translation(a: Article, b: Article) -> None:
    assert compare(a, b).score < 0.5


@pytest.mark.parametrize("other", [FR, article(RUSSIAN, "ru")], ids=["fr", "ru"])
def test_translations(other: Article) -> None:
    """Names, numbers and their order tell; each sentence lies beside its own."""
    match = compare(EN, other)
    assert match.score > 0.9
    assert match.kind == ("translation",)
    assert not match.same_language
    assert match.coverage_a > 0.9
    assert match.coverage_b > 0.9
    assert all(p.a_paragraph == p.b_paragraph for p in match.passages)


def test_two_long_texts_of_one_topic_are_no_translation() -> None:
    """Forty sentences that name the same people, in an order of their own: names alone prove nothing."""
    people = [
        "Trump",
        "Clinton",
        "Putin",
        "Merkel",
        "Stoltenberg",
        "Peskov",
        "Ischinger",
        "Podesta",
        "Comey",
        "Pence",
        "Obama",
        "Tusk",
    ]
    chance = Random(4)
    one = [
        f"La ministre a parlé de {a} et de {b} devant la presse." for a, b in _pairs(people, chance)
    ]
    other = [
        f"Reporters asked why {a} had not met {b} in person." for a, b in _pairs(people, chance)
    ]
    told = [
        f"Reporters asked what {a} had said to {b} about it." for a, b in _pairs(people, Random(4))
    ]
    french = article(one, "fr")
    assert compare(french, article(other, "en")).score < 0.5
    assert compare(french, article(told, "en")).score > 0.9, "the same names in the same places"


def _pairs(people: list[str], chance: Random) -> list[list[str]]:
    return [chance.sample(people, 2) for _ in range(40)]


def test_an_abridged_translation_with_a_paragraph_moved() -> None:
    match = compare(EN, article([*FRENCH[5:8], *FRENCH[0:3]], "fr"))
    assert match.score > 0.5
    assert set(match.kind) >= {"translation"}
    found = {(p.a_paragraph, p.b_paragraph) for p in match.passages}
    assert {(0, 3), (7, 2)} <= found


def test_a_translation_inside_a_longer_text() -> None:
    own = ["Notre rédaction y voit une raison d’inquiétude, mais aussi un espoir."] * 3
    match = compare(EN, article([*own, *FRENCH, *own], "fr"))
    assert match.score > 0.5
    assert match.coverage_b < match.coverage_a


def test_what_is_set_aside_takes_no_part() -> None:
    line = "Traduit par Jeanne pour Le Fanal, source Harbour Post 2016"
    text = "\n".join([*FRENCH, line])
    other = replace(FR, text=text, aside=((len(text) - len(line), len(text)),))
    match = compare(EN, other)
    assert match.coverage_b == pytest.approx(compare(EN, FR).coverage_b)
    assert all(p.b_end <= len(text) - len(line) for p in match.passages)


def test_unknown_languages() -> None:
    """Where nobody said what the languages are, the texts do."""
    assert compare(replace(EN, language=None), replace(FR, language=None)).kind == ("translation",)
    assert compare(replace(EN, language=None), EN).kind == ("verbatim",)


def test_a_wrong_language_label_does_not_hide_a_copy() -> None:
    assert compare(EN, replace(EN, language="fr")).kind == ("verbatim",)


def test_the_mirror() -> None:
    one, other = compare(EN, FR), compare(FR, EN)
    assert (one.coverage_a, one.score) == (other.coverage_b, other.score)
    assert [(p.a_start, p.b_start) for p in one.passages] == [
        (p.b_start, p.a_start) for p in other.passages
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Peskov", "Песков"),
        ("Peskov", "Πεσκόφ"),
        ("Peskov", "بيسكوف"),
        ("Peskov", "Peskow"),
        ("Johnson", "Джонсон"),
        ("Biden", "Μπάιντεν"),
        ("300,000", "300 000"),
        ("300,000", "300.000"),
        ("2.5", "2,5"),
        ("123", "١٢٣"),
        ("federation", "fédération"),
        ("Мария", "Maria"),
    ],
)
def test_the_same_sign(one: str, other: str) -> None:
    x, y = form_of(one), form_of(other)
    assert x is not None
    assert y is not None
    assert set(x.keys) & set(y.keys) or likeness(x, y) > 0.6
    assert likeness(x, y) > 0.6


@pytest.mark.parametrize(
    ("one", "other"), [("Peskov", "Pentagon"), ("2014", "2015"), ("3,5", "35")]
)
def test_different_signs(one: str, other: str) -> None:
    x, y = form_of(one), form_of(other)
    assert x is not None
    assert y is not None
    assert not likeness(x, y)


@given(st.text(max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300))))
def test_sentences_and_signs_lie_inside(text: str, aside: list[tuple[int, int]]) -> None:
    last = 0
    for s in sentences(text, aside):
        assert last <= s.start < s.end <= len(text)
        last = s.end
        assert not any(max(a, s.start) < min(b, s.end) for a, b in aside if a < b)
    for sign in signs(text, aside):
        assert 0 <= sign.start < sign.end <= len(text)
        assert not any(max(a, sign.start) < min(b, sign.end) for a, b in aside if a < b)
