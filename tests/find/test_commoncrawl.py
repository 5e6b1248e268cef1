"""Common Crawl's list of crawls, its index and its files, asked of a table of answers."""

import gzip
import json
from base64 import b32encode
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any

import pytest

from filiation.find.commoncrawl import DATA_PACE, INDEX_PACE, CommonCrawl
from filiation.find.values import Capture, Fetched, Outcome
from tests.find.archived import Asked, Web, answer

INDEX, DATA = "https://index.example", "https://data.example"
PAGE = "https://daily.example/a"
FILE = "crawl-data/CC-MAIN-2016-50/segments/1/warc/CC-MAIN-1.warc.gz"


def listed(*ids: str, **times: str) -> Fetched:
    rows = [{"id": one, "name": one, "cdx-api": f"{INDEX}/{one}-index"} | times for one in ids]
    return answer(json.dumps(rows))


def row(**of: str) -> dict[str, str]:
    return {
        "urlkey": "example,daily)/a",
        "timestamp": "20161205103329",
        "url": PAGE,
        "mime": "text/html",
        "mime-detected": "text/html",
        "status": "200",
        "digest": "AAAA",
        "length": "7063",
        "offset": "667474763",
        "filename": FILE,
    } | of


def ndjson(*rows: dict[str, str]) -> Fetched:
    return answer("".join(json.dumps(one) + "\n" for one in rows))


NONE = answer('{"error": "No Captures found for: https://daily.example/a"}', 404)


class Index:
    """A crawl's index, and the list of crawls."""

    def __init__(self, crawls: Fetched, **answers: Fetched) -> None:
        self.crawls = crawls
        self.answers = {name.replace("_", "-"): one for name, one in answers.items()}

    def __call__(self, asked: Asked) -> Fetched:
        if asked.url == f"{INDEX}/collinfo.json":
            return self.crawls
        crawl = asked.url.removeprefix(f"{INDEX}/").partition("-index?")[0]
        return self.answers.get(crawl, NONE)


def crawl(web: Web, **more: Any) -> CommonCrawl:
    return CommonCrawl(web, INDEX, DATA, **more)


def asked_crawls(web: Web) -> list[str]:
    return [
        one.url.removeprefix(f"{INDEX}/").partition("-index?")[0]
        for one in web.asked
        if "-index?" in one.url
    ]


# --- crawls --------------------------------------------------------------------------------------


def test_crawls_are_listed_newest_first_and_asked_for_once() -> None:
    rows = [
        {"id": "CC-MAIN-2012", "cdx-api": f"{INDEX}/CC-MAIN-2012-index"},
        {"id": "CC-MAIN-2025-33", "cdx-api": f"{INDEX}/CC-MAIN-2025-33-index",
         "from": "2025-08-02T22:09:07", "to": "2025-08-15T23:42:38"},
        {"id": "CC-MAIN-2009-2010", "cdx-api": f"{INDEX}/CC-MAIN-2009-2010-index"},
        {"id": "CC-MAIN-2016-50", "cdx-api": f"{INDEX}/CC-MAIN-2016-50-index"},
        {"id": "SOMETHING-ELSE", "cdx-api": f"{INDEX}/x-index"},
        {"id": "CC-MAIN-2016-99", "cdx-api": f"{INDEX}/x-index"},
        {"id": "CC-MAIN-2016-44", "cdx-api": "javascript:1"},
        "no crawl",
    ]  # fmt: skip
    web = Web({f"{INDEX}/collinfo.json": answer(json.dumps(rows))})
    client = crawl(web)
    found = client.crawls()
    assert [one.id for one in found.found] == [
        "CC-MAIN-2025-33", "CC-MAIN-2016-50", "CC-MAIN-2012", "CC-MAIN-2009-2010",
    ]  # fmt: skip
    newest, week, _, years = found.found
    assert newest.last == datetime(2025, 8, 15, 23, 42, 38, tzinfo=UTC)
    assert week.first < datetime(2016, 12, 5, tzinfo=UTC) < week.last
    assert (years.first.year, years.last.year) == (2009, 2010)
    client.crawls()
    assert len(web.asked) == 1
    assert (web.asked[0].robots, web.asked[0].pace) == (False, INDEX_PACE)


@pytest.mark.parametrize(
    ("came", "outcome"),
    [
        (answer("[]"), "transient"),
        (answer('["x"]'), "malformed"),
        (answer("{}"), "malformed"),
        (answer("<html>"), "malformed"),
        (answer("[" * 50_000), "malformed"),
        (answer("", 503), "transient"),
        (answer("", 403), "blocked"),
    ],
)
def test_a_list_of_crawls_that_is_none(came: Fetched, outcome: Outcome) -> None:
    web = Web(Index(came))
    found = crawl(web).captures(PAGE)
    assert (found.outcome, found.found, found.whole) == (outcome, (), False)
    assert len(web.asked) == 1


