"""A bundle of evidence checked, offline: what in it was altered since it was written.

Two kinds of checks. What the manifest lists is compared with what is there: every file, line and
record. And what the bundle claims is compared with what it holds: see `recheck`. Somebody who
alters a bundle and writes its manifest anew escapes the first kind; against that stands the digest
of the manifest, if it was noted elsewhere.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO

from filiation.bundle.recheck import recheck
from filiation.bundle.values import Fault, Verdict
from filiation.bundle.write import sums
from filiation.errors import NotFound, Unreadable
from filiation.read.bundles import (
    FILES,
    MANIFEST,
    SUMS,
    WARC,
    Damaged,
    Listed,
    Manifest,
    Placed,
    lines_of,
    manifest_of,
    opened,
)

__all__ = ["verify"]

MOST_FILE = 16_000_000_000
"""Bytes of a file of a bundle: a thousand of the largest records. More is refused, unread."""
MOST_ENTRIES = 10_000
"""Files in a bundle's folder that are looked at."""
MOST_NAMED = 20
"""Altered lines or records of a file that are named one by one; the rest is counted."""
MOST_ALIGNED = 5_000
"""Lines up to which it is told which were removed and which added, rather than that all after one
differ: the comparison takes time by the square."""
_KNOWN = {*FILES, MANIFEST, SUMS}


def verify(folder: Path, expected: str | None = None) -> Verdict:
    """Return what in a bundle was altered.

    `expected` is the digest of the manifest as it was noted elsewhere, with or without `sha256:`.
    Raises `InputError` where the folder is no bundle, and where it is made to do harm: links, names
    that lead elsewhere, sizes beyond all measure.
    """
    present = _present(folder)
    if not present & {MANIFEST, SUMS, WARC}:
        raise NotFound(str(folder), "is no bundle of evidence", "name a folder that is one")
    faults = [
        Fault(name, "the file was added: it is no part of a bundle")
        for name in sorted(present - _KNOWN)
    ]
    faults += [Fault(name, "the file was removed") for name in sorted(_KNOWN - present)]
    digest = _digest(folder, MANIFEST) if MANIFEST in present else None
    if digest and expected and digest.removeprefix("sha256:") != _bare(expected):
        faults.append(Fault(MANIFEST, f"its digest is {digest}, and not the one that was given"))
    manifest = None
    if digest:
        try:
            manifest, _ = manifest_of(folder)
        except Damaged as damage:
            faults.append(Fault(MANIFEST, f"the manifest was altered: {damage}"))
    if manifest is None:
        faults += _by_sums(folder, present)
        return Verdict(str(folder), digest, tuple(faults), (_UNTOLD,))
    for name in FILES:
        if name in present:
            faults += _of_file(folder, name, manifest.files[name])
    if SUMS in present and digest:
        faults += _of_sums(folder, manifest, digest)
    counts = {"files": len(present & _KNOWN)}
    notes: tuple[str, ...] = (_UNCHECKED,)
    if not any(fault.file in FILES for fault in faults):
        more, notes, told = recheck(folder, manifest)
        faults += more
        counts |= told
    return Verdict(
        folder=str(folder),
        manifest=digest,
        faults=tuple(faults),
        notes=notes,
        counts=counts,
        made_with=manifest.made_with,
        command=manifest.command,
        started=manifest.started,
        ended=manifest.ended,
        asked=manifest.asked,
    )


_UNTOLD = (
    "Without its manifest a bundle cannot be checked line by line; its files were compared with "
    f"{SUMS} as far as that goes."
)
_UNCHECKED = "Whether the bundle bears itself out was not checked, since files of it were altered."


def _bare(digest: str) -> str:
    return digest.strip().lower().removeprefix("sha256:")


# --- files ---------------------------------------------------------------------------------------


def _present(folder: Path) -> set[str]:
    """Return what the folder holds. Raises `InputError` where that cannot be a bundle's."""
    where = str(folder)
    names: set[str] = set()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink():
                    what = f"{entry.name[:80]} is a link, and a bundle holds none"
                    raise Unreadable(where, what, "give a bundle as filiation writes it")
                if entry.is_file() and entry.stat().st_size > MOST_FILE:
                    what = f"{entry.name[:80]} is larger than {MOST_FILE:,} bytes"
                    raise Unreadable(where, what, "give a bundle as filiation writes it")
                if entry.name in _KNOWN and not entry.is_file():
                    what = f"{entry.name} is no file"
                    raise Unreadable(where, what, "give a bundle as filiation writes it")
                names.add(entry.name)
                if len(names) > MOST_ENTRIES:
                    what = f"it holds more than {MOST_ENTRIES:,} files"
                    raise Unreadable(where, what, "give a bundle as filiation writes it")
    except FileNotFoundError as error:
        raise NotFound(where, "there is no such folder", "check its name") from error
    except NotADirectoryError as error:
        raise NotFound(where, "is no folder", "name the folder of a bundle") from error
    except (OSError, ValueError) as error:
        says = getattr(error, "strerror", None) or str(error)
        raise Unreadable(where, f"it cannot be read ({says})", "check your rights to it") from error
    return names


def _digest(folder: Path, name: str) -> str:
    with opened(folder, name) as file:
        return f"sha256:{file_digest(file, 'sha256').hexdigest()}"


