"""Exports, each read back by a program that is not ours."""

import csv
import io
import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filiation.audit import audit
from filiation.audit.values import Group
from filiation.errors import InputError, LibraryError
from filiation.library import Library, add
from filiation.report.exports import FORMATS, written
from filiation.report.exports.findings import Findings, found_in, of_library
from filiation.report.exports.rows import TABLES, Table, columns, rows
from filiation.report.exports.tables import write_parquet
from filiation.report.files import Files, bare
from filiation.report.harmless import harmless
from filiation.report.shapes import article_shape
from filiation.values import Article
from tests.report.audits import GROUPS, SALT, ledger, library, version
from tests.report.audits import audit as audit_of
from tests.report.audits import group as grouped
from tests.stemma.tables import pages_of
from tests.stemma.test_contamination import TWO

DEMO = Path(__file__).parents[3] / "demo"
NASTY = (
    '=1+1";<script>alert(1)</script> [x](javascript:alert(1)) | `a` \\ {b} $%&_#^~ "q" -- end %% '
    "\x1b[31mred\x1b[0m \u202elia\u202c \x00 \ufffe \ud800 new\nline\ttab"
)
TEXTS = [form for form in FORMATS if not FORMATS[form].binary]


def findings() -> Findings:
    return Findings(GROUPS, library(GROUPS))


def hostile() -> Findings:
    versions = [
        replace(version("hostile", article=NASTY, title=NASTY * 3), url="javascript:alert(1)"),
        replace(
            version(NASTY, title=NASTY), author=NASTY, translator=NASTY, url=f"https://{NASTY}"
        ),
    ]
    return Findings([grouped(versions, [(0, 1, "credited", ["translation"])])])


def text(found: Findings, form: str, table: Table = "hops") -> str:
    return "".join(written(found, form, table))


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("table", TABLES)
def test_the_same_findings_give_the_same_bytes(form: str, table: Table) -> None:
    shuffled = Findings(GROUPS, list(reversed(library(GROUPS))))
    assert text(findings(), form, table) == text(shuffled, form, table)


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("table", TABLES)
def test_nothing_that_a_page_says_acts(form: str, table: Table) -> None:
    found = text(hostile(), form, table)
    assert harmless(found).replace("\\x0a", "\n").replace("\\x09", "\t") == found
    found.encode()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("found", [findings, hostile])
def test_csv_and_tsv_hold_the_rows(table: Table, found: Any) -> None:
    made = list(rows(found(), table))
    for form in ("csv", "tsv"):
        lines = io.StringIO(text(found(), form, table))
        tabbed = csv.reader(lines, csv.excel_tab, quoting=csv.QUOTE_NONE)
        read = list(csv.reader(lines) if form == "csv" else tabbed)
        assert read[0] == list(columns(table))
        assert len(read) == len(made) + 1
        assert {len(row) for row in read} == {len(columns(table))}
        for cell in (cell for row in read for cell in row):
            assert not cell.startswith(("=", "+", "@"))


@pytest.mark.parametrize("table", TABLES)
def test_a_row_has_the_columns_of_its_table_and_their_types(table: Table) -> None:
    for found in (findings(), hostile()):
        for row in rows(found, table):
            assert list(row) == list(columns(table))
            for name, value in row.items():
                assert value is None or isinstance(value, columns(table)[name]), name


@pytest.mark.parametrize("table", TABLES)
def test_json_lines_and_json_hold_the_rows(table: Table) -> None:
    made = list(rows(findings(), table))
    lines = [json.loads(line) for line in text(findings(), "jsonl", table).splitlines()]
    assert lines == made
    document = json.loads(text(findings(), "json"))
    assert document["schema"] == "filiation/export@1"
    assert document[table] == made


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "found", [findings(), hostile(), Findings([])], ids=["", "hostile", "none"]
)
def test_parquet_is_read_by_duckdb(tmp_path: Path, found: Findings, table: Table) -> None:
    import duckdb

    write_parquet(found, table, tmp_path / "it.parquet")
    read = duckdb.read_parquet(str(tmp_path / "it.parquet"))
    assert read.columns == list(columns(table))
    expected = [
        tuple(
            v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in row.values()
        )
        for row in rows(found, table)
    ]
    assert read.fetchall() == expected


@pytest.mark.parametrize("form", ["gexf", "graphml"])
@pytest.mark.parametrize("found", [findings(), hostile()], ids=["", "hostile"])
@pytest.mark.parametrize("table", ["versions", "flows"])
def test_networkx_reads_the_graph(form: str, table: Table, found: Findings) -> None:
    import networkx

    data = io.BytesIO(text(found, form, table).encode())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = networkx.read_gexf(data) if form == "gexf" else networkx.read_graphml(data)
    nodes, edges = ("versions", "hops") if table == "versions" else ("outlets", "flows")
    unknown = any(not row["from_outlet"] for row in rows(found, "flows")) and table == "flows"
    assert graph.is_directed()
    assert len(graph) == len(list(rows(found, nodes))) + unknown  # type: ignore[arg-type]
    assert graph.number_of_edges() == len(list(rows(found, edges)))  # type: ignore[arg-type]
    for _, held in graph.nodes(data=True):
        assert held["label"]


