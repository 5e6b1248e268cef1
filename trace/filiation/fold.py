"""Text made comparable: case, accents and typography folded, with the way back to the original."""

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

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

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()
        """Characters seen that fold into none, or into several."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = folded = _fold_character(character)
        if len(folded) != 1:
            self.uneven.add(character)
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


@dataclass(frozen=True)
class Folded:
    """A folded text that knows where each of its characters stood in the original."""

    text: str
    _original: str | None
    """What was folded; None where the offsets in both coincide."""

    def origin(self, index: int) -> int:
        """Return the offset in the original of the folded character at `index` (or of the end)."""
        return index if self._original is None else self._origins[index]

    def index(self, origin: int) -> int:
        """Return the offset in the folded text of the original's character at `origin`."""
        if self._original is None:
            return origin
        return max(0, bisect_right(self._origins, origin) - 1)

    @cached_property
    def _origins(self) -> tuple[int, ...]:
        """Offset in the original of each folded character and of the end.

        Most texts are folded only to be searched, so these are counted when first asked for.
        """
        text = self._original or ""
        origins = [i for i, character in enumerate(text) for _ in _TABLE[ord(character)]]
        return (*origins, len(text))


def fold(text: str) -> Folded:
    """Fold case, accents, quotes, dashes, spaces and invisible characters of `text`.

    >>> fold("« L’Été » —").text
    '" l\\'ete " -'
    """
    folded = text.translate(_TABLE)
    if text.isascii() or (len(folded) == len(text) and _TABLE.uneven.isdisjoint(text)):
        return Folded(folded, None)
    return Folded(folded, text)
