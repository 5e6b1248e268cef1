"""The articles of an export as a reader of papers cites them: CSL-JSON and BibTeX."""

import json
import re
from collections.abc import Iterator
from typing import Any

from filiation.fold import fold
from filiation.report.exports.findings import Findings, Node
from filiation.report.exports.rows import version_row
from filiation.report.harmless import harmless_json, one_line
from filiation.report.words import language

__all__ = ["as_bibtex", "as_csl"]


def as_csl(findings: Findings) -> Iterator[str]:
    """Yield CSL-JSON (Citation Style Language 1.0.2): what Zotero, Pandoc and citeproc read."""
    items = [_csl(node, key) for node, key in _keyed(findings)]
    yield harmless_json(json.dumps(items, ensure_ascii=False, indent=1)) + "\n"


def as_bibtex(findings: Findings) -> Iterator[str]:
    """Yield BibTeX in UTF-8: an `@online` entry for each article, as biblatex has it."""
    for node, key in _keyed(findings):
        version = node.version
        fields = {
            "title": version.title,
            "author": version.author,
            "organization": version.name,
            "date": str(_stated(node) or "")[:10],
            "url": version.url,
            "langid": (language(version.language) or "").lower(),
            "translator": version.translator,
            "note": None if version.seen else "not seen; known from what other pages say",
        }
        lines = [f"  {name} = {{{_tex(name, value)}}}" for name, value in fields.items() if value]
        yield f"@online{{{key},\n" + ",\n".join(lines) + "\n}\n\n"


def _csl(node: Node, key: str) -> dict[str, Any]:
    version = node.version
    item: dict[str, Any] = {"id": key, "type": "article-newspaper"}
    for name, value in (
        ("title", version.title),
        ("container-title", version.name),
        ("URL", version.url),
        ("language", version.language),
    ):
        if value:
            item[name] = one_line(value)
    for role, person in (("author", version.author), ("translator", version.translator)):
        if person:
            item[role] = [{"literal": one_line(person)}]
    when = _stated(node)
    if when:
        item["issued"] = {"date-parts": [[int(part) for part in when[:10].split("-")]]}
    if not version.seen:
        item["note"] = "not seen; known from what other pages say"
    return item


def _stated(node: Node) -> str | None:
    """Return the day, month or year that a version is dated, where its date is no wide interval."""
    row = version_row(node)
    first, last = row["earliest"], row["latest"]
    if first is None or (last is not None and str(last)[:10] != str(first)[:10]):
        return None
    return str(first)


_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "le",
        "la",
        "les",
        "un",
        "une",
        "der",
        "die",
        "das",
        "el",
        "los",
        "il",
        "lo",
        "i",
        "gli",
        "o",
        "os",
        "as",
    ]
)


def _keyed(findings: Findings) -> Iterator[tuple[Node, str]]:
    """Yield each version with a key as writers make them: outlet, year, first word of the title."""
    taken: dict[str, int] = {}
    for node in findings.nodes.values():
        words = _words(node.version.title or "")
        outlet = "".join(_words(node.version.name or node.outlet)) or "anonymous"
        title = next((word for word in words if word not in _SMALL), "")
        key = f"{outlet[:20]}{str(_stated(node) or '')[:4]}{title[:20]}"
        taken[key] = taken.get(key, 0) + 1
        yield node, key if taken[key] == 1 else f"{key}-{taken[key]}"


def _words(text: str) -> list[str]:
    from anyascii import anyascii

    return _WORD.findall(anyascii(fold(text[:500]).text).lower())


_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}$&#%_^~]")
_OF_ADDRESSES = re.compile(r"[\\{}%\s]")


def _tex(name: str, value: str) -> str:
    line = one_line(value)
    if name == "url":  # biblatex takes an address as it is, but for what would end the field
        return _OF_ADDRESSES.sub(lambda found: rf"\%{ord(found[0]):02X}", line)
    if name == "date":
        return line
    text = _SPECIAL.sub(lambda found: _TEX[found[0]], line)
    # In braces of its own a name stays as written: "The Editors" has no first name.
    return f"{{{text}}}" if name in ("author", "translator", "organization") else text
