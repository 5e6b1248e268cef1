"""All that a library holds of one article: its versions, where it was met, what it matched."""

from dataclasses import dataclass
from typing import Any

from filiation.library.faults import told
from filiation.library.library import Library
from filiation.plain import from_json
from filiation.values import Credits, HopKind, Standing

__all__ = ["Capture", "Kin", "Record", "record"]


@dataclass(frozen=True, slots=True)
class Capture:
    """One time that the article was met."""

    input: str
    """The file, as an absolute path; `-` for standard input."""
    row: int
    id: str
    """What the input calls it."""
    url: str | None
    captured: str | None
    """When an archive captured it, as the archive says it."""
    added: str
    """When it was added, UTC."""
    sha256: str | None
    """Of the bytes it was read from."""


@dataclass(frozen=True, slots=True)
class Kin:
    """An article that shares text with it, as the last audit found."""

    id: str
    outlet: str | None
    name: str | None
    title: str | None
    coverage: float
    """Share of this article's words that lie in passages, 0 to 1."""
    coverage_there: float
    """Share of the other's."""
    score: float
    relation: str | None
    """`parent` where this article was made from the other, `child` where the other was made from
    this one, None where they only share text."""
    standing: Standing | None
    """Of the hop between them, if there is one."""
    kind: tuple[HopKind, ...]
    """Of that hop."""


@dataclass(frozen=True, slots=True)
class Record:
    """One article, with all that belongs to it."""

    stated: Credits
    sha256: str
    """Of its text."""
    words: int
    version: int
    """Of its page, from 1."""
    versions: tuple[str, ...]
    """Ids of all versions of the page."""
    captures: tuple[Capture, ...]
    group: str | None
    """The group of versions of one text that the last audit put it in."""
    kin: tuple[Kin, ...]
    """The most alike first."""


def record(library: Library, key: str) -> Record:
    """Return all that the library holds of the article of this id. Raises `NotFound`."""
    number = library.number(key)
    stated = library.stated(number)
    run = library.connection.execute
    with told(library.path):
        sha256, words, version, first = run(
            "SELECT sha256, words, version, first FROM article WHERE number = ?", (number,)
        ).fetchone()
        versions = run("SELECT id FROM article WHERE first = ? ORDER BY version", (first,))
        captures = run(
            "SELECT path, row, id, url, captured, added, hex(sha256) FROM capture "
            "JOIN intake ON intake.number = intake WHERE article = ? ORDER BY added, path, row",
            (number,),
        )
        group = run('SELECT "group" FROM grouping WHERE article = ?', (number,)).fetchone()
        return Record(
            stated,
            sha256.hex(),
            words,
            version,
            tuple([one for (one,) in versions]),
            tuple([_capture(row) for row in captures]),
            group[0] if group else None,
            _kin(library, number),
        )


def _capture(row: tuple[Any, ...]) -> Capture:
    path, place, key, url, captured, added, sha256 = row
    return Capture(path, place, key, url, captured, added, sha256.lower() or None)


def _kin(library: Library, number: int) -> tuple[Kin, ...]:
    run = library.connection.execute
    hops = {
        (parent, child): (standing, from_json(tuple[HopKind, ...], kind))
        for parent, child, standing, kind in run(
            "SELECT parent, child, standing, kind FROM hop WHERE parent = ?1 OR child = ?1",
            (number,),
        )
    }
    found = []
    for other, here, there, score in run(
        "SELECT b, coverage_a, coverage_b, score FROM match WHERE a = ?1 "
        "UNION ALL SELECT a, coverage_b, coverage_a, score FROM match WHERE b = ?1",
        (number,),
    ).fetchall():
        key, outlet, name, title = run(
            "SELECT id, outlet, outlet_name, title FROM article WHERE number = ?", (other,)
        ).fetchone()
        relation, hop = None, (None, ())
        if (other, number) in hops:
            relation, hop = "parent", hops[other, number]
        elif (number, other) in hops:
            relation, hop = "child", hops[number, other]
        found.append(Kin(key, outlet, name, title, here, there, score, relation, *hop))
    return tuple(sorted(found, key=lambda kin: (-max(kin.coverage, kin.coverage_there), kin.id)))
