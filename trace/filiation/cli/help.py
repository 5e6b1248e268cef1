"""How the program explains itself: examples first, and the command that was meant."""

from collections.abc import Sequence
from typing import Any

import click

from filiation.cli.meant import did_you_mean

__all__ = [
    "ARGUMENTS",
    "FOUND",
    "INCOMPLETE",
    "INPUT_ERROR",
    "INTERRUPTED",
    "NEEDS_KEY",
    "NOTHING_FOUND",
    "Program",
    "Told",
]

ARGUMENTS = "filiation.arguments"
"""Where a command's context holds the words of the whole command line, in its `meta`."""

# What the exit status says, for every command.
FOUND = 0
NOTHING_FOUND = 1
INPUT_ERROR = 2
INCOMPLETE = 3
NEEDS_KEY = 4
INTERRUPTED = 130

EXIT_STATUS = (
    "0 found, 1 nothing found, 2 usage or input error, 3 finished but incomplete (some inputs were "
    "skipped, or some place on the web did not answer; standard error or the report says which), "
    "4 a service wants a key that was not given, 130 interrupted."
)


class Told(click.Command):
    """A command whose help opens with examples: what most people look for."""

    def __init__(
        self, *arguments: Any, examples: Sequence[tuple[str, str]] = (), **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.examples = examples
        """What to type, and what it does."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it does, examples, usage, options and exit status, in this order."""
        self.format_help_text(ctx, formatter)
        write_examples(formatter, self.examples)
        formatter.write_paragraph()
        self.format_usage(ctx, formatter)
        self.format_options(ctx, formatter)
        with formatter.section("Exit status"):
            formatter.write_text(EXIT_STATUS)


class Program(click.Group):
    """The group of commands; a mistyped one is answered with the one that was meant."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program does, examples, commands and options, in this order."""
        self.format_help_text(ctx, formatter)
        examples = [
            command.examples[0]
            for name in self.list_commands(ctx)
            if isinstance(command := self.get_command(ctx, name), Told) and command.examples
        ]
        write_examples(formatter, examples)
        formatter.write_paragraph()
        self.format_usage(ctx, formatter)
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)
        with formatter.section("Exit status"):
            formatter.write_text(EXIT_STATUS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named, or say which was meant."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            commands = self.list_commands(ctx)
            says = did_you_mean(name, commands) or f"There are {', '.join(commands)}."
            raise click.UsageError(f"There is no command {name!r}. {says}", ctx)
        return super().resolve_command(ctx, args)


def write_examples(formatter: click.HelpFormatter, examples: Sequence[tuple[str, str]]) -> None:
    """Write examples as lines that can be copied, each above what it does."""
    if not examples:
        return
    with formatter.section("Examples"):
        for line, does in examples:
            # Not a wrapped text: a command broken over two lines cannot be copied.
            formatter.write(f"{'':{formatter.current_indent}}{line}\n")
            formatter.indent()
            formatter.write_text(does)
            formatter.dedent()
