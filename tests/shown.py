"""What documents show of commands: the blocks that hold them, and what they print.

A block of output is introduced by the commands that printed it, in a `console` block:

    ```console
    $ filiation --version
    filiation 0.1.0
    ```

The commands of a block are run in their order, up to the last one whose output is shown.
"""

import io
import re
import shlex
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from filiation.cli.program import main

__all__ = ["CONSOLE", "ROOT", "checkout", "commands", "printed", "refreshed"]

ROOT = Path(__file__).parents[1]
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n", re.MULTILINE)
ELLIPSIS = "[...]\n"
"""Stands for lines left out, at the end of what a command prints."""


@contextmanager
def checkout() -> Iterator[Path]:
    """Yield a folder that holds what the root of the project does, and takes what commands write."""
    with TemporaryDirectory() as place:
        for path in ROOT.iterdir():
            (Path(place) / path.name).symlink_to(path)
        yield Path(place)


def commands(text: str) -> list[str]:
    """Return the commands of a document's blocks, in their order."""
    return [command for block in CONSOLE.findall(text) for command in COMMAND.findall(block)]


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
    first, *pieces = COMMAND.split(block)
    steps = list(zip(pieces[::2], pieces[1::2], strict=True))
    last = max((place for place, (_, shown) in enumerate(steps) if shown.strip()), default=-1)
    fresh = [first]
    with checkout() as place:
        for number, (command, shown) in enumerate(steps):
            output = printed(command, place) if number <= last else ""
            if shown.endswith(ELLIPSIS):
                kept = shown.count("\n") - 1
                output = "".join(output.splitlines(keepends=True)[:kept]) + ELLIPSIS
            fresh.append(f"$ {command}\n{output if shown.strip() else ''}")
    return "".join(fresh)
