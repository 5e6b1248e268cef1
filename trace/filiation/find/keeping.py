"""Pages that the web gave, kept in a library as articles."""

from collections.abc import Sequence
from datetime import UTC

from filiation.errors import InputError
from filiation.find.sources import Sources
from filiation.find.web import Seen
from filiation.library import Library
from filiation.library.insert import Inserter
from filiation.library.intake import Tally
from filiation.library.rows import made_of, page_at
from filiation.outlets import Catalogue
from filiation.outlets import catalogue as known_outlets
from filiation.read.raw import Raw, Response

__all__ = ["keep"]


def keep(library: Library, pages: Sequence[Seen], catalogue: Catalogue | None = None) -> int:
    """Bring pages into a library that is open for writing; return how many articles are new.

    A page is its own source: it was met at its address. Of a page that the library has with the same
    text it is noted that it was met again. Raises `LibraryError`.
    """
    raws = [_raw(seen) for seen in pages]
    made = made_of(raws, known_outlets() if catalogue is None else catalogue)
    tally = Tally(_unheard)
    with library.transaction() as connection:
        inserter = Inserter(connection, Sources(library), tally)
        inserter.insert([one for one in made if not isinstance(one, InputError)])
    return tally.articles


def _unheard(_: InputError) -> None:
    return


def _raw(seen: Seen) -> Raw:
    article, fetched = seen.article, seen.fetched
    assert article.url is not None and article.had is not None
    media = fetched.media_type or "text/html"
    if fetched.charset:
        media = f"{media}; charset={fetched.charset}"
    taken = article.had.captured or fetched.taken
    return Raw(
        source=article.had.address or article.url,
        number=1,
        where=article.url,
        name=page_at(article.url) or article.url,
        content=Response(fetched.content, article.url, media),
        captured=taken.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if taken else None,
    )
