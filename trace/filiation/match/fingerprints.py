"""What is kept of a text so that others that share words with it can be found.

All is hashed in passes of NumPy over many texts together. A character is looked up once in a table
that knows what it folds to and what it is (a letter, a word of its own, a line break, …); the hash
of a word is a difference of two sums over all characters; a *gram* is a run of four words; a
*sentence* ends with its line, or with a full stop, question or exclamation mark before a space.

Of a text only its smallest gram hashes are kept, `MOST_GRAMS` or, of a long text, one in
`ONE_IN`. Such samples are nested: below the smaller of the largest hashes kept of each, two texts
keep the same of what they share, so that a copy is sampled as its original was. With a gram its
place is kept: whether shared grams stand in a row tells a copy from texts that share phrases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from filiation.match.characters import (
    CLOSER,
    END,
    KINDS,
    LINE,
    SPACE,
    SPECIAL,
    WHOLE,
    WIDE_END,
    Characters,
    borders,
    learnt,
    mixed,
    sums,
    word_hashes,
)
from filiation.match.spans import merged
from filiation.values import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]

Number = TypeVar("Number", "np.int64", "np.uint64")

__all__ = [
    "METHOD",
    "PLACES",
    "Fingerprints",
    "HashedWords",
    "SentenceSpan",
    "distinct",
    "fingerprints",
    "grams_of",
    "grams_of_sentences",
    "hashed_words",
    "sentences_of",
    "sentences_of_each",
]

METHOD = 1
"""Number of this way of hashing. Whoever stores hashes keeps it with them: hashes made in another
way, or of which another number is kept, cannot be compared."""
GRAM = 4
"""Words in a run. 4-grams at 30 bits: recall 1.000 with 4,591 candidates, trigrams 1.000 with 9,634."""
MOST_GRAMS = 768
"""Gram hashes kept of a text, the smallest ones: all of a text of some 770 words. With 512 a
quarter less is stored of articles of 6,000 characters, and as many shared grams of long ones."""
ONE_IN = 4
"""Of a longer text at least one gram in so many is kept. Of excerpts of 60, 25 and 20 words planted
into articles of Allsides 98, 100 and 80 % become candidates where these have 2,000 words, and 100, 82
and 62 % where they have 4,000 (60 of each)."""
LEAST_SENTENCE = 4
"""Words of the shortest sentence that is hashed."""
LONGEST = 1_000_000
"""Characters of one text that are hashed; the rest cannot make it a candidate."""
BITS = 48
"""Bits of the hash of a gram. Among 100 million grams some 18 pairs of different ones share a hash:
that is four words too many in common, once in a while."""
PLACES = 64 - BITS
"""Bits of the place of a gram: the number of its first word; higher ones are one and the same."""
TEXTS = 256
"""Texts hashed in one pass."""
CHARACTERS = 1 << 17
"""Characters hashed in one pass, unless one text has more: what a processor's cache holds."""

