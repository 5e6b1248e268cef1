"""Tables as they come: dialects, encodings, broken rows, nested columns, cells without end.

Whatever a row holds, it is read, or named and skipped; the rows behind it are read under their
right numbers.
"""

import csv
import gzip
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.errors import InputError, NoSuchColumn, Unreadable
from filiation.outlets import Catalogue
from filiation.read import Raw, articles, documents
from filiation.read.columns import below, paths_of
from filiation.values import Article

Outcome = str | int
"""A text that was read, or the row of one that was lost (0: the table)."""


def outcomes(path: Path, known: Catalogue, **columns: str) -> list[Outcome]:
    return [
        one.text if isinstance(one, Article) else one.number
        for one in articles([path], columns=columns, catalogue=known)
    ]


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# --- CSV: dialects -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,text\n1,a b\n2,c d\n", ["a b", "c d"]),
        ("id;text\n1;a, b\n", ["a, b"]),
        ("id\ttext\n1\ta, b; c\n", ["a, b; c"]),
        ("id|text\n1|a, b\n", ["a, b"]),
        ("sep=;\nid;text\n1;a b\n", ["a b"]),
        ("title, with commas, and more;text\n1;a b\n", ["a b"]),
        ('id,text\r\n1,"a\r\n\r\nb"\r\n2,c\r\n', ["a\r\n\r\nb", "c"]),
        ("id,text\r1,a\r2,b\r", ["a", "b"]),
        ('id,text\n1,"he said ""no"", twice"\n', ['he said "no", twice']),
        ("id,text\n1,=HYPERLINK(\"http://evil.example\")\n2,+1-2\n3,@SUM(A1)\n4,-3\n",
         ['=HYPERLINK("http://evil.example")', "+1-2", "@SUM(A1)", "-3"]),
        ('id,text\n1,"=cmd|\' /C calc\'!A0"\n', ["=cmd|' /C calc'!A0"]),
        ("id,text\n\n1,a\n\n,\n2,b\n", ["a", "b"]),
        ("\n\nid,text\n1,a\n", ["a"]),
        ("ID , Text\n1,a\n", ["a"]),
        ("id,text\n1,a\x00b\n", ["ab"]),
        ("id,text\n1,a", ["a"]),
        ("text\na b, c\nd\n", ["a b", "d"]),
        ("id,text\n1,a\rb\n", ["a b"]),
    ],
    ids=["commas", "semicolons", "tabs", "bars", "Excel's note", "commas in names", "breaks in cells",
         "carriage returns", "quotes", "formulas", "a formula in quotes", "blank rows", "blank before",
         "names with spaces", "zeroes", "no last line end", "one column", "a bare return"],
)  # fmt: skip
def test_dialects_are_told(
    content: str, expected: list[Outcome], tmp_path: Path, known: Catalogue
) -> None:
    assert outcomes(written(tmp_path / "t.csv", content), known) == expected


LETTERS = "Voilà l'été à Liège"


