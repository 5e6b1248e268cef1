"""The stemma of a group: the same judgement as a trace, over the pairs that were found."""

from collections.abc import Mapping
from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.stemma import stemma
from filiation.values import Article, Dates, Match, Stemma, utc
from tests.stemma.test_laws import presses
from tests.stemma.world import CATALOGUE, Press, compare, page, says

TEXT = range(1, 31)

Matches = Mapping[tuple[str, str], Match]


def matched(*pages: Article) -> dict[tuple[str, str], Match]:
    """Return what an audit would find: the pairs that share something, each once."""
    pairs = [(a, b) for i, a in enumerate(pages) for b in pages[i + 1 :]]
    found = {(a.id, b.id): compare(a, b) for a, b in pairs}
    return {pair: match for pair, match in found.items() if match.passages}


def grown(press: Press, *pages: Article, matches: Matches | None = None) -> Stemma:
    found = matched(*pages) if matches is None else matches
    return stemma([press.read(page) for page in pages], found, catalogue=CATALOGUE)


def hops(found: Stemma) -> dict[tuple[str, str], str]:
    names = {version.id: version.name or "?" for version in found.versions}
    return {(names[hop.parent], names[hop.child]): hop.standing for hop in found.hops}


def test_a_group_of_three_as_a_trace_has_it() -> None:
    press = Press()
    original = page("Night Ledger", TEXT, day=1)
    first = press.tells(page("Aurora", [*TEXT, 50, 51], day=2), says("source", "Night Ledger"))
    second = page("Borealis", [*TEXT, 50, 51], day=3)
    found, traced = grown(press, second, first, original), press.trace(second, original, first)
    assert hops(found) == {
        ("Night Ledger", "Aurora"): "confirmed",
        ("Aurora", "Borealis"): "uncredited",
    }
    assert found.hops == tuple(replace(hop, rivals=()) for hop in traced.hops)
    assert found.versions == traced.versions
    assert found.origin == "v1"


@settings(max_examples=100, deadline=None)
@given(presses(), st.randoms(use_true_random=False))
def test_laws_of_every_stemma(world: tuple[Press, list[Article]], dice) -> None:  # type: ignore[no-untyped-def]  # hypothesis has no public type for it
    press, pages = world
    matches = matched(*pages)
    found = grown(press, *pages, matches=matches)
    shuffled = pages[:]
    dice.shuffle(shuffled)
    turned = {(b, a): match for (a, b), match in reversed(matches.items())}
    assert grown(press, *shuffled, matches=turned) == found, "no order changes anything"

    places = {version.id: place for place, version in enumerate(found.versions)}
    parents = {hop.child: hop.parent for hop in found.hops}
    assert {v.article for v in found.versions if v.seen} == {article.id for article in pages}
    assert all(places[parent] < places[child] for child, parent in parents.items())
    assert set(found.roots) == set(places) - set(parents)
    assert all(hop.evidence and 0 < hop.probability < 1 for hop in found.hops)


def test_pages_that_share_nothing_are_all_roots() -> None:
    press = Press()
    found = grown(press, page("Aurora", range(1, 20)), page("Borealis", range(100, 120)))
    assert (len(found.roots), found.hops, found.origin) == (2, (), None)


def test_a_pair_that_is_left_out_does_not_contradict_a_credit() -> None:
    press = Press()
    original = page("Night Ledger", range(300, 330), day=1)
    copy = press.tells(
        page("Copyist", TEXT, day=5), says("source", "Night Ledger", url=original.url)
    )
    silent = grown(press, copy, original, matches={})
    assert hops(silent) == {("Night Ledger", "Copyist"): "credited"}
    nothing = {("Copyist", "Night Ledger"): compare(copy, original)}
    assert not nothing["Copyist", "Night Ledger"].passages
    denied = grown(press, copy, original, matches=nothing)
    assert hops(denied) == {("Night Ledger", "Copyist"): "disputed"}


