"""What a trace or an audit found, wherever it was kept, as one kind of value for every export."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from filiation.audit.flows import Ledger
from filiation.audit.kept import kept
from filiation.audit.values import Flow, Group, Tally
from filiation.dates import parse
from filiation.errors import InputError
from filiation.library import Library
from filiation.plain import fits
from filiation.report.parquet import parquet_lines
from filiation.values import (
    HOP_KINDS,
    ROLES,
    STANDINGS,
    Contamination,
    Credit,
    Dates,
    Evidence,
    Hop,
    Match,
    Passage,
    Searched,
    SearchOutcome,
    Stemma,
    Version,
)

__all__ = ["Findings", "Node", "Telling", "found_in", "of_library"]

LONGEST = 200_000_000
"""Bytes of one document, or of one line of an audit's file, that are read. A line holds one hop."""
REMEDY = (
    "name what `filiation trace --json` printed, a folder that `filiation audit --out` wrote, a "
    "bundle of evidence, or a library with --library"
)

Shape = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """A version, and the name by which an export calls it."""

    key: str
    """The article's id; of a version that was not seen, its id within its text, behind the text's."""
    text: str
    """Id of the text that it is a version of."""
    version: Version
    outlet: str
    """As in an audit's flows: a key, else a name, folded; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a trace says of the one text that it is about."""

    summary: str = ""
    chain: Sequence[str] = ()
    """Ids of versions, from the first known one to the one asked about."""
    asked: str | None = None
    searched: Sequence[Searched] = ()


class Findings:
    """Texts with their versions and hops, and the outlets' books over them."""

    def __init__(
        self,
        texts: Iterable[Group],
        articles: Iterable[tuple[str, str | None, str | None]] | None = None,
        told: Telling | None = None,
    ) -> None:
        """Take the texts found, and every article searched: its id, outlet's key and name.

        Without `articles`, those are meant that the texts have. `told` is for a trace, of one text.
        """
        self.told = told
        self.texts = tuple(texts)
        self.ledger = Ledger(_own(self.texts) if articles is None else articles)
        for text in self.texts:
            self.ledger.add(text)

    @cached_property
    def nodes(self) -> Mapping[tuple[str, str], Node]:
        """Return all versions by their text's id and their own, parents before their children."""
        return {
            (text.id, version.id): Node(
                version.article or f"{text.id}/{version.id}",
                text.id,
                version,
                self.ledger.outlet_of(version),
            )
            for text in self.texts
            for version in text.stemma.versions
        }

    def hops(self) -> Iterator[tuple[Node, Node, Hop]]:
        """Yield every hop, with its parent and child."""
        for text in self.texts:
            for hop in text.stemma.hops:
                yield self.nodes[text.id, hop.parent], self.nodes[text.id, hop.child], hop

    @property
    def flows(self) -> Sequence[Flow]:
        """Return who takes from whom, the most hops first."""
        return self.ledger.flows()

    @property
    def outlets(self) -> Sequence[Tally]:
        """Return each outlet's part in it."""
        return [one for one in self.ledger.tallies() if one.outlet]

    def of(self, groups: Sequence[str]) -> "Findings":
        """Return the findings of some texts alone, by their ids. Raises `InputError`."""
        known = {text.id: text for text in self.texts}
        for group in groups:
            if group not in known:
                raise InputError(group, "no group of versions has this id", _near(group, known))
        return Findings([known[group] for group in dict.fromkeys(groups)], told=self.told)


def found_in(named: str) -> Findings:
    """Return what the document, folder or bundle of this name holds.

    Raises `InputError` where it is none of these, or broken.
    """
    if named == "-":
        return _of_document(named, sys.stdin.buffer.read(LONGEST + 1) if sys.stdin else b"")
    path = Path(named)
    if path.is_dir():
        written = [name for name in ("hops.jsonl", "hops.parquet") if (path / name).is_file()]
        if written:  # an audit in the one form, and a later one in the other
            last = max(written, key=lambda name: (path / name).stat().st_mtime_ns)
            return _of_folder(path, last.rpartition(".")[2])
        if (path / "trace.json").is_file():
            return _of_file(path / "trace.json")
        raise InputError(named, "the folder holds neither an audit nor a trace", REMEDY)
    if not path.is_file():
        raise InputError(named, "there is no such file or folder", REMEDY)
    return _of_file(path)


def of_library(library: Library) -> Findings:
    """Return what the last audit of a library found. Raises `InputError` where there was none."""
    texts = list(kept(library))
    if not texts:
        what = "the last audit found nothing in it, or there was none"
        raise InputError(library.path, what, "run filiation audit first")
    return Findings(texts, library.entries())


def _own(texts: Iterable[Group]) -> Iterator[tuple[str, str | None, str | None]]:
    for text in texts:
        for version in text.stemma.versions:
            if version.article is not None:
                yield version.article, version.outlet, version.name


