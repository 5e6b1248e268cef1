"""`filiation add` with addresses, as it is run: against newspapers on loopback, killed, interrupted."""

import json
import os
import pty
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from filiation.smallweb import SmallWeb, faults
from tests.find.press import Press
from tests.library.world import Dump, dump

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "filiation", "add")
KILLS = 20
SEEDS = [int(seed) for seed in os.environ.get("FILIATION_SEEDS", "11").split(",")]
"""Moments to kill at; others may be tried without changing this file."""
DELAY = 0.02
SOURCE = "number, address, kind, since, listed, outcome, says, ended IS NULL"


def command(press: Press, library: Path, *arguments: str | Path, delay: float = DELAY) -> list[str]:
    named = [str(argument) for argument in arguments]
    told = ["--library", str(library), "--delay", str(delay), "--contact", "desk@reader.example"]
    return [*PROGRAM, *named, *told, "--width", "300", *press.connected]


def start(line: list[str]) -> "subprocess.Popen[str]":
    env = {**os.environ, "PYTHONPATH": str(ROOT / "trace")}
    pipe = subprocess.PIPE
    return subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True, env=env)


def run(press: Press, library: Path, *arguments: str | Path) -> tuple[int, str, str]:
    process = start(command(press, library, *arguments))
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def document(press: Press, library: Path, *arguments: str | Path) -> dict[str, Any]:
    status, out, err = run(press, library, *arguments, "--json")
    assert status in (0, 3), err
    shape: dict[str, Any] = json.loads(out)
    assert (status == 0) == (shape["web"]["whole"] and not shape["skipped"])
    return shape


@contextmanager
def reading(library: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{library}?mode=ro", uri=True, timeout=20)) as connection:
        yield connection


def told(library: Path) -> Dump:
    """Return all that a library holds of articles and of the frontier, but for moments."""
    found = dump(library)
    found["capture"] = [row[:5] + row[6:] for row in found["capture"]]
    with reading(library) as connection:
        for name, question in (
            ("numbers", "SELECT number, id, version, first FROM article ORDER BY number"),
            ("frontier", "SELECT * FROM frontier ORDER BY source, place"),
            ("source", f"SELECT {SOURCE} FROM source ORDER BY number"),
        ):
            found[name] = connection.execute(question).fetchall()
    return found


def stored(library: Path) -> set[tuple[str, str]]:
    """Return the questions, method and address, to which a sound answer is kept."""
    if not library.exists():
        return set()
    with reading(library) as connection:
        try:
            rows = connection.execute(
                "SELECT method, exchange.url FROM exchange JOIN fetch ON fetch.number = exchange.fetch "
                "WHERE fetch.outcome IN ('ok', 'unchanged', 'not_found')"
            ).fetchall()
        except sqlite3.OperationalError:  # killed before the tables were made
            return set()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return {(method, url) for method, url in rows}


def overlaps(press: Press) -> int:
    """Return how often a host had two requests at once."""
    by_host = defaultdict(list)
    for seen in press.log:
        by_host[seen.host].append((seen.began, seen.ended))
    return sum(
        later[0] < earlier[1]
        for spans in by_host.values()
        for earlier, later in pairwise(sorted(spans))
    )


# --- broken off ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(
    tmp_path: Path, seed: int
) -> None:
    """Twenty times, at any moment; the server's own log shows that nothing stored is asked again."""
    chance = random.Random(seed)
    library, whole = tmp_path / "killed.filiation", tmp_path / "whole.filiation"
    with Press(stories=40, slowest=0.02) as press:
        one, two, three, four = press.hosts
        named = [
            f"http://{one}/feed", f"http://{two}/sitemap.xml", f"http://{three}/", f"http://{four}/feed"
        ]  # fmt: skip
        assert run(press, whole, *named)[0] == 0
        press.log.clear()
        kept: list[tuple[int, set[tuple[str, str]]]] = []
        for kill in range(KILLS):
            process = start(command(press, library, *named))
            if kill % 5:
                # After some answers, or at any moment of the start: both in turn.
                wanted = len(press.log) + chance.randint(1, 9)
                while process.poll() is None and len(press.log) < wanted:
                    time.sleep(0.002)
                time.sleep(chance.random() * 0.05)
            else:
                time.sleep(chance.random())
            process.kill()
            process.communicate()
            time.sleep(0.1)  # what the server was still answering
            kept.append((len(press.log), stored(library)))
        assert 20 < len(kept[-1][1]) < 160, "killed in the midst of it"
        status, _, err = run(press, library, *named)
        assert status == 0, err
        for place, had in kept:
            asked_again = had & {seen.question for seen in press.log[place:]}
            assert not asked_again, f"asked again though it was stored: {asked_again}"
        assert overlaps(press) == 0
        assert told(library) == told(whole)


