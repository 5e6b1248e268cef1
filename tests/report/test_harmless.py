"""Text of pages cannot act on a terminal."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.report.harmless import harmless, harmless_json, one_line

ANYTHING = st.text(st.characters(exclude_categories=()))
ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # What must stay as it is.
        ("Plain words", "Plain words"),
        ("العربية, עברית, 中文, ไทย", "العربية, עברית, 中文, ไทย"),
        (
            "a\u200fb, a zero\u200dwidth joiner, 👩\u200d👩",
            "a\u200fb, a zero\u200dwidth joiner, 👩\u200d👩",
        ),
        (r"a backslash \x1b that a page has written", r"a backslash \x1b that a page has written"),
        # What must not reach the terminal.
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31mred", r"\x9b31mred"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\rb\nc\td", r"a\x0db\x0ac\x09d"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("a lone \ud800", r"a lone \ud800"),
        ("a tag \U000e0041", r"a tag \U000e0041"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_one_line_folds_white_space_before_escaping() -> None:
    assert one_line("  a \r\n b\x85c\u2028d ") == "a b c d"


@given(ANYTHING)
def test_nothing_that_acts_is_left(text: str) -> None:
    assert not ACTS.search(harmless(text))
    harmless(text).encode()  # lone surrogates would be refused


@given(ANYTHING)
def test_json_is_safe_and_says_the_same(text: str) -> None:
    """The document cannot act, can be encoded, and parses back to the very text."""
    document = harmless_json(json.dumps({"text": text}, ensure_ascii=False))
    assert not ACTS.search(document)
    assert document.encode()
    said = json.loads(document)["text"]
    # JSON cannot tell two surrogates that stand side by side from the character they encode.
    assert said.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")


def test_marks_piled_upon_a_letter_are_escaped_beyond_what_languages_set() -> None:
    assert harmless("e" + "\u0301" * 6 + "x") == "e" + "\u0301" * 4 + r"\u0301\u0301" + "x"
    for written in ("Việt Nam", "e\u0302\u0323", "שָׁלוֹם", "กำลังที่", "ἄ\u0345"):
        assert harmless(written) == written
