"""An article that was changed at its address: several versions, each with the copies made from it."""

import json
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from filiation.cli.program import main
from filiation.read import articles, read
from filiation.stemma import trace
from filiation.values import Article, Had, Trace, utc
from tests.read.archives import record
from tests.stemma.tables import of_pages, pages_of
from tests.stemma.world import Press, page, says

FIRST = (
    (
        "The harbour board of Wexmoor voted on Tuesday to close the old fish market, which has stood"
        " on the northern quay for ninety years."
    ),
    (
        "Its chairwoman, Ada Prentice, called the decision painful but said that the roof could no"
        " longer be kept up for less than four million a year."
    ),
    (
        "Stallholders, most of whom rent from the town by the month, were given until the end of March"
        " to move to the railway sheds."
    ),
    (
        "A petition against the plan gathered eleven thousand names in the first week and was handed to"
        " the mayor by a retired net mender."
    ),
    "He promised to read it, and then went to lunch, as the local paper noted without comment.",
)
LATER = (
    FIRST[0],
    (
        "Its chairwoman, Ada Prentice, called the decision overdue: the roof, she said, had cost the"
        " town seven million since the last winter storms alone."
    ),
    FIRST[2],
    (
        "A petition against the plan gathered more than twenty thousand names in ten days and was"
        " handed over on the steps of the town hall."
    ),
    FIRST[4],
)
LEDGER = "https://harbourledger.example/2022/market"
TIDEWIRE = "This article was originally published by Tidewire."
SOURCE = f'Source: <a href="{LEDGER}">The Harbour Ledger</a>'


def html(outlet: str, url: str, day: int, paragraphs: Sequence[str], credit: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in (*paragraphs, credit) if paragraph)
    return (
        f'<!doctype html><html lang="en"><head><title>Fish market to close | {outlet}</title>'
        f'<link rel="canonical" href="{url}"><meta property="og:site_name" content="{outlet}">'
        f'<meta property="article:published_time" content="2022-03-{day:02}T08:00:00+00:00">'
        f"</head><body><article><h1>Fish market to close</h1>{body}</article></body></html>"
    )


