"""The report of an audit: what was republished within a library, and who takes from whom."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from filiation.audit.flows import delay_hours
from filiation.audit.values import Audit, Flow, Group, Tally
from filiation.english import listed, percent, plural
from filiation.report.files import FILES
from filiation.report.harmless import one_line
from filiation.report.sheet import Part, Sheet, quoted, shortened
from filiation.report.tables import Cell, Column, lay_table
from filiation.report.terminal import STANDING_STYLES
from filiation.report.words import (
    STANDINGS_IN_WORDS,
    UNNAMED,
    day,
    english_date,
    english_day,
    kinds,
)
from filiation.values import HOP_KINDS, STANDINGS, Hop, Standing, Version

__all__ = ["LIMIT", "audit_report"]

LIMIT = 20
"""Rows of a table, and versions of a tree, that are shown unless another number is asked for."""
TABLES_FROM = 60
"""Columns from which tables are laid out; below, each row is a sentence."""
MEANINGS_BESIDE = 120
"""Columns from which a standing's meaning stands beside its bar; below, it stands under it."""
ROOM_IN_TREE = 30
"""Columns that a version keeps at the end of a branch; what lies deeper is counted."""
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
        shown = self.audit.flows[: self.limit]
        if self.sheet.width < TABLES_FROM:
            for flow in shown:
                self._flow_in_words(flow)
        else:
            most = max(flow.hops for flow in shown)
            lay_table(self.sheet, _FLOW_COLUMNS, [self._flow_row(flow, most) for flow in shown])
        self._more(len(self.audit.flows), "more pairs of outlets")

    def _flow_row(self, flow: Flow, most: int) -> list[Cell]:
        return [
            (self.names[flow.from_outlet], "bold"),
            f"→ {self.names[flow.to_outlet]}",
            f"{flow.hops:,}",
            (flow.hops / most, "cyan"),
            _brief(_credited(flow)),
            f"{flow.standings['uncredited']:,}",
            _delay(flow.median_delay_hours),
            "–" if flow.share is None else _brief(flow.share),
        ]

    def _flow_in_words(self, flow: Flow) -> None:
        told = [f"{percent(_credited(flow))} credited"]
        if flow.standings["uncredited"]:
            told.append(f"{flow.standings['uncredited']:,} uncredited")
        if flow.median_delay_hours is not None:
            told.append(f"median delay {_delay(flow.median_delay_hours)}")
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
        tree = _Tree(group)
        branches = tree.branches(self.limit, max(2, (self.sheet.width - ROOM_IN_TREE) // 3))
        with self.sheet.margin("   "):
            self.sheet.line((_about(group), "dim"))
            for version, first, rest in branches:
                told = [(self.sheet.closed(_name(version)), "bold"), *tree.told(version)]
                self.sheet.line(*told, first=(first, "dim"), rest=(rest, "dim"))
            left = len(group.stemma.versions) - len(branches)
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


class _Tree:
    """One group as it is drawn: every version under the one it was made from."""

    def __init__(self, group: Group) -> None:
        self.versions = {version.id: version for version in group.stemma.versions}
        self.hop_to = {hop.child: hop for hop in group.stemma.hops}
        self.children: dict[str, list[str]] = defaultdict(list)
        for hop in group.stemma.hops:
            self.children[hop.parent].append(hop.child)
        for below in self.children.values():
            below.sort(key=self._place)
        self.sizes = self._sizes()
        roots = (key for key in self.versions if key not in self.hop_to)
        self.roots = sorted(roots, key=lambda key: (-self.sizes[key], self._place(key)))

    def _sizes(self) -> dict[str, int]:
        """Return how many versions each one's branch has, itself included."""
        sizes = dict.fromkeys(self.versions, 1)
        for key in reversed(self.versions):  # parents stand before their children
            if key in self.hop_to:
                sizes[self.hop_to[key].parent] += sizes[key]
        return sizes

    def _place(self, key: str) -> tuple[datetime, str, str]:
        """Return what versions are sorted by: the earliest first, those without a date last."""
        version = self.versions[key]
        return version.dates.midpoint or _LAST, _name(version), key

    def branches(self, limit: int, deepest: int) -> list[tuple[Version, str, str]]:
        """Return the versions to draw, each with what stands before its first line and the others.

        At most `limit` are returned, none deeper than `deepest`; no version without its parent.
        """
        shown = self._shown(limit, deepest)
        drawn: list[tuple[Version, str, str]] = []
        waiting = [(root, "", "") for root in reversed(self.roots) if root in shown]
        while waiting:
            key, first, rest = waiting.pop()
            drawn.append((self.versions[key], first, rest))
            below = [child for child in self.children[key] if child in shown]
            for child in reversed(below):
                last = child == below[-1]
                waiting.append(
                    (child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))
                )
        return drawn

    def _shown(self, limit: int, deepest: int) -> set[str]:
        """Return the versions to draw: of the largest trees first, those nearest to the root."""
        shown: set[str] = set()
        for root in self.roots:
            layer = [root]
            for _ in range(deepest + 1):
                shown.update(layer[: limit - len(shown)])
                layer = [child for key in layer if key in shown for child in self.children[key]]
        return shown

    def told(self, version: Version) -> list[Part]:
        """Return what a version's line says after its name: when it was, and how it came there."""
        parts: list[Part] = []
        if not version.seen:
            parts += ["  [", ("UNSEEN", "bold yellow"), "]"]
        date = english_date(version.dates, alone=True)
        parts += [f" · {date}"] if date else []
        hop = self.hop_to.get(version.id)
        return [*parts, *self._hop(hop, version)] if hop else parts

    def _hop(self, hop: Hop, version: Version) -> Iterator[Part]:
        parent = self.versions[hop.parent]
        delay = delay_hours(parent.dates, version.dates)
        if delay:
            yield f", {_delay(delay)} later"
        kind = kinds(hop.kind, measured=hop.kind_from == "match").removesuffix("republication")
        if kind:
            yield f" · {kind.strip()}"
        if _name(parent) == _name(version) != UNNAMED:
            yield " · same outlet"
        else:
            yield " · "
            yield hop.standing.upper(), f"bold {STANDING_STYLES[hop.standing]}"


_LAST = datetime.max.replace(tzinfo=UTC)

_STANDING_COLUMNS = [
    Column("standing"),
    Column("hops", right=True),
    Column("share", right=True),
    Column("", bar=True),
]
_FLOW_COLUMNS = [
    Column("from", name=True),
    Column("  to", name=True),
    Column("hops", right=True),
    Column("", bar=True),
    Column("credited", right=True),
    Column("uncredited", "un-\ncredited", right=True),
    Column("median delay", "median\ndelay", right=True),
    Column("share of output", "share of\noutput", right=True, goes=True),
]
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
            f"The median delay is {_delay(median(delays))}, over the {plural(len(delays), 'hop')} "
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


def _name(version: Version) -> str:
    return shortened(version.name or version.outlet or UNNAMED, NAME)


def _credited(flow: Flow) -> float:
    """Return the share of hops whose child credits the version it was made from."""
    return (flow.standings["confirmed"] + flow.standings["credited"]) / flow.hops


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _brief(share: float) -> str:
    """Return a share in as few signs as a table has room for."""
    told = percent(share)
    return told.replace("under ", "<").replace("over ", ">")


def _delay(hours: float | None) -> str:
    """Return a delay in the unit that suits it.

    >>> [_delay(hours) for hours in (None, 0.25, 5.2, 60.0, 2400.0)]
    ['–', '15 min', '5 h', '2.5 d', '100 d']
    """
    if hours is None:
        return "–"
    if 0 < hours < 1:
        return f"{max(1, round(hours * 60))} min"
    if hours < 48:
        return f"{hours:.0f} h"
    days = hours / 24
    return f"{days:.1f} d" if days < 10 else f"{days:,.0f} d"
