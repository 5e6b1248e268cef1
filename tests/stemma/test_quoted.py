"""What of two texts stands in quotation marks."""

import pytest

from filiation.stemma.quoted import LONGEST, quotations, quoted_share
from filiation.values import Match, Passage


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Sie sagte: „Das Wasser steigt“, und ging.", ["„Das Wasser steigt“"]),
        ("She said: “The water rises” and left.", ["“The water rises”"]),
        ("Elle dit : « L'eau monte » et partit.", ["« L'eau monte »"]),
        ("Sie sagte: »Das Wasser steigt«, und ging.", ["»Das Wasser steigt«"]),
        ('She said "the water rises" and "nothing helps".',
         ['"the water rises"', '"nothing helps"']),
        ("„Er sagte: ‚Nein‘“, sagte sie.", ["„Er sagte: ‚Nein‘“"]),
        ("她说：「水涨了」。", ["「水涨了」"]),
        ("A mark “that nothing ends " + "x" * LONGEST + "”", []),
        ("It's the skipper's", []),
        ("", []),
    ],
)  # fmt: skip
def test_quotations(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text)] == quoted


def _match(*passages: Passage) -> Match:
    return Match("a", "b", passages, 0.5, 0.5, 1.0, 0.9, True, ("edited",), 10)


def test_the_text_that_quotes_more_tells() -> None:
    a, b = "x " * 50 + "said “" + "y" * 100 + "” and left", "y" * 100 + " was said"
    place = a.index("yy")
    whole = _match(Passage(place, place + 100, 0, 100, 1.0))
    assert quoted_share(whole, a, b) == 1.0
    assert quoted_share(_match(Passage(0, 100, 0, 100, 1.0)), a, b) == 0.0
    half = _match(Passage(place - 100, place + 100, 0, 109, 1.0))
    assert 0.5 <= quoted_share(half, a, b) < 0.52
    assert quoted_share(_match(), a, b) == 0.0
