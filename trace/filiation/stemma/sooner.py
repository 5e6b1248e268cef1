"""How likely one of two articles was published before the other, by dates that may overlap."""

from math import erfc, sqrt

from filiation.values import Dates

__all__ = ["before"]

DAY = 24.0
"""Hours of a day of which nothing more is known."""
ZONES = 4.0
"""Hours, the standard deviation of the clock of an outlet of which the time zone is not known: most
of the world's outlets print between UTC-5 and UTC+5. The interval of a day allows for all zones."""

ANYWHERE = 50.0
"""Hours of a day in all zones of the earth; an interval that is longer is one of several days."""
DOUBT = 0.001
"""No order is certain or impossible by dates that overlap."""


def before(one: Dates, other: Dates) -> float:
    """Return the probability that the one was published first, 0.5 where nothing is known.

    Each moment of an interval is as likely as any other, of a day those near its middle, since time
    zones far from it are rare; the means and deviations of both are compared as those of normal
    distributions. It is 0 or 1 where the intervals leave no choice; 0.5 where one is open to a side, and
    where the middle of one lies within the day of the other: outlets print at all hours.
    """
    if one.surely_precedes(other):
        return 1.0
    if other.surely_precedes(one):
        return 0.0
    if None in (one.earliest, one.latest, other.earliest, other.latest):
        return 0.5
    assert one.midpoint is not None and other.midpoint is not None
    lead = (other.midpoint - one.midpoint).total_seconds() / 3600
    if "day" in (one.precision, other.precision) and abs(lead) <= DAY / 2:
        return 0.5
    spread = sqrt(_spread(one) ** 2 + _spread(other) ** 2)
    likely = erfc(-lead / spread / sqrt(2)) / 2 if spread else 0.5
    return min(max(likely, DOUBT), 1 - DOUBT)


def _spread(dates: Dates) -> float:
    """Return the standard deviation in hours."""
    assert dates.earliest is not None and dates.latest is not None
    hours = (dates.latest - dates.earliest).total_seconds() / 3600
    if dates.precision == "day" and hours <= ANYWHERE:
        return sqrt(DAY**2 / 12 + ZONES**2)
    return hours / sqrt(12)
