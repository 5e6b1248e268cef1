"""The republication chain of an article: from credits, texts and dates to a trace."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from filiation.outlets import Catalogue
from filiation.stemma.habits import HabitsOf
from filiation.stemma.kinship import kinship
from filiation.stemma.naming import names_of
from filiation.stemma.search import Compare, Read, Shelf, Shortlist, gather
from filiation.stemma.tree import Tree
from filiation.stemma.versions import versions
from filiation.values import Article, Trace

if TYPE_CHECKING:
    from filiation.match import Index

__all__ = ["trace"]


def trace(
    article: Article,
    others: Sequence[Article] = (),
    *,
    shelves: Sequence[Shelf] = (),
    credits: Read | None = None,
    compare: Compare | None = None,
    candidates: Shortlist | None = None,
    habits: HabitsOf | None = None,
    catalogue: Catalogue | None = None,
    depth: int = 8,
    breadth: int = 50,
    progress: Callable[[str], None] | None = None,
) -> Trace:
    """Return the chain of `article`: its versions, seen and missing, and who was made from whom.

    Versions are looked for among `others` and on `shelves` (a library is one, as `library.Lookup`);
    each one found is itself read for credits, `depth` steps away from the article at most and
    `breadth` versions in all. `credits`, `compare` and `candidates` are what reads a page's credits,
    compares two articles, and picks those of `others` worth comparing; by default the program's
    own. `habits` tells what other pages of the outlets found say of one another. `progress` is told, now and then, how far it is.

    The order of `others` changes nothing. Where no version is found and the page names none, the
    trace has no hops.
    """
    names = names_of(catalogue)
    family = gather(
        article,
        others,
        shelves=shelves,
        names=names,
        read=credits or _credits(names.catalogue),
        compare=compare or _compare(),
        shortlist=candidates or Candidates(),
        depth=depth,
        breadth=breadth,
        progress=progress,
    )
    if habits is not None:
        family.habits = habits([witness.article for witness in family.witnesses])
    kin = kinship(family, versions(family, names), names)
    tree = Tree(kin, asked=0)
    return Trace(
        asked=tree.ids[0],
        versions=tree.versions,
        chain=tuple(tree.ids[number] for number in tree.chain),
        hops=tree.hops,
        credits=tree.credits,
        searched=family.searched,
        unknown=tree.unknown,
        revisions=tree.revisions,
        contaminations=tree.contaminations,
    )


# The defaults are looked up when they are needed: what reads credits loads its lexicons then.


def _credits(known: Catalogue) -> Read:
    from filiation.credits import credits as read_credits

    return partial(read_credits, known=known)


def _compare() -> Compare:
    from filiation.match import compare

    return compare


class Candidates:
    """The program's own shortlist, which hashes the articles at hand once for all questions."""

    def __init__(self, **choices: Any) -> None:
        """`choices` are those of `match.Index`: how other languages are searched."""
        self._choices = choices
        self._index: Index | None = None
        self._of: Sequence[Article] = ()

    def __call__(self, article: Article, others: Sequence[Article]) -> list[tuple[int, float]]:
        """Return (number in `others`, weight) of those worth comparing with `article`."""
        if not others:
            return []
        from filiation.match import Index

        if self._index is None or self._of is not others:
            self._index, self._of = Index(others, **self._choices), others
        return self._index.candidates(article)
