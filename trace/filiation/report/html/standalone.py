"""A drawing of a report as a file of its own, for a paper: SVG that any program of drawings reads."""

import re
from functools import lru_cache
from typing import Final

from filiation.report.html.markup import Html, tag
from filiation.report.html.page import file_of

__all__ = ["standalone"]

SVG: Final = "http://www.w3.org/2000/svg"
_COLOUR = re.compile(r"--(\w+): (#\w+);")
_USED = re.compile(r"var\(--(\w+)\)")
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def standalone(drawing: Html) -> str:
    """Return an element `svg` of a report as a whole document, in the colours of the light, on white.

    Programs of drawings know no variables of style sheets, so colours are written out.
    """
    opening, _, rest = drawing.partition(">")
    found = _SIZE.search(opening)
    assert found is not None, "a drawing says how large it is"
    width, height = found.groups()
    ground = tag("rect", width=width, height=height, fill="#ffffff")
    whole = f'{opening} xmlns="{SVG}" width="{width}" height="{height}">{tag("style", Html(_style()))}{ground}{rest}'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_NO_XML.sub(chr(0xFFFD), whole)}\n'


@lru_cache(maxsize=1)
def _style() -> str:
    light = file_of("report.css").partition("}")[0]
    colours = {**dict(_COLOUR.findall(light)), "paper": "#ffffff"}
    return _USED.sub(lambda one: colours[one[1]], file_of("drawing.css"))
