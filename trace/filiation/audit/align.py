"""Pairs of articles aligned, by several processes, and what came of it kept for the next audit.

What two articles share depends on their texts and on the house phrases set aside in them, and on
nothing else. So a pair is aligned once; and where the library grows, only pairs that are new, or in
which other phrases are set aside, are aligned at all.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from filiation.audit.engine import Engine
from filiation.audit.reuse import in_doubt, is_reuse, run_words
from filiation.audit.stretches import Countable
from filiation.audit.traits import UNTOLD, Traits, traits
from filiation.library import Library
from filiation.match import Comparer
from filiation.match.fingerprints import sentences_of_each
from filiation.values import Article, Match, Passage, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiation.match.lexicon import Lexicon

    Keys = NDArray[np.uint64]
    Numbers = NDArray[np.int64]

__all__ = ["Found", "House", "aligned"]

METHOD = 4
"""Number of this way of aligning. What another number has kept is worked out anew."""
BATCH = 256
"""Pairs handed to a worker at a time: about a tenth of a second's work."""
SMALL = 1_000
"""Pairs up to which one process does it all: two workers are ready after a second."""
KEPT = 4_000
"""Articles that a worker keeps in memory, some 40 MB: pairs come in the order of their articles."""
COMMIT = 1.0
"""Seconds after which what is worked out is written: what a kill costs at the most."""


@dataclass(frozen=True, slots=True)
class House:
    """The house phrases that are set aside."""

    phrases: Mapping[str, frozenset[int]]
    """Hashes of those of each outlet, by what tells it apart."""
    articles: frozenset[int]
    """Numbers of the articles that have any: the sentences of others need not be looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What two articles share."""

    match: Match
    strong: bool
    """Whether it makes them versions of one text."""
    run_words: int | None
    """Words in runs of five words and more that both have, where that decides whether it is reuse."""
    traits: Traits


def aligned(
    library: Library,
    pairs: "NDArray[np.int64]",
    ids: "NDArray[np.object_]",
    keys: "Keys",
    house: House,
    *,
    engine: Engine,
    lexicon: "Lexicon | None" = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[int, Found]]:
    """Yield (row of `pairs`, what the two share) where they share anything, in order.

    `pairs` holds the numbers of two articles a row and `ids` their ids, `keys` for each row what
    stands for the house phrases set aside in both, and for the `lexicon`, which tells what words mean
    in other languages. `progress` is told how many of how many are done.
    """
    import numpy as np

    known, kept = _kept(library, pairs, keys)
    fresh = _by_story(pairs, np.flatnonzero(~known))
    found: dict[int, bytes | None] = {}
    told = progress or _unheard
    told(len(pairs) - len(fresh), len(pairs))
    done = len(pairs) - len(fresh)
    waiting: list[tuple[int, int, bytes, bytes | None]] = []
    rows = [fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH)]
    until = time.monotonic() + COMMIT
    try:
        answers = _answers(library, house, lexicon, [pairs[batch] for batch in rows], engine)
        for batch, answer in zip(rows, answers, strict=True):
            for row, shared in zip(batch.tolist(), answer, strict=True):
                a, b = pairs[row].tolist()
                waiting.append((a, b, _stored(int(keys[row])), shared))
                if shared is not None:
                    found[row] = shared
            done += len(batch)
            told(done, len(pairs))
            if time.monotonic() > until:
                _keep(library, waiting)
                until = time.monotonic() + COMMIT
    finally:
        _keep(library, waiting)
    for row in range(len(pairs)):
        shared = kept.get(row) if known[row] else found.get(row)
        if shared is not None:
            yield row, _unpacked(shared, *ids[row])


