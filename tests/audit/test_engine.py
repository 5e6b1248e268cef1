"""What runs an audit: batches that bring their articles, and the SQL for engines without NumPy."""

import pickle
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterable
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np
import pytest

from filiation.audit import audit
from filiation.audit.candidates import LISTED, SAID, said
from filiation.audit.engine import Machine
from filiation.cli import main
from filiation.library import Library
from tests.audit.press import corpus, write
from tests.audit.test_audit import add

Work = TypeVar("Work")
Result = TypeVar("Result")


class Afar(Machine):
    """An engine whose workers see nothing of this machine: everything goes through bytes."""

    @property
    def reads_library(self) -> bool:
        return False

    def mapped(
        self, function: Callable[[Work], Result], batches: Iterable[Work], *, few: bool = False
    ) -> Generator[Result, None, None]:
        sent = pickle.dumps(function)
        assert b".filiation\x94" not in sent  # no worker is told of the library's file
        for batch in batches:
            yield pickle.loads(pickle.dumps(pickle.loads(sent)(pickle.loads(pickle.dumps(batch)))))


def found(library: Path) -> list[object]:
    with sqlite3.connect(library) as connection:
        rows = [
            connection.execute("SELECT * FROM match ORDER BY a, b").fetchall(),
            connection.execute('SELECT * FROM hop ORDER BY "group", number').fetchall(),
            connection.execute("SELECT * FROM grouping ORDER BY article").fetchall(),
        ]
    connection.close()
    return list(rows)


def test_batches_that_bring_their_articles_come_to_the_same(tmp_path: Path) -> None:
    here, afar = tmp_path / "here.filiation", tmp_path / "afar.filiation"
    assert add(write(corpus(), tmp_path / "rows.jsonl"), here) == 0
    shutil.copy(here, afar)
    for path, engine in ((here, None), (afar, Afar())):
        with Library.open(path, writing=True) as library:
            audit(library, jobs=1, engine=engine)
    assert found(afar) == found(here)
    assert found(here)[0]


def test_what_articles_say_is_the_same_by_sql() -> None:
    draw = np.random.default_rng(5)
    gram = draw.zipf(1.3, 3_000) % 700
    article = draw.integers(0, 40, 3_000).astype(np.int32)
    gram, article = np.unique(np.stack((gram, article)), axis=1)
    many = np.bincount(gram)[gram]
    shared = many > 1
    bits, surprise = said(40, many)
    engine = duckdb.connect()
    engine.register("articles", {"article": np.arange(40)})
    engine.register("postings", {"gram": gram, "article": article, "place": article})
    engine.execute(f"CREATE VIEW listed AS {LISTED}")
    for number, grams, told, surprising in engine.execute(SAID).fetchall():
        mine = shared & (article == number)
        assert grams == mine.sum()
        assert (told, surprising) == (bits[mine].sum(), surprise[mine].sum())
    engine.close()


def test_without_spark_one_sentence_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library.filiation"
    assert add(write(corpus(10), tmp_path / "rows.jsonl"), library) == 0
    monkeypatch.setattr(import_module("filiation.audit.spark"), "find_spec", lambda _: None)
    assert main(["audit", "--library", str(library), "--engine", "spark"]) == 2
    [sentence] = capsys.readouterr().err.strip().splitlines()
    assert "filiation[spark]" in sentence


@pytest.mark.parametrize("option", ["--master", "--staging"])
def test_what_is_sparks_alone_is_refused_elsewhere(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", option, "local[2]"]) == 2
    assert "--engine spark" in capsys.readouterr().err
