"""Who takes from whom: what counts as taken, by whom, how fast, and what does not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.audit.flows import Ledger, delay_hours
from filiation.audit.values import Flow, Tally
from filiation.values import HOP_KINDS, STANDINGS, Dates, Standing, utc
from tests.report.audits import (
    BEES,
    FERRY,
    GROUPS,
    ICE,
    SALT,
    Step,
    at,
    audit,
    by,
    group,
    ledger,
    library,
    version,
    viral,
)

MINA, COURRIER, UPLAND = "صحيفه الميناء", "le courrier des rives", "the upland herald"
"""Outlets without a key go by their name, folded."""


def flows(books: Ledger) -> dict[tuple[str, str], Flow]:
    return {(flow.from_outlet, flow.to_outlet): flow for flow in books.flows()}


def tallies(books: Ledger) -> dict[str, Tally]:
    return {tally.outlet: tally for tally in books.tallies()}


def line(
    *outlets: str | None, standing: Standing = "uncredited", unseen: Sequence[int] = ()
) -> Ledger:
    """Return the books of one text that went from each outlet to the next, day by day."""
    versions = [
        version(outlet, at(1 + n), article=None if n in unseen else f"a{n}")
        for n, outlet in enumerate(outlets)
    ]
    steps: list[Step] = [(n - 1, n, standing, ["verbatim"]) for n in range(1, len(outlets))]
    found = group(versions, steps)
    books = Ledger(library([found], alone=0))
    books.add(found)
    return books


# What counts


def test_an_update_is_no_republication() -> None:
    books = ledger([FERRY], alone=0)
    assert (books.hops, books.within) == (0, 1)
    assert books.flows() == ()
    assert books.tallies() == (Tally(UPLAND, "The Upland Herald", 2, 0, 0, 0, 0),)
    assert sum(books.standings.values()) == sum(books.kinds.values()) == 0
    assert books.largest == ()


def test_an_update_of_a_republished_text_is_republished_too() -> None:
    """Two of the outlet's articles carry the other's text; one hop brought it there."""
    books = line("ledger", "upland", "upland")
    assert flows(books)["harbourledger", UPLAND].hops == 1
    upland = tallies(books)[UPLAND]
    assert (upland.articles, upland.republished, upland.uncredited) == (2, 2, 2)
    assert upland.share == 1.0


def test_an_original_is_one_that_others_were_made_from() -> None:
    books = line("ledger", "ledger", "upland")
    assert tallies(books)["harbourledger"].originals == 1  # through its own update
    assert tallies(books)[UPLAND].originals == 0
    assert tallies(line("ledger", "ledger"))["harbourledger"].originals == 0


def test_a_text_that_comes_back_is_taken_twice() -> None:
    books = line("ledger", "upland", "ledger")
    assert {pair: flow.hops for pair, flow in flows(books).items()} == {
        ("harbourledger", UPLAND): 1,
        (UPLAND, "harbourledger"): 1,
    }
    assert tallies(books)["harbourledger"] == Tally(
        "harbourledger", "The Harbour Ledger", 2, 1, 1, 1, 1
    )


def test_a_hop_from_a_missing_version_counts_for_its_outlet() -> None:
    books = line("Nachtfähre", "ledger", standing="credited", unseen=[0])
    flow = flows(books)["nachtfahre", "harbourledger"]
    assert (flow.hops, flow.standings["credited"], flow.share) == (1, 1, 1.0)
    assert tallies(books)["nachtfahre"] == Tally("nachtfahre", "Nachtfähre", 0, 0, 0, 0, 1)
    assert tallies(books)["harbourledger"].republished == 1
    assert (books.articles, books.outlets, books.missing) == (1, 1, 1)


def test_a_hop_between_two_missing_versions_is_a_hop_and_nobodys_share() -> None:
    books = ledger([BEES], alone=0)
    flow = flows(books)["", "cahier bleu"]
    assert (flow.hops, flow.share, flow.median_delay_hours) == (1, None, None)
    assert (tallies(books)["cahier bleu"].articles, tallies(books)["cahier bleu"].republished) == (
        0,
        0,
    )
    assert books.hops == 3
    assert tallies(books)["estran"].republished == tallies(books)[COURRIER].republished == 1


def test_two_outlets_that_are_not_known_are_not_called_the_same() -> None:
    books = line(None, None)
    assert (books.hops, books.within, books.outlets) == (1, 0, 0)
    assert tallies(books)[""] == Tally("", "", 2, 1, 1, 1, 1)


def test_only_the_hop_from_elsewhere_makes_an_article_uncredited() -> None:
    versions = [
        version(o, at(n + 1), article=f"a{n}") for n, o in enumerate(["ledger", "mina", "mina"])
    ]
    found = group(versions, [(0, 1, "confirmed", []), (1, 2, "uncredited", [])])
    books = Ledger(library([found], alone=0))
    books.add(found)
    assert (tallies(books)[MINA].republished, tallies(books)[MINA].uncredited) == (2, 0)


# Names


def test_a_credit_finds_the_outlet_by_its_name() -> None:
    """The library knows the outlet by a key, the credit by its name alone, written otherwise."""
    found = group([version("HAFENBOTE"), version("upland", article="b")], [(0, 1, "credited", [])])
    books = Ledger([("a", "hafenbote-de", "Hafen-Bote"), ("b", None, "The Upland Herald")])
    books.add(found)
    assert [(f.from_outlet, f.to_outlet) for f in books.flows()] == [("hafenbote-de", UPLAND)]
    assert tallies(books)["hafenbote-de"].name == "Hafen-Bote"


def test_a_name_that_two_keys_bear_is_neithers() -> None:
    books = Ledger(
        [("a", "post-de", "Die Post"), ("b", "post-at", "Die Post"), ("c", None, "Die Post")]
    )
    assert [books.home(article) for article in "abc"] == ["post-de", "post-at", "die post"]


def test_the_commonest_spelling_is_the_name() -> None:
    books = Ledger([("a", None, "THE GULL"), ("b", None, "The Gull"), ("c", None, "The  Gull"),
                    ("d", None, "The Gull")])  # fmt: skip
    assert tallies(books) == {"the gull": Tally("the gull", "The Gull", 4, 0, 0, 0, 0)}


def test_an_outlet_is_called_what_its_versions_are_called() -> None:
    """The input gives an address, the catalogue knows the name."""
    rows = [row for row in library([SALT], alone=0) if row[0] != "salt-ledger"]
    own = [(name, "harbourledger", "harbourledger.example") for name in ("x", "y", "salt-ledger")]
    books = Ledger([*rows, *own])
    assert tallies(books)["harbourledger"].name == "harbourledger.example"
    books.add(SALT)
    assert tallies(books)["harbourledger"].name == "The Harbour Ledger"


def test_a_name_of_signs_alone_is_still_a_name() -> None:
    books = Ledger([("a", None, "***"), ("b", None, "+++"), ("c", None, " \n")])
    assert [books.home(article) for article in "abc"] == ["***", "+++", ""]


def test_a_group_of_articles_from_elsewhere_is_refused() -> None:
    with pytest.raises(KeyError, match="salt-ledger"):
        Ledger([]).add(SALT)


# Delays


@pytest.mark.parametrize(
    ("parent", "child", "hours"),
    [
        (at(4, 9), at(4, 12), 3.0),
        (at(4), at(9), 120.0),
        (at(4), at(4), 0.0),
        (at(4), at(4, 2), 0.0),  # the day's middle is later than 2 o'clock, and may not count
        (at(4), at(6, 12), 49.0),  # in a zone that is not known, a day's middle is 11 o'clock UTC
        (at(9), at(4), None),  # the child came first
        (at(4), Dates(), None),
        (by(4), at(4), None),
        (Dates(utc(2021, 5), utc(2021, 6), "month"), at(20), None),
    ],
)
def test_delay(parent: Dates, child: Dates, hours: float | None) -> None:
    found = delay_hours(parent, child)
    assert found == (None if hours is None else pytest.approx(hours, abs=0.02))


def test_the_median_is_that_of_the_hops_with_dates() -> None:
    versions = [version("ledger", at(1, 0), article="a0")]
    versions += [version("mina", dates, article=f"a{n}") for n, dates in
                 enumerate([at(1, 2), at(1, 4), at(2, 0), Dates()], 1)]  # fmt: skip
    found = group(versions, [(0, n, "uncredited", []) for n in range(1, 5)])
    books = Ledger(library([found], alone=0))
    books.add(found)
    flow = flows(books)["harbourledger", MINA]
    assert (flow.hops, flow.delays, flow.median_delay_hours) == (4, (2.0, 4.0, 24.0), 4.0)


# Everything together


def test_the_invented_library() -> None:
    books = ledger()
    assert (books.articles, books.outlets, books.groups) == (35, 7, 4)
    assert (books.hops, books.within, books.missing, books.independent_sources) == (11, 2, 3, 4)
    assert books.standings == {
        "confirmed": 2, "credited": 3, "uncredited": 3, "skipped": 1, "disputed": 1, "undetermined": 1,
    }  # fmt: skip
    assert tuple(books.standings) == STANDINGS
    assert tuple(books.kinds) == HOP_KINDS
    assert [group.id for group in books.largest] == [SALT.id, BEES.id, ICE.id]


def test_shares_are_of_what_the_receiver_published() -> None:
    flow = flows(ledger(alone=3))["estran", COURRIER]
    assert flow.share == pytest.approx(1 / 6)


def test_only_the_largest_groups_are_kept() -> None:
    many = [group([version("ledger", article=f"x{n}"), version("mina", article=f"y{n}")],
                  [(0, 1, "uncredited", [])]) for n in range(9)]  # fmt: skip
    books = Ledger(library([*many, SALT]), largest=3)
    for found in (*many, SALT):
        books.add(found)
    assert [found.id for found in books.largest] == [SALT.id, "g-x0", "g-x1"]


def test_a_long_line_of_copies_is_entered_in_one_walk() -> None:
    """Far deeper than Python's own stack; every copy descends from the first."""
    books = line(*(["ledger", "mina"] * 3000))
    assert books.hops == 5999
    assert tallies(books)["harbourledger"].originals == 1
    assert tallies(books)["harbourledger"].republished == 2999


