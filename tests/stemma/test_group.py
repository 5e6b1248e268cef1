"""The stemma of a group: the same judgement as a trace, over the pairs that were found."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.stemma import stemma
from filiation.values import Article, Match, Stemma
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
    assert found.hops == traced.hops
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


def test_no_article_makes_no_stemma() -> None:
    found = stemma([], {}, catalogue=CATALOGUE)
    assert found == Stemma((), (), ())
