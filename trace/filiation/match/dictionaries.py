"""Word pairs read from files: tables, and dictionaries as distributions package them.

* A table (TSV): a word, a tab, what it means, and, if one likes, a tab and a weight from 0 to 1.
* dictd, as FreeDict is packaged (`dict-freedict-*` of Debian): `.index`, and `.dict` or `.dict.dz`.
* StarDict: `.ifo`, `.idx` or `.idx.gz`, and `.dict` or `.dict.dz`.

Dictionaries are written for people. What an entry says is cut at commas and line ends; pronunciation,
labels, notes, examples and references are left out, and so is what is longer than a word or three.
"""

import re
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from unicodedata import name as name_of

from filiation.errors import CatalogueError, InputError, NotFound
from filiation.languages import code_of
from filiation.match.words import UNSPACED
from filiation.shelf import shelf

__all__ = ["Book", "Entry", "languages_of", "read_book", "three_letter_codes"]

MOST_BYTES = 400_000_000
"""Of one file, unpacked. The largest of FreeDict's, German and English, has 100 million."""
MOST_ENTRIES = 2_000_000
"""Entries of one file: the largest of FreeDict's has 519,000."""
LONGEST_ENTRY = 50_000
"""Bytes of an entry that are looked at."""
LONGEST_WORD = 200
"""Characters of a headword; longer ones, whole sentences, are left out."""
MOST_MEANINGS = 12
"""Meanings of an entry that are kept, the first ones."""
MOST_WORDS = 3
"""Words of a meaning; what is longer is an explanation."""
MOST_IDEOGRAPHS = 8
"""The same in characters of scripts that are written without spaces."""
SAMPLE = 500
"""Entries by which it is told which script is which language's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word means, as a file says it."""

    word: str
    meanings: tuple[tuple[str, float], ...]
    """Each with a weight from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Book:
    """The word pairs of one file."""

    name: str
    """The file as the user named it."""
    source: str
    """Language of the words, ISO 639-1."""
    target: str
    """Language of their meanings."""
    entries: tuple[Entry, ...]


def read_book(named: str) -> Book:
    """Read a file of word pairs: `FILE`, or `ar-en=FILE` where neither its name nor it says languages.

    Raises `InputError` where there is no such file, it is broken, or its languages are not known.
    """
    said, named = _languages_given(named)
    path = Path(named)
    kind, files = _parts(named, path)
    if kind == "table":
        head, entries = _table(named, path)
        said = said or head or _languages_in(path.name)
    elif kind == "dictd":
        entries = _dictionary(named, _dictd(named, *files), _plain_text)
        said = said or _languages_in(path.name)
    else:
        facts = _facts(named, files[0])
        words = _stardict(named, files[1], files[2], facts)
        entries = _dictionary(named, words, _reader_of(named, facts))
        said = said or _languages_in(path.name) or _languages_in(facts.get("bookname", ""))
    if said is None:
        what = "it does not say between which languages"
        raise InputError(named, what, f"say so: ar-en={path}")
    if not entries:
        raise InputError(named, "it holds no pair of words", "see docs/lexicon.md")
    return Book(path.name, *said, entries)


# --- which file, which languages -----------------------------------------------------------------

_GIVEN = re.compile(r"([A-Za-z]{2,3}[-_][A-Za-z]{2,3})=(.+)", re.DOTALL)
_NAMED = re.compile(r"(?<![^\W\d_])([A-Za-z]{2,3})[-_]([A-Za-z]{2,3})(?![^\W\d_])")


@lru_cache(maxsize=1)
def three_letter_codes() -> dict[str, str]:
    """Return the two-letter code of each language by its codes of three letters: `sources/codes.toml`.

    Raises `CatalogueError` where the file is wrong.
    """
    import tomllib

    try:
        found = tomllib.loads((shelf() / "codes.toml").read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError("codes.toml", "syntax", str(error), "write valid TOML") from error
    return {str(long): str(short) for long, short in found.items()}


def _code(label: str) -> str | None:
    """Return the two-letter code of a language by a code of two or three letters."""
    known = three_letter_codes()
    short = known.get(label.lower(), "") if len(label) == 3 else label
    return code_of(short) if len(short) == 2 and short.lower() in known.values() else None


def languages_of(pair: str) -> tuple[str, str]:
    """Return the two-letter codes of two languages written as `ar-en` or `ara-eng`.

    Raises `InputError` where they are no two languages.
    """
    source, _, target = pair.replace("_", "-").partition("-")
    one, other = _code(source), _code(target)
    if one is None or other is None or one == other:
        what = "these are no two languages"
        raise InputError(pair[:200], what, "write two codes of ISO 639, as in ar-en")
    return one, other


def _languages_given(named: str) -> tuple[tuple[str, str] | None, str]:
    """Return the languages that stand before a file's name, and the name."""
    found = _GIVEN.fullmatch(named)
    if found is None or _is_there(Path(named)):
        return None, named
    return languages_of(found[1]), found[2]


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _languages_in(name: str) -> tuple[str, str] | None:
    """Return the languages that a name tells, such as `freedict-ara-eng.index`; the last pair."""
    told: tuple[str, str] | None = None
    at = 0
    while found := _NAMED.search(name, at):
        at = found.start(2)
        source, target = _code(found[1]), _code(found[2])
        if source and target and source != target:
            told = (source, target)
    return told


