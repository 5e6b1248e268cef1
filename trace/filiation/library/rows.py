"""An article as the library's rows, and back.

What is dear is done here: reading, credits, fingerprints, JSON. It runs in worker processes, which
hand back tuples that need only be inserted.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from filiation.errors import InputError
from filiation.outlets import Catalogue, home_of
from filiation.plain import from_json, from_plain, to_json, to_plain
from filiation.read.raw import Document, File, JsonLine, Kept, Raw, Response, Revisit, Row
from filiation.stemma.addresses import page_of
from filiation.values import (
    Article,
    Credit,
    Credits,
    Dates,
    DateWitness,
    Line,
    Mark,
    Origin,
    Span,
)

__all__ = [
    "ARTICLE_COLUMNS",
    "CREDIT_COLUMNS",
    "WITNESS_COLUMNS",
    "Made",
    "Met",
    "lines_of",
    "made_of",
    "moment",
    "page_at",
    "spans_of",
    "stated_of_rows",
]

ARTICLE_COLUMNS = (
    "sha256", "url", "canonical_url", "og_url", "outlet", "outlet_name", "home", "title", "byline",
    "language", "earliest", "latest", "precision", "dates_disagree", "words", "kind", "origin",
    "chain", "languages", "aside", "marks", "notes", "input", "markdown", "lines", "text",
)  # fmt: skip
"""Columns of `article` that follow from the article alone: all but number, id, page and version."""
WITNESS_COLUMNS = ("kind", "earliest", "latest", "precision", "quote", "locator")
CREDIT_COLUMNS = (
    "role", "name", "outlet", "url", "title", "language", "published", "quote", "start", "end",
    "locator", "rule", "strength",
)  # fmt: skip

_OF_CREDIT = attrgetter(*CREDIT_COLUMNS)

_Row = tuple[Any, ...]


class Made(NamedTuple):
    """An article as rows, ready to be inserted. A tuple, which is pickled at half the cost."""

    source: str
    number: int
    """Of its row in the source."""
    id: str
    page: str
    url: str | None
    captured: str | None
    raw: bytes | None
    """SHA-256 of the bytes it was read from."""
    home: tuple[str, str] | None
    """Key and name of its outlet."""
    article: _Row
    """In the order of `ARTICLE_COLUMNS`; the first is the text's SHA-256."""
    witnesses: tuple[_Row, ...]
    credits: tuple[_Row, ...]
    method: int
    sentences: bytes
    grams: bytes


@dataclass(frozen=True, slots=True)
class Met:
    """A page that an archive met again, its text unchanged since an earlier capture."""

    source: str
    number: int
    id: str
    url: str
    captured: str | None
    page: str | None
    """The page, as that of an article is called."""
    error: InputError
    """What to say where nothing was kept of the page."""


# --- an article made rows ------------------------------------------------------------------------


def made_of(
    found: Sequence[Raw | InputError], catalogue: Catalogue
) -> list[Made | Met | InputError]:
    """Return for each `Raw` the rows of its article, or the error that tells why there is none.

    Errors among what was found are handed on.
    """
    read = [one if isinstance(one, InputError) else _stated(one, catalogue) for one in found]
    prints = _fingerprints([one for one in read if isinstance(one, Credits)])
    made: list[Made | Met | InputError] = []
    for raw, one in zip(found, read, strict=True):
        if isinstance(raw, Raw) and isinstance(one, Credits):
            made.append(_made(raw, one, catalogue, next(prints)))
        elif not isinstance(one, Credits):
            made.append(one)
    return made


def _stated(raw: Raw, catalogue: Catalogue) -> Credits | Met | InputError:
    from filiation.credits import credits as spoken
    from filiation.read import article_of_raw

    article = article_of_raw(raw, catalogue)
    if isinstance(raw.content, Revisit):
        assert isinstance(article, InputError)
        page = page_at(raw.content.of_uri) or page_at(raw.content.uri)
        uri = raw.content.uri
        return Met(raw.source, raw.number, raw.name, uri, raw.captured, page, article)
    if isinstance(article, InputError):
        return article
    return spoken(_encodable(article), catalogue)


_Prints = tuple[int, int, bytes, bytes]


