"""Whether a bundle bears itself out: what its files say of each other, and what follows from its pages.

Everything is read as a stranger's. Places of quotes and passages must hold in the stored texts, ids
must refer to what is there, and the archive's records must have the digests they state. Then pages
are read anew from the archive, credits from the articles, and matches compared once more. Where the
same program with the same libraries and the same catalogue finds something else, that is a fault;
where another does, it is a note, since programs get better.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from filiation.bundle.archive import digest_of, payload_of, uri_of
from filiation.bundle.origin import made_with
from filiation.bundle.values import Fault
from filiation.bundle.write import credit_shapes, origin_shape
from filiation.english import listed, plural
from filiation.errors import InputError
from filiation.outlets import catalogue
from filiation.plain import from_plain
from filiation.read.bundles import (
    ARTICLES,
    CAPTURES,
    CREDITS,
    MATCHES,
    TRACE,
    WARC,
    Damaged,
    Manifest,
    Placed,
    Record,
    is_sound,
    lines_of,
    of_page,
    opened,
    pages,
    record_at,
)
from filiation.report.shapes import match_shape
from filiation.values import Article

__all__ = ["recheck"]

MOST_TRACE = 400_000_000
"""Bytes of `trace.json`: 50 versions and their hops take some 2 MB."""
MOST_FAULTS = 50
"""Faults of one file that are named; the rest is counted."""

Told = Mapping[str, Any]


def recheck(
    folder: Path, manifest: Manifest
) -> tuple[list[Fault], tuple[str, ...], dict[str, int]]:
    """Return what in a bundle does not bear out the rest, what else to know, and what was checked.

    The files are as the manifest lists them. Raises `InputError` where something is too large.
    """
    checking = _Checking(folder, manifest)
    checking.archive()
    checking.captures()
    checking.articles()
    checking.credits()
    checking.matches()
    checking.trace()
    checking.anew()
    return checking.faults.named(), tuple(checking.notes), checking.counts


@dataclass
class _Faults:
    """Faults met, those of one file named up to a limit."""

    found: list[Fault] = field(default_factory=list)
    number: Counter[str] = field(default_factory=Counter)

    def add(self, file: str, says: str, line: int | None = None, of: Placed | None = None) -> None:
        self.number[file] += 1
        if self.number[file] <= MOST_FAULTS:
            record, url = (of.id, of.url or None) if of else (None, None)
            self.found.append(Fault(file, says, line, record, url))

    def named(self) -> list[Fault]:
        more = [
            Fault(file, f"{number - MOST_FAULTS:,} more of it does not bear out the rest")
            for file, number in self.number.items()
            if number > MOST_FAULTS
        ]
        return [*self.found, *more]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a record says, as far as a capture's line tells it too."""

    date: str
    request: str | None
    status: int | None
    bytes: int
    sha256: str
    whole: bool


