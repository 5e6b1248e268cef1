"""What the last audit found, read back from the library's tables."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from filiation.audit.judgements import made_of_two
from filiation.audit.values import Group
from filiation.errors import LibraryError
from filiation.library import Library
from filiation.library.faults import told
from filiation.library.rows import moment
from filiation.plain import from_json
from filiation.values import Contamination, Dates, Hop, HopKind, Match, Passage, Stemma, Version

__all__ = ["Kept", "kept", "matches_of"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A hop as the library keeps it, with those of its versions that nobody has seen."""

    hop: Hop
    parent: Version | None = None
    child: Version | None = None


def kept(library: Library) -> Iterator[Group]:
    """Yield the groups that the last audit found, by their ids, with versions and hops.

    Their credits, and what could not be known of them, are not kept; what was made from two versions is,
    as far as it stands among these. Raises `LibraryError` where the hops are those of an audit by an older
    version of this program.
    """
    with told(library.path):
        articles = {row[0]: row for row in library.connection.execute(_ARTICLES)}
        hops = library.connection.execute(_HOPS).fetchall()
    members: defaultdict[str, list[int]] = defaultdict(list)
    for number, group, *_ in articles.values():
        members[group].append(number)
    of_group: defaultdict[str, list[_Row]] = defaultdict(list)
    for group, *row in hops:
        of_group[group].append(row)
    of_two = made_of_two(library)
    for key in sorted(members.keys() | of_group.keys()):
        group = _group(key, members[key], _read(library, of_group[key]), articles)
        judged = of_two.get(group.articles)
        yield group if judged is None else _of_two(group, judged)


def matches_of(library: Library, ids: Sequence[str]) -> Iterator[Match]:
    """Yield what the last audit found these articles to share, two and two."""
    with told(library.path):
        rows = library.connection.execute(_MATCHES, (json.dumps(list(ids)),)).fetchall()
    for a, b, language_a, language_b, score, inside_a, inside_b, alike, words, kind, spans in rows:
        yield Match(
            a=a,
            b=b,
            passages=tuple(Passage(*span) for span in json.loads(spans)),
            coverage_a=inside_a,
            coverage_b=inside_b,
            similarity=alike,
            score=score,
            same_language=language_a == language_b or "translation" not in json.loads(kind),
            kind=from_json(tuple[HopKind, ...], kind),
            shared_words=words,
        )


_Row = Sequence[Any]
_End = tuple[int | None, str | None, Version | None]
"""One end of a hop: number of the article, name of the outlet, the version nobody has seen."""

_ARTICLES = (
    'SELECT number, "group", id, outlet, outlet_name, title, url, language, byline, earliest, '
    "latest, precision FROM grouping JOIN article ON number = article ORDER BY id"
)
_MATCHES = (
    "WITH asked AS (SELECT number, id, language FROM article "
    "WHERE id IN (SELECT value FROM json_each(?))) "
    "SELECT one.id, other.id, one.language, other.language, score, coverage_a, coverage_b, "
    "similarity, shared_words, kind, passages FROM match "
    "JOIN asked AS one ON one.number = a JOIN asked AS other ON other.number = b "
    "ORDER BY one.id, other.id"
)
_HOPS = (
    'SELECT "group", parent, parent_name, child, child_name, shape FROM hop '
    'ORDER BY "group", number'
)


def _read(library: Library, rows: Sequence[_Row]) -> Iterator[tuple[Hop, _End, _End]]:
    for parent, parent_name, child, child_name, shape in rows:
        try:
            one: Kept = from_json(Kept, shape)
        except ValueError as error:
            what = "what it holds of the last audit was written by an older version"
            raise LibraryError(library.path, what, "run filiation audit again") from error
        yield one.hop, (parent, parent_name, one.parent), (child, child_name, one.child)


def _group(
    key: str,
    members: Sequence[int],
    hops: Iterable[tuple[Hop, _End, _End]],
    articles: Mapping[int, _Row],
) -> Group:
    versions: dict[str, Version] = {}
    found: list[Hop] = []
    placed: set[int | None] = set()
    for hop, *ends in hops:
        for name, (number, outlet, unseen) in zip((hop.parent, hop.child), ends, strict=True):
            versions[name] = unseen or _version(name, articles[number or 0], outlet)
            placed.add(number)
        found.append(hop)
    free = (name for n in count(1) if (name := f"v{n}") not in versions)
    for number in members:
        if number not in placed:
            name = next(free)
            versions[name] = _version(name, articles[number], articles[number][4])
    children = {hop.child for hop in found}
    roots = tuple(name for name in versions if name not in children)
    stemma = Stemma(tuple(versions.values()), tuple(found), roots)
    return Group(
        id=key,
        articles=tuple(articles[number][2] for number in members),
        stemma=stemma,
        origin=None if stemma.origin is None else versions[stemma.origin].article,
        independent_sources=len(roots),
    )


def _of_two(group: Group, judged: Stemma) -> Group:
    """Return a group with what its stemma, as it was judged, had made from two; versions have other ids."""
    here = {_who(version): version.id for version in group.stemma.versions}
    there = {version.id: here.get(_who(version), "") for version in judged.versions}
    found = tuple(
        Contamination(there[one.version], (there[first], there[other]), one.readings)
        for one in judged.contaminations
        for first, other in [one.parents]
        if there[one.version] and there[first] and there[other]
    )
    return replace(group, stemma=replace(group.stemma, contaminations=found))


def _who(version: Version) -> tuple[str, bool]:
    """Return what tells a version from the others of its group, whatever these are called."""
    return version.article or version.id, version.seen


def _version(name: str, row: _Row, outlet_name: str | None) -> Version:
    _, _, key, outlet, _, title, url, language, byline, earliest, latest, precision = row
    return Version(
        id=name,
        name=outlet_name,
        outlet=outlet,
        title=title,
        url=url,
        language=language,
        author=byline,
        seen=True,
        dates=Dates(moment(earliest), moment(latest), precision),
        article=key,
    )
