"""The reports that `golden/` holds, made from values written here by hand.

`python -m tests.report.golden` writes them anew: read the difference before you keep it.
"""

import io
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from filiation.report.audit import audit_report
from filiation.report.files import FILES
from filiation.report.sheet import Sheet
from filiation.report.sidebyside import compare_report
from filiation.report.terminal import credits_report, trace_report
from filiation.values import (
    Article,
    Credit,
    Credits,
    Dates,
    DateWitness,
    Evidence,
    Hop,
    Match,
    Origin,
    Passage,
    Searched,
    Trace,
    Version,
)
from tests.report import audits

FOLDER = Path(__file__).with_name("golden")
WIDTHS = (60, 80, 120, 200)


def on(day: int) -> Dates:
    """Return a day of May 2021, in a zone that is not known."""
    witness = DateWitness(
        "byline",
        datetime(2021, 5, day - 1, 10, tzinfo=UTC),
        datetime(2021, 5, day + 1, 11, 59, 59, tzinfo=UTC),
        "day",
        f"{day} mai 2021",
    )
    return Dates(witness.earliest, witness.latest, "day", (witness,))


COPY_TEXT = """Les abeilles du métro

Par Ruth Amsel

La Lanterne, 9 mai 2021

Une colonie d'abeilles s'est installée en mars sous les voûtes de la station Hafenmarkt.
Personne ne l'a remarquée pendant six semaines, tant les voyageurs regardaient leurs pieds.

Article original en allemand : « Die Bienen vom Hafenmarkt »

Traduit par C. Ferro pour le Cahier bleu

Source : Hafenbote
"""
SOURCE_QUOTE = "Source : Hafenbote"
FOR_QUOTE = "Traduit par C. Ferro pour le Cahier bleu"


def credit(role: str, name: str | None, quote: str, title: str | None = None) -> Credit:
    """Return a credit of the copy, at its place."""
    start = COPY_TEXT.index(quote)
    return Credit(
        role,  # type: ignore[arg-type]  # a role by name, as the tests write it
        name, None, None, title, None, None, quote, start, start + len(quote), None, "test", 0.9,
    )  # fmt: skip


ORIGINAL = credit(
    "original",
    None,
    "Article original en allemand : « Die Bienen vom Hafenmarkt »",
    "Die Bienen vom Hafenmarkt",
)
CREDITS = (
    ORIGINAL,
    credit("translated_by", "C. Ferro", FOR_QUOTE),
    credit("translated_for", "Cahier bleu", FOR_QUOTE),
    credit("source", "Hafenbote", SOURCE_QUOTE),
)
COPY = Article(
    "lanterne.txt",
    "pages/lanterne.txt",
    COPY_TEXT,
    title="Les abeilles du métro",
    byline="Ruth Amsel",
    language="fr",
    outlet_name="La Lanterne",
    dates=on(9),
    aside=tuple((c.start, c.end) for c in CREDITS if c.start is not None and c.end is not None),
)


def told(given: Credit, says: str) -> Evidence:
    """Return a credit as evidence."""
    return Evidence(
        "credit", says, given.role, given.quote, given.rule, given.start, given.end, given.locator
    )


def unseen_chain() -> Trace:
    """Return a chain told by one page alone: two versions that nobody has seen."""
    versions = (
        Version("v1", "Hafenbote", title="Die Bienen vom Hafenmarkt", language="de",
                author="Ruth Amsel", dates=Dates(None, on(9).latest, "day")),
        Version("v2", "Cahier bleu", language="fr", translator="C. Ferro",
                dates=Dates(None, on(9).latest, "day")),
        Version("v3", "La Lanterne", title=COPY.title, language="fr", seen=True, dates=on(9),
                article=COPY.id),
    )  # fmt: skip
    hops = (
        Hop("v1", "v2", ("translation",), "credit", "credited", 0.93,
            (told(ORIGINAL, "the page names the original"),
             told(CREDITS[2], "the page says for whom it was translated"))),
        Hop("v2", "v3", ("verbatim",), "credit", "skipped", 0.71,
            (told(CREDITS[3], "the page names Hafenbote as its source"),)),
    )  # fmt: skip
    return Trace(
        "v3", versions, ("v1", "v2", "v3"), hops, (("v3", CREDITS),),
        (Searched("pages", "empty", 0),),
        ("Whether Cahier bleu printed the whole text: it was not seen.",),
    )  # fmt: skip


HOSTILE = (
    "\x1b[31mRed\x1b[0m \x9b2Jalert \u202egnp.exe\u202c: ein sehr langer Titel, der über den Rand "
    "jeder Zeile hinausläuft, weil niemand ihn gekürzt hat, und [bold]der nie fett wird[/bold]"
)
PARENT = Article(
    "a.txt", "pages/a.txt",
    "The harbour froze over in a single night.\n"
    "By morning the ferries stood still and 340 passengers slept in the customs hall.\n"
    "Nobody had seen such ice since 1987, the harbour master said.\n"
    "The soup was free.\n",
    title=HOSTILE, language="en", outlet_name="港口日报 Harbour Daily", dates=on(2),
)  # fmt: skip
CHILD = Article(
    "b.txt", "pages/b.txt",
    "By morning all ferries stood still and 340 people slept in the customs hall.\n"
    "Nobody had seen such ice since 1987, the harbour master said.\n"
    "Our correspondent walked across to the lighthouse and back.\n",
    title="الميناء المتجمد", language="en", outlet_name="صحيفة الميناء", dates=on(3),
)  # fmt: skip


