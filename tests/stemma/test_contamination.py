"""Versions that were made from two."""

import pytest

from filiation.stemma.weights import FOUND_LIMITS
from tests.stemma.tables import TEXTS, tradition

LEAST = FOUND_LIMITS["second_parent"][0]
TWO = """
    A  aaaa a aaaa
    B  bbbb a aaaa
    C  aaaa a bbbb
    D  bbbb a bbbb
"""


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_a_text_of_two_names_both(language: str) -> None:
    found = tradition(language, TWO).found
    article = {version.id: version.article for version in found.versions}
    (told,) = [one for one in found.contaminations if article[one.version] == "D"]
    assert {article[parent] for parent in told.parents} == {"B", "C"}
    assert told.readings >= LEAST
    into = {hop.child: hop.parent for hop in found.hops}
    assert told.parents[0] == into[told.version], "the first is the one that it is drawn under"
    assert any("made from both" in says for says in found.unknown)


@pytest.mark.parametrize(
    "table",
    [
        """
        A  aaaa a aaaa
        B  baaa a aaba
        C  bbaa a aaba
        """,
        """
        A  aaaa a aaaa
        B  bbaa a aaaa
        C  aacc a aaaa
        """,
    ],
    ids=["a chain", "siblings"],
)
def test_without_a_second_source_nothing_is_told(table: str) -> None:
    assert tradition("en", table).found.contaminations == ()


def test_it_is_said_by_ids_of_versions() -> None:
    found = tradition("en", TWO).found
    ids = {version.id for version in found.versions}
    for one in found.contaminations:
        assert {one.version, *one.parents} <= ids
        assert one.version not in one.parents
