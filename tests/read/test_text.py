"""Plain text and Markdown: lines, links, regions, and offsets that hold in the text as given."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.outlets import Catalogue
from filiation.read import read_text
from filiation.read.regions import is_running, tail_begins
from filiation.read.text import draft_of_text
from tests.read.pages import BODY, MARKDOWN, TITLE


def regions(text: str) -> list[tuple[str, str]]:
    return [(line.region, line.text) for line in draft_of_text(text, True).lines]


def test_the_whole_article(known: Catalogue) -> None:
    article = read_text(MARKDOWN, catalogue=known)
    assert article.text == MARKDOWN
    assert article.title == TITLE
    assert article.byline == "The Lantern"
    assert article.language == "fr"
    assert (article.outlet, article.outlet_name) == ("courrier", "Le Courrier du Pont")
    assert article.dates.precision == "day"
    assert [(w.kind, w.quote) for w in article.dates.witnesses] == [
        ("dateline", "21 novembre 2016")
    ]


def test_credits_between_text_and_notices_are_the_tail() -> None:
    found = regions(MARKDOWN)
    assert [text for region, text in found if region == "body"] == list(BODY)
    tail = [text for region, text in found if region == "tail"]
    assert tail[0] == "Jean Rivage"
    assert "Traduit par LM pour le Passeur" in tail
    assert len(tail) == 8


def test_the_houses_notices_are_set_aside(known: Catalogue) -> None:
    article = read_text(MARKDOWN, catalogue=known)
    aside = [article.text[a:b] for a, b in article.aside]
    assert len(aside) == 1 and aside[0].startswith("Le Courrier du Pont décline")


@pytest.mark.parametrize(
    ("raw", "text", "links"),
    [
        ("2 * 3 = 6", "2 * 3 = 6", []),
        ("snake_case_name", "snake_case_name", []),
        ("\\[no link\\](#)", "[no link](#)", []),
        ("a [b](#) c", "a b c", [("b", "#")]),
        ('[b](https://x.example/a_(b) "T").', "b.", [("b", "https://x.example/a_(b)")]),
        ("![picture](p.png) then [b](#)", "then b", [("b", "#")]),
        ("[![p](p.png)](https://x.example)", "", [("", "https://x.example")]),
        ("**Bold** and *thin* and _thin_", "Bold and thin and thin", []),
        ("## [A](#) heading ##", "A heading", [("A", "#")]),
        ("> - quoted", "- quoted", []),
        ("* item", "item", []),
        ("<https://x.example/a>", "https://x.example/a", [("https://x.example/a",) * 2]),
        ("see https://x.example/a.", "see https://x.example/a.", [("https://x.example/a",) * 2]),
        ("[[1]](#note)", "[1]", [("[1]", "#note")]),
    ],
)
def test_marks_are_left_out_and_links_kept(
    raw: str, text: str, links: list[tuple[str, str]]
) -> None:
    lines = draft_of_text(f"{raw}\n\nlast line", True).lines
    line = lines[0]
    assert re.sub(r" +", " ", line.text) == re.sub(r" +", " ", text)
    assert [(link.text, link.href) for link in line.links] == links


@pytest.mark.parametrize(
    ("excerpt", "expected"),
    [
        # an excerpt of a head that begins with its byline has no title
        (f"Par Jeanne Doe – Le 3 mai 2016 – Source The Lantern\n{BODY[0]}", ["head", "body"]),
        # an excerpt of a tail begins within a sentence
        (f"{BODY[0]}\nSource : The Lantern\nTraduit par LM", ["body", "tail", "tail"]),
        ("Source : The Lantern", ["head"]),
        (f"3 mai 2016\n{BODY[0]}\nThe Lantern", ["head", "body", "tail"]),
        (f"{TITLE}\nPar Jeanne Doe\n{BODY[0]}", ["title", "head", "body"]),
        (f"# {TITLE}\n{BODY[0]}", ["title", "body"]),
    ],
)
def test_excerpts_are_placed(excerpt: str, expected: list[str]) -> None:
    assert [region for region, _ in regions(excerpt)] == expected


@pytest.mark.parametrize(
    "shorts",
    [
        ["- one", "- two", "- three"],
        ["« Oui. »", "« Non. »", "« Si. »"],
        ["A first thing", "A second thing", "A third thing"],
    ],
)
def test_lists_and_speech_do_not_end_a_text(shorts: list[str]) -> None:
    texts = [*BODY[:3], *shorts, BODY[3]]
    assert tail_begins(texts, [is_running(t) for t in texts]) == len(texts)


def test_a_line_says_where_it_ends(known: Catalogue) -> None:
    for line in read_text(MARKDOWN, catalogue=known).lines:
        assert line.start is not None and line.end is not None
        assert MARKDOWN[line.start : line.end] == (line.raw or line.text)


@given(
    st.text(alphabet=st.sampled_from("ab [](#)!*_`<>\\\n\r\u2028 é:/.hwtp"), max_size=120),
    st.booleans(),
)
def test_offsets_hold_whatever_the_marks(text: str, markdown: bool) -> None:
    for line in draft_of_text(text, markdown).lines:
        assert line.start is not None and line.end is not None
        assert text[line.start : line.end] == (line.raw or line.text)
        for link in line.links:
            assert line.text[link.start : link.end] == link.text
