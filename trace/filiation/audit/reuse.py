"""Which matches are reuse, and not formulas: what any report of earnings or of a trial says."""

from collections.abc import Collection
from math import isnan

from filiation.match.blocks import Places, words_in_runs
from filiation.values import Match

__all__ = [
    "LEAST_SURPRISE",
    "RUN",
    "in_doubt",
    "is_reuse",
    "is_told",
    "is_translation",
    "run_words",
]

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

TOLD = 16
"""Words that agree in the longest passage, at the least: else what is shared are names and facts, here
and there. Of 49 German and American matches with less that were read 9 are quotations, and the others
offices and their holders, titles of books, a day's figures."""
LOOSELY = 22
"""The same of a passage of which no more than …"""
LOOSE = 0.7
"""… this share agrees: two reports of one fact. Of 5,311 matches of Reuters-21578, 2,200 labelled pairs and
540 planted quotations and copies none that is labelled or planted is lost by either."""

LEAST_TRANSLATION = 0.9
"""Score from which a pair that was found by its keys alone is a translation: it is an accusation, and
nothing on the pages speaks for it. Of 1,066 pairs of NTREX and WMT14 that were compared 1,053 have 0.5
and 1,011 have 0.9."""


def in_doubt(match: Match) -> bool:
    """Whether runs and surprise decide; else the score alone does."""
    return match.same_language and (match.score < LEAST_SCORE or match.similarity < CLOSE)


def is_reuse(match: Match, in_runs: int | None, surprise: float) -> bool:
    """Whether a match is reuse.

    `in_runs` is the number of words in runs of five words and more that both texts have, asked
    for where it is `in_doubt`; `surprise` the bits that the shared words say beyond formulas, nan
    where that is not known.
    """
    if in_runs is None or not in_doubt(match):
        return match.score >= LEAST_SCORE
    if in_runs < RUN_WORDS:
        return False
    return isnan(surprise) or (surprise >= LEAST_SURPRISE and is_told(match))


def is_told(match: Match, without: Collection[int] = ()) -> bool:
    """Whether a passage of a match is long enough to have been told once, by somebody.

    How many words of a passage agree is reckoned from how many of the match do, by characters. `without`
    are the numbers of passages that count for nothing.
    """
    agree = [(p.a_end - p.a_start) * p.similarity for p in match.passages]
    return any(
        match.shared_words * part >= sum(agree) * (LOOSELY if p.similarity < LOOSE else TOLD)
        for number, (part, p) in enumerate(zip(agree, match.passages, strict=True))
        if number not in without
    )


def is_translation(match: Match) -> bool:
    """Whether a match of two articles that were found by their keys alone is one of translations."""
    return match.same_language or match.score >= LEAST_TRANSLATION


RUN = 5
"""Words in a run that is counted."""


def run_words(a: Places, b: Places) -> int:
    """Return how many words stand in runs of five words that both texts have, in the less of them."""
    return min(words_in_runs(a, b, RUN), words_in_runs(b, a, RUN))
