"""An audit's files: articles, matches, hops and groups as lines of JSON, flows as a table; or Parquet.

Each file is in order whatever the order its lines came in, and the same byte for byte whenever the
findings are. Names are given to files that are complete, and to no others.
"""

import marshal
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from filiation.audit.values import Audit, Flow, Group, Tally
from filiation.errors import InputError
from filiation.report.harmless import one_line
from filiation.report.parquet import COLUMNS, REAL, TEXT, WHOLE, Kind, write_parquet
from filiation.report.shapes import (
    OutletOf,
    Shape,
    group_shape,
    hop_shape,
    hours,
    match_shape,
    written,
)
from filiation.values import HOP_KINDS, STANDINGS, Match, Standing

__all__ = ["FILES", "Files", "bare", "cell"]

FILES = {
    "articles.jsonl": "every article, without its text",
    "matches.jsonl": "the pairs that share text, with their passages",
    "hops.jsonl": "who took which article from whom, with the evidence",
    "groups.jsonl": "the versions of one text, group by group",
    "flows.csv": "outlet by outlet: hops, standings, kinds and delays",
    "outlets.csv": "each outlet's articles, originals and republished ones",
}
"""The files of an audit, and what they hold; those of Parquet have the same names before the point."""

IN_MEMORY = 8_000_000
"""Characters of a file's lines that are put in order in memory; what is more goes to the disk, in
runs that are merged at the end. Four files of that size take about 100 MB at most."""

AT_A_TIME = 256
"""Lines of a run that are read back at a time."""
SIZE = 8
"""Bytes in which it is said how many bytes these are."""

Key = tuple[str | int, ...]
Cell = str | int | float | None


