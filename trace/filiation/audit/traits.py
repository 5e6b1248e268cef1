"""What the words of two articles alone tell of what they share.

It depends on the two and on nothing else, unlike all that `standing` asks of other articles; so it is told
where they are aligned, by several processes, and kept with the alignment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.audit.asides import END, asides, closings, ends_both, is_small_part
from filiation.audit.captions import captions
from filiation.audit.forms import ALIKE, is_form
from filiation.audit.reuse import is_told
from filiation.match.fingerprints import BITS, grams_of
from filiation.values import Article, Match, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["UNTOLD", "WITNESSES", "Traits", "are_witnesses", "traits"]

LITTLE = 0.5
"""Share of either text below which two outlets share little, which may be common to all: a law's words,
an agency's explanations, the sentence that a daily report begins with."""
WITNESSES = 0.22
"""Share of all hashes below which the fingerprints of every text keep what it has: of the longest
they keep the smallest quarter, which of 770 hashes ends lower once in 10,000 texts."""
BETWEEN = " \n"
"""What parts two passages."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What two articles tell of what they share."""

    form: bool = False
    """Whether it is no more than a form filled in anew, or, of two outlets, notes and names."""
    closes: bool = False
    """Whether, of two outlets that share little, it is no more than what both end with."""
    witnesses: tuple[int, ...] | None = None
    """Of two outlets that share little the hashes of the runs of four words in it, of those that the
    fingerprints of every text keep; None of others."""
    captions: tuple[int, ...] = ()
    """Numbers of the passages that are captions, where both are of one outlet, …"""
    ends: tuple[int, ...] = ()
    """… and of those that begin both texts, or end both, and are a small part of them."""


UNTOLD = Traits()
"""Of a match that is not asked about: a translation, or what is no reuse whatever else is known."""


def traits(cases: Sequence[tuple[Match, Article, Article]]) -> list[Traits]:
    """Return the traits of matches, each with the earlier article and the later one.

    Two articles that bear an outlet, and the same, are of one outlet.
    """
    found: list[Traits] = []
    little: dict[int, tuple[bool, str]] = {}
    for number, (match, one, other) in enumerate(cases):
        a, b = one.text, other.text
        found.append(UNTOLD)
        if not match.same_language or not match.passages:
            continue
        if match.similarity < ALIKE and is_form(match, a, b):
            found[-1] = Traits(form=True)
        elif one.outlet == other.outlet is not None:
            ends = (n for n, p in enumerate(match.passages) if _at_same_end(p, a, b))
            found[-1] = Traits(
                captions=tuple(sorted(captions(match.passages, a, b))), ends=tuple(ends)
            )
        elif max(match.coverage_a, match.coverage_b) < LITTLE:
            aside, closing = asides(match, a, b), closings(match, a, b)
            if aside and not is_told(match, aside):
                found[-1] = Traits(form=True)
                continue
            closes = bool(closing) and not is_told(match, aside | closing)
            counted = (
                a[p.a_start : p.a_end]
                for n, p in enumerate(match.passages)
                if not closes or n in closing
            )
            little[number] = closes, BETWEEN.join(counted)
    hashes, offsets = grams_of([(words, ()) for _, words in little.values()])
    for place, (number, (closes, _)) in enumerate(little.items()):
        mine = hashes[offsets[place] : offsets[place + 1]]
        found[number] = Traits(closes=closes, witnesses=tuple(mine[are_witnesses(mine)].tolist()))
    return found


def are_witnesses(hashes: "NDArray[np.uint64]") -> "NDArray[np.bool_]":
    """Return which hashes of runs of words the fingerprints of every text keep that has them."""
    kept: NDArray[np.bool_] = hashes < int(WITNESSES * (1 << BITS))
    return kept


def _at_same_end(passage: Passage, a: str, b: str) -> bool:
    """Whether a passage begins both texts, or ends both, and is a small part of them."""
    begins = passage.a_start <= END * len(a) and passage.b_start <= END * len(b)
    return is_small_part(passage, a, b) and (begins or ends_both(passage, a, b, END))