_ENDS = (".dict.dz", ".dict", ".index", ".ifo", ".idx.gz", ".idx")


def _parts(named: str, path: Path) -> tuple[str, tuple[Path, ...]]:
    """Return of which kind a file is, and all files of it."""
    if not _is_there(path):
        remedy = "name a table of words, or the .index or .ifo of a dictionary"
        raise NotFound(named[:200], "there is no such file", remedy)
    if path.is_dir():
        raise InputError(named, "it is a folder", "name a file in it: .tsv, .index or .ifo")
    end = next((end for end in _ENDS if path.name.lower().endswith(end)), None)
    if end is None:
        return "table", (path,)
    stem = path.name[: -len(end)]

    def beside(*ends: str) -> Path | None:
        return next((p for e in ends if (p := path.with_name(stem + e)).is_file()), None)

    data, facts, index = beside(".dict.dz", ".dict"), beside(".ifo"), beside(".index")
    if end in (".ifo", ".idx", ".idx.gz") or (facts and end != ".index"):
        words = beside(".idx", ".idx.gz")
        if facts and words and data:
            return "stardict", (facts, words, data)
        what = "a dictionary of StarDict has three files: .ifo, .idx and .dict"
    elif index and data:
        return "dictd", (index, data)
    else:
        what = "a dictionary of dictd has two files: .index and .dict"
    raise NotFound(named, what, "put them side by side, under one name")


# --- bytes ----------------------------------------------------------------------------------------


