"""What was fetched is kept as it came, answers alone when offline, and survives a kill."""

import gzip
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from filiation.errors import LibraryError
from filiation.find.fetcher import Fetcher
from filiation.find.keep import LibraryStore, MemoryStore, question
from filiation.library import Library
from filiation.library.schema import APPLICATION, MIGRATIONS, VERSION
from tests.find.servers import Answer, Server, Still, answer, closed, leads, settings

SITE = "http://news.example"
PAGE = b"<p>page</p>" * 30
ETAG = {"ETag": '"one"', "Last_Modified": "Sat, 21 Nov 2026 10:00:00 GMT"}

PAGES: dict[str, Answer] = {
    "/page": answer(PAGE, X_Odd="caf\xe9"),
    "/packed": answer(gzip.compress(PAGE), Content_Encoding="gzip"),
    "/broken": answer(gzip.compress(PAGE)[:40], Content_Encoding="gzip"),
    "/false": answer(PAGE, Content_Encoding="gzip"),
    "/brotli": answer(b"\x0b\x02", Content_Encoding="br"),
    "/long": answer(PAGE * 100),
    "/bomb": answer(gzip.compress(bytes(2_000_000)), Content_Encoding="gzip"),
    "/empty": answer(b""),
    "/missing": answer("nothing here", "404 Not Found"),
    "/failing": answer("", "500 E"),
    "/cut": closed(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"),
    "/leads": leads("/on", Set_Cookie="a=b"),
    "/on": leads("/page", "301 Moved"),
    "/round": leads("/round"),
    "/twice": answer(PAGE, Link='</a>; rel="x"').replace(b"Link:", b"Link: </b>\r\nLink:", 1),
}


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    found = MemoryStore()
    yield found
    found.close()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "a.library", create=True, writing=True)


@pytest.mark.parametrize("home", ["memory", "library"])
@pytest.mark.parametrize("path", PAGES)
def test_what_is_kept_is_what_was_given(path: str, home: str, library: Library) -> None:
    """To the last header: rebuilt from the tables, it equals what the fetcher returned."""
    store = MemoryStore() if home == "memory" else LibraryStore(library)
    with Server(PAGES) as server:
        ours = settings({"news.example": server}, most_bytes=10_000)
        with Fetcher(ours, store, clock=Still()) as fetch:
            fetched = fetch(SITE + path, robots=False)
            [kept] = fetch.fetches()
    assert kept == fetched
    store.close()
    library.close()


def test_a_question_is_asked_once_in_a_run() -> None:
    """Whoever asks, and in whatever spelling; a hop of a chain is asked for no second time."""
    with Server(PAGES) as server, Fetcher(settings({"news.example": server})) as fetch:
        first = fetch(f"{SITE}/leads")
        assert fetch(f"{SITE}/leads") == first
        assert fetch("http://NEWS.example:80/leads#part").exchanges == first.exchanges
        assert fetch(f"{SITE}/on").exchanges == first.exchanges[1:]
        assert fetch(f"{SITE}/page").exchanges == first.exchanges[2:]
        assert fetch(f"{SITE}/page").url == f"{SITE}/page"
        assert server.targets == ["/leads", "/on", "/page"]
        for other in ({"headers": {"Accept": "a/b"}}, {"method": "HEAD"}, {"method": "POST"}):
            fetch(f"{SITE}/page", **other)
        fetch(f"{SITE}/page?a")
        assert len(server.targets) == 7


def test_a_chain_ends_where_the_run_was_before() -> None:
    with Server(PAGES) as server, Fetcher(settings({"news.example": server})) as fetch:
        page = fetch(f"{SITE}/page")
        chain = fetch(f"{SITE}/leads")
        assert chain.exchanges[2:] == page.exchanges
        assert (chain.outcome, chain.content) == ("ok", PAGE)
        assert server.targets == ["/page", "/leads", "/on"]
        assert fetch(f"{SITE}/on").exchanges == chain.exchanges[1:]
        assert [one.url for one in fetch.fetches()] == [
            f"{SITE}/robots.txt",
            f"{SITE}/page",
            f"{SITE}/leads",
        ]


