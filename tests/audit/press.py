"""An invented press: outlets that write, copy, shorten, quote and subscribe, for audits to unravel."""

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]

SYLLABLES = [
    a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "is", "ol")
]
# What makes a language known, before all else.
FREQUENT = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "was",
    "on",
    "with",
    "as",
    "his",
    "be",
    "at",
    "by",
    "had",
    "not",
    "are",
    "but",
    "from",
    "or",
    "have",
    "an",
    "they",
    "which",
    "one",
    "you",
    "were",
    "her",
    "all",
    "she",
    "there",
    "would",
    "their",
    "we",
    "him",
    "been",
    "has",
    "when",
    "who",
    "will",
    "more",
    "no",
    "if",
    "out",
    "so",
    "said",
    "what",
    "up",
    "its",
    "about",
    "into",
    "than",
    "them",
    "can",
    "only",
    "other",
    "new",
    "some",
    "could",
    "these",
    "two",
    "may",
    "then",
]
OUTLETS = ("Morning Ledger", "Evening Wire", "Harbour Post", "Hill Courier", "Delta Sheet")
SUBSCRIBE = (
    "Subscribe to the {} for four coins a month and read every article on every device you own."
    " Readers keep this paper free of any owner, any party and any bank."
)


class Press:
    """Draws texts of invented words; every press of one seed draws the same."""

    def __init__(self, seed: int = 1) -> None:
        self.draw = random.Random(seed)
        invented = [
            "".join(self.draw.choices(SYLLABLES, k=self.draw.randint(2, 4))) for _ in range(4_000)
        ]
        self.vocabulary = [*FREQUENT, *invented]
        self.weights = [1 / (rank + 10) for rank in range(len(self.vocabulary))]

    def words(self, number: int) -> list[str]:
        """Return so many words, the frequent ones more often."""
        return self.draw.choices(self.vocabulary, self.weights, k=number)

    def text(self, number: int) -> str:
        """Return a text of about so many words, in sentences and paragraphs."""
        words = self.words(number)
        sentences = []
        while words:
            size = self.draw.randint(8, 24)
            sentence, words = words[:size], words[size:]
            sentences.append(" ".join(sentence).capitalize() + ".")
        paragraphs = [" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4)]
        return "\n\n".join(paragraphs)

    def changed(self, text: str, share: float) -> str:
        """Return a text with so many of its words changed."""
        words = text.split(" ")
        return " ".join(w if self.draw.random() > share else self.words(1)[0] for w in words)

    def excerpt(self, text: str, number: int) -> str:
        """Return so many words of a text, from somewhere within."""
        words = text.split()
        at = self.draw.randrange(len(words) - number)
        return " ".join(words[at : at + number])


def row(key: str, outlet: str, hour: int, text: str, title: str = "") -> Row:
    """Return an article, published so many hours after the first of May."""
    site = outlet.lower().replace(" ", "")
    return {
        "id": key,
        "url": f"https://www.{site}.example/2024/{key}",
        "outlet": outlet,
        "title": title or f"Of {key}",
        "published": f"2024-05-{1 + hour // 24:02}T{hour % 24:02}:00:00Z",
        "language": "en",
        "text": text,
    }


def corpus(stories: int = 40, seed: int = 1) -> list[Row]:
    """Return stories, each of which one outlet writes and others copy in ways of their own."""
    press = Press(seed)
    rows: list[Row] = []
    for story in range(stories):
        home = OUTLETS[story % len(OUTLETS)]
        others = [outlet for outlet in OUTLETS if outlet != home]
        text = press.text(press.draw.randint(120, 500))
        rows.append(row(f"s{story}", home, story, text))
        copies = {
            "verbatim": text,
            "edited": press.changed(text, 0.05),
            "halved": text[: len(text) // 2],
            "quoting": f"{press.text(150)}\n\n{press.excerpt(text, 60)}\n\n{press.text(150)}",
        }
        for number, (kind, copy) in enumerate(list(copies.items())[: story % 5]):
            rows.append(row(f"s{story}{kind}", others[number], story + 2 + number, copy))
    return rows


def write(rows: Iterable[Row], path: Path) -> Path:
    """Write a table of JSON lines."""
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def lines(path: Path) -> list[Row]:
    """Return the objects of a table of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def pairs(matches: Sequence[Row]) -> set[frozenset[str]]:
    """Return the pairs of articles that matches are of."""
    return {frozenset((match["a"], match["b"])) for match in matches}
