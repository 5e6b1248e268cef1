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
from itertools import pairwise
from typing import TYPE_CHECKING

from filiation.errors import CatalogueError
from filiation.languages import codes, words_of
from filiation.match.fingerprints import LONGEST, distinct, hashed_words
from filiation.match.meanings import meanings_in, meanings_of, script_of
from filiation.match.signs import form_of, latin_of
from filiation.match.words import UNSPACED, merged
from filiation.shelf import books, shelf
from filiation.values import Article, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]
    Weights = NDArray[np.uint8]

__all__ = ["METHOD", "UNIT", "Keys", "keys", "keys_of_articles", "keys_of_word"]

METHOD = 1
"""Number of this way of making keys. Whoever stores them keeps it with them."""
UNIT = 16
"""A key of weight 1 that a text has once is stored as this number."""
BATCH = 4_000_000
"""Characters whose words are looked up at a time: bounds the memory of one pass."""

_PREFIX = 5
_LONG_PREFIX = 8
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
_PREFIX_WEIGHT, _LONG_WEIGHT, _BONES_WEIGHT, _COARSE_WEIGHT, _EASTERN_WEIGHT = (
    1.0,
    0.6,
    0.8,
    0.7,
    0.5,
)
MEANT = 1.0
_PLACE_WEIGHT, _DAY_WEIGHT, _MONTH_WEIGHT, _SHOWN_WEIGHT = 1.2, 1.2, 0.5, 1.5
_DIGITS = (0.0, 0.2, 0.4, 0.8, 1.2)
"""Weight of a number of so many digits; of more, as of four."""

_NUMBER = re.compile(
    # A digit comes first, so that the search need not look behind at every character.
    r"(?=\d)(?<![\w.,])(\d{1,3}(?:(?P<by>[ .,'’\u00a0\u202f٬،])\d{3})(?:(?P=by)\d{3})*(?!\d)|\d{1,15})"
    r"(?:[.,٫](\d{1,6})(?![\d.,]*\d))?[ \u00a0\u202f]?([%٪％万萬亿億千]?)"
)
_SCALES = {"千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
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
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]{3,}")

