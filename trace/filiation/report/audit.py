"""The report of an audit: what was republished within a library, and who takes from whom."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from filiation.audit.values import Audit, Flow, Group, Tally
from filiation.english import listed, percent, plural
from filiation.report.delays import BINS, brief_delay, spark, spread
from filiation.report.files import FILES
from filiation.report.harmless import one_line
from filiation.report.matrix import fits, lay_matrix
from filiation.report.sheet import Sheet, quoted, shortened
from filiation.report.tables import Cell, Column, lay_table
from filiation.report.timeline import lay_timeline
from filiation.report.tree import Tree
from filiation.report.words import (
    STANDING_STYLES,
    STANDINGS_IN_WORDS,
    day,
    english_day,
)
from filiation.values import HOP_KINDS, STANDINGS, Standing

__all__ = ["LIMIT", "audit_report"]

LIMIT = 20
"""Rows of a table, and versions of a tree, that are shown unless another number is asked for."""
TABLES_FROM = 60
"""Columns from which tables are laid out; below, each row is a sentence."""
BARS_FROM = 96
"""Columns from which the table of flows has bars, too; below, the matrix has them."""
MEANINGS_BESIDE = 120
"""Columns from which a standing's meaning stands beside its bar; below, it stands under it."""
FEWEST_DELAYS = 3
"""Delays from which their distribution is drawn."""
LONGEST_BIN = max(len(name) for _, name in BINS)
SPARKS = (
    "The “delays” of a pair of outlets are such bars: at the left within a day, at the right later than "
    "3 months."
)
MOST_NAMES = 3
"""Outlets that share the first place and are still named."""
NAME = 60
TITLE = 200
SENTENCE = 1000

_UNKNOWN = "(not named)"
"""An outlet in a table where nothing says which."""


def audit_report(
    sheet: Sheet, audit: Audit, *, files: Sequence[Path] = (), limit: int = LIMIT
) -> None:
    """Lay down the report of an audit; `files` are those that it was written to.

    At most `limit` rows of each table and `limit` versions of each tree are shown, at least one;
    what is left out is counted.
    """
    report = _AuditReport(sheet, audit, limit)
    report.top()
    if audit.hops:
        report.standings()
        report.flows()
        report.delays()
        report.outlets()
        report.groups()
    report.left_out()
    report.files(files)


