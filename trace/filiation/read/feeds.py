"""Stored feeds: the entries of RSS, RDF, Atom and JSON Feed files that hold a whole text."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape, unescape
from pathlib import Path
from typing import Any

from filiation.dates import parse, witness
from filiation.errors import InputError, Unreadable
from filiation.outlets import Catalogue, host
from filiation.read.article import Given, article_of
from filiation.read.decode import MOST_BYTES, decode, format_of, too_large
from filiation.read.raw import Entry, Raw
from filiation.read.text import draft_of_text
from filiation.values import Article, DateWitness, Mark

__all__ = ["Listed", "article_of_entry", "entries", "is_feed", "listed"]

LEAST_WORDS = 80
"""Words from which on a summary is taken for a text: WordPress, which writes most feeds, cuts its
own summaries at 55 words. What a feed calls content is a text however short it is."""
MOST_ENTRIES = 100_000
"""Entries read of one feed; a feed of 20 MB has hardly more than 20,000."""

_PROLOGUE = r"(?>\s+|<\?[^>]{0,1000}>|<!--(?:(?!-->).){0,3000}-->|<!DOCTYPE[^>\[]{0,300}(?:\[[^\]]{0,3000}\])?\s*>)*+"
_ROOT = re.compile(
    rf"^\ufeff?{_PROLOGUE}<(?:(rss)|(?:[\w-]{{1,20}}:)?(RDF|feed))\b", re.DOTALL | re.IGNORECASE
)
_RDF = re.compile(r"purl\.org/rss/1\.|my\.netscape\.com/(?:rdf|publish)", re.IGNORECASE)
_ATOM = re.compile(r"www\.w3\.org/2005/Atom|purl\.org/atom/", re.IGNORECASE)
_JSON = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version')
_END = re.compile(
    rb"</(?:[\w-]{1,20}:)?(?:rss|RDF|feed)\s*>\s*(?:<!--.{0,2000}-->\s*)*$",
    re.IGNORECASE | re.DOTALL,
)
_START = re.compile(rb"<(?:[\w-]{1,20}:)?(?:item|entry)[\s>]")
_CLOSED = re.compile(rb"</(?:[\w-]{1,20}:)?(?:item|entry)\s*>")


def is_feed(head: bytes) -> bool:
    """Return whether a file is a feed, by its first bytes."""
    if b"<" not in head and b"{" not in head:
        return False
    text = decode(head).text
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return _JSON.search(text) is not None
    root = _ROOT.match(text)
    if root is None:
        return False
    if root[1]:
        return True
    return (_RDF if root[2].lower() == "rdf" else _ATOM).search(text) is not None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a feed lists."""

    entries: tuple[Entry, ...]
    """All of them; those without a whole text have an empty `content`."""
    cut: bool = False
    """Whether the feed breaks off."""
    within: bool = False
    """Whether it breaks off within its last entry, rather than after it."""
    following: str | None = None
    """The address of its next page, where it gives one (RFC 5005, JSON Feed's `next_url`)."""
    generator: str = ""
    """The program that wrote it, as it says."""


def listed(data: bytes, source: str) -> Listed:
    """Return what a feed lists. Raises `Unreadable` where it is none."""
    if len(data) > MOST_BYTES:
        raise too_large(source, len(data))
    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    found = (_of_json if is_json else _of_xml)(data, source)
    cut = not is_json and not _END.search(data[-4096:].replace(b"\x00", b""))
    within = cut and _is_open(data) and len(_START.findall(data)) == len(found.entries)
    return replace(found, cut=cut, within=within)


def entries(path: Path, data: bytes, source: str, done: int = 0) -> Iterator[Raw | InputError]:
    """Yield the entries of a feed after the first `done`: those with a whole text.

    The others, of which the feed holds a title or a few words, are yielded as errors that say so.
    """
    found = listed(data, source)
    if not found.entries:
        raise Unreadable(source, "the feed has no entry", "give a feed with articles")
    last = len(found.entries)
    for number, entry in enumerate(found.entries[done:], done + 1):
        where = f"{source}, entry {number}"
        if found.within and number == last:
            what = "the feed breaks off within it"
            yield Unreadable(where, what, "give a whole feed").of(source, number)
        elif not entry.content:
            what = "the feed holds no whole text of it"
            yield Unreadable(where, what, "give the page itself").of(source, number)
        else:
            yield Raw(source, number, where, f"{path.name}#{number}", entry)
    if found.cut and not found.within:
        what = f"the feed breaks off after its entry {last}"
        yield Unreadable(source, what, "give a whole feed").of(source)


