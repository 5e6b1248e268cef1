"""Articles brought into a library: read by several processes, stored by one, in the order of input.

What was read of a file is written with the articles themselves, in one transaction, so that a run
which was broken off, by whatever, goes on at the exact row, and ends with the same library.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from filiation.errors import InputError
from filiation.library.insert import Inserter
from filiation.library.intake import MOST_NAMED, Intakes, Tally
from filiation.library.library import Library
from filiation.library.meter import Meter
from filiation.library.rows import Made, Met, made_of
from filiation.library.runs import Interruption, recorded
from filiation.library.workers import WorkerLost, mapped
from filiation.outlets import Catalogue, Outlet
from filiation.outlets import catalogue as known_outlets
from filiation.read import documents
from filiation.read.raw import WHOLE, Document, File, JsonLine, Kept, Raw, Response, Row

__all__ = ["Added", "Progress", "Reader", "add", "add_from"]

SMALL = 200
"""Documents up to which one process does it all. A worker is ready 0.3 s later than a process that
reads by itself (1.8 s against 1.5, both mostly for language models); a process reads 200 to 1,000
rows in that time."""
BATCH = 64
"""Documents handed to a worker at a time, at the most: a tenth of a second's work."""
BATCH_BYTES = 500_000
"""Bytes of documents handed to a worker at a time: some five pages."""
FILE_BYTES = 100_000
"""What a file that is not opened yet is taken to hold: the median page of 191 has 90,000 bytes."""
COMMIT = 1.0
"""Seconds after which what is done is committed: what a kill costs at the most."""


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding."""

    articles: int
    """Articles stored, new versions of known pages among them."""
    versions: int
    """Of these, texts that differ from what the library had of the page."""
    known: int
    """Articles that the library had: the same text of the same page."""
    passed: int
    """Articles of files that an earlier run has read, passed over unread."""
    skipped: int
    """Inputs and rows that gave no article, those that an earlier run skipped among them."""
    lost: tuple[InputError, ...]
    """The first of them, `MOST_NAMED` at the most."""
    seconds: float
    """Time it took."""

    @classmethod
    def nothing(cls) -> "Added":
        """Return what comes of adding nothing."""
        return cls(0, 0, 0, 0, 0, (), 0.0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far adding is."""

    rows: int
    """Rows and files looked at by this run."""
    share: float | None
    """Of the bytes of all inputs, those read, 0 to 1; None where the system does not tell."""


def add(
    library: Library,
    inputs: Sequence[str | Path],
    *,
    columns: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    jobs: int = 1,
    progress: Callable[[Progress], None] | None = None,
    skipped: Callable[[InputError], None] | None = None,
) -> Added:
    """Read every article of `inputs` into a library that is open for writing.

    The same text of the same page is one article, a changed text a new version of it. Files that
    have not changed since they were read are passed over, and a file that a run was broken off in
    is read on from there. `jobs` processes read; what is stored does not depend on their number.
    `skipped` is told of what gives no article, `progress` how far it is. On Ctrl-C what is done is
    kept, and `KeyboardInterrupt` raised. Raises `LibraryError` where the file cannot be written.
    """
    started = time.monotonic()
    intakes = Intakes(library, columns or {})
    tally = Tally(skipped or _unheard)
    meter = Meter(inputs)
    found = documents(inputs, columns=columns, done=intakes.done)
    with recorded(library, tally.counts), Interruption() as interruption:
        ahead = list(islice(found, SMALL + 1))
        read = _Reading(None if catalogue is None else tuple(catalogue))
        batches = _batches(chain(ahead, found))
        with closing(mapped(read, batches, jobs if len(ahead) > SMALL else 1)) as results:
            for _ in _stored(library, results, interruption, intakes, tally):
                if progress is not None:
                    progress(Progress(tally.rows, meter.share(intakes.reading)))
    return _added(intakes, tally, started)


