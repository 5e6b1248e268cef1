"""Rows of capture indexes in their three forms, and what is none of them."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.find.cdx import COLUMNS, NoRows, rows_of

ROW = ["example,daily)/a", "20161121091502", "http://daily.example:80/a", "text/html", "200",
       "Q4YULN754FHV2U6Q5JUT6Q2P57WEWNNY", "1415"]  # fmt: skip
OTHER = [*ROW[:1], "20161122000000", *ROW[2:]]
KEY = "example%2Cdaily%29%2Fa+20161122000000%21"


def array(*rows: Sequence[object]) -> bytes:
    return json.dumps([list(COLUMNS), *rows]).encode()


@pytest.mark.parametrize(
    ("content", "stamps", "resume", "lost", "why"),
    [
        (b"", [], None, 0, "an empty body: text without rows"),
        (b"[]", [], None, 0, "JSON without rows"),
        (b"[[]]", None, None, 0, "a first row without names"),
        (array(), [], None, 0, "names alone"),
        (array([*ROW]), [ROW[1]], None, 0, "one row"),
        (array([*ROW], [*OTHER], [], [KEY]), [ROW[1], OTHER[1]], KEY, 0, "with a resume key"),
        (array([*ROW], []), [ROW[1]], None, 0, "an empty row and no key behind it"),
        (array([*ROW], [], [""]), [ROW[1]], None, 0, "an empty key"),
        (array([*ROW], [], [None]), [ROW[1]], None, 0, "a key that is none"),
        (array(["too", "short"], [*ROW]), [ROW[1]], None, 1, "a short row"),
        (array([*ROW[:6], {"deep": 1}]), [], None, 1, "a row of other things"),
        (array([*ROW[:6], None]), [ROW[1]], None, 0, "an empty cell"),
        (b'[["original","timestamp"],["http://a.example/","20161121091502"]]',
         ["20161121091502"], None, 0, "other columns, in another order"),
        (" ".join(ROW).encode(), [ROW[1]], None, 0, "a row of text"),
        (f"{' '.join(ROW)}\n{' '.join(OTHER)}\n\n{KEY}\n".encode(),
         [ROW[1], OTHER[1]], KEY, 0, "text with a resume key"),
        (f"{' '.join(ROW)}\n   \n{KEY}".encode(), [ROW[1]], KEY, 0, "a separator of spaces"),
        (f"{' '.join(ROW)}\nfive words are no row\n".encode(), [ROW[1]], None, 1, "a broken row"),
        (b'{"urlkey":"x","timestamp":"20161121091502","url":"http://a.example/","status":"200"}\n\n',
         ["20161121091502"], None, 0, "a line of JSON"),
        (b'{"timestamp":"20161121091502","url":"http://a.example/"}\n{"times',
         ["20161121091502"], None, 1, "lines of JSON cut off"),
        ("\ufeff[]".encode(), [], None, 0, "a byte order mark"),
        (b"[" * 100_000, None, None, 0, "nested without end"),
        (b'{"a":' * 100_000, None, None, 0, "objects nested without end"),
        (b"[[\"urlkey\",\"timestamp\"", None, None, 0, "cut off"),
        (b'["urlkey", "timestamp"]', None, None, 0, "an array of names"),
        (b'{"error": {"deep": true}}', None, None, 0, "an object of something else"),
        (b"<html><body>Too many requests</body></html>", None, None, 0, "an error page"),
        (b"java.lang.RuntimeException: no", None, None, 0, "a sentence"),
        (b"\x00\xff\xfe", None, None, 0, "bytes"),
    ],
)  # fmt: skip
def test_rows(
    content: bytes, stamps: list[str] | None, resume: str | None, lost: int, why: str
) -> None:
    if stamps is None:
        with pytest.raises(NoRows):
            rows_of(content)
        return
    found = rows_of(content)
    assert [row["timestamp"] for row in found.rows] == stamps, why
    assert (found.resume, found.lost) == (resume, lost), why


def test_columns_have_one_name_whoever_wrote_them() -> None:
    [row] = rows_of(b'{"timestamp":"20161121091502","url":"u","mime":"m","status":"200"}').rows
    assert (row["original"], row["mimetype"], row["statuscode"]) == ("u", "m", "200")


@pytest.mark.parametrize(
    "content",
    [
        array(*[[*ROW]] * 6),
        (" ".join(ROW) + "\n").encode() * 6,
        b'{"timestamp":"20161121091502","url":"http://a.example/"}\n' * 6,
    ],
)
def test_rows_beyond_what_a_server_gives_at_once_are_counted_as_lost(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filiation.find.cdx.MOST_ROWS", 4)
    found = rows_of(content)
    assert (len(found.rows), found.lost) == (4, 2)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_stumble(content: bytes) -> None:
    try:
        rows_of(content)
    except NoRows as error:
        assert str(error)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=8))
def test_no_json_makes_it_stumble(value: object) -> None:
    try:
        rows_of(json.dumps(value).encode())
    except NoRows as error:
        assert str(error)
