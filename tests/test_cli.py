"""The program as it is run: what it prints where, what it leaves behind, and its exit status."""

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from filiation.cli.program import main, program

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "demo"
SEED = ROOT.parent / "shared" / "seeds" / "000_1db9894e2fd2ea85.txt"
COPY = str(DEMO / "courrier-des-rives.html")
PROGRAM = (sys.executable, "-m", "filiation")
PLAIN_TEXT = """A letter to the lighthouse

By Ada Quill

The lamp went out twice in the night of the storm, and both times somebody had climbed the stairs and
lit it again before the keeper was awake. Nobody has said who it was.
"""
ESCAPES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def apart(
    *arguments: str | Path,
    given: bytes = b"",
    cwd: Path | None = None,
    **environment: str,
) -> "subprocess.CompletedProcess[bytes]":
    """Run the program as a user does: another process, no terminal."""
    inherited = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=given,
        capture_output=True,
        cwd=cwd,
        timeout=60,
        env={**inherited, "PYTHONPATH": str(ROOT / "trace"), **environment},
        check=False,
    )


def run(
    *arguments: str | Path, given: bytes = b"", cwd: Path | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """Run the program in this process: the same, without the second it takes to load everything."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(given), "utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err), chdir(cwd or ROOT):
            status = main([str(argument) for argument in arguments])
    finally:
        sys.stdin = before
    out.flush()
    err.flush()
    printed, told = (stream.detach().getvalue() for stream in (out, err))
    return subprocess.CompletedProcess(arguments, status, printed, told)


def complaint(done: "subprocess.CompletedProcess[bytes]") -> str:
    """Return the one sentence on standard error."""
    text = done.stderr.decode()
    assert "Traceback" not in text, text
    return text


# --- bad input: one clear sentence, exit status 2, nothing written ------------------------------


def nested(depth: int) -> bytes:
    return b"<html><body>" + b"<div>" * depth + b"deep" + b"</div>" * depth


def bomb() -> bytes:
    entities = b"".join(
        b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"boom") for n in range(12)
    )
    return (
        b'<?xml version="1.0"?><!DOCTYPE html ['
        + entities
        + b"]><html><body><p>&e11;</p></body></html>"
    )


Make = Callable[[Path], list[str]]


def file(name: str, content: bytes) -> Make:
    def make(folder: Path) -> list[str]:
        (folder / name).write_bytes(content)
        return [name]

    return make


def folder(name: str, **files: bytes) -> Make:
    def make(place: Path) -> list[str]:
        (place / name).mkdir()
        for inner, content in files.items():
            (place / name / inner).write_bytes(content)
        return [name]

    return make


def broken_outlet(place: Path) -> list[str]:
    (place / "gull.toml").write_text(
        'name = "The Gull"\ndomain = ["gull.example"]\n', encoding="utf-8"
    )
    (place / "page.txt").write_text(PLAIN_TEXT, encoding="utf-8")
    return ["page.txt", "--outlets", "gull.toml"]


# what, how it is made, what the sentence must say
BAD: list[tuple[str, Make, str]] = [
    ("missing file", lambda _: ["nowhere.html"], "nowhere.html"),
    ("missing id", lambda _: ["a1b2c3"], "a1b2c3"),
    ("address", lambda _: ["ftp://gull.example/storm"], "http or https"),
    ("empty file", file("empty.html", b""), "empty.html"),
    ("white space", file("blank.txt", b" \n\t \n"), "blank.txt"),
    (
        "binary file",
        file("photo.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50),
        "photo.html",
    ),
    ("null bytes", file("null.txt", b"\0" * 5000), "null.txt"),
    ("name with an escape", lambda _: ["\x1b[31mred.html"], r"\x1b[31mred.html"),
    ("broken outlet file", broken_outlet, "gull.toml: domain"),
]
BATCH: list[tuple[str, Make, str]] = [
    ("CSV without a text column", file("t.csv", b"id,name\n1,one\n2,two\n"), "--column"),
    ("CSV with a header alone", file("t.csv", b"id,text\n"), "t.csv"),
    ("folder without files", folder("void"), "void"),
    (
        "folder with nothing readable",
        folder("odd", **{"a.html": b"", "b.html": b"\0\1\2" * 999}),
        "odd",
    ),
    ("broken Parquet", file("t.parquet", b"PAR1 and then nothing"), "t.parquet"),
]


@pytest.mark.parametrize("command", ["credits", "trace", "compare"])
@pytest.mark.parametrize(("make", "says"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input_is_told_in_one_sentence(
    command: str, make: Make, says: str, tmp_path: Path
) -> None:
    """Status 2, one line on standard error, nothing on standard output, no file left behind."""
    arguments = make(tmp_path)
    before = set(tmp_path.iterdir())
    other = [COPY] if command == "compare" else []
    here = apart if command == "credits" else run
    done = here(command, *other, *arguments, "-o", "result.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == b""
    told = complaint(done)
    assert told.count("\n") == 1, told
    assert told.startswith("filiation: ")
    assert says in told
    assert not ESCAPES.search(told)
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("make", "says"), [row[1:] for row in BATCH], ids=[row[0] for row in BATCH]
)
@pytest.mark.parametrize("command", ["credits", "trace"])
def test_a_batch_without_any_article_is_an_error(
    command: str, make: Make, says: str, tmp_path: Path
) -> None:
    arguments = make(tmp_path)
    before = set(tmp_path.iterdir())
    asked = [COPY, "--against"] if command == "trace" else []
    done = run(command, *asked, *arguments, "-o", "result.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == b""
    told = complaint(done)
    assert says in told
    assert all(line.startswith("filiation: ") for line in told.splitlines())
    assert set(tmp_path.iterdir()) == before


HOSTILE: list[tuple[str, Make]] = [
    ("deeply nested", file("deep.html", nested(100_000))),
    ("entity bomb", file("bomb.html", bomb())),
    ("entity that names a file", file(
        "xxe.html",
        b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>&x;</p></body></html>',
    )),
    ("broken UTF-8", file("broken.txt", PLAIN_TEXT.encode() + b"\xff\xfe\xc3\x28 caf\xe9\n")),
    ("escapes in the title", file(
        "escape.html",
        "<title>\x1b[31mRed \x9b2J \u202egnp.exe [bold]not bold[/bold]</title><h1>\x1b]0;gone\x07</h1>"
        "<p>Plain text that goes on for a while, so that there is something here to be read.</p>"
        .encode(),
    )),
]  # fmt: skip


@pytest.mark.parametrize("make", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
@pytest.mark.parametrize(("command", "form"), [("credits", "json"), ("trace", "rich")])
def test_hostile_input_is_survived_and_cannot_act(
    command: str, form: str, make: Make, tmp_path: Path
) -> None:
    """It is read, or refused in one sentence; whatever is printed cannot act on a terminal."""
    done = apart(command, *make(tmp_path), "--format", form, cwd=tmp_path)
    assert done.returncode in (0, 1, 2)
    told, printed = complaint(done), done.stdout.decode()
    assert "\x1b[31mRed" not in printed
    bare = re.sub("\x1b\\[[0-9;]*m", "", printed)  # the report's own colours
    assert not ESCAPES.search(bare)
    assert not ESCAPES.search(told)
    assert "root:" not in printed
    if done.returncode == 2:
        assert printed == ""
        assert told.count("\n") == 1


def test_a_line_of_200_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    """One sentence that says how large it may be; no more memory than the limit."""
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as paper:
        for _ in range(200):
            paper.write(b"a" * 1_000_000)
    commands: list[list[str | Path]] = [["credits", huge], ["trace", COPY, "--against", huge]]
    for arguments in commands:
        began = time.monotonic()
        done = apart(*arguments)
        assert done.returncode == 2
        assert complaint(done).count("\n") == 1
        assert "huge.txt" in complaint(done)
        assert time.monotonic() - began < 20


# --- usage ----------------------------------------------------------------------------------------

USAGE = [
    (["credt", "x"], "Did you mean credits?"),
    (
        ["xyzzy"],
        "There are add, audit, compare, completion, credits, demo, export, lexicon, man, outlets, report, search, show, trace, verify.",
    ),
    (["credits"], "INPUT"),
    (["credits", "--jsn", "x"], "There is no option --jsn. Did you mean --json?"),
    (["credits", "--qqqqqq", "x"], "There is no option --qqqqqq.\n"),
    (["trace", COPY, "--librery", "x"], "Did you mean --library?"),
    (["trace", COPY, "--no-hstory"], "Did you mean --no-history?"),
    (["trace", COPY, "--format", "jsno"], "Did you mean json?"),
    (["export", "--of", "hop"], "Did you mean hops?"),
    (["completion", "bsh"], "Did you mean bash?"),
    (["completion"], "SHELL"),
    (["man"], "DIR"),
    (["trace", COPY, "--column", "txt=context"], "Did you mean text?"),
    (["trace", COPY, "--column", "text"], "text=context"),
    (["trace", COPY, "--column", "body=context"], "outlet"),
    (["trace", COPY, "--format", "xml"], "jsonl"),
    (["trace", COPY, "--json", "--format", "plain"], "--json"),
    (["trace", COPY, "--width", "5"], "--width"),
    (["trace", COPY, COPY], "extra argument"),
    (["compare", "-", "-"], "standard input"),
    (["outlets", "shw"], "did you mean show?"),
    (["outlets", "le saker francofone"], "did you mean lesakerfrancophone"),
    (["outlets", "zerohege.com"], "did you mean zerohedge"),
    (["outlets", "x" * 100_000], "filiation outlets lists them all"),
    (["outlets", "show"], "KEY"),
    (["outlets", "show", "zerohege!"], "zerohedge"),
    (["trace", COPY, "-o", "no/such/folder/x.txt"], "no/such/folder/x.txt"),
    (["trace", COPY, "-o", "."], "directory"),
    (["export"], "--format"),
    (["export", "-o", "x.doc"], ".graphml"),
    (["export", "--format", "parquet"], "-o"),
    (["export", "--format", "gexf", "--bom"], "--bom"),
    (["export", "nothing.json", "--format", "csv"], "nothing.json"),
    (["export", "--format", "dot", "--library", "none.filiation"], "none.filiation"),
]


@pytest.mark.parametrize(("arguments", "says"), USAGE, ids=[" ".join(row[0][-2:]) for row in USAGE])
def test_usage_errors_say_what_would_have_worked(
    arguments: list[str], says: str, tmp_path: Path
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == b""
    assert says in complaint(done)
    assert list(tmp_path.iterdir()) == []


def test_without_a_command_the_help_is_shown() -> None:
    done = apart()
    assert done.returncode == 2
    assert b"Commands:" in done.stderr


@pytest.mark.parametrize("command", sorted(program.commands))
def test_help_opens_with_examples_wherever_it_is_asked_for(command: str) -> None:
    told = run(command, "-h").stdout.decode()
    assert told == run(command, "nothing-here", "--help").stdout.decode()
    assert told.index("Examples:") < told.index("Usage:") < told.index("Options:")
    assert "Exit status:" in told
    assert program.commands[command].help


def test_version() -> None:
    assert re.fullmatch(r"filiation \d+\.\d+\.\d+\n", apart("--version").stdout.decode())


def test_help_answers_at_once() -> None:
    """Under 0.2 s: no library is loaded that help does not need."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "filiation", "--help"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "trace")},
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    heavy = {"rich", "lxml", "lxml.etree", "trafilatura", "duckdb", "numpy", "py3langid", "httpx"}
    heavy |= {"filiation.read", "filiation.match", "filiation.stemma", "filiation.report.terminal"}
    assert not loaded & heavy
    best = min(seconds("--help") for _ in range(5))
    assert best < 0.2, f"{best:.3f} s"


def seconds(*arguments: str | Path) -> float:
    """Return the processor time of a run: what it takes on a machine with nothing else to do."""
    before = os.times()
    assert apart(*arguments).returncode == 0
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


# --- results --------------------------------------------------------------------------------------


def test_trace_prints_one_document_and_nothing_else() -> None:
    done = run("trace", COPY, "--against", DEMO, "--json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["schema"] == "filiation/trace@1"
    assert done.stderr == b""


def test_hints_go_to_standard_error_and_can_be_silenced() -> None:
    assert b"--against" in run("trace", COPY).stderr
    assert run("trace", COPY, "--quiet").stderr == b""


def test_a_text_without_other_versions_is_nothing_found(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PLAIN_TEXT, encoding="utf-8")
    for command in ("trace", "credits"):
        done = run(command, "page.txt", cwd=tmp_path)
        assert done.returncode == 1, done
        assert done.stdout


def test_compare_says_by_its_status_whether_anything_is_shared(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PLAIN_TEXT, encoding="utf-8")
    assert run("compare", COPY, DEMO / "estran.html").returncode == 0
    assert run("compare", "page.txt", COPY, cwd=tmp_path).returncode == 1
    done = run("compare", "page.txt", "-", "--json", given=PLAIN_TEXT.encode(), cwd=tmp_path)
    document = json.loads(done.stdout)
    assert (document["schema"], document["kind"]) == ("filiation/match@1", ["verbatim"])


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "page.txt").write_text(PLAIN_TEXT, encoding="utf-8")
    document = json.loads(run("compare", "a/page.txt", "b/page.txt", "--json", cwd=tmp_path).stdout)
    assert document["a"] != document["b"]


def test_standard_input_is_read() -> None:
    for command in ("credits", "trace"):
        from_file = json.loads(run(command, COPY, "--json").stdout)
        from_pipe = json.loads(run(command, "-", "--json", given=Path(COPY).read_bytes()).stdout)
        assert from_pipe["credits"] == from_file["credits"]


def test_credits_prints_one_line_an_input(tmp_path: Path) -> None:
    names = ["harbour-ledger.html", "estran.html", "courrier-des-rives.html"]
    done = run("credits", *(DEMO / name for name in names), "--json")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == names


def test_columns_of_a_table_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        'nr,context\n7,"A long enough story about the gulls.\nSource: The Gull"\n8,"Nothing said here."\n',
        encoding="utf-8",
    )
    done = run(
        "credits", "t.csv", "--column", "text=context", "--column", "id=nr", "--json", cwd=tmp_path
    )
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["7", "8"]
    assert done.returncode == 0


