"""The verdict on a hop, case by case."""

import pytest

from filiation.stemma.standing import STANDINGS_IN_ORDER, Facts, standing
from filiation.values import STANDINGS, Standing

NOT_CONFIRMED = [
    ("no text at hand", Facts("parent", "silent"), "credited"),
    ("the texts share nothing", Facts("parent", "contradicts"), "disputed"),
    ("the credit's own date denies it", Facts("parent", "silent", dates="against"), "disputed"),
    ("no credit leads there", Facts("nobody", "match", dates="order", directed=True), "uncredited"),
    ("only the farther ancestor is credited", Facts("nobody", "match", farther=True), "skipped"),
    ("named in the translator's line, another stated as the source",
     Facts("aside", "match", farther=True), "skipped"),
    ("the same, unseen", Facts("aside", "silent", farther=True), "skipped"),
    ("nothing says which came first", Facts("nobody", "match"), "undetermined"),
    ("a quotation, which both may have from a third",
     Facts("nobody", "match", dates="order", directed=True, quoted=True), "undetermined"),
    ("a later page tells of it", Facts("nobody", "silent", told=True), "credited"),
    ("each names the other, undated",
     Facts("parent", "match", reversed=True, directed=True), "disputed"),
    ("only the parent names the child",
     Facts("nobody", "match", reversed=True, dates="order", directed=True), "disputed"),
    ("the copy credits a version too young",
     Facts("nobody", "match", astray=True, directed=True), "disputed"),
    ("another copy's credit implies it", Facts("nobody", "silent"), "uncredited"),
]  # fmt: skip
CONFIRMED = [
    ("credited, and the texts match", Facts("parent", "match")),
    ("credited with its source before it", Facts("parent", "match", farther=True)),
    ("named in the translator's line, and nobody else as the source", Facts("aside", "match")),
    ("a quotation that is credited", Facts("parent", "match", quoted=True)),
    ("each names the other, and the dates decide",
     Facts("parent", "match", reversed=True, dates="order")),
    ("another credit leads astray", Facts("parent", "match", astray=True)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "facts", "verdict"), NOT_CONFIRMED, ids=[why for why, _, _ in NOT_CONFIRMED]
)
def test_not_confirmed(why: str, facts: Facts, verdict: Standing) -> None:
    assert standing(facts) == verdict, why


@pytest.mark.parametrize(("why", "facts"), CONFIRMED, ids=[why for why, _ in CONFIRMED])
def test_confirmed(why: str, facts: Facts) -> None:
    assert standing(facts) == "confirmed", why


def test_every_standing_has_its_row_and_its_case() -> None:
    assert {verdict for verdict, _, _ in STANDINGS_IN_ORDER} == set(STANDINGS)
    assert {verdict for _, _, verdict in NOT_CONFIRMED} | {"confirmed"} == set(STANDINGS)
