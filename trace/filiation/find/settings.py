"""How a run asks the web: for whom, how often, how much, and of whom."""

from dataclasses import dataclass

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run asks the web. The defaults are those of a guest."""

    contact: str | None = None
    """An address or a page by which who asks can be reached; it stands in every request."""
    every: float = 3.0
    """Seconds between the starts of two requests to one host: the pace of cdx_toolkit at hosts that
    it does not know."""
    rest: float = 60.0
    """Seconds that a host is left alone after a 429 without a Retry-After."""
    patience: float = 120.0
    """Seconds that are waited for a host that asked for rest. Where it is longer, its questions are
    `rate_limited`."""
    retries: int = 2
    """How often a GET is asked again after a failure that may pass."""
    deadline: float = 60.0
    """Seconds for one answer, from dialling to its last byte."""
    most_requests: int | None = None
    """Requests of the run, redirects, retries and robots.txt among them; None: no limit."""
    most_seconds: float | None = None
    """Seconds of the run, waiting among them; None: no limit."""
    most_bytes: int = 10_000_000
    """Bytes of one body, unpacked."""
    most_wire: int = 2_000_000
    """Bytes of one body as sent, where it is packed: five times that is text enough."""
    allow: tuple[str, ...] = ()
    """Places that are asked though they are not public, or at another port than the web's:
    `127.0.0.1:8080`, `[::1]:8080`, `10.0.0.0/8`, `staging.example:8443`, `staging.example`."""
    connect_to: tuple[tuple[str, str], ...] = ()
    """Pairs of `host:port` as addresses name it and `host:port` that is dialled instead, private or
    not, as with curl's `--connect-to`."""
    proxy: str | None = None
    """`http://` or `https://` address of a proxy that all is asked through. It looks names up for
    us, so what a name leads to is no longer seen."""
    authorities: str | None = None
    """PEM file of the certificate authorities to trust; None: those of certifi."""
    ignore_robots: bool = False
    """Whether robots.txt is left unread."""
    offline: bool = False
    """Whether nothing is asked, and what was kept answers alone."""
    fresh_for: float = 0.0
    """Seconds for which a kept answer is good without asking; 0: the server is asked whether it has
    changed."""
    robots_fresh_for: float = 0.0
    """Seconds for which a kept robots.txt is; RFC 9309 (2.4) lets it be 24 hours."""

    def __post_init__(self) -> None:
        said = self.contact or ""
        if not said.isascii() or not said.isprintable() or "(" in said or ")" in said:
            raise ValueError(
                f"{said!r} cannot stand in a request: plain ASCII without brackets can"
            )

    @property
    def agent(self) -> str:
        """Who asks, as every request says it."""
        from filiation import __version__

        said = f" (+{self.contact})" if self.contact else ""
        return f"filiation/{__version__}{said}"
