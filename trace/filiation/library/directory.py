"""Articles of a library found by address, title and outlet, without passing through the texts."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property

from filiation.library.faults import told
from filiation.library.library import Library
from filiation.library.rows import page_at
from filiation.outlets import host
from filiation.stemma.naming import Names, Who, same_title

__all__ = ["MOST_TITLED", "Directory"]

MOST_TITLED = 20
"""Articles of one title that a credit may mean. "The week in pictures" names no text."""
ROUGHLY = 75.0
"""Likeness (per cent) of two titles as written from which on it is looked whether they are the same:
what capitals, quotation marks, dashes and accents make of one title stays above."""
_MIDDLE = "coalesce((julianday(earliest) + julianday(latest)) / 2, julianday(earliest), julianday(latest))"
_NO_SITE = ("file:", "id:", "text:")
"""How the page begins of an article without an address."""


class Directory:
    """Where the articles of a library are."""

    def __init__(self, library: Library, names: Names) -> None:
        self._path = library.path
        self._run = library.connection.execute
        self._names = names
        self._of: dict[Who, tuple[frozenset[str], frozenset[str]]] = {}

    # --- by address --------------------------------------------------------------------------------

    def at(self, address: str) -> set[int]:
        """Return the articles at an address: all texts that the page had, and saved copies that
        claim to be it."""
        page, like = _sought(address)
        if page is None:
            return set()
        with told(self._path):
            found = set(self._numbers("SELECT number FROM article WHERE page = ?", (page,)))
            for number, *claimed in self._run(
                "SELECT number, canonical_url, og_url FROM article WHERE url IS NULL "
                "AND (canonical_url LIKE ? OR og_url LIKE ?)",
                (like, like),
            ):
                if any(page_at(claim) == page for claim in claimed if claim):
                    found.add(number)
        return found

    def crediting(self, addresses: Iterable[str], title: str | None) -> set[int]:
        """Return articles whose credits give one of these addresses, or this title."""
        found: set[int] = set()
        with told(self._path):
            for address in addresses:
                page, like = _sought(address)
                found.update(
                    number
                    for number, url in self._run(
                        "SELECT article, url FROM credit WHERE url LIKE ?", (like,)
                    )
                    if page is not None and page_at(url) == page
                )
        if title:
            found.update(self._credited_titles.like(title))
        return found

    # --- by title ----------------------------------------------------------------------------------

    def titled(self, title: str, who: Who) -> set[int]:
        """Return the articles of an outlet, or of an unknown one, that bear a title.

        Nothing where they are more than `MOST_TITLED`: such a title tells no text.
        """
        with told(self._path):
            found = {
                number
                for number, outlet, name, url in self._run(
                    "SELECT number, outlet, outlet_name, url FROM article WHERE number IN "
                    "(SELECT value FROM json_each(?))",
                    (json.dumps(self._titles.like(title)),),
                )
                if not who
                or not (there := self._names.who(name, outlet, url))
                or self._names.same(who, there)
            }
        return found if len(found) <= MOST_TITLED else set()

    @cached_property
    def _titles(self) -> "_Titles":
        with told(self._path):
            return _Titles(
                self._run(
                    "SELECT number, title FROM article WHERE title IS NOT NULL ORDER BY number"
                )
            )

    @cached_property
    def _credited_titles(self) -> "_Titles":
        with told(self._path):
            return _Titles(
                self._run(
                    "SELECT article, title FROM credit WHERE title IS NOT NULL ORDER BY article"
                )
            )

    # --- by outlet ---------------------------------------------------------------------------------

    def of(
        self,
        who: Who,
        near: datetime | None,
        language: str | None,
        alike: Sequence[int],
        limit: int,
    ) -> list[int]:
        """Return articles of an outlet worth a comparison, those nearest in time to `near`.

        Of those in the language only those among `alike` are; of those in another language, or in
        none that is known, all. So many at most of either.
        """
        homes, hosts = self._seen_as(who)
        if not homes and not hosts:
            return []
        with told(self._path):
            there = set(self._numbers(
                "SELECT number FROM article WHERE home IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(homes)),),
            ))  # fmt: skip
            for site in sorted(hosts):
                there.update(self._at_site(site))
            near_by = self.nearest(there.intersection(alike), near, limit)
            if language is None:
                return sorted({*near_by, *self.nearest(there, near, limit)})
            abroad = self._numbers(
                "SELECT number FROM article WHERE number IN (SELECT value FROM json_each(?)) "
                "AND language IS NOT ?",
                (json.dumps(sorted(there)), language),
            )
            return sorted({*near_by, *self.nearest(abroad, near, limit)})

    def nearest(self, numbers: Iterable[int], near: datetime | None, limit: int) -> list[int]:
        """Return the articles nearest in time to a moment, so many at most; undated ones last."""
        moment = near.astimezone(UTC).replace(tzinfo=None).isoformat() if near else None
        with told(self._path):
            return list(
                self._numbers(
                    f"SELECT number, abs({_MIDDLE} - julianday(?)) AS days FROM article "
                    "WHERE number IN (SELECT value FROM json_each(?)) "
                    "ORDER BY days IS NULL, days, id LIMIT ?",
                    (moment, json.dumps(sorted(numbers)), limit),
                )
            )

    def _seen_as(self, who: Who) -> tuple[frozenset[str], frozenset[str]]:
        """Return what tells the outlet's articles: keys of the table `outlet`, and hosts."""
        if who not in self._of:
            same = self._names.same
            self._of[who] = (
                frozenset(key for key, there in self._homes.items() if same(who, there)),
                frozenset(site for site in self._hosts if same(who, Who(host=site))),
            )
        return self._of[who]

    @cached_property
    def _homes(self) -> dict[str, Who]:
        with told(self._path):
            outlets = list(self._run("SELECT key, name FROM outlet ORDER BY key"))
        known = self._names.catalogue.get
        return {
            key: self._names.who(name, key if known(key) is not None else None)
            for key, name in outlets
        }

    @cached_property
    def _hosts(self) -> tuple[str, ...]:
        """The hosts of all addresses, each found by one step through the index of pages."""
        found: list[str] = []
        at = ""
        with told(self._path):
            while True:
                [page] = self._run(
                    "SELECT min(page) FROM article WHERE page >= ?", (at,)
                ).fetchone()
                if page is None:
                    return tuple(dict.fromkeys(found))
                kind = next((kind for kind in _NO_SITE if page.startswith(kind)), None)
                end = min((n for n in map(page.find, "/?") if n >= 0), default=len(page))
                site = page[: len(kind) - 1] if kind else page[:end]
                if kind is None:
                    found.append(site)
                # The first that can stand behind all that begin so.
                at = site + chr(ord(page[len(site)]) + 1) if len(page) > len(site) else page + "\0"

    def _at_site(self, site: str) -> Iterator[int]:
        for sign in "/?":
            yield from self._numbers(
                "SELECT number FROM article WHERE page >= ? AND page < ?",
                (site + sign, site + chr(ord(sign) + 1)),
            )

    def _numbers(self, question: str, values: Sequence[object]) -> Iterator[int]:
        return (row[0] for row in self._run(question, values))


def _sought(address: str) -> tuple[str | None, str]:
    """Return the page at an address, and what addresses of its site look like to SQLite."""
    # Half a surrogate pair, which only broken JSON brings, SQLite would not take.
    whole = address.encode("utf-8", "replace").decode()
    return page_at(whole), f"%{host(whole)}%"


class _Titles:
    """Titles, each of an article."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        self._numbers: list[int] = []
        self._titles: list[str] = []
        for number, title in rows:
            self._numbers.append(number)
            self._titles.append(title)

    def like(self, title: str) -> list[int]:
        """Return the articles whose title is this one, typography and a slip aside."""
        from rapidfuzz import fuzz, process

        found = process.extract(
            title.casefold(),
            self._titles,
            scorer=fuzz.ratio,
            processor=str.casefold,
            score_cutoff=ROUGHLY,
            limit=None,
        )
        return sorted({self._numbers[at] for other, _, at in found if same_title(title, other)})
