"""Results of a SearXNG instance, the user's own: a search engine that asks other search engines.

Source: docs.searxng.org, search API. JSON is off in an instance as installed; it answers 403 then.
"""

from typing import Any

from filiation.find.replies import (
    NO_JSON,
    failure,
    has_answer,
    is_html,
    json_of,
    message,
    short,
    web_address,
    with_parameters,
)
from filiation.find.values import Fetch, Fetched, Hit, Probe
from filiation.outlets import host

__all__ = ["SearXNG"]

NO_JSON_THERE = "the instance gives no JSON: add json to search.formats in its settings.yml"


class SearXNG:
    """One instance, by its address."""

    def __init__(self, fetch: Fetch, base: str) -> None:
        self._fetch = fetch
        self._base = base.rstrip("/")

    def search(
        self,
        query: str,
        *,
        language: str | None = None,
        categories: str = "general,news",
        time_range: str | None = None,
        pages: int = 1,
    ) -> Probe[Hit]:
        """Return results for a question, best first.

        `categories` are the instance's, joined by commas; `time_range` is `day`, `month` or `year`.
        Engines that did not answer are told, and where nothing was found they make the outcome
        `transient`: silence is not absence.
        """
        where = f"SearXNG: {query}"
        found: dict[str, Hit] = {}
        silent: dict[str, None] = {}
        for number in range(1, pages + 1):
            got = self._fetch(
                with_parameters(
                    f"{self._base}/search",
                    q=query,
                    format="json",
                    language=language,
                    categories=categories,
                    time_range=time_range,
                    pageno=number,
                ),
                robots=False,
            )
            said: Any = json_of(got.content) if has_answer(got) else NO_JSON
            results = said.get("results") if isinstance(said, dict) else None
            if not isinstance(results, list):
                refused: Probe[Hit] = _refused(where, got)
                return Probe(where, refused.outcome, tuple(found.values()), refused.says, False)
            silent.update(dict.fromkeys(_silent(said.get("unresponsive_engines"))))
            hits = [hit for hit in map(_hit, results) if hit and hit.url not in found]
            found.update({hit.url: hit for hit in hits})
            if not hits:
                break
        says = f"no answer from {', '.join(silent)}" if silent else ""
        if silent and not found:
            return Probe(where, "transient", (), says, whole=False)
        return Probe.of(where, found.values(), says, whole=not silent)


def _refused(where: str, got: Fetched) -> Probe[Hit]:
    if got.status == 403:
        return Probe(where, "unsupported", (), NO_JSON_THERE, whole=False)
    if has_answer(got) and is_html(got):
        return Probe(where, "unsupported", (), "a page instead of JSON", whole=False)
    return failure(where, got, "its answer is not SearXNG's JSON" if has_answer(got) else "")


def _silent(engines: Any) -> list[str]:
    """Return the engines that did not answer, and why: `google (timeout)`."""
    if not isinstance(engines, list):
        return []
    told = []
    for row in engines[:100]:
        parts = [message(part) for part in (row if isinstance(row, list) else [row])[:2]]
        if parts and parts[0]:
            told.append(f"{parts[0]} ({parts[1]})" if len(parts) > 1 and parts[1] else parts[0])
    return told


def _hit(result: Any) -> Hit | None:
    if not isinstance(result, dict) or not (url := web_address(result.get("url"))):
        return None
    return Hit(
        url,
        title=short(result.get("title")),
        published=short(result.get("publishedDate"), 40),
        outlet=host(url) or None,
        by="searxng",
    )
