"""`filiation trace`: one article's republication chain."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.bundling import bundle_option
from filiation.cli.help import FOUND, INCOMPLETE, NOTHING_FOUND, Told
from filiation.cli.options import column_option, gives_output, outlets_option
from filiation.cli.output import Output, hint
from filiation.cli.progress import display

if TYPE_CHECKING:
    from filiation.cli.bundling import Keeping
    from filiation.cli.inputs import Batch
    from filiation.library import Library
    from filiation.outlets import Catalogue
    from filiation.stemma.search import Read
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
        (
            "filiation trace page.html --library press.filiation",
            "Looked for in a library of many thousand articles; an id of one may stand for the page.",
        ),
        (
            "filiation trace page.html --against pages/ --bundle evidence/",
            "What was seen is kept as well, so that others can check it: filiation verify evidence/",
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
@click.option(
    "--library",
    "place",
    envvar="FILIATION_LIBRARY",
    metavar="FILE",
    help="Library to look for other versions in. Else what FILIATION_LIBRARY names, or none.",
)
@click.option("--url", metavar="ADDRESS", help="The address that ARTICLE was saved from.")
@bundle_option
@column_option
@outlets_option
@gives_output
def trace(
    article: str,
    against: Sequence[str],
    place: str | None,
    url: str | None,
    keeping: "Keeping | None",
    columns: Mapping[str, str],
    known: "Catalogue | None",
    output: Output,
) -> int:
    """Tell where an article comes from: its chain of versions, from the first one known.

    ARTICLE is a file (HTML, text, Markdown), - for standard input, a bundle of evidence, or the id of
    an article in the library. Every step of the chain is shown with its evidence: the credit lines, the text shared,
    the dates.
    """
    from filiation.cli.inputs import Batch
    from filiation.credits import credits as spoken
    from filiation.library import Library, Lookup
    from filiation.report.shapes import trace_shape
    from filiation.report.terminal import trace_report
    from filiation.stemma import trace as traced

    against = (*against, *_bundled(article))
    with ExitStack() as held:
        library = held.enter_context(Library.open(place)) if place else None
        asked, number = _asked(article, url, known, library)
        batch = Batch(against, columns, known, output)
        say = held.enter_context(_progress(output))
        others = list(_others(batch, asked, article, say)) if against else []
        read: Read = partial(spoken, known=known)
        lookups: list[Lookup] = []
        if library is not None:
            lookup = Lookup(
                library,
                asked if number is None else number,
                others,
                read=read,
                catalogue=known,
                progress=say,
            )
            lookups, asked, read = [lookup], lookup.asked, lookup.read
        say(f"searching {len(others):,} articles")
        found = traced(asked, others, shelves=lookups, credits=read, catalogue=known, progress=say)
        at_hand = [asked, *others, *(a for lookup in lookups for a in lookup.articles)]
    if batch.failed:
        found = _with_failures(found, batch)
    if keeping is not None:
        keeping.offline(found, asked, at_hand, read, known, quiet=output.quiet)
    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(trace_shape(found)))
        else:
            sheet = output.sheet()
            trace_report(sheet, found, _seen(found, at_hand, read))
            sheet.print_to(paper)
    if not against and library is None:
        hint("To look for other versions: --against PATH or --library FILE", quiet=output.quiet)
    if batch.failed:
        return INCOMPLETE
    return FOUND if len(found.versions) > 1 else NOTHING_FOUND


def _bundled(named: str) -> tuple[str, ...]:
    """Return a bundle of evidence that the article is named by: its other versions are there."""
    from filiation.read.bundles import is_bundle

    return (named,) if named != "-" and is_bundle(Path(named)) else ()


def _asked(
    named: str, url: str | None, known: "Catalogue | None", library: "Library | None"
) -> "tuple[Article, int | None]":
    """Return the article asked about, and its number where the library has it.

    A file goes before an article of that id. Raises `InputError` where it is neither.
    """
    from filiation.cli.inputs import one
    from filiation.library.lookup import numbered

    if library is None or named == "-" or os.path.lexists(named):
        return one(named, known, url), None
    number = numbered(library, named)
    if url is not None:
        raise click.UsageError(f"--url is for files; {named} is an article of the library.")
    return library.article(number), number


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


def _seen(found: "Trace", articles: Sequence["Article"], read: "Read") -> dict[str, "Article"]:
    """Return the articles of the versions by id, their credit lines set aside."""
    wanted = {version.article for version in found.versions if version.article is not None}
    return {article.id: read(article).article for article in articles if article.id in wanted}


@contextmanager
def _progress(output: Output) -> Iterator[Callable[[str], None]]:
    """Show on a terminal how far the search is; yield what is told of it."""
    with display(output) as progress:
        if progress is None:
            yield lambda _: None
            return
        task = progress.add_task("reading", total=None)
        yield lambda told: progress.update(task, description=told)
