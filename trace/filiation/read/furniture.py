"""Which lines of a page are its article, and which are furniture: menus, teasers, comments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from filiation.read.lines import Node, Outline, SeenLine
from filiation.read.regions import is_running, speaks_of_origin, tail_begins
from filiation.read.words import words

__all__ = ["Region", "regions"]

Region = Literal["title", "head", "body", "tail", "chrome"]

_CHROME_TAGS = words("nav aside menu dialog form button select")
_CHROME_ROLES = words("navigation banner search complementary menu menubar dialog alert toolbar")
# Words in class and id names that mark furniture. Whole words only: `adventure` is no `ad`.
_CHROME_WORDS = words(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs sidebar related relatedposts "
    "recommended recommendations recommend popular trending mostread comments comment "
    "commentlist disqus respond cookie cookies consent gdpr newsletter subscribe subscription "
    "signup share sharing sharer shares social sharedaddy addtoany addthis ads ad advert "
    "advertisement adsense promo promoted sponsored outbrain taboola popup modal overlay "
    "pagination pager paging search searchform login toolbar masthead topbar offcanvas skip "
    "colophon teaser teasers carousel poll donate paywall regwall tagcloud readmore "
    "crosslinks widget widgets"
)
_COMMENTS = words("comments comment commentlist disqus respond")
_FOOT_WORDS = words("footer colophon siteinfo pagefooter foot bottom")
# The same within longer names: `sidebarbox`, `mainnavigation`.
_CHROME_PARTS = re.compile(
    r"sidebar|breadcrumb|navbar|navigation|newsletter|relatedpost|mostpopular|mostread|cookie"
)
_SITE_WORDS = words("site page global main primary colophon contentinfo siteinfo")
# Words that mark the place of a credit, wherever it stands.
_CREDIT_WORDS = words(
    "copyright credit credits source sources attribution translator translation republish "
    "republication originally syndication"
)
_WORDS = re.compile(r"[a-z]+")

MOST_TAIL = 30
"""Lines after the article's element that may still be its tail; credits stand near their text."""
LINK_RUN = 3
"""Lines in a row that are nothing but a link: a list of teasers, no credits."""
LEAST_LINE = 60
"""Characters of a line that counts as text when the page's article is looked for."""
MISNAMED = 0.6
"""Share of a page's text in an element from which on it is no furniture, whatever its name."""
TRUSTED = 0.15
"""Share of a page's paragraphs that a body extractor must have kept to be believed."""
DESCEND = 0.7
"""Share of the text that a child must hold for the article to be looked for within it."""


@dataclass(frozen=True, slots=True)
class _Page:
    outline: Outline
    running: tuple[bool, ...]
    """Lines that are paragraphs of text."""
    furniture: tuple[bool, ...]
    """Lines within furniture."""


def regions(
    page: Outline, title: int | None, extracted: frozenset[int] = frozenset()
) -> list[Region]:
    """Place every line of a page.

    `title` is the index of the line that is the title; `extracted` those of the lines that a body
    extractor kept: where it kept a good part of the page's text, its choice of paragraphs counts.
    """
    lines = page.lines
    if not lines:
        return []
    running = _running(lines)
    total = sum(len(line.text) for line, r in zip(lines, running, strict=True) if r)
    kept_text = sum(len(lines[i].text) for i in extracted if running[i])
    trusted = extracted if kept_text >= TRUSTED * total else frozenset()
    chrome = _chrome(page, running, trusted)
    seen = _Page(page, running, chrome)
    container = _container(seen, trusted)
    scope = _scope(page, container)
    inside = _lines_within(page, container)
    body = [
        i
        for i, r in enumerate(running)
        if r and not chrome[i] and (i in trusted if trusted else i in inside)
    ]
    if title is not None and any(i > title for i in body):
        body = [i for i in body if i > title]
    if not body:  # no paragraph anywhere: what is no furniture is the text
        found: list[Region] = ["chrome" if c else "body" for c in chrome]
        if title is not None:
            found[title] = "title"
        return found
    first = _edge(seen, body[0], -1, trusted, title)
    last = _edge(seen, body[-1], 1, trusted, title)
    kept = [i for i in range(first, last + 1) if not chrome[i]]
    cut = tail_begins([lines[i].text for i in kept], [running[i] for i in kept])
    end = kept[cut] if cut < len(kept) else last + 1
    found = ["chrome"] * len(lines)
    for i in kept:
        if i < end:
            found[i] = "body"
    around = _lines_within(page, scope) if scope is not None else inside
    _place_head(found, seen, title, first, around)
    _place_tail(found, seen, end, around, scope is not None)
    if title is not None:
        found[title] = "title"
    return found


