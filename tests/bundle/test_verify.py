"""What was altered in a bundle is named: the file, the line, the record."""

import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.bundle.values import Fault
from filiation.bundle.verify import verify
from filiation.bundle.write import sums
from filiation.errors import InputError
from filiation.read import articles
from filiation.read.bundles import FILES, MANIFEST, SUMS, WARC, canonical
from filiation.values import Article
from tests.bundle.world import LEDGER, bundled, world

WORLD = world()
JSONL = ("articles.jsonl", "captures.jsonl", "credits.jsonl", "matches.jsonl")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sound bundle, which no test may alter."""
    folder = tmp_path_factory.mktemp("whole") / "b"
    bundled(folder, WORLD)
    return folder


@pytest.fixture
def bundle(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "b"))


def flipped(path: Path, at: int, mask: int = 1) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= mask
    path.write_bytes(data)


def told(folder: Path) -> list[tuple[str, int | None, str]]:
    return [(fault.file, fault.line, fault.says) for fault in verify(folder).faults]


def placed(folder: Path) -> list[dict[str, Any]]:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    return list(manifest["files"][WARC]["records"])


# --- one byte -------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(data=st.data(), name=st.sampled_from((*FILES, MANIFEST, SUMS)), mask=st.integers(1, 255))
def test_any_byte_altered_in_any_file_is_found_there(
    whole: Path, data: st.DataObject, name: str, mask: int
) -> None:
    at = data.draw(st.integers(0, (whole / name).stat().st_size - 1))
    with TemporaryDirectory() as place:
        folder = Path(shutil.copytree(whole, Path(place) / "b"))
        flipped(folder / name, at, mask)
        assert {fault.file for fault in verify(folder).faults} == {name}


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    name=st.sampled_from((*FILES, MANIFEST, SUMS)),
    extra=st.binary(max_size=3),
    cut=st.integers(0, 3),
)
def test_bytes_added_or_removed_are_found_there(
    whole: Path, data: st.DataObject, name: str, extra: bytes, cut: int
) -> None:
    content = (whole / name).read_bytes()
    at = data.draw(st.integers(0, len(content)))
    other = content[:at] + extra + content[at + cut :]
    with TemporaryDirectory() as place:
        folder = Path(shutil.copytree(whole, Path(place) / "b"))
        (folder / name).write_bytes(other)
        assert {fault.file for fault in verify(folder).faults} == ({name} - {other == content and name})  # fmt: skip


@pytest.mark.parametrize("number", range(15))
def test_a_byte_in_the_archive_names_the_record(bundle: Path, number: int) -> None:
    record = placed(bundle)[number]
    flipped(bundle / WARC, record["offset"] + record["length"] // 2)
    [fault] = verify(bundle).faults
    assert (fault.file, fault.record, fault.url) == (WARC, record["id"], record["url"] or None)
    assert fault.says.endswith("was altered")


@pytest.mark.parametrize("change", [b"\x00" * 7, b""])
def test_bytes_put_into_or_cut_from_the_archive_name_the_record(
    bundle: Path, change: bytes
) -> None:
    record = placed(bundle)[6]
    assert record["url"] == LEDGER
    data = (bundle / WARC).read_bytes()
    at = record["offset"] + 100
    (bundle / WARC).write_bytes(data[:at] + change + data[at + 7 * (not change) :])
    faults = verify(bundle).faults
    assert {fault.record for fault in faults} == {record["id"]}
    assert "7 bytes were" in faults[0].says


# --- one line -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*JSONL, "trace.json", "report.txt", SUMS])
def test_a_changed_line_is_named(bundle: Path, name: str) -> None:
    lines = (bundle / name).read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].rstrip(b"\n") + b" \n"
    (bundle / name).write_bytes(b"".join(lines))
    assert told(bundle) == [(name, 2, "line 2 was changed")]


@pytest.mark.parametrize("name", JSONL)
def test_a_removed_line_is_named(bundle: Path, name: str) -> None:
    lines = (bundle / name).read_bytes().splitlines(keepends=True)
    (bundle / name).write_bytes(b"".join(lines[:1] + lines[2:]))
    assert told(bundle) == [(name, 2, "line 2 was removed")]


@pytest.mark.parametrize("name", JSONL)
def test_an_added_line_is_named(bundle: Path, name: str) -> None:
    lines = (bundle / name).read_bytes().splitlines(keepends=True)
    (bundle / name).write_bytes(b"".join([*lines[:2], b"{}\n", *lines[2:]]))
    assert told(bundle) == [(name, 3, "line 3 was added")]


def test_many_altered_lines_are_counted(bundle: Path) -> None:
    lines = (bundle / "trace.json").read_bytes().splitlines(keepends=True)
    (bundle / "trace.json").write_bytes(b"".join(line[:-1] + b" \n" for line in lines))
    faults = verify(bundle).faults
    assert len(faults) == 21
    assert faults[-1].says == f"{len(lines) - 20} more places of it were altered"


# --- whole files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FILES, SUMS, MANIFEST])
def test_a_removed_file_is_named(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    assert told(bundle) == [(name, None, "the file was removed")]


@pytest.mark.parametrize("name", ["more.jsonl", ".hidden", "evidence.warc.gz.bak", "folder"])
def test_an_added_file_is_named(bundle: Path, name: str) -> None:
    if name == "folder":
        (bundle / name).mkdir()
    else:
        (bundle / name).write_bytes(b"")
    assert told(bundle) == [(name, None, "the file was added: it is no part of a bundle")]


def test_another_manifest_is_told_by_its_digest(bundle: Path) -> None:
    digest = verify(bundle).manifest
    assert digest is not None
    assert verify(bundle, digest).sound
    assert verify(bundle, digest.removeprefix("sha256:").upper()).sound
    [fault] = verify(bundle, "0" * 64).faults
    assert fault.file == MANIFEST
    assert digest in fault.says


def test_without_a_sound_manifest_the_sums_still_tell_files(bundle: Path) -> None:
    flipped(bundle / MANIFEST, 300)
    flipped(bundle / "report.txt", 3)
    assert {fault.file for fault in verify(bundle).faults} == {MANIFEST, "report.txt"}


# --- a forger who writes the manifest anew --------------------------------------------------------


def forged(folder: Path, name: str, change: Callable[[bytes], bytes]) -> list[Fault]:
    """Alter a file, write manifest and sums to fit, and return what is found all the same."""
    data = change((folder / name).read_bytes())
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    listed = manifest["files"][name]
    listed |= {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
    if name == WARC:
        listed["records"] = list(_placed_anew(data, listed["records"]))
    else:
        lines = data.splitlines(keepends=True)
        listed["lines"] = [sha256(line).hexdigest() for line in lines]
    resigned(folder, manifest)
    return list(verify(folder).faults)


def resigned(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest, and the sums, as if nothing had happened."""
    del manifest["digest"]
    manifest["digest"] = f"sha256:{sha256(canonical(manifest)).hexdigest()}"
    data = canonical(manifest)
    (folder / MANIFEST).write_bytes(data)
    digests = {name: file["sha256"] for name, file in manifest["files"].items()}
    (folder / SUMS).write_bytes(sums({**digests, MANIFEST: sha256(data).hexdigest()}))


