"""`filiation report`: what was found, as one HTML file."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.completion import files
from filiation.cli.help import FOUND, Told
from filiation.cli.options import group_option, library_option
from filiation.cli.output import Output, hint
from filiation.errors import InputError

if TYPE_CHECKING:
    from filiation.library import Library
    from filiation.report.exports.findings import Findings
    from filiation.values import Article, Match

__all__ = ["report"]

READABLE = 10
"""Texts of an audit whose versions stand side by side, those with the most hops: all of a thousand
would be 50 MB."""


@click.command(
    cls=Told,
    short_help="Write what was found as one HTML page.",
    examples=[
        ("filiation report -o report.html",
         "What the last audit of the library found: flows, outlets, figures, every text."),
        ("filiation report --group g-estran -o estran.html",
         "One text of it, with its versions side by side."),
        ("filiation report --plots figures/",
         "Its figures alone, as SVG files for a paper: flows, delays, hops over time, shares."),
        ("filiation report evidence/ -o report.html", "The chain that a bundle of evidence holds."),
        ("filiation trace page.html --against pages/ --html report.html",
         "The same for a trace that is made now."),
    ],
)  # fmt: skip
@click.argument("found", metavar="[FOUND]", required=False, shell_complete=files)
@library_option
@group_option
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the page to FILE, whole or not at all. Else it goes to standard output.",
)
@click.option(
    "--plots",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the drawings to DIR as SVG files: of one text its stemma, of an audit its figures."
    " Without -o, they alone are written.",
)
@click.option("-q", "--quiet", is_flag=True, help="No hints.")
def report(
    found: str | None,
    library: str,
    groups: Sequence[str],
    file: Path | None,
    plots: Path | None,
    quiet: bool,
) -> int:
    """Write what a trace or an audit found as one HTML page that opens offline.

    FOUND is what `filiation trace --json` printed (a file, or - for standard input), a folder that
    `filiation audit --out` wrote, or a bundle of evidence. Without it, the last audit of the library
    is told. Texts stand side by side where they are at hand: of a bundle, and of a library.
    """
    if file is None and plots is None and sys.stdout is not None and sys.stdout.isatty():
        raise click.UsageError("A page is not for a terminal: name a file with -o.")
    with _found(found, library, groups) as (findings, opened):
        one = findings.told is not None or len(groups) == 1
        page = None
        if file is not None or plots is None:
            page = _page(findings, found, library, opened, one)
    if page is not None:
        with Output("plain", file).paper() as paper:
            paper.write(page)
    if file is not None:
        hint(f"To see it: open {file} in a browser", quiet=quiet)
    if plots is not None:
        _draw(findings, plots, one, quiet)
    return FOUND


@contextmanager
def _found(
    found: str | None, library: str, groups: Sequence[str]
) -> "Iterator[tuple[Findings, Library | None]]":
    """Yield what was found, and the library that it is from."""
    from filiation.library import Library
    from filiation.report.exports.findings import found_in, of_library

    if found is not None:
        findings = found_in(found)
        yield (findings.of(groups) if groups else findings), None
        return
    with Library.open(library) as opened:
        findings = of_library(opened)
        yield (findings.of(groups) if groups else findings), opened


def _page(
    findings: "Findings", found: str | None, library: str, opened: "Library | None", one: bool
) -> str:
    if opened is not None:
        return _told(findings, Path(library).name, *_texts(opened, findings), one)
    assert found is not None
    return _told(findings, found, _bundled(found), {}, one)


def _draw(findings: "Findings", folder: Path, one: bool, quiet: bool) -> None:
    """Write the drawings to a folder, each whole or not at all."""
    from filiation.report.html.pages import drawings

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"cannot be made: {error.strerror or error}"
        raise InputError(str(folder), what, "name a folder where you may write") from error
    made = drawings(findings, one=one)
    for name, drawing in made.items():
        with Output("plain", folder / name).paper() as paper:
            paper.write(drawing)
    hint(f"In {folder}: {', '.join(made) or 'nothing, since no hop was found'}", quiet=quiet)


def _told(
    findings: "Findings",
    name: str,
    articles: "Mapping[str, Article]",
    matches: "Mapping[tuple[str, str], Match]",
    one: bool,
) -> str:
    from filiation.report.exports.findings import Telling
    from filiation.report.html.pages import audit_page, every_pair, text_page
    from filiation.report.html.story import Story

    if not one:
        return audit_page(findings, name, articles, matches)
    [text] = findings.texts
    told = findings.told or Telling()
    story = Story("t1", text.stemma, articles, told.summary, told.chain, told.asked, told.searched)
    return text_page(story, every_pair(story, matches))


def _texts(
    library: "Library", findings: "Findings"
) -> "tuple[dict[str, Article], dict[tuple[str, str], Match]]":
    """Return the texts that are shown side by side, and what the last audit found they share."""
    from filiation.audit.kept import matches_of

    most = sorted(findings.texts, key=lambda text: (-len(text.stemma.hops), text.id))[:READABLE]
    ids = [article for text in most for article in text.articles]
    articles = {key: library.article(key) for key in ids}
    return articles, {(match.a, match.b): match for match in matches_of(library, ids)}


def _bundled(named: str) -> "dict[str, Article]":
    """Return the texts of a bundle of evidence, by their ids."""
    from filiation.read import articles
    from filiation.read.bundles import is_bundle
    from filiation.values import Article

    if named == "-" or not is_bundle(Path(named)):
        return {}
    from filiation.credits import credits

    found = (credits(one).article for one in articles([named]) if isinstance(one, Article))
    return {article.id: article for article in found}
