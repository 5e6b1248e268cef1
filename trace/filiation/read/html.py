"""Pages read into drafts: body, visual lines with their places, marks, dates, title."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from filiation.dates import FoundDate, parse, witness
from filiation.languages import code_of, prepare
from filiation.read.draft import Draft
from filiation.read.furniture import Region, regions
from filiation.read.lines import Outline, outline
from filiation.read.marks import marks_of
from filiation.values import DateWitness, Line, Mark

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["draft_of_html"]

DEEPEST = 250
"""Levels of nesting that libxml2 reads (256) unless told to read without bound."""


def draft_of_html(text: str, url: str | None = None) -> Draft:
    """Read a page. Never raises for any text, never reaches for anything outside of it.

    The body is trafilatura's; lines, marks and dates are read from the raw document, because every
    extractor tried loses credit lines. `url` resolves relative links; the page's own claim about
    its address is kept apart.
    """
    notes: list[str] = []
    root = _parsed(text, notes)
    if root is None:
        return Draft("", notes=(*notes, "the page has no content"))
    seen = outline(root, _base(root, url))
    if seen.cut:
        notes.append(f"only its first {len(seen.lines)} lines were looked at for credits")
    page_titles = _stated_titles(root)
    at = _title_line(seen, page_titles)
    title = _title(seen, at, page_titles)
    marks = marks_of(root, title)
    extracted = _extracted(root, notes)
    starts = _starts(seen, extracted)
    placed = regions(
        seen, at, frozenset(i for i, (start, _) in starts.items() if start is not None)
    )
    body = _body(extracted, seen, placed, notes)
    if body != extracted:
        starts = _starts(seen, body)
    lines = _lines(seen, placed, starts)
    return Draft(
        text=body,
        lines=lines,
        title=title,
        byline=_stated_byline(marks),
        declared=_declared(marks),
        site_names=_site_names(marks),
        canonical_url=_absolute(_first(marks, "link:canonical"), url),
        og_url=_absolute(_first(marks, "meta:og:url"), url),
        marks=marks,
        witnesses=tuple(_witnesses(root, seen, placed, marks)),
        notes=tuple(notes),
    )


# --- parsing -------------------------------------------------------------------------------------

_NULL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ANY_TAG = re.compile(r"(?:</?[a-z][^<>]{0,2000}>\s*)++", re.IGNORECASE)
_NESTING = re.compile(
    r"(?:<(?!/?(?:a|img|meta|link|script|style|title|h[1-6]|br)\b)/?[a-z][^<>]{0,2000}>\s*)++",
    re.IGNORECASE,
)


def _parsed(text: str, notes: list[str]) -> "HtmlElement | None":
    text = _NULL.sub(" ", text)
    root, too_deep = _parse(text)
    if too_deep:
        notes.append(f"nested deeper than {DEEPEST} levels: its structure was flattened")
        root, too_deep = _parse(_NESTING.sub("\n<br>\n", text))
    if too_deep:  # links or headings within each other
        root, _ = _parse(_ANY_TAG.sub("\n<br>\n", text))
    return root


def _parse(text: str) -> "tuple[HtmlElement | None, bool]":
    from lxml import etree, html

    # huge_tree stays off: it would lift the bounds on depth and size that keep a page harmless.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None, _went_too_deep(parser)
    return root, _went_too_deep(parser)


def _went_too_deep(parser: object) -> bool:
    log = getattr(parser, "error_log", ())
    return any("depth" in entry.message for entry in list(log)[-20:])


def _base(root: "HtmlElement", url: str | None) -> str | None:
    """Return the address that relative links start from; of no use for anything else."""
    for element in root.iter("base"):
        href = (element.get("href") or "").strip()
        if href.startswith(("http://", "https://")):
            return href[:2000]
        if href and url:
            return _absolute(href, url)
        break
    return url


def _absolute(href: str | None, url: str | None) -> str | None:
    if href is None or not url:
        return href
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return href


# --- title ---------------------------------------------------------------------------------------

_SITE_SEPARATOR = re.compile(r"\s+[|–—·•»:]+\s+|\s+-+\s+|\s*\|\s*|\s+::\s+")


def _stated_titles(root: "HtmlElement") -> dict[str, str]:
    """Return what the head of the page calls it: og:title, twitter:title, <title>, site name."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        content = " ".join((meta.get("content") or "").split())[:500]
        if content and name in ("og:title", "twitter:title", "og:site_name"):
            found.setdefault(name, content)
    for element in root.iter("title"):
        parent = element.getparent()
        if parent is not None and parent.tag == "svg":
            continue
        shown = " ".join((element.text or "").split())[:500]
        if shown:
            found.setdefault("title", shown)
            break
    return found


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _title_line(page: Outline, stated: dict[str, str]) -> int | None:
    """Return the line that shows the title: the heading that the head of the page confirms."""
    wanted = [_bare(stated[k]) for k in ("og:title", "twitter:title", "title") if k in stated]
    headings = [
        i for i, line in enumerate(page.lines) if page.block(line.node) in ("h1", "h2", "h3")
    ]
    first = [i for i in headings if page.block(page.lines[i].node) == "h1"]
    for candidates in (first, headings, range(min(len(page.lines), 400))):
        for i in candidates:
            bare = _bare(page.lines[i].text)
            if len(bare) >= 8 and any(_same_title(bare, w) for w in wanted):
                return i
    names = _bare(stated.get("og:site_name", ""))
    for i in first:
        line = page.lines[i]
        if len(line.text) >= 15 and _bare(line.text) != names and len(line.text.split()) >= 3:
            return i
    return first[0] if first and not wanted else None


