"""`filiation search`: articles of a library found by their words."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from filiation.cli.completion import library_outlets
from filiation.cli.help import FOUND, INCOMPLETE, NOTHING_FOUND, Told
from filiation.cli.options import gives_output, library_option, outlets_option
from filiation.cli.output import Output, hint, warn
from filiation.cli.progress import stages
from filiation.errors import LibraryError

if TYPE_CHECKING:
    from filiation.outlets import Catalogue

__all__ = ["search"]

PATIENCE = 2.0
"""Seconds waited for another writer before the index is left as it is: what is there can be
searched meanwhile."""


def _first_day(_context: click.Context, option: click.Parameter, given: str | None) -> date | None:
    return None if given is None else _days(given, option)[0]


def _last_day(_context: click.Context, option: click.Parameter, given: str | None) -> date | None:
    return None if given is None else _days(given, option)[1]


def _days(given: str, option: click.Parameter) -> tuple[date, date]:
    """Return the first and last day of a day, month or year."""
    parts = given.strip().split("-")
    with suppress(ValueError, OverflowError):
        year, month, day = [int(part) for part in (*parts, "1", "1")[:3]]
        first = date(year, month, day)
        if len(parts) == 1:
            return first, date(year, 12, 31)
        if len(parts) == 2:
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if len(parts) == 3:
            return first, first
    raise click.BadParameter(f"{given!r} is no date such as 2016-11-21, 2016-11 or 2016.")


@click.command(
    cls=Told,
    short_help="Find articles of a library by their words.",
    examples=[
        ("filiation search salt reservoir", "Articles that have both words."),
        (
            'filiation search \'"road salt" winter*\' --outlet "The Harbour Ledger"',
            "A phrase, and words that begin so, in one outlet's articles.",
        ),
        ("filiation search salt --since 2024-03 --json", "Since a day, month or year; as JSON."),
    ],
)
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@library_option
@click.option(
    "--outlet",
    "named",
    multiple=True,
    metavar="NAME",
    shell_complete=library_outlets,
    help="Only this outlet's, by key, name or address. May be repeated.",
)
@click.option("--since", callback=_first_day, metavar="DATE", help="Published then or later.")
@click.option("--until", callback=_last_day, metavar="DATE", help="Published then or before.")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    metavar="N",
    help="Articles shown; all are counted.",
)
@outlets_option
@gives_output
def search(
    words: Sequence[str],
    library: str,
    named: Sequence[str],
    since: date | None,
    until: date | None,
    limit: int,
    known: "Catalogue | None",
    output: Output,
) -> int:
    """Find articles of a library that have all these WORDS in title or text, the best first.

    Case and accents do not count. Words in quotation marks stand side by side; a word with a * at
    its end is the beginning of one. The first search after adding takes longer: it indexes the
    words of what was added. With --since or --until, articles without a date are left out.
    """
    from filiation.library import Library
    from filiation.library.searching import outlet_key
    from filiation.library.searching import search as searched
    from filiation.outlets import catalogue
    from filiation.report.library import search_report, search_shape

    asked = " ".join(words)
    hindered = _index(library, output)
    with Library.open(library) as opened:
        outlets = [outlet_key(opened, name, known or catalogue()) for name in named]
        hits = searched(opened, asked, outlets=outlets, since=since, until=until, limit=limit)
    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(search_shape(hits, asked)))
        else:
            output.tell(paper, lambda sheet: search_report(sheet, hits))
    if hits.unindexed:
        warn(f"the newest {hits.unindexed:,} articles were not searched: {hindered}",
             quiet=output.quiet)  # fmt: skip
        return INCOMPLETE
    if hits.hits:
        hint("To see one whole: filiation show ID --text", quiet=output.quiet)
    return FOUND if hits.found else NOTHING_FOUND


def _index(library: str, output: Output) -> LibraryError | None:
    """Bring the index of words up to date; return what is in the way, if anything is."""
    from filiation.library import Library
    from filiation.library.searching import index, unindexed

    with Library.open(library) as opened:
        if not unindexed(opened):
            return None
    try:
        writable = Library.open(library, writing=True, patience=PATIENCE)
    except LibraryError as error:
        return error
    with writable, stages(output) as told:
        index(writable, lambda done, whole: told("indexing the words", done, whole))
    return None
