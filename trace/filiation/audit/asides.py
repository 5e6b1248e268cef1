"""What two pages share besides a story: notes that both end with, and names.

A columnist's two articles in two papers end with the same lines on who he is; two reports of one vote name
the same senators with their states. Neither has been taken from the other.
"""

import re
from collections.abc import Set as AbstractSet

from filiation.audit.forms import ALIKE
from filiation.audit.lists import is_names
from filiation.values import Match, Passage

__all__ = ["END", "asides", "closings", "ends_both", "is_small_part"]

END = 0.05
"""Share of both texts within which a passage ends them, and …"""
NOTES = 0.15
"""… within which a note does that tells an address: behind it stand rights, links and corrections."""
BOX = 1 / 3
"""Share of either text that a note has less of, and …"""
WORDS = 100
"""… the words that it has fewer of."""
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.\w"
    r"|(?<![\w/@.])(?:https?://)?(?:[\w-]{1,63}\.){1,5}[a-z]{2,12}(?![\w/]|\.\w)"
)
"""Of a person or of a whole site: who is told of at the end of a page is told where to be found. The last
words of both reports of one event are a quotation, and have none. Of 2,685 matches between American
outlets nine rest on such lines, all of them notes on authors; of 6,159 between German ones none."""


def asides(match: Match, a: str, b: str) -> AbstractSet[int]:
    """Return the numbers of the passages that are notes by what they say, or hardly more than names.

    Names that stand word for word as the other has them may be copied; they are left alone.
    """
    return {
        number
        for number, passage in enumerate(match.passages)
        if (_closes(passage, a, b, NOTES) and _ADDRESS.search(a[passage.a_start : passage.a_end]))
        or (passage.similarity < ALIKE and is_names(a[passage.a_start : passage.a_end], a))
    }


def closings(match: Match, a: str, b: str) -> AbstractSet[int]:
    """Return the numbers of the passages that stand at the end of both texts and are a small part of them.

    They are the last words of two reports, or what is printed below whatever is told: a note on a poll's
    method, or on who the author is.
    """
    return {number for number, p in enumerate(match.passages) if _closes(p, a, b, END)}


def _closes(passage: Passage, a: str, b: str, end: float) -> bool:
    return (
        ends_both(passage, a, b, end)
        and is_small_part(passage, a, b)
        and len(a[passage.a_start : passage.a_end].split()) < WORDS
    )


def ends_both(passage: Passage, a: str, b: str, end: float) -> bool:
    """Whether a passage ends within such a share of both texts' ends."""
    return passage.a_end >= (1 - end) * len(a) and passage.b_end >= (1 - end) * len(b)


def is_small_part(passage: Passage, a: str, b: str) -> bool:
    """Whether a passage is less of either text than what begins or ends it as the text itself."""
    share_a = (passage.a_end - passage.a_start) / len(a)
    share_b = (passage.b_end - passage.b_start) / len(b)
    return max(share_a, share_b) < BOX
