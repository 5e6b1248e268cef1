"""How well the source of a translation is found among thousands of articles, by keys alone and proved.

    python benchmarks/across.py                  all tables
    python benchmarks/across.py ranks all speed  some of them: ranks all pairs events speed lexicon
    python benchmarks/across.py --lexicons FILE,FILE lexicon
                                                 what dictionaries add, and what is learnt
    python benchmarks/across.py --ntrex FOLDER [--languages zho-CN,jpn] ranks
                                                 with NTREX-128 as published, in all its languages or some

Reads `../shared/data` beside the checkout (ntrex, wmt14_newstest, allsides and, for `all`, every other
English text there; semeval2022_task8). English texts of the same document count once. Thresholds and
the damping of hubs and the kinds of keys were chosen by the even half of the texts; the odd half was held
out for those, but not for the powers of rarity and loudness, which were chosen over all of them.
"""

import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from match import DATA, articles, rows, sample, table

from filiation.match import Comparer
from filiation.match.across import Across, Found
from filiation.match.dictionaries import Book, three_letter_codes
from filiation.match.keys import Keys, keys
from filiation.match.lexicon import Lexicon, expanded
from filiation.match.teaching import Among, taught
from filiation.values import Article

PARALLEL = ("ntrex", "wmt14_newstest")
MORE = (
    "giveme5w1h/articles.jsonl.gz",
    "semeval2022_task8/articles.jsonl.gz",
    "pan13_train/articles.jsonl.gz",
    "reuters_planted/r10000.jsonl.gz",
)
LIMIT = 20
PROVED = 5
"""Candidates of each question that are compared."""
MILLION = 1_000_000
MOST_FALSE = 1
"""False pairs in a million comparisons that the threshold may let through, on the half it is chosen on."""


@dataclass(frozen=True)
class Question:
    """A text that is a translation of, or the source of, one in English."""

    corpus: str
    article: Article
    truth: int
    held_out: bool


_chosen: dict[str, str] = {}
"""What `--ntrex` and `--languages` say."""


def of_ntrex() -> Iterator[tuple[str, Article]]:
    """Yield (name of the document, its text in a language) of NTREX-128 as it is published.

    The language is that of the file's name, `por-BR`: no part of the search needs to know it.
    """
    folder = Path(_chosen["--ntrex"])
    names = (folder / "DOCUMENT_IDS.tsv").read_text("utf-8").splitlines()
    wanted = {name for name in _chosen.get("--languages", "").split(",") if name}
    for file in sorted((folder / "NTREX-128").glob("newstest2019-ref*.txt")):
        language = file.name.removeprefix("newstest2019-").removesuffix(".txt").split(".")[1]
        if language.startswith("eng") or file.name.startswith("newstest2019-ref-"):
            continue
        if wanted and language not in wanted:
            continue
        # Lines end with a line feed alone: some hold other characters that Python takes for ends.
        lines = file.read_text("utf-8").split("\n")
        texts: dict[str, list[str]] = defaultdict(list)
        for name, line in zip(names, lines, strict=False):
            texts[name].append(line)
        for name, said in texts.items():
            yield name, Article(f"ntrex:{language}:{name}", "", "\n".join(said), language=language)


@lru_cache(maxsize=1)
def posed() -> tuple[list[Article], list[Question]]:
    """Return the English articles, those of allsides first, and the questions."""
    pool = list(articles("allsides/articles.jsonl.gz", "en").values())
    questions: list[Question] = []
    places: dict[str, int] = {}
    if "--ntrex" in _chosen:
        places = {}
        for article in articles("ntrex/articles.jsonl.gz").values():
            if article.language == "en":
                places[article.id.split(":")[2]] = len(pool)
                pool.append(article)
        for name, article in of_ntrex():
            questions.append(Question("NTREX-128", article, places[name], places[name] % 2 == 1))
    for corpus in PARALLEL if "--ntrex" not in _chosen else ():
        found = articles(f"{corpus}/articles.jsonl.gz")
        places = {}
        for pair in rows(f"{corpus}/pairs.jsonl.gz"):
            one, other = found[pair["a"]], found[pair["b"]]
            english, foreign = (one, other) if one.language == "en" else (other, one)
            # WMT14 has the same document, at times lightly edited, in several pairs of languages.
            name = english.id.split(":")[2]
            if name not in places:
                places[name] = len(pool)
                pool.append(english)
            truth = places[name]
            questions.append(Question(corpus, foreign, truth, truth % 2 == 1))
    return pool, questions


@lru_cache(maxsize=1)
def pooled() -> Keys:
    """Return the keys of the English articles."""
    return keys([(article.text, ()) for article in posed()[0]])


