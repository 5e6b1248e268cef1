"""An article's versions in a library: the same as among articles held in memory, and which of them."""

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from math import log2
from pathlib import Path

import numpy as np
import pytest

import filiation
from filiation.credits import credits as spoken
from filiation.errors import NotFound
from filiation.library import Library, Lookup, add
from filiation.library.directory import MOST_TITLED, Directory
from filiation.library.lookup import LIKELY, numbered
from filiation.library.phrases import HousePhrases
from filiation.library.sharing import sharing
from filiation.match.candidates import OTHERS
from filiation.match.fingerprints import MOST_GRAMS, distinct, grams_of, sentences_of
from filiation.stemma import trace
from filiation.stemma.naming import names_of
from filiation.values import Article, Trace, utc
from tests.audit.press import SUBSCRIBE, Press, Row, corpus, row, write
from tests.test_seed import SEED, told

DEMO = Path(__file__).parents[2] / "demo"
NAMES = names_of()


def shelved(place: Path, *inputs: Path) -> Library:
    """Return a library with all articles of these inputs."""
    with Library.open(place, create=True, writing=True) as library:
        add(library, inputs)
    return Library.open(place)


def looked_up(
    library: Library, asked: Article | str, others: Sequence[Article] = ()
) -> tuple[Trace, Lookup]:
    """Return the trace of an article through a library, by the article itself or by its id."""
    key = numbered(library, asked) if isinstance(asked, str) else asked
    lookup = Lookup(library, key, others, read=partial(spoken, known=None))
    return trace(lookup.asked, others, shelves=[lookup], credits=lookup.read), lookup


def read_all(*inputs: Path) -> list[Article]:
    """Return the articles of these inputs, in memory."""
    found = list(filiation.articles(list(inputs)))
    articles = [article for article in found if isinstance(article, Article)]
    assert len(articles) == len(found)
    return articles


def drawn(found: Trace) -> object:
    """Return all of a trace that does not depend on where its articles stood."""
    names = {version.id: (version.name, version.url, version.title) for version in found.versions}
    hops = {
        (names[hop.parent], names[hop.child], hop.kind, hop.standing, round(hop.probability, 9))
        for hop in found.hops
    }
    versions = {(*names[v.id], v.seen, v.language, v.dates.midpoint) for v in found.versions}
    return versions, hops, [names[version] for version in found.chain], set(found.unknown)


def outlets(found: Trace) -> set[str | None]:
    return {version.name for version in found.versions}


# --- the same as in memory --------------------------------------------------------------------


@pytest.mark.parametrize("page", sorted(path.name for path in DEMO.glob("*.html")))
def test_a_page_has_the_versions_that_it_has_among_files(page: str, tmp_path: Path) -> None:
    asked = filiation.read(DEMO / page)
    others = [article for article in read_all(DEMO) if article.id != asked.id]
    with shelved(tmp_path / "l", DEMO) as library:
        by_file, _ = looked_up(library, asked)
        by_id, _ = looked_up(library, page)
    assert drawn(by_file) == drawn(by_id) == drawn(trace(asked, others))


def test_copies_of_every_kind_are_those_found_in_memory(tmp_path: Path) -> None:
    table = write(corpus(20), tmp_path / "corpus.jsonl")
    articles = read_all(table)
    several = 0
    with shelved(tmp_path / "l", table) as library:
        for asked in articles:
            others = [article for article in articles if article is not asked]
            found, _ = looked_up(library, asked.id)
            assert drawn(found) == drawn(trace(asked, others)), asked.id
            several += len(found.versions) > 1
    assert several >= 40


def test_the_order_of_adding_changes_nothing(tmp_path: Path) -> None:
    rows = corpus(15)
    there = write(rows, tmp_path / "there.jsonl")
    back = write(reversed(rows), tmp_path / "back.jsonl")
    with shelved(tmp_path / "1", there) as one, shelved(tmp_path / "2", back) as other:
        for asked in ("s4", "s9verbatim", "s14edited"):
            first, second = (looked_up(library, asked)[0] for library in (one, other))
            assert first.hops == second.hops
            assert drawn(first) == drawn(second)


