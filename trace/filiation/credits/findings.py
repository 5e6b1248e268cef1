"""What the phrases of the lexicon find on a page, line by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from filiation import dates
from filiation.credits.lexicon import Lexicon, Phrase
from filiation.credits.names import Name, Namer, Nature, is_caseless, squeeze
from filiation.fold import Folded, fold
from filiation.languages import language_named
from filiation.values import Article, Credit, Line, PageKind, Role, Span

__all__ = ["Finding", "Page", "phrase_findings"]

RUNNING_LENGTH = 90
"""Least characters of a line that is running text, if it also ends a sentence. Credit lines of the
labelled cases are shorter or are recognised first; captions end without a stop."""

MAX_LINE = 2000
"""Longest line read for credits, in characters; of a longer one its first and last halves of that."""

_SENTENCE_END = re.compile(r"""[.!?…。！？؟]["'»”“)\]]*\s*$|\.\.\.$""")


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement found: the credits it makes, and what it makes of the page."""

    kind: PageKind
    line: int
    """Index of the line."""
    strength: float
    outlet: Name | None = None
    """Whom the text comes from."""
    behind: tuple[Name, ...] = ()
    """From whom the outlet had it, in order."""
    intermediates: tuple[Name, ...] = ()
    """Through whom it came from the outlet, in order."""
    translated_for: Name | None = None
    author: str | None = None
    translator: str | None = None
    title: str | None = None
    language: str | None = None
    published: str | None = None
    url: str | None = None
    credits: tuple[Credit, ...] = ()
    until: int = 0
    """Where in its line the last name ends, 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Page:
    """An article made ready for the search: its lines, folded, and what stands where."""

    article: Article
    lines: tuple[Line, ...]
    folded: tuple[Folded, ...]
    running: tuple[bool, ...]
    """Whether each line is running text."""
    namer: Namer
    lexicon: Lexicon

    @classmethod
    def of(cls, article: Article, namer: Namer, lexicon: Lexicon) -> "Page":
        """Return `article` made ready."""
        lines = _unwrapped(article)
        photo = lexicon.matcher("photo")
        negative = [phrase for phrase in lexicon.phrases if phrase.negative]
        folded = tuple(fold(line.text) for line in lines)
        running = tuple(
            line.region not in ("chrome", "tail")
            and not any(phrase.pattern.search(text.text) for phrase in negative)
            and len(line.text) >= RUNNING_LENGTH
            and bool(_SENTENCE_END.search(line.text.rstrip()) or index == len(lines) - 1)
            and not (photo.search(text.text) and len(line.text) < 2 * RUNNING_LENGTH)
            for index, (line, text) in enumerate(zip(lines, folded, strict=True))
        )
        return cls(article, lines, folded, running, namer, lexicon)

    def before(self, index: int) -> int:
        """Return how many lines of running text stand before line `index`."""
        return sum(self.running[:index])

    def after(self, index: int) -> int:
        """Return how many lines of running text stand after line `index`."""
        return sum(self.running[index + 1 :])

    def in_head(self, index: int) -> bool:
        """Whether line `index` stands before the running text, or opens it."""
        return not any(self.running[:index])

    def in_tail(self, index: int) -> bool:
        """Whether line `index` stands after the running text, or closes it."""
        return self.lines[index].region == "tail" or not any(self.running[index + 1 :])


def _unwrapped(article: Article) -> tuple[Line, ...]:
    """Return the lines that hold text; those of a hard-wrapped text joined into whole sentences."""
    lines: list[Line] = []
    for line in article.lines:
        if not line.text.strip():
            continue
        last = lines[-1] if lines else None
        if last is not None and _goes_on(article.text, last, line):
            start = last.start
            assert start is not None and line.end is not None
            whole = article.text[start : line.end]
            lines[-1] = replace(last, text=whole.replace("\n", " "), raw=whole)
        else:
            lines.append(line)
    return tuple(lines)


def _goes_on(text: str, last: Line, line: Line) -> bool:
    """Whether `line` goes on with the sentence that `last` broke off."""
    if (
        last.locator
        or last.end is None
        or line.start is None
        or len(last.text) > MAX_LINE
        or last.links
        or line.links
    ):
        return False
    between = text[last.end : line.start]
    begins = line.text.lstrip()[:1]
    return (
        between.count("\n") == 1
        and not between.strip()
        and begins.islower()
        and last.text.rstrip()[-1:] not in ".:!?…;|"
        and (line.raw or line.text) == line.text
    )


