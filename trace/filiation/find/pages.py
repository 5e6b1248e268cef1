"""What the web gave made an article, or the reason why it is none."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from filiation.errors import InputError
from filiation.find.values import Capture, Fetched, Outcome
from filiation.outlets import Catalogue
from filiation.stemma.addresses import page_of
from filiation.values import Article, Had

__all__ = ["LEAST_TEXT", "NoPage", "archived_page", "is_article", "led_by", "live_page"]

LEAST_TEXT = 200
"""Characters of text below which a page that came without an error is a wall, a shell that scripts
would fill, or an error page in disguise. Chosen: a single paragraph of news has more."""
ARTICLE = 600
"""Characters from which on a page with a date is taken for an article: a section's front page has
teasers and little running text. Chosen, not measured."""

_PAGES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "text/markdown"})
_WALL = re.compile(
    # Where sites send a reader whom they have not asked yet: the host's or the path's own word.
    r"(?:^|[./_-])(?:consent|cookie-?wall|cookiewall|privacy-?gate|gdpr|paywall|captcha)(?:[./_?-]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NoPage:
    """Why what the web gave is no article."""

    outcome: Outcome
    says: str


def live_page(fetched: Fetched, catalogue: Catalogue | None = None) -> Article | NoPage:
    """Return the article that an address gave; its `url` is the address that gave the last answer.

    An answer without an error may still be no article: a site's front page in the place of one that
    is gone, a wall for consent or payment, a shell that scripts would fill, a file.
    """
    if not _came(fetched):
        return NoPage(fetched.outcome, fetched.says)
    at = fetched.final_url or fetched.url
    if page_of(at) is None and page_of(fetched.url) is not None:
        return NoPage("not_found", "it leads to the site's front page")
    if at != fetched.url and _is_wall(at) and not _is_wall(fetched.url):
        return NoPage("blocked", "it leads to a page that asks for consent, payment or a proof")
    had = Had("live", at, fetched.taken, fetched.kept, led_by(fetched))
    return _article(fetched, at, had, catalogue)


def archived_page(
    address: str,
    fetched: Fetched,
    capture: Capture,
    had: Had,
    catalogue: Catalogue | None = None,
) -> Article | NoPage:
    """Return the article that an archive kept of `address`; its `url` is the page's own address.

    `had` holds what is to be said of it; what the capture says is added here.
    """
    if not _came(fetched):
        return NoPage(fetched.outcome, fetched.says)
    if capture.status is not None and not 200 <= capture.status < 300:
        return NoPage("not_found", f"the archive kept an answer of status {capture.status}")
    told = replace(
        had,
        how="archive",
        address=fetched.final_url or capture.replay,
        taken=fetched.taken,
        kept=fetched.kept,
        archive=capture.archive,
        captured=capture.taken,
    )
    return _article(fetched, address, told, catalogue)


def led_by(fetched: Fetched) -> tuple[str, ...]:
    """Return the addresses that led to the last answer, the one asked for first."""
    on_the_way = (fetched.url, *(exchange.url for exchange in fetched.exchanges))
    at = fetched.final_url or fetched.url
    return tuple(dict.fromkeys(address for address in on_the_way if address != at))


def is_article(article: Article) -> bool:
    """Whether a page looks like one article rather than a section, a search or a notice."""
    return len(article.text) >= ARTICLE and article.dates.midpoint is not None


def _came(fetched: Fetched) -> bool:
    return fetched.outcome in ("ok", "unchanged") and bool(fetched.content)


def _is_wall(address: str) -> bool:
    parts = urlsplit(address)
    return bool(_WALL.search(parts.netloc) or _WALL.search(parts.path))


def _article(fetched: Fetched, url: str, had: Had, catalogue: Catalogue | None) -> Article | NoPage:
    from filiation.read import read_bytes

    if fetched.media_type not in _PAGES:
        return NoPage("unsupported", f"it is no page, but {fetched.media_type}")
    try:
        article = read_bytes(
            fetched.content, url=url, name=url, charset=fetched.charset, catalogue=catalogue
        )
    except InputError as error:
        return NoPage("malformed", error.what)
    if len(article.text.strip()) < LEAST_TEXT:
        shown = len(article.text.strip())
        return NoPage(
            "blocked",
            f"the page shows {shown} characters of text: a wall, an error, or a shell for scripts",
        )
    return replace(article, had=had)
