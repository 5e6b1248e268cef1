"""A text cut into sentences, with their paragraphs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from filiation.match.words import merged
from filiation.values import Span

__all__ = ["Sentence", "sentences"]

MOST_SENTENCES = 240
"""Sentences aligned per text; a longer text is cut into as many longer runs of sentences."""
SHORT = 20
"""Letters below which a sentence is joined to the one before it (initials, abbreviations)."""

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_END = re.compile(r"(?<=[.!?…؟।])[\"'”’»)\]]*\s+|(?<=[。！？])[”」』]*")
_HAN = re.compile("[\u3400-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_KANA = re.compile("[\u3041-\u30ff]")
# Vowel signs of the scripts of India, which lie at the same places of each block, and of Thai.
_INDIC = "".join(
    f"{chr(block)}-{chr(block + 3)}{chr(block + 0x3A)}-{chr(block + 0x4F)}"
    for block in range(0x0900, 0x0E00, 0x80)
)
_MARK = re.compile(f"[{_INDIC}\u0e31-\u0e3a\u0e47-\u0e4e]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a run of short ones."""

    start: int
    end: int
    paragraph: int
    """Number of its line of text, from 0; blank lines do not count."""
    letters: int
    """Its length; an ideogram or syllable counts as three letters, about a word's half."""


def sentences(
    text: str, aside: Iterable[Span] = (), most: int | None = MOST_SENTENCES
) -> list[Sentence]:
    """Return the sentences of `text` outside the runs set aside.

    Where there are more than `most`, they are runs of several; None for any number.
    """
    found: list[Sentence] = []
    borders = merged(aside, len(text))
    paragraph = -1
    n = 0
    for line in _LINE.finditer(text):
        if not line.group().strip():
            continue
        paragraph += 1
        for start, end in _cut(text, line.start(), line.end()):
            while n < len(borders) and borders[n][1] <= start:
                n += 1
            at = start
            m = n
            while m < len(borders) and borders[m][0] < end:
                _add(found, text, at, borders[m][0], paragraph, at > start)
                at = max(at, borders[m][1])
                m += 1
            _add(found, text, at, end, paragraph, at > start)
    return found if most is None else _coarser(found, most)


def _cut(text: str, start: int, end: int) -> Iterable[Span]:
    at = start
    for border in _END.finditer(text, start, end):
        if border.end() - at > SHORT:
            yield at, border.end()
            at = border.end()
    if at < end:
        yield at, end


def _add(
    found: list[Sentence], text: str, start: int, end: int, paragraph: int, after_border: bool
) -> None:
    if start >= end:
        return
    run = text[start:end]
    start += len(run) - len(run.lstrip())
    end -= len(run) - len(run.rstrip())
    if start >= end:
        return
    letters = _letters(run)
    if not letters:
        return
    last = found[-1] if found else None
    if last and letters < SHORT and last.paragraph == paragraph and not after_border:
        found[-1] = Sentence(last.start, end, paragraph, last.letters + letters)
    else:
        found.append(Sentence(start, end, paragraph, letters))


def _letters(run: str) -> int:
    letters = sum(map(str.isalnum, run))
    if run.isascii():
        return letters
    more = 2 * len(_HAN.findall(run)) + len(_HANGUL.findall(run)) + len(_KANA.findall(run)) // 2
    return letters + more + len(_MARK.findall(run))


def _coarser(found: list[Sentence], most: int) -> list[Sentence]:
    if len(found) <= most:
        return found
    size = -(-len(found) // most)
    groups = [found[k : k + size] for k in range(0, len(found), size)]
    return [
        Sentence(g[0].start, g[-1].end, g[0].paragraph, sum(s.letters for s in g)) for g in groups
    ]
