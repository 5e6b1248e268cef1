"""What the pages of a library say of each other: credits that lead to an article it has."""

from collections import defaultdict
from typing import TYPE_CHECKING

from filiation.audit.corpus import Corpus
from filiation.library import Library
from filiation.library.rows import page_at
from filiation.outlets import spelled
from filiation.stemma.naming import LEAST_TITLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["credited", "linked"]

MOST_TITLED = 20
"""Articles of one title that a credit may mean. "Editorial" and "The week" name no text."""


def linked(library: Library, corpus: Corpus) -> "NDArray[np.int64]":
    """Return pairs of places, sorted, in which a page's credit leads to the other article.

    By the address that it links to, or by the title that it gives, spelt as the other's. Two articles
    so linked are compared whatever they share: what one page says of another is to be checked.
    """
    import numpy as np

    pairs: set[tuple[int, int]] = set()
    rows = library.connection.execute(
        "SELECT article, url, title FROM credit "
        "WHERE (url IS NOT NULL OR title IS NOT NULL) AND role != 'licence' ORDER BY article, place"
    ).fetchall()
    titled: defaultdict[str, list[int]] = defaultdict(list)
    if any(title for *_, title in rows):
        for number, title in library.connection.execute(
            "SELECT number, title FROM article INDEXED BY article_columns "
            "WHERE title IS NOT NULL ORDER BY number"
        ):
            titled[spelled(title)].append(number)
    for number, url, title in rows:
        found: set[int] = set()
        if url and (page := page_at(url)):
            found.update(
                other
                for (other,) in library.connection.execute(
                    "SELECT number FROM article WHERE page = ?", (page,)
                )
            )
        if title and len(spelled(title)) >= LEAST_TITLE:
            same = titled.get(spelled(title), ())
            found.update(same if len(same) <= MOST_TITLED else ())
        pairs.update((number, other) for other in found - {number})
    numbers = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    places = np.sort(corpus.places(numbers.ravel()).reshape(-1, 2), axis=1)
    return np.unique(places, axis=0)


def credited(library: Library, corpus: Corpus) -> "NDArray[np.int64]":
    """Return the places of articles whose pages say that they have the text from elsewhere."""
    import numpy as np

    rows = library.connection.execute(
        "SELECT number FROM article INDEXED BY article_columns "
        "WHERE kind NOT IN ('none', 'hat-tip') ORDER BY number"
    ).fetchall()
    return np.sort(corpus.places(np.array(rows, np.int64).ravel()))
