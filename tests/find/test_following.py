"""A chain followed from its last page's address alone, over real servers, and when they fail."""

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from filiation.cli.program import main
from filiation.library import Library
from filiation.smallweb import SmallWeb, closest, faults, overlaps

DELAY = 0.05
"""Seconds between two requests to one host."""
ON_THE_WAY = 0.02
"""Seconds by which a server may see two requests closer together than they were sent: the first of
a connection takes longer to arrive."""
LEDGER, ESTRAN, VESTNIK = "The Harbour Ledger", "L'Estran", "Вестник берегов"
MIDDLE = "/traductions/le-sel-qui-reste/"


Make = Callable[[], faults.Fault]


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    status: int
    printed: str
    told: str

    @property
    def found(self) -> Any:
        return json.loads(self.printed)


@pytest.fixture(scope="module")
def servers() -> Iterator[SmallWeb]:
    with SmallWeb() as web:
        yield web


@pytest.fixture
def web(servers: SmallWeb, tmp_path: Path) -> Iterator[SmallWeb]:
    """The small web, everything well again afterwards."""
    with chdir(tmp_path):
        yield servers
    for host in servers.connect_to:
        servers.mend(host.partition(":")[0])


def ways(web: SmallWeb) -> list[str]:
    """Return the options that lead to the small web's servers."""
    told = ["--outlets", str(web.outlets), "--delay", str(DELAY)]
    for host, target in web.connect_to.items():
        told += ["--connect-to", f"{host}={target}"]
    for name in ("wayback", "availability", "commoncrawl", "commoncrawl_data", "searxng",
                 "mediacloud", "gdelt"):  # fmt: skip
        told += [f"--{name.replace('_', '-')}", web.services[name]]
    return told


def run(*arguments: str | Path) -> Done:
    """Run the program in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([str(argument) for argument in arguments])
    return Done(status, out.getvalue(), err.getvalue())


def traced(web: SmallWeb, *arguments: str | Path) -> Done:
    return run("trace", *arguments, *ways(web), "--json")


def chain(found: Any) -> list[tuple[str, bool]]:
    """Return the names of the chain's versions, and whether they were seen."""
    versions = {version["id"]: version for version in found["versions"]}
    return [(versions[key]["name"], versions[key]["seen"]) for key in found["chain"]]


def version(found: Any, name: str) -> Any:
    return next(version for version in found["versions"] if version["name"] == name)


def place(found: Any, where: str) -> Any:
    """Return the first place searched of which the name has these letters."""
    return next(place for place in found["searched"] if where in place["where"])


# --- the chain ----------------------------------------------------------------------------------


def judged(found: Any) -> Any:
    """Return the hops without the ids of the articles compared: a library calls them its own way."""
    return [
        hop | {"match": {key: of for key, of in hop["match"].items() if key not in ("a", "b")}}
        for hop in found["hops"]
    ]


def test_the_chain_is_found_from_the_last_pages_address_alone(web: SmallWeb) -> None:
    before = len(web.log)
    done = traced(web, web.last_page)
    assert done.status == 0, done.told
    found = done.found
    assert chain(found) == [(LEDGER, True), (ESTRAN, True), (VESTNIK, True)]
    assert [hop["standing"] for hop in found["hops"]] == ["confirmed", "confirmed"]
    assert [hop["kind"] for hop in found["hops"]] == [["translation"], ["translation"]]

    last = version(found, VESTNIK)["had"]
    assert (last["how"], last["address"], last["kept"]) == ("live", web.last_page, False)
    middle = version(found, ESTRAN)
    assert middle["url"] == web.middle_page
    assert middle["had"]["how"] == "archive"
    assert middle["had"]["archive"] == "Wayback Machine"
    assert middle["had"]["captured"] == "2024-03-10T09:15:12Z"
    assert "404" in middle["had"]["says"]
    first = version(found, LEDGER)
    assert first["url"] == web.original
    assert first["had"]["via"][0] == web.original_stated
    assert len(first["had"]["via"]) == 2

    log = web.log[before:]
    assert overlaps(log) == []
    assert min(closest(log).values()) >= DELAY - ON_THE_WAY
    asked = [(seen.host, seen.method, seen.path) for seen in log]
    assert len(asked) == len(set(asked)), "nothing is fetched twice in a run"


