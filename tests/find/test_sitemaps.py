"""Sitemaps: indexes, files, gzip, dates, hostile ones."""

import gzip
import time
import tracemalloc
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from filiation.find.sitemaps import Child, Sitemaps
from filiation.find.values import Fetched, Outcome
from tests.find.asked import GONE, Web, page

SITE = "https://valley.example"
MAP = f"{SITE}/sitemap.xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'


def url(path: str, modified: str = "", inner: str = "") -> str:
    changed = f"<lastmod>{modified}</lastmod>" if modified else ""
    return f"<url><loc>\n {SITE}/{path} </loc>{changed}{inner}</url>"


def urlset(*urls: str) -> bytes:
    return f'<?xml version="1.0"?><urlset {SPACE} {NEWS}>{"".join(urls)}</urlset>'.encode()


def index(*children: tuple[str, str]) -> Fetched:
    rows = "".join(
        f"<sitemap><loc>{at}</loc><lastmod>{modified}</lastmod></sitemap>"
        for at, modified in children
    )
    return xml(f"<sitemapindex {SPACE}>{rows}</sitemapindex>")


def xml(text: str | bytes) -> Fetched:
    return page(text, kind="application/xml")


def found(web: Web, since: datetime | None = None, until: datetime | None = None) -> list[str]:
    return [
        hit.url.removeprefix(f"{SITE}/")
        for hit in Sitemaps(web).pages(MAP, since=since, until=until).found
    ]


# --- files ---------------------------------------------------------------------------------------


def test_a_file_is_read_with_what_it_says_of_the_news() -> None:
    news = (
        "<n:news><n:publication><n:name>Valley</n:name><n:language>en</n:language></n:publication>"
        "<n:publication_date>2024-03-04</n:publication_date><n:title>Salt &amp; roads</n:title></n:news>"
        '<i:image xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><i:loc>https://x/a.png'
        "</i:loc><i:title>A picture</i:title></i:image>"
    )
    [hit] = Sitemaps(Web({MAP: xml(urlset(url("a", "2024-03-05", news)))})).file(MAP).pages.found
    assert (hit.url, hit.title, hit.published) == (f"{SITE}/a", "Salt & roads", "2024-03-04")
    assert (hit.modified, hit.outlet, hit.language) == ("2024-03-05", "Valley", "en")


@pytest.mark.parametrize(
    "content",
    [
        urlset(url("a")),
        gzip.compress(urlset(url("a"))),
        gzip.compress(urlset()[:-9]) + gzip.compress(url("a").encode() + b"</urlset>"),
        b"\xef\xbb\xbf\n" + urlset(url("a")),
        urlset(url("a")).replace(SPACE.encode(), b""),
        urlset(url("a")).decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"),
        f"{SITE}/a\n".encode(),
        gzip.compress(f"\ufeff{SITE}/a".encode()),
    ],
    ids=["plain", "gzip", "two gzips", "mark", "no namespace", "utf-16", "list", "packed list"],
)
def test_whatever_it_comes_as(content: bytes) -> None:
    read = Sitemaps(Web({MAP: xml(content)})).file(MAP)
    assert [hit.url for hit in read.pages.found] == [f"{SITE}/a"]
    assert read.pages.whole


def test_a_feed_will_do_as_a_sitemap() -> None:
    feed = f"<rss version='2.0'><channel><item><link>{SITE}/a</link></item></channel></rss>"
    assert [hit.url for hit in Sitemaps(Web({MAP: xml(feed)})).file(MAP).pages.found] == [
        f"{SITE}/a"
    ]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (xml(urlset()), "empty"),
        (page("<html><body>Home</body></html>"), "unsupported"),
        (xml("<opml/>"), "malformed"),
        (xml(""), "malformed"),
        (xml(b"\x00\x01\x02"), "malformed"),
        (GONE, "not_found"),
        (page(status=503), "transient"),
        (page(outcome="blocked", status=0), "blocked"),
    ],
)
def test_what_is_no_sitemap_is_told_as_what_it_is(answer: Fetched, outcome: Outcome) -> None:
    probe = Sitemaps(Web({MAP: answer})).file(MAP).pages
    assert (probe.outcome, probe.found) == (outcome, ())


@pytest.mark.parametrize(
    "content",
    [
        urlset(url("a"), url("b"))[:-30],
        urlset(url("a"), "<url><loc>x & y</url>"),
        gzip.compress(urlset(*(url(f"a{n}") for n in range(9000))))[:-4000],
        gzip.compress(urlset(url("a")))[:-20] + b"\x00" * 20,
    ],
    ids=["cut", "broken", "cut gzip", "broken gzip"],
)
def test_of_a_broken_file_what_there_is_is_taken_and_said(content: bytes) -> None:
    probe = Sitemaps(Web({MAP: xml(content)})).file(MAP).pages
    assert (probe.whole, bool(probe.says)) == (False, True)


