"""The seed: one page of Mondialisation.ca, as text and dressed as HTML in four layouts, always the same chain."""

import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import filiation
from filiation.values import Trace

SEED = Path(__file__).parents[2] / "shared" / "seeds" / "000_1db9894e2fd2ea85.txt"

pytestmark = pytest.mark.skipif(
    not SEED.exists(), reason="the folder `shared` is not beside the checkout"
)


def marked_up(block: str) -> str:
    """Return a block of the seed's Markdown as HTML."""
    text = html.escape(block, quote=False)
    text = re.sub(r"\[([^\]]*)\]\(#\)", r'<a href="#">\1</a>', text)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)


def wrapped(tag: str, blocks: Sequence[str]) -> str:
    return "".join(f"<{tag}>{marked_up(block)}</{tag}>" for block in blocks)


def in_divs(title: str, head: str, body: str, credits: Sequence[str], foot: str) -> str:
    return (
        f"<div>{title}{head}<div class='content'>{body}</div>{wrapped('div', credits)}{foot}</div>"
    )


def in_paragraphs(title: str, head: str, body: str, credits: Sequence[str], foot: str) -> str:
    return f"<article>{title}{head}{body}{wrapped('p', credits)}{foot}</article>"


def in_a_footer(title: str, head: str, body: str, credits: Sequence[str], foot: str) -> str:
    lines = "<br>".join(marked_up(block) for block in credits)
    footer = f"<footer class='entry-footer'><p>{lines}</p></footer>"
    return f"<article>{title}{head}{body}{footer}</article><footer>{foot}</footer>"


def in_a_copyright_block(
    title: str, head: str, body: str, credits: Sequence[str], foot: str
) -> str:
    block = f"<div class='post-source copyright'>{wrapped('p', credits)}</div>"
    return f"<article>{title}{head}{body}{block}</article>{foot}"


Layout = Callable[[str, str, str, Sequence[str], str], str]
LAYOUTS: list[Layout] = [in_divs, in_paragraphs, in_a_footer, in_a_copyright_block]


def page(layout: Layout) -> bytes:
    """Return the seed as a page."""
    blocks = [b.strip().replace("\n", " ") for b in re.split(r"\n\s*\n", SEED.read_text("utf-8"))]
    blocks = [block for block in blocks if block]
    first_credit = next(i for i, b in enumerate(blocks) if b == "Tyler Durden")
    disclaimer = next(i for i, b in enumerate(blocks) if b.startswith("Avis de non"))
    content = layout(
        f"<h1>{marked_up(blocks[0])}</h1>",
        wrapped("p", blocks[1:6]),
        wrapped("p", blocks[6:first_credit]),
        blocks[first_credit:disclaimer],
        wrapped("p", blocks[disclaimer:]),
    )
    menu = "<nav><ul><li><a href='/'>Accueil</a></li><li><a href='/t'>Thèmes</a></li></ul></nav>"
    return f"<html lang='fr'><meta charset='utf-8'><body>{menu}{content}</body></html>".encode()


def told(trace: Trace) -> None:
    """Assert the seed's chain as `design/model.md` tells it."""
    by_id = {version.id: version for version in trace.versions}
    original, translation, copy = (by_id[version] for version in trace.chain)
    assert [v.outlet for v in (original, translation, copy)] == [
        "zerohedge",
        "lesakerfrancophone",
        "mondialisation",
    ]
    assert [v.seen for v in (original, translation, copy)] == [False, False, True]
    assert [v.language for v in (original, translation, copy)] == ["en", "fr", "fr"]
    assert original.title is not None
    assert original.title.startswith("NATO Panics as Putin Urges Trump")
    assert original.author == "Tyler Durden"
    assert translation.translator == "JJ"
    assert copy.dates.earliest is not None and copy.dates.precision == "day"
    first, second = trace.hops
    assert (first.kind, first.standing) == (("translation",), "credited")
    assert second.standing == "skipped"
    assert all(0.5 < hop.probability < 1 for hop in trace.hops)


def test_as_text() -> None:
    told(filiation.trace(filiation.read(SEED), []))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_as_a_page(layout: Layout) -> None:
    told(filiation.trace(filiation.read(page(layout)), []))
