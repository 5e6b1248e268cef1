"""Numbers, shares and lists in sentences."""

import pytest

from filiation.english import listed, percent, plural


@pytest.mark.parametrize(
    ("share", "says"),
    [(0, "0 %"), (0.004, "under 1 %"), (0.5, "50 %"), (0.996, "over 99 %"), (1, "100 %")],
)
def test_percent(share: float, says: str) -> None:
    assert percent(share) == says


def test_counts_and_lists() -> None:
    assert [plural(n, "word") for n in (0, 1, 1204)] == ["0 words", "1 word", "1,204 words"]
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]
