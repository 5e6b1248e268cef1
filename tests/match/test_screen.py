"""Which pairs are worth aligning, told from where their shared grams stand."""

import numpy as np
import pytest

from filiation.match.screen import BLOCK, BLOCKS, RUN_WORDS, Diagonals, in_step, run_words

Row = tuple[int, int, list[int]]


def diagonals(*rows: Row) -> Diagonals:
    """Rows of pair, diagonal, and places of the shared grams in the first text."""
    ordered = sorted(rows)
    return Diagonals(
        *(
            np.array(column, np.int64)
            for column in (
                [pair for pair, _, _ in ordered],
                [diagonal for _, diagonal, _ in ordered],
                [len(places) for _, _, places in ordered],
                [min(places) for _, _, places in ordered],
                [max(places) for _, _, places in ordered],
                [sum({1 << (p // BLOCK) % BLOCKS for p in places}) for _, _, places in ordered],
            )
        )
    )


def words(visible: float, *rows: Row) -> float:
    return float(run_words(diagonals(*rows), np.array([visible]))[0])


def step(shorter: int, *rows: Row) -> bool:
    return bool(in_step(diagonals(*rows), np.array([shorter]))[0])


def test_a_quotation_has_as_many_words_as_it_has() -> None:
    assert words(1.0, (0, 7, list(range(100, 117)))) == 20 > RUN_WORDS


def test_phrases_here_and_there_have_none() -> None:
    assert words(1.0, *((0, 40 * n, [90 * n]) for n in range(30))) == 0


def test_shuffled_paragraphs_add_up() -> None:
    rows = [(0, 50 * n, list(range(100 * n, 100 * n + 7))) for n in range(3)]
    assert words(1.0, *rows) == 30


def test_of_a_long_text_what_may_be_hidden_is_counted_as_far_as_there_is_room() -> None:
    """One gram in four is kept: four may be thirty, but 17 stand between them and 9 around them."""
    assert words(0.25, (0, 7, [100, 104, 109, 116])) == 17 + 9 + 3
    assert words(0.25, (0, 7, [100, 101])) == 2 + 9 + 3
    assert words(0.25, (0, 7, [100, 180])) == pytest.approx((2 + 2 * 1.5**0.5) * 4 + 3)
    assert words(0.25, (0, 7, [100])) == 0


def test_pairs_are_kept_apart() -> None:
    found = diagonals((0, 3, [1, 2, 3]), (1, 3, [1]), (2, 3, [5, 6]))
    assert run_words(found, np.ones(3)).tolist() == [6, 0, 5]


@pytest.mark.parametrize("shift", range(0, 24, 5))
def test_a_misread_copy_is_in_step(shift: int) -> None:
    """Few runs, all at nearly the same distance, along the whole text; wherever the bands lie."""
    assert step(200, (0, shift, [12]), (0, shift + 2, [80, 81]), (0, shift + 5, [150]))


def test_what_is_not_in_step_is_not() -> None:
    assert not step(200, (0, -90, [12]), (0, 2, [80, 81]), (0, 95, [150]))
    assert not step(200, (0, 0, [12]), (0, 2, [150]))
    assert not step(900, (0, 0, [12]), (0, 2, [80, 81]), (0, 5, [150]))
    assert not step(200, (0, 0, [3, 4, 5, 6, 7, 8]))


def test_neighbouring_pairs_are_no_band() -> None:
    found = diagonals((0, 5, [12]), (1, 5, [80]), (2, 5, [150]))
    assert not in_step(found, np.full(3, 100)).any()


def test_blocks_beyond_the_last_are_counted_anew() -> None:
    far = BLOCK * BLOCKS
    assert step(100, (0, 0, [far + 1, far + BLOCK, far + 5 * BLOCK]))


def test_nothing() -> None:
    assert run_words(diagonals(), np.zeros(0)).tolist() == []
    assert in_step(diagonals(), np.zeros(0, np.int64)).tolist() == []
    assert in_step(diagonals(), np.array([7])).tolist() == [False]
