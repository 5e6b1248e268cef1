"""Which articles are judged together: all that share text, and what they share it with.

Where that is too many, for a famous statement links one story to the next, only *strong* matches
join, those that make two articles versions of one text; and an article that is no version of any
other follows the one that it takes most from.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from filiation.joined import Joined

__all__ = ["MOST", "Edge", "families"]


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A match between two articles, by their places in the order of the audit."""

    a: int
    b: int
    """The later one."""
    strong: bool
    """Whether the two are versions of one text."""
    worth: float
    """How much they share; of several quotations the one worth most decides."""


def families(edges: Sequence[Edge], alone: Iterable[int] = ()) -> list[list[int]]:
    """Return the families, each sorted, in the order of their first articles.

    `alone` are articles that make a family even where nothing matches them: those whose pages name a
    source that is not in the library.
    """
    joined = Joined()
    for edge in edges:
        joined.join(edge.a, edge.b)
    found = _sets(joined, alone)
    within = {one: number for number, family in enumerate(found) for one in family}
    several: defaultdict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        if len(found[within[edge.a]]) > MOST:
            several[within[edge.a]].append(edge)
    return sorted(
        part
        for number, family in enumerate(found)
        for part in (_parted(several[number]) if len(family) > MOST else [family])
    )


MOST = 2_000
"""Articles judged together, unless strong matches join more: their stemma takes seconds."""


def _parted(edges: Sequence[Edge]) -> list[list[int]]:
    """Return the families that strong matches make, each with the articles that follow it."""
    joined = Joined()
    for edge in edges:
        if edge.strong:
            joined.join(edge.a, edge.b)
    loose: dict[int, tuple[float, int]] = {}
    for edge in edges:
        if edge.strong:
            continue
        for one, other in ((edge.a, edge.b), (edge.b, edge.a)):
            if one not in joined:
                # Of equal quotations the one of the earliest article.
                loose[one] = max(loose.get(one, (0.0, -other)), (edge.worth, -other))
    for one in sorted(loose):
        joined.join(one, -loose[one][1])
    return _sets(joined, ())


def _sets(joined: Joined, alone: Iterable[int]) -> list[list[int]]:
    members: dict[int, list[int]] = {}
    for one in sorted({*joined.members(), *alone}):
        members.setdefault(joined.head(one), []).append(one)
    return sorted(members.values())