def test_a_row_without_text_is_told_and_skipped_and_the_batch_is_incomplete(tmp_path: Path) -> None:
    """Status 3: finished, but not all of it."""
    (tmp_path / "t.csv").write_text(
        "id,text\n1,Source: The Gull\n2,\n3,Another\n", encoding="utf-8"
    )
    done = run("credits", "t.csv", "--json", cwd=tmp_path)
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 2
    assert "row 2" in complaint(done)
    assert run("credits", "t.csv", "--json", "--quiet", cwd=tmp_path).stderr == b""


def test_a_missing_file_among_others_makes_the_result_incomplete(tmp_path: Path) -> None:
    done = run("credits", COPY, "nowhere.html", "--json", cwd=tmp_path)
    assert (done.returncode, len(done.stdout.splitlines())) == (3, 1)
    assert "nowhere.html" in complaint(done)
    done = run(
        "trace", COPY, "--against", DEMO, "--against", "nowhere.html", "--json", cwd=tmp_path
    )
    assert done.returncode == 3
    failed = [
        place for place in json.loads(done.stdout)["searched"] if place["outcome"] == "failed"
    ]
    assert [(place["where"], place["says"]) for place in failed] == [
        ("nowhere.html", "there is no such file")
    ]


def test_the_report_names_the_first_inputs_that_failed_and_counts_the_rest(tmp_path: Path) -> None:
    rows = "".join(f"{n},\n" for n in range(30))
    (tmp_path / "t.csv").write_text(f"id,text\nx,Source: The Gull\n{rows}", encoding="utf-8")
    done = run("trace", COPY, "--against", "t.csv", cwd=tmp_path)
    report = done.stdout.decode()
    assert done.returncode == 3
    assert "- t.csv, row 2: failed (it has no text)" in report
    assert "- 20 more: failed" in report


