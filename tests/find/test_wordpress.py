"""Posts of WordPress sites: where the API is, how its lists are paged, how it says no."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from filiation.find.values import Fetched, Hit, Outcome
from filiation.find.wordpress import WordPress
from tests.find.asked import NOWHERE, Web, as_json, page

SITE = "https://carnets.example"
API = f"{SITE}/wp-json/"
LINK = f'<{API}>; rel="https://api.w.org/"'
ROOT = as_json({"name": "Carnets", "namespaces": ["oembed/1.0", "wp/v2"]})
PAST = as_json(
    {
        "code": "rest_post_invalid_page_number",
        "message": "The page number requested is larger than the number of pages available.",
        "data": {"status": 400},
    },
    400,
)


def post(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "date": "2024-03-20T08:00:00",
        "date_gmt": "2024-03-20T07:00:00",
        "modified_gmt": "2024-03-21T09:30:00",
        "slug": f"le-sel-{number}",
        "link": f"{SITE}/{number}/le-sel-{number}/",
        "title": {"rendered": f"Le sel n&rsquo;a pas d&#8217;odeur <em>{number}</em>"},
        "content": {"rendered": f"<p>Le sel {number}.</p>", "protected": False},
        "author": 3,
        "_embedded": {"author": [{"name": "Ines Aubry"}]},
        **changes,
    }


def listing(posts: int, pages: bool = True) -> Any:
    """A list of so many posts, cut as it is asked for."""

    def answer(url: str) -> Fetched:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        number, size = int(asked["page"]), int(asked["per_page"])
        items = [post(n) for n in range(1, posts + 1)][(number - 1) * size : number * size]
        if not items and number > 1:
            return PAST
        return as_json(items, x_wp_totalpages=str(-(-posts // size)) if pages else "")

    return answer


def web(posts: Any, **more: Any) -> Web:
    return Web(
        {
            f"HEAD {SITE}/": page(link=LINK),
            f"{API}?_fields": ROOT,
            f"{API}wp/v2/posts": posts,
            **more,
        }
    )


# --- where the API is ----------------------------------------------------------------------------


def test_the_api_is_found_by_the_header_of_a_page() -> None:
    asked = web(listing(1))
    assert WordPress(asked).api("carnets.example").found == (API,)
    assert asked.asked[0] == f"HEAD {SITE}/"


@pytest.mark.parametrize(
    ("front", "root"),
    [
        (f"<link rel='https://api.w.org/' href='{API}' />", API),
        ("<link rel='https://api.w.org/' href='/?rest_route=/'>", f"{SITE}/?rest_route=/"),
        ("<link rel='https://api.w.org/' href='/blog/wp-json/'>", f"{SITE}/blog/wp-json/"),
        ("<script src='/wp-content/themes/x.js'></script>", API),
    ],
)
def test_without_a_header_the_page_says_where_it_is(front: str, root: str) -> None:
    rows = {f"HEAD {SITE}/": page(status=405), f"{SITE}/": page(front), root: ROOT}
    assert WordPress(Web(rows)).api(SITE).found == (root,)


def test_a_site_without_a_trace_of_wordpress_is_not_asked_further() -> None:
    asked = Web({f"{SITE}/": page("<p>Static pages since 1998.</p>")})
    assert WordPress(asked).api(SITE).outcome == "unsupported"
    assert asked.asked == [f"HEAD {SITE}/", f"{SITE}/"]


def test_an_api_at_another_site_is_not_believed() -> None:
    link = '<https://elsewhere.example/wp-json/>; rel="https://api.w.org/"'
    asked = Web({f"{SITE}/": page("<p>x</p>", link=link)})
    assert WordPress(asked).api(SITE).outcome == "unsupported"
    assert not any("elsewhere" in url for url in asked.asked)


def test_a_host_that_does_not_speak_https_is_asked_as_http() -> None:
    plain = "http://carnets.example/"
    link = f'<{plain}wp-json/>; rel="https://api.w.org/"'
    rows = {f"HEAD {SITE}/": NOWHERE, f"HEAD {plain}": page(link=link), f"{plain}wp-json/": ROOT}
    assert WordPress(Web(rows)).api("carnets.example").found == (f"{plain}wp-json/",)


def test_a_site_that_cannot_be_reached_is_told_as_that() -> None:
    rows = {SITE: NOWHERE, "http://carnets.example": NOWHERE}
    [probe] = WordPress(Web(rows)).pages("carnets.example")
    assert (probe.outcome, probe.whole) == ("transient", False)


# --- lists ---------------------------------------------------------------------------------------


def test_a_post_is_told_with_its_text_and_its_dates_in_utc() -> None:
    [hit] = WordPress(web(listing(1))).posts(SITE).found
    assert hit == Hit(
        url=f"{SITE}/1/le-sel-1/",
        title="Le sel n’a pas d’odeur 1",
        published="2024-03-20T07:00:00Z",
        modified="2024-03-21T09:30:00Z",
        outlet="carnets.example",
        content="<p>Le sel 1.</p>",
        by="wordpress",
        author="Ines Aubry",
    )


@pytest.mark.parametrize(
    ("posts", "requests"), [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2), (250, 3)]
)
def test_pages_are_counted_by_the_header(posts: int, requests: int) -> None:
    asked = web(listing(posts))
    probe = WordPress(asked).posts(SITE)
    assert (len(probe.found), probe.whole) == (posts, True)
    assert probe.outcome == ("ok" if posts else "empty")
    assert sum("/wp/v2/posts" in url for url in asked.asked) == requests


def test_without_the_header_a_list_ends_with_the_400_past_its_end() -> None:
    asked = web(listing(200, pages=False))
    probe = WordPress(asked).posts(SITE)
    assert (probe.outcome, len(probe.found), probe.whole) == ("ok", 200, True)
    assert asked.asked[-1].endswith("page=3")


def test_a_list_is_resumed_at_a_page() -> None:
    pages = list(WordPress(web(listing(250))).pages(SITE, first=3))
    assert [len(probe.found) for probe in pages] == [50]


def test_what_is_too_large_is_asked_for_in_smaller_pages() -> None:
    inner = listing(130)

    def answer(url: str) -> Fetched:
        large = "per_page=100" in url or "per_page=20&page=2" in url
        return page(outcome="too_large") if large else inner(url)

    probe = WordPress(web(answer)).posts(SITE)
    assert [hit.url for hit in probe.found] == [f"{SITE}/{n}/le-sel-{n}/" for n in range(1, 131)]
    assert probe.whole


def test_a_list_that_repeats_itself_ends() -> None:
    endless = as_json([post(n) for n in range(100)], x_wp_totalpages="999999")
    asked = web(endless)
    probe = WordPress(asked).posts(SITE, most=10_000)
    assert (len(probe.found), probe.whole, probe.says) == (
        100,
        False,
        "its pages repeat themselves",
    )
    assert len(asked.asked) == 4


def test_a_failure_on_the_way_keeps_what_was_had() -> None:
    inner = listing(250)

    def answer(url: str) -> Fetched:
        return page(status=429) if "page=2" in url else inner(url)

    probe = WordPress(web(answer)).posts(SITE)
    assert (probe.outcome, len(probe.found), probe.whole) == ("rate_limited", 100, False)


def test_the_time_is_asked_for_with_room_for_every_zone_and_held_to_afterwards() -> None:
    posts = as_json(
        [
            post(1, date_gmt="2024-03-19T23:59:00"),
            post(2, date_gmt="2024-03-20T00:00:30"),
            post(3, date_gmt="2024-03-22T00:10:00"),
            post(4, date_gmt="0000-00-00T00:00:00", date="2024-03-19T20:00:00"),
        ]
    )
    asked = web(posts)
    probe = WordPress(asked).posts(
        SITE,
        search="Bassin Oduya",
        after=datetime(2024, 3, 20, tzinfo=UTC),
        before=datetime(2024, 3, 22, tzinfo=UTC),
    )
    [query] = [parse_qs(urlsplit(url).query) for url in asked.asked if "posts" in url]
    assert query["after"] == ["2024-03-19T11:59:59"]
    assert query["before"] == ["2024-03-22T14:00:01"]
    assert query["search"] == ["Bassin Oduya"]
    # The fourth gives local time only, which may lie within.
    assert [hit.url for hit in probe.found] == [f"{SITE}/2/le-sel-2/", f"{SITE}/4/le-sel-4/"]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        WordPress(web(listing(1))).posts(SITE, after=datetime(2024, 3, 20))


@pytest.mark.parametrize(
    ("changes", "content"),
    [
        ({"content": {"rendered": "<p>secret</p>", "protected": True}}, None),
        ({"content": {"rendered": "  "}}, None),
        ({"content": None}, None),
        ({"title": None, "date_gmt": 7, "_embedded": "x"}, "<p>Le sel 5.</p>"),
    ],
)
def test_a_post_may_lack_anything_but_its_address(changes: Any, content: str | None) -> None:
    [hit] = WordPress(web(as_json([post(5, **changes)]))).posts(SITE).found
    assert hit.content == content


def test_records_that_are_no_posts_and_foreign_ones_are_left_out_and_told() -> None:
    odd = [7, None, {}, {"link": "javascript:alert(1)"}, post(1, link="https://evil.example/x")]
    probe = WordPress(web(as_json([*odd, post(2)]))).posts(SITE)
    assert [hit.url for hit in probe.found] == [f"{SITE}/2/le-sel-2/"]
    assert probe.says == "4 records were no posts; 1 were of other sites"


# --- how it says no ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (as_json({"code": "rest_forbidden", "message": "No."}, 403), "unsupported"),
        (as_json({"code": "rest_login_required", "message": "No."}, 401), "unsupported"),
        (as_json({"code": "rest_cannot_access", "message": "No."}, 401), "unsupported"),
        (as_json({"code": "restx_logged_out", "message": "No."}, 401), "unsupported"),
        (as_json({"code": "rest_no_route", "message": "No."}, 404), "unsupported"),
        (as_json({"code": "rest_forbidden", "message": "No."}, 200), "unsupported"),
        (page("<html>Welcome</html>"), "unsupported"),
        (page("<html>Forbidden</html>", 403), "unsupported"),
        (page("<!doctype html><p>Hello", kind="application/json"), "unsupported"),
        (page('[{"id": 1, "link"', kind="application/json"), "malformed"),
        (page("[" * 100_000, kind="application/json"), "malformed"),
        (page("", kind="application/json"), "malformed"),
        (as_json({"posts": []}), "malformed"),
        (page(status=429), "rate_limited"),
        (page(status=503), "transient"),
        (page(outcome="blocked", status=0, says="robots.txt"), "blocked"),
        (page(outcome="out_of_budget", status=0), "out_of_budget"),
    ],
)
def test_an_answer_that_is_no_list_is_told_as_what_it_is(answer: Fetched, outcome: Outcome) -> None:
    probe = WordPress(web(answer)).posts(SITE)
    assert (probe.outcome, probe.found) == (outcome, ())


def test_an_api_without_posts_is_none() -> None:
    rows = {f"{SITE}/": page(link=LINK), API: as_json({"namespaces": ["oembed/1.0"]})}
    assert WordPress(Web(rows)).api(SITE).outcome == "unsupported"


# --- the post of a page --------------------------------------------------------------------------


def shown(head: str = "", link: str = "") -> Fetched:
    return page(f"<html><head>{head}</head><p>x</p></html>", final=f"{SITE}/1/le-sel-1/", link=link)


RECORD = f"{API}wp/v2/posts/1"


@pytest.mark.parametrize(
    ("seen", "asked"),
    [
        (shown(f'<link rel="alternate" type="application/json" href="{RECORD}">'), RECORD),
        (shown(link=f'<{RECORD}>; rel="alternate"; title="JSON"; type="application/json"'), RECORD),
        (
            shown(
                '<link rel="alternate" type="application/json" href="/?rest_route=/wp/v2/posts/1">'
            ),
            f"{SITE}/?rest_route=/wp/v2/posts/1",
        ),
        (shown(f'<link rel="shortlink" href="{SITE}/?p=1">', link=LINK), RECORD),
    ],
)
def test_a_page_leads_to_its_record(seen: Fetched, asked: str) -> None:
    fetch = Web({asked: as_json(post(1))})
    [hit] = WordPress(fetch).post_of(seen).found
    assert hit.published == "2024-03-20T07:00:00Z"
    assert len(fetch.asked) == 1


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<link rel="alternate" type="application/json" href="/feed.json">',
        f'<link rel="shortlink" href="{SITE}/?p=1">',
        '<link rel="alternate" type="application/json" href="https://e.example/wp-json/wp/v2/posts/1">',
    ],
)
def test_a_page_that_names_no_record_of_its_site_has_none(head: str) -> None:
    fetch = Web({})
    assert WordPress(fetch).post_of(shown(head)).outcome == "unsupported"
    assert fetch.asked == []


def test_a_record_of_another_site_is_not_taken() -> None:
    fetch = Web({RECORD: as_json(post(1, link="https://other.example/1"))})
    seen = shown(f'<link rel="alternate" type="application/json" href="{RECORD}">')
    assert WordPress(fetch).post_of(seen).outcome == "malformed"
