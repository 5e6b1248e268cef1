"""`filiation audit`: everything that was republished within a library, and who takes from whom."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.add import brought
from filiation.cli.completion import files
from filiation.cli.help import FOUND, INCOMPLETE, NOTHING_FOUND, Told
from filiation.cli.inputs import refuse_address
from filiation.cli.meant import Choice
from filiation.cli.options import (
    LIBRARY,
    column_option,
    gives_output,
    lexicon_option,
    model_option,
    outlets_option,
)
from filiation.cli.output import Output, hint
from filiation.cli.progress import stages

if TYPE_CHECKING:
    from filiation.audit import Audit, Ledger, Scope, Sink
    from filiation.audit.engine import Engine
    from filiation.library import Library
    from filiation.match.lexicon import Lexicon
    from filiation.match.neural import Model
    from filiation.outlets import Catalogue
    from filiation.report.lexicon import Aids
    from filiation.report.sheet import Sheet

__all__ = ["audit"]

WINDOW = 30
LEAST_MEMORY = 64
"""Megabytes."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)
_MEGABYTES = {"": 1e-6, "k": 1e-3, "m": 1.0, "g": 1e3, "t": 1e6}


def _megabytes(_context: click.Context, _option: click.Parameter, given: str) -> int:
    found = _SIZE.fullmatch(given.strip())
    size = float(found[1]) * _MEGABYTES[found[2].lower()] if found else 0
    if size < LEAST_MEMORY:
        raise click.BadParameter(f"{given!r} is no size of {LEAST_MEMORY}M or more, such as 500M.")
    return int(size)


@click.command(
    cls=Told,
    short_help="Find all that was republished within a library.",
    examples=[
        ("filiation audit", "Everything that was republished within library.filiation."),
        (
            "filiation audit corpus.jsonl --column text=body --out found/",
            "Within a table, without a library that is kept; the findings written to a folder.",
        ),
        (
            "filiation audit --library press.filiation --across-languages",
            "Translations as well, which share no words with their source.",
        ),
        (
            "filiation audit --library press.filiation --across --json",
            "From one outlet to another only; a summary for machines.",
        ),
        (
            "filiation audit --library press.filiation --engine spark --master 'local[2]'",
            "The same, worked out by Spark.",
        ),
        (
            "filiation audit --library press.filiation --svg audit.svg",
            "The report as a picture for a paper, too.",
        ),
    ],
)
@click.argument("inputs", nargs=-1, metavar="[INPUT]...", shell_complete=files)
@click.option(
    "--library",
    "place",
    envvar="FILIATION_LIBRARY",
    metavar="FILE",
    shell_complete=files,
    help="The library to audit; INPUT is added to it first. Else, with INPUT, none is kept;"
    " without, library.filiation here.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write articles, matches, hops, groups and flows to this folder.",
)
@click.option(
    "--parquet",
    is_flag=True,
    help="With --out: write them as Parquet, nested as the lines of JSON are, which stand there else.",
)
@click.option(
    "--across", "scope", flag_value="across", help="Only what one outlet took from another."
)
@click.option(
    "--within", "scope", flag_value="within", help="Only what an outlet took from itself."
)
@click.option(
    "--across-languages",
    is_flag=True,
    help="Look for translations as well. The first time takes a while: each article's names and"
    " numbers are kept.",
)
@click.option(
    "--window",
    type=click.IntRange(0),
    default=WINDOW,
    show_default=True,
    metavar="DAYS",
    help="With --across-languages: compare articles dated no more than so many days apart. Those"
    " without a date are compared with all.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that work side by side. Else as many as there are cores.",
)
@click.option(
    "--memory",
    default="1G",
    show_default=True,
    callback=_megabytes,
    metavar="SIZE",
    help="What the search for pairs may hold in memory; the rest goes to the disk.",
)
@click.option(
    "--engine",
    type=Choice(("machine", "spark")),
    default="machine",
    show_default=True,
    help="What runs the audit: this machine, or Spark (the extra filiation[spark]).",
)
@click.option(
    "--master",
    metavar="URL",
    help="With --engine spark: the cluster, as Spark names it, such as local[2], spark://host:7077"
    " or sc://host. Else what Spark is configured to.",
)
@click.option(
    "--partitions",
    type=click.IntRange(1, 100_000),
    default=64,
    show_default=True,
    metavar="N",
    help="With --engine spark: into how many pieces work is cut. More are smaller, and take less"
    " memory each.",
)
@click.option(
    "--staging",
    metavar="URL",
    help="With --engine spark: where tables are put down between steps; a cluster's executors must"
    " all reach it, such as s3a://bucket/tmp.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="ROWS",
    help="Rows of each table of the report.",
)
@lexicon_option
@model_option
@column_option
@outlets_option
@gives_output
def audit(
    inputs: Sequence[str],
    place: str | None,
    out: Path | None,
    parquet: bool,
    scope: "Scope | None",
    across_languages: bool,
    window: int,
    jobs: int | None,
    memory: int,
    engine: str,
    master: str | None,
    partitions: int,
    staging: str | None,
    limit: int,
    given: "Lexicon | None",
    model: "Model | None",
    columns: Mapping[str, str],
    known: "Catalogue | None",
    output: Output,
) -> int:
    """Find everything that was republished within a library: who takes from whom, how often, how
    fast, how much of it, with or without credit.

    INPUT are files, folders or tables; with Spark also addresses of its file systems. What two articles share is kept in the library: after more
    was added, the next audit aligns new pairs only. Interrupted, the same command resumes.
    """
    from filiation.library import Library, add_from

    if parquet and out is None:
        raise click.UsageError("--parquet is for the files of --out: name a folder.")
    afar = [named for named in inputs if engine == "spark" and "://" in named]
    inputs = [named for named in inputs if named not in afar]
    for named in inputs:
        refuse_address(named)
    if engine != "spark" and (master, staging) != (None, None):
        raise click.UsageError("--master and --staging are Spark's: give --engine spark as well.")
    with ExitStack() as held:
        if (inputs or afar) and place is None:
            folder = held.enter_context(tempfile.TemporaryDirectory(prefix="filiation-"))
            place = str(Path(folder) / "library.filiation")
        library = held.enter_context(
            Library.open(
                place or LIBRARY,
                create=bool(inputs or afar),
                writing=True,
                says=lambda told: hint(told, quiet=output.quiet),
            )
        )
        added = [brought(library, inputs, columns, known, jobs, output)] if inputs else []
        runs = None
        if engine == "spark":
            from filiation.audit.spark import spark

            runs = held.enter_context(spark(master, partitions=partitions, staging=staging))
            if afar:
                added.append(
                    add_from(
                        library,
                        runs,
                        afar,
                        columns=columns,
                        catalogue=known,
                        skipped=output.skipped,
                    )
                )
                output.skipped_in_all()
        found, files = _audited(
            library,
            out,
            known,
            output,
            parquet=parquet,
            scope=scope or "all",
            across_languages=across_languages,
            window=window,
            lexicon=given,
            model=model,
            jobs=jobs,
            memory=memory,
            engine=runs,
        )
        _show(
            found, files, limit, _aids(library, given, model if across_languages else None), output
        )
    if any(one.skipped for one in added):
        return INCOMPLETE
    return FOUND if found.matches or found.hops else NOTHING_FOUND


