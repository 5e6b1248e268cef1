"""What outlets print on page after page, as the last audit of a library has learnt it."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from filiation.library.faults import told
from filiation.library.library import Library
from filiation.values import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["HousePhrases"]


class HousePhrases:
    """The house phrases of a library's outlets; none before its first audit."""

    def __init__(self, library: Library) -> None:
        self._texts: defaultdict[str, list[str]] = defaultdict(list)
        with told(library.path):
            for outlet, text in library.connection.execute(
                "SELECT outlet, text FROM house ORDER BY outlet, sentence"
            ):
                self._texts[outlet].append(text)
        self._sentences: dict[str, frozenset[int]] = {}

    @cached_property
    def grams(self) -> "Mapping[str, NDArray[np.uint64]]":
        """Return the hashes of all runs of words within the phrases, by outlet."""
        from filiation.match.fingerprints import grams_of_sentences

        return {outlet: grams_of_sentences(texts) for outlet, texts in self._texts.items()}

    def spans(self, outlet: str | None, text: str, aside: tuple[Span, ...]) -> tuple[Span, ...]:
        """Return where phrases of an outlet stand in a text, outside of what is set aside."""
        from filiation.match.fingerprints import sentences_of

        if outlet is None or outlet not in self._texts:
            return ()
        if outlet not in self._sentences:
            self._sentences[outlet] = frozenset(
                sentence.hash for said in self._texts[outlet] for sentence in sentences_of(said)
            )
        phrases = self._sentences[outlet]
        return tuple((s.start, s.end) for s in sentences_of(text, aside) if s.hash in phrases)
