"""The web as a shelf: loops end, nothing is asked twice, and an order is kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from filiation.credits import credits as spoken
from filiation.find.finders import Place
from filiation.find.journey import Judgement
from filiation.find.values import Capture, Exchange, Fetched, Hit, Outcome, Pace, Probe
from filiation.find.web import SOUGHT, STATED, Web
from filiation.match import compare
from filiation.outlets import Catalogue, Domain, Outlet
from filiation.outlets import catalogue as known_outlets
from filiation.read import read_bytes
from filiation.stemma import trace
from filiation.values import Article, Trace

NOW = datetime(2024, 5, 1, tzinfo=UTC)
TEXT = """The ferry across the sound of Morva will sail no more after the last day of October, the county
decided on Tuesday by nine votes to four, and the forty families of the northern shore will have to drive
round the head of the fjord. Ingrid Halvard, who has sold the tickets since 1987, said that nobody had
asked her. The county's engineers had counted 212 cars on the best day of the summer and eleven on the
worst day of the winter; the bridge that was promised in 1994 is not in the plan for the next decade. The
shipyard at Tolv, which has mended the ferry's engine every spring, will lose the last order that it had."""


PLACES = (
    "Morva", "Selje", "Tolvdal", "Arvik", "Hestnes", "Ulvsund", "Brekkum", "Dovrane", "Finnholt",
    "Granvin", "Kvernes", "Lomviken",
)  # fmt: skip
KINDS = (
    "Gazette", "Herald", "Sentinel", "Chronicle", "Observer", "Mercury", "Almanac", "Tribune",
    "Dispatch", "Advertiser",
)  # fmt: skip
NAMES = [f"{place} {kind}" for kind in KINDS for place in PLACES]
CATALOGUE = Catalogue(
    [
        *known_outlets(),
        *(
            Outlet(f"gazette{n}", name, (Domain(f"gazette{n}.example"),))
            for n, name in enumerate(NAMES)
        ),
    ]
)


def page(outlet: str, day: str, *credits: tuple[str, str], text: str = TEXT) -> bytes:
    """Return a page of an outlet, with (name, address) for each source that it names."""
    lines = "".join(
        f'<p>Source: <a href="{address}">{name}</a></p>' if address else f"<p>Source: {name}</p>"
        for name, address in credits
    )
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split(". "))
    return (
        f"<!doctype html><html lang=en><head><title>The last ferry of Morva</title>"
        f'<meta property="og:site_name" content="{outlet}">'
        f'<meta property="article:published_time" content="{day}T08:00:00Z"></head>'
        f"<body><article><h1>The last ferry of Morva</h1>{paragraphs}{lines}</article></body></html>"
    ).encode()


class Pages:
    """A fetch over a table of pages; it counts what it is asked."""

    def __init__(self, pages: Mapping[str, bytes], **outcomes: Outcome) -> None:
        self.pages = pages
        self.outcomes = outcomes
        self.asked: Counter[str] = Counter()

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
        self.asked[url] += 1
        content = self.pages.get(url)
        if content is None:
            return Fetched(url, "not_found", "it is not there (404)", status=404, final_url=url)
        exchange = Exchange(url, "GET", NOW, 0.1, (), status=200, body=content)
        return Fetched(
            url, "ok", "", (exchange,), 200, url, {}, content, None, "text/html", taken=NOW
        )


class Shelf:
    """An archive over a table: of each page one capture."""

    name = "The Shelf"

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def nearest(self, url: str, moment: datetime | None = None) -> Probe[Capture]:
        self.asked.append(url)
        where = f"The Shelf: {url}"
        if url not in self.pages:
            return Probe.of(where, ())
        return Probe.of(where, [Capture(url, NOW, f"http://shelf.example/{url}", self.name, 200)])

    def replay(self, capture: Capture, *, follow: bool = False) -> tuple[Fetched, Capture]:
        content = self.pages[capture.url]
        address = capture.replay
        return (
            Fetched(address, "ok", "", (), 200, address, {}, content, None, "text/html", taken=NOW),
            capture,
        )


def at(number: int) -> str:
    return f"https://gazette{number}.example/ferry"


def followed(
    fetch: Pages,
    first: str,
    *,
    archive: Shelf | None = None,
    sites: Sequence[object] = (),
    depth: int = 8,
    breadth: int = 50,
) -> tuple[Trace, Web]:
    judgement = Judgement(partial(spoken, known=CATALOGUE), compare)
    web = Web(
        fetch,
        read=judgement.read,
        compare=judgement.compare,
        catalogue=CATALOGUE,
        archives=[archive] if archive else (),
        sites=sites,  # type: ignore[arg-type]
        depth=depth,
        breadth=breadth,
    )
    asked = web.asked(first)
    assert isinstance(asked, Article)
    found = trace(
        asked,
        shelves=[web],
        credits=judgement.read,
        compare=judgement.compare,
        catalogue=CATALOGUE,
        depth=depth,
        breadth=breadth,
    )
    return found, web