def _placed_anew(data: bytes, records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    at = 0
    for record in records:
        unpacker = zlib.decompressobj(31)
        unpacker.decompress(data[at:])
        length = len(data) - at - len(unpacker.unused_data)
        digest = sha256(data[at : at + length]).hexdigest()
        yield {**record, "offset": at, "length": length, "sha256": digest}
        at += length


def repacked(number: int, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Return a change of one record's content, packed again."""

    def change(data: bytes) -> bytes:
        members, rest = [], data
        while rest:
            unpacker = zlib.decompressobj(31)
            members.append(unpacker.decompress(rest))
            rest = unpacker.unused_data
        assert old in members[number]
        members[number] = members[number].replace(old, new)
        packers = [zlib.compressobj(9, zlib.DEFLATED, 31) for _ in members]
        return b"".join(p.compress(m) + p.flush() for p, m in zip(packers, members, strict=True))

    return change


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (WARC, repacked(8, b"routes", b"chemin"), "its block does not have the digest"),
        (WARC, repacked(8, b"HTTP/1.1 200", b"HTTP/1.1 201"), "does not have the digest that it states"),
        ("captures.jsonl", swapped(b'"status": 301', b'"status": 302'), "status is not what"),
        ("captures.jsonl", swapped(b"robots.txt", b"robot.html"), "url is not what"),
        ("captures.jsonl", swapped(b"12:00:02", b"12:00:09"), "sent is not what"),
        ("captures.jsonl", swapped(b'"whole": true', b'"whole": null'), "whole is not what"),
        ("captures.jsonl", swapped(b"\n", b"\nnull\n"), "it is no line of JSON"),
        ("captures.jsonl", lambda data: data.partition(b"\n")[2], "no line of captures.jsonl tells"),
        ("articles.jsonl", swapped(b'"text": "', b'"text": "Not so. '), "places in it do not hold"),
        ("articles.jsonl", swapped(b'"title"', b'"titel"'), "something else of its origin"),
        ("articles.jsonl", lambda data: data.partition(b"\n")[2], "lacks the article"),
        ("articles.jsonl", swapped(b"urn:uuid:", b"urn:uuie:"), "does not hold what it was read from"),
        ("credits.jsonl", swapped(b"Traduit par", b"Traduit pour"), "the quotation does not stand"),
        ("credits.jsonl", swapped(b'"role": "', b'"role": "not_'), "gives other credits"),
        ("credits.jsonl", swapped(b'"article": "', b'"article": "x'), "lacks the article that it is of"),
        ("matches.jsonl", swapped(b'"a_end": ', b'"a_end": 99999'), "does not lie within both texts"),
        ("matches.jsonl", swapped(b'"coverage_a": 0', b'"coverage_a": 1'), "matches.jsonl lacks"),
        ("matches.jsonl", swapped(b'"a": "', b'"a": "x'), "lacks an article that it is of"),
        ("trace.json", swapped(b'"from": "v1"', b'"from": "v9"'), "refers to a version"),
        ("trace.json", swapped(b'"asked": "v3"', b'"asked": "v2"'), "is of another article"),
        ("trace.json", lambda data: b"[]", "is no trace"),
    ],
)  # fmt: skip
def test_a_bundle_must_bear_itself_out(
    bundle: Path, name: str, change: Callable[[bytes], bytes], says: str
) -> None:
    """Even where every digest was made to fit."""
    assert says in " ".join(fault.says for fault in forged(bundle, name, change))


