"""Draw matches or hops of an audit by chance, and print what is needed to judge them by reading.

    python benchmarks/reading.py LIBRARY OUT matches --seed 7 --count 100
    python benchmarks/reading.py LIBRARY OUT hops --seed 7 --count 60 --scope between --standing uncredited

LIBRARY is the library that was audited, OUT the folder that `filiation audit --out` wrote. What is
drawn depends on the audit and on the seed alone. The sizes of the strata are printed first, each with
the number drawn of it, which is in proportion; `--each` draws as many of every stratum instead. What
was read so, and what was found: `docs/audit-reading.md`.
"""

import argparse
import json
import random
import sqlite3
import sys
import textwrap
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Stratum = tuple[str, ...]

WORDS = (40, 80, 200)
"""Words shared at which one stratum ends and the next begins."""
SHOWN = 2
"""Passages of a pair that are printed, the longest."""
BEGINNING, END, BEFORE = 300, 90, 60
"""Characters of a passage's beginning and end, and of what stands before it, that are printed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the strata and what is drawn of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("what", choices=["matches", "hops"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100, help="drawn of all strata together")
    parser.add_argument("--each", type=int, help="drawn of every stratum")
    parser.add_argument("--scope", choices=["within", "between"], help="only these")
    parser.add_argument("--standing", nargs="+", help="only hops of these standings")
    asked = parser.parse_args(arguments)
    with sqlite3.connect(f"file:{asked.library}?mode=ro", uri=True) as library:
        articles = {row["id"]: row for row in _read(asked.out / "articles.jsonl")}
        matches = {(m["a"], m["b"]): m for m in _read(asked.out / "matches.jsonl")}
        hops = _hops(asked.out, matches) if asked.what == "hops" else {}
        strata: defaultdict[Stratum, list[tuple[str, str]]] = defaultdict(list)
        for pair, found in sorted((hops or matches).items()):
            stratum = _stratum(articles[pair[0]], articles[pair[1]], matches[_key(pair, matches)])
            standing = found.get("standing")
            if asked.scope in (None, stratum[0]) and (
                not asked.standing or standing in asked.standing
            ):
                strata[(*stratum, standing) if standing else stratum].append(pair)
        number = 0
        for stratum, pairs in _drawn(strata, asked.seed, asked.count, asked.each):
            for pair in pairs:
                number += 1
                print(f"\n=== {number}: {', '.join(stratum)}")
                _show(library, articles, pair, matches[_key(pair, matches)])
                if pair in hops:
                    hop = hops[pair]
                    said = "; ".join(e["says"] for e in hop["evidence"])
                    print(f"    {hop['standing']}, {hop['probability']}: {said}")
    return 0


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _key(pair: tuple[str, str], matches: dict[tuple[str, str], Row]) -> tuple[str, str]:
    return pair if pair in matches else (pair[1], pair[0])


def _hops(out: Path, matches: dict[tuple[str, str], Row]) -> dict[tuple[str, str], Row]:
    """Return the hops between two articles that share text, by parent and child."""
    hops = {(hop["from"], hop["to"]): hop for hop in _read(out / "hops.jsonl")}
    return {pair: hop for pair, hop in hops.items() if _key(pair, matches) in matches}


def _outlet(article: Row) -> str:
    return article["outlet"] or article["name"] or ""


def _stratum(a: Row, b: Row, match: Row) -> Stratum:
    scope = "within" if _outlet(a) == _outlet(b) != "" else "between"
    words = match["shared_words"]
    least = max((w for w in WORDS if w <= words), default=0)
    most = min((w for w in WORDS if w > words), default=0)
    return scope, f"{least} to {most - 1} words" if most else f"{least} words and more"


def _drawn(
    strata: dict[Stratum, list[tuple[str, str]]], seed: int, count: int, each: int | None
) -> list[tuple[Stratum, list[tuple[str, str]]]]:
    """Return what is drawn of each stratum, and print how much that is."""
    chance = random.Random(seed)
    size = sum(map(len, strata.values()))
    drawn: list[tuple[Stratum, list[tuple[str, str]]]] = []
    before = taken = 0
    for stratum in sorted(strata):
        pairs = strata[stratum]
        # Rounded so that all together are as many as are asked for.
        before += len(pairs)
        share = round(count * before / size) - taken if each is None else each
        share = min(share, len(pairs))
        taken += share
        drawn.append((stratum, chance.sample(pairs, share)))
        print(f"{len(pairs):7,} of which {share:3} are drawn: {', '.join(stratum)}")
    return drawn


def _show(
    library: sqlite3.Connection, articles: dict[str, Row], pair: tuple[str, str], match: Row
) -> None:
    texts: dict[str, str] = {}
    for key in pair:
        article = articles[key]
        (texts[key],) = library.execute("SELECT text FROM article WHERE id = ?", (key,)).fetchone()
        published = article["published"]
        day = (published["earliest"] or "no date")[:16] if published else "no date"
        print(f"{key} {_outlet(article)} {day} {article['words']} words: {article['title']}")
    print(
        f"    {match['shared_words']} words in {len(match['passages'])} passages, "
        f"{match['coverage_a']:.2f} of {match['a']}, {match['coverage_b']:.2f} of {match['b']}, "
        f"similarity {match['similarity']:.2f}, score {match['score']:.2f}"
    )
    ends = [("a", match["a"]), ("b", match["b"])]
    longest = sorted(match["passages"], key=lambda p: p["a_start"] - p["a_end"])[:SHOWN]
    for passage in sorted(longest, key=lambda p: p["a_start"]):
        for side, key in ends if passage["similarity"] < 0.9 else ends[:1]:
            text = texts[key]
            start, end = passage[f"{side}_start"], passage[f"{side}_end"]
            shown = text[start:end]
            if len(shown) > BEGINNING + END:
                shown = f"{shown[:BEGINNING]} […] {shown[-END:]}"
            before = text[max(0, start - BEFORE) : start]
            other = ends[1 - ends.index((side, key))]
            at = passage[f"{other[0]}_start"] / max(1, len(texts[other[1]]))
            place = f"{start / max(1, len(text)):.0%} ({at:.0%} of the other)"
            said = f"  {side} {place}: {before}>>>{shown}<<<{text[end : end + 40]}"
            print(textwrap.fill(" ".join(said.split()), 160, initial_indent="  ", subsequent_indent="    "))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
