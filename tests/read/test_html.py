"""Pages: visual lines with places that lead back, regions, titles, marks, dates."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from filiation.errors import Unreadable
from filiation.outlets import Catalogue
from filiation.read import read_html
from filiation.read.marks import parse_ld
from filiation.values import Article
from tests.read.pages import BODY, CREDITS, LAYOUTS, TITLE

OUTLET = "Le Courrier du Pont"


def page(body: str, head: str = "", attributes: str = "") -> str:
    return f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>"


def paragraphs(count: int = 3) -> str:
    return "".join(f"<p>{text}</p>" for text in BODY[:count])


def region_of(article: Article, text: str) -> str:
    (line,) = (line for line in article.lines if line.text == text)
    return line.region


# --- layouts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_credit_survives_with_its_links(layout: str, known: Catalogue) -> None:
    article = read_html(LAYOUTS[layout], catalogue=known)
    tail = {line.text: line for line in article.lines if line.region == "tail"}
    for credit in CREDITS:
        wanted = html.fragment_fromstring(credit, create_parent="p")
        line = tail[wanted.text_content()]
        assert [(a.text, a.get("href")) for a in wanted.iter("a")] == [
            (link.text, link.href) for link in line.links
        ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_rest_of_the_page_is_told_apart(layout: str, known: Catalogue) -> None:
    article = read_html(LAYOUTS[layout], catalogue=known)
    assert [line.text for line in article.lines if line.region == "body"] == list(BODY)
    assert [line.text for line in article.lines if line.region == "title"] == [TITLE]
    head = [line.text for line in article.lines if line.region == "head"]
    assert head == ["Par The Lantern", "Le Courrier du Pont, 21 novembre 2016", "Région : Vallée"]
    chrome = [line.text for line in article.lines if line.region == "chrome"]
    assert {"Accueil", "À lire aussi", "Un tout autre article", "© 2016 Tous droits réservés"} <= {
        *chrome
    }
    assert (article.title, article.byline, article.outlet) == (TITLE, "The Lantern", "courrier")
    for text in BODY:
        assert text in article.text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_places_lead_back(layout: str, known: Catalogue) -> None:
    article = read_html(LAYOUTS[layout], catalogue=known)
    root = html.document_fromstring(LAYOUTS[layout])
    for line in article.lines:
        assert line.locator is not None
        found = root.xpath(line.locator)
        assert isinstance(found, list) and len(found) == 1
        assert isinstance(found[0], html.HtmlElement)
        assert line.text.split()[0] in found[0].text_content()
        if line.start is not None:
            assert article.text[line.start : line.end] == (line.raw or line.text)


# --- lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p style='display: none'>a</p><p hidden>b</p><div aria-hidden=true>c</div>d", ["d"]),
        ("<script>a</script><style>b</style><template>c</template><noscript>d</noscript>e", ["e"]),
        ("a<!-- no -->b", ["ab"]),
        ("a<br>b<hr>c", ["a", "b", "c"]),
        ("<p>a <b> b</b>\n\t c</p>", ["a b c"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a", "b"]),
        ("<ul><li>a<li>b</ul>c", ["a", "b", "c"]),
        ("<pre>a\nb</pre>", ["a", "b"]),
        ("<p>a<o:p>b</o:p></p>", ["ab"]),
        ("<a href=x><p>a</p><p>b</p></a>", ["a", "b"]),
    ],
)
def test_lines_are_what_a_reader_sees(body: str, lines: list[str], known: Catalogue) -> None:
    article = read_html(page(body), catalogue=known)
    assert [line.text for line in article.lines] == lines


def test_links_are_made_absolute_by_the_address_of_the_page(known: Catalogue) -> None:
    article = read_html(
        page(f"{paragraphs()}<p>Source : <a href='/b' rel=nofollow> The Lantern </a></p>"),
        url="https://courrier.example/a/c",
        catalogue=known,
    )
    (link,) = article.lines[-1].links
    assert (link.text, link.href, link.rel) == (
        "The Lantern", "https://courrier.example/b", "nofollow",
    )  # fmt: skip


def test_a_paragraph_that_is_too_long_becomes_several_lines(known: Catalogue) -> None:
    sentence = "The bridge is closed to cars and to carts. "
    article = read_html(page(f"<p>{sentence * 200}</p>"), catalogue=known)
    assert max(len(line.text) for line in article.lines) <= 2000
    assert "".join(line.text + " " for line in article.lines) == sentence * 200


def test_a_page_of_too_many_lines_says_so(known: Catalogue) -> None:
    article = read_html(page("<p>line</p>" * 6000), catalogue=known)
    assert len(article.lines) == 5000
    assert any("5000 lines" in note for note in article.notes)


# --- regions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("furniture", "text"),
    [
        ("<aside><p>Abonnez-vous</p></aside>", "Abonnez-vous"),
        (
            "<div class='cookie-banner'><p>Nous aimons les biscuits</p></div>",
            "Nous aimons les biscuits",
        ),
        ("<div id='comments'><p>Bravo, quel article</p></div>", "Bravo, quel article"),
        ("<div class='mySidebarBox'><p>Le plus lu</p></div>", "Le plus lu"),
        ("<div role=navigation>Plan du site</div>", "Plan du site"),
        ("<footer class='site-footer'><p>Mentions légales</p></footer>", "Mentions légales"),
    ],
)
def test_furniture_after_the_text_is_no_tail(furniture: str, text: str, known: Catalogue) -> None:
    article = read_html(page(f"<h1>{TITLE}</h1>{paragraphs()}{furniture}"), catalogue=known)
    assert region_of(article, text) == "chrome"


@pytest.mark.parametrize(
    "wrapper",
    [
        "<div>{}</div>",
        "<footer>{}</footer>",
        "<p><small>{}</small></p>",
        "<div class='source-box widget'>{}</div>",
        "<section><p>{}</p></section>",
    ],
)
def test_a_source_after_the_text_is_its_tail(wrapper: str, known: Catalogue) -> None:
    credit = "Source : The Lantern"
    article = read_html(
        page(f"<h1>{TITLE}</h1><div>{paragraphs()}</div>{wrapper.format(credit)}"), catalogue=known
    )
    assert region_of(article, credit) == "tail"


def test_a_wrapper_with_the_name_of_furniture_is_none(known: Catalogue) -> None:
    article = read_html(
        page(f"<div class='has-sidebar widget-area'><h1>{TITLE}</h1>{paragraphs()}</div>"),
        catalogue=known,
    )
    assert [line.region for line in article.lines] == ["title", "body", "body", "body"]


# --- titles and bylines --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>The Lantern</title>", "<h1>The Lantern</h1><h2>A bridge closes in the valley</h2>",
         "The Lantern"),
        (f"<title>{TITLE} - Le Courrier du Pont</title>", "", TITLE),
        (f"<title>{OUTLET}: Un pont</title><meta property=og:site_name content='{OUTLET}'>", "",
         "Un pont"),
        (f"<meta property=og:title content='{TITLE}'>", f"<h1>Logo</h1><h2>{TITLE}</h2>", TITLE),
        ("<title>x</title>", f"<svg><title>icon</title></svg><h1>{TITLE}</h1>", TITLE),
    ],
)  # fmt: skip
def test_the_title_is_the_heading_that_the_head_confirms(
    head: str, body: str, title: str, known: Catalogue
) -> None:
    assert read_html(page(body + paragraphs(), head), catalogue=known).title == title


@pytest.mark.parametrize(
    ("above", "byline"),
    [
        ("<p>Par la rédaction</p>", None),
        ("<p>Par ailleurs, rien</p>", None),
        ("<p>Par Jeanne Doe, ingénieure des ponts</p>", "Jeanne Doe"),
        ("<p>Par Jeanne Doe et Jean Rivage – Le 3 mai 2016</p>", "Jeanne Doe et Jean Rivage"),
        ("<p>Publié le 3 mai 2016 par Jeanne Doe</p>", "Jeanne Doe"),
        ("<p>Par</p><p>Jeanne Doe</p>", "Jeanne Doe"),
        ("<div class='entry-author'>Jeanne Doe | 3 mai 2016</div>", "Jeanne Doe"),
    ],
)
def test_bylines(above: str, byline: str | None, known: Catalogue) -> None:
    article = read_html(
        page(f"<h1>{TITLE}</h1>{above}{paragraphs()}", attributes="lang=fr"), catalogue=known
    )
    assert article.byline == byline


# --- marks ---------------------------------------------------------------------------------------


def test_marks_are_read_wherever_they_stand(known: Catalogue) -> None:
    article = read_html(
        page(
            paragraphs()
            + "<link rel=canonical href='https://lantern.example/bridge'>"
            + "<meta name=syndication-source content='https://lantern.example/bridge'>"
            + "<img src='https://counter.theconversation.com/content/12345/count.gif?x=1'>"
            + "<script src='https://pixel.propublica.org/pixel.js'></script>"
            + "<img src='https://o.example/?republication-pixel=true&amp;post=7' style='display:none'>"
            + "<a class='u-repost-of' href='https://lantern.example/b'>first here</a>",
            "<meta property=og:url content='/self'><meta name=author content='Jeanne Doe'>",
        ),
        url="https://courrier.example/x",
        catalogue=known,
    )
    found = {mark.name: mark for mark in article.marks}
    assert {
        "link:canonical", "meta:syndication-source", "pixel:theconversation", "pixel:propublica",
        "pixel:republication-tracker", "mf2:u-repost-of", "meta:og:url", "meta:author",
    } <= set(found)  # fmt: skip
    assert article.url == "https://courrier.example/x"
    assert article.canonical_url == "https://lantern.example/bridge"
    assert article.og_url == "https://courrier.example/self"
    assert article.outlet == "courrier"
    assert found["mf2:u-repost-of"].label == "first here"


def test_a_page_never_decides_its_own_address(known: Catalogue) -> None:
    article = read_html(
        page(paragraphs(), "<link rel=canonical href='https://lantern.example/b'>"
             "<base href='https://lantern.example/'>"), catalogue=known)  # fmt: skip
    assert article.url is None
    assert article.canonical_url == "https://lantern.example/b"


LD = """<script type="application/ld+json">
/* <![CDATA[ */ {"@context": "https://schema.org", "@graph": [
  {"@type": "Person", "@id": "#p", "name": "Jeanne Doe"}, // the author
  {"@type": "NewsArticle", "headline": "TITLE", "author": {"@id": "#p"},
   "isBasedOn": {"@type": "CreativeWork", "url": "https://lantern.example/b", "name": "Old bridge"},
   "translator": [{"name": "LM"}, {"name": "NN"}], "datePublished": "2016-11-21T10:00:00+01:00",
   "publisher": {"name": "Le Courrier du Pont"}, "inLanguage": "fr-FR",},
  {"@type": "NewsArticle", "headline": "A teaser", "isBasedOn": "https://other.example/"},
]} /* ]]> */</script>""".replace("TITLE", TITLE)


def test_json_ld_with_comments_and_trailing_commas(known: Catalogue) -> None:
    article = read_html(page(f"<h1>{TITLE}</h1>{paragraphs()}", LD), catalogue=known)
    said = [(m.name, m.value, m.label) for m in article.marks if m.name.startswith("json-ld")]
    assert ("json-ld:isBasedOn", "https://lantern.example/b", "Old bridge") in said
    assert ("json-ld:author", "#p", "Jeanne Doe") in said
    assert ("json-ld:translator", "LM", "") in said and ("json-ld:translator", "NN", "") in said
    assert not any("other.example" in value for _, value, _ in said)
    assert (article.outlet, article.byline) == ("courrier", "Jeanne Doe")
    assert article.dates.precision == "minute"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("{", None),
        ("[" * 100_000, None),
        ('{"a": "' + '\\"/*' * 50_000, None),
        ('{"a": "x // y, }"}', {"a": "x // y, }"}),
        ('<!-- {"a": [1, 2,],} -->', {"a": [1, 2]}),
        ('{"a": "line\nbreak"}', {"a": "line\nbreak"}),
        ("{&quot;a&quot;: 1}", {"a": 1}),
    ],
)
def test_what_publishers_call_json(text: str, data: object) -> None:
    started = time.process_time()
    assert parse_ld(text) == data
    assert time.process_time() - started < 2


# --- dates, languages ----------------------------------------------------------------------------


def test_each_date_is_a_witness_with_its_place(known: Catalogue) -> None:
    article = read_html(
        page(
            f"<h1>{TITLE}</h1><p>Le 21 novembre 2016</p><p>"
            f"<time datetime='2016-11-21T09:00:00Z'>hier</time></p>{paragraphs()}",
            "<meta property='article:published_time' content='2016-11-21T09:00:00Z'>",
        ),
        url="https://courrier.example/2016/11/21/pont",
        catalogue=known,
    )
    kinds = {w.kind: w for w in article.dates.witnesses}
    assert set(kinds) == {"meta", "dateline", "time", "url"}
    assert all(kinds[k].locator for k in ("meta", "dateline", "time"))
    assert not article.dates.disagree


@pytest.mark.parametrize(
    "line",
    [
        "Source : The Lantern, 3 mai 2015",
        "Mis à jour le 3 mai 2015",
        "Paru dans The Lantern du 3 mai 2015",
    ],
)
def test_another_publications_date_is_not_this_ones(line: str, known: Catalogue) -> None:
    article = read_html(
        page(f"<h1>{TITLE}</h1><p>{line}</p>{paragraphs()}", attributes="lang=fr"), catalogue=known
    )
    assert not [w for w in article.dates.witnesses if w.kind in ("dateline", "byline")]


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("https://unknown.example/a", ("2016-03-03", "2016-04-04")),
        ("https://britannia.example/a", ("2016-04-02", "2016-04-04")),
    ],
)
def test_english_figures_need_a_country(url: str, iso: tuple[str, str], known: Catalogue) -> None:
    text = "<p>The council of the town has decided that the bridge is to be closed to cars. It is so.</p>"
    article = read_html(
        page(f"<h1>A bridge closes</h1><p>03/04/2016</p>{text * 4}"), url=url, catalogue=known
    )
    dates = article.dates
    assert dates.earliest is not None and dates.latest is not None
    assert (str(dates.earliest.date()), str(dates.latest.date())) == iso


def test_the_text_outweighs_a_wrong_declaration(known: Catalogue) -> None:
    article = read_html(page(paragraphs(), attributes="lang=en-US"), catalogue=known)
    assert article.language == "fr"
    assert any("declared as en" in note for note in article.notes)


# --- hostile pages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        ("<div>" * 100_000 + "the text within" + "</div>" * 100_000 + "<p>the text after</p>",
         ["the text within", "the text after"]),
        ("<a href=x><h1><blockquote>" * 20_000 + "the text within", ["the text within"]),
        ("<p>" + "<span>" * 50_000 + "the text within", ["the text within"]),
        ("<p>x</p>" * 100_000, ["x"]),
        ("<p>" + "<a href=/a>link</a> " * 50_000, ["link"]),
        ("<" * 500_000 + "<p>the text after</p>", ["the text after"]),
        ("<p>a" + " " * 2_000_000 + "b", ["a b"]),
        ("<table><tr><td>" * 20_000 + "the text within", ["the text within"]),
    ],
    ids=["deep", "deep links", "spans", "siblings", "links", "brackets", "spaces", "tables"],
)  # fmt: skip
def test_hostile_pages_are_read_in_time(hostile: str, kept: list[str], known: Catalogue) -> None:
    started = time.process_time()
    article = read_html(page(hostile), catalogue=known)
    assert time.process_time() - started < 8
    shown = " ".join(line.text for line in article.lines)
    for text in kept:
        assert text in shown


def test_entities_do_not_explode(known: Catalogue) -> None:
    bomb = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha"}">' for i in range(12))
    article = read_html(
        f"<!DOCTYPE html [{bomb}]><html><body><p>&a11; and text</p></body></html>", catalogue=known
    )
    assert len(article.text) < 5000


def test_no_file_and_no_address_is_opened(
    known: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("reached for the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    text = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<html><head><link rel=stylesheet href='http://127.0.0.1:9/x'></head><body><p>&x; text"
        "<img src='http://127.0.0.1:9/republication-pixel=true'></p></body></html>"
    )
    article = read_html(text, url="http://127.0.0.1:9/", catalogue=known)
    assert "root:" not in article.text


@pytest.mark.parametrize("text", ["<html></html>", "<!-- a -->", "<html><script>x</script></html>"])
def test_a_page_without_text_is_unreadable(text: str, known: Catalogue) -> None:
    with pytest.raises(Unreadable, match="no text"):
        read_html(text, catalogue=known)


_SOUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class='comments'>", "</div>", "<a href='//['>", "</a>", "<br>", "<h1>",
         "</h1>", "<article>", "</article>", "<nav>", "<li>", "<time datetime='2016-13-99'>", "<td>",
         "<script type='application/ld+json'>{\"@graph\":[", "</script>", "<base href='http://['>",
         "<meta property=og:url content='http://[x'>", "<link rel=canonical href='::'>", "<noscript>",
         "Par Jeanne Doe", "21 novembre 2016", "Une phrase assez longue pour compter. " * 4, "&#0;",
         "&nbsp;", "\x00", "<!--", "-->", "<![CDATA[", "<svg>", "<template>", "é", "العربية", "<pre>\n"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@settings(max_examples=150)
@given(_SOUP)
def test_any_soup_is_read_or_refused(soup: str) -> None:
    empty = Catalogue([])
    try:
        article = read_html(soup, url="https://x.example/", catalogue=empty)
    except Unreadable:
        return
    for line in article.lines:
        for link in line.links:
            assert line.text[link.start : link.end] == link.text
        if line.start is not None:
            assert article.text[line.start : line.end] == (line.raw or line.text)
    for start, end in article.aside:
        assert 0 <= start <= end <= len(article.text)