def test_two_threads_ask_one_question_once() -> None:
    def slowly(*_: object) -> bytes:
        time.sleep(0.1)
        return answer(PAGE)

    found = []
    with Server({"/page": slowly}) as server, Fetcher(settings({"news.example": server})) as fetch:
        threads = [
            threading.Thread(target=lambda: found.append(fetch(f"{SITE}/page"))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.targets == ["/page"]
    assert len(found) == 8 and all(one == found[0] for one in found)


# --- from one run to the next ---------------------------------------------------------------------


def unchanging(request: object, _: object) -> bytes:
    """Answer 304 to who has the page."""
    headers: dict[str, str] = request.headers  # type: ignore[attr-defined]
    if headers.get("if-none-match") == '"one"':
        return b'HTTP/1.1 304 Not Modified\r\nETag: "one"\r\nX-New: yes\r\n\r\n'
    return answer(gzip.compress(PAGE), Content_Encoding="gzip", **ETAG)


def test_a_server_is_asked_whether_its_page_has_changed(library: Library) -> None:
    store = LibraryStore(library)
    with Server({"/page": unchanging, "/to": leads("/page")}) as server:
        ours = settings({"news.example": server})
        with Fetcher(ours, store) as fetch:
            first = fetch(f"{SITE}/page")
            assert (first.outcome, first.kept) == ("ok", False)
        for _ in range(2):
            with Fetcher(ours, store) as fetch:
                again = fetch(f"{SITE}/page")
                assert (again.outcome, again.kept, again.content) == ("unchanged", True, PAGE)
                assert [one.status for one in again.exchanges] == [200, 304]
                assert again.exchanges[0] == first.exchanges[0]
                assert again.headers["x-new"] == "yes"
                assert again.media_type == "text/html"
                assert list(fetch.fetches())[-1] == again
                assert fetch(f"{SITE}/page") == again
                led = fetch(f"{SITE}/to")
                assert [one.status for one in led.exchanges] == [200, 302, 304]
                assert (led.outcome, led.content, led.kept) == ("unchanged", PAGE, True)
                assert [one for one in fetch.fetches() if one.url == led.url] == [led]
        with Fetcher(ours, store) as fetch:  # led there, it is asked likewise
            led = fetch(f"{SITE}/to")
            assert [one.status for one in led.exchanges] == [200, 302, 304]
            assert led.content == PAGE
    asked = [
        request.headers.get("if-none-match") for request in server.log if "/page" in request.target
    ]
    assert asked == [None, '"one"', '"one"', '"one"']
    assert [r.headers.get("if-modified-since") for r in server.log if "/page" in r.target][1:] == [
        "Sat, 21 Nov 2026 10:00:00 GMT"
    ] * 3
    store.close()
    library.close()


def test_a_page_that_has_changed_is_taken_anew(store: MemoryStore) -> None:
    pages: dict[str, Answer] = {"/page": answer("old", ETag='"1"')}
    with Server(pages) as server:
        with Fetcher(settings({"news.example": server}), store) as fetch:
            assert fetch(f"{SITE}/page").content == b"old"
        pages["/page"] = answer("new", ETag='"2"')
        with Fetcher(settings({"news.example": server}), store) as fetch:
            found = fetch(f"{SITE}/page")
            assert (found.content, found.kept, len(found.exchanges)) == (b"new", False, 1)
        with Fetcher(settings({}, offline=True), store) as fetch:
            assert fetch(f"{SITE}/page").content == b"new"


def test_offline_what_was_kept_answers_alone(store: MemoryStore) -> None:
    with Server(PAGES) as server:
        ours = settings({"news.example": server})
        with Fetcher(ours, store, clock=Still()) as fetch:
            given = {path: fetch(SITE + path, robots=False) for path in PAGES}
        asked = len(server.log)
        with Fetcher(replace(ours, offline=True), store) as fetch:
            for path, was in given.items():
                found = fetch(SITE + path)
                if was.outcome in ("ok", "empty", "not_found"):
                    assert found == replace(was, kept=True), path
                else:
                    assert (found.outcome, found.exchanges) == ("offline", ()), path
            assert fetch(f"{SITE}/other").outcome == "offline"
            assert fetch(f"{SITE}/leads", redirects=1).outcome == "offline"
            assert list(fetch.fetches()) != []
        assert len(server.log) == asked


def test_a_failure_does_not_hide_what_was_had(store: MemoryStore) -> None:
    pages: dict[str, Answer] = {"/page": answer("had")}
    with Server(pages) as server:
        for sent in (answer("had"), answer("", "500 E")):
            pages["/page"] = sent
            with Fetcher(settings({"news.example": server}), store, clock=Still()) as fetch:
                fetch(f"{SITE}/page")
        with Fetcher(settings({}, offline=True), store) as fetch:
            assert fetch(f"{SITE}/page").content == b"had"
        pages["/page"] = answer("", "410 Gone")
        with Fetcher(settings({"news.example": server}), store, clock=Still()) as fetch:
            fetch(f"{SITE}/page")
        with Fetcher(settings({}, offline=True), store) as fetch:
            assert fetch(f"{SITE}/page").outcome == "not_found"


def test_what_is_fresh_is_not_asked_for(store: MemoryStore) -> None:
    clock = Still()
    with Server(PAGES) as server:
        ours = settings({"news.example": server}, fresh_for=100.0)
        for wait, asked in ((0, 2), (60, 2), (60, 4)):
            clock.moment += wait
            with Fetcher(ours, store, clock=clock) as fetch:
                found = fetch(f"{SITE}/page")
                assert (found.content, found.kept) == (PAGE, len(server.log) == 2 and wait > 0)
            assert len(server.log) == asked


# --- the tables -----------------------------------------------------------------------------------


def test_bodies_are_kept_once(library: Library) -> None:
    store = LibraryStore(library)
    with (
        Server({"*": answer(PAGE)}) as server,
        Fetcher(settings({"news.example": server}), store) as fetch,
    ):
        for n in range(5):
            fetch(f"{SITE}/{n}", robots=False)
    run = library.connection.execute
    assert run("SELECT sha256 FROM body").fetchall() == [(hashlib.sha256(PAGE).digest(),)]
    assert run("SELECT count(*) FROM exchange").fetchone() == (5,)
    assert run("PRAGMA foreign_key_check").fetchall() == []
    store.close()
    library.close()


def test_secrets_are_kept_nowhere(library: Library) -> None:
    store = LibraryStore(library)
    with (
        Server({"*": answer(PAGE)}) as server,
        Fetcher(settings({"news.example": server}), store) as fetch,
    ):
        fetch(f"{SITE}/a", headers={"Authorization": "Token s3cr3t", "Cookie": "a=s3cr3t"})
    store.close()
    library.close()
    for file in Path(library.path).parent.iterdir():
        assert b"s3cr3t" not in file.read_bytes()
    assert question("u", headers={"Authorization": "a"}) == question(
        "u", headers={"authorization": "b"}
    )
    assert question("u", headers={"Accept": "a"}) != question("u", headers={"accept": "b"})


def test_a_library_for_reading_takes_nothing(library: Library) -> None:
    library.close()
    with (
        Library.open(library.path) as reading,
        pytest.raises(LibraryError, match="for reading only"),
    ):
        LibraryStore(reading)


def test_a_library_of_before_gets_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "old.library"
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0])
    old.execute(f"PRAGMA application_id = {APPLICATION}")
    old.execute("PRAGMA user_version = 1")
    old.execute("PRAGMA journal_mode = WAL")
    old.execute("INSERT INTO outlet VALUES ('a', 'A')")
    old.commit()
    old.close()
    with Library.open(path, writing=True) as library:
        assert library.connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert library.outlets() == {"a": "A"}
        store = LibraryStore(library)
        assert store.last(SITE) is None
        store.close()


