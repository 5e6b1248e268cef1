"""What of a text is found again in its translation, as hashed keys.

A *key* stands for something that a translator keeps: the beginning of a name or cognate, its
consonants, a number, a day of a month, a country or city, an address that a line shows. Words are
transliterated (anyascii) and folded first, so that keys are the same in every script. No label of a
language is looked at: a wrong one does no harm. What a language calls places and months is read
from `sources/`.

All words of many texts are hashed in one pass, and keys are made once for each different word.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from filiation.errors import CatalogueError
from filiation.languages import codes, words_of
from filiation.match.fingerprints import LONGEST, HashedWords, distinct, hashed_words
from filiation.match.meanings import english_in, english_of, script_of, spelled
from filiation.match.signs import LEAST_LETTERS
from filiation.match.words import UNSPACED, merged
from filiation.shelf import books, shelf
from filiation.values import Article, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]
    Weights = NDArray[np.uint8]

__all__ = [
    "METHOD",
    "UNIT",
    "Keys",
    "keys",
    "keys_of_articles",
    "keys_of_word",
    "meanings_of",
    "places_named",
]

METHOD = 3
"""Number of this way of making keys. Whoever stores them keeps it with them."""
UNIT = 16
"""A key of weight 1 that a text has once is stored as this number."""
BATCH = 4_000_000
"""Characters whose words are looked up at a time: bounds the memory of one pass."""

_PREFIX = 5
_SKELETON = 4
_LEAST_STEM = 4
"""Letters that a place's name and an inflected form of it share at least."""
_ENDING = 2
"""Letters at the end of a place's name that inflection may change (Россия, России)."""
_ADDED = 4
"""Letters that inflection and derivation may add (Russia, Russians)."""
_MOST_MEANT = 2
"""Places that one word may mean; a word that may mean more means none."""

NAMED = 1.5
"""How much more a key of a word says that the text writes with a capital wherever it has it."""
COMMON = 0.7
"""The same for other words of scripts that have capitals."""
_PREFIX_WEIGHT, _BONES_WEIGHT, _COARSE_WEIGHT, _EASTERN_WEIGHT = 1.0, 0.8, 0.7, 0.5
MEANT = 0.7
"""How much the keys of the English words say that a word of another script means. R@1 of eleven
languages in the mean 0.903 at 1.4, 0.910 at 0.7 (the even half of NTREX-128)."""
_PLACE_WEIGHT, _DAY_WEIGHT, _MONTH_WEIGHT, _SHOWN_WEIGHT = 1.2, 1.2, 0.5, 1.5
_DIGITS = (0.0, 0.2, 0.4, 0.8, 1.2)
"""Weight of a number of so many digits; of more, as of four."""

_NUMBER = re.compile(
    # A digit comes first, so that the search need not look behind at every character.
    r"(?=\d)(?<![\w.,])(\d{1,3}(?:(?P<by>[ .,'’\u00a0\u202f٬،])\d{3})(?:(?P=by)\d{3})*(?!\d)|\d{1,15})"
    r"(?:[.,٫](\d{1,6})(?![\d.,]*\d))?(?:[ \u00a0\u202f-]?([%٪％]|[^\W\d_][\w\u0900-\u0ece]{0,15}))?"
)
_PERCENT = frozenset("%٪％")
_BESIDE = re.compile(r"[^\W\d_]+")
_REACH = 16
"""Characters before and after a number in which the name of its month is looked for."""
_STOP = re.compile(r"[,;:()\n]")
_EASTERN_DAY = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]")
_SHOWN = re.compile(
    r"(?:https?://|www\.)([\w-]+(?:\.[\w-]+)+)|([\w-]{3,})\.(?:jpe?g|png|gif|webp)\b",
    re.ASCII | re.IGNORECASE,
)
_SHOWING = ("://", "www.", "WWW.", ".jp", ".JP", ".png", ".PNG", ".gif", ".GIF", ".webp")
"""One of these stands in every text that shows an address; to look for them costs little."""
_LONGEST_ADDRESS = 2_000
_PIECE = re.compile(
    "[\u3041-\u30ff\u3400-\u9fff]{2,}|[\u0e00-\u0e7f]{3,}|[\u0e80-\u0eff]{3,}|[\u1000-\u109f]{3,}|[\u1780-\u17ff]{3,}"
)

