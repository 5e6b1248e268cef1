"""The things the program speaks of: articles, credits, passages, matches, hops and chains.

All values are frozen; none of them reads, fetches or prints anything. The vocabulary is that of
textual criticism (which copy was made from which), text-reuse research and W3C PROV.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

__all__ = [
    "HOP_KINDS",
    "PAGE_KINDS",
    "ROLES",
    "STANDINGS",
    "Article",
    "Contamination",
    "Credit",
    "Credits",
    "DateWitness",
    "Dates",
    "Edition",
    "EditionOrder",
    "Evidence",
    "Had",
    "Hop",
    "HopKind",
    "Line",
    "Link",
    "Mark",
    "Match",
    "Origin",
    "PageKind",
    "Passage",
    "Precision",
    "Revision",
    "Rival",
    "Role",
    "SearchOutcome",
    "Searched",
    "Span",
    "Standing",
    "Stemma",
    "Trace",
    "Version",
]

Span = tuple[int, int]
"""A run of characters in a text: start (inclusive) and end (exclusive)."""

Role = Literal[
    "original",
    "first_published",
    "republished_from",
    "via",
    "hat_tip",
    "source",
    "translated_by",
    "translated_for",
    "revised_by",
    "authored_by",
    "copyright",
    "licence",
    "wire",
]
"""What a credit says its agent did. `source`: named as source, without more. `wire`: an agency."""
ROLES: tuple[Role, ...] = get_args(Role)

PageKind = Literal["republication", "translation", "wire", "excerpt", "hat-tip", "none"]
"""A page's own account of itself; `none`: the outlet's own text, as far as the page says."""
PAGE_KINDS: tuple[PageKind, ...] = get_args(PageKind)

HopKind = Literal["verbatim", "edited", "abridged", "extended", "excerpt", "translation"]
"""How a copy differs from its parent; kinds combine (an abridged translation)."""
HOP_KINDS: tuple[HopKind, ...] = get_args(HopKind)

Standing = Literal["confirmed", "credited", "uncredited", "skipped", "disputed", "undetermined"]
"""The audit's verdict on a hop; see `docs/model.md`."""
STANDINGS: tuple[Standing, ...] = get_args(Standing)

Precision = Literal["second", "minute", "day", "month", "year"]
"""How finely a date is stated."""

SearchOutcome = Literal[
    "ok",
    "empty",
    "not_found",
    "failed",
    "skipped",
    "unchanged",
    "blocked",
    "rate_limited",
    "transient",
    "malformed",
    "unsupported",
    "refused",
    "too_large",
    "out_of_budget",
    "offline",
    "needs_credentials",
]
"""What came of searching a place. The first five are those of files and libraries; `failed`: an
input could not be read. Of the web any may come but `failed`; `find.values.Outcome` says what they
mean."""


