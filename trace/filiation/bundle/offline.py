"""The pages of a trace without the web: articles that were read from files, tables or a library."""

import stat
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from filiation.bundle.values import Local, Page
from filiation.errors import InputError
from filiation.read import read_bytes
from filiation.read.bundles import of_page
from filiation.read.decode import MOST_BYTES
from filiation.values import Article, Credits, Trace

__all__ = ["pages_of"]


def pages_of(
    trace: Trace,
    asked: Article,
    articles: Iterable[Article],
    read: Callable[[Article], Credits],
) -> list[Page]:
    """Return the versions of a trace that were seen, each with its file where it fills one.

    `asked` is the article asked about, `articles` are those at hand, `read` reads their credits.
    """
    wanted = {version.article for version in trace.versions if version.article is not None}
    return [
        Page(read(article), _file_of(article))
        for article in (asked, *articles)
        if article.id in wanted or article is asked
    ]


def _file_of(article: Article) -> Local | None:
    """Return the file that an article was read from.

    None for a row, a record, standard input, and for a file that holds something else by now, as
    may be where a library has it.
    """
    path = Path(article.input)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            return None
        data = path.read_bytes()
    except (OSError, ValueError):
        return None
    try:
        anew = read_bytes(data, url=article.url, name=article.id, suffix=path.suffix.lower())
    except InputError:
        return None
    if of_page(anew) != of_page(article):
        return None
    return Local(article.input, data, datetime.fromtimestamp(status.st_mtime, UTC))
