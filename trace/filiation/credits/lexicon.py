"""The phrases by which languages credit a source, as `sources/credits/*.toml` hold them.

A phrase is a pattern over folded text (see `filiation.fold`: lower case, no accents, plain quotes and
dashes) with slots and word lists:

- `{outlet}` `{via}` `{for}` `{author}` `{translator}` name somebody, `{behind}` whom the outlet had it from; `{title}` is a quoted title,
  `{date}` a date, `{language}` the name of a language, `{url}` an address. A slot may be numbered
  (`{outlet2}`) where a pattern needs it twice.
- `<work>` stands for any word of the list `work` of the same file (or of `und.toml`).
- everything else is a regular expression; a blank matches any run of blanks.

Every phrase carries examples that must match and counterexamples that must not; a test holds them to it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from filiation.credits.needs import Index, Needs, needs
from filiation.errors import CatalogueError
from filiation.fold import fold
from filiation.shelf import books, shelf
from filiation.values import PAGE_KINDS, ROLES, PageKind, Role

__all__ = ["Lexicon", "Phrase", "Trials", "lexicon", "lexicon_of", "lexicons"]

At = Literal["line", "start", "end", "sentence", "anywhere"]

_SLOT = re.compile(r"\{(outlet|behind|via|for|author|translator|title|date|language|url)(\d?)\}")
_LIST = re.compile(r"(?<!\?P)<([a-z_]+)>")

# What a slot may hold. Bounded, and never across lines, so that a hostile line costs no more than
# its length times the bound.
_SLOTS = {
    "title": r'["\']\s?(?P<{0}>[^\n]{{3,250}}?)\s?["\']',
    "date": r'(?P<{0}>(?:[^\W\d_]+\.?,?\s){{0,4}}?\d[^"\n]{{0,36}}?|[^\W\d_]{{3,12}} \d{{4}})',
    "language": r"(?P<{0}>[^\W\d_]{{2,20}})",
    "url": r"(?P<{0}>(?:https?://|www\.)[^\s<>\"]{{4,500}})",
}
# A name holds no end of a sentence; a stop within it has no blank behind, or an initial before it.
_IN_NAME = r"(?:[^\n.!?;]|[.!?](?!\s)|(?<=\b\w)\.(?=\s))"
_NAME_SLOT = rf"(?P<{{0}}>{_IN_NAME}{{{{1,160}}}}?)"
_LAST_NAME_SLOT = r"(?P<{0}>[^\n]{{0,200}})"

# Where a phrase may stand in a line.
_ANCHORS: dict[At, tuple[str, str]] = {
    "line": (r"^[\W_]*", r"[\W_]*$"),
    "start": (r"^[\W_]*", ""),
    "end": (r"(?<!\w)", r"[\W_]*$"),
    # A sentence begins a line, or follows a stop, a bracket, a colon or a dash, even a glued one.
    "sentence": (r"(?:^[\W_]*|[.!?:;|*\])\[(。]\s*|\s-+\s)", ""),
    "anywhere": (r"(?<!\w)", ""),
}

STRENGTHS = {"certain": 0.95, "strong": 0.9, "usual": 0.8, "weak": 0.6, "hint": 0.4}
"""How strongly a statement binds: `certain` says in words that this very text came from there;
`hint` only together with something else."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say where a text comes from."""

    id: str
    role: Role
    kind: PageKind
    """What the page is, if this is said of it."""
    expression: str
    """Its regular expression."""
    strength: float
    needs: Needs
    """What a line must hold for it to be found there."""
    label: bool = False
    """Whether it is a label (`Source:`) whose value is the rest of its line, or the next one."""
    anywhere: bool = False
    """Whether it may stand within running text, not only before and after it."""
    nameless: bool = False
    """Whether it counts where no name can be read (the name was only a link)."""
    tail: bool = False
    """Whether it counts only after the running text."""
    head: bool = False
    """Whether it counts only before the running text."""
    known: bool = False
    """Whether the name must be one of the catalogue, or look like an outlet's by its words."""
    listed: bool = False
    """Whether the name must be one of the catalogue itself."""
    closed: bool = False
    """Whether the statement must end with the name (or a date after it), as running text does not."""
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()

    @property
    def pattern(self) -> re.Pattern[str]:
        """Its regular expression, compiled when it is first tried: most never are."""
        return _pattern(self.expression)

    def found(self, line: str) -> Iterable[re.Match[str]]:
        """Return where it stands in a folded line, in order and not overlapping."""
        if self.needs.begins:
            match = self.pattern.match(line)
            return () if match is None else (match,)
        return self.pattern.finditer(line)

    @property
    def negative(self) -> bool:
        """Whether it says that its line is about rights or another text, and credits nothing."""
        return self.kind == "none" and ".not." in self.id


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@dataclass(frozen=True, slots=True)
class Trials:
    """What a line must hold for the patterns of a lexicon to be worth trying on it."""

    index: Index
    phrases: tuple[tuple[Phrase, int], ...]
    """The phrases that credit, with what each needs, in their order."""
    negatives: tuple[tuple[Phrase, int], ...]
    """The phrases that say that their line credits nothing."""
    photo: int
    """What the cues of pictures need."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What one language's file says."""

    language: str
    words: dict[str, tuple[str, ...]]
    """Word lists, folded."""
    phrases: tuple[Phrase, ...]

    def matcher(self, name: str) -> re.Pattern[str]:
        """Return a pattern that finds any word of the list `name` (a `*` at its end: any ending)."""
        return _matcher(self.language, name)

    @property
    def trials(self) -> Trials:
        """What a line must hold for each of the patterns."""
        return _trials(self.language)