def test_a_page_must_give_the_article(bundle: Path) -> None:
    """A title that nothing refers to, changed with every digest made to fit: the page has another."""

    def change(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        told = json.loads(lines[1])
        told["article"]["title"] = "Another title"
        lines[1] = json.dumps(told, ensure_ascii=False).encode() + b"\n"
        return b"".join(lines)

    faults = forged(bundle, "articles.jsonl", change)
    assert [(fault.line, fault.says) for fault in faults] == [(2, "its page gives another article")]


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**30), st.floats(allow_nan=False), st.text(max_size=5),
    st.just([]), st.just({}), st.just([[[]]]), st.just("2024-13-45"), st.just("\ud800"),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(data=st.data(), name=st.sampled_from((*JSONL, "trace.json", MANIFEST)), junk=JUNK)
def test_nothing_that_a_forger_writes_brings_it_down(
    whole: Path, data: st.DataObject, name: str, junk: object
) -> None:
    """Any one value, replaced by another of any type, with every digest made to fit."""

    def change(content: bytes) -> bytes:
        if name in ("trace.json", MANIFEST):
            told = json.loads(content)
            _put(told, data, junk)
            return json.dumps(told).encode()
        lines = content.splitlines(keepends=True)
        number = data.draw(st.integers(0, len(lines) - 1))
        told = json.loads(lines[number])
        _put(told, data, junk)
        lines[number] = json.dumps(told).encode() + b"\n"
        return b"".join(lines)

    with TemporaryDirectory() as place:
        folder = Path(shutil.copytree(whole, Path(place) / "b"))
        if name == MANIFEST:
            manifest = json.loads(change((folder / MANIFEST).read_bytes()))
            with suppress(KeyError, TypeError, AttributeError):  # it is not even halfway one
                resigned(folder, manifest)
        with suppress(InputError):
            if name == MANIFEST:
                verify(folder)
            else:
                forged(folder, name, change)
        for found in articles([folder]):
            assert isinstance(found, Article | InputError)


