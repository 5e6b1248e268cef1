"""What the finders' answers have in common: failures, JSON, short texts, addresses, moments."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from filiation.dates import FoundDate, parse
from filiation.find.values import FAILURES, Fetch, Fetched, Hit, Outcome, Probe
from filiation.outlets import host
from filiation.read.raw import Entry

__all__ = [
    "NO_JSON",
    "PARKED",
    "absolute",
    "as_moment",
    "entry_of",
    "failure",
    "first_of",
    "front_page",
    "has_answer",
    "is_html",
    "json_of",
    "language_code",
    "message",
    "same_site",
    "short",
    "span_of",
    "web_address",
    "with_parameters",
]

T = TypeVar("T")

LONGEST_ADDRESS = 4000
"""Characters; longer addresses are data, not places."""
LONGEST_MESSAGE = 200
"""Characters of a service's own message that are told."""

PARKED: frozenset[Outcome] = frozenset(
    {"rate_limited", "transient", "refused", "out_of_budget", "offline"}
)
"""Outcomes after which the same host would say the same to the next question."""
NO_JSON: Final = object()
"""What `json_of` returns for what is no JSON."""


# --- outcomes ------------------------------------------------------------------------------------


def has_answer(got: Fetched) -> bool:
    """Return whether the whole of what was asked for came, now or from before."""
    return got.outcome in ("ok", "empty", "unchanged")


def failure(where: str, got: Fetched, says: str = "") -> Probe[T]:
    """Return that asking failed as the web says, and in its words where there are none of ours."""
    outcome: Outcome = got.outcome if not has_answer(got) else "malformed"
    return Probe(where, outcome, (), says or got.says, whole=False)


def first_of(
    where: str,
    addresses: Iterable[str],
    ask: Callable[[str], Fetched],
    is_it: Callable[[bytes], bool],
) -> Probe[str]:
    """Return the first of these addresses that gives what is looked for.

    Else why it is not known whether there is one, or that there is none.
    """
    failed: Fetched | None = None
    for address in addresses:
        got = ask(address)
        if has_answer(got) and is_it(got.content):
            return Probe.of(where, [got.final_url or got.url])
        if got.outcome in FAILURES:
            failed = failed or got
        if got.outcome in PARKED:
            break
    return failure(where, failed) if failed else Probe(where, "unsupported", (), "none found")


def front_page(fetch: Fetch, site: str, method: str = "GET") -> Fetched:
    """Ask for the front page of a site: a host, or any address of it.

    Of a bare host it is not known how it is spoken to: where no connection comes about as HTTPS
    HTTP is tried. Of a page that is not to be had, the site's front page is asked for.
    """
    site = site.strip()
    parts = urlsplit(site)
    if parts.scheme in ("http", "https"):
        root = f"{parts.scheme}://{parts.netloc}/"
        got = fetch(site if parts.path else root, method=method)
        if has_answer(got) or not parts.path.strip("/"):
            return got
        return fetch(root, method=method)
    name = re.split(r"[/?#\s]", site.removeprefix("//"), maxsplit=1)[0]
    got = fetch(f"https://{name}/", method=method)
    if got.outcome == "transient" and not got.status:
        plain = fetch(f"http://{name}/", method=method)
        return got if plain.outcome == "transient" and not plain.status else plain
    return got


# --- what answers hold ---------------------------------------------------------------------------


def is_html(got: Fetched) -> bool:
    """Return whether an answer is a page, by its type or its first bytes."""
    if got.media_type in ("text/html", "application/xhtml+xml"):
        return True
    head = got.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html"))


def json_of(content: bytes) -> Any:
    """Return what JSON in UTF-8 holds, or `NO_JSON`. Control characters in strings are let pass."""
    try:
        return json.loads(content.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        return NO_JSON


_TAG = re.compile(r"<[^<>]{0,2000}>")


def short(value: object, longest: int = 500) -> str | None:
    """Return a short text without markup, or None where there is none.

    >>> short("L&rsquo;été <em>1997</em>\\n")
    'L’été 1997'
    """
    if not isinstance(value, str):
        return None
    bare = " ".join(unescape(_TAG.sub("", value[:20_000])).split())
    # Half a surrogate pair, which JSON may spell, is no character: nothing could be done with it.
    bare = bare.encode("utf-8", "replace").decode()
    return bare[:longest].rstrip() or None


def message(value: object) -> str:
    """Return a service's own message, fit to be told; empty where it has none."""
    return short(value, LONGEST_MESSAGE) or ""


_NO_ADDRESS = re.compile("[\x00-\x20\ud800-\udfff]")


def web_address(value: object) -> str | None:
    """Return an address of the web, or None where a value is none."""
    if not isinstance(value, str):
        return None
    url = value.strip()
    if len(url) > LONGEST_ADDRESS or not url.lower().startswith(("http://", "https://")):
        return None
    if _NO_ADDRESS.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.hostname else None


def absolute(href: str | None, base: str) -> str | None:
    """Return where a link on the page at `base` leads, or None where that is not on the web."""
    if href is None:
        return None
    try:
        return web_address(urljoin(base, href.strip()))
    except ValueError:
        return None


def same_site(one: str, other: str) -> bool:
    """Return whether two hosts or addresses are of one registered domain.

    >>> same_site("https://www.daily.co.uk/a", "news.daily.co.uk"), same_site("a.co.uk", "b.co.uk")
    (True, False)
    """
    from filiation.credits.marks import registrable

    first, second = host(one), host(other)
    if not first or not second:
        return bool(one) and urlsplit(one).netloc == urlsplit(other).netloc != ""
    if first == second or first.endswith(f".{second}") or second.endswith(f".{first}"):
        return True
    return registrable(first) == registrable(second)


def with_parameters(url: str, **parameters: str | int | None) -> str:
    """Return an address with parameters set; those that are None are left out."""
    parts = urlsplit(url)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in parameters
    ]
    kept += [(name, str(value)) for name, value in parameters.items() if value is not None]
    return urlunsplit(parts._replace(query=urlencode(kept, safe="/,:"), fragment=""))


# --- moments -------------------------------------------------------------------------------------


def span_of(stated: str | None) -> FoundDate | None:
    """Return the moments that a hit's date allows, or None where it says none."""
    return parse(stated[:100]) if stated else None


def as_moment(moment: datetime) -> datetime:
    """Return an aware moment in UTC. Raises `ValueError` for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC)


def language_code(stated: object) -> str | None:
    """Return the code of a language that a finder names or tags, else what it says."""
    from filiation.languages import code_of

    said = short(stated, 40)
    return code_of(said) or said


# --- hits ----------------------------------------------------------------------------------------


def entry_of(hit: Hit) -> Entry | None:
    """Return a hit with its whole text as an entry that can be read; None where it has no text."""
    if not hit.content:
        return None
    return Entry(
        id=None,
        url=hit.url,
        title=hit.title,
        author=hit.author,
        published=hit.published,
        updated=hit.modified,
        language=hit.language,
        outlet=None,
        site=host(hit.url) or None,
        content=hit.content,
        is_plain=False,
        marks=hit.marks,
    )
