"""Whatever the web answers, no finder raises, and every one says what came of it."""

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from filiation.find.feeds import Feeds
from filiation.find.gdelt import Gdelt
from filiation.find.mediacloud import MediaCloud
from filiation.find.searxng import SearXNG
from filiation.find.sitemaps import Sitemaps
from filiation.find.sitesearch import SiteSearch
from filiation.find.values import OUTCOMES, Probe
from filiation.find.wordpress import WordPress
from tests.find.asked import Web, page

SITE = "http://hostile.example/"
DAY = datetime(2024, 3, 1, tzinfo=UTC)

FINDERS: dict[str, Callable[[Web], Probe[Any]]] = {
    "wordpress": lambda web: WordPress(web).posts(SITE, search="x", after=DAY, before=DAY),
    "wordpress, a page": lambda web: WordPress(web).post_of(web(SITE)),
    "feeds": lambda web: Feeds(web).of_site(SITE),
    "a feed": lambda web: Feeds(web).entries(SITE, since=DAY, most_pages=5),
    "sitemaps": lambda web: Sitemaps(web).pages(SITE, since=DAY, until=DAY),
    "a sitemap": lambda web: Sitemaps(web).pages(f"{SITE}sitemap.xml"),
    "site search": lambda web: SiteSearch(web).hits(SITE, "x & ü"),
    "searxng": lambda web: SearXNG(web, SITE).search("x", pages=3),
    "media cloud": lambda web: MediaCloud(web, "k", SITE).stories("x", date.min, date.max),
    "media cloud, a count": lambda web: MediaCloud(web, "k", SITE).count("x", date.min, date.max),
    "gdelt": lambda web: Gdelt(web, SITE).articles(["salt"], first=DAY, last=DAY),
}
ADDRESSES = [
    "http://[::1",
    "http://:80",
    "http://a\\u0000b",
    "http://\\ud800.example",
    "javascript:x",
    "//x",
]
ROWS = ",".join(
    f'{{"url": "{a}", "link": "{a}", "title": {{"rendered": 1e999}}}}' for a in ADDRESSES
)
BODIES = {
    "nothing": b"",
    "nul bytes": b"\x00" * 1000,
    "no text": bytes(range(256)) * 20,
    "deep JSON": b"[" * 200_000,
    "deep objects": b'{"results":' * 50_000,
    "a huge number": b'{"results": [' + b"9" * 10_000 + b"]}",
    "odd addresses": f'{{"results": [{ROWS}], "stories": [{ROWS}], "articles": [{ROWS}]}}'.encode(),
    "odd posts": f"[{ROWS}, null, [], 7]".encode(),
    "half a character": b'{"stories": [{"url": "http://a.example/", "title": "\\ud800"}]}',
    "deep HTML": b"<html>" + b"<div>" * 50_000,
    "odd links": b"<html><base href='http://[::1'><link rel='https://api.w.org/' href='http://[x'>"
    b"<link rel=alternate type=application/json href='/wp-json/wp/v2/posts/1'>"
    b"<form><input name=q></form><a href='http://[y'>one two three four</a>",
    "deep XML": b"<urlset>" + b"<url>" * 50_000,
    "an open feed": b"<rss><channel><item><link>http://hostile.example/1",
    "odd entries": b"<rss><channel><item><link>http://[::1</link><pubDate>\xff 99</pubDate></item></channel></rss>",
    "broken gzip": gzip.compress(b"<urlset/>" * 1000)[:60],
    "gzip in gzip": gzip.compress(gzip.compress(b"<urlset/>")),
    "many brackets": b"<" * 100_000,
}


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize("body", BODIES)
def test_a_finder_never_raises(finder: str, body: str) -> None:
    for status, kind in ((200, "application/json"), (200, "text/html"), (403, "text/html")):
        link = '<http://[::1>; rel="https://api.w.org/", <<>>; rel=, </wp-json/>; rel="https://api.w.org/"'
        web = Web({SITE: page(BODIES[body], status, kind, link=link, x_wp_totalpages="-1")})
        probe = FINDERS[finder](web)
        assert probe.outcome in OUTCOMES
        assert probe.outcome in ("ok", "empty") or probe.says or status == 403
        assert len(web.asked) < 60


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_carried_on(finder: str, outcome: Any) -> None:
    web = Web({SITE: page(b"", 0, outcome=outcome, says="as the fetcher says")})
    probe = FINDERS[finder](web)
    if outcome not in ("ok", "empty", "unchanged", "not_found", "unsupported"):
        assert probe.outcome in (outcome, "unsupported" if "page" in finder else outcome)
        assert probe.found == ()
        assert len(web.asked) < 8
