"""The whole library at once: what was republished, and who takes from whom."""

from filiation.audit.flows import Ledger
from filiation.audit.listing import Listed, listed
from filiation.audit.run import MEMORY, Scope, Sink, audit
from filiation.audit.values import Audit, Flow, Group, Tally

__all__ = [
    "MEMORY",
    "Audit",
    "Flow",
    "Group",
    "Ledger",
    "Listed",
    "Scope",
    "Sink",
    "Tally",
    "audit",
    "listed",
]
