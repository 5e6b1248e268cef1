"""Invented reports in English, and what they become in French: names and numbers stay."""

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FIRST = "Bar Dol Fen Gar Hal Jor Kal Lun Mor Nar Pel Ras Sol Tar Ven Zam Quin Wes Ib Osk".split()
LAST = "bert dosk fild gorn kamp lund mast nev pold rist vann tey mork sund".split()
NAMES = [one + other for one in FIRST for other in LAST]
SAID = (
    ("{} told the council of {} that {} lamps had been counted", "{} a dit au conseil de {} que {} lampes étaient comptées"),
    ("In {}, {} wrote a letter about {} boats to the harbour", "À {}, {} a écrit une lettre sur {} bateaux au port"),
    ("Nobody but {} has seen {} since the {} houses were sold", "Personne sauf {} n'a vu {} depuis que les {} maisons sont vendues"),
    ("{} answered {} and asked for {} crowns more", "{} a répondu à {} et demandé {} couronnes de plus"),
)  # fmt: skip

Row = dict[str, Any]


def report(seed: int, sentences: int = 24) -> tuple[str, str]:
    """Return a report in English and in French, of the same sentences in the same order."""
    chance = random.Random(f"report {seed}")
    english: list[str] = []
    french: list[str] = []
    cast = chance.sample(NAMES, 12)
    for _ in range(sentences):
        here, there = chance.choice(SAID)
        told = (*chance.sample(cast, 2), chance.randrange(200, 9000))
        english.append(here.format(*told) + ".")
        french.append(there.format(*told) + ".")
    return "\n\n".join(english), "\n\n".join(french)


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
