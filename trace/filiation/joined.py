"""What was joined, step by step, into sets of which no two share a member."""

from collections.abc import Iterable

__all__ = ["Joined"]


class Joined:
    """Disjoint sets, with path halving (Tarjan and van Leeuwen 1984)."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def __contains__(self, one: int) -> bool:
        return one in self._above

    def members(self) -> Iterable[int]:
        """Return all that were joined."""
        return self._above.keys()

    def head(self, one: int) -> int:
        """Return the least member of the set that `one` is in."""
        above = self._above
        if one not in above:
            return one
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    def join(self, one: int, other: int) -> None:
        """Make one set of the two that these are in."""
        self._above.setdefault(one, one)
        self._above.setdefault(other, other)
        low, high = sorted((self.head(one), self.head(other)))
        self._above[high] = low