def test_an_unseen_source_that_two_copies_name_is_one_version() -> None:
    press = Press()
    copies = [
        press.tells(page(name, TEXT, day=3), says("wire", "Tidewire"), kind="wire")
        for name in ("Aurora", "Borealis")
    ]
    found = grown(press, *copies)
    assert hops(found) == {("Tidewire", "Aurora"): "credited", ("Tidewire", "Borealis"): "credited"}
    assert [version.seen for version in found.versions] == [False, True, True]


def test_two_articles_of_one_id_and_matches_of_strangers_are_refused() -> None:
    press = Press()
    one, other = page("Aurora", TEXT), page("Borealis", TEXT)
    with pytest.raises(ValueError, match="same id"):
        grown(press, one, replace(other, id=one.id), matches={})
    stranger = {("Aurora", "Elsewhere"): replace(compare(one, other), b="Elsewhere")}
    with pytest.raises(ValueError, match="Elsewhere"):
        grown(press, one, other, matches=stranger)


def test_pages_without_lines_are_read_from_their_text() -> None:
    """As rows of a table come: what a page's lines would tell, its text tells."""
    press = Press()
    title = "Harbour bridge closed as engineers find cracks in every cable"
    original = page("Night Ledger", TEXT, title=title)
    copy = page("Copyist", TEXT, title="The bridge that nobody dared to cross")
    quoting = replace(copy, text=f"{copy.text}\nSee “{title}”, https://nightledger.example/more.")
    matches = {("Copyist", "Night Ledger"): compare(copy, original)}
    assert not original.lines and not quoting.lines
    assert list(hops(grown(press, copy, original, matches=matches)).values()) == ["undetermined"]
    found = grown(press, quoting, original, matches=matches)
    assert hops(found) == {("Night Ledger", "Copyist"): "uncredited"}
    assert {e.says for e in found.hops[0].evidence if e.type == "direction"} == {
        "Copyist quotes the title of Night Ledger",
        "links to nightledger.example stand in the text of Copyist",
    }


# Quotations ------------------------------------------------------------------------------------


def test_a_quotation_that_the_audit_found_is_an_excerpt() -> None:
    press = Press()
    story = page("Night Ledger", range(1, 41), day=1)
    quoting = page("The Reader", [*range(200, 230), 4, *range(230, 240)], day=4)
    found = grown(press, story, quoting)
    assert hops(found) == {("Night Ledger", "The Reader"): "undetermined"}, "both may quote a third"
    assert "The Reader and Night Ledger quote the same" in " ".join(found.unknown)
    assert found.hops[0].match is not None and found.hops[0].match.shared_words == 20
    assert press.trace(quoting, story).hops == (), "a trace asks for more than a quotation"


@pytest.mark.parametrize("days", [(1, 2, 3, 9), (None, None, None, None), (1, 1, 1, 1)])
def test_an_article_that_quotes_three_stories_does_not_join_them(
    days: tuple[int | None, ...],
) -> None:
    press = Press()
    one, two, three = (
        page(name, range(100 * n, 100 * n + 30), day=day)
        for n, (name, day) in enumerate(
            zip(("Aurora", "Borealis", "Copyist"), days, strict=False), 1
        )
    )
    quoting = page(
        "The Reader", [*range(900, 920), 105, 106, 205, *range(920, 940), 305], day=days[3]
    )
    found = grown(press, one, two, three, quoting)
    if days[0] == 1 and days[3] == 9:
        assert hops(found) == {("Aurora", "The Reader"): "undetermined"}, "the best one only"
    else:
        assert hops(found) == {}, "nobody knows who quotes whom"
    assert len({hop.parent for hop in found.hops}) <= 1


def test_of_an_open_day_the_text_with_copies_is_the_one_quoted() -> None:
    press = Press()
    story = page("Night Ledger", range(1, 41), day=2)
    copies = [
        page(name, [*range(1, 41), n], day=3) for n, name in ((50, "Aurora"), (51, "Borealis"))
    ]
    quoting = page("The Reader", [*range(200, 230), 4, *range(230, 240)], day=2)
    found = grown(press, story, quoting, *copies)
    assert hops(found)["Night Ledger", "The Reader"] == "undetermined"


