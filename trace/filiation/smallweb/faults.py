"""What can go wrong with a server, as things that can be switched on: `web.fault(host, path, fault)`.

A `Fault` answers in the server's stead. It has the `Line` to the client, on which it may send the
usual answer, another, half of one, or bytes that are no answer at all.
"""

import gzip
import io
import re
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Protocol

from filiation.smallweb.wire import Answer, Asked

__all__ = [
    "Fault",
    "Line",
    "answering",
    "bomb",
    "chain",
    "changed",
    "consent_page",
    "cookie_wall",
    "drip",
    "endless",
    "entity_bomb",
    "error_page",
    "garbage",
    "huge_headers",
    "limited",
    "loop",
    "malformed_json",
    "malformed_xml",
    "redirect",
    "refused",
    "reset",
    "silence",
    "slow_head",
    "status",
    "stray_zeros",
    "too_many",
    "twofold_encoding",
    "wrong_charset",
    "wrong_encoding",
    "wrong_length",
]

PIECE = 16_384


class Line(Protocol):
    """The line to one client, while one request is answered."""

    asked: Asked

    def usual(self) -> Answer:
        """Return what the server would have answered."""
        ...

    def send(self, answer: Answer) -> None:
        """Send a whole answer."""
        ...

    def write(self, piece: bytes, status: int = 0) -> None:
        """Send bytes as they are; `status` is what the log notes. Raises `OSError` when the client
        has left or the server closes."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises `OSError` when the server closes meanwhile."""
        ...

    def reset(self) -> None:
        """Break the connection so that the client sees a reset."""
        ...

    def hang_up(self) -> None:
        """Close the connection once the fault has returned."""
        ...


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong."""

    name: str
    answer: Callable[[Line], None]
    listens: bool = True
    """Whether the server's port is open at all."""


def _cut_short(line: Line) -> None:
    line.hang_up()


def refused() -> Fault:
    """Return: the port is closed, connections are refused. It holds for the host, not for a path."""
    return Fault("refused", _cut_short, listens=False)


def reset(after: int = 300) -> Fault:
    """Return: the usual answer is promised whole, and the connection is reset after `after` bytes
    of its body, or one byte before its end."""

    def answer(line: Line) -> None:
        usual = line.usual()
        length = max(len(usual.body), 2)
        body = usual.body.ljust(length, b" ")[: min(after, length - 1)]
        head = usual.having(Content_Length=str(length)).head()
        line.write(head + b"\r\n" + body, usual.status)
        line.wait(0.02)  # so that the client has read it: a reset throws away what was not read
        line.reset()

    return Fault("reset", answer)


def silence() -> Fault:
    """Return: the request is taken and never answered."""

    def answer(line: Line) -> None:
        while True:
            line.wait(3600)

    return Fault("silence", answer)


