"""An audit's files: in order, whole or not there, and safe to open."""

import csv
import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.audit.values import Group
from filiation.errors import InputError
from filiation.report import files as module
from filiation.report.files import FILES, Files, cell
from filiation.report.shapes import article_shape, written
from filiation.values import Match
from tests.report.audits import (
    ARTICLE,
    FERRY,
    GROUPS,
    HOSTILE,
    MATCH,
    SALT,
    audit,
    ledger,
    viral,
)

FLOWS = (
    "from_outlet,to_outlet,hops,confirmed,credited,uncredited,skipped,disputed,median_delay_hours,"
    "undetermined,verbatim,edited,abridged,extended,excerpt,translation,delays,share_of_output,"
    "from_name,to_name"
)
OUTLETS = "outlet,name,articles,originals,republished,share_republished,uncredited,taken"


def articles() -> list[dict[str, Any]]:
    return [
        article_shape(replace(ARTICLE, id=f"a{n}"), outlet="gull", kind="none", words=n, group=None)
        for n in range(9)
    ]


def matches() -> list[Match]:
    return [replace(MATCH, a=f"a{n}", b=f"a{m}") for n in range(5) for m in range(n)]


def filled(folder: Path, entries: Iterable[object]) -> tuple[Path, ...]:
    """Write an audit's files from entries in the given order."""
    with Files(folder, ledger().outlet_of) as files:
        for entry in entries:
            if isinstance(entry, Group):
                files.group(entry)
            elif isinstance(entry, Match):
                files.match(entry)
            else:
                assert isinstance(entry, dict)
                files.article(entry)
        return files.finish(audit())


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


