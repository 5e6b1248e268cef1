"""The chain of an article, scene by scene."""

import pytest

from filiation.values import Article, Dates, DateWitness, Origin, utc
from tests.stemma.world import Press, chain_of, drawn, on, page, says

ORIGINAL = "Harbour bridge closed as engineers find cracks in every cable"
TRANSLATED = "Le pont du port fermé : des fissures dans tous les câbles"
TEXT = range(1, 31)


# Three pages: Night Ledger (English) -> Le Veilleur (French) -> Contre-Courant (French) --------


def ledger(**more: object) -> Article:
    return page("Night Ledger", TEXT, title=ORIGINAL, day=1, **more)  # type: ignore[arg-type]


def veilleur(press: Press, day: int | None = 3) -> Article:
    return press.tells(
        page("Le Veilleur", TEXT, language="fr", title=TRANSLATED, day=day),
        says("original", "Night Ledger", title=ORIGINAL, language="en"),
        says("translated_by", "KL"),
        says("translated_for", "Le Veilleur"),
        kind="translation",
        origin=Origin("Night Ledger", ORIGINAL, None, "en", "A. Quill", "KL", "Le Veilleur"),
        chain=("Night Ledger", "Le Veilleur"),
    )


def courant(press: Press, day: int | None = 5, cut: int = 0) -> Article:
    return press.tells(
        page("Contre-Courant", list(TEXT)[: 30 - cut], language="fr", title=TRANSLATED, day=day),
        says("original", None, title=ORIGINAL, language="en"),
        says("translated_for", "Le Veilleur"),
        says("source", "Night Ledger"),
        says("copyright", "Night Ledger"),
        kind="translation",
        origin=Origin("Night Ledger", ORIGINAL, None, "en", "A. Quill", "KL", "Le Veilleur"),
        chain=("Night Ledger", "Le Veilleur", "Contre-Courant"),
    )


def test_one_page_alone_tells_the_whole_chain() -> None:
    press = Press()
    found = press.trace(courant(press))
    assert chain_of(found) == ["Night Ledger", "Le Veilleur", "Contre-Courant"]
    assert drawn(found) == {
        ("Night Ledger", "Le Veilleur"): "credited",
        ("Le Veilleur", "Contre-Courant"): "skipped",
    }
    first, second, third = found.versions
    assert (first.title, first.language, first.author, first.seen) == (
        ORIGINAL, "en", "A. Quill", False,
    )  # fmt: skip
    assert (second.language, second.translator, second.outlet) == ("fr", "KL", "leveilleur")
    assert (third.seen, third.article, found.asked) == (True, "Contre-Courant", third.id)
    assert [hop.kind for hop in found.hops] == [("translation",), ()]
    assert {hop.kind_from for hop in found.hops} == {"credit"}
    assert all(0.7 < hop.probability < 0.99 for hop in found.hops)
    assert first.dates.earliest is None
    assert first.dates.latest == third.dates.latest
    quotes = {e.quote for hop in found.hops for e in hop.evidence if e.quote}
    assert {"translated_for: Le Veilleur", "source: Night Ledger"} <= quotes
    assert any("Night Ledger was not at hand" in line for line in found.unknown)


def test_all_three_pages_are_measured() -> None:
    press = Press()
    found = press.trace(courant(press, cut=6), ledger(), veilleur(press))
    assert chain_of(found) == ["Night Ledger", "Le Veilleur", "Contre-Courant"]
    assert drawn(found) == {
        ("Night Ledger", "Le Veilleur"): "confirmed",
        ("Le Veilleur", "Contre-Courant"): "skipped",
    }
    assert [hop.kind for hop in found.hops] == [("translation",), ("abridged",)]
    assert {hop.kind_from for hop in found.hops} == {"match"}
    assert all(version.seen for version in found.versions)
    assert all(hop.probability > 0.9 for hop in found.hops)
    assert all(hop.match for hop in found.hops)
    assert found.searched[0].found == 2


