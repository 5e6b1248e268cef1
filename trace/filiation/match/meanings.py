"""What a word means, as one or two English words: a table for each script, in `sources/meanings`.

The tables are small, some two thousand things a language: what CLDR calls pictures, peoples, currencies,
units and days. They are read when a word of their script is met first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from filiation.errors import CatalogueError
from filiation.fold import fold
from filiation.shelf import shelf

__all__ = ["english_in", "english_of"]

_SCRIPTS = (
    (0x0370, 0x03FF, "Grek"), (0x0400, 0x052F, "Cyrl"), (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"), (0x0600, 0x077F, "Arab"), (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"), (0x0A00, 0x0A7F, "Guru"), (0x0A80, 0x0AFF, "Gujr"),
    (0x0B00, 0x0B7F, "Orya"), (0x0B80, 0x0BFF, "Taml"), (0x0C00, 0x0C7F, "Telu"),
    (0x0C80, 0x0CFF, "Knda"), (0x0D00, 0x0D7F, "Mlym"), (0x0D80, 0x0DFF, "Sinh"),
    (0x0E00, 0x0E7F, "Thai"), (0x0E80, 0x0EFF, "Laoo"), (0x1000, 0x109F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"), (0x1200, 0x139F, "Ethi"), (0x1780, 0x17FF, "Khmr"),
    (0x3041, 0x9FFF, "Hani"), (0xAC00, 0xD7A3, "Hang"),
)  # fmt: skip
"""First and last character of a script, and its ISO 15924 code. Kana go with Han."""
_LEAST_STEM = 4
"""Letters that a word and an inflected form of it share at least."""
_ENDING = 2
"""Letters at the end of a word that inflection may change."""
_ADDED = 3
"""Letters that inflection may add."""
_STEMS = {"Hang": (2, 0)}
"""The same two for scripts that write a syllable as one character, and add particles to whole words."""
_GLUED = {
    "Arab": re.compile("^(?:[وف]?(?:[بك]?ال|لل)|[وفبكل](?=.{3}))"),
    "Hebr": re.compile("^(?:ו?[שכ]?[הבלמ]|ו|ש)(?=.{3})"),
}
"""Articles and prepositions that are written in one with the word."""
_LONGEST = 12
"""Characters of the longest word looked for where words are not parted."""


@dataclass(frozen=True, slots=True)
class _Table:
    whole: dict[str, tuple[str, ...]]
    stems: dict[str, tuple[tuple[int, tuple[str, ...]], ...]]
    """By the beginning of a word: its length, and what it means."""


def _folded(written: str) -> str:
    return written.lower() if _MARKED.search(written) else fold(written).text


_unlike_ascii = lru_cache(maxsize=1 << 16)(_folded)


def spelled(written: str) -> str:
    """Return the spelling by which a word is known: in small letters, without accents where they
    can be left out.

    >>> spelled("Πεσκόφ"), spelled("ज़रूर")
    ('πεσκοφ', 'ज़रूर')
    """
    return written.lower() if written.isascii() else _unlike_ascii(written)


_MARKED = re.compile("[\u0900-\u1cff\u2e80-\ud7ff]")
"""Scripts of which folding would drop marks that tell words apart, or take syllables to pieces."""


def script_of(character: str) -> str | None:
    """Return the ISO 15924 code of a character's script, None where there is no table of it."""
    code = ord(character)
    for first, last, name in _SCRIPTS:
        if first <= code <= last:
            return name
    return None


@cache
def _table(script: str) -> _Table:
    file = shelf() / "meanings" / f"{script}.tsv"
    rows: list[tuple[str, tuple[str, ...]]] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        word, tab, meant = line.partition("\t")
        if line.startswith("#"):
            continue
        if not tab or not word or not meant:
            raise CatalogueError(
                f"meanings/{script}.tsv",
                f"line {number}",
                "is no word and meaning",
                "write word, tab, words",
            )
        rows.append((word, tuple(meant.split())))
    least, ending = _STEMS.get(script, (_LEAST_STEM, _ENDING))
    # All are folded in one call: a call for each would take most of the time.
    words = _folded("\n".join(word for word, _ in rows)).split("\n")
    whole: dict[str, tuple[str, ...]] = {}
    stems: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for word, (_, meanings) in zip(words, rows, strict=True):
        whole[word] = meanings
        if len(word) >= least:
            stem = word[: max(least, len(word) - ending)]
            stems.setdefault(stem, []).append((len(word), meanings))
    return _Table(whole, {stem: tuple(found) for stem, found in stems.items()})


@lru_cache(maxsize=1 << 16)
def english_of(word: str) -> tuple[str, ...]:
    """Return the English words that a word, spelled as `spelled` does, may stand for; of most words, none."""
    script = script_of(word[0])
    if script is None:
        return ()
    table = _table(script)
    if found := table.whole.get(word):
        return found
    forms = [word]
    least, _ = _STEMS.get(script, (_LEAST_STEM, _ENDING))
    if (glued := _GLUED.get(script)) and (bare := glued.sub("", word)) != word:
        if found := table.whole.get(bare):
            return found
        forms.append(bare)
    for form in forms:
        for length in range(len(form), least - 1, -1):
            for full, meant in table.stems.get(form[:length], ()):
                if len(form) <= full + _ADDED:
                    return meant
    return ()


def english_in(text: str, script: str) -> Iterator[tuple[str, ...]]:
    """Yield what the words mean that are found in a text whose words are not parted, longest first."""
    whole = _table(script).whole
    start = 0
    while start < len(text):
        for length in range(min(_LONGEST, len(text) - start), 1, -1):
            if found := whole.get(text[start : start + length]):
                yield found
                start += length
                break
        else:
            start += 1
