"""The options that every command shares."""

import functools
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, get_args

import click

from filiation.cli.completion import files, of_words
from filiation.cli.meant import Choice, did_you_mean
from filiation.cli.output import Format, Output
from filiation.cli.settings import preset

if TYPE_CHECKING:
    from filiation.match.lexicon import Lexicon
    from filiation.match.neural import Model
    from filiation.outlets import Catalogue

__all__ = [
    "LIBRARY",
    "column_option",
    "gives_output",
    "group_option",
    "lexicon_option",
    "library_option",
    "model_option",
    "outlets_option",
]

COLUMNS = ("id", "url", "outlet", "title", "author", "published", "language", "text", "html")
"""What a row of a table may say of its article."""
NARROWEST, WIDEST = 24, 1000
LIBRARY = "library.filiation"
"""The library where none is named."""


def gives_output(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of its result, and hand it an `Output` as `output`."""

    @click.option("--json", "as_json", is_flag=True, help="The facts for machines: JSON.")
    @click.option(
        "--format",
        "form",
        type=Choice(get_args(Format)),
        help="rich on a terminal, plain in a pipe, unless said here.",
    )
    @click.option(
        "-o",
        "--output",
        "file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write the result to FILE, whole or not at all.",
    )
    @click.option(
        "--svg",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Draw the report to FILE as well, as SVG for a paper: the same lines at the same width. Not "
        "with --json, which gives no report.",
    )
    @click.option(
        "--width",
        type=click.IntRange(NARROWEST, WIDEST),
        metavar="COLUMNS",
        help="Width of the report. Else the terminal's, or 80.",
    )
    @click.option(
        "--no-color", "--no-colour", is_flag=True, help="No colour; NO_COLOR does the same."
    )
    @click.option("-q", "--quiet", is_flag=True, help="No progress, warnings or hints.")
    @functools.wraps(command)
    def with_output(
        *arguments: Any,
        as_json: bool,
        form: Format | None,
        file: Path | None,
        svg: Path | None,
        width: int | None,
        no_color: bool,
        quiet: bool,
        **options: Any,
    ) -> int:
        if as_json and form not in (None, "json", "jsonl"):
            raise click.UsageError(f"--json and --format {form} ask for different things.")
        form = form or ("json" if as_json else None)
        if svg is not None and form in ("json", "jsonl"):
            raise click.UsageError(
                "--svg draws the report, and JSON is none: leave one of them out."
            )
        if svg is not None and file is not None and svg.absolute() == file.absolute():
            raise click.UsageError("--svg and -o name the same file.")
        output = _output(form, file, width, no_color, quiet)
        output = replace(
            output, svg=svg, svg_colour=not (no_color or bool(os.environ.get("NO_COLOR")))
        )
        try:
            status = command(*arguments, output=output, **options)
        except BrokenPipeError:  # the reader of the text has had enough; the picture is another's
            output.draw()
            raise
        output.draw()
        return status

    return with_output


def _output(
    form: Format | None, file: Path | None, width: int | None, no_color: bool, quiet: bool
) -> Output:
    terminal = file is None and sys.stdout is not None and sys.stdout.isatty()
    dumb = os.environ.get("TERM") == "dumb"
    form = form or ("rich" if terminal else "plain")
    return Output(
        format=form,
        file=file,
        width=width or (_terminal_width() if terminal else 80),
        colour=form == "rich" and not (no_color or os.environ.get("NO_COLOR") or dumb),
        plain_ascii=file is None and (dumb or not _carries_unicode(sys.stdout)),
        encoding="utf-8" if file is not None else _encoding(sys.stdout),
        quiet=quiet,
    )


def _terminal_width() -> int:
    return min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)


def _carries_unicode(stream: IO[str] | None) -> bool:
    return _encoding(stream).lower().replace("-", "").replace("_", "").startswith("utf")


def _encoding(stream: IO[str] | None) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def _columns(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> Mapping[str, str]:
    columns: dict[str, str] = {}
    for pair in given:
        known, sign, column = pair.partition("=")
        if not sign or not column or known not in COLUMNS:
            near = did_you_mean(known, COLUMNS) if known not in COLUMNS else ""
            says = f"before = stands one of {', '.join(COLUMNS)}. {near}".rstrip()
            raise click.BadParameter(f"{pair!r} is not of the form text=context; {says}")
        columns[known] = column
    return columns


def column_option(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--column`, as `columns`."""
    option = click.option(
        "--column",
        "columns",
        multiple=True,
        callback=_columns,
        metavar="KNOWN=COLUMN",
        shell_complete=of_words([f"{name}=" for name in COLUMNS]),
        help="Which column of a table is which: text=context. May be repeated.",
    )
    return option(command)


def _known(
    _context: click.Context, _option: click.Parameter, places: tuple[str, ...]
) -> "Catalogue | None":
    if not places:
        return None
    from filiation.outlets import Catalogue

    return Catalogue.load(extra=[Path(place) for place in places])


def outlets_option(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--outlets`, as `known`: the catalogue with the user's own files added."""
    option = click.option(
        "--outlets",
        "known",
        multiple=True,
        type=click.Path(),  # so that the environment may name several, as in PATH
        envvar="FILIATION_OUTLETS",
        default=preset("outlets", "", ()),
        callback=_known,
        metavar="PATH",
        help="Outlet files of your own, or a folder of them. May be repeated.",
    )
    return option(command)


def library_option(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--library`, as `library`."""
    option = click.option(
        "--library",
        envvar="FILIATION_LIBRARY",
        default=preset("library", "", LIBRARY),
        metavar="FILE",
        shell_complete=files,
        help=f"The library. Else what FILIATION_LIBRARY names, or {LIBRARY} in this folder.",
    )
    return option(command)


def _lexicon(
    _context: click.Context, _option: click.Parameter, named: tuple[str, ...]
) -> "Lexicon | None":
    if not named:
        return None
    from filiation.match.lexicon import Lexicon

    return Lexicon.read(named)


def lexicon_option(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--lexicon`, as `given`: the word pairs of the files, or None."""
    option = click.option(
        "--lexicon",
        "given",
        multiple=True,
        type=click.Path(),  # so that the environment may name several, as in PATH
        envvar="FILIATION_LEXICON",
        default=preset("lexicon", "", ()),
        callback=_lexicon,
        metavar="FILE",
        help="Word pairs of two languages: a table, or a dictionary of dictd or StarDict; ar-en=FILE "
        "where it does not say its languages. May be repeated.",
    )
    return option(command)


def _model(_context: click.Context, _option: click.Parameter, folder: str | None) -> "Model | None":
    if not folder:
        return None
    from filiation.match.neural import Model

    return Model.open(folder)


def model_option(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--model`, as `model`: an embedding model, or None."""
    option = click.option(
        "--model",
        type=click.Path(),
        envvar="FILIATION_MODEL",
        default=preset("model", ""),
        callback=_model,
        metavar="FOLDER",
        help="Folder of a sentence-embedding model (LaBSE, say), by which what may be a translation is "
        "ranked anew. Needs the extra filiation[neural]; nothing is downloaded.",
    )
    return option(command)


def group_option(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--group`, as `groups`."""
    option = click.option(
        "--group",
        "groups",
        multiple=True,
        metavar="ID",
        help="Only this text, by its group's id. May be repeated.",
    )
    return option(command)
