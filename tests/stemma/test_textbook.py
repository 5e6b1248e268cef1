"""The textbook cases of textual criticism (Maas, Textkritik, 1927), each a small table of readings.

What the letters mean is said in `tests.stemma.tables`.
"""

import pytest

from filiation.stemma import trace
from tests.stemma.tables import TEXTS, tradition

every_language = pytest.mark.parametrize("language", TEXTS)


@every_language
def test_shared_innovations_make_a_branch(language: str) -> None:
    """C and D have what B changed, and each something of its own; E has none of it."""
    found = tradition(
        language,
        """
        A  aaaa a aaaa
        B  bbaa a aaaa
        C  bbba a aaaa
        D  bbab a aaaa
        E  aaaa a baab
        """,
    )
    assert found.hops == {("A", "B"), ("B", "C"), ("B", "D"), ("A", "E")}


@every_language
def test_agreement_in_the_original_reading_proves_nothing(language: str) -> None:
    """C, D and E agree with one another against B in two places: in what B alone has changed."""
    found = tradition(
        language,
        """
        A  aaaa a aaaa
        B  bbaa a aaaa
        C  aaba a baaa
        D  aaab a aaba
        E  aaaa a abab
        """,
    )
    assert found.hops == {("A", "B"), ("A", "C"), ("A", "D"), ("A", "E")}


@every_language
def test_a_lost_version_stands_above_copies_that_share_what_nobody_seen_has(language: str) -> None:
    """B and C share innovations and an omission against A, and neither has the other's own."""
    found = tradition(
        language,
        """
        A  aaaa a aaaa
        B  bcba . caca
        C  babc . acac
        """,
    )
    assert found.above("B")[0] == found.above("C")[0] == "?"
    assert found.above("B")[1:] == found.above("C")[1:] == ["A"]


@every_language
def test_a_copy_that_has_all_of_its_models_readings_is_a_copy(language: str) -> None:
    """The copy of a copy (codex descriptus): each has what the one before has, and one thing more."""
    table = """
        A  aaaa a aaaa
        B  baaa a aaba
        C  bbaa a aaba
        D  bbab a abba
        """
    assert tradition(language, table).hops == {("A", "B"), ("B", "C"), ("C", "D")}


@every_language
def test_a_chain_is_told_without_dates_up_to_its_direction(language: str) -> None:
    table = """
        A  aaaa a aaaa
        B  bbaa a aaaa
        C  bbbb a aaaa
        D  bbbb a bbaa
        """
    chain = {frozenset(pair) for pair in (("A", "B"), ("B", "C"), ("C", "D"))}
    assert tradition(language, table, dated=False).edges == chain


@every_language
def test_a_slip_that_two_mend_alike_does_not_join_them(language: str) -> None:
    """A's first reading is a slip that anybody mends: B and C do, and have nothing else in common."""
    found = tradition(
        language,
        """
        A  aaaa a aaaa
        B  bbab a aaaa
        C  baaa a abba
        """,
    )
    assert found.hops == {("A", "B"), ("A", "C")}


@every_language
def test_an_omission_is_inherited_and_cannot_be_made_good(language: str) -> None:
    """C lacks the sentence that B left out; D has it, so D is of neither, late as it comes."""
    found = tradition(
        language,
        """
        A  aaaa a aaaa
        B  aaaa . baaa
        C  abaa . baaa
        D  aaab a aaaa
        """,
    )
    assert found.hops == {("A", "B"), ("B", "C"), ("A", "D")}


@every_language
def test_an_interpolation_is_inherited(language: str) -> None:
    """B has put in a sentence, which C has from it; D was made from A, which never had it."""
    found = tradition(
        language,
        """
        A  aaaa . aaaa
        B  aaaa a baaa
        C  aaab a baaa
        D  abaa . aaaa
        """,
    )
    assert found.hops == {("A", "B"), ("B", "C"), ("A", "D")}


@every_language
def test_an_early_reading_in_a_late_copy_is_taken_from_the_early_version(language: str) -> None:
    """Recentiores non deteriores: E is the youngest by far, and has the oldest text."""
    found = tradition(
        language,
        """
        A  aaaa a aaaa
        B  bbaa a aaaa
        C  bbbb a aaaa
        D  bbbb a bbaa
        E  aaaa a aaac
        """,
    )
    assert found.above("E") == ["A"]


@every_language
def test_of_a_text_with_the_readings_of_two_branches_both_are_named(language: str) -> None:
    """Contamination: D has B's innovations in its first half, and C's in its second."""
    found = tradition(
        language,
        """
        A  aaaa a aaaa
        B  bbbb a aaaa
        C  aaaa a bbbb
        D  bbbb a bbbb
        """,
    )
    (parent,) = found.above("D")[:1]
    assert parent in ("B", "C"), "it has too much of either to be A's"
    other = ({"B", "C"} - {parent}).pop()
    assert found.said_of("D", other), "the other parent is said too"


@every_language
def test_of_two_twins_of_one_moment_it_is_said_that_nothing_tells(language: str) -> None:
    """B and C are word for word the same, undated: C may have D from either of them."""
    found = tradition(
        language,
        """
        A  aaaa a aaaa
        B  bbbb a aaaa
        C  bbbb a aaaa
        """,
        dated=False,
    )
    assert frozenset("BC") in found.edges
    assert {hop.standing for hop in found.found.hops} == {"undetermined"}
    assert all(hop.probability < 0.9 for hop in found.found.hops)


def test_a_trace_tells_the_same_chain() -> None:
    """The same through `trace`, from the last copy of a copy."""
    pages = tradition(
        "en",
        """
        A  aaaa a aaaa
        B  bbaa a aaaa
        C  bbba . aaaa
        D  aaaa a baab
        """,
    ).pages
    found = trace(pages[2], [pages[3], pages[0], pages[1]])
    articles = {version.id: version.article for version in found.versions}
    assert [articles[version] for version in found.chain] == ["A", "B", "C"]
    assert ("A", "D") in {(articles[hop.parent], articles[hop.child]) for hop in found.hops}
