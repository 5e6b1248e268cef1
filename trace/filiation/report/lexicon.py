"""Word pairs of two languages, told to people and to machines."""

from collections.abc import Iterator, Mapping
from typing import Any

from filiation.english import plural
from filiation.library.wordpairs import Learnt
from filiation.match.dictionaries import Book, Entry
from filiation.match.lexicon import Meanings
from filiation.report.sheet import Sheet, shortened
from filiation.report.words import language

__all__ = ["book_report", "book_shape", "learnt_shape", "learnt_table"]

EXAMPLES = 10
"""Words shown of a file, picked evenly."""
LONGEST = 60
"""Characters shown of a word."""


def learnt_table(found: Learnt) -> str:
    """Return what was learnt as the table that `--lexicon` reads."""
    book = found.book
    articles = f"{plural(found.pairs, 'pair')} of articles"
    lines = [
        f"# {book.source}\t{book.target}",
        f"# learnt from {articles}, {plural(found.sentences, 'pair')} of sentences",
        *(
            f"{entry.word}\t{meaning}\t{weight:g}"
            for entry in book.entries
            for meaning, weight in entry.meanings
        ),
    ]
    return "\n".join(lines) + "\n"


def learnt_shape(found: Learnt) -> dict[str, Any]:
    """Return `filiation/lexicon@1`: what was learnt."""
    return _shape(found.book, list(found.book.entries)) | {
        "asked": found.asked,
        "among": found.among,
        "translations": found.pairs,
        "sentences": found.sentences,
    }


def book_shape(book: Book, told: Mapping[str, Meanings]) -> dict[str, Any]:
    """Return `filiation/lexicon@1`: what a file holds, or what it says of the words asked for."""
    chosen = [Entry(word, meanings) for word, meanings in told.items()]
    return _shape(book, chosen if told else list(book.entries))


def _shape(book: Book, entries: list[Entry]) -> dict[str, Any]:
    return {
        "schema": "filiation/lexicon@1",
        "name": book.name,
        "source": book.source,
        "target": book.target,
        "words": len(book.entries),
        "entries": [
            {
                "word": entry.word,
                "meanings": [
                    {"word": meaning, "weight": weight} for meaning, weight in entry.meanings
                ],
            }
            for entry in entries
        ],
    }


def book_report(sheet: Sheet, book: Book, told: Mapping[str, Meanings]) -> None:
    """Lay down what a file of word pairs holds, with the words asked for, or some of it."""
    names = [language(code) or code for code in (book.source, book.target)]
    sheet.line((book.name, "bold"))
    sheet.line(f"{names[0]} to {names[1]}, {plural(len(book.entries), 'word')}; used both ways.")
    sheet.gap()
    for word, meanings in told.items() if told else _examples(book):
        means = ", ".join(shortened(meaning, LONGEST) for meaning, _ in meanings)
        sheet.line(means or "not known", first=(f"{shortened(word, LONGEST)}  ", "bold"))


def _examples(book: Book) -> Iterator[tuple[str, Meanings]]:
    for entry in book.entries[:: max(1, len(book.entries) // EXAMPLES)][:EXAMPLES]:
        yield entry.word, entry.meanings
