"""The reports that people read: a chain, a page's credits, the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from filiation.english import percent, plural
from filiation.report.changes import Run, cut_and_added
from filiation.report.revisions import revisions_report
from filiation.report.sheet import Part, Sheet, dotted, quoted, shortened
from filiation.report.summary import summary
from filiation.report.timeline import lay_timeline
from filiation.report.tree import Tree
from filiation.report.web import archives_saw, searched_lines, whence
from filiation.report.words import (
    PAGE_KINDS_IN_WORDS,
    ROLES_IN_WORDS,
    STANDING_STYLES,
    STANDINGS_IN_WORDS,
    UNNAMED,
    confidence,
    english_date,
    kinds,
    language,
)
from filiation.values import (
    Article,
    Credit,
    Credits,
    Evidence,
    Hop,
    Match,
    Trace,
    Version,
)

if TYPE_CHECKING:
    from filiation.find.history import History

__all__ = ["credits_report", "trace_report"]

QUOTE = 400
"""Characters of a credit line shown; the whole line is in the JSON document."""
TITLE = 300
RUN = 160
"""Characters shown of a run that was cut or added."""
VERSIONS = 40
"""Versions drawn over time: as many as a screen has lines."""
RUNS = 3
"""How many such runs are shown, the longest; the rest is counted."""

_MEASURES = frozenset({"passages", "translation"})
"""Evidence that says how much two texts share."""


def trace_report(
    sheet: Sheet,
    trace: Trace,
    articles: Mapping[str, Article],
    histories: "Mapping[str, History] | None" = None,
) -> None:
    """Lay down the report of one article's chain.

    `articles` holds the texts that were seen, by id, `histories` what archives saw of the versions,
    by the versions' ids.
    """
    report = _TraceReport(sheet, trace, articles)
    report.top()
    report.over_time()
    report.chain()
    report.branches()
    report.other_credits()
    revisions_report(sheet, report.names(), trace.revisions)
    archives_saw(sheet, report.names(), histories or {})
    report.searched()
    report.unknown()


@dataclass
class _TraceReport:
    """One chain on its way to the sheet."""

    sheet: Sheet
    trace: Trace
    articles: Mapping[str, Article]
    quoted: set[tuple[str, int | None, str | None]] = field(default_factory=set)
    """Credit lines that stand in the report already."""

    def __post_init__(self) -> None:
        self.versions = {version.id: version for version in self.trace.versions}
        self.numbers = {
            key: number
            for number, key in enumerate(
                [*self.trace.chain, *(v for v in self.versions if v not in self.trace.chain)], 1
            )
        }

    def top(self) -> None:
        asked = self.versions[self.trace.asked]
        self.sheet.line(("Where this text comes from", "bold"))
        self.sheet.gap()
        if asked.title:
            self.sheet.line((quoted(shortened(asked.title, TITLE)), "bold"), first="  ")
        self.sheet.line(*dotted(_about(asked)), first="  ")
        for place in self._places(asked):
            self.sheet.line((place, "dim"), first="  ")
        self.sheet.gap()
        self.sheet.line(summary(self.trace))

    def over_time(self) -> None:
        """Lay down all versions at a glance; the sections below have them one by one."""
        if len(self.versions) < 2:
            return
        self.sheet.heading("Over time")
        tree = Tree(self.trace.versions, self.trace.hops, self.trace.contaminations)
        drawn = lay_timeline(
            self.sheet, tree, VERSIONS, numbers=self.numbers, asked=self.trace.asked
        )
        if drawn < len(self.versions):
            self.sheet.line((f"and {len(self.versions) - drawn:,} more, told below", "dim"))

    def chain(self) -> None:
        self.sheet.heading("The chain")
        for place, key in enumerate(self.trace.chain):
            if place:
                self._hop(self._hop_between(self.trace.chain[place - 1], key))
            self._version(self.versions[key])

    def branches(self) -> None:
        """Lay down what descends from the chain's versions beside it."""
        pairs = set(zip(self.trace.chain, self.trace.chain[1:], strict=False))
        hops = [hop for hop in self.trace.hops if (hop.parent, hop.child) not in pairs]
        told = {key for hop in hops for key in (hop.parent, hop.child)} | set(self.trace.chain)
        alone = [version for key, version in self.versions.items() if key not in told]
        if not hops and not alone:
            return
        self.sheet.heading("Beside the chain")
        drawn = set(self.trace.chain)
        for hop in hops:
            for key in (hop.parent, hop.child):
                if key not in drawn:
                    drawn.add(key)
                    self._version(self.versions[key])
            one, other = self.numbers[hop.parent], self.numbers[hop.child]
            self.sheet.line(("from ", "dim"), self._named(one, hop.parent), " to ",
                            self._named(other, hop.child), first="   ")  # fmt: skip
            with self.sheet.margin("   "):
                self._hop_facts(hop)
            self.sheet.gap()
        for version in alone:
            self._version(version)

    def other_credits(self) -> None:
        """Lay down the credit lines that no hop rests on, so that none stays unshown."""
        rest = [
            (key, [c for c in stated if (c.quote, c.start, c.locator) not in self.quoted])
            for key, stated in self.trace.credits
        ]
        rest = [(key, stated) for key, stated in rest if stated]
        if not rest:
            return
        self.sheet.heading("What else the pages say of their origin")
        for key, stated in rest:
            self.sheet.line(self._named(self.numbers[key], key))
            for quote, roles, credit in _by_line(stated):
                where = self._place(credit.start, credit.end, credit.locator, key)
                said = "; ".join(role[:1].lower() + role[1:] for role in roles)
                self._quote(quote, f"{said}{where}")

    def searched(self) -> None:
        if not self.trace.searched:
            return
        self.sheet.heading("What was searched")
        for line in searched_lines(self.trace.searched):
            self.sheet.line(line, first="- ")

    def unknown(self) -> None:
        if not self.trace.unknown:
            return
        self.sheet.heading("What could not be known")
        for sentence in self.trace.unknown:
            self.sheet.line(sentence, first="- ")

    def _version(self, version: Version) -> None:
        sheet = self.sheet
        seen: Part = ("seen", "green") if version.seen else ("UNSEEN", "bold yellow")
        asked = version.id == self.trace.asked
        sheet.line(
            (_heading(version), "bold"), "  [", seen, "]", *(["  the article asked about"] if asked else []),
            first=(f"{self.numbers[version.id]:>2} ", "bold"),
        )  # fmt: skip
        with sheet.margin("   "):
            about = [language(version.language), english_date(version.dates, alone=True)]
            if any(about):
                sheet.line(*dotted(about))
            if version.title:
                sheet.line(quoted(shortened(version.title, TITLE)))
            for what, who in (("by ", version.author), ("translated by ", version.translator)):
                if who:
                    sheet.line(f"{what}{shortened(who, TITLE)}")
            for place in self._places(version):
                sheet.line((place, "dim"))
            for says in whence(version.had) if version.had else ():
                sheet.line((says, "dim"))

    def names(self) -> dict[str, str]:
        """Return what the report calls the versions, by id."""
        return {key: self._named(number, key) for key, number in self.numbers.items()}

    def _hop(self, hop: Hop | None) -> None:
        sheet = self.sheet
        with sheet.margin(("   │ ", "dim")):
            sheet.line("")
            if hop is not None:
                self._hop_facts(hop)
            sheet.gap()
        sheet.line(("   ▼", "dim"))

    def _hop_facts(self, hop: Hop) -> None:
        sheet = self.sheet
        by_credit = " (by the credit)" if hop.kind_from == "credit" else ""
        style = STANDING_STYLES[hop.standing]
        sheet.line(
            (kinds(hop.kind, measured=hop.kind_from == "match"), "bold"), by_credit, " · ", (hop.standing.upper(), f"bold {style}"),
            " · ", confidence(hop.probability),
        )  # fmt: skip
        sheet.line(STANDINGS_IN_WORDS[hop.standing], first="  ")
        for evidence in hop.evidence:
            self._evidence(evidence)
        if hop.match is not None:
            self._texts(hop, hop.match)

    def _evidence(self, evidence: Evidence) -> None:
        self.sheet.line(_capital(evidence.says), first="- ")
        if evidence.quote:
            owner = self._owner(evidence)
            self.quoted.add((evidence.quote, evidence.start, evidence.locator))
            place = self._place(evidence.start, evidence.end, evidence.locator, owner)
            role = ROLES_IN_WORDS[evidence.role] if evidence.role else ""
            self._quote(evidence.quote, f"{role}{place}" if role else place.removeprefix(", "))

    def _quote(self, quote: str, where: str) -> None:
        self.sheet.line((quoted(shortened(quote, QUOTE)), "italic"), first="    ")
        if where:
            self.sheet.line((f"({where})", "dim"), first="    ")

    def _texts(self, hop: Hop, match: Match) -> None:
        """Lay down how much the two texts share, and what was cut and added."""
        parent, child = self.versions[hop.parent], self.versions[hop.child]
        a, b = self._article(parent), self._article(child)
        if not _MEASURES.intersection(evidence.type for evidence in hop.evidence):
            self._shares(match, parent, child)
        if a is None or b is None:
            return
        left, right = (a, b) if match.a == a.id else (b, a)
        cut, added = cut_and_added(match, left, right)
        if match.a != a.id:
            cut, added = added, cut
        # Sentences of a translation are matched one by one: one without a counterpart may have
        # been cut, or been translated too freely to be recognised.
        self._runs("Cut" if match.same_language else f"Only in {_name(parent)}", cut)
        self._runs("Added" if match.same_language else f"Only in {_name(child)}", added)

    def _shares(self, match: Match, parent: Version, child: Version) -> None:
        one, other = match.coverage_a, match.coverage_b
        if match.a != parent.article:
            one, other = other, one
        shared = plural(match.shared_words, "word") if match.shared_words else "Text"
        self.sheet.line(
            f"{shared} shared in {plural(len(match.passages), 'passage')}: {percent(one)} of "
            f"{self.sheet.closed(_name(parent))}, {percent(other)} of {_name(child)}",
            first="- ",
        )

    def _runs(self, what: str, runs: Sequence[Run]) -> None:
        if not runs:
            return
        total = sum(run.words for run in runs)
        longest = sorted(sorted(runs, key=lambda run: -run.words)[:RUNS], key=lambda run: run.start)
        more = f", the longest {len(longest)} of {len(runs)}" if len(runs) > RUNS else ""
        self.sheet.line(f"{what}, {plural(total, 'word')}{more}:", first="- ")
        for run in longest:
            counted = f" ({plural(run.words, 'word')})"
            self.sheet.line(quoted(shortened(run.text, RUN)), counted, first="    ")

    def _places(self, version: Version) -> list[str]:
        article = self._article(version)
        places = [version.url, article.input if article else None]
        return [shortened(place, TITLE) for place in dict.fromkeys(places) if place]

    def _article(self, version: Version) -> Article | None:
        return None if version.article is None else self.articles.get(version.article)

    def _hop_between(self, parent: str, child: str) -> Hop | None:
        return next((h for h in self.trace.hops if (h.parent, h.child) == (parent, child)), None)

    def _named(self, number: int, key: str) -> str:
        return f"{number} {_name(self.versions[key])}"

    def _owner(self, evidence: Evidence) -> str | None:
        """Return the version on whose page the evidence's line stands."""
        for key, stated in self.trace.credits:
            for credit in stated:
                if (credit.quote, credit.start, credit.locator) == (
                    evidence.quote, evidence.start, evidence.locator,
                ):  # fmt: skip
                    return key
        return None

    def _place(
        self, start: int | None, end: int | None, locator: str | None, key: str | None
    ) -> str:
        """Return where a line stands: its line and offsets in a text, its XPath in a page."""
        owner = f", version {self.numbers[key]}" if key is not None else ""
        if locator:
            return f"{owner}, {shortened(locator, TITLE)}"
        article = self._article(self.versions[key]) if key is not None else None
        if start is None:
            return owner
        line = f", line {article.text.count(chr(10), 0, start) + 1:,}" if article else ""
        return f"{owner}{line}, characters {start:,} to {end or start:,}"


