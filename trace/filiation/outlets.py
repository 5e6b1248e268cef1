"""Which outlet a name or an address on a page means: the catalogue of `sources/outlets`."""

import re
import tomllib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from importlib.resources.abc import Traversable
from itertools import combinations, zip_longest
from typing import Any, Literal, NamedTuple, get_args
from urllib.parse import unquote

from filiation.errors import CatalogueError
from filiation.fold import fold, folded
from filiation.shelf import shelf
from filiation.values import Article

__all__ = [
    "FUZZY_LENGTH",
    "FUZZY_SCORE",
    "KINDS",
    "Catalogue",
    "Domain",
    "How",
    "Kind",
    "Outlet",
    "Resolution",
    "catalogue",
    "check",
    "home_of",
    "host",
    "spelled",
]

Kind = Literal["outlet", "agency", "newsroom", "aggregator", "blog", "blog-host"]
"""`newsroom`: it licenses its texts to others. `aggregator`: it carries the texts of others.
`blog-host`: each name below its domain is an outlet of its own."""
KINDS: tuple[Kind, ...] = get_args(Kind)

How = Literal["name", "abbreviation", "signature", "domain", "label", "fuzzy"]
"""By what a name was recognised. `label`: the domain without its ending ("infobae");
`signature`: a name that stands as author and means the outlet."""

FUZZY_SCORE = 0.9
"""Least similarity (1 - edits / length, a swap of neighbours being one edit) at which a misspelt
name is still the outlet's: one slip in 10 letters, two in 20.

Measured on 80 misspellings and 128 names of other things that look alike (`tests/test_outlets.py`)
and by looking up the catalogue's 3,275 spellings of 9 letters or more among those of all *other*
houses:

    score   misspellings found   look-alikes joined   other outlets joined
    0.80                    70                   12                     30
    0.88                    66                    5                      9
    0.90                    64                    5                      7
    0.92                    59                    3                      0

At 0.92 "FlayerWayer" is lost. The seven are pairs like Aftonbladet / Aftenbladet, both in the
catalogue and thus found by their exact names. Indel distance does as well at 0.92 (66, 6, 6);
Jaro-Winkler joins three times as many for the same finds (0.94: 66, 15, 23)."""
FUZZY_LENGTH = 9
"""Fewest letters, article and words like "agency" left out, of a name that may be misspelt: in
shorter ones one slip makes another outlet (Le Temps / Le Tempo, Politico / Política)."""

_MAX_NAME = 200  # characters; whatever is longer is a sentence, not a name
_MAX_ADDRESS = 4000  # characters; longer addresses are data, not places
_MAX_FILE = 100_000  # bytes; the largest outlet file has 2,000
_CACHED = 4096  # answers kept: a page names a few dozen outlets, a library a few thousand


