"""The outlets of the catalogue, told to people and to machines."""

from collections.abc import Sequence
from typing import Any

from filiation.english import listed, plural
from filiation.outlets import Catalogue, Domain, Outlet
from filiation.report.sheet import Sheet, dotted
from filiation.report.tables import Cell, Column, lay_table
from filiation.report.words import language

__all__ = ["outlet_report", "outlet_shape", "outlets_report"]

TABLE_FROM = 76
"""Columns from which the catalogue is a table; below, each outlet is a sentence."""


def outlet_shape(outlet: Outlet) -> dict[str, Any]:
    """Return `filiation/outlet@1`: one outlet as the catalogue describes it."""
    return {
        "schema": "filiation/outlet@1",
        "key": outlet.key,
        "name": outlet.name,
        "aliases": list(outlet.aliases),
        "abbreviations": list(outlet.abbreviations),
        "signatures": list(outlet.signatures),
        "ambiguous": list(outlet.ambiguous),
        "domains": [_domain(domain) for domain in outlet.domains],
        "languages": list(outlet.languages),
        "kind": outlet.kind,
        "house": outlet.house,
        "country": outlet.country,
        "feeds": list(outlet.feeds),
    }


def outlets_report(sheet: Sheet, outlets: Sequence[Outlet]) -> None:
    """Lay down one line an outlet: key, name, address, languages."""
    if sheet.width < TABLE_FROM:
        for outlet in outlets:
            about = [_address(outlet), " ".join(outlet.languages)]
            sheet.line((outlet.name, "bold"), " · ", *dotted([outlet.key, *about]))
    else:
        lay_table(sheet, _COLUMNS, [_row(outlet) for outlet in outlets])
    sheet.gap()
    sheet.line(plural(len(outlets), "outlet"))


_COLUMNS = [
    Column("key"),
    Column("name", name=True),
    Column("address", name=True),
    Column("languages", "lang.", name=True),
]


def _row(outlet: Outlet) -> list[Cell]:
    languages = " ".join(outlet.languages)
    return [outlet.key, (outlet.name, "bold"), (_address(outlet), "dim"), languages]


def _address(outlet: Outlet) -> str:
    return outlet.domains[0].host if outlet.domains else ""


def outlet_report(sheet: Sheet, outlet: Outlet, known: Catalogue) -> None:
    """Lay down everything the catalogue knows of one outlet."""
    sheet.gap()
    sheet.line((outlet.name, "bold"), f"  {outlet.key}")
    house = [other.name for other in known.house(outlet) if other.key != outlet.key]
    rows = [
        ("kind", outlet.kind),
        ("languages", ", ".join(language(code) or code for code in outlet.languages)),
        ("country", outlet.country or ""),
        ("addresses", ", ".join(_when(domain) for domain in outlet.domains)),
        ("also", ", ".join(outlet.aliases)),
        ("signs", ", ".join([*outlet.abbreviations, *outlet.signatures])),
        ("ambiguous", ", ".join(outlet.ambiguous)),
        ("same house", listed(house) if house else ""),
        ("feeds", " ".join(outlet.feeds)),
    ]
    for label, told in rows:
        if told:
            sheet.line(told, first=(f"  {label:<11} ", "dim"))


def _domain(domain: Domain) -> dict[str, Any]:
    return {
        "host": domain.host,
        "since": domain.since.isoformat() if domain.since else None,
        "until": domain.until.isoformat() if domain.until else None,
    }


def _when(domain: Domain) -> str:
    since = f"since {domain.since}" if domain.since else ""
    until = f"until {domain.until}" if domain.until else ""
    period = " ".join(part for part in (since, until) if part)
    return f"{domain.host} ({period})" if period else domain.host
