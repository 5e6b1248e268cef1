"""What two articles alone tell of what they share."""

import pytest

from filiation.audit.stretches import WITNESSES, are_witnesses
from filiation.audit.traits import UNTOLD, traits
from filiation.match import compare
from filiation.match.fingerprints import BITS, grams_of
from filiation.values import Article, Match
from tests.audit.press import OUTLETS, Press
from tests.audit.test_standing import around

HOME, OTHER = OUTLETS[:2]


def page(text: str, outlet: str | None = HOME, language: str | None = "en") -> Article:
    return Article(id="", input="", text=text, outlet=outlet, language=language)


def case(a: Article, b: Article) -> tuple[Match, Article, Article]:
    return compare(a, b), a, b


def test_of_two_outlets_that_share_little_the_witnesses_in_it_are_told() -> None:
    press = Press(71)
    said = press.text(120)
    one, other = page(around(press, said)), page(around(press, said), OTHER)
    match = compare(one, other)
    [told] = traits([(match, one, other)])
    [passage] = match.passages
    hashes, _ = grams_of([(one.text[passage.a_start : passage.a_end], ())])
    assert told.witnesses == tuple(h for h in hashes.tolist() if h < int(WITNESSES * (1 << BITS)))
    assert 10 < len(told.witnesses) < 60
    assert are_witnesses(hashes).sum() == len(told.witnesses)
    assert not (told.form or told.closes or told.whole or told.countable)


@pytest.mark.parametrize(
    ("homes", "asked"),
    [((HOME, HOME), False), ((HOME, OTHER), True), ((HOME, None), True), ((None, None), True)],
)
def test_articles_without_an_outlet_are_of_two(
    homes: tuple[str | None, str | None], asked: bool
) -> None:
    press = Press(72)
    said = press.text(60)
    one, other = (page(around(press, said), home) for home in homes)
    [told] = traits([case(one, other)])
    assert (told.witnesses is not None) == asked


def test_what_is_much_of_a_text_is_not_asked_about() -> None:
    press = Press(73)
    text = press.text(200)
    assert traits([case(page(text), page(text, OTHER))]) == [UNTOLD]


def test_of_one_outlet_what_counts_if_nobody_else_has_it_is_told() -> None:
    press = Press(74)
    said = press.text(60)
    one, other = page(around(press, said)), page(around(press, said))
    [told] = traits([case(one, other)])
    [passage] = told.countable
    assert 5 < len(passage.witnesses) < 30
    assert told.witnesses is None
    assert not told.whole


def test_of_one_text_nothing_need_be_told() -> None:
    text = Press(78).text(300)
    [told] = traits([case(page(text), page(text))])
    assert told.whole
    assert not told.countable


def test_both_end_with_it() -> None:
    press = Press(75)
    note = press.text(30)
    one, other = page(f"{press.text(400)}\n\n{note}"), page(f"{press.text(400)}\n\n{note}", OTHER)
    [told] = traits([case(one, other)])
    assert told.closes
    assert not told.form


def test_a_form_is_told_whoever_prints_it() -> None:
    press = Press(76)
    before, after = press.text(20), press.text(20)
    days = [
        f"{before} {n} of {n + 33}, {n + 102} and {n + 219} with {n + 334} {after}"
        for n in (1103, 2408)
    ]
    for homes in ((HOME, HOME), (HOME, OTHER)):
        one, other = (page(around(press, day), home) for day, home in zip(days, homes, strict=True))
        assert traits([case(one, other)])[0].form


def test_each_is_told_as_if_it_were_alone() -> None:
    press = Press(77)
    cases = []
    for size in (30, 60, 120):
        said = press.text(size)
        cases += [
            case(page(around(press, said)), page(around(press, said), home))
            for home in (HOME, OTHER)
        ]
    assert traits(cases) == [told for one in cases for told in traits([one])]
    assert traits([]) == []
