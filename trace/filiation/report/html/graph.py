"""A stemma drawn over a time axis, as SVG: a row for each version, from left to right the time."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log1p

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
LETTER = 7.0
"""Width of a letter of a label, about: the mean of common fonts at 13 units."""
CROWDED = 0.1
"""Share of the time in which more than half of the versions must lie for the axis to be stretched
at its beginning: republication is quick at first and then goes on for years."""
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


def drawn(story: Story) -> Html:
    """Return the drawing of a text's stemma. Every version and hop in it leads to what is told of it."""
    rows = _rows(story)
    scale = _scale(list(story.versions.values()))
    places = _places(story, rows, scale)
    height = TOP + ROW * len(rows) + 8
    width = LEFT + AXIS + LABELS
    return tag(
        "svg",
        _axis(scale, height) if scale else None,
        [_edge(story, hop, places) for hop in story.stemma.hops],
        [_node(story, story.versions[key], places[key]) for key in rows],
        class_="stemma",
        viewBox=f"0 0 {width} {height}",
        role="group",
        aria_label="Versions over time; every name and line leads to what is told of it below.",
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
    lines = [
        [
            tag("line", x1=round(x, 1), x2=round(x, 1), y1=20, y2=height, class_="tick"),
            tag("text", said, x=round(x, 1), y=14, class_="tick"),
        ]
        for x, said in scale.ticks()
    ]
    return tag("g", lines, class_="axis", aria_hidden="true")


def _edge(story: Story, hop: Hop, places: Mapping[str, tuple[float, float]]) -> Html:
    (x1, y1), (x2, y2) = places[hop.parent], places[hop.child]
    turn = x1 + 6
    path = f"M{x1} {y1}C{turn} {y1 + ROW / 2} {turn} {y2} {max(x2, turn)} {y2}"
    says = (
        f"{story.name(hop.parent)} to {story.name(hop.child)}:"
        f" {kinds(hop.kind, measured=hop.kind_from == 'match')}, {hop.standing}"
        f" ({confidence(hop.probability)}): {STANDINGS_IN_WORDS[hop.standing]}"
    )
    return tag(
        "a",
        tag("title", says),
        tag("path", d=path, class_="wide"),
        tag("path", d=path, class_=f"hop {hop.standing}"),
        href=f"#{story.hop_place(hop)}",
        aria_label=says,
    )


def _node(story: Story, version: Version, place: tuple[float, float]) -> Html:
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
        "a",
        tag("title", f"{said} · {dated or 'not dated'}{'' if version.seen else ' · not seen'}"),
        tag("circle", cx=x, cy=y, r=6, class_=f"version{state}{asked}"),
        tag("text", shown, x=x + 12, y=y + 4, class_=f"version{state}{asked}"),
        href=f"#{story.place(version.id)}",
    )


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d")