# --- the index -----------------------------------------------------------------------------------


def test_rows_become_captures() -> None:
    web = Web(Index(listed("CC-MAIN-2016-50"), CC_MAIN_2016_50=ndjson(row())))
    first = datetime(2016, 11, 21, tzinfo=UTC)
    found = crawl(web).captures(PAGE, first=first, limit=7)
    assert (found.outcome, found.whole, found.says) == ("ok", True, "asked: CC-MAIN-2016-50")
    assert found.found == (
        Capture(
            PAGE,
            datetime(2016, 12, 5, 10, 33, 29, tzinfo=UTC),
            f"{DATA}/{FILE}",
            "Common Crawl",
            200,
            "text/html",
            "AAAA",
            (FILE, 667474763, 7063),
        ),
    )
    asked = web.asked[-1]
    assert asked.query == [
        ("url", PAGE),
        ("output", "json"),
        ("filter", "=status:200"),
        ("from", "20161121000000"),
        ("limit", "7"),
    ]
    assert asked.pace == INDEX_PACE


@pytest.mark.parametrize(
    ("first", "crawls", "expected", "whole"),
    [
        (None, 2, ["CC-MAIN-2017-09", "CC-MAIN-2016-50"], False),
        (datetime(2016, 11, 21, tzinfo=UTC), 2, ["CC-MAIN-2016-50", "CC-MAIN-2017-09"], True),
        (datetime(2016, 11, 21, tzinfo=UTC), 1, ["CC-MAIN-2016-50"], False),
        (datetime(2017, 2, 20, tzinfo=UTC), 9, ["CC-MAIN-2017-09"], True),
        (datetime(2020, 1, 1, tzinfo=UTC), 9, [], True),
    ],
)
def test_the_crawls_asked_are_those_after_the_article(
    first: datetime | None, crawls: int, expected: list[str], whole: bool
) -> None:
    web = Web(Index(listed("CC-MAIN-2017-09", "CC-MAIN-2016-50", "CC-MAIN-2016-40")))
    found = crawl(web).captures(PAGE, first=first, crawls=crawls)
    assert asked_crawls(web) == expected
    assert (found.outcome, found.whole) == ("empty", whole)


@pytest.mark.parametrize(
    ("came", "outcome", "says"),
    [
        (NONE, "empty", ""),
        (answer('{"message": "No Captures found"}', 404), "empty", ""),
        (answer("<html>404</html>", 404), "unsupported", "no index"),
        (answer('{"error": "No Capt', 404), "malformed", "JSON"),
        (answer('{"message": "bad"}', 400), "unsupported", "question"),
        (answer(""), "transient", "empty answer"),
        (answer("\n"), "transient", "empty answer"),
        (answer("<html>busy</html>"), "malformed", "HTML"),
        (answer("[" * 50_000), "malformed", "JSON"),
        (answer("", 500), "transient", ""),
        (ndjson(row(offset="-5")), "empty", ""),
        (ndjson(row(length="0")), "empty", ""),
        (ndjson(row(length="9" * 5000)), "empty", ""),
        (ndjson(row(filename="../../etc/passwd")), "empty", ""),
        (ndjson(row(filename="/etc/passwd")), "empty", ""),
        (ndjson(row(timestamp="2016")), "empty", ""),
        (ndjson(row(url="mailto:jo@daily.example")), "empty", ""),
    ],
)
def test_what_the_index_answers(came: Fetched, outcome: Outcome, says: str) -> None:
    web = Web(Index(listed("CC-MAIN-2017-09", "CC-MAIN-2016-50"), CC_MAIN_2017_09=came))
    found = crawl(web).captures(PAGE)
    assert (found.outcome, found.found) == (outcome, ())
    assert says in found.says
    assert len(asked_crawls(web)) == 2, "the other crawl is still asked"


@pytest.mark.parametrize(
    ("came", "outcome"),
    [
        (answer("slow down", 503), "rate_limited"),
        (answer("", 429), "rate_limited"),
        (answer("", 403), "blocked"),
    ],
)
def test_who_is_told_to_stop_stops(came: Fetched, outcome: Outcome) -> None:
    web = Web(Index(listed("CC-MAIN-2017-09", "CC-MAIN-2016-50"), CC_MAIN_2017_09=came))
    client = crawl(web)
    assert client.captures(PAGE).outcome == outcome
    assert client.captures("https://daily.example/b").outcome == outcome
    assert asked_crawls(web) == ["CC-MAIN-2017-09"]


