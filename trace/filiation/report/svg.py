"""A report as a picture for a paper: SVG that needs nothing but itself.

Rich can export SVG too. Its drawing loads a font from the web, gives every wide character half its
room, and looks like a window; this one sets every run of text at its own column.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["drawing"]

CELL, LINE = 8.4, 18.0
"""Width of a column and height of a line: a fixed-width font of 14 units has cells of 0.6 em."""
SIZE, BASE = 14, 13.5
"""Size of the letters, and how far below a line's upper edge they stand."""
MARGIN = 16.0
INK, PAPER = "#1f2328", "#ffffff"
FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', 'Noto Sans Mono', monospace"

INKS: Mapping[str, str] = {
    "red": "#b3261e",
    "green": "#116329",
    "yellow": "#805600",
    "cyan": "#0b6374",
    "magenta": "#8a2675",
    "dim": "#5c6570",
}
"""Colours by the words of a style: dark enough on white paper (5 to 1 or more), apart in grey too."""
_MANNERS: Mapping[str, str] = {
    "bold": "font-weight:bold",
    "italic": "font-style:italic",
    "strike": "text-decoration:line-through",
}

# Signs that must meet those of the lines above and below, whatever font is found: each has its own
# place. Prose is spread over its columns as a whole, so that letters join where they join.
_SIGNS = re.compile("[─-╿▀-◿·]+")
_APART = re.compile("([─-╿▀-◿·]+| {2,})")
_TURNED = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
_BLANK = " "
# What XML 1.0 cannot carry, and no escape can name.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


def drawing(lines: Iterable["Text"], width: int) -> Iterator[str]:
    """Yield an SVG document of styled lines; `width` is in columns.

    Text keeps to its place in any font, and is escaped. Nothing in the document is fetched.
    """
    lines = list(lines)
    wide, high = width * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    title = next((line.plain.strip() for line in lines if line.plain.strip()), "")
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}" '
        f'viewBox="0 0 {wide:g} {high:g}" role="img" font-family="{escape(FONTS)}" '
        f'font-size="{SIZE}" fill="{INK}">\n'
    )
    yield f"<title>{_safe(title)}</title>\n"
    yield "<style>text{white-space:pre}</style>\n"
    yield f'<rect width="100%" height="100%" fill="{PAPER}"/>\n'
    for number, line in enumerate(lines):
        yield from _line(line, MARGIN + number * LINE + BASE)
    yield "</svg>\n"


def _line(line: "Text", y: float) -> Iterator[str]:
    """Yield the pieces of a line, each at its column."""
    from rich.cells import cell_len

    column = 0
    for together in _pieces(line):
        words = "".join(words for words, _ in together)
        if words.strip(_BLANK):
            start = column + cell_len(words) - cell_len(words.lstrip(_BLANK))
            yield _piece(together, start, cell_len(words.strip(_BLANK)), y)
        column += cell_len(words)


def _pieces(line: "Text") -> Iterator[list[tuple[str, str]]]:
    """Yield the runs of a line that are drawn together.

    Each by itself where letters go from left to right. Where they do not, runs of a text in several
    styles are drawn as one, so that what draws them can put them in their order.
    """
    turns = bool(_TURNED.search(line.plain))
    together: list[tuple[str, str]] = []
    for words, style in _runs(line):
        for piece in _APART.split(words):
            alone = not turns or _APART.fullmatch(piece)
            if alone and together:
                yield together
                together = []
            if alone:
                yield [(piece, style)]
            elif piece:
                together.append((piece, style))
    if together:
        yield together


def _runs(line: "Text") -> Iterator[tuple[str, str]]:
    """Yield the words of a line that stand together in one style, with it."""
    at = 0
    for span in sorted(line.spans):
        if span.start > at:
            yield line.plain[at : span.start], ""
        if span.end > at:
            yield line.plain[max(at, span.start) : span.end], str(span.style)
            at = span.end
    if at < len(line.plain):
        yield line.plain[at:], ""


def _piece(runs: Sequence[tuple[str, str]], column: int, cells: int, y: float) -> str:
    words = "".join(words for words, _ in runs).strip(_BLANK)
    if len(runs) == 1:
        manner, told = _manner(runs[0][1]), _safe(words)
    else:
        manner = ""
        told = "".join(f"<tspan{_manner(style)}>{_safe(words)}</tspan>" for words, style in runs)
    if _SIGNS.fullmatch(words):
        places = " ".join(f"{MARGIN + (column + n) * CELL:g}" for n in range(len(words)))
        return f'<text x="{places}" y="{y:g}"{manner}>{told}</text>\n'
    return (
        f'<text x="{MARGIN + column * CELL:g}" y="{y:g}" textLength="{max(cells, 1) * CELL:g}" '
        f'lengthAdjust="spacingAndGlyphs"{manner}>{told}</text>\n'
    )


def _manner(style: str) -> str:
    """Return the attributes that a style's words ask for."""
    words = style.split()
    fill = next((INKS[word] for word in words if word in INKS), "")
    manners = ";".join(_MANNERS[word] for word in words if word in _MANNERS)
    return (f' fill="{fill}"' if fill else "") + (f' style="{manners}"' if manners else "")


def _safe(words: str) -> str:
    return escape(_NO_XML.sub("\ufffd", words))
