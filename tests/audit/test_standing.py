"""What an outlet prints again and again is no reuse, and what it takes from itself is."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from filiation.cli import main
from tests.audit.press import FREQUENT, OUTLETS, Press, Row, lines, pairs, row, write

HOME = OUTLETS[0]


def article(key: str, day: float, text: str, outlet: str = HOME) -> Row:
    """Return an article published so many days after the first of May."""
    when = datetime(2024, 5, 1) + timedelta(days=day)
    return row(key, outlet, 0, text) | {"published": f"{when.isoformat()}Z"}


def around(press: Press, *shared: str) -> str:
    """Return an article of its own words, with these paragraphs in its midst."""
    parts = [press.text(150)]
    for paragraph in shared:
        parts += [paragraph, press.text(150)]
    return "\n\n".join(parts)


def matched(rows: list[Row], place: Path, *options: str) -> set[frozenset[str]]:
    """Audit articles, among others of their outlets; return the pairs that are reuse."""
    press = Press(99)
    others = [article(f"n{n}", n % 200, press.text(400), OUTLETS[n % 3]) for n in range(60)]
    library = str(place / "library.filiation")
    source = str(write([*rows, *others], place / "rows.jsonl"))
    assert main(["add", source, "--library", library, "--quiet"]) == 0
    command = ["audit", "--library", library, "--out", str(place / "out"), "--quiet"]
    assert main([*command, *options]) in (0, 1)
    return pairs(lines(place / "out" / "matches.jsonl"))


def test_a_passage_that_a_paper_takes_from_itself_is_reuse(tmp_path: Path) -> None:
    press = Press(1)
    passage = press.text(60)
    rows = [article(f"a{n}", n, around(press, passage)) for n in range(2)]
    assert matched(rows, tmp_path) == {frozenset(("a0", "a1"))}


def test_what_stands_in_articles_that_share_nothing_else_is_not(tmp_path: Path) -> None:
    press = Press(2)
    # Too few for a house phrase, which five articles have.
    passage = press.text(60)
    rows = [article(f"a{n}", n, around(press, passage)) for n in range(4)]
    assert matched(rows, tmp_path) == set()


def test_between_outlets_it_is_whoever_else_has_it(tmp_path: Path) -> None:
    press = Press(2)
    passage = press.text(60)
    rows = [article(f"a{n}", n, around(press, passage)) for n in range(4)]
    taken = article("taken", 5, around(press, passage), OUTLETS[1])
    assert matched([*rows, taken], tmp_path) == {frozenset((r["id"], "taken")) for r in rows}


@pytest.mark.parametrize(("days", "reuse"), [(2, True), (15, False)])
def test_what_all_outlets_print_for_months_is_not(days: int, reuse: bool, tmp_path: Path) -> None:
    press = Press(16)
    law = press.text(40)
    rows = [article(f"a{n}", days * n, around(press, law), OUTLETS[n % 3]) for n in range(9)]
    found = matched(rows, tmp_path)
    assert bool(found) is reuse


def test_but_a_report_that_they_print_as_long_is(tmp_path: Path) -> None:
    press = Press(17)
    report = press.text(120)
    rows = [article(f"a{n}", 15 * n, report, OUTLETS[n % 3]) for n in range(9)]
    assert frozenset(("a0", "a1")) in matched(rows, tmp_path)


def test_a_form_filled_in_anew_is_not_whoever_prints_it(tmp_path: Path) -> None:
    press = Press(18)
    form = " ".join(f"{' '.join(press.words(6))} {{}}" for _ in range(8))
    rows = []
    for number in range(3):
        # The third has the figures of the second.
        if number < 2:
            figures = [str(press.draw.randint(1_000, 9_999)) for _ in range(8)]
        text = around(press, form.format(*figures))
        rows.append(article(f"a{number}", number, text, OUTLETS[number]))
    assert matched(rows, tmp_path) == {frozenset(("a1", "a2"))}


def test_who_has_printed_it_all_along_has_it_from_nobody(tmp_path: Path) -> None:
    press = Press(15)
    passage = press.text(60)
    rows = [article(f"b{n}", 20 * n, around(press, passage)) for n in range(3)]
    rows.append(article("a", 30, around(press, passage), OUTLETS[1]))
    assert matched(rows, tmp_path) == {frozenset(("a", f"b{n}")) for n in range(3)}
    hops = {(hop["from"], hop["to"]) for hop in lines(tmp_path / "out" / "hops.jsonl")}
    assert {child for _, child in hops} == {"a"}


def test_a_story_told_on_day_after_day_is_one_story(tmp_path: Path) -> None:
    press = Press(3)
    told = press.text(160)
    rows = []
    for day in range(6):
        rows.append(article(f"a{day}", day, told))
        told = f"{press.text(60)}\n\n{told}"
    found = matched(rows, tmp_path)
    assert {frozenset((f"a{day}", f"a{day + 1}")) for day in range(5)} <= found


@pytest.mark.parametrize(("words", "reuse"), [(60, False), (140, True)])
def test_months_after_it_takes_a_longer_passage(words: int, reuse: bool, tmp_path: Path) -> None:
    press = Press(4)
    passage = press.text(words)
    rows = [article(f"a{n}", 70 * n, around(press, passage)) for n in range(2)]
    assert (frozenset(("a0", "a1")) in matched(rows, tmp_path)) is reuse


@pytest.mark.parametrize(("days", "reuse"), [(1, True), (20, False)])
def test_what_comes_back_week_after_week_is_not(days: int, reuse: bool, tmp_path: Path) -> None:
    press = Press(14)
    passage = press.text(60)
    rows = [article(f"a{n}", days * n, around(press, passage)) for n in range(3)]
    assert (frozenset(("a0", "a1")) in matched(rows, tmp_path)) is reuse


def test_a_long_text_printed_every_month_is_reuse_each_time(tmp_path: Path) -> None:
    press = Press(5)
    text = press.text(400)
    rows = [article(f"a{n}", 30 * n, press.changed(text, 0.03)) for n in range(5)]
    found = matched(rows, tmp_path)
    assert {frozenset((f"a{n}", f"a{n + 1}")) for n in range(4)} <= found


def test_a_form_that_fills_a_page_every_month_is_not(tmp_path: Path) -> None:
    press = Press(6)
    form = press.text(90)
    rows = [
        article(f"a{n}", 20 * n, f"{press.text(8)}\n\n{form}\n\n{press.text(8)}") for n in range(4)
    ]
    assert matched(rows, tmp_path) == set()


def test_titles_printed_as_teasers_are_not(tmp_path: Path) -> None:
    press = Press(7)
    titles = [" ".join(press.words(13)) for _ in range(4)]
    rows = [article(f"a{n}", n, around(press, *titles)) for n in range(2)]
    assert matched(rows, tmp_path) == set()


def test_what_introduces_or_closes_both_is_not(tmp_path: Path) -> None:
    press = Press(8)
    series, author = press.text(60), press.text(60)
    rows = [article(f"a{n}", n, f"{series}\n\n{press.text(500)}") for n in range(2)]
    rows += [article(f"b{n}", n, f"{press.text(500)}\n\n{author}") for n in range(2)]
    assert matched(rows, tmp_path) == set()


def test_but_what_introduces_both_and_is_much_of_one_is(tmp_path: Path) -> None:
    press = Press(9)
    report = press.text(80)
    rows = [article("short", 0, f"{report}\n\n{press.text(30)}")]
    rows.append(article("long", 1, f"{report}\n\n{press.text(400)}"))
    assert matched(rows, tmp_path) == {frozenset(("short", "long"))}


def test_a_gallery_is_not(tmp_path: Path) -> None:
    press = Press(10)
    frame = "Pictures of the long bridge over the river"
    gallery = " ".join(f"{frame} {' '.join(press.words(16))}." for _ in range(12))
    rows = [article(f"a{n}", n, around(press, gallery)) for n in range(2)]
    assert matched(rows, tmp_path) == set()


@pytest.mark.parametrize(("frame", "reuse"), [("The long bridge, picture", False), ("", True)])
def test_nor_are_captions_each_by_itself(frame: str, reuse: bool, tmp_path: Path) -> None:
    press = Press(14)
    captions = [" ".join(press.words(26)) for _ in range(6)]

    def shown(frame: str, order: list[int]) -> str:
        return "\n\n".join(
            f"{press.text(40)}\n\n{frame} {n}: {captions[one]}." for n, one in enumerate(order, 1)
        )

    rows = [article("a", 0, shown(frame, [0, 1, 2, 3, 4, 5]))]
    rows.append(article("b", 1, shown("From our album", [5, 3, 4, 1, 2, 0])))
    assert matched(rows, tmp_path) == ({frozenset(("a", "b"))} if reuse else set())


def test_nor_are_films_whose_titles_stand_before_and_behind(tmp_path: Path) -> None:
    press = Press(15)
    titles = [" ".join(press.words(11)) for _ in range(5)]
    films = " ".join(f"Watch now {title} play again {title} at once" for title in titles)
    rows = [article(f"a{n}", n, around(press, films)) for n in range(2)]
    assert matched(rows, tmp_path) == set()


@pytest.mark.parametrize("twice", [True, False])
def test_nor_are_captions_that_one_page_prints_twice(twice: bool, tmp_path: Path) -> None:
    press = Press(18)
    captions = [" ".join(press.words(24)).capitalize() + "." for _ in range(4)]
    shown = [f"{said} {said}" if twice else said for said in captions]
    rows = [
        article("a", 0, "\n\n".join(f"{press.text(60)}\n\n{said}" for said in captions)),
        article("b", 1, "\n\n".join(f"{press.text(60)}\n\n{said}" for said in shown)),
    ]
    assert matched(rows, tmp_path) == (set() if twice else {frozenset(("a", "b"))})


@pytest.mark.parametrize("framed", [True, False])
def test_nor_a_gallery_that_fills_most_of_both(framed: bool, tmp_path: Path) -> None:
    press = Press(19)
    frame = "Pictures of the long bridge over the river" if framed else ""
    gallery = " ".join(f"{frame} {' '.join(press.words(22))}." for _ in range(16))
    rows = [article(f"a{n}", 40 * n, f"{press.text(120)}\n\n{gallery}") for n in range(4)]
    assert bool(matched(rows, tmp_path)) is not framed


@pytest.mark.parametrize(("words", "reuse"), [(0, False), (60, True)])
def test_nor_is_a_caption_between_two_others(words: int, reuse: bool, tmp_path: Path) -> None:
    press = Press(20)
    captions = [" ".join(press.words(40)) for _ in range(5)]
    said = [f"The long bridge, picture {n}: {caption}." for n, caption in enumerate(captions, 1)]
    # What is about the third is not what is about the others.
    apart = f"\n\n{press.text(words)}\n\n"
    said[2] = f"{apart}Seen from afar {captions[2]} at dawn.{apart}"
    album = "\n\n".join(f"{press.text(40)}\n\n{captions[n]}." for n in (4, 2, 0, 3, 1))
    rows = [article("a", 0, f"{press.text(150)}\n\n{' '.join(said)}\n\n{press.text(150)}")]
    rows.append(article("b", 1, album))
    assert matched(rows, tmp_path) == ({frozenset(("a", "b"))} if reuse else set())


@pytest.mark.parametrize("listed", [True, False])
def test_nor_is_a_list_of_names(listed: bool, tmp_path: Path) -> None:
    press = Press(16)
    names = [word.title() for word in press.words(240) if word not in FREQUENT]
    said = ", ".join(names[:80]) if listed else press.text(80)
    rows = [article(f"a{n}", n, around(press, said)) for n in range(2)]
    assert matched(rows, tmp_path) == (set() if listed else {frozenset(("a0", "a1"))})


def test_articles_without_dates_are_held_to_be_near(tmp_path: Path) -> None:
    press = Press(11)
    passage = press.text(60)
    rows = [article(f"a{n}", n, around(press, passage)) for n in range(2)]
    for undated in rows:
        del undated["published"]
    assert matched(rows, tmp_path) == {frozenset(("a0", "a1"))}


def test_long_texts_of_which_some_runs_are_kept_are_told_apart_as_well(tmp_path: Path) -> None:
    press = Press(12)
    standing, taken = press.text(120), press.text(120)
    rows = [
        article(f"a{n}", n, f"{press.text(1_900)}\n\n{standing}\n\n{press.text(1_900)}")
        for n in range(4)
    ]
    for number in (0, 1):
        rows[number]["text"] += f"\n\n{taken}\n\n{press.text(300)}"
    assert matched(rows, tmp_path) == {frozenset(("a0", "a1"))}


def test_neither_jobs_nor_order_nor_a_run_before_changes_anything(tmp_path: Path) -> None:
    press = Press(13)
    box = press.text(70)
    rows = [article(f"a{n}", n, around(press, box)) for n in range(3)]
    passage = press.text(80)
    rows += [article(f"b{n}", n, around(press, passage)) for n in range(2)]
    last = article("a3", 3, around(press, box))

    def out(name: str, order: list[Row], *options: str) -> bytes:
        place = tmp_path / name
        place.mkdir()
        matched(order, place, *options)
        return (place / "out" / "matches.jsonl").read_bytes()

    first = out("first", [*rows, last])
    assert out("second", [last, *reversed(rows)], "--jobs", "2") == first
    grown = tmp_path / "grown"
    grown.mkdir()
    assert len(matched(rows, grown)) == 4
    library = str(grown / "library.filiation")
    more = str(write([last], grown / "more.jsonl"))
    assert main(["add", more, "--library", library, "--quiet"]) == 0
    command = ["audit", "--library", library, "--out", str(grown / "out"), "--quiet"]
    assert main(command) in (0, 1)
    assert (grown / "out" / "matches.jsonl").read_bytes() == first
    assert pairs(lines(grown / "out" / "matches.jsonl")) == {frozenset(("b0", "b1"))}
