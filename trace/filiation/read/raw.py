"""What an input holds before it is read: one row, record, entry or file, cheap to make and to send.

A `Raw` is all that a worker process needs to make an article of it: bytes and names, picklable, and
nothing parsed that could wait.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from filiation.read.columns import Columns
from filiation.values import Mark

__all__ = [
    "WHOLE",
    "Document",
    "Entry",
    "File",
    "JsonLine",
    "Kept",
    "Raw",
    "Response",
    "Revisit",
    "Row",
]

WHOLE: Final = sys.maxsize
"""What `done` answers for an input that was read to its end: it is not opened again."""


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line of a table of JSON lines, not parsed yet."""

    line: bytes
    columns: Columns
    encoding: str
    notes: tuple[str, ...] = ()
    """How the bytes of the table were understood."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by the names of their columns, those that are of use."""

    cells: Mapping[str, Any]
    columns: Columns
    notes: tuple[str, ...] = ()
    """How the bytes of the table were understood."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that is one article, to be opened by who reads it."""

    path: str


@dataclass(frozen=True, slots=True)
class Document:
    """One article of a stream that only one process can read: standard input, a pipe."""

    data: bytes
    suffix: str = ""
    url: str | None = None
    """The address it was saved from, where that is known."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An article of a bundle of evidence that has no page of its own there."""

    data: bytes
    """Its line, which holds it as it was read."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered, as an archive kept it."""

    data: bytes
    """The answer as sent: status line, headers, body; or the body alone."""
    uri: str
    media_type: str | None = None
    """The type of the body where it came without headers (`resource` records), else None."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revisit:
    """A page met again with the text of an earlier capture: a date, and no new text."""

    uri: str
    of_uri: str
    """The address of the earlier capture; the same as `uri` where the record names no other."""
    of_date: str | None
    """When the earlier capture was made, as the record says it (WARC-Refers-To-Date)."""
    digest: str
    """Of the text that both have, as the record says it (WARC-Payload-Digest); may be empty."""
    met: bool = False
    """Whether the earlier capture was met before, in what was read of the same inputs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed with its text, and what the feed says of it; all as written."""

    id: str | None
    url: str | None
    title: str | None
    author: str | None
    published: str | None
    updated: str | None
    language: str | None
    outlet: str | None
    """The feed's title, where the feed is of the entry's own site."""
    site: str | None
    """The host of the site that the feed is of."""
    content: str
    is_plain: bool
    """Whether the content is text rather than HTML."""
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """One thing of an input that may give an article: a row, a record, an entry, a file."""

    source: str
    """The file it is from: as the user gave it, or found below the folder given; `-`."""
    number: int
    """Its row or record there, from 1. A file that is one article is its own first row."""
    where: str
    """Both, for messages: `cases.csv, row 7`."""
    name: str
    """What to call the article where it brings no id of its own: `cases.csv#7`."""
    content: JsonLine | Row | File | Document | Response | Revisit | Entry | Kept
    captured: str | None = None
    """When an archive captured it (WARC-Date, ISO 8601), where it is from one."""