def test_what_was_lost_in_reading_is_told(tmp_path: Path) -> None:
    deep = "<div>" * 5_000 + "<p>The lake rose by a hand last night.</p>"
    (tmp_path / "deep.html").write_text(deep, encoding="utf-8")
    report = run("trace", "deep.html", cwd=tmp_path).stdout.decode()
    assert "deep.html was read with a reservation: nested deeper than 250 levels" in report


def test_many_failures_are_counted_not_listed(tmp_path: Path) -> None:
    rows = "".join(f"{n},\n" for n in range(500))
    (tmp_path / "t.csv").write_text(f"id,text\nx,Source: The Gull\n{rows}", encoding="utf-8")
    done = run("credits", "t.csv", "--json", cwd=tmp_path)
    assert done.returncode == 3
    assert len(complaint(done).splitlines()) == 21
    assert "480 more" in complaint(done)


def test_a_table_of_100000_rows_streams_in_constant_memory(tmp_path: Path) -> None:
    """The first lines come long before the last row is read, and memory stays where it was."""
    table = tmp_path / "t.jsonl"
    with table.open("w", encoding="utf-8") as paper:
        for n in range(100_000):
            paper.write(json.dumps({"id": n, "text": f"Source: The Gull {n}"}) + "\n")
    child = subprocess.Popen(
        [*PROGRAM, "credits", str(table), "--json"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "trace")},
    )
    assert child.stdout is not None
    try:
        first = json.loads(child.stdout.readline())
        assert first["id"] == "0"
        sizes = []
        for _ in range(2):
            for _ in range(1000):
                child.stdout.readline()
            sizes.append(resident(child.pid))
        assert sizes[1] < sizes[0] * 1.1
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def resident(pid: int) -> int:
    """Return the memory of a process, in kB."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("needs /proc")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text())
    assert found is not None
    return int(found[1])


# --- where the result goes ------------------------------------------------------------------------


def test_a_result_file_is_written_whole(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_text("old", encoding="utf-8")
    done = run("trace", COPY, "--json", "-o", target)
    assert done.stdout == b""
    assert json.loads(target.read_text(encoding="utf-8"))["schema"] == "filiation/trace@1"
    assert list(tmp_path.iterdir()) == [target]


def test_an_old_result_survives_an_error(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_text("old", encoding="utf-8")
    assert run("credits", "nowhere.html", "--json", "-o", target).returncode == 2
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_result_goes_through_a_link_not_over_it(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    run("trace", COPY, "-o", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").stat().st_size > 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "credits", COPY], stdout=full, stderr=subprocess.PIPE, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "trace")},
        )  # fmt: skip
    assert done.returncode == 2
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr
    assert run("credits", COPY, "-o", "/dev/full").returncode == 2


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    """`filiation … | head -1` ends silently."""
    child = subprocess.Popen(
        [*PROGRAM, "outlets", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "trace")},
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.readline()
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait() == 0


def test_an_interrupt_is_status_130_and_leaves_nothing(tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    with table.open("w", encoding="utf-8") as paper:
        for n in range(100_000):
            paper.write(json.dumps({"id": n, "text": f"Source: The Gull {n}"}) + "\n")
    child = subprocess.Popen(
        [*PROGRAM, "credits", str(table), "--json", "-o", str(tmp_path / "result.jsonl")],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "trace")},
    )
    assert child.stderr is not None
    while len(list(tmp_path.iterdir())) == 1 and child.poll() is None:
        time.sleep(0.05)
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    told = child.stderr.read()
    child.stderr.close()
    assert child.wait() == 130
    assert told == b"filiation: interrupted\n"
    assert list(tmp_path.iterdir()) == [table]


# --- how it looks ---------------------------------------------------------------------------------


def test_a_pipe_gets_plain_text() -> None:
    assert b"\x1b" not in apart("trace", COPY).stdout


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ([], {"TERM": "xterm-256color"}, True),
        ([], {"TERM": "dumb"}, False),
        ([], {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (["--no-color"], {"TERM": "xterm"}, False),
        (["--format", "plain"], {"TERM": "xterm"}, False),
    ],
)
def test_a_terminal_gets_colour_unless_told_otherwise(
    options: list[str], environment: dict[str, str], coloured: bool
) -> None:
    inherited = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    controller, terminal = pty.openpty()
    child = subprocess.Popen(
        [*PROGRAM, "credits", COPY, *options], stdout=terminal, stderr=subprocess.DEVNULL,
        env={**inherited, "PYTHONPATH": str(ROOT / "trace"), **environment},
    )  # fmt: skip
    os.close(terminal)
    printed = b""
    while True:
        try:
            piece = os.read(controller, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        printed += piece
    os.close(controller)
    assert child.wait() == 0
    assert (b"\x1b[" in printed) == coloured
    assert (b"\xe2\x80\x9c" in printed) == (environment["TERM"] != "dumb")


def test_an_output_without_unicode_gets_ascii_and_escapes() -> None:
    for options in ([], ["--json"]):
        done = apart("credits", COPY, *options, PYTHONIOENCODING="ascii")
        assert done.returncode == 0
        assert done.stdout.isascii()
    assert (
        json.loads(done.stdout)["credits"]
        == json.loads(run("credits", COPY, "--json").stdout)["credits"]
    )


def test_width_is_kept() -> None:
    for width in (60, 80, 120):
        lines = (
            run("trace", COPY, "--against", DEMO, "--width", str(width))
            .stdout.decode()
            .splitlines()
        )
        assert max(map(len, lines)) <= width


# --- outlets --------------------------------------------------------------------------------------


def test_outlets_are_listed_shown_and_checked(tmp_path: Path) -> None:
    listed = run("outlets", "--json").stdout.splitlines()
    assert len(listed) >= 120
    assert run("outlets", "list", "--json").stdout.splitlines() == listed
    shown = json.loads(run("outlets", "show", "Zero Hedge", "--json").stdout)
    assert shown["key"] == "zerohedge"
    assert b"Tyler Durden" in run("outlets", "show", "zerohedge").stdout
    assert run("outlets", "--check").returncode == 0
    (tmp_path / "gull.toml").write_text(
        'name = "The Gull"\ndomains = ["gull.example"]\n', encoding="utf-8"
    )
    assert run("outlets", "--check", tmp_path).returncode == 0
    assert b"The Gull" in run("outlets", "show", "gull", "--outlets", tmp_path).stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("name = The Gull\n", "syntax"),
        ('name = "The Gull"\n', "domains"),
        ('name = "The Gull"\ndomains = ["https://gull.example/"]\n', "domains"),
        ('name = "The Gull"\ndomains = ["zerohedge.com"]\n', "zerohedge"),
    ],
)
def test_a_broken_outlet_file_is_told_with_file_key_and_remedy(
    content: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "gull.toml").write_text(content, encoding="utf-8")
    done = run("outlets", "--check", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "gull.toml" in complaint(done)
    assert says in complaint(done)


# --- the main job ---------------------------------------------------------------------------------


def test_the_demo_tells_its_chain() -> None:
    """Three outlets in order, a translation and an abridged republication, both measured."""
    found = json.loads(run("trace", COPY, "--against", DEMO, "--json").stdout)
    versions = {version["id"]: version for version in found["versions"]}
    assert [versions[key]["name"] for key in found["chain"]] == [
        "The Harbour Ledger", "L'Estran", "Le Courrier des Rives",
    ]  # fmt: skip
    assert len(versions) == 3, "the decoys are no versions"
    assert all(version["seen"] for version in versions.values())
    first, second = found["hops"]
    assert (first["kind"], first["standing"]) == (["translation"], "confirmed")
    assert "abridged" in second["kind"]
    assert second["standing"] == "skipped"
    assert {first["kind_from"], second["kind_from"]} == {"match"}
    assert versions["v2"]["translator"] == "Hélène Marchetti"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's pages in a library."""
    place = tmp_path_factory.mktemp("library") / "demo.filiation"
    assert run("add", DEMO, "--library", place).returncode == 0
    return place


