"""Tables in JSON: one object a line, or one array of objects."""

import codecs
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from filiation.errors import InputError, Unreadable
from filiation.read.columns import COLUMNS, TEXT_KEYS, Columns, paths_of, plain
from filiation.read.raw import JsonLine, Raw, Row
from filiation.read.streams import (
    BEGINNING,
    LONGEST_ROW,
    TooLong,
    beginning,
    encoding_of,
    in_lines,
    lines,
    text_of,
    too_long,
)

__all__ = ["json_rows", "row_of_line"]

ROWS_FOR_COLUMNS = 100
"""Rows of JSON looked at to learn the columns: not every row has every key."""
MOST_DOCUMENT = 200_000_000
"""Bytes of a JSON document that is one array, which must be read whole."""

_Found = tuple[int, bytes | TooLong]


def json_rows(
    stream: IO[bytes], path: Path, source: str, wanted: Mapping[str, str], done: int
) -> Iterator[Raw | InputError]:
    """Yield the rows of JSON lines, of a JSON array of objects, or of a single object.

    Lines are handed on as they are: only the first few are looked into, for the names of columns.
    """
    stream = in_lines(stream)
    start = beginning(stream)
    encoding, notes = encoding_of(start)
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"[") or (bare.startswith(b"{") and not _whole_first_line(bare)):
        yield from _of_document(stream, encoding, path, source, wanted, done)
        return
    found = enumerate(lines(stream), 1)
    ahead = _ahead(found)
    rows = _parsed(ahead, encoding)
    if rows and _parsed(ahead[:1], encoding) and (held := _held(rows[0])):
        yield from _of_list(held, path, source, wanted, done)
        return
    if not ahead:
        raise Unreadable(source, "it holds no row", "write one JSON object a line")
    while ahead and not any(rows):  # nothing but broken lines so far
        yield from _broken(ahead, encoding, source, done)
        ahead = _ahead(found)
        rows = _parsed(ahead, encoding)
    if not ahead:
        return
    names = dict.fromkeys(name for row in rows for name in paths_of(row))
    columns = Columns.choose(source, list(names), wanted)
    for number, line in _chained(ahead, found):
        if number <= done:
            continue
        where = f"{source}, row {number}"
        if isinstance(line, TooLong):
            yield too_long(where).of(source, number)
        else:
            content = JsonLine(line, columns, encoding, notes)
            yield Raw(source, number, where, f"{path.name}#{number}", content)


def _broken(ahead: Iterable[_Found], encoding: str, source: str, done: int) -> Iterator[InputError]:
    """Yield what is wrong with lines of which none is an object with a column."""
    for number, line in ahead:
        where = f"{source}, row {number}"
        if number <= done:
            continue
        try:
            if isinstance(line, TooLong):
                raise too_long(where)
            row_of_line(line, encoding, where)
            raise Unreadable(where, "it has no text", "fill the cell, or leave the row out")
        except InputError as error:
            yield error.of(source, number)


def _ahead(found: Iterator[_Found]) -> list[_Found]:
    """Take the lines from which the columns are learnt: some rows, and no more than one long one."""
    taken: list[_Found] = []
    size = 0
    for number, line in found:
        if _is_blank(line):
            continue
        taken.append((number, line))
        size += 0 if isinstance(line, TooLong) else len(line)
        if len(taken) >= ROWS_FOR_COLUMNS or size > LONGEST_ROW:
            break
    return taken


def _chained(ahead: list[_Found], rest: Iterator[_Found]) -> Iterator[_Found]:
    yield from ahead
    ahead.clear()
    yield from ((number, line) for number, line in rest if not _is_blank(line))


def _is_blank(line: bytes | TooLong) -> bool:
    return not isinstance(line, TooLong) and (line.isspace() or line == codecs.BOM_UTF8)


def _parsed(ahead: Iterable[_Found], encoding: str) -> list[dict[str, Any]]:
    """Return the objects among lines."""
    rows = []
    for _, line in ahead:
        if isinstance(line, TooLong):
            continue
        try:
            rows.append(row_of_line(line, encoding, "")[0])
        except InputError:
            continue
    return rows


def row_of_line(line: bytes, encoding: str, where: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the object of one line, and what to say of its bytes. Raises `Unreadable`."""
    text, notes = text_of(line, encoding)
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(where, f"it is no JSON ({_says(error)})", "mend the line") from error
    if not isinstance(row, dict):
        raise _no_object(where)
    return row, notes


def _whole_first_line(start: bytes) -> bool:
    """Return whether the first line alone is an object, or too long to tell."""
    line, newline, _ = start.partition(b"\n")
    if not newline and len(line) > BEGINNING // 2:
        return True
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return line.rstrip().endswith(b"}")


def _held(document: Mapping[str, Any]) -> list[Any]:
    """Return the list of articles that an object without a text of its own holds."""
    if any(plain(key) in TEXT_KEYS and _is_text(value) for key, value in document.items()):
        return []
    lists = (v for v in document.values() if isinstance(v, list) and v and isinstance(v[0], dict))
    return next(lists, [])


_HEADS = frozenset((*COLUMNS["url"], *COLUMNS["title"]))


def _is_text(value: Any) -> bool:
    """Whether a value is a text, whole or in blocks, rather than a list of articles."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return not any(plain(key) in _HEADS for key in value[0])
    return isinstance(value, str | list)


def _of_document(
    stream: IO[bytes],
    encoding: str,
    path: Path,
    source: str,
    wanted: Mapping[str, str],
    done: int,
) -> Iterator[Raw | InputError]:
    """Yield the rows of a JSON array, or of the array that an object holds, or the object itself."""
    data = stream.read(MOST_DOCUMENT + 1)
    if len(data) > MOST_DOCUMENT:
        what = f"it is a JSON document of more than {MOST_DOCUMENT // 1_000_000} MB"
        raise Unreadable(source, what, "write one JSON object a line (.jsonl)")
    try:
        document = json.loads(text_of(data, encoding)[0], strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(source, f"it is no JSON ({_says(error)})", "mend it") from error
    if isinstance(document, dict):
        document = _held(document) or [document]
    if not isinstance(document, list):
        raise Unreadable(source, "it is JSON, but no list of articles", "write [{…}, {…}]")
    yield from _of_list(document, path, source, wanted, done)


def _of_list(
    found: Sequence[Any], path: Path, source: str, wanted: Mapping[str, str], done: int
) -> Iterator[Raw | InputError]:
    rows = [row for row in found if isinstance(row, dict)]
    names = dict.fromkeys(name for row in rows[:ROWS_FOR_COLUMNS] for name in paths_of(row))
    if not found:
        raise Unreadable(source, "it holds no row", "write one JSON object a line")
    columns = Columns.choose(source, list(names), wanted) if names else None
    for number, row in enumerate(found[done:], done + 1):
        where = f"{source}, row {number}"
        if not isinstance(row, dict) or columns is None:
            yield _no_object(where).of(source, number)
            continue
        cells = columns.needed(row)
        yield Raw(source, number, where, f"{path.name}#{number}", Row(cells, columns))


def _no_object(where: str) -> Unreadable:
    return Unreadable(where, "it is no JSON object", "write {…} with the columns")


def _says(error: BaseException) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]
