"""Feeds asked for: where they are, what they list, further pages, faults."""

import time
from datetime import UTC, datetime
from html import escape

import pytest

from filiation.find.feeds import Feeds, feeds_of
from filiation.find.replies import entry_of
from filiation.find.values import Fetched, Outcome
from tests.find.asked import GONE, NOWHERE, Web, page

SITE = "https://courrier.example"
FEED = f"{SITE}/feed/"
RSS = "application/rss+xml"
BODY = "<p>La mesure a été faite en janvier, à vingt-deux mètres.</p>"
WORDPRESS = "<generator>https://wordpress.org/?v=6.4</generator>"


def item(number: int, day: int = 20, extra: str = "") -> str:
    return (
        f"<item><title>Le sel {number} &amp;amp; la route</title><link>{SITE}/{number}</link>"
        f"<pubDate>Wed, {day:02} Mar 2024 08:00:00 +0100</pubDate>{extra}</item>"
    )


def rss(*items: str, head: str = "", end: str = "</channel></rss>") -> Fetched:
    text = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Le Courrier</title>'
        f"<link>{SITE}/</link><language>fr</language>{head}{''.join(items)}{end}"
    )
    return page(text, kind=RSS)


# --- what they list ------------------------------------------------------------------------------


def test_entries_are_told_with_and_without_their_text() -> None:
    whole = (
        f"<content:encoded><![CDATA[{BODY}]]></content:encoded><dc:creator>Nora Weiss</dc:creator>"
        '<source url="https://lantern.example/feed">The Lantern</source>'
    )
    probe = Feeds(Web({FEED: rss(item(1, extra=whole), item(2))})).entries(FEED)
    first, second = probe.found
    assert (first.url, first.title) == (f"{SITE}/1", "Le sel 1 & la route")
    assert first.published == "2024-03-20T08:00+01:00"
    assert (first.content, first.author, first.language) == (BODY, "Nora Weiss", "fr")
    assert [(mark.name, mark.value) for mark in first.marks] == [
        ("meta:syndication-source", "https://lantern.example/feed")
    ]
    assert (second.url, second.content) == (f"{SITE}/2", None)
    entry = entry_of(first)
    assert entry is not None
    assert (entry.content, entry.marks) == (BODY, first.marks)
    assert entry_of(second) is None


def test_plain_text_becomes_html() -> None:
    feed = (
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "https://courrier.example/3",'
        ' "title": "x", "content_text": "Eins < zwei.\\n\\nDrei."}]}'
    )
    [hit] = Feeds(Web({FEED: page(feed, kind="application/feed+json")})).entries(FEED).found
    assert hit.content == "<p>Eins &lt; zwei.</p>\n<p>Drei.</p>"


def test_a_feed_kept_from_before_is_read_and_told_so() -> None:
    kept = page(rss(item(1)).content, 304, RSS, outcome="unchanged")
    probe = Feeds(Web({FEED: kept})).entries(FEED)
    assert (probe.outcome, len(probe.found)) == ("ok", 1)
    assert probe.says == "it has not changed since it was last asked for"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (rss(), "empty"),
        (page("<html>Hello</html>"), "unsupported"),
        (page("nothing", kind="text/plain"), "malformed"),
        (page("", kind=RSS), "malformed"),
        (page('{"version": "https://jsonfeed.org/version/1.1", "items": [', kind="x"), "malformed"),
        (GONE, "not_found"),
        (page(status=403), "blocked"),
        (page(status=429), "rate_limited"),
        (NOWHERE, "transient"),
    ],
)
def test_what_is_no_feed_is_told_as_what_it_is(answer: Fetched, outcome: Outcome) -> None:
    probe = Feeds(Web({FEED: answer})).entries(FEED)
    assert (probe.outcome, probe.found) == (outcome, ())


def test_a_feed_that_breaks_off_gives_the_entries_before() -> None:
    long = f"<content:encoded>{escape(BODY)}</content:encoded>"
    broken = f"<item><title>Le sel 9</title><link>{SITE}/9</link><content:encoded>{escape(BODY)}"
    probe = Feeds(Web({FEED: rss(item(1, extra=long), broken, end="")})).entries(FEED)
    assert [(hit.url, hit.content) for hit in probe.found] == [
        (f"{SITE}/1", BODY),
        (f"{SITE}/9", None),
    ]
    assert (probe.whole, probe.says) == (False, "the feed breaks off")


def test_an_entity_bomb_costs_nothing() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 12}">' for n in range(12)
    )
    feed = (
        f'<?xml version="1.0"?>{bomb}]><rss><channel><item><title>&m;</title><link>{SITE}/1</link>'
    )
    began = time.process_time()
    probe = Feeds(Web({FEED: page(f"{feed}</item></channel></rss>", kind=RSS)})).entries(FEED)
    assert time.process_time() - began < 5
    assert all(len(hit.title or "") <= 500 for hit in probe.found)


def test_addresses_that_are_none_of_the_web_are_left_out() -> None:
    odd = "<item><title>x</title><link>javascript:alert(1)</link></item>"
    probe = Feeds(Web({FEED: rss(odd, item(1))})).entries(FEED)
    assert [hit.url for hit in probe.found] == [f"{SITE}/1"]


