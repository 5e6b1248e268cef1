"""Articles in other languages, found by an index that is stored: the same answers as in memory."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from filiation.credits import credits as spoken
from filiation.errors import LibraryError
from filiation.library import Library, Lookup, abroad, add, keyed
from filiation.library.abroad import Abroad, index_languages, languages_in
from filiation.library.keyed import keys_of_numbers, make_keys
from filiation.match import across, keys
from filiation.match.across import Across, Found
from filiation.match.keys import Keys, keys_of_articles
from filiation.stemma import trace
from filiation.values import Article
from tests.library.tongues import Row, report, row, world, write

ROOT = Path(__file__).parents[2]
WORLD = world(120, 60, of=(3, 40, 77))


def shelved(place: Path, rows: Sequence[Row]) -> Path:
    """Make a library of these rows, or add them to it; return where it is."""
    with Library.open(place, create=True, writing=True) as library:
        add(library, [write(rows, place.with_name(f"rows{len(rows)}{rows[0]['id']}.jsonl"))])
    return place


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return shelved(tmp_path / "l.filiation", WORLD)


def question(*numbers: int) -> Keys:
    return keys_of_articles([Article("q", "", report(n)[1], language="fr") for n in numbers])


def asked(place: Path, *numbers: int, **options: int) -> list[list[tuple[str, float, float]]]:
    """Return ids, scores and cosines of what is found for French versions of these reports."""
    with Library.open(place) as library:
        days = [3] * len(numbers)
        found = Abroad(library, jobs=1).ask(
            question(*numbers), ["fr"] * len(numbers), days, **options
        )
        names = dict(library.connection.execute("SELECT number, id FROM article"))
        return [[(names[n], one.score, one.cosine) for n, one in answer] for answer in found]


def sql(place: Path, *statements: str) -> None:
    with closing(sqlite3.connect(place)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def counted(place: Path, what: str) -> int:
    with closing(sqlite3.connect(place)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


def in_memory(place: Path, *numbers: int, **options: int) -> list[list[Found]]:
    with Library.open(place) as library:
        columns = library.columns()
        stored = keys_of_numbers(library.connection, columns.number.tolist())
        days = [None if np.isnan(m) else int(m // 86_400) for m in columns.midpoint.tolist()]
        index = Across(stored, columns.language.tolist(), days)
        one = question(*numbers)
        return [index.query(one, n, language="fr", day=3, **options) for n in range(len(numbers))]


# --- the same answers -----------------------------------------------------------------------------


def test_stored_postings_answer_as_those_in_memory(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the index is made of many pieces, in several goes, some articles without a date."""
    undated = [row(f"u{n}", report(500 + n)[0], "en") for n in range(5)]
    shelved(place, undated)
    monkeypatch.setattr(abroad, "PIECE", 64)
    monkeypatch.setattr(abroad, "AT_ONCE", 5_000)
    numbers = (3, 40, 77, 90, 501, 9_000)
    found = asked(place, *numbers, limit=30)
    assert counted(place, "across_postings") > 20
    expected = in_memory(place, *numbers, limit=30)
    names = [*(one["id"] for one in WORLD), *(one["id"] for one in undated)]
    for answer, other in zip(found, expected, strict=True):
        assert [key for key, _, _ in answer] == [names[one.number] for one in other]
        assert [score for _, score, _ in answer] == pytest.approx([one.score for one in other])
        assert [at for _, _, at in answer] == pytest.approx([one.cosine for one in other])
    assert [answer[0][0] for answer in found[:5]] == ["e3", "e40", "e77", "e90", "u1"]
    narrow = asked(place, *numbers, limit=30, window=400_000)
    assert narrow == found


def test_a_window_of_days_narrows_the_search(place: Path) -> None:
    day = 19_723 + 3  # of 4 January 2024
    with Library.open(place) as library:
        [found] = Abroad(library).ask(question(40), ["fr"], [day], window=20, limit=200)
        texts = library.texts([number for number, _ in found])
    assert report(40)[0] not in [text for text, _, _ in texts.values()]
    assert found


def test_keys_are_those_of_the_articles_with_their_links(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><body><article><h1>Salt</h1><p>" + report(1)[0].replace("\n\n", "</p><p>") +
        '</p><p>As <a href="https://lamps.example/2024/keeper-of-lamps">written before</a>.</p>'
        "</article></body></html>",
        encoding="utf-8",
    )  # fmt: skip
    markdown = tmp_path / "page.md"
    markdown.write_text("# Lamps\n\nSeen [there](https://boats.example/harbour-of-boats).\n\n" * 5)
    with Library.open(tmp_path / "l", create=True, writing=True) as library:
        add(library, [page, markdown])
        make_keys(library)
        for number in (1, 2):
            stored = keys_of_numbers(library.connection, [number])
            made = keys_of_articles([library.article(number)])
            assert len(stored.hashes) > 10
            assert np.array_equal(stored.hashes, made.hashes)
            assert np.array_equal(stored.weights, made.weights)


