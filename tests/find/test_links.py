"""Links in headers and TimeMaps."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.find.links import links

MEMENTO = (
    '<https://daily.example/a>; rel="original", '
    '<https://archive.example/web/timemap/link/https://daily.example/a>; rel="timemap"; '
    'type="application/link-format", '
    '<https://archive.example/web/20050323155300/https://daily.example/a>; rel="first memento"; '
    'datetime="Wed, 23 Mar 2005 15:53:00 GMT", '
    '<https://archive.example/web/20060101000000/https://daily.example/a>; rel="memento"; '
    'datetime="Sun, 01 Jan 2006 00:00:00 GMT", '
    '<https://archive.example/web/20070101000000/https://daily.example/a>; rel="next memento"; '
    'datetime="Mon, 01 Jan 2007 00:00:00 GMT"'
)


def test_all_of_several_mementos_are_read() -> None:
    found = list(links(MEMENTO))
    assert [one.rels for one in found] == [
        ("original",), ("timemap",), ("first", "memento"), ("memento",), ("next", "memento"),
    ]  # fmt: skip
    assert found[3].attributes["datetime"] == "Sun, 01 Jan 2006 00:00:00 GMT"
    assert found[1].attributes["type"] == "application/link-format"


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("", [], "nothing"),
        ("rel=memento", [], "no link"),
        ("<a", [], "a link that is not closed"),
        ("<https://a.example/>", [("https://a.example/", ())], "no attribute"),
        ("<https://a.example/>;rel=memento", [("https://a.example/", ("memento",))], "no quotes"),
        ("<https://a.example/>; REL=\"Memento\"", [("https://a.example/", ("memento",))], "case"),
        ("<x>; rel=a,\n<y>; rel=b", [("x", ("a",)), ("y", ("b",))], "lines"),
        ("<x>; rel=a; rel=b", [("x", ("a",))], "the first rel counts"),
        ("<x>; title=\"a, <b>; \\\"c\\\"\"; rel=a", [("x", ("a",))], "marks within quotes"),
        ("<a,b;c>; rel=a", [("a,b;c", ("a",))], "marks within an address"),
        ("oops, <x>; rel=a, oops <y>; rel=b", [("x", ("a",)), ("y", ("b",))], "what is no link"),
        ("<x>; rel=\"a", [("x", ())], "a quote that is not closed"),
    ],
)  # fmt: skip
def test_links(text: str, expected: list[tuple[str, tuple[str, ...]]], why: str) -> None:
    assert [(one.url, one.rels) for one in links(text)] == expected, why


def test_relative_addresses_are_resolved() -> None:
    [one] = links("</web/2016/x>; rel=memento", "https://archive.example/web/x")
    assert one.url == "https://archive.example/web/2016/x"


def test_an_address_that_is_none_is_passed_over() -> None:
    found = links("<http://[::1>; rel=a, </y>; rel=b", "https://archive.example/")
    assert [one.url for one in found] == ["https://archive.example/y"]


def test_escapes_within_quotes() -> None:
    [one] = links(r'<x>; title="a \"b\" \\ c"')
    assert one.attributes["title"] == r'a "b" \ c'


@given(st.text(alphabet='<>;,="\\ abrel', max_size=80))
def test_no_text_makes_it_stumble(text: str) -> None:
    for one in links(text, "https://archive.example/"):
        assert isinstance(one.url, str)


@pytest.mark.parametrize(
    "unit", ["<", '<x>; a="', "<x>;", '"', '<x>; rel="a\\', "; a=b", ",", "<x>,"]
)
def test_hostile_text_takes_no_time(unit: str) -> None:
    started = time.process_time()
    for _ in links(unit * 200_000):
        pass
    assert time.process_time() - started < 5
