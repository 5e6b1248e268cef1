"""Which copy was made from which: from credits, matches and dates to the tree of copies."""

from filiation.stemma.chain import trace
from filiation.stemma.group import stemma, stemmata

__all__ = ["stemma", "stemmata", "trace"]
