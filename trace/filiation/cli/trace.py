"""`filiation trace`: one article's republication chain."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.help import FOUND, INCOMPLETE, NOTHING_FOUND, Told
from filiation.cli.online import Manners, asks_services, asks_web, is_address
from filiation.cli.options import LIBRARY, column_option, gives_output, outlets_option
from filiation.cli.output import Output, hint
from filiation.cli.progress import display
from filiation.cli.settings import preset
from filiation.errors import InputError, NotFound, Unreadable

if TYPE_CHECKING:
    from filiation.cli.inputs import Batch
    from filiation.find.history import History
    from filiation.find.journey import Journey
    from filiation.find.services import Services
    from filiation.library import Library, Lookup
    from filiation.outlets import Catalogue
    from filiation.stemma.search import Read, Shelf
    from filiation.values import Article, Trace

__all__ = ["trace"]

DEPTH = 8
BREADTH = 50


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the user asked for, option by option."""

    article: str
    against: Sequence[str]
    place: str | None
    url: str | None
    columns: Mapping[str, str]
    known: "Catalogue | None"
    online: bool | None
    """Whether the web is asked; None where neither was said."""
    copies: bool
    dry_run: bool
    bundle: Path | None
    history: bool
    depth: int
    breadth: int
    manners: Manners
    services: "Services"

    @property
    def on_web(self) -> bool:
        """Whether the web is asked, or what was kept of it."""
        return bool(self.online) or is_address(self.article) or self.copies or self.dry_run

    @property
    def asks(self) -> bool:
        """Whether anything may be asked of the web."""
        return self.on_web and self.online is not False and not self.dry_run

    def library(self) -> str | None:
        """Return the library to use: the web's answers are kept in the usual one."""
        if self.place or not self.on_web:
            return self.place
        return LIBRARY if self.asks or os.path.exists(LIBRARY) else None


