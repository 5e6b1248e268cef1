"""Which matches are reuse: not formulas, not what any report of one event would say."""

from math import isnan

from filiation.values import Match

__all__ = ["is_reuse"]

LEAST_SCORE = 0.5
LEAST_WORDS = 20
LEAST_BITS = 40.0


def is_reuse(match: Match, bits: float) -> bool:
    """Whether a match is worth reporting."""
    if match.score >= LEAST_SCORE:
        return True
    return match.shared_words >= LEAST_WORDS and (isnan(bits) or bits >= LEAST_BITS)
