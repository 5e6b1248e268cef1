"""What a page says about where its text comes from."""

from dataclasses import replace

from filiation.credits.account import account
from filiation.credits.lexicon import lexicon
from filiation.credits.marks import mark_findings
from filiation.credits.names import Namer
from filiation.credits.page import Page
from filiation.credits.phrases import phrase_findings
from filiation.credits.wire import wire_findings
from filiation.outlets import Catalogue, catalogue
from filiation.values import Article, Credits

__all__ = ["credits"]


def credits(article: Article, known: Catalogue | None = None) -> Credits:
    """Return the page's own account of itself: every credit, verbatim, and what they add up to."""
    words = lexicon(article.language)
    namer = Namer.of(article, words, known or catalogue())
    page = Page.of(article, namer, words)
    findings = sorted(
        [*mark_findings(article, namer), *phrase_findings(page), *wire_findings(page)],
        key=lambda finding: finding.line,
    )
    kind, origin, chain = account(page, findings)
    made = tuple(credit for finding in findings for credit in finding.credits)
    spans = {(c.start, c.end) for c in made if c.start is not None and c.end is not None}
    spoken = replace(article, aside=tuple(sorted({*article.aside, *spans})))
    return Credits(spoken, kind, origin, made, chain)
