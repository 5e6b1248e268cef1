"""Which matches are reuse, and not formulas: what any report of earnings or of a trial says."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from math import isnan

from filiation.values import Match

__all__ = ["RUN", "in_doubt", "in_runs", "is_reuse", "runs_of"]

LEAST_SCORE = 0.5
"""Score from which a match is likelier reuse than not."""
LEAST_SURPRISE = 40.0
"""Bits beyond those of a formula from which shared runs are reuse whatever the score: a score knows
nothing of the other articles, and takes one quoted sentence for little. Of 60 quotations of 20 words
planted in Reuters-21578 all have more."""
RUN_WORDS = 19
"""Words in shared runs of five words and more, at the least. Earnings tables and filings share many
words and few runs: of 10,000 items of Reuters-21578 317 of 4,573 pairs that were no planted copies
had fewer than 20, and such scores or such surprise all the same. Some of the quotations have 19."""
CLOSE = 0.8
"""Share of equal words from which runs are not asked for: a copy with every seventh letter misread has
hardly any. Planted ones have 0.83 and more, formulas 0.75 at most."""


def in_doubt(match: Match) -> bool:
    """Whether the words in runs decide; else the score alone does."""
    return match.same_language and (match.score < LEAST_SCORE or match.similarity < CLOSE)


def is_reuse(match: Match, run_words: int | None, surprise: float) -> bool:
    """Whether a match is reuse.

    `run_words` is the number of words in runs of five words and more that both texts have, where it
    is `in_doubt`; `surprise` the bits that the shared words say beyond formulas, nan where that is
    not known.
    """
    likely = match.score >= LEAST_SCORE
    if run_words is None:
        return likely
    return run_words >= RUN_WORDS and (likely or isnan(surprise) or surprise >= LEAST_SURPRISE)


RUN = 5
"""Words in a run that is counted."""


def runs_of(words: Sequence[str]) -> list[int]:
    """Return a number for each run of five words, in their order; it holds for this process only."""
    return [hash(run) for run in zip(*(words[k:] for k in range(RUN)), strict=False)]


def in_runs(mine: Sequence[int], theirs: AbstractSet[int]) -> int:
    """Return how many words of a text stand in runs of five words that another text has too."""
    places = [place for place, run in enumerate(mine) if run in theirs]
    if not places:
        return 0
    return RUN + sum(min(RUN, after - before) for before, after in pairwise(places))
