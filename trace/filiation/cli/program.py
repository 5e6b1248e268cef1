"""The program `filiation`: its commands, and what its exit status says."""

import os
import sys
from collections.abc import Sequence

import click

from filiation import __version__
from filiation.cli.add import add
from filiation.cli.audit import audit
from filiation.cli.compare import compare
from filiation.cli.completion import completed, completion
from filiation.cli.credits import credits
from filiation.cli.demo import demo
from filiation.cli.export import export
from filiation.cli.help import ARGUMENTS, FOUND, INPUT_ERROR, INTERRUPTED, NEEDS_KEY, Program
from filiation.cli.lexicon import lexicon
from filiation.cli.man import man
from filiation.cli.meant import did_you_mean
from filiation.cli.outlets import outlets
from filiation.cli.output import complain, hint
from filiation.cli.report import report
from filiation.cli.search import search
from filiation.cli.show import show
from filiation.cli.trace import trace
from filiation.cli.verify import verify
from filiation.errors import CredentialsNeeded, FiliationError

__all__ = ["main", "program"]


@click.group(
    cls=Program,
    short_help="Trace who copied whom among news texts.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.version_option(__version__, message="filiation %(version)s")
def program() -> None:
    """Tell where a text comes from: which outlet published it first, through whose hands it went,
    and whether the pages say so."""


for command in (
    trace,
    credits,
    compare,
    add,
    audit,
    search,
    show,
    report,
    export,
    verify,
    outlets,
    lexicon,
    demo,
    completion,
    man,
):
    program.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    _print_what_cannot_be_encoded()
    try:
        asked = completed(program)
        if asked is not None:
            return asked
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has had enough. Not an error; and nothing is left to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FOUND
    except OSError as error:
        complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
        return INPUT_ERROR
    return status


def _run(arguments: list[str]) -> int:
    try:
        with program.make_context("filiation", list(arguments)) as context:
            context.meta[ARGUMENTS] = tuple(arguments)
            status = program.invoke(context)
    except click.exceptions.Exit as done:  # --help and --version
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return INPUT_ERROR
    except click.UsageError as error:
        complain(_sentence(error))
        if error.ctx is not None:
            hint(f"Try: {error.ctx.command_path} --help")
        return INPUT_ERROR
    except click.ClickException as error:
        complain(error.format_message())
        return INPUT_ERROR
    except CredentialsNeeded as error:
        complain(str(error))
        return NEEDS_KEY
    except FiliationError as error:
        complain(str(error))
        return INPUT_ERROR
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return INTERRUPTED
    return int(status)


def _sentence(error: click.UsageError) -> str:
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return error.format_message()
    params = error.ctx.command.get_params(error.ctx)
    known = [name for param in params for name in (*param.opts, *param.secondary_opts)]
    near = did_you_mean(error.option_name, [name for name in known if name.startswith("--")])
    return f"There is no option {error.option_name}. {near}".rstrip()


def _print_what_cannot_be_encoded() -> None:
    """Let an output that is not UTF-8 show what it cannot carry as escapes, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
