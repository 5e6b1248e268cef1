"""The frame of a report: one file, nothing fetched, nothing run but what stands in it."""

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files

from filiation import __version__
from filiation.report.html.markup import Html, Inner, tag

__all__ = ["file_of", "framed", "section", "table"]


def framed(title: str, *inner: Inner) -> str:
    """Return a whole page.

    Its content security policy lets nothing be fetched, and nothing be run or styled but by the
    script and the style sheet in it, which are named by their digests (CSP level 3).
    """
    style, script = file_of("report.css") + file_of("drawing.css"), file_of("report.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="generator", content=f"filiation {__version__}"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(style)),
    )
    body = tag(
        "body",
        tag("a", "To the report", href="#report", class_="skip"),
        tag("main", inner, id="report"),
        tag("footer", f"Made with filiation {__version__}. Nothing on this page is fetched."),
        tag("script", Html(script)),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def section(title: str, *inner: Inner, id_: str | None = None) -> Html:
    """Return a part of the page under its heading."""
    return tag("section", tag("h2", title), inner, id=id_)


def table(
    headings: list[str],
    rows: list[list[Inner]],
    *,
    caption: str,
    figures: frozenset[int] = frozenset(),
) -> Html:
    """Return a table that can be sorted and filtered where scripts run; `figures` are columns."""

    def cells(row: list[Inner]) -> list[Html]:
        return [
            tag("td", inner, class_="figure" if place in figures else None)
            for place, inner in enumerate(row)
        ]

    named = [
        tag("th", heading, scope="col", class_="figure" if place in figures else None)
        for place, heading in enumerate(headings)
    ]
    head = tag("tr", named)
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption),
            tag("thead", head),
            tag("tbody", [tag("tr", cells(row)) for row in rows]),
            class_="sortable",
        ),
        class_="wide",
        tabindex=0,
        role="region",
        aria_label=caption,
    )


@lru_cache(maxsize=4)
def file_of(name: str) -> str:
    """Return what a file beside this module holds."""
    return files("filiation.report.html").joinpath(name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