@pytest.mark.parametrize(
    ("encoded", "notes"),
    [
        (lambda text: text.encode("utf-8-sig"), 0),
        (lambda text: text.encode("utf-16"), 0),
        (lambda text: "\ufeff".encode("utf-16-be") + text.encode("utf-16-be"), 0),
        (lambda text: text.encode("utf-32"), 0),
        (lambda text: text.encode("utf-16-le"), 0),
        (lambda text: text.encode("utf-16-be"), 0),
        (lambda text: text.encode("cp1252"), 1),
    ],
    ids=["utf-8 with mark", "utf-16", "utf-16 big", "utf-32", "utf-16 bare", "utf-16 big bare", "cp1252"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.csv.gz", "t.jsonl.gz", "t.json"])
def test_encodings_are_told(
    name: str, encoded: Callable[[str], bytes], notes: int, tmp_path: Path, known: Catalogue
) -> None:
    rows = [{"id": n, "text": f"{n} {LETTERS}"} for n in (1, 2, 3)]
    if "csv" in name:
        text = "id,text\r\n" + "".join(f'{row["id"]},"{row["text"]}"\r\n' for row in rows)
    elif "jsonl" in name:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\r\n" for row in rows)
    else:
        text = json.dumps(rows, ensure_ascii=False)
    pack = gzip.compress if name.endswith("gz") else bytes
    path = written(tmp_path / name, pack(encoded(text)))
    found = list(articles([path], catalogue=known))
    assert [one.text for one in found if isinstance(one, Article)] == [row["text"] for row in rows]
    assert (
        all(len(one.notes) == notes for one in found if isinstance(one, Article))
        or name == "t.json"
    )


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_latin_letters_among_utf8_are_read_and_said(
    name: str, tmp_path: Path, known: Catalogue
) -> None:
    rows = [f"1 {LETTERS} " * 900, f"2 {LETTERS} “so” €", f"3 {LETTERS}"]
    if name == "t.csv":
        made = [b"id,text\n", *(f'{n},"{row}"\n'.encode() for n, row in enumerate(rows))]
        made[2] = made[2].decode().encode("cp1252")
    else:
        made = [json.dumps({"text": row}, ensure_ascii=False).encode() + b"\n" for row in rows]
        made[1] = made[1].decode().encode("cp1252")
    path = written(tmp_path / name, b"".join(made))
    first, second, third = articles([path], catalogue=known)
    assert isinstance(first, Article) and isinstance(second, Article) and isinstance(third, Article)
    assert [first.text, second.text, third.text] == rows
    assert (first.notes, third.notes) == ((), ())
    assert any("cp1252" in note for note in second.notes)


# --- CSV: broken rows ----------------------------------------------------------------------------

ROWS = "".join(f'{n},Outlet,"Text {n}, first line\nand ""second"" line"\n' for n in range(1, 9))
TABLE = f"id,outlet,text\n{ROWS}"
TEXTS: list[Outcome] = [f'Text {n}, first line\nand "second" line' for n in range(1, 9)]
OPEN = 'x,Outlet,"never closed\n'


def without(*lost: int) -> list[Outcome]:
    return [n if n in lost else text for n, text in enumerate(TEXTS, 1)]


@pytest.mark.parametrize(
    ("content", "expected", "says"),
    [
        (TABLE, TEXTS, ""),
        # The quote of row 3 is not closed: rows 4 to 8 are read all the same.
        (TABLE.replace('line"\n4', "line\n4"), without(3), "never closed|not closed"),
        (TABLE.replace('3,Outlet,"', '3,"Outlet,"'), without(3), "closed"),
        (TABLE + 'x,Outlet,"cut he', [*TEXTS, 9], "never closed"),
        (f"id,outlet,text\n{OPEN}{ROWS}", [1, *TEXTS], "closed"),
        (f"id,outlet,text\n1,a,b\n{OPEN}" + "".join(f"{n},o,text {n}\n" for n in range(50)),
         ["b", 2, *(f"text {n}" for n in range(50))], "never closed"),
        # Two rows in succession are lost as one, and never read as one.
        (TABLE.replace('line"\n4', "line\n4").replace('line"\n5', "line\n5"),
         [*TEXTS[:2], 3, *TEXTS[4:]], "not closed, and 4 lines"),
        # A quote that stands within a cell is no quote.
        ('id,outlet,text\n1,o,a 5" screen\n2,o,b\n', ['a 5" screen', "b"], ""),
        ('id,outlet,text\n1,o,"a" b\n2,o,c\n', ["a b", "c"], ""),
        ('id,outlet,text\n1,o,"so "he said\nto me" then"\n2,o,c\n', [1, "c"], "closed"),
        ("id,outlet,text\n1,o\n2\n3,o,c\n", [1, 2, "c"], "no text"),
        ("id,text\n", [0], "no row below"),
        ("id,text", [0], "no row below"),
        ("", [0], "empty"),
        ("\n\n", [0], "first row"),
        ('"id,text\n1,a\n', [0], "first row"),
        ("a,b\n1,2\n", [0], "no column that holds the text"),
        ("\x00\x00\x00", [0], "first row"),
    ],
    ids=["whole", "end quote lost", "stray quote", "cut", "open first", "open for good", "two open", "inches",
         "text behind a quote", "quotes within", "short rows", "names only", "names only, no end", "empty",
         "blank", "names in an open quote", "no text column", "zeroes"],
)  # fmt: skip
def test_a_broken_row_is_named_and_the_rest_is_read(
    content: str, expected: list[Outcome], says: str, tmp_path: Path, known: Catalogue
) -> None:
    import re

    path = written(tmp_path / "t.csv", content)
    assert outcomes(path, known) == expected
    lost = [str(one) for one in articles([path], catalogue=known) if isinstance(one, InputError)]
    assert all(re.search(says, one) and "\n" not in one for one in lost)
    assert bool(lost) == bool(says)


def test_an_open_quote_does_not_swallow_a_large_table(tmp_path: Path, known: Catalogue) -> None:
    """30 MB of rows without a quote behind one that is never closed."""
    path = tmp_path / "t.csv"
    rows = "".join(f"{n},Outlet,{'word ' * 200}{n}\n" for n in range(30_000))
    written(path, f"id,outlet,text\n1,o,a\n{OPEN}{rows}")
    started = time.process_time()
    found = list(documents([path]))
    assert time.process_time() - started < 20
    assert len(found) == 30_002
    lost = [one for one in found if isinstance(one, InputError)]
    assert [one.number for one in lost] == [2] and "never closed" in str(lost[0])


def test_rows_of_another_width_are_read_and_said(tmp_path: Path, known: Catalogue) -> None:
    path = written(tmp_path / "t.csv", "id,text\n1,Yes, indeed\n2,b,,\n3,c\n")
    first, second, third = articles([path], catalogue=known)
    assert isinstance(first, Article) and isinstance(second, Article) and isinstance(third, Article)
    assert (first.text, second.text, third.text) == ("Yes", "b", "c")
    assert any("3 cells where the table has 2" in note for note in first.notes)
    assert not second.notes and not third.notes  # nothing but empty cells is too much


def test_of_columns_with_one_name_the_first_is_read(tmp_path: Path, known: Catalogue) -> None:
    path = written(tmp_path / "t.csv", "id,text,text,note,note\n1,first,second,a,b\n")
    (found,) = articles([path], catalogue=known)
    assert isinstance(found, Article) and found.text == "first"
    assert [note for note in found.notes if "several columns called 'text'" in note]
    assert not any("'note'" in note for note in found.notes)


def test_a_table_without_names_is_read_by_number(tmp_path: Path, known: Catalogue) -> None:
    text = "A text that is far longer than the name of any column. " * 9
    path = written(tmp_path / "t.csv", f'7,2016-11-21,"{text}"\n8,2016-11-22,b\n')
    (refused,) = articles([path], catalogue=known)
    assert isinstance(refused, NoSuchColumn)
    assert "no names of columns" in str(refused) and "--column text=3" in str(refused)
    named = {"id": "1", "published": "2", "text": "3"}
    first, second = articles([path], columns=named, catalogue=known)
    assert isinstance(first, Article) and isinstance(second, Article)
    assert (first.id, first.text, second.text) == ("7", text, "b")
    assert first.dates.earliest is not None and first.dates.earliest.year == 2016
    (wrong,) = articles([path], columns={"text": "4"}, catalogue=known)
    assert isinstance(wrong, NoSuchColumn)


@pytest.mark.parametrize("broken", [TABLE, TABLE.replace('line"\n4', "line\n4"), TABLE + OPEN])
def test_rows_have_the_same_numbers_after_a_resume(broken: str, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", broken)
    every = [(one.number, str(one)) for one in documents([path])]
    for done in range(10):
        rest = documents([path], done=lambda _, done=done: done)  # type: ignore[misc]
        assert [(one.number, str(one)) for one in rest] == [e for e in every if e[0] > done]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=30)


@settings(max_examples=150)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], delimiter: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("text", "title"), *cells])
    path = written(tmp_path_factory.mktemp("c") / "t.csv", out.getvalue())
    rows = [one.content.cells for one in documents([path]) if isinstance(one, Raw)]  # type: ignore[union-attr]
    kept = [pair for pair in cells if any(cell.strip() for cell in pair)]
    assert [(row["text"], row["title"]) for row in rows] == kept