class Reader(Protocol):
    """What reads files that are not of this machine."""

    def listed(self, url: str) -> list[tuple[str, tuple[int, int]]]:
        """Return the files at an address, sorted, with size and time of change (nanoseconds)."""

    def read(
        self,
        files: Sequence[tuple[str, int]],
        columns: Mapping[str, str],
        catalogue: Catalogue | None,
    ) -> Generator[list[Made | Met | InputError], None, None]:
        """Yield what the files hold, in order, each without so many rows at its beginning."""


def add_from(
    library: Library,
    reader: Reader,
    urls: Sequence[str],
    *,
    columns: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    skipped: Callable[[InputError], None] | None = None,
) -> Added:
    """Add the articles of files that a `reader` reaches, as `add` adds those of this machine.

    Raises `InputError` where there is nothing at an address, else what `add` raises.
    """
    started = time.monotonic()
    intakes = Intakes(library, columns or {})
    tally = Tally(skipped or _unheard)
    listed = [one for url in urls for one in reader.listed(url)]
    asked = [(url, done) for url, state in listed if (done := intakes.done(url, state)) < WHOLE]
    with (
        recorded(library, tally.counts),
        Interruption() as interruption,
        closing(reader.read(asked, columns or {}, catalogue)) as results,
    ):
        for _ in _stored(library, results, interruption, intakes, tally):
            pass
    return _added(intakes, tally, started)


def _added(intakes: Intakes, tally: Tally, started: float) -> Added:
    earlier = intakes.earlier
    return Added(
        articles=tally.articles,
        versions=tally.versions,
        known=tally.known,
        passed=earlier.articles + earlier.known,
        skipped=tally.skipped + earlier.skipped,
        lost=(*earlier.lost, *tally.lost)[:MOST_NAMED],
        seconds=time.monotonic() - started,
    )


def _unheard(_: InputError) -> None:
    return


def _stored(
    library: Library,
    results: Iterator[list[Made | Met | InputError]],
    interruption: Interruption,
    intakes: Intakes,
    tally: Tally,
) -> Iterator[None]:
    """Store the results in order, a transaction a second; yield after each batch.

    Where this is stopped, by Ctrl-C or for want of a worker, what is done is committed first.
    """
    stopped: BaseException | None = None
    following: list[Made | Met | InputError] | None = []
    while following is not None and stopped is None:
        with library.transaction() as connection:
            inserter = Inserter(connection, intakes, tally)
            until = time.monotonic() + COMMIT
            while time.monotonic() < until:
                try:
                    with interruption.heard():
                        following = next(results, None)
                        yield
                except (KeyboardInterrupt, WorkerLost) as error:
                    stopped = error
                    break
                if following is None:
                    intakes.finish()
                    break
                inserter.insert(following)
            intakes.save(connection)
    if stopped is not None:
        raise stopped


# --- the reading ---------------------------------------------------------------------------------


class _Reading:
    """Reads batches, in whatever process it finds itself in."""

    def __init__(self, outlets: tuple[Outlet, ...] | None) -> None:
        self._outlets = outlets
        """Those of the user's own catalogue, None for the one that comes with the program."""
        self._catalogue: Catalogue | None = None

    def __call__(self, found: Sequence[Raw | InputError]) -> list[Made | Met | InputError]:
        if self._catalogue is None:
            self._catalogue = known_outlets() if self._outlets is None else Catalogue(self._outlets)
        return made_of(found, self._catalogue)


def _batches(found: Iterable[Raw | InputError]) -> Iterator[list[Raw | InputError]]:
    """Yield what was found in batches of about equal work."""
    batch: list[Raw | InputError] = []
    size = 0
    for one in found:
        batch.append(one)
        size += 0 if isinstance(one, InputError) else _size(one)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(raw: Raw) -> int:
    match raw.content:
        case JsonLine(line=data) | Document(data=data) | Response(data=data) | Kept(data=data):
            return len(data)
        case Row(cells=cells):
            return sum(len(cell) for cell in cells.values() if isinstance(cell, str | bytes))
        case File():
            return FILE_BYTES
        case _:
            return 0
