"""Agency copy: datelines, signatures and bylines that name a news agency, in any language.

The shapes are the agencies' own and are the same the world over: `CITY (AP) —`, `CITY, 3 May (EFE).-`,
`Şehir/İHA`, `(dpa)` after the last sentence, a line that is the agency's name. What a name must be for
that is the catalogue's knowledge: only a known agency, or a word for agencies, makes wire copy.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from filiation import dates
from filiation.credits.names import Name
from filiation.credits.needs import any_of, needs
from filiation.credits.own import is_caseless
from filiation.credits.page import STANDFIRST, UNBLOCKED, Finding, Page
from filiation.fold import fold
from filiation.values import Credit, Span

__all__ = ["wire_findings"]

_BRACKET = r"[(（\[]\s*(?P<name>[^()（）\[\]\n]{2,60}?)\s*[)）\]]"
_DASH = r"(?:--|[-–—ـ])"
_CAPITAL = r"[A-ZÀ-ÞŚŁŻŹĆİŞĞÇÖÜ\u0391-\u03a9\u0400-\u042f\u0590-\u06ff]"
_PLACE = rf"{_CAPITAL}[^()（）\[\]\n!?;:»”\"]{{1,60}}?"

OPENING = 350
"""How far into a text a dateline may stand, in characters: texts taken from pages often have the
headline glued before it."""

# Shapes that open the running text.
_HEAD = {
    # CITY (AP) — text · CITY, Dec. 23 (UPI) -- text · Yakarta, 1 Ene (Notimex).- text
    "dateline": re.compile(
        rf"(?:^|(?<=[\s>|.:]))(?P<place>{_PLACE})[.,]?\s*{_BRACKET}\s*(?:[.:]?\s*{_DASH}|:)"
    ),
    # Headline (AP-Yonhap) WASHINGTON -- text
    "dateline-before": re.compile(
        rf"{_BRACKET}\s+(?P<place>[A-ZÀ-Þ]{{3,}}[^()\n!?;:a-z]{{0,30}}?)\s*{_DASH}"
    ),
    # Headline  (SDA) Text
    "dateline-gap": re.compile(rf"\s{{2,}}{_BRACKET}\s+(?={_CAPITAL})"),
    # (AFP) - text · (AFP) Text, at the start of a line only
    "dateline-bare": re.compile(rf"^[\W_]*{_BRACKET}\s*(?:[.:]?\s*{_DASH}|[:.]|(?=\s*{_CAPITAL}))"),
    # Wiesbaden (KNA/iz). Text · VALÈNCIA. (EFE) Text: at the start of a line only, the place short
    "dateline-stop": re.compile(
        rf"^[\W\d_]*(?P<place>{_CAPITAL}[^()\n.!?;:»”\"]{{1,30}}?)[.,]?\s*{_BRACKET}\s*[.:]?\s*(?={_CAPITAL})"
    ),
    # dpa Berlin Die Fraktion ...: an agency that writes itself small, at the start of a line only
    "dateline-small": re.compile(
        rf"^[\W_]*(?P<name>[a-z]{{3,4}})\s+(?P<place>{_CAPITAL}[\w-]+(?:[/ ]{_CAPITAL}[\w-]+)?)\s+(?={_CAPITAL}[^\n]{{80}})"
    ),
    # عواصم (وكالات) · Berlin (dpa), a line of its own
    "place-line": re.compile(
        rf"^[\W_]*(?P<place>{_CAPITAL}[^()\n!?;:]{{1,40}}?)\s*{_BRACKET}[\W_]*$"
    ),
    # IHA 25 Mart 2020 17:04 · Xinhua | Updated: ...
    "agency-date": re.compile(
        r"^[\W_]*(?P<name>[^\d\n|,]{2,30}?)\s*(?:[|,]|\s-)?\s+(?:\d{1,2}[\s./]|\d{4}-|\|)"
    ),
    # МОСКВА, 21 ноя - РИА Новости. Text · مدينة - رويترز · Şehir/İHA
    "dateline-dash": re.compile(
        rf"^[\W_]*(?P<place>{_CAPITAL}[^()\n!?;:]{{1,50}}?)\s*(?:{_DASH}|[/.|])\s*/?(?P<name>[^()\n!?:,\-–—/]{{2,40}}?)/?\s*(?:{_DASH}|[.:|](?=\s|$)|$)"
    ),
    # (MENAFN - Agency) · [Agency] at the start
    "agency-place": re.compile(
        rf"^[\W_]*(?P<name>[^()\n!?:,\-–—/]{{2,40}}?)\s*(?:{_DASH}|[/|])\s*(?P<place>{_CAPITAL}[^()\n!?;:]{{1,40}}?)\s*(?:\([^()\n]{{1,20}}\))?\s*[:.]"
    ),
}
_AFTERWARDS = r"\s(?:(?:Like|Follow|Find) us|Copyright|Read more|Share (?:this|on)|All rights|Sign up|Click here)"
"""What pages print right behind the last words, and texts taken from them without a break."""

# Shapes that close the running text.
_TAIL = {
    # ... sentence. (dpa) · ... sentence.(KNA 19.11.21)
    "signature": re.compile(rf"{_BRACKET}[\W_]*(?:$|(?=[A-ZÀ-Þ>|©]))"),
    # ... sentence. (dpa/rm: the bracket that a text cut off lost
    "signature-cut": re.compile(r"[.!?»”\"'’…]\s*\((?P<name>[^()\n]{2,30})$"),
    # ... sentence.EFE · ... sentence. dpa · ... sentence. -- The Associated Press
    "glued": re.compile(
        rf"(?:[.!?…。؟][»”\"'’)]*|[»”’)])\s*(?:[*/|•]\s*|{_DASH}+\s*)?(?P<name>[^.!?()\n]{{2,40}}?)[\W_]*(?:$|{_AFTERWARDS})"
    ),
}
_DESK = re.compile(r"^[\s*/|•_\-–—]*(?P<name>.{2,60}?)[\s*_]*$")
_PARTS = re.compile(
    r"(?<=[A-ZİŞÇ])-(?=[A-ZİŞÇ])|\s*[/,;|،+&·•]\s*|\s+[-–—ـ]\s+|[-–—]\s+|\s+-"
    r"|\s+(?:and|und|et|y|e|ed|i|и|ve|en|og|och|dhe|și|και)\s+"
)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A shape, and the signs without which it is not worth looking for."""

    rule: str
    pattern: re.Pattern[str]
    signs: frozenset[str]
    """Sets of characters of which a text must hold one each."""
    begins: bool
    """Whether it stands at the beginning of a line alone."""

    @classmethod
    def of(cls, rule: str, pattern: re.Pattern[str]) -> "_Shape":
        needed = needs(pattern.pattern)
        return cls(rule, pattern, frozenset(map(any_of, needed.signs)), needed.begins)

    def found(self, text: str) -> Iterable[re.Match[str]]:
        """Return where it stands in a text, in order and not overlapping."""
        if self.begins:
            match = self.pattern.match(text)
            return () if match is None else (match,)
        return self.pattern.finditer(text)


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Shapes in the order in which they are tried."""

    shapes: tuple[_Shape, ...]
    signs: tuple[tuple[str, re.Pattern[str]], ...]
    """All that any of them needs."""

    @classmethod
    def of(cls, patterns: Mapping[str, re.Pattern[str]]) -> "_Shapes":
        shapes = tuple(_Shape.of(*row) for row in patterns.items())
        signs = sorted(frozenset().union(*(shape.signs for shape in shapes)))
        return cls(shapes, tuple((sign, re.compile(sign)) for sign in signs))

    def found(self, text: str) -> Iterator[tuple[str, Iterable[re.Match[str]]]]:
        """Yield the shapes that may stand in a text by name, and where each does."""
        absent = {sign for sign, pattern in self.signs if not pattern.search(text)}
        for shape in self.shapes:
            if shape.signs.isdisjoint(absent):
                yield shape.rule, shape.found(text)


@cache
def _heads() -> _Shapes:
    return _Shapes.of(_HEAD)


@cache
def _tails() -> _Shapes:
    return _Shapes.of(_TAIL)


def wire_findings(page: Page) -> Iterator[Finding]:
    """Yield what says that the page's text is an agency's."""
    for index, line in enumerate(page.lines):
        if line.region == "chrome" or line.tag == "figcaption":
            continue
        if (
            any(said.strength < UNBLOCKED for said, _ in page.negatives[index])
            and "©" not in line.text
        ):
            continue
        photo = page.is_captioned(index)
        early = page.before(index) <= STANDFIRST
        finding = None
        if not page.running[index] and not photo and (early or page.in_tail(index)):
            finding = _desk(page, index)
        if finding is None and early and not _cropped(page, index):
            finding = _head(page, index)
        if finding is None and page.in_tail(index) and not (photo and not page.running[index]):
            finding = _tail(page, index)
        if finding is not None:
            yield finding


def _cropped(page: Page, index: int) -> bool:
    """Whether line `index` opens another item: the text begins amid a sentence, then comes a headline."""
    if index == 0 or page.lines[0].region == "title":
        return False
    first = page.lines[0].text.strip()
    ended = bool(re.search(r"[.!?…][\"'»”)]*$", first)) and len(first) >= 40
    captioned = page.is_captioned(0) or first.endswith(")")
    return ended and not captioned and index >= 2


def _agency(page: Page, text: str, exact: bool = True) -> Name | None:
    """Return the agency that `text` names, alone or beside desk initials (`dpa/kürzel`, `KNA 19.11.21`)."""
    text = text.strip(" \t*_.:-–—")
    if not text or len(text) > 60:
        return None
    found: list[Name] = []
    own = False
    parts = _PARTS.split(text)
    for part in parts:
        bare = part.strip(" *._")
        date = dates.find(bare, page.article.language)
        if date:
            bare = (bare[: date[0].start] + bare[date[0].end :]).strip(" .,")
        if not bare:
            continue
        name = page.namer.name(bare)
        if name.nature == "self":
            own = True
            continue
        if name.is_wire and (not exact or _exact(page, bare)):
            found.append(name)
        elif len(bare) > 24 or len(bare.split()) > 3 or name.nature == "person":
            return None  # a photographer, or a sentence
    if not found or (own and all(name.nature == "agencies" for name in found)):
        return None
    if len(found) == 1:
        return found[0]
    written = text if "-" in text and len(found) == len(parts) else "/".join(n.text for n in found)
    return Name(written, 0, 0, "agency", found[0].outlet)


def _exact(page: Page, text: str) -> bool:
    """Whether the catalogue knows the agency by exactly this name (no misspelling is forgiven here)."""
    resolved = page.namer.catalogue.by_name(text, context=True)
    return resolved is None or resolved.how != "fuzzy"


def _head(page: Page, index: int) -> Finding | None:
    text = page.lines[index].text[:OPENING]
    for rule, match in ((r, match) for r, found in _heads().found(text) for match in found):
        name = _agency(page, match["name"])
        if name is None or page.lexicon.matcher("photo").search(fold(match[0][-60:]).text):
            continue
        if "place" in match.re.groupindex and not _is_place(page, match["place"]):
            continue
        if (
            rule == "dateline-dash"
            and "/" in match[0]
            and page.namer.name(match["place"]).nature == "person"
        ):
            continue  # a photographer and his agency
        if rule.startswith("dateline") and not _opens(page, index, match.end()):
            continue
        return _made(page, index, f"und.wire.{rule}", name, 0.9, match.span())
    return None


CLOSING = 160
"""How far from the end of the text an agency may sign, in characters: teasers may follow."""


def _opens(page: Page, index: int, end: int) -> bool:
    """Whether a dateline opens a text: a sentence follows it, not only the headline of a teaser."""
    rest = page.lines[index].text[end:].strip()
    if not rest:
        return index + 1 < len(page.lines) and len(page.lines[index + 1].text) > len(
            page.lines[index].text
        )
    return (
        page.running[index] or index == len(page.lines) - 1 or bool(re.search(r"[.!?…。؟]", rest))
    )


MAX_CASELESS_PLACE = 3
"""The same in scripts without capitals, where a sentence's beginning looks no different."""
MAX_PLACE_WORDS = 7
"""Most words of a dateline's place and date (`WASHINGTON, United States, Dec. 23`)."""


