"""The documents for machines keep their promised shapes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from filiation.outlets import Domain, Outlet
from filiation.report.catalogue import outlet_shape
from filiation.report.shapes import credits_shape, match_shape, trace_shape, written
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
MATCH = "a b kind same_language coverage_a coverage_b similarity score passages shared_words"
PASSAGE = "a_start a_end b_start b_end similarity"
TRACE = "schema asked summary versions chain hops credits searched unknown"
VERSION = "id outlet name title url language seen published author translator article"
DATES = "earliest latest precision witnesses"
WITNESS = "kind earliest latest precision quote locator"
HOP = "from to kind kind_from standing probability evidence match"
EVIDENCE = "type says role quote rule start end locator weight"
SEARCHED = "where outcome found looked_at says"
OUTLET = (
    "schema key name aliases abbreviations signatures ambiguous domains languages kind house country"
    " feeds"
)


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


def test_every_key_is_documented() -> None:
    shapes = [CREDITS, ORIGIN, CREDIT, MATCH, PASSAGE, TRACE, VERSION, DATES, WITNESS, HOP]
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