def test_a_version_comes_into_being_when_it_was_published() -> None:
    from lxml import etree

    tree = etree.fromstring(text(Findings([SALT]), "gexf").encode())
    starts = {node.get("id"): node.get("start") for node in tree.iter("{http://gexf.net/1.3}node")}
    assert starts["salt-ledger"] == "2021-05-04T09:00:00Z"
    assert starts["salt-estran"] == "2021-05-09"
    assert tree[0].get("timeformat") == "date"


@pytest.mark.parametrize("found", [findings(), hostile()], ids=["", "hostile"])
@pytest.mark.parametrize("table", ["versions", "flows"])
def test_dot_is_parsed(found: Findings, table: Table) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pydot

        [graph] = pydot.graph_from_dot_data(text(found, "dot", table)) or []
    edges = "hops" if table == "versions" else "flows"
    assert len(graph.get_edges()) == len(list(rows(found, edges)))  # type: ignore[arg-type]


def test_a_mermaid_label_cannot_leave_its_quotes() -> None:
    for line in text(hostile(), "mermaid", "versions").splitlines()[1:]:
        assert line.count('"') in (0, 2)
        assert "<script" not in line
        assert "`" not in line


@pytest.mark.parametrize("found", [findings(), hostile()], ids=["", "hostile"])
def test_prov_is_read_back(found: Findings) -> None:
    from prov.model import ProvDerivation, ProvDocument, ProvEntity

    document = ProvDocument.deserialize(content=text(found, "prov-json"), format="json")
    assert len(list(document.get_records(ProvEntity))) == len(found.nodes)
    derivations = list(document.get_records(ProvDerivation))
    assert len(derivations) == len(list(found.hops()))
    assert text(found, "prov-n").startswith("document\n")


def test_prov_tells_a_translation_as_an_activity() -> None:
    from prov.model import ProvActivity, ProvDocument, ProvGeneration, ProvUsage

    document = ProvDocument.deserialize(content=text(findings(), "prov-json"), format="json")
    for kind in (ProvActivity, ProvUsage, ProvGeneration):
        assert len(list(document.get_records(kind))) == 2
    standings = {
        str(value)
        for record in document.get_records()
        for name, value in record.attributes
        if name.localpart == "standing"
    }
    assert {"confirmed", "uncredited", "skipped", "credited"} <= standings


@pytest.mark.parametrize("found", [findings(), hostile()], ids=["", "hostile"])
def test_bibtex_is_read_by_bibtexparser(found: Findings) -> None:
    from bibtexparser.entrypoint import parse_string

    read = parse_string(text(found, "bibtex"))
    assert not read.failed_blocks
    assert len({entry.key for entry in read.entries}) == len(found.nodes)


@pytest.mark.parametrize("found", [findings(), hostile()], ids=["", "hostile"])
def test_csl_is_read_by_citeproc(found: Findings) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from citeproc.source.json import CiteProcJSON

        read = CiteProcJSON(json.loads(text(found, "csl-json")))
    assert len(read) == len(found.nodes)


def test_markdown_links_to_the_web_only() -> None:
    found = text(hostile(), "markdown")
    assert "](<javascript" not in found
    assert r"\<script\>" in found
    assert "<script" not in found.replace(r"\<", "")


# Where findings come from


def written_to(folder: Path, groups: tuple[Group, ...] = GROUPS) -> Path:
    books = ledger(groups)
    with Files(folder, books.outlet_of) as files:
        for key, outlet, name in library(groups):
            dates = next(
                (v.dates for g in groups for v in g.stemma.versions if v.article == key), None
            )
            article = Article(key, "x", "", outlet=outlet, outlet_name=name)
            if dates is not None:
                article = replace(article, dates=dates)
            files.article(
                article_shape(article, outlet=books.home(key), kind=None, words=9, group=None)
            )
        for group in groups:
            files.group(group)
        files.finish(audit_of(groups))
    return folder


def test_a_folder_of_an_audit_gives_the_flows_it_holds(tmp_path: Path) -> None:
    found = found_in(str(written_to(tmp_path / "out")))
    with (tmp_path / "out" / "flows.csv").open(encoding="utf-8", newline="") as table:
        stated = {
            (row["from_outlet"].lstrip("'"), row["to_outlet"].lstrip("'")): row
            for row in csv.DictReader(table)
        }
    flows = list(rows(found, "flows"))
    assert len(flows) == len(stated)
    for flow in flows:
        giver, taker = (str(flow[end] or "") for end in ("from_outlet", "to_outlet"))
        row = stated[bare(giver).lstrip("'"), bare(taker).lstrip("'")]
        for column in ("hops", "confirmed", "uncredited", "skipped", "undetermined"):
            assert row[column] == str(flow[column]), column
        # A moment known to the minute is written without its seconds.
        delay = float(row["median_delay_hours"] or "nan")
        assert flow["median_delay_hours"] == pytest.approx(delay, abs=0.02, nan_ok=True) or (
            flow["median_delay_hours"] is None and not row["median_delay_hours"]
        )


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a library of the demo's pages, and the folder of its audit."""
    place = tmp_path_factory.mktemp("audited")
    with Library.open(str(place / "it.filiation"), create=True, writing=True) as opened:
        add(opened, [str(DEMO)])

        def sinks(books: Any) -> list[Any]:
            return []

        audit(opened, sinks=sinks, jobs=1)
    return place / "it.filiation", place


