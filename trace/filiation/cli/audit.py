"""`filiation audit`: everything that was republished within a library, and who takes from whom."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filiation.cli.help import FOUND, INCOMPLETE, NOTHING_FOUND, Told
from filiation.cli.options import column_option, gives_output, outlets_option
from filiation.cli.output import Output, hint

if TYPE_CHECKING:
    from filiation.audit import Audit, Scope
    from filiation.library import Library
    from filiation.outlets import Catalogue

__all__ = ["audit"]