@settings(max_examples=150)
@given(st.text('a,"\n;', max_size=200), st.integers(0, 12))
def test_any_quotes_give_rows_in_order(
    tmp_path_factory: pytest.TempPathFactory, content: str, done: int
) -> None:
    path = written(tmp_path_factory.mktemp("c") / "t.csv", f"id,text\n1,x\n{content}\n2,y\n3,z\n")
    numbers = [one.number for one in documents([path])]
    assert numbers == sorted(set(numbers))
    rest = [one.number for one in documents([path], done=lambda _: done)]
    assert rest == [number for number in numbers if number > done]


# --- JSON ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"text":"a"}\n{"text":\n{"text":"b"}\n', ["a", 2, "b"]),
        ('{"text":"a"}\n{"text":"b"} {"text":"c"}\n{"text":"d"}\n', ["a", 2, "d"]),
        ('xx\n[1]\n"s"\n{"text":"a"}\n', [1, 2, 3, "a"]),
        ("x\n" * 150 + '{"text":"a"}\n', [*range(1, 151), "a"]),
        ("x\n" * 150, list(range(1, 151))),
        ('\n\n{"text":"a"}\n\n{"text":"b"}', ["a", "b"]),
        ('{"text":"a\x00b"}\n{"text":"c"}', [1, "c"]),
        ('{"text":"a\\u0000b"}\n', ["a\x00b"]),
        ('{"text":"\\ud800 a"}\n{"text":"b"}', ["\ud800 a", "b"]),
        ('{"text":NaN}\n{"text":"b"}', [1, "b"]),
        ('{"text":' + "9" * 5000 + '}\n{"text":"b"}', [1, "b"]),
        ('{"text":{"deep":{}}}\n{"text":"b"}', [1, "b"]),
        ('{"text":["first","second"]}\n', ["first\n\nsecond"]),
        ('{"text":[{"type":"p","text":"first"},{"type":"img"},{"text":"second"}]}\n', ["first\n\nsecond"]),
        ('{"meta":{"id":1},"article":{"body":"a"}}\n', ["a"]),
        ("{}\n{}\n", [1, 2]),
        ("\n\n", [0]),
    ],
    ids=["broken", "two in a line", "no objects", "long broken head", "nothing but broken", "blank lines",
         "zero", "written zero", "half a pair", "no number", "long number", "object for text", "paragraphs",
         "blocks", "nested", "no columns", "blank"],
)  # fmt: skip
def test_lines_of_json(
    content: str, expected: list[Outcome], tmp_path: Path, known: Catalogue
) -> None:
    assert outcomes(written(tmp_path / "t.jsonl", content), known) == expected


