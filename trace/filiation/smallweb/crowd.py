"""Many outlets with many articles, for what only shows in numbers: collecting, politeness, resuming.

Their texts are put together from a stock of sentences with names and numbers, the same in every run.
"""

import re
from datetime import UTC, datetime, timedelta
from random import Random

from filiation.smallweb.stories import House, Story

__all__ = ["crowd"]

FIRST = datetime(2024, 1, 8, 6, 0, tzinfo=UTC)
"""When the first of its articles appeared."""
TAKEN = 5
"""Every so many articles one is taken, word by word, from the outlet before, which it names."""

PLACES = (
    "Alderwick", "Brackenford", "Coldhaven", "Dunmere", "Eastlow", "Fennick", "Garroway", "Hexley",
    "Inverlode", "Jarrow Green", "Kelmouth", "Lodebridge", "Marrowdale", "Netherwend", "Oxcombe",
    "Pellgate", "Quarrington", "Rushmoor End", "Saltersby", "Thornley Cross",
)  # fmt: skip
PEOPLE = (
    "Agnes Holloway", "Bertil Stroud", "Clementine Ashdown", "Dafydd Rook", "Edith Marlow",
    "Fergus Tansley", "Greta Pym", "Hugh Calloway", "Imogen Fairlie", "Jonas Wetherby",
    "Kezia Brand", "Lorcan Steele", "Maud Ellery", "Noel Strickland", "Ottoline Grey",
    "Piers Dunning", "Rosalind Quaife", "Silas Thorne", "Tamsin Yeo", "Ulric Penrose",
)  # fmt: skip
THINGS = (
    "weir", "tramway", "market hall", "allotment", "lido", "brickworks", "signal box", "orchard",
    "bus depot", "bandstand", "footbridge", "reading room", "slipway", "maltings", "bakery",
)  # fmt: skip
SENTENCES = (
    "{person} has looked after the {thing} in {place} for {number} years and has kept a diary of it.",
    "The council of {place} set aside {sum} pounds for the {thing}, and spent less than half.",
    "“Nobody asked us,” said {person}, who lives {number} yards from the {thing}.",
    "In {year} a flood reached the second step of the {thing}, where {person} later cut a mark.",
    "Of {number} letters about the {thing}, {few} were in favour, and one was a poem.",
    "The {thing} was drawn by {person}, who had never been to {place} and got the slope wrong.",
    "Every {few} weeks somebody from {place} counts what passes the {thing}: last time {number}.",
    "A study by {person} puts the cost at {sum} pounds, or {few} times what was said in {year}.",
    "There is a smaller {thing} in {place}, closed since {year}, of which {number} photographs exist.",
    "“It leans,” {person} said of the {thing}, “but it has leant since {year}, and it leans evenly.”",
    "By the reckoning of {person}, {number} people cross {place} on foot before seven in the morning.",
    "The builders found {number} bottles beneath the {thing}, {few} of them full.",
    "What {place} wants from the {thing} is told in {number} pages that {person} typed in {year}.",
    "Between {place} and the {thing} lie {few} fields, which changed hands for {sum} pounds.",
    "The key of the {thing} hangs at the house of {person}, behind a clock that stopped in {year}.",
)


def crowd(hosts: int, stories: int) -> tuple[House, ...]:
    """Return `hosts` outlets of `stories` articles each, at `daily-001.example` and so on."""
    houses: list[House] = []
    for number in range(1, hosts + 1):
        houses.append(_house(number, stories, houses[-1] if houses else None))
    return tuple(houses)


def _house(number: int, stories: int, before: House | None) -> House:
    place = PLACES[(number - 1) % len(PLACES)]
    name = f"The {place} Daily" + (f" {number}" if number > len(PLACES) else "")
    host = f"daily-{number:03}.example"
    told = [_story(number, place_in, before) for place_in in range(1, stories + 1)]
    return House(
        key=f"daily-{number:03}",
        name=name,
        host=host,
        language="en-GB",
        about=f"News of {place}",
        place=f"{name}, {place}",
        stories=tuple(told),
    )


def _story(house: int, number: int, before: House | None) -> Story:
    published = FIRST + timedelta(hours=7 * number, minutes=11 * house)
    taken = before is not None and number % TAKEN == 0
    if taken and before is not None and (source := before.story(number - 1)) is not None:
        address = f"http://{before.host}/{source.section}/{source.slug}.html"
        credit = f'<p>This article first appeared in <a href="{address}">{before.name}</a>.</p>'
        content = f"{source.content}\n{credit}"
        title, author = source.title, source.author
    else:
        chance = Random(f"{house} {number}")
        title = _sentence(chance).rstrip(".”").lstrip("“")[:70].rpartition(" ")[0]
        author = chance.choice(PEOPLE)
        content = "\n".join(
            f"<p>{' '.join(_sentence(chance) for _ in range(chance.randint(3, 6)))}</p>"
            for _ in range(6)
        )
    return Story(
        number=number,
        slug=f"{number:04}-{'-'.join(re.findall('[a-z0-9]+', title.lower())[:5])}",
        section="news",
        title=title,
        author=author,
        published=published,
        summary=f"{title}.",
        content=content,
    )


def _sentence(chance: Random) -> str:
    return chance.choice(SENTENCES).format(
        person=chance.choice(PEOPLE),
        place=chance.choice(PLACES),
        thing=chance.choice(THINGS),
        number=chance.randint(12, 980),
        few=chance.randint(2, 11),
        year=chance.randint(1911, 2021),
        sum=f"{chance.randint(11, 990)},{chance.randint(0, 9)}00",
    )
