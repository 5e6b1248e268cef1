"""What two outlets may both have from a third is nobody's republication."""

from pathlib import Path

import pytest

from filiation.audit.thirds import HABIT
from filiation.cli import main
from tests.audit.press import OUTLETS, Press, Row, lines, row, write

HOME, AWAY, ELSEWHERE = OUTLETS[:3]


def standings(rows: list[Row], place: Path) -> dict[tuple[str, str], str]:
    """Audit articles; return the standing of every hop, by the articles that it joins."""
    library = str(place / "library.filiation")
    source = str(write(rows, place / "rows.jsonl"))
    assert main(["add", source, "--library", library, "--quiet"]) == 0
    command = ["audit", "--library", library, "--out", str(place / "out"), "--quiet"]
    assert main(command) in (0, 1)
    hops = lines(place / "out" / "hops.jsonl")
    return {(hop["from"], hop["to"]): hop["standing"] for hop in hops}


def siblings(press: Press, number: int, *, first: str, second: str) -> list[Row]:
    """Return two outlets' articles, each made of one agency's report in its own words."""
    rows = []
    for story in range(number):
        report = press.text(260)
        rows.append(row(f"{first}{story}", first, 30 * story, press.changed(report, 0.08)))
        late = press.changed(report, 0.08) + "\n\n" + press.text(60)
        rows.append(row(f"{second}{story}", second, 30 * story + 3, late))
    return rows


@pytest.mark.parametrize(
    ("share", "standing"), [(0.0, "uncredited"), (0.05, "uncredited"), (0.2, "undetermined")]
)
def test_words_changed_throughout_tell_no_copy(share: float, standing: str, tmp_path: Path) -> None:
    press = Press(21)
    text = press.text(300)
    rows = [row("a", HOME, 0, text), row("b", AWAY, 5, press.changed(text, share))]
    assert standings(rows, tmp_path) == {("a", "b"): standing}


def test_one_block_within_two_articles_may_be_a_thirds(tmp_path: Path) -> None:
    press = Press(22)
    appeal = press.text(300)
    rows = [row("a", HOME, 0, f"{press.text(200)}\n\n{appeal}\n\n{press.text(60)}")]
    rows.append(row("b", AWAY, 5, f"{press.text(25)}\n\n{appeal}"))
    assert standings(rows, tmp_path) == {("a", "b"): "undetermined"}


def test_who_cuts_an_article_in_several_places_has_it(tmp_path: Path) -> None:
    press = Press(23)
    parts = [press.text(120) for _ in range(5)]
    rows = [row("a", HOME, 0, "\n\n".join(parts))]
    rows.append(row("b", AWAY, 5, "\n\n".join((parts[1], parts[3]))))
    assert standings(rows, tmp_path) == {("a", "b"): "uncredited"}


def test_and_so_has_who_prints_its_beginning(tmp_path: Path) -> None:
    press = Press(24)
    first, rest = press.text(150), press.text(300)
    rows = [row("a", HOME, 0, f"{first}\n\n{rest}"), row("b", AWAY, 5, first)]
    assert standings(rows, tmp_path) == {("a", "b"): "uncredited"}


def test_customers_of_one_agency_have_it_from_there(tmp_path: Path) -> None:
    press = Press(25)
    rows = siblings(press, 6, first=HOME, second=AWAY)
    one, other = press.text(300), press.text(300)
    rows += [row("a", HOME, 400, one), row("b", AWAY, 405, one)]
    rows += [row("c", HOME, 500, other), row("d", ELSEWHERE, 505, other)]
    found = standings(rows, tmp_path)
    # Both are word for word, but the first two otherwise print one agency's reports.
    assert found["a", "b"] == "undetermined"
    assert found["c", "d"] == "uncredited"


