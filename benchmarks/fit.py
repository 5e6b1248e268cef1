"""Fits the weights of the stemma to simulated families, and prints them beside those in use.

    python benchmarks/fit.py                 300 families of the half that benchmarks/stemma.py leaves out
    python benchmarks/fit.py --families 60   fewer

What is made largest is the probability of the true trees among all trees (the directed matrix-tree
theorem), with a ridge towards the weights in use: a weight of which the families say nothing stays.
Families in all three regimes count together. A true tree is any in which every version seen hangs on
its nearest seen ancestor, and an original on none, or on a version that nobody has.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from match import table
from simulated import REGIMES, Family, families
from stemma import matches_of

from filiation.stemma.arborescence import ROOT
from filiation.stemma.group import kinship_of
from filiation.stemma.weights import odds_of

FITTED = (
    "account.implied", "credit.by_way", "credit.shared", "credit.shared_unseen", "dates.first",
    "root.unseen", "shape.centre", "text.against", "text.changed", "text.closeness", "text.common",
    "text.common_uncredited", "text.less", "text.own", "title.kept", "title.quoted",
)  # fmt: skip
"""Rows of the table that are fitted. Roles of credits share one factor, since each is rare."""
RIDGE = 1.0
FAINTEST = -40.0
"""Log-odds below the child's best, where a branch is cut off: slower machines' zero."""

Array = Any


@dataclass(frozen=True)
class Branches:
    """All possible branches of a family: from which version to which, with what, and if true."""

    versions: int
    parent: Array
    child: Array
    units: Array
    true: Array


def branches_of(family: Family, matches: Mapping[Any, Any], names: Sequence[str]) -> Branches:
    """Return the branches of a family, each with the rows of the table that count for it."""
    kin = kinship_of(family.pages, matches)
    seen = [node.witness.article.id for node in kin.nodes if node.witness]
    place = {name: n for n, name in enumerate(names)}
    rows: list[tuple[int, int, dict[str, float]]] = [
        (parent, child, kin.terms(parent, child)) for parent, child in kin.reasons
    ]
    for child in range(len(kin.nodes)):
        rows += [(ROOT, child, terms) for terms in kin.root_terms(child)]
    units = np.zeros((len(rows), len(names)))
    true = np.zeros(len(rows), bool)
    for row, (parent, child, terms) in enumerate(rows):
        for name, times in terms.items():
            units[row, place[name]] += times
        if child >= len(seen):
            true[row] = True
        else:
            above = family.parents[seen[child]]
            unseen = parent == ROOT or parent >= len(seen)
            true[row] = above is None if unseen else seen[parent] == above
    parents = np.array([row[0] for row in rows])
    children = np.array([row[1] for row in rows])
    return Branches(len(kin.nodes), parents, children, units, true)


def log_total(one: Branches, odds: Array, kept: Array) -> float:
    """Return the logarithm of the sum over all trees of the branches kept."""
    best = np.full(one.versions, -inf)
    np.maximum.at(best, one.child, odds)
    weight = np.exp(np.clip(odds - best[one.child], FAINTEST, 0)) * kept
    laplace = np.zeros((one.versions, one.versions))
    np.add.at(laplace, (one.child, one.child), weight)
    inner = one.parent != ROOT
    np.add.at(laplace, (one.child[inner], one.parent[inner]), -weight[inner])
    sign, log = np.linalg.slogdet(laplace)
    return float(log + best.sum()) if sign > 0 else -inf


def fit(number: int) -> None:
    """Fit, and print the table."""
    from scipy.optimize import minimize

    made = [
        (family, matches_of(family))
        for regime in REGIMES
        for family in families(number, held_out=False, regime=regime)
    ]
    names = sorted(
        {name for family, matches in made for name in kinship_of(family.pages, matches).rows()}
        | set(FITTED)
    )
    known = [branches_of(family, matches, names) for family, matches in made]
    known = [
        one for one in known
        if log_total(one, np.zeros(len(one.child)), one.true) > -inf
    ]  # fmt: skip
    start = np.array([odds_of(name) for name in names])
    free = [names.index(name) for name in FITTED]
    roles = [n for n, name in enumerate(names) if name.startswith("role.")]

    def weights(changed: Array) -> Array:
        found = start.copy()
        found[free] = changed[:-1]
        found[roles] *= changed[-1]
        return found

    def loss(changed: Array) -> float:
        found = weights(changed)
        total = 0.0
        for one in known:
            odds = one.units @ found
            total -= log_total(one, odds, one.true) - log_total(one, odds, np.ones(len(odds)))
        return total + RIDGE / 2 * float(((changed - first) ** 2).sum())

    first = np.append(start[free], 1.0)
    best = minimize(loss, first, method="L-BFGS-B", options={"maxiter": 60})
    table(
        f"{len(known)} of {len(made)} families; loss {loss(first):.1f} before, {best.fun:.1f} after",
        ["row", "in use", "fitted"],
        [[name, old, new] for name, old, new in zip((*FITTED, "all roles, times"), first, best.x, strict=True)],
    )  # fmt: skip


if __name__ == "__main__":
    given = sys.argv[1:]
    fit(int(given[given.index("--families") + 1]) if "--families" in given else 300)
