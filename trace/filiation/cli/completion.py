"""What the shell completes: commands, options, and the values that are cheap to know."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from filiation.cli.help import FOUND, Told
from filiation.cli.meant import Choice
from filiation.cli.output import Output, hint
from filiation.errors import FiliationError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "articles",
    "catalogued",
    "completed",
    "completion",
    "files",
    "folders",
    "library_outlets",
    "of_words",
]

INSTRUCTION = "_FILIATION_COMPLETE"
"""The environment variable by which a shell asks what may follow."""
SHELLS = ("bash", "zsh", "fish")
MOST = 100
"""Ids of articles that are offered: more are no help to who types one."""
STARTUP = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/completions/filiation.fish",
}

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


@click.command(
    cls=Told,
    short_help="Print what makes a shell complete commands.",
    examples=[
        (
            'eval "$(filiation completion bash)"',
            "Completion in this bash; the same line in ~/.bashrc has it in every one.",
        ),
        ('eval "$(filiation completion zsh)"', "The same for zsh, and ~/.zshrc."),
        (
            "filiation completion fish > ~/.config/fish/completions/filiation.fish",
            "For fish, once and for all.",
        ),
    ],
)
@click.argument("shell", type=Choice(SHELLS), metavar="SHELL")
def completion(shell: str) -> int:
    """Print the lines that make a shell complete commands, options, formats, outlets and ids.

    SHELL is bash (4.4 or newer), zsh or fish. Nothing is installed: where the lines go is yours to
    say.
    """
    from click.shell_completion import get_completion_class

    root = click.get_current_context().find_root()
    maker = get_completion_class(shell)
    assert maker is not None
    with Output("plain").paper() as paper:
        paper.write(maker(root.command, {}, "filiation", INSTRUCTION).source() + "\n")
    hint(f"To have it in every {shell}: {STARTUP[shell]}")
    return FOUND


def completed(program: click.Command) -> int | None:
    """Answer a shell that asks what may follow; None where none asks."""
    instruction = os.environ.get(INSTRUCTION)
    if not instruction:
        return None
    from click.shell_completion import shell_complete

    try:
        return shell_complete(program, {}, "filiation", INSTRUCTION, instruction)
    except FiliationError:  # a settings file that cannot be read, say: nothing to offer
        return 1


# --- values ---------------------------------------------------------------------------------------


def files(
    _context: click.Context, _parameter: click.Parameter, begun: str
) -> "list[CompletionItem]":
    """Let the shell complete a path."""
    return _items([begun], "file")


def folders(
    _context: click.Context, _parameter: click.Parameter, begun: str
) -> "list[CompletionItem]":
    """Let the shell complete the path of a folder."""
    return _items([begun], "dir")


def of_words(words: Sequence[str]) -> Completer:
    """Return what completes one of a few words."""

    def complete(
        _context: click.Context, _parameter: click.Parameter, begun: str
    ) -> "list[CompletionItem]":
        return _items([word for word in words if word.startswith(begun)])

    return complete


def catalogued(
    context: click.Context, _parameter: click.Parameter, begun: str
) -> "list[CompletionItem]":
    """Complete what can be done with the catalogue, and the keys of its outlets."""
    from filiation.outlets import catalogue

    known = context.params.get("known") or catalogue()
    named = context.params.get("words") or ()
    keys = [outlet.key for outlet in known if outlet.key.startswith(begun)]
    deeds = [] if named else [deed for deed in ("list", "show") if deed.startswith(begun)]
    return _items([*deeds, *keys])


def articles(
    context: click.Context, _parameter: click.Parameter, begun: str
) -> "list[CompletionItem]":
    """Complete the id of an article of the library."""
    from filiation.library import Library

    with suppress(FiliationError), Library.open(str(context.params["library"])) as library:
        rows = library.connection.execute(
            "SELECT id FROM article WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT ?",
            (len(begun), begun, MOST),
        )
        return _items([row[0] for row in rows])
    return []


def library_outlets(
    context: click.Context, _parameter: click.Parameter, begun: str
) -> "list[CompletionItem]":
    """Complete the key of an outlet that the library has articles of."""
    from filiation.library import Library

    with suppress(FiliationError), Library.open(str(context.params["library"])) as library:
        return _items([key for key in library.outlets() if key.startswith(begun)])
    return []


def _items(values: Sequence[str], kind: str = "plain") -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    # One a line, and a comma between kind and value: what breaks that is not offered.
    return [CompletionItem(value, type=kind) for value in values if value.isprintable()]
