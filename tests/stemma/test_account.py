"""A page's account of the way its text came."""

from filiation.stemma.account import Account, account
from filiation.stemma.naming import Names
from filiation.values import Credit, Credits, Origin, PageKind
from tests.stemma.world import CATALOGUE, page, says

NAMES = Names(CATALOGUE)


def told(
    *lines: Credit,
    kind: PageKind = "republication",
    origin: Origin | None = None,
    chain: tuple[str, ...] = (),
    outlet: str = "Contre-Courant",
) -> Account:
    article = page(outlet, range(5), language="fr")
    return account(Credits(article, kind, origin or Origin(), lines, chain), NAMES)


def outlets(found: Account) -> list[str | None]:
    return [NAMES.name(stop.who) for stop in found.stops]


def test_a_page_of_its_own_has_no_stops_whatever_it_links() -> None:
    found = told(says("copyright", "Night Ledger"), kind="none", chain=("Contre-Courant",))
    assert (found.stops, found.rivals) == ((), ())


def test_a_hat_tip_is_no_stop() -> None:
    found = told(says("hat_tip", "Aurora"), kind="hat-tip", chain=("Aurora", "Contre-Courant"))
    assert found.stops == ()
    assert len(found.tips) == 1


def test_its_own_name_is_no_stop() -> None:
    found = told(
        says("copyright", "Contre-Courant"),
        says("source", "Aurora"),
        chain=("Aurora", "Contre-Courant"),
    )
    assert outlets(found) == ["Aurora"]


def test_the_chain_is_taken_in_the_pages_order() -> None:
    found = told(
        says("via", "Borealis"), says("original", "Aurora"), chain=("Aurora", "Borealis", "X")
    )
    assert outlets(found)[:2] == ["Aurora", "Borealis"]


def test_whom_it_was_translated_for_stands_between() -> None:
    found = told(
        says("translated_for", "Le Veilleur"),
        kind="translation",
        origin=Origin("Night Ledger", "A title of the original", translated_for="Le Veilleur"),
        chain=("Night Ledger", "Contre-Courant"),
    )
    assert outlets(found) == ["Night Ledger", "Le Veilleur"]
    assert found.turn == 0
    assert found.stops[1].language == "fr"


def test_a_translation_has_an_original_even_unnamed() -> None:
    found = told(
        says("translated_by", "KL"),
        kind="translation",
        origin=Origin(language="en", translator="KL"),
        chain=("Contre-Courant",),
    )
    assert outlets(found) == [None]
    assert found.stops[0].language == "en"
    assert found.turn == 0


def test_translated_for_another_outlet_and_nothing_else() -> None:
    found = told(
        says("translated_for", "Le Veilleur"),
        kind="translation",
        origin=Origin(translator="KL", translated_for="Le Veilleur"),
        chain=("Le Veilleur", "Contre-Courant"),
    )
    assert outlets(found) == [None, "Le Veilleur"]


def test_translated_for_itself_is_its_own_translation() -> None:
    found = told(
        says("original", "Night Ledger"),
        says("translated_for", "Le Veilleur"),
        kind="translation",
        origin=Origin("Night Ledger", translated_for="Le Veilleur"),
        chain=("Night Ledger", "Le Veilleur"),
        outlet="Le Veilleur",
    )
    assert outlets(found) == ["Night Ledger"]
    assert found.own_translation
    assert found.turn == 0


def test_an_outlet_of_the_pages_language_had_the_translation() -> None:
    found = told(
        says("via", "Le Veilleur"),
        kind="translation",
        origin=Origin("Night Ledger", language="en"),
        chain=("Night Ledger", "Le Veilleur", "Contre-Courant"),
    )
    assert found.turn == 0


def test_an_agency_beside_a_source_stands_before_it() -> None:
    found = told(
        says("source", "Aurora"), says("wire", "Tidewire"), chain=("Aurora", "Contre-Courant")
    )
    assert outlets(found) == ["Tidewire", "Aurora"]


def test_credits_that_disagree_are_not_merged() -> None:
    found = told(
        says("original", "Aurora"), says("source", "Borealis"), chain=("Aurora", "Contre-Courant")
    )
    assert outlets(found) == ["Aurora"]
    assert [NAMES.name(stop.who) for stop in found.rivals] == ["Borealis"]


def test_one_of_several_outlets_in_a_line_is_no_rival() -> None:
    found = told(
        says("source", "Aurora et Borealis"),
        says("source", "Borealis"),
        chain=("Aurora et Borealis", "Contre-Courant"),
    )
    assert outlets(found) == ["Aurora et Borealis"]
    assert found.rivals == ()
