"""What survives translation: numbers, names and cognates, made comparable across scripts.

A *sign* is a word of which a trace can be expected in a translation. Words are transliterated
(anyascii), and two of them are thought the same when they share a prefix or a skeleton of consonants
and their letters are alike: Peskov, Песков, Πεσκόφ, بيسكوف.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import partial_ratio

from filiation.match.words import merged
from filiation.shelf import books, shelf
from filiation.values import Span

__all__ = [
    "Form",
    "Sign",
    "consonants",
    "form_of",
    "heard_alike",
    "latin_of",
    "likeness",
    "pairs_alike",
    "signs",
]

LEAST_LETTERS = 4
"""Letters of the shortest word that is a sign; shorter ones must be written in capitals (NATO)."""
PREFIX = 5
"""Letters of a prefix; cognates and inflected names agree at the beginning."""
SKELETON = 4
"""Consonants of a skeleton."""
MEANT = 0.9
"""Likeness of two words that mean the same place or month."""
LEAST_ALIKE = 0.62
"""Likeness of letters below which two words sharing a key are different words."""

_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:[ .,'’\u00a0\u202f٬]\d{3})+(?![\d])|\d+(?:[.,٫]\d+)?)"
    r"(?:[ \u00a0]?(?P<scale>[千万萬亿億]))?"
    r"|(?P<unspaced>[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
    r"|(?P<word>[^\W\d_](?:(?![\u3041-\u30ff\u3400-\u9fff])[\w'’\u0300-\u036f\u0591-\u05c7"
    r"\u064b-\u065f\u0900-\u0963\u0971-\u0df3])*)"
)
_GROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+")
_BARE_START = re.compile(r"(?:^|[.!?…:;。！？؟।\n\"“”«»„(])[\s\"“”«»„‚‘'(\[–—-]*$")

# Letters that one language writes for another's. Longest first; ^ for Greek Μπάιντεν, Ντόναλντ and
# Russian Джонсон.
_SPELLINGS = {
    "^dsch": "j", "^dzh": "j", "^dj": "j", "^mp": "b", "^nt": "d", "^gk": "g",
    "tsch": "s", "tch": "s", "sch": "s", "sh": "s", "cz": "s", "sz": "s", "che": "se", "chi": "si",
    "kh": "h", "ch": "h", "ph": "v", "ck": "k", "qu": "k", "c": "k", "q": "k", "x": "ks", "w": "v",
    "f": "v", "z": "s", "j": "i", "y": "i", "'": "",
}  # fmt: skip
_SPELLING = re.compile("|".join(_SPELLINGS))
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = str.maketrans("", "", "aeiouh'")
# Arabic and Hebrew write one letter for several of ours (b for p, f for v, k or j for g), and w and
# y for vowels.
_COARSE = str.maketrans(
    {"p": "b", "v": "f", "d": "t", "g": "k", "w": None, "y": None, "j": "k", "z": "s", "q": "k",
     "c": "k", "h": None, "a": None, "e": None, "i": None, "o": None, "u": None, "'": None}
)  # fmt: skip
_EAST = str.maketrans(
    {"l": "r", "m": "n", "g": "k", "b": "p", "d": "t", "v": "p", "f": "p", "z": "s", "q": "k",
     "j": "k", "c": "k", "x": "s", "y": None, "w": None, "h": None, "a": None, "e": None, "i": None,
     "o": None, "u": None, "'": None}
)  # fmt: skip
_HANGUL = re.compile("[\uac00-\ud7af]")
_FOREIGN = re.compile("[^a-z']")
_ABJAD = re.compile("[\u0590-\u06ff\u0900-\u0dff]")
_HEBREW = re.compile("[\u0590-\u05ff]")
_PROCLITIC = re.compile("^(?:w?b?al|w?ll|[wblfk](?=.{4})|[hbvlmsk](?=.{4}))")


class Form(NamedTuple):
    """One spelling of a word, made comparable."""

    word: str
    """Lower case, as written."""
    latin: str
    """Transliterated, spelling differences merged; for numbers `#` and the digits."""
    skeletons: tuple[str, ...]
    """Consonants, coarse where a script leaves vowels out; several where a prefix may be glued."""
    keys: tuple[str, ...]
    """What a counterpart shares at least one of."""
    spelled: bool
    """Whether the script writes vowels."""
    cased: bool
    """Whether the script has capitals."""
    also: tuple[str, ...] = ()
    """What it means in any language (`@FR`, `@m11`), and words of other languages that a lexicon
    gives for it, spelt as `latin`."""
    sound: str = ""
    """Consonants by which a name written by its sound is heard: of Chinese, Japanese and Korean."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign in its place."""

    form: Form
    start: int
    end: int
    name: bool
    """Whether it is written as a name: with a capital within a sentence."""


