"""Titles in a row and lists of names are no running text."""

import time

import pytest

from filiation.audit.lists import is_list, is_names, usual

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

GLUED = """and that it was not for the harbour master, Ada Quill Ada QuillFerry that was late is to be seen at
the quay all of this week and the boats of the north may have to be moved by the end of the month"""
BRANDS = """The owners said that they have put what they were told by the town on YouTube and on LinkedIn,
and that McCannel & Sons, who had built it, would be asked as well."""
HEADS = """HOW THE OLD BRIDGE CAME TO BE CLOSED

WHAT THE OWNERS OF THE BOATS HAVE TO SAY OF IT

THE FERRY IS LATE FOR THE THIRD TIME"""
TABLE = """Share Last Change Old Bridge Co 12.40 0.31 2.5 Harbour Bank 7.02 0.11 1.6 Quay 104.10 3.20 3.2
but as the day wore on"""


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        (GLUED, True),
        (GLUED.replace("QuillFerry", "Quill, Ferry"), False),
        (BRANDS, False),
        (HEADS, True),
        (TABLE, True),
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


SENATE = """Ida Marsh of Northquay, Tom Fells of Southquay and Rhea Dunn of Eastwick; on the other side
Otto Crane of Westwick and Ina Wells"""
AMT = """der Vorsitzende des Ausschusses für Verkehr, Häfen und Brücken im Rat der Stadt, der die Sperrung
der Brücke mit dem Zustand der Pfeiler begründete"""
BRUECKE = """Die Brücke bleibt nach Angaben der Stadt bis zum Ende des Monats gesperrt, und die Boote am Kai
müssen von ihren Besitzern verlegt werden. Wer das bezahlt, ist nicht bekannt. """


@pytest.mark.parametrize(
    ("text", "whole", "names"),
    [
        (SENATE, STORY, True),
        (QUOTED, STORY, False),
        # Headings are no names.
        (HEADS, STORY, False),
        # Nouns begin with a capital as well.
        (AMT, BRUECKE, False),
        (SENATE, SENATE, False),
        ("市議会は月曜日に古い橋を一か月閉鎖すると発表した。", "市議会は", False),
        ("", STORY, False),
    ],
)
def test_what_is_hardly_more_than_names(text: str, whole: str, names: bool) -> None:
    assert is_names(text, whole) is names


def test_one_endless_word_takes_no_time() -> None:
    started = time.process_time()
    is_list(STORY + "aB" * 500_000, "en", usual(STORY, "en"))
    assert time.process_time() - started < 5
