"""What a site asks of robots: its robots.txt, read as RFC 9309 says.

The rules are Protego's (https://github.com/scrapy/protego), which reads wildcards, delays and rates
besides. A file that cannot be had for a fault of the server forbids everything; one that is not
there, or is kept from us, nothing (RFC 9309, 2.3.1).
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiation.find.addresses import Address
from filiation.find.values import Fetched, Outcome

if TYPE_CHECKING:
    from protego import Protego

__all__ = ["AGAIN", "AGENT", "MOST", "REDIRECTS", "Robots", "robots_of"]

AGENT = "filiation"
"""Our product token, by which a site may name us."""
MOST = 512_000
"""Bytes of a robots.txt that are read: 500 KiB (RFC 9309, 2.5)."""
REDIRECTS = 5
"""Of a robots.txt that are followed (RFC 9309, 2.3.1.2)."""
AGAIN = 86_400.0
"""Seconds after which it is asked for anew (RFC 9309, 2.4)."""
SLOWEST = 60.0
"""Seconds between two requests, of those that a site may ask for. Some ask for hours, and mean
crawlers that want every page."""

_NAMED = re.compile(r"(?im)^([ \t]*user[- ]?agent[ \t]*:?)([^\n#]*)")
_ALLOWING: frozenset[Outcome] = frozenset(
    {"empty", "not_found", "blocked", "unsupported", "malformed"}
)
"""Outcomes after which there is no file to heed: RFC 9309, 2.3.1.2 and 2.3.1.3."""


@dataclass(frozen=True)
class Robots:
    """What one origin asks of robots."""

    rules: "Protego | None"
    """None: it asks nothing."""
    outcome: Outcome = "ok"
    """Anything else: nothing may be asked there, and this is why."""
    says: str = ""

    def allows(self, address: Address) -> bool:
        """Tell whether the rules let us ask for an address."""
        return self.rules is None or self.rules.can_fetch(str(address), AGENT)

    @property
    def every(self) -> float:
        """Seconds between the starts of two requests that it asks for, 0 where it does not."""
        if self.rules is None:
            return 0.0
        rate = self.rules.request_rate(AGENT)
        asked = [
            self.rules.crawl_delay(AGENT) or 0.0,
            rate.seconds / rate.requests if rate else 0.0,
        ]
        return min(max(asked), SLOWEST)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of its sitemaps, as written."""
        return tuple(self.rules.sitemaps) if self.rules is not None else ()


def robots_of(fetched: Fetched) -> Robots:
    """Return what an origin asks, from what came of asking for its robots.txt."""
    if fetched.outcome in ("ok", "unchanged", "too_large"):
        return Robots(_rules(fetched.content[:MOST]))
    if fetched.outcome in _ALLOWING:
        return Robots(None)
    if fetched.status >= 500 or (fetched.outcome == "refused" and fetched.exchanges):
        return Robots(None, "blocked", f"its robots.txt cannot be had ({fetched.says})")
    return Robots(None, fetched.outcome, f"asked for robots.txt: {fetched.says}")


def _rules(content: bytes) -> "Protego":
    from protego import Protego

    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    return Protego.parse(_NAMED.sub(_ours, "\n".join(lines)))


def _ours(line: re.Match[str]) -> str:
    """Give all other robots one name: rules are kept per name, and a file may hold 10,000 names."""
    name = line[2].replace("*", "").strip().lower()
    return line[0] if name in ("", AGENT) else f"{line[1]} another"
