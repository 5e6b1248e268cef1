"""A peer for `audit.py peers`: near duplicates by MinHash and LSH, with a library of the peer's own.

    python benchmarks/peer_minhash.py datasketch|rensa CORPUS.jsonl PAIRS.json

Settings as in the peers' own examples: word 5-grams, Jaccard 0.5, 128 permutations. Needs
`pip install datasketch rensa`.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

THRESHOLD, PERMUTATIONS, GRAM = 0.5, 128, 5


def shingles(text: str) -> set[str]:
    """Return the runs of five words of a text."""
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[n : n + GRAM]) for n in range(max(1, len(words) - GRAM + 1))}


def datasketch(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the pairs that datasketch's MinHashLSH calls similar."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    found: list[tuple[str, str]] = []
    for row in rows:
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([gram.encode() for gram in shingles(row["text"])])
        found += [(other, row["id"]) for other in index.query(sketch)]
        index.insert(row["id"], sketch)
    return found


def rensa(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the pairs that rensa's RMinHashLSH calls similar."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    found: list[tuple[str, str]] = []
    for number, row in enumerate(rows):
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(list(shingles(row["text"])))
        found += [(rows[other]["id"], row["id"]) for other in index.query(sketch)]
        index.insert(number, sketch)
    return found


def main() -> int:
    """Run the peer that the command line names."""
    tool, source, out = sys.argv[1:4]
    with Path(source).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    pairs = {"datasketch": datasketch, "rensa": rensa}[tool](rows)
    Path(out).write_text(json.dumps(pairs), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
