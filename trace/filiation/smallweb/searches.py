"""Services that search the news: SearXNG, Media Cloud, GDELT.

Each knows the articles that stand in the small web, and answers as its documentation and its public
client say: the SearXNG search API, Media Cloud's client 5, the GDELT DOC 2.0 and Context 2.0 APIs.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any

from filiation.smallweb.stories import TODAY, House, Story, plain
from filiation.smallweb.wire import Answer, Asked

__all__ = ["Entry", "Gdelt", "MediaCloud", "SearXNG", "entries"]

LANGUAGES = {"en": "English", "fr": "French", "ru": "Russian"}
COUNTRIES = {"en": ("United Kingdom", "UK"), "fr": ("France", "FR"), "ru": ("Russia", "RS")}


@dataclass(frozen=True)
class Entry:
    """One article as a search service has it."""

    url: str
    story: Story
    house: House

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return self.house.language[:2]

    @property
    def text(self) -> str:
        """The words of title, summary and body, folded."""
        body = plain(self.story.body(TODAY))
        return _folded(f"{self.story.title} {self.story.summary} {body}")


InText = Callable[[str], bool]
InEntry = Callable[[Entry], bool]


def entries(houses: Sequence[tuple[House, Any]]) -> tuple[Entry, ...]:
    """Return every article that stands today, given the outlets with their sites."""
    return tuple(
        Entry(site.address(story), story, house)
        for house, site in houses
        for story in house.standing(TODAY)
    )


def _folded(text: str) -> str:
    """Return the words of a text, in lower case, a space between them."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _in(term: str, text: str) -> bool:
    """Whether a folded text has a word or phrase; `*` at its end stands for any ending."""
    ending = "" if term.endswith("*") else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(_folded(term))}{ending}", text) is not None


def _terms(query: str) -> list[str]:
    """Return the phrases and words of a query."""
    return [phrase or word for phrase, word in re.findall(r'"([^"]+)"|(\S+)', query)]


class SearXNG:
    """Answers under the host of somebody's own search engine."""

    def __init__(self, known: tuple[Entry, ...], *, json: bool = True) -> None:
        """`json` tells whether the operator has switched the JSON format on; by default it is
        off."""
        self.known = known
        self.json = json

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        if asked.path not in ("/search", "/"):
            return Answer.html("<html><body><h1>Page not found</h1></body></html>", 404)
        query = asked.first("q") or asked.form.get("q", "")
        if asked.first("format") not in ("", "html", "json") or (
            asked.first("format") == "json" and not self.json
        ):
            return Answer.html("<title>403 Forbidden</title><h1>Forbidden</h1>", 403)
        if not query:
            return Answer.html("<html><body>No query</body></html>", 400 if self.json else 200)
        results = self._results(query, asked)
        if asked.first("format") != "json":
            rows = "".join(f'<a href="{one["url"]}">{escape(one["title"])}</a>' for one in results)
            return Answer.html(f"<html><body>{rows}</body></html>")
        return Answer.json(
            {
                "query": query,
                "number_of_results": 0,
                "results": results,
                "answers": [],
                "corrections": [],
                "infoboxes": [],
                "suggestions": [],
                "unresponsive_engines": [["google", "timeout"]],
            }
        )

    def _results(self, query: str, asked: Asked) -> list[dict[str, Any]]:
        if asked.number("pageno", 1) > 1:
            return []
        language = asked.first("language")[:2]
        terms = [term for term in _terms(query) if not term.startswith("site:")]
        sites = [term.removeprefix("site:") for term in _terms(query) if term.startswith("site:")]
        found = [
            (sum(_in(term, entry.text) for term in terms) / max(len(terms), 1), entry)
            for entry in self.known
            if language in ("", "al", "au", entry.language)  # all, auto
            and all(entry.house.host.endswith(site) for site in sites)
        ]
        # A search engine gives what holds most of the words, not only what holds all of them.
        best = sorted((pair for pair in found if pair[0] > 0.5), key=lambda pair: -pair[0])
        return [
            {
                "url": entry.url,
                "title": entry.story.title,
                "content": entry.story.summary,
                "publishedDate": entry.story.published.isoformat(),
                "engine": "mojeek",
                "engines": ["mojeek", "brave"],
                "parsed_url": ["http", entry.house.host, "/", "", "", ""],
                "template": "default.html",
                "positions": [place],
                "score": score / place,
                "category": asked.first("categories") or "general",
            }
            for place, (score, entry) in enumerate(best, 1)
        ]