def names(found: Trace) -> list[str | None]:
    by_id = {version.id: version for version in found.versions}
    return [by_id[key].name for key in found.chain]


def day(number: int) -> str:
    return f"2024-{1 + number // 28:02}-{1 + number % 28:02}"


def test_pages_that_credit_each_other_end() -> None:
    fetch = Pages(
        {
            at(1): page(NAMES[1], "2024-03-01", (NAMES[2], at(2))),
            at(2): page(NAMES[2], "2024-03-02", (NAMES[1], at(1))),
        }
    )
    found, _ = followed(fetch, at(1))
    assert set(fetch.asked.values()) == {1}
    assert {version.name for version in found.versions} == {NAMES[1], NAMES[2]}


def test_a_page_that_credits_itself_ends() -> None:
    fetch = Pages({at(1): page(NAMES[1], "2024-03-01", (NAMES[1], at(1)))})
    found, _ = followed(fetch, at(1))
    assert fetch.asked == {at(1): 1}
    assert names(found) == [NAMES[1]]


def test_a_chain_of_a_hundred_pages_is_followed_as_deep_as_said() -> None:
    pages = {
        at(n): page(NAMES[n], day(n), *([(NAMES[n - 1], at(n - 1))] if n else []))
        for n in range(101)
    }
    fetch = Pages(pages)
    found, _ = followed(fetch, at(100), depth=8)
    assert set(fetch.asked.values()) == {1}
    assert 9 <= len(fetch.asked) <= 10
    seen = [version for version in found.versions if version.seen]
    assert len(seen) == 9
    assert any("stopped 8 steps away" in said for said in found.unknown)


def test_a_page_that_names_many_sources_is_followed_as_broadly_as_said() -> None:
    sources = [(NAMES[n], at(n)) for n in range(1, 60)]
    pages = {at(n): page(NAMES[n], day(n)) for n in range(1, 60)}
    fetch = Pages({at(0): page(NAMES[0], "2024-04-20", *sources), **pages})
    found, _ = followed(fetch, at(0), breadth=5)
    assert set(fetch.asked.values()) == {1}
    assert len([version for version in found.versions if version.seen]) <= 6


def test_a_page_that_states_a_thousand_addresses_leads_to_a_few() -> None:
    sources = [(NAMES[n], at(n)) for n in range(1, 100)]
    fetch = Pages({at(0): page(NAMES[0], "2024-04-20", *sources)})
    found, web = followed(fetch, at(0))
    assert len(fetch.asked) <= 1 + STATED + SOUGHT
    assert web.log.failed
    assert any("addresses that it states" in place.says for place in found.searched)


def test_a_page_that_is_gone_is_had_from_the_archive() -> None:
    fetch = Pages({at(1): page(NAMES[1], "2024-03-02", (NAMES[0], at(0)))})
    archive = Shelf({at(0): page(NAMES[0], "2024-03-01")})
    found, _ = followed(fetch, at(1), archive=archive)
    assert names(found) == [NAMES[0], NAMES[1]]
    first = found.versions[0]
    assert first.url == at(0)
    assert first.had is not None
    assert (first.had.how, first.had.archive) == ("archive", "The Shelf")


def test_a_page_that_stands_is_not_sought_in_the_archive() -> None:
    fetch = Pages(
        {
            at(0): page(NAMES[0], "2024-03-01"),
            at(1): page(NAMES[1], "2024-03-02", (NAMES[0], at(0))),
        }
    )
    archive = Shelf({})
    followed(fetch, at(1), archive=archive)
    assert archive.asked == []


OTHER = " ".join(
    f"Of the potatoes of {town} the cooks said that they were floury, and of those of the coast that they"
    f" were not, and in the year {year} it was decided to grow both."
    for town, year in zip(
        ("Arvik", "Bergen", "Selje", "Tana", "Vardal", "Ulvik"), range(1950, 1956), strict=True
    )
)


def test_where_another_text_stands_now_the_archive_has_the_one_meant() -> None:
    fetch = Pages(
        {
            at(0): page(NAMES[0], "2024-03-01", text=OTHER).replace(b"last ferry", b"potatoes"),
            at(1): page(NAMES[1], "2024-03-02", (NAMES[0], at(0))),
        }
    )
    archive = Shelf({at(0): page(NAMES[0], "2024-03-01")})
    found, _ = followed(fetch, at(1), archive=archive)
    first = found.versions[0]
    assert first.had is not None
    assert first.had.how == "archive"
    assert found.hops[0].standing == "confirmed"


