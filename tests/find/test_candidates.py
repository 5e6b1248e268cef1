"""Candidates: what is asked for, and which hit is looked at first."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from filiation.find.candidates import Question, Sought, queries, ranked, slug_words, sought
from filiation.find.values import Hit
from filiation.stemma.account import Stop
from filiation.stemma.naming import Who
from filiation.values import Article, Credit, Dates

TITLE = "Le sel des routes dort au fond du réservoir d'Ellisport"
TEXT = (
    "À Ellisport, la docteure Miriam Oduya descend chaque mois une sonde dans le réservoir de Tarn. Elle y "
    "mesure le chlorure depuis 2017, et ses courbes montent toujours. « Dans le bassin profond, l'eau\n"
    "séjourne sept ans en moyenne avant de repartir lentement vers la mer », dit-elle à qui veut l'entendre.\n"
    "Des cristaux blancs recouvrent maintenant chaque berge\n"
    "La ville a répandu 4 812 tonnes de sel sur ses routes pendant le dernier hiver. Fermer la buse de la "
    "Little Wend a coûté 6400 livres, et Oduya avait prévenu la mairie de Tarn quatre fois depuis 2017.\n"
    "Traduit de l'anglais pour le Courrier par Nora Weiss avec le concours de toute une rédaction qui veille."
)
DAY = Dates(datetime(2024, 3, 12, tzinfo=UTC), datetime(2024, 3, 12, 23, tzinfo=UTC), "day")
PAGE = Article("p", "p.html", TEXT, title=TITLE, language="fr", dates=DAY)
CREDIT = TEXT.index("Traduit")


def hit(slug: str, title: str | None = None, published: str | None = None) -> Hit:
    return Hit(f"https://ledger.example/{slug}", title=title, published=published)


def order(hits: list[Hit], wanted: Sought) -> list[str]:
    return [c.hit.url.removeprefix("https://ledger.example/") for c in ranked(hits, wanted)]


# --- what is known -------------------------------------------------------------------------------


def credit(url: str | None, title: str | None) -> Credit:
    return Credit(
        "original", "The Ledger", None, url, title, "en", None, "x", None, None, None, "r", 1.0
    )


def test_what_a_page_says_of_its_original_is_what_is_sought() -> None:
    stop = Stop(
        Who("The Ledger"),
        title="The salt that stays",
        language="en",
        credits=(credit("https://ledger.example/salt", "The Salt That Stays"),),
    )
    wanted = sought(PAGE, stop)
    assert wanted.titles == ("The Salt That Stays", "The salt that stays")
    assert wanted.addresses == ("https://ledger.example/salt",)
    assert (wanted.is_abroad, wanted.dates.earliest, wanted.dates.latest) == (
        True,
        None,
        DAY.latest,
    )


@pytest.mark.parametrize(("language", "titles"), [("fr", (TITLE,)), (None, (TITLE,)), ("en", ())])
def test_the_pages_title_counts_where_the_language_may_be_its_own(
    language: str | None, titles: tuple[str, ...]
) -> None:
    assert sought(PAGE, Stop(Who("The Ledger"), language=language)).titles == titles


def test_a_copy_is_no_older_than_the_article() -> None:
    wanted = sought(PAGE)
    assert (wanted.titles, wanted.dates.earliest, wanted.dates.latest) == (
        (TITLE,),
        DAY.earliest,
        None,
    )


# --- questions -----------------------------------------------------------------------------------


def asked(wanted: Sought, kind: str) -> list[str]:
    return [question.text for question in queries(wanted) if question.kind == kind]


def test_a_title_is_asked_for_whole_and_by_its_most_telling_words() -> None:
    wanted = sought(PAGE)
    assert queries(wanted)[0] == Question("title", TITLE)
    assert asked(wanted, "words") == ["routes fond réservoir Ellisport"] or asked(
        wanted, "words"
    ) == ["routes dort réservoir Ellisport"]


def test_in_a_headline_of_capitals_they_say_nothing() -> None:
    wanted = Sought(("The Salt That Stays in a Reservoir For Generations",), language="en")
    [words] = asked(wanted, "words")
    assert "Reservoir" in words
    assert "Generations" in words
    assert "That" not in words.split()[:1]


def test_phrases_stand_in_the_text_and_in_no_quotation_credit_or_title() -> None:
    page = replace(PAGE, aside=((CREDIT, len(TEXT)),))
    phrases = asked(sought(page), "phrase")
    assert phrases
    for phrase in phrases:
        assert phrase in TEXT
        assert len(phrase.split()) == 7
        assert phrase not in TITLE
        assert "séjourne" not in phrase
        assert "rédaction" not in phrase
        assert "cristaux" not in phrase


def test_phrases_are_not_asked_for_in_another_language() -> None:
    assert asked(sought(PAGE, Stop(Who("x"), language="en")), "phrase") == []
    assert asked(sought(PAGE, Stop(Who("x"))), "phrase")


def test_names_are_asked_for_those_first_that_stand_most_often() -> None:
    names = asked(sought(PAGE, Stop(Who("x"), language="en")), "names")
    assert names[0] in ("Oduya Ellisport", "Oduya Little", "Oduya Miriam")


def test_names_are_written_in_the_letters_of_the_language_sought() -> None:
    text = (
        "Вчера Порошенко встретил в Мариуполе Волкера. Затем Порошенко отбыл в Мариуполь к Волкеру."
    )
    page = Article("p", "p", text, language="ru")
    [first, *_] = asked(sought(page, Stop(Who("x"), language="en")), "names")
    assert first.isascii()
    assert "Poroshenko" in first
    # Into Cyrillic nothing can be put; figures stay.
    figures = Article("p", "p", "Oduya spread 4812 tonnes; Oduya said 4812.", language="en")
    assert asked(sought(figures, Stop(Who("x"), language="ru")), "names") == ["4812"]


def test_a_script_without_spaces_is_asked_for_by_its_characters() -> None:
    text = "昨日市政府宣布水库深处的盐分仍在上升今年冬天撒下的盐达四千吨，河水比往年更咸也更重。"
    page = Article("p", "p", text, title="水库深处的盐", language="zh")
    wanted = sought(page)
    assert asked(wanted, "words") == ["水库深处的盐"]
    assert all(len(phrase) == 14 and phrase in text for phrase in asked(wanted, "phrase"))
    assert asked(wanted, "phrase")


@pytest.mark.parametrize("text", ["", "\x00" * 50, "a " * 30_000, "“" * 20_000, "A" * 50_000])
def test_any_text_can_be_asked_about(text: str) -> None:
    wanted = sought(Article("p", "p", text, title=text[:900] or None))
    assert all(len(question.text) <= 700 for question in queries(wanted))
    ranked([hit("a", text[:900])], wanted)


# --- ranking -------------------------------------------------------------------------------------


def test_a_stated_address_is_first() -> None:
    wanted = Sought(("The salt that stays",), ("http://www.ledger.example/old?utm_source=x",))
    [first, *_] = ranked([hit("new", "The salt that stays"), hit("old")], wanted)
    assert (first.hit.url, first.likeness) == ("https://ledger.example/old", 1.0)
    assert first.says == "its address is stated"


@pytest.mark.parametrize(
    "found",
    [
        hit("x", "THE SALT THAT STAYS"),
        hit("x", "The salt that stays | The Harbour Ledger"),
        hit("x", "The Harbour Ledger - The Salt That Stays"),
        hit("2024/03/04/the-salt-that-stays.html"),
        hit("valley/the-salt-that-stays-4711"),
        hit("x", "The sal that stays"),
    ],
)
def test_a_title_is_known_by_its_words_in_the_title_or_the_address(found: Hit) -> None:
    others = [
        hit("a", "The snow that stays"),
        hit("the-road-that-bends"),
        hit("b", "Salt prices rise"),
    ]
    [first, *_] = ranked([*others, found], Sought(("The salt that stays",), language="en"))
    assert first.hit is found
    assert first.likeness > 0.7


def test_of_two_alike_the_nearer_in_time_is_first() -> None:
    wanted = Sought(("The salt that stays",), dates=Dates(None, DAY.latest))
    hits = [
        hit(f"{day}", "The salt that stays", f"2024-03-{day}T08:00:00Z")
        for day in ("01", "20", "10")
    ]
    assert order(hits, wanted) == ["10", "01", "20"]
    assert "date does not fit" in ranked(hits, wanted)[-1].says


def test_the_day_may_stand_in_the_address() -> None:
    wanted = Sought(("The salt that stays",), dates=DAY)
    hits = [hit("2023/01/05/the-salt-that-stays"), hit("2024/03/12/the-salt-that-stays")]
    assert order(hits, wanted)[0] == "2024/03/12/the-salt-that-stays"


def test_when_it_was_seen_does_not_date_a_hit() -> None:
    seen = replace(hit("a", "The salt that stays"), seen="2024-09-01T00:00:00Z")
    [candidate] = ranked([seen], Sought(("The salt that stays",), dates=DAY))
    assert "does not fit" not in candidate.says


ABROAD = sought(PAGE, Stop(Who("The Ledger"), language="en"))
NEWS = [
    hit("a", "Harvest begins in the valley"),
    hit("b", "Mayor Halloran opens the bridge at Ellisport"),
    hit("c", "Doctor Oduya's probe: chloride at Tarn reservoir in Ellisport"),
    hit("d", "Ferry company counts 4812 passengers"),
]


def test_across_languages_names_tell_the_article() -> None:
    assert order(NEWS, ABROAD)[0] == "c"


def test_across_scripts_too() -> None:
    text = "Доктор Одуйя опускает зонд в водохранилище Тарн у Эллиспорта; за зиму 4812 тонн соли."
    wanted = Sought(language="en", text=text, text_language="ru")
    assert order(NEWS, wanted)[0] == "c"


def test_a_hits_own_text_counts() -> None:
    told = replace(
        NEWS[0],
        content="<p>Miriam Oduya lowers a probe into Tarn. 4,812 tonnes, 6400 pounds, 2017.</p>",
    )
    assert order([told, *NEWS[1:]], ABROAD)[0] == "a"


def test_nothing_in_common_is_said() -> None:
    [only] = ranked([hit("z", "Xylophones")], Sought(("The salt that stays",)))
    assert (only.likeness < 0.1, only.says) == (True, "nothing but the date")


def test_the_same_address_is_ranked_once_and_no_more_than_asked_for() -> None:
    assert len(ranked([NEWS[0], NEWS[0], NEWS[1]], ABROAD)) == 2
    assert len(ranked(NEWS, ABROAD, most=1)) == 1
    assert ranked([], ABROAD) == ()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://d.example/2016/11/21/nato-panics-4711.html", ["nato", "panics"]),
        (
            "https://d.example/%D1%81%D0%BE%D0%BB%D1%8C-%D0%B4%D0%BE%D1%80%D0%BE%D0%B3",
            ["sol", "dorog"],
        ),
        ("https://d.example/?p=1", []),
        ("https://d.example/article.php?id=481", ["article"]),
    ],
)
def test_the_words_of_an_address(url: str, words: list[str]) -> None:
    assert slug_words(url) == words