def test_the_same_three_pages_without_dates() -> None:
    press = Press()
    first = page("Night Ledger", TEXT, title=ORIGINAL)
    found = press.trace(courant(press, day=None), first, veilleur(press, day=None))
    assert drawn(found) == {
        ("Night Ledger", "Le Veilleur"): "confirmed",
        ("Le Veilleur", "Contre-Courant"): "skipped",
    }


def test_only_the_page_in_between_is_at_hand() -> None:
    press = Press()
    found = press.trace(courant(press), veilleur(press))
    assert chain_of(found) == ["Night Ledger", "Le Veilleur", "Contre-Courant"]
    assert [version.seen for version in found.versions] == [False, True, True]
    assert drawn(found) == {
        ("Night Ledger", "Le Veilleur"): "credited",
        ("Le Veilleur", "Contre-Courant"): "skipped",
    }
    assert [hop.kind for hop in found.hops] == [("translation",), ("verbatim",)]


def test_only_the_original_is_at_hand() -> None:
    press = Press()
    found = press.trace(courant(press), ledger())
    assert chain_of(found) == ["Night Ledger", "Le Veilleur", "Contre-Courant"]
    assert [version.seen for version in found.versions] == [True, False, True]
    assert drawn(found) == {
        ("Night Ledger", "Le Veilleur"): "credited",
        ("Le Veilleur", "Contre-Courant"): "skipped",
    }


def test_a_page_that_is_the_translators_own_has_no_stop_in_between() -> None:
    press = Press()
    found = press.trace(veilleur(press))
    assert drawn(found) == {("Night Ledger", "Le Veilleur"): "credited"}
    assert found.hops[0].kind == ("translation",)


def test_asked_about_the_middle_the_copy_is_a_side_branch() -> None:
    press = Press()
    found = press.trace(veilleur(press), ledger(), courant(press))
    assert chain_of(found) == ["Night Ledger", "Le Veilleur"]
    assert drawn(found)["Le Veilleur", "Contre-Courant"] == "skipped"
    assert [version.id for version in found.versions] == ["v1", "v2", "v3"]


# Nothing to find -----------------------------------------------------------------------------


def test_an_article_without_sources_and_without_copies_stands_alone() -> None:
    press = Press()
    found = press.trace(page("Night Ledger", TEXT))
    assert (found.chain, found.hops) == (("v1",), ())
    assert found.searched[0].outcome == "empty"
    assert any("does not prove it the original" in line for line in found.unknown)


DECOYS = [
    ("another report of the event, with one sentence of the same statement",
     page("Morning Post", [7, *range(100, 130)], day=2)),
    ("a page that quotes two paragraphs in a long text of its own",
     page("The Reader", [*range(200, 210), 4, 5, *range(210, 230)], day=6)),
    ("another text of the very outlet", page("Night Ledger", range(300, 330), day=1)),
    ("a brief of one shared formula", page("Agenda", [3], day=2)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "decoy"), DECOYS, ids=[why for why, _ in DECOYS])
def test_decoys_are_no_versions(why: str, decoy: Article) -> None:
    press = Press()
    asked = page("Contre-Courant", TEXT, day=5)
    found = press.trace(asked, decoy)
    assert (len(found.versions), found.hops) == (1, ()), why
    assert found.searched[0].looked_at == 1


def test_a_page_that_quotes_and_links_the_original_is_no_version_of_it() -> None:
    """Even where the credit reader took the link for a hint."""
    press = Press()
    original = page("Night Ledger", TEXT, title=ORIGINAL, day=1)
    quoting = press.tells(
        page("The Reader", [*range(200, 210), 4, 5, *range(210, 230)], day=6),
        says("hat_tip", "Night Ledger", url=original.url),
        kind="hat-tip",
    )
    found = press.trace(quoting, original)
    assert found.hops == ()
    assert any("thanks Night Ledger for a hint" in line for line in found.unknown)


