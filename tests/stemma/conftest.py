"""What the tests of the stemma share."""

import sys
from pathlib import Path

# The tests are imported by path; their invented press stands beside them.
sys.path.insert(0, str(Path(__file__).parent))
