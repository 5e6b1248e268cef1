"""The stemma of a group of articles that were found to share text."""

from collections.abc import Mapping, Sequence

from filiation.outlets import Catalogue
from filiation.stemma.account import account, home
from filiation.stemma.kinship import kinship
from filiation.stemma.naming import names_of
from filiation.stemma.search import Family, Witness
from filiation.stemma.tree import Tree
from filiation.stemma.versions import versions
from filiation.values import Credits, Match, Stemma

__all__ = ["stemma"]


def stemma(
    stated: Sequence[Credits],
    matches: Mapping[tuple[str, str], Match],
    *,
    catalogue: Catalogue | None = None,
) -> Stemma:
    """Return who was made from whom among articles that share text, and what they name unseen.

    `stated` are the pages, each with its credits; their order changes nothing. `matches` holds what
    was found between two of them, by their ids in either order; each match with passages is taken
    for reuse, be it a quotation. A pair that is left out was not compared, or shares nothing worth
    a word; only a match without passages can say that two texts have nothing in common.

    Raises ValueError where two pages have one id, or a match is of none of the pages.
    """
    names = names_of(catalogue)
    witnesses = sorted(
        (
            Witness(page.article, page, account(page, names), home(page.article, names))
            for page in stated
        ),
        key=lambda witness: witness.key,
    )
    family = Family(witnesses, _numbered(witnesses, matches), reused=True)
    tree = Tree(kinship(family, versions(family, names), names))
    return Stemma(tree.versions, tree.hops, tree.roots, tree.credits, tree.unknown)


def _numbered(
    witnesses: Sequence[Witness], matches: Mapping[tuple[str, str], Match]
) -> dict[tuple[int, int], Match]:
    """Return the matches by the numbers of the witnesses, the smaller one first and as a."""
    from filiation.match import mirrored

    number = {witness.article.id: i for i, witness in enumerate(witnesses)}
    if len(number) < len(witnesses):
        raise ValueError("two articles of a group have the same id")
    found: dict[tuple[int, int], Match] = {}
    for pair, match in matches.items():
        if {match.a, match.b} != set(pair) or match.a == match.b or not number.keys() >= set(pair):
            raise ValueError(f"a match of {match.a} and {match.b} is given for {pair} of a group")
        a, b = number[match.a], number[match.b]
        found[min(a, b), max(a, b)] = match if a < b else mirrored(match)
    return dict(sorted(found.items()))