def _is_open(data: bytes) -> bool:
    """Return whether the last entry is not closed."""
    last = max((match.end() for match in _START.finditer(data)), default=len(data))
    return _CLOSED.search(data, last) is None


def article_of_entry(raw: Raw, entry: Entry, catalogue: Catalogue) -> Article:
    """Return the article of a feed's entry. Raises `Unreadable` where it shows no text."""
    given = Given(
        id=entry.id or raw.name,
        input=raw.where,
        url=entry.url,
        outlet=entry.outlet,
        title=entry.title,
        author=entry.author,
        language=entry.language,
        site=entry.site,
    )
    form = format_of(entry.content) if entry.is_plain else "html"
    if form == "html":
        from filiation.read.html import draft_of_html

        draft = draft_of_html(_page(entry), entry.url)
    else:
        draft = draft_of_text(entry.content, form == "markdown")
    if not draft.text.strip() and not draft.lines:
        raise Unreadable(raw.where, "the entry shows no text", "leave it out")
    draft = replace(
        draft,
        marks=(*draft.marks, *entry.marks),
        witnesses=tuple(_witnesses(entry)) or draft.witnesses,
        canonical_url=_canonical(entry) or draft.canonical_url,
    )
    article = article_of(draft, given, catalogue)
    return replace(article, notes=(*entry.notes, *article.notes))


def _page(entry: Entry) -> str:
    """Return an entry as the page that it would be: its title above its text."""
    title = escape(entry.title or "")
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<div>{entry.content}</div></article></body></html>"
    )


def _witnesses(entry: Entry) -> Iterator[DateWitness]:
    """Yield when the entry was published; when it was updated, where that is all it says."""
    for stated, name in ((entry.published, "published"), (entry.updated, "updated")):
        if stated and (found := parse(stated)):
            yield witness("feed", found, stated, name)
            return


def _canonical(entry: Entry) -> str | None:
    return next((mark.value for mark in entry.marks if mark.name == "link:canonical"), None)


# --- RSS, RDF, Atom ------------------------------------------------------------------------------

_Feed = Mapping[str, Any]


def _of_xml(data: bytes, source: str) -> Listed:
    import feedparser

    try:
        # Bytes only, wrapped: what is given bare, feedparser may take for a file's name or address.
        # Our own reader takes pages of any kind, so that nothing need be made harmless before.
        feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        says = str(error)[:120] or type(error).__name__
        raise Unreadable(source, f"the feed cannot be read ({says})", "mend it") from error
    notes = ("its feed is broken XML, and was read leniently",) if _is_broken(feed) else ()
    about: _Feed = feed["feed"]
    following = next(
        (link.get("href") for link in about.get("links") or () if link.get("rel") == "next"), None
    )
    return Listed(
        tuple(
            _of_item(item, about, number, notes)
            for number, item in enumerate(feed["entries"][:MOST_ENTRIES], 1)
        ),
        following=_address(following),
        generator=_generator(about),
    )


def _generator(about: _Feed) -> str:
    """Return what wrote a feed, with the address that it gives."""
    detail = about.get("generator_detail") or {}
    return " ".join(
        filter(None, (_text(part) for part in (about.get("generator"), detail.get("href"))))
    )


def _is_broken(feed: _Feed) -> bool:
    from xml.sax import SAXException

    return isinstance(feed.get("bozo_exception"), SAXException)


def _of_item(item: _Feed, feed: _Feed, number: int, notes: tuple[str, ...]) -> Entry:
    text, is_plain = _content(item) or ("", False)
    url = _address(item.get("feedburner_origlink")) or _address(item.get("link"))
    home = _address(feed.get("link"))
    outlet, site = _home(_text(feed.get("title")), home, url)
    identity = _text(item.get("id"))
    return Entry(
        id=identity[:500] if identity and not identity.startswith(("http:", "https:")) else None,
        url=url,
        title=_text(item.get("title"), 1000),
        author=_authors(item),
        published=_text(_own(item, "published"), 200),
        updated=_text(_own(item, "updated"), 200),
        language=_text(_language(item) or feed.get("language"), 40),
        outlet=outlet,
        site=site,
        content=text,
        is_plain=is_plain,
        marks=tuple(_marks(item, number)),
        notes=notes,
    )


def _content(item: _Feed) -> tuple[str, bool] | None:
    """Return the longest content of an entry, else a summary that is a text; and if it is plain."""
    found = [
        (value, str(part.get("type")) == "text/plain")
        for part in item.get("content") or ()
        if isinstance(value := part.get("value"), str) and value.strip()
    ]
    summary = item.get("summary")
    if isinstance(summary, str) and _is_text(summary):
        detail = item.get("summary_detail") or {}
        found.append((summary, str(detail.get("type")) == "text/plain"))
    return max(found, key=lambda pair: len(pair[0]), default=None)


