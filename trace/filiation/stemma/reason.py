"""One reason for a hop, weighed at once and put into words only where the hop is drawn."""

from collections.abc import Callable
from typing import NamedTuple

from filiation.stemma.weights import odds_of
from filiation.values import Credit, Evidence

__all__ = ["Reason", "Term", "weighed"]

Term = tuple[str, float]
"""A row of the table of weights, and how many times it counts."""


class Reason(NamedTuple):
    """Evidence that has not been put into words: of a thousand possible hops few are drawn."""

    type: str
    """As in `values.Evidence`."""
    weight: float | None
    """Natural-log odds, where it adds any."""
    says: Callable[[], str]
    """The reason in a sentence."""
    credit: Credit | None = None
    """The credit that it quotes."""
    terms: tuple[Term, ...] = ()
    """What the weight is made of."""

    def evidence(self) -> Evidence:
        """Return the reason in words, a credit verbatim and with its place."""
        if self.credit is None:
            return Evidence(self.type, self.says(), weight=self.weight)
        return Evidence(
            self.type,
            self.says(),
            role=self.credit.role,
            quote=self.credit.quote,
            rule=self.credit.rule,
            start=self.credit.start,
            end=self.credit.end,
            locator=self.credit.locator,
            weight=self.weight,
        )


def weighed(
    kind: str,
    terms: str | tuple[Term, ...],
    says: Callable[[], str],
    times: float = 1.0,
    *,
    credit: Credit | None = None,
) -> Reason:
    """Return a reason with its weight from the table: of one row, times a measure, or of several."""
    if isinstance(terms, str):
        terms = ((terms, times),)
    weight = sum(odds_of(name) * units for name, units in terms)
    return Reason(kind, weight, says, credit, terms)
