"""Stories of Media Cloud's index of online news, by phrases of their text: titles and addresses.

Source: the client of version 4 (mediacloud/api-client 5.1). A key is needed, and each key may ask
twice a minute. The texts are not given out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from filiation.find.replies import (
    NO_JSON,
    has_answer,
    json_of,
    language_code,
    message,
    short,
    web_address,
    with_parameters,
)
from filiation.find.values import Fetch, Fetched, Hit, Outcome, Pace, Probe

__all__ = ["PACE", "MediaCloud", "phrase"]

PACE = Pace(every=30.0, rest=60.0)
"""Two requests a minute, as the reference client keeps to."""
PLATFORM = "onlinenews-mediacloud"
MOST_PAGES = 100
"""Pages of 1,000 stories: a bound on tokens without end."""
_CREDENTIALS = ("token", "credential", "authenticat", "api key", "log in", "login")


def phrase(words: str) -> str:
    """Return the question for words that stand in this order."""
    return '"' + words.replace("\\", " ").replace('"', " ").strip() + '"'


class MediaCloud:
    """The search of Media Cloud, with a user's key."""

    def __init__(
        self, fetch: Fetch, token: str | None, base: str = "https://search.mediacloud.org/api/"
    ) -> None:
        self._fetch = fetch
        self._token = token
        self._base = base.rstrip("/")

    def stories(
        self,
        query: str,
        first: date,
        last: date,
        *,
        collections: Sequence[int] = (),
        sources: Sequence[int] = (),
        most: int = 1000,
    ) -> Probe[Hit]:
        """Return stories published from `first` to `last` that a question finds, at most `most`.

        `query` is in the index's own language (`"a phrase" AND language:fr`); `collections` and
        `sources` are numbers of its directory.
        """
        where = f"Media Cloud: {query} ({first} to {last})"
        found: dict[str, Hit] = {}
        odd = 0
        token: str | None = None
        met: set[str] = set()
        for _ in range(MOST_PAGES):
            probe, said = self._asked(
                where, "story-list", query, first, last, collections, sources, token
            )
            stories = said.get("stories") if isinstance(said, dict) else None
            if not isinstance(stories, list):
                return replace(probe, found=tuple(found.values()), whole=False)
            hits = [_hit(story) for story in stories]
            odd += hits.count(None)
            found |= {hit.url: hit for hit in hits if hit and hit.url not in found}
            further = said.get("pagination_token")
            if not isinstance(further, str) or not further:
                token = None
                break
            if further in met or not stories:
                break
            token = further
            met.add(token)
            if len(found) >= most:
                break
        says = f"{odd} stories without an address" if odd else ""
        whole = token is None and len(found) <= most
        return Probe.of(where, list(found.values())[:most], says, whole=whole)

    def count(
        self,
        query: str,
        first: date,
        last: date,
        *,
        collections: Sequence[int] = (),
        sources: Sequence[int] = (),
    ) -> Probe[int]:
        """Return how many stories a question finds, and out of how many."""
        where = f"Media Cloud: how many for {query} ({first} to {last})"
        probe, said = self._asked(
            where, "total-count", query, first, last, collections, sources, None
        )
        count = said.get("count") if isinstance(said, dict) else None
        numbers = [count.get(n) for n in ("relevant", "total")] if isinstance(count, dict) else []
        if not numbers or not all(type(number) is int for number in numbers):
            return Probe(where, probe.outcome, (), probe.says, whole=False)
        return Probe.of(where, [int(str(number)) for number in numbers])

    def _asked(
        self,
        where: str,
        what: str,
        query: str,
        first: date,
        last: date,
        collections: Sequence[int],
        sources: Sequence[int],
        token: str | None,
    ) -> tuple[Probe[Hit], Any]:
        """Return what went wrong, should the answer not be what is expected, and the answer."""
        if not self._token:
            says = "it needs a key: register at search.mediacloud.org"
            return Probe(where, "needs_credentials", (), says, whole=False), NO_JSON
        url = with_parameters(
            f"{self._base}/search/{what}",
            q=query,
            start=first.isoformat(),
            end=last.isoformat(),
            cs=",".join(map(str, collections)),
            ss=",".join(map(str, sources)),
            platform=PLATFORM,
            pagination_token=token,
        )
        # Not one redirect is followed: the key must not be carried to another host.
        got = self._fetch(
            url,
            headers={"Authorization": f"Token {self._token}", "Accept": "application/json"},
            robots=False,
            pace=PACE,
            redirects=0,
        )
        said = json_of(got.content) if got.content else NO_JSON
        outcome, says = _fault(got, said)
        return Probe(where, outcome, (), says, whole=False), said if has_answer(got) else NO_JSON


def _fault(got: Fetched, said: Any) -> tuple[Outcome, str]:
    """Return what an answer means that is not the one hoped for."""
    note = ""
    if isinstance(said, dict):
        note = message(said.get("note")) or message(said.get("detail"))
    if got.status == 401 or (
        got.status == 403 and any(word in note.lower() for word in _CREDENTIALS)
    ):
        return "needs_credentials", note or "the key was not accepted"
    if got.status == 400:
        return "malformed", note or "it did not take the question"
    if 300 <= got.status < 400 and got.outcome != "unchanged":
        return "unsupported", "it leads elsewhere, where the key is not carried"
    if has_answer(got):
        return "malformed", note or "its answer is not Media Cloud's JSON"
    return got.outcome, note or got.says


def _hit(story: Any) -> Hit | None:
    if not isinstance(story, dict) or not (url := web_address(story.get("url"))):
        return None
    return Hit(
        url,
        title=short(story.get("title")),
        published=short(story.get("publish_date"), 40),
        outlet=short(story.get("media_name")),
        language=language_code(story.get("language")),
        by="media cloud",
        seen=short(story.get("indexed_date"), 40),
    )