def test_what_stands_in_files_and_in_the_library_is_one_article(tmp_path: Path) -> None:
    asked = filiation.read(DEMO / "courrier-des-rives.html")
    others = [filiation.read(DEMO / "estran.html")]
    with shelved(tmp_path / "l", DEMO) as library:
        both, _ = looked_up(library, asked, others)
        alone, _ = looked_up(library, asked)
    assert drawn(both) == drawn(alone)
    given, shelf, languages = both.searched
    assert (given.where, given.found, given.looked_at) == ("articles given", 1, 1)
    assert (shelf.where, shelf.found, shelf.looked_at) == ("library", 1, len(list(DEMO.iterdir())))
    assert (languages.where, languages.found) == ("library, other languages", 1)


@pytest.mark.skipif(not SEED.exists(), reason="the folder `shared` is not beside the checkout")
def test_the_seed_tells_its_chain(tmp_path: Path) -> None:
    with shelved(tmp_path / "l", DEMO, SEED) as library:
        for asked in (filiation.read(SEED), SEED.name):
            found, _ = looked_up(library, asked)
            told(found)
            assert [place.outcome for place in found.searched] == ["not_found", "not_found"]


# --- found by text ----------------------------------------------------------------------------


def test_bits_are_counted_over_the_whole_library(tmp_path: Path) -> None:
    table = write(corpus(12), tmp_path / "corpus.jsonl")
    with shelved(tmp_path / "l", table) as library:
        grams = {
            number: {int(gram) for gram in grams_of([(article.text, article.aside)])[0]}
            for number, article in library.articles(range(1, library.size + 1))
        }
        assert all(len(own) <= MOST_GRAMS for own in grams.values()), "else they are a sample"
        asked = [np.array(sorted(grams[number]), np.uint64) for number in (1, 2, 7)]
        left_out = np.array([3], np.int64)
        found = sharing(library, asked, {}, left_out)
    others = {number: own for number, own in grams.items() if number != 3}
    frequency: dict[int, int] = {}
    for own in others.values():
        for gram in own:
            frequency[gram] = frequency.get(gram, 0) + 1
    for wanted, (numbers, bits) in zip(asked, found, strict=True):
        expected = {
            number: sum(
                log2((len(others) + OTHERS) / frequency[gram])
                for gram in own & set(wanted.tolist())
            )
            for number, own in others.items()
        }
        assert dict(zip(numbers.tolist(), bits.tolist(), strict=True)) == pytest.approx(
            {number: bits for number, bits in expected.items() if bits}
        )


def test_an_excerpt_of_60_words_is_found_in_a_long_text(tmp_path: Path) -> None:
    press = Press(3)
    long = press.text(3000)
    rows = [row(f"d{n}", "Delta Sheet", n, press.text(300)) for n in range(30)]
    rows += [row("long", "Evening Wire", 40, long)]
    excerpt = press.excerpt(long, 60)
    asked = Article("asked", "asked", f"{press.text(400)}\n\n{excerpt}\n\n{press.text(400)}")
    with shelved(tmp_path / "l", write(rows, tmp_path / "rows.jsonl")) as library:
        wanted = distinct(grams_of([(asked.text, ())])[0])
        [(numbers, bits)] = sharing(library, [wanted], {}, np.zeros(0, np.int64))
        assert int(numbers[np.argmax(bits)]) == numbered(library, "long")


def test_of_many_copies_those_that_share_most_are_compared_and_no_other_text_is_read(
    tmp_path: Path,
) -> None:
    press = Press(4)
    text = press.text(200)
    rows = [row(f"d{n}", "Delta Sheet", n % 24, press.text(200)) for n in range(150)]
    rows += [row(f"c{n}", "Evening Wire", 30, press.changed(text, 0.02)) for n in range(90)]
    with shelved(tmp_path / "l", write(rows, tmp_path / "rows.jsonl")) as library:
        found, lookup = looked_up(library, Article("asked", "asked", text, language="en"))
    assert len(found.versions) == 1 + LIKELY
    assert "stopped at 50 versions" in found.searched[0].says
    assert {article.id[0] for article in lookup.articles} == {"c"}