def _same_title(bare: str, wanted: str) -> bool:
    if bare == wanted:
        return True
    shorter, longer = sorted((bare, wanted), key=len)
    return len(shorter) >= 12 and longer.startswith(shorter) and len(shorter) > 0.4 * len(longer)


def _title(page: Outline, at: int | None, stated: dict[str, str]) -> str | None:
    if at is not None:
        return page.lines[at].text
    site = stated.get("og:site_name", "")
    for key in ("og:title", "twitter:title", "title"):
        if key in stated:
            return _without_site(stated[key], site)
    return None


def _without_site(title: str, site: str) -> str:
    """Take the publication's name off a title: `Title | Outlet`, `Outlet: Title`."""
    rest = title.removeprefix(site)
    if site and rest != title and (bare := re.match(r"\s*[:|–—•»-]+\s+(\S.*)", rest)):
        return bare[1]
    parts = _SITE_SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    named = _bare(site)
    if named and _bare(parts[-1]) == named:
        return title[: title.rfind(parts[-1])].rstrip(" |–—·•»:-")
    if named and _bare(parts[0]) == named:
        return title[title.find(parts[0]) + len(parts[0]) :].lstrip(" |–—·•»:-")
    longest = max(parts, key=len)
    if longest == parts[0] and len(parts[-1]) <= 40 and len(longest) >= 20:
        return title[: title.rfind(parts[-1])].rstrip(" |–—·•»:-")
    return title


# --- body and lines ------------------------------------------------------------------------------

MOST_ELEMENTS = 30_000
"""Elements of a page from which on the body is cut out by our own lines: the extractor's time grows
with them (13 s for 200,000). Of 191 real pages the largest has 4,440."""
SCANT = 0.35
"""Where trafilatura's body has less than this share of what our own lines have, ours is taken."""


def _body(extracted: str, page: Outline, placed: Sequence[Region], notes: list[str]) -> str:
    own = [line.text for line, region in zip(page.lines, placed, strict=True) if region == "body"]
    ours = "\n".join(own)
    if len(extracted) >= SCANT * len(ours) and extracted:
        return extracted
    if not ours:
        shown = "\n".join(line.text for line in page.lines)
        notes.append("no running text was found: its text is all that the page shows")
        return extracted or shown
    if not any("visual lines" in note for note in notes):
        notes.append("its body was cut out by visual lines, the extractor having found too little")
    return ours


