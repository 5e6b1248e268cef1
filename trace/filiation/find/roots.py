"""The address at which a site answers, where only its host is known."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from filiation.find.values import Fetch, Fetched

__all__ = ["front_page", "root_of"]


def front_page(fetch: Fetch, host: str) -> Fetched:
    """Return what a site's front page answers, at the first address that answers at all.

    Not every site answers without `www.`, and not every one with encryption. Where none answers, the
    last failure is returned.
    """
    fetched: Fetched | None = None
    for address in _addresses(host):
        fetched = fetch(address)
        if fetched.status or fetched.outcome != "transient":
            break
    assert fetched is not None
    return fetched


def root_of(fetched: Fetched) -> str | None:
    """Return the address of the site that gave an answer; None where none came."""
    if not fetched.status:
        return None
    parts = urlsplit(fetched.final_url or fetched.url)
    return f"{parts.scheme}://{parts.netloc}/"


def _addresses(host: str) -> Iterator[str]:
    """Yield three addresses: a host that has failed as often is left alone for a while."""
    yield f"https://{host}/"
    if not host.startswith("www."):
        yield f"http://www.{host}/"
    yield f"http://{host}/"
