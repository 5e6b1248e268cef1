"""Every phrase of every language matches what it says it matches, and nothing it says it does not."""

from pathlib import Path

import pytest

from filiation.credits import credits as account
from filiation.credits.lexicon import Phrase, _compiled, lexicon, lexicons
from filiation.errors import CatalogueError
from filiation.fold import fold
from filiation.read import read_text
from filiation.read.article import Given
from filiation.shelf import books

PHRASES = [phrase for language in lexicons().values() for phrase in language.phrases]
EXAMPLES = [(phrase, text) for phrase in PHRASES for text in phrase.examples]
COUNTEREXAMPLES = [(phrase, text) for phrase in PHRASES for text in phrase.counterexamples]

LANGUAGES = ["fr", "en", "de", "es", "it", "pt", "ru", "ar", "tr", "pl", "zh", "sq", "el", "nl"]


def name(case: Phrase | str) -> str:
    return case.id if isinstance(case, Phrase) else case[:40]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_that_must_not_be_missing(language: str) -> None:
    assert lexicons()[language].phrases


@pytest.mark.parametrize(("phrase", "text"), EXAMPLES, ids=name)
def test_an_example_matches(phrase: Phrase, text: str) -> None:
    assert phrase.pattern.search(fold(text).text)


@pytest.mark.parametrize(("phrase", "text"), COUNTEREXAMPLES, ids=name)
def test_a_counterexample_is_not_taken_for_it(phrase: Phrase, text: str) -> None:
    """The pattern may fit; the judgement of the names in it must then refuse it."""
    if phrase.negative:
        assert not phrase.pattern.search(fold(text).text)
        return
    language = phrase.id.split(".")[0]
    given = Given(
        "line", "line", outlet="copy.example", language="en" if language == "und" else language
    )
    assert phrase.id not in {credit.rule for credit in account(read_text(text, given)).credits}


def test_ids_are_unique_and_begin_with_their_language() -> None:
    ids = [phrase.id for phrase in PHRASES]
    assert len(ids) == len(set(ids))
    for language, found in lexicons().items():
        assert all(phrase.id.startswith(f"{language}.") for phrase in found.phrases)


@pytest.mark.parametrize("phrase", PHRASES, ids=name)
def test_a_phrase_shows_what_it_is_for(phrase: Phrase) -> None:
    assert phrase.counterexamples, "write a counterexample"
    assert phrase.examples or phrase.known, "write an example"


def test_an_unknown_language_gets_every_lexicon() -> None:
    assert len(lexicon(None).phrases) == len(PHRASES)
    assert len(lexicon("xx").phrases) == len(PHRASES)


BROKEN = [
    # (what is written, what the complaint names)
    ('[[phrase]]\nid = "xx.a"\nrole = "source"\nkind = "wire"\npattern = "("', "xx.a"),
    ('[[phrase]]\nid = "xx.a"\nrole = "sauce"\nkind = "wire"\npattern = "a"', "xx.a.role"),
    ('[[phrase]]\nid = "xx.a"\nrole = "source"\nkind = "fire"\npattern = "a"', "xx.a.kind"),
    ('[[phrase]]\nid = "xx.a"\nrole = "source"\nkind = "wire"', "pattern is missing"),
    ('[[phrase]]\nid = "xx.a"\nrole = "source"\nkind = "wire"\npattern = "<nope> a"', "<nope>"),
    ('[[phrase]]\nid = "xx.a"\nrole = "source"\nkind = "wire"\npattern = "a"\nsize = 3', "size"),
    ('[[label]]\nid = "xx.a"\nrole = "source"\nkind = "wire"', "words is missing"),
    ("[[phrase]\n", "syntax"),
]


@pytest.mark.parametrize(("text", "named"), BROKEN)
def test_a_broken_file_is_named_with_key_and_remedy(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "xx.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as error:
        _compiled(dict(books(tmp_path)), "xx")
    assert "xx.toml" in str(error.value)
    assert named in str(error.value)
    assert error.value.remedy