def test_nested_columns_are_named_with_dots(tmp_path: Path, known: Catalogue) -> None:
    row = {
        "source": {"name": "The Lantern", "url": "https://lantern.example/"},
        "article": {"body": "a text", "story": {"parts": [{"said": "one"}, {"said": "two"}]}},
        "date": 1479722400,
        "a.b": "dotted",
    }
    path = written(tmp_path / "t.jsonl", json.dumps(row))
    (found,) = articles([path], catalogue=known)
    assert isinstance(found, Article)
    assert (found.text, found.outlet_name, found.url) == ("a text", "The Lantern", None)
    assert (
        found.dates.earliest is not None
        and found.dates.earliest.isoformat() == "2016-11-21T10:00:00+00:00"
    )
    assert outcomes(path, known, text="article.story.parts.said") == ["one\n\ntwo"]
    assert outcomes(path, known, text="a.b") == ["dotted"]
    (refused,) = articles([path], columns={"text": "article.bodi"}, catalogue=known)
    assert isinstance(refused, NoSuchColumn) and "did you mean 'article.body'" in str(refused)


@pytest.mark.parametrize(
    ("row", "path", "expected"),
    [
        ({"a": {"b": 1}}, "a.b", 1),
        ({"a": {"b.c": 1}}, "a.b.c", 1),
        ({"a": [{"b": 1}, 3, {"b": 2}]}, "a.b", [1, None, 2]),
        ({"a": 1}, "a.b", None),
        ({"a": {"c": 1}}, "a.b", None),
    ],
)
def test_paths_lead_below_objects_and_lists(
    row: dict[str, object], path: str, expected: object
) -> None:
    assert below(row, path) == expected


def test_no_nesting_is_too_deep_or_too_wide() -> None:
    deep: dict[str, object] = {}
    for _ in range(500):
        deep = {"a": deep, "b": [deep]}
    wide: dict[str, object] = {str(n): {str(m): {} for m in range(300)} for n in range(3000)}
    assert len(list(paths_of(deep))) < 100
    assert len(list(paths_of(wide))) < 5_000


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (1479722400, "2016-11-21T10:00:00+00:00"),
        (1479722400000, "2016-11-21T10:00:00+00:00"),
        ("1479722460", "2016-11-21T10:01:00+00:00"),
        (1479722400.5, "2016-11-21T10:00:00+00:00"),
        (12, None),
        ("20161121", None),
        (True, None),
    ],
)
def test_dates_in_seconds_are_dates(
    stated: object, expected: str | None, tmp_path: Path, known: Catalogue
) -> None:
    path = written(tmp_path / "t.jsonl", json.dumps({"text": "a b", "timestamp": stated}))
    (found,) = articles([path], catalogue=known)
    assert isinstance(found, Article)
    if expected is None:
        assert not any(w.quote.startswith("20161121T") for w in found.dates.witnesses)
    else:
        assert found.dates.earliest is not None and found.dates.earliest.isoformat() == expected


