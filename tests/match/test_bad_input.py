"""What cannot be known is not claimed: bad input gets a low score, in time."""

import time

import pytest

from filiation.match import compare, outlined
from filiation.values import Article
from tests.match.test_translation import ENGLISH, FRENCH, REPORT, RUSSIAN

EN = "\n".join(ENGLISH)
FR = "\n".join(FRENCH)
NAMELESS = (
    "She walked home slowly, looked at the sea for a while and said nothing to anyone at all. "
)
SANS_NOM = "Elle rentra lentement, regarda la mer un moment et ne dit rien du tout à personne. "
TWENTY = "Peskov told reporters in Moscow on Tuesday that 300 soldiers had left the border with Estonia since March 2014."
VINGT = "Peskov a dit mardi à Moscou que 300 soldats avaient quitté la frontière avec l’Estonie depuis mars 2014."
UNKNOWN = "".join(chr(0x16A0 + n % 70) + (" " if n % 6 == 5 else "") for n in range(900))


def article(text: str, language: str | None) -> Article:
    return Article(language or "x", "x", text, language=language)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (article(EN, "en"), article("", "fr")),
        (article("", None), article("", None)),
        (article(" \n\n\t ", "en"), article(FR, "fr")),
        (article("?!… — 1", "en"), article("1", "fr")),
        (article(TWENTY, "en"), article(VINGT, "fr")),
        (article(NAMELESS * 12, "en"), article(SANS_NOM * 12, "fr")),
        (article(EN, "en"), article(UNKNOWN, None)),
        (article(UNKNOWN, "xx"), article(UNKNOWN[::-1], "yy")),
        (article((ENGLISH[0] + "\n") * 1_000, "en"), article((FRENCH[4] + "\n") * 1_000, "fr")),
        (article(EN, "en"), article("\n".join(REPORT * 3), "fr")),
        (article(EN, "en"), article("\x00\x1b[31m" * 5_000, "fr")),
        (article("12 15 300 2014\n" * 30, "en"), article("12 15 300 2014\n" * 30, "fr")),
    ],
    ids=[
        "one empty", "both empty", "white space", "signs only", "twenty words", "no names",
        "unknown script", "two unknown scripts", "two sentences a thousand times", "same event",
        "control characters", "numbers only",
    ],
)  # fmt: skip
def test_nothing_is_claimed(a: Article, b: Article) -> None:
    for one, other in ((a, b), (b, a)):
        match = compare(one, other)
        if not match.same_language:
            assert match.score < 0.5


@pytest.mark.parametrize(
    ("label_a", "label_b"), [("fr", "en"), ("de", "ja"), (None, None), ("en", None), ("zz", "en")]
)
def test_wrong_labels_do_no_harm(label_a: str | None, label_b: str | None) -> None:
    match = compare(article(EN, label_a), article(FR, label_b))
    assert match.score > 0.9
    assert not match.same_language


def test_one_label_for_two_languages_claims_nothing() -> None:
    """The comparison is then one of words, of which nothing is shared."""
    assert compare(article(EN, "en"), article(FR, "en")).score < 0.5


def test_a_page_in_three_languages() -> None:
    mixed = "\n".join([*RUSSIAN[:2], *FRENCH, *ENGLISH[6:]])
    match = compare(article(EN, "en"), article(mixed, "fr"))
    assert match.coverage_b < 1.0
    assert all(p.b_end <= len(mixed) for p in match.passages)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((EN + "\n") * 1_500, (FR + "\n") * 1_400),
        ("Moscow " * 150_000, "Moscou " * 150_000),
        ("特朗普" * 300_000, "Trump " * 170_000),
        ("트럼프는 " * 200_000, "Trump " * 170_000),
        ("1 " * 500_000, "2014, " * 170_000),
        ("a" * 1_000_000, "б" * 1_000_000),
        ("(" * 1_000_000, "。" * 1_000_000),
    ],
    ids=["articles", "a word", "Chinese", "Korean", "numbers", "one word", "signs"],
)
def test_a_megabyte_is_compared_in_time(a: str, b: str) -> None:
    one, other = article(a, "en"), article(b, "fr")
    start = time.process_time()
    match = compare(one, other)
    outlined(match, one, other)
    assert time.process_time() - start < 20
