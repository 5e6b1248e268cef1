"""A phrase where it was seen: the names, dates and links in it, and the finding it makes."""

import re
from dataclasses import dataclass
from functools import cache

from filiation import dates
from filiation.credits.lexicon import Phrase
from filiation.credits.names import Name, Namer, Nature
from filiation.credits.own import is_caseless
from filiation.credits.page import Finding, Page
from filiation.fold import fold
from filiation.values import Credit, Line, PageKind, Role, Span

__all__ = ["PUBLISHING", "Sighting", "address_of", "as_linked", "joined", "made"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A phrase, where it was seen."""

    page: Page
    index: int
    phrase: Phrase
    match: re.Match[str]

    @property
    def line(self) -> Line:
        """The line it stands in."""
        return self.page.lines[self.index]

    def origin(self, group: str | int) -> Span:
        """Return where a group stands in the line as written."""
        folded = self.page.folded[self.index]
        start, end = self.match.span(group)
        return folded.origin(start), folded.origin(end)

    def slots(self, kind: str) -> list[Span]:
        """Return where the slots of a kind stand in the line, those that were filled."""
        names = _slots(self.phrase.expression).get(kind, ())
        return [self.origin(name) for name in names if self.match.start(name) >= 0]

    def names(self, kind: str) -> list[Name]:
        """Return the names in the slots of a kind.

        A slot only says where a name begins: it ends where the name does, not where the pattern
        happened to stop. In scripts without capitals nothing else tells, so there the pattern rules.
        """
        found: list[Name] = []
        for start, end in self.slots(kind):
            start = self._with_capital_article(start)
            text = self.line.text
            bounded = is_caseless(text[start:end]) or text[end : end + 1] in tuple(
                ")]}|/'’»”，。；）》」』"
            )
            stop = end if bounded else max(end, min(len(text), start + NAMES_WITHIN))
            names = self.page.namer.all(text, (start, stop))
            if len(names) == 1 and not text[end:].strip(" .*_|)]"):
                names = [self.page.namer.whole(text, names[0], end)]
            found += names
        return [as_linked(self.line, name, self.page.namer) for name in found]

    def may_name_person(self, kind: str) -> bool:
        """Whether a person can be among the names in the slots of a kind; asked before they are read."""
        text = self.line.text
        return any(
            self.page.namer.may_name_person(text[: max(end, start + NAMES_WITHIN)])
            for start, end in self.slots(kind)
        )

    def _with_capital_article(self, start: int) -> int:
        """Return `start`, or where the capitalised article before it begins: it belongs to the name."""
        before = re.search(r"(?<!\w)[^\W\d_]{1,4}(?:\s+|['’])$", self.line.text[:start])
        if before is None or not before[0][0].isupper() or before.start() <= self.origin(0)[0]:
            return start
        if self.line.text.isupper():
            return start
        articles = self.page.lexicon.words.get("definite", ())
        return before.start() if fold(before[0].strip()).text in articles else start

    def text(self, kind: str) -> str | None:
        """Return the verbatim text of a slot."""
        spans = self.slots(kind)
        return self.line.text[slice(*spans[0])].strip(" \"'«»“”„‘’") if spans else None

    def link(self, at: int | None = None) -> str | None:
        """Return the address that the statement links to, if it links (where a name should begin)."""
        start, end = self.origin(0) if at is None else (at, at + 3)
        for link in self.line.links:
            if (
                link.start < end
                and link.end > start
                and link.href.startswith(("http://", "https://"))
            ):
                return link.href
        return None

    def date(self) -> str | None:
        """Return the date that the statement gives: in its slot, else in it or right behind it."""
        start, end = self.origin(0)
        spans = [*self.slots("date"), (start, min(len(self.line.text), max(end, start + 60) + 30))]
        for span in spans:
            found = dates.find(self.line.text[slice(*span)], self.page.article.language)
            if found:
                return found[0].iso
        return None

    def used(self, until: int) -> Span:
        """Return the part of the folded line that is used up by a statement whose names end at `until`."""
        start, end = self.match.span()
        if until:
            end = min(end, max(start + 1, self.page.folded[self.index].index(until)))
        return start, end


NAMES_WITHIN = 160
"""How far behind the beginning of a slot the names in it may go, in characters."""

LINKED_NAME = 6
"""Most words of a link's text that is taken for the whole of a name it begins."""


def as_linked(line: Line, name: Name, namer: Namer) -> Name:
    """Return the name as far as its link goes: the page itself says where it ends."""
    for link in line.links:
        begins = 0 <= name.start - link.start <= 5
        if begins and link.end > name.end and len(link.text.split()) <= LINKED_NAME:
            whole = namer.name(line.text[name.start : link.end].rstrip(" .,:;"))
            nature = name.nature if whole.nature in ("plain", "person") else whole.nature
            return Name(
                whole.text,
                whole.start + name.start,
                whole.end + name.start,
                nature,
                whole.outlet or name.outlet,
            )
    return name


@cache
def _slots(expression: str) -> dict[str, tuple[str, ...]]:
    """Return the groups of a pattern that are slots, by their kind."""
    kinds: dict[str, tuple[str, ...]] = {}
    for name in re.compile(expression).groupindex:
        kind = name.rstrip("0123456789")
        kinds[kind] = (*kinds.get(kind, ()), name)
    return kinds


PUBLISHING = ("known", "agency", "domain", "outlet")
"""Natures of a name that surely publishes."""


def address_of(outlet: Name | None) -> str | None:
    """Return the address that stands where a name should, if one does."""
    return (
        outlet.text
        if outlet is not None and outlet.text.startswith(("http://", "https://"))
        else None
    )


def joined(line: str, names: list[Name]) -> Name:
    """Return several names as one, as written (`Belga et AFP`)."""
    if len(names) == 1:
        return names[0]
    start, end = names[0].start, names[-1].end
    nature: Nature = "agency" if all(name.is_wire for name in names) else names[0].nature
    if nature == "agency" and not all(name.is_wire for name in names):
        nature = "known"
    return Name(line[start:end], start, end, nature, names[0].outlet)


def made(
    seen: Sighting, kind: PageKind, outlet: Name | None, *,
    via: Name | None = None, for_: Name | None = None, behind: tuple[Name, ...] = (), author: str | None = None,
    translator: Name | None = None, title: str | None = None, language: str | None = None,
    published: str | None = None, url: str | None = None,
) -> Finding:  # fmt: skip
    """Return the finding with its credits: one for everybody it names, each with the whole line."""
    phrase, line = seen.phrase, seen.line
    named = [name for name in (outlet, via, for_, translator, *behind) if name is not None]
    quote, start = _quote(seen, max((name.end for name in named), default=0))

    def credit(
        role: Role, name: str | None, known: Name | None, address: str | None = None
    ) -> Credit:
        key = known.outlet.key if known is not None and known.outlet is not None else None
        return Credit(
            role=role, name=name, outlet=key, url=address, title=title, language=language,
            published=published, quote=quote, start=start, end=None if start is None else start + len(quote),
            locator=line.locator, rule=phrase.id, strength=phrase.strength,
        )  # fmt: skip

    made: list[Credit] = []
    personal = phrase.role in ("translated_by", "translated_for", "revised_by", "authored_by")
    if outlet is not None or url or title or not (personal or author or translator or for_):
        role: Role = (
            "wire"
            if kind == "wire"
            else "original"
            if phrase.role.startswith("translated")
            else "source"
            if phrase.role == "wire"  # `by X`, where X is no agency
            else phrase.role
        )
        made.append(credit(role, outlet.text if outlet else None, outlet, url))
    if author:
        made.append(credit("authored_by", author, None))
    if translator is not None:
        role = phrase.role if phrase.role in ("revised_by", "authored_by") else "translated_by"
        made.append(credit(role, translator.text, translator))
    if via is not None:
        made.append(credit("via", via.text, via))
    for name in behind:
        made.append(credit("wire" if name.is_wire else "original", name.text, name))
    if for_ is not None:
        made.append(credit("translated_for", for_.text, for_))
    writes = phrase.role == "authored_by"
    through = [via] if via is not None else []
    if translator is not None and translator.nature in ("known", "domain", "outlet") and not writes:
        through.append(translator)
    return Finding(
        kind=kind, line=seen.index, strength=phrase.strength, outlet=outlet, behind=behind, intermediates=tuple(through),
        translated_for=for_, author=translator.text if writes and translator else author,
        translator=translator.text if translator and not writes and phrase.role != "revised_by" else None,
        title=title, language=language, published=published, url=url, credits=tuple(made),
        until=max((name.end for name in named), default=0),
    )  # fmt: skip


QUOTE = 300
"""Longest quote of a credit that stands within running text, in characters."""


_ENDS = re.compile(r"[.!?…。！？][\"'»”’)\]]*(?=\s|$)")


def _quote(seen: Sighting, named: int) -> tuple[str, int | None]:
    """Return the verbatim line, or its sentence where it is running text, and where that begins."""
    line, text = seen.line, seen.line.text
    if line.start is not None and line.raw and line.raw != text:
        # What the page shows differs from what it holds (links in Markdown): quote what it holds.
        if not seen.page.running[seen.index]:
            return line.raw.strip(), line.start + len(line.raw) - len(line.raw.lstrip())
        return text.strip()[:QUOTE], None
    first, last = 0, len(text)
    if seen.page.running[seen.index] or len(text) > QUOTE:
        first, last = _sentence(text, seen.origin(0)[0], named)
    quote = text[first:last]
    lead = len(quote) - len(quote.lstrip())
    return quote.strip(), None if line.start is None else line.start + first + lead


def _sentence(text: str, start: int, named: int) -> Span:
    """Return the sentence of `text` in which something said at `start` names something ending at `named`."""
    first = max(
        (m.end() for m in _ENDS.finditer(text, max(0, start - QUOTE), start + 1)), default=0
    )
    first = max(first, start - QUOTE // 2)
    end = _ENDS.search(text, max(start + 1, named))
    return first, min(end.end() if end else len(text), first + QUOTE)