_EAST = str.maketrans({"l": "r", "m": "n", "g": "k", "b": "p", "d": "t", "v": "f", "z": "s", "q": "k",
                       "j": "k", "c": "k", "y": None, "w": None, "h": None})  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
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
        rows, found, said = _raw(texts[first:after], links[first:after])
        order = np.lexsort((found, rows))
        rows, found, said = rows[order], found[order], said[order]
        fresh = np.ones(len(rows), bool)
        fresh[1:] = (rows[1:] != rows[:-1]) | (found[1:] != found[:-1])
        begins = np.flatnonzero(fresh)
        most = np.maximum.reduceat(said, begins) if len(begins) else said
        hashes.append(found[fresh])
        weights.append(np.clip(np.rint(most * UNIT), 1, 255).astype(np.uint8))
        counts.append(np.bincount(rows[fresh], minlength=after - first))
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
) -> "tuple[Places, Hashes, NDArray[np.float64]]":
    """Return (text, key, weight) of all keys, some more than once."""
    import numpy as np

    words = hashed_words(texts)
    owners = np.repeat(np.arange(len(texts)), np.diff(words.offsets))
    order = np.argsort(words.hashes, kind="stable")
    fresh = np.ones(len(order), bool)
    fresh[1:] = words.hashes[order][1:] != words.hashes[order][:-1]
    which = np.empty(len(order), np.int64)
    which[order] = np.cumsum(fresh) - 1
    examples = order[fresh]
    size = len(examples)
    # Each word of each text once, how often it comes, and whether always with a capital.
    pairs = owners * max(1, size) + which
    by_pair = np.argsort(pairs, kind="stable")
    begins = np.flatnonzero(np.diff(pairs[by_pair], prepend=-1))
    capital = _capital(texts, words.offsets, words.starts)[by_pair]
    often = np.diff(np.append(begins, len(pairs)))
    named = np.logical_and.reduceat(capital, begins) if len(begins) else capital
    pairs = pairs[by_pair][begins]
    rows, entries = pairs // max(1, size), pairs % max(1, size) * 2 + named
    asked = distinct(entries)
    found: list[int] = []
    said: list[float] = []
    counts = np.zeros(len(asked), np.int64)
    for n, entry in enumerate(asked.tolist()):
        at = int(examples[entry // 2])
        written = texts[int(owners[at])][0][int(words.starts[at]) : int(words.ends[at])]
        made = keys_of_word(written, bool(entry % 2))
        counts[n] = len(made)
        for key, weight in made:
            found.append(key)
            said.append(weight)
    places = np.searchsorted(asked, entries)
    times = counts[places]
    offset = np.concatenate(([0], np.cumsum(counts)))[places]
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
        np.concatenate((np.array(found, np.uint64)[chosen], np.array(all_keys, np.uint64))),
        np.concatenate(
            (
                np.array(said, np.float64)[chosen] * np.repeat(louder, times),
                np.array(all_said, np.float64),
            )
        ),
    )


def _capital(
    texts: Sequence[tuple[str, tuple[Span, ...]]], offsets: "Places", starts: "Places"
) -> "NDArray[np.bool_]":
    """Return which words begin with a capital."""
    import numpy as np

    found = [np.zeros(0, bool)]
    for (text, _), (first, after) in zip(texts, pairwise(offsets.tolist()), strict=True):
        codes = np.frombuffer(text[:LONGEST].encode("utf-32-le", "surrogatepass"), np.uint32)
        initial = codes[starts[first:after]]
        found.append(_capitals()[np.minimum(initial, _UNCASED)])
    return np.concatenate(found)


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


@lru_cache(maxsize=1 << 17)
def keys_of_word(written: str, named: bool) -> tuple[tuple[int, float], ...]:
    """Return the keys of a word, each with its weight.

    `named` says whether it stands as a name stands: with a capital, wherever the text has it.
    Figures have keys as part of a number, characters of scripts without spaces as part of a run.
    """
    if written[0].isdecimal() or (len(written) == 1 and UNSPACED.match(written)):
        return ()
    if written.lower() in _function_words():
        return ()
    made = latin_of(written)
    if made is None:
        return ()
    latin = made[1]
    cased = named or written.lower() != written.upper()
    found: dict[int, float] = {}
    factor = 1.0 if not cased else NAMED if named else COMMON

    def add(kind: str, value: str, weight: float) -> None:
        key = _hash(kind, value)
        found[key] = max(found.get(key, 0.0), weight)

    if len(latin) < _PREFIX:
        add("w", latin, factor * _PREFIX_WEIGHT)
    else:
        add("p", latin[:_PREFIX], factor * _PREFIX_WEIGHT)
        if len(latin) >= _LONG_PREFIX:
            add("l", latin[:_LONG_PREFIX], factor * _LONG_WEIGHT)
    bones = latin[0] + _bare(latin[1:])
    if len(bones) >= 3:
        add("b", bones[:_SKELETON], factor * _BONES_WEIGHT)
    if named or not cased:
        form = form_of(written)
        for coarse in form.skeletons if form else ():
            if len(coarse) >= 3:
                add("c", coarse[:_SKELETON], factor * _COARSE_WEIGHT)
                add("c", coarse[:3], factor * _COARSE_WEIGHT / 2)
        eastern = _eastern(latin)
        if cased and len(eastern) >= 3:
            add("e", eastern[:_SKELETON], factor * _EASTERN_WEIGHT)
    for place in _meant(written.lower()):
        add("g", place, _PLACE_WEIGHT)
    month = _months().get(written.lower())
    if month:
        add("m", str(month), _MONTH_WEIGHT)
    if not written.isascii():
        for key, weight in _keys_of_meanings(meanings_of(written.lower())):
            found[key] = max(found.get(key, 0.0), weight)
    return tuple(found.items())


def _keys_of_meanings(meant: tuple[str, ...]) -> Iterator[tuple[int, float]]:
    """Yield the keys of English words, each saying less where there are several."""
    for word in meant:
        for key, weight in keys_of_word(word, False):
            yield key, weight * MEANT / len(meant) ** 0.5


_VOWELS = str.maketrans("", "", "aeiouh'")


def _bare(latin: str) -> str:
    return latin.translate(_VOWELS)


def _eastern(latin: str) -> str:
    """Return consonants as Chinese and Japanese transcriptions keep them, which have no l, r or v."""
    initial = "a" if latin[0] in "aeiou" else ""
    return initial + _DOUBLED.sub(r"\1", _bare(latin).translate(_EAST))


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return frozenset().union(*(words_of(code).stop_words for code in codes()))


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Return the number of each month by its names, and of none where languages disagree."""
    meant: dict[str, set[int]] = defaultdict(set)
    for code in codes():
        for number, names in enumerate(words_of(code).months, 1):
            for name in names:
                if len(name) >= 3:
                    meant[name.lower()].add(number)
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
                owners[word].add(place)
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
    months = _months()
    eastern = "月" in text or "월" in text
    for found in _EASTERN_DAY.finditer(text, start, end) if eastern else ():
        yield _hash("d", f"{int(found[1])}-{int(found[2])}"), _DAY_WEIGHT
    for found in _NUMBER.finditer(text, start, end):
        whole = "".join(str(int(c)) for c in found[1] if c.isdecimal()).lstrip("0") or "0"
        part = "".join(str(int(c)) for c in found[3] or "").rstrip("0")
        digits = len(whole) + len(part)
        sign = found[4]
        if scale := _SCALES.get(sign):
            whole, part = (whole + part.ljust(scale, "0"))[: len(whole) + scale], part[scale:]
        value = f"{whole},{part}" if part else whole
        weight = _DIGITS[min(digits, len(_DIGITS) - 1)]
        yield _hash("n", value), weight
        if sign in _PERCENT and sign:
            yield _hash("%", value), weight
        if not part and len(whole) <= 2 and 1 <= int(whole) <= 31:
            beside = _BESIDE.findall(
                _STOP.split(text[found.end() : found.end() + _REACH], maxsplit=1)[0]
            )[:2]
            before = _BESIDE.findall(text[max(0, found.start() - _REACH) : found.start()])[-1:]
            for word in (*beside, *before):
                if month := months.get(word.lower()):
                    yield _hash("d", f"{month}-{int(whole)}"), _DAY_WEIGHT
                    break


def _unspaced(text: str) -> Iterator[tuple[int, float]]:
    """Yield the keys of runs of Chinese characters and kana: places, and readings of names."""
    from anyascii import anyascii

    known = _gazetteer()
    for name in known.pattern.finditer(text):
        yield _hash("g", known.whole[name.group()]), _PLACE_WEIGHT
    for piece in _PIECE.finditer(text):
        script = script_of(piece.group()[0])
        for meant in meanings_in(piece.group(), script) if script else ():
            yield from _keys_of_meanings(meant)
    for run in _KATAKANA.finditer(text):
        plain = _NOT_LETTERS.sub("", anyascii(run.group()).lower())
        eastern = _eastern(plain) if plain else ""
        if len(eastern) >= 3:
            yield _hash("e", eastern[:_SKELETON]), NAMED * _EASTERN_WEIGHT
            if len(eastern) > 3:
                yield _hash("e", eastern[:3]), NAMED * _EASTERN_WEIGHT / 2