@pytest.mark.parametrize(
    ("copies", "credited", "standing"),
    [(1, 0, "undetermined"), (2, 0, "uncredited"), (1, 3, "undetermined")],
)
def test_who_takes_in_silence_does_so_often(
    copies: int, credited: int, standing: str, tmp_path: Path
) -> None:
    press = Press(33)
    own = int(1.5 / HABIT) - copies - credited
    rows = [row(f"own{n}", AWAY, n, press.text(40)) for n in range(own)]
    for n in range(copies + credited):
        text = press.text(200)
        said = "" if n < copies else f"\n\nThis article was first published by {HOME}."
        rows += [row(f"a{n}", HOME, 10 * n, text), row(f"b{n}", AWAY, 10 * n + 5, text + said)]
    found = standings(rows, tmp_path)
    assert {found[f"a{n}", f"b{n}"] for n in range(copies)} == {standing}
    assert {found[f"a{n}", f"b{n}"] for n in range(copies, copies + credited)} <= {"confirmed"}


def test_of_what_the_first_has_from_nobody_knows_where_the_second_may_too(tmp_path: Path) -> None:
    press = Press(26)
    report = press.text(300)
    rows = [row("a", HOME, 0, press.changed(report, 0.1))]
    rows.append(row("b", AWAY, 5, f"{press.changed(report, 0.1)}\n\n{press.text(80)}"))
    rows.append(row("c", ELSEWHERE, 10, rows[1]["text"]))
    found = standings(rows, tmp_path)
    assert found == {
        (None, "a"): "undetermined",
        (None, "b"): "undetermined",
        ("b", "c"): "undetermined",
    }


def test_an_agency_takes_from_no_paper(tmp_path: Path) -> None:
    press = Press(27)
    text = press.text(300)
    agency = row("b", "Reuters", 5, text) | {"url": "https://www.reuters.com/article/b"}
    paper = row("c", AWAY, 5, text)
    for child, standing in ((agency, "undetermined"), (paper, "uncredited")):
        place = tmp_path / child["id"]
        place.mkdir()
        found = standings([row("a", HOME, 0, text), child], place)
        assert found == {("a", child["id"]): standing}


def test_a_credit_says_more_than_words(tmp_path: Path) -> None:
    press = Press(28)
    text = press.text(300)
    copy = f"{press.changed(text, 0.15)}\n\nThis article was first published by {HOME}."
    rows = [row("a", HOME, 0, text), row("b", AWAY, 5, copy)]
    assert standings(rows, tmp_path) == {("a", "b"): "confirmed"}


def test_within_one_outlet_nothing_is_asked(tmp_path: Path) -> None:
    press = Press(29)
    text = press.text(300)
    rows = [row("a", HOME, 0, text), row("b", HOME, 5, press.changed(text, 0.2))]
    assert standings(rows, tmp_path) == {("a", "b"): "uncredited"}


def test_the_evidence_says_why(tmp_path: Path) -> None:
    press = Press(30)
    text = press.text(300)
    rows = [row("a", HOME, 0, text), row("b", AWAY, 5, press.changed(text, 0.2))]
    standings(rows, tmp_path)
    (hop,) = lines(tmp_path / "out" / "hops.jsonl")
    assert hop["evidence"][-1]["type"] == "third"


def test_two_customers_that_name_their_agency_have_nothing_from_each_other(tmp_path: Path) -> None:
    press = Press(31)
    report = press.text(300)
    rows = [
        row("a", HOME, 0, f"{press.changed(report, 0.1)}\n\n(Reuters)"),
        row("b", AWAY, 5, f"{press.changed(report, 0.1)}\n\n{press.text(50)}\n\n(Reuters)"),
    ]
    found = standings(rows, tmp_path)
    assert "skipped" not in found.values()
    assert found.get(("a", "b"), "undetermined") == "undetermined"


@pytest.mark.parametrize(
    ("source", "standing"), [("Reuters", "undetermined"), ("Hill Courier", "skipped")]
)
def test_who_credits_an_agency_has_the_text_from_there(
    source: str, standing: str, tmp_path: Path
) -> None:
    press = Press(34)
    report = press.text(300)
    rows = [
        row("a", HOME, 0, report),
        row("b", AWAY, 5, f"{report}\n\nThis article was first published by {source}."),
        row("c", ELSEWHERE, 9, f"{report}\n\nThis article was first published by {source}."),
    ]
    found = standings(rows, tmp_path)
    assert {s for (a, b), s in found.items() if a == "a"} <= {standing}
