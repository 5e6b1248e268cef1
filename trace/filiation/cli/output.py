"""Where a result goes, and in which form: the terminal, a pipe, or a file written whole or not at all."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from filiation.errors import InputError
from filiation.report.harmless import one_line

if TYPE_CHECKING:
    from filiation.report.sheet import Sheet

__all__ = ["Format", "Output", "complain", "hint", "warn"]

Format = Literal["rich", "plain", "json", "jsonl"]

WARNINGS = 20
"""Warnings printed in full; a table of 100,000 rows without text must not bury its own result."""


@dataclass
class Output:
    """What the user chose about the result, and how much is said beside it."""

    format: Format
    file: Path | None = None
    width: int = 80
    colour: bool = False
    plain_ascii: bool = False
    encoding: str = "utf-8"
    """Of what the report is written to."""
    quiet: bool = False
    svg: Path | None = None
    """The file that the report is drawn to, too."""
    svg_colour: bool = True
    warned: int = 0
    drawn: "Sheet | None" = None
    """The report as it is to be drawn, as far as it was told."""

    @property
    def for_machines(self) -> bool:
        """Whether the result is JSON."""
        return self.format in ("json", "jsonl")

    @contextmanager
    def paper(self) -> Iterator[IO[str]]:
        """Yield what the result is written to.

        A file appears under its name only when the block has ended without an error. Raises
        `InputError` where it cannot be written.
        """
        if self.file is None:
            yield _standard_output()
            return
        target = self.file.resolve()  # through a link, not over it
        if (
            target.exists() and not target.is_file()
        ):  # a device, a pipe: there is nothing to replace
            with _named(self.file), target.open("w", encoding="utf-8") as paper:
                yield paper
            return
        with (
            self._whole(target) as part,
            _named(self.file),
            part.open("x", encoding="utf-8") as paper,
        ):
            yield paper

    @contextmanager
    def bytes(self) -> Iterator[Path]:
        """Yield the path of a file to be made, which takes the place of `file` in the end.

        Raises `InputError` where it cannot be written, `ValueError` where no file was named.
        """
        if self.file is None:
            raise ValueError("bytes go to no terminal")
        with self._whole(self.file.resolve()) as part, _named(self.file):
            yield part

    @contextmanager
    def _whole(self, target: Path) -> Iterator[Path]:
        assert self.file is not None
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            yield part
            with _named(self.file):
                part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def tell(self, paper: IO[str], report: "Callable[[Sheet], None]") -> None:
        """Write a report, of the chosen width and look; keep it for drawing where that is wanted.

        `report` lays it down on an empty sheet. Several that are told follow each other.
        """
        from filiation.report.sheet import Sheet

        if self.svg is not None:
            self.drawn = self.drawn or Sheet(self.width, colour=self.svg_colour)
            report(self.drawn)
        sheet = Sheet(
            self.width, colour=self.colour, plain_ascii=self.plain_ascii, encoding=self.encoding
        )
        report(sheet)
        sheet.print_to(paper)

    def draw(self) -> None:
        """Write the reports told as SVG, where that is wanted.

        Raises `InputError` where it cannot be written, or none was told.
        """
        if self.svg is None:
            return
        if self.drawn is None:
            raise InputError("--svg", "there was no report to draw", "leave it out")
        with Output("plain", self.svg).paper() as paper:
            self.drawn.draw_to(paper)

    def document(self, shape: dict[str, Any]) -> str:
        """Return one JSON document as it is to be written, its line end included."""
        from filiation.report.shapes import written

        indented = self.format == "json"
        return written(shape, indented=indented, ascii_only=self.plain_ascii) + "\n"

    def line(self, shape: dict[str, Any]) -> str:
        """Return one JSON document of a stream: always on one line."""
        from filiation.report.shapes import written

        return written(shape, ascii_only=self.plain_ascii) + "\n"

    def skipped(self, error: InputError) -> None:
        """Say that a part of the input was skipped, and why."""
        self.warned += 1
        if self.warned <= WARNINGS:
            warn(f"skipped {error}", quiet=self.quiet)

    def skipped_in_all(self) -> None:
        """Say how many more were skipped than were told."""
        if self.warned > WARNINGS:
            warn(f"skipped {self.warned - WARNINGS:,} more inputs", quiet=self.quiet)


def complain(message: str) -> None:
    """Say on standard error what went wrong, in one line that cannot act on the terminal."""
    _say(f"filiation: {one_line(message)}")


def warn(message: str, *, quiet: bool) -> None:
    """Say on standard error what the user should know of a result that is there."""
    if not quiet:
        complain(message)


def hint(message: str, *, quiet: bool = False) -> None:
    """Say on standard error what the user may want to do next."""
    if not quiet:
        _say(one_line(message))


def _say(line: str) -> None:
    if sys.stderr is None:
        return
    with suppress(OSError):  # nobody listens: the exit status still tells
        print(line, file=sys.stderr, flush=True)


def _standard_output() -> IO[str]:
    if sys.stdout is None:
        raise InputError("standard output", "is closed", "name a file with -o")
    return sys.stdout


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Turn a failure to write into an error that names the file."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise InputError(str(file), what, "name a file in a folder you may write to") from error
