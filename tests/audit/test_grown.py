"""A library that grows, is audited in between with other options, and whose audits are killed.

However it came to hold its articles, it amounts to what one audit of all of them finds.
"""

import json
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from filiation.audit.postings import FREQUENT
from tests.audit.press import Press, Row, row
from tests.audit.test_again import add, audit, world

OPTIONS: tuple[tuple[str, ...], ...] = (
    (),
    ("--within",),
    ("--across",),
    ("--memory", "64M"),
    ("--jobs", "2"),
    ("--across", "--jobs", "2", "--memory", "64M"),
)
STEPS = ("_pairs", "aligned", "sifted", "weighed")
"""Functions of `filiation.audit.run` at which an audit is killed."""
DYING = """
import os, signal, sys
from filiation.audit import run
from filiation.cli import main
setattr(run, sys.argv[1], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
main(["audit", "--library", sys.argv[2], "--quiet", "--jobs", "1"])
"""
FORMULA = "The council will meet again on the first Monday of the coming month, as it always does."
SLOGAN = "Read all of our reports about the harbour in the weekend supplement on Saturday."


def changing(seed: int) -> list[Row]:
    """Return articles that make a formula frequent, a house phrase none, and an outlet known."""
    press = Press(seed + 100)
    rows = world(seed)
    # A formula that more articles have than are paired with one another; two share more besides.
    shared = press.text(40)
    for n in range(FREQUENT + 8):
        more = shared if n in (3, FREQUENT + 2) else press.text(20)
        rows.append(
            row(f"f{n}", f"Gazette {n % 9}", 130 + n, f"{press.text(30)}\n\n{FORMULA} {more}")
        )
    # Five articles that are otherwise unlike have the slogan, and then many versions of one text.
    rows += [
        row(f"s{n}", "Slogan Post", 200 + n, f"{press.text(90)}\n\n{SLOGAN}") for n in range(5)
    ]
    story = press.text(120)
    rows += [
        row(f"v{n}", "Slogan Post", 210 + n, f"{story}\n\n{SLOGAN} {press.text(10)}")
        for n in range(7)
    ]
    # Nothing tells whose these are, until a page of the second's site names it.
    text = press.text(140)
    nameless = row("nobody", "Nobody", 230, text)
    rows.append({key: nameless[key] for key in ("id", "published", "language", "text")})
    site = row("site", "Later Known", 231, press.changed(text, 0.02))
    rows.append({key: value for key, value in site.items() if key != "outlet"})
    rows.append(row("known", "Later Known", 240, press.text(80)))
    return rows


def killed(library: Path, step: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DYING, step, str(library)], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def parts(rows: Sequence[Row], draw: random.Random) -> Iterator[Sequence[Row]]:
    cuts = sorted(draw.sample(range(1, len(rows)), 3))
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        yield rows[start:end]


def files(library: Path, *options: str) -> dict[str, bytes]:
    """Return what the files of an audit hold, less where each article was read."""
    found = audit(library, *options)
    listed = [
        {key: value for key, value in json.loads(line).items() if key != "input"}
        for line in (library.with_name("out") / "articles.jsonl").read_bytes().split(b"\n")
        if line
    ]
    return found | {"articles.jsonl": json.dumps(listed).encode()}


def phrases(library: Path) -> set[str]:
    with closing(sqlite3.connect(library)) as connection:
        return {text for (text,) in connection.execute("SELECT text FROM house")}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_came_between_the_last_audit_finds_what_one_finds(
    seed: int, tmp_path: Path
) -> None:
    draw = random.Random(seed)
    rows = changing(seed)
    draw.shuffle(rows)
    whole = tmp_path / "whole"
    whole.mkdir()
    add(rows, whole / "library.filiation")
    expected = files(whole / "library.filiation")
    library = tmp_path / "library.filiation"
    for part in parts(rows, draw):
        add(part, library)
        killed(library, draw.choice(STEPS))
        audit(library, *draw.choice(OPTIONS))
    found = files(library, "--jobs", str(1 + seed % 2))
    assert [name for name in expected if found[name] != expected[name]] == []
    assert phrases(library) == phrases(whole / "library.filiation")


def test_what_is_a_house_phrase_no_more_is_shared_text_again(tmp_path: Path) -> None:
    rows = [r for r in changing(1) if r["id"][0] in "sv" and r.get("outlet") == "Slogan Post"]
    library = tmp_path / "library.filiation"
    add(rows[:5], library)
    audit(library)
    assert phrases(library) == {SLOGAN.removesuffix(".")}
    add(rows[5:], library)
    grown = files(library)
    assert not any(phrase in SLOGAN for phrase in phrases(library))
    whole = tmp_path / "whole"
    whole.mkdir()
    add(rows, whole / "library.filiation")
    assert files(whole / "library.filiation") == grown
