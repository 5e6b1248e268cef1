"""Filiation: the republication chain of a news text, hop by hop, with its evidence.

    import filiation

    page = filiation.read("page.html")
    filiation.credits(page)                      what the page says about its origin
    filiation.compare(page, other)               what two texts share
    filiation.trace(page, others)                the chain
    with filiation.Library.open("press.filiation", create=True, writing=True) as library:
        filiation.add(library, ["articles.jsonl"])
        filiation.audit(library)                 who takes from whom

All names below are fetched when they are first used, so that the command line answers at once.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from filiation.audit import Audit, Group, audit
    from filiation.credits import credits
    from filiation.errors import (
        CatalogueError,
        FiliationError,
        InputError,
        LibraryError,
        NoSuchColumn,
        NotFound,
        Unreadable,
    )
    from filiation.library import Library, add
    from filiation.match.lexicon import Lexicon
    from filiation.outlets import Catalogue, catalogue
    from filiation.read import articles, read
    from filiation.stemma import trace
    from filiation.values import (
        Article,
        Credit,
        Credits,
        Dates,
        DateWitness,
        Evidence,
        Hop,
        Line,
        Link,
        Mark,
        Match,
        Origin,
        Passage,
        Searched,
        Stemma,
        Trace,
        Version,
    )

__all__ = [
    "Article",
    "Audit",
    "Catalogue",
    "CatalogueError",
    "Credit",
    "Credits",
    "DateWitness",
    "Dates",
    "Evidence",
    "FiliationError",
    "Group",
    "Hop",
    "InputError",
    "Lexicon",
    "Library",
    "LibraryError",
    "Line",
    "Link",
    "Mark",
    "Match",
    "NoSuchColumn",
    "NotFound",
    "Origin",
    "Passage",
    "Searched",
    "Stemma",
    "Trace",
    "Unreadable",
    "Version",
    "add",
    "articles",
    "audit",
    "catalogue",
    "compare",
    "credits",
    "read",
    "trace",
]

__version__ = "0.1.0"

# Where each name lives.
_HOMES = {
    "filiation.audit": ("Audit", "Group", "audit"),
    "filiation.credits": ("credits",),
    "filiation.errors": (
        "CatalogueError",
        "FiliationError",
        "InputError",
        "LibraryError",
        "NoSuchColumn",
        "NotFound",
        "Unreadable",
    ),
    "filiation.library": ("Library", "add"),
    "filiation.match.lexicon": ("Lexicon",),
    "filiation.outlets": ("Catalogue", "catalogue"),
    "filiation.read": ("articles", "read"),
    "filiation.stemma": ("trace",),
    "filiation.values": (
        "Article",
        "Credit",
        "Credits",
        "DateWitness",
        "Dates",
        "Evidence",
        "Hop",
        "Line",
        "Link",
        "Mark",
        "Match",
        "Origin",
        "Passage",
        "Searched",
        "Stemma",
        "Trace",
        "Version",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def compare(
    a: "Article",
    b: "Article",
    *,
    catalogue: "Catalogue | None" = None,
    lexicon: "Lexicon | None" = None,
) -> "Match":
    """Return the passages two articles share, their credit lines set aside, and what they add up to.

    `compare(b, a)` is the mirror of `compare(a, b)`. `catalogue` is the one by which credits
    are read; the program's own where it is None. `lexicon` tells what words mean in other languages.
    """
    from filiation.credits import credits as spoken
    from filiation.match import Comparer, outlined
    from filiation.match import compare as matched

    judged = matched if lexicon is None else Comparer(lexicon=lexicon).compare
    one, other = spoken(a, catalogue).article, spoken(b, catalogue).article
    return outlined(judged(one, other), one, other)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _FrontDoor(ModuleType):
    """This module, which keeps the names `read` and `credits` for the functions.

    Importing the package `filiation.credits` would put it in the function's place.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and _HOME_OF.get(name) == value.__name__:
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor
