"""Every article of an audited library, without its text."""

from collections.abc import Iterator
from dataclasses import dataclass

from filiation.library import Library
from filiation.library.rows import moment
from filiation.values import Article, Dates, PageKind

__all__ = ["Listed", "listed"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One article, and where the last audit put it."""

    article: Article
    """Without its text and lines."""
    kind: PageKind
    words: int
    group: str | None
    also: tuple[str, ...]
    """Other ids that the inputs give it: the same text of the same address is one article."""


def listed(library: Library) -> Iterator[Listed]:
    """Yield every article, in the order of adding, with the group that the last audit put it in."""
    also: dict[str, set[str]] = {}
    for key, other in library.connection.execute(
        "SELECT article.id, capture.id FROM capture JOIN article INDEXED BY article_columns "
        "ON article = number WHERE capture.id != article.id"
    ):
        also.setdefault(key, set()).add(other)
    for row in library.connection.execute(
        "SELECT id, input, title, byline, language, outlet, outlet_name, url, earliest, latest, "
        'precision, kind, words, "group" FROM article INDEXED BY article_columns '
        "LEFT JOIN grouping ON article = number ORDER BY number"
    ):
        key, given, title, byline, language, outlet, name, url, *dates, kind, words, group = row
        earliest, latest, precision = dates
        yield Listed(
            Article(
                id=key,
                input=given,
                text="",
                title=title,
                byline=byline,
                language=language,
                outlet=outlet,
                outlet_name=name,
                url=url,
                dates=Dates(moment(earliest), moment(latest), precision),
            ),
            kind,
            words,
            group,
            tuple(sorted(also.get(key, ()))),
        )
