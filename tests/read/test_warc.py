"""Web archives: pages, resources and revisits, and files that are broken in every way."""

import gc
import gzip
import io
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.errors import InputError, Unreadable
from filiation.outlets import Catalogue
from filiation.read import Raw, articles, documents, read
from filiation.read.raw import Revisit
from filiation.values import Article
from tests.read.archives import PAGE, record
from tests.read.pages import BODY, TITLE


def outcome(found: Article | InputError) -> str:
    return found.id if isinstance(found, Article) else type(found).__name__


def numbers(path: Path) -> list[int]:
    """Return the record of each page; lost ones as negative numbers, a broken file as 0."""
    return [one.number if isinstance(one, Raw) else -one.number for one in documents([path])]


CHUNKED = (
    b"".join(
        f"{len(PAGE[i : i + 500]):x}\r\n".encode() + PAGE[i : i + 500] + b"\r\n"
        for i in range(0, len(PAGE), 500)
    )
    + b"0\r\n\r\n"
)


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_the_pages_of_an_archive_are_read_under_their_addresses(
    name: str, tmp_path: Path, known: Catalogue
) -> None:
    records = [
        record(b"", kind="request"),
        record(PAGE),
        record(gzip.compress(PAGE), "Content-Encoding: gzip\r\n", "https://lantern.example/b"),
        record(CHUNKED, "Transfer-Encoding: chunked\r\n"),
        record(PAGE).replace(b"200 OK", b"404 No"),
        record(b"\x00" * 9),
    ]
    pack = gzip.compress if name.endswith("gz") else bytes
    path = tmp_path / name
    path.write_bytes(b"".join(map(pack, records)))
    found = list(articles([path], catalogue=known))
    assert [outcome(f) for f in found] == [f"{name}#2", f"{name}#3", f"{name}#4", "Unreadable"]
    read_ones = [f for f in found if isinstance(f, Article)]
    assert [f.outlet for f in read_ones] == ["courrier", "lantern", "courrier"]
    assert {f.title for f in read_ones} == {TITLE}


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        record(PAGE)[:-900],
        b"WARC/1.1\r\nContent-Length: -4\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: x\r\n\r\n",
        b"WARC/1.1\r\nA: " + b"x" * 200_000,
        gzip.compress(record(PAGE))[:-300],
        b"WARC/1.1\r\n" + b"A: x\r\n" * 50_000,
    ],
)
def test_a_broken_archive_says_so(content: bytes, tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    found = list(articles([path], catalogue=known))
    assert found and all(isinstance(one, Unreadable) for one in found)
    with pytest.raises(Unreadable):
        read(path, catalogue=known)


def test_a_packed_bomb_in_an_archive_is_refused(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(gzip.compress(b"x" * 50_000_000, 1), "Content-Encoding: gzip\r\n"))
    (found,) = articles([path], catalogue=known)
    assert isinstance(found, Unreadable) and "too large" in str(found)


# --- files written by another hand ---------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # warcio's, of its own temporary files
@pytest.mark.parametrize("name", ["made.warc", "made.warc.gz"])
def test_archives_of_warcio_are_read(name: str, tmp_path: Path, known: Catalogue) -> None:
    """Response, revisit, resource, metadata and conversion records, as an independent writer has it."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    def http(kind: str, *more: tuple[str, str]) -> StatusAndHeaders:
        return StatusAndHeaders("200 OK", [("Content-Type", kind), *more], protocol="HTTP/1.1")

    address, at = "https://courrier.example/a", "2016-11-21T10:00:00Z"
    path = tmp_path / name
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=name.endswith("gz"))
        page = writer.create_warc_record(
            address, "response", io.BytesIO(PAGE), http_headers=http("text/html"),
            warc_headers_dict={"WARC-Date": at},
        )  # fmt: skip
        again = writer.create_revisit_record(
            address, digest=page.rec_headers.get_header("WARC-Payload-Digest") or "sha1:x",
            refers_to_uri=address, refers_to_date=at, http_headers=http("text/html"),
            warc_headers_dict={"WARC-Date": "2017-01-02T03:04:05Z"},
        )  # fmt: skip
        picture = writer.create_warc_record(
            "https://courrier.example/b.png", "response", io.BytesIO(b"\x89PNG"),
            http_headers=http("image/png"),
        )  # fmt: skip
        resource = writer.create_warc_record(
            "https://lantern.example/r", "resource", io.BytesIO(PAGE), warc_content_type="text/html"
        )
        text = writer.create_warc_record(
            "https://lantern.example/t", "conversion", io.BytesIO("\n".join(BODY).encode()),
            warc_content_type="text/plain",
        )  # fmt: skip
        packed = writer.create_warc_record(
            address, "response", io.BytesIO(gzip.compress(PAGE)),
            http_headers=http("text/html", ("Content-Encoding", "gzip")),
        )  # fmt: skip
        for one in (
            writer.create_warcinfo_record(name, {"software": "warcio"}),
            page, again, picture, resource, text, packed,
        ):  # fmt: skip
            writer.write_record(one)
        del page, again, picture, resource, text, packed, one, writer
    gc.collect()
    found = list(documents([path]))
    assert numbers(path) == [2, 3, 5, 6, 7]
    first, second, *_ = found
    assert isinstance(first, Raw) and isinstance(second, Raw)
    assert (first.captured, second.captured) == (at, "2017-01-02T03:04:05Z")
    assert isinstance(second.content, Revisit) and second.content.met
    assert (second.content.of_uri, second.content.of_date) == (address, at)
    pages = list(articles([path], catalogue=known))
    assert [outcome(one) for one in pages] == [f"{name}#{n}" for n in (2, 5, 6, 7)]
    assert [one.outlet for one in pages if isinstance(one, Article)] == [
        "courrier", "lantern", "lantern", "courrier",
    ]  # fmt: skip
    assert all(isinstance(one, Article) and BODY[0] in one.text for one in pages)


# --- revisits ------------------------------------------------------------------------------------


def revisit(uri: str, warc: str = "", headers: str = "") -> bytes:
    return record(b"", headers, uri, "revisit", warc=warc)


DIGEST = "WARC-Payload-Digest: sha1:ABC\r\n"


@pytest.mark.parametrize(
    ("earlier", "later", "met"),
    [
        (record(PAGE), revisit("https://courrier.example/a"), True),
        (record(PAGE), revisit("https://courrier.example/b"), False),
        (record(PAGE, warc=DIGEST), revisit("https://courrier.example/b", DIGEST), True),
        (record(PAGE), revisit("https://courrier.example/b", DIGEST), False),
        (record(PAGE), revisit("https://courrier.example/b",
                               "WARC-Refers-To-Target-URI: <https://courrier.example/a>\r\n"), True),
        (record(PAGE).replace(b"text/html", b"image/png"), revisit("https://courrier.example/a"), False),
    ],
    ids=["same address", "other address", "same text", "digest unknown", "named", "no page"],
)  # fmt: skip
def test_a_revisit_finds_the_capture_that_it_refers_to(
    earlier: bytes, later: bytes, met: bool, tmp_path: Path, known: Catalogue
) -> None:
    one, other = tmp_path / "1.warc", tmp_path / "2.warc"
    one.write_bytes(earlier)
    other.write_bytes(later)
    (found,) = [
        raw for raw in documents([one, other]) if isinstance(raw, Raw) and raw.source == str(other)
    ]
    assert isinstance(found.content, Revisit) and found.content.met is met
    told = [one for one in articles([one, other], catalogue=known) if isinstance(one, Unreadable)]
    assert len(told) == (not met)
    assert all("met again" in str(one) and "record 1" in str(one) for one in told)
    # At a resume behind the first file's record, it is still known.
    rest = list(documents([one, other], done=lambda source: int(source == str(one))))
    assert [
        raw.content.met for raw in rest if isinstance(raw, Raw) and isinstance(raw.content, Revisit)
    ] == [met]


def test_a_revisit_of_what_is_no_page_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    other = revisit("https://courrier.example/x.png").replace(b"text/html", b"image/png")
    moved = revisit("https://courrier.example/y").replace(b"200 OK", b"301 No")
    path.write_bytes(other + moved)
    assert numbers(path) == []


# --- broken archives -----------------------------------------------------------------------------

OTHER = record(PAGE, uri="https://lantern.example/b")
THREE = [record(PAGE), OTHER, record(PAGE, uri="https://courrier.example/c")]


def packed(*records: bytes) -> bytes:
    return b"".join(map(gzip.compress, records))


def damaged(member: bytes, at: int = 400) -> bytes:
    return member[:at] + bytes(b ^ 0x55 for b in member[at : at + 40]) + member[at + 40 :]


def bare(one: bytes) -> bytes:
    """Return a record with bare line feeds in its own header."""
    head, _, rest = one.partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + rest


@pytest.mark.parametrize(
    ("content", "expected", "says"),
    [
        (b"".join(THREE)[:-900], [1, 2, -3], "it ends within a record"),
        (packed(*THREE)[:-300], [1, 2, -3], "it ends within a record"),
        (gzip.compress(b"".join(THREE))[:-12], [1, 2, -3], "it ends within a record"),
        (packed(THREE[0]) + damaged(packed(OTHER)) + packed(THREE[2]), [1, -2, 3], "from byte"),
        (damaged(packed(THREE[0]), 0) + packed(*THREE[1:]), [0], "no WARC"),
        (packed(THREE[0]) + packed(OTHER)[:-200] + packed(THREE[2]), [1, -2, 3], "from byte"),
        (packed(THREE[0]) + packed(OTHER)[:5] + packed(THREE[2]), [1, -2, 3], "from byte"),
        (packed(THREE[0]) + b"\x00" * 99 + packed(OTHER), [1, 2], ""),
        (packed(THREE[0]) + b"rubbish" * 9 + packed(OTHER), [1, -2, 3], "from byte"),
        (packed(THREE[0]) + b"rubbish" * 9, [1, -2], "from byte"),
        (damaged(gzip.compress(b"".join(THREE)), 30), [-1], "from byte"),
        (THREE[0] + record(PAGE, length=99_000_000_000) + THREE[2], [1, 2, 3], ""),
        (packed(THREE[0], record(PAGE, length=99_000_000_000), THREE[2]), [1, 2, 3], ""),
        (THREE[0] + record(PAGE, length=300) + THREE[2], [1, 2, 3], ""),
        (packed(THREE[0], record(PAGE, length=300), THREE[2]), [1, 2, 3], ""),
        (THREE[0] + record(PAGE, length=len(PAGE) + 3000) + THREE[2], [1, 2, 3], ""),
        (packed(THREE[0], record(PAGE, length=len(PAGE) + 3000), THREE[2]), [1, 2, 3], ""),
        (THREE[0] + record(PAGE, length=-5) + THREE[2], [1, -2, 3], "no length"),
        (THREE[0] + OTHER.replace(b"Content-Length: ", b"Content-Length: x") + THREE[2], [1, -2, 3], "no length"),
        (THREE[0] + b"WARC/1.1\r\n" + b"A: x\r\n" * 50_000 + b"\r\n" + THREE[2], [1, -2, 3], "without end"),
        (THREE[0] + b"WARC/1.1\r\nA: " + b"x" * 200_000 + b"\r\n\r\n" + THREE[2], [1, -2, 3], "without end"),
        (THREE[0] + b"WARC/1.1\r\nA: b", [1, -2], "ends within"),
        (THREE[0].removesuffix(b"\r\n\r\n") + THREE[1], [1, 2], ""),
        (bare(THREE[0]) + bare(THREE[1]), [1, 2], ""),
        (b"\n\n" + THREE[0], [1], ""),
        (b"no archive", [0], "no WARC"),
        (b"", [0], "no record"),
        (b"\x28\xb5\x2f\xfd\x00\x00", [0], "Zstandard"),
    ],
    ids=["cut", "packed cut", "one member cut", "broken member", "broken first bytes", "member cut within",
         "member cut early", "padding", "rubbish between", "rubbish behind", "broken whole",
         "endless", "endless packed", "too short", "too short packed", "too long", "too long packed",
         "negative", "no number", "many headers", "long header", "cut in a header", "glued", "bare line ends",
         "blank lines", "no archive", "empty", "zstd"],
)  # fmt: skip
def test_what_is_broken_in_an_archive_is_told_and_the_rest_is_read(
    content: bytes, expected: list[int], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    assert numbers(path) == expected
    lost = [one for one in documents([path]) if isinstance(one, InputError)]
    assert all(says in str(one) and "\n" not in str(one) for one in lost)
    assert bool(lost) == bool(says)


@pytest.mark.parametrize("length", [300, len(PAGE) + 3000, 99_000_000_000])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_a_page_is_whole_though_its_length_is_stated_wrongly(
    pack: Callable[[bytes], bytes], length: int, tmp_path: Path, known: Catalogue
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(map(pack, [THREE[0], record(PAGE, length=length), THREE[2]])))
    first, second, third = articles([path], catalogue=known)
    assert isinstance(first, Article) and isinstance(second, Article) and isinstance(third, Article)
    assert first.text == second.text == third.text
    assert any("its record says" in note for note in second.notes) and not third.notes


def test_a_record_larger_than_a_page_may_be_is_passed_over(tmp_path: Path) -> None:
    huge = record(b"<p>" + b"x" * 30_000_000)
    for pack in (bytes, gzip.compress):
        path = tmp_path / "a.warc"
        path.write_bytes(b"".join(map(pack, [THREE[0], huge, THREE[1]])))
        assert numbers(path) == [1, -2, 3]
        assert any("too large" in str(one) for one in documents([path]))


@pytest.mark.parametrize(
    ("body", "headers", "says"),
    [
        (PAGE, "Content-Encoding: br\r\n", "Brotli, which is not read"),
        (PAGE, "Content-Encoding: zstd\r\n", "Zstandard, which is not read"),
        (PAGE, "Content-Encoding: my-own\r\n", "'my-own', which is not read"),
        (b"", "", "empty"),
        (b"<html><body></body></html>", "", "no text"),
        (b"%PDF-1.7", "", "a PDF"),
    ],
    ids=["brotli", "zstd", "unknown", "empty", "no text", "pdf"],
)
def test_an_answer_that_cannot_be_read_says_why(
    body: bytes, headers: str, says: str, tmp_path: Path, known: Catalogue
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(body, headers) + THREE[0])
    lost, kept = articles([path], catalogue=known)
    assert isinstance(lost, Unreadable) and says in str(lost) and "record 1" in str(lost)
    assert isinstance(kept, Article)


@pytest.mark.parametrize(
    ("body", "headers", "noted"),
    [
        (zlib.compress(PAGE), "Content-Encoding: deflate\r\n", ""),
        (zlib.compress(PAGE)[2:-4], "Content-Encoding: deflate\r\n", ""),
        (PAGE, "Content-Encoding: deflate\r\n", ""),
        (PAGE, "Content-Encoding: gzip\r\n", ""),
        (PAGE, "Content-Encoding: none\r\n", ""),
        (PAGE, "Transfer-Encoding: chunked\r\n", ""),
        (gzip.compress(PAGE)[:-20], "Content-Encoding: gzip\r\n", "breaks off"),
    ],
    ids=[
        "deflate",
        "raw deflate",
        "unpacked deflate",
        "unpacked gzip",
        "none",
        "not chunked",
        "cut",
    ],
)
def test_pages_packed_otherwise_than_they_say_are_read(
    body: bytes, headers: str, noted: str, tmp_path: Path, known: Catalogue
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(body, headers))
    (article,) = articles([path], catalogue=known)
    assert isinstance(article, Article) and article.title == TITLE
    assert any(noted in note for note in article.notes) == bool(noted)


def test_a_page_that_the_archive_cut_says_so(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(PAGE, warc="WARC-Truncated: length\r\n"))
    (article,) = articles([path], catalogue=known)
    assert isinstance(article, Article) and any("only the beginning" in n for n in article.notes)


@pytest.mark.parametrize("name", ["a.warc.zst", "a.gz", "archive", "a.warc"])
def test_archives_are_told_by_name_or_content(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(packed(*THREE))
    assert numbers(path) == [1, 2, 3]
    path.write_bytes(b"".join(THREE))
    assert numbers(path) == [1, 2, 3]


@settings(max_examples=150)
@given(
    st.integers(0, 8000), st.binary(max_size=12), st.integers(0, 400), st.booleans(), st.integers(0, 4)
)  # fmt: skip
def test_any_damage_leaves_the_rest(
    tmp_path_factory: pytest.TempPathFactory,
    at: int, damage: bytes, lost: int, is_packed: bool, done: int,
) -> None:  # fmt: skip
    whole = packed(*THREE) if is_packed else b"".join(THREE)
    at = min(at, len(whole))
    path = tmp_path_factory.mktemp("w") / "a.warc"
    path.write_bytes(whole[:at] + damage + whole[at + lost :])
    every = list(documents([path]))
    assert all(isinstance(one, Raw | InputError) for one in every)
    if at > len(whole) // 3 + 400:  # what stands whole before the damage is read
        assert isinstance(every[0], Raw) and every[0].number == 1
    rest = [one for one in documents([path], done=lambda _: done) if one.number]
    assert [one.number for one in rest] == [n.number for n in every if n.number > done]


def test_memory_is_bounded_by_a_page(tmp_path: Path) -> None:
    """A packed archive of 1.2 GB, with one record of 400 MB, is read in 300 MB of address space."""
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as file:
        for size in (400_000_000, *[10_000_000] * 80):
            body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + b"x" * size
            head = f"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: {len(body)}\r\n\r\n"
            file.write(gzip.compress(head.encode() + body + b"\r\n\r\n", 1))
    program = (
        "import resource, sys\n"
        "from filiation.read import Raw, documents\n"
        "found = documents([sys.argv[1]])\n"
        "resource.setrlimit(resource.RLIMIT_AS, (450_000_000, 450_000_000))\n"
        "print(sum(isinstance(one, Raw) for one in found))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("80", "")
