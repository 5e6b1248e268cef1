"""Reports are compared, letter by letter, with the files in `golden/`."""

import re
import unicodedata
from pathlib import Path

import pytest

from tests.report.golden import FOLDER, REPORTS, golden, report

EXPECTED = list(golden())
NAMES = list(REPORTS)


@pytest.mark.parametrize(
    ("file", "content"), EXPECTED, ids=lambda value: getattr(value, "stem", "")
)
def test_report_is_the_golden_one(file: Path, content: str) -> None:
    """Where this differs on purpose: `python -m tests.report.golden`, and read the difference."""
    assert content == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {file for file, _ in EXPECTED} == set(FOLDER.iterdir())


def columns(line: str) -> int:
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in line
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [24, 40, 60, 80, 120, 200])
def test_no_line_is_wider_than_asked_for(name: str, width: int) -> None:
    assert [line for line in report(name, width).splitlines() if columns(line) > width] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_ends_in_blanks(name: str, width: int) -> None:
    assert re.findall(r"[ \t]+$", report(name, width), re.MULTILINE) == []


@pytest.mark.parametrize("name", NAMES)
def test_without_colour_there_is_no_escape(name: str) -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", report(name, 80))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "compare-edited"])
def test_colour_adds_nothing_to_the_words(name: str) -> None:
    coloured = report(name, 80, colour=True)
    assert "\x1b[" in coloured
    bare = re.sub("\x1b\\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == report(name, 80).splitlines()


def test_with_colour_changes_are_marked_by_style_not_by_brackets() -> None:
    coloured = report("compare-edited", 100, colour=True)
    assert "[-" not in re.sub("\x1b\\[[0-9;]*m", "", coloured)
    assert "\x1b[9;31mthe\x1b[0m" in coloured


def test_page_text_sets_no_style_even_with_colour() -> None:
    """The escapes of the hostile title are spelled out, and rich's markup is just text."""
    coloured = report("trace-measured", 200, colour=True)
    assert r"\x1b[31mRed" in coloured
    assert "[bold]der nie fett wird[/bold]" in coloured


@pytest.mark.parametrize("name", NAMES)
def test_ascii_output_draws_with_ascii(name: str) -> None:
    signs = set(report(name, 80, plain_ascii=True)) & set("│├└─━╸▼·•…“”«»‘’–—→\u200e")
    assert not signs
