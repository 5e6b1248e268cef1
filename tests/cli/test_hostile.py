"""A page that would act on who reads the report: in every report it is text, legible and bounded."""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from lxml import etree
from rich.cells import cell_len

from tests.test_cli import run

ACTS = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m \x9b5A \u202egnp.exe\u202c \u2066\u2067ab\u2069 "
    "<script>alert(1)</script> [bold red]markup[/] {+x+} \U000e0041 \x7f \u2028 \ufffe z"
    + "\u0334\u0301"
    * 40
)
"""Commands to terminals old and new, words turned round, markup of three kinds, invisible letters."""
TITLE = ACTS + " A very long title" * 60_000
"""More than a million characters."""
BINARY = 70_000
"""A NUL byte before about so many bytes makes a file binary, which is refused as a whole."""
STORY = (
    "The lamp on the breakwater went out at ten past two in the night of the spring tide. Nobody saw it "
    "go, but the pilot of the coal barge Henriette wrote in his book that the sea had grown a corner. "
    "The keeper, who was seventy, had fallen asleep over a crossword about rivers and woke when the barge "
    "touched the stones. She was got off by noon with the loss of eleven sacks and one shoe."
)
AFTER = " Afterwards the harbour office bought the keeper a clock, and a dictionary of rivers."


def page(title: str, text: str, outlet: str, day: int) -> bytes:
    """Return a page with hostile words wherever a page has words; NUL bytes, too."""
    head = (
        f"<title>{escape(title)}</title><meta property='og:title' content='{escape(title)}'>"
        f"<meta property='og:site_name' content='{escape(outlet)}'>"
        f"<meta property='article:published_time' content='2023-02-{day:02}'>"
        f"<meta name='author' content='{escape(ACTS)}'>"
    )
    body = f"<h1>{escape(ACTS)}</h1><p>{escape(ACTS)}<p>{text}<p>Source: {escape(ACTS)} {outlet}"
    html = f"<!doctype html><html lang=en><head>{head}</head><body><article>{body}</article></body>"
    late = html[BINARY:].replace("very", "ve\0ry")
    return (html[:BINARY] + late).encode("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a folder with pages, a table and outlet files that mean harm, and a library of them."""
    place = tmp_path_factory.mktemp("hostile")
    (place / "pages").mkdir()
    (place / "pages" / "a.html").write_bytes(page(TITLE, STORY, "Lamp & Tide " + ACTS, 3))
    (place / "pages" / "b.html").write_bytes(page(TITLE, STORY + AFTER, "Barge " + ACTS * 50, 5))
    (place / "pages" / "c.html").write_bytes(page(ACTS, STORY + "\0", "Binary", 6))
    rows = [
        {"id": f"{ACTS}{number}", "outlet": outlet, "title": TITLE, "text": STORY * number,
         "published": f"2023-03-{number:02}", "author": ACTS, "url": f"https://x.example/{number}"}
        for number, outlet in enumerate(["\u202eRLO Times", "صحيفة " + ACTS, "\0", "港" * 500], 1)
    ]  # fmt: skip
    table = place / "pages" / "rows.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (place / "outlets").mkdir()
    (place / "outlets" / "evil.toml").write_text(
        f"name = {json.dumps('Evil ' + ACTS.replace(chr(0x7F), ''), ensure_ascii=False)}\n"
        'domains = ["evil.example"]\nlanguages = ["en"]\n',
        encoding="utf-8",
    )
    assert run(
        "add", place / "pages", "--library", place / "l", "-q", "--jobs", "1"
    ).returncode in (0, 3)
    assert run("audit", "--library", place / "l", "--jobs", "1", "-q").returncode == 0
    yield place


REPORTS = {
    "trace": ("trace", "pages/b.html", "--against", "pages"),
    "trace of a library": ("trace", "pages/b.html", "--library", "l"),
    "credits": ("credits", "pages"),
    "compare": ("compare", "pages/a.html", "pages/b.html"),
    "compare in full": ("compare", "pages/a.html", "pages/b.html", "--full"),
    "audit": ("audit", "--library", "l", "--jobs", "1"),
    "search": ("search", "lamp", "--library", "l"),
    "outlets": ("outlets", "evil", "--outlets", "outlets"),
    "all outlets": ("outlets", "--outlets", "outlets"),
}
LOOKS = {
    "narrow": ("--width", "60"),
    "wide": ("--width", "200"),
    "in colour": ("--width", "90", "--format", "rich"),
}
ACTING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
PILED = re.compile("[\u0300-\u036f]{5}")
"""Marks that are piled upon a letter until they cover the lines around."""
MOST, CATALOGUE = 60_000, 300_000
"""Characters of a report; of a list of 1,760 outlets."""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", REPORTS)
def test_a_hostile_page_is_text(name: str, look: str, folder: Path) -> None:
    picture = folder / "report.svg"
    done = run(*REPORTS[name], *LOOKS[look], "-q", "--svg", picture, cwd=folder)
    assert done.returncode in (0, 3), done.stderr
    told = re.sub("\x1b\\[[0-9;]*m", "", done.stdout.decode("utf-8"))
    assert not ACTING.search(told)
    assert not PILED.search(told)
    assert len(told) < (CATALOGUE if name == "all outlets" else MOST)
    width = int(LOOKS[look][1])
    assert [line for line in told.splitlines() if cell_len(line) > width] == []
    drawn = picture.read_bytes()
    elements = {str(element.tag).rpartition("}")[2] for element in etree.fromstring(drawn).iter()}
    assert elements - {"tspan"} == {"svg", "title", "style", "rect", "text"}
    assert len(drawn) < 10 * CATALOGUE


def test_a_binary_page_is_passed_over(folder: Path) -> None:
    done = run("credits", "pages", cwd=folder)
    assert done.returncode == 3
    assert b"pages/c.html: it is binary" in done.stderr


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "all outlets"])
def test_what_would_act_can_be_read(name: str, folder: Path) -> None:
    """It is shown as an escape, not left out: a reader should see that it was tried."""
    told = run(*REPORTS[name], "--width", "200", "-q", cwd=folder).stdout.decode("utf-8")
    assert r"\u202e" in told
    assert r"\x9b" in told


def test_an_article_of_the_library_is_shown_harmless(folder: Path) -> None:
    found = json.loads(run("search", "lamp", "--library", "l", "--json", cwd=folder).stdout)
    for article in found["articles"]:
        done = run("show", article["id"], "--text", "--library", "l", "-q", cwd=folder)
        assert done.returncode == 0
        told = done.stdout.decode("utf-8")
        assert not ACTING.search(told)
        assert len(told) < MOST
        assert [line for line in told.splitlines() if cell_len(line) > 80] == []


def test_an_error_repeats_nothing_that_acts(folder: Path) -> None:
    for arguments in (
        ("trace", ACTS.replace("\0", "")), ("outlets", ACTS), ("search", "x", "--outlet", ACTS,
        "--library", "l"), ("show", ACTS, "--library", "l"), (ACTS,), ("trace", f"--{ACTS}"),
        ("trace", "pages/a.html", "--format", ACTS), ("trace", "pages/a.html", "--column", ACTS),
    ):  # fmt: skip
        done = run(*arguments, cwd=folder)
        assert done.returncode == 2
        assert not ACTING.search(done.stderr.decode("utf-8"))
        assert len(done.stderr) < 20_000
