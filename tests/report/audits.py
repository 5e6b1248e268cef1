"""An invented library and what an audit finds in it: seven outlets on a coast, and their neighbours.

The groups are written by hand; what they add up to is the ledger's work.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from filiation.audit.flows import Ledger
from filiation.audit.values import Audit, Group
from filiation.values import (
    Article,
    Dates,
    Evidence,
    Hop,
    HopKind,
    Match,
    Passage,
    Standing,
    Stemma,
    Version,
    utc,
)

HOSTILE = "=cmd|' /C calc'!A0 \x1b[31mRed\x1b[0m\n[bold]Bote[/bold] \u202eeton\u202c"
"""An outlet's name that would compute in a spreadsheet, colour a terminal and break a row."""

OUTLETS = {
    "ledger": "The Harbour Ledger",
    "estran": "L'Estran",
    "courrier": "Le Courrier des Rives",
    "upland": "The Upland Herald",
    "daily": "港口日报 Harbour Daily",
    "mina": "صحيفة الميناء",
    "hostile": HOSTILE,
}
"""Names by the keys that the tests use; only the first two are in a catalogue."""
CATALOGUED = {"ledger": "harbourledger", "estran": "estran"}


def at(day: int, hour: int | None = None) -> Dates:
    """Return a day of May 2021 in a zone that is not known, or an hour of it in UTC."""
    if hour is not None:
        moment = utc(2021, 5, 1, hour) + timedelta(days=day - 1)
        return Dates(moment, moment + timedelta(minutes=1), "minute")
    first = utc(2021, 5) + timedelta(days=day - 1) - timedelta(hours=14)
    return Dates(first, first + timedelta(hours=50, seconds=-1), "day")


def by(day: int) -> Dates:
    """Return a date not after a day of May 2021: all that is known of a version nobody has seen."""
    return Dates(None, at(day).latest, "day")


def version(
    outlet: str | None,
    dates: Dates = Dates(),  # noqa: B008 - a frozen value
    *,
    article: str | None = None,
    title: str | None = None,
) -> Version:
    """Return a version without its id: an article where it has one, else unseen."""
    name = OUTLETS.get(outlet, outlet) if outlet else None
    key = CATALOGUED.get(outlet) if outlet else None
    return Version(
        "", name, key, title=title, language="en", seen=article is not None, dates=dates,
        article=article,
    )  # fmt: skip


Step = tuple[int, int, Standing, Sequence[HopKind]]
"""A hop between two versions by their places, its standing and kinds."""


def group(versions: Sequence[Version], steps: Iterable[Step] = ()) -> Group:
    """Return a group; a hop with an unseen end has its kind from a credit."""
    numbered = tuple(
        Version(
            f"v{place}", v.name, v.outlet, v.title, v.url, v.language, v.author, v.translator, v.seen,
            v.dates, v.article,
        )
        for place, v in enumerate(versions, 1)
    )  # fmt: skip
    hops = tuple(_hop(numbered[a], numbered[b], standing, kinds) for a, b, standing, kinds in steps)
    roots = tuple(v.id for v in numbered if v.id not in {hop.child for hop in hops})
    articles = tuple(sorted(v.article for v in numbered if v.article is not None))
    first = next((v.article for v in numbered if v.id == roots[0]), None)
    stemma = Stemma(numbered, hops, roots)
    return Group(
        f"g-{articles[0]}", articles, stemma, first if len(roots) == 1 else None, len(roots)
    )


def _hop(parent: Version, child: Version, standing: Standing, kinds: Sequence[HopKind]) -> Hop:
    seen = parent.seen and child.seen
    evidence = (
        Evidence("passages", "the texts match in one passage", weight=3.0)
        if seen
        else Evidence(
            "credit", "the page names it", "source", f"Source: {parent.name}", "en.source", 3, 30
        )
    )
    return Hop(
        parent.id,
        child.id,
        tuple(kinds),
        "match" if seen else "credit",
        standing,
        0.93,
        (evidence,),
    )


def library(groups: Iterable[Group], alone: int = 3) -> list[tuple[str, str | None, str | None]]:
    """Return the articles of the groups and, of each outlet, `alone` that nobody took."""
    rows = [
        (v.article, v.outlet, v.name)
        for found in groups
        for v in found.stemma.versions
        if v.article is not None
    ]
    rows += [
        (f"{outlet}-alone-{number}", CATALOGUED.get(outlet), name)
        for outlet, name in OUTLETS.items()
        for number in range(alone)
    ]
    return rows


