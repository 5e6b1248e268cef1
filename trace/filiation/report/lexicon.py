"""Word pairs of two languages, told to people and to machines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from filiation.english import listed, plural
from filiation.match.dictionaries import Book, Entry
from filiation.match.lexicon import Lexicon, Meanings
from filiation.match.neural import Model
from filiation.match.teaching import Learnt
from filiation.report.sheet import Sheet, shortened
from filiation.report.words import language
from filiation.values import Article, Match, Searched

__all__ = [
    "Aids",
    "aids_report",
    "aids_searched",
    "aids_shape",
    "aids_used",
    "book_report",
    "book_shape",
    "learnt_shape",
    "learnt_table",
]

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


# --- what helped across languages ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aids:
    """What of the user's own helped to compare articles."""

    files: tuple[str, ...] = ()
    """Names of the files in which words were looked up."""
    model: str = ""
    """Name of the embedding model that was asked, if one was."""
    likeness: float | None = None
    """What it said of two articles: a cosine."""


def aids_used(
    match: Match, a: Article, b: Article, lexicon: Lexicon | None, model: Model | None
) -> Aids:
    """Return what helped to compare two articles. Raises `InputError` where the model fails."""
    files: tuple[str, ...] = ()
    if lexicon is not None and not match.same_language:
        files = lexicon.between(a.language, b.language)
    if model is None:
        return Aids(files)
    return Aids(files, model.name, model.likeness(a, b))


def aids_shape(aids: Aids) -> dict[str, Any]:
    """Return what documents say of it."""
    model: dict[str, Any] | None = {"name": aids.model} if aids.model else None
    if model is not None and aids.likeness is not None:
        model["likeness"] = round(aids.likeness, 4)
    return {"lexicons": list(aids.files), "model": model}


def aids_report(sheet: Sheet, aids: Aids) -> None:
    """Lay down what helped; nothing where nothing did."""
    if aids.files or aids.model:
        sheet.gap()
    if aids.files:
        sheet.line(f"Words were looked up in {listed(aids.files)}.")
    name = shortened(aids.model, LONGEST)
    if aids.likeness is not None:
        sheet.line(
            f"To the model {name} the texts are alike {aids.likeness:.2f}, of 1 at the most. It says "
            "what they are about, and proves nothing."
        )
    elif aids.model:
        sheet.line(f"What may be a translation was ranked by the model {name}.")


def aids_searched(lexicon: Lexicon | None, model: Model | None) -> Iterator[Searched]:
    """Yield what helped a search, as places of it."""
    for name, source, target in lexicon.files if lexicon is not None else ():
        names = [language(code) or code for code in (source, target)]
        says = f"word pairs of {names[0]} and {names[1]}, used for texts in either"
        yield Searched(name, "ok", 0, says=says)
    if model is not None:
        says = "embedding model, which ranks what is found in other languages"
        yield Searched(model.name, "ok", 0, says=says)
