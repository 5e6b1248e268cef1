"""What a hop's odds are made of: rows of the table of weights, and nothing else."""

from pathlib import Path

import pytest

from filiation.credits import credits
from filiation.match import compare
from filiation.read import read
from filiation.stemma.account import account, home
from filiation.stemma.arborescence import ROOT
from filiation.stemma.kinship import Kinship, kinship
from filiation.stemma.naming import names_of
from filiation.stemma.search import Family, Witness
from filiation.stemma.versions import versions
from filiation.stemma.weights import CREDIT, WEIGHTS, odds_of

DEMO = Path(__file__).parents[2] / "demo"


@pytest.fixture(scope="module")
def kin() -> Kinship:
    names = names_of(None)
    pages = [credits(read(str(path))) for path in sorted(DEMO.glob("*.html"))]
    witnesses = [
        Witness(page.article, page, account(page, names), home(page.article, names))
        for page in pages
    ]
    matches = {
        (i, j): compare(witnesses[i].article, witnesses[j].article)
        for j in range(len(witnesses))
        for i in range(j)
    }
    family = Family(witnesses, matches)
    return kinship(family, versions(family, names), names)


def test_the_terms_of_a_hop_add_up_to_its_odds(kin: Kinship) -> None:
    weighed = 0
    for child, parents in kin.branches().items():
        for parent, odds in parents.items():
            if parent == ROOT:
                continue
            terms = kin.terms(parent, child)
            assert sum(odds_of(name) * units for name, units in terms.items()) == pytest.approx(
                odds
            )
            weighed += bool(terms)
    assert weighed > 2


def test_every_row_of_the_tables_has_odds() -> None:
    assert odds_of("text.score") == WEIGHTS["text.score"].odds
    assert odds_of("role.via") == CREDIT["via"].odds
    with pytest.raises(KeyError):
        odds_of("no.such.row")
