"""The documents that machines read: what was found, in JSON of a promised shape.

Each document carries its schema's name and version. Shapes only grow: a key may be added, none is
renamed, removed or given another meaning. `docs/shapes.md` describes every key.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from filiation.audit.flows import delay_hours
from filiation.audit.values import Audit, Flow, Group, Tally
from filiation.report.harmless import harmless_json
from filiation.report.revisions import revision_in_words
from filiation.report.summary import summary
from filiation.report.words import day, iso
from filiation.values import (
    Article,
    Contamination,
    Credit,
    Credits,
    Dates,
    DateWitness,
    Evidence,
    Had,
    Hop,
    Match,
    Origin,
    PageKind,
    Passage,
    Revision,
    Rival,
    Searched,
    Span,
    Trace,
    Version,
)

if TYPE_CHECKING:
    from filiation.find.history import History
    from filiation.find.journey import Wish
    from filiation.find.values import Capture

__all__ = [
    "OutletOf",
    "Shape",
    "article_shape",
    "audit_shape",
    "credits_shape",
    "group_shape",
    "hop_shape",
    "match_shape",
    "plan_shape",
    "trace_shape",
    "written",
]

Shape = dict[str, Any]

OutletOf = Callable[[Version], str]
"""Tells a version's outlet: key or folded name, empty where it is not known; as
`audit.flows.Ledger.outlet_of` does."""


def credits_shape(found: Credits) -> Shape:
    """Return `filiation/credits@1`: what one page says about its origin."""
    article = found.article
    return {
        "schema": "filiation/credits@1",
        "id": article.id,
        "input": article.input,
        "outlet": article.outlet,
        "language": article.language,
        "kind": found.kind,
        "origin": _origin(found.origin),
        "credits": [_credit(credit) for credit in found.credits],
        "chain": list(found.chain),
        "title": article.title,
        "published": _dates(article.dates),
        "notes": list(article.notes),
    }


def match_shape(match: Match) -> Shape:
    """Return `filiation/match@1`: what two texts share."""
    return {"schema": "filiation/match@1", **_match(match)}


def trace_shape(trace: Trace, histories: "Mapping[str, History] | None" = None) -> Shape:
    """Return `filiation/trace@1`: an article's chain.

    `histories` is what archives saw of the versions, by the versions' ids.
    """
    seen = histories or {}
    return {
        "schema": "filiation/trace@1",
        "asked": trace.asked,
        "summary": summary(trace),
        "versions": [
            _version(version) | {"archived": _history(seen.get(version.id))}
            for version in trace.versions
        ],
        "chain": list(trace.chain),
        "hops": [_hop(hop) for hop in trace.hops],
        "credits": {key: [_credit(credit) for credit in stated] for key, stated in trace.credits},
        "searched": [_searched(place) for place in trace.searched],
        "unknown": list(trace.unknown),
        "revisions": [_revision(one) for one in trace.revisions],
        "contaminations": [_contamination(one) for one in trace.contaminations],
    }


def audit_shape(audit: Audit) -> Shape:
    """Return `filiation/audit@1`: what was republished within a library, summed up."""
    return {
        "schema": "filiation/audit@1",
        "articles": audit.articles,
        "outlets": audit.outlets,
        "pairs": audit.pairs,
        "matches": audit.matches,
        "groups": audit.groups,
        "hops": audit.hops,
        "within": audit.within,
        "standings": dict(audit.standings),
        "kinds": dict(audit.kinds),
        "independent_sources": audit.independent_sources,
        "missing": audit.missing,
        "flows": [_flow(flow) for flow in audit.flows],
        "tallies": [_tally(tally) for tally in audit.tallies],
        "largest": [group.id for group in audit.largest],
        "house_phrases": audit.house_phrases,
        "standing_text": audit.standing_text,
        "skipped": list(audit.skipped),
        "seconds": {stage: round(spent, 3) for stage, spent in audit.seconds.items()},
    }


def article_shape(
    article: Article,
    *,
    outlet: str,
    kind: PageKind | None,
    words: int,
    group: str | None,
    also: Sequence[str] = (),
) -> Shape:
    """Return `filiation/article@1`: one article of the library, without its text.

    `outlet` is that of the audit's flows, empty where it is not known; `kind` the page's own
    account of itself; `group` the id of the group it stands in, None where it stands alone; `also`
    other ids that the inputs give the same text of the same address.
    """
    return {
        "schema": "filiation/article@1",
        "id": article.id,
        "url": article.url,
        "outlet": outlet or None,
        "name": article.outlet_name,
        "title": article.title,
        "author": article.byline,
        "published": _interval(article.dates),
        "language": article.language,
        "kind": kind,
        "words": words,
        "group": group,
        "input": article.input,
        "also": list(also),
    }


def hop_shape(hop: Hop, parent: Version, child: Version, group: str, outlet_of: OutletOf) -> Shape:
    """Return `filiation/hop@1`: one step of republication within a library, in a group by its id."""
    giver, taker = outlet_of(parent), outlet_of(child)
    told = _hop(hop)
    return {
        "schema": "filiation/hop@1",
        "group": group,
        "from": parent.article,
        "to": child.article,
        "from_version": _unseen(parent),
        "to_version": _unseen(child),
        "from_outlet": giver or None,
        "to_outlet": taker or None,
        "within": bool(giver) and giver == taker,
        "kind": told["kind"],
        "kind_from": told["kind_from"],
        "standing": told["standing"],
        "probability": told["probability"],
        "delay_hours": hours(delay_hours(parent.dates, child.dates)),
        "evidence": told["evidence"],
    }


def group_shape(group: Group) -> Shape:
    """Return `filiation/group@1`: the articles that are versions of one text."""
    stemma = group.stemma
    seen = {version.id: version.article for version in stemma.versions}
    return {
        "schema": "filiation/group@1",
        "id": group.id,
        "articles": list(group.articles),
        "origin": group.origin,
        "independent_sources": group.independent_sources,
        "missing": sum(1 for version in stemma.versions if version.article is None),
        "hops": len(stemma.hops),
        "unknown": list(stemma.unknown),
        "revisions": [
            _revision(one) | {"before": seen[one.before], "after": seen[one.after]}
            for one in stemma.revisions
        ],
        "contaminations": [
            {
                "article": seen[one.version],
                "parents": [seen[parent] for parent in one.parents],
                "readings": one.readings,
            }
            for one in stemma.contaminations
        ],
    }


def hours(delay: float | None) -> float | None:
    """Return a delay as it is written: in hours, to the half minute."""
    return None if delay is None else round(delay, 2)


def written(shape: Shape, *, indented: bool = False, ascii_only: bool = False) -> str:
    """Return a shape as JSON that is safe to print: on one line, or indented for reading.

    `ascii_only` escapes everything beyond ASCII, for an output that cannot carry it.
    """
    return harmless_json(_writer(indented, ascii_only).encode(shape))


@cache
def _writer(indented: bool, ascii_only: bool) -> json.JSONEncoder:
    return json.JSONEncoder(
        ensure_ascii=ascii_only, indent=2 if indented else None, allow_nan=False
    )


def _flow(flow: Flow) -> Shape:
    return {
        "from_outlet": flow.from_outlet or None,
        "to_outlet": flow.to_outlet or None,
        "hops": flow.hops,
        "standings": dict(flow.standings),
        "kinds": dict(flow.kinds),
        "median_delay_hours": hours(flow.median_delay_hours),
        "delays": len(flow.delays),
        "share": None if flow.share is None else round(flow.share, 4),
    }


def _tally(tally: Tally) -> Shape:
    return {
        "outlet": tally.outlet or None,
        "name": tally.name or None,
        "articles": tally.articles,
        "originals": tally.originals,
        "republished": tally.republished,
        "share": round(tally.share, 4) if tally.articles else None,
        "uncredited": tally.uncredited,
        "taken": tally.taken,
    }


def _unseen(version: Version) -> Shape | None:
    """Return a version that credits name; None for one that is an article of the library."""
    if version.article is not None:
        return None
    return {
        "version": version.id,
        "outlet": version.outlet,
        "name": version.name,
        "title": version.title,
        "url": version.url,
        "language": version.language,
        "author": version.author,
        "translator": version.translator,
        "published": _interval(version.dates),
    }


def _interval(dates: Dates) -> Shape:
    """Return a date without its witnesses."""
    shape = _dates(dates)
    del shape["witnesses"]
    return shape


def _origin(origin: Origin) -> Shape:
    return {
        "outlet": origin.outlet,
        "title": origin.title,
        "url": origin.url,
        "language": origin.language,
        "author": origin.author,
        "translator": origin.translator,
        "translated_for": origin.translated_for,
        "published": origin.published,
    }


def _credit(credit: Credit) -> Shape:
    return {
        "role": credit.role,
        "name": credit.name,
        "outlet": credit.outlet,
        "url": credit.url,
        "title": credit.title,
        "language": credit.language,
        "published": credit.published,
        "quote": credit.quote,
        "start": credit.start,
        "end": credit.end,
        "locator": credit.locator,
        "rule": credit.rule,
        "strength": round(credit.strength, 4),
    }


def _match(match: Match) -> Shape:
    return {
        "a": match.a,
        "b": match.b,
        "kind": list(match.kind),
        "same_language": match.same_language,
        "coverage_a": round(match.coverage_a, 4),
        "coverage_b": round(match.coverage_b, 4),
        "similarity": round(match.similarity, 4),
        "score": round(match.score, 4),
        "passages": [_passage(passage) for passage in match.passages],
        "shared_words": match.shared_words,
        "left_out": _runs(match.left_out),
        "added": _runs(match.added),
        "moved": None if match.moved is None else [_passage(run) for run in match.moved],
    }


def _runs(spans: Sequence[Span] | None) -> list[Shape] | None:
    return None if spans is None else [{"start": start, "end": end} for start, end in spans]


def _passage(passage: Passage) -> Shape:
    shape: Shape = {
        "a_start": passage.a_start,
        "a_end": passage.a_end,
        "b_start": passage.b_start,
        "b_end": passage.b_end,
        "similarity": round(passage.similarity, 4),
    }
    if passage.a_paragraph is not None or passage.b_paragraph is not None:
        shape |= {"a_paragraph": passage.a_paragraph, "b_paragraph": passage.b_paragraph}
    return shape


def _version(version: Version) -> Shape:
    return {
        "id": version.id,
        "outlet": version.outlet,
        "name": version.name,
        "title": version.title,
        "url": version.url,
        "language": version.language,
        "seen": version.seen,
        "published": _dates(version.dates),
        "author": version.author,
        "translator": version.translator,
        "article": version.article,
        "had": None if version.had is None else _had(version.had),
        "edition": None
        if version.edition is None
        else {
            "number": version.edition.number,
            "of": version.edition.of,
            "order": version.edition.order,
        },
    }


def _revision(one: Revision) -> Shape:
    return {
        "before": one.before,
        "after": one.after,
        "order": one.order,
        "seen_before": _second(one.seen_before),
        "seen_after": _second(one.seen_after),
        "text": one.text,
        "removed": [_credit(credit) for credit in one.removed],
        "added": [_credit(credit) for credit in one.added],
        "says": revision_in_words(one),
    }


def _contamination(one: Contamination) -> Shape:
    return {"version": one.version, "parents": list(one.parents), "readings": one.readings}


def _had(had: Had) -> Shape:
    return {
        "how": had.how,
        "address": had.address,
        "taken": _second(had.taken),
        "kept": had.kept,
        "via": list(had.via),
        "archive": had.archive,
        "captured": _second(had.captured),
        "wanted": _second(had.wanted),
        "says": had.says,
    }


def _second(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _history(seen: "History | None") -> Shape | None:
    """Return what archives saw of a version; None where none was asked."""
    if seen is None:
        return None
    return {
        "captures": len(seen.captures),
        "first": _capture(seen.first),
        "last": _capture(seen.last),
        "changes": [
            {
                "kind": change.kind,
                "says": change.says,
                "before": _capture(change.before),
                "after": _capture(change.after),
                "quote": change.quote,
                "now": change.now,
            }
            for change in seen.changes
        ],
        "says": list(seen.says),
    }


def _capture(capture: "Capture | None") -> Shape | None:
    if capture is None:
        return None
    return {
        "archive": capture.archive,
        "taken": _second(capture.taken),
        "address": capture.replay,
        "digest": capture.digest,
    }


def plan_shape(asked: str, wishes: "Sequence[Wish]") -> Shape:
    """Return `filiation/plan@1`: what a trace would ask the web before anything has answered."""
    return {
        "schema": "filiation/plan@1",
        "asked": asked,
        "requests": [
            {"method": wish.method, "url": wish.url, "robots": wish.robots} for wish in wishes
        ],
    }


def _dates(dates: Dates) -> Shape:
    first, last = day(dates)
    return {
        "earliest": iso(dates.earliest, first, dates.precision),
        "latest": iso(dates.latest, last, dates.precision),
        "precision": dates.precision,
        "witnesses": [_witness(witness) for witness in dates.witnesses],
    }


def _witness(witness: DateWitness) -> Shape:
    first, last = day(witness)
    return {
        "kind": witness.kind,
        "earliest": iso(witness.earliest, first, witness.precision),
        "latest": iso(witness.latest, last, witness.precision),
        "precision": witness.precision,
        "quote": witness.quote,
        "locator": witness.locator,
    }


def _hop(hop: Hop) -> Shape:
    return {
        "from": hop.parent,
        "to": hop.child,
        "kind": list(hop.kind),
        "kind_from": hop.kind_from,
        "standing": hop.standing,
        "probability": min(max(round(hop.probability, 4), 0.0001), 0.9999),
        "evidence": [_evidence(evidence) for evidence in hop.evidence],
        "match": None if hop.match is None else _match(hop.match),
        "rivals": [_rival(rival) for rival in hop.rivals],
    }


def _rival(rival: Rival) -> Shape:
    return {
        "from": rival.parent,
        "probability": round(rival.probability, 4),
        "evidence": [_evidence(evidence) for evidence in rival.evidence],
    }


def _evidence(evidence: Evidence) -> Shape:
    shape: Shape = {"type": evidence.type, "says": evidence.says}
    for key in ("role", "quote", "rule", "start", "end", "locator"):
        if (value := getattr(evidence, key)) is not None:
            shape[key] = value
    if evidence.weight is not None:
        shape["weight"] = round(evidence.weight, 4)
    return shape


def _searched(place: Searched) -> Shape:
    return {
        "where": place.where,
        "outcome": place.outcome,
        "found": place.found,
        "looked_at": place.looked_at,
        "says": place.says,
        "of": place.of,
    }
