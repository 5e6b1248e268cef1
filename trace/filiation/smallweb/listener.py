"""Real HTTP servers on loopback: one port for each host name, all in one process."""

import contextlib
import selectors
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler
from typing import Any

from filiation.smallweb.faults import Fault
from filiation.smallweb.log import Log
from filiation.smallweb.wire import Answer, Asked, Site, http_date, squeezed

__all__ = ["Listener"]

LOOPBACK = "127.0.0.1"
LONGEST_BODY = 1_000_000
"""Bytes of a request's body that are read; no service here takes more than a form."""


@dataclass
class _Switched:
    """A fault that was switched on for some paths of a host."""

    path: str
    fault: Fault
    times: int | None

    def holds(self, asked: Asked) -> bool:
        return fnmatchcase(asked.path, self.path) or fnmatchcase(asked.target, self.path)


class Listener:
    """The servers: each host name has a port of its own on loopback.

    One thread accepts, and each connection is served in its own, HTTP/1.1 with keep-alive.
    """

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self.sites = dict(sites)
        self.log = Log()
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._switched: dict[str, list[_Switched]] = {host: [] for host in sites}
        self._connections: dict[socket.socket, str] = {}
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._doors: dict[str, socket.socket] = {}
        self.ports: dict[str, int] = {}
        for host in sites:
            self._open(host)
        self._accepting = threading.Thread(target=self._accept, name="the small web", daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Close every port and every connection."""
        self.closing.set()
        self._wake.send(b".")
        self._accepting.join()
        self._selector.close()
        for door in self._doors.values():
            door.close()
        with self._lock:
            for connection in self._connections:
                _shut(connection)
        self._wake.close()
        self._woken.close()

    def fault(self, host: str, path: str, fault: Fault, times: int | None) -> None:
        """Switch a fault on; the newest that fits a request answers it."""
        with self._lock:
            self._switched[host].insert(0, _Switched(path, fault, times))
        if not fault.listens:
            self._shut_door(host)

    def mend(self, host: str) -> None:
        """Switch every fault of a host off."""
        with self._lock:
            shut = any(not one.fault.listens for one in self._switched[host])
            self._switched[host].clear()
        if shut:
            self._doors.pop(host).close()
            self._open(host)

    def chosen(self, asked: Asked) -> Fault | None:
        """Return the fault that answers a request, and count it."""
        with self._lock:
            for one in self._switched[asked.host]:
                if one.times != 0 and one.holds(asked):
                    one.times = None if one.times is None else one.times - 1
                    return one.fault
        return None

    def _open(self, host: str) -> None:
        """Listen for a host, at the port that it had before, if any."""
        door = _bound(self.ports.get(host, 0))
        door.listen(128)
        door.setblocking(False)
        self.ports[host] = door.getsockname()[1]
        self._doors[host] = door
        self._selector.register(door, selectors.EVENT_READ, host)
        self._wake.send(b".")

    def _shut_door(self, host: str) -> None:
        """Refuse connections for a host; its port stays taken, so that nobody else gets it."""
        self._selector.unregister(self._doors[host])
        self._doors.pop(host).close()
        self._doors[host] = _bound(self.ports[host])
        with self._lock:
            for connection, name in self._connections.items():
                if name == host:
                    _shut(connection)

    def _accept(self) -> None:
        while not self.closing.is_set():
            for key, _ in self._selector.select():
                if key.data is None:
                    self._woken.recv(64)
                else:
                    self._let_in(key.fileobj, key.data)

    def _let_in(self, door: Any, host: str) -> None:
        try:
            connection, peer = door.accept()
        except OSError:  # the client left at once, or the door was shut meanwhile
            return
        connection.setblocking(True)
        with self._lock:
            self._connections[connection] = host
        threading.Thread(
            target=self._serve, args=(connection, peer, host), name=f"serving {host}", daemon=True
        ).start()

    def _serve(self, connection: socket.socket, peer: Any, host: str) -> None:
        try:
            with contextlib.suppress(OSError):  # the client left
                _Conversation(self, connection, peer, host)
        finally:
            with self._lock:
                del self._connections[connection]
            connection.close()


def _bound(port: int) -> socket.socket:
    """Return a socket bound on loopback, to that port or to a free one."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((LOOPBACK, port))
    return door


def _shut(connection: socket.socket) -> None:
    """End a connection that another thread may be reading or writing."""
    with contextlib.suppress(OSError):  # it has ended by itself
        connection.shutdown(socket.SHUT_RDWR)


@dataclass
class _Line:
    """The line to a client, as a fault has it."""

    asked: Asked
    usual: Callable[[], Answer]
    conversation: "_Conversation"
    number: int
    """Under which the log has the request."""
    whole: bool = field(default=True)

    def send(self, answer: Answer) -> None:
        answer = _complete(answer)
        body = b"" if self.asked.method == "HEAD" or answer.status == 304 else answer.body
        self.write(answer.head() + b"\r\n" + body, answer.status)

    def write(self, piece: bytes, status: int = 0) -> None:
        if self.conversation.listener.closing.is_set():
            raise ConnectionAbortedError("the server closes")
        self.conversation.listener.log.sending(self.number, len(piece), status)
        self.conversation.connection.sendall(piece)

    def wait(self, seconds: float) -> None:
        if self.conversation.listener.closing.wait(seconds):
            raise ConnectionAbortedError("the server closes")

    def reset(self) -> None:
        self.whole = False
        linger = struct.pack("ii", 1, 0)  # closing throws away what is unsent and sends a reset
        self.conversation.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.hang_up()

    def hang_up(self) -> None:
        self.conversation.close_connection = True


def _complete(answer: Answer) -> Answer:
    """Return the answer with the headers that every server adds."""
    if not answer.header("Date"):
        answer = answer.having(Date=http_date(datetime.now(UTC)))
    if answer.status in (204, 304) or answer.header("Content-Length"):
        return answer
    return answer.having(Content_Length=str(len(answer.body)))


class _Conversation(BaseHTTPRequestHandler):
    """One connection: requests one after another, until one side has had enough."""

    protocol_version = "HTTP/1.1"

    def __init__(self, listener: Listener, connection: socket.socket, peer: Any, host: str) -> None:
        self.listener = listener
        self.host = host
        super().__init__(connection, peer, None)  # type: ignore[arg-type]  # it keeps no server

    def finish(self) -> None:
        self.rfile.close()  # the connection itself is closed by the listener

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing on standard error: the log has it all."""

    def _answer(self) -> None:
        asked = self._asked()
        number = self.listener.log.begin(asked)
        line = _Line(asked, lambda: self._usual(asked), self, number)
        fault = self.listener.chosen(asked)
        try:
            if fault is None:
                line.send(line.usual())
            else:
                self.listener.log.faulty(number, fault.name)
                fault.answer(line)
        except OSError:
            line.whole = False
            raise
        finally:
            self.listener.log.done(number, whole=line.whole)

    def _asked(self) -> Asked:
        size = min(_length(self.headers.get("Content-Length")), LONGEST_BODY)
        target = self.path
        if target.startswith("http://"):  # as to a proxy; RFC 9112, 3.2.2: to be taken all the same
            target = "/" + target.removeprefix("http://").partition("/")[2]
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(self.command, self.host, target, headers, self.rfile.read(size))

    def _usual(self, asked: Asked) -> Answer:
        meant = asked.headers.get("host", "").partition(":")[0].lower()
        if meant not in ("", asked.host, LOOPBACK, "localhost"):
            return Answer.text(f"{meant} is not served here\n", 421)
        return squeezed(asked, self.listener.sites[self.host](asked))


def _length(given: str | None) -> int:
    """Return how long a request's body says it is."""
    return int(given) if given and given.isdecimal() else 0
