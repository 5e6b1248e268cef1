"""Inputs: files, folders, tables, standard input, and everything that is wrong with them."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.errors import FiliationError, InputError, NoSuchColumn, NotFound, Unreadable
from filiation.outlets import Catalogue
from filiation.read import WHOLE, Raw, article_of_raw, articles, documents, read
from filiation.read.decode import decode, format_of
from filiation.values import Article
from tests.read.archives import PAGE, record
from tests.read.pages import BODY, LAYOUTS, MARKDOWN, TITLE

TEXT = BODY[0]


def outcome(found: Article | InputError) -> str:
    return found.id if isinstance(found, Article) else type(found).__name__


def outcomes(known: Catalogue, *paths: Path, **columns: str) -> list[str]:
    return [outcome(found) for found in articles(paths, columns=columns, catalogue=known)]


# --- one file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"%PDF-1.7 \x00", "a PDF"),
        (b"PK\x03\x04 \x00", "ZIP"),
        (b"\x89PNG\r\n", "PNG"),
        (b"text\x00" * 50, "binary"),
        (bytes(range(1, 32)) * 50, "binary"),
        (b"x" * 20_000_001, "too large"),
    ],
    ids=["empty", "blank", "pdf", "zip", "png", "nul", "controls", "large"],
)
def test_what_is_no_article_is_refused_in_a_sentence(
    content: bytes, says: str, tmp_path: Path, known: Catalogue
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says) as refused:
        read(path, catalogue=known)
    assert "\n" not in str(refused.value) and str(path) in str(refused.value)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(Unreadable, match="200 MB"):
        read(path, catalogue=known)


def test_missing_files_folders_and_devices(tmp_path: Path, known: Catalogue) -> None:
    with pytest.raises(NotFound):
        read(tmp_path / "none.html", catalogue=known)
    with pytest.raises(Unreadable, match="folder"):
        read(tmp_path, catalogue=known)
    with pytest.raises(Unreadable, match="device"):
        read("/dev/null", catalogue=known)
    with pytest.raises(Unreadable):
        read("a\0b", catalogue=known)


def test_a_folder_that_cannot_be_opened_is_told(
    tmp_path: Path, known: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.txt").write_text("Text enough.", encoding="utf-8")
    listing = Path.iterdir

    def guarded(path: Path) -> Iterator[Path]:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(Path, "iterdir", guarded)
    one, other = articles([tmp_path], catalogue=known)
    assert isinstance(one, Article)
    assert isinstance(other, Unreadable) and "closed" in str(other) and "denied" in str(other)


def test_standard_input(monkeypatch: pytest.MonkeyPatch, known: Catalogue) -> None:
    class Stdin:
        buffer = io.BytesIO(MARKDOWN.encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    article = read("-", catalogue=known)
    assert (article.input, article.title) == ("-", TITLE)


@pytest.mark.parametrize(
    ("text", "suffix", "form"),
    [
        ("2 < 3 and 4 > 3, <b>so</b>", "", "text"),
        ("a [note] (not a link)", "", "text"),
        ("<p>Text</p>", ".txt", "html"),
        ("<!-- x --> <!-- y --><html>", "", "html"),
        ("text <b>and</b> more", ".html", "html"),
        ("a [link](#) here", ".txt", "markdown"),
        ("# Title\n\ntext", "", "markdown"),
        ("plain", ".md", "markdown"),
        ("<!--" * 5000, "", "text"),
    ],
)
def test_formats_are_told_by_content_first(text: str, suffix: str, form: str) -> None:
    assert format_of(text, suffix) == form


@pytest.mark.parametrize(
    ("data", "charset", "text", "noted"),
    [
        ("é".encode(), None, "é", False),
        ("\ufeffé".encode(), None, "é", False),
        ("é".encode("utf-16"), None, "é", False),
        ("<meta charset=iso-8859-1>é’".encode("cp1252"), None, "<meta charset=iso-8859-1>é’", False),
        ("Привет, как дела".encode("cp1251"), "windows-1251", "Привет, как дела", False),
        ("<meta charset=latin1>é".encode(), "utf-8", "<meta charset=latin1>é", False),
        ("<meta charset=ascii>Ça va où ? Là-bas, déjà.".encode("cp1252"), None,
         "<meta charset=ascii>Ça va où ? Là-bas, déjà.", False),
        (("déjà vu, " * 20).encode() + b"\xe9", None, "déjà vu, " * 20 + "\ufffd", True),
        ("Voilà un texte déjà écrit.".encode("cp1252"), None, "Voilà un texte déjà écrit.", True),
        ("é".encode(), "no-such-charset", "é", False),
        ("é".encode(), "base64", "é", False),
    ],
)  # fmt: skip
def test_bytes_are_decoded_as_declared_or_found(
    data: bytes, charset: str | None, text: str, noted: bool
) -> None:
    decoded = decode(data, charset)
    assert decoded.text == text
    assert bool(decoded.notes) == noted


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        article = read(data, catalogue=Catalogue([]))
    except FiliationError as error:
        assert str(error)
        return
    assert article.text


@settings(max_examples=60)
@given(
    st.sampled_from([LAYOUTS["credits in paragraphs inside it"].encode(), MARKDOWN.encode()]),
    st.integers(0, 3000), st.binary(max_size=8), st.integers(0, 200),
)  # fmt: skip
def test_a_damaged_page_is_read_or_refused(page: bytes, at: int, damage: bytes, lost: int) -> None:
    try:
        read(page[:at] + damage + page[at + lost :], catalogue=Catalogue([]))
    except FiliationError as error:
        assert str(error)


# --- folders -------------------------------------------------------------------------------------


def test_a_folder_is_read_in_order_without_what_is_hidden_or_outside(
    tmp_path: Path, known: Catalogue
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(TEXT)
    folder = tmp_path / "folder"
    (folder / "b").mkdir(parents=True)
    for name in ("a.txt", "b/c.txt", "z.txt", ".hidden.txt"):
        (folder / name).write_text(TEXT)
    (folder / "bad.bin").write_bytes(b"\x00\x01")
    (folder / "loop").symlink_to(folder)
    (folder / "out.txt").symlink_to(outside)
    (folder / "broken").symlink_to(tmp_path / "nowhere")
    assert outcomes(known, folder) == ["a.txt", "Unreadable", "z.txt", "b/c.txt"]


def test_an_empty_folder_is_an_error(tmp_path: Path, known: Catalogue) -> None:
    assert outcomes(known, tmp_path, tmp_path / "none") == ["Unreadable", "NotFound"]


# --- tables --------------------------------------------------------------------------------------

ROWS = [
    {"id": "1", "site": "lantern.example", "title": TITLE, "date": "2016-11-21", "context": TEXT},
    {"id": "1", "site": "Nobody's Paper", "title": "", "date": "", "context": TEXT},
    {"id": "3", "site": "", "title": "", "date": "", "context": " "},
    {"id": "4", "site": "courrier.example", "title": "", "date": "x", "context": TEXT},
]


def as_csv(delimiter: str) -> bytes:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    lines = [delimiter.join(ROWS[0]), *(delimiter.join(map(quoted, r.values())) for r in ROWS)]
    return "\n".join(lines).encode()


def as_parquet(folder: Path) -> bytes:
    import duckdb

    source, target = folder / "made.json", folder / "made.parquet"
    source.write_text(json.dumps(ROWS))
    duckdb.sql(f"copy (select * from read_json('{source}')) to '{target}' (format parquet)")
    data = target.read_bytes()
    source.unlink()
    target.unlink()
    return data


def as_lines() -> bytes:
    return "\n".join(json.dumps(row) for row in ROWS).encode()


@pytest.mark.parametrize(
    "name",
    ["t.csv", "semicolons.csv", "t.tsv", "t.jsonl", "t.ndjson", "t.json", "t.jsonl.gz", "t.jsonl.xz",
     "t.csv.gz", "t.jsonl.bz2", "t.parquet", "od[d]*.parquet", "lines.txt"],
)  # fmt: skip
def test_tables_of_every_kind_hold_the_same_articles(
    name: str, tmp_path: Path, known: Catalogue
) -> None:
    made = {
        "t.csv": as_csv(","), "semicolons.csv": as_csv(";"), "t.tsv": as_csv("\t"),
        "t.json": json.dumps(ROWS, indent=1).encode(), "t.jsonl.gz": gzip.compress(as_lines()),
        "t.jsonl.xz": lzma.compress(as_lines()), "t.jsonl.bz2": bz2.compress(as_lines()),
        "t.csv.gz": gzip.compress(as_csv(",")),
    }  # fmt: skip
    path = tmp_path / name
    data = as_parquet(tmp_path) if name.endswith("parquet") else made.get(name, as_lines())
    path.write_bytes(data)
    found = list(articles([path], catalogue=known))
    assert [outcome(f) for f in found] == ["1", "1~2", "Unreadable", "4"]
    first, second, third, last = found
    assert isinstance(first, Article) and isinstance(second, Article) and isinstance(last, Article)
    assert (first.outlet, first.outlet_name) == ("lantern", "lantern.example")
    assert (second.outlet, second.outlet_name) == (None, "Nobody's Paper")
    assert last.outlet == "courrier"
    assert first.title == TITLE and first.text == TEXT
    assert [w.kind for w in first.dates.witnesses] == ["table"]
    assert "row 3" in str(third)


def test_the_site_names_the_outlet_before_the_source_of_the_data(
    tmp_path: Path, known: Catalogue
) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"id": "1", "site": "copy.example", "source": "web page", "text": "A text of some words."}
    path.write_text(json.dumps(row), encoding="utf-8")
    (found,) = articles([path], catalogue=known)
    assert isinstance(found, Article)
    assert found.outlet_name == "copy.example"


def test_columns_can_be_named(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'key,prose,text\nk,"{TEXT}",short\n')
    (found,) = articles([path], columns={"text": "prose", "id": "key"}, catalogue=known)
    assert isinstance(found, Article) and (found.id, found.text) == ("k", TEXT)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"text": "txet"}, "did you mean 'text'"),
        ({"text": "zzz"}, "its columns are id, text"),
        ({"txt": "text"}, "did you mean 'text'"),
    ],
)
def test_a_column_that_does_not_exist_is_an_error_that_helps(
    columns: dict[str, str], says: str, tmp_path: Path, known: Catalogue
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,text\n1,hello\n")
    (found,) = articles([path], columns=columns, catalogue=known)
    assert isinstance(found, NoSuchColumn) and says in str(found)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("none.csv", b"a,b\n1,2\n", ["NoSuchColumn"]),
        ("head.csv", b"id,text\n", ["Unreadable"]),
        ("empty.csv", b"", ["Unreadable"]),
        ("short.csv", b"id,text\n1\n2,b\n", ["Unreadable", "2"]),
        ("nul.csv", b"id,text\n1,a\x00b\n", ["1"]),
        ("wide.csv", b"id,text\n1,a,b,c\n", ["1"]),
        ("utf16.csv", "id,text\n1,a".encode("utf-16"), ["1"]),
        ("bad.jsonl", b'{"text":"a"}\nxx\n[1]\n{"text":"b"}', ["bad.jsonl#1", "Unreadable", "Unreadable", "bad.jsonl#4"]),
        ("deep.json", b"[" * 500_000, ["Unreadable"]),
        ("deep.jsonl", b'{"text":"a"}\n' + b'{"a":' * 200_000, ["deep.jsonl#1", "Unreadable"]),
        ("number.json", b"3", ["Unreadable"]),
        ("held.json", b'{"articles":[{"text":"a b"}]}', ["held.json#1"]),
        ("one.json", b'{"title":"t","text":"a b"}', ["one.json#1"]),
        ("held in one line.json", b'{"status":"ok","articles":[{"text":"' + b"a b " * 20_000 + b'"},3]}', ["held in one line.json#1", "Unreadable"]),
        ("bad.parquet", b"PAR1 and rubbish", ["Unreadable"]),
        ("cut.jsonl.gz", gzip.compress(b'{"text":"a"}\n' * 1000)[:40], ["Unreadable"]),
    ],
)  # fmt: skip
def test_damaged_tables_say_what_is_wrong_and_go_on(
    name: str, content: bytes, expected: list[str], tmp_path: Path, known: Catalogue
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert outcomes(known, path) == expected


@pytest.mark.parametrize("name", ["t.jsonl", "t.jsonl.gz", "t.jsonl.xz", "t.jsonl.bz2", "t.json"])
@pytest.mark.parametrize("letters", [3_000, 9_000, 70_000])
def test_rows_larger_than_any_buffer_are_rows(
    name: str, letters: int, tmp_path: Path, known: Catalogue
) -> None:
    packed: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress,
    }  # fmt: skip
    path = tmp_path / name
    rows = "\n".join(json.dumps({"id": i, "text": "a b " * (letters // 4)}) for i in (1, 2))
    path.write_bytes(packed.get(path.suffix, bytes)(rows.encode()))
    assert outcomes(known, path) == ["1", "2"]


def test_a_row_that_is_too_long_is_skipped(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "long.jsonl.gz"
    rows = b'{"id":"a","text":"x"}\n{"text":"' + b"x" * 30_000_000 + b'"}\n{"id":"c","text":"x"}\n'
    path.write_bytes(gzip.compress(rows, 1))
    assert outcomes(known, path) == ["a", "Unreadable", "c"]


def test_a_table_of_one_row_is_an_article_and_of_more_is_not(
    tmp_path: Path, known: Catalogue
) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text('{"text": "a b"}\n')
    two.write_text('{"text": "a b"}\n{"text": "c d"}\n')
    assert read(one, catalogue=known).text == "a b"
    with pytest.raises(Unreadable, match="several"):
        read(two, catalogue=known)


def test_a_page_in_a_cell_is_read_as_a_page(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "pages.jsonl"
    row = {"html": LAYOUTS["credits in a copyright block"], "text": "a summary", "lang": "fr"}
    path.write_text(json.dumps(row))
    (found,) = articles([path], catalogue=known)
    assert isinstance(found, Article) and found.byline == "The Lantern"
    (found,) = articles([path], columns={"text": "text"}, catalogue=known)
    assert isinstance(found, Article) and found.text == "a summary"


@settings(max_examples=60)
@given(
    st.binary(max_size=200),
    st.sampled_from(["a.csv", "a.jsonl", "a.json", "a.parquet", "a.jsonl.gz"]),
)
def test_any_bytes_called_a_table_give_articles_or_errors(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("t") / name
    path.write_bytes(data)
    for found in articles([path], catalogue=Catalogue([])):
        assert isinstance(found, Article | InputError)


# --- what inputs hold, before it is read -------------------------------------------------------------


def places(found: Iterable[Raw | InputError]) -> list[tuple[str, int]]:
    return [(Path(one.source).name, one.number) for one in found]


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    """One input of every kind, with rows of which some are lost."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.html").write_bytes(PAGE)
    (folder / "c.jsonl").write_bytes(as_lines())
    (tmp_path / "lines.jsonl.gz").write_bytes(
        gzip.compress(as_lines() + b'\n\nno json\n{"context": "' + b"x" * 20_000_001 + b'"}\n[1]\n')
    )
    (tmp_path / "t.json").write_text(json.dumps([*ROWS, 3]))
    (tmp_path / "t.csv").write_bytes(as_csv(","))
    (tmp_path / "t.parquet").write_bytes(as_parquet(tmp_path))
    records = [record(b"", kind="request"), record(PAGE), record(b"\x00" * 9), record(PAGE)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    names = ("folder", "lines.jsonl.gz", "t.json", "t.csv", "t.parquet", "a.warc.gz")
    return [tmp_path / name for name in names]


def test_what_inputs_hold_is_numbered_in_order(inputs: list[Path], known: Catalogue) -> None:
    found = list(documents(inputs))
    assert places(found) == [
        ("a.txt", 1), ("b.html", 1), *(("c.jsonl", n) for n in (1, 2, 3, 4)),
        *(("lines.jsonl.gz", n) for n in (1, 2, 3, 4, 6, 7, 8)),
        *(("t.json", n) for n in (1, 2, 3, 4, 5)),
        *(("t.csv", n) for n in (1, 2, 3, 4)),
        *(("t.parquet", n) for n in (1, 2, 3, 4)),
        *(("a.warc.gz", n) for n in (2, 3, 4)),
    ]  # fmt: skip
    lost = [one for one in found if isinstance(one, InputError)]
    assert places(lost) == [("lines.jsonl.gz", 7), ("t.json", 5)]
    read_later = [article_of_raw(one, known) for one in found if isinstance(one, Raw)]
    errors = [one for one in read_later if isinstance(one, InputError)]
    assert places(errors) == [
        ("c.jsonl", 3), ("lines.jsonl.gz", 3), ("lines.jsonl.gz", 6), ("lines.jsonl.gz", 8),
        ("t.json", 3), ("t.csv", 3), ("t.parquet", 3), ("a.warc.gz", 3),
    ]  # fmt: skip
    whole = [outcome(one) for one in articles(inputs, catalogue=known)]
    assert sum(name == "Unreadable" for name in whole) == len(lost) + len(errors)


def test_what_was_read_before_is_passed_over_at_the_exact_row(inputs: list[Path]) -> None:
    every = list(documents(inputs))
    for stop in range(len(every)):
        last: dict[str, int] = {}
        for one in every[:stop]:
            last[one.source] = one.number
        rest = documents(inputs, done=lambda source, last=last: last.get(source, 0))  # type: ignore[misc]
        assert [str(one) for one in rest] == [str(one) for one in every[stop:]]


def test_an_input_read_to_its_end_is_not_opened_again(tmp_path: Path) -> None:
    gone = tmp_path / "gone.jsonl"
    assert [type(one) for one in documents([gone])] == [NotFound]
    assert list(documents([gone, "-"], done=lambda source: WHOLE)) == []


def test_what_inputs_hold_can_be_sent_to_another_process(
    inputs: list[Path], known: Catalogue
) -> None:
    for one in documents(inputs):
        sent = pickle.loads(pickle.dumps(one))
        assert (sent.source, sent.number, str(sent)) == (one.source, one.number, str(one))
        if isinstance(one, Raw):
            here, there = article_of_raw(one, known), article_of_raw(sent, known)
            assert str(here) == str(there)