def test_what_was_had_before_a_failure_is_kept() -> None:
    crawls = listed("CC-MAIN-2017-09", "CC-MAIN-2016-50")
    held = {"CC_MAIN_2017_09": ndjson(row(timestamp="20170225000000"))}
    web = Web(Index(crawls, **held, CC_MAIN_2016_50=answer("", 503)))
    found = crawl(web).captures(PAGE)
    assert (found.outcome, len(found.found), found.whole) == ("rate_limited", 1, False)
    assert "CC-MAIN-2016-50" in found.says


def test_a_run_asks_so_often_and_no_more() -> None:
    web = Web(Index(listed(*(f"CC-MAIN-2017-{week:02}" for week in range(1, 50)))))
    client = crawl(web, most=5)
    for number in range(3):
        found = client.captures(f"https://daily.example/{number}", crawls=4)
    assert (found.outcome, found.whole) == ("out_of_budget", False)
    assert len(asked_crawls(web)) == 5


def test_captures_of_several_crawls_are_in_order_without_doubles() -> None:
    first = ndjson(row(timestamp="20170225000000"), row())
    second = ndjson(row(), row())
    web = Web(
        Index(
            listed("CC-MAIN-2017-09", "CC-MAIN-2016-50"),
            CC_MAIN_2017_09=first,
            CC_MAIN_2016_50=second,
        )
    )
    found = crawl(web).captures(PAGE)
    assert [capture.taken.year for capture in found.found] == [2016, 2017]


def test_a_limit_is_kept_and_told() -> None:
    web = Web(
        Index(
            listed("CC-MAIN-2017-09", "CC-MAIN-2016-50"),
            CC_MAIN_2017_09=ndjson(row(), row(timestamp="20170225000000")),
        )
    )
    found = crawl(web).captures(PAGE, limit=1)
    assert (len(found.found), found.whole) == (1, False)
    assert len(asked_crawls(web)) == 1


@pytest.mark.parametrize("count", ['{"pages": 2, "pageSize": 5, "blocks": 8}', "2", "2\n"])
def test_a_prefix_is_asked_page_by_page(count: str) -> None:
    def found(asked: Asked) -> Fetched:
        if asked.url.endswith("collinfo.json"):
            return listed("CC-MAIN-2016-50")
        if asked.first("showNumPages"):
            return answer(count)
        number = int(asked.first("page") or -1)
        if number > 1:
            return answer("past the end", 400)
        return ndjson(row(url=f"https://daily.example/{number}"))

    web = Web(found)
    made = crawl(web).captures("https://daily.example/", match="prefix")
    assert sorted(capture.url[-1] for capture in made.found) == ["0", "1"]
    assert [asked.first("page") for asked in web.asked[2:]] == ["0", "1"]
    assert all(asked.first("matchType") == "prefix" for asked in web.asked[1:])
    assert made.whole


@pytest.mark.parametrize(
    ("count", "outcome"), [("many", "malformed"), ("[]", "malformed"), ('{"pages": 0}', "empty")]
)
def test_a_number_of_pages_that_is_none(count: str, outcome: Outcome) -> None:
    web = Web(Index(listed("CC-MAIN-2016-50"), CC_MAIN_2016_50=answer(count)))
    assert crawl(web).captures("daily.example", match="domain").outcome == outcome


# --- files ---------------------------------------------------------------------------------------

BODY = b"<html><p>Das Salz, das bleibt.</p></html>"


def record(
    body: bytes = BODY,
    *,
    kind: str = "response",
    uri: str = PAGE,
    http: str = 'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset="utf-8"\r\n'
    "X-Crawl-Content-Encoding: gzip\r\nVary: a\r\nVary: b\r\n",
    more: str = "",
) -> bytes:
    block = http.encode() + b"\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"WARC-Date: 2016-12-05T10:33:29Z\r\n{more}"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def capture_of(packed: bytes, digest: str | None = None) -> Capture:
    return Capture(
        PAGE,
        datetime(2016, 12, 5, 10, 33, 29, tzinfo=UTC),
        f"{DATA}/{FILE}",
        "Common Crawl",
        200,
        "text/html",
        digest,
        (FILE, 1000, len(packed)),
    )


def digest_of(body: bytes) -> str:
    return b32encode(sha1(body, usedforsecurity=False).digest()).decode()


def test_a_page_is_read_out_of_its_file() -> None:
    packed = record()
    web = Web({f"{DATA}/{FILE}": answer(packed, 206)})
    fetched, had = crawl(web).replay(capture_of(packed, digest_of(BODY)))
    assert (fetched.outcome, fetched.says) == ("ok", "")
    assert fetched.content == BODY
    assert (fetched.status, fetched.media_type, fetched.charset) == (200, "text/html", "utf-8")
    assert fetched.headers["vary"] == "a, b"
    assert (fetched.final_url, had.status) == (PAGE, 200)
    assert fetched.exchanges[0].body == packed
    [asked] = web.asked
    assert asked.headers["Range"] == f"bytes=1000-{1000 + len(packed) - 1}"
    assert (asked.most_bytes, asked.pace, asked.redirects) == (len(packed), DATA_PACE, 0)