@dataclass(frozen=True, slots=True)
class Domain:
    """One address under which an outlet appears or appeared."""

    host: str
    """Lower case, without `www.`."""
    since: date | None = None
    """First day, or None where it is not known or does not matter."""
    until: date | None = None
    """Last day, or None."""

    def holds(self, day: date) -> bool:
        """Whether the outlet was there on `day`."""
        return (self.since or date.min) <= day <= (self.until or date.max)

    def overlaps(self, other: "Domain") -> bool:
        """Whether some day lies in both periods."""
        return (self.since or date.min) <= (other.until or date.max) and (
            other.since or date.min
        ) <= (self.until or date.max)


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publication that puts texts before the public, as the catalogue describes it."""

    key: str
    """The name of its file, without `.toml`."""
    name: str
    """What a report calls it."""
    domains: tuple[Domain, ...]
    """The first is the one in use, or was the last."""
    aliases: tuple[str, ...] = ()
    """Other names, other scripts, other spellings than folding takes care of."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes, the main one first."""
    kind: Kind = "outlet"
    house: str | None = None
    """Key shared by the outlets of one publisher."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    abbreviations: tuple[str, ...] = ()
    """What an agency signs with: `dpa`, `د ب أ`."""
    signatures: tuple[str, ...] = ()
    """Names that stand where an author stands and mean the outlet."""
    ambiguous: tuple[str, ...] = ()
    """Those of its names that also mean something else; they count in a credit only."""
    phrases: tuple[str, ...] = ()
    """Runs of words that mark a line as the house's boilerplate; such a line is never shared
    text. Compare folded."""
    feeds: tuple[str, ...] = ()
    """Addresses of feeds."""
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    """How it writes dates in figures, where its language does not settle it."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by, signatures excepted."""
        return (self.name, *self.aliases, *self.abbreviations)

    @property
    def language(self) -> str | None:
        """Its main language."""
        return self.languages[0] if self.languages else None

    @property
    def is_agency(self) -> bool:
        """Whether it is a news agency, whose name on a text makes a wire story of it."""
        return self.kind == "agency"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The outlet that a name or an address means, and how it was recognised."""

    outlet: Outlet
    how: How
    score: float = 1.0
    """1 for what is written as the catalogue has it, else the similarity (at least
    `FUZZY_SCORE`)."""


_SPELLED = 16384  # spellings kept: the catalogue's own, used several times while it is read

# Reading names ------------------------------------------------------------------------------
#
# A name is compared by its letters and digits alone, folded ("Zero-Hedge" is "ZeroHedge"). What
# stands around it in a sentence is taken off only where the name as written is unknown.

# Articles and what contracts with them, by language. An article taken off one name may not stand
# for that of another language: "La Nation" is not The Nation, but "du Monde" is Le Monde.
_ARTICLES: Mapping[str, str] = {
    "en": "the",
    "fr": "le la les l' du des au aux d'",
    "es": "el la los las del al",
    "it": "il lo la i gli le l' del dello della dell' dei dal dallo dalla dall' sul sulla sull' nel nella",
    "pt": "o a os as do da dos das no na ao pelo pela",
    "de": "der die das den dem des vom im beim",
    "nl": "de het 't",
    "el": "ο η το οι τα τησ του των τον την στο στη στην στα απο",
}  # fmt: skip
_LANGUAGES_OF: dict[str, frozenset[str]] = {
    article: frozenset(code for code, row in _ARTICLES.items() if article in row.split())
    for row in _ARTICLES.values()
    for article in row.split()
}

# What says of the words beside it that they name an outlet, and so serves as context.
_BEFORE = frozenset(
    word
    for row in (
        "agency newspaper magazine website site web blog daily weekly broadcaster",
        "agence presse journal quotidien hebdomadaire revue chaine",
        "agencia noticias periodico diario semanario revista portal sitio cadena",
        "jornal agenzia quotidiano giornale settimanale rivista sito",
        "agentur nachrichtenagentur zeitung tageszeitung zeitschrift magazin onlineportal",
        "krant dagblad persbureau nieuwssite",
        "агентство газета газеты издание журнал сайт портал телеканал агенція видання агенция",
        "agencja dziennik dziennika tygodnik tygodnika",
        "agjencia gazeta portali",
        "εφημεριδα πρακτορειο ιστοσελιδα περιοδικο",
        "وكالة صحيفة جريدة موقع قناة شبكة مجلة",
    )
    for word in row.split()
)
_AFTER = frozenset(
    word
    for row in (
        "website site blog newspaper magazine online com agency",
        "gazetesi dergisi ajansi sitesi haberi",
    )
    for word in row.split()
)

_QUOTES = " \"'‹›「」『』《》〈〉<>|/\\*_.,;:!?·•-…©®™#~\n\r"  # folded: the rest has become these
_BRACKETS = "()[]{}（）【】"
_CLOSED = (")", "]", "）", "】")
_BRACKET = re.compile(r"\s*[(\[（【][^()\[\]（）【】]{0,60}[)\]）】]\s*$")
_POSSESSIVE = re.compile(r"'s\b|'$")
_WORD = re.compile(r"[^\W_]+'?")
_DOMAIN = re.compile(r"(?<![\w@.-])(?:[^\W_][\w-]{0,62}\.){1,6}[^\W\d_]{2,24}(?![\w-])")


def _compact(folded: str) -> str:
    """The letters and digits of a folded name, which are all that counts of it."""
    return "".join(filter(str.isalnum, folded))


def _folded(name: str) -> str:
    # Of ASCII letters and figures folding changes the case alone; this halves the time to load.
    return name.lower() if name.isascii() else fold(name).text


@lru_cache(_SPELLED)
def _spelling(name: str) -> str:
    return _compact(_folded(name))


class _Reading(NamedTuple):
    """One way of reading a name as written."""

    spelling: str
    article: frozenset[str] | None
    """Languages of the article that was taken off; None where none was."""
    told: bool
    """Whether a word beside it said that it names an outlet."""


def _readings(name: str) -> Iterator[_Reading]:
    """Yield the name as written, then with less and less of what stands around it."""
    text = folded(name).strip(_QUOTES)
    yield _Reading(_compact(text), None, False)
    while (
        text.endswith(_CLOSED)
        and (shorter := _BRACKET.sub("", text).strip(_QUOTES)) != text
        and shorter
    ):
        text = shorter
        yield _Reading(_compact(text), None, False)
    text = text.strip(_QUOTES + _BRACKETS)
    if "'" in text:
        text = _POSSESSIVE.sub("", text)
    words = _WORD.findall(text)
    article: frozenset[str] | None = None
    told = False
    while words:
        yield _Reading(_compact(" ".join(words)), article, told)
        if len(words) > 1 and words[0] in _LANGUAGES_OF:
            article = _LANGUAGES_OF[words.pop(0)]
        elif len(words) > 1 and words[0].rstrip("'") in _BEFORE:
            words, article, told = words[1:], None, True
        elif len(words) > 1 and words[-1] in _AFTER:
            told |= words.pop() != "com"
        else:
            return


# Reading addresses --------------------------------------------------------------------------

_SCHEME = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]{1,15}:)?//", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:www?\d?|m|mobile|amp)\.(?=[^.]+\.)")
# Addresses that carry another one: an archive's capture and Google's copies of mobile pages.
_WRAPPED = (
    re.compile(r"^web\.archive\.org/web/\d{4,14}[a-z_]{0,4}/(.+)", re.IGNORECASE | re.DOTALL),
    re.compile(r"^[\w-]{1,63}\.cdn\.ampproject\.org/[a-z]/(?:s/)?(.+)", re.IGNORECASE | re.DOTALL),
)
# Blogger sends each reader to the ending of the reader's own country: all are one blog.
_BLOGSPOT = re.compile(r"\.blogspot\.[a-z]{2,3}(?:\.[a-z]{2})?$")


def host(address: str) -> str:
    """Return the host of a URL or host name: lower case, without port, `www.`, `m.` or `amp.`.

    Captures of the Internet Archive and AMP copies give the host of the page they carry. What is
    no address gives an empty string.

    >>> host("https://web.archive.org/web/2016/http://www.zerohedge.com/news")
    'zerohedge.com'
    """
    return _host(address[:_MAX_ADDRESS].strip())


@lru_cache(maxsize=1 << 14)
def _host(rest: str) -> str:
    for _ in range(3):  # a capture of an AMP copy is as deep as it gets
        rest = _SCHEME.sub("", rest)
        inner = next((m[1] for pattern in _WRAPPED if (m := pattern.match(rest))), None)
        if inner is None:
            break
        rest = unquote(inner)
    name = re.split(r"[/?#\\\s]", rest, maxsplit=1)[0].rpartition("@")[2]
    name = name.partition(":")[0].strip(".").lower()
    if "xn--" in name:
        try:
            name = name.encode("ascii").decode("idna")
        except UnicodeError:
            return ""
    while (shorter := _PREFIX.sub("", name)) != name:
        name = shorter
    return _BLOGSPOT.sub(".blogspot.com", name) if "." in name else ""


# The catalogue ------------------------------------------------------------------------------


class _Claim(NamedTuple):
    """That a spelling means an outlet."""

    outlet: Outlet
    how: How
    rank: int
    """0: a name in full; 1: one without its article; 2: a domain's label."""
    article: frozenset[str]
    """Languages of the article left out, for rank 1."""
    needs_context: bool
    name: str = ""
    """As the catalogue has it; empty for labels."""


