"""What a page's findings add up to: its kind, its origin and its chain."""

from collections.abc import Sequence

from filiation.credits.names import Name
from filiation.credits.page import Finding, Page
from filiation.values import Origin, PageKind

__all__ = ["account"]

PRECEDENCE: tuple[PageKind, ...] = ("translation", "excerpt", "republication", "wire", "hat-tip")
"""Which kind a page is when it says several: a translated piece is also republished; an excerpt says
where the whole stands; a republished piece may carry an agency's dateline or thank a third."""

ROLE_ORDER = (
    "original",
    "first_published",
    "republished_from",
    "source",
    "via",
    "wire",
    "authored_by",
    "hat_tip",
    "copyright",
)
"""Which credit speaks for the origin first."""


def account(page: Page, findings: Sequence[Finding]) -> tuple[PageKind, Origin, tuple[str, ...]]:
    """Return the page's kind, its origin as stated, and the outlets in order, its own last."""
    kind = _kind(findings)
    own = own_name(page)
    if kind == "none":
        return kind, Origin(), (own,) if own else ()
    speaking = [
        f
        for f in findings
        if f.kind != "none"
        and (f.kind == kind or kind in ("translation", "excerpt") or f.kind != "hat-tip")
    ]
    outlet = _outlet(speaking, kind)
    origin = Origin(
        outlet=outlet.text if outlet else None,
        title=_first(f.title for f in speaking),
        url=_first(f.url for f in speaking),
        language=_first(f.language for f in speaking),
        author=_first(f.author for f in speaking) or _signed(page, speaking),
        translator=_first(f.translator for f in speaking),
        translated_for=_first(
            f.translated_for.text if f.translated_for else None for f in speaking
        ),
        published=_first(f.published for f in speaking),
    )
    return kind, origin, _chain(page, speaking, outlet, own)


def _kind(findings: Sequence[Finding]) -> PageKind:
    said = {f.kind for f in findings if f.strength >= 0.5}
    return next((kind for kind in PRECEDENCE if kind in said), "none")


def _outlet(speaking: Sequence[Finding], kind: PageKind) -> Name | None:
    """Return whom the text comes from: by role, then strength, then place on the page."""

    def rank(finding: Finding) -> tuple[bool, int, float, int]:
        roles = [c.role for c in finding.credits if c.role in ROLE_ORDER]
        order = min((ROLE_ORDER.index(r) for r in roles), default=len(ROLE_ORDER))
        return finding.kind == "wire" and kind != "wire", order, -finding.strength, finding.line

    named = sorted((f for f in speaking if f.outlet is not None), key=rank)
    return named[0].outlet if named else None


def _signed(page: Page, speaking: Sequence[Finding]) -> str | None:
    """Return who signed the text: the name alone on a line above the closing credits, else the byline."""
    lines = [f.line for f in speaking if f.line > 0 and page.in_tail(f.line)]
    if lines:
        for index in range(min(lines) - 1, max(-1, min(lines) - 1 - SIGNATURE), -1):
            text = page.lines[index].text.strip(" *_—–-~")
            if page.running[index] or len(text) > MAX_SIGNATURE:
                break
            name = page.namer.name(text)
            signs = name.outlet is not None and name.text in name.outlet.signatures
            if signs or name.nature == "person":
                return name.text
    byline = page.article.byline
    if byline and page.namer.name(byline).nature == "person":
        return byline
    return None


SIGNATURE = 2
"""How many lines above the first closing credit a signature may stand."""
MAX_SIGNATURE = 40
"""Longest signature, in characters."""

SURE = 0.9
"""Least strength of a second statement of origin that is taken for a stage on the way."""


def _first(values: object) -> str | None:
    return next((v for v in values if v), None)  # type: ignore[attr-defined]


def own_name(page: Page) -> str | None:
    """Return the page's own outlet as the input or the page names it."""
    article = page.article
    if article.outlet_name:
        return article.outlet_name
    if article.url:
        host = article.url.split("//", 1)[-1].split("/", 1)[0]
        return host.removeprefix("www.")
    return None


def _stage(finding: Finding, origin: Name | None, speaking: Sequence[Finding]) -> Name | None:
    """Return the outlet that a finding names if the text came through it from its origin."""
    outlet = finding.outlet
    if outlet is None or outlet is origin or outlet.nature not in ("known", "domain", "outlet"):
        return None
    roles = {credit.role for credit in finding.credits}
    first = next((f for f in speaking if f.outlet is origin), None)
    if finding.kind == "hat-tip":
        return outlet if first is not None and first.line == finding.line else None
    if finding.kind in ("none", "wire"):
        return None
    if finding.strength >= SURE or "via" in roles:
        return outlet
    stated = {credit.role for credit in first.credits} if first is not None else set()
    farther = stated & {"original", "first_published"} and roles & {"source", "republished_from"}
    return outlet if farther else None


def _chain(
    page: Page, speaking: Sequence[Finding], outlet: Name | None, own: str | None
) -> tuple[str, ...]:
    chain: list[str] = []
    stages = (_stage(f, outlet, speaking) for f in sorted(speaking, key=lambda f: f.line))
    between = [stage.text for stage in stages if stage is not None]
    for finding in speaking:
        for name in (
            *finding.intermediates,
            *((finding.translated_for,) if finding.translated_for else ()),
        ):
            if name.nature != "self":
                between.append(name.text)
    chain += [name.text for finding in speaking for name in finding.behind]
    if outlet is not None and not outlet.is_wire:
        # What an agency signed and another outlet printed went through both.
        chain += [f.outlet.text for f in speaking if f.kind == "wire" and f.outlet is not None]
    if outlet is not None:
        chain.append(outlet.text)
    chain += between
    if own:
        chain.append(own)
    kept: list[str] = []
    for name in chain:
        if all(not page.namer.same(name, other) for other in kept):
            kept.append(name)
    return tuple(kept)
