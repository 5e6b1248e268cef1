"""A draft made an article: whose it is, since when, in which language, by whom."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from filiation.dates import FoundDate, cell_date, find, may_hold_date, resolve, url_date, witness
from filiation.fold import fold
from filiation.languages import Language, code_of, identify, languages_by_paragraph, words_of
from filiation.outlets import Catalogue, host
from filiation.read.draft import Draft
from filiation.read.words import words as word_set
from filiation.values import Article, Dates, DateWitness, Line, Span

__all__ = ["Given", "article_of"]


@dataclass(frozen=True, slots=True)
class Given:
    """What the input says of the article beside the document itself: an address, a table's row."""

    id: str
    input: str
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None
    site: str | None = None
    """A second cell that names the outlet, mostly by its domain."""


def article_of(draft: Draft, given: Given, catalogue: Catalogue) -> Article:
    """Resolve what a draft leaves open: language, outlet, byline, dates, runs set aside."""
    language, notes = _language(draft, given)
    words = words_of(language)
    outlet, name = _outlet(draft, given, catalogue, words)
    order = _order(outlet, catalogue, given, draft)
    return Article(
        id=given.id,
        input=given.input,
        text=draft.text,
        lines=draft.lines,
        title=given.title or draft.title,
        byline=given.author or _byline(draft, words) or draft.byline,
        language=language,
        languages=languages_by_paragraph(draft.text, language),
        outlet=outlet,
        outlet_name=name,
        url=given.url,
        canonical_url=draft.canonical_url,
        og_url=draft.og_url,
        dates=_dates(draft, given, words, order),
        marks=draft.marks,
        aside=_aside(draft.lines, catalogue),
        notes=(*draft.notes, *notes),
    )


# --- language ------------------------------------------------------------------------------------

SURE = 200
"""Characters from which on the text's own language outweighs what is declared (a French page with
`lang="en-US"` is a common misconfiguration)."""
_ALIKE = (
    # Languages no identification tells apart in few words: what is declared decides.
    frozenset({"hr", "sr", "bs"}),
    frozenset({"no", "da", "nn"}),
    frozenset({"id", "ms"}),
    frozenset({"cs", "sk"}),
    frozenset({"gl", "pt"}),
    frozenset({"bg", "mk"}),
)


def _language(draft: Draft, given: Given) -> tuple[str | None, tuple[str, ...]]:
    codes = [code for label in (given.language, *draft.declared) if (code := code_of(label))]
    sample = draft.text if len(draft.text) >= SURE else _all_text(draft)
    found = identify(sample)
    if not codes:
        return found, ()
    declared = codes[0]
    if found is None or found in codes or any({declared, found} <= alike for alike in _ALIKE):
        return (found if found in codes else declared), ()
    if len(sample) < SURE:
        return declared, ()
    return found, (f"declared as {declared}, but its text is {found}",)


def _all_text(draft: Draft) -> str:
    shown = "\n".join(line.text for line in draft.lines[:400] if line.region != "chrome")
    return shown or draft.text


# --- outlet --------------------------------------------------------------------------------------

_JOINT = " \t\u00a0,;:|•·/()[]–—−-"


def _outlet(
    draft: Draft, given: Given, catalogue: Catalogue, words: Language
) -> tuple[str | None, str | None]:
    """Return key and name of the publication: by address, cell, the page's word, its dateline."""
    key, name = None, given.outlet or given.site
    if given.url and (outlet := catalogue.by_domain(given.url)):
        key, name = outlet.key, name or outlet.name
    for cell in (given.outlet, given.site):
        if key is None and cell:
            key = _resolved(cell, catalogue, words.code)
    if key is None:
        for site in draft.site_names:
            if found := _resolved(site, catalogue, words.code):
                known = catalogue.get(found)
                key, name = found, name or (known.name if known else site)
                break
    if key is None and (dateline := _dateline_outlet(draft, catalogue, words)):
        key, name = dateline[0], name or dateline[1]
    if key is None and name is None and not given.url and (house := _house(draft, catalogue)):
        known = catalogue.get(house)
        key, name = house, known.name if known else None
    if name is None:
        name = next(iter(draft.site_names), None) or (host(given.url) if given.url else None)
    return key, name or None