class Files:
    """The files of one audit on their way into a folder, which is made where there is none.

    What is entered, in any order, appears under its name when `finish` is called, and not before;
    where the block ends without it, earlier files of the folder stay as they were.
    `outlet_of` tells the outlet of a version as the audit's flows name it. `parquet` asks for Parquet.

    Raises `InputError`, in one sentence, where something cannot be written: no right to, no room.
    """

    def __init__(self, folder: Path, outlet_of: OutletOf, *, parquet: bool = False) -> None:
        self._folder = folder
        self._outlet_of = outlet_of
        self._parquet = parquet
        self._held = ExitStack()
        with _sayable(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._lines = {
                name: self._held.enter_context(_Lines(folder))
                for name in FILES
                if name.endswith(".jsonl")
            }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.close()

    def article(self, shape: Shape) -> None:
        """Enter an article, as `article_shape` tells it."""
        self._enter("articles.jsonl", (shape["id"],), shape)

    def match(self, match: Match) -> None:
        """Enter a match."""
        self._enter("matches.jsonl", (match.a, match.b), match_shape(match))

    def group(self, group: Group) -> None:
        """Enter a group with its hops, which stay in the order of the tree."""
        self._enter("groups.jsonl", (group.id,), group_shape(group))
        versions = {version.id: version for version in group.stemma.versions}
        for place, hop in enumerate(group.stemma.hops):
            parent, child = versions[hop.parent], versions[hop.child]
            shape = hop_shape(hop, parent, child, group.id, self._outlet_of)
            self._enter("hops.jsonl", (group.id, place), shape)

    def finish(self, audit: Audit) -> tuple[Path, ...]:
        """Write what was entered, and the audit's tables, and return the files."""
        tables = {"flows": _flows(audit), "outlets": _outlets(audit.tallies)}
        with _sayable(self._folder):
            parts: dict[Path, Path] = {}
            try:
                for file in FILES:
                    name = Path(file).stem
                    target = self._folder / (f"{name}.parquet" if self._parquet else file)
                    part = self._folder / f".{target.name}.{os.getpid()}.part"
                    parts[part] = target
                    if self._parquet:
                        table = tables.get(name)
                        lines = self._lines[file] if table is None else table.lines()
                        columns = COLUMNS[name] if table is None else table.columns
                        write_parquet(part, lines, columns)
                    else:
                        _write(part, tables[name].text() if name in tables else self._lines[file])
                for part, target in parts.items():
                    part.replace(target)
            finally:
                for part in parts:
                    part.unlink(missing_ok=True)
        return tuple(parts.values())

    def _enter(self, file: str, key: Key, shape: Shape) -> None:
        with _sayable(self._folder):
            self._lines[file].add(key, written(shape))


class _Lines:
    """The lines of one file, each with the key that gives it its place.

    Runs that do not fit into memory are kept in files without a name, which vanish with the
    process, however it ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[tuple[Key, str]] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            with suppress(OSError):  # it is thrown away: a full disk has been complained of
                run.close()

    def add(self, key: Key, line: str) -> None:
        """Enter a line, which has no line break."""
        self._waiting.append((key, line))
        self._size += len(line)
        if self._size > IN_MEMORY:
            self._spill()

    def __iter__(self) -> Iterator[str]:
        """Yield all lines in order, with their line ends."""
        runs = [_entries(run) for run in self._runs]
        for _, line in merge(*runs, sorted(self._waiting)):
            yield line + "\n"

    def _spill(self) -> None:
        run = TemporaryFile(dir=self._folder)  # noqa: SIM115
        self._runs.append(run)
        ordered = sorted(self._waiting)
        for start in range(0, len(ordered), AT_A_TIME):
            block = marshal.dumps(ordered[start : start + AT_A_TIME])
            run.write(len(block).to_bytes(SIZE, "little") + block)
        run.flush()
        self._waiting, self._size = [], 0


def _entries(run: IO[bytes]) -> Iterator[tuple[Key, str]]:
    """Yield the lines of a run that this process has written."""
    run.seek(0)
    while size := run.read(SIZE):
        yield from marshal.loads(run.read(int.from_bytes(size, "little")))


def _write(part: Path, lines: Iterable[str]) -> None:
    with part.open("w", encoding="utf-8", newline="") as paper:
        paper.writelines(lines)
        paper.flush()
        os.fsync(paper.fileno())  # the name must not reach the disk before the content


@contextmanager
def _sayable(folder: Path) -> Iterator[None]:
    """Turn a failure to write into an error that names the folder."""
    try:
        yield
    except OSError as error:
        what = f"the audit's files cannot be written: {error.strerror or error}"
        raise InputError(
            str(folder), what, "name a folder with room that you may write to"
        ) from error


# Tables

_FIRST: tuple[Standing, ...] = ("confirmed", "credited", "uncredited", "skipped", "disputed")
_LATER = tuple(standing for standing in STANDINGS if standing not in _FIRST)

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""How a cell begins that a spreadsheet would compute: OWASP's list ("CSV Injection"), with the
full-width signs that some spreadsheets read alike."""
_QUOTED = re.compile(r'[",;\t\r\n]|^\s|\s$')
"""What a cell must be quoted for; the semicolon since spreadsheets of half of Europe split at it."""


def cell(value: Cell) -> str:
    r"""Return one cell of a CSV table: safe to print and to open in a spreadsheet.

    Text is on one line, what could act on a terminal is shown as an escape, and a text that a
    spreadsheet would take for a formula is given an apostrophe in front, as OWASP advises. Numbers
    stay numbers; nothing is an empty cell.

    >>> cell('=HYPERLINK("x")')
    '"\'=HYPERLINK(""x"")"'
    """
    text = bare(value)
    return '"{}"'.format(text.replace('"', '""')) if _QUOTED.search(text) else text


def bare(value: Cell) -> str:
    """Return the same without the quotes that CSV needs, for tables that need none."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = one_line(value)
    formula = value.startswith(_FORMULA) or text.startswith(_FORMULA)
    return f"'{text}" if formula else text


def _row(cells: Iterable[Cell]) -> str:
    return ",".join(map(cell, cells)) + "\n"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that is written cell by cell."""

    columns: Mapping[str, Kind]
    rows: Sequence[Sequence[Cell]]

    def text(self) -> Iterator[str]:
        """Yield its lines as CSV."""
        yield _row(self.columns)
        yield from map(_row, self.rows)

    def lines(self) -> Iterator[str]:
        """Yield its rows as lines of JSON; what is not known is null."""
        for row in self.rows:
            told = (None if value == "" else value for value in row)
            yield written(dict(zip(self.columns, told, strict=True))) + "\n"


def _flows(audit: Audit) -> _Table:
    names = {tally.outlet: tally.name for tally in audit.tallies}
    return _Table(
        {
            "from_outlet": TEXT,
            "to_outlet": TEXT,
            **dict.fromkeys(("hops", *_FIRST), WHOLE),
            "median_delay_hours": REAL,
            **dict.fromkeys((*_LATER, *HOP_KINDS, "delays"), WHOLE),
            "share_of_output": REAL,
            "from_name": TEXT,
            "to_name": TEXT,
        },
        [[*_figures(flow), names[flow.from_outlet], names[flow.to_outlet]] for flow in audit.flows],
    )


def _figures(flow: Flow) -> list[Cell]:
    return [
        flow.from_outlet,
        flow.to_outlet,
        flow.hops,
        *(flow.standings[standing] for standing in _FIRST),
        hours(flow.median_delay_hours),
        *(flow.standings[standing] for standing in _LATER),
        *(flow.kinds[kind] for kind in HOP_KINDS),
        len(flow.delays),
        None if flow.share is None else round(flow.share, 4),
    ]


def _outlets(tallies: Iterable[Tally]) -> _Table:
    return _Table(
        {
            "outlet": TEXT,
            "name": TEXT,
            **dict.fromkeys(("articles", "originals", "republished"), WHOLE),
            "share_republished": REAL,
            "uncredited": WHOLE,
            "taken": WHOLE,
        },
        [
            [
                tally.outlet,
                tally.name,
                tally.articles,
                tally.originals,
                tally.republished,
                round(tally.share, 4) if tally.articles else None,
                tally.uncredited,
                tally.taken,
            ]
            for tally in tallies
        ],
    )
