"""What goes into a bundle of evidence, and what checking one yields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from filiation.find.values import Exchange
from filiation.outlets import Catalogue
from filiation.values import Credits

__all__ = ["Fault", "Local", "Page", "Run", "Verdict"]


@dataclass(frozen=True, slots=True)
class Local:
    """A file that an article was read from."""

    path: str
    """As the user named it, or found below the folder that was named."""
    data: bytes
    modified: datetime
    """When the file was last changed, aware, UTC."""


@dataclass(frozen=True, slots=True)
class Page:
    """An article that was read, what it says of its origin, and what it was read from."""

    stated: Credits
    source: Exchange | Local | None = None
    """The answer or the file; None where only its text was at hand: a library, a row of a table."""
    captured: datetime | None = None
    """When an archive captured it, aware, UTC; None where it was not had from one."""
    archive: str = ""
    """The archive's name; empty where it was not had from one."""
    within: bool = False
    """Whether the answer holds it among others: a feed, an answer of a service. It cannot be read
    from the answer alone, and a bundle gives it as it was read then."""


@dataclass(frozen=True, slots=True)
class Run:
    """The run of the program that a bundle is of."""

    command: tuple[str, ...]
    """The command line, word by word."""
    started: datetime
    ended: datetime
    """Both aware, UTC."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the run was set to, as JSON knows it; no secrets."""
    catalogue: Catalogue | None = None
    """The catalogue of outlets, where it is not the program's own."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in a bundle that is not as it was written, or that does not bear itself out."""

    file: str
    says: str
    line: int | None = None
    """The line, from 1, where the file has lines; where lines were removed, the one before."""
    record: str | None = None
    """The WARC-Record-ID, where it is of a record of the archive."""
    url: str | None = None
    """That record's address."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a bundle yields."""

    folder: str
    manifest: str | None
    """The digest of the manifest's file, `sha256:` and 64 digits; None where there is none."""
    faults: tuple[Fault, ...]
    """What was altered; none: the bundle is sound."""
    notes: tuple[str, ...] = ()
    """What could not be checked, and what differs without being a fault, in sentences."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """What was checked: `files`, `records`, `captures`, `articles`, `credits`, `matches`."""
    made_with: Mapping[str, Any] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    started: str | None = None
    ended: str | None = None
    asked: str | None = None
    """Id of the article that the bundle is about."""

    @property
    def sound(self) -> bool:
        """Whether nothing was altered."""
        return not self.faults
