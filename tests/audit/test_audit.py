"""Whole audits, from tables to files, of an invented press."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from filiation.cli import main
from filiation.report.parquet import parquet_lines
from tests.audit.press import OUTLETS, SUBSCRIBE, Press, Row, corpus, lines, pairs, row, write

FILES = (
    "articles.jsonl",
    "matches.jsonl",
    "hops.jsonl",
    "groups.jsonl",
    "flows.csv",
    "outlets.csv",
)


def add(source: Path, library: Path, *options: str) -> int:
    return main(["add", str(source), "--library", str(library), "--quiet", *options])


def audit(library: Path, out: Path, *options: str) -> int:
    return main(["audit", "--library", str(library), "--out", str(out), "--quiet", *options])


def audited(rows: list[Row], place: Path, *options: str) -> Path:
    """Audit articles in a library of their own; return the folder of what was found."""
    place.mkdir()
    assert add(write(rows, place / "rows.jsonl"), place / "library.filiation") == 0
    assert audit(place / "library.filiation", place / "out", *options) in (0, 1)
    return place / "out"


def contents(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(corpus(), tmp_path_factory.mktemp("whole") / "press")


def test_as_parquet_the_same_is_written(whole: Path, tmp_path: Path) -> None:
    library = tmp_path / "library.filiation"
    shutil.copy(whole.parent / "library.filiation", library)
    assert audit(library, tmp_path / "out", "--parquet") == 0
    for name in ("articles", "matches", "hops", "groups"):
        text, table = whole / f"{name}.jsonl", tmp_path / "out" / f"{name}.parquet"
        keys = {"matches": ["a", "b"], "hops": ["group", "from", "to"]}.get(name, ["id"])
        [*found] = [json.loads(line) for line in parquet_lines(table)]
        assert [[row[key] for key in keys] for row in found] == [
            [row[key] for key in keys] for row in lines(text)
        ]
    assert not list((tmp_path / "out").glob("*.jsonl"))


def test_parquet_without_a_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--parquet"]) == 2
    assert "--out" in capsys.readouterr().err


def test_every_copy_is_found_and_hangs_under_its_source(whole: Path) -> None:
    found = pairs(lines(whole / "matches.jsonl"))
    hops = {hop["to"]: hop for hop in lines(whole / "hops.jsonl")}
    for article in corpus():
        key = article["id"]
        source = "s" + "".join(c for c in key if c.isdigit())
        if key == source:
            assert key not in hops
            continue
        assert frozenset((key, source)) in found
        assert hops[key]["from"] == source
        quotes = key.endswith("quoting")
        assert hops[key]["standing"] == ("undetermined" if quotes else "uncredited")


def test_nothing_else_is_found(whole: Path) -> None:
    for pair in pairs(lines(whole / "matches.jsonl")):
        stories = {"".join(c for c in key if c.isdigit()) for key in pair}
        assert len(stories) == 1, pair


def test_a_group_is_all_versions_of_one_text(whole: Path) -> None:
    groups = lines(whole / "groups.jsonl")
    assert len(groups) == sum(story % 5 > 0 for story in range(40))
    for group in groups:
        assert group["independent_sources"] == 1
        assert group["origin"] in group["articles"]


def test_the_order_of_input_and_the_number_of_jobs_change_nothing(
    whole: Path, tmp_path: Path
) -> None:
    rows = corpus()
    random.Random(5).shuffle(rows)
    shuffled = contents(audited(rows, tmp_path / "shuffled", "--jobs", "2", "--memory", "64M"))
    expected = contents(whole)
    # Which file an article came from, and in which row, is told and is another one.
    del shuffled["articles.jsonl"], expected["articles.jsonl"]
    assert shuffled == expected


def test_auditing_again_after_adding_gives_what_a_full_audit_gives(
    whole: Path, tmp_path: Path
) -> None:
    rows = corpus()
    library, out = tmp_path / "library.filiation", tmp_path / "out"
    for number, part in enumerate((rows[:50], rows[50:70], rows[70:])):
        assert add(write(part, tmp_path / f"part{number}.jsonl"), library) == 0
        assert audit(library, out) == 0
    expected, found = contents(whole), contents(out)
    del expected["articles.jsonl"], found["articles.jsonl"]
    assert found == expected


def test_auditing_again_aligns_nothing_again(tmp_path: Path) -> None:
    out = audited(corpus(10), tmp_path / "press")
    library = tmp_path / "press" / "library.filiation"

    def kept() -> list[tuple[object, ...]]:
        with sqlite3.connect(library) as connection:
            return connection.execute("SELECT rowid, * FROM match ORDER BY a, b").fetchall()

    with sqlite3.connect(library) as connection:
        connection.execute("UPDATE alignment SET found = NULL")  # what is kept is believed
    connection.close()
    assert audit(library, out) == 1
    assert lines(out / "matches.jsonl") == []


def test_what_an_outlet_prints_under_every_article_is_not_shared_text(tmp_path: Path) -> None:
    press = Press(7)
    rows = [
        row(f"n{n}", OUTLETS[n % 2], n, f"{press.text(150)}\n\n{SUBSCRIBE.format(OUTLETS[n % 2])}")
        for n in range(24)
    ]
    copy = row("copy", OUTLETS[2], 30, rows[0]["text"].split("\n\n" + "Subscribe")[0])
    out = audited([*rows, copy], tmp_path / "press")
    assert pairs(lines(out / "matches.jsonl")) == {frozenset(("n0", "copy"))}
    with sqlite3.connect(tmp_path / "press" / "library.filiation") as connection:
        house = {outlet for (outlet,) in connection.execute("SELECT DISTINCT outlet FROM house")}
    connection.close()
    assert len(house) == 2


def test_an_excerpt_within_a_long_article_is_found(tmp_path: Path) -> None:
    press = Press(8)
    story = press.text(2_000)
    quoting = f"{press.text(900)}\n\n{press.excerpt(story, 60)}\n\n{press.text(900)}"
    others = [row(f"n{n}", OUTLETS[n % 3], n, press.text(1_000)) for n in range(12)]
    rows = [row("story", OUTLETS[0], 1, story), row("quoting", OUTLETS[1], 9, quoting), *others]
    out = audited(rows, tmp_path / "press")
    [match] = lines(out / "matches.jsonl")
    assert {match["a"], match["b"]} == {"story", "quoting"}
    assert 55 <= match["shared_words"] <= 70
    [hop] = lines(out / "hops.jsonl")
    assert (hop["from"], hop["to"]) == ("story", "quoting")
    assert "excerpt" in hop["kind"]


def test_a_story_reprinted_everywhere_is_one_group_without_all_its_pairs(tmp_path: Path) -> None:
    press = Press(9)
    story = press.text(200)
    rows = [
        row(f"r{n}", f"Paper {n}", n % 700, press.changed(story, 0.02 * (n % 3)))
        for n in range(150)
    ]
    out = audited([*rows, row("other", "Paper 0", 3, press.text(200))], tmp_path / "press")
    [group] = lines(out / "groups.jsonl")
    assert len(group["articles"]) == 150
    assert len(lines(out / "matches.jsonl")) < 150 * 17


def test_a_credit_to_an_outlet_that_is_not_in_the_library_makes_a_hop(tmp_path: Path) -> None:
    press = Press(10)
    text = f"{press.text(150)}\n\nThis article was first published by the Lantern Gazette."
    out = audited([row("copy", OUTLETS[0], 5, text)], tmp_path / "press")
    [hop] = lines(out / "hops.jsonl")
    assert hop["from"] is None
    assert hop["from_version"]["name"] == "Lantern Gazette"
    assert (hop["to"], hop["standing"]) == ("copy", "credited")


@pytest.mark.parametrize(("scope", "expected"), [("--across", {"b"}), ("--within", {"c"})])
def test_pairs_can_be_limited_to_two_outlets_or_one(
    scope: str, expected: set[str], tmp_path: Path
) -> None:
    text = Press(11).text(200)
    rows = [
        row("a", OUTLETS[0], 1, text),
        row("b", OUTLETS[1], 3, text),
        row("c", OUTLETS[0], 9, text),
    ]
    out = audited(rows, tmp_path / "press", scope)
    found = pairs(lines(out / "matches.jsonl"))
    across = {frozenset("ab"), frozenset("bc")}
    assert found == (across if scope == "--across" else {frozenset("ac")})


def test_inputs_can_be_audited_without_a_library_that_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = write(corpus(10), tmp_path / "rows.jsonl")
    assert main(["audit", str(source), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["schema"] == "filiation/audit@1"
    assert list(tmp_path.iterdir()) == [source]


def test_nothing_republished_is_told_by_the_exit_status(tmp_path: Path) -> None:
    press = Press(12)
    rows = [row(f"n{n}", OUTLETS[n % 3], n, press.text(120)) for n in range(9)]
    library = tmp_path / "library.filiation"
    assert add(write(rows, tmp_path / "rows.jsonl"), library) == 0
    assert audit(library, tmp_path / "out") == 1
    assert lines(tmp_path / "out" / "groups.jsonl") == []


def test_no_library_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["audit"]) == 2
    [sentence] = capsys.readouterr().err.strip().splitlines()
    assert "library.filiation" in sentence
    assert not list(tmp_path.iterdir())


def test_an_audit_that_is_killed_resumes_and_ends_alike(whole: Path, tmp_path: Path) -> None:
    rows = corpus(120, seed=3)
    source = write(rows, tmp_path / "rows.jsonl")
    expected = contents(audited(rows, tmp_path / "undisturbed"))
    library, out = tmp_path / "library.filiation", tmp_path / "out"
    assert add(source, library) == 0
    command = [sys.executable, "-m", "filiation", "audit", "--library", str(library)]
    command += ["--out", str(out), "--quiet", "--jobs", "2"]
    draw = random.Random(4)
    for _ in range(20):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        time.sleep(draw.uniform(0.2, 2.2))
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        with sqlite3.connect(library) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
    assert audit(library, out) == 0
    found = contents(out)
    del expected["articles.jsonl"], found["articles.jsonl"]
    assert found == expected


def test_the_same_text_at_the_same_address_is_one_article_of_two_ids(tmp_path: Path) -> None:
    first = row("first", OUTLETS[0], 1, Press(13).text(150))
    out = audited([first, first | {"id": "second"}], tmp_path / "press")
    [article] = lines(out / "articles.jsonl")
    assert (article["id"], article["also"]) == ("first", ["second"])
