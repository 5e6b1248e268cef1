"""The archive answers as the Wayback Machine does: index, replay, Memento, saving."""

import base64
import hashlib
from typing import Any

import pytest

from filiation.smallweb import SmallWeb
from filiation.smallweb.captures import moment_of, sort_key
from tests.smallweb.asking import ask

ARCHIVE = f"http://{SmallWeb.ARCHIVE}"
INDEX = f"{ARCHIVE}/cdx/search/cdx"
FRONT = f"http://{SmallWeb.LESTRAN}/"
TAKEN = ["20240310091512", "20240310174102", "20240402030455", "20240620112233"]


def rows(web: SmallWeb, url: str, **parameters: Any) -> list[list[str]]:
    given = {"url": url, "output": "json", "fl": "timestamp", **parameters}
    answer = ask(web, INDEX, parameters=given)
    assert answer.status_code == 200, answer.text
    table: list[list[str]] = answer.json()
    return table[1:]


def stamps(web: SmallWeb, url: str, **parameters: Any) -> list[str]:
    return [row[0] for row in rows(web, url, **parameters)]


# --- the capture index ---------------------------------------------------------------------------


def test_the_header_comes_first_and_the_fields_are_the_real_ones(web: SmallWeb) -> None:
    answer = ask(web, INDEX, parameters={"url": web.middle_page, "output": "json"})
    header, first, *_ = answer.json()
    assert header == [
        "urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length",
    ]  # fmt: skip
    assert first[:5] == [
        "example,lestran)/traductions/le-sel-qui-reste", TAKEN[0], web.middle_page, "text/html",
        "200",
    ]  # fmt: skip
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["x-location"] == "cdx"


def test_as_text(web: SmallWeb) -> None:
    lines = ask(web, INDEX, parameters={"url": web.middle_page}).text.splitlines()
    assert [line.split(" ")[1] for line in lines] == TAKEN
    assert all(len(line.split(" ")) == 7 for line in lines)


def test_an_index_repeats_rows_and_writes_ports(web: SmallWeb) -> None:
    twice = stamps(web, web.original)
    assert twice == ["20240521060009", "20240811201530", "20240811201530"]
    originals = {row[0] for row in rows(web, web.last_page, fl="original")}
    assert originals == {web.last_page, web.last_page.replace(".example/", ".example:80/")}


def test_an_index_can_be_told_not_to_compress(web: SmallWeb) -> None:
    answer = ask(web, INDEX, parameters={"url": FRONT, "gzip": "false"})
    assert "content-encoding" not in answer.headers


def test_nothing_is_an_empty_list_or_an_empty_body(web: SmallWeb) -> None:
    given = {"url": "http://nowhere.example/"}
    assert ask(web, INDEX, parameters={**given, "output": "json"}).json() == []
    assert ask(web, INDEX, parameters=given).content == b""


def test_a_revisit_has_no_status(web: SmallWeb) -> None:
    table = rows(web, web.middle_page, fl="timestamp,mimetype,statuscode")
    assert ["20240402030455", "warc/revisit", "-"] in table
    resolved = {"fl": "timestamp,mimetype,statuscode", "resolveRevisits": "true"}
    assert ["20240402030455", "text/html", "200"] in rows(web, web.middle_page, **resolved)
    assert ["20240620112233", "text/html", "404"] in table


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"from": "202404"}, TAKEN[2:]),
        ({"to": "202404"}, TAKEN[:3]),
        ({"from": "20240310", "to": "20240310"}, TAKEN[:2]),
        ({"filter": "statuscode:200"}, TAKEN[:2]),
        ({"filter": "statuscode:2"}, []),  # the whole value has to match
        ({"filter": "!statuscode:200"}, TAKEN[2:]),
        ({"filter": "~mimetype:revisit"}, [TAKEN[2]]),
        ({"filter": ["statuscode:200", "timestamp:.*02"]}, [TAKEN[1]]),
        ({"collapse": "digest"}, [TAKEN[0], TAKEN[3]]),
        ({"collapse": "timestamp:8"}, [TAKEN[0], TAKEN[2], TAKEN[3]]),
        ({"limit": "1"}, TAKEN[:1]),
        ({"limit": "-1"}, TAKEN[3:]),
        ({"limit": "1", "filter": "statuscode:200", "from": "2024031012"}, [TAKEN[1]]),
        ({"offset": "3"}, TAKEN[3:]),
    ],
)
def test_what_is_asked_for(web: SmallWeb, parameters: dict[str, Any], expected: list[str]) -> None:
    assert stamps(web, web.middle_page, **parameters) == expected


