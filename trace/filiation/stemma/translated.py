"""What in a text shows that it is the translation, and which of two the original.

Each sign points one way only: a translator's own note, and words of the other text kept in brackets
behind their translation. Amounts converted in brackets were tried and are no sign: the original
converts them for its readers, and the translator leaves that out (14 of 18 in NTREX-128 and WMT14).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from filiation.errors import CatalogueError
from filiation.shelf import shelf
from filiation.stemma.reason import Reason, weighed
from filiation.values import Article

__all__ = ["Betrayal", "betrayals", "translated_reasons"]

TEXT = 200_000
"""Characters of a text that are looked at."""
LONGEST = 80
"""Characters of a bracket that may hold words kept from the original."""
SHORTEST = 4
"""Letters of words kept: shorter ones are initials, found in any text."""
BRACKETS = 300
"""Brackets of a text that are looked at."""
MOST = 3
"""Signs of a kind that are told."""

_BRACKET = re.compile(rf"[(（\[]([^()（）\[\]\n]{{2,{LONGEST}}})[)）\]]")
_QUOTES = "\"'“”„«»‹›‘’「」『』《》"
_WORD = re.compile(r"[^\W\d_]+")


class Betrayal(NamedTuple):
    """One sign that a text is a translation."""

    row: str
    """Its row in `weights.WEIGHTS`."""
    quote: str
    """What shows it, as the text has it."""


def betrayals(text: Article, original: Article) -> Iterator[Betrayal]:
    """Yield what shows that `text` is a translation of `original`, each kind a few times at most."""
    mine, theirs = text.text[:TEXT], original.text[:TEXT]
    for note in list(_notes().finditer(mine))[:MOST]:
        yield Betrayal("translated.note", note.group().strip())
    brackets = [
        found
        for found in islice(_BRACKET.finditer(mine), BRACKETS)
        if not _aside(text, found.start())
    ]
    outside = _BRACKET.sub(" ", theirs)
    kept = [found[1] for found in brackets if _is_kept(found[1], mine, outside)]
    for words in list(dict.fromkeys(kept))[:MOST]:
        yield Betrayal("translated.kept", words)


def translated_reasons(
    original: Article, text: Article, original_name: str, name: str
) -> Iterator[Reason]:
    """Yield a reason for each kind of sign that a text is a translation of another."""
    found: dict[str, list[str]] = {}
    for sign in betrayals(text, original):
        found.setdefault(sign.row, []).append(f"“{sign.quote}”")
    if notes := found.get("translated.note"):
        yield weighed(
            "direction",
            "translated.note",
            lambda: f"a translator's note stands in the text of {name}: {', '.join(notes)}",
        )
    if kept := found.get("translated.kept"):
        yield weighed(
            "direction",
            "translated.kept",
            lambda: (
                f"{name} has words of {original_name} in brackets, behind their translation:"
                f" {', '.join(kept)}"
            ),
        )


def _aside(article: Article, place: int) -> bool:
    return any(start <= place < end for start, end in article.aside)


def _is_kept(inside: str, mine: str, outside: str) -> bool:
    """Whether a bracket holds words that the other text has in running text, and this one has not."""
    words = inside.strip(f" {_QUOTES}")
    letters = sum(map(str.isalpha, words))
    if letters < SHORTEST or words not in outside or mine.count(words) > 1:
        return False
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", outside) is not None and (
        _foreign(words, mine) or len(_WORD.findall(words)) > 1
    )


def _foreign(words: str, text: str) -> bool:
    """Whether words are in another script than most of a text."""
    return _script(words) != _script(text)


def _script(text: str) -> str:
    """Return the script of most letters of a text's beginning, by the names of its characters."""
    counts: dict[str, int] = {}
    for character in text[:2_000]:
        if character.isalpha():
            name = unicodedata.name(character, "").split(" ")[0]
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name], default="")


@lru_cache(maxsize=1)
def _notes() -> re.Pattern[str]:
    """Return what finds a translator's note: `sources/translators.toml`.

    Raises `CatalogueError` where the file is wrong.
    """
    import tomllib

    try:
        book = tomllib.loads((shelf() / "translators.toml").read_text(encoding="utf-8"))
        forms = sorted({form for known in book["notes"].values() for form in known})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError) as error:
        raise CatalogueError(
            "translators.toml", "notes", str(error), "write a table of lists"
        ) from error
    written = (re.escape(form).replace(r"\.\ ", r"\.\s?") for form in forms)
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)", re.IGNORECASE)
