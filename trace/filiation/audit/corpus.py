"""The articles of a library as an audit sees them: in the order of their dates."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.audit.candidates import in_order_of_time
from filiation.library import Columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Corpus", "corpus_of"]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Arrays of one length. An article's *place* is its index: by date, then by id.

    The order depends on the articles alone, not on when each was added; undated ones come last.
    """

    number: "NDArray[np.int64]"
    """In the library."""
    id: "NDArray[np.object_]"
    outlet: "NDArray[np.int32]"
    """Index into `outlets`; negative where nothing names it."""
    time: "NDArray[np.float64]"
    """When it was published, about: seconds since 1970; nan where it has no date."""
    language: "NDArray[np.object_]"
    words: "NDArray[np.int64]"
    """Of its text, what is set aside left out."""
    by_number: "NDArray[np.int64]"
    """The places, in the order of the numbers."""
    outlets: tuple[str, ...]
    """What tells the outlets apart, sorted."""

    def __len__(self) -> int:
        return len(self.number)

    def places(self, numbers: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Return the places of articles by their numbers in the library."""
        import numpy as np

        order = self.by_number
        return order[np.searchsorted(self.number, numbers, sorter=order)]


def corpus_of(columns: Columns) -> Corpus:
    """Return the articles in the order of their dates."""
    import numpy as np

    order = np.argsort(in_order_of_time(columns.midpoint, columns.id.tolist()))
    known = sorted({outlet for outlet in columns.outlet.tolist() if outlet is not None})
    code = {outlet: number for number, outlet in enumerate(known)}
    outlets = [code.get(outlet, -1) for outlet in columns.outlet[order].tolist()]
    return Corpus(
        columns.number[order],
        columns.id[order],
        np.array(outlets, np.int32),
        columns.midpoint[order],
        columns.language[order],
        columns.words[order].astype(np.int64),
        np.argsort(columns.number[order]),
        tuple(known),
    )
