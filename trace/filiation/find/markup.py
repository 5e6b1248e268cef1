"""What a fetched page links: in its head, in its headers, in its text; and its search form."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from filiation.find.links import links
from filiation.find.replies import absolute, short
from filiation.find.values import Fetched

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Anchor", "Markup", "Related"]

MOST_RELATED = 2000
"""`<link>` elements looked at; the richest of 191 real pages has 175 marks of all kinds."""
MOST_ANCHORS = 5000
"""Links in the text looked at."""

_FURNITURE = frozenset({"nav", "header", "footer", "aside", "form", "select", "noscript"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "menu", "search"})


@dataclass(frozen=True, slots=True)
class Related:
    """What a page says of another address, for machines."""

    url: str
    rels: tuple[str, ...]
    """Lower case."""
    media_type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link in the text of a page."""

    url: str
    text: str
    within_furniture: bool
    """Whether it stands in navigation, a header, a footer or a form."""


class Markup:
    """A page's links, read from its bytes; nothing is reached for."""

    def __init__(self, page: Fetched) -> None:
        self.url = page.final_url or page.url
        self._header = page.headers.get("link", "")
        self._root = _root(page)
        self._base = self.url
        if self._root is not None:
            stated = next((element.get("href") for element in self._root.iter("base")), None)
            self._base = absolute(stated, self.url) or self.url

    @property
    def related(self) -> tuple[Related, ...]:
        """Return the links of its `Link` headers, then of its `<link>` elements, wherever."""
        return (*of_header(self._header, self.url), *self._elements())

    def _elements(self) -> Iterator[Related]:
        if self._root is None:
            return
        for element in islice(self._root.iter("link"), MOST_RELATED):
            if url := absolute(element.get("href"), self._base):
                rels = tuple((element.get("rel") or "").lower().split())
                stated = (element.get("type") or "").partition(";")[0].strip().lower()
                yield Related(url, rels, stated, short(element.get("title")) or "")

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """Return the links of its text, in order, each address with the longest text it has."""
        found: dict[str, Anchor] = {}
        if self._root is None:
            return ()
        for element in islice(self._root.iter("a"), MOST_ANCHORS):
            url = absolute(element.get("href"), self._base)
            if url is None:
                continue
            url = url.partition("#")[0]
            text = short(" ".join(islice(element.itertext(), 200))) or ""
            known = found.get(url)
            if known is None or len(text) > len(known.text):
                within = known.within_furniture if known else True
                found[url] = Anchor(url, text, within and _is_furniture(element))
        return tuple(found.values())

    def search(self, words: str) -> str | None:
        """Return the address at which the page's own search form asks for `words`, or None.

        A form counts that is sent by GET and has one field to write in, and that calls itself a
        search: by its role, its field's type or the name of either.
        """
        if self._root is None:
            return None
        for form in islice(self._root.iter("form"), 50):
            if (form.get("method") or "get").strip().lower() != "get":
                continue
            fields = [field for field in islice(form.iter("input"), 50) if field.get("name")]
            written = [f for f in fields if (f.get("type") or "text").lower() in _WRITTEN]
            action = absolute(form.get("action") or self.url, self._base)
            if len(written) != 1 or action is None or not _is_search(form, written[0]):
                continue
            hidden = [
                (f.get("name") or "", f.get("value") or "")
                for f in fields
                if (f.get("type") or "").lower() == "hidden"
            ]
            asked = urlencode([*hidden, (written[0].get("name") or "", words)])
            return f"{action.partition('?')[0].partition('#')[0]}?{asked}"
        return None


_WRITTEN = frozenset({"text", "search"})
_SEARCH_NAMES = frozenset({"s", "q", "query", "search", "searchword", "keyword", "keywords"})


def of_header(header: str, base: str) -> Iterator[Related]:
    """Yield the links of a `Link` header."""
    for link in islice(links(header, base), MOST_RELATED):
        if url := absolute(link.url, base):
            stated = link.attributes.get("type", "").partition(";")[0].strip().lower()
            yield Related(url, link.rels, stated, link.attributes.get("title", ""))


def _root(page: Fetched) -> "HtmlElement | None":
    from lxml import etree, html

    from filiation.read.decode import decode

    if not page.content.strip():
        return None
    text = decode(page.content, page.charset).text
    # huge_tree stays off: it would lift the bounds on depth and size that keep a page harmless.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _is_furniture(element: "HtmlElement") -> bool:
    return any(
        above.tag in _FURNITURE or (above.get("role") or "").lower() in _ROLES
        for above in islice(element.iterancestors(), 300)
    )


def _is_search(form: "HtmlElement", field: "HtmlElement") -> bool:
    if (form.get("role") or "").lower() == "search":
        return True
    if (field.get("type") or "").lower() == "search":
        return True
    if (field.get("name") or "").lower() in _SEARCH_NAMES:
        return True
    return "search" in f"{form.get('id')} {form.get('class')} {form.get('action')}".lower()
