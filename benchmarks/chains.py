"""Real chains with their credits masked, the hand copies of Notre Besoin, and large families.

`benchmarks/stemma.py` prints these tables: `chains`, `besoin`, `reuters` and `size`.
"""

import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from audit import audited, planted_parents, planted_tables, run, yardstick
from match import DATA, Row, rows, table
from simulated import REGIMES, Family, families

from filiation.credits import credits
from filiation.joined import Joined
from filiation.library import Library
from filiation.library.habits import Credited
from filiation.match import Comparer
from filiation.outlets import catalogue
from filiation.read import articles
from filiation.stemma import stemma
from filiation.stemma.habits import Habits
from filiation.values import Article, Credits, Dates, Match, Stemma

LEAST_SCORE = 0.5
"""Score from which an audit takes a match for reuse."""

_COMPARER = Comparer(room=20_000_000)


def drawn(pages: Sequence[Credits], habits: Habits | None = None) -> Stemma:
    """Return the stemma of pages, every two of them compared."""
    found: dict[tuple[str, str], Match] = {}
    for one, other in combinations([page.article for page in pages], 2):
        match = _COMPARER.compare(one, other)
        if match.passages and match.score >= LEAST_SCORE:
            found[one.id, other.id] = match
    return stemma(pages, found, habits=habits)


def hops_of(tree: Stemma) -> dict[str, str]:
    """Return for each article its nearest ancestor that was seen, by id, where it has one."""
    of = {version.id: version.article for version in tree.versions if version.article}
    above = nearest_seen({hop.child: hop.parent for hop in tree.hops}, of)
    return {of[child]: of[parent] for child, parent in above.items() if parent is not None}


def nearest_seen(above: Mapping[str, str | None], seen: Collection[str]) -> dict[str, str | None]:
    """Return for each version seen its nearest ancestor that was seen, past those that were not."""
    found: dict[str, str | None] = {}
    for child in seen:
        at = above.get(child)
        while at is not None and at not in seen:
            at = above.get(at)
        found[child] = at
    return found


# --- fang_covid: what a credit says, without the credit ------------------------------------------

LEAST_CONTAINED = 0.5
"""Share of the five-word runs of the shorter of two articles that the other must have, for both to be put into
one family: what the labels themselves call a copy."""

CALLED: Mapping[str, str] = {
    "anonymousnews.ru": r"anonymous\s?news",
    "compact-online.de": r"compact(-magazin|-online|tv)?",
    "contra-magazin.com": r"contra[- ]magazin",
    "de.rt.com": r"deutsch\.rt|rt[- ]deutsch|rt",
    "freiewelt.net": r"freie[ -]?welt",
    "journalistenwatch.com": r"journalistenwatch|jouwatch",
    "kopp-report.de": r"kopp([- ](report|verlag))?",
    "politikstube.com": r"politikstube",
    "pravda-tv.com": r"pravda[- ]?tv|ptv",
    "rubikon.news": r"rubikon",
    "sueddeutsche.de": r"süddeutschen?( zeitung)?|sz",
    "tagesspiegel.de": r"tagesspiegels?",
    "zeit.de": r"zeit[- ]online|„?die zeit“?",
}
"""How pages of the corpus call its outlets: what is masked."""

_ENDS = r"(?:[\w-]*(?:\.(?:com|de|net|news|ru|org|tv))?(?:/\S*)?)"
_NAMED = re.compile(rf"(?<!\w)(?:{'|'.join(CALLED.values())})(?!\w){_ENDS}", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:Quellen?(?: und Anmerkungen)?:\s*|PublicDomain\s*/?|"
    r"Weiterlesen (?:auf|bei)|[Vv]on(?: [\w.-]+){1,4} (?:auf|bei|für)|"
    r"(?:\b(?:auf|bei|für|von|der|des|dem|die|das|gegenüber)\s+)+)\s*$"
)
_AFTER = re.compile(r"^(?:\s*/\s*[\w.-]+)*(?:\s+am \d\d\.\d\d\.\d{4})?")