@dataclass(frozen=True, slots=True)
class DateWitness:
    """One statement of when an article was published."""

    kind: str
    """Where it was said: `json-ld`, `meta`, `time`, `url`, `dateline`, `byline`, `credit`,
    `table`, `feed`, `extractor`, ...; `archive` says only that the page was there at `latest`."""
    earliest: datetime
    """First moment (aware, UTC) that the statement allows."""
    latest: datetime
    """Last moment (aware, UTC) that the statement allows. A day without a zone spans the day in
    every zone of the earth (UTC+14 to UTC-12) only if `zone` is unknown."""
    precision: Precision
    quote: str
    """The statement, verbatim."""
    locator: str | None = None
    """An XPath, a column name, or None."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article was published, as an interval, and the witnesses it rests on."""

    earliest: datetime | None = None
    latest: datetime | None = None
    precision: Precision | None = None
    witnesses: tuple[DateWitness, ...] = ()
    disagree: bool = False
    """Whether two witnesses exclude each other."""

    def can_precede(self, other: "Dates") -> bool:
        """Whether something of this date can be the parent of something of the other's date."""
        return self.earliest is None or other.latest is None or self.earliest <= other.latest

    def surely_precedes(self, other: "Dates") -> bool:
        """Whether every moment this date allows lies before every moment the other allows."""
        return (
            self.latest is not None and other.earliest is not None and self.latest < other.earliest
        )

    @property
    def midpoint(self) -> datetime | None:
        """The middle of the interval, for drawing and sorting only."""
        if self.earliest is None or self.latest is None:
            return self.earliest or self.latest
        return self.earliest + (self.latest - self.earliest) / 2


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink within a visual line."""

    text: str
    href: str
    """As written on the page, made absolute where the page's address is known. May be `#`."""
    start: int
    """Offset of the link's text in the line's text."""
    end: int
    rel: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One visual line of the raw document: what a reader sees between two breaks."""

    text: str
    """The line's text; for HTML with runs of white space folded, for text verbatim."""
    index: int
    """Its place among the document's lines, from 0."""
    tag: str = "p"
    """The nearest block: `h1`, `p`, `li`, `footer`, `td`, `figcaption`, ..."""
    region: Literal["title", "head", "body", "tail", "chrome"] = "body"
    """Where it stands: the title, before the running text, in it, after it, or in navigation,
    teasers, comments and other furniture of the page."""
    links: tuple[Link, ...] = ()
    start: int | None = None
    """Offset in the article's `text` where the line occurs there verbatim, else None."""
    locator: str | None = None
    """XPath of the element in which the line begins, where the article came as HTML."""
    classes: str = ""
    """Class and id names of the enclosing blocks, lower case, nearest first."""
    raw: str = ""
    """The run of the article's `text` at `start`, verbatim, where it differs from the line's text
    (Markdown's marks, an extractor's white space); empty where it does not."""

    @property
    def end(self) -> int | None:
        """End offset in the article's `text`."""
        return None if self.start is None else self.start + len(self.raw or self.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """A machine-readable statement of a page: a meta tag, a JSON-LD property, a pixel, a link rel."""

    name: str
    """What was said, in the standard's own words: `link:canonical`, `meta:og:url`,
    `meta:syndication-source`, `meta:author`, `json-ld:isBasedOn`, `json-ld:translator`,
    `pixel:theconversation`, `pixel:propublica`, `pixel:republication-tracker`, ..."""
    value: str
    """The value, verbatim; for JSON-LD objects their `url` or `@id`, else `name`."""
    locator: str
    label: str = ""
    """A second value where the standard has one: the name beside a URL."""


@dataclass(frozen=True, slots=True)
class Had:
    """Where an article was had from."""

    how: Literal["live", "archive", "library", "file"]
    """`live`: from its own address; `archive`: from an archive's capture of it."""
    address: str = ""
    """What gave it: its own address, the capture's, or the file as the user named it."""
    taken: datetime | None = None
    """When the web gave it, aware, UTC."""
    kept: bool = False
    """Whether the answer was kept from an earlier run, rather than asked for now."""
    via: tuple[str, ...] = ()
    """The addresses that led to it by redirects, the one asked for first."""
    archive: str | None = None
    """The archive's name."""
    captured: datetime | None = None
    """When the archive captured it, aware, UTC."""
    wanted: datetime | None = None
    """The moment near which a capture was sought, where there was one."""
    says: str = ""
    """Why it was not had from its own address, where it was not."""
    edition: int | None = None
    """Which of its address's texts it is, from 1, in the order in which a library had them."""


@dataclass(frozen=True, slots=True)
class Article:
    """One text as one outlet published it at one address: a witness, in the textual critic's word."""

    id: str
    """Stable within one run; for files their name, for rows the row's id."""
    input: str
    """What the user gave, as given (with the row where it was a table)."""
    text: str
    """For plain text, Markdown and table cells: the text as given, so that offsets hold in it.
    For HTML: title and credits left out, the body as extracted."""
    lines: tuple[Line, ...] = ()
    """The visual lines of the whole document, credits and furniture included."""
    title: str | None = None
    byline: str | None = None
    """The author line's names, as written."""
    language: str | None = None
    """ISO 639-1 code, or None where it cannot be told."""
    languages: tuple[tuple[int, int, str], ...] = ()
    """Language per paragraph where it could be told: (start, end, code) in `text`."""
    outlet: str | None = None
    """Key of the catalogue, where the publication is known there."""
    outlet_name: str | None = None
    """The publication's name: as the input gives it, else as the page or the catalogue has it."""
    url: str | None = None
    """The address the document was had from, never the page's own claim of it."""
    canonical_url: str | None = None
    og_url: str | None = None
    dates: Dates = Dates()
    marks: tuple[Mark, ...] = ()
    aside: tuple[Span, ...] = ()
    """Runs of `text` that never count as shared text: credits, navigation, house phrases."""
    notes: tuple[str, ...] = ()
    """What the reader of this article should know: lossy decoding, languages that disagree, ..."""
    had: Had | None = None
    """Where it was had from, where that is the web. A copy from an archive keeps the page's own
    address as its `url`, and says here that an archive gave it."""


@dataclass(frozen=True, slots=True)
class Credit:
    """One statement, on the page, about where its text comes from. Never merged, never corrected."""

    role: Role
    name: str | None
    """Whom or what it names, as written, without the article that belongs to the sentence."""
    outlet: str | None
    """Key of the catalogue that the name or address resolves to."""
    url: str | None
    """The address it links to or spells out."""
    title: str | None
    """The title of the work it names."""
    language: str | None
    """ISO 639-1 code of the language it says the work was in."""
    published: str | None
    """The date it gives for the work, ISO 8601, as precise as written (`1997-05`)."""
    quote: str
    """The line, verbatim."""
    start: int | None
    """Offsets of the quote in the article's text, where it came as text."""
    end: int | None
    locator: str | None
    """XPath, where it came as HTML."""
    rule: str
    """Id of the phrase or mark that was recognised."""
    strength: float
    """How strongly such a statement binds, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a page's credits add up to, as written on the page; None where it does not say."""

    outlet: str | None = None
    title: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None
    translator: str | None = None
    translated_for: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Credits:
    """A page's own account of itself."""

    article: Article
    """The page; its `aside` holds the runs that are credits."""
    kind: PageKind
    origin: Origin
    credits: tuple[Credit, ...]
    chain: tuple[str, ...]
    """Outlets in order of publication as the page tells it, the page's own last."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text that two articles share, with its place in both."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    similarity: float
    """How closely the two sides agree, 0 to 1."""
    a_paragraph: int | None = None
    """For translations, whose passages are paragraphs or sentences: their number, else None."""
    b_paragraph: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """All passages between two articles, and what they add up to."""

    a: str
    b: str
    """Ids of the articles."""
    passages: tuple[Passage, ...]
    coverage_a: float
    """Share of a's own words (credits and furniture set aside) that lie in passages, 0 to 1."""
    coverage_b: float
    similarity: float
    """How closely the passages agree, their mean weighted by length, 0 to 1."""
    score: float
    """Probability-like confidence that one text was made from the other, or both from a third,
    0 to 1."""
    same_language: bool
    kind: tuple[HopKind, ...]
    """How b differs from a, were a its parent; empty where nothing is shared."""
    shared_words: int = 0
    """Words of a in passages."""
    evidence: tuple["Evidence", ...] = ()
    left_out: tuple[Span, ...] | None = None
    """Runs of a that b lacks: whole sentences, each run within one paragraph, as characters of a's
    text. None, as of the next two, where nobody worked it out."""
    added: tuple[Span, ...] | None = None
    """Runs of b that a lacks, as characters of b's text."""
    moved: tuple[Passage, ...] | None = None
    """What stands elsewhere in b than in a, in the order of a: runs of passages as one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason, good enough to show to a reader."""

    type: str
    """`credit`, `passages`, `translation`, `dates`, `direction`, `missing`, ..."""
    says: str
    """The reason in a sentence."""
    role: Role | None = None
    quote: str | None = None
    rule: str | None = None
    start: int | None = None
    end: int | None = None
    locator: str | None = None
    weight: float | None = None
    """Natural-log odds that it adds for the hop, where it adds any."""


EditionOrder = Literal["captured", "added", "unknown"]
"""What tells which of an address's texts came first: the moments at which each was captured or had
from the web, or the order in which a library had them; or nothing."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which of the texts that an address had, one after the other, a version is."""

    number: int
    """From 1."""
    of: int
    order: EditionOrder

    @property
    def label(self) -> str:
        """Return what tells it from the others in a sentence: "text 1 of 2"."""
        return f"text {self.number} of {self.of}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a text: an article that was seen, or one that credits or texts imply."""

    id: str
    """`v1`, `v2`, ... in the order of the chain, side branches after it."""
    name: str | None
    """The outlet's name, as written or as the catalogue has it."""
    outlet: str | None = None
    title: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None
    translator: str | None = None
    seen: bool = False
    dates: Dates = Dates()
    article: str | None = None
    """Id of the article, where it was seen."""
    had: Had | None = None
    """Where the article was had from, where that is known."""
    edition: Edition | None = None
    """Which of its address's texts it is, where several are among the versions."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another version that a hop's child may have been made from instead, or none that is known."""

    parent: str | None
    """Id of the version; None for no known one."""
    probability: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of republication: from a version to the version made from it."""

    parent: str
    child: str
    """Ids of versions."""
    kind: tuple[HopKind, ...]
    kind_from: Literal["match", "credit"]
    """Whether the kind was measured or is the credit's word."""
    standing: Standing
    probability: float
    """Of this hop being right, 0 to 1 exclusive."""
    evidence: tuple[Evidence, ...]
    match: Match | None = None
    rivals: tuple[Rival, ...] = ()
    """What the child may have been made from instead, the likeliest first; of a trace's hops only."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A place that was searched for versions, and what came of it."""

    where: str
    outcome: SearchOutcome
    found: int
    """How many versions it gave."""
    looked_at: int = 0
    """How many articles it held; of a question to the web, how many addresses or captures it gave."""
    says: str = ""
    of: Literal["article", "address", "capture"] = "article"
    """What `looked_at` counts."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What was changed between two texts that one address had."""

    before: str
    after: str
    """Ids of versions. Where the order is not known, they only differ."""
    order: EditionOrder
    seen_before: datetime | None
    seen_after: datetime | None
    """When each text is first known to have stood there, aware, UTC."""
    text: bool
    """Whether the text itself was changed."""
    removed: tuple[Credit, ...] = ()
    """Credits that the later text has no more."""
    added: tuple[Credit, ...] = ()
    """Credits that it has only since."""


@dataclass(frozen=True, slots=True)
class Contamination:
    """A version that may have been made from two others (Maas, Textkritik, 1927)."""

    version: str
    parents: tuple[str, str]
    """Ids of both: the one it is drawn under, or one above that which breaks off, and the other."""
    readings: int
    """Runs of four words that tell of it: what it has from the other one and nothing of its line has, or,
    where the first breaks off, what stood behind that and is other in it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The chain of an article: its versions, hops and what was searched."""

    asked: str
    """Id of the version that was asked about."""
    versions: tuple[Version, ...]
    chain: tuple[str, ...]
    """Ids of versions from the first known one to the one asked about."""
    hops: tuple[Hop, ...]
    credits: tuple[tuple[str, tuple[Credit, ...]], ...]
    """Credits of each seen version: (version id, its credits)."""
    searched: tuple[Searched, ...] = ()
    unknown: tuple[str, ...] = ()
    """What could not be known, in sentences."""
    revisions: tuple[Revision, ...] = ()
    """What was changed at addresses of which several texts are among the versions."""
    contaminations: tuple[Contamination, ...] = ()
    """Which of the versions may have been made from two of them."""


@dataclass(frozen=True, slots=True)
class Stemma:
    """The tree (or forest) of all hops among the versions of one text."""

    versions: tuple[Version, ...]
    """Parents before their children; `Version.article` is the id of an article that was seen."""
    hops: tuple[Hop, ...]
    roots: tuple[str, ...]
    """Ids of the versions without a known parent: the independent sources, as far as is known."""
    credits: tuple[tuple[str, tuple[Credit, ...]], ...] = ()
    """Credits of each seen version: (version id, its credits)."""
    unknown: tuple[str, ...] = ()
    """What could not be known, in sentences."""
    revisions: tuple[Revision, ...] = ()
    """What was changed at addresses of which several texts are among the versions."""
    contaminations: tuple[Contamination, ...] = ()
    """Which of the versions may have been made from two of them."""

    @property
    def origin(self) -> str | None:
        """Id of the version that all others descend from, None where there are several."""
        return self.roots[0] if len(self.roots) == 1 else None


def utc(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0) -> datetime:
    """Return an aware moment in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
