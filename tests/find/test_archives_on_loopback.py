"""Archives asked over real connections: the small web's, which speaks as the real ones do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from filiation.find.commoncrawl import CommonCrawl
from filiation.find.fetcher import Fetcher
from filiation.find.history import dated, history
from filiation.find.memento import Memento
from filiation.find.settings import Settings
from filiation.find.values import Outcome
from filiation.find.wayback import Wayback
from filiation.outlets import Catalogue
from filiation.read.files import read_bytes
from filiation.smallweb import SmallWeb, faults, overlaps


@pytest.fixture
def web() -> Iterator[SmallWeb]:
    with SmallWeb() as started:
        yield started


@pytest.fixture
def fetch(web: SmallWeb) -> Iterator[Fetcher]:
    settings = Settings(
        every=0.001, rest=0.01, patience=0.5, retries=0, connect_to=tuple(web.connect_to.items())
    )
    with Fetcher(settings) as started:
        yield started


@pytest.fixture
def archive(web: SmallWeb, fetch: Fetcher) -> Wayback:
    base = web.services["wayback"]
    return Wayback(fetch, base, api=base, name="Small archive")


MOMENT = datetime(2024, 3, 11, tzinfo=UTC)


# --- the index and the replay --------------------------------------------------------------------


def test_a_page_taken_down_is_read_in_the_archive(web: SmallWeb, archive: Wayback) -> None:
    found = archive.captures(web.middle_page)
    assert found.outcome == "ok"
    assert [capture.taken for capture in found.found] == sorted(c.taken for c in found.found)
    fetched, had = archive.replay(found.found[0])
    assert (fetched.outcome, had.status, had.url) == ("ok", 200, web.middle_page)
    article = read_bytes(fetched.content, url=had.url, charset=fetched.charset)
    assert (article.title or "").startswith("Le sel qui reste")
    assert "wm-ipp-base" not in fetched.content.decode(), "the archive's banner is not on it"


def test_a_capture_the_archive_cannot_play_is_replaced_by_its_neighbour(
    web: SmallWeb, archive: Wayback
) -> None:
    captures = archive.captures(web.middle_page, filters=()).found
    second = captures[1]
    fetched, had = archive.replay(second)
    assert fetched.outcome == "ok"
    assert timedelta(0) < second.taken - had.taken < timedelta(days=1)
    assert "earlier" in fetched.says
    assert [exchange.status for exchange in fetched.exchanges] == [302, 200]
    statuses = [archive.replay(capture)[1].status for capture in captures]
    assert statuses[-1] == 404, "what the page answered then is no failure"


@pytest.mark.parametrize("limit", [1, 7, 218, 500])
def test_many_captures_come_page_by_page(
    web: SmallWeb, archive: Wayback, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filiation.find.wayback.PAGE", 60)
    found = archive.captures(f"http://{web.LESTRAN}/", limit=limit)
    assert len(found.found) == min(limit, 218)
    assert found.whole is (limit >= 218)
    assert len({capture.taken for capture in found.found}) == len(found.found)


def test_the_nearest_capture(web: SmallWeb, archive: Wayback) -> None:
    [first] = archive.nearest(web.middle_page).found
    [near] = archive.nearest(web.middle_page, MOMENT).found
    assert abs(near.taken - MOMENT) <= abs(first.taken - MOMENT)
    assert archive.nearest(f"http://{web.LESTRAN}/no-such-page", MOMENT).outcome == "empty"


def test_pages_below_an_address(web: SmallWeb, archive: Wayback) -> None:
    found = archive.pages(f"http://{web.LESTRAN}/", words=["sel"])
    assert web.middle_page in {capture.url for capture in found.found}
    assert all("sel" in capture.url for capture in found.found)


def test_an_excluded_site_is_told_as_blocked(web: SmallWeb, archive: Wayback) -> None:
    page = f"http://{web.HUSHED}/a"
    found = archive.captures(page)
    assert (found.outcome, found.says) == ("blocked", "the archive has excluded this site")
    capture = archive.capture_of(f"{web.services['wayback']}/web/20240301000000/{page}")
    assert capture is not None
    assert archive.replay(capture)[0].outcome == "blocked"


def test_what_was_never_archived(web: SmallWeb, archive: Wayback) -> None:
    page = f"http://{web.LESTRAN}/no-such-page"
    assert archive.captures(page).outcome == "empty"
    capture = archive.capture_of(f"{web.services['wayback']}/web/2024/{page}")
    assert capture is not None
    assert archive.replay(capture)[0].outcome == "not_found"


def test_an_archived_429_is_no_complaint_of_the_archive(web: SmallWeb, archive: Wayback) -> None:
    page = f"http://{web.LESTRAN}/carnets/phares/"
    captures = archive.captures(page, filters=("statuscode:429",)).found
    fetched, had = archive.replay(captures[0])
    assert (fetched.outcome, had.status) == ("ok", 429)
    assert archive.captures(web.middle_page).outcome == "ok", "the archive is still asked"


def test_availability(web: SmallWeb, archive: Wayback) -> None:
    [found] = archive.available(web.middle_page, MOMENT).found
    fetched, had = archive.replay(found)
    assert (fetched.outcome, had.status) == ("ok", 200)


def test_a_page_is_saved(web: SmallWeb, archive: Wayback) -> None:
    access, secret = web.keys.split(":")
    [made] = archive.save(web.last_page, (access, secret)).found
    assert archive.replay(made)[0].outcome == "ok"
    assert archive.save(web.original, ("no", "key")).outcome == "needs_credentials"
    assert archive.save(f"http://{web.HUSHED}/a", (access, secret)).outcome == "blocked"


# --- Memento -------------------------------------------------------------------------------------


def test_timemap_timegate_and_aggregator(web: SmallWeb, fetch: Fetcher) -> None:
    base = f"{web.services['wayback']}/web"
    aggregator = f"http://{web.AGGREGATOR}/api/json"
    memento = Memento(fetch, base, aggregator=aggregator, name="Small archive")
    listed = memento.timemap(web.middle_page)
    assert (listed.outcome, listed.whole) == ("ok", True)
    [near] = memento.timegate(web.middle_page, MOMENT).found
    assert near.taken in {capture.taken for capture in listed.found}
    [closest] = memento.closest(web.middle_page, MOMENT).found
    assert closest.taken == near.taken
    for capture in (near, closest):
        fetched, had = memento.replay(capture)
        assert (fetched.outcome, had.status) == ("ok", 200)
    nowhere = f"http://{web.LESTRAN}/no-such-page"
    assert memento.timemap(nowhere).outcome == "empty"
    assert memento.timegate(nowhere, MOMENT).outcome == "empty"
    assert memento.closest(nowhere, MOMENT).outcome == "empty"
    assert memento.timemap(f"http://{web.HUSHED}/a").outcome == "blocked"


# --- Common Crawl --------------------------------------------------------------------------------


def test_a_crawled_page_is_read_out_of_its_file(web: SmallWeb, fetch: Fetcher) -> None:
    services = web.services
    crawl = CommonCrawl(fetch, services["commoncrawl"], services["commoncrawl_data"])
    assert crawl.crawls().outcome == "ok"
    found = crawl.captures(f"http://{web.LESTRAN}/", match="prefix")
    assert found.outcome == "ok"
    capture = found.found[0]
    fetched, had = crawl.replay(capture)
    assert (fetched.outcome, fetched.says, had.status) == ("ok", "", 200)
    assert fetched.final_url == capture.url
    assert fetched.exchanges[-1].status == 206
    assert read_bytes(fetched.content, url=had.url, charset=fetched.charset).title
    assert crawl.captures(f"http://{web.LESTRAN}/no-such-page").outcome == "empty"


# --- what goes wrong -----------------------------------------------------------------------------

CDX = "/cdx/search/cdx*"


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (faults.status(503), "transient"),
        (faults.status(504), "transient"),
        (faults.too_many(), "rate_limited"),
        (faults.too_many(30), "rate_limited"),
        (faults.too_many(30, as_date=True), "rate_limited"),
        (faults.status(403), "blocked"),
        (faults.reset(40), "transient"),
        (faults.malformed_json(), "malformed"),
        (faults.error_page(), "malformed"),
        (faults.garbage(), "malformed"),
        (faults.bomb(200_000_000), "too_large"),
        (faults.refused(), "transient"),
        (faults.loop(), "malformed"),
    ],
)
def test_a_fault_of_the_index_is_told(
    web: SmallWeb, archive: Wayback, fault: faults.Fault, outcome: Outcome
) -> None:
    web.fault(web.ARCHIVE, CDX, fault)
    found = archive.captures(web.middle_page)
    assert (found.outcome, found.found, found.whole) == (outcome, (), False)
    assert found.says


def test_stray_zeros_are_repaired_or_passed_over(web: SmallWeb, archive: Wayback) -> None:
    sound = archive.captures(web.middle_page)
    web.fault(web.ARCHIVE, CDX, faults.stray_zeros())
    found = archive.captures(web.middle_page, limit=999)
    assert found.outcome == "ok"
    assert found.says
    assert len(found.found) <= len(sound.found)
    known = [capture.taken.replace(second=0) for capture in sound.found]
    assert all(capture.taken.replace(second=0) in known for capture in found.found)
    for capture in found.found:
        fetched, had = archive.replay(capture)
        assert (fetched.outcome, had.status) == ("ok", 200)


def test_after_a_429_nothing_more_is_asked(web: SmallWeb, archive: Wayback) -> None:
    web.fault(web.ARCHIVE, CDX, faults.too_many(600))
    found = history(web.credit_removed, archive)
    assert found.outcome == "rate_limited"
    asked = len(web.seen(web.ARCHIVE))
    assert archive.nearest(web.middle_page, MOMENT).outcome == "rate_limited"
    assert len(web.seen(web.ARCHIVE)) == asked == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (faults.error_page(), "malformed"),
        (faults.loop(), "malformed"),
        (faults.status(503), "transient"),
        (faults.redirect("http://127.0.0.1/"), "malformed"),
        (faults.reset(10), "transient"),
    ],
)
def test_a_fault_of_the_replay_is_told(
    web: SmallWeb, archive: Wayback, fault: faults.Fault, outcome: Outcome
) -> None:
    [capture] = archive.nearest(web.middle_page).found
    web.fault(web.ARCHIVE, "/web/*", fault)
    assert archive.replay(capture)[0].outcome == outcome
    found = history(web.middle_page, archive)
    assert (found.pages, found.outcome) == ((), outcome)
    assert len(found.says) >= 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (faults.status(503), "rate_limited"),
        (faults.status(403), "blocked"),
        (faults.answering(b"", "text/x-ndjson", 200), "transient"),
        (faults.error_page(), "malformed"),
        (faults.malformed_json(), "malformed"),
        (faults.refused(), "transient"),
    ],
)
def test_a_fault_of_the_crawl_is_told(
    web: SmallWeb, fetch: Fetcher, fault: faults.Fault, outcome: Outcome
) -> None:
    services = web.services
    crawl = CommonCrawl(fetch, services["commoncrawl"], services["commoncrawl_data"])
    assert crawl.crawls().outcome == "ok"
    web.fault(web.CRAWL_INDEX, "/CC-MAIN*", fault)
    found = crawl.captures(web.middle_page)
    assert (found.outcome, found.found, found.whole) == (outcome, (), False)


# --- history -------------------------------------------------------------------------------------


@pytest.fixture
def known(web: SmallWeb) -> Catalogue:
    return Catalogue.load(extra=sorted(web.outlets.glob("*.toml")))


def test_a_credit_taken_away_is_found(
    web: SmallWeb, archive: Wayback, fetch: Fetcher, known: Catalogue
) -> None:
    live = fetch(web.credit_removed)
    now = read_bytes(live.content, url=web.credit_removed, charset=live.charset, catalogue=known)
    found = history(web.credit_removed, archive, now=now, catalogue=known)
    assert found.outcome == "ok"
    [change] = [change for change in found.changes if change.kind.startswith("credit")]
    assert change.kind == "credit removed"
    assert change.quote == "Source : The Harbour Ledger"
    assert change.after is not None
    span = f"{change.before.taken:%Y%m%d} {change.after.taken:%Y%m%d}"
    assert span == "20240319 20240405"
    assert not overlaps(web.log)


def test_a_page_taken_down_is_told_and_its_date_is_bounded(
    web: SmallWeb, archive: Wayback, known: Catalogue
) -> None:
    found = history(web.middle_page, archive, catalogue=known)
    assert "page gone" in {change.kind for change in found.changes}
    assert not any(change.kind.startswith("credit") for change in found.changes)
    assert found.first is not None
    page = found.pages[0].article
    made = dated(page, found)
    assert made.dates.latest is not None
    assert made.dates.latest <= found.first.taken
    assert not made.dates.disagree
    assert "archive" in {witness.kind for witness in made.dates.witnesses}