def masked(article: Article) -> Article:
    """Return an article without a word on where its text is from.

    Cut out of the body: every line that is read as a credit, and every mention of any of the
    corpus's outlets, with the words that lead up to it ("von Peter Frey für Rubikon") and what is
    strung to it ("/guidograndt.de am 11.05.2020"), whoever says it. Title, byline and metadata lose the
    same words. The page's own outlet and address stay: they say where it stands, not where it is from.
    """
    text = article.text
    for credit in credits(article).credits:
        if credit.start is not None and credit.end is not None:
            quote = article.text[credit.start : credit.end]
            text = text.replace(quote, " ")
    return replace(
        article,
        text=_unnamed(text),
        title=_unnamed(article.title) if article.title else None,
        byline=None,
        lines=(),
        aside=(),
        languages=(),
        marks=(),
        canonical_url=None,
        og_url=None,
    )


def _unnamed(text: str) -> str:
    kept: list[str] = []
    at = 0
    for named in _NAMED.finditer(text):
        before = text[at : named.start()]
        kept.append(_BEFORE.sub("", before))
        after = _AFTER.match(text[named.end() :])
        at = named.end() + (after.end() if after else 0)
    return " ".join([*kept, text[at:]])


@dataclass(frozen=True)
class Chains:
    """Real families, and who says from whom he has the text."""

    families: list[list[Article]]
    credited: dict[str, set[str]]
    """For each copy the version that it credits, and the copies of it with the very same words."""


def real_chains(folder: Path) -> Chains:
    """Return the credited republications of fang_covid, each in its family.

    The labels are the pairs in which the copy names its source's outlet, and of those found from
    the credit line alone the ones whose best source has 0.9 of the copy's words: below, what the
    credit means is not in the corpus. A family is all that is joined to them by half of the
    five-word runs of either text.
    """
    pairs = [
        (p["a"], p["b"]) if p["direction"] == "a->b" else (p["b"], p["a"])
        for p in rows("fang_covid/pairs_gold_attributed.jsonl")
    ]
    for found in rows("fang_covid/attributions_explicit.jsonl"):
        if found["best_source_in_corpus"] and found["containment"] >= 0.9:
            pairs.append((found["best_source_in_corpus"], found["b"]))
    joined = Joined()
    near = [
        (p["a"], p["b"])
        for p in rows("fang_covid/pairs_overlap_silver.jsonl")
        if p["containment"] >= LEAST_CONTAINED
    ]
    for chain in rows("fang_covid/clusters_3plus_sites.jsonl"):
        near += [(chain["members"][0], other) for other in chain["members"][1:]]
    numbers: dict[str, int] = {}
    for a, b in pairs + near:
        joined.join(numbers.setdefault(a, len(numbers)), numbers.setdefault(b, len(numbers)))
    heads = {joined.head(numbers[child]) for _, child in pairs}
    wanted = {name for name, number in numbers.items() if joined.head(number) in heads}
    source = folder / "chains.jsonl"
    with source.open("w", encoding="utf-8") as out:
        for row in rows("fang_covid/articles.jsonl.xz"):
            if row["id"] in wanted:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    together: dict[int, list[Article]] = defaultdict(list)
    texts: dict[str, str] = {}
    for article in articles([source]):
        assert isinstance(article, Article)
        together[joined.head(numbers[article.id])].append(article)
        texts[article.id] = article.text
    credited: dict[str, set[str]] = {}
    for parent, child in pairs:
        credited.setdefault(child, set()).update(
            name for name, text in texts.items() if text == texts[parent]
        )
    return Chains(list(together.values()), credited)


