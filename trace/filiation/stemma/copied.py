"""How much of a text was copied from another, in the few figures that tell one parent from another."""

from math import log
from typing import NamedTuple

from filiation.stemma.weights import FOUND_AT_ALL, FOUND_LIMITS, WEIGHTS
from filiation.values import Match

__all__ = ["Shared", "shared"]

RUN = 6
"""Words in a run that counts as unbroken. Of 540 planted copies of newswire the true parent, or its
double, shares the most such runs with 526, with runs of 5 words 521, of 3 words 502; of single words
473. Half of a report's words may agree with another report of the same kind, but one by one."""


HALF = 1 / 4
"""Product of two coverages at and below which texts are no nearer to each other than any two that
share a passage: half of both, or a quarter of the one which is the whole of the other."""


class Shared(NamedTuple):
    """What two texts share."""

    same_language: bool
    score: float
    """Log-odds that one was made from the other, or both from a third, within limits."""
    unbroken: float
    """Words in runs of `RUN` equal words, as far as the similarity of passages tells."""
    part: float
    """How much the two are one text, 0 to 1: as unbroken copy, or as counterpart of a translation.
    Where no more than half of both is shared, 0: of two versions from which a page quotes the same,
    the shorter is no nearer to it than the longer."""
    whole: bool
    """Whether they are versions of one text, and not an article and a quotation from it."""


def shared(match: Match, *, reused: bool) -> Shared:
    """Return what a match amounts to; `reused`: it was held to be reuse by whoever gave it."""
    limit = FOUND_LIMITS["log_odds"][0]
    score = min(max(match.score, 1e-9), 1 - 1e-9)
    odds = min(max(log(score / (1 - score)), -limit), limit)
    if reused:
        odds = max(odds, WEIGHTS["text.reused"].odds)
    both = max(0.0, match.coverage_a * match.coverage_b - HALF) / (1 - HALF)
    intact = _intact(match)
    return Shared(
        match.same_language,
        odds,
        match.shared_words * intact,
        both * (intact if match.same_language else match.similarity),
        max(match.coverage_a, match.coverage_b) >= FOUND_AT_ALL["coverage"][0],
    )


def _intact(match: Match) -> float:
    """Return the share of the words shared that stand in unbroken runs.

    Where a share s of a passage's words agree, one here and one there, the word after one that
    agrees does so too with probability s, the one after that with s²: a run of n with sⁿ⁻¹.
    """
    words = whole = 0.0
    for p in match.passages:
        equal = (p.a_end - p.a_start + p.b_end - p.b_start) * p.similarity
        words += equal
        whole += equal * p.similarity ** (RUN - 1)
    return whole / words if words else 0.0
