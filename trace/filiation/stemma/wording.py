"""The sentences in which the stemma gives its reasons."""

from collections.abc import Sequence

from filiation.values import Match, Role

__all__ = ["in_role", "listed", "passages", "plural"]

_IN_ROLE: dict[Role, str] = {
    "original": "names {parent} as the original",
    "first_published": "says that {parent} published it first",
    "republished_from": "says that it took the text from {parent}",
    "via": "says that it came by way of {parent}",
    "hat_tip": "thanks {parent} for the hint",
    "source": "names {parent} as its source",
    "translated_by": "names {parent} in the translator's line",
    "translated_for": "names {parent} as the outlet it was translated for",
    "revised_by": "names {parent} in the reviser's line",
    "authored_by": "is signed by {parent}",
    "copyright": "names {parent} as holder of the copyright",
    "licence": "names {parent} in its licence",
    "wire": "marks the text as the agency {parent}'s",
}


def in_role(page: str, role: Role, parent: str) -> str:
    """Return what a page's credit says, as a sentence without its full stop."""
    return f"{page} {_IN_ROLE[role].format(parent=parent)}"


def passages(match: Match, parent: str, child: str) -> str:
    """Return what two texts share; the match's a is the parent."""
    runs = plural(len(match.passages), "passage")
    if not match.same_language:
        return (
            f"the texts agree across languages in {runs}: {_share(match.coverage_a)} of {parent}"
            f" has its place in {child}, and {_share(match.coverage_b)} of {child} in {parent}"
        )
    return (
        f"{plural(match.shared_words, 'word')} in {runs} are shared: {_share(match.coverage_a)} of"
        f" {parent} and {_share(match.coverage_b)} of {child}"
    )


def plural(number: int, one: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _share(share: float) -> str:
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{share * 100:.0f} %" if share < 0.995 or share == 1 else "over 99 %"