def chains(folder: Path) -> None:
    """How often the parent inferred without credits is the one that the copy credits."""
    found = real_chains(folder)
    bare = [[masked(article) for article in family] for family in found.families]
    told = [credits(article) for family in bare for article in family]
    left = sum(bool(page.credits) for page in told)
    named = sum(bool(_NAMED.search(f"{page.article.title} {page.article.text}")) for page in told)
    print(f"\nMasked: {len(told)} articles in {len(bare)} families; credits read in {left} of them,"
          f" an outlet of the corpus named in {named}.")  # fmt: skip
    library = folder / "whole.filiation"
    run(
        "add", DATA / "fang_covid/articles.jsonl.xz", "--library", library, "--quiet", status=(0, 3)
    )
    with Library.open(library) as whole:
        other_pages = Credited(whole)
        habits = [other_pages.of(family, catalogue()) for family in found.families]
    nothing = [None] * len(habits)
    days = [[_of_day(article) for article in family] for family in bare]
    dateless = [[replace(article, dates=Dates()) for article in family] for family in bare]
    body: list[Sequence[object]] = []
    for name, ours, known, least in (
        ("credits and dates as they are", found.families, nothing, ""),
        ("credits masked", bare, nothing, "0.95"),
        ("credits masked, days only", days, nothing, ""),
        ("credits masked, days only, other pages' credits at hand", days, habits, ""),
        ("credits and dates masked", dateless, nothing, ""),
        ("credits and dates masked, other pages' credits at hand", dateless, habits, "0.70"),
    ):
        said: Counter[str] = Counter()
        for family, other in zip(ours, known, strict=True):
            parents = hops_of(drawn([credits(article) for article in family], other))
            said.update(
                _verdict(child.id, parents, found.credited)
                for child in family
                if child.id in found.credited
            )
        labelled = sum(said.values())
        body.append([name, labelled, said["right"], said["right"] / labelled, least,
                     said["reversed"], said["another"], said["none"]])  # fmt: skip
    table("Credited republications of fang_covid: the parent inferred is the one credited",
          ["what is at hand", "copies", "right", "share", "asked", "reversed", "another parent",
           "no parent"], body)  # fmt: skip


def _of_day(article: Article) -> Article:
    """Return an article whose date is known to the day at most, by the clock of Germany's summer."""
    middle = article.dates.midpoint
    if middle is None:
        return article
    day = middle.astimezone(timezone(timedelta(hours=2))).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return replace(article, dates=Dates(day, day + timedelta(days=1), "day"))


def _verdict(child: str, parents: Mapping[str, str], credited: Mapping[str, set[str]]) -> str:
    said = parents.get(child)
    if said is not None:
        return "right" if said in credited[child] else "another"
    return "reversed" if any(parents.get(one) == child for one in credited[child]) else "none"


# --- Notre Besoin: hand copies without dates -----------------------------------------------------


def besoin(folder: Path) -> None:
    """The tree of thirteen hand copies of one text, without dates and credits."""
    del folder
    truth = rows("besoin/truth.jsonl")
    pages = [
        credits(Article(row["id"], row["id"], row["text"], language="fr"))
        for row in rows("besoin/articles.jsonl")
    ]
    tree = drawn(pages)
    true = {frozenset((edge["parent"], edge["child"])) for edge in truth}
    of = {version.id: version.article for version in tree.versions}
    edges = [(of[hop.parent], of[hop.child], hop) for hop in tree.hops]
    body: list[Sequence[object]] = []
    for parent, child, hop in edges:
        right = frozenset((str(parent), str(child))) in true
        body.append(
            [parent or "unseen", child or "unseen", "yes" if right else "no", hop.probability]
        )
    table("Notre Besoin: the edges drawn", ["parent", "child", "true", "said"], body)
    parents = Counter(edge["child"] for edge in truth)
    twice = [child for child, times in parents.items() if times > 1]
    lost = [edge for edge in truth if "missing" in edge]
    seen = sum(line[2] == "yes" for line in body)
    table("Notre Besoin", ["figure", "value", "asked"], [
        ["true edges drawn, up to direction", f"{seen} of {len(true)}", "10 of 12"],
        ["versions drawn that nobody saw", sum(not v.seen for v in tree.versions), str(len(lost))],
        *([f"{child}, which has two parents: what is said of it",
           " ".join(s for s in tree.unknown if re.search(rf"\b{child}\b", s)) or "nothing", ""]
          for child in twice),
    ])  # fmt: skip
    for says in tree.unknown:
        print(f"- {says}")


