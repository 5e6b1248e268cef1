"""Texts written from right to left: in their own order within the report, which keeps its own."""

import io
import re
import shutil
import subprocess

import pytest
from rich.cells import cell_len

from filiation.report.sheet import Part, Sheet
from filiation.report.svg import CELL, MARGIN
from tests.report.test_svg import SVG, drawn, parsed

LEFT: list[Part] = [
    "قال الحارس إن ",
    ("[-القارب-]", "red strike"),
    " لم يعد في 2022 إلى الميناء القديم بعد العاصفة.",
]
RIGHT: list[Part] = ["قال الحارس إن ", ("{+المركب+}", "bold green"), " لم يعد في 2022 إلى الميناء."]


def printed(sheet: Sheet) -> list[str]:
    paper = io.StringIO()
    sheet.print_to(paper)
    return paper.getvalue().splitlines()


def seen(lines: list[str]) -> list[str]:
    """Return lines as a terminal draws them that knows the bidirectional algorithm."""
    if shutil.which("fribidi") is None:
        pytest.skip("there is no fribidi here")
    done = subprocess.run(
        ["fribidi", "--nobreak", "--nopad", "--charset", "UTF-8"],
        input="\n".join(lines), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return [re.sub("[\u200e\u200f]", "", line) for line in done.stdout.splitlines()]


def side_by_side(width: int = 60) -> Sheet:
    sheet = Sheet(width)
    sheet.columns(LEFT, RIGHT)
    return sheet


def test_columns_stay_columns() -> None:
    lines = seen(printed(side_by_side()))
    assert {line.index("│") for line in lines} == {29}


def test_a_text_is_read_from_the_right() -> None:
    """What comes first stands at the right: the changed word behind the words before it."""
    first = seen(printed(side_by_side()))[0]
    left, right = first.split("│")
    assert left.rstrip().endswith("ﻝﺎﻗ")  # the first word, shaped and turned
    assert "[-" in left and left.index("[-") < left.index("ﻝﺎﻗ")
    assert "{+" in right and right.index("{+") < right.index("ﻝﺎﻗ")


def test_lines_of_a_text_from_the_right_end_at_the_right() -> None:
    lines = printed(side_by_side())
    assert {cell_len(line.split("│")[0]) for line in lines} == {29}
    assert all(not line.split("│")[0].endswith("  ") for line in lines)


def test_a_text_from_the_left_with_a_name_from_the_right_stays_as_it_is() -> None:
    sheet = Sheet(60)
    sheet.columns(["Paper صحيفة printed 40."], ["Another printed 38."])
    [line] = seen(printed(sheet))
    assert re.fullmatch(r"Paper \S+ printed 40\. +│ Another printed 38\.", line)


def test_figures_behind_a_name_stay_behind_it() -> None:
    sheet = Sheet(60)
    sheet.line(("صحيفة الميناء", "bold"), " · 12 hops, 40 %")
    [line] = seen(printed(sheet))
    assert line.endswith(" · 12 hops, 40 %")


def test_in_a_picture_runs_of_one_text_are_drawn_as_one() -> None:
    """So that the browser, and not their places, puts them in order."""
    sheet = Sheet(60, colour=True)
    sheet.columns(LEFT, RIGHT)
    texts = list(parsed(drawn(sheet)).iter(f"{SVG}text"))
    mixed = [text for text in texts if text.findall(f"{SVG}tspan")]
    assert len(mixed) >= 2
    assert "[-القارب-]" in "".join(map(str, mixed[0].itertext()))
    assert float(mixed[1].get("x") or 0) >= MARGIN + 31 * CELL


def test_where_letters_are_lacking_there_are_no_marks() -> None:
    sheet = Sheet(60, plain_ascii=True)
    sheet.columns(LEFT, RIGHT)
    assert "".join(printed(sheet)).isascii()
