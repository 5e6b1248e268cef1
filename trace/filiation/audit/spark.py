"""An audit on Spark: batches worked on by its executors, the join by its SQL.

What is done to a batch is the functions that the processes of one machine run as well; what is
joined is the SQL that DuckDB is given. Spark moves the columns. The code goes to the executors as an
archive, with the knowledge of `sources/`; what they must have themselves is Python and the packages
that filiation depends on.
"""

import logging
import os
import pickle
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from filiation.audit.afar import Reading
from filiation.audit.candidates import (
    ENOUGH,
    LISTED,
    PARTS,
    SAID,
    SHARED,
    Candidates,
    Join,
    Parts,
    crowd,
    said,
)
from filiation.audit.postings import MOST_ARTICLES
from filiation.errors import FiliationError, InputError
from filiation.library.workers import WorkerLost
from filiation.match.fingerprints import PLACES
from filiation.outlets import Catalogue
from filiation.shelf import shelf

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame, SparkSession

    from filiation.audit.candidates import Batch, Numbers
    from filiation.library.rows import Made, Met
    from filiation.match.fingerprints import Hashes, Places

__all__ = ["Spark", "spark"]

ROUND = 64_000_000
"""Bytes of batches handed to Spark at a time, which the driver holds, and their results: what was
sent is then gone. Less makes executors wait for the slowest more often."""
BATCHES = 256
"""Batches handed over at a time, at the most."""
RECORDS = 8
"""Batches that a Python worker is given at once: it holds that many and their results."""
POSTINGS = 4_000_000
"""Postings written to the staging place at a time: 64 MB in the driver."""
HELD = 256_000_000
"""Bytes of postings that the driver holds until all have come; what is more goes to its disk."""
ROWS = 500_000
"""Rows of plain numbers that Spark moves at a time, 8 MB: each such piece is a task."""
PARTITIONS = 64
"""Parts of each shuffle, unless asked for otherwise. Spark puts small ones together by itself."""
FILES = 8
"""Files read at a time, what is made of which the driver holds until it is stored."""
_AT_ONCE = "spark.sql.execution.arrow.maxRecordsPerBatch"
ARCHIVE = "filiation-code"
"""Name of the folder into which executors unpack the code."""

Work = TypeVar("Work")
Result = TypeVar("Result")


