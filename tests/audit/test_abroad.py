"""Translations among all articles of a library: found, and nothing else called one."""

import json
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from filiation.audit import abroad as searching
from filiation.audit import align, audit
from filiation.audit.abroad import abroad
from filiation.audit.corpus import corpus_of
from filiation.audit.run import Scope
from filiation.library import Library, add
from tests.library.tongues import Row, report, row, world, write
from tests.test_cli import run

TRANSLATED = (3, 40, 77, 90)
WORLD = world(100, 60, of=TRANSLATED)
PAIRS = {frozenset((f"e{n}", f"t{n}")) for n in TRANSLATED}


def shelved(place: Path, rows: Sequence[Row]) -> Path:
    with Library.open(place, create=True, writing=True) as library:
        add(library, [write(rows, place.with_suffix(f".{len(rows)}.jsonl"))])
    return place


def pairs(place: Path, *, window: int = 30, jobs: int = 1) -> list[tuple[str, str]]:
    """Return the ids of the pairs worth comparing, in their order."""
    with Library.open(place, writing=True) as library:
        corpus = corpus_of(library.columns())
        found = abroad(library, corpus, window=window, jobs=jobs)
        return [(corpus.id[a], corpus.id[b]) for a, b in found.tolist()]


def matches(place: Path, scope: Scope = "all") -> set[frozenset[str]]:
    """Return the pairs of articles that an audit keeps as matches."""
    with Library.open(place, writing=True) as library:
        audit(library, scope=scope, across_languages=True, jobs=1)
        return {
            frozenset(row)
            for row in library.connection.execute(
                "SELECT one.id, other.id FROM match JOIN article AS one ON one.number = a "
                "JOIN article AS other ON other.number = b"
            )
        }


def test_translations_are_found_and_nothing_else(tmp_path: Path) -> None:
    place = shelved(tmp_path / "l", WORLD)
    assert matches(place) == PAIRS
    with Library.open(place, writing=True) as library:
        found = audit(library, across_languages=True, jobs=1)
        assert found.kinds["translation"] == len(PAIRS)
        assert found.hops == len(PAIRS)
        assert all(flow.kinds.get("translation") for flow in found.flows)
        assert audit(library, jobs=1).matches == 0, "they share no words"


def test_pairs_do_not_depend_on_the_order_of_adding_or_on_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed = list(WORLD)
    random.Random(4).shuffle(mixed)
    one, other = shelved(tmp_path / "1", WORLD), shelved(tmp_path / "2", mixed)
    found = pairs(one)
    assert {frozenset(pair) for pair in found} >= PAIRS
    assert pairs(other) == found
    monkeypatch.setattr(searching, "SMALL", 0)
    monkeypatch.setattr(searching, "BLOCK", 9)
    assert pairs(one, jobs=2) == found


def test_a_window_keeps_apart_what_is_dated_and_no_other(tmp_path: Path) -> None:
    rows = [*WORLD, row("late", report(20)[1], "fr", 20 + 60), row("undated", report(30)[1], "fr")]
    place = shelved(tmp_path / "l", rows)
    found = {frozenset(pair) for pair in pairs(place, window=30)}
    assert frozenset(("e30", "undated")) in found
    assert frozenset(("e20", "late")) not in found
    assert frozenset(("e20", "late")) in {frozenset(pair) for pair in pairs(place, window=70)}


def test_a_library_of_one_language_costs_nothing(tmp_path: Path) -> None:
    place = shelved(tmp_path / "l", world(40, 0))
    assert pairs(place) == []
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("SELECT count(*) FROM keys").fetchone() == (0,)


def test_an_empty_library_has_no_pairs(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", create=True, writing=True) as library:
        assert audit(library, across_languages=True, jobs=1).pairs == 0


def test_the_next_audit_aligns_new_pairs_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = shelved(tmp_path / "l", WORLD)
    first = matches(place)
    monkeypatch.setattr(align._Aligner, "__call__", lambda *_: 1 / 0)
    assert matches(place) == first


def test_from_the_command_line(tmp_path: Path) -> None:
    """As a summary for machines, and as files; the same after adding as all at once."""
    place = tmp_path / "press.filiation"
    there = write(WORLD[:-2], tmp_path / "rows.jsonl")
    more = write(WORLD[-2:], tmp_path / "more.jsonl")
    asked = ("--across-languages", "--library", place, "--json")
    assert json.loads(run("audit", there, *asked).stdout)["kinds"]["translation"] == 2
    done = run("audit", more, *asked, "--out", tmp_path / "out")
    found = json.loads(done.stdout)
    assert (done.returncode, found["hops"], found["kinds"]["translation"]) == (0, 4, 4)
    matched = [
        json.loads(line) for line in (tmp_path / "out/matches.jsonl").read_text().splitlines()
    ]
    assert {frozenset((one["a"], one["b"])) for one in matched} == PAIRS
    assert all(one["kind"] == ["translation"] for one in matched)
    at_once = tmp_path / "at-once.filiation"
    whole = write(WORLD, tmp_path / "whole.jsonl")
    again = ("--across-languages", "--library", at_once, "-q", "--out", tmp_path / "whole")
    assert run("audit", whole, *again).returncode == 0
    for name in ("matches.jsonl", "hops.jsonl", "groups.jsonl", "flows.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    narrow = json.loads(run("audit", *asked, "--window", "1").stdout)
    assert narrow["hops"] == 0


def test_articles_that_name_no_outlet_are_of_two(tmp_path: Path) -> None:
    rows = [
        {key: held for key, held in one.items() if key not in ("outlet", "url")} for one in WORLD
    ]
    place = shelved(tmp_path / "nameless", rows)
    assert matches(place, "within") == set()
    assert matches(place, "across") >= PAIRS