def test_a_library_gives_what_its_last_audit_found(audited: tuple[Path, Path]) -> None:
    with Library.open(str(audited[0])) as opened:
        found = of_library(opened)
    [text_found] = found.texts
    assert {version.article for version in text_found.stemma.versions} == {
        "harbour-ledger.html",
        "estran.html",
        "courrier-des-rives.html",
        "carnet-hydrologue.html",
    }
    hops = {(hop["from"], hop["to"]): hop["standing"] for hop in rows(found, "hops")}
    assert hops["harbour-ledger.html", "estran.html"] == "confirmed"
    assert sum(int(row["articles"] or 0) for row in rows(found, "outlets")) == 6


def test_a_library_tells_what_was_made_from_two(tmp_path: Path) -> None:
    pages = pages_of("en", TWO)
    given = tmp_path / "pages.jsonl"
    given.write_text(
        "".join(
            json.dumps({"id": page.id, "outlet": f"Outlet {page.id}", "text": page.text}) + "\n"
            for page in pages
        )
    )
    with Library.open(str(tmp_path / "it"), create=True, writing=True) as opened:
        add(opened, [str(given)])
        audit(opened, jobs=1)
        [text_found] = of_library(opened).texts
    article = {version.id: version.article for version in text_found.stemma.versions}
    told = {
        (article[one.version], frozenset(article[parent] for parent in one.parents))
        for one in text_found.stemma.contaminations
    }
    assert ("D", frozenset("BC")) in told


def test_a_library_without_an_audit_says_so(tmp_path: Path) -> None:
    with Library.open(str(tmp_path / "it"), create=True, writing=True) as opened:
        add(opened, [str(DEMO / "estran.html")])
        with pytest.raises(InputError, match="run filiation audit first"):
            of_library(opened)


def test_what_an_older_version_kept_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "it"
    with Library.open(str(path), create=True, writing=True) as opened:
        add(opened, [str(DEMO)])
        audit(opened, jobs=1)
        with opened.transaction() as connection:
            connection.execute('UPDATE hop SET shape = \'{"parent":"v1"}\'')
        with pytest.raises(LibraryError, match="older version"):
            of_library(opened)


BROKEN: dict[str, bytes] = {
    "no JSON": b"{",
    "no object": b"[]",
    "another schema": b'{"schema": "filiation/credits@1"}',
    "no versions": b'{"schema": "filiation/trace@1"}',
    "a version without an id": b'{"schema": "filiation/trace@1", "versions": [{}], "hops": []}',
    "deep nesting": b'{"schema": ' + b"[" * 100_000,
    "bytes that are no text": b"\xff\xfe\x00",
    "a hop to nowhere": json.dumps(
        {
            "schema": "filiation/trace@1",
            "versions": [{"id": "v1"}],
            "hops": [
                {"from": "v1", "to": "v9", "kind": [], "standing": "credited", "probability": 0.5,
                 "evidence": []}
            ],
        }
    ).encode(),
    "a standing that is none": json.dumps(
        {
            "schema": "filiation/trace@1",
            "versions": [{"id": "v1"}, {"id": "v2"}],
            "hops": [
                {"from": "v1", "to": "v2", "kind": [], "standing": "sure", "probability": 0.5,
                 "evidence": []}
            ],
        }
    ).encode(),
    "a text made from nothing": json.dumps(
        {
            "schema": "filiation/trace@1",
            "versions": [{"id": "v1"}, {"id": "v2"}],
            "hops": [],
            "contaminations": [{"version": "v2", "parents": ["v1", "v9"], "readings": 20}],
        }
    ).encode(),
    "a title that is a list": json.dumps(
        {"schema": "filiation/trace@1", "versions": [{"id": "v1", "title": []}], "hops": []}
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_document_is_named_in_a_sentence(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "it.json"
    path.write_bytes(BROKEN[broken])
    with pytest.raises(InputError, match=r"it\.json: is no document of this program, or broken"):
        found_in(str(path))


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        found_in(str(tmp_path / "nothing"))
    with pytest.raises(InputError, match="neither an audit nor a trace"):
        found_in(str(tmp_path))


def test_one_group_can_be_picked(tmp_path: Path) -> None:
    found = findings().of([SALT.id])
    assert [text_found.id for text_found in found.texts] == [SALT.id]
    with pytest.raises(InputError, match=r"did you mean g-salt"):
        findings().of([SALT.id[:-1]])
