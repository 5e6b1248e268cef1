"""Where on the page a line stands: before, in or after the running text."""

import re
from collections.abc import Sequence
from functools import lru_cache

from filiation.fold import fold
from filiation.languages import codes, words_of

__all__ = ["is_running", "speaks_of_origin", "tail_begins"]

RUNNING = 120
"""Least characters of a paragraph of running text. Of 3,483 paragraphs of 191 news bodies 68 % pass
`is_running`. It does not separate credits from text: of 182 labelled lines that name an original,
54 are as long, most of them sentences within a paragraph. Lines are placed by what surrounds them."""
RUNNING_DENSE = 45
"""The same for scripts without spaces, whose characters say about three times as much."""
_STOPS = ".!?…。！？؟।۔"
_SENTENCE = re.compile(rf"[{_STOPS}](?:(?<=[。！？؟।۔])|[\s\"'»”’)\]]|$)")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_running(text: str) -> bool:
    """Return whether a line is a paragraph of running text: long, and made of sentences."""
    if len(text) < RUNNING_DENSE:
        return False
    if len(text) < RUNNING and (text.isascii() or len(_DENSE.findall(text)) < RUNNING_DENSE):
        return False
    return text[-1] in _STOPS or _SENTENCE.search(text) is not None


BLOCK = 3
"""Short lines in a row that, late in the text, end it: a signature, a source, a copyright. This and
the two shares below were set on one page with such notices, not fitted to many."""
LATE = 0.5
"""Share of the running text that must lie before such a block ..."""
AFTERWORD = 0.4
"""... and most of it that may follow: notices of the house."""


def tail_begins(texts: Sequence[str], running: Sequence[bool]) -> int:
    """Return the index of the first line after the running text.

    That is the line after the last running paragraph; or, where a house prints its notices in
    paragraphs at the foot, the block of short lines before these, one of which must speak of a
    source, an author or a right.
    """
    last = max((i for i, is_run in enumerate(running) if is_run), default=-1)
    total = sum(
        len(t) for t, is_run in zip(texts, running, strict=True) if is_run or len(t) > RUNNING
    )
    before = 0
    i = 0
    while i <= last:
        if running[i] or len(texts[i]) > RUNNING:
            before += len(texts[i])
            i += 1
            continue
        j = i
        while j <= last and not running[j] and len(texts[j]) <= RUNNING:
            j += 1
        after = total - before
        if (
            j - i >= BLOCK
            and before >= LATE * total
            and after <= AFTERWORD * total
            and not _is_list(texts[i:j])
            and any(speaks_of_origin(text) for text in texts[i:j])
        ):
            return i
        i = j
    return last + 1


_RIGHTS = re.compile(r"©|\(c\)|copyright|https?://|www\.", re.IGNORECASE)


def speaks_of_origin(text: str) -> bool:
    """Return whether a short line may be a credit: it names a right, an address or a source."""
    if len(text) > RUNNING:
        return False
    return _RIGHTS.search(text) is not None or _sources().search(fold(text).text) is not None


@lru_cache(maxsize=1)
def _sources() -> re.Pattern[str]:
    """Return what speaks of a source in any language; pages mix them."""
    words = {fold(word).text for code in codes() for word in words_of(code).source_words}
    spaced = sorted((w for w in words if not _DENSE.search(w)), key=len, reverse=True)
    dense = sorted((w for w in words if _DENSE.search(w)), key=len, reverse=True)
    some = "|".join(map(re.escape, spaced))
    return re.compile(rf"(?<![^\W\d_])(?:{some})(?![^\W\d_])|{'|'.join(map(re.escape, dense))}")


_ITEM = re.compile(r"^\s*(?:[-*•·–—]|\d{1,3}[.)])\s")
_SPOKEN = re.compile(r"^\s*[«\"“„'‘—–-]")


def _is_list(texts: Sequence[str]) -> bool:
    """Return whether short lines are items of a list or speech, which belong to the text."""
    alike = sum(bool(_ITEM.match(t) or _SPOKEN.match(t)) for t in texts)
    ended = sum(t.rstrip().endswith((".", "!", "?", ".»", ".”", '."')) for t in texts)
    return alike > len(texts) / 2 or ended > 0.7 * len(texts)