@dataclass
class _Checking:
    """One bundle on its way through the checks, each of which adds to what the next may rest on."""

    folder: Path
    manifest: Manifest
    faults: _Faults = field(default_factory=_Faults)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    records: dict[str, Placed] = field(default_factory=dict)
    seen: dict[str, _Seen] = field(default_factory=dict)
    """What the records say, by their ids."""
    read: dict[str, Article] = field(default_factory=dict)
    """The articles, by their ids."""
    line_of: dict[str, int] = field(default_factory=dict)
    """Their lines."""
    told: dict[str, Told] = field(default_factory=dict)
    """What the lines of the articles say, the article itself left out."""
    stated: dict[str, list[Told]] = field(default_factory=dict)
    """Their credits, as the lines have them."""
    compared: list[tuple[int, Told]] = field(default_factory=list)
    """The matches that hold, with their lines."""

    # --- what the files say of each other -------------------------------------------------------

    def archive(self) -> None:
        """Check that every record is whole, is what the manifest says, and bears out its digests."""
        with opened(self.folder, WARC) as file:
            for placed in self.manifest.files[WARC].records:
                try:
                    self._record(placed, record_at(file, placed, f"{WARC}, {placed.id}"))
                except Damaged as damage:
                    self.faults.add(WARC, f"the record {placed.id}: {damage}", of=placed)
        self.counts["records"] = len(self.records)

    def _record(self, placed: Placed, record: Record) -> None:
        headers = record.headers
        kind = headers.get("warc-type", "")
        payload = payload_of(kind, record.block)
        stated = (headers.get("warc-record-id"), kind, headers.get("warc-target-uri", ""))
        if stated != (f"<{placed.id}>", placed.type, placed.url):
            raise Damaged("it is another than the manifest lists there")
        if placed.id in self.records:
            raise Damaged("there is another of the same id")
        if headers.get("warc-block-digest") != digest_of(record.block):
            raise Damaged("its block does not have the digest that it states")
        if kind != "warcinfo" and headers.get("warc-payload-digest") != digest_of(payload):
            raise Damaged("its payload does not have the digest that it states")
        self.records[placed.id] = placed
        self.seen[placed.id] = _Seen(
            headers.get("warc-date", ""),
            headers.get("warc-concurrent-to", "").strip("<>") or None,
            _status(record.block) if kind == "response" else None,
            len(payload),
            sha256(payload).hexdigest(),
            "warc-truncated" not in headers,
        )

    def captures(self) -> None:
        """Check that every capture is one of the records, and says of it what it holds."""
        said: set[str] = set()
        for number, told in self._lines(CAPTURES):
            name = told.get("record")
            if not isinstance(name, str) or name not in self.records or name in said:
                self.faults.add(CAPTURES, "it names no record of the archive, or one twice", number)
                continue
            said.add(name)
            if wrong := self._differs(told, self.records[name], self.seen[name]):
                says = f"{wrong} is not what the archive's record {name} has"
                self.faults.add(CAPTURES, says, number, self.records[name])
        self.counts["captures"] = len(said)
        kinds = ("response", "resource", "metadata")
        for placed in self.records.values():
            if placed.type in kinds and placed.id not in said:
                self.faults.add(WARC, f"no line of {CAPTURES} tells of {placed.id}", of=placed)

    def _differs(self, told: Told, placed: Placed, seen: _Seen) -> str | None:
        """Return what of a capture's line is not so, by the record."""
        url = told.get("url")
        here = {
            "type": told.get("type") == placed.type,
            "url": isinstance(url, str) and uri_of(url) == placed.url,
            "sent": _same_moment(told.get("sent"), seen.date),
            "request": told.get("request") == seen.request,
            "status": told.get("status") == seen.status,
            "bytes": told.get("bytes") == seen.bytes,
            "sha256": told.get("sha256") == seen.sha256,
            "whole": told.get("whole") is (seen.whole and placed.type != "metadata"),
        }
        return next((key for key, holds in here.items() if not holds), None)

    def articles(self) -> None:
        """Check that the articles are sound, and that what they were read from is there."""
        for number, told in self._lines(ARTICLES):
            try:
                article = from_plain(Article, told.get("article"))
            except ValueError:
                article = None
            if article is None or not is_sound(article) or article.id != told.get("id"):
                self.faults.add(ARTICLES, "it is no article, or places in it do not hold", number)
                continue
            if article.id in self.read:
                self.faults.add(ARTICLES, f"there is another {article.id!r} before it", number)
                continue
            text = article.text.encode("utf-8", "surrogatepass")
            if told.get("text_sha256") != sha256(text).hexdigest():
                self.faults.add(ARTICLES, "its text does not have the digest it states", number)
            if told.get("address") != article.url:
                self.faults.add(ARTICLES, "its address is not the article's", number)
            capture = told.get("capture")
            if capture is not None and _text(capture) not in self.records:
                self.faults.add(ARTICLES, f"{WARC} does not hold what it was read from", number)
            self.read[article.id] = article
            self.line_of[article.id] = number
            self.told[article.id] = {key: told[key] for key in told if key != "article"}
        self.counts["articles"] = len(self.read)
        if self.manifest.asked not in self.read:
            self.faults.add(ARTICLES, f"it lacks {self.manifest.asked!r}, which was asked about")

    def credits(self) -> None:
        """Check that every quotation stands where it is said to stand."""
        number = 0
        for number, told in self._lines(CREDITS):
            article = self.read.get(_text(told.get("article")))
            if article is None:
                self.faults.add(CREDITS, f"{ARTICLES} lacks the article that it is of", number)
                continue
            if not _stands(told, article):
                says = f"the quotation does not stand in {article.id} as it says"
                self.faults.add(CREDITS, says, number)
            self.stated.setdefault(article.id, []).append(told)
        self.counts["credits"] = number

    def matches(self) -> None:
        """Check that every passage lies within both texts."""
        number = 0
        for number, told in self._lines(MATCHES):
            a, b = (self.read.get(_text(told.get(side))) for side in "ab")
            if a is None or b is None:
                self.faults.add(MATCHES, f"{ARTICLES} lacks an article that it is of", number)
            elif not _lie_within(told.get("passages"), len(a.text), len(b.text)):
                self.faults.add(MATCHES, "a passage does not lie within both texts", number)
            else:
                self.compared.append((number, told))
        self.counts["matches"] = number

    def trace(self) -> None:
        """Check that what the trace refers to is there, and is the same."""
        with opened(self.folder, TRACE) as file:
            data = file.read(MOST_TRACE + 1)
        try:
            wrong = self._of_trace(json.loads(data)) if len(data) <= MOST_TRACE else "is too large"
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            wrong = "is no trace"
        if wrong:
            self.faults.add(TRACE, f"the trace {wrong}")

    def _of_trace(self, told: Told) -> str | None:
        if told["schema"] != "filiation/trace@1":
            return "is of a form that is not known here"
        versions = {version["id"]: version["article"] for version in told["versions"]}
        if strange := sorted({a for a in versions.values() if a is not None} - self.read.keys()):
            return f"names {strange[0]!r}, which {ARTICLES} lacks"
        if versions.get(told["asked"]) != self.manifest.asked:
            return "is of another article than the manifest says"
        ends = [end for hop in told["hops"] for end in (hop["from"], hop["to"])]
        if any(name not in versions for name in (*told["chain"], *ends, *told["credits"])):
            return "refers to a version that it does not hold"
        for name, article in versions.items():
            here = self.told[article].get("version") if article is not None else name
            if here != name:
                return f"calls {article!r} {name}, and {ARTICLES} {here}"
            given = told["credits"].get(name)
            if article is not None and given is not None and given != self._credits_of(article):
                return f"gives other credits of {article!r} than {CREDITS}"
        known = {json.dumps(_bare(match), sort_keys=True) for _, match in self.compared}
        for hop in told["hops"]:
            match = hop["match"]
            if match is not None and json.dumps(_bare(match), sort_keys=True) not in known:
                return f"has a match from {hop['from']} to {hop['to']} which {MATCHES} lacks"
        return None

    def _credits_of(self, article: str) -> list[dict[str, Any]]:
        beside = ("schema", "article")
        return [
            {key: told[key] for key in told if key not in beside}
            for told in self.stated.get(article, ())
        ]

    def _lines(self, name: str) -> Iterator[tuple[int, Told]]:
        """Yield the lines of a file with their numbers, those that are objects."""
        with opened(self.folder, name) as file:
            for number, line in enumerate(lines_of(file, str(self.folder / name)), 1):
                try:
                    told = json.loads(line)
                except (ValueError, RecursionError):
                    told = None
                if isinstance(told, dict):
                    yield number, told
                else:
                    self.faults.add(name, "it is no line of JSON as this file holds", number)

    # --- what follows from the pages --------------------------------------------------------------

    def anew(self) -> None:
        """Read pages and credits anew and compare texts again, as far as nothing is wrong so far."""
        if self.faults.found:
            return
        here, there = made_with(), self.manifest.made_with
        parts = ("filiation", "code", "catalogue", "libraries")
        other = [part for part in parts if here.get(part) != there.get(part)]
        differing: list[tuple[str, str, int]] = [*self._pages(), *self._credits(), *self._matches()]
        if other:
            self.notes.append(_made_otherwise(other, there, differing))
            return
        for file, says, line in differing:
            self.faults.add(file, says, line)

    def _pages(self) -> Iterator[tuple[str, str, int]]:
        """Yield the articles that are not what their pages give."""
        from filiation.read.files import article_of_raw

        known = catalogue()
        for found in pages(self.folder, lambda _source: 0):
            if isinstance(found, InputError):
                yield ARTICLES, f"its page cannot be read: {found.what}", found.number
                continue
            article = article_of_raw(found, known)
            if isinstance(article, InputError):
                yield ARTICLES, f"its page gives no article: {article.what}", found.number
            elif of_page(article) != of_page(self.read[found.name]):
                yield ARTICLES, "its page gives another article", found.number

    def _credits(self) -> Iterator[tuple[str, str, int]]:
        """Yield the articles whose credits are not those that are stated."""
        from filiation.credits import credits as spoken

        for name, article in self.read.items():
            found = spoken(article)
            stated = [dict(told) for told in self.stated.get(name, ())]
            kept = {key: self.told[name].get(key) for key in ("kind", "origin", "chain")}
            if _plain(credit_shapes(found)) != stated or _plain(origin_shape(found)) != kept:
                line = self.line_of[name]
                yield ARTICLES, f"read anew, {name!r} says something else of its origin", line

    def _matches(self) -> Iterator[tuple[str, str, int]]:
        """Yield the matches that are not what a comparison of the texts gives."""
        from filiation.match import compare

        for number, told in self.compared:
            a, b = self.read[told["a"]], self.read[told["b"]]
            if _plain(match_shape(compare(a, b))) != told:
                yield MATCHES, "compared anew, the texts agree otherwise", number


