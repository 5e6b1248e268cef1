"""What one document says of itself, before it is known whose it is."""

from dataclasses import dataclass

from filiation.values import DateWitness, Line, Mark

__all__ = ["Draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as its format gives it: text, lines and statements, nothing resolved yet."""

    text: str
    lines: tuple[Line, ...] = ()
    title: str | None = None
    byline: str | None = None
    """The author as a machine-readable statement has it; a visible line goes before it."""
    declared: tuple[str, ...] = ()
    """Languages the document says it is in, the strongest statement first."""
    site_names: tuple[str, ...] = ()
    """What the document calls its own publication, the strongest statement first."""
    canonical_url: str | None = None
    og_url: str | None = None
    marks: tuple[Mark, ...] = ()
    witnesses: tuple[DateWitness, ...] = ()
    notes: tuple[str, ...] = ()