class Spark:
    """An engine that hands everything to a Spark session."""

    reads_library = False

    def __init__(self, session: "SparkSession", staging: str, partitions: int) -> None:
        self._session = session
        self._staging = staging
        """Where tables are put down between two steps: a place that all executors reach."""
        self._partitions = partitions
        self._places: list[str] = []
        """What was put down there, and is to be removed."""

    @contextmanager
    def _place(self) -> Iterator[str]:
        """Name a folder at the staging place; what was put there is gone afterwards."""
        place = f"{self._staging}/join-{uuid4().hex}"
        self._places.append(place)
        yield place
        self._remove(place)

    def _remove(self, place: str) -> None:
        """Remove a folder by Spark's own file systems; Spark Connect, which hands out none, empties it."""
        if _connected(self._session):
            nothing = self._session.createDataFrame([], "nothing INT")
            nothing.write.mode("overwrite").parquet(place)
        else:
            java = self._session.sparkContext._jvm
            path = java.org.apache.hadoop.fs.Path(place)
            path.getFileSystem(self._session._jsc.hadoopConfiguration()).delete(path, True)
        self._places.remove(place)

    def end(self) -> None:
        """End what is under way, and the session; nothing is left at the staging place."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        def ended() -> None:
            # It has ended already, which was told.
            with suppress(Py4JError, PySparkException, ConnectionError):
                if self._places:
                    self._session.interruptAll()
                for place in tuple(self._places):
                    self._remove(place)
                self._session.stop()

        # A call that Ctrl-C broke off leaves its thread's connection with an answer to come.
        thread = Thread(target=ended)
        thread.start()
        thread.join()

    def mapped(
        self, function: Callable[[Work], Result], batches: Iterable[Work], *, few: bool = False
    ) -> Generator[Result, None, None]:
        """Yield what executors make of the batches, in order; where there are few, all the same.

        Raises `WorkerLost` where executors are lost again and again, or run out of memory.
        """
        work = _worker(pickle.dumps(function, pickle.HIGHEST_PROTOCOL))
        kind = type(function).__module__.rpartition(".")[2]
        for packed in _rounds(batches):
            with (
                _sayable(self._partitions),
                _tagged(self._session, kind),
                _records(self._session, RECORDS),
            ):
                yield from self._answers(work, packed)

    def _answers(self, work: "_Work", packed: list[bytes]) -> Iterator[Any]:
        import pyarrow as pa

        table = pa.table({"number": pa.array(range(len(packed)), pa.int64()), "batch": packed})
        parts = min(len(packed), self._partitions)
        frame = self._session.createDataFrame(table).repartition(parts, "number")
        found = frame.mapInArrow(work, "number long, result binary").toArrow()
        results = dict(zip(found["number"].to_pylist(), found["result"].to_pylist(), strict=True))
        for number in range(len(packed)):
            failed, result = pickle.loads(results[number])
            if failed:
                raise result
            yield result

    def listed(self, url: str) -> list[tuple[str, tuple[int, int]]]:
        """Return the files at an address, sorted, with size and time of change (nanoseconds).

        Folders are gone through. Raises `InputError` where there is nothing.
        """
        from pyspark.errors import PySparkException

        try:
            found = self._files([url]).select("path", "length", "modificationTime").toArrow()
        except PySparkException as error:
            what = f"Spark finds no file there: {str(error).strip().splitlines()[0]}"
            raise InputError(url, what, "check the address, and that Spark may read it") from error
        rows = zip(*(found[name].to_pylist() for name in found.column_names), strict=True)
        return sorted((path, (size, int(1e9 * when.timestamp()))) for path, size, when in rows)

    def read(
        self,
        files: Sequence[tuple[str, int]],
        columns: Mapping[str, str],
        catalogue: Catalogue | None,
    ) -> "Generator[list[Made | Met | InputError], None, None]":
        """Yield what the files hold, in order, each without so many rows at its beginning.

        An executor holds a file whole: it should be of some hundred megabytes at the most, and
        cannot be of 2 GB. Raises `WorkerLost` where one has not the memory.
        """
        work = _file_worker(
            pickle.dumps(Reading(columns, None if catalogue is None else tuple(catalogue))),
            dict(files),
        )
        for start in range(0, len(files), FILES):
            urls = [url for url, _ in files[start : start + FILES]]
            with (
                _sayable(self._partitions),
                _tagged(self._session, "read"),
                _records(self._session, 1),
            ):
                frame = self._files(urls).select("path", "content").repartition(len(urls))
                found = frame.mapInArrow(work, "path string, result binary").toArrow()
            results = dict(zip(found["path"].to_pylist(), found["result"].to_pylist(), strict=True))
            for url in urls:
                yield pickle.loads(results[url])

    def _files(self, urls: list[str]) -> "DataFrame":
        reader = self._session.read.format("binaryFile").option("recursiveFileLookup", "true")
        return reader.load(urls)

    def candidates(
        self,
        batches: "Iterable[Batch]",
        outlets: "Numbers",
        words: "Places",
        *,
        house: "Mapping[int, Hashes]",
        within: bool,
        across: bool,
    ) -> Candidates:
        """Return the pairs worth aligning; the join is Spark's.

        Raises `WorkerLost` where executors are lost again and again, or run out of memory.
        """
        if len(outlets) > MOST_ARTICLES:
            raise ValueError(f"more than {MOST_ARTICLES:,} articles at once")
        with (
            _sayable(self._partitions),
            tempfile.TemporaryDirectory(prefix="filiation-") as folder,
            self._place() as place,
        ):
            join = _SparkJoin(outlets, words, house, self._session, place, Path(folder))
            for numbers, grams, offsets in batches:
                join.take(numbers, grams, offsets)
            return join.candidates(within=within, across=across)


class _SparkJoin(Join):
    """The join by Spark: postings are put down, and every step reads the one before.

    Four of five grams stand in one article only. A table of counts tells the driver most of them, so
    that they are neither written nor shuffled.
    """

    def __init__(
        self,
        outlets: "Numbers",
        words: "Places",
        house: "Mapping[int, Hashes]",
        session: "SparkSession",
        place: str,
        folder: Path,
    ) -> None:
        import numpy as np

        super().__init__(outlets, words, house)
        self._session = session
        self._place = place
        self._grams = np.zeros(len(outlets), np.int64)
        """How many grams each article has."""
        self._parts = Parts(HELD, folder)

    def _listed(self, grams: "Hashes", owners: "Numbers") -> None:
        import numpy as np

        self._grams += np.bincount(owners, minlength=len(self._grams))
        self._parts.add(grams, owners)

    def _put_down(self) -> bool:
        """Write the postings of the grams that several articles may have; return if there are any."""
        import numpy as np

        waiting: list[tuple[Hashes, Numbers]] = []
        size = 0
        written = False
        for part in range(PARTS):
            grams, owners = self._parts.taken(part)
            several = crowd(grams >> np.uint64(PLACES))
            waiting.append((grams[several], owners[several]))
            size += len(several)
            if size > POSTINGS or (size and part == PARTS - 1):
                self._write(waiting)
                written = True
                waiting, size = [], 0
        return written

    def _write(self, postings: "list[tuple[Hashes, Numbers]]") -> None:
        import numpy as np
        import pyarrow as pa

        grams, owners = (np.concatenate(column) for column in zip(*postings, strict=True))
        table = pa.table(
            {
                "gram": (grams >> np.uint64(PLACES)).astype(np.int64),
                "article": owners.astype(np.int32),
                "place": (grams & np.uint64((1 << PLACES) - 1)).astype(np.int32),
            }
        )
        with _tagged(self._session, "postings"), _records(self._session, ROWS):
            frame = self._session.createDataFrame(table)
            frame.write.mode("append").parquet(f"{self._place}/postings")

    def _enough(self) -> "Mapping[str, NDArray[Any]]":
        import numpy as np
        import pyarrow as pa

        count = len(self._outlets)
        if not self._put_down():  # no gram is in two articles
            bits, surprise = said(count, np.ones(1, np.int64))
            self._bits += self._grams * bits
            self._surprise += self._grams * surprise
            names = ("pair", "diagonal", "grams", "head", "tail", "blocks", "bits", "surprise")
            return {name: np.zeros(0, np.int64) for name in names}
        numbers = pa.array(np.arange(count, dtype=np.int32))
        run = self._session.sql
        self._session.createDataFrame(pa.table({"article": numbers})).createOrReplaceTempView(
            "articles"
        )
        self._session.read.parquet(f"{self._place}/postings").createOrReplaceTempView("postings")
        self._kept(run(LISTED), "listed")
        with _tagged(self._session, "said"):
            told = run(SAID).toArrow()
        article = told["article"].to_numpy()
        alone = self._grams.copy()
        alone[article] -= told["grams"].to_numpy()
        bits, surprise = said(count, np.ones(1, np.int64))
        self._bits += alone * bits
        self._surprise += alone * surprise
        self._bits[article] += told["bits"].to_numpy()
        self._surprise[article] += told["surprise"].to_numpy()
        self._kept(run(SHARED), "shared")
        table = pa.table({"article": numbers, "bits": self._bits})
        self._session.createDataFrame(table).createOrReplaceTempView("articles")
        with _tagged(self._session, "enough"):
            rows = run(ENOUGH).toArrow()
        return {name: rows[name].to_numpy() for name in rows.column_names}

    def _kept(self, frame: "DataFrame", name: str) -> None:
        """Put a table down, and let it be read by its name: what two steps ask is made once."""
        with _tagged(self._session, name):
            frame.write.parquet(f"{self._place}/{name}")
        self._session.read.parquet(f"{self._place}/{name}").createOrReplaceTempView(name)


# --- batches -------------------------------------------------------------------------------------

_Work = Callable[[Iterable[Any]], Iterator[Any]]


def _rounds(batches: Iterable[Any]) -> Iterator[list[bytes]]:
    """Yield the batches, pickled, as many at a time as the driver holds."""
    packed: list[bytes] = []
    size = 0
    for batch in batches:
        packed.append(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
        size += len(packed[-1])
        if size >= ROUND or len(packed) >= BATCHES:
            yield packed
            packed, size = [], 0
    if packed:
        yield packed


def _worker(function: bytes) -> _Work:
    """Return what a Python worker runs. It brings all it needs: the package is yet to be found."""
    archive = ARCHIVE

    def work(found: Iterable[Any]) -> Iterator[Any]:
        import pickle
        import sys
        from pathlib import Path

        import pyarrow as pa
        from pyspark.files import SparkFiles

        code = Path(SparkFiles.getRootDirectory(), archive)
        if code.is_dir() and str(code) not in sys.path:
            sys.path.insert(0, str(code))
        from filiation.errors import FiliationError

        apply = pickle.loads(function)
        for batch in found:
            results = []
            for packed in batch["batch"].to_pylist():
                failed = False
                try:
                    result = apply(pickle.loads(packed))
                except FiliationError as error:  # all else fails the task
                    failed, result = True, error
                results.append(pickle.dumps((failed, result), pickle.HIGHEST_PROTOCOL))
            yield pa.record_batch(
                {"number": batch["number"], "result": pa.array(results, pa.binary())}
            )

    return work


@contextmanager
def _records(session: "SparkSession", records: int) -> Iterator[None]:
    """Let Spark move so many rows at a time, for tables from here and to Python workers."""
    session.conf.set(_AT_ONCE, str(records))
    with _undone(lambda: session.conf.set(_AT_ONCE, str(ROWS))):
        yield


@contextmanager
def _tagged(session: "SparkSession", step: str) -> Iterator[None]:
    """Let Spark's own records tell which jobs are of this step."""
    tag = f"filiation-{step}"
    session.addTag(tag)
    with _undone(lambda: session.removeTag(tag)):
        yield


