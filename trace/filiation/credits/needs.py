"""What a line must hold for a pattern to be found in it: words and signs that every match contains.

A pattern is tried on a line only where the line holds all that the pattern needs. What it needs is
read off the pattern's own parse, never written by hand, and is implied by it: a line without it
cannot match. Nothing is said of what is not understood, so that the worst is a search in vain.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

__all__ = ["Group", "Index", "Needs", "any_of", "needs"]

_Node = tuple[Any, Any]
"""One element of a parsed pattern: what it is, and its argument."""


class Group(NamedTuple):
    """What a text must hold one of."""

    words: frozenset[str]
    """Beginnings of words; one that ends with a blank is a whole word."""
    strings: frozenset[str] = frozenset()
    """Signs, and letters that may stand within a word."""


FIGURE = "0"
"""Among strings, any figure."""

SHORTEST_STRING = 3
"""Fewest letters of a run within words that is worth looking for; of signs, and in scripts that
write no blanks between words, one is enough."""
START = 4
"""Characters of a word that tell at once whether anything needs it."""
SHORTEST_START = 3
"""Fewest letters of a word's beginning that are looked for as such, and not anywhere in a word."""


class Needs(NamedTuple):
    """What a regular expression needs of a text to match in it."""

    groups: tuple[Group, ...]
    """Groups of which the text must hold one each."""
    begins: bool
    """Whether it matches at the beginning of a text alone."""

    @property
    def signs(self) -> list[frozenset[str]]:
        """Those groups that are single characters."""
        return [
            group.strings
            for group in self.groups
            if not group.words and all(len(string) == 1 for string in group.strings)
        ]


def needs(expression: str) -> Needs:
    """Return what a regular expression needs of a text to match in it.

    A word is a run of letters and figures here. Raises `re.error` for what is no expression.
    """
    parsed = parser.parse(expression)
    if parsed.state.flags & (re.IGNORECASE | re.MULTILINE | re.ASCII):
        return Needs((), False)
    walk = _Walk(outside=False)
    walk.over(parsed.data, follow=False)
    walk.end(whole=False)
    begins = parsed.data[:1] == [(op.AT, op.AT_BEGINNING)]
    groups = dict.fromkeys(walk.groups)
    # Letters within words are searched for one after the other: only where nothing else is needed.
    quick = [group for group in groups if not any(map(_is_within_words, group.strings))]
    return Needs(tuple(quick or groups), begins)


def _is_within_words(string: str) -> bool:
    return string.isascii() and string.isalnum() and string != FIGURE


def any_of(signs: Iterable[str]) -> str:
    """Return the expression of a set of characters that holds a group's signs."""
    return (
        "[" + "".join(r"\d" if sign == FIGURE else re.escape(sign) for sign in sorted(signs)) + "]"
    )


