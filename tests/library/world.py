"""Rows of invented outlets, as many as wanted, and a library's whole content for comparison."""

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUTLETS = ("The Gull", "Harbour Post", "L'Estran", "Moor & Fen", "Night Desk")
WORDS = """
    lamp keeper storm stair harbour rope winter salt road council river paper ferry market light
    evening letter bridge mayor school engine valley cloud ledger window stone garden orchard mill
    quarry signal tide gull anchor barge canal lantern cellar chapel meadow
""".split()  # noqa: SIM905 - readable
SENTENCES = (
    "The {} of the {} was in the {} when they came for the {}, and nobody had seen the {}.",
    "There is a {} by the {}, but it has not been used since the {} was built for the {} and the {}.",
    "She said that the {} would be with the {} before the end of the {}, at the {} or at the {}.",
)
Dump = dict[str, list[tuple[Any, ...]]]


def rows(number: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Yield rows of a table; every 97th has no text."""
    chance = random.Random(seed)
    for n in range(number):
        outlet = n % len(OUTLETS)
        text = "\n".join(
            chance.choice(SENTENCES).format(*chance.choices(WORDS, k=5))
            for _ in range(chance.randint(1, 4))
        )
        credit = f"\nThis article first appeared in {OUTLETS[(n + 1) % 5]}." if n % 5 == 2 else ""
        yield {
            "id": f"row-{seed}-{n}",
            "url": f"https://paper{outlet}.example/2021/{1 + n % 12:02}/{seed}-{n}",
            "outlet": OUTLETS[outlet],
            "title": " ".join(chance.choices(WORDS, k=4)).title(),
            "published": f"2021-{1 + n % 12:02}-{1 + n % 28:02}",
            "language": "en",
            "text": "" if n % 97 == 13 else text + credit,
        }


def table(path: Path, number: int, seed: int = 1) -> Path:
    """Write a table of such rows."""
    lines = [json.dumps(row) for row in rows(number, seed)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def dump(library: Path) -> Dump:
    """Return all that a library holds, but for when it was added and by which runs.

    What belongs to an article is named by its id, so that the order of adding does not count.
    """
    connection = sqlite3.connect(f"file:{library}?mode=ro", uri=True)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        names = [row[1] for row in connection.execute("PRAGMA table_info(article)")]
        kept = ", ".join(n for n in names if n not in ("number", "first"))
        by_id = {
            table: f"SELECT article.id, {table}.* FROM {table} JOIN article ON number = article"
            for table in ("date_witness", "credit", "fingerprint")
        }
        questions = {
            "article": f"SELECT id, {kept} FROM article",
            "outlet": "SELECT * FROM outlet",
            "intake": "SELECT path, size, mtime_ns, columns, rows_done, done, articles, versions, "
            "known, skipped, lost FROM intake",
            "capture": "SELECT article.id, path, row, capture.id, capture.url, captured, "
            "capture.sha256 FROM capture JOIN article ON article.number = article "
            "JOIN intake ON intake.number = intake",
            **by_id,
        }
        found: Dump = {}
        for name, question in questions.items():
            answer = connection.execute(question).fetchall()
            if name in by_id:  # the number of the article
                answer = [(row[0], *row[2:]) for row in answer]
            found[name] = sorted(answer, key=repr)
        return found
    finally:
        connection.close()