_GRAM_WEIGHTS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5)


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What is kept of a number of texts. What text i has is `[offsets[i]:offsets[i + 1]]`."""

    grams: "Hashes"
    """Of each text the smallest hashes of its runs of four words, sorted, each once, with its first
    place in the lowest `PLACES` bits."""
    gram_offsets: "Places"
    sentences: "Hashes"
    """Of each text the hashes of its sentences of four words and more, sorted, each once."""
    sentence_offsets: "Places"
    words: "Places"
    """How many words each text has."""


@dataclass(frozen=True, slots=True)
class HashedWords:
    """The words of a number of texts in their order, as hashes: the words of `words.own_words`."""

    hashes: "Hashes"
    """Equal words have equal hashes."""
    offsets: "Places"
    """The words of text i are `[offsets[i]:offsets[i + 1]]`."""
    starts: "Places"
    """Where each word starts, in characters of its text."""
    ends: "Places"
    """Where it ends."""
    first: "Places"
    """Where it starts in its text folded."""
    after: "Places"
    """Where it ends there."""
    whole: "NDArray[np.bool_]"
    """Whether it is a single character of a script without spaces."""


@dataclass(frozen=True, slots=True)
class SentenceSpan:
    """A sentence of four words and more."""

    start: int
    """Where its first word starts, in characters of the text."""
    end: int
    """Where its last word ends."""
    hash: int
    """As in `Fingerprints.sentences`."""


def fingerprints(texts: Sequence[tuple[str, tuple[Span, ...]]]) -> Fingerprints:
    """Return what is kept of texts, each given with the runs that are set aside.

    A gram may reach across what is set aside: a box in the midst of an article does not part it.
    """
    import numpy as np

    grams: list[Hashes] = [np.zeros(0, np.uint64)]
    sentences: list[Hashes] = [np.zeros(0, np.uint64)]
    gram_counts: list[Places] = [np.zeros(0, np.int64)]
    sentence_counts: list[Places] = [np.zeros(0, np.int64)]
    words: list[Places] = [np.zeros(0, np.int64)]
    for first, after in _chunks(texts):
        found = _Chunk(texts[first:after])
        smallest, number = _smallest(*found.grams())
        grams.append(smallest)
        gram_counts.append(number)
        said, number = _said(*found.sentences()[:2], after - first)
        sentences.append(said)
        sentence_counts.append(number)
        words.append(np.diff(found.offsets))
    return Fingerprints(
        np.concatenate(grams),
        _offsets(np.concatenate(gram_counts)),
        np.concatenate(sentences),
        _offsets(np.concatenate(sentence_counts)),
        np.concatenate(words),
    )


def grams_of(texts: Sequence[tuple[str, tuple[Span, ...]]]) -> "tuple[Hashes, Places]":
    """Return the hashes of all runs of four words, in their order, and the offsets of each text."""
    import numpy as np

    found = [_Chunk(texts[first:after]).grams() for first, after in _chunks(texts)]
    counts = [np.zeros(0, np.int64), *(counts for _, counts in found)]
    return (
        np.concatenate([np.zeros(0, np.uint64), *(grams for grams, _ in found)]),
        _offsets(np.concatenate(counts)),
    )


def grams_of_sentences(sentences: Sequence[str]) -> "Hashes":
    """Return the hashes of the grams that lie wholly within one of these sentences, sorted."""
    return distinct(grams_of([(sentence, ()) for sentence in sentences])[0])


def sentences_of(text: str, aside: tuple[Span, ...] = ()) -> list[SentenceSpan]:
    """Return the sentences of a text that are hashed, with their places, in their order.

    A text longer than `LONGEST` is looked at so far.
    """
    [found] = sentences_of_each([(text, aside)])
    return found


def sentences_of_each(texts: Sequence[tuple[str, tuple[Span, ...]]]) -> list[list[SentenceSpan]]:
    """Return `sentences_of` each text; of many in half the time of one after the other."""
    import numpy as np

    found: list[list[SentenceSpan]] = []
    for begin, after in _chunks(texts):
        chunk = _Chunk(texts[begin:after])
        hashes, owners, first, last = chunk.sentences()
        rows = zip(
            chunk.starts[first].tolist(), chunk.ends[last].tolist(), hashes.tolist(), strict=True
        )
        spans = [SentenceSpan(*row) for row in rows]
        borders = np.searchsorted(owners, np.arange(after - begin + 1)).tolist()
        found += [spans[start:end] for start, end in pairwise(borders)]
    return found


def hashed_words(
    texts: Sequence[tuple[str, tuple[Span, ...]]], longest: int = LONGEST
) -> HashedWords:
    """Return the words of texts, each given with the runs that are set aside.

    They are those of `words.own_words`, of so many characters of each text at the most.
    """
    import numpy as np

    chunks = [_Chunk(texts[first:after], longest) for first, after in _chunks(texts)]
    nothing = np.zeros(0, np.int64)
    return HashedWords(
        np.concatenate([np.zeros(0, np.uint64), *(chunk.words for chunk in chunks)]),
        _offsets(np.concatenate([nothing, *(np.diff(chunk.offsets) for chunk in chunks)])),
        np.concatenate([nothing, *(chunk.starts for chunk in chunks)]),
        np.concatenate([nothing, *(chunk.ends for chunk in chunks)]),
        np.concatenate([nothing, *(chunk.first for chunk in chunks)]),
        np.concatenate([nothing, *(chunk.after for chunk in chunks)]),
        np.concatenate([np.zeros(0, bool), *(chunk.whole for chunk in chunks)]),
    )


def _chunks(texts: Sequence[tuple[str, tuple[Span, ...]]]) -> Iterator[tuple[int, int]]:
    """Yield runs of texts that are hashed in one pass: number of the first, and after the last."""
    first = size = 0
    for number, (text, _) in enumerate(texts):
        length = min(len(text), LONGEST)
        if number > first and (size + length > CHARACTERS or number - first == TEXTS):
            yield first, number
            first, size = number, 0
        size += length
    if first < len(texts):
        yield first, len(texts)


class _Chunk:
    """The words of a few texts, hashed in one pass."""

    def __init__(
        self, texts: Sequence[tuple[str, tuple[Span, ...]]], longest: int = LONGEST
    ) -> None:
        import numpy as np

        cut = [text[:longest] for text, _ in texts]
        joined = "\n".join(cut) + "\n"
        characters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        after = np.cumsum([len(text) + 1 for text in cut])
        known = learnt()
        codes, self._kinds = known.looked_up(characters)
        expanded: _Expanded | None = None
        if (self._kinds == SPECIAL).any():
            expanded = _Expanded(known, characters, codes, self._kinds)
            codes, self._kinds = expanded.codes, expanded.kinds
        first, stop = borders(self._kinds)
        starts, ends = first, stop
        if expanded is not None:
            starts = expanded.origin(first)
            ends = np.maximum(expanded.origin(stop), expanded.origin(stop - 1) + 1)
        kept = _outside(texts, after, starts, ends, longest)
        if expanded is not None:
            # One character may fold to several words ("½"): the first stands for it.
            kept = _one_each(starts, ends, kept)
        if kept is not None:
            first, stop, starts, ends = first[kept], stop[kept], starts[kept], ends[kept]
        self._first, self._stop = first, stop
        self.words = word_hashes(codes, first, stop)
        """The hash of each word."""
        self.offsets: Places = np.concatenate(([0], np.searchsorted(starts, after)))
        """Where the words of each text begin, and the end of the last."""
        self._owners = np.repeat(np.arange(len(texts)), np.diff(self.offsets))
        begins = after - [len(text) + 1 for text in cut]
        self._shift = begins[self._owners]
        self._folded_shift = self._shift
        if expanded is not None:
            self._folded_shift = expanded.place(begins)[self._owners]
        self._starts, self._ends = starts, ends

    @property
    def starts(self) -> "Places":
        """Where each word starts in its text."""
        starts: Places = self._starts - self._shift
        return starts

    @property
    def ends(self) -> "Places":
        """Where each word ends in its text."""
        ends: Places = self._ends - self._shift
        return ends

    @property
    def first(self) -> "Places":
        """Where each word starts in its text folded."""
        first: Places = self._first - self._folded_shift
        return first

    @property
    def after(self) -> "Places":
        """Where each word ends in its text folded."""
        after: Places = self._stop - self._folded_shift
        return after

    @property
    def whole(self) -> "NDArray[np.bool_]":
        """Whether each word is a single character of a script without spaces."""
        whole: NDArray[np.bool_] = self._kinds[self._first] == WHOLE
        return whole

    def grams(self) -> "tuple[Hashes, Places]":
        """Return the hashes of all runs of four words, and how many each text has."""
        import numpy as np

        numbers = np.maximum(0, np.diff(self.offsets) - GRAM + 1)
        count = len(self.words) - GRAM + 1
        if count <= 0:
            return np.zeros(0, np.uint64), numbers
        runs = self.words[:count] * np.uint64(_GRAM_WEIGHTS[0])
        for k in range(1, GRAM):
            runs += self.words[k : count + k] * np.uint64(_GRAM_WEIGHTS[k])
        whole = self._owners[:count] == self._owners[GRAM - 1 :]
        return mixed(runs[whole], BITS), numbers

    def sentences(self) -> "tuple[Hashes, Places, Places, Places]":
        """Return of each sentence: hash, number of its text, its first word, its last."""
        import numpy as np

        nothing = np.zeros(0, np.int64)
        if not len(self.words):
            return np.zeros(0, np.uint64), nothing, nothing, nothing
        # The word after each break begins a sentence.
        begins = np.searchsorted(self._first, _breaks(self._kinds))
        first = np.concatenate((self.offsets[:-1], begins))
        first = np.sort(first[first < len(self.words)])
        first = first[np.concatenate(([True], first[1:] != first[:-1]))]
        last = np.append(first[1:], len(self.words)) - 1
        long = last - first >= LEAST_SENTENCE - 1
        first, last = first[long], last[long]
        powers, back = learnt().up_to(len(self.words) + 1)
        before = sums(self.words * powers[: len(self.words)])
        return (
            mixed((before[last + 1] - before[first]) * back[first], 64),
            self._owners[first],
            first,
            last,
        )


class _Expanded:
    """Characters with what they fold to in place of those that fold to none, or to several."""

    def __init__(
        self,
        known: Characters,
        characters: "NDArray[np.uint32]",
        codes: "Hashes",
        kinds: "NDArray[np.uint8]",
    ) -> None:
        import numpy as np

        ordinary = kinds != SPECIAL
        self._places = np.flatnonzero(~ordinary)
        folded = [known.special[code] for code in characters[self._places].tolist()]
        lengths = np.array([len(text) for text in folded], np.int64)
        grown = np.concatenate(([0], np.cumsum(lengths - 1)))
        self._grown = grown
        """By how much the text is longer than before: at first, and after each special character."""
        begin = self._places + grown[:-1]
        self._end = begin + lengths
        # Where each character put in stands, and of which special character it is which.
        which = np.repeat(np.arange(len(lengths)), lengths)
        rank = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        at = begin[which] + rank
        self._inner, self._inner_place = at[rank > 0], self._places[which[rank > 0]]
        self.codes = np.empty(len(codes) + grown[-1], np.uint64)
        """The code of each character."""
        kept = np.ones(len(self.codes), bool)
        kept[at] = False
        self.codes[kept] = codes[ordinary]
        if len(at):
            inserted = "".join(folded).encode("utf-32-le", "surrogatepass")
            self.codes[at] = known.looked_up(np.frombuffer(inserted, np.uint32))[0]
        self.kinds = self.codes.astype(np.uint8) & np.uint8(KINDS)
        """What each character is."""

    def place(self, origins: "Places") -> "Places":
        """Return where characters stand that were at these places before."""
        import numpy as np

        places: Places = origins + self._grown[np.searchsorted(self._places, origins)]
        return places

    def origin(self, places: "Places") -> "Places":
        """Return where the characters at these sorted places stood before."""
        import numpy as np

        # How many places come before the end of each special character.
        before = np.searchsorted(places, self._end)
        counts = np.diff(np.concatenate(([0], before, [len(places)])))
        origins: Places = places - np.repeat(self._grown, counts)
        if len(self._inner) and len(places):
            found = np.searchsorted(places, self._inner)
            found[found == len(places)] = 0
            inside = places[found] == self._inner
            origins[found[inside]] = self._inner_place[inside]
        return origins


def _outside(
    texts: Sequence[tuple[str, tuple[Span, ...]]],
    after: "Places",
    starts: "Places",
    ends: "Places",
    longest: int,
) -> "NDArray[np.bool_] | None":
    """Return which words lie outside what is set aside; None where nothing is."""
    import numpy as np

    if not any(aside for _, aside in texts):
        return None
    kept = np.ones(len(starts), bool)
    for (text, aside), stop in zip(texts, after.tolist(), strict=True):
        length = min(len(text), longest)
        for start, end in merged(aside, length):
            begin = stop - 1 - length
            reached = np.searchsorted(ends, begin + start, side="right")
            kept[reached : np.searchsorted(starts, begin + end)] = False
    return kept


def _one_each(
    starts: "Places", ends: "Places", kept: "NDArray[np.bool_] | None"
) -> "NDArray[np.bool_] | None":
    """Leave out words that begin within the character that the word before ends in."""
    import numpy as np

    doubtful = np.flatnonzero(starts[1:] < ends[:-1]) + 1
    if not len(doubtful):
        return kept
    if kept is None:
        kept = np.ones(len(starts), bool)
    for word in doubtful.tolist():
        before = word - 1
        while before >= 0 and not kept[before]:
            before -= 1
        if before >= 0 and starts[word] < ends[before]:
            kept[word] = False
    return kept


def _breaks(kinds: "NDArray[np.uint8]") -> "Places":
    """Return where sentences end: at the end of a line, or at a mark before a space."""
    import numpy as np

    line = kinds == LINE
    after = line | (kinds == SPACE)
    closer = kinds == CLOSER
    # A mark may be followed by up to two quotation marks or brackets.
    for _ in range(2):
        after[:-1] |= closer[:-1] & after[1:]
    ends = line | (kinds == WIDE_END)
    ends[:-1] |= (kinds[:-1] == END) & after[1:]
    return np.flatnonzero(ends)


def _smallest(hashes: "Hashes", counts: "Places") -> "tuple[Hashes, Places]":
    """Return what is kept of the grams of each text, sorted, with their places, and its numbers."""
    import numpy as np

    offsets = _offsets(counts)
    places = np.arange(len(hashes), dtype=np.uint64)
    places -= np.repeat(offsets[:-1].astype(np.uint64), counts)
    keys = hashes << np.uint64(PLACES)
    keys |= np.minimum(places, np.uint64((1 << PLACES) - 1), out=places)
    for start, end in pairwise(offsets.tolist()):
        keys[start:end].sort()
    fresh = np.ones(len(keys), bool)
    fresh[1:] = (keys[1:] ^ keys[:-1]) >> np.uint64(PLACES) != 0
    fresh[offsets[:-1][counts > 0]] = True
    owners = np.repeat(np.arange(len(counts)), counts)[fresh]
    keys = keys[fresh]
    different = np.bincount(owners, minlength=len(counts))
    most = np.maximum(MOST_GRAMS, different // ONE_IN)
    if (different > most).any():
        rank = np.arange(len(keys)) - np.repeat(np.cumsum(different) - different, different)
        keys, different = keys[rank < most[owners]], np.minimum(different, most)
    return keys, different


def _said(hashes: "Hashes", owners: "Places", texts: int) -> "tuple[Hashes, Places]":
    """Return the distinct hashes of the sentences of each text, sorted, and their numbers."""
    import numpy as np

    order = np.lexsort((hashes, owners))
    hashes, owners = hashes[order], owners[order]
    fresh = np.ones(len(hashes), bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    return hashes[fresh], np.bincount(owners[fresh], minlength=texts)


def distinct(numbers: "NDArray[Number]") -> "NDArray[Number]":
    """Return the distinct numbers, sorted; several times as fast as NumPy 2.4's hashing `unique`."""
    import numpy as np

    ordered = np.sort(numbers)
    if not len(ordered):
        return ordered
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def _offsets(counts: "Places") -> "Places":
    import numpy as np

    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))
