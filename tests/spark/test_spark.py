"""The same audit by Spark: `make test-spark`. Skipped where Spark or Java is not installed.

Every run is a process of its own: a Java machine starts and ends with it.
"""

import gzip
import json
import lzma
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Self
from uuid import NAMESPACE_URL, uuid5

import duckdb
import pytest

from filiation.library.workers import WorkerLost
from tests.audit.press import Row, corpus, write
from tests.audit.test_audit import add, contents

pytest.importorskip("pyspark", reason="make test-spark installs Spark")
pytestmark = pytest.mark.skipif(
    shutil.which("java") is None, reason="make test-spark installs Java"
)

DATA = Path(__file__).parents[3] / "shared" / "data"
SOURCES = ("allsides/articles.jsonl.gz", "fang_covid/articles.jsonl.xz")
CLUSTER = "local-cluster[2,1,1024]"
"""Two executors, processes of their own, each with a core and 1,024 MB."""
PATIENCE = 300
"""Seconds after which a run is taken to hang."""


def filiation(*arguments: str | Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "filiation", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module", autouse=True)
def own_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let local clusters unpack their code in a temporary folder, not in the installed Spark."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SPARK_WORKER_DIR", str(tmp_path_factory.mktemp("work")))
        yield


def printed(script: str, **environment: str) -> str:
    """Return what a script prints that ends well."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def audited(library: Path, out: Path, *options: str) -> dict[str, bytes]:
    """Audit a copy of the library, in which nothing is aligned yet; return what was written."""
    copy = out.with_suffix(".filiation")
    shutil.copy(library, copy)
    running = filiation("audit", "--library", copy, "--out", out, "--quiet", *options)
    _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, told
    return contents(out)


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of an invented press."""
    folder = tmp_path_factory.mktemp("press")
    library = folder / "library.filiation"
    assert add(write(corpus(200, seed=6), folder / "rows.jsonl"), library) == 0
    return library


