"""What was changed at one address, in words."""

from collections.abc import Mapping, Sequence

from filiation.english import plural
from filiation.report.sheet import Sheet, quoted, shortened
from filiation.report.words import ROLES_IN_WORDS, english_day
from filiation.values import Credit, Revision

__all__ = ["revision_in_words", "revisions_report"]

QUOTE = 400


def revision_in_words(one: Revision) -> str:
    """Return what was changed between two texts of one address, in a sentence without a full stop."""
    changed = [
        _numbered(one.removed, one.order, "removed"),
        _numbered(one.added, one.order, "added"),
    ]
    told = [f"the text was changed{_when(one)}" if one.text else f"the text stayed{_when(one)}"]
    told += [says for says in changed if says]
    return "; ".join(told) + _order(one)


def _numbered(found: Sequence[Credit], order: str, deed: str) -> str:
    if not found:
        return ""
    if order == "unknown":
        which = "first" if deed == "removed" else "second"
        return f"{plural(len(found), 'credit')} only in the {which} of the two"
    return f"{plural(len(found), 'credit')} {deed}"


def _when(one: Revision) -> str:
    if one.order != "captured" or one.seen_before is None or one.seen_after is None:
        return ""
    before, after = one.seen_before.date(), one.seen_after.date()
    if before == after:
        return f" on {english_day(after)}"
    return f" between {english_day(before)} and {english_day(after)}"


def _order(one: Revision) -> str:
    if one.order == "unknown":
        return "; nothing tells which of the two was there first"
    if one.order == "added":
        return "; in the order in which they were added to the library"
    return ""


def revisions_report(sheet: Sheet, names: Mapping[str, str], told: Sequence[Revision]) -> None:
    """Lay down what was changed at addresses that had several texts; `names` are the versions'."""
    if not told:
        return
    sheet.heading("What was changed at one address")
    for one in told:
        sheet.line(
            f"{names[one.before]} and {names[one.after]}: {revision_in_words(one)}", first="- "
        )
        known = one.order != "unknown"
        with sheet.margin("  "):
            for label, credits in (
                ("credit removed: " if known else "only in the first: ", one.removed),
                ("credit added: " if known else "only in the second: ", one.added),
            ):
                for credit in credits:
                    sheet.line(
                        (label, "bold"),
                        (quoted(shortened(credit.quote, QUOTE)), "italic"),
                        f" ({ROLES_IN_WORDS[credit.role].lower()})",
                        first="- ",
                    )
