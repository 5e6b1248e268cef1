"""`filiation verify`: whether a bundle of evidence is as it was written."""

from pathlib import Path

import click

from filiation.cli.help import FOUND, NOTHING_FOUND, Told
from filiation.cli.options import gives_output
from filiation.cli.output import Output

__all__ = ["verify"]


@click.command(
    cls=Told,
    short_help="Check a bundle of evidence.",
    examples=[
        ("filiation verify evidence/", "Whether the bundle is as it was written."),
        (
            "filiation verify evidence/ --manifest sha256:5f1c…",
            "The same, and whether it is the very bundle whose digest was noted.",
        ),
        ("filiation verify evidence/ --json", "What was altered, for machines."),
    ],
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--manifest",
    "expected",
    metavar="DIGEST",
    help="The digest of the manifest, as it was noted when the bundle was made.",
)
@gives_output
def verify(folder: Path, expected: str | None, output: Output) -> int:
    """Check a bundle of evidence, offline: every file, line and record against its manifest, and
    what it claims against the pages it holds.

    DIR is a folder that `filiation trace --bundle DIR` wrote. What was altered is named. The exit
    status is 0 where the bundle is sound, 1 where it was altered, 2 where DIR is no bundle.
    """
    from filiation.bundle.verify import verify as verified
    from filiation.report.bundle import verdict_report, verdict_shape

    verdict = verified(folder, expected)
    with output.paper() as paper:
        if output.for_machines:
            paper.write(output.document(verdict_shape(verdict)))
        else:
            output.tell(paper, lambda sheet: verdict_report(sheet, verdict))
    return FOUND if verdict.sound else NOTHING_FOUND
