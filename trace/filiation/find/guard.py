"""The guard at the socket: what may be dialled, for how long, and how much may come.

A name is looked up once; where any of its addresses is not of the public internet, nothing is
dialled, and what is dialled is the address that was checked, never the name again. So a name that
changes its answer gains nothing, whatever hop of a redirect brought it. Reading is bounded by the
moment and by the bytes of the request that is under way, since a limit per chunk is passed by whoever
sends one byte at a time.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore

__all__ = [
    "Allowed",
    "Guard",
    "Late",
    "NoSuchHost",
    "Resolve",
    "TooMuch",
    "Unsafe",
    "Watch",
    "is_public",
    "looked_up",
    "place",
]

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host; raises OSError where there are none."""

MOST_ADDRESSES = 4
"""Of one host that are dialled in turn: a host that does not answer at four is not there."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, 2.5.5.1


class Unsafe(Exception):
    """The host is not of the public internet; the message says where it leads."""


class NoSuchHost(Exception):
    """The host's name has no address."""


class Late(Exception):
    """The moment is past at which the answer had to have come."""


class TooMuch(Exception):
    """More bytes came than the answer may have."""


@dataclass(slots=True)
class Watch:
    """What one request may take, and what was seen of it at the socket."""

    until: float
    """Moment of `time.monotonic` at which it is given up."""
    most: int
    """Bytes that may still come."""
    address: str = ""
    """What was dialled."""
    ended: bool = False
    """Whether the other side closed the connection."""
    first: float | None = None
    """Moment at which the first bytes came: by then the other side has the request for certain."""

    def left(self, limit: float | None) -> float:
        """Return the seconds that one step may take. Raises `Late`."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise Late
        return left if limit is None else min(left, limit)

    def take(self, data: bytes) -> bytes:
        """Count what came. Raises `TooMuch`."""
        self.ended = not data
        if self.first is None:
            self.first = time.monotonic()
        self.most -= len(data)
        if self.most < 0:
            raise TooMuch
        return data


@dataclass(frozen=True)
class Allowed:
    """Places that may be dialled though they are not public: a user's own servers."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    places: frozenset[tuple[str, int]] = frozenset()
    """Host (name or address) and port."""
    hosts: frozenset[str] = frozenset()
    """With any port."""

    @classmethod
    def of(cls, named: Iterable[str]) -> "Allowed":
        """Read `127.0.0.1:8080`, `[::1]:8080`, `10.0.0.0/8`, `staging.example`, `192.168.0.7`.

        Raises `ValueError` for anything else.
        """
        networks, places, hosts = [], set(), set()
        for name in named:
            if "/" in name:
                networks.append(ipaddress.ip_network(name, strict=False))
            elif (host := _literal(name.strip("[]"))) is not None:
                hosts.add(str(host))
            elif ":" in name:
                places.add(place(name))
            else:
                hosts.add(name.lower())
        return cls(tuple(networks), frozenset(places), frozenset(hosts))

    def port(self, host: str, port: int) -> bool:
        """Tell whether a port that is not the web's may be asked at this host."""
        return host in self.hosts or (host, port) in self.places or self._in_network(host)

    def _in_network(self, host: str) -> bool:
        ip = _literal(host)
        return ip is not None and any(ip in network for network in self.networks)

    def dial(self, host: str, ip: IP, port: int) -> bool:
        """Tell whether this address, which is not public, may be dialled for this host."""
        return any(self.port(name, port) for name in (host, str(ip)))


def place(text: str) -> tuple[str, int]:
    """Read `host:port`, with brackets round an IPv6 address. Raises `ValueError`."""
    host, colon, port = text.rpartition(":")
    host = host.strip("[]").lower()
    if not colon or not host or not port.isascii() or not port.isdigit():
        raise ValueError(f"{text!r} is not HOST:PORT")
    if not 0 < int(port) < 65_536:
        raise ValueError(f"{text!r}: there is no port {port}")
    literal = _literal(host)
    return (str(literal) if literal else host), int(port)


