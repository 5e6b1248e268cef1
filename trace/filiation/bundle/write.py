"""A bundle of evidence written: all of it or nothing."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path, PurePath
from typing import Any

from filiation import __version__
from filiation.bundle.archive import Archive, Written
from filiation.bundle.origin import made_with
from filiation.bundle.values import Local, Page, Run
from filiation.errors import InputError
from filiation.find.values import Exchange
from filiation.plain import to_plain
from filiation.read.bundles import (
    ARTICLES,
    CAPTURES,
    CREDITS,
    FILES,
    MANIFEST,
    MATCHES,
    REPORT,
    SCHEMA,
    SUMS,
    TRACE,
    WARC,
    Placed,
    canonical,
)
from filiation.report.shapes import Shape, credits_shape, match_shape, trace_shape, written
from filiation.values import Credits, Match, Trace

__all__ = ["credit_shapes", "origin_shape", "refuse_taken", "sums", "write"]


def refuse_taken(folder: Path) -> None:
    """Raise `InputError` where no bundle can be written at `folder`.

    To be called before a search that may take an hour, and whose end would be this error.
    """
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise InputError(str(folder), "is no folder", "name a folder that does not exist yet")
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError(
                str(folder), "is not empty", "name a folder that does not exist yet, or is empty"
            )
        if "\0" in str(folder) or not folder.absolute().parent.is_dir():
            raise InputError(str(folder), "its parent is no folder", "make that first")
    except (OSError, ValueError) as error:
        raise _unwritable(folder, error) from error


def write(
    folder: Path,
    trace: Trace,
    *,
    pages: Sequence[Page],
    asked: str,
    exchanges: Sequence[Exchange] = (),
    matches: Sequence[Match] = (),
    report: str,
    run: Run,
) -> str:
    """Write a bundle, and return the digest of its manifest: `sha256:` and 64 digits.

    `pages` are the articles that were read, whether or not they turned out to be versions of the
    text; `asked` is the id of the one asked about. `exchanges` are all requests of the run in their
    order, those of robots.txt and of services too, and those that failed. `matches` are pairs that
    were compared besides those of the trace's hops. `report` is the report without style.

    The bundle appears under its name when it is complete. Raises `InputError` where `folder` is not
    empty, or nothing can be written there.
    """
    refuse_taken(folder)
    whole = folder.absolute()
    part = whole.with_name(f".{whole.name}.{secrets.token_hex(4)}.part")
    with _sayable(folder):
        try:
            part.mkdir()
            digest = _written(part, trace, _distinct(pages), asked, exchanges, matches, report, run)
            if whole.exists():
                whole.rmdir()  # it is empty: not every system renames over a folder
            part.rename(whole)
            _settle(whole.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return digest


def _written(
    part: Path,
    trace: Trace,
    pages: Sequence[Page],
    asked: str,
    exchanges: Sequence[Exchange],
    matches: Iterable[Match],
    report: str,
    run: Run,
) -> str:
    if asked not in {page.stated.article.id for page in pages}:
        raise ValueError(f"the article asked about, {asked!r}, is not among the pages")
    captures, sources, placed = _archived(part / WARC, pages, exchanges, run)
    version_of = {v.article: v.id for v in trace.versions if v.article is not None}
    articles = [
        _article(page, sources.get(number), version_of) for number, page in enumerate(pages)
    ]
    content: dict[str, Iterable[Shape] | str] = {
        ARTICLES: articles,
        CAPTURES: captures,
        CREDITS: [shape for page in pages for shape in credit_shapes(page.stated)],
        MATCHES: [match_shape(match) for match in _compared(trace, matches)],
        TRACE: written(trace_shape(trace), indented=True) + "\n",
        REPORT: report if report.endswith("\n") else report + "\n",
    }
    listed: dict[str, Any] = {}
    for name in FILES:
        if name == WARC:
            listed[name] = _listed_archive(part / WARC, placed)
        else:
            held = content[name]
            lines = _lines(held) if isinstance(held, str) else _json_lines(held)
            listed[name] = _write_lines(part / name, lines)
    return _close(part, run, asked, listed)


def _close(part: Path, run: Run, asked: str, listed: Mapping[str, Any]) -> str:
    """Write the manifest and the sums, and return the manifest's digest."""
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "made_with": made_with(run.catalogue),
        "command": [_clean(word) for word in run.command],
        "started": _moment(run.started),
        "ended": _moment(run.ended),
        "settings": dict(run.settings),
        "asked": _clean(asked),
        "files": dict(listed),
    }
    content["digest"] = f"sha256:{sha256(canonical(content)).hexdigest()}"
    manifest = canonical(content)
    digest = sha256(manifest).hexdigest()
    _write_bytes(part / MANIFEST, manifest)
    digests = {name: file["sha256"] for name, file in listed.items()}
    _write_bytes(part / SUMS, sums({**digests, MANIFEST: digest}))
    return f"sha256:{digest}"


