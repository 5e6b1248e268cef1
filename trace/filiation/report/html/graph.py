"""A stemma drawn over a time axis, as SVG: a row for each version, from left to right the time."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log1p

from filiation.english import plural
from filiation.report.html.markup import Html, tag
from filiation.report.html.story import Story
from filiation.report.words import STANDINGS_IN_WORDS, confidence, english_date, kinds
from filiation.values import Hop, Version

__all__ = ["drawn"]

ROW = 34
"""Height of a version's row, in units of the drawing."""
TOP = 34
"""Room for the axis above."""
LEFT, AXIS, LABELS = 14, 520, 420
"""Room before the axis, its length, and that for the names behind the last version."""
TITLE = 300
"""Characters of a title that are told when the pointer rests on a version."""
STEM = 9
"""How far before a version the line to its copies runs down, clear of the copies of its first hours."""
LETTER = 7.9
"""Width of a letter of a label at 13 units in a wide common font (DejaVu Sans), so that none is cut off."""
CROWDED = 0.1
"""Share of the time in which more than half of the versions must lie for the axis to be stretched
at its beginning: republication is quick at first and then goes on for years."""
BEND = 40
"""How far the line from a second parent bends to the right, clear of the lines of the hops, …"""
CLEAR = 9
"""… and how far above that version it begins, or below, clear of the name."""
HOUR = timedelta(hours=1)

