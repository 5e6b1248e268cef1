"""`--svg`: the very report as a picture, wherever the report itself goes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from tests.test_cli import COPY, ROOT, apart, complaint, run

COMPARE = ("compare", "demo/estran.html", "demo/courrier-des-rives.html")
WITH_REPORTS = {
    "trace": ("trace", COPY, "--against", "demo"),
    "why": ("trace", COPY, "--against", "demo", "--why", "v2-v3"),
    "credits": ("credits", "demo"),
    "compare": COMPARE,
    "audit": ("audit", "demo"),
    "outlets": ("outlets", "show", "zerohedge", "reuters"),
}


def words(picture: Path) -> str:
    """Return what stands in a picture, without blanks."""
    found = etree.fromstring(picture.read_bytes()).iter("{http://www.w3.org/2000/svg}text")
    return re.sub(r"\s", "", "".join("".join(map(str, text.itertext())) for text in found))


@pytest.mark.parametrize("name", WITH_REPORTS)
def test_every_report_can_be_drawn(name: str, tmp_path: Path) -> None:
    picture = tmp_path / "report.svg"
    done = run(*WITH_REPORTS[name], "--svg", picture, "--no-color", "--width", "90")
    plain = run(*WITH_REPORTS[name], "--width", "90")
    assert done.returncode == plain.returncode == 0
    assert done.stdout == plain.stdout
    assert words(picture) == re.sub(r"\s", "", plain.stdout.decode())


def test_in_colour_changes_are_drawn_by_style(tmp_path: Path) -> None:
    picture = tmp_path / "report.svg"
    assert b"[-" in run(*COMPARE, "--svg", picture).stdout
    assert "[-" not in words(picture)
    assert b"line-through" in picture.read_bytes()


def test_the_picture_is_whole_when_nobody_reads_the_text(tmp_path: Path) -> None:
    """A reader that closes the pipe early ends the text, and not the picture."""
    picture = tmp_path / "report.svg"
    command = f"{sys.executable} -m filiation audit demo --limit 1 --svg {picture} | true"
    subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env={"PYTHONPATH": str(ROOT / "trace")}, check=True
    )
    assert "Whatwasrepublished" in words(picture)
    assert "OUTLETBYOUTLET" in words(picture)


def test_a_dumb_terminal_changes_the_text_and_not_the_picture(tmp_path: Path) -> None:
    picture = tmp_path / "report.svg"
    done = apart("audit", "demo", "--svg", picture, cwd=ROOT, TERM="dumb")
    assert done.stdout.isascii()
    assert "└─" in words(picture)


@pytest.mark.parametrize("json", [("--json",), ("--format", "jsonl")])
def test_json_is_no_report_to_draw(json: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*COMPARE, *json, "--svg", tmp_path / "report.svg")
    assert done.returncode == 2
    assert "--svg draws the report, and JSON is none" in complaint(done)
    assert done.stdout == b""
    assert not list(tmp_path.iterdir())


def test_text_and_picture_cannot_share_a_file(tmp_path: Path) -> None:
    done = run(*COMPARE, "-o", tmp_path / "x", "--svg", tmp_path / "x")
    assert done.returncode == 2
    assert "name the same file" in complaint(done)
    assert not list(tmp_path.iterdir())


def test_where_there_is_no_report_none_is_drawn(tmp_path: Path) -> None:
    done = run("outlets", "--check", "--svg", tmp_path / "x.svg")
    assert done.returncode == 2
    assert "there was no report to draw" in complaint(done)
    assert not list(tmp_path.iterdir())


def test_a_picture_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    done = run(*COMPARE, "--svg", tmp_path / "no" / "x.svg")
    assert done.returncode == 2
    assert "x.svg" in complaint(done)