class Catalogue:
    """The outlets known, found by key, address and name."""

    def __init__(self, outlets: Iterable[Outlet]) -> None:
        self.outlets: tuple[Outlet, ...] = tuple(outlets)
        """All of them, by key."""
        self._keys = {outlet.key: outlet for outlet in self.outlets}
        self._by_name = lru_cache(_CACHED)(self._resolved_name)
        self._by_length = lru_cache(_CACHED)(self._of_length)

    @classmethod
    def load(
        cls, folder: Traversable | None = None, extra: Sequence[Traversable] = ()
    ) -> "Catalogue":
        """Read the catalogue from `folder` (default: the one that comes with the program).

        `extra` are folders or single files of the user's own; an outlet there replaces the one of
        the same key. Raises `CatalogueError` for the first fault found.
        """
        outlets, faults = _read(folder, extra)
        if faults:
            raise faults[0]
        return cls(outlets)

    def __len__(self) -> int:
        return len(self.outlets)

    def __iter__(self) -> Iterator[Outlet]:
        return iter(self.outlets)

    def get(self, key: str) -> Outlet | None:
        """Return the outlet of this key."""
        return self._keys.get(key)

    def house(self, outlet: Outlet) -> tuple[Outlet, ...]:
        """Return all outlets of the house that `outlet` belongs to, itself included."""
        if outlet.house is None and all(other.house != outlet.key for other in self.outlets):
            return (outlet,)
        house = outlet.house or outlet.key
        return tuple(other for other in self.outlets if house in (other.house, other.key))

    def by_domain(self, address: str, on: date | None = None) -> Outlet | None:
        """Return the outlet at a host or URL: that of the longest domain it lies under.

        A blog on a blog host is never taken for the host. `on` chooses where a domain changed
        hands, and excludes outlets that were not there that day.
        """
        name = host(address)
        labels = name.split(".")
        for i in range(len(labels) - 1):
            claims = self._domains.get(".".join(labels[i:]))
            if not claims:
                continue
            if i and claims[0][1].kind == "blog-host":
                return None
            if on is None:
                return max(claims, key=lambda claim: claim[0].until or date.max)[1]
            return next((outlet for domain, outlet in claims if domain.holds(on)), None)
        return None

    def by_name(
        self,
        name: str,
        *,
        context: bool = False,
        language: str | None = None,
        nearly: bool = True,
    ) -> Resolution | None:
        """Return the outlet that `name` means: by its spelling, a domain in it, or nearly so.

        `context` says that the name stands where outlets stand (a source line, an agency's
        bracket): only then do ambiguous names count. `language` is that of the page and decides
        between outlets of one name. `nearly` is whether a misspelt name is recognised, too.
        """
        if len(name) > _MAX_NAME:
            return None
        return self._by_name(name, context, language, nearly)

    def resolve(
        self,
        name: str | None = None,
        url: str | None = None,
        context: bool = False,
        language: str | None = None,
    ) -> Resolution | None:
        """Return the outlet of a credit: by the address it links to, else by its name."""
        if url and (outlet := self.by_domain(url)) and outlet.kind != "blog-host":
            return Resolution(outlet, "domain")
        return self.by_name(name, context=context, language=language) if name else None

    def may_begin(self, text: str) -> bool:
        """Whether `text` may begin with a name that is known as it is spelt, and not by a domain.

        A quick look at the first words; where it says no, `by_name` knows no beginning of `text`,
        unless nearly.
        """
        spelt = folded(text)
        if any(character in spelt for character in "'" + _BRACKETS):
            return True  # by_name may take something off between the words
        words = _WORD.findall(spelt)
        for word, following in zip_longest(words, words[1:], fillvalue=""):
            if word in self._claims or following in _AFTER:
                return True
            if following and self._begins(word + following):
                return True
            if word not in _LANGUAGES_OF and word not in _BEFORE:
                return False
        return False

    def _begins(self, spelling: str) -> bool:
        at = bisect_left(self._spellings, spelling)
        return at < len(self._spellings) and self._spellings[at].startswith(spelling)

    def is_agency(self, name: str) -> bool:
        """Whether `name`, standing in a credit, is that of a news agency."""
        found = self.by_name(name, context=True)
        return found is not None and found.outlet.is_agency

    # Judgement

    def _resolved_name(
        self, name: str, context: bool, language: str | None, nearly: bool
    ) -> Resolution | None:
        readings = [reading for reading in _readings(name) if reading.spelling]
        if not readings:
            return None
        # An address is taken whole: "express.com" is not L'Express.
        address = _DOMAIN.fullmatch(name.strip(_QUOTES)) is not None
        for reading in readings[:1] if address else readings:
            if (claim := self._claim(reading, context, language)) is not None:
                return Resolution(claim.outlet, claim.how)
        for match in _DOMAIN.finditer(name) if "." in name else ():
            if outlet := self.by_domain(match[0]):
                return Resolution(outlet, "domain")
        return self._nearly(readings) if nearly and not address else None

    def _claim(self, reading: _Reading, context: bool, language: str | None) -> _Claim | None:
        claims = [
            claim
            for claim in self._claims.get(reading.spelling, ())
            if (context or reading.told or not claim.needs_context) and _fits(claim, reading)
        ]
        if not claims:
            return None

        # The full name before the shortened one, then the outlet of the page's own language, then
        # the one whose name it is before those that merely share it.
        def standing(claim: _Claim) -> tuple[int, bool, bool]:
            return claim.rank, language not in claim.outlet.languages, claim.needs_context

        first = min(map(standing, claims))
        best = [claim for claim in claims if standing(claim) == first]
        return best[0] if len({claim.outlet.key for claim in best}) == 1 else None

    def _nearly(self, readings: Sequence[_Reading]) -> Resolution | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        for reading in (readings[0], readings[-1]):
            if not FUZZY_LENGTH <= len(reading.spelling) <= _MAX_NAME // 2:
                continue
            if reading.spelling in self._claims:
                continue  # known, and a homonym or in need of context: not a misspelling
            near = process.extract(
                reading.spelling,
                self._alike(reading.spelling),
                scorer=OSA.normalized_similarity,
                score_cutoff=FUZZY_SCORE,
                limit=4,
            )
            near = [row for row in near if _may_be(reading.spelling, row[0])]
            best = [row for row in near if row[1] == near[0][1]]
            if len({self._misspellable[spelling].key for spelling, _, _ in best}) == 1:
                return Resolution(self._misspellable[best[0][0]], "fuzzy", round(best[0][1], 4))
        return None

    def _alike(self, spelling: str) -> tuple[str, ...]:
        """The names that may be misspelt so: of the same first letter, and of about the length."""
        return self._by_length(spelling[0], len(spelling))

    def _of_length(self, initial: str, length: int) -> tuple[str, ...]:
        # Every letter more or less is an edit, and so many are allowed.
        shortest, longest = int(length * FUZZY_SCORE), int(length / FUZZY_SCORE) + 1
        return tuple(
            known for known in self._initials.get(initial, ()) if shortest <= len(known) <= longest
        )

    # Indexes

    @cached_property
    def _domains(self) -> dict[str, list[tuple[Domain, Outlet]]]:
        index: dict[str, list[tuple[Domain, Outlet]]] = defaultdict(list)
        for outlet in self.outlets:
            for domain in outlet.domains:
                index[domain.host].append((domain, outlet))
        return dict(index)

    @cached_property
    def _claims(self) -> dict[str, list[_Claim]]:
        index: dict[str, list[_Claim]] = defaultdict(list)
        for outlet in self.outlets:
            for spelling, claim in _claims_of(outlet):
                if all(claim.outlet is not known.outlet for known in index[spelling]):
                    index[spelling].append(claim)
        return dict(index)

    @cached_property
    def _spellings(self) -> list[str]:
        return sorted(self._claims)

    @cached_property
    def _misspellable(self) -> dict[str, Outlet]:
        return {
            spelling: claims[0].outlet
            for spelling, claims in self._claims.items()
            if len(claims) == 1
            and len(spelling) >= FUZZY_LENGTH
            and claims[0].how != "signature"
            and not claims[0].needs_context
            and len(list(_readings(claims[0].name))[-1].spelling) >= FUZZY_LENGTH
        }

    @cached_property
    def _initials(self) -> dict[str, list[str]]:
        """The names that may be misspelt, by the letter that never is: a tenth of the work."""
        index: dict[str, list[str]] = defaultdict(list)
        for spelling in self._misspellable:
            index[spelling[0]].append(spelling)
        return dict(index)