def phrase_findings(page: Page) -> Iterator[Finding]:
    """Yield what the phrases of the page's languages find, in order of the lines."""
    for index, line in enumerate(page.lines):
        if line.region != "chrome" and len(line.text) <= MAX_LINE:
            yield from _line_findings(page, index)
    yield from _bare_outlets(page)


def _bare_outlets(page: Page) -> Iterator[Finding]:
    """Yield the lines of the head that are nothing but the name of a known outlet, or that and a date.

    A site that puts another outlet's name between its headline and the text tells whose text it is.
    """
    last = max((i for i, running in enumerate(page.running) if running), default=len(page.lines))
    for index, line in enumerate(page.lines):
        text = line.text.strip(" \t:*_[]()#")
        if line.region == "chrome" or page.running[index] or len(text) > 60:
            continue
        if not page.in_head(index) and not last < index <= last + 2:
            continue
        if page.after(index) == 0 and len(page.lines) > 1 and not page.in_head(len(page.lines) - 1):
            continue
        name = page.namer.bare(line.text)
        if name is None:
            name = page.namer.address(line.text) if index > 0 else None
        if name is None:
            continue
        found = dates.find(line.text, page.article.language)
        seen = Sighting(page, index, BARE, re.match(".*", page.folded[index].text, re.DOTALL))  # type: ignore[arg-type]
        address = _address(name)
        yield _made(
            seen, "wire" if name.is_wire else "republication", None if address else name,
            published=found[0].iso if found else None, url=address,
        )  # fmt: skip


BARE = Phrase(
    id="und.bare-outlet", role="source", kind="republication", pattern=re.compile(""), strength=0.6
)


def _line_findings(page: Page, index: int) -> Iterator[Finding]:
    """Yield what stands in one line, the strongest phrase first; none says again what one has said."""
    folded = page.folded[index].text
    if any(phrase.negative and phrase.strength >= UNBLOCKED and phrase.pattern.search(folded) for phrase in page.lexicon.phrases):
        return
    blocked = any(
        phrase.pattern.search(folded) for phrase in page.lexicon.phrases if phrase.negative
    )
    taken: list[Span] = []
    for phrase in page.lexicon.phrases:
        bound = (
            blocked
            and phrase.strength < UNBLOCKED
            and phrase.role != "copyright"
            and phrase.kind != "translation"
        )
        if phrase.negative or bound or not _may_stand(page, index, phrase):
            continue
        for match in phrase.pattern.finditer(folded):
            if any(match.start() < end and match.end() > start for start, end in taken):
                said = match.start("value") if phrase.label else match.start()
                if any(start <= said < end for start, end in taken):
                    continue
            if not phrase.anywhere and page.running[index] and not _at_edge(folded, match):
                continue
            sighting = Sighting(page, index, phrase, match)
            finding = _of_label(sighting) if phrase.label else _of_phrase(sighting)
            if finding is not None:
                taken.append(sighting.used(finding.until))
                yield finding


UNBLOCKED = 0.95
"""Least strength of a phrase that counts on a line of rights boilerplate (`republished from X under a
Creative Commons licence`)."""


def _may_stand(page: Page, index: int, phrase: Phrase) -> bool:
    """Whether a phrase counts where line `index` stands."""
    if phrase.tail and not page.in_tail(index):
        return False
    return not phrase.head or page.before(index) <= (STANDFIRST if phrase.known else 0)


STANDFIRST = 1
"""How many lines of running text may stand before a byline or dateline: a standfirst."""


EDGE = 160
"""How far from the end of running text a credit may begin, in characters; from its start, a quarter."""


def _at_edge(line: str, match: re.Match[str]) -> bool:
    return len(line) - match.start() <= EDGE or match.start() <= EDGE // 4


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
        return [
            self.origin(name)
            for name, value in self.match.groupdict().items()
            if value is not None and name.rstrip("0123456789") == kind
        ]

    def names(self, kind: str) -> list[Name]:
        """Return the names in the slots of a kind.

        A slot only says where a name begins: it ends where the name does, not where the pattern
        happened to stop. In scripts without capitals nothing else tells, so there the pattern rules.
        """
        found: list[Name] = []
        for start, end in self.slots(kind):
            start = self._with_capital_article(start)
            text = self.line.text
            bounded = is_caseless(text[start:end]) or text[end : end + 1] in tuple(")]}|/'’»”，。；")
            stop = end if bounded else max(end, min(len(text), start + 160))
            names = self.page.namer.all(text, (start, stop))
            if len(names) == 1 and not text[end:].strip(" .*_|)]"):
                names = [self.page.namer.whole(text, names[0], end)]
            found += names
        return [as_linked(self.line, name, self.page.namer) for name in found]

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

    def link(self) -> str | None:
        """Return the address that the statement links to, if it links."""
        start, end = self.origin(0)
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


