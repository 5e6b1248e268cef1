"""How far long work is: shown on a terminal, on standard error, and nowhere else."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filiation.cli.output import Output

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

__all__ = ["Told", "display", "stages"]

Told = Callable[[str, int, int], None]
"""Takes the stage, and how much of how much of it is done; 0 of 0 where that is not known."""


@contextmanager
def display(
    output: Output, columns: "Callable[[], Sequence[ProgressColumn]]" = lambda: ()
) -> "Iterator[Progress | None]":
    """Yield a line on a terminal for telling progress; None where there is nobody to tell.

    It begins with a spinner and the task's description; `columns` makes what follows these.
    """
    if output.quiet or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    if console.is_dumb_terminal:  # which cannot take a line back
        yield None
        return
    described = TextColumn("{task.description}", markup=False)
    with Progress(SpinnerColumn(), described, *columns(), console=console, transient=True) as shown:
        yield shown


@contextmanager
def stages(output: Output) -> Iterator[Told]:
    """Show the stage that the work is at, its share done and the time left; yield what is told."""
    with display(output, _shares) as progress:
        if progress is None:
            yield lambda _stage, _done, _all: None
            return
        task = progress.add_task("", total=None)
        at = ""

        def told(stage: str, done: int, whole: int) -> None:
            nonlocal at
            if stage != at:
                progress.reset(task, description=stage, total=whole or None)
                at = stage
            progress.update(task, completed=done, total=whole or None)

        yield told


def _shares() -> "Sequence[ProgressColumn]":
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return (
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
