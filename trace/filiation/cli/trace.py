"""`filiation trace`: one article's republication chain."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.help import FOUND, INCOMPLETE, NOTHING_FOUND, Told
from filiation.cli.options import column_option, gives_output, outlets_option
from filiation.cli.output import Output, hint

if TYPE_CHECKING:
    from filiation.cli.inputs import Batch
    from filiation.outlets import Catalogue
    from filiation.values import Article, Trace

__all__ = ["trace"]


@click.command(
    cls=Told,
    examples=[
        ("filiation trace page.html", "The chain, as far as the page itself tells it."),
        (
            "filiation trace page.html --against pages/",
            "The same, with the page's other versions looked for in a folder, and measured.",
        ),
        (
            "filiation trace page.html --against corpus.parquet --column text=body --json",
            "Looked for in a table; the facts for machines.",
        ),
    ],
)
@click.argument("article", metavar="ARTICLE")
@click.option(
    "--against",
    multiple=True,
    metavar="PATH",
    help="File, folder or table to look for other versions in. May be repeated.",
)
@click.option("--url", metavar="ADDRESS", help="The address that ARTICLE was saved from.")
@column_option
@outlets_option
@gives_output
def trace(
    article: str,
    against: Sequence[str],
    url: str | None,
    columns: Mapping[str, str],
    known: "Catalogue | None",
    output: Output,
) -> int:
    """Tell where an article comes from: its chain of versions, from the first one known.

    ARTICLE is a file (HTML, text, Markdown) or - for standard input. Every step of the chain is
    shown with its evidence: the credit lines, the text shared, the dates.
    """
    from filiation.cli.inputs import Batch, one
    from filiation.report.shapes import trace_shape
    from filiation.report.terminal import trace_report
    from filiation.stemma import trace as traced

    asked = one(article, known, url)
    batch = Batch(against, columns, known, output)
    with _progress(output) as say:
        others = list(_others(batch, asked, article, say)) if against else []
        say(f"searching {len(others):,} articles")
        found = traced(asked, others, catalogue=known, progress=say)
    if batch.failed:
        found = _with_failures(found, batch)
    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(trace_shape(found)))
        else:
            sheet = output.sheet()
            trace_report(sheet, found, _seen(found, [asked, *others], known))
            sheet.print_to(paper)
    if not against:
        hint("To look for other versions: --against PATH", quiet=output.quiet)
    if batch.failed:
        return INCOMPLETE
    return FOUND if len(found.versions) > 1 else NOTHING_FOUND


def _others(
    batch: "Batch", asked: "Article", named: str, say: Callable[[str], None]
) -> Iterator["Article"]:
    """Yield the articles to search, without the very file that was asked about."""
    from filiation.cli.inputs import distinct

    for article in batch:
        if batch.read % 100 == 0:
            say(f"{batch.read:,} articles read")
        if not _same_file(article.input, named):
            yield distinct(article, asked)


def _same_file(one_path: str, other: str) -> bool:
    try:
        return Path(one_path).samefile(other)
    except (OSError, ValueError):  # a row of a table, standard input
        return False


def _with_failures(found: "Trace", batch: "Batch") -> "Trace":
    """Return the trace with what could not be read among what was searched."""
    from filiation.values import Searched

    failed = [Searched(lost.where, "failed", 0, says=lost.what) for lost in batch.lost]
    if more := batch.failed - len(batch.lost):
        failed.append(
            Searched(f"{more:,} more", "failed", 0, says="standard error names the first")
        )
    return replace(found, searched=(*found.searched, *failed))


def _seen(
    found: "Trace", articles: Sequence["Article"], known: "Catalogue | None"
) -> dict[str, "Article"]:
    """Return the articles of the versions by id, their credit lines set aside."""
    from filiation.credits import credits as spoken

    wanted = {version.article for version in found.versions if version.article is not None}
    return {
        article.id: spoken(article, known).article for article in articles if article.id in wanted
    }


@contextmanager
def _progress(output: Output) -> Iterator[Callable[[str], None]]:
    """Show on a terminal how far the search is; yield what is told of it."""
    if output.quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    if console.is_dumb_terminal:  # which cannot take a line back
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading", total=None)
        yield lambda told: progress.update(task, description=told)
