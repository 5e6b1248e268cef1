"""How often the stemma is right, and whether its probabilities mean what they say.

    python benchmarks/stemma.py                    all tables
    python benchmarks/stemma.py simulated          families from the generator, in three regimes
    python benchmarks/stemma.py simulated --families 300
    python benchmarks/stemma.py chains             credited republications, their credits masked
    python benchmarks/stemma.py besoin             thirteen hand copies of one text
    python benchmarks/stemma.py reuters            planted copies among 10,000 newswire items
    python benchmarks/stemma.py size               time, memory and truth up to 5,000 versions

Reads `../shared/data` beside the checkout. The generator is `benchmarks/simulated.py`; its rates
are printed. `fit.py` fits the weights to families of other texts than those measured here. What is not simulated is in
`benchmarks/chains.py`.
"""

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from chains import TABLES as REAL
from chains import print_table
from match import table
from simulated import REGIMES, Family, families, rates

from filiation.match import Comparer
from filiation.stemma.arborescence import ROOT, best_arborescence
from filiation.stemma.group import stemma
from filiation.values import Article, Match, Stemma

LEAST_SCORE = 0.5
"""Score from which an audit takes a match for reuse."""

Parents = Mapping[str, str | None]
"""For each article the article it was made from."""


@dataclass
class Tally:
    """What is counted over many families."""

    right: int = 0
    drawn: int = 0
    true: int = 0
    undirected: int = 0
    roots_right: int = 0
    roots: int = 0
    claims: list[tuple[float, bool]] = field(default_factory=list)
    """The probability of each hop drawn, and whether it is right."""
    unseen: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, family: Family, parents: Parents) -> None:
        """Count one family's hops."""
        for child, parent in family.parents.items():
            self.true += parent is not None
            said = parents.get(child)
            self.drawn += said is not None
            self.right += said is not None and said == parent
            self.undirected += said is not None and (
                said == parent or family.parents.get(said) == child
            )
            if parent is None:
                self.roots += 1
                self.roots_right += said is None

    @property
    def precision(self) -> float:
        """Return the share of hops drawn that are right."""
        return self.right / max(1, self.drawn)

    @property
    def recall(self) -> float:
        """Return the share of true hops that are drawn."""
        return self.right / max(1, self.true)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.right / max(1, self.drawn + self.true)


_COMPARER = Comparer(room=20_000_000)


def matches_of(family: Family) -> dict[tuple[str, str], Match]:
    """Return what the articles of a family share, as an audit would keep it."""
    found: dict[tuple[str, str], Match] = {}
    for one, other in combinations([page.article for page in family.pages], 2):
        match = _COMPARER.compare(one, other)
        if match.passages and match.score >= LEAST_SCORE:
            found[one.id, other.id] = match
    return found


def parents_of(tree: Stemma) -> dict[str, tuple[str | None, float]]:
    """Return for each article its nearest seen ancestor, and the probability of the hop to it.

    Of a path through unseen versions the probability is the product.
    """
    versions = {version.id: version for version in tree.versions}
    hop_to = {hop.child: hop for hop in tree.hops}
    found: dict[str, tuple[str | None, float]] = {}
    for version in tree.versions:
        if version.article is None:
            continue
        at, sure = version.id, 1.0
        while at in hop_to:
            sure *= hop_to[at].probability
            at = hop_to[at].parent
            if versions[at].article is not None:
                break
        above = versions[at].article if at != version.id else None
        found[version.article] = (above, sure)
    return found


def ours(family: Family, tally: Tally) -> Parents:
    """Return the parents that the program draws, and count what it claims of them."""
    tree = stemma(family.pages, matches_of(family))
    found = parents_of(tree)
    for child, (parent, sure) in found.items():
        if parent is not None:
            tally.claims.append((sure, family.parents[child] == parent))
    names = {
        (version.name or "").removeprefix("The ") for version in tree.versions if not version.seen
    }
    for _, outlet in family.named_unseen:
        tally.unseen[0] += outlet.removeprefix("The ") in names
        tally.unseen[1] += 1
    return {child: parent for child, (parent, _) in found.items()}


# Rules of thumb


def _time(article: Article) -> float:
    middle = article.dates.midpoint
    return middle.timestamp() if middle else 0.0


def earliest(family: Family, _: Tally) -> Parents:
    """Take the earliest for the original, and all others for made from it."""
    order = sorted((page.article for page in family.pages), key=lambda a: (_time(a), a.id))
    return {a.id: None if place == 0 else order[0].id for place, a in enumerate(order)}


def nearest(family: Family, _: Tally) -> Parents:
    """Take the nearest of the earlier texts for the parent."""
    found = matches_of(family)
    order = sorted((page.article for page in family.pages), key=lambda a: (_time(a), a.id))
    parents: dict[str, str | None] = {}
    for place, child in enumerate(order):
        near = [
            (match.coverage_a * match.coverage_b * match.similarity, other.id)
            for other in order[:place]
            if (match := found.get((other.id, child.id)) or found.get((child.id, other.id)))
        ]
        parents[child.id] = max(near)[1] if near else None
    return parents


