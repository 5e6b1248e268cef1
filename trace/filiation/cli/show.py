"""`filiation show`: all that a library holds of one article."""

import click

from filiation.cli.completion import articles
from filiation.cli.help import FOUND, Told
from filiation.cli.options import gives_output, library_option
from filiation.cli.output import Output

__all__ = ["show"]


@click.command(
    cls=Told,
    short_help="Show an article of a library.",
    examples=[
        ("filiation show estran.html", "Its credits, dates and copies, as far as they are known."),
        ("filiation show estran.html --text", "The same, and the text itself."),
        ("filiation show estran.html --json", "The facts for machines."),
    ],
)
@click.argument("key", metavar="ID", shell_complete=articles)
@library_option
@click.option("--text", is_flag=True, help="The text too.")
@gives_output
def show(key: str, library: str, text: bool, output: Output) -> int:
    """Show an article of a library: whose it is, what it says of its origin, when it was published,
    where it was met, and what it shares text with, as the last audit found.

    ID is what `search` and `audit` call it.
    """
    from filiation.library import Library
    from filiation.library.record import record
    from filiation.report.library import record_report, record_shape

    with Library.open(library) as opened:
        found = record(opened, key)
    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(record_shape(found, text=text)))
        else:
            output.tell(paper, lambda sheet: record_report(sheet, found, text=text))
    return FOUND
