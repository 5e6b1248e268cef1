"""Which outlets the pages of a library name as where they have their texts from, and what that tells."""

import json
from pathlib import Path

import pytest

from filiation.cli.program import main
from filiation.library import Library, add
from filiation.library.habits import Credited
from filiation.outlets import catalogue
from filiation.values import Article
from tests.audit.press import OUTLETS, Press, Row, row, write
from tests.audit.test_audit import audited
from tests.report.test_files import lines

GIVER, TAKER, THIRD = OUTLETS[:3]
MEANT = {"morningledger", "eveningwire", "harbourpost"}

CREDIT = "\n\nThis article was first published by the {}."


def copies(press: Press, number: int, *, named: str = GIVER, by: str = TAKER) -> list[Row]:
    """Return so many articles of an outlet, each of a text of its own, that name another one."""
    return [
        row(f"{by[:3]}{named[:3]}{n}".lower(), by, n + 1, press.text(120) + CREDIT.format(named))
        for n in range(number)
    ]


def shelved(rows: list[Row], place: Path) -> Library:
    with Library.open(place / "habits.filiation", create=True, writing=True) as library:
        add(library, [write(rows, place / "rows.jsonl")])
    return Library.open(place / "habits.filiation")


def both(press: Press) -> list[Row]:
    """Return a text that two outlets have, neither with a date nor with a word on its origin."""
    text = press.text(200)
    return [
        {**row("a-taker", TAKER, 1, text), "published": None},
        {**row("b-giver", GIVER, 1, text), "published": None},
    ]


@pytest.mark.parametrize(
    ("pages", "doublings"), [(2, 0), (3, 2), (6, 2), (7, 3), (15, 4), (40, 5), (70, 5)]
)
def test_pages_are_counted_in_doublings(pages: int, doublings: int, tmp_path: Path) -> None:
    press = Press(60)
    with shelved([*copies(press, pages), *both(press)], tmp_path) as library:
        found = Credited(library).among(MEANT, [])
    assert found == ({("morningledger", "eveningwire"): doublings} if doublings else {})


def test_what_the_pages_themselves_say_does_not_count(tmp_path: Path) -> None:
    press = Press(61)
    with shelved([*copies(press, 3), *both(press)], tmp_path) as library:
        credited = Credited(library)
        assert credited.among(MEANT, [1]) == {}, "two are left"
        assert credited.among(MEANT, [4, 5]) == {("morningledger", "eveningwire"): 2}
        assert credited.among({"eveningwire", "harbourpost"}, []) == {}
        known = Article("evemor0", "elsewhere.html", "text", outlet_name=TAKER)
        other = Article("new", "new.html", "text", outlet_name=GIVER)
        assert credited.of([known, other], catalogue()) == {}
        assert credited.of([other, Article("x", "x", "text", outlet_name=TAKER)], catalogue())


def test_a_site_is_known_by_its_address_too(tmp_path: Path) -> None:
    press = Press(62)
    rows = [
        {**row(f"c{n}", TAKER, n + 1, press.text(120) + "\n\nSource: https://thornbury.example/a")}
        for n in range(4)
    ]
    there = {**row("there", "thornbury.example", 1, press.text(120))}
    with shelved([*rows, there], tmp_path) as library:
        found = Credited(library).among({"thornburyexample", "eveningwire"}, [])
    assert found == {("thornburyexample", "eveningwire"): 2}


def test_of_two_without_dates_the_one_that_takes_elsewhere_is_the_copy(tmp_path: Path) -> None:
    press = Press(63)
    out = audited([*copies(press, 8), *both(press)], tmp_path / "press")
    [hop] = [hop for hop in lines(out / "hops.jsonl") if hop["to"] in ("a-taker", "b-giver")]
    assert (hop["from"], hop["to"]) == ("b-giver", "a-taker")
    assert hop["standing"] == "undetermined", "a habit accuses nobody"
    told = [evidence for evidence in hop["evidence"] if evidence["type"] == "outlet"]
    assert [evidence["says"] for evidence in told] == [
        "7 other pages of Evening Wire, or more, say that their text is from Morning Ledger"
    ]


def test_a_habit_that_is_new_is_judged_anew(tmp_path: Path) -> None:
    """The library keeps what was judged before the habit was known, and must not give that again."""
    from tests.audit.test_audit import add as added
    from tests.audit.test_audit import audit, contents

    press = Press(64)
    shared, later = both(press), copies(press, 8)
    whole = audited([*shared, *later], tmp_path / "whole")
    audited(shared, tmp_path / "grown")
    library = tmp_path / "grown" / "library.filiation"
    assert added(write(later, tmp_path / "later.jsonl"), library) == 0
    assert audit(library, tmp_path / "grown" / "out") == 0
    told = contents(tmp_path / "grown" / "out")
    assert json.loads(told["hops.jsonl"].splitlines()[0])
    assert {name: told[name] for name in ("hops.jsonl", "groups.jsonl", "flows.csv")} == {
        name: contents(whole)[name] for name in ("hops.jsonl", "groups.jsonl", "flows.csv")
    }


def test_a_trace_through_a_library_knows_habits_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    press = Press(65)
    with shelved([*copies(press, 16), *both(press)], tmp_path):
        pass
    library = str(tmp_path / "habits.filiation")
    assert main(["trace", "a-taker", "--library", library, "--json"]) == 0
    [hop] = json.loads(capsys.readouterr().out)["hops"]
    assert hop["standing"] == "undetermined"
    assert [told["says"] for told in hop["evidence"] if told["type"] == "outlet"] == [
        "15 other pages of Evening Wire, or more, say that their text is from Morning Ledger"
    ]