def _is_place(page: Page, text: str) -> bool:
    """Whether a text has the shape of a dateline's place: few words, the last no verb's beginning."""
    words = text.split()[-MAX_PLACE_WORDS:]
    for number, word in enumerate(words[:-1], 1):
        if word.endswith((".", ":")) and len(word) > 5:  # where a sentence before it ended
            return words[number][0].isupper() and _is_place(page, " ".join(words[number:]))
    return bool(words) and not (is_caseless(text) and len(text.split()) > MAX_CASELESS_PLACE)


def _tail(page: Page, index: int) -> Finding | None:
    text = page.lines[index].text
    end = text[-CLOSING:]
    for rule, found in _tails().found(end):
        match = next(iter(found), None)
        if match is None:
            continue
        before = end[: match.start()].rstrip(" -–—*")
        if rule == "signature" and before and not re.search(r"[.!?…»”\"'’)。؟*]$", before):
            continue  # a caption's credit follows no stop
        name = _agency(page, match["name"])
        if name is not None and (rule != "glued" or _as_written(name)):
            offset = len(text) - len(end)
            return _made(
                page,
                index,
                f"und.wire.{rule}",
                name,
                0.85,
                (offset + match.start(), offset + match.end()),
            )
    return None


def _as_written(name: Name) -> bool:
    """Whether a name at the end of a sentence is written as the agency writes itself (`EFE`, `dpa`)."""
    if name.outlet is None:
        return True
    parts = name.text.split("/")
    return all(
        part.isupper() or part in name.outlet.names or (len(part) > 5 and part[:1].isupper())
        for part in parts
    )