GZIPPED = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
CHUNKED = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("packed", "content"),
    [
        (record(gzip.compress(BODY), http=GZIPPED), BODY),
        (record(b"5\r\n<html\r\n1\r\n>\r\n0\r\n\r\n", http=CHUNKED), b"<html>"),
        (record(uri=f"<{PAGE}>"), BODY),
        (record(http="HTTP/1.1 404 Not Found\r\n"), BODY),
    ],
)
def test_pages_are_unpacked(packed: bytes, content: bytes) -> None:
    fetched, _ = crawl(Web({f"{DATA}/{FILE}": answer(packed, 206)})).replay(capture_of(packed))
    assert (fetched.outcome, fetched.content) == ("ok", content)


def test_the_status_is_that_of_the_page_then() -> None:
    packed = record(http="HTTP/1.1 404 Not Found\r\n")
    fetched, had = crawl(Web({f"{DATA}/{FILE}": answer(packed, 206)})).replay(capture_of(packed))
    assert (fetched.outcome, fetched.status, had.status) == ("ok", 404, 404)


def test_what_is_not_as_the_index_says_is_told() -> None:
    packed = record()
    web = Web({f"{DATA}/{FILE}": answer(packed, 206)})
    fetched, _ = crawl(web).replay(capture_of(packed, digest_of(b"another")))
    assert fetched.outcome == "ok"
    assert "digest" in fetched.says
    packed = record(more="WARC-Truncated: length\r\n")
    fetched, _ = crawl(Web({f"{DATA}/{FILE}": answer(packed, 206)})).replay(capture_of(packed))
    assert "only its beginning" in fetched.says


WHOLE = record()


@pytest.mark.parametrize(
    ("came", "outcome", "says"),
    [
        (answer(WHOLE, 200), "unsupported", "no parts"),
        (answer(WHOLE, 200, outcome="too_large"), "unsupported", "no parts"),
        (answer(b"", 416), "not_found", "no such part"),
        (answer(b"", 404), "not_found", ""),
        (answer(b"", 403), "blocked", ""),
        (answer(b"", 503), "transient", ""),
        (answer(b"", 302), "malformed", "302"),
        (answer(WHOLE[: len(WHOLE) // 2], 206), "malformed", ""),
        (answer(WHOLE[40:], 206), "malformed", ""),
        (answer(b"", 206), "malformed", ""),
        (answer(b"<html>an error</html>", 206), "malformed", ""),
        (answer(gzip.compress(b"no record"), 206), "malformed", ""),
        (answer(record(kind="request"), 206), "malformed", "request"),
        (answer(record(kind="revisit"), 206), "not_found", "earlier capture"),
        (answer(record(uri="https://other.example/"), 206), "malformed", "another page"),
        (answer(record(http="no status line\r\n"), 206), "malformed", ""),
    ],
)
def test_what_a_range_may_be(came: Fetched, outcome: Outcome, says: str) -> None:
    held = capture_of(came.content if came.status == 206 and came.content else WHOLE)
    fetched, had = crawl(Web({f"{DATA}/{FILE}": came})).replay(held)
    assert (fetched.outcome, fetched.content) == (outcome, b"")
    assert says in fetched.says
    assert had.file is not None


@pytest.mark.parametrize("part", [WHOLE[:-5], WHOLE[: len(WHOLE) // 2], b"", WHOLE + b"more"])
def test_another_part_than_was_asked_for(part: bytes) -> None:
    web = Web({f"{DATA}/{FILE}": answer(part, 206)})
    fetched, _ = crawl(web).replay(capture_of(WHOLE))
    assert (fetched.outcome, fetched.content) == ("malformed", b"")
    assert "bytes came of" in fetched.says


def test_a_packed_page_without_end_costs_no_more_than_a_page_may() -> None:
    bomb = record(b"a" * 60_000_000)
    assert len(bomb) < 100_000
    fetched, _ = crawl(Web({f"{DATA}/{FILE}": answer(bomb, 206)})).replay(capture_of(bomb))
    assert (fetched.outcome, fetched.content) == ("too_large", b"")


def test_a_record_too_large_is_not_asked_for() -> None:
    web = Web({})
    capture = Capture(PAGE, datetime(2016, 12, 5, tzinfo=UTC), DATA, "x", file=(FILE, 0, 10**9))
    assert crawl(web).replay(capture)[0].outcome == "too_large"
    assert not web.asked
    with pytest.raises(ValueError, match="no file"):
        crawl(web).replay(Capture(PAGE, capture.taken, DATA, "x"))
