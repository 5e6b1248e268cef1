"""Text from pages made safe to print: it can neither colour, move nor reorder the terminal.

Every character of a page that reaches the terminal goes through `harmless`, every JSON document
through `harmless_json`. Neither drops anything: what could act is shown as an escape instead.
"""

import re

__all__ = ["harmless", "harmless_json", "one_line"]

# What acts instead of being read: C0 and C1 controls (an ESC, or U+009B alone, opens a terminal
# command), DEL, the bidirectional embeddings, overrides and isolates (they reorder what follows:
# "Trojan Source", Boucher and Anderson 2021), line and paragraph separators, invisible tag
# characters, and surrogates that no encoder accepts.
_ACTING = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f"
_ACTS = re.compile(f"[{_ACTING}]")
_ACTS_IN_JSON = re.compile(
    "[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
# Marks above and below one letter, beyond what any language sets: hundreds of them cover the lines
# around. Those of one script alone (Hebrew points, Thai vowels) are left as they are.
_PILES = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILED = re.compile(f"([{_PILES}]{{4}})([{_PILES}]+)")
_WHITE = re.compile(r"[\t\n\x0b\x0c\r\x85\u2028\u2029 ]+")


def harmless(text: str) -> str:
    r"""Return `text` with every character that could act shown as an escape.

    >>> harmless("red \x1b[31mtitle")
    'red \\x1b[31mtitle'
    """
    text = _ACTS.sub(lambda found: _escape(found[0]), text)
    return _PILED.sub(lambda found: found[1] + "".join(map(_escape, found[2])), text)


def one_line(text: str) -> str:
    """Return `text` harmless and on one line: runs of white space become one space."""
    return harmless(_WHITE.sub(" ", text).strip())


def harmless_json(document: str) -> str:
    """Return a JSON document with what could act escaped, as JSON escapes it.

    The line breaks between JSON's own tokens stay; inside strings the serialiser has escaped C0
    already, and the characters replaced here can stand nowhere but in strings.
    """
    if document.isascii() and "\x7f" not in document:  # nearly all: told in a tenth of the time
        return document
    return _ACTS_IN_JSON.sub(lambda found: _json_escape(found[0]), document)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(character: str) -> str:
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
