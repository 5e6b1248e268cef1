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
    """Key of the catalogue, else the name, folded; empty where it is not known. What to call the
    outlet is in its `Tally`."""
    to_outlet: str
    hops: int
    standings: Mapping[Standing, int]
    kinds: Mapping[HopKind, int]
    median_delay_hours: float | None
    """Between publication of parent and child, where both dates are known."""
    delays: tuple[float, ...] = ()
    """All of them, in hours, sorted."""
    share: float | None = None
    """Share of the receiving outlet's articles that these are, 0 to 1; None where the library has
    no article of it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One outlet's part in what was audited."""

    outlet: str
    """As in `Flow`."""
    name: str
    articles: int
    """In the library; 0 for an outlet that only credits name."""
    originals: int
    """Articles without a known parent that other outlets' versions were made from; hops that are
    undetermined tell of none, here and in the next two."""
    republished: int
    """Articles made from another outlet's, seen or only credited, at once or through earlier
    versions of their own outlet."""
    uncredited: int
    """Of these, those whose hop from the other outlet is uncredited."""
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
    """From one outlet to another, or to one that is not known; so are the two counts below."""
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
    standing_text: int = 0
    """Matches left out: of one outlet with itself, since what they share it prints again and again, and
    of any two articles that share a form filled in anew."""
    skipped: tuple[str, ...] = ()
    """What was left out, in sentences."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time by stage."""
    within: int = 0
    """Hops within one outlet: updates and second addresses of its own articles."""
