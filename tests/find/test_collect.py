"""Collecting: each host in turn, everything once, in an order that no thread decides."""

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import filiation.find.collect as collecting
from filiation.errors import LibraryError
from filiation.find.collect import collect
from filiation.find.collected import Collected, Progress
from filiation.find.crew import Crew
from filiation.find.frontier import AGAIN, Frontier, is_since
from filiation.find.inputs import Listing
from filiation.find.values import OUTCOMES, Hit, Outcome
from filiation.library import Library
from filiation.library.schema import APPLICATION, MIGRATIONS
from tests.find.fakeweb import FakeWeb, page
from tests.library.world import Dump, dump

HOSTS = ("gull.example", "moor.example", "www.night.example")


def three_outlets(delay: float = 0.0, seed: int = 0) -> tuple[FakeWeb, list[str]]:
    web = FakeWeb(delay, seed)
    return web, [web.outlet(host, pages) for host, pages in zip(HOSTS, (5, 9, 2), strict=True)]


def collected(
    library: Path, web: FakeWeb, addresses: list[str], since: datetime | None = None
) -> Collected:
    with Library.open(library, create=True, writing=True) as opened:
        return collect(opened, addresses, web, web.last, lister=web.listing, since=since)


def told(library: Path) -> Dump:
    """Return all that a library holds, the articles' numbers and the frontier with it."""
    found = dump(library)
    found["capture"] = [row[:5] + row[6:] for row in found["capture"]]  # when it was captured
    with Library.open(library) as opened, closing(opened.connection) as connection:
        for name, question in (
            ("numbers", "SELECT number, id, version, first FROM article ORDER BY number"),
            ("frontier", "SELECT * FROM frontier ORDER BY source, place"),
        ):
            found[name] = connection.execute(question).fetchall()
    return found


# --- order ---------------------------------------------------------------------------------------


def test_articles_are_stored_in_an_order_that_no_thread_decides(tmp_path: Path) -> None:
    libraries = []
    for seed in range(3):
        web, feeds = three_outlets(0.02, seed)
        libraries.append(tmp_path / f"{seed}.filiation")
        result = collected(libraries[-1], web, feeds)
        assert (result.articles, result.failures, result.whole) == (16, (), True)
    first, *others = map(told, libraries)
    assert all(other == first for other in others)
    ids = [row[1] for row in first["numbers"]]
    assert ids[:6] == [
        "gull.example/story-1", "moor.example/story-1", "night.example/story-1",
        "gull.example/story-2", "moor.example/story-2", "night.example/story-2",
    ]  # fmt: skip


def test_answers_wait_where_they_are_kept_when_memory_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, feeds = three_outlets()
    collected(tmp_path / "a.filiation", web, feeds)
    monkeypatch.setattr(collecting, "MOST_HELD", 0)
    web, feeds = three_outlets()
    collected(tmp_path / "b.filiation", web, feeds)
    assert told(tmp_path / "a.filiation") == told(tmp_path / "b.filiation")


def test_hosts_are_asked_side_by_side_and_each_once_at_a_time(tmp_path: Path) -> None:
    web, feeds = three_outlets(0.02)
    collected(tmp_path / "a.filiation", web, feeds)
    assert set(web.most_at_once.values()) == {1}
    assert web.hosts_at_once == 3


def test_no_more_threads_than_allowed_and_hosts_take_turns() -> None:
    at_work: set[int] = set()
    most = 0
    done: list[str] = []
    lock = threading.Lock()
    all_put = threading.Event()

    def work(task: str) -> str:
        nonlocal most
        all_put.wait(5)
        with lock:
            at_work.add(threading.get_ident())
            most = max(most, len(at_work))
        time.sleep(0.002)
        with lock:
            at_work.discard(threading.get_ident())
            done.append(task)
        return task

    with Crew(work, hosts=3) as crew:
        for host in range(10):
            for n in range(4):
                crew.put(str(host), (n,), f"{host}:{n}")
        all_put.set()
        got: list[str] = []
        while len(got) < 40:
            got += [result for _, result in crew.results(1.0)]
    assert most == 3
    assert sorted(got) == sorted(done)
    for host in range(10):
        assert [task for task in done if task.startswith(f"{host}:")] == [
            f"{host}:{n}" for n in range(4)
        ]
    assert {f"{host}:0" for host in range(10)} <= set(done[:12]), "no host waits for another's end"


