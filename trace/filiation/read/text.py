"""Plain text and Markdown read into lines: what a reader sees, and where it stands in the text."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from filiation.languages import Language, identify, words_of
from filiation.read.draft import Draft
from filiation.read.regions import is_running, tail_begins
from filiation.values import Line, Link

__all__ = ["MOST_LINES", "draft_of_text"]

MOST_LINES = 5_000
"""Lines kept of a document; the longest of 52,810 articles has 2,822."""

_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")


def draft_of_text(text: str, markdown: bool = False) -> Draft:
    """Read plain text, or Markdown, whose marks are left out of the lines but not of the text."""
    notes: list[str] = []
    seen: list[_Seen] = []
    for run in _LINE.finditer(text):
        whole = run[0]
        raw = whole.strip()
        if not raw:
            continue
        if len(seen) == MOST_LINES:
            notes.append(f"only its first {MOST_LINES} lines were looked at for credits")
            break
        start = run.start()
        if whole[0] != raw[0]:
            start += len(whole) - len(whole.lstrip())
        line = _markdown(raw, start) if markdown else _plain(raw, start)
        if line.text or line.links:
            seen.append(line)
    title = _title_at(seen, words_of(identify(text)))
    regions = _regions([line.text for line in seen], title)
    return Draft(
        text,
        tuple(
            Line(line.text, i, line.tag, region, line.links, line.start, raw=line.raw)
            for i, (line, region) in enumerate(zip(seen, regions, strict=True))
        ),
        title=seen[title].text if title is not None else None,
        notes=tuple(notes),
    )


# --- one line ------------------------------------------------------------------------------------


class _Seen(NamedTuple):
    text: str
    start: int
    raw: str = ""
    """What stands in the document, where it is not the text."""
    links: tuple[Link, ...] = ()
    tag: str = "p"


_URL = re.compile(r"(?<![\w@])(?:https?://|www\.)[^\s<>\"'«»“”]{3,500}", re.IGNORECASE)
_WWW = re.compile(r"[wW]{3}\.")
_URL_END = re.compile(r"[.,;:!?…*_]+$")


def _plain(raw: str, start: int) -> _Seen:
    return _Seen(raw, start, "", _bare_links(raw, ()))


def _bare_links(text: str, taken: Sequence[Link]) -> tuple[Link, ...]:
    """Return the addresses written out in a line that no link covers yet."""
    if "://" not in text and not (("w." in text or "W." in text) and _WWW.search(text)):
        return ()
    found = []
    for match in _URL.finditer(text):
        url = _URL_END.sub("", match[0])
        if url.endswith(")") and "(" not in url:
            url = url.rstrip(")")
        start, end = match.start(), match.start() + len(url)
        if not any(link.start < end and start < link.end for link in taken):
            found.append(Link(url, url, start, end))
    return tuple(found)


_PREFIX = re.compile(
    r"^(?:(?P<heading>#{1,6})[ \t]+|(?P<quote>(?:>[ \t]?)+)|(?P<item>[*+-][ \t]+))"
)
# One alternative a mark; the text within never holds the mark itself, so that no pattern backtracks
# further than one line's bound.
_MARK = re.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+.!|<>~-])"
    r"|(?P<picture>!)\[(?P<alt>[^\[\]]{0,500})\]\((?P<src>[^()\s]{0,1000})(?:[ \t]+\"[^\"]{0,300}\")?\)"
    r"|\[(?P<label>(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,1000})\]"
    r"\((?P<href>[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?)(?:[ \t]+\"[^\"]{0,300}\")?\)"
    r"|<(?P<auto>https?://[^<>\s]{1,1000})>"
    r"|(?P<strong>\*\*|__)(?=\S)|(?P<code>`+)"
    r"|(?P<em>\*(?=\S)|(?<=\S)\*)|(?<!\w)(?P<open>_)(?=\w)|(?<=\w)(?P<close>_)(?!\w)"
)


def _markdown(raw: str, start: int) -> _Seen:
    """Return a line without its marks: links, emphasis, headings, quotations, list items."""
    tag, rest = "p", raw
    if prefix := _PREFIX.match(raw):
        rest = raw[prefix.end() :]
        if prefix["heading"]:
            tag, rest = f"h{len(prefix['heading'])}", rest.rstrip("# \t")
        else:
            tag = "blockquote" if prefix["quote"] else "li"
    out: list[str] = []
    links: list[Link] = []
    at = length = 0
    for mark in _MARK.finditer(rest):
        kept = rest[at : mark.start()]
        out.append(kept)
        length += len(kept)
        at = mark.end()
        shown = _shown(mark)
        if mark["label"] is not None or mark["auto"]:
            href = mark["href"] if mark["label"] is not None else mark["auto"]
            links.append(Link(shown, href or "", length, length + len(shown)))
        out.append(shown)
        length += len(shown)
    out.append(rest[at:])
    text = "".join(out)
    trimmed = text.rstrip()
    lead = len(trimmed) - len(trimmed.lstrip())
    placed = [
        replace(link, start=max(0, link.start - lead), end=min(link.end, len(trimmed)) - lead)
        for link in links
        if link.start < len(trimmed) or not link.text
    ]
    text = trimmed.lstrip()
    found = tuple(sorted((*placed, *_bare_links(text, placed)), key=_place))
    return _Seen(text, start, "" if text == raw else raw, found, tag)


def _shown(mark: re.Match[str]) -> str:
    """Return what a reader sees of a mark."""
    if mark["escaped"]:
        return mark["escaped"]
    if mark["label"] is not None:
        return _EMPHASIS.sub("", mark["label"]).strip()
    if mark["auto"]:
        return mark["auto"]
    return ""


_EMPHASIS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|!?\[[^\[\]]{0,200}\]\([^()\s]{0,500}\)|`+")


def _place(link: Link) -> tuple[int, int]:
    return link.start, link.end


# --- the whole -----------------------------------------------------------------------------------

_LABEL = re.compile(r"^[^\n:：]{1,40}\s?[:：]")
_HARDLY_A_TITLE = re.compile(r"^(?:[(\[©@*—–-]|https?://|www\.|\d{1,2}[./:h-]\d)")
LONGEST_TITLE = 260
"""Characters; the longest title of 15,000 AllSides articles has 255."""


def _title_at(lines: Sequence[_Seen], language: Language) -> int | None:
    """Return the index of the title: the first heading, else the first line that can be one.

    A text may be an excerpt that begins with its byline, or in the middle of a sentence.
    """
    for i, line in enumerate(lines[:8]):
        if line.tag in ("h1", "h2"):
            return i
    for line in lines[:1]:
        text = line.text
        if is_running(text) or len(text) > LONGEST_TITLE or _HARDLY_A_TITLE.match(text):
            return None
        if _begins_with(text, language.bylines) or (len(text.split()) < 2 and len(text) < 10):
            return None
        if len(text) < 60 and _LABEL.match(text) and len(text.split()) < 6:
            return None
        if line.links and len(line.links[0].text) >= len(text) - 2 and len(text.split()) < 3:
            return None
        if len(lines) == 1 or text[:1].islower() or text.endswith((",", ";")):
            return None
        from filiation.dates import find

        dates = find(text, language.code)
        if dates and len(text) - (dates[0].end - dates[0].start) < 40:
            return None
        return 0
    return None


def _begins_with(text: str, cues: Sequence[str]) -> bool:
    lowered = text[:60].lower()
    return any(lowered.startswith((f"{cue} ", f"{cue}:", f"{cue} :", f"{cue}：")) for cue in cues)


Region = Literal["title", "head", "body", "tail", "chrome"]


def _regions(texts: Sequence[str], title: int | None) -> list[Region]:
    """Place each line: before, in or after the running text."""
    running = [is_running(text) for text in texts]
    if not any(running):
        found: list[Region] = ["head"] * len(texts)
    else:
        first = running.index(True)
        end = tail_begins(texts, running)
        found = ["head" if i < first else "tail" if i >= end else "body" for i in range(len(texts))]
    if title is not None:
        found[title] = "title"
        # Before the title stands what belongs to the page, not to the text.
        for i in range(title):
            found[i] = "head"
    return found