def measured_match() -> Match:
    """Return what PARENT and CHILD share: one passage, edited, with a cut and an addition."""
    a, b = PARENT.text, CHILD.text
    passage = Passage(
        a.index("By morning"), a.index("said.") + 4, 0, b.index("said.") + 4, 0.92
    )  # fmt: skip
    return Match(
        "a.txt", "b.txt", (passage,), 0.66, 0.72, 0.92, 0.97, True, ("abridged", "edited"), 25
    )


def measured_chain() -> Trace:
    """Return a measured step, a side branch, and titles of hostile, wide and Arabic letters."""
    versions = (
        Version("v1", PARENT.outlet_name, title=HOSTILE, language="en", seen=True,
                url="https://harbour-daily.example/2021/05/02/ice", dates=on(2), article="a.txt"),
        Version("v2", CHILD.outlet_name, title=CHILD.title, language="en", seen=True, dates=on(3),
                article="b.txt"),
        Version("v3", "Nachtfähre", language="de", seen=False, dates=Dates(None, on(4).latest, "day")),
    )  # fmt: skip
    match = measured_match()
    hops = (
        Hop("v1", "v2", match.kind, "match", "uncredited", 0.9996,
            (Evidence("passages", "25 words in one passage", weight=4.1),
             Evidence("dates", "2 May 2021 comes before 3 May 2021", weight=1.2)), match),
        Hop("v1", "v3", ("translation",), "credit", "credited", 0.4,
            (Evidence("credit", "a note names it", "via", "via Nachtfähre", None, None, None,
                      "/html/body/main/article/div[2]/p[14]"),)),
    )  # fmt: skip
    return Trace(
        "v2", versions, ("v1", "v2"), hops, (("v1", ()), ("v2", ())),
        (Searched("pages", "ok", 1, 12), Searched("more", "failed", 0, 0, "3 could not be read")),
    )  # fmt: skip


def alone() -> Trace:
    """Return the trace of a text without any other version."""
    version = Version("v1", "La Lanterne", title=COPY.title, language="fr", seen=True, dates=on(9),
                      article=COPY.id)  # fmt: skip
    return Trace("v1", (version,), ("v1",), (), (("v1", ()),), (Searched("pages", "empty", 0, 7),))


TRANSLATED = Match(
    "a.txt", "lanterne.txt",
    (Passage(0, 41, COPY_TEXT.index("Une colonie"), COPY_TEXT.index("Personne") - 1, 0.61, 0, 3),),
    0.4, 0.5, 0.61, 0.88, False, ("translation", "abridged"), 8,
)  # fmt: skip

SAID = Credits(
    COPY, "translation",
    Origin("Hafenbote", "Die Bienen vom Hafenmarkt", None, "de", "Ruth Amsel", "C. Ferro", "Cahier bleu"),
    CREDITS, ("Hafenbote", "Cahier bleu", "La Lanterne"),
)  # fmt: skip
SILENT = Credits(PARENT, "none", Origin(), (), (PARENT.outlet_name or "",))


def two_pages(sheet: Sheet) -> None:
    """Lay down a page with credits, and one without."""
    credits_report(sheet, SAID)
    credits_report(sheet, SILENT, first=False)


REPORTS: dict[str, Callable[[Sheet], None]] = {
    "trace-unseen": lambda sheet: trace_report(sheet, unseen_chain(), {COPY.id: COPY}),
    "trace-measured": lambda sheet: trace_report(
        sheet, measured_chain(), {"a.txt": PARENT, "b.txt": CHILD}
    ),
    "trace-alone": lambda sheet: trace_report(sheet, alone(), {COPY.id: COPY}),
    "credits": two_pages,
    "compare-edited": lambda sheet: compare_report(sheet, measured_match(), PARENT, CHILD),
    "audit": lambda sheet: audit_report(
        sheet, audits.audit(), files=[Path("found", name) for name in FILES]
    ),
    "audit-viral": lambda sheet: audit_report(
        sheet, audits.audit([audits.viral(), *audits.GROUPS]), limit=6
    ),
    "audit-nothing": lambda sheet: audit_report(sheet, audits.nothing()),
    "compare-translated": lambda sheet: compare_report(sheet, TRANSLATED, PARENT, COPY),
}  # fmt: skip


def report(name: str, width: int, *, colour: bool = False, plain_ascii: bool = False) -> str:
    """Return a report as it is printed."""
    sheet = Sheet(width, colour=colour, plain_ascii=plain_ascii)
    REPORTS[name](sheet)
    paper = io.StringIO()
    sheet.print_to(paper)
    return paper.getvalue()


def golden() -> Iterator[tuple[Path, str]]:
    """Yield each golden file and what it should hold."""
    for name in REPORTS:
        for width in WIDTHS:
            yield FOLDER / f"{name}-{width}.txt", report(name, width)
    for name in ("trace-unseen", "audit"):
        yield FOLDER / f"{name}-ascii.txt", report(name, 80, plain_ascii=True)


if __name__ == "__main__":
    for file, content in golden():
        changed = not file.exists() or file.read_text(encoding="utf-8") != content
        file.write_text(content, encoding="utf-8")
        if changed:
            sys.stdout.write(f"{file.name}\n")
