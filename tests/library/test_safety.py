"""Nothing that is committed is ever lost, and every failure is one sentence."""

import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from filiation.errors import LibraryError
from filiation.library import Library, add
from filiation.library.schema import APPLICATION, VERSION
from filiation.library.workers import WorkerLost, Workers, mapped
from tests.library.world import dump, table

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "filiation")
ROWS = 2_000
KILLS = 20


def start(*arguments: str | Path) -> "subprocess.Popen[bytes]":
    """Start the program as a user does, in a session of its own."""
    return subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "trace")},
        start_new_session=True,
    )


def rows_done(library: Path) -> int:
    """Return how far the first file is read, as a reader sees it while another process writes."""
    if not library.exists():
        return 0
    with closing(sqlite3.connect(f"file:{library}?mode=ro", uri=True, timeout=10)) as connection:
        try:
            found = connection.execute("SELECT rows_done FROM intake").fetchone()
        except sqlite3.OperationalError:  # before the tables are made
            return 0
    return int(found[0]) if found else 0


def wait_until_past(library: Path, rows: int, process: "subprocess.Popen[bytes]") -> int:
    while process.poll() is None and rows_done(library) <= rows:
        time.sleep(0.01)
    return rows_done(library)


def alive(session: int) -> list[str]:
    """Return the processes of a session that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(told[3]) == session and told[0] != "Z":
                found.append(entry.name)
    return found


@contextmanager
def ended(process: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return table(tmp_path_factory.mktemp("rows") / "rows.jsonl", ROWS)


@pytest.fixture(scope="module")
def undisturbed(rows: Path) -> Path:
    library = rows.with_name("undisturbed.filiation")
    with Library.open(library, create=True, writing=True) as opened:
        add(opened, [rows])
    return library


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_killed_run_is_resumed_at_the_row_and_ends_the_same(
    rows: Path, undisturbed: Path, tmp_path: Path
) -> None:
    library = tmp_path / "a.filiation"
    chance = random.Random(11)
    done = 0
    for kill in range(KILLS):
        jobs = str(1 + kill % 2)
        with ended(start("add", rows, "--library", library, "--jobs", jobs, "-q")) as process:
            # At any moment of the opening once, else at any after some rows are committed.
            if kill:
                wait_until_past(library, done, process)
            time.sleep(chance.random() * 0.8)
            process.kill()
            process.wait()
            until = time.monotonic() + 20
            while orphans := alive(process.pid):
                assert time.monotonic() < until, orphans
                time.sleep(0.05)
        if library.exists():
            with closing(sqlite3.connect(library)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert rows_done(library) >= done
            done = rows_done(library)
    assert done > 0
    with Library.open(library, create=True, writing=True) as opened:
        result = add(opened, [rows])
        assert result.passed + result.articles == opened.size
    assert dump(library) == dump(undisturbed)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_keeps_what_is_done(
    rows: Path, undisturbed: Path, tmp_path: Path, jobs: str
) -> None:
    """Ctrl-C reaches every process of a terminal's foreground; one of them answers, in a sentence."""
    library = tmp_path / "a.filiation"
    with ended(start("add", rows, "--library", library, "--jobs", jobs, "-q")) as process:
        wait_until_past(library, 0, process)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == b""
    told = err.decode()
    assert told.count("\n") == 1, told
    assert "interrupted; " in told
    assert "the same command goes on from there" in told
    with Library.open(library, writing=True) as opened:
        [(outcome,)] = opened.connection.execute("SELECT outcome FROM run").fetchall()
        assert outcome == "interrupted"
        assert 0 < opened.size < ROWS
        add(opened, [rows])
    assert dump(library) == dump(undisturbed)


def test_ctrl_c_during_the_start_is_one_sentence_too(rows: Path, tmp_path: Path) -> None:
    """Workers are deaf from their first moment, while they still import."""
    library = tmp_path / "a.filiation"
    with ended(start("add", rows, "--library", library, "--jobs", "2", "-q")) as process:
        while process.poll() is None and not library.exists():
            time.sleep(0.01)
        time.sleep(0.6)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.decode().count("\n") == 1, err.decode()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits another process")
