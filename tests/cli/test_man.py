"""The manual pages: one for each command, true to its help, and read by what reads such pages."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from filiation.cli.help import Told
from filiation.cli.program import program
from tests.test_cli import complaint, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("man") / "new" / "man1"
    assert run("man", place, "-q").returncode == 0
    return place


def read(page: Path) -> str:
    """Return a page as it is read, without the formatter's marks."""
    text = page.read_text(encoding="ascii")
    text = re.sub(r"\\\[u([0-9A-F]+)\]", lambda found: chr(int(found[1], 16)), text)
    text = re.sub(r"\\f[BIR]|\\&", "", text).replace("\\-", "-").replace("\\e", "\\")
    return " ".join(text.split())


def test_there_is_a_page_of_every_command(folder: Path) -> None:
    names = {f"filiation-{name}.1" for name in program.commands} | {"filiation.1"}
    assert {page.name for page in folder.iterdir()} == names


@pytest.mark.parametrize("name", sorted(program.commands))
def test_a_page_says_what_the_help_says(folder: Path, name: str) -> None:
    command = program.commands[name]
    page = read(folder / f"filiation-{name}.1")
    assert isinstance(command, Told)
    for line, does in command.examples:
        assert " ".join(line.split()) in page
        assert " ".join(does.split()) in page
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert all(option in page for option in parameter.opts)
            assert " ".join((parameter.help or "").split())[:60] in page
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "OPTIONS", "EXIT STATUS"):
        assert f".SH {section}" in page


@pytest.mark.parametrize(
    "reader", [("mandoc", "-T", "lint", "-W", "style"), ("groff", "-man", "-Tutf8", "-ww", "-z")]
)
def test_what_reads_such_pages_finds_no_fault(folder: Path, reader: tuple[str, ...]) -> None:
    if shutil.which(reader[0]) is None:
        pytest.skip(f"there is no {reader[0]} here")
    pages = sorted(map(str, folder.iterdir()))
    done = subprocess.run([*reader, *pages], capture_output=True, check=False)
    assert (done.stdout + done.stderr).decode() == ""


def test_the_date_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert "to read one: man -l" in complaint(run("man", tmp_path))
    assert '"1970-01-01"' in (tmp_path / "filiation.1").read_text(encoding="ascii")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("man", tmp_path / "file" / "man1")
    assert done.returncode == 2
    assert "file" in complaint(done)