def phylogeny(family: Family, _: Tally) -> Parents:
    """Take the arborescence of least edit distance, oriented by the dates where there are any.

    Text phylogeny's baseline (Marmerola et al., 2016): the distance of two texts by words, made
    directed by time; the root is where the sum is least.
    """
    from rapidfuzz.distance import Indel

    pages = [page.article for page in family.pages]
    words = [page.text.split() for page in pages]
    far = {
        (i, j): 1 - Indel.normalized_similarity(words[i], words[j])
        for i, j in combinations(range(len(pages)), 2)
    }
    branches: dict[int, dict[int, float]] = {}
    for j, child in enumerate(pages):
        branches[j] = {ROOT: -1.0}
        for i, parent in enumerate(pages):
            if i != j and parent.dates.can_precede(child.dates) and _time(parent) <= _time(child):
                branches[j][i] = -far[min(i, j), max(i, j)]
    tree = best_arborescence(branches)
    return {pages[j].id: None if i == ROOT else pages[i].id for j, i in tree.items()}


METHODS: Mapping[str, Callable[[Family, Tally], Parents]] = {
    "filiation": ours,
    "earliest is the original": earliest,
    "nearest earlier text": nearest,
    "least edit distance": phylogeny,
}


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} ({_plain(one)})" for name, one in value.items())
    assert isinstance(value, tuple)
    return " ".join(_plain(one) for one in value)


def simulated(number: int) -> None:
    """Hops among the versions of simulated families that were seen."""
    habits = rates()
    print("Measured:", "; ".join(f"{name} {_plain(value)}" for name, value in vars(habits).items()))
    reliability: dict[str, Tally] = {}
    for regime in REGIMES:
        body = []
        made = list(families(number, held_out=True, regime=regime))
        for name, method in METHODS.items():
            tally = Tally()
            for family in made:
                tally.add(family, method(family, tally))
            body.append([name, tally.precision, tally.recall, tally.f1,
                         2 * tally.undirected / max(1, tally.drawn + tally.true),
                         f"{tally.roots_right}/{tally.roots}",
                         f"{tally.unseen[0]}/{tally.unseen[1]}" if name == "filiation" else ""])  # fmt: skip
            if name == "filiation":
                reliability[regime.name] = tally
        heads = ["", "precision", "recall", "F1", "F1 undirected", "roots", "unseen, named"]
        table(f"{regime.name}: {number} families", heads, body)
    calibration({name: tally.claims for name, tally in reliability.items()})


def calibration(claims: Mapping[str, Sequence[tuple[float, bool]]]) -> None:
    """Print whether probabilities mean what they say."""
    bins = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
    everything = [one for told in claims.values() for one in told]
    body = [
        [name, len(told), ece(told), *by_chance([p for p, _ in told]),
         sum((p - r) ** 2 for p, r in told) / max(1, len(told))]
        for name, told in (*claims.items(), ("all", everything))
    ]  # fmt: skip
    table("Calibration of hops", ["", "hops", "ECE", "by chance", "at most", "Brier"], body)
    rows_ = []
    for low, high in pairwise(bins):
        inside = [(p, r) for p, r in everything if low <= p < high or (high == 1.0 and p == 1.0)]
        if inside:
            rows_.append([f"{low:.2f} to {high:.2f}", len(inside),
                          sum(p for p, _ in inside) / len(inside),
                          sum(r for _, r in inside) / len(inside)])  # fmt: skip
    table("Reliability, all regimes", ["said", "hops", "mean said", "right"], rows_)


def ece(told: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal width (Naeini et al., 2015)."""
    total = 0.0
    for n in range(bins):
        inside = [(p, r) for p, r in told if min(int(p * bins), bins - 1) == n]
        total += abs(sum(p for p, _ in inside) - sum(r for _, r in inside))
    return total / max(1, len(told))


def by_chance(said: Sequence[float], draws: int = 300) -> tuple[float, float]:
    """Return the mean ECE of so many hops, each right as often as is said, and what 19 of 20 draws stay below."""
    chance = random.Random(1)
    drawn = sorted(ece([(p, chance.random() < p) for p in said]) for _ in range(draws))
    return sum(drawn) / draws, drawn[draws * 19 // 20]


TABLES: Mapping[str, Callable[[int], None]] = {"simulated": simulated}


def main(arguments: Sequence[str]) -> None:
    """Print the tables asked for."""
    given = list(arguments)
    number = 150
    if "--families" in given:
        place = given.index("--families")
        number = int(given[place + 1])
        del given[place : place + 2]
    for name in given or (*TABLES, *REAL):
        if name in REAL:
            print_table(name)
        else:
            TABLES[name](number)


if __name__ == "__main__":
    main(sys.argv[1:])
