"""Figures of an audit as SVG: who takes from whom, delays, hops over time, republished output."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import sqrt
from statistics import median
from typing import Final
from unicodedata import east_asian_width

from filiation.audit.values import Flow, Tally
from filiation.english import percent, plural
from filiation.report.delays import BINS, spread
from filiation.report.exports.findings import Findings
from filiation.report.harmless import one_line
from filiation.report.html.markup import Html, Inner, tag
from filiation.values import STANDINGS, Standing

__all__ = ["Plot", "plots"]


@dataclass(frozen=True, slots=True)
class Plot:
    """One figure."""

    key: str
    """What a file of it is called, without its ending."""
    title: str
    """What it shows, for the line below it."""
    drawing: Html
    """An element `svg`, which says all that it shows in its title as well."""


WIDTH: Final = 520
"""Units of a figure from side to side, about as many as pixels."""
LABEL: Final = 160
"""Room for names before bars."""
SAID: Final = 110
"""Room for the figures behind bars."""
BAR: Final = 22
CELL: Final = 36
LETTER: Final = 7.3
"""Width of a letter at 12 units in a wide common font (DejaVu Sans), so that no name is cut off."""
MOST_OUTLETS: Final = 15
MOST_IN_MATRIX: Final = 12
"""Outlets that a matrix has room for at the width of the other figures."""
MOST_PERIODS: Final = 60
"""Columns of the plot over time: more are no longer told apart."""
HEIGHT: Final = 150
"""Height of the highest column."""

_UNKNOWN: Final = "(not named)"
"""An outlet where nothing says which."""

Part = tuple[str, float]
"""A part of a bar: the class that colours it, and how much it is."""


def plots(findings: Findings) -> Sequence[Plot]:
    """Return the figures of an audit that its findings give."""
    made = (
        _matrix(findings.flows, {tally.outlet: tally.name for tally in findings.outlets}),
        _over_time(_moments(findings)),
        _delays(findings.flows),
        _shares(findings.outlets),
    )
    return [one for one in made if one is not None]


def _moments(findings: Findings) -> list[tuple[datetime, Standing]]:
    """Return when copies of other outlets' texts were published, where that is known."""
    return [
        (moment.astimezone(UTC), hop.standing)
        for parent, child, hop in findings.hops()
        if (not parent.outlet or parent.outlet != child.outlet)
        and (moment := child.version.dates.midpoint) is not None
    ]


def _delays(flows: Sequence[Flow]) -> Plot | None:
    """Return how long republication takes: hops by the time from one publication to the next."""
    known = [delay for flow in flows for delay in flow.delays]
    if not known:
        return None
    counts = spread(known)
    filled = [place for place, count in enumerate(counts) if count]
    rows = [
        (BINS[place][1], [("bar", float(counts[place]))], str(counts[place]))
        for place in range(filled[0], filled[-1] + 1)
    ]
    middle = median(known)
    half = plural(round(middle), "hour") if middle < 48 else plural(round(middle / 24), "day")
    title = f"Delay of {plural(len(known), 'hop')} with dates to the day; half took up to {half}"
    return Plot("delays", title, _bars(title, rows))


def _shares(tallies: Sequence[Tally]) -> Plot | None:
    """Return which share of its output each outlet took from others, the largest first."""
    known = sorted(
        (t for t in tallies if t.articles and t.republished), key=lambda t: (-t.share, t.name)
    )
    if not known:
        return None
    rows = [
        (
            one.name,
            [
                ("fill uncredited", one.uncredited / one.articles),
                ("bar", (one.republished - one.uncredited) / one.articles),
            ],
            f"{percent(one.share)} of {one.articles:,}",
        )
        for one in known[:MOST_OUTLETS]
    ]
    title = "Share of each outlet's articles that is republished"
    if len(known) > MOST_OUTLETS:
        title += f", the {MOST_OUTLETS} highest of {len(known):,}"
    legend = [("fill uncredited", "uncredited"), ("bar", "otherwise")]
    return Plot("shares", title, _bars(title, rows, most=1.0, legend=legend))