def test_an_unrelated_article_changes_nothing_but_what_was_looked_at() -> None:
    press = Press()
    without = press.trace(courant(press), veilleur(press), ledger())
    decoys = [decoy for _, decoy in DECOYS[:2]]
    with_them = press.trace(courant(press), veilleur(press), *decoys, ledger())
    assert with_them.searched[0].looked_at == without.searched[0].looked_at + 2
    assert (with_them.versions, with_them.hops, with_them.unknown) == (
        without.versions, without.hops, without.unknown,
    )  # fmt: skip


# Directions -----------------------------------------------------------------------------------


def test_an_uncredited_copy_with_dates() -> None:
    press = Press()
    found = press.trace(page("Copyist", TEXT, day=4), page("Night Ledger", TEXT, day=1))
    assert drawn(found) == {("Night Ledger", "Copyist"): "uncredited"}
    assert found.hops[0].probability > 0.9


def test_the_asked_article_is_itself_the_origin() -> None:
    press = Press()
    found = press.trace(page("Night Ledger", TEXT, day=1), page("Copyist", TEXT, day=4))
    assert found.chain == ("v1",)
    assert drawn(found) == {("Night Ledger", "Copyist"): "uncredited"}


@pytest.mark.parametrize("day", [None, 4], ids=["undated", "same day"])
def test_nothing_says_which_came_first(day: int | None) -> None:
    press = Press()
    found = press.trace(page("Copyist", TEXT, day=day), page("Night Ledger", TEXT, day=day))
    assert list(drawn(found).values()) == ["undetermined"]
    assert 0.3 < found.hops[0].probability < 0.6
    assert any("cannot be told" in line for line in found.unknown)


def test_a_day_that_covers_the_copys_hour_decides_nothing() -> None:
    press = Press()
    all_day = Dates(utc(2021, 5, 4), utc(2021, 5, 5), "day")
    one = page("Copyist", TEXT, day=4)
    other = page("Night Ledger", TEXT)
    from dataclasses import replace

    found = press.trace(one, replace(other, dates=all_day))
    assert list(drawn(found).values()) == ["undetermined"]


def test_length_tells_no_direction() -> None:
    press = Press()
    found = press.trace(page("Copyist", range(1, 20)), page("Night Ledger", TEXT))
    assert drawn(found) == {("Night Ledger", "Copyist"): "undetermined"}
    assert found.hops[0].kind == ("abridged",)
    assert 0.5 < found.hops[0].probability < 0.6


def test_a_credit_decides_the_direction_where_dates_do_not() -> None:
    press = Press()
    original = page("Night Ledger", TEXT)
    copy = press.tells(page("Copyist", TEXT), says("source", "Night Ledger"))
    for asked, other in ((copy, original), (original, copy)):
        assert drawn(press.trace(asked, other)) == {("Night Ledger", "Copyist"): "confirmed"}


# Credits that lead astray ----------------------------------------------------------------------


def test_a_credit_to_a_younger_version_is_disputed() -> None:
    press = Press()
    copy = press.tells(page("Copyist", TEXT, day=2), says("source", "Late Herald"))
    found = press.trace(copy, page("Late Herald", TEXT, day=9))
    assert drawn(found) == {("Copyist", "Late Herald"): "disputed"}
    assert any("younger" in line for line in found.unknown)


def test_a_credit_to_a_younger_version_while_an_older_one_has_the_text() -> None:
    press = Press()
    copy = press.tells(page("Copyist", TEXT, day=5), says("source", "Late Herald"))
    found = press.trace(copy, page("Late Herald", TEXT, day=9), page("Night Ledger", TEXT, day=1))
    assert drawn(found)["Night Ledger", "Copyist"] == "disputed"


def test_a_credit_whose_link_leads_to_another_text_is_disputed() -> None:
    press = Press()
    other = page("Night Ledger", range(300, 330), day=1)
    copy = press.tells(page("Copyist", TEXT, day=5), says("source", "Night Ledger", url=other.url))
    found = press.trace(copy, other)
    assert drawn(found) == {("Night Ledger", "Copyist"): "disputed"}
    assert found.hops[0].probability < 0.7
    assert any("share nothing" in line for line in found.unknown)


