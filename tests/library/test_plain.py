"""Values survive JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from filiation.plain import from_json, from_plain, to_json, to_plain
from filiation.values import Dates, DateWitness, Evidence, Hop, Link, Match, Passage, Stemma


@dataclass(frozen=True, slots=True)
class Shelf:
    name: str
    counts: Mapping[str, int] = field(default_factory=dict)
    inner: "Shelf | None" = None
    pairs: tuple[tuple[int, str], ...] = ()


NOON = datetime(2016, 11, 21, 12, tzinfo=UTC)
PASSAGE = Passage(0, 10, 5, 15, 0.98)
MATCH = Match("a", "b", (PASSAGE,), 0.5, 1.0, 0.9, 0.99, True, ("abridged", "excerpt"), 7)
HOP = Hop("v1", "v2", ("edited",), "match", "skipped", 0.5, (Evidence("dates", "…"),), MATCH)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Shelf, Shelf("a")),
        (Shelf, Shelf("é\ud83d\x00", {"x": 1}, Shelf("b", inner=Shelf("c")), ((1, "one"),))),
        (Link, Link("here", "https://a.example/", 0, 4)),
        (Dates, Dates(NOON, NOON, "day", (DateWitness("meta", NOON, NOON, "day", "noon"),), True)),
        (Stemma, Stemma((), (HOP, HOP), ("v1",), (("v1", ()),), ("nothing",))),
        (tuple[tuple[int, int], ...], ((1, 2), (3, 4))),
        (list[str], ["a"]),
        (int | None, None),
    ],
)
def test_a_value_comes_back(kind: object, value: object) -> None:
    assert from_json(kind, to_json(value)) == value
    assert from_plain(kind, to_plain(value)) == value


def test_defaults_are_left_out_and_filled_in() -> None:
    assert json.loads(to_json(Shelf("a"))) == {"name": "a"}
    assert from_plain(Shelf, {"name": "a", "from_a_newer_program": 1}) == Shelf("a")


@pytest.mark.parametrize("data", [{}, {"name": "a", "inner": 3}, [], {"name": "a", "pairs": [[1]]}])
def test_what_is_no_such_value_is_a_value_error(data: object) -> None:
    with pytest.raises(ValueError):
        from_plain(Shelf, data)


def test_what_has_no_plain_form_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="no plain form for set"):
        to_json({1, 2})