def _bars(
    title: str,
    rows: Sequence[tuple[str, Sequence[Part], str]],
    *,
    most: float = 0.0,
    legend: Sequence[tuple[str, str]] = (),
) -> Html:
    """Return bars of parts, each with its name and figure; `most` is a whole length, else the longest."""
    lengths = [sum(part for _, part in parts) for _, parts, _ in rows]
    scale = (WIDTH - LABEL - SAID) / (most or max(lengths))
    drawn: list[Inner] = []
    for place, ((name, parts, said), length) in enumerate(zip(rows, lengths, strict=True)):
        y = place * BAR
        drawn.append(_label(name, LABEL - 8, y + 15))
        at = float(LABEL)
        for kind, part in parts:
            if part:
                drawn.append(
                    tag("rect", x=_place(at), y=y + 4, width=_place(part * scale), height=BAR - 8,
                        class_=kind)
                )  # fmt: skip
            at += part * scale
        drawn.append(tag("text", said, x=_place(LABEL + length * scale + 6), y=y + 15))
    height = BAR * len(rows) + 6
    if legend:
        drawn.append(_legend(legend, LABEL, height))
        height += BAR
    told = "; ".join(f"{name}: {said}" for name, _, said in rows)
    return _drawing(title, told, WIDTH, height, drawn)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A length of time that columns stand for."""

    name: str
    number: Callable[[datetime], int]
    said: Callable[[int], str]


_UNITS: Sequence[_Unit] = (
    _Unit("day", lambda m: m.toordinal(), lambda n: date.fromordinal(n).isoformat()),
    _Unit("month", lambda m: m.year * 12 + m.month - 1, lambda n: f"{n // 12:04}-{n % 12 + 1:02}"),
    _Unit("year", lambda m: m.year, str),
    _Unit("decade", lambda m: m.year // 10, lambda n: f"{n}0s"),
)


def _over_time(moments: Sequence[tuple[datetime, Standing]]) -> Plot | None:
    """Return when copies were published: by day, month, year or decade, whichever gives columns
    that can be told apart. A period without any keeps its place."""
    if not moments:
        return None
    first, last = min(moments)[0], max(moments)[0]
    unit = next(
        (one for one in _UNITS if one.number(last) - one.number(first) < MOST_PERIODS), _UNITS[-1]
    )
    counts: defaultdict[int, Counter[Standing]] = defaultdict(Counter)
    for moment, standing in moments:
        counts[unit.number(moment)][standing] += 1
    begin, end = unit.number(first), unit.number(last)
    most = max(held.total() for held in counts.values())
    left, wide = 40, WIDTH - 60
    step = min(wide / (end - begin + 1), 60.0)
    drawn: list[Inner] = [_ruled(most, left, wide)]
    for number in sorted(counts):
        drawn += _column(counts[number], left + (number - begin) * step, step, HEIGHT / most)
    for number in _labelled(begin, end, max(1, int((end - begin + 1) * step // 90))):
        x = left + (number - begin + 0.5) * step
        drawn.append(_text(unit.said(number), x, HEIGHT + 36, anchor="middle", kind="tick"))
    used = [one for one in STANDINGS if any(held[one] for held in counts.values())]
    drawn.append(_legend([(f"fill {one}", one) for one in used], left, HEIGHT + 48))
    height = HEIGHT + 48 + BAR * (1 + (len(used) - 1) // LEGEND_COLUMNS)
    title = (
        f"{plural(len(moments), 'copy', 'copies')} by the {unit.name} in which"
        f" {'it was' if len(moments) == 1 else 'they were'} published"
    )
    told = "; ".join(f"{unit.said(number)}: {counts[number].total()}" for number in sorted(counts))
    return Plot("over-time", title, _drawing(title, told, WIDTH, height, drawn))


def _column(held: Counter[Standing], x: float, step: float, scale: float) -> Iterator[Html]:
    gap = min(2.0, step / 5)
    at = 20.0 + HEIGHT
    for standing in STANDINGS:
        if held[standing]:
            high = held[standing] * scale
            at -= high
            yield tag("rect", x=_place(x + gap / 2), y=_place(at), width=_place(step - gap),
                      height=_place(high), class_=f"fill {standing}")  # fmt: skip


def _ruled(most: int, left: int, wide: int) -> Iterator[Html]:
    """Yield lines across at round numbers, from none to `most`."""
    step = next(
        s * 10**power for power in range(20) for s in (1, 2, 5) if most <= 4 * s * 10**power
    )
    for count in range(0, most + 1, step):
        y = _place(20 + HEIGHT - count * HEIGHT / most)
        yield tag("line", x1=left, x2=left + wide, y1=y, y2=y, class_="rule")
        yield _text(f"{count:,}", left - 6, y + 4, anchor="end", kind="tick")


def _labelled(first: int, last: int, most: int) -> Sequence[int]:
    """Return the periods below which their names stand: at most so many, evenly spread."""
    return range(first, last + 1, -(-(last - first + 1) // most))


def _matrix(flows: Sequence[Flow], names: Mapping[str, str]) -> Plot | None:
    """Return who takes from whom: rows give, columns take, the darker the more hops."""
    if not flows:
        return None
    parts: Counter[str] = Counter()
    for flow in flows:
        parts[flow.from_outlet] += flow.hops
        parts[flow.to_outlet] += flow.hops
    kept = [
        key for key, _ in sorted(parts.items(), key=lambda one: (-one[1], one[0]))[:MOST_IN_MATRIX]
    ]
    givers = [
        key for key in kept if any(f.from_outlet == key and f.to_outlet in kept for f in flows)
    ]
    takers = [
        key for key in kept if any(f.to_outlet == key and f.from_outlet in kept for f in flows)
    ]
    if not givers:
        return None
    called = {key: names.get(key) or _UNKNOWN for key in kept}
    shown = [f for f in flows if f.from_outlet in givers and f.to_outlet in takers]
    most = max(flow.hops for flow in shown)
    top = _wide(max((_short(called[key]) for key in takers), key=_wide)) * 0.72 + 16
    drawn: list[Inner] = [
        _label(called[key], LABEL - 8, top + place * CELL + 22) for place, key in enumerate(givers)
    ]
    for place, key in enumerate(takers):
        x, y = LABEL + place * CELL + 21, top - 6
        drawn.append(
            tag(
                "text",
                _short(called[key]),
                x=x,
                y=_place(y),
                transform=f"rotate(-45 {x} {_place(y)})",
            )
        )
    for row in range(len(givers)):
        for column in range(len(takers)):
            drawn.append(_square(column, row, top, "none", 1))
    for flow in shown:
        column, row = takers.index(flow.to_outlet), givers.index(flow.from_outlet)
        drawn.append(_square(column, row, top, "bar", 0.1 + 0.45 * sqrt(flow.hops / most)))
        middle = LABEL + (column + 0.5) * CELL
        drawn.append(_text(f"{flow.hops:,}", middle, top + row * CELL + 22, anchor="middle"))
    title = "Who takes from whom: hops from the outlet of the row to that of the column"
    if len(parts) > len(kept):
        title += f", the {len(kept)} outlets of {len(parts):,} with the most"
    told = "; ".join(f"{called[f.from_outlet]} to {called[f.to_outlet]}: {f.hops}" for f in shown)
    height = int(top) + CELL * len(givers) + 6
    width = max(WIDTH, LABEL + CELL * len(takers) + int(top))
    return Plot("flows", title, _drawing(title, told, width, height, drawn))


def _square(column: int, row: int, top: float, kind: str, opacity: float) -> Html:
    return tag("rect", x=LABEL + column * CELL + 1, y=_place(top + row * CELL + 1), width=CELL - 2,
               height=CELL - 2, class_=kind, fill_opacity=_place(opacity))  # fmt: skip


LEGEND_COLUMNS: Final = 4


def _legend(entries: Sequence[tuple[str, str]], x: int, y: int) -> Iterator[Html]:
    for place, (kind, said) in enumerate(entries):
        at = x + place % LEGEND_COLUMNS * 115
        row = y + place // LEGEND_COLUMNS * BAR
        yield tag("rect", x=at, y=row + 4, width=12, height=12, class_=kind)
        yield _text(said, at + 18, row + 14)


def _drawing(title: str, told: str, width: int, height: int, inner: Inner) -> Html:
    return tag("svg", tag("title", f"{title}. {told}"), inner,
               class_="plot", role="img", viewBox=f"0 0 {width} {height}")  # fmt: skip


def _text(
    said: str, x: float, y: float, *, anchor: str | None = None, kind: str | None = None
) -> Html:
    return tag("text", said, x=_place(x), y=_place(y), text_anchor=anchor, class_=kind)


def _label(name: str, x: float, y: float) -> Html:
    return _text(_short(name), x, y, anchor="end")


def _short(name: str) -> str:
    """Return as much of a name as there is room for."""
    name = one_line(name)
    if _wide(name) <= LABEL - 8:
        return name
    while name and _wide(name + "…") > LABEL - 8:
        name = name[:-1] if len(name) < 40 else name[:39]
    return name.rstrip() + "…"


def _wide(name: str) -> float:
    """Return about how wide a name is drawn; signs of East Asian scripts are twice as wide."""
    return sum(LETTER * (1.7 if east_asian_width(sign) in "WF" else 1.0) for sign in name)


def _place(value: float) -> float:
    return round(value, 2)