# --- Parquet -------------------------------------------------------------------------------------


def parquet(path: Path, query: str, options: str = "") -> Path:
    import duckdb

    duckdb.sql(f"copy ({query}) to '{path}' (format parquet{options})")
    return path


def test_parquet_with_nested_columns(tmp_path: Path, known: Catalogue) -> None:
    path = parquet(
        tmp_path / "t.parquet",
        """select i as id, {'body': 'text ' || i, 'title': 'T', 'by': {'name': 'N'}} as article,
        ['one ' || i, 'two'] as paragraphs, [{'kind': 'p', 'said': 'in ' || i}] as blocks,
        case when i = 2 then null else timestamp '2016-11-21 10:00:00' end as date,
        ('2016-11-21 10:00:00+00')::timestamptz as tz, ('k' || (i % 2))::enum('k0', 'k1') as site,
        'x' as "od.d ""name" from range(1, 4) t(i)""",
    )
    assert outcomes(path, known) == ["text 1", "text 2", "text 3"]
    assert outcomes(path, known, text="paragraphs") == [f"one {n}\n\ntwo" for n in (1, 2, 3)]
    assert outcomes(path, known, text="blocks.said") == ["in 1", "in 2", "in 3"]
    assert outcomes(path, known, text="article.by.name") == ["N", "N", "N"]
    assert outcomes(path, known, text='od.d "name') == ["x", "x", "x"]
    for column in ("date", "tz"):
        first, second, _ = articles(
            [path], columns={"title": "article.title", "published": column}, catalogue=known
        )
        assert isinstance(first, Article) and isinstance(second, Article)
        assert (first.title, first.outlet_name) == ("T", "k1")
        assert first.dates.earliest is not None and first.dates.earliest.year == 2016
        assert bool(second.dates.witnesses) == (column == "tz")
    (refused,) = articles([path], columns={"text": "article.boody"}, catalogue=known)
    assert isinstance(refused, NoSuchColumn) and "did you mean 'article.body'" in str(refused)


@pytest.mark.parametrize("column", ["other", "file_row_number"])
def test_parquet_is_resumed_at_a_row(column: str, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "t.parquet",
        f"select i as {column}, 'text ' || i as text from range(1, 5001) t(i)",
        ", row_group_size 1000",
    )
    for done in (0, 1, 999, 2500, 4999, 5000, 6000):
        found = list(documents([path], done=lambda _, done=done: done))  # type: ignore[misc]
        assert [one.number for one in found] == list(range(done + 1, 5001))
        if found:
            assert isinstance(found[0], Raw)
            assert found[0].content.cells["text"] == f"text {done + 1}"  # type: ignore[union-attr]


def test_damaged_parquet_says_what_is_wrong(tmp_path: Path, known: Catalogue) -> None:
    whole = parquet(
        tmp_path / "whole.parquet",
        "select i as id, md5(i::varchar) || ' text' as text from range(5000) t(i)",
        ", row_group_size 1000",
    ).read_bytes()
    middle = len(whole) // 2
    cases = {
        "cut": whole[:-200],
        "cut in half": whole[:middle],
        "encrypted": b"PARE" + whole[4:-4] + b"PARE",
        "renamed": b"id,text\n1,a\n",
        "damaged": whole[:middle] + bytes(2000) + whole[middle + 2000 :],
        "empty": b"",
    }
    for name, content in cases.items():
        path = written(tmp_path / "t.parquet", content)
        *rest, last = articles([path], catalogue=known)
        assert isinstance(last, Unreadable) and "\n" not in str(last), name
        assert all(isinstance(one, Article) for one in rest)
        assert len(str(last)) < 500
        says = {"encrypted": "encrypted", "renamed": "is none", "empty": "empty"}
        assert says.get(name, "broken Parquet table") in str(last)


