"""Which language a text is in, and the words a language has for authors, dates and other languages."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, repeat
from struct import unpack
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from filiation.errors import CatalogueError
from filiation.fold import Translation, fold
from filiation.shelf import books, shelf

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = [
    "DateOrder",
    "Language",
    "code_of",
    "codes",
    "identify",
    "language_named",
    "languages_by_paragraph",
    "prepare",
    "words_of",
]

DateOrder = Literal["dmy", "mdy", "ymd"]

LEAST_LETTERS = 40
"""Below this many letters no detector tried could be trusted (14 probes, py3langid and lingua)."""
LEAST_IDEOGRAPHS = 12
"""A Chinese, Japanese or Korean character carries about three times what a letter does."""
SURE_LETTERS = 120
"""Below this many letters, an identification must also be `LEAST_PROBABILITY` sure."""
LEAST_PROBABILITY = 0.5
SAMPLE = 3000
"""Characters looked at; three samples of a third each: head, middle and tail."""

_RETIRED = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "sh": "sr", "cn": "zh"}
"""Codes that standards or habit replaced."""


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language that the press uses around an article: `sources/languages`."""

    code: str
    """ISO 639-1."""
    name: str = ""
    """What it calls itself."""
    english: str = ""
    date_order: DateOrder | None = None
    """Order of a date written in figures, as a rule."""
    bylines: tuple[str, ...] = ()
    """What stands before an author's name, lower case."""
    source_words: tuple[str, ...] = ()
    """What says that a line speaks of another publication."""
    update_words: tuple[str, ...] = ()
    """What says that a date is that of a change, not of the publication."""
    articles: tuple[str, ...] = ()
    """Articles and contractions; they belong to the sentence, not to the name they precede."""
    glued: tuple[str, ...] = ()
    """Articles, prepositions and conjunctions that are written in one with the word behind them."""
    stop_words: frozenset[str] = frozenset()
    """The commonest function words."""
    name_endings: tuple[str, ...] = ()
    """Endings that the name of a language may take or lose in a sentence."""
    months: tuple[tuple[str, ...], ...] = ()
    """Twelve, each with its spellings."""
    weekdays: tuple[tuple[str, ...], ...] = ()
    """Seven, Monday first."""
    capital_months: bool = False
    """Whether a month in small letters is another word."""
    jalali_months: tuple[str, ...] = ()
    """Months of the Iranian calendar."""
    eras: Mapping[str, int] = field(default_factory=dict)
    """Name of an era and the year before its first."""
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What it calls the other languages."""


def code_of(label: str | None) -> str | None:
    """Return the ISO 639-1 code in a language tag (`fr-FR`, `pt_BR`) or name (`French`), or None.

    >>> code_of("pt_BR"), code_of("nb-NO"), code_of("Deutsch"), code_of("x-default")
    ('pt', 'no', 'de', None)
    """
    if not label:
        return None
    label = label.strip()[:40].lower()
    if tag := re.fullmatch(r"([a-z]{2})(?:[-_].*)?", label):
        return _RETIRED.get(tag[1], tag[1])
    return _own_names().get(fold(label).text)


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """Return the codes of the languages on the shelf."""
    folder = shelf() / "languages"
    return tuple(
        sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))
    )


@lru_cache(maxsize=128)
def words_of(language: str | None) -> Language:
    """Return the words of `language` (a code or tag); for a language not on the shelf, no words.

    Raises `CatalogueError` where the language's file is wrong.
    """
    code = code_of(language) or ""
    if code not in codes():
        return Language(code)
    return _all().get(code) or Language(code)


@lru_cache(maxsize=1)
def _all() -> dict[str, Language]:
    return {code: _language(code, book) for code, book in books(shelf() / "languages")}


_LISTS = (
    "bylines",
    "source_words",
    "update_words",
    "articles",
    "glued",
    "stop_words",
    "name_endings",
    "jalali_months",
)
_TABLES = {"months": 12, "weekdays": 7}


def _language(code: str, book: dict[str, Any]) -> Language:
    where = f"languages/{code}.toml"
    known = set(Language.__dataclass_fields__) - {"code"}
    for key in book:
        if key not in known:
            raise CatalogueError(where, key, "is no key of a language", f"use one of {known}")
    for key in _LISTS:
        if not _are_words(book.get(key, [])):
            raise CatalogueError(where, key, "is no list of words", 'write ["…", "…"]')
    for key, length in _TABLES.items():
        rows = book.get(key, [])
        if not isinstance(rows, list) or len(rows) != length or not all(map(_are_words, rows)):
            raise CatalogueError(
                where, key, f"is no list of {length} lists of words", "complete it"
            )
    if book.get("date_order") not in ("dmy", "mdy", "ymd"):
        raise CatalogueError(where, "date_order", "is unknown", 'write "dmy", "mdy" or "ymd"')
    others = book.get("languages", {})
    if not isinstance(others, dict) or not all(map(_are_words, others.values())):
        raise CatalogueError(where, "languages", "is no table of lists", 'write en = ["English"]')
    lists = {key: tuple(book.get(key, [])) for key in _LISTS}
    return Language(
        code=code,
        name=str(book.get("name", "")),
        english=str(book.get("english", "")),
        date_order=cast(DateOrder, book["date_order"]),
        bylines=lists["bylines"],
        source_words=lists["source_words"],
        update_words=lists["update_words"],
        articles=lists["articles"],
        glued=lists["glued"],
        stop_words=frozenset(lists["stop_words"]),
        name_endings=lists["name_endings"],
        months=tuple(tuple(row) for row in book.get("months", [])),
        weekdays=tuple(tuple(row) for row in book.get("weekdays", [])),
        capital_months=bool(book.get("capital_months", False)),
        jalali_months=lists["jalali_months"],
        eras={str(k): int(v) for k, v in book.get("eras", {}).items()},
        languages={k: tuple(v) for k, v in others.items()},
    )


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


# --- languages named in a sentence ---------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+")
# Scripts that write words together, or glue prefixes to them: a name is looked for inside the text.
_GLUED = frozenset({"zh", "ja", "ko", "ar", "fa", "he"})


def language_named(text: str, in_language: str | None = None) -> str | None:
    """Return the code of the first language that `text`, itself in `in_language`, names, or None.

    Names may be inflected (`aus dem Englischen`, `с английского`). A language's name for itself and
    its English name are understood everywhere.

    >>> language_named("traduit de l'anglais", "fr"), language_named("z angielskiego", "pl")
    ('en', 'en')
    """
    folded = fold(text[:400]).text
    if in_language is not None and (found := _first_name(folded, code_of(in_language) or "")):
        return found
    words = _WORD.findall(folded)
    for size in (3, 2, 1):
        for i in range(len(words) - size + 1):
            if code := _own_names().get(" ".join(words[i : i + size])):
                return code
    return None


def _first_name(folded: str, language: str) -> str | None:
    names, stems = _names_in(language)
    if language in _GLUED:
        places = [(folded.find(name), -len(name), code) for name, code in names.items()]
        return min((p for p in places if p[0] >= 0), default=(0, 0, None))[2]
    words = _WORD.findall(folded)
    endings = ("", *words_of(language).name_endings)
    for i in range(len(words)):
        for size in (3, 2, 1):
            if code := names.get(" ".join(words[i : i + size])):
                return code
        for ending in map(_folded, endings):
            if words[i].endswith(ending):
                stem = words[i][: len(words[i]) - len(ending)]
                if code := stems.get(stem):
                    return code
    return None


@lru_cache(maxsize=64)
def _names_in(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of languages in `language`, and their stems, each with its code."""
    words = words_of(language)
    names: dict[str, str] = {}
    for code, forms in words.languages.items():
        for form in forms:
            name = _folded(form)
            names.setdefault(name.removeprefix("ال") if language in ("ar", "fa") else name, code)
    stems = dict(names)
    for ending in sorted(map(_folded, words.name_endings), key=len, reverse=True):
        for name, code in names.items():
            stem = name.removesuffix(ending)
            if len(stem) >= 4:  # shorter stems are ordinary words
                stems.setdefault(stem, code)
    return names, stems


