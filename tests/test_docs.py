"""The documents do not rot: what they show is run, what they name exists, and the site is built.

`python -m tests.test_docs` runs the commands and writes what they print into the documents.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from filiation.cli.program import program
from tests.shown import CONSOLE, ROOT, refreshed

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PICTURES = ROOT / "docs" / "pictures"
"""Where the pages look for pictures, which the build of the site makes."""


def blocks() -> Iterator[tuple[str, str]]:
    """Yield every block, with the document that it stands in and its first command."""
    for document in DOCUMENTS:
        for number, found in enumerate(CONSOLE.finditer(document.read_text(encoding="utf-8")), 1):
            name = str(document.relative_to(ROOT))
            yield f"{name} {number}: {found[1].splitlines()[0][2:]}", found[1]


BLOCKS = dict(blocks())


@pytest.mark.parametrize("name", BLOCKS)
def test_shown_output_is_what_is_printed(name: str) -> None:
    """Where this differs on purpose: `python -m tests.test_docs`, and read the difference."""
    assert refreshed(BLOCKS[name]) == BLOCKS[name]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_within_the_project_resolve(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [
        target
        for target in LINK.findall(text)
        if "://" not in target
        and not target.startswith(("#", "mailto:"))
        and not (document.parent / target.partition("#")[0]).exists()
        and PICTURES not in (document.parent / target).resolve().parents
    ]
    assert missing == []


@pytest.mark.parametrize("name", ["methods", "limits"])
def test_a_figure_in_an_overview_is_the_one_that_its_page_has(name: str) -> None:
    """What a row of a table says in figures stands in a document that the row links to."""
    document = ROOT / "docs" / f"{name}.md"
    missing = []
    for row in re.findall(r"^\|.*\|$", document.read_text(encoding="utf-8"), re.MULTILINE):
        linked = {(document.parent / link.partition("#")[0]) for link in LINK.findall(row)}
        said = " ".join(path.read_text(encoding="utf-8") for path in linked)
        shown = re.sub(r"\]\([^)]*\)", "", row)
        figures = re.findall(r"(?<![\w.])\d[\d,.]*\d(?![\w])", shown)
        missing += [(figure, sorted(path.name for path in linked)) for figure in figures
                    if not re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d])", said)]  # fmt: skip
    assert missing == []


@pytest.mark.parametrize("command", sorted(program.commands))
def test_every_command_appears_in_the_readme(command: str) -> None:
    assert f"filiation {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(program.commands))
def test_every_command_has_a_guide_that_shows_it(command: str) -> None:
    """With its options a link away."""
    guide = (ROOT / "docs" / "guide" / f"{command}.md").read_text(encoding="utf-8")
    assert guide.startswith(f"# `filiation {command}`")
    assert f"$ filiation {command}" in guide
    assert f"(../commands.md#filiation-{command})" in guide


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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site, built so that every warning is an error."""
    place = tmp_path_factory.mktemp("built") / "site"
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(place)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return place


def test_the_site_has_every_page_and_leads_to_it(site: Path) -> None:
    home: Any = html.parse(site / "index.html")
    led = {str(address).partition("#")[0] for address in home.xpath("//nav//a/@href")}
    pages = {
        str(path.relative_to(ROOT / "docs").with_suffix(".html"))
        for path in (ROOT / "docs").rglob("*.md")
    }
    assert not [page for page in pages if not (site / page).exists()]
    assert pages <= led


def test_the_site_asks_for_nothing_from_elsewhere(site: Path) -> None:
    """It opens from a folder, without the web: no font, script, style or picture is remote."""
    asked = [
        (path.name, str(address))
        for path in site.rglob("*.html")
        for address in html.parse(path).xpath(
            "//script/@src | //img/@src | //iframe/@src | //link[@rel!='canonical']/@href"
        )
        if "//" in str(address)
    ]
    assert asked == []
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(.?(https?:)?//", sheet.read_text(encoding="utf-8"))


def test_the_gallery_shows_what_was_made_for_it(site: Path) -> None:
    gallery: Any = html.parse(site / "gallery.html")
    shown = [str(source) for source in gallery.xpath("//article//img/@src")]
    assert len(shown) >= 8
    for source in shown:
        assert (site / source).read_bytes().lstrip().startswith((b"<svg", b"<?xml", b"\x89PNG"))
    for image in gallery.xpath("//article//img"):
        assert len(image.get("alt")) > 20


def test_the_citation_is_valid_and_of_this_version() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from cffconvert.cli.cli import cli; cli()", "--validate",
         "--infile", str(ROOT / "CITATION.cff")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"\nversion: {project['version']}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


if __name__ == "__main__":
    for path in DOCUMENTS:
        before = path.read_text(encoding="utf-8")
        after = CONSOLE.sub(lambda found: f"```console\n{refreshed(found[1])}```", before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")