@lru_cache(maxsize=1)
def answered() -> list[list[Found]]:
    """Return what is found for each question, learnt from the other half."""
    return answers(Across(pooled(), ["en"] * len(pooled())))


@lru_cache(maxsize=1)
def asked() -> Keys:
    """Return the keys of the questions."""
    return keys([(question.article.text, ()) for question in posed()[1]])


def plainly(index: Across) -> list[list[Found]]:
    """Ask an index all questions, without a word on their languages, when it has learnt nothing."""
    return list(index.queries(asked(), limit=LIMIT))


def answers(index: Across) -> list[list[Found]]:
    """Ask an index all questions, each half when it has learnt from the other.

    What it learns of the other half is which English texts resemble everything in a language.
    """
    found: dict[int, list[Found]] = {}
    questions = posed()[1]
    languages = [question.article.language for question in questions]
    for half in (False, True):
        others = [n for n, question in enumerate(questions) if question.held_out != half]
        index.learn(some(asked(), others), [languages[n] for n in others])
        mine = [n for n, question in enumerate(questions) if question.held_out == half]
        best = index.queries(some(asked(), mine), [languages[n] for n in mine], limit=LIMIT)
        found.update(zip(mine, best, strict=True))
    return [found[n] for n in range(len(questions))]


def some(made: Keys, chosen: Sequence[int]) -> Keys:
    """Return the keys of some of the texts."""
    parts = [slice(int(made.offsets[n]), int(made.offsets[n + 1])) for n in chosen]
    return Keys(
        np.concatenate([made.hashes[:0], *(made.hashes[part] for part in parts)]),
        np.concatenate([made.weights[:0], *(made.weights[part] for part in parts)]),
        np.cumsum([0, *(part.stop - part.start for part in parts)]),
    )


def ranks() -> None:
    """Rank of the true English text among allsides and the other sources."""
    index = Across(pooled(), ["en"] * len(pooled()))
    recall(f"Found among {len(posed()[0])} English articles", plainly(index), answered())


def every() -> None:
    """The same among all English texts of the data folder."""
    pool, _ = posed()
    seen = {article.text for article in pool}
    more: list[Article] = []
    for name in MORE:
        for article in articles(name).values():
            if article.language in ("en", None) and article.text not in seen:
                seen.add(article.text)
                more.append(article)
    made = keys([(article.text, ()) for article in more])
    first = pooled()
    both = Keys(
        np.concatenate((first.hashes, made.hashes)),
        np.concatenate((first.weights, made.weights)),
        np.concatenate((first.offsets, made.offsets[1:] + first.offsets[-1])),
    )
    index = Across(both, ["en"] * len(both))
    recall(f"Found among {len(both)} English texts", plainly(index), answers(index))


def recall(title: str, plain: Sequence[Sequence[Found]], learnt: Sequence[Sequence[Found]]) -> None:
    """Print a line for each corpus and language."""
    places: dict[tuple[str, str], list[tuple[int, int, bool]]] = defaultdict(list)
    for question, *both in zip(posed()[1], plain, learnt, strict=True):
        ranked = [[one.number for one in best] for best in both]
        first, second = (
            best.index(question.truth) if question.truth in best else LIMIT for best in ranked
        )
        key = (question.corpus, question.article.language or "")
        places[key].append((first, second, question.held_out))
    table(
        title,
        (
            *("corpus", "language", "texts", "R@1", "R@10", "R@1 held out", "R@10 held out"),
            *("R@1 learnt", "R@1 learnt, held out"),
        ),
        [
            (
                *(*key, len(ranks_), *at([first for first, _, _ in ranks_])),
                *at([first for first, _, held_out in ranks_ if held_out]),
                at([second for _, second, _ in ranks_])[0],
                at([second for _, second, held_out in ranks_ if held_out])[0],
            )
            for key, ranks_ in sorted(places.items())
        ],
    )


def at(found: Sequence[int]) -> tuple[float, float]:
    """Return the shares ranked first, and among the first ten."""
    return (
        float(np.mean([rank == 0 for rank in found])),
        float(np.mean([rank < 10 for rank in found])),
    )


def pairs() -> None:
    """F1 of pairs at one threshold for all languages, by keys alone and when proved.

    The threshold is chosen on the one half and used on the other. The English texts of `ntrex` and
    `wmt14_newstest` have reports of one event among them, which are false pairs like any other.
    """
    pool, questions = posed()
    by_keys: list[tuple[int, float, bool]] = []
    proved: list[tuple[int, float, bool]] = []
    comparer = Comparer()
    for number, (question, best) in enumerate(zip(questions, answered(), strict=True)):
        for place, one in enumerate(best):
            true = one.number == question.truth
            by_keys.append((number, one.score, true))
            if place < PROVED:
                match = comparer.compare(question.article, pool[one.number])
                proved.append((number, match.score, true))
    for title, pairs_found in (("keys alone", by_keys), ("proved", proved)):
        one_threshold(title, pairs_found, len(pool))


