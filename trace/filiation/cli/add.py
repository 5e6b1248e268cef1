"""`filiation add`: articles brought into a library, from files and from the web."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from filiation.cli.completion import files
from filiation.cli.help import FOUND, INCOMPLETE, INTERRUPTED, Told
from filiation.cli.online import Manners, asks_web, is_address
from filiation.cli.options import column_option, gives_output, library_option, outlets_option
from filiation.cli.output import Output, complain, hint
from filiation.cli.progress import display
from filiation.english import plural
from filiation.errors import InputError, NotFound
from filiation.report.harmless import one_line

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

    from filiation.find.collected import Collected, Spent
    from filiation.find.collected import Progress as Collecting
    from filiation.library import Added, Library, Progress
    from filiation.outlets import Catalogue

__all__ = ["add", "brought"]

MOST_LINES = 16
"""Hosts that progress is shown of: as many as are asked side by side."""
ROBOTS_LAST = 24 * 3600.0
"""Seconds for which a robots.txt that an earlier run had is good, as RFC 9309 (2.4) lets it be: a run
that goes on where another was broken off asks for nothing again."""


class Day(click.ParamType[datetime]):
    """A day, or a moment, in ISO 8601; one that names no zone is in UTC."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return its first moment."""
        try:
            found = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"{value!r} is no date; write 2024-03-05.", param, ctx)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


@click.command(
    cls=Told,
    short_help="Bring articles into a library.",
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
        (
            "filiation add https://lestran.example/feed/ --since 2024-03-01",
            "What an outlet has published since a day; the same command later fetches what is new.",
        ),
    ],
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", shell_complete=files)
@library_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that read side by side. Else as many as there are cores.",
)
@click.option(
    "--since",
    type=Day(),
    metavar="DATE",
    help="Of addresses, only what was published since this day (YYYY-MM-DD).",
)
@column_option
@outlets_option
@asks_web(most_requests=None, most_time=None)
@gives_output
def add(
    inputs: Sequence[str],
    library: str,
    jobs: int | None,
    since: datetime | None,
    columns: Mapping[str, str],
    known: "Catalogue | None",
    manners: Manners,
    output: Output,
) -> int:
    """Bring articles into a library: one file that keeps texts, dates, credits and fingerprints.

    INPUT is a file (HTML, text, Markdown), a folder, a table (CSV, TSV, JSONL, Parquet) with one
    article a row, a web archive (WARC), a stored feed, or - for standard input; inputs may be
    larger than memory. A library that is not there yet is made.

    INPUT may be an address too: of a feed, of a sitemap, of a site (its front page), or of one page.
    Hosts are asked side by side, each politely. Pages that were had before are fetched again only
    where their list says that they have changed.

    The same text at the same address is one article, a changed text a new version of it. Files
    that were read before and have not changed are passed over. Interrupted, by Ctrl-C or worse,
    the same command goes on at the exact row.
    """
    from filiation.cli.inputs import refuse_address
    from filiation.library import Added, Library
    from filiation.report.library import added_report, added_shape

    addresses = [named for named in inputs if is_address(named)]
    files = [named for named in inputs if not is_address(named)]
    for named in files:
        refuse_address(named)
    if since is not None and not addresses:
        raise click.UsageError("--since is about addresses, and none is given.")
    if not addresses:
        _see_that_there_is_one(files)
    with Library.open(
        library, create=True, writing=True, says=lambda told: hint(told, quiet=output.quiet)
    ) as opened:
        try:
            added, web = Added.nothing(), None
            if files:
                added = brought(opened, files, columns, known, jobs, output)
            if addresses:
                web = _collected(opened, addresses, since, known, manners, output)
        except KeyboardInterrupt:
            complain(
                f"interrupted; {opened.size:,} articles are kept in {library}, and the same "
                "command goes on from there"
            )
            return INTERRUPTED
        if not added.articles + added.known + added.passed and (web is None or not web[0].had):
            if web is None:
                raise _nothing(files, added)
            if (lost := _lost(web[0])) is not None and not added.skipped:
                raise lost
        with output.paper() as paper:
            if output.for_machines:
                paper.write(output.document(added_shape(added, library, opened.size, web)))
            else:
                size = opened.size
                output.tell(paper, lambda sheet: added_report(sheet, added, library, size, web))
    return INCOMPLETE if added.skipped or (web and not web[0].whole) else FOUND


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


