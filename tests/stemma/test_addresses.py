"""Addresses of one page, written in the ways the web writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.stemma.addresses import same_address

PAGE = "https://www.daily.example/2021/05/the-bridge"

OTHERS = [
    ("nothing", ""),
    ("the placeholder of a link", "#"),
    ("the site", "https://www.daily.example/"),
    ("another page", "https://www.daily.example/2021/05/the-bridge-2"),
    ("the same path elsewhere", "https://weekly.example/2021/05/the-bridge"),
    ("another subdomain", "https://fr.daily.example/2021/05/the-bridge"),
    ("a page told apart by its parameter", PAGE + "?page=2"),
    ("a longer path", PAGE + "/comments"),
    ("no address", "the-bridge"),
]
SAME = [
    "http://daily.example/2021/05/the-bridge/",
    "//daily.example/2021/05/the-bridge",
    "daily.example/2021/05/the-bridge",
    "HTTPS://WWW.DAILY.EXAMPLE/2021/05/the-bridge",
    "https://daily.example:443/2021/05/the-bridge",
    PAGE + "?utm_source=feed&utm_medium=rss&fbclid=abc",
    PAGE + "#comments",
    PAGE + "/amp/",
    PAGE + "?amp=1",
    PAGE + "/index.html",
    "https://amp.daily.example/2021/05/the-bridge",
    "https://m.daily.example/2021/05/the-bridge",
    "https://www.daily.example/amp/2021/05/the-bridge",
    "https://web.archive.org/web/20210506120000/https://www.daily.example/2021/05/the-bridge",
    "https://daily-example.cdn.ampproject.org/c/s/www.daily.example/2021/05/the-bridge/amp",
    "https://daily.example/2021/05/the%2Dbridge",
]


@pytest.mark.parametrize(("why", "address"), OTHERS)
def test_other_pages(why: str, address: str) -> None:
    assert not same_address(PAGE, address), why
    assert not same_address(address, PAGE), why


@pytest.mark.parametrize("address", SAME)
def test_same_page(address: str) -> None:
    assert same_address(PAGE, address)
    assert same_address(address, PAGE)


def test_front_pages_are_no_pages() -> None:
    assert not same_address("https://daily.example/", "https://daily.example/")
    assert not same_address("#", "#")
    assert not same_address(None, None)


def test_parameters_count_in_any_order() -> None:
    assert same_address("https://d.example/?id=7&lang=fr", "http://d.example?lang=fr&id=7&gclid=1")
    assert not same_address("https://d.example/?id=7", "https://d.example/?id=8")


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_compared_without_complaint(one: str, other: str) -> None:
    assert same_address(one, other) == same_address(other, one)