LINKED_NAME = 6
"""Most words of a link's text that is taken for the whole of a name it begins."""


def as_linked(line: Line, name: Name, namer: Namer) -> Name:
    """Return the name as far as its link goes: the page itself says where it ends."""
    for link in line.links:
        begins = 0 <= name.start - link.start <= 5
        if begins and link.end > name.end and len(link.text.split()) <= LINKED_NAME:
            whole = namer.name(line.text[name.start : link.end])
            nature = name.nature if whole.nature in ("plain", "person") else whole.nature
            return Name(
                line.text[name.start : link.end].rstrip(),
                name.start,
                link.end,
                nature,
                whole.outlet or name.outlet,
            )
    return name


PUBLISHING = ("known", "agency", "domain", "outlet")
"""Natures of a name that surely publishes."""


def _of_phrase(seen: Sighting) -> Finding | None:
    """Return what a phrase says, or None where the names in it say that it means something else."""
    phrase, page = seen.phrase, seen.page
    outlet = via = None
    if seen.slots("outlet"):
        names = seen.names("outlet")
        outlet = _outlet(seen.line.text, names, phrase.role) if names else None
        if not _acceptable(seen, outlet):
            return None
        if outlet is not None and outlet.nature == "plain" and not _is_short(outlet, phrase):
            outlet = None
    language = seen.text("language")
    code = language_named(language, page.article.language) if language else None
    if (
        language
        and code is None
        and not outlet
        and not seen.slots("translator")
        and not seen.slots("author")
    ):
        return None
    for_ = next(iter(seen.names("for")), None)
    behind = seen.names("behind")
    vias = seen.names("via")
    via = vias[0] if vias else None
    translator = seen.names("translator")
    author = seen.names("author")
    if (
        phrase.known
        and seen.slots("author")
        and not any(name.nature == "person" for name in author)
    ):
        return None
    if phrase.kind == "translation" and _in_book_notice(page, seen.index):
        return None
    if (seen.slots("translator") and not translator) or (
        phrase.role == "via" and via is None and not outlet
    ):
        return None
    if via is not None and via.nature == "plain":
        via = None
    kind: PageKind = phrase.kind
    if phrase.role == "copyright":
        kind = _kind_of_copyright(page, outlet)
    elif (
        outlet is not None
        and outlet.is_wire
        and kind == "republication"
        and phrase.role not in ("first_published", "original")
    ):
        kind = "wire"
    if kind == "republication" and _introduces_quote(page, seen.index):
        kind = "excerpt"
    title, link = seen.text("title"), seen.link()
    if title is None and outlet is None and phrase.role == "original":
        title, link, outlet = _named_work(seen)
    return _made(
        seen, kind, None if outlet is not None and outlet.nature == "agencies" else outlet,
        via=via, for_=for_, behind=tuple(behind),
        author=_joined(seen.line.text, author).text if author else None,
        translator=_joined(seen.line.text, translator) if translator else None,
        title=title, language=code, published=seen.date(),
        url=seen.text("url") or link or _address(outlet),
    )  # fmt: skip


def _introduces_quote(page: Page, index: int) -> bool:
    """Whether a line ends with a colon and the next is a quotation."""
    if index + 1 >= len(page.lines) or not page.lines[index].text.rstrip().endswith(":"):
        return False
    return page.lines[index + 1].text.lstrip()[:1] in "\"«“„‘'>"


def _kind_of_copyright(page: Page, outlet: Name | None) -> PageKind:
    """Return what a copyright line makes of a page: another publication's is a credit, a firm's is none."""
    if outlet is None:
        return "none"
    if outlet.is_wire:
        return "wire"
    known = outlet.nature == "known" and page.namer.catalogue.by_name(outlet.text) is not None
    publishes = (
        known
        or outlet.nature == "outlet"
        or (
            outlet.nature == "institution"
            and page.lexicon.matcher("syndicate").search(fold(outlet.text).text)
        )
    )
    return "republication" if publishes else "none"


def _is_short(outlet: Name, phrase: Phrase) -> bool:
    """Whether words without capitals may be a blog's name: where a post thanks somebody for a link."""
    return phrase.role == "hat_tip" and len(outlet.text.split()) <= MAX_PLAIN_VALUE


def _address(outlet: Name | None) -> str | None:
    return (
        outlet.text
        if outlet is not None and outlet.text.startswith(("http://", "https://"))
        else None
    )


