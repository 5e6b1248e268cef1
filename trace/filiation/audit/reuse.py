"""Which matches are reuse, and not formulas: what any report of earnings or of a trial says."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from math import isnan

from filiation.values import Match

__all__ = ["LEAST_SURPRISE", "RUN", "in_doubt", "in_runs", "is_reuse", "runs_of"]

LEAST_SCORE = 0.5
"""Score from which a match is likelier reuse than not."""
LEAST_SURPRISE = 33.0
"""Bits beyond those of a formula from which shared runs are reuse whatever the score: a score knows
nothing of the other articles, and takes one quoted sentence for little. Of 60 quotations of 20 words
planted in Reuters-21578 three have 34 to 40, their story having ten versions, the others more; one
that two articles only have has 80. Without it shared runs are no reuse, whatever the score: of the
pairs of Reuters with a score of 0.5 and runs enough 848 surprise less than 25; six were read, and
all are bond or note issues told in the same formulas."""
RUN_WORDS = 19
"""Words in shared runs of five words and more, at the least: some of those quotations have 19. All 540
planted copies are reuse at 19 and 538 at 20; of the other pairs that are reuse 3.4 % and 1.2 % have
fewer than 20 words in such runs, by another count of words."""
CLOSE = 0.8
"""Share of equal words from which neither is asked for: a copy with every seventh letter misread has
hardly any runs, and a story that was reprinted very often surprises no more than a formula. Planted
copies have 0.83 and more; formulas that fill a whole short item 0.5 to 0.75."""


def in_doubt(match: Match) -> bool:
    """Whether runs and surprise decide; else the score alone does."""
    return match.same_language and (match.score < LEAST_SCORE or match.similarity < CLOSE)


def is_reuse(match: Match, run_words: int | None, surprise: float) -> bool:
    """Whether a match is reuse.

    `run_words` is the number of words in runs of five words and more that both texts have, asked
    for where it is `in_doubt`; `surprise` the bits that the shared words say beyond formulas, nan
    where that is not known.
    """
    if run_words is None or not in_doubt(match):
        return match.score >= LEAST_SCORE
    return run_words >= RUN_WORDS and (isnan(surprise) or surprise >= LEAST_SURPRISE)


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
