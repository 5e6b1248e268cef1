"""The four tables of an export: versions, hops, flows, outlets, each row a mapping of plain values."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, get_args

from filiation.audit.flows import delay_hours
from filiation.report.exports.findings import Findings, Node
from filiation.report.shapes import hours
from filiation.report.words import day, iso
from filiation.values import STANDINGS

__all__ = ["TABLES", "Row", "Table", "columns", "rows"]

Table = Literal["versions", "hops", "flows", "outlets"]
TABLES: tuple[Table, ...] = get_args(Table)

Value = str | int | float | bool | None
Row = dict[str, Value]


def rows(findings: Findings, table: Table) -> Iterator[Row]:
    """Yield the rows of a table. The same findings give the same rows in the same order."""
    return _MAKE[table](findings)


def columns(table: Table) -> Mapping[str, type]:
    """Return the columns of a table and what they hold."""
    return _COLUMNS[table]


def _versions(findings: Findings) -> Iterator[Row]:
    for node in findings.nodes.values():
        yield version_row(node)


def version_row(node: Node) -> Row:
    """Return what is known of one version."""
    version = node.version
    first, last = day(version.dates)
    return {
        "id": node.key,
        "text": node.text,
        "seen": version.seen,
        "outlet": node.outlet or None,
        "name": version.name,
        "title": version.title,
        "url": version.url,
        "language": version.language,
        "author": version.author,
        "translator": version.translator,
        "earliest": iso(version.dates.earliest, first, version.dates.precision),
        "latest": iso(version.dates.latest, last, version.dates.precision),
        "precision": version.dates.precision,
    }


def _hops(findings: Findings) -> Iterator[Row]:
    for parent, child, hop in findings.hops():
        yield {
            "from": parent.key,
            "to": child.key,
            "text": parent.text,
            "from_outlet": parent.outlet or None,
            "to_outlet": child.outlet or None,
            "from_name": parent.version.name,
            "to_name": child.version.name,
            "kind": " ".join(hop.kind),
            "kind_from": hop.kind_from,
            "standing": hop.standing,
            "probability": min(max(round(hop.probability, 4), 0.0001), 0.9999),
            "delay_hours": hours(delay_hours(parent.version.dates, child.version.dates)),
            "evidence": " | ".join(one.says for one in hop.evidence),
        }


def _flows(findings: Findings) -> Iterator[Row]:
    names = {tally.outlet: tally.name for tally in findings.outlets}
    for flow in findings.flows:
        yield {
            "from_outlet": flow.from_outlet or None,
            "to_outlet": flow.to_outlet or None,
            "from_name": names.get(flow.from_outlet),
            "to_name": names.get(flow.to_outlet),
            "hops": flow.hops,
            **{standing: flow.standings[standing] for standing in STANDINGS},
            "median_delay_hours": hours(flow.median_delay_hours),
            "share_of_output": None if flow.share is None else round(flow.share, 4),
        }


def _outlets(findings: Findings) -> Iterator[Row]:
    for tally in findings.outlets:
        yield {
            "outlet": tally.outlet,
            "name": tally.name,
            "articles": tally.articles,
            "originals": tally.originals,
            "republished": tally.republished,
            "share_republished": round(tally.share, 4) if tally.articles else None,
            "uncredited": tally.uncredited,
            "taken": tally.taken,
        }


_MAKE: Mapping[Table, Callable[[Findings], Iterator[Row]]] = {
    "versions": _versions,
    "hops": _hops,
    "flows": _flows,
    "outlets": _outlets,
}


def _of(kind: type, *names: str) -> dict[str, type]:
    return dict.fromkeys(names, kind)


_COLUMNS: Mapping[Table, Mapping[str, type]] = {
    "versions": _of(str, "id", "text")
    | _of(bool, "seen")
    | _of(str, "outlet", "name", "title", "url", "language", "author", "translator")
    | _of(str, "earliest", "latest", "precision"),
    "hops": _of(str, "from", "to", "text", "from_outlet", "to_outlet", "from_name", "to_name")
    | _of(str, "kind", "kind_from", "standing")
    | _of(float, "probability", "delay_hours")
    | _of(str, "evidence"),
    "flows": _of(str, "from_outlet", "to_outlet", "from_name", "to_name")
    | _of(int, "hops", *STANDINGS)
    | _of(float, "median_delay_hours", "share_of_output"),
    "outlets": _of(str, "outlet", "name")
    | _of(int, "articles", "originals", "republished")
    | _of(float, "share_republished")
    | _of(int, "uncredited", "taken"),
}
