"""A library gives back what was put in, whatever the order, the processes and the input."""

import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import filiation
from filiation.credits import credits as spoken
from filiation.errors import InputError, NotFound
from filiation.library import Added, Library, Progress, add
from filiation.match.fingerprints import fingerprints
from filiation.outlets import catalogue
from filiation.values import Article
from tests.library.world import dump, rows, table

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
LETTER = "A letter to the lighthouse\n\nBy Ada Quill\n\nThe lamp went out twice in the night."
MARKDOWN = (
    "# The lamp\n\nBy *Ada Quill*\n\nThe [lamp](https://lamp.example/a) went out **twice**.\n"
)


def added(library: Path, *inputs: Path, jobs: int = 1) -> Added:
    with Library.open(library, create=True, writing=True) as opened:
        return add(opened, inputs, jobs=jobs)


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


# --- what goes in comes out ----------------------------------------------------------------------


def test_articles_come_back_as_they_were_read(tmp_path: Path) -> None:
    """Pages, texts, Markdown and rows: every field, lines, credits and dates included."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "letter.txt").write_text(LETTER, encoding="utf-8")
    (tmp_path / "in" / "lamp.md").write_text(MARKDOWN, encoding="utf-8")
    table(tmp_path / "in" / "rows.jsonl", 12)
    inputs = [DEMO, tmp_path / "in"]
    added(tmp_path / "a.filiation", *inputs)
    expected = {
        one.id: spoken(one) for one in filiation.articles(inputs) if isinstance(one, Article)
    }
    assert len(expected) >= 19
    with Library.open(tmp_path / "a.filiation") as library:
        assert library.size == len(expected)
        for key, stated in expected.items():
            assert library.stated(key) == stated
            assert library.article(key) == stated.article
        numbers = library.columns().number.tolist()
        for _, article in library.articles(numbers):
            assert article == replace(expected[article.id].article, lines=())
        for text, aside, language in library.texts(numbers).values():
            assert any(
                (one.article.text, one.article.aside, one.article.language)
                == (text, aside, language)
                for one in expected.values()
            )


def test_lines_of_a_page_are_kept_and_those_of_a_text_are_not(tmp_path: Path) -> None:
    (tmp_path / "lamp.md").write_text(MARKDOWN, encoding="utf-8")
    added(tmp_path / "a.filiation", DEMO / "estran.html", tmp_path / "lamp.md")
    with Library.open(tmp_path / "a.filiation") as library:
        kept = dict(library.connection.execute("SELECT id, lines FROM article").fetchall())
        assert kept["lamp.md"] is None
        assert b"locator" in zlib.decompress(kept["estran.html"])


def test_columns_and_fingerprints_are_in_the_order_of_numbers(tmp_path: Path) -> None:
    added(tmp_path / "a.filiation", table(tmp_path / "rows.jsonl", 60), DEMO)
    with Library.open(tmp_path / "a.filiation") as library:
        columns = library.columns()
        assert columns.number.tolist() == list(range(1, library.size + 1))
        stated = dict(library.stated_of(columns.number.tolist()))
        texts = [(one.article.text, one.article.aside) for one in stated.values()]
        expected = fingerprints(texts)
        [(numbers, grams, offsets)] = list(library.fingerprints())
        assert numbers.tolist() == columns.number.tolist()
        assert np.array_equal(grams, expected.grams)
        assert np.array_equal(offsets, expected.gram_offsets)
        [(_, sentences, offsets)] = list(library.sentences())
        assert np.array_equal(sentences, expected.sentences)
        assert np.array_equal(offsets, expected.sentence_offsets)
        assert columns.words.tolist() == expected.words.tolist()
        for place, one in enumerate(stated.values()):
            dates = one.article.dates
            assert columns.id[place] == one.article.id
            assert columns.language[place] == one.article.language
            for column, moment in (
                (columns.earliest, dates.earliest),
                (columns.latest, dates.latest),
                (columns.midpoint, dates.midpoint),
            ):
                assert moment is not None
                assert column[place] == pytest.approx(moment.timestamp())


def test_an_article_without_a_date_has_none_in_its_column(tmp_path: Path) -> None:
    row = {"id": "a", "text": "Nobody has said who lit the lamp again."}
    added(tmp_path / "a.filiation", write(tmp_path / "one.jsonl", row))
    with Library.open(tmp_path / "a.filiation") as library:
        columns = library.columns()
        assert np.isnan([columns.earliest[0], columns.midpoint[0], columns.latest[0]]).all()
        assert columns.outlet[0] is None


def test_what_no_encoding_can_hold_is_stored_as_lost(tmp_path: Path) -> None:
    """Half a surrogate pair in JSON; nul bytes and escape sequences are kept as they are."""
    path = tmp_path / "hostile.jsonl"
    path.write_text(
        '{"id": "\\ud800", "title": "\\udfff lamp", "text": "The lamp \\ud83d went out\\u0000 '
        '\\u001b[31m twice in the night of the storm."}\n',
        encoding="ascii",
    )
    assert added(tmp_path / "a.filiation", path).articles == 1
    with Library.open(tmp_path / "a.filiation") as library:
        article = library.article(1)
    assert article.id == "\ufffd"
    assert article.title == "\ufffd lamp"
    assert "The lamp \ufffd went out\x00 \x1b[31m twice" in article.text


# --- one page, its versions, and ids -------------------------------------------------------------

ROW = {
    "id": "7",
    "url": "https://gull.example/lamp?utm_source=x",
    "text": "The lamp went out twice in the night of the storm.",
}


@pytest.mark.parametrize(
    ("why", "other", "expected"),
    [
        ("the same page by another way", {"url": "http://www.gull.example/lamp#top"}, ["7"]),
        ("the same row with another title", {"title": "The lamp"}, ["7"]),
        ("the same page, its text changed", {"text": "The lamp went out once."}, ["7", "7@2"]),
        ("a version with an id of its own", {"id": "8", "text": "Once."}, ["7", "8"]),
        ("another page of the same text", {"id": "8", "url": "https://gull.example/b"}, ["7", "8"]),
        ("another page of the same id", {"url": "https://gull.example/b"}, ["7", "7~8debcc"]),
    ],
)
def test_the_same_text_of_the_same_page_is_one_article(
    tmp_path: Path, why: str, other: dict[str, str], expected: list[str]
) -> None:
    path = write(tmp_path / "rows.jsonl", ROW, {**ROW, **other}, ROW)
    result = added(tmp_path / "a.filiation", path)
    with Library.open(tmp_path / "a.filiation") as library:
        columns = library.columns()
        assert columns.id.tolist() == expected, why
    assert (result.articles, result.known) == (len(expected), 3 - len(expected))
    changed = "text" in other
    assert result.versions == int(changed)
    assert (columns.first == columns.number[0]).all() == (changed or len(expected) == 1)


def test_ids_of_two_tables_that_count_from_one_do_not_clash(tmp_path: Path) -> None:
    """Neither address nor outlet: an id means a page only within its table."""
    one = write(tmp_path / "one.jsonl", {"id": "1", "text": "The lamp went out."})
    other = write(tmp_path / "other.jsonl", {"id": "1", "text": "Nobody has said who lit it."})
    result = added(tmp_path / "a.filiation", one, other)
    assert (result.articles, result.versions) == (2, 0)


def test_equal_texts_of_unknown_outlets_are_not_one_article(tmp_path: Path) -> None:
    text = {"text": "The lamp went out twice in the night of the storm."}
    assert added(tmp_path / "a.filiation", write(tmp_path / "a.jsonl", text, text)).articles == 2
    signed = {**text, "outlet": "The Gull"}
    result = added(tmp_path / "b.filiation", write(tmp_path / "b.jsonl", signed, signed))
    assert (result.articles, result.known) == (1, 1)


def test_a_changed_file_is_a_new_version(tmp_path: Path) -> None:
    page = tmp_path / "letter.txt"
    page.write_text(LETTER, encoding="utf-8")
    added(tmp_path / "a.filiation", page)
    page.write_text(LETTER + " Twice.", encoding="utf-8")
    result = added(tmp_path / "a.filiation", page)
    assert (result.articles, result.versions, result.passed) == (1, 1, 0)
    with Library.open(tmp_path / "a.filiation") as library:
        assert library.columns().id.tolist() == ["letter.txt", "letter.txt@2"]


def test_outlets_are_told_apart_by_key_or_spelling(tmp_path: Path) -> None:
    texts = [f"The lamp went out {n} times in the night of the storm." for n in range(4)]
    names = ["the gull", "The  Gull", "ZeroHedge", "Zero Hedge"]
    path = write(
        tmp_path / "rows.jsonl",
        *({"text": t, "outlet": n} for t, n in zip(texts, names, strict=True)),
    )
    added(tmp_path / "a.filiation", path)
    with Library.open(tmp_path / "a.filiation") as library:
        assert library.outlets() == {"thegull": "The  Gull", "zerohedge": "ZeroHedge"}
        assert library.columns().outlet.tolist() == ["thegull"] * 2 + ["zerohedge"] * 2


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    added(tmp_path / "a.filiation", DEMO)
    with (
        Library.open(tmp_path / "a.filiation") as library,
        pytest.raises(NotFound, match="holds no article of this id"),
    ):
        library.article("nonsense")


# --- the same library whatever the way -----------------------------------------------------------


def test_the_number_of_processes_does_not_matter(tmp_path: Path) -> None:
    path = table(tmp_path / "rows.jsonl", 450)
    one = added(tmp_path / "1.filiation", path, jobs=1)
    two = added(tmp_path / "2.filiation", path, jobs=2)
    assert dump(tmp_path / "1.filiation") == dump(tmp_path / "2.filiation")
    assert replace(one, seconds=0, lost=()) == replace(two, seconds=0, lost=())
    assert [str(lost) for lost in one.lost] == [str(lost) for lost in two.lost]
    assert (one.articles, one.skipped) == (445, 5)


def test_the_order_of_inputs_does_not_matter(tmp_path: Path) -> None:
    inputs = [table(tmp_path / f"{seed}.jsonl", 40, seed) for seed in (1, 2, 3)]
    added(tmp_path / "there.filiation", *inputs)
    added(tmp_path / "back.filiation", *reversed(inputs))
    assert dump(tmp_path / "there.filiation") == dump(tmp_path / "back.filiation")


def test_adding_twice_adds_nothing(tmp_path: Path) -> None:
    path = table(tmp_path / "rows.jsonl", 120)
    first = added(tmp_path / "a.filiation", path, DEMO)
    before = dump(tmp_path / "a.filiation")
    again = added(tmp_path / "a.filiation", path, DEMO)
    assert dump(tmp_path / "a.filiation") == before
    assert (again.articles, again.known, again.passed) == (0, 0, first.articles)
    assert again.skipped == first.skipped == 2
    assert [str(lost) for lost in again.lost] == [str(lost) for lost in first.lost]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = table(tmp_path / "rows.jsonl", 30)
    result = added(tmp_path / "a.filiation", path, path)
    assert (result.articles, result.known) == (29, 0)


def test_a_table_that_has_grown_is_read_again_and_adds_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    table(path, 30)
    added(tmp_path / "a.filiation", path)
    table(path, 50)
    result = added(tmp_path / "a.filiation", path)
    assert (result.articles, result.known, result.skipped) == (20, 29, 1)


def test_other_columns_make_another_reading(tmp_path: Path) -> None:
    row = {"id": "a", "text": "The lamp went out.", "abstract": "Nobody has said who lit it again."}
    path = write(tmp_path / "rows.jsonl", row)
    with Library.open(tmp_path / "a.filiation", create=True, writing=True) as library:
        add(library, [path])
        result = add(library, [path], columns={"text": "abstract"})
        assert (result.articles, result.versions) == (1, 1)


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    """It may be whole by then, though neither its size nor its date tells."""
    page = tmp_path / "in" / "letter.txt"
    page.parent.mkdir()
    page.write_bytes(b"\x00" * 400)
    table(tmp_path / "in" / "rows.jsonl", 5)
    for _ in range(2):
        result = added(tmp_path / "a.filiation", page.parent)
        assert (result.skipped, [lost.where for lost in result.lost]) == (1, [str(page)])


def test_skipped_rows_are_told_as_they_are_met(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "The lamp went out."}\nnonsense\n{"text": ""}\n', encoding="utf-8")
    told: list[InputError] = []
    with Library.open(tmp_path / "a.filiation", create=True, writing=True) as library:
        result = add(library, [path], skipped=told.append)
    assert [error.where for error in told] == [f"{path}, row 2", f"{path}, row 3"]
    assert (result.articles, result.skipped, result.lost) == (1, 2, tuple(told))


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    path = table(tmp_path / "rows.jsonl", 300)
    seen: list[Progress] = []
    with Library.open(tmp_path / "a.filiation", create=True, writing=True) as library:
        add(library, [path], progress=seen.append)
    assert [one.rows for one in seen] == sorted(one.rows for one in seen)
    assert seen[-1].rows == 300
    assert all(one.share is not None and 0 <= one.share <= 1 for one in seen)
    assert len(list(rows(300))) == 300


def test_every_run_is_entered(tmp_path: Path) -> None:
    added(tmp_path / "a.filiation", DEMO)
    with Library.open(tmp_path / "a.filiation") as library:
        [(outcome, counts, ended)] = library.connection.execute(
            "SELECT outcome, counts, ended FROM run"
        ).fetchall()
    assert outcome == "done"
    assert ended is not None
    assert json.loads(counts)["articles"] == len(list(DEMO.glob("*.html")))


def test_the_catalogue_of_the_user_reaches_the_workers(tmp_path: Path) -> None:
    (tmp_path / "gull.toml").write_text('name = "The Gull"\ndomains = ["gull.example"]\n')
    known = filiation.Catalogue.load(extra=[tmp_path / "gull.toml"])
    assert catalogue().get("gull") is None
    lines = [
        {"url": f"https://gull.example/{n}", "text": f"The lamp went out {n} times."}
        for n in range(220)
    ]
    path = write(tmp_path / "rows.jsonl", *lines)
    with Library.open(tmp_path / "a.filiation", create=True, writing=True) as library:
        add(library, [path], catalogue=known, jobs=2)
        assert library.outlets() == {"gull": "The Gull"}