def test_a_full_disk_is_one_sentence_and_loses_nothing(
    rows: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """A file may not grow beyond a size: to SQLite the same as a disk that is full."""
    library = tmp_path / "a.filiation"
    size = undisturbed.stat().st_size // 3
    with ended(start("add", rows, "--library", library, "--jobs", "1", "-q")) as process:
        wait_until_past(library, 0, process)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, size))
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == b""
    told = err.decode()
    assert told.count("\n") == 1, told
    assert "the same command again" in told
    with closing(sqlite3.connect(library)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    before = rows_done(library)
    with Library.open(library, writing=True) as opened:
        result = add(opened, [rows])
        opened_size = opened.size
    assert before > 0
    assert result.passed + result.articles == opened_size
    assert dump(library) == dump(undisturbed)


def test_a_reader_sees_a_whole_library_while_another_process_writes(
    rows: Path, tmp_path: Path
) -> None:
    library = tmp_path / "a.filiation"
    with ended(start("add", rows, "--library", library, "--jobs", "1", "-q")) as process:
        wait_until_past(library, 0, process)
        sizes: list[int] = []
        while process.poll() is None and len(sizes) < 20:
            with Library.open(library) as opened:
                columns = opened.columns()
                prints = sum(len(numbers) for numbers, _, _ in opened.fingerprints())
            assert prints >= len(columns) > 0
            sizes.append(len(columns))
    assert sizes == sorted(sizes)
    assert sizes


def test_a_second_writer_says_who_holds_it_and_then_gives_up(undisturbed: Path) -> None:
    told: list[str] = []
    with Library.open(undisturbed, writing=True) as _first:
        with pytest.raises(LibraryError, match=rf"process {os.getpid()} .* is writing it"):
            Library.open(undisturbed, writing=True, patience=0.3, says=told.append)
        assert len(told) == 1
        assert f"waiting for process {os.getpid()}" in told[0]
        with Library.open(undisturbed) as reader:
            assert reader.size
    with Library.open(undisturbed, writing=True) as library:
        assert library.writing


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    other = table(tmp_path / "other.jsonl", 60, seed=5)
    library = tmp_path / "a.filiation"
    with ExitStack() as held:
        with Library.open(library, create=True, writing=True):
            second = held.enter_context(
                ended(start("add", other, "--library", library, "--jobs", "1"))
            )
            assert second.stderr is not None
            told = second.stderr.readline().decode()
            assert f"waiting for process {os.getpid()}" in told
            assert second.poll() is None
        second.communicate(timeout=60)
        assert second.returncode == 3
    with Library.open(library) as opened:
        assert 50 < opened.size < 60, "rows without text are skipped"


def test_a_writer_that_died_holds_nobody_up(undisturbed: Path) -> None:
    with closing(sqlite3.connect(undisturbed)) as connection, connection:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        connection.execute(
            "INSERT INTO writer SELECT 1, ?, ?, '', 'filiation add', ?",
            (os.uname().nodename, gone.pid, time.time()),
        )
    with Library.open(undisturbed, writing=True, patience=0.0) as library:
        assert library.size


# --- what is no library --------------------------------------------------------------------------


def text(path: Path) -> None:
    path.write_text("The lamp went out twice in the night of the storm.", encoding="utf-8")


def folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    del path


def empty(path: Path) -> None:
    path.touch()


def sql(*statements: str) -> object:
    def make(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return make


def truncated(path: Path) -> None:
    with Library.open(path, create=True, writing=True) as library:
        add(library, [ROOT / "demo"])
    path.write_bytes(path.read_bytes()[:40_000])


def protected(path: Path) -> None:
    with Library.open(path, create=True):
        pass
    path.chmod(0o444)


_OURS = f"PRAGMA application_id = {APPLICATION}"


@pytest.mark.parametrize(
    ("make", "reads", "writes"),
    [
        (text, "it is no library, but a file of another kind", "a file of another kind"),
        (folder, "it is a folder", "it is a folder"),
        (nothing, "there is no such library", None),
        (empty, "there is no library in it yet", None),
        (sql("CREATE TABLE a (b)"), "an SQLite file of another program", "of another program"),
        (
            sql(_OURS, f"PRAGMA user_version = {VERSION + 1}", "CREATE TABLE a (b)"),
            rf"it is of version {VERSION + 1}, and this program knows {VERSION} .* up to date",
            rf"it is of version {VERSION + 1}, and this program knows {VERSION} .* up to date",
        ),
        (truncated, "damaged", "damaged"),
        (protected, None, "it may not be written"),
    ],
    ids=["text", "folder", "nothing", "empty", "foreign", "newer", "truncated", "protected"],
)
def test_what_is_no_library_is_one_sentence(
    tmp_path: Path, make: object, reads: str | None, writes: str | None
) -> None:
    path = tmp_path / "a.filiation"
    assert callable(make)
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for says, writing in ((reads, False), (writes, True)):
        if says is None:
            continue
        with (
            pytest.raises(LibraryError, match=says) as caught,
            Library.open(path, create=writing, writing=writing) as library,
        ):
            library.columns()
            add(library, [ROOT / "demo"])
        assert "\n" not in str(caught.value)
        assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_library_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="its folder does not exist"):
        Library.open(tmp_path / "no" / "a.filiation", create=True, writing=True)


def test_a_write_protected_library_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.filiation"
    with Library.open(path, create=True, writing=True) as library:
        add(library, [ROOT / "demo"])
        size = library.size
    path.chmod(0o444)
    with Library.open(path) as library:
        assert library.size == size
        with pytest.raises(LibraryError, match="for reading only"), library.transaction():
            pass


# --- workers -------------------------------------------------------------------------------------


def _squared(number: int) -> int:
    if number == 13:
        raise ValueError("thirteen")
    if number == 17:
        os._exit(1)
    time.sleep(random.random() * 0.005)
    return number * number


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_batches(jobs: int) -> None:
    expected = [n * n for n in range(100, 160)]
    assert list(mapped(_squared, range(100, 160), jobs)) == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_a_worker_is_raised_in_its_turn(jobs: int) -> None:
    results = mapped(_squared, range(10, 17), jobs)
    assert [next(results) for _ in range(3)] == [100, 121, 144]
    with pytest.raises(ValueError, match="thirteen"):
        next(results)


def test_a_worker_that_dies_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkerLost, match="ended unasked"):
        list(mapped(_squared, [1, 2, 17, 4, 5, 6], 2))


def _process(_: int) -> int:
    time.sleep(0.01)
    return os.getpid()


def test_processes_do_one_piece_of_work_after_another() -> None:
    with Workers(2) as workers:
        first = set(workers.mapped(_process, range(20)))
        assert list(workers.mapped(_squared, range(5))) == [0, 1, 4, 9, 16]
        assert set(workers.mapped(_process, range(20))) == first
        assert os.getpid() not in first
        with pytest.raises(ValueError, match="thirteen"):
            list(workers.mapped(_squared, range(10, 17)))
        # What was in hand then is nobody's answer now.
        assert list(workers.mapped(_squared, range(5))) == [0, 1, 4, 9, 16]
        assert first.isdisjoint(workers.mapped(_process, range(20)))
    assert multiprocessing.active_children() == []
