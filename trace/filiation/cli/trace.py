"""`filiation trace`: one article's republication chain."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from filiation.cli.bundling import bundle_option
from filiation.cli.completion import files
from filiation.cli.help import FOUND, INCOMPLETE, NOTHING_FOUND, Told
from filiation.cli.online import Manners, asks_services, asks_web, is_address
from filiation.cli.options import (
    LIBRARY,
    column_option,
    gives_output,
    lexicon_option,
    model_option,
    outlets_option,
)
from filiation.cli.output import Output, hint, warn
from filiation.cli.progress import display
from filiation.cli.settings import preset
from filiation.errors import InputError, LibraryError, NotFound, Unreadable

if TYPE_CHECKING:
    from filiation.bundle.values import Page
    from filiation.cli.bundling import Keeping
    from filiation.cli.inputs import Batch
    from filiation.find.fetcher import Fetcher
    from filiation.find.history import History
    from filiation.find.journey import Journey, Planned
    from filiation.find.pages import NoPage
    from filiation.find.services import Services
    from filiation.library import Library, Lookup
    from filiation.match.lexicon import Lexicon
    from filiation.match.neural import Model
    from filiation.outlets import Catalogue
    from filiation.stemma.search import Read, Shelf
    from filiation.values import Article, Searched, Trace, Version

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
    keeping: "Keeping | None"
    page: Path | None
    """The HTML file to be written, too."""
    why: str | None
    """The hop that is to be explained, instead of the report."""
    history: bool
    depth: int
    breadth: int
    manners: Manners
    services: "Services"
    lexicon: "Lexicon | None"
    model: "Model | None"

    @property
    def on_web(self) -> bool:
        """Whether the web is asked, or what was kept of it."""
        said = self.online or self.copies or self.dry_run or is_address(self.article)
        return bool(said) or (self.online is False and Path(self.place or LIBRARY).exists())

    @property
    def asks(self) -> bool:
        """Whether anything may be asked of the web."""
        return self.on_web and self.online is not False and not self.dry_run

    def library(self) -> str | None:
        """Return the library to use: the web's answers are kept in the usual one."""
        if self.place or not self.on_web:
            return self.place
        return LIBRARY if self.asks or Path(LIBRARY).exists() else None

    def settings(self) -> dict[str, object]:
        """Return what the run was set to, as a bundle keeps it; no secrets."""
        from dataclasses import asdict

        told = {**asdict(self.manners), **asdict(self.services)}
        del told["mediacloud_token"]
        return told | {
            "online": self.asks,
            "copies": self.copies,
            "history": self.history,
            "depth": self.depth,
            "breadth": self.breadth,
        }