def test_the_report_says_where_its_facts_come_from(web: SmallWeb) -> None:
    done = run("trace", web.last_page, *ways(web))
    assert done.status == 0
    report = " ".join(done.printed.split())
    for said in (
        "had from its own address on",
        "had from the Wayback Machine, captured on 10 March 2024 at 09:15 UTC",
        "its own address: it is not there (404)",
        "leads there, by 2 redirects",
        "page gone: the page answered 404 on 2024-06-20",
        f"{web.middle_page}: not found",
    ):
        assert said in report, said


def test_what_was_fetched_answers_offline(web: SmallWeb) -> None:
    online = traced(web, web.last_page)
    before = len(web.log)
    again = traced(web, web.last_page, "--offline")
    assert len(web.log) == before
    assert again.status == 0
    assert chain(again.found) == chain(online.found)
    assert judged(again.found) == judged(online.found)
    assert version(again.found, VESTNIK)["had"]["kept"]
    with Library.open("library.filiation") as library:
        urls = {row[0] for row in library.connection.execute("SELECT url FROM article")}
    assert urls == {web.last_page, web.middle_page, web.original}


def test_offline_says_what_it_does_not_have(web: SmallWeb) -> None:
    before = len(web.log)
    done = traced(web, web.last_page, "--offline")
    assert done.status == 2
    assert "--online" in done.told
    assert len(web.log) == before


def test_a_second_run_asks_whether_pages_have_changed(web: SmallWeb) -> None:
    traced(web, web.last_page)
    before = len(web.log)
    again = traced(web, web.last_page)
    assert again.status == 0
    answers = {seen.path: seen.status for seen in web.log[before:]}
    assert answers["/valley/the-salt-that-stays.html"] == 304
    with Library.open("library.filiation") as library:
        [(number,)] = library.connection.execute("SELECT count(*) FROM article")
    assert number == 3
    third = traced(web, web.last_page, "--bundle", "evidence")
    assert third.status == 0
    assert run("verify", "evidence").status == 0


def test_a_dry_run_asks_nothing_and_lists_what_it_would_ask(web: SmallWeb) -> None:
    before = len(web.log)
    done = traced(web, web.last_page, "--dry-run")
    assert len(web.log) == before
    assert done.status == 0
    assert done.found["schema"] == "filiation/plan@1"
    assert done.found["requests"][0] == {"method": "GET", "url": web.last_page, "robots": True}
    assert not Path("library.filiation").exists()


def test_a_dry_run_goes_on_from_what_is_kept(web: SmallWeb) -> None:
    run("add", web.last_page, *ways_of_adding(web))
    before = len(web.log)
    done = traced(web, web.last_page, "--dry-run")
    assert len(web.log) == before
    wished = [wish["url"] for wish in done.found["requests"]]
    assert web.middle_page in wished
    assert any("/cdx/search/cdx" in url for url in wished)
    assert web.last_page not in wished


def ways_of_adding(web: SmallWeb) -> list[str]:
    told = ["--delay", str(DELAY), "--outlets", str(web.outlets)]
    for host, target in web.connect_to.items():
        told += ["--connect-to", f"{host}={target}"]
    return told


def test_a_page_that_is_gone_itself_is_had_from_the_archive(web: SmallWeb) -> None:
    done = traced(web, web.middle_page)
    assert done.status == 0
    assert chain(done.found) == [(LEDGER, True), (ESTRAN, True)]
    assert version(done.found, ESTRAN)["had"]["how"] == "archive"


