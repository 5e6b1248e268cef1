"""A bundle's archive as it is written: every request and answer, and the files, as WARC/1.1.

ISO 28500:2017. Record ids follow from what the records hold, so that the same evidence gives the
same archive, byte for byte. Nothing that a page or server says can break a record or begin one:
lengths are counted, and line ends in headers and addresses are escaped.
"""

import base64
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import IO, Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from filiation.bundle.values import Local
from filiation.find.values import Exchange
from filiation.read.bundles import MOST_RECORD, Placed

__all__ = ["Archive", "Written", "digest_of", "payload_of", "uri_of"]

MOST_PAYLOAD = MOST_RECORD - 1_000_000
"""Bytes of a body that are kept; the rest of the record is left to headers. A longer one is cut, and
its record says so."""
MOST_HEADERS = 400_000
"""Bytes of an answer's headers that are kept, for the same reason."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header field (RFC 9110, 5.1)."""
_BREAKS = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_VERSION = re.compile(r"HTTP/\d(\.\d)?")
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"
"""What an address may hold besides letters and digits (RFC 3986); `%` since escapes are kept."""


@dataclass(frozen=True, slots=True)
class Written:
    """A record that was written, and what is to be told of it."""

    placed: Placed
    payload_sha256: str
    payload_bytes: int
    whole: bool


def uri_of(address: str) -> str:
    """Return an address as a record may hold it: in ASCII, what is not allowed in one escaped."""
    return quote(address.encode("utf-8", "replace"), safe=_SAFE)


def digest_of(data: bytes) -> str:
    """Return a digest as archives write it: in Base32."""
    return f"sha256:{base64.b32encode(sha256(data).digest()).decode()}"


def payload_of(record_type: str, block: bytes) -> bytes:
    """Return what a record's WARC-Payload-Digest is of: for HTTP, what follows the headers."""
    if record_type not in ("request", "response"):
        return block
    return block.partition(b"\r\n\r\n")[2]


