"""What one HTML page about a text tells: its versions and hops, their texts, what was searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filiation.report.words import UNNAMED
from filiation.values import Article, Hop, Searched, Stemma, Version

__all__ = ["NAME", "Story"]

NAME = 200
"""Characters of an outlet's name that are shown: a page may give its whole text as one."""


@dataclass(frozen=True, slots=True)
class Story:
    """One text with all its versions."""

    key: str
    """Tells its elements on the page from those of other texts."""
    stemma: Stemma
    articles: Mapping[str, Article]
    """The texts at hand, by id of the article."""
    summary: str = ""
    chain: Sequence[str] = ()
    """Ids of versions, from the first known one to the one asked about."""
    asked: str | None = None
    searched: Sequence[Searched] = ()

    @property
    def versions(self) -> Mapping[str, Version]:
        """Return the versions by their ids."""
        return {version.id: version for version in self.stemma.versions}

    def article(self, version: Version) -> Article | None:
        """Return a version's text, where it is at hand."""
        return None if version.article is None else self.articles.get(version.article)

    def name(self, version: str) -> str:
        """Return what a version is called: its outlet."""
        return (self.versions[version].name or UNNAMED)[:NAME]

    def place(self, version: str) -> str:
        """Return the id of a version's element."""
        return f"{self.key}-{version}"

    def hop_place(self, hop: Hop) -> str:
        """Return the id of a hop's element."""
        return f"{self.key}-{hop.parent}-{hop.child}"
