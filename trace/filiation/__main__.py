"""`python -m filiation`: the same program as the command `filiation`."""

import sys

from filiation.cli import main

if __name__ == "__main__":
    sys.exit(main())
