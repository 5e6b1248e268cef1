"""Articles of a library found by their words.

The index of words (SQLite's FTS5) is made by the first search, and brought up to date by each later
one, so that adding stays fast. What is written without spaces between words (Chinese, Japanese,
Thai, ...) no such index can cut: runs of it are looked for in the texts themselves.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from filiation.errors import InputError, LibraryError
from filiation.fold import fold
from filiation.library.faults import told
from filiation.library.library import Library
from filiation.match.words import UNSPACED, WORD
from filiation.outlets import Catalogue, spelled
from filiation.values import Article, Span

__all__ = ["Hit", "Hits", "index", "outlet_key", "search", "unindexed"]

COMMIT = 1.0
"""Seconds after which what is indexed is committed."""
INDEXED = 500
"""Articles indexed at a time."""
_TABLE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS word_index USING fts5 (title, text, content = 'article', "
    "content_rowid = 'number', tokenize = \"unicode61 remove_diacritics 2\")"
)
EXCERPT = 240
"""Characters of an excerpt: three lines of a terminal."""
MOST_PLACES = 1_000
"""Places of words in a text looked at to choose its excerpt."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found."""

    number: int
    article: Article
    """Without its lines."""
    excerpt: str
    """The run of its text that has most of the words."""
    start: int
    """Where it begins in the text."""
    marks: tuple[Span, ...]
    """Where they stand in the excerpt."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found."""

    found: int
    """How many articles there are."""
    hits: tuple[Hit, ...]
    """The first of them, the best first."""
    unindexed: int = 0
    """Articles that are not looked at, because another process is writing or the file may not be
    written."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is looked for: every one of these runs of words."""

    indexed: tuple[str, ...]
    """Runs of words that the index knows, folded as little as the user wrote them."""
    beginnings: tuple[bool, ...]
    """Whether the last word of each is only the beginning of one (`sali*`)."""
    written: tuple[str, ...]
    """Runs in a script without spaces."""


_PIECE = re.compile(r'"([^"]*)"?(\*?)|([^\s"]+)')


def _asked(words: str) -> _Asked:
    """Return what the user's words ask for: each word, a phrase in quotation marks, a beginning*.

    Nothing that is written is taken for syntax. Raises `InputError` where there is no word in it.
    """
    indexed: list[str] = []
    beginnings: list[bool] = []
    written: list[str] = []
    for piece in _PIECE.finditer(re.sub("[“”„«»]", '"', words).replace("\x00", " ")):
        phrase, star, word = piece.groups()
        run, begins = (phrase, bool(star)) if word is None else (word, word.endswith("*"))
        if not WORD.search(fold(run).text):
            continue
        if UNSPACED.search(run):
            written.append(run.strip("* "))
        else:
            indexed.append(run)
            beginnings.append(begins)
    if not indexed and not written:
        raise InputError(words, "there is no word in it", "give words to look for")
    return _Asked(tuple(indexed), tuple(beginnings), tuple(written))


def search(
    library: Library,
    words: str,
    *,
    outlets: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
) -> Hits:
    """Return the articles that have all these words, in title or text, the best first.

    `outlets` are keys or names; `since` and `until` are days, and leave out what has no date.
    Index first. Raises `InputError` where there is nothing to look for.
    """
    asked = _asked(words)
    conditions, values = _conditions(asked, outlets, since, until)
    with told(library.path):
        run = library.connection.execute
        lag = unindexed(library) if asked.indexed else 0
        if asked.indexed and not _indexed(library):
            return Hits(0, (), lag)
        source = "article"
        order = "article.latest DESC, article.id"
        if asked.indexed:
            source = "word_index JOIN article ON article.number = word_index.rowid"
            order = "bm25(word_index, 4.0, 1.0), article.id"  # a word of the title counts fourfold
        where = " AND ".join(conditions)
        [found] = run(f"SELECT count(*) FROM {source} WHERE {where}", values).fetchone()
        numbers = [
            number
            for (number,) in run(
                f"SELECT article.number FROM {source} WHERE {where} ORDER BY {order} LIMIT ?",
                [*values, limit],
            )
        ]
    hits = [_hit(number, article, asked) for number, article in library.articles(numbers)]
    return Hits(found, tuple(hits), lag)


def _conditions(
    asked: _Asked, outlets: Sequence[str], since: date | None, until: date | None
) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    if asked.indexed:
        conditions.append("word_index MATCH ?")
        values.append(_query(asked))
    for run in asked.written:
        conditions.append("(instr(article.text, ?) OR instr(article.title, ?))")
        values += [run, run]
    if outlets:
        conditions.append(f"article.home IN ({', '.join('?' * len(outlets))})")
        values += outlets
    if since is not None:
        conditions.append(f"{_LAST_DAY} >= ?")
        values.append(since.isoformat())
    if until is not None:
        conditions.append(f"{_FIRST_DAY} <= ?")
        values.append(until.isoformat())
    return conditions, values


# The days as written: a day in an unknown zone begins 14 hours before it does in UTC, and ends 12
# hours after.
_EXACT = "article.precision IN ('second', 'minute')"
_FIRST_DAY = f"date(article.earliest, iif({_EXACT}, '+0 hours', '+14 hours'))"
_LAST_DAY = f"date(article.latest, iif({_EXACT}, '+0 hours', '-12 hours'))"


