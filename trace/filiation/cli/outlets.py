"""`filiation outlets`: the catalogue listed, shown and checked."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.completion import catalogued as keys_of_catalogue
from filiation.cli.help import FOUND, INPUT_ERROR, NOTHING_FOUND, Told
from filiation.cli.meant import meant
from filiation.cli.options import gives_output, outlets_option
from filiation.cli.output import Output, complain
from filiation.errors import InputError

if TYPE_CHECKING:
    from filiation.outlets import Catalogue, Outlet
    from filiation.report.sheet import Sheet

__all__ = ["outlets"]

NEAR = 3
"""Names like the one that was not found that are told."""
LONGEST = 200
"""Characters of it that are repeated."""
LISTS = "filiation outlets lists them all"


@click.command(
    cls=Told,
    short_help="List, show and check the outlets of the catalogue.",
    examples=[
        ("filiation outlets", "All outlets that the program knows by name and address."),
        ("filiation outlets zerohedge", "One of them: names, addresses, languages."),
        ("filiation outlets --check my-outlets/", "What is wrong with outlet files of your own."),
    ],
)
@click.argument(
    "words", nargs=-1, metavar="[list | [show] OUTLET...]", shell_complete=keys_of_catalogue
)
@click.option(
    "--check",
    "checked",
    is_flag=False,
    flag_value="",
    metavar="[PATH]",
    help="Say what is wrong with the files of the catalogue, or with those at PATH added to it.",
)
@outlets_option
@gives_output
def outlets(
    words: Sequence[str], checked: str | None, known: "Catalogue | None", output: Output
) -> int:
    """List, show and check the outlets of the catalogue."""
    from filiation.outlets import catalogue

    if checked is not None:
        if words:
            raise click.UsageError(f"--check takes one PATH; what is {words[0]!r} for?")
        return _check(checked, output)
    catalogued = known or catalogue()
    match words:
        case () | ("list",):
            return _list(catalogued, output)
        case ("show",):
            raise click.UsageError("show needs the KEY of an outlet: show zerohedge.")
        case ("show", *keys):
            return _show(catalogued, keys, output)
    return _show(catalogued, words, output)


def _check(place: str, output: Output) -> int:
    from filiation.outlets import Catalogue, check

    extra = [Path(place)] if place else []
    faults = check(extra=extra)
    for fault in faults:
        complain(str(fault))
    if faults:
        return INPUT_ERROR
    number = len(Catalogue.load(extra=extra))
    with output.paper() as paper:
        if output.for_machines:
            shape = {"schema": "filiation/outlets-check@1", "outlets": number, "faults": 0}
            paper.write(output.document(shape))
        else:
            paper.write(f"{number} outlets, nothing wrong\n")
    return FOUND


def _list(catalogued: "Catalogue", output: Output) -> int:
    from filiation.report.catalogue import outlet_shape, outlets_report

    with output.paper() as paper:
        if output.for_machines:
            for outlet in catalogued:
                paper.write(output.line(outlet_shape(outlet)))
        else:
            output.tell(paper, lambda sheet: outlets_report(sheet, catalogued.outlets))
    return FOUND if len(catalogued) else NOTHING_FOUND


def _show(catalogued: "Catalogue", keys: Sequence[str], output: Output) -> int:
    from filiation.report.catalogue import outlet_report, outlet_shape

    chosen = [_chosen(catalogued, key) for key in keys]
    with output.paper() as paper:
        if output.for_machines:
            for outlet in chosen:
                paper.write(output.line(outlet_shape(outlet)))
        else:

            def report(sheet: "Sheet") -> None:
                for outlet in chosen:
                    outlet_report(sheet, outlet, catalogued)

            output.tell(paper, report)
    return FOUND


def _chosen(catalogued: "Catalogue", key: str) -> "Outlet":
    """Return the outlet of this key, name or address."""
    if outlet := catalogued.get(key):
        return outlet
    if resolved := catalogued.resolve(key, key if "." in key else None, context=True):
        return resolved.outlet
    keys = {
        name: outlet.key
        for outlet in catalogued
        for name in (
            outlet.key, outlet.name, *outlet.aliases, *(domain.host for domain in outlet.domains)
        )
    }  # fmt: skip
    near = meant(key, ["list", "show"]) or list(
        dict.fromkeys(keys[name] for name in meant(key, keys, NEAR))
    )
    remedy = f"did you mean {' or '.join(near)}?" if near else LISTS
    raise InputError(key[:LONGEST], "no outlet of the catalogue", remedy)
