"""A bundle is itself an input: its pages, as they were captured, and nothing else of its archive."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import filiation
from filiation import Article, InputError
from filiation.bundle.offline import pages_of
from filiation.bundle.values import Page
from filiation.credits import credits
from filiation.plain import to_plain
from filiation.read import articles, documents, read, read_bytes
from filiation.read.bundles import CAPTURES, MANIFEST, WARC, is_bundle, is_sound, of_page
from filiation.read.raw import Raw
from filiation.values import Line
from tests.bundle.test_verify import flipped, resigned
from tests.bundle.world import DEMO, bundled, exchange, world
from tests.test_cli import complaint, run

WORLD = world()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sound bundle, which no test may alter."""
    folder = tmp_path_factory.mktemp("whole") / "b"
    bundled(folder, WORLD)
    return folder


@pytest.fixture
def bundle(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "b"))


def found(*folders: Path) -> list[Article]:
    read = list(articles(folders))
    assert not [error for error in read if isinstance(error, InputError)]
    return [article for article in read if isinstance(article, Article)]


def test_its_pages_are_the_articles_that_were_traced(whole: Path) -> None:
    """With title, lines, addresses; robots.txt and the services' answers are no pages."""
    given = {page.stated.article.id: page.stated.article for page in WORLD.pages}
    read = {article.id: article for article in found(whole)}
    assert list(read) == list(given)
    for name, article in read.items():
        assert of_page(article) == of_page(given[name])
        assert article.dates.earliest == given[name].dates.earliest


def test_a_page_keeps_the_time_of_its_capture(whole: Path) -> None:
    captured = [raw.captured for raw in documents([whole]) if isinstance(raw, Raw)]
    assert captured == [None, "2024-03-10T08:00:00Z", "2026-03-01T12:00:02.250000Z",
                        "2026-03-01T12:00:04.250000Z"]  # fmt: skip


def test_a_page_keeps_the_charset_of_http(tmp_path: Path) -> None:
    """Bytes that say nothing of their encoding, and a server that does."""
    words = "Вода стояла в подвале, и никто не знал, откуда она пришла той зимой в город. " * 5
    body = f"<html><title>Вода</title><p>{words}</p></html>".encode("cp1251")
    url = "https://old.example/voda"
    answer = exchange(url, body, headers=(("Content-Type", "text/html; charset=windows-1251"),))
    page = read_bytes(body, url=url, name=url, charset="windows-1251")
    assert "Вода стояла" in page.text
    pages = (*WORLD.pages, Page(credits(page), answer))
    bundled(tmp_path / "b", replace(WORLD, pages=pages))
    assert found(tmp_path / "b")[-1].text == page.text


def test_read_gives_the_article_asked_about(whole: Path) -> None:
    assert read(whole).title == WORLD.pages[0].stated.article.title


def test_a_bundle_in_a_folder_is_read_as_one(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "inner" / "b")
    shutil.copy(DEMO / "tribune-du-lac.html", tmp_path / "page.html")
    assert len(found(tmp_path)) == 5


def test_traced_again_the_chain_is_the_same(whole: Path) -> None:
    done = run("trace", whole, "--json")
    assert done.returncode == 0, complaint(done)
    again = json.loads(done.stdout)
    first = json.loads((whole / "trace.json").read_bytes())
    assert again["chain"] == first["chain"]
    for hop, same in zip(again["hops"], first["hops"], strict=True):
        assert (hop["standing"], hop["kind"], hop["probability"]) == (
            same["standing"], same["kind"], same["probability"],
        )  # fmt: skip


def test_a_library_takes_it_and_takes_it_once(whole: Path, tmp_path: Path) -> None:
    with filiation.Library.open(tmp_path / "l.filiation", create=True, writing=True) as library:
        filiation.add(library, [whole])
        filiation.add(library, [whole])
    with filiation.Library.open(tmp_path / "l.filiation") as library:
        assert library.size == 4


# --- altered and hostile bundles ------------------------------------------------------------------


def lost(folder: Path) -> list[InputError]:
    return [error for error in articles([folder]) if isinstance(error, InputError)]


def test_an_altered_page_is_not_read(bundle: Path) -> None:
    records = json.loads((bundle / MANIFEST).read_bytes())["files"][WARC]["records"]
    flipped(bundle / WARC, records[6]["offset"] + 100)
    [error] = lost(bundle)
    assert "it was altered since it was written" in str(error)
    assert len(list(articles([bundle]))) == 4


def test_an_altered_line_is_not_read(bundle: Path) -> None:
    flipped(bundle / "articles.jsonl", 1000)
    [error] = lost(bundle)
    assert (error.number, "was altered" in error.what) == (1, True)