# --- Reuters -------------------------------------------------------------------------------------


def reuters(folder: Path) -> None:
    """Planted republications among 10,000 newswire items: parents, originals, cycles."""
    clock, daily = planted_tables(folder)
    table("Reuters-21578 with planted copies", ["figure", "value", "asked"], [
        *planted_parents("clock times", clock, "507 (0.94)"),
        *planted_parents("days only", daily, "464 (0.86)"),
    ])  # fmt: skip


# --- size ----------------------------------------------------------------------------------------

SIZES = (10, 50, 200, 500, 1000, 2000, 5000)
VERSIONS = 400
"""Versions that are audited at each size, in families of it: of small ones one is chance."""
PASSES = 9
"""Passes of the yardstick, of which the quickest counts: over ten articles one takes a millisecond."""


def size(folder: Path, sizes: Sequence[int] = SIZES) -> None:
    """Time, memory and truth over simulated families of growing size, by `filiation audit`."""
    body: list[Sequence[object]] = []
    for number in sizes:
        for regime in REGIMES[:2]:
            times = max(1, min(8, VERSIONS // number))
            made = list(families(times, held_out=True, regime=regime, sizes=(number,)))
            tally = _Sizes()
            for family in made:
                tally.add(folder, family)
            body.append([number, times, regime.name, *tally.line()])
    table("Families of many versions, each audited as a library",
          ["versions", "families", "dates", "seen", "matches", "F1 of hops", "yardstick s",
           "audit: CPU s", "audit, yardsticks", "a version, CPU ms", "peak MB"], body)  # fmt: skip


class _Sizes:
    """What is counted over families of one size."""

    def __init__(self) -> None:
        self.times = self.seen = self.matches = self.right = self.said_and_true = 0
        self.yardstick = self.cpu = self.memory = 0.0

    def add(self, folder: Path, family: Family) -> None:
        """Audit a family as a library, and count what comes of it."""
        source = folder / "family.jsonl"
        with source.open("w", encoding="utf-8") as out:
            for page in family.pages:
                out.write(json.dumps(_row(page.article)) + "\n")
        texts = [page.article.text for page in family.pages]
        self.yardstick += min(yardstick(texts) for _ in range(PASSES))
        found = audited(source, folder / "family")
        parents = nearest_seen({hop["to"]: hop["from"] for hop in found.hops()}, family.parents)
        true = {child: parent for child, parent in family.parents.items() if parent is not None}
        self.right += sum(parents[child] == parent for child, parent in true.items())
        self.said_and_true += len(true) + sum(parent is not None for parent in parents.values())
        self.times += 1
        self.seen += len(family.pages)
        self.matches += len(found.matches())
        self.cpu += found.audit.cpu
        self.memory = max(self.memory, found.audit.memory)

    def line(self) -> list[object]:
        """Return the figures, those of a family on average."""
        return [self.seen // self.times, self.matches // self.times,
                2 * self.right / max(1, self.said_and_true), self.yardstick / self.times,
                self.cpu / self.times, self.cpu / self.yardstick, 1000 * self.cpu / self.seen,
                self.memory]  # fmt: skip


def _row(article: Article) -> Row:
    """Return an article as a row of a table, its date as precise as it is known."""
    dates = article.dates
    stated = dates.midpoint.isoformat(timespec="minutes") if dates.midpoint else None
    if dates.precision == "day" and dates.midpoint:
        stated = dates.midpoint.date().isoformat()
    return {
        "id": article.id, "url": article.url, "outlet": article.outlet_name,
        "title": article.title, "published": stated, "language": article.language,
        "text": article.text,
    }  # fmt: skip


TABLES: Mapping[str, Callable[[Path], None]] = {
    "chains": chains,
    "besoin": besoin,
    "reuters": reuters,
    "size": size,
}


def print_table(name: str) -> None:
    """Print one of the tables, with libraries in a folder that is removed."""
    with tempfile.TemporaryDirectory(prefix="filiation-chains-") as folder:
        TABLES[name](Path(folder))
