"""The HTML reports: whole, self-contained, and deaf to what a page would have them do."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html as parser

from filiation.english import percent
from filiation.match import compare
from filiation.report.exports.findings import Findings
from filiation.report.harmless import harmless
from filiation.report.html.markup import link, tag, text
from filiation.report.html.pages import audit_page, every_pair, text_page
from filiation.report.html.reading import beside, in_place
from filiation.report.html.story import Story
from filiation.values import Article, Contamination, Credit, Match
from tests.report.audits import GROUPS, SALT, library, version, viral
from tests.report.audits import group as grouped

NASTY = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)> \"' -->]]> <!-- &lt; \x1b[31m "
    "\u202eevil\u202c \x00 javascript:alert(1) {{7*7}} ${x}\n"
)
SALTY = """Nobody at the water board had thought of looking at the bottom of the lake in July.

When a team from the university did, it found road salt eleven metres below the surface.

The winters of the nineties were mild, and yet four thousand tonnes were spread a year.

Miriam Oduya, who led the work, speaks of a debt that stays when the lorries have gone.

Garden wells along the northern shore have been closed since the second drought.

A pump that was to bring the deep water up broke after nineteen days of service.

The council meets on Thursday, and the minister has promised to send an answer before.

Fishermen tell of eels that stay in the river mouth, where they never used to stop."""


def parsed(page: str) -> Any:
    return parser.document_fromstring(page)


def article(key: str, said: str, **more: object) -> Article:
    return replace(Article(key, key, said, language="en"), **more)  # type: ignore[arg-type]


def story() -> Story:
    texts = {
        "salt-ledger": article("salt-ledger", SALTY),
        "salt-upland": article("salt-upland", SALTY.replace("salt", "brine")),
        "salt-upland-2": article("salt-upland-2", SALTY + "\n\nAn ending that nobody else has."),
    }
    return Story("t1", SALT.stemma, texts, "It was copied.", ("v1", "v3"), "v3")


def hostile() -> Story:
    versions = [
        replace(version("hostile", article="one", title=NASTY * 3), url="javascript:alert(1)"),
        replace(version(NASTY, article="two", title="x" * 1_000_000), author=NASTY, url=NASTY),
    ]
    found = grouped(versions, [(0, 1, "credited", ["edited"])])
    credit = Credit(
        "source",
        NASTY,
        None,
        "javascript:alert(1)",
        NASTY,
        None,
        None,
        NASTY,
        0,
        9,
        NASTY,
        NASTY,
        0.9,
    )
    texts = {"one": article("one", NASTY + SALTY), "two": article("two", SALTY + NASTY)}
    stemma = replace(found.stemma, unknown=(NASTY,), credits=(("v1", (credit,)),))
    return Story("t1", stemma, texts, NASTY)


def pages() -> Mapping[str, str]:
    findings = Findings(GROUPS, library(GROUPS))
    return {
        "text": text_page(story(), every_pair(story(), {})),
        "hostile": text_page(hostile(), every_pair(hostile(), {})),
        "audit": audit_page(findings, "harbour.filiation"),
        "large": audit_page(Findings([viral(500), *GROUPS]), "harbour.filiation"),
        "nothing": audit_page(Findings([]), "harbour.filiation"),
    }


PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fetches_nothing_and_runs_nothing_but_its_own(name: str) -> None:
    page = PAGES[name]
    tree = parsed(page)
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for kind, element in (("style", "style"), ("script", "script[not(@type)]")):
        [held] = re.findall(
            rf"<{kind}>(.*?)</{kind}>" if kind == "style" else r"<script>(.*?)</script>",
            page,
            re.DOTALL,
        )
        digest = base64.b64encode(hashlib.sha256(held.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy, element
    assert not tree.xpath(
        "//@src | //link | //iframe | //object | //embed | //base | //form | //@style"
    )
    assert not [name for name in tree.xpath("//@*") if name.attrname.startswith("on")]
    for address in tree.xpath("//@href"):
        assert address.startswith("#") or urlsplit(address).scheme in ("http", "https"), address


@pytest.mark.parametrize("name", PAGES)
def test_links_within_a_page_lead_somewhere_and_ids_are_unique(name: str) -> None:
    tree = parsed(PAGES[name])
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)
    targets = {address[1:] for address in tree.xpath("//@href") if address.startswith("#")}
    assert targets <= set(ids)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_that_a_text_says_acts(name: str) -> None:
    page = PAGES[name]
    visible = page.replace("\n", "").replace("\t", "")
    assert harmless(visible) == visible
    tree = parsed(page)
    assert len(tree.xpath("//script")) == 1 + len(tree.xpath("//script[@type='application/json']"))
    assert not tree.xpath("//img")


def test_what_a_script_is_given_is_read_as_data() -> None:
    [data] = re.findall(
        r'<script type="application/json">(.*?)</script>', PAGES["hostile"], re.DOTALL
    )
    held = json.loads(data)
    assert held["texts"]["t1-v1"] == NASTY + SALTY
    assert "<" not in data


def test_a_page_stays_small() -> None:
    assert len(PAGES["large"]) < 1_500_000
    assert len(PAGES["hostile"]) < 200_000


def test_every_version_and_hop_is_told() -> None:
    tree = parsed(PAGES["text"])
    assert len(tree.xpath("//article[contains(@class,'version')]")) == len(SALT.stemma.versions)
    assert len(tree.xpath("//article[contains(@class,'hop')]")) == len(SALT.stemma.hops)
    assert len(tree.xpath("//*[name()='circle']")) == len(SALT.stemma.versions)
    drawn = tree.xpath("//*[name()='path' and contains(@class,'hop')]")
    assert len(drawn) == len(SALT.stemma.hops)


def test_a_second_parent_is_drawn_as_another_line() -> None:
    told = Contamination("v3", ("v1", "v2"), 20)
    second = replace(story(), stemma=replace(SALT.stemma, contaminations=(told,)))
    tree = parsed(text_page(second, {}))
    lines = tree.xpath(
        "//*[name()='g'][*[name()='path'][@class='perhaps']]/*[name()='title']/text()"
    )
    parents = {hop.parent for hop in SALT.stemma.hops if hop.child == "v3"}
    names = {key: second.name(key) for key in told.parents if key not in parents}
    assert sorted(lines) == sorted(
        f"{second.name('v3')} may have been made from {name} as well: 20 runs of four words"
        for name in names.values()
    )
    assert names


def test_time_runs_from_left_to_right() -> None:
    tree = parsed(PAGES["text"])
    place = {
        "".join(node.xpath(".//*[name()='text']/text()")).split(" · ")[0]: float(
            node.xpath(".//*[name()='circle']/@cx")[0]
        )
        for node in tree.xpath("//*[name()='a'][*[name()='circle']]")
    }
    assert place["The Harbour Ledger"] < place["L'Estran"] < place["Le Courrier des Rives"]


CASES = [
    (SALTY, SALTY.replace("salt", "brine"), {"shared"}),
    (SALTY, "\n\n".join(SALTY.split("\n\n")[:5]), {"shared", "cut"}),
    (SALTY, "A new beginning that is ours alone.\n\n" + SALTY, {"shared", "added"}),
    (
        SALTY,
        "\n\n".join([*SALTY.split("\n\n")[4:], *SALTY.split("\n\n")[:4]]),
        {"shared", "moved"},
    ),
]


@pytest.mark.parametrize(("one", "other", "kinds"), CASES)
def test_two_texts_are_read_whole_side_by_side(one: str, other: str, kinds: set[str]) -> None:
    a, b = article("a", one), article("b", other)
    match = compare(a, b)
    tree: Any = parser.fragment_fromstring(beside(match, a, b, ("One", "Other")))
    rows = tree.xpath(".//tbody/tr")
    assert {row.get("class") for row in rows} == kinds
    left = " ".join(row[0].text_content() for row in rows)
    right = " ".join(row[1].text_content().removeprefix("Moved. ") for row in rows)
    assert sorted(re.findall(r"\w+", left)) == sorted(re.findall(r"\w+", one))
    assert re.findall(r"\w+", right) == re.findall(r"\w+", other)
    assert percent(match.coverage_a) in tree.text_content()


def test_changed_words_are_marked() -> None:
    a, b = article("a", SALTY), article("b", SALTY.replace("salt", "brine"))
    shown = beside(compare(a, b), a, b, ("One", "Other"))
    assert shown.count("<del>salt</del>") == 1
    assert shown.count("<ins>brine</ins>") == 1


def test_credits_are_marked_where_they_stand() -> None:
    said = "Source: The Ledger\nThe salt stays."
    shown = in_place(article("a", said, aside=((0, 18),)), (0, len(said)), [(8, 18, "source")])
    assert shown == (
        '<span class="aside">Source: </span><mark title="source">The Ledger</mark>\nThe salt stays.'
    )


def test_pairs_known_are_not_compared_again() -> None:
    known = Match("salt-ledger", "salt-upland", (), 0.0, 0.0, 0.0, 0.0, True, ())
    found = every_pair(story(), {("salt-ledger", "salt-upland"): known})
    assert found["salt-ledger", "salt-upland"] is known
    assert len(found) == 3


def test_markup_is_escaped_wherever_it_comes_from() -> None:
    assert tag("p", "<b>", class_='"><script>') == (
        '<p class="&quot;&gt;&lt;script&gt;">&lt;b&gt;</p>'
    )
    assert text("a\tb\nc", lines=True) == "a\tb\nc"
    assert link("javascript:alert(1)", "x") == "x"
    assert link("https://ledger.example/\u202e", "x") == "x"
    assert link("https://[", "x") == "x"
    assert 'href="https://ledger.example/a?b=1&amp;c=2"' in link(
        "https://ledger.example/a?b=1&c=2", "x"
    )


def test_the_script_and_the_style_sheet_are_shipped() -> None:
    import filiation.report.html

    [place] = filiation.report.html.__path__
    for name in ("report.css", "report.js"):
        held = (Path(place) / name).read_text(encoding="utf-8")
        assert "http" not in held.replace("http://www.w3.org", "")
        assert f"</{'style' if name.endswith('css') else 'script'}" not in held
