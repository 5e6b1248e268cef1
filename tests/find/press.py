"""Newspapers on loopback: several hosts behind one port, with feeds, sitemaps and a log of all asked."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.find.fakeweb import page

HOSTS = ("gull.example", "moor.example", "www.night.example", "courrier.example")


@dataclass(frozen=True)
class Seen:
    """One request as the server saw it; moments of the monotonic clock."""

    method: str
    host: str
    path: str
    began: float
    ended: float
    status: int
    conditional: bool

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"

    @property
    def question(self) -> tuple[str, str]:
        return self.method, self.url


@dataclass
class Press:
    """The newspapers. What they hold may be changed while they are open."""

    stories: int
    hosts: Sequence[str] = HOSTS
    slowest: float = 0.0
    """Seconds that an answer takes at the most."""
    pages: dict[str, dict[str, tuple[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    """By host and path: media type and body."""
    status: dict[tuple[str, str], int] = field(default_factory=dict)
    """What some addresses answer instead."""
    log: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.updated: dict[tuple[str, int], str] = {}
        for host in self.hosts:
            for number in range(1, self.stories + 1):
                self.write(host, number)
            rules = f"User-agent: *\nDisallow: /private/\nSitemap: http://{host}/sitemap.xml\n"
            self.pages[host]["/robots.txt"] = "text/plain", rules
            self.pages[host]["/"] = "text/html", page(f"{host}: all of today", host)

    def write(self, host: str, number: int, note: str = "", updated: str = "") -> None:
        """Publish a story, or another version of it, and name it in feed and sitemap."""
        title = f"{host} tells story {number}"
        written = page(title, (host, number), note, f"2024-03-{1 + number % 28:02}T08:00:00Z")
        self.pages[host][f"/{number}.html"] = "text/html; charset=utf-8", written
        self.updated[host, number] = updated
        mine = sorted(n for name, n in self.updated if name == host)
        self.pages[host]["/feed"] = "application/atom+xml", self._feed(host, mine)
        self.pages[host]["/sitemap.xml"] = "application/xml", self._sitemap(host, mine)

    def _feed(self, host: str, numbers: Sequence[int]) -> str:
        entries = "".join(
            f"<entry><id>tag:{host},2024:{n}</id><title>Story {n}</title>"
            f'<link href="http://{host}{self._listed(n)}"/>'
            f"<published>2024-03-{1 + n % 28:02}T08:00:00Z</published>"
            f"<updated>{self.updated[host, n] or f'2024-03-{1 + n % 28:02}T08:00:00Z'}</updated></entry>"
            for n in reversed(numbers)
        )
        return (
            f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{host}</title>'
            f'<link href="http://{host}/"/><id>tag:{host}</id>{entries}</feed>'
        )

    def _listed(self, number: int) -> str:
        """Every tenth story has moved since the feed was written."""
        return f"/old/{number}" if number % 10 == 0 else f"/{number}.html"

    def _sitemap(self, host: str, numbers: Sequence[int]) -> str:
        urls = "".join(
            f"<url><loc>http://{host}/{n}.html</loc>"
            f"<lastmod>{self.updated[host, n] or f'2024-03-{1 + n % 28:02}'}</lastmod></url>"
            for n in numbers
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'

    @property
    def feeds(self) -> list[str]:
        return [f"http://{host}/feed" for host in self.hosts]

    @property
    def connected(self) -> list[str]:
        """The options by which the program finds these hosts."""
        return [part for host in self.hosts for part in ("--connect-to", f"{host}:80={self.at}")]

    @property
    def at(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def asked(self, since: int = 0) -> list[str]:
        """The addresses asked for, in order, from one place of the log on; robots.txt left out."""
        return [seen.url for seen in self.log[since:] if seen.path != "/robots.txt"]

    def __enter__(self) -> Self:
        press = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                press.answer(self)

            do_HEAD = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """A client that was killed is no error."""

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        began = time.monotonic()
        host = asked.headers.get("Host", "").partition(":")[0]
        time.sleep(random.random() * self.slowest)
        media, text = self.pages[host].get(asked.path, ("text/plain", ""))
        body = text.encode()
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        conditional = "If-None-Match" in asked.headers
        status = self.status.get((host, asked.path)) or (200 if body else 404)
        if status == 200 and asked.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        moved = asked.path.removeprefix("/old/") if asked.path.startswith("/old/") else ""
        if moved:
            status = 301
        if status >= 400:
            body = b""
        asked.send_response(status)
        if moved:
            asked.send_header("Location", f"/{moved}.html")
        asked.send_header("Content-Type", media)
        asked.send_header("ETag", tag)
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        # Before the last byte goes out: who has the answer may ask the next question at once.
        seen = Seen(asked.command, host, asked.path, began, time.monotonic(), status, conditional)
        self.log.append(seen)
        if asked.command == "GET":
            asked.wfile.write(body)
