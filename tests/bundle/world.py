"""A trace of three invented outlets over the web, as a search would hand it to a bundle."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filiation.bundle.values import Local, Page, Run
from filiation.bundle.write import write
from filiation.credits import credits
from filiation.find.values import Exchange
from filiation.match import compare
from filiation.read import read, read_bytes
from filiation.stemma import trace
from filiation.values import Article, Credits, Trace

__all__ = ["DEMO", "LEDGER", "START", "World", "bundled", "exchange", "world"]

DEMO = Path(__file__).parents[2] / "demo"
START = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
LEDGER = "https://www.harbourledger.example/2024/03/04/the-salt-that-stays"
ESTRAN = "https://estran.example/2024/03/le-sel-qui-reste"
REPLAY = f"https://archive.example/web/20240310080000id_/{ESTRAN}"


RUN = Run(
    ("filiation", "trace", "demo/courrier-des-rives.html", "--online"),
    START,
    START + timedelta(minutes=1),
    {"depth": 8, "every": 3.0, "contact": None},
)


def exchange(url: str, body: bytes = b"", at: int = 0, **more: object) -> Exchange:
    """Return a request for a page and its answer, `at` seconds after the start."""
    plain = Exchange(
        url=url,
        method="GET",
        sent=START + timedelta(seconds=at),
        seconds=0.25,
        request_headers=(("Host", "host.example"), ("User-Agent", "filiation/0.1.0")),
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body,
        address="192.0.2.7",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class World:
    """What a search saw."""

    trace: Trace
    pages: tuple[Page, ...]
    exchanges: tuple[Exchange, ...]
    asked: str
    report: str = "Where this text comes from\n\n  The Harbour Ledger, by way of L'Estran.\n"
    run: Run = RUN


def world() -> World:
    """Return a trace: a file, its source from an archive, the original behind a redirect.

    Beside them robots.txt, an answer of a service that holds a page whole, a host that does not
    answer, and an address that was not even asked for.
    """
    ledger = (DEMO / "harbour-ledger.html").read_bytes()
    estran = (DEMO / "estran.html").read_bytes()
    copy = (DEMO / "courrier-des-rives.html").read_bytes()
    moved = exchange(
        "http://harbourledger.example/?p=7",
        status=301,
        reason="Moved Permanently",
        headers=(("Location", LEDGER), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    )
    original = exchange(
        LEDGER,
        gzip.compress(ledger, mtime=0),
        2,
        headers=(
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Encoding", "gzip"),
            ("Transfer-Encoding", "chunked"),
        ),
    )
    kept = exchange(REPLAY, estran, 3, headers=(("Content-Type", "text/html"),))
    robots = exchange(
        "https://estran.example/robots.txt",
        b"User-agent: *\nDisallow: /wp-admin/\n" * 30,
        1,
        headers=(("Content-Type", "text/plain"),),
    )
    api = exchange(
        "https://service.example/posts",
        b'[{"content": "a page of <html> in an answer"}]',
        4,
        headers=(("Content-Type", "application/json"),),
    )
    silent = exchange(
        "https://silent.example/",
        at=5,
        status=0,
        reason="",
        headers=(),
        whole=False,
        outcome="transient",
        says="no answer within 60 seconds",
    )
    refused = exchange(
        "http://10.0.0.1/",
        at=6,
        status=0,
        reason="",
        headers=(),
        whole=False,
        address="",
        outcome="refused",
        says="it is a private address",
    )
    local = read(DEMO / "courrier-des-rives.html", url="https://rives.example/eau-potable")
    captured = datetime(2024, 3, 10, 8, tzinfo=UTC)
    pages = (
        Page(credits(local), Local("demo/courrier-des-rives.html", copy, START)),
        Page(_read(estran, ESTRAN), kept, captured, "An Archive"),
        Page(_read(ledger, LEDGER), original),
        Page(_read(b"<p>A line of its own, from an answer.</p>" * 9, "https://s.example/7"), api,
             within=True),
    )  # fmt: skip
    found = trace(local, [page.stated.article for page in pages[1:]])
    exchanges = (moved, robots, original, kept, api, silent, refused)
    return World(found, pages, exchanges, local.id)


def _read(data: bytes, url: str) -> Credits:
    """Read a page as a search does: bytes, address, and the charset that HTTP said."""
    return credits(read_bytes(data, url=url, name=url, charset="utf-8"))


def articles(pages: Sequence[Page]) -> list[Article]:
    """Return the pages' articles."""
    return [page.stated.article for page in pages]


def bundled(folder: Path, seen: World) -> str:
    """Write a world's bundle; return the digest of its manifest."""
    texts = articles(seen.pages)
    matches = [compare(a, b) for a in texts[:3] for b in texts[:3] if a.id < b.id]
    return write(
        folder,
        seen.trace,
        pages=seen.pages,
        asked=seen.asked,
        exchanges=seen.exchanges,
        matches=matches,
        report=seen.report,
        run=seen.run,
    )
