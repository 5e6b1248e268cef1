"""What was asked of the web, question by question, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from filiation.find.values import FAILURES, Capture, Fetched, Outcome, Probe, T
from filiation.values import Searched

__all__ = ["Entry", "Log"]


@dataclass(slots=True)
class Entry:
    """One question."""

    where: str
    outcome: Outcome
    says: str = ""
    looked_at: int = 0
    """How many addresses or captures it gave."""
    of: Literal["address", "capture"] = "address"
    versions: set[str] = field(default_factory=set)
    """Ids of the articles that came of it and are versions."""


class Log:
    """The questions of a run, in the order in which they were asked."""

    def __init__(self, progress: Callable[[str], None] | None = None) -> None:
        self.entries: list[Entry] = []
        self._progress = progress

    def asking(self, where: str) -> None:
        """Tell whoever watches what is asked next."""
        if self._progress:
            self._progress(f"asking {where}")

    def page(self, fetched: Fetched, outcome: Outcome | None = None, says: str = "") -> Entry:
        """Enter what came of asking for a page; `outcome` and `says` where its content decides."""
        return self._enter(Entry(fetched.url, outcome or fetched.outcome, says or fetched.says))

    def probe(self, probe: Probe[T]) -> Entry:
        """Enter what came of asking a service."""
        says = probe.says
        if not probe.whole and probe.outcome in ("ok", "empty"):
            says = "; ".join(part for part in (says, "cut off by a limit") if part)
        of: Literal["address", "capture"] = (
            "capture" if any(isinstance(one, Capture) for one in probe.found[:1]) else "address"
        )
        return self._enter(Entry(probe.where, probe.outcome, says, len(probe.found), of))

    def note(self, where: str, outcome: Outcome, says: str) -> Entry:
        """Enter what was not asked, and why."""
        return self._enter(Entry(where, outcome, says))

    def _enter(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        return entry

    @property
    def failed(self) -> bool:
        """Whether some question was not answered: the search is incomplete."""
        return any(entry.outcome in FAILURES for entry in self.entries)

    @property
    def searched(self) -> tuple[Searched, ...]:
        """Return all of it as the trace tells it; a question asked twice is told once."""
        told: dict[tuple[str, Outcome, str], Entry] = {}
        for entry in self.entries:
            known = told.setdefault((entry.where, entry.outcome, entry.says), entry)
            known.versions |= entry.versions
        return tuple(
            Searched(one.where, one.outcome, len(one.versions), one.looked_at, one.says, one.of)
            for one in told.values()
        )
