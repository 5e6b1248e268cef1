"""Invented reports in English, and what they become in French: names and numbers stay."""

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FIRST = ("Bar", "Dol", "Fen", "Gar", "Hal", "Jor", "Kal", "Lun", "Mor", "Nar", "Pel", "Ras", "Sol")
LAST = (
    "bert",
    "dosk",
    "fild",
    "gorn",
    "kamp",
    "lund",
    "mast",
    "nev",
    "pold",
    "rist",
    "vann",
    "tey",
)
NAMES = [one + other for one in FIRST for other in LAST]
SYLLABLES = {
    "en": ("ash", "ing", "ough", "ley", "th", "wick", "ound", "ell"),
    "fr": ("eau", "ique", "oir", "esse", "ai", "ou", "ette", "euil"),
}

Row = dict[str, Any]


def report(seed: int, sentences: int = 24) -> tuple[str, str]:
    """Return a report in English and in French, of the same sentences in the same order."""
    chance = random.Random(f"report {seed}")
    cast = chance.sample(NAMES, 12)
    pairs = [chance.sample(cast, 2) for _ in range(sentences)]
    said = [(one, other, chance.randrange(200, 9000)) for one, other in pairs]
    return _written(said, "en", chance), _written(said, "fr", chance)


def _written(said: list[tuple[str, str, int]], language: str, chance: random.Random) -> str:
    """Return sentences that say these names and numbers, in words that are no other text's."""

    def words(most: int) -> str:
        parts = SYLLABLES[language]
        return " ".join("".join(chance.choices(parts, k=3)) for _ in range(chance.randint(3, most)))

    begin, link = {"en": ("The", "of the"), "fr": ("Le", "de la")}[language]
    return "\n\n".join(
        f"{begin} {words(5)} {one} {link} {words(6)} {other} {words(5)} {number} {words(4)}."
        for one, other, number in said
    )


def row(key: str, text: str, language: str, day: int | None = None, outlet: str = "") -> Row:
    """Return a row of a table; days are those of 2024."""
    when = None if day is None else f"2024-{1 + day // 28:02}-{1 + day % 28:02}"
    return {
        "id": key,
        "title": f"Title of {key}",
        "text": text,
        "language": language,
        "outlet": outlet or f"Outlet {language} {sum(map(ord, key)) % 5}",
        "published": when,
    }


def world(english: int, french: int, of: Iterable[int] = ()) -> list[Row]:
    """Return English reports, French ones of their own, and translations of some of the English."""
    rows = [row(f"e{n}", report(n)[0], "en", n % 300) for n in range(english)]
    rows += [row(f"f{n}", report(10_000 + n)[1], "fr", n % 300) for n in range(french)]
    rows += [row(f"t{n}", report(n)[1], "fr", n % 300 + 2) for n in of]
    return rows


def write(rows: Iterable[Row], place: Path) -> Path:
    """Write rows as JSON lines."""
    place.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return place