def credits_report(sheet: Sheet, found: Credits, *, first: bool = True) -> None:
    """Lay down what one page says about its origin; pages after the first keep their distance."""
    article = found.article
    if not first:
        sheet.line("")
    sheet.line((shortened(article.input, TITLE), "bold"))
    with sheet.margin("  "):
        if article.title:
            sheet.line(quoted(shortened(article.title, TITLE)))
        about = [article.outlet_name or article.outlet, language(article.language)]
        about.append(english_date(article.dates, alone=True))
        if any(about):
            sheet.line(*dotted(about))
        sheet.line("By its own account: ", (PAGE_KINDS_IN_WORDS[found.kind], "bold"))
        if len(found.chain) > 1:
            sheet.line(
                "Chain: ", (" → ".join(shortened(name, TITLE) for name in found.chain), "bold")
            )
        for quote, roles, credit in _by_line(found.credits):
            _credit_line(sheet, article, quote, roles, credit)
        for note in article.notes:
            sheet.line(f"Note: {note}")


def _credit_line(
    sheet: Sheet, article: Article, quote: str, roles: Iterable[str], credit: Credit
) -> None:
    for number, role in enumerate(roles):
        sheet.line(role, first="- " if number == 0 else "  ")
    sheet.line((quoted(shortened(quote, QUOTE)), "italic"), first="    ")
    if credit.locator:
        where = credit.locator
    elif credit.start is not None and credit.end is not None:
        line = article.text.count("\n", 0, credit.start) + 1
        where = f"line {line:,}, characters {credit.start:,} to {credit.end:,}"
    else:
        return
    sheet.line((f"({shortened(where, TITLE)})", "dim"), first="    ")