def one_threshold(title: str, found: Sequence[tuple[int, float, bool]], pool: int) -> None:
    """Print F1 by language, with the threshold that is best on the half that is not held out among
    those that let few false pairs through."""
    questions = posed()[1]
    held = np.array([questions[number].held_out for number, _, _ in found])
    scores = np.array([score for _, score, _ in found])
    true = np.array([is_true for _, _, is_true in found])
    count = sum(not question.held_out for question in questions)
    most = MOST_FALSE * count * pool / MILLION

    def worth(threshold: float) -> float:
        value, wrong = f1(scores[~held], true[~held], threshold, count)
        return value if wrong <= most else -wrong

    threshold = max(np.unique(scores[~held]).tolist(), key=worth)
    lines: list[Sequence[object]] = []
    names = sorted({question.article.language or "" for question in questions})
    for name in [*names, "all"]:
        for half in (False, True):
            chosen = [q.held_out == half and name in ("all", q.article.language) for q in questions]
            mine = np.array([chosen[number] for number, _, _ in found])
            size = sum(chosen)
            value, wrong = f1(scores[mine], true[mine], threshold, size)
            per_million = wrong * MILLION / max(1, size * pool)
            lines.append((name, "held out" if half else "chosen on", size, value, per_million))
    table(
        f"Pairs, {title}, threshold {threshold:.3f}",
        ("language", "half", "texts", "F1", "false pairs in a million comparisons"),
        lines,
    )


def f1(
    scores: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    true: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    threshold: float,
    count: int,
) -> tuple[float, int]:
    """Return F1 and the number of false pairs, where `count` pairs are true."""
    said = scores >= threshold
    right, wrong = int((said & true).sum()), int((said & ~true).sum())
    return 2 * right / max(1, count + right + wrong), wrong


def events() -> None:
    """AUC of the proof: translations against SemEval pairs of the same event in two languages."""
    found = articles("semeval2022_task8/articles.jsonl.gz")
    negatives: dict[str, list[float]] = defaultdict(list)
    comparer = Comparer()
    for pair in rows("semeval2022_task8/pairs.jsonl.gz"):
        a, b = found.get(pair["a"]), found.get(pair["b"])
        if a is None or b is None or a.language == b.language:
            continue
        score = comparer.compare(a, b).score
        negatives["133 of one event"].append(score)
        if pair["overall"] <= 2:
            negatives["41 of one story"].append(score)
    pool, questions = posed()
    scores: dict[str, list[float]] = defaultdict(list)
    for question in sample(questions, 400):
        score = comparer.compare(question.article, pool[question.truth]).score
        scores[question.article.language or ""].append(score)
    scores["all"] = [score for values in list(scores.values()) for score in values]
    table(
        "AUC: translations against another report of the event ("
        + ", ".join(f"{len(values)} pairs rated {name}" for name, values in negatives.items())
        + ")",
        ("language", "texts", *negatives),
        [
            (name, len(values), *(auc(values, others) for others in negatives.values()))
            for name, values in sorted(scores.items())
        ],
    )


def auc(true: Sequence[float], false: Sequence[float]) -> float:
    """Return the chance that a true pair scores higher than a false one; a tie counts half."""
    one, other = np.array(true)[:, None], np.array(false)[None, :]
    return float((one > other).mean() + (one == other).mean() / 2)