def test_what_goes_wrong_in_a_thread_is_raised_where_results_are_asked_for() -> None:
    done: list[str] = []

    def work(task: str) -> str:
        done.append(task)
        raise ZeroDivisionError("in a thread")

    with Crew(work) as crew:
        crew.put("gull.example", (1,), "anything")
        crew.put("gull.example", (2,), "anything else")
        with pytest.raises(ZeroDivisionError, match="in a thread"):
            crew.results(5.0)
    assert done == ["anything"], "nothing more is begun: the disk may be full"


# --- a run that was broken off -------------------------------------------------------------------


class Stop(Exception):
    """Breaks a run off at some moment."""


@pytest.mark.parametrize("moment", range(12))
def test_a_run_that_was_broken_off_goes_on_and_asks_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    monkeypatch.setattr(collecting, "BATCH", 1)
    web, feeds = three_outlets()
    collected(tmp_path / "whole.filiation", web, feeds)
    web, feeds = three_outlets(0.003, moment)
    library = tmp_path / "broken.filiation"

    def stop(progress: Progress) -> None:
        if sum(host.had for host in progress.hosts) >= moment:
            raise Stop

    with Library.open(library, create=True, writing=True) as opened, pytest.raises(Stop):
        collect(opened, feeds, web, web.last, lister=web.listing, progress=stop)
    time.sleep(0.01)  # what was on its way when the run ended
    before = [url for url in web.asked if url in web.pages]
    assert set(before) == {*web.kept}
    result = collected(library, web, feeds)
    assert result.whole
    pages = [url for url in web.asked if url in web.pages]
    assert sorted(pages) == sorted(set(pages)), "asked twice"
    assert len(pages) == 16
    assert told(library) == told(tmp_path / "whole.filiation")


def test_a_round_that_was_not_finished_is_not_gone_on_with_for_ever(tmp_path: Path) -> None:
    web, feeds = three_outlets()
    web.outcomes["https://gull.example/story-2"] = "out_of_budget"
    library = tmp_path / "a.filiation"
    collected(library, web, feeds)
    assert collected(library, web, feeds).sources[0].resumed
    with Library.open(library, writing=True) as opened, opened.transaction() as connection:
        old = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
        connection.execute("UPDATE source SET begun = ?", (old,))
    del web.outcomes["https://gull.example/story-2"]
    result = collected(library, web, feeds)
    assert not result.sources[0].resumed
    assert (result.articles, result.sources[0].pages) == (1, 1), "what was not had is still wanted"


# --- the next run --------------------------------------------------------------------------------


def test_a_second_run_asks_only_for_what_is_new_or_has_changed(tmp_path: Path) -> None:
    web, feeds = three_outlets()
    library = tmp_path / "a.filiation"
    collected(library, web, feeds)
    web.asked.clear()
    assert collected(library, web, feeds).articles == 0
    assert sorted(web.asked) == sorted(feeds), "the lists alone"

    [feed] = feeds[:1]
    web.asked.clear()
    changed, new = "https://gull.example/story-3", "https://gull.example/story-6"
    web.pages[changed] = page("gull.example tells story 3", changed, "It was 91 times, not 90.")
    web.pages[new] = page("A new story", new)
    hits = [
        replace(hit, modified="2024-03-06") if hit.url == changed else hit
        for hit in web.lists[feed].hits
    ]
    web.lists[feed] = Listing("feed", "ok", (Hit(new, by="feed"), *hits))
    result = collected(library, web, feeds)
    assert (result.articles, result.versions, result.sources[0].pages) == (2, 1, 2)
    assert sorted(set(web.asked) - set(feeds)) == [changed, new]
    with Library.open(library) as opened:
        assert "91 times" in opened.article("gull.example/story-3@2").text
        assert "91 times" not in opened.article("gull.example/story-3").text


def test_a_page_that_is_named_is_asked_for_each_time(tmp_path: Path) -> None:
    web, _ = three_outlets()
    url = "https://gull.example/story-1"
    web.lists[url] = Listing("page", "ok", (Hit(url, by="named"),))
    library = tmp_path / "a.filiation"
    assert collected(library, web, [url]).articles == 1
    assert collected(library, web, [url]).known == 1
    web.pages[url] = page("gull.example tells story 1", url, "A word was added later.")
    assert collected(library, web, [url]).versions == 1


