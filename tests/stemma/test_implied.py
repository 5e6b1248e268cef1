"""Versions that nobody has and nobody names, and texts made from two."""

from itertools import combinations

import pytest

from filiation.credits import credits
from filiation.match import compare
from filiation.stemma import stemma
from tests.stemma.tables import TEXTS, pages_of, tradition

LOST = """
    A  aaaa a aaaa
    B  bcba . caca
    C  babc . acac
"""


@pytest.mark.parametrize("language", TEXTS)
def test_a_lost_version_is_unseen_nameless_and_undetermined(language: str) -> None:
    pages = pages_of(language, LOST)
    matches = {(a.id, b.id): compare(a, b) for a, b in combinations(pages, 2)}
    found = stemma([credits(page) for page in pages], matches)
    (lost,) = [version for version in found.versions if not version.seen]
    assert (lost.name, lost.article, lost.title) == (None, None, None)
    into = {hop.child: hop for hop in found.hops}
    beside = [hop for hop in found.hops if lost.id in (hop.parent, hop.child)]
    assert len(beside) == 3
    assert {hop.standing for hop in beside} == {"undetermined"}
    assert into[lost.id].parent == next(v.id for v in found.versions if v.article == "A")
    assert len(found.roots) == 1, "one source, however many copies"
    assert "share what no version at hand has" in " ".join(found.unknown)


def test_a_text_of_two_is_told_to_be() -> None:
    found = tradition(
        "en",
        """
        A  aaaa a aaaa
        B  bbbb a aaaa
        C  aaaa a bbbb
        D  bbbb a bbbb
        """,
    )
    assert "it may have been made from both" in " ".join(found.found.unknown)


def test_a_plain_chain_has_neither() -> None:
    found = tradition(
        "en",
        """
        A  aaaa a aaaa
        B  baaa a aaba
        C  bbaa a aaba
        """,
    )
    told = " ".join(found.found.unknown)
    assert "made from both" not in told
    assert "share what no version" not in told
