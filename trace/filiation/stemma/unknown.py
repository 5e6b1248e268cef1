"""What could not be known of a chain, in plain sentences."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from filiation.dates import ARCHIVE, resolve
from filiation.english import listed
from filiation.stemma.arborescence import ROOT
from filiation.stemma.contamination import Contaminated, above
from filiation.stemma.kinship import Kinship
from filiation.stemma.weights import FOUND_LIMITS, PARENT_ROLES
from filiation.values import Dates, Hop

__all__ = ["unknown"]


def unknown(
    kin: Kinship,
    parent: Mapping[int, int],
    probability: Mapping[int, Mapping[int, float]],
    hops: Sequence[Hop],
    ids: Mapping[int, str],
    seconds: Iterable[Contaminated],
) -> Iterator[str]:
    """Yield what could not be known, the most important first."""
    order = list(ids)
    yield from _unseen(kin, parent, order)
    yield from _conflicts(kin, parent, order)
    yield from _undetermined(kin, hops, ids)
    yield from _alternatives(kin, parent, probability, order)
    yield from _second_parents(kin, seconds)
    yield from _rivals(kin, parent, probability, order)
    yield from _tips(kin, order)
    yield from _broken_off(kin, parent, order)
    yield from _undated(kin, order)
    yield from _beginnings(kin, parent, order)
    yield from _misread(kin, order)
    yield from (f"{limit[0].upper()}{limit[1:]}." for limit in kin.family.limits)


def _unseen(kin: Kinship, parent: Mapping[int, int], order: Sequence[int]) -> Iterator[str]:
    place = {number: i for i, number in enumerate(order)}
    naming: dict[int, set[int]] = defaultdict(set)
    for page, named in kin.pairs_named():
        if page in place:
            naming[named].add(page)
    for number in order:
        if kin.nodes[number].witness:
            continue
        if kin.nodes[number].implied:
            copies = [kin.name(child) for child in order if parent[child] == number]
            yield (
                f"{listed(copies)} share what no version at hand has; they may be copies of one"
                " that is missing, and that no page names."
            )
        pages = [kin.name(page) for page in sorted(naming[number], key=place.__getitem__)]
        if not pages:
            continue
        yield (
            f"The text of {kin.name(number)} was not at hand; it is known from what"
            f" {listed(pages)} {'says' if len(pages) == 1 else 'say'}."
        )


def _conflicts(kin: Kinship, parent: Mapping[int, int], order: Sequence[int]) -> Iterator[str]:
    for child in order:
        for number, _ in kin.versions.stops.get(child, ()):
            if (number, child) in kin.too_late:
                yield (
                    f"{kin.name(child)} names {kin.name(number)} as a source, but the version of"
                    f" {kin.name(number)} at hand is younger: a date may be wrong, or an earlier"
                    " version is missing."
                )
            elif kin.verdict(number, child) == "contradicts":
                yield (
                    f"{kin.name(child)} names {kin.name(number)}, but the texts share nothing: the"
                    " credit may mean another article."
                )
            elif number not in above(parent, child) and child not in above(parent, number):
                yield (
                    f"{kin.name(child)} names {kin.name(number)}, which has no place among the"
                    " versions it was likely made from."
                )
        direct = parent[child]
        if direct != ROOT and kin.naming(child, direct) == kin.naming(direct, child) == "parent":
            yield (
                f"{kin.name(child)} and {kin.name(direct)} each name the other as where"
                " the text is from."
            )


def _undetermined(kin: Kinship, hops: Sequence[Hop], ids: Mapping[int, str]) -> Iterator[str]:
    numbers = {name: number for number, name in ids.items()}
    for hop in hops:
        parent, child = numbers[hop.parent], numbers[hop.child]
        implied = kin.nodes[parent].implied or kin.nodes[child].implied
        if hop.standing == "undetermined" and not implied:
            yield (
                f"{kin.name(child)} and {kin.name(parent)} quote the same; whether one has it from"
                " the other, or both from a third, cannot be told."
                if kin.is_quotation(parent, child)
                else f"Which came first, {kin.name(parent)} or {kin.name(child)}, cannot be told;"
                " both may descend from a version that is missing."
            )


def _alternatives(
    kin: Kinship,
    parent: Mapping[int, int],
    probability: Mapping[int, Mapping[int, float]],
    order: Sequence[int],
) -> Iterator[str]:
    close = FOUND_LIMITS["close"][0]
    for child in order:
        for other, likely in sorted(probability[child].items(), key=lambda row: (-row[1], row[0])):
            if likely < close or other == parent[child]:
                continue
            if other == ROOT:
                yield (
                    f"{kin.name(child)} may have been made from no version known here"
                    f" ({likely:.2f})."
                )
            else:
                yield (
                    f"{kin.name(child)} may instead have been made from {kin.name(other)}"
                    f" ({likely:.2f})."
                )


def _second_parents(kin: Kinship, seconds: Iterable[Contaminated]) -> Iterator[str]:
    for one in seconds:
        child, first, other = map(kin.name, (one.child, *one.parents))
        if one.copies:
            yield (
                f"{listed([kin.name(copy) for copy in one.copies])} have in common what nothing of their"
                f" line has, {first} breaks off before it, and {child} has other words there: it may have"
                f" been made from both {first} and {other}."
            )
        else:
            yield (
                f"{child} has {one.readings} runs of four words from {other} that nothing of its line"
                f" has: it may have been made from both {first} and {other}."
            )


def _rivals(
    kin: Kinship,
    parent: Mapping[int, int],
    probability: Mapping[int, Mapping[int, float]],
    order: Sequence[int],
) -> Iterator[str]:
    for page in order:
        rivals = [
            number
            for number, _ in kin.versions.rivals.get(page, ())
            if number not in above(parent, page)
        ]
        named = [number for number, _ in kin.versions.stops.get(page, ())]
        if rivals and named:
            odds = "; ".join(
                f"{kin.name(number)} {probability[page].get(number, 0.0):.2f}"
                for number in (named[-1], *rivals)
            )
            yield (
                f"The credits of {kin.name(page)} disagree: it names"
                f" {listed([kin.name(n) for n in (named[0], *rivals)])}, and does not say how they"
                f" go together (made directly from: {odds})."
            )


def _tips(kin: Kinship, order: Sequence[int]) -> Iterator[str]:
    for witness in (kin.nodes[number].witness for number in sorted(order)):
        if witness is None:
            continue
        for stop in witness.account.tips:
            name = kin.names.name(stop.who)
            if name and stop.roles & PARENT_ROLES:
                page = kin.names.name(witness.home) or witness.article.id
                yield f"{page} thanks {name} for a hint; that makes no version of this text."


def _broken_off(kin: Kinship, parent: Mapping[int, int], order: Sequence[int]) -> Iterator[str]:
    for number in (number for number in order if kin.nodes[number].witness):
        longer = [one for one in kin.neighbours[number] if kin.breaks_off(number, one)]
        if any(number in above(parent, one) or one in above(parent, number) for one in longer):
            yield (
                f"{kin.name(number)} breaks off in the midst of a sentence: what it had behind that, if"
                " anything, is not known."
            )


def _undated(kin: Kinship, order: Sequence[int]) -> Iterator[str]:
    undated = [
        kin.name(n) for n in order if kin.nodes[n].witness and kin.nodes[n].dates.midpoint is None
    ]
    if undated:
        yield f"No date was found for {listed(undated)}."
    for number in order:
        witness = kin.nodes[number].witness
        if witness and witness.article.dates.disagree:
            yield _disagreement(kin.name(number), witness.article.dates)


def _disagreement(name: str, dates: Dates) -> str:
    archived = [one for one in dates.witnesses if one.kind == ARCHIVE]
    if archived and not resolve(one for one in dates.witnesses if one.kind != ARCHIVE).disagree:
        first = min(archived, key=lambda one: one.latest)
        return f"{name} is dated later than an archive captured its address: {first.quote}."
    return f"The dates that {name} gives of itself exclude each other."


def _misread(kin: Kinship, order: Sequence[int]) -> Iterator[str]:
    for number in order:
        witness = kin.nodes[number].witness
        for note in witness.article.notes if witness else ():
            yield f"{kin.name(number)} was read with a reservation: {note}."


def _beginnings(kin: Kinship, parent: Mapping[int, int], order: Sequence[int]) -> Iterator[str]:
    first = [n for n in order if parent[n] == ROOT and kin.nodes[n].witness]
    for number in first:
        if not kin.versions.stops.get(number):
            yield (
                f"{kin.name(number)} names no source, and nothing it was made from was found; that"
                " does not prove it the original."
            )
