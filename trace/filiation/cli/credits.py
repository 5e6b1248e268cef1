"""`filiation credits`: what the pages say about their origin, nothing more."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from filiation.cli.completion import files
from filiation.cli.help import FOUND, INCOMPLETE, NOTHING_FOUND, Told
from filiation.cli.options import column_option, gives_output, outlets_option
from filiation.cli.output import Output

if TYPE_CHECKING:
    from filiation.outlets import Catalogue

__all__ = ["credits"]


@click.command(
    cls=Told,
    short_help="Show what pages say about where they come from.",
    examples=[
        ("filiation credits page.html", "What the page says of its origin, line by line."),
        (
            "filiation credits pages/ --json",
            "One JSON document a line, for every page of a folder.",
        ),
        (
            "filiation credits cases.csv --column text=context --json",
            "Every row of a table; the text stands in its column “context”.",
        ),
    ],
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", shell_complete=files)
@column_option
@outlets_option
@gives_output
def credits(
    inputs: Sequence[str], columns: Mapping[str, str], known: "Catalogue | None", output: Output
) -> int:
    """Show what pages say about where their text comes from, and nothing more.

    INPUT is a file (HTML, text, Markdown), a folder, a table (CSV, TSV, JSONL, Parquet) with one
    article a row, or - for standard input. JSON comes as one document a line, as soon as an article
    is read.
    """
    from filiation.cli.inputs import Batch
    from filiation.credits import credits as spoken
    from filiation.report.shapes import credits_shape
    from filiation.report.terminal import credits_report

    batch = Batch(inputs, columns, known, output)
    any_found = False
    with output.paper() as paper:
        for article in batch:
            found = spoken(article, known)
            any_found = any_found or bool(found.credits)
            if output.for_machines:
                paper.write(output.line(credits_shape(found)))
            else:
                output.tell(paper, partial(credits_report, found=found, first=batch.read == 1))
            paper.flush()
    if batch.failed:
        return INCOMPLETE
    return FOUND if any_found else NOTHING_FOUND
