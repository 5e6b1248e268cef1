"""What sort of copy a text is, measured from what it shares with its parent."""

from filiation.values import HopKind

__all__ = ["copy_kinds", "mirrored_kinds"]

WHOLE = 0.85
"""Coverage from which a text counts as taken over whole, its own title, lead and credit line allowed
for. Of 47 credited republications in Fang-COVID 46 have one side covered to this degree and 32 both;
a judgement all the same, since nobody labelled them whole or shortened."""
SMALL = 1 / 3
"""Coverage below which what is shared is an excerpt: a convention, not a measurement."""
SAME_WORDS = 0.985
"""Similarity from which the words were left alone: a slip in 70 words. Planted copies with 3 % of
the words changed have 0.977."""
TOUCHED = 0.90
"""Similarity below which a shortened or extended copy was also edited: a convention."""

_MIRROR: dict[HopKind, HopKind] = {"abridged": "extended", "extended": "abridged"}


def copy_kinds(
    coverage_parent: float, coverage_child: float, similarity: float, *, translated: bool
) -> tuple[HopKind, ...]:
    """Return how a child with such a match was made from its parent.

    Abridged: the child lacks parts of the parent. Extended: it has words of its own. Excerpt: what
    they share is less than a third of one of them. Verbatim and edited tell of the words.
    """
    kinds: list[HopKind] = ["translation"] if translated else []
    kept, taken = coverage_parent >= WHOLE, coverage_child >= WHOLE
    if kept and taken:
        if not translated:
            kinds.append("verbatim" if similarity >= SAME_WORDS else "edited")
        return tuple(kinds)
    if not translated and similarity < TOUCHED:
        kinds.append("edited")
    small = min(coverage_parent, coverage_child) < SMALL
    if small:
        kinds.append("excerpt")
    if taken:
        kinds.append("abridged")
    elif kept:
        kinds.append("extended")
    elif not small:
        kinds += ["abridged", "extended"]
    return tuple(kinds)


def mirrored_kinds(kinds: tuple[HopKind, ...]) -> tuple[HopKind, ...]:
    """Return the kinds as seen from the other side: what one lacks the other has added."""
    mirror = tuple(_MIRROR.get(kind, kind) for kind in kinds)
    if "abridged" in kinds and "extended" in kinds:
        return kinds
    return mirror