def _by_story(pairs: "NDArray[np.int64]", rows: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Return the rows with those together that share articles: each is then made ready about once.

    Articles are numbered by a walk that goes on from each to those it is paired with, and rows come
    by the later of their two. Of 100,000 articles, 25,381 of them in 45,341 pairs, those that a
    worker has room for are made ready 28,600 times so, and 57,100 times in the pairs' own order.
    """
    import numpy as np

    beside: dict[int, list[int]] = {}
    chosen = pairs[rows].tolist()
    for a, b in chosen:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    place: dict[int, int] = {}
    for start in beside:
        if start in place:
            continue
        place[start] = len(place)
        ahead = [start]
        while ahead:
            for other in beside[ahead.pop()]:
                if other not in place:
                    place[other] = len(place)
                    ahead.append(other)
    met = np.array([(place[a], place[b]) for a, b in chosen], np.int64).reshape(-1, 2)
    return rows[np.lexsort((met.min(axis=1), met.max(axis=1)))]


def _unheard(_done: int, _all: int) -> None:
    return


def _answers(
    library: Library,
    house: House,
    lexicon: "Lexicon | None",
    batches: "Sequence[NDArray[np.int64]]",
    engine: Engine,
) -> "Iterator[list[bytes | None]]":
    few = sum(map(len, batches)) <= SMALL
    if engine.reads_library:
        return engine.mapped(_Aligner(library.path, house, lexicon), batches, few=few)
    carried = ((pairs, articles_of(library, pairs, house)) for pairs in batches)
    return engine.mapped(_Carried(lexicon), carried, few=few)


# --- what was worked out before ------------------------------------------------------------------


def _stored(key: int) -> bytes:
    return METHOD.to_bytes(2, "little") + key.to_bytes(8, "little")


def _kept(
    library: Library, pairs: "NDArray[np.int64]", keys: "Keys"
) -> "tuple[NDArray[np.bool_], dict[int, bytes]]":
    """Return which rows were worked out before, and what those share that share anything."""
    import numpy as np

    rows = {
        (a, b): (row, _stored(key))
        for row, ((a, b), key) in enumerate(zip(pairs.tolist(), keys.tolist(), strict=True))
    }
    known = np.zeros(len(pairs), bool)
    kept: dict[int, bytes] = {}
    for a, b, key, found in library.connection.execute("SELECT a, b, key, found FROM alignment"):
        row, now = rows.get((a, b), (-1, b""))
        if row >= 0 and key == now:
            known[row] = True
            if found is not None:
                kept[row] = found
    return known, kept


def _keep(library: Library, waiting: list[tuple[int, int, bytes, bytes | None]]) -> None:
    """Write what was worked out, and forget it."""
    if not waiting:
        return
    with library.transaction() as connection:
        connection.executemany("INSERT OR REPLACE INTO alignment VALUES (?, ?, ?, ?)", waiting)
    waiting.clear()


def _packed(found: Found) -> bytes:
    match, told = found.match, found.traits
    return json.dumps(
        [
            found.strong,
            found.run_words,
            [
                told.form,
                told.closes,
                told.witnesses,
                told.whole,
                [[c.alike, c.least, c.witnesses, c.places] for c in told.countable],
            ],
            match.coverage_a,
            match.coverage_b,
            match.similarity,
            match.score,
            match.same_language,
            match.kind,
            match.shared_words,
            [
                [p.a_start, p.a_end, p.b_start, p.b_end, p.similarity, p.a_paragraph, p.b_paragraph]
                for p in match.passages
            ],
        ],
        separators=(",", ":"),
    ).encode()


def _unpacked(packed: bytes, a: str, b: str) -> Found:
    strong, run_words, told, *numbers, same_language, kind, words, passages = json.loads(packed)
    in_a, in_b, similarity, score = numbers
    match = Match(
        a=a,
        b=b,
        passages=tuple(Passage(*passage) for passage in passages),
        coverage_a=in_a,
        coverage_b=in_b,
        similarity=similarity,
        score=score,
        same_language=same_language,
        kind=tuple(kind),
        shared_words=words,
    )
    form, closes, witnesses, whole, counts = told
    said = None if witnesses is None else tuple(witnesses)
    countable = tuple(
        Countable(alike, least, tuple(hashes), tuple(places))
        for alike, least, hashes, places in counts
    )
    return Found(match, strong, run_words, Traits(form, closes, said, whole, countable))


# --- in a worker ---------------------------------------------------------------------------------


class _Aligner:
    """Aligns batches of pairs, in whatever process it finds itself in."""

    def __init__(self, path: str, house: House, lexicon: "Lexicon | None") -> None:
        self._path = path
        self._house = house
        self._lexicon = lexicon
        self._library: Library | None = None
        self._comparer: Comparer | None = None
        self._articles: dict[int, Article] = {}

    def __getstate__(self) -> "tuple[str, House, Lexicon | None]":
        return self._path, self._house, self._lexicon

    def __setstate__(self, state: "tuple[str, House, Lexicon | None]") -> None:
        self.__init__(*state)  # type: ignore[misc]

    def __call__(self, pairs: "NDArray[np.int64]") -> list[bytes | None]:
        """Return what the two of each row share, packed; None where it is nothing."""
        if self._library is None or self._comparer is None:
            self._library = Library.open(self._path)
            self._comparer = Comparer(lexicon=self._lexicon)
        self._fetch(self._library, pairs)
        return compared(self._comparer, self._articles, pairs)

    def _fetch(self, library: Library, pairs: "NDArray[np.int64]") -> None:
        """Have the articles of these pairs at hand."""
        import numpy as np

        asked = np.unique(pairs).tolist()
        if len(self._articles) + len(asked) > KEPT:
            self._articles = {n: self._articles[n] for n in asked if n in self._articles}
        missing = [number for number in asked if number not in self._articles]
        if not missing:
            return
        self._articles.update(articles_of(library, np.array(missing, np.int64), self._house))


class _Carried:
    """Aligns batches that bring their articles with them, where the library is out of reach."""

    def __init__(self, lexicon: "Lexicon | None") -> None:
        self._lexicon = lexicon

    def __call__(
        self, batch: "tuple[NDArray[np.int64], Mapping[int, Article]]"
    ) -> list[bytes | None]:
        """Return what `_Aligner` does of the pairs."""
        pairs, articles = batch
        return compared(Comparer(lexicon=self._lexicon), articles, pairs)


def articles_of(library: Library, pairs: "NDArray[np.int64]", house: House) -> dict[int, Article]:
    """Return the articles of these numbers as they are aligned: house phrases set aside in them."""
    import numpy as np

    numbers = np.unique(pairs).tolist()
    homes: dict[int, str] = dict(
        library.connection.execute(
            "SELECT number, home FROM article WHERE number IN (SELECT value FROM json_each(?))",
            (json.dumps(numbers),),
        )
    )
    texts = library.texts(numbers)
    having = [number for number in texts if number in house.articles]
    sentences = sentences_of_each([texts[number][:2] for number in having])
    said: dict[int, tuple[Span, ...]] = {}
    for number, some in zip(having, sentences, strict=True):
        phrases = house.phrases[homes[number]]
        said[number] = tuple((s.start, s.end) for s in some if s.hash in phrases)
    return {
        number: Article(
            id=str(number),
            input="",
            text=text,
            aside=(*aside, *said.get(number, ())),
            language=language,
            outlet=homes.get(number),
        )
        for number, (text, aside, language) in texts.items()
    }


def compared(
    comparer: Comparer, articles: Mapping[int, Article], pairs: "NDArray[np.int64]"
) -> list[bytes | None]:
    """Return what the two of each row share, packed; None where it is nothing."""
    import numpy as np

    from filiation.stemma.verdicts import are_versions

    comparer.prepare([articles[number] for number in np.unique(pairs).tolist()])
    found: dict[int, tuple[Match, bool, int | None]] = {}
    asked: dict[int, tuple[Match, Article, Article]] = {}
    for row, (a, b) in enumerate((articles[n], articles[m]) for n, m in pairs.tolist()):
        match = comparer.compare(a, b)
        if not match.passages:
            continue
        in_runs = None
        if in_doubt(match):
            one, other = comparer.words(a), comparer.words(b)
            in_runs = run_words(one.places, other.places)
        found[row] = match, are_versions(match, a, b), in_runs
        if is_reuse(match, in_runs, nan):  # as far as can be told without the other articles
            asked[row] = match, a, b
    told = dict(zip(asked, traits(list(asked.values())), strict=True))
    return [
        _packed(Found(*found[row], told.get(row, UNTOLD))) if row in found else None
        for row in range(len(pairs))
    ]
