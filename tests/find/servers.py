"""Servers on loopback that answer byte by byte what a test says, and log who asked when."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from filiation.find.fetcher import Settings


@dataclass
class Request:
    """One request as a server saw it, and from when to when it answered."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    began: float
    ended: float = 0.0


Answer = bytes | Callable[[Request, socket.socket], bytes | None]
"""What is sent: bytes as they are, or what a function sends or returns; None ends the connection."""


def answer(body: bytes | str = b"", status: str = "200 OK", **headers: str | None) -> bytes:
    """Return a sound answer; `Content_Type="..."` sets a header, None leaves it out."""
    raw = body.encode() if isinstance(body, str) else body
    named: dict[str, str | None] = {"Content_Type": "text/html", "Content_Length": str(len(raw))}
    named.update(headers)
    lines = [
        f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value is not None
    ]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + raw


def leads(location: str, status: str = "302 Found", **headers: str) -> bytes:
    """Return a redirect."""
    return answer(b"", status, Location=location, **headers)


@dataclass
class Server:
    """A server in threads of its own. What it does not know is not found."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    log: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._socket.getsockname()[1]
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._socket.close()

    @property
    def targets(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [request.target for request in self.log if request.target != "/robots.txt"]

    def _accept(self) -> None:
        while self._open:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with contextlib.closing(connection):
                while (request := _read(connection)) is not None:
                    self.log.append(request)
                    try:
                        sent = self._answer(request)
                        data = sent if isinstance(sent, bytes) else sent(request, connection)
                        if data is None:
                            return
                        request.ended = time.monotonic()
                        connection.sendall(data)
                    finally:
                        request.ended = time.monotonic()

    def _answer(self, request: Request) -> Answer:
        path = request.target.partition("?")[0]
        known = self.answers.get(request.target, self.answers.get(path, self.answers.get("*")))
        missing = path == "/robots.txt" and "/robots.txt" not in self.answers
        return answer("no", "404 Not Found") if missing or known is None else known


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65_536)
        if not chunk:
            return None
        data += chunk
    began = time.monotonic()
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    return Request(method, target, headers, body, began)


# --- faults ---------------------------------------------------------------------------------------


def reset(sent: bytes) -> Answer:
    """Send these bytes, then reset the connection."""

    def fault(_: Request, connection: socket.socket) -> None:
        connection.sendall(sent)
        time.sleep(0.05)  # what was sent is read before the reset throws it away
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return fault


def closed(sent: bytes) -> Answer:
    """Send these bytes, then close the connection."""

    def fault(_: Request, connection: socket.socket) -> None:
        connection.sendall(sent)

    return fault


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Answer:
    """Send a head, then the same piece until the other side has enough."""

    def fault(_: Request, connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            if pause:
                time.sleep(pause)

    return fault


def silent(_: Request, connection: socket.socket) -> None:
    """Answer nothing, and keep the connection."""
    connection.recv(1)


def in_turn(*answers: Answer) -> Answer:
    """Answer one after the other, the last for ever."""
    left = list(answers)

    def next_one(request: Request, connection: socket.socket) -> bytes | None:
        found = left.pop(0) if len(left) > 1 else left[0]
        return found if isinstance(found, bytes) else found(request, connection)

    return next_one


# --- around a fetcher -----------------------------------------------------------------------------


def settings(servers: Mapping[str, Server | int], **more: Any) -> Settings:
    """Return settings that lead hosts to servers, or to ports, without the usual waiting."""
    ports = {host: s if isinstance(s, int) else s.port for host, s in servers.items()}
    led = tuple(
        (host if ":" in host else f"{host}:80", f"127.0.0.1:{port}") for host, port in ports.items()
    )
    return Settings(**{"every": 0.0, "connect_to": led, "deadline": 5.0, **more})


def free_port() -> int:
    """Return a port of loopback at which nobody listens."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Still:
    """A clock that waits for nobody: sleeping moves it."""

    slept: list[float] = field(default_factory=list)
    moment: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return self.moment

    def utc(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=self.moment)

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.slept.append(seconds)
            self.moment += seconds

    def wake(self) -> None:
        return
