"""What the last audit found, kept in the library's tables for plain SQL to ask."""

import json

from filiation.audit.corpus import Corpus
from filiation.audit.house import Phrase
from filiation.audit.kept import Kept
from filiation.audit.values import Group
from filiation.library import Library
from filiation.plain import to_json
from filiation.values import Match, Version

__all__ = ["Results"]


class Results:
    """What an audit finds, gathered row by row and written in one go.

    Until `keep`, and where that is never called, the library has what the audit before it found.
    """

    def __init__(self, library: Library, corpus: Corpus) -> None:
        self._library = library
        self._number = dict(zip(corpus.id.tolist(), corpus.number.tolist(), strict=True))
        self._matches: list[tuple[object, ...]] = []
        self._groupings: list[tuple[object, ...]] = []
        self._hops: list[tuple[object, ...]] = []

    def match(self, match: Match) -> None:
        """Take a match."""
        spans = [[p.a_start, p.a_end, p.b_start, p.b_end, p.similarity] for p in match.passages]
        self._matches.append(
            (
                self._number[match.a],
                self._number[match.b],
                match.score,
                match.coverage_a,
                match.coverage_b,
                match.similarity,
                match.shared_words,
                json.dumps(match.kind),
                json.dumps(spans),
            )
        )

    def group(self, group: Group) -> None:
        """Take a group."""
        self._groupings += [(self._number[article], group.id) for article in group.articles]
        versions = {version.id: version for version in group.stemma.versions}
        for hop in group.stemma.hops:
            parent, child = versions[hop.parent], versions[hop.child]
            self._hops.append(
                (
                    group.id,
                    self._number[parent.article] if parent.article else None,
                    self._number[child.article] if child.article else None,
                    parent.name,
                    child.name,
                    json.dumps(hop.kind),
                    hop.standing,
                    hop.probability,
                    to_json(Kept(hop, _unseen(parent), _unseen(child))),
                )
            )

    def keep(self, phrases: tuple[Phrase, ...]) -> None:
        """Write all that was taken, in place of what the audit before found."""
        with self._library.transaction() as connection:
            for table in ("house", "match", "grouping", "hop"):
                connection.execute(f"DELETE FROM {table}")
            connection.executemany(
                "INSERT INTO house VALUES (?, ?, ?, ?)",
                [(p.outlet, _signed(p.sentence), p.text, p.articles) for p in phrases],
            )
            for table, rows in (
                ("match VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._matches),
                ("grouping VALUES (?, ?)", self._groupings),
                (f"hop ({_HOP}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._hops),
            ):
                connection.executemany(f"INSERT INTO {table}", rows)


_HOP = '"group", parent, child, parent_name, child_name, kind, standing, probability, shape'


def _unseen(version: Version) -> Version | None:
    return version if version.article is None else None


def _signed(number: int) -> int:
    """Return a number of 64 bits as SQLite has it: as if its highest bit were the sign."""
    return number - 2**64 if number >= 2**63 else number