ENTRIES: list[object] = [*articles(), *matches(), *GROUPS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    filled(tmp_path / "made" / "out", ENTRIES)
    return tmp_path / "made" / "out"


# What is in them


def test_the_files_are_those_that_are_promised(folder: Path) -> None:
    assert sorted(content(folder)) == sorted(FILES)


def test_finish_returns_the_files(tmp_path: Path) -> None:
    assert filled(tmp_path, []) == tuple(tmp_path / name for name in FILES)


def test_every_line_is_a_document_of_its_shape(folder: Path) -> None:
    schemas = {
        name: {line["schema"] for line in lines(folder / name)} for name in FILES if "jsonl" in name
    }
    assert schemas == {
        "articles.jsonl": {"filiation/article@1"},
        "matches.jsonl": {"filiation/match@1"},
        "hops.jsonl": {"filiation/hop@1"},
        "groups.jsonl": {"filiation/group@1"},
    }


def test_lines_are_in_order_of_their_ids(folder: Path) -> None:
    assert [line["id"] for line in lines(folder / "articles.jsonl")] == [f"a{n}" for n in range(9)]
    pairs = [(line["a"], line["b"]) for line in lines(folder / "matches.jsonl")]
    assert len(pairs) == 10
    assert pairs == sorted(pairs)
    groups = [line["id"] for line in lines(folder / "groups.jsonl")]
    assert groups == sorted(group.id for group in GROUPS)


def test_hops_stand_group_by_group_in_the_order_of_the_tree(folder: Path) -> None:
    hops = lines(folder / "hops.jsonl")
    assert [hop["group"] for hop in hops] == sorted(hop["group"] for hop in hops)
    salt = [(hop["from"], hop["to"]) for hop in hops if hop["group"] == SALT.id]
    versions = {version.id: version.article for version in SALT.stemma.versions}
    assert salt == [(versions[hop.parent], versions[hop.child]) for hop in SALT.stemma.hops]


def test_an_unseen_end_of_a_hop_is_described(folder: Path) -> None:
    hop = next(h for h in lines(folder / "hops.jsonl") if h["to"] == "ice-daily")
    assert hop["from"] is None
    assert hop["from_version"] == {
        "version": "v1", "outlet": None, "name": "Nachtfähre", "title": "Eis im Hafen", "url": None,
        "language": "en", "author": None, "translator": None,
        "published": {"earliest": None, "latest": "2021-05-02", "precision": "day"},
    }  # fmt: skip
    assert hop["to_version"] is None
    assert (hop["from_outlet"], hop["kind_from"], hop["delay_hours"]) == (
        "nachtfahre",
        "credit",
        None,
    )


def test_hops_and_flows_call_an_outlet_the_same(folder: Path) -> None:
    counted: dict[tuple[str, str], int] = {}
    for hop in lines(folder / "hops.jsonl"):
        if not hop["within"]:
            pair = (hop["from_outlet"] or "", hop["to_outlet"] or "")
            counted[pair] = counted.get(pair, 0) + 1
    assert counted == {(flow.from_outlet, flow.to_outlet): flow.hops for flow in audit().flows}
    assert [h["within"] for h in lines(folder / "hops.jsonl") if h["group"] == FERRY.id] == [True]


def test_flows_as_a_table(folder: Path) -> None:
    text = (folder / "flows.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == FLOWS
    assert (
        "harbourledger,estran,1,1,0,0,0,0,121.99,0,0,1,0,0,0,0,1,0.2,The Harbour Ledger,L'Estran\n"
        in text
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["hops"]) for row in rows) == audit().hops
    for row, flow in zip(rows, audit().flows, strict=True):
        assert [int(row[s]) for s in flow.standings] == list(flow.standings.values())
        assert [int(row[k]) for k in flow.kinds] == list(flow.kinds.values())
    credited_only = next(row for row in rows if row["to_outlet"] == "cahier bleu")
    assert credited_only["median_delay_hours"] == credited_only["share_of_output"] == ""


def test_outlets_as_a_table(folder: Path) -> None:
    text = (folder / "outlets.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == OUTLETS
    assert "\nharbourledger,The Harbour Ledger,4,1,0,0.0,0,2\n" in text
    assert "\ncahier bleu,Cahier bleu,0,0,0,,0,1\n" in text


# Cells


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        # What must stay as it is.
        ("The Gull", "The Gull"),
        ("a-b=c", "a-b=c"),
        ("صحيفة الميناء", "صحيفة الميناء"),
        (-3, "-3"),
        (-0.5, "-0.5"),
        (0, "0"),
        (None, ""),
        ("", ""),
        # What a spreadsheet would compute.
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        (" =1", "'=1"),
        ("\tx", "'x"),
        ("＝1+1", "'＝1+1"),
        # What would break a row or a cell.
        ("a,b", '"a,b"'),
        ("a;=1", '"a;=1"'),
        ('say "no"', '"say ""no"""'),
        ("two\nlines", "two lines"),
        ("=a,b", '"\'=a,b"'),
        # What would act on a terminal.
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202eeton", r"\u202eeton"),
        ("a lone \ud800", r"a lone \ud800"),
    ],
)
def test_cell(value: str | float | None, shown: str) -> None:
    assert cell(value) == shown


@given(st.lists(st.text(st.characters(exclude_categories=())), min_size=2, max_size=4))
def test_cells_stay_apart_and_compute_nothing(values: list[str]) -> None:
    row = ",".join(map(cell, values))
    assert "\n" not in row
    assert row.encode()
    [read] = csv.reader([row], strict=True)
    assert len(read) == len(values)
    assert not [word for word in read if word.startswith(tuple("=+-@\t\r\n"))]


def test_a_hostile_outlet_is_a_cell_like_any_other(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((folder / "outlets.csv").read_text(encoding="utf-8"))))
    [name] = [row["name"] for row in rows if "calc" in row["name"]]
    assert name.startswith("'=cmd|")
    assert "[bold]Bote[/bold]" in name
    for path in folder.iterdir():
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", path.read_text("utf-8"))
    assert any(
        hop["to_version"] is None and hop["to_outlet"] and "calc" in hop["to_outlet"]
        for hop in lines(folder / "hops.jsonl")
    )
    assert "\x1b" in HOSTILE


# The same bytes


