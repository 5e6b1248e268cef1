"""A page made ready for the search for credits, and what a search yields."""

from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate
from operator import or_

from filiation.credits.lexicon import Lexicon, Phrase
from filiation.credits.names import Name, Namer
from filiation.fold import Folded, fold
from filiation.values import Article, Credit, Line, PageKind, Span

__all__ = ["STANDFIRST", "UNBLOCKED", "Finding", "Page"]

RUNNING_LENGTH = 90
"""Least characters of a line that is running text, if it also ends a sentence. Credit lines of the
labelled cases are shorter or are recognised first; captions end without a stop."""


MAX_LINE = 2000
"""Longest line read for credits, in characters; of a longer one its beginning and its end, half of
that each: texts from data sets often have no line breaks at all."""


_STOPS = ".!?…。！？؟"
_CLOSERS = "\"'»”“)]"


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement found: the credits it makes, and what it makes of the page."""

    kind: PageKind
    line: int
    """Index of the line."""
    strength: float
    outlet: Name | None = None
    """Whom the text comes from."""
    behind: tuple[Name, ...] = ()
    """From whom the outlet had it, in order."""
    intermediates: tuple[Name, ...] = ()
    """Through whom it came from the outlet, in order."""
    translated_for: Name | None = None
    author: str | None = None
    translator: str | None = None
    title: str | None = None
    language: str | None = None
    published: str | None = None
    url: str | None = None
    credits: tuple[Credit, ...] = ()
    until: int = 0
    """Where in its line the last name ends, 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Page:
    """An article made ready for the search: its lines, folded, and what stands where."""

    article: Article
    lines: tuple[Line, ...]
    folded: tuple[Folded, ...]
    held: tuple[int, ...]
    """What each line holds of what the lexicon's patterns need."""
    negatives: tuple[tuple[tuple[Phrase, Span], ...], ...]
    """What each line, furniture excepted, says of rights or of other texts, and where in it."""
    running: tuple[bool, ...]
    """Whether each line is running text."""
    namer: Namer
    lexicon: Lexicon
    _phrases: tuple[tuple[Phrase, int], ...]
    """The phrases for which some line of the page holds what they need."""
    _before: tuple[int, ...]
    """How many lines of running text stand before each line, and on the whole page."""

    @classmethod
    def of(cls, article: Article, namer: Namer, lexicon: Lexicon) -> "Page":
        """Return `article` made ready."""
        trials = lexicon.trials
        photo = lexicon.matcher("photo")
        lines = _unwrapped(article)
        folded = tuple(fold(line.text) for line in lines)
        held = trials.index.held([text.text for text in folded])
        anywhere = reduce(or_, held, 0)
        negatives = _may_match(trials.negatives, anywhere)
        said = tuple(
            tuple(
                (phrase, match.span())
                for phrase, _ in _may_match(negatives, holds)
                for match in phrase.found(text.text)
            )
            if line.region != "chrome"
            else ()
            for line, text, holds in zip(lines, folded, held, strict=True)
        )
        running = tuple(
            line.region not in ("chrome", "tail")
            and not said[index]
            and len(line.text) >= RUNNING_LENGTH
            and (index == len(lines) - 1 or _ends_sentence(line.text))
            and not (
                len(line.text) < 2 * RUNNING_LENGTH
                and held[index] & trials.photo == trials.photo
                and photo.search(text.text)
            )
            for index, (line, text) in enumerate(zip(lines, folded, strict=True))
        )
        return cls(
            article, lines, folded, held, said, running, namer, lexicon,
            _may_match(trials.phrases, anywhere), tuple(accumulate(running, initial=0)),
        )  # fmt: skip

    def phrases(self, index: int) -> tuple[Phrase, ...]:
        """Return the phrases that line `index` may match, in the lexicon's order."""
        held = self.held[index]
        return tuple([phrase for phrase, needed in self._phrases if needed & held == needed])

    def is_captioned(self, index: int) -> bool:
        """Whether a picture's cue stands in line `index`."""
        needed = self.lexicon.trials.photo
        return (
            self.held[index] & needed == needed
            and self.lexicon.matcher("photo").search(self.folded[index].text) is not None
        )

    def before(self, index: int) -> int:
        """Return how many lines of running text stand before line `index`."""
        return self._before[index]

    def after(self, index: int) -> int:
        """Return how many lines of running text stand after line `index`."""
        return self._before[-1] - self._before[index + 1]

    def in_head(self, index: int) -> bool:
        """Whether line `index` stands before the running text, or opens it."""
        return not self.before(index)

    def in_tail(self, index: int) -> bool:
        """Whether line `index` stands after the running text, or closes it."""
        return self.lines[index].region == "tail" or not self.after(index)


def _may_match(
    phrases: tuple[tuple[Phrase, int], ...], held: int
) -> tuple[tuple[Phrase, int], ...]:
    """Return those of the phrases whose needs are among what is held."""
    return tuple([row for row in phrases if row[1] & held == row[1]])


def _ends_sentence(text: str) -> bool:
    """Whether a line ends with a stop, quotes and brackets closed behind it aside."""
    return text.rstrip().rstrip(_CLOSERS)[-1:] in tuple(_STOPS)


def _unwrapped(article: Article) -> tuple[Line, ...]:
    """Return the lines that hold text; those of a hard-wrapped text joined into whole sentences."""
    lines: list[Line] = []
    for line in article.lines:
        if not line.text.strip():
            continue
        if len(line.text) > MAX_LINE:
            lines += _ends_of(line)
            continue
        last = lines[-1] if lines else None
        if last is not None and _goes_on(article.text, last, line):
            start = last.start
            assert start is not None and line.end is not None
            whole = article.text[start : line.end]
            lines[-1] = replace(last, text=whole.replace("\n", " "), raw=whole)
        else:
            lines.append(line)
    return tuple(lines)


def _ends_of(line: Line) -> list[Line]:
    """Return the beginning and the end of a line that is too long to read whole."""
    half = MAX_LINE // 2
    text = line.raw or line.text
    parts = ((0, half), (len(text) - half, len(text)))
    return [
        replace(
            line,
            text=text[a:b],
            raw="",
            links=(),
            start=None if line.start is None else line.start + a,
        )
        for a, b in parts
    ]


def _goes_on(text: str, last: Line, line: Line) -> bool:
    """Whether `line` goes on with the sentence that `last` broke off."""
    if (
        last.locator
        or last.end is None
        or line.start is None
        or len(last.text) > MAX_LINE
        or last.links
        or line.links
    ):
        return False
    between = text[last.end : line.start]
    begins = line.text.lstrip()[:1]
    return (
        between.count("\n") == 1
        and not between.strip()
        and begins.islower()
        and last.text.rstrip()[-1:] not in ".:!?…;|"
        and (line.raw or line.text) == line.text
    )


STANDFIRST = 1
"""How many lines of running text may stand before a byline or dateline: a standfirst."""

UNBLOCKED = 0.95
"""Least strength of a phrase that counts on a line of rights boilerplate (`republished from X under a
Creative Commons licence`)."""
