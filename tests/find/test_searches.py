"""Searches: a site's own, SearXNG, Media Cloud, GDELT, each with its errors."""

import json
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from filiation.find.gdelt import LONGEST, PACE, Gdelt, question
from filiation.find.mediacloud import PACE as TWICE_A_MINUTE
from filiation.find.mediacloud import MediaCloud, phrase
from filiation.find.searxng import SearXNG
from filiation.find.sitesearch import SiteSearch
from filiation.find.values import Fetched, Outcome
from tests.find.asked import NOWHERE, Web, as_json, page

SITE = "https://lantern.example"


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


# --- a site's own search -------------------------------------------------------------------------

FRONT = page('<nav><a href="/news">All the news of today</a></nav><h1>The Lantern</h1>')
RESULTS = """<nav><a href="/news">All the news of today</a><a href="/x">Our terms of trade</a></nav>
<main><h2><a href="/2024/03/salt">Salt at the bottom of the lake</a></h2><a href="/2024/03/salt#c">3</a>
<a href="/next">Next</a><a href="https://ads.example/x">Buy this very good thing</a></main>"""
FOUND = "<rss version='2.0'><channel><item><title>Salt</title><link>https://lantern.example/1</link></item></channel></rss>"


def test_a_search_that_gives_a_feed_is_read_as_one() -> None:
    web = Web({f"{SITE}/": FRONT, f"{SITE}/?s=salt+lake&feed=rss2": page(FOUND, kind="text/xml")})
    probe = SiteSearch(web).hits(SITE, "salt lake")
    assert [(hit.url, hit.by) for hit in probe.found] == [(f"{SITE}/1", "site search")]
    empty = page("<rss version='2.0'><channel></channel></rss>", kind="text/xml")
    web.rows[f"{SITE}/?s=salt+lake&feed=rss2"] = empty
    assert SiteSearch(web).hits(SITE, "salt lake").outcome == "empty"


@pytest.mark.parametrize(
    ("front", "asked"),
    [
        ("", "/?s=salt+lake"),
        ('<form action="/find"><input type="search" name="what"></form>', "/find?what=salt+lake"),
        (
            '<form role="search" action="/f?x=1"><input type="hidden" name="in" value="all"><input name="t">',
            "/f?in=all&t=salt+lake",
        ),
        (
            '<form method="post" action="/find"><input type="search" name="what"></form>',
            "/?s=salt+lake",
        ),
        ('<form action="/subscribe"><input type="text" name="email"></form>', "/?s=salt+lake"),
        (
            '<link rel="search" type="application/opensearchdescription+xml" href="/os.xml">',
            "/look?for=salt+lake&page=",
        ),
    ],
)
def test_otherwise_the_sites_form_is_filled_in(front: str, asked: str) -> None:
    described = (
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><Url type="text/html" '
        f'template="{SITE}/look?for={{searchTerms}}&amp;page={{startPage?}}"/></OpenSearchDescription>'
    )

    def answer(url: str) -> Fetched:
        if url == f"{SITE}/os.xml":
            return page(described, kind="application/opensearchdescription+xml")
        return page(RESULTS) if url == SITE + asked else page(str(FRONT.content, "utf-8") + front)

    web = Web({SITE: answer})
    probe = SiteSearch(web).hits(SITE, "salt lake")
    assert web.asked[-1] == SITE + asked
    assert [(hit.url, hit.title) for hit in probe.found] == [
        (f"{SITE}/2024/03/salt", "Salt at the bottom of the lake")
    ]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (FRONT, "unsupported"),
        (page(status=404), "unsupported"),
        (page("%PDF", kind="application/pdf"), "unsupported"),
        (page(status=429), "rate_limited"),
        (page(outcome="blocked", status=0), "blocked"),
        (page("<p>Nothing found</p>"), "empty"),
    ],
)
def test_a_site_without_a_search_has_none(answer: Fetched, outcome: Outcome) -> None:
    web = Web({f"{SITE}/": FRONT, f"{SITE}/?s=": answer})
    assert SiteSearch(web).hits(SITE, "salt").outcome == outcome