def _aids(library: "Library", lexicon: "Lexicon | None", model: "Model | None") -> "Aids":
    """Return what helped: of the files those between languages that the library's articles are in."""
    from filiation.library.abroad import languages_in
    from filiation.report.lexicon import Aids

    name = "" if model is None else model.name
    if lexicon is None:
        return Aids((), name)
    there = languages_in(library)
    return Aids(tuple(file for file, *pair in lexicon.files if there.issuperset(pair)), name)


def _audited(
    library: "Library",
    out: Path | None,
    known: "Catalogue | None",
    output: Output,
    *,
    parquet: bool,
    scope: "Scope",
    across_languages: bool,
    window: int,
    lexicon: "Lexicon | None",
    model: "Model | None",
    jobs: int | None,
    memory: int,
    engine: "Engine | None",
) -> "tuple[Audit, tuple[Path, ...]]":
    """Return what was found, and the files it was written to."""
    from filiation.audit import audit as audited
    from filiation.audit import listed
    from filiation.report.files import Files
    from filiation.report.shapes import article_shape

    with ExitStack() as held:
        opened: list[tuple[Ledger, Files]] = []

        def sinks(ledger: "Ledger") -> "Sequence[Sink]":
            if out is None:
                return ()
            files = held.enter_context(Files(out, ledger.outlet_of, parquet=parquet))
            opened.append((ledger, files))
            return (files,)

        found = audited(
            library,
            scope=scope,
            across_languages=across_languages,
            window=window,
            lexicon=lexicon,
            model=model,
            catalogue=known,
            jobs=jobs,
            memory=memory,
            engine=engine,
            sinks=sinks,
            progress=held.enter_context(stages(output)),
        )
        if not opened:
            return found, ()
        [(ledger, files)] = opened
        for one in listed(library):
            outlet = ledger.home(one.article.id)
            files.article(
                article_shape(
                    one.article,
                    outlet=outlet,
                    kind=one.kind,
                    words=one.words,
                    group=one.group,
                    also=one.also,
                )
            )
        return found, files.finish(found)


def _show(found: "Audit", files: Sequence[Path], limit: int, aids: "Aids", output: Output) -> None:
    from filiation.report.audit import audit_report
    from filiation.report.lexicon import aids_report, aids_shape
    from filiation.report.shapes import audit_shape

    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(audit_shape(found) | aids_shape(aids)))
        else:

            def report(sheet: "Sheet") -> None:
                audit_report(sheet, found, files=files, limit=limit)
                aids_report(sheet, aids)

            output.tell(paper, report)