def test_of_two_versions_that_hold_the_quotation_the_earlier_is_taken_not_the_shorter() -> None:
    press = Press()
    story, halved = page("Night Ledger", range(1, 41), day=1), page("Aurora", range(1, 15), day=2)
    quoting = page("The Reader", [*range(200, 212), 4, 5, *range(212, 220)], day=3)
    assert compare(halved, quoting).score > compare(story, quoting).score
    assert hops(grown(press, story, halved, quoting)) == {
        ("Night Ledger", "Aurora"): "uncredited",
        ("Night Ledger", "The Reader"): "undetermined",
    }


def spoken(outlet: str, paragraphs: range, own: range, day: int) -> Article:
    """Return a page that is mostly somebody's words, in quotation marks."""
    whole = page(outlet, [*own, *paragraphs], day=day)
    said = whole.text.split("\n")
    said[len(own)] = said[len(own)].replace("lorem", "„lorem", 1)
    said[-1] += "“"
    return replace(whole, text="\n".join(said))


def test_words_in_quotation_marks_may_be_a_thirds() -> None:
    press = Press()
    one = spoken("Aurora", range(300, 310), range(1, 5), day=1)
    other = spoken("Borealis", range(300, 310), range(50, 54), day=2)
    assert hops(grown(press, one, other)) == {("Aurora", "Borealis"): "undetermined"}
    credited = press.tells(other, says("source", "Aurora"))
    assert hops(grown(press, one, credited)) == {("Aurora", "Borealis"): "confirmed"}


# What nobody saw --------------------------------------------------------------------------------


def test_an_agency_that_two_texts_credit_delivered_two() -> None:
    press = Press()
    wire = says("wire", "Tidewire")
    one = press.tells(page("Aurora", range(1, 31), day=1), wire, kind="wire")
    two = press.tells(page("Borealis", [*range(100, 130), 4], day=2, name="two"), wire, kind="wire")
    copy = press.tells(page("Copyist", [*range(1, 31), 60], day=1), wire, kind="wire")
    found = grown(press, one, two, copy)
    unseen = {version.id for version in found.versions if not version.seen}
    assert len(unseen) == 2, "one for each text"
    by = {v.id: v.name for v in found.versions}
    parents = {by[hop.child]: hop.parent for hop in found.hops if hop.parent in unseen}
    assert parents["Aurora"] == parents["Copyist"] != parents["Borealis"]


def test_an_agency_that_reports_every_day_reports_anew() -> None:
    press = Press()
    wire = says("wire", "Tidewire")
    days = [
        press.tells(page(f"Day {n}", range(15 * n, 15 * n + 30), day=n), wire, kind="wire")
        for n in range(1, 9)
    ]
    found = grown(press, *days)
    assert 2 <= sum(not version.seen for version in found.versions) <= 4, "not one for all"


def test_a_quotation_does_not_imply_anothers_source() -> None:
    press = Press()
    told = press.tells(page("Aurora", range(1, 31), day=3), says("source", "Tidewire"))
    whole = page("Borealis", [*range(1, 31), 60], day=2)
    quoting = page("The Reader", [*range(200, 230), 4], day=1)
    assert ("Tidewire", "Borealis") in hops(grown(press, told, whole))
    assert ("Tidewire", "The Reader") not in hops(grown(press, told, quoting))


def test_agencies_strung_together_go_by_the_first() -> None:
    press = Press()
    line = replace(says("wire", "Tidewire/Rival Wire"), outlet="tidewire")
    copy = press.tells(page("Copyist", TEXT, day=2), line, kind="wire")
    found = grown(press, copy)
    assert [v.outlet for v in found.versions if not v.seen] == ["tidewire"]


# Outlets that nobody states ---------------------------------------------------------------------


def nameless(name: str, paragraphs: range, day: int | None) -> Article:
    return replace(page(name, paragraphs, day=day), outlet_name=None, url=None, title=name)


