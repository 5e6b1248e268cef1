"""What a pattern needs of a line is implied by it, so that trying fewer patterns finds the same."""

import re
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.credits import credits as account
from filiation.credits.lexicon import Phrase, lexicons
from filiation.credits.names import Namer
from filiation.credits.needs import Index, needs
from filiation.fold import folded
from filiation.outlets import Catalogue, catalogue
from filiation.read import read_text
from filiation.read.article import Given
from filiation.values import Credits
from tests.credits.test_credits import BODIES

PHRASES = [phrase for language in lexicons().values() for phrase in language.phrases]

NEEDS = [
    # (expression, words of each group, strings of each group)
    (r"(?<!\w)via\b", [{"via "}], []),
    (r"(?<!\w)translat(?:ed|ion)\s+by\s", [{"translated ", "translation "}, {"by "}], []),
    (r"^[\W_]*source\s*:", [{"source "}], [{":"}]),
    (r"(?:^|[.:]\s*)(?:as\s+)?seen\s+in", [{"seen "}], []),
    (r"\d\d\scolou?r", [{"colo"}], [{"0"}]),
    # Letters within words are looked for only where nothing else is needed.
    (r"colou?r", [], [{"colo"}]),
    (r"来源[:：]", [], [{"来源"}, {":", "："}]),
    (r"(?<=\()\s*via:?\s+x", [{"via "}], [{"("}]),
    (r"\bpage\s+\d", [{"page "}], [{"0"}]),
    # Nothing is needed of what may be left out, of what may be anything, or whatever its case.
    (r"(?:this )?\w+", [], []),
    (r"(?:alpha|[a-z]+)", [], []),
    (r"(?i)source", [], []),
    (r"(?a)(?<!\w)source", [], []),
    # A word that goes on, or began before, is no whole word.
    (r"\w*source\w*", [], [{"source"}]),
    (r"(?<!\w)source\w*", [{"source"}], []),
]


@pytest.mark.parametrize(("expression", "words", "strings"), NEEDS)
def test_what_an_expression_needs(
    expression: str, words: list[set[str]], strings: list[set[str]]
) -> None:
    found = needs(expression).groups
    assert [set(group.words) for group in found if group.words] == words
    assert [set(group.strings) for group in found if group.strings] == strings


def test_a_broken_expression_is_told() -> None:
    with pytest.raises(re.error):
        needs("(")


GLUE = [
    "",
    " ",
    "  ",
    "_",
    "-",
    "'",
    ". ",
    ": ",
    ":",
    " (",
    ")",
    "/",
    "\n",
    "\u00a0",
    "é",
    "ß",
    "ς",
    "9",
    "。",
]
RUNS = [
    run
    for phrase in PHRASES
    for text in (*phrase.examples, *phrase.counterexamples)
    for run in text.split()
]
TEXTS = st.lists(
    st.tuples(st.sampled_from([*RUNS, *BODIES.values()]), st.sampled_from(GLUE)), max_size=12
).map(lambda pairs: "".join(run + glue for run, glue in pairs))


def needless(index: Index, phrases: list[Phrase], text: str) -> list[str]:
    """Return the phrases found in a text that does not hold what they need: there must be none."""
    held = index.held([text])[0]
    return [
        phrase.id
        for phrase, needed in zip(phrases, index.needed, strict=True)
        if needed & held != needed and phrase.pattern.search(text)
    ]


INDEX = Index(phrase.needs.groups for phrase in PHRASES)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.id)
def test_examples_hold_what_their_phrase_needs(phrase: Phrase) -> None:
    index = Index([phrase.needs.groups])
    for text in (*phrase.examples, *phrase.counterexamples):
        for line in (text, f"_{text}", f"({text}) 3", f"Été : {text}\n{text}"):
            assert not needless(index, [phrase], folded(line))


@settings(max_examples=60)
@given(TEXTS)
def test_whatever_is_found_was_worth_trying(text: str) -> None:
    assert not needless(INDEX, PHRASES, folded(text))


@settings(max_examples=100)
@given(TEXTS)
def test_a_phrase_that_begins_a_line_is_found_where_it_stands(text: str) -> None:
    line = folded(text)
    for phrase in PHRASES:
        if phrase.needs.begins:
            spans = [match.span() for match in phrase.found(line)]
            assert spans == [match.span() for match in phrase.pattern.finditer(line)]


def unfiltered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every phrase be tried on every line, and every name be read in full."""
    monkeypatch.setattr(Index, "held", lambda self, texts: tuple(-1 for _ in texts))
    monkeypatch.setattr(Namer, "may_name_person", lambda self, text: True)
    monkeypatch.setattr(Namer, "_is_plainly_none", lambda self, text: False)
    monkeypatch.setattr(Catalogue, "may_begin", lambda self, text: True)
    shapes = import_module("filiation.credits.wire")._Shapes
    monkeypatch.setattr(
        shapes,
        "found",
        lambda self, text: ((s.rule, s.pattern.finditer(text)) for s in self.shapes),
    )


LINES = [
    "By Jane Roe, The Guardian, 3 May 2010",
    "Jane Roe, correspondent, Le Monde",
    "Staff writer, CNN",
    "the mayor said on monday, reuters reported, that Editor Jane Roe, CNN, left",
    "PARIS (AFP) - {body}",
    "Berlin (dpa). {body}",
    "{body} (KNA 19.11.21)",
    "{body} EFE",
    "İHA 25 Mart 2020 17:04",
    "Von Jane Roe / taz",
    "Source: de.example, dpa and “The Example Post”",
    "© 2016 The Guardian",
]


def page(text: str, language: str) -> Credits:
    return account(read_text(text, Given("page", "page", outlet="copy.example", language=language)))


@pytest.mark.parametrize("language", BODIES)
def test_the_same_is_found_without_any_short_cut(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = BODIES[language]
    told = [
        text for p in lexicons()[language].phrases for text in (*p.examples, *p.counterexamples)
    ]
    lines = [line.replace("{body}", body) for line in (*told, *LINES)]
    texts = [f"{line}\n\n{body}\n\n{body}\n\n{line}" for line in lines]
    quick = [page(text, language) for text in texts]
    unfiltered(monkeypatch)
    assert quick == [page(text, language) for text in texts]


def test_a_known_name_may_begin_a_text() -> None:
    known = catalogue()
    for outlet in known:
        for name in outlet.names:
            for text in (name, f"{name} and more", f"the {name}", f"the newspaper {name}"):
                found = known.by_name(text, context=True, nearly=False)
                assert "." in text or found is None or known.may_begin(text), text