def _fingerprints(stated: Sequence[Credits]) -> Iterator[_Prints]:
    """Yield for each article: its words, the method, hashes of its sentences and of its grams."""
    from filiation.match.fingerprints import METHOD, fingerprints

    found = fingerprints([(one.article.text, one.article.aside) for one in stated])
    grams, sentences = found.grams.astype("<u8"), found.sentences.astype("<u8")
    g, s = found.gram_offsets.tolist(), found.sentence_offsets.tolist()
    for i, words in enumerate(found.words.tolist()):
        yield (
            words,
            METHOD,
            sentences[s[i] : s[i + 1]].tobytes(),
            grams[g[i] : g[i + 1]].tobytes(),
        )


def _made(raw: Raw, stated: Credits, catalogue: Catalogue, prints: _Prints) -> Made:
    article = stated.article
    words, method, sentences, grams = prints
    text = sha256(article.text.encode())
    home = home_of(article, catalogue)
    return Made(
        raw.source,
        raw.number,
        article.id,
        _page(raw, article, home, text.hexdigest()),
        article.url,
        raw.captured,
        _sha256_of(raw),
        home,
        _article_row(stated, text.digest(), home[0] if home else None, words),
        tuple(_witness_row(one) for one in article.dates.witnesses),
        tuple(_credit_row(one) for one in stated.credits),
        method,
        sentences,
        grams,
    )


def _encodable(article: Article) -> Article:
    """Return an article of which every character can be stored.

    Half a surrogate pair, which only broken JSON brings, becomes the sign for what is lost; offsets
    stay what they are.
    """
    told = (article.id, article.input, article.text, article.title, article.byline, article.url,
            article.outlet_name, article.canonical_url, article.og_url)  # fmt: skip
    try:
        for said in told:
            if said is not None:
                said.encode()
        for mark in article.marks:
            f"{mark.name}{mark.value}{mark.label}{mark.locator}".encode()
    except UnicodeEncodeError:
        cleaned: Article = from_plain(Article, _without_halves(to_plain(article)))
        return cleaned
    return article


def _without_halves(plain: Any) -> Any:
    if isinstance(plain, str):
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in plain)
    if isinstance(plain, list):
        return [_without_halves(item) for item in plain]
    if isinstance(plain, dict):
        return {key: _without_halves(item) for key, item in plain.items()}
    return plain


def page_at(address: str) -> str | None:
    """Return what a page at this address is called, None where the address names no page."""
    found = page_of(address)
    if found is None:
        return None
    host, path, parameters = found
    return host + path + ("?" + "&".join(parameters) if parameters else "")


def _page(raw: Raw, article: Article, home: tuple[str, str] | None, text: str) -> str:
    """Return what makes two texts versions of one page: the address, else the best there is.

    A file is its own address. An id means a page only within an outlet or a table: each of two
    tables may count its rows from 1. Where nothing tells pages apart, equal texts of one outlet
    are one article, but those of unknown outlets are not: they may be copies.
    """
    if article.url and (page := page_at(article.url)):
        return page
    if isinstance(raw.content, File):
        return f"file:{_absolute(raw.content.path)}"
    if not isinstance(raw.content, Document) and article.id != raw.name:
        return f"id:{home[0] if home else Path(raw.source).name}:{article.id}"
    if home:
        return f"text:{home[0]}:{text}"
    return f"text:{raw.name}:{text}"


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _sha256_of(raw: Raw) -> bytes | None:
    """Return the hash of the bytes that the input holds of it; of cells, as JSON."""
    match raw.content:
        case JsonLine(line=data) | Document(data=data) | Response(data=data) | Kept(data=data):
            return sha256(data).digest()
        case Row(cells=cells):
            return sha256(_cells(cells)).digest()
        case File(path=path):
            with suppress(OSError):  # gone since it was read
                return sha256(Path(path).read_bytes()).digest()
    return None


def _cells(cells: Mapping[str, Any]) -> bytes:
    import json

    return json.dumps(cells, default=str).encode()


