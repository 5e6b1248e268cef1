"""Batches worked on by threads while the next ones are read."""

import threading
from collections.abc import Iterator

import pytest

from filiation.audit.threads import meanwhile


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_in_order(jobs: int) -> None:
    assert list(meanwhile(lambda n: n * n, range(50), jobs)) == [n * n for n in range(50)]
    assert list(meanwhile(str, [], jobs)) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_few_batches_are_held(jobs: int) -> None:
    held = threading.Semaphore(jobs + 1)

    def batches() -> Iterator[int]:
        for n in range(30):
            assert held.acquire(blocking=False)
            yield n

    for _ in meanwhile(lambda n: n, batches(), jobs):
        held.release()


def test_what_a_batch_raises_is_raised() -> None:
    def halved(n: int) -> float:
        return 1 / n

    with pytest.raises(ZeroDivisionError):
        list(meanwhile(halved, [2, 1, 0, 3]))
