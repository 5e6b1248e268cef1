"""Trees beside a time axis, and matrices: what they say of every version and outlet."""

import io
import re

import pytest
from rich.cells import cell_len

from filiation.report.matrix import fits, lay_matrix
from filiation.report.sheet import Sheet
from filiation.report.timeline import lay_timeline
from filiation.report.tree import Tree
from filiation.values import Contamination, Dates, Evidence, Hop, Standing, Version
from tests.report.audits import at, by

EVIDENCE = (Evidence("passages", "the texts match"),)


def version(number: int, name: str | None, dates: Dates, *, seen: bool = True) -> Version:
    return Version(f"v{number}", name, seen=seen, dates=dates)


def hop(
    parent: int, child: int, standing: Standing = "uncredited", probability: float = 0.9
) -> Hop:
    return Hop(
        f"v{parent}", f"v{child}", ("verbatim",), "match", standing, probability, EVIDENCE
    )  # fmt: skip


def laid(tree: Tree, width: int, *, limit: int = 40, asked: str | None = None) -> list[str]:
    sheet = Sheet(width)
    numbers = {key: number for number, key in enumerate(tree.versions, 1)} if asked else None
    lay_timeline(sheet, tree, limit, numbers=numbers, asked=asked)
    paper = io.StringIO()
    sheet.print_to(paper)
    return paper.getvalue().splitlines()


TREE = Tree(
    [
        version(1, "Nachtfähre", by(2), seen=False),
        version(2, "The Harbour Ledger", at(3, 8)),
        version(3, "L'Estran", at(4)),
        version(4, "The Upland Herald", at(9, 10)),
        version(5, None, Dates()),
    ],
    [hop(1, 2, "credited"), hop(2, 3, "confirmed"), hop(2, 4, "skipped", 0.6), hop(3, 4, probability=0.3),
     hop(4, 5, "disputed")],
)  # fmt: skip
"""A version of two sources, one that nobody saw, and one without a name or a date."""


@pytest.mark.parametrize("width", [40, 56, 60, 76, 80, 108, 120, 200])
def test_every_width_has_every_version_its_date_and_its_standing(width: int) -> None:
    lines = laid(TREE, width, asked="v4")
    told = " ".join(re.sub(r"[│├└─╌●]", " ", " ".join(lines)).split())
    for name in ("Nachtf", "The Harb", "L'Est", "The Up"):
        assert name in told
    for standing in ("CREDITED", "CONFIRMED", "SKIPPED", "DISPUTED"):
        assert standing in told
    assert "9 May" in told
    assert [line for line in lines if cell_len(line) > width] == []


@pytest.mark.parametrize("width", [50, 80, 120])
def test_of_two_sources_the_likelier_has_the_copy_and_the_other_is_told(width: int) -> None:
    lines = laid(TREE, width)
    [place] = [number for number, line in enumerate(lines) if "The Upland" in line]
    assert any("also from L'Estran" in line for line in lines[place : place + 5])
    assert sum("The Upland" in line for line in lines) == 1


@pytest.mark.parametrize("width", [50, 80, 120])
def test_what_a_version_may_have_been_made_from_as_well_is_told(width: int) -> None:
    versions = [version(1, "A", at(2)), version(2, "B", at(3)), version(3, "C", at(4))]
    told = Contamination("v3", ("v1", "v2"), 20)
    tree = Tree(versions, [hop(1, 2), hop(1, 3)], [told])
    assert [line.strip(" │├└─") for line in laid(tree, width)].count("perhaps also from B") == 1
    assert not any("perhaps" in line for line in laid(Tree(versions, [hop(1, 2)]), width))


def test_signs_are_explained_where_they_are_drawn_and_only_there() -> None:
    legend = " ".join(laid(TREE, 100, asked="v4")[-2:])
    assert "○ not seen" in legend
    assert "◂ some time before" in legend
    assert "▸ the article asked about" in legend
    assert "some time after" not in legend
    assert "stretched" not in legend


