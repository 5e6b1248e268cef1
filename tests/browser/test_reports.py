"""The HTML reports in a real browser: `make test-browser`.

Skipped where Playwright or a Chromium is not installed. Screenshots are left in `build/screenshots`.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from filiation.cli.program import main
from filiation.report.exports import written
from filiation.report.exports.findings import Findings
from filiation.report.html.pages import audit_page, every_pair, text_page
from filiation.report.html.story import Story
from tests.report.audits import GROUPS, at, library, version, viral
from tests.report.audits import group as grouped
from tests.report.exports.test_exports import findings, hostile
from tests.report.html.test_pages import hostile as hostile_story

playwright = pytest.importorskip(
    "playwright.sync_api", reason="make test-browser installs Playwright"
)

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "screenshots"
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run",
]  # fmt: skip

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="make test-browser installs Chromium")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the reports by name: the demo's chain, an audit, a large text, a hostile one."""
    place = tmp_path_factory.mktemp("reports")
    asked = [
        "trace",
        str(ROOT / "demo" / "courrier-des-rives.html"),
        "--against",
        str(ROOT / "demo"),
    ]
    assert main([*asked, "-q", "-o", str(place / "x.txt"), "--html", str(place / "demo.html")]) == 0
    large = viral(500)
    story = hostile_story()
    made = {
        "large": text_page(Story("t1", large.stemma, {}, "A whale, reprinted."), {}),
        "audit": audit_page(Findings([*GROUPS, viral(60)], library([*GROUPS, viral(60)])), "coast"),
        "hostile": text_page(story, every_pair(story, {})),
    }
    for name, page in made.items():
        (place / f"{name}.html").write_text(page, encoding="utf-8")
    return {path.stem: path for path in place.glob("*.html")}


NAMES = ("demo", "audit", "large", "hostile")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        yield running.chromium.launch(executable_path=CHROMIUM, args=QUIET)


