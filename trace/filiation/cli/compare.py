"""`filiation compare`: the passages two texts share, side by side."""

from typing import TYPE_CHECKING

import click

from filiation.cli.completion import files
from filiation.cli.help import FOUND, NOTHING_FOUND, Told
from filiation.cli.options import gives_output, lexicon_option, model_option, outlets_option
from filiation.cli.output import Output
from filiation.errors import InputError

if TYPE_CHECKING:
    from filiation.match.lexicon import Lexicon
    from filiation.match.neural import Model
    from filiation.outlets import Catalogue
    from filiation.report.sheet import Sheet

__all__ = ["compare"]


@click.command(
    cls=Told,
    short_help="Show what two texts share, side by side.",
    examples=[
        ("filiation compare original.html copy.html", "What two pages share, side by side."),
        ("filiation compare a.txt b.txt --width 60", "The same, one text under the other."),
        ("filiation compare a.txt b.txt --json", "Passages with their offsets in both texts."),
        (
            "filiation compare arabic.html english.html --lexicon freedict-ara-eng.index",
            "Across languages, with the help of a dictionary.",
        ),
        ("filiation compare a.txt b.txt --svg changes.svg", "As a picture for a paper, too."),
    ],
)
@click.argument("a", metavar="A", shell_complete=files)
@click.argument("b", metavar="B", shell_complete=files)
@click.option("--full", is_flag=True, help="Show runs on which both agree to the last word.")
@lexicon_option
@model_option
@outlets_option
@gives_output
def compare(
    a: str,
    b: str,
    full: bool,
    given: "Lexicon | None",
    model: "Model | None",
    known: "Catalogue | None",
    output: Output,
) -> int:
    """Show the passages that two texts share, with every change of words marked.

    A and B are files (HTML, text, Markdown); one of them may be - for standard input. Words that
    only A has are marked [-so-], words that only B has {+so+}; in colour, by style.
    """
    from filiation import compare as compared
    from filiation.cli.inputs import distinct, one
    from filiation.credits import credits as spoken
    from filiation.report.lexicon import aids_report, aids_shape, aids_used
    from filiation.report.shapes import match_shape
    from filiation.report.sidebyside import compare_report

    if a == b == "-":
        raise InputError("-", "standard input holds one text", "name a file for the other")
    first = one(a, known)
    second = distinct(one(b, known), first)
    # Credit lines set aside here too, so that the report does not count them as cut or added.
    first, second = spoken(first, known).article, spoken(second, known).article
    match = compared(first, second, catalogue=known, lexicon=given)
    aids = aids_used(match, first, second, given, model)
    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(match_shape(match) | aids_shape(aids)))
        else:

            def report(sheet: "Sheet") -> None:
                compare_report(sheet, match, first, second, full=full)
                aids_report(sheet, aids)

            output.tell(paper, report)
    return FOUND if match.passages else NOTHING_FOUND
