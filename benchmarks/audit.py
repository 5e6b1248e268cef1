"""How well and how fast a whole library is audited: found, right, fast, and against the peers.

    python benchmarks/audit.py                 all tables but the longest curve
    python benchmarks/audit.py reuters viral   some: reuters viral pairs directions speed peers grown
    python benchmarks/audit.py speed --articles 10000 30000 100000 300000

Everything runs the commands `filiation add` and `filiation audit` in processes of their own and reads
the files they write. Time is given as a ratio to a yardstick measured in the same run: one pass of
`re.findall(r"\\w+", text.lower())` over the corpus, in one process. Corpora are read from
`../shared/data`; larger ones are generated (`corpus.py`) in a folder that is kept (`--folder`).
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpus
from match import DATA, Row, rows, table, words_in_shared_runs

HERE = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "filiation"]


# --- running and measuring -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took."""

    wall: float
    cpu: float
    """Seconds, user and system, of the whole process tree."""
    memory: float
    """Megabytes: the largest sum of proportional set sizes met in samples of the process tree."""


def run(*arguments: object, status: Sequence[int] = (0, 1)) -> Cost:
    """Run the program and return what it took; raises where it fails."""
    return measured([*PROGRAM, *map(str, arguments)], status)


def measured(command: Sequence[str], status: Sequence[int] = (0,)) -> Cost:
    """Run a command and return what it took; raises where its exit status is none of `status`."""
    environment = os.environ | {"PYTHONPATH": str(HERE / "trace")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )
    watch = _Memory(process.pid)
    watch.start()
    _, errors = process.communicate()
    wall = time.perf_counter() - started
    watch.done.set()
    watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in status:
        raise RuntimeError(f"{command}: {process.returncode}: {errors.decode()[-500:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, watch.most / 1024)


class _Memory(threading.Thread):
    """Samples the memory of a process and all its children."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.most = 0
        self.done = threading.Event()

    def run(self) -> None:
        pause = 0.1
        while not self.done.wait(pause):
            started = time.perf_counter()
            self.most = max(self.most, sum(map(_proportional, _tree(self.pid))))
            # A look at a gigabyte takes some 20 ms of a core that what is measured needs.
            pause = max(0.1, 50 * (time.perf_counter() - started))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = " ".join((task / "children").read_text() for task in tasks)
    except OSError:  # it has ended
        return
    for child in children.split():
        yield from _tree(int(child))


def _proportional(pid: int) -> int:
    try:
        found = re.search(
            r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE
        )
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def yardstick(texts: Sequence[str]) -> float:
    """Return the seconds of one pass over all texts."""
    started = time.perf_counter()
    for text in texts:
        re.findall(r"\w+", text.lower())
    return time.perf_counter() - started


def read(path: Path) -> list[Row]:
    """Return the objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@dataclass(frozen=True, slots=True)
class Audited:
    """A library made and audited."""

    add: Cost
    audit: Cost
    folder: Path

    def matches(self) -> list[Row]:
        """Return the matches found."""
        return read(self.folder / "matches.jsonl")

    def hops(self) -> list[Row]:
        """Return the hops found."""
        return read(self.folder / "hops.jsonl")

    def groups(self) -> list[Row]:
        """Return the groups found."""
        return read(self.folder / "groups.jsonl")


def audited(source: Path, folder: Path, *options: object) -> Audited:
    """Add a table to a new library in `folder`, and audit it."""
    library, out = folder / "library.filiation", folder / "out"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    add = run("add", source, "--library", library, *options, "--quiet", status=(0, 3))
    audit = run("audit", "--library", library, "--out", out, "--quiet")
    return Audited(add, audit, out)


# --- Reuters: what the peers were measured on ----------------------------------------------------


def reuters(folder: Path) -> None:
    """Planted republications among 10,000 newswire items: found, formulas, parents, cost."""
    clock, daily = planted_tables(folder)
    truth, text = _planted()
    pairs = {frozenset((m["a"], m["b"])) for m in clock.matches()}
    planted = {frozenset((edge["parent"], edge["child"])) for edge in truth}
    family = {edge["child"]: edge["family"] for edge in truth}
    family |= {edge["parent"]: edge["family"] for edge in truth}
    found = Counter(e["kind"] for e in truth if frozenset((e["parent"], e["child"])) in pairs)
    others = [
        tuple(sorted(pair))
        for pair in pairs - planted
        if len({family.get(name, name) for name in pair}) > 1
    ]
    formulas = sum(words_in_shared_runs(text[a], text[b]) < 20 for a, b in others)
    table("Reuters-21578, 10,000 articles: planted edges found", ("kind", "found", "of 60"),
          [(kind, found[kind], 60) for kind in sorted({e["kind"] for e in truth})])  # fmt: skip
    measure = yardstick(list(text.values()))
    table(
        "Reuters-21578, 10,000 articles",
        ("figure", "value", "to beat"),
        [
            ("planted edges found", f"{sum(found.values())} of 540", "535; passim 511"),
            ("pairs reported", len(pairs), "passim 15,264"),
            ("unplanted pairs", len(others), ""),
            ("formulas among them", f"{formulas / max(1, len(others)):.3f}", "0.05; passim 0.54"),
            *planted_parents("clock times", clock, "510"),
            *planted_parents("days only", daily, "464"),
            ("add: CPU s", clock.add.cpu, ""),
            ("audit: CPU s", clock.audit.cpu, "10; passim 282 to 426"),
            ("audit: peak MB", clock.audit.memory, "1,000; passim 2,500"),
            ("audit: wall, yardsticks", clock.audit.wall / measure, ""),
        ],
    )


def _planted() -> tuple[list[Row], dict[str, str]]:
    """Return the planted edges, and the texts by id."""
    truth = rows("reuters_planted/r10000.truth.jsonl.gz")
    return truth, {row["id"]: row["text"] for row in rows("reuters_planted/r10000.jsonl.gz")}


def planted_tables(folder: Path) -> tuple[Audited, Audited]:
    """Audit the newswire with its clock times, and with their days only."""
    days = folder / "reuters_days.jsonl"
    with days.open("w", encoding="utf-8") as out:
        for row in rows("reuters_planted/r10000.jsonl.gz"):
            out.write(json.dumps(row | {"date": row["date"][:10]}) + "\n")
    source = DATA / "reuters_planted/r10000.jsonl.gz"
    clock = audited(source, folder / "reuters", "--column", "published=date")
    daily = audited(days, folder / "reuters_daily", "--column", "published=date")
    return clock, daily


def planted_parents(name: str, found: Audited, least: str) -> list[tuple[object, ...]]:
    """Return how many planted copies hang under their parent, and what else the hops are right in."""
    truth, text = _planted()
    parent = {hop["to"]: hop["from"] for hop in found.hops()}
    strict = same = 0
    for edge in truth:
        named = parent.get(edge["child"])
        strict += named == edge["parent"]
        same += named is not None and text.get(named) == text[edge["parent"]]
    wrong = sum(
        parent.get(e["parent"]) in {o["child"] for o in truth if o["family"] == e["family"]}
        for e in {e["family"]: e for e in truth if not e["parent"].startswith("p")}.values()
    )
    return [
        (f"{name}: true parent", f"{strict} of 540", ""),
        (f"{name}: or one of the same text", f"{same} of 540", least),
        (f"{name}: originals hung under their copies", f"{wrong} of 60", "0"),
        (f"{name}: cycles", _cycles(parent), "0; seriatim 775"),
    ]


def _cycles(parent: dict[str, str | None]) -> int:
    cycles = 0
    done: set[str] = set()
    for start in parent:
        path: set[str] = set()
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path.add(at)
            at = parent.get(at)
        cycles += at is not None and at in path
        done |= path
    return cycles


def viral(folder: Path) -> None:
    """One story with 300 reprints: connected, without all the pairs."""
    names = [row["id"] for row in rows("reuters_planted/viral300.jsonl.gz")]
    source = DATA / "reuters_planted/viral300.jsonl.gz"
    found = audited(source, folder / "viral", "--column", "published=date")
    matches = found.matches()
    joined = {name: name for name in names}

    def head(name: str) -> str:
        while joined[name] != name:
            name = joined[name]
        return name

    for match in matches:
        joined[head(match["a"])] = head(match["b"])
    sizes = Counter(head(name) for name in names)
    groups = Counter(len(group["articles"]) for group in found.groups())
    table(
        "One story reprinted 300 times",
        ("figure", "value", "to beat"),
        [
            ("articles", len(names), ""),
            ("connected by matches", max(sizes.values()), "all; passim 123 of 44,850 pairs"),
            ("matches", len(matches), "5,000"),
            ("groups: articles, number", dict(groups), ""),
            ("hops", len(found.hops()), ""),
            ("audit: CPU s", found.audit.cpu, ""),
        ],
    )


# --- real pairs ----------------------------------------------------------------------------------


def pairs(folder: Path) -> None:
    """Labelled and overlapping pairs of real outlets: which are found."""
    body: list[Sequence[object]] = []
    for name, file, labels in (
        ("fang_covid", "articles.jsonl.xz", "pairs_overlap_silver.jsonl"),
        ("fang_covid", "articles.jsonl.xz", "pairs_gold_attributed.jsonl"),
        ("allsides", "articles.jsonl.gz", "pairs_overlap_silver.jsonl.gz"),
    ):
        place = folder / name
        found = (
            Audited(Cost(0, 0, 0), Cost(0, 0, 0), place / "out")
            if body and body[-1][0] == name
            else audited(DATA / name / file, place)
        )
        reported = {frozenset((m["a"], m["b"])) for m in found.matches()}
        linked = _linked(reported)
        # The same text at the same address twice is one article.
        same = {
            other: article["id"]
            for article in read(found.folder / "articles.jsonl")
            for other in article["also"]
        }
        for least, most in ((0.5, 1.01), (0.2, 0.5)):
            asked = [
                frozenset((p["a"], p["b"]))
                for p in rows(f"{name}/{labels}")
                if least <= p["containment"] < most
            ]
            asked = [frozenset(same.get(name, name) for name in pair) for pair in asked]
            asked = [pair for pair in asked if len(pair) == 2]
            if asked:
                direct = sum(pair in reported for pair in asked)
                joined = sum(len({linked.get(n, n) for n in pair}) == 1 for pair in asked)
                body.append((name, labels.split(".")[0], f"{least} to {min(1, most):.1f}",
                             len(asked), direct, direct / len(asked), joined))  # fmt: skip
        body.append((name, "all pairs reported", "", len(reported), "", "", ""))
    table("Real pairs, by containment of word 5-grams",
          ("corpus", "labels", "containment", "pairs", "found", "recall", "in one group"), body)  # fmt: skip


def _linked(pairs: set[frozenset[str]]) -> dict[str, str]:
    above: dict[str, str] = {}

    def head(name: str) -> str:
        while above.setdefault(name, name) != name:
            name = above[name]
        return name

    for a, b in map(sorted, pairs):
        above[head(a)] = head(b)
    return {name: head(name) for name in above}


def directions(folder: Path) -> None:
    """Credited republications of fang_covid: which way the hop goes."""
    place = folder / "fang_covid"
    if not (place / "out").exists():
        audited(DATA / "fang_covid/articles.jsonl.xz", place)
    hops = {(hop["from"], hop["to"]): hop for hop in read(place / "out" / "hops.jsonl")}
    parent = {child: mother for mother, child in hops}
    verdicts: Counter[str] = Counter()
    standings: Counter[str] = Counter()
    for pair in rows("fang_covid/pairs_gold_attributed.jsonl"):
        a, b = (pair["a"], pair["b"]) if pair["direction"] == "a->b" else (pair["b"], pair["a"])
        if (a, b) in hops:
            verdicts["right"] += 1
            standings[hops[a, b]["standing"]] += 1
        elif (b, a) in hops:
            verdicts["reversed"] += 1
        elif _leads(parent, a, b):
            verdicts["right, with a stop between"] += 1
        elif _leads(parent, b, a):
            verdicts["reversed, with a stop between"] += 1
        else:
            verdicts["no hop"] += 1
    table("Credited republications (fang_covid, 47)", ("verdict", "pairs"), verdicts.most_common())
    table("Standing of the hops that are right", ("standing", "hops"), standings.most_common())


def _leads(parent: dict[str | None, str | None], ancestor: str, name: str) -> bool:
    at: str | None = name
    for _ in range(100):
        at = parent.get(at)
        if at is None:
            return False
        if at == ancestor:
            return True
    return False


# --- speed ---------------------------------------------------------------------------------------


def speed(folder: Path, sizes: Sequence[int]) -> None:
    """Adding and auditing, in yardsticks, over growing corpora."""
    body: list[Sequence[object]] = []
    for size in sizes:
        source = folder / f"corpus{size}.jsonl"
        truth = read(corpus.write(size, source))
        measure = yardstick([row["text"] for row in read(source)])
        found = audited(source, folder / f"speed{size}")
        reported = {frozenset((m["a"], m["b"])) for m in found.matches()}
        kept = Counter(e["kind"] for e in truth if frozenset((e["parent"], e["child"])) in reported)
        body.append(
            (
                f"{size:,}", measure, found.add.wall, found.add.wall / measure, found.audit.wall,
                found.audit.wall / measure, found.audit.cpu / measure, found.add.memory,
                found.audit.memory, len(reported), _tallied(kept, truth),
            )
        )  # fmt: skip
    table(
        "Speed: wall time in yardsticks (10 for add, 4 for audit)",
        ("articles", "yardstick s", "add s", "add, yardsticks", "audit s", "audit, yardsticks",
         "audit CPU, yardsticks", "add MB", "audit MB", "matches", "planted copies found"),
        body,
    )  # fmt: skip


def _tallied(found: Counter[str], truth: Sequence[Row]) -> str:
    of = Counter(edge["kind"] for edge in truth)
    return ", ".join(f"{kind} {found[kind]}/{of[kind]}" for kind in corpus.KINDS)


def grown(folder: Path, size: int, more: int = 1_000) -> None:
    """Adding to a library that was audited, and auditing it again, against a full run."""
    source = folder / f"corpus{size}.jsonl"
    corpus.write(size, source)
    part, rest = folder / "most.jsonl", folder / "rest.jsonl"
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    part.write_text("".join(lines[:-more]), encoding="utf-8")
    rest.write_text("".join(lines[-more:]), encoding="utf-8")
    whole = audited(source, folder / "whole")
    first = audited(part, folder / "grown")
    library = folder / "grown" / "library.filiation"
    added = run("add", rest, "--library", library, "--quiet", status=(0, 3))
    again = run("audit", "--library", library, "--out", folder / "grown" / "out", "--quiet")
    same = all(
        (folder / "grown" / "out" / name).read_bytes() == (whole.folder / name).read_bytes()
        for name in ("matches.jsonl", "hops.jsonl", "groups.jsonl", "flows.csv", "outlets.csv")
    )
    table(
        f"{more:,} articles added to {size - more:,}",
        ("step", "wall s", "CPU s"),
        [
            *(
                (step, cost.wall, cost.cpu)
                for step, cost in (
                    ("first audit", first.audit),
                    ("adding", added),
                    ("auditing again", again),
                    ("a full audit of all", whole.audit),
                )
            ),
            ("same files, byte for byte", str(same), ""),
        ],
    )  # fmt: skip


# --- peers ---------------------------------------------------------------------------------------


def peers(folder: Path, size: int) -> None:
    """MinHash tools on the same corpus: time, and the planted copies they find."""
    source = folder / f"corpus{size}.jsonl"
    truth = read(corpus.write(size, source))
    body: list[Sequence[object]] = []
    for tool in ("datasketch", "rensa"):
        out = folder / f"{tool}.json"
        command = [sys.executable, str(Path(__file__).with_name("peer_minhash.py")), tool,
                   str(source), str(out)]  # fmt: skip
        try:
            cost = measured(command)
        except RuntimeError as error:
            print(f"{tool}: left out ({str(error)[-200:]})")
            continue
        reported = {frozenset(pair) for pair in json.loads(out.read_text())}
        kept = Counter(e["kind"] for e in truth if frozenset((e["parent"], e["child"])) in reported)
        body.append((tool, cost.wall, cost.cpu, cost.memory, len(reported), _tallied(kept, truth)))
    found = audited(source, folder / f"speed{size}")
    reported = {frozenset((m["a"], m["b"])) for m in found.matches()}
    kept = Counter(e["kind"] for e in truth if frozenset((e["parent"], e["child"])) in reported)
    body.append(("filiation audit", found.audit.wall, found.audit.cpu, found.audit.memory,
                 len(reported), _tallied(kept, truth)))  # fmt: skip
    table(f"Peers on {size:,} articles", ("tool", "wall s", "CPU s", "MB", "pairs",
          "planted copies found"), body)  # fmt: skip


PARTS = ("reuters", "viral", "pairs", "directions", "speed", "peers", "grown")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    parser.add_argument("--folder", type=Path, help="where corpora and libraries are kept")
    asked = parser.parse_args(arguments)
    folder = asked.folder or Path(tempfile.gettempdir()) / "filiation-benchmark"
    folder.mkdir(parents=True, exist_ok=True)
    missing = False
    for part in asked.parts or PARTS:
        try:
            if part == "speed":
                speed(folder, asked.articles)
            elif part in ("peers", "grown"):
                globals()[part](folder, asked.articles[-1])
            else:
                globals()[part](folder)
        except FileNotFoundError as error:
            print(f"\n{part}: left out, {error.filename or error} is missing")
            missing = True
    return int(missing)


if __name__ == "__main__":
    sys.exit(main())