def outlet_key(library: Library, named: str, catalogue: Catalogue) -> str:
    """Return what the library calls the outlet of this key, name or address.

    Raises `InputError` where it has no article of it.
    """
    seen = library.outlets()
    known = catalogue.get(named)
    if known is None:
        found = catalogue.resolve(named, named if "." in named else None, context=True)
        known = found.outlet if found else None
    for key in (named, known.key if known else "", spelled(named)):
        if key in seen:
            return key
    near = [key for key in seen if spelled(named) in key][:3]
    near = near or get_close_matches(spelled(named), seen, n=3, cutoff=0.6)
    names = " or ".join(seen[key] for key in near)
    remedy = f"did you mean {names}?" if near else f"it has articles of {_some(seen)}"
    raise InputError(named, f"{library.path} has no article of such an outlet", remedy)


def _some(seen: Mapping[str, str]) -> str:
    names = sorted(seen.values(), key=str.casefold)
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "") if names else "no outlet"


def _query(asked: _Asked) -> str:
    """Return the words as strings of FTS5's syntax, in which a quotation mark alone has a meaning."""
    return " ".join(
        '"' + run.strip("*").replace('"', '""') + '"' + ("*" if begins else "")
        for run, begins in zip(asked.indexed, asked.beginnings, strict=True)
    )


# --- the index -----------------------------------------------------------------------------------


def index(library: Library, progress: Callable[[int, int], None] | None = None) -> None:
    """Bring the index of words up to the newest article; what is done is kept at any moment.

    `progress` is told how many of how many are done. Raises `LibraryError` where this SQLite has no
    FTS5.
    """
    lag, done = unindexed(library), 0
    while done < lag:
        until = time.monotonic() + COMMIT
        with library.transaction() as connection:
            _make(library.path, connection)
            while done < lag and time.monotonic() < until:
                done += connection.execute(
                    "INSERT INTO word_index (rowid, title, text) SELECT number, title, text "
                    "FROM article WHERE number > (SELECT coalesce(max(id), 0) "
                    "FROM word_index_docsize) ORDER BY number LIMIT ?",
                    (INDEXED,),
                ).rowcount
        if progress is not None:
            progress(done, lag)


def _make(path: str, connection: sqlite3.Connection) -> None:
    try:
        connection.execute(_TABLE)
    except sqlite3.OperationalError as error:
        if "no such module" not in str(error):
            raise
        what = "words cannot be searched: this Python's SQLite is built without FTS5"
        raise LibraryError(path, what, "use a Python whose SQLite has it") from error


def _indexed(library: Library) -> bool:
    found = library.connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE name = 'word_index_docsize'"
    ).fetchone()
    return found is not None


def unindexed(library: Library) -> int:
    """Return how many articles are newer than the index."""
    with told(library.path):
        last = "(SELECT coalesce(max(id), 0) FROM word_index_docsize)"
        [lag] = library.connection.execute(
            f"SELECT count(*) FROM article WHERE number > {last if _indexed(library) else 0}"
        ).fetchone()
    return int(lag)


# --- excerpts ------------------------------------------------------------------------------------


def _hit(number: int, article: Article, asked: _Asked) -> Hit:
    excerpt, start, marks = _excerpt(article.text, asked)
    return Hit(number, article, excerpt, start, marks)


def _excerpt(text: str, asked: _Asked) -> tuple[str, int, tuple[Span, ...]]:
    """Return the run of a text with most of the different words asked for, where it begins, and
    where in it they stand."""
    places = _places(text, asked)
    if not places:
        return _one_line(text[:EXCERPT]), 0, ()
    best, most = 0, 0
    for first, (start, _, _) in enumerate(places):
        different = len({run for at, _, run in places[first:] if at < start + EXCERPT * 3 // 4})
        if different > most:
            best, most = first, different
    start = max(0, places[best][0] - EXCERPT // 4)
    if start:  # not in the midst of a word
        space = re.compile(r"\s").search(text, start, places[best][0])
        start = space.end() if space else start
    end = min(len(text), start + EXCERPT)
    marks = [(max(a, start) - start, b - start) for a, b, _ in places if start <= a and b <= end]
    return _one_line(text[start:end]), start, tuple(marks)


def _one_line(excerpt: str) -> str:
    return re.sub(r"[\t\r\n\v\f\x85\u2028\u2029]", " ", excerpt)


def _places(text: str, asked: _Asked) -> list[tuple[int, int, int]]:
    """Return (start, end, which run) of what was asked for, in the order of the text."""
    folded = fold(text)
    patterns = [_pattern(run, b) for run, b in zip(asked.indexed, asked.beginnings, strict=True)]
    patterns += [re.compile(re.escape(fold(run).text)) for run in asked.written]
    found: list[tuple[int, int, int]] = []
    for which, pattern in enumerate(patterns):
        for match, _ in zip(pattern.finditer(folded.text), range(MOST_PLACES), strict=False):
            start = folded.origin(match.start())
            found.append((start, max(start + 1, folded.origin(match.end())), which))
    return sorted(found)[:MOST_PLACES]


def _pattern(run: str, begins: bool) -> re.Pattern[str]:
    words = [re.escape(word) for word in WORD.findall(fold(run).text)]
    return re.compile(r"(?<!\w)" + r"\W+".join(words) + (r"\w*" if begins else r"(?!\w)"))
