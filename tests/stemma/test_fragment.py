"""Versions that break off: what they lack is not at hand, and tells nothing of who copied them."""

from dataclasses import replace

import pytest

from filiation.match import compare, mirrored
from filiation.stemma.fragment import completed, reach
from filiation.values import Article
from tests.stemma.tables import TEXTS, Tradition, of_pages, pages_of

every_language = pytest.mark.parametrize("language", TEXTS)

WHOLE = (
    "The ferry to Ostrel has not sailed since the ice broke its ramp, the harbour master said on"
    " Monday. Bread comes by sledge, and the doctor by helicopter when the fog allows. Nobody on the"
    " island knows whether the new ramp, ordered in June, will fit the old pier at all. The council"
    " meets on Friday to hear what the yard has to say."
)
BEGUN = WHOLE[: WHOLE.index(" knows whether")]


def reached(begun: str, whole: str) -> float | None:
    a, b = Article("a", "a", begun, language="en"), Article("b", "b", whole, language="en")
    return reach(compare(a, b), begun, whole).a


@pytest.mark.parametrize(
    "begun",
    [
        BEGUN,
        f"{BEGUN}…",
        f"{BEGUN} ...",
        f"{BEGUN} [...]",
        f"{BEGUN}\nContinue reading",
        f"{BEGUN} […] Weiterlesen",
    ],
)
def test_a_text_that_ends_in_the_midst_of_a_sentence_breaks_off(begun: str) -> None:
    assert reached(begun, WHOLE) == pytest.approx(len(BEGUN) / len(WHOLE))


@pytest.mark.parametrize(
    ("begun", "whole"),
    [
        (WHOLE, WHOLE),
        (f"{BEGUN}.", WHOLE),
        (f"{BEGUN} has a boat.", WHOLE),
        (WHOLE[: WHOLE.index(" Nobody")], WHOLE),
        (WHOLE[: WHOLE.index(". Nobody")], WHOLE),
        (BEGUN, WHOLE.replace("island knows", "island\n\nKnows")),
        (WHOLE[: WHOLE.index(" has to say")], WHOLE),
        (f"{BEGUN} {'word ' * 20}", WHOLE),
        (f"{WHOLE[len(BEGUN) :].strip()} {BEGUN}", WHOLE),
        ("", WHOLE),
        ("Nothing of this kind was ever said there", WHOLE),
    ],
    ids=[
        "the same", "a full stop", "another end", "a sentence less", "its full stop lost",
        "a line that ends there", "the last words alone", "more of its own", "turned round",
        "nothing", "another text",
    ],
)  # fmt: skip
def test_what_was_cut_does_not(begun: str, whole: str) -> None:
    assert reached(begun, whole) is None


def test_what_breaks_off_counts_as_if_it_went_on() -> None:
    a, b = (Article(n, n, text, language="en") for n, text in (("a", BEGUN), ("b", WHOLE)))
    match = compare(a, b)
    whole = completed(match, reach(match, BEGUN, WHOLE))
    assert match.coverage_b < 0.7
    assert whole.coverage_b > 0.95
    assert whole.shared_words > match.shared_words
    turned = mirrored(match)
    assert completed(turned, reach(turned, WHOLE, BEGUN)).coverage_a == whole.coverage_b
    same = compare(b, b)
    assert completed(same, reach(same, WHOLE, WHOLE)) == same


def broken(language: str, table: str, letter: str) -> Tradition:
    """Return a tradition in which one version breaks off behind three fifths of its words, in a sentence."""
    pages = pages_of(language, table)
    return of_pages([begun(page) if page.id == letter else page for page in pages])


def begun(page: Article) -> Article:
    words = page.text.split(" ")
    at = len(words) * 3 // 5
    while words[at - 1][-1] in ".,?" or not words[at - 1].isalpha():
        at += 1
    return replace(page, text=" ".join(words[:at]))


@every_language
def test_an_original_behind_a_barrier_is_the_parent_of_its_copies(language: str) -> None:
    """Each copy has changed something of its own; what the first page lacks, all of them have."""
    table = """
        A  aaaa a aaaa
        B  baaa a aaab
        C  aaba a abaa
        D  abaa a aaba
    """
    found = broken(language, table, "A")
    assert found.hops == {("A", "B"), ("A", "C"), ("A", "D")}
    assert "Outlet A breaks off in the midst of a sentence" in " ".join(found.found.unknown)


@every_language
def test_what_copies_of_a_version_that_breaks_off_share_is_from_no_second_parent(
    language: str,
) -> None:
    table = """
        A  aaaa a aaaa
        B  bbba a bbbb
        C  bbbc a bbcb
        D  bbba a bbbc
    """
    found = broken(language, table, "B")
    assert {("B", "C"), ("B", "D")} <= found.hops
    assert not any("made from both" in says for says in found.found.unknown)


@pytest.mark.parametrize("language", sorted(TEXTS.keys() - {"en"}))  # there A has most of E's words
def test_the_rest_of_a_copy_may_be_from_another_than_what_breaks_off(language: str) -> None:
    """C and D have what B had behind its end; E has there what A has."""
    table = """
        A  aaaa a aaaa
        B  bbba a bbbb
        C  bbbc a bbbb
        D  bbba a bbbb
        E  bbbb a aaaa
    """
    found = broken(language, table, "B")
    assert ("B", "E") in found.hops
    (says,) = [says for says in found.said_of("E") if "made from both" in says]
    assert says.endswith("from both Outlet B and Outlet A.")
    article = {version.id: version.article for version in found.found.versions}
    (told,) = found.found.contaminations
    assert [article[key] for key in (told.version, *told.parents)] == ["E", "B", "A"]
