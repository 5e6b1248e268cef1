"""How well matching finds what was copied and translated, and what it takes for a copy by mistake.

    python benchmarks/match.py            all tables
    python benchmarks/match.py pan speed  some of them
    python benchmarks/match.py fit        the weights in match/score.py, fitted anew

Reads the corpora in `../shared/data` beside the checkout; a table whose corpus is missing says so.
Every sample is drawn with a fixed seed.
"""

import gzip
import json
import lzma
import math
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "trace"))

from filiation.match import Index, compare
from filiation.match.across import Across
from filiation.match.keys import keys_of_articles
from filiation.match.passages import shared_runs
from filiation.match.score import reuse_features, translation_features
from filiation.match.sentences import sentences
from filiation.match.translation import align, side
from filiation.match.words import own_words
from filiation.values import Article, Match

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED = 20161121
Row = dict[str, Any]


# --- corpora -----------------------------------------------------------------------------------


def rows(name: str) -> list[Row]:
    """Return the objects of a JSON-lines file below the data folder."""
    path = DATA / name
    if not path.exists():
        raise FileNotFoundError(path)
    opened: Any = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@lru_cache(maxsize=12)
def articles(name: str, language: str = "") -> dict[str, Article]:
    """Return a corpus's articles by id."""
    return {
        row["id"]: Article(row["id"], "", row["text"], language=row.get("language") or language)
        for row in rows(name)
    }


def sample(items: Sequence[Any], size: int) -> list[Any]:
    """Return a sample drawn with the fixed seed."""
    return random.Random(SEED).sample(list(items), min(size, len(items)))


# --- tables ------------------------------------------------------------------------------------


