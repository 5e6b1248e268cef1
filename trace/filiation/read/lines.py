"""A page cut into visual lines: what a reader sees between two breaks, with its place in the tree."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from filiation.read.words import words
from filiation.values import Link

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["LONGEST_LINE", "MOST_LINES", "Node", "Outline", "SeenLine", "outline"]

MOST_LINES = 5_000
"""Lines kept of a page; of 191 real pages the longest has 1,263."""
LONGEST_LINE = 2_000
"""Characters of a line; a longer paragraph is cut into several lines at the end of a sentence."""
MOST_LINKS = 200
"""Links kept of one line."""
LONGEST_HREF = 2_000

_BLOCK = words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav "
    "ol option optgroup p pre section summary table tbody td tfoot th thead tr ul br noscript "
    "article iframe video audio object select button"
)
_UNSEEN = words(
    "script style template svg math noscript head title meta link object embed applet iframe canvas "
    "video audio source track param datalist map area select option textarea input"
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_NAME = re.compile(r"[a-z][a-z0-9]*")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """An element on the way to a line."""

    parent: int
    tag: str
    step: str
    """Its step in the locator."""
    classes: str
    """Its class and id, lower case."""
    role: str = ""
    itemprop: str = ""
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A visual line and the element it begins in."""

    text: str
    node: int
    """Index in the outline's nodes."""
    links: tuple[Link, ...]

    @property
    def link_share(self) -> float:
        """Share of the line that is link."""
        return sum(link.end - link.start for link in self.links) / max(1, len(self.text))


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of a page in order, and the elements around them."""

    lines: tuple[SeenLine, ...]
    nodes: tuple[Node, ...]
    cut: bool
    """Whether lines were left out for their number."""

    def ancestors(self, node: int) -> list[int]:
        """Return `node` and the elements around it, nearest first."""
        found = []
        while node >= 0:
            found.append(node)
            node = self.nodes[node].parent
        return found

    def locator(self, node: int) -> str:
        """Return the XPath that selects the element."""
        steps = [self.nodes[n].step for n in self.ancestors(node)]
        return "/" + "/".join(reversed(steps))

    def block(self, node: int) -> str:
        """Return the tag of the nearest block around `node`."""
        while node >= 0:
            if self.nodes[node].tag in _BLOCK:
                return self.nodes[node].tag
            node = self.nodes[node].parent
        return "p"

    def classes(self, node: int) -> str:
        """Return class and id names of the enclosing blocks, nearest first, six blocks at most."""
        found = [self.nodes[n].classes for n in self.ancestors(node)[:9]]
        return " ".join(names for names in found if names)[:500]


class _Pen:
    """Writes folded text into lines."""

    def __init__(self, base: str | None) -> None:
        self.lines: list[SeenLine] = []
        self.cut = False
        self._base = base
        self._parts: list[str] = []
        self._length = 0
        self._spaced = True
        self._node = -1
        self._links: list[Link] = []
        self._open: tuple[str, str, int] | None = None

    def write(self, text: str, node: int) -> None:
        if not text:
            return
        folded = _SPACE.sub(" ", text)
        if self._spaced:
            folded = folded.removeprefix(" ")
        if not folded:
            return
        if self._node < 0 and not folded.isspace():
            self._node = node
        self._parts.append(folded)
        self._length += len(folded)
        self._spaced = folded.endswith(" ")

    def open_link(self, href: str, rel: str) -> None:
        self.close_link()
        self._open = (href[:LONGEST_HREF], rel, self._length)

    def close_link(self) -> None:
        if self._open is None:
            return
        (href, rel, start), self._open = self._open, None
        if len(self._links) < MOST_LINKS:
            self._links.append(Link("", self._absolute(href), start, self._length, rel))

    def _absolute(self, href: str) -> str:
        href = href.strip()
        if not self._base or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            return href
        try:
            return urljoin(self._base, href)
        except ValueError:
            return href

    def flush(self) -> None:
        reopen = None
        if self._open is not None:
            reopen = self._open
            self.close_link()
        if self._parts:
            self._end_line()
        self._parts, self._length, self._spaced, self._node, self._links = [], 0, True, -1, []
        if reopen is not None:
            self._open = (reopen[0], reopen[1], 0)

    def _end_line(self) -> None:
        text = "".join(self._parts)
        stripped = text.rstrip()
        lead = len(stripped) - len(stripped.lstrip())
        shown = stripped.lstrip()
        if not shown:
            # A link around a picture says where the next line's link leads; it has no text of its own.
            return
        links = []
        for link in self._links:
            start = min(max(0, link.start - lead), len(shown))
            end = min(max(start, link.end - lead), len(shown))
            while start < end and shown[start].isspace():
                start += 1
            while end > start and shown[end - 1].isspace():
                end -= 1
            if end > start:
                links.append(Link(shown[start:end], link.href, start, end, link.rel))
        for piece, start in _pieces(shown):
            if len(self.lines) >= MOST_LINES:
                self.cut = True
                return
            self.lines.append(SeenLine(piece, self._node, _within(links, start, piece)))


def _pieces(text: str) -> list[tuple[str, int]]:
    """Cut a line that is too long at the ends of sentences, else at spaces, else anywhere."""
    pieces = []
    at = 0
    while len(text) - at > LONGEST_LINE:
        window = text[at : at + LONGEST_LINE]
        cut = (
            max(window.rfind(". "), window.rfind("? "), window.rfind("! "), window.rfind("。")) + 1
        )
        if cut < LONGEST_LINE // 4:
            cut = window.rfind(" ") + 1
        if cut < LONGEST_LINE // 4:
            cut = LONGEST_LINE
        pieces.append((text[at : at + cut].rstrip(), at))
        at += cut
        while at < len(text) and text[at] == " ":
            at += 1
    if at < len(text):
        pieces.append((text[at:], at))
    return pieces


def _within(links: list[Link], start: int, piece: str) -> tuple[Link, ...]:
    if not links:
        return ()
    end = start + len(piece)
    found = []
    for link in links:
        a, b = max(link.start, start) - start, min(link.end, end) - start
        if a < b:
            found.append(Link(piece[a:b], link.href, a, b, link.rel))
    return tuple(found)


def outline(root: "HtmlElement", base: str | None) -> Outline:
    """Cut a parsed page into lines. Walks without recursion; what is hidden is left out."""
    from lxml import etree

    nodes: list[Node] = []
    pen = _Pen(base)
    here = -1
    pres: list[int] = []  # preformatted elements we are in
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            tag = element.tag.lower() if isinstance(element.tag, str) else "x"
            if tag in _BLOCK:
                pen.flush()
            here = _enter(nodes, here, tag, element)
            if _is_unseen(tag, element):
                walker.skip_subtree()
                continue
            if tag == "a" and (href := element.get("href")) is not None:
                pen.open_link(href, element.get("rel") or "")
            if tag == "pre":
                pres.append(here)
            if element.text:
                _put(pen, element.text, here, bool(pres))
        elif event == "end":
            tag = nodes[here].tag
            if tag == "a":
                pen.close_link()
            if tag in _BLOCK:
                pen.flush()
            if pres and pres[-1] == here:
                pres.pop()
            here = nodes[here].parent
            if element.tail and here >= 0:
                _put(pen, element.tail, here, bool(pres))
        elif element.tail and here >= 0:
            _put(pen, element.tail, here, bool(pres))
        if pen.cut:
            break
    pen.flush()
    return Outline(tuple(pen.lines), tuple(nodes), pen.cut)


def _put(pen: _Pen, text: str, node: int, pre: bool) -> None:
    if not pre:
        pen.write(text, node)
        return
    first, *others = text.split("\n")
    pen.write(first, node)
    for other in others:
        pen.flush()
        pen.write(other, node)


def _enter(nodes: list[Node], parent: int, tag: str, element: "HtmlElement") -> int:
    """Note an element; its step counts its elder siblings as XPath does."""
    plain = _NAME.fullmatch(tag) is not None
    counts = nodes[parent].counts if parent >= 0 else {}
    counts["*"] = counts.get("*", 0) + 1
    counts[tag] = counts.get(tag, 0) + 1 if tag != "*" else counts["*"]
    step = f"{tag}[{counts[tag]}]" if plain else f"*[{counts['*']}]"
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip().lower()[:200]
    role, itemprop = element.get("role"), element.get("itemprop")
    nodes.append(Node(parent, tag, step, names, role or "", itemprop or ""))
    return len(nodes) - 1


LEAST_NOSCRIPT = 400
"""Characters from which on a <noscript> holds the text itself, shown to who runs no scripts."""


def _is_unseen(tag: str, element: "HtmlElement") -> bool:
    if tag == "noscript":
        held = sum(len(text) for text in element.xpath(".//p//text()")[:500])
        return held < LEAST_NOSCRIPT
    return tag in _UNSEEN or _is_hidden(element)


def _is_hidden(element: "HtmlElement") -> bool:
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return bool(style and _HIDDEN_STYLE.search(style[:500]))
