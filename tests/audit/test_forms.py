"""Forms filled in anew are no reuse."""

import dataclasses

import pytest

from filiation.audit.forms import is_form, is_refilled
from filiation.match import compare
from filiation.values import Article, Match, Passage

FORM = (
    "The harbour office counted {} ships on {} May, as it said in the morning. The day before there"
    " were {}. Since the beginning of the year {} have called here, of which {} under a flag of"
    " their own; {} were turned away."
)
FIRST = FORM.format("61", "12.5.", "57", "4,011", "1,204", "33")
NEXT = FORM.format("48", "13.5.", "61", "4,059", "1,219", "34")
STORY = (
    "The old lighthouse keeper, who had not left the island since the great storm, came down the"
    " stairs with a lamp in one hand and a letter in the other. Nobody had expected him."
)


def matched(a: str, b: str) -> Match:
    return Match(
        a="a",
        b="b",
        passages=(Passage(0, len(a), 0, len(b), 0.8),),
        coverage_a=1.0,
        coverage_b=1.0,
        similarity=0.8,
        score=0.9,
        same_language=True,
        kind=(),
        shared_words=40,
    )


@pytest.mark.parametrize(
    ("a", "b", "form"),
    [
        (FIRST, NEXT, True),
        (FIRST, FIRST, False),
        # Other ways of writing the same figures.
        (FIRST, FIRST.replace("4,011", "4 011").replace("1,204", "1.204"), False),
        # One figure mended.
        (FIRST, FIRST.replace("61", "62"), False),
        # Notes numbered anew are no figures.
        (f"{STORY} (1) (2) (3) (4)", f"{STORY} (5) (6) (7) (8)", False),
        # Three figures in a long text.
        (f"{STORY * 4} 11, 12, 13", f"{STORY * 4} 21, 22, 23", False),
    ],
)
def test_a_passage_is_refilled(a: str, b: str, form: bool) -> None:
    match = matched(a, b)
    assert is_refilled(match.passages[0], a, b) is form
    assert is_form(match, a, b) is form


def test_what_agrees_to_the_word_is_not_looked_at() -> None:
    assert not is_refilled(Passage(0, len(FIRST), 0, len(NEXT), 0.97), FIRST, NEXT)


@pytest.mark.parametrize(("copied", "form"), [("", True), (f" {STORY} {STORY}", False)])
def test_a_match_is_a_form_if_little_else_is_shared(copied: str, form: bool) -> None:
    one, other = FIRST + copied, NEXT + copied
    match = Match(
        a="a",
        b="b",
        passages=(
            Passage(0, len(FIRST), 0, len(NEXT), 0.8),
            *([Passage(len(FIRST), len(one), len(NEXT), len(other), 1.0)] if copied else []),
        ),
        coverage_a=1.0,
        coverage_b=1.0,
        similarity=0.9,
        score=0.9,
        same_language=True,
        kind=(),
        shared_words=80,
    )
    assert is_form(match, one, other) is form


def test_two_days_of_one_office_as_they_are_aligned() -> None:
    a, b = f"{FIRST} {STORY[:80]}", f"{NEXT} {STORY[80:]}"
    match = compare(
        Article(id="a", input="a", text=a, language="en"),
        Article(id="b", input="b", text=b, language="en"),
    )
    assert match.passages
    assert is_form(match, a, b)


RATE = (
    "The rate that the harbour office reckons every night was {} on {}, after {} the night before."
)


@pytest.mark.parametrize(
    ("second", "beside", "form"),
    [
        (("1.31", "Friday", "1.28"), "", True),
        # One of the two figures is the same.
        (("1.17", "Friday", "1.28"), "", False),
        # As much again is told besides.
        (("1.31", "Friday", "1.28"), f" {STORY}", False),
    ],
)
def test_two_figures_are_enough_where_none_is_the_same(
    second: tuple[str, ...], beside: str, form: bool
) -> None:
    a, b = RATE.format("1.09", "Monday", "1.17") + beside, RATE.format(*second) + beside
    end = len(a) - len(beside)
    passages = [Passage(0, end, 0, len(b) - len(beside), 0.85)]
    if beside:
        passages.append(Passage(end, len(a), len(b) - len(beside), len(b), 1.0))
    match = dataclasses.replace(matched(a, b), passages=tuple(passages))
    assert is_form(match, a, b) is form