def test_a_full_disk_is_one_sentence(library: Library) -> None:
    store = LibraryStore(library)
    [pages] = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with (
        Server({"*": answer(os.urandom(200_000))}) as server,
        Fetcher(settings({"news.example": server}), store) as fetch,
        pytest.raises(LibraryError, match="no room"),
    ):
        fetch(f"{SITE}/a", robots=False)
    store.close()
    library.close()


PROGRAM = """
import sys
from filiation.find.fetcher import Fetcher
from filiation.find.keep import LibraryStore
from filiation.library import Library
from tests.find.servers import settings
with Library.open(sys.argv[1], create=True, writing=True) as library:
    store = LibraryStore(library)
    with Fetcher(settings({"news.example": int(sys.argv[2])}, fresh_for=1e9), store) as fetch:
        for n in range(int(sys.argv[3])):
            assert fetch(f"http://news.example/{n}").content == b"%05d" % n * 999
print("done")
"""


def test_a_kill_at_any_moment_loses_no_fetch_that_was_kept(tmp_path: Path) -> None:
    """What is kept is whole, the next run goes on from there, and asks for none of it again."""

    def page(request: object, _: object) -> bytes:
        time.sleep(0.003)
        number = request.target[1:]  # type: ignore[attr-defined]
        return answer(b"%05d" % int(number) * 999)

    path, pages = tmp_path / "a.library", 60
    kept: set[str] = set()
    kills = 0
    with Server({"*": page}) as server:
        while True:
            before = len(server.log)
            child = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(path), str(server.port), str(pages)],
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2],
                env={**os.environ, "PYTHONPATH": "trace:."},
            )
            if kills < 6:  # at another moment each time, once it has asked for something
                while len(server.log) < before + 1 + kills and child.poll() is None:
                    time.sleep(0.0017)
                child.send_signal(signal.SIGKILL)
                kills += 1
            out, _ = child.communicate()
            asked = {request.target for request in server.log[before:]}
            assert asked & kept == set()
            if path.exists():
                library = sqlite3.connect(path)
                assert library.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                rows = library.execute(
                    "SELECT fetch.url FROM fetch JOIN exchange ON exchange.fetch = fetch.number "
                    "JOIN body ON body.sha256 = exchange.body OR exchange.body IS NULL"
                ).fetchall()
                assert len(rows) == library.execute("SELECT count(*) FROM fetch").fetchone()[0]
                kept = {url.removeprefix(SITE) for [url] in rows}
                library.close()
            if out == b"done\n":
                break
    assert kills == 6
    assert len(kept) == pages + 1  # and robots.txt
    # Asked twice is at most what was under way at a kill.
    assert len(server.log) <= pages + 1 + kills
