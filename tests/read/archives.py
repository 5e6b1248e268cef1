"""Records of web archives, written by hand, so that each can be damaged as a test needs."""

from tests.read.pages import LAYOUTS

__all__ = ["PAGE", "record"]

PAGE = LAYOUTS["credits in a footer with line breaks"].encode()


def record(
    body: bytes,
    headers: str = "",
    uri: str = "https://courrier.example/a",
    kind: str = "response",
    *,
    warc: str = "",
    length: int | None = None,
) -> bytes:
    """Return a record of a page, with further `headers` of HTTP and of the record (`warc`)."""
    http = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n".encode()
        + body
    )
    return (
        (
            f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\n{warc}"
            f"Content-Length: {len(http) if length is None else length}\r\n\r\n"
        ).encode()
        + http
        + b"\r\n\r\n"
    )