def endless(piece: bytes = b"<p>And another thing.</p>\n", chunked: bool = True) -> Fault:
    """Return: a body without end, as fast as it is taken. Not chunked, it ends with the connection,
    which never ends."""
    body = (piece * (PIECE // len(piece) + 1))[:PIECE]

    def answer(line: Line) -> None:
        head = Answer(200, (("Content-Type", "text/html; charset=UTF-8"),))
        head = head.having(Transfer_Encoding="chunked") if chunked else head
        line.hang_up()
        line.write(head.head() + b"\r\n", 200)
        framed = b"%x\r\n%s\r\n" % (len(body), body) if chunked else body
        while True:
            line.write(framed, 200)

    return Fault("endless", answer)


def drip(seconds: float = 0.5, size: int = 1) -> Fault:
    """Return: the usual answer, its body in pieces of `size` bytes, `seconds` apart."""

    def answer(line: Line) -> None:
        usual = line.usual()
        head = usual.having(Content_Length=str(len(usual.body))).head()
        line.write(head + b"\r\n", usual.status)
        for at in range(0, len(usual.body), size):
            line.wait(seconds)
            line.write(usual.body[at : at + size], usual.status)

    return Fault("drip", answer)


def slow_head(seconds: float = 0.5) -> Fault:
    """Return: the usual answer, its status line and headers byte by byte, `seconds` apart."""

    def answer(line: Line) -> None:
        usual = line.usual()
        head = usual.having(Content_Length=str(len(usual.body))).head() + b"\r\n"
        for at in range(len(head)):
            line.wait(seconds)
            line.write(head[at : at + 1], usual.status)
        line.write(usual.body, usual.status)

    return Fault("slow head", answer)


def status(
    code: int, body: str | None = None, *, retry_after: float | datetime | str | None = None
) -> Fault:
    """Return: an answer of that status, with `Retry-After` where it is given: seconds, or a moment,
    which is written as a date."""
    page = (
        body
        if body is not None
        else f"<html><head><title>{code}</title></head><body><h1>{code}</h1></body></html>"
    )

    def answer(line: Line) -> None:
        given = Answer.html(page, code)
        if isinstance(retry_after, datetime):
            given = given.having(Retry_After=format_datetime(retry_after, usegmt=True))
        elif isinstance(retry_after, str):
            given = given.having(Retry_After=retry_after)
        elif retry_after is not None:
            given = given.having(Retry_After=f"{retry_after:g}")
        line.send(given)

    return Fault(f"status {code}", answer)


def too_many(seconds: float | None = None, *, as_date: bool = False) -> Fault:
    """Return: 429, without Retry-After, or with it, as seconds or as the date that is so far away."""

    def answer(line: Line) -> None:
        when: float | datetime | None = seconds
        if seconds is not None and as_date:
            when = datetime.now(UTC) + timedelta(seconds=seconds)
        status(429, "Too Many Requests", retry_after=when).answer(line)

    return Fault("status 429", answer)


@dataclass
class _Window:
    """The moments of the requests let through lately."""

    moments: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def full(self, number: int, seconds: float) -> bool:
        """Whether `number` requests came in the last `seconds`; if not, count this one."""
        now = time.monotonic()
        with self.lock:
            self.moments = [moment for moment in self.moments if now - moment < seconds]
            if len(self.moments) >= number:
                return True
            self.moments.append(now)
            return False


def limited(number: int, seconds: float, *, retry_after: float | None = None) -> Fault:
    """Return: the usual answers, but 429 once `number` requests came within `seconds`."""
    window = _Window()

    def answer(line: Line) -> None:
        if window.full(number, seconds):
            too_many(retry_after).answer(line)
        else:
            line.send(line.usual())

    return Fault("limited", answer)


def redirect(to: str, code: int = 302) -> Fault:
    """Return: a redirect to that address, whatever it is: private hosts, other schemes, ..."""
    return Fault("redirect", lambda line: line.send(Answer.redirect(to, code)))


def loop(code: int = 302) -> Fault:
    """Return: a redirect to the very address asked for."""

    def answer(line: Line) -> None:
        line.send(Answer.redirect(line.asked.address, code))

    return Fault("loop", answer)


def chain(hops: int = 50, code: int = 302) -> Fault:
    """Return: `hops` redirects one after another, each to a new address of the host, told apart by
    `hop=N` in the query; then the usual answer. Give it a path that ends in `*`."""

    def answer(line: Line) -> None:
        at = line.asked.number("hop", 0)
        if at >= hops:
            line.send(line.usual())
        else:
            line.send(
                Answer.redirect(f"http://{line.asked.host}{line.asked.path}?hop={at + 1}", code)
            )

    return Fault("chain", answer)


def cookie_wall() -> Fault:
    """Return: a redirect to the same address with a cookie to bring, for ever where it is not
    brought."""

    def answer(line: Line) -> None:
        if "consent=" in line.asked.headers.get("cookie", ""):
            line.send(line.usual())
        else:
            wall = Answer.redirect(line.asked.address, 302)
            line.send(wall.having(Set_Cookie="consent=yes; Path=/"))

    return Fault("cookie wall", answer)


def consent_page() -> Fault:
    """Return: status 200, and a page that holds nothing but the question for consent."""
    page = (
        "<!DOCTYPE html><html><head><title>Before you continue</title></head><body>"
        "<div id='consent'><h1>We value your privacy</h1><p>We and our 841 partners store and access"
        " information on your device.</p><button>Accept all</button> <button>Manage options"
        "</button></div><script src='/consent.js'></script></body></html>"
    )
    return Fault("consent page", lambda line: line.send(Answer.html(page)))


def bomb(size: int = 400_000_000, coding: str = "gzip") -> Fault:
    """Return: a small body that unpacks to `size` bytes of nothing, as `gzip` or `deflate`."""
    packed = _packed(size, coding)

    def answer(line: Line) -> None:
        kind = ("Content-Type", "text/html; charset=UTF-8")
        line.send(Answer(200, (kind, ("Content-Encoding", coding)), packed))

    return Fault("bomb", answer)


def _packed(size: int, coding: str) -> bytes:
    """Return `size` spaces, compressed, without ever holding them."""
    if coding not in ("gzip", "deflate"):
        raise ValueError(f"no such coding: {coding}")
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    out, block = io.BytesIO(), b" " * 1_000_000
    for at in range(0, size, len(block)):
        out.write(packer.compress(block[: size - at]))
    out.write(packer.flush())
    return out.getvalue()


def wrong_encoding(coding: str = "gzip") -> Fault:
    """Return: the usual answer, not compressed, with a Content-Encoding that says it were."""

    def answer(line: Line) -> None:
        line.send(_plain(line.usual()).having(Content_Encoding=coding))

    return Fault("wrong encoding", answer)


def twofold_encoding() -> Fault:
    """Return: the usual answer, compressed, with an empty Content-Encoding before the true one, as
    the Wayback Machine replays some captures."""

    def answer(line: Line) -> None:
        plain = _plain(line.usual())
        given = replace(plain, body=gzip.compress(plain.body, mtime=0))
        empty = (("content-encoding", ""), ("Content-Encoding", "gzip"))
        line.send(replace(given, headers=(*given.headers, *empty)))

    return Fault("twofold encoding", answer)


def _plain(answer: Answer) -> Answer:
    """Return the answer without its Content-Encoding."""
    if answer.header("Content-Encoding") != "gzip":
        return answer
    kept = tuple(pair for pair in answer.headers if pair[0].lower() != "content-encoding")
    return replace(answer, headers=kept, body=gzip.decompress(answer.body))


def wrong_charset(charset: str = "utf-8") -> Fault:
    """Return: the usual answer, its Content-Type naming a charset that it is not in."""

    def answer(line: Line) -> None:
        usual = line.usual()
        kind = usual.header("Content-Type").partition(";")[0]
        rest = tuple(pair for pair in usual.headers if pair[0].lower() != "content-type")
        named = ("Content-Type", f"{kind}; charset={charset}")
        line.send(replace(usual, headers=(named, *rest)))

    return Fault("wrong charset", answer)


def wrong_length(off: int = 1000) -> Fault:
    """Return: the usual answer, with a Content-Length that promises `off` bytes more; then the
    connection is closed."""

    def answer(line: Line) -> None:
        usual = line.usual()
        head = usual.having(Content_Length=str(len(usual.body) + off)).head()
        line.hang_up()
        line.write(head + b"\r\n" + usual.body, usual.status)

    return Fault("wrong length", answer)


def huge_headers(size: int = 100_000_000, each: int = 8000) -> Fault:
    """Return: `size` bytes of headers, `each` bytes long, before anything else comes."""

    def answer(line: Line) -> None:
        line.hang_up()
        line.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", 200)
        for at in range(0, size, each):
            name = b"X-More-%d: " % at
            line.write(name + b"m" * (each - len(name) - 2) + b"\r\n", 200)
        line.write(b"Content-Length: 0\r\n\r\n", 200)

    return Fault("huge headers", answer)


def garbage(said: bytes = b"\x00\x16\x03 this is not HTTP\r\n\r\n\xff\xfe") -> Fault:
    """Return: bytes that are no HTTP answer."""

    def answer(line: Line) -> None:
        line.hang_up()
        line.write(said)

    return Fault("garbage", answer)


def answering(body: str | bytes, kind: str = "text/html; charset=UTF-8", code: int = 200) -> Fault:
    """Return: always that answer."""
    held = body.encode() if isinstance(body, str) else body
    given = Answer(code, (("Content-Type", kind),), held)
    return Fault("answering", lambda line: line.send(given))


def malformed_json(cut: int = 40) -> Fault:
    """Return: the usual answer without its last `cut` bytes, its type JSON, its length right."""

    def answer(line: Line) -> None:
        usual = _plain(line.usual())
        kind = ("Content-Type", "application/json; charset=UTF-8")
        line.send(Answer(usual.status, (kind,), usual.body[: max(1, len(usual.body) - cut)]))

    return Fault("malformed JSON", answer)


def malformed_xml() -> Fault:
    """Return: XML cut off in a tag that was opened wrongly."""
    return answering(
        b'<?xml version="1.0"?>\n<rss><channel><title>News</titel>\n<item><link>http://a.example/',
        "application/xml",
    )


def entity_bomb(depth: int = 9) -> Fault:
    """Return: XML whose entities unfold to 10 to the power of `depth` words (a "billion laughs"),
    and one that asks for a file of the reader's machine."""
    entities = ['<!ENTITY e0 "salt">', '<!ENTITY file SYSTEM "file:///etc/passwd">']
    entities += [f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, depth + 1)]
    bodies = f"<url><loc>http://a.example/&e{depth};</loc></url><url><loc>&file;</loc></url>"
    return answering(
        f'<?xml version="1.0"?>\n<!DOCTYPE urlset [{"".join(entities)}]>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{bodies}</urlset>',
        "application/xml",
    )


def error_page(said: str = "We are experiencing technical difficulties") -> Fault:
    """Return: a page that says an error happened, with status 200 and the type of a page, whatever
    was asked for."""
    return answering(f"<html><head><title>Error</title></head><body><h1>{said}</h1></body></html>")


def changed(change: Callable[[bytes], bytes], name: str = "changed") -> Fault:
    """Return: the usual answer, its body changed by the function."""

    def answer(line: Line) -> None:
        usual = _plain(line.usual())
        line.send(replace(usual, body=change(usual.body)))

    return Fault(name, answer)


def stray_zeros() -> Fault:
    """Return: the usual answer of a capture index, with `00` pushed into its timestamps before the
    month or before the day, as some rows of the Wayback Machine have it (16 digits)."""

    def stray(body: bytes) -> bytes:
        seen = 0

        def push(found: re.Match[bytes]) -> bytes:
            nonlocal seen
            seen += 1
            year, month, rest = found.groups()
            return year + b"00" + month + rest if seen % 2 else year + month + b"00" + rest

        return re.sub(rb"(?<![\d/])((?:19|20)\d\d)(\d\d)(\d{8})(?!\d)", push, body)

    return changed(stray, "stray zeros")
