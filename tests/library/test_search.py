"""Words are found, and nothing that is typed is taken for syntax."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiation.errors import InputError, LibraryError
from filiation.library import Hits, Library, add, search
from filiation.library.searching import index, outlet_key, unindexed
from filiation.outlets import catalogue

ROWS = [
    {"id": "gull", "outlet": "The Gull", "published": "2021-03-01", "title": "The lamp",
     "text": "The keeper climbed the stairs. “Road salt,” said the mayor, was in the water. "
     + "Nobody knew. " * 60},
    {"id": "estran", "outlet": "L'Estran", "published": "2021-04-02", "title": "Le phare",
     "text": "L'été, le gardien allumait la lampe. Le sel des routes est dans l'eau."},
    {"id": "undated", "outlet": "The Gull", "title": "A road of salt",
     "text": "Salt lies by the road, and nobody fetches it. " + "Nothing else. " * 60 + "A lantern."},
    {"id": "deng", "outlet": "灯塔报", "published": "2022-01-05", "title": "灯塔",
     "text": "看守人爬上楼梯，重新点亮了灯塔的灯。没有人说那是谁。"},
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("search")
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    with Library.open(folder / "a.filiation", create=True, writing=True) as opened:
        add(opened, [folder / "rows.jsonl"])
        index(opened)
        yield opened


def ids(hits: Hits) -> list[str]:
    return [hit.article.id for hit in hits.hits]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lamp", ["gull"]),
        ("LAMPE gardien", ["estran"]),
        ("ete", ["estran"]),
        ("salt road", ["gull", "undated"]),
        ('"road salt"', ["gull"]),
        ("“road salt”", ["gull"]),
        ('"road salt', ["gull"]),
        ("lant*", ["undated"]),
        ("lamp*", ["estran", "gull"]),
        ("灯塔", ["deng"]),
        ("灯塔 楼梯", ["deng"]),
        ("road NOT salt", []),
        ("sel OR lantern", []),
        ("title:lamp", []),
        ("nothing lantern", ["undated"]),
    ],
)
def test_all_words_are_found_in_title_or_text(
    library: Library, words: str, expected: list[str]
) -> None:
    assert sorted(ids(search(library, words))) == expected


def test_a_word_of_the_title_counts_more(library: Library) -> None:
    assert ids(search(library, "road salt"))[0] == "undated"


@given(st.text(alphabet=st.sampled_from("ab灯\"'*()^:-+{}[]\\%_ \x00\n«»“.,NEAROT"), max_size=20))
def test_no_query_is_a_syntax_error(library: Library, words: str) -> None:
    try:
        found = search(library, words)
    except InputError as error:
        assert "there is no word in it" in str(error)
    else:
        assert 0 <= found.found <= len(ROWS)


def test_the_excerpt_shows_the_words_where_they_stand(library: Library) -> None:
    [hit] = search(library, "lantern nothing").hits
    assert "A lantern." in hit.excerpt
    assert {hit.excerpt[a:b].lower() for a, b in hit.marks} == {"lantern", "nothing"}
    assert hit.article.text[hit.start :].startswith(hit.excerpt)
    [hit] = search(library, "ete").hits
    assert [hit.excerpt[a:b] for a, b in hit.marks] == ["été"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (date(2021, 3, 1), None, ["estran", "gull"]),
        (date(2021, 3, 2), None, ["estran"]),
        (None, date(2021, 3, 1), ["gull"]),
        (None, date(2021, 2, 28), []),
        (date(2021, 4, 2), date(2021, 4, 2), ["estran"]),
    ],
)
def test_dates_are_days_as_written(
    library: Library, since: date | None, until: date | None, expected: list[str]
) -> None:
    found = [*search(library, "the salt", since=since, until=until).hits]
    found += search(library, "sel", since=since, until=until).hits
    assert sorted(hit.article.id for hit in found) == expected


def test_an_outlet_is_named_by_key_or_name(library: Library) -> None:
    key = outlet_key(library, "the gull", catalogue())
    assert ids(search(library, "salt", outlets=[key], limit=1)) == ["undated"]
    assert search(library, "salt", outlets=[key], limit=1).found == 2
    with pytest.raises(InputError, match="did you mean The Gull"):
        outlet_key(library, "gull", catalogue())
    with pytest.raises(InputError, match="no article of such an outlet"):
        outlet_key(library, "zerohedge", catalogue())


def test_what_is_added_later_is_indexed_later(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The lamp went out twice.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("The lamp was lit again.", encoding="utf-8")
    with Library.open(tmp_path / "a.filiation", create=True, writing=True) as opened:
        add(opened, [tmp_path / "a.txt"])
        assert (search(opened, "lamp").found, unindexed(opened)) == (0, 1)
        index(opened)
        add(opened, [tmp_path / "b.txt"])
        assert (search(opened, "lamp").found, search(opened, "lamp").unindexed) == (1, 1)
        told: list[tuple[int, int]] = []
        index(opened, lambda done, whole: told.append((done, whole)))
        assert told == [(1, 1)]
        assert ids(search(opened, "lamp")) == ["a.txt", "b.txt"]


def test_an_sqlite_without_fts5_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As such an SQLite would say it: the name of the module is unknown."""
    (tmp_path / "a.txt").write_text("The lamp went out twice.", encoding="utf-8")
    made = "CREATE VIRTUAL TABLE IF NOT EXISTS word_index USING nonsense (title)"
    monkeypatch.setattr("filiation.library.searching._TABLE", made)
    with Library.open(tmp_path / "a.filiation", create=True, writing=True) as opened:
        add(opened, [tmp_path / "a.txt"])
        with pytest.raises(LibraryError, match="built without FTS5"):
            index(opened)
