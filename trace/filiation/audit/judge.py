"""The stemmata of each family, by several processes, in the order of the families.

They come as JSON, which is written and read as fast as processes hand values to one another, and is
what the library keeps.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from filiation.audit.engine import Engine
from filiation.audit.values import Group
from filiation.library import Library
from filiation.outlets import Catalogue, Outlet
from filiation.plain import to_json
from filiation.stemma import stemmata
from filiation.values import Credits, Match, Stemma

__all__ = ["Family", "judged"]

BATCH = 200
"""Articles handed to a worker at a time, about: a tenth of a second's work."""
SMALL = 1_000
"""Articles up to which one process does it all."""


@dataclass(frozen=True, slots=True)
class Family:
    """Articles that may be versions of one text."""

    numbers: tuple[int, ...]
    """In the library."""
    matches: tuple[Match, ...]
    """Between them."""
    habits: tuple[tuple[tuple[str, str], int], ...]
    """Of their outlets, as all other pages of the library tell."""


def judged(
    library: Library, families: Sequence[Family], catalogue: Catalogue | None, engine: Engine
) -> Iterator[str]:
    """Yield the groups of each family, as JSON: the texts of which something was made, or made from."""
    outlets = None if catalogue is None else tuple(catalogue)
    batches = list(_batches(families))
    size = sum(len(family.numbers) for family in families)
    for groups in _answers(library, outlets, batches, engine, few=size <= SMALL):
        yield from groups


def _answers(
    library: Library,
    outlets: tuple[Outlet, ...] | None,
    batches: Sequence[list[Family]],
    engine: Engine,
    *,
    few: bool,
) -> Iterator[list[str]]:
    if engine.reads_library:
        return engine.mapped(_Judge(library.path, outlets), batches, few=few)
    carried = ((batch, _stated(library, batch)) for batch in batches)
    return engine.mapped(_Carried(outlets), carried, few=few)


def _stated(library: Library, families: Sequence[Family]) -> dict[int, Credits]:
    asked = [number for family in families for number in family.numbers]
    stated = dict(library.stated_of(asked, lines=False))
    for number, had in library.texts_of(asked).items():
        page = stated[number]
        stated[number] = replace(page, article=replace(page.article, had=had))
    return stated


def _batches(families: Sequence[Family]) -> Iterator[list[Family]]:
    batch: list[Family] = []
    size = 0
    for family in families:
        batch.append(family)
        size += len(family.numbers)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class _Judge:
    """Finds the stemma of families, in whatever process it finds itself in."""

    def __init__(self, path: str, outlets: tuple[Outlet, ...] | None) -> None:
        self._path = path
        self._outlets = outlets
        """Those of the user's own catalogue, None for the one that comes with the program."""
        self._library: Library | None = None
        self._catalogue: Catalogue | None = None

    def __call__(self, families: Sequence[Family]) -> list[str]:
        """Return the groups of each family, as JSON."""
        if self._library is None:
            self._library = Library.open(self._path)
            self._catalogue = None if self._outlets is None else Catalogue(self._outlets)
        return _groups(families, _stated(self._library, families), self._catalogue)


class _Carried:
    """Finds the stemma of families that bring their articles, where the library is out of reach."""

    def __init__(self, outlets: tuple[Outlet, ...] | None) -> None:
        self._outlets = outlets

    def __call__(self, batch: tuple[Sequence[Family], Mapping[int, Credits]]) -> list[str]:
        """Return the groups of each family, as JSON."""
        families, stated = batch
        return _groups(
            families, stated, None if self._outlets is None else Catalogue(self._outlets)
        )


def _groups(
    families: Sequence[Family], stated: Mapping[int, Credits], catalogue: Catalogue | None
) -> list[str]:
    return [
        to_json(
            [
                _group(tree)
                for tree in stemmata(
                    [stated[number] for number in family.numbers],
                    {(match.a, match.b): match for match in family.matches},
                    habits=dict(family.habits),
                    catalogue=catalogue,
                )
                # What pages tell of unseen versions alone is no group: it has no article.
                if tree.hops and any(version.seen for version in tree.versions)
            ]
        )
        for family in families
    ]


def _group(tree: Stemma) -> Group:
    seen = {version.id: version.article for version in tree.versions}
    articles = sorted(article for article in seen.values() if article is not None)
    return Group(
        id=f"g-{articles[0]}",
        articles=tuple(articles),
        stemma=tree,
        origin=seen[tree.origin] if tree.origin else None,
        independent_sources=len(tree.roots),
    )
