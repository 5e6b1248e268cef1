"""Pages that the web gave, kept in a library as articles."""

from collections.abc import Sequence

from filiation.errors import InputError
from filiation.find.sources import Sources, raw_page
from filiation.find.web import Seen
from filiation.library import Library
from filiation.library.insert import Inserter
from filiation.library.intake import Tally
from filiation.library.rows import made_of
from filiation.outlets import Catalogue
from filiation.outlets import catalogue as known_outlets
from filiation.read.raw import Raw

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
    article = seen.article
    assert article.url is not None and article.had is not None
    return raw_page(
        seen.fetched,
        article.url,
        source=article.had.address or article.url,
        where=article.url,
        taken=article.had.captured or seen.fetched.taken,
    )
