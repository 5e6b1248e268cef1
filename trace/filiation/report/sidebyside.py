"""Two texts side by side, with the words that differ marked."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from filiation.english import percent, plural
from filiation.match import word_changes
from filiation.report.changes import Run, cut_and_added, words_in
from filiation.report.sheet import Part, Sheet, quoted, shortened
from filiation.report.words import confidence, kinds, language
from filiation.values import Article, Match, Passage, Span

__all__ = ["compare_report", "marked"]

NARROW = 70
"""Columns below which two texts stand under each other: half of it holds six words."""
ALIKE = 40
"""A run of more words than this on which both agree is shown by its first and last words only."""
KEPT = 15
"""How many of them, at either end."""
TITLE = 200
PARAGRAPH = 600
"""Characters shown of each side of a translated passage."""
RUN = 300
RUNS = 5

WIDEST_STRIP = 100
"""Columns that a text's strip has at most: a column should be a few words at least."""
NOTHING = "·"
_NUMBERS = "123456789abcdefghijklmnopqrstuvwxyz"
_PIECES = re.compile(f"{NOTHING}+|[^{NOTHING}]+")
_SPACE = re.compile(r"\s+")


def compare_report(
    sheet: Sheet, match: Match, a: Article, b: Article, *, full: bool = False
) -> None:
    """Lay down what two texts share; `full` shows the runs on which both agree to the last word."""
    sheet.line(("What two texts share", "bold"))
    sheet.gap()
    for letter, article in (("A", a), ("B", b)):
        sheet.line(*_about(article), first=(f"{letter}  ", "bold"))
        sheet.line((shortened(article.input, TITLE), "dim"), first="   ")
    sheet.gap()
    if not match.passages:
        sheet.line("They share no passage.")
        return
    sheet.line(*_verdict(match))
    if match.left_out is not None and (match.moved or not match.same_language):
        sheet.line(*_differs(match, a, b))
    _strips(sheet, match, a, b)
    if match.left_out is not None and not match.same_language:
        _outlined(sheet, match, a, b, full=full)
        return
    for number, passage in enumerate(match.passages, 1):
        sheet.gap()
        sheet.line(*_place(number, passage), *_elsewhere(match, passage))
        _passage(sheet, match, passage, a, b, full=full)
    cut, added = cut_and_added(match, a, b)
    _only(sheet, "Only in A", cut)
    _only(sheet, "Only in B", added)


def _about(article: Article) -> list[Part]:
    outlet = article.outlet_name or article.outlet
    parts = [
        (shortened(outlet, TITLE), "bold") if outlet else None,
        language(article.language),
        quoted(shortened(article.title, TITLE)) if article.title else None,
    ]
    told: list[Part] = []
    for part in parts:
        if part is not None:
            told += [*([" · "] if told else []), part]
    return told


def _verdict(match: Match) -> list[Part]:
    measure = "agree to" if match.same_language else "correspond to"
    return [
        ("Were B made from A, it would be: ", ""),
        (kinds(match.kind), "bold"),
        (
            f". {plural(len(match.passages), 'passage')}, {percent(match.coverage_a)} of A and "
            f"{percent(match.coverage_b)} of B; where they meet they {measure} "
            f"{percent(match.similarity)}. That one text was made from the other, or both from a third: "
            f"{confidence(match.score)}."
        ),
    ]


def _differs(match: Match, a: Article, b: Article) -> list[Part]:
    """Return how much was left out, added and moved, in a sentence."""
    told = []
    for spans, text, where in (
        (match.left_out or (), a.text, "only in A"),
        (match.added or (), b.text, "only in B"),
    ):
        if spans:
            words = sum(words_in(text[start:end]) for start, end in spans)
            told.append(f"{plural(len(spans), 'run')} {where} ({plural(words, 'word')})")
    if match.moved:
        told.append(f"{plural(len(match.moved), 'run')} moved")
    if not told:
        return ["By whole sentences nothing was left out, added or moved."]
    return [f"By whole sentences: {', '.join(told)}."]