_PHRASE_KEYS = {
    "id", "role", "kind", "at", "pattern", "strength", "anywhere", "nameless", "tail", "head",
    "known", "listed", "closed", "examples", "counterexamples",
}  # fmt: skip
_LABEL_KEYS = (_PHRASE_KEYS - {"at", "pattern"}) | {"words", "colon"}


def _fold_pattern(pattern: str) -> str:
    """Fold the literal characters of a regular expression, leaving escapes as they are."""
    parts = re.split(r"(\\.|\(\?P<\w+>)", pattern)
    return "".join(p if p.startswith(("\\", "(?P<")) else fold(p).text for p in parts)


def _alternatives(words: tuple[str, ...]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(_word(w) for w in longest_first) + ")"


def _word(word: str) -> str:
    if word.endswith("*"):
        return re.escape(word[:-1]).replace(r"\ ", " +") + r"\w*"
    return re.escape(word).replace(r"\ ", " +")


@dataclass(frozen=True, slots=True)
class _File:
    """One TOML file while it is being read, so that every complaint names file and key."""

    name: str
    words: dict[str, tuple[str, ...]]

    def wrong(self, key: str, what: str, remedy: str) -> CatalogueError:
        return CatalogueError(f"credits/{self.name}.toml", key, what, remedy)

    def expand(self, pattern: str, key: str) -> str:
        """Return the regular expression that a pattern stands for."""

        def words(match: re.Match[str]) -> str:
            if match[1] not in self.words:
                known = ", ".join(sorted(self.words))
                raise self.wrong(key, f"no word list <{match[1]}>", f"lists are: {known}")
            return _alternatives(self.words[match[1]])

        def slot(match: re.Match[str]) -> str:
            name = match[1] + match[2]
            last = not whole[match.end() :].strip("$)")
            form = _SLOTS.get(match[1]) or (_LAST_NAME_SLOT if last else _NAME_SLOT)
            return form.format(name)

        blanks = re.sub(r" \?", r"\\s*", pattern)
        blanks = re.sub(r"(?<!\\) ", r"\\s+", blanks)
        whole = _LIST.sub(words, _fold_pattern(blanks))
        return _SLOT.sub(slot, whole)

    def needs(self, expression: str, key: str) -> Needs:
        try:
            return needs(expression)
        except re.error as error:
            raise self.wrong(
                key, f"not a pattern ({error})", "write a regular expression"
            ) from error

    def phrase(self, entry: dict[str, Any], label: bool) -> Phrase:
        identity = entry.get("id", "?")
        self._check_keys(entry, identity, _LABEL_KEYS if label else _PHRASE_KEYS)
        if label:
            words = tuple(fold(w).text for w in entry["words"])
            expression = _label(words, entry.get("colon", True))
        else:
            before, after = _ANCHORS[cast(At, entry.get("at", "sentence"))]
            expression = before + self.expand(entry["pattern"], identity) + after
        return Phrase(
            id=identity,
            role=entry["role"],
            kind=entry["kind"],
            expression=expression,
            strength=STRENGTHS[entry.get("strength", "usual")],
            needs=self.needs(expression, identity),
            label=label,
            examples=tuple(entry.get("examples", ())),
            counterexamples=tuple(entry.get("counterexamples", ())),
            **{
                k: bool(entry[k])
                for k in ("anywhere", "nameless", "tail", "head", "known", "listed", "closed")
                if k in entry
            },
        )

    def _check_keys(self, entry: dict[str, Any], identity: str, keys: set[str]) -> None:
        if unknown := sorted(entry.keys() - keys):
            raise self.wrong(
                identity, f"unknown key {unknown[0]!r}", f"keys are: {', '.join(sorted(keys))}"
            )
        allowed: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("role", ROLES), ("kind", PAGE_KINDS), ("strength", tuple(STRENGTHS)), ("at", tuple(_ANCHORS)),
        )  # fmt: skip
        for key, values in allowed:
            if key in entry and entry[key] not in values:
                raise self.wrong(
                    f"{identity}.{key}",
                    f"{entry[key]!r} is unknown",
                    f"write one of {', '.join(values)}",
                )
        for key in ("id", "role", "kind", "words" if "words" in keys else "pattern"):
            if key not in entry:
                raise self.wrong(identity, f"{key} is missing", f"add {key} = …")