class Archive:
    """An archive on its way into `file`; records are appended, each packed by itself."""

    def __init__(self, file: IO[bytes]) -> None:
        from warcio.warcwriter import WARCWriter

        self._file = file
        self._writer = WARCWriter(file, gzip=True, warc_version="1.1")
        self.placed: list[Placed] = []

    def about(self, fields: Mapping[str, str], when: datetime) -> None:
        """Write what the archive itself is."""
        block = "".join(f"{name}: {_plain(value)}\r\n" for name, value in fields.items()).encode()
        self._write("warcinfo", "", when, block, "application/warc-fields", {})

    def exchange(self, exchange: Exchange) -> tuple[Written | None, Written]:
        """Write a request and its answer, and return both records.

        Where nothing was sent, there is no request; where no answer came, a `metadata` record says
        what happened.
        """
        request = self._request(exchange) if exchange.address or exchange.status else None
        beside: dict[str, str] = {}
        if request is not None:
            beside["WARC-Concurrent-To"] = f"<{request.placed.id}>"
        if not exchange.status:
            return request, self._failure(exchange, beside)
        if _is_address(exchange.address):
            beside["WARC-IP-Address"] = exchange.address
        body = exchange.body[:MOST_PAYLOAD]
        whole = exchange.whole and len(body) == len(exchange.body)
        if not whole:
            cut = exchange.outcome == "too_large" or len(body) < len(exchange.body)
            beside["WARC-Truncated"] = "length" if cut else "unspecified"
        version = exchange.http_version if _VERSION.fullmatch(exchange.http_version) else "HTTP/1.1"
        status = f"{version} {exchange.status:03} {_plain(exchange.reason)}".rstrip()
        block = _http(status, exchange.headers, answer=True) + body
        response = self._write(
            "response",
            exchange.url,
            exchange.sent,
            block,
            "application/http; msgtype=response",
            beside,
            whole=whole,
        )
        return request, response

    def resource(self, local: Local, media_type: str) -> Written:
        """Write a file, and return its record."""
        address = f"file:{local.path}"
        return self._write("resource", address, local.modified, local.data, media_type, {})

    def _request(self, exchange: Exchange) -> Written:
        host, target = _host_and_target(uri_of(exchange.url))
        method = exchange.method if _TOKEN.fullmatch(exchange.method) else "GET"
        headers = exchange.request_headers
        if not any(name.lower() == "host" for name, _ in headers):
            headers = (("Host", host), *headers)
        block = _http(f"{method} {target} HTTP/1.1", headers, answer=False)
        return self._write(
            "request",
            exchange.url,
            exchange.sent,
            block + exchange.request_body[:MOST_PAYLOAD],
            "application/http; msgtype=request",
            {},
        )

    def _failure(self, exchange: Exchange, beside: dict[str, str]) -> Written:
        fields = {"outcome": exchange.outcome, "says": exchange.says}
        block = "".join(f"{name}: {_plain(value)}\r\n" for name, value in fields.items()).encode()
        return self._write(
            "metadata", exchange.url, exchange.sent, block, "application/warc-fields", beside
        )

    def _write(
        self,
        kind: str,
        url: str,
        when: datetime,
        block: bytes,
        media_type: str,
        beside: Mapping[str, str],
        *,
        whole: bool = True,
    ) -> Written:
        from warcio.recordloader import ArcWarcRecord
        from warcio.statusandheaders import StatusAndHeaders

        payload = payload_of(kind, block)
        uri = uri_of(url)
        place = f"{len(self.placed)} {kind} {uri} {when.isoformat()} {sha256(block).hexdigest()}"
        name = f"urn:uuid:{uuid5(NAMESPACE_URL, place)}"
        headers = [("WARC-Type", kind), ("WARC-Record-ID", f"<{name}>")]
        if uri:
            headers.append(("WARC-Target-URI", uri))
        headers.append(("WARC-Date", _date(when)))
        headers.append(("WARC-Block-Digest", digest_of(block)))
        if kind != "warcinfo":
            headers.append(("WARC-Payload-Digest", digest_of(payload)))
        headers += beside.items()
        headers.append(("Content-Type", media_type))
        stated: Any = StatusAndHeaders("", headers, protocol="WARC/1.1")
        at = self._file.tell()
        # The block is handed over as bytes: warcio would parse headers and write its own form.
        self._writer.write_record(
            ArcWarcRecord("warc", kind, stated, io.BytesIO(block), None, media_type, len(block))
        )
        packed = self._file.tell() - at
        self._file.seek(at)
        digest = sha256(self._file.read(packed)).hexdigest()
        placed = Placed(name, kind, uri, at, packed, digest)
        self.placed.append(placed)
        return Written(placed, sha256(payload).hexdigest(), len(payload), whole)


def _host_and_target(uri: str) -> tuple[str, str]:
    """Return what a request for an address names: host, and path with query."""
    rest = uri.partition("://")[2].partition("#")[0]
    host = re.split(r"[/?]", rest, maxsplit=1)[0]
    target = rest[len(host) :]
    return host.rpartition("@")[2], target if target.startswith("/") else f"/{target}"


def _http(first: str, headers: tuple[tuple[str, str], ...], *, answer: bool) -> bytes:
    """Return a first line and headers as bytes, closed by an empty line."""
    lines = [first.encode("latin-1", "replace")]
    size = 0
    for name, value in headers:
        if answer and name.lower() == "transfer-encoding":
            # The body is kept without it; a reader that met the header would look for chunks.
            name = f"X-Orig-{name}"
        if not _TOKEN.fullmatch(name):
            name = quote(name.encode("utf-8", "replace"), safe="") or "X-No-Name"
        line = f"{name}: ".encode() + _latin(_plain(value))
        size += len(line)
        if size > MOST_HEADERS:
            lines.append(b"X-Filiation-Cut: headers beyond this were too long to keep")
            break
        lines.append(line)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _plain(value: str) -> str:
    """Return a value on one line: what would end it, or a string, is escaped."""
    return _BREAKS.sub(lambda found: f"%{ord(found[0]):02X}", value)


def _latin(value: str) -> bytes:
    """Return a header's value as bytes: as it came (ISO 8859-1), else UTF-8."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def _date(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
