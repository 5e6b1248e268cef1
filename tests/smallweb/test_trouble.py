"""`filiation trace` over a small web in which something goes wrong.

Whatever it is: no crash, no hang beyond the budget, memory within its bounds, the rest of the trace
goes on, the report names what failed, and the exit status is 3. The servers' own log shows that no
host had two requests at once.
"""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from filiation.cli.demo import ways
from filiation.cli.program import main
from filiation.cli.trace import trace
from filiation.smallweb import SmallWeb, faults, overlaps
from filiation.smallweb.faults import Fault
from filiation.smallweb.log import Seen

ROOT = Path(__file__).parents[2]
ASKS = any("--connect-to" in parameter.opts for parameter in trace.params)
pytestmark = pytest.mark.skipif(not ASKS, reason="this trace does not ask the web")

BUDGET = 3
"""Seconds that a trace may ask the web where something goes wrong."""
PATIENCE = 60
"""Seconds where all shall go well, even on a machine that does other things too; it takes one."""
LONGEST = 60
"""Seconds besides, after which something hangs: reading and matching take 2 of an idle machine."""
MOST_MEMORY = 200
"""Megabytes of one trace; all well, it takes 183: the models of languages, the catalogue, lxml."""


@dataclass(frozen=True)
class Ran:
    """One trace that has run."""

    status: int
    document: dict[str, Any]
    complaint: str
    seen: tuple[Seen, ...]
    """What the servers saw of it."""
    megabytes: float = 0.0
    """Of memory, where it was a process of its own."""

    @property
    def chain(self) -> list[str]:
        names = {version["id"]: version["name"] for version in self.document["versions"]}
        return [names[one] for one in self.document["chain"]]

    def outcomes(self, part: str) -> set[str]:
        """Return what came of asking the places in whose name the part stands."""
        return {place["outcome"] for place in self.document["searched"] if part in place["where"]}


@pytest.fixture(scope="module")
def web() -> Iterator[SmallWeb]:
    with SmallWeb() as running:
        yield running


@contextmanager
def trouble(web: SmallWeb, host: str, path: str, fault: Fault) -> Iterator[None]:
    """Let something go wrong, for a while."""
    web.fault(host, path, fault)
    try:
        yield
    finally:
        web.mend(host)


def arguments(web: SmallWeb, folder: Path, seconds: int) -> list[str]:
    """Return how the last page is traced from its address, in so many seconds at most."""
    own = ["--library", str(folder / "kept"), "--outlets", str(web.outlets)]
    manners = ["--delay", "0.01", "--most-time", f"{seconds}s"]
    return ["trace", web.last_page, "--json", "-q", *own, *manners, *ways(web)]


def traced(web: SmallWeb, folder: Path, seconds: int = BUDGET) -> Ran:
    """Trace the last page of the chain."""
    before = len(web.log)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(arguments(web, folder, seconds))
    told = out.getvalue()
    return Ran(status, json.loads(told) if told else {}, err.getvalue(), web.log[before:])


MEASURED = """
import pathlib, re, sys
from filiation.cli import main
status = main(sys.argv[2:])
# Not `ru_maxrss`, in which a process inherits what its parent had.
held = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())
pathlib.Path(sys.argv[1]).write_text(held[1])
sys.exit(status)
"""


def traced_apart(web: SmallWeb, folder: Path) -> Ran:
    """Trace the last page of the chain in a process of its own, whose memory is measured."""
    before = len(web.log)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "trace"), "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder / "held"), *arguments(web, folder, PATIENCE)],
        capture_output=True, text=True, encoding="utf-8", cwd=folder, env=environment, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    held = int(folder.joinpath("held").read_text(encoding="ascii"))
    document, seen = json.loads(done.stdout), web.log[before:]
    return Ran(done.returncode, document, done.stderr, seen, held / 1024)


TROUBLES: tuple[tuple[Fault, str], ...] = (
    (faults.refused(), "transient"),
    (faults.silence(), "transient"),
    (faults.drip(0.3), "transient"),
    (faults.too_many(3600, as_date=True), "rate_limited"),
    (faults.status(403), "blocked"),
    (faults.loop(), "malformed"),
    (faults.redirect("http://169.254.169.254/latest/"), "refused"),
    (faults.wrong_encoding(), "malformed"),
    (faults.garbage(), "malformed"),
    (faults.malformed_json(), "malformed"),
    (faults.entity_bomb(), "malformed"),
    (faults.error_page(), "malformed"),
)
"""What goes wrong at the archive, and what the trace has to say of it. One of each kind: every fault
is tried on the fetcher itself."""

WHOLE = ["The Harbour Ledger", "L'Estran", "Вестник берегов"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    TROUBLES,
    ids=[f"{number} {fault.name}" for number, (fault, _) in enumerate(TROUBLES)],
)
def test_trouble_at_the_archive_costs_the_archive_only(
    web: SmallWeb, tmp_path: Path, fault: Fault, outcome: str
) -> None:
    begun = time.monotonic()
    with trouble(web, web.ARCHIVE, "*", fault):
        ran = traced(web, tmp_path)
    assert time.monotonic() - begun < BUDGET + LONGEST
    assert (ran.status, ran.complaint) == (3, "")
    assert outcome in ran.outcomes("Wayback Machine")
    assert ran.chain[-2:] == WHOLE[-2:], "what the page itself says is still told"
    assert overlaps(ran.seen) == []


@pytest.mark.parametrize(
    "fault",
    [faults.endless(), faults.bomb(), faults.huge_headers()],
    ids=lambda fault: fault.name,
)
def test_what_has_no_bounds_is_bounded(web: SmallWeb, tmp_path: Path, fault: Fault) -> None:
    with trouble(web, web.ARCHIVE, "*", fault):
        ran = traced_apart(web, tmp_path)
    assert (ran.status, ran.complaint) == (3, "")
    assert ran.megabytes < MOST_MEMORY


def test_a_429_stops_the_host_at_once(web: SmallWeb, tmp_path: Path) -> None:
    with trouble(web, web.ARCHIVE, "*", faults.too_many()):
        ran = traced(web, tmp_path, PATIENCE)
    assert [seen.status for seen in ran.seen if seen.host == web.ARCHIVE] == [429]


def test_timestamps_with_stray_zeros_are_still_read(web: SmallWeb, tmp_path: Path) -> None:
    with trouble(web, web.ARCHIVE, "/cdx/*", faults.stray_zeros()):
        ran = traced(web, tmp_path, PATIENCE)
    assert ran.chain == WHOLE


def test_a_robots_txt_that_forbids_is_heeded(web: SmallWeb, tmp_path: Path) -> None:
    shut = faults.answering("User-agent: *\nDisallow: /\n", "text/plain")
    with trouble(web, web.LEDGER, "/robots.txt", shut):
        ran = traced(web, tmp_path, PATIENCE)
    assert {seen.path for seen in ran.seen if seen.host == web.LEDGER} <= {"/robots.txt"}
    assert ran.status == 3
    assert "blocked" in ran.outcomes("harbourledger")


def test_all_well(web: SmallWeb, tmp_path: Path) -> None:
    """What the troubles are measured against."""
    ran = traced_apart(web, tmp_path)
    assert (ran.status, ran.complaint) == (0, "")
    assert ran.chain == WHOLE
    assert ran.megabytes < MOST_MEMORY
    assert overlaps(ran.seen) == []
