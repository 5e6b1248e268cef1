"""The documents for machines keep their promised shapes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from filiation.find.history import Change, History
from filiation.find.journey import Wish
from filiation.find.values import Capture, Probe
from filiation.outlets import Domain, Outlet
from filiation.report.catalogue import outlet_shape
from filiation.report.shapes import (
    article_shape,
    audit_shape,
    credits_shape,
    group_shape,
    hop_shape,
    match_shape,
    plan_shape,
    trace_shape,
    written,
)
from filiation.values import HOP_KINDS, STANDINGS, Article, Had, utc
from tests.report.audits import ARTICLE, BEES, ICE, SALT, SKIPPED, audit, ledger
from tests.report.golden import (
    COPY_TEXT,
    SAID,
    TRANSLATED,
    measured_chain,
    measured_match,
    unseen_chain,
)

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "shapes.md").read_text(encoding="utf-8")

# The promise: these keys, in this order. A key may be added at the end of a list; nothing else.
CREDITS = "schema id input outlet language kind origin credits chain title published notes"
ORIGIN = "outlet title url language author translator translated_for published"
CREDIT = "role name outlet url title language published quote start end locator rule strength"
MATCH = "a b kind same_language coverage_a coverage_b similarity score passages shared_words left_out added moved"
PASSAGE = "a_start a_end b_start b_end similarity"
TRACE = "schema asked summary versions chain hops credits searched unknown revisions contaminations"
VERSION = "id outlet name title url language seen published author translator article had edition archived"
DATES = "earliest latest precision witnesses"
WITNESS = "kind earliest latest precision quote locator"
HOP = "from to kind kind_from standing probability evidence match rivals"
EVIDENCE = "type says role quote rule start end locator weight"
SEARCHED = "where outcome found looked_at says of"
HAD = "how address taken kept via archive captured wanted says"
ARCHIVED = "captures first last changes says"
CAPTURE = "archive taken address digest"
CHANGE = "kind says before after quote now"
OUTLET = (
    "schema key name aliases abbreviations signatures ambiguous domains languages kind house country"
    " feeds"
)
AUDIT = (
    "schema articles outlets pairs matches groups hops within standings kinds independent_sources"
    " missing flows tallies largest house_phrases standing_text skipped seconds"
)
FLOW = "from_outlet to_outlet hops standings kinds median_delay_hours delays share"
TALLY = "outlet name articles originals republished share uncredited taken"
AUDITED_ARTICLE = (
    "schema id url outlet name title author published language kind words group input also"
)
AUDITED_HOP = (
    "schema group from to from_version to_version from_outlet to_outlet within kind kind_from"
    " standing probability delay_hours evidence"
)
UNSEEN = "version outlet name title url language author translator published"
GROUP = (
    "schema id articles origin independent_sources missing hops unknown revisions contaminations"
)
INTERVAL = "earliest latest precision"


def keys(shape: dict[str, Any]) -> str:
    return " ".join(shape)


def test_credits() -> None:
    shape = credits_shape(SAID)
    assert shape["schema"] == "filiation/credits@1"
    assert keys(shape) == CREDITS
    assert keys(shape["origin"]) == ORIGIN
    assert [keys(credit) for credit in shape["credits"]] == [CREDIT] * 4
    assert shape["chain"] == ["Hafenbote", "Cahier bleu", "La Lanterne"]
    for credit in shape["credits"]:
        assert COPY_TEXT[credit["start"] : credit["end"]] == credit["quote"]


def test_match() -> None:
    shape = match_shape(measured_match())
    assert shape["schema"] == "filiation/match@1"
    assert keys(shape) == f"schema {MATCH}"
    assert [keys(passage) for passage in shape["passages"]] == [PASSAGE]
    translated = match_shape(TRANSLATED)["passages"][0]
    assert keys(translated) == f"{PASSAGE} a_paragraph b_paragraph"


def test_trace() -> None:
    shape = trace_shape(measured_chain())
    assert shape["schema"] == "filiation/trace@1"
    assert keys(shape) == TRACE
    assert [keys(version) for version in shape["versions"]] == [VERSION] * 3
    assert keys(shape["versions"][0]["published"]) == DATES
    assert keys(shape["versions"][0]["published"]["witnesses"][0]) == WITNESS
    assert [keys(hop) for hop in shape["hops"]] == [HOP] * 2
    assert keys(shape["hops"][0]["match"]) == MATCH
    assert {key for hop in shape["hops"] for e in hop["evidence"] for key in e} <= set(
        EVIDENCE.split()
    )
    assert [keys(place) for place in shape["searched"]] == [SEARCHED] * 2
    assert shape["chain"] == ["v1", "v2"]


def test_where_a_version_was_had_from_and_what_an_archive_saw_of_it() -> None:
    chain = measured_chain()
    had = Had("archive", "http://a.example/1", utc(2024), archive="A", captured=utc(2023))
    first = replace(chain.versions[0], had=had)
    capture = Capture(
        "http://b.example/", utc(2023), "http://a.example/1", "Wayback Machine", digest="ABC"
    )
    seen = History(
        "http://b.example/",
        Probe.of("captures", [capture]),
        (capture,),
        changes=(Change(capture, None, "credit removed", "it was removed", "Source: A"),),
        says=("one was not read",),
    )
    chain = replace(chain, versions=(first, *chain.versions[1:]))
    shape = trace_shape(chain, {first.id: seen})["versions"][0]
    assert keys(shape["had"]) == HAD
    assert shape["had"]["captured"] == "2023-01-01T00:00:00Z"
    assert keys(shape["archived"]) == ARCHIVED
    assert keys(shape["archived"]["first"]) == CAPTURE
    [change] = shape["archived"]["changes"]
    assert keys(change) == CHANGE
    assert change["after"] is None


def test_plan() -> None:
    shape = plan_shape("https://a.example/1", [Wish("GET", "https://a.example/1", robots=True)])
    assert shape["schema"] == "filiation/plan@1"
    assert keys(shape) == "schema asked requests"
    assert [keys(request) for request in shape["requests"]] == ["method url robots"]


def test_a_version_known_to_precede_its_copy_has_a_latest_date_alone() -> None:
    published = trace_shape(unseen_chain())["versions"][0]["published"]
    assert published == {
        "earliest": None,
        "latest": "2021-05-09",
        "precision": "day",
        "witnesses": [],
    }


def test_probabilities_are_never_rounded_to_certainty() -> None:
    trace = measured_chain()
    trace = replace(trace, hops=(replace(trace.hops[0], probability=0.999999),))
    assert trace_shape(trace)["hops"][0]["probability"] == 0.9999


def test_outlet() -> None:
    shape = outlet_shape(Outlet("gull", "The Gull", (Domain("gull.example"),)))
    assert keys(shape) == OUTLET
    assert shape["domains"] == [{"host": "gull.example", "since": None, "until": None}]


def test_audit() -> None:
    shape = audit_shape(audit())
    assert shape["schema"] == "filiation/audit@1"
    assert keys(shape) == AUDIT
    assert {keys(flow) for flow in shape["flows"]} == {FLOW}
    assert {keys(tally) for tally in shape["tallies"]} == {TALLY}
    for counted in (shape, *shape["flows"]):
        assert list(counted["standings"]) == list(STANDINGS)
        assert list(counted["kinds"]) == list(HOP_KINDS)
    assert shape["largest"] == [SALT.id, BEES.id, ICE.id]
    assert shape["skipped"] == list(SKIPPED)
    assert json.loads(written(shape)) == shape


def test_what_an_audit_cannot_know_is_null() -> None:
    shape = audit_shape(audit())
    flow = next(flow for flow in shape["flows"] if flow["to_outlet"] == "cahier bleu")
    assert (flow["from_outlet"], flow["median_delay_hours"], flow["share"]) == (None, None, None)
    tally = next(tally for tally in shape["tallies"] if tally["outlet"] is None)
    assert (tally["name"], tally["share"]) == (None, None)


def test_audited_article() -> None:
    shape = article_shape(ARTICLE, outlet="harbourledger", kind="none", words=4, group=SALT.id)
    assert shape["schema"] == "filiation/article@1"
    assert keys(shape) == AUDITED_ARTICLE
    assert shape["published"] == {
        "earliest": "2021-05-04T09:00Z", "latest": "2021-05-04T09:01Z", "precision": "minute",
    }  # fmt: skip
    bare = article_shape(Article("x", "x.txt", ""), outlet="", kind=None, words=0, group=None)
    assert {key for key, value in bare.items() if value is None} == {
        "url", "outlet", "name", "title", "author", "language", "kind", "group",
    }  # fmt: skip


def test_audited_hop() -> None:
    versions = {version.id: version for version in ICE.stemma.versions}
    shapes = [
        hop_shape(hop, versions[hop.parent], versions[hop.child], ICE.id, ledger().outlet_of)
        for hop in ICE.stemma.hops
    ]
    assert {keys(shape) for shape in shapes} == {AUDITED_HOP}
    assert {shape["schema"] for shape in shapes} == {"filiation/hop@1"}
    assert keys(shapes[0]["from_version"]) == UNSEEN
    assert keys(shapes[0]["from_version"]["published"]) == INTERVAL
    assert [(shape["from"], shape["to"]) for shape in shapes] == [
        (None, "ice-daily"), ("ice-daily", "ice-mina"), ("ice-daily", "ice-courrier"),
    ]  # fmt: skip
    assert [shape["delay_hours"] for shape in shapes] == [None, 12.0, 26.99]


def test_group() -> None:
    shape = group_shape(BEES)
    assert shape["schema"] == "filiation/group@1"
    assert keys(shape) == GROUP
    assert shape["articles"] == ["bees-courrier", "bees-estran"]
    assert (shape["origin"], shape["independent_sources"], shape["missing"]) == (None, 1, 2)
    assert group_shape(SALT)["origin"] == "salt-ledger"


def test_every_key_is_documented() -> None:
    shapes = [AUDIT, FLOW, TALLY, AUDITED_ARTICLE, AUDITED_HOP, UNSEEN, GROUP, INTERVAL]
    shapes += [CREDITS, ORIGIN, CREDIT, MATCH, PASSAGE, TRACE, VERSION, DATES, WITNESS, HOP]
    shapes += [EVIDENCE, SEARCHED, OUTLET, "a_paragraph b_paragraph host since until"]
    missing = {key for shape in shapes for key in shape.split() if f"`{key}`" not in DOCUMENTED}
    assert not missing


def test_documents_are_one_line_or_indented_and_can_be_ascii() -> None:
    shape = {"schema": "x", "text": "é \x1b \x9b \u202e \ud800 😀"}
    for options in ({}, {"indented": True}, {"ascii_only": True}):
        document = written(shape, **options)
        assert json.loads(document) == shape
        assert not set(document) & set("\x1b\x9b\u202e\ud800")
    assert "\n" not in written(shape)
    assert written(shape, ascii_only=True).isascii()
    assert "é" in written(shape)
