"""A small web of invented outlets, archives and search services, as real servers on loopback.

Tests ask it instead of the internet, and `filiation demo --web` shows with it how a chain is
followed from address to address.
"""

from filiation.smallweb import faults
from filiation.smallweb.log import Seen, closest, overlaps
from filiation.smallweb.web import SmallWeb

__all__ = ["Seen", "SmallWeb", "closest", "faults", "overlaps"]