def _desk(page: Page, index: int) -> Finding | None:
    """Return the agency of a short line that is its name, with a place or initials at most."""
    text = page.lines[index].text.strip()
    if len(text) > 70 or (match := _DESK.match(text)) is None:
        return None
    bare = _without_byline(page, match["name"].rstrip(":： "))
    name = _agency(page, bare)
    if (
        name is not None
        and len(name.text) <= 2
        and not (name.text.isupper() and _speaks(page, name))
    ):
        return None
    if name is None:
        joined = page.namer.with_and(bare)
        name = _agency(page, joined) if joined else None
    if name is None:
        return None
    return _made(page, index, "und.wire.line", name, 0.8)


def _speaks(page: Page, name: Name) -> bool:
    """Whether an agency of two letters writes in the page's language (`AA` may be a button)."""
    return (
        name.outlet is None
        or len(name.outlet.languages) > 1
        or page.article.language in name.outlet.languages
    )


def _without_byline(page: Page, text: str) -> str:
    """Return `text` without a byline's cue (`Par`, `By`, `Periodista Digital:`)."""
    folded = fold(text)
    cue = page.lexicon.matcher("byline").match(folded.text)
    if cue:
        text = text[folded.origin(cue.end()) :]
    return re.sub(r"^[^:：]{1,24}[:：]\s*", "", text).strip()


def _made(
    page: Page, index: int, rule: str, name: Name, strength: float, said: Span | None = None
) -> Finding:
    """Return the finding; its quote is the line, or of running text the part `said`."""
    line = page.lines[index]
    named = None if name.nature == "agencies" else name
    first, last = said if said is not None and page.running[index] else (0, len(line.text))
    quote = line.text[first:last]
    lead = len(quote) - len(quote.lstrip())
    quote = quote.strip()
    start = (
        None
        if line.start is None or (line.raw and line.raw != line.text)
        else line.start + first + lead
    )
    credit = Credit(
        role="wire",
        name=named.text if named else None,
        outlet=name.outlet.key if name.outlet else None,
        url=None,
        title=None,
        language=None,
        published=None,
        quote=quote,
        start=start,
        end=None if start is None else start + len(quote),
        locator=line.locator,
        rule=rule,
        strength=strength,
    )
    date = dates.find(line.text, page.article.language) if len(line.text) < 60 else []
    return Finding(
        kind="wire",
        line=index,
        strength=strength,
        outlet=named,
        published=date[0].iso if date else None,
        credits=(credit,),
    )
