"""A page that a list names, once it has come: whether it is one, and how it is to be read."""

from urllib.parse import urlsplit

from filiation.dates import parse, witness
from filiation.find.frontier import Visit
from filiation.find.sources import raw_page
from filiation.find.values import Fetched, Outcome
from filiation.library.rows import page_at
from filiation.outlets import host
from filiation.read.raw import Raw
from filiation.values import DateWitness

__all__ = ["FINE", "host_of", "judged", "raw_of"]

FINE: frozenset[Outcome] = frozenset({"ok", "unchanged"})
"""Outcomes that give an article."""

_PAGES = ("", "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
"""Media types that may be a page: those of HTML, of text, none at all, and what servers set up
badly say of XHTML."""


def judged(fetched: Fetched) -> tuple[Outcome, str]:
    """Return what came of asking for a page, and what happened where it is no page."""
    if fetched.outcome not in FINE:
        return fetched.outcome, fetched.says
    if fetched.media_type not in _PAGES:
        return "unsupported", f"it is {fetched.media_type[:60]}, which is no page"
    if page_at(fetched.final_url or fetched.url) is None:
        # How sites hide that an article is gone.
        return "not_found", "its address leads to the front page of the site"
    return "ok", ""


def raw_of(visit: Visit, fetched: Fetched) -> Raw:
    """Return a page as it is to be read."""
    address = fetched.final_url or fetched.url
    return raw_page(
        fetched,
        address,
        source=visit.source.address,
        number=visit.place,
        where=visit.url,
        taken=fetched.taken,
        listed=_listed(visit, address),
    )


def _listed(visit: Visit, address: str) -> tuple[DateWitness, ...]:
    """Return what the page's own outlet says of its date in the list. Others list it later."""
    if not visit.published or not _same_site(host(visit.source.address), host(address)):
        return ()
    found = parse(visit.published)
    if found is None:
        return ()
    # WordPress writes its REST records as it writes its feeds.
    kind = "sitemap" if visit.finder == "sitemap" else "feed"
    return (witness(kind, found, visit.published, visit.source.address),)


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def host_of(url: str) -> str:
    """Return the host that is asked for an address; of what has none, nothing."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
