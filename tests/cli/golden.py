"""The reports as the commands print them, which `golden/` holds: at four widths, in colour, in ASCII.

`python -m tests.cli.golden` writes them anew: read the difference before you keep it.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cli import corpus
from tests.test_cli import run

FOLDER = Path(__file__).with_name("golden")
OUTLETS = "tests/cli/outlets"
DEMO = ("demo/courrier-des-rives.html", "--against", "demo")

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "trace": ("trace", *DEMO),
    "why": ("trace", *DEMO, "--why", "v2-v3"),
    "compare": ("compare", "demo/estran.html", "demo/courrier-des-rives.html"),
    "compare-translated": ("compare", "demo/harbour-ledger.html", "demo/estran.html"),
    "credits": ("credits", "demo/estran.html"),
    "audit": ("audit", "--library", "{library}", "--jobs", "1"),
    "trace-library": ("trace", "ferry-1", "--library", "{library}"),
    "search": ("search", "rafts", "--library", "{library}"),
    "show": ("show", "ferry-5", "--library", "{library}"),
    "outlets": ("outlets", "skarnpacket", "harbourdaily", "--outlets", OUTLETS),
}
"""What is run; `{library}` stands for one that holds the corpus."""
LOOKS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "60": (("--width", "60"), {}),
    "80": (("--width", "80"), {}),
    "120": (("--width", "120"), {}),
    "200": (("--width", "200"), {}),
    "colour": (("--format", "rich", "--width", "80"), {}),
    "no-colour": (("--format", "rich", "--width", "80"), {"NO_COLOR": "1"}),
    "dumb": (("--format", "rich", "--width", "80"), {"TERM": "dumb"}),
}
"""Options and environment by the name of a look."""


@contextmanager
def library() -> Iterator[Path]:
    """Yield a library that holds the corpus, audited."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "coast.filiation"
        added = run("add", corpus.written(Path(folder)), "--library", place, "--jobs", "1", "-q")
        assert added.returncode == 0, added.stderr
        assert run("audit", "--library", place, "--jobs", "1", "-q").returncode == 0
        yield place


def printed(name: str, look: str, place: Path) -> str:
    """Return what a command prints."""
    options, environment = LOOKS[look]
    command = [word.format(library=place) for word in COMMANDS[name]]
    before = dict(os.environ)
    for variable in ("NO_COLOR", "TERM", "COLUMNS"):
        os.environ.pop(variable, None)
    os.environ.update(environment)
    try:
        done = run(*command, *options, "-q")
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("utf-8").replace(str(place.parent), "FOLDER")
    return _undated(text)


def _undated(text: str) -> str:
    """Return a report without the moment at which the corpus was added."""
    return re.sub(
        r"(added\s+)\d{4}-\d\d-\d\d(\s+)\d\d:\d\d:\d\d", r"\g<1>2022-07-01\g<2>12:00:00", text
    )


def golden(place: Path) -> Iterator[tuple[Path, str]]:
    """Yield each golden file and what it should hold."""
    for name in COMMANDS:
        for look in LOOKS:
            yield FOLDER / f"{name}-{look}.txt", printed(name, look, place)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with library() as kept:
        for file, content in golden(kept):
            changed = not file.exists() or file.read_text(encoding="utf-8") != content
            file.write_text(content, encoding="utf-8", newline="\n")
            if changed:
                sys.stdout.write(f"{file.name}\n")
