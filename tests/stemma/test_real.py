"""The chain with the program's own reading, credits and comparison, on real pages."""

from pathlib import Path

import pytest

from filiation.read import read
from filiation.stemma import trace
from tests.stemma.world import drawn

ROOT = Path(__file__).parents[2]
SEED = ROOT / ".." / "shared" / "seeds" / "000_1db9894e2fd2ea85.txt"
DEMO = ROOT / "demo"
needs_demo = pytest.mark.skipif(not DEMO.is_dir(), reason="the demo's pages are not here")


@pytest.mark.skipif(not SEED.exists(), reason="../shared/seeds is not beside the checkout")
def test_the_seed_tells_its_chain_from_one_page() -> None:
    found = trace(read(str(SEED)))
    outlets = [version.outlet for version in found.versions]
    assert outlets == ["zerohedge", "lesakerfrancophone", "mondialisation"]
    assert [version.seen for version in found.versions] == [False, False, True]
    assert [version.language for version in found.versions] == ["en", "fr", "fr"]
    assert found.versions[1].translator == "JJ"
    assert [hop.standing for hop in found.hops] == ["credited", "skipped"]
    assert [hop.kind for hop in found.hops] == [("translation",), ()]


@needs_demo
def test_every_hop_of_the_demo_is_measured_and_its_decoys_are_left_out() -> None:
    pages = [read(str(page)) for page in sorted(DEMO.glob("*.html"))]
    asked = next(page for page in pages if "Courrier" in (page.outlet_name or ""))
    found = trace(asked, [page for page in pages if page is not asked])
    hops = drawn(found)
    assert hops["The Harbour Ledger", "L'Estran"] == "confirmed"
    assert hops["L'Estran", "Le Courrier des Rives"] == "skipped"
    kinds = [hop.kind for hop in found.hops if hop.kind_from == "match"]
    assert kinds == [("translation",), ("abridged",)]
    seen = {version.name for version in found.versions if version.seen}
    assert seen == {"The Harbour Ledger", "L'Estran", "Le Courrier des Rives"}
