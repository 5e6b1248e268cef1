"""What a page's machine-readable marks say about its origin.

A canonical link, a `syndication-source`, an `isBasedOn` or a republication pixel counts only where
it leads to another publication: most such marks point at the page itself. What each means, and how
much it weighs, is one row of the table below.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from filiation.credits.names import Name, Namer, Nature
from filiation.credits.page import Finding
from filiation.values import Article, Credit, Mark, PageKind, Role

__all__ = ["mark_findings", "registrable"]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What one kind of mark says, where it names another publication."""

    role: Role
    kind: PageKind
    strength: float
    names: bool = False
    """Whether its value is a name rather than an address."""


# Weights follow how the conventions are used in the wild: licensed copies are told to paste the
# pixel and the cross-domain canonical; `syndication-source` is mostly filler, but a foreign domain
# in it is not; `publisher` and `provider` often name the group that runs the site.
_MEANINGS = {
    "link:canonical": _Meaning("original", "republication", 0.9),
    "meta:canonical": _Meaning("original", "republication", 0.9),
    "meta:og:url": _Meaning("original", "republication", 0.7),
    "meta:syndication-source": _Meaning("republished_from", "republication", 0.85),
    "link:syndication-source": _Meaning("republished_from", "republication", 0.85),
    "meta:original-source": _Meaning("original", "republication", 0.85),
    "link:original-source": _Meaning("original", "republication", 0.85),
    "link:original": _Meaning("original", "republication", 0.85),
    "link:via": _Meaning("via", "republication", 0.7),
    "meta:dc.source": _Meaning("source", "republication", 0.7),
    "meta:dcterms.source": _Meaning("source", "republication", 0.7),
    "json-ld:isBasedOn": _Meaning("original", "republication", 0.9),
    "json-ld:isBasedOnUrl": _Meaning("original", "republication", 0.9),
    "itemprop:isbasedon": _Meaning("original", "republication", 0.9),
    "itemprop:isbasedonurl": _Meaning("original", "republication", 0.9),
    "json-ld:translationOfWork": _Meaning("original", "translation", 0.95),
    "itemprop:translationofwork": _Meaning("original", "translation", 0.95),
    "microformat:u-translation-of": _Meaning("original", "translation", 0.95),
    "microformat:u-repost-of": _Meaning("republished_from", "republication", 0.9),
    "json-ld:translator": _Meaning("translated_by", "translation", 0.8, names=True),
    "itemprop:translator": _Meaning("translated_by", "translation", 0.8, names=True),
    "meta:translator": _Meaning("translated_by", "translation", 0.8, names=True),
    "json-ld:sourceOrganization": _Meaning("source", "republication", 0.7, names=True),
    "json-ld:creditText": _Meaning("source", "republication", 0.6, names=True),
    "json-ld:author": _Meaning("authored_by", "republication", 0.7, names=True),
    "meta:author": _Meaning("authored_by", "republication", 0.6, names=True),
    "meta:article:author": _Meaning("authored_by", "republication", 0.6, names=True),
    "meta:byl": _Meaning("authored_by", "republication", 0.6, names=True),
}

_PIXELS = {
    "pixel:theconversation": ("The Conversation", "theconversation.com"),
    "pixel:propublica": ("ProPublica", "propublica.org"),
}
"""Newsrooms that ask those who republish them to paste their counter."""

_PIXEL_STRENGTH = 0.95


def mark_findings(article: Article, namer: Namer) -> Iterator[Finding]:
    """Yield what the marks of `article` say of another publication."""
    said: set[tuple[Role, str]] = set()
    for mark in article.marks:
        finding = (
            _of_pixel(mark, namer)
            if mark.name.startswith("pixel:")
            else _of_mark(mark, article, namer)
        )
        if finding is None:
            continue
        credit = finding.credits[0]
        key = credit.role, credit.outlet or credit.url or credit.name or ""
        if key not in said:
            said.add(key)
            yield finding


