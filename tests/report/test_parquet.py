"""An audit's files as Parquet: the rows of the lines of JSON, each with its type."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from filiation.errors import InputError
from filiation.report import parquet
from filiation.report.exports.findings import found_in
from filiation.report.exports.rows import rows
from filiation.report.files import FILES, Files
from filiation.report.parquet import COLUMNS, Kind, write_parquet
from filiation.values import Contamination, Credit, Revision, Stemma, utc
from tests.report.audits import GROUPS, HOSTILE, MATCH, audit, ledger
from tests.report.test_files import ENTRIES, articles, content, filled, lines, refused

CREDIT = Credit(
    "original", "The Harbour Ledger", None, None, "Salt", "en", "2021-05", "First in the Ledger",
    3, 22, None, "en.first", 0.9,
)  # fmt: skip
PASSAGE = replace(MATCH.passages[0], a_paragraph=1, b_paragraph=2)


def told() -> list[object]:
    """Return entries that have every key that there is, and every kind of text."""
    [first, *others] = GROUPS
    seen = [version.id for version in first.stemma.versions if version.article is not None]
    changed = Revision(
        seen[0], seen[1], "captured", utc(2021, 5, 3), None, True, (CREDIT,), (CREDIT,)
    )
    stemma: Stemma = replace(
        first.stemma,
        unknown=("who began",),
        revisions=(changed,),
        contaminations=(Contamination(seen[1], (seen[0], first.stemma.versions[-1].id), 14),),
    )
    return [
        *ENTRIES[len(articles()) :][: -len(GROUPS)],
        replace(MATCH, a="y", b="z", left_out=(), added=None),
        replace(
            MATCH,
            a="x",
            b="y",
            passages=(PASSAGE,),
            left_out=((0, 9),),
            added=((1, 2),),
            moved=(PASSAGE,),
        ),
        replace(first, stemma=stemma),
        *others,
        *(one | {"title": title} for one, title in zip(articles(), TITLES, strict=True)),
    ]


TITLES = [
    "plain", "nul \0 byte", "half \ud83d of a bee", "🐝 whole", "\\ud800 spelt", HOSTILE,
    "tag \U000e0041", "'; DROP TABLE x; --", "",
]  # fmt: skip


def written(folder: Path, *, as_parquet: bool = True) -> Path:
    with Files(folder, ledger().outlet_of, parquet=as_parquet) as files:
        for entry in told():
            if isinstance(entry, dict):
                files.article(entry)
            elif hasattr(entry, "stemma"):
                files.group(entry)  # type: ignore[arg-type]
            else:
                files.match(entry)  # type: ignore[arg-type]
        files.finish(audit())
    return folder


def by_duckdb(path: Path) -> list[dict[str, Any]]:
    found = duckdb.read_parquet(str(path))
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def stored(value: Any) -> Any:
    """Return what a value of JSON is in Parquet."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [stored(one) for one in value]
    if isinstance(value, Mapping):
        return {key: stored(one) for key, one in value.items()}
    return value


def bare(value: Any) -> Any:
    """Return a value of Parquet without the keys that JSON may leave out, where they are null."""
    if isinstance(value, list):
        return [bare(one) for one in value]
    if isinstance(value, Mapping):
        held = {key: bare(one) for key, one in value.items()}
        may_lack = {"a_paragraph", "b_paragraph"} if "a_start" in held else set[str]()
        if "says" in held and "type" in held:
            may_lack = set(held) - {"says", "type"}
        return {key: one for key, one in held.items() if key not in may_lack or one is not None}
    return value


@pytest.mark.parametrize("name", list(COLUMNS))
def test_the_rows_are_those_of_the_lines_key_by_key(name: str, tmp_path: Path) -> None:
    made = by_duckdb(written(tmp_path / "parquet") / f"{name}.parquet")
    given = lines(written(tmp_path / "text", as_parquet=False) / f"{name}.jsonl")
    assert len(made) == len(given) > 2
    assert [bare(row) for row in made] == [stored(row) for row in given]
    assert [list(row) for row in made] == [list(row) for row in given]
    # Every key that is declared was told by some line, so that it was compared here.
    assert declared(COLUMNS[name]) - met(given) == LACKING[name]


LACKING: Mapping[str, set[str]] = {
    "articles": set(),
    "matches": set(),
    "hops": {"evidence.locator"},
    "groups": set(),
}
"""What the invented audit has no example of."""


def declared(kind: Any, at: str = "") -> set[str]:
    if isinstance(kind, list):
        return declared(kind[0], at)
    if isinstance(kind, Mapping):
        return {path for key, one in kind.items() for path in declared(one, f"{at}.{key}")}
    return {at.lstrip(".")}


def met(value: Any, at: str = "") -> set[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict | list):
        return {path for one in value for path in met(one, at)}
    if isinstance(value, Mapping):
        return {path for key, one in value.items() for path in met(one, f"{at}.{key}")}
    return {at.lstrip(".")}