def _fits(claim: _Claim, reading: _Reading) -> bool:
    """Whether nothing was taken off the name that would have told it from the outlet's."""
    if claim.rank == 0:
        return True
    if reading.told:  # "Gazeta Express" is not L'Express
        return False
    return reading.article is None or bool(claim.article & reading.article)


def _may_be(spelling: str, known: str) -> bool:
    """Whether a misspelling keeps what people do not misspell: the first letter and figures.

    Only in scripts that write their vowels: in Arabic one letter tells the Omani agency from the
    Iraqi one, and in Chinese one sign is half a name.
    """
    if max(spelling) >= "\u0590":  # past Latin, Greek, Cyrillic and Armenian
        return False
    return spelling[0] == known[0] and _figures(spelling) == _figures(known)


def _figures(spelling: str) -> str:
    return "".join(filter(str.isdigit, spelling))


def _claims_of(outlet: Outlet) -> Iterator[tuple[str, _Claim]]:
    """Yield every spelling that means `outlet`, the strongest claims first."""
    ambiguous = {_spelling(name) for name in outlet.ambiguous}
    nothing: frozenset[str] = frozenset()
    kinds: tuple[tuple[How, tuple[str, ...]], ...] = (
        ("name", (outlet.name, *outlet.aliases)),
        ("abbreviation", outlet.abbreviations),
        ("signature", outlet.signatures),
    )
    for how, names in kinds:
        for name in names:
            spelling = _spelling(name)
            yield spelling, _Claim(outlet, how, 0, nothing, spelling in ambiguous, name)
    for name in (outlet.name, *outlet.aliases):
        words = _WORD.findall(_folded(name))
        if len(words) > 1 and words[0] in _LANGUAGES_OF:
            bare = _compact("".join(words[1:]))
            # "Point", "Welt", "Times": without its article one word is a word like any other.
            needs = len(words) == 2 or bare in ambiguous or _spelling(name) in ambiguous
            yield bare, _Claim(outlet, "name", 1, _LANGUAGES_OF[words[0]], needs, name)
    for domain in outlet.domains:
        label = _compact(fold(domain.host.split(".")[0]).text)
        if domain.host.count(".") == 1 and len(label) > 3:
            yield label, _Claim(outlet, "label", 2, nothing, True)


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that comes with the program, read once."""
    return Catalogue.load()


# Reading and checking the files -------------------------------------------------------------

_TEXT, _TEXTS, _DOMAINS = "a text in quotes", "a list of texts", "a list of domains"
_SHAPES: Mapping[str, str] = {
    "key": _TEXT,
    "name": _TEXT,
    "aliases": _TEXTS,
    "domains": _DOMAINS,
    "languages": _TEXTS,
    "kind": _TEXT,
    "house": _TEXT,
    "country": _TEXT,
    "abbreviations": _TEXTS,
    "signatures": _TEXTS,
    "ambiguous": _TEXTS,
    "phrases": _TEXTS,
    "feeds": _TEXTS,
    "date_order": _TEXT,
}
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"(?:[^\W_A-Z][\w-]{0,62}\.){1,6}[^\W\d_A-Z]{2,24}")
# key: (pattern, what to write)
_PATTERNS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "house": (_KEY, 'write a key like "crg": small letters, figures and hyphens'),
    "country": (re.compile(r"[A-Z]{2}"), 'write two capitals, like "FR"'),
    "languages": (re.compile(r"[a-z]{2,3}"), 'write ISO 639 codes, like "fr"'),
    "feeds": (re.compile(r"https?://[^\s/]+\.[^\s]+"), "write a whole address, with https://"),
    "date_order": (re.compile(r"dmy|mdy|ymd"), 'write "dmy", "mdy" or "ymd"'),
    "kind": (re.compile("|".join(KINDS)), "write one of " + ", ".join(KINDS)),
}


def check(
    folder: Traversable | None = None, extra: Sequence[Traversable] = ()
) -> list[CatalogueError]:
    """Return everything that is wrong with the files of a catalogue, file by file."""
    return _read(folder, extra)[1]


def _read(
    folder: Traversable | None, extra: Sequence[Traversable]
) -> tuple[list[Outlet], list[CatalogueError]]:
    outlets: dict[str, Outlet] = {}
    where: dict[str, str] = {}
    faults: list[CatalogueError] = []
    for place in (shelf() / "outlets" if folder is None else folder, *extra):
        for file in _files(place, faults):
            path = f"{place.name}/{file.name}" if file is not place else file.name
            key = file.name.removesuffix(".toml")
            found = _outlet(path, key, file)
            if isinstance(found, Outlet):
                outlets[key], where[key] = found, path
            else:
                faults += found
    ordered = [outlets[key] for key in sorted(outlets)]
    faults += _disputes(ordered, where)
    return ordered, faults


def _files(place: Traversable, faults: list[CatalogueError]) -> list[Traversable]:
    """The outlet files of a folder, or the one file given; a place without any is a fault."""
    try:
        if place.is_file():
            return [place]
        found = [file for file in place.iterdir() if file.name.endswith(".toml")]
    except OSError as error:
        says = error.strerror or str(error)
        faults.append(CatalogueError(str(place), "folder", says, "name a folder of outlet files"))
        return []
    if not found:
        faults.append(
            CatalogueError(
                str(place), "folder", "it holds no .toml file", "name a folder of outlet files"
            )
        )
    return sorted(found, key=lambda file: file.name)


def _outlet(path: str, key: str, file: Traversable) -> Outlet | list[CatalogueError]:
    try:
        with file.open("rb") as stream:
            content = stream.read(_MAX_FILE + 1)
    except OSError as error:
        return [CatalogueError(path, "file", error.strerror or str(error), "make it readable")]
    if len(content) > _MAX_FILE:
        what = f"it is larger than {_MAX_FILE:,} bytes"
        return [CatalogueError(path, "file", what, "write one outlet a file")]
    try:
        table = _table(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        says = "nested too deep" if isinstance(error, RecursionError) else str(error)
        return [CatalogueError(path, "syntax", says, "write valid TOML in UTF-8")]
    faults = [CatalogueError(path, *fault) for fault in _faults(key, table)]
    return faults or _made(key, table)


_STRING = r'"[^"\\\x00-\x1f\x7f]*+"'
_STRINGS = re.compile(_STRING)
_ENTRY = re.compile(
    rf"([a-z_]++) = (?:({_STRING})|\[[ \n]*+((?:{_STRING}(?:,[ \n]*+|(?=[ \n]*\])))*+)[ \n]*+\])\n"
)


def _table(text: str) -> dict[str, Any]:
    """Read TOML; plain entries, which is what nearly all files consist of, in a tenth of the time.

    With 1,200 files tomllib alone takes 150 ms. Whatever is not a plain text or a list of plain
    texts is left to it, the whole file.
    """
    table: dict[str, Any] = {}
    place = 0
    while place < len(text):
        entry = _ENTRY.match(text, place)
        if entry is None or entry[1] in table:
            return tomllib.loads(text)
        key, one, many = entry.groups()
        table[key] = one[1:-1] if one else [each[1:-1] for each in _STRINGS.findall(many)]
        place = entry.end()
    return table


def _made(key: str, table: Mapping[str, Any]) -> Outlet:
    """The outlet that a faultless table describes."""
    fields: dict[str, Any] = {
        name: tuple(value) if _SHAPES[name] is _TEXTS else value for name, value in table.items()
    }
    domains = tuple(
        Domain(entry) if isinstance(entry, str) else Domain(**entry) for entry in table["domains"]
    )
    return Outlet(**{**fields, "key": key, "domains": domains})


_Fault = tuple[str, str, str]  # key, what, remedy


def _faults(key: str, table: Mapping[str, Any]) -> Iterator[_Fault]:
    """Yield what is wrong within one file."""
    if not _KEY.fullmatch(key):
        what = f"the file's name {key!r} is no key"
        yield (
            "key",
            what,
            "name the file with small letters, figures and hyphens, like lemonde.toml",
        )
    for name in table:
        if name not in _SHAPES:
            yield name, "unknown key", _meant(name, _SHAPES) or "use " + ", ".join(_SHAPES)
    for name, example in (("name", "Le Monde"), ("domains", ["lemonde.fr"])):
        if name not in table:
            yield name, "missing", f"add {name} = {str(example).replace(chr(39), chr(34))}"
    sound = [name for name in _SHAPES if name in table]
    for name in tuple(sound):
        problem = _misshapen(name, table[name])
        if problem:
            sound.remove(name)
            yield problem
    if "key" in sound and table["key"] != key:
        what = f"{table['key']!r} is not the file's name"
        yield "key", what, f'write "{key}", or rename the file to {table["key"]}.toml'
    for name, (pattern, remedy) in _PATTERNS.items():
        for value in _listed(table[name]) if name in sound else ():
            if not pattern.fullmatch(value):
                hint = _meant(value, KINDS) if name == "kind" else ""
                yield name, f"{value!r} is not understood", hint or remedy
    yield from _unnamed(table, sound)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _misshapen(name: str, value: object) -> _Fault | None:
    """What is wrong with the form of a value, if anything."""
    shape = _SHAPES[name]
    if shape is _DOMAINS:
        return _misplaced(name, value)
    texts = [value] if shape is _TEXT else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        example = '"…"' if shape is _TEXT else '["…", "…"]'
        return name, f"{value!r:.60} is not {shape}", f"write {name} = {example}"
    for text in texts:
        if not text.strip() or len(text) > _MAX_NAME:
            what = "empty" if not text.strip() else f"longer than {_MAX_NAME} characters"
            return name, f"a text is {what}", "write the text as it stands on pages"
    if len(set(texts)) < len(texts):
        twice = Counter(texts).most_common(1)[0][0]
        return name, f"{twice!r} stands there twice", "drop one"
    return None


def _misplaced(name: str, value: object) -> _Fault | None:
    """What is wrong with a list of domains, if anything."""
    if not isinstance(value, list) or not value:
        return name, f"{value!r:.60} is not {_DOMAINS}", 'write domains = ["lemonde.fr"]'
    for entry in value:
        table = {"host": entry} if isinstance(entry, str) else entry
        if not isinstance(table, dict) or not isinstance(table.get("host"), str):
            remedy = 'write "lemonde.fr" or { host = "lemonde.fr", until = 2015-03-01 }'
            return name, f"{entry!r:.60} is no domain", remedy
        for key in table:
            if key not in ("host", "since", "until"):
                hint = _meant(key, ("host", "since", "until"))
                return name, f"unknown key {key!r} in a domain", hint or "use host, since, until"
        if not _HOST.fullmatch(table["host"]) or host(table["host"]) != table["host"]:
            bare = host(table["host"])
            remedy = f'write "{bare}"' if _HOST.fullmatch(bare) else 'write it like "lemonde.fr"'
            return name, f"{table['host']!r:.60} is no bare domain", remedy
        for key in ("since", "until"):
            day = table.get(key, date.min)
            if isinstance(day, datetime) or not isinstance(day, date):
                return name, f"{key} of {table['host']} is no day", f"write {key} = 2015-03-01"
        if table.get("since", date.min) > table.get("until", date.max):
            return name, f"{table['host']} ends before it begins", "swap since and until"
    return None


def _unnamed(table: Mapping[str, Any], sound: Sequence[str]) -> Iterator[_Fault]:
    """Yield names without letters, and ambiguous ones that the file does not hold as a name."""
    names = [
        name
        for field in ("name", "aliases", "abbreviations", "signatures")
        if field in sound
        for name in _listed(table[field])
    ]
    for name in names:
        if not _spelling(name):
            yield "aliases", f"{name!r} has neither letter nor figure", "drop it"
    for name in table["ambiguous"] if "ambiguous" in sound else ():
        if _spelling(name) not in {_spelling(known) for known in names}:
            remedy = _meant(name, names) or "list it among aliases too, or drop it"
            yield "ambiguous", f"{name!r} is none of the outlet's names", remedy


def _disputes(outlets: Sequence[Outlet], where: Mapping[str, str]) -> Iterator[CatalogueError]:
    """Yield what two files claim at once: domains, names; and houses of one outlet."""
    domains: dict[str, list[tuple[Domain, Outlet]]] = defaultdict(list)
    names: dict[str, list[tuple[str, str, Outlet]]] = defaultdict(list)
    for outlet in outlets:
        for domain in outlet.domains:
            domains[domain.host].append((domain, outlet))
        ambiguous = {_spelling(name) for name in outlet.ambiguous}
        for field, listed in (
            ("name", (outlet.name,)),
            ("aliases", outlet.aliases),
            ("abbreviations", outlet.abbreviations),
            ("signatures", outlet.signatures),
        ):
            for name in listed:
                if (spelling := _spelling(name)) not in ambiguous:
                    names[spelling].append((field, name, outlet))
    for claims in domains.values():
        for (one, first), (other, second) in combinations(claims, 2):
            if one.overlaps(other):
                what = f"{one.host} is also claimed by {where[first.key]}"
                remedy = "drop it from one, or give both since and until"
                yield CatalogueError(where[second.key], "domains", what, remedy)
    for rivals in names.values():
        for (_, _, first), (field, name, second) in combinations(rivals, 2):
            if first is not second:
                what = f"{name!r} is also claimed by {where[first.key]}"
                remedy = f'drop it from one, or add ambiguous = ["{name}"] where it is less known'
                yield CatalogueError(where[second.key], field, what, remedy)
    yield from _lonely_houses(outlets, where)


def _lonely_houses(outlets: Sequence[Outlet], where: Mapping[str, str]) -> Iterator[CatalogueError]:
    keys = {outlet.key for outlet in outlets}
    houses = Counter(outlet.house for outlet in outlets if outlet.house)
    for outlet in outlets:
        if outlet.house and houses[outlet.house] == 1 and outlet.house not in keys:
            others = [house for house in houses if house != outlet.house]
            remedy = _meant(outlet.house, others) or "drop it: a house has several outlets"
            what = f"no other outlet is of the house {outlet.house!r}"
            yield CatalogueError(where[outlet.key], "house", what, remedy)


def _meant(word: str, known: Iterable[str]) -> str:
    """A question that may help, or nothing."""
    from rapidfuzz import fuzz, process

    near = process.extractOne(word[:_MAX_NAME], list(known), scorer=fuzz.ratio, score_cutoff=60)
    return f'did you mean "{near[0]}"?' if near else ""


def home_of(article: Article, catalogue: Catalogue) -> tuple[str, str] | None:
    """Return key and name of the article's outlet, catalogued or not; None where nothing names it."""
    if article.outlet is not None:
        known = catalogue.get(article.outlet)
        return article.outlet, known.name if known else article.outlet_name or article.outlet
    name = (article.outlet_name or "").strip()
    return (spelled(name), name) if name else None


@lru_cache(maxsize=4096)
def spelled(name: str) -> str:
    """Return the letters and digits of a name, folded: what is compared of it."""
    kept = "".join(filter(str.isalnum, folded(name)))
    return kept or name.strip().casefold()
