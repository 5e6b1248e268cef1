"""The figures of an audit, in the report and as files of their own."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml import html as parser

from filiation.audit.values import Group
from filiation.cli.program import main
from filiation.report.exports.findings import Findings
from filiation.report.html.pages import audit_page, drawings
from filiation.report.html.plots import plots
from filiation.report.html.standalone import standalone
from filiation.values import Dates, utc
from tests.report.audits import FERRY, GROUPS, SALT, library, version, viral
from tests.report.audits import group as grouped

DEMO = Path(__file__).parents[3] / "demo"
SVG = "{http://www.w3.org/2000/svg}"


def found(groups: Sequence[Group] = GROUPS) -> Findings:
    return Findings(groups, library(groups))


def plot(key: str, groups: Sequence[Group] = GROUPS) -> Any:
    [drawing] = [one.drawing for one in plots(found(groups)) if one.key == key]
    return etree.fromstring(standalone(drawing).encode())


def spread(days: int) -> Group:
    """Return two copies of a text, that many days apart."""
    return grouped(
        [
            version("ledger", Dates(utc(2001), utc(2001), "second"), article="first"),
            *(
                version(name, Dates(when, when, "second"), article=f"{name}-copy")
                for name, when in (("estran", utc(2001)), ("upland", utc(2001) + timedelta(days)))
            ),
        ],
        [(0, 1, "confirmed", ["verbatim"]), (0, 2, "uncredited", ["verbatim"])],
    )


def widths(drawing: Any, kind: str) -> list[float]:
    return [
        float(one.get("width")) for one in drawing.iter(f"{SVG}rect") if one.get("class") == kind
    ]


def test_an_audit_has_its_four_figures_in_the_page_and_as_files() -> None:
    keys = [one.key for one in plots(found())]
    assert keys == ["flows", "over-time", "delays", "shares"]
    page: Any = parser.document_fromstring(audit_page(found(), "coast"))
    assert [one.get("id") for one in page.xpath("//figure[@id]")] == [f"figure-{k}" for k in keys]
    assert list(drawings(found(), one=False)) == [f"{key}.svg" for key in keys]


def test_what_holds_no_republication_has_no_figure() -> None:
    assert plots(Findings([])) == []
    assert plots(found([FERRY])) == []


def test_the_matrix_holds_every_flow() -> None:
    told = plot("flows")
    numbers = [int(one.text) for one in told.iter(f"{SVG}text") if one.text.isdigit()]
    assert sorted(numbers) == sorted(flow.hops for flow in found().flows)


def test_the_copies_of_a_day_stand_above_one_another() -> None:
    told = plot("over-time", [viral(60)])
    title = told.findtext(f"{SVG}title")
    hops = found([viral(60)]).ledger.hops
    assert title.startswith(f"{hops} copies by the day in which they were published. ")
    counted = {day: int(count) for day, count in re.findall(r"(2021-\S+): (\d+)", title)}
    assert sum(counted.values()) == hops
    heights = [
        float(one.get("height"))
        for one in told.iter(f"{SVG}rect")
        if one.get("class") == "fill uncredited" and one.get("height") != "12"
    ]
    assert heights == pytest.approx(
        [150 * n / max(counted.values()) for n in counted.values()], abs=0.01
    )


@pytest.mark.parametrize(
    ("days", "unit", "last"),
    [
        (0, "day", "2001-01-01"),
        (59, "day", "2001-03-01"),
        (60, "month", "2001-03"),
        (1800, "month", "2005-12"),
        (1900, "year", "2006"),
        (30_000, "decade", "2080s"),
    ],
)
def test_time_is_told_in_columns_that_can_be_told_apart(days: int, unit: str, last: str) -> None:
    told = plot("over-time", [spread(days)])
    title = told.findtext(f"{SVG}title")
    assert f"by the {unit} in which" in title
    assert f"{last}: " in title
    columns = [
        (float(one.get("x")), float(one.get("width")))
        for one in told.iter(f"{SVG}rect")
        if one.get("class") and one.get("height") != "12"
    ]
    assert all(x >= 40 and x + width <= 500.5 and width > 1 for x, width in columns)


def test_a_share_is_as_long_as_its_figure_says() -> None:
    told = plot("shares")
    parts = {
        tally.name: tally.share for tally in found().outlets if tally.articles and tally.republished
    }
    drawn = sum(widths(told, "bar")) + sum(w for w in widths(told, "fill uncredited") if w != 12)
    assert drawn - 12 == pytest.approx(250 * sum(parts.values()), abs=0.1)


def test_delays_are_counted_once_each() -> None:
    told = plot("delays")
    counts = re.findall(r": (\d+)", told.findtext(f"{SVG}title"))
    assert sum(map(int, counts)) == sum(len(flow.delays) for flow in found().flows)


def test_a_drawing_that_stands_alone_is_whole() -> None:
    """Well-formed, in fixed colours, with no link, no script, and no variable that is not known."""
    files = {**drawings(found(), one=False), **drawings(found().of([SALT.id]), one=True)}
    assert set(files) == {"flows.svg", "over-time.svg", "delays.svg", "shares.svg", "stemma.svg"}
    for drawing in files.values():
        root = etree.fromstring(drawing.encode())
        assert root.tag == f"{SVG}svg"
        assert root.get("width") and root.get("height")
        assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
            "svg", "style", "title", "g", "rect", "text", "line", "path", "circle",
        }  # fmt: skip
        assert "var(" not in drawing
        assert "href" not in drawing


def test_a_hostile_name_stays_text_in_a_drawing() -> None:
    nasty = "</text><script>alert(1)</script>]]> \x00\x1b[31m\u202e\ufffe" + "x" * 100_000
    copy = replace(version(nasty, article="b"), title=nasty)
    group = grouped([version("ledger", article="a"), copy], [(0, 1, "uncredited", ["verbatim"])])
    findings = Findings([group])
    for one in (True, False):
        for drawing in drawings(findings, one=one).values():
            root = etree.fromstring(drawing.encode())
            assert not list(root.iter(f"{SVG}script"))
            shown = [held.text or "" for held in root.iter(f"{SVG}text")]
            assert max(map(len, shown)) < 200
            assert not re.search("[\x1b\u202e\ufffe]", drawing)


def test_the_command_writes_figures_beside_the_page(tmp_path: Path) -> None:
    kept = str(tmp_path / "it.filiation")
    assert main(["audit", str(DEMO), "--library", kept, "-q", "-o", str(tmp_path / "a.txt")]) == 0
    out = tmp_path / "new" / "figures"
    assert main(["report", "--library", kept, "--plots", str(out), "-q"]) == 0
    assert {path.name for path in out.iterdir()} == {
        "flows.svg", "over-time.svg", "delays.svg", "shares.svg",
    }  # fmt: skip
    group = "g-carnet-hydrologue.html"
    page = tmp_path / "it.html"
    arguments = ["--library", kept, "--group", group, "--plots", str(out), "-o", str(page), "-q"]
    assert main(["report", *arguments]) == 0
    assert "L'Estran" in str(etree.parse(out / "stemma.svg").xpath("string()"))
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chain = tmp_path / "chain.json"
    page = str(DEMO / "estran.html")
    assert main(["trace", page, "--json", "-o", str(chain), "-q"]) == 0
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert main(["report", str(chain), "--plots", str(tmp_path / "file" / "in"), "-q"]) == 2
    assert "name a folder where you may write" in capsys.readouterr().err
