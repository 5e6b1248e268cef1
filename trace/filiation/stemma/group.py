"""The stemma of a group of articles that were found to share text."""

from collections.abc import Mapping, Sequence

from filiation.joined import Joined
from filiation.outlets import Catalogue
from filiation.stemma.account import account, home
from filiation.stemma.arborescence import ROOT
from filiation.stemma.habits import Habits
from filiation.stemma.kinship import Kinship, kinship
from filiation.stemma.naming import names_of
from filiation.stemma.search import Family, Witness
from filiation.stemma.tree import Tree
from filiation.stemma.verdicts import are_versions
from filiation.stemma.versions import versions
from filiation.values import Credits, Match, Stemma

__all__ = ["kinship_of", "stemma", "stemmata"]


def stemma(
    stated: Sequence[Credits],
    matches: Mapping[tuple[str, str], Match],
    *,
    habits: Habits | None = None,
    catalogue: Catalogue | None = None,
) -> Stemma:
    """Return who was made from whom among articles that share text, and what they name unseen.

    `stated` are the pages, each with its credits; their order changes nothing. `matches` holds what
    was found between two of them, by their ids in either order; each match with passages is taken
    for reuse, be it a quotation. A pair that is left out was not compared, or shares nothing worth
    a word; only a match without passages can say that two texts have nothing in common. `habits` are those
    of the outlets of these pages, as pages of other texts tell.

    Raises ValueError where two pages have one id, or a match is of none of the pages.
    """
    tree = _tree(stated, matches, habits, catalogue)
    return _stemma(tree)


def stemmata(
    stated: Sequence[Credits],
    matches: Mapping[tuple[str, str], Match],
    *,
    habits: Habits | None = None,
    catalogue: Catalogue | None = None,
) -> list[Stemma]:
    """Return the same, a stemma for each text: articles may share text and be versions of several.

    Versions are of one text where one was made from the other, or where nothing tells from whom two
    that are versions of one another were made. A story and the articles that quote it are one; two
    stories that an article quotes are not. Raises ValueError likewise.
    """
    tree = _tree(stated, matches, habits, catalogue)
    return [_stemma(tree.part(numbers)) for numbers in _texts(tree)]


def kinship_of(
    stated: Sequence[Credits],
    matches: Mapping[tuple[str, str], Match],
    *,
    habits: Habits | None = None,
    catalogue: Catalogue | None = None,
) -> Kinship:
    """Return the evidence that `stemma` weighs, with the rows of the table that it is made of."""
    names = names_of(catalogue)
    witnesses = sorted(
        (
            Witness(page.article, page, account(page, names), home(page.article, names))
            for page in stated
        ),
        key=lambda witness: witness.key,
    )
    family = Family(witnesses, _numbered(witnesses, matches), reused=True, habits=habits)
    return kinship(family, versions(family, names), names)


def _tree(
    stated: Sequence[Credits],
    matches: Mapping[tuple[str, str], Match],
    habits: Habits | None,
    catalogue: Catalogue | None,
) -> Tree:
    return Tree(kinship_of(stated, matches, habits=habits, catalogue=catalogue))


def _stemma(tree: Tree) -> Stemma:
    return Stemma(
        tree.versions,
        tree.hops,
        tree.roots,
        tree.credits,
        tree.unknown,
        tree.revisions,
        tree.contaminations,
    )


def _texts(tree: Tree) -> list[list[int]]:
    """Return the versions of each text, in the order of the tree."""
    first: dict[int, int] = {}
    for number in tree.order:  # parents come before their children
        parent = tree.parent[number]
        first[number] = number if parent == ROOT else first[parent]
    together = Joined()
    witnesses = tree.kin.family.witnesses
    for (one, other), match in tree.kin.family.matches.items():
        if (
            tree.parent[one] == tree.parent[other] == ROOT
            and together.head(one) != together.head(other)
            and are_versions(match, witnesses[one].article, witnesses[other].article)
        ):
            together.join(one, other)
    texts: dict[int, list[int]] = {}
    for number in tree.order:
        texts.setdefault(together.head(first[number]), []).append(number)
    return list(texts.values())


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
