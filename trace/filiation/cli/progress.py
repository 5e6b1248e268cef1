"""How far long work is: shown on a terminal, on standard error, and nowhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filiation.cli.output import Output

__all__ = ["Told", "stages"]

Told = Callable[[str, int, int], None]
"""Takes the stage, and how much of how much of it is done; 0 of 0 where that is not known."""


@contextmanager
def stages(output: Output) -> Iterator[Told]:
    """Show the stage that the work is at, its share done and the time left; yield what is told."""
    if output.quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _stage, _done, _all: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if console.is_dumb_terminal:  # which cannot take a line back
        yield lambda _stage, _done, _all: None
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("", total=None)
        at = ""

        def told(stage: str, done: int, whole: int) -> None:
            nonlocal at
            if stage != at:
                progress.reset(task, description=stage, total=whole or None)
                at = stage
            progress.update(task, completed=done, total=whole or None)

        yield told
