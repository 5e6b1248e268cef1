"""Changes planted on real pages, and what a history makes of them, where the pages lie beside the
checkout."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from filiation.credits import credits
from filiation.find.history import Page, changes_between
from filiation.find.values import Capture
from filiation.outlets import catalogue
from filiation.read import read_html
from filiation.values import Credit

PAGES = Path(__file__).parents[2] / ".." / "shared" / "data" / "html_pages" / "pages.jsonl.gz"
EVERY = 6  # one page in so many, to be quick
BLOCKS = ("p", "div", "li", "footer", "section", "td", "h1", "h2", "h3", "h4")


def seen(html: str, url: str | None, day: int) -> Page:
    moment = datetime(2024, 3, day, tzinfo=UTC)
    article = read_html(html, url=url, catalogue=catalogue())
    return Page(Capture(url or "", moment, f"{day}", "An archive", 200), credits(article))


@lru_cache(maxsize=1)
def pages() -> list[tuple[str, Page]]:
    if not PAGES.exists():
        pytest.skip("the pages do not lie beside the checkout")
    with gzip.open(PAGES) as file:
        rows = [json.loads(line) for line in file][::EVERY]
    return [(row["html"], seen(row["html"], row["url"], 1)) for row in rows]


def without(html: str, locator: str, text: str) -> str | None:
    """The page without the block in which an element stands; None where it holds much else."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    tree = lxml.html.fromstring(html.encode(), parser=parser).getroottree()
    found: Any = tree.xpath(locator)
    [element] = found
    block = next((e for e in (element, *element.iterancestors()) if e.tag in BLOCKS), None)
    if block is None or len(block.text_content().split()) > len(text.split()) + 5:
        return None
    block.drop_tree()
    return str(lxml.html.tostring(tree, encoding="unicode"))


def still_said(credit: Credit, page: Page) -> bool:
    """Whether a page says the same at another place: of two footers, in its head."""
    name = (credit.name or credit.quote).lower()
    return any(
        credit.role == one.role and credit.name == one.name for one in page.stated.credits
    ) or (any(name in line.text.lower() and len(line.text) < 200 for line in page.article.lines))


def planted() -> Iterator[tuple[str, list[str]]]:
    """A credit's line taken off a page, and what was found of it."""
    for html, page in pages():
        for credit in page.stated.credits:
            if (credit.locator or "").startswith("/") and not credit.rule.startswith("mark."):
                other = without(html, credit.locator or "", credit.quote)
                after = seen(other, page.article.url, 2) if other is not None else None
                if after is not None and not still_said(credit, after):
                    yield credit.quote, [one.kind for one in changes_between(page, after)]
                break


def test_credits_taken_off_real_pages_are_found() -> None:
    """Of all 191 pages, 22 have a credit whose line can be taken off whole, and all are found."""
    cases = list(planted())
    assert len(cases) >= 2
    found = sum("credit removed" in kinds or "credit changed" in kinds for _, kinds in cases)
    assert found >= 0.9 * len(cases)
    assert sum("title changed" in kinds for _, kinds in cases) == 0


def test_paragraphs_taken_off_real_pages_are_found() -> None:
    """164 of 165 on all pages, and nothing else is said to have changed."""
    cases, found, others = 0, 0, 0
    for html, page in pages():
        body = [
            line
            for line in page.article.lines
            if line.region == "body" and line.tag == "p" and len(line.text) > 120 and line.locator
        ]
        middle = body[len(body) // 2] if body else None
        other = without(html, middle.locator or "", middle.text) if middle else None
        if other is not None:
            kinds = [one.kind for one in changes_between(page, seen(other, page.article.url, 2))]
            cases += 1
            found += "text edited" in kinds
            others += any(kind != "text edited" for kind in kinds)
    assert cases >= 20
    assert found >= 0.95 * cases
    assert others <= 0.05 * cases


def test_counters_that_go_on_are_no_change() -> None:
    """On 3 of all 191 pages the number stands in the text."""
    changed = 0
    for html, page in pages():
        counted = re.sub(r">(\s*)(\d{1,4})(\s*)<", lambda m: f">{m[1]}{int(m[2]) + 7}{m[3]}<", html)
        changed += any(changes_between(page, seen(counted, page.article.url, 2)))
    assert changed <= 0.05 * len(pages())