def test_a_file_is_followed_where_the_web_may_be_asked(web: SmallWeb, tmp_path: Path) -> None:
    name, url, page = next(row for row in SmallWeb().pages() if row[1] == web.last_page)
    file = tmp_path / name
    file.write_bytes(page)
    before = len(web.log)
    alone = traced(web, file, "--url", url)
    assert len(web.log) == before
    assert [seen for _, seen in chain(alone.found)][-1]
    online = traced(web, file, "--url", url, "--online")
    assert chain(online.found) == [(LEDGER, True), (ESTRAN, True), (VESTNIK, True)]
    assert version(online.found, VESTNIK)["had"]["how"] == "file"
    before = len(web.log)
    offline = traced(web, file, "--url", url, "--offline")
    assert len(web.log) == before
    assert offline.status == 0
    assert judged(offline.found) == judged(online.found)


# --- archives, copies, services -------------------------------------------------------------------


def test_a_credit_that_was_taken_away_is_told_and_followed(web: SmallWeb) -> None:
    done = traced(web, web.credit_removed)
    found = done.found
    assert chain(found) == [(LEDGER, True), ("Le Courrier des Rives", True)]
    [hop] = found["hops"]
    assert hop["standing"] == "uncredited"
    seen = version(found, "Le Courrier des Rives")["archived"]
    assert seen["first"]["taken"] == "2024-03-12T14:09:01Z"
    [removed] = [change for change in seen["changes"] if change["kind"] == "credit removed"]
    assert removed["quote"] == "Source : The Harbour Ledger"
    [evidence] = [one for one in hop["evidence"] if one["type"] == "archive"]
    assert evidence["quote"] == "Source : The Harbour Ledger"


def test_without_history_captures_are_not_read(web: SmallWeb) -> None:
    before = len(web.log)
    done = traced(web, web.credit_removed, "--no-history")
    asked = [seen.path for seen in web.log[before:] if seen.host == SmallWeb.ARCHIVE]
    assert len(asked) == 1
    assert "limit=1" in asked[0]
    seen = version(done.found, "Le Courrier des Rives")
    assert seen["archived"]["first"]["taken"] == "2024-03-12T14:09:01Z"
    assert any(one["kind"] == "archive" for one in seen["published"]["witnesses"])


def test_copies_are_looked_for_at_the_outlets_of_the_watch_list(web: SmallWeb) -> None:
    before = len(web.log)
    done = traced(web, web.original, "--copies")
    found = done.found
    names = {version["name"] for version in found["versions"] if version["seen"]}
    assert names == {LEDGER, "Wendside News", "Le Courrier des Rives"}
    copy = version(found, "Wendside News")
    assert copy["url"] == web.uncredited_copy
    standings = {(hop["from"], hop["to"]): hop["standing"] for hop in found["hops"]}
    assert standings[version(found, LEDGER)["id"], copy["id"]] == "uncredited"
    assert place(found, "Wendside News (wendsidenews.example)")["found"] == 1
    assert overlaps(web.log[before:]) == []


