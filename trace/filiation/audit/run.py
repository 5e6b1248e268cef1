"""The audit of a whole library: what was republished in it, and who takes from whom."""

import gc
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from filiation.audit.abroad import WINDOW, abroad
from filiation.audit.align import aligned
from filiation.audit.corpus import Corpus, corpus_of
from filiation.audit.engine import MEMORY, Engine, Machine
from filiation.audit.families import Edge, families
from filiation.audit.flows import Ledger
from filiation.audit.house import Phrases, learnt
from filiation.audit.judge import Family, judged
from filiation.audit.judgements import remembered
from filiation.audit.links import credited, linked
from filiation.audit.results import Results
from filiation.audit.reuse import is_reuse, is_translation
from filiation.audit.standing import Reuse, sifted
from filiation.audit.thirds import from_thirds, weighed
from filiation.audit.values import Audit, Group
from filiation.library import Library
from filiation.library.habits import Credited
from filiation.outlets import Catalogue
from filiation.values import Match

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiation.match.lexicon import Lexicon
    from filiation.match.neural import Model

    Pairs = NDArray[np.int64]
    """Two places a row, the earlier article first."""
    Surprise = NDArray[np.float64]

__all__ = ["MEMORY", "SCOPES", "Progress", "Scope", "Sink", "audit"]