def test_ctrl_c_is_one_sentence_though_every_host_is_waited_for(tmp_path: Path) -> None:
    library = tmp_path / "a.filiation"
    with Press(stories=3) as press:
        process = start(command(press, library, *press.feeds, delay=30.0))
        while process.poll() is None and len(press.log) < 4:
            time.sleep(0.01)
        time.sleep(0.2)  # each host has been asked once, and would be again in half a minute
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (130, "")
        assert err.count("\n") == 1, err
        assert "the same command goes on from there" in err
        assert time.monotonic() - began < 10
        with reading(library) as connection:
            assert connection.execute("SELECT outcome FROM run").fetchall() == [("interrupted",)]
        assert run(press, library, *press.feeds)[0] == 0
        pages = press.asked()
        assert sorted(pages) == sorted(set(pages)), "nothing twice"


# --- the same command again ----------------------------------------------------------------------


def test_the_same_command_later_fetches_what_is_new_or_has_changed(tmp_path: Path) -> None:
    library = tmp_path / "a.filiation"
    with Press(stories=5) as press:
        first = document(press, library, *press.feeds)
        assert (first["articles"], first["web"]["passed"]) == (20, 0)

        place = len(press.log)
        again = document(press, library, *press.feeds)
        assert (again["articles"], again["web"]["passed"]) == (0, 20)
        assert [(seen.path, seen.status) for seen in press.log[place:]] == [("/feed", 304)] * 4

        press.write(
            "moor.example", 2, "It was said later that nobody had weighed it.", "2024-05-01"
        )
        press.write("gull.example", 6)
        place = len(press.log)
        third = document(press, library, *press.feeds)
        assert (third["articles"], third["versions"]) == (2, 1)
        assert sorted(press.asked(place)) == sorted(
            [*press.feeds, "http://moor.example/2.html", "http://gull.example/6.html"]
        )
        with reading(library) as connection:
            ids = [key for (key,) in connection.execute("SELECT id FROM article ORDER BY number")]
        assert ids[-2:] == ["moor.example/2.html@2", "gull.example/6.html"]


def test_a_changed_list_with_an_unchanged_page_costs_a_304(tmp_path: Path) -> None:
    library = tmp_path / "a.filiation"
    with Press(stories=2, hosts=("gull.example",)) as press:
        document(press, library, *press.feeds)
        press.write("gull.example", 1, updated="2024-05-01T00:00:00Z")  # not a word of it
        place = len(press.log)
        shape = document(press, library, *press.feeds)
        assert (shape["articles"], shape["known"]) == (0, 1)
        assert [(seen.path, seen.status) for seen in press.log[place:]] == [
            ("/feed", 200), ("/1.html", 304),
        ]  # fmt: skip


# --- what is asked -------------------------------------------------------------------------------


def test_only_what_is_since_a_day_is_asked_for(tmp_path: Path) -> None:
    with Press(stories=6, hosts=("gull.example", "moor.example")) as press:
        addresses = ["http://gull.example/sitemap.xml", "http://moor.example/feed"]
        shape = document(press, tmp_path / "a.filiation", *addresses, "--since", "2024-03-06")
        assert {source["kind"] for source in shape["web"]["sources"]} == {"sitemap", "feed"}
        assert shape["articles"] == 4
        assert sorted(url for url in press.asked() if url.endswith(".html")) == sorted(
            f"http://{host}/{number}.html"
            for host in ("gull.example", "moor.example")
            for number in (5, 6)
        )