@given(st.permutations([*GROUPS, viral(12)]))
def test_the_order_of_entry_changes_nothing(groups: Sequence[object]) -> None:
    assert audit(groups, alone=1) == audit([viral(12), *GROUPS], alone=1)  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(st.sampled_from(["ledger", "mina", "upland", None]), st.booleans()),
        min_size=2,
        max_size=8,
    )
)
def test_the_sums_agree(line_of: list[tuple[str | None, bool]]) -> None:
    """Every hop is in one flow or within one outlet; every republished article has come by a hop."""
    outlets, seen = zip(*line_of, strict=True)
    unseen = [n for n, one in enumerate(seen) if not one and n < len(seen) - 1]
    books = line(*outlets, unseen=unseen)
    assert books.hops + books.within == len(outlets) - 1
    assert sum(flow.hops for flow in books.flows()) == books.hops == sum(books.standings.values())
    assert sum(tally.taken for tally in books.tallies()) == books.hops
    assert sum(tally.articles for tally in books.tallies()) == books.articles
    for tally in books.tallies():
        assert tally.uncredited <= tally.republished
        assert tally.originals + tally.republished <= tally.articles


def test_dates_a_zone_apart_are_known_to_the_day() -> None:
    day = at(4)
    assert day.latest is not None
    wider = replace(day, latest=day.latest + timedelta(days=1))
    assert delay_hours(day, at(6)) is not None
    assert delay_hours(wider, at(8)) is None