class _AuditReport:
    """One audit on its way to the sheet."""

    def __init__(self, sheet: Sheet, audit: Audit, limit: int) -> None:
        self.sheet = sheet
        self.audit = audit
        self.limit = limit
        self.has_sparks = False
        """Whether the table of flows had room for the delays of each."""
        self.names = {t.outlet: shortened(t.name, NAME) or _UNKNOWN for t in audit.tallies}

    def top(self) -> None:
        self.sheet.line(("What was republished", "bold"))
        self.sheet.gap()
        self.sheet.line(_found(self.audit))
        told = [*_leaders(self.audit), *_pace(self.audit)] if self.audit.hops else []
        if told:
            self.sheet.gap()
            self.sheet.line(" ".join(told))

    def standings(self) -> None:
        self.sheet.heading("What the copies say of their source")
        found = [standing for standing in STANDINGS if self.audit.standings[standing]]
        meanings = [STANDINGS_IN_WORDS[standing] for standing in found]
        if self.sheet.width < TABLES_FROM:
            for standing in found:
                self._standing_in_words(standing)
        elif self.sheet.width < MEANINGS_BESIDE:
            rows = [self._standing_row(standing) for standing in found]
            lay_table(self.sheet, _STANDING_COLUMNS, rows, meanings)
        else:
            rows = [[*self._standing_row(s), (STANDINGS_IN_WORDS[s], "dim")] for s in found]
            lay_table(self.sheet, [*_STANDING_COLUMNS, Column("")], rows)
        self._kinds()

    def _standing_row(self, standing: Standing) -> list[Cell]:
        number, style = self.audit.standings[standing], STANDING_STYLES[standing]
        share = number / self.audit.hops
        return [(standing.upper(), style), f"{number:,}", _brief(share), (share, style)]

    def _standing_in_words(self, standing: Standing) -> None:
        number = self.audit.standings[standing]
        counted = f"  {number:,} · {percent(number / self.audit.hops)}"
        self.sheet.line((standing.upper(), STANDING_STYLES[standing]), counted)
        self.sheet.line((STANDINGS_IN_WORDS[standing], "dim"), first="  ")

    def _kinds(self) -> None:
        counted = [
            f"{kind} {self.audit.kinds[kind]:,}" for kind in HOP_KINDS if self.audit.kinds[kind]
        ]
        if counted:
            self.sheet.gap()
            self.sheet.line(
                f"By kind: {', '.join(counted)}. A copy may be of several kinds, and of none where "
                "its source was not seen."
            )

    def flows(self) -> None:
        self.sheet.heading("Who takes from whom")
        if self._matrix():
            self.sheet.heading("Pair by pair")
        shown = self.audit.flows[: self.limit]
        if self.sheet.width < TABLES_FROM:
            for flow in shown:
                self._flow_in_words(flow)
        else:
            most = max(flow.hops for flow in shown)
            rows = [self._flow_row(flow, most) for flow in shown]
            kept = [
                place
                for place, column in enumerate(_FLOW_COLUMNS)
                if self.sheet.width >= BARS_FROM or column not in _ONLY_WIDE
            ]
            laid = lay_table(
                self.sheet,
                [_FLOW_COLUMNS[place] for place in kept],
                [[row[place] for place in kept] for row in rows],
            )
            self.has_sparks = _SPARKS in laid
        self._more(len(self.audit.flows), "more pairs of outlets")

    def _matrix(self) -> bool:
        """Lay down the outlets that take and give most, each with each; return whether it helps."""
        counts = {(flow.from_outlet, flow.to_outlet): flow.hops for flow in self.audit.flows}
        part: Counter[str] = Counter()
        for (giver, taker), number in counts.items():
            part.update({giver: number})
            part.update({taker: number})
        outlets = sorted(part, key=lambda outlet: (-part[outlet], outlet))
        number = fits(self.sheet, outlets)
        if not number:
            return False
        lay_matrix(self.sheet, outlets[:number], self.names, counts)
        if number < len(outlets):
            self.sheet.line((f"and {plural(len(outlets) - number, 'more outlet')}", "dim"))
        return True

    def delays(self) -> None:
        """Lay down how soon texts are taken, over all pairs of outlets."""
        known = [delay for flow in self.audit.flows for delay in flow.delays]
        if len(known) < FEWEST_DELAYS:
            return
        self.sheet.heading("How soon texts are taken")
        counts = spread(known)
        filled = [place for place, count in enumerate(counts) if count]
        for place in range(filled[-1] + 1):
            share, (_, name) = counts[place] / len(known), BINS[place]
            told = f"{name:<{LONGEST_BIN}}  {counts[place]:>7,}  {_brief(share):>5}"
            width = min(40, self.sheet.room - len(told) - 2)
            halves = max(1, round(share * width * 2)) if share else 0
            bar = "━" * (halves // 2) + "╸" * (halves % 2)
            self.sheet.line(told, *([("  " + bar, "cyan")] if bar and width > 0 else []))
        if self.has_sparks:
            self.sheet.line((SPARKS, "dim"))

    def _flow_row(self, flow: Flow, most: int) -> list[Cell]:
        return [
            (self.names[flow.from_outlet], "bold"),
            f"→ {self.names[flow.to_outlet]}",
            f"{flow.hops:,}",
            (flow.hops / most, "cyan"),
            _brief(_credited(flow)),
            f"{flow.standings['uncredited']:,}",
            brief_delay(flow.median_delay_hours),
            (spark(spread(flow.delays)), "cyan"),
            "–" if flow.share is None else _brief(flow.share),
        ]

    def _flow_in_words(self, flow: Flow) -> None:
        told = [f"{percent(_credited(flow))} credited"]
        if flow.standings["uncredited"]:
            told.append(f"{flow.standings['uncredited']:,} uncredited")
        if flow.median_delay_hours is not None:
            told.append(f"median delay {brief_delay(flow.median_delay_hours)}")
        giver, taker = (
            self.sheet.closed(self.names[outlet]) for outlet in (flow.from_outlet, flow.to_outlet)
        )
        self.sheet.line(
            (giver, "bold"), f" → {taker}: {plural(flow.hops, 'hop')}, {', '.join(told)}",
            first="- ",
        )  # fmt: skip

    def outlets(self) -> None:
        self.sheet.heading("Outlet by outlet")
        shown = self.audit.tallies[: self.limit]
        if self.sheet.width < TABLES_FROM:
            for tally in shown:
                self._tally_in_words(tally)
        else:
            lay_table(self.sheet, _OUTLET_COLUMNS, [self._tally_row(tally) for tally in shown])
        self._more(len(self.audit.tallies), "more outlets")

    def _tally_row(self, tally: Tally) -> list[Cell]:
        name: Cell = (self.names[tally.outlet], "bold")
        if not tally.articles:  # known from credits alone
            return [name, "–", "–", "–", "–", (0.0, ""), "–", f"{tally.taken:,}"]
        return [
            name,
            f"{tally.articles:,}",
            f"{tally.originals:,}",
            f"{tally.republished:,}",
            _brief(tally.share),
            (tally.share, "cyan"),
            f"{tally.uncredited:,}",
            f"{tally.taken:,}",
        ]

    def _tally_in_words(self, tally: Tally) -> None:
        told = f"{plural(tally.articles, 'article')}, {plural(tally.originals, 'original')}, "
        told += f"{tally.republished:,} republished ({percent(tally.share)}), "
        told += f"{tally.uncredited:,} of them uncredited; "
        if not tally.articles:
            told = "known from credits alone; "
        self.sheet.line(
            (self.sheet.closed(self.names[tally.outlet]), "bold"), f": {told}taken from {_times(tally.taken)}",
            first="- ",
        )  # fmt: skip

    def groups(self) -> None:
        shown = self.audit.largest[: self.limit]
        if not shown:
            return
        self.sheet.heading("The texts that were taken most")
        for number, group in enumerate(shown, 1):
            self.sheet.gap()
            self._group(number, group)

    def _group(self, number: int, group: Group) -> None:
        title = next((version.title for version in group.stemma.versions if version.title), None)
        head = quoted(shortened(title, TITLE)) if title else shortened(group.id, TITLE)
        self.sheet.line((head, "bold"), first=(f"{number:>2} ", "bold"))
        stemma = group.stemma
        tree = Tree(stemma.versions, stemma.hops, stemma.contaminations)
        with self.sheet.margin("   "):
            self.sheet.line((_about(group), "dim"))
            drawn = lay_timeline(self.sheet, tree, self.limit)
            left = len(group.stemma.versions) - drawn
            if left:
                self.sheet.line((f"and {left:,} more", "dim"))

    def left_out(self) -> None:
        told: list[str] = []
        if self.audit.house_phrases:
            phrases = plural(self.audit.house_phrases, "phrase")
            told.append(f"{phrases} that outlets print on many pages: never counted as shared.")
        if self.audit.standing_text:
            matches = plural(self.audit.standing_text, "match", "matches")
            told.append(
                f"{matches} in what an outlet prints again and again, or in forms filled anew."
            )
        told += [shortened(sentence, SENTENCE) for sentence in self.audit.skipped]
        if not told:
            return
        self.sheet.heading("What was left out")
        for sentence in told[: self.limit]:
            self.sheet.line(sentence, first="- ")
        self._more(len(told), "more")

    def files(self, files: Sequence[Path]) -> None:
        if not files:
            return
        self.sheet.heading("The files")
        for file in files:
            what = FILES.get(file.name)
            self.sheet.line((one_line(str(file)), "bold"), f": {what}" if what else "", first="- ")

    def _more(self, total: int, what: str) -> None:
        """Say how many rows were not shown."""
        if total > self.limit:
            self.sheet.line((f"and {total - self.limit:,} {what}", "dim"))


_STANDING_COLUMNS = [
    Column("standing"),
    Column("hops", right=True),
    Column("share", right=True),
    Column("", bar=True),
]
_SPARKS = Column("delays", goes=True)
_FLOW_COLUMNS = [
    Column("from", name=True),
    Column("  to", name=True),
    Column("hops", right=True),
    Column("", bar=True),
    Column("credited", right=True),
    Column("uncredited", "un-\ncredited", right=True),
    Column("median delay", "median\ndelay", right=True),
    _SPARKS,
    Column("share of output", "share of\noutput", right=True, goes=True),
]
_ONLY_WIDE = [
    column for column in _FLOW_COLUMNS if column.bar or column.heading == "share of output"
]
"""What a narrow table of flows leaves to the matrix above it and to the table of outlets."""
_OUTLET_COLUMNS = [
    Column("outlet", name=True),
    Column("articles", right=True),
    Column("originals", "orig-\ninals", right=True),
    Column("republished", "repub-\nlished", right=True),
    Column("share", right=True),
    Column("", bar=True),
    Column("uncredited", "un-\ncredited", right=True),
    Column("taken by others", "taken by\nothers", right=True, goes=True),
]


def _found(audit: Audit) -> str:
    """Return what was found, in two or three sentences."""
    among = f"Among {plural(audit.articles, 'article')}"
    if audit.outlets:
        among += f" of {plural(audit.outlets, 'outlet')}"
    within = f"{plural(audit.within, 'hop')} within one outlet" if audit.within else ""
    if not audit.hops:
        within = f", and {within}" if within else ""
        return f"{among}, no republication from one outlet to another was found{within}."
    texts = plural(audit.groups, "text was", "texts were")
    hops = plural(audit.hops, "republication")
    told = f"{among}, {texts} found in more than one version: {hops} from one outlet to another"
    told += f", and {within}." if within else "."
    told += f" They go back to {plural(audit.independent_sources, 'independent source')}"
    if audit.missing:
        told += f"; {plural(audit.missing, 'version')} that credits name "
        told += "was not seen" if audit.missing == 1 else "were not seen"
    return f"{told}."


def _leaders(audit: Audit) -> Iterator[str]:
    """Yield who republishes most, and who is taken from most."""
    taker = next((tally for tally in audit.tallies if tally.republished and tally.name), None)
    if taker is not None:
        credit = f"{taker.uncredited:,} of them without a credit" if taker.uncredited else ""
        yield (
            f"{shortened(taker.name, NAME)} republishes most: {taker.republished:,} of its "
            f"{plural(taker.articles, 'article')} ({percent(taker.share)})"
            f"{', ' if credit else ''}{credit}."
        )
    most = max((tally.taken for tally in audit.tallies if tally.name), default=0)
    givers = [shortened(t.name, NAME) for t in audit.tallies if t.name and t.taken == most]
    if most and len(givers) <= MOST_NAMES:
        verb, each = ("is", "") if len(givers) == 1 else ("are", " each")
        yield f"{listed(givers)} {verb} taken from most, {_times(most)}{each}."


def _pace(audit: Audit) -> Iterator[str]:
    """Yield how fast texts are taken, where dates tell."""
    delays = [delay for flow in audit.flows for delay in flow.delays]
    if delays:
        yield (
            f"The median delay is {brief_delay(median(delays))}, over the {plural(len(delays), 'hop')} "
            "whose dates are known to the day."
        )


def _about(group: Group) -> str:
    """Return a group's size, its outlets and its time."""
    versions = group.stemma.versions
    unseen = sum(1 for version in versions if not version.seen)
    size = plural(len(versions), "version") + (f", {unseen:,} not seen" if unseen else "")
    known = [day(version.dates) for version in versions if version.dates.earliest is not None]
    first = min((one for one, _ in known if one), default=None)
    last = max((other for _, other in known if other), default=None)
    ends = [english_day(end) for end in (first, last) if end]
    when = " to ".join(dict.fromkeys(ends))
    return " · ".join(part for part in (size, when, shortened(group.id, TITLE)) if part)


def _credited(flow: Flow) -> float:
    """Return the share of hops whose child credits the version it was made from."""
    return (flow.standings["confirmed"] + flow.standings["credited"]) / flow.hops


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _brief(share: float) -> str:
    """Return a share in as few signs as a table has room for."""
    told = percent(share)
    return told.replace("under ", "<").replace("over ", ">")
