"""Places in which versions agree against one, and in which one stands alone."""

from datetime import timedelta

import pytest

from filiation.stemma.readings import Readings, readings
from filiation.values import Article, Dates, utc

WORDS = [f"word{n:02d}" for n in range(40)]


def version(place: int, words: list[str]) -> Article:
    """Return an article of these words, of a day of its own."""
    moment = utc(2022, 3, 1) + timedelta(days=place)
    text = " ".join(words)
    return Article(f"v{place}", "", text, language="en", dates=Dates(moment, moment, "second"))


def changed(words: list[str], **places: str) -> list[str]:
    """Return the words with some replaced, by their numbers: `w5="other"`."""
    new = {int(name[1:]): word for name, word in places.items()}
    return [new.get(n, word) for n, word in enumerate(words)]


def known(*texts: list[str]) -> Readings:
    """Return the readings of texts, each a day after the one before."""
    found = readings([version(place, words) for place, words in enumerate(texts)])
    assert found is not None
    return found


def test_two_versions_have_no_third_to_tell_by() -> None:
    assert readings([version(0, WORDS), version(1, WORDS)]) is None


def test_a_changed_word_is_one_place_against_whoever_lacks_it() -> None:
    branch = changed(WORDS, w10="other", w20="another")
    found = known(WORDS, branch, changed(branch, w30="own"))
    assert found.against(2, [0, 1]).tolist() == [2, 0]
    assert found.own(0).changed.tolist()[2] == 2, (
        "of what the copy changed the first has the other side"
    )
    assert found.own(2).changed.tolist()[1] == 1
    assert found.own(2).added.tolist()[1] == 0


@pytest.mark.parametrize(
    ("here", "there", "counts"),
    [
        ("gourmandise", "gourmandises", False),
        ("chuchotement", "chuchottements", False),
        ("cle", "celle", False),
        ("most", "some", True),
        ("de", "le", False),
        ("de", "pour", True),
    ],
)
def test_a_word_that_is_only_spelt_otherwise_is_no_place_of_its_own(
    here: str, there: str, counts: bool
) -> None:
    found = known(changed(WORDS, w10=here), changed(WORDS, w10=there), changed(WORDS, w10=there))
    assert found.own(0).changed.tolist()[1] == counts


def test_words_left_out_are_a_place_of_their_own() -> None:
    found = known([*WORDS[:10], *WORDS[12:]], WORDS, WORDS)
    assert found.own(0).changed.tolist()[1] == 1
    assert found.own(0).added.tolist()[1] == 0


def test_five_words_put_in_were_added_and_not_changed() -> None:
    found = known([*WORDS[:10], *(f"extra{n}" for n in range(5)), *WORDS[10:]], WORDS, WORDS)
    assert found.own(0).added.tolist()[1] == 1
    assert found.own(0).changed.tolist()[1] == 0


def test_what_is_added_at_the_ends_does_not_count_against_a_parent() -> None:
    more = [f"extra{n}" for n in range(12)]
    found = known(WORDS, [*more, *WORDS], [*more, *WORDS, "end"])
    assert found.against(2, [0]).tolist()[0] == 0


def test_an_agreement_with_a_later_version_is_none() -> None:
    found = known(WORDS, changed(WORDS, w10="other"), changed(WORDS, w10="other"))
    assert found.against(1, [0]).tolist()[0] == 0, "the third came later"
    assert found.against(2, [0]).tolist()[0] == 1


def test_what_is_own_a_third_must_show() -> None:
    source = changed(WORDS, w10="one", w30="two")
    elsewhere = [f"other{n}" for n in range(40)]
    assert known(WORDS, source, elsewhere).own(1).changed.tolist()[0] == 0
    beginning = known(WORDS, source, WORDS[:20])
    assert beginning.own(1).changed.tolist()[0] == 1, "of the end the third has nothing"


def test_what_stood_beyond_the_cut_says_nothing_of_a_shortened_copy() -> None:
    source = changed(WORDS, w5="one", w30="two")
    found = known(WORDS, source, source[:20], changed(WORDS, w15="three"))
    assert found.own(1).changed.tolist()[3] == 1
    assert found.own(1).changed.tolist()[2] == 0, (
        "the first is shared with it, the second was cut away"
    )


def test_what_only_one_other_has_of_all() -> None:
    block = [f"extra{n}" for n in range(12)]
    mixed = [*WORDS[:20], *block, *WORDS[20:]]
    found = known(WORDS, [*block, *WORDS[:10]], mixed)
    assert found.only_from(2, [0]).tolist()[1] == 9
    assert found.only_from(2, [0, 1]).tolist()[1] == 0