def _strips(sheet: Sheet, match: Match, a: Article, b: Article) -> None:
    """Lay down where in the two texts the passages lie: which are shared, in which order."""
    width = min(WIDEST_STRIP, sheet.room - len("A    100 %"))
    sheet.gap()
    for letter, text, spans, share in (
        ("A", a.text, [(p.a_start, p.a_end) for p in match.passages], match.coverage_a),
        ("B", b.text, [(p.b_start, p.b_end) for p in match.passages], match.coverage_b),
    ):
        strip = _strip(len(text), spans, width)
        pieces: list[Part] = [
            (piece, "dim" if piece[0] == NOTHING else "cyan") for piece in _PIECES.findall(strip)
        ]
        sheet.line((f"{letter}  ", "bold"), *pieces, f"  {percent(share):>5}")
    letters = ", then a to z" if len(match.passages) > 9 else ""
    told = f"From beginning to end; the numbers{letters} are those of the passages below."
    sheet.line((told, "dim"))


def _strip(length: int, spans: Sequence[Span], width: int) -> str:
    """Return a text as one line: in each column the passage that has most of it, or nothing.

    >>> _strip(100, [(0, 30), (50, 100)], 10)
    '111··22222'
    """
    most = [0.0] * width
    signs = [NOTHING] * width
    step = max(length, 1) / width
    for number, (start, end) in enumerate(spans):
        sign = _NUMBERS[number] if number < len(_NUMBERS) else "+"
        for column in range(int(start / step), min(width, int(end / step) + 1)):
            share = min(end, (column + 1) * step) - max(start, column * step)
            # Half a column, or the whole of a passage that is shorter than one.
            if share > most[column] and (share >= step / 2 or share >= end - start):
                most[column], signs[column] = share, sign
    return "".join(signs)


def _elsewhere(match: Match, passage: Passage) -> list[Part]:
    moved = any(
        run.a_start <= passage.a_start and passage.a_end <= run.a_end for run in match.moved or ()
    )
    return [", ", ("moved", "bold")] if moved else []


def _outlined(sheet: Sheet, match: Match, a: Article, b: Article, *, full: bool) -> None:
    """Lay down two texts in the order of A, what only one of them has in its own place.

    What only B has stands behind the passage that it follows in B.
    """
    added = sorted(match.added or ())
    ends = sorted((passage.b_end, number) for number, passage in enumerate(match.passages))
    behind: dict[int, list[Span]] = defaultdict(list)
    for span in added:
        place = bisect_right(ends, (span[0], len(ends))) - 1
        behind[ends[place][1] if place >= 0 else -1].append(span)
    for start, end in behind[-1]:
        _alone(sheet, "B", b.text, start, end, full=full)
    left_out = sorted(match.left_out or ())
    told = 0
    for number, passage in enumerate(match.passages):
        while told < len(left_out) and left_out[told][0] < passage.a_start:
            _alone(sheet, "A", a.text, *left_out[told], full=full)
            told += 1
        sheet.gap()
        sheet.line(*_place(number + 1, passage), *_elsewhere(match, passage))
        _passage(sheet, match, passage, a, b, full=full)
        for start, end in behind[number]:
            _alone(sheet, "B", b.text, start, end, full=full)
    for start, end in left_out[told:]:
        _alone(sheet, "A", a.text, start, end, full=full)


def _alone(sheet: Sheet, letter: str, text: str, start: int, end: int, *, full: bool) -> None:
    """Lay down a run that one text alone has, on its own side."""
    sheet.gap()
    style = "red" if letter == "A" else "green"
    sheet.line((f"Only in {letter}", f"bold {style}"), (f"  {start:,} to {end:,}", "dim"))
    written = _flat(text[start:end] if full else shortened(text[start:end], PARAGRAPH))
    if sheet.width < NARROW:
        sheet.prose(written, first=(f"{letter} ", "bold"))
    elif letter == "A":
        sheet.columns([written], [("–", "dim")])
    else:
        sheet.columns([("–", "dim")], [written])


def _place(number: int, passage: Passage) -> list[Part]:
    return [
        (f"{number}", "bold"),
        (
            (
                f"  A {passage.a_start:,} to {passage.a_end:,}, B {passage.b_start:,} to "
                f"{passage.b_end:,}, alike {percent(passage.similarity)}"
            ),
            "dim",
        ),
    ]