_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u9fff\uac00-\ud7af]+")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def _is_text(summary: str) -> bool:
    words = _WORD.finditer(unescape(_TAG.sub(" ", summary[: 200 * LEAST_WORDS])))
    return sum(1 for _ in words) >= LEAST_WORDS


def _own(item: _Feed, name: str) -> Any:
    """Return what an entry itself says: feedparser gives one date for another, with a warning."""
    return dict(item.items()).get(name)


def _language(item: _Feed) -> Any:
    return next((part.get("language") for part in item.get("content") or ()), None)


def _authors(item: _Feed) -> str | None:
    names = [
        name
        for author in (item.get("authors") or ())[:20]
        if isinstance(author, Mapping) and (name := _text(author.get("name")))
    ]
    return ", ".join(dict.fromkeys(names)) or _text(item.get("author"))


def _home(title: str | None, home: str | None, url: str | None) -> tuple[str | None, str | None]:
    """Return the outlet by its feed's title and host, where the entry is of that very site.

    Of a feed that gathers entries of other sites, the entry's own address says whose it is.
    """
    if home and url and not _same_site(host(home), host(url)):
        return None, None
    return title, host(home) if home else None


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _marks(item: _Feed, number: int) -> Iterator[Mark]:
    """Yield what an entry says of another publication, in the words of pages' own marks."""
    place = f"entry {number}"
    origin = item.get("source")
    if isinstance(origin, Mapping):
        name = _text(origin.get("title") or origin.get("value"))
        links = [
            link.get("href") for link in origin.get("links") or () if isinstance(link, Mapping)
        ]
        address = next(
            filter(None, map(_address, [origin.get("href"), *links, origin.get("id")])), None
        )
        if value := address or name:
            label = name if address and name else ""
            yield Mark("meta:syndication-source", value, f"{place}, source", label)
    if stated := _text(item.get("dc_source"), 2000):
        yield Mark("meta:dc.source", stated, f"{place}, dc:source")
    for link in (item.get("links") or ())[:50]:
        name = {"via": "link:via", "canonical": "link:canonical"}.get(str(link.get("rel")))
        if name and (address := _address(link.get("href"))):
            label = _text(link.get("title")) or ""
            yield Mark(name, address, f"{place}, link[@rel='{link['rel']}']", label)
    if updated := _text(_own(item, "updated"), 200):
        yield Mark("meta:article:modified_time", updated, f"{place}, updated")


def _text(value: Any, longest: int = 300) -> str | None:
    """Return a short text without markup, or None where there is none."""
    if not isinstance(value, str):
        return None
    bare = " ".join(unescape(_TAG.sub(" ", value[:20_000])).split())
    return bare[:longest] or None


def _address(value: Any) -> str | None:
    if isinstance(value, str) and value.strip().startswith(("http://", "https://")):
        return value.strip()[:4000]
    return None


# --- JSON Feed -----------------------------------------------------------------------------------


def _of_json(data: bytes, source: str) -> Listed:
    """Return the items of a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    try:
        feed = json.loads(decode(data).text.removeprefix("\ufeff"), strict=False)
    except (ValueError, RecursionError) as error:
        says = "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]
        raise Unreadable(source, f"it is no JSON ({says})", "mend it") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Unreadable(source, "the feed has no items", "give a feed with articles")
    return Listed(
        tuple(
            _of_json_item(item if isinstance(item, dict) else {}, feed)
            for item in items[:MOST_ENTRIES]
        ),
        following=_address(feed.get("next_url")),
    )


def _of_json_item(item: _Feed, feed: _Feed) -> Entry:
    content, plain = item.get("content_html"), item.get("content_text")
    text = content if isinstance(content, str) and content.strip() else plain
    if not isinstance(text, str) or not text.strip():
        summary = item.get("summary")
        text = plain = summary if isinstance(summary, str) and _is_text(summary) else ""
    url = _address(item.get("url"))
    home = _address(feed.get("home_page_url"))
    outlet, site = _home(_text(feed.get("title")), home, url)
    stated = item.get("authors")
    authors = stated if isinstance(stated, list) else [item.get("author")]
    identity = _text(item.get("id"), 500)
    return Entry(
        id=identity if identity and not identity.startswith(("http:", "https:")) else None,
        url=url,
        title=_text(item.get("title"), 1000),
        author=_authors({"authors": authors}),
        published=_text(item.get("date_published"), 200),
        updated=_text(item.get("date_modified"), 200),
        language=_text(item.get("language") or feed.get("language"), 40),
        outlet=outlet,
        site=site,
        content=text,
        is_plain=text is plain,
    )
