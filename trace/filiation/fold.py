"""Text made comparable: case, accents and typography folded, with the way back to the original."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Folded", "Translation", "fold", "folded"]


class Translation(dict[int, str]):
    """Translates text one character at a time, each as `each` says, and remembers them.

    `each` must give one ASCII character for an ASCII one, and leave what it gave as it is. In text
    that is mostly ASCII the few other characters are replaced one after the other, and the rest
    goes through bytes: a third to a tenth of the time of `str.translate`.
    """

    def __init__(self, each: Callable[[str], str]) -> None:
        super().__init__()
        self._each = each
        self._ascii = _ASCII.decode().translate(self).encode("ascii") + bytes(range(128, 256))
        self.uneven: set[str] = set()
        """Characters seen so far that became none, or several."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = translated = self._each(character)
        if len(translated) != 1:
            self.uneven.add(character)
        return translated

    def of(self, text: str) -> str:
        """Return `text` translated."""
        packed = text.encode("utf-8", "surrogatepass")
        more = len(packed) - len(text)
        if more:
            if more > len(text) // MOSTLY_ASCII:
                return text.translate(self)
            beyond = set(packed.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
            if len(beyond) > MOST_REPLACED:
                return text.translate(self)
            for character in beyond:
                text = text.replace(character, self[ord(character)])
            packed = text.encode("utf-8", "surrogatepass")
        return packed.translate(self._ascii).decode("utf-8", "surrogatepass")


_ASCII = bytes(range(128))
MOSTLY_ASCII = 5
"""One in so many characters may need a further byte in UTF-8. In German news one in 48 does, in
French one in 28, in Turkish one in 10, in Czech one in 9: there it takes 16, 16, 33 and 40 % of the
time of `str.translate`. In Russian all but the spaces do."""
MOST_REPLACED = 40
"""Different characters beyond ASCII that are replaced one after the other, so that a text of
nothing but different ones takes no longer; articles in Latin letters have about ten."""

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


_TABLE = Translation(_fold_character)


@dataclass(frozen=True)
class Folded:
    """A folded text that knows where each of its characters stood in the original."""

    text: str
    _original: str

    def origin(self, index: int) -> int:
        """Return the offset in the original of the folded character at `index` (or of the end)."""
        return index if self._origins is None else int(self._origins[index])

    def origins(
        self, starts: "NDArray[np.int64]", ends: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
        """Return where folded runs start and end in the original; none is empty there."""
        origins = self._origins
        if origins is None:
            return starts, ends
        import numpy as np

        return origins[starts], np.maximum(origins[ends], origins[ends - 1] + 1)

    def index(self, origin: int) -> int:
        """Return the offset in the folded text of the original's character at `origin`."""
        if self._origins is None:
            return origin
        return max(0, int(self._origins.searchsorted(origin, "right")) - 1)

    @cached_property
    def _origins(self) -> "NDArray[np.int64] | None":
        """Offset in the original of each folded character and of the end; None where they coincide.

        Most texts are folded only to be searched, so these are counted when first asked for.
        """
        text = self._original
        if text.isascii() or (len(text) == len(self.text) and _TABLE.uneven.isdisjoint(text)):
            return None
        odd = {c: len(_TABLE[ord(c)]) for c in set(text) if len(_TABLE[ord(c)]) != 1}
        return _origins_around(text, odd)


def _origins_around(text: str, odd: dict[str, int]) -> "NDArray[np.int64]":
    """Return the origins where all but these characters fold to one: those fold to so many."""
    import numpy as np

    lengths = np.ones(len(text) + 1, np.int64)
    for character, length in odd.items():
        at = text.find(character)
        while at >= 0:
            lengths[at] = length
            at = text.find(character, at + 1)
    return np.repeat(np.arange(len(text) + 1), lengths)


def fold(text: str) -> Folded:
    """Fold case, accents, quotes, dashes, spaces and invisible characters of `text`.

    >>> fold("« L’Été » —").text
    '" l\\'ete " -'
    """
    return Folded(_TABLE.of(text), text)


def folded(text: str) -> str:
    """Return the folded text alone, where nobody asks for the way back."""
    return _TABLE.of(text)