def test_the_demo_tells_its_chain_from_a_library(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a file, by standard input or by id: as from files, but for what was searched."""
    among_files = json.loads(run("trace", COPY, "--against", DEMO, "--json").stdout)
    page = Path(COPY).read_bytes()
    name = Path(COPY).name
    printed = [
        run("trace", COPY, "--library", library, "--json").stdout,
        run("trace", name, "--library", library, "--json").stdout,
        run("trace", "-", "--library", library, "--json", given=page).stdout.replace(
            b"standard input", name.encode()
        ),
    ]
    monkeypatch.setenv("FILIATION_LIBRARY", str(library))
    printed.append(run("trace", name, "--json").stdout)
    for document in printed:
        found = json.loads(document)
        assert found["hops"] == among_files["hops"]
        assert found["chain"] == among_files["chain"]
        shelf, languages = found["searched"]
        assert (shelf["where"], shelf["outcome"], shelf["found"]) == ("library", "ok", 2)
        assert shelf["looked_at"] == len(list(DEMO.iterdir()))
        assert str(library) in shelf["says"]
        assert (languages["outcome"], languages["found"]) == ("ok", 2)


def test_the_report_says_which_library_was_searched_and_shows_the_text_shared(
    library: Path,
) -> None:
    done = run("trace", Path(COPY).name, "--library", library, "--width", "200")
    printed = done.stdout.decode()
    among_files = run("trace", COPY, "--against", DEMO, "--width", "200").stdout.decode()
    before, after = (text.split("WHAT WAS SEARCHED") for text in (among_files, printed))
    paths = re.compile(r"\S*courrier-des-rives\.html|\S*demo/| *had from the library\n")
    assert paths.sub("", before[0]) == paths.sub("", after[0])
    assert f"library: {len(list(DEMO.iterdir()))} articles looked at, 2 versions found" in printed
    assert "library, other languages: " in printed
    assert printed.count("2 versions found") == 2
    assert done.stderr == b"", "there is nothing left to hint at"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["courrier-des-rive.html"], "did you mean courrier-des-rives.html"),
        (["\x1b[31m\udcff"], "holds no article of this id"),
        (["estran.html", "--url", "https://lestran.example/a"], "--url is for files"),
    ],
    ids=["mistyped", "hostile", "url"],
)
def test_an_article_that_the_library_has_not_is_told_in_one_sentence(
    arguments: list[str], says: str, library: Path, tmp_path: Path
) -> None:
    done = run("trace", *arguments, "--library", library, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == b""
    assert says in complaint(done)
    assert not ESCAPES.search(complaint(done))


def test_a_library_that_is_none_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(PLAIN_TEXT, encoding="utf-8")
    for place, says in (("nowhere.filiation", "no such library"), ("note.txt", "no library")):
        done = run("trace", COPY, "--library", place, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert says in complaint(done)
        assert complaint(done).count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


@pytest.mark.skipif(not SEED.exists(), reason="needs ../shared/seeds")
def test_a_trace_is_exported_from_a_pipe_to_files_told_by_their_names(tmp_path: Path) -> None:
    chain = run("trace", COPY, "--against", DEMO, "--json").stdout
    for name, begins in (
        ("chain.gexf", b"<?xml"),
        ("chain.prov.json", b"{"),
        ("chain.csl.json", b"["),
        ("chain.json", b'{"schema": "filiation/export@1"'),
        ("chain.parquet", b"PAR1"),
    ):
        done = run("export", "-", "-o", tmp_path / name, given=chain)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).read_bytes().startswith(begins)
    table = run("export", "-", "--format", "csv", "--bom", given=chain).stdout
    assert table.startswith(b"\xef\xbb\xbffrom,to,")
    assert table.count(b"\n") == 3


def test_the_seed_tells_its_chain_in_under_two_seconds() -> None:
    found = json.loads(run("trace", SEED, "--json").stdout)
    versions = [next(v for v in found["versions"] if v["id"] == key) for key in found["chain"]]
    assert [version["outlet"] for version in versions] == [
        "zerohedge", "lesakerfrancophone", "mondialisation",
    ]  # fmt: skip
    assert [version["seen"] for version in versions] == [False, False, True]
    assert (versions[0]["title"] or "").startswith("NATO Panics as Putin Urges")
    assert versions[0]["author"] == "Tyler Durden"
    assert versions[1]["translator"] == "JJ"
    assert versions[2]["published"]["latest"] == "2016-11-21"
    assert [hop["standing"] for hop in found["hops"]] == ["credited", "skipped"]
    assert min(seconds("trace", SEED) for _ in range(3)) < 2
