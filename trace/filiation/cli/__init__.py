"""The command line: parses, calls, shows."""

from filiation.cli.program import main

__all__ = ["main"]