def _resolved(name: str, catalogue: Catalogue, language: str) -> str | None:
    if "." in name and " " not in name.strip() and (outlet := catalogue.by_domain(name)):
        return outlet.key
    found = catalogue.by_name(name, context=True, language=language or None)
    return found.outlet.key if found else None


def _dateline_outlet(
    draft: Draft, catalogue: Catalogue, words: Language
) -> tuple[str | None, str] | None:
    """Return the outlet of a line `Outlet, date` in the head, and its name as written."""
    for line in _short_lines(draft.lines, ("head",)):
        if not may_hold_date(line.text):
            continue
        if _begins_with(line.text, words.bylines) or _speaks_of(line.text, words.source_words):
            continue
        for date in find(line.text, words.code or None)[:1]:
            for part in (line.text[: date.start], line.text[date.end :]):
                name = part.strip(_JOINT)
                if not 3 <= len(name) <= 60:
                    continue
                found = catalogue.by_name(name, context=True, language=words.code or None)
                if found and not found.outlet.is_agency:
                    return found.outlet.key, name
                if _DOMAIN_NAME.fullmatch(name):
                    return None, name
    return None


_DOMAIN_NAME = re.compile(r"(?:[a-z0-9-]{2,40}\.){1,3}[a-z]{2,12}", re.IGNORECASE)


def _house(draft: Draft, catalogue: Catalogue) -> str | None:
    """Return the outlet whose own notices stand after the text."""
    phrases = _phrases(catalogue)
    after = (line.text for line in draft.lines if line.region in ("tail", "chrome"))
    return next((key for text in after if (key := _held(text, phrases))), None)