@contextmanager
def _undone(undo: Callable[[], None]) -> Iterator[None]:
    """Undo something of the session's afterwards, unless by Ctrl-C: the session ends then.

    A call to Java that Ctrl-C broke off leaves its thread's connection with an answer to come.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException:
        undo()
        raise
    undo()


def _file_worker(reading: bytes, done: Mapping[str, int]) -> _Work:
    """Return what a Python worker runs on files."""
    archive = ARCHIVE

    def work(found: Iterable[Any]) -> Iterator[Any]:
        import pickle
        import sys
        from pathlib import Path

        import pyarrow as pa
        from pyspark.files import SparkFiles

        code = Path(SparkFiles.getRootDirectory(), archive)
        if code.is_dir() and str(code) not in sys.path:
            sys.path.insert(0, str(code))
        from filiation.audit.afar import FileBytes

        apply = pickle.loads(reading)
        for batch in found:
            for path, content in zip(batch["path"], batch["content"], strict=True):
                url = path.as_py()
                rows = apply(FileBytes(url, content.as_py(), done[url]))
                made = pickle.dumps(rows, pickle.HIGHEST_PROTOCOL)
                yield pa.record_batch({"path": [url], "result": pa.array([made], pa.binary())})

    return work


# --- what can go wrong ---------------------------------------------------------------------------

_LOST = re.compile(
    r"MemoryError|OutOfMemoryError|ExecutorLostFailure|Python worker exited unexpectedly|"
    r"worker lost|exit (?:code|status) 137"
)
"""What Spark's errors say where a worker had not the memory, or the system ended it for that."""

