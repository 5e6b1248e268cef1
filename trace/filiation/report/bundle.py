"""What checking a bundle of evidence yields, told to people and to machines."""

from typing import Any

from filiation.bundle.values import Fault, Verdict
from filiation.english import listed, plural
from filiation.report.sheet import Sheet, shortened

__all__ = ["verdict_report", "verdict_shape"]

COMMAND = 400
"""Characters of a command line that are shown; the whole of it is in the JSON document."""

_COUNTED = ("file", "record", "capture", "article", "credit", "match")


def verdict_shape(verdict: Verdict) -> dict[str, Any]:
    """Return `filiation/verify@1`: what in a bundle was altered."""
    return {
        "schema": "filiation/verify@1",
        "bundle": verdict.folder,
        "manifest": verdict.manifest,
        "sound": verdict.sound,
        "faults": [_fault(fault) for fault in verdict.faults],
        "notes": list(verdict.notes),
        "checked": dict(verdict.counts),
        "asked": verdict.asked,
        "command": list(verdict.command),
        "started": verdict.started,
        "ended": verdict.ended,
        "made_with": dict(verdict.made_with),
    }


def verdict_report(sheet: Sheet, verdict: Verdict) -> None:
    """Lay down whether a bundle is sound, what in it was altered, and what it is."""
    if verdict.sound:
        sheet.line(("The bundle is sound", "bold green"))
    else:
        sheet.line(("The bundle was altered", "bold red"))
    sheet.gap()
    for fault in verdict.faults:
        said = fault.line is None or fault.says.startswith("line")  # as of lines altered
        line = "" if said else f", line {fault.line:,}"
        sheet.line((f"{fault.file}{line}", "bold"), f": {fault.says}", first="  - ")
    sheet.gap()
    rows = [
        ("folder", verdict.folder),
        ("asked", verdict.asked or ""),
        ("command", shortened(" ".join(verdict.command), COMMAND)),
        ("checked", _checked(verdict)),
        ("made", _made(verdict)),
        ("manifest", verdict.manifest or ""),
    ]
    for label, told in rows:
        if told:
            sheet.line(told, first=(f"  {label:<9} ", "dim"))
    sheet.gap()
    for note in verdict.notes:
        sheet.line(note)
    if verdict.sound:
        sheet.line(
            "Nothing here can tell whether somebody wrote all of it anew. Against that stands the"
            " digest of the manifest, if it was noted elsewhere when the bundle was made."
        )


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "file": fault.file,
        "line": fault.line,
        "record": fault.record,
        "url": fault.url,
        "says": fault.says,
    }


def _made(verdict: Verdict) -> str:
    if verdict.started is None:
        return ""
    version = verdict.made_with.get("filiation")
    return f"{verdict.started} to {verdict.ended}, by filiation {version}"


def _checked(verdict: Verdict) -> str:
    counts = {name: verdict.counts.get(_many(name)) for name in _COUNTED}
    told = [
        plural(number, name, _many(name)) for name, number in counts.items() if number is not None
    ]
    return listed(told)


def _many(name: str) -> str:
    return "matches" if name == "match" else f"{name}s"