PAGES = {
    "first.html": html("The Harbour Ledger", LEDGER, 1, FIRST, TIDEWIRE),
    "later.html": html("The Harbour Ledger", LEDGER, 1, LATER),
    "coast.html": html("Coast Mirror", "https://coastmirror.example/fish", 2, FIRST, SOURCE),
    "late.html": html("Late Review", "https://latereview.example/fish", 9, LATER, SOURCE),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PAGES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def parents(found: Trace) -> dict[str | None, str | None]:
    of = {version.id: version.article or version.name for version in found.versions}
    return {of[hop.child]: of[hop.parent] for hop in found.hops}


def run(*arguments: object) -> str:
    out = StringIO()
    with redirect_stdout(out):
        assert main([str(one) for one in arguments]) == 0
    return out.getvalue()


def test_copies_are_tied_to_the_text_that_they_were_made_from(folder: Path) -> None:
    """Both credit one address; one has what stood there first, the other what stood there later."""
    told = json.loads(run("trace", folder / "late.html", "--against", folder, "--json"))
    named = {version["id"]: version["article"] for version in told["versions"]}
    made = {named[hop["to"]]: (named[hop["from"]], hop["standing"]) for hop in told["hops"]}
    assert made["late.html"] == ("later.html", "confirmed")
    assert made["coast.html"] == ("first.html", "confirmed")
    (changed,) = told["revisions"]
    assert {named[changed["before"]], named[changed["after"]]} == {"first.html", "later.html"}
    assert changed["order"] == "unknown"
    assert [c["quote"] for c in (*changed["removed"], *changed["added"])] == [TIDEWIRE]
    editions = {version["article"]: version["edition"] for version in told["versions"]}
    assert editions["first.html"] == {"number": 1, "of": 2, "order": "unknown"}
    assert editions["late.html"] is None


def test_the_report_says_what_was_changed(folder: Path) -> None:
    report = " ".join(run("trace", folder / "coast.html", "--against", folder).split())
    assert "WHAT WAS CHANGED AT ONE ADDRESS" in report
    assert "nothing tells which of the two was there first" in report
    assert f"only in the first: “{TIDEWIRE}”" in report
    assert "The Harbour Ledger (text 1 of 2)" in report


def archive(folder: Path, *captures: tuple[str, str]) -> Path:
    """Write an archive of captures of the Ledger's page: (moment, page)."""
    path = folder / "ledger.warc"
    path.write_bytes(
        b"".join(
            record(text.encode(), uri=LEDGER, warc=f"WARC-Date: {moment}\r\n")
            for moment, text in captures
        )
    )
    return path


def test_a_credit_that_was_removed_between_two_captures_is_told(folder: Path) -> None:
    captures = archive(
        folder,
        ("2022-03-08T10:00:00Z", PAGES["later.html"]),
        ("2022-03-03T10:00:00Z", PAGES["first.html"]),
    )
    asked = ("trace", folder / "late.html", "--against", captures, folder / "coast.html")
    told = json.loads(run(*asked[:4], "--against", asked[4], "--json"))
    (changed,) = told["revisions"]
    assert (changed["order"], changed["text"]) == ("captured", True)
    assert changed["seen_before"] == "2022-03-03T10:00:00Z"
    assert [credit["quote"] for credit in changed["removed"]] == [TIDEWIRE]
    assert changed["added"] == []
    assert changed["says"] == (
        "the text was changed between 3 March 2022 and 8 March 2022; 1 credit removed"
    )
    report = " ".join(run(*asked[:4], "--against", asked[4]).split())
    assert f"credit removed: “{TIDEWIRE}” (first published by)" in report


def test_a_credit_that_was_added_later_is_told(folder: Path) -> None:
    captures = archive(
        folder,
        ("2022-03-03T10:00:00Z", PAGES["later.html"]),
        ("2022-03-08T10:00:00Z", PAGES["first.html"]),
    )
    told = json.loads(run("trace", folder / "late.html", "--against", captures, "--json"))
    (changed,) = told["revisions"]
    assert [credit["quote"] for credit in changed["added"]] == [TIDEWIRE]
    assert changed["removed"] == []


def text_of(name: str, paragraphs: Sequence[int], day: int, captured: int) -> Article:
    had = Had("archive", "https://attic.example", captured=utc(2021, 5, captured, 12))
    return replace(page("Night Ledger", paragraphs, day=day, name=name), had=had)


def test_a_copy_from_before_the_change_is_not_of_the_later_text() -> None:
    """The later text is nearer to the copy; but it was not there yet when the copy was made."""
    press = Press()
    early = text_of("early", range(1, 20), 1, captured=5)
    later = text_of("later", range(1, 31), 1, captured=9)
    before = press.tells(page("Aurora", range(1, 31), day=3), says("source", "Night Ledger"))
    after = press.tells(page("Borealis", range(1, 31), day=8), says("source", "Night Ledger"))
    found = press.trace(before, early, later, after)
    assert parents(found)["Aurora"] == "early"
    assert parents(found)["Borealis"] == "later"
    assert [version.edition.number for version in found.versions if version.edition] == [1, 2]


def test_the_later_text_is_not_made_into_the_earlier() -> None:
    press = Press()
    whole = text_of("early", range(1, 31), 1, captured=2)
    halved = text_of("later", range(1, 16), 1, captured=4)
    for asked, other in ((whole, halved), (halved, whole)):
        assert parents(press.trace(asked, other)) == {"later": "early"}


def test_a_library_to_which_a_page_was_added_twice(tmp_path: Path) -> None:
    """The texts keep their order, and their copies; what became of the credit is told in files too."""

    def row(
        key: str, outlet: str, url: str, day: int, paragraphs: Sequence[str], credit: str
    ) -> str:
        return json.dumps({
            "id": key, "outlet": outlet, "url": url, "published": f"2022-03-{day:02}T08:00:00Z",
            "language": "en", "title": "Fish market", "text": "\n\n".join((*paragraphs, credit)),
        })  # fmt: skip

    source = "Source: The Harbour Ledger"
    for name, rows in (
        ("one.jsonl", [
            row("ledger", "The Harbour Ledger", LEDGER, 1, FIRST, TIDEWIRE),
            row("coast", "Coast Mirror", "https://coastmirror.example/fish", 2, FIRST, source),
        ]),
        ("two.jsonl", [
            row("ledger", "The Harbour Ledger", LEDGER, 1, LATER, ""),
            row("late", "Late Review", "https://latereview.example/fish", 9, LATER, source),
        ]),
    ):  # fmt: skip
        (tmp_path / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
        run("add", tmp_path / name, "--library", tmp_path / "l.filiation")
    told = json.loads(run("trace", "ledger@2", "--library", tmp_path / "l.filiation", "--json"))
    named = {version["id"]: version["article"] for version in told["versions"]}
    made = {named[hop["to"]]: named[hop["from"]] for hop in told["hops"]}
    assert (made["coast"], made["late"], made["ledger@2"]) == ("ledger", "ledger@2", "ledger")
    (changed,) = told["revisions"]
    assert (named[changed["before"]], named[changed["after"]]) == ("ledger", "ledger@2")
    assert changed["order"] == "added"
    assert [credit["quote"] for credit in changed["removed"]] == [TIDEWIRE]

    run("audit", "--library", tmp_path / "l.filiation", "--out", tmp_path / "out")
    (group,) = map(json.loads, (tmp_path / "out" / "groups.jsonl").read_text("utf-8").splitlines())
    (kept,) = group["revisions"]
    assert (kept["before"], kept["after"]) == ("ledger", "ledger@2")
    assert kept["removed"] == changed["removed"]


# What is no other text of an address ------------------------------------------------------------


def test_a_page_met_twice_with_the_same_words_is_one_version(folder: Path) -> None:
    same = PAGES["first.html"].replace("<h1>", "\n\n<h1>")
    captures = archive(
        folder, ("2022-03-03T10:00:00Z", PAGES["first.html"]), ("2022-03-08T10:00:00Z", same)
    )
    one, other = articles([captures])
    assert isinstance(one, Article) and isinstance(other, Article)
    found = trace(one, [other])
    assert [v.article for v in found.versions if v.seen] == [one.id]
    assert found.revisions == ()


def test_a_copy_that_claims_the_originals_address_is_none_of_its_texts(folder: Path) -> None:
    claims = html("Coast Mirror", LEDGER, 2, FIRST, SOURCE)
    (folder / "coast.html").write_text(claims, encoding="utf-8")
    found = trace(read(folder / "coast.html"), [read(folder / "first.html")])
    assert found.revisions == ()
    assert {version.edition for version in found.versions} == {None}


def test_texts_of_one_address_are_told_whatever_their_order() -> None:
    a, b, c = pages_of("en", "A aaaa a aaaa\nB bbaa a aaaa\nC bbaa a abaa")
    known = [
        replace(one, url=a.url, had=Had("archive", captured=utc(2022, 4, day)))
        for one, day in ((a, 1), (b, 2))
    ]
    found = of_pages([*known, c]).found
    assert of_pages([c, *reversed(known)]).found == found
    (changed,) = found.revisions
    of = {version.id: version.article for version in found.versions}
    assert (of[changed.before], of[changed.after]) == ("A", "B")
    assert (changed.order, changed.text, changed.removed) == ("captured", True, ())


@pytest.mark.parametrize("moment", ["", "yesterday", "\0", "9999-99-99T99:99:99Z", "2022"])
def test_a_capture_without_a_moment_has_no_order(folder: Path, moment: str) -> None:
    captures = archive(
        folder, (moment, PAGES["first.html"]), ("2022-03-08T10:00:00Z", PAGES["later.html"])
    )
    found = trace(
        read(folder / "late.html"), [a for a in articles([captures]) if isinstance(a, Article)]
    )
    assert [one.order for one in found.revisions] in (["unknown"], ["captured"])