@lru_cache(maxsize=1)
def _own_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, language in _all().items():
        for name in (language.english, language.name):
            if name:
                names.setdefault(_folded(name), code)
    return names


def _folded(word: str) -> str:
    return fold(word).text


# --- identification ------------------------------------------------------------------------------

_SCRIPTS: tuple[tuple[str, str], ...] = (
    # script, the characters that betray it
    ("kana", "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"),
    ("hangul", "\uac00-\ud7af\u1100-\u11ff\u3130-\u318f"),
    ("han", "\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff"),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("hebrew", "\u0590-\u05ff"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("devanagari", "\u0900-\u097f"),
    ("cyrillic", "\u0400-\u052f"),
)
_SCRIPT = {name: re.compile(f"[{characters}]+") for name, characters in _SCRIPTS}
_NOT_LATIN = re.compile(f"[{''.join(characters for _, characters in _SCRIPTS)}]")
# Scripts that one language of the press, or few, are written in.
_WRITTEN_IN = {
    "kana": frozenset({"ja"}),
    "hangul": frozenset({"ko"}),
    "han": frozenset({"zh"}),
    "greek": frozenset({"el"}),
    "hebrew": frozenset({"he"}),
    "arabic": frozenset({"ar", "fa", "ur", "ps", "ku", "ug"}),
    "devanagari": frozenset({"hi", "mr", "ne"}),
    "cyrillic": frozenset({"ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg"}),
}
# Not on the shelf, but near enough to a language that is to be mistaken for it.
_NEIGHBOURS = frozenset({"ur", "ps", "be", "bs", "ms", "is", "af", "mr", "ne", "th", "kk", "az"})


def identify(text: str, allowed: Iterable[str] | None = None) -> str | None:
    """Return the language of `text` (ISO 639-1), or None where too little tells.

    None under about `LEAST_LETTERS` letters. `allowed` restricts the answer to some languages.
    """
    codes_allowed = None
    if allowed is not None:
        codes_allowed = frozenset(code for a in allowed if (code := code_of(a)))
    return _identified(_sample(text), codes_allowed)


REMEMBERED = 64
"""Samples whose words or language are remembered: a document is asked about while it is cut into
lines and again as a whole, and a document of one paragraph is its own paragraph."""


@lru_cache(maxsize=REMEMBERED)
def _identified(sample: str, allowed: frozenset[str] | None) -> str | None:
    counted = _counted(sample)
    if not counted.letters:
        return None
    script = _script(sample, counted.letters)
    least = LEAST_IDEOGRAPHS if script in _DENSE_SCRIPTS else LEAST_LETTERS
    if counted.letters < least:
        return None
    candidates = _candidates(script, allowed)
    if len(candidates) < 2:
        return next(iter(candidates), None)
    return _by_stop_words(counted, candidates) or _ranked(sample, counted.letters, candidates)


@lru_cache(maxsize=64)
def _candidates(script: str | None, allowed: frozenset[str] | None) -> frozenset[str]:
    """Return the languages that a text in `script` (None: Latin) may be in."""
    candidates = frozenset(codes()) | _NEIGHBOURS if allowed is None else allowed
    if script is not None:
        return candidates & _WRITTEN_IN[script]
    return candidates - (frozenset().union(*_WRITTEN_IN.values()) - {"sr", "ku"})


STOP_WORDS = 40
"""Words from which on function words alone may decide: it takes a tenth of the model's time, and
the model need not be loaded (0.5 s). ..."""
STOP_SHARE = 0.15
"""... if so many of the words are function words of one language ..."""
STOP_LEAD = 0.6
"""... and any other language has at most this share of its hits. Of 6,922 news texts in 11
languages (SemEval 2022, NTREX, WMT14, FANG-COVID) this decides 5,023, every one rightly."""


def _by_stop_words(counted: "_Counted", candidates: frozenset[str]) -> str | None:
    if counted.words < STOP_WORDS:
        return None
    hits = zip(counted.hits, _stop_words().codes, strict=True)
    ranking = sorted((hit for hit in hits if hit[1] in candidates), reverse=True)
    if not ranking or ranking[0][0] < max(1, STOP_SHARE * counted.words):
        return None
    if len(ranking) > 1 and ranking[1][0] > STOP_LEAD * ranking[0][0]:
        return None
    return ranking[0][1]


def _confirmed(paragraphs: Sequence[str], document: str | None) -> list[bool]:
    """Return for each whether no language has more function words in it than its document's."""
    place = _stop_words().places.get(document or "")
    if place is None or not paragraphs:
        return [False] * len(paragraphs)
    looked_at = [p if len(p) <= 2 * EDGE else f"{p[:EDGE]} {p[-EDGE:]}" for p in paragraphs]
    found: list[bool] = []
    for paragraph, looked in zip(
        paragraphs, _spaced("\n".join(looked_at)).split("\n"), strict=True
    ):
        words = looked.split()
        own, other = _own_and_other(words, place)
        told = len(words) >= FEW_STOP_WORDS and own >= max(STOP_SHARE * len(words), 2 * other)
        if not told and len(paragraph) > 2 * EDGE:
            words = _spaced(_sample(paragraph)).split()
            own, other = _own_and_other(words, place)
        found.append(
            len(words) >= FEW_STOP_WORDS
            and own >= (other if own >= STOP_SHARE * len(words) else max(SOME, 2 * other))
        )
    return found


def _own_and_other(words: Sequence[str], place: int) -> tuple[int, int]:
    """Return how often the language at `place` is hit, and the one hit most of all others."""
    hits = _stop_words().hits(words)
    own = hits.pop(place)
    return own, max(hits)


class _Counted(NamedTuple):
    """What the words of a sample say of its language."""

    letters: int
    words: int
    hits: list[int]
    """How many of the words are function words of each language, in the order of `_StopWords`."""


@lru_cache(maxsize=REMEMBERED)
def _counted(sample: str) -> _Counted:
    words = _spaced(sample).split()
    letters = sum(map(len, words))
    return _Counted(letters, len(words), _stop_words().hits(words))


def _spaced(text: str) -> str:
    """Return the words of `text` in small letters, as `_WORD` finds them, with spaces between.

    That takes a sixth of the time of `_WORD`. Lines stay lines, and every character keeps its place
    but for a few capitals (`İ`) whose small form is two characters.
    """
    # The small form of a sigma depends on what follows.
    return _SPACED.of(text.lower() if "Σ" in text else text)


def _small_or_space(character: str) -> str:
    return "".join(c if c == "\n" or _LETTER.match(c) else " " for c in character.lower())


_LETTER = re.compile(r"[^\W\d_]")
_SPACED = Translation(_small_or_space)


@dataclass(frozen=True, slots=True)
class _StopWords:
    """The function words of all languages, made to be counted together.

    Each language has `FIELD` bytes of one long number. A word is the number with a one in the
    fields of its languages, and the sum over a text's words holds the hits of every language:
    counted in a quarter of the time that a loop over words and languages takes.
    """

    codes: tuple[str, ...]
    places: Mapping[str, int]
    """Where a language stands among `codes`."""
    fields: Mapping[str, int]
    """The number of each word."""

    def hits(self, words: Iterable[str]) -> list[int]:
        """Return how many of `words` are function words of each language, in order of `codes`."""
        total = sum(map(self.fields.get, words, repeat(0)))
        packed = total.to_bytes(FIELD * len(self.codes), "little")
        return list(unpack(f"<{len(self.codes)}H", packed))


FIELD = 2
"""Bytes; a sample of `SAMPLE` characters has fewer words than 65,536."""


@lru_cache(maxsize=1)
def _stop_words() -> _StopWords:
    languages = tuple(_all().items())
    fields: dict[str, int] = {}
    for place, (_, language) in enumerate(languages):
        for word in language.stop_words:
            fields[word] = fields.get(word, 0) + (1 << (8 * FIELD * place))
    order = tuple(code for code, _ in languages)
    return _StopWords(order, {code: place for place, code in enumerate(order)}, fields)


def languages_by_paragraph(
    text: str, document: str | None = None
) -> tuple[tuple[int, int, str], ...]:
    """Return (start, end, code) for each paragraph of `text` long enough to tell.

    That is, of at least `SURE_LETTERS` characters (a third of it in scripts without spaces). A
    paragraph is only called another language than `document`'s when a second look, at these two
    alone, agrees.
    """
    paragraphs = list(islice(_paragraphs(text), MOST_PARAGRAPHS))
    confirmed = _confirmed([text[start:end] for start, end in paragraphs], document)
    found: list[tuple[int, int, str]] = []
    for (start, end), sure in zip(paragraphs, confirmed, strict=True):
        code = document if sure else identify(text[start:end])
        if code is None:
            continue
        if document and code != document and end - start < 2 * SURE_LETTERS:
            code = identify(text[start:end], (document, code)) or document
        found.append((start, end, code))
    return tuple(found)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the paragraphs that are long enough to tell their language."""
    end = -1
    for shown in text.split("\n"):
        start = end + 1
        end = start + len(shown)
        if len(shown) < SURE_LETTERS // 3:
            continue
        if len(shown) >= SURE_LETTERS or _script(shown, len(shown)) in _DENSE_SCRIPTS:
            yield start, end


FEW_STOP_WORDS = 12
"""Words from which on function words may confirm that a paragraph is in its document's language."""
EDGE = 100
"""Characters at the beginning and at the end of a long paragraph that may confirm its language
alone, if any other has half as many function words there at most. That spares reading half of a
text. Of 99,700 paragraphs confirmed so, of 14,000 articles in 13 languages, none was called
otherwise when read as a whole; with edges of 80 one of 115,200 was."""
SOME = 3
"""Function words of the document's language that confirm it in a paragraph with fewer than
`STOP_SHARE` of them (names, headlines), if any other language has half as many at most. Of 2,566
such paragraphs of 15,000 articles in 12 languages the model gave 2,565 the same language; the other
is a list of Californian counties in an English text, which it called Spanish."""
_DENSE_SCRIPTS = ("kana", "hangul", "han")
MOST_PARAGRAPHS = 2000
"""Paragraphs identified one by one; a bound on time, not a measurement."""


def _sample(text: str) -> str:
    if len(text) <= SAMPLE:
        return text
    third, middle = SAMPLE // 3, len(text) // 2
    return f"{text[:third]}\n{text[middle : middle + third]}\n{text[-third:]}"


def _script(sample: str, letters: int) -> str | None:
    if sample.isascii() or not _NOT_LATIN.search(sample):
        return None
    counts = {name: sum(map(len, run.findall(sample))) for name, run in _SCRIPT.items()}
    if counts["kana"] > 0.05 * letters:  # Japanese mixes kana with Chinese characters
        return "kana"
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] > 0.5 * letters else None


def _ranked(sample: str, letters: int, candidates: frozenset[str]) -> str | None:
    identifier = _identifier()
    ranked: list[tuple[str, float]] = identifier.rank(sample)
    ranking = [(code, p) for code, p in ranked if code in candidates]
    total = sum(p for _, p in ranking)
    if not ranking or total <= 0:
        return None
    code, probability = ranking[0]
    if letters < SURE_LETTERS and probability / total < LEAST_PROBABILITY:
        return None
    return code


def prepare() -> None:
    """Load what `identify` asks. That takes 50 MB more for a moment than it keeps: do it early."""
    _identifier()


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    # norm_probs divides the scores by the text's length, so that short texts are unsure.
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.labels)
    everything = frozenset(codes()) | _NEIGHBOURS | frozenset().union(*_WRITTEN_IN.values())
    identifier.set_languages(sorted(everything & known))
    # The numbers of the languages left out are 28 MB that nobody asks for again.
    if hasattr(identifier, "_full_model"):
        identifier._full_model = None
    return identifier