class _Walk:
    """A walk along a parsed pattern, collecting what it needs."""

    __slots__ = ("fresh", "groups", "outside", "piece")

    def __init__(self, outside: bool, piece: str = "", fresh: bool = False) -> None:
        self.groups: list[Group] = []
        self.piece = piece
        """Letters and figures read last, one after the other."""
        self.fresh = fresh
        """Whether they begin a word."""
        self.outside = outside
        """Whether no letter or figure can stand right before what comes next."""

    def end(self, whole: bool) -> None:
        """End the run of letters; `whole`: none can follow it."""
        piece, self.piece = self.piece, ""
        if piece and self.fresh and (whole or len(piece) >= SHORTEST_START):
            self.groups.append(Group(frozenset((piece + " " if whole else piece,))))
        elif len(piece) >= SHORTEST_STRING or not piece.isascii():
            self.groups.append(Group(frozenset(), frozenset((piece,))))

    def over(self, nodes: Sequence[_Node], follow: bool) -> None:
        """Walk over `nodes`; `follow`: what comes after them begins with no letter or figure."""
        for i, (code, argument) in enumerate(nodes):
            if code is op.LITERAL and (character := chr(argument)).isalnum():
                if not self.piece:
                    self.fresh = self.outside
                self.piece += character
                self.outside = False
            elif code is op.SUBPATTERN and not argument[1] and not argument[2]:
                self.over(argument[3].data, _begins_outside(nodes[i + 1 :], follow))
            elif code is op.BRANCH:
                self._branch(argument[1], _begins_outside(nodes[i + 1 :], follow))
            elif code in _REPEATS and argument[0] > 0:
                self._repeat(argument[1], argument[2].data)
            elif code in (op.ASSERT, op.ASSERT_NOT):
                self._look(code, *argument)
            else:
                self.end(_begins_outside(nodes[i:], follow))
                self._other(code, argument)

    def _branch(self, alternatives: Sequence[Any], follow: bool) -> None:
        walks = []
        for alternative in alternatives:
            walk = _Walk(self.outside, self.piece, self.fresh)
            walk.over(alternative.data, follow)
            walk.end(follow)
            walks.append(walk)
        self.piece = ""
        self.outside = all(walk.outside for walk in walks)
        # Whichever alternative it is, its rarest group is needed, and its second rarest, ...
        ranked = [sorted(walk.groups, key=_rarity, reverse=True) for walk in walks]
        for rank in range(min(map(len, ranked))):
            groups = [groups[rank] for groups in ranked]
            self.groups.append(
                Group(
                    frozenset().union(*(group.words for group in groups)),
                    frozenset().union(*(group.strings for group in groups)),
                )
            )

    def _repeat(self, most: int, nodes: Sequence[_Node]) -> None:
        """Walk over what comes once or oftener: the first time is needed, the last ends it."""
        self.over(nodes, follow=False)
        if most != 1:
            self.end(whole=False)
            self.outside = self.outside and _ends_outside(nodes, after=False)

    def _look(self, code: Any, direction: int, looked_at: Any) -> None:
        """Look ahead or back: what must be seen there must be in the line, too."""
        if code is op.ASSERT:
            walk = _Walk(outside=False)
            walk.over(looked_at.data, follow=False)
            walk.end(whole=False)
            self.groups += walk.groups
            seen_outside = walk.outside
        else:
            seen_outside = _is_any_word_character(looked_at.data)
        if direction < 0 and not self.piece:
            self.outside = self.outside or seen_outside

    def _other(self, code: Any, argument: Any) -> None:
        if code is op.LITERAL:
            if not chr(argument).isspace():
                self.groups.append(Group(frozenset(), frozenset(chr(argument))))
            self.outside = True
        elif code is op.IN:
            self.outside = _is_outside(argument)
            if argument == [(op.CATEGORY, op.CATEGORY_DIGIT)]:
                self.groups.append(Group(frozenset(), frozenset((FIGURE,))))
            if self.outside and all(item is op.LITERAL for item, _ in argument):
                signs = frozenset(chr(sign) for _, sign in argument)
                if not any(sign.isspace() for sign in signs):
                    self.groups.append(Group(frozenset(), signs))
        elif code is op.AT:
            # Right before a letter a boundary means that none stands before it.
            self.outside = argument is not op.AT_NON_BOUNDARY
        elif code in _REPEATS:
            after = self.outside if argument[1] == 1 else False
            self.outside = self.outside and _ends_outside(argument[2].data, after)
        else:
            self.outside = False


_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
_NO_LETTERS = (op.CATEGORY_SPACE, op.CATEGORY_NOT_WORD)


def _rarity(group: Group) -> tuple[bool, int]:
    """How good a sign of a pattern a group is: words are found at once, and long ones are rare."""
    return not group.strings, min(map(len, group.words or group.strings))


def _ends_outside(nodes: Sequence[_Node], after: bool) -> bool:
    """Whether no letter or figure can be the last of what `nodes` match, where they match anything.

    `after`: none stands before them.
    """
    walk = _Walk(after)
    walk.over(nodes, follow=False)
    walk.end(whole=False)
    return walk.outside


def _is_outside(items: Sequence[_Node]) -> bool:
    """Whether a set of characters holds no letter and no figure."""
    for code, argument in items:
        if code is op.LITERAL:
            outside = not chr(argument).isalnum()
        elif code is op.RANGE:
            first, last = argument
            outside = last - first < 64 and not any(
                chr(c).isalnum() for c in range(first, last + 1)
            )
        else:
            outside = code is op.CATEGORY and argument in _NO_LETTERS
        if not outside:
            return False
    return True


def _is_any_word_character(nodes: Sequence[_Node]) -> bool:
    """Whether `nodes` are one set that holds every letter and figure."""
    if len(nodes) != 1 or nodes[0][0] is not op.IN:
        return False
    items = nodes[0][1]
    return items[0][0] is not op.NEGATE and (op.CATEGORY, op.CATEGORY_WORD) in items