def signs(text: str, aside: Iterable[Span] = ()) -> list[Sign]:
    """Return the signs of `text` outside the runs set aside, in order."""
    found: list[Sign] = []
    borders = merged(aside, len(text))
    n = 0
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        while n < len(borders) and borders[n][1] <= start:
            n += 1
        if n < len(borders) and borders[n][0] < end:
            continue
        if token["unspaced"]:
            found += _unspaced(text, start, end)
            continue
        written = token.group()
        form = _number(written) if token["number"] else form_of(written)
        if form is None:
            continue
        name = form.latin[0] == "#" or not form.cased
        if not name and written[0].isupper():
            name = _BARE_START.search(text, max(0, start - 6), start) is None and start > 0
        found.append(Sign(form, start, end, name))
    return found


def _unspaced(text: str, start: int, end: int) -> Iterator[Sign]:
    """Yield the names in a run of Chinese characters and kana: places, and names by their sound."""
    from filiation.match.keys import places_named  # which itself needs this module

    known = list(places_named(text, start, end))
    for first, last, place in known:
        yield Sign(_place(place), first, last, True)
    for run in _by_sound().finditer(text, start, end):
        if any(first < run.end() and run.start() < last for first, last, _ in known):
            continue
        if form := _heard(run.group()):
            yield Sign(form, *run.span(), True)


@lru_cache(maxsize=10_000)
def _place(meaning: str) -> Form:
    return Form(meaning, meaning, (), (meaning,), True, False, (meaning,))


@lru_cache(maxsize=1)
def _by_sound() -> re.Pattern[str]:
    """Return what finds runs of characters that write a foreign name by its sound."""
    characters = "".join(str(book["transcription"]) for _, book in books(shelf() / "names"))
    return re.compile(f"[\u30a1-\u30fa\u30fc]{{2,}}|[{re.escape(characters)}]{{2,}}")


@lru_cache(maxsize=20_000)
def _heard(run: str) -> Form | None:
    """Return the form of a name written by its sound."""
    from anyascii import anyascii

    sound = "".join(map(_syllable, _SYLLABLE.findall(anyascii(run))))
    if len(sound) < 2:
        return None
    return Form(run, "~" + sound, (), (), False, False, (), sound)


# Of a syllable: its first consonant and, at its end, n, ng, l, m, r or a stop.
_SYLLABLE = re.compile("[A-Z][a-z]*|[a-z]+|[a-z]+")


def _syllable(written: str) -> str:
    return consonants(written.lower().replace("ng", "n"))


def consonants(latin: str) -> str:
    """Return the consonants by which East Asian scripts can be compared with others.

    They have one letter for r and l, for b, p, f and v, d and t, g and k, and none for some.

    >>> consonants("trump"), consonants("telanpu"), consonants("toranpu")
    ('trnp', 'trnp', 'trnp')
    """
    bare = latin.replace("zh", "s").replace("sh", "s").replace("ch", "k").replace("ts", "s")
    return _DOUBLED.sub(r"\1", bare.translate(_EAST))


def latin_of(written: str) -> tuple[str, str] | None:
    """Return a word transliterated, and with spelling differences merged; None if it is no sign."""
    lower = _own_part(written)
    if lower.isascii():
        plain = lower if lower.isalpha() else _FOREIGN.sub("", lower)
    else:
        from anyascii import anyascii  # its tables are read on first use only

        plain = _FOREIGN.sub("", anyascii(lower).lower())
    if len(plain) < LEAST_LETTERS and len(plain) < (
        2 if _is_acronym(written) else 3 if _ABJAD.search(written) else LEAST_LETTERS
    ):
        return None
    latin = _DOUBLED.sub(r"\1", _SPELLING.sub(_spelling, plain))
    return (plain, latin) if latin else None


def _is_acronym(written: str) -> bool:
    return 2 <= len(written) <= 5 and written.isupper()


def _own_part(written: str) -> str:
    """Return a word in lower case, without an article elided before it."""
    return written.lower().split("'")[-1].split("’")[-1] if len(written) < 40 else ""


@lru_cache(maxsize=50_000)
def form_of(written: str) -> Form | None:
    """Return the comparable form of a word or number, or None where it cannot be a sign."""
    from filiation.match.keys import meanings_of  # which itself needs this module

    if written[0].isdecimal():
        return _number(written)
    found = latin_of(written)
    if found is None:
        return None
    plain, latin = found
    acronym = _is_acronym(written)
    cased = written.lower() != written.upper()
    lower = _own_part(written)
    spelled = not _ABJAD.search(written)
    stems = [plain] if spelled else _stems(plain)
    if _HEBREW.match(written):
        # Within a word vav is a vowel more often than v.
        stems += [stem[0] + stem[1:].replace("v", "") for stem in stems if "v" in stem[1:]]
    skeletons = tuple(dict.fromkeys(s for s in map(_skeleton, stems) if len(s) >= 2))
    keys = {"w" + latin} if acronym or len(latin) < PREFIX else {"p" + latin[:PREFIX]}
    fine = latin[0] + latin[1:].translate(_VOWELS)
    if len(fine) >= 3:
        keys.add("s" + fine[:SKELETON])
        keys.add("s" + fine[:3])
    keys.update("c" + skeleton[:3] for skeleton in skeletons if len(skeleton) >= 3)
    also = meanings_of(written.lower())
    keys.update(also)
    sound = _syllables(written) if _HANGUL.match(written) else ""
    return Form(lower, latin, skeletons, tuple(sorted(keys)), spelled, cased, also, sound)


