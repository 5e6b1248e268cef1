"""What the words of two articles alone tell of what they share.

It depends on the two and on nothing else, unlike all that `standing` asks of other articles; so it is told
where they are aligned, by several processes, and kept with the alignment.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from filiation.audit.asides import asides, closings
from filiation.audit.forms import ALIKE, is_form
from filiation.audit.reuse import is_told
from filiation.audit.stretches import Countable, are_witnesses, countable
from filiation.match.fingerprints import grams_of
from filiation.values import Article, Match

__all__ = ["UNTOLD", "Traits", "traits"]

LITTLE = 0.5
"""Share of either text below which two outlets share little, which may be common to all: a law's words,
an agency's explanations, the sentence that a daily report begins with."""
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
    whole: bool = False
    """Whether, of one outlet, they are one text nearly whole, however often it was printed."""
    countable: tuple[Countable, ...] = ()
    """Else, of one outlet, what counts as far as other articles do not have it."""


UNTOLD = Traits()
"""Of a match that is not asked about: a translation, or what is no reuse whatever else is known."""


def traits(cases: Sequence[tuple[Match, Article, Article]]) -> list[Traits]:
    """Return the traits of matches, each with the earlier article and the later one.

    Two articles that bear an outlet, and the same, are of one outlet.
    """
    found: list[Traits] = []
    within: list[int] = []
    little: dict[int, tuple[bool, str]] = {}
    for number, (match, one, other) in enumerate(cases):
        a, b = one.text, other.text
        found.append(UNTOLD)
        if not match.same_language or not match.passages:
            continue
        if match.similarity < ALIKE and is_form(match, a, b):
            found[-1] = Traits(form=True)
        elif one.outlet == other.outlet is not None:
            within.append(number)
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
    for number, counts in zip(within, countable([cases[n] for n in within]), strict=True):
        found[number] = Traits(whole=counts is None, countable=counts or ())
    return found