def _collected(
    library: "Library",
    addresses: Sequence[str],
    since: datetime | None,
    known: "Catalogue | None",
    manners: Manners,
    output: Output,
) -> "tuple[Collected, Spent]":
    """Collect from the web into a library that is open for writing; tell progress."""
    from filiation.find.collect import collect
    from filiation.find.collected import Spent
    from filiation.find.fetcher import Fetcher
    from filiation.find.keep import LibraryStore
    from filiation.find.since import kept_in

    settings = replace(manners.settings(), robots_fresh_for=ROBOTS_LAST)
    with (
        closing(LibraryStore(library)) as store,
        Fetcher(settings, store) as fetch,
        _hosts(output) as told,
    ):
        collected = collect(
            library,
            addresses,
            fetch,
            kept_in(store),
            since=since,
            catalogue=known,
            progress=told,
            stop=fetch.stop,
        )
        spent = Spent(
            fetch.requests,
            settings.most_requests,
            settings.most_seconds,
            settings.ignore_robots,
        )
    return collected, spent


_FOR_GOOD = frozenset({"not_found", "unsupported", "malformed", "refused", "too_large"})
"""Outcomes that say: there is no article at this address, and there will be none tomorrow."""


def _lost(collected: "Collected") -> InputError | None:
    """Return the error that tells why there is no article at any address.

    None where that is not known, or where nothing was to be had: a list may hold nothing new.
    """
    failed = [(one.address, one.outcome, one.says) for one in collected.sources]
    failed += [(one.url, one.outcome, one.says) for one in collected.failures]
    failed = [one for one in failed if one[1] not in ("ok", "unchanged", "empty")]
    if not failed or any(outcome not in _FOR_GOOD for _, outcome, _ in failed):
        return None
    named, outcome, says = failed[0]
    more = f" (and {len(failed) - 1:,} more)" if len(failed) > 1 else ""
    return InputError(named, f"{says or outcome}{more}", "name a feed, a sitemap, a site or a page")


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


@contextmanager
def _hosts(output: Output) -> Iterator["Callable[[Collecting], None] | None"]:
    """Show on a terminal how far each host is that is not at its end, and all together."""
    with display(output, _columns) as shown:
        if shown is None:
            yield None
            return
        whole = shown.add_task("", total=None)
        tasks: dict[str, Any] = {}

        def told(so_far: "Collecting") -> None:
            done = wanted = lines = 0
            for host in so_far.hosts:
                if host.host not in tasks:
                    tasks[host.host] = shown.add_task("")
                failed = f", {host.failed:,} failed" if host.failed else ""
                here = host.had + host.failed
                at_work = here < host.wanted and lines < MOST_LINES
                lines += at_work
                done, wanted = done + here, wanted + host.wanted
                shown.update(
                    tasks[host.host],
                    description=f"{one_line(host.host)} {here:,} of {host.wanted:,}{failed}",
                    completed=here,
                    total=host.wanted,
                    visible=at_work,
                )
            lists = f", {plural(so_far.listing, 'list')} being read" if so_far.listing else ""
            shown.update(
                whole,
                description=f"{plural(so_far.articles, 'article')} stored{lists}",
                completed=done,
                total=wanted or None,
            )

        yield told


def _columns() -> "Sequence[ProgressColumn]":
    from rich.progress import BarColumn, TaskProgressColumn, TimeRemainingColumn

    return BarColumn(bar_width=20), TaskProgressColumn(), TimeRemainingColumn()
