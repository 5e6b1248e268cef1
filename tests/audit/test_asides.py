"""Notes at the end of two pages, and names, are no text that the one has from the other."""

import dataclasses
import time
from pathlib import Path

import pytest

from filiation.audit.asides import asides, closings
from filiation.values import Match, Passage
from tests.audit.press import OUTLETS, Press, Row
from tests.audit.test_standing import around, article, matched

NOTE = (
    "Ada Quill sails and writes in the old harbour town, and is the author of three books on ferries"
    " and bridges. {}"
)
MATCH = Match(
    a="a",
    b="b",
    passages=(),
    coverage_a=0.1,
    coverage_b=0.1,
    similarity=1.0,
    score=0.5,
    same_language=True,
    kind=(),
    shared_words=25,
)


def between(a: str, b: str, said: str, similarity: float = 1.0) -> Match:
    """Return the match of two texts that share some words."""
    x, y = a.index(said), b.index(said)
    passage = Passage(x, x + len(said), y, y + len(said), similarity)
    return dataclasses.replace(MATCH, passages=(passage,))


@pytest.mark.parametrize(
    ("where", "note"),
    [
        ("She may be reached at ada@quill.example", True),
        ("More of her on www.quill.example", True),
        ("Her letters are on https://quill.example.", True),
        # The page of a picture, a full stop without a space, a dotted name.
        ("See pic.quill.example/0pWiwCHG", False),
        ("She came.Nobody saw", False),
        ("Her boat is the S.S. Gannet", False),
        ("She lives by the water", False),
    ],
)
def test_a_note_tells_where_somebody_is_found(where: str, note: bool) -> None:
    press = Press(41)
    said = NOTE.format(where)
    a, b = (f"{press.text(400)}\n\n{said}" for _ in range(2))
    match = between(a, b, said)
    assert closings(match, a, b) == {0}
    assert asides(match, a, b) == ({0} if note else set())


def test_it_stands_at_the_end_of_both_and_is_a_small_part_of_both() -> None:
    press = Press(42)
    said = NOTE.format("She may be reached at ada@quill.example")
    end = f"{press.text(400)}\n\n{said}"
    midst = f"{press.text(200)}\n\n{said}\n\n{press.text(200)}"
    short = f"{press.text(15)}\n\n{said}"
    for other in (midst, short):
        match = between(end, other, said)
        assert not closings(match, end, other)
        assert not asides(match, end, other)


@pytest.mark.parametrize("unit", ["a.", "a-", "a+a@", "aaaa"])
def test_one_endless_word_takes_no_time(unit: str) -> None:
    press = Press(47)
    said = unit * 100_000
    a, b = (f"{press.text(60_000)}\n\n{said}" for _ in range(2))
    match = between(a, b, said)
    started = time.process_time()
    asides(match, a, b)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(("similarity", "aside"), [(0.8, True), (1.0, False)])
def test_names_that_stand_word_for_word_may_be_copied(similarity: float, aside: bool) -> None:
    press = Press(43)
    said = "Ida Marsh of Northquay, Tom Fells of Southquay, Rhea Dunn of Eastwick and Otto Crane"
    a, b = (around(press, said) for _ in range(2))
    assert bool(asides(between(a, b, said, similarity), a, b)) is aside


def signed(press: Press, number: int, note: str) -> list[Row]:
    """Return articles of several outlets that end with the same note."""
    return [
        article(f"a{n}", 20 * n, f"{press.text(400)}\n\n{note}", OUTLETS[n % 3])
        for n in range(number)
    ]


def test_an_author_of_two_papers_is_no_match(tmp_path: Path) -> None:
    press = Press(44)
    note = " ".join(press.words(25)) + ". Letters to ada@quill.example"
    assert matched(signed(press, 2, note), tmp_path) == set()


@pytest.mark.parametrize(("number", "reuse"), [(2, True), (3, False)])
def test_what_two_pages_end_with_is_one_if_nobody_else_does(
    number: int, reuse: bool, tmp_path: Path
) -> None:
    press = Press(45)
    note = " ".join(press.words(30)).capitalize() + "."
    found = matched(signed(press, number, note), tmp_path)
    assert (frozenset(("a0", "a1")) in found) is reuse


def test_in_the_midst_it_may_come_back_more_often(tmp_path: Path) -> None:
    press = Press(46)
    said = " ".join(press.words(30)).capitalize() + "."
    rows = [article(f"a{n}", 20 * n, around(press, said), OUTLETS[n]) for n in range(3)]
    assert frozenset(("a0", "a1")) in matched(rows, tmp_path)