def _passage(
    sheet: Sheet, match: Match, passage: Passage, a: Article, b: Article, *, full: bool
) -> None:
    one = a.text[passage.a_start : passage.a_end]
    other = b.text[passage.b_start : passage.b_end]
    beside = sheet.width >= NARROW
    if not match.same_language:
        sides = [text if full else shortened(text, PARAGRAPH) for text in (one, other)]
        if beside:
            sheet.columns([_flat(sides[0])], [_flat(sides[1])])
        else:
            sheet.prose(_flat(sides[0]), first=("A ", "bold"))
            sheet.prose(_flat(sides[1]), first=("B ", "bold"))
        return
    left, right, merged = marked(a.text, b.text, passage, colour=sheet.colour, full=full)
    if beside:
        sheet.columns(left, right)
    else:
        sheet.prose(*merged)


def marked(
    one: str, other: str, passage: Passage, *, colour: bool = False, full: bool = False
) -> tuple[list[Part], list[Part], list[Part]]:
    """Return the first side of a passage, the second, and both in one, with changed words marked.

    With colour by style, without it as `[-removed-]` and `{+added+}`.

    >>> marked("a red house", "a blue house", Passage(0, 11, 0, 12, 0.9))[2]
    ['a', ' ', ('[-red-]', 'red strike'), ' ', ('{+blue+}', 'bold green'), ' ', 'house', '']
    """
    left: list[Part] = []
    right: list[Part] = []
    merged: list[Part] = []
    changes = word_changes(one, other, passage)
    if not changes:
        sides = one[passage.a_start : passage.a_end], other[passage.b_start : passage.b_end]
        return [_flat(sides[0])], [_flat(sides[1])], [_flat(sides[1])]
    from_a = _texts(one, [(c.a_start, c.a_end) for c in changes], passage.a_start, passage.a_end)
    from_b = _texts(other, [(c.b_start, c.b_end) for c in changes], passage.b_start, passage.b_end)
    for change, (a_words, a_rest), (b_words, b_rest) in zip(changes, from_a, from_b, strict=True):
        if change.operation == "equal":
            left += [_elided(a_words, full), a_rest]
            right += [_elided(b_words, full), b_rest]
            merged += right[-2:]
            continue
        removed = _mark(a_words, "[-", "-]", "red strike", colour)
        added = _mark(b_words, "{+", "+}", "bold green", colour)
        left += [*removed, a_rest]
        right += [*added, b_rest]
        between = [" "] if removed and added else []
        merged += [*removed, *between, *added, b_rest if added else a_rest]
    return left, right, merged


def _texts(text: str, spans: Sequence[Span], first: int, last: int) -> list[tuple[str, str]]:
    """Return each change's words on one side, and what stands between them and the next."""
    filled = [number for number, (start, end) in enumerate(spans) if start < end]
    texts = [("", "")] * len(spans)
    if not filled:  # a side without a word: its punctuation goes with the first change
        return [("", _flat(text[first:last])), *texts[1:]]
    borders = [first, *(spans[number][0] for number in filled[1:]), last]
    for number, (start, end) in zip(filled, pairwise(borders), strict=True):
        word_end = spans[number][1]
        texts[number] = (_flat(text[start:word_end]), _flat(text[word_end:end]))
    return texts


def _mark(words: str, before: str, after: str, style: str, colour: bool) -> list[Part]:
    if not words:
        return []
    return [(words if colour else f"{before}{words}{after}", style)]


def _elided(words: str, full: bool) -> str:
    count = words_in(words)
    if full or count <= ALIKE:
        return words
    split = words.split(" ")
    if len(split) <= 2 * KEPT:  # a script without spaces: show the characters
        return f"{words[: 3 * KEPT]} … {words[-3 * KEPT :]}"
    left_out = count - 2 * KEPT
    return f"{' '.join(split[:KEPT])} … ({left_out} words alike) … {' '.join(split[-KEPT - 1 :])}"


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text)


def _only(sheet: Sheet, where: str, runs: Sequence[Run]) -> None:
    if not runs:
        return
    sheet.heading(f"{where}: {plural(sum(run.words for run in runs), 'word')}")
    longest = sorted(sorted(runs, key=lambda run: -run.words)[:RUNS], key=lambda run: run.start)
    for run in longest:
        counted = f" ({plural(run.words, 'word')})"
        sheet.line(quoted(shortened(run.text, RUN)), counted, first="- ")
    if len(runs) > len(longest):
        sheet.line(f"and {plural(len(runs) - len(longest), 'shorter run')}", first="- ")
