"""What an address is, told by what it answers; and what it lists."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from filiation.find.fetcher import Fetcher, Settings
from filiation.find.inputs import Kind, Listing, kind_of, listing
from filiation.find.values import Fetched, Outcome
from filiation.smallweb import SmallWeb, faults
from filiation.smallweb.faults import Fault
from tests.find.fakeweb import page

RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Gull</title></channel></rss>'
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Gull</title></feed>'
JSON_FEED = b'{"version": "https://jsonfeed.org/version/1.1", "title": "Gull", "items": []}'
URLSET = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>'
INDEX = b'<!-- made by hand --><s:sitemapindex xmlns:s="http://x.example/"></s:sitemapindex>'
PAGE = page("A story", 1).encode()
BLOG = PAGE.replace(
    b"</head>", b'<link rel="https://api.w.org/" href="https://gull.example/blog/wp-json/"></head>'
)


@pytest.mark.parametrize(
    ("why", "url", "content", "outcome", "kind"),
    [
        ("a feed", "https://gull.example/feed", RSS, "ok", "feed"),
        ("unchanged, as it was kept", "https://gull.example/feed", ATOM, "unchanged", "feed"),
        ("a feed at the root", "https://feeds.gull.example/", JSON_FEED, "ok", "feed"),
        ("by its bytes, not its name", "https://gull.example/a.html", RSS, "ok", "feed"),
        ("a sitemap", "https://gull.example/map.php", URLSET, "ok", "sitemap"),
        ("an index, with a prefix", "https://gull.example/s.xml", INDEX, "ok", "sitemap"),
        ("packed", "https://gull.example/s", gzip.compress(URLSET), "ok", "sitemap"),
        ("larger than was taken", "https://gull.example/s", URLSET, "too_large", "sitemap"),
        ("a page that shows one", "https://gull.example/a", b"<html><urlset></html>", "ok", "page"),
        ("packed wrongly", "https://gull.example/s", b"\x1f\x8bnonsense", "ok", "page"),
        ("a front page", "https://gull.example/", PAGE, "ok", "site"),
        ("a front page that is gone", "https://gull.example", b"", "not_found", "site"),
        ("a site that does not answer", "https://gull.example/", b"", "transient", None),
        ("a site closed to us", "https://gull.example/", b"", "blocked", None),
        ("a page", "https://gull.example/2024/a", PAGE, "ok", "page"),
        ("a page that is gone", "https://gull.example/2024/a", b"", "not_found", None),
        ("the front page of a blog", "https://gull.example/blog/", BLOG, "ok", "site"),
        ("an article of that blog", "https://gull.example/blog/a", BLOG, "ok", "page"),
        (
            "a page about feeds",
            "https://gull.example/a",
            b"<p>An &lt;rss&gt; feed</p>",
            "ok",
            "page",
        ),
    ],
)
def test_what_an_address_is(
    why: str, url: str, content: bytes, outcome: Outcome, kind: Kind | None
) -> None:
    fetched = Fetched(url, outcome, content=content, final_url=url)
    assert kind_of(fetched) == kind, why


# --- against real servers ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small() -> Iterator[SmallWeb]:
    with SmallWeb() as web:
        yield web


def listed(web: SmallWeb, address: str, since: datetime | None = None) -> Listing:
    settings = Settings(every=0.0, retries=0, connect_to=tuple(web.connect_to.items()))
    with Fetcher(settings) as fetch:
        return listing(fetch, address, since)


@pytest.mark.parametrize(
    ("address", "kind", "by", "pages"),
    [
        (f"http://{SmallWeb.LESTRAN}/", "site", "wordpress", 3),
        (f"http://{SmallWeb.COURRIER}/", "site", "sitemap", 3),
        (f"http://{SmallWeb.LEDGER}/", "site", "sitemap", 4),
        (f"http://{SmallWeb.LEDGER}/sitemap.xml", "sitemap", "sitemap", 4),
        (f"http://{SmallWeb.VESTNIK}/rss.php", "feed", "feed", 3),
        (f"http://{SmallWeb.VESTNIK}/", "site", "feed", 3),
    ],
)
def test_what_an_address_lists(
    small: SmallWeb, address: str, kind: Kind, by: str, pages: int
) -> None:
    found = listed(small, address)
    assert (found.kind, found.outcome) == (kind, "ok"), found.says
    assert {hit.by for hit in found.hits} == {by}
    assert len(found.hits) == len({hit.url for hit in found.hits}) >= pages


def test_a_site_is_listed_since_a_day(small: SmallWeb) -> None:
    whole = listed(small, f"http://{SmallWeb.LESTRAN}/")
    dates = sorted(hit.published or "" for hit in whole.hits)
    since = datetime.fromisoformat(dates[1]).replace(tzinfo=UTC)
    found = listed(small, f"http://{SmallWeb.LESTRAN}/", since)
    assert sorted(hit.published or "" for hit in found.hits) == dates[1:]


def test_a_hit_is_kept_without_its_text_and_told_from_another_text(small: SmallWeb) -> None:
    """A site lists 100,000 posts with their texts: only whether they change is of use."""
    found = listed(small, f"http://{SmallWeb.LESTRAN}/")
    assert all(hit.content is not None and len(hit.content) == 64 for hit in found.hits)
    assert len({hit.content for hit in found.hits}) == len(found.hits)


FAULTS = [
    ("too many requests", faults.too_many(seconds=3600), "rate_limited"),
    ("forbidden", faults.status(403), "blocked"),
    ("server fails", faults.status(503), "transient"),
    ("reset", faults.reset(10), "transient"),
    ("a circle", faults.loop(), "malformed"),
    ("nothing but noise", faults.garbage(), "malformed"),
    ("gone", faults.status(404), "not_found"),
]


@pytest.mark.parametrize(("why", "fault", "outcome"), FAULTS, ids=[why for why, _, _ in FAULTS])
def test_a_list_that_fails_is_told_by_its_outcome(
    small: SmallWeb, why: str, fault: Fault, outcome: Outcome
) -> None:
    address = f"http://{SmallWeb.WENDSIDE}/feed.xml"
    small.fault(SmallWeb.WENDSIDE, "/feed.xml", fault)
    try:
        found = listed(small, address)
    finally:
        small.mend(SmallWeb.WENDSIDE)
    assert (found.kind, found.outcome, found.hits) == (None, outcome, ()), found.says
    assert found.says


def test_a_sitemap_of_which_a_part_fails_is_read_for_the_rest(small: SmallWeb) -> None:
    small.fault(SmallWeb.LEDGER, "/sitemaps/2024-03.xml.gz", faults.status(503))
    try:
        found = listed(small, f"http://{SmallWeb.LEDGER}/sitemap.xml")
    finally:
        small.mend(SmallWeb.LEDGER)
    assert (found.kind, found.outcome) == ("sitemap", "transient")
    assert found.hits
    assert "2024-03.xml.gz" in found.says


def test_a_part_that_is_gone_is_told_and_the_rest_is_whole(small: SmallWeb) -> None:
    small.fault(SmallWeb.LEDGER, "/sitemaps/2024-03.xml.gz", faults.status(404))
    try:
        found = listed(small, f"http://{SmallWeb.LEDGER}/sitemap.xml")
    finally:
        small.mend(SmallWeb.LEDGER)
    assert (found.kind, found.outcome) == ("sitemap", "ok")
    assert found.hits
    assert "2024-03.xml.gz" in found.says
    assert "404" in found.says


@pytest.mark.parametrize("fault", [faults.entity_bomb(), faults.malformed_xml()])
def test_xml_that_is_a_trap_lists_nothing_more_than_it_has(small: SmallWeb, fault: Fault) -> None:
    small.fault(SmallWeb.WENDSIDE, "/feed.xml", fault)
    try:
        found = listed(small, f"http://{SmallWeb.WENDSIDE}/feed.xml")
    finally:
        small.mend(SmallWeb.WENDSIDE)
    assert len(found.hits) <= 3
