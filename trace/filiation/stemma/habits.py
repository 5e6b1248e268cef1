"""How often one outlet says that it has its texts from another, as pages of other texts tell.

Of two outlets that share a text without a word on its origin, the one that names the other on its other
pages likelier took this one too. Only what *other* pages say counts: a hop that was inferred tells nothing
of the next, or an audit would argue in a circle.
"""

from collections.abc import Callable, Mapping, Sequence

from filiation.stemma.weights import PARENT_ROLES
from filiation.values import Article

__all__ = ["GIVING_ROLES", "Habits", "HabitsOf", "at_least", "doublings"]

GIVING_ROLES = PARENT_ROLES - {"hat_tip"}
"""Roles in which a page names an outlet as one that it has its text from."""

Habits = Mapping[tuple[str, str], int]
"""Of a giver and a taker, by the keys of `outlets.home_of`: how many doublings of pages, see `doublings`."""

HabitsOf = Callable[[Sequence[Article]], Habits]
"""What tells the habits of the outlets of some articles, by all pages that it knows but theirs."""

MOST_DOUBLINGS = 5
"""More than 31 pages say no more: a habit can be broken, however old it is."""
LEAST = 3
"""Pages that make a habit: of two dailies that share hundreds of agencies' texts one names the other once."""


def doublings(pages: int) -> int:
    """Return how many times the pages double from none on, one more each time: 2 of three, 3 of seven.

    So that a judgement that is kept holds until the pages are twice as many. Fewer than `LEAST` are none.
    """
    return min(MOST_DOUBLINGS, (pages + 1).bit_length() - 1) if pages >= LEAST else 0


def at_least(times: int) -> int:
    """Return how many pages so many doublings stand for at the least."""
    return (1 << times) - 1