@click.command(
    cls=Told,
    short_help="Tell where an article comes from.",
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
        (
            "filiation trace page.html --against pages/ --bundle evidence/",
            "What was seen is kept as well, so that others can check it: filiation verify evidence/",
        ),
    ],
)
@click.argument("article", metavar="ARTICLE", shell_complete=files)
@click.option(
    "--against",
    multiple=True,
    metavar="PATH",
    shell_complete=files,
    help="File, folder or table to look for other versions in. May be repeated.",
)
@click.option(
    "--library",
    "place",
    envvar="FILIATION_LIBRARY",
    default=preset("library", ""),
    metavar="FILE",
    shell_complete=files,
    help="Library to look for other versions in, and to keep what the web gave. Else what "
    f"FILIATION_LIBRARY names; else none, or {LIBRARY} where the web is asked.",
)
@click.option("--url", metavar="ADDRESS", help="The address that ARTICLE was saved from.")
@click.option(
    "--online/--offline",
    default=None,
    help="Ask the web, or only what was kept of it. Else the web is asked where ARTICLE is an "
    "address, and with --copies.",
)
@click.option(
    "--copies",
    is_flag=True,
    help="Look for republications, too, at the outlets of --outlets, or of the catalogue.",
)
@click.option("--dry-run", is_flag=True, help="Ask nothing; list what would be asked.")
@bundle_option
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report as one HTML page, too: who copied whom over time, and any two texts "
    "side by side.",
)
@click.option(
    "--why",
    metavar="HOP",
    help="Explain one hop, such as v2-v3: what its probability is made of, what else was possible, "
    "what would change it.",
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
@lexicon_option
@model_option
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
    keeping: "Keeping | None",
    page: Path | None,
    why: str | None,
    history: bool,
    depth: int,
    breadth: int,
    services: "Services",
    manners: Manners,
    given: "Lexicon | None",
    model: "Model | None",
    columns: Mapping[str, str],
    known: "Catalogue | None",
    output: Output,
) -> int:
    """Tell where an article comes from: its chain of versions, from the first one known.

    ARTICLE is an address, a file (HTML, text, Markdown), - for standard input, a bundle of evidence,
    or the id of an article in the library. Every step of the chain is shown with its evidence: the
    credit lines, the text shared, the dates.
    """
    asked = _Asked(
        article=article,
        against=(*against, *_bundled(article)),
        place=place,
        url=url,
        columns=columns,
        known=known,
        online=online,
        copies=copies,
        dry_run=dry_run,
        keeping=keeping,
        page=page,
        why=why,
        history=history,
        depth=depth,
        breadth=breadth,
        manners=manners,
        services=services,
        lexicon=given,
        model=model,
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
    if is_address(asked.article):
        from filiation.find.addresses import NotAnAddress, address

        try:
            address(asked.article)
        except NotAnAddress as error:
            remedy = "give the address of a page, of http or https"
            raise Unreadable(asked.article[:200], str(error), remedy) from error
    if asked.asks:
        asked.services.refuse()


class _Search:
    """One trace, from what was asked to what is told."""

    def __init__(self, asked: _Asked, output: Output, held: ExitStack) -> None:
        from filiation.cli.inputs import Batch
        from filiation.credits import credits as spoken
        from filiation.find.journey import Judgement
        from filiation.match import Comparer, compare

        self._asked = asked
        self._output = output
        self._batch = Batch(asked.against, asked.columns, asked.known, output)
        compared = compare if asked.lexicon is None else Comparer(lexicon=asked.lexicon).compare
        self._judgement = Judgement(partial(spoken, known=asked.known), compared)
        place = asked.library()
        self._library = held.enter_context(self._opened(place)) if place else None
        self._say = held.enter_context(_progress(output))
        self._others: list[Article] = []
        self._lookup: Lookup | None = None
        self._planned: Planned | None = None
        self._fetcher: Fetcher | None = None
        self._journey = self._departed(held) if asked.on_web else None

    def _begin(self) -> None:
        """Have the article, and what it is looked for in."""
        self._article, self._number = self._the_article()
        if self._asked.against:
            self._others += _others(self._batch, self._article, self._asked.article, self._say)
        self._lookup = self._looked_up()

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
            history=self._asked.history,
            spent=lambda: fetcher.requests,
        )

    def _the_article(self) -> "tuple[Article, int | None]":
        """Return the article asked about, and its number where the library has it."""
        asked = self._asked
        if self._journey is None or not is_address(asked.article):
            return _given(asked.article, asked.url, asked.known, self._library)
        from filiation.find.pages import NoPage
        from filiation.library.lookup import numbered_at

        found = self._journey.web.asked(asked.article)
        if not isinstance(found, NoPage):
            return found, None
        if self._library is not None:
            number = numbered_at(self._library, asked.article)
            if number is not None:
                return self._library.article(number), number
        raise _not_had(asked.article, found)

    def _looked_up(self) -> "Lookup | None":
        """Return the library as a shelf; what it knows of outlets' phrases is used from here on."""
        if self._library is None:
            return None
        from filiation.library import Lookup

        lookup = Lookup(
            self._library,
            self._article if self._number is None else self._number,
            self._others,
            read=self._judgement.speak,
            catalogue=self._asked.known,
            progress=self._say,
            **self._abroad(),
        )
        self._judgement.speak = lookup.read
        self._article = replace(lookup.asked, had=self._article.had or lookup.asked.had)
        return lookup

    def _abroad(self) -> dict[str, Any]:
        """Return what is particular in the search in other languages: word pairs, a model."""
        chosen: dict[str, Any] = {}
        if self._asked.lexicon is not None:
            from filiation.match.lexicon import keys_asked

            chosen["keys"] = partial(keys_asked, lexicon=self._asked.lexicon)
        if self._asked.model is not None:
            chosen["rank"] = self._asked.model.order
        return chosen

    def _shelves(self) -> "list[Shelf]":
        """Return what is searched besides the articles given; of doubles the web's are taken."""
        shelves: list[Shelf] = [*self._journey.shelves] if self._journey else []
        if self._lookup is not None:
            shelves.append(self._lookup)
        return shelves

    def _found(self) -> "Trace":
        """Return the trace."""
        from filiation.stemma import trace as traced
        from filiation.stemma.chain import Candidates

        self._begin()
        if self._journey is not None and self._asked.copies:
            self._journey.watch(self._article)
        self._say(f"searching {len(self._others):,} articles")
        return traced(
            self._article,
            self._others,
            shelves=self._shelves(),
            credits=self._judgement.read,
            compare=self._judgement.compare,
            candidates=Candidates(**self._abroad()),
            habits=self._lookup.habits if self._lookup is not None else None,
            catalogue=self._asked.known,
            depth=self._asked.depth,
            breadth=self._asked.breadth,
            progress=self._say,
        )

    # --- what is told -------------------------------------------------------------------------------

    def planned(self) -> int:
        """Tell what would be asked, as far as can be said before anything has answered."""
        from filiation.report.shapes import plan_shape
        from filiation.report.web import plan_report

        assert self._planned is not None
        try:
            self._found()
        except InputError:  # the article itself would have to be asked for
            if not self._planned.wishes:
                raise
        wishes = list(self._planned.wishes.values())
        output = self._output
        with output.paper() as paper:
            if output.for_machines:
                paper.write(output.document(plan_shape(self._asked.article, wishes)))
            else:
                output.tell(paper, lambda sheet: plan_report(sheet, wishes))
        return FOUND if wishes else NOTHING_FOUND

    def told(self) -> int:
        """Search, keep, tell, and return the exit status."""
        from filiation.find.values import FAILURES
        from filiation.report.lexicon import aids_searched
        from filiation.report.shapes import trace_shape
        from filiation.report.terminal import trace_report
        from filiation.report.why import hop_named, why_report

        asked, output = self._asked, self._output
        histories: dict[str, History] = {}
        try:
            found = self._found()
        finally:
            self._keep()
        if self._journey is not None:
            histories = self._journey.histories(found)
            found = self._journey.with_past(found)
            found = replace(found, searched=(*found.searched, *self._liberties()))
        found = replace(
            found, searched=(*found.searched, *aids_searched(asked.lexicon, asked.model))
        )
        if self._batch.failed:
            found = _with_failures(found, self._batch)
        at_hand = self._at_hand()
        found = replace(found, versions=tuple(self._with_whence(found, at_hand)))
        if asked.keeping is not None:
            self._bundle(asked.keeping, found, at_hand)
        texts = _seen(found, at_hand, self._judgement.read)
        with output.paper() as paper:
            if output.for_machines:
                paper.write(output.document(trace_shape(found, histories)))
            else:
                hop = hop_named(found, asked.why) if asked.why is not None else None
                output.tell(
                    paper,
                    lambda sheet: (
                        why_report(sheet, found, hop)
                        if hop is not None
                        else trace_report(sheet, found, texts, histories)
                    ),
                )
        if asked.page is not None:
            from filiation.report.html.pages import trace_page

            with Output("plain", asked.page).paper() as paper:
                paper.write(trace_page(found, texts))
        if asked.asks and not asked.manners.contact:
            hint(
                "Site owners cannot tell who asks: --contact ADDRESS, or contact in filiation.toml",
                quiet=output.quiet,
            )
        if not (asked.against or asked.on_web or self._library):
            places = "--online, --against PATH or --library FILE"
            hint(f"To look for other versions: {places}", quiet=output.quiet)
        if self._batch.failed or any(place.outcome in FAILURES for place in found.searched):
            return INCOMPLETE
        return FOUND if len(found.versions) > 1 else NOTHING_FOUND

    def _liberties(self) -> "Iterator[Searched]":
        """Yield in what the user had the web asked otherwise than as a guest."""
        from filiation.values import Searched

        manners = self._asked.manners
        if self._asked.asks and manners.ignore_robots:
            yield Searched("robots.txt", "skipped", 0, says="left unread, as --ignore-robots said")
        if self._asked.asks and manners.proxy:
            yield Searched("proxy", "skipped", 0, says="addresses were not checked behind it")

    def _keep(self) -> None:
        """Bring the pages that were read into the library."""
        if self._journey is None or self._library is None or not self._asked.asks:
            return
        from filiation.find.keeping import keep

        try:
            keep(self._library, self._journey.seen, self._asked.known)
        except LibraryError as error:  # the answers are kept; what was found is told all the same
            warn(f"the pages are not in the library as articles: {error}", quiet=self._output.quiet)

    def _at_hand(self) -> "list[Article]":
        """Return all articles that versions may be, the one asked about first."""
        web = [seen.article for seen in self._journey.seen] if self._journey else []
        shelf = self._lookup.articles if self._lookup else ()
        return [self._article, *self._others, *web, *shelf]

    def _with_whence(self, found: "Trace", at_hand: "Sequence[Article]") -> "Iterator[Version]":
        """Yield the versions with where each was had from."""
        from filiation.values import Had

        shelf = {article.id for article in self._lookup.articles} if self._lookup else set()
        by_id = {article.id: article for article in reversed(at_hand)}
        for version in found.versions:
            article = by_id.get(version.article or "")
            if version.had is None and article is not None:
                is_kept = article.id in shelf or self._is_of_library(article)
                had = Had("library" if is_kept else "file", article.input)
                version = replace(version, had=article.had or had)
            yield version

    def _is_of_library(self, article: "Article") -> bool:
        return article is self._article and self._number is not None

    def _bundle(self, keeping: "Keeping", found: "Trace", at_hand: "Sequence[Article]") -> None:
        """Write the bundle of evidence."""
        from filiation.bundle.offline import pages_of

        seen = {one.article.id for one in self._journey.seen} if self._journey else set()
        rest = [article for article in at_hand[1:] if article.id not in seen]
        pages = [*self._pages_seen()]
        if self._article.id not in seen:
            pages += pages_of(found, self._article, rest, self._judgement.read)
        else:
            wanted = [article for article in rest if article.id != self._article.id]
            pages += pages_of(found, wanted[0], wanted[1:], self._judgement.read) if wanted else []
        fetches = self._fetcher.fetches() if self._fetcher else ()
        exchanges = dict.fromkeys(one for fetched in fetches for one in fetched.exchanges)
        keeping.write(
            found,
            pages,
            self._article.id,
            exchanges=tuple(sorted(exchanges, key=lambda one: one.sent)),
            settings=self._asked.settings(),
            known=self._asked.known,
            quiet=self._output.quiet,
        )

    def _pages_seen(self) -> "Iterator[Page]":
        """Yield the pages that the web gave, with the answer that each was read from."""
        from filiation.bundle.values import Page

        for seen in self._journey.seen if self._journey else ():
            stated = self._judgement.read(seen.article)
            had = seen.article.had
            captured = had.captured if had else None
            archive = (had.archive if had else None) or ""
            yield Page(stated, seen.exchange, captured, archive, seen.is_within)


def _given(
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


def _bundled(named: str) -> tuple[str, ...]:
    """Return a bundle of evidence that the article is named by: its other versions are there."""
    from filiation.read.bundles import is_bundle

    return (named,) if named != "-" and is_bundle(Path(named)) else ()


def _not_had(address: str, found: "NoPage") -> InputError:
    """Return the error that tells why an address gave no article."""
    what = found.says or found.outcome
    if found.outcome == "not_found":
        return NotFound(address, what, "no archive that answered has it either")
    if found.outcome == "offline":
        return NotFound(address, "it is not kept from an earlier run", "ask with --online")
    if found.outcome == "refused":
        return Unreadable(address, what, "an address that you trust can be let pass with --allow")
    return Unreadable(address, what, "try again later, or save the page and name the file")


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
    return {
        article.id: read(article).article for article in reversed(articles) if article.id in wanted
    }


@contextmanager
def _progress(output: Output) -> Iterator[Callable[[str], None]]:
    """Show on a terminal how far the search is; yield what is told of it."""
    with display(output) as progress:
        if progress is None:
            yield lambda _: None
            return
        task = progress.add_task("reading", total=None)
        yield lambda told: progress.update(task, description=told)
