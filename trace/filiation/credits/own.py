"""A page's own names: what its outlet and its host are called, so that none is taken for a source."""

import re
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import fuzz

from filiation.credits.lexicon import Lexicon
from filiation.fold import fold
from filiation.outlets import Catalogue, Outlet
from filiation.values import Article

__all__ = ["Own", "host_of", "is_caseless", "squeeze"]

SELF_SIMILARITY = 88
"""Least rapidfuzz ratio (0 to 100) between a name and the page's own, both transliterated and
squeezed, at which they are one. Own names measured on the labelled lines: 90 and above where
transliteration of the name gives the domain; sister titles 80 and below."""


_SECOND_LEVEL = frozenset(
    ["co", "com", "net", "org", "gov", "edu", "ac", "or", "ne", "go", "gob", "gen", "icrt"]
)


def _at_home(outlet: Outlet, hosts: set[str]) -> bool:
    """Whether a page at `hosts` is the outlet's own, not a sister site kept under the same name."""
    main = outlet.domains[0].host if outlet.domains else ""
    return (
        not hosts
        or not main
        or any(host == main or host.endswith("." + main) for host in hosts)
        or any(skeleton(squeeze(outlet.name)) in skeleton(squeeze(host)) for host in hosts)
    )


def host_of(address: str) -> str:
    """Return the host of an address, or of a name that is one, without `www.`; else nothing."""
    host = re.sub(r"^https?://", "", address.lower()).split("/")[0].removeprefix("www.")
    return host if "." in host and " " not in host else ""


@lru_cache(maxsize=4096)
def _host_names(host: str) -> tuple[str, ...]:
    """Return the names that a host spells: its registered label, alone and with what stands before."""
    labels = [label for label in host.split(":")[0].split(".") if label not in ("www", "m", "amp")]
    end = len(labels) - 1
    if end > 1 and labels[end - 1] in _SECOND_LEVEL:
        end -= 1
    names = [squeeze(labels[end - 1])] if end else []
    if end > 1:
        names += [squeeze("".join(labels[:end])), squeeze(labels[0])]
    return (*names, squeeze("".join(labels)))


def skeleton(text: str) -> str:
    """Return the consonants of a squeezed name: what survives any transliteration of it."""
    return re.sub(r"[aeiouyw]", "", re.sub(r"(.)\1+", r"\1", text))


def squeeze(text: str) -> str:
    """Return the letters and digits of `text` in Latin script, lower case, nothing between."""
    latin = text if text.isascii() else anyascii(text)
    return _NOT_SQUEEZED.sub("", latin.lower())


_NOT_SQUEEZED = re.compile(r"[^a-z0-9]+")


_CASELESS = re.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


def is_caseless(text: str) -> bool:
    """Whether `text` is in a script without capitals."""
    return bool(_CASELESS.search(text))