# --- growing ----------------------------------------------------------------------------------------


def test_what_was_added_since_is_found_before_and_after_all_is_made_anew(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abroad, "SMALL", 0)
    before = asked(place, 40)[0]
    assert counted(place, "across_part") == 1
    for n in range(3):
        shelved(place, [row(f"n{n}", report(2_000 + n)[0], "en", 5), *WORLD[:1]])
        assert asked(place, 2_000 + n)[0][0][0] == f"n{n}"
        assert counted(place, "across_part") == 2 + n
        assert asked(place, 40)[0][0][2] == pytest.approx(before[0][2], rel=1e-9)
    late = asked(place, 2_001)[0]
    monkeypatch.setattr(abroad, "PARTS", 3)
    shelved(place, [row("n3", report(2_003)[0], "en", 5)])
    assert asked(place, 2_001)[0][0][2] == pytest.approx(late[0][2], rel=1e-9)
    assert counted(place, "across_part") == 2, "the late ones are one part"
    shelved(place, [row(f"m{n}", report(3_000 + n)[0], "en", 5) for n in range(40)])
    found = asked(place, 2_001, 3_039)
    assert counted(place, "across_part") == 1
    assert [answer[0][0] for answer in found] == ["n1", "m39"]
    assert found[0][0][2] == pytest.approx(late[0][2], rel=0.2)


