"""`filiation demo`: a chain to look at, without the internet and without files of one's own."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from filiation.cli.help import Told
from filiation.cli.output import hint
from filiation.cli.trace import trace

if TYPE_CHECKING:
    from filiation.smallweb import SmallWeb

__all__ = ["demo", "ways"]

DELAY = "0.05"
"""Seconds between two requests to one host: the servers are this program's own."""
TOKEN = "FILIATION_MEDIACLOUD_TOKEN"
"""Where a trace has the key of Media Cloud from; the small web's has one of its own."""


@click.command(
    cls=Told,
    short_help="Show how a chain is traced, on invented outlets.",
    examples=[
        ("filiation demo", "The chain of invented pages, traced as files."),
        (
            "filiation demo --web",
            "The same from the last page's address alone, over real servers on this machine.",
        ),
        (
            "filiation demo --web --copies --bundle evidence/",
            "Options of `filiation trace` may follow: copies looked for, and the evidence kept.",
        ),
    ],
    context_settings={"ignore_unknown_options": True},
)
@click.option("--web", "on_web", is_flag=True, help="Ask a small web on this machine for it.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF TRACE]")
def demo(on_web: bool, options: Sequence[str]) -> int:
    """Show how a chain is traced, on invented outlets that this program carries with it.

    With --web, small servers are started on this machine for as long as the trace takes: five
    outlets, an archive, a crawl, search services. They speak as the real ones do, and nothing
    leaves the machine. Of the chain's pages one was deleted and is in the archive only, and one
    has moved twice.
    """
    with TemporaryDirectory(prefix="filiation-demo-") as folder:
        return _on_web(Path(folder), options) if on_web else _on_files(Path(folder), options)


def _on_files(folder: Path, options: Sequence[str]) -> int:
    """Trace the last page among all pages of the small web, as files."""
    from filiation.smallweb import SmallWeb

    web = SmallWeb()
    last = ""
    for name, url, page in web.pages():
        folder.joinpath(name).write_bytes(page)
        last = name if url == web.last_page else last
    named = ["--url", web.last_page, "--against", str(folder), "--outlets", str(web.outlets)]
    return _trace([str(folder / last), *named, *options])


def _on_web(folder: Path, options: Sequence[str]) -> int:
    """Trace the last page from its address alone, and say what the servers saw."""
    from filiation.smallweb import SmallWeb, overlaps

    with SmallWeb() as web, _token(web.token):
        own = [
            *("--library", str(folder / "demo.filiation"), "--outlets", str(web.outlets)),
            *("--delay", DELAY),
            *ways(web),
        ]
        status = _trace([web.last_page, *own, *options])
        asked = {seen.host for seen in web.log}
        told = f"The small web saw {len(web.log)} requests to {len(asked)} hosts"
        at_once = len(overlaps(web.log))
        polite = "never two at once to one of them" if not at_once else f"{at_once} pairs at once"
        if not {"-q", "--quiet"} & set(options):
            hint(f"{told}, {polite}.")
    return status


def ways(web: "SmallWeb") -> Iterator[str]:
    """Yield the options that lead to the small web's servers."""
    for host, place in web.connect_to.items():
        yield from ("--connect-to", f"{host}={place}")
    for name, base in web.services.items():
        yield from (f"--{name.replace('_', '-')}", base)


def _trace(arguments: list[str]) -> int:
    """Run `filiation trace` with these arguments; return its exit status."""
    with trace.make_context("trace", arguments, click.get_current_context()) as context:
        return int(trace.invoke(context))


@contextmanager
def _token(given: str) -> Iterator[None]:
    """Let the environment hold the small web's key instead of the user's own, for a while."""
    before = os.environ.get(TOKEN)
    os.environ[TOKEN] = given
    try:
        yield
    finally:
        if before is None:
            del os.environ[TOKEN]
        else:
            os.environ[TOKEN] = before
