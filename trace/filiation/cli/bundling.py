"""`--bundle`: what a command saw, kept as a bundle of evidence."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from filiation.cli.completion import folders
from filiation.cli.help import ARGUMENTS
from filiation.cli.output import hint

if TYPE_CHECKING:
    from filiation.bundle.values import Page
    from filiation.find.values import Exchange
    from filiation.outlets import Catalogue
    from filiation.values import Article, Credits, Match, Trace

__all__ = ["Keeping", "bundle_option"]


def bundle_option(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--bundle`, as `keeping`: None where it is not wanted."""
    option = click.option(
        "--bundle",
        "keeping",
        metavar="DIR",
        shell_complete=folders,
        callback=_keeping,
        help="Keep all that was seen as a bundle of evidence: a folder that does not exist yet.",
    )
    return option(command)


def _keeping(
    context: click.Context, _option: click.Parameter, folder: str | None
) -> "Keeping | None":
    if folder is None:
        return None
    return Keeping(Path(folder), ("filiation", *context.meta.get(ARGUMENTS, sys.argv[1:])))


class Keeping:
    """A bundle that is to be written when the search is over; begun when the command begins.

    Raises `InputError` at once where it could not be written then.
    """

    def __init__(self, folder: Path, command: tuple[str, ...]) -> None:
        from filiation.bundle.write import refuse_taken

        self.folder = folder
        self.command = command
        """The command line, word by word."""
        self.started = datetime.now(UTC)
        refuse_taken(self.folder)

    def offline(
        self,
        found: "Trace",
        asked: "Article",
        articles: Iterable["Article"],
        read: "Callable[[Article], Credits]",
        known: "Catalogue | None",
        *,
        quiet: bool,
    ) -> None:
        """Write the bundle of a trace that asked nothing of the web."""
        from filiation.bundle.offline import pages_of

        pages = pages_of(found, asked, articles, read)
        self.write(found, pages, asked.id, known=known, quiet=quiet)

    def write(
        self,
        found: "Trace",
        pages: "Sequence[Page]",
        asked: str,
        *,
        exchanges: "Sequence[Exchange]" = (),
        matches: "Sequence[Match]" = (),
        settings: Mapping[str, Any] | None = None,
        known: "Catalogue | None" = None,
        quiet: bool = False,
    ) -> None:
        """Write the bundle, and say on standard error where it is, with its manifest's digest.

        The arguments are those of `filiation.bundle.write.write`.
        """
        from filiation.bundle.values import Run
        from filiation.bundle.write import write

        run = Run(self.command, self.started, datetime.now(UTC), settings or {}, known)
        report = _report(found, pages)
        digest = write(
            self.folder,
            found,
            pages=pages,
            asked=asked,
            exchanges=exchanges,
            matches=matches,
            report=report,
            run=run,
        )
        hint(f"Bundle: {self.folder}, manifest {digest}", quiet=quiet)


def _report(found: "Trace", pages: "Sequence[Page]") -> str:
    """Return the report without style, as wide as where no terminal says otherwise."""
    from io import StringIO

    from filiation.report.sheet import Sheet
    from filiation.report.terminal import trace_report

    wanted = {version.article for version in found.versions}
    texts = {
        article.id: article
        for article in (page.stated.article for page in pages)
        if article.id in wanted
    }
    sheet = Sheet()
    trace_report(sheet, found, texts)
    paper = StringIO()
    sheet.print_to(paper)
    return paper.getvalue()
