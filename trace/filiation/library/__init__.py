"""Articles kept: one SQLite file that holds their texts, dates, credits and fingerprints."""

from filiation.library.adding import Added, Progress, Reader, add, add_from
from filiation.library.columns import Columns
from filiation.library.library import Library
from filiation.library.lookup import Lookup
from filiation.library.searching import Hit, Hits, search

__all__ = [
    "Added",
    "Columns",
    "Hit",
    "Hits",
    "Library",
    "Lookup",
    "Progress",
    "Reader",
    "add",
    "add_from",
    "search",
]
