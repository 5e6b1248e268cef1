"""Numbers, shares and lists as an English sentence has them."""

from collections.abc import Sequence

__all__ = ["listed", "percent", "plural"]


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence: "a, b and c"."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def plural(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 word", "1,204 words"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """Return a share between 0 and 1 as whole per cent; all and nothing only where they are."""
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 <= share < 1:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")