def _near(group: str, known: Iterable[str]) -> str:
    from rapidfuzz import process

    near = process.extract(group, list(known), limit=1, score_cutoff=60)
    return f"did you mean {near[0][0]}?" if near else "filiation audit lists their ids"


# Documents read back


def _of_file(path: Path) -> Findings:
    with _read(str(path)), path.open("rb") as file:
        data = file.read(LONGEST + 1)
    return _of_document(str(path), data)


def _of_document(named: str, data: bytes) -> Findings:
    with _read(named):
        if len(data) > LONGEST:
            raise ValueError(f"it is larger than {LONGEST:,} bytes")
        document = _object(json.loads(data))
        if document.get("schema") != "filiation/trace@1":
            raise ValueError("not a filiation/trace@1 document")
        versions = tuple(_version(_object(one)) for one in _list(document, "versions"))
        hops = tuple(_hop(_object(one), one["from"], one["to"]) for one in _list(document, "hops"))
        _check(versions, hops)
        group = _group("trace", versions, hops)
        stated = {
            str(key): tuple(_credit(_object(one)) for one in held)
            for key, held in _object(document.get("credits") or {}).items()
        }
        stemma = replace(
            group.stemma,
            credits=tuple(stated.items()),
            unknown=tuple(str(said) for said in document.get("unknown") or ()),
            contaminations=_contaminations(document, versions, "version"),
        )
        told = Telling(
            _text(document, "summary") or "",
            tuple(str(key) for key in document.get("chain") or ()),
            _text(document, "asked"),
            tuple(_searched(_object(one)) for one in document.get("searched") or ()),
        )
        return Findings([replace(group, stemma=stemma)], told=told)


def _of_folder(folder: Path, kind: str) -> Findings:
    articles: dict[str, Shape] = {}
    for row in _lines(folder / f"articles.{kind}", "filiation/article@1"):
        articles[_text(row, "id") or ""] = row
    members: dict[str, Shape] = {}
    for row in _lines(folder / f"groups.{kind}", "filiation/group@1"):
        members[_text(row, "id") or ""] = row
    grown: dict[str, _Growing] = {group: _Growing() for group in members}
    for row in _lines(folder / f"hops.{kind}", "filiation/hop@1"):
        with _read(str(folder / f"hops.{kind}")):
            grown[row["group"]].hop(row, articles)
    for group, row in members.items():
        with _read(str(folder / f"groups.{kind}")):
            for article in row["articles"]:
                grown[group].article(article, articles)
    texts: list[Group] = []
    for key, growing in grown.items():
        found = _group(key, tuple(growing.versions.values()), tuple(growing.hops))
        with _read(str(folder / f"groups.{kind}")):
            second = _contaminations(members[key], found.stemma.versions, "article")
        texts.append(replace(found, stemma=replace(found.stemma, contaminations=second)))
    entries = [(key, _text(row, "outlet"), _text(row, "name")) for key, row in articles.items()]
    return Findings(texts, entries)


class _Growing:
    """A group on the way, hop by hop in the order of its tree."""

    def __init__(self) -> None:
        self.versions: dict[str, Version] = {}
        self.hops: list[Hop] = []

    def hop(self, row: Shape, articles: Mapping[str, Shape]) -> None:
        """Take a line of hops.jsonl."""
        parent = self._end(row, "from", articles)
        child = self._end(row, "to", articles)
        self.hops.append(_hop(row, parent, child))

    def _end(self, row: Shape, which: str, articles: Mapping[str, Shape]) -> str:
        if row[which] is not None:
            return self.article(row[which], articles)
        unseen = _object(row[f"{which}_version"])
        key = unseen["version"]
        self.versions.setdefault(key, _version({**unseen, "id": key}))
        return str(key)

    def article(self, key: str, articles: Mapping[str, Shape]) -> str:
        """Take an article; return its name as a version."""
        row = articles[key]
        self.versions.setdefault(key, _version({**row, "seen": True, "article": key}))
        return key


def _group(key: str, versions: tuple[Version, ...], hops: tuple[Hop, ...]) -> Group:
    children = {hop.child for hop in hops}
    roots = tuple(version.id for version in versions if version.id not in children)
    stemma = Stemma(versions, hops, roots)
    seen = {version.id: version.article for version in versions}
    return Group(
        id=key,
        articles=tuple(sorted(article for article in seen.values() if article is not None)),
        stemma=stemma,
        origin=seen[stemma.origin] if stemma.origin else None,
        independent_sources=len(roots),
    )


def _check(versions: Sequence[Version], hops: Sequence[Hop]) -> None:
    ids = {version.id for version in versions}
    if len(ids) < len(versions):
        raise ValueError("two versions have one id")
    for hop in hops:
        if not {hop.parent, hop.child} <= ids:
            raise ValueError(f"a hop leads from {hop.parent!r} to {hop.child!r}: no such versions")


