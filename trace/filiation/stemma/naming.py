"""Whether two names on pages mean the same outlet, and two titles the same text."""

from dataclasses import dataclass
from functools import lru_cache

from filiation.fold import folded
from filiation.outlets import Catalogue, host

__all__ = ["LEAST_LABEL", "Names", "Who", "names_of", "same_title"]

SAME_NAME = 0.9
"""Least similarity of two uncatalogued outlets' names: one slip in ten letters, as in the
catalogue."""
LEAST_FUZZY_NAME = 9
"""Letters; in shorter names one slip makes another outlet (Le Temps, Le Tempo)."""
LEAST_LABEL = 4
"""Letters of a domain's label that may stand for a name: shorter ones are words like any other."""
ARTICLE = 3
"""Letters by which one spelling may be longer at its front: le, the, der; "blog" is no article."""
SAME_TITLE = 92.0
"""Least similarity (per cent) of two titles of one text: two slips in 60 letters, or a house's
change of typography. Titles of different reports of one event stay below 85."""
TITLE = 500
"""Characters of a title that are looked at."""
LEAST_TITLE = 12
"""Letters of a title that can tell a text: "Editorial" and "The week" cannot."""


@dataclass(frozen=True, slots=True)
class Who:
    """An outlet as some page names it."""

    name: str | None = None
    key: str | None = None
    """Key of the catalogue, where it is known there."""
    host: str = ""
    """Host of an address at the outlet."""

    def __bool__(self) -> bool:
        return bool(self.name or self.key or self.host)


MOST_KNOWN = 100_000
"""Names that are remembered; then they are looked up anew."""


class Names:
    """Names of outlets compared, with the catalogue's help."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._known: dict[tuple[str | None, str | None, str], Who] = {}

    def who(self, name: str | None, key: str | None = None, url: str | None = None) -> Who:
        """Return the outlet that a name, a key or an address means, as far as they say."""
        at = host(url) if url else ""
        if not at and name and " " not in name.strip():
            at = host(name.strip())
        asked = (name, key, at)
        if asked not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[asked] = Who(name, key or self._key(name, at), at)
        return self._known[asked]

    def _key(self, name: str | None, at: str) -> str | None:
        found = self.catalogue.by_name(name, context=True) if name else None
        if found is None and not name and at:
            found = self.catalogue.resolve(url=at)
        return found.outlet.key if found else None

    def name(self, who: Who) -> str | None:
        """Return what to call the outlet: as catalogued, else as written, else its host.

        A name as written may be misspelt, or bent to fit its sentence; the credit keeps it so.
        """
        known = self.catalogue.get(who.key) if who.key else None
        return (known.name if known else None) or who.name or who.host or None

    def language(self, who: Who) -> str | None:
        """Return the outlet's main language, where the catalogue knows it."""
        known = self.catalogue.get(who.key) if who.key else None
        return known.language if known else None

    def same(self, one: Who, other: Who) -> bool:
        """Whether both mean one outlet. What names nobody is nobody's."""
        if one.key and other.key:
            return one.key == other.key
        if one.host and one.host == other.host:
            return True
        if one.name and other.name and _same_spelling(_spelling(one.name), _spelling(other.name)):
            return True
        return _is_label(one.name, other.host) or _is_label(other.name, one.host)

    def includes(self, several: Who, one: Who) -> bool:
        """Whether a name that strings several outlets together ("Belga and AFP") has this one."""
        if not several.name or not one.name:
            return False
        words, sought = _words(several.name), _words(one.name)
        spans = range(len(words) - len(sought) + 1)
        return 0 < len(sought) < len(words) and any(
            words[i : i + len(sought)] == sought for i in spans
        )


@lru_cache(4)
def names_of(catalogue: Catalogue | None = None) -> Names:
    """Return the names of a catalogue (the program's own where it is None), with what is known.

    What was looked up for one text need not be looked up for the next.
    """
    from filiation.outlets import catalogue as own

    return Names(catalogue or own())


def same_title(one: str | None, other: str | None) -> bool:
    """Whether two titles are those of one text, typography and a slip aside."""
    from rapidfuzz import fuzz

    if not one or not other:
        return False
    first, second = _wording(one[:TITLE]), _wording(other[:TITLE])
    if min(len(first), len(second)) < LEAST_TITLE:
        return False
    return first == second or fuzz.ratio(first, second, score_cutoff=SAME_TITLE) >= SAME_TITLE


def _words(text: str) -> list[str]:
    kept = "".join(c if c.isalnum() else " " for c in folded(text))
    return kept.split()


@lru_cache(4096)
def _wording(title: str) -> str:
    return " ".join(_words(title))


@lru_cache(4096)
def _spelling(name: str) -> str:
    return "".join(_words(name[:200]))


def _same_spelling(one: str, other: str) -> bool:
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if not short:
        return False
    longer = len(long) - len(short)
    if longer <= (ARTICLE if len(short) > ARTICLE else 0) and long.endswith(short):
        return True
    most = (1 - SAME_NAME) * len(long) + 1e-9
    if len(short) < LEAST_FUZZY_NAME or one[0] != other[0] or longer > most:
        return False
    from rapidfuzz.distance import OSA

    return OSA.normalized_similarity(one, other, score_cutoff=SAME_NAME) >= SAME_NAME


@lru_cache(4096)
def _labels(at: str) -> tuple[str, ...]:
    return tuple(_spelling(label) for label in at.split(".")[:-1])


def _is_label(name: str | None, at: str) -> bool:
    """Whether a name is what stands before the ending of a host: Infobae, infobae.com."""
    if not name or not at:
        return False
    labels = _labels(at)
    spelling = _spelling(name)
    return any(
        len(label) >= LEAST_LABEL and _same_spelling(spelling, label) for label in labels
    ) or spelling == _spelling(at)
