"""The outlets answer as such sites do, each with its own faults of the house."""

import gzip
import json

import feedparser
import pytest
from lxml import etree, html

from filiation.outlets import Catalogue
from filiation.smallweb import SmallWeb
from filiation.smallweb.crowd import crowd
from filiation.smallweb.stories import HOUSES, TODAY, house, plain
from tests.smallweb.asking import ask

LESTRAN = f"http://{SmallWeb.LESTRAN}"
COURRIER = f"http://{SmallWeb.COURRIER}"
LEDGER = f"http://{SmallWeb.LEDGER}"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
VESTNIK = f"http://{SmallWeb.VESTNIK}"


def locations(xml: bytes) -> list[str]:
    return [str(node.text) for node in etree.fromstring(xml).iter("{*}loc")]


def read(page: bytes, path: str) -> list[str]:
    """Return what an XPath of texts or attributes finds."""
    found = html.fromstring(page).xpath(path)
    assert isinstance(found, list)
    return [str(one) for one in found]


# --- the chain that is to be found ---------------------------------------------------------------


def test_the_last_page_names_the_middle_page_in_windows_1251(web: SmallWeb) -> None:
    page = ask(web, web.last_page)
    assert page.headers["content-type"] == "text/html", "only the page itself says its encoding"
    text = page.content.decode("windows-1251")
    assert "Четырнадцать зим никому в Водном управлении" in text
    assert f'<a href="{web.middle_page}">' in text
    assert "charset=windows-1251" in text


def test_the_old_sites_markup_is_broken(web: SmallWeb) -> None:
    text = ask(web, web.last_page).content.decode("windows-1251")
    assert text.count("<p>") > 10
    assert "</p>" not in text
    assert text.count("<td") > text.count("</td>")
    assert not text.lower().startswith("<!doctype")


def test_the_middle_page_is_gone(web: SmallWeb) -> None:
    assert ask(web, web.middle_page).status_code == 404
    record = ask(web, f"{LESTRAN}/wp-json/wp/v2/posts/812")
    assert (record.status_code, record.json()["code"]) == (404, "rest_post_invalid_id")


def test_the_original_stands_behind_two_redirects(web: SmallWeb) -> None:
    first = ask(web, web.original_stated)
    assert first.status_code == 301
    second = ask(web, first.headers["location"])
    assert second.status_code == 308
    assert second.headers["location"] == web.original
    assert ask(web, web.original).status_code == 200


@pytest.mark.parametrize("host", [SmallWeb.COURRIER, SmallWeb.WENDSIDE, SmallWeb.VESTNIK])
def test_a_host_without_www_leads_to_the_one_with_it(web: SmallWeb, host: str) -> None:
    answer = ask(web, f"http://{host.removeprefix('www.')}/robots.txt?a=b")
    assert (answer.status_code, answer.headers["location"]) == (
        301,
        f"http://{host}/robots.txt?a=b",
    )


def test_nothing_links_to_the_uncredited_copy_but_its_own_site(web: SmallWeb) -> None:
    others = [web.last_page, web.original, web.credit_removed, f"{LESTRAN}/", f"{LEDGER}/"]
    assert all(web.WENDSIDE.encode() not in ask(web, url).content for url in others)
    copy = ask(web, web.uncredited_copy).text
    assert "Miriam Oduya" in copy
    assert "Harbour Ledger" not in copy


def test_the_credit_is_not_on_the_live_page(web: SmallWeb) -> None:
    assert "Harbour Ledger" not in ask(web, web.credit_removed).text


@pytest.mark.parametrize("key", HOUSES)
def test_every_text_is_told_by_a_day_before_today(key: str) -> None:
    for story in house(key).stories:
        assert story.published < TODAY
        assert story.body(TODAY)


def test_the_outlet_files_hold_every_outlet(web: SmallWeb) -> None:
    known = Catalogue.load(extra=[web.outlets])
    assert {outlet.key for outlet in known} >= set(HOUSES)
    for key in HOUSES:
        resolved = known.resolve(house(key).name)
        assert resolved is not None
        assert resolved.outlet.key == key


# --- a static site -------------------------------------------------------------------------------


