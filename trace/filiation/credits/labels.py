"""What labels say: `Source: …`, `Traduction : …`, the value behind them or on the next line."""

import re

from filiation import dates
from filiation.credits.names import Name
from filiation.credits.own import is_caseless
from filiation.credits.page import Finding, Page
from filiation.credits.sighting import PUBLISHING, Sighting, address_of, as_linked, joined, made
from filiation.fold import fold
from filiation.values import Line, PageKind, Span

__all__ = ["MAX_PLAIN_VALUE", "after_photo_cue", "in_book_notice", "label_finding", "named_work"]

_BLANK = " \t\u00a0:：.,;-–—*_[]()#"


_NEXT_LINES = 2
"""How many lines below a label its value may stand (a picture may stand between)."""


def label_finding(seen: Sighting) -> Finding | None:
    """Return what a label says: the value after it, or on a following line."""
    page, line = seen.page, seen.line
    start, end = seen.origin("value")
    if after_photo_cue(seen) or _in_address(seen):
        return None
    where = seen.index
    if not line.text[start:end].strip(_BLANK):
        following = _value_below(page, seen.index)
        link = seen.link()
        if following is None or (link and seen.phrase.role == "source"):
            return made(seen, seen.phrase.kind, None, url=link) if link else None
        if _is_list_below(page, following):
            return None
        where, start, end = following, 0, min(250, len(page.lines[following].text))
    return _of_value(seen, where, (start, end))


def _in_address(seen: Sighting) -> bool:
    """Whether a label is a parameter of an address (`?source=rss`)."""
    at = seen.origin("value")[0]
    before = re.search(r"\S*$", seen.line.text[:at])
    return before is not None and re.search(r"[?&][\w.-]*=$", before[0]) is not None


def after_photo_cue(seen: Sighting) -> bool:
    """Whether a picture's cue stands right before a label (`Image Source: …`)."""
    start = seen.origin(0)[0]
    before = re.search(
        r"[^\W\d_]+[\s-]*\W?$", fold(seen.line.text[max(0, start - 24) : start + 1]).text
    )
    return before is not None and bool(seen.page.lexicon.matcher("photo").search(before[0]))


def _is_list_below(page: Page, index: int) -> bool:
    """Whether a list of references begins at line `index`: two short lines that are no credits."""
    if index + 1 >= len(page.lines) or page.lines[index].links:
        return False
    first, second = (
        page.namer.value(page.lines[i].text, (0, len(page.lines[i].text)))
        for i in (index, index + 1)
    )
    return not any(n.nature in PUBLISHING for n in first) and any(
        n.nature in ("institution", *PUBLISHING) for n in second
    )


def _value_below(page: Page, index: int) -> int | None:
    """Return the line that holds the value of a label that stands alone, or None."""
    for following in range(index + 1, min(index + 1 + _NEXT_LINES, len(page.lines))):
        text = page.lines[following].text.strip()
        if text.startswith("!["):
            continue
        return None if page.running[following] or len(text) > 200 else following
    return None


def _of_value(seen: Sighting, where: int, span: Span) -> Finding | None:
    """Return what a label says with the value at `span` of line `where`."""
    page, phrase = seen.page, seen.phrase
    line = page.lines[where]
    value = line.text[slice(*span)]
    if phrase.role == "original" and in_book_notice(page, seen.index):
        return None
    if _is_picture(page, value):
        return None
    relayed = _relayed(page, line, span)
    if relayed is not None:
        span = span[0], relayed[0]
        value = line.text[slice(*span)]
    title, address, rest = _linked_title(line, span)
    names = [as_linked(line, name, page.namer) for name in page.namer.value(line.text, rest)]
    if phrase.role in ("translated_by", "revised_by", "authored_by"):
        return _person_said(seen, line, names)
    link = address or _first_address(line, span[0])
    if title is not None and not any(n.nature in PUBLISHING for n in names):
        return made(seen, phrase.kind, None, title=title, url=link)
    if (
        (where != seen.index or is_caseless(value.strip(_BLANK)))
        and phrase.role == "original"
        and not any(n.nature in PUBLISHING for n in names)
    ):
        return made(seen, phrase.kind, None, title=value.strip(" []()*_#"), url=link)
    outlet = _publisher(page, line.text, names, below=where != seen.index)
    found = dates.find(value, page.article.language)
    if outlet is None or (found and found[0].start <= 1 and outlet.nature not in PUBLISHING):
        return None  # `First published: 12 January 2018`
    author = next((n.text for n in names if n.nature == "person" and n.start != outlet.start), None)
    kind: PageKind = "wire" if outlet.is_wire and phrase.kind == "republication" else phrase.kind
    return made(
        seen, kind, None if outlet.nature == "agencies" or address_of(outlet) else outlet,
        via=relayed[1] if relayed else None, author=author, title=title or _quoted(value), published=found[0].iso if found else None,
        url=address_of(outlet) or link,
    )  # fmt: skip


def named_work(seen: Sighting) -> tuple[str | None, str | None, Name | None]:
    """Return title, address and outlet of the work that follows `Original article in English:`.

    They stand in the rest of the line, or alone on the next.
    """
    text, end = seen.line.text, seen.origin(0)[1]
    if not text[:end].rstrip().endswith((":", "：")) and not text[end:].lstrip().startswith(
        (":", "：")
    ):
        return None, seen.link(), None
    if text[end:].strip(_BLANK):
        title, link, span = _linked_title(seen.line, (end, len(text)))
        if title is None:
            return None, seen.link(), None
        return (
            title,
            link,
            _publisher(seen.page, text, seen.page.namer.value(text, span), below=False),
        )
    below = _value_below(seen.page, seen.index)
    if below is None:
        return None, seen.link(), None
    line = seen.page.lines[below]
    return line.text.strip(" []()*_#"), _first_address(line, 0), None


