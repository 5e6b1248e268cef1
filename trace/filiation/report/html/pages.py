"""The two reports: of one text, and of all that an audit found."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from filiation.audit.values import Group
from filiation.english import percent, plural
from filiation.match import compare
from filiation.report.exports.findings import Findings
from filiation.report.html.graph import drawn
from filiation.report.html.markup import Html, Inner, tag
from filiation.report.html.page import framed, section, table
from filiation.report.html.plots import plots
from filiation.report.html.standalone import standalone
from filiation.report.html.story import Story
from filiation.report.html.told import ODDS, hop_told, story_told
from filiation.report.shapes import hours
from filiation.report.summary import summary
from filiation.report.words import STANDINGS_IN_WORDS, UNNAMED
from filiation.values import STANDINGS, Article, Match, Stemma, Trace

__all__ = ["audit_page", "drawings", "every_pair", "text_page", "trace_page"]

Matches = Mapping[tuple[str, str], Match]
"""What two articles share, by their ids, a's first."""


PAIRS = 15
"""Versions of which every two are compared, for a reader who lays any two side by side."""


def every_pair(story: Story, known: Matches) -> Matches:
    """Return what the texts at hand share, two and two; of very many only what is known already."""
    found = dict(known)
    for hop in story.stemma.hops:
        if hop.match is not None:
            found.setdefault((hop.match.a, hop.match.b), hop.match)
    texts = [one for v in story.stemma.versions if (one := story.article(v)) is not None]
    if len(texts) <= PAIRS:
        for one, other in combinations(texts, 2):
            if (one.id, other.id) not in found and (other.id, one.id) not in found:
                found[one.id, other.id] = compare(one, other)
    return found


def text_page(story: Story, matches: Matches) -> str:
    """Return the report of one text, as a whole HTML page."""
    asked = story.versions.get(story.asked or "")
    title = next(
        (v.title for v in (asked, *story.stemma.versions) if v is not None and v.title), "A text"
    )
    return framed(
        f"{title[:100]}: where it comes from",
        tag("h1", tag("bdi", title[:300])),
        tag("p", story.summary, class_="lead") if story.summary else None,
        story_told(story, matches),
    )


def trace_page(trace: Trace, articles: Mapping[str, Article]) -> str:
    """Return the report of a trace, as a whole HTML page; `articles` are the texts seen, by id."""
    children = {hop.child for hop in trace.hops}
    roots = tuple(version.id for version in trace.versions if version.id not in children)
    stemma = Stemma(
        trace.versions,
        trace.hops,
        roots,
        trace.credits,
        trace.unknown,
        contaminations=trace.contaminations,
    )
    story = Story("t1", stemma, articles, summary(trace), trace.chain, trace.asked, trace.searched)
    return text_page(story, every_pair(story, {}))


def audit_page(
    findings: Findings,
    name: str,
    articles: Mapping[str, Article] | None = None,
    matches: Matches | None = None,
) -> str:
    """Return the report of an audit, as a whole HTML page.

    `articles` are the texts that are shown side by side, `matches` what they share; of other hops the
    evidence alone is told.
    """
    stories = [
        Story(f"t{number}", text.stemma, articles or {})
        for number, text in enumerate(_ranked(findings), 1)
    ]
    ids = [text.id for text in _ranked(findings)]
    return framed(
        f"{name}: who republishes whom",
        tag("h1", "Who republishes whom"),
        tag("p", _lead(findings), class_="lead"),
        section("In figures", tag("div", _figures(findings), class_="plots")),
        section("Who takes from whom", _flows(findings), _standings()),
        section("The outlets", _outlets(findings)),
        section("The texts", _index(stories, ids), tag("p", tag("small", ODDS))),
        [
            _text(story, key, matches or {})
            for story, key in zip(stories, ids, strict=True)
        ],
    )  # fmt: skip


def drawings(findings: Findings, *, one: bool) -> Mapping[str, str]:
    """Return the drawings of what was found as SVG documents, by the names of files.

    Of `one` text its stemma, of an audit its figures.
    """
    if one:
        [text] = findings.texts
        asked = None if findings.told is None else findings.told.asked
        drawing = drawn(Story("t1", text.stemma, {}, asked=asked), linked=False)
        return {"stemma.svg": standalone(drawing)}
    return {f"{plot.key}.svg": standalone(plot.drawing) for plot in plots(findings)}


