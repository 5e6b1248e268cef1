"""The report of an audit: what it says, what it cuts, and that it holds its shape."""

import io
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from filiation.audit.values import Audit
from filiation.report.audit import audit_report
from filiation.report.sheet import Sheet
from filiation.report.tables import Column, lay_table
from tests.report.audits import FERRY, GROUPS, SALT, Step, at, audit, group, version, viral


def report(found: Audit, width: int = 100, *, limit: int = 20, plain_ascii: bool = False) -> str:
    sheet = Sheet(width, plain_ascii=plain_ascii)
    audit_report(sheet, found, limit=limit)
    return printed(sheet)


def printed(sheet: Sheet) -> str:
    paper = io.StringIO()
    sheet.print_to(paper)
    return paper.getvalue()


def section(text: str, heading: str) -> list[str]:
    """Return the lines below a heading, the headings of its table left out."""
    _, _, after = text.partition(f"\n{heading}\n\n")
    lines = re.split(r"\n\n[A-Z ]+\n\n", after)[0].splitlines()
    lines = [line.removeprefix("\u200e") for line in lines]
    assert lines, heading
    return lines


# What it says


def test_the_headline_has_the_numbers() -> None:
    told = " ".join(report(audit()).split())
    assert (
        "Among 35 articles of 7 outlets, 4 texts were found in more than one version: 11 "
        "republications from one outlet to another, and 2 hops within one outlet. They go back to 4 "
        "independent sources; 3 versions that credits name were not seen." in told
    )
    assert "Le Courrier des Rives republishes most: 3 of its 6 articles (50 %)." in told


def test_one_of_each_is_told_in_the_singular() -> None:
    found = group([version("Nachtfähre"), version("mina", article="a")], [(0, 1, "credited", [])])
    told = " ".join(report(audit([found], alone=0)).split())
    assert (
        "Among 1 article of 1 outlet, 1 text was found in more than one version: 1 republication "
        "from one outlet to another. They go back to 1 independent source; 1 version that credits "
        "name was not seen." in told
    )
    assert "Nachtfähre is taken from most, once." in told


def test_updates_alone_are_no_republication() -> None:
    told = " ".join(report(audit([FERRY], alone=1)).split())
    assert (
        "no republication from one outlet to another was found, and 1 hop within one outlet."
        in told
    )
    assert "WHO TAKES FROM WHOM" not in told


def test_the_bars_are_as_long_as_the_numbers_are_large() -> None:
    versions = [version("ledger", article="x"), version("estran", article="z")]
    versions += [version("mina", article=f"y{n}") for n in range(4)]
    steps: list[Step] = [(0, n, "uncredited", ["verbatim"]) for n in range(2, 6)]
    many = group(versions, [(0, 1, "confirmed", []), *steps])
    lines = section(report(audit([many], alone=0), 120), "PAIR BY PAIR")
    first, second = (line.count("━") + line.count("╸") / 2 for line in lines[1:3])
    assert first == 4 * second > 0


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_every_width_has_every_flow(width: int) -> None:
    lines = section(
        report(audit(), width), "PAIR BY PAIR" if width >= 60 else "WHO TAKES FROM WHOM"
    )
    arrows = [line for line in lines if "→" in line]
    assert len(arrows) == len(audit().flows) == 11


def test_the_tree_is_that_of_the_hops() -> None:
    lines = section(report(audit([SALT]), 120), "THE TEXTS THAT WERE TAKEN MOST")
    rows = lines[4:]
    names = [re.split("  +", line.strip())[0] for line in rows[:4]]
    assert names == [
        "The Harbour Ledger", "├─ The Upland Herald", "│", "│",
    ]  # fmt: skip
    assert [line[:6] for line in rows[2:4]] == ["   │  ", "   │  "]
    assert "├─ The Upland Herald" in rows[2]
    assert "└─ صحيفة الميناء\u200e" in rows[3]
    assert re.search(r"4 May 2021 +\+3 h  verbatim · UNCREDITED$", rows[1])
    assert re.search(r"5 May 2021 +\+24 h  extended · same outlet$", rows[2])


def test_in_a_narrow_report_a_version_is_a_sentence() -> None:
    lines = section(report(audit([SALT]), 50), "THE TEXTS THAT WERE TAKEN MOST")
    told = " ".join(" ".join(lines).replace("│", "").split())
    assert "├─ The Upland Herald · 4 May 2021, +3 h · verbatim · UNCREDITED" in told
    assert "┬" not in told


# What it cuts


def test_long_tables_are_cut_and_the_rest_is_counted() -> None:
    text = report(audit(), limit=4)
    flows = section(text, "PAIR BY PAIR")
    assert len([line for line in flows if "→" in line]) == 4
    assert flows[-1] == "and 7 more pairs of outlets"
    assert section(text, "OUTLET BY OUTLET")[-1] == "and 6 more outlets"
    assert section(report(audit(), limit=1), "WHAT WAS LEFT OUT")[-1] == "and 3 more"


def test_a_wide_tree_is_cut_at_its_end() -> None:
    star = group(
        [version("ledger", at(1, 0), article="x"),
         *(version("mina", at(2 + n), article=f"y{n:02}") for n in range(30))],
        [(0, n, "uncredited", []) for n in range(1, 31)],
    )  # fmt: skip
    lines = section(report(audit([star]), limit=5), "THE TEXTS THAT WERE TAKEN MOST")
    assert len(lines) == 4 + 5 + 2
    assert [line.strip()[:2] for line in lines[5:9]] == ["├─", "├─", "├─", "└─"]
    assert "2 May 2021" in lines[5]
    assert lines[-1] == "   and 26 more"


