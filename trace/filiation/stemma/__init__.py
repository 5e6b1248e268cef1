"""Which copy was made from which: from credits, matches and dates to the chain of an article."""

from filiation.stemma.chain import trace

__all__ = ["trace"]