def _of_file(folder: Path, name: str, listed: Listed) -> Iterator[Fault]:
    """Yield what was altered in a file that the manifest lists."""
    with opened(folder, name) as file:
        if file_digest(file, "sha256").hexdigest() == listed.sha256:
            return
        file.seek(0)
        if name == WARC:
            yield from _named(WARC, list(_of_archive(file, listed.records)), "records")
            return
        found = [sha256(line).hexdigest() for line in lines_of(file, str(folder / name))]
        yield from _named(name, list(_of_lines(name, found, listed.lines)), "places")


def _named(name: str, faults: Sequence[Fault], what: str) -> Iterator[Fault]:
    """Yield the faults of a file, the first ones named, or that the manifest's figures are wrong."""
    if not faults:
        yield Fault(name, "it does not have the digest that the manifest gives for the whole of it")
    yield from faults[:MOST_NAMED]
    if len(faults) > MOST_NAMED:
        yield Fault(name, f"{len(faults) - MOST_NAMED:,} more {what} of it were altered")


def _of_lines(name: str, found: Sequence[str], listed: Sequence[str]) -> Iterator[Fault]:
    """Yield which lines were changed, removed or added."""
    if len(found) == len(listed):
        for number, pair in enumerate(zip(found, listed, strict=True), 1):
            if pair[0] != pair[1]:
                yield Fault(name, f"line {number:,} was changed", line=number)
        return
    if max(len(found), len(listed)) > MOST_ALIGNED:
        same = zip(found, listed, strict=False)
        number = next(
            (n for n, (a, b) in enumerate(same, 1) if a != b), min(map(len, (found, listed)))
        )
        says = f"it has {len(found):,} lines instead of {len(listed):,}; they differ from line {number:,} on"
        yield Fault(name, says, line=number)
        return
    changes = SequenceMatcher(None, listed, found, autojunk=False).get_opcodes()
    for change, start, end, here, until in changes:
        if change == "replace":
            yield Fault(name, f"{_lines(start, end)} changed", line=start + 1)
        elif change == "delete":
            yield Fault(name, f"{_lines(start, end)} removed", line=start + 1)
        elif change == "insert":
            yield Fault(name, f"{_lines(here, until)} added", line=here + 1)


def _lines(start: int, end: int) -> str:
    if end - start == 1:
        return f"line {end:,} was"
    return f"lines {start + 1:,} to {end:,} were"


def _of_archive(file: IO[bytes], records: Sequence[Placed]) -> Iterator[Fault]:
    """Yield which records were altered.

    Where bytes were added or removed, records are looked for from both ends.
    """
    size = file.seek(0, os.SEEK_END)
    shift = size - sum(record.length for record in records)
    broken = [record for record in records if not _is_at(file, record, 0)]
    if shift:
        first = broken[0] if broken else None
        kept = [record for record in broken if _is_at(file, record, shift)]
        broken = [record for record in broken if record not in kept]
        what = "were added" if shift > 0 else "were removed"
        place = f"at {_record(first)}" if first else "at its end"
        yield _fault(first, f"{abs(shift):,} bytes {what}, {place}")
    for record in broken:
        yield _fault(record, f"{_record(record)} was altered")


def _is_at(file: IO[bytes], record: Placed, shift: int) -> bool:
    if record.offset + shift < 0:
        return False
    file.seek(record.offset + shift)
    whole = sha256()
    left = record.length
    while left and (data := file.read(min(left, 1 << 20))):
        whole.update(data)
        left -= len(data)
    return not left and whole.hexdigest() == record.sha256


def _record(record: Placed) -> str:
    of = f" of {record.url}" if record.url else ""
    return f"the record {record.id} ({record.type}{of})"


def _fault(record: Placed | None, says: str) -> Fault:
    if record is None:
        return Fault(WARC, says)
    return Fault(WARC, says, record=record.id, url=record.url or None)


# --- the sums ------------------------------------------------------------------------------------


def _of_sums(folder: Path, manifest: Manifest, digest: str) -> Iterator[Fault]:
    """Yield which lines of the sums are not what the manifest asks for."""
    digests = {name: file.sha256 for name, file in manifest.files.items()}
    digests[MANIFEST] = digest.removeprefix("sha256:")
    right = [sha256(line).hexdigest() for line in sums(digests).splitlines(keepends=True)]
    with opened(folder, SUMS) as file:
        found = [sha256(line).hexdigest() for line in lines_of(file, str(folder / SUMS))]
    if found != right:
        yield from _named(SUMS, list(_of_lines(SUMS, found, right)), "places")


def _by_sums(folder: Path, present: set[str]) -> Iterator[Fault]:
    """Yield the files that are not as the sums have them: all there is without a manifest."""
    if SUMS not in present:
        return
    with opened(folder, SUMS) as file:
        rows = file.read(1 << 16).decode("utf-8", "replace").splitlines()
    told: Mapping[str, str] = {
        name: digest for digest, _, name in (row.partition("  ") for row in rows)
    }
    for name in FILES:
        if name in present and _digest(folder, name) != f"sha256:{told.get(name)}":
            yield Fault(name, f"it does not have the digest that {SUMS} gives")