def test_a_late_part_scores_as_the_first_one_would(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of an article that the first part has, under another address, is told the same."""
    monkeypatch.setattr(abroad, "SMALL", 0)
    [[first, *_]] = asked(place, 50)
    shelved(place, [row("again", report(50)[0], "en", 7, "Elsewhere")])
    [[one, other, *_]] = asked(place, 50)
    assert {one[0], other[0]} == {"e50", "again"}
    assert one[2] == pytest.approx(other[2], rel=1e-9)
    assert one[2] == pytest.approx(first[2], rel=1e-9)


def test_a_language_that_became_common_has_all_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abroad, "SMALL", 0)
    monkeypatch.setattr(abroad, "SHARE", 9.0)
    place = shelved(tmp_path / "l.filiation", world(80, 15))
    asked(place, 40)
    shelved(place, [row("x", report(4_000)[1], "fr", 5)])
    asked(place, 40)
    assert counted(place, "across_part") == 2
    shelved(place, [row(f"x{n}", report(4_001 + n)[1], "fr", 5) for n in range(5)])
    asked(place, 40)
    assert counted(place, "across_part") == 1


def test_another_method_has_all_made_anew(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = asked(place, 40)
    monkeypatch.setattr(across, "SCORING", across.SCORING + 1)
    assert asked(place, 40) == before
    sql(place, "UPDATE keys SET method = 0", "DELETE FROM across_part")
    assert asked(place, 40) == before
    assert counted(place, f"keys WHERE method = {keys.METHOD}") == len(WORLD)


# --- what is damaged ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE across_postings SET postings = zeroblob(length(postings))",
        "UPDATE across_postings SET keys = x'00'",
        "DELETE FROM across_postings WHERE number % 2",
        "UPDATE across_array SET data = zeroblob(length(data)) WHERE name = 'norm'",
        "DELETE FROM across_array WHERE name = 'piece'",
        "UPDATE across_part SET articles = articles - 1",
        "UPDATE across_part SET ready = 0",
        "DELETE FROM across_part",
    ],
)
def test_a_damaged_index_is_made_anew(place: Path, damage: str) -> None:
    before = asked(place, 40, 77)
    sql(place, damage)
    assert asked(place, 40, 77) == before
    assert asked(place, 40, 77) == before


def test_damaged_keys_are_made_anew(place: Path) -> None:
    before = asked(place, 40)
    sql(place, "UPDATE keys SET hashes = x'0102'", "DELETE FROM across_part")
    assert asked(place, 40) == before


def test_a_damaged_first_part_is_no_ground_for_a_later_one(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abroad, "SMALL", 0)
    before = asked(place, 40)
    sql(place, "UPDATE across_postings SET keys = zeroblob(length(keys))")
    shelved(place, [row("n", report(2_000)[0], "en", 5)])
    found = asked(place, 40, 2_000)
    assert [answer[0][0] for answer in found] == ["e40", "n"]
    assert found[0][0][2] == pytest.approx(before[0][0][2], rel=0.05)


# --- who may write -----------------------------------------------------------------------------------


def test_an_older_library_is_read_and_gets_its_keys_when_they_are_needed(place: Path) -> None:
    tables = ("keys", "across_postings", "across_array", "across_part", "judgement")
    sql(place, *(f"DROP TABLE {name}" for name in tables), "PRAGMA user_version = 2")
    with Library.open(place) as library:
        assert library.size == len(WORLD)
        assert languages_in(library) == {"en", "fr"}
    assert asked(place, 40)[0][0][0] == "e40"
    assert counted(place, "keys") == len(WORLD)


def looked_up(place: Path, article: Article) -> tuple[set[str | None], dict[str, str]]:
    with Library.open(place) as library:
        lookup = Lookup(library, article, read=partial(spoken, known=None))
        found = trace(lookup.asked, [], shelves=[lookup], credits=lookup.read)
    places = {one.where: f"{one.outcome} {one.found} {one.says}" for one in found.searched}
    return {version.article for version in found.versions}, places


def french(number: int) -> Article:
    return Article("asked", "asked.txt", report(number)[1], language="fr")


def test_a_trace_finds_the_source_in_another_language(place: Path) -> None:
    versions, places = looked_up(place, french(50))
    assert versions == {"asked", "e50"}
    assert places["library, other languages"].startswith("ok 1 2 texts asked about; ")


def test_a_trace_finds_the_translations(place: Path) -> None:
    versions, _ = looked_up(
        place, Article("asked", "asked.txt", report(77)[0] + " ", language="en")
    )
    assert versions == {"asked", "e77", "t77"}


def test_a_text_of_its_own_has_no_translation(place: Path) -> None:
    versions, places = looked_up(place, french(700))
    assert versions == {"asked"}
    assert places["library, other languages"].startswith("not_found 0 1 text asked about; ")


def test_a_library_of_one_language_is_not_searched_across(tmp_path: Path) -> None:
    place = shelved(tmp_path / "l", world(0, 20))
    versions, places = looked_up(place, french(10_003))
    assert versions == {"asked", "f3"}
    assert list(places) == ["library"]
    assert counted(place, "keys") == 0


def test_a_library_that_cannot_be_written_is_searched_as_it_is(place: Path) -> None:
    place.chmod(0o444)
    with pytest.raises(LibraryError, match="may not be written"):
        asked(place, 40)
    versions, places = looked_up(place, french(50))
    assert versions == {"asked"}
    assert places["library, other languages"].startswith("failed 0 ")
    place.chmod(0o644)
    asked(place, 40)
    place.chmod(0o444)
    assert looked_up(place, french(50))[0] == {"asked", "e50"}


def test_progress_is_told(place: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with Library.open(place, writing=True) as library:
        index_languages(library, jobs=1, progress=lambda *said: told.append(said))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == [
        "making keys that survive translation",
        "making the index across languages",
        "learning what resembles everything",
    ]
    assert (stages[0], len(WORLD), len(WORLD)) in told


@pytest.mark.parametrize("jobs", [1, 2])
def test_keys_are_the_same_for_any_number_of_processes(
    place: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyed, "SMALL", 0)
    monkeypatch.setattr(keyed, "BATCH", 7)
    with Library.open(place, writing=True) as library:
        assert make_keys(library, jobs=jobs) == len(WORLD)
        assert make_keys(library, jobs=jobs) == 0
        rows = library.connection.execute(
            "SELECT hashes, weights FROM keys ORDER BY article"
        ).fetchall()
        made = keys_of_articles([one for _, one in library.articles(range(1, len(WORLD) + 1))])
    assert b"".join(one for one, _ in rows) == made.hashes.tobytes()
    assert b"".join(one for _, one in rows) == made.weights.tobytes()


_INDEXING = """
import sys
from filiation.library import Library, abroad, keyed
abroad.PIECE, abroad.AT_ONCE, abroad.WRITTEN, keyed.BATCH, keyed.COMMIT = 16, 3000, 20, 5, 0.0
with Library.open(sys.argv[1], writing=True) as library:
    print("open", flush=True)
    abroad.index_languages(library, jobs=1)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills processes")
def test_killed_at_any_moment_the_index_is_whole_or_none(place: Path, tmp_path: Path) -> None:
    copy = tmp_path / "undisturbed"
    copy.write_bytes(place.read_bytes())
    expected = asked(copy, 3, 77)
    chance = random.Random(5)
    kept = 0
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", _INDEXING, str(place)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "trace")},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.6)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with closing(sqlite3.connect(place)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        keys_kept = counted(place, "keys")
        assert keys_kept >= kept, "what was made is kept"
        kept = keys_kept
        assert counted(place, "across_part WHERE ready") <= 1
    assert kept
    answer = asked(place, 3, 77)
    assert [[one[0] for one in found] for found in answer] == [
        [one[0] for one in found] for found in expected
    ]
    assert counted(place, "across_part") == 1
