"""How much of what two texts share stands in quotation marks: a third's words, taken by both."""

import re

from filiation.values import Match

__all__ = ["quoted_share"]

_CLOSING = {
    "„": '“”"',
    "‚": "‘’",
    "“": "”",
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
    "《": "》",
    '"': '"',
}
"""What ends a quotation, by what begins it."""
_OPENING = re.compile(f"[{''.join(_CLOSING)}]")
LONGEST = 1_500
"""Characters of a quotation: a mark whose counterpart is farther away begins none."""


def quoted_share(match: Match, a: str, b: str) -> float:
    """Return the share of the shared passages, 0 to 1, that one of the texts has in quotation marks.

    Of the two texts the one that quotes more tells: the other may have set the same words off in
    another way, or be the text that is quoted. 0 where nothing is shared.
    """
    one = _within([(p.a_start, p.a_end) for p in match.passages], quotations(a))
    other = _within([(p.b_start, p.b_end) for p in match.passages], quotations(b))
    return max(one, other)


def quotations(text: str) -> list[tuple[int, int]]:
    """Return where quotations stand in a text, from mark to mark, in order."""
    found: list[tuple[int, int]] = []
    at = 0
    while opening := _OPENING.search(text, at):
        start = opening.start()
        ends = [text.find(end, start + 1, start + LONGEST) for end in _CLOSING[opening[0]]]
        at = min((end for end in ends if end > 0), default=start) + 1
        if at > start + 1:
            found.append((start, at))
    return found


def _within(passages: list[tuple[int, int]], quoted: list[tuple[int, int]]) -> float:
    """Return the share of some stretches of a text that lies in others, which do not overlap."""
    whole = sum(end - start for start, end in passages)
    if not whole:
        return 0.0
    inside = sum(
        max(0, min(end, last) - max(start, first))
        for start, end in passages
        for first, last in quoted
    )
    return min(1.0, inside / whole)
