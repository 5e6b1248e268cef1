"""A sheet of report: styled lines, wrapped to a width, that read the same without any style."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from filiation.report.harmless import harmless, one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["Part", "Sheet", "dotted", "quoted", "shortened"]

Part = str | tuple[str, str]
"""A piece of a line: its words, or its words and their style (`bold`, `green`, ...)."""

LEFT_TO_RIGHT = "\u200e"
"""The left-to-right mark. It has no width, and keeps a terminal that reorders from drawing a line, or
what follows a name, from right to left. Not the newer isolates: terminals that do not know them draw a
box for each."""
RIGHT_TO_LEFT = "\u200f"
"""The right-to-left mark: around a line of a text that is written so, for the signs at its ends."""
NARROWEST = 24
"""Columns below which nothing is laid out: narrower terminals get longer lines."""

# The report's own signs where the output cannot carry them. Text of pages goes through the same
# table, since its quotes and dashes lose nothing by it.
_ASCII = str.maketrans(
    {
        "│": "|", "├": "+", "└": "+", "┤": "+", "┘": "+", "┬": "+", "─": "-", "▼": "v",
        "━": "=", "╸": "-", "╌": ".", "●": "*", "○": "o", "◂": "<", "▸": ">",
        **{bar: str(height) for height, bar in enumerate("▁▂▃▄▅▆▇█", 1)},
        "·": "-", "•": "*", "…": "...",
        "“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-",
        "→": "->", "↓": "v", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip


class Sheet:
    """Lines of a report as they are laid down; `print_to` hands them out."""

    def __init__(
        self,
        width: int = 80,
        *,
        colour: bool = False,
        plain_ascii: bool = False,
        encoding: str | None = None,
    ) -> None:
        from io import StringIO

        from rich.console import Console

        self.width = max(width, NARROWEST)
        self.colour = colour
        """Whether styles will be seen; what they would say must be written out where not."""
        self.plain_ascii = plain_ascii
        """Whether it is drawn with ASCII signs."""
        self.encoding = encoding or ("ascii" if plain_ascii else "utf-8")
        """What the letters of pages are written in: those that it lacks are written as escapes."""
        self._all_letters = self.encoding.lower().replace("_", "-").startswith("utf")
        self._lines: list[Text] = []
        self._margin: list[Part] = []
        self._ruler = Console(file=StringIO(), width=self.width, color_system=None)

    def line(self, *parts: Part, first: Part = "", rest: Part | None = None) -> None:
        """Lay down one paragraph, wrapped; `first` and `rest` stand before its lines.

        `rest` is as wide a blank as `first` where it is not given.
        """
        head = self._text(first)
        room = self.width - self._margin_width() - _wide(head)
        self._paragraph(self._wrapped(self._text(*parts), room), head, rest)

    def prose(self, *parts: Part, first: Part = "") -> None:
        """Lay down a run of a page's own text, wrapped; it keeps the direction it is written in.

        The parts are one text: words of it may have styles. `first` stands before its first line.
        """
        head = self._text(first)
        room = self.width - self._margin_width() - _wide(head)
        self._paragraph(self._in_its_direction(parts, room), head, None)

    def _paragraph(self, lines: "Sequence[Text]", head: "Text", rest: Part | None) -> None:
        tail = self._text(" " * _wide(head) if rest is None else rest)
        for number, line in enumerate(lines):
            margin = self._text(*self._margin)
            self._lay(margin.append_text(tail if number else head).append_text(line))

    def gap(self) -> None:
        """Lay down an empty line, within the margin."""
        margin = self._text(*self._margin)
        if self._lines and self._lines[-1].plain.strip() not in ("", margin.plain.strip()):
            self._lines.append(margin)

    def heading(self, words: str) -> None:
        """Lay down a section's heading, with air above and below."""
        self.gap()
        self.line((words.upper(), "bold"))
        self.gap()

    @contextmanager
    def margin(self, *parts: Part) -> Iterator[None]:
        """Set everything within this block behind a margin."""
        before = self._margin
        self._margin = [*before, *parts]
        try:
            yield
        finally:
            self._margin = before

    def columns(self, left: Sequence[Part], right: Sequence[Part], gutter: str = " │ ") -> None:
        """Lay down two runs of pages' own text side by side, each in the direction it is written in."""
        from itertools import zip_longest

        middle = self._text((gutter, "dim"))
        half = (self.width - self._margin_width() - _wide(middle)) // 2
        empty = self._text("")
        sides = [self._in_its_direction(side, half) for side in (left, right)]
        for one, other in zip_longest(*sides, fillvalue=empty):
            padded = one.copy()
            if self._all_letters and (_turns(one.plain) or _turns(other.plain)):
                padded.append(LEFT_TO_RIGHT)  # or the rule would move with the sides
            padded.append(" " * (half - _wide(one)))
            line = padded.append_text(middle).append_text(other)
            self._lay(self._text(*self._margin).append_text(line))

    def _in_its_direction(self, parts: Sequence[Part], width: int) -> "list[Text]":
        """Return a text wrapped; one written from right to left is aligned and ordered so.

        Its marks let signs at the ends of a line go with the letters, and end with the line.
        """
        from rich.text import Text

        lines = self._wrapped(self._text(*parts, closed=False), width)
        if not self._all_letters or not _from_right("".join(line.plain for line in lines)):
            return lines
        for line in lines:
            line.rstrip()
        return [
            Text(" " * (width - _wide(line)) + RIGHT_TO_LEFT)
            .append_text(line)
            .append(RIGHT_TO_LEFT + LEFT_TO_RIGHT)
            for line in lines
        ]

    def _lay(self, line: "Text") -> None:
        """Lay down one line as it is; one that has letters from right to left still begins at the left."""
        from rich.text import Text

        if self._all_letters and _turns(line.plain) and line.plain[0] != LEFT_TO_RIGHT:
            line = Text(LEFT_TO_RIGHT).append_text(line)
        self._lines.append(line)

    def told(self, words: str) -> str:
        """Return words as this sheet writes them, so that they can be measured before."""
        words = harmless(words)
        if self.plain_ascii:
            words = words.translate(_ASCII)
        if self._all_letters:
            return words
        return words.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def closed(self, words: str) -> str:
        """Return words so that figures after them keep their place.

        After a right-to-left name, a terminal that reorders would draw the digits that follow on
        the name's other side. The left-to-right mark prevents it, and has no width.
        """
        if not self._all_letters or not _turns(words.rpartition(LEFT_TO_RIGHT)[2]):
            return words
        return words + LEFT_TO_RIGHT

    def print_to(self, file: IO[str]) -> None:
        """Write the sheet, with styles where they will be seen, as bare text otherwise."""
        if not self.colour:
            for line in self._lines:
                file.write(line.plain.rstrip() + "\n")
            return
        console = self._console(file)
        for line in self._lines:
            line.rstrip()
            console.print(line, soft_wrap=True)

    def draw_to(self, file: IO[str]) -> None:
        """Write the sheet as an SVG document, with styles where they are to be seen."""
        from rich.text import Text

        from filiation.report.svg import drawing

        lines = self._lines if self.colour else [Text(line.plain) for line in self._lines]
        file.writelines(drawing(lines, self.width))

    def _console(self, file: IO[str]) -> "Console":
        from rich.console import Console

        # The sixteen colours of the user's own palette: readable on light and dark grounds alike.
        return Console(
            file=file,
            width=self.width,
            color_system="standard",
            force_terminal=True,
            no_color=False,
            legacy_windows=False,
            markup=False,
            highlight=False,
            emoji=False,
        )

    def _wrapped(self, text: "Text", width: int) -> "list[Text]":
        wrapped = text.wrap(self._ruler, max(width, NARROWEST // 2), overflow="fold")
        return list(wrapped) or [text]

    @property
    def room(self) -> int:
        """Columns within the margin."""
        return max(self.width - self._margin_width(), NARROWEST // 2)

    def _margin_width(self) -> int:
        return _wide(self._text(*self._margin))

    def _text(self, *parts: Part, closed: bool = True) -> "Text":
        from rich.text import Text

        text = Text()
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            words = self.told(words)
            text.append(words, style or None)
            if closed and len(parts) > 1:
                text.append(self.closed(words)[len(words) :])
        return text


def _wide(text: "Text") -> int:
    from rich.cells import cell_len

    return cell_len(text.plain)


def _from_right(words: str) -> bool:
    """Whether a text begins from the right: whether its first letter does."""
    ways = map(unicodedata.bidirectional, words)
    return next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"


def _turns(words: str) -> bool:
    """Whether words have letters that are written from right to left."""
    return not words.isascii() and any(
        unicodedata.bidirectional(character) in ("R", "AL") for character in words
    )


def shortened(text: str, limit: int) -> str:
    """Return `text` on one line of at most `limit` characters, cut between words where it can be.

    >>> shortened("the quick brown fox", 12)
    'the quick…'
    """
    line = one_line(text[: limit * 4])
    if len(line) <= limit and len(text) <= limit * 4:
        return line
    cut = line[: limit - 1]
    word = cut.rfind(" ")
    return (cut[:word] if word > limit // 2 else cut).rstrip(" ,;:.-–—") + "…"


def dotted(facts: Sequence[str | None]) -> list[Part]:
    """Return facts with a dot between each two; those that are not known are left out."""
    told: list[Part] = [fact for fact in facts if fact]
    return [part for fact in told for part in (" · ", fact)][1:]


def quoted(text: str) -> str:
    """Return a quotation in quotation marks, unless it has its own."""
    return text if text[:1] in _OPENING else f"“{text}”"


_OPENING = tuple('“«„"「『')
