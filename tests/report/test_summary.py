"""The chain in one paragraph."""

from datetime import UTC, datetime
from typing import Any

import pytest

from filiation.report.summary import summary
from filiation.values import Credit, Dates, Hop, HopKind, Searched, Standing, Trace, Version

DAY = Dates(datetime(2020, 1, 2, tzinfo=UTC), datetime(2020, 1, 2, 23, 59, tzinfo=UTC), "day")
FIRST = Version("v1", "The Gull", language="en", seen=True)
SECOND = Version("v2", "La Mouette", language="fr", translator="A. Roux", seen=True)
THIRD = Version("v3", "Le Goéland", outlet="goeland", language="fr", seen=True, dates=DAY)


def chain(
    *hops: tuple[tuple[HopKind, ...], Standing, float],
    versions: tuple[Version, ...] = (FIRST, SECOND, THIRD),
    stated: tuple[Credit, ...] = (),
) -> Trace:
    """Return a chain of these versions with these hops between them."""
    told = tuple(
        Hop(versions[i].id, versions[i + 1].id, kinds, "match", standing, probability, ())
        for i, (kinds, standing, probability) in enumerate(hops)
    )
    ids = tuple(version.id for version in versions)
    return Trace(ids[-1], versions, ids, told, ((ids[-1], stated),))


def stated(role: Any, name: str) -> Credit:
    return Credit(role, name, None, None, None, None, None, name, 0, 1, None, "test", 0.9)


SURE = 0.97


@pytest.mark.parametrize(
    ("trace", "says"),
    [
        (
            chain(
                (("translation",), "confirmed", SURE),
                (("abridged", "edited"), "skipped", SURE),
                stated=(stated("source", "the gull"),),
            ),
            ("This text was first published by The Gull in English, translated into French by A. Roux "
            "for La Mouette, and republished in abridged form by Le Goéland on 2 January 2020; the "
            "page credits The Gull but not La Mouette."),
        ),
        (
            chain(
                (("translation",), "credited", SURE),
                (("verbatim",), "skipped", SURE),
                stated=(stated("source", "The Gull"), stated("translated_for", "La Mouette")),
                versions=(Version("v1", "The Gull"), Version("v2", "La Mouette"), THIRD),
            ),
            ("This text was first published by The Gull, translated by La Mouette, and republished by "
            "Le Goéland on 2 January 2020; the page names The Gull as its source, and La Mouette "
            "only in the translator's line. The Gull and La Mouette were not seen: here the page is "
            "taken at its word."),
        ),
        (
            chain((("excerpt",), "uncredited", 0.6), versions=(FIRST, THIRD)),
            ("This text was first published by The Gull in English and excerpted by Le Goéland on 2 "
            "January 2020; the page does not credit The Gull. The weakest step, from The Gull to Le "
            "Goéland, is more likely than not (0.60)."),
        ),
        (
            chain((("edited",), "disputed", SURE), versions=(FIRST, THIRD)),
            ("This text was first published by The Gull in English and republished with changes by Le "
            "Goéland on 2 January 2020; what the page says of its origin does not agree with The Gull."),
        ),
        (
            chain((("verbatim",), "undetermined", SURE), versions=(FIRST, THIRD)),
            ("This text was first published by The Gull in English and republished by Le Goéland on 2 "
            "January 2020; which of the last two has it from the other cannot be told."),
        ),
        (
            chain((("translation",), "uncredited", SURE), (("extended",), "confirmed", SURE)),
            ("This text was first published by The Gull in English, translated into French by A. Roux "
            "for La Mouette, and republished with additions by Le Goéland on 2 January 2020; the "
            "page credits La Mouette. La Mouette does not credit The Gull."),
        ),
        (
            chain(versions=(THIRD,)),
            "No earlier version of this text was found, and the page credits nobody.",
        ),
        (
            chain((("verbatim",), "confirmed", SURE), versions=(Version("v1", None, seen=True), THIRD)),
            ("This text was first published by an outlet that is not named and republished by Le "
            "Goéland on 2 January 2020; the page credits an outlet that is not named."),
        ),
    ],
)  # fmt: skip
def test_summary(trace: Trace, says: str) -> None:
    assert summary(trace) == says


def test_what_was_looked_at_is_counted() -> None:
    trace = Trace("v1", (THIRD,), ("v1",), (), (), (Searched("pages", "empty", 0, 1204),))
    trace = Trace(
        "v3", trace.versions, ("v3",), (), (("v3", (stated("via", "x"),)),), trace.searched
    )
    assert summary(trace) == (
        "No earlier version of this text was found among the 1,204 articles looked at, and the page "
        "names no earlier version."
    )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (1, "Beside this chain, the tree holds O1."),
        (4, "Beside this chain, 4 other versions stand"),
    ],
)
def test_side_branches_are_named_or_counted(more: int, says: str) -> None:
    others = tuple(Version(f"w{i}", f"O{i}") for i in range(1, more + 1))
    assert says in summary(Trace("v3", (THIRD, *others), ("v3",), (), ()))