def _by_line(stated: Sequence[Credit]) -> list[tuple[str, list[str], Credit]]:
    """Return the credits gathered by the line they stand in: (quote, what it says, first credit)."""
    lines: dict[tuple[str, int | None, str | None], list[Credit]] = {}
    for credit in stated:
        lines.setdefault((credit.quote, credit.start, credit.locator), []).append(credit)
    return [
        (same[0].quote, list(dict.fromkeys(_said(credit) for credit in same)), same[0])
        for same in lines.values()
    ]


def _said(credit: Credit) -> str:
    """Return what a credit says: its role, and what fills it."""
    title = quoted(shortened(credit.title, TITLE)) if credit.title else None
    parts = [credit.name, title, language(credit.language), credit.published, credit.url]
    told = ", ".join(shortened(part, TITLE) for part in parts if part)
    return (
        f"{_capital(ROLES_IN_WORDS[credit.role])}: {told}"
        if told
        else _capital(ROLES_IN_WORDS[credit.role])
    )


def _about(version: Version) -> list[str | None]:
    return [_heading(version), language(version.language), english_date(version.dates, alone=True)]


def _name(version: Version) -> str:
    name = shortened(version.name or version.outlet or UNNAMED, TITLE)
    return f"{name} ({version.edition.label})" if version.edition else name


def _heading(version: Version) -> str:
    """Return a version's name where it opens a line; a name keeps its own letters (dpa, taz)."""
    name = _name(version)
    return _capital(name) if name == UNNAMED else name


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