def _literal(host: str) -> IP | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def embedded(ip: IP) -> IP:
    """Return the IPv4 address that an IPv6 address stands for, where it stands for one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def is_public(ip: IP) -> bool:
    """Tell whether an address is one machine's on the public internet (IANA's registries)."""
    ip = embedded(ip)
    if isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def looked_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as the system knows them. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


@dataclass
class Guard(httpcore.NetworkBackend):
    """Dials for httpcore what may be dialled. Each thread's request has its own watch."""

    allowed: Allowed = field(default_factory=Allowed)
    elsewhere: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    """What is dialled instead: an explicit choice, which may be private."""
    chosen: frozenset[tuple[str, int]] = frozenset()
    """What may be dialled as it is: the user's proxy."""
    resolve: Resolve = looked_up
    dialler: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    _now: threading.local = field(default_factory=threading.local)

    @contextmanager
    def watching(self, until: float, most: int) -> Iterator[Watch]:
        """Bound what this thread's request does within the block."""
        self._now.watch = watch = Watch(until, most)
        try:
            yield watch
        finally:
            del self._now.watch

    @property
    def watch(self) -> Watch:
        """The watch of this thread's request."""
        watch: Watch = self._now.watch
        return watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Dial a host. Raises `Unsafe`, `NoSuchHost`, `Late` and httpcore's errors of connecting."""
        host, port, free = self._meant(host, port)
        failure: Exception = NoSuchHost()
        for ip in self._safe(host, port, free)[:MOST_ADDRESSES]:
            self.watch.address = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
            try:
                stream = self.dialler.connect_tcp(
                    ip, port, self.watch.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Watched(stream, self, self.watch.address)
        raise failure

    def _meant(self, host: str, port: int) -> tuple[str, int, bool]:
        """Return what is to be dialled, and whether it was chosen by the user."""
        if (host, port) in self.elsewhere:
            return *self.elsewhere[host, port], True
        return host, port, (host, port) in self.chosen

    def _safe(self, host: str, port: int, free: bool) -> list[str]:
        """Return the addresses of a host that may be dialled, all of them or none."""
        found = self._resolved(host, port)
        for text in found:
            ip = ipaddress.ip_address(text)
            if not (free or is_public(ip) or self.allowed.dial(host, ip, port)):
                raise Unsafe(f"{host} leads to {text}, which is not of the public internet")
        return found

    def _resolved(self, host: str, port: int) -> list[str]:
        """Look a host up; the system's own look-up has no limit of time, so it is left behind."""
        answer: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self.resolve(host, port))
            except (OSError, UnicodeError) as error:
                answer.put(error)

        threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
        try:
            found = answer.get(timeout=self.watch.left(None))
        except queue.Empty:
            raise Late from None
        if isinstance(found, Exception):
            raise NoSuchHost(host) from found
        return list(found)

    def refuses(self, host: str, port: int) -> bool:
        """Tell whether a host that is an address itself, in any spelling, is not to be asked.

        For what another dials for us: a proxy's look-ups are not seen here.
        """
        if (host, port) in self.elsewhere:
            return False
        ip = _literal(host)
        if ip is None:
            try:
                ip = ipaddress.IPv4Address(socket.inet_aton(host))  # 2130706433, 0x7f.1, 0177.1
            except (OSError, UnicodeError):
                return False
        return not (is_public(ip) or self.allowed.dial(host, ip, port))

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Never: the web has no sockets of this machine."""
        raise Unsafe(f"{path} is a socket of this machine")

    def sleep(self, seconds: float) -> None:
        """Wait; httpcore's own retries are not used."""
        time.sleep(seconds)


class _Watched(httpcore.NetworkStream):
    """A connection that is read and written under the watch of the request under way."""

    def __init__(self, stream: httpcore.NetworkStream, guard: Guard, address: str) -> None:
        self._stream, self._guard, self._address = stream, guard, address

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        watch = self._guard.watch
        return watch.take(self._stream.read(max_bytes, watch.left(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        watch = self._guard.watch
        watch.address = self._address
        self._stream.write(buffer, watch.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._guard.watch.left(timeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return _Watched(stream, self._guard, self._address)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