def test_services_are_asked_where_the_user_says_so(
    web: SmallWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILIATION_MEDIACLOUD_TOKEN", web.token)
    done = traced(web, web.original, "--search", "searxng,mediacloud,gdelt")
    asked = {place["where"].partition(":")[0] for place in done.found["searched"]}
    assert {"SearXNG", "Media Cloud", "GDELT"} <= asked
    assert version(done.found, "Wendside News")["url"] == web.uncredited_copy
    assert web.token not in done.printed + done.told


# which service fails and how; the rest of the trace is as it was
AT_A_SERVICE: list[tuple[str, str, Make, str]] = [
    ("SearXNG is down", "searxng", lambda: faults.status(503), "transient"),
    ("SearXNG's limiter", "searxng", lambda: faults.too_many(3600), "rate_limited"),
    ("Media Cloud's malformed JSON", "mediacloud", lambda: faults.malformed_json(), "malformed"),
    ("a token that is none", "mediacloud", lambda: faults.status(401), "needs_credentials"),
    ("GDELT sheds its load", "gdelt", lambda: faults.too_many(3600), "rate_limited"),
]


@pytest.mark.parametrize(
    ("service", "make", "outcome"),
    [row[1:] for row in AT_A_SERVICE],
    ids=[row[0] for row in AT_A_SERVICE],
)
def test_a_service_that_fails_does_not_end_the_trace(
    web: SmallWeb, service: str, make: Make, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILIATION_MEDIACLOUD_TOKEN", web.token)
    web.fault(web.services[service].split("/")[2], "*", make())
    done = traced(web, web.credit_removed, "--search", service, "--most-time", "20s")
    found = done.found
    assert done.status == 3
    assert outcome in {one["outcome"] for one in found["searched"]}, found["searched"]
    assert chain(found) == [(LEDGER, True), ("Le Courrier des Rives", True)]


def test_common_crawl_has_what_the_wayback_machine_cannot_give(web: SmallWeb) -> None:
    web.fault(SmallWeb.ARCHIVE, "*", faults.too_many(3600))
    done = traced(web, web.last_page, "--search", "commoncrawl", "--bundle", "evidence")
    assert done.status == 3
    assert chain(done.found) == [(LEDGER, True), (ESTRAN, True), (VESTNIK, True)]
    assert version(done.found, ESTRAN)["had"]["archive"] == "Common Crawl"
    assert run("verify", "evidence").status == 0
    again = run("trace", "evidence", "--outlets", web.outlets, "--json")
    assert chain(again.found) == [(LEDGER, True), (ESTRAN, True), (VESTNIK, True)]


def test_a_service_that_wants_a_key_is_not_begun_without(
    web: SmallWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FILIATION_MEDIACLOUD_TOKEN", raising=False)
    before = len(web.log)
    done = traced(web, web.original, "--search", "mediacloud")
    assert done.status == 4
    assert "FILIATION_MEDIACLOUD_TOKEN" in done.told
    assert len(web.log) == before


def test_the_bundle_of_a_trace_on_the_web_is_sound_and_an_input(web: SmallWeb) -> None:
    done = traced(web, web.last_page, "--bundle", "evidence")
    assert done.status == 0
    assert run("verify", "evidence").status == 0
    settings = json.loads(Path("evidence/manifest.json").read_text("utf-8"))["settings"]
    assert settings["delay"] == DELAY
    again = run("trace", "evidence", "--outlets", web.outlets, "--json")
    assert chain(again.found) == [(LEDGER, True), (ESTRAN, True), (VESTNIK, True)]


# --- where the web fails ---------------------------------------------------------------------------

# what stands at the middle page's address, and what the report calls it; the archive has the page
AT_THE_PAGE: list[tuple[str, Make, str]] = [
    ("refused connection", lambda: faults.refused(), "transient"),
    ("reset in mid-body", lambda: faults.reset(200), "transient"),
    ("endless body", lambda: faults.endless(), "too_large"),
    ("forbidden", lambda: faults.status(403), "blocked"),
    ("storm of 503", lambda: faults.status(503), "transient"),
    ("redirect loop", lambda: faults.loop(), "malformed"),
    ("to this machine", lambda: faults.redirect("http://127.0.0.1/x"), "refused"),
    (
        "to the cloud's metadata",
        lambda: faults.redirect("http://169.254.169.254/latest"),
        "refused",
    ),
    ("to IPv6 around IPv4", lambda: faults.redirect("http://[::ffff:127.0.0.1]/x"), "refused"),
    ("to a decimal host", lambda: faults.redirect("http://2130706433/x"), "refused"),
    ("bomb", lambda: faults.bomb(200_000_000), "too_large"),
    ("huge headers", lambda: faults.huge_headers(100_000_000, 8_000), "malformed"),
    ("garbage", lambda: faults.garbage(), "malformed"),
    ("cookie wall", lambda: faults.cookie_wall(), "malformed"),
    ("consent page", lambda: faults.consent_page(), "blocked"),
    ("429 with seconds", lambda: faults.too_many(3600), "rate_limited"),
    ("429 with a date", lambda: faults.too_many(3600, as_date=True), "rate_limited"),
]


@pytest.mark.parametrize(
    ("make", "outcome"), [row[1:] for row in AT_THE_PAGE], ids=[row[0] for row in AT_THE_PAGE]
)
def test_a_page_that_fails_is_had_from_the_archive(web: SmallWeb, make: Make, outcome: str) -> None:
    web.fault(SmallWeb.LESTRAN, MIDDLE, make())
    before, began = len(web.log), time.monotonic()
    done = traced(web, web.last_page, "--most-time", "20s", "--no-history")
    assert time.monotonic() - began < 25
    found = done.found
    assert place(found, web.middle_page)["outcome"] == outcome, place(found, web.middle_page)
    assert done.status == 3
    assert chain(found) == [(LEDGER, True), (ESTRAN, True), (VESTNIK, True)]
    assert version(found, ESTRAN)["had"]["how"] == "archive"
    assert overlaps(web.log[before:]) == []


def test_a_429_stops_the_host_at_once(web: SmallWeb) -> None:
    web.fault(SmallWeb.LESTRAN, "*", faults.too_many(3600))
    web.fault(SmallWeb.ARCHIVE, "*", faults.too_many(3600))
    before = len(web.log)
    done = traced(web, web.last_page)
    assert done.status == 3
    for host in (SmallWeb.LESTRAN, SmallWeb.ARCHIVE):
        assert len([seen for seen in web.log[before:] if seen.host == host]) == 1, host
    assert chain(done.found) == [(LEDGER, False), (ESTRAN, False), (VESTNIK, True)] or (
        chain(done.found)[-1] == (VESTNIK, True)
    )


# what the archive answers, and the outcome of asking for the middle page's captures
AT_THE_ARCHIVE: list[tuple[str, Make, str]] = [
    ("429 without a word", lambda: faults.too_many(), "rate_limited"),
    ("malformed JSON", lambda: faults.malformed_json(), "malformed"),
    ("an HTML error with 200", lambda: faults.error_page(), "malformed"),
    ("storm of 503", lambda: faults.status(503), "transient"),
    ("bomb", lambda: faults.bomb(200_000_000), "too_large"),
]


DOES_WITHOUT = {"transient", "malformed"}


@pytest.mark.parametrize(
    ("make", "outcome"), [row[1:] for row in AT_THE_ARCHIVE], ids=[row[0] for row in AT_THE_ARCHIVE]
)
def test_an_archive_that_fails_does_not_end_the_trace(
    web: SmallWeb, make: Make, outcome: str
) -> None:
    web.fault(SmallWeb.ARCHIVE, "/cdx/*", make())
    done = traced(web, web.last_page, "--most-time", "12s")
    assert done.status == 3
    found = done.found
    # Where its index fails, its availability service may do; where it asks us to wait, we wait.
    assert chain(found)[-2:] == [(ESTRAN, outcome in DOES_WITHOUT), (VESTNIK, True)]
    asked = [one for one in found["searched"] if "Wayback" in one["where"]]
    assert outcome in {one["outcome"] for one in asked}, asked


def test_captures_with_stray_zeros_are_repaired_and_said_so(web: SmallWeb) -> None:
    web.fault(SmallWeb.ARCHIVE, "/cdx/*", faults.stray_zeros())
    done = traced(web, web.last_page)
    assert chain(done.found)[-2:] in (
        [(ESTRAN, True), (VESTNIK, True)],
        [(ESTRAN, False), (VESTNIK, True)],
    )
    assert "repaired" in place(done.found, "Wayback Machine: the capture of")["says"]


# what stands at the original's address; it is not in the archive under that text
AT_THE_ORIGINAL: list[tuple[str, Make, str]] = [
    ("wrong encoding", lambda: faults.wrong_encoding("gzip"), "malformed"),
    ("DNS that is not there", lambda: faults.redirect("http://nowhere.example/x"), "transient"),
    ("chain of 50 redirects", lambda: faults.chain(50), "malformed"),
]


@pytest.mark.parametrize(
    ("make", "outcome"),
    [row[1:] for row in AT_THE_ORIGINAL],
    ids=[row[0] for row in AT_THE_ORIGINAL],
)
def test_an_original_that_fails_is_had_from_the_archive(
    web: SmallWeb, make: Make, outcome: str
) -> None:
    web.fault(SmallWeb.LEDGER, "*" if outcome == "malformed" else "/valley/*", make())
    done = traced(web, web.last_page, "--most-time", "20s", "--no-history")
    found = done.found
    assert done.status == 3
    assert outcome in {one["outcome"] for one in found["searched"]}, found["searched"]
    assert chain(found)[-2:] == [(ESTRAN, True), (VESTNIK, True)]


def test_a_wrong_charset_is_read_by_its_bytes(web: SmallWeb) -> None:
    web.fault(SmallWeb.VESTNIK, "/article.php*", faults.wrong_charset("utf-8"))
    web.fault(SmallWeb.LEDGER, "/valley/*", faults.wrong_charset("iso-8859-1"))
    done = traced(web, web.last_page, "--no-history")
    assert chain(done.found) == [(LEDGER, True), (ESTRAN, True), (VESTNIK, True)]
    assert any("is UTF-8" in said for said in done.found["unknown"])


def test_an_answer_that_drips_is_given_up(web: SmallWeb) -> None:
    web.fault(SmallWeb.LEDGER, "/valley/*", faults.drip(0.2, 5))
    began = time.monotonic()
    done = traced(web, web.last_page, "--most-time", "4s", "--no-history")
    assert time.monotonic() - began < 12
    assert done.status == 3
    assert chain(done.found)[-2:] == [(ESTRAN, True), (VESTNIK, True)]


# --- what has no address --------------------------------------------------------------------------


def test_what_its_site_lists_no_longer_is_found_in_the_archives_list(
    web: SmallWeb, tmp_path: Path
) -> None:
    name, url, page = next(row for row in SmallWeb().pages() if row[1] == web.last_page)
    without = page.replace(web.middle_page.encode(), b"#")
    assert without != page
    file = tmp_path / name
    file.write_bytes(without)
    done = traced(web, file, "--url", url, "--online")
    assert chain(done.found) == [(LEDGER, True), (ESTRAN, True), (VESTNIK, True)]
    assert version(done.found, ESTRAN)["had"]["how"] == "archive"
    assert place(done.found, "Wayback Machine: captures of lestran.example (prefix)")["found"] == 1


def test_what_its_site_lists_is_found_there(web: SmallWeb, tmp_path: Path) -> None:
    _, url, page = next(row for row in SmallWeb().pages() if row[1] == web.middle_page)
    without = page.replace(web.original_stated.encode(), b"#")
    assert without != page
    file = tmp_path / "page.html"
    file.write_bytes(without)
    done = traced(web, file, "--url", url, "--online")
    assert chain(done.found) == [(LEDGER, True), (ESTRAN, True)]
    assert version(done.found, LEDGER)["had"]["how"] == "live"


@pytest.mark.parametrize(
    ("options", "most"), [(("--most-requests", "3"), 3), (("--most-requests", "0"), 0)]
)
def test_a_spent_budget_ends_the_asking_and_not_the_trace(
    web: SmallWeb, options: tuple[str, ...], most: int
) -> None:
    before = len(web.log)
    done = traced(web, web.last_page, *options)
    assert len(web.log) - before <= most
    if not most:
        assert done.status == 2
        return
    assert done.status == 3
    assert any(one["outcome"] == "out_of_budget" for one in done.found["searched"])


def test_what_robots_txt_forbids_is_not_asked_unless_the_user_says_so(web: SmallWeb) -> None:
    address = web.original.replace("/valley/", "/print/")
    before = len(web.log)
    done = traced(web, address)
    assert not [
        seen
        for seen in web.log[before:]
        if "/print/" in seen.path and seen.host != SmallWeb.ARCHIVE
    ]
    assert done.status == 2
    done = traced(web, address, "--ignore-robots")
    assert done.status in (0, 1)
    assert "--ignore-robots" in place(done.found, "robots.txt")["says"]
