"""What the phrases of the lexicon find on a page, line by line."""

import re
from collections.abc import Iterator

from filiation import dates
from filiation.credits.labels import (
    MAX_PLAIN_VALUE,
    after_photo_cue,
    in_book_notice,
    label_finding,
    named_work,
)
from filiation.credits.lexicon import Phrase
from filiation.credits.names import Name
from filiation.credits.needs import needs
from filiation.credits.own import squeeze
from filiation.credits.page import STANDFIRST, UNBLOCKED, Finding, Page
from filiation.credits.sighting import PUBLISHING, Sighting, address_of, joined, made
from filiation.fold import fold
from filiation.languages import language_named
from filiation.values import PageKind, Role, Span

__all__ = ["phrase_findings"]


def phrase_findings(page: Page) -> Iterator[Finding]:
    """Yield what the phrases of the page's languages find, in order of the lines."""
    for index, line in enumerate(page.lines):
        if line.region != "chrome":
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
        address = address_of(name)
        yield made(
            seen, "wire" if name.is_wire else "republication", None if address else name,
            published=found[0].iso if found else None, url=address,
        )  # fmt: skip


BARE = Phrase(
    id="und.bare-outlet",
    role="source",
    kind="republication",
    expression="",
    needs=needs(""),
    strength=0.6,
)


def _line_findings(page: Page, index: int) -> Iterator[Finding]:
    """Yield what stands in one line, the strongest phrase first; none says again what one has said."""
    phrases = page.phrases(index)
    if not phrases or any(said.strength >= UNBLOCKED for said, _ in page.negatives[index]):
        return
    folded = page.folded[index].text
    blocks = [span for _, span in page.negatives[index]]
    copyrighted = _COPYRIGHT_LINE.match(folded) is not None
    taken: list[Span] = []
    for phrase in phrases:
        bound = (
            phrase.strength < UNBLOCKED
            and phrase.role != "copyright"
            and phrase.kind != "translation"
        )
        if copyrighted and phrase.role != "copyright" and phrase.strength < SAID_IN_WORDS:
            continue
        if not _may_stand(page, index, phrase):
            continue
        for match in phrase.found(folded):
            if bound and any(
                match.start() < end + REACH and match.end() > start - REACH for start, end in blocks
            ):
                continue
            if any(match.start() < end and match.end() > start for start, end in taken):
                said = min((s for s, _ in match.regs[1:] if s >= 0), default=match.start())
                if any(start <= said < end for start, end in taken):
                    continue
            if not phrase.anywhere and page.running[index] and not _at_edge(folded, match):
                continue
            sighting = Sighting(page, index, phrase, match)
            finding = label_finding(sighting) if phrase.label else _of_phrase(sighting)
            if finding is not None:
                taken.append(sighting.used(finding.until))
                yield finding


_COPYRIGHT_LINE = re.compile(r"[\W_]*(?:©|copyright\b|\(c\))")
SAID_IN_WORDS = 0.9
"""Least strength of a phrase that counts beside the copyright on its line."""


def _may_stand(page: Page, index: int, phrase: Phrase) -> bool:
    """Whether a phrase counts where line `index` stands."""
    if phrase.tail and not page.in_tail(index):
        return False
    return not phrase.head or page.before(index) <= (STANDFIRST if phrase.known else 0)


REACH = 300
"""How far what a negative phrase says goes before and after it, in characters of its line."""

EDGE = 160
"""How far from the end of running text a credit may begin, in characters; from its start, a quarter."""


def _at_edge(line: str, match: re.Match[str]) -> bool:
    return len(line) - match.start() <= EDGE or match.start() <= EDGE // 4


def _of_phrase(seen: Sighting) -> Finding | None:
    """Return what a phrase says, or None where the names in it say that it means something else."""
    phrase, page = seen.phrase, seen.page
    outlet = via = None
    signed = phrase.known and bool(seen.slots("author"))
    if signed and not seen.may_name_person("author"):
        return None
    if seen.slots("outlet"):
        names = seen.names("outlet")
        outlet = _outlet(seen.line.text, names, phrase.role) if names else None
        if not _acceptable(seen, outlet):
            return None
        if outlet is not None and outlet.nature == "plain" and not _is_short(outlet, phrase):
            outlet = None
    language = seen.text("language")
    code = language_named(language, page.article.language) if language else None
    if language and code is None and not seen.slots("translator") and not seen.slots("author"):
        return None  # `from the bottom up in Dallas`
    for_ = next(iter(seen.names("for")), None)
    behind = seen.names("behind")
    vias = seen.names("via")
    via = vias[0] if vias else None
    translator = seen.names("translator")
    author = seen.names("author")
    if signed and not any(name.nature == "person" for name in author):
        return None
    if phrase.kind == "translation" and in_book_notice(page, seen.index):
        return None
    if (
        translator
        and page.running[seen.index]
        and translator[0].nature == "proper"
        and not translator[0].text.isupper()
    ):
        return None  # running text that explains a word
    if (seen.slots("translator") and not translator) or (
        phrase.role == "via" and via is None and not outlet
    ):
        return None
    if via is not None and via.nature == "plain":
        via = None
    kind: PageKind = phrase.kind
    if kind == "wire" and outlet is not None and outlet.nature in ("known", "outlet", "domain"):
        kind = "republication"
    if phrase.role == "copyright":
        if after_photo_cue(seen):
            return None
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
        title, link, outlet = named_work(seen)
    return made(
        seen, kind, None if outlet is not None and outlet.nature == "agencies" else outlet,
        via=via, for_=for_, behind=tuple(behind),
        author=joined(seen.line.text, author).text if author else None,
        translator=joined(seen.line.text, translator) if translator else None,
        title=title, language=code, published=seen.date(),
        url=seen.text("url") or link or address_of(outlet),
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
    syndicates = page.lexicon.matcher("syndicate").search(fold(outlet.text).text)
    publishes = known or syndicates is not None
    return "republication" if publishes else "none"


def _is_short(outlet: Name, phrase: Phrase) -> bool:
    """Whether words without capitals may be a blog's name: where a post thanks somebody for a link."""
    return (
        phrase.role == "hat_tip"
        and outlet.text[:1].islower()
        and len(outlet.text.split()) <= MAX_PLAIN_VALUE
    )


def _acceptable(seen: Sighting, outlet: Name | None) -> bool:
    """Whether a phrase stands with the outlet (or none) that its slot holds."""
    phrase, page, line = seen.phrase, seen.page, seen.line.text
    if outlet is None:
        if phrase.known:
            return False
        start, end = seen.slots("outlet")[0]
        if dates.find(line[start : start + 30], page.article.language) or _is_number(
            line[start:end]
        ):
            return False  # `first published on 12 March`: its own history
        near = line[seen.origin(0)[0] :][:160]
        return bool(phrase.nameless or seen.link(start)) and not _names_own(page, near)
    before = fold(line[max(seen.origin(0)[0], outlet.start - 30) : outlet.start]).text
    if _is_house_organ(page, before):
        return False  # `in our newsletter The Week`
    if phrase.listed and not (outlet.nature in ("known", "agency") and outlet.outlet is not None):
        return False
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
    return any(own in squeezed for own in page.namer.own.names if len(own) >= 3) or _is_house_organ(
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
        return joined(line, names)
    return publishing[0] if publishing and names[0].nature in ("plain", "person") else names[0]
