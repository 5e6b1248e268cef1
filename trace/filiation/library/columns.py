"""All articles of a library at once, a column for each thing an audit asks of every one."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Columns", "columns_of", "middles"]


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays of one length, ordered by number."""

    number: "NDArray[np.int64]"
    id: "NDArray[np.object_]"
    first: "NDArray[np.int64]"
    """Number of the first version of the same page: its own where it is the first."""
    outlet: "NDArray[np.object_]"
    """What tells its outlet apart, catalogued or not; None where nothing names it."""
    midpoint: "NDArray[np.float64]"
    """Middle of the interval in which it was published, seconds since 1970; the one end where the
    other is open; nan where it has no date. So below."""
    earliest: "NDArray[np.float64]"
    latest: "NDArray[np.float64]"
    language: "NDArray[np.object_]"
    """ISO 639-1 code, or None."""
    words: "NDArray[np.int32]"
    """Of its text, what is set aside left out."""

    def __len__(self) -> int:
        return len(self.number)


def columns_of(connection: sqlite3.Connection) -> Columns:
    """Return the columns of all articles."""
    import numpy as np

    rows = connection.execute(
        "SELECT number, id, first, home, earliest, latest, language, words FROM article "
        "INDEXED BY article_columns ORDER BY number"
    ).fetchall()
    number, ids, first, home, earliest, latest, language, words = (
        zip(*rows, strict=True) if rows else ((),) * 8
    )
    early, late = _seconds(earliest), _seconds(latest)
    middle = _middles(early, late)
    return Columns(
        np.array(number, np.int64),
        np.array(ids, object),
        np.array(first, np.int64),
        np.array(home, object),
        middle,
        early,
        late,
        np.array(language, object),
        np.array(words, np.int32),
    )


def middles(earliest: Sequence[str | None], latest: Sequence[str | None]) -> "NDArray[np.float64]":
    """Return the middles of intervals, as `Columns.midpoint`, of their ends as the tables have them."""
    return _middles(_seconds(earliest), _seconds(latest))


def _middles(early: "NDArray[np.float64]", late: "NDArray[np.float64]") -> "NDArray[np.float64]":
    import numpy as np

    middle = (early + late) / 2
    return np.where(np.isnan(middle), np.where(np.isnan(early), late, early), middle)


def _seconds(moments: "Sequence[str | None]") -> "NDArray[np.float64]":
    import numpy as np

    found = np.array([moment or "NaT" for moment in moments], dtype="datetime64[us]")
    return np.where(np.isnat(found), np.nan, found.astype(np.int64) / 1e6)
