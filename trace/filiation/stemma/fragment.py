"""Versions that break off: a page behind a barrier shows how a text begins, and no more.

What such a version lacks was not left out, it is not at hand. In textual criticism a lacuna tells nothing
of whom a witness was copied from, and in phylogenetics it is missing data.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from filiation.values import Match

__all__ = ["Reach", "completed", "reach"]

TAIL = 60
"""Characters that may stand behind the last shared word of a text that breaks off: an ellipsis, and
"Continue reading" in some language."""
LEFT = 0.1
"""Share of the other text behind that place, at the least: the last words of a page are often lost when it
is read, and tell nothing either way."""
_BROKEN = re.compile(r"\s*(?:…|\.{3,}|[\[(](?:…|\.{3,})[\])])?[^.!?;:…。！？।؟]*")
"""What may follow where a text breaks off: an ellipsis, and words that are not the text's and end no
sentence."""
_GOES_ON = re.compile(r"[,;:]?[^\S\n][^\W_]")
"""What follows in the midst of a sentence: a word, in the same line."""


class Reach(NamedTuple):
    """How far into the other text each of two goes where it breaks off; None where it does not."""

    a: float | None
    """Share of b after which a breaks off, in the midst of a sentence in which b goes on."""
    b: float | None
    """The same the other way round."""


def reach(match: Match, a: str, b: str) -> Reach:
    """Return where either of two texts breaks off while the other goes on.

    Who abridges a text puts a full stop: that one does not break off.
    """
    if not match.passages or not match.same_language:
        return Reach(None, None)
    return Reach(
        _reach([(p.a_end, p.b_start, p.b_end) for p in match.passages], a, b),
        _reach([(p.b_end, p.a_start, p.a_end) for p in match.passages], b, a),
    )


def _reach(passages: Sequence[tuple[int, int, int]], text: str, other: str) -> float | None:
    """Return it for one text, of passages as their end in it and their place in the other."""
    end, _, others_end = max(passages, key=lambda passage: passage[0])
    reached = others_end / len(other)
    if (
        len(text.rstrip()) - end > TAIL
        or reached > 1 - LEFT
        or not _BROKEN.fullmatch(text, end)
        or not _GOES_ON.match(other, others_end)
        or any(start >= others_end for _, start, _ in passages)
    ):
        return None
    return reached


def completed(match: Match, reached: Reach) -> Match:
    """Return a match as it would be, did neither text break off where the other goes on."""
    share = reached.a or reached.b
    if share is None:
        return match
    return replace(
        match,
        coverage_a=min(1.0, match.coverage_a / (reached.b or 1.0)),
        coverage_b=min(1.0, match.coverage_b / (reached.a or 1.0)),
        shared_words=round(match.shared_words / share),
    )