def speed() -> None:
    """CPU seconds, and as a ratio to one pass of a regular expression over the same texts."""
    texts = [article.text for article in posed()[0][:15_000]]
    chosen = [(text, ()) for text in sample(texts, 1_000)]
    keys([("Moscow 21 November", ())])  # the tables are read once
    start = time.process_time()
    for text, _ in chosen:
        re.findall(r"\w+", text.lower())
    yardstick = time.process_time() - start
    start = time.process_time()
    made = keys(chosen)
    spent = time.process_time() - start
    lines: list[Sequence[object]] = [
        ("yardstick, 1,000 articles", yardstick, 1.0),
        ("keys of 1,000 articles", spent, spent / yardstick),
        ("bytes of keys an article", 9 * len(made.hashes) / len(made), ""),
    ]
    first = pooled()
    copies = -(-100_000 // len(first))
    many = Keys(
        np.tile(first.hashes, copies),
        np.tile(first.weights, copies),
        np.concatenate(
            ([0], *(first.offsets[1:] + n * first.offsets[-1] for n in range(copies)))
        ).astype(np.int64),
    )
    for name, all_keys in (("15,000", first), ("100,000", many)):
        start = time.process_time()
        index = Across(all_keys, ["en"] * len(all_keys))
        built = time.process_time() - start
        some_keys = keys([(question.article.text, ()) for question in sample(posed()[1], 50)])
        start = time.process_time()
        for _ in index.queries(some_keys):
            pass
        each = (time.process_time() - start) / 50
        lines += [
            (f"index of {name} and more ({len(all_keys)}) articles", built, ""),
            ("one question", each, ""),
            ("bytes of the index an article", index.bytes / len(all_keys), ""),
        ]
    table("Speed and size", ("work", "CPU s, or bytes", "ratio"), lines)


def lexicons() -> None:
    """R@1 with what words mean: by the files of `--lexicons`, and as learnt from the other half.

    Learnt as `filiation lexicon learn` does: translations are looked for among all English articles,
    and what is proved teaches. A question is asked with what the other half of its texts taught.
    """
    pool, questions = posed()
    given = Lexicon.read(name for name in _chosen.get("--lexicons", "").split(",") if name)
    lines: list[Sequence[object]] = []
    languages = sorted({question.article.language or "" for question in questions})
    for language in languages:
        mine = [q for q in questions if (q.article.language or "") == language]
        code = _code(language)
        asked = [replace(question.article, language=code) for question in mine]
        halves = [[n for n, q in enumerate(mine) if q.held_out == half] for half in (False, True)]
        books = [_taught(pool, [asked[n] for n in half], code) for half in halves]
        words = sum(len(book.entries) for book in books)
        learnt = [Lexicon([book]) for book in books]
        columns: list[object] = []
        for known in ((None, None), (given, given), (learnt[1], learnt[0])):
            hits: list[bool] = []
            index = Across(pooled(), ["en"] * len(pool))
            for half, other, lexicon in zip(halves, halves[::-1], known, strict=True):
                learn_from, ask = ([asked[n] for n in numbers] for numbers in (other, half))
                index.learn(_helped(learn_from, lexicon), [code] * len(learn_from))
                best = index.queries(_helped(ask, lexicon), [code] * len(ask), limit=LIMIT)
                for n, found in zip(half, best, strict=True):
                    hits.append(bool(found) and found[0].number == mine[n].truth)
            covered = known[0] is not None and known[0].covers(code, "en")
            columns.append(float(np.mean(hits)) if known[0] is None or covered else "")
        lines.append((language, len(mine), *columns, words // 2))
    table(
        f"R@1 among {len(pool)} English articles, with what words mean",
        ("language", "texts", "without", "files", "learnt from the other half", "words learnt"),
        lines,
    )


def _code(language: str) -> str:
    """Return the two-letter code of a language that a file's name says."""
    name = language.split("-")[0]
    return three_letter_codes().get(name, name)


def _helped(asked: Sequence[Article], lexicon: Lexicon | None) -> Keys:
    made = keys([(article.text, ()) for article in asked])
    return made if lexicon is None else expanded(made, asked, lexicon)


def _taught(pool: Sequence[Article], asked: Sequence[Article], code: str) -> Book:
    """Return the word pairs that these articles teach, their translations looked for among all."""
    among = Among(pooled(), "en", lambda place: replace(pool[place], language="en"))
    return taught(asked, _helped(asked, None), among, code, "en").book


TABLES = {
    "ranks": ranks,
    "all": every,
    "pairs": pairs,
    "events": events,
    "speed": speed,
    "lexicon": lexicons,
}


def main() -> int:
    """Print the tables asked for."""
    names = sys.argv[1:]
    for option in ("--ntrex", "--languages", "--lexicons"):
        if option in names:
            place = names.index(option)
            if place + 1 == len(names):
                print(f"{option} needs a value")
                return 2
            _chosen[option] = names[place + 1]
            del names[place : place + 2]
    if "--languages" in _chosen and "--ntrex" not in _chosen:
        print("--languages chooses among those of --ntrex")
        return 2
    names = names or list(TABLES)
    if unknown := [name for name in names if name not in TABLES]:
        print(f"no such table: {', '.join(unknown)}; there are {', '.join(TABLES)}")
        return 2
    missing = 0
    for name in names:
        try:
            TABLES[name]()
        except FileNotFoundError as error:
            print(f"\n{name}: {error} is missing below {DATA}, or in the folder of --ntrex")
            missing = 1
    return missing


if __name__ == "__main__":
    sys.exit(main())