def test_what_is_not_dated_has_no_place_on_the_axis() -> None:
    [row] = [line for line in laid(TREE, 100) if "(not named)" in line]
    assert re.search(r"\(not named\) +not dated +DISPUTED$", row)


def test_a_copy_that_is_older_than_its_source_is_seen_to_be() -> None:
    tree = Tree(
        [version(1, "Late", at(9, 1)), version(2, "Early", at(2, 1))], [hop(1, 2, "disputed")]
    )
    [row] = [line for line in laid(tree, 80) if "Early" in line]
    assert "●╌" in row and "╌┘" in row
    assert "+" not in row


def test_a_circle_of_hops_is_drawn_without_end() -> None:
    """No stemma has one; a file that says so must not hang the report."""
    tree = Tree([version(1, "One", at(1)), version(2, "Other", at(2))], [hop(1, 2), hop(2, 1)])
    assert laid(tree, 80) == []


def test_hours_are_told_where_they_matter() -> None:
    near = Tree([version(1, "A", at(3, 8)), version(2, "B", at(3, 20))], [hop(1, 2)])
    far = Tree([version(1, "A", at(3, 8)), version(2, "B", at(13, 20))], [hop(1, 2)])
    assert "3 May 20:00" in " ".join(laid(near, 80))
    assert "published, UTC" in laid(near, 80)[0]
    assert "13 May 2021" in " ".join(laid(far, 80))
    assert "UTC" not in laid(far, 80)[0]


@pytest.mark.parametrize("width", [40, 80])
def test_dates_that_exclude_one_another_are_said_to(width: int) -> None:
    first = at(3, 8)
    unsure = Dates(first.earliest, first.latest, first.precision, (), disagree=True)
    tree = Tree([version(1, "A", unsure), version(2, "B", at(4, 20))], [hop(1, 2)])
    told = " ".join(" ".join(laid(tree, width)).replace("│", "").split())
    assert "its dates exclude one another" in told
    assert width < 56 or "3 May 08:00 ?" in told


# The matrix

OUTLETS = [f"o{number}" for number in range(12)]
NAMES = {key: f"Outlet with a long name number {key}" for key in OUTLETS}
COUNTS = {("o0", "o1"): 9_999, ("o1", "o0"): 1, ("o2", "o2"): 5, ("o0", "o11"): 20_000}


def matrix(width: int, outlets: list[str], *, plain_ascii: bool = False) -> list[str]:
    sheet = Sheet(width, plain_ascii=plain_ascii)
    lay_matrix(sheet, outlets, NAMES, COUNTS)
    paper = io.StringIO()
    sheet.print_to(paper)
    return paper.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_as_many_outlets_as_fit_are_in_the_matrix(width: int) -> None:
    number = fits(Sheet(width), OUTLETS)
    assert 4 <= number <= len(OUTLETS)
    lines = matrix(width, OUTLETS[:number])
    assert len(lines) == number + 1
    assert max(map(cell_len, lines)) <= width
    assert lines[0].split()[-2:] == [str(number), "all"]


def test_a_cell_has_the_count_and_a_row_ends_with_all() -> None:
    lines = matrix(120, OUTLETS[:4])
    assert re.search(r" 9,999 ━+ ", lines[1])
    assert lines[1].split()[-1] == "29,999"
    assert re.search(r" 1 ╸", lines[2])
    assert "·" in lines[2]
    assert "5 ╸" in lines[3]


def test_two_outlets_need_no_matrix() -> None:
    assert fits(Sheet(200), OUTLETS[:2]) == 0
    assert fits(Sheet(30), OUTLETS) == 0


def test_a_matrix_is_drawn_with_ascii_where_it_must() -> None:
    assert "".join(matrix(80, OUTLETS[:5], plain_ascii=True)).isascii()
