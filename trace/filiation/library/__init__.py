"""Articles kept: one SQLite file that holds their texts, dates, credits and fingerprints."""

from filiation.library.add import Added, Progress, add
from filiation.library.columns import Columns
from filiation.library.library import Library

__all__ = ["Added", "Columns", "Library", "Progress", "add"]
