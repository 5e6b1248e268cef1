"""Word pairs of two languages learnt from the translations that a library holds."""

from typing import TYPE_CHECKING

from filiation.errors import LibraryError
from filiation.library.library import Library
from filiation.match.across import base
from filiation.match.keys import Keys, keys
from filiation.match.learning import Told
from filiation.match.lexicon import Lexicon
from filiation.match.teaching import Among, Learnt, taught
from filiation.values import Article

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

__all__ = ["learn"]

MOST_ASKED = 5_000
"""Articles looked up; of more, so many are picked evenly."""
AT_ONCE = 500
"""Articles whose texts are read at a time."""


def learn(
    library: Library,
    source: str,
    target: str,
    *,
    lexicon: Lexicon | None = None,
    progress: Told | None = None,
) -> Learnt:
    """Learn what words of `source` (ISO 639-1) mean in `target` from a library's translations.

    The articles of the rarer language are looked up among those of the other one. `lexicon` holds
    word pairs known before; they help to find translations, and are not learnt anew. Raises
    `LibraryError` where the library has no articles in one of the languages. Where no translation is
    found, nothing is learnt: the book has no entries.
    """
    say = progress or _unheard
    numbers = {code: _in_language(library, code) for code in (source, target)}
    for code, held in numbers.items():
        if not len(held):
            what = f"it holds no article in {code}"
            raise LibraryError(library.path, what, "filiation add brings some in")
    rarer, other = sorted((source, target), key=lambda code: (len(numbers[code]), code))
    asked, among = _picked(numbers[rarer]), numbers[other]
    whole = len(asked) + len(among)
    pool = _keys(library, among, say, 0, whole)
    own = _keys(library, asked, say, len(among), whole)

    def article(place: int) -> Article:
        return next(found for _, found in library.articles([int(among[place])]))

    articles = [found for _, found in library.articles(asked.tolist())]
    searched = Among(pool, other, article)
    return taught(articles, own, searched, source, target, lexicon=lexicon, progress=say)


def _in_language(library: Library, code: str) -> "Numbers":
    import numpy as np

    columns = library.columns()
    mine = [base(language) == code for language in columns.language.tolist()]
    found: Numbers = columns.number[np.array(mine, bool)]
    return found


def _picked(numbers: "Numbers") -> "Numbers":
    import numpy as np

    if len(numbers) <= MOST_ASKED:
        return numbers
    picked: Numbers = numbers[np.linspace(0, len(numbers) - 1, MOST_ASKED).astype(np.int64)]
    return picked


def _keys(library: Library, numbers: "Numbers", say: Told, done: int, whole: int) -> Keys:
    import numpy as np

    made: list[Keys] = []
    for first in range(0, len(numbers), AT_ONCE):
        asked = numbers[first : first + AT_ONCE].tolist()
        texts = library.texts(asked)
        made.append(keys([texts[number][:2] for number in asked]))
        say("keys", done + first + len(asked), whole)
    counts = np.concatenate([np.diff(one.offsets) for one in made])
    return Keys(
        np.concatenate([one.hashes for one in made]),
        np.concatenate([one.weights for one in made]),
        np.concatenate(([0], np.cumsum(counts, dtype=np.int64))),
    )


def _unheard(_stage: str, _done: int, _all: int) -> None:
    return
