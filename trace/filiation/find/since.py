"""Asking only for what has not been answered since a moment: how a run that was broken off goes on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from filiation.find.addresses import NotAnAddress, address
from filiation.find.keep import Store, question
from filiation.find.values import Fetch, Fetched, Pace

__all__ = ["Kept", "Since", "kept_in"]


class Kept(Protocol):
    """Looks answers up that were kept. It is called from several threads."""

    def __call__(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Fetched | None:
        """Return the latest sound answer to this question, None where none is kept."""
        ...


def kept_in(store: Store) -> Kept:
    """Return what looks answers up in a store."""

    def kept(
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Fetched | None:
        try:
            asked = question(str(address(url)), method, headers, body)
        except NotAnAddress:
            return None
        found = store.last(asked)
        return found.fetched if found else None

    return kept


class Since:
    """Asks the web, but for what has been answered since a moment: that is not asked for again.

    It is a `Fetch` itself.
    """

    def __init__(self, fetch: Fetch, kept: Kept, begun: datetime) -> None:
        self._fetch = fetch
        self._kept = kept
        self._begun = begun

    def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes = b"",
        robots: bool = True,
        pace: Pace | None = None,
        redirects: int = 10,
        most_bytes: int | None = None,
    ) -> Fetched:
        """Return the answer that is kept, where there is one; else ask."""
        if redirects:  # who follows none asks for another answer than the one that is kept
            last = self._kept(url, method=method, headers=headers, body=body)
            if last is not None and last.taken is not None and last.taken >= self._begun:
                return replace(last, kept=True)
        return self._fetch(
            url,
            headers=headers,
            method=method,
            body=body,
            robots=robots,
            pace=pace,
            redirects=redirects,
            most_bytes=most_bytes,
        )
