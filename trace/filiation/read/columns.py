"""The columns of a table: which of them holds what."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isnan
from typing import Any

from filiation.errors import NoSuchColumn
from filiation.read.decode import MOST_BYTES, decode

__all__ = [
    "COLUMNS",
    "DEEPEST",
    "MOST_COLUMNS",
    "TEXT_KEYS",
    "Columns",
    "at_path",
    "below",
    "paths_of",
    "plain",
]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    # what is looked for: the usual names of its column, the likeliest first
    "id": ("id", "article_id", "articleid", "doc_id", "docid", "uid", "guid", "stories_id"),
    "url": ("url", "link", "href", "address", "article_url", "source_url", "permalink", "uri"),
    "outlet": (
        "outlet", "outlet_name", "publication", "publisher", "newspaper", "media_name", "site_name",
        "media", "source_name", "site", "domain", "website", "source", "feed",
    ),
    "title": ("title", "headline", "titre", "titel", "header", "article_title"),
    "author": ("author", "authors", "byline", "creator", "writer", "auteur"),
    "published": (
        "published", "date", "publish_date", "published_at", "publication_date", "pub_date",
        "pubdate", "date_published", "datepublished", "datetime", "published_date", "date_publish",
        "publication_datetime", "timestamp", "time",
    ),
    "language": ("language", "lang", "language_code", "langue", "locale"),
    "html": ("html", "raw_html", "page", "source_html", "content_html"),
    "text": (
        "text", "body", "content", "article", "full_text", "fulltext", "maintext", "article_text",
        "article_body", "plain_text", "context", "story", "texte", "markdown",
    ),
}  # fmt: skip
"""Columns by their usual names, compared without case, spaces and punctuation."""

SITES = ("site", "domain", "source_domain", "host", "hostname")
"""A second column that may name the outlet, mostly by its domain."""

MOST_COLUMNS = 2_000
"""Columns of a table that are looked at."""

TEXT_KEYS = frozenset(COLUMNS["text"] + COLUMNS["html"])
"""Names of columns that hold a text."""


def plain(name: str) -> str:
    """Return a column's name as it is compared: without case, spaces and punctuation."""
    return re.sub(r"[\W]+", "_", str(name).strip().lower().lstrip("\ufeff")).strip("_")


DEEPEST = 4
"""Names in a path to a nested column (`page.article.body`)."""
_NESTED = ("outlet", "html", "text")
"""What is found in nested columns without being named: an `address` or `date` below another name
is mostly that of something else."""


def paths_of(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a row's columns, nested ones as paths with dots, the outer before."""
    pending: list[tuple[tuple[str, ...], Any]]
    pending = [((str(name),), value) for name, value in list(row.items())[:MOST_COLUMNS]]
    for path, value in pending:
        yield ".".join(path)
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict) and len(path) < DEEPEST and len(pending) < MOST_COLUMNS:
            pending += [((*path, str(name)), below) for name, below in list(inner.items())[:100]]


def at_path(row: Mapping[str, Any], name: str) -> Any:
    """Return a cell by its column's name or path; of a list, what each of its items has there."""
    return row.get(name) if name in row or "." not in name else below(row, name)