def _acceptable(seen: Sighting, outlet: Name | None) -> bool:
    """Whether a phrase stands with the outlet (or none) that its slot holds."""
    phrase, page, line = seen.phrase, seen.page, seen.line.text
    if outlet is None:
        start, end = seen.slots("outlet")[0]
        if dates.find(line[start : start + 12], page.article.language) or _is_number(
            line[start:end]
        ):
            return False  # `first published on 12 March`: its own history
        near = line[seen.origin(0)[0] :][:160]
        return (
            bool(phrase.nameless or seen.link()) and not phrase.known and not _names_own(page, near)
        )
    before = fold(line[max(seen.origin(0)[0], outlet.start - 30) : outlet.start]).text
    if _is_house_organ(page, before):
        return False  # `in our newsletter The Week`
    if phrase.closed and not _is_closed(page, line[outlet.end : outlet.end + 60]):
        return False
    if outlet.nature == "self":
        first = page.lexicon.matcher("first").search(seen.match[0])
        return bool(seen.slots("via")) or (
            first is not None and _is_issue(line[outlet.end : outlet.end + 24])
        )
    if phrase.known:
        return outlet.nature in PUBLISHING
    if outlet.nature == "plain":
        return phrase.nameless or _is_short(outlet, phrase)
    if outlet.nature == "institution":
        return phrase.strength >= UNBLOCKED or phrase.role == "copyright"
    if (
        outlet.nature == "person"
        and not outlet.text.startswith("The ")
        and phrase.role == "first_published"
    ):
        # `published on 3 May by Jane Roe, senior fellow`
        by = re.search(r"(?<!\w)(?:by|von|par|por|di|door|przez)\s*$", before)
        return by is None or not re.match(r"\s*,\s*[a-z]", line[outlet.end :])
    return True


def _is_house_organ(page: Page, before: str) -> bool:
    """Whether what stands before a name makes it the page's own paper (`our print edition`)."""
    own = page.lexicon.matcher("own").search(before)
    return own is not None and page.lexicon.matcher("organ").search(before, own.end()) is not None


def _is_closed(page: Page, after: str) -> bool:
    """Whether a statement ends where its last name ends, but for a date."""
    found = dates.find(after, page.article.language)
    if found and found[0].start <= 20:
        after = after[found[0].end :]
    if re.match(r"\s+(?:[^\W\d_]{1,5}\.?\s+)?\d", after):
        return True  # a date without a year
    return re.match(r"[\s'\"»”)\]]*(?:$|[.,;:!?…|)\]\-–—(\[«])", after) is not None


def _is_number(text: str) -> bool:
    return text.strip(" .,(")[:1].isdigit()


def _names_own(page: Page, text: str) -> bool:
    """Whether a text names the page's own outlet."""
    squeezed = squeeze(text)
    return any(own in squeezed for own in page.namer.own if len(own) >= 3) or _is_house_organ(
        page, fold(text).text
    )


def _is_issue(after: str) -> bool:
    """Whether what follows a name is the number of a printed issue (`10/22`, `(Ausgabe 21/20)`)."""
    return bool(re.match(r"\s*\(?(?:\w+\.?\s)?\d{1,2}\s?/\s?\d{2,4}(?!/)", after))


def _outlet(line: str, names: list[Name], role: Role) -> Name:
    """Return the outlet among the names of a slot: several that publish, as written; else the first."""
    if role == "authored_by" and names[0].nature not in (*PUBLISHING, "self", "agencies"):
        return names[0]
    if any(name.nature == "self" for name in names):
        names = [name for name in names if name.nature != "self"] or names[:1]
    publishing = [name for name in names if name.nature in PUBLISHING]
    if len(publishing) == len(names) > 1:
        return _joined(line, names)
    return publishing[0] if publishing and names[0].nature in ("plain", "person") else names[0]


def _joined(line: str, names: list[Name]) -> Name:
    """Return several names as one, as written (`Belga et AFP`)."""
    if len(names) == 1:
        return names[0]
    start, end = names[0].start, names[-1].end
    nature: Nature = "agency" if all(name.is_wire for name in names) else names[0].nature
    if nature == "agency" and not all(name.is_wire for name in names):
        nature = "known"
    return Name(line[start:end], start, end, nature, names[0].outlet)


_BLANK = " \t\u00a0:：.,;-–—*_[]()#"
_NEXT_LINES = 2
"""How many lines below a label its value may stand (a picture may stand between)."""


