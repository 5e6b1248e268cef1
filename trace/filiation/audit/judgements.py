"""What was judged of each family, kept for the next audit.

The groups of a family depend on its articles, on which texts of their addresses they are, on the
matches between them, on how often their outlets name one another elsewhere, on the catalogue and on this program, and on nothing else. They are kept under a hash of all these; so where a library grows,
only families are judged that are new, that an article has joined or two of which it has joined, or
between whose articles other words are shared since other phrases are set aside.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

from filiation.audit.judge import Family
from filiation.audit.values import Group
from filiation.errors import LibraryError
from filiation.library import Library
from filiation.library.faults import told
from filiation.outlets import Catalogue
from filiation.plain import from_json
from filiation.shelf import shelf
from filiation.values import Stemma

__all__ = ["made_of_two", "remembered"]

COMMIT = 1.0
"""Seconds after which what was judged is written: what a kill costs at the most."""
KEY_BYTES = 16
"""Of a hash: two of a million families have the same once in 10 ** 26 libraries."""

Judge = Callable[[Sequence[Family]], Iterator[str]]
"""Yields the groups of each family, as JSON."""


def remembered(
    library: Library, families: Sequence[Family], catalogue: Catalogue | None, judge: Judge
) -> Iterator[tuple[Group, ...]]:
    """Yield the groups of each family: those that are kept, else those that `judge` finds.

    What it finds is kept in the library, which must be open for writing; what no family has any more
    is left out when all are done. Raises `LibraryError`.
    """
    keys = _keys(library, families, catalogue)
    with told(library.path):
        known = {key for (key,) in library.connection.execute("SELECT key FROM judgement")}
    rows = zip(families, keys, strict=True)
    fresh = judge([family for family, key in rows if key not in known])
    waiting: list[tuple[bytes, str]] = []
    until = time.monotonic() + COMMIT
    try:
        for key in keys:
            if key in known:
                groups = _kept(library, key)
            else:
                groups = next(fresh)
                waiting.append((key, groups))
            yield _read(library, groups)
            if time.monotonic() > until:
                _keep(library, waiting)
                until = time.monotonic() + COMMIT
    finally:
        _keep(library, waiting)
    stale = known.difference(keys)
    if stale:
        with library.transaction() as connection:
            connection.executemany(
                "DELETE FROM judgement WHERE key = ?", ((key,) for key in sorted(stale))
            )


def made_of_two(library: Library) -> dict[tuple[str, ...], Stemma]:
    """Return the stemmata of which a version may have been made from two, by the articles of the group.

    Raises `LibraryError` where that cannot be read.
    """
    with told(library.path):
        known = library.connection.execute(_IS_KEPT).fetchall()
        rows = library.connection.execute(_OF_TWO).fetchall() if known else []
    return {
        group.articles: group.stemma
        for (groups,) in rows
        for group in _read(library, groups)
        if group.stemma.contaminations
    }


_IS_KEPT = (
    "SELECT name FROM sqlite_master WHERE name = 'judgement'"  # not in libraries of version 3
)
_OF_TWO = "SELECT groups FROM judgement WHERE instr(groups, '\"contaminations\"') > 0"


def _kept(library: Library, key: bytes) -> str:
    with told(library.path):
        [groups] = library.connection.execute(
            "SELECT groups FROM judgement WHERE key = ?", (key,)
        ).fetchone()
    return str(groups)


def _read(library: Library, groups: str) -> tuple[Group, ...]:
    try:
        found: tuple[Group, ...] = from_json(tuple[Group, ...], groups)
    except ValueError as error:
        what = "what it keeps of the last audit is damaged"
        raise LibraryError(library.path, what, "make it anew from the articles") from error
    return found


def _keep(library: Library, waiting: list[tuple[bytes, str]]) -> None:
    """Write what was judged, and forget it."""
    if not waiting:
        return
    with library.transaction() as connection:
        connection.executemany("INSERT INTO judgement VALUES (?, ?)", waiting)
    waiting.clear()


def _keys(library: Library, families: Sequence[Family], catalogue: Catalogue | None) -> list[bytes]:
    """Return of each family the hash of all that its groups depend on."""
    given = b"" if catalogue is None else repr(tuple(catalogue)).encode()
    common = blake2b(_program() + given, digest_size=KEY_BYTES)
    keys: list[bytes] = []
    several = library.texts_of(number for family in families for number in family.numbers)
    for family in families:
        key = common.copy()
        # No article is changed once it is added, but its address may come to have another text.
        which = [(number, several[number]) for number in family.numbers if number in several]
        told_by = (family.numbers, family.matches, family.habits, which)
        key.update(repr(told_by).encode("utf-8", "surrogatepass"))
        keys.append(key.digest())
    return keys


@cache
def _program() -> bytes:
    """Return a hash of this program and of what it knows of the press."""
    found = blake2b(digest_size=KEY_BYTES)
    for folder in (files("filiation"), shelf()):
        for name, content in _contents(folder, ""):
            found.update(f"{name}\0{len(content)}\0".encode())
            found.update(content)
    return found.digest()


def _contents(folder: Traversable, at: str) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of the code and the data in a folder, in their order."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{at}/{entry.name}"
        if entry.is_dir():
            yield from _contents(entry, name)
        elif name.endswith((".py", ".toml")):
            yield name, entry.read_bytes()
