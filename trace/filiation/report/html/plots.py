"""Figures of an audit as inline SVG: delays, hops over time, shares of republished output."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from filiation.audit.values import Flow, Tally
from filiation.english import percent, plural
from filiation.report.html.markup import Html, tag

__all__ = ["delays", "over_time", "shares"]

_BINS: Sequence[tuple[float, str]] = (
    (1, "1 h"), (3, "3 h"), (6, "6 h"), (12, "12 h"), (24, "1 day"), (48, "2 days"),
    (168, "1 week"), (720, "1 month"), (2190, "3 months"), (8766, "1 year"),
)  # fmt: skip
"""Upper bounds in hours: from the one to the next about as much longer, as delays are spread."""
MOST_OUTLETS = 15
MOST_PERIODS = 40
"""Bars of the plot over time: more are no longer told apart."""
WIDTH, BAR, LABEL = 520, 22, 150


def delays(flows: Sequence[Flow]) -> Html | None:
    """Return how long republication takes: hops by the time from one publication to the next."""
    known = [delay for flow in flows for delay in flow.delays]
    if not known:
        return None
    counts = [0] * (len(_BINS) + 1)
    for delay in known:
        counts[sum(delay > bound for bound, _ in _BINS)] += 1
    names = [f"up to {name}" for _, name in _BINS] + ["longer"]
    rows = [(name, float(count), str(count)) for name, count in zip(names, counts, strict=True)]
    filled = [place for place, count in enumerate(counts) if count]
    rows = rows[filled[0] : filled[-1] + 1]
    return _bars(f"Delay, of {plural(len(known), 'hop')} with dates to the day", rows)


def over_time(moments: Sequence[datetime]) -> Html | None:
    """Return when copies were published: by day, month or year, whichever gives bars enough."""
    if not moments:
        return None
    spans = ("%Y-%m-%d", "%Y-%m", "%Y")
    counted = [Counter(moment.strftime(span) for moment in moments) for span in spans]
    counts = next((one for one in counted if len(one) <= MOST_PERIODS), counted[-1])
    rows = [(period, float(counts[period]), str(counts[period])) for period in sorted(counts)]
    return _bars(f"When {plural(len(moments), 'copy', 'copies')} were published", rows)


def shares(tallies: Sequence[Tally]) -> Html | None:
    """Return which share of its output each outlet took from others, the largest first."""
    known = sorted(
        (t for t in tallies if t.articles and t.republished), key=lambda t: (-t.share, t.name)
    )
    if not known:
        return None
    rows = [
        (one.name, one.share, f"{percent(one.share)} of {one.articles:,}")
        for one in known[:MOST_OUTLETS]
    ]
    return _bars("Share of the output that is republished", rows, most=1.0)


def _bars(title: str, rows: Sequence[tuple[str, float, str]], most: float = 0.0) -> Html:
    """Return bars, each with its name and figure; `most` is the whole length, else the longest is."""
    most = most or max((value for _, value, _ in rows), default=1.0) or 1.0
    room = WIDTH - LABEL - 90
    drawn = [
        [
            tag("text", _short(name), x=LABEL - 8, y=place * BAR + 15, text_anchor="end"),
            tag("rect", x=LABEL, y=place * BAR + 4, width=round(room * value / most, 1),
                height=BAR - 8, class_="bar", rx=2),
            tag("text", said, x=LABEL + round(room * value / most, 1) + 6, y=place * BAR + 15),
        ]
        for place, (name, value, said) in enumerate(rows)
    ]  # fmt: skip
    told = "; ".join(f"{name}: {said}" for name, _, said in rows)
    return tag(
        "figure",
        tag("svg", tag("title", f"{title}. {told}"), drawn, class_="plot", role="img",
            viewBox=f"0 0 {WIDTH} {BAR * len(rows) + 6}"),
        tag("figcaption", title),
    )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= 22 else name[:21] + "…"