@pytest.mark.parametrize(
    ("url", "match", "least"),
    [
        ("http://lestran.example/traductions/", "prefix", 4),
        ("lestran.example/traductions/*", "", 4),
        ("lestran.example", "host", 200),
        ("*.harbourledger.example", "", 5),
        ("harbourledger.example", "domain", 5),
    ],
)
def test_more_than_one_address(web: SmallWeb, url: str, match: str, least: int) -> None:
    given = {"matchType": match} if match else {}
    assert len(rows(web, url, **given)) >= least


def test_the_index_is_read_in_pieces(web: SmallWeb) -> None:
    whole, key, pieces = stamps(web, FRONT), "", 0
    assert len(whole) > 200
    had: list[str] = []
    while pieces == 0 or key:
        given = {"limit": 50, "showResumeKey": "true"} | ({"resumeKey": key} if key else {})
        table = rows(web, FRONT, **given)
        key = ""
        if table[-2:-1] == [[]]:
            [key] = table[-1]
            table = table[:-2]
        had += [row[0] for row in table]
        pieces += 1
    assert had == whole
    assert pieces == -(-len(whole) // 50)


def test_the_resume_key_in_text_stands_after_an_empty_line(web: SmallWeb) -> None:
    given = {"url": FRONT, "limit": 2, "showResumeKey": "true", "fl": "timestamp"}
    assert ask(web, INDEX, parameters=given).text == (
        "20240226041700\n20240227041700\n\nexample%2Clestran%29%2F+20240227041700%21\n"
    )


def test_pages_of_the_index(web: SmallWeb) -> None:
    given = {"url": FRONT, "showNumPages": "true", "pageSize": 1}
    pages = int(ask(web, INDEX, parameters=given).text)
    table = [row for page in range(pages) for row in rows(web, FRONT, page=page, pageSize=1)]
    assert table == rows(web, FRONT)
    past = ask(web, INDEX, parameters={"url": FRONT, "page": pages, "pageSize": 1})
    assert past.status_code == 400


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"url": "a.example", "matchType": "nearly"},
        {"url": "lestran.example", "filter": "colour:red"},
        {"url": "lestran.example", "filter": "statuscode:("},
        {"url": "lestran.example", "from": "yesterday"},
    ],
)
def test_a_bad_question(web: SmallWeb, parameters: dict[str, str]) -> None:
    assert ask(web, INDEX, parameters=parameters).status_code == 400


def test_an_excluded_host(web: SmallWeb) -> None:
    page = f"http://{web.HUSHED}/secret"
    index = ask(web, INDEX, parameters={"url": page})
    assert index.status_code == 403
    assert (
        "AdministrativeAccessControlException" in (index.headers["x-archive-wayback-runtime-error"])
    )
    replay = ask(web, f"{ARCHIVE}/web/2024id_/{page}")
    assert "excluded" in replay.text
    assert "memento-datetime" not in replay.headers


# --- replay --------------------------------------------------------------------------------------


def test_a_capture_as_it_was(web: SmallWeb) -> None:
    answer = ask(web, f"{ARCHIVE}/web/{TAKEN[0]}id_/{web.middle_page}")
    assert answer.status_code == 200
    assert answer.headers["memento-datetime"] == "Sun, 10 Mar 2024 09:15:12 GMT"
    assert answer.headers["x-archive-orig-content-type"] == "text/html; charset=UTF-8"
    assert "Traduit par Hélène Marchetti" in answer.text
    assert "wm-ipp" not in answer.text
    digest = base64.b32encode(hashlib.sha1(answer.content).digest()).decode()
    assert [digest] in rows(web, web.middle_page, fl="digest")


def test_the_links_of_a_capture(web: SmallWeb) -> None:
    link = ask(web, f"{ARCHIVE}/web/{TAKEN[2]}id_/{web.middle_page}").headers["link"]
    assert f'<{web.middle_page}>; rel="original"' in link
    assert 'rel="timegate"' in link
    for rel in ("first memento", "prev memento", "memento", "next last memento"):
        assert f'rel="{rel}"' in link
    assert link.count("; datetime=") == 4