_PYTHONS = re.compile(r"[\w.]+(?:Error|Exception): ")
"""How the line of a Python worker's traceback begins that says what went wrong."""


@contextmanager
def _sayable(partitions: int) -> Iterator[None]:
    """Turn an error of Spark's into one sentence, and one on the way out of Ctrl-C into Ctrl-C."""
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException

    try:
        try:
            yield
        except Exception as error:  # whatever an answer to another call is taken for
            if _by_interruption(error):
                raise KeyboardInterrupt from error
            raise
    except (Py4JNetworkError, ConnectionError) as error:
        raise WorkerLost(
            "Spark's driver ended, mostly for want of memory: spark.driver.memory gives it more room"
        ) from error
    except (PySparkException, Py4JError) as error:
        if _LOST.search(str(error)):
            raise WorkerLost(
                "an executor ended again and again, mostly for want of memory; more --partitions"
                f" than {partitions} make smaller pieces, and spark.executor.memory gives more room"
            ) from error
        lines = str(error).strip().splitlines() or [type(error).__name__]
        told = next((line for line in lines if _PYTHONS.match(line)), lines[0])
        raise FiliationError(f"Spark could not do it: {told}") from error


def _by_interruption(error: BaseException | None) -> bool:
    """Return whether an error arose while Ctrl-C was on its way out: pyspark asks Java then as well."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__context__
    return False


# --- the session ---------------------------------------------------------------------------------


@contextmanager
def spark(
    master: str | None = None, *, partitions: int = PARTITIONS, staging: str | None = None
) -> Iterator[Spark]:
    """Start a session, or connect to one, and send it the code; it ends with the block.

    `master` is an address that Spark knows: `local[2]`, `spark://host:7077`, `yarn`, `k8s://…`, or
    `sc://host` for Spark Connect; else what Spark's own configuration says, and else all cores here.
    `staging` is a place that all executors can write, such as `hdfs:///tmp` or `s3a://bucket/tmp`;
    on this machine a temporary folder serves. Raises `InputError` where Spark is not installed, does
    not start, or where no staging place is given to a cluster.
    """
    if find_spec("pyspark") is None:
        what = "the engine spark is not installed"
        raise InputError("--engine spark", what, "pip install 'filiation[spark]'")
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    here = master is None or master.startswith("local")
    if not here and staging is None:
        what = "a cluster needs a place that all its executors can write"
        raise InputError("--staging", what, "name one, such as s3a://bucket/tmp")
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="filiation-")))
        held.enter_context(_untold())
        if here:  # executors on this machine run what this process runs
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("filiation audit")
        connect = master is not None and master.startswith("sc://")
        if master is not None:
            builder = builder.remote(master) if connect else builder.master(master)
        for name, value in _SETTINGS.items():
            if name.startswith("spark.sql.") or not connect:  # its server has begun with its own
                builder = builder.config(name, value)
        builder = builder.config("spark.sql.shuffle.partitions", str(partitions))
        if here and not _room_is_given():  # the driver does the work of all executors
            builder = builder.config(_ROOM, f"{_room()}m")
        meanwhile = signal.getsignal(signal.SIGINT)
        try:
            session = builder.getOrCreate()
        except (PySparkException, RuntimeError, OSError) as error:
            what = f"Spark does not start: {str(error).strip().splitlines()[0]}"
            raise InputError("--engine spark", what, "it needs Java 17 or newer") from error
        engine = Spark(session, staging or f"file://{folder}/staging", partitions)
        held.callback(engine.end)
        if current_thread() is main_thread():
            # Spark's own way with Ctrl-C asks Java within a call to Java, and breaks both off.
            signal.signal(signal.SIGINT, meanwhile)
        if not connect:  # Connect's server keeps its own log
            session.sparkContext.setLogLevel("ERROR")
        session.addArtifact(f"{_packed_code(folder)}#{ARCHIVE}", archive=True)
        yield engine


@contextmanager
def _untold() -> Iterator[None]:
    """Keep from the log what py4j writes there of calls that broke off: it is told in a sentence."""
    # Its own loggers hand on to the root, and some of its modules write there themselves.
    log, own = logging.getLogger(), logging.getLogger("py4j")

    def others(record: logging.LogRecord) -> bool:
        return "py4j" not in record.pathname

    handed_on = own.propagate
    own.propagate = False
    log.addFilter(others)
    try:
        yield
    finally:
        log.removeFilter(others)
        own.propagate = handed_on


_ROOM = "spark.driver.memory"
MOST_ROOM = 4_096
"""Megabytes of the driver on one machine, at the most: 100,000 articles pass with Spark's own 1,024,
300,000 do not."""


def _room() -> int:
    """Return megabytes for a driver on this machine: half of what it has, and no more than `MOST_ROOM`."""
    return min(MOST_ROOM, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (2 << 20))


def _room_is_given() -> bool:
    """Return whether Spark's configuration has the memory of its driver; its arguments go before ours."""
    from pyspark.find_spark_home import _find_spark_home

    folder = os.environ.get("SPARK_CONF_DIR") or Path(_find_spark_home(), "conf")
    file = Path(folder, "spark-defaults.conf")
    return "SPARK_DRIVER_MEMORY" in os.environ or (
        file.is_file() and _ROOM in file.read_text(encoding="utf-8", errors="replace")
    )


