"""Files of word pairs: tables, dictd, StarDict; and what is wrong with them."""

import gzip
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from filiation.errors import InputError, NotFound
from filiation.match import dictionaries
from filiation.match.dictionaries import Book, languages_of, read_book, three_letter_codes

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def base64(number: int) -> str:
    digits = DIGITS[number % 64]
    while number := number // 64:
        digits = DIGITS[number % 64] + digits
    return digits


def dictd(
    place: Path,
    entries: Sequence[tuple[str, str]],
    name: str = "freedict-ell-eng",
    packed: bool = True,
) -> Path:
    """Write a dictionary as Debian packages FreeDict's; return its index."""
    data, lines = b"", []
    for word, said in entries:
        raw = said.encode()
        lines.append(f"{word}\t{base64(len(data))}\t{base64(len(raw))}\n")
        data += raw
    index = place / f"{name}.index"
    index.write_text("".join(lines), encoding="utf-8")
    if packed:
        (place / f"{name}.dict.dz").write_bytes(gzip.compress(data, mtime=0))
    else:
        (place / f"{name}.dict").write_bytes(data)
    return index


def stardict(
    place: Path,
    entries: Sequence[tuple[str, bytes]],
    kinds: str = "m",
    name: str = "cs-en",
    wide: bool = False,
    packed: bool = False,
) -> Path:
    """Write a dictionary of StarDict; return its .ifo."""
    data = index = b""
    for word, said in entries:
        index += word.encode() + b"\0" + struct.pack(">QI" if wide else ">II", len(data), len(said))
        data += said
    facts = ["StarDict's dict ifo file", "version=3.0.0", f"wordcount={len(entries)}"]
    facts += [f"sametypesequence={kinds}"] if kinds else []
    facts += ["idxoffsetbits=64"] if wide else []
    (place / f"{name}.ifo").write_text("\n".join(facts) + "\n", encoding="utf-8")
    if packed:
        (place / f"{name}.idx.gz").write_bytes(gzip.compress(index, mtime=0))
        (place / f"{name}.dict.dz").write_bytes(gzip.compress(data, mtime=0))
    else:
        (place / f"{name}.idx").write_bytes(index)
        (place / f"{name}.dict").write_bytes(data)
    return place / f"{name}.ifo"


def table(place: Path, text: str, name: str = "cs-en.tsv") -> Path:
    file = place / name
    file.write_text(text, encoding="utf-8")
    return file


def told(book: Book) -> dict[str, list[str]]:
    return {entry.word: [meaning for meaning, _ in entry.meanings] for entry in book.entries}


# --- tables ----------------------------------------------------------------------------------------


def test_a_table_has_words_meanings_and_weights(tmp_path: Path) -> None:
    book = read_book(str(table(tmp_path, "most\tbridge\nmost\tviaduct\t0.5\n\nřeka\triver\n")))
    assert (book.source, book.target, book.name) == ("cs", "en", "cs-en.tsv")
    assert [(entry.word, entry.meanings) for entry in book.entries] == [
        ("most", (("bridge", 1.0), ("viaduct", 0.5))),
        ("řeka", (("river", 1.0),)),
    ]


@pytest.mark.parametrize("head", ["# cs\ten", "#cs\ten\tweight", "\ufeff# ces\teng", "cs\ten"])
def test_the_first_line_may_say_the_languages(tmp_path: Path, head: str) -> None:
    book = read_book(str(table(tmp_path, f"{head}\nmost\tbridge\n", "words.tsv")))
    assert (book.source, book.target) == ("cs", "en")
    assert told(book) == {"most": ["bridge"]}


def test_what_the_user_says_goes_before_the_name(tmp_path: Path) -> None:
    file = table(tmp_path, "most\tbridge\n", "fr-de.tsv")
    book = read_book(f"ces-eng={file}")
    assert (book.source, book.target) == ("cs", "en")


