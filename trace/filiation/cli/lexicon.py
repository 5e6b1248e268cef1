"""`filiation lexicon`: word pairs of two languages learnt from a library, and what a file of them holds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from filiation.cli.completion import files
from filiation.cli.help import FOUND, NOTHING_FOUND, Told
from filiation.cli.options import gives_output, lexicon_option, library_option
from filiation.cli.output import Output, hint
from filiation.cli.progress import stages

if TYPE_CHECKING:
    from filiation.match.lexicon import Lexicon

__all__ = ["lexicon"]


@click.command(
    cls=Told,
    short_help="Learn or show word pairs of two languages.",
    examples=[
        (
            "filiation lexicon learn ar-en --library press.filiation -o ar-en.tsv",
            "What Arabic words mean in English, learnt from the translations in a library.",
        ),
        (
            "filiation lexicon show /usr/share/dictd/freedict-ara-eng.index",
            "What a file of word pairs holds.",
        ),
        ("filiation lexicon show ar-en.tsv جسر", "What it says of a word."),
    ],
)
@click.argument(
    "words",
    nargs=-1,
    required=True,
    metavar="learn LANGUAGES | show FILE [WORD]...",
    shell_complete=files,
)
@library_option
@lexicon_option
@gives_output
def lexicon(words: Sequence[str], library: str, given: "Lexicon | None", output: Output) -> int:
    """Learn word pairs of two languages from a library, or show what a file of them holds.

    LANGUAGES are two codes of ISO 639, as in ar-en. What is learnt is a table of words, meanings and
    weights, which `compare`, `trace` and `audit` take as --lexicon. It is learnt from articles that
    are each other's translation; of those the library should hold some dozens.
    """
    match words:
        case ("learn", languages):
            return _learn(languages, library, given, output)
        case ("show", file, *asked):
            return _show(file, asked, output)
    raise click.UsageError("say learn and two languages, as in learn ar-en, or show and a FILE.")


def _learn(languages: str, place: str, given: "Lexicon | None", output: Output) -> int:
    from filiation.english import plural
    from filiation.library import Library
    from filiation.library.wordpairs import learn
    from filiation.match.dictionaries import languages_of
    from filiation.report.lexicon import learnt_shape, learnt_table

    source, target = languages_of(languages)
    with Library.open(place) as library, stages(output) as say:
        found = learn(library, source, target, lexicon=given, progress=say)
    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(learnt_shape(found)))
        elif found.book.entries:
            paper.write(learnt_table(found))
    if not found.pairs:
        looked = f"of {found.asked:,} articles looked up among {found.among:,}"
        hint(f"no translation was found {looked}", quiet=output.quiet)
    else:
        learnt_from = f"{plural(found.pairs, 'pair')} of articles"
        told = f"learnt {plural(len(found.book.entries), 'word')} from {learnt_from}"
        hint(f"{told}, {plural(found.sentences, 'pair')} of sentences", quiet=output.quiet)
    return FOUND if found.book.entries else NOTHING_FOUND


def _show(file: str, asked: Sequence[str], output: Output) -> int:
    from filiation.match.dictionaries import read_book
    from filiation.match.lexicon import Lexicon
    from filiation.report.lexicon import book_report, book_shape

    book = read_book(file)
    known = Lexicon([book])
    told = {
        word: known.meanings(word, book.source, book.target)
        or known.meanings(word, book.target, book.source)
        for word in asked
    }
    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(book_shape(book, told)))
        else:
            output.tell(paper, lambda sheet: book_report(sheet, book, told))
    return FOUND if not asked or any(told.values()) else NOTHING_FOUND