Scope = Literal["all", "across", "within"]
"""Which pairs of articles are looked at: all, those of two outlets, or those of one."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
RUBBISH = 100_000
"""Objects made before the youngest are looked through for what nobody needs any more. After 700, as Python
has it, an audit of 100,000 articles spends a twelfth of its main process on that: what it makes stays."""
Progress = Callable[[str, int, int], None]
"""Is told the stage, and how much of how much is done; 0 of 0 where that is not known."""


class Sink(Protocol):
    """What is told of everything an audit finds, as it is found."""

    def match(self, match: Match) -> None:
        """Take a match."""

    def group(self, group: Group) -> None:
        """Take a group."""


def audit(
    library: Library,
    *,
    scope: Scope = "all",
    across_languages: bool = False,
    window: int = WINDOW,
    lexicon: "Lexicon | None" = None,
    model: "Model | None" = None,
    catalogue: Catalogue | None = None,
    jobs: int | None = None,
    memory: int = MEMORY,
    engine: Engine | None = None,
    sinks: Callable[[Ledger], Sequence[Sink]] = lambda _: (),
    progress: Progress | None = None,
) -> Audit:
    """Find all that was republished among the articles of a library that is open for writing.

    What is found is told to the sinks, in an order of its own, and kept in the library in place of
    what the audit before found. With `across_languages` translations are searched among articles that
    are dated no more than `window` days apart; else they are found where pages link to one another.
    `lexicon` tells what words mean in other languages, `model` ranks what may be translations.
    `engine` runs it; without one this machine does, with `jobs` processes and `memory`.
    What is found depends on the articles alone: not on the order they came in, on
    `jobs` or on `memory` (megabytes). What two articles share and how a family was judged is kept as
    well, so that the next audit aligns and judges only what is new. `sinks` makes them when the books are open, which can be asked whose
    an article is. Raises `LibraryError` where the library cannot be read or written.
    """
    import numpy as np

    jobs = jobs or os.cpu_count() or 1
    with ExitStack() as held:
        held.enter_context(_seldom_cleared())
        engine = engine or held.enter_context(Machine(jobs, memory))
        clock = _Clock(progress)
        ledger = Ledger(library.entries())
        opened = sinks(ledger)
        with clock.stage("learning house phrases"):
            corpus = corpus_of(library.columns())
            phrases = learnt(library, corpus)
        results = Results(library, corpus)
        told = [*opened, results]
        with clock.stage("searching pairs"):
            pairs, surprise = _pairs(library, corpus, phrases, scope, engine)
        foreign = np.zeros(len(pairs), bool)
        if across_languages:
            with clock.stage("searching across languages"):
                more = abroad(
                    library,
                    corpus,
                    window=window,
                    jobs=jobs,
                    lexicon=lexicon,
                    model=model,
                    progress=progress,
                )
                more = _of_scope(more, corpus, scope)
                pairs, surprise, foreign = _with_more(pairs, surprise, more, len(corpus))
        with clock.stage("aligning pairs") as done:
            reuse = [
                Reuse(
                    int(pairs[row, 0]),
                    int(pairs[row, 1]),
                    shared.match,
                    shared.strong,
                    shared.traits,
                )
                for row, shared in aligned(
                    library,
                    corpus.number[pairs],
                    corpus.id[pairs],
                    _keys_of(pairs, phrases, corpus, lexicon),
                    phrases.house(corpus),
                    engine=engine,
                    lexicon=lexicon,
                    progress=done,
                )
                if is_reuse(shared.match, shared.run_words, float(surprise[row]))
                and (not foreign[row] or is_translation(shared.match))
            ]
        with clock.stage("leaving out standing text"):
            edges: list[Edge] = []
            matches: defaultdict[int, list[tuple[int, Match]]] = defaultdict(list)
            left = sifted(library, corpus, reuse)
            for pair in left.reuse:
                if (pair.a, pair.b) not in left.printed_before:
                    edges.append(Edge(pair.a, pair.b, pair.strong, pair.match.shared_words))
                    matches[pair.a].append((pair.b, pair.match))
                for sink in told:
                    sink.match(pair.match)
            stated = credited(library, corpus).tolist()
            thirds = from_thirds(corpus, left.reuse, stated, catalogue)
        with clock.stage("drawing stemmata") as done:
            alone = [] if scope == "within" else stated
            kin = _families(corpus, edges, matches, alone, Credited(library))
            judge = partial(judged, library, catalogue=catalogue, engine=engine)
            groups = remembered(library, kin, catalogue, judge)
            for number, found in enumerate(groups, 1):
                done(number, len(kin))
                for judged_group in found:
                    group = weighed(judged_group, thirds)
                    ledger.add(group)
                    for sink in told:
                        sink.group(group)
        with clock.stage("keeping results"):
            results.keep(phrases.phrases)
        return ledger.audit(
            pairs=len(pairs),
            matches=len(left.reuse),
            house_phrases=len(phrases.phrases),
            standing_text=len(reuse) - len(left.reuse),
            seconds=clock.seconds,
        )


def _pairs(
    library: Library, corpus: Corpus, phrases: Phrases, scope: Scope, engine: Engine
) -> "tuple[Pairs, Surprise]":
    """Return the pairs worth a closer look, and how much each surprises; nan where not known."""
    import numpy as np

    batches = (
        (corpus.places(numbers).astype(np.int32), grams, offsets)
        for numbers, grams, offsets in library.fingerprints()
    )
    found = engine.candidates(
        batches,
        corpus.outlet,
        corpus.words,
        house=phrases.grams(corpus),
        within=scope != "across",
        across=scope != "within",
    )
    pairs = np.stack((found.a, found.b), axis=1).astype(np.int64)
    # What is linked but shares no words was no candidate.
    stated = _of_scope(linked(library, corpus), corpus, scope)
    pairs, surprise, _ = _with_more(pairs, found.surprise, stated, len(corpus))
    return pairs, surprise


def _keys_of(
    pairs: "Pairs", phrases: Phrases, corpus: Corpus, lexicon: "Lexicon | None"
) -> "NDArray[np.uint64]":
    """Return what stands for all that an alignment depends on besides the two articles."""
    import numpy as np

    keys: NDArray[np.uint64] = phrases.keys_of(pairs)
    keys ^= _of_one_outlet(pairs, corpus).astype(np.uint64)
    if lexicon is None:
        return keys
    covered = [lexicon.covers(corpus.language[a], corpus.language[b]) for a, b in pairs.tolist()]
    told: NDArray[np.uint64] = keys ^ np.where(covered, np.uint64(lexicon.digest), np.uint64(0))
    return told


def _of_scope(pairs: "Pairs", corpus: Corpus, scope: Scope) -> "Pairs":
    """Return those of the pairs that are looked at."""
    if scope == "all":
        return pairs
    of_scope: Pairs = pairs[_of_one_outlet(pairs, corpus) == (scope == "within")]
    return of_scope


def _of_one_outlet(pairs: "Pairs", corpus: Corpus) -> "NDArray[np.bool_]":
    """Return which pairs are of one outlet; two articles that name none are of two."""
    one, other = corpus.outlet[pairs].T
    same: NDArray[np.bool_] = (one == other) & (one >= 0)
    return same


def _with_more(
    pairs: "Pairs", surprise: "Surprise", more: "Pairs", size: int
) -> "tuple[Pairs, Surprise, NDArray[np.bool_]]":
    """Return pairs and more of them, sorted, their surprise, and which of them are new."""
    import numpy as np

    coded = pairs[:, 0] * size + pairs[:, 1]
    new = np.setdiff1d(more[:, 0] * size + more[:, 1], coded)
    both = np.concatenate((coded, new))
    order = np.argsort(both)
    sorted_pairs = np.stack(np.divmod(both[order], max(1, size)), axis=1)
    surprises = np.concatenate((surprise, np.full(len(new), np.nan)))[order]
    return sorted_pairs, surprises, order >= len(coded)


def _families(
    corpus: Corpus,
    edges: Sequence[Edge],
    matches: Mapping[int, Sequence[tuple[int, Match]]],
    alone: Sequence[int],
    credited: Credited,
) -> list[Family]:
    """Return the families, with the matches between their articles and the habits of their outlets."""
    found: list[Family] = []
    for family in families(edges, alone):
        members = set(family)
        numbers = tuple(corpus.number[family].tolist())
        homes = {corpus.outlets[code] for code in corpus.outlet[family].tolist() if code >= 0}
        found.append(
            Family(
                numbers,
                tuple(match for a in family for b, match in matches.get(a, ()) if b in members),
                tuple(sorted(credited.among(homes, numbers).items())),
            )
        )
    return found


@contextmanager
def _seldom_cleared() -> Iterator[None]:
    """Let Python look for rubbish less often."""
    before = gc.get_threshold()
    gc.set_threshold(RUBBISH, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Clock:
    """Times the stages, and tells how far they are."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Time a stage; yield what is told how much of how much of it is done."""
        started = time.monotonic()
        told = partial(self._progress, name) if self._progress else _unheard
        told(0, 0)
        yield told
        self.seconds[name] = time.monotonic() - started


def _unheard(_done: int, _all: int) -> None:
    return
