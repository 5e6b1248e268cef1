"""What an audit finds: groups of versions, and who takes from whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from filiation.values import HopKind, Standing, Stemma

__all__ = ["Audit", "Flow", "Group", "Tally"]


@dataclass(frozen=True, slots=True)
class Group:
    """All versions of one text in the library, and its stemma."""

    id: str
    """`g-` and the least id among its articles."""
    articles: tuple[str, ...]
    """Ids of its articles, sorted."""
    stemma: Stemma
    origin: str | None
    """Id of the article that all others descend from; None where it was not seen, or where several
    have no known parent."""
    independent_sources: int
    """Versions, seen or not, without a known parent."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What one outlet took from another."""

    from_outlet: str
    """Key of the catalogue, else the name as the input gives it; empty where it is not known."""
    to_outlet: str
    hops: int
    standings: Mapping[Standing, int]
    kinds: Mapping[HopKind, int]
    median_delay_hours: float | None
    """Between publication of parent and child, where both dates are known."""
    delays: tuple[float, ...] = ()
    """All of them, in hours, sorted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One outlet's part in what was audited."""

    outlet: str
    name: str
    articles: int
    originals: int
    """Articles that others in the library were made from, and that have no known parent."""
    republished: int
    """Articles made from another outlet's, seen or only credited."""
    uncredited: int
    """Of these, those whose hop is uncredited."""
    taken: int
    """Hops from it to other outlets."""

    @property
    def share(self) -> float:
        """Share of its articles that are republished, 0 to 1."""
        return self.republished / self.articles if self.articles else 0.0


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that was republished within a library, summed up; the lists are in its files."""

    articles: int
    outlets: int
    pairs: int
    """Pairs of articles aligned."""
    matches: int
    groups: int
    hops: int
    standings: Mapping[Standing, int]
    kinds: Mapping[HopKind, int]
    independent_sources: int
    missing: int
    """Versions that credits name and nobody has seen."""
    flows: tuple[Flow, ...]
    """The most hops first."""
    tallies: tuple[Tally, ...]
    """The most republished first."""
    largest: tuple[Group, ...] = ()
    """The largest groups, for the report."""
    house_phrases: int = 0
    skipped: tuple[str, ...] = ()
    """What was left out, in sentences."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time by stage."""