SALT = group(
    [
        version("ledger", at(4, 9), article="salt-ledger", title="The salt that stays"),
        version("estran", at(9), article="salt-estran", title="Le sel qui reste"),
        version("upland", at(4, 12), article="salt-upland", title="The salt that stays"),
        version("courrier", at(12), article="salt-courrier"),
        version("upland", at(5, 12), article="salt-upland-2"),
        version("mina", at(6), article="salt-mina", title="الملح الباقي"),
        version("hostile", at(13), article="salt-hostile"),
    ],
    [
        (0, 1, "confirmed", ["edited"]),
        (0, 2, "uncredited", ["verbatim"]),
        (1, 3, "skipped", ["abridged", "edited"]),
        (2, 4, "uncredited", ["extended"]),
        (2, 5, "undetermined", ["verbatim"]),
        (3, 6, "uncredited", ["excerpt"]),
    ],
)
"""An original, what others made of it, and an update that one of them made of its own."""

ICE = group(
    [
        version("Nachtfähre", by(2), title="Eis im Hafen"),
        version("daily", at(2, 8), article="ice-daily", title="Ice in the harbour"),
        version("mina", at(2, 20), article="ice-mina"),
        version("courrier", at(3), article="ice-courrier"),
    ],
    [
        (0, 1, "credited", ["translation"]),
        (1, 2, "confirmed", ["verbatim"]),
        (1, 3, "disputed", ["abridged"]),
    ],
)
"""A text from an outlet that nobody has seen."""

BEES = group(
    [
        version(None, by(8), title="Die Bienen"),
        version("Cahier bleu", by(8)),
        version("courrier", at(8), article="bees-courrier", title="Les abeilles du métro"),
        version("estran", at(9), article="bees-estran"),
    ],
    [
        (0, 1, "credited", ["translation"]),
        (1, 2, "credited", []),
        (2, 3, "uncredited", ["edited"]),
    ],
)
"""A hop between two that nobody has seen."""

FERRY = group(
    [
        version("upland", at(20), article="ferry-1", title="Ferry timetable"),
        version("upland", at(21), article="ferry-2", title="Ferry timetable"),
    ],
    [(0, 1, "uncredited", ["verbatim"])],
)
"""An outlet's own update: no republication."""

GROUPS = (SALT, ICE, BEES, FERRY)

SKIPPED = ("12 articles without a text", "pages/\x1b[2Jwide.csv, row 7: no text")


def ledger(groups: Iterable[Group] = GROUPS, alone: int = 3) -> Ledger:
    """Return the books of an audit."""
    groups = tuple(groups)
    books = Ledger(library(groups, alone))
    for found in groups:
        books.add(found)
    return books


def audit(groups: Iterable[Group] = GROUPS, alone: int = 3) -> Audit:
    """Return an audit of the invented library."""
    books = ledger(groups, alone)
    return books.audit(
        pairs=41,
        matches=12,
        house_phrases=2,
        standing_text=3,
        skipped=SKIPPED,
        seconds={"stemma": 0.5},
    )


def viral(copies: int = 40) -> Group:
    """Return a text that everyone reprinted, hour by hour, and a long line of copies of copies."""
    names = list(OUTLETS)
    versions = [version("ledger", at(1, 0), article="viral-000", title="A whale in the canal")]
    steps: list[Step] = []
    for number in range(1, copies):
        day, hour = divmod(number, 24)
        outlet = names[number % len(names)]
        versions.append(version(outlet, at(1 + day, hour), article=f"viral-{number:03}"))
        parent = number - 1 if number > copies // 2 else 0
        steps.append((parent, number, "uncredited", ["verbatim"]))
    return group(versions, steps)


def nothing() -> Audit:
    """Return the audit of a library without any republication."""
    return audit((), alone=2)


ARTICLE = Article(
    "salt-ledger", "pages/salt.html", "The lake was salt.", title="The salt that stays",
    byline="Nora Whitfield", language="en", outlet="harbourledger",
    outlet_name="The Harbour Ledger", url="https://harbourledger.example/salt", dates=at(4, 9),
)  # fmt: skip

MATCH = Match(
    "salt-ledger", "salt-upland", (Passage(0, 18, 4, 22, 1.0),), 1.0, 0.8, 1.0, 0.99, True,
    ("verbatim",), 4,
)  # fmt: skip