def test_the_search_of_another_site_is_not_asked() -> None:
    form = '<form action="https://engine.example/"><input name="q"></form>'
    web = Web({f"{SITE}/": page(form), f"{SITE}/?s=": page(status=404)})
    assert SiteSearch(web).hits(SITE, "salt").outcome == "unsupported"
    assert not any("engine" in url for url in web.asked)


# --- SearXNG -------------------------------------------------------------------------------------

BASE = "http://searx.example:8888/"


def results(*urls: str, silent: Any = ()) -> Fetched:
    rows = [{"url": u, "title": "T", "publishedDate": "2024-03-05T00:00:00"} for u in urls]
    return as_json({"query": "x", "results": rows, "unresponsive_engines": silent})


def test_searxng_is_asked_as_its_documents_say() -> None:
    web = Web({BASE: results("https://a.example/1", "ftp://x", "https://a.example/1")})
    probe = SearXNG(web, BASE).search('"salt & lake"', language="fr", time_range="month")
    assert [(hit.url, hit.published) for hit in probe.found] == [
        ("https://a.example/1", "2024-03-05T00:00:00")
    ]
    assert query(web.asked[0]) == {
        "q": '"salt & lake"', "format": "json", "language": "fr", "categories": "general,news",
        "time_range": "month", "pageno": "1",
    }  # fmt: skip
    assert web.asked[0].startswith("http://searx.example:8888/search?")
    assert not web.calls[0]["robots"]


def test_pages_are_asked_for_until_they_bring_nothing_new() -> None:
    def answer(url: str) -> Fetched:
        number = min(int(query(url)["pageno"]), 3)
        return results(f"https://a.example/{number}")

    web = Web({BASE: answer})
    assert len(SearXNG(web, BASE).search("x", pages=9).found) == 3
    assert len(web.asked) == 4


@pytest.mark.parametrize(
    ("answer", "outcome", "says"),
    [
        (results(), "empty", ""),
        (results(silent=[["google", "timeout"], ["bing"], 7]), "transient", "no answer from google (timeout), bing"),
        (page("Forbidden", 403), "unsupported", "json"),
        (page("Too Many Requests", 429), "rate_limited", ""),
        (page("<html>Search</html>"), "unsupported", "a page"),
        (page('{"results": [', kind="application/json"), "malformed", "JSON"),
        (as_json([]), "malformed", "JSON"),
        (NOWHERE, "transient", "no connection"),
    ],
)  # fmt: skip
def test_searxng_says_no_in_its_ways(answer: Fetched, outcome: Outcome, says: str) -> None:
    probe = SearXNG(Web({BASE: answer}), BASE).search("x")
    assert (probe.outcome, probe.found) == (outcome, ())
    assert says in probe.says


def test_engines_that_were_silent_are_told_beside_what_was_found() -> None:
    silent = [["google", "CAPTCHA\x1b[31m"]]
    probe = SearXNG(Web({BASE: results("https://a.example/1", silent=silent)}), BASE).search("x")
    assert (probe.outcome, probe.whole) == ("ok", False)
    assert "google" in probe.says


# --- Media Cloud ---------------------------------------------------------------------------------

CLOUD = "https://cloud.example/api/"
FIRST, LAST = date(2024, 3, 1), date(2024, 3, 31)


def stories(*numbers: int, token: str | None = None) -> Fetched:
    rows = [
        {
            "id": f"{n}", "title": f"Story {n}", "url": f"https://a.example/{n}", "language": "en",
            "media_name": "a.example", "publish_date": "2024-03-05", "indexed_date": "2024-03-06T01:00:00",
        }
        for n in numbers
    ]  # fmt: skip
    return as_json({"stories": rows, "pagination_token": token})