@pytest.fixture(scope="module")
def expected(press: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return audited(press, tmp_path_factory.mktemp("machine") / "out")


def test_both_engines_write_the_same_bytes(
    press: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    options = ("--engine", "spark", "--master", "local[2]", "--partitions", "3")
    assert audited(press, tmp_path / "out", *options) == expected
    assert expected["matches.jsonl"].count(b"\n") > 100


def archived(url: str, row: Row) -> bytes:
    """Return the record of a page in a web archive."""
    page = f"<html><title>{row['title']}</title><body><article><p>{row['text']}</p></article>"
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}".encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2024-05-07T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, url)}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + answer + b"\r\n\r\n")


def test_files_are_read_by_executors_as_they_are_here(tmp_path: Path) -> None:
    """A table of lines, a table of columns, an archive of pages and a row that is no article."""
    rows = corpus(60, seed=8)
    folder = tmp_path / "inputs"
    folder.mkdir()
    table = write(rows[:80], folder / "a.jsonl")
    with table.open("a") as file:
        file.write('{"id": "no text"}\n')
    rest = write(rows[80:140], tmp_path / "rest.jsonl")
    duckdb.sql(f"COPY (FROM read_json('{rest}')) TO '{folder / 'b.parquet'}' (FORMAT parquet)")
    with (folder / "c.warc.gz").open("wb") as file:
        for row in rows[140:]:
            file.write(archived(f"https://paper{len(row['text']) % 3}.example/{row['id']}", row))
    found: list[dict[str, bytes]] = []
    for given, *options in (
        (str(folder),),
        (folder.as_uri(), "--engine", "spark", "--master", "local[2]"),
    ):
        out = tmp_path / f"out{len(found)}"
        running = filiation("audit", given, "--out", out, "--quiet", *options)
        _, told = running.communicate(timeout=PATIENCE)
        assert running.returncode == 3, told  # one row was skipped, and that is said
        found.append(contents(out))
        del found[-1]["articles.jsonl"]  # tells where each was read
    assert found[0] == found[1]
    assert found[0]["matches.jsonl"].count(b"\n") > 50


def executors(parent: int) -> list[int]:
    """Return the executors among the processes that descend from one."""
    found: list[int] = []
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:  # it has ended meanwhile
                continue
            parents[int(entry.name)] = int(fields[1])
            if b"CoarseGrainedExecutorBackend" in command and b"java" in command:
                found.append(int(entry.name))

    def descends(number: int) -> bool:
        return number == parent or (number in parents and descends(parents[number]))

    return [number for number in found if descends(number)]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_an_executor_that_is_killed_changes_nothing(
    press: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    library, out, staging = tmp_path / "copy.filiation", tmp_path / "out", tmp_path / "staging"
    shutil.copy(press, library)
    running = filiation(
        *("audit", "--library", library, "--out", out, "--quiet", "--engine", "spark"),
        *("--master", CLUSTER, "--partitions", "4", "--staging", staging.as_uri()),
    )
    until = time.monotonic() + PATIENCE
    # The search for pairs is under way: tables are put down, and more is to come.
    while not list(staging.glob("join-*/listed")):
        assert running.poll() is None and time.monotonic() < until
        time.sleep(0.1)
    [victim, *others] = executors(running.pid)
    assert others
    os.kill(victim, signal.SIGKILL)
    _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, told
    assert contents(out) == expected
    assert not list(staging.iterdir())


def test_interrupted_it_leaves_nothing_behind_and_the_same_command_resumes(
    press: Path, tmp_path: Path
) -> None:
    """The second time to the end, as Parquet, whose bytes are those of this machine."""
    library, staging = tmp_path / "copy.filiation", tmp_path / "staging"
    shutil.copy(press, library)
    command = (
        *("audit", "--library", library, "--out", tmp_path / "spark", "--parquet", "--quiet"),
        *("--engine", "spark", "--master", "local[2]", "--staging", staging.as_uri()),
    )
    running = filiation(*command)
    until = time.monotonic() + PATIENCE
    while not list(staging.glob("join-*/postings")):
        assert running.poll() is None and time.monotonic() < until
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert "Traceback" not in told
    assert not list(staging.iterdir())
    again = filiation(*command)
    _, told = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, told
    assert not list(staging.iterdir())
    shutil.copy(press, library)
    here = filiation("audit", "--library", library, "--out", tmp_path / "here", "--parquet", "-q")
    _, told = here.communicate(timeout=PATIENCE)
    assert here.returncode == 0, told
    written, expected = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("spark", "here")
    )
    assert written == expected
    assert "matches.parquet" in written


def test_what_breaks_on_the_way_out_of_an_interruption_is_no_error() -> None:
    """Pyspark asks Java for the rest of an answer then, and Java has closed its connection."""
    from py4j.protocol import Py4JNetworkError

    from filiation.audit.spark import _sayable

    with pytest.raises(KeyboardInterrupt), _sayable(3):
        try:
            raise KeyboardInterrupt
        finally:
            raise Py4JNetworkError("Answer from Java side is empty")
    with pytest.raises(WorkerLost), _sayable(3):
        raise Py4JNetworkError("Answer from Java side is empty")


class Servers:
    """Parts of Spark that stand on their own, processes that end with the block."""

    def __init__(self, folder: Path) -> None:
        from pyspark.find_spark_home import _find_spark_home

        self._folder = folder
        self._home = _find_spark_home()
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._running:
            one.terminate()
            one.wait(PATIENCE)

    def start(self, program: str, *arguments: str, until: str) -> str:
        """Start one of Spark's programs; return the group of the pattern that its log has then."""
        log = self._folder / f"server-{len(self._running)}.log"
        environment = os.environ | {"SPARK_HOME": self._home, "PYSPARK_PYTHON": sys.executable}
        with log.open("wb") as out:
            command = [f"{self._home}/bin/{program}", *arguments]
            one = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        self._running.append(one)
        latest = time.monotonic() + PATIENCE
        while not (found := re.search(until, log.read_text())):
            assert one.poll() is None and time.monotonic() < latest, log.read_text()
            time.sleep(0.1)
        return found[1]


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[str]:
    """Start a cluster that stands on its own, as `sbin/start-all.sh` does; return its address."""
    here = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
    deploy = "org.apache.spark.deploy"
    with Servers(tmp_path) as servers:
        url = servers.start(
            "spark-class", f"{deploy}.master.Master", *here,
            until=r"Starting Spark master at (spark://\S+)",
        )  # fmt: skip
        servers.start(
            "spark-class", f"{deploy}.worker.Worker", *here, "--cores", "2", "--memory", "2g", url,
            until=r"(Successfully registered)",
        )  # fmt: skip
        yield url


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[str]:
    """Start a server of Spark Connect, as `sbin/start-connect-server.sh` does; return its address."""
    with Servers(tmp_path) as servers:
        port = servers.start(
            "spark-submit", "--master", "local[2]", "--conf", "spark.connect.grpc.binding.port=0",
            "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal",
            until=r"SparkConnectService\S*' on port (\d+)",
        )  # fmt: skip
        yield f"sc://localhost:{port}"


def test_a_standing_cluster_gives_the_same_bytes(
    standing: str, press: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    staging = tmp_path / "staging"
    options = ("--engine", "spark", "--master", standing, "--staging", staging.as_uri())
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYSPARK_PYTHON", sys.executable)
        assert audited(press, tmp_path / "out", *options) == expected
    assert not list(staging.iterdir())


def test_spark_connect_gives_the_same_bytes(
    connected: str, press: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    staging = tmp_path / "staging"
    options = ("--engine", "spark", "--master", connected, "--staging", staging.as_uri())
    assert audited(press, tmp_path / "out", *options) == expected
    [place] = staging.iterdir()
    left = [duckdb.read_parquet(str(file)).fetchall() for file in place.glob("*.parquet")]
    assert left == [[]] * len(left), "emptied"


SKEWED = """
import numpy as np
from filiation.audit.engine import Machine
from filiation.audit.spark import spark
from filiation.match.fingerprints import PLACES

ARTICLES, OWN, COPIES = {articles}, 20, 300
draw = np.random.default_rng(3)
hashes = draw.choice(1 << 40, (ARTICLES, OWN), replace=False)
hashes[-COPIES:] = hashes[:COPIES]  # the last are copies of the first
everywhere = np.tile(np.array([(1 << 41) + n for n in range({everywhere})]), (ARTICLES, 1))
grams = np.concatenate((hashes, everywhere), axis=1).astype(np.uint64) << np.uint64(PLACES)
grams |= np.arange(grams.shape[1], dtype=np.uint64)
grams.sort(axis=1)
batch = (
    np.arange(ARTICLES, dtype=np.int32),
    grams.ravel(),
    np.arange(0, grams.size + 1, grams.shape[1]),
)
outlets = np.where(np.arange(ARTICLES) % 10, 0, np.arange(ARTICLES)).astype(np.int32)
words = np.full(ARTICLES, 40)
asked = dict(house={{}}, within=True, across=True)
here = Machine().candidates([batch], outlets, words, **asked)
with spark("local[2]", partitions={partitions}) as engine:
    there = engine.candidates([batch], outlets, words, **asked)
for name in ("a", "b", "bits", "surprise"):
    assert np.array_equal(getattr(here, name), getattr(there, name)), name
print(sum(b - a == ARTICLES - COPIES for a, b in zip(there.a.tolist(), there.b.tolist())))
"""


def test_a_gram_that_all_have_and_a_huge_outlet_load_no_partition(tmp_path: Path) -> None:
    """Nine in ten articles are of one outlet, and all have some grams in common."""
    articles, everywhere, partitions = 20_000, 2, 16
    settings = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": tmp_path.as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
        # As of a large corpus: nothing is sent to all, and small partitions stay apart.
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.adaptive.coalescePartitions.enabled": "false",
    }
    told = " ".join(f"--conf {name}={value}" for name, value in settings.items())
    script = SKEWED.format(articles=articles, everywhere=everywhere, partitions=partitions)
    assert int(printed(script, PYSPARK_SUBMIT_ARGS=f"{told} pyspark-shell")) == 300
    [log] = tmp_path.iterdir()
    tasks = [
        event["Task Metrics"]
        for event in map(json.loads, log.read_text().splitlines())
        if event["Event"] == "SparkListenerTaskEnd" and "Task Metrics" in event
    ]
    read = [int(task["Shuffle Read Metrics"]["Total Records Read"]) for task in tasks]
    # A gram's postings are numbered in one place, so many and no more; its pairs, eleven for each,
    # are made in all partitions.
    pairs = 11 * articles * everywhere
    assert max(read) <= everywhere * articles + 2 * pairs / partitions
    assert max(task["Output Metrics"]["Records Written"] for task in tasks) < 2 * pairs / 3


WITH_ENGINE = """
import importlib.util, sys
from filiation.audit.spark import spark
from filiation.errors import FiliationError
with spark({master!r}, partitions=2) as engine:
    try:
        print(list(engine.mapped({function}, {batches})))
    except FiliationError as error:
        print(type(error).__name__, error)
"""


def told_by(master: str, function: str, batches: str, settings: str = "") -> str:
    """Return what a few batches come to, or the error in one sentence."""
    script = WITH_ENGINE.format(master=master, function=function, batches=batches)
    return printed(script, PYSPARK_SUBMIT_ARGS=f"{settings} pyspark-shell")


def test_executors_have_the_code_and_the_knowledge_from_the_driver() -> None:
    told = told_by(CLUSTER, "importlib.util.find_spec", "['filiation', 'filiation.sources']")
    assert told.count("filiation-code/filiation/") >= 2
    assert "trace/filiation" not in told


def test_a_worker_out_of_memory_is_told_in_a_sentence_with_what_helps() -> None:
    settings = "--conf spark.executor.pyspark.memory=1g --conf spark.task.maxFailures=2"
    told = told_by(CLUSTER, "bytes", "[3 << 30]", settings)
    assert told.startswith("WorkerLost ")
    assert "want of memory" in told and "--partitions" in told
    assert len(told.splitlines()) == 1


def test_a_driver_out_of_memory_is_told_in_a_sentence_and_hangs_nothing() -> None:
    told = told_by(CLUSTER, "len", "[bytes(450 << 20)]", "--driver-memory 500m")
    *_, told = told.splitlines()  # Java has its say first
    assert told.startswith("WorkerLost ")
    assert "driver ended" in told and "spark.driver.memory" in told


SETTLED = """
from filiation.audit.spark import spark
with spark("local[1]") as engine:
    print(engine._session.sparkContext.getConf().get("spark.driver.memory"))
"""


@pytest.mark.parametrize(("default", "expected"), [("", r"\d{3,4}m"), ("700m", "700m")])
def test_the_driver_gets_more_memory_unless_that_is_settled(
    default: str, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "spark-defaults.conf").write_text(default and f"spark.driver.memory  {default}\n")
    assert re.fullmatch(expected, printed(SETTLED, SPARK_CONF_DIR=str(tmp_path)))


def test_what_a_function_raises_is_raised_here_and_results_keep_their_order() -> None:
    assert told_by("local[2]", "len", "['a' * n for n in range(40)]") == str(list(range(40)))


def real() -> Iterator[Row]:
    """Yield real articles, as many of each corpus."""
    for name in SOURCES:
        opened = gzip.open if name.endswith("gz") else lzma.open
        with opened(DATA / name, "rt", encoding="utf-8") as file:
            yield from map(json.loads, islice(file, 1_500))


@pytest.mark.skipif(
    not all((DATA / name).exists() for name in SOURCES),
    reason="the folder `shared` is not beside the checkout",
)
def test_both_engines_write_the_same_bytes_of_real_articles(tmp_path: Path) -> None:
    library = tmp_path / "library.filiation"
    assert add(write(list(real()), tmp_path / "rows.jsonl"), library) == 0
    expected = audited(library, tmp_path / "machine")
    assert expected["matches.jsonl"].count(b"\n") > 100
    assert (
        audited(library, tmp_path / "spark", "--engine", "spark", "--master", CLUSTER) == expected
    )