def test_another_article_than_the_credit_says_is_a_finding() -> None:
    fetch = Pages(
        {
            at(0): page(NAMES[0], "2024-03-01", text=OTHER * 2).replace(b"last ferry", b"potatoes"),
            at(1): page(NAMES[1], "2024-03-02", (NAMES[0], at(0)), text=TEXT * 2),
        }
    )
    found, _ = followed(fetch, at(1), archive=Shelf({}))
    assert any("share nothing" in said for said in found.unknown)


class Told:
    """A finder that counts how often it is asked, and knows one address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.places: list[Place] = []

    def __call__(self, place: Place, sought: object) -> Iterator[Probe[Hit]]:
        self.places.append(place)
        title = "The last ferry of Morva"
        yield Probe.of("the finder", [Hit(self.url, title=title, by="feed")])


def test_a_site_is_searched_only_where_no_address_leads_to_the_version() -> None:
    finder = Told(at(0))
    pages = {
        "https://gazette0.example/": page(NAMES[0], "2024-03-05", text="Front page. " * 60),
        at(0): page(NAMES[0], "2024-03-01"),
        at(1): page(NAMES[1], "2024-03-02", (NAMES[0], at(0))),
        at(2): page(NAMES[2], "2024-03-03", (NAMES[0], "")),
    }
    followed(Pages(pages), at(1), sites=[finder])
    assert finder.places == []
    found, web = followed(Pages(pages), at(2), sites=[finder])
    assert [place.site for place in finder.places] == ["https://gazette0.example/"]
    assert names(found) == [NAMES[0], NAMES[2]]
    assert found.versions[0].seen
    [told] = [one for one in web.places if one.where == "the finder"]
    assert (told.outcome, told.looked_at, told.found, told.of) == ("ok", 1, 1, "address")


def test_what_another_page_gives_the_address_of_is_not_searched_for() -> None:
    """Both name the first; one of them links to it."""
    finder = Told(at(0))
    pages = {
        at(0): page(NAMES[0], "2024-03-01"),
        at(1): page(NAMES[1], "2024-03-02", (NAMES[0], at(0))),
        at(2): page(NAMES[2], "2024-03-03", (NAMES[1], at(1)), (NAMES[0], "")),
    }
    found, _ = followed(Pages(pages), at(2), sites=[finder])
    assert finder.places == []
    assert sum(version.seen for version in found.versions) == 3


@pytest.mark.parametrize(
    ("source", "says"), [("Reuters", "an agency"), ("The Unheard-of Courier", "no address of it")]
)
def test_what_cannot_be_searched_for_is_said(source: str, says: str) -> None:
    fetch = Pages({at(1): page(NAMES[1], "2024-03-02", (source, ""))})
    finder = Told(at(0))
    found, _ = followed(fetch, at(1), sites=[finder])
    assert finder.places == []
    [told] = [place for place in found.searched if says in place.says]
    assert (told.where, told.outcome) == (source, "unsupported")


def test_every_question_and_its_outcome_is_told() -> None:
    fetch = Pages({at(1): page(NAMES[1], "2024-03-02", (NAMES[0], at(0)))})
    found, web = followed(fetch, at(1), archive=Shelf({}))
    told = {place.where: place.outcome for place in found.searched}
    assert told[at(1)] == "ok"
    assert told[at(0)] == "not_found"
    assert told[f"The Shelf: {at(0)}"] == "empty"
    assert not web.log.failed


WALLS = [
    (
        "nothing but a notice",
        b"<html><body><p>Please enable JavaScript.</p></body></html>",
        "blocked",
    ),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "malformed"),
]


@pytest.mark.parametrize(
    ("content", "outcome"), [row[1:] for row in WALLS], ids=[row[0] for row in WALLS]
)
def test_what_is_no_article_is_not_taken_for_one(content: bytes, outcome: str) -> None:
    fetch = Pages({at(0): content, at(1): page(NAMES[1], "2024-03-02", (NAMES[0], at(0)))})
    found, _ = followed(fetch, at(1))
    assert [version.seen for version in found.versions] == [False, True]
    assert {place.where: place.outcome for place in found.searched}[at(0)] == outcome


def test_a_judgement_keeps_its_articles_apart_from_a_librarys() -> None:
    """A library answers with its own article; where it was had from is not forgotten."""
    mine = read_bytes(page(NAMES[1], "2024-03-02"), url=at(1), name=at(1))
    judgement = Judgement(lambda article: spoken(replace(article, byline="another")), compare)
    assert judgement.read(mine).article.byline == mine.byline