class MediaCloud:
    """Answers under the host of Media Cloud's search."""

    def __init__(self, known: tuple[Entry, ...], *, token: str = "a-key-of-your-own") -> None:
        self.known = known
        self.token = token

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        if asked.headers.get("authorization") != f"Token {self.token}":
            return Answer.json({"detail": "Invalid token."}, 403)
        match asked.path.rstrip("/"):
            case "/api/search/story-list":
                return self._checked(asked, self._list)
            case "/api/search/total-count":
                return self._checked(asked, self._count)
            case "/api/search/story":
                return self._story(asked)
            case _:
                return Answer.html("<h1>Not Found</h1>", 404)

    def _checked(self, asked: Asked, answer: "Callable[[Asked, list[Entry]], Answer]") -> Answer:
        try:
            since, until = (date.fromisoformat(asked.first(name)) for name in ("start", "end"))
            wanted = _boolean(asked.first("q"))
        except ValueError as error:
            return Answer.json({"status": "error", "note": str(error)}, 400)
        found = [
            entry
            for entry in self.known
            if since <= entry.story.published.date() <= until and wanted(entry.text)
        ]
        return answer(asked, sorted(found, key=lambda entry: entry.story.published))

    def _count(self, asked: Asked, found: list[Entry]) -> Answer:
        return Answer.json({"count": {"relevant": len(found), "total": len(self.known)}})

    def _list(self, asked: Asked, found: list[Entry]) -> Answer:
        size = min(asked.number("page_size", 1000), 1000)
        token = asked.first("pagination_token")
        if token and not token.isdecimal():
            return Answer.json({"status": "error", "note": "bad pagination token"}, 400)
        at = int(token or 0)
        more = str(at + size) if at + size < len(found) else None
        stories = [self._told(entry) for entry in found[at : at + size]]
        return Answer.json({"stories": stories, "pagination_token": more})

    def _story(self, asked: Asked) -> Answer:
        for entry in self.known:
            if _number(entry) == asked.first("storyId"):
                return Answer.json({"story": self._told(entry)})
        return Answer.json({"status": "error", "note": "story not found"}, 404)

    def _told(self, entry: Entry) -> dict[str, Any]:
        indexed = entry.story.published.astimezone(UTC) + timedelta(days=1)
        return {
            "id": _number(entry),
            "title": entry.story.title,
            "url": entry.url,
            "language": entry.language,
            "media_name": entry.house.host.removeprefix("www."),
            "media_url": entry.house.host.removeprefix("www."),
            "publish_date": f"{entry.story.published:%Y-%m-%d}",
            "indexed_date": f"{indexed:%Y-%m-%dT%H:%M:%S.%f}",
        }


def _number(entry: Entry) -> str:
    return hashlib.sha256(entry.url.encode()).hexdigest()


def _boolean(query: str) -> InText:
    """Return what tells whether a text answers a query: words and phrases, all of them, with OR
    between alternatives, brackets, and NOT. Raises `ValueError` where the query is not sound."""
    tokens = re.findall(r'"[^"]*"|[()]|[^\s()"]+', query)
    if not tokens or query.count('"') % 2 or query.count("(") != query.count(")"):
        raise ValueError("The query string could not be parsed")
    wanted, rest = _either(tokens)
    if rest:
        raise ValueError(f"unexpected {rest[0]}")
    return wanted


def _either(tokens: list[str]) -> tuple[InText, list[str]]:
    options = []
    while True:
        option, tokens = _together(tokens)
        options.append(option)
        if not tokens or tokens[0] != "OR":
            return (lambda text: any(option(text) for option in options)), tokens
        tokens = tokens[1:]


def _together(tokens: list[str]) -> tuple[InText, list[str]]:
    parts: list[InText] = []
    while tokens and tokens[0] not in ("OR", ")"):
        head, tokens = tokens[0], tokens[1:]
        if head == "AND":
            continue
        without = head == "NOT"
        if without and tokens:
            head, tokens = tokens[0], tokens[1:]
        if head == "(":
            part, tokens = _either(tokens)
            if not tokens or tokens[0] != ")":
                raise ValueError("a bracket is not closed")
            tokens = tokens[1:]
        else:
            part = _holds(head)
        parts.append(_not(part) if without else part)
    if not parts:
        raise ValueError("an empty part of the query")
    return (lambda text: all(part(text) for part in parts)), tokens


def _holds(term: str) -> InText:
    """Return what tells whether a text has the word, or the phrase in quotes; a field's name before
    it is left aside."""
    wanted = re.sub(r"^(?:title|text|language):", "", term).strip('"')
    return lambda text: _in(wanted, text)


def _not(test: InText) -> InText:
    return lambda text: not test(text)


