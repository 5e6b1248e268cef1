"""What the shell completes, asked as the shells ask."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import ROOT, complaint, run

ASKED = (sys.executable, "-m", "filiation")


def offered(line: str, cwd: Path = ROOT, **environment: str) -> list[str]:
    """Return what may stand at the end of a line, as bash is told."""
    words = line.split(" ")
    done = subprocess.run(
        ASKED,
        capture_output=True,
        cwd=cwd,
        check=False,
        env={
            "PYTHONPATH": str(ROOT / "trace"),
            "_FILIATION_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            **environment,
        },
    )
    assert done.stderr == b""
    return done.stdout.decode().split()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("completion") / "demo.filiation"
    assert run("add", "demo", "--library", place, "-q").returncode == 0
    return place


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("filiation tr", ["plain,trace"]),
        ("filiation trace --form", ["plain,--format"]),
        ("filiation trace --format js", ["plain,json", "plain,jsonl"]),
        ("filiation export --format g", ["plain,gexf", "plain,graphml"]),
        ("filiation export --of o", ["plain,outlets"]),
        ("filiation completion ", ["plain,bash", "plain,zsh", "plain,fish"]),
        ("filiation trace --column t", ["plain,title=", "plain,text="]),
        ("filiation outlets zerohed", ["plain,zerohedge"]),
        ("filiation outlets show zerohed", ["plain,zerohedge"]),
        ("filiation outlets li", ["plain,list"]),
        ("filiation trace de", ["file,de"]),
        ("filiation trace page.html --against p", ["file,p"]),
        ("filiation audit --library p", ["file,p"]),
        ("filiation compare a.txt b", ["file,b"]),
        ("filiation trace page.html --svg p", ["file,p"]),
        ("filiation trace page.html --bundle e", ["dir,e"]),
        ("filiation man m", ["dir,m"]),
        ("filiation search salt --outlet h", []),
    ],
)
def test_what_may_follow_is_offered(line: str, expected: list[str], tmp_path: Path) -> None:
    found = offered(line, tmp_path)
    assert [one for one in found if one in expected] == expected
    assert bool(found) == bool(expected)


def test_ids_and_outlets_of_a_library_are_offered(library: Path) -> None:
    assert offered(f"filiation show --library {library} est") == ["plain,estran.html"]
    assert offered("filiation show est", FILIATION_LIBRARY=str(library)) == ["plain,estran.html"]
    assert offered(f"filiation search x --library {library} --outlet les") == ["plain,lestran"]


def test_a_library_that_is_none_offers_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.filiation").write_bytes(b"no library" * 1000)
    assert offered("filiation show --library bad.filiation a", tmp_path) == []
    assert offered("filiation show --library none.filiation a", tmp_path) == []


def test_broken_settings_offer_nothing_and_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "filiation.toml").write_text("[web\n", encoding="utf-8")
    assert "plain,trace" in offered("filiation tr", tmp_path)
    offered("filiation trace --for", tmp_path)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_lines_are_ones_that_the_shell_reads(shell: str, tmp_path: Path) -> None:
    lines = run("completion", shell).stdout
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    (tmp_path / "lines").write_bytes(lines)
    subprocess.run([shell, "-n", str(tmp_path / "lines")], check=True)


def test_bash_completes_with_them(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    program = tmp_path / "filiation"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m filiation "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = (
        'eval "$(filiation completion bash 2>/dev/null)"; COMP_WORDS=(filiation tra); COMP_CWORD=1; '
        '_filiation_completion filiation; echo "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        [bash, "-c", script],
        capture_output=True,
        env={"PATH": path, "PYTHONPATH": str(ROOT / "trace")},
        check=True,
    )
    assert done.stdout.decode().split() == ["trace"]


def test_where_the_lines_go_is_said_beside_them() -> None:
    assert "~/.zshrc" in complaint(run("completion", "zsh"))
