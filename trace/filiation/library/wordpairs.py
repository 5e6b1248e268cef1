"""Word pairs of two languages learnt from the translations that a library holds.

Articles of the rarer language are looked up among those of the other one; of what resembles them
most it is proved which are translations; their sentences, aligned, give word pairs. With these more
translations are found and proved, from which more is learnt, until no more are found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.errors import LibraryError
from filiation.library.library import Library
from filiation.match import Comparer
from filiation.match.across import Across
from filiation.match.dictionaries import Book
from filiation.match.keys import Keys, keys
from filiation.match.learning import learnt
from filiation.match.lexicon import Lexicon, base, expanded
from filiation.values import Article, Match

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

__all__ = ["Learnt", "learn"]

PROVED = 0.66
"""Score from which on two articles are taken for translations of each other: what reports call
likely. Of 62 Chinese articles whose sources stand among 15,700 English ones, in the first round 22
are proved at 0.66 and 19 at 0.9, in the third 59 and 58; two others with them."""
CANDIDATES = 3
"""Articles that each is compared with."""
MOST_ASKED = 5_000
"""Articles looked up; of more, so many are picked evenly."""
MOST_COMPARED = 3_000
"""Pairs compared in a round, those that resemble each other most: about a minute of one core."""
ROUNDS = 4
"""Chinese articles proved in three rounds: 22, 52, 59 of 62; Japanese 10, 16, 30."""
AT_ONCE = 500
"""Articles whose texts are held at a time."""

Told = Callable[[str, int, int], None]
"""Takes the stage, and how much of how much of it is done."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt, and from what."""

    book: Book
    asked: int
    """Articles of the rarer language that were looked up."""
    among: int
    """Articles of the other one."""
    pairs: int
    """Pairs of articles proved to be translations."""
    sentences: int
    """Pairs of sentences, or of few sentences, that word pairs were learnt from."""


def learn(
    library: Library,
    source: str,
    target: str,
    *,
    lexicon: Lexicon | None = None,
    progress: Told | None = None,
) -> Learnt:
    """Learn what words of `source` (ISO 639-1) mean in `target` from a library's translations.

    `lexicon` holds word pairs known before; they help to find translations, and are not learnt anew.
    Raises `LibraryError` where the library has no articles in one of the languages. Where no
    translation is found, nothing is learnt: the book has no entries.
    """
    say = progress or _unheard
    numbers = {code: _in_language(library, code) for code in (source, target)}
    for code, held in numbers.items():
        if not len(held):
            what = f"it holds no article in {code}"
            raise LibraryError(library.path, what, "filiation add brings some in")
    rarer, other = sorted((source, target), key=lambda code: (len(numbers[code]), code))
    asked, among = _picked(numbers[rarer]), numbers[other]
    say("keys", 0, len(asked) + len(among))
    pool = _keys(library, among, say, 0, len(asked) + len(among))
    own = _keys(library, asked, say, len(among), len(asked) + len(among))
    articles = _articles(library, asked)
    book = Book("learnt", source, target, ())
    known, proved, sentences = lexicon, 0, 0
    for turn in range(1, ROUNDS + 1):
        mine = own if known is None else expanded(own, articles, known)
        likely = [(int(asked[n]), int(among[m])) for n, m in _likely(pool, mine, other, rarer)]
        pairs = _proved(library, likely, known, turn, say)
        if len(pairs) <= proved:
            break
        proved = len(pairs)
        aligned = [both for a, b, match in pairs for both in _sentences(a, b, match, source)]
        sentences = len(aligned)
        book = learnt(aligned, source, target, progress=say)
        known = Lexicon([book]) if lexicon is None else lexicon.with_book(book)
    return Learnt(book, len(asked), len(among), proved, sentences)


def _in_language(library: Library, code: str) -> "Numbers":
    import numpy as np

    columns = library.columns()
    mine = [base(language) == code for language in columns.language.tolist()]
    return columns.number[np.array(mine, bool)] if len(mine) else np.zeros(0, np.int64)


def _picked(numbers: "Numbers") -> "Numbers":
    import numpy as np

    if len(numbers) <= MOST_ASKED:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, MOST_ASKED).astype(np.int64)]


def _articles(library: Library, numbers: "Numbers") -> list[Article]:
    return [article for _, article in library.articles(numbers.tolist())]


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


def _likely(pool: Keys, asked: Keys, among: str, language: str) -> list[tuple[int, int]]:
    """Return the pairs worth comparing, as (number among the asked, among the others)."""
    index = Across(pool, [among] * len(pool))
    index.learn(asked, [language] * len(asked))
    ranked = [
        (-found.score, number, found.number)
        for number, best in enumerate(
            index.queries(asked, [language] * len(asked), limit=CANDIDATES)
        )
        for found in best
    ]
    return [(number, other) for _, number, other in sorted(ranked)[:MOST_COMPARED]]


def _proved(
    library: Library,
    pairs: Sequence[tuple[int, int]],
    lexicon: Lexicon | None,
    turn: int,
    say: Told,
) -> list[tuple[Article, Article, Match]]:
    """Return the pairs that are translations, with their matches, in a steady order."""
    comparer = Comparer(lexicon=lexicon)
    found: list[tuple[Article, Article, Match]] = []
    ordered = sorted(pairs)
    for done, numbers in enumerate(ordered):
        if done % 20 == 0:
            say(f"comparing, round {turn}", done, len(ordered))
        a, b = (article for _, article in library.articles(numbers))
        match = comparer.compare(a, b)
        if match.score >= PROVED and not match.same_language:
            found.append((a, b, match))
    return found


def _sentences(a: Article, b: Article, match: Match, source: str) -> list[tuple[str, str]]:
    """Return the aligned runs of two articles, that in the language `source` first."""
    found = [(a.text[p.a_start : p.a_end], b.text[p.b_start : p.b_end]) for p in match.passages]
    return found if base(a.language) == source else [(other, one) for one, other in found]


def _unheard(_stage: str, _done: int, _all: int) -> None:
    return