def _begins_outside(nodes: Sequence[_Node], follow: bool) -> bool:
    """Whether what `nodes` match, standing behind a letter, begins with no letter or figure.

    `follow`: what comes after them begins so.
    """
    for i, (code, argument) in enumerate(nodes):
        if code is op.LITERAL:
            return not chr(argument).isalnum()
        if code is op.IN:
            return _is_outside(argument)
        if code is op.AT:
            return argument in (op.AT_END, op.AT_END_STRING, op.AT_BOUNDARY)
        if code is op.SUBPATTERN:
            return _begins_outside([*argument[3].data, *nodes[i + 1 :]], follow)
        if code is op.BRANCH:
            rest = nodes[i + 1 :]
            return all(_begins_outside([*way.data, *rest], follow) for way in argument[1])
        if code in _REPEATS:
            if not _begins_outside(argument[2].data, follow=False):
                return False
            if argument[0]:
                return True
        elif code is op.ASSERT_NOT:
            if argument[0] > 0 and _is_any_word_character(argument[1].data):
                return True
        elif code is op.ASSERT:
            if argument[0] > 0 and _begins_outside(argument[1].data, follow=False):
                return True
        else:
            return False
    return follow


_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"\d")
# The same for ASCII, where it takes a tenth of the time: all but letters and figures are blanked.
_BLANKED = bytes(c if chr(c).isalnum() else ord(" ") for c in range(128)) + bytes(128)
_FIGURES = b"0123456789"

MOST_WORDS = 1 << 14
"""Words whose bits are remembered, of one language; the commoner ones are fewer, and the others are
soon read again."""


class _Words(dict[str, int]):
    """The bits of the groups that a word serves, remembered for words seen."""

    def __init__(self, beginnings: Mapping[str, int]) -> None:
        self._beginnings = beginnings
        self._longest = max(map(len, beginnings), default=0)

    def __missing__(self, word: str) -> int:
        whole = word + " "
        bits = 0
        for length in range(1, min(len(whole), self._longest) + 1):
            bits |= self._beginnings.get(whole[:length], 0)
        if len(self) >= MOST_WORDS:
            self.clear()
        self[word] = bits
        return bits


class Index:
    """The needs of many patterns at once: one look at a line tells which of them it may match."""

    def __init__(self, patterns: Iterable[Sequence[Group]]) -> None:
        bits: dict[Group, int] = {}
        self.needed = tuple(
            reduce(or_, (bits.setdefault(group, 1 << len(bits)) for group in groups), 0)
            for groups in patterns
        )
        """What each pattern needs, as bits that `held` must have."""
        words: dict[str, int] = {}
        strings: dict[str, int] = {}
        for group, bit in bits.items():
            for word in group.words:
                words[word] = words.get(word, 0) | bit
            for string in group.strings:
                strings[string] = strings.get(string, 0) | bit
        self._words = _Words(words)
        self._starts = frozenset(start for word in words for start in _starts(word))
        self._figure = strings.pop(FIGURE, 0)
        self._strings = tuple(strings.items())

    def held(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Return for each folded text of a page the bits of what it holds."""
        page = "\n".join(texts)
        strings = [row for row in self._strings if row[0] in page]
        return tuple([self._held(text, strings) for text in texts])

    def _held(self, text: str, strings: Sequence[tuple[str, int]]) -> int:
        starts, bits_of = self._starts, self._words
        if text.isascii():
            packed = text.encode()
            words = packed.translate(_BLANKED).decode().split()
            figured = len(packed.translate(None, _FIGURES)) < len(packed)
            served = [bits_of[word] for word in words if word[:START] in starts]
        else:
            figured = _FIGURE.search(text) is not None
            served = [bits_of[word] for word in _WORD.findall(text)]
        held = self._figure if figured else 0
        for bits in served:
            held |= bits
        for string, bits in strings:
            if string in text:
                held |= bits
        return held


def _starts(word: str) -> Iterable[str]:
    """Return how ASCII words may start of which one is `word`, or which begin so."""
    if len(word) >= START or word.endswith(" "):
        return (word.rstrip()[:START],)
    return (word, *(word + chr(c) for c in range(128) if chr(c).isalnum()))