@lru_cache(maxsize=8)
def _phrases(catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    return tuple(
        (folded, outlet.key)
        for outlet in catalogue
        for phrase in outlet.phrases
        if (folded := fold(phrase).text.strip())
    )


# --- byline --------------------------------------------------------------------------------------

LONGEST_BYLINE = 120
_NAME_ENDS = re.compile(r"\s[–—−|•·-]\s|[|•;(\n]|,\s(?=\d)|\s(?:[/]|via)\s")
# Small words within names, and between them.
_PARTICLES = word_set(
    "de la le du des da do dos das di del della van von der den zu af ten ter el al bin ibn "
    "and et und y e en i a & och og ja und ve és och avec with mit con и та"
)


def _byline(draft: Draft, words: Language) -> str | None:
    """Return the names on the line that a byline cue opens: about the title, else in the tail.

    Where no line has a cue, a line that the page marks as its author's is taken.
    """
    cues, within_cue = _cues(words.bylines)
    head = _about_title(draft.lines)
    for line in (*head, *_short_lines(draft.lines, ("tail",), LONGEST_BYLINE)):
        cue = _cue_of(f"{line.text} ", cues)
        if cue is None or _speaks_of(line.text, words.source_words):
            continue
        rest = line.text[len(cue) :].strip(_JOINT)
        if not rest and line.index + 1 < len(draft.lines):  # the label stands on a line of its own
            rest = draft.lines[line.index + 1].text[:LONGEST_BYLINE]
        if name := _names(rest, words):
            return name
    for line in head:
        # `Publié le 3 mai par Jeanne Doe`: of the cues, only the language's first is sure inside.
        within = within_cue.search(line.text)
        if within and not _speaks_of(line.text, words.source_words):
            name = _names(within[1], words)
            if name and " " in name:
                return name
    for line in head:
        if _AUTHORS_PLACE.search(line.classes[:80]) and (name := _author(line.text, words)):
            return name
    return None


@lru_cache(maxsize=64)
def _cues(bylines: tuple[str, ...]) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Return a language's cues and the English ones, the longest first; and its first, inside."""
    cues = sorted({*bylines, *words_of("en").bylines}, key=len, reverse=True)
    return tuple(cues), re.compile(rf"(?<=\s){re.escape((bylines or ('by',))[0])}\s+(\S.*)")


_AUTHORS_PLACE = re.compile(r"(?<![a-z])(?<!comment-)(?:author|byline|writer)s?(?![a-z])")


def _author(text: str, words: Language) -> str | None:
    """Return the names on a line without a cue at its beginning: `March 3, 2018 by Jo Doe`."""
    for date in find(text, words.code or None)[:1]:
        before, after = text[: date.start].strip(_JOINT), text[date.end :].strip(_JOINT)
        text = before if len(before) > 3 and not _POSTED.match(before) else after
    for cue in words.bylines:
        if _begins_with(text, (cue,)):
            text = text[len(cue) :]
            break
    name = _names(text, words)
    return name if name and " " in name and name.lower() not in words.bylines else None


_POSTED = re.compile(
    r"^(?:posted|published|publié|publicado|veröffentlicht|le|on)\b", re.IGNORECASE
)


def _about_title(lines: Sequence[Line]) -> list[Line]:
    """Return the short lines from just above the title to the first of the text."""
    title = next((line.index for line in lines if line.region == "title"), None)
    body = next((line.index for line in lines if line.region == "body"), len(lines))
    first = max(0, (title if title is not None else body) - 8)
    last = min(body, first + 60)
    short = [line for line in lines[first:last] if len(line.text) <= LONGEST_BYLINE]
    # Below the title first; what the page's furniture says comes last.
    return sorted(
        (line for line in short if line.region != "title"),
        key=lambda line: (line.region == "chrome", line.index < (title or 0), line.index),
    )


def _names(rest: str, words: Language) -> str | None:
    """Return the names at the beginning of `rest`, or None where no names stand there."""
    rest = rest.lstrip(" \t\u00a0:：")
    if dates := find(rest, words.code or None):
        rest = rest[: dates[0].start]
    rest = _NAME_ENDS.split(rest, maxsplit=1)[0].strip(_JOINT)
    taken: list[str] = []
    for piece in rest.split(","):
        if not _is_name(piece):
            break
        taken.append(piece)
    name = ",".join(taken).strip(_JOINT)
    return name if name and len(name) <= 90 else None


def _is_name(piece: str) -> bool:
    parts = [w for w in piece.split() if w.lower() not in _PARTICLES]
    if not 0 < len(parts) <= 8 or any(character.isdigit() for character in piece):
        return False
    return not any(part[0].islower() for part in parts)


def _begins_with(text: str, cues: Sequence[str]) -> bool:
    return _cue_of(text, cues) is not None


def _cue_of(text: str, cues: Sequence[str]) -> str | None:
    """Return the first of `cues` that a line begins with."""
    lowered = text[:60].lower()
    for cue in cues:
        if lowered.startswith(cue) and lowered[len(cue) : len(cue) + 1] in _CUE_ENDS:
            return cue
    return None


_CUE_ENDS = (" ", "\u00a0", ":", "：")


def _short_lines(
    lines: Sequence[Line], regions: Sequence[str], longest: int = 160
) -> Iterator[Line]:
    seen = 0
    for line in lines:
        if line.region in regions and len(line.text) <= longest:
            yield line
            seen += 1
            if seen >= 40:
                return


# --- dates ---------------------------------------------------------------------------------------

_COUNTRY_ORDER = re.compile(r"\.(?:uk|au|nz|ie|in|za|ng|ke|pk|sg|my|mt|ae)$")


def _order(outlet: str | None, catalogue: Catalogue, given: Given, draft: Draft) -> str | None:
    """Return a language tag that decides the order of figures, where the outlet's is known.

    English alone does not: `03/04/2016` on a page of an unknown country stays both.
    """
    known = catalogue.get(outlet) if outlet else None
    if known and known.date_order in ("dmy", "mdy"):
        return known.date_order
    for tag in (given.language, *draft.declared):
        if tag and re.match(r"en[-_][A-Za-z]{2}", tag):
            return "mdy" if tag[3:5].lower() == "us" else "dmy"
    if given.url and _COUNTRY_ORDER.search(host(given.url)):
        return "dmy"
    return None


def _dates(draft: Draft, given: Given, words: Language, order: str | None) -> Dates:
    witnesses = list(draft.witnesses)
    if given.published and (found := cell_date(given.published, words.code or None)):
        witnesses.append(witness("table", found, given.published, "published"))
    for address in (given.url,):
        if address and (found := url_date(address)):
            witnesses.append(witness("url", found, address[found.start : found.end]))
    witnesses += _date_lines(draft, words, order)
    return resolve(witnesses)


MOST_DATELINES = 1
"""The first line with a date is the article's; what follows are pictures and teasers."""


def _date_lines(draft: Draft, words: Language, order: str | None) -> list[DateWitness]:
    """Return what the lines around the text say of its publication.

    A line that speaks of another publication gives that one's date, and is left to the credits.
    """
    found: list[DateWitness] = []
    for region in ("head", "tail"):
        for line in _short_lines(draft.lines, (region,)):
            if not may_hold_date(line.text):
                continue
            if line.tag in ("figcaption", "blockquote") or "caption" in line.classes[:60]:
                continue  # a picture's date, or that of what is quoted
            if _speaks_of(line.text, words.source_words + words.update_words):
                continue
            dates = _read_dates(line.text, words, order)
            if len(dates) != 1:
                continue  # none, or a list of dates: an archive, an agenda
            date = dates[0]
            if region == "tail" and (date.end - date.start) < 0.4 * len(line.text):
                continue
            kind = "byline" if _begins_with(line.text, words.bylines) else "dateline"
            found.append(witness(kind, date, line.text[date.start : date.end], line.locator))
            if len(found) >= MOST_DATELINES:
                return found
        if found:
            break
    return found


def _read_dates(text: str, words: Language, order: str | None) -> list[FoundDate]:
    if not any(character.isdigit() for character in text):
        return []
    if order in ("dmy", "mdy"):
        return find(text, words.code or None, "dmy" if order == "dmy" else "mdy")
    if words.code == "en":  # British or American: month names are read, figures stay ambiguous
        dates = find(text, "en")
        return [next((d for d in find(text) if d.start == date.start), date) for date in dates]
    return find(text, words.code or None)


@lru_cache(maxsize=256)
def _speaking(words: tuple[str, ...]) -> re.Pattern[str] | None:
    if not words:
        return None
    alternatives = "|".join(sorted((re.escape(fold(w).text) for w in words), key=len, reverse=True))
    return re.compile(
        rf"(?<![^\W\d_])(?:{alternatives})(?![^\W\d_])|[来來]源|转载|轉載|出典|転載|翻訳"
    )


def _speaks_of(text: str, words: tuple[str, ...]) -> bool:
    pattern = _speaking(words)
    return pattern is not None and pattern.search(fold(text).text) is not None


# --- runs set aside ------------------------------------------------------------------------------


def _aside(lines: Sequence[Line], catalogue: Catalogue) -> tuple[Span, ...]:
    """Return the runs of the text that are navigation or a house's notices."""
    phrases = _phrases(catalogue)
    body = [line for line in lines if line.region == "body"]
    edge = {line.index for line in (*body[:3], *body[-10:])}
    placed = [
        line
        for line in lines
        if line.start is not None and (line.region != "body" or line.index in edge)
    ]
    # Nearly always none of them holds any, which one look at all of them tells.
    looked = "\n".join(line.text[:MOST_OF_LINE] for line in placed if line.region != "chrome")
    held = _held(looked, phrases) is not None
    return tuple(
        (line.start, line.end)
        for line in placed
        if line.start is not None
        and line.end is not None
        and (line.region == "chrome" or (held and _held(line.text[:MOST_OF_LINE], phrases)))
    )


MOST_OF_LINE = 4_000
"""Characters of a line that are searched for a house's notices."""


def _held(text: str, phrases: Sequence[tuple[str, str]]) -> str | None:
    """Return the outlet one of whose phrases stands in `text`, or None."""
    folded = fold(text).text
    for phrase, key in phrases:
        if phrase in folded:
            return key
    return None
