"""Sets of words, written as text."""

__all__ = ["words"]


def words(text: str) -> frozenset[str]:
    """Return the words of `text` as a set: tables of names read better than lists of strings."""
    return frozenset(text.split())