def _syllables(written: str) -> str:
    """Return the consonants of Korean as it sounds."""
    from anyascii import anyascii

    return "".join(map(_syllable, _SYLLABLE.findall(anyascii(written))))


def _spelling(found: re.Match[str]) -> str:
    letters = found.group()
    return _SPELLINGS.get(letters) or _SPELLINGS.get("^" + letters, "")


_SCALES = {"千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}


@lru_cache(maxsize=20_000)
def _number(written: str) -> Form | None:
    scale = _SCALES.get(written[-1], 0)
    if scale:
        written = written[:-1].rstrip()
    digits = "".join(str(int(c)) if c.isdecimal() else "," for c in written)
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    whole, _, rest = digits.partition(",")
    if scale:
        whole, rest = whole + rest[:scale].ljust(scale, "0"), rest[scale:]
    rest = rest.rstrip("0")
    value = (whole.lstrip("0") or "0") + ("," + rest if rest else "")
    if len(value) > 24:
        return None
    return Form(value, "#" + value, (), ("#" + value,), True, False)


def _stems(plain: str) -> list[str]:
    """Return the word as it is and without an article or preposition glued to it."""
    shorter = _PROCLITIC.sub("", plain)
    return [plain, shorter] if len(shorter) >= 3 and shorter != plain else [plain]


def _skeleton(plain: str) -> str:
    bare = plain.replace("ph", "f").replace("sh", "s").replace("ch", "k").replace("x", "ks")
    bare = bare.translate(_COARSE)
    return _DOUBLED.sub(r"\1", bare)


def likeness(one: Form, other: Form) -> float:
    """Return how likely two forms are the same name or cognate, 0 to 1."""
    if one.latin == other.latin:
        return 1.0
    if one.also and other.also and not set(one.also).isdisjoint(other.also):
        return MEANT
    if one.latin[0] == "#" or other.latin[0] == "#":
        return 0.0
    alike = float(Indel.normalized_similarity(one.latin, other.latin))
    if not (one.spelled and other.spelled):
        bones = max(
            (
                float(Indel.normalized_similarity(x, y))
                * min(1.0, 0.55 + 0.1 * min(len(x), len(y)))
                for x in one.skeletons
                for y in other.skeletons
            ),
            default=0.0,
        )
        alike = max(alike, 0.95 * bones)
    return alike if alike >= LEAST_ALIKE else 0.0


MOST_SHARING = 40
"""Forms of one text under one key that are tried against a form of the other."""


def pairs_alike(a: Iterable[Form], b: Iterable[Form]) -> dict[Form, dict[Form, float]]:
    """Return, for each form of `a`, the forms of `b` thought the same, with their likeness."""
    by_key: dict[str, list[Form]] = defaultdict(list)
    for form in b:
        for key in form.keys:
            by_key[key].append(form)
    found: dict[Form, dict[Form, float]] = {}
    for form in a:
        alike: dict[Form, float] = {}
        for key in form.keys:
            for other in by_key.get(key, ())[:MOST_SHARING]:
                if other not in alike:
                    alike[other] = likeness(form, other)
        alike = {other: value for other, value in alike.items() if value}
        if alike:
            found[form] = alike
    return found


def heard_alike(a: Iterable[Form], b: Iterable[Form]) -> dict[Form, dict[Form, float]]:
    """Return the names of `a` and `b`, one or both written by their sound, that sound the same."""
    found: dict[Form, dict[Form, float]] = {}
    voices = [(form, _voice(form)) for form in b]
    voices = [(form, voice) for form, voice in voices if len(voice) >= LEAST_SOUND]
    for form in a:
        voice = _voice(form)
        if len(voice) < LEAST_SOUND:
            continue
        alike = {
            other: value
            for other, theirs in voices
            if (form.sound or other.sound) and (value := _sounds(voice, theirs))
        }
        if alike:
            found[form] = alike
    return found


def _voice(form: Form) -> str:
    return form.sound or (consonants(form.latin) if form.cased and form.spelled else "")


LEAST_SOUND = 3
SOUND = 0.75


def _sounds(one: str, other: str) -> float:
    """Return how likely two names sound the same, one of which may run on into other words."""
    if one[:1] != other[:1] and len(one) == len(other) == LEAST_SOUND:
        return 0.0
    shorter = min(len(one), len(other))
    alike = partial_ratio(one, other) / 100
    needed = 1.0 if shorter <= LEAST_SOUND else SOUND
    return alike * min(1.0, 0.4 + 0.1 * shorter) if alike >= needed else 0.0
