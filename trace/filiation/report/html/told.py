"""One text told: its stemma, its versions with their credits in place, its hops with their evidence."""

from collections.abc import Iterator, Mapping, Sequence

from filiation.match import mirrored
from filiation.report.html.graph import drawn
from filiation.report.html.markup import Html, Inner, link, tag
from filiation.report.html.page import section, table
from filiation.report.html.reading import beside, in_place
from filiation.report.html.story import Story
from filiation.report.shapes import match_shape, written
from filiation.report.web import OUTCOMES_IN_WORDS, whence
from filiation.report.words import (
    ROLES_IN_WORDS,
    STANDINGS_IN_WORDS,
    confidence,
    english_date,
    kinds,
    language,
)
from filiation.values import Article, Credit, Evidence, Hop, Match, Version

__all__ = ["ODDS", "hop_told", "story_told", "versions_table"]

ODDS = (
    "A figure behind a piece of evidence, such as +1.5, is what it adds to the odds of its hop, as a natural"
    " logarithm."
)
TITLE = 300
"""Characters of a title: a page may give its whole text as one."""


def story_told(story: Story, matches: Mapping[tuple[str, str], Match]) -> list[Html]:
    """Return the sections of a text. `matches` are those known between two articles, by their ids."""
    credits = dict(story.stemma.credits)
    found = [
        section("Who copied whom", _drawing(story), _legend(story)),
        section(
            "The hops", [hop_told(story, hop, matches) for hop in story.stemma.hops]
            or tag("p", "None was found."),
            tag("p", tag("small", ODDS)) if story.stemma.hops else None,
        ),
        section("The versions", versions_table([story]),
                [_version(story, v, credits.get(v.id, ())) for v in story.stemma.versions]),
        _any_two(story, matches),
        section("What could not be known", tag("ul", [tag("li", said) for said in story.stemma.unknown]))
        if story.stemma.unknown else None,
        _searched(story),
    ]  # fmt: skip
    return [part for part in found if part is not None]


def _drawing(story: Story) -> Html:
    buttons = [
        tag("button", said, type="button", data_zoom=step, aria_label=label)
        for said, step, label in (
            ("+", "1.25", "larger"),
            ("−", "0.8", "smaller"),
            ("1:1", "0", "as it was"),
        )
    ]
    return tag(
        "figure",
        tag("div", buttons, class_="zoom", hidden=True),
        tag("div", drawn(story), class_="canvas", tabindex=0, role="region",
            aria_label="The drawing; it scrolls."),
        tag("figcaption", "Each row is a version, from left to right in time. A ring is a version that "
            "nobody has seen. A broken line is a hop on a page's word alone, or one that is in doubt."
            + (" A dotted line leads from what a version may have been made from as well."
               if story.stemma.contaminations else "")),
    )  # fmt: skip


def _legend(story: Story) -> Html:
    used = {hop.standing for hop in story.stemma.hops}
    items = [
        tag("li", tag("span", standing, class_=f"standing {standing}"), f" {words}")
        for standing, words in STANDINGS_IN_WORDS.items()
        if standing in used
    ]
    return tag("ul", items, class_="legend")


def versions_table(stories: Sequence[Story]) -> Html:
    """Return a table of the versions of some texts."""
    rows: list[list[Inner]] = []
    for story in stories:
        came = {hop.child: hop for hop in story.stemma.hops}
        for version in story.stemma.versions:
            hop = came.get(version.id)
            rows.append(
                [
                    tag("a", story.name(version.id), href=f"#{story.place(version.id)}"),
                    _title(version),
                    language(version.language) or "",
                    english_date(version.dates, alone=True) or "",
                    "seen" if version.seen else "not seen",
                    story.name(hop.parent) if hop else "",
                    tag("span", hop.standing, class_=f"standing {hop.standing}") if hop else "",
                    f"{min(max(hop.probability, 0.01), 0.99):.2f}" if hop else "",
                ]
            )
    heads = [
        "Outlet",
        "Title",
        "Language",
        "Published",
        "Text",
        "Made from",
        "Standing",
        "Probability",
    ]
    return table(heads, rows, caption="The versions", figures=frozenset({7}))


def _title(version: Version) -> Html:
    title = version.title or ""
    return tag("bdi", title if len(title) <= TITLE else title[: TITLE - 1] + "…")


def hop_told(story: Story, hop: Hop, matches: Mapping[tuple[str, str], Match]) -> Html:
    """Return a hop with its evidence, and both texts side by side where they are at hand."""
    parent, child = story.versions[hop.parent], story.versions[hop.child]
    heading = tag(
        "h3",
        _to(story, hop.parent), " → ", _to(story, hop.child), " ",
        tag("span", hop.standing, class_=f"standing {hop.standing}",
            title=STANDINGS_IN_WORDS[hop.standing]),
    )  # fmt: skip
    measured = hop.kind_from == "match"
    said = f"{kinds(hop.kind, measured=measured)}, {confidence(hop.probability)}"
    return tag(
        "article",
        heading,
        tag("p", said[0].upper() + said[1:], "" if measured else " (the kind is the page's word)"),
        tag("ul", [_evidence(one) for one in hop.evidence], class_="evidence"),
        _reading(story, parent, child, hop.match, matches),
        id=story.hop_place(hop),
        class_="hop",
    )


