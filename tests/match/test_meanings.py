"""What words mean by the tables of `sources/meanings`."""

import pytest

from filiation.errors import CatalogueError
from filiation.match import meanings
from filiation.match.meanings import english_in, english_of, script_of, spelled
from filiation.shelf import shelf

SCRIPTS = sorted(file.name.split(".")[0] for file in (shelf() / "meanings").iterdir())


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("больница", "hospital"),
        ("νοσοκομείο", "hospital"),
        ("مستشفى", "hospital"),
        ("अस्पताल", "hospital"),
        ("병원", "hospital"),
        ("רופא", "doctor"),
        ("ծիածան", "rainbow"),
        ("მთვარე", "moon"),
    ],
)
def test_a_word_means_what_its_table_says(word: str, english: str) -> None:
    assert english in english_of(spelled(word))


@pytest.mark.parametrize(
    ("inflected", "plain"),
    [
        ("больницы", "больница"),
        ("больницах", "больница"),
        ("والمستشفى", "مستشفى"),
        ("למשטרה", "משטרה"),
    ],
)
def test_inflected_forms_and_glued_prepositions_mean_the_same(inflected: str, plain: str) -> None:
    assert english_of(spelled(inflected)) == english_of(spelled(plain)) != ()


@pytest.mark.parametrize("word", ["hospital", "Ωωωω", "zzz", "ᚠᚢᚦ", "\ud800", "1999", "в"])
def test_most_words_mean_nothing_known(word: str) -> None:
    assert english_of(spelled(word)) == ()


def test_words_that_no_space_parts_are_found_longest_first() -> None:
    assert ["police"] in [list(found) for found in english_in("他叫警察来了", "Hani")]
    assert list(english_in("医院", "Hani")) == [english_of("医院")]
    assert list(english_in("", "Hani")) == []


def test_spelling_leaves_out_accents_but_no_marks_of_india() -> None:
    assert spelled("Ελλάδα") == "ελλαδα"
    assert spelled("Việt") == "viet"
    assert spelled("ＡＢＣ") == "abc"
    assert spelled("हिन्दी") == "हिन्दी"
    assert spelled("대통령") == "대통령"


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_table_holds_words_of_its_script_and_english_ones(script: str) -> None:
    table = (shelf() / "meanings" / f"{script}.tsv").read_text("utf-8")
    comment, *lines = table.splitlines()
    assert comment.startswith("# ")
    assert len(lines) > 1_000
    for line in lines:
        word, meant = line.split("\t")
        assert script_of(word[0]) == script
        assert 1 <= len(meant.split()) <= 3
        assert all(english.isascii() and english.islower() for english in meant.split())


@pytest.mark.parametrize("bad", ["слово", "слово\t", "\tword"])
def test_a_wrong_line_is_named(
    bad: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "meanings").mkdir()
    (folder / "meanings" / "Cyrl.tsv").write_text(f"мир\tpeace\n{bad}\n", "utf-8")
    monkeypatch.setattr(meanings, "shelf", lambda: folder)
    with pytest.raises(CatalogueError, match="line 2"):
        meanings._table.__wrapped__("Cyrl")
