"""What the commands print is compared, letter by letter, with the files in `golden/`."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.golden import COMMANDS, FOLDER, LOOKS, library, printed
from tests.test_cli import ROOT

ESCAPE = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with library() as kept:
        yield kept


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_what_it_should(name: str, look: str, place: Path) -> None:
    """Where this differs on purpose: `python -m tests.cli.golden`, and read the difference."""
    expected = FOLDER.joinpath(f"{name}-{look}.txt").read_text(encoding="utf-8")
    assert printed(name, look, place) == expected


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{name}-{look}.txt" for name in COMMANDS for look in LOOKS}
    assert {file.name for file in FOLDER.iterdir()} == expected


def held(name: str, look: str) -> str:
    return FOLDER.joinpath(f"{name}-{look}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_wider_than_the_report(name: str, look: str) -> None:
    width = int(LOOKS[look][0][-1])
    lines = ESCAPE.sub("", held(name, look)).splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_only_a_report_in_colour_has_escapes(name: str) -> None:
    assert [look for look in LOOKS if "\x1b" in held(name, look)] == ["colour"]


@pytest.mark.parametrize("name", COMMANDS)
def test_without_colour_a_terminal_has_what_a_pipe_has(name: str) -> None:
    assert held(name, "no-colour") == held(name, "80")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_dumb_terminal_has_letters_of_its_locale_and_no_drawing(name: str) -> None:
    assert not set(held(name, "dumb")) & set("│├└┤┘┬─╌━╸▼●○◂▸·•…“”«»‘’–—−→↓▁▂▃▄▅▆▇█")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_line_with_letters_from_right_to_left_begins_at_the_left(name: str) -> None:
    """Or a terminal that reorders would draw the whole line from right to left."""
    for look in LOOKS:
        for line in ESCAPE.sub("", held(name, look)).splitlines():
            if re.search("[\u0590-\u08ff]", line):
                assert line.startswith("\u200e"), line


@pytest.mark.parametrize("name", ["compare", "audit", "trace-library", "search"])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_locale_without_unicode_has_what_it_can_carry(
    name: str, encoding: str, place: Path
) -> None:
    """Letters that it has are written, others as escapes, and no line is the wider for it."""
    command = [word.format(library=place) for word in COMMANDS[name]]
    done = subprocess.run(
        [sys.executable, "-m", "filiation", *command, "--width", "80"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "trace"), "PYTHONIOENCODING": encoding},
    )
    lines = done.stdout.decode(encoding).splitlines()
    assert max(map(len, lines)) <= 80
    if name == "compare":
        assert ("Le Courrier des Rives" in lines[5]) and ("é" in "".join(lines)) is (
            encoding == "latin-1"
        )
    else:
        assert r"\u0635" in "".join(lines) or r"\u0627" in "".join(lines)


TURNED = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]+")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_terminal_that_reorders_moves_nothing_but_the_names(name: str) -> None:
    """As the reference of the bidirectional algorithm has it: fribidi."""
    if shutil.which("fribidi") is None:
        pytest.skip("there is no fribidi here")
    for look in LOOKS:
        lines = ESCAPE.sub("", held(name, look)).splitlines()
        seen = subprocess.run(
            ["fribidi", "--nobreak", "--nopad", "--charset", "UTF-8"],
            input="\n".join(lines),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        for before, after in zip(lines, seen.stdout.splitlines(), strict=True):
            assert TURNED.sub("#", after) == TURNED.sub("#", before)