@click.command(
    cls=Told,
    examples=[
        ("filiation trace page.html", "The chain, as far as the page itself tells it."),
        (
            "filiation trace https://daily.example/story --contact you@example.org",
            "A page on the web: what it names is followed there, politely, and in archives.",
        ),
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
    default=preset("library", ""),
    metavar="FILE",
    help="Library to look for other versions in, and to keep what the web gave. Else what "
    f"FILIATION_LIBRARY names; else none, or {LIBRARY} where the web is asked.",
)
@click.option("--url", metavar="ADDRESS", help="The address that ARTICLE was saved from.")
@click.option(
    "--online/--offline",
    default=None,
    help="Ask the web, or only what was kept of it. Else the web is asked for an address only.",
)
@click.option(
    "--copies",
    is_flag=True,
    help="Look for republications, too, at the outlets of --outlets, or of the catalogue.",
)
@click.option("--dry-run", is_flag=True, help="Ask nothing; list what would be asked.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the evidence to this new folder: all requests and answers, and what was found.",
)
@click.option(
    "--history/--no-history",
    envvar="FILIATION_HISTORY",
    default=preset("history", otherwise=True),
    help="Compare an archive's captures of each version, for edits and credits removed. It is done "
    "unless said otherwise.",
)
@click.option(
    "--depth",
    type=click.IntRange(0, 100),
    envvar="FILIATION_DEPTH",
    default=preset("depth", otherwise=DEPTH),
    metavar="N",
    help=f"Steps that are followed away from the article. Else {DEPTH}.",
)
@click.option(
    "--breadth",
    type=click.IntRange(1, 10_000),
    envvar="FILIATION_BREADTH",
    default=preset("breadth", otherwise=BREADTH),
    metavar="N",
    help=f"Versions besides the article. Else {BREADTH}.",
)
@asks_services
@asks_web()
@column_option
@outlets_option
@gives_output
def trace(
    article: str,
    against: Sequence[str],
    place: str | None,
    url: str | None,
    online: bool | None,
    copies: bool,
    dry_run: bool,
    bundle: Path | None,
    history: bool,
    depth: int,
    breadth: int,
    services: "Services",
    manners: Manners,
    columns: Mapping[str, str],
    known: "Catalogue | None",
    output: Output,
) -> int:
    """Tell where an article comes from: its chain of versions, from the first one known.

    ARTICLE is an address, a file (HTML, text, Markdown), - for standard input, or the id of an
    article in the library. Every step of the chain is shown with its evidence: the credit lines, the
    text shared, the dates.
    """
    asked = _Asked(
        article=article,
        against=against,
        place=place,
        url=url,
        columns=columns,
        known=known,
        online=online,
        copies=copies,
        dry_run=dry_run,
        bundle=bundle,
        history=history,
        depth=depth,
        breadth=breadth,
        manners=manners,
        services=services,
    )
    _refuse(asked)
    with ExitStack() as held:
        search = _Search(asked, output, held)
        return search.planned() if dry_run else search.told()


def _refuse(asked: _Asked) -> None:
    """Refuse what cannot be done before anything is begun."""
    if asked.online is False and asked.manners.ignore_robots:
        raise click.UsageError("--offline asks nothing; --ignore-robots has no meaning with it.")
    if asked.url is not None and is_address(asked.article):
        raise click.UsageError("--url is for files; ARTICLE is an address already.")
    if asked.bundle is not None:
        from filiation.bundle.write import refuse_taken

        refuse_taken(asked.bundle)
    if asked.asks:
        asked.services.refuse()


class _Search:
    """One trace, from what was asked to what is told."""

    def __init__(self, asked: _Asked, output: Output, held: ExitStack) -> None:
        from filiation.cli.inputs import Batch
        from filiation.credits import credits as spoken
        from filiation.find.journey import Judgement
        from filiation.match import compare

        self._asked = asked
        self._output = output
        self._batch = Batch(asked.against, asked.columns, asked.known, output)
        self._judgement = Judgement(partial(spoken, known=asked.known), compare)
        place = asked.library()
        self._library = held.enter_context(self._opened(place)) if place else None
        self._say = held.enter_context(_progress(output))
        self._others: list[Article] = []
        self._planned: Planned | None = None
        self._fetcher: Fetcher | None = None
        self._journey = self._departed(held) if asked.on_web else None
        self._article, number = self._the_article()
        if asked.against:
            self._others += _others(self._batch, self._article, asked.article, self._say)
        self._lookup = self._looked_up(number)

    # --- what is searched ---------------------------------------------------------------------------

    def _opened(self, place: str) -> "Library":
        """Open the library: for writing where the web's answers are kept in it."""
        from filiation.library import Library

        quiet = self._output.quiet
        return Library.open(
            place,
            create=self._asked.asks,
            writing=self._asked.on_web,
            says=lambda told: hint(told, quiet=quiet),
        )

    def _departed(self, held: ExitStack) -> "Journey":
        """Return the way to the web: to all of it, or to what was kept."""
        from filiation.find.fetcher import Fetcher
        from filiation.find.journey import Journey, Planned
        from filiation.find.keep import LibraryStore

        store = LibraryStore(self._library) if self._library is not None else None
        if store is not None:
            held.callback(store.close)
        settings = self._asked.manners.settings(offline=not self._asked.asks)
        fetcher = held.enter_context(Fetcher(settings, store))
        self._fetcher = fetcher
        if self._asked.dry_run:
            self._planned = Planned(fetcher)
        return Journey(
            self._planned or fetcher,
            self._asked.services,
            self._judgement,
            catalogue=self._asked.known,
            stated=fetcher.sitemaps,
            depth=self._asked.depth,
            breadth=self._asked.breadth,
            progress=self._say,
            at_hand=self._others,
        )

    def _the_article(self) -> "tuple[Article, int | None]":
        """Return the article asked about, and its number where the library has it."""
        asked = self._asked
        if self._journey is None or not is_address(asked.article):
            return _at_hand(asked.article, asked.url, asked.known, self._library)
        from filiation.find.pages import NoPage

        found = self._journey.web.asked(asked.article)
        if not isinstance(found, NoPage):
            return found, None
        number = _numbered_at(asked.article, self._library)
        if number is not None and self._library is not None:
            return self._library.article(number), number
        raise _not_had(asked.article, found)

    def _looked_up(self, number: int | None) -> "Lookup | None":
        """Return the library as a shelf; what it knows of outlets' phrases is used from here on."""
        if self._library is None:
            return None
        from filiation.library import Lookup

        lookup = Lookup(
            self._library,
            self._article if number is None else number,
            self._others,
            read=self._judgement.speak,
            catalogue=self._asked.known,
            progress=self._say,
        )
        self._judgement.speak = lookup.read
        self._article = replace(lookup.asked, had=self._article.had)
        return lookup

    def _shelves(self) -> "list[Shelf]":
        """Return what is searched besides the articles given; of doubles the web's are taken."""
        shelves: list[Shelf] = [*self._journey.shelves] if self._journey else []
        if self._lookup is not None:
            shelves.append(self._lookup)
        return shelves

    def _found(self) -> "Trace":
        """Return the trace."""
        from filiation.stemma import trace as traced

        if self._journey is not None and self._asked.copies:
            self._journey.watch(self._article)
        self._say(f"searching {len(self._others):,} articles")
        return traced(
            self._article,
            self._others,
            shelves=self._shelves(),
            credits=self._judgement.read,
            compare=self._judgement.compare,
            catalogue=self._asked.known,
            depth=self._asked.depth,
            breadth=self._asked.breadth,
            progress=self._say,
        )

    # --- what is told -------------------------------------------------------------------------------

    def planned(self) -> int:
        """Tell what would be asked."""
        raise NotImplementedError

    def told(self) -> int:
        """Search, keep, tell, and return the exit status."""
        asked, output = self._asked, self._output
        try:
            found = self._found()
            histories: dict[str, History] = {}
            if self._journey is not None:
                if asked.history:
                    histories = self._journey.histories(found)
                found = replace(found, searched=self._all_searched(found))
        finally:
            self._keep()
        if self._batch.failed:
            found = _with_failures(found, self._batch)
        found = replace(found, versions=tuple(self._with_whence(found)))
        articles = _seen(found, self._at_hand(), self._judgement.read)
        if asked.bundle is not None:
            self._bundle(found, articles, histories)
        self._print(found, articles, histories)
        if not asked.against and not asked.on_web and self._library is None:
            hint(
                "To look for other versions: --online, --against PATH or --library FILE",
                quiet=output.quiet,
            )
        if self._batch.failed or _incomplete(found):
            return INCOMPLETE
        return FOUND if len(found.versions) > 1 else NOTHING_FOUND