@pytest.mark.parametrize("name", [MANIFEST, "articles.jsonl", WARC])
def test_without_a_file_that_matters_nothing_is_read(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    if name == MANIFEST:
        assert not is_bundle(bundle) or lost(bundle)
    else:
        assert lost(bundle)


def test_an_altered_manifest_is_no_reason_to_read_the_rest(bundle: Path) -> None:
    flipped(bundle / MANIFEST, 6)
    [error] = lost(bundle)
    assert "was altered" in str(error)


def test_a_link_for_a_file_is_not_followed(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes((bundle / "articles.jsonl").read_bytes())
    (bundle / "articles.jsonl").unlink()
    (bundle / "articles.jsonl").symlink_to(tmp_path / "other")
    [error] = lost(bundle)
    assert "is a link" in str(error)


@pytest.mark.parametrize(
    "line",
    [b"{}", b"[]", b"nonsense", b"[" * 100_000, b'{"id": 7, "address": 7}',
     b'{"id": "x", "address": null, "captured": null, "capture": null, "within": 0}',
     b'{"id": "x", "address": null, "captured": null, "capture": "y", "within": 0}',
     b'{"id": "x", "address": null, "captured": null, "capture": null, "within": 0, "article": 5}'],
    ids=range(8),
)  # fmt: skip
def test_a_line_that_is_no_article_is_told(bundle: Path, line: bytes) -> None:
    from hashlib import sha256

    data = line + b"\n"
    (bundle / "articles.jsonl").write_bytes(data)
    manifest = json.loads((bundle / MANIFEST).read_bytes())
    listed = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
    manifest["files"]["articles.jsonl"] = {**listed, "lines": [listed["sha256"]]}
    resigned(bundle, manifest)
    [error] = lost(bundle)
    assert error.number == 1
    with pytest.raises(InputError):
        read(bundle)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": 5},
        {"text": "short"},
        {"lines": ({"text": "x", "index": 1},)},
        {"aside": ((5, 2),)},
        {"aside": ((0, 1_000_000),)},
        {"languages": ((-1, 5, "fr"),)},
        {"title": ["x"]},
        {"dates": {"earliest": "2024-01-01T00:00:00"}},
        {"marks": ({"name": "x", "value": None, "locator": "y"},)},
        {"outlet": True},
    ],
    ids=range(10),
)
def test_an_article_whose_places_do_not_hold_is_not_sound(wrong: dict[str, object]) -> None:
    article = WORLD.pages[0].stated.article
    assert is_sound(article)
    from filiation.plain import from_plain

    assert not is_sound(from_plain(Article, {**to_plain(article), **wrong}))


def test_a_folder_with_a_manifest_of_something_else_is_a_folder(tmp_path: Path) -> None:
    shutil.copy(DEMO / "estran.html", tmp_path)
    (tmp_path / MANIFEST).write_text('{"name": "a web app"}', encoding="utf-8")
    assert not is_bundle(tmp_path)
    assert "estran.html" in [a.id for a in articles([tmp_path]) if isinstance(a, Article)]
    (tmp_path / CAPTURES).write_text("{}", encoding="utf-8")
    assert not is_bundle(tmp_path)


# --- from the command line ------------------------------------------------------------------------


def test_a_trace_of_files_is_kept_and_verified(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    done = run("trace", "demo/estran.html", "--against", "demo", "--bundle", folder)
    assert done.returncode == 0
    digest = done.stderr.decode().rpartition("manifest ")[2].strip()
    assert (folder / "report.txt").read_bytes() == done.stdout
    checked = run("verify", folder, "--manifest", digest, "--json")
    told = json.loads(checked.stdout)
    assert (checked.returncode, told["sound"], told["manifest"]) == (0, True, digest)
    assert told["command"] == ["filiation", "trace", "demo/estran.html", "--against", "demo",
                               "--bundle", str(folder)]  # fmt: skip
    assert told["checked"]["captures"] == told["checked"]["articles"] == 3
    flipped(folder / WARC, 500)
    altered = run("verify", folder)
    assert altered.returncode == 1
    assert "The bundle was altered" in altered.stdout.decode()
    assert "evidence.warc.gz: the record urn:uuid:" in altered.stdout.decode()


def test_a_taken_folder_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    done = run("trace", "demo/no-such-page.html", "--bundle", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "is not empty" in complaint(done)


def test_what_is_no_bundle_is_an_input_error(tmp_path: Path) -> None:
    done = run("verify", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert complaint(done).count("\n") == 1


def test_rows_and_records_are_kept_as_they_were_read(tmp_path: Path) -> None:
    """An article without a file of its own comes back as it was, lines and links and all."""
    (tmp_path / "l").mkdir()
    table = tmp_path / "cases.jsonl"
    texts = [read(DEMO / name) for name in ("harbour-ledger.html", "estran.html")]
    rows = [{"id": text.id, "outlet": text.outlet_name, "text": text.text} for text in texts]
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    folder = tmp_path / "b"
    done = run("trace", "demo/courrier-des-rives.html", "--against", table, "--bundle", folder)
    assert done.returncode == 0, complaint(done)
    assert run("verify", folder).returncode == 0
    kept = {article.id: article for article in found(folder)}
    [row] = [a for a in articles([table]) if isinstance(a, Article) and a.id == "estran.html"]
    assert of_page(kept["estran.html"]) == of_page(row)


def test_a_file_that_has_changed_since_is_not_kept_as_evidence(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    shutil.copy(DEMO / "estran.html", page)
    article = read(page)
    page.write_text("<p>Something else by now, and nothing of what was read.</p>", encoding="utf-8")
    trace = filiation.trace(article)
    [kept] = pages_of(trace, article, [], credits)
    assert kept.source is None


def test_a_line_that_stands_elsewhere_is_not_sound() -> None:
    assert is_sound(Article("a", "a", "one two", (Line("two", 0, start=4),)))
    assert not is_sound(Article("a", "a", "one two", (Line("two", 0, start=3),)))
    assert not is_sound(Article("a", "a", "one two", (Line("two", 0, start=-3),)))
