"""Bytes made text, or refused: encodings, binary files, formats told by their content."""

import codecs
import re
from dataclasses import dataclass
from typing import Literal

from filiation.errors import Unreadable
from filiation.read.words import words

__all__ = ["MOST_BYTES", "Decoded", "Format", "decode", "format_of", "refuse_binary"]

MOST_BYTES = 20_000_000
"""Largest document, or cell of a table: the longest of 52,810 articles has 0.5 MB, the largest
of 191 pages 2.1 MB."""

Format = Literal["html", "text", "markdown"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how its bytes were understood."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"SQLite format 3\x00", "a database"),
    (b"PAR1", "a Parquet table"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"OggS", "a sound or film"),
    (b"ID3", "a sound"),
    (b"{\\rtf", "a rich text document"),
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""")
# Names under which pages declare what is in truth a superset (WHATWG Encoding Standard).
_IN_TRUTH = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
# What Python calls an encoding but is none for pages: transformations of bytes, or of text.
_NO_CHARSETS = words(
    "base64 bz2 hex quopri rot13 uu zlib idna punycode unicode_escape raw_unicode_escape undefined "
    "utf-7 mbcs oem"
)
_BAD_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def refuse_binary(data: bytes, where: str) -> None:
    """Raise `Unreadable` where `data` is empty, too large or no text."""
    if not data.strip():
        raise Unreadable(where, "it is empty", "give a page, a text or a table")
    if len(data) > MOST_BYTES:
        raise too_large(where, len(data))
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise Unreadable(where, f"it is {name}, no text", "give HTML, plain text or Markdown")
    if any(data.startswith(bom) for bom, _ in _BOMS):
        return
    sample = data[:65536]
    if b"\x00" in sample or len(_BAD_CONTROL.findall(sample)) > len(sample) // 50:
        what = "it is binary: its bytes are no text in any encoding"
        raise Unreadable(where, what, "give HTML, plain text or Markdown")


def too_large(where: str, size: int | None = None) -> Unreadable:
    """Return the error for what is larger than `MOST_BYTES`."""
    says = f" ({size / 1e6:,.0f} MB)" if size else ""
    most = f"{MOST_BYTES // 1_000_000} MB"
    return Unreadable(where, f"it is too large{says}: more than {most}", "give one article")


def decode(data: bytes, charset: str | None = None) -> Decoded:
    """Decode a page or text: BOM, then `charset` (HTTP's), `<meta>`, UTF-8, then detection.

    A declared encoding that the bytes contradict gives way to UTF-8 where they are valid UTF-8, and
    so does one that HTTP says of UTF-8 with characters of several bytes;
    what cannot be decoded becomes U+FFFD, and a note says so.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _decoded(data, name)
    declared = [d for d in (_known(charset), _known(_declared(data[:4096]))) if d]
    notes: list[str] = []
    if declared and declared[0] != "utf-8" and charset and _is_surely_utf8(data):
        return Decoded(data.decode("utf-8"), "utf-8", (f"declared as {declared[0]}, and is UTF-8",))
    for name in declared:
        try:
            return Decoded(data.decode(name), name)
        except (UnicodeDecodeError, ValueError):
            notes.append(f"declared as {name}, which its bytes contradict")
    try:
        return Decoded(data.decode("utf-8"), "utf-8", tuple(notes))
    except UnicodeDecodeError as error:
        # A page cut within a character, or with few broken bytes, is still UTF-8.
        if "utf-8" in declared or _nearly_utf8(data, error):
            return _decoded(data, "utf-8")
    if declared and declared != ["utf-8"]:
        return _decoded(data, declared[0])
    return _guessed(data, notes)


def _decoded(data: bytes, name: str) -> Decoded:
    text = data.decode(name, errors="replace")
    lost = text.count("\ufffd")
    notes = (f"{lost} broken characters: its bytes are not all {name}",) if lost else ()
    return Decoded(text, name.removesuffix("-sig"), notes)


def _declared(head: bytes) -> str | None:
    match = _META.search(head) or _XML.search(head)
    return match[1].decode("ascii", "replace") if match else None


def _known(charset: str | None) -> str | None:
    """Return Python's name of a charset, or None where there is no such one."""
    if not charset:
        return None
    try:
        name = codecs.lookup(charset.strip().strip("\"'")[:40]).name
    except (LookupError, ValueError):
        return None
    if name in _NO_CHARSETS or name.startswith(("utf-16", "utf-32")):
        return None  # UTF-16 without a mark, declared in ASCII, is a contradiction (WHATWG)
    return _IN_TRUTH.get(name, name)


def _is_surely_utf8(data: bytes) -> bool:
    """Return whether bytes are UTF-8 with characters of several bytes.

    A server that names another encoding for all it sends contradicts them: in one of single bytes
    every byte is a character, and what is well-formed UTF-8 is so by no accident.
    """
    try:
        return len(data.decode("utf-8")) < len(data)
    except UnicodeDecodeError:
        return False


def _nearly_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Return whether broken bytes are rare among well-formed multi-byte characters."""
    text = data[:200_000].decode("utf-8", errors="replace")
    good = sum(ord(c) > 127 and c != "\ufffd" for c in text)
    return good > 3 * text.count("\ufffd") or error.start >= len(data) - 3


def _guessed(data: bytes, notes: list[str]) -> Decoded:
    from charset_normalizer import from_bytes

    # The head of a long text tells its encoding as well as the whole of it.
    found = from_bytes(data[:100_000], threshold=0.3)
    best = found.best()
    name = _known(best.encoding) if best is not None else None
    # In few words Western European looks as well in neighbouring code pages: the commonest wins.
    western = [m for m in found if _known(m.encoding) == "cp1252"]
    if best is not None and western and western[0].chaos <= best.chaos:
        name = "cp1252"
    decoded = _decoded(data, name or "cp1252")
    said = f"its encoding is not declared; read as {decoded.encoding}"
    return Decoded(decoded.text, decoded.encoding, (*notes, said, *decoded.notes))


# --- formats -------------------------------------------------------------------------------------

_HTML_START = re.compile(
    r"^(?>\s+|<!--(?:(?!-->).){0,4000}-->|<\?xml[^>]{0,200}>)*+<(?:!doctype\s+html|html|head|body|meta|title|"
    r"article|main|section|div|p|h1|table|span|script|link)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(
    r"</?(?:p|div|a|br|h[1-6]|span|li|article|img|em|strong)\b[^<>]{0,500}>", re.IGNORECASE
)
_MARKDOWN = re.compile(r"(?<!\\)\[[^\]\n]{1,300}\]\([^)\s]{0,500}\)|^#{1,6} \S", re.MULTILINE)


def format_of(text: str, suffix: str = "") -> Format:
    """Tell HTML, Markdown and plain text apart: by content, else by the file's suffix."""
    head = text[:20_000]
    if _HTML_START.match(head):
        return "html"
    tags = len(_TAG.findall(head)) if "<" in head else 0
    if suffix in (".html", ".htm", ".xhtml") and (tags or "<" in head):
        return "html"
    if tags >= 6 and tags * 200 > len(head):
        return "html"
    if suffix in (".md", ".markdown"):
        return "markdown"
    # Looking for two characters is cheap, and most texts have neither a link nor a heading.
    may_be = "](" in text or "# " in text
    return "markdown" if may_be and _MARKDOWN.search(text[:200_000]) else "text"