def phrases(library: Path, outlet: str, *said: str) -> None:
    """Enter house phrases, as an audit does."""
    with Library.open(library, writing=True) as opened, opened.transaction() as connection:
        for text in said:
            [sentence] = sentences_of(text)
            hashed = int(np.uint64(sentence.hash).astype(np.int64))
            connection.execute("INSERT INTO house VALUES (?, ?, ?, 9)", (outlet, hashed, text))


def test_house_phrases_of_an_outlet_do_not_count_in_its_articles(tmp_path: Path) -> None:
    press = Press(5)
    phrase = SUBSCRIBE.format("Hill Courier").split(". ")[0] + "."
    rows = [
        row("house", "Hill Courier", 1, f"{press.text(150)}\n{phrase}"),
        row("taken", "Evening Wire", 2, f"{press.text(150)}\n{phrase}"),
        row("other", "Delta Sheet", 3, press.text(150)),
    ]
    library = shelved(tmp_path / "l", write(rows, tmp_path / "rows.jsonl"))
    asked = distinct(grams_of([(f"{press.text(150)}\n{phrase}", ())])[0])
    none = np.zeros(0, np.int64)

    def sharers() -> set[str]:
        with Library.open(tmp_path / "l") as opened:
            [(numbers, _)] = sharing(opened, [asked], HousePhrases(opened).grams, none)
            return {article.id for _, article in opened.articles(numbers.tolist())}

    library.close()
    assert sharers() == {"house", "taken"}
    [home] = {key for key, name in shelved(tmp_path / "l").outlets().items() if "Hill" in name}
    phrases(tmp_path / "l", home, phrase)
    assert sharers() == {"taken"}
    with Library.open(tmp_path / "l") as opened:
        _, lookup = looked_up(opened, "house")
        start = lookup.asked.text.index(phrase)
        assert (start, start + len(phrase) - 1) in lookup.asked.aside


# --- found by credits -------------------------------------------------------------------------

FRENCH = (
    "Le gardien du phare a relevé, chaque matin pendant onze ans, la hauteur de l'eau dans le puits "
    "de la cour. Ses carnets dorment dans une armoire de la mairie. Personne ne les avait ouverts "
    "avant que la source du village ne se mette à baisser, l'été dernier, sans que la pluie ait "
    "manqué.\n\nLa commune a demandé un rapport. Il est attendu pour la fin de l'automne, et le "
    "conseil a promis de le rendre public le jour même."
)


def french(*credits: str, key: str = "copie", title: str = "Les carnets du gardien") -> Row:
    made = row(key, "Le Veilleur du Phare", 60, "\n\n".join((FRENCH, *credits)), title)
    return {**made, "language": "fr"}


def english(press: Press, title: str = "What the keeper of the lamp wrote down") -> Row:
    return row("original", "Morning Ledger", 10, press.text(120), title)


def compared(library: Library, asked: str) -> set[str]:
    """Return the articles that were fetched for comparison with an article and its versions."""
    return {article.id for article in looked_up(library, asked)[1].articles} - {asked}


@pytest.mark.parametrize(
    ("credit", "why"),
    [
        ("Source : https://morningledger.example/2024/original?utm_source=feed", "the address"),
        (
            "Article original en anglais :\n\nWhat the Keeper of the Lamp wrote down",
            "the title",
        ),
        ("Source : Morning Ledger", "the outlet"),
    ],
    ids=lambda value: value if value.startswith("the") else "",
)
def test_what_a_page_credits_is_looked_at_across_languages(
    credit: str, why: str, tmp_path: Path
) -> None:
    press = Press(6)
    rows = [french(credit), english(press)]
    rows += [row(f"d{n}", "Delta Sheet", n, press.text(120)) for n in range(40)]
    with shelved(tmp_path / "l", write(rows, tmp_path / "rows.jsonl")) as library:
        assert compared(library, "copie") == {"original"}


def test_what_shares_no_names_with_another_language_is_compared_with_nothing_in_it(
    tmp_path: Path,
) -> None:
    rows = [french(), english(Press(6))]
    with shelved(tmp_path / "l", write(rows, tmp_path / "rows.jsonl")) as library:
        assert compared(library, "copie") == set()