def table(title: str, head: Sequence[str], body: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for line in body:
        cells = (f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in line)
        print("| " + " | ".join(cells) + " |")


Quad = tuple[int, int, int, int]


def pan() -> None:
    """PAN 2013 text alignment: PlagDet on the training part, 120 pairs of each kind."""
    corpus = articles("pan13_train/articles.jsonl.gz", "en")
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for pair in rows("pan13_train/pairs.jsonl.gz"):
        by_kind[pair["category"]].append(pair)
    lines: list[Sequence[object]] = []
    all_true: list[list[Quad]] = []
    all_found: list[list[Quad]] = []
    for kind, pairs in by_kind.items():
        true: list[list[Quad]] = []
        found: list[list[Quad]] = []
        scores: list[float] = []
        for pair in sample(pairs, 120):
            match = compare(corpus[pair["a"]], corpus[pair["b"]])
            scores.append(match.score)
            true.append([_span(s) for s in pair["spans"]])
            found.append([(p.a_start, p.a_end, p.b_start, p.b_end) for p in match.passages])
        regions = [joined_regions(quads) for quads in found]
        all_true += true
        all_found += regions
        sure = sum(score >= 0.5 for score in scores)
        if any(true):
            lines.append((kind, "passages", *plagdet(true, found), sure))
            lines.append((kind, "regions", *plagdet(true, regions), sure))
        else:
            some = sum(map(bool, found))
            lines.append((kind, f"{some} of {len(found)} pairs have passages", *"----", sure))
    lines.append(("all", "regions", *plagdet(all_true, all_found), ""))
    table(
        "PAN 2013 (regions: passages under 500 characters apart on both sides joined, as PAN asks)",
        ("kind", "unit", "PlagDet", "precision", "recall", "granularity", "score >= 0.5 of 120"),
        lines,
    )


def _span(s: Row) -> Quad:
    a, b = s["source_offset"], s["this_offset"]
    return a, a + s["source_length"], b, b + s["this_length"]


def joined_regions(quads: list[Quad], gap: int = 500) -> list[Quad]:
    """Join passages that are near each other in both texts, whatever their order."""
    found = [list(q) for q in quads]
    k = 0
    while k < len(found):
        x = found[k]
        for n in range(k + 1, len(found)):
            y = found[n]
            if max(x[0], y[0]) - min(x[1], y[1]) < gap and max(x[2], y[2]) - min(x[3], y[3]) < gap:
                found[k] = [min(x[0], y[0]), max(x[1], y[1]), min(x[2], y[2]), max(x[3], y[3])]
                del found[n]
                k = -1
                break
        k += 1
    return [(q[0], q[1], q[2], q[3]) for q in found]


def plagdet(true: list[list[Quad]], found: list[list[Quad]]) -> tuple[float, float, float, float]:
    """Return PlagDet, macro precision, macro recall and granularity (Potthast et al. 2010)."""
    recall: list[float] = []
    precision: list[float] = []
    pieces: list[int] = []
    for cases, detections in zip(true, found, strict=True):
        for case in cases:
            share, count = _covered(case, detections)
            recall.append(share)
            if count:
                pieces.append(count)
        precision += [_covered(detection, cases)[0] for detection in detections]
    r, p = _mean(recall), _mean(precision)
    g = _mean(pieces) or 1.0
    f = 2 * p * r / (p + r) if p + r else 0.0
    return f / math.log2(1 + g), p, r, g


def _covered(one: Quad, others: list[Quad]) -> tuple[float, int]:
    both = [
        o
        for o in others
        if min(one[1], o[1]) > max(one[0], o[0]) and min(one[3], o[3]) > max(one[2], o[2])
    ]
    length = one[1] - one[0] + one[3] - one[2]
    inside = _union([(max(one[0], o[0]), min(one[1], o[1])) for o in both])
    inside += _union([(max(one[2], o[2]), min(one[3], o[3])) for o in both])
    return (inside / length if length else 0.0), len(both)


def _union(spans: list[tuple[int, int]]) -> int:
    total, last = 0, 0
    for start, end in sorted(spans):
        start = max(start, last)
        if end > start:
            total, last = total + end - start, end
    return total


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def reuters() -> None:
    """Planted republications of nine kinds, and formulas among the unplanted pairs."""
    corpus = articles("reuters_planted/r2000.jsonl.gz", "en")
    planted: dict[str, list[Match]] = defaultdict(list)
    edges = set()
    for edge in rows("reuters_planted/r2000.truth.jsonl.gz"):
        match = compare(corpus[edge["parent"]], corpus[edge["child"]])
        planted[edge["kind"]].append(match)
        edges.add(frozenset((edge["parent"], edge["child"])))
    table(
        "Planted republications (Reuters-21578, 2,000 articles): passages and kinds",
        ("kind", "pairs", "with passages", "score >= 0.5", "in parent", "in child", "similarity",
         "passages", "kinds named"),
        [
            (
                kind, len(ms), sum(bool(m.passages) for m in ms), sum(m.score >= 0.5 for m in ms),
                _mean([m.coverage_a for m in ms]), _mean([m.coverage_b for m in ms]),
                _mean([m.similarity for m in ms]), _mean([len(m.passages) for m in ms]),
                _tally(" ".join(m.kind) for m in ms),
            )
            for kind, ms in planted.items()
        ],
    )  # fmt: skip
    formulas, real = natural_pairs(corpus)
    body = []
    for name, pairs in (("formulas (under 20 words in shared 5-word runs)", formulas),
                        ("the others (repeats, corrections, follow-ups)", real)):  # fmt: skip
        ms = [compare(corpus[a], corpus[b]) for a, b in pairs]
        body.append((name, len(ms), sum(bool(m.passages) for m in ms),
                     sum(m.score >= 0.5 for m in ms)))  # fmt: skip
    table(
        "Unplanted pairs of the same corpus, as candidates() brings them (weight >= 0.3)",
        ("pairs", "number", "with passages", "score >= 0.5"), body,
    )  # fmt: skip
    big = list(articles("reuters_planted/r10000.jsonl.gz", "en").values())
    number = {article.id: n for n, article in enumerate(big)}
    index = Index(big)
    found: dict[str, list[bool]] = defaultdict(list)
    for edge in rows("reuters_planted/r10000.truth.jsonl.gz"):
        best = index.candidates(big[number[edge["child"]]], 20)
        found[edge["kind"]].append(number[edge["parent"]] in dict(best))
    table(
        "candidates(): planted parents among the best 20 of 10,000",
        ("kind", "found", "of"), [(k, sum(v), len(v)) for k, v in found.items()],
    )  # fmt: skip


def _tally(names: Iterable[str]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        counts[name or "none"] += 1
    return ", ".join(f"{n} {c}" for n, c in sorted(counts.items(), key=lambda x: -x[1])[:3])


@lru_cache(maxsize=1)
def _natural() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    corpus = articles("reuters_planted/r2000.jsonl.gz", "en")
    own = [a for a in corpus.values() if a.id.startswith("r")]
    index = Index(own)
    pairs = set()
    for n, article in enumerate(own):
        pairs |= {
            (min(n, m), max(n, m)) for m, w in index.candidates(article, 12) if m != n and w >= 0.3
        }
    formulas: list[tuple[str, str]] = []
    real: list[tuple[str, str]] = []
    for n, m in sorted(pairs):
        few = words_in_shared_runs(own[n].text, own[m].text) < 20
        (formulas if few else real).append((own[n].id, own[m].id))
    return tuple(formulas), tuple(real)


def natural_pairs(_: object) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the unplanted candidate pairs: those that share formulas only, and the others."""
    formulas, real = _natural()
    return list(formulas), list(real)


def words_in_shared_runs(a: str, b: str, size: int = 5) -> int:
    """Return how many words of a lie in runs of five words that b has too."""
    words, others = re.findall(r"\w+", a.lower()), re.findall(r"\w+", b.lower())
    runs = set(zip(*(others[k:] for k in range(size)), strict=False))
    inside: set[int] = set()
    for n, run in enumerate(zip(*(words[k:] for k in range(size)), strict=False)):
        if run in runs:
            inside.update(range(n, n + size))
    return len(inside)


def events() -> None:
    """Independent reports of one event (giveme5w1h): what is taken for reuse by mistake."""
    corpus = articles("giveme5w1h/articles.jsonl.gz", "en")
    bands: dict[str, list[Match]] = defaultdict(list)
    for pair in rows("giveme5w1h/pairs.jsonl.gz"):
        c = pair["containment5"]
        band = (
            "no 5-gram overlap to speak of"
            if c < 0.1
            else "10 to 30 %"
            if c < 0.3
            else "30 % and more"
        )
        bands[band].append(compare(corpus[pair["a"]], corpus[pair["b"]]))
    table(
        "Reports of one event (giveme5w1h), by containment of word 5-grams",
        ("containment", "pairs", "with passages", "score >= 0.5", ">= 0.8", "max coverage, median"),
        [
            (
                band, len(ms), sum(bool(m.passages) for m in ms), sum(m.score >= 0.5 for m in ms),
                sum(m.score >= 0.8 for m in ms),
                float(np.median([max(m.coverage_a, m.coverage_b) for m in ms])),
            )
            for band, ms in sorted(bands.items(), reverse=True)
        ],
    )  # fmt: skip


def fang() -> None:
    """Real republication among German outlets, and overlap that may be anything."""
    corpus = articles("fang_covid/articles.jsonl.xz", "de")
    body: list[Sequence[object]] = []
    for name, file, size in (("gold, credited", "pairs_gold_attributed.jsonl", 47),
                             ("silver, overlap >= 0.2", "pairs_overlap_silver.jsonl", 400)):  # fmt: skip
        pairs = sample(rows(f"fang_covid/{file}"), size)
        ms = [compare(corpus[p["a"]], corpus[p["b"]]) for p in pairs]
        near = _mean(
            [
                abs(max(m.coverage_a, m.coverage_b) - p["containment"])
                for m, p in zip(ms, pairs, strict=True)
            ]
        )
        body.append((name, len(ms), sum(bool(m.passages) for m in ms),
                     sum(m.score >= 0.5 for m in ms), sum(m.score >= 0.9 for m in ms),
                     near, _tally(" ".join(m.kind) for m in ms)))  # fmt: skip
    random_pairs = random.Random(SEED)
    ids = sorted(corpus)
    ms = [
        compare(corpus[random_pairs.choice(ids)], corpus[random_pairs.choice(ids)])
        for _ in range(400)
    ]
    body.append(("random pairs", 400, sum(bool(m.passages) for m in ms),
                 sum(m.score >= 0.5 for m in ms), sum(m.score >= 0.9 for m in ms), "-", "-"))  # fmt: skip
    table(
        "Fang-COVID (German)",
        ("pairs", "number", "with passages", "score >= 0.5", ">= 0.9",
         "coverage, mean difference from 5-gram containment", "kinds named"),
        body,
    )  # fmt: skip


# --- across languages --------------------------------------------------------------------------


@lru_cache(maxsize=1)
def bilingual() -> tuple[
    dict[str, Article], list[tuple[str, str, str]], list[tuple[str, str, float]]
]:
    """Return articles, translated pairs (a, b, languages), same-event pairs (a, b, rating)."""
    corpus = {
        **articles("ntrex/articles.jsonl.gz"),
        **articles("wmt14_newstest/articles.jsonl.gz"),
        **articles("semeval2022_task8/articles.jsonl.gz"),
    }
    true = [
        (p["a"], p["b"], p["langs"])
        for p in rows("ntrex/pairs.jsonl.gz") + rows("wmt14_newstest/pairs.jsonl.gz")
    ]
    event = [
        (p["a"], p["b"], p["overall"])
        for p in rows("semeval2022_task8/pairs.jsonl.gz")
        if p["a"] in corpus and p["b"] in corpus and len(set(p["langs"].split("-"))) > 1
    ]
    return corpus, true, event


def shuffled(true: list[tuple[str, str, str]], each: int) -> list[tuple[str, str, str]]:
    """Return pairs of the same languages that are not translations."""
    chance = random.Random(SEED)
    by: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for a, b, languages in true:
        by[languages].append((a, b))
    pairs = set(map(tuple, (t[:2] for t in true)))
    found = []
    for languages, items in sorted(by.items()):
        for _ in range(each):
            a, b = chance.choice(items)[0], chance.choice(items)[1]
            if (a, b) not in pairs:
                found.append((a, b, languages))
    return found


@lru_cache(maxsize=1)
def crowded() -> list[tuple[Article, Article]]:
    """Return (text, English article that resembles it): what a search by keys brings up.

    Four candidates of each text of the parallel corpora among 15,000 English articles and the English
    texts of those corpora, its own original and other copies of that left out.
    """
    corpus, true, _ = bilingual()
    pool = list(articles("allsides/articles.jsonl.gz", "en").values())
    questions: list[tuple[Article, str]] = []
    names: dict[int, str] = {}
    for a, b, _ in true:
        one, other = corpus[a], corpus[b]
        english, foreign = (one, other) if one.language == "en" else (other, one)
        name = english.id.split(":")[2]
        questions.append((foreign, name))
        if name not in names.values():
            names[len(pool)] = name
            pool.append(english)
    index = Across(keys_of_articles(pool), ["en"] * len(pool))
    asked = keys_of_articles([foreign for foreign, _ in questions])
    found = []
    for (foreign, name), best in zip(questions, index.queries(asked, limit=5), strict=True):
        others = [one.number for one in best if names.get(one.number) != name]
        found += [(foreign, pool[number]) for number in others[:4]]
    return found


def part(article: Article, other: Article, how: str) -> Article:
    """Return an article as a partial or rearranged copy, or set in another's text."""
    cut = [article.text[s.start : s.end] for s in sentences(article.text)]
    if how == "half dropped":
        cut = cut[: len(cut) // 4] + cut[-(len(cut) // 4) :]
    elif how == "first third only":
        cut = cut[: max(3, len(cut) // 3)]
    elif how == "one block moved":
        third = len(cut) // 3
        cut = cut[third : 2 * third] + cut[:third] + cut[2 * third :]
    elif how == "half in another article":
        around = [other.text[s.start : s.end] for s in sentences(other.text)]
        half = len(around) // 2
        cut = around[:half] + cut[: len(cut) // 2] + around[half:]
    return Article(article.id, "", "\n".join(cut), language=article.language)


PARTS = ("half dropped", "first third only", "one block moved", "half in another article")


def partial(
    true: list[tuple[str, str, str]], corpus: dict[str, Article], size: int
) -> list[tuple[str, str, Article]]:
    """Return (a, how, partial translation) for texts of ten sentences or more."""
    chance = random.Random(SEED)
    long = [t for t in true if len(sentences(corpus[t[1]].text)) >= 10]
    found = []
    for a, b, _ in chance.sample(long, size):
        language = corpus[b].language
        others = [t[1] for t in long if corpus[t[1]].language == language and t[1] != b]
        for how in PARTS:
            found.append((a, how, part(corpus[b], corpus[chance.choice(others)], how)))
    return found


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the probability that a positive scores above a negative, ties half."""
    p, n = np.sort(np.asarray(positive)), np.asarray(negative)
    below, upto = np.searchsorted(p, n, "left"), np.searchsorted(p, n, "right")
    return float((len(p) - upto + (upto - below) / 2).sum() / (len(p) * len(n)))


def translations() -> None:
    """Translations against same-event reports and shuffled pairs."""
    corpus, true, event = bilingual()
    by: dict[str, list[Match]] = defaultdict(list)
    for a, b, languages in true:
        by[languages].append(compare(corpus[a], corpus[b]))
    same = [(o, compare(corpus[a], corpus[b])) for a, b, o in event]
    hard = [m.score for o, m in same if o <= 2]
    all_events = [m.score for _, m in same]
    other = [compare(corpus[a], corpus[b]).score for a, b, _ in shuffled(true, 100)]
    topic = [compare(a, b).score for a, b in crowded()]

    def line(name: str, ms: Sequence[Match]) -> Sequence[object]:
        scores = [m.score for m in ms]
        return (
            name, len(ms), auc(scores, hard), auc(scores, all_events), auc(scores, other),
            sum(s >= 0.5 for s in scores) / len(scores),
            _mean([m.coverage_a for m in ms]), _mean([m.coverage_b for m in ms]),
        )  # fmt: skip

    body = [line(languages, ms) for languages, ms in sorted(by.items())]
    everything = [m for ms in by.values() for m in ms]
    body.append(line("all", everything))
    short = [
        m
        for (a, _, _), m in zip(true, _in_order(true, by), strict=True)
        if len(corpus[a].text) < 900
    ]
    body.append(line("all, under 900 characters", short))
    cut: dict[str, list[Match]] = defaultdict(list)
    for a, how, cut_b in partial(true, corpus, 150):
        cut[how].append(compare(corpus[a], cut_b))
    body += [line(how, ms) for how, ms in cut.items()]
    table(
        "Translations (NTREX-128, WMT14)",
        ("pairs", "number", "AUC: 41 same story", "AUC: 133 same event", "AUC: shuffled",
         "score >= 0.5", "coverage a", "coverage b"),
        body,
    )  # fmt: skip
    table(
        "Called translations by mistake (score)",
        ("pairs", "number", ">= 0.2", ">= 0.5", ">= 0.8"),
        [
            (name, len(s), *(sum(x >= t for x in s) for t in (0.2, 0.5, 0.8)))
            for name, s in (("SemEval cross-language, rated 1 to 2", hard),
                            ("SemEval cross-language, all", all_events),
                            ("4 candidates each among 15,000", topic),
                            ("shuffled", other))
        ],
    )  # fmt: skip


def _in_order(true: list[tuple[str, str, str]], by: dict[str, list[Match]]) -> list[Match]:
    turn = {languages: iter(ms) for languages, ms in by.items()}
    return [next(turn[languages]) for _, _, languages in true]


def retrieval() -> None:
    """The translation's original among 15,000 English articles."""
    crowd = list(articles("allsides/articles.jsonl.gz", "en").values())
    corpus = articles("ntrex/articles.jsonl.gz")
    pairs = rows("ntrex/pairs.jsonl.gz")
    originals = sorted({p["a"] for p in pairs})
    number = {a: len(crowd) + n for n, a in enumerate(originals)}
    start = time.process_time()
    index = Index([*crowd, *(corpus[a] for a in originals)])
    hashed = time.process_time() - start
    index.candidates(corpus[pairs[0]["b"]], 1)
    signed = time.process_time() - start - hashed
    start = time.process_time()
    ranks: dict[str, list[int]] = defaultdict(list)
    for p in pairs:
        best = [n for n, _ in index.candidates(corpus[p["b"]], 50)]
        ranks[p["langs"]].append(best.index(number[p["a"]]) if number[p["a"]] in best else 99)
    each = (time.process_time() - start) / len(pairs)
    table(
        "candidates(): the original of a translation among 15,123 English articles",
        ("languages", "R@1", "R@10", "R@50"),
        [(k, *(sum(r < n for r in v) / len(v) for n in (1, 10, 50))) for k, v in ranks.items()],
    )
    print(f"\nCPU seconds: words hashed {hashed:.1f}, signs {signed:.1f}, each question {each:.3f}")


def speed() -> None:
    """CPU time as a ratio to one pass of re.findall over the same texts."""
    crowd = list(articles("allsides/articles.jsonl.gz", "en").values())
    start = time.process_time()
    for article in crowd:
        re.findall(r"\w+", article.text.lower())
    one_pass = time.process_time() - start
    start = time.process_time()
    index = Index(crowd)
    hashed = time.process_time() - start
    start = time.process_time()
    index.candidates(crowd[17])
    asked = time.process_time() - start
    body: list[Sequence[object]] = [
        ("Index of 15,000 articles, 89 million characters", hashed, hashed / one_pass),
        ("one question to it", asked, asked / one_pass),
    ]
    reuters_corpus = articles("reuters_planted/r2000.jsonl.gz", "en")
    edges = rows("reuters_planted/r2000.truth.jsonl.gz")
    sets: list[tuple[str, list[tuple[Article, Article]]]] = [
        (
            "compare: 540 planted pairs",
            [(reuters_corpus[e["parent"]], reuters_corpus[e["child"]]) for e in edges],
        ),
    ]
    event_corpus = articles("giveme5w1h/articles.jsonl.gz", "en")
    sets.append((
        "compare: 1,217 pairs of one event",
        [(event_corpus[p["a"]], event_corpus[p["b"]]) for p in rows("giveme5w1h/pairs.jsonl.gz")],
    ))  # fmt: skip
    corpus, true, _ = bilingual()
    sets.append(
        ("compare: 500 translations", [(corpus[a], corpus[b]) for a, b, _ in sample(true, 500)])
    )
    for name, pairs in sets:
        start = time.process_time()
        for a, b in pairs:
            re.findall(r"\w+", a.text.lower())
            re.findall(r"\w+", b.text.lower())
        once = time.process_time() - start
        start = time.process_time()
        for a, b in pairs:
            compare(a, b)
        taken = time.process_time() - start
        body.append((name, taken, taken / once))
    table("Speed", ("work", "CPU seconds", "times one pass of re.findall"), body)


# --- fitting -----------------------------------------------------------------------------------


AGAINST = ("numbers_amiss",)
"""What speaks against: its weight may not be positive."""


def fitted(
    features: list[dict[str, float]], labels: list[float], weights: list[float]
) -> dict[str, float]:
    """Return logistic regression weights, of one sign but the constant (projected descent)."""
    names = list(features[0])
    x = np.array([[-f[n] if n in AGAINST else f[n] for n in names] for f in features])
    y, w = np.array(labels), np.array(weights)
    w = w / w.sum()
    scale = np.maximum(1e-9, np.abs(x).max(axis=0))
    x = x / scale
    beta = np.zeros(len(names))
    for _ in range(40_000):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (w * (p - y)) + 2e-4 * beta * (np.array(names) != "one")
        beta -= 2.0 * gradient
        beta = np.where(np.array(names) == "one", beta, np.maximum(0.0, beta))
    return {
        n: round(float(-b / s if n in AGAINST else b / s), 3)
        for n, b, s in zip(names, beta, scale, strict=True)
    }


def fit() -> None:
    """Fit the weights of score.py; halves of the documents are held out to print AUC."""
    _fit_reuse()
    _fit_translation()


def _fit_reuse() -> None:
    found: list[tuple[str, dict[str, float], float]] = []

    def add(name: str, a: Article, b: Article, label: float) -> None:
        x, y = own_words(a.text), own_words(b.text)
        runs = shared_runs(x, y)
        if runs:
            inside_a = sum(r.a_end - r.a_start for r in runs) / len(x)
            inside_b = sum(r.b_end - r.b_start for r in runs) / len(y)
            found.append((name, reuse_features(runs, inside_a, inside_b), label))

    corpus = articles("reuters_planted/r2000.jsonl.gz", "en")
    for e in rows("reuters_planted/r2000.truth.jsonl.gz"):
        if not e["kind"].startswith("quote"):  # a quotation alone makes no copy
            add("planted", corpus[e["parent"]], corpus[e["child"]], 1.0)
    for a, b in sample(natural_pairs(corpus)[0], 600):
        add("formulas", corpus[a], corpus[b], 0.0)
    german = articles("fang_covid/articles.jsonl.xz", "de")
    for p in rows("fang_covid/pairs_gold_attributed.jsonl") + sample(
        rows("fang_covid/pairs_overlap_silver.jsonl"), 200
    ):
        if p["containment"] >= 0.5:
            add("fang", german[p["a"]], german[p["b"]], 1.0)
    webis = articles("pan13_train/articles.jsonl.gz", "en")
    for p in sample(
        [p for p in rows("pan13_train/pairs.jsonl.gz") if p["category"] != "summary-obfuscation"],
        900,
    ):
        add("pan " + p["label"], webis[p["a"]], webis[p["b"]], float(bool(p["spans"])))
    event = articles("giveme5w1h/articles.jsonl.gz", "en")
    for p in rows("giveme5w1h/pairs.jsonl.gz"):
        if p["containment5"] < 0.1:
            add("same event", event[p["a"]], event[p["b"]], 0.0)
    _report("REUSE", found)


def _fit_translation() -> None:
    corpus, true, event = bilingual()
    sides = {i: side(a.text) for i, a in corpus.items()}
    found: list[tuple[str, dict[str, float], float]] = []
    for a, b, _ in true:
        found.append(("translated", translation_features(align(sides[a], sides[b])), 1.0))
    for a, how, cut_b in partial(true, corpus, 150):
        found.append((how, translation_features(align(sides[a], side(cut_b.text))), 1.0))
    for a, b, rating in event:
        found.append(
            (
                "event" if rating > 2 else "same story",
                translation_features(align(sides[a], sides[b])),
                0.0,
            )
        )
    for a, b, _ in shuffled(true, 60):
        found.append(("shuffled", translation_features(align(sides[a], sides[b])), 0.0))
    for one, other in crowded():
        mine = sides.get(one.id) or side(one.text)
        found.append(("topic", translation_features(align(mine, side(other.text))), 0.0))
    _report("TRANSLATION", [f for f in found if f[1]["bits"] > 0])


IMPORTANCE = {
    "same story": 15.0,
    "event": 8.0,
    "shuffled": 5.0,
    "formulas": 1.0,
    "same event": 2.0,
    "pan reuse": 0.3,
    "topic": 1.0,
}
"""How much a pair of a kind counts: the hard negatives are few."""


def _report(name: str, found: list[tuple[str, dict[str, float], float]]) -> None:
    chance = random.Random(SEED)
    chance.shuffle(found)
    half = len(found) // 2
    importance = [IMPORTANCE.get(kind, 1.0) for kind, _, _ in found]

    def run(keep: slice) -> dict[str, float]:
        return fitted(
            [f for _, f, _ in found[keep]], [y for _, _, y in found[keep]], importance[keep]
        )

    def scores(weights: dict[str, float], keep: slice) -> list[tuple[str, float, float]]:
        return [
            (kind, y, 1 / (1 + math.exp(-sum(weights[k] * v for k, v in f.items()))))
            for kind, f, y in found[keep]
        ]

    held = scores(run(slice(0, half)), slice(half, None)) + scores(
        run(slice(half, None)), slice(0, half)
    )
    print(f"\n{name} = {run(slice(None))}")
    value = auc([s for _, y, s in held if y], [s for _, y, s in held if not y])
    print(f"held-out AUC {value:.4f}, pairs {len(found)}")
    for kind in sorted({k for k, _, _ in held}):
        s = [x for k, _, x in held if k == kind]
        print(
            f"  {kind:26} {len(s):5}  >= 0.5: {sum(x >= 0.5 for x in s) / len(s):.3f}  median {float(np.median(s)):.3f}"
        )
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = [(y, x) for _, y, x in held if low <= x < low + 0.2 or (x == 1 and low == 0.8)]
        if inside:
            print(
                f"  said {low:.1f}-{low + 0.2:.1f}: {len(inside):5} pairs, true {_mean([y for y, _ in inside]):.3f}"
            )


TABLES: dict[str, Callable[[], None]] = {
    "reuters": reuters,
    "events": events,
    "fang": fang,
    "pan": pan,
    "translations": translations,
    "retrieval": retrieval,
    "speed": speed,
}


def main(asked: Sequence[str]) -> int:
    """Print the tables asked for, all where none is; return 1 where one could not be made."""
    missing = 0
    for name in asked or TABLES:
        make = {**TABLES, "fit": fit}.get(name)
        if make is None:
            print(f"no table {name!r}; there are: {', '.join([*TABLES, 'fit'])}", file=sys.stderr)
            return 2
        try:
            make()
        except FileNotFoundError as error:
            print(f"{name}: {error.args[0]} is missing: this table was not made", file=sys.stderr)
            missing = 1
    return missing


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
