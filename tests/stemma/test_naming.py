"""Names of outlets and titles, the same or not."""

import pytest

from filiation.stemma.naming import Names, same_title
from tests.stemma.world import CATALOGUE

DIFFERENT = [
    ("Le Temps", "Le Tempo"),
    ("The Morning Star", "The Evening Star"),
    ("Aurora", "Aurora Daily"),
    ("Tidewire", "Sidewire"),
    ("", ""),
]
SAME = [
    ("Night Ledger", "NightLedger"),
    ("Night Ledger", "The Night Ledger"),
    ("le Veilleur", "Le Veilleur"),
    ("leveilleur.example", "Le Veilleur"),
    ("nightledger.example", "Night Ledger"),
    ("www.nightledger.example", "nightledger.example"),
    ("Corrispondenza Marina", "Corripondenza Marina"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_outlets(one: str, other: str) -> None:
    names = Names(CATALOGUE)
    assert not names.same(names.who(one), names.who(other))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_outlet(one: str, other: str) -> None:
    names = Names(CATALOGUE)
    assert names.same(names.who(one), names.who(other))
    assert names.same(names.who(other), names.who(one))


def test_several_outlets_in_one_name() -> None:
    names = Names(CATALOGUE)
    several = names.who("Tidewire et Night Ledger")
    assert names.includes(several, names.who("Night Ledger"))
    assert not names.includes(several, names.who("Ledger Night"))
    assert not names.includes(names.who("Night Ledger"), several)


TITLE = "Harbour bridge closed as engineers find cracks in every cable"
OTHER_TITLES = [
    "Harbour bridge reopened as engineers repair cracks in every cable",
    "Bridge closed",
    "",
    None,
]
SAME_TITLES = [
    "HARBOUR BRIDGE CLOSED AS ENGINEERS FIND CRACKS IN EVERY CABLE",
    "“Harbour Bridge” closed, as engineers find cracks in every cable.",
    "Harbor bridge closed as engineers find cracks in every cable",
]


@pytest.mark.parametrize("title", OTHER_TITLES)
def test_other_titles(title: str | None) -> None:
    assert not same_title(TITLE, title)


@pytest.mark.parametrize("title", SAME_TITLES)
def test_one_title(title: str) -> None:
    assert same_title(TITLE, title)


def test_a_rubric_tells_no_text() -> None:
    assert not same_title("Editorial", "Editorial")
