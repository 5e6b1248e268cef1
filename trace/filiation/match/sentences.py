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
_WIDE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a run of short ones."""

    start: int
    end: int
    paragraph: int
    """Number of its line of text, from 0; blank lines do not count."""
    letters: int
    """Its length; an ideogram or syllable counts as three letters, about a word's half."""


def sentences(text: str, aside: Iterable[Span] = ()) -> list[Sentence]:
    """Return the sentences of `text` outside the runs set aside."""
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
    return _coarser(found)


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
    letters = sum(map(str.isalnum, run)) + 2 * len(_WIDE.findall(run))
    if not letters:
        return
    last = found[-1] if found else None
    if last and letters < SHORT and last.paragraph == paragraph and not after_border:
        found[-1] = Sentence(last.start, end, paragraph, last.letters + letters)
    else:
        found.append(Sentence(start, end, paragraph, letters))


def _coarser(found: list[Sentence]) -> list[Sentence]:
    if len(found) <= MOST_SENTENCES:
        return found
    size = -(-len(found) // MOST_SENTENCES)
    groups = [found[k : k + size] for k in range(0, len(found), size)]
    return [
        Sentence(g[0].start, g[-1].end, g[0].paragraph, sum(s.letters for s in g)) for g in groups
    ]
