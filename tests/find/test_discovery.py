"""The finders over real servers: what each of three outlets and three services gives, and withholds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from filiation.find.candidates import Sought, ranked
from filiation.find.feeds import Feeds
from filiation.find.fetcher import Fetcher, Settings
from filiation.find.gdelt import Gdelt
from filiation.find.mediacloud import MediaCloud
from filiation.find.searxng import SearXNG
from filiation.find.sitemaps import Sitemaps
from filiation.find.sitesearch import SiteSearch
from filiation.find.values import Outcome
from filiation.find.wordpress import WordPress
from filiation.smallweb import SmallWeb, faults, overlaps

LESTRAN = f"http://{SmallWeb.LESTRAN}/"
COURRIER = f"http://{SmallWeb.COURRIER}/"
LEDGER = f"http://{SmallWeb.LEDGER}/"
VESTNIK = f"http://{SmallWeb.VESTNIK}/"
SINCE, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 10, 1, tzinfo=UTC)


@pytest.fixture
def web() -> Iterator[SmallWeb]:
    with SmallWeb() as small:
        yield small


@pytest.fixture
def fetch(web: SmallWeb) -> Iterator[Fetcher]:
    settings = Settings(connect_to=tuple(web.connect_to.items()), every=0.01, retries=0, rest=0.05)
    with Fetcher(settings) as fetcher:
        yield fetcher


# --- WordPress -----------------------------------------------------------------------------------


def test_an_open_wordpress_gives_its_posts_whole(web: SmallWeb, fetch: Fetcher) -> None:
    probe = WordPress(fetch).posts(LESTRAN)
    assert (probe.outcome, probe.whole) == ("ok", True)
    assert all(hit.content and hit.published and hit.published.endswith("Z") for hit in probe.found)
    published = [hit.published for hit in probe.found]
    assert published == sorted(published, key=str)
    some = WordPress(fetch).posts(LESTRAN, after=SINCE, before=datetime(2024, 3, 31, tzinfo=UTC))
    assert 0 < len(some.found) < len(probe.found)
    assert overlaps(web.log) == []


def test_an_open_wordpress_is_searched(fetch: Fetcher) -> None:
    every = WordPress(fetch).posts(LESTRAN)
    word = (every.found[0].title or "").split()[-1]
    found = WordPress(fetch).posts(LESTRAN, search=word)
    assert every.found[0].url in {hit.url for hit in found.found}
    assert WordPress(fetch).posts(LESTRAN, search="Xylophonzyklus").outcome == "empty"


def test_a_page_of_it_leads_to_its_post(fetch: Fetcher) -> None:
    [first, *_] = WordPress(fetch).posts(LESTRAN).found
    [hit] = WordPress(fetch).post_of(fetch(first.url)).found
    assert hit == first


def test_a_closed_wordpress_and_a_site_that_is_none_are_unsupported(fetch: Fetcher) -> None:
    closed = WordPress(fetch).posts(COURRIER)
    assert (closed.outcome, closed.found) == ("unsupported", ())
    assert "rest_login_required" in closed.says
    assert WordPress(fetch).posts(LEDGER).outcome == "unsupported"


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (faults.status(503), "transient"),
        (faults.too_many(seconds=100), "rate_limited"),
        (faults.status(403), "unsupported"),
        (faults.malformed_json(), "malformed"),
        (faults.reset(20), "transient"),
        (faults.loop(), "malformed"),
        (faults.error_page(), "unsupported"),
    ],
    ids=["503", "429", "403", "json", "reset", "loop", "page"],
)
def test_faults_of_its_api_are_told(
    web: SmallWeb, fetch: Fetcher, fault: faults.Fault, outcome: Outcome
) -> None:
    web.fault(SmallWeb.LESTRAN, "/wp-json/wp/v2/posts*", fault)
    probe = WordPress(fetch).posts(LESTRAN)
    assert (probe.outcome, probe.found) == (outcome, ())
    assert probe.says


# --- feeds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", [LESTRAN, COURRIER, LEDGER, VESTNIK])
def test_every_outlet_has_a_feed_that_is_found(fetch: Fetcher, site: str) -> None:
    feeds = Feeds(fetch)
    where = feeds.of_site(site)
    assert where.outcome == "ok"
    listed = feeds.entries(where.found[0])
    assert listed.outcome == "ok"
    assert all(hit.title and "\ufffd" not in hit.title for hit in listed.found)


def test_a_feed_of_wordpress_is_paged_to_its_end(web: SmallWeb, fetch: Fetcher) -> None:
    first = f"{LESTRAN}feed/"
    every = Feeds(fetch).entries(first, since=datetime(2000, 1, 1, tzinfo=UTC), most_pages=50)
    assert (every.outcome, every.whole) == ("ok", True)
    last = web.log[-1]
    assert ("paged=" in last.path, last.status) == (True, 404)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (faults.entity_bomb(), "malformed"),
        (faults.malformed_xml(), "malformed"),
        (faults.bomb(200_000_000, "gzip"), "too_large"),
    ],
    ids=["entities", "broken", "gzip"],
)
def test_a_broken_feed_is_told(
    web: SmallWeb, fetch: Fetcher, fault: faults.Fault, outcome: Outcome
) -> None:
    web.fault(SmallWeb.LEDGER, "/feed.xml", fault)
    probe = Feeds(fetch).entries(f"{LEDGER}feed.xml")
    assert (probe.outcome, probe.found, probe.whole) == (outcome, (), False)


# --- sitemaps ------------------------------------------------------------------------------------


def test_a_static_site_is_listed_by_what_its_robots_txt_names(
    web: SmallWeb, fetch: Fetcher
) -> None:
    sitemaps = Sitemaps(fetch, fetch.sitemaps)
    every = sitemaps.pages(LEDGER)
    assert (every.outcome, every.whole) == ("ok", True)
    assert web.original in {hit.url for hit in every.found}
    assert any(seen.path.endswith(".gz") for seen in web.log)
    march = sitemaps.pages(LEDGER, since=datetime(2024, 3, 1, tzinfo=UTC), until=UNTIL)
    assert web.original in {hit.url for hit in march.found}
    assert overlaps(web.log) == []


def test_a_wordpress_is_listed_too_and_an_old_site_has_none(fetch: Fetcher) -> None:
    assert Sitemaps(fetch, fetch.sitemaps).pages(COURRIER).found
    assert Sitemaps(fetch, fetch.sitemaps).pages(VESTNIK).outcome == "unsupported"


def test_robots_txt_is_read_where_nobody_else_has(fetch: Fetcher) -> None:
    assert (
        Sitemaps(fetch).roots(LEDGER).found == Sitemaps(fetch, fetch.sitemaps).roots(LEDGER).found
    )


@pytest.mark.parametrize("fault", [faults.entity_bomb(), faults.malformed_xml(), faults.endless()])
def test_a_broken_sitemap_costs_only_itself(
    web: SmallWeb, fetch: Fetcher, fault: faults.Fault
) -> None:
    web.fault(SmallWeb.LEDGER, "/sitemaps/news.xml", fault)
    every = Sitemaps(fetch, fetch.sitemaps).pages(LEDGER)
    assert web.original in {hit.url for hit in every.found}


def test_the_original_is_first_among_all_that_a_site_lists(web: SmallWeb, fetch: Fetcher) -> None:
    every = Sitemaps(fetch, fetch.sitemaps).pages(LEDGER).found
    assert len(every) > 3
    assert ranked(every, Sought(("The salt that stays",), language="en"))[0].hit.url == web.original


# --- searches ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("site", "words"), [(LESTRAN, "palourdes"), (COURRIER, "sel")])
def test_a_wordpress_is_searched_whatever_its_api_says(
    fetch: Fetcher, site: str, words: str
) -> None:
    probe = SiteSearch(fetch).hits(site, words)
    assert (probe.outcome, bool(probe.found)) == ("ok", True)


def test_what_robots_txt_forbids_is_not_searched(web: SmallWeb, fetch: Fetcher) -> None:
    probe = SiteSearch(fetch).hits(LEDGER, "salt")
    assert probe.outcome in ("blocked", "unsupported")
    assert not any(seen.path.startswith("/search") for seen in web.log)


def test_the_three_services_answer(web: SmallWeb, fetch: Fetcher) -> None:
    searx = SearXNG(fetch, web.services["searxng"]).search("salt reservoir")
    assert (searx.outcome, bool(searx.found)) == ("ok", True)
    cloud = MediaCloud(fetch, web.token, web.services["mediacloud"])
    told = cloud.stories("salt", date(2024, 1, 1), date(2024, 10, 1))
    assert (told.outcome, bool(told.found)) == ("ok", True)
    assert cloud.count("salt", date(2024, 1, 1), date(2024, 10, 1)).found[0] >= len(told.found)
    seen = Gdelt(fetch, web.services["gdelt"]).articles(words=["salt"], first=SINCE, last=UNTIL)
    assert (seen.outcome, bool(seen.found)) == ("ok", True)
    assert seen.found[0].seen
    assert overlaps(web.log) == []


def test_services_say_no_as_they_do(web: SmallWeb, fetch: Fetcher) -> None:
    days = date(2024, 1, 1), date(2024, 10, 1)
    wrong = MediaCloud(fetch, "wrong", web.services["mediacloud"]).stories("salt", *days)
    assert wrong.outcome == "needs_credentials"
    nothing = Gdelt(fetch, web.services["gdelt"]).articles(
        words=["xylophonzyklus"], first=SINCE, last=UNTIL
    )
    assert nothing.outcome == "empty"


def test_searxng_without_json_is_told_as_that() -> None:
    with SmallWeb(searxng_json=False) as web:
        settings = Settings(connect_to=tuple(web.connect_to.items()), every=0.01, retries=0)
        with Fetcher(settings) as fetch:
            probe = SearXNG(fetch, web.services["searxng"]).search("salt")
    assert probe.outcome == "unsupported"
    assert "settings.yml" in probe.says