def _label(words: tuple[str, ...], colon: bool | str) -> str:
    """Return the expression of a label: a word, then a colon (or its like), then the value.

    Without `colon` the label may also be followed by the name at once, but then only at the start of
    a line or after a dash, bracket or stop.
    """
    alternatives = _alternatives(words)
    with_colon = rf"(?:(?<![\w'])|(?<=[a-z0-9]\.)){alternatives}\s*(?:\([^)\n]{{1,40}}\)\s*)?[:=]"
    value = r"\s*(?P<value>[^\n]{0,250})"
    if colon:
        return with_colon + value
    bare = rf"(?:^[\W_]*|[\[(|]\s*|\s-+\s+){alternatives}(?=[\s(\"]|$)"
    return rf"(?:{with_colon}|{bare}){value}"


def _compiled(contents: Mapping[str, dict[str, Any]], name: str) -> Lexicon:
    """Return the lexicon of one file among `contents`, whose `und` holds the word lists of all."""
    common = contents.get("und", {}).get("words", {})
    words = {k: _folded(v) for k, v in {**common, **contents[name].get("words", {})}.items()}
    file = _File(name, words)
    phrases = [file.phrase(entry, label=True) for entry in contents[name].get("label", [])]
    phrases += [file.phrase(entry, label=False) for entry in contents[name].get("phrase", [])]
    return Lexicon(name, words, tuple(phrases))


@cache
def _contents() -> dict[str, dict[str, Any]]:
    return dict(books(shelf() / "credits"))


@cache
def lexicon_of(code: str) -> Lexicon | None:
    """Return the phrases of one language alone (`und`: those for all), None where it has no file.

    Compiled when they are first asked for: a page needs three of three dozen languages.
    Raises `CatalogueError`, naming file, key and remedy, where the file is wrong.
    """
    return _compiled(_contents(), code) if code in _contents() else None


def _folded(words: list[str]) -> tuple[str, ...]:
    return tuple(fold(word).text for word in words)


def lexicons() -> dict[str, Lexicon]:
    """Return the lexicon of every language that has a file, by language code; `und` is for all.

    Raises `CatalogueError`, naming file, key and remedy, where a file is wrong.
    """
    return {code: found for code in _contents() if (found := lexicon_of(code))}


@cache
def lexicon(language: str | None) -> Lexicon:
    """Return what applies to a page in `language`.

    That is its own lexicon, that of English (whose phrases stand on pages of every language) and
    the common one; every lexicon where the language is unknown.
    """
    every = _contents()
    own = [language] if language in every else sorted(every.keys() - {"und", "en"})
    codes = dict.fromkeys([*own, "en", "und"])
    chosen = [found for code in codes if (found := lexicon_of(code))]
    words: dict[str, tuple[str, ...]] = {}
    for part in chosen:
        for name, listed in part.words.items():
            words[name] = tuple(dict.fromkeys((*words.get(name, ()), *listed)))
    return Lexicon(
        language if language in every else "*",
        words,
        tuple(
            sorted(
                (phrase for part in chosen for phrase in part.phrases), key=lambda p: -p.strength
            )
        ),
    )


@cache
def _matcher(language: str, name: str) -> re.Pattern[str]:
    words = lexicon(None if language == "*" else language).words.get(name, ())
    spaced = tuple(word for word in words if not _UNSPACED.search(word))
    glued = tuple(word for word in words if _UNSPACED.search(word))
    parts = [rf"(?<!\w){_alternatives(spaced)}(?:(?<=')|(?!\w))"] if spaced else []
    parts += [_alternatives(glued)] if glued else []
    return re.compile("|".join(parts) or r"(?!)")


@cache
def _trials(language: str) -> Trials:
    found = lexicon(None if language == "*" else language)
    photo = needs(found.matcher("photo").pattern)
    index = Index([photo.groups, *(phrase.needs.groups for phrase in found.phrases)])
    needed = list(zip(found.phrases, index.needed[1:], strict=True))
    return Trials(
        index,
        phrases=tuple(row for row in needed if not row[0].negative),
        negatives=tuple(row for row in needed if row[0].negative),
        photo=index.needed[0],
    )


_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts that put no blanks between words."""
