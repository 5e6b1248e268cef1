"""Links that stand in headers and TimeMaps: `<address>; rel="memento"; datetime="…", …`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

__all__ = ["Target", "links", "resolved"]

MOST_LINKS = 150_000
"""Links read of one document: as many captures as the Wayback Machine's index gives at once."""
MOST_ATTRIBUTES = 40
"""Attributes read of one link; a TimeMap's have five at the most."""


@dataclass(frozen=True, slots=True)
class Target:
    """One link: where it leads, and what it is to the document."""

    url: str
    rels: tuple[str, ...]
    """Lower case, in the order given: `first`, `memento`."""
    attributes: Mapping[str, str]
    """By names in lower case; of repeated ones the first (RFC 8288, 3.3)."""


_START = re.compile(r"[\s,;]*<([^<>]*)>")
_ATTRIBUTE = re.compile(
    r"\s*;\s*(?P<name>[^\s=;,<>\"]+)"
    r"(?:\s*=\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<bare>[^\s;,\"<>]*)))?",
    re.DOTALL,
)
_NEXT = re.compile(r"<")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def links(text: str, base: str = "") -> Iterator[Target]:
    """Yield the links of a `Link` header (RFC 8288) or a document in link-format (RFC 6690).

    Several links of one `rel` are all yielded: a memento's header has many. Relative addresses are
    resolved against `base`. What is between links and is none is passed over. Linear in the length
    of `text`.
    """
    at = 0
    for _ in range(MOST_LINKS):
        start = _START.match(text, at)
        if start is None:
            further = _NEXT.search(text, at + 1)
            if further is None:
                return
            at = further.start()
            continue
        at = start.end()
        attributes: dict[str, str] = {}
        for _ in range(MOST_ATTRIBUTES):
            found = _ATTRIBUTE.match(text, at)
            if found is None:
                break
            at = found.end()
            value = found["bare"] or ""
            if found["quoted"] is not None:
                value = _ESCAPE.sub(r"\1", found["quoted"])
            attributes.setdefault(found["name"].lower(), value.strip())
        if url := resolved(start[1].strip(), base):
            yield Target(url, tuple(attributes.get("rel", "").lower().split()), attributes)


def resolved(url: str, base: str) -> str | None:
    """Return an address as seen from `base`; None where it is none (`http://[::1`)."""
    try:
        return urljoin(base, url)
    except ValueError:
        return None
