"""What runs an audit: this machine, or whatever else can do the same few things.

An engine moves batches to where they are worked on, and brings back what came of them. It judges
nothing: what is done to a batch are the functions of `match`, `stemma` and this package.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from filiation.audit.candidates import Candidates, candidates
from filiation.library.workers import Workers, mapped

if TYPE_CHECKING:
    from filiation.audit.candidates import Batch, Numbers
    from filiation.match.fingerprints import Hashes, Places

__all__ = ["MEMORY", "Engine", "Machine"]

MEMORY = 1_000
"""Megabytes that the search for pairs may hold in memory; what is more goes to the disk."""

Work = TypeVar("Work")
Result = TypeVar("Result")


class Engine(Protocol):
    """The few things that an audit asks of what runs it."""

    @property
    def reads_library(self) -> bool:
        """Whether what works on batches can open the library's file; else they bring their texts."""

    def mapped(
        self, function: Callable[[Work], Result], batches: Iterable[Work], *, few: bool = False
    ) -> Generator[Result, None, None]:
        """Yield `function(batch)` of every batch, in order; both can be pickled.

        Where there are `few`, there is no need to hand them out. Raises `WorkerLost` where the work
        cannot be done for want of memory.
        """

    def candidates(
        self,
        batches: "Iterable[Batch]",
        outlets: "Numbers",
        words: "Places",
        *,
        house: "Mapping[int, Hashes]",
        within: bool,
        across: bool,
    ) -> Candidates:
        """Return the pairs worth aligning, as `audit.candidates.candidates` does."""


@dataclass(slots=True)
class Machine(AbstractContextManager["Machine"]):
    """This machine: a pool of processes, which end with the block, and DuckDB."""

    jobs: int = 1
    memory: int = MEMORY
    """Megabytes."""
    _workers: Workers = field(init=False)

    def __post_init__(self) -> None:
        self._workers = Workers(self.jobs)

    def __exit__(self, *_: object) -> None:
        """Let the processes end."""
        self._workers.dismiss()

    @property
    def reads_library(self) -> bool:
        """Return that its processes do."""
        return True

    def mapped(
        self, function: Callable[[Work], Result], batches: Iterable[Work], *, few: bool = False
    ) -> Generator[Result, None, None]:
        """Yield what processes make of the batches; where there are few, this one does it all."""
        return mapped(function, batches, 1) if few else self._workers.mapped(function, batches)

    def candidates(
        self,
        batches: "Iterable[Batch]",
        outlets: "Numbers",
        words: "Places",
        *,
        house: "Mapping[int, Hashes]",
        within: bool,
        across: bool,
    ) -> Candidates:
        """Return the pairs worth aligning; the join is DuckDB's."""
        return candidates(
            batches,
            outlets,
            words,
            house=house,
            within=within,
            across=across,
            memory=self.memory * 1_000_000,
            jobs=self.jobs,
        )
