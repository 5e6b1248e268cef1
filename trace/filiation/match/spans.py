"""Stretches of a text, from one character up to another."""

from collections.abc import Iterable

from filiation.values import Span

__all__ = ["merged"]


def merged(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the spans clipped to the text, sorted, empty ones dropped, overlapping ones joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        start, end = max(0, start), min(length, end)
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
