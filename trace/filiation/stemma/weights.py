"""What each piece of evidence is worth: the tables of weights and thresholds, with their reasons.

Weights are natural-log odds, added up for each possible parent of a version. +0.7 doubles the odds,
+2.3 makes them ten times as high. The rows that `benchmarks/fit.py` names were fitted by it to 300
simulated families in three regimes, and rounded; the bonus of the first version was left at less than
the families ask for, since real chains contradict it. All others are set by judgement, by the reasons
given. Nothing outside this file holds a weight.
"""

from collections.abc import Mapping
from math import log
from typing import NamedTuple

from filiation.values import Role

__all__ = [
    "CREDIT",
    "EVENLY",
    "FOUND_AT_ALL",
    "FOUND_LIMITS",
    "PARENT_ROLES",
    "PROBABILITY_LIMITS",
    "SHARPENED",
    "WEIGHTS",
    "Weight",
    "odds_of",
]


class Weight(NamedTuple):
    """One row of the table."""

    odds: float
    """Natural-log odds, or, where the name says so, per word or per unit of a score."""
    why: str


CREDIT: Mapping[Role, Weight] = {
    "republished_from": Weight(4.0, "says in so many words that the text was taken from there"),
    "via": Weight(3.5, "names the last stop before this page"),
    "original": Weight(3.5, "names the origin, and no stop in between"),
    "first_published": Weight(3.5, "names the first to print it, and no stop in between"),
    "source": Weight(3.0, "names a source, which may be the text's or only a fact's"),
    "wire": Weight(3.0, "agencies deliver to many: the text may still have come through one"),
    "translated_for": Weight(2.6, "names whose translation it is, not from whom it was taken"),
    "copyright": Weight(1.5, "names an owner, who need not be the outlet it was taken from"),
    "hat_tip": Weight(0.5, "thanks for a hint, not for a text"),
    "licence": Weight(0.5, "says what may be done with the text, not where it came from"),
    "authored_by": Weight(0.5, "a house signature, at best"),
    "translated_by": Weight(0.5, "a translator works for many"),
    "revised_by": Weight(0.5, "a reviser works for many"),
}
"""What a page's credit is worth for the version it names, times the credit's own strength, where
the page's account leaves no stop between the two."""

PARENT_ROLES: frozenset[Role] = frozenset(
    {"republished_from", "via", "original", "first_published", "source", "wire", "hat_tip"}
)
"""Roles that say "I took it from there". The others name somebody in passing: whose translation,
whose rights."""

WEIGHTS: Mapping[str, Weight] = {
    # What pages say
    "credit.link": Weight(1.5, "the credit's link leads to this very address"),
    "credit.title": Weight(1.0, "the credit names this very title"),
    "credit.farther": Weight(0.5, "the page names it, but with another stop in between"),
    "credit.by_way": Weight(
        -1.0, "less than for the version credited: the text may have come by way of any that has it"
    ),
    "credit.rival": Weight(-0.5, "the page also names another, and does not say in what order"),
    "credit.reverse": Weight(-3.0, "the supposed parent itself says it was made from the child"),
    "credit.shared": Weight(1.6, "both name the same origin: the copy may have taken that over"),
    "credit.shared_unseen": Weight(
        0.0, "both name the same origin, which nobody has: as likely it delivered two"
    ),
    "credit.own_translation": Weight(
        -3.0, "the page says the translation was made for it: it has none to copy"
    ),
    "account.order": Weight(2.6, "a later page names the two in this order"),
    "account.implied": Weight(
        -2.4,
        "another copy of this text credits it: less likely than one that was seen, on top of what it"
        " shares with the others",
    ),
    "account.implied_often": Weight(
        1.1,
        "times the logarithm of how many copies credit it, in a large family of how many of 15: what"
        " many have it from, others have too",
    ),
    # What texts say
    "text.score": Weight(1.0, "per unit of the match's own log-odds, within the limits below"),
    "text.reused": Weight(
        1.0, "at least, where the audit's own test, which knows how rare the words are, was passed"
    ),
    "text.closeness": Weight(
        6.0, "times the shared part of both texts: the closest are neighbours in the tree"
    ),
    "text.innovation": Weight(
        -1.3,
        "times the logarithm of how many words more another version shares with the child, where"
        " readings were not compared",
    ),
    "text.less": Weight(
        -3.5, "times the logarithm of how many times as much another version shares with the child"
    ),
    "text.against": Weight(
        -1.1, "times the logarithm of the places where the child agrees with others against it"
    ),
    "text.own": Weight(
        -2.2,
        "times the logarithm of the passages that it alone has: no copy has taken them over",
    ),
    "text.changed": Weight(
        -0.6,
        "for each place where it alone has another word, well spelt: a copy may have changed it",
    ),
    "text.broken": Weight(
        -1.0,
        "the parent breaks off, and what it lacks counts for nothing: it may be no more than a teaser",
    ),
    "shape.centre": Weight(
        0.65, "times the log of how many more versions are closest to the one than to the other"
    ),
    "quote.open": Weight(
        -1.5, "a quotation of which nobody knows who quotes whom; it may as well be a third's"
    ),
    "text.one_translation": Weight(
        5.0,
        "two translators never choose the same words; weighs more than a credit of the original",
    ),
    # Too little to tell a direction, which takes 0.5. Of republications of fang_covid between which
    # dates decide, the copy is the longer one in 129 cases, the source in 45; without one outlet that
    # strings articles together, 41 and 42.
    "text.cut": Weight(-0.2, "copies are cut as often as they are added to; a hair for the longer"),
    "text.contradicts": Weight(-4.5, "the texts have nothing in common"),
    "text.common": Weight(
        -1.3, "the unseen text is known from its other copies only, on top of what those share"
    ),
    "text.common_uncredited": Weight(-3.5, "and that copy does not name it"),
    "title.kept": Weight(2.0, "copies keep the headline oftener than two find the same"),
    "title.quoted": Weight(0.5, "one page names the other's title, and not the reverse"),
    "link.kept": Weight(0.7, "links into the other outlet were kept in the text"),
    # Of 2,725 translations of NTREX-128 and WMT14, into 24 languages, words are kept in 86 translations and
    # 2 originals, so log-odds of 3.5; but names in Latin letters behind those in another script are most
    # of them, and a page may add such by itself. No text there has a translator's note.
    "translated.kept": Weight(
        1.5, "words of the original stand in brackets behind the translation"
    ),
    "translated.note": Weight(2.5, "a translator speaks in the text"),
    # What dates say
    "dates.order": Weight(log(2), "by chance, half of all pairs would be in this order"),
    "dates.likely": Weight(
        1.0, "times the logarithm of how much likelier this order is than by chance"
    ),
    "dates.first": Weight(
        0.7, "more copies are taken from the first version than from any later one"
    ),
    "dates.denied": Weight(-2.0, "the credit gives the named version a later date than the copy's"),
    # Who publishes
    "outlet.same": Weight(-1.0, "an outlet seldom republishes itself: likelier an update"),
    "outlet.habit": Weight(
        log(2) / 2,
        "for each doubling of the other pages on which the one says it has its text from the other; and as"
        " much less for the reverse: as often as it was seen to take, it will (Laplace's rule of succession)",
    ),
    # That a version has no parent among the known ones
    "root.silent": Weight(0.0, "the page names no source: the measure of all others"),
    "root.unseen": Weight(
        -3.6,
        "of copies some were made from a version that nobody has, which others were made from too",
    ),
    "root.says_copy": Weight(-0.5, "the page says it is a copy, but its parent may be unknown"),
}

