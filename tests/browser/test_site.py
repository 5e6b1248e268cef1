"""The documents as a site, opened from a folder in a real browser: `make test-browser`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_reports import CHROMIUM, LOOKS, QUIET, SHOTS, playwright

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="make test-browser installs Chromium")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("built") / "site"
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(place)],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    return place


@pytest.fixture
def opened(site: Path) -> Iterator[Any]:
    """Yield what opens a page; in the end nothing may have failed, or been asked of the web."""
    said: list[str] = []
    asked: list[str] = []
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)

        def open_one(name: str, **options: Any) -> Any:
            page = browser.new_context(**options).new_page()
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("request", lambda request: asked.append(request.url))
            page.goto((site / name).as_uri())
            return page

        yield open_one
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []


def test_the_search_finds_a_page_without_a_server(opened: Any) -> None:
    page = opened("index.html", viewport={"width": 1300, "height": 900})
    page.locator("input[name=query]").click()
    page.locator("input[name=query]").type("undetermined", delay=20)
    found = page.locator(".md-search-result__link")
    found.first.wait_for(timeout=20_000)
    assert any("model.html" in one.get_attribute("href") for one in found.all())


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
@pytest.mark.parametrize("name", ["index", "gallery", "guide/audit"])
def test_a_page_is_pictured_and_nothing_sticks_out(opened: Any, name: str, look: str) -> None:
    page = opened(f"{name}.html", **LOOKS[look])
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
    for picture in page.locator("article img").all():
        assert picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"site-{name.replace('/', '-')}-{look}.png", full_page=True)
