"""Why a hop is as likely as it is, and what would change it."""

from collections.abc import Iterator, Sequence
from math import exp, log

from filiation.errors import InputError
from filiation.report.sheet import Sheet, quoted, shortened
from filiation.report.words import UNNAMED, confidence
from filiation.stemma.weights import CREDIT, WEIGHTS
from filiation.values import Evidence, Hop, Trace

__all__ = ["hop_named", "why_report"]

QUOTE = 200
"""Characters of a credit line that are shown."""
LINK = CREDIT["republished_from"].odds + WEIGHTS["credit.link"].odds
"""What a credit weighs that says from where the text was taken, with a link to the page."""


def hop_named(trace: Trace, named: str) -> Hop:
    """Return the hop called `v2-v3`. Raises `InputError`, which names those that there are."""
    hops = {f"{hop.parent}-{hop.child}": hop for hop in trace.hops}
    if named not in hops:
        there = ", ".join(hops) or "none"
        raise InputError(named[:50], "the trace has no such hop", f"its hops are {there}")
    return hops[named]


def why_report(sheet: Sheet, trace: Trace, hop: Hop) -> None:
    """Lay down what a hop's probability is made of, what else was possible, what would change it."""
    names = {version.id: version.name or UNNAMED for version in trace.versions}
    child = names[hop.child]
    sheet.line(
        ("Why ", "bold"), (names[hop.parent], "bold"), (" to ", "bold"), (child, "bold"),
        f": {confidence(hop.probability)}",
    )  # fmt: skip
    sheet.gap()
    _terms(sheet, hop.evidence)
    sheet.heading(f"What {child} may have been made from instead")
    if not hop.rivals:
        sheet.line("Nothing else is possible by what is known.")
    for rival in hop.rivals:
        told = names[rival.parent] if rival.parent else "no version that is known"
        sheet.line((told, "bold"), f": {confidence(rival.probability)}")
        _terms(sheet, rival.evidence)
    sheet.heading("What would change it")
    for said in changes(hop, names[hop.parent], child):
        sheet.line(said, first="- ")


def _terms(sheet: Sheet, evidence: Sequence[Evidence]) -> None:
    """Lay down the pieces of evidence, the heaviest first, each with what it adds."""
    weighed = [one for one in evidence if one.weight]
    whole = sum(abs(one.weight or 0.0) for one in weighed)
    for one in sorted(weighed, key=lambda one: -abs(one.weight or 0.0)):
        weight = one.weight or 0.0
        share = f"{abs(weight) / whole:4.0%}".replace("%", " %")
        quote = f" {quoted(shortened(one.quote, QUOTE))}" if one.quote else ""
        sheet.line(
            f"{one.says}{quote}", (f"  {_odds(weight)}", "dim"), first=f"{weight:+5.1f} {share}  "
        )
    for one in evidence:
        if not one.weight:
            sheet.line((one.says, "dim"), first=" " * 13)


def _odds(weight: float) -> str:
    """Return log-odds as a reader may take them."""
    times = exp(abs(weight))
    said = f"{times:.1f}" if times < 10 else f"{times:,.0f}"
    return f"({said} times as {'likely' if weight > 0 else 'unlikely'})"


def changes(hop: Hop, parent: str, child: str) -> Iterator[str]:
    """Yield which evidence, found or lost, would make another hop the likelier one."""
    lead = _lead(hop)
    if lead is None:
        yield "A version that was not searched yet, nearer to the text, would take its place."
        return
    carrying = [one for one in hop.evidence if (one.weight or 0.0) >= lead]
    for one in carrying:
        yield f"Without this it would no longer be the likeliest: {one.says}."
    if not carrying:
        yield "No single piece of evidence carries it: without any one of them it stays the likeliest."
    rival = hop.rivals[0]
    if rival.parent is not None and lead < LINK:
        yield f"A credit of {child} that links to the other version would outweigh it."
    elif rival.parent is not None:
        yield f"Not even a credit of {child} that links to the other version would outweigh it alone."
    yield f"A date that puts {parent} after {child} would rule it out."


def _lead(hop: Hop) -> float | None:
    """Return the log-odds by which a hop is likelier than the next best; None where there is none."""
    if not hop.rivals:
        return None
    return log(max(hop.probability, 1e-6) / max(hop.rivals[0].probability, 1e-6))