def test_robots_and_sitemaps_lead_to_every_page(web: SmallWeb) -> None:
    robots = ask(web, f"{LEDGER}/robots.txt").text
    [index] = [line.split()[1] for line in robots.splitlines() if line.startswith("Sitemap:")]
    found = []
    for part in locations(ask(web, index).content):
        answer = ask(web, part)
        packed = part.endswith(".gz")
        assert packed == answer.content.startswith(b"\x1f\x8b"), "a file, not a coding"
        assert "content-encoding" not in answer.headers or not packed
        found += locations(gzip.decompress(answer.content) if packed else answer.content)
    assert web.original in found
    assert {ask(web, url).status_code for url in found} == {200}


def test_the_news_sitemap_names_its_titles(web: SmallWeb) -> None:
    tree = etree.fromstring(ask(web, f"{LEDGER}/sitemaps/news.xml").content)
    titles = [node.text for node in tree.iter(f"{{{NEWS}}}title")]
    assert "Council votes for brine, by one voice" in titles


def test_robots_shuts_out_the_print_versions_that_are_there(web: SmallWeb) -> None:
    assert "Disallow: /print/" in ask(web, f"{LEDGER}/robots.txt").text
    assert ask(web, f"{LEDGER}/print/the-salt-that-stays.html").status_code == 200


def test_an_atom_feed(web: SmallWeb) -> None:
    feed = feedparser.parse(ask(web, f"{LEDGER}/feed.xml").content)
    assert not feed.bozo
    assert web.original in [entry.link for entry in feed.entries]


@pytest.mark.parametrize("url", [SmallWeb.original, f"{LESTRAN}/feed/", f"{LEDGER}/feed.xml"])
def test_who_has_it_already_is_told_so(web: SmallWeb, url: str) -> None:
    first = ask(web, url)
    by_tag = ask(web, url, headers={"If-None-Match": first.headers["etag"]})
    by_date = ask(web, url, headers={"If-Modified-Since": first.headers["last-modified"]})
    stale = ask(web, url, headers={"If-None-Match": '"another"'})
    assert [by_tag.status_code, by_date.status_code, stale.status_code] == [304, 304, 200]
    assert by_tag.content == b""


# --- a WordPress ---------------------------------------------------------------------------------


def test_a_page_leads_to_its_own_record(web: SmallWeb) -> None:
    page = ask(web, f"{LESTRAN}/carnets/phares/")
    assert page.headers["link"] == f'<{LESTRAN}/wp-json/>; rel="https://api.w.org/"'
    [record] = read(page.content, "//link[@rel='alternate'][@type='application/json']/@href")
    told = ask(web, record).json()
    assert told["link"] == f"{LESTRAN}/carnets/phares/"
    assert told["date"] == "2024-02-25T09:30:00"
    assert told["date_gmt"] == "2024-02-25T08:30:00"
    assert told["title"]["rendered"] == "Carnet de phares, dernière étape"


def test_plain_permalinks_reach_the_same_interface(web: SmallWeb) -> None:
    plain = ask(web, f"{LESTRAN}/", parameters={"rest_route": "/wp/v2/posts/804"})
    assert plain.json() == ask(web, f"{LESTRAN}/wp-json/wp/v2/posts/804").json()
    assert "wp/v2" in ask(web, f"{LESTRAN}/wp-json/").json()["namespaces"]


def test_posts_are_searched_and_paged(web: SmallWeb) -> None:
    posts = f"{LESTRAN}/wp-json/wp/v2/posts"
    found = ask(web, posts, parameters={"search": "géomètre", "_fields": "id,link"})
    assert found.json() == [{"id": 821, "link": f"{LESTRAN}/traductions/marais/"}]
    first = ask(web, posts, parameters={"per_page": 2})
    assert (first.headers["x-wp-total"], first.headers["x-wp-totalpages"]) == ("3", "2")
    assert 'rel="next"' in first.headers["link"]
    second = ask(web, posts, parameters={"per_page": 2, "page": 2})
    assert len(second.json()) == 1
    assert "link" not in second.headers or "next" not in second.headers["link"]
    past = ask(web, posts, parameters={"per_page": 2, "page": 3})
    assert (past.status_code, past.json()["code"]) == (400, "rest_post_invalid_page_number")
    many = ask(web, posts, parameters={"per_page": 101})
    assert (many.status_code, many.json()["code"]) == (400, "rest_invalid_param")


def test_posts_between_two_days(web: SmallWeb) -> None:
    given = {"after": "2024-03-01T00:00:00", "before": "2024-05-01T00:00:00", "_fields": "id"}
    assert ask(web, f"{LESTRAN}/wp-json/wp/v2/posts", parameters=given).json() == [{"id": 821}]
    bad = ask(web, f"{LESTRAN}/wp-json/wp/v2/posts", parameters={"after": "yesterday"})
    assert bad.status_code == 400


