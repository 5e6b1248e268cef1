"""Word pairs learnt from articles of two languages, some of which are translations of others.

Those of the one language are looked up among those of the other; of what resembles them most it is
proved which are translations; their sentences, aligned, give word pairs. With these more
translations are found and proved, from which more is learnt, until no more are found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from filiation.match.across import Across, base
from filiation.match.compare import Comparer
from filiation.match.dictionaries import Book
from filiation.match.keys import Keys
from filiation.match.learning import Told, learnt
from filiation.match.lexicon import Lexicon, expanded
from filiation.values import Article, Match

__all__ = ["Among", "Learnt", "taught"]

PROVED = 0.66
"""Score from which on two articles are taken for translations of each other: what reports call
likely. Of 62 Chinese articles whose sources stand among 15,123 English ones, in the first round 22
are proved at 0.66 and 19 at 0.9, in the third 59 and 58; two others with them."""
CANDIDATES = 3
"""Articles that each is compared with."""
MOST_COMPARED = 3_000
"""Pairs compared in a round, those that resemble each other most: about a minute of one core."""
ROUNDS = 4
"""Chinese articles proved in three rounds: 22, 52, 59 of 62; Japanese 10, 16, 30."""


@dataclass(frozen=True, slots=True)
class Among:
    """The articles that are searched, wherever they are."""

    keys: Keys
    language: str
    """ISO 639-1."""
    article: Callable[[int], Article]
    """Returns one of them, by its place."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt, and from what."""

    book: Book
    asked: int
    """Articles that were looked up."""
    among: int
    """Articles of the other language."""
    pairs: int
    """Pairs of articles proved to be translations."""
    sentences: int
    """Pairs of sentences, or of few sentences, that word pairs were learnt from."""


def taught(
    asked: Sequence[Article],
    keys: Keys,
    among: Among,
    source: str,
    target: str,
    *,
    lexicon: Lexicon | None = None,
    progress: Told | None = None,
) -> Learnt:
    """Return what words of `source` (ISO 639-1) mean in `target`, as articles in both teach it.

    `asked`, whose keys are `keys`, are in the one language, `among` in the other. `lexicon` holds word
    pairs known before, which help to find translations. Where no translation is found, the book has
    no entries.
    """
    say = progress or _unheard
    own = target if among.language == source else source
    found = Learnt(Book("learnt", source, target, ()), len(asked), len(among.keys), 0, 0)
    known = lexicon
    for turn in range(1, ROUNDS + 1):
        mine = keys if known is None else expanded(keys, asked, known)
        likely = _likely(among, mine, own)
        pairs = _proved([(asked[n], among.article(m)) for n, m in likely], known, turn, say)
        if len(pairs) <= found.pairs:
            break
        aligned = [both for match in pairs for both in _sentences(*match, source)]
        book = learnt(aligned, source, target, progress=say)
        found = Learnt(book, len(asked), len(among.keys), len(pairs), len(aligned))
        known = Lexicon([book]) if lexicon is None else lexicon.with_book(book)
    return found


def _likely(among: Among, asked: Keys, language: str) -> list[tuple[int, int]]:
    """Return the pairs worth comparing, by their places: those that resemble each other most."""
    index = Across(among.keys, [among.language] * len(among.keys))
    languages = [language] * len(asked)
    index.learn(asked, languages)
    ranked = [
        (-found.score, number, found.number)
        for number, best in enumerate(index.queries(asked, languages, limit=CANDIDATES))
        for found in best
    ]
    return sorted((number, other) for _, number, other in sorted(ranked)[:MOST_COMPARED])


def _proved(
    pairs: Sequence[tuple[Article, Article]], lexicon: Lexicon | None, turn: int, say: Told
) -> list[tuple[Article, Article, Match]]:
    """Return the pairs that are translations, with their matches."""
    comparer = Comparer(lexicon=lexicon)
    found: list[tuple[Article, Article, Match]] = []
    for done, (a, b) in enumerate(pairs):
        if done % 20 == 0:
            say(f"comparing, round {turn}", done, len(pairs))
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