def _put(told: Any, data: st.DataObject, junk: object) -> None:
    """Replace a value somewhere in a document."""
    keys = list(told) if isinstance(told, dict) else list(range(len(told)))
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    inner = told[key]
    if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
        _put(inner, data, junk)
    else:
        told[key] = junk


def test_another_program_may_find_something_else(bundle: Path) -> None:
    """What was made with other code is compared all the same, and told as a note."""
    manifest = json.loads((bundle / MANIFEST).read_bytes())
    manifest["made_with"]["code"] = "sha256:other"
    resigned(bundle, manifest)
    verdict = verify(bundle)
    assert verdict.sound
    assert "gives the same articles, credits and matches" in verdict.notes[0]


# --- hostile bundles ------------------------------------------------------------------------------


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        verify(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["report.txt", MANIFEST, WARC, "added"])
def test_links_are_refused(bundle: Path, tmp_path: Path, name: str) -> None:
    (bundle / name).unlink(missing_ok=True)
    (bundle / name).symlink_to("/etc/passwd")
    assert f"{name} is a link" in refusal(bundle)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "report.txt/../x", "x\x00"])
def test_names_that_lead_elsewhere_are_refused(bundle: Path, name: str) -> None:
    manifest = json.loads((bundle / MANIFEST).read_bytes())
    manifest["files"][name] = manifest["files"]["report.txt"]
    resigned(bundle, manifest)
    assert "which is no bundle's file" in refusal(bundle)


def test_a_record_that_unpacks_without_end_is_refused(bundle: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(300)) + packer.flush()
    manifest = json.loads((bundle / MANIFEST).read_bytes())
    listed = manifest["files"][WARC]
    digest = sha256(bomb).hexdigest()
    listed |= {"sha256": digest, "bytes": len(bomb)}
    listed["records"] = [{**listed["records"][0], "length": len(bomb), "sha256": digest}]
    (bundle / WARC).write_bytes(bomb)
    resigned(bundle, manifest)
    assert "unpacks to more than" in refusal(bundle)


@pytest.mark.parametrize(
    "records",
    [
        [],
        [{"id": "a", "type": "b", "url": "", "offset": -5, "length": 10, "sha256": "0" * 64}],
        [{"id": "a", "type": "b", "url": "", "offset": 0, "length": 1 << 60, "sha256": "0" * 64}],
        [{"id": 7, "type": None}],
        {"offset": 0},
        None,
    ],
)
def test_places_that_cannot_be_are_refused(bundle: Path, records: object) -> None:
    manifest = json.loads((bundle / MANIFEST).read_bytes())
    manifest["files"][WARC]["records"] = records
    resigned(bundle, manifest)
    assert "manifest.json" in refusal(bundle)


def test_another_form_is_refused(bundle: Path) -> None:
    manifest = json.loads((bundle / MANIFEST).read_bytes())
    manifest["schema"] = "filiation/bundle@2"
    resigned(bundle, manifest)
    assert "of the form filiation/bundle@2" in refusal(bundle)


def test_a_file_beyond_all_measure_is_refused(bundle: Path) -> None:
    os.truncate(bundle / WARC, 1 << 40)  # a hole: it takes no room
    assert "is larger than" in refusal(bundle)


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"{}", b"", b"\xff\xfe", b"1" * 10_000, b"null"]
)
def test_a_broken_manifest_is_named(bundle: Path, content: bytes) -> None:
    (bundle / MANIFEST).write_bytes(content)
    assert {fault.file for fault in verify(bundle).faults} == {MANIFEST}


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>A page", encoding="utf-8")
    assert "is no bundle of evidence" in refusal(tmp_path)
    assert "there is no such folder" in refusal(tmp_path / "none")
    assert "is no folder" in refusal(tmp_path / "page.html")


def test_a_bundle_of_one_page_is_sound(tmp_path: Path) -> None:
    from filiation.stemma import trace

    page = WORLD.pages[0]
    alone = replace(WORLD, pages=(page,), exchanges=(), trace=trace(page.stated.article))
    bundled(tmp_path / "b", alone)
    assert verify(tmp_path / "b").sound