def test_a_closed_interface_and_what_remains(web: SmallWeb) -> None:
    closed = ask(web, f"{COURRIER}/wp-json/wp/v2/posts")
    assert (closed.status_code, closed.json()["code"]) == (401, "rest_login_required")
    feed = feedparser.parse(ask(web, f"{COURRIER}/?s=Ellisport&feed=rss2").content)
    assert [entry.link for entry in feed.entries] == [web.credit_removed]
    assert "Miriam Oduya" in feed.entries[0].content[0].value
    page = ask(web, f"{COURRIER}/?s=Ellisport").content
    assert read(page, "//article//a/@href") == [web.credit_removed]
    index = locations(ask(web, f"{COURRIER}/wp-sitemap.xml").content)
    assert web.credit_removed in locations(ask(web, index[0]).content)


def test_a_feed_ends(web: SmallWeb) -> None:
    assert len(feedparser.parse(ask(web, f"{LESTRAN}/feed/").content).entries) == 3
    assert ask(web, f"{LESTRAN}/feed/?paged=2").status_code == 404


def test_a_short_link_leads_to_the_page(web: SmallWeb) -> None:
    assert ask(web, f"{LESTRAN}/?p=804").headers["location"] == f"{LESTRAN}/carnets/phares/"
    assert ask(web, f"{LESTRAN}/?p=812").status_code == 404
    assert ask(web, f"{LESTRAN}/carnets/phares").headers["location"].endswith("/phares/")


# --- an old site ---------------------------------------------------------------------------------


def test_an_old_site_has_no_robots_and_no_status_for_what_is_missing(web: SmallWeb) -> None:
    assert ask(web, f"{VESTNIK}/robots.txt").status_code == 404
    assert ask(web, f"{VESTNIK}/sitemap.xml").status_code == 404
    missing = ask(web, f"{VESTNIK}/article.php?id=9999")
    assert missing.status_code == 200
    assert "не найдена" in missing.content.decode("windows-1251")


def test_an_old_sites_feed_and_its_second_page(web: SmallWeb) -> None:
    feed = feedparser.parse(ask(web, f"{VESTNIK}/rss.php").content)
    assert feed.encoding == "windows-1251"
    assert web.last_page in [entry.link for entry in feed.entries]
    first = ask(web, f"{VESTNIK}/").content.decode("windows-1251")
    second = ask(web, f"{VESTNIK}/archive.php?page=2").content.decode("windows-1251")
    assert ("id=486" in first, "id=479" in first, "id=479" in second) == (True, False, True)


def test_structured_data_is_sound(web: SmallWeb) -> None:
    page = ask(web, web.original).content
    [written] = read(page, "//script[@type='application/ld+json']/text()")
    data = json.loads(written)
    assert data["headline"].startswith("The salt that stays")
    assert data["datePublished"] == "2024-03-04T06:30:00+00:00"


# --- many outlets --------------------------------------------------------------------------------


def test_a_crowd_is_the_same_in_every_run_and_no_two_texts_alike() -> None:
    houses = crowd(6, 12)
    assert houses == crowd(6, 12)
    own = [
        story for one in houses for story in one.stories if "first appeared" not in story.content
    ]
    assert len({story.content for story in own}) == len(own)
    assert all(300 < len(plain(story.content).split()) < 700 for story in own)
    assert len({story.slug for story in houses[0].stories}) == 12


def test_every_fifth_article_of_a_crowd_is_taken_from_the_outlet_before() -> None:
    first, second = crowd(2, 10)
    assert all("first appeared" not in story.content for story in first.stories)
    taken = [story for story in second.stories if "first appeared" in story.content]
    assert [story.number for story in taken] == [5, 10]
    for story in taken:
        source = first.story(story.number - 1)
        assert source is not None
        assert story.content.startswith(source.content)
        assert source.published < story.published


def test_a_crowd_is_served() -> None:
    with SmallWeb(hosts=3, stories=4) as web:
        for number in (1, 2, 3):
            host = f"daily-{number:03}.example"
            pages = []
            for part in locations(ask(web, f"http://{host}/sitemap.xml").content)[1:]:
                pages += locations(gzip.decompress(ask(web, part).content))
            assert len(pages) == 4
            assert {ask(web, page).status_code for page in pages} == {200}
