"""A bundle holds what was seen, as other programs read it, whatever was seen."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from filiation.bundle.verify import verify
from filiation.bundle.write import refuse_taken
from filiation.errors import InputError
from filiation.find.values import Exchange
from filiation.read.bundles import FILES, MANIFEST, SUMS, WARC
from tests.bundle.world import LEDGER, World, bundled, exchange, world

WORLD = world()


def records(folder: Path) -> list[tuple[str, Mapping[str, str], bytes]]:
    """Return type, headers and block of each record, as warcio reads them."""
    found: list[tuple[str, Mapping[str, str], bytes]] = []
    with (folder / WARC).open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            headers = dict(record.rec_headers.headers)
            found.append((record.rec_type, headers, record.raw_stream.read()))
    return found


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_bytes().splitlines()]


def only(*exchanges: Exchange) -> World:
    """Return a world with other requests, and the file alone for a page."""
    return replace(WORLD, pages=WORLD.pages[:3], exchanges=exchanges)


def test_a_bundle_holds_its_files_and_is_sound(tmp_path: Path) -> None:
    digest = bundled(tmp_path / "b", WORLD)
    assert {path.name for path in (tmp_path / "b").iterdir()} == {*FILES, MANIFEST, SUMS}
    verdict = verify(tmp_path / "b", digest)
    assert (verdict.faults, verdict.notes) == ((), ())
    assert verdict.counts == {
        "files": 9, "records": 15, "captures": 8, "articles": 4, "credits": 6, "matches": 3,
    }  # fmt: skip
    assert digest == verdict.manifest
    assert digest == f"sha256:{sha256((tmp_path / 'b' / MANIFEST).read_bytes()).hexdigest()}"


def test_requests_and_answers_are_paired_and_complete(tmp_path: Path) -> None:
    bundled(tmp_path / "b", WORLD)
    found = records(tmp_path / "b")
    assert [kind for kind, _, _ in found] == [
        "warcinfo", *["request", "response"] * 5, "request", "metadata", "metadata", "resource",
    ]  # fmt: skip
    for (_, request, _), (kind, answer, _) in zip(found[1:12:2], found[2:13:2], strict=True):
        assert answer["WARC-Concurrent-To"] == request["WARC-Record-ID"]
        assert answer["WARC-Target-URI"] == request["WARC-Target-URI"]
        assert answer["WARC-Date"] == request["WARC-Date"]
        assert ("WARC-IP-Address" in answer) == (kind == "response")
    moved = found[2][2].decode()
    assert moved.startswith("HTTP/1.1 301 Moved Permanently\r\n")
    assert moved.count("Set-Cookie") == 2
    assert b"outcome: transient\r\nsays: no answer within 60 seconds" in found[-3][2]


def test_a_body_is_kept_as_it_was_sent(tmp_path: Path) -> None:
    """Packed with gzip it stays; of chunks, which are gone, no header speaks any more."""
    bundled(tmp_path / "b", WORLD)
    [block] = [b for k, h, b in records(tmp_path / "b") if k == "response" and h["WARC-Target-URI"] == LEDGER]  # fmt: skip
    headers, _, body = block.partition(b"\r\n\r\n")
    assert body == WORLD.exchanges[2].body
    assert b"Content-Encoding: gzip" in headers
    assert b"X-Orig-Transfer-Encoding: chunked" in headers
    assert b"\r\nTransfer-Encoding" not in headers


@pytest.mark.parametrize(
    ("outcome", "reason"), [("too_large", "length"), ("transient", "unspecified")]
)
def test_a_body_that_was_cut_is_marked(tmp_path: Path, outcome: Any, reason: str) -> None:
    cut = exchange("https://long.example/", b"<p>no end", whole=False, outcome=outcome)
    bundled(tmp_path / "b", only(cut))
    [headers] = [h for _, h, _ in records(tmp_path / "b") if h["WARC-Type"] == "response" and "long" in h["WARC-Target-URI"]]  # fmt: skip
    assert headers["WARC-Truncated"] == reason
    assert lines(tmp_path / "b", "captures.jsonl")[0]["whole"] is False


def test_a_body_beyond_all_measure_is_cut_and_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filiation.bundle.archive.MOST_PAYLOAD", 1000)
    bundled(tmp_path / "b", only(exchange("https://long.example/", b"x" * 2000)))
    [headers, block] = [(h, b) for _, h, b in records(tmp_path / "b") if "long" in h.get("WARC-Target-URI", "")][1]  # fmt: skip
    assert headers["WARC-Truncated"] == "length"
    assert block.endswith(b"\r\n\r\n" + b"x" * 1000)


def test_the_same_evidence_gives_the_same_bundle(tmp_path: Path) -> None:
    assert bundled(tmp_path / "one", WORLD) == bundled(tmp_path / "other", WORLD)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_other_tools_bear_it_out(tmp_path: Path) -> None:
    """The sums by sha256sum, the archive by warcio."""
    folder = tmp_path / "b"
    bundled(folder, WORLD)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", SUMS], cwd=folder, check=True)
    check = [sys.executable, "-m", "warcio.cli", "check", WARC]
    subprocess.run(check, cwd=folder, check=True)


def test_an_article_names_its_capture(tmp_path: Path) -> None:
    bundled(tmp_path / "b", WORLD)
    captures = {line["record"]: line for line in lines(tmp_path / "b", "captures.jsonl")}
    told = {line["id"]: line for line in lines(tmp_path / "b", "articles.jsonl")}
    kept = next(line for line in told.values() if line["archive"])
    assert kept["captured"] == "2024-03-10T08:00:00Z"
    assert kept["address"] == "https://estran.example/2024/03/le-sel-qui-reste"
    assert captures[kept["capture"]]["url"].startswith("https://archive.example/web/")
    assert captures[told[WORLD.asked]["capture"]]["type"] == "resource"


# --- hostile answers ------------------------------------------------------------------------------

FORGED = "\r\n\r\n\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://forged.example/\r\n"


@pytest.mark.parametrize(
    "evil",
    [
        exchange(f"https://evil.example/{FORGED}", b"<p>x"),
        exchange("https://evil.example/\x00<>\"\u202e é%zz\ud800", b"<p>x"),
        exchange("", b"<p>x"),
        exchange("https://evil.example/", b"<p>x", reason=FORGED),
        exchange("https://evil.example/", b"<p>x", method=f"GET{FORGED}"),
        exchange("https://evil.example/", b"<p>x", http_version=FORGED),
        exchange("https://evil.example/", b"<p>x", headers=((FORGED, FORGED), ("", ""), ("é", "—"))),
        exchange("https://evil.example/", b"<p>x", request_headers=((FORGED, FORGED),)),
        exchange("https://evil.example/", b"<p>x", headers=(("X", "y" * 100_000_000),)),
        exchange("https://evil.example/", FORGED.encode()),
        exchange("https://evil.example/", b"<p>x", address=FORGED),
        exchange("https://evil.example/", status=0, says=FORGED, outcome="transient"),
        exchange("https://evil.example/", b"<p>x", status=99_999),
        exchange("https://evil.example:99999/[", b"<p>x"),
        exchange("https://[evil.example/", b"<p>x"),
    ],
    ids=lambda evil: None,
)  # fmt: skip
def test_no_answer_breaks_or_forges_a_record(tmp_path: Path, evil: Exchange) -> None:
    bundled(tmp_path / "b", only(evil))
    assert verify(tmp_path / "b").faults == ()
    found = records(tmp_path / "b")
    kinds = [kind for kind, _, _ in found]
    assert kinds[1] == "request"
    assert kinds[2] in ("response", "metadata")
    assert kinds.count("response") == 2 + (kinds[2] == "response")
    assert all("forged" not in h.get("WARC-Target-URI", "")[:20] for _, h, _ in found)
    assert lines(tmp_path / "b", "captures.jsonl")[0]["url"] == evil.url


texts = st.text(max_size=40)
pairs = st.lists(st.tuples(texts, texts), max_size=4).map(tuple)


@settings(max_examples=40, deadline=None)
@given(
    url=texts, reason=texts, headers=pairs, request=pairs, body=st.binary(max_size=200),
    status=st.integers(0, 999), whole=st.booleans(), says=texts, address=texts,
)  # fmt: skip
def test_whatever_is_answered_a_bundle_is_sound(
    url: str, reason: str, headers: Any, request: Any, body: bytes, status: int, whole: bool,
    says: str, address: str,
) -> None:  # fmt: skip
    met = exchange(
        f"https://{url}", body, reason=reason, headers=headers, request_headers=request,
        status=status, whole=whole, says=says, address=address,
    )  # fmt: skip
    with TemporaryDirectory() as place:
        folder = Path(place) / "b"
        bundled(folder, replace(WORLD, pages=WORLD.pages[:1], exchanges=(met,), trace=ALONE))
        assert verify(folder).faults == ()
        expected = 3 + bool(address or status)
        assert len(records(folder)) == expected


def _alone() -> Any:
    from filiation.stemma import trace

    return trace(WORLD.pages[0].stated.article)


ALONE = _alone()


# --- all or nothing -------------------------------------------------------------------------------


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is not empty"):
        bundled(tmp_path / "b", WORLD)
    assert [path.name for path in tmp_path.rglob("*")] == ["b", "mine.txt"]


@pytest.mark.parametrize("what", ["file", "link", "no parent", "null"])
def test_what_cannot_become_a_bundle_is_refused_before_the_search(
    tmp_path: Path, what: str
) -> None:
    place = tmp_path / "b"
    if what == "file":
        place.write_text("mine", encoding="utf-8")
    elif what == "link":
        place.symlink_to(tmp_path)
    elif what == "no parent":
        place = place / "c"
    else:
        place = tmp_path / "b\x00"
    with pytest.raises(InputError):
        refuse_taken(place)


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    bundled(tmp_path / "b", WORLD)
    assert verify(tmp_path / "b").sound


def test_what_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        bundled(tmp_path / "b", WORLD)
    assert list(tmp_path.iterdir()) == []
