"""Addresses of the web: read once, in one spelling, and refused where they are unsafe.

Two programs that read one address in two ways are how a check is got round: what is checked here is
what is dialled and what is sent. Spelling and relative references follow RFC 3986; a host in another
script is written as IDNA does (UTS 46).
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

__all__ = ["DEFAULT_PORTS", "LONGEST", "Address", "NotAnAddress", "address", "joined", "written"]

DEFAULT_PORTS = {"http": 80, "https": 443}
"""The schemes that are asked, and where they are served (RFC 9110, 4.2)."""
LONGEST = 8_190
"""Bytes of an address: Apache takes no longer line of request (LimitRequestLine)."""

_DROPPED = re.compile(r"[\t\r\n]")
"""Browsers drop them wherever they stand in an address (WHATWG URL, 4.4): long links are broken so."""
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_KEPT = "%/:?@!$&'()*+,;=~-._[]|"
"""What a path or query may hold unescaped; brackets and bars since servers are asked with them."""


class NotAnAddress(ValueError):
    """What was given is no address that may be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address that may be asked, in one spelling."""

    scheme: str
    """`http` or `https`."""
    host: str
    """A name in ASCII and lower case, or an address of the network, without brackets."""
    port: int
    target: str
    """Path and query as they are sent, ASCII."""

    @property
    def place(self) -> str:
        """Host and port, as `--connect-to` names them: `news.example:80`, `[::1]:8080`."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def authority(self) -> str:
        """Host, and port where it is not the scheme's own."""
        default = DEFAULT_PORTS[self.scheme] == self.port
        return _bracketed(self.host) if default else self.place

    @property
    def origin(self) -> str:
        """Scheme, host and port: what one robots.txt is good for."""
        return f"{self.scheme}://{self.authority}"

    @property
    def party(self) -> str:
        """Who is asked: the host, with or without `www.`."""
        return self.host.removeprefix("www.")

    def __str__(self) -> str:
        return self.origin + self.target


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def address(text: str) -> Address:
    """Return the address that `text` is, its fragment dropped.

    Raises `NotAnAddress` for what is none, for another scheme than http and https, and where a user
    or a password stands in it.
    """
    text = _DROPPED.sub("", text.strip())
    if not text or _FORBIDDEN.search(text):
        raise NotAnAddress("it is no address" if not text else "it holds control characters")
    try:
        parts = urlsplit(text)
        named, port = parts.hostname, parts.port
    except ValueError as error:
        raise NotAnAddress("its host or port is none") from error
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise NotAnAddress("only http and https are asked")
    if "@" in parts.netloc:
        raise NotAnAddress("a user or a password stands in it")
    if not named or port == 0:
        raise NotAnAddress("its host or port is none")
    path = quote(parts.path or "/", safe=_KEPT)
    # A question mark with nothing after it asks for another address than none does.
    asks = "?" in text.partition("#")[0]
    target = path + ("?" + quote(parts.query, safe=_KEPT) if asks else "")
    found = Address(scheme, _host(named), port or DEFAULT_PORTS[scheme], target)
    if len(str(found)) > LONGEST:
        raise NotAnAddress(f"it is longer than {LONGEST:,} bytes")
    return found


def _host(named: str) -> str:
    if ":" in named:
        try:
            return str(ipaddress.IPv6Address(named.partition("%")[0]))
        except ValueError as error:
            raise NotAnAddress("its host is none") from error
    host = named.rstrip(".").lower()
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise NotAnAddress("its host is none") from error
    if len(host) > 253 or ".." in host or not _HOST.fullmatch(host):
        raise NotAnAddress("its host is none")
    return host


def joined(base: Address, reference: str) -> Address:
    """Return where a reference leads that stands at `base`. Raises `NotAnAddress`."""
    reference = _DROPPED.sub("", reference.strip())
    try:
        return address(urljoin(str(base), reference))
    except NotAnAddress:
        raise
    except ValueError as error:
        raise NotAnAddress("its host or port is none") from error


def written(raw: bytes) -> str:
    """Return a Location header as text: UTF-8 as browsers take it, else Latin-1 (RFC 9110, 5.5)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