# Letters that one language writes for another's: the first that fits. What is replaced is written in
# capitals until all are. A line end stands before Greek Μπάιντεν, Ντόναλντ and Russian Джонсон.
_SPELLINGS = tuple(
    (letters.encode(), others.encode())
    for letters, others in {
        "\ndsch": "\nI", "\ndzh": "\nI", "\ndj": "\nI", "\nmp": "\nB", "\nnt": "\nD", "\ngk": "\nG",
        "tsch": "S", "tch": "S", "sch": "S", "che": "Se", "chi": "Si", "sh": "S", "cz": "S", "sz": "S",
        "kh": "H", "ch": "H", "ph": "V", "ck": "K", "qu": "K", "c": "K", "q": "K", "x": "KS", "w": "V",
        "f": "V", "z": "S", "j": "I", "y": "I", "'": "",
    }.items()
)  # fmt: skip
_LINE_END = ord("\n")
_BUT_LETTERS = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz'\n"))
_INITIAL = (b"a", b"e", b"i", b"o", b"u", b"h", b"'")
_VOWELS = (b"a", b"e", b"i", b"o", b"u")
# Consonants as East Asian scripts keep them, which have one letter for r and l, for b and p, d and t, g
# and k, and one sound for many of ours; and an r that no vowel follows as English speaks it, not at all.
_HEARD = (
    (b"\nwr", b"\nr"), (b"\nkn", b"\nn"), (b"gh", b""), (b"ph", b"F"), (b"th", b"S"), (b"tsch", b"S"),
    (b"tch", b"S"), (b"sch", b"S"), (b"sh", b"S"), (b"ch", b"S"), (b"ts", b"S"), (b"tz", b"S"),
    (b"ce", b"Se"), (b"ci", b"Si"), (b"cy", b"Sy"), (b"ge", b"Se"), (b"gi", b"Si"), (b"x", b"ks"),
)  # fmt: skip
_SILENT = re.compile(rb"r(?![aeiouy'])|(?<=n)g(?![aeiouyrl'])")
_EAST = bytes.maketrans(b"lmgbdvwzqjc", b"rnkptffsksk")
_EAST_DROPPED = b"aeiouhy'"
# Arabic and Hebrew write one letter for several of ours (b for p, f for v, k or j for g), and w and
# y for vowels.
_COARSENED = ((b"ph", b"f"), (b"sh", b"s"), (b"ch", b"k"), (b"x", b"ks"))
_COARSE = bytes.maketrans(b"pvdgjzqc", b"bftkkskk")
_COARSE_DROPPED = b"wyhaeiou'"
_ABJAD = re.compile("[\u0590-\u06ff\u0900-\u0dff]")
_PROCLITIC = re.compile(rb"^(?:w?b?al|w?ll|[wblfk](?=.{4})|[hbvlmsk](?=.{4}))")
_LONGEST_WORD = 40
_LONGEST_ACRONYM = 5
_NOT_LETTERS = re.compile("[^a-z]")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a number of texts. What text i has is `[offsets[i]:offsets[i + 1]]`."""

    hashes: "Hashes"
    """Of each text its keys, sorted, each once."""
    weights: "Weights"
    """How much each says by what it is and how often it comes, in `UNIT`ths."""
    offsets: "Places"

    def __len__(self) -> int:
        return len(self.offsets) - 1


def keys_of_articles(articles: Sequence[Article]) -> Keys:
    """Return the keys of articles, with those of the pages and pictures that their text links to."""
    given = [(article.text, article.aside) for article in articles]
    return keys(given, [_linked(article) for article in articles])


def _linked(article: Article) -> list[str]:
    return [
        link.href
        for line in article.lines
        if line.region == "body"
        for link in line.links
        if not any(start <= (line.start or 0) < end for start, end in article.aside)
    ]


def keys(
    texts: Sequence[tuple[str, tuple[Span, ...]]], links: Sequence[Sequence[str]] = ()
) -> Keys:
    """Return the keys of texts, each given with the runs that are set aside.

    Of a text longer than `fingerprints.LONGEST` characters, those of its beginning. `links` are the
    addresses each text links to, where that is known.
    """
    import numpy as np

    hashes: list[Hashes] = [np.zeros(0, np.uint64)]
    weights: list[Weights] = [np.zeros(0, np.uint8)]
    counts: list[Places] = [np.zeros(0, np.int64)]
    for first, after in _batches(texts):
        rows, table, which, said = _raw(texts[first:after], links[first:after])
        known, ranks = np.unique(table, return_inverse=True)
        loud = np.clip(np.rint(said * UNIT), 1, 255).astype(np.int64)
        packed = np.sort(((rows * len(known) + ranks[which]) << 8) | loud)
        # Of a key that a text has more than once the last is the loudest.
        packed = packed[np.diff(packed >> 8, append=-1) != 0]
        rows, places = np.divmod(packed >> 8, max(1, len(known)))
        hashes.append(known[places])
        weights.append((packed & 255).astype(np.uint8))
        counts.append(np.bincount(rows, minlength=after - first))
    offsets = np.concatenate(([0], np.cumsum(np.concatenate(counts), dtype=np.int64)))
    return Keys(np.concatenate(hashes), np.concatenate(weights), offsets)


def _batches(texts: Sequence[tuple[str, tuple[Span, ...]]]) -> Iterator[tuple[int, int]]:
    first = size = 0
    for number, (text, _) in enumerate(texts):
        size += min(len(text), LONGEST)
        if size >= BATCH:
            yield first, number + 1
            first, size = number + 1, 0
    if first < len(texts):
        yield first, len(texts)


def _raw(
    texts: Sequence[tuple[str, tuple[Span, ...]]], links: Sequence[Sequence[str]]
) -> "tuple[Places, Hashes, Places, NDArray[np.float64]]":
    """Return of all keys, some more than once: text, key (a table and places in it), and weight."""
    import numpy as np

    words = hashed_words(texts)
    owners = np.repeat(np.arange(len(texts)), np.diff(words.offsets))
    hashes, written = _written(texts, words, owners)
    which, examples = _grouped(hashes)
    size = max(1, len(examples))
    # Each word of each text once, how often it comes, and how it is written at the least.
    pairs = np.sort(((owners * size + which) << 2) | written)
    begins = np.flatnonzero(np.diff(pairs >> 2, prepend=-1))
    often = np.diff(np.append(begins, len(pairs)))
    level = pairs[begins] & 3
    rows, entries = np.divmod(pairs[begins] >> 2, size)
    entries = entries * 3 + level
    asked = distinct(entries)
    distinct_words = asked // 3
    at = examples[distinct_words]
    strings = [
        texts[owner][0][start:end]
        for owner, start, end in zip(
            owners[at].tolist(), words.starts[at].tolist(), words.ends[at].tolist(), strict=True
        )
    ]
    made, found, said = _keys_of_words(strings, asked % 3)
    counts = np.bincount(made, minlength=len(asked))
    places = np.searchsorted(asked, entries)
    times = counts[places]
    offset = (np.cumsum(counts) - counts)[places]
    inner = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    chosen = np.repeat(offset, times) + inner
    louder = 1 + np.log2(np.minimum(often, 16)) / 2
    all_rows, all_keys, all_said = [], [], []
    for number, (text, aside) in enumerate(texts):
        for key, weight in _beyond_words(text[:LONGEST], aside):
            all_rows.append(number)
            all_keys.append(key)
            all_said.append(weight)
    for number, addresses in enumerate(links):
        for address in addresses:
            for shown in _SHOWN.finditer(address[:_LONGEST_ADDRESS]):
                all_rows.append(number)
                all_keys.append(_shown(shown))
                all_said.append(_SHOWN_WEIGHT)
    return (
        np.concatenate((np.repeat(rows, times), np.array(all_rows, np.int64))),
        np.concatenate((found, np.array(all_keys, np.uint64))),
        np.concatenate((chosen, np.arange(len(found), len(found) + len(all_keys)))),
        np.concatenate((said[chosen] * np.repeat(louder, times), np.array(all_said, np.float64))),
    )


def _grouped(hashes: "Hashes") -> "tuple[Places, Places]":
    """Return the number of each word among the different ones, and the first place of each of those."""
    import numpy as np

    bits = max(1, len(hashes).bit_length())
    low = np.uint64((1 << bits) - 1)
    # To sort numbers is several times faster than to sort places by them.
    packed = np.sort((hashes & ~low) | np.arange(len(hashes), dtype=np.uint64))
    order = (packed & low).astype(np.int64)
    fresh = np.ones(len(order), bool)
    fresh[1:] = (packed[1:] ^ packed[:-1]) > low
    if (hashes[order][1:] != hashes[order][:-1])[~fresh[1:]].any():
        order = np.argsort(hashes, kind="stable")
        fresh[1:] = hashes[order][1:] != hashes[order][:-1]
    which = np.empty(len(order), np.int64)
    which[order] = np.cumsum(fresh) - 1
    return which, order[fresh]


_SMALL, _CAPITAL, _CAPITALS = range(3)
"""How a word is written: with a small letter first, with a capital, with two."""


def _written(
    texts: Sequence[tuple[str, tuple[Span, ...]]], words: HashedWords, owners: "Places"
) -> "tuple[Hashes, Places]":
    """Return what tells words apart, and how each is written."""
    import numpy as np

    joined = "\n".join(text[:LONGEST] for text, _ in texts) + "\n"
    characters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.array([min(len(text), LONGEST) + 1 for text, _ in texts], np.int64)
    shift = (np.cumsum(lengths) - lengths)[owners]
    starts, ends = words.starts + shift, words.ends + shift
    hashes = words.hashes
    if (marked := (characters >= _MARKED[0]) & (characters <= _MARKED[1])).any():
        # The hashes are those of folded words, which lack marks that tell words of India apart.
        sums = np.zeros(len(characters) + 1, np.uint64)
        np.cumsum((characters * marked).astype(np.uint64) ** 2 * np.uint64(_ODD), out=sums[1:])
        hashes = hashes + (sums[ends] - sums[starts])
    capitals = _capitals()
    first = capitals[np.minimum(characters[starts], _UNCASED)]
    second = capitals[np.minimum(characters[starts + 1], _UNCASED)]
    written: Places = first.astype(np.int64) + (first & second & (ends - starts > 1))
    return hashes, written


_MARKED = (0x0900, 0x1CFF)
"""First and last character of the scripts with such marks."""
_ODD = 0x9E3779B97F4A7C15
_UNCASED = 0x0590
"""From Hebrew on scripts have no capitals, but for a few that no press uses any more."""


@lru_cache(maxsize=1)
def _capitals() -> "NDArray[np.bool_]":
    import numpy as np

    return np.array([chr(code).isupper() for code in range(_UNCASED)] + [False])


@lru_cache(maxsize=1 << 18)
def _hash(kind: str, value: str) -> int:
    """Return a 64-bit hash that is the same in every process."""
    written = f"{kind}{value}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(written, digest_size=8).digest(), "little")


@lru_cache(maxsize=1 << 16)
def keys_of_word(written: str, named: bool) -> tuple[tuple[int, float], ...]:
    """Return the keys of a word, each with its weight.

    `named` says whether it stands as a name stands: with a capital, wherever the text has it.
    Figures have keys as part of a number, characters of scripts without spaces as part of a run.
    """
    import numpy as np

    level = (
        _SMALL if not named else _CAPITALS if written[:2].isupper() and written[1:] else _CAPITAL
    )
    _, found, said = _keys_of_words([written], np.array([level]))
    most: dict[int, float] = {}
    for key, weight in zip(found.tolist(), said.tolist(), strict=True):
        most[key] = max(most.get(key, 0.0), weight)
    return tuple(most.items())


def _keys_of_words(
    written: Sequence[str], levels: "Places"
) -> "tuple[Places, Hashes, NDArray[np.float64]]":
    """Return (number of the word, key, weight) of the keys of words, by the number of the word.

    All letters are folded in one string: a call for each word would cost more than its keys.
    """
    import numpy as np

    small = [spelled(word) for word in written]
    latin, coarse, heard, able = _latin(small, levels)
    cased = np.array([word.isascii() or word != word.upper() for word in small], bool)
    named = levels > _SMALL
    factor = np.where(cased, np.where(named, NAMED, COMMON), 1.0)
    rows: list[Places] = []
    keys: list[Hashes] = []
    said: list[NDArray[np.float64]] = []

    def add(
        chosen: "NDArray[np.bool_]", letters: "NDArray[np.uint8]", kind: str, weight: float
    ) -> None:
        numbers = np.flatnonzero(chosen & able)
        rows.append(numbers)
        keys.append(_hashes(letters[numbers], kind))
        said.append(factor[numbers] * weight)

    letters, lengths = _packed(latin)
    add(lengths > 0, letters[:, :_PREFIX], "p", _PREFIX_WEIGHT)
    bare = _split(b"\n".join(latin).translate(None, b"aeiouh'"))
    bones, lengths = _packed(
        [
            whole[:1] + rest if whole[:1] in _INITIAL else rest
            for whole, rest in zip(latin, bare, strict=True)
        ]
    )
    add(lengths >= 3, bones[:, :_SKELETON], "b", _BONES_WEIGHT)
    eastern, lengths = _packed(heard)
    add(cased & named & (lengths >= 3), eastern[:, :_SKELETON], "e", _EASTERN_WEIGHT)
    for stems in coarse:
        skeletons, lengths = _packed(stems)
        able_too = (lengths >= 3) & (named | ~cased)
        add(able_too, skeletons[:, :_SKELETON], "c", _COARSE_WEIGHT)
    more = list(_told(small, able))
    rows.append(np.array([number for number, _, _ in more], np.int64))
    keys.append(np.array([key for _, key, _ in more], np.uint64))
    said.append(np.array([weight for _, _, weight in more], np.float64))
    all_rows = np.concatenate(rows)
    order = np.argsort(all_rows, kind="stable")
    return all_rows[order], np.concatenate(keys)[order], np.concatenate(said)[order]


def _told(small: Sequence[str], able: "NDArray[np.bool_]") -> Iterator[tuple[int, int, float]]:
    """Yield the keys of words that tables know: places, months, and what words mean."""
    months = _months()
    beginnings = _gazetteer().beginnings
    known = [
        (number, word)
        for number, word in enumerate(small)
        if word[:_LEAST_STEM] in beginnings or word in months or not word.isascii()
    ]
    for number, word in known:
        if not able[number]:
            continue
        for place in _meant(word):
            yield number, _hash("g", place), _PLACE_WEIGHT
        if month := months.get(word):
            yield number, _hash("m", str(month)), _MONTH_WEIGHT
        for key, weight in _keys_of_meanings(english_of(word)):
            yield number, key, weight


def _keys_of_meanings(meant: tuple[str, ...]) -> Iterator[tuple[int, float]]:
    """Yield the keys of English words, each saying less where there are several."""
    for word in meant:
        for key, weight in keys_of_word(word, False):
            yield key, weight * MEANT / len(meant) ** 0.5


def _latin(
    small: Sequence[str], levels: "Places"
) -> "tuple[list[bytes], list[list[bytes]], list[bytes], NDArray[np.bool_]]":
    """Return words transliterated and with spelling differences merged, their coarse consonants, those
    heard in East Asia, and which words have keys."""
    import numpy as np

    joined = "\n".join(small)
    if not joined.isascii():
        from anyascii import anyascii  # its tables are read on first use only

        joined = "\n".join(
            word if word.isascii() else anyascii(word).lower().replace("\n", "") for word in small
        )
    plain = joined.encode("ascii", "ignore").translate(None, _BUT_LETTERS)
    words = _split(plain)
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    latin = b"\n" + plain
    for letters, others in _SPELLINGS:
        latin = latin.replace(letters, others)
    latin = _undoubled(latin[1:].lower())
    coarse = [_bones(plain)]
    function_words = _function_words()
    full = np.fromiter(map(len, small), np.int64, len(small))
    acronym = (levels == _CAPITALS) & (full <= _LONGEST_ACRONYM)
    function_word = np.array([word in function_words for word in small], bool)
    able = np.array([not word[0].isdecimal() for word in small], bool)
    able &= acronym | ~function_word  # WHO is no who
    unvowelled = np.array([not word.isascii() and bool(_ABJAD.match(word)) for word in small], bool)
    alone = np.array([len(word) == 1 and bool(UNSPACED.match(word)) for word in small], bool)
    least = np.where(unvowelled, 3, LEAST_LETTERS)
    least[acronym] = 2
    able &= (lengths >= least) & (full < _LONGEST_WORD) & ~alone
    if unvowelled.any():
        # An article or preposition may be glued to the word.
        bare = [
            _PROCLITIC.sub(b"", word) if may else b""
            for word, may in zip(words, unvowelled.tolist(), strict=True)
        ]
        bare = [
            short if 3 <= len(short) < len(word) else b""
            for short, word in zip(bare, words, strict=True)
        ]
        coarse.append(_bones(b"\n".join(bare)))
    return _split(latin), coarse, _heard(plain), able


def _bones(plain: bytes) -> list[bytes]:
    """Return of words their consonants, as scripts write them that leave vowels out."""
    for letters, others in _COARSENED:
        plain = plain.replace(letters, others)
    return _split(_undoubled(plain.translate(_COARSE, _COARSE_DROPPED)))


def _split(words: bytes) -> list[bytes]:
    return words.split(b"\n")


def _undoubled(words: bytes) -> bytes:
    """Return words, each in its line, without letters that repeat the one before."""
    import numpy as np

    letters = np.frombuffer(words, np.uint8)
    kept = np.ones(len(letters), bool)
    kept[1:] = (letters[1:] != letters[:-1]) | (letters[1:] == _LINE_END)
    return letters[kept].tobytes()


def _packed(words: Sequence[bytes]) -> "tuple[NDArray[np.uint8], Places]":
    """Return the first eight letters of words as rows, and the length of each word."""
    import numpy as np

    letters = np.array(words, "S8").view(np.uint8).reshape(-1, 8)
    return letters, np.fromiter(map(len, words), np.int64, len(words))


def _hashes(letters: "NDArray[np.uint8]", kind: str) -> "Hashes":
    """Return a hash of each row of at most eight letters (splitmix64)."""
    import numpy as np

    whole = np.zeros((len(letters), 8), np.uint8)
    whole[:, : letters.shape[1]] = letters
    values = whole.view("<u8").ravel().astype(np.uint64) + np.uint64(_hash("kind", kind))
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed


def _heard(plain: bytes) -> list[bytes]:
    """Return consonants of words as East Asian transcriptions keep them."""
    heard = b"\n" + plain
    for letters, others in _HEARD:
        heard = heard.replace(letters, others)
    heard = _SILENT.sub(b"", heard[1:].lower())
    bare = _split(_undoubled(heard.translate(_EAST, _EAST_DROPPED)))
    return [
        b"a" + rest if whole[:1] in _VOWELS and whole else rest
        for whole, rest in zip(_split(heard), bare, strict=True)
    ]


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return frozenset(spelled(word) for code in codes() for word in words_of(code).stop_words)


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Return the number of each month by its names, and of none where languages disagree."""
    meant: dict[str, set[int]] = defaultdict(set)
    for code in codes():
        for number, names in enumerate(words_of(code).months, 1):
            for name in names:
                if len(name) >= 3:
                    meant[spelled(name)].add(number)
    return {name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1}


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    stems: dict[str, tuple[tuple[str, int], ...]]
    """Places by the beginning of a word of their name, with the length of the word."""
    beginnings: frozenset[str]
    """The first letters of all of those."""
    whole: dict[str, str]
    """Places by their name in a script without spaces."""
    pattern: re.Pattern[str]
    """Any of those names, the longest first."""


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    """Read what languages call countries and cities: `sources/places`.

    Raises `CatalogueError` where a file is wrong.
    """
    stems: dict[str, set[tuple[str, int]]] = defaultdict(set)
    whole: dict[str, str] = {}
    for code, book in books(shelf() / "places"):
        owners: dict[str, set[str]] = defaultdict(set)
        for place, name in _named_places(f"places/{code}.toml", book):
            if UNSPACED.search(name):
                if len(name) > 1:
                    whole.setdefault(name, place)
                continue
            for word in _BESIDE.findall(name.lower()):
                owners[spelled(word)].add(place)
        for word, places in owners.items():
            plain = _plain(word)
            if len(places) == 1 and len(plain) >= _LEAST_STEM and word not in _function_words():
                stem = plain[: max(_LEAST_STEM, len(plain) - _ENDING)]
                stems[stem].update((place, len(plain)) for place in places)
    names = sorted(whole, key=lambda name: (-len(name), name))
    return _Gazetteer(
        {stem: tuple(sorted(places)) for stem, places in stems.items()},
        frozenset(stem[:_LEAST_STEM] for stem in stems),
        whole,
        re.compile("|".join(map(re.escape, names)) or "(?!)"),
    )


