"""Addresses are read in one spelling, and what is unsafe is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.find.addresses import NotAnAddress, address, joined


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "no address"),
        ("news.example/a", "only http and https"),
        ("ftp://news.example/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("gopher://127.0.0.1:25/", "only http and https"),
        ("http://user:word@news.example/", "a user or a password"),
        ("http://user@news.example/", "a user or a password"),
        ("http://news.example\\@127.0.0.1/", "a user or a password"),
        ("http://", "host or port"),
        ("http:///path", "host or port"),
        ("http://news.example:0/", "host or port"),
        ("http://news.example:99999/", "host or port"),
        ("http://news.example:8o/", "host or port"),
        ("http://[::1", "host or port"),
        ("http://[fe80::x]/", "host"),
        ("http://news..example/", "host"),
        ("http://-/", "host"),
        ("http://127.0.0.1%2f.example/", "host"),
        ("http://news.example%00.example/", "host"),
        ("http://" + "a." * 130 + "example/", "host"),
        ("http://news.example/\x00", "control"),
        ("http://news.example/\x1b[31m", "control"),
        ("http://news.example/\udcff", "control"),
        ("http://news.example/" + "a" * 9000, "longer than 8,190"),
    ],
)
def test_what_is_unsafe_is_refused(given: str, says: str) -> None:
    with pytest.raises(NotAnAddress, match=says):
        address(given)


@pytest.mark.parametrize(
    ("given", "spelt"),
    [
        ("http://news.example", "http://news.example/"),
        ("HTTP://News.Example:80/A?B=c#d", "http://news.example/A?B=c"),
        ("https://news.example:443/", "https://news.example/"),
        ("http://news.example:443/", "http://news.example:443/"),
        ("  http://news.example/a b\n", "http://news.example/a%20b"),
        ("http://news.example/lo\r\nng", "http://news.example/long"),
        ("http://news.example./", "http://news.example/"),
        (
            "http://новости.example/статья",
            "http://xn--b1amnebsh.example/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F",
        ),
        ("http://news.example/?q=a+b&c=%C3%A9", "http://news.example/?q=a+b&c=%C3%A9"),
        ("http://news.example/a?", "http://news.example/a?"),
        ('http://news.example/<a>"{b}', "http://news.example/%3Ca%3E%22%7Bb%7D"),
        (
            "https://archive.example/web/2016id_/http://news.example:80/a",
            "https://archive.example/web/2016id_/http://news.example:80/a",
        ),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://[::FFFF:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    ],
)
def test_an_address_has_one_spelling(given: str, spelt: str) -> None:
    assert str(address(given)) == spelt


def test_hosts_with_and_without_www_are_one_party() -> None:
    assert address("http://www.news.example/").party == address("https://news.example/").party


@pytest.mark.parametrize(
    ("reference", "leads"),
    [
        ("/b", "http://news.example/b"),
        ("b", "http://news.example/a/b"),
        ("../b", "http://news.example/b"),
        ("?c=d", "http://news.example/a/x?c=d"),
        ("//other.example/b", "http://other.example/b"),
        ("https://other.example", "https://other.example/"),
        ("#part", "http://news.example/a/x"),
    ],
)
def test_references_are_followed(reference: str, leads: str) -> None:
    assert str(joined(address("http://news.example/a/x"), reference)) == leads


@pytest.mark.parametrize(
    "reference", ["http://[", "//[::1", "javascript:1", "http://a:b@c.example/"]
)
def test_references_that_lead_nowhere_are_refused(reference: str) -> None:
    with pytest.raises(NotAnAddress):
        joined(address("http://news.example/"), reference)


@given(st.text())
def test_a_spelling_is_its_own_spelling(text: str) -> None:
    """Whatever is given: it is refused, or what it is read as is read so again, in ASCII."""
    for whole in (text, f"http://{text}", f"http://news.example/{text}"):
        try:
            found = address(whole)
        except NotAnAddress:
            continue
        assert address(str(found)) == found
        assert str(found).isascii() and str(found).isprintable() and " " not in str(found)
