"""Findings as Markdown, for a paper's appendix: each text with its versions, hops and evidence."""

import re
from collections.abc import Iterator

from filiation.audit.values import Group
from filiation.report.exports.findings import Findings
from filiation.report.exports.rows import version_row
from filiation.report.harmless import one_line
from filiation.report.words import STANDINGS_IN_WORDS, UNNAMED, confidence, kinds, language

__all__ = ["as_markdown"]

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>~-])")
_WEB = re.compile(r"https?://[^\s<>()\[\]\\]+\Z")


def as_markdown(findings: Findings) -> Iterator[str]:
    """Yield Markdown in which nothing that a page says is markup."""
    yield "# Republication chains\n"
    for number, text in enumerate(findings.texts, 1):
        yield from _text(findings, text, number)
    used = {hop.standing for _, _, hop in findings.hops()}
    if used:
        yield "\n## What the standings mean\n\n"
        for standing, words in STANDINGS_IN_WORDS.items():
            if standing in used:
                yield f"- *{standing}*: {words}\n"


def _text(findings: Findings, text: Group, number: int) -> Iterator[str]:
    yield f"\n## {number}. {_safe(_title(text))}\n\n"
    yield "| | outlet | title | language | published | seen |\n|---|---|---|---|---|---|\n"
    place = {version.id: n for n, version in enumerate(text.stemma.versions, 1)}
    for version in text.stemma.versions:
        row = version_row(findings.nodes[text.id, version.id])
        first, last = row["earliest"], row["latest"]
        when = str(first or "") if first == last else f"{first or '?'} to {last or '?'}"
        cells = [
            str(place[version.id]),
            _safe(version.name or UNNAMED),
            _linked(version.title or version.url or "", version.url),
            _safe(language(version.language) or ""),
            when if first or last else "",
            "yes" if version.seen else "no",
        ]
        yield f"| {' | '.join(cells)} |\n"
    for hop in text.stemma.hops:
        measured = hop.kind_from == "match"
        yield (
            f"\n**{place[hop.parent]} → {place[hop.child]}**: {kinds(hop.kind, measured=measured)},"
            f" *{hop.standing}* ({confidence(hop.probability)})\n"
        )
        for one in hop.evidence:
            yield f"\n- {_safe(one.says)}"
        yield "\n"


def _title(text: Group) -> str:
    titled = (version.title for version in text.stemma.versions if version.title)
    return next(titled, text.id)


def _linked(shown: str, url: str | None) -> str:
    """Return a text as a link, where the address is one of the web."""
    return f"[{_safe(shown)}](<{url}>)" if url and _WEB.match(url) else _safe(shown)


def _safe(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text))
