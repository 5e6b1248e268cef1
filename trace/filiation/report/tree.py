"""Versions as a tree that can be drawn: every one under the one it was made from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from filiation.values import Contamination, Hop, Version

__all__ = ["Branch", "Tree"]

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Branch:
    """One version at its place in the drawing."""

    version: Version
    hop: Hop | None
    """The step by which it was made, the likeliest where there are several; None for a root."""
    also: tuple[Hop, ...]
    """The other steps that lead to it."""
    perhaps: tuple[Version, ...]
    """What else it may have been made from."""
    first: str
    """What stands before its first line."""
    rest: str
    """What stands before its other lines."""
    goes_on: bool
    """Whether versions made from it are drawn below it."""


class Tree:
    """The versions of one text, those of one parent by their dates, and the largest tree first."""

    def __init__(
        self,
        versions: Iterable[Version],
        hops: Iterable[Hop],
        contaminations: Iterable[Contamination] = (),
    ) -> None:
        self.versions = {version.id: version for version in versions}
        self._contaminations: dict[str, list[Contamination]] = defaultdict(list)
        for one in contaminations:
            self._contaminations[one.version].append(one)
        into: dict[str, list[Hop]] = defaultdict(list)
        for hop in hops:
            into[hop.child].append(hop)
        self.hops_to = {
            key: tuple(sorted(found, key=lambda hop: -hop.probability))
            for key, found in into.items()
        }
        self.children: dict[str, list[str]] = defaultdict(list)
        for key, (hop, *_) in self.hops_to.items():
            self.children[hop.parent].append(key)
        for below in self.children.values():
            below.sort(key=self._place)
        roots = [key for key in self.versions if key not in self.hops_to]
        self.roots = sorted(roots, key=lambda key: (-self._size(key), self._place(key)))

    def _size(self, root: str) -> int:
        """Return how many versions a tree has."""
        found, waiting = 0, [root]
        while waiting:
            found += 1
            waiting += self.children[waiting.pop()]
        return found

    def _place(self, key: str) -> tuple[datetime, str, str]:
        """Return what versions are sorted by: the earliest first, those without a date last."""
        version = self.versions[key]
        return version.dates.midpoint or _LAST, version.name or version.outlet or "", key

    def branches(self, limit: int, deepest: int) -> list[Branch]:
        """Return the versions to draw, from top to bottom.

        At most `limit` are returned, none deeper than `deepest`; no version without its parent.
        """
        shown = self._shown(limit, deepest)
        drawn: list[Branch] = []
        waiting = [(root, "", "") for root in reversed(self.roots) if root in shown]
        while waiting:
            key, first, rest = waiting.pop()
            hops = self.hops_to.get(key, ())
            below = [child for child in self.children[key] if child in shown]
            drawn.append(
                Branch(
                    self.versions[key],
                    hops[0] if hops else None,
                    hops[1:],
                    tuple(self._perhaps(key)),
                    first,
                    rest,
                    bool(below),
                )
            )
            for child in reversed(below):
                last = child == below[-1]
                waiting.append(
                    (child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))
                )
        return drawn

    def _perhaps(self, key: str) -> Iterator[Version]:
        """Yield what a version may have been made from, besides what it is drawn under."""
        told = {hop.parent for hop in self.hops_to.get(key, ())}
        for one in self._contaminations.get(key, ()):
            for parent in one.parents:
                if parent not in told:
                    told.add(parent)
                    yield self.versions[parent]

    def _shown(self, limit: int, deepest: int) -> set[str]:
        """Return the versions to draw: of the largest trees first, those nearest to the root."""
        shown: set[str] = set()
        for root in self.roots:
            layer = [root]
            for _ in range(deepest + 1):
                shown.update(layer[: limit - len(shown)])
                layer = [child for key in layer if key in shown for child in self.children[key]]
        return shown
