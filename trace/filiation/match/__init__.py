"""What two texts share: passages of one language, and translations."""

from filiation.match.candidates import Index, candidates
from filiation.match.changes import Change, word_changes
from filiation.match.compare import Comparer, compare, mirrored, outlined

__all__ = [
    "Change",
    "Comparer",
    "Index",
    "candidates",
    "compare",
    "mirrored",
    "outlined",
    "word_changes",
]