# --- further pages -------------------------------------------------------------------------------


def test_a_feed_of_wordpress_is_paged_to_its_end() -> None:
    web = Web(
        {
            FEED: rss(item(1, 20), item(2, 19), head=WORDPRESS),
            f"{FEED}?paged=2": rss(item(3, 18), item(4, 17), head=WORDPRESS),
            f"{FEED}?paged=3": GONE,
        }
    )
    probe = Feeds(web).entries(FEED, most_pages=10)
    assert [hit.url for hit in probe.found] == [f"{SITE}/{n}" for n in (1, 2, 3, 4)]
    assert probe.whole
    assert web.asked == [FEED, f"{FEED}?paged=2", f"{FEED}?paged=3"]


def test_paging_stops_where_all_is_older() -> None:
    web = Web(
        {
            FEED: rss(item(1, 20), item(2, 19), head=WORDPRESS),
            f"{FEED}?paged=2": rss(item(3, 18), item(4, 11), head=WORDPRESS),
            f"{FEED}?paged=3": rss(item(5, 10), head=WORDPRESS),
        }
    )
    since = datetime(2024, 3, 15, tzinfo=UTC)
    probe = Feeds(web).entries(FEED, since=since, most_pages=10)
    assert [hit.url for hit in probe.found] == [f"{SITE}/{n}" for n in (1, 2, 3)]
    assert probe.whole
    assert len(web.asked) == 3


def test_a_feed_that_does_not_reach_back_is_not_whole() -> None:
    since = datetime(2024, 1, 1, tzinfo=UTC)
    probe = Feeds(Web({f"{SITE}/rss.xml": rss(item(1), item(2))})).entries(
        f"{SITE}/rss.xml", since=since, most_pages=10
    )
    assert (len(probe.found), probe.whole) == (2, False)


def test_a_feed_that_gives_the_same_page_for_ever_ends() -> None:
    web = Web({FEED: rss(item(1), item(2), head=WORDPRESS)})
    assert len(Feeds(web).entries(FEED, most_pages=100).found) == 2
    assert len(web.asked) == 2


def test_the_next_page_that_a_feed_names_is_asked_for() -> None:
    link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="{}"/>'
    web = Web(
        {
            f"{SITE}/rss": rss(item(1), head=link.format(f"{SITE}/rss-2")),
            f"{SITE}/rss-2": rss(item(2), head=link.format("https://elsewhere.example/rss-3")),
        }
    )
    probe = Feeds(web).entries(f"{SITE}/rss", most_pages=10)
    assert [hit.url for hit in probe.found] == [f"{SITE}/1", f"{SITE}/2"]
    assert web.asked == [f"{SITE}/rss", f"{SITE}/rss-2"]


def test_a_failure_on_the_way_keeps_what_was_had() -> None:
    web = Web({FEED: rss(item(1), head=WORDPRESS), f"{FEED}?paged=2": page(status=429)})
    probe = Feeds(web).entries(FEED, most_pages=10)
    assert (probe.outcome, len(probe.found), probe.whole) == ("rate_limited", 1, False)


# --- where they are ------------------------------------------------------------------------------


def test_the_feeds_of_a_page_are_its_own_without_those_of_comments() -> None:
    head = f"""<base href="{SITE}/"><link rel="alternate" type="{RSS}" href="feed/" title="Courrier">
<link rel="alternate" type="{RSS}" href="/comments/feed/">
<link rel="alternate" type="{RSS}" href="/1/le-sel/feed/">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="/atom.xml">
<link rel="alternate" type="{RSS}" href="https://elsewhere.example/feed/">
<link rel="alternate" type="text/html" hreflang="en" href="/en/">"""
    seen = page(f"<html><head>{head}</head></html>", final=f"{SITE}/1/le-sel/")
    assert feeds_of(seen) == (FEED, f"{SITE}/atom.xml")


def test_a_site_that_links_none_is_tried_where_feeds_usually_are() -> None:
    web = Web(
        {f"{SITE}/": page("<p>x</p>"), f"{SITE}/feed/": GONE, f"{SITE}/rss.xml": rss(item(1))}
    )
    assert Feeds(web).of_site("courrier.example").found == (f"{SITE}/rss.xml",)
    assert web.asked == [f"{SITE}/", FEED, f"{SITE}/rss.xml"]


@pytest.mark.parametrize(
    ("rows", "outcome", "requests"),
    [
        ({f"{SITE}/": page("<p>x</p>"), FEED: page(status=429)}, "rate_limited", 2),
        ({f"{SITE}/": page(status=403)}, "blocked", 1),
    ],
)
def test_a_site_that_refuses_is_left_alone(
    rows: dict[str, Fetched], outcome: Outcome, requests: int
) -> None:
    web = Web(rows)
    assert Feeds(web).of_site(SITE).outcome == outcome
    assert len(web.asked) == requests


def test_a_site_without_a_feed_has_none() -> None:
    def front(url: str) -> Fetched:
        return page("<p>x</p>") if url == f"{SITE}/" else GONE

    assert Feeds(Web({SITE: front})).of_site(SITE).outcome == "unsupported"