def _contaminations(
    document: Shape, versions: Iterable[Version], name: str
) -> tuple[Contamination, ...]:
    """Return which versions are of two, as far as those that it calls by `name` have been seen."""
    ids = {version.id for version in versions}
    found: list[Contamination] = []
    for row in map(_object, document.get("contaminations") or ()):
        version, parents = row[name], row["parents"]
        if None in parents:
            continue
        one, other = parents
        if not {version, one, other} <= ids:
            raise ValueError(f"{version!r} is made from {one!r} and {other!r}: no such versions")
        found.append(Contamination(version, (one, other), int(row["readings"])))
    return tuple(found)


def _version(row: Shape) -> Version:
    article = _text(row, "article")
    return Version(
        id=str(row["id"]),
        name=_text(row, "name"),
        outlet=_text(row, "outlet"),
        title=_text(row, "title"),
        url=_text(row, "url"),
        language=_text(row, "language"),
        author=_text(row, "author"),
        translator=_text(row, "translator"),
        seen=bool(row.get("seen")),
        dates=_dates(_object(row.get("published") or {})),
        article=article,
    )


def _hop(row: Shape, parent: str, child: str) -> Hop:
    kinds = tuple(kind for kind in HOP_KINDS if kind in row["kind"])
    if row["standing"] not in STANDINGS:
        raise ValueError(f"there is no standing {row['standing']!r}")
    return Hop(
        str(parent),
        str(child),
        kinds,
        "credit" if row.get("kind_from") == "credit" else "match",
        row["standing"],
        float(row["probability"]),
        tuple(_evidence(_object(one)) for one in _list(row, "evidence")),
        _match(_object(row["match"])) if row.get("match") else None,
    )


def _match(row: Shape) -> Match:
    places = ("a_start", "a_end", "b_start", "b_end", "similarity")
    return Match(
        a=str(row["a"]),
        b=str(row["b"]),
        passages=tuple(
            Passage(*(one[place] for place in places)) for one in _list(row, "passages")
        ),
        coverage_a=float(row["coverage_a"]),
        coverage_b=float(row["coverage_b"]),
        similarity=float(row["similarity"]),
        score=float(row["score"]),
        same_language=bool(row["same_language"]),
        kind=tuple(kind for kind in HOP_KINDS if kind in row["kind"]),
        shared_words=int(row.get("shared_words") or 0),
    )


def _credit(row: Shape) -> Credit:
    if row["role"] not in ROLES:
        raise ValueError(f"there is no role {row['role']!r}")
    return Credit(
        role=row["role"],
        name=_text(row, "name"),
        outlet=_text(row, "outlet"),
        url=_text(row, "url"),
        title=_text(row, "title"),
        language=_text(row, "language"),
        published=_text(row, "published"),
        quote=_text(row, "quote") or "",
        start=_place(row, "start"),
        end=_place(row, "end"),
        locator=_text(row, "locator"),
        rule=_text(row, "rule") or "",
        strength=float(row["strength"]),
    )


def _place(row: Shape, key: str) -> int | None:
    value = row.get(key)
    return None if value is None else int(value)


def _searched(row: Shape) -> Searched:
    if not fits(SearchOutcome, row["outcome"]):
        raise ValueError(f"there is no outcome {row['outcome']!r}")
    return Searched(
        str(row["where"]),
        row["outcome"],
        int(row["found"]),
        int(row.get("looked_at") or 0),
        _text(row, "says") or "",
    )


def _evidence(row: Shape) -> Evidence:
    weight = row.get("weight")
    return Evidence(
        _text(row, "type") or "",
        _text(row, "says") or "",
        quote=_text(row, "quote"),
        weight=None if weight is None else float(weight),
    )


def _dates(row: Shape) -> Dates:
    first, last = (parse(_text(row, bound) or "") for bound in ("earliest", "latest"))
    precision = row.get("precision")
    if precision not in ("second", "minute", "day", "month", "year"):
        precision = None
    return Dates(first.earliest if first else None, last.latest if last else None, precision)


def _text(row: Shape, key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return value


def _list(row: Shape, key: str) -> list[Any]:
    value = row.get(key)
    if not isinstance(value, list):
        raise TypeError(f"{key} is no list")
    return value


def _object(value: Any) -> Shape:
    if not isinstance(value, dict):
        raise TypeError("an object was expected")
    return value


def _lines(path: Path, schema: str) -> Iterator[Shape]:
    with _read(str(path)):
        for line in parquet_lines(path) if path.suffix == ".parquet" else _read_lines(path):
            row = _object(json.loads(line))
            if row.get("schema") != schema:
                raise ValueError(f"a line that is no {schema} document")
            yield row


def _read_lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        while line := lines.readline(LONGEST):
            yield line


@contextmanager
def _read(named: str) -> Iterator[None]:
    """Turn what a broken document raises into a sentence that names the file."""
    try:
        yield
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise InputError(named, what, REMEDY) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        what = f"is no document of this program, or broken: {error}"
        raise InputError(named, what, REMEDY) from error
