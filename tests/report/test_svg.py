"""The report as a picture: the same words, each in its place, and nothing that is fetched or run."""

import io
import re

import pytest
from lxml import etree
from rich.cells import cell_len

from filiation.report.sheet import Sheet
from filiation.report.svg import CELL, MARGIN
from tests.report.golden import REPORTS

SVG = "{http://www.w3.org/2000/svg}"


def drawn(sheet: Sheet) -> str:
    paper = io.StringIO()
    sheet.draw_to(paper)
    return paper.getvalue()


def parsed(picture: str) -> etree._Element:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, huge_tree=False)
    return etree.fromstring(picture.encode("utf-8"), parser)


def lines(picture: str) -> list[str]:
    """Return what stands on each line, without blanks."""
    told: dict[str, str] = {}
    for text in parsed(picture).iter(f"{SVG}text"):
        height = text.get("y") or ""
        told[height] = told.get(height, "") + "".join(map(str, text.itertext()))
    return [re.sub(r"\s", "", line) for line in told.values()]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("width", [60, 120])
def test_the_picture_has_the_words_of_the_report(name: str, width: int) -> None:
    sheet = Sheet(width, colour=True)
    REPORTS[name](sheet)
    paper = io.StringIO()
    sheet.print_to(paper)
    bare = re.sub("\x1b\\[[0-9;]*m", "", paper.getvalue())
    expected = [re.sub(r"\s", "", line) for line in bare.splitlines()]
    assert lines(drawn(sheet)) == [line for line in expected if line.strip("\u200e")]


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_in_the_picture_is_fetched_or_run(name: str) -> None:
    sheet = Sheet(100, colour=True)
    REPORTS[name](sheet)
    picture = drawn(sheet)
    elements = {element.tag for element in parsed(picture).iter()}
    assert elements - {f"{SVG}tspan"} == {
        f"{SVG}{name}" for name in ("svg", "title", "style", "rect", "text")
    }
    attributes = {name for element in parsed(picture).iter() for name in map(str, element.attrib)}
    assert not {name for name in attributes if "href" in name or name.startswith("on")}
    outside_of_text = re.sub(r">[^<]*<", "><", picture)
    assert re.findall(r"https?:|url\(|@import|@font-face", outside_of_text) == [
        "http:"  # the name of SVG itself
    ]


@pytest.mark.parametrize("name", REPORTS)
def test_every_run_keeps_to_its_columns(name: str) -> None:
    width = 80
    sheet = Sheet(width, colour=True)
    REPORTS[name](sheet)
    for text in parsed(drawn(sheet)).iter(f"{SVG}text"):
        start = float((text.get("x") or "").split()[-1])
        room = float(text.get("textLength") or CELL)
        assert start >= MARGIN
        assert start + room <= MARGIN + width * CELL + 0.1


def test_wide_letters_have_two_columns() -> None:
    sheet = Sheet(40)
    sheet.line("港口日报", " and more")
    first = next(parsed(drawn(sheet)).iter(f"{SVG}text"))
    assert float(first.get("textLength") or 0) == pytest.approx(
        cell_len("港口日报 and more") * CELL
    )


def test_what_pages_say_is_text_and_no_more() -> None:
    """Markup is escaped, and what XML cannot carry is shown as not to be shown."""
    sheet = Sheet(80)
    sheet.line("</text><script>alert(1)</script> &amp; ]]> \ufffe \x00 \x1b[31m \u202e \ud800")
    picture = drawn(sheet)
    assert "<script" not in picture
    [told] = parsed(picture).iter(f"{SVG}text")
    assert "".join(map(str, told.itertext())) == (
        r"</text><script>alert(1)</script> &amp; ]]> " + "\ufffd" + r" \x00 \x1b[31m \u202e \ud800"
    )


def test_styles_are_drawn_and_without_colour_there_are_none() -> None:
    styled, bare = Sheet(80, colour=True), Sheet(80)
    styled.line(("gone", "red strike"), ("here", "bold green"))
    assert "line-through" in drawn(styled)
    assert 'fill="#116329"' in drawn(styled)
    bare.line(("[-gone-]", "red strike"), ("{+here+}", "bold green"))
    assert not re.search("style=|#116329", drawn(bare))


def test_an_empty_report_is_a_picture_too() -> None:
    assert parsed(drawn(Sheet(24))).tag == f"{SVG}svg"
