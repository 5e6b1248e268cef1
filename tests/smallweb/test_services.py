"""Common Crawl and the search services answer as theirs do, errors included."""

import io
import json
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from filiation.smallweb import SmallWeb
from tests.smallweb.asking import ask

CRAWLS = f"http://{SmallWeb.CRAWL_INDEX}"
FILES = f"http://{SmallWeb.CRAWL_FILES}"
SEARXNG = f"http://{SmallWeb.SEARXNG}/search"
CLOUD = f"http://{SmallWeb.MEDIACLOUD}/api/search"
GDELT = f"http://{SmallWeb.GDELT}/api/v2/doc/doc"
SINCE = {"startdatetime": "20240101000000", "enddatetime": "20241001000000"}

# --- Common Crawl --------------------------------------------------------------------------------


def index(web: SmallWeb, crawl: str, **parameters: Any) -> Any:
    return ask(web, f"{CRAWLS}/{crawl}-index", parameters={"output": "json", **parameters})


def lines(answer: Any) -> list[dict[str, str]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_the_crawls_are_listed_newest_first(web: SmallWeb) -> None:
    told = ask(web, f"{CRAWLS}/collinfo.json").json()
    assert [crawl["id"] for crawl in told] == ["CC-MAIN-2024-33", "CC-MAIN-2024-18"]
    assert told[0]["cdx-api"] == f"{CRAWLS}/CC-MAIN-2024-33-index"


def test_a_capture_is_read_by_range(web: SmallWeb) -> None:
    [row] = lines(index(web, "CC-MAIN-2024-18", url=web.middle_page))
    assert {type(value) for value in row.values()} == {str}
    first, length = int(row["offset"]), int(row["length"])
    headers = {"Range": f"bytes={first}-{first + length - 1}"}
    answer = ask(web, f"{FILES}/{row['filename']}", headers=headers)
    assert answer.status_code == 206
    assert len(answer.content) == length
    record = next(ArchiveIterator(io.BytesIO(answer.content), check_digests="raise"))
    assert record.rec_headers.get_header("WARC-Target-URI") == web.middle_page
    assert record.http_headers.get_statuscode() == "200"
    assert "Hélène Marchetti" in record.content_stream().read().decode()


def test_the_whole_file_is_a_sound_warc(web: SmallWeb) -> None:
    [row, *_] = lines(index(web, "CC-MAIN-2024-33", url="wendsidenews.example/*"))
    answer = ask(web, f"{FILES}/{row['filename']}")
    kinds = []
    for record in ArchiveIterator(io.BytesIO(answer.content), check_digests="raise"):
        record.content_stream().read()
        kinds.append(record.rec_type)
    assert kinds == ["warcinfo", "response", "response", "response"]


def test_nothing_is_a_404_that_says_so(web: SmallWeb) -> None:
    answer = index(web, "CC-MAIN-2024-33", url=web.middle_page)
    assert answer.status_code == 404
    assert answer.json() == {"error": f"No Captures found for: {web.middle_page}"}


def test_filters_and_pages_of_the_index(web: SmallWeb) -> None:
    crawl, every = "CC-MAIN-2024-33", "wendsidenews.example/*"
    assert len(lines(index(web, crawl, url=every))) == 2
    assert len(lines(index(web, crawl, url=every, filter="=status:200"))) == 2
    assert len(lines(index(web, crawl, url=every, filter="~urlkey:.*bakery"))) == 1
    assert index(web, crawl, url=every, filter="!mime:html").status_code == 404
    told = index(web, crawl, url=every, showNumPages="true", pageSize=1).json()
    assert told == {"pages": 2, "pageSize": 1, "blocks": 2}
    assert len(lines(index(web, crawl, url=every, page=1, pageSize=1))) == 1
    assert index(web, crawl, url=every, page=2, pageSize=1).status_code == 400


def test_a_range_past_the_end(web: SmallWeb) -> None:
    [row] = lines(index(web, "CC-MAIN-2024-18", url=web.middle_page))
    headers = {"Range": "bytes=999999999-"}
    assert ask(web, f"{FILES}/{row['filename']}", headers=headers).status_code == 416


# --- SearXNG -------------------------------------------------------------------------------------


def test_a_search_finds_the_uncredited_copy(web: SmallWeb) -> None:
    given = {"q": '"Miriam Oduya" reservoir', "format": "json", "language": "en"}
    told = ask(web, SEARXNG, parameters=given).json()
    assert web.uncredited_copy in [result["url"] for result in told["results"]]
    assert told["unresponsive_engines"] == [["google", "timeout"]]
    assert all(result["engines"] for result in told["results"])


def test_what_is_gone_is_not_found(web: SmallWeb) -> None:
    given = {"q": "Ellisport Oduya", "format": "json", "language": "all"}
    found = [one["url"] for one in ask(web, SEARXNG, parameters=given).json()["results"]]
    assert web.credit_removed in found
    assert web.middle_page not in found


def test_json_is_off_as_shipped() -> None:
    with SmallWeb(searxng_json=False) as web:
        assert ask(web, SEARXNG, parameters={"q": "a", "format": "json"}).status_code == 403
        assert ask(web, SEARXNG, parameters={"q": "salt"}).status_code == 200


# --- Media Cloud ---------------------------------------------------------------------------------


def stories(web: SmallWeb, query: str, token: str = SmallWeb.token, **more: Any) -> Any:
    given = {"q": query, "start": "2024-03-01", "end": "2024-03-31", **more}
    headers = {"Authorization": f"Token {token}"}
    return ask(web, f"{CLOUD}/story-list", parameters=given, headers=headers)


def test_stories_are_found_by_a_boolean_query(web: SmallWeb) -> None:
    told = stories(web, '"Miriam Oduya" AND (reservoir OR réservoir) NOT culvert').json()
    assert [story["url"] for story in told["stories"]] == [web.credit_removed]
    [story] = told["stories"]
    assert (story["language"], story["publish_date"]) == ("fr", "2024-03-12")
    assert told["pagination_token"] is None


def test_stories_come_in_pages(web: SmallWeb) -> None:
    first = stories(web, "Ellisport", page_size=1).json()
    token = first["pagination_token"]
    assert token
    second = stories(web, "Ellisport", page_size=1, pagination_token=token).json()
    assert first["stories"] != second["stories"]
    assert stories(web, "Ellisport", pagination_token="nonsense").status_code == 400


def test_the_cloud_wants_a_token_and_a_sound_query(web: SmallWeb) -> None:
    assert stories(web, "Ellisport", token="wrong").status_code == 403
    assert stories(web, '"Ellisport').json()["status"] == "error"
    assert stories(web, "Ellisport", start="March").status_code == 400


# --- GDELT ---------------------------------------------------------------------------------------


def articles(web: SmallWeb, query: str, **more: Any) -> Any:
    given = {"query": query, "mode": "artlist", "format": "json", **SINCE, **more}
    return ask(web, GDELT, parameters=given)


def test_articles_by_phrase_language_and_domain(web: SmallWeb) -> None:
    found = articles(web, '"Miriam Oduya" sourcelang:english').json()["articles"]
    assert {article["url"] for article in found} == {web.original, web.uncredited_copy}
    assert {article["language"] for article in found} == {"English"}
    found = articles(web, "(Oduya OR Brannock) domainis:wendsidenews.example").json()["articles"]
    assert [article["url"] for article in found] == [web.uncredited_copy]
    assert found[0]["seendate"] == "20240306T111500Z"


def test_no_hit_is_an_empty_object(web: SmallWeb) -> None:
    assert articles(web, "nobody-says-this").json() == {}
    assert articles(web, "Ellisport domain:vestnik-beregov.example").json() == {}, "a hyphen"


def test_without_dates_the_window_is_three_months(web: SmallWeb) -> None:
    given = {"query": "Ellisport", "mode": "artlist", "format": "json"}
    assert ask(web, GDELT, parameters=given).json() == {}


@pytest.mark.parametrize("query", ["of", '"unbalanced', "x" * 250, "theme:SALT_ROADS colour:red"])
def test_a_bad_query_is_a_sentence_with_status_200(web: SmallWeb, query: str) -> None:
    answer = articles(web, query)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_context_gives_the_sentence(web: SmallWeb) -> None:
    given = {"query": '"smell of diesel"', "format": "json", **SINCE}
    answer = ask(web, f"http://{web.GDELT}/api/v2/context/context", parameters=given)
    assert all("diesel" in one["sentence"] for one in answer.json()["articles"])
    assert len(answer.json()["articles"]) == 2
