"""`filiation man`: the manual pages, made from what the commands say of themselves.

Not with click-man: it knows nothing of examples, exit statuses or settings, which stand in every
page of ours.
"""

import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap

import click

from filiation import __version__
from filiation.cli.completion import folders
from filiation.cli.help import EXIT_STATUS, FOUND, Told
from filiation.cli.output import Output, hint

__all__ = ["man", "pages"]

COLUMNS = 78
"""Of a page's source."""
ENVIRONMENT = (
    ("NO_COLOR", "Where it is set, nothing is printed in colour."),
    ("TERM", "Where it is dumb, reports are drawn with ASCII signs, and without colour."),
)
FILES = (
    ("filiation.toml", "Settings of a project, in the folder that the program is run in."),
    ("~/.config/filiation/config.toml", "Settings of the user's own."),
)


@click.command(
    cls=Told,
    short_help="Write the manual pages.",
    examples=[
        (
            "filiation man ~/.local/share/man/man1",
            "The manual pages where `man filiation` finds them.",
        ),
        ("filiation man manual && man -l manual/filiation-trace.1", "One of them, read at once."),
    ],
)
@click.argument(
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    shell_complete=folders,
)
@click.option("-q", "--quiet", is_flag=True, help="No hints.")
def man(folder: Path, quiet: bool) -> int:
    """Write the manual pages to DIR: one of the program, and one of each command.

    DIR is made where it is not there. Pages of an older version are replaced.
    """
    root = click.get_current_context().find_root()
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, page in pages(root):
        with Output("plain", folder / name).paper() as paper:
            paper.write(page)
        written += 1
    hint(f"{written} pages in {folder}; to read one: man -l {folder}/filiation.1", quiet=quiet)
    return FOUND


def pages(root: click.Context) -> Iterator[tuple[str, str]]:
    """Yield the manual pages of a program: their file names, and the pages."""
    program = root.command
    assert isinstance(program, click.Group)
    names = program.list_commands(root)
    yield "filiation.1", "".join(_page(root, "filiation", names))
    for name in names:
        command = program.get_command(root, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=root)
        others = ["filiation", *(f"filiation-{other}" for other in names if other != name)]
        yield f"filiation-{name}.1", "".join(_page(context, f"filiation-{name}", [], others))


def _page(
    context: click.Context, name: str, commands: Sequence[str], see: Sequence[str] = ()
) -> Iterator[str]:
    command = context.command
    yield f'.TH "{_safe(name.upper())}" "1" "{_day()}" "filiation {_safe(__version__)}" "filiation"\n'
    short = command.get_short_help_str(limit=200).rstrip(".")
    yield f".SH NAME\n{_safe(name)} \\- {_safe(short[:1].lower() + short[1:])}\n"
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SH SYNOPSIS\n.B {_safe(context.command_path)}\n{_line(usage)}"
    yield ".SH DESCRIPTION\n"
    yield from _paragraphs(command.help or "")
    if commands:
        yield ".SH COMMANDS\n"
        assert isinstance(command, click.Group)
        for one in commands:
            below = command.get_command(context, one)
            assert below is not None
            yield f".TP\n\\fBfiliation\\-{_safe(one)}\\fR(1)\n{_line(below.get_short_help_str(limit=200))}"
    if isinstance(command, Told) and command.examples:
        yield ".SH EXAMPLES\n"
        for number, (line, does) in enumerate(command.examples):
            yield (".PP\n" if number else "") + _line(does)
            yield f".PP\n.RS 4\n.nf\n{_begun(_safe(line))}\n.fi\n.RE\n"
    yield ".SH OPTIONS\n"
    records = [
        parameter.get_help_record(context)
        for parameter in command.get_params(context)
        if isinstance(parameter, click.Option)
    ]
    for record in records:
        if record is not None:
            yield f".TP\n\\fB{_safe(record[0])}\\fR\n{_line(record[1])}"
    yield f".SH EXIT STATUS\n{_line(EXIT_STATUS)}"
    yield ".SH ENVIRONMENT\n"
    for variable, does in [*_variables(context), *ENVIRONMENT]:
        yield f".TP\n\\fB{_safe(variable)}\\fR\n{_line(does)}"
    yield ".SH FILES\n"
    for file, does in FILES:
        yield f".TP\n\\fI{_safe(file)}\\fR\n{_line(does)}"
    others = see or [f"filiation-{one}" for one in commands]
    yield ".SH SEE ALSO\n"
    told = [f".BR {_safe(other)} (1)" for other in others]
    yield " ,\n".join(told) + "\n"


def _variables(context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield the environment variables that stand for options, each with the option."""
    for parameter in context.command.get_params(context):
        if isinstance(parameter, click.Option) and isinstance(parameter.envvar, str):
            yield parameter.envvar, f"What {parameter.opts[0]} is where it is not given."


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.replace("\b", "").strip())):
        yield (".PP\n" if number else "") + _line(paragraph)


def _line(text: str) -> str:
    """Return words as running text, in lines that an editor can show."""
    lines = wrap(_safe(text), COLUMNS, break_long_words=False, break_on_hyphens=False)
    return "".join(f"{_begun(line)}\n" for line in lines)


def _begun(line: str) -> str:
    """Return a line that is not taken for a request, whatever it begins with."""
    return ("\\&" if line[:1] in (".", "'") else "") + line


def _safe(text: str) -> str:
    """Return words that say in ASCII what they say, and that no formatter takes for its own.

    >>> _safe("--json “so” \\\\n")
    '\\\\-\\\\-json \\\\[u201C]so\\\\[u201D] \\\\en'
    """
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "".join(sign if sign.isascii() else f"\\[u{ord(sign):04X}]" for sign in escaped)


def _day() -> str:
    """Return the day of the build: SOURCE_DATE_EPOCH, where it is set, so that builds can agree."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%d", time.gmtime(int(given) if given.isdecimal() else None))
