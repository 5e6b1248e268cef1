"""Titles in a row and lists of names are no running text."""

import pytest

from filiation.audit.lists import is_list, usual

STORY = """The council of the harbour town said on Monday that it would close the old bridge for a
month, and that all of the boats which are kept at the northern quay have to be moved by their owners.
It was not told who will pay for it, but the mayor said that one of the banks had been asked to help,
and that he was sure of an answer from them by the end of the week. """
LINKED = """Mayor Ada Quill BrackMayor faces questions over bridge The Harbour Report: Boats moved before
storm Council members swap seats in quiet reshuffle The night the ferry came back late Owners sue town
again MORE"""
NAMES = """Northquay: Ida Marsh, Tom Fells, Rhea Dunn, Otto Crane, Ina Wells; Southquay: Bill Rook, Jan
Teal, Mona Finch, Cass Heron, Lou Swift, Peg Martin, Ned Wren"""
QUOTED = """"We have asked the owners twice, and they have not come," the mayor said. "It is not for the
town to pay for what is in the water, and the council has told them that it will not." """
TITLED = """The harbour master said that he was told of it by the owners, and that it is not for him to
say. COUNCIL CLOSES THE OLD BRIDGE FOR A MONTH The owners have said that they were not asked, and that
they will go to the court of the county if they are not heard by the end of this week or of the next"""


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        (LINKED, True),
        (NAMES, True),
        (QUOTED, False),
        (TITLED, False),
        (STORY, False),
        ("Ida Marsh", False),
    ],
)
def test_what_is_a_list(text: str, listed: bool) -> None:
    assert is_list(text, "en", usual(STORY, "en")) is listed


def test_nothing_is_said_of_a_language_that_is_not_known() -> None:
    assert usual(STORY, None) == 0.0
    assert not is_list(NAMES, None, usual(STORY, None))


def test_nor_where_words_are_not_written_apart() -> None:
    text = "市議会は月曜日に古い橋を一か月閉鎖すると発表した。" * 20
    assert not is_list(text, "ja", usual(text, "ja"))


def test_nor_of_a_page_that_is_nothing_but_a_list() -> None:
    assert not is_list(NAMES, "en", usual(NAMES, "en"))
    assert usual("", "en") == 0.0
