"""What characters are to the search for shared words, and the hashes of words.

A character is looked up once in a table that knows what it folds to and what it is (a letter, a word
of its own, a line break, …); the hash of a word is a difference of two sums over all characters. So
a text is cut into words and hashed in a few passes of NumPy.
"""

import re
from typing import TYPE_CHECKING

from filiation.fold import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]
    Kinds = NDArray[np.uint8]

__all__ = [
    "CLOSER", "END", "KINDS", "LINE", "SPACE", "SPECIAL", "UNSPACED", "WHOLE", "WIDE_END", "WORD",
    "Characters", "borders", "learnt", "mixed", "sums", "word_hashes",
]  # fmt: skip

# Scripts written without spaces between words: each of their characters counts as a word.
# Han with its extensions, kana, bopomofo; Thai and Lao; Tibetan; Myanmar; Khmer. Hangul has spaces.
_SCRIPTS = (
    "\u3041-\u3096\u30a1-\u30fa\u30fc\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e01-\u0e4e\u0e81-\u0ece\u0f40-\u0fbc\u1000-\u104f\u1780-\u17d3"
)
# The vowel signs of Indic scripts are marks, not letters, to `\w`; without them "हिन्दी" would be
# three words. The dandas (U+0964, U+0965) and abbreviation sign (U+0970) do end words.
_INDIC = "\u0900-\u0963\u0966-\u096f\u0971-\u0df3"

WORD = re.compile(f"[{_SCRIPTS}]|(?:(?![{_SCRIPTS}_])[\\w{_INDIC}])+")
UNSPACED = re.compile(f"[{_SCRIPTS}]")

UNKNOWN, SEPARATOR, LETTER, WHOLE, SPACE, LINE, END, WIDE_END, CLOSER, SPECIAL = range(10)
KINDS = 0xF
"""The lowest bits of a character's code say what it is; the rest are its hash."""
_BASE, _INVERSE = 0x5851F42D4C957F2D, pow(0x5851F42D4C957F2D, -1, 2**64)
_MIX = 0xD6E8FEB86659FD93
LEAST = (1 << 17) + 256
"""Powers made at the least: for a pass over many texts, of which a longer one takes several."""


class Characters:
    """What the characters met so far are, and the hash of what each folds to."""

    def __init__(self) -> None:
        import numpy as np

        self.codes = np.zeros(0x110000, np.uint64)
        self.special: dict[int, str] = {}
        """What characters fold to that fold to none, or to several."""
        self.powers = np.zeros(0, np.uint64)
        self.back = np.zeros(0, np.uint64)

    def looked_up(self, characters: "NDArray[np.uint32]") -> "tuple[Hashes, NDArray[np.uint8]]":
        """Return code and kind of each character, learning those not met before."""
        import numpy as np

        codes = self.codes.take(characters)
        kinds = codes.astype(np.uint8) & np.uint8(KINDS)
        if not kinds.all():
            for code in set(characters[kinds == UNKNOWN].tolist()):
                self.codes[code] = self._code(code)
            codes = self.codes.take(characters)
            kinds = codes.astype(np.uint8) & np.uint8(KINDS)
        return codes, kinds

    def _code(self, code: int) -> int:
        folded = fold(chr(code)).text
        if len(folded) != 1:
            self.special[code] = folded
            return SPECIAL
        # A stable hash (of splitmix64): Python's own is salted anew in every process.
        value = (ord(folded) + 1) * 0x9E3779B97F4A7C15 % 2**64
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB % 2**64
        return ((value ^ (value >> 31)) & ~KINDS) | _kind(folded)

    def up_to(self, length: int) -> "tuple[Hashes, Hashes]":
        """Return the powers of the base, and of its inverse, modulo 2 ** 64."""
        import numpy as np

        if len(self.powers) < length:
            length = max(length, LEAST)
            self.powers = np.full(length, _BASE, np.uint64)
            self.back = np.full(length, _INVERSE, np.uint64)
            for factors in (self.powers, self.back):
                factors[0] = 1
                np.multiply.accumulate(factors, out=factors)
        return self.powers, self.back


def _kind(folded: str) -> int:
    if UNSPACED.match(folded):
        return WHOLE
    if WORD.match(folded):
        return LETTER
    if folded in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029":
        return LINE
    if folded.isspace():
        return SPACE
    if folded in "。！？":
        return WIDE_END
    if folded in ".!?:…؟۔।॥":
        return END
    return CLOSER if folded in "\"')]}>*_" else SEPARATOR


_characters: list[Characters] = []


def learnt() -> Characters:
    """Return what this process knows of characters."""
    if not _characters:
        _characters.append(Characters())
    return _characters[0]


def borders(kinds: "NDArray[np.uint8]") -> "tuple[Places, Places]":
    """Return where words start and stop, in a text that ends with no letter."""
    import numpy as np

    letter = kinds == LETTER
    edges = np.flatnonzero(letter[1:] != letter[:-1]) + 1
    if len(letter) and letter[0]:
        edges = np.concatenate(([0], edges))
    starts, stops = edges[::2], edges[1::2]
    whole = np.flatnonzero(kinds == WHOLE)
    if len(whole):
        starts, stops = np.concatenate((starts, whole)), np.concatenate((stops, whole + 1))
        starts.sort()
        stops.sort()
    return starts, stops


def word_hashes(codes: "Hashes", first: "Places", stop: "Places") -> "Hashes":
    """Return a polynomial hash of each word, by sums over the whole text (modulo 2**64)."""
    import numpy as np

    hashes = np.empty(len(first), np.uint64)
    done = 0
    while done < len(first):
        # As many words as there are powers made for, and one at the least.
        base = int(first[done])
        after = max(done + 1, int(stop.searchsorted(base + LEAST, "right")))
        begin, end = first[done:after] - base, stop[done:after] - base
        values = codes[base : base + int(end[-1])] & ~np.uint64(KINDS)
        powers, back = learnt().up_to(len(values))
        before = sums(values * powers[: len(values)])
        hashes[done:after] = (before[end] - before[begin]) * back[begin]
        done = after
    return mixed(hashes, 64)


def sums(values: "Hashes") -> "Hashes":
    """Return the sums of all values before each, and of all (modulo 2**64)."""
    import numpy as np

    before = np.zeros(len(values) + 1, np.uint64)
    np.cumsum(values, out=before[1:])
    return before


def mixed(hashes: "Hashes", bits: int) -> "Hashes":
    """Spread the hashes evenly over so many bits, in place."""
    import numpy as np

    hashes ^= hashes >> np.uint64(32)
    hashes *= np.uint64(_MIX)
    hashes ^= hashes >> np.uint64(29)
    if bits < 64:
        hashes >>= np.uint64(64 - bits)
    return hashes
