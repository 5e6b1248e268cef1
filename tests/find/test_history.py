"""What archives saw of a page over time: captures read, changes found, dates bounded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from filiation.dates import resolve, url_date, witness
from filiation.find.history import (
    Change,
    History,
    changes_between,
    dated,
    history,
    witness_of,
)
from filiation.find.values import Capture, Fetched, Outcome, Probe
from filiation.outlets import Catalogue, Domain, Outlet
from filiation.read.files import read_bytes
from filiation.values import Article
from tests.find.archived import answer

PAGE = "https://courrier.example/monde/le-sel"
KNOWN = Catalogue(
    [
        Outlet("courrier", "Le Courrier du Pont", (Domain("courrier.example"),), languages=("fr",)),
        Outlet("ledger", "The Harbour Ledger", (Domain("ledger.example"),), languages=("en",)),
        Outlet("estran", "L'Estran", (Domain("estran.example"),), languages=("fr",)),
    ]
)
TITLE = "Le sel qui reste dans les puits d'Ellisport"
TEXT = tuple(
    """\
Pendant trente ans, les habitants de la vallée ont bu l'eau des puits communaux sans se demander d'où \
elle venait. Ce printemps, l'eau a pris le goût de la mer.
Les relevés de la régie, que nous avons consultés, montrent que la salinité a triplé en deux saisons dans \
cinq des neuf forages, et que le conseil en était informé dès l'automne.
Le maire a d'abord parlé d'une sécheresse passagère. Les géologues de l'université, eux, désignent le \
pompage de la nouvelle carrière, autorisée malgré deux avis contraires.
Une réunion publique doit se tenir jeudi. Les familles qui puisent encore l'eau au bas du village demandent \
des citernes, et que l'on dise enfin qui paiera les conduites.""".splitlines()
)
ANOTHER = """\
Un tout autre article a pris la place de l'ancien, sur les horaires d'été de la bibliothèque municipale \
et les cours de natation du mercredi matin."""
CREDIT = '<p>Source : <a href="https://ledger.example/the-salt">The Harbour Ledger</a></p>'
OTHER_CREDIT = "<p>Source : L'Estran</p>"


def page(
    credit: str = CREDIT,
    text: Sequence[str] = TEXT,
    title: str = TITLE,
    after: str = "",
    published: str = "2024-03-09T08:00:00+00:00",
) -> bytes:
    paragraphs = "".join(f"<p>{one}</p>" for one in text)
    return (
        f'<html lang="fr"><head><title>{title} | Le Courrier du Pont</title>'
        f'<meta property="article:published_time" content="{published}"></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}{credit}{after}</article></body></html>"
    ).encode()


def at(day: int) -> datetime:
    return datetime(2024, 3, 10, 12, tzinfo=UTC) + timedelta(days=day)


def capture(day: int, status: int | None = 200, digest: str | None = None) -> Capture:
    return Capture(
        PAGE,
        at(day),
        f"https://archive.example/web/{at(day):%Y%m%d%H%M%S}id_/{PAGE}",
        "An archive",
        status,
        "text/html",
        digest or f"D{day}",
    )


class Shelf:
    """An archive that holds these pages by their day."""

    def __init__(
        self,
        held: Mapping[int, bytes | Outcome],
        *,
        gone: Sequence[int] = (),
        listed: Outcome | None = None,
        says: str = "",
    ) -> None:
        self.held = held
        self.gone = gone
        self.listed = listed
        self.says = says
        self.read: list[int] = []

    def captures(
        self, url: str, *, limit: int, filters: Sequence[str], collapse: Sequence[str]
    ) -> Probe[Capture]:
        assert url == PAGE
        assert not collapse
        days = [(day, 200) for day in self.held] + [(day, 404) for day in self.gone]
        found = tuple(capture(day, status) for day, status in sorted(days))
        if self.listed:
            return Probe("An archive", self.listed, found, self.says, whole=False)
        return Probe.of("An archive", found, self.says)

    def replay(self, asked: Capture, *, follow: bool = False) -> tuple[Fetched, Capture]:
        day = (asked.taken - at(0)).days
        self.read.append(day)
        held = self.held[day]
        if isinstance(held, str):
            return answer(b"", 0, outcome=held, says="so it is"), asked
        return answer(held), asked


def seen(shelf: Shelf, **more: object) -> History:
    return history(PAGE, shelf, catalogue=KNOWN, **more)  # type: ignore[arg-type]


def article(content: bytes, url: str | None = PAGE) -> Article:
    return read_bytes(content, url=url, name="now", catalogue=KNOWN)


# --- what changed --------------------------------------------------------------------------------


def changes(one: bytes, other: bytes) -> list[Change]:
    return list(seen(Shelf({0: one, 9: other})).changes)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (page(), "the very same"),
        (page(after="<p>128 commentaires</p>"), "nothing but furniture"),
        (page(title=TITLE.replace("d'E", "d’E")), "typography of a title"),
        (page(text=[one.replace("'", "’") for one in TEXT]), "typography of a text"),
        (page(CREDIT.replace("https://ledger.example/the-salt",
                             "http://www.ledger.example/the-salt/?utm_source=x")), "a link's dress"),
        (page(f"<div class='fin'>{CREDIT}</div>"), "another dress of the page"),
    ],
)  # fmt: skip
def test_what_is_no_change(other: bytes, why: str) -> None:
    base = page(after="<p>12 commentaires</p>") if b"128" in other else page()
    assert changes(base, other) == [], why


@pytest.mark.parametrize(
    ("other", "kind", "quote", "now"),
    [
        (page(""), "credit removed", "Source : The Harbour Ledger", ""),
        (page(OTHER_CREDIT), "credit changed", "Source : The Harbour Ledger", "Source : L'Estran"),
        (page(CREDIT.replace("/the-salt", "/")), "credit changed", "Source : The Harbour Ledger",
         "Source : The Harbour Ledger"),
        (page(title="Eau salée : la carrière mise en cause"), "title changed", TITLE,
         "Eau salée : la carrière mise en cause"),
        (page(text=[*TEXT[:2], TEXT[2].replace("malgré deux avis contraires", "l'an dernier"),
                    TEXT[3]]), "text edited", "malgré deux avis contraires", "l'an dernier"),
        (page(text=TEXT[:3]), "text edited", "Une réunion publique", ""),
        (page(text=[ANOTHER]),
         "text edited", "Pendant trente ans", "Un tout autre article"),
    ],
)  # fmt: skip
def test_what_is_a_change(other: bytes, kind: str, quote: str, now: str) -> None:
    [change] = changes(page(), other)
    assert change.kind == kind
    assert change.quote.startswith(quote)
    assert change.now.startswith(now)
    assert (change.before.taken, change.after and change.after.taken) == (at(0), at(9))
    assert "between 2024-03-10 and 2024-03-19" in change.says


def test_a_credit_added_is_told_as_one() -> None:
    [change] = changes(page(""), page())
    assert (change.kind, change.quote) == ("credit added", "")
    assert change.now == "Source : The Harbour Ledger"


def test_several_changes_at_once_are_told_apart() -> None:
    edited = [TEXT[0], TEXT[1].replace("triplé", "doublé"), *TEXT[2:]]
    found = changes(page(), page("", edited, "Un autre titre pour le même article"))
    assert {change.kind for change in found} == {"credit removed", "title changed", "text edited"}


def test_the_other_text_is_told_in_words() -> None:
    other = page(text=[ANOTHER])
    [change] = changes(page(), other)
    assert "another text" in change.says


# --- how many captures are read ------------------------------------------------------------------


def test_a_page_that_never_changed_costs_two_captures() -> None:
    shelf = Shelf({day: page() for day in range(40)})
    found = seen(shelf)
    assert shelf.read == [0, 39]
    assert (found.changes, found.outcome, len(found.captures)) == ((), "ok", 40)


@pytest.mark.parametrize("removed", [1, 20, 33, 39])
def test_a_credit_taken_away_is_found_between_two_neighbours(removed: int) -> None:
    shelf = Shelf({day: page() if day < removed else page("") for day in range(40)})
    [change] = seen(shelf).changes
    assert change.kind == "credit removed"
    assert change.after is not None
    assert (change.before.taken, change.after.taken) == (at(removed - 1), at(removed))
    assert len(shelf.read) <= 8
    assert "not read" not in change.says


def test_two_changes_are_both_found() -> None:
    title = "Un autre titre pour le même article"
    held = {
        d: page() if d < 5 else page("") if d < 11 else page("", title=title) for d in range(16)
    }
    found = seen(Shelf(held), most=12)
    assert [(change.kind, change.before.taken) for change in found.changes] == [
        ("credit removed", at(4)),
        ("title changed", at(10)),
    ]


def test_where_reading_must_end_the_captures_left_are_told() -> None:
    shelf = Shelf({day: page() if day < 40 else page("") for day in range(100)})
    found = seen(shelf, most=4)
    assert len(shelf.read) == 4
    [change] = found.changes
    assert "captures between were not read" in change.says
    assert any("not all captures" in one for one in found.says)


def test_the_page_as_it_is_now_is_compared_too() -> None:
    shelf = Shelf({0: page(), 9: page()})
    found = seen(shelf, now=article(page("")))
    [change] = found.changes
    assert (change.kind, change.before.taken, change.after) == ("credit removed", at(9), None)
    assert found.pages[-1].capture is None
    shelf = Shelf({0: page(), 9: page()})
    assert seen(shelf, now=article(page())).changes == ()
    assert shelf.read == [0], "nothing differs, so nothing more is read"


def test_a_change_lies_after_the_last_capture_of_the_body_before() -> None:
    """The first of a run of captures with one body is read for all of them."""

    class Runs(Shelf):
        def captures(self, url: str, **more: object) -> Probe[Capture]:
            days = [(0, "A"), (3, "A"), (7, "A"), (9, "B"), (12, "B")]
            return Probe.of("An archive", [capture(day, digest=one) for day, one in days])

    shelf = Runs({0: page(), 9: page("")})
    found = seen(shelf)
    [change] = found.changes
    assert shelf.read == [0, 9]
    assert (change.before.taken, change.after and change.after.taken) == (at(7), at(9))
    assert "between 2024-03-17 and 2024-03-19" in change.says
    assert found.last is not None
    assert (len(found.captures), found.last.taken) == (5, at(12))


def test_the_last_of_a_run_stands_in_for_its_first() -> None:
    class Runs(Shelf):
        def captures(self, url: str, **more: object) -> Probe[Capture]:
            days = [(0, "A"), (3, "A"), (9, "B")]
            return Probe.of("An archive", [capture(day, digest=one) for day, one in days])

    shelf = Runs({0: "not_found", 3: page(), 9: page("")})
    [change] = seen(shelf).changes
    assert shelf.read == [0, 3, 9]
    assert (change.kind, change.before.taken) == ("credit removed", at(3))


def test_a_page_with_too_many_captures_is_asked_for_those_that_differ() -> None:
    class Many(Shelf):
        def captures(self, url: str, **more: object) -> Probe[Capture]:
            if not more["collapse"]:
                return Probe.of("An archive", [capture(0)], whole=False)
            assert more["collapse"] == ("digest",)
            return Probe.of("An archive", [capture(0), capture(9)])

    assert len(seen(Many({0: page(), 9: page("")})).changes) == 1


def test_captures_of_one_body_are_read_once() -> None:
    class Twice(Shelf):
        def captures(self, url: str, **more: object) -> Probe[Capture]:
            found = (capture(0, digest="A"), capture(1, digest="B"), capture(2, digest="A"))
            return Probe.of("An archive", found)

    shelf = Twice({0: page(), 1: page(""), 2: page()})
    found = seen(shelf)
    assert shelf.read == [0]
    assert [one.capture and one.capture.taken for one in found.pages] == [at(0), at(2)]


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_page_that_is_gone_is_told() -> None:
    found = seen(Shelf({0: page(), 9: page()}, gone=[5, 30, 40]))
    [change] = found.changes
    assert (change.kind, change.before.taken) == ("page gone", at(9))
    assert change.after is not None
    assert change.after.taken == at(30)
    assert found.last is not None
    assert found.last.taken == at(9)


def test_a_page_that_came_back_is_not_gone() -> None:
    assert seen(Shelf({0: page(), 9: page()}, gone=[5])).changes == ()


@pytest.mark.parametrize("outcome", ["transient", "malformed", "not_found"])
def test_a_capture_that_cannot_be_read_is_passed_over_and_told(outcome: Outcome) -> None:
    shelf = Shelf({0: outcome, 1: page(), 2: outcome, 3: page(""), 4: outcome})
    found = seen(shelf)
    [change] = found.changes
    assert (change.before.taken, change.after and change.after.taken) == (at(1), at(3))
    assert any("2024-03-10 could not be read" in one for one in found.says)
    assert found.outcome == ("ok" if outcome == "not_found" else outcome)


@pytest.mark.parametrize("outcome", ["rate_limited", "out_of_budget", "blocked", "offline"])
def test_an_archive_that_refuses_is_left_alone(outcome: Outcome) -> None:
    shelf = Shelf({0: page(), 1: page(), 2: outcome})
    found = seen(shelf)
    assert shelf.read == [0, 2]
    assert (found.outcome, len(found.pages)) == (outcome, 1)


def test_captures_that_are_no_pages_are_passed_over() -> None:
    shelf = Shelf({0: b"%PDF-1.4 a picture of a page", 1: page(), 2: b"", 3: b"   "})
    found = seen(shelf)
    assert [one.capture and one.capture.taken for one in found.pages] == [at(1)]


def test_no_captures() -> None:
    found = seen(Shelf({}))
    assert (found.outcome, found.captures, found.first, found.last) == ("empty", (), None, None)
    found = seen(Shelf({}, listed="rate_limited", says="left alone"))
    assert (found.outcome, found.says) == ("rate_limited", ("left alone",))
    found = seen(Shelf({}, gone=[3]))
    assert found.outcome == "empty"


def test_a_list_that_breaks_off_is_used_and_told() -> None:
    found = seen(Shelf({0: page(), 9: page("")}, listed="transient", says="it broke off"))
    assert (found.outcome, len(found.changes)) == ("transient", 1)
    assert "it broke off" in found.says


# --- dates ---------------------------------------------------------------------------------------


def test_the_first_capture_bounds_an_undated_article() -> None:
    undated = replace(article(page()), dates=resolve([]))
    made = dated(undated, seen(Shelf({5: page(), 9: page()})))
    assert (made.dates.earliest, made.dates.latest) == (None, at(5))
    assert made.dates.witnesses[-1].kind == "archive"
    assert made.dates.witnesses[-1].locator == capture(5).replay


def test_the_first_capture_narrows_a_date() -> None:
    found = url_date("https://courrier.example/2024/03/le-sel")
    assert found is not None
    coarse = replace(article(page()), dates=resolve([witness("url", found, "2024/03")]))
    made = dated(coarse, seen(Shelf({5: page(), 9: page()})))
    assert made.dates.latest == at(5)
    assert made.dates.earliest == coarse.dates.earliest
    assert not made.dates.disagree


def test_a_date_before_the_first_capture_stands() -> None:
    one = article(page())
    made = dated(one, seen(Shelf({5: page()})))
    assert (made.dates.earliest, made.dates.latest) == (one.dates.earliest, one.dates.latest)
    assert not made.dates.disagree


def test_a_page_dated_after_a_capture_of_its_text_is_not_believed() -> None:
    late = article(page(published="2025-01-01T08:00:00+00:00"))
    made = dated(late, seen(Shelf({5: page()})))
    assert made.dates.disagree
    assert (made.dates.earliest, made.dates.latest) == (None, at(5))


def test_a_page_dated_after_a_capture_of_another_text_is_believed_and_told() -> None:
    other = page(text=[ANOTHER])
    late = article(page(published="2025-01-01T08:00:00+00:00"))
    made = dated(late, seen(Shelf({5: other})))
    assert made.dates.disagree
    assert made.dates.earliest == late.dates.earliest


def test_without_a_capture_nothing_is_bounded() -> None:
    one = article(page())
    assert dated(one, seen(Shelf({}))) is one


def test_a_capture_witnesses_that_a_page_was_there() -> None:
    said = witness_of(capture(5))
    assert (said.kind, said.latest, said.precision) == ("archive", at(5), "second")
    assert said.quote == "captured 2024-03-15 12:00:00 UTC (An archive)"
    assert said.earliest.year == 1991


def test_a_page_compared_with_itself_has_no_change() -> None:
    [one] = seen(Shelf({0: page()})).pages
    assert list(changes_between(one, one)) == []