def below(value: Any, path: str) -> Any:
    """Return what lies at a path below a nested value; None where nothing does."""
    steps = path.split(".")
    while steps:
        rest = ".".join(steps)
        if isinstance(value, list):
            return [below(item, rest) for item in value[:MOST_ITEMS]]
        if not isinstance(value, Mapping):
            return None
        # A name may itself have dots.
        taken = next((n for n in range(len(steps), 0, -1) if ".".join(steps[:n]) in value), 0)
        if not taken:
            return None
        value = value[".".join(steps[:taken])]
        steps = steps[taken:]
    return value


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table holds what."""

    of: Mapping[str, str]
    site: str | None
    text_first: bool
    """Whether the text goes before the page, because it was named and the page was not."""

    @classmethod
    def choose(cls, given: str, names: Sequence[str], wanted: Mapping[str, str]) -> "Columns":
        """Choose among the columns `names` of the table `given`: those `wanted`, else the usual.

        Raises `NoSuchColumn` where one that is wanted does not exist, or none holds the text.
        """
        listed = ", ".join(name[:60] for name in names[:30]) + (", …" if len(names) > 30 else "")
        by_name = {plain(name): name for name in reversed(names)}
        chosen: dict[str, str] = {}
        for what, name in wanted.items():
            if what not in COLUMNS:
                hint = _did_you_mean(what, list(COLUMNS)) or f"know {', '.join(COLUMNS)}"
                raise NoSuchColumn(given, f"nothing is called {what!r} here", hint)
            found = name if name in names else by_name.get(plain(name))
            if found is None:
                meant = _did_you_mean(name, list(names))
                remedy = (
                    f"{meant} its columns are {listed}" if meant else f"its columns are {listed}"
                )
                raise NoSuchColumn(given, f"it has no column {name!r}", remedy)
            chosen[what] = found
        for what, usual in COLUMNS.items():
            if what not in chosen:
                for name in usual:
                    found = by_name.get(name)
                    if found is None or found in chosen.values():
                        continue
                    if "." not in found or what in _NESTED:
                        chosen[what] = found
                        break
        if "text" not in chosen and "html" not in chosen:
            remedy = f"name it with --column text=NAME; its columns are {listed}"
            raise NoSuchColumn(given, "it has no column that holds the text", remedy)
        site = next((by_name[s] for s in SITES if s in by_name), None)
        return cls(chosen, site, "text" in wanted and "html" not in wanted)

    def cell(self, row: Mapping[str, Any], what: str) -> str | None:
        """Return a cell as text, or None where it is empty."""
        if what not in self.of:
            return None
        value = at_path(row, self.of[what])
        if what in ("text", "html"):
            return _prose(value)
        return _cell(_moment(value) if what == "published" else value)

    def site_cell(self, row: Mapping[str, Any]) -> str | None:
        """Return the second cell that names the outlet, or None."""
        return _cell(at_path(row, self.site)) if self.site else None

    def names(self) -> list[str]:
        """Return the columns that hold something."""
        return list(dict.fromkeys([*self.of.values(), *([self.site] if self.site else [])]))

    def needed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the cells of a row that hold something."""
        return {name: at_path(row, name) for name in self.names()}


MOST_ITEMS = 100_000
"""Items of a list in a cell that are read: paragraphs of a text."""


def _prose(value: Any) -> str | None:
    """Return a text as a cell holds it: whole, in paragraphs, or in objects with a text each."""
    if isinstance(value, dict):
        inner = next((value[key] for key in value if plain(key) in TEXT_KEYS), None)
        return _prose(inner) if not isinstance(inner, dict) else None
    if isinstance(value, list):
        parts = (_prose(item) for item in value[:MOST_ITEMS] if not isinstance(item, list))
        return "\n\n".join(part for part in parts if part) or None
    return _cell(value)


_MOMENTS = ((6e8, 4.2e9, 1), (6e11, 4.2e12, 1_000), (6e14, 4.2e15, 1_000_000))
"""Seconds, milliseconds and microseconds since 1970 that lie between 1989 and 2103."""


def _moment(value: Any) -> Any:
    """Return a date that is given as a number of seconds since 1970 as it would be written."""
    figure = value
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) in (10, 13, 16):
        figure = int(value)
    if isinstance(figure, int | float) and not isinstance(figure, bool):
        for least, most, parts in _MOMENTS:
            if least <= figure < most:
                return datetime.fromtimestamp(figure // parts, UTC).isoformat()
    return value


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    from rapidfuzz import process

    best = process.extractOne(word[:100], known[:MOST_COLUMNS], score_cutoff=60)
    return f"did you mean {best[0]!r}?" if best else ""


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float) and isnan(value):  # what tables of numbers have for nothing
        return None
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value[:50] if item is not None)
    elif isinstance(value, dict):
        value = value.get("name") or value.get("url") or value.get("title")
    elif isinstance(value, bytes):
        value = decode(value[:MOST_BYTES]).text
    if value is None:
        return None
    text = str(value)
    return text if text.strip() else None