FOUND_AT_ALL: Mapping[str, tuple[float, str]] = {
    "score": (0.5, "the match is likelier than not to be copying rather than chance"),
    # Of 47 attributed German copies all are found at 0.4; of 1,217 pairs of reports of one event
    # about one in twenty, nearly all of which share a fifth and more of their five-word runs.
    "coverage": (0.4, "of the shorter text: a page that quotes shares less"),
    # Names and figures of a short report all turn up in a longer one of the same event: it is the
    # longer text that tells a translation, of which no half may be without its counterpart.
    "coverage_translated": (0.5, "of the longer text"),
    "words": (30, "words: whole texts shorter than this agree by chance or formula"),
    "excerpt_words": (120, "words in one run: longer than any statement quoted in passing"),
    "excerpt_share": (0.15, "of one of the texts: below, the excerpt is a quotation of it"),
    "credited_words": (20, "words in one run, where the copy credits the other"),
    "credited_score": (0.2, "where a credit already says so, the text need only not deny it"),
}
"""From what on two texts are versions of one: `stemma.verdicts` walks these."""

FOUND_LIMITS: Mapping[str, tuple[float, str]] = {
    "log_odds": (3.0, "a match's score is trusted up to 0.95 and down to 0.05"),
    "innovation_words": (2.0, "words: the scale on which more shared words count"),
    "places": (0.33, "places: the scale on which more of them count; one is evidence already"),
    "own_places": (3.0, "places: whoever abridges leaves out many, and is a copyist still"),
    "changed_places": (4.0, "places: an editor who changes one word changes more"),
    "crediting": (15.0, "versions: of a larger family as many more credit any one of them"),
    "contradiction_words": (80, "words of the shorter text: below, nothing can be concluded"),
    "contradiction_score": (0.05, "of texts in one language: nothing is shared"),
    "cut_whole": (0.85, "of a text: it lies within the other"),
    "cut_part": (0.8, "of a text: it holds more than the other"),
    "direction": (0.5, "log-odds that must speak for one direction, or it is not told"),
    "close": (0.25, "probability from which another parent is worth a sentence"),
    # Of 56 hops without a credit between German outlets that were read by hand, all 24 copies have
    # less, and 24 of the 32 pairs that both have it from a third (a speech, an agency) have more.
    "second_parent": (12, "readings: two sentences; fewer agree by a correction or by chance"),
    "quoted": (0.4, "of the words shared, in quotation marks: they may be a third's"),
    "name": (4, "letters: shorter names are found in any line"),
    "title": (20, "letters: shorter titles are found in any text"),
}

SHARPENED = 1.25
"""The power to which the probabilities of a version's parents are raised. Parents that are alike share
what speaks for one of them: without it, hops of which 0.6 was said were right in 0.7 of cases."""
EVENLY = 0.02
"""The share of a version's probability that is dealt out evenly over its possible parents: of hops that
seemed sure to 0.99, 0.98 were right. Both were chosen on the families that the weights were fitted to."""

PROBABILITY_LIMITS = (0.01, 0.99)
"""No hop is impossible or certain on such evidence."""


def odds_of(name: str) -> float:
    """Return the log-odds of a row of either table: of a credit's role as `role.original`."""
    if name in WEIGHTS:
        return WEIGHTS[name].odds
    return _ROLES[name].odds


_ROLES: Mapping[str, Weight] = {f"role.{role}": weight for role, weight in CREDIT.items()}
