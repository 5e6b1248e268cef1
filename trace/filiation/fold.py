"""Text made comparable: case, accents and typography folded, with the way back to the original."""

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["Folded", "fold", "folded"]

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
    folded = text.translate(_TABLE)
    if len(folded) == len(text) and all(len(_TABLE[code]) == 1 for code in set(map(ord, text))):
        return Folded(folded, None)
    origin = [i for i, character in enumerate(text) for _ in _TABLE[ord(character)]]
    return Folded(folded, (*origin, len(text)))


def folded(text: str) -> str:
    """Return the folded text alone, where nobody asks for the way back: four times as fast."""
    return text.translate(_TABLE)
