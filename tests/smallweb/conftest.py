from collections.abc import Iterator

import pytest

from filiation.smallweb import SmallWeb


@pytest.fixture
def web() -> Iterator[SmallWeb]:
    """A small web of the test's own: its log holds what the test asked, and nothing else."""
    with SmallWeb() as running:
        yield running
