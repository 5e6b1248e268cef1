"""`filiation outlets`: the catalogue listed, shown and checked."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.help import FOUND, INPUT_ERROR, NOTHING_FOUND, Told
from filiation.cli.options import gives_output, outlets_option
from filiation.cli.output import Output, complain
from filiation.errors import InputError

if TYPE_CHECKING:
    from filiation.outlets import Catalogue, Outlet
    from filiation.report.sheet import Sheet

__all__ = ["outlets"]


@click.command(
    cls=Told,
    examples=[
        ("filiation outlets", "All outlets that the program knows by name and address."),
        ("filiation outlets show zerohedge", "One of them: names, addresses, languages."),
        ("filiation outlets --check my-outlets/", "What is wrong with outlet files of your own."),
    ],
)
@click.argument("words", nargs=-1, metavar="[list | show KEY...]")
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
        case ("show", *keys) if keys:
            return _show(catalogued, keys, output)
        case ("show",):
            raise click.UsageError("show needs the KEY of an outlet: show zerohedge.")
    near = get_close_matches(words[0], ["list", "show"], n=1)
    meant = f"did you mean {near[0]}?" if near else "there are list and show KEY."
    raise click.UsageError(f"{words[0]!r} is nothing that can be done with outlets; {meant}")


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
    keys = [outlet.key for outlet in catalogued]
    near = get_close_matches(key.lower(), keys, n=3, cutoff=0.6)
    remedy = f"did you mean {' or '.join(near)}?" if near else "filiation outlets lists them all"
    raise InputError(key, "no outlet of the catalogue", remedy)
