"""The audit's verdict on a hop: a table of cases, walked in order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from filiation.stemma.kinship import Naming
from filiation.stemma.verdicts import TextVerdict
from filiation.values import Standing

__all__ = ["STANDINGS_IN_ORDER", "Facts", "standing"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a hop."""

    naming: Naming
    """How the child's page names the parent."""
    text: TextVerdict
    """`silent` where one of the two is unseen."""
    farther: bool = False
    """Whether the child's page credits an ancestor of the parent."""
    told: bool = False
    """Whether the child was not seen: a later page tells of the hop."""
    reversed: bool = False
    """Whether the parent's page says that it has the text from the child."""
    astray: bool = False
    """Whether the child's page credits a version that was seen and that its text or the dates
    rule out."""
    dates: Literal["order", "open", "against"] = "open"
    """`order`: the parent surely precedes. `against`: the credit's own date says it does not."""
    directed: bool = False
    """Whether anything says which of the two came first."""
    quoted: bool = False
    """Whether what the two share is a quotation, which both may have from a third."""
    implied: bool = False
    """Whether one of the two is known by what texts share only: nobody has it, nobody names it."""


STANDINGS_IN_ORDER: tuple[tuple[Standing, str, Callable[[Facts], bool]], ...] = (
    (
        "undetermined",
        "one of the two is a version that nobody has and nobody names",
        lambda f: f.implied,
    ),
    (
        "disputed",
        "each says it has the text from the other, and no date decides",
        lambda f: f.reversed and not (f.naming == "parent" and f.dates == "order"),
    ),
    (
        "disputed",
        "the copy credits this parent, and their texts or dates deny it",
        lambda f: f.naming != "nobody" and (f.text == "contradicts" or f.dates == "against"),
    ),
    (
        "disputed",
        "the copy credits another version, which its text or the dates rule out",
        lambda f: f.astray and f.naming != "parent",
    ),
    ("credited", "a later page tells of both", lambda f: f.told),
    (
        "skipped",
        "the copy credits a farther ancestor, and this parent in passing at most",
        lambda f: f.farther and f.naming != "parent",
    ),
    (
        "confirmed",
        "the copy credits this parent, and the texts match",
        lambda f: f.naming != "nobody" and f.text == "match",
    ),
    (
        "credited",
        "the copy credits this parent, and there is no text to confirm it",
        lambda f: f.naming != "nobody",
    ),
    (
        "undetermined",
        "the two share a quotation, and no credit of this copy leads here",
        lambda f: f.quoted,
    ),
    (
        "uncredited",
        "the texts match, or another copy's credit implies it; no credit of this copy leads here",
        lambda f: f.directed or f.text != "match",
    ),
    ("undetermined", "the texts match, and nothing says which came first", lambda _: True),
)
"""Verdict, when it is given, and the test; the first that holds is the verdict."""


def standing(facts: Facts) -> Standing:
    """Return the verdict on a hop."""
    return next(verdict for verdict, _, holds in STANDINGS_IN_ORDER if holds(facts))