def test_stories_are_asked_for_with_the_key_and_paged_by_token() -> None:
    def answer(url: str) -> Fetched:
        return stories(3) if "pagination_token=abc" in url else stories(1, 2, token="abc")

    web = Web({CLOUD: answer})
    probe = MediaCloud(web, "secret", CLOUD).stories(
        phrase("salt of the roads"), FIRST, LAST, collections=[34412234, 7], most=10
    )
    assert [hit.url for hit in probe.found] == [f"https://a.example/{n}" for n in (1, 2, 3)]
    assert (probe.whole, probe.found[0].published, probe.found[0].language) == (
        True,
        "2024-03-05",
        "en",
    )
    assert query(web.asked[0]) == {
        "q": '"salt of the roads"', "start": "2024-03-01", "end": "2024-03-31",
        "cs": "34412234,7", "platform": "onlinenews-mediacloud",
    }  # fmt: skip
    call = web.calls[0]
    assert call["headers"]["Authorization"] == "Token secret"
    assert (call["pace"], call["robots"], call["redirects"]) == (TWICE_A_MINUTE, False, 0)
    assert "secret" not in repr(probe)


def test_tokens_without_end_end() -> None:
    web = Web({CLOUD: stories(1, token="same")})
    probe = MediaCloud(web, "k", CLOUD).stories("x", FIRST, LAST)
    assert (len(web.asked), probe.whole) == (2, False)


def test_without_a_key_nothing_is_asked() -> None:
    web = Web({})
    for key in (None, ""):
        assert MediaCloud(web, key, CLOUD).stories("x", FIRST, LAST).outcome == "needs_credentials"
    assert web.asked == []


@pytest.mark.parametrize(
    ("answer", "outcome", "says"),
    [
        (stories(), "empty", ""),
        (as_json({"detail": "Invalid token."}, 401), "needs_credentials", "Invalid token."),
        (
            as_json({"status": "error", "note": "Token expired"}, 403),
            "needs_credentials",
            "Token expired",
        ),
        (as_json({"status": "error", "note": "Not for you"}, 403), "blocked", "Not for you"),
        (as_json({"status": "error", "note": "Bad query"}, 400), "malformed", "Bad query"),
        (page("", 429), "rate_limited", ""),
        (page("<html>Bad gateway</html>", 503), "transient", ""),
        (page("<html>Hello</html>"), "malformed", "JSON"),
        (as_json({"stories": None}), "malformed", "JSON"),
        (page("", 302, outcome="ok", location="https://evil.example/"), "unsupported", "elsewhere"),
        (as_json({"stories": [{"url": None}, 3, {}]}), "empty", "3 stories without an address"),
    ],
)
def test_media_cloud_says_no_in_its_ways(answer: Fetched, outcome: Outcome, says: str) -> None:
    probe = MediaCloud(Web({CLOUD: answer}), "k", CLOUD).stories("x", FIRST, LAST)
    assert (probe.outcome, probe.found) == (outcome, ())
    assert says in probe.says


def test_a_429_on_the_way_keeps_what_was_had() -> None:
    def answer(url: str) -> Fetched:
        return page("", 429) if "pagination_token" in url else stories(1, token="abc")

    probe = MediaCloud(Web({CLOUD: answer}), "k", CLOUD).stories("x", FIRST, LAST)
    assert (probe.outcome, len(probe.found), probe.whole) == ("rate_limited", 1, False)


def test_stories_are_counted() -> None:
    web = Web({f"{CLOUD}search/total-count": as_json({"count": {"relevant": 12, "total": 900}})})
    assert MediaCloud(web, "k", CLOUD).count("x", FIRST, LAST).found == (12, 900)
    web.rows = {CLOUD: as_json({"count": {"relevant": "many"}})}
    assert MediaCloud(web, "k", CLOUD).count("x", FIRST, LAST).outcome == "malformed"


# --- GDELT ---------------------------------------------------------------------------------------

GDELT = "https://gdelt.example/api/v2/"


@pytest.mark.parametrize(
    ("asked", "built"),
    [
        (question(["salt of the roads"]), '"the roads"'),
        (question(["Nothing was left"], ["Oduya", "at"]), '"Nothing was left" Oduya'),
        (question(["salt"], domain="www.lantern.example"), 'domainis:lantern.example "salt"'),
        (question(["salt"], domain="daily-news.example"), 'domain:news.example "salt"'),
        (question(["le sel"], language="fr"), 'sourcelang:french "sel"'),
        (question(["« Salt, again »"]), '"Salt again"'),
        (question(["a of"], ["at"]) + question([], [], domain="lantern.example"), ""),
    ],
)
def test_questions_are_put_in_gdelts_language(asked: str, built: str) -> None:
    assert asked == built