def _extracted(root: "HtmlElement", notes: list[str]) -> str:
    from copy import deepcopy

    from lxml import etree

    prepare()  # before trafilatura, which needs 25 MB of its own
    from trafilatura import extract

    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        notes.append(f"more than {MOST_ELEMENTS:,} elements: its body was cut out by visual lines")
        return ""
    try:
        text = extract(
            deepcopy(root),
            output_format="txt",
            include_comments=False,
            include_links=False,
            include_tables=True,
            deduplicate=False,
        )
    except (
        # What a parser of arbitrary pages has been seen to stumble over; our own lines stand in.
        etree.LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError,
        AssertionError,
    ):  # fmt: skip
        return ""
    return text or ""


_Place = tuple[int | None, str]
"""Where a line stands in the body, and the run there where it differs from the line."""


def _lines(
    page: Outline, placed: Sequence[Region], starts: Mapping[int, _Place]
) -> tuple[Line, ...]:
    return tuple(
        Line(
            text=line.text,
            index=i,
            tag=page.block(line.node),
            region=region,
            links=line.links,
            start=starts[i][0],
            locator=page.locator(line.node),
            classes=page.classes(line.node),
            raw=starts[i][1],
        )
        for i, (line, region) in enumerate(zip(page.lines, placed, strict=True))
    )


WINDOW = 40_000
"""Characters of the body, ahead of the last line found there, in which the next is looked for."""
LEAST_FOUND = 20
"""Characters of a line that is looked for within a paragraph; shorter ones must be a paragraph."""


def _starts(page: Outline, body: str) -> dict[int, _Place]:
    """Find the page's lines again in the extracted body, in their order."""
    paragraphs: dict[str, list[tuple[int, int]]] = {}
    for match in re.finditer(r"[^\n]+", body):
        shown = match[0].lstrip("-| ").rstrip("| ")
        if shown:
            start = match.start() + match[0].find(shown)
            paragraphs.setdefault(_spaces(shown), []).append((start, start + len(shown)))
    found: dict[int, _Place] = {}
    at = 0
    for i, line in enumerate(page.lines):
        found[i] = (None, "")
        places = paragraphs.get(_spaces(line.text))
        if places:
            # A line that the page shows twice stands in the body where the order allows it.
            start, end = next((p for p in places if p[0] >= at), places[-1])
            run = body[start:end]
            found[i] = (start, "" if run == line.text else run)
        elif len(line.text) >= LEAST_FOUND:
            start = body.find(line.text, at, at + WINDOW)
            if start < 0:
                continue
            found[i] = (start, "")
        else:
            continue
        at = max(start, at)
    return found


def _spaces(text: str) -> str:
    return " ".join(text.split())


# --- what the page says of itself ----------------------------------------------------------------


def _first(marks: Sequence[Mark], *names: str) -> str | None:
    for name in names:
        for mark in marks:
            if mark.name == name:
                return mark.value
    return None


def _stated_byline(marks: Sequence[Mark]) -> str | None:
    for name in ("json-ld:author", "rel:author"):
        named = [m.label or m.value for m in marks if m.name == name]
        named = [n for n in named if not _is_address(n)]
        if named:
            return ", ".join(dict.fromkeys(named))[:200]
    for name in ("meta:author", "meta:byl", "meta:dc.creator", "meta:parsely-author", "meta:sailthru.author",
                 "meta:article:author", "itemprop:author"):  # fmt: skip
        for mark in marks:
            value = mark.label or mark.value
            if mark.name == name and not _is_address(value) and len(value) <= 200:
                return re.sub(r"^by\s+", "", value, flags=re.IGNORECASE)
    return None


def _is_address(value: str) -> bool:
    return value.startswith(("http://", "https://", "//", "/", "#", "@"))