@dataclass(frozen=True, slots=True)
class Own:
    """The names of a page's own outlet."""

    words: Lexicon
    catalogue: Catalogue
    names: tuple[str, ...]
    """Squeezed: the outlet's names and the labels of its host."""
    outlet: Outlet | None
    hosts: frozenset[str]
    spelled: tuple[str, ...]
    """Squeezed: what the hosts spell."""

    @classmethod
    def of(cls, article: Article, words: Lexicon, catalogue: Catalogue) -> "Own":
        """Return the own names of `article`."""
        # Where the input names the site, that is where the page stood: its address may be the
        # original's, as a canonical link has it.
        stated = host_of(article.outlet_name or "")
        hosts = {stated or host_of(article.url or "")} - {""}
        spelled = tuple(name for host in sorted(hosts) for name in _host_names(host))
        names = [*spelled]
        if article.outlet_name:
            names.append(squeeze(article.outlet_name))
        outlet = catalogue.get(article.outlet) if article.outlet else None
        if stated:
            outlet = catalogue.by_domain(stated)
        if outlet is not None and not _at_home(outlet, hosts):
            outlet = None
        if outlet is not None:
            names += _squeezed_names(outlet)
        kept = tuple(dict.fromkeys(name for name in names if len(name) > 1))
        return cls(words, catalogue, kept, outlet, frozenset(hosts), spelled)

    def has_name(self, text: str, outlet: Outlet | None = None) -> bool:
        """Whether a name is the page's own outlet's."""
        squeezed = squeeze(text)
        if self._is_sister(text, squeezed):
            return False
        if outlet is not None and self._same_house(outlet):
            return True
        if outlet is None and "newsletter" in fold(text).text and len(text.split()) <= 3:
            return True  # a newsletter that nobody knows is the page's own
        if not squeezed:
            return False
        forms = _forms(squeezed)
        if any(own in forms for own in self.names):
            return True
        caseless = is_caseless(text)
        for own in self.names:
            if min(len(own), len(squeezed)) < 6:
                continue
            if any(fuzz.ratio(own, form) >= SELF_SIMILARITY for form in forms):
                return True
            if (
                caseless
                and len(skeleton(own)) >= 4
                and any(skeleton(own) == skeleton(f) for f in forms)
            ):
                return True
        return False

    def has_address(self, address: str) -> bool:
        """Whether an address is on the page's own site, or has its name under another ending."""
        host = re.sub(r"^https?://", "", address.strip().lower()).split("/")[0].removeprefix("www.")
        names = _host_names(host)[:1]
        other = self.catalogue.by_domain(host)
        if other is not None and (self.outlet is None or other.key != self.outlet.key):
            return host in self.hosts
        return (
            any(
                host == own
                or own.endswith("." + host)
                or host.endswith("." + own)
                or _host_names(own)[:1] == names
                for own in self.hosts
            )
            or squeeze(host) in self.names
            or (not self.hosts and any(name in self.names for name in names))
        )

    def _is_sister(self, text: str, squeezed: str) -> bool:
        """Whether a name is the page's own with a word more (`WIRED UK`, `KOPP Exklusiv`): another title.

        A word that any outlet may add to its name (`News`, `Network`) makes no other title.
        """
        for own in self.spelled:
            if len(own) < 4 or not squeezed.startswith(own) or squeezed == own:
                continue
            more = [word for word in text.split()[1:] if squeeze(word) not in own]
            if more and not all(
                self.words.matcher("outlet_words").fullmatch(fold(word).text)
                or squeeze(word) in _OWN_ENDINGS
                for word in more
            ):
                return True
        return False

    def _same_house(self, outlet: Outlet) -> bool:
        """Whether an outlet is the page's own, or the agency of its own house."""
        own = self.outlet
        if own is None:
            return False
        if outlet.key == own.key:
            return True
        return outlet.is_agency and outlet.house is not None and outlet.house == own.house


@lru_cache(maxsize=4096)
def _squeezed_names(outlet: Outlet) -> tuple[str, ...]:
    return tuple(squeeze(name) for name in (outlet.name, *outlet.aliases))


def _forms(squeezed: str) -> set[str]:
    """Return a squeezed name with and without what may be added to an outlet's own."""
    forms = {squeezed}
    if squeezed.endswith(_OWN_ENDINGS):
        forms |= {squeezed.removesuffix(ending) for ending in _OWN_ENDINGS}
    for form in tuple(forms):
        if form.startswith(_OWN_LEADS):
            forms |= {form.removeprefix(lead) for lead in _OWN_LEADS}
    return forms - {""}


_OWN_ENDINGS = ("wang", "news", "online", "com", "net", "org", "de", "fr", "it", "es", "ru", "cn")
"""What is added to an outlet's own name without making it another (`半月谈网` = 半月谈)."""
_OWN_LEADS = ("the", "le", "la", "les", "el", "il", "der", "die", "das", "ia", "mia", "al", "el")
