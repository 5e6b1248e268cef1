"""What came of collecting from the web, told to people and to machines."""

from collections.abc import Iterable, Mapping

from filiation.english import listed, plural
from filiation.find.collected import Collected, HostState, Listed, Spent
from filiation.find.frontier import Failure
from filiation.find.values import Outcome
from filiation.report.shapes import Shape
from filiation.report.sheet import Sheet, shortened

__all__ = ["collected_report", "collected_shape"]

ADDRESS = 300
"""Characters of an address or a server's words shown; the whole is in the JSON document."""
MOST_NAMED = 10
"""Pages that failed which are named; the rest is counted by outcome."""
MOST_HOSTS = 20
"""Hosts that are shown; the rest is counted."""

_OUTCOMES: Mapping[Outcome, str] = {
    "not_found": "not there",
    "blocked": "closed to us",
    "rate_limited": "left alone, since the host asked for rest",
    "transient": "no answer this time",
    "malformed": "broken answer",
    "unsupported": "no page with an article",
    "refused": "unsafe address",
    "too_large": "too large",
    "out_of_budget": "not asked for: the budget is spent",
    "offline": "not asked for",
    "needs_credentials": "needs a key",
    "empty": "nothing in it",
}


def collected_report(sheet: Sheet, collected: Collected, spent: Spent) -> None:
    """Lay down what each source listed, how far each host is, and what failed."""
    sheet.heading("From the web")
    for source in collected.sources:
        sheet.line(_source(source), first="- ")
    for host in collected.hosts[:MOST_HOSTS]:
        sheet.line(_host(host), first="- ")
    if more := len(collected.hosts[MOST_HOSTS:]):
        sheet.line(f"and {plural(more, 'more host')}", first="- ")
    if collected.passed:
        sheet.line(f"{plural(collected.passed, 'page')} had before, and not asked for again")
    _failures(sheet, collected)
    sheet.line(_spent(collected, spent))
    if spent.ignored_robots:
        sheet.line("robots.txt was not heeded: --ignore-robots was given")


def _source(source: Listed) -> str:
    what = source.kind or "address"
    said = [f"{what} {shortened(source.address, ADDRESS)}"]
    if source.outcome != "ok":
        says = f" ({shortened(source.says, ADDRESS)})" if source.says else ""
        said.append(f"{_OUTCOMES[source.outcome]}{says}")
    elif source.says:
        said.append(shortened(source.says, ADDRESS))
    if not source.pages and source.outcome == "ok":
        said.append("nothing new")
    elif source.pages:
        began = " left from an earlier run" if source.resumed else " to be fetched"
        said.append(plural(source.pages, "page") + began)
    return " · ".join(said)


def _host(host: HostState) -> str:
    failed = f", {host.failed:,} failed" if host.failed else ""
    had = f"{host.had:,} of {plural(host.wanted, 'page')} had"
    return f"host {shortened(host.host, ADDRESS)} · {had}{failed}"


def _failures(sheet: Sheet, collected: Collected) -> None:
    if not collected.failures:
        return
    sheet.line(f"{plural(len(collected.failures), 'page')} of which no article was had:")
    for failure in collected.failures[:MOST_NAMED]:
        sheet.line(_failure(failure), first="  - ")
    if more := collected.failures[MOST_NAMED:]:
        sheet.line(f"and {len(more):,} more: {_counted(more)}", first="  - ")


def _failure(failure: Failure) -> str:
    says = f" ({shortened(failure.says, ADDRESS)})" if failure.says else ""
    what = _OUTCOMES[failure.outcome]
    return f"{shortened(failure.url, ADDRESS)}: {what}{says}"


def _counted(failures: Iterable[Failure]) -> str:
    counts: dict[str, int] = {}
    for failure in failures:
        what = _OUTCOMES[failure.outcome]
        counts[what] = counts.get(what, 0) + 1
    return listed([f"{count:,} {what}" for what, count in counts.items()])


def _spent(collected: Collected, spent: Spent) -> str:
    limits = []
    if spent.most_requests is not None:
        limits.append(f"{spent.most_requests:,} requests")
    if spent.most_seconds is not None:
        limits.append(f"{_time(spent.most_seconds)}")
    said = f"{plural(spent.requests, 'request')} in {_time(collected.seconds)}"
    said += f", of {' and '.join(limits)} allowed" if limits else ""
    if collected.left:
        said += "; what is left is fetched when the same command is given again"
    return said


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def collected_shape(collected: Collected, spent: Spent) -> Shape:
    """Return the part `web` of `filiation/added@1`."""
    return {
        "sources": [
            {
                "address": source.address,
                "kind": source.kind,
                "outcome": source.outcome,
                "says": source.says or None,
                "pages": source.pages,
                "resumed": source.resumed,
            }
            for source in collected.sources
        ],
        "hosts": [
            {"host": host.host, "pages": host.wanted, "had": host.had, "failed": host.failed}
            for host in collected.hosts
        ],
        "passed": collected.passed,
        "outcomes": dict(sorted(collected.outcomes.items())),
        "failures": [
            {"url": one.url, "outcome": one.outcome, "says": one.says or None}
            for one in collected.failures
        ],
        "left": collected.left,
        "requests": spent.requests,
        "most_requests": spent.most_requests,
        "most_seconds": spent.most_seconds,
        "ignored_robots": spent.ignored_robots,
        "whole": collected.whole,
        "seconds": round(collected.seconds, 3),
    }