def _named_places(where: str, book: dict[str, object]) -> Iterator[tuple[str, str]]:
    for table in ("countries", "cities"):
        places = book.get(table, {})
        if not isinstance(places, dict) or not all(isinstance(n, str) for n in places.values()):
            raise CatalogueError(where, table, "is no table of names", 'write FR = "France"')
        yield from places.items()


@lru_cache(maxsize=1 << 16)
def meanings_of(lower: str) -> tuple[str, ...]:
    """Return what a word in small letters means in any language: `@FR`, a city's code, `@m11`."""
    word = spelled(lower)
    found = [f"@{place}" for place in sorted(_meant(word))]
    if month := _months().get(word):
        found.append(f"@m{month}")
    return tuple(found)


def places_named(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, place) of the places that a run of a script without spaces names."""
    known = _gazetteer()
    for name in known.pattern.finditer(text, start, end):
        yield name.start(), name.end(), f"@{known.whole[name.group()]}"


def _plain(lower: str) -> str:
    if lower.isascii():
        return lower if lower.isalpha() else _NOT_LETTERS.sub("", lower)
    from anyascii import anyascii  # its tables are read on first use only

    return _NOT_LETTERS.sub("", anyascii(lower).lower())


def _meant(lower: str) -> set[str]:
    """Return the places that a word may name: none where it may name many."""
    known = _gazetteer()
    stems = known.stems
    plain = _plain(lower)
    forms = [plain]
    if "\u0590" <= lower[0] <= "\u06ff":  # articles and prepositions are written in one
        forms += [plain[1:], plain[2:], plain[3:]]
    found: set[str] = set()
    for form in forms:
        if form[:_LEAST_STEM] not in known.beginnings:
            continue
        for length in range(_LEAST_STEM, len(form) + 1):
            for place, full in stems.get(form[:length], ()):
                if len(form) <= full + _ADDED:
                    found.add(place)
    return found if len(found) <= _MOST_MEANT else set()


def _beyond_words(text: str, aside: Iterable[Span]) -> Iterator[tuple[int, float]]:
    """Yield the keys of numbers, days, addresses, and runs of scripts without spaces."""
    start = 0
    may_show = any(mark in text for mark in _SHOWING)
    for end, after in [*merged(aside, len(text)), (len(text), len(text))]:
        yield from _numbers(text, start, end)
        for shown in _SHOWN.finditer(text, start, end) if may_show else ():
            yield _shown(shown), _SHOWN_WEIGHT
        if UNSPACED.search(text, start, end):
            yield from _unspaced(text[start:end])
        start = after


def _shown(found: re.Match[str]) -> int:
    """Return the key of a host or the name of a picture."""
    return _hash("u", (found[1] or found[2]).lower().removeprefix("www."))


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[int, float]]:
    eastern = "月" in text or "월" in text
    for found in _EASTERN_DAY.finditer(text, start, end) if eastern else ():
        yield _hash("d", f"{int(found[1])}-{int(found[2])}"), _DAY_WEIGHT
    for found in _NUMBER.finditer(text, start, end):
        whole, _, part, after = found.groups()
        made, day = _keys_of_number(whole, part, after)
        yield from made
        if day and (month := _month_beside(text, found.start(), found.end(3 if part else 1))):
            yield _hash("d", f"{month}-{day}"), _DAY_WEIGHT


@lru_cache(maxsize=1 << 16)
def _keys_of_number(
    written: str, fraction: str | None, after: str | None
) -> tuple[tuple[tuple[int, float], ...], int]:
    """Return the keys of a number by what stands after it, and which day of a month it may be, or 0."""
    whole = "".join(str(int(c)) for c in written if c.isdecimal()).lstrip("0") or "0"
    part = "".join(str(int(c)) for c in fraction or "").rstrip("0")
    value = f"{whole},{part}" if part else whole
    weight = _DIGITS[min(len(whole) + len(part), len(_DIGITS) - 1)]
    made = [(_hash("n", value), weight)]
    for power in _scale(after) if after else ():
        if not power:
            made.append((_hash("%", value), weight))
            continue
        large = (whole + part.ljust(power, "0"))[: len(whole) + power].lstrip("0") or "0"
        rest = part[power:]
        made.append((_hash("n", f"{large},{rest}" if rest else large), weight + _SCALED))
    is_day = not part and len(whole) <= 2 and 1 <= int(whole) <= 31
    return tuple(made), int(whole) if is_day else 0


def _scale(after: str) -> tuple[int, ...]:
    """Return the powers of ten that what follows a number stands for, 0 for %; of most words, none."""
    if after in _PERCENT:
        return (0,)
    scales = _scales()
    word = spelled(after)
    if not UNSPACED.match(word) and not "\uac00" <= word[0] <= "\ud7a3":
        return scales.get(word, ())
    # Where words are not parted, the longest that fits.
    for length in range(min(_LONGEST_SCALE, len(word)), 0, -1):
        if powers := scales.get(word[:length]):
            return powers
    return ()


@lru_cache(maxsize=1)
def _scales() -> dict[str, tuple[int, ...]]:
    """Read `sources/numbers`. Raises `CatalogueError` where a file is wrong."""
    found: dict[str, set[int]] = defaultdict(set)
    for name, book in books(shelf() / "numbers"):
        for language, powers in book.items():
            where = f"numbers/{name}.toml"
            if not isinstance(powers, dict) or not all(map(_POWER.fullmatch, powers)):
                raise CatalogueError(
                    where, language, "is no table of powers", 'write 6 = ["million"]'
                )
            for power, words in powers.items():
                if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                    raise CatalogueError(
                        where, language, "has no list of words", 'write ["million"]'
                    )
                for word in words:
                    found[spelled(word)].add(0 if power == "percent" else int(power))
    return {word: tuple(sorted(powers)) for word, powers in found.items()}


_POWER = re.compile("[1-9][0-9]?|percent")
_LONGEST_SCALE = 5
_SCALED = 0.4
"""How much more a number says that is written with a word for a power of ten."""


def _month_beside(text: str, start: int, end: int) -> int:
    """Return the month whose name stands after or before a number, or 0."""
    months = _months()
    after = _STOP.split(text[end : end + _REACH], maxsplit=1)[0]
    before = text[max(0, start - _REACH) : start]
    for word in (*_BESIDE.findall(after)[:2], *_BESIDE.findall(before)[-1:]):
        if month := months.get(spelled(word)):
            return month
    return 0


def _unspaced(text: str) -> Iterator[tuple[int, float]]:
    """Yield the keys of runs of Chinese characters and kana: places, and readings of names."""
    known = _gazetteer()
    for name in known.pattern.finditer(text):
        yield _hash("g", known.whole[name.group()]), _PLACE_WEIGHT
    for piece in _PIECE.finditer(text):
        script = script_of(piece.group()[0])
        for meant in english_in(piece.group(), script) if script else ():
            yield from _keys_of_meanings(meant)
    for run in _sounding().runs.finditer(text):
        yield from _sounds(run.group())


@dataclass(frozen=True, slots=True)
class _Sounds:
    runs: re.Pattern[str]
    """Runs of characters that write a foreign name by its sound."""
    readings: dict[str, str]
    """Of Chinese characters that stand for another sound in names than otherwise."""
    known: re.Pattern[str]


@lru_cache(maxsize=1)
def _sounding() -> _Sounds:
    """Read `sources/names`. Raises `CatalogueError` where a file is wrong."""
    characters, readings = "", {}
    for code, book in books(shelf() / "names"):
        written, sounds = book.get("transcription"), book.get("readings", {})
        if not isinstance(written, str) or not isinstance(sounds, dict):
            raise CatalogueError(
                f"names/{code}.toml", "transcription", "is no string", "write the characters"
            )
        characters += written
        readings.update({name: str(sound) for name, sound in sounds.items()})
    return _Sounds(
        re.compile(f"[\u30a1-\u30fa\u30fc]{{3,}}|[{re.escape(characters)}]{{2,}}"),
        readings,
        re.compile("|".join(map(re.escape, sorted(readings, key=len, reverse=True))) or "(?!)"),
    )


@lru_cache(maxsize=1 << 14)
def _sounds(run: str) -> tuple[tuple[int, float], ...]:
    """Return keys of the consonants that a name written by its sound may have, with their weights.

    Where a Chinese name begins and ends is not written: it may begin at every character.
    """
    from anyascii import anyascii

    spellings: list[tuple[str, float]]
    if run[0] <= "\u30ff":
        spellings = [(spelling, 1.0) for spelling in _from_kana(anyascii(run).lower())]
    else:
        known = _sounding()
        written = known.known.sub(lambda found: known.readings[found.group()].title(), run)
        syllables = [part.lower() for part in _SYLLABLE.findall(anyascii(written))]
        spellings = []
        for start in range(min(len(syllables) - 1, _LONGEST_RUN)):
            factor = _LATER if start else 1.0
            for spelling in _from_pinyin(syllables[start : start + _SYLLABLES]):
                spellings.append((spelling, factor))
    found: dict[int, float] = {}
    for spelling, factor in spellings:
        heard = _consonants(_HISSES.sub("s", spelling))
        for length in {min(len(heard), _SKELETON), 3}:
            if length >= 3:
                key = _letters(heard[:length], "e")
                whole = factor if length == min(len(heard), _SKELETON) else factor / 2
                found[key] = max(found.get(key, 0.0), whole * NAMED * _EASTERN_WEIGHT)
    return tuple(found.items())


def _from_kana(latin: str) -> Iterator[str]:
    """Yield what a word in kana may be, which has b for v, too, and ru for an l or r at an end."""
    latin = _HELD.sub("", latin.replace("ngu", "n"))
    if latin[:1] == "u" and latin[1:2] in ("a", "e", "i", "o"):
        latin = "w" + latin[1:]
    for spelling in {latin, latin.replace("b", "f")}:
        yield spelling
        yield spelling[0] + _R_ALONE.sub("", spelling[1:])


def _from_pinyin(syllables: Sequence[str]) -> Iterator[str]:
    """Yield what a name in Chinese may be: its er stands for an l, and for some an r that is silent."""
    plain = [part.replace("ng", "n") for part in syllables]
    yield "".join("le" if part == "er" else part for part in plain)
    if "er" in plain[1:]:
        yield plain[0] + "".join(part for part in plain[1:] if part != "er")


_SYLLABLE = re.compile("[A-Z][a-z]*")
_HISSES = re.compile("[zcs]h|ts|[xqjzc]")
_HELD = re.compile("t(?=[^aeiouysh])")
_R_ALONE = re.compile("ru(?=[^aeiou])")
_SYLLABLES = 6
"""Characters of a Chinese name that are read."""
_LONGEST_RUN = 12
_LATER = 0.5
"""Weight of a name that may begin within a run of such characters."""


def _consonants(latin: str) -> bytes:
    bare = _undoubled(latin.encode("ascii", "ignore").translate(_EAST, _EAST_DROPPED))
    bare = bare.translate(None, _BUT_LETTERS)
    return b"a" + bare if latin[:1] in ("a", "e", "i", "o", "u") else bare


def _letters(word: bytes, kind: str) -> int:
    return int(_hashes(_packed([word])[0], kind)[0])