def test_a_name_alone_does_not_lead_to_another_text_of_that_outlet() -> None:
    press = Press()
    copy = press.tells(page("Copyist", TEXT, day=5), says("source", "Night Ledger"))
    found = press.trace(copy, page("Night Ledger", range(300, 330), day=1))
    assert drawn(found) == {("Night Ledger", "Copyist"): "credited"}
    assert not found.versions[0].seen


@pytest.mark.parametrize("days", [(None, None), (1, 1), (1, 4)], ids=["undated", "same", "dated"])
def test_two_pages_that_each_name_the_other(days: tuple[int | None, int | None]) -> None:
    press = Press()
    one = press.tells(page("Aurora", TEXT, day=days[0]), says("source", "Borealis"))
    other = press.tells(page("Borealis", TEXT, day=days[1]), says("source", "Aurora"))
    found = press.trace(other, one)
    verdict = "confirmed" if days == (1, 4) else "disputed"
    assert drawn(found) == {("Aurora", "Borealis"): verdict}
    assert any("each name the other" in line or "younger" in line for line in found.unknown)


def test_credits_that_disagree_are_kept_as_alternatives() -> None:
    press = Press()
    copy = press.tells(
        page("Copyist", TEXT), says("original", "Aurora"), says("source", "Borealis")
    )
    found = press.trace(copy)
    assert {version.name for version in found.versions} == {"Aurora", "Borealis", "Copyist"}
    assert drawn(found) == {("Aurora", "Copyist"): "credited"}
    assert any("disagree" in line and "Borealis" in line for line in found.unknown)


# Several copies ---------------------------------------------------------------------------------


def test_an_agencys_story_makes_siblings() -> None:
    press = Press()
    papers = [
        press.tells(page(name, TEXT, day=3), says("wire", "Tidewire"), kind="wire")
        for name in ("Aurora", "Borealis", "Copyist")
    ]
    found = press.trace(*papers)
    assert drawn(found) == {
        ("Tidewire", name): "credited" for name in ("Aurora", "Borealis", "Copyist")
    }
    assert [version.seen for version in found.versions] == [False, True, True, True]


def test_a_copy_of_a_copy_hangs_under_the_one_whose_changes_it_has() -> None:
    """The second copy credits the original, but has the paragraphs that the first one added."""
    press = Press()
    original = page("Night Ledger", TEXT, day=1)
    first = press.tells(
        page("Aurora", [*TEXT, 50, 51, 52], day=2), says("source", "Night Ledger", url=original.url)
    )
    second = press.tells(
        page("Borealis", [*TEXT, 50, 51, 52], day=3), says("source", "Night Ledger")
    )
    found = press.trace(second, original, first)
    assert drawn(found) == {
        ("Night Ledger", "Aurora"): "confirmed",
        ("Aurora", "Borealis"): "skipped",
    }
    assert any("lacks" in e.says for e in found.hops[1].evidence) is False


def test_a_copy_without_such_changes_hangs_under_what_it_credits() -> None:
    press = Press()
    original = page("Night Ledger", TEXT, day=1)
    first = press.tells(page("Aurora", TEXT, day=2), says("source", "Night Ledger"))
    second = press.tells(page("Borealis", TEXT, day=3), says("source", "Night Ledger"))
    found = press.trace(second, original, first)
    assert drawn(found) == {
        ("Night Ledger", "Aurora"): "confirmed",
        ("Night Ledger", "Borealis"): "confirmed",
    }


