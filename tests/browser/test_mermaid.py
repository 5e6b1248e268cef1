"""Exports to Mermaid, parsed and drawn by Mermaid itself: `make test-browser`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filiation.report.exports import written
from filiation.report.exports.findings import Findings
from filiation.report.exports.rows import Table, rows
from tests.browser.test_reports import CHROMIUM, QUIET, playwright
from tests.report.audits import HOSTILE, group, version, viral
from tests.report.exports.test_exports import NASTY, findings, hostile
from tests.report.test_hostile import TRAPS, word

SCRIPTS = sorted((Path(__file__).parents[2] / "build").glob("mermaid-*.js"))

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="make test-browser installs Chromium"),
    pytest.mark.skipif(not SCRIPTS, reason="make test-browser has Mermaid from npm"),
]

DRAW = """async ([text, level]) => {
  mermaid.initialize({ startOnLoad: false, securityLevel: level, maxTextSize: 1e7, maxEdges: 1e4 });
  await mermaid.parse(text);
  const { svg } = await mermaid.render("drawing", text);
  document.body.innerHTML = svg;
  await new Promise((done) => setTimeout(done, 50));
  return {
    nodes: [...document.querySelectorAll("g.node")].map((one) => one.textContent.trim()),
    edges: document.querySelectorAll("path.flowchart-link").length,
    acting: document.querySelectorAll("svg script, svg img, svg iframe, svg a, svg [onerror]").length,
    ran: "ran" in window,
  };
}"""


@pytest.fixture(scope="module")
def drawn() -> Iterator[Callable[[str, str], Any]]:
    """Yield what draws a text; nothing may open a dialog or be asked of the web meanwhile."""
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)

        def draw(text: str, level: str) -> Any:
            heard: list[str] = []
            page = browser.new_page()
            page.on("dialog", lambda dialog: heard.append(dialog.message))
            page.on("request", lambda request: heard.append(request.url))
            page.add_script_tag(path=SCRIPTS[-1])
            found = page.evaluate(DRAW, [text, level])
            page.close()
            assert heard == []
            return found

        yield draw


def wild() -> Findings:
    """Return findings with the titles that every other format is tried with, each with its word."""
    versions = [
        replace(
            version(f"{word(place)} {trap}", article=f"n{place}"),
            title=f"{trap} {word(place)}",
            url="javascript:alert(1)",
        )
        for place, trap in enumerate(TRAPS)
    ]
    return Findings([group(versions, [(0, n, "uncredited", []) for n in range(1, len(TRAPS))])])


@pytest.mark.parametrize("level", ["strict", "loose"])
@pytest.mark.parametrize("table", ["versions", "flows"])
@pytest.mark.parametrize("found", [findings, hostile, wild])
def test_mermaid_draws_what_was_exported(
    drawn: Callable[[str, str], Any], found: Callable[[], Findings], table: Table, level: str
) -> None:
    picture = drawn("".join(written(found(), "mermaid", table)), level)
    nodes, edges = ("versions", "hops") if table == "versions" else ("outlets", "flows")
    unknown = table == "flows" and any(not row["from_outlet"] for row in rows(found(), "flows"))
    assert len(picture["nodes"]) == len(list(rows(found(), nodes))) + unknown  # type: ignore[arg-type]
    assert picture["edges"] == len(list(rows(found(), edges)))  # type: ignore[arg-type]
    assert picture["acting"] == 0
    assert not picture["ran"]


def test_a_title_is_read_as_it_was_written(drawn: Callable[[str, str], Any]) -> None:
    """Markup, quotes and brackets are shown as themselves."""
    nodes = drawn("".join(written(wild(), "mermaid", "versions")), "strict")["nodes"]
    for place in range(len(TRAPS)):
        assert any(node.count(word(place)) == 2 for node in nodes), word(place)
    shown = " ".join(drawn("".join(written(hostile(), "mermaid", "flows")), "strict")["nodes"])
    assert "<script>alert(1)</script>" in shown
    assert "[x](javascript:alert(1))" in shown
    assert NASTY not in shown
    assert HOSTILE not in shown


def test_a_hundred_versions_are_drawn(drawn: Callable[[str, str], Any]) -> None:
    text = "".join(written(Findings([viral(100)]), "mermaid", "versions"))
    assert len(drawn(text, "strict")["nodes"]) == 100