_STATUS = re.compile(rb"HTTP/[\d.]+ (-?\d{1,20})\b")


def _status(block: bytes) -> int | None:
    found = _STATUS.match(block)
    return int(found[1]) if found else None


def _same_moment(told: object, date: str) -> bool:
    try:
        return datetime.fromisoformat(_text(told)) == datetime.fromisoformat(date)
    except (ValueError, TypeError):
        return False


def _text(value: object) -> str:
    """Return a value that should be a text; else one that nothing is called."""
    return value if isinstance(value, str) else "\x00"


def _stands(told: Told, article: Article) -> bool:
    """Whether a credit's quotation stands where it says, or, without a place, on the page."""
    quote, start, end = told.get("quote"), told.get("start"), told.get("end")
    if not isinstance(quote, str):
        return False
    if start is not None:
        return (
            isinstance(start, int)
            and isinstance(end, int)
            and 0 <= start <= end <= len(article.text)
            and article.text[start:end] == quote
        )
    if any(quote in (mark.value, mark.label) for mark in article.marks):
        return True
    # A sentence may go on over several lines, which a quotation joins.
    return _spaced(quote) in _spaced(" ".join(line.text for line in article.lines))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _lie_within(passages: object, a: int, b: int) -> bool:
    if not isinstance(passages, list):
        return False
    for passage in passages:
        if not isinstance(passage, dict):
            return False
        for side, length in (("a", a), ("b", b)):
            start, end = passage.get(f"{side}_start"), passage.get(f"{side}_end")
            if not isinstance(start, int) or not isinstance(end, int):
                return False
            if not 0 <= start < end <= length:
                return False
    return True


def _bare(match: Told) -> Told:
    return {key: match[key] for key in match if key != "schema"}


def _plain(value: object) -> Any:
    return json.loads(json.dumps(value))


_PARTS = {
    "filiation": "another version of filiation",
    "code": "other code of filiation",
    "catalogue": "another catalogue",
    "libraries": "other versions of libraries",
}


def _made_otherwise(
    other: Sequence[str], there: Told, differing: Sequence[tuple[str, str, int]]
) -> str:
    """Return what comes of reading anew with another program than the bundle was made with."""
    by = listed([_PARTS[part] for part in other])
    said = f"The bundle was made with {by} ({there.get('filiation')}). Read anew with this one, "
    if not differing:
        return f"{said}it gives the same articles, credits and matches."
    places = listed([f"{file}, line {line}" for file, _, line in differing[:5]])
    more = f" and {plural(len(differing) - 5, 'more')}" if len(differing) > 5 else ""
    return f"{said}it gives something else at {places}{more}, which need not be an alteration."