def test_a_chain_of_five() -> None:
    press = Press()
    copy = press.tells(
        page("Echo", TEXT),
        says("wire", "Tidewire"),
        says("original", "Aurora"),
        says("via", "Borealis"),
        says("via", "Copyist"),
        chain=("Tidewire", "Aurora", "Borealis", "Copyist", "Echo"),
    )
    found = press.trace(copy)
    assert chain_of(found) == ["Tidewire", "Aurora", "Borealis", "Copyist", "Echo"]
    assert set(drawn(found).values()) == {"credited"}


def test_versions_found_are_themselves_read_for_credits() -> None:
    press = Press()
    third = press.tells(page("Copyist", TEXT, day=5), says("source", "Borealis"))
    second = press.tells(page("Borealis", TEXT, day=4), says("source", "Aurora"))
    found = press.trace(third, second)
    assert chain_of(found) == ["Aurora", "Borealis", "Copyist"]
    assert drawn(found) == {
        ("Aurora", "Borealis"): "credited",
        ("Borealis", "Copyist"): "confirmed",
    }


def test_twelve_copies_of_one_text() -> None:
    press = Press()
    original = page("Night Ledger", TEXT, day=1)
    copies = [
        press.tells(page(f"Copyist{i:02d}", TEXT, day=1 + i), says("source", "Night Ledger"))
        for i in range(1, 13)
    ]
    found = press.trace(copies[7], original, *copies)
    assert len(found.versions) == 13
    assert set(drawn(found)) == {("Night Ledger", f"Copyist{i:02d}") for i in range(1, 13)}
    assert set(drawn(found).values()) == {"confirmed"}


def test_twelve_undated_copies_without_a_word_of_credit() -> None:
    press = Press()
    found = press.trace(*(page(f"Copyist{i:02d}", TEXT) for i in range(12)))
    assert len(found.hops) == 11
    assert {hop.standing for hop in found.hops} == {"undetermined"}
    assert max(hop.probability for hop in found.hops) < 0.3


# Limits ----------------------------------------------------------------------------------------


def test_depth_and_breadth_are_kept_and_said() -> None:
    press = Press()
    # Each text shares its paragraphs with its neighbours only.
    steps = [page(f"Step{i}", range(10 * i, 10 * i + 20), day=i) for i in range(1, 7)]
    found = press.trace(steps[-1], *steps[:-1], depth=2)
    assert len(found.versions) == 3
    assert any("2 steps" in line for line in found.unknown)
    assert "2 steps" in found.searched[0].says
    copies = [page(f"Copyist{i:02d}", TEXT, day=i) for i in range(1, 9)]
    found = press.trace(copies[-1], *copies[:-1], breadth=3)
    assert len(found.versions) == 4
    assert any("3 versions" in line for line in found.unknown)


def test_the_page_itself_among_the_others_is_no_copy_of_itself() -> None:
    press = Press()
    asked = page("Contre-Courant", TEXT, day=5)
    from dataclasses import replace

    found = press.trace(asked, asked, replace(asked, id="again.html"))
    assert found.hops == ()


def test_dates_that_exclude_each_other_rule_nothing_out() -> None:
    press = Press()
    copy = press.tells(page("Copyist", TEXT, day=5), says("source", "Night Ledger"))
    late = utc(2023)
    confused = Dates(
        late, late, "second",
        (*on(1).witnesses, DateWitness("meta", late, late, "second", "2023")),
        disagree=True,
    )  # fmt: skip
    from dataclasses import replace

    found = press.trace(copy, replace(page("Night Ledger", TEXT), dates=confused))
    assert drawn(found) == {("Night Ledger", "Copyist"): "confirmed"}
    assert any("exclude each other" in line for line in found.unknown)


def test_a_page_dated_after_its_first_capture_is_told() -> None:
    from dataclasses import replace

    from filiation.dates import bounded

    capture = DateWitness("archive", utc(1991), utc(2020), "second", "captured 2020-01-01")
    dates = bounded(on(5), capture)
    found = Press().trace(replace(page("Copyist", TEXT), dates=dates))
    assert any("later than an archive captured" in line for line in found.unknown)
    assert not any("exclude each other" in line for line in found.unknown)
