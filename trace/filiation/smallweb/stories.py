"""The invented outlets and their texts, read from `pages/`: what stood there at which moment."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from html import unescape
from importlib.resources import files
from typing import Any

__all__ = ["HOUSES", "TODAY", "Change", "House", "Story", "house", "plain"]

HOUSES = (
    "harbour-ledger",
    "lestran",
    "vestnik-beregov",
    "courrier-des-rives",
    "wendside-news",
)
"""The outlets of the small web: each a file of `pages/`."""

TODAY = datetime(2024, 10, 1, 12, tzinfo=UTC)
"""The moment at which the small web stands still: its live pages are those of this day."""


@dataclass(frozen=True)
class Change:
    """A text edited after it was published."""

    since: datetime
    old: str
    new: str


@dataclass(frozen=True)
class Story:
    """One article of an outlet."""

    number: int
    slug: str
    section: str
    title: str
    author: str
    published: datetime
    summary: str
    content: str
    """HTML of the body, credit lines included, as first published."""
    changes: tuple[Change, ...] = ()
    gone: datetime | None = None
    """When the page was taken down."""

    def there(self, moment: datetime) -> bool:
        """Whether the article stood there at that moment."""
        return self.published <= moment and (self.gone is None or moment < self.gone)

    def body(self, moment: datetime) -> str:
        """Return the body's HTML as it was at that moment."""
        body = self.content
        for change in self.changes:
            if change.since <= moment:
                body = body.replace(change.old, change.new)
        return body.strip()

    def modified(self, moment: datetime) -> datetime:
        """Return when the article was last edited before that moment."""
        return max([self.published, *(c.since for c in self.changes if c.since <= moment)])


@dataclass(frozen=True)
class House:
    """One invented outlet."""

    key: str
    name: str
    host: str
    language: str
    about: str
    place: str
    stories: tuple[Story, ...] = field(repr=False)
    moved: datetime | None = None
    """When its addresses changed."""
    moved_from: str = ""
    """The host it had before."""
    closed: bool = False
    """Whether its WordPress shuts strangers out of the REST interface."""

    def standing(self, moment: datetime) -> list[Story]:
        """Return the articles that stood there at that moment, the newest first."""
        there = (story for story in self.stories if story.there(moment))
        return sorted(there, key=lambda story: story.published, reverse=True)

    def story(self, number: int) -> Story | None:
        """Return the article of that number."""
        return next((story for story in self.stories if story.number == number), None)


@cache
def house(key: str) -> House:
    """Return an outlet of the small web."""
    text = files("filiation.smallweb").joinpath("pages", f"{key}.toml").read_text("utf-8")
    known: dict[str, Any] = tomllib.loads(text)
    stories = tuple(_story(told) for told in known.pop("story"))
    return House(key, stories=stories, **known)


def _story(told: dict[str, Any]) -> Story:
    changes = tuple(Change(**change) for change in told.pop("change", ()))
    story = Story(**told, changes=changes)
    for change in changes:
        if story.content.count(change.old) != 1:
            raise ValueError(f"{story.slug}: what is changed must stand there once: {change.old}")
    return story


def plain(markup: str) -> str:
    """Return a body's text without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())
