"""The documents do not rot: what they show is run, what they name exists.

A block of output is introduced by the command that printed it, in a `console` block:

    ```console
    $ filiation --version
    filiation 0.1.0
    ```

`python tests/test_docs.py` runs the commands and writes what they print into the documents.
"""

import io
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from filiation.cli.program import main, program

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ELLIPSIS = "[...]\n"
"""Stands for lines left out, at the end of a block."""


@contextmanager
def checkout() -> Iterator[Path]:
    """Yield a folder that holds what the root of the project does, and takes what commands write."""
    with TemporaryDirectory() as place:
        for path in ROOT.iterdir():
            (Path(place) / path.name).symlink_to(path)
        yield Path(place)


def printed(command: str, place: Path) -> str:
    """Return what a command prints on standard output when it is run in `place`."""
    words = shlex.split(command)
    words = words[: words.index("|")] if "|" in words else words
    assert words[0] == "filiation", f"only filiation can be shown with its output, not {command!r}"
    out = io.StringIO()
    with chdir(place), redirect_stdout(out), redirect_stderr(io.StringIO()):
        main(words[1:])
    return out.getvalue()


def refreshed(block: str) -> str:
    """Return a console block with the output that its commands print now."""
    pieces = COMMAND.split(block)
    fresh = [pieces[0]]
    with checkout() as place:
        for command, shown in zip(pieces[1::2], pieces[2::2], strict=True):
            output = printed(command, place) if shown.strip() else ""
            if shown.endswith(ELLIPSIS):
                kept = shown.count("\n") - 1
                output = "".join(output.splitlines(keepends=True)[:kept]) + ELLIPSIS
            fresh.append(f"$ {command}\n{output}")
    return "".join(fresh)


def blocks() -> Iterator[str]:
    for document in DOCUMENTS:
        for found in CONSOLE.finditer(document.read_text(encoding="utf-8")):
            yield found[1]


@pytest.mark.parametrize("block", list(blocks()), ids=lambda block: block.splitlines()[0][2:])
def test_shown_output_is_what_is_printed(block: str) -> None:
    """Where this differs on purpose: `python tests/test_docs.py`, and read the difference."""
    assert refreshed(block) == block


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_within_the_project_resolve(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [
        target
        for target in LINK.findall(text)
        if "://" not in target
        and not target.startswith(("#", "mailto:"))
        and not (document.parent / target.partition("#")[0]).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("command", sorted(program.commands))
def test_every_command_appears_in_the_readme(command: str) -> None:
    assert f"filiation {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(program.commands))
def test_every_option_is_in_the_reference(command: str) -> None:
    reference = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = reference.split(f"\n## `filiation {command}`\n")[1].split("\n## ")[0]
    shared = reference.split("\n## Options of every command\n")[1].split("\n## ")[0]
    names = [option for parameter in program.commands[command].params for option in parameter.opts]
    missing = [name for name in names if name.startswith("--") and name not in section + shared]
    assert missing == []


@pytest.mark.parametrize(
    "document", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem
)
def test_a_decision_says_question_answer_and_cost(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Question", "Answer", "Cost"]


def test_every_document_is_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in LINK.findall(text)}
    missing = [path for path in DOCUMENTS if not linked.intersection((path, *path.parents))]
    assert missing == [ROOT / "README.md"]


if __name__ == "__main__":
    for path in DOCUMENTS:
        before = path.read_text(encoding="utf-8")
        after = CONSOLE.sub(lambda found: f"```console\n{refreshed(found[1])}```", before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")