def sums(digests: Mapping[str, str]) -> bytes:
    """Return the digests of files as `sha256sum -c` reads them."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


# --- the archive ---------------------------------------------------------------------------------


def _archived(
    path: Path, pages: Sequence[Page], exchanges: Sequence[Exchange], run: Run
) -> tuple[list[Shape], dict[int, tuple[str, str]], list[Placed]]:
    """Write the archive.

    Returns the lines about it, the record that each page was read from, by the page's number, with
    the suffix of its file's name, and where the records lie.
    """
    captures: list[Shape] = []
    records: dict[Exchange, str] = {}
    sources: dict[int, tuple[str, str]] = {}
    with path.open("w+b") as file:
        archive = Archive(file)
        archive.about(_about(), run.started)
        answers = [*exchanges, *(p.source for p in pages if isinstance(p.source, Exchange))]
        for answer in answers:
            if answer not in records:
                request, response = archive.exchange(answer)
                captures.append(_capture(answer, request, response))
                records[answer] = response.placed.id
        for number, page in enumerate(pages):
            if isinstance(page.source, Local):
                media_type = _media_type(page.source)
                resource = archive.resource(page.source, media_type)
                captures.append(_capture_of_file(page.source, resource, media_type))
                suffix = PurePath(page.source.path).suffix.lower()
                sources[number] = resource.placed.id, suffix
            elif page.source is not None:
                sources[number] = records[page.source], ""
        _settle_file(file.fileno(), file.flush)
    return captures, sources, archive.placed


def _about() -> dict[str, str]:
    return {
        "software": f"filiation/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "what `filiation trace` asked for and what came of it",
    }


def _capture(exchange: Exchange, request: Written | None, response: Written) -> Shape:
    media_type, charset = _content_type(exchange.headers)
    return {
        "schema": "filiation/capture@1",
        "record": response.placed.id,
        "request": request.placed.id if request is not None else None,
        "type": response.placed.type,
        "url": exchange.url,
        "method": exchange.method,
        "sent": _moment(exchange.sent),
        "seconds": round(exchange.seconds, 3),
        "status": exchange.status or None,
        "media_type": media_type,
        "charset": charset,
        "outcome": exchange.outcome,
        "says": exchange.says,
        "whole": response.whole and bool(exchange.status),
        "address": exchange.address or None,
        "bytes": response.payload_bytes,
        "sha256": response.payload_sha256,
    }


def _capture_of_file(local: Local, resource: Written, media_type: str) -> Shape:
    return {
        "schema": "filiation/capture@1",
        "record": resource.placed.id,
        "request": None,
        "type": "resource",
        "url": f"file:{local.path}",
        "method": None,
        "sent": _moment(local.modified),
        "seconds": None,
        "status": None,
        "media_type": media_type,
        "charset": None,
        "outcome": "ok",
        "says": "a file, as it was last changed",
        "whole": True,
        "address": None,
        "bytes": resource.payload_bytes,
        "sha256": resource.payload_sha256,
    }


def _content_type(headers: tuple[tuple[str, str], ...]) -> tuple[str | None, str | None]:
    stated = next((value for name, value in headers if name.lower() == "content-type"), "")
    media_type = stated.partition(";")[0].strip().lower()
    charset = stated.lower().partition("charset=")[2].split(";")[0].strip(" \"'")
    return media_type or None, charset or None


def _media_type(local: Local) -> str:
    head = local.data[:1000].lower()
    if b"<html" in head or b"<!doctype html" in head:
        return "text/html"
    suffix = PurePath(local.path).suffix.lower()
    return {".html": "text/html", ".htm": "text/html", ".md": "text/markdown"}.get(
        suffix, "text/plain"
    )


# --- the lines -----------------------------------------------------------------------------------


def _article(page: Page, source: tuple[str, str] | None, version_of: Mapping[str, str]) -> Shape:
    article = page.stated.article
    captured = page.captured
    if captured is None and isinstance(page.source, Exchange):
        captured = page.source.sent
    record, suffix = source or (None, "")
    return {
        "schema": "filiation/bundle-article@1",
        "id": article.id,
        "version": version_of.get(article.id),
        "address": article.url,
        "captured": _moment(captured) if captured else None,
        "archive": page.archive or None,
        "capture": record,
        "within": page.within,
        "suffix": suffix or None,
        **origin_shape(page.stated),
        "text_sha256": sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "article": to_plain(article),
    }


def origin_shape(stated: Credits) -> Shape:
    """Return what a page's credits add up to, as the line of its article holds it."""
    shape = credits_shape(stated)
    return {key: shape[key] for key in ("kind", "origin", "chain")}


