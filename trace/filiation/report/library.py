"""What a library holds, told to people and to machines: what was added, what was found, one article."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from filiation.english import listed, percent, plural
from filiation.errors import InputError
from filiation.fold import fold
from filiation.library import Added, Hit, Hits
from filiation.library.record import Capture, Kin, Record
from filiation.report.axis import Axis
from filiation.report.shapes import Shape, article_shape, credits_shape
from filiation.report.sheet import Part, Sheet, dotted, quoted, shortened
from filiation.report.terminal import credits_report
from filiation.report.words import english_date, kinds, language
from filiation.values import Article, Dates, DateWitness

if TYPE_CHECKING:
    from filiation.find.collected import Collected, Spent

__all__ = [
    "added_report",
    "added_shape",
    "record_report",
    "record_shape",
    "search_report",
    "search_shape",
]

WIDEST_AXIS = 72
FEWEST_OVER_TIME = 3
"""Articles with dates from which an axis shows when they were published."""
TITLE = 300
"""Characters of a title or address shown; the whole is in the JSON document."""
_SPACE = re.compile(r"\s+")


# --- what was added ------------------------------------------------------------------------------


def added_report(
    sheet: Sheet,
    added: Added,
    library: str,
    size: int,
    web: "tuple[Collected, Spent] | None" = None,
) -> None:
    """Lay down what came of adding, in a few sentences."""
    articles, versions, known = _sums(added, web)
    new = plural(articles, "article")
    changed = f", {versions:,} of them new versions of pages it had" if versions else ""
    sheet.line((f"{new} added{changed}", "bold"), f" · {library} now holds {size:,}")
    if known:
        sheet.line(f"{plural(known, 'article')} known: the same text of the same page")
    if added.passed:
        sheet.line(f"{plural(added.passed, 'article')} passed over: read from these files before")
    if added.skipped:
        sheet.line(f"{plural(added.skipped, 'input or row', 'inputs or rows')} skipped:")
        for lost in added.lost:
            sheet.line(shortened(str(lost), TITLE), first="  - ")
        if more := added.skipped - len(added.lost):
            sheet.line(f"and {more:,} more", first="  - ")
    if web is not None:
        from filiation.report.collected import collected_report

        collected_report(sheet, *web)


def added_shape(
    added: Added, library: str, size: int, web: "tuple[Collected, Spent] | None" = None
) -> Shape:
    """Return `filiation/added@1`: what came of adding."""
    articles, versions, known = _sums(added, web)
    shape: Shape = {
        "schema": "filiation/added@1",
        "library": library,
        "size": size,
        "articles": articles,
        "versions": versions,
        "known": known,
        "passed": added.passed,
        "skipped": added.skipped,
        "lost": [_lost(lost) for lost in added.lost],
        "seconds": round(added.seconds + (web[0].seconds if web else 0.0), 3),
        "web": None,
    }
    if web is not None:
        from filiation.report.collected import collected_shape

        shape["web"] = collected_shape(*web)
    return shape


def _sums(added: Added, web: "tuple[Collected, Spent] | None") -> tuple[int, int, int]:
    """Return the articles, versions and known ones of files and web together."""
    if web is None:
        return added.articles, added.versions, added.known
    more = web[0]
    return added.articles + more.articles, added.versions + more.versions, added.known + more.known


def _lost(lost: InputError) -> Shape:
    return {"where": lost.where, "what": lost.what, "remedy": lost.remedy}


# --- what was found ------------------------------------------------------------------------------


def search_report(sheet: Sheet, hits: Hits) -> None:
    """Lay down the articles found, each with the run of its text that has the words."""
    for hit in hits.hits:
        sheet.line((shortened(hit.article.id, TITLE), "bold cyan"))
        with sheet.margin("  "):
            if hit.article.title:
                sheet.line((quoted(shortened(hit.article.title, TITLE)), "bold"))
            if about := _about(hit.article):
                sheet.line(*about)
            sheet.prose(*_marked(sheet, hit))
        sheet.line("")
    _over_time(sheet, [hit.article.dates for hit in hits.hits])
    shown = f", the best {len(hits.hits)} shown" if hits.found > len(hits.hits) else ""
    sheet.line(f"{plural(hits.found, 'article')} found{shown}")


def _over_time(sheet: Sheet, dates: Sequence[Dates]) -> None:
    """Lay down when the articles shown were published, as far as that is known."""
    known = [one for one in dates if one.earliest is not None and one.latest is not None]
    axis = Axis.over(known, min(WIDEST_AXIS, sheet.room))
    if axis is None or len(known) < FEWEST_OVER_TIME:
        return
    for line in axis.labels():
        sheet.line((line, "dim"))
    sheet.line(*axis.bars(one.midpoint for one in known if one.midpoint is not None))
    if len(known) < len(dates):
        sheet.line((f"{len(dates) - len(known):,} of those shown are not dated", "dim"))
    sheet.gap()


def _about(article: Article) -> list[Part]:
    outlet = shortened(article.outlet_name or article.outlet or "", TITLE)
    return dotted([outlet, language(article.language), english_date(article.dates, alone=True)])


def _marked(sheet: Sheet, hit: Hit) -> list[Part]:
    """Return an excerpt with its words marked: by style where it is seen, else by asterisks."""
    parts: list[Part] = ["…"] if hit.start else []
    at = 0
    for start, end in hit.marks:
        if start < at:
            continue
        parts.append(_SPACE.sub(" ", hit.excerpt[at:start]))
        word = hit.excerpt[start:end]
        parts.append((word, "bold yellow") if sheet.colour else f"*{word}*")
        at = end
    goes_on = hit.start + len(hit.excerpt) < len(hit.article.text)
    return [*parts, _SPACE.sub(" ", hit.excerpt[at:]), "…" if goes_on else ""]


def search_shape(hits: Hits, words: str) -> Shape:
    """Return `filiation/search@1`: the articles that have some words."""
    return {
        "schema": "filiation/search@1",
        "words": words,
        "found": hits.found,
        "unindexed": hits.unindexed,
        "articles": [_hit(hit) for hit in hits.hits],
    }


def _hit(hit: Hit) -> Shape:
    article = hit.article
    return {
        "id": article.id,
        "outlet": article.outlet,
        "name": article.outlet_name,
        "title": article.title,
        "url": article.url,
        "language": article.language,
        "published": _interval(article),
        "excerpt": hit.excerpt,
        "marks": [list(span) for span in hit.marks],
    }


def _interval(article: Article) -> Shape:
    shape = article_shape(article, outlet="", kind=None, words=0, group=None)
    interval: Shape = shape["published"]
    return interval


# --- one article ---------------------------------------------------------------------------------


def record_report(sheet: Sheet, record: Record, *, text: bool = False) -> None:
    """Lay down all that a library holds of an article; its text where asked for."""
    article = record.stated.article
    sheet.line((shortened(article.id, TITLE), "bold cyan"))
    sheet.gap()
    credits_report(sheet, record.stated)
    with sheet.margin("  "):
        if article.byline:
            sheet.line(f"by {shortened(article.byline, TITLE)}")
        if article.url:
            sheet.line((shortened(article.url, TITLE), "dim"))
        sheet.line(_size(record))
    _dates(sheet, article)
    if record.kin:
        sheet.heading("What it shares text with")
        for kin in record.kin:
            _kin(sheet, kin)
    sheet.heading("Where it was met")
    for capture in record.captures:
        sheet.line(_capture(capture), first="- ")
    if text:
        sheet.heading("Its text")
        for line in article.text.splitlines():
            sheet.prose(line)


def _size(record: Record) -> str:
    words = plural(record.words, "word")
    if len(record.versions) == 1:
        return words
    others = [key for number, key in enumerate(record.versions, 1) if number != record.version]
    return f"{words} · version {record.version} of its page, beside {listed(others)}"


def _dates(sheet: Sheet, article: Article) -> None:
    if not article.dates.witnesses:
        return
    sheet.heading("When")
    for witness in article.dates.witnesses:
        sheet.line(_witness(witness), first="- ")
    if article.dates.disagree:
        sheet.line("These dates exclude one another.")


def _witness(witness: DateWitness) -> str:
    where = f" ({shortened(witness.locator, TITLE)})" if witness.locator else ""
    return f"{witness.kind}: {quoted(shortened(witness.quote, TITLE))}{where}"


_RELATIONS = {"parent": "made from it", "child": "it was made from this"}


def _kin(sheet: Sheet, kin: Kin) -> None:
    name = shortened(kin.name or kin.outlet or "", TITLE)
    sheet.line((kin.id, "bold cyan"), f" · {name}" if name else "", first="- ")
    with sheet.margin("  "):
        if kin.title:
            sheet.line(quoted(shortened(kin.title, TITLE)))
        shares = f"{percent(kin.coverage)} of this text, {percent(kin.coverage_there)} of that one"
        told: list[Part] = [shares]
        if kin.relation is not None:
            told.append(f" · {_RELATIONS[kin.relation]}: {kinds(kin.kind)}, {kin.standing}")
        sheet.line(*told)


def _capture(capture: Capture) -> str:
    when = f", captured {capture.captured}" if capture.captured else ""
    place = "standard input" if capture.input == "-" else f"{capture.input}, row {capture.row}"
    return f"{place}{when}, added {capture.added.replace('T', ' ')} UTC"


def record_shape(record: Record, *, text: bool = False) -> Shape:
    """Return `filiation/article@1` with all that a library holds of an article."""
    stated, article = record.stated, record.stated.article
    outlet = article.outlet or " ".join(fold(article.outlet_name or "").text.split())
    account = credits_shape(stated)
    shape = article_shape(
        article, outlet=outlet, kind=stated.kind, words=record.words, group=record.group
    )
    shape |= {key: account[key] for key in ("published", "origin", "credits", "chain", "notes")}
    shape |= {
        "canonical_url": article.canonical_url,
        "sha256": record.sha256,
        "version": record.version,
        "versions": list(record.versions),
        "captures": [_capture_shape(capture) for capture in record.captures],
        "matches": [_kin_shape(kin) for kin in record.kin],
    }
    if text:
        shape["text"] = article.text
    return shape


def _capture_shape(capture: Capture) -> Shape:
    return {
        "input": capture.input,
        "row": capture.row,
        "id": capture.id,
        "url": capture.url,
        "captured": capture.captured,
        "added": f"{capture.added}Z",
        "sha256": capture.sha256,
    }


def _kin_shape(kin: Kin) -> Shape:
    return {
        "id": kin.id,
        "outlet": kin.outlet,
        "name": kin.name,
        "title": kin.title,
        "coverage": round(kin.coverage, 4),
        "coverage_there": round(kin.coverage_there, 4),
        "score": round(kin.score, 4),
        "relation": kin.relation,
        "standing": kin.standing,
        "kind": list(kin.kind),
    }