def test_the_first_part_of_what_is_too_large_is_read() -> None:
    cut = page(urlset(url("a"), url("b"))[:-40], outcome="too_large", kind="application/xml")
    probe = Sitemaps(Web({MAP: cut})).file(MAP).pages
    assert ([hit.url for hit in probe.found], probe.whole) == ([f"{SITE}/a"], False)


def test_addresses_of_other_sites_are_left_out_and_told() -> None:
    foreign = "<url><loc>https://elsewhere.example/a</loc></url>"
    probe = Sitemaps(Web({MAP: xml(urlset(url("a"), foreign))})).file(MAP).pages
    assert len(probe.found) == 1
    assert probe.says == "1 addresses of other sites left out"


# --- hostile files -------------------------------------------------------------------------------


def cost(content: bytes) -> tuple[float, float]:
    """CPU seconds and MB that reading a file takes at its peak, the file itself left out."""
    sitemaps = Sitemaps(Web({MAP: xml(content)}))
    tracemalloc.start()
    began = time.process_time()
    sitemaps.file(MAP)
    seconds = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return seconds, peak


def packed(size: int, first: bytes, again: bytes) -> bytes:
    """So many bytes of the same, packed without ever being held."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = again * (1_000_000 // len(again))
    parts = [packer.compress(first), *(packer.compress(piece) for _ in range(size // len(piece)))]
    return b"".join([*parts, packer.flush()])


ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 20}">' for n in range(12))


@pytest.mark.parametrize(
    "content",
    [
        packed(300_000_000, b"<urlset><url><loc>", b" "),
        packed(55_000_000, b"<urlset>", b"<url></url>" + b" " * 60),
        packed(60_000_000, b"", b"<a>"),
        packed(60_000_000, b"<urlset>", b"<!-- -->"),
        f'<!DOCTYPE u [<!ENTITY e0 "ha">{ENTITIES}]><urlset><url><loc>{SITE}/&e12;</loc></url></urlset>'.encode(),
        f'<!DOCTYPE u [<!ENTITY e0 "ha">{ENTITIES}]><urlset><url a="&e12;"/></urlset>'.encode(),
        b'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>',
    ],
    ids=["spaces", "elements", "depth", "comments", "entities", "attributes", "external"],
)
def test_a_bomb_costs_little(content: bytes) -> None:
    seconds, peak = cost(content)
    assert seconds < 10
    assert peak < 50


def test_no_entity_is_resolved() -> None:
    content = (
        f'<!DOCTYPE u [<!ENTITY x "{SITE}/a">]><urlset><url><loc>&x;</loc></url>{url("b")}</urlset>'
    )
    probe = Sitemaps(Web({MAP: xml(content)})).file(MAP).pages
    assert [hit.url for hit in probe.found] == [f"{SITE}/b"]


def test_no_more_is_read_of_a_file_than_the_protocol_allows() -> None:
    probe = Sitemaps(Web({MAP: xml(urlset(*(url(f"{n}") for n in range(50_010))))})).file(MAP).pages
    assert (len(probe.found), probe.whole) == (50_000, False)
    assert probe.says == "only its first part was read"


# --- where they are ------------------------------------------------------------------------------


def test_what_robots_txt_names_comes_first() -> None:
    robots = f"User-agent: *\nDisallow: /x\nSITEMAP : {SITE}/one.xml\n Sitemap:{SITE}/two.xml # x"
    web = Web({f"{SITE}/robots.txt": page(robots, kind="text/plain"), f"{SITE}/": page("<p>x</p>")})
    assert Sitemaps(web).roots("valley.example").found == (f"{SITE}/one.xml", f"{SITE}/two.xml")


def test_a_fetcher_that_knows_robots_txt_is_asked_for_it() -> None:
    def stated(address: str) -> Sequence[str]:
        assert address == f"{SITE}/"
        return (f"{SITE}/one.xml", "ftp://x", f"{SITE}/one.xml")

    web = Web({f"{SITE}/": page("<p>x</p>")})
    assert Sitemaps(web, stated).roots(SITE).found == (f"{SITE}/one.xml",)
    assert not any("robots" in address for address in web.asked)


def test_otherwise_the_usual_places_are_tried_in_turn() -> None:
    def answer(address: str) -> Fetched:
        if address == f"{SITE}/wp-sitemap.xml":
            return xml(urlset(url("a")))
        return page("<html>Soft 404</html>") if "sitemap" in address else page("<p>x</p>")

    web = Web({SITE: answer})
    assert Sitemaps(web, lambda _: ()).roots(SITE).found == (f"{SITE}/wp-sitemap.xml",)
    assert len(web.asked) == 3


def test_a_site_that_refuses_is_left_alone() -> None:
    web = Web({f"{SITE}/": page("<p>x</p>"), MAP: page(status=429)})
    assert Sitemaps(web, lambda _: ()).roots(SITE).outcome == "rate_limited"
    assert web.asked == [MAP]


# --- walks ---------------------------------------------------------------------------------------


def test_an_index_leads_to_its_files() -> None:
    web = Web(
        {
            MAP: index((f"{SITE}/s1.xml", ""), (f"{SITE}/s2.xml.gz", "")),
            f"{SITE}/s1.xml": xml(urlset(url("a"))),
            f"{SITE}/s2.xml.gz": xml(gzip.compress(urlset(url("b")))),
        }
    )
    assert Sitemaps(web).file(MAP).children == (Child(f"{SITE}/s1.xml"), Child(f"{SITE}/s2.xml.gz"))
    assert found(web) == ["a", "b"]


def test_the_files_of_the_time_asked_for_come_first_and_stale_ones_not_at_all() -> None:
    names = ["2023-12", "2024-02", "2024-03", "2024-04", "pages", "old"]
    changed = {"old": "2023-01-01", "pages": "2024-05-01"}
    web = Web({MAP: index(*((f"{SITE}/{n}.xml", changed.get(n, "2024-06-01")) for n in names))})
    for name in names:
        web.rows[f"{SITE}/{name}.xml"] = xml(urlset(url(name)))
    since, until = datetime(2024, 3, 2, tzinfo=UTC), datetime(2024, 3, 30, tzinfo=UTC)
    asked = Sitemaps(web).walk(MAP, since=since, until=until)
    assert [probe.where.rpartition("/")[2] for probe in asked] == [
        "sitemap.xml", "2024-03.xml", "pages.xml", "2023-12.xml", "2024-02.xml", "2024-04.xml",
    ]  # fmt: skip


def test_pages_dated_outside_are_left_out() -> None:
    pages = (
        url("2024/03/01/early"), url("2024/03/05/within"), url("2024/04/05/late"),
        url("undated"), url("old", "2023-05-01"), url("changed", "2024-06-01"),
    )  # fmt: skip
    since, until = datetime(2024, 3, 3, tzinfo=UTC), datetime(2024, 3, 10, tzinfo=UTC)
    kept = found(Web({MAP: xml(urlset(*pages))}), since=since, until=until)
    assert kept == ["2024/03/05/within", "undated", "changed"]


def test_only_what_is_wanted_is_kept() -> None:
    web = Web({MAP: xml(urlset(url("salt"), url("snow")))})
    probe = Sitemaps(web).pages(MAP, wanted=lambda hit: "salt" in hit.url)
    assert [hit.url for hit in probe.found] == [f"{SITE}/salt"]


def test_indexes_that_lead_to_themselves_end() -> None:
    web = Web({MAP: index((MAP, ""), (f"{SITE}/b.xml", "")), f"{SITE}/b.xml": index((MAP, ""))})
    assert Sitemaps(web).pages(MAP).outcome == "empty"
    assert web.asked == [MAP, f"{SITE}/b.xml"]


def test_indexes_without_end_are_cut_off_and_told() -> None:
    def deeper(address: str) -> Fetched:
        number = int(address.rpartition("/")[2].removesuffix(".xml"))
        return index((f"{SITE}/{number + 1}.xml", ""))

    web = Web({SITE: deeper})
    probe = Sitemaps(web).pages(f"{SITE}/1.xml")
    assert (len(web.asked), probe.whole) == (4, False)
    assert probe.says == "indexes nested too deep"


def test_no_more_files_are_asked_for_than_allowed() -> None:
    web = Web({MAP: index(*((f"{SITE}/s{n}.xml", "") for n in range(40)))})
    for n in range(40):
        web.rows[f"{SITE}/s{n}.xml"] = xml(urlset(url(f"{n}")))
    probe = Sitemaps(web).pages(MAP, most_files=10)
    assert (len(web.asked), len(probe.found), probe.whole) == (10, 9, False)
    assert probe.says == "31 further files were not looked at"


def test_a_429_ends_the_walk_and_keeps_what_was_had() -> None:
    web = Web({MAP: index(*((f"{SITE}/s{n}.xml", "") for n in range(1, 5)))})
    web.rows |= {f"{SITE}/s1.xml": xml(urlset(url("a"))), f"{SITE}/s2.xml": page(status=429)}
    probe = Sitemaps(web).pages(MAP)
    assert (len(probe.found), probe.whole, len(web.asked)) == (1, False, 3)
