"""How sure we are that one text was made from the other, or both from a third."""

from collections.abc import Sequence
from math import exp, log1p

from filiation.match.passages import Run
from filiation.match.translation import Alignment

__all__ = ["reuse_features", "reuse_score", "translation_features", "translation_score"]

QUOTED = 0.8
"""Share of a passage's bits that do not count where all of it stands in quotation marks."""
REUSE = {
    "one": -8.334,
    "bits": 0.866,
    "longest": 1.443,
    "coverage": 2.561,
    "similarity": 0.0,
}
"""Weights of a logistic regression (`benchmarks/match.py fit`) over 2,054 pairs that share a passage:
planted republications of Reuters-21578 (not its quotations), Fang-COVID, PAN 2013; against formulas
of Reuters-21578 and reports of one event (giveme5w1h). None but the constant may be negative, so that
more of anything is more reuse; similarity earned nothing and is kept to say so. Held-out AUC 0.975;
of reports of one event that share a passage 4 % reach 0.5, of credited republications all do."""
TRANSLATION = {
    "one": -11.658,
    "bits": 0.223,
    "order": 0.509,
    "increasing": 1.921,
    "beads": 0.494,
    "coverage": 2.483,
    "coverage_least": 1.32,
    "in_place": 2.48,
    "adjacent": 3.826,
    "lengths": 0.635,
    "numbers": 1.002,
    "numbers_amiss": -1.204,
    "names": 2.169,
}
"""Likewise, over 7,041 pairs that align at all: NTREX-128 and WMT14, whole, shortened and moved;
against SemEval-2022 task 8 across languages, shuffled pairs, and what a search by keys brings up among
17,000 English articles. Only `numbers_amiss` speaks against. Same-story pairs count fifteen times, being
few. Held-out AUC 0.998; 99.6 % of whole translations that align reach 0.5, none of 71 reports of one
event or story, and 0.4 % of the 4,661 that a search brings up."""


FEW_SENTENCES = (0.0, 0.3, 0.45, 0.7)
"""Highest score where no, one, two or three aligned sentences share a sign: any report of an event
has two sentences that name the same people in the same order, and no corpus at hand measures it."""


UNTOLD = {"in_place": 0.45, "names": 0.5, "most": 0.45}
"""Where names come in no order, less than so much of the signs stands in place and fewer names are on
both sides, sentences of like form and length are all there is: the score is at most the last. Of 2,700
whole translations that reached 0.5 without this, 8 are so."""


def reuse_features(runs: Sequence[Run], coverage_a: float, coverage_b: float) -> dict[str, float]:
    """Return what speaks for reuse in one language: more of each is more reuse."""
    # What stands in quotation marks any report of the same statement may repeat.
    bits = [run.bits * run.similarity * (1 - QUOTED * run.quoted) for run in runs]
    length = sum(run.a_end - run.a_start + run.b_end - run.b_start for run in runs)
    return {
        "one": 1.0,
        "bits": log1p(sum(bits) / 10),
        "longest": log1p(max(bits) / 10),
        "coverage": max(coverage_a, coverage_b),
        "similarity": sum(2 * run.equal for run in runs) / length,
    }


def reuse_score(runs: Sequence[Run], coverage_a: float, coverage_b: float) -> float:
    """Return the confidence in reuse, 0 to 1, of passages in one language."""
    return _logistic(REUSE, reuse_features(runs, coverage_a, coverage_b)) if runs else 0.0


def translation_features(alignment: Alignment) -> dict[str, float]:
    """Return what speaks for translation rather than another report of the same event."""
    coverage_a, coverage_b = alignment.coverage
    return {
        "one": 1.0,
        "bits": log1p(alignment.bits),
        "order": log1p(max(0.0, alignment.bits - alignment.by_chance)),
        "increasing": max(-1.0, min(2.0, alignment.increasing)),
        "beads": log1p(sum(bead.signs >= 1 for bead in alignment.beads)),
        "coverage": max(coverage_a, coverage_b),
        "coverage_least": min(coverage_a, coverage_b),
        "in_place": alignment.in_place,
        "adjacent": alignment.adjacent,
        "lengths": alignment.lengths,
        "numbers": log1p(alignment.numbers),
        "numbers_amiss": log1p(alignment.numbers_amiss),
        "names": alignment.names,
    }


def translation_score(alignment: Alignment) -> float:
    """Return the confidence that one text is a translation of the other, or of parts of it."""
    said = sum(bead.signs >= 1 for bead in alignment.beads)
    most = FEW_SENTENCES[said] if said < len(FEW_SENTENCES) else 1.0
    if (
        alignment.increasing <= 0
        and alignment.in_place < UNTOLD["in_place"]
        and alignment.names < UNTOLD["names"]
    ):
        most = min(most, UNTOLD["most"])
    return min(most, _logistic(TRANSLATION, translation_features(alignment)))


def _logistic(weights: dict[str, float], features: dict[str, float]) -> float:
    x = sum(weights[name] * value for name, value in features.items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, x))))
