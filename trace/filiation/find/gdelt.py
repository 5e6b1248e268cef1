"""Articles that GDELT saw in the last months: by phrase, in its DOC index and by sentence in Context.

Source: "GDELT DOC 2.0 API Debuts" and "Announcing the GDELT Context 2.0 API" (blog.gdeltproject.org),
and what the reference client (alex9smith/gdelt-doc-api) has learnt to expect: an invalid question is
answered with a sentence and status 200, and its JSON may hold characters that JSON does not.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from filiation.find.replies import (
    NO_JSON,
    as_moment,
    failure,
    has_answer,
    language_code,
    message,
    short,
    web_address,
    with_parameters,
)
from filiation.find.values import Fetch, Fetched, Hit, Pace, Probe
from filiation.outlets import host

__all__ = ["LONGEST", "PACE", "Gdelt", "question"]

PACE = Pace(every=5.0, rest=60.0)
"""GDELT asks for five seconds between two requests."""
LONGEST = 249
"""Characters of a question; longer ones are refused (the Information Laundromat cuts there)."""
LEAST_LETTERS = 3
"""Letters of a word that may be asked for; shorter ones are refused."""
MOST = 250
"""Articles that one answer holds at the most; there are no further pages."""
MOST_REPAIRS = 100
"""Characters that are no JSON and are made spaces: as many as the reference client mends."""
WINDOW_DAYS = 92
"""Days that the index officially holds: a rolling three months."""

Sort = Literal["hybridrel", "datedesc", "dateasc"]

_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)Z?")


def question(
    phrases: Iterable[str] = (),
    words: Iterable[str] = (),
    *,
    domain: str | None = None,
    language: str | None = None,
) -> str:
    """Return a question in GDELT's language; empty where nothing is left that it takes.

    Phrases lose what stands at either side of a word of one or two letters, down to the longest run;
    what makes the question too long is left out. Hyphenated domains find nothing, so that such a one
    is asked for by what follows its last hyphen: filter the hits.

    >>> question(["Nothing of it was to be found"], domain="daily-news.example")
    'domain:news.example "Nothing"'
    """
    terms: list[str] = []
    for phrase in phrases:
        run = _longest_run(phrase)
        if run:
            terms.append(f'"{" ".join(run)}"')
    terms += [word for text in words for word in _WORDS.findall(text) if len(word) >= LEAST_LETTERS]
    asked = " ".join(_limits(domain, language))
    had = False
    for term in dict.fromkeys(terms):
        longer = f"{asked} {term}".strip()
        if len(longer) <= LONGEST:
            asked, had = longer, True
    return asked if had else ""


def _longest_run(phrase: str) -> list[str]:
    """Return the longest run of words of a phrase that GDELT takes, and that fits."""
    runs: list[list[str]] = [[]]
    for word in _WORDS.findall(phrase):
        if len(word) >= LEAST_LETTERS:
            runs[-1].append(word)
        else:
            runs.append([])
    run = max(runs, key=lambda run: sum(map(len, run)))
    while run and len(" ".join(run)) > LONGEST // 2:
        run = run[:-1]
    return run


def _limits(domain: str | None, language: str | None) -> list[str]:
    limits = []
    if domain:
        at = host(domain) or domain
        limits.append(f"domain:{at.rpartition('-')[2]}" if "-" in at else f"domainis:{at}")
    if language and (name := _english(language)):
        limits.append(f"sourcelang:{name}")
    return limits


def _english(language: str) -> str:
    from filiation.languages import words_of

    return re.sub(r"\W", "", words_of(language).english).lower()


class Gdelt:
    """GDELT's two indexes of news. It sheds load: that it does not answer is usual."""

    def __init__(self, fetch: Fetch, base: str = "https://api.gdeltproject.org/api/v2/") -> None:
        self._fetch = fetch
        self._base = base.rstrip("/")

    def articles(
        self,
        phrases: Sequence[str] = (),
        words: Sequence[str] = (),
        *,
        domain: str | None = None,
        language: str | None = None,
        first: datetime | None = None,
        last: datetime | None = None,
        sort: Sort = "hybridrel",
    ) -> Probe[Hit]:
        """Return articles that hold all phrases and words, at most `MOST` (DOC 2.0).

        Texts of other languages are searched as GDELT translated them into English.
        """
        return self._asked("doc/doc", phrases, words, domain, language, first, last, sort)

    def sentences(
        self,
        phrases: Sequence[str] = (),
        words: Sequence[str] = (),
        *,
        domain: str | None = None,
        language: str | None = None,
        first: datetime | None = None,
        last: datetime | None = None,
        sort: Sort = "hybridrel",
    ) -> Probe[Hit]:
        """Return articles with one sentence that holds all phrases and words (Context 2.0)."""
        return self._asked("context/context", phrases, words, domain, language, first, last, sort)

    def _asked(
        self,
        index: str,
        phrases: Sequence[str],
        words: Sequence[str],
        domain: str | None,
        language: str | None,
        first: datetime | None,
        last: datetime | None,
        sort: Sort,
    ) -> Probe[Hit]:
        query = question(phrases, words, domain=domain, language=language)
        where = f"GDELT: {query or ' '.join((*phrases, *words))}"
        if not query:
            return Probe(where, "unsupported", (), "it has no word that GDELT searches for")
        got = self._fetch(
            with_parameters(
                f"{self._base}/{index}",
                query=query,
                mode="artlist",
                format="json",
                maxrecords=MOST,
                startdatetime=_stamp(first),
                enddatetime=_stamp(last),
                sort=sort,
            ),
            robots=False,
            pace=PACE,
        )
        if not has_answer(got):
            return failure(where, got)
        said = _mended(got.content)
        if not isinstance(said, dict):
            return _sentence(where, got)
        stated = said.get("articles", [])
        if not isinstance(stated, list):
            return failure(where, got, "its answer is not GDELT's JSON")
        hits = [hit for hit in map(_hit, stated) if hit]
        if domain:
            hits = [hit for hit in hits if _is_of(hit.url, domain)]
        probe = Probe.of(where, hits, whole=len(stated) < MOST)
        if first is not None and _is_past(first):
            return replace(probe, says="GDELT holds the last three months only", whole=False)
        return probe


