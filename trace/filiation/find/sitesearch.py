"""A site's own search: as a feed, where WordPress gives one, else by the form on its front page."""

from collections.abc import Iterator
from urllib.parse import quote_plus, urlsplit

from filiation.errors import Unreadable
from filiation.find.feeds import hits_of
from filiation.find.markup import Anchor, Markup
from filiation.find.replies import (
    PARKED,
    failure,
    front_page,
    has_answer,
    is_html,
    same_site,
    with_parameters,
)
from filiation.find.values import Fetch, Fetched, Hit, Probe
from filiation.match.words import UNSPACED, WORD
from filiation.outlets import host

__all__ = ["SiteSearch"]

LEAST_WORDS = 3
"""Words of a link's text that may be an article's title: menus mostly have one or two."""
LEAST_CHARACTERS = 8
"""Characters of a title in a script without spaces."""
MOST_HITS = 100
"""Links taken of one page of results."""


class SiteSearch:
    """The search that a site offers its readers."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def hits(self, site: str, words: str) -> Probe[Hit]:
        """Return what a site's search finds for some words: its first page of results.

        A page of results is not told from other pages by its markup. All that its body links and
        its front page does not, with a text as long as a title, is taken: rank the hits before use.
        """
        where = f"search on {site} for “{words}”"
        front = front_page(self._fetch, site)
        if not has_answer(front):
            return failure(where, front)
        at = urlsplit(front.final_url or front.url)
        usual = with_parameters(f"{at.scheme}://{at.netloc}/", s=words)
        got = self._fetch(with_parameters(usual, feed="rss2"))
        if has_answer(got) and (found := _of_feed(got)) is not None:
            return Probe.of(where, found)
        if got.outcome in PARKED - {"transient"}:
            return failure(where, got)
        markup = Markup(front)
        asked = markup.search(words) or self._described(markup, words) or usual
        if not same_site(asked, front.final_url or front.url):
            return Probe(where, "unsupported", (), "its search is another site's")
        got = self._fetch(asked)
        if got.status in (404, 405, 410):
            return Probe(where, "unsupported", (), "the site has no search that answers")
        if not has_answer(got):
            return failure(where, got)
        if (found := _of_feed(got)) is not None:
            return Probe.of(where, found)
        if not is_html(got):
            return Probe(where, "unsupported", (), "its search answers with something else")
        page = Markup(got)
        if page.url.rstrip("/") == markup.url.rstrip("/") or got.content == front.content:
            return Probe(where, "unsupported", (), "its search leads to the front page")
        return Probe.of(where, _results(page, markup))

    def _described(self, markup: Markup, words: str) -> str | None:
        """Return the address that a site's OpenSearch description gives for a search."""
        described = next(
            (
                link.url
                for link in markup.related
                if "search" in link.rels
                and link.media_type == "application/opensearchdescription+xml"
                and same_site(link.url, markup.url)
            ),
            None,
        )
        if described is None:
            return None
        got = self._fetch(described)
        return _template(got.content, words) if has_answer(got) else None


def _of_feed(got: Fetched) -> list[Hit] | None:
    """Return the hits of a search that answers with a feed, or None where it does not."""
    try:
        return list(hits_of(got.content, got.url, by="site search"))
    except Unreadable:
        return None


def _template(description: bytes, words: str) -> str | None:
    """Return the address for a search by an OpenSearch 1.1 description, or None.

    Parameters in braces that need not be given (`{startPage?}`) are left empty.
    """
    import re

    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(description[:100_000], parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    for element in root.iter("{*}Url"):
        template = element.get("template") or ""
        kind = (element.get("type") or "").lower()
        if kind in ("text/html", "application/rss+xml") and "{searchTerms}" in template:
            asked = template.replace("{searchTerms}", quote_plus(words))
            return re.sub(r"\{[\w:]{1,60}\?\}", "", asked)
    return None


def _results(page: Markup, front: Markup) -> list[Hit]:
    known = {anchor.url for anchor in front.anchors if anchor.within_furniture}
    return [
        Hit(anchor.url, title=anchor.text, outlet=host(anchor.url) or None, by="site search")
        for anchor in _titles(page)
        if anchor.url not in known
    ][:MOST_HITS]


def _titles(page: Markup) -> Iterator[Anchor]:
    """Yield the links of a page's body whose text may be a title."""
    for anchor in page.anchors:
        if anchor.within_furniture or not same_site(anchor.url, page.url):
            continue
        if not urlsplit(anchor.url).path.strip("/") and not urlsplit(anchor.url).query:
            continue
        least = LEAST_CHARACTERS if UNSPACED.search(anchor.text) else LEAST_WORDS
        if len(WORD.findall(anchor.text)) >= least:
            yield anchor
