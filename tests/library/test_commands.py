"""The commands add, search and show as they are run."""

import io
import json
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from filiation.cli.program import main
from filiation.library import Library

ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str | Path) -> tuple[int, str, str]:
    """Run the program in a folder; return its exit status and what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), chdir(folder):
        status = main([str(argument) for argument in arguments])
    return status, out.getvalue(), err.getvalue()


def document(folder: Path, *arguments: str | Path) -> dict[str, Any]:
    status, out, _ = run(folder, *arguments, "--json")
    assert status in (0, 1, 3)
    shape: dict[str, Any] = json.loads(out)
    return shape


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    status, out, err = run(tmp_path, "add", ROOT / "demo")
    assert (status, err) == (0, "")
    assert out.startswith("6 articles added · library.filiation now holds 6")
    return tmp_path


def test_the_library_is_named_by_option_variable_or_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ROOT / "demo" / "estran.html"
    run(tmp_path, "add", page)
    monkeypatch.setenv("FILIATION_LIBRARY", "named.filiation")
    run(tmp_path, "add", page)
    run(tmp_path, "add", page, "--library", "optional.filiation")
    assert {file.name for file in tmp_path.iterdir()} == {
        "library.filiation",
        "named.filiation",
        "optional.filiation",
    }


def test_what_was_added_is_summed_up(folder: Path) -> None:
    (folder / "rows.jsonl").write_text('{"text": "The lamp went out."}\n{"text": ""}\n')
    found = document(folder, "add", "rows.jsonl", ROOT / "demo")
    assert set(found) == {
        "schema", "library", "size", "articles", "versions", "known", "passed", "skipped", "lost",
        "seconds", "web",
    }  # fmt: skip
    assert found["schema"] == "filiation/added@1"
    assert found["web"] is None
    assert (found["size"], found["articles"], found["passed"], found["skipped"]) == (7, 1, 6, 1)
    assert found["lost"] == [
        {
            "where": "rows.jsonl, row 2",
            "what": "it has no text",
            "remedy": "fill the cell, or leave the row out",
        }
    ]


def test_skipped_rows_make_the_result_incomplete_each_time(folder: Path) -> None:
    (folder / "rows.jsonl").write_text('{"text": "The lamp went out."}\nnonsense\n')
    for _ in range(2):
        status, out, _ = run(folder, "add", "rows.jsonl")
        assert status == 3
        assert "1 input or row skipped:\n  - rows.jsonl, row 2: it is no JSON" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl: there is no such file; check its name"),
        (["ftp://gull.example/a"], "addresses of this kind cannot be read"),
        (["empty.txt"], "empty.txt: it is empty"),
        (["empty.txt", "--library", "empty.txt/x"], "its folder does not exist"),
        (["rows.jsonl", "--column", "text=nonsense"], "it has no column 'nonsense'"),
    ],
)
def test_input_without_an_article_is_an_error(
    tmp_path: Path, arguments: Sequence[str], says: str
) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "rows.jsonl").write_text('{"text": "The lamp went out."}\n')
    status, out, err = run(tmp_path, "add", *arguments, "-q")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert says in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rows.jsonl", "--since", "2024-03-05"], "--since is about addresses, and none is given"),
        (["https://gull.example/a", "--since", "March"], "'March' is no date; write 2024-03-05"),
    ],
)
def test_a_day_is_asked_for_of_addresses(
    tmp_path: Path, arguments: Sequence[str], says: str
) -> None:
    status, out, err = run(tmp_path, "add", *arguments)
    assert (status, out) == (2, "")
    assert says in err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_input_makes_no_library(tmp_path: Path) -> None:
    run(tmp_path, "add", "nowhere.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_words_are_searched(folder: Path) -> None:
    found = document(folder, "search", "sel", "routes dort")
    assert found["schema"] == "filiation/search@1"
    assert set(found) == {"schema", "words", "found", "unindexed", "articles"}
    assert (found["words"], found["found"]) == ("sel routes dort", 1)
    [article] = found["articles"]
    assert set(article) == {
        "id", "outlet", "name", "title", "url", "language", "published", "excerpt", "marks"
    }  # fmt: skip
    assert article["id"] == "courrier-des-rives.html"
    for start, end in article["marks"]:
        assert article["excerpt"][start:end].lower() in ("sel", "routes", "dort")


def test_the_list_marks_the_words(folder: Path) -> None:
    status, out, _ = run(folder, "search", "déneigement")
    assert status == 0
    assert "*déneigement*" in out
    assert "courrier-des-rives.html\n  “Eau potable" in out
    assert out.endswith("3 articles found\n")


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (["salt"], 3),
        (["salt", "--outlet", "The Harbour Ledger"], 1),
        (["salt", "--since", "2024-03-05"], 2),
        (["salt", "--until", "2024-02"], 0),
        (["salt", "--since", "2024", "--until", "2024-03-04"], 1),
        (["salt", "--limit", "1"], 3),
        (["nonsense"], 0),
    ],
)
def test_a_search_is_narrowed(folder: Path, arguments: Sequence[str], number: int) -> None:
    status, out, _ = run(folder, "search", *arguments, "--json")
    assert json.loads(out)["found"] == number
    assert status == (0 if number else 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", "...", "!"], "there is no word in it"),
        (["search", "salt", "--outlet", "Nobody"], "no article of such an outlet"),
        (["search", "salt", "--since", "yesterday"], "'yesterday' is no date such as"),
        (["search", "salt", "--library", "none.filiation"], "there is no such library"),
        (["show", "nonsense"], "holds no article of this id; filiation search finds ids"),
        (["show", "a", "--library", "none.filiation"], "there is no such library"),
    ],
)
def test_a_wrong_question_is_one_sentence(
    folder: Path, arguments: Sequence[str], says: str
) -> None:
    status, out, err = run(folder, *arguments)
    assert (status, out) == (2, "")
    assert says in err


def test_a_search_beside_a_writer_uses_the_index_there_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, "search", "salt")
    (folder / "rows.jsonl").write_text('{"text": "Salt lies by the road."}\n')
    run(folder, "add", "rows.jsonl")
    monkeypatch.setattr("filiation.cli.search.PATIENCE", 0.1)
    with Library.open(folder / "library.filiation", writing=True):
        status, out, err = run(folder, "search", "salt")
    assert (status, "3 articles found" in out) == (3, True)
    assert "the newest 1 articles were not searched: library.filiation: process" in err
    assert run(folder, "search", "salt")[0] == 0


def test_an_article_is_shown_with_what_the_last_audit_found(folder: Path) -> None:
    with Library.open(folder / "library.filiation", writing=True) as library:
        a, b = library.number("estran.html"), library.number("courrier-des-rives.html")
        with library.transaction() as connection:
            connection.execute(
                "INSERT INTO match VALUES (?, ?, 0.99, 0.68, 0.95, 0.95, 400, '[]', '[]')", (a, b)
            )
            connection.execute("INSERT INTO grouping VALUES (?, 'g-1')", (b,))
            connection.execute(
                "INSERT INTO hop VALUES (1, 'g-1', ?, ?, NULL, NULL, '[\"abridged\"]', "
                "'uncredited', 0.9, '{}')",
                (a, b),
            )
    status, out, _ = run(folder, "show", "courrier-des-rives.html")
    assert status == 0
    assert "95 % of this text, 68 % of that one · made from it: abridged republication" in " ".join(
        out.split()
    )
    found = document(folder, "show", "estran.html", "--text")
    assert found["schema"] == "filiation/article@1"
    [kin] = found["matches"]
    assert (kin["id"], kin["relation"], kin["standing"], kin["coverage"]) == (
        "courrier-des-rives.html",
        "child",
        "uncredited",
        0.68,
    )
    assert found["text"].startswith("Le sel")
    assert found["versions"] == ["estran.html"]
    assert [capture["row"] for capture in found["captures"]] == [1]
    assert document(folder, "show", "courrier-des-rives.html")["group"] == "g-1"


def test_the_text_is_shown_where_it_is_asked_for(folder: Path) -> None:
    with Library.open(folder / "library.filiation") as library:
        last = library.article("estran.html").text.split()[-1]
    without, with_it = (
        run(folder, "show", "estran.html", *option)[1] for option in ([], ["--text"])
    )
    assert "ITS TEXT" not in without
    assert last in with_it.split("ITS TEXT")[1]
