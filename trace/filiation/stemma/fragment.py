"""Versions that break off: a page behind a barrier shows how a text begins, and no more.

What such a version lacks was not left out, it is not at hand. In textual criticism a lacuna tells nothing
of whom a witness was copied from, and in phylogenetics it is missing data.
"""

import re
from dataclasses import replace

from filiation.match import mirrored
from filiation.values import Match

__all__ = ["breaks_off", "completed"]

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


def breaks_off(match: Match, a: str, b: str) -> float | None:
    """Return the share of b after which a breaks off, in the midst of a sentence in which b goes on.

    None where it does not: who abridges a text puts a full stop.
    """
    if not match.passages or not match.same_language:
        return None
    last = max(match.passages, key=lambda passage: passage.a_end)
    reach = last.b_end / len(b)
    if (
        len(a.rstrip()) - last.a_end > TAIL
        or reach > 1 - LEFT
        or not _BROKEN.fullmatch(a, last.a_end)
        or not _GOES_ON.match(b, last.b_end)
        or any(passage.b_start >= last.b_end for passage in match.passages)
    ):
        return None
    return reach


def completed(match: Match, a: str, b: str) -> Match:
    """Return a match as it would be, did neither text break off where the other goes on."""
    if (reach := breaks_off(match, a, b)) is not None:
        return replace(
            match,
            coverage_b=min(1.0, match.coverage_b / reach),
            shared_words=round(match.shared_words / reach),
        )
    if breaks_off(turned := mirrored(match), b, a) is not None:
        return mirrored(completed(turned, b, a))
    return match
