"""Rows of a capture index as the servers write them: JSON, lines of JSON, or text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["COLUMNS", "NoRows", "Rows", "rows_of"]

COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""What a row of text holds, in this order (wayback-cdx-server, README)."""
_OTHER_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
"""What pywb and Common Crawl call the same."""

MOST_ROWS = 150_000
"""Rows read of one answer: as many as the Wayback Machine gives at once."""

Row = Mapping[str, str]


class NoRows(ValueError):
    """An answer is no rows of an index; says what it is instead."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What one answer of an index holds."""

    rows: tuple[Row, ...]
    """By the names in `COLUMNS`, and those besides that the server gave."""
    resume: str | None = None
    """Where the next question goes on, as the server wrote it; None at the end."""
    lost: int = 0
    """Rows that could not be read."""


def rows_of(content: bytes) -> Rows:
    """Return the rows of an index's answer. Raises `NoRows` where it holds something else.

    Three forms are told apart by their first character: an array of arrays whose first row names
    the columns, with the resume key behind an empty row; lines of JSON objects (pywb, Common
    Crawl); lines of text, with the resume key behind an empty line. An empty answer has no rows.
    """
    text = content.decode("utf-8", "replace").lstrip("\ufeff").strip()
    if not text:
        return Rows(())
    match text[0]:
        case "[":
            return _of_array(text)
        case "{":
            return _of_objects(text.splitlines())
        case "<":
            raise NoRows("a page of HTML came instead of rows")
    return _of_lines(text.splitlines())


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise NoRows("its JSON is nested without end") from None
    except ValueError:
        raise NoRows("its JSON is broken") from None


def _of_array(text: str) -> Rows:
    array = _parsed(text)
    if not isinstance(array, list) or not all(isinstance(row, list) for row in array):
        raise NoRows("its JSON holds no rows")
    if not array:
        return Rows(())
    names, *rest = array
    if "timestamp" not in names or not all(isinstance(name, str) for name in names):
        raise NoRows("its first row does not name the columns")
    rows: list[Row] = []
    lost = 0
    for place, cells in enumerate(rest):
        if not cells:
            return Rows(tuple(rows), _key(rest[place + 1 :]), lost)
        if place == MOST_ROWS:
            return Rows(tuple(rows), None, lost + len(rest) - place)
        if len(cells) == len(names) and all(isinstance(cell, str | int | None) for cell in cells):
            rows.append(_named(zip(names, cells, strict=True)))
        else:
            lost += 1
    return Rows(tuple(rows), None, lost)


def _key(after: Sequence[object]) -> str | None:
    """Return the resume key that stands behind the empty row."""
    match after:
        case [[str() as key], *_] if key.strip():
            return key.strip()
    return None


def _named(cells: "zip[tuple[str, object]]") -> Row:
    return {_OTHER_NAMES.get(name, name): "" if cell is None else str(cell) for name, cell in cells}


def _of_objects(lines: Sequence[str]) -> Rows:
    rows: list[Row] = []
    lost = 0
    for line in lines:
        if not line.strip():
            continue
        if len(rows) == MOST_ROWS:
            lost += 1
            continue
        try:
            made = _parsed(line)
        except NoRows:
            lost += 1
            continue
        if isinstance(made, dict) and _is_row(made):
            rows.append(_named(zip(made, made.values(), strict=True)))
        else:
            lost += 1
    if lost and not rows:
        raise NoRows("its JSON holds no rows")
    return Rows(tuple(rows), None, lost)


def _is_row(made: Mapping[str, object]) -> bool:
    return "timestamp" in made and all(isinstance(v, str | int | None) for v in made.values())


def _of_lines(lines: Sequence[str]) -> Rows:
    rows: list[Row] = []
    lost = 0
    for place, line in enumerate(lines):
        if not line.strip():
            key = next((later.strip() for later in lines[place + 1 :] if later.strip()), None)
            return Rows(tuple(rows), key, lost)
        cells = line.split()
        if len(rows) < MOST_ROWS and len(cells) == len(COLUMNS) and cells[1].isdecimal():
            rows.append(dict(zip(COLUMNS, cells, strict=True)))
        else:
            lost += 1
    if lost and not rows:
        raise NoRows(f"a sentence came instead of rows: {lines[0][:200]}")
    return Rows(tuple(rows), None, lost)