@pytest.mark.parametrize(("width", "least", "most"), [(50, 2, 20), (80, 90, 101)])
def test_a_deep_tree_is_cut_where_the_sheet_ends(width: int, least: int, most: int) -> None:
    """Deeper than Python's own stack, and than any sheet is wide: every name has room."""
    names = ["ledger", "mina", "upland"]
    versions = [version(names[n % 3], at(1 + n), article=f"x{n:04}") for n in range(2000)]
    steps: list[Step] = [(n, n + 1, "uncredited", []) for n in range(1999)]
    lines = section(
        report(audit([group(versions, steps)]), width, limit=1000), "THE TEXTS THAT WERE TAKEN MOST"
    )
    shown = [line for line in lines if "└─" in line]
    assert least <= len(shown) <= most
    assert lines[-1] == f"   and {2000 - 1 - len(shown):,} more"
    assert all(cell_len(line) <= width for line in lines)
    assert all(re.search("└─ (The H|The U|صحيف)", line) for line in shown)


def test_of_several_sources_the_one_that_most_took_comes_first() -> None:
    """Versions that nothing connects must not crowd out the tree."""
    versions = [version("mina", at(1 + n), article=f"x{n}") for n in range(6)]
    versions += [version("ledger", at(8), article="y"), version("upland", at(9), article="z")]
    lines = section(
        report(audit([group(versions, [(6, 7, "confirmed", [])])]), limit=3),
        "THE TEXTS THAT WERE TAKEN MOST",
    )
    assert [line[:24].rstrip() for line in (*lines[:2], *lines[4:7], lines[-1])] == [
        " 1 g-x0", "   8 versions · 1 May 20", "   The Harbour Ledger", "   └─ The Upland Herald",
        "   صحيفة الميناء\u200e", "   and 5 more",
    ]  # fmt: skip
    assert lines[1] == "   8 versions · 1 May 2021 to 9 May 2021 · g-x0"


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_what_is_shown_and_what_is_counted_are_all(limit: int) -> None:
    lines = section(report(audit([viral()]), 200, limit=limit), "THE TEXTS THAT WERE TAKEN MOST")
    more = re.fullmatch(r"   and ([\d,]+) more", lines[-1])
    rows = [line for line in lines[2:] if re.search(r" \d May \d\d:\d\d|1 May 2021$", line)]
    assert len(rows) + (int(more[1]) if more else 0) == 40


# What is hostile


@pytest.mark.parametrize("width", [24, 60, 80, 120, 200])
@pytest.mark.parametrize("plain_ascii", [False, True])
def test_nothing_acts(width: int, plain_ascii: bool) -> None:
    text = report(audit([viral(), *GROUPS]), width, plain_ascii=plain_ascii)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


def test_names_with_line_breaks_and_markup_stay_in_their_row() -> None:
    rows = section(report(audit(), 200), "OUTLET BY OUTLET")
    [row] = [row for row in rows if "calc" in row]
    assert row.startswith(r"=cmd|' /C calc'!A0 \x1b[31mRed\x1b[0m")
    assert re.search(r" 4 +0 +1 +25 % ", row)


def test_a_path_of_the_user_is_shown_on_one_line() -> None:
    sheet = Sheet(80)
    audit_report(sheet, audit(), files=[Path("out\n\x1b[2J") / "flows.csv"])
    assert "- out \\x1b[2J/flows.csv: outlet by outlet" in printed(sheet)


# Tables


def test_figures_stand_below_each_other_whatever_the_letters() -> None:
    sheet = Sheet(60)
    names = ["Gull", "港口日报", "صحيفة", "e\u0301te\u0301"]
    columns = [Column("name", name=True), Column("n", right=True)]
    lay_table(sheet, columns, [[name, "7"] for name in names])
    assert {cell_len(line) for line in printed(sheet).splitlines()} == {11}


@pytest.mark.parametrize("width", range(60, 200, 7))
@pytest.mark.parametrize("plain_ascii", [False, True])
def test_a_table_is_never_wider_than_the_sheet(width: int, plain_ascii: bool) -> None:
    text = report(audit([viral(), *GROUPS]), width, plain_ascii=plain_ascii)
    for heading in ("PAIR BY PAIR", "OUTLET BY OUTLET"):
        lines = section(text, heading)
        assert max(map(cell_len, lines)) <= width
        # The last column ends at one edge: no row was wrapped. Headings have two lines at most.
        rows = [line for line in lines[2:] if not line.startswith("and ")]
        assert len({cell_len(line) for line in rows}) == 1


def test_room_is_given_up_in_order() -> None:
    """Names first, then long headings, then columns that may go, then bars."""
    columns = [
        Column("name", name=True),
        Column("a long heading", "short", right=True),
        Column("", bar=True),
        Column("may go", right=True, goes=True),
    ]
    seen = {}
    for width in (80, 50, 46, 38, 26, 24):
        sheet = Sheet(width)
        lay_table(sheet, columns, [["An Outlet With A Name", "12", (1.0, ""), "7"]])
        heading, row = printed(sheet).splitlines()
        seen[width] = ["…" in row, "long" in heading, "may go" in heading, "━" in row]
    assert seen == {
        80: [False, True, True, True],
        50: [True, True, True, True],
        46: [False, False, True, True],
        38: [False, False, False, True],
        26: [True, False, True, False],
        24: [True, False, False, False],
    }