def test_a_table_may_be_packed(tmp_path: Path) -> None:
    file = tmp_path / "cs-en.tsv.gz"
    file.write_bytes(gzip.compress(b"most\tbridge\n", mtime=0))
    assert told(read_book(str(file))) == {"most": ["bridge"]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no pair of words"),
        ("most bridge\n", "it has no tab"),
        ("most\tbridge\nřeka\triver\t1\tmore\n", "line 2: it has 4 cells"),
        ("most\tbridge\theavy\n", "'heavy' is no weight"),
        ("most\tbridge\t0\n", "no weight"),
        ("most\tbridge\t1.5\n", "no weight"),
        ("most\tbridge\tnan\n", "no weight"),
        ("most\tbri\0dge\n", "it is no text"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_book(str(table(tmp_path, text)))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "cs-en.tsv"
    file.write_bytes(b"most\t\xff\xfe\n")
    with pytest.raises(InputError, match="no UTF-8"):
        read_book(str(file))


def test_unknown_languages_are_asked_for(tmp_path: Path) -> None:
    file = table(tmp_path, "most\tbridge\n", "words.tsv")
    with pytest.raises(InputError, match="between which languages; say so: ar-en="):
        read_book(str(file))


@pytest.mark.parametrize("named", ["nowhere.tsv", "ar-en=nowhere.tsv", "a\0b", "x" * 5000])
def test_a_file_that_is_not_there(named: str) -> None:
    with pytest.raises(NotFound, match="no such file"):
        read_book(named)


def test_a_folder_is_no_lexicon(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is a folder"):
        read_book(str(tmp_path))


@pytest.mark.parametrize(
    ("pair", "codes"),
    [
        ("ar-en", ("ar", "en")),
        ("ara_eng", ("ar", "en")),
        ("arb-nob", ("ar", "no")),
        ("ger-FRE", ("de", "fr")),
    ],
)
def test_languages_are_named_by_two_or_three_letters(pair: str, codes: tuple[str, str]) -> None:
    assert languages_of(pair) == codes


@pytest.mark.parametrize(
    "pair", ["ar", "ar-", "ar-ar", "xx-en", "arabic-english", "ar-eng-deu", ""]
)
def test_other_languages_are_refused(pair: str) -> None:
    with pytest.raises(InputError, match="no two languages"):
        languages_of(pair)


def test_every_code_of_three_letters_leads_to_one_of_two() -> None:
    codes = three_letter_codes()
    assert all(len(long) == 3 and len(short) == 2 for long, short in codes.items())
    assert (codes["ell"], codes["gre"], codes["zho"], codes["chi"]) == ("el", "el", "zh", "zh")


# --- dictd -----------------------------------------------------------------------------------------

GREEK = [
    ("00databaseinfo", "An invented dictionary\n"),
    ("γέφυρα", "γέφυρα /ˈʝefira/ <n, fem>\nbridge\n"),
    ("έδρα", "έδρα /ˈeðra/ <n>\n1. seat\n2. headquarters, home base\nκεντρικές υπηρεσίες\n"),
    ("κλείνω", 'κλείνω <v>\n1. to shut (a door (of wood)), close [fig.]\n   "Close the door."\n'),
    ("λέξη", "λέξη\nword\n   Synonyms: {φράση}, {ρήμα}\n\n see: {λόγος}\n"),
    ("μακρύς", "μακρύς\nsomething that goes on for a long while\nlong\n"),
    ("ένα", "ένα /en/ one"),
]


@pytest.mark.parametrize("packed", [True, False])
def test_a_dictionary_of_dictd(tmp_path: Path, packed: bool) -> None:
    book = read_book(str(dictd(tmp_path, GREEK, packed=packed)))
    assert (book.source, book.target) == ("el", "en")
    assert told(book) == {
        "γέφυρα": ["bridge"],
        "έδρα": ["seat", "headquarters", "home base"],
        "κλείνω": ["to shut", "close"],
        "λέξη": ["word"],
        "μακρύς": ["long"],
        "ένα": ["one"],
    }


@pytest.mark.parametrize("end", [".index", ".dict.dz"])
def test_either_file_of_dictd_names_it(tmp_path: Path, end: str) -> None:
    index = dictd(tmp_path, GREEK)
    assert len(read_book(str(index.with_suffix("")) + end).entries) == 6


def test_the_data_must_lie_beside_the_index(tmp_path: Path) -> None:
    index = dictd(tmp_path, GREEK)
    index.with_name("freedict-ell-eng.dict.dz").unlink()
    with pytest.raises(NotFound, match=r"has two files: \.index and \.dict"):
        read_book(str(index))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("λέξη\t9999\tB", "would end at byte"),
        ("λέξη\tA\t////////", "would end at byte"),
        ("λέξη\t-5\tB", "no number of base 64"),
        ("λέξη\t\tB", "no number of base 64"),
        (f"λέξη\t{'/' * 40}\tB", "no number of base 64"),
        ("λέξη\tA", "no line of an index"),
    ],
)
def test_a_broken_index_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    index = dictd(tmp_path, GREEK)
    kept = index.read_text(encoding="utf-8")
    index.write_text(f"{kept}{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=says) as refused:
        read_book(str(index))
    assert "line 8 of freedict-ell-eng.index" in str(refused.value)


def test_a_headword_that_is_a_whole_sentence_is_left_out(tmp_path: Path) -> None:
    index = dictd(tmp_path, [*GREEK, ("λόγος " * 60, "λόγος\nword\n")])
    assert len(read_book(str(index)).entries) == 6


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionaries, "MOST_BYTES", 1_000_000)
    index = dictd(tmp_path, GREEK)
    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    index.with_name("freedict-ell-eng.dict.dz").write_bytes(bomb)
    with pytest.raises(InputError, match="more than 1 million bytes"):
        read_book(str(index))


@pytest.mark.parametrize(
    ("kept", "more", "says"),
    [(40, b"", "ends too early"), (12, b"\xff" * 40, "is packed, and broken")],
)
def test_a_packed_file_that_is_cut_or_broken(
    tmp_path: Path, kept: int, more: bytes, says: str
) -> None:
    index = dictd(tmp_path, GREEK)
    data = index.with_name("freedict-ell-eng.dict.dz")
    data.write_bytes(data.read_bytes()[:kept] + more)
    with pytest.raises(InputError, match=says):
        read_book(str(index))


def test_a_huge_entry_and_one_of_nul_bytes_do_no_harm(tmp_path: Path) -> None:
    entries = [("βουνό", "βουνό\nmountain\n" + "x" * 200_000), ("νερό", "νερό\n\0\0\nwater\n\0")]
    assert told(read_book(str(dictd(tmp_path, entries))))["νερό"] == ["water"]


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionaries, "MOST_ENTRIES", 3)
    with pytest.raises(InputError, match="more than 3 entries"):
        read_book(str(dictd(tmp_path, GREEK)))
    with pytest.raises(InputError, match="more than 3 lines"):
        read_book(str(table(tmp_path, "a\tb\n" * 4)))
    with pytest.raises(InputError, match="more than 3 entries"):
        read_book(str(stardict(tmp_path, [(f"w{n}", b"word") for n in range(4)])))


