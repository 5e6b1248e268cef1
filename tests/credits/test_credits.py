"""What pages say about their origin: whole pages in, the page's own account out."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.credits import credits as account
from filiation.read import read, read_text
from filiation.read.article import Given
from filiation.values import Article, Credits

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "000_1db9894e2fd2ea85.txt"

BODIES = {
    "en": "The council of Ellisport voted on Tuesday to drain the lower basin before the autumn rains, a measure that engineers had asked for since the spring.",
    "fr": "Le conseil d'Ellisport a voté mardi pour vider le bassin inférieur avant les pluies de l'automne, une mesure que les ingénieurs demandaient depuis le printemps.",
    "de": "Der Rat von Ellisport hat am Dienstag beschlossen, das untere Becken vor den Regenfällen des Herbstes zu leeren, wie es die Ingenieure seit dem Frühjahr verlangt hatten.",
    "es": "El consejo de Ellisport votó el martes a favor de vaciar la cuenca inferior antes de las lluvias del otoño, una medida que los ingenieros pedían desde la primavera.",
    "it": "Il consiglio di Ellisport ha votato martedì per svuotare il bacino inferiore prima delle piogge d'autunno, una misura che gli ingegneri chiedevano dalla primavera.",
    "pt": "O conselho de Ellisport votou na terça-feira para esvaziar a bacia inferior antes das chuvas do outono, uma medida que os engenheiros pediam desde a primavera.",
    "ru": "Совет Эллиспорта проголосовал во вторник за то, чтобы осушить нижний бассейн до осенних дождей, как этого с весны требовали городские инженеры.",
    "ar": "صوت مجلس المدينة يوم الثلاثاء لصالح تفريغ الحوض السفلي قبل أمطار الخريف وهو إجراء كان المهندسون يطالبون به منذ الربيع الماضي دون جدوى.",
    "tr": "Ellisport meclisi salı günü, sonbahar yağmurlarından önce alt havuzun boşaltılması için oy kullandı; mühendisler bunu ilkbahardan beri istiyordu.",
    "pl": "Rada Ellisport zagłosowała we wtorek za opróżnieniem dolnego zbiornika przed jesiennymi deszczami, czego inżynierowie domagali się już od wiosny.",
    "zh": "埃利斯波特市议会星期二投票决定在秋雨到来之前排空下游水池，这是工程师们自春天以来一直要求采取的措施，但是港口的所有者表示反对，并要求再次进行评估。议会表示，这项工程将在十月底之前完成，费用由城市承担，居民可以在市政厅查阅全部文件和图纸。",
    "sq": "Këshilli i Ellisportit votoi të martën për të zbrazur pellgun e poshtëm para shirave të vjeshtës, një masë që inxhinierët e kërkonin që nga pranvera.",
    "el": "Το συμβούλιο του Έλισπορτ ψήφισε την Τρίτη να αδειάσει την κάτω λεκάνη πριν από τις φθινοπωρινές βροχές, όπως ζητούσαν οι μηχανικοί από την άνοιξη.",
    "nl": "De raad van Ellisport stemde dinsdag voor het legen van het onderste bekken vóór de herfstregens, een maatregel waar de ingenieurs sinds het voorjaar om vroegen.",
}
BODY = BODIES["en"]


def page(text: str, site: str = "copy.example", language: str | None = "en") -> Credits:
    return account(read_text(text, Given("page", "page", outlet=site, language=language)))


def tail(line: str) -> str:
    return "{body}\n\n{body}\n\n" + line


def head(line: str) -> str:
    return "{title}\n\n" + line + "\n\n{body}\n\n{body}"


def filled(text: str, language: str) -> str:
    body = BODIES[language]
    return text.replace("{body}", body).replace("{title}", body[:30])


# What must not be taken for a credit, first.
NOTHING = [
    ("en", tail("Photo: AFP"), "a picture's credit"),
    ("en", tail("The Associated Press contributed to this report."), "a contribution"),
    ("en", tail("Source: University of Ellisport, press release"), "an institution"),
    ("en", tail("Sources"), "the heading of a list"),
    ("en", tail("This article was published on November 16, 2017."), "the page's own date"),
    ("en", tail("First published on 3 May, it has been updated since."), "the page's own history"),
    ("en", tail("May not be republished without permission."), "rights boilerplate"),
    ("en", tail("Read more on Example Daily."), "a pointer"),
    ("en", tail("Source: Copy"), "the page's own name"),
    ("en", tail("This column first appeared in our newsletter, The Week."), "an own newsletter"),
    ("en", head("The mayor told Reuters on Monday that the basin was full."), "an agency quoted"),
    ("en", tail("Tim Roe, head of Americans for Puddles (AFP), said he was glad."), "initials"),
    ("fr", tail("Toute reproduction interdite sans l'accord de l'éditeur."), "rights boilerplate"),
    ("fr", tail("Crédit photo : Jeanne Roux / AFP"), "a picture's credit"),
    ("fr", tail("Source : ministère de la Santé"), "an institution"),
    ("de", tail("Bildquelle: Anna Muster"), "a picture's credit"),
    ("de", tail("Quellen:"), "the heading of a list"),
    ("es", tail("Fuente: Ministerio de Salud"), "an institution"),
    ("pt", tail("As informações são do procurador Fulano de Tal."), "a person"),
    ("zh", tail("未经允许不得转载"), "rights boilerplate"),
]


@pytest.mark.parametrize(("language", "text", "why"), NOTHING, ids=lambda v: v[:40])
def test_not_a_credit(language: str, text: str, why: str) -> None:
    found = page(filled(text, language), language=language)
    assert found.kind == "none", (why, found.credits)


SOMETHING = [
    # language, text, kind, outlet
    ("en", tail("This article originally appeared on Example Daily."), "republication", "Example Daily"),
    ("en", tail("Originally published at example-daily.example on May 3, 2020."), "republication", "example-daily.example"),
    ("en", tail("Source: Example Tribune; Image Source: somebody"), "republication", "Example Tribune"),
    ("en", tail("Reprinted with permission from Example Review."), "republication", "Example Review"),
    ("en", tail("Republished from The Exampler under a Creative Commons license."), "republication", "The Exampler"),
    ("en", tail("H/T Example Blog"), "hat-tip", "Example Blog"),
    ("en", head("ELLISPORT (AP) — The rain came at night, and the council met at dawn to hear of it."), "wire", "AP"),
    ("en", head("By The Associated Press"), "wire", "The Associated Press"),
    ("en", tail("Translated by Jane Roe for Example Post. Source: Exemple Hebdo"), "translation", "Exemple Hebdo"),
    ("fr", tail("Source : L'Exemple du Soir"), "republication", "L'Exemple du Soir"),
    ("fr", head("Par Jeanne Roux – Le 17 juin 2016 – Source Example Insider"), "republication", "Example Insider"),
    ("fr", tail("Article original en anglais publié par Example Post"), "translation", "Example Post"),
    ("de", tail("Dieser Text erschien zuerst unter dem Titel „Wasser“ auf beispiel.example."), "republication", "beispiel.example"),
    ("de", head("Ellisport (dpa) - Der Rat der Stadt hat am Dienstag beschlossen, das Becken zu leeren."), "wire", "dpa"),
    ("es", tail("(Tomado de El Ejemplo)"), "republication", "El Ejemplo"),
    ("es", tail("Con información de EFE"), "wire", "EFE"),
    ("it", head("Articolo pubblicato su La Stampa del 3 maggio 2010"), "republication", "La Stampa"),
    ("pt", tail("Publicado originalmente na revista Exemplo"), "republication", "Exemplo"),
    ("ru", tail("Источник: Пример Новости"), "republication", "Пример Новости"),
    ("ar", tail("المصدر: رويترز"), "wire", "رويترز"),
    ("tr", tail("Kaynak: Örnek Gazetesi"), "republication", "Örnek Gazetesi"),
    ("pl", tail("Źródło: PAP"), "wire", "PAP"),
    ("zh", head("2020-01-02 17:11 来源：示例日报"), "republication", "示例日报"),
    ("sq", tail("Burimi: Shembulli Ditor"), "republication", "Shembulli Ditor"),
    ("el", tail("Πηγή: Παράδειγμα News"), "republication", "Παράδειγμα News"),
    ("nl", tail("Bron: Het Voorbeeld"), "republication", "Het Voorbeeld"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "kind", "outlet"), SOMETHING, ids=lambda v: v[-40:])
def test_a_credit(language: str, text: str, kind: str, outlet: str) -> None:
    found = page(filled(text, language), language=language)
    assert found.kind == kind, found.credits
    assert found.origin.outlet is not None
    assert outlet.casefold().removeprefix("the ") in found.origin.outlet.casefold()


CHAINS = [
    ("fr", tail("Traduit par JJ pour l'Exemple Francophone\n\nLa source originale de cet article est Example Hedge"),
     ("Example Hedge", "Exemple Francophone", "copy.example")),
    ("fr", tail("Source : Example News, Jane Roe\n\nTraduit par les lecteurs du site Exemple-Crises"),
     ("Example News", "Exemple-Crises", "copy.example")),
    ("sq", tail("tha ai, shkruan CNN, transmeton Gazeta Shembull."), ("CNN", "Gazeta Shembull", "copy.example")),
    ("en", tail("This piece was originally published in Grist and appears here as part of our Example Desk partnership."),
     ("Grist", "Example Desk", "copy.example")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "chain"), CHAINS, ids=lambda v: str(v)[-40:])
def test_a_chain_in_order_of_publication(language: str, text: str, chain: tuple[str, ...]) -> None:
    assert page(filled(text, language), language=language).chain == chain


def test_one_statement_is_one_credit() -> None:
    said = page(BODIES["fr"] + " Traduit par Léa Roux pour Le Monde.", language="fr").credits
    assert [(c.role, c.name) for c in said] == [
        ("translated_by", "Léa Roux"),
        ("translated_for", "Le Monde"),
    ]


def test_an_outlets_own_dateline() -> None:
    found = page("A title (Mediapart) – " + BODY)
    assert (found.kind, found.origin.outlet) == ("republication", "Mediapart")
    assert page("PARIS (Mediapart) – A short title\n\n" + BODY).kind == "none"


def test_the_seed() -> None:
    if not SEED.exists():
        pytest.skip("the folder `shared` is not beside the checkout")
    found = account(read(SEED))
    origin = found.origin
    assert found.kind == "translation"
    assert (origin.outlet, origin.language, origin.author) == ("ZeroHedge", "en", "Tyler Durden")
    assert (origin.translator, origin.translated_for) == ("JJ", "le Saker Francophone")
    assert origin.title is not None and origin.title.startswith("NATO Panics")
    assert found.chain == ("ZeroHedge", "le Saker Francophone", "Mondialisation.ca")


LAYOUTS = {
    "divs after the content": "<div class='content'>{body}</div><div>{0}</div><div>{1}</div><div>{2}</div>",
    "paragraphs in the content": "<div class='content'>{body}<p>{0}</p><p>{1}</p><p>{2}</p></div>",
    "a footer with breaks": "<div class='content'>{body}<footer class='entry-footer'><p>{0}<br>{1}<br>{2}</p></footer></div>",
    "a copyright block": "<div class='content'>{body}<div class='post-source copyright'><p>{0}</p><p>{1}</p><p>{2}</p></div></div>",
}  # fmt: skip
LINES = (
    "Article original en anglais : <a href='https://hedge.example/nato'>The long story of the basin of Ellisport</a>",
    "Traduit par JJ pour <a href='https://exemple.example/'>l'Exemple francophone</a>",
    "La source originale de cet article est <a href='https://hedge.example/'>Example Hedge</a>",
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_credits_survive_every_layout(layout: str) -> None:
    body = f"<h1>Le bassin d'Ellisport</h1><p>{BODIES['fr']}</p><p>{BODIES['fr']}</p>"
    html = f"<html lang='fr'><body><article>{LAYOUTS[layout].format(*LINES, body=body)}</article></body></html>"
    found = account(
        read_text(html, Given("page", "page", outlet="copy.example", language="fr"), "html")
    )
    assert found.chain == ("Example Hedge", "Exemple francophone", "copy.example")
    assert found.origin.title == "The long story of the basin of Ellisport"
    assert found.origin.url == "https://hedge.example/nato"
    assert found.origin.translator == "JJ"


MARKS = [
    ("<link rel='canonical' href='https://www.theguardian.com/a'>", "republication", "theguardian"),
    ("<link rel='canonical' href='https://copy.example/a'>", "none", None),
    ("<meta name='syndication-source' content='https://apnews.com/x'>", "wire", "ap"),
    ("<meta name='syndication-source' content='https://www.copy.example/x'>", "none", None),
    ("<img src='https://counter.theconversation.com/content/123/count.gif'>", "republication", "theconversation"),
    ("<script src='https://pixel.propublica.org/pixel.js'></script>", "republication", "propublica"),
    (("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"A\","
     "\"isBasedOn\":\"https://www.theguardian.com/a\",}</script>"), "republication", "theguardian"),
]  # fmt: skip


@pytest.mark.parametrize(("mark", "kind", "outlet"), MARKS)
def test_marks_count_only_where_they_lead_elsewhere(
    mark: str, kind: str, outlet: str | None
) -> None:
    html = f"<html lang='en'><body><article><h1>A</h1><p>{BODY}</p><p>{BODY}</p>{mark}</article></body></html>"
    given = Given("page", "page", url="https://copy.example/a", language="en")
    found = account(read_text(html, given, "html"))
    assert found.kind == kind
    assert {credit.outlet for credit in found.credits} == ({outlet} if outlet else set())


def offsets_hold(article: Article, found: Credits) -> bool:
    return all(
        article.text[credit.start : credit.end] == credit.quote
        for credit in found.credits
        if credit.start is not None
    )


@pytest.mark.parametrize(("language", "text", "kind", "outlet"), SOMETHING, ids=lambda v: v[-40:])
def test_a_quote_is_verbatim_and_set_aside(
    language: str, text: str, kind: str, outlet: str
) -> None:
    found = page(filled(text, language), language=language)
    assert offsets_hold(found.article, found)
    assert all(
        (c.start, c.end) in found.article.aside for c in found.credits if c.start is not None
    )


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            ["Source", "Via", ":", "(", ")", "AFP", "\n", "–", "Traduit par", "originally", "published", "on",
             "appeared", "in", "The", "Guardian", "2016", "3 mai", "©", "«", "»", "http://a.example", ".", "Fuente",
             "来源：", "المصدر:", "www.", "\u202e", "\x1b[31m", "Quelle", "/", "\u00a0", "Übersetzt von", "h/t"]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_whatever_the_words_offsets_hold_and_nothing_is_raised(words: list[str]) -> None:
    text = " ".join(words) + " x"
    article = read_text(text, Given("page", "page"))
    assert offsets_hold(article, account(article))


def test_a_text_with_no_line_breaks_is_read_at_both_ends() -> None:
    text = (
        "ELLISPORT (AP) — "
        + (BODY + " ") * 30
        + "This article originally appeared on Example Daily."
    )
    found = page(text)
    assert found.origin.outlet == "Example Daily"
    assert {credit.rule for credit in found.credits} >= {"und.wire.dateline", "en.appeared-on"}
    assert offsets_hold(found.article, found)


@pytest.mark.parametrize(
    "unit",
    [
        "source : ",
        "this article ",
        "par ",
        "(AP) ",
        "2000 2000 ",
        "a.b.",
        "«\"'",
        "originally published on ",
    ],
)
def test_a_hostile_line_takes_no_longer_than_its_length(unit: str) -> None:
    started = time.perf_counter()
    page((unit * 2000)[:100_000] + "\n" + (unit * 100)[:1900], language=None)
    assert time.perf_counter() - started < 20  # a catastrophic pattern would take hours
