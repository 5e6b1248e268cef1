"""`filiation add`: articles brought into a library."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from filiation.cli.help import FOUND, INCOMPLETE, INTERRUPTED, Told
from filiation.cli.options import column_option, gives_output, library_option, outlets_option
from filiation.cli.output import Output, complain, hint
from filiation.cli.progress import display
from filiation.errors import InputError, NotFound

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

    from filiation.library import Added, Library, Progress
    from filiation.outlets import Catalogue

__all__ = ["add", "brought"]


@click.command(
    cls=Told,
    examples=[
        ("filiation add articles.jsonl pages/", "A table and a folder, into library.filiation."),
        (
            "filiation add crawl.warc.gz --library press.filiation",
            "The pages of a web archive, into a library of your own name.",
        ),
        (
            "filiation add cases.csv --column text=context --json",
            "A table whose texts stand in its column “context”; a summary for machines.",
        ),
    ],
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@library_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that read side by side. Else as many as there are cores.",
)
@column_option
@outlets_option
@gives_output
def add(
    inputs: Sequence[str],
    library: str,
    jobs: int | None,
    columns: Mapping[str, str],
    known: "Catalogue | None",
    output: Output,
) -> int:
    """Bring articles into a library: one file that keeps texts, dates, credits and fingerprints.

    INPUT is a file (HTML, text, Markdown), a folder, a table (CSV, TSV, JSONL, Parquet) with one
    article a row, a web archive (WARC), a stored feed, or - for standard input; inputs may be
    larger than memory. A library that is not there yet is made.

    The same text at the same address is one article, a changed text a new version of it. Files
    that were read before and have not changed are passed over. Interrupted, by Ctrl-C or worse,
    the same command goes on at the exact row.
    """
    from filiation.cli.inputs import refuse_address
    from filiation.library import Library
    from filiation.report.library import added_report, added_shape

    for named in inputs:
        refuse_address(named)
    _see_that_there_is_one(inputs)
    with Library.open(
        library, create=True, writing=True, says=lambda told: hint(told, quiet=output.quiet)
    ) as opened:
        try:
            added = brought(opened, inputs, columns, known, jobs, output)
        except KeyboardInterrupt:
            complain(
                f"interrupted; {opened.size:,} articles are kept in {library}, and the same "
                "command goes on from there"
            )
            return INTERRUPTED
        if not added.articles + added.known + added.passed:
            raise _nothing(inputs, added)
        with output.paper() as paper:
            if output.for_machines:
                paper.write(output.document(added_shape(added, library, opened.size)))
            else:
                sheet = output.sheet()
                added_report(sheet, added, library, opened.size)
                sheet.print_to(paper)
    return INCOMPLETE if added.skipped else FOUND


def brought(
    library: "Library",
    inputs: Sequence[str],
    columns: Mapping[str, str],
    known: "Catalogue | None",
    jobs: int | None,
    output: Output,
) -> "Added":
    """Bring articles into a library that is open for writing; tell progress and what is skipped."""
    from filiation.library import add as added_to

    with _progress(output) as told:
        added = added_to(
            library,
            inputs,
            columns=columns,
            catalogue=known,
            jobs=jobs or os.cpu_count() or 1,
            progress=told,
            skipped=output.skipped,
        )
    output.skipped_in_all()
    return added


def _see_that_there_is_one(inputs: Sequence[str]) -> None:
    """Refuse inputs of which not one exists, before a library is made for nothing."""
    if not any(named == "-" or os.path.lexists(named) for named in inputs if "\0" not in named):
        raise NotFound(inputs[0], "there is no such file", "check its name")


def _nothing(inputs: Sequence[str], added: "Added") -> InputError:
    if added.skipped == 1:
        return added.lost[0]
    named = ", ".join(inputs)
    if added.skipped:
        what = f"none of {added.skipped:,} inputs could be read"
        return InputError(named, what, "the lines above say why")
    return NotFound(named, "holds no article", "name files, folders or tables that do")


@contextmanager
def _progress(output: Output) -> Iterator["Callable[[Progress], None] | None"]:
    """Show on a terminal how far the reading is, how fast it goes, and the time left."""
    with display(output, _columns) as shown:
        if shown is None:
            yield None
            return
        task = shown.add_task("reading", total=None)

        def told(so_far: "Progress") -> None:
            elapsed = shown.tasks[0].elapsed or 0.0
            rate = f", {so_far.rows / elapsed:,.0f} a second" if elapsed > 1 else ""
            shown.update(
                task,
                description=f"{so_far.rows:,} rows{rate}",
                completed=so_far.share or 0.0,
                total=None if so_far.share is None else 1.0,
            )

        yield told


def _columns() -> "Sequence[ProgressColumn]":
    from rich.progress import BarColumn, TaskProgressColumn, TimeRemainingColumn

    return BarColumn(bar_width=20), TaskProgressColumn(), TimeRemainingColumn()