@pytest.fixture
def opened(browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    """Yield what opens a report; in the end nothing may have been said, fetched or asked."""
    said: list[str] = []
    asked: list[str] = []
    contexts: list[Any] = []

    def open_one(name: str, **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(pages[name].as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert said == []
    assert {Path(url.split("#")[0]).stem for url in asked} <= set(NAMES)


def test_a_hop_in_the_drawing_leads_to_what_is_told_of_it(opened: Any) -> None:
    page = opened("demo")
    hops = page.locator("svg.stemma a:has(path.hop)")
    assert hops.count() == 2
    x, y = (
        hops.nth(1)
        .locator("path.wide")
        .evaluate(
            "(path) => { const half = path.getPointAtLength(path.getTotalLength() / 2)"
            ".matrixTransform(path.getScreenCTM()); return [half.x, half.y]; }"
        )
    )
    page.mouse.click(x, y)
    page.wait_for_url(re.compile("#."))
    target = page.evaluate("location.hash.slice(1)")
    article = page.locator(f"article[id='{target}']")
    assert article.is_visible()
    assert "Le Courrier des Rives" in article.inner_text()


def test_a_version_is_reached_with_the_keyboard_alone(opened: Any) -> None:
    page = opened("demo")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('svg a:has(circle)')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#."))
    assert page.evaluate("document.querySelector(':target').className") == "version"


def test_texts_are_read_side_by_side(opened: Any) -> None:
    page = opened("demo")
    details = page.locator("article.hop details").first
    assert not details.locator("table").is_visible()
    details.locator("summary").click()
    assert details.locator("tr.shared").count() > 5


def test_any_two_versions_can_be_laid_beside_each_other(opened: Any) -> None:
    page = opened("demo")
    part = page.locator(".any-two")
    assert part.locator(".result tr").count() > 5
    part.locator("select").nth(0).select_option(index=1)
    part.locator("select").nth(1).select_option(index=2)
    assert part.locator(".result ins").count() > 0
    assert part.locator(".result del").count() > 0
    part.locator("select").nth(1).select_option(index=1)
    assert "Choose two" in part.locator(".result").inner_text()


def test_a_table_sorts_and_filters(opened: Any) -> None:
    page = opened("large")
    table = page.locator("table.sortable").first
    page.locator(".filter input").first.fill("Estran")
    shown = table.locator("tbody tr:not([hidden])").count()
    assert 0 < shown < 500
    assert page.locator(".filter [role=status]").first.inner_text() == f"{shown} of 500"
    page.locator(".filter input").first.fill("")
    head = table.locator("th button").nth(7)
    head.click()
    head.click()
    assert table.locator("th").nth(7).get_attribute("aria-sort") == "descending"
    figures = [f for f in table.locator("tbody td:nth-child(8)").all_inner_texts() if f]
    assert figures == sorted(figures, reverse=True)


def test_the_drawing_of_500_versions_zooms_at_once(opened: Any) -> None:
    page = opened("large")
    assert page.locator("svg.stemma circle").count() == 500
    before = page.locator("svg.stemma").bounding_box()["width"]
    page.locator("[data-zoom='1.25']").click()
    assert page.locator("svg.stemma").bounding_box()["width"] > before
    spent = page.evaluate(
        "(() => { const t = performance.now(); document.querySelector('svg.stemma')"
        ".getBoundingClientRect(); return performance.now() - t; })()"
    )
    assert spent < 1000
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    assert ready < 5000


def test_an_audit_of_thousands_of_texts_opens_at_once(browser: Any, tmp_path: Path) -> None:
    """What is not on the screen costs no layout; times are of the processor, not of the clock."""
    groups = [
        grouped(
            [
                version("ledger", at(1, 2), article=f"{n}-a", title="A whale in the canal"),
                version(
                    f"Gazette {n % 300}", at(2, 3), article=f"{n}-b", title="A whale in the canal"
                ),
            ],
            [(0, 1, "uncredited", ["verbatim"])],
        )
        for n in range(4000)
    ]
    file = tmp_path / "whales.html"
    file.write_text(audit_page(Findings(groups), "whales"), encoding="utf-8")
    assert file.stat().st_size < 15_000_000
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    page.close()
    assert told["LayoutDuration"] + told["RecalcStyleDuration"] < 0.5
    assert told["TaskDuration"] < 3


def test_a_text_of_an_audit_opens_where_a_link_leads_to_it(opened: Any) -> None:
    page = opened("audit")
    assert not page.locator("details.story").first.get_attribute("open")
    page.locator("table.sortable a").first.click()
    page.locator("details.story[open]").first.wait_for()
    assert page.locator("details.story svg.stemma").first.is_visible()


def test_a_hostile_text_does_nothing(opened: Any) -> None:
    page = opened("hostile")
    assert page.evaluate("document.images.length") == 0
    assert page.evaluate("document.scripts.length") == 2
    assert page.locator("a[href^='javascript']").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_it_prints(opened: Any, name: str) -> None:
    page = opened(name)
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    SHOTS.mkdir(parents=True, exist_ok=True)
    (SHOTS / f"{name}.pdf").write_bytes(printed)


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_without_scripts(opened: Any, name: str) -> None:
    page = opened(name, java_script_enabled=False)
    assert page.locator("h1").inner_text()
    assert page.locator("svg.stemma").count() > 0


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1200, "height": 900}},
    "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 380, "height": 800}},
    "print": {"viewport": {"width": 794, "height": 1123}},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_sticks_out_and_it_is_pictured(opened: Any, name: str, look: str) -> None:
    page = opened(name, **LOOKS[look])
    if look == "print":
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{look}.png", full_page=name != "large")
    page.screenshot(path=SHOTS / f"{name}-{look}-top.png")


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious(opened: Any, name: str, look: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = opened(name, bypass_csp=True, **LOOKS[look])
    found = axe.Axe().run(page).response["violations"]
    serious = [
        (one["id"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


# Exports that a browser or graphviz draws


@pytest.mark.parametrize("table", ["versions", "flows"])
@pytest.mark.parametrize("found", [findings, hostile])
def test_graphviz_lays_out_dot(found: Any, table: Any) -> None:
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("make test-browser installs graphviz")
    drawn = subprocess.run(
        [dot, "-Tsvg"], input="".join(written(found(), "dot", table)), capture_output=True,
        check=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert drawn.stderr == ""
    assert drawn.stdout.count('class="node"') >= 2