TITLE_WORDS = 4
"""Fewest words of a link that is a work's title and not an outlet's name."""


def _linked_title(line: Line, span: Span) -> tuple[str | None, str | None, Span]:
    """Return a value's link if it is a title, its address, and what is left of the value."""
    for link in line.links:
        if (
            span[0] <= link.start + 2
            and link.end <= span[1]
            and len(link.text.split()) >= TITLE_WORDS
        ):
            href = link.href if link.href.startswith(("http://", "https://")) else None
            rest = (link.end, span[1]) if link.start - span[0] < 4 else (span[0], link.start)
            return link.text.strip(), href, rest
    return None, None, span


def _first_address(line: Line, start: int) -> str | None:
    return next(
        (
            k.href
            for k in line.links
            if k.href.startswith(("http://", "https://")) and k.end > start
        ),
        None,
    )


def _is_picture(page: Page, value: str) -> bool:
    """Whether a source line is a picture's or a table's (`Name/Unsplash`, `Jane Roe Photo`, `Roe (2009)`)."""
    if re.search(r"\w \((?:19|20)\d\d[a-z]?\)\.?$", value.strip()):
        return True
    first = fold(re.split(r"[;|]|\s[-–—]\s", value[:80])[0]).text
    return page.lexicon.matcher("photo").search(first) is not None


def _relayed(page: Page, line: Line, span: Span) -> tuple[int, Name] | None:
    """Return through whom a value says it came (`Example Post via Example Blog`), and where that begins."""
    folded = fold(line.text[slice(*span)])
    for relay in page.lexicon.matcher("relay").finditer(folded.text):
        if not relay.start():
            continue
        start = span[0] + folded.origin(relay.end())
        name = page.namer.first(line.text, (start, span[1]))
        if name is not None and (name.nature in PUBLISHING or name.nature in ("proper", "person")):
            return span[0] + folded.origin(relay.start()), name
    return None


def in_book_notice(page: Page, index: int) -> bool:
    """Whether a line stands among the particulars of a book (publisher, pages, price)."""
    near = (
        page.folded[i].text
        for i in range(max(0, index - 2), min(len(page.lines), index + 3))
        if not page.running[i] or i == index
    )
    return (
        len({cue[0] for text in near for cue in page.lexicon.matcher("book").finditer(text)})
        >= BOOK_CUES
    )


BOOK_CUES = 2
"""How many different particulars of a book make a notice of one."""


def _person_said(seen: Sighting, line: Line, names: list[Name]) -> Finding | None:
    """Return what a label for a person says (`Translation: Jane Roe`)."""
    if not names or names[0].nature == "plain" or in_book_notice(seen.page, seen.index):
        return None
    if seen.phrase.kind == "none" and not names[0].is_outlet:
        return None
    return made(seen, seen.phrase.kind, None, translator=names[0])


LIST_OF_WORKS = 3
"""From this many names on, one that is no outlet makes a source line a list of references."""


MOST_OUTLETS = 5
"""More names than that are a list of references."""
MAX_PLAIN_VALUE = 2
"""Most words of a label's value that is no proper name and yet taken for one (`Source: sgsnews`)."""


def _publisher(page: Page, line: str, names: list[Name], below: bool) -> Name | None:
    """Return whom a source line names, or None where it is the page itself, a firm or no name."""
    publishing = [name for name in names if name.nature in PUBLISHING or name.nature == "agencies"]
    others = [name for name in publishing if name.nature != "agencies"]
    if any(name.nature == "self" for name in names) and not others:
        return None
    if len(names) > MOST_OUTLETS:
        return None
    if len(names) >= LIST_OF_WORKS and 2 * len(publishing) <= len(names):
        return None
    if (
        len(names) > 1
        and names[0].nature == "person"
        and names[1].is_wire
        and "/" in line[names[0].end : names[1].start]
    ):
        return None  # a photographer and his agency
    if not publishing:
        likely = [name for name in names if name.nature in ("proper", "person", "plain")]
        if not likely or len(likely) < len(names):
            return None
        first = likely[0]
        if _REFERENCE.fullmatch(first.text):
            return None
        if first.nature == "plain" and (below or len(first.text.split()) > MAX_PLAIN_VALUE):
            return None
        return _list_of(line, likely) or first
    first = publishing[0]
    if len(others) > 1:
        between = line[others[0].end : others[-1].start]
        if not re.search(r"\s[-–—|]\s|\s{2,}|\u3000", between):
            return joined(line, others)
    return _list_of(line, names) or first


_REFERENCE = re.compile(r"[^\W\d_]?\d{1,3}[^\W\d_]?")
"""The number of a note (`Source: (12)`, `Source: a3`)."""


def _list_of(line: str, names: list[Name]) -> Name | None:
    """Return several names as one if the last is joined by `and`, as a list of outlets is."""
    if len(names) < 2 or any(name.nature in ("institution", "plain", "self") for name in names):
        return None
    last = line[names[-2].end : names[-1].end]
    if re.match(r"\s*,?\s(?:y|e|et|and|und|и|ve|i|en|och|og|dhe)\s", last):
        return joined(line, names)
    return None


def _quoted(value: str) -> str | None:
    quoted = re.search(r"[«“„\"]\s?(.{12,200}?)\s?[»”“\"]", value)
    return quoted[1] if quoted else None