def _stamp(moment: datetime | None) -> str | None:
    return as_moment(moment).strftime("%Y%m%d%H%M%S") if moment else None


def _is_past(moment: datetime) -> bool:
    return (datetime.now(UTC) - as_moment(moment)).days > WINDOW_DAYS


def _is_of(url: str, domain: str) -> bool:
    at, sought = host(url), host(domain) or domain
    return at == sought or at.endswith(f".{sought}")


def _mended(content: bytes) -> Any:
    """Return what JSON holds, characters that are none of it made spaces, or `NO_JSON`."""
    text = content.decode("utf-8-sig", "replace")
    for _ in range(MOST_REPAIRS):
        try:
            return json.loads(text, strict=False)
        except json.JSONDecodeError as error:
            cut = error.pos >= len(text) or error.msg.startswith("Unterminated")
            if cut or not text.lstrip().startswith("{"):
                return NO_JSON
            text = f"{text[: error.pos]} {text[error.pos + 1 :]}"
        except (ValueError, RecursionError):
            return NO_JSON
    return NO_JSON


def _sentence(where: str, got: Fetched) -> Probe[Hit]:
    """Return what a sentence instead of JSON means: that the question was not taken, or too soon."""
    says = message(got.content[:2000].decode("utf-8", "replace"))
    if got.media_type == "application/json" or says.startswith("{") or not says:
        return failure(where, got, "its answer breaks off, or is no JSON")
    if "limit requests" in says.lower():
        return Probe(where, "rate_limited", (), says, whole=False)
    return Probe(where, "malformed", (), f"it did not take the question: {says}", whole=False)


def _hit(item: Any) -> Hit | None:
    if not isinstance(item, dict) or not (url := web_address(item.get("url"))):
        return None
    return Hit(
        url,
        title=short(item.get("title")),
        outlet=short(item.get("domain")) or host(url) or None,
        language=language_code(item.get("language")),
        by="gdelt",
        seen=_seen(item.get("seendate")),
    )


def _seen(stated: object) -> str | None:
    """Return when GDELT first saw an article, in slots of 15 minutes; not when it was published."""
    found = _STAMP.fullmatch(stated.strip()) if isinstance(stated, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