def _edge(seen: _Page, at: int, step: int, trusted: frozenset[int], title: int | None) -> int:
    """Extend the text by the short paragraphs at its edge that the extractor kept too."""
    lines = seen.outline.lines
    i = at + step
    while i in trusted and i != title and not seen.furniture[i] and _is_sentence(lines[i]):
        at = i
        i += step
    return at


def _is_sentence(line: SeenLine) -> bool:
    return (
        len(line.text) >= LEAST_LINE and line.text[-1] in '.!?…”"»。！？؟' and line.link_share < 0.5
    )


# --- furniture by name ---------------------------------------------------------------------------


def _running(lines: Sequence[SeenLine]) -> tuple[bool, ...]:
    strict = [is_running(line.text) and line.link_share < 0.5 for line in lines]
    if sum(strict) >= 2:
        return tuple(strict)
    # A page of short paragraphs: take those that are sentences.
    return tuple(s or _is_sentence(line) for s, line in zip(strict, lines, strict=True))


def _chrome(page: Outline, running: Sequence[bool], trusted: frozenset[int]) -> tuple[bool, ...]:
    """Return for every line whether it lies within furniture that is not misnamed."""
    mass: dict[int, int] = {}
    kept: dict[int, int] = {}
    total = 0
    anchors: set[int] = set()
    for i, (line, is_run) in enumerate(zip(page.lines, running, strict=True)):
        if is_run:
            total += len(line.text)
            for n in page.ancestors(line.node):
                mass[n] = mass.get(n, 0) + len(line.text)
                if i in trusted:
                    kept[n] = kept.get(n, 0) + len(line.text)
    for i, node in enumerate(page.nodes):
        if node.tag in ("h1", "main") or "articlebody" in node.itemprop.lower():
            anchors.update(page.ancestors(i))
    verdicts: dict[int, bool] = {-1: False}
    for i, node in enumerate(page.nodes):  # parents come before their children
        if verdicts[node.parent]:
            verdicts[i] = True
            continue
        named = _is_furniture(node)
        if named and kept.get(i, 0) > 0.5 * mass.get(i, 0):
            named = False
        elif named and total and mass.get(i, 0) >= MISNAMED * total:
            named = bool(_COMMENTS & _words(node)) and i not in anchors and bool(anchors)
        elif named and i in anchors and mass.get(i, 0) >= 0.3 * total:
            named = False
        verdicts[i] = named
    return tuple(verdicts[line.node] for line in page.lines)


def _words(node: Node) -> frozenset[str]:
    return frozenset(_WORDS.findall(node.classes))


def _is_furniture(node: Node) -> bool:
    if node.tag in ("html", "body", "article", "main", "h1", "p", "a", "li", "td", "tr", "tbody"):
        return node.tag in ("p", "li", "td", "a") and bool(_words(node) & _SMALL)
    words = _words(node)
    if words & _CREDIT_WORDS:
        return False
    if node.tag in _CHROME_TAGS or node.role in _CHROME_ROLES:
        return True
    found = words & _CHROME_WORDS
    if "elementor" in words or "vc" in words:  # page builders call everything a widget
        found -= {"widget", "widgets", "menu"}
    return bool(found) or _CHROME_PARTS.search(node.classes) is not None


# Furniture so small that it may be a single paragraph or item.
_SMALL = words("share sharing ad ads advertisement newsletter subscribe related promo")


# --- where the article is ------------------------------------------------------------------------


def _container(seen: _Page, trusted: frozenset[int]) -> int:
    """Return the element that holds the running text: the innermost with most of it."""
    page = seen.outline
    mass: dict[int, int] = {}
    total = 0
    for i, line in enumerate(page.lines):
        if seen.running[i] and not seen.furniture[i] and (not trusted or i in trusted):
            total += len(line.text)
            for node in page.ancestors(line.node):
                mass[node] = mass.get(node, 0) + len(line.text)
    if not total:
        return 0
    named = [
        (mass[i], -i)
        for i in mass
        if page.nodes[i].tag == "article" or "articlebody" in page.nodes[i].itemprop.lower()
    ]
    best, at = max(named, default=(0, 0))
    here = -at if best >= 0.4 * total else 0
    children: dict[int, list[int]] = {}
    for i in mass:
        children.setdefault(page.nodes[i].parent, []).append(i)
    while True:
        heaviest = max(children.get(here, []), key=lambda i: mass[i], default=None)
        if heaviest is None or mass[heaviest] < DESCEND * mass[here]:
            return here
        if page.nodes[heaviest].tag in ("p", "blockquote", "li", "td", "span"):
            return here
        here = heaviest


