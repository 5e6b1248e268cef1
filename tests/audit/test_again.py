"""Audits of a library that grows: what is kept changes nothing but the time they take."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from filiation.audit import judgements, run
from filiation.audit.judge import judged
from filiation.cli import main
from tests.audit.press import OUTLETS, SUBSCRIBE, Press, Row, corpus, row, write

FILES = ("matches.jsonl", "hops.jsonl", "groups.jsonl", "flows.csv", "outlets.csv")


def add(rows: Sequence[Row], library: Path) -> None:
    source = write(rows, library.with_name(f"{rows[0]['id']}-{len(rows)}.jsonl"))
    assert main(["add", str(source), "--library", str(library), "--quiet"]) == 0


def audit(library: Path, *options: str) -> dict[str, bytes]:
    out = library.with_name("out")
    command = ["audit", "--library", str(library), "--out", str(out), "--quiet", *options]
    assert main(command) in (0, 1)
    return {name: (out / name).read_bytes() for name in FILES}


def at_once(rows: Sequence[Row], place: Path) -> dict[str, bytes]:
    place.mkdir()
    add(rows, place / "library.filiation")
    return audit(place / "library.filiation")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that is told of each audit how many families it judges."""
    counts: list[int] = []

    def counted(library, families, catalogue, **options) -> Iterator[str]:  # type: ignore[no-untyped-def]
        counts.append(len(families))
        return judged(library, families, catalogue, **options)

    monkeypatch.setattr(run, "judged", counted)
    return counts


def world(seed: int) -> list[Row]:
    """Return articles of which any may be the one that changes what others before it amount to."""
    press = Press(seed)
    rows = corpus(12, seed)
    first, second = press.text(160), press.text(160)
    rows += [
        row("one", OUTLETS[0], 60, first),
        row("one-again", OUTLETS[1], 63, press.changed(first, 0.03)),
        row("two", OUTLETS[2], 61, second),
        row("two-again", OUTLETS[3], 66, second),
        # Joins the two groups.
        row("both", OUTLETS[4], 70, f"{first}\n\n{second}"),
        # Comes before what was the first.
        row("before", OUTLETS[2], 50, first),
        row("credits", OUTLETS[1], 90, f"{second}\n\nThis article first appeared in Hill Courier."),
    ]
    changed = row("one-changed", OUTLETS[0], 72, f"{first}\n\n{press.text(60)}")
    rows.append(changed | {"url": next(r["url"] for r in rows if r["id"] == "one")})
    # From five articles of an outlet on it is a house phrase.
    rows += [
        row(f"n{n}", OUTLETS[0], 100 + n, f"{press.text(120)}\n\n{SUBSCRIBE.format(OUTLETS[0])}")
        for n in range(5)
    ]
    rows.append(row("takes", OUTLETS[3], 120, rows[-1]["text"]))
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_articles_added_by_and_by_give_what_all_at_once_give(seed: int, tmp_path: Path) -> None:
    rows = world(seed)
    expected = at_once(rows, tmp_path / "whole")
    draw = random.Random(seed)
    shuffled = draw.sample(rows, len(rows))
    # The texts of an address are numbered as they come in.
    first, changed = sorted(shuffled.index(r) for r in rows if r["id"] in ("one", "one-changed"))
    if shuffled[first]["id"] == "one-changed":
        shuffled[first], shuffled[changed] = shuffled[changed], shuffled[first]
    cuts = sorted(draw.sample(range(1, len(rows)), 4))
    library = tmp_path / "library.filiation"
    found = {}
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        add(shuffled[start:end], library)
        found = audit(library, "--jobs", str(1 + start % 2))
    assert found == expected


@pytest.mark.parametrize("last", ["both", "before", "one-changed", "n4", "credits", "takes"])
def test_one_article_that_changes_others_gives_what_a_full_audit_gives(
    last: str, tmp_path: Path, asked: list[int]
) -> None:
    rows = sorted(world(7), key=lambda r: r["id"] == last)
    expected = at_once(rows, tmp_path / "whole")
    library = tmp_path / "library.filiation"
    add(rows[:-1], library)
    audit(library)
    add(rows[-1:], library)
    assert audit(library) == expected
    assert asked[0] > 5
    assert asked[2] <= 2


def test_nothing_is_judged_twice(tmp_path: Path, asked: list[int]) -> None:
    library = tmp_path / "library.filiation"
    add(world(3), library)
    assert audit(library) == audit(library)
    assert asked[0] > 5
    assert asked[1] == 0


def test_what_is_no_family_any_more_is_not_kept(tmp_path: Path, asked: list[int]) -> None:
    rows = sorted(world(4), key=lambda r: r["id"] == "both")
    library = tmp_path / "library.filiation"
    for part in (rows[:-1], rows[-1:]):
        add(part, library)
        audit(library)
        with closing(sqlite3.connect(library)) as connection:
            [kept] = connection.execute("SELECT count(*) FROM judgement").fetchone()
        asked[-1] = kept
    assert asked[1] == asked[0] - 1


def test_what_another_program_judged_is_judged_anew(
    tmp_path: Path, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library.filiation"
    add(world(5), library)
    before = audit(library)
    monkeypatch.setattr(judgements, "_program", lambda: b"another")
    assert audit(library) == before
    assert asked[0] == asked[1] > 5


def test_another_text_of_an_address_makes_its_family_be_judged_anew(
    tmp_path: Path, asked: list[int]
) -> None:
    rows = corpus(8)
    unlike = row("unlike", OUTLETS[1], 200, Press(99).text(200)) | {"url": rows[1]["url"]}
    expected = at_once([*rows, unlike], tmp_path / "whole")
    library = tmp_path / "library.filiation"
    add(rows, library)
    audit(library)
    add([unlike], library)
    assert audit(library) == expected
    assert asked[2] == 1


def test_what_is_kept_and_damaged_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "library.filiation"
    add(corpus(5), library)
    audit(library)
    for damage in ("[{", "7", '[{"id": 3}]'):
        with closing(sqlite3.connect(library)) as connection, connection:
            connection.execute("UPDATE judgement SET groups = ?", (damage,))
        assert main(["audit", "--library", str(library), "--quiet"]) not in (0, 1)
        assert "damaged" in capsys.readouterr().err