@pytest.mark.parametrize(
    "credit",
    [
        "Source : https://morningledger.example/2024/original",
        "Article original en anglais :\n\nWhat the Keeper of the Lamp wrote down",
    ],
)
def test_pages_whose_credits_lead_to_the_article_are_found(credit: str, tmp_path: Path) -> None:
    press = Press(6)
    rows = [french(credit), english(press), french(key="andere", title="Autre chose au village")]
    rows[2]["text"] = "Rien de commun. " + rows[2]["text"][::-1]
    with shelved(tmp_path / "l", write(rows, tmp_path / "rows.jsonl")) as library:
        found, lookup = looked_up(library, "original")
        assert {article.id for article in lookup.articles} >= {"original", "copie"}
        assert outlets(found) == {"Morning Ledger", "Le Veilleur du Phare"}


def test_the_translation_is_found_from_the_original(tmp_path: Path) -> None:
    with shelved(tmp_path / "l", DEMO) as library:
        found, _ = looked_up(library, "harbour-ledger.html")
    assert outlets(found) == {"The Harbour Ledger", "L'Estran", "Le Courrier des Rives"}


def directory(tmp_path: Path, rows: Iterable[Row]) -> Directory:
    library = shelved(tmp_path / "l", write(rows, tmp_path / "rows.jsonl"))
    return Directory(library, NAMES)


def test_an_address_leads_to_all_texts_of_its_page_and_to_saved_copies(tmp_path: Path) -> None:
    press = Press(7)
    first = row("a", "Hill Courier", 1, press.text(60))
    second = {**first, "text": press.text(60)}
    saved = tmp_path / "saved.html"
    saved.write_text(
        f'<html><head><link rel="canonical" href="{first["url"]}"></head>'
        f"<body><article><p>{press.text(80)}</p></article></body></html>",
        encoding="utf-8",
    )
    table = write(
        [first, second, row("b", "Hill Courier", 2, press.text(60))], tmp_path / "t.jsonl"
    )
    with shelved(tmp_path / "l", table, saved) as library:
        found = Directory(library, NAMES).at(f"{first['url']}/?utm_campaign=x#top")
        assert {a.id for _, a in library.articles(found)} == {"a", "a@2", "saved.html"}
        assert Directory(library, NAMES).at("https://www.hillcourier.example/") == set()


def test_a_title_that_many_articles_bear_tells_no_text(tmp_path: Path) -> None:
    press = Press(8)

    def week(number: int) -> list[Row]:
        title = "The week in pictures, and after"
        return [row(f"w{n}", "Evening Wire", n, press.text(30), title) for n in range(number)]

    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    sought = "The week in pictures — and after"
    wire, hill = NAMES.who("Evening Wire"), NAMES.who("Hill Courier")
    few = directory(tmp_path / "few", week(MOST_TITLED))
    assert len(few.titled(sought, wire)) == MOST_TITLED
    assert few.titled(sought, hill) == set(), "it is another outlet's"
    assert few.titled("The weak in pictures and what came of it", wire) == set()
    assert directory(tmp_path / "many", week(MOST_TITLED + 1)).titled(sought, wire) == set()


def test_an_outlet_is_known_by_its_name_and_by_its_site(tmp_path: Path) -> None:
    press = Press(9)
    rows = [row(f"h{n}", "Hill Courier", n, press.text(100)) for n in range(5)]
    nameless = row("n", "Hill Courier", 6, press.text(100))
    del nameless["outlet"]
    query = {**row("q", "", 7, press.text(100)), "url": "https://hillcourier.example?id=7"}
    far = row("x", "Hill Courier Weekly Supplement", 8, press.text(30))
    found = directory(tmp_path, [*rows, nameless, query, far])
    everywhere = range(1, 9)

    def near(name: str, hour: int, limit: int) -> list[int]:
        return found.of(NAMES.who(name), utc(2024, 5, 1, hour), "en", everywhere, limit)

    assert near("The Hill Courier", 0, 30) == [1, 2, 3, 4, 5, 6, 7]
    assert near("hillcourier.example", 3, 3) == [3, 4, 5]
    assert near("Nobody's Paper", 0, 30) == []


