"""Word pairs on the command line: learnt, shown, and used by other commands."""

import json
from pathlib import Path

import pytest

from filiation.cli.settings import PROJECT
from filiation.library import Library, add
from tests.match.test_dictionaries import GREEK, dictd, stardict
from tests.match.tongues import MEANING, text
from tests.test_cli import complaint, run

ARTICLES = 24


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of articles in two languages, some of them each other's translation."""
    place = tmp_path_factory.mktemp("press")
    rows = []
    for seed in range(ARTICLES):
        other, latin = text(seed, names=2)
        rows += [
            {"id": f"ru-{seed}", "text": other, "language": "ru"},
            {"id": f"en-{seed}", "text": latin, "language": "en"},
        ]
    for seed in range(100, 130):
        rows.append({"id": f"en-{seed}", "text": text(seed, names=2)[1], "language": "en"})
    table = place / "press.jsonl"
    table.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with Library.open(place / "press.filiation", create=True, writing=True) as opened:
        add(opened, [table], jobs=1)
    return place / "press.filiation"


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A table of all words of the two invented languages."""
    file = tmp_path / "ru-en.tsv"
    file.write_text("".join(f"{a}\t{b}\n" for a, b in MEANING.items()), encoding="utf-8")
    return file


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A text without names, and its translation."""
    files = tmp_path / "ru.txt", tmp_path / "en.txt"
    for file, written in zip(files, text(50, names=0), strict=True):
        file.write_text(written, encoding="utf-8")
    return files


# --- learn -----------------------------------------------------------------------------------------


