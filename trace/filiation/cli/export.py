"""`filiation export`: what was found, in the forms that other programs read."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.completion import files
from filiation.cli.help import FOUND, Told
from filiation.cli.meant import Choice
from filiation.cli.options import group_option, library_option
from filiation.cli.output import Output
from filiation.report.exports import FORMATS, written

if TYPE_CHECKING:
    from filiation.report.exports.findings import Findings
    from filiation.report.exports.rows import Table

__all__ = ["export"]

BOM = "\ufeff"


@click.command(
    cls=Told,
    short_help="Write what was found for other programs.",
    examples=[
        ("filiation export --format gexf -o chains.gexf",
         "The hops that the last audit of the library found, for Gephi."),
        ("filiation export --of flows -o flows.csv", "Who takes from whom, for a spreadsheet."),
        ("filiation trace page.html --against pages/ --json | filiation export - -o chain.provn",
         "One article's chain in W3C PROV."),
        ("filiation export results/ --group g-estran --format mermaid",
         "One text of an audit's folder, as a drawing for a Markdown page."),
    ],
)  # fmt: skip
@click.argument("found", metavar="[FOUND]", required=False, shell_complete=files)
@library_option
@click.option(
    "--format",
    "form",
    type=Choice(tuple(FORMATS)),
    help="Else what the name of -o ends with. " + "; ".join(
        f"{name}: {form.says}" for name, form in FORMATS.items()
    ) + ".",
)  # fmt: skip
@click.option(
    "--of",
    "table",
    type=Choice(("versions", "hops", "flows", "outlets")),
    default="hops",
    show_default=True,
    help="Which table. A graph of versions or hops has both; of flows or outlets, these two.",
)
@group_option
@click.option("--bom", is_flag=True, help="Begin a table with a byte order mark, for old Excel.")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE, whole or not at all.",
)
def export(
    found: str | None,
    library: str,
    form: str | None,
    table: "Table",
    groups: Sequence[str],
    bom: bool,
    file: Path | None,
) -> int:
    """Write what a trace or an audit found for other programs: tables, graphs, W3C PROV, citations.

    FOUND is what `filiation trace --json` printed (a file, or - for standard input), a folder that
    `filiation audit --out` wrote, or a bundle of evidence. Without it, what the last audit of the
    library found is written.
    """
    from filiation.report.exports.tables import write_parquet

    chosen = form or _by_name(file)
    kind = FORMATS[chosen]
    if bom and chosen not in ("csv", "tsv"):
        raise click.UsageError("--bom is for csv and tsv.")
    if kind.binary and file is None:
        raise click.UsageError(f"{chosen} is no text: name a file with -o.")
    findings = _findings(found, library)
    if groups:
        findings = findings.of(groups)
    output = Output("plain", file)
    if kind.binary:
        assert file is not None
        with output.bytes() as part:
            write_parquet(findings, table, part)
        return FOUND
    with output.paper() as paper:
        if bom:
            paper.write(BOM)
        paper.writelines(written(findings, chosen, table))
    return FOUND


def _by_name(file: Path | None) -> str:
    """Return the format that a file's name asks for."""
    if file is None:
        raise click.UsageError("Name a --format, or a file with -o whose name tells it.")
    endings = {ending: name for name, form in FORMATS.items() for ending in form.endings}
    fitting = [ending for ending in endings if file.name.lower().endswith(ending)]
    if not fitting:
        raise click.UsageError(
            f"The name {file.name} tells no format; name one with --format, or let it end in"
            f" {', '.join(form.endings[0] for form in FORMATS.values())}."
        )
    return endings[max(fitting, key=len)]


def _findings(found: str | None, library: str) -> "Findings":
    from filiation.library import Library
    from filiation.report.exports.findings import found_in, of_library

    if found is not None:
        return found_in(found)
    with Library.open(library) as opened:
        return of_library(opened)
