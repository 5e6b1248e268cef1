"""Two invented languages with one meaning: texts of one, and their translations."""

import random
from collections.abc import Sequence

CONSONANTS = "bdfgklmnprstvz"
VOWELS = "aeiou"
CYRILLIC = str.maketrans("abdefghijklmnoprstuvz", "абдефгхийклмнопрстувз")
NAMES = [
    "Barbert",
    "Doldosk",
    "Fenfild",
    "Gargorn",
    "Halkamp",
    "Jorlund",
    "Kalmast",
    "Lunnev",
    "Morpold",
    "Narrist",
    "Pelbert",
    "Rasdosk",
    "Solfild",
    "Targorn",
    "Venkamp",
    "Zamlund",
]


def _words(seed: int, number: int) -> list[str]:
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < number:
        syllables = (chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(4))
        found["".join(syllables)] = None
    return list(found)


LATIN = _words(1, 400)
"""Common words of the one language, all of eight letters."""
OTHER = [word.translate(CYRILLIC) for word in _words(2, 400)]
"""What each means in the other, which has Cyrillic letters."""
MEANING = dict(zip(OTHER, LATIN, strict=True))


COMMON = list(MEANING.items())[:60]
"""Words that sentences are made of where no text says which."""


def sentence(
    chance: random.Random, words: Sequence[tuple[str, str]] = COMMON, names: int = 1, size: int = 9
) -> tuple[str, str]:
    """Return a sentence of some of these words in the Cyrillic language and in the Latin one."""
    parts = chance.sample(words, size)
    for name in chance.sample(NAMES, names):
        foreign = name.lower().translate(CYRILLIC).title()
        parts.insert(chance.randrange(1, len(parts)), (foreign, name))
    return (
        _written([other for other, _ in parts], ("и", "в", "на", "что", "не", "с", "это", "как")),
        _written([latin for _, latin in parts], ("and", "the", "of", "that", "in", "to", "with")),
    )


def _written(words: Sequence[str], between: Sequence[str]) -> str:
    """Return a sentence of words with others between, by which its language is told."""
    rest = (f"{between[n % len(between)]} {word}" for n, word in enumerate(words[1:]))
    return f"{words[0].title()} {' '.join(rest)}."


def text(seed: int, sentences: int = 14, names: int = 1) -> tuple[str, str]:
    """Return a text in the Cyrillic language and in the Latin one, a sentence a line.

    It has a subject: each text has words of its own choice.
    """
    chance = random.Random(seed)
    words = chance.sample(list(MEANING.items()), 50)
    told = [sentence(chance, words, names) for _ in range(sentences)]
    return "\n".join(one for one, _ in told), "\n".join(other for _, other in told)