def credit_shapes(stated: Credits) -> list[Shape]:
    """Return a page's credits, as the lines of `credits.jsonl` hold them."""
    article = stated.article.id
    return [
        {"schema": "filiation/bundle-credit@1", "article": article, **credit}
        for credit in credits_shape(stated)["credits"]
    ]


def _compared(trace: Trace, matches: Iterable[Match]) -> list[Match]:
    """Return the matches of a trace's hops, and those of further pairs, each pair once."""
    hops = [hop.match for hop in trace.hops if hop.match is not None]
    once: dict[frozenset[str], Match] = {}
    for match in (*hops, *matches):
        once.setdefault(frozenset((match.a, match.b)), match)
    return list(once.values())


def _distinct(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without doubles; of two that go by one id the later gets another."""
    kept: dict[str, Page] = {}
    for page in pages:
        article = page.stated.article
        name, number = article.id, 2
        while name in kept and kept[name].stated.article.text != article.text:
            name, number = f"{article.id}~{number}", number + 1
        if name not in kept:
            stated = replace(page.stated, article=replace(article, id=name))
            kept[name] = page if name == article.id else replace(page, stated=stated)
    return list(kept.values())


def _json_lines(shapes: Iterable[Shape]) -> Iterator[bytes]:
    for shape in shapes:
        yield (written(shape) + "\n").encode()


def _lines(text: str) -> Iterator[bytes]:
    data = text.encode("utf-8", "backslashreplace")
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def _write_lines(path: Path, lines: Iterable[bytes]) -> dict[str, Any]:
    """Write lines, and return what the manifest lists of their file."""
    whole = sha256()
    size = 0
    digests = []
    with path.open("xb") as file:
        for line in lines:
            file.write(line)
            whole.update(line)
            size += len(line)
            digests.append(sha256(line).hexdigest())
        _settle_file(file.fileno(), file.flush)
    return {"sha256": whole.hexdigest(), "bytes": size, "lines": digests}


def _listed_archive(path: Path, placed: Sequence[Placed]) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return {
        "sha256": digest,
        "bytes": path.stat().st_size,
        "records": [to_plain(record) for record in placed],
    }


def _write_bytes(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        _settle_file(file.fileno(), file.flush)


def _settle_file(number: int, flush: Callable[[], None]) -> None:
    """See to it that the content is on the disk before its name is."""
    flush()
    os.fsync(number)


def _settle(folder: Path) -> None:
    """See to it that a new name in `folder` is on the disk, where the system can."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _clean(word: str) -> str:
    """Return a word that JSON can hold: a path that is no UTF-8 has half surrogate pairs in it."""
    return word.encode("utf-8", "backslashreplace").decode()


@contextmanager
def _sayable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError | ValueError) -> InputError:
    says = getattr(error, "strerror", None) or str(error)
    return InputError(
        str(folder),
        f"the bundle cannot be written ({says})",
        "name a folder with room that you may write to",
    )
