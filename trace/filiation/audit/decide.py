"""Which aligned pairs of a library are reuse, and which only share formulas.

Two things can make an aligned pair reuse. *Surprise*: enough words stand in runs that both texts
have, and these say more than formulas of the library do: an excerpt, a quotation, a part. *A whole
copy*: one of the texts lies in the other nearly whole and word for word; that holds for stories that
were reprinted so often that they no longer surprise, and for copies so badly misread that hardly five
words in a row are left.
"""

from filiation.values import Match

__all__ = ["LEAST_SURPRISE", "is_reuse"]

LEAST_RUN_WORDS = 20
"""Words in shared runs of five words and more."""
LEAST_SURPRISE = 33.0
"""Bits of surprise. Of 540 planted copies in 10,000 items of Reuters-21578 three quotations of 20 words
have 34 to 38, their story having ten versions, the others more; a quotation that two articles only
have has 80. Bond issues and weekly lists that repeat their formulas mostly stay below. At 33 538
of the 540 are reuse, at 34 537, at 38 535; of other pairs 4,706, 4,644 and 4,368."""
LEAST_SCORE = 0.5
"""Score of a whole copy …"""
LEAST_COVERAGE = 0.8
"""… share of the words of one text that lie in shared passages …"""
LEAST_ALIKE = 0.8
"""… and share of the words that agree there, misspelt ones counting in part. Copies with 15 % of the
letters misread have 0.83 and more; aligned formulas that fill a whole short item 0.5 to 0.7."""


def is_reuse(match: Match, surprise: float, run_words: int) -> bool:
    """Return whether an aligned pair is reuse.

    `surprise` is that of `audit.candidates.Candidates`, in bits; `run_words` is what
    `match.screen.words_in_runs` says of the two texts.
    """
    if run_words >= LEAST_RUN_WORDS and surprise >= LEAST_SURPRISE:
        return True
    return (
        match.score >= LEAST_SCORE
        and match.similarity >= LEAST_ALIKE
        and max(match.coverage_a, match.coverage_b) >= LEAST_COVERAGE
    )