def test_one_page_in_two_lists_is_asked_for_once_and_stored_once(tmp_path: Path) -> None:
    web, feeds = three_outlets()
    other = "https://moor.example/sitemap.xml"
    web.lists[other] = Listing("sitemap", "ok", web.lists[feeds[1]].hits)
    result = collected(tmp_path / "a.filiation", web, [feeds[1], other])
    assert (result.articles, result.known) == (9, 9)
    pages = [url for url in web.asked if url in web.pages]
    assert len(pages) == len(set(pages)) == 9
    with Library.open(tmp_path / "a.filiation") as opened:
        [met] = opened.connection.execute("SELECT count(*) FROM capture").fetchone()
    assert met == 18, "met at each source"


# --- what fails ----------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [o for o in OUTCOMES if o not in ("ok", "unchanged", "empty")])
def test_what_failed_is_told_and_asked_for_again_where_that_may_help(
    tmp_path: Path, outcome: Outcome
) -> None:
    web, feeds = three_outlets()
    lost = "https://moor.example/story-4"
    web.outcomes[lost] = outcome
    library = tmp_path / "a.filiation"
    for _ in range(2):
        result = collected(library, web, feeds)
        assert not result.whole
        assert [(f.url, f.outcome) for f in result.failures] == [(lost, outcome)]
        assert result.outcomes == {outcome: 1}
    assert web.asked.count(lost) == (2 if outcome in AGAIN else 1)
    del web.outcomes[lost]
    assert collected(library, web, feeds).whole == (outcome in AGAIN)
    with Library.open(library) as opened:
        assert opened.size == 16 if outcome in AGAIN else 15


def test_a_list_that_fails_stops_no_other(tmp_path: Path) -> None:
    web, feeds = three_outlets()
    web.lists[feeds[0]] = Listing(None, "transient", says="the connection was reset")
    result = collected(tmp_path / "a.filiation", web, feeds)
    assert result.articles == 11
    assert not result.whole
    assert [(one.outcome, one.pages) for one in result.sources] == [
        ("transient", 0), ("ok", 9), ("ok", 2),
    ]  # fmt: skip
    assert result.sources[0].says == "the connection was reset"


def test_part_of_a_list_is_collected_and_the_list_read_again(tmp_path: Path) -> None:
    web, feeds = three_outlets()
    whole = web.lists[feeds[0]]
    web.lists[feeds[0]] = Listing("feed", "transient", whole.hits[:2], "page 2 did not come")
    library = tmp_path / "a.filiation"
    assert collected(library, web, feeds[:1]).articles == 2
    web.lists[feeds[0]] = whole
    result = collected(library, web, feeds[:1])
    assert (result.articles, result.whole) == (3, True)


def test_what_is_no_page_is_told_as_such(tmp_path: Path) -> None:
    web, feeds = three_outlets()
    web.media["https://gull.example/story-1"] = "application/pdf"
    web.pages["https://gull.example/story-2"] = "<html><body><script>show()</script></body></html>"
    web.moved["https://gull.example/story-3"] = "https://gull.example/"
    web.pages["https://gull.example/"] = page("The Gull", "front")
    result = collected(tmp_path / "a.filiation", web, feeds[:1])
    assert [(f.url[-1], f.outcome, f.says) for f in result.failures] == [
        ("1", "unsupported", "it is application/pdf, which is no page"),
        ("2", "unsupported", "the page shows no text"),
        ("3", "not_found", "its address leads to the front page of the site"),
    ]
    assert [(h.wanted, h.had, h.failed) for h in result.hosts] == [(5, 2, 3)]


def test_a_hostile_list_is_no_more_than_a_list(tmp_path: Path) -> None:
    web, feeds = three_outlets()
    sound = web.lists[feeds[0]].hits
    traps = [
        "", "javascript:alert(1)", "https://", "https://[::1", "https://gull.example", "//x",
        "https://gull.example/\ud800", "https://gull.example/\x00\x1b[2J", "https://a b/" + "x" * 9000,
    ]  # fmt: skip
    hits = [Hit(url, "\udfff", "\ud800", "9" * 5000, by="feed") for url in traps]
    web.lists[feeds[0]] = Listing("feed", "ok", (*hits, *sound, *sound), "it says \ud800")
    result = collected(tmp_path / "a.filiation", web, feeds[:1])
    assert result.articles == 5
    assert {failure.outcome for failure in result.failures} == {"not_found"}
    assert "\ud800" not in "".join(failure.url for failure in result.failures)


def test_two_addresses_of_one_page_are_one_article(tmp_path: Path) -> None:
    web, feeds = three_outlets()
    web.moved["https://gull.example/story-2"] = "https://gull.example/story-1"
    result = collected(tmp_path / "a.filiation", web, feeds[:1])
    assert (result.articles, result.known) == (4, 1)