def test_hosts_are_told_whatever_stands_in_front_of_them(tmp_path: Path) -> None:
    sites = ("a.example", "a.example.org", "a-b.example", "b.example", "a0.example")
    rows = [
        {**row(f"{site}{n}", "", n, Press(n).text(20)), "url": f"https://{site}{path}"}
        for site in sites
        for n, path in enumerate(("/x", "?p=1", "/y/z"))
    ]
    for made in rows:
        del made["outlet"]
    (tmp_path / "note.txt").write_text(Press(1).text(50), encoding="utf-8")
    with shelved(
        tmp_path / "l", write(rows, tmp_path / "rows.jsonl"), tmp_path / "note.txt"
    ) as library:
        assert set(Directory(library, NAMES)._hosts) == set(sites)


# --- which article is asked about -------------------------------------------------------------


def test_the_page_asked_about_is_no_version_of_itself(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(Press(1).text(100), encoding="utf-8")
    copy: Callable[[Path], object] = partial(shutil.copy, page)
    copy(tmp_path / "copy.txt")
    (tmp_path / "copy.txt").write_text(f"A word more.\n\n{page.read_text('utf-8')}", "utf-8")
    with shelved(tmp_path / "l", page) as library:
        assert len(looked_up(library, filiation.read(page))[0].versions) == 1
        # Changed since it was added, it is the same page still.
        page.write_text(page.read_text("utf-8") + " The end.", encoding="utf-8")
        assert len(looked_up(library, filiation.read(page))[0].versions) == 1
        assert len(looked_up(library, filiation.read(tmp_path / "copy.txt"))[0].versions) == 2


def test_another_page_of_the_same_id_is_told_apart(tmp_path: Path) -> None:
    text = Press(2).text(120)
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "page.txt").write_text(f"By {place}.\n\n{text}", encoding="utf-8")
    with shelved(tmp_path / "l", tmp_path / "there" / "page.txt") as library:
        found, lookup = looked_up(library, filiation.read(tmp_path / "here" / "page.txt"))
    ids = {version.article for version in found.versions}
    assert len(ids) == 2
    assert {article.id for article in lookup.articles} | {"page.txt"} == ids


def test_an_unknown_id_is_told_with_those_like_it(tmp_path: Path) -> None:
    table = write(corpus(5), tmp_path / "corpus.jsonl")
    with shelved(tmp_path / "l", table) as library:
        with pytest.raises(NotFound, match="did you mean s4verbatim") as error:
            numbered(library, "s4-verbatim")
        assert "\n" not in str(error.value)
        with pytest.raises(NotFound, match="filiation search"):
            numbered(library, "https://somewhere.example/quite-different")
        for hostile in ("", "s4\0", "x" * 100_000, "' OR 1 --", "\ud800"):
            with pytest.raises(NotFound):
                numbered(library, hostile)


def test_an_empty_library_holds_no_version(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", create=True, writing=True) as library:
        found, _ = looked_up(library, filiation.read(DEMO / "estran.html"))
    assert [(place.where, place.outcome) for place in found.searched] == [("library", "empty")]


def test_a_table_says_what_a_library_says(tmp_path: Path) -> None:
    """One trace of a table's article: by the command, through either."""
    from tests.test_cli import run

    table = write(corpus(6), tmp_path / "corpus.jsonl")
    shelved(tmp_path / "l", table).close()
    text = tmp_path / "asked.txt"
    [asked] = [a for a in read_all(table) if a.id == "s4"]
    text.write_text(asked.text, encoding="utf-8")
    through = [
        json.loads(run("trace", text, option, place, "--json").stdout)
        for option, place in (("--against", table), ("--library", tmp_path / "l"))
    ]
    whence = [
        {v.pop("had")["how"] for v in document["versions"] if v["id"] != document["asked"]}
        for document in through
    ]
    assert whence == [{"file"}, {"library"}]
    kept = [{k: v for k, v in document.items() if k != "searched"} for document in through]
    assert kept[0] == kept[1]
    assert len(kept[0]["versions"]) > 3