def _to(story: Story, version: str) -> Html:
    return tag("a", story.name(version), href=f"#{story.place(version)}")


def _evidence(one: Evidence) -> Html:
    weight = None
    if one.weight is not None:
        odds = f"{one.weight:+.1f}"
        weight = tag("span", odds, class_="weight")
    quote = tag("q", one.quote, dir_="auto") if one.quote else None
    said = one.says[:1].upper() + one.says[1:]
    return tag("li", said, " " if quote else None, quote, " " if weight else None, weight)


def _reading(
    story: Story,
    parent: Version,
    child: Version,
    match: Match | None,
    matches: Mapping[tuple[str, str], Match],
) -> Html | None:
    a, b = story.article(parent), story.article(child)
    if a is None or b is None:
        return None
    known = match or matches.get((a.id, b.id))
    if known is None and (other := matches.get((b.id, a.id))) is not None:
        known = mirrored(other)
    if known is None or not known.passages:
        return None
    names = story.name(parent.id), story.name(child.id)
    return tag("details", tag("summary", "Read both side by side"), beside(known, a, b, names))


def _version(story: Story, version: Version, credits: Sequence[Credit]) -> Html:
    article = story.article(version)
    return tag(
        "article",
        tag("h3", story.name(version.id)),
        tag("p", link(version.url, _title(version)), class_="title") if version.title else None,
        tag("dl", _facts(version)),
        tag("ul", [_credit(one) for one in credits], class_="credits") if credits else None,
        _text(article, credits) if article is not None else None,
        id=story.place(version.id),
        class_="version",
    )


def _facts(version: Version) -> Iterator[Html]:
    for name, said in (
        ("language", language(version.language)),
        ("published", english_date(version.dates, alone=True)),
        ("by", version.author),
        ("translated by", version.translator),
        ("address", version.url),
        ("text", None if version.seen else "nobody has seen it; it is known from what others say"),
    ):
        if said:
            shown = link(said, tag("bdi", said)) if name == "address" else tag("bdi", said)
            yield tag("div", tag("dt", name), tag("dd", shown))
    for witness in version.dates.witnesses:
        yield tag("div", tag("dt", f"date: {witness.kind}"), tag("dd", tag("q", witness.quote)))
    if version.had is not None:
        for said in whence(version.had):
            yield tag("div", tag("dt", "had"), tag("dd", said))


def _credit(credit: Credit) -> Html:
    named = credit.name or credit.title or credit.url or ""
    place = f", at {credit.locator}" if credit.locator else ""
    return tag(
        "li",
        tag("b", ROLES_IN_WORDS[credit.role]), f" {named} " if named else " ",
        tag("q", credit.quote, dir_="auto"), tag("small", f" ({credit.rule}{place})"),
    )  # fmt: skip


def _text(article: Article, credits: Sequence[Credit]) -> Html:
    marks = [
        (one.start, one.end, ROLES_IN_WORDS[one.role])
        for one in credits
        if one.start is not None and one.end is not None
    ]
    return tag(
        "details",
        tag("summary", "The text, credits marked where they stand"),
        tag("div", in_place(article, (0, len(article.text)), marks),
            class_="text", lang=article.language, dir_="auto"),
    )  # fmt: skip


def _any_two(story: Story, matches: Mapping[tuple[str, str], Match]) -> Html | None:
    """Return what a script needs to lay any two texts side by side; nothing shows without one."""
    seen = [version for version in story.stemma.versions if story.article(version)]
    if len(seen) < 2 or not matches:
        return None
    place = {version.article: story.place(version.id) for version in seen}
    shapes = [
        {**match_shape(match), "a": place[match.a], "b": place[match.b]}
        for match in matches.values()
        if match.a in place and match.b in place
    ]
    options = [
        tag("option", f"{story.name(version.id)}: {(version.title or '')[:60]}",
            value=story.place(version.id))
        for version in seen
    ]  # fmt: skip
    texts = {
        place[version.article]: article.text
        for version in seen
        if (article := story.article(version)) is not None
    }
    data = written({"texts": texts, "matches": shapes}).replace("<", "\\u003c")
    return tag(
        "section",
        tag("h2", "Any two versions"),
        tag("p", tag("label", "one ", tag("select", options, name="one")), " ",
            tag("label", "the other ", tag("select", options, name="other"))),
        tag("div", class_="result", aria_live="polite"),
        tag("script", Html(data), type="application/json"),
        class_="any-two",
        hidden=True,
    )  # fmt: skip


def _searched(story: Story) -> Html | None:
    if not story.searched:
        return None
    rows: list[list[Inner]] = [
        [place.where, OUTCOMES_IN_WORDS.get(place.outcome) or "searched", str(place.found),
         f"{place.looked_at:,}", place.says]
        for place in story.searched
    ]  # fmt: skip
    heads = ["Where", "Outcome", "Found", "Looked at", "Says"]
    caption = "The places that were searched"
    return section(
        "What was searched", table(heads, rows, caption=caption, figures=frozenset({2, 3}))
    )
