"""Bodies are bounded, and come out the same however they are cut into pieces."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.find.body import FREE, Body


def read(coding: str, pieces: list[bytes], most: int = 10_000_000, wire: int = 2_000_000) -> Body:
    body = Body(coding, most, wire)
    for piece in pieces:
        if not body.feed(piece):
            return body
    body.end()
    return body


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "two members": lambda data: gzip.compress(data[:7]) + gzip.compress(data[7:]),
    "zlib": zlib.compress,
    "bare": bare,
    "flushed": lambda data: zlib.compress(data, 0),
}


@given(
    st.binary(max_size=200) | st.binary(max_size=9).map(lambda text: text * 20_000),
    st.sampled_from(sorted(PACKERS)),
    st.integers(1, 50),
)
def test_pieces_make_no_difference(data: bytes, packer: str, size: int) -> None:
    sent = PACKERS[packer](data)
    for length in (size, len(sent)):
        pieces = [sent[at : at + length] for at in range(0, len(sent), length)]
        body = read("deflate" if packer in ("zlib", "bare", "flushed") else "gzip", pieces)
        assert body.outcome == "ok", body.says
        assert body.taken() == (sent, data)


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "", "br", "x"]))
def test_rubbish_is_no_error(data: bytes, coding: str) -> None:
    body = read(coding, [data[:5], data[5:]])
    raw, content = body.taken()
    assert raw == data
    assert len(content) <= 1_032 * len(data)


@pytest.mark.parametrize("size", [300_000_000])
def test_a_bomb_is_not_unpacked_beyond_the_limit(size: int) -> None:
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000))
    body = read("gzip", [bomb + packer.flush()])
    assert body.outcome == "too_large"
    assert len(body.taken()[1]) <= 10_000_000


def test_a_ratio_that_no_text_has_is_a_bomb() -> None:
    bomb = gzip.compress(bytes(9_000_000))
    body = read("gzip", [bomb])
    assert (body.outcome, body.says) == ("too_large", "it unpacks to 200 times its size")
    assert len(body.taken()[1]) <= 200 * len(bomb) + 65_536
    assert read("gzip", [gzip.compress(bytes(FREE))]).outcome == "ok"


def test_the_limits_are_exact() -> None:
    assert read("", [b"x" * 100], most=100).outcome == "ok"
    assert read("", [b"x" * 100, b"x"], most=100).outcome == "too_large"
    assert read("gzip", [gzip.compress(b"x" * 100)], most=100).outcome == "ok"
    assert read("gzip", [gzip.compress(b"x" * 101)], most=100).outcome == "too_large"
    sent = gzip.compress(bytes(range(256)) * 9)
    assert read("gzip", [sent], wire=len(sent)).outcome == "ok"
    assert read("gzip", [sent], wire=len(sent) - 1).outcome == "too_large"


def test_a_bomb_of_bombs_is_bounded() -> None:
    """Many small members: the ratio and the limit hold over all of them."""
    body = read("gzip", [gzip.compress(bytes(100_000)) * 2_000])
    assert body.outcome == "too_large"