def test_files_and_addresses_are_added_by_one_command(tmp_path: Path) -> None:
    with Press(stories=2, hosts=("gull.example",)) as press:
        shape = document(
            press, tmp_path / "a.filiation", ROOT / "demo" / "estran.html", *press.feeds,
            "http://gull.example/2.html",
        )  # fmt: skip
        assert (shape["articles"], shape["known"], shape["size"]) == (3, 1, 3)
        assert [source["kind"] for source in shape["web"]["sources"]] == ["feed", "page"]
        assert press.asked().count("http://gull.example/2.html") == 1


def test_hosts_are_asked_side_by_side_each_at_its_pace(tmp_path: Path) -> None:
    with Press(stories=6, slowest=0.03) as press:
        status, _, err = run(press, tmp_path / "a.filiation", *press.feeds)
        assert status == 0, err
        assert overlaps(press) == 0
        spans = sorted((seen.began, seen.ended, seen.host) for seen in press.log)
        together = sum(later[0] < earlier[1] for earlier, later in pairwise(spans))
        assert together > 5, "the hosts wait for one another"


def test_a_terminal_shows_how_far_each_host_is(tmp_path: Path) -> None:
    with Press(stories=24, slowest=0.2, hosts=("gull.example", "moor.example")) as press:
        controller, terminal = pty.openpty()
        line = command(press, tmp_path / "a.filiation", *press.feeds)
        env = {**os.environ, "PYTHONPATH": str(ROOT / "trace"), "TERM": "xterm", "COLUMNS": "100"}
        child = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=terminal, env=env)
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # the other end is closed
            while piece := os.read(controller, 65536):
                shown += piece
        os.close(controller)
        out, _ = child.communicate()
        assert child.returncode == 0
        assert b"48 articles added" in out
        for host in press.hosts:
            told = {int(n) for n in re.findall(rf"{host} (\d+) of 24".encode(), shown)}
            assert told - {0, 24}, f"{host}: {told}"


# --- what fails ----------------------------------------------------------------------------------


def test_what_failed_is_told_with_its_outcome(tmp_path: Path) -> None:
    library = tmp_path / "a.filiation"
    with Press(stories=3, hosts=("gull.example", "moor.example")) as press:
        press.status["gull.example", "/1.html"] = 404
        press.status["gull.example", "/2.html"] = 403
        press.status["moor.example", "/feed"] = 500
        status, out, _ = run(press, library, *press.feeds, "--most-requests", "100")
        assert status == 3
        assert out.startswith("1 article added")
        assert "http://gull.example/1.html: not there (it is not there (404))" in out
        assert "http://gull.example/2.html: closed to us (it is forbidden to us (403))" in out
        assert "http://moor.example/feed · no answer this time (the server failed (500))" in out
        press.status.clear()
        shape = document(press, library, *press.feeds)
        assert shape["articles"] == 4
        assert shape["web"]["outcomes"] == {"not_found": 1}


def test_a_page_that_robots_txt_forbids_is_not_asked_for(tmp_path: Path) -> None:
    with Press(stories=1, hosts=("gull.example",)) as press:
        media, page = press.pages["gull.example"]["/1.html"]
        press.pages["gull.example"]["/private/1.html"] = media, page
        shape = document(
            press, tmp_path / "a.filiation", "http://gull.example/private/1.html", *press.feeds
        )
        assert [source["outcome"] for source in shape["web"]["sources"]] == ["blocked", "ok"]
        assert not shape["web"]["ignored_robots"]
        assert "http://gull.example/private/1.html" not in press.asked()
        status, out, _ = run(
            press, tmp_path / "b.filiation", "http://gull.example/private/1.html", "--ignore-robots"
        )
        assert status == 0
        assert "http://gull.example/private/1.html" in press.asked()
        assert "robots.txt was not heeded" in out


def test_an_address_that_is_unsafe_is_not_asked_for(tmp_path: Path) -> None:
    with Press(stories=1, hosts=("gull.example",)) as press:
        for address in (
            "http://127.0.0.1/feed",
            f"http://{press.at}/feed",
            "http://a:b@gull.example/",
        ):
            status, out, err = run(press, tmp_path / "a.filiation", address)
            assert (status, out) == (2, ""), address
            assert err.count("\n") == 1
        assert press.asked() == []


def test_an_address_without_an_article_is_an_input_error(tmp_path: Path) -> None:
    with Press(stories=1, hosts=("gull.example",)) as press:
        status, out, err = run(press, tmp_path / "a.filiation", "http://gull.example/99.html")
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert "http://gull.example/99.html: it is not there (404)" in err


