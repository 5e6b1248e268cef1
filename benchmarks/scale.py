"""What an audit on Spark costs beside one on this machine, and how that grows with the corpus.

    python benchmarks/scale.py reuters                    both engines on Reuters-21578 with planted copies
    python benchmarks/scale.py curve 5000 10000 20000     both engines on corpora of these sizes
    python benchmarks/scale.py curve 10000 100000 --words 180        of articles that are cut to so many words

Processor seconds are those of all processes that a command starts, the Java ones among them. Bytes are
what Spark's event log says. Needs `make .venv-spark/.ready`, and is run with that environment's Python.
"""

import ctypes
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
MASTER = "local[2]"
SUBREAPER = 36
"""`PR_SET_CHILD_SUBREAPER` of Linux: processes whose parent has ended become this one's."""
START = 100
"""Articles of a corpus whose audit on Spark costs hardly more than to start it."""
T975 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45}
"""Student's t for intervals of 95 %, by degrees of freedom."""


@dataclass(frozen=True)
class Run:
    """What a command took, all its processes together."""

    wall: float
    cpu: float


def run(*command: str, **environment: str) -> Run:
    """Run `filiation` with these arguments, to the end of all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "filiation", *command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT / "trace")} | environment,
    )
    wall = time.monotonic() - started
    while True:  # what was orphaned ends with the Java machine
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu)


def both(source: Path, folder: Path, *options: str) -> tuple[Run, Run, Run, Counter[str]]:
    """Return what adding takes, an audit here and one on Spark, and bytes by step of the latter."""
    kept = folder / "library.filiation"
    added = run("add", str(source), "--library", str(kept), *options)
    log = folder / "log"
    log.mkdir(parents=True)
    settings = f"--conf spark.eventLog.enabled=true --conf spark.eventLog.dir=file://{log} "
    settings += "--conf spark.eventLog.compress=false --conf spark.eventLog.rolling.enabled=false "
    # Spark comes first: what it aligned is forgotten before the other starts.
    there = run(
        *("audit", "--library", str(kept), "--out", str(folder / "spark")),
        *("--engine", "spark", "--master", MASTER),
        PYSPARK_SUBMIT_ARGS=settings + "pyspark-shell",
    )
    _forget(kept)
    here = run("audit", "--library", str(kept), "--out", str(folder / "machine"))
    for name in ("matches.jsonl", "hops.jsonl"):
        one, other = (folder / engine / name for engine in ("spark", "machine"))
        assert one.read_bytes() == other.read_bytes(), f"{name} differs"
    return added, here, there, _moved(log)


def _forget(library: Path) -> None:
    import sqlite3

    with sqlite3.connect(library) as connection:
        connection.execute("DELETE FROM alignment")
        connection.execute("DELETE FROM judgement")
    connection.close()


def _moved(log: Path) -> Counter[str]:
    """Return by step the bytes shuffled and written, the time of tasks, and Java's part in it."""
    step_of: dict[int, str] = {}
    # Python's processor time within tasks is in no log of Spark's; it is in a `Run`, with all else.
    moved: Counter[str] = Counter()
    for file in log.iterdir():
        for line in file.open():
            event = json.loads(line)
            if event["Event"] == "SparkListenerJobStart":
                tags = event["Properties"].get("spark.job.tags", "")
                [*named] = [tag for tag in tags.split(",") if "filiation-" in tag]
                step = named[0].rpartition("filiation-")[2] if named else "other"
                step_of.update(dict.fromkeys(event["Stage IDs"], step))
            elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                step = step_of.get(event["Stage ID"], "other")
                told = event["Task Metrics"]
                moved[f"{step}, shuffled"] += told["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                moved[f"{step}, written"] += told["Output Metrics"]["Bytes Written"]
                moved[f"{step}, task ms"] += told["Executor Run Time"]
                moved[f"{step}, Java's CPU ms"] += told["Executor CPU Time"] // 1_000_000
    return moved


def reuters() -> None:
    """Both engines on Reuters-21578 with 540 planted copies, and what they find of them."""
    import gzip

    with tempfile.TemporaryDirectory(prefix="filiation-") as named:
        folder = Path(named)
        source = DATA / "reuters_planted" / "r10000.jsonl.gz"
        added, here, there, moved = both(source, folder, "--column", "published=date")
        print(f"add {added}\nmachine {here}\nspark {there}")
        with gzip.open(DATA / "reuters_planted" / "r10000.truth.jsonl.gz", "rt") as file:
            edges = [json.loads(line) for line in file]
        matches = [json.loads(line) for line in (folder / "spark" / "matches.jsonl").open()]
        hops = [json.loads(line) for line in (folder / "spark" / "hops.jsonl").open()]
        pairs = {frozenset((match["a"], match["b"])) for match in matches}
        parents = {(hop["from"], hop["to"]) for hop in hops}
        found = sum(frozenset((edge["parent"], edge["child"])) in pairs for edge in edges)
        named_parents = sum((edge["parent"], edge["child"]) in parents for edge in edges)
        print(f"planted {len(edges)}, found {found}, the very parent named {named_parents}")
        _print_moved(moved, 10_000)


def curve(sizes: list[int], *cut: str) -> None:
    """Both engines on growing corpora, and the exponents of what they cost."""
    taken: dict[str, list[float]] = {}
    start = 0.0
    for size in (START, *sizes):
        with tempfile.TemporaryDirectory(prefix="filiation-") as named:
            folder = Path(named)
            source = folder / "corpus.jsonl"
            made = [sys.executable, str(ROOT / "benchmarks" / "corpus.py"), str(size), str(source)]
            subprocess.run([*made, *cut], check=True, stdout=subprocess.DEVNULL)
            added, here, there, moved = both(source, folder)
            print(f"{size:,} articles: add {added}, machine {here}, spark {there}", flush=True)
            _print_moved(moved, size)
            if size == START:
                start = there.cpu
                continue
            figures = {"add, CPU": added.cpu, "machine, CPU": here.cpu, "spark, CPU": there.cpu}
            figures["spark, CPU beyond the start"] = there.cpu - start
            for name, value in (figures | moved).items():
                taken.setdefault(name, []).append(float(value))
    print("| cost | exponent | 95 % interval |\n|---|---|---|")
    for name, values in taken.items():
        if len(values) == len(sizes) and min(values) > 0:
            slope, spread = fitted(sizes, values)
            print(f"| {name} | {slope:.2f} | ±{spread:.2f} |")


def fitted(sizes: list[int], values: list[float]) -> tuple[float, float]:
    """Return the exponent of a power law through these, and half the width of its interval."""
    x, y = np.log(sizes), np.log(values)
    slope, base = np.polyfit(x, y, 1)
    free = len(sizes) - 2
    if free < 1:
        return float(slope), math.inf
    left = float(((y - slope * x - base) ** 2).sum())
    spread = math.sqrt(left / free / float(((x - x.mean()) ** 2).sum()))
    return float(slope), spread * T975.get(free, 1.96)


def _print_moved(moved: Counter[str], size: int) -> None:
    for name, value in sorted(moved.items()):
        print(f"    {name}: {value:,} ({value / size:,.1f} an article)", flush=True)


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    part, *rest = sys.argv[1:] or ["reuters"]
    if part == "reuters":
        reuters()
    else:
        sizes = [int(size) for size in takewhile(str.isdigit, rest)]
        curve(sizes, *rest[len(sizes) :])