def _bytes(named: str, path: Path) -> bytes:
    """Return what a file holds, unpacked where it is gzip (dictzip is)."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        what = f"{path.name} cannot be read ({error.strerror or error})"
        raise InputError(named, what) from error
    if len(raw) > MOST_BYTES:
        raise _too_large(named, path)
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    pieces: list[bytes] = []
    size = 0
    while raw:
        unpacked = zlib.decompressobj(31)
        try:
            piece = unpacked.decompress(raw, MOST_BYTES + 1 - size)
        except zlib.error as error:
            what = f"{path.name} is packed, and broken ({error})"
            raise InputError(named, what, "fetch it anew") from error
        size += len(piece)
        if size > MOST_BYTES:
            raise _too_large(named, path)
        if not unpacked.eof:
            raise InputError(named, f"{path.name} ends too early", "fetch it anew")
        pieces.append(piece)
        raw = unpacked.unused_data if unpacked.unused_data.startswith(b"\x1f\x8b") else b""
    return b"".join(pieces)


def _too_large(named: str, path: Path) -> InputError:
    most = f"more than {MOST_BYTES // 1_000_000} million bytes"
    return InputError(named, f"{path.name} has {most}", "name a smaller dictionary")


def _text(named: str, what: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(named, f"{what} is no UTF-8 ({error.reason})", "convert it") from error


# --- tables --------------------------------------------------------------------------------------


def _table(named: str, path: Path) -> tuple[tuple[str, str] | None, tuple[Entry, ...]]:
    """Return the languages that a table's first line says, and its entries."""
    raw = _bytes(named, path)
    if b"\0" in raw[:MOST_BYTES]:
        raise InputError(named, "it is no text", "name a table of word, tab, meaning")
    languages: tuple[str, str] | None = None
    found: dict[str, list[tuple[str, float]]] = {}
    count = 0
    for number, line in enumerate(_text(named, path.name, raw).splitlines(), 1):
        if not line.strip():
            continue
        if line[0] in "#\ufeff":
            if number == 1:
                languages = _languages_said(line)
            continue
        cells = line.split("\t")
        if number == 1 and languages is None and (head := _languages_said(line)):
            languages = head
            continue
        count += 1
        if count > MOST_ENTRIES:
            raise InputError(
                named, f"it has more than {MOST_ENTRIES:,} lines", "name a smaller one"
            )
        word, meaning, weight = _row(f"{named}, line {number}", cells)
        if word and meaning:
            found.setdefault(word, []).append((meaning, weight))
    return languages, tuple(Entry(word, tuple(told)) for word, told in found.items())


def _languages_said(line: str) -> tuple[str, str] | None:
    """Return the languages that a head line says: `# ar<tab>en`."""
    cells = [cell for cell in line.lstrip("#\ufeff ").split("\t") if cell.strip()]
    if len(cells) not in (2, 3) or any(len(cell.strip()) > 3 for cell in cells[:2]):
        return None
    source, target = (_code(cell.strip()) for cell in cells[:2])
    return (source, target) if source and target and source != target else None


def _row(where: str, cells: list[str]) -> tuple[str, str, float]:
    if len(cells) not in (2, 3):
        what = f"it has {len(cells)} cells" if len(cells) > 1 else "it has no tab"
        raise InputError(where[:200], what, "write a word, a tab and its meaning")
    word, meaning = _spoken(cells[0]), _spoken(cells[1])
    if len(cells) == 2 or not cells[2].strip():
        return word, meaning, 1.0
    try:
        weight = float(cells[2])
    except ValueError:
        weight = -1.0
    if not 0 < weight <= 1:
        what = f"{cells[2].strip()[:40]!r} is no weight"
        raise InputError(where[:200], what, "write a number above 0 and up to 1")
    return word, meaning, weight


def _spoken(cell: str) -> str:
    return " ".join(cell[:LONGEST_WORD].split())


# --- dictd ---------------------------------------------------------------------------------------

