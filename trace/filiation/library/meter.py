"""How much of the inputs is read, in bytes: what a time left is reckoned from."""

import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["Meter"]


class Meter:
    """The bytes of all inputs, and those read so far.

    A file being read is asked of the system (Linux: /proc/self/fdinfo), which knows how far a packed
    one is as well; elsewhere only whole files count.
    """

    def __init__(self, inputs: Iterable[str | Path]) -> None:
        self._inputs = [Path(given) for given in inputs]
        self._total: int | None = None
        self._ended = 0
        self._source = ""

    def share(self, reading: str) -> float | None:
        """Return the share of bytes read, 0 to 1, while the file `reading` is; None if unknown."""
        if self._total is None:
            self._total = sum(_size(path) for path in self._inputs)
        if reading != self._source:
            self._ended += _file_size(self._source)
            self._source = reading
        if not self._total or reading == "-":
            return None
        return min(1.0, (self._ended + _position(reading)) / self._total)


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    try:
        if not path.is_dir():
            return _file_size(str(path))
        return sum(
            _file_size(os.path.join(folder, name))  # noqa: PTH118 - a million files: no objects
            for folder, _, names in os.walk(path)
            for name in names
        )
    except (OSError, ValueError):
        return 0


def _file_size(path: str) -> int:
    try:
        return os.stat(path).st_size if path else 0  # noqa: PTH116
    except (OSError, ValueError):
        return 0


def _position(path: str) -> int:
    """Return how far this process has read a file that it has open."""
    try:
        sought = os.path.realpath(path)
        with os.scandir("/proc/self/fd") as entries:
            for entry in entries:
                if os.readlink(entry.path) == sought:  # noqa: PTH115
                    told = Path(f"/proc/self/fdinfo/{entry.name}").read_text(encoding="ascii")
                    return int(told.split(maxsplit=2)[1])
    except (OSError, ValueError, IndexError):
        return 0
    return 0