def test_a_spent_budget_is_told_and_the_same_command_goes_on(tmp_path: Path) -> None:
    library = tmp_path / "a.filiation"
    with Press(stories=8) as press:
        line = [*press.feeds, "--most-requests", "20"]
        shape = document(press, library, *line)
        assert len(press.log) == 20
        assert shape["web"]["left"]
        assert shape["web"]["requests"] == 20
        assert 0 < shape["articles"] < 16
        status, out, _ = run(press, library, *press.feeds, "--most-requests", "12")
        assert status == 3
        assert "12 requests in" in out
        assert "of 12 requests allowed; what is left is fetched when the same command" in out
        assert document(press, library, *press.feeds)["size"] == 32
        asked = press.asked()
        assert sorted(asked) == sorted(set(asked)), "nothing twice"


def run_small(web: SmallWeb, library: Path, *arguments: str) -> tuple[dict[str, Any], int]:
    """Run the program against the small web; return its document and its peak of memory in MB."""
    connected = [
        part for pair in web.connect_to.items() for part in ("--connect-to", "=".join(pair))
    ]
    line = [
        *PROGRAM,
        *arguments,
        "--library",
        str(library),
        "--delay",
        "0.02",
        *connected,
        "--json",
    ]
    process = start(line)
    assert process.stdout is not None
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.communicate()
    assert process.returncode in (0, 3)
    shape: dict[str, Any] = json.loads(out)
    assert shape["web"]["whole"] is (process.returncode == 0)
    return shape, usage.ru_maxrss // (1024 if sys.platform.startswith("linux") else 1024**2)


def test_a_host_that_asks_for_rest_is_left_alone_and_the_others_are_not(tmp_path: Path) -> None:
    library = tmp_path / "a.filiation"
    with SmallWeb() as web:
        sites = [f"http://{web.LEDGER}/", f"http://{web.LESTRAN}/", f"http://{web.WENDSIDE}/"]
        story = "/environment/salt-at-the-bottom-of-tarn-reservoir.html"
        web.fault(web.WENDSIDE, story, faults.too_many(seconds=3600))
        shape, _ = run_small(web, library, *sites)
        assert set(shape["web"]["outcomes"]) == {"rate_limited"}
        assert {host["host"]: host["failed"] > 0 for host in shape["web"]["hosts"]} == {
            web.LEDGER.removeprefix("www."): False,
            web.LESTRAN: False,
            web.WENDSIDE.removeprefix("www."): True,
        }
        assert [seen.status for seen in web.seen(web.WENDSIDE)].index(429) + 1 == len(
            web.seen(web.WENDSIDE)
        ), "it is asked for nothing more"
        web.mend(web.WENDSIDE)
        before = len(web.log)
        again, _ = run_small(web, library, *sites)
        assert web.WENDSIDE not in {seen.host for seen in web.log[before:]}, "nor by the next run"
        assert set(again["web"]["outcomes"]) == {"rate_limited"}


def test_hostile_answers_cost_no_more_than_their_own_page(tmp_path: Path) -> None:
    with SmallWeb() as web:
        well, usual = run_small(web, tmp_path / "well.filiation", f"http://{web.LESTRAN}/",
                            f"http://{web.LEDGER}/", f"http://{web.WENDSIDE}/")  # fmt: skip
        assert well["web"]["whole"]
        hostile = {
            web.LESTRAN: ("/carnets/phares/", faults.bomb(), "too_large"),
            web.LEDGER: ("/harbour/summer-ferries.html", faults.endless(), "too_large"),
            web.WENDSIDE: ("/sport/raft-race.html", faults.huge_headers(), "malformed"),
        }
        for host, (path, fault, _) in hostile.items():
            web.fault(host, path, fault)
        shape, memory = run_small(web, tmp_path / "a.filiation", *[f"http://{h}/" for h in hostile])
        assert {failure["url"]: failure["outcome"] for failure in shape["web"]["failures"]} == {
            f"http://{host}{path}": outcome for host, (path, _, outcome) in hostile.items()
        }
        assert shape["articles"] == well["articles"] - 3
        assert memory - usual < 50, "a bomb is not held in memory"