def _connected(session: "SparkSession") -> bool:
    """Return whether it is one of Spark Connect, behind which there is no Java machine of ours."""
    return type(session).__module__.startswith("pyspark.sql.connect")


_SETTINGS = {
    _AT_ONCE: str(ROWS),
    # A larger table goes out in the pieces it comes in: by itself Spark makes rows of up to 48 MB of
    # columns and copies them into its tasks, for which its driver's 1 GB did not always suffice.
    "spark.sql.execution.arrow.localRelationThreshold": "1m",
    # A driver that goes on without the memory to send a task would wait for it forever. Java's second
    # compiler took a third of the processor time of an audit of 10,000 articles, for code that runs
    # seconds: it begins after a hundred times as many calls as by itself.
    "spark.driver.defaultJavaOptions": "-XX:+ExitOnOutOfMemoryError"
    " -XX:Tier4InvocationThreshold=500000 -XX:Tier4MinInvocationThreshold=60000"
    " -XX:Tier4CompileThreshold=1500000 -XX:Tier4BackEdgeThreshold=4000000",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
}


def _packed_code(folder: Path) -> Path:
    """Return an archive of this package with its knowledge, for executors to unpack."""
    code = folder / "code"
    package = Path(sys.modules["filiation"].__file__ or "").parent
    skipped = shutil.ignore_patterns("__pycache__", "smallweb")
    shutil.copytree(package, code / "filiation", ignore=skipped)
    if not (code / "filiation" / "sources").is_dir():
        shutil.copytree(Path(str(shelf())), code / "filiation" / "sources")
    return Path(shutil.make_archive(str(folder / ARCHIVE), "zip", code))