def _ranked(findings: Findings) -> Sequence[Group]:
    """Return the texts, those with the most hops first."""
    return sorted(findings.texts, key=lambda text: (-len(text.stemma.hops), text.id))


def _lead(findings: Findings) -> str:
    books = findings.ledger
    counted = [
        f"{count:,} {standing}" for standing in STANDINGS if (count := books.standings[standing])
    ]
    return (
        f"{plural(books.articles, 'article')} of {plural(books.outlets, 'outlet')} hold"
        f" {plural(books.groups, 'text')} with several versions, and {plural(books.hops, 'hop')} from one"
        f" outlet to another: {', '.join(counted) or 'none'}."
    )


def _standings() -> Html:
    items = [
        tag("li", tag("span", standing, class_=f"standing {standing}"), f" {words}")
        for standing, words in STANDINGS_IN_WORDS.items()
    ]
    return tag(
        "details", tag("summary", "What the standings mean"), tag("ul", items, class_="legend")
    )


def _flows(findings: Findings) -> Html:
    names = {tally.outlet: tally.name for tally in findings.outlets}
    used = [one for one in STANDINGS if findings.ledger.standings[one]]
    rows: list[list[Inner]] = [
        [
            names.get(flow.from_outlet) or UNNAMED,
            names.get(flow.to_outlet) or UNNAMED,
            f"{flow.hops:,}",
            *(str(flow.standings[standing] or "") for standing in used),
            "" if flow.median_delay_hours is None else f"{hours(flow.median_delay_hours):,}",
            "" if flow.share is None else percent(flow.share),
        ]
        for flow in findings.flows
    ]
    heads = ["From", "To", "Hops", *used, "Median delay, h", "Of its output"]
    figures = frozenset(range(2, len(heads)))
    return table(heads, rows, caption="Hops from one outlet to another", figures=figures)


def _outlets(findings: Findings) -> Html:
    rows: list[list[Inner]] = [
        [
            one.name,
            f"{one.articles:,}",
            str(one.originals),
            str(one.republished),
            percent(one.share) if one.articles else "",
            str(one.uncredited),
            str(one.taken),
        ]
        for one in findings.outlets
        if one.republished or one.taken
    ]
    heads = [
        "Outlet",
        "Articles",
        "Originals",
        "Republished",
        "Share",
        "Uncredited",
        "Taken by others",
    ]
    figures = frozenset(range(1, len(heads)))
    return table(heads, rows, caption="The outlets that gave or took", figures=figures)


def _figures(findings: Findings) -> list[Html]:
    return [
        tag("figure", plot.drawing, tag("figcaption", plot.title), id=f"figure-{plot.key}")
        for plot in plots(findings)
    ]


def _index(stories: Sequence[Story], ids: Sequence[str]) -> Html:
    rows: list[list[Inner]] = []
    for story, key in zip(stories, ids, strict=True):
        first = story.stemma.versions[0]
        rows.append(
            [
                tag("a", tag("bdi", (first.title or key)[:120]), href=f"#{story.key}"),
                first.name or UNNAMED,
                str(len(story.stemma.versions)),
                str(len(story.stemma.hops)),
                str(len(story.stemma.roots)),
            ]
        )
    heads = ["Text", "First version known", "Versions", "Hops", "Independent sources"]
    return table(heads, rows, caption="The texts, those with the most hops first",
                 figures=frozenset({2, 3, 4}))  # fmt: skip


def _text(story: Story, key: str, matches: Matches) -> Html:
    first = story.stemma.versions[0]
    anchors = [tag("span", id=story.place(version.id)) for version in story.stemma.versions]
    return tag(
        "details",
        tag("summary", tag("bdi", (first.title or key)[:160]),
            tag("small", f" {plural(len(story.stemma.versions), 'version')} · {key}")),
        anchors,
        tag("div", drawn(story), class_="canvas", tabindex=0, role="region",
            aria_label="The drawing; it scrolls."),
        [hop_told(story, hop, matches) for hop in story.stemma.hops],
        id=story.key,
        class_="story",
    )  # fmt: skip