def _article_row(stated: Credits, text: bytes, home: str | None, words: int) -> _Row:
    article = stated.article
    dates = article.dates
    return (
        text,
        article.url,
        article.canonical_url,
        article.og_url,
        article.outlet,
        article.outlet_name,
        home,
        article.title,
        article.byline,
        article.language,
        _moment(dates.earliest),
        _moment(dates.latest),
        dates.precision,
        int(dates.disagree),
        words,
        stated.kind,
        to_json(stated.origin),
        to_json(stated.chain),
        to_json(article.languages),
        to_json(article.aside),
        to_json(article.marks),
        to_json(article.notes),
        article.input,
        *_kept_lines(article.lines),
        article.text,
    )


def _kept_lines(lines: Sequence[Line]) -> tuple[int, bytes | None]:
    """Return whether lines are those of Markdown, and their JSON where the text does not give them.

    Lines of a page have an XPath; those of a text are made again of it by `draft_of_text`.
    """
    if any(line.locator for line in lines):
        return 0, zlib.compress(to_json(tuple(lines)).encode(), 1)
    return int(any(line.raw or line.tag != "p" for line in lines)), None


def _moment(when: datetime | None) -> str | None:
    """Return a moment in UTC as SQLite's functions read it."""
    if when is None:
        return None
    moved = when if when.tzinfo is UTC else when.astimezone(UTC)
    return moved.isoformat().removesuffix("+00:00")


def _witness_row(one: DateWitness) -> _Row:
    return (
        one.kind,
        _moment(one.earliest),
        _moment(one.latest),
        one.precision,
        one.quote,
        one.locator,
    )


def _credit_row(one: Credit) -> _Row:
    row: _Row = _OF_CREDIT(one)
    return row


# --- rows made an article ------------------------------------------------------------------------


def stated_of_rows(
    row: Mapping[str, Any],
    witnesses: Sequence[_Row],
    credits: Sequence[_Row],
    *,
    lines: bool = True,
) -> Credits:
    """Return an article and its account of itself as it was read.

    `row` is one of `article`; `witnesses` and `credits` are in the order of their columns. Lines
    take as long to make as a text to read: without `lines` they are left out.
    """
    article = Article(
        id=row["id"],
        input=row["input"],
        text=row["text"],
        title=row["title"],
        byline=row["byline"],
        language=row["language"],
        languages=_read(tuple[tuple[int, int, str], ...], row["languages"]),
        outlet=row["outlet"],
        outlet_name=row["outlet_name"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        og_url=row["og_url"],
        dates=Dates(
            moment(row["earliest"]),
            moment(row["latest"]),
            row["precision"],
            tuple([_witness(one) for one in witnesses]),
            bool(row["dates_disagree"]),
        ),
        marks=_read(tuple[Mark, ...], row["marks"]),
        aside=_read(tuple[Span, ...], row["aside"]),
        notes=_read(tuple[str, ...], row["notes"]),
    )
    if lines:
        article = replace(article, lines=lines_of(row))
    return Credits(
        article,
        row["kind"],
        _read(Origin, row["origin"]),
        tuple([Credit(*one) for one in credits]),
        _read(tuple[str, ...], row["chain"]),
    )


def spans_of(aside: str) -> tuple[Span, ...]:
    """Return the runs that are set aside, of their JSON."""
    spans: tuple[Span, ...] = _read(tuple[Span, ...], aside)
    return spans


def _read(kind: Any, text: str) -> Any:
    return () if text == "[]" else from_json(kind, text)


def moment(stated: str | None) -> datetime | None:
    """Return a moment as the tables have it."""
    return None if stated is None else datetime.fromisoformat(stated).replace(tzinfo=UTC)


def _witness(row: _Row) -> DateWitness:
    kind, earliest, latest, precision, quote, locator = row
    first, last = moment(earliest), moment(latest)
    assert first is not None and last is not None
    return DateWitness(kind, first, last, precision, quote, locator)


def lines_of(row: Mapping[str, Any]) -> tuple[Line, ...]:
    """Return the lines of an article, of its columns `lines`, `text` and `markdown`."""
    if row["lines"] is not None:
        kept: tuple[Line, ...] = from_json(tuple[Line, ...], zlib.decompress(row["lines"]).decode())
        return kept
    from filiation.read.text import draft_of_text

    return draft_of_text(row["text"], bool(row["markdown"])).lines