def _of_mark(mark: Mark, article: Article, namer: Namer) -> Finding | None:
    meaning = _MEANINGS.get(mark.name)
    if meaning is None:
        return None
    if meaning.names:
        return _named(mark, meaning, namer)
    if not mark.value.startswith(("http://", "https://", "//")):
        return _named(mark, meaning, namer)
    if _is_own_address(mark.value, article, namer):
        return None
    outlet = namer.catalogue.by_domain(mark.value)
    host = urlsplit(mark.value if "//" in mark.value[:8] else "https:" + mark.value).hostname or ""
    nature: Nature = "agency" if outlet is not None and outlet.is_agency else "domain"
    name = Name(mark.label or host.removeprefix("www."), 0, 0, nature, outlet)
    return _made(mark, meaning, name, url=mark.value)


def _named(mark: Mark, meaning: _Meaning, namer: Namer) -> Finding | None:
    """Return what a mark says by a name: a translator, or a publication that the catalogue knows."""
    text = (mark.label or mark.value).strip()
    if not text or len(text) > 120 or text.startswith(("http://", "https://")):
        return None
    name = namer.name(text)
    if meaning.role == "translated_by":
        return (
            None
            if name.nature in ("self", "plain")
            else _made(mark, meaning, None, translator=text)
        )
    if name.nature not in ("known", "agency") or name.outlet is None:
        return None
    return _made(mark, meaning, name)


def _of_pixel(mark: Mark, namer: Namer) -> Finding | None:
    meaning = _Meaning("republished_from", "republication", _PIXEL_STRENGTH)
    text, host = _PIXELS.get(mark.name, ("", ""))
    url = None
    if not text:
        # WordPress's Republication Tracker: the pixel's own host is the origin, `post` its id.
        address = urlsplit(mark.value if "//" in mark.value[:8] else "https:" + mark.value)
        host = (address.hostname or "").removeprefix("www.")
        post = parse_qs(address.query).get("post", [""])[0]
        url = f"https://{host}/?p={post}" if host and post.isdigit() else None
        text = host
    elif post_id := re.search(r"/content/(\d+)", mark.value):
        url = f"https://{host}/-{post_id[1]}"
    outlet = namer.catalogue.by_domain(host) if host else None
    if not host or namer.is_own(host, outlet):
        return None
    return _made(
        mark, meaning, Name(outlet.name if outlet else text, 0, 0, "known", outlet), url=url
    )


def _made(
    mark: Mark,
    meaning: _Meaning,
    name: Name | None,
    url: str | None = None,
    translator: str | None = None,
) -> Finding:
    kind: PageKind = meaning.kind
    if name is not None and name.is_wire and kind == "republication":
        kind = "wire"
    credit = Credit(
        role="wire" if kind == "wire" else meaning.role,
        name=translator or (name.text if name else None),
        outlet=name.outlet.key if name is not None and name.outlet is not None else None,
        url=url,
        title=None,
        language=None,
        published=None,
        quote=mark.value,
        start=None,
        end=None,
        locator=mark.locator,
        rule=f"mark.{mark.name}",
        strength=meaning.strength,
    )
    return Finding(
        kind=kind,
        line=-1,
        strength=meaning.strength,
        outlet=name,
        translator=translator,
        url=url,
        credits=(credit,),
    )


def _is_own_address(address: str, article: Article, namer: Namer) -> bool:
    """Whether an address is of the page's own publication (or nobody knows whose the page is)."""
    host = urlsplit(address if "//" in address[:8] else "https:" + address).hostname or ""
    known = namer.own.hosts or (
        {urlsplit(article.og_url).hostname or ""} if article.og_url else set()
    )
    if not known:
        # A bare file: only where the page says by another mark who it is can a canonical be foreign.
        return namer.own.outlet is None or namer.is_own(host, namer.catalogue.by_domain(host))
    if any(registrable(host) == registrable(own) for own in known):
        return True
    return namer.is_own(host, namer.catalogue.by_domain(host))


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """Return the part of a host that somebody registered (`www.le-monde.co.uk` -> `le-monde.co.uk`)."""
    from tld import get_fld

    found = get_fld(host.lower(), fix_protocol=True, fail_silently=True, search_private=True)
    return found or host.lower()