def test_a_capture_that_is_not_at_hand_leads_to_the_nearest(web: SmallWeb) -> None:
    answer = ask(web, f"{ARCHIVE}/web/{TAKEN[1]}id_/{web.middle_page}")
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{ARCHIVE}/web/{TAKEN[0]}id_/{web.middle_page}"
    assert answer.headers["x-archive-redirect-reason"] == f"found capture at {TAKEN[0]}"
    assert answer.content == b""
    assert "memento-datetime" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "given"), [("20240311", TAKEN[0]), ("2030", TAKEN[3]), ("20240401000000", TAKEN[2])]
)
def test_any_time_leads_to_the_nearest(web: SmallWeb, asked: str, given: str) -> None:
    answer = ask(web, f"{ARCHIVE}/web/{asked}id_/{web.middle_page}")
    assert answer.headers["location"] == f"{ARCHIVE}/web/{given}id_/{web.middle_page}"


def test_what_was_never_captured(web: SmallWeb) -> None:
    answer = ask(web, f"{ARCHIVE}/web/2024id_/http://{web.WENDSIDE}/")
    assert answer.status_code == 404
    assert "memento-datetime" not in answer.headers


def test_a_captured_error_is_the_sites_and_not_the_archives(web: SmallWeb) -> None:
    answer = ask(web, f"{ARCHIVE}/web/{TAKEN[3]}id_/{web.middle_page}")
    assert answer.status_code == 404
    assert answer.headers["memento-datetime"] == "Thu, 20 Jun 2024 11:22:33 GMT"
    assert "introuvable" in answer.text


def test_a_captured_refusal_is_the_sites_too(web: SmallWeb) -> None:
    page = f"http://{web.LESTRAN}/carnets/phares/"
    answer = ask(web, f"{ARCHIVE}/web/20240520030303id_/{page}")
    assert answer.status_code == 429
    assert answer.headers["memento-datetime"]
    assert answer.headers["x-archive-orig-retry-after"] == "3600"
    assert "retry-after" not in answer.headers


def test_a_captured_redirect_stays_within_the_archive(web: SmallWeb) -> None:
    answer = ask(web, f"{ARCHIVE}/web/20240521060000id_/{web.original_stated}")
    assert answer.status_code == 301
    assert answer.headers["memento-datetime"]
    assert answer.headers["location"] == (
        f"{ARCHIVE}/web/20240521060000id_/http://{web.LEDGER}/2024/03/04/the-salt-that-stays"
    )


def test_a_windows_1251_page_is_replayed_byte_by_byte(web: SmallWeb) -> None:
    answer = ask(web, f"{ARCHIVE}/web/20240318120000id_/{web.last_page}")
    assert answer.content == ask(web, web.last_page).content
    assert answer.headers["content-type"] == "text/html"


def test_as_people_see_it_there_is_a_banner(web: SmallWeb) -> None:
    assert "wm-ipp" in ask(web, f"{ARCHIVE}/web/{TAKEN[0]}/{web.middle_page}").text


def test_the_history_shows_the_credit_removed(web: SmallWeb) -> None:
    given = rows(web, web.credit_removed, collapse="digest", fl="timestamp")
    assert len(given) == 2
    before, after = (
        ask(web, f"{ARCHIVE}/web/{row[0]}id_/{web.credit_removed}").text for row in given
    )
    assert "The Harbour Ledger" in before
    assert "The Harbour Ledger" not in after
    assert len(before) - len(after) < 200, "nothing else was changed"


def test_the_first_address_of_the_original_held_it_before_the_move(web: SmallWeb) -> None:
    answer = ask(web, f"{ARCHIVE}/web/20240304081207id_/{web.original_stated}")
    assert answer.status_code == 200
    assert "Miriam Oduya" in answer.text


# --- Memento, availability, the aggregator -------------------------------------------------------


def test_a_timemap(web: SmallWeb) -> None:
    answer = ask(web, f"{ARCHIVE}/web/timemap/link/{web.middle_page}")
    assert answer.headers["content-type"].startswith("application/link-format")
    assert answer.text.count('memento"; datetime=') == 4
    assert f'<{web.middle_page}>; rel="original",' in answer.text
    never = ask(web, f"{ARCHIVE}/web/timemap/link/http://nowhere.example/")
    assert never.status_code == 404


@pytest.mark.parametrize(
    ("wanted", "given"),
    [("Mon, 11 Mar 2024 00:00:00 GMT", TAKEN[0]), ("", TAKEN[3])],
)
def test_a_timegate(web: SmallWeb, wanted: str, given: str) -> None:
    headers = {"Accept-Datetime": wanted} if wanted else {}
    answer = ask(web, f"{ARCHIVE}/web/{web.middle_page}", headers=headers)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{ARCHIVE}/web/{given}/{web.middle_page}"
    assert answer.headers["vary"] == "accept-datetime"


