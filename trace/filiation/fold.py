"""Text made comparable: case, accents and typography folded, with the way back to the original."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Folded", "fold"]

# What typography varies without changing the word. Spaces of every width become one space, quotes
# and dashes one form each; full-width punctuation is folded by NFKD.
_SAME = {
    **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
                    "\u202f\u205f\u3000\t", " "),
    **dict.fromkeys("‘’‚‛′ʼʻ`´＇", "'"),
    **dict.fromkeys("“”„‟″«»〝〞＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ς": "σ",
    "ـ": "",  # the Arabic tatweel stretches a word and says nothing
    "ى": "ي", "ٱ": "ا", "ة": "ه",
}  # fmt: skip


class _Table(dict[int, str]):
    """Folds one character at a time, remembering what it has seen."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if character in "\n\r":
        return character
    if unicodedata.category(character) in ("Cf", "Mn", "Me") or character == "\u00ad":
        return ""  # soft hyphens, zero-width and bidi marks, accents, variation selectors
    folded = "".join(
        _SAME.get(part, part)
        for part in unicodedata.normalize("NFKD", character).casefold()
        if unicodedata.category(part) not in ("Mn", "Me")
    )
    if len(folded) == 1 and unicodedata.category(folded) == "Zs":
        return " "
    return folded


_TABLE = _Table()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where each of its characters stood in the original."""

    text: str
    _origin: tuple[int, ...] | None
    """Offset in the original of each folded character and of the end; None where they coincide."""

    def origin(self, index: int) -> int:
        """Return the offset in the original of the folded character at `index` (or of the end)."""
        return index if self._origin is None else self._origin[index]

    def origins(self, spans: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
        """Return where folded runs start and end in the original; none is empty there."""
        origin = self._origin
        if origin is None:
            return [start for start, _ in spans], [end for _, end in spans]
        return (
            [origin[start] for start, _ in spans],
            [max(origin[end], origin[end - 1] + 1) for _, end in spans],
        )

    def index(self, origin: int) -> int:
        """Return the offset in the folded text of the original's character at `origin`."""
        if self._origin is None:
            return origin
        return max(0, bisect_right(self._origin, origin) - 1)


def fold(text: str) -> Folded:
    """Fold case, accents, quotes, dashes, spaces and invisible characters of `text`.

    >>> fold("« L’Été » —").text
    '" l\\'ete " -'
    """
    if text.isascii():
        return Folded(text.lower().replace("\t", " ").replace("`", "'"), None)
    if len(text.encode("ascii", "ignore")) * FOREIGN < len(text) * (FOREIGN - 1):
        return _each(text)
    others = set(_OTHER.findall(text))
    if len(others) > FEW or not all(map(_is_plain, others)):
        return _each(text)
    folded = text
    for character in others:
        folded = folded.replace(character, _TABLE[ord(character)])
    folded = folded.lower().replace("\t", " ").replace("`", "'")
    odd = {c: len(_TABLE[ord(c)]) for c in others if len(_TABLE[ord(c)]) != 1}
    return Folded(folded, _origin(text, odd) if odd else None)


FEW = 20
"""Characters beyond ASCII up to which each is replaced throughout the text, in a fifth of the time of
folding one character after the other (German: 5 to 9 of them)."""
FOREIGN = 8
"""One character in so many beyond ASCII, and the text is of another script, and not worth a look."""

_OTHER = re.compile(r"[^\x00-\x7f]")


def _is_plain(character: str) -> bool:
    """Whether a character beyond ASCII folds to ASCII, or to itself and has no capitals."""
    folded = _TABLE[ord(character)]
    return folded.isascii() or folded == character == character.lower()


def _each(text: str) -> Folded:
    """Fold one character after the other."""
    folded = text.translate(_TABLE)
    if all(len(_TABLE[ord(character)]) == 1 for character in set(text)):
        return Folded(folded, None)
    origin = [i for i, character in enumerate(text) for _ in _TABLE[ord(character)]]
    return Folded(folded, (*origin, len(text)))


def _origin(text: str, odd: dict[str, int]) -> tuple[int, ...]:
    """Return the origins where but a few characters fold to none or several."""
    places: list[tuple[int, int]] = []
    for character, length in odd.items():
        at = text.find(character)
        while at >= 0:
            places.append((at, length))
            at = text.find(character, at + 1)
    places.sort()
    origin: list[int] = []
    last = 0
    for at, length in places:
        origin.extend(range(last, at))
        origin.extend([at] * length)
        last = at + 1
    origin.extend(range(last, len(text) + 1))
    return tuple(origin)