def test_the_order_of_entries_changes_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "one", ENTRIES)
    filled(tmp_path / "other", reversed(ENTRIES))
    assert content(tmp_path / "one") == content(tmp_path / "other")


def test_lines_that_do_not_fit_into_memory_give_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path / "one", ENTRIES)
    monkeypatch.setattr(module, "IN_MEMORY", 1500)
    runs: list[int] = []
    spill = module._Lines._spill

    def counted(self: Any) -> None:
        runs.append(len(self._waiting))
        spill(self)

    monkeypatch.setattr(module._Lines, "_spill", counted)
    filled(tmp_path / "other", ENTRIES[::2] + ENTRIES[1::2])
    assert len(runs) > 5
    assert content(tmp_path / "one") == content(tmp_path / "other")


def test_ids_of_any_letters_come_back_from_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 0)
    ids = ["\n", "\ud800", "\x85", "\u2028", "b\tc", '"', "ä", "🐝", ""]
    filled(tmp_path, [{"id": name} for name in ids])
    assert [line["id"] for line in lines(tmp_path / "articles.jsonl")] == sorted(ids)


# Whole or not there


def test_an_audit_that_fails_leaves_what_was_there(folder: Path) -> None:
    before = content(folder)

    def failing() -> Iterator[object]:
        yield from articles()
        raise RuntimeError("the audit has failed")

    with pytest.raises(RuntimeError):
        filled(folder, failing())
    assert content(folder) == before


def test_an_audit_that_fails_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 1500)
    with pytest.raises(KeyError), Files(tmp_path, ledger().outlet_of) as files:
        for article in articles():
            files.article(article)
        files.group(viral())  # the ledger was not told of its articles
    assert list(tmp_path.iterdir()) == []


def limited(size: int) -> None:
    """Let no file of this process grow beyond a size, as on a full disk."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def refused(before: str, statement: str) -> str:
    """Return what is said where no file of a process may have more than 3,000 bytes."""
    code = (
        "from pathlib import Path\n"
        "from filiation.errors import InputError\n"
        "from filiation.report import files\n"
        "from tests.report import test_files as tests\n"
        f"{before}\n"
        "tests.limited(3000)\n"
        "try:\n"
        f"    {statement}\n"
        "except InputError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("in_memory", [8_000_000, 1000])
def test_a_full_disk_is_one_sentence_and_no_file(tmp_path: Path, in_memory: int) -> None:
    """Whether it is noticed while lines are put aside or when the files are written."""
    out = tmp_path / "out"
    told = refused(
        f"files.IN_MEMORY = {in_memory}", f"tests.filled(Path({str(out)!r}), tests.ENTRIES)"
    )
    assert told == (
        f"{tmp_path / 'out'}: the audit's files cannot be written: File too large; "
        "name a folder with room that you may write to\n"
    )
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_no_space_left_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_write", lambda part, _: Path("/dev/full").write_text("x"))
    with pytest.raises(InputError, match=r"^/\S+: the audit's files .*: No space left on device; "):
        filled(tmp_path, articles())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        Files(tmp_path / "file" / "out", ledger().outlet_of)


def test_a_killed_audit_leaves_no_file(tmp_path: Path) -> None:
    """Lines that were put aside have no name, and vanish with the process."""
    code = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from filiation.report import files\n"
        "from tests.report import test_files as tests\n"
        "files.IN_MEMORY = 1000\n"
        f"with files.Files(Path({str(tmp_path)!r}), str) as paper:\n"
        "    for article in tests.articles():\n"
        "        paper.article(article)\n"
        "    assert paper._lines['articles.jsonl']._runs\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=root)
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def test_lines_are_those_that_the_shapes_write(tmp_path: Path) -> None:
    shapes: Sequence[dict[str, Any]] = articles()
    filled(tmp_path, shapes)
    expected = "".join(written(shape) + "\n" for shape in shapes)
    assert (tmp_path / "articles.jsonl").read_text(encoding="utf-8") == expected