# --- dates ---------------------------------------------------------------------------------------


SINCE = datetime(2024, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "published", "modified", "wanted"),
    [
        ("https://gull.example/a", "2024-03-04", None, False),
        ("https://gull.example/a", "2024-03-05", None, True),
        ("https://gull.example/a", "Mon, 04 Mar 2024 23:00:00 -0500", None, True),
        ("https://gull.example/a", "2020-01-01", "2024-04-01", False),
        ("https://gull.example/2023/11/a", None, "2024-04-01", False),
        ("https://gull.example/a", None, "2024-04-01", True),
        ("https://gull.example/a", None, "2024-02-01", False),
        ("https://gull.example/2023/11/a", None, None, False),
        ("https://gull.example/2024/03/a", None, None, True),
        ("https://gull.example/2023/11/a", "2024-03-06", None, True),
        ("https://gull.example/a", None, None, True),
        ("https://gull.example/a", "no date at all", None, True),
    ],
)
def test_what_may_be_since_a_day(
    url: str, published: str | None, modified: str | None, wanted: bool
) -> None:
    assert is_since(url, published, modified, SINCE) is wanted
    assert is_since(url, published, modified, None)


def test_older_pages_are_not_asked_for(tmp_path: Path) -> None:
    web = FakeWeb()
    feeds = [
        web.outlet("gull.example", 3, "2024-03-04T10:00:00Z"),
        web.outlet("moor.example", 2, "2024-03-05T10:00:00Z"),
    ]
    library = tmp_path / "a.filiation"
    assert collected(library, web, feeds, SINCE).articles == 2
    assert not [url for url in web.asked if "gull.example/story" in url]
    assert collected(library, web, feeds).articles == 3, "a wider question finds them"


def test_what_an_earlier_run_left_is_not_asked_for_when_it_is_too_old_now(tmp_path: Path) -> None:
    web = FakeWeb()
    feed = web.outlet("gull.example", 4, "2024-03-04T10:00:00Z")
    for number in (2, 3, 4):
        web.outcomes[f"https://gull.example/story-{number}"] = "transient"
    library = tmp_path / "a.filiation"
    collected(library, web, [feed])
    web.asked.clear()
    collected(library, web, [feed], SINCE)
    assert web.asked == [feed]


def test_the_list_of_the_outlet_itself_is_a_witness_of_the_date(tmp_path: Path) -> None:
    web = FakeWeb()
    own = web.outlet("gull.example", 1, "2024-03-05T10:00:00Z")
    far = "https://gatherer.example/feed"
    url = "https://moor.example/a"
    web.pages[url] = page("Elsewhere", url)
    web.lists[far] = Listing("feed", "ok", (Hit(url, published="2024-03-09", by="feed"),))
    collected(tmp_path / "a.filiation", web, [own, far])
    with Library.open(tmp_path / "a.filiation") as opened:
        kinds = {
            key: [witness.kind for witness in opened.article(key).dates.witnesses]
            for key in ("gull.example/story-1", "moor.example/a")
        }
    assert "feed" in kinds["gull.example/story-1"]
    assert "feed" not in kinds["moor.example/a"], "who gathers others' articles lists them later"


def test_the_frontier_is_of_one_library(tmp_path: Path) -> None:
    """Two addresses that differ are two sources, one that is named twice is one."""
    with Library.open(tmp_path / "a.filiation", create=True, writing=True) as opened:
        frontier = Frontier(opened)
        one, other, again = (
            "https://a.example/feed",
            "https://b.example/feed",
            "https://a.example/feed",
        )
        sources = frontier.begin([one, other, again], None)
        assert [source.address for source in sources] == [one, other]
        assert [source.resumed for source in frontier.begin([other, one], None)] == [True, True]
        assert not frontier.begin([one], SINCE)[0].resumed, "another question is another round"


def test_a_library_from_before_the_web_is_brought_up_to_date(tmp_path: Path) -> None:
    """What it holds stays, and what it lacked it gets."""
    library = tmp_path / "old.filiation"
    with closing(sqlite3.connect(library)) as connection:
        connection.executescript(MIGRATIONS[0])
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO outlet VALUES ('gull', 'The Gull')")
        connection.commit()
    with pytest.raises(LibraryError, match="it is of version 1"):
        Library.open(library)
    web, feeds = three_outlets()
    assert collected(library, web, feeds).articles == 16
    with Library.open(library) as opened:
        assert opened.outlets()["gull"] == "The Gull"
