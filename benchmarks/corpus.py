"""Corpora of any size for the benchmarks of the audit: real articles, then generated ones.

    python benchmarks/corpus.py 100000 FILE.jsonl        writes FILE.jsonl and FILE.truth.jsonl
    python benchmarks/corpus.py 100000 FILE.jsonl --words 180        all articles cut to so many words

The real ones are those of `../shared/data` (allsides, English; fang_covid, German). Where more are
asked for than there are, articles are generated word by word: after each word comes one that followed
it somewhere in the real articles (a Markov chain of the first order; words seen less than five times
are left out, since they would drag whole sentences after them). One article in twenty is a planted
copy of another: verbatim, lightly changed, halved, or as an excerpt of 60 or 20 words among
words of another article in no order. Everything is drawn with a fixed seed.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from match import SEED, Row, rows

PLANTED = 0.05
KINDS = ("verbatim", "light", "halved", "excerpt60", "excerpt20")
SOURCES = (("allsides/articles.jsonl.gz", "en"), ("fang_covid/articles.jsonl.xz", "de"))
RARE = 5
WHOLE = 1_000_000
"""Words of an article at the most: none has so many."""
AT_ONCE = 5_000
"""Articles generated side by side."""


def real() -> Iterator[Row]:
    """Yield the real articles, those of the two corpora by turns."""
    corpora = [rows(name) for name, _ in SOURCES]
    chosen = random.Random(SEED)
    for corpus in corpora:
        chosen.shuffle(corpus)
    for number in range(max(map(len, corpora))):
        for corpus, (_, language) in zip(corpora, SOURCES, strict=True):
            if number < len(corpus):
                yield corpus[number] | {"language": language}


class Chain:
    """Generates articles like those of one corpus."""

    def __init__(self, texts: list[str]) -> None:
        numbers: dict[str, int] = {}
        ids = np.array(
            [numbers.setdefault(word, len(numbers)) for text in texts for word in text.split(" ")]
        )
        kept = ids[np.bincount(ids)[ids] >= RARE]
        self.words = list(numbers)
        self.follows = np.argsort(kept, kind="stable")
        self.counts = np.bincount(kept, minlength=len(numbers))
        self.starts = np.concatenate(([0], np.cumsum(self.counts)[:-1]))
        self.kept = kept
        self.lengths = np.array([max(60, text.count(" ")) for text in texts])

    def texts(self, number: int, seed: int, most: int) -> Iterator[str]:
        """Yield so many texts, as long as the real ones, of so many words at the most."""
        draw = np.random.default_rng(seed)
        for first in range(0, number, AT_ONCE):
            size = min(AT_ONCE, number - first)
            lengths = np.minimum(most, draw.choice(self.lengths, size))
            word = self.kept[draw.integers(0, len(self.kept), size)]
            steps = np.empty((int(lengths.max()), size), dtype=np.int32)
            for step in steps:
                step[:] = word
                at = self.starts[word] + (draw.random(size) * self.counts[word]).astype(np.int64)
                word = self.kept[(self.follows[at] + 1) % len(self.kept)]
            for n, length in enumerate(lengths.tolist()):
                yield " ".join(self.words[w] for w in steps[:length, n].tolist())


def generated(number: int, most: int) -> Iterator[Row]:
    """Yield so many generated articles of so many words at the most, of both languages by turns."""
    chains = [(Chain([row["text"] for row in rows(name)]), language) for name, language in SOURCES]
    streams = [
        (chain.texts(-(-number // len(chains)), SEED + n, most), language)
        for n, (chain, language) in enumerate(chains)
    ]
    for made in range(number):
        stream, language = streams[made % len(streams)]
        yield {
            "id": f"made{made}",
            "url": f"https://outlet{made % 40}.example/{made}",
            "outlet": f"Outlet {made % 40}",
            "title": f"Made {made}",
            "published": f"2020-{1 + made % 12:02}-{1 + made % 28:02}T{made % 24:02}:00:00Z",
            "language": language,
            "text": next(stream),
        }


def copied(source: Row, host: Row, kind: str, chosen: random.Random) -> str:
    """Return the text of a planted copy."""
    words, others = source["text"].split(" "), host["text"].split(" ")
    if kind == "verbatim":
        return str(source["text"])
    if kind == "light":
        return " ".join(w if chosen.random() > 0.03 else chosen.choice(others) for w in words)
    if kind == "halved":
        return " ".join(words[: len(words) // 2])
    chosen.shuffle(others)  # words of its own, so that nothing else is copied
    size = int(kind.removeprefix("excerpt"))
    at = chosen.randrange(max(1, len(words) - size))
    into = chosen.randrange(len(others))
    return " ".join([*others[:into], *words[at : at + size], *others[into:]])


def corpus(
    number: int, planted: float = PLANTED, most: int = WHOLE
) -> Iterator[tuple[Row, Row | None]]:
    """Yield `number` articles, each with the truth of it where it is a planted copy.

    All but the copies are cut to `most` words.
    """
    chosen = random.Random(SEED)
    own = number - round(number * planted)
    earlier: list[Row] = []

    def originals() -> Iterator[Row]:
        made = 0
        for row in real():
            if made == own:
                return
            made += 1
            yield row | {"text": " ".join(row["text"].split(" ")[:most])}
        yield from generated(own - made, most)

    due = 0.0
    count = 0
    for row in originals():
        yield row, None
        if len(earlier) < 2_000:
            earlier.append(row)
        else:
            earlier[chosen.randrange(len(earlier))] = row
        due += planted / (1 - planted)
        while due >= 1 and len(earlier) > 1 and count < number - own:
            due -= 1
            kind = KINDS[count % len(KINDS)]
            source = chosen.choice(earlier)
            host = chosen.choice([r for r in earlier if r["language"] == source["language"]])
            name = f"planted{count}"
            copy = {
                "id": name,
                "url": f"https://copyist{count % 10}.example/{count}",
                "outlet": f"Copyist {count % 10}",
                "title": f"Copy {count}",
                "published": "2021-06-01T12:00:00Z",
                "language": source["language"],
                "text": copied(source, host, kind, chosen),
            }
            count += 1
            yield copy, {"parent": source["id"], "child": name, "kind": kind}


def write(number: int, path: Path, planted: float = PLANTED, most: int = WHOLE) -> Path:
    """Write a corpus and its truth, unless they are there; return the path of the truth."""
    truth = path.with_suffix(".truth.jsonl")
    if path.exists() and truth.exists():
        return truth
    part, told = path.with_suffix(".part"), truth.with_suffix(".part")
    with part.open("w", encoding="utf-8") as text, told.open("w", encoding="utf-8") as answers:
        for row, answer in corpus(number, planted, most):
            text.write(json.dumps(row, ensure_ascii=False) + "\n")
            if answer:
                answers.write(json.dumps(answer) + "\n")
    told.replace(truth)
    part.replace(path)
    return truth


def main() -> int:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("articles", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--planted", type=float, default=PLANTED)
    parser.add_argument("--words", type=int, default=WHOLE)
    asked = parser.parse_args()
    write(asked.articles, asked.file, asked.planted, asked.words)
    return 0


if __name__ == "__main__":
    sys.exit(main())