# --- StarDict --------------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_a_dictionary_of_stardict(tmp_path: Path, wide: bool, packed: bool) -> None:
    entries = [("most", b"bridge, viaduct"), ("\u0159eka", b"1. river\n2. stream")]
    book = read_book(str(stardict(tmp_path, entries, wide=wide, packed=packed)))
    assert told(book) == {"most": ["bridge", "viaduct"], "řeka": ["river", "stream"]}


@pytest.mark.parametrize(
    ("kinds", "entry"),
    [
        ("g", b"[<i>most</i>]\n<b>bridge</b>"),
        ("h", b"<div>bridge<br>viaduct &amp; <i>n.</i></div>"),
        ("x", b"<k>most</k>\n<tr>most</tr><dtrn>bridge</dtrn><ex>Karl's bridge</ex>"),
        ("tm", b"most\0bridge"),
        ("Wm", b"\0\0\0\x03abcbridge"),
        ("", b"tmost\0mbridge\0"),
        ("", b"W\0\0\0\x03abcmbridge\0"),
    ],
)
def test_the_kinds_of_parts_of_stardict(tmp_path: Path, kinds: str, entry: bytes) -> None:
    book = read_book(str(stardict(tmp_path, [("most", entry)], kinds=kinds)))
    assert told(book)["most"][0] == "bridge"


def test_the_name_of_the_book_may_say_the_languages(tmp_path: Path) -> None:
    facts = stardict(tmp_path, [("most", b"bridge")], name="words")
    with facts.open("a", encoding="utf-8") as file:
        file.write("bookname=An invented dictionary (ces-eng)\n")
    book = read_book(str(facts))
    assert (book.source, book.target) == ("cs", "en")


@pytest.mark.parametrize(
    ("facts", "index", "says"),
    [
        (b"no dictionary", None, "is none of StarDict"),
        (b"StarDict's dict ifo file\nidxoffsetbits=7\n", None, "neither 32 nor"),
        (b"StarDict's dict ifo file\nsametypesequence=?!\n", None, "no kinds"),
        (b"\xff\xfe", None, "no UTF-8"),
        (None, b"most\0\0\0\0\0\0\0", "ends too early"),
        (None, b"x" * 5000, "ends too early"),
        (None, b"most\0\xff\xff\xff\xff\xff\xff\xff\xff", "would end"),
        (None, b"\xff\xfe\0" + bytes(7) + b"\x02", "no UTF-8"),
        (None, b"", "no pair of words"),
    ],
)
def test_a_broken_dictionary_of_stardict(
    tmp_path: Path, facts: bytes | None, index: bytes | None, says: str
) -> None:
    place = stardict(tmp_path, [("most", b"bridge")])
    if facts is not None:
        place.write_bytes(facts)
    if index is not None:
        place.with_suffix(".idx").write_bytes(index)
    with pytest.raises(InputError, match=says):
        read_book(str(place))


def test_a_dictionary_of_stardict_has_three_files(tmp_path: Path) -> None:
    place = stardict(tmp_path, [("most", b"bridge")])
    place.with_suffix(".idx").unlink()
    with pytest.raises(NotFound, match="three files"):
        read_book(str(place))


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no kind of a part"):
        read_book(str(stardict(tmp_path, [("most", b"?bridge\0")], kinds="")))