def test_what_is_learnt_is_a_table_that_other_commands_read(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "ru-en.tsv"
    done = run("lexicon", "learn", "ru-en", "--library", library, "-o", file)
    assert done.returncode == 0, complaint(done)
    head, source, *rows = file.read_text(encoding="utf-8").splitlines()
    assert head == "# ru\ten"
    assert source.startswith(f"# learnt from {ARTICLES} pairs of articles")
    words = [row.split("\t") for row in rows]
    right = [MEANING.get(word) == meaning for word, meaning, _ in words]
    assert len(words) >= 250
    assert sum(right) >= 0.9 * len(right)
    assert "learnt" in complaint(done)
    shown = run("lexicon", "show", file, words[0][0])
    assert shown.returncode == 0
    assert words[0][1] in shown.stdout.decode()


def test_the_same_library_teaches_the_same(library: Path) -> None:
    first, second = (run("lexicon", "learn", "ru-en", "--library", library) for _ in range(2))
    assert first.stdout == second.stdout != b""


def test_what_is_learnt_as_json(library: Path) -> None:
    done = run("lexicon", "learn", "en-ru", "--library", library, "--json")
    found = json.loads(done.stdout)
    assert (found["schema"], found["source"], found["target"]) == (
        "filiation/lexicon@1",
        "en",
        "ru",
    )
    assert found["translations"] == ARTICLES == found["asked"]
    assert found["words"] == len(found["entries"]) > 250


def test_where_nothing_is_translated_nothing_is_learnt(tmp_path: Path) -> None:
    rows = [
        {"id": f"{code}-{seed}", "text": text(seed, names=0)[side], "language": code}
        for side, code, seeds in ((0, "ru", range(30)), (1, "en", range(40, 70)))
        for seed in seeds
    ]
    table = tmp_path / "press.jsonl"
    table.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    place = tmp_path / "press.filiation"
    with Library.open(place, create=True, writing=True) as opened:
        add(opened, [table], jobs=1)
    done = run("lexicon", "learn", "ru-en", "--library", place)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "no translation was found" in complaint(done)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("learn",), "say learn and two languages"),
        (("show",), "say learn and two languages"),
        (("forget", "ru-en"), "say learn and two languages"),
        (("learn", "russian"), "no two languages"),
        (("learn", "ru-fr"), "holds no article in fr"),
        (("show", "nowhere.tsv"), "no such file"),
    ],
)
def test_what_cannot_be_done_is_said(library: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run("lexicon", *arguments, "--library", library)
    assert (done.returncode, done.stdout) == (2, b"")
    assert says in complaint(done)


# --- show ------------------------------------------------------------------------------------------


def test_a_dictionary_is_shown(tmp_path: Path) -> None:
    done = run("lexicon", "show", dictd(tmp_path, GREEK))
    assert done.returncode == 0
    assert "Greek to English, 6 words" in done.stdout.decode()
    asked = run("lexicon", "show", dictd(tmp_path, GREEK), "bridge", "γέφυρες", "unknown")
    assert "γέφυρα" in asked.stdout.decode()
    assert "not known" in asked.stdout.decode()
    assert run("lexicon", "show", dictd(tmp_path, GREEK), "unknown").returncode == 1


def test_escape_sequences_of_a_file_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    place = stardict(tmp_path, [("most", b"\x1b[31mbridge\x1b]0;x\x07")])
    done = run("lexicon", "show", place)
    assert b"\x1b" not in done.stdout


# --- compare and trace -----------------------------------------------------------------------------


def test_compare_uses_word_pairs_and_says_so(pair: tuple[Path, Path], known: Path) -> None:
    assert run("compare", *pair).returncode == 1
    done = run("compare", *pair, "--lexicon", known)
    assert done.returncode == 0
    assert "translation" in done.stdout.decode()
    assert "Words were looked up in ru-en.tsv." in done.stdout.decode()
    found = json.loads(run("compare", *pair, "--lexicon", known, "--json").stdout)
    assert (found["lexicons"], found["model"]) == (["ru-en.tsv"], None)
    assert found["score"] > 0.9


def test_word_pairs_that_were_not_needed_are_not_named(
    pair: tuple[Path, Path], known: Path
) -> None:
    found = json.loads(run("compare", pair[0], pair[0], "--lexicon", known, "--json").stdout)
    assert found["lexicons"] == []


def test_settings_and_environment_name_word_pairs(
    pair: tuple[Path, Path], known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / PROJECT).write_text(f'lexicon = ["{known}"]\n', encoding="utf-8")
    assert run("compare", *pair, cwd=tmp_path).returncode == 0
    (tmp_path / PROJECT).unlink()
    monkeypatch.setenv("FILIATION_LEXICON", str(known))
    assert run("compare", *pair).returncode == 0


@pytest.mark.parametrize("command", ["compare", "trace"])
def test_a_broken_file_of_word_pairs_ends_a_command(
    pair: tuple[Path, Path], tmp_path: Path, command: str
) -> None:
    index = dictd(tmp_path, GREEK)
    index.write_text("λέξη\t9999\tB\n", encoding="utf-8")
    done = run(command, *pair[: 2 if command == "compare" else 1], "--lexicon", index)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "would end at byte" in complaint(done)


@pytest.mark.parametrize("command", ["compare", "trace"])
def test_a_folder_without_a_model_ends_a_command(
    pair: tuple[Path, Path], tmp_path: Path, command: str
) -> None:
    done = run(command, *pair[: 2 if command == "compare" else 1], "--model", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "no modules.json" in complaint(done)


def test_a_trace_names_the_word_pairs_it_used(pair: tuple[Path, Path], known: Path) -> None:
    done = run("trace", pair[0], "--against", pair[1], "--lexicon", known)
    assert "ru-en.tsv: word pairs of Russian and English, used for texts in either" in " ".join(
        done.stdout.decode().split()
    )


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of texts without a name, a few of them translations of others."""
    place = tmp_path_factory.mktemp("nameless")
    rows = [
        {"id": f"en-{seed}", "text": text(seed, names=0)[1], "language": "en", "outlet": "Ledger"}
        for seed in range(60)
    ]
    rows += [
        {"id": f"ru-{seed}", "text": text(seed, names=0)[0], "language": "ru", "outlet": "Vestnik"}
        for seed in range(5)
    ]
    table = place / "press.jsonl"
    table.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with Library.open(place / "press.filiation", create=True, writing=True) as opened:
        add(opened, [table], jobs=1)
    return place / "press.filiation"


def versions(*arguments: str | Path) -> set[str]:
    found = json.loads(run("trace", *arguments, "--json").stdout)
    return {version["article"] for version in found["versions"]} - {None}


def test_a_trace_through_a_library_finds_what_only_word_pairs_tell(
    nameless: Path, known: Path
) -> None:
    asked = ("ru-3", "--library", nameless)
    assert versions(*asked) == {"ru-3"}
    assert versions(*asked, "--lexicon", known) == {"ru-3", "en-3"}
    back = ("en-3", "--library", nameless, "--lexicon", known)
    assert versions(*back) == {"ru-3", "en-3"}


def test_a_trace_among_files_does_as_well(tmp_path: Path, known: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for seed in range(30):
        (folder / f"{seed}.txt").write_text(text(seed, names=0)[1], encoding="utf-8")
    asked = tmp_path / "asked.txt"
    asked.write_text(text(4, names=0)[0], encoding="utf-8")
    assert versions(asked, "--against", folder) == {"asked.txt"}
    found = versions(asked, "--against", folder, "--lexicon", known)
    assert found == {"asked.txt", "4.txt"}


def test_an_audit_finds_what_only_word_pairs_tell(nameless: Path, known: Path) -> None:
    asked = ("audit", "--library", nameless, "--across-languages", "--jobs", "1", "--json")
    plain = json.loads(run(*asked).stdout)
    helped = json.loads(run(*asked, "--lexicon", known).stdout)
    assert (plain["matches"], plain["lexicons"], plain["model"]) == (0, [], None)
    assert (helped["matches"], helped["lexicons"]) == (5, ["ru-en.tsv"])
    # What was aligned with the help of word pairs is not taken for what is found without.
    assert json.loads(run(*asked).stdout)["matches"] == 0
    other = known.with_name("cs-de.tsv")
    other.write_text("most\tBrücke\n", encoding="utf-8")
    unused = json.loads(run(*asked, "--lexicon", other).stdout)
    assert unused["lexicons"] == []
    told = run(*asked[:-1], "--lexicon", known).stdout.decode()
    assert "Words were looked up in ru-en.tsv." in told
