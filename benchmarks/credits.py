"""How well `filiation credits` reads what real pages say about their origin.

    python benchmarks/credits.py [CASES.jsonl …] [--wrong] [--language fr]

The cases are `../shared/credits/cases.jsonl` beside the checkout unless others are named; their README
says how they were labelled. Each `context` is given to `filiation.credits` as a table's row would be,
with the case's site, address and language as columns. Printed: the page's kind, the outlet (a
leading article, case, quotes and inner blanks ignored; of several outlets in one line any), false
alarms among the negatives, and whole chains, per language and per kind.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filiation.credits import credits
from filiation.read import read_text
from filiation.read.article import Given
from filiation.values import Credits

CASES = Path(__file__).resolve().parents[2] / "shared" / "credits" / "cases.jsonl"

_ARTICLE = re.compile(
    r"^(?:the|le|la|les|l'|der|die|das|el|los|las|il|lo|o|a|os|as|de|het|τα|η|το|ο)\s+|^l'",
    re.IGNORECASE,
)


def plain(name: str | None) -> str:
    """Return a name as the scorer compares it."""
    text = re.sub(r"\s+", " ", (name or "").replace("’", "'")).strip().casefold()
    text = re.sub(r"^l'(?=\w)", "", text)
    text = re.sub(r"[\"'«»“”„‘{}()]", " ", text)
    return _ARTICLE.sub("", re.sub(r"\s+", " ", text).strip(" .,:;"))


def parts(name: str | None) -> set[str]:
    """Return a name and, where several stand in one line, each of them."""
    whole = plain(name)
    pieces = re.split(r"\s*(?:,|/|、|\+| y | e | et | and | und )\s*", whole)
    return {whole, *(plain(piece) for piece in pieces if piece)}


def right_outlet(found: str | None, expected: str) -> bool:
    """Whether the outlet found is the one expected, or one of several."""
    return bool(found) and bool(parts(found) & parts(expected))


def right_chain(found: tuple[str, ...], expected: list[str]) -> bool:
    """Whether the chain found is the one expected, name by name."""
    return len(found) == len(expected) and all(
        right_outlet(f, e) for f, e in zip(found, expected, strict=True)
    )


def cases(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """Yield the labelled cases of the files."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def account_of(case: dict[str, Any]) -> Credits:
    """Return what the program makes of a case."""
    given = Given(
        id=case["id"],
        input=case["id"],
        url=case.get("url") or None,
        outlet=case.get("site") or None,
        language=case.get("language") or None,
    )
    return credits(read_text(case["context"], given))


def main() -> int:
    """Score the cases and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print every case that is wrong")
    parser.add_argument("--language", help="only this language")
    parser.add_argument("--id", help="only cases whose id holds this")
    options = parser.parse_args()
    paths = options.paths or [CASES]
    if missing := [path for path in paths if not path.exists()]:
        print(
            f"{missing[0]}: not there; the cases lie in the folder `shared` beside the checkout",
            file=sys.stderr,
        )
        return 2
    score: dict[str, Counter[str]] = defaultdict(Counter)
    fields: Counter[str] = Counter()
    total: Counter[str] = Counter()
    confusion: Counter[tuple[str, str]] = Counter()
    started = time.perf_counter()
    number = 0
    for case in cases(paths):
        if options.language and case["language"] != options.language:
            continue
        if options.id and options.id not in case["id"]:
            continue
        number += 1
        expected = case["expected"]
        found = account_of(case)
        wrong = _judge(
            case, found, (score[case["language"]], score["kind " + expected["kind"]], score["all"])
        )
        confusion[expected["kind"], found.kind] += 1
        for field, value in expected.items():
            if field.startswith("original_") or field in ("author", "translator", "translated_for"):
                name = {"original_date": "published"}.get(field, field.removeprefix("original_"))
                if value:
                    total[name] += 1
                    fields[name] += plain(getattr(found.origin, name)) == plain(value)
        if wrong and options.wrong:
            _show(case, found, wrong)
    elapsed = time.perf_counter() - started
    _table(score)
    print()
    print("other fields:", ", ".join(f"{f} {fields[f]}/{total[f]}" for f in sorted(total)))
    print(
        "confusions:", ", ".join(f"{a}→{b} {n}" for (a, b), n in confusion.most_common() if a != b)
    )
    print(
        f"{number} cases, {1000 * elapsed / max(1, number):.1f} ms each (the first loads the catalogue)"
    )
    return 0


def _judge(case: dict[str, Any], found: Credits, scores: tuple[Counter[str], ...]) -> list[str]:
    expected, wrong = case["expected"], []
    facts = {"kind": expected["kind"] == found.kind}
    if expected["kind"] != "none" and expected["original_outlet"]:
        facts["outlet"] = right_outlet(found.origin.outlet, expected["original_outlet"])
    if expected["kind"] == "none":
        facts["quiet"] = found.kind == "none"
    if case.get("chain"):
        facts["chain"] = right_chain(found.chain, case["chain"])
    for fact, right in facts.items():
        for counter in scores:
            counter[fact] += 1
            counter[fact + " right"] += right
        if not right:
            wrong.append(fact)
    return wrong


def _show(case: dict[str, Any], found: Credits, wrong: list[str]) -> None:
    expected = {k: v for k, v in case["expected"].items() if v}
    print(f"--- {case['id']} {case['site']} {case['language']} WRONG: {', '.join(wrong)}")
    print("    expected", json.dumps(expected, ensure_ascii=False), case.get("chain") or "")
    print(f"    found    {found.kind} {found.origin.outlet!r} {found.chain}")
    for credit in found.credits:
        print(f"      {credit.rule} {credit.role} {credit.name!r} | {credit.quote[:110]!r}")
    text = re.sub(r"\n\s*\n+", "\n", case["context"].strip())
    print("    " + text.replace("\n", "\n    "))


def _table(score: dict[str, Counter[str]]) -> None:
    print(f"{'':20}{'kind':>16}{'outlet':>16}{'quiet':>16}{'chain':>16}")
    for row in sorted(score, key=lambda r: (r == "all", r.startswith("kind "), r)):
        cells = []
        for fact in ("kind", "outlet", "quiet", "chain"):
            n, right = score[row][fact], score[row][fact + " right"]
            cells.append(f"{right}/{n} {right / n:.2f}" if n else "")
        print(f"{row:20}" + "".join(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
