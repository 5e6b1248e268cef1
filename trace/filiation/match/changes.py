"""What was changed, word by word, between the two sides of a passage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from filiation.match.blocks import equal_blocks
from filiation.match.passages import chains, differences
from filiation.match.words import Words, own_words
from filiation.values import Passage

__all__ = ["Change", "word_changes"]

MOST_CELLS = 4_000_000
"""Words of one gap times words of its counterpart that are aligned; a larger one is replaced whole."""

Operation = Literal["equal", "replaced", "deleted", "inserted"]


@dataclass(frozen=True, slots=True)
class Change:
    """One operation, in characters of both texts; an empty range marks the place of the other's."""

    operation: Operation
    a_start: int
    a_end: int
    b_start: int
    b_end: int


def word_changes(a_text: str, b_text: str, passage: Passage) -> tuple[Change, ...]:
    """Return the word operations that make b's side of a passage out of a's, in order.

    Words that differ in case, accents or typography only are equal. The operations follow each other
    without overlap on both sides; what lies between them is spaces and punctuation.
    """
    a = own_words(a_text[passage.a_start : passage.a_end])
    b = own_words(b_text[passage.b_start : passage.b_end])
    found: list[Change] = []
    for tag, i1, i2, j1, j2 in _operations(a, b):
        a_start, a_end = _place(a, i1, i2, passage.a_start)
        b_start, b_end = _place(b, j1, j2, passage.b_start)
        found.append(Change(_NAMES[tag], a_start, a_end, b_start, b_end))
    return tuple(found)


_NAMES: dict[str, Operation] = {
    "equal": "equal",
    "replace": "replaced",
    "delete": "deleted",
    "insert": "inserted",
}


def _place(words: Words, start: int, end: int, offset: int) -> tuple[int, int]:
    if start < end:
        return offset + words.starts[start], offset + words.ends[end - 1]
    at = offset + words.ends[start - 1] if start else offset
    return at, at


def _operations(a: Words, b: Words) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the operations, aligning only between blocks that are equal anyway."""
    i = j = 0
    pending: tuple[str, int, int, int, int] | None = None
    for block_a, block_b, length in [*_frame(a, b), (len(a), len(b), 0)]:
        steps = _between(a.folded, b.folded, i, block_a, j, block_b)
        if length:
            steps.append(("equal", block_a, block_a + length, block_b, block_b + length))
        for step in steps:
            if pending and pending[0] == step[0] == "equal":
                pending = ("equal", pending[1], step[2], pending[3], step[4])
                continue
            if pending:
                yield pending
            pending = step
        i, j = block_a + length, block_b + length
    if pending:
        yield pending


def _frame(a: Words, b: Words) -> list[tuple[int, int, int]]:
    """Return equal blocks that surely belong together; none where the texts are short."""
    if len(a) * len(b) <= SMALL:
        return []
    if a.folded == b.folded:
        return [(0, 0, len(a))]
    worth = list(range(len(a) + 1))
    # Only the best chain frames an alignment: the others may cross it.
    best = next(chains(equal_blocks(a.places, b.places, 3), worth), [])
    frame: list[tuple[int, int, int]] = []
    for block_a, block_b, length in sorted(best):
        overlap = 0
        if frame:
            last_a, last_b, last_length = frame[-1]
            overlap = max(0, last_a + last_length - block_a, last_b + last_length - block_b)
            if overlap >= length or block_b < last_b:
                continue
        frame.append((block_a + overlap, block_b + overlap, length - overlap))
    return frame


SMALL = 250_000
"""Words of a times words of b up to which they are aligned at once."""


def _between(
    a: Sequence[str], b: Sequence[str], i: int, i_end: int, j: int, j_end: int
) -> list[tuple[str, int, int, int, int]]:
    if i >= i_end and j >= j_end:
        return []
    if (i_end - i) * (j_end - j) > MOST_CELLS:
        return [("replace", i, i_end, j, j_end)]
    return [
        (tag, i + i1, i + i2, j + j1, j + j2)
        for tag, i1, i2, j1, j2 in differences(a[i:i_end], b[j:j_end])
    ]