def _scope(page: Outline, container: int) -> int | None:
    """Return the article element (or main) around the container, if there is one."""
    around = page.ancestors(container)
    for tag in ("article", "main"):
        for node in around:
            if page.nodes[node].tag == tag or (tag == "main" and page.nodes[node].role == "main"):
                return node
    return None


def _lines_within(page: Outline, node: int) -> frozenset[int]:
    verdicts: dict[int, bool] = {-1: False}
    for i, other in enumerate(page.nodes):
        verdicts[i] = i == node or verdicts[other.parent]
    return frozenset(i for i, line in enumerate(page.lines) if verdicts[line.node])


# --- head and tail -------------------------------------------------------------------------------

MOST_ABOVE = 6
"""Lines above the title that may belong to the article: kicker, date, outlet."""


def _place_head(
    found: list[Region], seen: _Page, title: int | None, first: int, around: frozenset[int]
) -> None:
    lines = seen.outline.lines
    start = title if title is not None else max(0, first - 8)
    for i in range(start, first):
        if not seen.furniture[i] and not _in_link_run(lines, i):
            found[i] = "head"
    above = 0
    for i in range(start - 1, -1, -1):
        if above >= MOST_ABOVE or i not in around:
            break
        if not seen.furniture[i] and not _in_link_run(lines, i):
            found[i] = "head"
            above += 1


def _place_tail(
    found: list[Region], seen: _Page, end: int, around: frozenset[int], scoped: bool
) -> None:
    """Walk on from the end of the text: tail, until teasers or the foot of the site begin."""
    lines, page = seen.outline.lines, seen.outline
    is_open, taken = True, 0
    for i in range(end, len(lines)):
        if found[i] == "body" or seen.furniture[i]:
            continue
        in_link_run = _in_link_run(lines, i)
        tag = page.block(lines[i].node)
        if i in around:
            if in_link_run or _heads_links(lines, i):
                continue
            if _is_site_foot(page, lines[i].node, False):
                continue
            if tag in ("h1", "h2", "h3", "h4") and not speaks_of_origin(lines[i].text):
                is_open = False  # "Read also", "Comments"
            if is_open or speaks_of_origin(lines[i].text):
                found[i] = "tail"
            continue
        if _credits(page, lines[i].node) and not _is_site_foot(page, lines[i].node, scoped):
            found[i] = "tail"
            continue
        if in_link_run or tag in ("h1", "h2", "h3", "h4") or _is_foot(page, lines[i].node, scoped):
            is_open = False
        if is_open:
            found[i] = "tail"
            taken += 1
            is_open = taken < MOST_TAIL


def _in_link_run(lines: Sequence[SeenLine], i: int) -> bool:
    """Return whether a line is nothing but a link, and so are its neighbours."""
    if not _only_link(lines[i]):
        return False
    run = 1
    for step in (-1, 1):
        j = i + step
        while 0 <= j < len(lines) and run < LINK_RUN and _only_link(lines[j]):
            run += 1
            j += step
    return run >= LINK_RUN


def _only_link(line: SeenLine) -> bool:
    return line.link_share > 0.85


def _heads_links(lines: Sequence[SeenLine], i: int) -> bool:
    """Return whether a short line stands above a list of links: "Read also"."""
    return len(lines[i].text) < 60 and i + 1 < len(lines) and _in_link_run(lines, i + 1)


def _credits(page: Outline, node: int) -> bool:
    near = page.ancestors(node)[:4]
    return any(_words(page.nodes[n]) & _CREDIT_WORDS for n in near)


def _is_foot(page: Outline, node: int, scoped: bool) -> bool:
    """Return whether an element lies in the foot of the site, not of the article."""
    for n in page.ancestors(node):
        footlike = page.nodes[n].tag == "footer" or page.nodes[n].role == "contentinfo"
        if footlike or _words(page.nodes[n]) & _FOOT_WORDS:
            return scoped or _is_site_foot(page, node, scoped)
    return False


def _is_site_foot(page: Outline, node: int, scoped: bool) -> bool:
    for n in page.ancestors(node):
        words = _words(page.nodes[n])
        if page.nodes[n].role == "contentinfo":
            return True
        if page.nodes[n].tag == "footer" and (scoped or words & _SITE_WORDS):
            return True
        if words & _FOOT_WORDS and words & _SITE_WORDS:
            return True
    return False