def _of_label(seen: Sighting) -> Finding | None:
    """Return what a label says: the value after it, or on a following line."""
    page, line = seen.page, seen.line
    start, end = seen.origin("value")
    if _after_photo_cue(seen):
        return None
    where = seen.index
    if not line.text[start:end].strip(_BLANK):
        following = _value_below(page, seen.index)
        link = seen.link()
        if following is None or (link and seen.phrase.role == "source"):
            return _made(seen, seen.phrase.kind, None, url=link) if link else None
        if _is_list_below(page, following):
            return None
        where, start, end = following, 0, min(250, len(page.lines[following].text))
    return _of_value(seen, where, (start, end))


def _after_photo_cue(seen: Sighting) -> bool:
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
    if phrase.role == "original" and _in_book_notice(page, seen.index):
        return None
    if _is_picture(page, value):
        return None
    title, address, rest = _linked_title(line, span)
    names = [as_linked(line, name, page.namer) for name in page.namer.value(line.text, rest)]
    if phrase.role in ("translated_by", "revised_by", "authored_by"):
        return _person_said(seen, line, names)
    link = address or _first_address(line, span[0])
    if title is not None and not any(n.nature in PUBLISHING for n in names):
        return _made(seen, phrase.kind, None, title=title, url=link)
    if (
        where != seen.index
        and phrase.role == "original"
        and not any(n.nature in PUBLISHING for n in names)
    ):
        return _made(seen, phrase.kind, None, title=value.strip(" []()*_#"), url=link)
    outlet = _publisher(page, line.text, names, below=where != seen.index)
    found = dates.find(value, page.article.language)
    if outlet is None or (found and found[0].start <= 1 and outlet.nature not in PUBLISHING):
        return None  # `First published: 12 January 2018`
    author = next((n.text for n in names if n.nature == "person" and n.start != outlet.start), None)
    kind: PageKind = "wire" if outlet.is_wire and phrase.kind == "republication" else phrase.kind
    return _made(
        seen, kind, None if outlet.nature == "agencies" or _address(outlet) else outlet,
        author=author, title=title or _quoted(value), published=found[0].iso if found else None,
        url=_address(outlet) or link,
    )  # fmt: skip


def _named_work(seen: Sighting) -> tuple[str | None, str | None, Name | None]:
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
    """Whether a source line's value names a picture bank (`Quelle: Name/Unsplash`)."""
    folded = fold(value[:80]).text
    cue = page.lexicon.matcher("photo").search(folded)
    return cue is not None and bool(re.search(r"(?:^|[/|,]\s*|\bvia )$", folded[: cue.start()]))


def _in_book_notice(page: Page, index: int) -> bool:
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
    if not names or names[0].nature == "plain" or _in_book_notice(seen.page, seen.index):
        return None
    if seen.phrase.kind == "none" and not names[0].is_outlet:
        return None
    return _made(seen, seen.phrase.kind, None, translator=names[0])


LIST_OF_WORKS = 3
"""From this many names on, one that is no outlet makes a source line a list of references."""
MAX_PLAIN_VALUE = 2
"""Most words of a label's value that is no proper name and yet taken for one (`Source: sgsnews`)."""


def _publisher(page: Page, line: str, names: list[Name], below: bool) -> Name | None:
    """Return whom a source line names, or None where it is the page itself, a firm or no name."""
    publishing = [name for name in names if name.nature in PUBLISHING or name.nature == "agencies"]
    others = [name for name in publishing if name.nature != "agencies"]
    if any(name.nature == "self" for name in names) and not others:
        return None
    if len(names) >= LIST_OF_WORKS and 2 * len(publishing) <= len(names):
        return None
    if not publishing:
        likely = [name for name in names if name.nature in ("proper", "person", "plain")]
        if not likely or len(likely) < len(names):
            return None
        first = likely[0]
        if first.nature == "plain" and (below or len(first.text.split()) > MAX_PLAIN_VALUE):
            return None
        return _list_of(line, likely) or first
    first = publishing[0]
    if len(others) > 1:
        between = line[others[0].end : others[-1].start]
        if not re.search(r"\s[-–—|]\s|\s{2,}|\u3000", between):
            return _joined(line, others)
    return _list_of(line, names) or first


def _list_of(line: str, names: list[Name]) -> Name | None:
    """Return several names as one if the last is joined by `and`, as a list of outlets is."""
    if len(names) < 2 or any(name.nature in ("institution", "plain", "self") for name in names):
        return None
    last = line[names[-2].end : names[-1].end]
    if re.match(r"\s*,?\s(?:y|e|et|and|und|и|ve|i|en|och|og|dhe)\s", last):
        return _joined(line, names)
    return None


def _quoted(value: str) -> str | None:
    quoted = re.search(r"[«“„\"]\s?(.{12,200}?)\s?[»”“\"]", value)
    return quoted[1] if quoted else None


def _made(
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
