"""HTML written so that nothing that a page says can be markup."""

import re
from collections.abc import Iterable
from html import escape
from typing import Final
from urllib.parse import urlsplit

from filiation.report.harmless import harmless

__all__ = ["Html", "Inner", "joined", "link", "tag", "text"]


class Html(str):
    """Text that is markup already. Everything else is escaped."""

    __slots__ = ()


Inner = str | Html | Iterable["Inner"] | None
"""What an element may hold: texts, elements, and nothing."""

_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_SHAPES: Final = frozenset({"circle", "line", "path", "rect"})
"""Elements of SVG that hold nothing unless they are told to."""
_LINES = re.compile(r"[\n\r\t]+")


def text(said: str, *, lines: bool = False) -> Html:
    r"""Return a text with its markup escaped, and what could act or reorder it shown as an escape.

    `lines` keeps line breaks and tabs.

    >>> text("<b>\x1b[31m</b>")
    '&lt;b&gt;\\x1b[31m&lt;/b&gt;'
    """
    if lines:
        pieces = re.split(r"(\r\n|[\n\t])", said)
        return Html(
            "".join(p if p in ("\n", "\t", "\r\n") else escape(harmless(p)) for p in pieces)
        )
    return Html(escape(harmless(_LINES.sub(" ", said))))


def joined(inner: Inner) -> Html:
    """Return what an element holds as markup."""
    if inner is None:
        return Html("")
    if isinstance(inner, Html):
        return inner
    if isinstance(inner, str):
        return text(inner)
    return Html("".join(joined(part) for part in inner))


def tag(name: str, /, *inner: Inner, **attributes: str | float | bool | None) -> Html:
    """Return an element. Of attributes a last underline goes, others become hyphens.

    None and False leave an attribute out; True writes its name alone. Addresses go through `link`.

    >>> tag("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    if name in _SHAPES and not inner:
        return Html(f"<{name}{written}/>")
    return Html(f"<{name}{written}>{joined(inner)}</{name}>")


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.removesuffix("_").replace("_", "-")
    if value is True:
        return f" {name}"
    if isinstance(value, float):
        return f' {name}="{value:.10g}"'
    return f' {name}="{text(str(value))}"'


def link(address: str | None, *inner: Inner) -> Html:
    """Return a link where the address is one of the web, else what it would have held."""
    if address is None or not _leads_to_the_web(address):
        return joined(inner)
    return tag("a", *inner, href=address, rel="noreferrer noopener external")


def _leads_to_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and harmless(address) == address