def test_a_timegate_asked_for_no_date(web: SmallWeb) -> None:
    headers = {"Accept-Datetime": "last week"}
    assert ask(web, f"{ARCHIVE}/web/{web.middle_page}", headers=headers).status_code == 400


def test_availability_takes_an_address_without_its_scheme(web: SmallWeb) -> None:
    given = {"url": web.middle_page.removeprefix("http://"), "timestamp": "20240701"}
    answer = ask(web, f"{ARCHIVE}/wayback/available", parameters=given).json()
    closest = answer["archived_snapshots"]["closest"]
    assert (closest["timestamp"], closest["status"], closest["available"]) == (
        TAKEN[2], "200", True,
    )  # fmt: skip
    with_scheme = {"url": web.middle_page}
    answer = ask(web, f"{ARCHIVE}/wayback/available", parameters=with_scheme).json()
    assert answer["archived_snapshots"] == {}


def test_the_aggregator(web: SmallWeb) -> None:
    base = f"http://{web.AGGREGATOR}/api/json"
    told = ask(web, f"{base}/20240311/{web.middle_page}").json()
    assert told["mementos"]["closest"]["uri"] == [f"{ARCHIVE}/web/{TAKEN[0]}/{web.middle_page}"]
    assert ask(web, f"{base}/20240311/http://nowhere.example/").status_code == 404


def test_the_aggregators_own_timegate(web: SmallWeb) -> None:
    headers = {"Accept-Datetime": "Mon, 11 Mar 2024 00:00:00 GMT"}
    answer = ask(web, f"{web.services['memento']}/{web.middle_page}", headers=headers)
    assert answer.headers["location"] == f"{ARCHIVE}/web/{TAKEN[0]}/{web.middle_page}"
    listed = ask(web, f"http://{web.AGGREGATOR}/timemap/link/{web.middle_page}")
    assert listed.text == ask(web, f"{ARCHIVE}/web/timemap/link/{web.middle_page}").text


# --- saving --------------------------------------------------------------------------------------


def save(web: SmallWeb, url: str, keys: str) -> Any:
    return ask(
        web,
        f"{ARCHIVE}/save",
        method="POST",
        headers={"Authorization": f"LOW {keys}", "Accept": "application/json"},
        form={"url": url},
    )


def test_a_page_is_saved_and_then_captured(web: SmallWeb) -> None:
    job = save(web, web.uncredited_copy, web.keys).json()["job_id"]
    status = f"{ARCHIVE}/save/status/{job}"
    assert ask(web, status).json()["status"] == "pending"
    done = ask(web, status).json()
    assert (done["status"], done["original_url"]) == ("success", web.uncredited_copy)
    assert stamps(web, web.uncredited_copy) == [done["timestamp"]]
    assert ask(web, status).json() == done
    assert stamps(web, web.uncredited_copy) == [done["timestamp"]], "asked again, saved once"


@pytest.mark.parametrize(
    ("url", "ends"),
    [
        (f"http://{SmallWeb.HUSHED}/", "error:blocked-url"),
        ("http://nowhere.example/", "error:invalid-host-resolution"),
    ],
)
def test_a_page_that_cannot_be_saved(web: SmallWeb, url: str, ends: str) -> None:
    job = save(web, url, web.keys).json()["job_id"]
    for _ in range(2):
        done = ask(web, f"{ARCHIVE}/save/status/{job}").json()
    assert (done["status"], done["status_ext"]) == ("error", ends)


def test_saving_wants_keys(web: SmallWeb) -> None:
    assert save(web, web.original, "no:keys").status_code == 401


# --- keys and times ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Example.example:80/A/b/?z=1&a=2", "example,example)/a/b?a=2&z=1"),
        ("example.example", "example,example)/"),
        ("https://news.example.example:8080/", "example,example,news:8080)/"),
    ],
)
def test_the_key_of_an_address(url: str, key: str) -> None:
    assert sort_key(url) == key


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2024", "2024-01-01T00:00:00"),
        ("20240231", "2024-02-29T00:00:00"),
        ("20240015", "2024-01-15T00:00:00"),
        ("20241231235960", "2024-12-31T23:59:59"),
    ],
)
def test_the_moment_of_a_timestamp(timestamp: str, moment: str) -> None:
    assert f"{moment_of(timestamp):%Y-%m-%dT%H:%M:%S}" == moment