def test_an_only_source_that_nobody_saw_may_be_the_text_whose_outlet_is_not_known() -> None:
    press = Press()
    source = nameless("Rising water", TEXT, day=1)
    copy = press.tells(page("Copyist", TEXT, day=2), says("first_published", "Tidewire"))
    found = grown(press, copy, source)
    assert [version.seen for version in found.versions] == [True, True]
    assert [hop.standing for hop in found.hops] == ["confirmed"]
    says_so = next(e.says for e in found.hops[0].evidence if e.type == "credit")
    assert says_so == (
        "Copyist says that Tidewire (which may be the outlet of “Rising water”) published it first"
    )


@pytest.mark.parametrize(
    ("why", "source"),
    [
        ("it is younger", nameless("Rising water", TEXT, day=3)),
        ("its outlet is known", page("Night Ledger", TEXT, day=1)),
        ("it has another text", nameless("Rising water", range(300, 330), day=1)),
    ],
)
def test_else_the_source_stays_unseen(why: str, source: Article) -> None:
    press = Press()
    copy = press.tells(page("Copyist", TEXT, day=2), says("first_published", "Tidewire"))
    found = grown(press, copy, source)
    assert "Tidewire" in {version.name for version in found.versions if not version.seen}, why


def test_a_text_without_an_outlet_is_one_outlets_only() -> None:
    press = Press()
    source = nameless("Rising water", TEXT, day=1)
    copies = [
        press.tells(page(name, TEXT, day=2), says("first_published", of))
        for name, of in (
            ("Aurora", "Tidewire"),
            ("Borealis", "Tidewire"),
            ("Copyist", "Rival Wire"),
        )
    ]
    found = grown(press, source, *copies)
    assert [version.name for version in found.versions if not version.seen] == ["Rival Wire"]


# Directions ------------------------------------------------------------------------------------


def test_a_day_and_an_hour_within_it_are_decided_by_the_credit() -> None:
    """The source states its day only, so that by the middle of its day the copy looks older."""
    press = Press()
    all_day = Dates(utc(2021, 5, 4), utc(2021, 5, 4, 23, 59), "day")
    morning = utc(2021, 5, 4, 7, 30)
    source = replace(page("Night Ledger", TEXT), dates=all_day)
    copy = replace(page("Copyist", TEXT), dates=Dates(morning, morning, "second"))
    assert list(hops(grown(press, copy, source)).values()) == ["undetermined"]
    press.tells(copy, says("source", "Night Ledger"))
    assert hops(grown(press, copy, source)) == {("Night Ledger", "Copyist"): "confirmed"}


def test_of_two_parents_with_the_same_text_the_earlier_is_taken() -> None:
    press = Press()
    original, double = page("Night Ledger", TEXT, day=1), page("Aurora", TEXT, day=2)
    copy = page("Borealis", range(1, 28), day=5)
    found = hops(grown(press, copy, double, original))
    assert set(found) == {("Night Ledger", "Aurora"), ("Night Ledger", "Borealis")}


def test_of_one_day_the_version_in_the_middle_comes_first() -> None:
    """Each of the others lacks a paragraph, another one each."""
    press = Press()
    middle = page("Night Ledger", TEXT, day=1)
    rim = [
        page(name, [number for number in TEXT if number != lost], day=1)
        for lost, name in ((5, "Aurora"), (12, "Borealis"), (21, "Echo"))
    ]
    found = grown(press, middle, *rim)
    assert {parent for parent, _ in hops(found)} == {"Night Ledger"}
    assert set(hops(found).values()) == {"undetermined"}, "it is likelier, not told"


# Size ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [None, 1, "own"])
def test_three_hundred_versions_take_three_seconds_at_most(day: str | int | None) -> None:
    press = Press()
    pages = [
        page(f"Outlet {n:03d}", [*TEXT, 100 + n], day=n + 1 if day == "own" else day)  # type: ignore[arg-type]  # the rest is a day
        for n in range(300)
    ]
    matches = {
        (a.id, b.id): compare(a, b) for n, b in enumerate(pages) for a in pages[max(0, n - 12) : n]
    }
    start = process_time()
    found = grown(press, *pages, matches=matches)
    assert process_time() - start < 3.0
    assert len(found.hops) == 299


def test_no_article_makes_no_stemma() -> None:
    found = stemma([], {}, catalogue=CATALOGUE)
    assert found == Stemma((), (), ())
