"""Reading measured on real pages, where the corpora lie beside the checkout."""

import gzip
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz

from filiation.outlets import catalogue
from filiation.read import read, read_html

SHARED = Path(__file__).parents[2] / ".." / "shared"
SEED = SHARED / "seeds" / "000_1db9894e2fd2ea85.txt"
PAGES = SHARED / "data" / "html_pages" / "pages.jsonl.gz"
EVERY = 4  # one page in so many, to be quick; the four quarters differ by up to 7 points


@pytest.mark.skipif(not SEED.exists(), reason="the seed does not lie beside the checkout")
def test_the_seed() -> None:
    read(SEED)  # imports and the catalogue
    started = time.process_time()
    article = read(SEED)
    assert time.process_time() - started < 0.05
    assert (article.outlet, article.outlet_name) == ("mondialisation", "Mondialisation.ca")
    assert (article.language, article.byline) == ("fr", "Zero Hedge")
    assert article.dates.precision == "day" and article.dates.earliest is not None
    assert article.dates.earliest.date().isoformat() == "2016-11-20"  # at UTC+14
    regions = [line.region for line in article.lines]
    assert regions.count("tail") == 12 and regions.count("head") == 5
    for line in article.lines:
        assert line.start is not None
        assert article.text[line.start : line.end] == (line.raw or line.text)


@pytest.fixture(scope="module")
def pages() -> list[dict[str, Any]]:
    if not PAGES.exists():
        pytest.skip("the pages do not lie beside the checkout")
    with gzip.open(PAGES) as file:
        return [json.loads(line) for line in file][::EVERY]


def bare(text: str | None) -> str:
    return "".join(filter(str.isalnum, (text or "").lower()))


def test_real_pages_keep_their_titles_dates_bylines_and_bodies(pages: list[dict[str, Any]]) -> None:
    titles = dates = dated = bylines = signed = 0
    kept = []
    for page in pages:
        article = read_html(page["html"], url=page["url"], catalogue=catalogue())
        titles += fuzz.ratio(bare(page["title"]), bare(article.title)) >= 90
        if page["published"]:
            dated += 1
            day = datetime.fromisoformat(page["published"]).replace(tzinfo=UTC)
            slack = timedelta(hours=15)
            first, last = article.dates.earliest, article.dates.latest
            dates += bool(first and last and first - slack <= day <= last + slack)
        if page["author"]:
            signed += 1
            one, other = bare(page["author"]), bare(article.byline)
            bylines += bool(other) and max(fuzz.partial_ratio(one, other), 0) >= 85
        words = page["text"].split()
        held = set(article.text.split())
        kept.append(sum(word in held for word in words) / len(words))
    # Measured on all 191: title 94 %, date 96 %, byline 88 %, body 98 %.
    assert titles / len(pages) >= 0.9
    assert dates / dated >= 0.9
    assert bylines / signed >= 0.8
    assert sum(kept) / len(kept) >= 0.95
