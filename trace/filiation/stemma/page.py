"""What of a page is looked at to tell which of two came first: its title, its text, its links."""

import re
from functools import cached_property

from filiation.fold import folded
from filiation.outlets import host
from filiation.stemma.naming import same_title
from filiation.stemma.weights import FOUND_LIMITS
from filiation.values import Article

__all__ = ["Page"]

LINE = 10_000
"""Characters of a line from which on it is data, and no sentence that quotes a title."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]]{4,2000}", re.IGNORECASE)


class Page:
    """An article, each of its signs looked for once, and only if some other page asks for it."""

    def __init__(self, article: Article) -> None:
        self.article = article

    @cached_property
    def title(self) -> str:
        """Return its title, folded."""
        return folded(self.article.title or "").strip()

    @cached_property
    def text(self) -> str:
        """Return what stands on the page besides its title and furniture, folded.

        A page that came without lines, as a row of a table, has its text only.
        """
        if not self.article.lines:
            return folded(self.article.text)
        return "\n".join(
            folded(line.text)
            for line in self.article.lines
            if line.region not in ("chrome", "title") and len(line.text) < LINE
        )

    @cached_property
    def site(self) -> str:
        """Return the host of its address."""
        return host(self.article.url or "")

    @cached_property
    def linked(self) -> frozenset[str]:
        """Return the hosts that its running text links to, or, without lines, spells out."""
        if not self.article.lines:
            found = _ADDRESS.findall(self.article.text) if "://" in self.article.text else ()
            return frozenset(map(host, found))
        return frozenset(
            host(link.href)
            for line in self.article.lines
            if line.region == "body"
            for link in line.links
        )

    def quotes_title(self, other: "Page") -> bool:
        """Whether the other's title stands in this text, and is not this page's own."""
        return (
            len(other.title) >= FOUND_LIMITS["title"][0]
            and not same_title(self.article.title, other.article.title)
            and other.title in self.text
        )

    def links_into(self, other: "Page") -> bool:
        """Whether the text has links into the other's site, which is not its own."""
        return bool(other.site) and other.site != self.site and other.site in self.linked
