"""Two versions side by side: what they share, word by word, and what only one of them has."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from filiation.english import percent, plural
from filiation.match import word_changes
from filiation.report.html.markup import Html, Inner, tag, text
from filiation.values import Article, Match, Passage, Span

__all__ = ["beside", "in_place"]

_WORD = re.compile(r"\w")


def beside(match: Match, a: Article, b: Article, names: tuple[str, str]) -> Html:
    """Return both texts whole, in the order of b, each passage beside its counterpart.

    `match` has `a` as a and `b` as b. What only a has stands where it stood before the passage that
    follows it there; a passage that a has elsewhere is marked as moved.
    """
    body = [tag("tr", left, right, class_=kind) for kind, left, right in _rows(match, a, b)]
    told = (
        f"{plural(len(match.passages), 'passage')}: {percent(match.coverage_a)} of {names[0]},"
        f" {percent(match.coverage_b)} of {names[1]}"
    )
    head = tag("tr", [tag("th", name, scope="col") for name in names])
    return tag(
        "table", tag("caption", told), tag("thead", head), tag("tbody", body), class_="beside"
    )


def _rows(match: Match, a: Article, b: Article) -> Iterator[tuple[str, Html, Html]]:
    passages = sorted(match.passages, key=lambda p: (p.b_start, p.a_start))
    told = sorted((p.a_start, p.a_end) for p in passages)
    shown: list[Span] = []
    b_at = farthest = 0
    for passage in passages:
        gap = _before(told, passage.a_start)
        if gap not in shown:
            shown.append(gap)
            yield from _cut(a, gap)
        yield from _added(b, b_at, passage.b_start)
        moved = passage.a_start < farthest
        left, right = _sides(match, passage, a, b)
        yield (
            "moved" if moved else "shared",
            _cell(a, left),
            _cell(b, ["Moved. " if moved else None, right]),
        )
        b_at = max(b_at, passage.b_end)
        farthest = max(farthest, passage.a_end)
    yield from _added(b, b_at, len(b.text))
    last = (max((end for _, end in told), default=0), len(a.text))
    if last not in shown:
        yield from _cut(a, last)


def _before(told: Sequence[Span], start: int) -> Span:
    """Return what lies between a passage and the one before it in its own text."""
    return max((end for _, end in told if end <= start), default=0), start


def _cut(article: Article, span: Span) -> Iterator[tuple[str, Html, Html]]:
    if _WORD.search(article.text, *span):
        yield "cut", _cell(article, in_place(article, span)), tag("td", class_="none")


def _added(article: Article, start: int, end: int) -> Iterator[tuple[str, Html, Html]]:
    if _WORD.search(article.text, start, end):
        yield "added", tag("td", class_="none"), _cell(article, in_place(article, (start, end)))


def _cell(article: Article, inner: Inner) -> Html:
    return tag("td", inner, lang=article.language, dir_="auto")


def _sides(match: Match, passage: Passage, a: Article, b: Article) -> tuple[Inner, Inner]:
    plain = (
        text(a.text[passage.a_start : passage.a_end], lines=True),
        text(b.text[passage.b_start : passage.b_end], lines=True),
    )
    if not match.same_language:
        return plain
    changes = word_changes(a.text, b.text, passage)
    if all(change.operation == "equal" for change in changes):
        return plain
    left = [
        (c.a_start, c.a_end, "del")
        for c in changes
        if c.operation != "equal" and c.a_end > c.a_start
    ]
    right = [
        (c.b_start, c.b_end, "ins")
        for c in changes
        if c.operation != "equal" and c.b_end > c.b_start
    ]
    return (
        _marked(a.text, (passage.a_start, passage.a_end), left),
        _marked(b.text, (passage.b_start, passage.b_end), right),
    )


def _marked(whole: str, span: Span, marks: Sequence[tuple[int, int, str]]) -> list[Html]:
    pieces: list[Html] = []
    at = span[0]
    for start, end, name in marks:
        pieces += [text(whole[at:start], lines=True), tag(name, text(whole[start:end], lines=True))]
        at = end
    pieces.append(text(whole[at : span[1]], lines=True))
    return pieces


def in_place(article: Article, span: Span, credits: Sequence[tuple[int, int, str]] = ()) -> Html:
    """Return a part of a text, what never counts as shared dimmed, credits marked where they stand.

    `credits` are (start, end, what the mark says).
    """
    start, end = span
    borders = sorted(
        {start, end}
        | {at for mark in article.aside for at in mark if start < at < end}
        | {at for one in credits for at in one[:2] if start < at < end}
    )
    pieces: list[Html] = []
    for first, last in pairwise(borders):
        piece = text(article.text[first:last], lines=True)
        said = next((says for s, e, says in credits if s <= first and last <= e), None)
        if said is not None:
            piece = tag("mark", piece, title=said)
        elif any(s <= first and last <= e for s, e in article.aside):
            piece = tag("span", piece, class_="aside")
        pieces.append(piece)
    return Html("".join(pieces))
