"""Which of the words that there are was meant by one that there is not."""

from collections.abc import Iterable
from typing import Any

import click

__all__ = ["Choice", "did_you_mean", "meant"]

ALIKE = 60
"""Percent of their letters that two words share in order: a slip or two in a word of five letters."""
LONGEST = 200
"""Characters of a word that are compared."""


def meant(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the words that are most like one, the likest first; case and hyphens do not count."""
    from rapidfuzz import fuzz, process

    found = process.extract(
        word[:LONGEST],
        list(dict.fromkeys(known)),
        scorer=fuzz.ratio,
        processor=lambda one: str(one).casefold().strip("-").replace("_", "-"),
        score_cutoff=ALIKE,
        limit=most,
    )
    return [one for one, _, _ in found]


def did_you_mean(word: str, known: Iterable[str], most: int = 1) -> str:
    """Return "Did you mean this?", or nothing where no word is like it."""
    near = meant(word, known, most)
    return f"Did you mean {' or '.join(near)}?" if near else ""


class Choice(click.Choice[str]):
    """One of a few words; one that is mistyped is answered with the one that was meant."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return what is wrong with a value."""
        near = did_you_mean(str(value), self.choices)
        return " ".join(
            part for part in (super().get_invalid_choice_message(value, ctx), near) if part
        )