_DIGITS = {
    c: n for n, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_MOST_DIGITS = 11
"""Digits of base 64 that a number of 64 bits has."""

_Words = Iterable[tuple[str, bytes]]


def _dictd(named: str, index: Path, data: Path) -> _Words:
    """Yield the headwords of a dictionary of dictd, with their entries."""
    said = _bytes(named, data)
    lines = _text(named, index.name, _bytes(named, index)).split("\n")
    if len(lines) > MOST_ENTRIES:
        raise InputError(named, f"it has more than {MOST_ENTRIES:,} entries", "name a smaller one")
    for number, line in enumerate(lines, 1):
        cells = line.rstrip("\r").split("\t")
        if cells == [""]:
            continue
        where = f"{named}, line {number} of {index.name}"
        if len(cells) < 3:
            raise InputError(where, "it is no line of an index", "word, tab, offset, tab, length")
        start, size = _number(where, cells[1]), _number(where, cells[2])
        about = cells[0].startswith(("00database", "00-database"))
        if not about and len(cells[0]) <= LONGEST_WORD:
            yield cells[0], _cut(where, said, start, size)


def _number(where: str, written: str) -> int:
    if not written or len(written) > _MOST_DIGITS or not _DIGITS.keys() >= set(written):
        raise InputError(where, f"{written[:20]!r} is no number of base 64", "fetch it anew")
    value = 0
    for digit in written:
        value = value * 64 + _DIGITS[digit]
    return value


def _cut(where: str, said: bytes, start: int, size: int) -> bytes:
    if start + size > len(said):
        what = f"its entry would end at byte {start + size:,} of {len(said):,}"
        raise InputError(where, what, "index and dictionary do not belong together, or one is cut")
    return said[start : start + min(size, LONGEST_ENTRY)]


# --- StarDict ------------------------------------------------------------------------------------

_LOWER = "mltgxykwhnr"
"""Kinds of an entry's parts that are text and end with a zero byte."""
_MARKED = "gxh"
"""Those in which tags stand."""
_SIZED = "WPX"
"""Kinds that are told with their size: sounds, pictures."""


def _facts(named: str, path: Path) -> dict[str, str]:
    """Return what the .ifo says."""
    lines = _text(named, path.name, _bytes(named, path)[:100_000]).splitlines()
    if not lines or not lines[0].startswith("StarDict's dict ifo file"):
        raise InputError(named, f"{path.name} is none of StarDict", "name the .ifo of a dictionary")
    facts = dict(line.split("=", 1) for line in lines[1:] if "=" in line)
    if facts.get("idxoffsetbits", "32") not in ("32", "64"):
        raise InputError(named, "its offsets have neither 32 nor 64 bits", "fetch it anew")
    return {key.strip(): value.strip() for key, value in facts.items()}


def _stardict(named: str, index: Path, data: Path, facts: dict[str, str]) -> _Words:
    """Yield the headwords of a dictionary of StarDict, with their entries."""
    said, words = _bytes(named, data), _bytes(named, index)
    form = struct.Struct(">QI" if facts.get("idxoffsetbits") == "64" else ">II")
    at = number = 0
    while at < len(words):
        number += 1
        where = f"{named}, entry {number:,} of {index.name}"
        end = words.find(b"\0", at, at + 4 * LONGEST_WORD)
        if end < 0 or end + 1 + form.size > len(words):
            raise InputError(where, "it ends too early or is none", "fetch the dictionary anew")
        if number > MOST_ENTRIES:
            most = f"it has more than {MOST_ENTRIES:,} entries"
            raise InputError(named, most, "name a smaller one")
        start, size = form.unpack_from(words, end + 1)
        yield _text(where, "its word", words[at:end]), _cut(where, said, start, size)
        at = end + 1 + form.size


def _reader_of(named: str, facts: dict[str, str]) -> "Callable[[str, str, bytes], str]":
    """Return what takes the text from an entry: as the .ifo says once for all, or each for itself."""
    kinds = facts.get("sametypesequence", "")
    if any(kind not in _LOWER + _SIZED for kind in kinds):
        raise InputError(
            named, f"{kinds[:20]!r} are no kinds of parts", "see the format of StarDict"
        )

    def read(where: str, word: str, entry: bytes) -> str:
        return "\n".join(
            _untagged(text) if kind in _MARKED else text
            for kind, text in _stardict_parts(where, entry, kinds)
        )

    return read


def _stardict_parts(where: str, entry: bytes, kinds: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of an entry that say meanings, with their kinds."""
    at = turn = 0
    while at < len(entry) if not kinds else turn < len(kinds):
        kind = kinds[turn] if kinds else chr(entry[at])
        at += 0 if kinds else 1
        turn += 1
        last = bool(kinds) and turn == len(kinds)
        if kind in _SIZED:
            if not last:
                at += 4 + int.from_bytes(entry[at : at + 4], "big")
            continue
        if kind not in _LOWER:
            raise InputError(where, f"{kind!r} is no kind of a part", "fetch the dictionary anew")
        end = entry.find(b"\0", at)
        end = len(entry) if last or end < 0 else end
        if kind not in "tyr":  # pronunciations, and names of files
            yield kind, entry[at:end].decode("utf-8", "replace")
        at = end + 1


_TAG = re.compile(
    r"<(k|ex|tr|co|kref|rref|iref|abr)\b[^<>]*>.*?</\1>|<br\s*/?>|</?(?:div|p|li|def|dtrn)\b[^<>]*>",
    re.DOTALL,
)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def _untagged(text: str) -> str:
    """Return text without tags; headwords, examples and references of XDXF without what they hold."""
    return unescape(_ANY_TAG.sub("", _TAG.sub("\n", text)))


# --- what an entry says --------------------------------------------------------------------------

_ASIDE = re.compile(
    r"/[^/\n]{1,80}/(?=[\s,;]|$)|<[^<>\n]*>|\[[^\[\]\n]*\]|\([^()\n]*\)|\{[^{}\n]*\}|\"[^\"\n]*\""
)
_DEEPEST = 3
_LABEL = re.compile(r"[^\W\d_]+:(?:\s|$)|see\b")
_COUNT = re.compile(r"(?:\d{1,2}[.)]|[a-z]\)|[-*•])\s*")
_PARTED = re.compile(r"[,;|\n、，；،؛。/]")
_LETTERS = re.compile(r"[^\W\d_]")


def _plain_text(_where: str, word: str, entry: bytes) -> str:
    """Return an entry of dictd; its first line repeats the headword, where others follow."""
    text = entry.decode("utf-8", "replace").strip("\n")
    first, _, rest = text.partition("\n")
    if rest.strip():
        return rest
    return first.removeprefix(word)


def _dictionary(
    named: str, words: _Words, read: "Callable[[str, str, bytes], str]"
) -> tuple[Entry, ...]:
    """Return the entries of a dictionary, what they say cut into meanings."""
    seen: dict[bytes, tuple[str, ...]] = {}
    told: dict[str, dict[str, None]] = {}
    for word, raw in words:
        meanings = seen.get(raw)
        if meanings is None:
            meanings = seen[raw] = tuple(_meanings(read(named, word, raw)))
        key = _spoken(word)
        if key and meanings and _LETTERS.search(key):
            told.setdefault(key, {}).update(dict.fromkeys(meanings))
    scripts = _scripts(told)
    found: list[Entry] = []
    for word, all_ in told.items():
        kept = [m for m in all_ if scripts is None or _script(m) != scripts][:MOST_MEANINGS]
        if kept:
            found.append(Entry(word, tuple((meaning, 1.0) for meaning in kept)))
    return tuple(found)


def _meanings(text: str) -> Iterator[str]:
    """Yield what an entry means, word by word."""
    for line in text.split("\n"):
        line = _COUNT.sub("", line.strip(), count=1).lstrip()
        if not line or line[0] in "\"“«„'" or _LABEL.match(line):
            continue
        for part in _PARTED.split(_outside(line)):
            meaning = " ".join(part.replace("~", " ").replace("_", " ").split()).strip(" .!?:")
            if not _LETTERS.search(meaning) or len(meaning) > LONGEST_WORD:
                continue
            if UNSPACED.search(meaning):
                if len(meaning) <= MOST_IDEOGRAPHS:
                    yield meaning
            elif meaning.count(" ") < MOST_WORDS:
                yield meaning


def _outside(line: str) -> str:
    """Return a line without what stands in brackets, which may stand in brackets."""
    for _ in range(_DEEPEST):
        shorter = _ASIDE.sub(" ", line)
        if shorter == line:
            break
        line = shorter
    return line


def _scripts(told: dict[str, dict[str, None]]) -> str | None:
    """Return the script of the headwords, where the meanings are in another one; else None.

    A dictionary explains some words in their own language; that is no meaning.
    """
    some = list(told.items())[:: max(1, len(told) // SAMPLE)]
    heads = Counter(_script(word) for word, _ in some).most_common(1)
    meant = Counter(_script(m) for _, all_ in some for m in list(all_)[:1]).most_common(1)
    if not heads or not meant or heads[0][0] == meant[0][0]:
        return None
    return heads[0][0]


def _script(word: str) -> str:
    first = _LETTERS.search(word)
    return name_of(first.group(), "").partition(" ")[0] if first else ""
