"""What a trace found out on the web, in words: whence each version was had, what archives saw of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from filiation.english import plural
from filiation.report.sheet import Sheet, quoted, shortened
from filiation.report.words import english_day
from filiation.values import Had, Searched, SearchOutcome

if TYPE_CHECKING:
    from filiation.find.history import Change, History
    from filiation.find.journey import Wish

__all__ = ["OUTCOMES_IN_WORDS", "archives_saw", "plan_report", "searched_lines", "whence"]

PLACE = 300
"""Characters of an address that are shown."""
QUOTE = 400
MOST_ALIKE = 8
"""Places with one outcome and nothing found that are named; where there are more, all but these are
counted: a watch list may hold a thousand outlets."""

OUTCOMES_IN_WORDS: Mapping[SearchOutcome, str] = {
    "ok": "",
    "empty": "none",
    "not_found": "not found",
    "failed": "failed",
    "skipped": "not searched",
    "unchanged": "",
    "blocked": "closed to us",
    "rate_limited": "asked us to wait, and was left alone",
    "transient": "did not answer",
    "malformed": "gave a broken answer",
    "unsupported": "has nothing of the kind",
    "refused": "not asked: unsafe",
    "too_large": "too large, cut off",
    "out_of_budget": "not asked: the run's requests or time were spent",
    "offline": "not asked: offline, and not kept from before",
    "needs_credentials": "wants a key",
}


def whence(had: Had) -> Iterator[str]:
    """Yield where a version was had from, in sentences without a full stop."""
    match had.how:
        case "live":
            now = "kept from an earlier run, had" if had.kept else "had"
            yield f"{now} from its own address{_on(had.taken)}"
        case "archive":
            name = had.archive or "an archive"
            yield f"had from the {name}, captured{_on(had.captured)}{_apart(had)}"
            yield shortened(had.address, PLACE)
            if had.says:
                yield f"its own address: {had.says}"
        case "library":
            yield "had from the library"
        case "file":
            return
    if len(had.via) and had.how == "live":
        yield f"{shortened(had.via[0], PLACE)} leads there, by {plural(len(had.via), 'redirect')}"


def _on(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return f" on {english_day(moment.date())} at {moment:%H:%M} UTC"


def _apart(had: Had) -> str:
    """Return how far a capture lies from the moment that was wanted."""
    if had.captured is None or had.wanted is None:
        return ""
    days = (had.captured - had.wanted).days
    if days == 0:
        return ", the day it was wanted for"
    return f", {plural(abs(days), 'day')} {'after' if days > 0 else 'before'} the date it was wanted for"


def archives_saw(sheet: Sheet, names: Mapping[str, str], seen: Mapping[str, "History"]) -> None:
    """Lay down what archives saw of the versions; `names` are those of the versions, by id."""
    told = {key: history for key, history in seen.items() if history.first is not None}
    if not told:
        return
    sheet.heading("What archives saw")
    for key, history in told.items():
        first, last = history.first, history.last
        assert first is not None and last is not None
        captures = plural(len(history.captures), "capture")
        span = f"first on {english_day(first.taken.date())}"
        if last.taken.date() != first.taken.date():
            span += f", last on {english_day(last.taken.date())}"
        sheet.line(f"{names[key]}: {captures} in the {first.archive}, {span}", first="- ")
        with sheet.margin("  "):
            for change in history.changes:
                _change(sheet, change)
            for says in history.says:
                sheet.line(says)


def _change(sheet: Sheet, change: "Change") -> None:
    sheet.line((f"{change.kind}: ", "bold"), change.says, first="- ")
    for label, text in (("before", change.quote), ("after", change.now)):
        if text:
            sheet.line(f"{label}: ", (quoted(shortened(text, QUOTE)), "italic"), first="    ")


def searched_lines(places: Sequence[Searched]) -> Iterator[str]:
    """Yield a line for each place; of many with the same outcome and nothing found, a count."""
    alike: dict[SearchOutcome, list[Searched]] = {}
    for place in places:
        if place.outcome not in ("ok", "failed", "skipped") and not place.looked_at:
            alike.setdefault(place.outcome, []).append(place)
    many = {key: rest[MOST_ALIKE:] for key, rest in alike.items() if len(rest) > MOST_ALIKE + 1}
    left_out = {id(place) for rest in many.values() for place in rest}
    for place in places:
        if id(place) not in left_out:
            yield _line(place)
    for outcome, rest in many.items():
        yield f"{len(rest):,} more: {OUTCOMES_IN_WORDS[outcome]} (--json names them)"


def _line(place: Searched) -> str:
    if place.outcome == "ok" and place.says and not (place.looked_at or place.found):
        return f"{shortened(place.where, PLACE)}: {place.says}"  # a help, and no place of articles
    found = OUTCOMES_IN_WORDS[place.outcome]
    if place.looked_at:
        versions = plural(place.found, "version") if place.found else "no version"
        verb = "looked at" if place.of == "article" else "given"
        number = plural(place.looked_at, place.of, "addresses" if place.of == "address" else "")
        found = f"{number} {verb}, {versions} found"
        if place.of == "capture" and not place.found:
            found = number
        if OUTCOMES_IN_WORDS[place.outcome] and place.outcome not in ("empty", "not_found"):
            found += f"; {OUTCOMES_IN_WORDS[place.outcome]}"
    elif place.found:
        found = f"{plural(place.found, 'version')} found"
    says = f" ({place.says})" if place.says else ""
    return f"{shortened(place.where, PLACE)}: {found or 'nothing found'}{says}"


def plan_report(sheet: Sheet, wishes: Sequence["Wish"]) -> None:
    """Lay down what a trace would ask the web, as far as that can be said before it answers."""
    if not wishes:
        sheet.line("Nothing would be asked of the web.")
        return
    sheet.line(("What would be asked", "bold"))
    sheet.gap()
    for wish in wishes:
        robots = "" if wish.robots else " (a service: without its robots.txt)"
        sheet.line(f"{wish.method} {shortened(wish.url, PLACE)}{robots}", first="- ")
    sheet.gap()
    sheet.line(
        "Each site's robots.txt is asked first. What an answer leads to is asked after it, and is not "
        "listed; what is found makes the questions after it needless."
    )
