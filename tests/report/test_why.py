"""Why a hop is as likely as it is, told so that nobody need believe it."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from filiation.credits import credits
from filiation.errors import InputError
from filiation.read import read
from filiation.report.sheet import Sheet
from filiation.report.why import changes, hop_named, why_report
from filiation.stemma import trace
from filiation.values import Evidence, Hop, Rival, Trace

DEMO = Path(__file__).parents[2] / "demo"


@pytest.fixture(scope="module")
def demo() -> Trace:
    pages = [read(str(path)) for path in sorted(DEMO.glob("*.html"))]
    asked = next(page for page in pages if "courrier" in page.input)
    return trace(asked, [page for page in pages if page is not asked], credits=credits)


def told(found: Trace, hop: Hop, width: int = 100) -> str:
    sheet = Sheet(width)
    why_report(sheet, found, hop)
    paper = StringIO()
    sheet.print_to(paper)
    return paper.getvalue()


def test_probabilities_of_a_hop_and_its_rivals_sum_to_one(demo: Trace) -> None:
    for hop in demo.hops:
        whole = hop.probability + sum(rival.probability for rival in hop.rivals)
        assert whole == pytest.approx(1, abs=0.03)  # none is said to be certain or impossible
        assert all(rival.parent != hop.parent for rival in hop.rivals)


def test_a_hop_is_named_by_its_versions(demo: Trace) -> None:
    assert hop_named(demo, "v2-v3").child == "v3"
    with pytest.raises(InputError, match="its hops are v1-v2, v2-v3"):
        hop_named(demo, "v3-v2")


def test_every_piece_of_evidence_is_told_with_what_it_adds(demo: Trace) -> None:
    hop = hop_named(demo, "v2-v3")
    flat = " ".join(told(demo, hop).split())
    for one in (*hop.evidence, *hop.rivals[0].evidence):
        assert " ".join(one.says.split()) in flat
    assert "The Harbour Ledger" in flat


def hop(*weights: float, probability: float, rivals: tuple[Rival, ...]) -> Hop:
    evidence = tuple(Evidence("credit", f"reason {n}", weight=w) for n, w in enumerate(weights))
    return Hop("v1", "v2", ("edited",), "match", "confirmed", probability, evidence, None, rivals)


def test_what_carries_a_hop_is_named() -> None:
    close = hop(4.0, 0.5, probability=0.9, rivals=(Rival("v3", 0.1),))
    said = list(changes(close, "A", "B"))
    assert any("reason 0" in one for one in said)
    assert not any("reason 1" in one for one in said)
    assert any("links to the other version would outweigh it" in one for one in said)


def test_where_no_single_piece_carries_it_that_is_said() -> None:
    sure = hop(2.0, 2.0, 2.0, probability=0.99, rivals=(Rival("v3", 0.0005),))
    said = " ".join(changes(sure, "A", "B"))
    assert "No single piece" in said
    assert "Not even a credit" in said
    alone = replace(sure, rivals=())
    assert "not searched yet" in " ".join(changes(alone, "A", "B"))


@pytest.mark.parametrize("width", [40, 60, 120])
def test_it_keeps_its_width(demo: Trace, width: int) -> None:
    assert max(len(line) for line in told(demo, demo.hops[0], width).splitlines()) <= width
