"""What a page states for machines: meta tags, JSON-LD, links, microdata, republication pixels."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from filiation.read.words import words
from filiation.values import Mark

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["MOST_MARKS", "marks_of"]

MOST_MARKS = 400
"""Marks kept of a page; of 191 real pages the richest has 175."""
LONGEST_VALUE = 2_000

_METAS = words(
    "author article:author byl dc.creator dcterms.creator parsely-author sailthru.author "
    "citation_author citation_publisher og:url og:site_name og:title og:locale og:type "
    "og:article:published_time article:published_time article:modified_time article:publisher "
    "datepublished date pubdate publishdate publish-date publish_date publication_date "
    "parsely-pub-date parsely-title parsely-link parsely-page sailthru.date dc.date dc.date.issued "
    "dcterms.issued dcterms.created dcterms.date citation_publication_date citation_date "
    "cxenseparse:recs:publishtime cxenseparse:publishtime cxenseparse:author "
    "syndication-source original-source originalsource news_source source dc.source dcterms.source "
    "dc.publisher dcterms.publisher dc.rights dcterms.rights copyright rights dc.language "
    "dcterms.language content-language language application-name publisher twitter:site "
    "twitter:title twitter:creator googlebot-news robots canonical "
    "article:opinion provider translator"
)
_LINK_RELS = words(
    "canonical syndication-source original-source shortlink amphtml syndication license "
    "original via"
)
_LD_FACTS = (
    "isBasedOn", "isBasedOnUrl", "translationOfWork", "workTranslation", "translator",
    "sourceOrganization", "creditText", "copyrightHolder", "copyrightNotice", "provider",
    "publisher", "author", "creator", "contributor", "editor", "datePublished", "dateCreated",
    "dateModified", "inLanguage", "mainEntityOfPage", "headline", "url", "license",
    "archivedAt", "acquireLicensePage", "sdPublisher", "dateline", "isPartOf",
)  # fmt: skip
_LD_ARTICLES = re.compile(
    r"Article|BlogPosting|Report|Review|WebPage|CreativeWork|Posting|OpinionPiece|ItemPage|"
    r"Translation|Book|Chapter|NewsStory",
)
_ITEMPROPS = words(
    "isbasedon isbasedonurl translationofwork translator sourceorganization credittext "
    "copyrightholder copyrightnotice provider publisher author datepublished datemodified "
    "inlanguage headline"
)
_PIXELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # Counters that licensing newsrooms ask republishers to paste: they name the origin.
    ("theconversation", re.compile(r"counter\.theconversation\.(?:com|edu\.au)/content/\d+")),
    ("propublica", re.compile(r"pixel\.propublica\.org")),
    ("republication-tracker", re.compile(r"republication-pixel=true")),
)
_MICROFORMATS = frozenset({"u-repost-of", "u-syndication", "u-in-reply-to", "u-translation-of"})


def marks_of(root: "HtmlElement", title: str | None = None) -> tuple[Mark, ...]:
    """Return the marks of a page, wherever in it they stand (ProPublica's stand in the body).

    `title` chooses among the articles that a page's JSON-LD describes. Pixels are read from the
    bytes and never requested: a request would raise the origin's counter.
    """
    tree = root.getroottree()
    found: list[Mark] = []
    for name, value, label, element in _all(root, title):
        value = " ".join(value.split())[:LONGEST_VALUE]
        if not value:
            continue
        mark = Mark(name, value, tree.getpath(element), " ".join(label.split())[:LONGEST_VALUE])
        if mark not in found:
            found.append(mark)
        if len(found) >= MOST_MARKS:
            break
    return tuple(found)


_Stated = Iterator[tuple[str, str, str, "HtmlElement"]]


def _all(root: "HtmlElement", title: str | None) -> _Stated:
    yield from _of_page(root)
    yield from _of_metas(root)
    yield from _of_links(root)
    yield from _of_pixels(root)
    yield from _of_ld(root, title)
    yield from _of_itemprops(root)
    yield from _of_microformats(root)


def _of_page(root: "HtmlElement") -> _Stated:
    if language := root.get("lang") or root.get("xml:lang"):
        yield "html:lang", language, "", root


def _of_metas(root: "HtmlElement") -> _Stated:
    for meta in _first(root.iter("meta"), 2000):
        content = meta.get("content")
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(attribute) or "").strip().lower()
            if name in _METAS:
                yield f"meta:{name}", content, "", meta
                break
            if attribute == "itemprop" and name in _ITEMPROPS:
                yield f"itemprop:{name}", content, "", meta
                break


def _of_links(root: "HtmlElement") -> _Stated:
    for link in _first(root.iter("link"), 2000):
        href = link.get("href")
        if not href:
            continue
        rels = (link.get("rel") or "").lower().split()
        for rel in rels:
            if rel in _LINK_RELS:
                yield f"link:{rel}", href, "", link
        if "alternate" in rels and "json" in (link.get("type") or "") and "/wp-json/" in href:
            yield "link:alternate-json", href, "", link


def _of_pixels(root: "HtmlElement") -> _Stated:
    for element in _first(root.iter("img", "script", "iframe"), 5000):
        for attribute in ("src", "data-src", "data-lazy-src", "srcset"):
            source = element.get(attribute)
            if not source:
                continue
            for name, pattern in _PIXELS:
                if pattern.search(source[:LONGEST_VALUE]):
                    yield f"pixel:{name}", source, "", element
        if element.tag == "script" and (text := element.text) and len(text) < 20_000:
            for name, pattern in _PIXELS:
                if pattern.search(text) and (address := _ADDRESS.search(text)):
                    yield f"pixel:{name}", address[0], "", element


_ADDRESS = re.compile(
    r"(?:https?:)?//[^\s\"'<>\\]{0,300}(?:theconversation\.|propublica\.org|republication-pixel)"
    r"[^\s\"'<>\\]{0,300}"
)


def _of_microformats(root: "HtmlElement") -> _Stated:
    for element in _first(root.xpath("//a[@rel='author']"), 3):
        yield "rel:author", element.get("href") or "", element.text_content()[:200], element
    for element in _first(root.xpath("//a[contains(@class, 'u-')]"), 500):
        for name in (element.get("class") or "").split():
            if name in _MICROFORMATS and element.get("href"):
                yield f"mf2:{name}", element.get("href"), element.text_content()[:200], element


def _of_itemprops(root: "HtmlElement") -> _Stated:
    for element in _first(root.xpath("//*[@itemprop and not(self::meta)]"), 500):
        for name in (element.get("itemprop") or "").lower().split():
            if name not in _ITEMPROPS:
                continue
            value = next(
                (v for a in ("datetime", "content", "href", "src") if (v := element.get(a))), None
            )
            text = element.text_content()[:300]
            yield f"itemprop:{name}", value or text, text if value else "", element


def _first(elements: Any, most: int) -> Iterator[Any]:
    for i, element in enumerate(elements):
        if i >= most:
            return
        yield element


# --- JSON-LD -------------------------------------------------------------------------------------

MOST_LD = 500_000
"""Characters of one JSON-LD block; the largest of 191 real pages has 17,262."""
MOST_NODES = 3_000


def _of_ld(root: "HtmlElement", title: str | None) -> _Stated:
    articles: list[tuple[dict[str, Any], HtmlElement]] = []
    known: dict[str, dict[str, Any]] = {}
    for script in _first(root.iter("script"), 2000):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        data = parse_ld(script.text or "")
        for node in _nodes(data):
            if isinstance(identity := node.get("@id"), str) and len(node) > 1:
                known.setdefault(identity, node)
            if _is_article(node):
                articles.append((node, script))
    for node, script in _the_article(articles, title):
        for fact in _LD_FACTS:
            for value, label in _values(node.get(fact), known):
                yield f"json-ld:{fact}", value, label, script


def parse_ld(text: str) -> Any:
    """Return the data of a JSON-LD block, or None. Forgives what publishers get wrong: comments,
    trailing commas, raw control characters, CDATA and HTML comment wrappers."""
    text = text[:MOST_LD].strip()
    for attempt in (_plain, _unwrapped, _repaired):
        try:
            return json.loads(attempt(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _plain(text: str) -> str:
    return text


_WRAPPERS = re.compile(r"^(?:\s|<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)+")
_WRAPPERS_END = re.compile(r"(?:\s|-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|//\s*-->|;)+$")


def _unwrapped(text: str) -> str:
    text = _WRAPPERS.sub("", text)
    return text[:-200] + _WRAPPERS_END.sub("", text[-200:])


_STRING_OR_NOISE = re.compile(
    r'"(?:[^"\\]|\\.)*+(?:"|$)' r"|/\*.{0,2000}?\*/" r"|//[^\n]*" r"|,(?=\s*[}\]])", re.DOTALL
)


def _repaired(text: str) -> str:
    """Drop comments and trailing commas outside of strings; unescape quotes where need be."""
    text = _unwrapped(text)
    if "&quot;" in text and '"' not in text:
        text = text.replace("&quot;", '"').replace("&amp;", "&")
    text = _STRING_OR_NOISE.sub(lambda m: m[0] if m[0].startswith('"') else "", text)
    # Once more: a comma may have stood before a comment.
    return _STRING_OR_NOISE.sub(lambda m: m[0] if m[0].startswith('"') else "", text)


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the top-level objects: of a list, of `@graph`; not what they hold."""
    pending = [data]
    for _ in range(MOST_NODES):
        if not pending:
            return
        value = pending.pop(0)
        if isinstance(value, list):
            pending[0:0] = value[:MOST_NODES]
        elif isinstance(value, dict):
            yield value
            for key in ("@graph", "mainEntity"):
                if isinstance(inner := value.get(key), dict | list):
                    pending.append(inner)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    if any(isinstance(name, str) and _LD_ARTICLES.search(name) for name in names):
        return True
    return kinds is None and ("headline" in node or "isBasedOn" in node)


def _the_article(
    found: list[tuple[dict[str, Any], "HtmlElement"]], title: str | None
) -> list[tuple[dict[str, Any], "HtmlElement"]]:
    """Leave out the other articles that a page describes: its teasers."""
    headed = [pair for pair in found if isinstance(pair[0].get("headline"), str)]
    if len(headed) < 2:
        return found
    wanted = _bare(title or "")
    this = next(
        (p for p in headed if wanted and _bare(p[0]["headline"])[:60] == wanted[:60]), headed[0]
    )
    same = _bare(this[0]["headline"])
    return [p for p in found if p not in headed or _bare(p[0]["headline"]) == same]


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _values(value: Any, known: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Return what a property says: (value, label); of an object its address, else its name."""
    found: list[tuple[str, str]] = []
    for item in (value if isinstance(value, list) else [value])[:50]:
        if isinstance(item, str):
            found.append((item, ""))
        elif isinstance(item, bool | int | float):
            found.append((str(item), ""))
        elif isinstance(item, dict):
            pair = _object(item, known)
            if pair:
                found.append(pair)
    return found


def _object(item: dict[str, Any], known: dict[str, dict[str, Any]]) -> tuple[str, str] | None:
    identity = item.get("@id")
    if isinstance(identity, str) and identity in known:
        item = {**known[identity], **item}
    name = next(
        (
            v
            for key in ("name", "headline", "legalName", "@value")
            if isinstance(v := item.get(key), str)
        ),
        "",
    )
    address = next(
        (v for key in ("url", "@id", "sameAs") if isinstance(v := item.get(key), str) and v), ""
    )
    if address:
        return address, name
    return (name, "") if name else None