@pytest.mark.parametrize("name", ["flows", "outlets"])
def test_the_tables_have_the_columns_of_the_tables_of_text_with_types(
    name: str, tmp_path: Path
) -> None:
    made = by_duckdb(written(tmp_path / "parquet") / f"{name}.parquet")
    text = (written(tmp_path / "text", as_parquet=False) / f"{name}.csv").read_text("utf-8")
    given = list(csv.DictReader(text.splitlines()))
    assert [list(row) for row in made] == [list(row) for row in given]
    assert len(made) > 2
    for row, cells in zip(made, given, strict=True):
        for key, value in row.items():
            if isinstance(value, int | float):
                assert float(cells[key]) == value
            elif value is None:
                assert cells[key] == ""
    names = (
        {row["name"] for row in made} if name == "outlets" else {row["from_name"] for row in made}
    )
    assert HOSTILE in names or name == "flows"  # as it is: no spreadsheet is to be feared here


def test_pyarrow_reads_the_same(tmp_path: Path) -> None:
    reader = pytest.importorskip("pyarrow.parquet", reason="filiation[spark] brings pyarrow")
    folder = written(tmp_path)
    for name in (Path(file).stem for file in FILES):
        path = folder / f"{name}.parquet"
        assert reader.read_table(path).to_pylist() == by_duckdb(path)


def test_a_long_file_has_many_row_groups_and_keeps_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 2_048)
    columns: dict[str, Kind] = {"n": "BIGINT", "of": ["VARCHAR"]}
    made = (json.dumps({"n": n, "of": ["x" * (n % 50)]}) + "\n" for n in range(9_000))
    write_parquet(tmp_path / "n.parquet", made, columns)
    found = by_duckdb(tmp_path / "n.parquet")
    assert found == [{"n": n, "of": ["x" * (n % 50)]} for n in range(9_000)]
    with duckdb.connect() as connection:
        described = connection.execute("FROM parquet_metadata(?)", [str(tmp_path / "n.parquet")])
        assert len({row[1] for row in described.fetchall()}) == 5  # row_group_id


def test_a_line_of_any_length_is_a_row(tmp_path: Path) -> None:
    long = "x" * 40_000_000
    write_parquet(tmp_path / "x.parquet", [json.dumps({"t": long}) + "\n"], {"t": "VARCHAR"})
    assert by_duckdb(tmp_path / "x.parquet") == [{"t": long}]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """The limit of DuckDB's own is far below what it is given here."""
    code = (
        "import json, resource, sys\n"
        "from pathlib import Path\n"
        "from filiation.report.parquet import COLUMNS, write_parquet\n"
        "row = {'schema': 's', 'a': 'a', 'b': 'b', 'kind': ['edited'], 'passages':\n"
        "    [{'a_start': n, 'a_end': n + 9, 'b_start': n, 'b_end': n, 'similarity': n / 7}\n"
        "     for n in range(100)]}\n"
        "line = json.dumps(row) + '\\n'\n"
        "rows = int(sys.argv[1])\n"
        f"write_parquet(Path({str(tmp_path)!r}) / 'm', (line for _ in range(rows)),"
        " COLUMNS['matches'])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    taken = [
        int(subprocess.check_output([sys.executable, "-c", code, str(number)]))
        for number in (20_000, 60_000)
    ]
    assert taken[1] < taken[0] + 60_000, taken  # kilobytes; what is written is 300 MB more


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    assert content(written(tmp_path / "one")) == content(written(tmp_path / "other"))
    assert sorted(content(tmp_path / "one")) == sorted(
        f"{Path(name).stem}.parquet" for name in FILES
    )


def test_no_space_left_is_said_and_leaves_what_was_there(tmp_path: Path) -> None:
    written(tmp_path)
    before = content(tmp_path)
    told = refused(
        "from tests.report import test_parquet", f"test_parquet.written(Path({str(tmp_path)!r}))"
    )
    assert told.startswith(f"{tmp_path}: the audit's files cannot be written: ")
    assert len(told.splitlines()) == 1
    assert content(tmp_path) == before


def test_what_duckdb_cannot_write_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Invalid"):
        write_parquet(tmp_path / "x", ["{broken\n"], {"t": "VARCHAR"})
    assert not list(tmp_path.glob("*.lines"))


def test_a_folder_of_parquet_is_exported_as_one_of_lines(tmp_path: Path) -> None:
    def entries(folder: Path, as_parquet: bool) -> list[Mapping[str, object]]:
        with Files(folder, ledger().outlet_of, parquet=as_parquet) as files:
            for group in GROUPS:
                files.group(group)
                for version in group.stemma.versions:
                    if version.article is not None:
                        files.article(
                            articles()[0] | {"id": version.article, "outlet": version.outlet}
                        )
            files.finish(audit())
        return list(rows(found_in(str(folder)), "hops"))

    assert entries(tmp_path / "parquet", True) == entries(tmp_path / "lines", False)


def test_of_two_audits_in_a_folder_the_last_is_read(tmp_path: Path) -> None:
    filled(tmp_path, [])
    broken = tmp_path / "hops.parquet"
    broken.write_bytes(b"PAR1 and no more")
    os.utime(broken, ns=(1, 1))
    assert found_in(str(tmp_path)).texts == ()
    os.utime(tmp_path / "hops.jsonl", ns=(0, 0))
    with pytest.raises(InputError, match=r"articles\.parquet"):
        found_in(str(tmp_path))
