"""A chain told in one paragraph of plain words."""

from itertools import pairwise

from filiation.english import listed, plural
from filiation.fold import fold
from filiation.report.words import UNNAMED, confidence, english_date, language
from filiation.values import Credit, Hop, HopKind, Role, Trace, Version

__all__ = ["summary"]

_SOURCES: frozenset[Role] = frozenset(
    {"original", "first_published", "republished_from", "source", "via", "wire", "copyright"}
)
"""Roles by which a page names where its text comes from."""
_TRANSLATION: frozenset[Role] = frozenset({"translated_by", "translated_for"})

# What an outlet did to make its version, by the first of these kinds that the hop has.
_DEEDS: tuple[tuple[HopKind, str], ...] = (
    ("excerpt", "excerpted by {name}"),
    ("abridged", "republished in abridged form by {name}"),
    ("extended", "republished with additions by {name}"),
    ("edited", "republished with changes by {name}"),
    ("verbatim", "republished by {name}"),
)
_WORTH_A_WORD = 0.90
"""A step below this ("very likely") is named in the summary."""


def summary(trace: Trace) -> str:
    """Return the chain in one paragraph: who published first, who took it from whom, what is unsure."""
    versions = {version.id: version for version in trace.versions}
    chain = [versions[key] for key in trace.chain]
    if len(chain) < 2:
        sentences = [_alone(trace)]
    else:
        sentences = [_told(trace, chain), *_lapses(trace, chain), *_doubts(trace, chain)]
    return " ".join([*sentences, *_beside(trace)])


def _told(trace: Trace, chain: list[Version]) -> str:
    first = chain[0]
    deeds = [f"first published by {_name(first)}{_in(first.language)}{_when(first)}"]
    for parent, child in pairwise(chain):
        deeds.append(
            f"changed by {_name(child)}{_when(child)}"
            if _is_changed(trace, parent, child)
            else _deed(_hop(trace, parent, child), child)
        )
    joined = ", ".join(deeds[:-1]) + f"{',' if len(deeds) > 2 else ''} and {deeds[-1]}"
    return f"This text was {joined}{_credit_clause(trace, chain)}."


def _is_changed(trace: Trace, parent: Version, child: Version) -> bool:
    """Whether the two are texts of one address."""
    return any({one.before, one.after} == {parent.id, child.id} for one in trace.revisions)


def _deed(hop: Hop | None, child: Version) -> str:
    kinds = () if hop is None else hop.kind
    if "translation" in kinds:
        into = f" into {language(child.language)}" if child.language else ""
        by = f" by {child.translator} for" if child.translator else " by"
        shape = " in abridged form" if "abridged" in kinds or "excerpt" in kinds else ""
        return f"translated{into}{shape}{by} {_name(child)}{_when(child)}"
    pattern = next((deed for kind, deed in _DEEDS if kind in kinds), "republished by {name}")
    return pattern.format(name=_name(child)) + _when(child)


def _credit_clause(trace: Trace, chain: list[Version]) -> str:
    """Say whom the page asked about credits, and whom it does not."""
    parent, child = chain[-2], chain[-1]
    hop = _hop(trace, parent, child)
    if hop is None:
        return ""
    match hop.standing:
        case "confirmed" | "credited":
            return f"; the page credits {_name(parent)}"
        case "uncredited":
            return f"; the page does not credit {_name(parent)}"
        case "disputed":
            return f"; what the page says of its origin does not agree with {_name(parent)}"
        case "undetermined":
            return "; which of the last two has it from the other cannot be told"
    stated = dict(trace.credits).get(child.id, ())
    named = [_name(v) for v in chain[:-2] if _credited(v, stated, _SOURCES)]
    farther = listed(named) if named else "an earlier version"
    if _credited(parent, stated, _TRANSLATION):
        return (
            f"; the page names {farther} as its source, and {_name(parent)} only in the "
            "translator's line"
        )
    return f"; the page credits {farther} but not {_name(parent)}"


def _lapses(trace: Trace, chain: list[Version]) -> list[str]:
    """Say which earlier steps of the chain no credit owns up to."""
    told = []
    for parent, child in pairwise(chain[:-1]):
        hop = _hop(trace, parent, child)
        if hop is None or _is_changed(trace, parent, child):
            continue
        if hop.standing == "uncredited":
            told.append(_sentence(f"{_name(child)} does not credit {_name(parent)}."))
        elif hop.standing == "skipped":
            told.append(
                _sentence(f"{_name(child)} credits an earlier version, not {_name(parent)}.")
            )
        elif hop.standing == "disputed":
            told.append(f"What {_name(child)} says of its origin is contradicted.")
        elif hop.standing == "undetermined":
            told.append(f"Whether {_name(child)} has the text from {_name(parent)} cannot be told.")
    return told


def _doubts(trace: Trace, chain: list[Version]) -> list[str]:
    told = []
    unseen = [_name(version) for version in chain if not version.seen]
    if unseen:
        verb = "was" if len(unseen) == 1 else "were"
        here = "here the page is taken at its word"
        told.append(_sentence(f"{listed(unseen)} {verb} not seen: {here}."))
    hops = [
        (hop.probability, _name(parent), _name(child))
        for parent, child in pairwise(chain)
        if (hop := _hop(trace, parent, child)) is not None
    ]
    probability, parent_name, child_name = min(hops, default=(1.0, "", ""))
    if probability < _WORTH_A_WORD:
        told.append(
            f"The weakest step, from {parent_name} to {child_name}, is "
            f"{confidence(probability).replace(', ', ' (')})."
        )
    return told


def _alone(trace: Trace) -> str:
    looked = sum(place.looked_at for place in trace.searched)
    among = f" among the {plural(looked, 'article')} looked at" if looked else ""
    asked = next(version for version in trace.versions if version.id == trace.asked)
    says = "credits nobody" if not dict(trace.credits).get(asked.id) else "names no earlier version"
    return f"No earlier version of this text was found{among}, and the page {says}."


def _beside(trace: Trace) -> list[str]:
    others = [_name(version) for version in trace.versions if version.id not in trace.chain]
    if not others:
        return []
    if len(others) > 3:
        return [f"Beside this chain, {plural(len(others), 'other version')} stand in the tree."]
    return [f"Beside this chain, the tree holds {listed(others)}."]


def _hop(trace: Trace, parent: Version, child: Version) -> Hop | None:
    return next((h for h in trace.hops if (h.parent, h.child) == (parent.id, child.id)), None)


def _credited(version: Version, stated: tuple[Credit, ...], roles: frozenset[Role]) -> bool:
    return any(
        (credit.outlet is not None and credit.outlet == version.outlet)
        or (credit.name is not None and _squeezed(credit.name) == _squeezed(version.name or ""))
        for credit in stated
        if credit.role in roles
    )


def _squeezed(name: str) -> str:
    return "".join(character for character in fold(name).text if character.isalnum())


def _name(version: Version) -> str:
    name = version.name or version.outlet or UNNAMED
    return f"{name} ({version.edition.label})" if version.edition else name


def _sentence(text: str) -> str:
    """Return a sentence with its capital; a name keeps its own letters (dpa, taz)."""
    return text[0].upper() + text[1:] if text.startswith(UNNAMED) else text


def _in(code: str | None) -> str:
    return f" in {language(code)}" if code else ""


def _when(version: Version) -> str:
    """Return the date, where it says more than that the version came before its copy."""
    date = english_date(version.dates) if version.dates.earliest is not None else None
    return f" {date}" if date else ""