def _declared(marks: Sequence[Mark]) -> tuple[str, ...]:
    names = ("html:lang", "json-ld:inLanguage", "meta:og:locale", "meta:content-language",
             "meta:dc.language", "itemprop:inlanguage", "meta:language")  # fmt: skip
    found = []
    for name in names:
        value = _first(marks, name)
        if value and code_of(value):
            found.append(value)
    return tuple(found)


def _site_names(marks: Sequence[Mark]) -> tuple[str, ...]:
    found = []
    for mark in marks:
        if mark.name in ("meta:og:site_name", "meta:application-name", "meta:dc.publisher"):
            found.append(mark.value)
    for mark in marks:
        if mark.name in ("json-ld:publisher", "itemprop:publisher"):
            value = mark.label or mark.value
            if not _is_address(value):
                found.append(value)
    return tuple(dict.fromkeys(name[:100] for name in found))


# --- dates ---------------------------------------------------------------------------------------

EPOCH = 1971
"""Dates before it are those of an unset clock, which counts from 1 January 1970."""

_DATE_MARKS: tuple[tuple[str, str], ...] = (
    # mark, kind of witness
    ("json-ld:datePublished", "json-ld"),
    ("meta:article:published_time", "meta"),
    ("meta:og:article:published_time", "meta"),
    ("itemprop:datepublished", "meta"),
    ("meta:datepublished", "meta"),
    ("meta:parsely-pub-date", "meta"),
    ("meta:sailthru.date", "meta"),
    ("meta:pubdate", "meta"),
    ("meta:publishdate", "meta"),
    ("meta:publish-date", "meta"),
    ("meta:publish_date", "meta"),
    ("meta:publication_date", "meta"),
    ("meta:dcterms.issued", "meta"),
    ("meta:dc.date.issued", "meta"),
    ("meta:dc.date", "meta"),
    ("meta:citation_publication_date", "meta"),
    ("meta:citation_date", "meta"),
    ("meta:cxenseparse:recs:publishtime", "meta"),
    ("meta:cxenseparse:publishtime", "meta"),
    ("meta:date", "meta"),
)
MOST_TIMES = 3


def _witnesses(
    root: "HtmlElement", page: Outline, placed: Sequence[Region], marks: Sequence[Mark]
) -> list[DateWitness]:
    found: list[DateWitness] = []
    for name, kind in _DATE_MARKS:
        for mark in marks:
            if mark.name == name and (date := _published(mark.value)):
                found.append(witness(kind, date, mark.value, mark.locator))
                break  # of several, the first is the article's
    found += _times(root, page, placed)
    if not found and (guess := _guessed_date(root)):
        found.append(guess)
    return found


def _published(value: str) -> FoundDate | None:
    date = parse(value)
    return date if date and date.earliest.year >= EPOCH else None


def _times(root: "HtmlElement", page: Outline, placed: Sequence[Region]) -> list[DateWitness]:
    """Return the `<time>` elements that stand in the head of the article."""
    heads = {
        n
        for line, region in zip(page.lines, placed, strict=True)
        if region in ("head", "title")
        for n in page.ancestors(line.node)[:3]
    }
    wanted = {page.locator(n) for n in heads if page.nodes[n].tag == "time"}
    found = []
    for locator in sorted(wanted)[:MOST_TIMES]:
        for element in root.xpath(locator):
            names = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
            value = element.get("datetime")
            if (
                value
                and "updat" not in names
                and "modif" not in names
                and (date := _published(value))
            ):
                found.append(witness("time", date, value, locator))
    return found


def _guessed_date(root: "HtmlElement") -> DateWitness | None:
    """Return what htmldate makes of a page that states no date."""
    from copy import deepcopy

    from htmldate import find_date
    from lxml import etree

    try:
        guess = find_date(deepcopy(root), original_date=True, extensive_search=False)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError,
            OverflowError):  # fmt: skip
        return None
    date = _published(guess) if guess else None
    return witness("extractor", date, str(guess)) if date else None
