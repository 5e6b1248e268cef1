"""Whether two addresses lead to the same page."""

import re
from functools import lru_cache
from urllib.parse import unquote

from filiation.outlets import host

__all__ = ["page_of", "same_address"]

# Parameters that say how a reader came, not what is read.
_TRACKING = re.compile(
    r"^(?:utm_\w+|mc_[ce]id|(?:fb|g|ms|dc|yc|tw)clid|igshid|ref|ref_src|referrer|source|src|smid|cmp"
    r"|cmpid|xtor|s?share|amp|outputtype|output|print|from|_ga|spm|__twitter_impression|at_\w+|ns_\w+)$"
)
# A page's copy for telephones: /amp, /amp/, .amp, .amp.html, index.amp.
_AMP_PATH = re.compile(r"(?:^/amp(?=/.)|/amp$|/amphtml$|\.amp(?=$|\.html?$))")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$")
_SCHEME = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
_CAPTURE = re.compile(
    r"^(?:web\.archive\.org/web/\d{4,14}[a-z_]{0,4}/|[\w-]{1,63}\.cdn\.ampproject\.org/[a-z]/(?:s/)?)",
    re.IGNORECASE,
)
_MAX = 4000  # characters; longer addresses are data, not places


def same_address(one: str | None, other: str | None) -> bool:
    """Whether both are addresses of the same page, not merely of the same site.

    Scheme, `www.`, `m.`, `amp.`, AMP copies, the archive around a capture, a trailing slash,
    fragments and tracking parameters do not count. A site's front page is no page of its own.

    >>> same_address("http://www.daily.example/a/?utm_source=x", "https://daily.example/amp/a#top")
    True
    >>> same_address("https://daily.example/", "https://daily.example")
    False
    """
    if not one or not other:
        return False
    first = page_of(one)
    return first is not None and first == page_of(other)


@lru_cache(4096)
def page_of(address: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Return an address's host, path and parameters that count; None where it names no page.

    Two addresses lead to the same page where these are the same.
    """
    rest = address[:_MAX].strip()
    name = host(rest)
    if not name:
        return None
    rest = _SCHEME.sub("", rest)
    for _ in range(3):
        inner = _CAPTURE.sub("", rest)
        if inner == rest:
            break
        rest = _SCHEME.sub("", unquote(inner))
    rest = rest.partition("#")[0]
    place, _, query = rest.partition("?")
    path = "/" + place.partition("/")[2]
    path = re.sub(r"/{2,}", "/", unquote(path)).rstrip("/")
    path = _INDEX.sub("", _AMP_PATH.sub("", path)).rstrip("/")
    parameters = tuple(
        sorted(
            unquote(part)
            for part in query.split("&")
            if part and not _TRACKING.match(part.partition("=")[0].lower())
        )
    )
    return (name, path, parameters) if path or parameters else None