_TICKS: Sequence[tuple[timedelta, str]] = (
    (HOUR, "1 hour"),
    (6 * HOUR, "6 hours"),
    (timedelta(days=1), "1 day"),
    (timedelta(days=3), "3 days"),
    (timedelta(days=7), "1 week"),
    (timedelta(days=30), "1 month"),
    (timedelta(days=91), "3 months"),
    (timedelta(days=365), "1 year"),
    (timedelta(days=5 * 365), "5 years"),
    (timedelta(days=20 * 365), "20 years"),
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where on the axis a moment lies."""

    first: datetime
    last: datetime
    stretched: bool

    def at(self, moment: datetime) -> float:
        """Return the place of a moment, in units of the drawing."""
        whole, part = (self.last - self.first) / HOUR, (moment - self.first) / HOUR
        if not whole:
            return float(LEFT)
        part = min(max(part, 0.0), whole)
        share = log1p(part) / log1p(whole) if self.stretched else part / whole
        return LEFT + AXIS * share

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield places and what stands at them."""
        if self.stretched:
            yield LEFT, _day(self.first)
            least = LEFT + 60.0
            for after, said in _TICKS:
                at = self.at(self.first + after)
                if self.first + after <= self.last and at >= least:
                    yield at, f"+ {said}"
                    least = at + 60
            return
        steps = 4 if self.last - self.first >= timedelta(days=4) else 1
        told = ""
        for step in range(steps + 1):
            moment = self.first + (self.last - self.first) * step / steps
            if _day(moment) != told:
                told = _day(moment)
                yield self.at(moment), told


def drawn(story: Story, *, linked: bool = True) -> Html:
    """Return the drawing of a text's stemma.

    Every version and hop in it leads to what is told of it on the page; where it is `linked` to none,
    for a drawing that stands alone, they lead nowhere.
    """
    rows = _rows(story)
    scale = _scale(list(story.versions.values()))
    places = _places(story, rows, scale)
    stems = _stems(story, places)
    height = TOP + ROW * len(rows) + 8
    width = LEFT + AXIS + LABELS
    return tag(
        "svg",
        _axis(scale, height) if scale else None,
        _seconds(story, places),
        [_edge(story, hop, _line(hop, places, stems), linked) for hop in story.stemma.hops],
        [_node(story, story.versions[key], places[key], linked) for key in rows],
        class_="stemma",
        viewBox=f"0 0 {width} {height}",
        role="group",
        aria_label="Versions over time"
        + ("; every name and line leads to what is told of it below." if linked else ""),
        data_height=height,
    )


def _rows(story: Story) -> list[str]:
    """Return the versions row by row: each above what was made of it, lines crossing nothing."""
    children: defaultdict[str, list[str]] = defaultdict(list)
    for hop in story.stemma.hops:
        children[hop.parent].append(hop.child)
    known = {hop.child for hop in story.stemma.hops}
    order = {version.id: place for place, version in enumerate(story.stemma.versions)}
    rows: list[str] = []
    waiting = [key for key in reversed(list(order)) if key not in known]
    while waiting:
        key = waiting.pop()
        rows.append(key)
        waiting += sorted(children[key], key=order.__getitem__, reverse=True)
    return rows


def _moment(version: Version) -> datetime | None:
    return version.dates.midpoint


def _scale(versions: Sequence[Version]) -> _Scale | None:
    moments = sorted(moment for moment in map(_moment, versions) if moment is not None)
    if not moments:
        return None
    first, last = moments[0], moments[-1]
    early = sum(moment - first <= (last - first) * CROWDED for moment in moments)
    return _Scale(first, last, last > first and early > len(moments) / 2)


def _places(
    story: Story, rows: Sequence[str], scale: _Scale | None
) -> Mapping[str, tuple[float, float]]:
    parent = {hop.child: hop.parent for hop in story.stemma.hops}
    places: dict[str, tuple[float, float]] = {}
    for row, key in enumerate(rows):
        moment = _moment(story.versions[key])
        if moment is not None and scale is not None:
            x = scale.at(moment)
        else:  # not dated: a step behind what it was made from
            x = places[parent[key]][0] + 24 if key in parent else LEFT
        places[key] = (round(x, 1), TOP + ROW * row + ROW / 2)
    return places


def _axis(scale: _Scale, height: int) -> Html:
    ticks = [(f"{round(x, 1):g}", said) for x, said in scale.ticks()]
    lines = tag("path", d="".join(f"M{x} 20V{height}" for x, _ in ticks))
    return tag(
        "g", lines, [tag("text", said, x=x, y=14) for x, said in ticks],
        class_="axis", aria_hidden="true",
    )  # fmt: skip


def _stems(story: Story, places: Mapping[str, tuple[float, float]]) -> Mapping[str, float]:
    """Return where the line to a version's copies runs down: below it, or, where copies of its first
    hours would stand in the way, a little before it."""
    first: dict[str, float] = {}
    for hop in story.stemma.hops:
        x = places[hop.child][0]
        first[hop.parent] = min(x, first.get(hop.parent, x))
    return {
        key: places[key][0] - (STEM if x < places[key][0] + 2 * STEM else 0)
        for key, x in first.items()
    }


def _line(hop: Hop, places: Mapping[str, tuple[float, float]], stems: Mapping[str, float]) -> str:
    """Return the line of a hop, as the data of a path."""
    (x1, y1), (x2, y2) = places[hop.parent], places[hop.child]
    stem = round(stems[hop.parent], 1)
    start = f"M{x1:g} {y1:g}"
    if stem != x1:
        start += f"H{stem + 4:g}q-4 0 -4 4"
    corner = "10 10" if x2 >= stem else "-10 10"
    return f"{start}V{y2 - 10:g}q0 10 {corner}H{x2:g}"


def _edge(story: Story, hop: Hop, path: str, linked: bool) -> Html:
    says = (
        f"{story.name(hop.parent)} to {story.name(hop.child)}:"
        f" {kinds(hop.kind, measured=hop.kind_from == 'match')}, {hop.standing}"
        f" ({confidence(hop.probability)}): {STANDINGS_IN_WORDS[hop.standing]}"
    )
    title, line = tag("title", says), tag("path", d=path, class_=f"hop {hop.standing}")
    if not linked:
        return tag("g", title, line)
    broad = tag("path", d=path, class_="wide")
    return tag("a", title, broad, line, href=f"#{story.hop_place(hop)}")


def _seconds(story: Story, places: Mapping[str, tuple[float, float]]) -> Iterator[Html]:
    """Yield a line from each version to one that may have been made from it as well."""
    drawn = {(hop.parent, hop.child) for hop in story.stemma.hops}
    for one in story.stemma.contaminations:
        x2, y2 = places[one.version]
        for parent in one.parents:
            if (parent, one.version) in drawn:
                continue
            x1, y1 = places[parent]
            says = (
                f"{story.name(one.version)} may have been made from {story.name(parent)} as well:"
                f" {plural(one.readings, 'run')} of four words"
            )
            y1 += CLEAR if y2 > y1 else -CLEAR
            path = f"M{x1:g} {y1:g}Q{round(x1 + BEND, 1):g} {(y1 + y2) / 2:g} {x2:g} {y2:g}"
            yield tag("g", tag("title", says), tag("path", d=path, class_="perhaps"))


def _node(story: Story, version: Version, place: tuple[float, float], linked: bool) -> Html:
    x, y = place
    said = story.name(version.id)
    if version.title:
        said += f" · {version.title[:TITLE]}"
    room = int((LEFT + AXIS + LABELS - x - 16) / LETTER)
    shown = said if len(said) <= room else said[: room - 1] + "…"
    dated = english_date(version.dates, alone=True)
    state = "" if version.seen else " unseen"
    asked = " asked" if version.id == story.asked else ""
    return tag(
        "a" if linked else "g",
        tag("title", f"{said} · {dated or 'not dated'}{'' if version.seen else ' · not seen'}"),
        tag("circle", cx=x, cy=y, r=6, class_=f"version{state}{asked}"),
        tag("text", shown, x=x + 12, y=y + 4, class_=f"version{state}{asked}"),
        href=f"#{story.place(version.id)}" if linked else None,
    )


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d")