def test_a_question_is_never_too_long() -> None:
    words = [f"word{n}" for n in range(200)]
    assert 200 < len(question([" ".join(words)], words)) <= LONGEST


def test_articles_are_told_with_when_they_were_first_seen() -> None:
    rows = {
        "articles": [
            {
                "url": "https://news.daily-x.example/1", "title": "Salt", "domain": "news.daily-x.example",
                "seendate": "20240318T031500Z", "language": "Spanish", "sourcecountry": "Mexico",
            },
            {"url": "https://news.x.example/2", "title": "Salt"},
            {"url": 7}, "x",
        ]
    }  # fmt: skip
    web = Web({f"{GDELT}doc/doc": as_json(rows)})
    first, last = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 31, 12, tzinfo=UTC)
    probe = Gdelt(web, GDELT).articles(
        ["salt lake"], domain="daily-x.example", first=first, last=last
    )
    [hit] = probe.found
    assert (hit.seen, hit.published, hit.language) == ("2024-03-18T03:15:00Z", None, "es")
    assert query(web.asked[0]) == {
        "query": 'domain:x.example "salt lake"', "mode": "artlist", "format": "json", "sort": "hybridrel",
        "maxrecords": "250", "startdatetime": "20240301000000", "enddatetime": "20240331120000",
    }  # fmt: skip
    assert (web.calls[0]["pace"], web.calls[0]["robots"]) == (PACE, False)
    assert (probe.whole, "three months" in probe.says) == (False, True)


def test_sentences_are_asked_for_in_the_other_index() -> None:
    web = Web({f"{GDELT}context/context": as_json({"articles": [{"url": "https://a.example/1"}]})})
    assert len(Gdelt(web, GDELT).sentences(["salt lake"]).found) == 1


def sent(text: str, kind: str = "text/html", status: int = 200) -> Fetched:
    return page(text, status, kind)


ROW = '{"articles": [{"url": "https://a.example/1", "title": "%s"}]}'


@pytest.mark.parametrize(
    ("answer", "outcome", "says"),
    [
        (sent("{}", "application/json"), "empty", ""),
        (
            sent("The specified phrase is too short.\n"),
            "malformed",
            "The specified phrase is too short.",
        ),
        (sent("Please limit requests to one every 5 seconds."), "rate_limited", "5 seconds"),
        (sent("Please limit requests", status=429), "rate_limited", ""),
        (sent("", "application/json"), "malformed", ""),
        (sent('{"articles": [{"url": "https://a', "application/json"), "malformed", "breaks off"),
        (sent("[]", "application/json"), "malformed", ""),
        (sent('{"articles": 3}', "application/json"), "malformed", ""),
        (sent("{" * 200_000, "application/json"), "malformed", ""),
        (sent("", status=503), "transient", ""),
    ],
)
def test_gdelt_says_no_in_its_ways(answer: Fetched, outcome: Outcome, says: str) -> None:
    probe = Gdelt(Web({GDELT: answer}), GDELT).articles(["salt"])
    assert (probe.outcome, probe.found) == (outcome, ())
    assert says in probe.says


@pytest.mark.parametrize(
    "title", ["a\tb\x01c", "it\\'s", "\\u12 half", "\\x41", 'he said "salt" twice', "a\nb"]
)
def test_characters_that_are_no_json_are_mended(title: str) -> None:
    text = ROW % title
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    probe = Gdelt(Web({GDELT: sent(text, "application/json")}), GDELT).articles(["salt"])
    assert [hit.url for hit in probe.found] == ["https://a.example/1"]


def test_what_cannot_be_asked_is_not() -> None:
    web = Web({})
    assert Gdelt(web, GDELT).articles(["of it"]).outcome == "unsupported"
    assert web.asked == []
