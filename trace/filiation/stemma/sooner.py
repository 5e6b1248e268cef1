"""How likely one of two articles was published before the other, by dates that may overlap."""

from math import erfc, sqrt

from filiation.values import Dates

__all__ = ["before"]

DAY = 24.0
"""Hours of a day of which nothing more is known."""
ZONES = 4.0
"""Hours, the standard deviation of the clock of an outlet of which the time zone is not known: most
of the world's outlets print between UTC-5 and UTC+5. The interval of a day allows for all zones."""


def before(one: Dates, other: Dates) -> float:
    """Return the probability that the one was published first, 0.5 where nothing is known.

    Each moment of an interval is as likely as any other, of a day those near its middle, since time
    zones far from it are rare; the means and deviations of both are compared as those of normal
    distributions. It is 0 or 1 where the intervals leave no choice, and 0.5 where the middle of one
    lies within the day of the other: outlets print at all hours.
    """
    if one.surely_precedes(other):
        return 1.0
    if other.surely_precedes(one):
        return 0.0
    if one.midpoint is None or other.midpoint is None:
        return 0.5
    lead = (other.midpoint - one.midpoint).total_seconds() / 3600
    if "day" in (one.precision, other.precision) and abs(lead) <= DAY / 2:
        return 0.5
    spread = sqrt(_spread(one) ** 2 + _spread(other) ** 2)
    return erfc(-lead / spread / sqrt(2)) / 2 if spread else 0.5


def _spread(dates: Dates) -> float:
    """Return the standard deviation in hours."""
    if dates.precision == "day":
        return sqrt(DAY**2 / 12 + ZONES**2)
    if dates.earliest is None or dates.latest is None:
        return 0.0
    return (dates.latest - dates.earliest).total_seconds() / 3600 / sqrt(12)
