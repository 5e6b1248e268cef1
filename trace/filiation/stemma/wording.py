"""The sentences in which the stemma gives its reasons."""

from filiation.english import percent, plural
from filiation.values import Match, Role

__all__ = ["in_role", "passages"]

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
            f"the texts agree across languages in {runs}: {percent(match.coverage_a)} of {parent}"
            f" has its place in {child}, and {percent(match.coverage_b)} of {child} in {parent}"
        )
    return (
        f"{plural(match.shared_words, 'word')} in {runs} are shared: {percent(match.coverage_a)} of"
        f" {parent} and {percent(match.coverage_b)} of {child}"
    )