# --- without end ---------------------------------------------------------------------------------


def bounded(path: Path, megabytes: int) -> list[str]:
    """Return what a process that may take so much more memory finds: rows, lost ones negative."""
    program = (
        "import resource, sys\n"
        "from filiation.read import Raw, documents\n"
        "import filiation.read.csvs, filiation.read.jsons, filiation.read.parquet, duckdb\n"
        "with open('/proc/self/statm') as file:\n"
        "    size = int(file.read().split()[0]) * resource.getpagesize()\n"
        "most = size + int(sys.argv[2]) * 1_000_000\n"
        "resource.setrlimit(resource.RLIMIT_AS, (most, most))\n"
        "for one in documents([sys.argv[1]]):\n"
        "    print(one.number if isinstance(one, Raw) else -one.number)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), str(megabytes)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.stderr
    return done.stdout.split()


def endless(path: Path, head: str, pieces: list[tuple[str, int]]) -> Path:
    with gzip.open(path, "wb", 1) if path.suffix == ".gz" else path.open("wb") as file:
        file.write(head.encode())
        for piece, times in pieces:
            for _ in range(times):
                file.write(piece.encode())
    return path


MEGABYTE = "word " * 200_000


@pytest.mark.parametrize(
    ("name", "pieces", "expected"),
    [
        ("t.csv", [("1,a\n", 1), ('2,"', 1), (MEGABYTE, 50), ('"\n3,c\n', 1)], ["1", "-2", "3"]),
        ("t.csv", [("1,a\n", 1), ("2,", 1), (MEGABYTE, 50), ("\n3,c\n", 1)], ["1", "-2", "3"]),
        ("t.csv", [("1,a\n", 1), ('2,"', 1), ("some words\n" * 50_000, 50), ('"\n3,c\n', 1)], ["1", "-2", "3"]),
        ("t.csv.gz", [("1,a\n", 1), ("2,", 1), (MEGABYTE, 200), ("\n3,c\n", 1)], ["1", "-2", "3"]),
        ("t.jsonl", [('{"text":"a"}\n', 1), ('{"text":"', 1), (MEGABYTE, 200), ('"}\n{"text":"c"}\n', 1)],
         ["1", "-2", "3"]),
        ("t.jsonl.gz", [('{"text":"a"}\n', 1), ('{"text":"', 1), (MEGABYTE, 400), ('"}\n{"text":"c"}\n', 1)],
         ["1", "-2", "3"]),
        ("t.jsonl", [('{"text":"', 1), (MEGABYTE, 15), ('"}\n', 1)] * 12, [str(n) for n in range(1, 13)]),
    ],
    ids=["quoted cell", "bare cell", "cell of lines", "packed cell", "line", "packed line", "long lines"],
)  # fmt: skip
def test_a_cell_without_end_is_skipped_in_little_memory(
    name: str, pieces: list[tuple[str, int]], expected: list[str], tmp_path: Path
) -> None:
    head = "id,text\n" if "csv" in name else ""
    assert bounded(endless(tmp_path / name, head, pieces), 220) == expected


def peak(path: Path) -> tuple[list[str], int]:
    """Return what a process finds, and the megabytes of memory that it had at most.

    Measured, for DuckDB reserves more addresses than it ever fills.
    """
    program = (
        "import pathlib, re, sys\n"
        "from filiation.read import Raw, documents\n"
        "for one in documents([sys.argv[1]]):\n"
        "    print(one.number if isinstance(one, Raw) else -one.number)\n"
        # Not `ru_maxrss`, in which a process inherits what its parent had.
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    *found, most = done.stdout.split()
    return found, int(most)


def test_parquet_larger_than_memory_is_streamed(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "t.parquet",
        "select i as id, repeat(md5(i::varchar) || ' ', 120) as text from range(300000) t(i)",
        ", row_group_size 10000",
    )
    found, most = peak(path)
    assert (len(found), found[0], found[-1]) == (300_000, "1", "300000")
    assert most < 600  # of 1,200 MB of texts


def test_a_cell_without_end_in_parquet_is_skipped(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "t.parquet",
        "select i as id, repeat('word ', case when i = 2 then 10_000_000 else 3 end) as text "
        "from range(1, 4) t(i)",
    )
    found, most = peak(path)
    assert found == ["1", "-2", "3"]
    assert most < 600
