"""A function applied to batches by threads while the next batches are read.

For NumPy's work, most of which other threads need not wait for.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["meanwhile"]

Batch = TypeVar("Batch")
Result = TypeVar("Result")


def meanwhile(
    function: Callable[[Batch], Result], batches: Iterable[Batch], jobs: int = 1
) -> Iterator[Result]:
    """Yield `function(batch)` of every batch, in order; memory holds one more batch than `jobs`."""
    with ThreadPoolExecutor(jobs) as pool:
        under_way: deque[Future[Result]] = deque()
        for batch in batches:
            under_way.append(pool.submit(function, batch))
            if len(under_way) > jobs:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
