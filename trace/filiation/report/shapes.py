"""The documents that machines read: what was found, in JSON of a promised shape.

Each document carries its schema's name and version. Shapes only grow: a key may be added, none is
renamed, removed or given another meaning. `docs/shapes.md` describes every key.
"""

import json
from typing import Any

from filiation.report.harmless import harmless_json
from filiation.report.summary import summary
from filiation.report.words import day, iso
from filiation.values import (
    Credit,
    Credits,
    Dates,
    DateWitness,
    Evidence,
    Hop,
    Match,
    Origin,
    Passage,
    Searched,
    Trace,
    Version,
)

__all__ = ["credits_shape", "match_shape", "trace_shape", "written"]

Shape = dict[str, Any]


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


def trace_shape(trace: Trace) -> Shape:
    """Return `filiation/trace@1`: an article's chain."""
    return {
        "schema": "filiation/trace@1",
        "asked": trace.asked,
        "summary": summary(trace),
        "versions": [_version(version) for version in trace.versions],
        "chain": list(trace.chain),
        "hops": [_hop(hop) for hop in trace.hops],
        "credits": {key: [_credit(credit) for credit in stated] for key, stated in trace.credits},
        "searched": [_searched(place) for place in trace.searched],
        "unknown": list(trace.unknown),
    }


def written(shape: Shape, *, indented: bool = False, ascii_only: bool = False) -> str:
    """Return a shape as JSON that is safe to print: on one line, or indented for reading.

    `ascii_only` escapes everything beyond ASCII, for an output that cannot carry it.
    """
    document = json.dumps(
        shape, ensure_ascii=ascii_only, indent=2 if indented else None, allow_nan=False
    )
    return harmless_json(document)


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
    }


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
    }