class Gdelt:
    """Answers under the host of GDELT's interfaces: DOC (articles) and Context (sentences)."""

    LONGEST = 249
    """Characters of a query beyond which it is refused."""

    def __init__(self, known: tuple[Entry, ...]) -> None:
        self.known = known

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        if asked.path not in ("/api/v2/doc/doc", "/api/v2/context/context"):
            return Answer.html("<html><body>404</body></html>", 404)
        try:
            found = self._found(asked)
        except ValueError as error:
            # What it cannot do it says in a sentence, as a page, with status 200.
            return Answer.html(f"{error}\n")
        found = found[: min(asked.number("maxrecords", 75), 250)]
        if asked.first("format").lower() != "json":
            return Answer.html("".join(f"<p>{escape(one.url)}</p>" for one in found))
        if not found:
            return Answer.json({})
        if asked.path.endswith("/context"):
            return Answer.json({"articles": [self._sentence(one, asked) for one in found]})
        return Answer.json({"articles": [self._told(one) for one in found]})

    def _found(self, asked: Asked) -> list[Entry]:
        """Return what answers the query. Raises `ValueError` with GDELT's own sentence."""
        query = asked.first("query").strip()
        if not query:
            raise ValueError("Please enter a query.")
        if len(query) > self.LONGEST:
            raise ValueError("Your query was too short or too long.")
        since, until = _span(asked)
        wanted = _gdelt(query)
        found = [
            entry
            for entry in self.known
            if since <= entry.story.published <= until and wanted(entry)
        ]
        newest = asked.first("sort").lower() != "dateasc"
        return sorted(found, key=lambda entry: entry.story.published, reverse=newest)

    def _told(self, entry: Entry) -> dict[str, Any]:
        return {
            "url": entry.url,
            "url_mobile": "",
            "title": _spaced(entry.story.title),
            "seendate": _quarter(entry.story.published),
            "socialimage": "",
            "domain": entry.house.host.removeprefix("www."),
            "language": LANGUAGES[entry.language],
            "sourcecountry": COUNTRIES[entry.language][0],
        }

    def _sentence(self, entry: Entry, asked: Asked) -> dict[str, Any]:
        terms = [term for term in _terms(asked.first("query")) if ":" not in term]
        sentences = re.split(r"(?<=[.!?]) ", plain(entry.story.body(TODAY)))
        best = max(sentences, key=lambda said: sum(_in(term, _folded(said)) for term in terms))
        return {**self._told(entry), "sentence": best, "isquote": 0, "context": best}


def _span(asked: Asked) -> tuple[datetime, datetime]:
    """Return the time asked for; three months back from today where nothing is said."""
    days = {"d": 1.0, "h": 1 / 24, "w": 7.0, "m": 30.0, "months": 30.0, "min": 1 / 1440}
    since, until = TODAY - timedelta(days=92), TODAY
    found = re.fullmatch(r"(\d+)(months|min|[dhwm])", asked.first("timespan").lower())
    if found:
        since = TODAY - timedelta(days=int(found[1]) * days[found[2]])
    try:
        if asked.first("startdatetime"):
            since = _fourteen(asked.first("startdatetime"))
        if asked.first("enddatetime"):
            until = _fourteen(asked.first("enddatetime"))
    except ValueError:
        raise ValueError("Invalid/Unsupported date format.") from None
    return since, until


def _fourteen(given: str) -> datetime:
    return datetime.strptime(given, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _gdelt(query: str) -> InEntry:
    """Return what tells whether an article answers a query. Raises `ValueError` with the sentence
    that GDELT says to what it refuses."""
    if query.count('"') % 2:
        raise ValueError("Your search contained unbalanced quotes.")
    tests: list[InEntry] = []
    for option in re.finditer(
        r'\(([^()]*)\)|near\d+:"([^"]+)"|(-?)(\w+):"?([^\s"]+)"?|(-?)"([^"]+)"|(-?)(\S+)', query
    ):
        bracket, near, less, name, value, without, phrase, minus, word = option.groups()
        if bracket is not None:
            either = re.split(r"\bOR\b", bracket, flags=re.IGNORECASE)
            tests.append(_any([_word(one.strip(' "')) for one in either]))
        elif near is not None:
            tests.extend(_word(one) for one in near.split())
        elif name is not None:
            tests.append(_unless(less, _operator(name.lower(), value.lower())))
        else:
            tests.append(_unless(without or minus, _word(phrase or word)))
    return lambda entry: all(test(entry) for test in tests)


def _any(tests: list[InEntry]) -> InEntry:
    return lambda entry: any(test(entry) for test in tests)


def _unless(minus: str, test: InEntry) -> InEntry:
    return (lambda entry: not test(entry)) if minus else test


def _word(term: str) -> InEntry:
    if len(term) <= 2:
        said = "One or more of your keywords were too short, too long or too common"
        raise ValueError(f"{said}: {escape(term)}")
    return lambda entry: _in(term, entry.text)


def _operator(name: str, value: str) -> InEntry:
    tests = {
        # A hyphen in `domain:` finds nothing, as with the real one.
        "domain": lambda entry: "-" not in value and value in entry.house.host,
        "domainis": lambda entry: value == entry.house.host.removeprefix("www."),
        "sourcelang": lambda entry: value in (LANGUAGES[entry.language].lower(), entry.language),
        "sourcecountry": lambda entry: value.upper() == COUNTRIES[entry.language][1],
    }
    if name not in tests:
        raise ValueError(f"Invalid query operator: {escape(name)}")
    return tests[name]


def _spaced(title: str) -> str:
    """Return a title as GDELT gives it: with spaces around its punctuation."""
    return re.sub(r"\s*([:,])\s*", r" \1 ", title)


def _quarter(moment: datetime) -> str:
    """Return when it was first seen: the next quarter of an hour."""
    moment = moment.astimezone(UTC)
    moment += timedelta(minutes=15 - moment.minute % 15)
    return f"{moment:%Y%m%dT%H%M00Z}"
